import type { Result } from '../outcome.ts';
import { redactor } from '../redact.ts';
import type { CreatedAfter } from '../tasks/creation-time.ts';
import { type ImageReference, LONGEST_REFERENCE, parseImageReference } from '../tasks/image-reference.ts';
import { shorten } from '../text.ts';
import { parseCreatedAfter } from './created-after.ts';
import type { Requirement } from './parse.ts';
import {
  ALLOWABLE_RESULTS,
  type ApiVersion,
  LONGEST_LIST,
  parseAllowedResults,
  parseApiVersion,
  parseBaseUrl,
  parseBoolean,
  parseCommitSha,
  parseDuration,
  parseList,
  parseRequirement,
  withinRange,
  withoutUserInfo,
} from './parse.ts';

/** Every input's default as text, as `action.yml` has it; empty where there is none, or only the runner knows it. */
export const INPUT_DEFAULTS = {
  'api-key': '',
  image: '',
  note: '',
  'task-ids': '',
  'cluster-ids': '',
  'product-ids': '',
  'created-after': '',
  require: 'all',
  'fail-fast': 'true',
  'allowed-results': 'succeeded',
  timeout: '30m',
  'appear-timeout': '2m',
  'poll-interval': '15s',
  'request-timeout': '30s',
  'base-url': 'https://api.ppinfra.com',
  'api-version': 'v1',
  'create-missing': 'false',
  'registry-auth-id': '',
  'commit-status': '',
  'commit-sha': '',
  'github-token': '',
  summary: 'true',
} as const;

/** The inputs that no text may show. */
export const SECRET_INPUTS = ['api-key', 'registry-auth-id', 'github-token'] as const;

type InputName = keyof typeof INPUT_DEFAULTS;

/** The inputs, read and checked. Durations are milliseconds. */
export interface Inputs {
  readonly apiKey: string;
  readonly image: ImageReference | null;
  /** The image as it was written. */
  readonly imageText: string;
  readonly note: string | null;
  readonly taskIds: readonly string[];
  readonly clusterIds: readonly string[];
  readonly productIds: readonly string[];
  readonly createdAfter: CreatedAfter | null;
  readonly requirement: Requirement;
  readonly failFast: boolean;
  readonly allowedResults: ReadonlySet<Result>;
  readonly timeout: number;
  readonly appearTimeout: number;
  readonly pollInterval: number;
  readonly requestTimeout: number;
  /** Without a slash at the end. */
  readonly baseUrl: string;
  readonly apiVersion: ApiVersion;
  readonly createMissing: boolean;
  readonly registryAuthId: string | null;
  readonly commitStatus: CommitStatusInputs | null;
  /** What no text may show, besides the key. */
  readonly secrets: readonly string[];
  readonly summary: boolean;
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
export interface InvalidInputs extends Pick<Inputs, 'allowedResults' | 'commitStatus' | 'summary'> {
  /** For each bad input its name, value (never a secret's) and accepted form. */
  readonly problems: readonly string[];
}

const MINUTE = 60;
const DAY = 86_400;
const LONGEST_KEY = 8_000;
const LONGEST_NOTE = 100; // the API's own limit
const LONGEST_QUOTE = 80;

/**
 * Reads and checks every input.
 * @param get an input's text by its name; empty text means the default.
 * @returns the inputs, or all that is wrong with them.
 */
export function parseInputs(get: (name: string) => string): Inputs | InvalidInputs {
  const problems: string[] = [];
  const redact = redactor(...SECRET_INPUTS.map((name) => get(name).trim()));
  const redactKey = redactor(get('api-key').trim());
  const quote = (value: string) => JSON.stringify(shorten(redact(value), LONGEST_QUOTE));
  const text = (name: InputName) => get(name).trim() || INPUT_DEFAULTS[name];
  const refuse = (name: InputName, accepted: string) => {
    problems.push(`${name}: ${quote(withoutUserInfo(text(name)))} is not ${accepted}`);
  };
  const read = <T>(
    name: InputName,
    parse: (value: string) => T | null,
    accepted: string,
    otherwise: T,
  ): T => {
    const value = text(name);
    if (value === '') return otherwise;
    const parsed = parse(value);
    if (parsed === null) refuse(name, accepted);
    return parsed ?? otherwise;
  };
  const list = (name: InputName) =>
    read(name, parseList, `a list of at most ${LONGEST_LIST} items, separated by commas or line breaks`, []);
  const duration = (name: InputName, shortest: number, longest: number, range: string, otherwise = longest) =>
    read(
      name,
      (value) => withinRange(parseDuration(value), shortest, longest),
      `a duration such as 90s, 15m, 1h30m or 2d, ${range}`,
      otherwise,
    ) * 1000;

  const apiKey = text('api-key');
  if (apiKey === '') problems.push('api-key: is empty; pass the API key, for example from a secret');
  else if (!/^[!-~]+$/.test(apiKey) || apiKey.length > LONGEST_KEY) {
    problems.push(
      `api-key: holds a line break, a blank or another character that no key has, or over ${LONGEST_KEY} characters; check how the secret was stored`,
    );
  }

  const image = read(
    'image',
    parseImageReference,
    `an image reference [host[:port]/]path[:tag][@digest] in lower case, at most ${LONGEST_REFERENCE} characters`,
    null,
  );
  const note = read(
    'note',
    (value) => ([...value].length <= LONGEST_NOTE ? value : null),
    `a note of at most ${LONGEST_NOTE} characters`,
    null,
  );
  const taskIds = list('task-ids');
  const timeout = duration('timeout', 1, 5 * DAY, 'from 1s to 5d');
  const context = read(
    'commit-status',
    (value) => (/^[^\p{Cc}]{1,200}$/u.test(value) ? value : null),
    'a name of at most 200 characters on one line',
    null,
  );
  const sha = read('commit-sha', parseCommitSha, 'a full commit id of 40 or 64 hexadecimal digits', null);
  const isCommitKnown = sha !== null || text('commit-sha') === '';
  const inputs: Inputs = {
    apiKey,
    image,
    imageText: text('image'),
    note,
    taskIds,
    clusterIds: list('cluster-ids'),
    productIds: list('product-ids'),
    createdAfter: read(
      'created-after',
      parseCreatedAfter,
      'a time as ISO 8601 with Z or an offset, as Unix seconds, or a duration such as 15m',
      null,
    ),
    requirement: read('require', parseRequirement, 'all, any or a whole number of at least 1', 'all'),
    failFast: read('fail-fast', parseBoolean, 'true or false', true),
    allowedResults: read(
      'allowed-results',
      parseAllowedResults,
      `a list out of ${ALLOWABLE_RESULTS.join(', ')}`,
      new Set<Result>(['succeeded']),
    ),
    timeout,
    appearTimeout: duration('appear-timeout', 0, 5 * DAY, 'from 0 to the value of timeout', 0),
    pollInterval: duration('poll-interval', 1, 10 * MINUTE, 'from 1s to 10m'),
    requestTimeout: duration('request-timeout', 1, 5 * MINUTE, 'from 1s to 5m'),
    baseUrl: read(
      'base-url',
      parseBaseUrl,
      'an https address (http only for a loopback address) without user info, query and fragment',
      INPUT_DEFAULTS['base-url'],
    ),
    apiVersion: read('api-version', parseApiVersion, 'v1 or v2', 'v1'),
    createMissing: read('create-missing', parseBoolean, 'true or false', false),
    registryAuthId: text('registry-auth-id') || null,
    commitStatus: context === null || !isCommitKnown ? null : { context, sha, token: text('github-token') },
    secrets: SECRET_INPUTS.map(text).filter((secret) => secret !== '' && secret !== apiKey),
    summary: read('summary', parseBoolean, 'true or false', true),
  };

  if (text('image') + text('note') === '' && taskIds.length === 0) {
    problems.push('image, note, task-ids: all are empty; give at least one of them');
  }
  if (taskIds.length > 0 && typeof inputs.requirement === 'number' && inputs.requirement > taskIds.length) {
    problems.push(
      `require: ${quote(text('require'))} is more than the ${taskIds.length} listed in task-ids; lower it or list more`,
    );
  }
  if (inputs.createMissing) {
    if (inputs.clusterIds.length === 0) {
      problems.push('create-missing: needs cluster-ids; list the clusters in which to create tasks');
    }
    if (text('image') === '')
      problems.push('create-missing: needs image; name the image to create tasks for');
    if (taskIds.length > 0) problems.push('create-missing: cannot go with task-ids; leave one of them out');
  }
  const isAppearTimeoutDefault = text('appear-timeout') === INPUT_DEFAULTS['appear-timeout'];
  if (inputs.appearTimeout > timeout && !isAppearTimeoutDefault) {
    refuse('appear-timeout', `at most the timeout, ${quote(text('timeout'))}`);
  }
  const holdingKey = (Object.keys(INPUT_DEFAULTS) as InputName[]).filter(
    (name) => name !== 'api-key' && text(name) !== redactKey(text(name)),
  );
  problems.push(...holdingKey.map((name) => `${name}: holds the API key; keep the key in api-key alone`));
  // A status is for everybody to see.
  const isStatusSecret = text('commit-status') !== redact(text('commit-status'));
  if (isStatusSecret && !holdingKey.includes('commit-status')) {
    problems.push('commit-status: holds registry-auth-id or github-token; choose another name');
  }
  if (problems.length === 0) return { ...inputs, appearTimeout: Math.min(inputs.appearTimeout, timeout) };
  const { allowedResults, summary } = inputs;
  const commitStatus = holdingKey.length > 0 || isStatusSecret ? null : inputs.commitStatus;
  return { problems, allowedResults, commitStatus, summary };
}
