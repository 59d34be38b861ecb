import { describe, expect, test } from 'vitest';
import { FAILED, lone, preload, RUNNING, runScene, SUCCEEDED, until } from '../harness/scene.ts';
import { on } from '../simulator/fault.ts';
import { rateLimited } from '../simulator/faults.ts';
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
});
