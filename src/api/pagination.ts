import type { PrewarmTask } from '../tasks/task.ts';
import type { Page } from './decode-v1.ts';
import type { Page as CursorPage } from './decode-v2.ts';
import { type ApiFailure, fatal, isFailure, transient } from './types.ts';

/** Reads the page with this number, from 1 on. */
export type ReadPage = (page: number) => Promise<Page | ApiFailure>;

const MOST_PAGES = 1_000;
const PAGES_AT_ONCE = 2;

/**
 * Reads a numbered listing to its end, whatever the server's own page size and order.
 * @param visit gets every task once.
 * @returns a failure when the pages do not add up: a listing with a gap must not be judged.
 */
export async function readAllPages(
  readPage: ReadPage,
  visit: (task: PrewarmTask) => void,
): Promise<ApiFailure | null> {
  const seen = new Set<string>();
  const first = await readPage(1);
  if (isFailure(first)) return first;
  const { total } = first;

  /** Adds a page; a failure when it does not fit those before it. */
  const add = (page: Page): ApiFailure | null => {
    if (page.total !== total) return doesNotAddUp(`the total went from ${total} to ${page.total}`);
    return visitOnce(page.tasks, seen, visit);
  };

  const firstMisfit = add(first);
  if (firstMisfit) return firstMisfit;
  const expectedPages =
    total === null || first.tasks.length === 0 ? 1 : Math.ceil(total / first.tasks.length);
  if (expectedPages > MOST_PAGES) return tooManyPages();

  let next = 2;
  let isExhausted = first.tasks.length === 0;
  while (!isExhausted && (total === null || seen.size < total)) {
    const last = Math.max(next, Math.min(next + PAGES_AT_ONCE - 1, expectedPages));
    const numbers = Array.from({ length: last - next + 1 }, (_, index) => next + index);
    const pages = await Promise.all(numbers.map(readPage));
    for (const [index, page] of pages.entries()) {
      if (isFailure(page)) return page;
      const misfit = add(page);
      if (misfit) return misfit;
      const isEmpty = page.tasks.length === 0;
      if (!isEmpty && next + index > MOST_PAGES) return tooManyPages();
      // An empty page ends the listing, but not where the total says that more must follow.
      isExhausted = isEmpty && next + index >= expectedPages;
    }
    next = last + 1;
  }
  if (total !== null && seen.size !== total) {
    return doesNotAddUp(`${seen.size} tasks came where the total says ${total}`);
  }
  return null;
}

/**
 * Reads a listing by cursor to its end.
 * @param readPage reads the page at a cursor, the first one for `null`.
 * @param visit gets every task once.
 * @returns a failure when the pages do not add up: a listing with a gap must not be judged.
 */
export async function readToLastCursor(
  readPage: (cursor: string | null) => Promise<CursorPage | ApiFailure>,
  visit: (task: PrewarmTask) => void,
): Promise<ApiFailure | null> {
  const seen = new Set<string>();
  const cursors = new Set<string>();
  let cursor: string | null = null;
  do {
    if (cursors.size >= MOST_PAGES) return tooManyPages();
    const page: CursorPage | ApiFailure = await readPage(cursor);
    if (isFailure(page)) return page;
    const misfit = visitOnce(page.tasks, seen, visit);
    if (misfit) return misfit;
    cursor = page.nextCursor;
    if (cursor !== null && cursors.has(cursor)) return doesNotAddUp('a cursor came twice');
    if (cursor !== null) cursors.add(cursor);
  } while (cursor !== null);
  return null;
}

/** Visits each task of a page; a failure at one that was seen before. */
function visitOnce(
  tasks: readonly PrewarmTask[],
  seen: Set<string>,
  visit: (task: PrewarmTask) => void,
): ApiFailure | null {
  for (const task of tasks) {
    if (seen.has(task.id)) return doesNotAddUp('a task came twice');
    seen.add(task.id);
    visit(task);
  }
  return null;
}

/** A page that cannot be read fails the poll. */
export function unreadableListing(what: string): ApiFailure {
  return transient(`The listing cannot be read: ${what}; if this goes on, check base-url`);
}

function doesNotAddUp(how: string): ApiFailure {
  return transient(`The pages of the listing do not add up (${how}); it may have changed while it was read`);
}

function tooManyPages(): ApiFailure {
  return fatal(
    `The listing has more than ${MOST_PAGES} pages; narrow the wait with image, note or cluster-ids`,
  );
}
