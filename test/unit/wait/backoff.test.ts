import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Knowledge, Pending, Progress } from '../../../src/wait/backoff.ts';
import { nextDelay, pendingFrom } from '../../../src/wait/backoff.ts';
import { START, START_SECONDS, task } from '../support/factories.ts';
import { holds } from '../support/property.ts';

const MINUTE = 60_000;
const ALMOST_ONE = 1 - 2 ** -53;

/** One task for all to wait for, of which nothing is known. */
const progress = (overrides: Partial<Progress> = {}): Progress => {
  const none = { failuresInARow: 0, retryAfter: null, pending: [{ age: MINUTE, past: null }] };
  return { pollInterval: 15_000, needed: 1, failFast: true, ...none, ...overrides };
};

/** Four earlier tasks that took about ten minutes. */
const USUAL = { count: 4, medianSeconds: 600, scatter: 0.3 };

const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const past = fc.record({
  count: fc.integer({ min: 1, max: 100_000 }),
  medianSeconds: fc.nat({ max: 86_400 }),
  scatter: fc.double({ min: 0, max: 20, noNaN: true }),
});
// Clocks disagree: a task may seem to come from the future.
const age = fc.oneof(
  fc.integer({ min: -2 * MINUTE, max: 5 * 1_440 * MINUTE }),
  fc.constantFrom(0, -30_000, -15_000, 1e15),
);
const anyProgress = fc
  .record({
    pollInterval: fc.integer({ min: 1_000, max: 10 * MINUTE }),
    pending: fc.array(fc.record({ age, past: fc.option(past) }), { maxLength: 5 }),
    needed: fc.integer({ min: 1, max: 6 }),
    failFast: fc.boolean(),
  })
  .map(progress);

describe('after a good poll the delay', () => {
  it('is from a second to the interval, whatever is waited for', () => {
    holds(anyProgress, random, (given, draw) => {
      const delay = nextDelay(given, draw);
      expect(delay).toBeGreaterThanOrEqual(1_000);
      expect(delay).toBeLessThanOrEqual(given.pollInterval);
    });
  });

  it('differs between waiters that started together, by up to a tenth', () => {
    holds(anyProgress, (given) => {
      const [longest, shortest] = [nextDelay(given, 0), nextDelay(given, ALMOST_ONE)];
      expect(shortest).toBeCloseTo(Math.max(1_000, longest * 0.9), 5);
    });
  });

  it('is the interval where there is nothing to wait for, and where what there is takes for ever', () => {
    expect(nextDelay(progress({ pending: [], needed: 1 }), 0)).toBe(15_000);
    expect(nextDelay(progress({ pending: [{ age: 1e12, past: null }] }), 0)).toBe(15_000);
  });

  const delayFor = (task: Pending, pollInterval = 10 * MINUTE) =>
    nextDelay(progress({ pending: [task], pollInterval, failFast: false }), 0);

  // A hazard of 1 / (age + 180 s) and 2.3 polls per square root of a second: a poll is due after
  // (√(age + 180) + 1 / 4.6)² − 180 − age seconds.
  it.each([
    [-MINUTE, 5_880],
    [0, 5_880],
    [MINUTE, 6_783],
    [10 * MINUTE, 12_189],
    [60 * MINUTE, 26_779],
  ])('for a task %i ms old of which nothing is known is %i ms', (old, due) => {
    const delay = delayFor({ age: old, past: null }, MINUTE);
    expect(Math.abs(delay - due)).toBeLessThan(old < 0 ? 200 : 5);
  });

  /** Seconds until a poll is due, from the density and the survival function, in small steps. */
  function dueSeconds(ageSeconds: number, median: number, sigma: number): number {
    const shape = Math.PI / (sigma * Math.sqrt(3));
    const survival = (t: number) => 1 / (1 + (t / median) ** shape);
    const step = 0.05;
    let [due, ahead] = [0, 0];
    for (; due < 1; ahead += step) {
      const at = ageSeconds + ahead;
      const hazard = Math.log(survival(at) / survival(at + step)) / step;
      due += 2.3 * Math.sqrt(hazard) * step;
    }
    return ahead;
  }

  // Sigma² = (3 · 0.3² + (count − 1) · scatter²) / (3 + count − 1) · (1 + 1 / count), from 0.28 to π / √3.
  it.each<[string, Pending['past'] & object, number]>([
    ['one earlier task: what is assumed', { count: 1, medianSeconds: 600, scatter: 0 }, 0.4243],
    ['four that agree: the floor', { count: 4, medianSeconds: 600, scatter: 0.05 }, 0.28],
    ['four that scatter', { count: 4, medianSeconds: 600, scatter: 0.5 }, 0.461],
    ['very many: their scatter', { count: 100_000, medianSeconds: 600, scatter: 0.8 }, 0.8],
    ['no agreement at all: as without any', { count: 4, medianSeconds: 600, scatter: 9 }, 1.8138],
  ])('with %s', (_name, known, sigma) => {
    for (const seconds of [200, 500, 600, 1_500]) {
      const delay = delayFor({ age: seconds * 1_000, past: known }) / 1_000;
      expect(delay / dueSeconds(seconds, 600, sigma)).toBeCloseTo(1, 1);
    }
  });

  it('counts earlier tasks that took no time as a second long', () => {
    const delayWith = (medianSeconds: number) => delayFor({ age: 500, past: { ...USUAL, medianSeconds } });
    expect(delayWith(0)).toBe(delayWith(1));
  });

  it('is longer the longer the usual time has passed', () => {
    holds(past, fc.integer({ min: 0, max: MINUTE }), (known, later) => {
      const usual = 1_000 * Math.max(1, known.medianSeconds) * 3;
      const [soon, late] = [usual, usual + later].map((old) => delayFor({ age: old, past: known }));
      expect(late).toBeGreaterThanOrEqual((soon ?? 0) - 1e-6);
    });
  });

  it('does not skip the time about which a task usually finishes', () => {
    holds(fc.integer({ min: 60, max: 3_600 }), (medianSeconds) => {
      const delay = delayFor({ age: 0, past: { ...USUAL, medianSeconds } });
      expect(delay).toBeLessThanOrEqual(medianSeconds * 1_000);
    });
  });

  describe('for two tasks, one of which is about to finish,', () => {
    const likely = { age: 10 * MINUTE, past: USUAL };
    const unlikely = { age: 10_000, past: { ...USUAL, medianSeconds: 3_600 } };
    const delayFor = (needed: number, failFast: boolean) => {
      const delayOf = (...pending: Pending[]) =>
        nextDelay(progress({ pollInterval: MINUTE, pending, needed, failFast }), 0);
      expect(delayOf(likely, unlikely)).toBe(delayOf(unlikely, likely));
      return delayOf(likely, unlikely);
    };

    it('goes by the first where one is needed, and by the last where both are', () => {
      const alone = nextDelay(progress({ pollInterval: MINUTE, pending: [likely], failFast: false }), 0);
      expect(delayFor(1, false)).toBe(alone);
      expect(delayFor(2, false)).toBe(MINUTE);
      expect(delayFor(3, false)).toBe(MINUTE);
    });

    it('is shorter where the first may fail and end the wait', () => {
      const [failing, alone] = [delayFor(2, true), delayFor(1, true)];
      expect(failing).toBeLessThan(delayFor(2, false));
      expect(failing / alone).toBeCloseTo(Math.sqrt(10), 0); // one in ten is taken to fail
      const pending = [unlikely, likely, unlikely];
      expect(nextDelay(progress({ pollInterval: MINUTE, pending, needed: 3 }), 0)).toBe(failing);
    });
  });
});

describe('after failures the delay', () => {
  const afterFailures = (failuresInARow: number, draw = 0.5, overrides: Partial<Progress> = {}) =>
    nextDelay(progress({ failuresInARow, ...overrides }), draw);

  it('doubles from 1 s to 30 s, whatever the interval and what is waited for', () => {
    holds(anyProgress, (given) => {
      const delays = [1, 2, 3, 4, 5, 6, 7].map((failuresInARow) =>
        nextDelay({ ...given, failuresInARow }, 0.5),
      );
      expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    });
  });

  it('is within a quarter either way', () => {
    expect([afterFailures(4, 0), Math.round(afterFailures(4, ALMOST_ONE))]).toEqual([6_000, 10_000]);
  });

  it.each([2, 4, 6, 7, 20, 1_000])('differs between waiters that failed %i times together', (failures) => {
    expect(new Set([0.1, 0.5, 0.9].map((draw) => afterFailures(failures, draw))).size).toBeGreaterThan(1);
  });

  it('is from 1 s to 30 s and never shorter after one failure more, however many', () => {
    holds(fc.integer({ min: 1, max: 100_000 }), random, (failures, draw) => {
      const delay = afterFailures(failures, draw);
      expect(delay).toBeGreaterThanOrEqual(1_000);
      expect(delay).toBeLessThanOrEqual(30_000);
      expect(afterFailures(failures + 1, draw)).toBeGreaterThanOrEqual(delay);
    });
  });

  it('is Retry-After where that is longer, and at most a quarter more', () => {
    holds(fc.integer({ min: 1, max: 86_400_000 }), random, (retryAfter, draw) => {
      const own = afterFailures(3, draw);
      expect(afterFailures(3, draw, { retryAfter })).toBe(Math.max(own, retryAfter * (1 + draw / 4)));
    });
  });
});

describe('what the result still depends on', () => {
  const running = (id: string) => task({ id });
  const knowledge = (overrides: Partial<Knowledge> = {}): Knowledge => ({
    inputs: { requirement: 'all', failFast: true },
    selection: { counted: [running('a'), running('b'), task({ id: 'c', state: 'Succeeded' })], absent: [] },
    pastDurations: () => null,
    waited: 5_000,
    serverNow: START,
    ...overrides,
  });

  it.each<[string, Knowledge['inputs'], number]>([
    ['all', { requirement: 'all', failFast: true }, 2],
    ['two, of which one has succeeded', { requirement: 2, failFast: true }, 1],
    ['three, of which one has succeeded', { requirement: 3, failFast: true }, 2],
    ['one, which has succeeded', { requirement: 1, failFast: true }, 1],
    ['one, but everything is to finish', { requirement: 1, failFast: false }, 2],
  ])('needs, where the requirement is %s', (_name, inputs, needed) => {
    expect(pendingFrom(knowledge({ inputs })).needed).toBe(needed);
  });

  it.each<[string, number | null, number]>([
    ['since it was created, on the server', START_SECONDS - 90, 90_000],
    ['not below 0', START_SECONDS + 1, 0],
    ['since the step started, where it does not say', null, 5_000],
  ])('tells the age of a task %s', (_name, createTime, expected) => {
    const selection = { counted: [task({ createTime })], absent: [] };
    expect(pendingFrom(knowledge({ selection })).pending).toEqual([{ age: expected, past: null }]);
  });

  it('tells how long earlier tasks took', () => {
    const pastDurations: Knowledge['pastDurations'] = ({ id }) => (id === 'a' ? USUAL : null);
    const { pending } = pendingFrom(knowledge({ pastDurations }));
    expect(pending.map(({ past }) => past)).toEqual([USUAL, null]);
  });

  it('has one more for all that is absent', () => {
    const selection = { counted: [], absent: [{ clusterId: 'c1' }, { clusterId: 'c2' }] };
    const expected = { pending: [{ age: 5_000, past: null }], needed: 1 };
    expect(pendingFrom(knowledge({ selection }))).toEqual(expected);
    const { pending } = pendingFrom(knowledge({ inputs: { requirement: 4, failFast: true } }));
    expect(pending).toHaveLength(3);
  });
});
