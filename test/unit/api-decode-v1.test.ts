import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePage, type Page } from '../../src/api/decode-v1.ts';
import type { PrewarmTask } from '../../src/tasks/task.ts';

const asIs = (text: string) => text;

const WIRE = {
  id: 'a1',
  imageName: 'pytorch',
  imageUrl: 'r.io/team/pytorch:v2',
  clusterId: 'c1',
  clusterName: 'v2测试(c1)',
  products: [{ productId: 'p1', productName: 'RTX 4090' }],
  imageSize: '6762128493',
  createTime: '1756361365',
  state: 'Succeeded',
  completeTime: '1756361371',
  note: 'sha-1',
  reason: ['image pulled successfully'],
  repositoryAuth: 'auth-1',
};
const DECODED: PrewarmTask = {
  id: 'a1',
  imageName: 'pytorch',
  imageUrl: 'r.io/team/pytorch:v2',
  clusterId: 'c1',
  clusterName: 'v2测试(c1)',
  products: [{ productId: 'p1', productName: 'RTX 4090' }],
  imageSize: 6_762_128_493,
  state: 'Succeeded',
  reportedState: 'Succeeded',
  createTime: 1_756_361_365,
  completeTime: 1_756_361_371,
  note: 'sha-1',
  reasons: ['image pulled successfully'],
};
const EMPTY: PrewarmTask = {
  id: 'a1',
  imageName: '',
  imageUrl: '',
  clusterId: '',
  clusterName: '',
  products: [],
  imageSize: null,
  state: 'Unknown',
  reportedState: '',
  createTime: null,
  completeTime: null,
  note: '',
  reasons: [],
};

function decoded(body: unknown): Page {
  const page = decodePage(body, asIs);
  if ('unreadable' in page) throw new Error(page.unreadable);
  return page;
}

function decodedTask(item: object): PrewarmTask {
  const [task, ...others] = decoded({ data: [item], total: 1 }).tasks;
  if (task === undefined || others.length > 0) throw new Error('not one task');
  return task;
}

describe("the vendor's example", () => {
  it('is read', () => {
    const path = new URL('../simulator/vendor/list-v1.example.json', import.meta.url);
    const { tasks, total } = decoded(JSON.parse(readFileSync(path, 'utf8')));
    expect(total).toBe(2);
    expect(tasks).toMatchObject([
      {
        id: 'nzd5nyi4keefsv2d',
        imageUrl: 'nginx',
        clusterName: 'v2测试(cn-dev-1)',
        products: [],
        imageSize: 72_298_048,
        state: 'Succeeded',
        createTime: 1_757_656_178,
        completeTime: 1_757_656_207,
        reasons: [],
      },
      {
        id: 'fexahnwdp4l1ajva',
        products: [{ productId: '4090.18c.60g.18c60g', productName: 'RTX 4090 24GB 18c' }],
        reasons: ['image pulled successfully'],
      },
    ]);
  });
});

describe('a task is read', () => {
  it('whole, without the registry authentication', () => {
    expect(decodedTask(WIRE)).toEqual(DECODED);
  });

  it('with nothing but an id', () => {
    expect(decodedTask({ id: 'a1' })).toEqual(EMPTY);
  });

  it('with null for everything but its id', () => {
    const nulls = Object.fromEntries(Object.keys(WIRE).map((field) => [field, null]));
    expect(decodedTask({ ...nulls, id: 'a1' })).toEqual(EMPTY);
  });

  const forms: readonly [string, object, Partial<PrewarmTask>][] = [
    ['an id as a number', { id: 42 }, { id: '42' }],
    ['an id of zero', { id: 0 }, { id: '0' }],
    [
      'a size and times as numbers',
      { imageSize: 5, createTime: 7, completeTime: 9 },
      { imageSize: 5, createTime: 7, completeTime: 9 },
    ],
    [
      'texts as numbers',
      { clusterId: 1, note: 2, imageUrl: 3 },
      { clusterId: '1', note: '2', imageUrl: '3' },
    ],
    ['a size that is empty', { imageSize: '' }, { imageSize: null }],
    ['a size of "0"', { imageSize: '0' }, { imageSize: null }],
    ['a size of 0', { imageSize: 0 }, { imageSize: null }],
    ['a size that is none', { imageSize: '6.3 GB' }, { imageSize: null }],
    ['a negative size', { imageSize: -1 }, { imageSize: null }],
    ['a size beyond what a number holds', { imageSize: '99999999999999999999' }, { imageSize: null }],
    ['no completion: empty', { completeTime: '' }, { completeTime: null }],
    ['no completion: "0"', { completeTime: '0' }, { completeTime: null }],
    ['no completion: 0', { completeTime: 0 }, { completeTime: null }],
    ['a creation time beyond every calendar', { createTime: '99999999999999' }, { createTime: null }],
    ['a creation time that is none', { createTime: 'today' }, { createTime: null }],
    ['a creation time that is an object', { createTime: { seconds: 1 } }, { createTime: null }],
    ['no products', { products: [] }, { products: [] }],
    ['products that are null', { products: null }, { products: [] }],
    [
      'a product without a name',
      { products: [{ productId: 'p' }] },
      { products: [{ productId: 'p', productName: '' }] },
    ],
    [
      'a product with a null name and a number as id',
      { products: [{ productId: 7, productName: null }] },
      { products: [{ productId: '7', productName: '' }] },
    ],
    ['reasons: one text', { reason: 'quota' }, { reasons: ['quota'] }],
    ['reasons: none', { reason: [] }, { reasons: [] }],
    ['reasons: null', { reason: null }, { reasons: [] }],
    ['reasons: empty text', { reason: '' }, { reasons: [] }],
    ['reasons: an empty text in a list', { reason: [''] }, { reasons: [] }],
    ['reasons: several, some of them nothing', { reason: ['a', null, '', 'b'] }, { reasons: ['a', 'b'] }],
    ['reasons: an object', { reason: { code: 1, message: 'x' } }, { reasons: ['{"code":1,"message":"x"}'] }],
    ['reasons: objects in a list', { reason: [{ message: 'x' }] }, { reasons: ['{"message":"x"}'] }],
    ['reasons: a number', { reason: 5 }, { reasons: ['5'] }],
    ['a state in lower case', { state: 'succeeded' }, { state: 'Succeeded', reportedState: 'succeeded' }],
    [
      'a state that nobody knows',
      { state: 'Resting' },
      { state: 'Unknown', reportedState: 'Resting', completeTime: null },
    ],
    ['a state that is null', { state: null }, { state: 'Unknown', reportedState: '', completeTime: null }],
    [
      'a state that is an object',
      { state: { status: 'running' } },
      { state: 'Unknown', reportedState: '', completeTime: null },
    ],
    [
      'a completion time while running',
      { state: 'Running' },
      { state: 'Running', reportedState: 'Running', completeTime: null },
    ],
    ['a failure', { state: 'Failed' }, { state: 'Failed', reportedState: 'Failed' }],
    ['an image address that is an object', { imageUrl: {} }, { imageUrl: '' }],
    ['fields that nobody knows', { extra: { deep: [1] }, __proto__: { id: 'x' } }, {}],
  ];
  it.each(forms)('%s', (_name, wire, expected) => {
    expect(decodedTask({ ...WIRE, ...wire })).toEqual({ ...DECODED, ...expected });
  });

  it('with every text through the redaction', () => {
    const loud = { ...WIRE, state: 'Resting' };
    const page = decodePage({ data: [loud] }, (text) => `<${text}>`);
    expect(page).toMatchObject({
      tasks: [
        {
          id: '<a1>',
          imageName: '<pytorch>',
          imageUrl: '<r.io/team/pytorch:v2>',
          clusterId: '<c1>',
          clusterName: '<v2测试(c1)>',
          products: [{ productId: '<p1>', productName: '<RTX 4090>' }],
          reportedState: '<Resting>',
          note: '<sha-1>',
          reasons: ['<image pulled successfully>'],
        },
      ],
    });
  });
});

describe('a page is read', () => {
  it.each<[string, object, Omit<Page, 'tasks'> & { count: number }]>([
    ['no data', { data: null, total: 0 }, { total: 0, count: 0 }],
    ['an empty list', { data: [], total: '0' }, { total: 0, count: 0 }],
    ['a total as text', { data: [WIRE], total: '12' }, { total: 12, count: 1 }],
    ['a total that is absent', { data: [WIRE] }, { total: null, count: 1 }],
    ['a total that is null', { data: [WIRE], total: null }, { total: null, count: 1 }],
    ['fields that nobody knows', { data: [WIRE], total: 1, page: 1 }, { total: 1, count: 1 }],
  ])('%s', (_name, body, { total, count }) => {
    const page = decoded(body);
    expect(page.total).toBe(total);
    expect(page.tasks).toHaveLength(count);
  });
});

describe('what cannot be read is said, and no part of the page is taken', () => {
  it.each<[string, unknown, string]>([
    ['no answer', undefined, 'the answer'],
    ['null', null, 'the answer'],
    ['a text', 'ok', 'the answer'],
    ['a number', 1, 'the answer'],
    ['a list', [WIRE], 'the answer'],
    ['an object without the list', { total: 0 }, 'data'],
    ['an error in a good answer', { code: 500, message: 'x' }, 'data'],
    ['the list as an object', { data: { 0: WIRE }, total: 1 }, 'data'],
    ['the list as a text', { data: '[]', total: 1 }, 'data'],
    ['a total that is none', { data: [], total: 'many' }, 'total'],
    ['a negative total', { data: [], total: -1 }, 'total'],
    ['a total with a fraction', { data: [], total: 1.5 }, 'total'],
    ['a total beyond what a number holds', { data: [], total: '99999999999999999999' }, 'total'],
    [
      'a task without an id',
      { data: [WIRE, { ...WIRE, id: undefined }] },
      'task 2 of the page has no readable id',
    ],
    ['a task with null as id', { data: [{ ...WIRE, id: null }] }, 'task 1 of the page has no readable id'],
    ['a task with an empty id', { data: [{ ...WIRE, id: '' }] }, 'task 1 of the page has no readable id'],
    ['a task with an object as id', { data: [{ ...WIRE, id: {} }] }, 'task 1 of the page has no readable id'],
    ['a task that is null', { data: [null] }, 'task 1 of the page'],
    ['a task that is a list', { data: [[]] }, 'task 1 of the page'],
    ['a task that is a text', { data: ['a1'] }, 'task 1 of the page'],
    ['products as an object', { data: [{ ...WIRE, products: {} }] }, 'products'],
    ['products as a text', { data: [{ ...WIRE, products: 'p1' }] }, 'products'],
    ['a product that is a text', { data: [{ ...WIRE, products: ['p1'] }] }, 'products.0'],
    [
      'a product without an id',
      { data: [{ ...WIRE, products: [{ productName: 'x' }] }] },
      'products.0.productId',
    ],
    [
      'a product with an empty id',
      { data: [{ ...WIRE, products: [{ productId: '' }] }] },
      'products.0.productId',
    ],
  ])('%s', (_name, body, what) => {
    expect(decodePage(body, asIs)).toEqual({ unreadable: expect.stringContaining(what) });
  });
});

describe('whatever the JSON', () => {
  const json = fc.jsonValue({ maxDepth: 4 });
  const field = fc.oneof(json, fc.constantFrom(...Object.values(WIRE)));
  const taskLike = fc.record(Object.fromEntries(Object.keys(WIRE).map((name) => [name, field])), {
    requiredKeys: [],
  });
  const pageLike = fc.record(
    { data: fc.oneof(json, fc.array(fc.oneof(taskLike, json))), total: json },
    { requiredKeys: [] },
  );

  it('it gives a page whose tasks are whole, or says what cannot be read', () => {
    fc.assert(
      fc.property(fc.oneof(json, pageLike), (body) => {
        const page = decodePage(body, asIs);
        if ('unreadable' in page) {
          expect(page.unreadable).not.toBe('');
          return;
        }
        expect(page.total === null || Number.isSafeInteger(page.total)).toBe(true);
        for (const task of page.tasks) {
          expect(Object.keys(task).sort()).toEqual(Object.keys(DECODED).sort());
          expect(task.id).not.toBe('');
          for (const number of [task.imageSize, task.createTime, task.completeTime]) {
            expect(number === null || (Number.isSafeInteger(number) && number > 0)).toBe(true);
          }
          for (const text of [task.note, task.imageUrl, task.clusterId, ...task.reasons]) {
            expect(typeof text).toBe('string');
          }
          if (task.createTime !== null)
            expect(() => new Date(task.createTime as number).toISOString()).not.toThrow();
        }
      }),
      { numRuns: 500 },
    );
  });

  const DEPTH = 100_000;
  const deepList: unknown = JSON.parse('['.repeat(DEPTH) + ']'.repeat(DEPTH));
  const deepObject: unknown = JSON.parse(`${'{"a":'.repeat(DEPTH)}1${'}'.repeat(DEPTH)}`);
  describe.each([
    ['lists', deepList],
    ['objects', deepObject],
  ])('%s nested 100,000 deep do not throw', (_name, deep) => {
    it.each(['the answer', 'data', 'total'])('as %s', (where) => {
      const body = where === 'the answer' ? deep : { data: [], total: 0, [where]: deep };
      expect(() => decodePage(body, asIs)).not.toThrow();
    });

    it.each(Object.keys(WIRE))('as the %s of a task', (name) => {
      expect(() => decodePage({ data: [{ ...WIRE, [name]: deep }] }, asIs)).not.toThrow();
    });
  });
});
