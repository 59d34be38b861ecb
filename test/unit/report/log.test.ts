import { describe, expect, it } from 'vitest';
import { openingLines, WaitLog } from '../../../src/report/log.ts';
import type { Change, WaitEvent } from '../../../src/wait/events.ts';
import { products, START, START_SECONDS, wanted } from '../support/factories.ts';
import { failed, inputs, succeeded, task } from './support.ts';

const changed = (...changes: readonly Change[]): WaitEvent => ({
  type: 'changed',
  changes,
  serverNow: START,
});
const change = (task: Change['task'], from: Change['from'], isListed = true) =>
  changed({ task, from, isListed });
const failedPoll = (problem: string, delay = 4_000): WaitEvent => ({ type: 'poll-failed', problem, delay });
const place = { clusterId: 'c1' };
const QUIET = { unfinished: [], absent: [], failing: null };
const beat = { ...QUIET, type: 'heartbeat', waited: 60_000, serverNow: START } as const;
const textsOf = (event: WaitEvent, log = new WaitLog(inputs())) =>
  log.linesFor(event).map(({ text }) => text);
const old = { completeTime: START_SECONDS - 10 };

describe('the first lines', () => {
  // biome-ignore format: a case a line
  it.each([
    [{}, 'Waiting for ml/pytorch:2.9 in those clusters only that have a task now (no cluster-ids given) at https://api.example.com for up to 30m; every task must succeed'],
    [{ images: [], taskIds: ['a'], timeout: 5_400_000 }, 'Waiting for task a at https://api.example.com for up to 1h30m; every task must succeed'],
    [{ clusterIds: ['c1'], requirement: 1 }, 'Waiting for ml/pytorch:2.9 in cluster c1 at https://api.example.com for up to 30m; 1 task must succeed'],
    [{ clusterIds: ['c1'], createMissing: true, recreateFailed: 2, deleteSuperseded: true, registryAuthId: 'auth-0123' }, 'Waiting for ml/pytorch:2.9 in cluster c1 at https://api.example.com for up to 30m; every task must succeed; a listed cluster without a task gets one; a task that fails is created anew up to 2 times; superseded tasks are deleted'],
  ])('%j', (overrides, expected) => {
    expect(openingLines(inputs(overrides))).toEqual([{ level: 'info', text: expected }]);
  });

  it('are followed by all notices, five of them as warnings at most', () => {
    const info = { level: 'info', text: 'lowered' } as const;
    const notices = ['a', 'b', 'c', 'd', 'e', 'f'].map((text) => ({ level: 'warning', text }) as const);
    const [, first, ...lines] = openingLines(inputs({ notices: [info, ...notices] }));
    expect(first).toEqual(info);
    expect(lines.map(({ text }) => text)).toEqual(notices.map(({ text }) => text));
    expect(lines.filter(({ level }) => level === 'warning')).toHaveLength(5);
  });
});

describe('an event is one line', () => {
  // biome-ignore format: a case a line
  it.each<[string, WaitEvent, string]>([
    ['a task', change(task({ createTime: START_SECONDS + 90 }), null), 'c1: Running, 0s old'],
    ['a step of it', change(task({ products: products('p1') }), 'Pending'), 'c1 [p1]: Pending → Running, 1m old'],
    ['a task that finished before', change(succeeded(old), null), 'c1: Succeeded, took 50s, finished 10s ago'],
    ['a success', change(succeeded({ ...old, imageSize: 6_762_128_493, reasons: ['pulled'] }), 'Running'), 'c1: Running → Succeeded, took 50s, 6.76 GB (pulled)'],
    ['a failure', change(failed({ completeTime: null, reasons: ['a', 'b'] }), 'Running'), 'c1: Running → Failed, 1m old (a; b)'],
    ['new reasons', change(task({ state: 'Pending', createTime: null, reasons: ['no node'] }), 'Pending'), 'c1: still Pending (no node)'],
    ['a task that is not listed', change(task(), 'Running', false), 'c1: not in the listing any more (it was Running); gone from the next one too, it counts as deleted'],
    ['a deletion', change(task({ state: 'Deleted' }), 'Running', false), 'c1: Running → Deleted (gone from two listings in a row)'],
    ['what is absent', { type: 'absent', absent: [{ clusterId: 'c1' }, { taskId: 't' }], counted: 0, timeLeft: 90_000 }, 'Task t not found; no task in cluster c1 yet; waiting up to 1m30s for it'],
    ['what is not waited for', { type: 'absent', absent: [{ productId: 'p' }], counted: 1, timeLeft: 0 }, 'No task for product p yet'],
    ['that nothing is there', { type: 'absent', absent: [], counted: 0, timeLeft: 1_000 }, 'No task yet; waiting up to 1s for it'],
    ['that too little is there', { type: 'absent', absent: [], counted: 2, timeLeft: 0 }, 'Only 2 tasks yet'],
    ['a creation', { type: 'created', place, taskId: 'n1' }, 'c1: created task n1'],
    ['a creation of one of several images', { type: 'created', place: { ...place, image: 'x' }, taskId: 'n1' }, 'x in c1: created task n1'],
    ['a creation that may have failed', { type: 'creation-failed', place, problem: 'HTTP 502', isUnclear: true }, 'c1: a task may have been created or not, the listing will tell: HTTP 502'],
    ['a creation that failed', { type: 'creation-failed', place, problem: 'HTTP 429', isUnclear: false }, 'c1: no task was created yet, it is tried again: HTTP 429'],
    ['a failed attempt', { type: 'attempt-failed', task: failed(), attempt: 1, of: 2, delay: 34_000 }, 'c1: task t1 failed (rate limit); it is created anew in 34s, attempt 1 of 2'],
    ['a deleted task', { type: 'deleted', tasks: [succeeded({ id: 'o1' })] }, 'pytorch:2.9 in c1: deleted superseded task o1'],
    ['the end of failures', { type: 'recovered', failedPolls: 1 }, 'The API answers again, after 1 failed poll'],
    ['a beat', beat, 'Still waiting after 1m: nothing found so far'],
    ['a beat of all kinds', { ...beat, unfinished: [{ task: task({ createTime: null }), past: null }, { task: task({ clusterId: 'c2' }), past: { medianSeconds: 90, count: 4, scatter: 0 } }], absent: [{ clusterId: 'c3' }], failing: 'HTTP 503' }, 'Still waiting after 1m: c1 Running; c2 Running, 1m old (usually 1m30s, from 4 earlier tasks); no task in cluster c3; the last poll failed: HTTP 503'],
  ])('%s', (_name, event, expected) => {
    expect(new WaitLog(inputs()).linesFor(event)).toEqual([{ level: 'info', text: expected }]);
  });

  it('for each change and each deleted task', () => {
    const change = { task: task(), from: null, isListed: true };
    expect(textsOf(changed(change, change))).toHaveLength(2);
    expect(textsOf({ type: 'deleted', tasks: [task(), task()] })).toHaveLength(2);
  });

  it('of bounded length, whatever the API sends', () => {
    const long = 'x'.repeat(2 ** 18);
    const names = { clusterId: long, imageUrl: long, imageName: long, reportedState: long, reasons: [long] };
    const huge = task({ ...names, products: products(long), state: 'Unknown' });
    const events: readonly WaitEvent[] = [
      change(huge, null),
      failedPoll(long),
      { ...beat, unfinished: Array(100).fill({ task: huge, past: null }), failing: long },
      { type: 'deletion-failed', tasks: Array(100).fill({ ...huge, id: long }), problem: long },
    ];
    for (const line of events.flatMap((event) => textsOf(event))) expect(line.length).toBeLessThan(4_000);
  });
});

describe('the log remembers', () => {
  it('which image the first line named: only another is named', () => {
    const other = task({ imageUrl: 'r.io/pytorch:3' });
    const lines = (overrides = {}) => {
      const log = new WaitLog(inputs(overrides));
      return [change(task(), null), change(other, null)].flatMap((event) => textsOf(event, log));
    };
    expect(lines()).toEqual(['c1: Running, 1m old', 'pytorch:3 in c1: Running, 1m old']);
    const named = ['ml/pytorch in c1: Running, 1m old', 'pytorch:3 in c1: Running, 1m old'];
    expect(lines({ images: wanted('ml/pytorch', 'nginx') })).toEqual(named);
    expect(lines({ images: [], taskIds: ['t1'] })[0]).toBe('pytorch:2.9 in c1 (t1): Running, 1m old');
  });

  it('what was not listed, until it is back or has changed', () => {
    const log = new WaitLog(inputs());
    const gone = change(task({ state: 'Unknown', reportedState: 'Running' }), 'Running', false);
    textsOf(gone, log);
    expect(textsOf(change(task(), 'Unknown'), log)).toEqual(['c1: Running, in the listing again, 1m old']);
    textsOf(gone, log);
    const deleted = change(task({ state: 'Deleted' }), 'Unknown', false);
    expect(textsOf(deleted, log)).toEqual(['c1: Running → Deleted (gone from two listings in a row)']);
    expect(textsOf(change(task(), 'Pending'), log)).toEqual(['c1: Pending → Running, 1m old']);
  });

  it('a failure that goes on, until a poll is good again', () => {
    const log = new WaitLog(inputs());
    const recovered = { type: 'recovered', failedPolls: 3 } as const;
    const [first, second] = [failedPoll('HTTP 503'), failedPoll('HTTP 429', 8_000)];
    const told = [first, first, second, recovered, second].map((event) => textsOf(event, log));
    expect(told).toEqual([
      ['A poll failed, the next is in 4s: HTTP 503'],
      [],
      ['A poll failed, the next is in 8s: HTTP 429'],
      ['The API answers again, after 3 failed polls'],
      ['A poll failed, the next is in 8s: HTTP 429'],
    ]);
  });

  it('what it warned of: each kind once', () => {
    const log = new WaitLog(inputs());
    const odd = (reportedState: string) => change(task({ state: 'Unknown', reportedState }), 'Running');
    const tasks = [task({ id: 'o1' }), task({ id: 'o2' })];
    const lost: WaitEvent = { type: 'deletion-failed', tasks, problem: 'HTTP 403' };
    const lines = [odd('Resting'), odd('Dozing'), lost, lost].flatMap((event) => log.linesFor(event));
    expect(lines.filter(({ level }) => level === 'warning').map(({ text }) => text)).toEqual([
      'c1 is in a state that this action does not know, "Resting"; it counts as unfinished',
      'Could not delete superseded tasks o1, o2: HTTP 403; the result stays as it is',
    ]);
    expect(lines).toHaveLength(5);
  });
});
