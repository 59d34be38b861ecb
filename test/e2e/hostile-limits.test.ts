import { describe, expect, test } from 'vitest';
import { on } from '../simulator/fault.ts';
import { status } from '../simulator/faults.ts';
import { ago, type Scripted, task } from '../simulator/wire.ts';
import { entitiesDecoded, FAILED, face, RUNNING, type Scene } from './hostile-support.ts';

const COUNT = 500;
const COLD = { warm: false };

/** Every character of it needs an escape in the log, and entities in the summary. */
const HEAVY = '\u202e|`@<'.repeat(100);

/** 500 tasks in one cluster, each of another repository and each with long texts. */
function longTasks(fields: Readonly<Record<string, unknown>>): Scripted[] {
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

const ENDINGS: Readonly<Record<string, Scene>> = {
  succeeded: { tasks: longTasks({ state: 'Succeeded' }) },
  failed: { tasks: longTasks({ state: 'Failed' }) },
  'timed-out': { tasks: longTasks(RUNNING), inputs: { timeout: '1s' } },
  'not-found': {
    tasks: longTasks({ state: 'Succeeded' }),
    // Long ids of clusters that are absent, heavy as well.
    inputs: {
      'cluster-ids': [
        'cluster',
        ...Array.from({ length: 130 }, (_, index) => `${index}${HEAVY.slice(0, 115)}`),
      ].join('\n'),
      'product-ids': HEAVY.slice(0, 115).replaceAll('|', 'p'),
    },
  },
  error: {
    tasks: longTasks(RUNNING),
    faults: [on({ poll: 2 }, status(404, { message: HEAVY.repeat(100) }))],
  },
};

describe.concurrent('500 counted tasks with long texts', () => {
  test.each(Object.keys(ENDINGS))('stay within every limit when the wait is %s', async (result) => {
    const scene = ENDINGS[result] ?? {};
    // Products of its own would keep a task from covering the listed one.
    const tasks =
      result === 'not-found' ? longTasks({ state: 'Succeeded', products: [] }) : (scene.tasks ?? []);
    const ended = await face({ ...scene, tasks }, { warm: result === 'succeeded' });
    expect([ended.result, ended.outputs['total-count']]).toEqual([result, String(COUNT)]);

    const file = ended.resultFile as { tasks: { id: string }[] };
    expect(new Set(file.tasks.map(({ id }) => id)).size, 'the result file is full').toBe(COUNT);
    const lists = ['tasks', 'task-ids', 'image-urls'].map(
      (name) => JSON.parse(ended.outputs[name] ?? '') as unknown[],
    );
    for (const [index, list] of lists.entries()) {
      expect(list.length).toBeGreaterThan(5);
      expect(list.length, String(index)).toBeLessThan(COUNT);
    }
    expect(file.tasks.slice(0, ended.tasks.length)).toEqual(ended.tasks);

    const rows = ended.summary.split('\n').filter((line) => line.startsWith('| <code>')).length;
    expect(rows).toBeGreaterThan(20);
    const left = /(\d+) of 500 rows are left out/.exec(ended.summary)?.[1];
    expect(rows + Number(left ?? 0), 'the summary says how many rows it left out').toBe(COUNT);

    expect(ended.annotations.length).toBeLessThanOrEqual(10);
    expect(ended.message.length).toBeLessThan(32_000);
    expect(Buffer.byteLength(ended.stdout), 'the log is bounded').toBeLessThan(500_000);
  });

  test('that fit are all in the summary and in every output', async () => {
    const tasks = Array.from({ length: COUNT }, (_, index) =>
      task({ id: `t${index}`, clusterId: `c${index}` }),
    );
    const ended = await face({ tasks }, { warm: true });
    expect(JSON.parse(ended.outputs['task-ids'] ?? '')).toHaveLength(COUNT);
    expect(JSON.parse(ended.outputs['ready-clusters'] ?? '')).toHaveLength(COUNT);
    expect(ended.summary).not.toContain('left out');
    for (const index of [0, 250, COUNT - 1]) {
      expect(entitiesDecoded(ended.summary)).toMatch(new RegExp(`\\bc${index}\\b`));
    }
  });

  test('in states that nobody knows make one warning', async () => {
    const tasks = Array.from({ length: COUNT }, (_, index) =>
      task({ id: `t${index}`, clusterId: `c${index}`, state: `State ${index}` }),
    );
    const ended = await face({ tasks, inputs: { timeout: '1s' } }, { ...COLD, warnings: 1 });
    expect([ended.result, ended.outputs['unfinished-count']]).toEqual(['timed-out', String(COUNT)]);
  });

  test('that change at every poll leave a log that is bounded', async () => {
    const tasks = Array.from({ length: COUNT }, (_, index) =>
      task({
        clusterId: `c${index}`,
        state: 'Pending',
        reason: [HEAVY],
        steps: Array.from({ length: 8 }, (__, poll) => ({
          fromPoll: poll + 2,
          state: poll % 2 === 0 ? 'Running' : 'Pending',
        })),
      }),
    );
    const inputs = { timeout: '9s' };
    const ended = await face({ tasks, speed: 3, inputs }, COLD);
    expect(ended.result).toBe('timed-out');
    expect(Buffer.byteLength(ended.stdout)).toBeLessThan(150_000 * ended.polls);
  });

  test('a task that failed among them is found, wherever it is', async () => {
    const tasks = [
      ...longTasks({ state: 'Succeeded' }).slice(1),
      task({ id: 'bad', clusterId: 'bad', ...FAILED }),
    ];
    const ended = await face({ tasks }, COLD);
    expect([ended.result, ended.outputs['failed-clusters']]).toEqual(['failed', '["bad"]']);
  });
});
