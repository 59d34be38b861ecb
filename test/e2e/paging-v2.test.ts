import { describe, expect, test } from 'vitest';
import { cursor, endlessCursors, hasMore, stuckCursor } from '../simulator/cursor-faults.ts';
import { type Fault, on } from '../simulator/fault.ts';
import {
  data,
  drifting,
  duplicates,
  emptyPage,
  html,
  samePageForEver,
  shape,
  status,
} from '../simulator/faults.ts';
import { startSimulator } from '../simulator/server.ts';
import { V2_LIST_PATH } from '../simulator/v2.ts';
import { ago } from '../simulator/wire.ts';
import { hang } from '../simulator/wire-faults.ts';
import { lone, many, play, requestsOf, type Scene, until } from './support.ts';

const AT_ONCE = { 'appear-timeout': '0' };
const FAILED = { state: 'Failed', reason: ['no such tag'] };
/** For a thousand requests on a busy machine. */
const PATIENT: Scene = { inputs: { timeout: '10m' }, step: { guardMs: 85_000 } };
const PATIENCE = { timeout: 90_000 };

describe.concurrent('the query', () => {
  test.each([
    ['an image', { image: 'app' }, { name: 'app' }],
    ['an image with host, path and tag', { image: 'h.example.com:5000/team/app:v1' }, { name: 'app' }],
    ['an image with a digest', { image: `team/app@sha256:${'a'.repeat(64)}` }, { name: 'app' }],
    ['a note', { image: '', note: 'build 7 & more?' }, { name: 'build 7 & more?' }],
    ['an image and a note', { image: 'team/app', note: 'build 7' }, { name: 'app' }],
    ['one cluster', { 'cluster-ids': 'cluster a/ß' }, { name: 'app', region_id: 'cluster a/ß' }],
    ['one cluster, named twice', { 'cluster-ids': 'a,a' }, { name: 'app', region_id: 'a' }],
    ['two clusters', { 'cluster-ids': 'a,b' }, { name: 'app' }],
    ['products and a time', { 'product-ids': 'p', 'created-after': '1h' }, { name: 'app' }],
  ])('for %s asks for no more and no less, and has no cursor at first', async (_what, inputs, expected) => {
    const { result, sim } = await play({ inputs: { ...inputs, ...AT_ONCE } });
    expect(result).toBe('not-found');
    expect(sim.requests.map(({ path, query }) => ({ path, query }))).toEqual([
      { path: V2_LIST_PATH, query: { limit: '100', ...expected } },
    ]);
  });

  test('stays the same from page to page and from poll to poll, but for the cursor', async () => {
    const { sim } = await play({
      tasks: [...many(4), until(2, { state: 'Succeeded' }, { id: 'slow', clusterId: 'slow' })],
      maxPageSize: 3,
      inputs: { note: '', 'cluster-ids': '' },
    });
    for (const { page, query } of sim.requests) {
      const { cursor: sent, ...others } = query;
      expect(others).toEqual({ limit: '100', name: 'app' });
      expect(sent === undefined).toBe(page === 1);
    }
    expect(new Set(sim.requests.map(({ page }) => page))).toEqual(new Set([1, 2]));
  });

  test('hands a cursor back as it came, whatever is in it', async () => {
    const odd = '.+/=&?# %41"\\ü🚀';
    const { result, sim } = await play({
      tasks: many(3),
      maxPageSize: 2,
      faults: [cursor((real) => (real === '' ? '' : `${real}${odd}`))],
    });
    expect(result).toBe('succeeded');
    const sent = sim.requests.flatMap(({ query }) => query['cursor'] ?? []);
    expect(sent.length).toBeGreaterThan(0);
    for (const text of sent) {
      expect(text.endsWith(odd), text).toBe(true);
    }
  });

  test('goes below the path prefix of the address', async () => {
    await using api = await startSimulator({ tasks: [lone('a')], pathPrefix: '/gateway/gpu' });
    const ended = await play({ inputs: { 'base-url': `${api.url}/` } });
    expect([ended.result, requestsOf(api)]).toEqual(['succeeded', ['1.1 200']]);
    expect(api.requests[0]?.path).toBe(`/gateway/gpu${V2_LIST_PATH}`);
  });
});

describe.concurrent('a listing', () => {
  // Cursors come one after the other, and nothing tells whether a task slipped from one page to another meanwhile:
  // several pages are read twice before they decide.
  test.each([
    [1, 1],
    [99, 1],
    [100, 1],
    [101, 4],
    [200, 4],
    [201, 6],
  ])('of %i tasks is read whole, in %i requests', async (count, requests) => {
    const ended = await play({ tasks: many(count) });
    expect([ended.result, ended.outputs['total-count']]).toEqual(['succeeded', String(count)]);
    expect(ended.sim.requests).toHaveLength(requests);
  });

  test('of up to 100 tasks takes one request in every poll', async () => {
    const slow = until(3, { state: 'Succeeded' }, { id: 'slow', clusterId: 'slow' });
    const { result, sim } = await play({ tasks: [...many(99), slow] });
    expect([result, requestsOf(sim)]).toEqual(['succeeded', ['1.1 200', '2.1 200', '3.1 200']]);
  });

  const orders = ['as-given', 'newest-first', 'reversed-each-poll', { seed: 3 }] as const;
  test.each([1, 7, 50].flatMap((cap) => orders.map((order) => [cap, order] as const)))(
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
      expect(ended.sim.requests.map(({ poll, page }) => `${poll}.${page}`)).toEqual(
        [1, 2, 3].flatMap((poll) => Array.from({ length: pages }, (_, index) => `${poll}.${index + 1}`)),
      );
    },
  );

  test.each([10, 50])('is read from a server that refuses a limit of more than %i', async (cap) => {
    const tasks = [...many(60), until(2, { state: 'Succeeded' }, { id: 'slow', clusterId: 'slow' })];
    const ended = await play({ tasks, maxPageSize: cap, overMaxPageSize: 'refuse' });
    expect([ended.result, ended.outputs['total-count']]).toEqual(['succeeded', '61']);
    const limits = ended.sim.requests.map(({ query }) => query['limit']);
    expect([limits[0], ...new Set(limits.slice(1))], 'the refusal is remembered').toEqual(['100', '10']);
  });

  test('is not read from a server that refuses every limit', async () => {
    const ended = await play({ faults: [status(400, { message: 'limit is not valid' })] });
    expect([ended.result, requestsOf(ended.sim)]).toEqual(['error', ['1.1 400', '2.1 400']]);
    expect(ended.message).toContain('limit is not valid');
  });

  test('with empty pages in between is read to its end', async () => {
    const ended = await play({
      tasks: [...many(25), lone('last', FAILED)],
      maxPageSize: 5,
      faults: [
        {
          name: 'empty pages in between',
          listing: (page, { page: number }) => ({ ...page, data: number % 2 === 0 ? [] : page.data }),
        },
      ],
    });
    // Pages 1, 3 and 5 have five tasks each; the sixth, which is empty, has no more.
    expect([ended.result, ended.outputs['total-count']]).toEqual(['succeeded', '15']);
    expect(new Set(ended.sim.requests.map(({ page }) => page))).toEqual(new Set([1, 2, 3, 4, 5, 6]));
  });

  test('of 1,000 pages is read', PATIENCE, async () => {
    const ended = await play({ tasks: many(1_000), maxPageSize: 1, ...PATIENT });
    expect([ended.result, ended.outputs['total-count']]).toEqual(['succeeded', '1000']);
    expect(ended.sim.requests).toHaveLength(2_000);
  });

  test('of more than 1,000 pages is an error', PATIENCE, async () => {
    const ended = await play({ tasks: many(1_001), maxPageSize: 1, ...PATIENT });
    expect([ended.result, ended.outputs['total-count']]).toEqual(['error', '0']);
    expect(ended.message).toMatch(/1,?000 pages/);
    expect(ended.sim.requests.length).toBeLessThanOrEqual(1_001);
  });

  test('of empty pages without end is an error, not an endless loop', PATIENCE, async () => {
    const ended = await play({ tasks: [lone('a')], faults: [endlessCursors()], ...PATIENT });
    expect([ended.result, ended.outputs['total-count']]).toEqual(['error', '0']);
    expect(ended.message).toMatch(/1,?000 pages/);
    expect(ended.sim.requests.length).toBeLessThanOrEqual(1_001);
  });
});

/** 25 tasks, 10 a page, of which the last one failed: without the last page all would be well. */
const THREE_PAGES: Scene = { tasks: [...many(24), lone('last', FAILED)], maxPageSize: 10 };

describe.concurrent('pages that do not add up', () => {
  test.each<[string, Fault]>([
    ['a task came in at the front while they were read', drifting(1)],
    ['tasks come twice', duplicates()],
    ['it is the same page for ever', samePageForEver()],
    ['a cursor leads to where it came from', stuckCursor()],
    ['there is more, but no cursor', hasMore(true)],
    [
      'there is more, but the cursor is empty',
      on(
        { page: 2 },
        cursor(() => ''),
      ),
    ],
    [
      'there is more, but the cursor is null',
      on(
        { page: 2 },
        cursor(() => null),
      ),
    ],
    [
      'there is more, but the cursor is left out',
      on(
        { page: 1 },
        cursor(() => undefined),
      ),
    ],
    [
      'there is more, but the cursor is an object',
      on(
        { page: 2 },
        cursor(() => ({ offset: 10 })),
      ),
    ],
    ['whether there is more is a word', on({ page: 2 }, hasMore('perhaps'))],
    ['whether there is more is a number', on({ page: 2 }, hasMore(1))],
    ['a page fails', on({ page: 3 }, status(503))],
    ['a page hangs', on({ page: 3 }, hang())],
    ['a page is for people', on({ page: 2 }, html())],
    ['a page has no list', on({ page: 2 }, shape({ next_cursor: '', has_more: false }))],
    [
      'a page has an object for a list',
      on(
        { page: 2 },
        data(() => ({})),
      ),
    ],
    ['a page is of the other version', on({ page: 2 }, shape({ tasks: [], total: 25 }))],
  ])('are a failed poll: %s', async (_what, fault) => {
    const ended = await play({
      ...THREE_PAGES,
      faults: [{ ...fault, aim: { ...fault.aim, poll: 1 } }],
      inputs: { ...AT_ONCE, 'request-timeout': '2s' },
    });
    expect([ended.result, ended.outputs['total-count']]).toEqual(['failed', '25']);
    expect(ended.file).toMatchObject({ polls: 3, failedPolls: 1 });
  });

  test.each<[string, Fault]>([
    ['a cursor that is there is what counts', hasMore(undefined)],
    ['null says nothing', hasMore(null)],
    ['the word true is true', on({ page: [1, 2] }, hasMore('true'))],
  ])('are a good listing where it is not said whether there is more: %s', async (_what, fault) => {
    const ended = await play({ ...THREE_PAGES, faults: [fault], inputs: AT_ONCE });
    expect([ended.result, ended.outputs['total-count'], ended.file.failedPolls]).toEqual(['failed', '25', 0]);
  });

  test('are a listing that ends where it says that there is no more, cursor or not', async () => {
    const faults = [
      on(
        { page: 3 },
        cursor(() => 'a-cursor-all-the-same'),
      ),
    ];
    const ended = await play({ ...THREE_PAGES, faults, inputs: AT_ONCE });
    expect([ended.result, ended.outputs['total-count'], ended.file.failedPolls]).toEqual(['failed', '25', 0]);
  });

  test('for ever are an error, though most of the tasks are there', async () => {
    const ended = await play({
      ...THREE_PAGES,
      faults: [stuckCursor()],
      inputs: { timeout: '1s', require: 'any' },
    });
    expect([ended.result, ended.outputs['total-count']]).toEqual(['error', '0']);
  });

  test('because a cursor has expired are an error that says what the API says', async () => {
    const faults = [on({ page: 2 }, status(400, { message: 'cursor expired' }))];
    const ended = await play({ ...THREE_PAGES, faults });
    expect(ended.result).toBe('error');
    expect(ended.message).toContain('cursor expired');
  });
});

describe.concurrent('a task that slips from a page that is still to be read to one that has been', () => {
  /** At the first reading a task goes from the front after the first page: the next page begins one task later. */
  const slipping = on({ poll: 1, page: 2 }, drifting(-1));

  test('is found by a second reading', async () => {
    const tasks = [...many(10), lone('slipped', FAILED), ...many(19).slice(10)];
    const ended = await play({ tasks, maxPageSize: 10, faults: [slipping], inputs: AT_ONCE });
    expect([ended.result, ended.outputs['total-count']]).toEqual(['failed', '20']);
  });

  test('is found by a second reading when it was the only one on its page', async () => {
    const tasks = [...many(10), lone('slipped', FAILED)];
    const ended = await play({ tasks, maxPageSize: 10, faults: [slipping], inputs: AT_ONCE });
    expect([ended.result, ended.outputs['total-count']]).toEqual(['failed', '11']);
  });

  test('does not make the second reading decide when that differs from the first', async () => {
    const tasks = [...many(10), lone('slipped'), ...many(19).slice(10)];
    const ended = await play({
      tasks,
      maxPageSize: 10,
      faults: [slipping, on({ poll: 2, page: 1 }, emptyPage())],
      inputs: { 'appear-timeout': '5s', 'cluster-ids': 'slipped' },
    });
    expect([ended.result, ended.taskIds]).toEqual(['succeeded', ['slipped']]);
  });
});
