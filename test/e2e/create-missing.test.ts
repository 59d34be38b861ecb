import { describe, expect, test } from 'vitest';
import {
  type Ended,
  FAILED,
  lone,
  RUNNING,
  runScene,
  type Scene,
  SUCCEEDED,
  startScene,
} from '../harness/scene.ts';
import { type Fault, on, unmade } from '../simulator/fault.ts';
import { body, status } from '../simulator/faults.ts';
import { ago, type TaskOptions } from '../simulator/wire.ts';
import { bytes, cutBody, hang, reset } from '../simulator/wire-faults.ts';

const IMAGE = 'registry.example.com/team/app:v2';
const VERSIONS = ['v1', 'v2'] as const;

/** A scene whose step may create tasks in these clusters; what is created is warm at the first look. */
function creatingIn(clusterIds: string, scene: Scene = {}): Scene {
  const inputs = {
    image: IMAGE,
    'create-missing': 'true',
    'cluster-ids': clusterIds,
    'appear-timeout': '20s',
    ...scene.inputs,
  };
  return { ...scene, inputs, create: { quota: 20, script: () => SUCCEEDED, ...scene.create } };
}

const madeIn = ({ sim }: Ended) => sim.created.map(({ clusterId }) => clusterId);
const idsIn = ({ outputs }: Ended, name: string) => JSON.parse(outputs[name] ?? '[]') as string[];
const LONG = { timeout: '1h', 'appear-timeout': '1h' };

/** An earlier build, finished long ago. */
const old = (id: string, options: TaskOptions = {}) =>
  lone(id, {
    clusterId: 'a',
    imageUrl: 'registry.example.com/team/app:v1',
    createTime: ago(9_000),
    ...options,
  });

/** Answers that leave open whether the task was made. */
const UNCLEAR = [
  hang(),
  reset(),
  cutBody({ how: 'reset' }),
  status(500),
  status(409, { reason: 'ALREADY_EXISTS', message: 'the task exists' }),
  bytes('\u0000\u0001 no answer'),
  body('{}'),
  body('{"id":["created-9"],"task_id":["created-9"]}'),
];

// What is created, and when, is proved in unit tests; here is what needs a server that remembers.
describe.concurrent.each(VERSIONS)('on %s', (version) => {
  const inputs = { 'api-version': version };

  test('a task is created for each cluster without one, with all that the inputs say', async () => {
    const given = { note: 'build "7" 🚀', 'product-ids': 'p2,p1', 'registry-auth-id': 'auth-2f6c81' };
    const tasks = [lone('b', { imageUrl: IMAGE, note: given.note })];
    const ended = await runScene(creatingIn('b, c', { tasks, inputs: { ...inputs, ...given } }));
    expect([ended.result, ended.taskIds]).toEqual(['succeeded', ['b', 'created-1']]);
    const [note, products, auth] = [given.note, ['p2', 'p1'], given['registry-auth-id']];
    expect(ended.sim.requests.flatMap((request) => request.body ?? [])).toEqual([
      version === 'v1'
        ? { imageUrl: IMAGE, clusterId: 'c', productIds: products, note, repositoryAuth: auth }
        : { image: IMAGE, region_id: 'c', product_ids: products, note, registry_auth_id: auth },
    ]);
    expect(idsIn(ended, 'created-task-ids')).toEqual(['created-1']);
  });

  test('what is superseded is deleted after a success, and nothing else', async () => {
    const scene = creatingIn('a', {
      tasks: [
        old('older', FAILED),
        old('old'),
        old('elsewhere', { clusterId: 'b' }),
        old('other', { imageUrl: 'registry.example.com/team/other:v1' }),
        old('running', RUNNING),
      ],
      inputs: { ...inputs, 'delete-superseded': 'true' },
    });
    const ended = await runScene(scene);
    expect(ended.result).toBe('succeeded');
    expect(ended.sim.deleted.toSorted()).toEqual(['old', 'older']);
    expect(idsIn(ended, 'deleted-task-ids').toSorted()).toEqual(['old', 'older']);
    const [request] = ended.sim.requests.filter((each) => each.delete);
    expect([request?.method, Object.keys(request?.body as object)]).toEqual(
      version === 'v1' ? ['POST', ['ids']] : ['DELETE', ['task_ids']],
    );
  });

  test('a creation without a clear answer is not repeated when its task is there', async () => {
    const clusters = UNCLEAR.map((_, index) => `c${index + 1}`);
    const faults = UNCLEAR.map((fault, index) => on({ create: index + 1 }, fault));
    const brief = { ...inputs, ...LONG, 'request-timeout': '1s' };
    const ended = await runScene(creatingIn(clusters.join(), { faults, inputs: brief }));
    expect([ended.result, madeIn(ended)]).toEqual(['succeeded', clusters]);
    expect(idsIn(ended, 'created-task-ids')).toEqual(UNCLEAR.map((_, index) => `created-${index + 1}`));
  });
});

describe.concurrent('a creation', () => {
  test('whose answer is lost makes no second task, though the listing lags', async () => {
    const faults = [on({ create: 1 }, status(504))];
    const ended = await runScene(creatingIn('a', { faults, lagMs: 2_000, speed: 4, inputs: LONG }));
    expect([ended.result, madeIn(ended)]).toEqual(['succeeded', ['a']]);
    expect(idsIn(ended, 'created-task-ids')).toEqual(['created-1']);
  });

  test('that is lost itself is repeated once a minute has passed', async () => {
    const faults = [on({ create: 1 }, unmade(reset()))];
    const ended = await runScene(creatingIn('a', { speed: 20, faults, inputs: LONG }));
    expect([ended.result, madeIn(ended)]).toEqual(['succeeded', ['a']]);
    expect(Number(ended.outputs['waited-seconds'])).toBeGreaterThanOrEqual(60);
  });

  test('that is answered with another cluster’s id is not warm by that one', async () => {
    const tasks = [lone('there', { clusterId: 'b', imageUrl: IMAGE })];
    const faults = [on({ create: 1 }, unmade(body('{"id":"there","task_id":"there"}')))];
    const inputs = { 'appear-timeout': '1s', timeout: '3s' };
    const ended = await runScene(creatingIn('a, b', { tasks, faults, inputs }), { warm: false });
    expect(ended.result).not.toBe('succeeded');
  });

  test('is made once by the run after one that was killed', async () => {
    const scene = creatingIn('a, b, c', { faults: [on({ create: 2 }, hang())] });
    await using killed = await startScene(scene);
    await killed.until(killed.sim.waitUntil((requests) => requests.some(({ create }) => create === 2)));
    killed.step.signal('SIGKILL');
    await killed.step.done;
    const ended = await runScene({ ...scene, inputs: { ...scene.inputs, 'base-url': killed.sim.url } });
    expect(ended.result).toBe('succeeded');
    expect(killed.sim.created.map(({ clusterId }) => clusterId)).toEqual(['a', 'b', 'c']);
  });
});

test.concurrent.each<[string, Fault]>([
  ['is refused', unmade(status(403))],
  ['is lost', reset()],
])('a deletion that %s is a warning that changes no result', async (_what, fault) => {
  const tasks = [old('old'), lone('new', { clusterId: 'a', imageUrl: IMAGE })];
  const inputs = { image: 'team/app:v2', 'delete-superseded': 'true' };
  const ended = await runScene({ tasks, faults: [on({ delete: 1 }, fault)], inputs }, { warnings: 'any' });
  expect([ended.result, ended.exitCode]).toEqual(['succeeded', 0]);
  expect(ended.warnings.length).toBeGreaterThan(0);
});
