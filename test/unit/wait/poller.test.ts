import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { transient } from '../../../src/api/types.ts';
import type { Inputs } from '../../../src/inputs/inputs.ts';
import type { WaitEvent } from '../../../src/wait/events.ts';
import { wait } from '../../../src/wait/poller.ts';
import { START, wanted } from '../support/factories.ts';
import { shown, tasks } from '../support/notation.ts';
import { type ApiScript, ScriptedApi } from '../support/scripted-api.ts';
import { inputsFrom } from '../support/stepper.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const IMAGE = 'registry.example.com/team/pytorch:v2';
const RUNS = tasks('a R 0');
const DONE = tasks('a S 0');
const OLD = tasks('a S 0; o S -9');
const QUOTA = { used: 0, limit: 5, gigabytesPerImage: null };

/** A wait against a script, to its end; whatever its end, it leaves no timer and no listener behind. */
async function play(line: string, script: ApiScript, inputs: Partial<Inputs> = {}, cancelAt?: number) {
  const clock = new VirtualClock();
  const api = new ScriptedApi(clock, script);
  const cancellation = new AbortController();
  const { signal } = cancellation;
  const events: WaitEvent[] = [];
  if (cancelAt !== undefined) clock.after(cancelAt * 1000, () => cancellation.abort('SIGTERM'));
  const given = inputsFrom(line, { images: wanted(IMAGE), ...inputs });
  const observe = (event: WaitEvent) => events.push(event);
  const outcome = await clock.finish(wait(given, { api, clock, signal, random: () => 0, observe }));
  if (!signal.aborted) expect(getEventListeners(signal, 'abort')).toEqual([]);
  expect(clock.pendingTimers).toBe(0);
  return { outcome, api, events, result: outcome.result, seconds: (outcome.endedAt - START) / 1000 };
}

describe('a wait', () => {
  it('polls until a listing decides', async () => {
    const { outcome, api, events } = await play('', { list: [RUNS, RUNS, DONE] });
    expect(shown(outcome.tasks)).toBe('a Succeeded');
    expect(api.asked[0]).toBe('list 0');
    expect(outcome).toMatchObject({ result: 'succeeded', polls: 3, failedPolls: 0, startedAt: START });
    expect(events.map(({ type }) => type)).toEqual(['changed', 'changed']);
  });

  it('reads one listing for each name, which are one poll; one that fails fails it', async () => {
    const images = wanted('pytorch', 'team/pytorch:v2', 'vllm');
    const both = tasks('a S 0; v S 0 image=a.io/vllm:v1');
    const { outcome, api } = await play('', { list: [DONE, both] }, { images });
    expect(api.asked).toEqual(['list 0', 'list 0']);
    expect([outcome.polls, shown(outcome.tasks)]).toEqual([1, 'a Succeeded, v Succeeded']);
    const failing = await play('', { list: [DONE, transient('502'), both] }, { images });
    expect(failing.outcome).toMatchObject({ polls: 2, failedPolls: 1, result: 'succeeded' });
    const half = { tasks: DONE, mayBeIncomplete: true, serverClockOffset: 1_000 };
    const vllm = tasks('v S 0 image=a.io/vllm:v1');
    const two = { images: wanted('pytorch', 'vllm') };
    const doubtful = await play('', { list: [half, vllm, half, vllm] }, two);
    expect(doubtful.outcome).toMatchObject({ polls: 2, result: 'succeeded' });
  });

  it('creates, then deletes what is superseded, and names both', async () => {
    const list = [tasks('o F -9'), tasks('o F -9; m R 1'), tasks('o F -9; m S 1')];
    const script = { list, quota: [QUOTA], create: [{ taskId: 'm' }], delete: [null] };
    const { outcome, api } = await play('create delete clusters=c1', script);
    expect(outcome).toMatchObject({ result: 'succeeded', createdTaskIds: ['m'], deletedTaskIds: ['o'] });
    expect(api.asked.map((one) => one.split(' ')[0]).join(' ')).toBe('list quota create list list delete');
  });

  it('that meets a fault of the code is an error that still names what it created', async () => {
    const list = [[], new Error('x is not a function')];
    const { outcome } = await play('create clusters=c1', { list, quota: [QUOTA], create: [{ taskId: 'm' }] });
    expect(outcome).toMatchObject({ result: 'error', createdTaskIds: ['m'] });
    expect(outcome.cause).toBe('The action met an error of its own, x is not a function; please report it');
  });

  it('has a heartbeat in the middle of a request, with what is unfinished, absent and failing', async () => {
    const list = [RUNS, transient('HTTP 502'), 'hangs'] as const;
    const { events } = await play('clusters=c1,c2 timeout=100', { list });
    const open = { unfinished: [{ task: { id: 'a' } }], absent: [{ clusterId: 'c2' }], failing: 'HTTP 502' };
    const beats = events.filter(({ type }) => type === 'heartbeat');
    expect(beats).toMatchObject([{ waited: 60_000, serverNow: START + 60_000, ...open }]);
  });
});

describe('the end of the time', () => {
  const slow = (seconds: number, gives: ApiScript['list'][number]) =>
    ({ takes: seconds * 1000, gives }) as never;
  // biome-ignore format: a case a line
  it.each<[string, string, ApiScript['list'], string, number]>([
    ['a last poll has 5 s', 'timeout=60', [RUNS, 'hangs'], 'timed-out', 65],
    ['a poll under way is let come to its end', 'timeout=20', [RUNS, slow(19, DONE)], 'succeeded', -25],
    ['but no longer than 5 s after it', 'timeout=20', [RUNS, slow(40, DONE)], 'timed-out', 25],
    ['or as long as the slowest listing took', 'timeout=20', [slow(8, RUNS), slow(40, DONE)], 'timed-out', 28],
    ['a last poll has as long', 'timeout=30', [slow(8, RUNS), slow(1, transient('502')), slow(7, DONE)], 'succeeded', -38],
    ['a hanging API never answered', 'timeout=1', ['hangs'], 'error', 6],
    ['a pause ends there', 'timeout=10', [RUNS, transient('502', { retryAfter: 3_000 }), DONE], 'succeeded', -10],
  ])('%s', async (_what, line, list, result, seconds) => {
    const played = await play(line, { list }, { pollInterval: 10_000 });
    expect(played.result).toBe(result);
    if (seconds > 0) expect(played.seconds).toBe(seconds);
    else expect(played.seconds).toBeLessThanOrEqual(-seconds);
  });

  it('never gives a request longer than request-timeout', async () => {
    const list = [{ takes: 8_000, gives: RUNS }, 'hangs'] as const;
    const { seconds } = await play('timeout=20', { list }, { requestTimeout: 6_000 });
    expect(seconds).toBe(26);
  });

  it('cuts off the reading of the quota, and a creation, whose task the last poll may find', async () => {
    const line = 'create clusters=c1 timeout=60';
    const quota = await play(line, { list: [[]], quota: ['hangs'] });
    expect([quota.result, quota.seconds]).toEqual(['timed-out', 60]);
    const script = { quota: [QUOTA], create: ['hangs'] as const };
    const found = await play(line, { list: [[], tasks('m S 1')], ...script });
    expect(found.outcome).toMatchObject({ result: 'succeeded', createdTaskIds: ['m'] });
    const lost = await play(line, { list: [[]], ...script });
    expect(lost.outcome).toMatchObject({ result: 'timed-out', unclearCreations: [{ clusterId: 'c1' }] });
    expect(lost.outcome.cause).toContain('cut off');
  });

  it('of five days is reached with few requests', async () => {
    const rare = { pollInterval: 600_000 };
    const { result, seconds } = await play('timeout=432000', { list: [RUNS] }, rare);
    expect([result, seconds]).toEqual(['timed-out', 432_000]);
  });
});

describe('a cancellation', () => {
  // biome-ignore format: a case a line
  it.each<[string, string, ApiScript, object]>([
    ['a pause', '', { list: [RUNS] }, { polls: 1 }],
    ['a listing', '', { list: ['hangs'] }, {}],
    ['the reading of the quota', 'create clusters=c1', { list: [[]], quota: ['hangs'] }, { createdTaskIds: [] }],
    ['a creation, which may have created a task', 'create clusters=c1,c2,c3', { list: [[]], quota: [QUOTA], create: [{ taskId: 'm' }, 'hangs'] }, { createdTaskIds: ['m'], unclearCreations: [{ clusterId: 'c2' }] }],
    ['a deletion', 'delete', { list: [OLD], delete: ['hangs'] }, { deletedTaskIds: [] }],
  ])('in the middle of %s ends the wait at once', async (_what, line, script, expected) => {
    const { outcome, seconds, api } = await play(line, script, {}, 0.5);
    expect(outcome).toMatchObject({ result: 'cancelled', cause: 'SIGTERM', ...expected });
    expect(seconds).toBe(0.5);
    expect(api.asked.filter((one) => one.endsWith('0.5'))).toEqual([]);
  });

  it('comes before a decision that was made meanwhile', async () => {
    const early = await play('', { list: [DONE] }, {}, 0);
    expect(early.outcome).toMatchObject({ result: 'cancelled', cause: 'SIGTERM' });
    const late = await play('timeout=10', { list: [RUNS, 'hangs'] }, {}, 12);
    expect(late.result).toBe('cancelled');
  });
});
