import { type Dispatcher, MockAgent } from 'undici';
import { describe, expect, it } from 'vitest';
import { Http } from '../../../src/api/http.ts';
import { type ApiFailure, isFailure, type Listing, type PrewarmApi } from '../../../src/api/types.ts';
import { ApiV1 } from '../../../src/api/v1.ts';
import { ApiV2 } from '../../../src/api/v2.ts';

const ORIGIN = 'https://api.example.com';
const BASE_URL = `${ORIGIN}/gate`;
const V1_PATH = '/gate/gpu-instance/openapi/v1/image/prewarm';
const V2_PATH = '/gate/gpus/v2/prewarm-tasks';
const KEY = 'sk-0123456789abcdef';
const NOW = 1_800_000_000_000;
const never = new AbortController().signal;

interface Reply {
  readonly status?: number;
  /** Sent as JSON; a text as it is. */
  readonly body?: unknown;
}

/** An API version whose requests are answered by `answer`, and noted as `METHOD path body`. */
function connect(version: 'v1' | 'v2', answer: (request: string) => Reply) {
  const agent = new MockAgent();
  agent.disableNetConnect();
  const requests: string[] = [];
  const reply = ({ method, path, body }: { method: string; path: string; body?: unknown }) => {
    const request = [method, path, ...(body ? [String(body)] : [])].join(' ');
    requests.push(request);
    const { status = 200, body: content = {} } = answer(request);
    return {
      statusCode: status,
      data: typeof content === 'string' ? content : JSON.stringify(content),
      responseOptions: { headers: { date: new Date(NOW + 90_000).toUTCString() } },
    };
  };
  const interceptor = agent.get(ORIGIN).intercept({ path: () => true, method: () => true });
  interceptor.reply(reply).persist();
  // biome-ignore format: a few fields a line
  const http = new Http({
    token: KEY, secrets: [], requestTimeout: 10_000, dispatcher: agent as Dispatcher, viaProxy: false,
    now: () => NOW, debug: () => {},
  });
  const api: PrewarmApi = version === 'v1' ? new ApiV1(http, BASE_URL) : new ApiV2(http, BASE_URL);
  return { api, requests };
}

function listed(answer: Listing | ApiFailure) {
  if (isFailure(answer)) throw new Error(answer.problem);
  return { ...answer, tasks: answer.tasks.map(({ id }) => id) };
}

// biome-ignore format: a few fields a line
const versions = [
  {
    version: 'v1', cluster: 'clusterId', creation: `POST ${V1_PATH}`,
    page: `GET ${V1_PATH}?page=1&pageSize=100`, next: `GET ${V1_PATH}?page=2&pageSize=100`,
    first: { data: [{ id: 'a', createTime: '1' }], total: 2 },
    last: { data: [{ id: 'b', createTime: '1' }], total: 2 },
    least: { imageUrl: 'r.io/app:v1', clusterId: 'c1' },
    whole: { productIds: ['p2', 'p1'], note: 'sha "1" ü', repositoryAuth: 'auth-1' },
    deletion: `POST ${V1_PATH}/delete {"ids":["a","b"]}`,
  },
  {
    version: 'v2', cluster: 'region_id', creation: `POST ${V2_PATH}`,
    page: `GET ${V2_PATH}?limit=100`, next: `GET ${V2_PATH}?limit=100&cursor=n%2F%3D`,
    first: { data: [{ task_id: 'a', created_at: 1 }], next_cursor: 'n/=', has_more: true },
    last: { data: [{ task_id: 'b', created_at: 1 }], next_cursor: '', has_more: false },
    least: { image: 'r.io/app:v1', region_id: 'c1' },
    whole: { product_ids: ['p2', 'p1'], note: 'sha "1" ü', registry_auth_id: 'auth-1' },
    deletion: `DELETE ${V2_PATH} {"task_ids":["a","b"]}`,
  },
] as const;

describe.each(versions)('$version', ({ version, page, next, cluster, first, last, ...paths }) => {
  const everything = { name: null, clusterId: null, taskIds: [] };
  const order = {
    imageUrl: 'r.io/app:v1',
    clusterId: 'c1',
    productIds: [],
    note: null,
    registryAuthId: null,
  };
  const wholeOrder = { ...order, productIds: ['p2', 'p1'], note: 'sha "1" ü', registryAuthId: 'auth-1' };

  it('lists all pages of what is asked for', async () => {
    const pageFor = (request: string) => (request.startsWith(next) ? last : first);
    const { api, requests } = connect(version, (request) => ({ body: pageFor(request) }));
    const whole = { tasks: ['a', 'b'], mayBeIncomplete: version === 'v2', serverClockOffset: 90_500 };
    expect(listed(await api.list(everything, never))).toEqual(whole);
    await api.list({ ...everything, name: 'app & co', clusterId: 'c 1' }, never);
    const filters = `&name=app+%26+co&${cluster}=c+1`;
    expect(requests).toEqual([page, next, page + filters, next + filters]);
  });

  it('fails to list where the answer is an error or cannot be read, and shows no secret', async () => {
    const body = { data: null, code: 500, message: `no ${KEY}` };
    expect(await connect(version, () => ({ body })).api.list(everything, never)).toMatchObject({
      kind: 'transient',
      problem: 'The listing cannot be read: the answer is an error, 500 no ***; check base-url',
    });
    const failure = await connect(version, () => ({ status: 401 })).api.list(everything, never);
    expect(failure).toMatchObject({ kind: 'refused', status: 401 });
  });

  it('creates a task, and leaves out what has no value', async () => {
    const { api, requests } = connect(version, () => ({ body: { id: 'n1' } }));
    expect(await api.create(order, never)).toEqual({ taskId: 'n1' });
    await api.create(wholeOrder, never);
    const bodies = [paths.least, { ...paths.least, ...paths.whole }];
    expect(requests).toEqual(bodies.map((body) => `${paths.creation} ${JSON.stringify(body)}`));
  });

  it.each<[string, unknown, string]>([
    ['task_id', { task_id: 'n1' }, 'n1'],
    ['data', { data: { id: 'n1' } }, 'n1'],
    ['a number that is too long for one', '{"id":12345678901234567890}', '12345678901234567890'],
  ])('reads the id of a created task from %s', async (_where, body, taskId) => {
    const { api } = connect(version, () => ({ body, status: 201 }));
    expect(await api.create(order, never)).toEqual({ taskId });
  });

  const problem = (pattern: RegExp) => expect.stringMatching(pattern);
  const isDone = problem(/task probably exists/);
  const errorWith200: Reply = { body: { code: 500, message: `no ${KEY}` } };
  const quotaIsFull: Reply = { status: 400, body: { reason: 'OPERATION_LIMIT', message: 'full' } };
  it.each<[string, Reply, object]>([
    ['no id', { body: { id: ' ' } }, { kind: 'transient', status: 200, problem: isDone }],
    ['no JSON', { body: '<html>' }, { kind: 'transient', status: 200, problem: isDone }],
    ['an error', errorWith200, { kind: 'transient', problem: problem(/is an error, 500 no \*\*\*;/) }],
    ['a refusal', quotaIsFull, { kind: 'refused', reason: 'OPERATION_LIMIT' }],
    ['a limit on requests', { status: 429 }, { kind: 'busy' }],
  ])('does not know of a created task for %s', async (_what, reply, expected) => {
    const { api, requests } = connect(version, () => reply);
    expect(await api.create(order, never)).toMatchObject(expected);
    expect(requests).toHaveLength(1);
  });

  it.each<[string, Reply, unknown]>([
    ['an empty object', { body: {} }, null],
    ['nothing that can be read', { body: '', status: 204 }, null],
    ['an error', errorWith200, expect.objectContaining({ problem: problem(/is an error, 500 no \*\*\*;/) })],
    ['a refusal', quotaIsFull, expect.objectContaining({ kind: 'refused', reason: 'OPERATION_LIMIT' })],
  ])('deletes tasks, answered with %s', async (_what, reply, expected) => {
    const { api, requests } = connect(version, () => reply);
    expect(await api.delete(['a', 'b'], never)).toEqual(expected);
    expect(requests).toEqual([paths.deletion]);
  });

  const quota = { used: 3, limit: 5, gigabytesPerImage: 100 };
  // biome-ignore format: short cases
  it.each<[Reply, object | null]>([
    [{ body: { total: 3, limit: 5, perImageSize: 100 } }, quota],
    [{ body: { total: '3', limit: '5', perImageSize: '100' } }, quota],
    [{ body: { total: 3, limit: 5 } }, { ...quota, gigabytesPerImage: null }], [{ body: { total: 3 } }, null],
    [{ body: '<html>' }, null], [{ status: 500 }, null],
  ])('reads the quota of v1: %o', async (reply, expected) => {
    const { api, requests } = connect(version, () => reply);
    expect(await api.quota(never)).toEqual(expected);
    expect(requests).toEqual([`GET ${V1_PATH}/quota`]);
  });
});

describe('v2 looks tasks up by their ids', () => {
  const lookUp = (api: PrewarmApi, taskIds: readonly string[]) =>
    api.list({ name: 'app', clusterId: null, taskIds }, never);
  const idIn = (request: string) => decodeURIComponent(request.slice(`GET ${V2_PATH}/`.length));
  const found = (request: string): Reply => ({ body: { task_id: idIn(request) } });
  const absent: Reply = { status: 404, body: { code: 404, reason: 'RESOURCE_NOT_FOUND' } };
  const isProbe = (request: string) => request === `GET ${V2_PATH}?limit=1`;

  it('with one request each, in the order of the ids', async () => {
    const ids = [...Array.from({ length: 9 }, (_, index) => `t${index}`), 'a/b?c=1#d%20 ü'];
    const { api, requests } = connect('v2', found);
    const whole = { tasks: ids, mayBeIncomplete: false, serverClockOffset: 90_500 };
    expect(listed(await lookUp(api, ids))).toEqual(whole);
    expect(requests.map(idIn)).toEqual(ids);
    await lookUp(api, ids);
    expect(requests).toHaveLength(20);
  });

  it.each([404, 400])('and takes %i with RESOURCE_NOT_FOUND for an absent task', async (status) => {
    const gone = { ...absent, status };
    const { api } = connect('v2', (request) => (idIn(request) === 'gone' ? gone : found(request)));
    expect(listed(await lookUp(api, ['gone', 'a'])).tasks).toEqual(['a']);
  });

  // biome-ignore format: a case a line
  it.each<[string, Reply, object]>([
    ['404 without a reason', { status: 404, body: { message: 'no route' } }, { kind: 'transient', status: 404 }],
    ['404 as HTML', { status: 404, body: '<html>' }, { kind: 'transient', status: 404 }],
    ['400 for another reason', { status: 400, body: { reason: 'VALIDATOR_PARAM' } }, { kind: 'refused' }],
    ['503', { status: 503 }, { kind: 'busy' }],
    ['another task', { body: { task_id: 'other' } }, { problem: expect.stringMatching(/another task/) }],
    ['no task', { body: {} }, { problem: expect.stringMatching(/no readable task_id/) }],
  ])('and fails for %s, then asks for the failed ones alone', async (_what, failure, expected) => {
    let isFailing = true;
    const { api, requests } = connect('v2', (request) => {
      if (idIn(request) === 'gone') return absent;
      return isFailing && idIn(request) === 'bad' ? failure : found(request);
    });
    const ids = ['a', 'bad', 'gone', 'b', 'c'];
    expect(await lookUp(api, ids)).toMatchObject(expected);
    isFailing = false;
    for (let poll = 2; poll <= 3; poll += 1) {
      expect(listed(await lookUp(api, ids)).tasks).toEqual(['a', 'bad', 'b', 'c']);
    }
    expect(requests.map(idIn)).toEqual([...ids, 'bad', ...ids]);
  });

  it('and stops where nothing is answered', async () => {
    const { api, requests } = connect('v2', () => ({ status: 429 }));
    const ids = Array.from({ length: 60 }, (_, index) => `t${index}`);
    expect(await lookUp(api, ids)).toMatchObject({ kind: 'busy' });
    expect(requests).toHaveLength(4);
  });

  it('and asks for the listing once where none is found at first', async () => {
    const empty = { body: { data: [] } };
    const { api, requests } = connect('v2', (request) => (isProbe(request) ? empty : absent));
    for (let poll = 1; poll <= 2; poll += 1) expect(listed(await lookUp(api, ['x', 'y'])).tasks).toEqual([]);
    expect(requests.filter(isProbe)).toHaveLength(1);
    expect(requests).toHaveLength(5);
  });

  it.each([absent, { status: 404, body: '<html>' }])('and is refused with the listing: %o', async (reply) => {
    const failure = await lookUp(connect('v2', () => reply).api, ['x']);
    expect(failure).toMatchObject({ kind: 'refused', problem: expect.stringContaining('base-url') });
  });
});
