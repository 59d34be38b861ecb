import { describe, expect, test } from 'vitest';
import {
  FAILED,
  gapsOf,
  lone,
  preload,
  RUNNING,
  runScene,
  type Scene,
  SUCCEEDED,
  startScene,
  until,
} from '../harness/scene.ts';
import { type Fault, on } from '../simulator/fault.ts';
import { header, rateLimited } from '../simulator/faults.ts';
import { ago } from '../simulator/wire.ts';
import { hang } from '../simulator/wire-faults.ts';

// How long a pause and a last poll may be is proved in unit tests, on a clock of their own; here are the real ones.
describe.concurrent('the deadline', () => {
  test('has a last poll', async () => {
    const inputs = { timeout: '1s', 'poll-interval': '10m' };
    const ended = await runScene({ tasks: [until(2, SUCCEEDED)], inputs });
    expect([ended.result, ended.polls]).toEqual(['succeeded', 2]);
    expect(Number(ended.outputs['waited-seconds'])).toBeGreaterThanOrEqual(1);
  });

  test('is not put off for long by a last poll that hangs', async () => {
    const inputs = { timeout: '1s', 'poll-interval': '10m' };
    const faults = [on({ poll: { from: 2 } }, hang('inside-body'))];
    const ended = await runScene({ tasks: [lone('a', RUNNING)], inputs, faults });
    expect([ended.result, ended.message]).toEqual(['timed-out', expect.stringContaining('Running')]);
    expect(Number(ended.outputs['waited-seconds'])).toBeLessThan(20);
  });

  test('of five days is not at once', async () => {
    const days = { timeout: '5d', 'appear-timeout': '432000' };
    const inputs = { ...days, 'poll-interval': '10m', 'cluster-ids': 'a, absent' };
    await using running = await startScene({ tasks: [lone('a', RUNNING)], inputs });
    // The line about the task comes after the answer, when every timer has been set.
    await running.until(running.step.waitForOutput(/Running/));
    running.step.signal('SIGTERM');
    const ended = await running.end();
    expect([ended.result, ended.polls]).toEqual(['cancelled', 1]);
  });
});

/** Sets the wall clock once the step has said something of a task; neither monotonic clock nor timers see it. */
const jumpingClock = (hours: number) =>
  preload(`
    const RealDate = Date;
    const realNow = Date.now;
    let offset = 0;
    Date.now = () => realNow() + offset;
    globalThis.Date = class extends RealDate {
      constructor(...parts) {
        parts.length === 0 ? super(realNow() + offset) : super(...parts);
      }
    };
    const write = process.stdout.write.bind(process.stdout);
    process.stdout.write = (text, ...more) => {
      if (String(text).includes('Running')) offset = ${hours} * 3_600_000;
      return write(text, ...more);
    };
  `);

describe.concurrent('created-after', () => {
  test.each([1, -24 * 365])('and the wait are the same when the clock jumps by %i hours', async (hours) => {
    const tasks = [
      until(3, SUCCEEDED, { clusterId: 'a', createTime: ago(30) }),
      lone('b', { clusterId: 'a', imageUrl: 'other/app', createTime: ago(7_000), ...FAILED }),
    ];
    const inputs = { 'created-after': '1h30m', timeout: '1h' };
    const faults = [on({ poll: 2 }, rateLimited('2'))];
    const ended = await runScene({ tasks, inputs, faults, step: { env: jumpingClock(hours) } });
    expect([ended.result, ended.polls, ended.outputs['total-count']]).toEqual(['succeeded', 3, '1']);
    expect(Number(ended.outputs['waited-seconds'])).toBeLessThan(60);
  });

  const cached = [header('date', 'Wed, 21 Oct 2015 07:28:00 GMT'), header('age', '86400')];
  test.each<[string, Scene]>([
    ['is ahead', { clockSkewSeconds: 90 }],
    ['is a day behind', { clockSkewSeconds: -86_400 }],
    ['is told by an answer from a cache', { faults: cached }],
  ])('is a time on the clock of the server, which %s', async (_what, scene) => {
    const tasks = [
      lone('new', { createTime: ago(30) }),
      lone('old', { imageUrl: 'other/app', createTime: ago(90), ...FAILED }),
    ];
    const ended = await runScene({ ...scene, tasks, inputs: { 'created-after': '60s' } });
    expect([ended.result, ended.taskIds]).toEqual(['succeeded', ['new']]);
  });
});

describe.concurrent('Retry-After', () => {
  test.each([90, -90])('is a date of the server, whose clock is %i s ahead', async (clockSkewSeconds) => {
    const later: Fault = {
      name: 'later',
      reply: ({ headers, body }) => {
        const date = new Date(Date.parse(headers['date'] ?? '') + 3_000).toUTCString();
        return { status: 429, headers: { ...headers, 'retry-after': date }, body };
      },
    };
    const tasks = [until(3, SUCCEEDED)];
    const ended = await runScene({ tasks, faults: [on({ poll: 2 }, later)], clockSkewSeconds });
    expect([ended.result, ended.polls]).toEqual(['succeeded', 3]);
    expect(gapsOf(ended.sim)[1]).toBeGreaterThanOrEqual(1_990);
  });

  test.each(['3600', '9'.repeat(30)])('of %s is past the timeout, so that the wait ends', async (text) => {
    const ended = await runScene({
      tasks: [lone('a', RUNNING)],
      faults: [on({ poll: 2 }, rateLimited(text))],
    });
    expect([ended.result, ended.polls]).toEqual(['timed-out', 2]);
  });
});
