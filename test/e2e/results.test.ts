import { describe, expect, test } from 'vitest';
import { on } from '../simulator/fault.ts';
import { status } from '../simulator/faults.ts';
import { ago, type Scripted, task } from '../simulator/wire.ts';
import { lone, many, play, type Scene, start, until } from './support.ts';

const RUNNING = { state: 'Running' };
const FAILED = { state: 'Failed', reason: ['no such tag'] };
const SUCCEEDED = { state: 'Succeeded' };

/** A scene for each result that a step comes to by itself. */
const SCENES: Readonly<Record<string, Scene>> = {
  succeeded: { tasks: [lone('a')] },
  failed: { tasks: [lone('a', FAILED)] },
  'timed-out': { tasks: [lone('a', RUNNING)], inputs: { timeout: '1s' } },
  'not-found': { inputs: { 'appear-timeout': '0' } },
  error: { faults: [status(401)] },
};
const RESULTS = Object.keys(SCENES);

describe.concurrent('a result', () => {
  test.each(RESULTS.map((result) => [result, result === 'succeeded' ? 0 : 1]))(
    'that is %s exits with %i',
    async (result, exitCode) => {
      const ended = await play(SCENES[result]);
      expect([ended.result, ended.exitCode]).toEqual([result, exitCode]);
    },
  );

  test('that is cancelled exits with 1', async () => {
    await using waiting = await start({ tasks: [lone('a', RUNNING)] });
    await waiting.until(waiting.sim.waitForRequest(1));
    waiting.step.signal('SIGINT');
    const ended = await waiting.end();
    expect([ended.result, ended.exitCode]).toEqual(['cancelled', 1]);
  });

  test.each(RESULTS.filter((result) => result !== 'succeeded'))(
    'that is %s leaves the step green with a warning when it is allowed',
    async (result) => {
      const scene = SCENES[result] ?? {};
      const inputs = { ...scene.inputs, 'allowed-results': `succeeded, ${result}` };
      const ended = await play({ ...scene, inputs });
      expect([ended.result, ended.exitCode]).toEqual([result, 0]);
      expect(ended.annotations).toEqual([{ level: 'warning', message: ended.message, properties: {} }]);
    },
  );

  test.each(RESULTS.filter((result) => result !== 'succeeded'))(
    'that is %s is red when only others are allowed',
    async (result) => {
      const scene = SCENES[result] ?? {};
      const others = RESULTS.filter((other) => other !== result).join('\n');
      const ended = await play({ ...scene, inputs: { ...scene.inputs, 'allowed-results': others } });
      expect([ended.result, ended.exitCode]).toEqual([result, 1]);
      expect(ended.annotations).toEqual([{ level: 'error', message: ended.message, properties: {} }]);
    },
  );

  test('that is succeeded is red when only others are allowed', async () => {
    const ended = await play({ tasks: [lone('a')], inputs: { 'allowed-results': 'failed' } });
    expect([ended.result, ended.exitCode]).toEqual(['succeeded', 1]);
  });

  test('that is an error of the inputs leaves the step green when errors are allowed', async () => {
    const ended = await play({ inputs: { timeout: 'soon', 'allowed-results': 'succeeded, error' } });
    expect([ended.result, ended.exitCode]).toEqual(['error', 0]);
  });
});

/** Succeeded, failed, running to the end, and what becomes of a running task at the second poll. */
const S = (id: string) => lone(id);
const F = (id: string) => lone(id, FAILED);
const R = (id: string) => lone(id, RUNNING);
const RS = (id: string) => until(2, SUCCEEDED, { id, clusterId: id });
const RF = (id: string) => until(2, FAILED, { id, clusterId: id });
const LATE = (id: string) => lone(id, { appears: { fromPoll: 2 } });

type Cast = Readonly<Record<string, (id: string) => Scripted>>;
const CASTS: Cast = { S, F, R, RS, RF, LATE };

describe.concurrent('a requirement', () => {
  test.each([
    // require, fail-fast, tasks → result, at this poll
    ['all', 'true', 'S S', 'succeeded', 1],
    ['all', 'true', 'S RS', 'succeeded', 2],
    ['all', 'true', 'S F R', 'failed', 1],
    ['all', 'true', 'S R RF', 'failed', 2],
    ['all', 'false', 'S F RS', 'failed', 2],
    ['all', 'false', 'S RS RF', 'failed', 2],
    ['any', 'true', 'S R', 'succeeded', 1],
    ['any', 'true', 'F RS', 'succeeded', 2],
    ['any', 'true', 'F RF', 'failed', 2],
    ['any', 'true', 'F F', 'failed', 1],
    ['any', 'false', 'S RF', 'succeeded', 2],
    ['any', 'false', 'F RS', 'succeeded', 2],
    ['1', 'true', 'S R', 'succeeded', 1],
    ['2', 'true', 'S S F R', 'succeeded', 1],
    ['2', 'true', 'S F F', 'failed', 1],
    ['2', 'true', 'S F R RS', 'succeeded', 2],
    ['2', 'true', 'S F RF R RF', 'timed-out', null],
    ['2', 'true', 'S F RF RF', 'failed', 2],
    ['2', 'false', 'S S RF', 'succeeded', 2],
    ['2', 'false', 'S F RF', 'failed', 2],
    ['2', 'true', 'S LATE', 'succeeded', 2],
    ['2', 'true', 'F RS', 'failed', 1],
    ['3', 'true', 'RS LATE S', 'succeeded', 2],
  ] as const)('of %s with fail-fast %s over %s is %s', async (require, failFast, tasks, result, polls) => {
    const ended = await play({
      tasks: tasks.split(' ').map((name, index) => CASTS[name]?.(`c${index}`) ?? task()),
      inputs: { require, 'fail-fast': failFast, ...(polls === null ? { timeout: '2s' } : {}) },
    });
    expect(ended.result).toBe(result);
    if (polls !== null) {
      expect(ended.sim.requests, 'decided as soon as it could be, and no sooner').toHaveLength(polls);
    }
  });

  test.each([
    ['all', 'true', '', 'not-found', 1],
    ['any', 'false', '', 'not-found', 1],
    ['3', 'true', 'S S', 'not-found', 1],
    ['3', 'true', 'S R', 'not-found', 1],
    ['3', 'false', 'S RS', 'not-found', 2],
    ['3', 'false', 'S RF', 'failed', 2],
    ['3', 'true', 'S F', 'failed', 1],
    ['2', 'true', 'S LATE', 'not-found', 1],
  ] as const)('of %s with fail-fast %s over %j, nothing else to appear, is %s', async (...row) => {
    const [require, failFast, tasks, result, polls] = row;
    const names = tasks === '' ? [] : tasks.split(' ');
    const ended = await play({
      tasks: names.map((name, index) => CASTS[name]?.(`c${index}`) ?? task()),
      inputs: { require, 'fail-fast': failFast, 'appear-timeout': '0' },
    });
    expect([ended.result, ended.sim.requests.length]).toEqual([result, polls]);
  });

  test.each([
    ['all', 'true', 1],
    ['all', 'false', 2],
    ['any', 'true', 1],
  ])(
    'of %s with fail-fast %s is not met while a listed cluster has no task',
    async (require, failFast, polls) => {
      const ended = await play({
        tasks: [S('a'), RS('b')],
        inputs: { require, 'fail-fast': failFast, 'cluster-ids': 'a, b, c', 'appear-timeout': '0' },
      });
      expect([ended.result, ended.sim.requests.length]).toEqual(['not-found', polls]);
    },
  );

  test('of any is met when listed clusters are covered, in whatever state', async () => {
    const ended = await play({
      tasks: [S('a'), R('b'), F('c')],
      inputs: { require: 'any', 'cluster-ids': 'a, b, c' },
    });
    expect([ended.result, ended.sim.requests.length]).toEqual(['succeeded', 1]);
  });
});

describe.concurrent('the timeout', () => {
  test('is met by a last poll, which still counts, however long the poll interval is', async () => {
    const steps = [{ fromMs: 1_800, ...SUCCEEDED }];
    const ended = await play({
      tasks: [task({ ...RUNNING, steps })],
      inputs: { timeout: '2s', 'poll-interval': '10m' },
    });
    expect(ended.result).toBe('succeeded');
  });

  test('names each unfinished task with its state and age, and no finished one', async () => {
    const { message } = await play({
      tasks: [
        lone('done'),
        lone('runs', { id: 'task-r', state: 'Running', createTime: ago(7_210) }),
        lone('waits', { id: 'task-p', state: 'Pending', createTime: ago(310) }),
      ],
      inputs: { timeout: '1s' },
    });
    expect(message).toMatch(/task-r\b.*Running.*2h/);
    expect(message).toMatch(/task-p\b.*Pending.*5m/);
    expect(message).not.toContain('done');
  });

  test('names as many unfinished tasks as fit into 1,000 characters', async () => {
    const ended = await play({ tasks: many(80, RUNNING), inputs: { timeout: '1s' } });
    expect(ended.result).toBe('timed-out');
    expect(ended.message.length).toBeLessThanOrEqual(1000);
    expect(ended.message.match(/many-\d+/g)?.length).toBeGreaterThan(5);
    expect(ended.outputs['unfinished-count']).toBe('80');
  });
});

describe.concurrent('the outputs', () => {
  test('call a cluster ready only when all its tasks succeeded, and failed when one did not', async () => {
    const product = (id: string) => ({ products: [{ productId: id, productName: id }] });
    const ended = await play({
      tasks: [
        lone('a1', { clusterId: 'ready', ...product('x') }),
        lone('a2', { clusterId: 'ready', ...product('y') }),
        lone('b1', { clusterId: 'mixed', ...product('x') }),
        lone('b2', { clusterId: 'mixed', ...product('y'), ...FAILED }),
        lone('c1', { clusterId: 'waiting', ...product('x') }),
        lone('c2', { clusterId: 'waiting', ...product('y'), ...RUNNING }),
      ],
    });
    expect(ended.outputs['ready-clusters']).toBe('["ready"]');
    expect(ended.outputs['failed-clusters']).toBe('["mixed"]');
  });

  test('are empty lists and zeros where there is nothing', async () => {
    const { outputs } = await play({ faults: [status(404)] });
    expect(outputs).toMatchObject({
      tasks: '[]',
      'task-ids': '[]',
      'image-urls': '[]',
      'ready-clusters': '[]',
      'failed-clusters': '[]',
      'total-count': '0',
      'waited-seconds': '0',
    });
  });

  test('drop whole tasks from the end of a long list, which the result file has uncut', async () => {
    const ended = await play({ tasks: many(150, { note: '测'.repeat(200) }) });
    expect(ended.tasks.length).toBeLessThan(150);
    expect(Buffer.byteLength(ended.outputs['tasks'] ?? ''), 'no more than needed is dropped').toBeGreaterThan(
      62 * 1024,
    );
    expect(ended.outputs['total-count']).toBe('150');
    expect(ended.taskIds).toHaveLength(150);
    expect(ended.file.tasks.map(({ id }) => id).toSorted()).toEqual(ended.taskIds);
  });

  test('tell in the result file how many polls there were and how many of them failed', async () => {
    const ended = await play({ tasks: [until(3, SUCCEEDED)], faults: [on({ poll: 2 }, status(503))] });
    expect(ended.file).toMatchObject({ result: 'succeeded', polls: 3, failedPolls: 1 });
  });

  test('count the seconds that were waited', async () => {
    const { outputs, elapsedMs } = await play({ tasks: [R('a')], inputs: { timeout: '2s' } });
    expect(Number(outputs['waited-seconds'])).toBeGreaterThanOrEqual(2);
    expect(Number(outputs['waited-seconds'])).toBeLessThanOrEqual(elapsedMs / 1000);
  });
});
