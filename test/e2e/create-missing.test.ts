import { describe, expect, test } from 'vitest';
import type { CreateOptions } from '../simulator/create.ts';
import { type Fault, on, unmade } from '../simulator/fault.ts';
import { body, drifting, html, rateLimited, redirect, status } from '../simulator/faults.ts';
import { ago, after as since, type TaskOptions, task } from '../simulator/wire.ts';
import { cutBody, hang, reset } from '../simulator/wire-faults.ts';
import { API_VERSION } from './api-version.ts';
import { face, KEY } from './hostile-support.ts';
import { gapsOf, lone, many, play, requestsOf, type Scene, start } from './support.ts';

const RUNNING = { state: 'Running' };
const FAILED = { state: 'Failed', reason: ['no such tag'] };
const AUTH = 'registry-auth-2f6c81';

/** Created tasks are warm at the first look. */
const WARM_SOON: CreateOptions = { script: () => ({ state: 'Succeeded' }) };
const NEVER_READY: CreateOptions = { script: () => RUNNING };

/** A scene whose step may create tasks in these clusters. */
function creatingIn(clusterIds: string, scene: Scene = {}): Scene {
  const inputs = { 'create-missing': 'true', 'cluster-ids': clusterIds, ...scene.inputs };
  return { ...scene, inputs, create: { ...WARM_SOON, ...scene.create } };
}

interface Made {
  readonly sim: { readonly created: readonly { readonly clusterId: string; readonly id: string }[] };
  readonly outputs: Readonly<Record<string, string>>;
}

/** The clusters in which the API made tasks, and the ids that the step says it created. */
function creations({ sim, outputs }: Made) {
  return {
    made: sim.created.map(({ clusterId }) => clusterId),
    told: JSON.parse(outputs['created-task-ids'] ?? '') as string[],
  };
}

describe.concurrent('with create-missing', () => {
  test('each listed cluster gets a task when there is none, in turn, after the first listing', async () => {
    const ended = await play(creatingIn('b, a'));
    expect([ended.result, ended.taskIds]).toEqual(['succeeded', ['created-1', 'created-2']]);
    expect(creations(ended)).toEqual({ made: ['b', 'a'], told: ['created-1', 'created-2'] });
    expect(requestsOf(ended.sim)).toEqual(['1.1 200', 'POST 200', 'POST 200', '2.1 200']);
  });

  test('the created task is followed until it has finished', async () => {
    const ended = await play({ inputs: { 'create-missing': 'true', 'cluster-ids': 'a' } });
    expect([ended.result, ended.file.polls]).toEqual(['succeeded', 4]);
    expect(creations(ended)).toEqual({ made: ['a'], told: ['created-1'] });
  });

  test('only the cluster without a task gets one', async () => {
    const tasks = [lone('warm'), lone('busy', { ...RUNNING, steps: [{ fromPoll: 2, state: 'Succeeded' }] })];
    const ended = await play(creatingIn('warm, busy, cold', { tasks }));
    expect([ended.result, ended.taskIds]).toEqual(['succeeded', ['busy', 'created-1', 'warm']]);
    expect(creations(ended)).toEqual({ made: ['cold'], told: ['created-1'] });
  });

  test('nothing is created where every listed cluster has a task', async () => {
    const tasks = [lone('a'), lone('b', { state: 'Pending', steps: [{ fromPoll: 2, state: 'Succeeded' }] })];
    const ended = await play(creatingIn('a, b', { tasks }));
    expect([ended.result, requestsOf(ended.sim)]).toEqual(['succeeded', ['1.1 200', '2.1 200']]);
    expect(creations(ended)).toEqual({ made: [], told: [] });
  });

  test.each(['false', 'False', ''])('%j nothing is created', async (value) => {
    const inputs = { 'create-missing': value, 'appear-timeout': '0' };
    const ended = await play(creatingIn('a', { inputs }));
    expect([ended.result, requestsOf(ended.sim)]).toEqual(['not-found', ['1.1 200']]);
    expect(creations(ended)).toEqual({ made: [], told: [] });
  });

  test('a task in a cluster that is not listed is no reason to create none', async () => {
    const ended = await play(creatingIn('a, b', { tasks: [lone('a'), lone('c')] }));
    expect([ended.result, creations(ended).made]).toEqual(['succeeded', ['b']]);
  });

  test('a task of another image or tag is no reason to create none', async () => {
    const tasks = [
      lone('tag', { clusterId: 'a', imageUrl: 'team/app:v1' }),
      lone('name', { clusterId: 'a', imageUrl: 'team/my-app:v2' }),
    ];
    const ended = await play(creatingIn('a', { tasks, inputs: { image: 'team/app:v2' } }));
    expect([ended.result, ended.taskIds]).toEqual(['succeeded', ['created-1']]);
  });

  test('a task that is too old to count is no reason to create none', async () => {
    const tasks = [lone('old', { clusterId: 'a', createTime: ago(7_200) })];
    const ended = await play(creatingIn('a', { tasks, inputs: { 'created-after': '1h' } }));
    expect([ended.result, ended.taskIds]).toEqual(['succeeded', ['created-1']]);
  });

  test('and any of them required, each listed cluster still gets a task', async () => {
    const ended = await play(
      creatingIn('a, b', { tasks: [lone('a')], inputs: { require: 'any' }, create: NEVER_READY }),
    );
    expect([ended.result, creations(ended).made, ended.outputs['unfinished-count']]).toEqual([
      'succeeded',
      ['b'],
      '1',
    ]);
  });

  test('an appear timeout of 0 leaves time for what was created', async () => {
    const inputs = { 'appear-timeout': '0' };
    const ended = await play(creatingIn('a', { inputs }));
    expect([ended.result, ended.taskIds]).toEqual(['succeeded', ['created-1']]);
  });

  test('the log says what may be and what was created', async () => {
    const { log, message } = await play(creatingIn('west, east', { tasks: [lone('west')] }));
    expect(log).toEqual([
      expect.stringMatching(/^Waiting for app in clusters west, east .*without a task gets one/),
      expect.stringMatching(/^west app:v1: Succeeded/),
      expect.stringMatching(/^Created task created-1 in cluster east$/),
      expect.stringMatching(/^east app: Succeeded/),
      message,
    ]);
    expect(message).toMatch(/created.*created-1/);
  });
});

describe.concurrent('a task that failed', () => {
  /** One that ended well before the step started. */
  const old: TaskOptions = { clusterId: 'a', ...FAILED, createTime: ago(900), completeTime: ago(600) };

  test('before the step started makes room for a new one, and does not count any more', async () => {
    const ended = await play(creatingIn('a', { tasks: [task({ id: 'old', ...old })] }));
    expect([ended.result, ended.taskIds, ended.outputs['failed-count']]).toEqual([
      'succeeded',
      ['created-1'],
      '0',
    ]);
  });

  test.each<[string, TaskOptions]>([
    ['says when', {}],
    ['does not say when it ended', { completeTime: '0' }],
    ['says nothing of when', { completeTime: '0', createTime: '0' }],
    ['is of another tag', { imageUrl: 'registry.example.com/team/app:v0' }],
    ['covers a product alone', { products: [{ productId: 'p1', productName: 'p1' }] }],
  ])('before the step started makes room when it %s', async (_what, options) => {
    const ended = await play(creatingIn('a', { tasks: [task({ id: 'old', ...old, ...options })] }));
    expect([ended.result, ended.taskIds]).toEqual(['succeeded', ['created-1']]);
  });

  test('as the newest is what counts, whatever older ones did', async () => {
    const tasks = [task({ clusterId: 'a', createTime: ago(5_000) }), task({ id: 'newest', ...old })];
    const ended = await play(creatingIn('a', { tasks }));
    expect([ended.result, ended.taskIds]).toEqual(['succeeded', ['created-1']]);
  });

  test('and is not the newest is no reason to create one', async () => {
    const tasks = [task({ ...old, createTime: ago(5_000) }), task({ id: 'newest', clusterId: 'a' })];
    const ended = await play(creatingIn('a', { tasks }));
    expect([ended.result, ended.taskIds, ended.sim.created]).toEqual(['succeeded', ['newest'], []]);
  });

  test('while the step waits fails it, and no other is created', async () => {
    const tasks = [lone('a', { ...RUNNING, steps: [{ fromPoll: 2, ...FAILED }] })];
    const ended = await play(creatingIn('a', { tasks }));
    expect([ended.result, ended.taskIds, ended.sim.created]).toEqual(['failed', ['a'], []]);
  });

  test('after the step started fails it, even when the first listing shows it as failed', async () => {
    const tasks = [lone('a', { ...FAILED, createTime: ago(60), completeTime: since(60) })];
    const ended = await play(creatingIn('a, b', { tasks }));
    expect([ended.result, ended.taskIds, ended.sim.created]).toEqual(['failed', ['a'], []]);
  });

  test.each([3600, -3600])('before the step is known by the server’s clock, %i s ahead', async (skew) => {
    const before = await play(creatingIn('a', { tasks: [task(old)], clockSkewSeconds: skew }));
    expect([before.result, before.taskIds]).toEqual(['succeeded', ['created-1']]);
    const tasks = [lone('a', { ...FAILED, completeTime: since(60) })];
    const later = await play(creatingIn('a', { tasks, clockSkewSeconds: skew }));
    expect([later.result, later.sim.created]).toEqual(['failed', []]);
  });

  test('and was created by the step is not created again', async () => {
    const ended = await play(creatingIn('a, b', { create: { script: () => FAILED } }));
    expect([ended.result, ended.outputs['failed-clusters']]).toEqual(['failed', '["a","b"]']);
    expect(creations(ended)).toEqual({ made: ['a', 'b'], told: ['created-1', 'created-2'] });
    expect(ended.message).toContain('no such tag');
  });
});

describe.concurrent('listed products', () => {
  const products = (...ids: string[]) => ({
    products: ids.map((productId) => ({ productId, productName: `GPU ${productId}` })),
  });
  const both = { 'product-ids': 'p1, p2' };

  test('without a task get one for all of them', async () => {
    const ended = await play(creatingIn('a', { inputs: both }));
    expect([ended.result, ended.sim.created[0]?.productIds]).toEqual(['succeeded', ['p1', 'p2']]);
  });

  test('of which one has no task get one', async () => {
    const tasks = [task({ id: 'p1-only', clusterId: 'a', ...products('p1') })];
    const ended = await play(creatingIn('a', { tasks, inputs: both }));
    expect([ended.result, ended.taskIds]).toEqual(['succeeded', ['created-1', 'p1-only']]);
    expect(creations(ended).made).toEqual(['a']);
  });

  test('that are covered, together or by the whole cluster, get none', async () => {
    const tasks = [
      lone('a', products('p1', 'p2', 'p3')),
      lone('b'),
      lone('c1', { clusterId: 'c', ...products('p1') }),
      lone('c2', { clusterId: 'c', ...products('p2') }),
    ];
    const ended = await play(creatingIn('a, b, c', { tasks, inputs: both }));
    expect([ended.result, ended.sim.created]).toEqual(['succeeded', []]);
  });
});

describe.concurrent('the body of the request', () => {
  const [IMAGE, CLUSTER, PRODUCTS, AUTHENTICATION] =
    API_VERSION === 'v1'
      ? (['imageUrl', 'clusterId', 'productIds', 'repositoryAuth'] as const)
      : (['image', 'region_id', 'product_ids', 'registry_auth_id'] as const);
  const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

  test('has every key that there is a value for', async () => {
    const image = 'registry.example.com:5000/team/app:v1';
    const inputs = { image, note: ' build "7" 🚀 ', 'product-ids': 'p2,p1', 'registry-auth-id': AUTH };
    const ended = await play(creatingIn('a', { inputs }));
    expect(ended.result).toBe('succeeded');
    const [request] = ended.sim.requests.filter(({ method }) => method === 'POST');
    expect(request?.body).toEqual({
      [IMAGE]: image,
      [CLUSTER]: 'a',
      [PRODUCTS]: ['p2', 'p1'],
      note: 'build "7" 🚀',
      [AUTHENTICATION]: AUTH,
    });
    expect(request?.query).toEqual({});
    expect(request?.headers).toMatchObject({
      authorization: 'Bearer sk-simulator',
      'content-type': expect.stringMatching(/^application\/json/),
    });
    expect(request?.path).toBe(ended.sim.requests[0]?.path);
  });

  test.each(['app', 'team/app:v1', `app@${DIGEST}`, 'docker.io/library/app', 'localhost:5000/app:v1'])(
    'has no other key, and the image as it was written: %s',
    async (image) => {
      const ended = await play(creatingIn('cluster ü/1', { inputs: { image } }));
      expect([ended.result, ended.taskIds]).toEqual(['succeeded', ['created-1']]);
      const bodies = ended.sim.requests.flatMap((request) => request.body ?? []);
      expect(bodies).toEqual([{ [IMAGE]: image, [CLUSTER]: 'cluster ü/1' }]);
    },
  );
});

describe.concurrent('the registry authentication id', () => {
  const DEBUG = { step: { env: { RUNNER_DEBUG: '1' } } };

  // That it is nowhere in what the step leaves behind is checked for every step.
  test.each<[string, Scene, string]>([
    ['all is well', {}, 'succeeded'],
    ['the created task fails and says why', { create: { script: () => echoing } }, 'failed'],
    [
      'the request is refused',
      { faults: [on({ create: 1 }, status(400, { message: `no ${AUTH}` }))] },
      'error',
    ],
    ['the reason repeats it', { faults: [on({ create: 1 }, status(403, { reason: AUTH }))] }, 'error'],
    [
      'it is in lower case',
      { faults: [on({ create: 1 }, status(400, { message: AUTH.toLowerCase() }))] },
      'error',
    ],
    [
      'the request is lost',
      { faults: [on({ create: 1 }, status(500, { message: `lost ${AUTH}` }))] },
      'succeeded',
    ],
    ['a poll fails', { faults: [on({ poll: 2 }, status(503, { message: `busy ${AUTH}` }))] }, 'succeeded'],
    ['the id of the task repeats it', { faults: [on({ create: 1 }, body(`{"id":"${AUTH}"}`))] }, 'succeeded'],
    ['a redirect repeats it', { faults: [on({ create: 1 }, redirect(`https://${AUTH}.example/`))] }, 'error'],
  ])('is shown nowhere when %s', async (_when, scene, result) => {
    const inputs = { 'registry-auth-id': AUTH };
    const ended = await play(creatingIn('a', { ...DEBUG, ...scene, inputs }));
    expect(ended.result).toBe(result);
    expect(ended.sim.created[0]?.repositoryAuth).toBe(AUTH);
  });

  const echoing: TaskOptions = {
    ...FAILED,
    reason: [`pull with ${AUTH} refused`, { auth: AUTH }],
  };

  test('is shown nowhere when another input is bad', async () => {
    const ended = await play({ inputs: { 'registry-auth-id': AUTH, timeout: AUTH } });
    expect([ended.result, ended.sim.requests]).toEqual(['error', []]);
  });
});

describe.concurrent('bad inputs', () => {
  test.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
    ['no clusters', { 'cluster-ids': ' , ' }, ['create-missing', 'cluster-ids']],
    ['no image', { image: '', note: 'build 7' }, ['create-missing', 'image']],
    ['task ids', { 'task-ids': 'a' }, ['create-missing', 'task-ids']],
    [
      'neither clusters nor an image',
      { 'cluster-ids': '', image: '', note: 'n' },
      ['create-missing', 'cluster-ids', 'image'],
    ],
    ['an image that is none', { image: 'Not An Image' }, ['image']],
    ['a value that is no truth value', { 'create-missing': 'yes' }, ['create-missing', 'yes']],
  ])('are refused before any request: create-missing with %s', async (_what, inputs, named) => {
    const ended = await play(creatingIn('a', { inputs }));
    expect([ended.result, ended.exitCode, ended.sim.connectionCount]).toEqual(['error', 1, 0]);
    for (const name of named) {
      expect(ended.message).toContain(name);
    }
  });
});

describe.concurrent('a refusal', () => {
  test('for a full quota is an error with what is used and what is allowed', async () => {
    const tasks = [lone('x', { imageUrl: 'other:v1' }), lone('y', { imageUrl: 'other:v1', ...FAILED })];
    const ended = await play(creatingIn('a', { tasks, create: { quota: 2 } }));
    expect([ended.result, requestsOf(ended.sim)]).toEqual(['error', ['1.1 200', 'POST 400', 'quota 200']]);
    expect(ended.message).toMatch(/OPERATION_LIMIT.*has reached the limit.*\b2 used of 2 allowed\b/);
  });

  test('for a quota that is full after some creations names those', async () => {
    const ended = await play(creatingIn('a, b, c, d', { create: { quota: 2 } }));
    expect(ended.result).toBe('error');
    expect(creations(ended)).toEqual({ made: ['a', 'b'], told: ['created-1', 'created-2'] });
    expect(ended.message).toMatch(/2 used of 2 allowed/);
    expect(ended.message).toMatch(/created-1.*created-2/);
    expect(ended.sim.requests.filter(({ method }) => method === 'POST')).toHaveLength(3);
  });

  const aboutQuota = { when: ({ path }: { path: string }) => path.endsWith('/quota') };
  test.each<[string, Fault]>([
    ['is refused', status(403)],
    ['fails', status(500)],
    ['is for people', html()],
    ['is half of the JSON', body('{"total":')],
    ['has no numbers', body('{"total":"many","limit":null}')],
    ['is of another form', body('[]')],
    ['is cut short', cutBody()],
    ['is reset', reset()],
    ['hangs', hang()],
  ])('is told all the same when the answer about the quota %s', async (_what, fault) => {
    const ended = await play(
      creatingIn('a', {
        faults: [on(aboutQuota, fault)],
        create: { quota: 0 },
        inputs: { 'request-timeout': '1s' },
      }),
    );
    expect(ended.result).toBe('error');
    expect(ended.message).toMatch(/OPERATION_LIMIT/);
    expect(ended.message).not.toMatch(/\bused\b/);
  });

  test('for another reason says nothing of a quota that is not full', async () => {
    const ended = await play(creatingIn('a, nowhere', { create: { clusters: ['a'] } }));
    expect(ended.result).toBe('error');
    expect(ended.message).toMatch(/RESOURCE_NOT_FOUND.*cluster nowhere not found.*cluster-ids/);
    expect(ended.message).not.toMatch(/\bused\b/);
    expect(creations(ended)).toEqual({ made: ['a'], told: ['created-1'] });
  });

  test.each([401, 403])('of the key is an error at once that names it: %i', async (code) => {
    const ended = await play(creatingIn('a, b', { faults: [on({ create: 1 }, unmade(status(code)))] }));
    expect([ended.result, ended.sim.created]).toEqual(['error', []]);
    expect(ended.message).toMatch(/api-key.*create/);
    expect(ended.sim.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  test.each([400, 402, 404, 405, 409, 413, 422])('of any kind is an error at once: %i', async (code) => {
    const fault = on({ create: 1 }, unmade(status(code, { reason: 'BECAUSE', message: 'that is why' })));
    const ended = await play(creatingIn('a, b', { faults: [fault] }));
    expect([ended.result, ended.exitCode, ended.sim.created]).toEqual(['error', 1, []]);
    expect(ended.message).toMatch(new RegExp(`POST .*${code}.*BECAUSE.*that is why`));
    expect(ended.sim.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  test('of a second task hands on what was known before', async () => {
    const scene: Scene = { tasks: [lone('a')], create: { clusters: ['a'] } };
    const ended = await play(creatingIn('a, b', scene));
    expect([ended.result, ended.taskIds, ended.outputs['ready-clusters']]).toEqual(['error', ['a'], '["a"]']);
  });
});

/** Answers that leave open whether a task was made. */
const UNCLEAR: [string, Fault][] = [
  ['HTTP 500', status(500)],
  ['HTTP 503', status(503)],
  ['HTTP 504', html(504)],
  ['HTTP 408', status(408)],
  ['HTTP 429', status(429)],
  ['a reset', reset('reset')],
  ['a closed connection', reset('close')],
  ['an answer that is cut short', cutBody()],
  ['no answer in time', hang()],
  ['half an answer in time', hang('inside-body')],
  ['an answer without an id', body('{}')],
  ['an answer that is no JSON', body('created')],
  ['an empty answer', body('')],
];

describe.concurrent('a create request without a clear answer', () => {
  test.each(UNCLEAR)('that made the task is never repeated: %s', async (_what, fault) => {
    const ended = await play(
      creatingIn('a, b', {
        faults: [on({ create: 1 }, fault)],
        inputs: { 'request-timeout': '1s' },
        create: {
          script: (_order, n) =>
            n === 1 ? { steps: [{ fromPoll: 3, state: 'Succeeded' }] } : { state: 'Succeeded' },
        },
      }),
    );
    expect(ended.result).toBe('succeeded');
    expect(creations(ended)).toEqual({ made: ['a', 'b'], told: ['created-1', 'created-2'] });
  });

  test.each(UNCLEAR)('is never repeated when the task is slow to show: %s', async (_what, fault) => {
    const ended = await play(
      creatingIn('a', {
        faults: [on({ create: 1 }, fault)],
        inputs: { 'request-timeout': '1s', 'appear-timeout': '0' },
        create: { script: () => ({ state: 'Succeeded', appears: { fromPoll: 2 } }) },
      }),
    );
    expect([ended.result, ended.taskIds]).toEqual(['succeeded', ['created-1']]);
    expect(creations(ended)).toEqual({ made: ['a'], told: ['created-1'] });
  });

  test('is not repeated for listings that failed', async () => {
    const ended = await play(
      creatingIn('a', {
        faults: [on({ create: 1 }, status(500)), on({ poll: 3 }, status(503)), on({ poll: 4 }, cutBody())],
        create: { script: () => ({ state: 'Succeeded', appears: { fromPoll: 4 } }) },
      }),
    );
    expect([ended.result, ended.taskIds]).toEqual(['succeeded', ['created-1']]);
    expect(creations(ended)).toEqual({ made: ['a'], told: ['created-1'] });
  });

  test.each<[string, Fault]>([
    ['HTTP 500', status(500)],
    ['a reset', reset()],
    ['no answer in time', hang()],
  ])('that made nothing is repeated after two listings: %s', async (_what, fault) => {
    const ended = await play(
      creatingIn('a', {
        faults: [on({ create: 1 }, unmade(fault))],
        inputs: { 'request-timeout': '1s', 'appear-timeout': '0' },
      }),
    );
    expect(ended.result).toBe('succeeded');
    expect(creations(ended)).toEqual({ made: ['a'], told: [ended.sim.created[0]?.id] });
    expect(requestsOf(ended.sim).map((text) => text.replace(/POST \d+/, 'POST'))).toEqual([
      '1.1 200',
      'POST',
      '2.1 200',
      '3.1 200',
      'POST',
      '4.1 200',
    ]);
  });

  test('is told in the log, and keeps other clusters waiting until it is clear', async () => {
    const ended = await play(creatingIn('a, b', { faults: [on({ create: 1 }, status(500))] }));
    expect(ended.log.join('\n')).toMatch(/cluster a may not have been created.*500/);
    expect(ended.log.filter((line) => line.includes('may not have been created'))).toHaveLength(1);
    expect(ended.log.join('\n')).toMatch(/Created task .* in cluster b/);
  });

  test('is not taken for answered by a task of before', async () => {
    // A success of another tag is older than the request; the step asks for the tag that nobody has.
    const ended = await play(
      creatingIn('a', {
        tasks: [lone('before', { clusterId: 'a', ...FAILED, completeTime: ago(30) })],
        faults: [on({ create: 1 }, unmade(status(500)))],
      }),
    );
    expect([ended.result, ended.taskIds]).toEqual(['succeeded', [ended.sim.created[0]?.id]]);
    expect(creations(ended).made).toEqual(['a']);
  });

  test('five times in a row ends in an error', async () => {
    const scene = creatingIn('a, b', { faults: [on({ method: 'POST' }, unmade(status(500)))] });
    const inputs = { 'cluster-ids': 'a, b', 'create-missing': 'true', timeout: '10m' };
    const ended = await face({ ...scene, speed: 20, inputs }, { warm: false, mayCreate: true });
    expect(ended.result).toBe('error');
    expect(ended.message).toMatch(/could not be created.*500/);
    expect(ended.sim.requests.filter(({ method }) => method === 'POST')).toHaveLength(5);
    expect(ended.outputs['created-task-ids']).toBe('[]');
  });

  test('up to the timeout is told there, with the cluster in which a task may be', async () => {
    const faults = [on({ create: 1 }, unmade(status(502)))];
    const ended = await play(creatingIn('west-7', { faults, inputs: { timeout: '1s' } }));
    expect([ended.result, ended.sim.created]).toEqual(['timed-out', []]);
    expect(ended.message).toMatch(/502/);
    expect(ended.message).toMatch(/may have created one in west-7/);
  });

  test('is cut off at the timeout, and the last poll finds what it made', async () => {
    const faults = [on({ create: 1 }, hang())];
    const ended = await play(creatingIn('a, b', { faults, inputs: { timeout: '2s' }, create: NEVER_READY }));
    expect([ended.result, ended.taskIds]).toEqual(['timed-out', ['created-1']]);
    expect(creations(ended)).toEqual({ made: ['a'], told: ['created-1'] });
  });

  test('that asks for a pause gets it before anything is asked again', async () => {
    const faults = [on({ create: 1 }, unmade(rateLimited('3')))];
    const ended = await play(creatingIn('a', { faults }));
    expect([ended.result, creations(ended).made]).toEqual(['succeeded', ['a']]);
    expect(gapsOf(ended.sim)[1]).toBeGreaterThan(2_900);
  });

  test('that asks for a pause past the timeout ends the wait at once', async () => {
    const faults = [on({ create: 1 }, unmade(rateLimited('3600')))];
    const ended = await play(creatingIn('a, b', { faults }));
    expect([ended.result, requestsOf(ended.sim)]).toEqual(['timed-out', ['1.1 200', 'POST 429']]);
    expect(ended.message).toContain('429');
  });
});

describe.concurrent('nothing is created', () => {
  test('before a complete listing', async () => {
    const faults = [on({ poll: 1 }, status(503)), on({ poll: 2 }, cutBody())];
    const ended = await play(creatingIn('a', { faults }));
    expect([ended.result, requestsOf(ended.sim)]).toEqual([
      'succeeded',
      ['1.1 503', '2.1 200', '3.1 200', 'POST 200', '4.1 200'],
    ]);
  });

  test('on pages that do not add up', async () => {
    const tasks = [...many(25), lone('there')];
    const faults = [on({ poll: 1, page: { from: 2 } }, drifting(1))];
    const ended = await play(creatingIn('many-1, there', { tasks, maxPageSize: 10, faults }));
    expect([ended.result, ended.sim.created]).toEqual(['succeeded', []]);
  });

  test('on pages of which a task slipped, which a second reading shows', async () => {
    const tasks = [
      ...many(10),
      lone('slipped'),
      ...many(19).slice(10),
      lone('newcomer', { createTime: since(5) }),
    ];
    const skipping: Fault = {
      name: 'silently skipping',
      listing: (whole, { items, page, pageSize }) => ({
        ...whole,
        data: page === 1 ? whole.data : items.slice((page - 1) * pageSize + 1, page * pageSize + 1),
        // The total stays: one went and another came.
        total: API_VERSION === 'v1' ? items.length - 1 : items.length,
      }),
    };
    const ended = await play(
      creatingIn('slipped, many-1', { tasks, maxPageSize: 10, faults: [on({ poll: 1 }, skipping)] }),
    );
    expect([ended.result, ended.taskIds, ended.sim.created]).toEqual([
      'succeeded',
      ['many-1', 'slipped'],
      [],
    ]);
  });

  test('when the first poll is refused', async () => {
    const ended = await play(creatingIn('a', { faults: [on({ poll: 1 }, status(401))] }));
    expect([ended.result, requestsOf(ended.sim)]).toEqual(['error', ['1.1 401']]);
  });

  test('twice in one cluster, though it is listed twice', async () => {
    const ended = await play(creatingIn('a, a\na'));
    expect([ended.result, creations(ended).made]).toEqual(['succeeded', ['a']]);
  });

  test('again when the created task is deleted', async () => {
    const ended = await play(
      creatingIn('a', { create: { script: () => ({ ...RUNNING, steps: [{ fromPoll: 2, gone: true }] }) } }),
    );
    expect([ended.result, creations(ended).made]).toEqual(['failed', ['a']]);
    expect(ended.tasks).toMatchObject([{ id: 'created-1', state: 'Deleted' }]);
  });

  test('again when the created task never shows up', async () => {
    const ended = await play(
      creatingIn('a', {
        create: { script: () => ({ appears: { fromPoll: 999 } }) },
        inputs: { 'appear-timeout': '3s' },
      }),
    );
    expect(ended.result).toBe('not-found');
    expect(creations(ended)).toEqual({ made: ['a'], told: ['created-1'] });
    expect(ended.message).toContain('created-1');
    expect(ended.outputs['waited-seconds'], 'the time starts with the creation').toMatch(/^[3-9]/);
  });
});

describe.concurrent('created-task-ids', () => {
  test.each<[string, Scene]>([
    ['succeeded', {}],
    ['failed', { create: { script: () => FAILED } }],
    ['timed-out', { create: NEVER_READY, inputs: { timeout: '2s' } }],
    [
      'not-found',
      { create: { script: () => ({ appears: { fromPoll: 999 } }) }, inputs: { 'appear-timeout': '0' } },
    ],
    ['error', { create: NEVER_READY, faults: [on({ poll: 2 }, status(404))] }],
  ])('and the message name what was created when the result is %s', async (result, scene) => {
    const ended = await play(creatingIn('a', scene));
    expect([ended.result, creations(ended).told]).toEqual([result, ['created-1']]);
    expect(ended.message).toContain('created-1');
    expect(ended.summary, 'where punctuation is escaped').toMatch(/created(?:-|&#45;)1/);
  });

  test.each([
    ['an id', '{"id":"the-id"}', 'the-id'],
    ['a task id', '{"task_id":"the-id"}', 'the-id'],
    ['an id inside data', '{"data":{"id":"the-id"}}', 'the-id'],
    ['a task id inside data', '{"data":{"task_id":"the-id"}}', 'the-id'],
    ['a number', '{"id":42,"task_id":42}', '42'],
    ['a number that no number holds', '{"id":12345678901234567,"task_id":""}', '12345678901234567'],
  ])('take %s from the answer', async (_what, answer, id) => {
    const ended = await play(
      creatingIn('a', {
        faults: [on({ create: 1 }, body(answer))],
        create: { script: () => ({ id, state: 'Succeeded' }) },
      }),
    );
    expect([ended.result, ended.taskIds, creations(ended).told]).toEqual(['succeeded', [id], [id]]);
  });

  test.each([
    '::error::pwned',
    'a\n::error::pwned\r##[error]x',
    '<img src=x>|`@org`\u202e\u0000',
    'x'.repeat(100_000),
    `${KEY}`,
  ])('of any text harm neither log nor outputs: %j', async (id) => {
    const ended = await face(
      {
        inputs: { 'create-missing': 'true', 'cluster-ids': 'a' },
        faults: [on({ create: 1 }, body(JSON.stringify({ id, task_id: id })))],
        create: WARM_SOON,
      },
      { warm: true, mayCreate: true },
    );
    expect(ended.result).toBe('succeeded');
    expect(ended.message.length).toBeLessThanOrEqual(4_000);
  });
});

describe.concurrent.each(['SIGINT', 'SIGTERM'] as const)('%s', (signal) => {
  const LONG = { timeout: '1h', 'request-timeout': '5m' };

  async function cancelled(scene: Scene, requests: number) {
    await using waiting = await start(creatingIn('a, b, c', { ...scene, inputs: LONG }));
    await waiting.until(waiting.sim.waitForRequest(requests));
    const signalledAt = performance.now();
    waiting.step.signal(signal);
    const ended = await waiting.end();
    expect(performance.now() - signalledAt).toBeLessThan(2_000);
    expect([ended.result, ended.exitCode]).toEqual(['cancelled', 1]);
    expect(waiting.sim.requests, 'nothing more is asked or created').toHaveLength(requests);
    return { ...ended, sim: waiting.sim };
  }

  test('while the second task is created tells the first one, and where another may be', async () => {
    const ended = await cancelled({ faults: [on({ create: 2 }, hang())] }, 3);
    expect(creations(ended)).toEqual({ made: ['a', 'b'], told: ['created-1'] });
    expect(ended.message).toMatch(/created-1\b/);
    expect(ended.message).toMatch(/may have created one in b\b/);
    expect(ended.message).not.toMatch(/created one in .*\bc\b/);
  });

  test('while the first task is created tells where it may be', async () => {
    const ended = await cancelled({ faults: [on({ create: 1 }, hang('inside-body'))] }, 2);
    expect(creations(ended).told).toEqual([]);
    expect(ended.message).toMatch(/may have created one in a\b/);
  });

  test('while the quota is asked for does not wait for it', async () => {
    const faults = [on({ when: ({ path }) => path.endsWith('/quota') }, hang())];
    await using waiting = await start(creatingIn('a, b', { faults, create: { quota: 1 }, inputs: LONG }));
    await waiting.until(waiting.sim.waitForRequest(4));
    const signalledAt = performance.now();
    waiting.step.signal(signal);
    const ended = await waiting.end();
    expect(performance.now() - signalledAt).toBeLessThan(2_000);
    expect(['cancelled', 'error']).toContain(ended.result);
    expect(creations({ ...ended, sim: waiting.sim }).told).toEqual(['created-1']);
  });

  test('between two creations leaves no task that is not told', async () => {
    await using waiting = await start(
      creatingIn('a, b, c', {
        faults: [on({ create: 1 }, { name: 'held', send: () => {} })],
        inputs: { ...LONG, 'request-timeout': '1s' },
        create: { script: () => ({ ...RUNNING }) },
      }),
    );
    await waiting.until(waiting.step.waitForOutput(/may not have been created/));
    waiting.step.signal(signal);
    const ended = await waiting.end();
    expect(ended.result).toBe('cancelled');
    for (const { id, clusterId } of waiting.sim.created) {
      const isTold = creations({ ...ended, sim: waiting.sim }).told.includes(id);
      const isHinted = new RegExp(`may have created one in .*\\b${clusterId}\\b`).test(ended.message);
      expect(isTold || isHinted, id).toBe(true);
    }
  });
});
