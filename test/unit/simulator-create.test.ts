import { afterEach, describe, expect, test } from 'vitest';
import type { CreateOptions } from '../simulator/create.ts';
import { QUOTA_PATH } from '../simulator/create.ts';
import { type Aim, type Fault, on, unmade } from '../simulator/fault.ts';
import * as faults from '../simulator/faults.ts';
import {
  DEFAULT_API_KEY,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from '../simulator/server.ts';
import { STORIES } from '../simulator/stories.ts';
import { V1_LIST_PATH } from '../simulator/v1.ts';
import { V2_LIST_PATH } from '../simulator/v2.ts';
import { task } from '../simulator/wire.ts';
import * as wire from '../simulator/wire-faults.ts';

const HEADERS = { authorization: `Bearer ${DEFAULT_API_KEY}`, 'content-type': 'application/json' };
const ORDER = { imageUrl: 'host/team/app:v1', clusterId: 'c1' };
const ORDER_V2 = { image: 'host/team/app:v1', region_id: 'c1' };
const open: AsyncDisposable[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server[Symbol.asyncDispose]()));
});

async function simulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const sim = await startSimulator(options);
  open.push(sim);
  return sim;
}

function post(sim: Simulator, body: unknown = ORDER, path = V1_LIST_PATH): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return fetch(`${sim.url}${path}`, { method: 'POST', headers: HEADERS, body: text });
}

async function get(sim: Simulator, path = V1_LIST_PATH): Promise<Record<string, unknown>> {
  return (await (await fetch(`${sim.url}${path}`, { headers: HEADERS })).json()) as Record<string, unknown>;
}

async function list(sim: Simulator): Promise<Record<string, unknown>[]> {
  return (await get(sim))['data'] as Record<string, unknown>[];
}

/** What the listing says of the created task at each of so many polls; undefined where it is absent. */
async function states(sim: Simulator, polls: number): Promise<unknown[]> {
  const seen: unknown[] = [];
  for (let poll = 1; poll <= polls; poll += 1) {
    seen.push((await list(sim)).find(({ id }) => id === 'created-1')?.['state']);
  }
  return seen;
}

describe('a create request', () => {
  test('makes a task that v1 and v2 list', async () => {
    const sim = await simulator({ clockSkewSeconds: 3600 });
    const order = { ...ORDER, productIds: ['p1', 'p2'], note: 'n', repositoryAuth: 'auth' };
    const answer = await post(sim, order);
    expect([answer.status, await answer.json()]).toEqual([200, { id: 'created-1' }]);
    const [item] = await list(sim);
    expect(item).toMatchObject({
      id: 'created-1',
      imageName: 'app',
      imageUrl: 'host/team/app:v1',
      clusterId: 'c1',
      products: [{ productId: 'p1' }, { productId: 'p2' }],
      state: 'Pending',
      completeTime: '0',
      note: 'n',
      repositoryAuth: 'auth',
    });
    expect(Math.abs(Number(item?.['createTime']) - Date.now() / 1000 - 3600)).toBeLessThan(60);
    expect(await get(sim, `${V2_LIST_PATH}/created-1`)).toMatchObject({
      product_ids: ['p1', 'p2'],
      registry_auth_id: 'auth',
    });
    expect(sim.created).toEqual([{ version: 'v1', id: 'created-1', ...order }]);
  });

  test('comes in the form of v2 on the path of v2', async () => {
    const sim = await simulator();
    const order = { ...ORDER_V2, product_ids: ['p1'], note: 'n', registry_auth_id: 'auth' };
    const answer = await post(sim, order, V2_LIST_PATH);
    expect([answer.status, await answer.json()]).toEqual([200, { task_id: 'created-1' }]);
    expect(sim.created).toEqual([
      { version: 'v2', id: 'created-1', ...ORDER, productIds: ['p1'], note: 'n', repositoryAuth: 'auth' },
    ]);
    expect(await list(sim)).toMatchObject([{ id: 'created-1', clusterId: 'c1' }]);
  });

  test('is logged with its body and its number, and belongs to no poll', async () => {
    const sim = await simulator();
    await list(sim);
    await post(sim, ORDER);
    await post(sim, 'no JSON');
    await post(sim, ORDER_V2, V2_LIST_PATH);
    await sim.waitUntil((requests) => requests.length === 4);
    expect(
      sim.requests.map(({ method, poll, page, create, body }) => [method, poll, page, create, body]),
    ).toEqual([
      ['GET', 1, 1, null, null],
      ['POST', null, null, 1, ORDER],
      ['POST', null, null, 2, null],
      ['POST', null, null, 3, ORDER_V2],
    ]);
    expect(sim.created.map(({ id }) => id)).toEqual(['created-1', 'created-2']);
  });

  test.each([
    ['is no JSON', 'x'],
    ['is no object', [ORDER]],
    ['has no image', { ...ORDER, imageUrl: undefined }],
    ['has an empty image', { ...ORDER, imageUrl: '' }],
    ['has an image that is too long', { ...ORDER, imageUrl: 'i'.repeat(501) }],
    ['has no cluster', { imageUrl: 'app' }],
    ['has an empty cluster', { ...ORDER, clusterId: '' }],
    ['has a cluster that is no text', { ...ORDER, clusterId: 1 }],
    ['has a note that is too long', { ...ORDER, note: 'n'.repeat(101) }],
    ['has a note that is null', { ...ORDER, note: null }],
    ['has products that are no array', { ...ORDER, productIds: 'p1' }],
    ['has products that are objects', { ...ORDER, productIds: [{ productId: 'p1' }] }],
    ['has a registry authentication that is no text', { ...ORDER, repositoryAuth: 7 }],
    ['has the fields of v2', ORDER_V2],
    ['has a field of v2', { ...ORDER, product_ids: ['p1'] }],
  ])('is refused when its body %s', async (_what, body) => {
    const sim = await simulator();
    const answer = await post(sim, body);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 400, reason: 'VALIDATOR_PARAM' });
    expect([sim.created, await list(sim)]).toEqual([[], []]);
  });

  test('may be as long as is documented', async () => {
    const sim = await simulator();
    expect((await post(sim, { ...ORDER, imageUrl: 'i'.repeat(500), note: 'ü'.repeat(100) })).status).toBe(
      200,
    );
  });

  test('is refused in v2 for a body in the form of v1', async () => {
    const answer = await post(await simulator(), ORDER, V2_LIST_PATH);
    expect(await answer.json()).toMatchObject({ code: 400, reason: 'VALIDATOR_PARAM' });
  });

  test.each([
    ['wrong key', { ...HEADERS, authorization: 'Bearer x' }, 403, 'INVALID_API_KEY'],
    ['another content type', { ...HEADERS, 'content-type': 'text/plain' }, 400, 'VALIDATOR_PARAM'],
  ])('is refused for: %s', async (_what, headers, status, reason) => {
    const sim = await simulator();
    const body = JSON.stringify(ORDER);
    const answer = await fetch(`${sim.url}${V1_LIST_PATH}`, { method: 'POST', headers, body });
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ reason });
    expect(sim.created).toEqual([]);
  });

  test('is refused for a cluster that there is not', async () => {
    const sim = await simulator({ create: { clusters: ['c1'] } });
    const answer = await post(sim, { ...ORDER, clusterId: 'c2' });
    expect(await answer.json()).toMatchObject({ code: 400, reason: 'RESOURCE_NOT_FOUND' });
    expect((await post(sim)).status).toBe(200);
  });
});

describe('the quota', () => {
  test('counts finished tasks and those that do not appear yet, but none that are gone', async () => {
    const tasks = [
      task(),
      task({ state: 'Running' }),
      task({ steps: [{ fromPoll: 1, gone: true }] }),
      task({ appears: { fromPoll: 9 } }),
    ];
    const create: CreateOptions = { quota: 4, script: () => ({ appears: { fromPoll: 9 } }) };
    const sim = await simulator({ tasks, create });
    await list(sim);
    expect(await get(sim, QUOTA_PATH)).toEqual({ total: 2, limit: 4, perImageSize: 100 });
    expect([(await post(sim)).status, (await post(sim)).status]).toEqual([200, 200]);
    const answer = await post(sim);
    expect([answer.status, await answer.json()]).toEqual([
      400,
      expect.objectContaining({ code: 400, reason: 'OPERATION_LIMIT' }),
    ]);
    expect(await get(sim, QUOTA_PATH)).toMatchObject({ total: 4, limit: 4 });
    expect(sim.requests.at(-1)).toMatchObject({ poll: null, page: null, create: null });
  });

  test('is 5 by default', async () => {
    const sim = await simulator({ tasks: [task(), task(), task(), task()] });
    expect([(await post(sim)).status, (await post(sim)).status]).toEqual([200, 400]);
    expect(await get(sim, QUOTA_PATH)).toMatchObject({ total: 5, limit: 5 });
  });
});

describe('a created task', () => {
  test.each([
    ['by default', undefined, ['Pending', 'Running', 'Succeeded']],
    ['as scripted', () => ({ steps: [{ fromPoll: 3, state: 'Failed' }] }), ['Pending', 'Pending', 'Failed']],
    [
      'by requests',
      () => ({ steps: [{ fromRequest: 2, state: 'Failed' }] }),
      ['Pending', 'Failed', 'Failed'],
    ],
    ['by time', () => ({ steps: [{ fromMs: 600_000, state: 'Failed' }] }), ['Pending', 'Pending', 'Pending']],
    ['at once', () => ({ steps: [{ fromMs: 0, state: 'Failed' }] }), ['Failed', 'Failed', 'Failed']],
    ['already done', () => ({ state: 'Succeeded' }), ['Succeeded', 'Succeeded', 'Succeeded']],
    ['slow to appear', () => ({ appears: { fromPoll: 3 } }), [undefined, undefined, 'Pending']],
  ] satisfies [string, CreateOptions['script'], unknown[]][])(
    'goes on from its creation: %s',
    async (_what, script, expected) => {
      const sim = await simulator(script === undefined ? {} : { create: { script } });
      await states(sim, 5);
      await post(sim);
      expect(await states(sim, 3)).toEqual(expected);
    },
  );

  test('is in the further pages of the poll that was under way', async () => {
    const sim = await simulator({ tasks: [task()], create: { script: () => ({}) } });
    await list(sim);
    await post(sim);
    expect((await get(sim, `${V1_LIST_PATH}?page=2&pageSize=1`))['data']).toMatchObject([
      { id: 'created-1' },
    ]);
    expect(sim.requests.at(-1)?.poll).toBe(1);
  });

  test('is scripted by its order and its number', async () => {
    const script: CreateOptions['script'] = ({ clusterId }, n) => ({ note: `${clusterId} ${n}` });
    const sim = await simulator({ create: { script } });
    await post(sim);
    await post(sim, { ...ORDER, clusterId: 'c2' });
    expect((await list(sim)).map(({ note }) => note)).toEqual(['c1 1', 'c2 2']);
  });
});

describe('a fault that strikes a create request', () => {
  test.each([
    ['by its method', { method: 'POST' }, [200, 503, 503, 200]],
    ['by its number', { create: 2 }, [200, 200, 503, 200]],
    ['from a number on', { create: { from: 1 } }, [200, 503, 503, 200]],
    ['not by a poll', { poll: { from: 1 } }, [503, 200, 200, 503]],
  ] satisfies [string, Aim, number[]][])('is aimed at it %s', async (_what, aim, expected) => {
    const sim = await simulator({ faults: [on(aim, faults.status(503))] });
    const requests = [
      () => fetch(`${sim.url}${V1_LIST_PATH}`, { headers: HEADERS }),
      () => post(sim),
      () => post(sim),
      () => fetch(`${sim.url}${V1_LIST_PATH}`, { headers: HEADERS }),
    ];
    const seen: number[] = [];
    for (const request of requests) {
      seen.push((await request()).status);
    }
    expect(seen).toEqual(expected);
  });

  test.each([
    ['answers 500', faults.status(500)],
    ['answers without an id', faults.shape({})],
    ['resets the connection', wire.reset()],
    ['cuts the answer', wire.cutBody()],
  ] satisfies [string, Fault][])('%s after the task was made, or with nothing made', async (_what, fault) => {
    const sim = await simulator({
      faults: [on({ create: 1 }, fault), on({ create: 2 }, unmade(fault))],
    });
    const answered = async () => (await (await post(sim)).json()) as unknown;
    await answered().catch(() => {});
    expect((await list(sim)).map(({ id }) => id)).toEqual(['created-1']);
    await answered().catch(() => {});
    expect((await list(sim)).map(({ id }) => id)).toEqual(['created-1']);
    expect(sim.created.map(({ id }) => id)).toEqual(['created-1']);
    expect(await answered()).toEqual({ id: 'created-3' });
    expect((await list(sim)).map(({ id }) => id)).toEqual(['created-1', 'created-3']);
    expect(sim.requests.filter(({ create }) => create === 2)[0]?.faults).toEqual([
      `${fault.name}, nothing made`,
    ]);
  });

  test('hangs after the task was made', async () => {
    const sim = await simulator({ faults: [on({ method: 'POST' }, wire.hang())] });
    const answer = post(sim);
    expect(await sim.waitForRequest(1)).toMatchObject({ create: 1, outcome: 'open' });
    expect((await list(sim)).length).toBe(1);
    await sim.close();
    await expect(answer).rejects.toThrow();
  });

  test('may answer with the id of a task that never was made', async () => {
    const sim = await simulator({ faults: [unmade(wire.slow(0))] });
    expect(await (await post(sim)).json()).toEqual({ id: 'created-1' });
    expect(sim.created).toEqual([]);
  });
});

describe('the stories that create or use v2', () => {
  test('create-missing: one cluster is done, and the two others get their tasks', async () => {
    const plot = STORIES['create-missing'];
    const sim = await simulator(plot?.simulator());
    const clusters = plot?.inputs['cluster-ids']?.split(', ') ?? [];
    const imageUrl = plot?.inputs['image'];
    const done = (await list(sim)).filter((item) => item['imageUrl'] === imageUrl);
    expect(done).toMatchObject([{ clusterId: clusters[0], state: 'Succeeded' }]);
    for (const clusterId of clusters.slice(1)) {
      expect((await post(sim, { imageUrl, clusterId })).status).toBe(200);
    }
    const made = (await list(sim)).filter(({ state }) => state === 'Pending');
    expect(made.map(({ clusterId }) => clusterId)).toEqual(clusters.slice(1));
  });

  test('api-v2: both clusters are listed by v2', async () => {
    const plot = STORIES['api-v2'];
    const sim = await simulator(plot?.simulator());
    const { data } = (await get(sim, `${V2_LIST_PATH}?name=pytorch`)) as { data: { region_id: string }[] };
    expect([...new Set(data.map(({ region_id }) => region_id))].join(', ')).toBe(plot?.inputs['cluster-ids']);
    expect(plot?.inputs['api-version']).toBe('v2');
  });
});
