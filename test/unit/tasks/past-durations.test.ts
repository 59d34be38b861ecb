import { describe, expect, it } from 'vitest';
import { pastDurationsIn } from '../../../src/tasks/past-durations.ts';
import type { PrewarmTask } from '../../../src/tasks/task.ts';
import { products, START_SECONDS, task } from '../support/factories.ts';

function earlier(seconds: number, overrides: Partial<PrewarmTask> = {}): PrewarmTask {
  const createTime = START_SECONDS - 1_000;
  return task({ state: 'Succeeded', createTime, completeTime: createTime + seconds, ...overrides });
}

describe('how long earlier tasks of the repository took in the cluster', () => {
  // Scatters by hand: 10, 100 and 1,000 deviate by -ln 10, 0 and ln 10 from their centre.
  it.each<[string, number[], number, number]>([
    ['one does not scatter', [90], 90, 0],
    ['an odd number: the middle one', [1_000, 10, 100], 100, Math.LN10],
    ['an even number: between the two in the middle', [20, 2_000, 160, 200], 180, 1.8834],
    ['by number, not as text', [9, 10, 100], 10, 1.361],
    ['equal ones do not scatter', [60, 60, 60], 60, 0],
    ['none at all counts as a second in the scatter', [0, 1], 0.5, 0],
  ])('%s', (_name, seconds, medianSeconds, scatter) => {
    const past = pastDurationsIn(seconds.map((took) => earlier(took)))(task());
    expect(past).toEqual({ count: seconds.length, medianSeconds, scatter: expect.closeTo(scatter, 3) });
  });

  it.each<[string, Partial<PrewarmTask>, number | undefined]>([
    ['counts another tag', { imageUrl: 'registry.example.com/team/pytorch:v1' }, 1],
    ['counts the host in another case', { imageUrl: 'Registry.example.com/team/pytorch' }, 1],
    ['counts other products', { products: products('p') }, 1],
    ['leaves out another cluster', { clusterId: 'c2' }, undefined],
    ['leaves out another repository', { imageUrl: 'registry.example.com/other/pytorch:v2' }, undefined],
    ['leaves out a failure', { state: 'Failed' }, undefined],
    ['leaves out one that is not finished', { state: 'Running' }, undefined],
    ['leaves out one that does not say when it was created', { createTime: null }, undefined],
    ['leaves out one that does not say when it was completed', { completeTime: null }, undefined],
  ])('%s', (_name, overrides, count) => {
    expect(pastDurationsIn([earlier(5, overrides)])(task())?.count).toBe(count);
  });

  it('goes by the address where it is no image reference', () => {
    const odd = { imageUrl: 'A B' };
    const past = pastDurationsIn([earlier(5, odd), earlier(6)])(task(odd));
    expect(past).toMatchObject({ medianSeconds: 5, count: 1 });
  });

  it('is worked out once for all tasks of a repository in a cluster', () => {
    const pastDurations = pastDurationsIn([earlier(5), earlier(6)]);
    expect(pastDurations(task({ id: 'a' }))).toBe(pastDurations(task({ id: 'b', note: 'other' })));
  });
});
