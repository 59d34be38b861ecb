import { repositoryOf, resolveImage } from './image-reference.ts';
import { durationSeconds, type PrewarmTask } from './task.ts';

/** How long earlier tasks of the same repository took in the same cluster. */
export interface EarlierTasks {
  readonly medianSeconds: number;
  readonly count: number;
}

/**
 * What a listing tells of earlier successful tasks of the task's repository in its cluster.
 * @returns `null` when it shows none that says how long it took.
 */
export function earlierTasks(listing: readonly PrewarmTask[], task: PrewarmTask): EarlierTasks | null {
  const repository = repositoryIn(task);
  const durations: number[] = [];
  for (const other of listing) {
    if (other.id === task.id || other.state !== 'Succeeded' || other.clusterId !== task.clusterId) continue;
    const duration = durationSeconds(other);
    if (duration !== null && repositoryIn(other) === repository) durations.push(duration);
  }
  durations.sort((one, other) => one - other);
  const middle = durations.length / 2;
  const low = durations[Math.ceil(middle) - 1];
  const high = durations[Math.floor(middle)];
  return low === undefined || high === undefined
    ? null
    : { medianSeconds: (low + high) / 2, count: durations.length };
}

function repositoryIn(task: PrewarmTask): string {
  const image = resolveImage(task.imageUrl);
  return image === null ? task.imageUrl : repositoryOf(image);
}
