import type { Inputs } from '../inputs/inputs.ts';
import type { History } from '../tasks/past-durations.ts';
import type { Selection } from '../tasks/selection.ts';
import { unfinishedOf } from '../tasks/task.ts';
import type { Pending, Progress } from './backoff.ts';
import { countPhases, missingCount } from './verdict.ts';

/** What is known between two polls. Moments are Unix milliseconds on the server's clock, spans milliseconds. */
export interface Knowledge {
  readonly inputs: Inputs;
  readonly selection: Selection;
  readonly history: History;
  readonly waited: number;
  readonly serverNow: number;
}

/** What the result still depends on, as the schedule sees it: one pending task stands for all that is absent. */
export function progressFrom(knowledge: Knowledge): Pick<Progress, 'pending' | 'needed'> {
  const { inputs, selection, history, waited, serverNow } = knowledge;
  const { requirement, failFast } = inputs;
  const unfinished: Pending[] = unfinishedOf(selection.counted).map((task) => {
    const earlier = history.before(task);
    const age = task.createTime === null ? waited : Math.max(0, serverNow - task.createTime * 1000);
    return { age, usually: earlier && earlier.medianSeconds * 1000 };
  });
  const isMissing = missingCount({ ...selection, requirement }) > 0;
  const pending = isMissing ? [...unfinished, { age: waited, usually: null }] : unfinished;
  const isEachNeeded = requirement === 'all' || !failFast;
  const needed = isEachNeeded ? pending.length : requirement - countPhases(selection.counted).succeeded;
  return { pending, needed: Math.max(1, needed) };
}
