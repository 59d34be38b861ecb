/** An unfinished task, or one that is still to appear. Milliseconds. */
export interface Pending {
  readonly age: number;
  /** How long earlier tasks like it took, where that is known. */
  readonly usually: number | null;
}

/** What the next pause depends on. All times are milliseconds. */
export interface Progress {
  readonly pollInterval: number;
  /** Failed polls in a row up to now; 0 after a good one. */
  readonly failuresInARow: number;
  /** How long the server asked to wait after the last failed poll, when it did. */
  readonly retryAfter: number | null;
  readonly pending: readonly Pending[];
  /** How many of the pending must finish before the result is decided: 1 for `any`, every one for `all`. */
  readonly needed: number;
  /** Whether a single failure may decide the result. */
  readonly failFast: boolean;
}

export const SHORTEST_PAUSE = 1_000;
const LONGEST_BACKOFF = 30_000;
const BACKOFF_JITTER = 0.25;
const POLL_JITTER = 0.2;

/**
 * The pause before the next poll.
 * @param random uniform in [0, 1): spreads waiters that started together.
 * @returns milliseconds, at least 1 s: at most `pollInterval` after a good poll; after failures 1 s doubling to 30 s,
 *   within a quarter either way, or `retryAfter` and up to a quarter more if that is longer.
 */
export function nextPause(progress: Progress, random: number): number {
  const { failuresInARow, retryAfter } = progress;
  if (failuresInARow === 0) {
    return Math.max(SHORTEST_PAUSE, untilWorthwhile(progress) * (1 - POLL_JITTER * random));
  }
  const nominal = Math.min(LONGEST_BACKOFF, SHORTEST_PAUSE * 2 ** (failuresInARow - 1));
  const jittered = nominal * (1 - BACKOFF_JITTER + 2 * BACKOFF_JITTER * random);
  const backoff = Math.min(LONGEST_BACKOFF, Math.max(SHORTEST_PAUSE, jittered));
  return Math.max(backoff, (retryAfter ?? 0) * (1 + BACKOFF_JITTER * random));
}

const STEPS = 64;
// Polls per square root of a second. The more, the sooner a result is noticed and the more requests that takes; what
// both come to is measured by `npm run bench`.
const EAGERNESS = 1.4;
const FAILURE_SHARE = 0.1; // of finishing tasks, a guess on the low side

/**
 * How long to wait until another poll pays. With a given number of polls, the mean delay is least when their rate
 * follows the square root of the hazard, the chance per second that the result is decided then.
 */
function untilWorthwhile({ pollInterval, pending, needed, failFast }: Progress): number {
  const step = pollInterval / STEPS;
  let due = 0;
  for (let index = 0; index < STEPS; index += 1) {
    const ahead = (index + 0.5) * step;
    const hazards = pending.map((task) => hazardOf(task, ahead)).sort((one, other) => other - one);
    const deciding = hazards[Math.min(needed, hazards.length) - 1] ?? 0;
    const failing = failFast ? FAILURE_SHARE * (hazards[0] ?? 0) : 0;
    due += EAGERNESS * Math.sqrt(Math.max(deciding, failing)) * (step / 1000);
    if (due >= 1) return (index + 1) * step;
  }
  return pollInterval;
}

const SHAPE = 5; // of the log-logistic distribution; near a log-normal one with a sigma of 0.35
const YOUNG = 30_000;

/**
 * The chance per second that a task finishes, given that it has not, so far ahead. With earlier durations it is that of
 * a log-logistic distribution around their median: low before, high about it, falling once it has proved wrong.
 * Without, it falls with age.
 */
function hazardOf({ age, usually }: Pending, ahead: number): number {
  const at = age + ahead;
  if (usually === null) return 1_000 / (at + YOUNG);
  const ratio = at / Math.max(usually, SHORTEST_PAUSE);
  // The same as (SHAPE / at) · ratio^SHAPE / (1 + ratio^SHAPE), without a power that overflows.
  return (SHAPE * 1_000) / (at * (1 + ratio ** -SHAPE));
}
