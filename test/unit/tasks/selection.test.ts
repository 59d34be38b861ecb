import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Memory, OrderedTask, Selection } from '../../../src/tasks/selection.ts';
import { remember, selectionFrom } from '../../../src/tasks/selection.ts';
import type { Selectors } from '../../../src/tasks/selectors.ts';
import type { PrewarmTask } from '../../../src/tasks/task.ts';
import { anyListing } from '../support/arbitraries.ts';
import { products, selectors, task, wanted } from '../support/factories.ts';
import { selectorsFrom, shown, table, tasks } from '../support/notation.ts';
import { holds } from '../support/property.ts';

const NOTHING_ORDERED: ReadonlyMap<string, OrderedTask> = new Map();
const NOTHING_REPLACED: ReadonlySet<string> = new Set();

/** What counts after each of these listings. */
function selectInTurn(
  listings: readonly (readonly PrewarmTask[])[],
  given: Selectors = selectors(),
  { ordered = NOTHING_ORDERED, replaced = NOTHING_REPLACED } = {},
): Selection[] {
  let memory: Memory = [];
  return listings.map((listing) => {
    memory = remember(listing, given, memory, ordered);
    return selectionFrom(memory, given, replaced);
  });
}

const select = (listing: readonly PrewarmTask[], given?: Selectors) =>
  selectInTurn([listing], given)[0] as Selection;

/** Listings, divided by slashes. */
const listingsIn = (line: string) => line.split(' /').map(tasks);

describe('a newer task supersedes an older one of its repository and cluster that it covers', () => {
  it.each(
    table(`
    another tag                                             | old S -20 image=a.io/x:1; new R -10 image=a.io/x:2 | new Running
    a short and a full address                              | old S -20 image=nginx; new R -10 image=docker.io/library/nginx:1 | new Running
    hosts in different case                                 | old S -20 image=A.io/x; new R -10 image=a.io/x | new Running
    one unreadable address                                  | old S -20 image=UP; new R -10 image=UP | new Running
    two unreadable addresses                                | old S -20 image=UP; new R -10 image=DOWN | old Succeeded, new Running
    another host                                            | old S -20 image=a.io/x; new R -10 image=b.io/x | old Succeeded, new Running
    another path                                            | old S -20 image=a.io/x/z; new R -10 image=a.io/y/z | old Succeeded, new Running
    another cluster                                         | old S -20 c1; new R -10 c2 | old Succeeded, new Running
    the whole cluster over one product                      | old F -20 p1; new S -10 | new Succeeded
    one product over the whole cluster                      | old F -20; new S -10 p1 | old Failed, new Succeeded
    fewer products                                          | old F -20 p1,p2; new S -10 p1 | old Failed, new Succeeded
    other products                                          | old F -20 p1; new S -10 p2 | old Failed, new Succeeded
    the same products, one named twice                      | old F -20 p1,p2; new S -10 p2,p1,p2 | new Succeeded
    only two together                                       | old F -20 p1,p2; a S -15 p1; b S -10 p2 | old Failed, a Succeeded, b Succeeded
    what is superseded itself                               | a F -30 p1; b F -20 p1,p2; c S -10 | c Succeeded
    ids and states that say otherwise                       | t9 R -30; t10 S -10; t2 F -20 | t10 Succeeded
    a tie: unfinished counts before failed                  | a F -9; b R -9 | b Running
    a tie: unfinished counts before succeeded               | a S -9; b U -9 | b Unknown
    a tie: failed counts before succeeded                   | a S -9; b F -9 | b Failed
    a tie in every respect: one of the two, always the same | b R -9; a R -9 | a Running
    no creation time: no rank                               | a S ?; b F ?; c R 0 | a Succeeded, b Failed, c Running
    `),
  )('%s', (_what, line, counted) => {
    const listing = tasks(line);
    expect(shown(select(listing).counted)).toBe(counted);
    expect(shown(select(listing.toReversed()).counted)).toBe(counted);
  });

  it.each([
    ['where the newer one does not match', 'note=x', 'a F -20 note=x; b S -10 note=y', 'a Failed'],
    ['with task ids: exactly those count', 'ids=b,a', 'a S -30; b F -20; c R -10', 'a Succeeded, b Failed'],
  ])('but not %s', (_what, given, line, counted) => {
    expect(shown(select(tasks(line), selectorsFrom(given)).counted)).toBe(counted);
  });
});

describe('what is remembered from listing to listing', () => {
  it.each(
    table(`
    an older one never takes the place                    | n R 0; o S -9 / o S -9 / o S -9 | n Running / n Unknown / n Deleted
    an older one that turns up later does not count       | n R 0 / n R 0; o S -9 | n Running / n Running
    a superseded one stays out when it comes alone        | n R 0; o S -9 / / / o S -9 | n Running / n Unknown / n Deleted / n Deleted
    a newer one takes the place at once                   | n F 0 / m R 5 | n Failed / m Running
    a newer one takes the place of a deleted one          | n R 0 / / / m S 5 | n Running / n Unknown / n Deleted / m Succeeded
    a newer one for less does not                         | n R 0 / m S 5 p1 / m S 5 p1 | n Running / n Unknown, m Succeeded / n Deleted, m Succeeded
    coming back starts the count anew                     | n R 0 / / n R 0 / / n S 0 | n Running / n Unknown / n Running / n Unknown / n Succeeded
    a deleted one that comes back counts as what it is    | n R 0 / / / n S 0 | n Running / n Unknown / n Deleted / n Succeeded
    a success as old does not take the place              | n R 0 / a S 0 / a S 0 | n Running / n Unknown / n Deleted
    states may go backwards                               | n R 0 / n S 0 / n P 0 | n Running / n Succeeded / n Pending
    a rank stays when the API forgets it                  | n R 0; o S -9 / n R ?; o S -9 / n S ?; o F -9; q F -5 | n Running / n Running / n Succeeded
    a superseded one stays out when the newer covers less | n R 0; o S -9 p1 / n R 0 p2; o S -9 p1 | n Running / n Running
    gone once is Unknown, gone twice Deleted              | n R ? / / / | n Running / n Unknown / n Deleted / n Deleted
    `),
  )('%s', (_what, line, expected) => {
    const selections = selectInTurn(listingsIn(line));
    expect(selections.map(({ counted }) => shown(counted)).join(' / ')).toBe(expected);
  });

  it('a missing task has no completion, is called unlisted, and is not absent', () => {
    const given = selectors({ taskIds: ['n', 'other'] });
    const [there, gone, deleted] = selectInTurn(listingsIn('n S 0 done=9 / /'), given);
    expect([there, gone, deleted].map((one) => [...(one?.unlisted ?? [])])).toEqual([[], ['n'], ['n']]);
    expect(gone?.counted[0]).toMatchObject({ completeTime: null, reportedState: 'Succeeded' });
    expect(deleted?.absent).toEqual([{ taskId: 'other' }]);
  });

  it('a counted task goes on to count when a better clock makes it too old', () => {
    const [listing] = listingsIn('n R -10');
    const memory = remember(listing ?? [], selectors({ createdAfter: 0 }), [], NOTHING_ORDERED);
    const late = selectors({ createdAfter: 9e9 });
    const later = remember(tasks('n S -10; o S -20'), late, memory, NOTHING_ORDERED);
    expect(shown(selectionFrom(later, late, NOTHING_REPLACED).counted)).toBe('n Succeeded');
  });

  it('a task that is replaced does not count and makes no room for an older one, but for a newer', () => {
    const given = selectors({ clusterIds: ['c1'] });
    const listings = listingsIn('r F -9; o S -99 / o S -99 / o S -99 / r F -9; n R 9');
    const selections = selectInTurn(listings, given, { replaced: new Set(['r']) });
    expect(selections.map(({ counted }) => shown(counted))).toEqual(['', '', '', 'n Running']);
    expect(selections[0]?.absent).toEqual([{ clusterId: 'c1' }]);
  });
});

describe('a task that this step created', () => {
  const image = 'a.io/team/pytorch:v2';
  const given = selectors({ images: wanted(image), clusterIds: ['c1'], productIds: ['p1'], note: 'x' });
  const ordered = new Map([['made', { image, clusterId: 'c1', productIds: ['p1'] }]]);

  it.each(
    table(`
    counts, whatever address, note and products the API shows | made R 0 image=mirror.io/x p9 note=y | made Running
    does not count where the API shows its id elsewhere | made S 0 c9 |
    supersedes an older one of the image that it was created for | old F -60 p1 image=a.io/team/pytorch:v2 note=x; made R 0 image=mirror.io/x | made Running
    `),
  )('%s', (_what, line, counted) => {
    const [selection] = selectInTurn(listingsIn(line), given, { ordered });
    expect(shown(selection?.counted ?? [])).toBe(counted);
    expect(selection?.absent).toEqual(counted ? [] : [{ clusterId: 'c1' }]);
  });

  it('does not count for another image', () => {
    const two = { ...given, images: wanted(image, 'a.io/team/vllm:v1') };
    const [selection] = selectInTurn([tasks('made S 0')], two, { ordered });
    expect(selection?.images.map(({ counted }) => shown(counted))).toEqual(['made Succeeded', '']);
  });
});

const VLLM = 'image=registry.example.com/vllm:v1';

it.each(
  table(`
                                    |                                      |
  clusters=c1,c2                    | a S 0 c2                             | c1
  products=p1,p2                    | a S 0 p1                             | p2
  products=p1,p2                    | a S 0                                |
  clusters=c1,c2 products=p1        | a S 0 c1 p1; b S 0 c2 p2             | c2
  clusters=c1 products=p1,p2        | a S 0 p1                             | c1 p2
  clusters=c1 products=p1,p2        | a S 0 p1; b S 0 p2                   |
  clusters=c1 products=p1,p2        | a S 0 p1; b S -5                     |
  ids=a,b                           | a S 0                                | b
  pytorch,vllm                      | a S 0                                | vllm
  vllm                              | a S 0                                |
  pytorch,vllm clusters=c1,c2       | a S 0; b S 0 c2; v S 0 ${VLLM}       | vllm c2
  pytorch,vllm products=p1          | a S 0 p1; v S 0 p2 ${VLLM}           | vllm p1
  `),
)(
  'what was asked for by name and no counted task stands for is absent: %s: of %s: %s',
  (given, line, expected) => {
    const words = select(tasks(line), selectorsFrom(given)).absent.map((one) =>
      [one.image, one.taskId, one.clusterId, one.productId].filter((word) => word !== undefined).join(' '),
    );
    expect(words.join(', ')).toBe(expected);
  },
);

it.each(
  table(`
  clusters=c2                  | a S 0                                        | c2 not
  clusters=c2,c1               | a S 0                                        | c2 not, c1 ready
                               | a S 0 p1; b R 0 p2                           | c1 not
                               | a S 0 p1; b F 0 p2                           | c1 failed
  products=p1,p2               | a S 0 p1; b S 0 c2                           | c1 not, c2 ready
  products=p1,p2               | a S 0 p1; b S 0 p2                           | c1 ready
  pytorch,vllm clusters=c1,c2  | a S 0; v S 0 ${VLLM}; b S 0 c2               | c1 ready, c2 not
  `),
)(
  'a cluster is ready when every counted task in it succeeded and nothing listed is absent there: %s: of %s: %s',
  (given, line, expected) => {
    const words = select(tasks(line), selectorsFrom(given)).clusters.map(
      ({ clusterId, isReady, hasFailed }) =>
        `${clusterId} ${isReady ? 'ready' : hasFailed ? 'failed' : 'not'}`,
    );
    expect(words.join(', ')).toBe(expected);
  },
);

describe('whatever is listed', () => {
  const listings = fc.array(anyListing, { minLength: 1, maxLength: 6 });
  const given = selectors({ clusterIds: ['c1', 'c2'] });

  it('the order in the listing does not matter', () => {
    holds(listings, (some) => {
      const reversed = some.map((listing) => listing.toReversed());
      expect(selectInTurn(reversed, given)).toEqual(selectInTurn(some, given));
    });
  });

  it('what counts was listed, is superseded by nothing that counts, and never counts again after it was', () => {
    holds(listings, (some) => {
      const seen = new Set<string>();
      const over = new Set<string>();
      for (const [index, { counted }] of selectInTurn(some, given).entries()) {
        for (const { id } of some[index] ?? []) seen.add(id);
        for (const { id } of counted) expect(seen.has(id) && !over.has(id)).toBe(true);
        const counts = new Set(counted.map(({ id }) => id));
        for (const id of seen) if (!counts.has(id)) over.add(id);
      }
    });
  });
});

/** Microseconds of processor time, so that what else the machine does matters little. */
function timeOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  return process.cpuUsage(before).user + 1;
}

describe('the cost', () => {
  it('of tasks is linear', () => {
    const many = (count: number) => {
      const listing = Array.from({ length: count }, (_, index) => {
        const place = { clusterId: `c${index % 2}`, products: products('p', `q${index}`) };
        return task({ id: `t${index}`, createTime: index, ...place });
      });
      return timeOf(() => select(listing));
    };
    many(5_000);
    expect(many(100_000) / many(5_000)).toBeLessThan(100);
  });

  it('of clusters times products is linear', () => {
    const square = (side: number) => {
      const names = (letter: string) => Array.from({ length: side }, (_, index) => `${letter}${index}`);
      const given = selectors({ clusterIds: names('c'), productIds: names('p') });
      const listing = names('c').map((clusterId) =>
        task({ id: clusterId, clusterId, products: products(...names('p').slice(1)) }),
      );
      return timeOf(() => expect(select(listing, given).absent).toHaveLength(side));
    };
    square(50);
    expect(square(500) / square(125)).toBeLessThan(64);
  });
});
