import type { ApiFailure } from '../src/api/types.ts';
import { aim, aims, count, fixed, percent, table } from './markdown.ts';
import { largest, mean, quantile } from './statistics.ts';
import { VirtualClock } from './virtual/clock.ts';
import { RateLimit } from './virtual/rate-limit.ts';
import { waitInVirtualTime } from './virtual/wait.ts';
import { START, workOf } from './virtual/work.ts';

const WAITERS = 1_000;
const REQUESTS_PER_SECOND = 20;
const FIFTHS = 5;

/** What the server tells those that it refuses, in seconds. */
const RETRY_AFTER = [null, 30, 60];

/** How the action fares, and behaves, where a thousand of them meet a rate limit. */
export async function load(): Promise<string> {
  const runs = [];
  for (const retryAfter of RETRY_AFTER) runs.push(await crowd(retryAfter));
  return [
    `${count(WAITERS)} waiters start at the same moment, in virtual time, against an API that lets ${REQUESTS_PER_SECOND} requests a second in and answers 429 beyond: durations as above, no earlier ones.`,
    table(
      [
        '`Retry-After`',
        'finished',
        'ended in `error`',
        'requests per waiter',
        'refused',
        '95th percentile delay',
        'longest delay',
      ],
      runs.map((run) => [
        run.name,
        count(run.finished),
        count(run.errors),
        fixed(run.requestsPerWaiter, 1),
        percent(run.refusedShare),
        `${fixed(quantile(run.delays, 0.95), 1)} s`,
        `${fixed(largest(run.delays), 1)} s`,
      ]),
    ),
    'Share of refused requests, for each fifth of the requests in the order in which they came:',
    table(
      ['`Retry-After`', ...Array.from({ length: FIFTHS }, (_, index) => `${index + 1}`)],
      runs.map(({ name, refusedByFifth }) => [name, ...refusedByFifth.map(percent)]),
    ),
    aims(
      aim(
        'every waiter sees its task finish',
        runs.every(({ finished }) => finished === WAITERS),
        runs.map(({ finished }) => count(finished)).join(', '),
      ),
      aim(
        'the share of refused requests falls as the run goes on',
        runs.every(({ refusedByFifth }) => falls(refusedByFifth)),
        runs
          .map(({ refusedByFifth: fifths }) => `${percent(fifths[0] ?? 0)} → ${percent(fifths.at(-1) ?? 0)}`)
          .join(', '),
      ),
    ),
  ].join('\n\n');
}

async function crowd(retryAfter: number | null) {
  const clock = new VirtualClock(START);
  const limit = new RateLimit(REQUESTS_PER_SECOND);
  const admissions: boolean[] = [];
  const refusal: ApiFailure = {
    kind: 'busy',
    problem: 'HTTP 429',
    status: 429,
    reason: '',
    retryAfter: retryAfter === null ? null : retryAfter * 1000,
  };
  const refuse = () => {
    const isAdmitted = limit.admits(clock.now());
    admissions.push(isAdmitted);
    return isAdmitted ? null : refusal;
  };
  const works = Array.from({ length: WAITERS }, (_, index) => ({ ...workOf(index), start: START }));
  const waits = await clock.finish(
    Promise.all(works.map((work) => waitInVirtualTime([work], null, clock, refuse))),
  );
  const delays = waits.flatMap(({ outcome }, index) =>
    outcome.result === 'succeeded' ? [(outcome.endedAt - START - (works[index]?.duration ?? 0)) / 1000] : [],
  );
  const shareRefused = (some: readonly boolean[]) => mean(some.map((isAdmitted) => (isAdmitted ? 0 : 1)));
  const fifth = (index: number) =>
    admissions.slice(
      Math.floor((index * admissions.length) / FIFTHS),
      Math.floor(((index + 1) * admissions.length) / FIFTHS),
    );
  return {
    name: retryAfter === null ? 'none' : `${retryAfter} s`,
    finished: delays.length,
    errors: waits.filter(({ outcome }) => outcome.result === 'error').length,
    requestsPerWaiter: admissions.length / WAITERS,
    refusedShare: shareRefused(admissions),
    refusedByFifth: Array.from({ length: FIFTHS }, (_, index) => shareRefused(fifth(index))),
    delays,
  };
}

function falls(shares: readonly number[]): boolean {
  const isRising = shares.some((share, index) => share > (shares[index - 1] ?? 1));
  return !isRising && (shares.at(-1) ?? 1) < (shares[0] ?? 0);
}
