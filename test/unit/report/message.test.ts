import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Inputs } from '../../../src/inputs/inputs.ts';
import { type Outcome, RESULTS } from '../../../src/outcome.ts';
import { closingLine, messageFor, statusDescription } from '../../../src/report/message.ts';
import { anyText } from '../support/arbitraries.ts';
import { products, START, START_SECONDS, wanted } from '../support/factories.ts';
import { clustersOf, failed, inputs, outcome, succeeded, task } from './support.ts';

const a = succeeded({ id: 'a', clusterId: 'a' });
const b = failed({ id: 'b', clusterId: 'b' });
const c = task({ id: 'c', clusterId: 'c' });
const finished = (seconds: number, id: string) =>
  succeeded({ id, clusterId: id, completeTime: START_SECONDS - seconds });
const near = (overrides = {}, why = 'its tag is 2.8') => ({
  task: task({ id: 'near', imageUrl: 'r.io/ml/pytorch:2.8', ...overrides }),
  why,
});
const IDS = (...taskIds: string[]) => ({ images: [], taskIds });
const CREATE = 'create a task in the console, or let this step create one with create-missing: true';
const PYTORCH = 'ml/pytorch:2.9';

// biome-ignore format: a case a line
const CASES: readonly [string, Partial<Outcome>, Partial<Inputs>, string][] = [
  ['a success', { tasks: [a] }, {}, `${PYTORCH} is warm in cluster a`],
  ['a success in several clusters', { tasks: [a, finished(-1, 'd')] }, {}, `${PYTORCH} is warm in 2 of 2 clusters (a, d)`],
  ['a success of some', { tasks: [a, b, c] }, { requirement: 1 }, `${PYTORCH} is warm in 1 of 3 clusters (a); b Failed, c Running`],
  ['a success of one of two tasks in a cluster', { tasks: [a, { ...b, clusterId: 'a', imageUrl: 'nginx' }] }, { requirement: 1 }, `${PYTORCH} succeeded in 1 of 2 tasks; pytorch:2.9 in a Succeeded, nginx in a Failed`],
  ['a success for a product only', { tasks: [{ ...a, products: products('p1') }] }, {}, `${PYTORCH} is warm in cluster a [p1]`],
  ['a success for the listed product', { tasks: [{ ...a, products: products('p1') }] }, { productIds: ['p1'] }, `${PYTORCH} is warm for product p1 in cluster a`],
  ['a success of several images', { tasks: [a] }, { images: wanted('x', 'y') }, 'x and y are warm in cluster a'],
  ['a success of tasks by their ids', { tasks: [a, finished(-1, 'd')] }, IDS('a', 'd'), 'Tasks a, d succeeded in 2 of 2 clusters (a, d)'],
  ['a success of tasks by their note', { tasks: [a] }, { images: [], note: 'x' }, 'The tasks with note "x" succeeded in cluster a'],
  ['a success from before the step', { tasks: [finished(3_600, 'a')] }, {}, `${PYTORCH} is warm in cluster a; finished 1h before this step started`],
  ['successes from before the step', { tasks: [finished(60, 'a'), finished(90_000, 'b'), finished(-5, 'c')] }, {}, `${PYTORCH} is warm in 3 of 3 clusters (a, b, c); 2 of 3 tasks finished 1m to 1d1h before this step started`],
  ['a success at about the start of the step', { tasks: [finished(4, 'a')] }, {}, `${PYTORCH} is warm in cluster a`],
  ['a success before the step on the clock of a server that is behind', { tasks: [finished(60, 'a')], serverClockOffset: -90_000 }, {}, `${PYTORCH} is warm in cluster a`],
  ['a success of a created task that seems older', { tasks: [finished(60, 'a')], createdTaskIds: ['a'] }, {}, `${PYTORCH} is warm in cluster a; this step created 1 task: a`],
  ['a success after failed attempts', { tasks: [a], failedAttempts: [b, { ...b, id: 'b2', reasons: [] }] }, {}, `${PYTORCH} is warm in cluster a; 2 earlier attempts failed, b (b): rate limit, b (b2)`],
  ['a failure, and what is unfinished', { result: 'failed', tasks: [a, { ...c, reasons: ['no node'] }, b] }, {}, `${PYTORCH} failed in 1 of 3 clusters: b (b) Failed: rate limit; c (c) Running, 2m30s old: no node`],
  ['a failure of several images', { result: 'failed', tasks: [a, { ...b, imageUrl: 'x:1' }] }, { images: wanted('ml/pytorch', 'x') }, 'ml/pytorch and x are not all warm, 1 of 2 tasks failed: x in b (b) Failed: rate limit'],
  ['a failure of tasks by their ids', { result: 'failed', tasks: [a, b] }, IDS('a', 'b'), 'Tasks a, b have not all succeeded, 1 of 2 tasks failed: b (b) Failed: rate limit'],
  ['a failure by deletion', { result: 'failed', tasks: [task({ state: 'Deleted' })] }, {}, `${PYTORCH} failed in cluster c1: c1 (t1) Deleted (gone from the listing)`],
  ['a failure from before the step', { result: 'failed', tasks: [{ ...b, completeTime: START_SECONDS - 7_200 }] }, {}, `${PYTORCH} failed in cluster b: b (b) Failed (2h before this step started): rate limit; created-after leaves out older tasks, create-missing: true replaces failed ones`],
  ['a failure that was there at the first poll', { result: 'failed', polls: 1, tasks: [{ ...b, completeTime: null }] }, { createMissing: true }, `${PYTORCH} failed in cluster b: b (b) Failed (created 1m before this step started): rate limit; created-after leaves out older tasks`],
  ['a failure without a time', { result: 'failed', tasks: [{ ...b, completeTime: null }] }, {}, `${PYTORCH} failed in cluster b: b (b) Failed: rate limit`],
  ['a timeout with failures, unfinished ones, absent ones and the last failure', { result: 'timed-out', tasks: [a, c, b], clusters: clustersOf([a, b, c], 'd'), absent: [{ clusterId: 'd' }], cause: 'the last poll failed: HTTP 503', endedAt: START + 1_800_000 }, {}, `The wait for ${PYTORCH} timed out after 30m, warm in 1 of 4 clusters: b (b) Failed: rate limit; c (c) Running, 31m old; no task in cluster d; the last poll failed: HTTP 503`],
  ['a timeout at once', { result: 'timed-out', endedAt: START + 999, cause: 'the API asks to wait 1h' }, {}, `The wait for ${PYTORCH} timed out, with no task found so far; the API asks to wait 1h`],
  ['a timeout of tasks by their note', { result: 'timed-out', tasks: [{ ...c, createTime: null }] }, { images: [], note: 'x' }, 'The wait for the tasks with note "x" timed out after 1m30s, succeeded in 0 of 1 cluster: c (c) Running'],
  ['a cancellation', { result: 'cancelled', cause: 'SIGINT', tasks: [a, c] }, {}, `The wait for ${PYTORCH} was cancelled by SIGINT after 1m30s, warm in 1 of 2 clusters: c (c) Running, 2m30s old`],
  ['what was not found and what exists instead', { result: 'not-found', absent: [{ clusterId: 'c9' }, { clusterId: 'c8' }], clusters: clustersOf([a], 'c9', 'c8'), nearMisses: [near(), near({ note: 'x' }, 'its note is x'), near({ note: 'y' })] }, {}, `${PYTORCH} was not found in 2 of 3 clusters after 2m: no task in clusters c9, c8; there is pytorch:2.8 in c1 (near), but its tag is 2.8; pytorch:2.8 in c1 (near), but its note is x; pytorch:2.8 in c1 (near, note "y"), but its tag is 2.8; ${CREATE}`],
  ['nothing found, and nothing near', { result: 'not-found', absent: [{ clusterId: 'c9' }], clusters: clustersOf([], 'c9') }, { appearTimeout: 0 }, `${PYTORCH} was not found in cluster c9; the API lists nothing that comes near; ${CREATE}`],
  ['a product not found', { result: 'not-found', absent: [{ productId: 'p' }], tasks: [a] }, {}, `${PYTORCH} was not found after 2m: no task for product p; the API lists nothing that comes near; ${CREATE}`],
  ['an image of several not found', { result: 'not-found', absent: [{ image: 'y', clusterId: 'a' }], tasks: [a] }, { images: wanted('x', 'y'), createMissing: true }, 'x and y were not all found in cluster a after 2m: no task of y in cluster a; the API lists nothing that comes near; look in the console for what became of the tasks that were created'],
  ['too few found', { result: 'not-found', tasks: [a], nearMisses: [near()] }, { requirement: 3 }, `${PYTORCH} has 1 of 3 required tasks after 2m: there is pytorch:2.8 in c1 (near), but its tag is 2.8; ${CREATE}`],
  ['a task id not found', { result: 'not-found', absent: [{ taskId: 'b' }], tasks: [a] }, IDS('a', 'b'), 'Tasks a, b were not all found after 2m: task b not found; the API lists nothing that comes near; check task-ids, api-version and the account of api-key'],
  ['the one task id not found', { result: 'not-found', absent: [{ taskId: 'b' }], nearMisses: [near()] }, IDS('b'), 'Task b was not found after 2m: there is pytorch:2.8 in c1 (near), but its tag is 2.8; check task-ids, api-version and the account of api-key'],
  ['an error', { result: 'error', cause: 'It went wrong' }, {}, 'It went wrong'],
  ['what the step leaves behind', { result: 'error', cause: 'It went wrong', createdTaskIds: ['n1', 'n2'], unclearCreations: [{ clusterId: 'c7' }, { image: 'x', clusterId: 'c8' }], deletedTaskIds: ['o1'] }, {}, 'It went wrong; this step created 2 tasks: n1, n2; this step may have created a task for c7, x in c8, where the request had no clear answer; 1 superseded task deleted: o1'],
];

describe('the message says what happened', () => {
  it.each(CASES)('%s', (_name, happened, asked, expected) => {
    expect(messageFor(outcome(happened), inputs(asked))).toBe(expected);
  });

  it('of bad inputs', () => {
    const cause = 'An input is not usable';
    expect(messageFor(outcome({ result: 'error', cause }), null)).toBe(cause);
    expect(messageFor(outcome({ result: 'error' }), null)).toBe('The wait ended without a cause');
  });

  // biome-ignore format: a case a line
  it.each<[Partial<Outcome>, Partial<Inputs>, string]>([
    [{ tasks: [a, finished(3_600, 'd')] }, {}, 'Warm in 2 of 2 clusters; 1 of 2 tasks finished 1h before this step started'],
    [{ tasks: [a, b] }, { requirement: 1 }, 'Warm in 1 of 2 clusters (a); b Failed'],
    [{ tasks: [{ ...a, products: products('p1') }, { ...a, clusterId: 'd' }] }, {}, 'Warm in 2 of 2 clusters (a [p1], d)'],
  ])('the last line of the log repeats nothing: %#', (happened, asked, expected) => {
    expect(closingLine(outcome(happened), inputs(asked))).toBe(expected);
  });

  // biome-ignore format: a case a line
  it.each<[Partial<Outcome>, Partial<Inputs>, string]>([
    [{ tasks: [a, b, c] }, { requirement: 1 }, 'Warm in 1 of 3 clusters (a); b Failed, c Running'],
    [{ result: 'failed', tasks: [a, { ...b, completeTime: 1 }] }, {}, expect.stringMatching(/^Failed in 1 of 2 clusters: b \(b\) Failed \(\d+y\d*d? before this step started\): rate limit$/)],
    [{ result: 'failed', tasks: [a, b] }, IDS('a', 'b'), 'Not all succeeded, 1 of 2 tasks failed: b (b) Failed: rate limit'],
    [{ result: 'timed-out', tasks: [c] }, {}, 'Timed out after 1m30s, warm in 0 of 1 cluster: c (c) Running, 2m30s old'],
    [{ result: 'cancelled', cause: 'SIGINT' }, {}, 'Cancelled by SIGINT after 1m30s, with no task found so far'],
    [{ result: 'not-found', nearMisses: [near()] }, {}, 'Not found after 2m: there is pytorch:2.8 in c1 (near), but its tag is 2.8'],
    [{ result: 'error', cause: 'x'.repeat(500) }, {}, `${'x'.repeat(139)}…`],
  ])('the commit status says it in 140 characters: %#', (happened, asked, expected) => {
    expect(statusDescription(outcome(happened), inputs(asked))).toEqual(expected);
  });
});

describe('the message is bounded and harmless', () => {
  it('whatever the API sends and however much of it', () => {
    const hostile = fc.record({
      result: fc.constantFrom(...RESULTS),
      text: fc.tuple(anyText, fc.constantFrom(1, 300)).map(([text, times]) => text.repeat(times)),
      size: fc.nat({ max: 60 }),
    });
    fc.assert(
      fc.property(hostile, ({ result, text, size }) => {
        const names = { id: text, clusterId: text, imageUrl: text, note: text, reasons: [text] };
        const one = task({ ...names, products: products(text) });
        const many = <T>(item: T): T[] => Array(size).fill(item);
        const states = ['Failed', 'Running', 'Succeeded'] as const;
        const absent = many({ clusterId: text, image: text });
        // biome-ignore format: a few fields a line
        const happened = outcome({
          result, cause: text, absent, tasks: states.flatMap((state) => many({ ...one, state })),
          nearMisses: many({ task: one, why: text }).slice(0, 10), failedAttempts: many(one),
          createdTaskIds: many(text), deletedTaskIds: many(text), unclearCreations: absent,
        });
        const asked = inputs({ note: text.slice(0, 100), requirement: 1 });
        const messages = [messageFor(happened, asked), messageFor(happened, null)];
        const status = statusDescription(happened, asked);
        for (const told of [...messages, closingLine(happened, asked), status]) {
          expect(told.length).toBeLessThanOrEqual(1_000);
          expect(told).not.toMatch(/^\s*::|[\p{Cc}\p{Cs}\u2028\u2029\u202e]|##\[/u);
        }
        expect(status.length).toBeLessThanOrEqual(140);
      }),
      { numRuns: 150 },
    );
  });

  it('it says how many tasks it leaves out, and keeps room for the last failure and what was created', () => {
    const ids = Array.from({ length: 500 }, (_, index) => `${index}`);
    const tasks = ids.map((id) => task({ id, clusterId: id }));
    const cause = 'the last poll failed: HTTP 503';
    const happened = { result: 'timed-out', tasks, cause, createdTaskIds: ['n1'] } as const;
    const message = messageFor(outcome(happened), inputs());
    const shown = message.match(/ old/g)?.length ?? 0;
    expect(shown).toBeGreaterThan(20);
    expect(message).toContain(`; and ${500 - shown} more; ${cause}; this step created 1 task: n1`);
  });
});
