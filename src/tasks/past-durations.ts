import { repositoryOf, resolveImage } from './image-reference.ts';
import { durationSeconds, type PrewarmTask } from './task.ts';

/** How long earlier tasks of the same repository took in the same cluster. */
export interface PastDurations {
  readonly count: number;
  readonly medianSeconds: number;
  /** Standard deviation of the natural logarithms of the durations, with `count - 1` degrees of freedom; 0 for one task. */
  readonly scatter: number;
}

/** What a listing shows of earlier tasks like this one; `null` when it shows none. */
export type FindPastDurations = (task: PrewarmTask) => PastDurations | null;

/**
 * Gathers the durations of the successful tasks in a listing, by repository and cluster. Each group is summarised once,
 * when it is first asked for. The listing itself is not retained.
 */
export function pastDurationsIn(listed: readonly PrewarmTask[]): FindPastDurations {
  const durations = new Map<string, number[]>();
  for (const task of listed) {
    const duration = task.state === 'Succeeded' ? durationSeconds(task) : null;
    if (duration === null) continue;
    const kind = kindOf(task);
    const known = durations.get(kind);
    if (known) known.push(duration);
    else durations.set(kind, [duration]);
  }
  const summaries = new Map<string, PastDurations>();
  return (task) => {
    const kind = kindOf(task);
    const known = durations.get(kind);
    if (known === undefined) return null;
    const summary = summaries.get(kind) ?? summaryOf(known);
    summaries.set(kind, summary);
    return summary;
  };
}

function kindOf(task: PrewarmTask): string {
  const image = resolveImage(task.imageUrl);
  return JSON.stringify([image === null ? task.imageUrl : repositoryOf(image), task.clusterId]);
}

const SHORTEST_SECONDS = 1; // the API tells whole seconds, and zero has no logarithm

function summaryOf(seconds: readonly number[]): PastDurations {
  const count = seconds.length;
  const sorted = seconds.toSorted((one, other) => one - other);
  const middle = (count - 1) / 2;
  const medianSeconds = ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
  const logs = seconds.map((duration) => Math.log(Math.max(SHORTEST_SECONDS, duration)));
  const mean = logs.reduce((sum, log) => sum + log, 0) / count;
  const squares = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0);
  return { count, medianSeconds, scatter: Math.sqrt(squares / Math.max(1, count - 1)) };
}
