import { describe, expect, it } from 'vitest';
import type { Page } from '../../src/api/decode-v2.ts';
import { readToLastCursor } from '../../src/api/pagination.ts';
import { type ApiFailure, fatal, transient } from '../../src/api/types.ts';
import type { PrewarmTask } from '../../src/tasks/task.ts';
import { task } from './support/factories.ts';

const tasksUpTo = (count: number) => Array.from({ length: count }, (_, index) => task({ id: `t${index}` }));

/** A server that deals out pages, each at the cursor `at-N`, and notes which cursors it was asked for. */
function paged(pages: readonly (readonly PrewarmTask[])[], faults: Record<number, Page | ApiFailure> = {}) {
  const asked: (string | null)[] = [];
  const readPage = async (cursor: string | null): Promise<Page | ApiFailure> => {
    asked.push(cursor);
    const number = cursor === null ? 1 : Number(cursor.slice('at-'.length));
    const nextCursor = number < pages.length ? `at-${number + 1}` : null;
    return faults[number] ?? { tasks: pages[number - 1] ?? [], nextCursor };
  };
  return { readPage, asked };
}

function inPages(tasks: readonly PrewarmTask[], size: number): PrewarmTask[][] {
  const count = Math.max(1, Math.ceil(tasks.length / size));
  return Array.from({ length: count }, (_, index) => tasks.slice(index * size, (index + 1) * size));
}

async function read(readPage: (cursor: string | null) => Promise<Page | ApiFailure>) {
  const ids: string[] = [];
  const failure = await readToLastCursor(readPage, ({ id }) => ids.push(id));
  return { failure, ids };
}

const doesNotAddUp = expect.objectContaining({
  kind: 'transient',
  problem: expect.stringContaining('do not add up'),
});

describe('a listing is read to its last cursor', () => {
  const counts = [0, 1, 10, 11, 100, 101, 1_000];
  const cases = [1, 10, 100].flatMap((size) => counts.map((count) => [count, size] as const));
  it.each(cases)('of %i tasks in pages of %i', async (count, size) => {
    const tasks = tasksUpTo(count);
    const { readPage, asked } = paged(inPages(tasks, size));
    expect(await read(readPage)).toEqual({ failure: null, ids: tasks.map(({ id }) => id) });
    expect(asked).toHaveLength(Math.max(1, Math.ceil(count / size)));
    expect(new Set(asked).size).toBe(asked.length);
    expect(asked[0]).toBeNull();
  });

  it('in pages of uneven size, some of them empty', async () => {
    const tasks = tasksUpTo(5);
    const { readPage } = paged([[], tasks.slice(0, 2), [], [], tasks.slice(2, 5), []]);
    expect(await read(readPage)).toMatchObject({ failure: null, ids: { length: 5 } });
  });

  it('one page after the other', async () => {
    let open = 0;
    const { readPage } = paged(inPages(tasksUpTo(20), 2));
    const counting = async (cursor: string | null) => {
      open += 1;
      expect(open).toBe(1);
      const page = await readPage(cursor);
      open -= 1;
      return page;
    };
    expect((await read(counting)).failure).toBeNull();
  });
});

describe('a listing that does not add up is a failed poll', () => {
  const [one, two, three] = inPages(tasksUpTo(6), 2) as [PrewarmTask[], PrewarmTask[], PrewarmTask[]];
  it.each<[string, Record<number, Page>]>([
    ['a cursor that leads to itself', { 2: { tasks: [], nextCursor: 'at-2' } }],
    ['a cursor that leads back', { 3: { tasks: three, nextCursor: 'at-2' } }],
    ['the first page again', { 2: { tasks: one, nextCursor: 'at-3' } }],
    ['a task that moved to the next page', { 2: { tasks: [...one.slice(1), ...two], nextCursor: 'at-3' } }],
    ['a task twice on one page', { 1: { tasks: [...one, ...one], nextCursor: null } }],
  ])('%s', async (_name, faults) => {
    const { readPage, asked } = paged([one, two, three], faults);
    expect((await read(readPage)).failure).toEqual(doesNotAddUp);
    expect(asked.length).toBeLessThanOrEqual(3);
  });
});

describe('a page that fails fails the poll', () => {
  it.each([1, 2, 5])('page %i, as it is, and no page after it is asked for', async (number) => {
    for (const failure of [transient('HTTP 503', 7_000), fatal('HTTP 400')]) {
      const { readPage, asked } = paged(inPages(tasksUpTo(50), 10), { [number]: failure });
      expect((await read(readPage)).failure).toBe(failure);
      expect(asked).toHaveLength(number);
    }
  });
});

describe('more than 1,000 pages', () => {
  it('are an error', async () => {
    const { readPage, asked } = paged(inPages(tasksUpTo(1_001), 1));
    expect((await read(readPage)).failure).toMatchObject({
      kind: 'fatal',
      problem: expect.stringContaining('1000 pages'),
    });
    expect(asked.length).toBeLessThanOrEqual(1_001);
  });

  it('that are all empty are one too', async () => {
    let pages = 0;
    const readPage = async (): Promise<Page> => {
      pages += 1;
      return { tasks: [], nextCursor: `endless-${pages}` };
    };
    expect((await read(readPage)).failure).toMatchObject({ kind: 'fatal' });
    expect(pages).toBeLessThanOrEqual(1_001);
  });
});
