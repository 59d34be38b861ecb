import { describe, expect, test } from 'vitest';
import { body, data } from '../simulator/faults.ts';
import { lone, play } from './support.ts';

const AUTH = 'registry-credentials-77';

/** A task as v2 documents it. */
const DOCUMENTED = {
  task_id: 'pw-1',
  name: 'app:v1',
  image: 'registry.example.com/team/app:v1',
  region_id: 'region-a',
  product_ids: ['product-a'],
  image_size: 6762128493,
  created_at: 1757656178,
  completed_at: 1757656267,
  status: { status: 'succeeded', error: '', message: '' },
  registry_auth_id: AUTH,
  note: 'build 7',
  reason: [''],
};

/** The answer to every request: these tasks, on one page. */
function page(...tasks: readonly unknown[]) {
  return { data: tasks, next_cursor: '', has_more: false };
}

/** A step that gets this JSON for an answer, and all that it left behind. */
function answered(json: unknown, inputs: Readonly<Record<string, string>> = {}) {
  const text = typeof json === 'string' ? json : JSON.stringify(json);
  return play({ faults: [body(text)], inputs: { 'appear-timeout': '0', timeout: '1s', ...inputs } });
}

describe.concurrent('the outputs', () => {
  test('hold every counted task as the contract has it, and never the registry credentials', async () => {
    const running = {
      ...DOCUMENTED,
      task_id: 'pw-2',
      name: 'app',
      image: 'app',
      region_id: 'region-b',
      product_ids: [],
      image_size: 0,
      completed_at: 0,
      status: { status: 'running', error: '', message: 'pulling layer 3' },
      note: '',
      reason: [`uses ${AUTH}`],
    };
    const failed = {
      ...DOCUMENTED,
      task_id: 'pw-3',
      region_id: 'region-c',
      status: { status: 'failed', error: 'no such tag', message: 'gave up' },
      reason: ['no such tag', 'the registry said 404'],
    };
    const ended = await answered(page(DOCUMENTED, running, failed));
    expect(ended.result).toBe('failed');
    expect(Object.fromEntries(ended.tasks.map((one) => [one.id, one]))).toEqual({
      'pw-1': {
        id: 'pw-1',
        imageName: 'app',
        imageUrl: 'registry.example.com/team/app:v1',
        clusterId: 'region-a',
        clusterName: '',
        products: [{ productId: 'product-a', productName: '' }],
        imageSize: 6762128493,
        state: 'Succeeded',
        createTime: '2025-09-12T05:49:38.000Z',
        completeTime: '2025-09-12T05:51:07.000Z',
        durationSeconds: 89,
        note: 'build 7',
        reasons: [],
      },
      'pw-2': expect.objectContaining({
        imageName: 'app',
        products: [],
        imageSize: null,
        state: 'Running',
        completeTime: null,
        durationSeconds: null,
        reasons: ['uses ***', 'pulling layer 3'],
      }),
      'pw-3': expect.objectContaining({
        state: 'Failed',
        reasons: ['no such tag', 'the registry said 404', 'gave up'],
      }),
    });
    expect(ended.outputs).toMatchObject({
      'ready-clusters': '["region-a"]',
      'failed-clusters': '["region-c"]',
    });
    expect(JSON.stringify(ended), 'credentials stay inside').not.toContain(AUTH);
  });
});

describe.concurrent('a good answer', () => {
  test.each<[string, Readonly<Record<string, unknown>>, string]>([
    ['a status that is a bare word', { status: 'succeeded' }, 'succeeded'],
    ['a status in capitals', { status: { status: 'SUCCEEDED' } }, 'succeeded'],
    ['an id under the name of v1', { task_id: undefined, id: 'pw-1' }, 'succeeded'],
    ['texts for numbers', { created_at: '1757656178', completed_at: '1757656267' }, 'succeeded'],
    [
      'nothing in every optional field',
      { product_ids: null, note: null, reason: null, image_size: null, completed_at: null },
      'succeeded',
    ],
    ['no status', { status: undefined }, 'timed-out'],
    ['a status of null', { status: null }, 'timed-out'],
    ['an empty status', { status: {} }, 'timed-out'],
    ['a completion time while it runs', { status: { status: 'running' } }, 'timed-out'],
    [
      'a message of success while it runs',
      { status: { status: 'running', message: 'succeeded' } },
      'timed-out',
    ],
  ])('may have %s', async (_what, fields, result) => {
    const ended = await answered(page({ ...DOCUMENTED, ...fields }));
    expect([ended.result, ended.taskIds, ended.file.failedPolls]).toEqual([result, ['pw-1'], 0]);
  });

  test('may have ids that no number holds', async () => {
    const json = JSON.stringify(page({ ...DOCUMENTED, task_id: 0, region_id: 7 }));
    const ended = await answered(json.replace('"task_id":0', '"task_id":12345678901234567'), {
      'cluster-ids': '7',
    });
    expect([ended.result, ended.taskIds, ended.outputs['ready-clusters']]).toEqual([
      'succeeded',
      ['12345678901234567'],
      '["7"]',
    ]);
  });

  test.each([
    ['an empty list', page()],
    ['null for a list', { data: null, next_cursor: null, has_more: null }],
    ['a list alone', { data: [] }],
  ])('that has nothing may be %s', async (_what, json) => {
    const ended = await answered(json);
    expect([ended.result, ended.file.failedPolls]).toEqual(['not-found', 0]);
  });
});

describe.concurrent('nothing is judged while a task has', () => {
  test.each<[string, Readonly<Record<string, unknown>>]>([
    ['no id', { task_id: undefined }],
    ['an id that is an object', { task_id: { id: 'a' } }],
    ['products that are a text', { product_ids: 'product-a' }],
    ['a product that is an object', { product_ids: [{ productId: 'p' }] }],
    ['a product that is empty', { product_ids: [''] }],
  ])('%s', async (_what, fields) => {
    const faults = [data((items) => [...items, { ...DOCUMENTED, ...fields }])];
    const ended = await play({ tasks: [lone('a')], faults, inputs: { timeout: '1s', require: 'any' } });
    expect([ended.result, ended.outputs['total-count']]).toEqual(['error', '0']);
  });
});
