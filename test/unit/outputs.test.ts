import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/outcome.ts';
import { OUTPUT_NAMES, outputsFor, resultFileContent } from '../../src/report/outputs.ts';
import type { TaskState } from '../../src/tasks/task.ts';
import { outcome, products, START_SECONDS, task } from './support/factories.ts';

const LIMIT = 64 * 1024;
const LISTS = ['tasks', 'task-ids', 'image-urls', 'ready-clusters', 'failed-clusters'] as const;
const outputs = (happened: Partial<Outcome>) =>
  outputsFor(outcome(happened), 'The message', '/tmp/result.json');

describe('every output is set', () => {
  it('when nothing was found', () => {
    expect(outputs({ result: 'error' })).toEqual({
      result: 'error',
      message: 'The message',
      tasks: '[]',
      'task-ids': '[]',
      'image-urls': '[]',
      'ready-clusters': '[]',
      'failed-clusters': '[]',
      'total-count': '0',
      'succeeded-count': '0',
      'failed-count': '0',
      'unfinished-count': '0',
      'created-task-ids': '[]',
      'waited-seconds': '90',
      'result-file': '/tmp/result.json',
    });
  });

  it('each of those that are declared, as text', () => {
    const set = outputs({ tasks: [task()] });
    expect(Object.keys(set)).toEqual([...OUTPUT_NAMES]);
    expect(Object.values(set).every((value) => typeof value === 'string')).toBe(true);
  });
});

const whole = task({
  products: products('p1'),
  imageSize: 5,
  state: 'Succeeded',
  createTime: START_SECONDS - 60,
  completeTime: START_SECONDS,
  note: 'sha',
  reasons: ['image pulled'],
});
const WHOLE_JSON = {
  id: 't1',
  imageName: 'pytorch',
  imageUrl: 'registry.example.com/team/pytorch:v2',
  clusterId: 'c1',
  clusterName: 'Cluster One',
  products: [{ productId: 'p1', productName: 'Product p1' }],
  imageSize: 5,
  state: 'Succeeded',
  createTime: new Date(START_SECONDS * 1000 - 60_000).toISOString(),
  completeTime: new Date(START_SECONDS * 1000).toISOString(),
  durationSeconds: 60,
  note: 'sha',
  reasons: ['image pulled'],
};

describe('a task in JSON', () => {
  it('is what is documented, and no more', () => {
    expect(JSON.parse(outputs({ tasks: [whole] }).tasks)).toEqual([WHOLE_JSON]);
  });

  it('has null for what is not known', () => {
    const bare = task({ createTime: null, state: 'Unknown', reportedState: 'Resting' });
    expect(JSON.parse(outputs({ tasks: [bare] }).tasks)).toMatchObject([
      { state: 'Unknown', imageSize: null, createTime: null, completeTime: null, durationSeconds: null },
    ]);
  });

  it('keeps remote text as it came', () => {
    const note = '::error::x\r\n##[group]\u2028\u0000"\\</script>';
    expect(JSON.parse(outputs({ tasks: [task({ note })] }).tasks)).toMatchObject([{ note }]);
    expect(outputs({ tasks: [task({ note })] }).tasks).not.toMatch(/[\r\n]/);
  });

  it('takes the last moment of every calendar', () => {
    const late = task({ createTime: 8_640_000_000_000 });
    expect(JSON.parse(outputs({ tasks: [late] }).tasks)).toMatchObject([
      { createTime: '+275760-09-13T00:00:00.000Z' },
    ]);
  });
});

describe('created tasks', () => {
  it('are told by their ids, whatever counts', () => {
    expect(outputs({ createdTaskIds: ['n2', 'n1"'] })).toMatchObject({
      'created-task-ids': '["n2","n1\\""]',
      'task-ids': '[]',
      'total-count': '0',
    });
  });

  it('are not those of which it is not clear whether they were created', () => {
    expect(outputs({ unclearCreations: ['c1'] })['created-task-ids']).toBe('[]');
  });
});

describe('lists and counts', () => {
  const states: Readonly<Record<string, readonly TaskState[]>> = {
    ready: ['Succeeded', 'Succeeded'],
    broken: ['Succeeded', 'Failed'],
    gone: ['Deleted'],
    busy: ['Succeeded', 'Running'],
    odd: ['Unknown'],
  };
  const tasks = Object.entries(states).flatMap(([clusterId, list]) =>
    list.map((state, index) =>
      task({ id: `${clusterId}-${index}`, clusterId, state, imageUrl: `r.io/x:${index}` }),
    ),
  );

  it('follow from the counted tasks', () => {
    expect(outputs({ tasks })).toMatchObject({
      'task-ids': '["ready-0","ready-1","broken-0","broken-1","gone-0","busy-0","busy-1","odd-0"]',
      'image-urls': '["r.io/x:0","r.io/x:1"]',
      'ready-clusters': '["ready"]',
      'failed-clusters': '["broken","gone"]',
      'total-count': '8',
      'succeeded-count': '4',
      'failed-count': '2',
      'unfinished-count': '2',
    });
  });

  it.each([
    [0, '0'],
    [999, '0'],
    [1_000, '1'],
    [61_999, '61'],
  ])('%i ms waited are %s seconds', (milliseconds, seconds) => {
    const { startedAt } = outcome();
    expect(outputs({ endedAt: startedAt + milliseconds })['waited-seconds']).toBe(seconds);
  });
});

describe('lists are cut to 64 KiB by whole items from their end', () => {
  it.each(['x', '测', '🚀', '"', '\u0001', '\ud800'])('with 500 tasks full of %j', (part) => {
    const long = part.repeat(300);
    const tasks = Array.from({ length: 500 }, (_, index) =>
      task({
        id: `${index}-${long}`,
        clusterId: `${index}-${long}`,
        imageUrl: `${index}-${long}`,
        state: index % 2 === 0 ? 'Succeeded' : 'Failed',
      }),
    );
    const cut = outputs({ tasks });
    const uncut = JSON.parse(resultFileContent(outcome({ tasks }), '')) as { tasks: unknown[] };
    for (const name of LISTS) {
      expect(Buffer.byteLength(cut[name])).toBeLessThanOrEqual(LIMIT);
      expect(Buffer.byteLength(cut[name])).toBeGreaterThan(LIMIT - 8_000);
    }
    const kept = JSON.parse(cut.tasks) as unknown[];
    expect(kept.length).toBeLessThan(500);
    expect(kept).toEqual(uncut.tasks.slice(0, kept.length));
    expect(JSON.parse(cut['task-ids'])).toEqual(
      tasks.map(({ id }) => id).slice(0, (JSON.parse(cut['task-ids']) as unknown[]).length),
    );
    expect(cut['total-count']).toBe('500');
  });

  it('to the byte', () => {
    const filling = (length: number) =>
      outputs({ tasks: [task({ id: 'a' }), task({ id: 'x'.repeat(length) })] })['task-ids'];
    const overhead = Buffer.byteLength('["a",""]');
    expect(Buffer.byteLength(filling(LIMIT - overhead))).toBe(LIMIT);
    expect(filling(LIMIT - overhead + 1)).toBe('["a"]');
  });

  it('with the ids of created tasks too', () => {
    const createdTaskIds = Array.from({ length: 500 }, (_, index) => `${index}-${'"'.repeat(300)}`);
    const cut = outputs({ createdTaskIds })['created-task-ids'];
    const kept = JSON.parse(cut) as string[];
    expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(LIMIT);
    expect(kept.length).toBeGreaterThan(50);
    expect(kept).toEqual(createdTaskIds.slice(0, kept.length));
  });

  it('to nothing where the first item alone is too long', () => {
    const tasks = [task({ note: 'x'.repeat(2 ** 20) }), task({ id: 't2' })];
    expect(outputs({ tasks }).tasks).toBe('[]');
    expect(outputs({ tasks })['task-ids']).toBe('["t1","t2"]');
  });
});

describe('the result file', () => {
  it('has everything, uncut', () => {
    const tasks = Array.from({ length: 500 }, (_, index) => ({
      ...whole,
      id: `t${index}`,
      note: 'x'.repeat(1_000),
    }));
    const content = resultFileContent(outcome({ tasks, failedPolls: 2 }), 'The message');
    expect(JSON.parse(content)).toEqual({
      version: 1,
      result: 'succeeded',
      message: 'The message',
      waitedSeconds: 90,
      polls: 7,
      failedPolls: 2,
      tasks: tasks.map(({ id, note }) => ({ ...WHOLE_JSON, id, note })),
    });
  });
});
