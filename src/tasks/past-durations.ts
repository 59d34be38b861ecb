import { repositoryOf, resolveImage } from './image-reference.ts';
import { durationSeconds, type PrewarmTask } from './task.ts';

/** How long earlier tasks of the same repository took in the same cluster. */
export interface EarlierTasks {
  readonly medianSeconds: number;
  readonly count: number;
}

/** What a listing tells of successful tasks, by repository and cluster. */
export class History {
  readonly #durations = new Map<string, number[]>();

  add(task: PrewarmTask): void {
    const duration = task.state === 'Succeeded' ? durationSeconds(task) : null;
    if (duration === null) return;
    const kind = kindOf(task);
    const known = this.#durations.get(kind);
    if (known) known.push(duration);
    else this.#durations.set(kind, [duration]);
  }

  /** What is known of earlier tasks like this unfinished one; `null` when nothing is. */
  before(task: PrewarmTask): EarlierTasks | null {
    const known = this.#durations.get(kindOf(task));
    return known ? { medianSeconds: medianOf(known), count: known.length } : null;
  }
}

function kindOf(task: PrewarmTask): string {
  const image = resolveImage(task.imageUrl);
  return JSON.stringify([image === null ? task.imageUrl : repositoryOf(image), task.clusterId]);
}

function medianOf(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}
