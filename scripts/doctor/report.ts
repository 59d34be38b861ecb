/**
 * Turns what was asked into two texts: one for the terminal of whoever asked, and a report for everybody, in which
 * nothing names anything (`plain.ts`, `forms.ts`).
 */
import { redactor } from '../../src/redact.ts';
import type { Observations } from './examine.ts';
import { fieldName, formOf, listed } from './forms.ts';
import { clockOffset, frontHeaders, rateLimitHeaders, timeHeader } from './headers.ts';
import { type Line, NOT_ASKED, outcomeOf } from './lines.ts';
import { pagingLines } from './paging.ts';
import { amount, plain } from './plain.ts';
import {
  type Answer,
  FIELDS,
  fieldIn,
  type Item,
  isObject,
  itemsIn,
  numberOf,
  type Task,
  taskOf,
} from './wire.ts';

const NO_TASK = 'cannot be told without a task';

/** The report, in Markdown. */
export function reportOn(seen: Observations): string {
  const items = itemsSeen(seen);
  const lines: readonly Line[] = [
    ['Key', keyFinding(seen.first)],
    ...pagingLines(seen),
    ['State filter', stateFilter(seen)],
    ['States met', statesMet(items)],
    ['Reason forms', formsByState(items, 'reason')],
    ['Completion time forms', formsByState(items, seen.version === 'v1' ? 'completeTime' : 'completed_at')],
    ['Name filter', nameFilter(seen)],
    ['Quota form', quotaForm(seen)],
    ['Time header', timeHeader(seen.answers)],
    ['Rate limit headers', rateLimitHeaders(seen.answers)],
    ['In front of the API', frontHeaders(seen.answers)],
    ['Clock offset', clockOffset(seen.answers)],
    ['Ids of v1 in v2', idsInV2(seen)],
    ['Unknown id in v2', seen.unknownId === null ? NOT_ASKED : outcomeOf(seen.unknownId)],
    ['Requests', requestsFinding(seen)],
  ];
  return [
    `### What the prewarm API answers, asked in ${seen.version}`,
    '',
    ...lines.map(([name, finding]) => `- **${name}**: ${finding}`),
    '',
    '**Field forms**, by state:',
    '',
    ...fieldTable(items, FIELDS[seen.version]),
    '',
  ].join('\n');
}

/** What its user needs to write a workflow, for their terminal only. */
export function overviewOf(seen: Observations, key: string): string {
  if (itemsIn(seen.first) === null) {
    const advice =
      seen.end === 'busy' ? 'Try again later.' : 'Check PPIO_API_KEY, --base-url and --api-version.';
    return `No listing came: ${outcomeOf(seen.first)}. ${advice}`;
  }
  const tasks = itemsSeen(seen).map(taskOf);
  if (tasks.length === 0) return 'No prewarm task was found, so there are no clusters and images to show.';
  const clusters = new Map(tasks.map(({ clusterId, clusterName }) => [clusterId, clusterName]));
  const newest = new Map<string, Task>();
  for (const task of tasks) {
    const place = JSON.stringify([task.image, task.clusterId]);
    const known = newest.get(place);
    if (known === undefined || task.created > known.created) newest.set(place, task);
  }
  const images = Map.groupBy(newest.values(), ({ image }) => image);
  const lines = [
    'Clusters, for the input cluster-ids:',
    ...[...clusters].map(([id, name]) => `  ${id}${name === '' ? '' : `  (${name})`}`),
    '',
    'Images, with the state of the newest task in each cluster:',
    ...[...images].map(
      ([image, tasksOfImage]) =>
        `  ${image}  ${tasksOfImage.map(({ state, clusterId }) => `${state} in ${clusterId}`).join(', ')}`,
    ),
  ];
  // Remote texts must not command the terminal.
  return lines.map((line) => redactor(key)(line).replaceAll(/\p{C}/gu, '�')).join('\n');
}

/** Every task that an answer to a listing held, each once. */
function itemsSeen({ first, sizes, pages, states }: Observations): Item[] {
  const answers = [first, ...[...sizes, ...states].map(({ answer }) => answer), ...pages];
  const items = new Map<string, Item>();
  for (const item of answers.flatMap((answer) => itemsIn(answer) ?? [])) {
    const { id } = taskOf(item);
    items.set(id === '' ? JSON.stringify(item) : id, item);
  }
  return [...items.values()];
}

function keyFinding(first: Answer | null): string {
  return itemsIn(first) === null ? `no listing came: ${outcomeOf(first)}` : 'works (HTTP 200 with a listing)';
}

function stateFilter({ states }: Observations): string {
  if (states.length === 0) return NOT_ASKED;
  return states
    .map(({ state, answer }) => {
      const tasks = itemsIn(answer)?.map(taskOf);
      if (tasks === undefined) return `${state}: ${outcomeOf(answer)}`;
      if (tasks.length === 0) return `${state}: no task`;
      const isExact = tasks.every((task) => task.state.toLowerCase() === state.toLowerCase());
      return `${state}: ${isExact ? 'only such tasks' : 'other tasks too'}`;
    })
    .join('; ');
}

function statesMet(items: readonly Item[]): string {
  const states = [...itemsByState(items)].map(([state, found]) => `${state} (${amount(found.length)})`);
  return states.length === 0 ? NO_TASK : listed(states, ', ');
}

function itemsByState(items: readonly Item[]): Map<string, Item[]> {
  return Map.groupBy(items, (item) => {
    const { state } = taskOf(item);
    return state === '' ? 'no state' : `\`${plain(state) || 'another word'}\``;
  });
}

function formsByState(items: readonly Item[], field: string): string {
  const forms = [...itemsByState(items)].map(([state, found]) => `${state}: ${formsIn(found, field)}`);
  return forms.length === 0 ? NO_TASK : listed(forms, '; ');
}

const MOST_FORMS = 6;

function formsIn(items: readonly Item[], field: string): string {
  const forms = [...new Set(items.map((item) => formOf(item[field], field)))].toSorted();
  return listed(forms.length > MOST_FORMS ? [...forms.slice(0, MOST_FORMS), 'others'] : forms);
}

/** A row for each field, those that are not documented last. */
function fieldTable(items: readonly Item[], documented: readonly string[]): string[] {
  const states = [...itemsByState(items)].toSorted(([one], [other]) => (one < other ? -1 : 1));
  if (states.length === 0) return [`The forms ${NO_TASK.replace('be told', 'be shown')}.`];
  const found = new Set(items.flatMap((item) => Object.keys(item)));
  const others = [...found].filter((field) => !documented.includes(field));
  const rows = new Set(
    [...documented, ...others].map((field) => {
      const name = documented.includes(field) ? field : `${fieldName(field)} (not documented)`;
      return `| ${[name, ...states.map(([, each]) => formsIn(each, field))].join(' | ')} |`;
    }),
  );
  return [
    `| Field | ${states.map(([state]) => state).join(' | ')} |`,
    `| --- |${states.map(() => ' --- |').join('')}`,
    ...rows,
  ];
}

function nameFilter({ names, sample }: Observations): string {
  if (sample === null) return NO_TASK;
  if (names.length === 0) return NOT_ASKED;
  return names
    .map(({ what, text, answer }) => {
      const tasks = itemsIn(answer)?.map(taskOf);
      if (tasks === undefined) return `${what}: ${outcomeOf(answer)}`;
      const finds = tasks.some(({ id }) => id === sample.id) ? 'finds the task' : 'does not find the task';
      const part = text.toLowerCase();
      const isFuzzy = tasks.some(({ name, note }) => !`${name}\n${note}`.toLowerCase().includes(part));
      return `${what}: ${finds}${isFuzzy ? ', but tasks that have it in neither name nor note' : ''}`;
    })
    .join('; ');
}

function quotaForm({ quota, first, version }: Observations): string {
  if (quota?.status !== 200 || !isObject(quota.body)) return outcomeOf(quota);
  const listedTotal = version === 'v1' ? numberOf(fieldIn(first, 'total')) : Number.NaN;
  const isSame = numberOf(quota.body['total']) === listedTotal;
  const comparison = Number.isNaN(listedTotal)
    ? ''
    : `; its total is ${isSame ? 'that' : 'not that'} of the listing`;
  return `${formOf(quota.body)}${comparison}`;
}

function idsInV2({ version, lookUps, otherListing, sizes, first }: Observations): string {
  if (lookUps.length === 0) return otherListing === null ? NOT_ASKED : NO_TASK;
  const found = lookUps.map((answer) => (answer.status === 200 ? 'found' : outcomeOf(answer)));
  const own = idsOf(sizes.at(-1)?.answer ?? first);
  const other = idsOf(otherListing);
  const shared = [...own].filter((id) => other.has(id)).length;
  const overlap =
    shared === 0 ? 'no id' : shared === own.size && shared === other.size ? 'every id' : 'some ids';
  const listings =
    itemsIn(otherListing) === null
      ? `the listing of ${version === 'v1' ? 'v2' : 'v1'}: ${outcomeOf(otherListing)}`
      : `both listings share ${overlap}`;
  return `looked up by id: ${[...new Set(found)].join(' or ')}; ${listings}`;
}

function idsOf(answer: Answer | null): Set<string> {
  return new Set((itemsIn(answer) ?? []).map((item) => taskOf(item).id));
}

function requestsFinding({ answers, end }: Observations): string {
  const statuses = Map.groupBy(answers, ({ status }) => (status === null ? 'no answer' : `HTTP ${status}`));
  const counts = [...statuses].map(([status, each]) => `${status} × ${each.length}`);
  return `${answers.length} sent (${listed(counts, ', ')})${end === 'busy' ? ', ended by the first 429' : ''}`;
}
