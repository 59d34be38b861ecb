import type { ApiFailure } from '../api/types.ts';

const FAILURES_BEFORE_FIRST_ANSWER = 5;
const REFUSALS_AFTER_FIRST_ANSWER = 3;

/** Why there is no point in polling on. */
export interface GivingUp {
  readonly result: 'error' | 'timed-out';
  readonly cause: string;
}

/** The failures of one kind of request, and when they are too many. */
export class FailureStreak {
  /** Failures in all. */
  total = 0;
  /** Failures since the last good answer. */
  length = 0;
  #refusals = 0;
  #last: ApiFailure | null = null;

  /** The last failure; `null` after a good answer. */
  get last(): ApiFailure | null {
    return this.#last;
  }

  /** A good answer ends the streak. */
  end(): void {
    this.length = 0;
    this.#refusals = 0;
    this.#last = null;
  }

  /**
   * Counts one more failure.
   * @param hasAnswered whether there was a good answer before.
   * @param timeLeft milliseconds until the timeout.
   */
  add(failure: ApiFailure, hasAnswered: boolean, timeLeft: number): GivingUp | null {
    const { kind, problem, retryAfter } = failure;
    this.total += 1;
    this.length += 1;
    this.#last = failure;
    if (kind === 'fatal' || kind === 'missing') return { result: 'error', cause: problem };
    if (kind === 'refused') {
      this.#refusals += 1;
      if (!hasAnswered) return { result: 'error', cause: problem };
      if (this.#refusals >= REFUSALS_AFTER_FIRST_ANSWER) {
        return {
          result: 'error',
          cause: `The API key stopped working while the tasks may still be running: ${problem}`,
        };
      }
    }
    if (retryAfter !== null && retryAfter > timeLeft) {
      return {
        result: 'timed-out',
        cause: `the server asked to be left alone until after the timeout: ${problem}`,
      };
    }
    return !hasAnswered && this.length >= FAILURES_BEFORE_FIRST_ANSWER ? this.neverAnswered() : null;
  }

  /** What a wait without a single good answer ends with. */
  neverAnswered(): GivingUp {
    const last =
      this.#last === null
        ? 'no poll was answered in time'
        : `the last of ${this.total} polls failed: ${this.#last.problem}`;
    return { result: 'error', cause: `The API never gave a good answer; ${last}` };
  }
}
