import { afterEach, describe, expect, it } from 'vitest';
import { openConnections } from '../../src/api/dispatcher.ts';
import { adviceOnPrewarm } from '../../src/api/errors.ts';
import { Http } from '../../src/api/http.ts';
import {
  type ApiFailure,
  type CompleteListing,
  type CreationOrder,
  isFailure,
  type ListingQuery,
  type PrewarmApi,
} from '../../src/api/types.ts';
import { ApiV1 } from '../../src/api/v1.ts';
import { ApiV2 } from '../../src/api/v2.ts';
import { cursor, endlessCursors, hasMore, stuckCursor } from '../simulator/cursor-faults.ts';
import { on } from '../simulator/fault.ts';
import { body, drifting, emptyPage, html, rateLimited, redirect, status } from '../simulator/faults.ts';
import {
  DEFAULT_API_KEY,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from '../simulator/server.ts';
import { task } from '../simulator/wire.ts';
import { cutBody, hang, reset } from '../simulator/wire-faults.ts';

const V1_PATH = '/gpu-instance/openapi/v1/image/prewarm';
const V2_PATH = '/gpus/v2/prewarm-tasks';
const AUTH = 'auth-0123456789';
const EVERYTHING: ListingQuery = { name: null, clusterId: null, taskIds: [] };
const ORDER: CreationOrder = {
  imageUrl: 'r.io/team/app:v1',
  clusterId: 'cluster-a',
  productIds: [],
  note: null,
  registryAuthId: null,
};

const opened: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0)) await close();
});

/** An API version against a simulator of its own. */
async function connect(version: 'v1' | 'v2', options: SimulatorOptions = {}, requestTimeout = 10_000) {
  const simulator = await startSimulator(options);
  const connections = openConnections(simulator.url, {});
  if ('problem' in connections) throw new Error(connections.problem);
  const debugged: string[] = [];
  const http = new Http({
    token: options.apiKey ?? DEFAULT_API_KEY,
    secrets: [AUTH],
    addressSetting: 'base-url',
    timeoutSetting: 'request-timeout',
    advise: adviceOnPrewarm,
    requestTimeout,
    connections,
    now: () => Date.now(),
    debug: (line) => debugged.push(line),
  });
  const api: PrewarmApi = version === 'v1' ? new ApiV1(http, simulator.url) : new ApiV2(http, simulator.url);
  opened.push(
    () => api.close(),
    () => simulator.close(),
  );
  return { api, simulator, debugged };
}

const never = new AbortController().signal;

async function list(api: PrewarmApi, query: Partial<ListingQuery> = {}) {
  const ids: string[] = [];
  const answer = await api.list({ ...EVERYTHING, ...query }, ({ id }) => ids.push(id), never);
  return { ids, answer };
}

async function listed(api: PrewarmApi, query: Partial<ListingQuery> = {}) {
  const { ids, answer } = await list(api, query);
  if (isFailure(answer)) throw new Error(answer.problem);
  return { ids, listing: answer as CompleteListing };
}

async function failure(answer: Promise<object>): Promise<ApiFailure> {
  const failed = await answer;
  if (!isFailure(failed)) throw new Error('it did not fail');
  return failed;
}

const asked = ({ requests }: Simulator) =>
  requests.map(({ method, path, query }) => {
    const search = new URLSearchParams(query).toString();
    return `${method} ${path}${search === '' ? '' : `?${search}`}`;
  });
const tasks = (count: number, clusterId = 'cluster-a') =>
  Array.from({ length: count }, (_, index) => task({ id: `t${index}`, clusterId }));

describe('v2 lists', () => {
  it('in one request without a cursor up to 100 tasks', async () => {
    const { api, simulator } = await connect('v2', { tasks: tasks(100) });
    const { ids, listing } = await listed(api);
    expect(ids).toHaveLength(100);
    expect(listing).toEqual({ mayHaveSlipped: false, serverClockOffset: expect.any(Number) });
    expect(asked(simulator)).toEqual([`GET ${V2_PATH}?limit=100`]);
    expect(simulator.requests[0]?.headers).toMatchObject({
      authorization: `Bearer ${DEFAULT_API_KEY}`,
      'content-type': 'application/json',
    });
  });

  it('what is asked for by name and region', async () => {
    const { api, simulator } = await connect('v2', {
      tasks: [task({ id: 'a', imageUrl: 'r.io/a b&c:1', clusterId: 'x' }), task({ id: 'b', clusterId: 'y' })],
    });
    await list(api, { name: 'a b&c', clusterId: 'y/ü' });
    expect(simulator.requests[0]?.query).toEqual({ limit: '100', name: 'a b&c', region_id: 'y/ü' });
    expect((await listed(api, { name: 'app', clusterId: 'y' })).ids).toEqual(['b']);
  });

  it('further pages by their cursors, whatever is in those, with the same filters', async () => {
    const { api, simulator } = await connect('v2', {
      tasks: tasks(25),
      maxPageSize: 10,
      faults: [cursor((real) => (real === '' ? '' : `${real}.+/=&?ü`))],
    });
    const { ids, listing } = await listed(api, { name: 'app', clusterId: 'cluster-a' });
    expect(ids).toHaveLength(25);
    expect(listing.mayHaveSlipped).toBe(true);
    expect(simulator.requests).toHaveLength(3);
    for (const { query } of simulator.requests) {
      expect(query).toMatchObject({ limit: '100', name: 'app', region_id: 'cluster-a' });
    }
    expect(simulator.requests[1]?.query['cursor']).toMatch(/\.\+\/=&\?ü$/);
  });

  it('in smaller pages from then on where the limit is refused', async () => {
    const { api, simulator } = await connect('v2', {
      tasks: tasks(15),
      maxPageSize: 50,
      overMaxPageSize: 'refuse',
    });
    expect((await listed(api)).ids).toHaveLength(15);
    expect((await listed(api)).ids).toHaveLength(15);
    expect(simulator.requests.map(({ query }) => query['limit'])).toEqual(['100', '10', '10', '10', '10']);
  });

  it('below a path prefix', async () => {
    const { api, simulator } = await connect('v2', { tasks: tasks(1), pathPrefix: '/gate/gpu' });
    expect((await listed(api)).ids).toEqual(['t0']);
    expect(simulator.requests[0]?.path).toBe(`/gate/gpu${V2_PATH}`);
  });

  it("with the server's clock", async () => {
    const { api } = await connect('v2', { tasks: tasks(1), clockSkewSeconds: 90 });
    const { serverClockOffset } = (await listed(api)).listing;
    expect(serverClockOffset).toBeGreaterThan(85_000);
    expect(serverClockOffset).toBeLessThan(95_000);
  });

  it('and says that a task may have slipped where a page came out empty that should not have', async () => {
    // A task of the first page is deleted in between: the only one of the second moves to the first.
    const { api } = await connect('v2', {
      tasks: tasks(11),
      maxPageSize: 10,
      faults: [on({ page: 2 }, drifting(-1))],
    });
    const { ids, listing } = await listed(api);
    expect(ids).toHaveLength(10);
    expect(listing.mayHaveSlipped).toBe(true);
  });
});

describe('a v2 listing fails', () => {
  const paged = { tasks: tasks(25), maxPageSize: 10 };
  it.each<[string, SimulatorOptions, Partial<ApiFailure>]>([
    ['at a page that fails', { ...paged, faults: [on({ page: 2 }, status(503))] }, { kind: 'transient' }],
    [
      'with the time that the server asks for',
      { faults: [rateLimited('7')] },
      { kind: 'transient', retryAfter: 7_000 },
    ],
    ['at a stuck cursor', { ...paged, faults: [stuckCursor()] }, { kind: 'transient' }],
    ['at cursors without an end', { ...paged, faults: [endlessCursors()] }, { kind: 'fatal' }],
    [
      'where there is more and no cursor',
      { tasks: tasks(1), faults: [hasMore(true)] },
      { kind: 'transient' },
    ],
    ['without the list', { faults: [body('{"has_more":false}')] }, { kind: 'transient' }],
    ['without JSON', { faults: [html()] }, { kind: 'transient' }],
    ['when it is cut short', { tasks: tasks(3), faults: [cutBody()] }, { kind: 'transient' }],
    ['when the connection is reset', { faults: [reset()] }, { kind: 'transient' }],
    ['with a key that is refused', { faults: [status(401)] }, { kind: 'refused' }],
    ['at an address that is none', { pathPrefix: '/x', faults: [status(404)] }, { kind: 'missing' }],
    ['for a bad request', { faults: [status(400)] }, { kind: 'fatal' }],
    [
      'for a redirect, which is not followed',
      { faults: [redirect('https://example.com/')] },
      { kind: 'fatal' },
    ],
    ['when tasks come twice', { ...paged, faults: [drifting(1)] }, { kind: 'transient' }],
  ])('%s', async (_when, options, expected) => {
    const { api } = await connect('v2', options);
    const { answer } = await list(api);
    expect(answer).toMatchObject(expected);
  });

  it('but not where the last page is empty', async () => {
    const { api } = await connect('v2', { ...paged, faults: [on({ page: 3 }, emptyPage())] });
    expect((await listed(api)).ids).toHaveLength(20);
  });
});

describe('v2 looks tasks up by their ids', () => {
  it('with one request each, and no listing where one is found', async () => {
    const { api, simulator } = await connect('v2', { tasks: tasks(3) });
    const { ids, listing } = await listed(api, { taskIds: ['t2', 'gone', 't0'] });
    expect(ids).toEqual(['t2', 't0']);
    expect(listing).toEqual({ mayHaveSlipped: false, serverClockOffset: expect.any(Number) });
    expect(asked(simulator).toSorted()).toEqual(
      ['t2', 'gone', 't0'].map((id) => `GET ${V2_PATH}/${id}`).toSorted(),
    );
  });

  it('many of them', async () => {
    const { api, simulator } = await connect('v2', { tasks: tasks(30) });
    const taskIds = Array.from({ length: 30 }, (_, index) => `t${index}`);
    expect((await listed(api, { taskIds })).ids).toEqual(taskIds);
    expect(simulator.requests).toHaveLength(30);
  });

  it('that hold what an address must not', async () => {
    const id = 'a/b?c=1#d%20 ü';
    const { api, simulator } = await connect('v2', { tasks: [task({ id })] });
    // The simulator finds no id with a slash; what matters is that nothing but this one was asked for.
    await list(api, { taskIds: [id] });
    expect(simulator.requests[0]).toMatchObject({ path: `${V2_PATH}/${encodeURIComponent(id)}`, query: {} });
  });

  it.each([
    ['404', 404],
    ['400 with the reason RESOURCE_NOT_FOUND', 400],
  ])('and takes %s as absent', async (_answer, code) => {
    const isGone = ({ path }: { path: string }) => path.endsWith('/gone');
    const faults = [on({ when: isGone }, status(code, { reason: 'RESOURCE_NOT_FOUND' }))];
    const { api } = await connect('v2', { tasks: [...tasks(1), task({ id: 'gone' })], faults });
    expect((await listed(api, { taskIds: ['t0', 'gone'] })).ids).toEqual(['t0']);
  });

  it('and asks for the listing once where none is found at first', async () => {
    const { api, simulator } = await connect('v2', { tasks: tasks(1), clockSkewSeconds: 90 });
    const query = { taskIds: ['x', 'y'] };
    const { ids, listing } = await listed(api, query);
    expect(ids).toEqual([]);
    expect(listing.serverClockOffset).toBeGreaterThan(85_000);
    expect(asked(simulator).at(-1)).toBe(`GET ${V2_PATH}?limit=1`);
    expect(simulator.requests).toHaveLength(3);
    await listed(api, query);
    expect(simulator.requests).toHaveLength(5);
  });

  it('and does not ask for it where one was found before', async () => {
    const { api, simulator } = await connect('v2', {
      tasks: [task({ id: 'a', steps: [{ fromPoll: 2, gone: true }] })],
    });
    expect((await listed(api, { taskIds: ['a'] })).ids).toEqual(['a']);
    expect((await listed(api, { taskIds: ['a'] })).ids).toEqual([]);
    expect(simulator.requests).toHaveLength(2);
  });

  it.each<[string, SimulatorOptions, Partial<ApiFailure>]>([
    [
      'an address that is none',
      { faults: [status(404)] },
      { kind: 'missing', problem: expect.stringContaining('base-url') },
    ],
    ['a failing API', { faults: [status(500)] }, { kind: 'transient' }],
    ['a key that is refused', { faults: [status(403)] }, { kind: 'refused' }],
    ['an answer about another task', { faults: [body('{"task_id":"other"}')] }, { kind: 'transient' }],
    ['an answer that is no task', { faults: [body('{}')] }, { kind: 'transient' }],
    [
      'an address where something else answers',
      { faults: [on({ when: ({ path }) => path === V2_PATH }, body('{"hello":"world"}'))] },
      { kind: 'transient' },
    ],
  ])('and fails for %s', async (_what, options, expected) => {
    const { api } = await connect('v2', options);
    expect((await list(api, { taskIds: ['x'] })).answer).toMatchObject(expected);
  });

  it('and fails where one of them fails', async () => {
    const faults = [on({ when: ({ path }) => path.endsWith('/t1') }, status(503))];
    const { api } = await connect('v2', { tasks: tasks(2), faults });
    expect((await list(api, { taskIds: ['t0', 't1'] })).answer).toMatchObject({ kind: 'transient' });
  });
});

const versions = [
  {
    version: 'v1',
    path: V1_PATH,
    least: { imageUrl: 'r.io/team/app:v1', clusterId: 'cluster-a' },
    whole: {
      imageUrl: 'r.io/team/app:v1',
      clusterId: 'cluster-a',
      productIds: ['p2', 'p1'],
      note: 'sha "1" ü',
      repositoryAuth: AUTH,
    },
  },
  {
    version: 'v2',
    path: V2_PATH,
    least: { image: 'r.io/team/app:v1', region_id: 'cluster-a' },
    whole: {
      image: 'r.io/team/app:v1',
      region_id: 'cluster-a',
      product_ids: ['p2', 'p1'],
      note: 'sha "1" ü',
      registry_auth_id: AUTH,
    },
  },
] as const;

describe.each(versions)('$version creates', ({ version, path, least, whole }) => {
  const create = (api: PrewarmApi, order: Partial<CreationOrder> = {}, signal = never) =>
    api.create({ ...ORDER, ...order }, signal);

  it('a task, and leaves out what has no value', async () => {
    const { api, simulator } = await connect(version);
    expect(await create(api)).toEqual({ taskId: 'created-1' });
    expect(simulator.requests).toMatchObject([{ method: 'POST', path, query: {}, body: least }]);
    expect(Object.keys(simulator.requests[0]?.body as object)).toEqual(Object.keys(least));
    expect(simulator.requests[0]?.headers).toMatchObject({
      authorization: `Bearer ${DEFAULT_API_KEY}`,
      'content-type': 'application/json',
    });
    expect((await listed(api)).ids).toEqual(['created-1']);
  });

  it('a task with all there is, of which the debug log shows no body', async () => {
    const { api, simulator, debugged } = await connect(version);
    const order = { productIds: ['p2', 'p1'], note: 'sha "1" ü', registryAuthId: AUTH };
    expect(await create(api, order)).toEqual({ taskId: 'created-1' });
    expect(simulator.requests[0]?.body).toEqual(whole);
    expect(debugged.join('\n')).not.toContain(AUTH);
  });

  it.each<[string, string]>([
    ['id', '{"id":"n1"}'],
    ['task_id', '{"task_id":"n1"}'],
    ['data', '{"data":{"task_id":"n1"}}'],
  ])('and reads its id from %s', async (_where, answer) => {
    const { api } = await connect(version, { faults: [body(answer)] });
    expect(await create(api)).toEqual({ taskId: 'n1' });
  });

  it('and reads an id beyond what a number holds', async () => {
    const { api } = await connect(version, {
      faults: [body('{"id":12345678901234567890}', 'application/json', 201)],
    });
    expect(await create(api)).toEqual({ taskId: '12345678901234567890' });
  });

  it.each([DEFAULT_API_KEY, AUTH])('and keeps secrets out of an id that repeats one: %s', async (secret) => {
    const { api } = await connect(version, { faults: [body(JSON.stringify({ id: `x-${secret}` }))] });
    expect(JSON.stringify(await create(api))).not.toContain(secret);
  });

  it.each<[string, SimulatorOptions['faults']]>([
    ['no id', [body('{}')]],
    ['no JSON', [html()]],
    ['no content', [body('', 'text/plain', 204)]],
    ['half an answer', [cutBody()]],
    ['no answer', [reset()]],
    ...[408, 425, 429, 500, 502, 503, 504].map((code): [string, SimulatorOptions['faults']] => [
      `HTTP ${code}`,
      [status(code)],
    ]),
  ])('and does not know of success for %s, without trying again', async (_what, faults = []) => {
    const { api, simulator } = await connect(version, { faults });
    expect(await failure(create(api))).toMatchObject({ kind: 'transient' });
    expect(simulator.requests).toHaveLength(1);
  });

  it('and does not know of success where no answer comes in time', async () => {
    const { api } = await connect(version, { faults: [hang()] }, 200);
    const { kind, problem } = await failure(create(api));
    expect(kind).toBe('transient');
    expect(problem).toMatch(/^POST .*request-timeout/);
  });

  it('and does not know of success where it is cut off', async () => {
    const { api, simulator } = await connect(version, { faults: [hang()] });
    const cut = new AbortController();
    const answer = failure(create(api, {}, cut.signal));
    await simulator.waitForRequest(1);
    cut.abort();
    expect(await answer).toMatchObject({ kind: 'transient', problem: expect.stringContaining('cut off') });
  });

  it('and tells how long it is to wait', async () => {
    const { api } = await connect(version, { faults: [rateLimited('7')] });
    expect(await failure(create(api))).toMatchObject({ kind: 'transient', retryAfter: 7_000 });
  });

  it.each<[string, SimulatorOptions, ApiFailure['kind'], RegExp]>([
    [
      'an unknown cluster',
      { create: { clusters: ['cluster-b'] } },
      'missing',
      /RESOURCE_NOT_FOUND: cluster cluster-a not found; check image, cluster-ids/,
    ],
    ['an unknown cluster, 404', { faults: [status(404)] }, 'missing', /HTTP 404.*; check image, cluster-ids/],
    ['a full quota', { create: { quota: 0 } }, 'fatal', /OPERATION_LIMIT: the number of prewarm tasks/],
    [
      'an image that is none',
      { faults: [status(400, { reason: 'IMAGE_NOT_FOUND' })] },
      'fatal',
      /IMAGE_NOT_FOUND/,
    ],
    ['a conflict', { faults: [status(409)] }, 'fatal', /HTTP 409/],
    ['a key that may not', { faults: [status(403)] }, 'refused', /check api-key: .* allowed to create/],
    ['a key that is none', { faults: [status(401)] }, 'refused', /check api-key/],
    [
      'another address',
      { faults: [redirect('https://example.com/x', 307)] },
      'fatal',
      /redirects are not followed/,
    ],
  ])('and is refused for %s', async (_what, options, kind, problem) => {
    const { api, simulator } = await connect(version, options);
    const refused = await failure(create(api));
    expect(refused).toEqual({ kind, problem: expect.stringMatching(problem), retryAfter: null });
    expect(refused.problem).toMatch(new RegExp(`^POST http://127\\.0\\.0\\.1:\\d+${path} `));
    expect(simulator.requests).toHaveLength(1);
  });

  it('and shows no secret that a refusal repeats', async () => {
    const faults = [status(400, { message: `no ${AUTH} for ${DEFAULT_API_KEY}` })];
    const { api } = await connect(version, { faults });
    const { problem } = await failure(create(api, { registryAuthId: AUTH }));
    expect(problem).not.toContain(AUTH);
    expect(problem).not.toContain(DEFAULT_API_KEY);
  });
});

describe.each(['v1', 'v2'] as const)('the quota, in %s too', (version) => {
  it('is asked of v1', async () => {
    const { api, simulator } = await connect(version, { tasks: tasks(3), create: { quota: 4 } });
    expect(await api.quota(never)).toEqual({ used: 3, limit: 4 });
    expect(asked(simulator)).toEqual([`GET ${V1_PATH}/quota`]);
  });

  it.each<[string, SimulatorOptions['faults']]>([
    ['a failure', [status(500)]],
    ['a refusal', [status(403)]],
    ['no such path', [status(404)]],
    ['no JSON', [html()]],
    ['something else', [body('{"hello":"world"}')]],
    ['no answer', [reset()]],
  ])('is nothing for %s', async (_what, faults = []) => {
    const { api } = await connect(version, { faults });
    expect(await api.quota(never)).toBeNull();
  });

  it('is nothing once it is cut off', async () => {
    const { api } = await connect(version);
    expect(await api.quota(AbortSignal.abort())).toBeNull();
  });
});
