/** What the next pause depends on. All times are milliseconds. */
export interface PollHistory {
  readonly pollInterval: number;
  /** Failed polls in a row up to now; 0 after a good one. */
  readonly failuresInARow: number;
  /** How long the server asked to wait after the last failed poll, when it did. */
  readonly retryAfter: number | null;
}

const SHORTEST_PAUSE = 1_000;
const LONGEST_BACKOFF = 30_000;
const JITTER = 0.25;

/**
 * The pause before the next poll.
 * @param random uniform in [0, 1): spreads waiters that started together.
 * @returns milliseconds: at most `pollInterval` after a good poll; after failures 1 s doubling to 30 s, within a quarter
 *   either way, or `retryAfter` if that is longer.
 */
export function nextPause(history: PollHistory, random: number): number {
  const { pollInterval, failuresInARow, retryAfter } = history;
  if (failuresInARow === 0) return Math.max(SHORTEST_PAUSE, pollInterval * (1 - JITTER * random));
  const nominal = SHORTEST_PAUSE * 2 ** Math.min(failuresInARow - 1, 10);
  const jittered = nominal * (1 - JITTER + 2 * JITTER * random);
  const backoff = Math.min(LONGEST_BACKOFF, Math.max(SHORTEST_PAUSE, jittered));
  return Math.max(backoff, retryAfter ?? 0);
}
