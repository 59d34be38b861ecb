import { describe, expect, test } from 'vitest';
import { on } from '../simulator/fault.ts';
import { status } from '../simulator/faults.ts';
import { ago, type TaskOptions, task } from '../simulator/wire.ts';
import { slow } from '../simulator/wire-faults.ts';
import { type Ended, gapsOf, lone, play, requestsOf, type Scene, until } from './support.ts';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;
const RUNNING = { state: 'Running' };
const FAILED = { state: 'Failed' };
const SUCCEEDED = { state: 'Succeeded' };
const AT_ONCE = { 'appear-timeout': '0' };

function isLine(text: string): RegExp {
  return new RegExp(`\\b${text}\\b`);
}

describe.concurrent('an image', () => {
  const tasks = [
    ['host-v1', 'test-image.ppinfra.com/test-public/pytorch:v1'],
    ['host-v2', 'test-image.ppinfra.com/test-public/pytorch:v2'],
    ['host-upper', 'TEST-IMAGE.ppinfra.com/test-public/pytorch:v2'],
    ['deeper', 'test-image.ppinfra.com/deep/test-public/pytorch:v2'],
    ['short', 'pytorch'],
    ['docker-user', 'docker.io/other/pytorch:latest'],
    ['digest', `registry.example.com:5000/x/pytorch@${DIGEST}`],
    ['longer-name', 'test-image.ppinfra.com/test-public/my-pytorch:v2'],
  ].map(([id = '', imageUrl]) => lone(id, { imageUrl }));

  test.each([
    ['pytorch', 'deeper digest docker-user host-upper host-v1 host-v2 short'],
    ['test-public/pytorch', 'deeper host-upper host-v1 host-v2'],
    ['test-public/pytorch:v2', 'deeper host-upper host-v2'],
    ['test-image.ppinfra.com/test-public/pytorch', 'host-upper host-v1 host-v2'],
    ['test-image.ppinfra.com/test-public/pytorch:v2', 'host-upper host-v2'],
    ['Test-Image.PPInfra.com/test-public/pytorch:v1', 'host-v1'],
    ['pytorch:latest', 'docker-user short'],
    ['library/pytorch', 'short'],
    ['docker.io/library/pytorch', 'short'],
    ['index.docker.io/other/pytorch', 'docker-user'],
    [`pytorch@${DIGEST}`, 'digest'],
    ['registry.example.com:5000/x/pytorch', 'digest'],
  ])('written as %s stands for %s', async (image, ids) => {
    const ended = await play({ tasks, inputs: { image, ...AT_ONCE } });
    expect([ended.result, ended.taskIds]).toEqual(['succeeded', ids.split(' ')]);
  });

  test.each(['torch', 'public/pytorch', 'pytorch:v3', 'ppinfra.com/test-public/pytorch', 'pytorch:V2'])(
    'written as %s stands for none of these',
    async (image) => {
      const ended = await play({ tasks, inputs: { image, ...AT_ONCE } });
      expect([ended.result, ended.taskIds]).toEqual(['not-found', []]);
    },
  );
});

describe.concurrent('a note', () => {
  test('must be equal, though the server finds notes that hold it and images named like it', async () => {
    const tasks = [
      lone('equal', { note: 'release' }),
      lone('longer', { note: 'release-2' }),
      lone('upper', { note: 'Release' }),
      lone('named', { imageUrl: 'host/release:v1', note: 'other' }),
    ];
    const ended = await play({ tasks, inputs: { image: '', note: 'release', ...AT_ONCE } });
    expect([ended.result, ended.taskIds]).toEqual(['succeeded', ['equal']]);
  });

  test('and an image must both be right', async () => {
    const tasks = [
      lone('both', { note: 'n1' }),
      lone('image-only', { note: 'n2', ...FAILED }),
      lone('note-only', { note: 'n1', imageUrl: 'host/other-app:v1', ...FAILED }),
    ];
    const ended = await play({ tasks, inputs: { note: 'n1', ...AT_ONCE } });
    expect([ended.result, ended.taskIds]).toEqual(['succeeded', ['both']]);
  });
});

describe.concurrent('task ids', () => {
  test('mean exactly these tasks, one that a newer one would supersede included', async () => {
    const tasks = [
      task({ id: 'old', createTime: ago(900) }),
      task({ id: 'new', createTime: ago(60), ...FAILED }),
      lone('other', FAILED),
    ];
    const ended = await play({ tasks, inputs: { image: '', 'task-ids': 'old', ...AT_ONCE } });
    expect([ended.result, ended.taskIds]).toEqual(['succeeded', ['old']]);
  });

  test('are all waited for, and the absent one is named', async () => {
    const tasks = [lone('t1'), lone('t2')];
    const ended = await play({ tasks, inputs: { image: '', 'task-ids': 't1, t3', ...AT_ONCE } });
    expect([ended.result, ended.taskIds]).toEqual(['not-found', ['t1']]);
    expect(ended.message).toMatch(isLine('t3'));
  });

  test('of tasks of another image do not count', async () => {
    const tasks = [lone('t1', { imageUrl: 'host/app-2:v1' })];
    const ended = await play({ tasks, inputs: { 'task-ids': 't1', ...AT_ONCE } });
    expect([ended.result, ended.taskIds]).toEqual(['not-found', []]);
  });

  test('with any of them required need not all exist', async () => {
    const inputs = { image: '', 'task-ids': 't1\nt3', require: 'any', ...AT_ONCE };
    const ended = await play({ tasks: [lone('t1')], inputs });
    expect([ended.result, ended.taskIds]).toEqual(['succeeded', ['t1']]);
  });
});

describe.concurrent('clusters and products', () => {
  const product = (...ids: string[]) => ({
    products: ids.map((id) => ({ productId: id, productName: `GPU ${id}` })),
  });

  test('that are not listed do not count', async () => {
    const tasks = [lone('a'), lone('b'), lone('c', FAILED)];
    const ended = await play({ tasks, inputs: { 'cluster-ids': 'a\n b,,a', ...AT_ONCE } });
    expect([ended.result, ended.taskIds]).toEqual(['succeeded', ['a', 'b']]);
  });

  test('that are listed must each have a task, and the one without is named', async () => {
    const ended = await play({ tasks: [lone('a')], inputs: { 'cluster-ids': 'a,cluster-z', ...AT_ONCE } });
    expect([ended.result, ended.taskIds]).toEqual(['not-found', ['a']]);
    expect(ended.message).toMatch(isLine('cluster-z'));
  });

  test('are covered by a task for one of the products, or for the whole cluster', async () => {
    const tasks = [
      lone('listed', product('p1', 'p9')),
      lone('whole', product()),
      lone('absent-field', { products: undefined }),
      lone('other', { ...product('p2'), ...FAILED }),
    ];
    const ended = await play({ tasks, inputs: { 'product-ids': 'p1', ...AT_ONCE } });
    expect([ended.result, ended.taskIds]).toEqual(['succeeded', ['absent-field', 'listed', 'whole']]);
  });

  test('are covered only when each product is, in each cluster', async () => {
    const inputs = { 'cluster-ids': 'a,b', 'product-ids': 'p1,p2', ...AT_ONCE };
    const complete = [
      lone('a1', { clusterId: 'a', ...product('p1') }),
      lone('a2', { clusterId: 'a', ...product('p2') }),
      lone('b'),
    ];
    const warm = await play({ tasks: complete, inputs });
    expect([warm.result, warm.taskIds]).toEqual(['succeeded', ['a1', 'a2', 'b']]);
    const cold = await play({ tasks: complete.slice(0, 1).concat(complete.slice(2)), inputs });
    expect([cold.result, cold.taskIds]).toEqual(['not-found', ['a1', 'b']]);
    expect(cold.message).toMatch(isLine('p2'));
  });

  test('that are products alone need to be covered in some cluster only', async () => {
    const tasks = [lone('a', product('p1')), lone('b', product('p2'))];
    const ended = await play({ tasks, inputs: { 'product-ids': 'p1,p2', ...AT_ONCE } });
    expect([ended.result, ended.taskIds]).toEqual(['succeeded', ['a', 'b']]);
  });
});

describe.concurrent('created-after', () => {
  const HOUR = 3600;
  // Five minutes ago in every accepted form.
  const forms = (): [string, string][] => {
    const seconds = Math.floor(Date.now() / 1000) - 300;
    const offset = new Date((seconds + 2 * HOUR) * 1000).toISOString().replace(/\.\d+Z$/, '+02:00');
    return [
      ['a duration', '5m'],
      ['Unix seconds', String(seconds)],
      ['ISO 8601 in UTC', new Date(seconds * 1000).toISOString()],
      ['ISO 8601 with an offset', offset],
    ];
  };

  test.each([0, HOUR, -HOUR].flatMap((skew) => forms().map(([form, text]) => [form, skew, text] as const)))(
    'as %s, by a server clock that is %i s ahead, leaves out what is older',
    async (_form, skew, text) => {
      const ended = await play({
        clockSkewSeconds: skew,
        tasks: [lone('new', { createTime: ago(200) }), lone('old', { createTime: ago(400), ...FAILED })],
        inputs: { 'created-after': text, ...AT_ONCE },
      });
      expect([ended.result, ended.taskIds]).toEqual(['succeeded', ['new']]);
    },
  );

  test('tolerates a few seconds', async () => {
    const now = Math.floor(Date.now() / 1000);
    const ended = await play({
      tasks: [
        lone('just-before', { createTime: String(now - 3) }),
        lone('before', { createTime: String(now - 30), ...FAILED }),
      ],
      inputs: { 'created-after': String(now), ...AT_ONCE },
    });
    expect([ended.result, ended.taskIds]).toEqual(['succeeded', ['just-before']]);
  });

  test('keeps an old failure from deciding while a new task is still to come', async () => {
    const ended = await play({
      tasks: [
        task({ id: 'old', createTime: ago(4000), ...FAILED }),
        task({ id: 'new', createTime: ago(0), appears: { fromPoll: 2 } }),
      ],
      inputs: { 'created-after': '10m' },
    });
    expect([ended.result, ended.taskIds]).toEqual(['succeeded', ['new']]);
  });
});

describe.concurrent('a newer task', () => {
  const pair = (older: TaskOptions, newer: TaskOptions): Scene => ({
    tasks: [
      task({ id: 'task-9', createTime: ago(900), ...older }),
      task({ id: 'task-10', createTime: ago(100), ...newer }),
    ],
    inputs: AT_ONCE,
  });
  const ids = ({ result, taskIds }: Ended) => [result, ...taskIds];

  test.each([
    ['an older success by a failure', SUCCEEDED, FAILED, 'failed'],
    ['an older failure by a success', FAILED, SUCCEEDED, 'succeeded'],
    ['an unfinished older one by a success', RUNNING, SUCCEEDED, 'succeeded'],
    [
      'one with another tag of the same repository',
      { ...FAILED, imageUrl: 'host/team/app:v1' },
      { imageUrl: 'host/team/app:v2' },
      'succeeded',
    ],
    [
      'one with the same products in another order',
      { ...FAILED, products: [{ productId: 'p1' }, { productId: 'p2' }] },
      { products: [{ productId: 'p2' }, { productId: 'p1' }] },
      'succeeded',
    ],
    [
      'one whose address is another spelling of the same repository',
      { ...FAILED, imageUrl: 'library/app' },
      { imageUrl: 'docker.io/library/app:latest' },
      'succeeded',
    ],
  ])('supersedes %s', async (_what, older, newer, result) => {
    expect(ids(await play(pair(older, newer)))).toEqual([result, 'task-10']);
  });

  test.each([
    ['another cluster', { clusterId: 'b' }],
    ['another repository', { imageUrl: 'other.example.com/team/app:v1' }],
    ['other products', { products: [{ productId: 'p1', productName: 'x' }] }],
  ])('of %s supersedes nothing', async (_what, newer) => {
    expect(ids(await play(pair(FAILED, newer)))).toEqual(['failed', 'task-10', 'task-9']);
  });

  test('is told from an older one by its time, not by its id or its place', async () => {
    const ended = await play(pair({ createTime: ago(10) }, { createTime: ago(2000), ...FAILED }));
    expect(ids(ended)).toEqual(['succeeded', 'task-9']);
  });

  test.each([
    ['a running one', RUNNING, SUCCEEDED, 'timed-out'],
    ['a running one', RUNNING, FAILED, 'timed-out'],
    ['a failed one', FAILED, SUCCEEDED, 'failed'],
  ])('of two that are as old is %s', async (_what, first, second, result) => {
    const createTime = '1757656178';
    for (const order of [[first, second] as const, [second, first] as const]) {
      const tasks = order.map((state) => task({ id: state.state, createTime, ...state }));
      const ended = await play({ tasks, inputs: { timeout: '1s' } });
      expect(ids(ended)).toEqual([result, first.state]);
    }
  });

  test('takes over while the step waits, whatever becomes of the older one', async () => {
    const ended = await play({
      tasks: [
        until(2, FAILED, { id: 'older', createTime: ago(900) }),
        until(3, SUCCEEDED, { id: 'newer', createTime: ago(10), appears: { fromPoll: 2 } }),
      ],
    });
    expect(ids(ended)).toEqual(['succeeded', 'newer']);
    expect(ended.sim.requests).toHaveLength(3);
  });
});

describe.concurrent('a task that goes from the listing', () => {
  const goes = (...polls: [number, boolean][]) =>
    task({
      id: 'gone',
      clusterId: 'a',
      createTime: ago(60),
      ...RUNNING,
      steps: polls.map(([fromPoll, gone]) => ({ fromPoll, gone })),
    });
  const older = task({ id: 'older', clusterId: 'a', createTime: ago(900), ...SUCCEEDED });

  test('counts as deleted once it is missing twice, and no older one takes its place', async () => {
    const ended = await play({ tasks: [older, goes([2, true])] });
    expect([ended.result, ended.sim.requests.length]).toEqual(['failed', 3]);
    expect(ended.tasks).toMatchObject([{ id: 'gone', state: 'Deleted' }]);
    expect(ended.outputs).toMatchObject({ 'failed-count': '1', 'failed-clusters': '["a"]' });
  });

  test('and comes back is waited for as before', async () => {
    const tasks = [
      task({
        id: 'gone',
        ...RUNNING,
        steps: [
          { fromPoll: 2, gone: true },
          { fromPoll: 3, gone: false },
          { fromPoll: 4, gone: true },
          { fromPoll: 5, gone: false, state: 'Succeeded' },
        ],
      }),
    ];
    const ended = await play({ tasks });
    expect([ended.result, ended.sim.requests.length]).toEqual(['succeeded', 5]);
  });

  test('is not deleted by polls that failed', async () => {
    const steps = [
      { fromPoll: 2, gone: true },
      { fromPoll: 5, gone: false, ...SUCCEEDED },
    ];
    const ended = await play({
      tasks: [task({ id: 'gone', clusterId: 'a', ...RUNNING, steps }), older],
      faults: [on({ poll: [3, 4] }, status(503))],
    });
    expect([ended.result, ended.taskIds]).toEqual(['succeeded', ['gone']]);
    expect(ended.sim.requests).toHaveLength(5);
  });

  test('gives way to a newer one', async () => {
    const newer = until(4, SUCCEEDED, {
      id: 'newer',
      clusterId: 'a',
      createTime: ago(0),
      appears: { fromPoll: 3 },
    });
    const ended = await play({ tasks: [goes([2, true]), newer] });
    expect([ended.result, ended.taskIds]).toEqual(['succeeded', ['newer']]);
  });

  test('after it succeeded is a failure too while others are waited for', async () => {
    const tasks = [
      lone('warm', {
        steps: [{ fromPoll: 2, gone: true }],
      }),
      until(4, SUCCEEDED, { id: 'slow', clusterId: 'b' }),
    ];
    const ended = await play({ tasks });
    expect([ended.result, ended.sim.requests.length]).toEqual(['failed', 3]);
  });
});

describe.concurrent('what is not found', () => {
  test('is told with near misses and why each does not count', async () => {
    const { result, message } = await play({
      tasks: [
        lone('other-tag', { imageUrl: 'host/team/app:v2' }),
        lone('other-name', { imageUrl: 'host/team/my-app:v1' }),
        lone('other-note', { note: 'theirs' }),
      ],
      inputs: { image: 'app:v1', note: 'mine', ...AT_ONCE },
    });
    expect(result).toBe('not-found');
    expect(message).toMatch(/other-tag\b[^;]*\btag\b/);
    expect(message).toMatch(/other-name\b[^;]*\bpath\b/);
    expect(message).toMatch(/other-note\b[^;]*\bnote\b/);
  });

  test('is told with ten near misses at most', async () => {
    const tasks = Array.from({ length: 14 }, (_, index) => lone(`near-${index}`));
    const { message } = await play({ tasks, inputs: { image: 'app:v9', ...AT_ONCE } });
    expect(new Set(message.match(/near-\d+/g)).size).toBe(10);
  });

  test('with an appear timeout of 0 is decided by the first good answer', async () => {
    const { result, sim } = await play({ inputs: AT_ONCE });
    expect([result, requestsOf(sim)]).toEqual(['not-found', ['1.1 200']]);
  });

  test('with an appear timeout of 0 is not decided by a failed poll', async () => {
    const { result, sim } = await play({ faults: [on({ poll: 1 }, status(503))], inputs: AT_ONCE });
    expect([result, requestsOf(sim)]).toEqual(['not-found', ['1.1 503', '2.1 200']]);
  });

  test('is looked for once more when the appear timeout ends, however long the poll interval is', async () => {
    const { result, sim } = await play({
      tasks: [lone('late', { appears: { fromMs: 1_800 } })],
      inputs: { 'appear-timeout': '2s', 'poll-interval': '10m' },
    });
    expect(result, requestsOf(sim).join()).toBe('succeeded');
  });

  test('is waited for until the appear timeout ends', async () => {
    const inputs = { 'appear-timeout': '2s', 'poll-interval': '10m' };
    const { result, sim } = await play({ inputs });
    expect(result).toBe('not-found');
    expect(gapsOf(sim).reduce((sum, gap) => sum + gap, 0)).toBeGreaterThan(1_900);
  });

  test('is given its time from the first good answer on', async () => {
    const { result, sim } = await play({
      tasks: [lone('late', { appears: { fromPoll: 4 } })],
      faults: [on({ poll: [1, 2] }, status(503))],
      inputs: { 'appear-timeout': '1s', 'poll-interval': '10m' },
    });
    expect([result, sim.requests.length]).toEqual(['succeeded', 4]);
  });

  test('is given its time from that answer on, not from when it was asked for', async () => {
    const { result, sim } = await play({
      tasks: [lone('late', { appears: { fromPoll: 3 } })],
      faults: [on({ poll: 1 }, slow(3_000))],
      inputs: { 'appear-timeout': '2s' },
    });
    expect([result, sim.requests.length]).toEqual(['succeeded', 3]);
  });
});
