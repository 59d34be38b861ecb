import { describe, expect, it } from 'vitest';
import { History } from '../../src/tasks/past-durations.ts';
import type { PrewarmTask } from '../../src/tasks/task.ts';
import { START_SECONDS, task } from './support/factories.ts';

function earlierTasks(listing: readonly PrewarmTask[], like: PrewarmTask) {
  const history = new History();
  for (const earlier of listing) history.add(earlier);
  return history.before(like);
}

const earlier = (id: string, seconds: number, overrides: Partial<PrewarmTask> = {}) =>
  task({
    id,
    state: 'Succeeded',
    createTime: START_SECONDS - 1_000,
    completeTime: START_SECONDS - 1_000 + seconds,
    ...overrides,
  });

describe('how long earlier tasks of the repository took in the cluster', () => {
  it.each([
    ['one', [90], 90],
    ['an odd number: the middle one', [500, 10, 90], 90],
    ['an even number: between the two in the middle', [10, 1_000, 80, 100], 90],
    ['by number, not as text', [9, 10, 100], 10],
  ])('%s', (_name, seconds, medianSeconds) => {
    const listing = seconds.map((took, index) => earlier(`e${index}`, took));
    expect(earlierTasks(listing, task())).toEqual({ medianSeconds, count: seconds.length });
  });

  it.each<[string, Partial<PrewarmTask>]>([
    ['another tag', { imageUrl: 'registry.example.com/team/pytorch:v1' }],
    ['the host in another case', { imageUrl: 'Registry.example.com/team/pytorch' }],
    ['other products', { products: [{ productId: 'p', productName: '' }] }],
  ])('counts %s', (_name, overrides) => {
    expect(earlierTasks([earlier('e', 5, overrides)], task())).toEqual({ medianSeconds: 5, count: 1 });
  });

  it.each<[string, PrewarmTask]>([
    ['another cluster', earlier('e', 5, { clusterId: 'c2' })],
    ['another repository', earlier('e', 5, { imageUrl: 'registry.example.com/other/pytorch:v2' })],
    ['a failure', earlier('e', 5, { state: 'Failed' })],
    ['one that is not finished', earlier('e', 5, { state: 'Running' })],
    ['one that does not say when it was created', earlier('e', 5, { createTime: null })],
    ['one that does not say when it was completed', earlier('e', 5, { completeTime: null })],
  ])('leaves out %s', (_name, other) => {
    expect(earlierTasks([other], task())).toBeNull();
  });

  it('is nothing where there are none', () => {
    expect(earlierTasks([], task())).toBeNull();
  });

  it('goes by the address where it is no image reference', () => {
    const odd = { imageUrl: 'A B' };
    expect(earlierTasks([earlier('e', 5, odd), earlier('f', 6)], task(odd))).toEqual({
      medianSeconds: 5,
      count: 1,
    });
  });
});
