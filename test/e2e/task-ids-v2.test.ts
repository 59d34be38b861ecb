import { describe, expect, test } from 'vitest';
import { type Fault, on } from '../simulator/fault.ts';
import { body, html, rateLimited, shape, status } from '../simulator/faults.ts';
import type { LoggedRequest } from '../simulator/request-log.ts';
import { V2_LIST_PATH } from '../simulator/v2.ts';
import { ago, task } from '../simulator/wire.ts';
import { cutBody, hang } from '../simulator/wire-faults.ts';
import { gapsOf, lone, play, requestsOf, type Scene, start, until } from './support.ts';

const RUNNING = { state: 'Running' };
const FAILED = { state: 'Failed', reason: ['no such tag'] };
const SUCCEEDED = { state: 'Succeeded' };
const AT_ONCE = { 'appear-timeout': '0' };

/** A scene whose step waits for these ids alone. */
function waitingFor(ids: string, scene: Scene = {}): Scene {
  return { ...scene, inputs: { image: '', 'task-ids': ids, ...scene.inputs } };
}

/** Strikes requests about this task. */
function about(id: string) {
  return { when: ({ path }: LoggedRequest) => path === `${V2_LIST_PATH}/${id}` };
}

describe.concurrent('task ids', () => {
  test('are asked for one by one, without a query, and not by the listing', async () => {
    const ended = await play(waitingFor('b, a', { tasks: [lone('a'), lone('b'), lone('c', FAILED)] }));
    expect([ended.result, ended.taskIds]).toEqual(['succeeded', ['a', 'b']]);
    expect(requestsOf(ended.sim).toSorted()).toEqual(['1.a 200', '1.b 200']);
    for (const { query } of ended.sim.requests) {
      expect(query).toEqual({});
    }
  });

  test('are all asked for in every poll, each once', async () => {
    const ids = Array.from({ length: 9 }, (_, index) => `t${index}`);
    const tasks = ids.map((id) => (id === 't4' ? until(3, SUCCEEDED, { id, clusterId: id }) : lone(id)));
    const ended = await play(waitingFor(ids.join('\n'), { tasks }));
    expect([ended.result, ended.taskIds, ended.file.polls]).toEqual(['succeeded', ids, 3]);
    expect(requestsOf(ended.sim).toSorted()).toEqual(
      [1, 2, 3].flatMap((poll) => ids.map((id) => `${poll}.${id} 200`)),
    );
  });

  test('are found among more tasks than any listing shows', async () => {
    const tasks = Array.from({ length: 150 }, (_, index) => lone(`t${index}`, FAILED));
    const ended = await play(waitingFor('mine', { tasks: [...tasks, lone('mine')], maxPageSize: 1 }));
    expect([ended.result, requestsOf(ended.sim)]).toEqual(['succeeded', ['1.mine 200']]);
  });

  test('mean exactly these tasks, one that a newer one would supersede included', async () => {
    const tasks = [
      task({ id: 'old', createTime: ago(900) }),
      task({ id: 'new', createTime: ago(60), ...FAILED }),
    ];
    const ended = await play(waitingFor('old', { tasks }));
    expect([ended.result, ended.taskIds]).toEqual(['succeeded', ['old']]);
  });

  test.each([
    ['a/b', 'a%2Fb'],
    ['../quota', '..%2Fquota'],
    ['..', '..'],
    ['.', '.'],
    ['a?b#c', 'a%3Fb%23c'],
    ['a%2Fb', 'a%252Fb'],
    ['a b\\c', 'a%20b%5Cc'],
    ['测试🚀', encodeURIComponent('测试🚀')],
    ['a:b;c=d&e+f@g', encodeURIComponent('a:b;c=d&e+f@g')],
  ])('may hold whatever they like: %s', async (id, encoded) => {
    const ended = await play(waitingFor(id, { tasks: [lone('other', { id })], inputs: AT_ONCE }));
    // A segment of dots alone cannot travel: what matters is that nothing else is taken for the task.
    if (/^\.+$/.test(id)) {
      expect(['not-found', 'error']).toContain(ended.result);
    } else {
      expect([ended.result, ended.taskIds]).toEqual(['succeeded', [id]]);
      expect(ended.sim.requests.map(({ path }) => path)).toEqual([`${V2_LIST_PATH}/${encoded}`]);
    }
  });

  test('of which another input leaves one out are near misses', async () => {
    const tasks = [lone('t1', { imageUrl: 'host/app-2:v1' }), lone('t2')];
    const ended = await play({ tasks, inputs: { 'task-ids': 't1, t2', ...AT_ONCE } });
    expect([ended.result, ended.taskIds]).toEqual(['not-found', ['t2']]);
    expect(ended.message).toMatch(/t1\b.*path/);
  });
});

describe.concurrent('the states of tasks that are asked for by id', () => {
  test('are followed from poll to poll', async () => {
    const steps = [
      { fromPoll: 2, ...RUNNING },
      { fromPoll: 4, ...SUCCEEDED },
    ];
    const { result, log, message, sim } = await play(
      waitingFor('a', { tasks: [lone('a', { state: 'Pending', steps })] }),
    );
    expect([result, requestsOf(sim)]).toEqual(['succeeded', ['1.a 200', '2.a 200', '3.a 200', '4.a 200']]);
    expect(log).toEqual([
      expect.stringMatching(/^Waiting for task a/),
      expect.stringMatching(/Pending/),
      expect.stringMatching(/Pending → Running/),
      expect.stringMatching(/Running → Succeeded/),
      message,
    ]);
  });

  test('end the wait when one of them fails', async () => {
    const tasks = [lone('a', RUNNING), until(2, FAILED, { id: 'b', clusterId: 'b' })];
    const ended = await play(waitingFor('a, b', { tasks }));
    expect([ended.result, ended.file.polls, ended.outputs['failed-clusters']]).toEqual([
      'failed',
      2,
      '["b"]',
    ]);
    expect(ended.message).toContain('no such tag');
  });

  test('are deleted once a task is missing twice', async () => {
    const gone = task({ id: 'gone', clusterId: 'a', ...RUNNING, steps: [{ fromPoll: 2, gone: true }] });
    const ended = await play(waitingFor('gone', { tasks: [gone] }));
    expect([ended.result, requestsOf(ended.sim)]).toEqual([
      'failed',
      ['1.gone 200', '2.gone 404', '3.gone 404'],
    ]);
    expect(ended.tasks).toMatchObject([{ id: 'gone', state: 'Deleted' }]);
  });

  test('are waited for when a task is missing once', async () => {
    const steps = [
      { fromPoll: 2, gone: true },
      { fromPoll: 3, gone: false, ...SUCCEEDED },
    ];
    const ended = await play(waitingFor('a', { tasks: [lone('a', { ...RUNNING, steps })] }));
    expect([ended.result, ended.file]).toMatchObject(['succeeded', { polls: 3, failedPolls: 0 }]);
  });
});

describe.concurrent('a task that is absent', () => {
  test('is named, and the others are not lost', async () => {
    const ended = await play(waitingFor('t1, t3', { tasks: [lone('t1')], inputs: AT_ONCE }));
    expect([ended.result, ended.taskIds]).toEqual(['not-found', ['t1']]);
    expect(requestsOf(ended.sim).toSorted()).toEqual(['1.t1 200', '1.t3 404']);
    expect(ended.message).toMatch(/\bt3\b/);
  });

  test('is waited for until it appears', async () => {
    const tasks = [lone('t1'), lone('t2', { appears: { fromPoll: 3 } })];
    const ended = await play(waitingFor('t1, t2', { tasks }));
    expect([ended.result, ended.taskIds, ended.file]).toMatchObject([
      'succeeded',
      ['t1', 't2'],
      { polls: 3, failedPolls: 0 },
    ]);
  });

  test('is as absent when the API says so with 400 and a reason', async () => {
    const fault = on(about('t2'), status(400, { reason: 'RESOURCE_NOT_FOUND' }));
    const ended = await play(waitingFor('t1, t2', { tasks: [lone('t1')], faults: [fault], inputs: AT_ONCE }));
    expect([ended.result, ended.taskIds]).toEqual(['not-found', ['t1']]);
  });

  test('is not needed where any of them is', async () => {
    const inputs = { require: 'any', ...AT_ONCE };
    const ended = await play(waitingFor('t1, t3', { tasks: [lone('t1')], inputs }));
    expect([ended.result, ended.taskIds]).toEqual(['succeeded', ['t1']]);
  });

  test('with all others at a right address is not found, which the listing has confirmed', async () => {
    const ended = await play(waitingFor('t1, t2', { tasks: [lone('x')], inputs: AT_ONCE }));
    expect(ended.result).toBe('not-found');
    expect(ended.message).toMatch(/\bt1\b.*\bt2\b/);
    const [listing, ...others] = requestsOf(ended.sim).toReversed();
    expect(listing).toMatch(/^\d\.1 200$/);
    expect(others.toSorted()).toEqual(['1.t1 404', '1.t2 404']);
    expect(ended.sim.requests.at(-1)?.query).toEqual({ limit: '1' });
  });

  test('with all others makes one look at the listing, not one for each poll', async () => {
    const ended = await play(waitingFor('t1', { inputs: { 'appear-timeout': '3s' } }));
    expect([ended.result, ended.file.failedPolls]).toEqual(['not-found', 0]);
    expect(ended.file.polls).toBeGreaterThan(1);
    expect(ended.sim.requests.filter(({ path }) => path === V2_LIST_PATH)).toHaveLength(1);
  });

  test('with all others at a wrong address is an error that says so', async () => {
    const ended = await play(waitingFor('t1, t2', { faults: [html(404)], inputs: AT_ONCE }));
    expect([ended.result, ended.sim.requests.length]).toEqual(['error', 3]);
    expect(ended.message).toContain('base-url');
    expect(ended.message).toContain('404');
  });

  test('with all others while the listing fails is asked for again', async () => {
    const fault = on({ when: ({ path }) => path === V2_LIST_PATH, times: 1 }, status(503));
    const tasks = [lone('t1', { appears: { fromRequest: 3 } })];
    const ended = await play(waitingFor('t1', { tasks, faults: [fault], inputs: AT_ONCE }));
    expect([ended.result, ended.file.failedPolls]).toEqual(['succeeded', 1]);
  });
});

/** A task as v2 serves it, for answers that hold something else. */
function wire(fields: Readonly<Record<string, unknown>> = {}) {
  return {
    task_id: 'a',
    name: 'app:v1',
    image: 'app:v1',
    region_id: 'a',
    product_ids: [],
    created_at: 1757656178,
    status: { status: 'succeeded', error: '', message: '' },
    ...fields,
  };
}

describe.concurrent('an answer about a task', () => {
  test.each<[string, Fault]>([
    ['is about another task', shape(wire({ task_id: 'b' }))],
    ['is about a task whose id only looks like it', shape(wire({ task_id: 'a ' }))],
    ['is about a task without an id', shape(wire({ task_id: undefined }))],
    ['is a listing', shape({ data: [wire()], next_cursor: '', has_more: false })],
    ['is a list', shape([wire()])],
    ['is null', shape(null)],
    ['is empty', shape({})],
    ['holds null', shape({ data: null })],
    ['is an error in disguise', shape({ code: 500, reason: 'UNKNOWN', message: 'oops' })],
    ['has products that cannot be read', shape(wire({ product_ids: 'p' }))],
    ['is no JSON', html()],
    ['is cut short', cutBody()],
    ['is half of the JSON', body('{"task_id":"a"')],
    ['is an error that may pass', status(503)],
    ['hangs', hang()],
    ['does not end', hang('inside-body')],
  ])('fails the poll when it %s', async (_what, fault) => {
    const ended = await play(
      waitingFor('a, other', {
        tasks: [lone('a', FAILED), lone('other')],
        faults: [on({ ...about('a'), poll: 1 }, fault)],
        inputs: { require: 'any', 'fail-fast': 'false', 'request-timeout': '1s', ...AT_ONCE },
      }),
    );
    expect(ended.result, 'the other one is warm').toBe('succeeded');
    expect(ended.file).toMatchObject({ polls: 2, failedPolls: 1 });
    expect(ended.outputs).toMatchObject({ 'failed-count': '1', 'succeeded-count': '1' });
  });

  test('may be wrapped in data', async () => {
    const ended = await play(waitingFor('a', { faults: [shape({ data: wire() })] }));
    expect([ended.result, ended.taskIds]).toEqual(['succeeded', ['a']]);
  });

  test.each<[string, Fault, string]>([
    ['that the key is refused', status(401), 'api-key'],
    ['that the request is bad', status(400), 'VALIDATOR_PARAM'],
    ['to look elsewhere', status(302, { headers: { location: 'https://elsewhere.example' } }), 'base-url'],
  ])('says %s: an error at once, though other tasks are there', async (_what, fault, said) => {
    const scene = { tasks: [lone('a'), lone('b')], faults: [on(about('b'), fault)] };
    const ended = await play(waitingFor('a, b', scene));
    expect([ended.result, ended.file.polls]).toEqual(['error', 1]);
    expect(ended.message).toContain(said);
  });

  test('that the key is refused after a good one gets two more tries', async () => {
    const faults = [on({ poll: { from: 2 } }, status(401))];
    const ended = await play(waitingFor('a', { tasks: [lone('a', RUNNING)], faults }));
    expect([ended.result, requestsOf(ended.sim)]).toEqual([
      'error',
      ['1.a 200', '2.a 401', '3.a 401', '4.a 401'],
    ]);
    expect(ended.message).toMatch(/stopped working/);
  });

  test('that asks for a pause gets it', async () => {
    const faults = [on({ ...about('b'), poll: 1 }, rateLimited('3'))];
    const ended = await play(waitingFor('a, b', { tasks: [lone('a'), lone('b')], faults }));
    expect(ended.result).toBe('succeeded');
    expect(Math.max(...gapsOf(ended.sim))).toBeGreaterThan(2_900);
  });

  test('that hangs is left when the step is cancelled', async () => {
    await using waiting = await start(
      waitingFor('a, b', {
        tasks: [lone('a'), lone('b')],
        faults: [on(about('b'), hang())],
        inputs: { timeout: '1h' },
      }),
    );
    await waiting.until(waiting.sim.waitForRequest(2));
    const signalledAt = performance.now();
    waiting.step.signal('SIGTERM');
    const ended = await waiting.end();
    expect(performance.now() - signalledAt).toBeLessThan(2_000);
    expect([ended.result, ended.taskIds]).toEqual(['cancelled', []]);
  });
});
