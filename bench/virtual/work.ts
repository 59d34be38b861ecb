import type { PrewarmTask } from '../../src/tasks/task.ts';
import { normal, type Random, randomStream } from '../random.ts';

/** What one wait meets: when it starts, and the task that is created at that moment. Milliseconds. */
export interface Work {
  readonly index: number;
  /** The last component of the task's repository. */
  readonly image: string;
  readonly start: number;
  readonly duration: number;
}

/**
 * How the durations of earlier tasks relate to the one that is waited for; `null`: the listing shows none.
 * - `off together`: they agree with each other and are all off by the same factor, exp(N(0, sigma)).
 * - `independent`: they and the task are each exp(N(0, sigma)) times what is typical of the repository.
 */
export type Knowledge = { readonly kind: 'off together' | 'independent'; readonly sigma: number } | null;

/** Durations are log-normal over all repositories: the median in milliseconds, and sigma. */
export const MEDIAN_DURATION = 90_000;
export const DURATION_SIGMA = 1.2;
export const EARLIER_COUNT = 4;
/** When the first wait starts, Unix milliseconds; a whole second. */
export const START = 1_800_000_000_000;

const SEED = 20_260_101;
const SCATTER_WHEN_TOGETHER = 0.05;
const DAY_SECONDS = 86_400;

const PURPOSES = ['work', 'earlier', 'clock', 'waiter'] as const;

/** Each purpose draws from streams of its own, so that every waiter meets the same work. */
export function randomFor(purpose: (typeof PURPOSES)[number], index: number): Random {
  return randomStream(SEED + PURPOSES.indexOf(purpose), index);
}

/** Log-normal durations, and starts anywhere within a second: the API tells whole seconds. */
export function workOf(index: number, image = 'pytorch'): Work {
  const random = randomFor('work', index);
  const duration = MEDIAN_DURATION * Math.exp(DURATION_SIGMA * normal(random));
  return { index, image, start: START + Math.floor(1000 * random()), duration };
}

/** The listing while the task runs and once it has succeeded. */
export function listings(
  work: Work,
  knowledge: Knowledge,
): Record<'before' | 'after', readonly PrewarmTask[]> {
  const createTime = Math.floor(work.start / 1000);
  const underWay = taskOf(work, 'v2', createTime, null);
  const succeeded = taskOf(work, 'v2', createTime, Math.floor((work.start + work.duration) / 1000));
  const earlier = knowledge === null ? [] : earlierTasks(work, knowledge);
  return { before: [underWay, ...earlier], after: [succeeded, ...earlier] };
}

function earlierTasks(work: Work, { kind, sigma }: NonNullable<Knowledge>): PrewarmTask[] {
  const random = randomFor('earlier', work.index);
  const isTogether = kind === 'off together';
  const centre = isTogether
    ? work.duration * Math.exp(sigma * normal(random))
    : typicalOf(work, sigma, normal(random));
  const scatter = isTogether ? SCATTER_WHEN_TOGETHER : sigma;
  return Array.from({ length: EARLIER_COUNT }, (_, index) => {
    const seconds = (centre / 1000) * Math.exp(scatter * normal(random));
    const createTime = Math.floor(work.start / 1000) - (index + 1) * DAY_SECONDS;
    return taskOf(work, `v1.${index}`, createTime, createTime + Math.max(1, Math.round(seconds)));
  });
}

/**
 * What is typical of the repository, given the duration of this task: drawn the other way round, so that every row is
 * about the same durations. Both are normal in logarithms, so the conditional one is too.
 */
function typicalOf({ duration }: Work, sigma: number, draw: number): number {
  const typicalShare = 1 - (sigma / DURATION_SIGMA) ** 2; // of the variance
  const logarithm = typicalShare * Math.log(duration / MEDIAN_DURATION);
  return MEDIAN_DURATION * Math.exp(logarithm + sigma * Math.sqrt(typicalShare) * draw);
}

/** A task as the API shows it; it is running while it has no `completeTime`. Unix seconds. */
function taskOf(
  { index, image }: Work,
  tag: string,
  createTime: number,
  completeTime: number | null,
): PrewarmTask {
  const state = completeTime === null ? 'Running' : 'Succeeded';
  return {
    id: `${image}-${tag}-${index}`,
    imageName: image,
    imageUrl: `registry.example.com/team/${image}:${tag}`,
    clusterId: 'c1',
    clusterName: 'Cluster One',
    products: [],
    imageSize: null,
    state,
    reportedState: state,
    createTime,
    completeTime,
    note: '',
    reasons: [],
    registryAuthId: '',
  };
}
