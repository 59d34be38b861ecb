import { describe, expect, test } from 'vitest';
import { ago, type Scripted, task } from '../simulator/wire.ts';
import { FAILED, face, lone, RUNNING } from './hostile-support.ts';

const WARM = { warm: true };
const COLD = { warm: false };
const SUCCEEDED = { state: 'Succeeded' };

/** A task whose state is another one at each poll; the last state stays, `gone` is not in the listing. */
function through(id: string, ...states: readonly string[]): Scripted {
  const steps = states.map((state, index) =>
    state === 'gone' ? { fromPoll: index + 1, gone: true } : { fromPoll: index + 1, gone: false, state },
  );
  return lone(id, { ...RUNNING, createTime: ago(100), steps });
}

/** Another task of the same group. */
const rival = (id: string, age: number, state: string, of = 'a') =>
  lone(id, { clusterId: of, createTime: ago(age), state });

describe.concurrent('states that go to and fro', () => {
  test.each([
    // what happens to the tasks, the result, the polls until then
    ['a task that is Pending again', [through('a', 'Running', 'Pending', 'Succeeded')], 'succeeded', 3],
    [
      'a task that is Running again before the others have finished',
      [through('a', 'Succeeded', 'Running', 'Succeeded'), through('b', 'Running', 'Succeeded')],
      'succeeded',
      3,
    ],
    [
      'a task that failed after it had succeeded',
      [through('a', 'Succeeded', 'Failed'), through('b', 'Running', 'Succeeded')],
      'failed',
      2,
    ],
    [
      'a task that was in an unknown state for a while',
      [through('a', 'Running', 'Succeeded'), through('b', 'Pending', 'Running', 'Running', 'Succeeded')],
      'succeeded',
      4,
    ],
    ['a task that is missing once', [through('a', 'Running', 'gone', 'Succeeded')], 'succeeded', 3],
    ['a task that is missing twice in a row', [through('a', 'Running', 'gone', 'gone')], 'failed', 3],
    [
      'a task that is missing twice, but not in a row',
      [through('a', 'Running', 'gone', 'Running', 'gone', 'Succeeded')],
      'succeeded',
      5,
    ],
    [
      'a task that is deleted while an older success of its group exists',
      [through('a', 'Running', 'gone'), rival('older', 500, 'Succeeded')],
      'failed',
      3,
    ],
    [
      'a task that is deleted after it had succeeded, while another one runs',
      [through('a', 'Succeeded', 'gone'), lone('b', RUNNING)],
      'failed',
      3,
    ],
    [
      'a task that a newer one replaces',
      [
        through('a', 'Running', 'gone'),
        lone('newer', {
          clusterId: 'a',
          createTime: ago(1),
          ...RUNNING,
          appears: { fromPoll: 2 },
          steps: [{ fromPoll: 3, ...SUCCEEDED }],
        }),
      ],
      'succeeded',
      3,
    ],
    [
      'a success that a newer task supersedes before the verdict',
      [
        lone('a'),
        through('b', 'Running', 'Succeeded'),
        lone('newer', { clusterId: 'a', createTime: ago(1), ...FAILED, appears: { fromPoll: 2 } }),
      ],
      'failed',
      2,
    ],
  ] as const)('%s', async (_what, tasks, result, polls) => {
    const scene = { tasks: [...tasks], speed: 10, inputs: { timeout: '2m' } };
    const ended = await face(scene, { warm: result === 'succeeded' });
    expect([ended.result, ended.polls]).toEqual([result, polls]);
  });

  test('an older success never stands in for a newer task, however it ended', async () => {
    for (const state of ['Failed', 'Running', 'Pending']) {
      const tasks = [rival('older', 500, 'Succeeded'), rival('newer', 5, state)];
      const ended = await face({ tasks, inputs: { timeout: '1s', require: 'any' } }, COLD);
      expect(ended.tasks.map(({ id }) => id)).toEqual(['newer']);
    }
  });

  test.each([
    ['Running', 'Succeeded'],
    ['Failed', 'Succeeded'],
    ['Running', 'Failed'],
  ])('of two tasks as old, %s counts before %s', async (state, other) => {
    const tasks = [rival('z', 50, other), rival('b', 50, state), rival('a', 50, other)];
    const ended = await face({ tasks, inputs: { timeout: '1s', require: 'any' } }, COLD);
    expect(ended.tasks.map(({ id }) => id)).toEqual(['b']);
  });
});

describe.concurrent('a state', () => {
  test.each(['succeeded', 'SUCCEEDED', 'sUCCEEDED'])('%s is a success', async (state) => {
    expect((await face({ tasks: [lone('a', { state })] }, WARM)).tasks).toMatchObject([
      { state: 'Succeeded' },
    ]);
  });

  test.each([['failed'], ['FAILED']])('%s is a failure', async (state) => {
    expect((await face({ tasks: [lone('a', { state })] }, COLD)).result).toBe('failed');
  });

  test.each([
    [['Success', 'Succeed', 'Succeeded ', 'Succeeded\n', 'Succeeded\u0000', ' Succeeded']],
    [['\u017fucceeded', 'Cancelled', 'Ready', 'constructor', '__proto__', 'toString']],
    [['', null, undefined, true, 1, 0]],
    [[['Succeeded'], { status: 'Succeeded' }, { state: 'Succeeded' }, [], {}]],
  ])('out of %j is not one of the four: unfinished, with one warning', async (states) => {
    const tasks = states.flatMap((state, index) => [lone(`a${index}`), lone(`b${index}`, { state })]);
    const ended = await face({ tasks, inputs: { timeout: '2s' } }, { ...COLD, warnings: 1 });
    expect([ended.result, ended.outputs['unfinished-count']]).toEqual(['timed-out', String(states.length)]);
    expect(ended.tasks.filter(({ state }) => state === 'Unknown')).toHaveLength(states.length);
    expect(ended.polls).toBeGreaterThan(1);
  });

  test('that only one task is ever in is still not one of the four', async () => {
    for (const state of ['Succeeded ', null]) {
      const inputs = { timeout: '1s', require: 'any' };
      const ended = await face({ tasks: [lone('a', { state })], inputs }, { ...COLD, warnings: 1 });
      expect(ended.result).toBe('timed-out');
    }
  });

  test('of Succeeded with reasons is a success', async () => {
    const reason = ['pull failed: timeout', 'retried', 'image pulled successfully'];
    const ended = await face({ tasks: [lone('a', { ...SUCCEEDED, reason })] }, WARM);
    expect(ended.tasks).toMatchObject([{ state: 'Succeeded', reasons: reason }]);
  });

  test.each([[[]], [null], [undefined], [''], [['']]])(
    'of Failed with %j for a reason is a failure',
    async (reason) => {
      const ended = await face({ tasks: [lone('a', { state: 'Failed', reason })] }, COLD);
      expect([ended.result, ended.tasks[0]?.['reasons']]).toEqual(['failed', []]);
    },
  );

  test('of Running is no success by its completion time', async () => {
    const fields = { ...RUNNING, createTime: ago(500), completeTime: ago(400), imageSize: '5' };
    const tasks = [lone('a', { ...fields, reason: ['image pulled successfully'] })];
    const ended = await face({ tasks, inputs: { timeout: '1s' } }, COLD);
    expect([ended.result, ended.tasks[0]?.['completeTime']]).toEqual(['timed-out', null]);
  });

  test.each(['', '0', null, undefined])(
    'of Succeeded is one with %j for a completion time',
    async (completeTime) => {
      expect((await face({ tasks: [lone('a', { completeTime })] }, WARM)).result).toBe('succeeded');
    },
  );
});

describe.concurrent('with fail-fast off', () => {
  test.each([
    ['any', [task({ clusterId: 'a' }), lone('b', RUNNING)]],
    ['1', [lone('a', FAILED), task({ clusterId: 'b' }), lone('c', RUNNING)]],
  ] as const)('a requirement of %s is not judged before every task has finished', async (require, tasks) => {
    const inputs = { require, 'fail-fast': 'false', timeout: '1s' };
    expect((await face({ tasks: [...tasks], inputs }, COLD)).result).toBe('timed-out');
  });
});
