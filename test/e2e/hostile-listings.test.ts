import { describe, expect, test } from 'vitest';
import { FAILED, lone, many, RUNNING, runScene, type Scene } from '../harness/scene.ts';
import { type Fault, on } from '../simulator/fault.ts';
import { body, challenged, data, shape, status, total } from '../simulator/faults.ts';
import { cutBody } from '../simulator/wire-faults.ts';

const COLD = { warm: false };
/** 20 tasks, 10 a page, of which only the last one is not warm. */
const TWO_PAGES: Scene = { tasks: [...many(19), lone('last', FAILED)], maxPageSize: 10 };

/** How pages fit together is proved in unit tests; here is one of each kind of gap. */
const INCOMPLETE: readonly Fault[] = [
  on({ page: 2 }, status(503)),
  on({ page: 2 }, cutBody()),
  on({ page: 2 }, body('<html>', 'text/html')),
  on({ page: 2 }, shape({ total: 20 })),
  on({ page: 2 }, challenged(1010)),
  data(() => 'none'),
  data((items) => [...items.slice(1), { id: null }]),
  shape({ code: 500, reason: 'UNKNOWN', message: 'try again' }),
];

describe.concurrent('nothing is judged', () => {
  const halves = [INCOMPLETE.slice(0, 4), INCOMPLETE.slice(4)];
  test.each(
    ['v1', 'v2'].flatMap((version) => halves.map((half, index) => [version, index + 1, half] as const)),
  )('on %s while a part of the listing is missing (%i)', async (version, _half, gaps) => {
    const faults = gaps.map((fault, index) => on({ ...fault.aim, poll: index + 1 }, fault));
    const inputs = { 'api-version': version, timeout: '10m' };
    const ended = await runScene({ ...TWO_PAGES, faults, inputs, speed: 4 }, COLD);
    expect([ended.result, ended.outputs['total-count']], ended.stdout).toEqual(['failed', '20']);
    expect(ended.file.failedPolls).toBe(gaps.length);
  });

  test('while a part of it is missing for ever', async () => {
    // Most of the tasks are warm; what keeps the step from being green is the listing alone.
    const inputs = { timeout: '1s', require: 'any' };
    const faults = [on({ page: 2 }, status(503))];
    const ended = await runScene({ ...TWO_PAGES, faults, inputs }, COLD);
    expect([ended.result, ended.tasks]).toEqual(['error', []]);
  });
});

const samePageForEver: Fault = {
  name: 'the same page for ever',
  listing: (page, { items, pageSize }) => ({ ...page, data: items.slice(0, pageSize) }),
};

/** After the first page was read its first item is deleted and another one comes in at the end, so that the total stays. */
const silentlySkipping = (incoming: object): Fault => ({
  name: 'silently skipping',
  listing: (whole, { items, page, pageSize }) => ({
    ...whole,
    data: (page === 1 ? items : [...items.slice(1), incoming]).slice((page - 1) * pageSize, page * pageSize),
  }),
});

/** Every page is full of tasks that no other page has. */
const endlessListing: Fault = {
  name: 'endless listing',
  listing: (_whole, { page, pageSize }) => ({
    data: Array.from({ length: pageSize }, (_, index) => {
      const place = `${page}-${index}`;
      return { id: place, imageUrl: 'app', clusterId: place, createTime: '1757656178', state: 'Succeeded' };
    }),
  }),
};

describe.concurrent('an odd listing', () => {
  test.each<[string, Fault]>([
    ['whose total is as low as a full page', total(10)],
    ['whose total is a word', total('twenty')],
    ['whose first page comes again for once', on({ poll: 1 }, samePageForEver)],
  ])('%s is never a success while a task has failed', async (_what, fault) => {
    const ended = await runScene({ ...TWO_PAGES, faults: [fault], inputs: { timeout: '3s' } }, COLD);
    expect(ended.result).not.toBe('succeeded');
  });

  test('from which an item slipped to a page that was read is read again', async () => {
    const tasks = [...many(10), lone('slipped', FAILED), ...many(19).slice(10)];
    const createTime = String(Math.floor(Date.now() / 1000) + 2);
    const incoming = { id: 'new', imageUrl: 'app', clusterId: 'new', createTime, state: 'Succeeded' };
    const faults = [on({ poll: 1 }, silentlySkipping(incoming))];
    expect((await runScene({ tasks, maxPageSize: 10, faults }, COLD)).result).toBe('failed');
  });

  test('that never ends is an error after 1,000 pages', async () => {
    const ended = await runScene({ faults: [endlessListing], maxPageSize: 2, inputs: { timeout: '10m' } });
    expect([ended.result, ended.message]).toEqual(['error', expect.stringMatching(/1,?000 pages/)]);
    expect(ended.sim.requests.length).toBeLessThanOrEqual(1_010);
  });
});

describe.concurrent('a listing that others grow while it is read', () => {
  /** A newer task of another image for each request so far, in front of all others. */
  const growing: Fault = {
    name: 'growing',
    listing: (_whole, { items, page, pageSize, request }) => {
      const createTime = String(Math.floor(Date.now() / 1000));
      const newer = Array.from({ length: request.number }, (_, index) => {
        return { id: `new-${request.number - index}`, imageUrl: 'other/app:v1', clusterId: 'c', createTime };
      });
      const all = [...newer, ...items];
      return { data: all.slice((page - 1) * pageSize, page * pageSize), total: all.length };
    },
  };
  const scene = (
    version: string,
    steps: readonly { fromPoll: number; state: string }[],
    timeout: string,
  ) => ({
    tasks: [
      ...many(60, { imageUrl: 'other/app:v1' }),
      lone('ours', { imageUrl: 'team/app:v2', ...RUNNING, steps }),
    ],
    maxPageSize: 10,
    faults: [growing],
    inputs: { image: 'team/app:v2', timeout, 'api-version': version },
  });

  test.each(['v1', 'v2'])('starves no wait on %s', async (version) => {
    const ended = await runScene(scene(version, [{ fromPoll: 2, state: 'Succeeded' }], '30s'));
    expect([ended.result, ended.taskIds]).toEqual(['succeeded', ['ours']]);
    expect(ended.polls, 'within three polls of the end').toBeLessThanOrEqual(5);
  });

  test('never hides that ours has not finished', async () => {
    const ended = await runScene(scene('v1', [], '2s'), COLD);
    expect(['timed-out', 'not-found']).toContain(ended.result);
  });
});
