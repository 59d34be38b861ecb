import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import * as cursors from '../simulator/cursor-faults.ts';
import { type Fault, on } from '../simulator/fault.ts';
import * as faults from '../simulator/faults.ts';
import { endlessListing, silentlySkipping } from '../simulator/hostile-wire.ts';
import {
  DEFAULT_API_KEY,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from '../simulator/server.ts';
import { V1_LIST_PATH } from '../simulator/v1.ts';
import { V2_LIST_PATH } from '../simulator/v2.ts';
import { after, ago, raw, type Scripted, type TaskOptions, task } from '../simulator/wire.ts';

const HEADERS = { authorization: `Bearer ${DEFAULT_API_KEY}`, 'content-type': 'application/json' };
const open: AsyncDisposable[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server[Symbol.asyncDispose]()));
});

async function simulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const sim = await startSimulator(options);
  open.push(sim);
  return sim;
}

interface Page {
  readonly data: Record<string, unknown>[];
  readonly next_cursor: string;
  readonly has_more: boolean;
}

function get(sim: Simulator, rest = '', path = V2_LIST_PATH): Promise<Response> {
  return fetch(`${sim.url}${path}${rest}`, { headers: HEADERS });
}

async function list(sim: Simulator, query = ''): Promise<Page> {
  return (await (await get(sim, query)).json()) as Page;
}

async function ids(sim: Simulator, query = ''): Promise<unknown[]> {
  return (await list(sim, query)).data.map(({ task_id }) => task_id);
}

/** The ids of each page, following the cursors for at most so many pages. */
async function pages(sim: Simulator, limit: number, most = 9): Promise<unknown[][]> {
  const seen: unknown[][] = [];
  let cursor: string | undefined;
  do {
    const query: string = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page = await list(sim, `?limit=${limit}${query}`);
    seen.push(page.data.map(({ task_id }) => task_id));
    cursor = page.has_more ? page.next_cursor : undefined;
  } while (cursor !== undefined && seen.length < most);
  return seen;
}

function numbered(count: number): Scripted[] {
  return Array.from({ length: count }, (_, index) => task({ id: `t${index + 1}` }));
}

async function served(options: TaskOptions): Promise<Record<string, unknown>> {
  return (await list(await simulator({ tasks: [task(options)] }))).data[0] ?? {};
}

describe('a v2 listing', () => {
  test('has the fields and types of the documented example', async () => {
    const createTime = '1714982400';
    const item = await served({
      id: 'prewarm-task-id',
      imageUrl: 'registry.example.com/team/image:tag',
      clusterId: 'region-a',
      products: [{ productId: 'product-a', productName: 'A' }],
      imageSize: '10737418240',
      createTime,
      state: 'Running',
      repositoryAuth: 'registry-auth-id',
    });
    expect(item).toEqual({
      task_id: 'prewarm-task-id',
      name: 'image:tag',
      image: 'registry.example.com/team/image:tag',
      region_id: 'region-a',
      product_ids: ['product-a'],
      image_size: 10737418240,
      created_at: 1714982400,
      completed_at: 0,
      status: { status: 'running', error: '', message: '' },
      registry_auth_id: 'registry-auth-id',
      note: '',
      reason: [''],
    });
  });

  test('serves the v1 example of the vendor in its own form', async () => {
    const file = new URL('../simulator/vendor/list-v1.example.json', import.meta.url);
    const { data } = JSON.parse(readFileSync(file, 'utf8')) as { data: unknown[] };
    const page = await list(await simulator({ tasks: data.map((item) => raw(item)) }));
    expect(page.data).toMatchObject([
      { name: 'nginx', completed_at: 1757656207, status: { status: 'succeeded' } },
      { name: 'pytorch:v2', product_ids: ['4090.18c.60g.18c60g'], reason: ['image pulled successfully'] },
    ]);
    expect(page).toMatchObject({ next_cursor: '', has_more: false });
  });

  test.each([
    ['a missing id', { id: undefined }, { task_id: undefined }],
    ['a numeric id', { id: 7 }, { task_id: 7 }],
    ['no products', { products: null }, { product_ids: null }],
    ['products that are none', { products: [null, {}, 'p'] }, { product_ids: [null, {}, 'p'] }],
    ['an unknown state', { state: 'Pulling' }, { status: { status: 'pulling', error: '', message: '' } }],
    ['a state that is no text', { state: 3 }, { status: { status: 3, error: '', message: '' } }],
    [
      'sizes and times that are no numbers',
      { imageSize: 'big', createTime: null },
      { image_size: 'big', created_at: null },
    ],
    ['an empty size', { imageSize: '' }, { image_size: 0 }],
    ['a reason that is an object', { reason: { a: 1 } }, { reason: { a: 1 } }],
    ['a name of its own', { imageName: 'odd\nname' }, { name: 'odd\nname' }],
    ['an image with a digest', { imageUrl: 'host:5000/a/b:v1@sha256:00' }, { name: 'b:v1' }],
    ['an image that is no text', { imageUrl: 5 }, { name: 5, image: 5 }],
    ['fields that are not known', { extra: 1 }, { extra: 1 }],
    [
      'more of a status',
      { status: { error: 'E' } },
      { status: { status: 'succeeded', error: 'E', message: '' } },
    ],
    ['a status in place of the object', { status: 'running' }, { status: 'running' }],
    ['a field under its v2 name', { task_id: null }, { task_id: null }],
  ] satisfies [string, TaskOptions, Record<string, unknown>][])(
    'keeps %s',
    async (_what, options, expected) => {
      const item = await served(options);
      expect(Object.fromEntries(Object.keys(expected).map((name) => [name, item[name]]))).toEqual(expected);
      expect(item).not.toHaveProperty('clusterName');
    },
  );

  test('holds raw items that are no objects as they are', async () => {
    const values = [null, 7, 'text', ['id']];
    const page = await list(await simulator({ tasks: values.map((value) => raw(value)) }));
    expect(page.data).toEqual(values);
  });

  test.each([
    [undefined, {}, [10, 10, 5]],
    [20, {}, [20, 5]],
    [25, {}, [25]],
    [100, { maxPageSize: 12 }, [12, 12, 1]],
  ])('with limit %s and %j has pages of %j', async (limit, options, expected) => {
    const sim = await simulator({ tasks: numbered(25), ...options });
    const read = await pages(sim, limit ?? 10);
    expect(read.map((page) => page.length)).toEqual(expected);
    expect(new Set(read.flat()).size).toBe(25);
    expect(sim.requests.map(({ poll, page }) => [poll, page])).toEqual(expected.map((_, n) => [1, n + 1]));
  });

  test('has ten tasks by default, and takes an empty cursor for none', async () => {
    const sim = await simulator({ tasks: numbered(12) });
    expect((await ids(sim)).length).toBe(10);
    expect((await ids(sim, '?cursor=')).length).toBe(10);
    expect(sim.requests.map(({ poll, page }) => [poll, page])).toEqual([
      [1, 1],
      [2, 1],
    ]);
  });

  test.each([
    ['?name=PYTORCH', ['image', 'note']],
    ['?status=running', ['note']],
    ['?status=Running', []],
    ['?region_id=c2', ['other']],
    ['?clusterId=c2&state=Running', ['image', 'note', 'other']],
  ])('is narrowed by %s to %j', async (query, expected) => {
    const tasks = [
      task({ id: 'image', imageUrl: 'host/pytorch:v2' }),
      task({ id: 'note', imageUrl: 'nginx', note: 'for PyTorch', state: 'Running' }),
      task({ id: 'other', imageUrl: 'redis', clusterId: 'c2' }),
    ];
    expect(await ids(await simulator({ tasks }), query)).toEqual(expected);
  });

  test.each([
    ['a cursor that is none', '?cursor=nonsense', 400, 'VALIDATOR_PARAM'],
    ['a cursor from elsewhere', '?cursor=eyJpZCI6Im5leHQtcGFnZSJ9', 400, 'VALIDATOR_PARAM'],
    ['a limit that is none', '?limit=0', 400, 'VALIDATOR_PARAM'],
    ['a limit over the largest', '?limit=101', 400, 'VALIDATOR_PARAM'],
    ['a path below a task', '/a/b', 404, 'RESOURCE_NOT_FOUND'],
  ])('is refused for %s', async (_what, rest, status, reason) => {
    const sim = await simulator({ overMaxPageSize: 'refuse' });
    const answer = await get(sim, rest);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ code: status, reason });
    expect(sim.requests[0]?.page ?? null).toBe(rest.startsWith('?limit') ? 1 : null);
  });

  test('shares keys, clock, prefix and timelines with v1', async () => {
    const moving = task({
      id: 'm',
      state: 'Running',
      steps: [{ fromPoll: 2, state: 'Succeeded', completeTime: after(9) }],
    });
    const sim = await simulator({ tasks: [moving], pathPrefix: '/gateway', clockSkewSeconds: 3600 });
    const inV1 = (await (await get(sim, '', V1_LIST_PATH)).json()) as { data: Record<string, unknown>[] };
    expect(inV1.data[0]).toMatchObject({ id: 'm', state: 'Running' });
    const [item] = (await list(sim)).data;
    expect(item).toMatchObject({ task_id: 'm', status: { status: 'succeeded' } });
    expect(Number(item?.['completed_at'])).toBeGreaterThan(Date.now() / 1000 + 3000);
    const denied = await fetch(`${sim.url}${V2_LIST_PATH}`, {
      headers: { ...HEADERS, authorization: 'Bearer x' },
    });
    expect(denied.status).toBe(403);
  });
});

describe('a v2 task', () => {
  test('is served alone, also when its id needs encoding', async () => {
    const sim = await simulator({ tasks: [task({ id: 'a b/ü' }), task({ id: 7 })] });
    expect(await (await get(sim, `/${encodeURIComponent('a b/ü')}`)).json()).toMatchObject({
      task_id: 'a b/ü',
    });
    expect(await (await get(sim, '/7')).json()).toMatchObject({ task_id: 7 });
  });

  test('is not found while it is absent', async () => {
    const sim = await simulator({ tasks: [task({ id: 'late', appears: { fromPoll: 2 } })] });
    const first = await get(sim, '/late');
    expect(first.status).toBe(404);
    expect(await first.json()).toMatchObject({ reason: 'RESOURCE_NOT_FOUND' });
    expect((await get(sim, '/late')).status).toBe(200);
  });

  test('is read in rounds, each of which is a poll', async () => {
    const sim = await simulator({ tasks: numbered(2) });
    for (const rest of ['/t1', '/t2', '/t1', '/t1', '/t2', '?limit=1', '/t2', '/t1', '/t2']) {
      await get(sim, rest);
    }
    expect(sim.requests.map(({ poll, page }) => [poll, page])).toEqual([
      [1, null],
      [1, null],
      [2, null],
      [3, null],
      [3, null],
      [4, 1],
      [5, null],
      [5, null],
      [6, null],
    ]);
  });

  test('moves with the rounds', async () => {
    const steps = [{ fromPoll: 2, state: 'Succeeded' }];
    const sim = await simulator({ tasks: ['a', 'b'].map((id) => task({ id, state: 'Running', steps })) });
    const seen: unknown[] = [];
    for (const rest of ['/a', '/b', '/a', '/b']) {
      seen.push(((await (await get(sim, rest)).json()) as { status: { status: string } }).status.status);
    }
    expect(seen).toEqual(['running', 'running', 'succeeded', 'succeeded']);
  });
});

describe('a fault in v2', () => {
  test.each([
    [
      'repeats items',
      faults.duplicates(),
      [
        ['t1', 't1', 't2', 't2'],
        ['t3', 't3', 't4', 't4'],
        ['t5', 't5'],
      ],
    ],
    ['empties pages', faults.emptyPage(), [[], [], []]],
    [
      'inserts between pages',
      faults.drifting(1),
      [
        ['t1', 't2'],
        ['t2', 't3'],
        ['t3', 't4'],
        ['t4', 't5'],
      ],
    ],
    [
      'deletes between pages',
      faults.drifting(-1),
      [
        ['t1', 't2'],
        ['t4', 't5'],
      ],
    ],
    [
      'adds items in the form of v1',
      faults.data((items) => [...items, { id: 'x' }]),
      [
        ['t1', 't2', 'x'],
        ['t3', 't4', 'x'],
        ['t5', 'x'],
      ],
    ],
    ['skips in silence', silentlySkipping({ id: 'new' }), [['t1', 't2'], ['t4', 't5'], ['new']]],
    ['does not count', faults.total(undefined), [['t1', 't2'], ['t3', 't4'], ['t5']]],
    ['counts too many', faults.total(7), [['t1', 't2'], ['t3', 't4'], ['t5'], []]],
    [
      'counts too few',
      faults.total(3),
      [
        ['t1', 't2'],
        ['t3', 't4'],
      ],
    ],
  ] satisfies [string, Fault, unknown[][]][])('%s', async (_what, fault, expected) => {
    expect(await pages(await simulator({ tasks: numbered(5), faults: [fault] }), 2)).toEqual(expected);
  });

  test.each([
    ['serves page 1 for ever', faults.samePageForEver(), ['t1', 't1', 't1', 't1']],
    ['leads a page to itself', cursors.stuckCursor(), ['t1', 't2', 't2', 't2']],
    ['never ends', cursors.endlessCursors(), ['t1', 't2', 't3', undefined]],
  ])('%s', async (_what, fault, expected) => {
    const sim = await simulator({ tasks: numbered(3), faults: [fault] });
    expect((await pages(sim, 1, 4)).map(([id]) => id)).toEqual(expected);
  });

  test('lists other tasks for ever', async () => {
    const sim = await simulator({ faults: [endlessListing()] });
    expect((await pages(sim, 2, 3)).flat()).toEqual(
      [1, 2, 3].flatMap((page) => [`endless-${page}-0`, `endless-${page}-1`]),
    );
  });

  test.each([
    ['an empty cursor', [cursors.cursor(() => '')], { next_cursor: '', has_more: true }],
    ['a cursor that is null', [cursors.cursor(() => null)], { next_cursor: null, has_more: true }],
    ['no cursor', [cursors.cursor(() => undefined)], { has_more: true }],
    ['nothing about more', [cursors.hasMore(undefined)], { next_cursor: expect.any(String) }],
    ['more as a text', [cursors.hasMore('true')], { next_cursor: expect.any(String), has_more: 'true' }],
    [
      'a cursor without more',
      [cursors.hasMore(false)],
      { next_cursor: expect.stringMatching(/./), has_more: false },
    ],
    [
      'null for data',
      [faults.data(() => null)],
      { data: null, next_cursor: expect.any(String), has_more: true },
    ],
  ])('says %s', async (_what, strikes, expected) => {
    const sim = await simulator({ tasks: numbered(2), faults: strikes });
    const page = await list(sim, '?limit=1');
    expect(page).toEqual({ data: [expect.objectContaining({ task_id: 't1' })], ...expected });
  });

  test('leads on by a cursor with characters that a client must encode', async () => {
    const fault = cursors.cursor((real) => `${real}.+/=&#% ü`);
    const sim = await simulator({ tasks: numbered(3), faults: [fault] });
    expect(await pages(sim, 2)).toEqual([['t1', 't2'], ['t3']]);
    expect(sim.requests[1]?.query['cursor']).toMatch(/\.\+\/=&#% ü$/);
  });

  test('gets items in the form of v2, and serves as it is what is no page', async () => {
    const withoutIds = faults.data((items) =>
      items.map((item) => ({ ...(item as object), task_id: undefined })),
    );
    const [item] = (await list(await simulator({ tasks: numbered(1), faults: [withoutIds] }))).data;
    expect(item).toMatchObject({ image: expect.any(String) });
    expect(item).not.toHaveProperty('task_id');
    const noPage: Fault = { name: 'no page', listing: () => ({ items: [] }) };
    expect(await list(await simulator({ faults: [noPage] }))).toEqual({ items: [] });
    expect(await list(await simulator({ faults: [faults.shape([])] }))).toEqual([]);
  });

  test('can be aimed at a page of a poll', async () => {
    const sim = await simulator({
      tasks: numbered(4),
      faults: [on({ poll: 2, page: 2 }, faults.status(503))],
    });
    const { next_cursor } = await list(sim, '?limit=2');
    const seen: number[] = [];
    for (const query of [`?limit=2&cursor=${next_cursor}`, '?limit=2', `?limit=2&cursor=${next_cursor}`]) {
      seen.push((await get(sim, query)).status);
    }
    expect(seen).toEqual([200, 200, 503]);
  });

  test('in v1 knows nothing of cursors', async () => {
    const sim = await simulator({
      tasks: [task({ createTime: ago(9) })],
      faults: [cursors.cursor(() => 'x')],
    });
    expect(Object.keys((await (await get(sim, '', V1_LIST_PATH)).json()) as object)).toEqual([
      'data',
      'total',
    ]);
  });
});
