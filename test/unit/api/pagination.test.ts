import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ListingReader, type Page, type PageRequest } from '../../../src/api/pagination.ts';
import { type ApiFailure, fatal, isFailure, type Listing, transient } from '../../../src/api/types.ts';
import type { PrewarmTask } from '../../../src/tasks/task.ts';
import { task } from '../support/factories.ts';

const BEGUN = 1_800_000_000_000;
const SKEW = 90_000; // the server's clock is ahead

/** A listing that changes while it is read: each request takes some time, and changes fall due between requests. */
class Server {
  tasks: PrewarmTask[];
  now = BEGUN;
  requests: PageRequest[] = [];
  largestPage = 10;
  requestTime = 15;
  paging: 'numbers' | 'cursors' = 'numbers';
  /** The total that is told; `undefined` for the true one. */
  total: ((request: PageRequest) => number | null) | undefined;
  /** Called before each request is answered. */
  change: (request: PageRequest) => void = () => {};
  #created = 0;

  constructor(count: number) {
    this.tasks = Array.from({ length: count }, (_, index) => taskOf(`t${index}`, BEGUN + SKEW - 3_600_000));
  }

  newTask(): PrewarmTask {
    this.#created += 1;
    return taskOf(`new${this.#created}`, this.now + SKEW);
  }

  readonly readPage = async (request: PageRequest): Promise<Page | ApiFailure> => {
    const sentAt = this.now;
    this.requests.push(request);
    this.now += this.requestTime / 2;
    this.change(request);
    const size = Math.min(request.size, this.largestPage);
    const start = this.paging === 'numbers' ? (request.number - 1) * size : Number(request.cursor ?? 0);
    const tasks = this.tasks.slice(start, start + size);
    this.now += this.requestTime / 2;
    const total = this.total === undefined ? this.tasks.length : this.total(request);
    if (this.paging === 'numbers') return { tasks, total, sentAt };
    const nextCursor = start + size < this.tasks.length ? String(start + size) : null;
    return { tasks, total: null, nextCursor, sentAt };
  };

  async list(serverClockOffset: number | null = SKEW): Promise<Listing> {
    const listing = await new ListingReader().read(this.readPage, () => serverClockOffset);
    if (isFailure(listing)) throw new Error(listing.problem);
    return listing;
  }
}

const taskOf = (id: string, createdAt: number) => task({ id, createTime: Math.floor(createdAt / 1000) });

function server(count: number, settings: Partial<Server> = {}): Server {
  return Object.assign(new Server(count), settings);
}

/** Hands out these pages, whatever is asked for. */
function scripted(pageAt: (request: PageRequest) => Partial<Page> | ApiFailure) {
  const requests: PageRequest[] = [];
  const readPage = async (request: PageRequest): Promise<Page | ApiFailure> => {
    requests.push(request);
    const page = pageAt(request);
    return isFailure(page) ? page : { tasks: [], total: null, sentAt: BEGUN, ...page };
  };
  return { requests, list: () => new ListingReader().read(readPage, () => SKEW) };
}

const idsOf = (tasks: readonly PrewarmTask[]) => tasks.map(({ id }) => id);
const tasksUpTo = (count: number) => new Server(count).tasks;
const bothWays = ['numbers', 'cursors'] as const;

describe('a listing that stays as it is', () => {
  const counts = [0, 1, 9, 10, 11, 99, 100, 101, 250];
  const cases = bothWays.flatMap((paging) =>
    [1, 7, 10, 100].flatMap((size) => counts.map((count) => [count, size, paging] as const)),
  );
  it.each(cases)('of %i tasks in pages of %i by %s is read once', async (count, largestPage, paging) => {
    const listed = server(count, { largestPage, paging });
    const { tasks, mayBeIncomplete, serverClockOffset } = await listed.list();
    expect(idsOf(tasks)).toEqual(idsOf(listed.tasks));
    expect(serverClockOffset).toBe(SKEW);
    // By cursor, there is no total that would show a change between two pages.
    expect(mayBeIncomplete).toBe(paging === 'cursors' && count > largestPage);
    // Where the total says no more than a page that may be full, the next page is looked at too.
    const isLookedBehind = paging === 'numbers' && count > 0 && count % 10 === 0 && count <= largestPage;
    const pages = Math.max(1, Math.ceil(count / largestPage));
    expect(listed.requests).toHaveLength(isLookedBehind ? 2 : pages);
  });

  it.each<[string, number[], number | null]>([
    ['with one page empty in the middle', [2, 0, 3], 5],
    ['with a first page that is short', [1, ...Array<number>(15).fill(100)], 1_501],
    ['with an empty first page', [0, 10, 5], 15],
    ['with pages of all sizes', [3, 1, 1, 2], 7],
    ['whose total is not told', [10, 10, 5], null],
  ])('is read %s', async (_name, sizes, total) => {
    const all = tasksUpTo(sizes.reduce((sum, size) => sum + size, 0));
    const startOf = (number: number) => sizes.slice(0, number - 1).reduce((sum, size) => sum + size, 0);
    const tasksOf = (number: number) => all.slice(startOf(number), startOf(number + 1));
    const { list, requests } = scripted(({ number }) => ({ tasks: tasksOf(number), total }));
    expect(await list()).toMatchObject({ tasks: all, mayBeIncomplete: total === null });
    expect(requests.length).toBeLessThanOrEqual(sizes.length + 1);
  });

  it('is read through empty pages that a cursor leads on from', async () => {
    const tasks = tasksUpTo(5);
    const { list } = scripted(({ number }) => ({
      tasks: number === 5 ? tasks : [],
      nextCursor: number < 6 ? `at-${number + 1}` : null,
    }));
    expect(await list()).toMatchObject({ tasks, mayBeIncomplete: true });
  });

  it.each([200, 400, 404, 503])('is read with a full page and %i behind it', async (status) => {
    const behind = fatal('no such page', { status });
    const tasks = tasksUpTo(10);
    const { list } = scripted(({ number }) => (number === 1 ? { tasks, total: 10 } : behind));
    const whole = { tasks, mayBeIncomplete: false };
    expect(await list()).toMatchObject(status === 503 ? behind : whole);
  });

  it('is complete where it is empty, even without a total', async () => {
    const { list, requests } = scripted(() => ({}));
    expect([await list(), requests.length]).toMatchObject([{ tasks: [], mayBeIncomplete: false }, 1]);
  });
});

describe('a total that is wrong', () => {
  // biome-ignore format: short cases
  it.each<[string, number, number, (request: PageRequest) => number]>([
    ['stays as low as a full page', 25, 10, () => 10],
    ['stays as low as a full page of 100', 130, 100, () => 100],
    ['grows with the pages', 25, 10, ({ number }) => Math.min(25, number * 10)],
    ['is too low', 25, 10, () => 24], ['is too low for one page', 25, 100, () => 24],
    ['is zero', 25, 10, () => 0], ['is too high', 25, 10, () => 26],
    ['is too high by many pages', 25, 10, () => 60_000], ['is too high for one page', 3, 10, () => 9],
    ['is one although there is none', 0, 10, () => 1],
  ])('hides no task where it %s', async (_name, count, largestPage, total) => {
    const wrong = server(count, { largestPage, total });
    const { tasks, mayBeIncomplete } = await wrong.list();
    expect(tasks).toHaveLength(count);
    expect(mayBeIncomplete).toBe(true);
    expect(wrong.requests.length).toBeLessThanOrEqual(2 * (Math.ceil(count / largestPage) + 2));
  });

  it.each([25, null])('and the same page for ever end too, with a total of %s', async (total) => {
    const { list, requests } = scripted(() => ({ tasks: tasksUpTo(10), total }));
    expect(await list()).toMatchObject({ tasks: tasksUpTo(10), mayBeIncomplete: true });
    expect(requests.length).toBeLessThanOrEqual(12);
  });
});

describe('a listing that moves while it is read', () => {
  const newestFirst = (listed: Server) => listed.tasks.unshift(listed.newTask());
  const oldestFirst = (listed: Server) => listed.tasks.push(listed.newTask());
  // biome-ignore format: short cases
  const accounts = [[2_000, 10, 15, 200], [2_000, 10, 15, 1_000], [300, 100, 100, 200]] as const;
  const ways = bothWays.flatMap((paging) =>
    [newestFirst, oldestFirst].map((create) => [paging, create] as const),
  );
  const cases = accounts.flatMap((account) => ways.map((way) => [...account, ...way] as const));
  const isOnePass =
    'is read in hardly more than one pass: %i tasks, %i a page, %i ms a request, each %i ms one more';
  it.each(cases)(
    `${isOnePass}, by %s, %o`,
    async (count, largestPage, requestTime, every, paging, create) => {
      const busy = server(count, { largestPage, requestTime, paging });
      let created = 0;
      busy.change = () => {
        for (; created < (busy.now - BEGUN) / every; created += 1) create(busy);
      };
      const { tasks, mayBeIncomplete } = await busy.list();
      const ids = new Set(idsOf(tasks));
      expect(ids.size).toBe(tasks.length);
      expect(tasksUpTo(count).filter(({ id }) => !ids.has(id))).toEqual([]);
      expect(mayBeIncomplete).toBe(true);
      // Only a total tells that there are more by now.
      if (paging === 'numbers') expect(tasks).toHaveLength(busy.tasks.length);
      expect(busy.requests.length).toBeLessThanOrEqual((count / largestPage) * 1.05 + 4);
    },
  );

  it.each(bothWays)('in random order is nearly always read whole, by %s', async (paging) => {
    const wholes = Array.from({ length: 50 }, async (_, round) => {
      const tied = server(30, { paging });
      const anyOrder = fc.shuffledSubarray(tied.tasks, { minLength: 30 });
      const random = fc.sample(anyOrder, { numRuns: 40, seed: round });
      tied.change = () => {
        tied.tasks = random[tied.requests.length] ?? [];
      };
      const { tasks, mayBeIncomplete } = await tied.list();
      expect(tasks.length === 30 || mayBeIncomplete).toBe(true);
      expect(tied.requests.length).toBeLessThanOrEqual(30);
      return tasks.length === 30;
    });
    expect((await Promise.all(wholes)).filter((isWhole) => isWhole).length).toBeGreaterThan(45);
  });

  it('shows the newest state of a task that comes twice', async () => {
    const moving = server(20);
    moving.change = ({ number }) => {
      if (number !== 2) return;
      moving.tasks = moving.tasks.map((task) => ({ ...task, state: 'Succeeded' }));
      newestFirst(moving);
    };
    const { tasks } = await moving.list();
    expect(tasks.find(({ id }) => id === 't9')?.state).toBe('Succeeded');
  });

  const BEGUN_SECONDS = (BEGUN + SKEW) / 1000;
  it.each<[string, number | null, number | null, boolean]>([
    ['5 s before the first page was asked for', BEGUN_SECONDS - 5, SKEW, true],
    ['more than 5 s before', BEGUN_SECONDS - 6, SKEW, false],
    ['long before, by a clock that is not known', BEGUN_SECONDS - 60, null, true],
    ['at a time that is not told', null, SKEW, true],
  ])('is judged by a task that was created %s', async (_when, createTime, offset, expected) => {
    const listed = server(11);
    listed.tasks[3] = task({ id: 't3', createTime });
    expect((await listed.list(offset)).mayBeIncomplete).toBe(expected);
  });

  it('is not in question on one page, however new its tasks are', async () => {
    const listed = server(3);
    listed.tasks.push(listed.newTask());
    expect((await listed.list(null)).mayBeIncomplete).toBe(false);
  });

  const change = fc.record({ request: fc.nat(12), at: fc.nat(40), isCreation: fc.boolean() });
  it('never lacks a task that existed throughout without saying so, and shows each once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          count: fc.nat(35),
          largestPage: fc.integer({ min: 1, max: 12 }),
          paging: fc.constantFrom(...bothWays),
          requestTime: fc.constantFrom(20, 3_000),
          isTotalTold: fc.boolean(),
          changes: fc.array(change, { maxLength: 8 }),
          clockError: fc.integer({ min: -3_000, max: 3_000 }),
        }),
        async ({ count, changes, isTotalTold, clockError, ...settings }) => {
          const moving = server(count, { ...settings, total: isTotalTold ? undefined : () => null });
          moving.change = () => {
            for (const { request, at, isCreation } of changes) {
              if (request !== moving.requests.length) continue;
              const index = at % (moving.tasks.length + 1);
              if (isCreation) moving.tasks.splice(index, 0, moving.newTask());
              else moving.tasks.splice(index, 1);
            }
          };
          const { tasks, mayBeIncomplete } = await moving.list(SKEW + clockError);
          const ids = new Set(idsOf(tasks));
          expect(ids.size).toBe(tasks.length);
          const throughout = moving.tasks.filter(({ id }) => !id.startsWith('new'));
          const lacking = throughout.filter(({ id }) => !ids.has(id));
          if (!mayBeIncomplete) expect(lacking).toEqual([]);
          expect(moving.requests.length).toBeLessThanOrEqual(10 * (count + 12));
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('a page that fails', () => {
  it.each([1, 2, 5])('fails the listing: page %i, and none after it is asked for', async (failing) => {
    const failure = transient('HTTP 503', { status: 503, retryAfter: 7_000 });
    const pageAt = (number: number) => ({ tasks: [taskOf(`t${number}`, BEGUN)], total: 9 });
    const { list, requests } = scripted(({ number }) => (number === failing ? failure : pageAt(number)));
    expect(await list()).toBe(failure);
    expect(requests).toHaveLength(failing);
  });

  it('by a cursor that leads back fails it too', async () => {
    const { list, requests } = scripted(({ number }) => ({ nextCursor: `at-${number % 3}` }));
    expect(await list()).toMatchObject({ kind: 'transient', problem: expect.stringMatching(/add up/) });
    expect(requests).toHaveLength(4);
  });
});

describe('a page of 100 that is answered with 400', () => {
  const refusal = fatal('参数错误', { kind: 'refused', status: 400 });

  /** The page sizes that are asked for, listing after listing, of a server that refuses 100 in some of them. */
  async function sizesAskedFor(isRefusing: readonly boolean[]) {
    const { readPage } = server(15, { largestPage: 100 });
    const reader = new ListingReader();
    const sizes: number[] = [];
    for (const refuses of isRefusing) {
      const read = async (request: PageRequest) => {
        sizes.push(request.size);
        return refuses && request.size === 100 ? refusal : readPage(request);
      };
      expect(await reader.read(read, () => SKEW)).toMatchObject({ tasks: { length: 15 } });
    }
    return sizes;
  }

  it.each([
    ['is asked for once more with 10, and so are all later pages', [true, true], [100, 10, 10, 10, 10]],
    ['changes one listing alone where such a page came', [false, true, false], [100, 100, 10, 10, 100]],
  ])('%s', async (_what, isRefusing, sizes) => {
    expect(await sizesAskedFor(isRefusing)).toEqual(sizes);
  });

  it.each([
    ['a page of 10 is refused too', 1, [100, 10]],
    ['it is not the first', 2, [100, 100]],
  ])('fails the listing where %s', async (_what, refused, sizes) => {
    const page = { tasks: tasksUpTo(10), total: 30 };
    const { list, requests } = scripted(({ number }) => (number === refused ? refusal : page));
    expect(await list()).toBe(refusal);
    expect(requests.map(({ size }) => size)).toEqual(sizes);
  });
});

describe('more than 1,000 pages', () => {
  const kinds: Partial<Server>[] = [{}, { total: () => null }, { paging: 'cursors' }];
  it.each(kinds)('are an error, and 1,000 are not: %o', async (settings) => {
    const longest = server(1_000, { largestPage: 1, ...settings });
    expect((await longest.list()).tasks).toHaveLength(1_000);
    const { readPage, requests } = server(1_001, { largestPage: 1, ...settings });
    const failure = await new ListingReader().read(readPage, () => SKEW);
    expect(failure).toMatchObject({ kind: 'fatal', problem: expect.stringContaining('1000 pages') });
    expect(requests).toHaveLength(1_001);
  });

  it('that are all empty are one too', async () => {
    const { list, requests } = scripted(({ number }) => ({ nextCursor: `at-${number}` }));
    expect([await list(), requests.length]).toMatchObject([{ kind: 'fatal' }, 1_001]);
  });
});
