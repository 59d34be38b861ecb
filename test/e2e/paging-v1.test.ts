import { describe, expect, test } from 'vitest';
import { type Fault, on } from '../simulator/fault.ts';
import { drifting, duplicates, emptyPage, samePageForEver, status, total } from '../simulator/faults.ts';
import { V1_LIST_PATH } from '../simulator/v1.ts';
import { ago, task } from '../simulator/wire.ts';
import { lone, many, play, requestsOf, type Scene, until } from './support.ts';

const AT_ONCE = { 'appear-timeout': '0' };
/** For a thousand requests on a busy machine. */
const PATIENT: Scene = { inputs: { timeout: '10m' }, step: { guardMs: 90_000 } };

describe.concurrent('the query', () => {
  test.each([
    ['an image', { image: 'app' }, { name: 'app' }],
    ['an image with host, path and tag', { image: 'h.example.com:5000/team/app:v1' }, { name: 'app' }],
    ['an image with a digest', { image: `team/app@sha256:${'a'.repeat(64)}` }, { name: 'app' }],
    ['a note', { image: '', note: 'build 7 & more?' }, { name: 'build 7 & more?' }],
    ['an image and a note', { image: 'team/app', note: 'build 7' }, { name: 'app' }],
    ['task ids', { image: '', 'task-ids': 't1,t2' }, {}],
    ['one cluster', { 'cluster-ids': 'cluster a/ß' }, { name: 'app', clusterId: 'cluster a/ß' }],
    ['one cluster, named twice', { 'cluster-ids': 'a,a' }, { name: 'app', clusterId: 'a' }],
    ['two clusters', { 'cluster-ids': 'a,b' }, { name: 'app' }],
    ['products and a time', { 'product-ids': 'p', 'created-after': '1h' }, { name: 'app' }],
  ])('for %s asks for no more and no less', async (_what, inputs, expected) => {
    const { result, sim } = await play({ inputs: { ...inputs, ...AT_ONCE } });
    expect(result).toBe('not-found');
    expect(sim.requests.map(({ path, query }) => ({ path, query }))).toEqual([
      { path: V1_LIST_PATH, query: { page: '1', pageSize: '100', ...expected } },
    ]);
  });

  test('stays the same from poll to poll and from page to page', async () => {
    const { sim } = await play({
      tasks: [...many(4), until(2, { state: 'Succeeded' }, { id: 'slow', clusterId: 'slow' })],
      maxPageSize: 3,
    });
    expect(sim.requests.map(({ query }) => `${query['name']} ${query['page']} ${query['pageSize']}`)).toEqual(
      ['app 1 100', 'app 2 100', 'app 1 100', 'app 2 100'],
    );
  });
});

describe.concurrent('a listing', () => {
  test.each([
    [1, 1],
    [9, 1],
    [10, 1],
    [11, 1],
    [99, 1],
    [100, 1],
    [101, 2],
    [200, 2],
    [201, 3],
  ])('of %i tasks is read whole, in %i requests', async (count, requests) => {
    const ended = await play({ tasks: many(count) });
    expect([ended.result, ended.outputs['total-count']]).toEqual(['succeeded', String(count)]);
    expect(ended.sim.requests).toHaveLength(requests);
  });

  test('of no tasks is read in one request', async () => {
    const ended = await play({ inputs: AT_ONCE });
    expect([ended.result, ended.sim.requests.length]).toEqual(['not-found', 1]);
  });

  test('of up to 100 tasks takes one request in every poll', async () => {
    const slow = until(3, { state: 'Succeeded' }, { id: 'slow', clusterId: 'slow' });
    const { result, sim } = await play({ tasks: [...many(99), slow] });
    expect([result, requestsOf(sim)]).toEqual(['succeeded', ['1.1 200', '2.1 200', '3.1 200']]);
  });

  const orders = ['as-given', 'newest-first', 'reversed-each-poll', { seed: 3 }] as const;
  test.each([1, 7, 10, 50].flatMap((cap) => orders.map((order) => [cap, order] as const)))(
    'on a server that serves %i tasks a page, in the order %j, is read whole',
    async (cap, order) => {
      const count = 2 * cap + 1;
      const tasks = Array.from({ length: count }, (_, index) =>
        lone(`t${index}`, { createTime: ago(9_000 - index) }),
      );
      // The last one decides, wherever the order puts it.
      const ended = await play({
        tasks: [...tasks, until(2, { state: 'Failed' }, { id: 'last', clusterId: 'last' })],
        maxPageSize: cap,
        order,
      });
      expect([ended.result, ended.outputs['total-count']]).toEqual(['failed', String(count + 1)]);
      const pages = Math.ceil((count + 1) / cap);
      const asked = ended.sim.requests.map(({ poll, page }) => `${poll}.${page}`);
      const expected = [1, 2].flatMap((poll) =>
        Array.from({ length: pages }, (_, index) => `${poll}.${index + 1}`),
      );
      expect(asked.toSorted()).toEqual(expected.toSorted());
    },
  );

  test.each([10, 50])('is read from a server that refuses more than %i tasks a page', async (cap) => {
    const ended = await play({ tasks: many(60), maxPageSize: cap, overMaxPageSize: 'refuse' });
    expect([ended.result, ended.outputs['total-count']]).toEqual(['succeeded', '60']);
  });

  test('of 1,000 pages is read', { timeout: 100_000 }, async () => {
    const ended = await play({ tasks: many(1000), maxPageSize: 1, ...PATIENT });
    expect([ended.result, ended.outputs['total-count']]).toEqual(['succeeded', '1000']);
    expect(ended.sim.requests).toHaveLength(1000);
  });

  test('of more than 1,000 pages is an error', async () => {
    const ended = await play({ tasks: many(1001), maxPageSize: 1 });
    expect([ended.result, ended.outputs['total-count']]).toEqual(['error', '0']);
    expect(ended.message).toMatch(/1,?000 pages/);
  });

  test('of pages without end is an error, not an endless loop', { timeout: 100_000 }, async () => {
    const endless: Fault = {
      name: 'endless pages',
      listing: (_page, { page }) => ({ data: [{ id: `t${page}`, state: 'Running' }], total: undefined }),
    };
    const ended = await play({ faults: [endless], ...PATIENT });
    expect(ended.result).toBe('error');
    expect(ended.sim.requests.length).toBeLessThanOrEqual(1001);
  });
});

describe.concurrent('pages that do not add up', () => {
  const drift = (by: number) => on({ page: { from: 2 } }, drifting(by));
  test.each<[string, Fault, number]>([
    ['a task came in at the front while they were read', drift(1), 10],
    ['a task went while they were read', drift(-1), 10],
    ['the total is more than there is', total((real: number) => real + 1), 100],
    ['the total is less than there is', total((real: number) => real - 1), 100],
    ['the total changes between pages', on({ page: 2 }, total(26)), 10],
    ['a page in the middle is empty', on({ page: 2 }, emptyPage()), 10],
    ['the last page is empty', on({ page: 3 }, emptyPage()), 10],
    ['the only page is empty', emptyPage(), 100],
    ['tasks come twice', duplicates(), 100],
    ['it is the same page for ever', samePageForEver(), 10],
    ['a page fails', on({ page: 3 }, status(503)), 10],
  ])('are a failed poll: %s', async (_what, fault, maxPageSize) => {
    const ended = await play({
      tasks: many(25),
      maxPageSize,
      faults: [{ ...fault, aim: { ...fault.aim, poll: 1 } }],
      inputs: AT_ONCE,
    });
    expect([ended.result, ended.outputs['total-count']]).toEqual(['succeeded', '25']);
    expect(ended.file).toMatchObject({ polls: 2, failedPolls: 1 });
  });

  test('decide nothing, neither that a task failed nor that all succeeded', async () => {
    for (const state of ['Failed', 'Succeeded']) {
      const ended = await play({
        tasks: [
          task({ id: 'older', createTime: ago(900), state }),
          task({ id: 'newer', createTime: ago(10), state: state === 'Failed' ? 'Succeeded' : 'Failed' }),
        ],
        maxPageSize: 1,
        faults: [on({ poll: 1, page: 2 }, status(500))],
        inputs: AT_ONCE,
      });
      expect([ended.result, ended.taskIds]).toEqual([state === 'Failed' ? 'succeeded' : 'failed', ['newer']]);
      expect(ended.file).toMatchObject({ polls: 2, failedPolls: 1 });
    }
  });

  test('do not count as the first absence of a task', async () => {
    const ended = await play({
      tasks: [
        task({
          id: 'gone',
          state: 'Running',
          steps: [
            { fromPoll: 2, gone: true },
            { fromPoll: 4, gone: false, state: 'Succeeded' },
          ],
        }),
        lone('other'),
      ],
      faults: [on({ poll: 3 }, total(9))],
    });
    expect([ended.result, ended.file.polls]).toEqual(['succeeded', 4]);
  });
});
