import { describe, expect, it } from 'vitest';
import { openingLine, WaitLog } from '../../src/report/log.ts';
import type { Change, WaitEvent } from '../../src/wait/events.ts';
import { products, START, START_SECONDS, settings, task } from './support/factories.ts';

const changed = (...changes: readonly Change[]): WaitEvent => ({
  type: 'changed',
  changes,
  serverNow: START,
});
const failedPoll = (problem: string, pause = 4_000): WaitEvent =>
  ({ type: 'poll-failed', problem, pause }) as WaitEvent;
const heartbeat = (overrides: Partial<Extract<WaitEvent, { type: 'heartbeat' }>> = {}): WaitEvent => ({
  type: 'heartbeat',
  waited: 60_000,
  serverNow: START,
  unfinished: [],
  absent: [],
  failing: null,
  ...overrides,
});

const textsOf = (event: WaitEvent, log = new WaitLog()) => log.linesFor(event).map(({ text }) => text);

describe('the first line', () => {
  it.each([
    [{}, 'Waiting for pytorch at https://api.example.com for up to 30m; every task must succeed'],
    [{ requirement: 1 }, 'Waiting for pytorch at https://api.example.com for up to 30m; 1 task must succeed'],
    [
      { requirement: 3, timeout: 5_400_000 },
      'Waiting for pytorch at https://api.example.com for up to 1h30m; 3 tasks must succeed',
    ],
  ])('%j', (overrides, expected) => {
    expect(openingLine(settings(overrides))).toBe(expected);
  });
});

describe('the first line of a wait that may create tasks', () => {
  it('says so', () => {
    const [waiting, creating] = [false, true].map((createMissing) =>
      openingLine(settings({ clusterIds: ['c1'], createMissing })),
    );
    expect(creating?.startsWith(waiting ?? '-')).toBe(true);
    expect(creating).toMatch(/a listed cluster without a task gets one$/);
  });

  it('names the note and neither the key nor the registry credentials', () => {
    const line = openingLine(settings({ createMissing: true, note: 'sha-1', registryAuthId: 'auth-0123' }));
    expect(line).toContain('sha-1');
    expect(line).not.toMatch(/auth-0123|sk-/);
  });
});

describe('a creation is one line', () => {
  const lost: WaitEvent = { type: 'creation-failed', clusterId: 'c1', problem: 'HTTP 503' };

  it('with its id and its cluster', () => {
    const event: WaitEvent = { type: 'created', clusterId: 'c1', taskId: 'n1' };
    expect(new WaitLog().linesFor(event)).toEqual([
      { level: 'info', text: expect.stringMatching(/^Created task n1 in cluster c1$/) },
    ]);
  });

  it('that says what is not clear, and why', () => {
    const [line, ...others] = new WaitLog().linesFor(lost);
    expect(line).toMatchObject({ level: 'info', text: expect.stringMatching(/c1.*may not.*HTTP 503/) });
    expect(others).toEqual([]);
  });

  it('that does not keep a failed poll of the same cause from being told', () => {
    const log = new WaitLog();
    textsOf(lost, log);
    expect(textsOf(failedPoll('HTTP 503'), log)).toHaveLength(1);
  });

  it('whatever the API sends', () => {
    const evil = `\n::error::x##[error]${'x'.repeat(2 ** 20)}`;
    for (const event of [
      { type: 'created', clusterId: evil, taskId: evil },
      { ...lost, clusterId: evil, problem: evil },
    ] as const) {
      const [line = ''] = textsOf(event);
      expect(line.length).toBeLessThan(1_000);
    }
  });
});

describe('a change of state is one line', () => {
  const done = { completeTime: START_SECONDS - 10, imageSize: 6_762_128_493 };
  it.each<[string, Change, string]>([
    [
      'seen for the first time',
      { task: task(), from: null },
      'c1 pytorch:v2: Running, 1m after it was created',
    ],
    [
      'on its way',
      { task: task({ products: products('p1') }), from: 'Pending' },
      'c1 pytorch:v2 [p1]: Pending → Running, 1m after it was created',
    ],
    [
      'succeeded',
      { task: task({ ...done, state: 'Succeeded' }), from: 'Running' },
      'c1 pytorch:v2: Running → Succeeded, took 50s, 6.76 GB',
    ],
    [
      'succeeded, with reasons',
      { task: task({ ...done, state: 'Succeeded', reasons: ['image pulled'] }), from: 'Running' },
      'c1 pytorch:v2: Running → Succeeded, took 50s, 6.76 GB (image pulled)',
    ],
    [
      'failed, with reasons',
      { task: task({ state: 'Failed', reasons: ['rate limit', 'again'] }), from: 'Running' },
      'c1 pytorch:v2: Running → Failed, 1m after it was created (rate limit; again)',
    ],
    [
      'failed, without any',
      { task: task({ state: 'Failed', createTime: null }), from: 'Running' },
      'c1 pytorch:v2: Running → Failed',
    ],
    [
      'backwards',
      { task: task({ state: 'Pending' }), from: 'Running' },
      'c1 pytorch:v2: Running → Pending, 1m after it was created',
    ],
    [
      'deleted',
      { task: task({ state: 'Deleted' }), from: 'Unknown' },
      'c1 pytorch:v2: Unknown → Deleted, 1m after it was created',
    ],
  ])('%s', (_name, change, expected) => {
    expect(new WaitLog().linesFor(changed(change))).toEqual([{ level: 'info', text: expected }]);
  });

  it('each of several', () => {
    const changes = ['a', 'b', 'c'].map((clusterId) => ({ task: task({ clusterId }), from: null }));
    expect(textsOf(changed(...changes))).toHaveLength(3);
  });
});

describe('a state that nobody knows', () => {
  const odd = (id: string, reportedState = 'Resting'): Change => ({
    task: task({ id, state: 'Unknown', reportedState }),
    from: 'Running',
  });

  it('is warned of once in a wait', () => {
    const log = new WaitLog();
    const warnings = [changed(odd('a'), odd('b')), changed(odd('c', 'Dozing'))].flatMap((event) =>
      log.linesFor(event).filter(({ level }) => level === 'warning'),
    );
    expect(warnings).toHaveLength(1);
    expect(warnings[0]?.text).toContain('"Resting"');
    expect(warnings[0]?.text).toContain('unfinished');
  });

  it('is not a task that is missing from a listing', () => {
    const missing = { task: task({ state: 'Unknown', reportedState: 'Running' }), from: 'Running' } as const;
    expect(new WaitLog().linesFor(changed(missing)).map(({ level }) => level)).toEqual(['info']);
  });
});

describe('failed polls', () => {
  it('are told with the next try, and not again while they stay the same', () => {
    const log = new WaitLog();
    expect(textsOf(failedPoll('HTTP 503'), log)).toEqual(['A poll failed, the next is in 4s: HTTP 503']);
    expect(textsOf(failedPoll('HTTP 503', 8_000), log)).toEqual([]);
    expect(textsOf(failedPoll('HTTP 429', 8_000), log)).toEqual([
      'A poll failed, the next is in 8s: HTTP 429',
    ]);
  });

  it('are told anew after good ones', () => {
    const log = new WaitLog();
    textsOf(failedPoll('HTTP 503'), log);
    expect(textsOf({ type: 'recovered', failedPolls: 1 }, log)).toEqual([
      'The API answers again, after 1 failed poll',
    ]);
    expect(textsOf(failedPoll('HTTP 503'), log)).toHaveLength(1);
    expect(textsOf({ type: 'recovered', failedPolls: 3 }, log)).toEqual([
      'The API answers again, after 3 failed polls',
    ]);
  });
});

describe('the heartbeat tells', () => {
  it.each<[string, WaitEvent, string]>([
    ['that there is nothing', heartbeat(), 'Still waiting after 1m: nothing found so far'],
    [
      'what is unfinished, and its age',
      heartbeat({ unfinished: [{ task: task(), earlier: null }] }),
      'Still waiting after 1m: c1 pytorch:v2 Running, 1m old',
    ],
    [
      'how long such tasks took before',
      heartbeat({ unfinished: [{ task: task(), earlier: { medianSeconds: 90, count: 4 } }] }),
      'Still waiting after 1m: c1 pytorch:v2 Running, 1m old (usually 1m30s, from 4 earlier tasks)',
    ],
    [
      'how long the one before took',
      heartbeat({ unfinished: [{ task: task(), earlier: { medianSeconds: 5, count: 1 } }] }),
      'Still waiting after 1m: c1 pytorch:v2 Running, 1m old (usually 5s, from 1 earlier task)',
    ],
    [
      'what is absent and what fails',
      heartbeat({
        unfinished: [{ task: task({ createTime: null }), earlier: null }],
        absent: [{ clusterId: 'c2' }],
        failing: 'HTTP 503',
      }),
      'Still waiting after 1m: c1 pytorch:v2 Running; cluster c2 absent; the last poll failed: HTTP 503',
    ],
  ])('%s', (_name, event, expected) => {
    expect(new WaitLog().linesFor(event)).toEqual([{ level: 'info', text: expected }]);
  });
});

describe('whatever the API sends', () => {
  const long = 'x'.repeat(2 ** 20);
  const huge = task({
    clusterId: long,
    imageUrl: long,
    imageName: long,
    products: products(long),
    reasons: [long],
    state: 'Unknown',
    reportedState: long,
  });

  it.each<[string, WaitEvent]>([
    ['a change', changed({ task: huge, from: null })],
    ['a failed poll', failedPoll(long)],
    ['a heartbeat', heartbeat({ unfinished: Array(100).fill({ task: huge, earlier: null }), failing: long })],
  ])('%s is a few lines of bounded length', (_name, event) => {
    const lines = textsOf(event);
    expect(lines.length).toBeLessThan(5);
    for (const line of lines) expect(line.length).toBeLessThan(4_000);
  });
});
