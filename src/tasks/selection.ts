import { Coverage } from './coverage.ts';
import { repositoryOf, resolveImage } from './image-reference.ts';
import { differencesFrom, type Selectors } from './selectors.ts';
import { type Phase, type PrewarmTask, phaseOf, productIdsOf } from './task.ts';

/** A task that this step created: it counts by its id, in whatever form the API shows its address. */
export interface OrderedTask {
  /** The text of the image that it was created for. */
  readonly image: string;
  readonly clusterId: string;
  readonly productIds: readonly string[];
}

/** Something that was asked for by name; `image` is set only where the step waits for several images. */
export interface Expectation {
  readonly image?: string;
  readonly taskId?: string;
  readonly clusterId?: string;
  readonly productId?: string;
}

/** How far a cluster is. */
export interface ClusterReadiness {
  readonly clusterId: string;
  /** Every counted task in it succeeded, and every image and every listed product is covered there. */
  readonly isReady: boolean;
  /** A counted task in it failed. */
  readonly hasFailed: boolean;
}

/** A task that may count, with what decides its rank. */
interface Candidate {
  readonly task: PrewarmTask;
  readonly repository: string;
  /** None: it covers the whole cluster. */
  readonly productIds: readonly string[];
  /** In how many complete listings in a row it has been missing. */
  readonly missing: number;
}

/** What is remembered of one image from one listing to the next. */
interface ImageMemory {
  /** The tasks that no newer one supersedes, by id. */
  readonly newest: ReadonlyMap<string, Candidate>;
  /** Ids of the tasks that a newer one has superseded: they never count again. */
  readonly superseded: ReadonlySet<string>;
}

/** One entry for each image, in order; a single one where no image is asked for. */
export type Memory = readonly ImageMemory[];

/** What counts for one image; `image` is its text, `null` where no image is asked for. */
export interface ImageSelection {
  readonly image: string | null;
  readonly counted: readonly PrewarmTask[];
  readonly absent: readonly Expectation[];
}

export interface Selection {
  readonly images: readonly ImageSelection[];
  /** The counted tasks of all images, each once, oldest first. */
  readonly counted: readonly PrewarmTask[];
  /** Ids of counted tasks that the latest listing does not show. */
  readonly unlisted: ReadonlySet<string>;
  readonly absent: readonly Expectation[];
  /** The listed clusters in their order, then the others that have a counted task. */
  readonly clusters: readonly ClusterReadiness[];
}

const LISTINGS_UNTIL_DELETED = 2;

/**
 * Takes a complete listing into account.
 * @param listed the tasks of the listing, each once.
 * @param memory what the listing before it left; empty at first.
 * @param ordered the tasks that this step created, by id.
 */
export function remember(
  listed: readonly PrewarmTask[],
  selectors: Selectors,
  memory: Memory,
  ordered: ReadonlyMap<string, OrderedTask>,
): Memory {
  return imagesOf(selectors).map((image, index) => {
    const before = memory[index] ?? { newest: new Map(), superseded: new Set() };
    const candidates = candidatesIn(listed, image, selectors, before, ordered);
    // With task ids, exactly these count.
    if (selectors.taskIds.length > 0) return { newest: byId(candidates), superseded: new Set() };
    const newest = byId(withoutSuperseded(candidates));
    const superseded = candidates.map(({ task }) => task.id).filter((id) => !newest.has(id));
    return { newest, superseded: new Set([...before.superseded, ...superseded]) };
  });
}

/**
 * What counts by what is remembered.
 * @param replaced ids of tasks that no longer count, without making room for older ones.
 * @returns a task that is missing from one listing as `Unknown`, from two in a row as `Deleted`.
 */
export function selectionFrom(
  memory: Memory,
  selectors: Selectors,
  replaced: ReadonlySet<string>,
): Selection {
  const counting = memory.map(({ newest }) =>
    [...newest.values()].filter(({ task }) => !replaced.has(task.id)).map(asCounted),
  );
  const places = counting.map((candidates) => new Places(candidates));
  const images = imagesOf(selectors).map((image, index): ImageSelection => {
    const candidates = counting[index] ?? [];
    const isOneOfSeveral = selectors.images.length > 1 && image !== null;
    return {
      image: image?.text ?? null,
      counted: candidates.map(({ task }) => task).sort(byAge),
      absent: absentFrom(
        candidates,
        places[index] ?? new Places([]),
        selectors,
        isOneOfSeveral ? image.text : null,
      ),
    };
  });
  const all = [...byId(counting.flat()).values()];
  return {
    images,
    counted: all.map(({ task }) => task).sort(byAge),
    unlisted: new Set(all.filter(({ missing }) => missing > 0).map(({ task }) => task.id)),
    absent: images.flatMap(({ absent }) => absent),
    clusters: readinessOf(counting, places, selectors),
  };
}

/** The newer task first; of two as old, the less promising one first, which is the safe side. */
export function newestFirst(one: PrewarmTask, other: PrewarmTask): number {
  return (
    (other.createTime ?? 0) - (one.createTime ?? 0) ||
    SAFEST_FIRST[phaseOf(one.state)] - SAFEST_FIRST[phaseOf(other.state)] ||
    (one.id < other.id ? -1 : 1)
  );
}

/** Host and path of the image at this address; the address itself where it cannot be read. */
export function repositoryAt(imageUrl: string): string {
  const image = resolveImage(imageUrl);
  return image === null ? imageUrl : repositoryOf(image);
}

const SAFEST_FIRST: Readonly<Record<Phase, number>> = { unfinished: 0, failed: 1, succeeded: 2 };

type WantedImage = Selectors['images'][number];

function imagesOf({ images }: Selectors): readonly (WantedImage | null)[] {
  return images.length > 0 ? images : [null];
}

function candidatesIn(
  listed: readonly PrewarmTask[],
  image: WantedImage | null,
  selectors: Selectors,
  before: ImageMemory,
  ordered: ReadonlyMap<string, OrderedTask>,
): Candidate[] {
  const candidates = new Map<string, Candidate>();
  const rulesOfKnown = { ...selectors, createdAfter: null };
  for (const shown of listed) {
    if (before.superseded.has(shown.id)) continue;
    const known = before.newest.get(shown.id);
    const order = ordered.get(shown.id);
    // An id that the API shows in another cluster was not created by this order.
    const isOrdered =
      order !== undefined && order.image === image?.text && order.clusterId === shown.clusterId;
    // A known task keeps its creation time, and with it its rank, even if the API later omits it.
    const createTime = shown.createTime ?? known?.task.createTime ?? null;
    const task = createTime === shown.createTime ? shown : { ...shown, createTime };
    const rules = known === undefined ? selectors : rulesOfKnown;
    if (isOrdered) {
      const { productIds } = order;
      candidates.set(task.id, { task, repository: repositoryAt(order.image), productIds, missing: 0 });
    } else if (differencesFrom(task, image?.reference ?? null, rules).next().done) {
      const repository = known?.repository ?? repositoryAt(task.imageUrl);
      candidates.set(task.id, { task, repository, productIds: productIdsOf(task), missing: 0 });
    }
  }
  for (const [id, known] of before.newest) {
    if (!candidates.has(id)) candidates.set(id, { ...known, missing: known.missing + 1 });
  }
  return [...candidates.values()];
}

/** A task supersedes an older one of the same repository and cluster when it covers every product of the older one. */
function withoutSuperseded(candidates: readonly Candidate[]): Candidate[] {
  const coverages = new Map<string, Coverage>();
  return candidates
    .map((candidate) => ({ candidate, counted: asCounted(candidate) }))
    .sort((one, other) => newestFirst(one.counted.task, other.counted.task))
    .filter(({ candidate: { task, repository, productIds } }) => {
      // Without a creation time a task has no rank among others.
      if (task.createTime === null) return true;
      const place = JSON.stringify([repository, task.clusterId]);
      const newer = coverages.get(place) ?? new Coverage();
      coverages.set(place, newer);
      const isSuperseded = newer.coversAll(productIds);
      if (!isSuperseded) newer.add(productIds);
      return !isSuperseded;
    })
    .map(({ candidate }) => candidate);
}

/** One absence may be the listing's fault; after two in a row the task is deleted. */
function asCounted(candidate: Candidate): Candidate {
  const { task, missing } = candidate;
  if (missing === 0) return candidate;
  if (missing >= LISTINGS_UNTIL_DELETED) return { ...candidate, task: { ...task, state: 'Deleted' } };
  return { ...candidate, task: { ...task, state: 'Unknown', completeTime: null } };
}

function byId(candidates: readonly Candidate[]): Map<string, Candidate> {
  return new Map(candidates.map((candidate) => [candidate.task.id, candidate]));
}

/** Which clusters hold a task, and for which products. */
class Places {
  readonly #clusters = new Map<string, Set<string> | 'whole cluster'>();
  readonly #products = new Set<string>();
  #hasWholeCluster = false;

  constructor(candidates: readonly Candidate[]) {
    for (const { task, productIds } of candidates) this.#add(task.clusterId, productIds);
  }

  /** Whether there is a task in the cluster, and for the product; `undefined` stands for any. */
  hasTask(clusterId: string | undefined, productId?: string): boolean {
    if (clusterId === undefined) {
      return this.#hasWholeCluster || productId === undefined || this.#products.has(productId);
    }
    const products = this.#clusters.get(clusterId);
    if (products === undefined) return false;
    return productId === undefined || products === 'whole cluster' || products.has(productId);
  }

  #add(clusterId: string, productIds: readonly string[]): void {
    const known = this.#clusters.get(clusterId);
    if (productIds.length === 0) {
      this.#clusters.set(clusterId, 'whole cluster');
      this.#hasWholeCluster = true;
    } else if (known === undefined) {
      this.#clusters.set(clusterId, new Set(productIds));
    } else if (known !== 'whole cluster') {
      for (const productId of productIds) known.add(productId);
    }
    for (const productId of productIds) this.#products.add(productId);
  }
}

/** What was asked for by name and no counted task stands for. */
function absentFrom(
  candidates: readonly Candidate[],
  places: Places,
  { taskIds, clusterIds, productIds }: Selectors,
  image: string | null,
): Expectation[] {
  const ids = new Set(candidates.map(({ task }) => task.id));
  const name = image === null ? {} : { image };
  const isNothingListed = clusterIds.length + productIds.length === 0;
  if (isNothingListed && image !== null && candidates.length === 0) return [name];
  const inCluster = (clusterId: string | undefined): Expectation[] => {
    const cluster = clusterId === undefined ? {} : { clusterId };
    if (clusterId !== undefined && !places.hasTask(clusterId)) return [{ ...name, ...cluster }];
    return productIds
      .filter((productId) => !places.hasTask(clusterId, productId))
      .map((productId) => ({ ...name, ...cluster, productId }));
  };
  return [
    ...taskIds.filter((taskId) => !ids.has(taskId)).map((taskId) => ({ ...name, taskId })),
    ...(clusterIds.length > 0 ? clusterIds : [undefined]).flatMap(inCluster),
  ];
}

/**
 * @param counting the counted tasks of each image.
 * @param placesOfImages where these are, in the same order.
 */
function readinessOf(
  counting: readonly (readonly Candidate[])[],
  placesOfImages: readonly Places[],
  { clusterIds, productIds }: Selectors,
): ClusterReadiness[] {
  const phases = new Map<string, Set<Phase>>(clusterIds.map((clusterId) => [clusterId, new Set()]));
  for (const { task } of counting.flat()) {
    const inCluster = phases.get(task.clusterId) ?? new Set();
    phases.set(task.clusterId, inCluster.add(phaseOf(task.state)));
  }
  return [...phases].map(([clusterId, met]) => ({
    clusterId,
    isReady:
      met.has('succeeded') &&
      met.size === 1 &&
      placesOfImages.every(
        (places) =>
          places.hasTask(clusterId) && productIds.every((productId) => places.hasTask(clusterId, productId)),
      ),
    hasFailed: met.has('failed'),
  }));
}

function byAge(one: PrewarmTask, other: PrewarmTask): number {
  return (one.createTime ?? 0) - (other.createTime ?? 0) || (one.id < other.id ? -1 : 1);
}
