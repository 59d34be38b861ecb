import type { PrewarmTask } from '../../src/tasks/task.ts';
import { START, task } from '../../test/unit/support/factories.ts';
import { normal, type Random, randomStream } from '../random.ts';

/** What one wait meets: when it starts, and the task that is created at that moment. Milliseconds. */
export interface Work {
  readonly index: number;
  readonly start: number;
  readonly duration: number;
}

const SEED = 20_260_101;
const MEDIAN_DURATION = 90_000;
const DURATION_SIGMA = 1.2;
const EARLIER_COUNT = 4;
const EARLIER_SCATTER = 0.05;
const DAY_SECONDS = 86_400;

const PURPOSES = ['work', 'earlier', 'clock', 'waiter'] as const;

/** Each purpose draws from streams of its own, so that every waiter meets the same work. */
export function randomFor(purpose: (typeof PURPOSES)[number], index: number): Random {
  return randomStream(SEED + PURPOSES.indexOf(purpose), index);
}

/** Log-normal durations, and starts anywhere within a second: the API tells whole seconds. */
export function workOf(index: number): Work {
  const random = randomFor('work', index);
  const duration = MEDIAN_DURATION * Math.exp(DURATION_SIGMA * normal(random));
  return { index, start: START + Math.floor(1000 * random()), duration };
}

/** The listing while the task runs and once it has succeeded. */
export function listings(
  work: Work,
  errorSigma: number | null,
): Record<'before' | 'after', readonly PrewarmTask[]> {
  const createTime = Math.floor(work.start / 1000);
  const underWay = task({ imageUrl: 'registry.example.com/team/pytorch:v2', createTime });
  const succeeded: PrewarmTask = {
    ...underWay,
    state: 'Succeeded',
    reportedState: 'Succeeded',
    completeTime: Math.floor((work.start + work.duration) / 1000),
  };
  const earlier = errorSigma === null ? [] : earlierTasks(work, errorSigma);
  return { before: [underWay, ...earlier], after: [succeeded, ...earlier] };
}

/**
 * Earlier tasks of the repository. One error is drawn for each wait and shared by all that are shown: they agree with
 * each other and are off together, by exp(N(0, sigma)). Errors of their own would cancel out in the median.
 */
function earlierTasks(work: Work, errorSigma: number): PrewarmTask[] {
  const random = randomFor('earlier', work.index);
  const typical = work.duration * Math.exp(errorSigma * normal(random));
  return Array.from({ length: EARLIER_COUNT }, (_, index) => {
    const seconds = (typical / 1000) * Math.exp(EARLIER_SCATTER * normal(random));
    const createTime = Math.floor(work.start / 1000) - (index + 1) * DAY_SECONDS;
    return task({
      id: `earlier-${index + 1}`,
      imageUrl: `registry.example.com/team/pytorch:v1.${index}`,
      state: 'Succeeded',
      createTime,
      completeTime: createTime + Math.max(1, Math.round(seconds)),
    });
  });
}
