import type { Result } from '../outcome.ts';
import { redactor } from '../redact.ts';
import type { CreatedAfter } from '../tasks/creation-time.ts';
import { resolveImage } from '../tasks/image-reference.ts';
import { shorten } from '../text.ts';
import { FIELDS, type Field, INPUT_NAMES, type InputName, SECRET_INPUTS, type Values } from './fields.ts';
import { type ApiVersion, parseList, type Requirement, type WantedImage } from './parse.ts';
import { meantName, withoutQuotes } from './suggestions.ts';

export type { WantedImage } from './parse.ts';

/** Every input's default as text, as `action.yml` has it; empty where there is none, or only the runner knows it. */
export const INPUT_DEFAULTS = Object.fromEntries(
  INPUT_NAMES.map((name) => [name, FIELDS[name].default]),
) as Readonly<Record<InputName, string>>;

/** The inputs, read and checked. Durations are milliseconds. */
export interface Inputs {
  readonly apiKey: string;
  /** The images to wait for, each as if it stood alone; none: whatever the other selectors match. */
  readonly images: readonly WantedImage[];
  readonly note: string | null;
  readonly taskIds: readonly string[];
  readonly clusterIds: readonly string[];
  readonly productIds: readonly string[];
  readonly createdAfter: CreatedAfter | null;
  readonly requirement: Requirement;
  readonly failFast: boolean;
  /** `succeeded` is always among them. */
  readonly allowedResults: ReadonlySet<Result>;
  readonly timeout: number;
  readonly appearTimeout: number;
  readonly pollInterval: number;
  readonly requestTimeout: number;
  /** Without a slash at the end. */
  readonly baseUrl: string;
  readonly apiVersion: ApiVersion;
  readonly createMissing: boolean;
  /** How often a task that fails during the step is created anew, 0 to 3. */
  readonly recreateFailed: number;
  readonly deleteSuperseded: boolean;
  readonly registryAuthId: string | null;
  readonly commitStatus: CommitStatusInputs | null;
  /** What no text may show, besides the key. */
  readonly secrets: readonly string[];
  readonly summary: boolean;
  /** What the user should know about the inputs although they can be used, one sentence each. */
  readonly notices: readonly Notice[];
}

export interface Notice {
  readonly level: 'info' | 'warning';
  readonly text: string;
}

/** The commit status to publish. */
export interface CommitStatusInputs {
  readonly context: string;
  /** `null`: the commit that the workflow runs for. */
  readonly sha: string | null;
  /** Empty when there is none. */
  readonly token: string;
}

/** What is wrong with the inputs, and what still holds of them. */
export interface InvalidInputs
  extends Pick<Inputs, 'apiKey' | 'secrets' | 'allowedResults' | 'commitStatus' | 'summary'> {
  /** For each bad input its name, value (never a secret's) and accepted form. */
  readonly problems: readonly string[];
}

/** The inputs' texts, and what the checks need to speak of them. */
interface Texts {
  /** Trimmed; an empty text is the default. */
  readonly of: (name: InputName) => string;
  readonly redact: (text: string) => string;
  /** The text as JSON, cut, and without secrets. */
  readonly quote: (text: string) => string;
}

const LONGEST_KEY = 8_000;
const LONGEST_QUOTE = 80;
const LONGEST_EXAMINED = 2_000;
const MOST_NAMES = 10;

/**
 * Reads and checks every input.
 * @param get an input's text by its name; empty text means the default.
 * @param environment the names of all environment variables, in which misspelt inputs are found.
 * @returns the inputs, or all that is wrong with them.
 */
export function parseInputs(
  get: (name: string) => string,
  environment: readonly string[] = [],
): Inputs | InvalidInputs {
  const texts = textsFrom(get);
  const { values, bad, problems: badValues } = readFields(texts);
  const misspelt = misspeltInputs(texts, environment);
  const leaks = secretsInOtherInputs(texts);
  const problems = [
    ...misspelt.problems,
    ...problemsOfKey(texts),
    ...badValues,
    ...rulesAcross(values, texts, bad),
    ...leaks.problems,
  ];
  const canTellStatus = !leaks.isInStatus && !bad.has('commit-sha');
  const inputs = inputsFrom(values, texts, misspelt.notices);
  if (problems.length === 0) return inputs;
  const { apiKey, secrets, allowedResults, summary, commitStatus } = inputs;
  return {
    problems,
    apiKey,
    secrets,
    allowedResults,
    summary,
    commitStatus: canTellStatus ? commitStatus : null,
  };
}

function textsFrom(get: (name: string) => string): Texts {
  const of = (name: InputName) => get(name).trim() || FIELDS[name].default;
  const redact = redactor(...SECRET_INPUTS.map(of));
  const quote = (text: string) => JSON.stringify(shorten(withoutUserInfo(redact(text)), LONGEST_QUOTE));
  return { of, redact, quote };
}

function withoutUserInfo(text: string): string {
  return text.replace(/\/\/[^/]*@/, '//***@');
}

/** Reads each input by itself; a bad one gets the value of an empty one. */
function readFields(texts: Texts) {
  const bad = new Set<InputName>();
  const problems: string[] = [];
  const read = (name: InputName) => {
    const field: Field<unknown> = FIELDS[name];
    const text = texts.of(name);
    if (text === '') return field.empty;
    const value = field.parse(text);
    if (value !== null) return value;
    bad.add(name);
    problems.push(`${name}: ${texts.quote(text)} is not ${field.accepted}${hint(field, text, texts)}`);
    return field.empty;
  };
  const values = Object.fromEntries(INPUT_NAMES.map((name) => [name, read(name)])) as unknown as Values;
  return { values, bad, problems };
}

/** Which item of a list is bad, and which value was probably meant, where that can be told. */
function hint(field: Field<unknown>, text: string, { redact, quote }: Texts): string {
  // A part of a secret, or one that was altered, could not be found any more.
  if (redact(text) !== text || text.length > LONGEST_EXAMINED) return '';
  const item = field.badItem?.(text);
  const place = item === undefined || item === text ? '' : `, because of ${quote(item)}`;
  const unquoted = withoutQuotes(text);
  const meant = [unquoted, field.meant?.(text), field.meant?.(unquoted)].find(
    (candidate) => candidate && field.parse(candidate) !== null,
  );
  return meant ? `${place} (did you mean ${quote(meant)}?)` : place;
}

/** Whether a header can carry the key, and whether it is the key alone. */
function problemsOfKey({ of }: Texts): string[] {
  const key = of('api-key');
  if (key === '') {
    return [
      'api-key: is empty; check the name of the secret, and that this run can read it: a run for a fork or by Dependabot gets no Actions secrets, a secret of an environment needs "environment:" in the job, and a reusable workflow needs "secrets: inherit" from its caller',
    ];
  }
  if (/^(?:authorization:\s*)?bearer\s/i.test(key)) {
    return ['api-key: begins with "Bearer"; pass the key alone'];
  }
  if (/^[!-~]+$/.test(key) && key.length <= LONGEST_KEY) return [];
  return [
    `api-key: holds a line break, a blank or another character that no key has, or over ${LONGEST_KEY} characters; check how the secret was stored`,
  ];
}

/** What the variables for inputs name that no input has: the runner only warns about it. */
function misspeltInputs({ redact }: Texts, environment: readonly string[]) {
  const known: ReadonlySet<string> = new Set(INPUT_NAMES);
  const given = environment
    .filter((variable) => variable.startsWith('INPUT_'))
    .map((variable) => variable.slice('INPUT_'.length).toLowerCase());
  const unknown = [...new Set(given)].filter((name) => name !== '' && !known.has(name));
  const shown = (name: string) => shorten(redact(name), LONGEST_QUOTE);
  const problems: string[] = [];
  const others: string[] = [];
  for (const name of unknown) {
    const meant = meantName(name, INPUT_NAMES);
    if (meant === null) others.push(shown(name));
    else problems.push(`${shown(name)}: is not an input of this action (did you mean ${meant}?)`);
  }
  const more = others.length > MOST_NAMES ? ` and ${others.length - MOST_NAMES} more` : '';
  const text = `Ignored, since this action has no such input: ${others.slice(0, MOST_NAMES).join(', ')}${more}`;
  const notices: Notice[] = others.length === 0 ? [] : [{ level: 'warning', text }];
  return { problems, notices };
}

/** What does not hold between inputs that are good by themselves. */
function rulesAcross(values: Values, texts: Texts, bad: ReadonlySet<InputName>): string[] {
  const { of, quote } = texts;
  const problems: string[] = [];
  const isNone = (name: 'image' | 'task-ids' | 'cluster-ids') => values[name].length === 0 && !bad.has(name);
  if (isNone('image') && of('note') === '' && isNone('task-ids')) {
    problems.push('image, note, task-ids: all are empty; give at least one of them');
  }
  const ids = values['task-ids'].length;
  if (ids > 0 && typeof values.require === 'number' && values.require > ids) {
    problems.push(
      `require: ${quote(of('require'))} is more than the ${ids} listed in task-ids; lower it or list more`,
    );
  }
  const isDefault = of('appear-timeout') === FIELDS['appear-timeout'].default;
  const isJudged = !bad.has('timeout') && !bad.has('appear-timeout');
  if (isJudged && !isDefault && values['appear-timeout'] > values.timeout) {
    problems.push(
      `appear-timeout: ${quote(of('appear-timeout'))} is not at most the timeout, ${quote(of('timeout'))}`,
    );
  }
  if (!values['create-missing']) {
    if (values['recreate-failed'] > 0 && !bad.has('create-missing')) {
      problems.push(
        `recreate-failed: ${quote(of('recreate-failed'))} needs create-missing: true, since only then this step creates tasks`,
      );
    }
    return problems;
  }
  if (isNone('cluster-ids')) {
    problems.push('create-missing: needs cluster-ids; list the clusters in which to create tasks');
  }
  if (isNone('image')) problems.push('create-missing: needs image; name the image to create tasks for');
  if (ids > 0) {
    problems.push('create-missing: cannot go with task-ids; leave one of them out');
  }
  for (const image of values.image) {
    const lacking = whatCreationLacks(image);
    if (lacking !== null) {
      problems.push(
        `image: ${quote(image.text)} is not enough for create-missing: it ${lacking}; write it in full, such as registry.example.com/team/pytorch:v2`,
      );
    }
  }
  return problems;
}

/** Why a cluster could not pull the image as it is written, or would pull another; null when it can. */
function whatCreationLacks({ text, reference }: WantedImage): string | null {
  const { host, path, tag, digest } = reference;
  const isNamed = host !== null || path.includes('/');
  const isPinned = tag !== null || digest !== null;
  if (isNamed && isPinned) return null;
  const resolved = resolveImage(text);
  const stranger = `has no registry, so that the cluster would pull ${resolved?.host}/${resolved?.path}`;
  if (isPinned) return stranger;
  const untold = 'has neither tag nor digest';
  return isNamed ? untold : `${untold} and ${stranger}`;
}

/** Inputs that hold a secret of another one: they are sent, shown or published. */
function secretsInOtherInputs({ of, redact }: Texts) {
  const key = of('api-key');
  const redactKey = redactor(key);
  const holdingKey = INPUT_NAMES.filter((name) => name !== 'api-key' && of(name) !== redactKey(of(name)));
  const problems = holdingKey.map((name) => `${name}: holds the API key; keep the key in api-key alone`);
  const isInStatus = of('commit-status') !== redact(of('commit-status')); // a status is for everybody to see
  if (isInStatus && !holdingKey.includes('commit-status')) {
    problems.push('commit-status: holds registry-auth-id or github-token; choose another name');
  }
  return { problems, isInStatus: isInStatus || holdingKey.length > 0 };
}

function inputsFrom(values: Values, texts: Texts, notices: readonly Notice[]): Inputs {
  const apiKey = values['api-key'];
  const context = values['commit-status'];
  const isCreating = values['create-missing'];
  return {
    apiKey,
    images: distinctImages(values.image, isCreating),
    note: values.note,
    taskIds: values['task-ids'],
    clusterIds: values['cluster-ids'],
    productIds: values['product-ids'],
    createdAfter: values['created-after'],
    requirement: values.require,
    failFast: values['fail-fast'],
    allowedResults: values['allowed-results'],
    timeout: values.timeout,
    appearTimeout: Math.min(values['appear-timeout'], values.timeout),
    pollInterval: values['poll-interval'],
    requestTimeout: values['request-timeout'],
    baseUrl: values['base-url'],
    apiVersion: values['api-version'],
    createMissing: isCreating,
    recreateFailed: values['recreate-failed'],
    deleteSuperseded: values['delete-superseded'],
    registryAuthId: values['registry-auth-id'] || null,
    commitStatus:
      context === null ? null : { context, sha: values['commit-sha'], token: values['github-token'] },
    secrets: SECRET_INPUTS.map((name) => values[name]).filter((secret) => secret !== '' && secret !== apiKey),
    summary: values.summary,
    notices: [...notices, ...noticesOf(values, texts)],
  };
}

/** Drops images that mean the same as an earlier one; where tasks are created, also those that name the same image. */
function distinctImages(images: readonly WantedImage[], isCreating: boolean): WantedImage[] {
  const meaning = ({ text, reference }: WantedImage) =>
    JSON.stringify(isCreating ? resolveImage(text) : reference);
  const distinct = new Map<string, WantedImage>();
  for (const image of images) {
    if (!distinct.has(meaning(image))) distinct.set(meaning(image), image);
  }
  return [...distinct.values()];
}

function noticesOf(values: Values, { of, quote }: Texts): Notice[] {
  const notices: Notice[] = [];
  const written = parseList(of('image')) ?? [];
  const shouted = written.filter((text, index) => text !== values.image[index]?.text);
  if (shouted.length > 0) {
    const text = `Capitals in image are read as small letters, since no path has any: ${shouted.map(quote).join(', ')}`;
    notices.push({ level: 'info', text });
  }
  if (values['registry-auth-id'] !== '' && !values['create-missing']) {
    const text = 'registry-auth-id has no effect without create-missing: true';
    notices.push({ level: 'warning', text });
  }
  return notices;
}
