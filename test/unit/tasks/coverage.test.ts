import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Coverage } from '../../../src/tasks/coverage.ts';
import { holds } from '../support/property.ts';

function covers(added: readonly (readonly string[])[], asked: readonly string[]): boolean {
  const coverage = new Coverage();
  for (const products of added) coverage.add(products);
  return coverage.coversAll(asked);
}

describe('coverage', () => {
  it.each<[readonly (readonly string[])[], readonly string[], boolean]>([
    [[], ['p1'], false],
    [[], [], false],
    [[[]], ['p1'], true],
    [[[]], [], true],
    [[['p1']], [], false],
    [[['p1', 'p2']], ['p2'], true],
    [[['p1'], ['p2']], ['p1', 'p2'], false],
    [[['a', 'b']], ['a,b'], false],
  ])('by %j of %j: %s', (added, asked, expected) => {
    expect(covers(added, asked)).toBe(expected);
  });

  it('is that of a single task, whatever the tasks', () => {
    const products = fc.uniqueArray(fc.constantFrom('p1', 'p2', 'p3', 'p4'), { minLength: 1 });
    holds(fc.array(products), products, (added, asked) => {
      expect(covers(added, asked)).toBe(added.some((some) => asked.every((one) => some.includes(one))));
    });
  });
});
