import type { Inputs } from '../inputs/inputs.ts';
import type { FindPastDurations, PastDurations } from '../tasks/past-durations.ts';
import type { Selection } from '../tasks/selection.ts';
import { unfinishedOf } from '../tasks/task.ts';
import { countPhases, missingCount } from './verdict.ts';

/** An unfinished task, or one that is still to appear. */
export interface Pending {
  /** Milliseconds since it was created. */
  readonly age: number;
  readonly past: PastDurations | null;
}

/** What the next delay depends on. All times are milliseconds. */
export interface Progress {
  readonly pollInterval: number;
  /** Failed polls in a row up to now; 0 after a good one. */
  readonly failuresInARow: number;
  /** How long the server asked to wait after the last failed poll; `null` when it did not. */
  readonly retryAfter: number | null;
  readonly pending: readonly Pending[];
  /** How many of the pending must finish before the result is decided: 1 for `any`, every one for `all`. */
  readonly needed: number;
  /** Whether a single failure may decide the result. */
  readonly failFast: boolean;
}

export const SHORTEST_DELAY = 1_000;
const LONGEST_BACKOFF = 30_000;
const BACKOFF_JITTER = 0.25;
const POLL_JITTER = 0.1;

/**
 * The delay before the next poll.
 * @param random uniform in [0, 1): spreads waiters that started together.
 * @returns milliseconds, at least 1 s: at most `pollInterval` after a good poll; after failures 1 s doubling to 30 s,
 *   within a quarter either way, or `retryAfter` and up to a quarter more if that is longer.
 */
export function nextDelay(progress: Progress, random: number): number {
  const { failuresInARow, retryAfter } = progress;
  if (failuresInARow === 0) {
    return Math.max(SHORTEST_DELAY, worthwhileDelay(progress) * (1 - POLL_JITTER * random));
  }
  const nominal = Math.min(LONGEST_BACKOFF, SHORTEST_DELAY * 2 ** (failuresInARow - 1));
  const jittered = nominal * (1 - BACKOFF_JITTER + 2 * BACKOFF_JITTER * random);
  const backoff = Math.min(LONGEST_BACKOFF, Math.max(SHORTEST_DELAY, jittered));
  return Math.max(backoff, (retryAfter ?? 0) * (1 + BACKOFF_JITTER * random));
}

/** What is known between two polls. */
export interface Knowledge {
  readonly inputs: Pick<Inputs, 'requirement' | 'failFast'>;
  readonly selection: Pick<Selection, 'counted' | 'absent'>;
  readonly pastDurations: FindPastDurations;
  /** Milliseconds since the step started. */
  readonly waited: number;
  /** Unix milliseconds on the server's clock. */
  readonly serverNow: number;
}

/** What the result still depends on. One pending task stands for all that is absent. */
export function pendingFrom(knowledge: Knowledge): Pick<Progress, 'pending' | 'needed'> {
  const { inputs, selection, pastDurations, waited, serverNow } = knowledge;
  const { requirement, failFast } = inputs;
  const { counted, absent } = selection;
  const unfinished = unfinishedOf(counted).map((task): Pending => {
    const age = task.createTime === null ? waited : Math.max(0, serverNow - task.createTime * 1000);
    return { age, past: pastDurations(task) };
  });
  const isMissing = missingCount({ counted, absent, requirement }) > 0;
  const pending = isMissing ? [...unfinished, { age: waited, past: null }] : unfinished;
  const isEachNeeded = requirement === 'all' || !failFast;
  const needed = isEachNeeded ? pending.length : requirement - countPhases(counted).succeeded;
  return { pending, needed: Math.max(1, needed) };
}

const STEPS = 64;
// Polls per square root of a second. A higher value notices a result sooner and takes more requests; `npm run bench`
// measures both.
const EAGERNESS = 2.3;
const FAILURE_SHARE = 0.1; // of finishing tasks, a guess on the low side

/**
 * How long to wait until another poll is worth its request. For a given number of polls the mean delay is least when
 * their rate follows the square root of the hazard, the chance per second that the result is decided then
 * (J. B. Keller, Optimum checking schedules for systems subject to random failure, Management Science 21, 1974).
 */
function worthwhileDelay({ pollInterval, pending, needed, failFast }: Progress): number {
  const hazards = pending.map(hazardOf);
  const now = new Float64Array(pending.length);
  const deciding = now.length - Math.min(needed, now.length);
  const step = pollInterval / STEPS;
  let due = 0;
  for (let index = 0; index < STEPS; index += 1) {
    const ahead = (index + 0.5) * step;
    for (const [position, hazard] of hazards.entries()) now[position] = hazard(ahead);
    now.sort();
    const failing = failFast ? FAILURE_SHARE * (now.at(-1) ?? 0) : 0;
    const rate = EAGERNESS * Math.sqrt(Math.max(now[deciding] ?? 0, failing));
    const duePerStep = rate * (step / 1000);
    if (due + duePerStep >= 1) return (index + (1 - due) / duePerStep) * step;
    due += duePerStep;
  }
  return pollInterval;
}

const LOGISTIC_SIGMA = Math.PI / Math.sqrt(3); // of a log-logistic distribution of shape 1
// Without earlier tasks a duration may be anything: two of three are taken to be between half a minute and a quarter of
// an hour. The shape is 1, so that the hazard falls with age from the start.
const UNKNOWN = { median: 180, sigma: LOGISTIC_SIGMA };
// Before any scatter is seen, this much is assumed, with the weight of so many further tasks.
const PRIOR = { sigma: 0.3, weight: 3 };
const SMALLEST_SIGMA = 0.28; // earlier tasks may agree with each other and be off together: another tag, another day

/**
 * The chance per second that a task finishes, given that it has not, as a function of the milliseconds ahead. The
 * duration is taken as log-logistic: log-normal in the middle, with the heavier tails that an estimate from a few tasks
 * has. The hazard is low before the median, high about it, and falls as shape / age once the estimate proved wrong.
 */
function hazardOf({ age, past }: Pending): (ahead: number) => number {
  const median = past === null ? UNKNOWN.median : Math.max(1, past.medianSeconds);
  const shape = LOGISTIC_SIGMA / (past === null ? UNKNOWN.sigma : predictiveSigma(past));
  return (ahead) => {
    const ratio = Math.max(0, age + ahead) / 1000 / median;
    return (shape * ratio ** (shape - 1)) / (median * (1 + ratio ** shape));
  };
}

/**
 * The standard deviation of the logarithm of the next duration after `count` earlier ones: their scatter, drawn towards
 * a prior where they are few, and the error of their centre (Gelman et al., Bayesian Data Analysis, section 3.3).
 */
function predictiveSigma({ count, scatter }: PastDurations): number {
  const squares = PRIOR.weight * PRIOR.sigma ** 2 + (count - 1) * scatter ** 2;
  const variance = (squares / (PRIOR.weight + count - 1)) * (1 + 1 / count);
  return Math.min(UNKNOWN.sigma, Math.max(SMALLEST_SIGMA, Math.sqrt(variance)));
}
