import { describe, expect, test } from 'vitest';
import { lone, many, preload, RUNNING, type RunningScene, type Scene, startScene } from '../harness/scene.ts';
import { on } from '../simulator/fault.ts';
import { rateLimited } from '../simulator/faults.ts';
import { endlessBody, hang } from '../simulator/wire-faults.ts';

/** 2 s are promised, and as much again is for a busy machine. */
const GONE_WITHIN_MS = 4_000;
/** A cancellation cannot be allowed, whatever else is. */
const ALLOWED = { 'allowed-results': 'failed, timed-out, not-found, error' };
const LONG = { ...ALLOWED, timeout: '1h', 'poll-interval': '10m', 'request-timeout': '5m' };
const PAUSED: Scene = { tasks: [lone('slow', RUNNING)], inputs: LONG };
const CREATING = { image: 'team/app:v1', 'cluster-ids': 'a, b', 'create-missing': 'true' };
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A moment to be cancelled at: a line of the log, how many requests have arrived, or which one. */
interface Moment extends Scene {
  readonly at: RegExp | number | 'creation';
  /** The ids of the tasks that are known by then; none where left out. */
  readonly known?: readonly string[];
}

const MOMENTS: Readonly<Record<string, Moment>> = {
  'the pause between two polls': { ...PAUSED, at: /slow.*Running/, known: ['slow'] },
  'the pause that a server asked for': { faults: [rateLimited('600')], at: /429/ },
  'the body of an answer': { faults: [hang('inside-body')], at: 1 },
  'a body without end': { faults: [endlessBody()], at: 1 },
  'a later request': {
    tasks: [lone('warm'), lone('slow', RUNNING)],
    faults: [on({ poll: 2 }, hang())],
    inputs: { 'poll-interval': '1s' },
    at: 2,
    known: ['slow', 'warm'],
  },
  'pages of which several hang': {
    tasks: many(30),
    maxPageSize: 10,
    faults: [on({ page: { from: 2 } }, hang())],
    at: 2,
  },
  'a listing on v2': { inputs: { 'api-version': 'v2' }, faults: [hang()], at: 1 },
  'a creation': { inputs: CREATING, faults: [on({ create: 1 }, hang())], at: 'creation' },
};

async function reach(running: RunningScene, at: Moment['at']): Promise<void> {
  const { sim, step } = running;
  if (at instanceof RegExp) return running.until(step.waitForOutput(at));
  return running.until(
    sim.waitUntil((requests) =>
      typeof at === 'number' ? requests.length >= at : requests.some(({ create }) => create !== null),
    ),
  );
}

describe.concurrent('a signal', () => {
  const cases = Object.keys(MOMENTS).map((name, index) => [name, SIGNALS[index % 3] ?? 'SIGINT'] as const);

  test.each(cases)('during %s (%s) ends the wait with all that is known', async (name, signal) => {
    const { at, known = [], ...scene } = MOMENTS[name] as Moment;
    await using running = await startScene({ ...scene, inputs: { ...LONG, ...scene.inputs } });
    await reach(running, at);
    const sentAt = performance.now();
    running.step.signal(signal);
    const ended = await running.end();
    expect(performance.now() - sentAt).toBeLessThan(GONE_WITHIN_MS);
    expect([ended.result, ended.exitCode]).toEqual(['cancelled', 1]);
    expect(ended.taskIds).toEqual(known);
    expect(ended.message).toContain(signal);
    expect(ended.summary).toMatch(/^## .*cancelled/im);
  });

  test('during a creation leaves no task that is not told', async () => {
    await using running = await startScene({
      inputs: { ...LONG, ...CREATING },
      faults: [on({ create: 2 }, hang('inside-body'))],
    });
    await running.until(running.sim.waitUntil((requests) => requests.some(({ create }) => create === 2)));
    running.step.signal('SIGINT');
    const { outputs, message, sim } = await running.end();
    expect(sim.created.map(({ clusterId }) => clusterId)).toEqual(['a', 'b']);
    expect(outputs['created-task-ids']).toBe('["created-1"]');
    expect(message).toMatch(/may have created .*\bb\b/);
  });
});

/** A summary whose writing never ends, which is told to the simulated API by a request. */
const STUCK = preload(`
  import fs from 'node:fs';
  import http from 'node:http';
  for (const name of ['appendFile', 'writeFile']) {
    fs.promises[name] = () => new Promise(() => {
      setInterval(() => {}, 1_000);
      http.get(process.env['INPUT_BASE-URL'] + '/stuck', { headers: { authorization: 'Bearer sk-simulator' } }).on('error', () => {});
    });
  }
`);

describe.concurrent('a second signal', () => {
  test('ends a step at once whose summary cannot be written', async () => {
    await using running = await startScene({ ...PAUSED, step: { env: STUCK } });
    await reach(running, /Running/);
    running.step.signal('SIGINT');
    await running.until(running.sim.waitUntil((requests) => requests.some(({ path }) => path === '/stuck')));
    running.step.signal('SIGTERM');
    const { exitCode, signal } = await running.step.done;
    expect([143, null], 'as if the signal had ended it').toContain(exitCode);
    expect([null, 'SIGTERM']).toContain(signal);
  });

  test('is not needed by a step whose summary cannot be written', async () => {
    await using running = await startScene({ ...PAUSED, step: { env: STUCK } });
    await reach(running, /Running/);
    const sentAt = performance.now();
    running.step.signal('SIGTERM');
    const { exitCode, outputs } = await running.step.done;
    expect(performance.now() - sentAt).toBeLessThan(GONE_WITHIN_MS);
    expect([exitCode, outputs['result']]).toEqual([1, 'cancelled']);
  });
});
