import type { EarlierTasks } from '../tasks/past-durations.ts';
import type { Expectation } from '../tasks/selection.ts';
import type { PrewarmTask, TaskState } from '../tasks/task.ts';

/** A counted task whose state is not what it was; `from` is `null` for one that is seen for the first time. */
export interface Change {
  readonly task: PrewarmTask;
  readonly from: TaskState | null;
}

/** What happens while waiting, for the log. Moments are Unix milliseconds on the server's clock, spans milliseconds. */
export type WaitEvent =
  | { readonly type: 'changed'; readonly changes: readonly Change[]; readonly serverNow: number }
  | { readonly type: 'poll-failed'; readonly problem: string; readonly pause: number }
  | { readonly type: 'created'; readonly clusterId: string; readonly taskId: string }
  | { readonly type: 'creation-failed'; readonly clusterId: string; readonly problem: string }
  | { readonly type: 'recovered'; readonly failedPolls: number }
  | {
      readonly type: 'heartbeat';
      readonly waited: number;
      readonly serverNow: number;
      readonly unfinished: readonly { readonly task: PrewarmTask; readonly earlier: EarlierTasks | null }[];
      readonly absent: readonly Expectation[];
      /** Why the last poll failed, when it did. */
      readonly failing: string | null;
    };
