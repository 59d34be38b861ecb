import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextPause, type Pending, type Progress } from '../../src/wait/backoff.ts';

const MINUTE = 60_000;
const ALMOST_ONE = 1 - 2 ** -53;

/** One task for all to wait for, of which nothing is known. */
const progress = (overrides: Partial<Progress> = {}): Progress => ({
  pollInterval: 15_000,
  failuresInARow: 0,
  retryAfter: null,
  pending: [{ age: MINUTE, usually: null }],
  needed: 1,
  failFast: true,
  ...overrides,
});

const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
// Clocks disagree: a task may seem to come from the future.
const age = fc.oneof(
  fc.integer({ min: -2 * MINUTE, max: 5 * 1_440 * MINUTE }),
  fc.constantFrom(0, -30_000, -15_000, 1e15),
);
const pending = fc.array(fc.record({ age, usually: fc.option(fc.nat({ max: 1_440 * MINUTE })) }), {
  maxLength: 5,
});
const anyProgress: fc.Arbitrary<Progress> = fc.record({
  pollInterval: fc.integer({ min: 1_000, max: 10 * MINUTE }),
  failuresInARow: fc.constant(0),
  retryAfter: fc.constant(null),
  pending,
  needed: fc.integer({ min: -1, max: 6 }),
  failFast: fc.boolean(),
});

describe('after a good poll', () => {
  it('the pause is from a second to the interval, whatever is waited for', () => {
    fc.assert(
      fc.property(anyProgress, random, (given, draw) => {
        const pause = nextPause(given, draw);
        expect(pause).toBeGreaterThanOrEqual(1_000);
        expect(pause).toBeLessThanOrEqual(given.pollInterval);
      }),
      { numRuns: 500 },
    );
  });

  it.each([0, 0.5, ALMOST_ONE])('with an interval of a second it is a second, for a draw of %d', (draw) => {
    expect(nextPause(progress({ pollInterval: 1_000 }), draw)).toBe(1_000);
  });

  it('waiters that started together drift apart', () => {
    fc.assert(
      fc.property(anyProgress, (given) => {
        const [early, late] = [nextPause(given, 0.9), nextPause(given, 0.1)];
        if (late > 1_000) expect(early).toBeLessThan(late);
      }),
    );
  });

  it('nothing to wait for, and nothing but what takes for ever, is looked at once an interval', () => {
    expect(nextPause(progress({ pending: [], needed: 0 }), 0)).toBe(15_000);
    expect(nextPause(progress({ pending: [{ age: 1e12, usually: null }] }), 0)).toBe(15_000);
  });

  const pauseAt = (task: Pending, pollInterval = 10 * MINUTE) =>
    nextPause(progress({ pending: [task], pollInterval }), 0);

  it('of a task that nothing is known of is the longer the older it is', () => {
    const pauses = [0, 10_000, MINUTE, 10 * MINUTE, 60 * MINUTE].map((old) =>
      pauseAt({ age: old, usually: null }),
    );
    expect(pauses).toEqual(pauses.toSorted((one, other) => one - other));
    expect(pauses[0]).toBeLessThan(pauses.at(-1) as number);
  });

  it('is short about the time when such tasks usually finish, and long well before', () => {
    const usually = 10 * MINUTE;
    const soon = pauseAt({ age: usually, usually });
    expect(soon).toBeLessThan(pauseAt({ age: 10_000, usually }) / 3);
    expect(soon).toBeLessThan(MINUTE);
  });

  it('never sleeps through the time when a task usually finishes', () => {
    fc.assert(
      fc.property(fc.integer({ min: MINUTE, max: 60 * MINUTE }), (usually) => {
        expect(pauseAt({ age: 0, usually })).toBeLessThanOrEqual(usually);
      }),
    );
  });

  // From the model itself: at an eagerness of 1.4 and a hazard of 1 / (age + 30 s), a poll is due after
  // (√(age + 30) + 1 / 2.8)² − 30 − age seconds; an interval is looked through in 64 steps.
  it.each([
    [0, 4_040],
    [MINUTE, 6_903],
    [10 * MINUTE, 18_056],
  ])('of a task %i ms old that nothing is known of is as the hazard says', (old, due) => {
    const step = MINUTE / 64;
    const pause = pauseAt({ age: old, usually: null }, MINUTE);
    expect(pause).toBeGreaterThanOrEqual(due - step / 2);
    expect(pause).toBeLessThanOrEqual(due + 1.5 * step);
  });

  it('looks ahead: a task that nears its usual time is looked at sooner than its present hazard asks for', () => {
    // The integral of the model's rate from 200 s on reaches 1 after 56 s, in steps of 9.375 s.
    expect(pauseAt({ age: 200_000, usually: 10 * MINUTE })).toBe(56_250);
  });

  it('of several tasks does not depend on their order', () => {
    const likely = { age: 10 * MINUTE, usually: 10 * MINUTE };
    const unlikely = { age: 10_000, usually: 60 * MINUTE };
    for (const needed of [1, 2]) {
      for (const failFast of [true, false]) {
        const given = { pollInterval: 10 * MINUTE, needed, failFast };
        const [one, other] = [
          [likely, unlikely],
          [unlikely, likely],
        ].map((tasks) => nextPause(progress({ ...given, pending: tasks }), 0));
        expect(one).toBe(other);
      }
    }
  });

  it('is shorter where a task that is about to finish may fail and end the wait', () => {
    const tasks = [
      { age: 10_000, usually: 60 * MINUTE },
      { age: 10 * MINUTE, usually: 10 * MINUTE },
    ];
    const given = { pending: tasks, pollInterval: 10 * MINUTE, needed: 2 };
    expect(nextPause(progress({ ...given, failFast: true }), 0)).toBeLessThan(
      nextPause(progress({ ...given, failFast: false }), 0),
    );
  });

  it('looks for the first of two where one is needed, and for the last where both are', () => {
    const two = [
      { age: 10 * MINUTE, usually: 10 * MINUTE },
      { age: 10_000, usually: 60 * MINUTE },
    ];
    const given = { pending: two, pollInterval: 10 * MINUTE, failFast: false };
    expect(nextPause(progress({ ...given, needed: 1 }), 0)).toBeLessThan(
      nextPause(progress({ ...given, needed: 2 }), 0),
    );
  });
});

describe('after failures', () => {
  const afterFailures = (failuresInARow: number, draw = 0.5, overrides: Partial<Progress> = {}) =>
    nextPause(progress({ failuresInARow, ...overrides }), draw);

  it('the pause doubles from 1 s to 30 s', () => {
    const pauses = [1, 2, 3, 4, 5, 6, 7].map((failures) => afterFailures(failures));
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  });

  it('is within a quarter either way', () => {
    expect(afterFailures(4, 0)).toBe(6_000);
    expect(afterFailures(4, ALMOST_ONE)).toBeCloseTo(10_000);
  });

  it.each([2, 4, 6, 7, 20, 1_000])('waiters that failed %i times together drift apart', (failures) => {
    const pauses = [0.1, 0.5, 0.9].map((draw) => afterFailures(failures, draw));
    expect(new Set(pauses).size).toBeGreaterThan(1);
  });

  it('neither the interval nor what is waited for matters', () => {
    fc.assert(
      fc.property(anyProgress, (given) => {
        expect(nextPause({ ...given, failuresInARow: 3 }, 0.5)).toBe(4_000);
      }),
    );
  });

  it('is from 1 s to 30 s and never shorter after one failure more, however many', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), random, (failures, draw) => {
        const pause = afterFailures(failures, draw);
        expect(pause).toBeGreaterThanOrEqual(1_000);
        expect(pause).toBeLessThanOrEqual(30_000);
        expect(afterFailures(failures + 1, draw)).toBeGreaterThanOrEqual(pause);
      }),
    );
  });

  it('Retry-After counts where that is longer, and at most a quarter is added to it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 86_400_000 }), random, (retryAfter, draw) => {
        const pause = afterFailures(3, draw, { retryAfter });
        expect(pause).toBeGreaterThanOrEqual(Math.max(retryAfter, afterFailures(3, draw)));
        expect(pause).toBeLessThanOrEqual(Math.max(retryAfter * 1.25, afterFailures(3, draw)));
      }),
    );
  });

  it('waiters that were told the same Retry-After drift apart', () => {
    expect(afterFailures(1, 0.1, { retryAfter: 60_000 })).not.toBe(
      afterFailures(1, 0.9, { retryAfter: 60_000 }),
    );
  });
});
