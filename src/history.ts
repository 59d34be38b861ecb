import { repositoryOf, resolveImage } from './image-reference.ts';
import { durationSeconds, type PrewarmTask } from './task.ts';

/** How long earlier tasks of the same repository took in the same cluster. */
export interface EarlierTasks {
  readonly medianSeconds: number;
  readonly count: number;
}

/** Looks up what is known of earlier tasks like this one; `null` when nothing is. */
export type History = (task: PrewarmTask) => EarlierTasks | null;

/** What a listing tells of successful tasks, by repository and cluster. */
export function historyFrom(listing: readonly PrewarmTask[]): History {
  const durations = new Map<string, number[]>();
  for (const task of listing) {
    const duration = task.state === 'Succeeded' ? durationSeconds(task) : null;
    if (duration === null) continue;
    const kind = kindOf(task);
    const known = durations.get(kind);
    if (known) known.push(duration);
    else durations.set(kind, [duration]);
  }
  return (task) => {
    const known = durations.get(kindOf(task));
    return known ? { medianSeconds: medianOf(known), count: known.length } : null;
  };
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
