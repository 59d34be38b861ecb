import { describe, expect, it } from 'vitest';
import * as format from '../../../src/report/format.ts';
import { products, wanted } from '../support/factories.ts';
import { inputs, task } from './support.ts';

describe('a duration is printed in two units that follow each other', () => {
  // biome-ignore format: short cases
  it.each([
    [-5_000, '0s'], [499, '0s'], [500, '1s'], [60_000, '1m'], [90_400, '1m30s'], [3_599_999, '1h'],
    [3_605_000, '1h'], [3_661_000, '1h1m'], [86_399_000, '23h59m'], [86_400_000, '1d'], [89_640_000, '1d'],
    [183_600_000, '2d3h'], [365 * 86_400_000, '1y'], [365 * 86_400_000 + 7_200_000, '1y'],
    [367 * 86_400_000, '1y2d'],
  ])('%d ms: %s', (milliseconds, expected) => {
    expect(format.duration(milliseconds)).toBe(expected);
  });
});

describe('a task is called', () => {
  // biome-ignore format: short cases
  it.each([
    [{}, [], 'pytorch:2.9'], [{}, ['ml/pytorch'], 'pytorch:2.9'], [{}, ['nginx', 'ml/pytorch'], 'ml/pytorch'],
    [{}, ['nginx', 'redis'], 'pytorch:2.9'], [{ imageUrl: 'not/An image' }, ['nginx', 'redis'], 'An image'],
    [{ imageUrl: 'nginx' }, [], 'nginx'], [{ imageUrl: 'r.io/x/' }, [], 'pytorch'],
    [{ imageUrl: ' ', imageName: ' ' }, [], 'an unnamed image'],
  ])('%j by its image, where %j are asked for: %s', (overrides, texts, expected) => {
    expect(format.image(task(overrides), wanted(...texts))).toBe(expected);
  });

  it('with its image where there are several', () => {
    const others = [task(), task({ id: 't2', imageUrl: 'nginx' })];
    expect(format.hasSeveralImages([task(), task({ id: 't2' })], wanted('pytorch'))).toBe(false);
    expect(format.hasSeveralImages(others, wanted('pytorch'))).toBe(true);
    expect(format.hasSeveralImages([], wanted('pytorch', 'nginx'))).toBe(true);
  });

  // biome-ignore format: a case a line
  it.each([
    [{}, 'Running'],
    [{ state: 'Unknown', reportedState: 'Resting' }, 'Resting'],
    [{ state: 'Unknown', reportedState: '' }, 'Unknown'],
    [{ state: 'Unknown', reportedState: 'Running' }, 'not in the last listing'],
    [{ state: 'Deleted' }, 'Deleted (gone from the listing)'],
  ] as const)('by its state, %j: %s', (overrides, expected) => {
    expect(format.state(task(overrides))).toBe(expected);
  });

  it('in a few hundred characters at most', () => {
    const long = '\u202e'.repeat(2 ** 18);
    const huge = task({ clusterId: long, imageUrl: long, products: products(long), reasons: [long, long] });
    expect(format.place(huge, format.image(huge, [])).length).toBeLessThan(400);
    expect(format.reasons(huge).length).toBeLessThanOrEqual(200);
  });
});

describe('what is waited for is named', () => {
  const ids = Array.from({ length: 500 }, (_, index) => `task-${index}-${'x'.repeat(200)}`);
  // biome-ignore format: a case a line
  it.each([
    [{}, 'ml/pytorch:2.9'],
    [{ images: wanted('a', 'b', 'c'), note: 'x' }, 'a, b and c with note "x"'],
    [{ images: wanted(...Array(20).fill(`team/${'x'.repeat(50)}`)) }, '20 images'],
    [{ images: [], note: 'sha "1"' }, 'the tasks with note "sha \\"1\\""'],
    [{ images: [], taskIds: ['a'] }, 'task a'],
    [{ images: [], taskIds: ['a', 'b'], note: 'x' }, 'tasks a, b with note "x"'],
    [{ taskIds: ['a', 'b'], note: 'x' }, 'ml/pytorch:2.9 with note "x" with task ids a, b'],
    [{ clusterIds: ['c1'] }, 'ml/pytorch:2.9 in cluster c1'],
    [{ clusterIds: ['c1', 'c2'], productIds: ['p1', 'p2'] }, 'ml/pytorch:2.9 for products p1, p2 in clusters c1, c2'],
    [{ taskIds: ids, clusterIds: ids, productIds: ids }, expect.stringMatching(/^.{300,1500}and 49\d more$/)],
  ])('%j: %s', (overrides, expected) => {
    expect(format.target(inputs(overrides))).toEqual(expected);
  });
});

describe('what is absent is named', () => {
  // biome-ignore format: a case a line
  it.each([
    [[], []],
    [[{ taskId: 't1' }, { taskId: 't2' }], ['tasks t1, t2 not found']],
    [[{ clusterId: 'c1' }, { clusterId: 'c2' }, { taskId: 't' }], ['task t not found', 'no task in clusters c1, c2']],
    [[{ productId: 'p' }], ['no task for product p']],
    [[{ image: 'a', productId: 'p', clusterId: 'c1' }, { image: 'b', clusterId: 'c1' }, { image: 'a', productId: 'p', clusterId: 'c2' }], ['no task of a for product p in clusters c1, c2', 'no task of b in cluster c1']],
    [[{ image: 'a' }], ['no task of a']],
  ])('%j: %j', (absent, expected) => {
    expect(format.absences(absent)).toEqual(expected);
  });
});

describe('items are joined', () => {
  // biome-ignore format: short cases
  it.each([
    [[], 10, ''], [['a', 'b'], 4, 'a, b'], [['a', 'b', 'c'], 4, 'a, b, and 1 more'],
    [['too long', 'b'], 4, 'too long, and 1 more'], [['too long'], 4, 'too long'],
  ])('%j within %i: %s', (items, longest, expected) => {
    expect(format.joinWithin(items, ', ', longest)).toBe(expected);
  });
});
