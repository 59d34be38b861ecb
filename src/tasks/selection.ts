import {
  differingPart,
  type ImageReference,
  type ResolvedImage,
  repositoryOf,
  resolveImage,
} from './image-reference.ts';
import { coversProduct, type Phase, type PrewarmTask, phaseOf, productIdsOf } from './task.ts';

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
 * Decides which tasks of a listing count, in the light of the listings before it. Takes them one by one and keeps only
 * those that may count, so that a long listing is never held whole.
 */
export class SelectionBuilder {
  readonly #selectors: Selectors;
  readonly #memory: Memory;
  readonly #remembered: ReadonlyMap<string, { readonly group: string; readonly task: PrewarmTask }>;
  readonly #newest = new Map<string, PrewarmTask>();
  readonly #rememberedAndListed = new Set<string>();
  readonly #nearMisses: NearMiss[] = [];

  /** @param memory `memory` of the selection before, an empty map at first. */
  constructor(selectors: Selectors, memory: Memory) {
    this.#selectors = selectors;
    this.#memory = memory;
    this.#remembered = new Map([...memory].map(([group, { task }]) => [task.id, { group, task }]));
  }

  add(listed: PrewarmTask): void {
    // A known task keeps its rank and its group, whatever the API forgets or changes of it.
    const before = this.#remembered.get(listed.id);
    const createTime = listed.createTime ?? before?.task.createTime ?? null;
    const task = createTime === listed.createTime ? listed : { ...listed, createTime };
    const image = resolveImage(task.imageUrl);
    const why = whyNotSelected(task, image, this.#selectors);
    if (why !== null) {
      this.#missNearly(task, why);
      return;
    }
    if (before) this.#rememberedAndListed.add(task.id);
    const group = before?.group ?? groupOf(task, image, this.#selectors);
    const rival = this.#newest.get(group);
    const known = this.#memory.get(group)?.task;
    if ((known && isOlder(task, known)) || (rival && supersedes(rival, task))) {
      this.#missNearly(task, 'a newer task supersedes it');
      return;
    }
    if (rival) this.#missNearly(rival, 'a newer task supersedes it');
    this.#newest.set(group, task);
  }

  /**
   * What counts, once the listing is complete.
   * @param replaced ids of tasks that no longer count, without making room for older ones of their groups.
   * @returns the counted tasks, oldest first; a counted task that has gone from the listing is `Unknown`, and `Deleted`
   *   from its second absence in a row on.
   */
  build(replaced: ReadonlySet<string> = new Set()): Selection {
    const tracked = new Map<string, Tracked>();
    for (const [group, task] of this.#newest) tracked.set(group, { task, missing: 0 });
    for (const [group, before] of this.#memory) {
      if (this.#rememberedAndListed.has(before.task.id)) continue;
      const gone = { task: before.task, missing: before.missing + 1 };
      const successor = this.#newest.get(group);
      if (successor === undefined || supersedes(asCounted(gone), successor)) tracked.set(group, gone);
    }
    const counting = [...tracked.values()].filter(({ task }) => !replaced.has(task.id));
    const counted = counting.map(asCounted).sort(byAge);
    const absent = absentFrom(counted, this.#selectors);
    return { counted, absent, nearMisses: this.#nearMisses, memory: tracked };
  }

  #missNearly(task: PrewarmTask, why: string): void {
    if (this.#nearMisses.length < MOST_NEAR_MISSES) this.#nearMisses.push({ task, why });
  }
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
function whyNotSelected(task: PrewarmTask, image: ResolvedImage | null, selectors: Selectors): string | null {
  if (selectors.taskIds.length > 0 && !selectors.taskIds.includes(task.id)) return 'its id is not listed';
  if (selectors.image !== null) {
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
function groupOf(task: PrewarmTask, image: ResolvedImage | null, selectors: Selectors): string {
  if (selectors.taskIds.length > 0 || task.createTime === null) return JSON.stringify([task.id]);
  const repository = image === null ? task.imageUrl : repositoryOf(image);
  return JSON.stringify([repository, task.clusterId, productIdsOf(task)]);
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
