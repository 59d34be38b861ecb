import type { NearMiss } from './tasks/near-misses.ts';
import type { ClusterReadiness, Expectation } from './tasks/selection.ts';
import type { PrewarmTask } from './tasks/task.ts';

export const RESULTS = ['succeeded', 'failed', 'timed-out', 'not-found', 'cancelled', 'error'] as const;

export type Result = (typeof RESULTS)[number];

/** An image in a cluster; `image` is set only where the step waits for several images. */
export interface Place {
  readonly image?: string;
  readonly clusterId: string;
}

/** How a wait ended. Times are Unix milliseconds on this machine's clock. */
export interface Outcome {
  readonly result: Result;
  /** What ended the wait where the tasks do not tell: an error, a signal, the last failure before a timeout. */
  readonly cause: string | null;
  /** The counted tasks of the last complete listing, oldest first. */
  readonly tasks: readonly PrewarmTask[];
  /** The listed clusters in their order, then the others that have a counted task. */
  readonly clusters: readonly ClusterReadiness[];
  readonly absent: readonly Expectation[];
  /** Closest first. */
  readonly nearMisses: readonly NearMiss[];
  /** The ids of the tasks that the step created. */
  readonly createdTaskIds: readonly string[];
  /** The ids of the tasks that the step deleted. */
  readonly deletedTaskIds: readonly string[];
  /** Where the step may have created a task besides: requests without a clear answer. */
  readonly unclearCreations: readonly Place[];
  /** Tasks that failed during the step and that `recreate-failed` replaced by new ones, oldest first. */
  readonly failedAttempts: readonly PrewarmTask[];
  readonly startedAt: number;
  readonly endedAt: number;
  /** Milliseconds to add to a time on this machine's clock for the same moment on the server's. */
  readonly serverClockOffset: number;
  readonly polls: number;
  readonly failedPolls: number;
}

/** Whole seconds from start to result. */
export function waitedSeconds(outcome: Outcome): number {
  return Math.floor((outcome.endedAt - outcome.startedAt) / 1000);
}
