import { describe, expect, test } from 'vitest';
import { on } from '../simulator/fault.ts';
import { hang } from '../simulator/wire-faults.ts';
import { many, type Scene, start } from './support.ts';

const GONE_WITHIN_MS = 2_000;

// Only pages that have numbers are asked for two at a time.
describe.concurrent.each(['SIGINT', 'SIGTERM'] as const)('%s while several pages are read', (signal) => {
  test.each(['before-headers', 'after-headers', 'inside-body'] as const)(
    'ends the wait and every request that hangs %s',
    async (where) => {
      const scene: Scene = {
        tasks: many(30),
        maxPageSize: 10,
        faults: [on({ page: { from: 2 } }, hang(where))],
        inputs: { timeout: '1h', 'poll-interval': '10m' },
      };
      await using waiting = await start(scene);
      await waiting.until(waiting.sim.waitForRequest(3));
      const signalledAt = performance.now();
      waiting.step.signal(signal);
      await waiting.sim.waitUntil((requests) =>
        requests.slice(1).every(({ outcome }) => outcome === 'client-left'),
      );
      const ended = await waiting.end();
      expect(performance.now() - signalledAt).toBeLessThan(GONE_WITHIN_MS);
      expect([ended.result, ended.exitCode, ended.taskIds]).toEqual(['cancelled', 1, []]);
      expect(waiting.sim.requests, 'nothing more is asked').toHaveLength(3);
    },
  );
});
