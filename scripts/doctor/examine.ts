/** Asks the API what its documentation leaves open. What the answers mean is decided elsewhere. */
import type { Asker } from './ask.ts';
import {
  type Answer,
  fieldIn,
  itemsIn,
  type ListQuestion,
  listQuestion,
  lookUpQuestion,
  numberOf,
  QUOTA_PATH,
  STATES,
  type Task,
  taskOf,
  type Version,
} from './wire.ts';

/** Everything that was asked, with `null` where it was not. */
export interface Observations {
  readonly version: Version;
  readonly answers: readonly Answer[];
  readonly end: Asker['end'];
  readonly first: Answer | null;
  /** Asked without a page size. */
  readonly unsized: Answer | null;
  /** From the largest size down to the first that was granted. */
  readonly sizes: readonly { readonly size: number; readonly answer: Answer }[];
  /** Pages in a row from the first, of `pageSize` tasks. */
  readonly pages: readonly Answer[];
  readonly pageSize: number;
  /** The page after the last one; v1 only. */
  readonly beyond: Answer | null;
  readonly states: readonly { readonly state: string; readonly answer: Answer }[];
  readonly names: readonly { readonly what: string; readonly text: string; readonly answer: Answer }[];
  /** The task that the `names` were taken from. */
  readonly sample: Task | null;
  readonly quota: Answer | null;
  /** A listing of the other version. */
  readonly otherListing: Answer | null;
  /** Look-ups of v1's ids in v2. */
  readonly lookUps: readonly Answer[];
  readonly unknownId: Answer | null;
}

const FIRST_SIZE = 10;
const SIZES = [1000, 500, 200, 100, 50, 20];
const MOST_PAGES = 3;
const MOST_LOOK_UPS = 2;
const NONSENSE = 'zqxjkvwq';

export async function examine(version: Version, asker: Asker): Promise<Observations> {
  const { ask } = asker;
  const list = (question: ListQuestion) => ask(listQuestion(version, question));

  const first = await list({ size: FIRST_SIZE });
  const isListing = itemsIn(first) !== null;
  // Without a listing every other question would only repeat the first one's failure.
  const unsized = isListing ? await list({}) : null;
  const sizes = isListing ? await largestSizes(list) : [];
  const granted = sizes.find(({ answer }) => itemsIn(answer) !== null);
  const largest = granted?.answer ?? first;
  const tasks = tasksIn(largest);
  const size = granted?.size ?? FIRST_SIZE;

  const pageSize = Math.min(FIRST_SIZE, Math.max(1, Math.ceil(tasks.length / MOST_PAGES)));
  const pages = isListing ? await pagesOf(version, list, pageSize) : [];
  const total = numberOf(fieldIn(first, 'total'));
  const isTold = version === 'v1' && Number.isSafeInteger(total) && total >= 0;
  const beyond =
    isListing && isTold ? await list({ size: pageSize, page: Math.ceil(total / pageSize) + 1 }) : null;

  const states: { state: string; answer: Answer }[] = [];
  for (const state of isListing ? STATES : []) {
    const answer = await list({ size, state });
    if (answer !== null) states.push({ state, answer });
  }

  const quota = isListing ? await ask({ path: QUOTA_PATH, query: {} }) : null;
  const otherVersion = version === 'v1' ? 'v2' : 'v1';
  const otherListing = isListing ? await ask(listQuestion(otherVersion, { size })) : null;
  const idsInV1 = tasksIn(version === 'v1' ? largest : otherListing).map(({ id }) => id);
  const lookUps: Answer[] = [];
  // The oldest and the newest are the least alike.
  for (const id of [...new Set([...idsInV1.slice(0, 1), ...idsInV1.slice(-1)])].slice(0, MOST_LOOK_UPS)) {
    const answer = id === '' ? null : await ask(lookUpQuestion(id));
    if (answer !== null) lookUps.push(answer);
  }
  const unknownId = isListing ? await ask(lookUpQuestion(NONSENSE)) : null;

  const sample = tasks.find(({ note }) => note.length > 2) ?? tasks[0] ?? null;
  const names: { what: string; text: string; answer: Answer }[] = [];
  for (const [what, text] of sample === null ? [] : namesOf(sample)) {
    const answer = await list({ size, name: text });
    if (answer !== null) names.push({ what, text, answer });
  }
  return {
    ...{ version, answers: asker.answers, end: asker.end, first, unsized, sizes, pages, pageSize, beyond },
    ...{ states, names, sample, quota, otherListing, lookUps, unknownId },
  };
}

async function largestSizes(
  list: (question: ListQuestion) => Promise<Answer | null>,
): Promise<{ size: number; answer: Answer }[]> {
  const asked: { size: number; answer: Answer }[] = [];
  for (const size of SIZES) {
    const answer = await list({ size });
    if (answer === null) break;
    asked.push({ size, answer });
    if (itemsIn(answer) !== null) break;
  }
  return asked;
}

async function pagesOf(
  version: Version,
  list: (question: ListQuestion) => Promise<Answer | null>,
  size: number,
): Promise<Answer[]> {
  const pages: Answer[] = [];
  let next: ListQuestion | null = { size, ...(version === 'v1' ? { page: 1 } : {}) };
  while (next !== null && pages.length < MOST_PAGES) {
    const answer: Answer | null = await list(next);
    if (answer === null) break;
    pages.push(answer);
    next = followingPage(version, size, pages);
  }
  return pages;
}

function followingPage(version: Version, size: number, pages: readonly Answer[]): ListQuestion | null {
  const answer = pages.at(-1) ?? null;
  if (version === 'v2') {
    const cursor = fieldIn(answer, 'next_cursor');
    return typeof cursor === 'string' && cursor !== '' ? { size, cursor } : null;
  }
  return (itemsIn(answer) ?? []).length > 0 ? { size, page: pages.length + 1 } : null;
}

function tasksIn(answer: Answer | null): Task[] {
  return (itemsIn(answer) ?? []).map(taskOf);
}

/** Texts to look for, each with what it is: those that a filter by name may or may not find this task by. */
function namesOf({ name, image, note }: Task): [what: string, text: string][] {
  const [, bare = '', tag = ''] = /([^/:@]+)(?::([^/:@]+))?(?:@[^/]*)?$/.exec(image) ?? [];
  const candidates: [what: string, text: string][] = [
    ['the name without tag', bare],
    ['the name with tag', tag === '' ? '' : `${bare}:${tag}`],
    ['a part of the name', bare.slice(1, -1)],
    ['the name in capitals', bare.toUpperCase() === bare ? '' : bare.toUpperCase()],
    ['the tag', bare.includes(tag) ? '' : tag],
    ['the whole image address', image === name ? '' : image],
    ['the exact note', note],
    ['a part of the note', note.slice(1, -1)],
  ];
  return [...candidates.filter(([, text]) => text !== ''), ['a text that no task holds', NONSENSE]];
}
