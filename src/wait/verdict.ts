import type { Requirement } from '../inputs/parse.ts';
import type { Expectation, ImageSelection } from '../tasks/selection.ts';
import { type PrewarmTask, phaseOf } from '../tasks/task.ts';

export interface Evidence extends Rules {
  readonly counted: readonly PrewarmTask[];
  readonly absent: readonly Expectation[];
}

export interface Rules {
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
}: Pick<Evidence, 'counted' | 'absent' | 'requirement'>): number {
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

/** Judges each image as if it stood alone: all must have succeeded, and one that cannot succeed decides. */
export function judgeImages(images: readonly ImageSelection[], rules: Rules): Verdict {
  const verdicts = new Set(images.map(({ counted, absent }) => judge({ counted, absent, ...rules })));
  if (verdicts.has('waiting') && (!rules.failFast || verdicts.size === 1)) return 'waiting';
  if (verdicts.has('failed')) return 'failed';
  if (verdicts.has('not-found')) {
    const hasFailure = images.some(({ counted }) => countPhases(counted).failed > 0);
    return hasFailure ? 'failed' : 'not-found';
  }
  return verdicts.has('waiting') ? 'waiting' : 'succeeded';
}
