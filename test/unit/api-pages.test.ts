import { describe, expect, it } from 'vitest';
import type { Page } from '../../src/api/decode-v1.ts';
import type { ReadPage } from '../../src/api/pagination.ts';
import { type ApiFailure, fatal, isFailure, transient } from '../../src/api/types.ts';
import type { PrewarmTask } from '../../src/tasks/task.ts';
import { task } from './support/factories.ts';
import { collect } from './support/listing.ts';

const tasksUpTo = (count: number) => Array.from({ length: count }, (_, index) => task({ id: `t${index}` }));

/** A server that deals a listing out in pages, and notes which of them it was asked for. */
function paged(
  tasks: readonly PrewarmTask[],
  size: number,
  {
    total = () => tasks.length,
    ...faults
  }: { total?: (page: number) => number | null } & Record<number, Page | ApiFailure> = {},
) {
  const asked: number[] = [];
  const readPage: ReadPage = async (page) => {
    asked.push(page);
    return faults[page] ?? { tasks: tasks.slice((page - 1) * size, page * size), total: total(page) };
  };
  return { readPage, asked };
}

async function idsOf(readPage: ReadPage): Promise<readonly string[]> {
  const tasks = await collect(readPage);
  if (isFailure(tasks)) throw new Error(tasks.problem);
  return tasks.map(({ id }) => id);
}

const doesNotAddUp = expect.objectContaining({
  kind: 'transient',
  problem: expect.stringContaining('do not add up'),
});

describe('a complete listing is read', () => {
  const counts = [0, 1, 10, 11, 49, 50, 51, 99, 100, 101, 1_000, 10_000];
  const cases = [10, 50, 100].flatMap((size) => counts.map((count) => [count, size] as const));
  it.each(cases)('of %i tasks in pages of %i', async (count, size) => {
    const tasks = tasksUpTo(count);
    const { readPage, asked } = paged(tasks, size);
    expect(await idsOf(readPage)).toEqual(tasks.map(({ id }) => id));
    expect(asked).toHaveLength(Math.max(1, Math.ceil(count / size)));
  });

  it.each([0, 1, 10, 11, 100, 101, 250])(
    'of %i tasks whose total is not told: to the first empty page',
    async (count) => {
      const tasks = tasksUpTo(count);
      const { readPage, asked } = paged(tasks, 10, { total: () => null });
      expect(await idsOf(readPage)).toEqual(tasks.map(({ id }) => id));
      expect(asked.at(-1)).toBe(count === 0 ? 1 : Math.ceil(count / 10) + 1);
    },
  );

  it('in pages of uneven size, some of them empty in the middle', async () => {
    const tasks = tasksUpTo(5);
    const pages = [tasks.slice(0, 2), [], tasks.slice(2, 5)];
    expect(await idsOf(async (page) => ({ tasks: pages[page - 1] ?? [], total: 5 }))).toHaveLength(5);
  });

  it('in pages one of which is empty where many more must follow', async () => {
    const tasks = tasksUpTo(11);
    const sizes = [2, 2, 2, 2, 0, 3];
    const pageAt = (page: number) => {
      const start = sizes.slice(0, page - 1).reduce((sum, size) => sum + size, 0);
      return tasks.slice(start, start + (sizes[page - 1] ?? 0));
    };
    expect(await idsOf(async (page) => ({ tasks: pageAt(page), total: 11 }))).toHaveLength(11);
  });

  it('in pages of which the first is the fullest', async () => {
    const tasks = tasksUpTo(7);
    const pages = [tasks.slice(0, 3), tasks.slice(3, 4), tasks.slice(4, 5), tasks.slice(5, 7)];
    expect(await idsOf(async (page) => ({ tasks: pages[page - 1] ?? [], total: 7 }))).toHaveLength(7);
  });

  it('of exactly 1,000 pages', async () => {
    const { readPage } = paged(tasksUpTo(1_000), 1);
    expect(await idsOf(readPage)).toHaveLength(1_000);
  });

  it('with no more than a few pages asked for at once', async () => {
    let open = 0;
    let most = 0;
    const { readPage } = paged(tasksUpTo(200), 10);
    const counting: ReadPage = async (page) => {
      open += 1;
      most = Math.max(most, open);
      await Promise.resolve();
      open -= 1;
      return readPage(page);
    };
    expect(await idsOf(counting)).toHaveLength(200);
    expect(most).toBeLessThanOrEqual(4);
  });
});

describe('a listing that does not add up is a failed poll', () => {
  const tasks = tasksUpTo(25);
  it.each<[string, ReadPage]>([
    ['a total that is too low', paged(tasks, 10, { total: () => 24 }).readPage],
    ['a total that is too low for the first page', paged(tasks, 10, { total: () => 9 }).readPage],
    ['a total of zero with tasks', paged(tasks, 10, { total: () => 0 }).readPage],
    ['a total that is too high', paged(tasks, 10, { total: () => 26 }).readPage],
    ['a total that is too high by pages', paged(tasks, 10, { total: () => 60 }).readPage],
    ['a total without a single task', paged([], 10, { total: () => 1 }).readPage],
    ['a total that grows in between', paged(tasks, 10, { total: (page) => 24 + page }).readPage],
    ['a total that shrinks in between', paged(tasks, 10, { total: (page) => 26 - page }).readPage],
    [
      'a total that is not told any more',
      paged(tasks, 10, { total: (page) => (page === 1 ? 25 : null) }).readPage,
    ],
    [
      'a total that is told later on',
      paged(tasks, 10, { total: (page) => (page === 1 ? null : 25) }).readPage,
    ],
    ['the same page for ever', async () => ({ tasks: tasks.slice(0, 10), total: 25 })],
    ['the same page for ever, its total not told', async () => ({ tasks: tasks.slice(0, 10), total: null })],
    ['a task twice on one page', async () => ({ tasks: [task(), task()], total: 2 })],
    [
      'a task that moved from one page to the next',
      paged(tasks, 10, { 2: { tasks: tasks.slice(9, 19), total: 25 } }).readPage,
    ],
    ['a page that lacks a task', paged(tasks, 10, { 2: { tasks: tasks.slice(11, 20), total: 25 } }).readPage],
    ['an empty page in the middle', paged(tasks, 10, { 2: { tasks: [], total: 25 } }).readPage],
  ])('%s', async (_name, readPage) => {
    expect(await collect(readPage)).toEqual(doesNotAddUp);
  });
});

describe('a page that fails fails the poll', () => {
  const tasks = tasksUpTo(100);
  it.each([1, 2, 5, 10])('page %i', async (page) => {
    const failure = transient('HTTP 503', 7_000);
    expect(await collect(paged(tasks, 10, { [page]: failure }).readPage)).toBe(failure);
  });

  it('as it is, fatal too', async () => {
    const failure = fatal('HTTP 404');
    expect(await collect(paged(tasks, 10, { 3: failure }).readPage)).toBe(failure);
  });

  it('and no page after it is asked for', async () => {
    const { readPage, asked } = paged(tasks, 10, { 1: transient('HTTP 503') });
    await collect(readPage);
    expect(asked).toEqual([1]);
  });
});

describe('more than 1,000 pages are an error', () => {
  const tooMany = expect.objectContaining({ kind: 'fatal', problem: expect.stringContaining('1000 pages') });

  it('told by the total, before they are read', async () => {
    const { readPage, asked } = paged(tasksUpTo(10_010), 10);
    expect(await collect(readPage)).toEqual(tooMany);
    expect(asked).toEqual([1]);
  });

  it('but a thousand are none, where the total is not told and only an empty page tells the end', async () => {
    const { readPage, asked } = paged(tasksUpTo(10_000), 10, { total: () => null });
    expect(await collect(readPage)).toHaveLength(10_000);
    expect(Math.max(...asked)).toBe(1_001);
  });

  it('where the total is not told, after one more', async () => {
    const endless = new Set<number>();
    const readPage: ReadPage = async (page) => {
      endless.add(page);
      return { tasks: [task({ id: `t${page}` })], total: null };
    };
    expect(await collect(readPage)).toEqual(tooMany);
    expect(endless.size).toBe(1_001);
  });

  it('where page after page lacks most of what the total says', async () => {
    const asked = new Set<number>();
    const readPage: ReadPage = async (page) => {
      asked.add(page);
      return { tasks: page === 1 ? tasksUpTo(10) : [task({ id: `late${page}` })], total: 9_000 };
    };
    expect(await collect(readPage)).toEqual(tooMany);
    expect(asked.size).toBe(1_001);
  });
});
