import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { remember, repositoryAt, selectionFrom } from '../../../src/tasks/selection.ts';
import { phaseOf } from '../../../src/tasks/task.ts';
import { deletableTasks } from '../../../src/wait/superseded.ts';
import { anyListing } from '../support/arbitraries.ts';
import { selectors } from '../support/factories.ts';
import { tasks } from '../support/notation.ts';
import { holds } from '../support/property.ts';
import { inputsFrom, Stepper } from '../support/stepper.ts';
import { decidesFrom, played } from './script.ts';

const deleting = (given: string) => new Stepper(inputsFrom(`delete ${given}`));

describe('after a success what newer tasks supersede is deleted, failed ones first, then the oldest', () => {
  decidesFrom(deleting)(`
                        | a S 0; b S -9; c F -8; d S -99; e F -98           | delete e, c, d, b
                        | a F 0; b S -9                                     | failed
                        | ? a S 0; b S -9 / a S 0; b S -9                   | poll now / delete b
                        | a S 0; b R -9                                     | succeeded
                        | a S 0; b S -9 c2; d S -19 c2                      | delete d
    clusters=c1         | a S 0; b S -9 c2; d S -19 c2                      | succeeded
                        | a S 0; b S -9 image=other.io/team/pytorch:v2 note=x | succeeded
    images=pytorch:v2   | a S 0; b S -9 image=registry.example.com/team/pytorch:v1 | delete b
                        | a S 0 p1; b S -9                                  | succeeded
                        | a S 0 p1; b S -9 p1,p2                            | succeeded
                        | a S 0; b S -9 p1                                  | delete b
                        | a S 0; b F ?; c F -9                              | failed
    images=pytorch:v2   | a S 0; b F 0 image=registry.example.com/team/pytorch:v1 | succeeded
    images=pytorch:v2   | a S 0; b S ? image=registry.example.com/team/pytorch:v1 | succeeded
    any                 | a F 0; b S -9 c2; c S -99; d F -98                | delete d
    ids=b               | a F 0; b S -9; c S -99                            | delete c
    ids=c               | a F 0; b F -9; c S -99                            | delete b
    `);

  it.each([
    ['deleted', 'deleted', ['b']],
    ['not deleted', 'deletion-failed', []],
  ])('and told; a refusal is told and changes nothing: %s', (answer, type, deleted) => {
    const stepper = deleting('');
    expect(stepper.play(`a S 0; b S -9 / ${answer}`)).toBe('delete b / succeeded');
    expect(stepper.events.at(-1)?.type).toBe(type);
    expect(stepper.state.deletedTaskIds).toEqual(deleted);
  });

  it('only with the input for it', () => {
    expect(new Stepper(inputsFrom('')).play('a S 0; b S -9')).toBe('succeeded');
  });

  it('up to a hundred', () => {
    const old = Array.from({ length: 150 }, (_, index) => `t${index} S ${-200 + index}`).join(';');
    expect(played('', `a S 0; ${old}`, deleting).decision).toMatchObject({
      kind: 'delete',
      tasks: { length: 100, 0: { id: 't0' } },
    });
  });
});

describe('for any listing and settings', () => {
  it('nothing unfinished, counted, elsewhere, or not covered by a newer success is deletable', () => {
    const place = { imageUrl: 'registry.example.com/pytorch:v9', clusterId: 'c1', productIds: [] };
    const anyClusters = fc.constantFrom(['c1'], ['c1', 'c2'], []);
    holds(anyListing, anyClusters, fc.boolean(), (listed, clusterIds, isOrdering) => {
      const given = selectors({ clusterIds });
      const { counted } = selectionFrom(remember(listed, given, [], new Map()), given, new Set());
      const orders = isOrdering ? [{ ...place, note: null, registryAuthId: null }] : [];
      const deleted = new Set(['t1']);
      const deletable = deletableTasks({ listed, counted, ordered: new Map(), orders, deleted });
      const placeOf = (one: { imageUrl: string; clusterId: string }) =>
        `${repositoryAt(one.imageUrl)} ${one.clusterId}`;
      const places = new Set([...counted, ...orders].map(placeOf));
      for (const gone of deletable) {
        const newer = listed.filter(
          (one) =>
            placeOf(one) === placeOf(gone) &&
            (one.createTime ?? 0) > (gone.createTime ?? 0) &&
            (one.products.length === 0 || gone.products.length > 0),
        );
        const isReplaced = isOrdering && placeOf(gone) === placeOf(place);
        expect(phaseOf(gone.state)).not.toBe('unfinished');
        expect(counted).not.toContainEqual(gone);
        expect(places).toContain(placeOf(gone));
        expect(gone.id).not.toBe('t1');
        if (gone.state === 'Succeeded') expect(newer.map(({ state }) => state)).toContain('Succeeded');
        else expect(newer.length > 0 || isReplaced).toBe(true);
      }
      const firstSuccess = deletable.findIndex(({ state }) => state === 'Succeeded');
      const failedAfter = deletable.slice(firstSuccess).filter(({ state }) => state === 'Failed');
      if (firstSuccess >= 0) expect(failedAfter).toEqual([]);
    });
  });

  it('a task that the step created is known by its order, whatever address it is shown with', () => {
    const order = { image: 'a.io/x:v1', clusterId: 'c1', productIds: ['p1'] };
    const listed = tasks('old F -9 p1 image=a.io/x:v0; all F -8 image=a.io/x:v0; made S 0 image=mirror.io/y');
    const made = { counted: listed.slice(2), ordered: new Map([['made', order]]) };
    expect(deletableTasks({ listed, ...made, orders: [], deleted: new Set() }).map(({ id }) => id)).toEqual([
      'old',
    ]);
  });
});
