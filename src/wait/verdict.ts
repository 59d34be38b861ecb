import type { Requirement } from '../inputs/parse.ts';
import type { Expectation } from '../tasks/selection.ts';
import { type PrewarmTask, phaseOf } from '../tasks/task.ts';

export interface Evidence {
  readonly counted: readonly PrewarmTask[];
  readonly absent: readonly Expectation[];
  readonly requirement: Requirement;
  /** `false`: nothing is decided before every counted task has finished. */
  readonly failFast: boolean;
  /** Whether what is absent may still appear. */
  readonly mayAppear: boolean;
}

export type Verdict = 'waiting' | 'succeeded' | 'failed' | 'not-found';

export interface Counts {
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly unfinished: number;
}

export function countPhases(tasks: readonly PrewarmTask[]): Counts {
  const counts = { total: tasks.length, succeeded: 0, failed: 0, unfinished: 0 };
  for (const task of tasks) counts[phaseOf(task.state)] += 1;
  return counts;
}

/** How many tasks the requirement still needs besides those that count; at least one task is always needed. */
export function missingCount({
  counted,
  absent,
  requirement,
}: Omit<Evidence, 'failFast' | 'mayAppear'>): number {
  const needed = requirement === 'all' ? 1 : requirement;
  return Math.max(absent.length, needed - counted.length, 0);
}

/** Judges the counted tasks of a complete listing. Zero counted tasks are never a success. */
export function judge(evidence: Evidence): Verdict {
  const { counted, absent, requirement, failFast, mayAppear } = evidence;
  const { total, succeeded, failed, unfinished } = countPhases(counted);
  const missing = missingCount(evidence);
  const isCovered = absent.every((expectation) => expectation.taskId !== undefined);

  const isMet =
    requirement === 'all' ? succeeded === total && missing === 0 : succeeded >= requirement && isCovered;
  if (isMet) return failFast || unfinished === 0 ? 'succeeded' : 'waiting';

  const canBeMet =
    requirement === 'all'
      ? failed === 0 && (missing === 0 || mayAppear)
      : succeeded + unfinished + (mayAppear ? missing : 0) >= requirement && (isCovered || mayAppear);
  if (canBeMet) return 'waiting';

  const maySettle = unfinished > 0 || (missing > 0 && mayAppear);
  if (!failFast && maySettle) return 'waiting';
  return failed > 0 ? 'failed' : 'not-found';
}
