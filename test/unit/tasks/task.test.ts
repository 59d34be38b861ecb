import { describe, expect, it } from 'vitest';
import { isCreatedSince } from '../../../src/tasks/creation-time.ts';
import { coversProduct, durationSeconds, phaseOf, productIdsOf, stateFrom } from '../../../src/tasks/task.ts';
import { products, task } from '../support/factories.ts';

describe('a task', () => {
  it.each([
    ['Pending', 'Pending', 'unfinished'],
    ['rUnNiNg', 'Running', 'unfinished'],
    ['succeeded', 'Succeeded', 'succeeded'],
    ['FAILED', 'Failed', 'failed'],
    ['Succeeded!', 'Unknown', 'unfinished'],
    ['Deleted', 'Unknown', 'unfinished'],
    ['__proto__', 'Unknown', 'unfinished'],
  ] as const)('that the API calls %j is %s: %s', (reported, state, phase) => {
    expect([stateFrom(reported), phaseOf(state)]).toEqual([state, phase]);
  });

  it('that is deleted has failed', () => {
    expect(phaseOf('Deleted')).toBe('failed');
  });

  it.each([
    [100, 130, 30],
    [130, 100, 0],
    [null, 130, null],
    [100, null, null],
  ])('created at %s and completed at %s took %s seconds', (createTime, completeTime, expected) => {
    expect(durationSeconds(task({ createTime, completeTime }))).toBe(expected);
  });

  it.each([
    [95, true],
    [94, false],
    [null, false],
  ])('created at %s was created since 100, give or take 5 s: %s', (createTime, expected) => {
    expect(isCreatedSince(task({ createTime }), 100)).toBe(expected);
  });

  it.each([
    [[], [], true],
    [['p2', 'p1', 'p2'], ['p1', 'p2'], true],
    [['p10', 'p9'], ['p10', 'p9'], false],
  ])('for %j has the products %j, p1 covered: %s', (given, ids, covers) => {
    const one = task({ products: products(...given) });
    expect([productIdsOf(one), coversProduct(one, 'p1')]).toEqual([ids, covers]);
  });
});
