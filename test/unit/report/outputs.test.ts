import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../src/outcome.ts';
import { OUTPUT_NAMES, outputsFor, resultFileContent } from '../../../src/report/outputs.ts';
import { START, START_SECONDS } from '../support/factories.ts';
import { clustersOf, failed, outcome, succeeded, task } from './support.ts';

const LIMIT = 64 * 1024;
const result = (happened: Partial<Outcome>) =>
  outputsFor(outcome(happened), 'The message', '/tmp/result.json');
const outputs = (happened: Partial<Outcome>) => result(happened).outputs;
const kept = (json: string) => JSON.parse(json) as unknown[];
const products = [{ productId: 'p1', productName: 'Product p1' }];
const rest = { imageSize: 5, note: 'sha', reasons: ['pulled'], products };
const whole = succeeded({ ...rest, completeTime: START_SECONDS });
// biome-ignore format: a few fields a line
const WHOLE_JSON = {
  ...rest, id: 't1', imageName: 'pytorch', imageUrl: 'registry.example.com/ml/pytorch:2.9', clusterId: 'c1',
  clusterName: '', state: 'Succeeded', createTime: '2027-01-15T07:59:00.000Z',
  completeTime: '2027-01-15T08:00:00.000Z', durationSeconds: 60,
};

describe('every output is set', () => {
  it('when nothing was found', () => {
    const empty = OUTPUT_NAMES.map((name) => [name, name.endsWith('count') ? '0' : '[]']);
    const told = { result: 'error', message: 'The message', 'result-file': '/tmp/result.json' };
    const outputs = { ...Object.fromEntries(empty), ...told, 'waited-seconds': '90' };
    expect(result({ result: 'error' })).toEqual({ outputs, warnings: [] });
  });

  it('from the counted tasks and their clusters', () => {
    // biome-ignore format: short cases
    const tasks = [
      succeeded({ id: 'a1' }), succeeded({ id: 'a2', imageUrl: 'x' }), failed({ id: 'b', clusterId: 'b' }),
      task({ id: 'g', clusterId: 'g', state: 'Deleted' }), task({ id: 'd', clusterId: 'd', state: 'Unknown' }),
    ];
    const asked = { clusters: clustersOf(tasks, 'empty'), unclearCreations: [{ clusterId: 'c7' }] };
    const happened = { tasks, ...asked, createdTaskIds: ['n2', 'n1"'], deletedTaskIds: ['o'] };
    // biome-ignore format: a few fields a line
    expect(outputs(happened)).toMatchObject({
      'task-ids': '["a1","a2","b","g","d"]', 'image-urls': '["registry.example.com/ml/pytorch:2.9","x"]',
      'ready-clusters': '["c1"]', 'not-ready-clusters': '["b","g","d","empty"]', 'failed-clusters': '["b","g"]',
      'total-count': '5', 'succeeded-count': '2', 'failed-count': '2', 'unfinished-count': '1',
      'created-task-ids': '["n2","n1\\""]', 'deleted-task-ids': '["o"]',
    });
  });

  it('with whole seconds waited, rounded down', () => {
    const waited = [999, 61_999].map((time) => outputs({ endedAt: START + time })['waited-seconds']);
    expect(waited).toEqual(['0', '61']);
  });
});

describe('a task in JSON', () => {
  it('is what is documented and no more: never the id of registry credentials', () => {
    expect(JSON.parse(outputs({ tasks: [whole] }).tasks)).toEqual([WHOLE_JSON]);
    expect(outputs({ tasks: [whole] }).tasks).not.toContain(whole.registryAuthId);
  });

  it('has null for what is not known, and the last moment of every calendar', () => {
    const unknown = { imageSize: null, createTime: null, completeTime: null, durationSeconds: null };
    const tasks = [task({ createTime: null }), task({ createTime: 8_640_000_000_000 })];
    const last = { createTime: '+275760-09-13T00:00:00.000Z' };
    expect(JSON.parse(outputs({ tasks }).tasks)).toMatchObject([unknown, last]);
  });

  it('keeps remote text as it came, on one line', () => {
    const note = '::error::x\r\n##[group]\u2028\u0000"\\</script>';
    expect(JSON.parse(outputs({ tasks: [task({ note })] }).tasks)).toMatchObject([{ note }]);
    expect(outputs({ tasks: [task({ note })] }).tasks).not.toMatch(/[\r\n]/);
  });
});

describe('lists are cut to 64 KiB by whole items from their end', () => {
  const parts = ['x', '测', '🚀', '"', '\u0001', '\ud800'];
  it.each(parts)('with 500 items full of %j, and a warning says so', (part) => {
    const ids = Array.from({ length: 500 }, (_, index) => `${index}-${part.repeat(300)}`);
    const tasks = ids.map((id) => task({ id, clusterId: id, imageUrl: id }));
    const { outputs: cut, warnings } = result({ tasks, createdTaskIds: ids, deletedTaskIds: ids });
    for (const name of OUTPUT_NAMES.filter((name) => /ids|urls|not-ready/.test(name))) {
      const bytes = Buffer.byteLength(cut[name]);
      expect([bytes > LIMIT - 8_000, bytes <= LIMIT]).toEqual([true, true]);
      expect(kept(cut[name])).toEqual(ids.slice(0, kept(cut[name]).length));
      expect(warnings.join()).toContain(`${500 - kept(cut[name]).length} of 500 from ${name}`);
    }
    expect([warnings.length, cut['total-count']]).toEqual([1, '500']);
    expect(warnings[0]).toContain('result-file has every task: /tmp/result.json');
    const uncut = JSON.parse(resultFileContent(outcome({ tasks }), '')) as { tasks: unknown[] };
    expect(kept(cut.tasks)).toEqual(uncut.tasks.slice(0, kept(cut.tasks).length));
  });

  it('to the byte, and to nothing where the first item alone is too long', () => {
    const filling = (...lengths: number[]) =>
      outputs({ createdTaskIds: lengths.map((length) => 'x'.repeat(length)) })['created-task-ids'];
    const overhead = Buffer.byteLength('["x",""]');
    expect(Buffer.byteLength(filling(1, LIMIT - overhead))).toBe(LIMIT);
    expect(filling(1, LIMIT - overhead + 1)).toBe('["x"]');
    expect(filling(LIMIT, 1)).toBe('[]');
  });

  it('and where there is no result file the warning says that', () => {
    const tasks = [task({ note: 'x'.repeat(LIMIT) })];
    expect(outputsFor(outcome({ tasks }), '', '').warnings).toEqual([
      expect.stringMatching(/1 of 1 from tasks; the result file could not be written$/),
    ]);
  });
});

it('the result file has everything, uncut', () => {
  const note = 'x'.repeat(1_000);
  const ids = Array.from({ length: 500 }, (_, index) => `t${index}`);
  const happened = outcome({ tasks: ids.map((id) => ({ ...whole, id, note })), failedPolls: 2 });
  const tasks = ids.map((id) => ({ ...WHOLE_JSON, id, note }));
  const told = { version: 1, result: 'succeeded', message: 'The message' };
  const counted = { waitedSeconds: 90, polls: 7, failedPolls: 2 };
  expect(JSON.parse(resultFileContent(happened, 'The message'))).toEqual({ ...told, ...counted, tasks });
});
