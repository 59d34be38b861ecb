import type { Random } from '../random.ts';
import { REQUEST_TIME } from './api.ts';
import { VirtualClock } from './clock.ts';
import { waitInVirtualTime } from './wait.ts';
import { randomFor, type Work } from './work.ts';

/** How a wait went: milliseconds from 'finished' to 'noticed', and the requests that it took. */
interface Watch {
  readonly delay: number;
  readonly requests: number;
}

/** Someone who waits for each of many tasks. */
export type Waiter = (works: readonly Work[]) => Promise<readonly Watch[]>;

/** The pause in milliseconds after so many attempts. */
type Pause = (attempt: number, random: Random) => number;

/** Polls at a fixed interval: the pause between two requests. */
export function fixedInterval(seconds: number): Waiter {
  return polling(() => seconds * 1000);
}

/**
 * Smithy's waiter, with the defaults of its trait, 2 s and 120 s:
 * https://smithy.io/2.0/additional-specs/waiters.html#waiter-retries
 */
export const smithy: Waiter = polling((attempt, random) => {
  const [minDelay, maxDelay] = [2_000, 120_000];
  const attemptCeiling = Math.log2(maxDelay / minDelay) + 1;
  const delay = attempt > attemptCeiling ? maxDelay : minDelay * 2 ** (attempt - 1);
  return minDelay + (delay - minDelay) * random();
});

/** The loop that they all have in common: a request, then a pause. */
function polling(pause: Pause): Waiter {
  return async (works) =>
    works.map(({ index, duration }) => {
      const random = randomFor('waiter', index);
      let now = 0;
      for (let requests = 1; ; requests += 1) {
        const isNoticed = now + REQUEST_TIME / 2 >= duration;
        now += REQUEST_TIME;
        if (isNoticed) return { delay: now - duration, requests };
        now += pause(requests, random);
      }
    });
}

const WAITS_AT_ONCE = 64; // each on a clock of its own: it only spares turns of the event loop

/** The action itself. */
export function action(errorSigma: number | null): Waiter {
  return async (works) => {
    const watches: Watch[] = [];
    const queue = works.entries();
    const worker = async () => {
      for (const [position, work] of queue) {
        const clock = new VirtualClock(work.start);
        const outcome = await clock.finish(waitInVirtualTime(work, errorSigma, clock));
        if (outcome.result !== 'succeeded') throw new Error(`a wait ended as ${outcome.result}`);
        watches[position] = {
          delay: outcome.endedAt - work.start - work.duration,
          requests: outcome.polls,
        };
      }
    };
    await Promise.all(Array.from({ length: WAITS_AT_ONCE }, worker));
    return watches;
  };
}
