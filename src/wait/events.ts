import type { Place } from '../outcome.ts';
import type { PastDurations } from '../tasks/past-durations.ts';
import type { Expectation } from '../tasks/selection.ts';
import type { PrewarmTask, TaskState } from '../tasks/task.ts';

/** A counted task whose state, reasons or presence in the listing changed. */
export interface Change {
  readonly task: PrewarmTask;
  /** The state before; `null` for a task that is seen for the first time, equal to `task.state` when only the reasons changed. */
  readonly from: TaskState | null;
  /** Whether the latest listing shows the task; `false` until it is back or counts as `Deleted`. */
  readonly isListed: boolean;
}

/**
 * What happens during a wait, for the log. Moments (`…At`, `serverNow`) are Unix milliseconds on the server's clock,
 * spans milliseconds.
 */
export type WaitEvent =
  | { readonly type: 'changed'; readonly changes: readonly Change[]; readonly serverNow: number }
  /** At the first complete listing and whenever what is absent changes; `timeLeft` is how long it is still waited for. */
  | {
      readonly type: 'absent';
      /** What was asked for by name; empty where just too few tasks count. */
      readonly absent: readonly Expectation[];
      /** How many tasks count. */
      readonly counted: number;
      readonly timeLeft: number;
    }
  | { readonly type: 'poll-failed'; readonly problem: string; readonly delay: number }
  | { readonly type: 'recovered'; readonly failedPolls: number }
  | { readonly type: 'created'; readonly place: Place; readonly taskId: string }
  /** A request to create a task failed in a way that may pass; `isUnclear`: the task may exist all the same. */
  | {
      readonly type: 'creation-failed';
      readonly place: Place;
      readonly problem: string;
      readonly isUnclear: boolean;
    }
  /** A task failed during the step and is created anew after `delay`; `attempt` counts the new ones from 1 to `of`. */
  | {
      readonly type: 'attempt-failed';
      readonly task: PrewarmTask;
      readonly attempt: number;
      readonly of: number;
      readonly delay: number;
    }
  | { readonly type: 'deleted'; readonly tasks: readonly PrewarmTask[] }
  | { readonly type: 'deletion-failed'; readonly tasks: readonly PrewarmTask[]; readonly problem: string }
  | {
      readonly type: 'heartbeat';
      readonly waited: number;
      readonly serverNow: number;
      readonly unfinished: readonly { readonly task: PrewarmTask; readonly past: PastDurations | null }[];
      readonly absent: readonly Expectation[];
      /** Why the last poll failed, when it did. */
      readonly failing: string | null;
    };
