import { differingPart, type ImageReference, repositoryOf, resolveImage } from './image-reference.ts';
import { coversProduct, type Phase, type PrewarmTask, phaseOf } from './task.ts';

/** What a task must be like to count; what is `null` or empty asks for nothing. */
export interface Selectors {
  readonly image: ImageReference | null;
  readonly note: string | null;
  readonly taskIds: readonly string[];
  readonly clusterIds: readonly string[];
  readonly productIds: readonly string[];
  /** Unix seconds on the server's clock. */
  readonly createdAfter: number | null;
}

/** Something that was asked for by name. */
export interface Expectation {
  readonly taskId?: string;
  readonly clusterId?: string;
  readonly productId?: string;
}

/** A task that the server returned and that does not count. */
export interface NearMiss {
  readonly task: PrewarmTask;
  readonly why: string;
}

/** The task that counts for a group, and in how many complete listings in a row it has been missing. */
interface Tracked {
  readonly task: PrewarmTask;
  readonly missing: number;
}

/** What is remembered from one listing to the next: each group's newest task so far. */
export type Memory = ReadonlyMap<string, Tracked>;

export interface Selection {
  readonly counted: readonly PrewarmTask[];
  readonly absent: readonly Expectation[];
  readonly nearMisses: readonly NearMiss[];
  readonly memory: Memory;
}

const MOST_NEAR_MISSES = 10;
const LISTINGS_UNTIL_DELETED = 2;

/**
 * Decides which tasks of a complete listing count, in the light of the listings before it.
 * @param memory `memory` of the selection before, an empty map at first.
 * @returns the counted tasks, oldest first; a counted task that has gone from the listing is `Unknown`, and `Deleted`
 *   from its second absence in a row on.
 */
export function select(listing: readonly PrewarmTask[], selectors: Selectors, memory: Memory): Selection {
  const nearMisses: NearMiss[] = [];
  const missNearly = (task: PrewarmTask, why: string) => {
    if (nearMisses.length < MOST_NEAR_MISSES) nearMisses.push({ task, why });
  };

  const newest = new Map<string, PrewarmTask>();
  const selectedIds = new Set<string>();
  const remembered = new Map([...memory].map(([group, { task }]) => [task.id, { group, task }]));
  for (const listed of listing) {
    // A known task keeps its rank and its group, whatever the API forgets or changes of it.
    const before = remembered.get(listed.id);
    const createTime = listed.createTime ?? before?.task.createTime ?? null;
    const task = createTime === listed.createTime ? listed : { ...listed, createTime };
    const why = whyNotSelected(task, selectors);
    if (why !== null) {
      missNearly(task, why);
      continue;
    }
    selectedIds.add(task.id);
    const group = before?.group ?? groupOf(task, selectors);
    const rival = newest.get(group);
    const known = memory.get(group)?.task;
    if ((known && isOlder(task, known)) || (rival && supersedes(rival, task))) {
      missNearly(task, 'a newer task supersedes it');
      continue;
    }
    if (rival) missNearly(rival, 'a newer task supersedes it');
    newest.set(group, task);
  }

  const tracked = new Map<string, Tracked>();
  for (const [group, task] of newest) tracked.set(group, { task, missing: 0 });
  for (const [group, before] of memory) {
    if (selectedIds.has(before.task.id)) continue;
    const gone = { task: before.task, missing: before.missing + 1 };
    const successor = newest.get(group);
    if (successor === undefined || supersedes(asCounted(gone), successor)) tracked.set(group, gone);
  }

  const counted = [...tracked.values()].map(asCounted).sort(byAge);
  return { counted, absent: absentFrom(counted, selectors), nearMisses, memory: tracked };
}

/** A task as it counts: gone from one listing may be the listing's fault, gone from two in a row is deleted. */
function asCounted({ task, missing }: Tracked): PrewarmTask {
  if (missing === 0) return task;
  if (missing >= LISTINGS_UNTIL_DELETED) return { ...task, state: 'Deleted' };
  return { ...task, state: 'Unknown', completeTime: null };
}

/** What was asked for by name and no counted task stands for. */
function absentFrom(counted: readonly PrewarmTask[], selectors: Selectors): Expectation[] {
  const { taskIds, clusterIds, productIds } = selectors;
  const anywhere = [undefined];
  const places = (clusterIds.length > 0 ? clusterIds : anywhere).flatMap((clusterId) =>
    (productIds.length > 0 ? productIds : anywhere).map((productId) => ({ clusterId, productId })),
  );
  const isCovered = ({ clusterId, productId }: (typeof places)[number]) =>
    counted.some(
      (task) =>
        (clusterId === undefined || task.clusterId === clusterId) &&
        (productId === undefined || coversProduct(task, productId)),
    );
  const uncovered =
    clusterIds.length + productIds.length === 0 ? [] : places.filter((place) => !isCovered(place));
  const seenIds = new Set(counted.map((task) => task.id));
  return [
    ...taskIds.filter((taskId) => !seenIds.has(taskId)).map((taskId) => ({ taskId })),
    ...uncovered.map(({ clusterId, productId }) => ({
      ...(clusterId === undefined ? {} : { clusterId }),
      ...(productId === undefined ? {} : { productId }),
    })),
  ];
}

/** Why a task does not match the selectors; `null` when it matches every one. */
export function whyNotSelected(task: PrewarmTask, selectors: Selectors): string | null {
  if (selectors.taskIds.length > 0 && !selectors.taskIds.includes(task.id)) return 'its id is not listed';
  if (selectors.image !== null) {
    const image = resolveImage(task.imageUrl);
    if (image === null) return 'its image address cannot be read';
    const part = differingPart(selectors.image, image);
    if (part !== null) return `its ${part} is another`;
  }
  if (selectors.note !== null && task.note !== selectors.note) return 'its note is another';
  if (selectors.clusterIds.length > 0 && !selectors.clusterIds.includes(task.clusterId)) {
    return 'its cluster is not listed';
  }
  const { productIds, createdAfter } = selectors;
  if (productIds.length > 0 && !productIds.some((productId) => coversProduct(task, productId))) {
    return 'it covers none of the listed products';
  }
  if (createdAfter !== null) {
    if (task.createTime === null) return 'it does not say when it was created';
    if (task.createTime < createdAfter) return 'it was created earlier';
  }
  return null;
}

/** Tasks of one group supersede each other. One that names no creation time has no rank among others: a group alone. */
function groupOf(task: PrewarmTask, selectors: Selectors): string {
  if (selectors.taskIds.length > 0 || task.createTime === null) return JSON.stringify([task.id]);
  const image = resolveImage(task.imageUrl);
  const repository = image === null ? task.imageUrl : repositoryOf(image);
  const products = new Set(task.products.map((product) => product.productId));
  return JSON.stringify([repository, task.clusterId, [...products].sort()]);
}

const SAFEST_FIRST: Readonly<Record<Phase, number>> = { unfinished: 0, failed: 1, succeeded: 2 };

/** Whether `task` is the one to count of two in one group: the newer; of two as old, the less promising one. */
function supersedes(task: PrewarmTask, other: PrewarmTask): boolean {
  const age = (task.createTime ?? 0) - (other.createTime ?? 0);
  if (age !== 0) return age > 0;
  const promise = SAFEST_FIRST[phaseOf(task.state)] - SAFEST_FIRST[phaseOf(other.state)];
  return promise !== 0 ? promise < 0 : task.id < other.id;
}

function isOlder(task: PrewarmTask, other: PrewarmTask): boolean {
  return task.createTime !== null && other.createTime !== null && task.createTime < other.createTime;
}

function byAge(one: PrewarmTask, other: PrewarmTask): number {
  return (one.createTime ?? 0) - (other.createTime ?? 0) || (one.id < other.id ? -1 : 1);
}
