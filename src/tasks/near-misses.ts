import { type Difference, differencesFrom, type Selectors, UNRELATED } from './selectors.ts';
import type { PrewarmTask } from './task.ts';

/** A task that the server returned and that does not count. */
export interface NearMiss {
  readonly task: PrewarmTask;
  /** A clause that follows "but", such as "its tag is v2". */
  readonly why: string;
}

const MOST_NEAR_MISSES = 10;

/**
 * The tasks that come nearest to what was asked for, closest first, at most ten.
 * @param counted the tasks that count, which are left out.
 */
export function nearMissesAmong(
  listed: readonly PrewarmTask[],
  selectors: Selectors,
  counted: readonly PrewarmTask[],
): NearMiss[] {
  const countedIds = new Set(counted.map(({ id }) => id));
  const images = selectors.images.length > 0 ? selectors.images.map(({ reference }) => reference) : [null];
  return listed
    .filter(({ id }) => !countedIds.has(id))
    .map((task) => {
      const comparisons = images.map((image) => [...differencesFrom(task, image, selectors)]);
      const [nearest = []] = comparisons.sort((one, other) => compare(weightOf(one), weightOf(other)));
      const why = nearest.map(({ clause }) => clause).join(' and ') || 'a newer task supersedes it';
      return { task, why, weight: weightOf(nearest) };
    })
    .filter(({ weight }) => weight < UNRELATED)
    .sort((one, other) => compare(one.weight, other.weight) || newestFirst(one.task, other.task))
    .slice(0, MOST_NEAR_MISSES)
    .map(({ task, why }) => ({ task, why }));
}

function weightOf(differences: readonly Difference[]): number {
  return differences.reduce((sum, { weight }) => sum + weight(), 0);
}

/** Not a subtraction: infinity minus infinity is no number. */
function compare(one: number, other: number): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function newestFirst(one: PrewarmTask, other: PrewarmTask): number {
  return (other.createTime ?? 0) - (one.createTime ?? 0) || (one.id < other.id ? -1 : 1);
}
