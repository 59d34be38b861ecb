import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Inputs } from '../../../src/inputs/inputs.ts';
import type { Outcome } from '../../../src/outcome.ts';
import { wait } from '../../../src/wait/poller.ts';
import { inputs, START, wanted } from '../support/factories.ts';
import { VirtualClock } from '../support/virtual-clock.ts';
import { type CreationFate, type PollFate, World, type WorldTask } from './world.ts';

const IMAGES = ['r.test/ml/pytorch:v1', 'r.test/ml/vllm:v1'];
const CLUSTERS = ['c1', 'c2'];

const worldTasks: fc.Arbitrary<WorldTask[]> = fc
  .array(
    fc.record({
      imageUrl: fc.constantFrom(...IMAGES, 'r.test/ml/pytorch:v0', 'r.test/other/pytorch:v1'),
      clusterId: fc.constantFrom('c1', 'c2', 'c3'),
      createdIn: fc.integer({ min: -3600, max: 400 }),
      lasts: fc.integer({ min: 1, max: 900 }),
      outcome: fc.constantFrom('Succeeded', 'Succeeded', 'Failed'),
    }),
    { maxLength: 8 },
  )
  .map((some) =>
    some.map(({ createdIn, lasts, ...rest }, index) => {
      const createdAt = START + createdIn * 1000;
      const times = { createdAt, finishedAt: createdAt + lasts * 1000, listedFrom: createdAt };
      return { id: `t${index}`, ...times, ...rest };
    }),
  );

const polls = fc.array(fc.constantFrom<PollFate>('good', 'good', 'incomplete', 'transient', 'busy'), {
  maxLength: 30,
});

const creations: fc.Arbitrary<CreationFate[]> = fc.array(
  fc.record({
    answer: fc.constantFrom('told', 'told', 'lost', 'never made', 'busy', 'conflict'),
    lasts: fc.integer({ min: 1_000, max: 300_000 }),
    outcome: fc.constantFrom('Succeeded', 'Failed'),
    lag: fc.constantFrom(0, 0, 8_000, 20_000),
  }),
  { maxLength: 8 },
);

const limit = fc.integer({ min: 3, max: 12 });
const anyWorld = fc.record({ polls, tasks: worldTasks, creations, limit });
const placeOf = ({ imageUrl, clusterId }: WorldTask) => `${imageUrl} ${clusterId}`;

/** Waits in the world to the end, which comes in time, is no fault and leaves no timer behind. */
async function waitIn(world: World, clock: VirtualClock, given: Inputs): Promise<Outcome> {
  const { signal } = new AbortController();
  const ports = { api: world, clock, signal, random: () => 0.5, observe: () => {} };
  const outcome = await clock.finish(wait(given, ports));
  expect(clock.elapsed).toBeLessThanOrEqual(given.timeout + 11_000);
  expect(clock.pendingTimers).toBe(0);
  expect(outcome.cause ?? '').not.toContain('error of its own');
  return outcome;
}

describe('a wait in any world', () => {
  it('is green only when the newest task of every image is warm in every listed cluster', async () => {
    const anyImages = fc.constantFrom(IMAGES.slice(0, 1), IMAGES);
    const law = fc.asyncProperty(anyImages, fc.boolean(), anyWorld, async (images, failFast, script) => {
      const clock = new VirtualClock();
      const world = new World(clock, script);
      const given = { images: wanted(...images), clusterIds: CLUSTERS, timeout: 600_000, failFast };
      const outcome = await waitIn(world, clock, inputs(given));
      if (outcome.result !== 'succeeded') return;
      for (const place of images.flatMap((image) => CLUSTERS.map((cluster) => `${image} ${cluster}`))) {
        const [newest] = world.tasks
          .filter((task) => placeOf(task) === place && task.createdAt <= clock.now() - 100)
          .sort((one, other) => other.createdAt - one.createdAt);
        expect(newest && world.stateOf(newest)).toBe('Succeeded');
      }
    });
    await fc.assert(law);
  });

  it('never has two unfinished tasks of one image and cluster, and deletes only what is superseded', async () => {
    const options = fc.record({
      recreateFailed: fc.integer({ min: 0, max: 3 }),
      deleteSuperseded: fc.boolean(),
    });
    const law = fc.asyncProperty(anyWorld, options, async (script, chosen) => {
      const clock = new VirtualClock();
      const world = new World(clock, script);
      const images = wanted(...IMAGES);
      const given = { images, clusterIds: CLUSTERS, timeout: 600_000, createMissing: true, ...chosen };
      const outcome = await waitIn(world, clock, inputs(given));
      for (const made of Map.groupBy(world.created, placeOf).values()) {
        expect(made.length).toBeLessThanOrEqual(1 + chosen.recreateFailed);
        for (const [index, one] of made.slice(0, -1).entries()) {
          expect(one.finishedAt).toBeLessThanOrEqual(made[index + 1]?.createdAt ?? 0);
        }
      }
      for (const gone of world.deleted) {
        expect(outcome.tasks.map(({ id }) => id)).not.toContain(gone.id);
        expect(gone.finishedAt).toBeLessThanOrEqual(clock.now());
        const newer = world.tasks.filter(
          (task) =>
            task.clusterId === gone.clusterId &&
            task.imageUrl.split(':')[0] === gone.imageUrl.split(':')[0] &&
            task.createdAt > gone.createdAt,
        );
        if (gone.outcome === 'Succeeded') expect(newer.map(world.stateOf)).toContain('Succeeded');
      }
      const existing = [...world.tasks, ...world.deleted].map(({ id }) => id);
      expect(existing).toEqual(expect.arrayContaining([...outcome.createdTaskIds]));
      expect(outcome.deletedTaskIds.toSorted()).toEqual(world.deleted.map(({ id }) => id).sort());
    });
    await fc.assert(law, { numRuns: 150 });
  });
});
