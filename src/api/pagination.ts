import { isCreatedSince } from '../tasks/creation-time.ts';
import type { PrewarmTask } from '../tasks/task.ts';
import { type ApiFailure, fatal, isFailure, type Listing, transient } from './types.ts';

/** One page of a listing. */
export interface Page {
  readonly tasks: readonly PrewarmTask[];
  /** How many tasks the listing holds; `null` when the API does not tell. */
  readonly total: number | null;
  /** The next page's cursor, `null` on the last page; absent where the API numbers its pages. */
  readonly nextCursor?: string | null;
  /** When the page was asked for: Unix milliseconds on this machine's clock. */
  readonly sentAt: number;
}

interface Position {
  /** From 1 on. */
  readonly number: number;
  /** `null` for the first page. */
  readonly cursor: string | null;
}

export interface PageRequest extends Position {
  /** How many tasks to ask for. A server may give fewer. */
  readonly size: number;
}

type ReadPage<Request> = (request: Request) => Promise<Page | ApiFailure>;

const DOCUMENTED_PAGE_SIZE = 10;
const PREFERRED_PAGE_SIZE = 100; // the largest that a server takes is not documented
const MOST_PAGES = 1_000;
const MOST_PASSES = 10;
const MOST_PASSES_WITHOUT_NEWS = 3;
// A page behind the last one may be refused, or be no page at all.
const ANSWERS_BEHIND_END: ReadonlySet<number | null> = new Set([200, 400, 404]);

/** Reads listings page by page. Remembers the page size that the server accepts. */
export class ListingReader {
  #size = PREFERRED_PAGE_SIZE;
  #isPreferredSizeAccepted = false;

  /**
   * Reads a listing to its end. It may change meanwhile: while tasks are missing, it is read again from the first page.
   * @param serverClockOffset tells how many milliseconds to add to this machine's clock for the server's.
   * @returns the listing, or the failure of the first page that failed.
   */
  async read(
    readPage: ReadPage<PageRequest>,
    serverClockOffset: () => number | null,
  ): Promise<Listing | ApiFailure> {
    const readSizedPage = this.#withSize(readPage);
    const reading = new Reading();
    let passesWithoutNews = 0;
    for (let pass = 1; pass <= MOST_PASSES && !reading.hasAll; pass += 1) {
      const known = reading.tasks.size;
      const failure = await readPass(readSizedPage, reading);
      if (failure !== null) return failure;
      passesWithoutNews = reading.tasks.size === known ? passesWithoutNews + 1 : 0;
      if (passesWithoutNews === (reading.hasRepeats ? MOST_PASSES_WITHOUT_NEWS : 1)) break;
    }
    return reading.listing(serverClockOffset());
  }

  /** Asks for a first page that is answered with 400 once more, with the documented size. */
  #withSize(readPage: ReadPage<PageRequest>): ReadPage<Position> {
    let size = this.#size;
    return async (position) => {
      let page = await readPage({ ...position, size });
      if (isFailure(page) && page.status === 400 && position.number === 1 && size > DOCUMENTED_PAGE_SIZE) {
        size = DOCUMENTED_PAGE_SIZE;
        page = await readPage({ ...position, size });
      }
      if (isFailure(page)) return page;
      this.#isPreferredSizeAccepted ||= size === PREFERRED_PAGE_SIZE;
      // After a page of the preferred size, a 400 has another cause, so it is tried again at the next poll.
      if (!this.#isPreferredSizeAccepted) this.#size = size;
      return page;
    };
  }
}

/** Reads from the first page to the last, or until nothing is missing any more. */
async function readPass(readPage: ReadPage<Position>, reading: Reading): Promise<ApiFailure | null> {
  const isRereading = reading.hasBegun;
  const pass = new Pass();
  const cursors = new Set<string>();
  let cursor: string | null = null;
  for (let number = 1; number <= MOST_PAGES + 1; number += 1) {
    const page = await readPage({ number, cursor });
    if (isFailure(page)) {
      const isBehindEnd = reading.hasAll && ANSWERS_BEHIND_END.has(page.status);
      return isBehindEnd ? null : page;
    }
    if (number > MOST_PAGES && page.tasks.length > 0) break;
    const hasNewTasks = reading.add(page);
    const mayGoOn = pass.mayGoOn(page, reading.expected, hasNewTasks);
    if (!mayGoOn || (isRereading && reading.hasAll)) {
      reading.endPass(pass.received);
      return null;
    }
    cursor = page.nextCursor ?? null;
    if (cursor === null) continue;
    if (cursors.has(cursor)) {
      return transient('The pages of the listing do not add up: a cursor came twice; check base-url');
    }
    cursors.add(cursor);
  }
  return fatal(
    `The listing has more than ${MOST_PAGES} pages; narrow the wait with image, note or cluster-ids`,
  );
}

/** One way through the pages. */
class Pass {
  /** How many tasks came, repeats included. */
  received = 0;
  #pages = 0;
  #isTotalDoubtful = false;
  #wasEmpty = false;

  /**
   * Whether a page may follow this one.
   * @param expected how many tasks there are; `null` while unknown.
   * @param hasNewTasks whether the page showed tasks that were not known before.
   */
  mayGoOn({ tasks: { length }, total, nextCursor }: Page, expected: number | null, hasNewTasks: boolean) {
    this.received += length;
    this.#pages += 1;
    if (nextCursor !== undefined) return nextCursor !== null;
    // Some servers tell the size of the page as the total. Usual sizes of full pages are multiples of the documented one.
    if (this.#pages === 1) this.#isTotalDoubtful = total === length && length % DOCUMENTED_PAGE_SIZE === 0;
    const wasEmpty = this.#wasEmpty;
    this.#wasEmpty = length === 0;
    if (expected !== null && this.received < expected) return !(wasEmpty && length === 0);
    const isEndCertain = this.received === expected && !this.#isTotalDoubtful;
    return hasNewTasks && !isEndCertain;
  }
}

/** What all pages of one listing told. */
class Reading {
  /** Each task once, as the newest page shows it. */
  readonly tasks = new Map<string, PrewarmTask>();
  /** How many tasks there are: the newest total, without one what the last pass brought; `null` before. */
  expected: number | null = null;
  /** Whether the last pass brought as many as there are, so that repeats took the place of those that are missing. */
  hasRepeats = false;
  readonly #totals = new Set<number | null>();
  #begunAt: number | null = null;
  /** How many tasks the first page held when it held them all. */
  #countInOneAnswer: number | null = null;

  get hasBegun(): boolean {
    return this.#begunAt !== null;
  }

  get hasAll(): boolean {
    return this.expected !== null && this.tasks.size >= this.expected;
  }

  /** @returns whether the page shows a task that was not known before. */
  add(page: Page): boolean {
    const { tasks, total, nextCursor, sentAt } = page;
    if (this.#begunAt === null) {
      const isWhole = total === null ? nextCursor === null || tasks.length === 0 : total === tasks.length;
      if (isWhole) this.#countInOneAnswer = tasks.length;
      this.#begunAt = sentAt;
    }
    const known = this.tasks.size;
    for (const task of tasks) this.tasks.set(task.id, task);
    this.#totals.add(total);
    this.expected = total ?? this.expected;
    return this.tasks.size > known;
  }

  /** @param received how many tasks the pass brought, repeats included. */
  endPass(received: number): void {
    if (this.#totals.has(null)) this.expected = received;
    this.hasRepeats = this.expected !== null && received >= this.expected;
  }

  listing(serverClockOffset: number | null): Listing {
    const tasks = [...this.tasks.values()];
    return { tasks, mayBeIncomplete: this.#mayBeIncomplete(tasks, serverClockOffset), serverClockOffset };
  }

  /** A listing that came in one answer is complete. One in several answers may have changed between them. */
  #mayBeIncomplete(tasks: readonly PrewarmTask[], serverClockOffset: number | null): boolean {
    if (tasks.length === this.#countInOneAnswer) return false;
    const addsUp = this.#totals.size === 1 && this.#totals.has(tasks.length);
    if (!addsUp || this.#begunAt === null || serverClockOffset === null) return true;
    // Where a task was deleted and the total stayed, another one was created.
    const begunAt = (this.#begunAt + serverClockOffset) / 1000;
    return tasks.some((task) => task.createTime === null || isCreatedSince(task, begunAt));
  }
}
