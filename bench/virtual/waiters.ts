import type { Random } from '../random.ts';
import { largest } from '../statistics.ts';
import { REQUEST_TIME } from './api.ts';
import { VirtualClock } from './clock.ts';
import { waitInVirtualTime } from './wait.ts';
import { type Knowledge, randomFor, type Work } from './work.ts';

/** How a wait went: milliseconds from 'all finished' to 'noticed', and the requests that it took. */
export interface Watch {
  readonly delay: number;
  readonly requests: number;
}

/** Someone who waits for each of many tasks. */
export type Waiter = (works: readonly Work[]) => Promise<readonly Watch[]>;

/** The delay in milliseconds after so many attempts. */
type Delay = (attempt: number, random: Random) => number;

/** Polls at a fixed interval: the delay between two requests. */
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

/** The loop that they all have in common: a request, then a delay. */
function polling(delayAfter: Delay): Waiter {
  return async (works) =>
    works.map(({ index, duration }) => {
      const random = randomFor('waiter', index);
      let now = 0;
      for (let requests = 1; ; requests += 1) {
        const isNoticed = now + REQUEST_TIME / 2 >= duration;
        now += REQUEST_TIME;
        if (isNoticed) return { delay: now - duration, requests };
        now += delayAfter(requests, random);
      }
    });
}

/** The action itself, one step for each task. */
export function action(knowledge: Knowledge): Waiter {
  return (works) =>
    watchAll(
      works.map((work) => [[work]]),
      knowledge,
      sideBySide,
    );
}

/** The works of one step. */
type Step = readonly Work[];

/** Runs the steps of a job, each as a function. */
type RunSteps = <T>(steps: readonly (() => Promise<T>)[]) => Promise<readonly T[]>;

export const sideBySide: RunSteps = (steps) => Promise.all(steps.map((run) => run()));

export const inTurn: RunSteps = async (steps) => {
  const ends = [];
  for (const run of steps) ends.push(await run());
  return ends;
};

const WATCHES_AT_ONCE = 64; // each on a clock of its own: it only spares turns of the event loop

/** Runs jobs of steps; each job is watched until its last step has noticed its last task. */
export async function watchAll(
  jobs: readonly (readonly Step[])[],
  knowledge: Knowledge,
  runSteps: RunSteps,
): Promise<readonly Watch[]> {
  const watches: Watch[] = [];
  const queue = jobs.entries();
  const worker = async () => {
    for (const [position, steps] of queue) watches[position] = await watch(steps, knowledge, runSteps);
  };
  await Promise.all(Array.from({ length: WATCHES_AT_ONCE }, worker));
  return watches;
}

async function watch(steps: readonly Step[], knowledge: Knowledge, runSteps: RunSteps): Promise<Watch> {
  const works = steps.flat();
  const clock = new VirtualClock(works[0]?.start ?? 0);
  const waits = await clock.finish(
    runSteps(steps.map((step) => () => waitInVirtualTime(step, knowledge, clock))),
  );
  for (const { outcome } of waits) {
    if (outcome.result !== 'succeeded') throw new Error(`a wait ended as ${outcome.result}`);
  }
  const noticedAt = largest(waits.map(({ outcome }) => outcome.endedAt));
  const finishedAt = largest(works.map(({ start, duration }) => start + duration));
  return {
    delay: noticedAt - finishedAt,
    requests: waits.reduce((sum, { requests }) => sum + requests, 0),
  };
}
