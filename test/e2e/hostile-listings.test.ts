import { describe, expect, test } from 'vitest';
import { type Fault, on } from '../simulator/fault.ts';
import {
  body,
  data,
  drifting,
  duplicates,
  rateLimited,
  samePageForEver,
  shape,
  status,
} from '../simulator/faults.ts';
import { endlessListing } from '../simulator/hostile-wire.ts';
import { after, ago, raw, task } from '../simulator/wire.ts';
import { cutBody } from '../simulator/wire-faults.ts';
import { FAILED, face, lone, RUNNING, type Scene, warm } from './hostile-support.ts';

const WARM = { warm: true };
const COLD = { warm: false };

describe.concurrent('a listing is read to its end', () => {
  test.each([
    // tasks, page size that the server caps at, pages
    [1, 100, 1],
    [10, 100, 1],
    [11, 100, 1],
    [100, 100, 1],
    [101, 100, 2],
    [10, 10, 1],
    [11, 10, 2],
    [101, 10, 11],
    [100, 50, 2],
    [101, 50, 3],
  ])('of %i tasks, %i a page', async (count, maxPageSize, pages) => {
    const ended = await face({ tasks: warm(count), maxPageSize }, WARM);
    expect([ended.result, ended.outputs['total-count']]).toEqual(['succeeded', String(count)]);
    const asked = new Set(ended.sim.requests.map(({ page }) => page));
    expect([...asked].sort((one, other) => Number(one) - Number(other))).toEqual(
      Array.from({ length: pages }, (_, index) => index + 1),
    );
  });

  test.each([
    [2, 100],
    [11, 10],
    [101, 100],
    [101, 10],
    [101, 50],
    [1_000, 100],
  ])('of %i tasks, %i a page, of which the last one failed', async (count, maxPageSize) => {
    const tasks = [...warm(count - 1), lone('last', FAILED)];
    const ended = await face({ tasks, maxPageSize }, COLD);
    expect([ended.result, ended.outputs['failed-count']]).toEqual(['failed', '1']);
  });

  test('of no task at all, which is never a success', async () => {
    const inputs = { require: 'any', 'fail-fast': 'false' };
    const ended = await face({ tasks: [], inputs }, COLD);
    expect([ended.result, ended.outputs['total-count']]).toEqual(['not-found', '0']);
  });

  test('on a server that refuses a large page', async () => {
    const tasks = [...warm(24), lone('last', RUNNING)];
    const inputs = { timeout: '1s' };
    const ended = await face({ tasks, maxPageSize: 10, overMaxPageSize: 'refuse', inputs }, COLD);
    expect([ended.result, ended.outputs['total-count']]).toEqual(['timed-out', '25']);
  });

  test('that never ends is an error after 1,000 pages', { timeout: 90_000 }, async () => {
    const inputs = { timeout: '10m' };
    const scene: Scene = { faults: [endlessListing()], maxPageSize: 2, inputs, step: { guardMs: 85_000 } };
    const ended = await face(scene, COLD);
    expect(ended.result).toBe('error');
    expect(ended.message).toContain('1000 pages');
    expect(ended.sim.requests.length).toBeLessThanOrEqual(1_001);
  });

  test.each([['as-given'], ['newest-first'], ['reversed-each-poll'], [{ seed: 7 }], [{ seed: 8 }]] as const)(
    'in the order %j, where the newest of a group is the one that counts',
    async (order) => {
      const cluster = { clusterId: 'one' };
      const old = Array.from({ length: 30 }, (_, index) =>
        task({ ...cluster, createTime: ago(1_000 + index) }),
      );
      const newest = task({ ...cluster, id: 'task-9', createTime: ago(10), ...RUNNING });
      const tasks = [...old.slice(0, 13), newest, ...old.slice(13)];
      const ended = await face({ tasks, order, maxPageSize: 10, inputs: { timeout: '1s' } }, COLD);
      expect(ended.result).toBe('timed-out');
      expect(ended.tasks.map(({ id }) => id)).toEqual(['task-9']);
    },
  );
});

/** 20 tasks, 10 a page, of which only the last one is not warm. */
const twoPages = [...warm(19), lone('last', FAILED)];

const INCOMPLETE: Readonly<Record<string, Fault | readonly Fault[]>> = {
  'the first page comes for ever': samePageForEver(),
  'items come in between pages': drifting(1),
  'every item comes twice': duplicates(),
  'the second page is refused for a moment': on({ page: 2 }, status(503)),
  'the second page is no JSON': on({ page: 2 }, body('<html>', 'text/html')),
  'the second page has no list': on({ page: 2 }, shape({ total: 20 })),
  'the list is an object': data(() => ({})),
  'the list is a text': data(() => 'none'),
  'the list is absent': data(() => undefined),
  'the answer is null': shape(null),
  'the answer is a list': shape([]),
  'the answer is a text': shape('data'),
  'the answer is empty': shape({}),
  'the answer is an error in disguise': shape({ code: 500, reason: 'UNKNOWN', message: 'try again' }),
  'the list is inside another object': shape({ data: { data: [], total: 0 }, total: 0 }),
};

/** At every other reading the task has succeeded, and in between it runs. */
const everyOther = (readings: number) =>
  Array.from({ length: readings }, (_, index) => ({
    fromPoll: index + 1,
    state: index % 2 === 0 ? 'Succeeded' : 'Running',
  }));

/** Two pages with a task that came while they were read: another may have gone, and a third slipped through. */
const shifting = () => [...warm(19), lone('newcomer', { createTime: after(5) })];

describe.concurrent('nothing is judged while', () => {
  test.each(Object.keys(INCOMPLETE))('%s', async (name) => {
    const faults = [INCOMPLETE[name] ?? []].flat().map((fault) => on({ ...fault.aim, poll: 1 }, fault));
    const inputs = { timeout: '1m' };
    const ended = await face({ tasks: twoPages, maxPageSize: 10, faults, speed: 4, inputs }, COLD);
    expect([ended.result, ended.outputs['total-count']]).toEqual(['failed', '20']);
    expect(ended.resultFile).toMatchObject({ failedPolls: 1 });
  });

  test.each(Object.keys(INCOMPLETE).filter((_name, index) => index % 3 === 0))(
    'for ever %s',
    async (name) => {
      const faults = [INCOMPLETE[name] ?? []].flat();
      const scene: Scene = {
        tasks: twoPages,
        maxPageSize: 10,
        faults,
        inputs: { timeout: '1s', require: 'any' },
      };
      // Most of the tasks are warm; what keeps the step from being green is the listing alone.
      const ended = await face(scene, COLD);
      expect(ended.result).toBe('error');
      expect(ended.resultFile).toMatchObject({ tasks: [] });
    },
  );

  test.each<readonly [string, Fault]>([
    ['is refused', status(503)],
    ['is cut', cutBody()],
    ['does not add up', duplicates()],
    ['is asked to wait for', rateLimited('1')],
  ])('the second reading of pages that may have shifted %s, and it is no hot loop', async (_what, fault) => {
    const faults = [on({ poll: { from: 2 } }, fault)];
    const scene: Scene = { tasks: shifting(), maxPageSize: 10, faults, inputs: { timeout: '2s' } };
    const ended = await face({ ...scene, step: { guardMs: 12_000 } }, WARM);
    expect(['timed-out', 'succeeded'], 'the one complete listing said so').toContain(ended.result);
    expect(ended.polls).toBeLessThanOrEqual(6);
  });

  test.each<readonly [string, Fault]>([
    ['refused', status(503)],
    ['cut', cutBody()],
    ['asked to wait for', rateLimited('2')],
  ])(
    'the second reading of pages that may have shifted is %s, after which it is made all the same',
    async (_what, fault) => {
      const faults = [on({ poll: 2 }, fault)];
      const ended = await face({ tasks: shifting(), maxPageSize: 10, faults }, WARM);
      expect([ended.result, ended.outputs['total-count']]).toEqual(['succeeded', '20']);
      const pages = ended.sim.requests.filter(({ page, poll }) => page === 1 && (poll === 2 || poll === 3));
      const [second, third] = pages.map(({ receivedMs }) => receivedMs);
      expect((third ?? 0) - (second ?? 0), 'after a pause').toBeGreaterThanOrEqual(700);
    },
  );

  test('the readings of pages that may have shifted never agree, and it is no hot loop', async () => {
    const tasks = [...warm(19), lone('flaky', { ...RUNNING, createTime: after(5), steps: everyOther(40) })];
    const scene: Scene = { tasks, maxPageSize: 10, inputs: { timeout: '3s' }, step: { guardMs: 15_000 } };
    const ended = await face(scene, COLD);
    expect(ended.result).toBe('timed-out');
  });

  test.each([
    ['no id', { id: undefined }],
    ['an id of null', { id: null }],
    ['an empty id', { id: '' }],
    ['an id that is a list', { id: ['a'] }],
    ['an id that is a truth value', { id: true }],
    ['products that are a text', { products: 'p1' }],
    ['products that are an object', { products: { productId: 'p1' } }],
    ['a product without an id', { products: [{ productName: 'p1' }] }],
  ])('an item has %s', async (_what, fields) => {
    const tasks = [lone('a'), lone('b', fields)];
    const ended = await face({ tasks, inputs: { timeout: '1s', require: 'any' } }, COLD);
    expect(ended.result).toBe('error');
  });

  test.each([null, 7, 'task', true, [], [[]], {}].map((item) => [item]))('an item is %j', async (item) => {
    // Behind the filters, which would leave it out.
    const faults: Fault[] = [
      {
        name: 'one more item',
        listing: (page) => ({ data: [...page.data, item], total: page.total + 1 }),
      },
    ];
    const ended = await face({ tasks: [lone('a')], faults, inputs: { timeout: '1s' } }, COLD);
    expect(ended.result).toBe('error');
  });
});

describe.concurrent('an item may', () => {
  const OPTIONAL = ['imageSize', 'completeTime', 'note', 'reason', 'repositoryAuth', 'products'];

  test.each([
    ['lack every optional field', undefined],
    ['have null in every optional field', null],
    ['have an empty text in every optional field but products', ''],
  ])('%s', async (_what, value) => {
    const fields = Object.fromEntries(OPTIONAL.map((name) => [name, value]));
    const products = value === '' ? { products: [] } : {};
    const ended = await face({ tasks: [lone('a', { ...fields, ...products })] }, WARM);
    expect(ended.tasks).toMatchObject([
      { id: 'a', imageSize: null, completeTime: null, note: '', reasons: [] },
    ]);
    expect(ended.tasks).toMatchObject([{ products: [], durationSeconds: null }]);
  });

  test('lack all but what selects it', async () => {
    const tasks = [raw({ id: 'a', state: 'Succeeded', imageUrl: 'app', imageName: 'app' })];
    const ended = await face({ tasks, inputs: { image: 'app', 'task-ids': 'a' } }, WARM);
    expect(ended.tasks).toMatchObject([{ id: 'a', clusterId: '', createTime: null, products: [] }]);
  });

  test('have numbers where texts are documented, and the other way round', async () => {
    const tasks = [
      lone('a', {
        id: 42,
        clusterId: 7,
        createTime: 1757656178,
        completeTime: 1757656188,
        imageSize: 5,
        note: 12,
        products: [{ productId: 9, productName: 1 }],
      }),
    ];
    const ended = await face({ tasks, inputs: { image: '', 'task-ids': '42' } }, WARM);
    expect(ended.tasks).toMatchObject([{ id: '42', clusterId: '7', note: '12', durationSeconds: 10 }]);
  });

  test.each([
    ['negative', '-5'],
    ['a word', 'yesterday'],
    ['beyond every calendar', '99999999999999999999'],
    ['a fraction', 1.5],
    ['an object', {}],
  ])('have times and a size that are %s', async (_what, value) => {
    const tasks = [lone('a', { createTime: value, completeTime: value, imageSize: value })];
    expect((await face({ tasks }, WARM)).result).toBe('succeeded');
  });

  test('have been created in the future', async () => {
    const tasks = [lone('a', { createTime: after(86_400), ...RUNNING })];
    expect((await face({ tasks, inputs: { timeout: '1s' } }, COLD)).result).toBe('timed-out');
  });
});

test('no list and a total of 0 are an empty listing', async () => {
  const ended = await face({ faults: [shape({ data: null, total: 0 })] }, COLD);
  expect(ended.result).toBe('not-found');
});
