import { describe, expect, test } from 'vitest';
import { type Fault, on } from '../simulator/fault.ts';
import { data, drifting, emptyPage, samePageForEver, total } from '../simulator/faults.ts';
import { silentlySkipping } from '../simulator/hostile-wire.ts';
import { FAILED, face, lone, RUNNING, type Scene, warm } from './hostile-support.ts';

const WARM = { warm: true };
const COLD = { warm: false };

describe.concurrent('a listing is read to its end', () => {
  test('of 10,000 tasks, of which the last one failed', async () => {
    const ended = await face({ tasks: [...warm(9_999), lone('last', FAILED)] }, COLD);
    expect([ended.result, ended.outputs['failed-count']]).toEqual(['failed', '1']);
  });

  test('of more than 1,000 pages by its total is an error at once', async () => {
    const ended = await face({ tasks: warm(1_001), maxPageSize: 1 }, WARM);
    expect([ended.result, ended.sim.requests.length]).toEqual(['error', 1]);
    expect(ended.message).toContain('1000 pages');
  });

  test.each([
    ['absent', total(undefined)],
    ['null', total(null)],
    ['a string', total((real: number) => String(real))],
  ])('whose total is %s', async (_what, fault) => {
    const inputs = { timeout: '1s' };
    const scene = { faults: [fault], maxPageSize: 10, inputs };
    expect((await face({ ...scene, tasks: warm(25) }, WARM)).outputs['total-count']).toBe('25');
    const cold = await face({ ...scene, tasks: [...warm(20), lone('last', RUNNING)] }, COLD);
    expect([cold.result, cold.outputs['total-count']]).toEqual(['timed-out', '21']);
  });
});

/** 20 tasks, 10 a page, of which only the last one is not warm. */
const twoPages = [...warm(19), lone('last', FAILED)];

const INCOMPLETE: Readonly<Record<string, Fault | readonly Fault[]>> = {
  'the total is too low by one': total((real: number) => real - 1),
  'the total is 0': total(0),
  'the total is too high': total((real: number) => real + 1),
  'the total is negative': total(-1),
  'the total is a fraction': total(19.5),
  'the total is a word': total('twenty'),
  'the total is a list': total([20]),
  'the total changes between pages': on({ page: 2 }, total(21)),
  'the total vanishes between pages': on({ page: 2 }, total(undefined)),
  'the first page is empty': on({ page: 1 }, emptyPage()),
  'the second page is empty': on({ page: 2 }, emptyPage()),
  'the first page comes for ever, without a total': [samePageForEver(), total(undefined)],
  'items are deleted between pages': drifting(-1),
  'items come in between pages, without a total': [drifting(1), total(undefined)],
  'the list is null where the total is not 0': data(() => null),
};

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
      const inputs = { timeout: '1s', require: 'any' };
      const scene: Scene = { tasks: twoPages, maxPageSize: 10, faults, inputs };
      // Most of the tasks are warm; what keeps the step from being green is the listing alone.
      const ended = await face(scene, COLD);
      expect(ended.result).toBe('error');
      expect(ended.resultFile).toMatchObject({ tasks: [] });
    },
  );

  test('an item slips from one page to another that has been read', async () => {
    const tasks = [...warm(10), lone('slipped', FAILED), ...warm(19).slice(10)];
    const incoming = {
      id: 'new',
      imageUrl: 'app',
      clusterId: 'new',
      createTime: String(Math.floor(Date.now() / 1000) + 5),
      state: 'Succeeded',
    };
    const faults = [on({ poll: 1 }, silentlySkipping(incoming))];
    const ended = await face({ tasks, maxPageSize: 10, faults }, COLD);
    expect(ended.result).toBe('failed');
  });

  test('an item has a product that is a text', async () => {
    const tasks = [lone('a'), lone('b', { products: ['p1'] })];
    const ended = await face({ tasks, inputs: { timeout: '1s', require: 'any' } }, COLD);
    expect(ended.result).toBe('error');
  });
});
