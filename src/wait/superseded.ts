import type { CreationOrder } from '../api/types.ts';
import { Coverage } from '../tasks/coverage.ts';
import { newestFirst, type OrderedTask, repositoryAt } from '../tasks/selection.ts';
import { type PrewarmTask, phaseOf, productIdsOf } from '../tasks/task.ts';

/** What decides which tasks may be deleted. */
export interface DeletionRules {
  /** The tasks of the latest complete listing. */
  readonly listed: readonly PrewarmTask[];
  /** The tasks that count: they are never deleted, and tasks of other repositories or clusters are not either. */
  readonly counted: readonly PrewarmTask[];
  /** The tasks that this step created, by id. */
  readonly ordered: ReadonlyMap<string, OrderedTask>;
  /** The tasks that are about to be created: failed ones that they replace may be deleted. */
  readonly orders: readonly CreationOrder[];
  /** Ids of tasks that are not to be asked for again. */
  readonly deleted: ReadonlySet<string>;
}

/**
 * The finished tasks that a newer one supersedes, failed ones first, then the oldest first. A success may go only
 * when a newer success covers all that it covers, so that a cluster always keeps its newest one.
 */
export function deletableTasks({ listed, counted, ordered, orders, deleted }: DeletionRules): PrewarmTask[] {
  // As in the selection: an id that the API shows in another cluster was not created by this order.
  const orderOf = ({ id, clusterId }: PrewarmTask) => {
    const order = ordered.get(id);
    return order?.clusterId === clusterId ? order : undefined;
  };
  const placeOf = (task: PrewarmTask) =>
    placeKey(repositoryAt(orderOf(task)?.image ?? task.imageUrl), task.clusterId);
  const productsOf = (task: PrewarmTask) => orderOf(task)?.productIds ?? productIdsOf(task);
  const countedIds = new Set(counted.map(({ id }) => id));
  const failedCovers = new Map<string, Coverage>();
  for (const { imageUrl, clusterId, productIds } of orders) {
    coverIn(failedCovers, placeKey(repositoryAt(imageUrl), clusterId), productIds);
  }
  const places = new Set([...counted.map(placeOf), ...failedCovers.keys()]);
  const successCovers = new Map<string, Coverage>();
  const deletable: PrewarmTask[] = [];
  const ranked = listed.filter((task) => task.createTime !== null && places.has(placeOf(task)));
  for (const sameAge of inStepsOfAge(ranked.sort(newestFirst))) {
    for (const task of sameAge) {
      const phase = phaseOf(task.state);
      const newer = (phase === 'succeeded' ? successCovers : failedCovers).get(placeOf(task));
      const isCovered = newer?.coversAll(productsOf(task)) ?? false;
      const isInUse = phase === 'unfinished' || countedIds.has(task.id) || deleted.has(task.id);
      if (isCovered && !isInUse) deletable.push(task);
    }
    for (const task of sameAge) {
      const products = productsOf(task);
      coverIn(failedCovers, placeOf(task), products);
      if (phaseOf(task.state) === 'succeeded') coverIn(successCovers, placeOf(task), products);
    }
  }
  const oldestFirst = deletable.reverse();
  const isFailed = (task: PrewarmTask) => phaseOf(task.state) === 'failed';
  return [...oldestFirst.filter(isFailed), ...oldestFirst.filter((task) => !isFailed(task))];
}

function placeKey(repository: string, clusterId: string): string {
  return JSON.stringify([repository, clusterId]);
}

function coverIn(covers: Map<string, Coverage>, place: string, productIds: readonly string[]): void {
  const coverage = covers.get(place) ?? new Coverage();
  coverage.add(productIds);
  covers.set(place, coverage);
}

/** Tasks that were created in the same second do not supersede each other here. */
function inStepsOfAge(sorted: readonly PrewarmTask[]): PrewarmTask[][] {
  return [...Map.groupBy(sorted, ({ createTime }) => createTime).values()];
}
