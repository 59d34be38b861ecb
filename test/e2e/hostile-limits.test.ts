import { describe, expect, test } from 'vitest';
import { entitiesDecoded } from '../harness/invariants.ts';
import { many, runScene, type Scene } from '../harness/scene.ts';
import { on } from '../simulator/fault.ts';
import { status } from '../simulator/faults.ts';
import { ago, type TaskScript, task } from '../simulator/wire.ts';

const COUNT = 500;
/** Every character of it needs an escape in the log, and entities in the summary. */
const HEAVY = '\u202e|`@<'.repeat(100);

/** 500 tasks in one cluster, each of another repository and each with long texts. */
function longTasks(fields: Readonly<Record<string, unknown>>): TaskScript[] {
  return Array.from({ length: COUNT }, (_, index) =>
    task({
      id: `task-${String(index + 1).padStart(3, '0')}-${'i'.repeat(300)}`,
      imageUrl: `registry.example.com/${'deep/'.repeat(80)}n${index}/app:v1`,
      clusterId: 'cluster',
      clusterName: HEAVY,
      createTime: ago(1_000 - index),
      products: [{ productId: `p-${index}-${HEAVY}`, productName: HEAVY }],
      note: HEAVY,
      reason: [HEAVY, HEAVY, HEAVY],
      ...fields,
    }),
  );
}

/** Clusters that are absent, with ids as long and heavy as an input takes. */
const ABSENT = Array.from({ length: 130 }, (_, index) => `${index}${'\u202e|@<'.repeat(28)}`);

const ENDINGS: Readonly<Record<string, Scene>> = {
  failed: { tasks: longTasks({ state: 'Failed' }) },
  'not-found': {
    tasks: longTasks({ products: [] }),
    inputs: { 'cluster-ids': ['cluster', ...ABSENT].join('\n') },
  },
};

// The limits themselves are checked for every step.
describe.concurrent('500 counted tasks with long texts', () => {
  test.each(Object.keys(ENDINGS))('stay within every limit when the wait is %s', async (result) => {
    const ended = await runScene(ENDINGS[result] ?? {}, { warnings: 'any' });
    expect([ended.result, ended.outputs['total-count']]).toEqual([result, String(COUNT)]);
    expect(new Set(ended.file.tasks.map(({ id }) => id)).size, 'the result file is full').toBe(COUNT);
    for (const name of ['tasks', 'task-ids', 'image-urls']) {
      const { length } = JSON.parse(ended.outputs[name] ?? '') as unknown[];
      expect(length, name).toBeGreaterThan(5);
      expect(length, name).toBeLessThan(COUNT);
    }
    const rows = ended.summary.split('\n').filter((line) => line.startsWith('| <code>')).length;
    const left = /(\d+) of 500 rows are left out/.exec(ended.summary)?.[1];
    expect(rows + Number(left ?? 0), 'the summary says how many rows it left out').toBe(COUNT);
    expect(ended.annotations.length).toBeLessThanOrEqual(10);
    expect(Buffer.byteLength(ended.stdout), 'the log is bounded').toBeLessThan(500_000);
  });

  test('stay within every limit when an error says a lot', async () => {
    const faults = [on({ poll: 1 }, status(404, { message: HEAVY.repeat(100) }))];
    expect((await runScene({ faults })).result).toBe('error');
  });
});

test('500 counted tasks that fit are all in the summary and in every output', async () => {
  const ended = await runScene({ tasks: many(COUNT) }, { warnings: 'any' });
  expect(JSON.parse(ended.outputs['task-ids'] ?? '')).toHaveLength(COUNT);
  expect(JSON.parse(ended.outputs['ready-clusters'] ?? '')).toHaveLength(COUNT);
  expect(ended.summary).not.toContain('left out');
  expect(entitiesDecoded(ended.summary)).toMatch(/\bmany-500\b/);
});
