import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createdTaskId } from '../../src/api/decode.ts';
import { decodeQuota } from '../../src/api/decode-v1.ts';
import { decodePage, decodeTask, type Page } from '../../src/api/decode-v2.ts';
import type { PrewarmTask } from '../../src/tasks/task.ts';

const asIs = (text: string) => text;

// The vendor's own example.
const EXAMPLE = {
  data: [
    {
      task_id: 'prewarm-task-id',
      name: 'image:tag',
      image: 'registry.example.com/team/image:tag',
      region_id: 'region-a',
      product_ids: ['product-a'],
      image_size: 10_737_418_240,
      created_at: 1_714_982_400,
      completed_at: 0,
      status: { status: 'running', error: '', message: '' },
      registry_auth_id: 'registry-auth-id',
      note: '',
      reason: [''],
    },
  ],
  next_cursor: 'eyJpZCI6Im5leHQtcGFnZSJ9',
  has_more: true,
};
const WIRE = {
  task_id: 'a1',
  name: 'pytorch:v2',
  image: 'r.io/team/pytorch:v2',
  region_id: 'c1',
  product_ids: ['p1'],
  image_size: 6_762_128_493,
  created_at: 1_756_361_365,
  completed_at: 1_756_361_371,
  status: { status: 'succeeded', error: '', message: '' },
  registry_auth_id: 'auth-0123',
  note: 'sha-1',
  reason: ['image pulled successfully'],
};
const DECODED: PrewarmTask = {
  id: 'a1',
  imageName: 'pytorch',
  imageUrl: 'r.io/team/pytorch:v2',
  clusterId: 'c1',
  clusterName: '',
  products: [{ productId: 'p1', productName: '' }],
  imageSize: 6_762_128_493,
  state: 'Succeeded',
  reportedState: 'succeeded',
  createTime: 1_756_361_365,
  completeTime: 1_756_361_371,
  note: 'sha-1',
  reasons: ['image pulled successfully'],
};
const EMPTY: PrewarmTask = {
  ...DECODED,
  imageName: '',
  imageUrl: '',
  clusterId: '',
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
  const [task, ...others] = decoded({ data: [item] }).tasks;
  if (task === undefined || others.length > 0) throw new Error('not one task');
  return task;
}

describe("the vendor's example", () => {
  it('is read', () => {
    expect(decoded(EXAMPLE)).toEqual({
      tasks: [
        {
          id: 'prewarm-task-id',
          imageName: 'image',
          imageUrl: 'registry.example.com/team/image:tag',
          clusterId: 'region-a',
          clusterName: '',
          products: [{ productId: 'product-a', productName: '' }],
          imageSize: 10_737_418_240,
          state: 'Running',
          reportedState: 'running',
          createTime: 1_714_982_400,
          completeTime: null,
          note: '',
          reasons: [],
        },
      ],
      nextCursor: 'eyJpZCI6Im5leHQtcGFnZSJ9',
    } satisfies Page);
  });
});

describe('a task is read', () => {
  it('whole, without the registry authentication', () => {
    expect(decodedTask(WIRE)).toEqual(DECODED);
    expect(JSON.stringify(decodedTask(WIRE))).not.toContain('auth-0123');
  });

  it('with nothing but an id', () => {
    expect(decodedTask({ task_id: 'a1' })).toEqual(EMPTY);
  });

  it('with null for everything but its id', () => {
    const nulls = Object.fromEntries(Object.keys(WIRE).map((field) => [field, null]));
    expect(decodedTask({ ...nulls, task_id: 'a1' })).toEqual(EMPTY);
  });

  const unfinished = { state: 'Unknown', completeTime: null } as const;
  const status = (word: unknown, more: object = {}) => ({
    status: { status: word, error: '', message: '', ...more },
  });
  const forms: readonly [string, object, Partial<PrewarmTask>][] = [
    ['its id as id', { task_id: undefined, id: 'b2' }, { id: 'b2' }],
    ['an empty task_id and an id', { task_id: '', id: 'b2' }, { id: 'b2' }],
    ['both ids: task_id', { id: 'b2' }, {}],
    ['an id as a number', { task_id: 42 }, { id: '42' }],
    [
      'numbers as text',
      { image_size: '5', created_at: '7', completed_at: '9' },
      { imageSize: 5, createTime: 7, completeTime: 9 },
    ],
    ['texts as numbers', { region_id: 1, note: 2, image: 3 }, { clusterId: '1', note: '2', imageUrl: '3' }],
    ['a size of 0', { image_size: 0 }, { imageSize: null }],
    ['a size that is none', { image_size: -1 }, { imageSize: null }],
    ['no completion: 0', { completed_at: 0 }, { completeTime: null }],
    ['no completion: "0"', { completed_at: '0' }, { completeTime: null }],
    ['no completion: ""', { completed_at: '' }, { completeTime: null }],
    ['a creation time beyond every calendar', { created_at: 99_999_999_999_999 }, { createTime: null }],
    ['a creation time with a fraction', { created_at: 1.5 }, { createTime: null }],
    ['a name without a tag', { name: 'pytorch' }, { imageName: 'pytorch' }],
    ['a name with a digest', { name: `pytorch@sha256:${'0'.repeat(64)}` }, { imageName: 'pytorch' }],
    ['no products', { product_ids: [] }, { products: [] }],
    ['products that are null', { product_ids: null }, { products: [] }],
    ['products that are absent', { product_ids: undefined }, { products: [] }],
    ['a product as a number', { product_ids: [7] }, { products: [{ productId: '7', productName: '' }] }],
    ['a failure', status('failed'), { state: 'Failed', reportedState: 'failed' }],
    [
      'a completion while running',
      status('running'),
      { state: 'Running', reportedState: 'running', completeTime: null },
    ],
    [
      'a completion while pending',
      status('pending'),
      { state: 'Pending', reportedState: 'pending', completeTime: null },
    ],
    ['a state in another case', status('SUCCEEDED'), { reportedState: 'SUCCEEDED' }],
    ['a state as a bare word', { status: 'failed' }, { state: 'Failed', reportedState: 'failed' }],
    ['a state that nobody knows', status('resting'), { ...unfinished, reportedState: 'resting' }],
    ['a status that is null', { status: null }, { ...unfinished, reportedState: '' }],
    ['a status that is absent', { status: undefined }, { ...unfinished, reportedState: '' }],
    ['a status that is empty', { status: {} }, { ...unfinished, reportedState: '' }],
    ['a status that is a list', { status: ['succeeded'] }, { ...unfinished, reportedState: '' }],
    ['a status inside the status', status({ status: 'succeeded' }), { ...unfinished, reportedState: '' }],
    ['no reason: [""]', { reason: [''] }, { reasons: [] }],
    ['no reason: null', { reason: null }, { reasons: [] }],
    ['no reason: absent', { reason: undefined }, { reasons: [] }],
    ['a reason as text', { reason: 'quota' }, { reasons: ['quota'] }],
    ['a reason as an object', { reason: { code: 1 } }, { reasons: ['{"code":1}'] }],
    [
      'error and message of the status after the reasons',
      { ...status('failed', { error: 'PULL', message: 'rate limit' }), reason: ['why'] },
      { state: 'Failed', reportedState: 'failed', reasons: ['why', 'PULL', 'rate limit'] },
    ],
    [
      'what is said twice, once',
      { ...status('failed', { error: 'why', message: 'why' }), reason: ['why'] },
      { state: 'Failed', reportedState: 'failed', reasons: ['why'] },
    ],
    ['fields that nobody knows', { extra: { deep: [1] } }, {}],
  ];
  it.each(forms)('%s', (_name, wire, expected) => {
    expect(decodedTask({ ...WIRE, ...wire })).toEqual({ ...DECODED, ...expected });
  });

  const loud = {
    ...WIRE,
    status: { status: 'resting', error: 'E', message: 'M' },
  };
  it('with every text through the redaction', () => {
    const page = decodePage({ data: [loud] }, (text) => `<${text}>`);
    expect(page).toMatchObject({
      tasks: [
        {
          id: '<a1>',
          imageName: '<pytorch>',
          imageUrl: '<r.io/team/pytorch:v2>',
          clusterId: '<c1>',
          products: [{ productId: '<p1>' }],
          reportedState: '<resting>',
          note: '<sha-1>',
          reasons: ['<image pulled successfully>', '<E>', '<M>'],
        },
      ],
    });
  });

  it('without the id of its registry credentials, wherever that is repeated', () => {
    const auth = 'auth-0123';
    const repeating = {
      task_id: `${auth}-1`,
      name: auth,
      image: `r.io/${auth}`,
      region_id: auth,
      product_ids: [auth],
      status: { status: auth, error: auth, message: `no ${auth}` },
      registry_auth_id: auth,
      note: auth,
      reason: [`credentials ${auth} were refused`],
    };
    expect(JSON.stringify(decodedTask(repeating))).not.toContain(auth);
    expect(JSON.stringify(decodeTask(repeating, asIs))).not.toContain(auth);
  });
});

describe('a page is read', () => {
  it.each<[string, object, string | null, number]>([
    ['the last one, as documented', { data: [WIRE], next_cursor: '', has_more: false }, null, 1],
    ['one with another after it', { data: [WIRE], next_cursor: 'x', has_more: true }, 'x', 1],
    ['an empty one with another after it', { data: [], next_cursor: 'x', has_more: true }, 'x', 0],
    ['no data', { data: null, next_cursor: '', has_more: false }, null, 0],
    ['a cursor left over on the last one', { data: [WIRE], next_cursor: 'x', has_more: false }, null, 1],
    ['a cursor that is null', { data: [WIRE], next_cursor: null, has_more: false }, null, 1],
    ['neither cursor nor has_more', { data: [WIRE] }, null, 1],
    ['a cursor without has_more', { data: [WIRE], next_cursor: 'x' }, 'x', 1],
    ['a cursor and a has_more that is null', { data: [WIRE], next_cursor: 'x', has_more: null }, 'x', 1],
    ['a cursor as a number', { data: [WIRE], next_cursor: 12, has_more: true }, '12', 1],
    ['has_more as text', { data: [WIRE], next_cursor: 'x', has_more: 'true' }, 'x', 1],
    ['has_more as text, on the last one', { data: [WIRE], next_cursor: 'x', has_more: 'false' }, null, 1],
    ['fields that nobody knows', { data: [WIRE], total: 9 }, null, 1],
  ])('%s', (_name, body, nextCursor, count) => {
    const page = decoded(body);
    expect(page.nextCursor).toBe(nextCursor);
    expect(page.tasks).toHaveLength(count);
  });
});

describe('what cannot be read is said, and no part of the page is taken', () => {
  it.each<[string, unknown, string]>([
    ['no answer', undefined, 'the answer'],
    ['null', null, 'the answer'],
    ['a text', 'ok', 'the answer'],
    ['a list', [WIRE], 'the answer'],
    ['an object without the list', { has_more: false }, 'data'],
    ['an error in a good answer', { code: 500, message: 'x' }, 'data'],
    ['the list as an object', { data: { 0: WIRE } }, 'data'],
    ['more, but no cursor', { data: [WIRE], next_cursor: '', has_more: true }, 'next_cursor'],
    ['more, and a cursor that is absent', { data: [WIRE], has_more: true }, 'next_cursor'],
    ['more, and a cursor that is an object', { data: [], next_cursor: {}, has_more: true }, 'next_cursor'],
    ['has_more that is none', { data: [WIRE], next_cursor: 'x', has_more: 'maybe' }, 'has_more'],
    ['a task without an id', { data: [WIRE, { ...WIRE, task_id: undefined }] }, 'task 2 of the page'],
    ['a task with an object as id', { data: [{ ...WIRE, task_id: {} }] }, 'task_id'],
    ['a task that is null', { data: [null] }, 'task 1 of the page'],
    ['a task that is a list', { data: [[]] }, 'task 1 of the page'],
    ['a task that is a text', { data: ['a1'] }, 'task 1 of the page'],
    ['products as an object', { data: [{ ...WIRE, product_ids: {} }] }, 'product_ids'],
    ['products as a text', { data: [{ ...WIRE, product_ids: 'p1' }] }, 'product_ids'],
    ['a product that is empty', { data: [{ ...WIRE, product_ids: ['p1', ''] }] }, 'product_ids.1'],
    ['a product that is null', { data: [{ ...WIRE, product_ids: [null] }] }, 'product_ids.0'],
  ])('%s', (_name, body, what) => {
    expect(decodePage(body, asIs)).toEqual({ unreadable: expect.stringContaining(what) });
  });
});

describe('a task that was asked for by its id', () => {
  it.each<[string, unknown]>([
    ['as it is', WIRE],
    ['inside data', { data: WIRE }],
  ])('is read %s', (_name, body) => {
    expect(decodeTask(body, asIs)).toEqual(DECODED);
  });

  it.each<[string, unknown]>([
    ['no answer', undefined],
    ['null', null],
    ['a text', 'a1'],
    ['a list', [WIRE]],
    ['data that is null', { data: null }],
    ['a listing', { data: [WIRE], has_more: false }],
    ['an error in a good answer', { code: 500, message: 'x' }],
    ['products that cannot be read', { ...WIRE, product_ids: 'p1' }],
  ])('cannot be read from %s', (_name, body) => {
    expect(decodeTask(body, asIs)).toEqual({ unreadable: expect.stringContaining('the answer') });
  });
});

describe('the id of a created task', () => {
  it.each<[string, unknown, string]>([
    ['as documented for v1', { id: 'n1' }, 'n1'],
    ['as documented for v2', { task_id: 'n1' }, 'n1'],
    ['as a number', { id: 42 }, '42'],
    ['as text beyond what a number holds', { id: '99999999999999999999' }, '99999999999999999999'],
    ['inside data', { code: 0, data: { id: 'n1' } }, 'n1'],
    ['inside data, as task_id', { data: { task_id: 'n1' } }, 'n1'],
    ['beside data that is null', { data: null, id: 'n1' }, 'n1'],
    ['beside data that is empty', { data: {}, id: 'n1' }, 'n1'],
    ['beside a word that is empty', { id: '', task_id: 'n1' }, 'n1'],
  ])('is read %s', (_name, body, id) => {
    expect(createdTaskId(body)).toBe(id);
  });

  it.each<[string, unknown]>([
    ['no answer', undefined],
    ['null', null],
    ['an empty object', {}],
    ['an empty text', { id: '' }],
    ['an object', { id: {} }],
    ['true', { id: true }],
    ['a message', { code: 0, message: 'ok' }],
    ['a list', [{ id: 'n1' }]],
    ['a number', 42],
  ])('is not read from %s', (_name, body) => {
    expect(createdTaskId(body)).toBeNull();
  });
});

describe('the quota', () => {
  it.each<[string, unknown, { used: number; limit: number } | null]>([
    ['as documented', { total: 3, limit: 5, perImageSize: 100 }, { used: 3, limit: 5 }],
    ['as text', { total: '5', limit: '5' }, { used: 5, limit: 5 }],
    ['with nothing used', { total: 0, limit: 5 }, { used: 0, limit: 5 }],
    ['without a limit', { total: 3 }, null],
    ['without what is used', { limit: 3 }, null],
    ['with null', { total: null, limit: 5 }, null],
    ['with less than nothing', { total: -1, limit: 5 }, null],
    ['with a fraction', { total: 1.5, limit: 5 }, null],
    ['in words', { total: 'many', limit: 'few' }, null],
    ['null', null, null],
    ['no answer', undefined, null],
    ['a list', [3, 5], null],
  ])('%s', (_name, body, expected) => {
    expect(decodeQuota(body)).toEqual(expected);
  });
});

describe('whatever the JSON', () => {
  const json = fc.jsonValue({ maxDepth: 4 });
  const field = fc.oneof(json, fc.constantFrom<unknown>(...Object.values(WIRE)));
  const taskLike = fc.record(Object.fromEntries(Object.keys(WIRE).map((name) => [name, field])), {
    requiredKeys: [],
  });
  const pageLike = fc.record(
    {
      data: fc.oneof(json, fc.array(fc.oneof(taskLike, json))),
      next_cursor: fc.oneof(json, fc.constantFrom('', 'x')),
      has_more: fc.oneof(json, fc.boolean()),
    },
    { requiredKeys: [] },
  );
  const expectWhole = (task: PrewarmTask) => {
    expect(Object.keys(task).sort()).toEqual(Object.keys(DECODED).sort());
    expect(task.id).not.toBe('');
    for (const number of [task.imageSize, task.createTime, task.completeTime]) {
      expect(number === null || (Number.isSafeInteger(number) && number > 0)).toBe(true);
    }
    for (const text of [task.note, task.imageUrl, task.imageName, task.clusterId, ...task.reasons]) {
      expect(typeof text).toBe('string');
    }
    expect(task.reasons).not.toContain('');
    if (task.state !== 'Succeeded' && task.state !== 'Failed') expect(task.completeTime).toBeNull();
  };

  it('it gives a page whose tasks are whole, or says what cannot be read', () => {
    fc.assert(
      fc.property(fc.oneof(json, pageLike), (body) => {
        const page = decodePage(body, asIs);
        if ('unreadable' in page) {
          expect(page.unreadable).not.toBe('');
          return;
        }
        expect(page.nextCursor).not.toBe('');
        for (const task of page.tasks) expectWhole(task);
      }),
      { numRuns: 500 },
    );
  });

  it('it gives a task that is whole, an id that is one, a quota of whole numbers, or nothing', () => {
    const wrapped = fc.oneof(taskLike, json, fc.record({ data: fc.oneof(taskLike, json) }));
    fc.assert(
      fc.property(wrapped, (body) => {
        const task = decodeTask(body, asIs);
        if (!('unreadable' in task)) expectWhole(task);
        expect(createdTaskId(body)).not.toBe('');
        const quota = decodeQuota(body);
        expect(quota === null || Number.isSafeInteger(quota.used + quota.limit)).toBe(true);
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
    it.each(['the answer', 'data', 'next_cursor', 'has_more'])('as %s', (where) => {
      const body = where === 'the answer' ? deep : { data: [], next_cursor: '', [where]: deep };
      for (const read of [decodePage, decodeTask, createdTaskId, decodeQuota]) {
        expect(() => read(body, asIs)).not.toThrow();
      }
    });

    it.each(Object.keys(WIRE))('as the %s of a task', (name) => {
      expect(() => decodePage({ data: [{ ...WIRE, [name]: deep }] }, asIs)).not.toThrow();
    });
  });
});
