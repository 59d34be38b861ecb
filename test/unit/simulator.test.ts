import { expect, test } from 'vitest';
import { V1_LIST_PATH, V2_LIST_PATH } from '../simulator/endpoint.ts';
import { on, unmade } from '../simulator/fault.ts';
import { status } from '../simulator/faults.ts';
import { DEFAULT_API_KEY, type Simulator, startSimulator } from '../simulator/server.ts';
import { ago, task } from '../simulator/wire.ts';

const HEADERS = { authorization: `Bearer ${DEFAULT_API_KEY}`, 'content-type': 'application/json' };

interface Answer {
  readonly status: number;
  readonly data: readonly Record<string, unknown>[];
  readonly [field: string]: unknown;
}

async function ask(sim: Simulator, path: string, method = 'GET', body?: object): Promise<Answer> {
  const content = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(`${sim.url}${path}`, { method, headers: HEADERS, ...content });
  return { ...((await response.json()) as Answer), status: response.status };
}

test('the API serves a story on both versions, page by page, and logs where each request belongs', async () => {
  const steps = [{ fromPoll: 2, state: 'Succeeded' }];
  const tasks = [
    task({ id: 'a', createTime: ago(50), state: 'Running', steps }),
    task({ id: 'b', imageUrl: 'team/other:v1' }),
    task({ id: 'c' }),
  ];
  await using sim = await startSimulator({
    tasks,
    maxPageSize: 1,
    faults: [on({ poll: 1, page: 2, times: 1 }, status(503))],
  });
  const first = await ask(sim, `${V1_LIST_PATH}?name=app&pageSize=100`);
  expect([first['total'], first.data.map(({ id, state }) => [id, state])]).toEqual([2, [['a', 'Running']]]);
  expect((await ask(sim, `${V1_LIST_PATH}?name=app&page=2`)).status).toBe(503);
  const v2 = await ask(sim, `${V2_LIST_PATH}?name=app`);
  expect(v2.data).toMatchObject([{ task_id: 'a', region_id: 'cluster-a', status: { status: 'running' } }]);
  const next = await ask(sim, `${V2_LIST_PATH}?name=app&cursor=${v2['next_cursor']}`);
  expect([next.data.map((item) => item['task_id']), next['has_more']]).toEqual([['c'], false]);
  expect(await ask(sim, `${V2_LIST_PATH}/c`)).toMatchObject({ task_id: 'c' });
  expect((await ask(sim, `${V1_LIST_PATH}?name=app`)).data[0]).toMatchObject({ state: 'Succeeded' });
  expect(sim.requests.map(({ poll, page }) => `${poll}.${page}`)).toEqual([
    '1.1',
    '1.2',
    '1.1',
    '1.2',
    '1.null',
    '2.1',
  ]);
});

test('tasks are created and deleted on both versions, within a quota of what exists, and shown with a lag', async () => {
  const create = { quota: 2, clusters: ['a'] };
  const faults = [on({ create: 3 }, unmade(status(504))), on({ delete: 2 }, status(504))];
  await using sim = await startSimulator({ tasks: [task({ id: 'old' })], create, faults, lagMs: 60_000 });
  expect(await ask(sim, V1_LIST_PATH, 'POST', { imageUrl: 'x/y:1', clusterId: 'b' })).toMatchObject({
    reason: 'RESOURCE_NOT_FOUND',
  });
  expect(await ask(sim, V1_LIST_PATH, 'POST', { imageUrl: 'x/y:1', clusterId: 'a' })).toMatchObject({
    id: 'created-1',
  });
  expect((await ask(sim, V2_LIST_PATH, 'POST', { image: 'x/y:1', region_id: 'a' })).status).toBe(504);
  expect(await ask(sim, `${V1_LIST_PATH}/quota`)).toMatchObject({ total: 2, limit: 2, perImageSize: 100 });
  expect((await ask(sim, V1_LIST_PATH)).data.map(({ id }) => id)).toEqual(['old']);
  expect((await ask(sim, `${V1_LIST_PATH}/delete`, 'POST', { ids: ['created-1'] })).status).toBe(200);
  expect((await ask(sim, V2_LIST_PATH, 'DELETE', { task_ids: ['old'] })).status).toBe(504);
  expect(await ask(sim, V2_LIST_PATH, 'DELETE', { task_ids: ['old'] })).toMatchObject({
    reason: 'RESOURCE_NOT_FOUND',
  });
  expect([sim.created.length, sim.deleted]).toEqual([1, ['created-1', 'old']]);
  expect(await ask(sim, `${V1_LIST_PATH}/quota`)).toMatchObject({ total: 0 });
  expect(
    (await ask(sim, V1_LIST_PATH)).data.map(({ id }) => id),
    'still shown',
  ).toEqual(['old']);
});
