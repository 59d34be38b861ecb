import { describe, expect, it } from 'vitest';
import { coversProduct, durationSeconds, phaseOf, productIdsOf, stateFrom } from '../../src/tasks/task.ts';
import { products, task } from './support/factories.ts';

describe('a state', () => {
  it.each([
    ['Pending', 'Pending'],
    ['Running', 'Running'],
    ['Succeeded', 'Succeeded'],
    ['Failed', 'Failed'],
    ['succeeded', 'Succeeded'],
    ['FAILED', 'Failed'],
    ['rUnNiNg', 'Running'],
    ['', 'Unknown'],
    ['Success', 'Unknown'],
    ['Succeeded!', 'Unknown'],
    ['Deleted', 'Unknown'],
    ['Unknown', 'Unknown'],
    ['constructor', 'Unknown'],
    ['__proto__', 'Unknown'],
  ] as const)('that the API calls "%s" is %s', (reported, state) => {
    expect(stateFrom(reported)).toBe(state);
  });

  it.each([
    ['Pending', 'unfinished'],
    ['Running', 'unfinished'],
    ['Unknown', 'unfinished'],
    ['Succeeded', 'succeeded'],
    ['Failed', 'failed'],
    ['Deleted', 'failed'],
  ] as const)('%s means %s', (state, phase) => {
    expect(phaseOf(state)).toBe(phase);
  });
});

describe('how long a task took', () => {
  it.each([
    [100, 130, 30],
    [100, 100, 0],
    [130, 100, 0],
    [null, 130, null],
    [100, null, null],
  ])('created at %s and completed at %s: %s', (createTime, completeTime, expected) => {
    expect(durationSeconds(task({ createTime, completeTime }))).toBe(expected);
  });
});

describe('a product is covered', () => {
  it.each([
    [[], 'p1', true],
    [['p1'], 'p1', true],
    [['p2', 'p1'], 'p1', true],
    [['p2'], 'p1', false],
  ])('by a task for %j: %s %s', (ids, productId, expected) => {
    expect(coversProduct(task({ products: products(...ids) }), productId)).toBe(expected);
  });
});

describe('the products of a task', () => {
  it.each([
    [[], []],
    [
      ['p2', 'p1'],
      ['p1', 'p2'],
    ],
    [
      ['p1', 'p2', 'p1'],
      ['p1', 'p2'],
    ],
    [
      ['p10', 'p9'],
      ['p10', 'p9'],
    ],
  ])('%j are %j: each once and in order', (ids, expected) => {
    expect(productIdsOf(task({ products: products(...ids) }))).toEqual(expected);
  });
});
