import { describe, expect, it } from 'vitest';
import { startHeartbeat } from '../../../src/wait/heartbeat.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

describe('the heartbeat', () => {
  it('comes once a minute, after ten minutes at every tenth of the time, at most ten minutes apart', async () => {
    const clock = new VirtualClock();
    const beats: number[] = [];
    const stop = startHeartbeat(clock, () => beats.push(clock.elapsed / 60_000));
    await clock.pass(15 * 60_000);
    expect(beats.slice(0, 11)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(beats.slice(11, 13)).toEqual([12.1, 13.31]);
    await clock.pass(4 * 3_600_000);
    const last = beats.slice(-3);
    expect(last.map((beat, index) => beat - (last[index - 1] ?? beat - 10))).toEqual(
      [10, 10, 10].map((ten) => expect.closeTo(ten)),
    );
    stop();
    expect(clock.pendingTimers).toBe(0);
  });
});
