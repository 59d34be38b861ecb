import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Requirement } from '../../src/inputs/parse.ts';
import { parseImageReference } from '../../src/tasks/image-reference.ts';
import { type Memory, type Selection, SelectionBuilder, type Selectors } from '../../src/tasks/selection.ts';
import { type PrewarmTask, phaseOf, type TaskState } from '../../src/tasks/task.ts';
import { judge } from '../../src/wait/verdict.ts';
import { anyListing } from './support/arbitraries.ts';
import { products, START_SECONDS, selectors, task } from './support/factories.ts';
import { select, whyNotSelected } from './support/listing.ts';

const NOW = START_SECONDS;
const NOTHING: Memory = new Map();

const ids = (tasks: readonly PrewarmTask[]) => tasks.map(({ id }) => id);
const statesOf = ({ counted }: Selection) => counted.map(({ id, state }) => `${id} ${state}`);
const near = ({ nearMisses }: Selection) => nearMisses.map(({ task: { id }, why }) => `${id}: ${why}`);

/** One selection after the other, each with what the one before remembers. */
function selectInTurn(listings: readonly (readonly PrewarmTask[])[], given: Selectors = selectors()) {
  const selections: Selection[] = [];
  for (const listing of listings) {
    selections.push(select(listing, given, selections.at(-1)?.memory ?? NOTHING));
  }
  return selections;
}

describe('a task counts only when it matches every selector', () => {
  const image = parseImageReference('team/pytorch:v2');
  const cases: readonly [string, Partial<Selectors>, Partial<PrewarmTask>, string | null][] = [
    ['nothing asked for', {}, {}, null],
    ['the image', { image }, {}, null],
    ['the image in another repository', { image }, { imageUrl: 'other.example.com/team/pytorch:v2' }, null],
    ['another path', { image }, { imageUrl: 'registry.example.com/pytorch:v2' }, 'its path is another'],
    ['another tag', { image }, { imageUrl: 'registry.example.com/team/pytorch' }, 'its tag is another'],
    ['an image address that is none', { image }, { imageUrl: 'A B' }, 'its image address cannot be read'],
    ['an empty image address', { image }, { imageUrl: '' }, 'its image address cannot be read'],
    [
      'another host',
      { image: parseImageReference('other.example.com/team/pytorch') },
      {},
      'its host is another',
    ],
    ['an image address that is none, when no image is asked for', {}, { imageUrl: 'A B' }, null],
    ['the note', { note: 'sha-1' }, { note: 'sha-1' }, null],
    ['a note in another script', { note: '预热 🚀' }, { note: '预热 🚀' }, null],
    [
      'a note that only holds the one asked for',
      { note: 'sha-1' },
      { note: 'sha-12' },
      'its note is another',
    ],
    ['a note in another case', { note: 'sha-a' }, { note: 'SHA-A' }, 'its note is another'],
    [
      'a note that holds the image',
      { image },
      { note: 'team/pytorch:v2', imageUrl: 'nginx' },
      'its path is another',
    ],
    ['one of the ids', { taskIds: ['t0', 't1'] }, {}, null],
    ['an id that only starts alike', { taskIds: ['t10'] }, {}, 'its id is not listed'],
    ['one of the clusters', { clusterIds: ['c0', 'c1'] }, {}, null],
    ['another cluster', { clusterIds: ['c10'] }, {}, 'its cluster is not listed'],
    ['one of the products', { productIds: ['p0', 'p1'] }, { products: products('p1', 'p2') }, null],
    [
      'other products',
      { productIds: ['p1'] },
      { products: products('p10', 'p2') },
      'it covers none of the listed products',
    ],
    ['the whole cluster', { productIds: ['p1'] }, { products: [] }, null],
    ['created at the very moment', { createdAfter: NOW }, { createTime: NOW }, null],
    ['created a second earlier', { createdAfter: NOW }, { createTime: NOW - 1 }, 'it was created earlier'],
    ['no creation time', { createdAfter: NOW }, { createTime: null }, 'it does not say when it was created'],
    ['no creation time, when none is asked for', {}, { createTime: null }, null],
    ['the image, but not the note', { image, note: 'x' }, {}, 'its note is another'],
    ['the id, but not the image', { image, taskIds: ['t1'] }, { imageUrl: 'nginx' }, 'its path is another'],
  ];
  it.each(cases)('%s', (_name, asked, has, why) => {
    const given = selectors(asked);
    expect(whyNotSelected(task(has), given)).toBe(why);
    const selection = select([task(has)], given, NOTHING);
    expect(ids(selection.counted)).toEqual(why === null ? ['t1'] : []);
    expect(near(selection)).toEqual(why === null ? [] : [`t1: ${why}`]);
  });
});

describe('of one group only the newest counts', () => {
  const cases: readonly [string, Partial<PrewarmTask>, Partial<PrewarmTask>, readonly string[]][] = [
    ['the same repository, cluster and products', {}, {}, ['new']],
    ['other tags of one repository', { imageUrl: 'a.io/x:1' }, { imageUrl: 'a.io/x:2' }, ['new']],
    ['tag and digest', { imageUrl: 'a.io/x' }, { imageUrl: `a.io/x@sha256:${'0'.repeat(64)}` }, ['new']],
    ['a short and a full address', { imageUrl: 'nginx' }, { imageUrl: 'docker.io/library/nginx' }, ['new']],
    ['the host in another case', { imageUrl: 'A.io/x' }, { imageUrl: 'a.io/x' }, ['new']],
    ['other hosts', { imageUrl: 'a.io/x' }, { imageUrl: 'b.io/x' }, ['old', 'new']],
    ['other paths', { imageUrl: 'a.io/x/z' }, { imageUrl: 'a.io/y/z' }, ['old', 'new']],
    ['other clusters', { clusterId: 'c1' }, { clusterId: 'c2' }, ['old', 'new']],
    ['other products', { products: products('p1') }, { products: products('p2') }, ['old', 'new']],
    ['some products and all', { products: products('p1') }, { products: [] }, ['old', 'new']],
    ['a product more', { products: products('p1') }, { products: products('p1', 'p2') }, ['old', 'new']],
    [
      'products in another order, one of them twice',
      { products: products('p1', 'p2') },
      { products: products('p2', 'p1', 'p2') },
      ['new'],
    ],
    [
      'products by another name',
      { products: [{ productId: 'p1', productName: 'One' }] },
      { products: [{ productId: 'p1', productName: '' }] },
      ['new'],
    ],
    [
      'products that only look alike when joined',
      { products: products('a,b') },
      { products: products('a', 'b') },
      ['old', 'new'],
    ],
    ['addresses that cannot be read, alike', { imageUrl: 'A B' }, { imageUrl: 'A B' }, ['new']],
    ['addresses that cannot be read, unlike', { imageUrl: 'A B' }, { imageUrl: 'A C' }, ['old', 'new']],
  ];
  it.each(cases)('%s', (_name, one, other, counted) => {
    const older = task({ ...one, id: 'old', createTime: NOW - 20 });
    const newer = task({ ...other, id: 'new', createTime: NOW - 10 });
    expect(ids(select([older, newer], selectors(), NOTHING).counted)).toEqual(counted);
    expect(ids(select([newer, older], selectors(), NOTHING).counted)).toEqual(counted);
  });

  it('by time, not by id or state', () => {
    const listing = [
      task({ id: 't9', createTime: NOW - 30, state: 'Running' }),
      task({ id: 't10', createTime: NOW - 10, state: 'Succeeded' }),
      task({ id: 't2', createTime: NOW - 20, state: 'Failed' }),
    ];
    const selection = select(listing, selectors(), NOTHING);
    expect(ids(selection.counted)).toEqual(['t10']);
    expect(near(selection).sort()).toEqual([
      't2: a newer task supersedes it',
      't9: a newer task supersedes it',
    ]);
  });

  it('also across times of more digits than others', () => {
    const listing = [
      task({ id: 'old', createTime: 999_999_999 }),
      task({ id: 'new', createTime: 1_000_000_000 }),
    ];
    expect(ids(select(listing, selectors(), NOTHING).counted)).toEqual(['new']);
  });

  it('but a task that no longer matches supersedes nothing', () => {
    const listing = [
      task({ id: 'mine', note: 'mine', createTime: NOW - 20 }),
      task({ id: 'theirs', note: 'theirs', createTime: NOW - 10 }),
    ];
    expect(ids(select(listing, selectors({ note: 'mine' }), NOTHING).counted)).toEqual(['mine']);
  });

  it('with task ids nothing supersedes: exactly those tasks count', () => {
    const listing = [
      task({ id: 'a', createTime: NOW - 30 }),
      task({ id: 'b', createTime: NOW - 20 }),
      task({ id: 'c', createTime: NOW - 10 }),
    ];
    const selection = select(listing, selectors({ taskIds: ['b', 'a'] }), NOTHING);
    expect(ids(selection.counted)).toEqual(['a', 'b']);
    expect(near(selection)).toEqual(['c: its id is not listed']);
  });

  it('a task without a creation time is a group of its own', () => {
    const listing = [
      task({ id: 'a', createTime: null }),
      task({ id: 'b', createTime: null }),
      task({ id: 'c', createTime: NOW }),
    ];
    const selection = select(listing, selectors(), NOTHING);
    expect(ids(selection.counted)).toEqual(['a', 'b', 'c']);
    expect(selection.nearMisses).toEqual([]);
  });
});

describe('of two as old, the safe one counts', () => {
  const safestFirst: readonly (readonly TaskState[])[] = [
    ['Pending', 'Running', 'Unknown'],
    ['Failed', 'Deleted'],
    ['Succeeded'],
  ];
  const pairs = safestFirst.flatMap((safer, rank) =>
    safer.flatMap((one) =>
      safestFirst
        .slice(rank + 1)
        .flat()
        .map((other) => [one, other] as const),
    ),
  );
  it.each(pairs)('%s before %s', (safer, other) => {
    for (const [saferId, otherId] of [
      ['t1', 't2'],
      ['t2', 't1'],
    ] as const) {
      const listing = [task({ id: saferId, state: safer }), task({ id: otherId, state: other })];
      expect(statesOf(select(listing, selectors(), NOTHING))).toEqual([`${saferId} ${safer}`]);
      expect(statesOf(select(listing.toReversed(), selectors(), NOTHING))).toEqual([`${saferId} ${safer}`]);
    }
  });

  it('and with nothing between them the same one in any order', () => {
    const listing = [task({ id: 'a' }), task({ id: 'b' })];
    const one = select(listing, selectors(), NOTHING);
    const other = select(listing.toReversed(), selectors(), NOTHING);
    expect(ids(one.counted)).toEqual(ids(other.counted));
    expect(one.counted).toHaveLength(1);
  });
});

describe('what was the newest is remembered', () => {
  const older = task({ id: 'old', createTime: NOW - 20, state: 'Succeeded' });
  const newer = task({ id: 'new', createTime: NOW - 10, state: 'Running' });
  const newest = task({ id: 'newest', createTime: NOW, state: 'Running' });

  it('one that is gone once is Unknown, gone twice Deleted, and stays so', () => {
    const selections = selectInTurn([[newer], [], [], [], []]);
    expect(selections.map(statesOf)).toEqual([
      ['new Running'],
      ['new Unknown'],
      ['new Deleted'],
      ['new Deleted'],
      ['new Deleted'],
    ]);
  });

  it('one that is gone once is not finished, whatever it was before', () => {
    const done = task({ id: 'new', state: 'Succeeded', completeTime: NOW });
    const [, gone] = selectInTurn([[done], []]);
    expect(gone?.counted[0]).toMatchObject({ state: 'Unknown', completeTime: null });
  });

  it('an older success never takes its place', () => {
    const selections = selectInTurn([[newer, older], [older], [older], [older]]);
    expect(selections.map(statesOf)).toEqual([
      ['new Running'],
      ['new Unknown'],
      ['new Deleted'],
      ['new Deleted'],
    ]);
    expect(near(selections[1] as Selection)).toEqual(['old: a newer task supersedes it']);
  });

  it('an older one that turns up later does not count', () => {
    const [, second] = selectInTurn([[newer], [newer, older]]);
    expect(statesOf(second as Selection)).toEqual(['new Running']);
    expect(near(second as Selection)).toEqual(['old: a newer task supersedes it']);
  });

  it('a newer one takes its place at once, gone or not', () => {
    const selections = selectInTurn([[newer], [newest], [newest]]);
    expect(selections.map(statesOf)).toEqual([['new Running'], ['newest Running'], ['newest Running']]);
  });

  it('a newer one takes the place of a deleted one', () => {
    const selections = selectInTurn([[newer], [], [], [older, newest]]);
    expect(selections.map(statesOf).at(-1)).toEqual(['newest Running']);
  });

  it('coming back makes it whole: being gone once more starts from one', () => {
    const selections = selectInTurn([[newer], [], [newer], [], [newer]]);
    expect(selections.map(statesOf)).toEqual([
      ['new Running'],
      ['new Unknown'],
      ['new Running'],
      ['new Unknown'],
      ['new Running'],
    ]);
  });

  it('even a deleted one that comes back counts as what it is', () => {
    const selections = selectInTurn([[newer], [], [], [{ ...newer, state: 'Succeeded' }]]);
    expect(selections.map(statesOf).at(-1)).toEqual(['new Succeeded']);
  });

  it('one as old that succeeded does not take its place', () => {
    const twin = task({ id: 'a-twin', createTime: newer.createTime, state: 'Succeeded' });
    const selections = selectInTurn([[newer], [twin], [twin]]);
    expect(selections.map(statesOf)).toEqual([['new Running'], ['new Unknown'], ['new Deleted']]);
  });

  it('states may go backwards', () => {
    const selections = selectInTurn(
      (['Running', 'Pending', 'Succeeded', 'Running'] as const).map((state) => [task({ state })]),
    );
    expect(selections.map(statesOf)).toEqual([
      ['t1 Running'],
      ['t1 Pending'],
      ['t1 Succeeded'],
      ['t1 Running'],
    ]);
  });

  it('a listed id that was there and went is Deleted, not absent', () => {
    const given = selectors({ taskIds: ['new', 'other'] });
    const selections = selectInTurn([[newer], [], []], given);
    expect(selections.map(statesOf)).toEqual([['new Running'], ['new Unknown'], ['new Deleted']]);
    expect(selections.map(({ absent }) => absent)).toEqual(Array(3).fill([{ taskId: 'other' }]));
  });

  it('a task without a creation time is remembered as well', () => {
    const selections = selectInTurn([[task({ createTime: null })], [], []]);
    expect(selections.map(statesOf)).toEqual([['t1 Running'], ['t1 Unknown'], ['t1 Deleted']]);
  });

  it('each group by itself', () => {
    const elsewhere = task({ id: 'else', clusterId: 'c2', createTime: NOW - 5 });
    const selections = selectInTurn([[newer, elsewhere], [elsewhere], [newer]]);
    expect(selections.map(statesOf)).toEqual([
      ['new Running', 'else Running'],
      ['new Unknown', 'else Running'],
      ['new Running', 'else Unknown'],
    ]);
  });

  it('an older one stays out when the newest stops telling its creation time', () => {
    const timeless = { ...newer, createTime: null };
    const selections = selectInTurn([
      [newer, older],
      [timeless, older],
      [timeless, older],
    ]);
    expect(selections.map(statesOf)).toEqual([['new Running'], ['new Running'], ['new Running']]);
  });

  it('an older one stays out when the newest is said to cover other products', () => {
    const widened = { ...newer, products: products('p1', 'p2') };
    const selections = selectInTurn([
      [newer, older],
      [widened, older],
      [widened, older],
    ]);
    expect(selections.map(statesOf)).toEqual([['new Running'], ['new Running'], ['new Running']]);
  });

  it('the memory handed in is not changed', () => {
    const { memory } = select([newer], selectors(), NOTHING);
    const before = structuredClone([...memory]);
    select([newest], selectors(), memory);
    select([], selectors(), memory);
    expect([...memory]).toEqual(before);
  });
});

describe('what is listed must be covered', () => {
  const inC1 = task({ id: 'a' });
  const inC2 = task({ id: 'b', clusterId: 'c2' });
  const forP1 = task({ id: 'c', products: products('p1') });
  const forP2inC2 = task({ id: 'd', clusterId: 'c2', products: products('p2') });
  const c1 = { clusterId: 'c1' };
  const c2 = { clusterId: 'c2' };
  const p1 = { productId: 'p1' };
  const p2 = { productId: 'p2' };
  const cases: readonly [string, Partial<Selectors>, readonly PrewarmTask[], Selection['absent']][] = [
    ['nothing listed, nothing there', {}, [], []],
    ['nothing listed, a task there', {}, [inC1], []],
    ['a cluster without a task', { clusterIds: ['c1', 'c2'] }, [inC1], [c2]],
    ['both clusters with one', { clusterIds: ['c1', 'c2'] }, [inC1, inC2], []],
    ['no cluster with one', { clusterIds: ['c1', 'c2'] }, [], [c1, c2]],
    ['a cluster with one for some products', { clusterIds: ['c1'] }, [forP1], []],
    ['a product without a task', { productIds: ['p1', 'p2'] }, [forP1], [p2]],
    ['a product that a whole-cluster task covers', { productIds: ['p1', 'p2'] }, [inC1], []],
    ['products covered in different clusters', { productIds: ['p1', 'p2'] }, [forP1, forP2inC2], []],
    [
      'every product in every cluster',
      { clusterIds: ['c1', 'c2'], productIds: ['p1', 'p2'] },
      [forP1, forP2inC2],
      [
        { ...c1, ...p2 },
        { ...c2, ...p1 },
      ],
    ],
    [
      'a whole-cluster task covers only its own cluster',
      { clusterIds: ['c1', 'c2'], productIds: ['p1'] },
      [inC1],
      [{ ...c2, ...p1 }],
    ],
    ['an id that is not there', { taskIds: ['a', 'z'] }, [inC1], [{ taskId: 'z' }]],
    [
      'an id and a cluster that are not there',
      { taskIds: ['z'], clusterIds: ['c1'] },
      [inC1],
      [{ taskId: 'z' }, c1],
    ],
  ];
  it.each(cases)('%s', (_name, asked, listing, absent) => {
    expect(select(listing, selectors(asked), NOTHING).absent).toEqual(absent);
  });

  it.each(['Pending', 'Failed', 'Unknown', 'Succeeded'] as const)(
    'by any counted task, a %s one too',
    (state) => {
      const given = selectors({ clusterIds: ['c1'], productIds: ['p1'] });
      expect(select([task({ state })], given, NOTHING).absent).toEqual([]);
    },
  );

  it('not by a task that does not match', () => {
    const given = selectors({ clusterIds: ['c1'], note: 'mine' });
    expect(select([task({ note: 'theirs' })], given, NOTHING).absent).toEqual([c1]);
  });

  it('by a task that has gone as well: it is Deleted, not absent', () => {
    const given = selectors({ clusterIds: ['c1'] });
    expect(selectInTurn([[inC1], [], []], given).map(({ absent }) => absent)).toEqual([[], [], []]);
  });
});

describe('the selection', () => {
  it('has its counted tasks oldest first, those of one age by id', () => {
    const listing = [
      task({ id: 'd', clusterId: '1', createTime: NOW }),
      task({ id: 'b', clusterId: '2', createTime: NOW - 5 }),
      task({ id: 'c', clusterId: '3', createTime: NOW - 5 }),
      task({ id: 'a', clusterId: '4', createTime: NOW + 1 }),
      task({ id: 'e', clusterId: '5', createTime: null }),
    ];
    for (const order of [listing, listing.toReversed()]) {
      expect(ids(select(order, selectors(), NOTHING).counted)).toEqual(['e', 'b', 'c', 'd', 'a']);
    }
  });

  it('names at most ten near misses', () => {
    const listing = Array.from({ length: 25 }, (_, index) => task({ id: `t${index}`, note: 'theirs' }));
    expect(select(listing, selectors({ note: 'mine' }), NOTHING).nearMisses).toHaveLength(10);
  });

  it('leaves the listing as it is', () => {
    const listing = Object.freeze([task({ id: 'b', createTime: NOW }), Object.freeze(task({ id: 'a' }))]);
    expect(() => select(listing, selectors(), NOTHING)).not.toThrow();
  });
});

describe('whatever the listings', () => {
  const groupOf = (counted: PrewarmTask) =>
    JSON.stringify([
      counted.imageUrl.replace(/:\w+$/, ''),
      counted.clusterId,
      counted.products.map(({ productId }) => productId),
      counted.createTime === null ? counted.id : '',
    ]);
  const listingAndShuffle = anyListing.chain((listing) =>
    fc.tuple(
      fc.constant(listing),
      fc.shuffledSubarray(listing, { minLength: listing.length, maxLength: listing.length }),
    ),
  );

  it('their order does not matter', () => {
    fc.assert(
      fc.property(anyListing, listingAndShuffle, (before, [listing, shuffled]) => {
        const { memory } = select(before, selectors(), NOTHING);
        const one = select(listing, selectors(), memory);
        const other = select(shuffled, selectors(), memory);
        expect(other.counted).toEqual(one.counted);
        expect(other.absent).toEqual(one.absent);
        expect(new Map([...other.memory].sort())).toEqual(new Map([...one.memory].sort()));
      }),
    );
  });

  it('no group counts twice, and what counts was listed or is remembered', () => {
    fc.assert(
      fc.property(fc.array(anyListing, { maxLength: 6 }), (listings) => {
        const seen = new Set<string>();
        for (const [index, { counted }] of selectInTurn(listings).entries()) {
          for (const { id } of listings[index] ?? []) seen.add(id);
          const groups = counted.map(groupOf);
          expect(new Set(groups).size).toBe(groups.length);
          expect(counted.every(({ id }) => seen.has(id))).toBe(true);
        }
      }),
    );
  });

  it('no group ever counts an older task than before, or none any more', () => {
    fc.assert(
      fc.property(fc.array(anyListing, { maxLength: 6 }), (listings) => {
        const ages = new Map<string, number>();
        for (const { counted } of selectInTurn(listings)) {
          const now = new Map(counted.map((one) => [groupOf(one), one.createTime ?? 0]));
          for (const [group, createTime] of ages) expect(now.get(group)).toBeGreaterThanOrEqual(createTime);
          for (const [group, createTime] of now) ages.set(group, createTime);
        }
      }),
    );
  });

  it('every group of what is listed has one that counts, and none listed is newer', () => {
    fc.assert(
      fc.property(anyListing, (listing) => {
        const counted = new Map(
          select(listing, selectors(), NOTHING).counted.map((one) => [groupOf(one), one]),
        );
        expect(new Set(counted.keys())).toEqual(new Set(listing.map(groupOf)));
        for (const one of listing) {
          expect(counted.get(groupOf(one))?.createTime ?? 0).toBeGreaterThanOrEqual(one.createTime ?? 0);
        }
      }),
    );
  });

  it('zero tasks, or none that succeeded, are never a success', () => {
    const requirement = fc.constantFrom<Requirement>('all', 1, 2);
    fc.assert(
      fc.property(
        fc.array(anyListing, { maxLength: 4 }),
        requirement,
        fc.boolean(),
        fc.boolean(),
        (listings, required, failFast, mayAppear) => {
          for (const selection of selectInTurn(listings, selectors({ clusterIds: ['c2'] }))) {
            const verdict = judge({ ...selection, requirement: required, failFast, mayAppear });
            const successes = selection.counted.filter(({ state }) => phaseOf(state) === 'succeeded');
            if (successes.length === 0) expect(verdict).not.toBe('succeeded');
          }
        },
      ),
    );
  });
});

describe('a task that is replaced', () => {
  const CLUSTERS = selectors({ clusterIds: ['c1'] });
  const replaced = task({ id: 'replaced', state: 'Failed', createTime: NOW - 60 });
  const older = task({ id: 'older', state: 'Succeeded', createTime: NOW - 600 });
  const successor = task({ id: 'successor', createTime: NOW });
  const without = (listing: readonly PrewarmTask[], memory: Memory, ids = ['replaced']) => {
    const builder = new SelectionBuilder(CLUSTERS, memory);
    for (const one of listing) builder.add(one);
    return builder.build(new Set(ids));
  };

  it('does not count, and what it stood for is absent', () => {
    const { counted, absent } = without([replaced], NOTHING);
    expect(counted).toEqual([]);
    expect(absent).toEqual([{ clusterId: 'c1' }]);
  });

  it('makes no room for an older success of its group', () => {
    for (const listing of [
      [replaced, older],
      [older, replaced],
    ]) {
      const first = without(listing, NOTHING);
      expect(first.counted).toEqual([]);
      expect(without(listing, first.memory).counted).toEqual([]);
    }
  });

  it('makes none either when it goes from the listing, nor does it count as deleted', () => {
    let { memory } = without([replaced, older], NOTHING);
    for (let listing = 0; listing < 3; listing += 1) {
      const selection = without([older], memory);
      expect(selection.counted).toEqual([]);
      memory = selection.memory;
    }
  });

  it('gives way to a newer one of its group', () => {
    const first = without([replaced, older], NOTHING);
    const second = without([replaced, older, successor], first.memory);
    expect(ids(second.counted)).toEqual(['successor']);
    expect(second.absent).toEqual([]);
    expect(ids(without([replaced, older], second.memory).counted)).toEqual(['successor']);
  });

  it('leaves other groups alone', () => {
    const other = task({ id: 'other', state: 'Failed', products: products('p1') });
    expect(ids(without([replaced, other], NOTHING).counted)).toEqual(['other']);
  });
});
