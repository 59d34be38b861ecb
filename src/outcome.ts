import type { Expectation, NearMiss } from './tasks/selection.ts';
import type { PrewarmTask } from './tasks/task.ts';

export const RESULTS = ['succeeded', 'failed', 'timed-out', 'not-found', 'cancelled', 'error'] as const;

export type Result = (typeof RESULTS)[number];

/** How a wait ended. Times are Unix milliseconds. */
export interface Outcome {
  readonly result: Result;
  /** What ended the wait where the tasks do not tell: an error, a signal, the last failed poll before a timeout. */
  readonly cause: string | null;
  /** The counted tasks of the last complete listing. */
  readonly tasks: readonly PrewarmTask[];
  /** The ids of the tasks that the step created. */
  readonly createdTaskIds: readonly string[];
  /** The clusters in which the step may have created a task besides: requests without a clear answer. */
  readonly unclearCreations: readonly string[];
  readonly absent: readonly Expectation[];
  readonly nearMisses: readonly NearMiss[];
  readonly startedAt: number;
  readonly endedAt: number;
  /** What to add to a time on this machine's clock for the same moment on the server's. */
  readonly serverClockOffset: number;
  readonly polls: number;
  readonly failedPolls: number;
}

/** Whole seconds from start to result. */
export function waitedSeconds(outcome: Outcome): number {
  return Math.floor((outcome.endedAt - outcome.startedAt) / 1000);
}
