import { describe, expect, it } from 'vitest';
import type { Inputs } from '../../src/inputs/inputs.ts';
import type { Outcome } from '../../src/outcome.ts';
import { messageFor } from '../../src/report/message.ts';
import { outcome, products, START_SECONDS, settings, task } from './support/factories.ts';

const succeeded = task({ state: 'Succeeded' });
const failed = task({ id: 't2', clusterId: 'c2', state: 'Failed', reasons: ['rate limit'] });
const running = task({ id: 't3', clusterId: 'c3' });
const finishedAgo = (seconds: number, id: string) =>
  task({ id, state: 'Succeeded', completeTime: START_SECONDS - seconds });

describe('the message says what happened', () => {
  const cases: readonly [string, Partial<Outcome>, Partial<Inputs>, string][] = [
    [
      'a success during the step',
      { tasks: [{ ...succeeded, completeTime: START_SECONDS + 5 }] },
      {},
      'pytorch is warm: 1 task succeeded',
    ],
    [
      'a success of some',
      { tasks: [succeeded, failed, running] },
      { requirement: 1 },
      'pytorch is warm: 1 of 3 tasks succeeded',
    ],
    [
      'a success that rests on a task finished before',
      { tasks: [finishedAgo(3_600, 'a')] },
      {},
      'pytorch is warm: 1 task succeeded, finished 1h ago, before this step started',
    ],
    [
      'a success that rests on tasks finished before, each at its time',
      { tasks: [finishedAgo(60, 'a'), finishedAgo(86_400, 'b'), finishedAgo(3_600, 'c')] },
      {},
      'pytorch is warm: 3 tasks succeeded, finished 1m to 1d ago, before this step started',
    ],
    [
      'a success that rests on some of them',
      { tasks: [finishedAgo(60, 'a'), finishedAgo(-5, 'b')] },
      {},
      'pytorch is warm: 2 tasks succeeded, 1 of them finished 1m ago, before this step started',
    ],
    [
      'a success before the step on the clock of a server that is behind',
      { tasks: [finishedAgo(60, 'a')], serverClockOffset: -90_000 },
      {},
      'pytorch is warm: 1 task succeeded',
    ],
    [
      'a failure',
      { result: 'failed', tasks: [succeeded, failed] },
      {},
      'pytorch is not warm: 1 of 2 tasks failed: c2 pytorch:v2 (t2) failed: rate limit',
    ],
    [
      'a failure by deletion',
      { result: 'failed', tasks: [{ ...failed, state: 'Deleted', reasons: [] }] },
      {},
      'pytorch is not warm: 1 of 1 task failed: c2 pytorch:v2 (t2) deleted',
    ],
    [
      'a timeout with each unfinished task, its state and age',
      {
        result: 'timed-out',
        tasks: [succeeded, running, task({ id: 't4', state: 'Unknown', createTime: null })],
      },
      {},
      'Timed out after 1m30s waiting for pytorch: c3 pytorch:v2 (t3) Running, 2m30s old; c1 pytorch:v2 (t4) Unknown',
    ],
    [
      'a timeout with what is absent and the last failure',
      {
        result: 'timed-out',
        tasks: [],
        absent: [{ clusterId: 'c9' }],
        cause: 'the last poll failed: HTTP 503',
      },
      {},
      'Timed out after 1m30s waiting for pytorch: cluster c9 absent; the last poll failed: HTTP 503',
    ],
    [
      'a timeout with nothing to show',
      { result: 'timed-out' },
      { note: 'x' },
      'Timed out after 1m30s waiting for pytorch with note "x", with no task found so far',
    ],
    [
      'what was not found, with near misses and why',
      {
        result: 'not-found',
        absent: [{ clusterId: 'c9' }],
        nearMisses: [{ task: task({ products: products('p1') }), why: 'its cluster is not listed' }],
      },
      {},
      'Not every prewarm task of pytorch was found within 2m (absent: cluster c9); near misses: c1 pytorch:v2 [p1] (t1), but its cluster is not listed',
    ],
    [
      'nothing found, and nothing near',
      { result: 'not-found' },
      { appearTimeout: 0 },
      'Not every prewarm task of pytorch was found within 0s (0 tasks found, 1 required); the API returned nothing that comes near',
    ],
    [
      'too few found',
      { result: 'not-found', tasks: [succeeded] },
      { requirement: 3 },
      'Not every prewarm task of pytorch was found within 2m (1 task found, 3 required); the API returned nothing that comes near',
    ],
    [
      'a cancellation',
      { result: 'cancelled', cause: 'SIGINT', tasks: [succeeded, running, failed] },
      {},
      'The wait for pytorch was cancelled by SIGINT after 1m30s, with 1 of 3 tasks succeeded, 1 failed and 1 unfinished',
    ],
    ['an error', { result: 'error', cause: 'It went wrong' }, {}, 'It went wrong'],
  ];
  it.each(cases)('%s', (_name, happened, asked, expected) => {
    expect(messageFor(outcome(happened), settings(asked))).toBe(expected);
  });

  it('bad inputs are told without settings', () => {
    expect(messageFor(outcome({ result: 'error', cause: 'An input is not usable' }), null)).toBe(
      'An input is not usable',
    );
  });

  it('up to ten near misses are all told', () => {
    const nearMisses = Array.from({ length: 10 }, (_, index) => ({
      task: task({ id: `near-${index}`, clusterId: 'c'.repeat(60), imageUrl: `r.io/${'x'.repeat(60)}` }),
      why: 'it covers none of the listed products',
    }));
    const message = messageFor(outcome({ result: 'not-found', nearMisses }), settings());
    for (const near of nearMisses) expect(message).toContain(`(${near.task.id})`);
  });
});

describe('the message is bounded and harmless', () => {
  const HOSTILE = '::error::x\r\n##[error]\u2028\u202e\u0000';
  const long = HOSTILE.repeat(2 ** 16);
  const hostile = task({
    id: long,
    clusterId: long,
    imageUrl: long,
    products: products(long),
    reasons: [long],
  });
  const crowd = (state: 'Running' | 'Failed' | 'Succeeded') => Array(50).fill({ ...hostile, state });
  const results: readonly Partial<Outcome>[] = [
    { result: 'succeeded', tasks: crowd('Succeeded') },
    { result: 'failed', tasks: crowd('Failed') },
    { result: 'timed-out', tasks: crowd('Running'), cause: long },
    {
      result: 'not-found',
      absent: Array(500).fill({ clusterId: long }),
      nearMisses: Array(10).fill({ task: hostile, why: 'x' }),
    },
    { result: 'cancelled', cause: 'SIGTERM', tasks: crowd('Running') },
    { result: 'error', cause: long },
  ];
  it.each(results)('for $result', (happened) => {
    const message = messageFor(outcome(happened), settings({ imageText: HOSTILE }));
    expect(message.length).toBeLessThan(64 * 1024);
    expect(message).not.toMatch(/[\p{Cc}\u2028\u2029\u202e]/u);
    expect(message).not.toContain('##[');
    expect(message.startsWith('::')).toBe(false);
  });

  it.each(['x', '\u202e'])(
    'a timeout has as many unfinished tasks as fit in 1,000 characters, with names of %j',
    (character) => {
      const tasks = Array.from({ length: 500 }, (_, index) =>
        task({ id: `t${index}`, clusterId: character.repeat(80) }),
      );
      const message = messageFor(outcome({ result: 'timed-out', tasks }), settings());
      expect(message.length).toBeLessThanOrEqual(1_000);
      expect(message).toMatch(/\(t0\) Running, 2m30s old/);
    },
  );

  it('a timeout says how many tasks it leaves out', () => {
    const tasks = Array.from({ length: 500 }, (_, index) => task({ id: `t${index}` }));
    const message = messageFor(outcome({ result: 'timed-out', tasks }), settings());
    const shown = message.match(/ old/g)?.length ?? 0;
    expect(shown).toBeGreaterThan(10);
    expect(message).toContain(`and ${500 - shown} more`);
  });
});

describe('tasks that the step created are told', () => {
  const results: readonly Partial<Outcome>[] = [
    { result: 'succeeded', tasks: [succeeded] },
    { result: 'failed', tasks: [failed] },
    { result: 'timed-out', tasks: [running] },
    { result: 'not-found', absent: [{ clusterId: 'c9' }] },
    { result: 'cancelled', cause: 'SIGINT' },
    { result: 'error', cause: 'It went wrong' },
  ];

  it.each(results)('after what happened, for $result', (happened) => {
    const plain = messageFor(outcome(happened), settings());
    const message = (more: Partial<Outcome>) => messageFor(outcome({ ...happened, ...more }), settings());
    expect(message({ createdTaskIds: ['n1', 'n2'] })).toBe(`${plain}; this step created 2 tasks: n1, n2`);
    expect(message({ createdTaskIds: ['n1'] })).toBe(`${plain}; this step created 1 task: n1`);
    const unclear = message({ unclearCreations: ['c7'] });
    expect(unclear.startsWith(plain)).toBe(true);
    expect(unclear).toMatch(/may have created one in c7/);
    expect(message({ createdTaskIds: ['n1'], unclearCreations: ['c7'] })).toMatch(/n1; .*c7/);
  });

  const crowd = Array.from({ length: 500 }, (_, index) =>
    task({ id: `t${index}`, clusterId: 'c'.repeat(60) }),
  );
  const many = Array.from({ length: 500 }, (_, index) => `created-${index}-${'x'.repeat(100)}`);
  it.each<[string, Partial<Outcome>]>([
    ['one', { createdTaskIds: ['n1'] }],
    ['many', { createdTaskIds: many }],
    ['many that are unclear', { unclearCreations: many }],
    ['many of both', { createdTaskIds: many, unclearCreations: many }],
    [
      'hostile ones',
      { createdTaskIds: ['\u202e'.repeat(9_999)], unclearCreations: ['\n::error::'.repeat(999)] },
    ],
  ])('within the 1,000 characters of a timeout: %s', (_what, created) => {
    const message = messageFor(
      outcome({ result: 'timed-out', tasks: crowd, cause: 'the last poll failed: HTTP 503', ...created }),
      settings(),
    );
    expect(message.length).toBeLessThanOrEqual(1_000);
    expect(message).toMatch(/\(t0\) Running, 2m30s old/);
    expect(message).toMatch(/this step created|may have created/);
    expect(message).not.toMatch(/[\p{Cc}\u202e]/u);
  });

  it('and leave room for the last failure of a timeout', () => {
    const happened = { result: 'timed-out', tasks: crowd, cause: 'the last poll failed: HTTP 503' } as const;
    expect(messageFor(outcome(happened), settings())).toContain('HTTP 503');
    const createdTaskIds = ['nzd5nyi4keefsv2d', 'fexahnwdp4l1ajva', 'k2v8r1m4q7z0x5c3'];
    const message = messageFor(outcome({ ...happened, createdTaskIds }), settings());
    expect(message).toContain('HTTP 503');
  });

  it('also where the inputs are not known', () => {
    expect(messageFor(outcome({ result: 'error', cause: 'x', createdTaskIds: ['n1'] }), null)).toContain(
      'n1',
    );
  });
});
