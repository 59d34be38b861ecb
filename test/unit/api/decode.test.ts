import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePage as decodeV1 } from '../../../src/api/v1.ts';
import { decodeTask, decodePage as decodeV2 } from '../../../src/api/v2.ts';
import type { PrewarmTask } from '../../../src/tasks/task.ts';

// biome-ignore format: a few fields a line
const V1 = {
  id: 'a1', imageName: 'pytorch', imageUrl: 'r.io/team/pytorch:v2', clusterId: 'c1', clusterName: 'v2测试(c1)',
  products: [{ productId: 'p1', productName: 'RTX 4090' }], imageSize: '6762128493', createTime: '1756361365',
  state: 'Succeeded', completeTime: '1756361371', note: 'sha-1', reason: ['image pulled successfully'],
  repositoryAuth: 'auth-1',
};
// biome-ignore format: a few fields a line
const V2 = {
  task_id: 'a1', name: 'pytorch:v2', image: 'r.io/team/pytorch:v2', region_id: 'c1', product_ids: ['p1'],
  image_size: 6_762_128_493, created_at: 1_756_361_365, completed_at: 1_756_361_371,
  status: { status: 'Succeeded', error: '', message: '' }, registry_auth_id: 'auth-1', note: 'sha-1',
  reason: ['image pulled successfully'],
};
// biome-ignore format: pairs
const V2_NAMES: Readonly<Record<string, string>> = {
  id: 'task_id', imageUrl: 'image', clusterId: 'region_id', products: 'product_ids', imageSize: 'image_size',
  createTime: 'created_at', completeTime: 'completed_at', state: 'status',
};

const { imageSize, createTime, completeTime, reason, repositoryAuth, ...TEXTS } = V1;
// biome-ignore format: a few fields a line
const FROM_V1: PrewarmTask = {
  ...TEXTS, imageSize: 6_762_128_493, state: 'Succeeded', reportedState: 'Succeeded', createTime: 1_756_361_365,
  completeTime: 1_756_361_371, reasons: ['image pulled successfully'], registryAuthId: 'auth-1',
};
const FROM_V2 = { ...FROM_V1, clusterName: '', products: [{ productId: 'p1', productName: '' }] };
const NO_STATE = { state: 'Unknown', reportedState: '', completeTime: null } as const;
// biome-ignore format: a few fields a line
const EMPTY: PrewarmTask = {
  ...NO_STATE, id: 'a1', imageName: '', imageUrl: '', clusterId: '', clusterName: '', note: '',
  registryAuthId: '', products: [], imageSize: null, createTime: null, reasons: [],
};

/** Fields by their names in v1, under those of the version. */
// biome-ignore format: a case a line
const VERSIONS = [
  { version: 'v1', decode: decodeV1, wire: V1 as object, decoded: FROM_V1, named: (name: string) => name },
  { version: 'v2', decode: decodeV2, wire: V2 as object, decoded: FROM_V2, named: (name: string) => V2_NAMES[name] ?? name },
] as const;

function taskFrom(decode: typeof decodeV1, item: object): PrewarmTask {
  const page = decode({ data: [item] });
  if ('unreadable' in page) throw new Error(page.unreadable);
  expect(page.tasks).toHaveLength(1);
  return page.tasks[0] as PrewarmTask;
}

it("the vendor's example of v1 is read", () => {
  const path = new URL('../../simulator/vendor/list-v1.example.json', import.meta.url);
  const ids = ['nzd5nyi4keefsv2d', 'fexahnwdp4l1ajva'];
  const tasks = ids.map((id) => expect.objectContaining({ id, state: 'Succeeded' }));
  expect(decodeV1(JSON.parse(readFileSync(path, 'utf8')))).toEqual({ total: 2, tasks });
});

describe.each(VERSIONS)('$version reads a task', ({ decode, wire, decoded, named }) => {
  const fields = (change: object) =>
    Object.fromEntries(Object.entries(change).map(([name, value]) => [named(name), value]));

  it('whole, its texts as they came', () => {
    expect(taskFrom(decode, wire)).toEqual(decoded);
  });

  it('with nothing but an id, and with null for all else', () => {
    const nulls = Object.fromEntries(Object.keys(wire).map((name) => [name, null]));
    expect(taskFrom(decode, fields({ id: 'a1' }))).toEqual(EMPTY);
    expect(taskFrom(decode, { ...nulls, ...fields({ id: 'a1' }) })).toEqual(EMPTY);
  });

  // biome-ignore format: a case a line
  it.each<[string, object, Partial<PrewarmTask>]>([
    ['an id as a number', { id: 42 }, { id: '42' }],
    ['an id of zero', { id: 0 }, { id: '0' }],
    ['sizes and times as numbers', { imageSize: 5, createTime: 7 }, { imageSize: 5, createTime: 7 }],
    ['sizes and times as texts', { imageSize: '5', createTime: '7' }, { imageSize: 5, createTime: 7 }],
    ['a size of "0"', { imageSize: '0' }, { imageSize: null }],
    ['a size that is none', { imageSize: '6.3 GB' }, { imageSize: null }],
    ['a negative size', { imageSize: -1 }, { imageSize: null }],
    ['a size beyond what a number holds', { imageSize: '99999999999999999999' }, { imageSize: null }],
    ['no completion', { completeTime: 0 }, { completeTime: null }],
    ['the latest time there is', { createTime: 8_640_000_000_000 }, { createTime: 8_640_000_000_000 }],
    ['a time beyond every calendar', { createTime: 8_640_000_000_001 }, { createTime: null }],
    ['a time that is an object', { createTime: { seconds: 1 } }, { createTime: null }],
    ['texts as numbers', { clusterId: 1, note: 2 }, { clusterId: '1', note: '2' }],
    ['an address that is an object', { imageUrl: {} }, { imageUrl: '' }],
    ['products that are null', { products: null }, { products: [] }],
    ['a state in capitals', { state: 'FAILED' }, { state: 'Failed', reportedState: 'FAILED' }],
    ['no completion while running', { state: 'running' }, { ...NO_STATE, state: 'Running', reportedState: 'running' }],
    ['a state that nobody knows', { state: 'Resting' }, { ...NO_STATE, reportedState: 'Resting' }],
    ['a state that is null', { state: null }, NO_STATE],
    ['a state that is a list', { state: ['Succeeded'] }, NO_STATE],
    ['one reason', { reason: 'quota' }, { reasons: ['quota'] }],
    ['no reasons', { reason: null }, { reasons: [] }],
    ['several reasons', { reason: ['a', null, '', 5] }, { reasons: ['a', '5'] }],
    ['a reason as an object', { reason: { code: 1 } }, { reasons: ['{"code":1}'] }],
    ['fields that nobody knows', { extra: { deep: [1] }, __proto__: { id: 'x' } }, {}],
  ])('with %s', (_what, change, expected) => {
    expect(taskFrom(decode, { ...wire, ...fields(change) })).toEqual({ ...decoded, ...expected });
  });

  const changed = (change: object) => ({ data: [wire, { ...wire, ...fields(change) }] });
  it.each<[string, unknown, string]>([
    ['no answer', undefined, 'the answer has no readable content'],
    ['null', null, 'the answer has no readable'],
    ['a text', 'ok', 'the answer has no readable'],
    ['a list', [wire], 'the answer has no readable data'],
    ['an object without the list', { total: 0 }, 'the answer has no readable data'],
    ['the list as an object', { data: { 0: wire } }, 'the answer has no readable data'],
    ['an error', { code: 500, message: 'x' }, 'the answer has no readable data'],
    ['an error beside null', { data: null, code: 500, message: 'x' }, 'the answer is an error, 500 x'],
    ['an error by its reason', { data: null, code: 0, reason: 'E' }, 'the answer is an error, 0 E'],
    ['a task without an id', changed({ id: '' }), 'task 2 of the page has no readable'],
    ['a task that is null', { data: [null] }, 'task 1 of the page has no readable'],
    ['products as a text', changed({ products: 'p1' }), `has no readable ${named('products')}`],
    ['a product without an id', changed({ products: [{}] }), `has no readable ${named('products')}.0`],
  ])('but not %s, and takes no part of it', (_what, body, problem) => {
    expect(decode(body)).toEqual({ unreadable: expect.stringContaining(problem) });
  });

  it.each([{}, { code: 200, message: 'OK' }])('and none from null with %j', (beside) => {
    expect(decode({ data: null, ...beside })).toMatchObject({ tasks: [] });
  });

  it('of any shape without throwing', () => {
    const value = fc.oneof(fc.jsonValue(), fc.bigInt(), fc.constant(undefined));
    const item = fc.record(Object.fromEntries(Object.keys(wire).map((name) => [name, value])));
    const lists = fc.record({ data: fc.array(fc.oneof(item, value)) });
    fc.assert(
      fc.property(fc.oneof(lists, value), (body) => {
        const page = decode(body);
        for (const task of 'unreadable' in page ? [] : page.tasks) {
          expect(Object.keys(task).sort()).toEqual(Object.keys(EMPTY).sort());
          expect(task.id).not.toBe('');
          for (const time of [task.createTime, task.completeTime]) {
            expect(() => new Date((time ?? 0) * 1000).toISOString()).not.toThrow();
          }
        }
      }),
    );
  });

  it('nested 100,000 deep without throwing', () => {
    const deep: unknown = JSON.parse(`${'[{"a":'.repeat(50_000)}1${'}]'.repeat(50_000)}`);
    const bodies = Object.keys(wire).map((name) => ({ data: [{ ...wire, [name]: deep }] }));
    for (const body of [deep, { data: deep }, ...bodies]) expect(() => decode(body)).not.toThrow();
  });
});

describe('a page of v1', () => {
  const unreadable = { unreadable: 'the answer has no readable total' };
  // biome-ignore format: short cases
  it.each([
    [12, { tasks: [], total: 12 }], ['12', { tasks: [], total: 12 }], [null, { tasks: [], total: null }],
    [undefined, { tasks: [], total: null }], ['many', unreadable], [-1, unreadable], [1.5, unreadable],
    ['99999999999999999999', unreadable],
  ])('with the total %j is %j', (total, page) => {
    expect(decodeV1({ data: [], total })).toEqual(page);
  });

  it('has products without a name', () => {
    const item = { ...V1, products: [{ productId: 7, productName: null }] };
    expect(taskFrom(decodeV1, item).products).toEqual([{ productId: '7', productName: '' }]);
  });
});

describe('a page of v2', () => {
  // biome-ignore format: short cases
  it.each<[object, string | null]>([
    [{ has_more: true, next_cursor: 'n' }, 'n'], [{ has_more: 'true', next_cursor: 10 }, '10'],
    [{ next_cursor: 'n' }, 'n'], [{ has_more: false, next_cursor: 'n' }, null],
    [{ has_more: 'false', next_cursor: 'n' }, null], [{ has_more: null, next_cursor: null }, null],
    [{}, null],
  ])('with %j leads on', (fields, nextCursor) => {
    expect(decodeV2({ data: [], ...fields })).toEqual({ tasks: [], total: null, nextCursor });
  });

  it.each([
    [{ has_more: true }, 'has_more, but has no next_cursor'],
    [{ has_more: 'perhaps' }, 'no readable has_more'],
  ])('with %j cannot be read', (fields, problem) => {
    expect(decodeV2({ data: [], ...fields })).toEqual({ unreadable: expect.stringContaining(problem) });
  });

  // biome-ignore format: a case a line
  it.each<[string, object, Partial<PrewarmTask>]>([
    ['an id as id', { task_id: undefined, id: 'b2' }, { id: 'b2' }],
    ['a name with a digest', { name: 'app@sha256:0' }, { imageName: 'app' }],
    ['no status', { status: undefined }, NO_STATE],
    ['a status inside the status', { status: { status: { status: 'Succeeded' } } }, NO_STATE],
    ['error and message after the reasons, each once', { status: { status: 'Failed', error: 'PULL', message: 'why' }, reason: ['why'] }, { state: 'Failed', reportedState: 'Failed', reasons: ['why', 'PULL'] }],
  ])('has tasks with %s', (_what, change, expected) => {
    expect(taskFrom(decodeV2, { ...V2, ...change })).toEqual({ ...FROM_V2, ...expected });
  });

  it('has tasks like those that are asked for by their ids, as they are or inside data', () => {
    expect([decodeTask(V2), decodeTask({ data: V2 })]).toEqual([FROM_V2, FROM_V2]);
    expect(decodeTask({})).toEqual({ unreadable: 'the answer has no readable task_id' });
  });
});
