import { describe, expect, test } from 'vitest';
import { FAILED, lone, RUNNING, runScene } from '../harness/scene.ts';
import { body } from '../simulator/faults.ts';
import { ago, type TaskScript } from '../simulator/wire.ts';

const COLD = { warm: false };

/** A task whose state is another one at each poll; the last state stays, `gone` is not in the listing. */
function through(id: string, ...states: readonly string[]): TaskScript {
  const steps = states.map((state, index) =>
    state === 'gone' ? { fromPoll: index + 1, gone: true } : { fromPoll: index + 1, gone: false, state },
  );
  return lone(id, { ...RUNNING, createTime: ago(100), steps });
}

/** An older task of the same group. */
const older = lone('older', { clusterId: 'a', createTime: ago(500) });

// What counts is proved in unit tests; here is one of each kind that must not pass for a success.
describe.concurrent('no success comes of', () => {
  test.each<[string, readonly TaskScript[], string]>([
    [
      'a task that failed after it had succeeded',
      [through('a', 'Succeeded', 'Failed'), through('b', 'Running', 'Succeeded')],
      'failed',
    ],
    [
      'a task that is deleted while an older success exists',
      [through('a', 'Running', 'gone'), older],
      'failed',
    ],
    [
      'a newer task that failed',
      [older, lone('newer', { clusterId: 'a', createTime: ago(5), ...FAILED })],
      'failed',
    ],
    [
      'a completion time alone, of a newer task',
      [older, lone('newer', { clusterId: 'a', ...RUNNING, completeTime: ago(40), imageSize: '5' })],
      'timed-out',
    ],
    [
      'an image that only looks like it',
      ['team/my-app', 'ap\u0440', 'app:v1:v2', 'app\u200b'].map((imageUrl, n) =>
        lone(`t${n}`, { imageUrl, imageName: 'app' }),
      ),
      'not-found',
    ],
  ])('%s', async (_what, tasks, result) => {
    const inputs = result === 'timed-out' ? { timeout: '1s' } : {};
    expect((await runScene({ tasks, inputs }, COLD)).result).toBe(result);
  });

  test('states that are none of the four, which are unfinished, with one warning', async () => {
    const texts = ['Success', 'Succeeded ', 'Succeeded\u0000', '\u017fucceeded', '__proto__', ''];
    const states = [...texts, null, true, 0, ['Succeeded'], { state: 'Succeeded' }];
    const tasks = states.flatMap((state, index) => [lone(`a${index}`), lone(`b${index}`, { state })]);
    const ended = await runScene({ tasks, inputs: { timeout: '1s' } }, { ...COLD, warnings: 1 });
    expect([ended.result, ended.outputs['unfinished-count']]).toEqual(['timed-out', String(states.length)]);
    expect(ended.tasks.filter(({ state }) => state === 'Unknown')).toHaveLength(states.length);
  });

  test('a task whose id is a neighbour beyond 2^53', async () => {
    const rest = '"imageUrl": "app", "clusterId": "c", "createTime": "1757656178"';
    const listing = `{"data": [{"id": 9007199254740993, ${rest}, "state": "Running"}, {"id": 9007199254740992, ${rest}, "state": "Succeeded"}], "total": 2}`;
    const inputs = { image: '', 'task-ids': '9007199254740993', timeout: '1s' };
    const ended = await runScene({ faults: [body(listing)], inputs }, COLD);
    expect([ended.result, ended.taskIds]).toEqual(['timed-out', ['9007199254740993']]);
  });
});
