import { describe, expect, it } from 'vitest';
import * as format from '../../src/report/format.ts';
import { products, START, START_SECONDS, settings, task } from './support/factories.ts';

describe('a duration is printed', () => {
  it.each([
    [0, '0s'],
    [-5_000, '0s'],
    [499, '0s'],
    [500, '1s'],
    [90_000, '1m30s'],
    [60_000, '1m'],
    [3_600_000, '1h'],
    [3_661_000, '1h1m'],
    [183_600_000, '2d3h'],
    [8.64e15, expect.stringMatching(/^\d+y/)],
  ])('%d ms: %s', (milliseconds, expected) => {
    expect(format.duration(milliseconds)).toEqual(expected);
  });
});

describe('a size is printed', () => {
  it.each([
    [null, ''],
    [1, '1 B'],
    [72_298_048, '72.3 MB'],
    [6_762_128_493, '6.76 GB'],
    [Number.MAX_SAFE_INTEGER, '9.01 PB'],
  ])('%s: %s', (imageSize, expected) => {
    expect(format.size(task({ imageSize }))).toBe(expected);
  });
});

describe('a task is called', () => {
  it.each([
    [{}, 'c1 pytorch:v2'],
    [{ imageUrl: 'nginx' }, 'c1 nginx'],
    [{ imageUrl: '' }, 'c1 pytorch'],
    [{ imageUrl: 'r.io/x/' }, 'c1 pytorch'],
    [{ products: products('p1', 'p2') }, 'c1 pytorch:v2 [p1, p2]'],
  ])('%j: %s', (overrides, expected) => {
    expect(format.place(task(overrides))).toBe(expected);
  });

  it('in a few hundred characters at most', () => {
    const long = 'x'.repeat(2 ** 20);
    const huge = task({
      clusterId: long,
      imageUrl: long,
      products: products(long, long),
      reasons: [long, long],
    });
    expect(format.place(huge).length).toBeLessThan(400);
    expect(format.reasons(huge).length).toBeLessThanOrEqual(200);
  });
});

describe('the age of a task', () => {
  it('is on the clock of the server', () => {
    expect(format.age(task({ createTime: START_SECONDS - 30 }), START + 60_000)).toBe('1m30s');
  });

  it('is never negative, and nothing when it is not told', () => {
    expect(format.age(task({ createTime: START_SECONDS + 30 }), START)).toBe('0s');
    expect(format.age(task({ createTime: null }), START)).toBeNull();
  });
});

describe('what is waited for is named', () => {
  const nothing = { image: null, imageText: '' };
  it.each([
    [{ imageText: 'team/pytorch:v2' }, 'team/pytorch:v2'],
    [{ ...nothing, note: 'sha "1"' }, 'note "sha \\"1\\""'],
    [{ note: 'x' }, 'pytorch with note "x"'],
    [{ ...nothing, taskIds: ['a'] }, 'task a'],
    [{ ...nothing, taskIds: ['a', 'b'] }, 'tasks a, b'],
    [{ clusterIds: ['c1'] }, 'pytorch in cluster c1'],
    [
      { clusterIds: ['c1', 'c2'], productIds: ['p1', 'p2'] },
      'pytorch in clusters c1, c2 for products p1, p2',
    ],
  ])('%j: %s', (overrides, expected) => {
    expect(format.target(settings(overrides))).toBe(expected);
  });

  it('in bounds, with hundreds of ids', () => {
    const ids = Array.from({ length: 500 }, (_, index) => `task-${index}-${'x'.repeat(200)}`);
    const text = format.target(settings({ taskIds: ids, clusterIds: ids, productIds: ids }));
    expect(text.length).toBeLessThan(1_500);
    expect(text).toMatch(/and 49\d more/);
  });
});

describe('what is expected is named', () => {
  it.each([
    [{ taskId: 't' }, 'task t'],
    [{ clusterId: 'c' }, 'cluster c'],
    [{ productId: 'p' }, 'product p'],
    [{ clusterId: 'c', productId: 'p' }, 'product p in cluster c'],
  ])('%j: %s', (expectation, expected) => {
    expect(format.expectation(expectation)).toBe(expected);
  });
});

describe('items are joined', () => {
  it.each([
    [[], 10, ''],
    [['a'], 10, 'a'],
    [['a', 'b'], 10, 'a, b'],
    [['a', 'b', 'c'], 4, 'a, b and 1 more'],
    [['aaaa', 'b', 'c'], 4, 'aaaa and 2 more'],
    [['too long', 'b'], 4, 'too long and 1 more'],
    [['too long'], 4, 'too long'],
  ])('%j within %i: %s', (items, longest, expected) => {
    expect(format.joinWithin(items, ', ', longest)).toBe(expected);
  });
});
