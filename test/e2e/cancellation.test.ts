import { describe, expect, test } from 'vitest';
import { on } from '../simulator/fault.ts';
import { rateLimited } from '../simulator/faults.ts';
import { hang } from '../simulator/wire-faults.ts';
import { lone, many, type Performance, type Scene, start } from './support.ts';

const GONE_WITHIN_MS = 2_000;
const RUNNING = { state: 'Running' };
const LONG = { timeout: '1h', 'poll-interval': '10m' };

/** A moment to be cancelled at: the scene, the event that says that it has come, and the tasks known by then. */
interface Moment {
  readonly scene: Scene;
  readonly event: (waiting: Performance) => Promise<unknown>;
  readonly requests: number;
  readonly known: readonly string[];
}

const toLog = (pattern: RegExp) => (waiting: Performance) => waiting.step.waitForOutput(pattern);
const toAsk = (count: number) => (waiting: Performance) => waiting.sim.waitForRequest(count);

const MOMENTS: Readonly<Record<string, Moment>> = {
  'the sleep between two polls': {
    scene: { tasks: [lone('slow', RUNNING)], inputs: LONG },
    event: toLog(/slow.*Running/),
    requests: 1,
    known: ['slow'],
  },
  'the sleep that a server asked for': {
    scene: { faults: [rateLimited('600')], inputs: LONG },
    event: toLog(/poll failed.*429/i),
    requests: 1,
    known: [],
  },
  'the first request': {
    scene: { faults: [hang()], inputs: LONG },
    event: toAsk(1),
    requests: 1,
    known: [],
  },
  'the body of a request': {
    scene: { tasks: [lone('slow', RUNNING)], faults: [hang('inside-body')], inputs: LONG },
    event: toAsk(1),
    requests: 1,
    known: [],
  },
  'a later request': {
    scene: {
      tasks: [lone('warm'), lone('slow', RUNNING)],
      faults: [on({ poll: 2 }, hang())],
      inputs: { ...LONG, 'poll-interval': '1s' },
    },
    event: toAsk(2),
    requests: 2,
    known: ['slow', 'warm'],
  },
  'the second page of the first poll': {
    scene: { tasks: many(20), maxPageSize: 10, faults: [on({ page: 2 }, hang())], inputs: LONG },
    event: toAsk(2),
    requests: 2,
    known: [],
  },
};

describe.concurrent.each(['SIGINT', 'SIGTERM'] as const)('%s', (signal) => {
  test.each(Object.keys(MOMENTS))('during %s ends the wait with all that is known', async (name) => {
    const { scene, event, requests, known } = MOMENTS[name] as Moment;
    await using waiting = await start(scene);
    await waiting.until(event(waiting));
    const signalledAt = performance.now();
    waiting.step.signal(signal);
    const ended = await waiting.end();
    expect(performance.now() - signalledAt).toBeLessThan(GONE_WITHIN_MS);
    expect([ended.result, ended.exitCode, ended.taskIds]).toEqual(['cancelled', 1, known]);
    expect(ended.message).toContain(signal);
    expect(ended.annotations, 'one error').toHaveLength(1);
    expect(ended.summary).toMatch(/^## .*cancelled/im);
    expect(ended.file.tasks.map(({ id }) => id).toSorted()).toEqual(known);
    expect(waiting.sim.requests, 'nothing more is asked').toHaveLength(requests);
  });

  test('aborts the request that is under way', async () => {
    await using waiting = await start({
      tasks: many(20),
      maxPageSize: 10,
      faults: [on({ page: 2 }, hang())],
      inputs: LONG,
    });
    await waiting.until(waiting.sim.waitForRequest(2));
    waiting.step.signal(signal);
    await waiting.sim.waitUntil((requests) => requests[1]?.outcome === 'client-left');
    await waiting.end();
  });

  test('leaves no summary when none is wanted', async () => {
    await using waiting = await start({ faults: [hang()], inputs: { ...LONG, summary: 'false' } });
    await waiting.until(waiting.sim.waitForRequest(1));
    waiting.step.signal(signal);
    const ended = await waiting.end();
    expect([ended.result, ended.summary]).toEqual(['cancelled', '']);
  });
});

describe.concurrent('a second signal', () => {
  test.each([
    ['SIGINT', 'SIGTERM'],
    ['SIGTERM', 'SIGINT'],
  ] as const)('ends the process at once: %s, then %s', async (first, second) => {
    await using waiting = await start({ tasks: [lone('a', RUNNING)], inputs: LONG });
    await waiting.until(waiting.step.waitForOutput(/a .*Running/));
    // While it is stopped both signals pile up, so it meets the second before it can have dealt with the first.
    waiting.step.signal('SIGSTOP');
    waiting.step.signal(first);
    waiting.step.signal(second);
    const resumedAt = performance.now();
    waiting.step.signal('SIGCONT');
    const { exitCode, signal } = await waiting.step.done;
    expect(performance.now() - resumedAt).toBeLessThan(GONE_WITHIN_MS);
    const byWhat = signal === null ? exitCode : { SIGINT: 130, SIGTERM: 143 }[signal as 'SIGINT'];
    expect([130, 143], 'ended by the signal, not by the verdict').toContain(byWhat);
  });
});
