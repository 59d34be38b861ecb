import { distance } from 'fastest-levenshtein';
import {
  hasPath,
  type ImageReference,
  imageNameOf,
  type ResolvedImage,
  resolveImage,
} from './image-reference.ts';
import { coversProduct, type PrewarmTask } from './task.ts';

/** What a task must be like to count; what is `null` or empty asks for nothing. */
export interface Selectors {
  /** Each image is selected, and must be covered, as if it stood alone. */
  readonly images: readonly { readonly text: string; readonly reference: ImageReference }[];
  readonly note: string | null;
  readonly taskIds: readonly string[];
  readonly clusterIds: readonly string[];
  readonly productIds: readonly string[];
  /** Unix seconds on the server's clock. */
  readonly createdAfter: number | null;
}

/** One selector that a task does not match. */
export interface Difference {
  /** A clause that follows "but", such as "its tag is v2". */
  readonly clause: string;
  /** How far the task is from what was asked for; `UNRELATED` where it cannot have been meant. */
  readonly weight: () => number;
}

export const UNRELATED = Number.POSITIVE_INFINITY;
const MOST_EDITS = 2;

/**
 * Compares a task with the selectors.
 * @param image the image to compare with, `null` for any; `selectors.images` is not looked at.
 * @returns what differs, lazily: a task matches when there is nothing.
 */
export function* differencesFrom(
  task: PrewarmTask,
  image: ImageReference | null,
  selectors: Selectors,
): Generator<Difference, undefined> {
  const { taskIds, note, clusterIds, productIds, createdAfter } = selectors;
  if (taskIds.length > 0 && !taskIds.includes(task.id)) {
    yield { clause: 'its id is not listed', weight: () => (isNearAny(task.id, taskIds) ? 1 : UNRELATED) };
  }
  if (image !== null) yield* imageDifferences(task, image);
  if (note !== null && task.note !== note) {
    const clause = task.note === '' ? 'it has no note' : `its note is ${JSON.stringify(task.note)}`;
    yield { clause, weight: () => (isNearAny(task.note, [note]) ? 1 : 2) };
  }
  if (clusterIds.length > 0 && !clusterIds.includes(task.clusterId)) {
    yield { clause: `it is in cluster ${task.clusterId}`, weight: () => 1 };
  }
  if (productIds.length > 0 && !productIds.some((productId) => coversProduct(task, productId))) {
    const covered = task.products.map(({ productId }) => productId).join(', ');
    yield { clause: `it covers only ${covered}`, weight: () => 1 };
  }
  if (createdAfter !== null && task.createTime === null) {
    yield { clause: 'it does not say when it was created', weight: () => 1 };
  } else if (createdAfter !== null && (task.createTime ?? 0) < createdAfter) {
    yield { clause: 'it was created earlier', weight: () => 1 };
  }
}

function* imageDifferences(task: PrewarmTask, wanted: ImageReference): Generator<Difference, undefined> {
  const image = resolveImage(task.imageUrl);
  if (image === null) {
    const lowered = resolveImage(task.imageUrl.toLowerCase());
    yield {
      clause: `its image address ${JSON.stringify(task.imageUrl)} cannot be read`,
      weight: () => (lowered !== null && hasPath(lowered, wanted) ? 1 : UNRELATED),
    };
    return;
  }
  if (!hasPath(image, wanted)) {
    yield { clause: `its image is ${task.imageUrl}`, weight: () => pathWeight(wanted, image) };
  } else if (wanted.host !== null && wanted.host !== image.host) {
    yield { clause: `its host is ${image.host}`, weight: () => 1 };
  }
  if (wanted.tag !== null && wanted.tag !== image.tag) {
    const clause = image.tag === null ? 'it has no tag' : `its tag is ${image.tag}`;
    yield { clause, weight: () => (isNearAny(wanted.tag ?? '', [image.tag ?? '']) ? 1 : 2) };
  }
  if (wanted.digest !== null && wanted.digest !== image.digest) {
    const clause = image.digest === null ? 'it has no digest' : `its digest is ${image.digest}`;
    yield { clause, weight: () => 2 };
  }
}

/** The same name under another path is near, and so is a misspelt one. */
function pathWeight(wanted: ImageReference, image: ResolvedImage): number {
  const edits = distance(imageNameOf(wanted), imageNameOf(image));
  if (edits === 0) return isNearAny(image.path, [wanted.path]) ? 1 : 3;
  return edits <= MOST_EDITS ? edits + 1 : UNRELATED;
}

/** Whether one of the texts is the same in other case or at most two edits away. */
function isNearAny(text: string, others: readonly string[]): boolean {
  return others.some((other) => distance(text.toLowerCase(), other.toLowerCase()) <= MOST_EDITS);
}
