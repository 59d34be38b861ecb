import type { ApiFailure } from '../api/types.ts';

/** The failures of one kind of request since its last good answer. Moments are Unix milliseconds. */
export interface FailureStreak {
  readonly count: number;
  readonly last: ApiFailure | null;
  /** What the latest failures in a row have in common, since when, and how many there are. */
  readonly run: { readonly kind: RunKind; readonly since: number; readonly count: number };
}

/** `waits`: the server named a time to come back, or is busy. */
type RunKind = 'waits' | 'refused' | 'other';

/** Why there is no point in trying again. */
export interface GivingUp {
  readonly result: 'error' | 'timed-out';
  readonly cause: string;
}

export const NO_FAILURES: FailureStreak = {
  count: 0,
  last: null,
  run: { kind: 'other', since: 0, count: 0 },
};

/** @param startedAt when the request that failed was sent. */
export function withFailure(streak: FailureStreak, failure: ApiFailure, startedAt: number): FailureStreak {
  const kind = runKindOf(failure);
  const isSameRun = streak.run.count > 0 && streak.run.kind === kind;
  return {
    count: streak.count + 1,
    last: failure,
    run: isSameRun ? { ...streak.run, count: streak.run.count + 1 } : { kind, since: startedAt, count: 1 },
  };
}

const FIRST_ANSWER_TRIES = 5;
const FIRST_ANSWER_PATIENCE = 120_000;
const REFUSAL_TRIES = 3;
const REFUSAL_PATIENCE = 60_000;

/**
 * Decides whether the failures are too many.
 * @param hasAnswered whether there was a good answer before them.
 * @param now when the last one came.
 * @param deadline when the wait ends.
 * @returns `null` while it is worth trying again.
 */
export function giveUp(
  { last, run }: FailureStreak,
  hasAnswered: boolean,
  now: number,
  deadline: number,
): GivingUp | null {
  if (last === null) return null;
  const { kind, problem, retryAfter } = last;
  if (kind === 'fatal') return { result: 'error', cause: problem };
  if (kind === 'refused') {
    if (!hasAnswered) return { result: 'error', cause: problem };
    const isPersistent = run.count >= REFUSAL_TRIES && now - run.since >= REFUSAL_PATIENCE;
    return isPersistent
      ? {
          result: 'error',
          cause: `The API has refused every poll for a minute, while tasks may still be running: ${problem}`,
        }
      : null;
  }
  if (retryAfter !== null && now + retryAfter > deadline) {
    const cause = `the server asked to be left alone until after the timeout: ${problem}`;
    return { result: 'timed-out', cause };
  }
  const isHopeless =
    run.kind === 'other' && run.count >= FIRST_ANSWER_TRIES && now - run.since >= FIRST_ANSWER_PATIENCE;
  return !hasAnswered && isHopeless ? neverAnswered(last, run.count) : null;
}

/** What a wait without a single good answer ends with. */
export function neverAnswered(last: ApiFailure | null, tries: number): GivingUp {
  const reason =
    last === null
      ? 'the wait ended before its first poll was answered'
      : `the last of ${tries === 1 ? '1 try' : `${tries} tries`} failed: ${last.problem}`;
  return { result: 'error', cause: `The API never gave a good answer; ${reason}` };
}

function runKindOf({ kind, retryAfter }: ApiFailure): RunKind {
  if (kind === 'busy' || retryAfter !== null) return 'waits';
  return kind === 'refused' ? 'refused' : 'other';
}
