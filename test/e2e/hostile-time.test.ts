import { describe, expect, test } from 'vitest';
import { type Fault, on } from '../simulator/fault.ts';
import { header, rateLimited, status } from '../simulator/faults.ts';
import { ago, task } from '../simulator/wire.ts';
import { hang, slow } from '../simulator/wire-faults.ts';
import { enter, FAILED, face, lone, preload, RUNNING, type Scene } from './hostile-support.ts';

const WARM = { warm: true };
const COLD = { warm: false };
const LATER = { ...RUNNING, steps: [{ fromPoll: 2, state: 'Succeeded' }] };

describe.concurrent('the deadline', () => {
  test.each([
    ['succeeded', 'Succeeded'],
    ['failed', 'Failed'],
    ['timed-out', 'Running'],
  ])('has a last poll, after which the result is %s', async (result, state) => {
    const tasks = [lone('a', { ...RUNNING, steps: [{ fromPoll: 2, state }] })];
    const inputs = { timeout: '1s', 'poll-interval': '10m' };
    const ended = await face({ tasks, inputs }, { warm: state === 'Succeeded', withinMs: 8_000 });
    expect([ended.result, ended.polls]).toEqual([result, 2]);
    expect(Number(ended.outputs['waited-seconds'])).toBeGreaterThanOrEqual(1);
  });

  test('cuts a request off that is under way, and has its last poll all the same', async () => {
    const inputs = { timeout: '1s', 'request-timeout': '5m' };
    const ended = await face({ tasks: [lone('a')], inputs, faults: [on({ poll: 1 }, hang())] }, WARM);
    expect([ended.result, ended.polls]).toEqual(['succeeded', 2]);
  });

  test.each([
    ['hangs', hang()],
    ['hangs after its headers', hang('after-headers')],
    ['hangs inside its body', hang('inside-body')],
  ])('is not put off for long by a last poll that %s', async (_what, fault) => {
    const inputs = { timeout: '6s', 'poll-interval': '10m', 'request-timeout': '5m' };
    const faults = [on({ poll: { from: 2 } }, fault)];
    const scene = { tasks: [lone('a', LATER)], speed: 4, inputs, faults };
    const ended = await face(scene, { ...COLD, withinMs: 9_000 });
    expect([ended.result, ended.polls]).toEqual(['timed-out', 2]);
  });

  test('leaves nothing on standard error when an answer comes just after it', async () => {
    const inputs = { timeout: '1s', 'poll-interval': '10m' };
    const faults = [on({ poll: 2 }, slow(300))];
    const ended = await face({ tasks: [lone('a', RUNNING)], inputs, faults }, COLD);
    expect([ended.result, ended.polls]).toEqual(['timed-out', 2]);
  });

  test('that passes without any good answer is an error', async () => {
    const inputs = { timeout: '1s', 'request-timeout': '1s' };
    const ended = await face({ tasks: [lone('a')], inputs, faults: [hang()] }, COLD);
    expect(ended.result).toBe('error');
  });

  test.each(['5d', '120h', '432000', '7200m'])('of %s is not at once', async (timeout) => {
    const inputs = {
      timeout,
      'appear-timeout': timeout,
      'poll-interval': '10m',
      'request-timeout': '5m',
      'cluster-ids': 'a, absent',
    };
    await using stage = await enter({ tasks: [lone('a', RUNNING)], inputs });
    // The line about the task comes after the answer, when every timer has been set.
    await stage.until(stage.step.waitForOutput(/Running/));
    stage.step.signal('SIGTERM');
    const ended = await stage.end(COLD);
    expect([ended.result, ended.polls]).toEqual(['cancelled', 1]);
  });

  test.each([
    ['timeout', '2147483648'],
    ['timeout', '25d'],
    ['timeout', '99999999999999999999'],
    ['timeout', `${'9'.repeat(400)}s`],
    ['poll-interval', '2147484'],
    ['request-timeout', '999999h'],
    ['appear-timeout', '25d'],
  ])('is no overflow by %s: %s', async (name, value) => {
    const ended = await face({ tasks: [lone('a')], inputs: { [name]: value } }, COLD);
    expect([ended.result, ended.sim.requests.length]).toEqual(['error', 0]);
    expect(ended.message).toContain(name);
  });
});

/** Sets the wall clock once the step has said something of a task; neither monotonic clock nor timers see it. */
const jumpingClock = (hours: number) => `
  const RealDate = Date;
  const realNow = Date.now;
  let offset = 0;
  Date.now = () => realNow() + offset;
  globalThis.Date = class extends RealDate {
    constructor(...parts) {
      parts.length === 0 ? super(realNow() + offset) : super(...parts);
    }
  };
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = (text, ...more) => {
    if (String(text).includes('Running')) offset = ${hours} * 3_600_000;
    return write(text, ...more);
  };
`;

describe.concurrent('a wall clock that jumps during the wait', () => {
  test.each([1, -1, -24 * 365])('by %i hours neither ends nor prolongs it', async (hours) => {
    const step = { env: preload(jumpingClock(hours)) };
    const tasks = [lone('a', { ...RUNNING, steps: [{ fromPoll: 3, state: 'Succeeded' }] })];
    const ended = await face({ tasks, inputs: { timeout: '30s' }, step }, WARM);
    expect([ended.result, ended.polls]).toEqual(['succeeded', 3]);
    expect(Number(ended.outputs['waited-seconds'])).toBeLessThan(60);

    const inputs = { timeout: '2s' };
    const late = await face({ tasks: [lone('a', RUNNING)], inputs, step }, { ...COLD, withinMs: 12_000 });
    expect(late.result).toBe('timed-out');
    expect(Number(late.outputs['waited-seconds'])).toBeLessThan(60);
  });

  test.each([1, -1])('by %i hours does not move what created-after means', async (hours) => {
    const step = { env: preload(jumpingClock(hours)) };
    const tasks = [
      lone('a', { ...LATER, createTime: ago(30) }),
      lone('b', { clusterId: 'a', imageUrl: 'other/app', createTime: ago(7_000), ...FAILED }),
    ];
    const ended = await face({ tasks, inputs: { 'created-after': '1h30m' }, step }, WARM);
    expect([ended.result, ended.outputs['total-count']]).toEqual(['succeeded', '1']);
  });

  test('by an hour does not change how long the server is left alone', async () => {
    const step = { env: preload(jumpingClock(1)) };
    const faults = [on({ poll: 2 }, rateLimited('2'))];
    const ended = await face({ tasks: [lone('a', LATER)], faults, step }, WARM);
    expect([ended.result, ended.polls]).toEqual(['succeeded', 3]);
  });
});

describe.concurrent('a server whose clock is', () => {
  const CLOCKS = [90, -90, 0, 86_400, -86_400];

  test.each(CLOCKS)('%i s ahead is asked for what was created on its own clock', async (clockSkewSeconds) => {
    const tasks = [
      lone('new', { ...LATER, createTime: ago(30) }),
      lone('old', { imageUrl: 'other/app', createTime: ago(90), ...FAILED }),
    ];
    const now = Math.floor(Date.now() / 1000);
    const moments = [String(now - 60), new Date((now - 60) * 1000).toISOString()];
    for (const text of Math.abs(clockSkewSeconds) === 90 ? ['60s', ...moments] : ['60s']) {
      const inputs = { 'created-after': text };
      const ended = await face({ tasks, clockSkewSeconds, inputs }, WARM);
      expect(ended.tasks.map(({ id, state }) => [id, state])).toEqual([['new', 'Succeeded']]);
    }
  });

  test.each([
    ['absent', undefined],
    ['garbage', 'soon'],
    ['a number', '0'],
    ['empty', ''],
  ])('not known, its Date being %s, is taken for this one', async (_what, date) => {
    const tasks = [
      lone('new', { createTime: ago(30) }),
      lone('old', { imageUrl: 'other/app', createTime: ago(90), ...FAILED }),
    ];
    const faults = [header('date', date)];
    const ended = await face({ tasks, faults, inputs: { 'created-after': '60s' } }, WARM);
    expect(ended.tasks.map(({ id }) => id)).toEqual(['new']);
  });

  test('right says that a task of tomorrow is not there yet', async () => {
    const inputs = { 'created-after': new Date(Date.now() + 86_400_000).toISOString() };
    expect((await face({ tasks: [lone('a')], inputs }, COLD)).result).toBe('not-found');
  });
});

describe.concurrent('Retry-After', () => {
  const httpDate = (ms: number) => new Date(Date.now() + ms).toUTCString();

  /** The first poll is good, the second one is told to come back, the third one finds the image warm. */
  const scene = (fault: Fault, more: Scene = {}): Scene => ({
    tasks: [task({ ...RUNNING, steps: [{ fromPoll: 3, state: 'Succeeded' }] })],
    faults: [on({ poll: 2 }, fault)],
    ...more,
    inputs: { timeout: '15s', ...more.inputs },
  });

  test.each([429, 503, 500, 408])('of 3 s with status %i is heeded', async (code) => {
    const ended = await face(scene(status(code, { headers: { 'retry-after': '3' } })), WARM);
    expect([ended.result, ended.polls]).toEqual(['succeeded', 3]);
    const [, second, third] = ended.sim.requests;
    expect((third?.receivedMs ?? 0) - (second?.receivedMs ?? 0)).toBeGreaterThanOrEqual(2_990);
  });

  test.each([0, 90, -90])(
    'as a date is one of the server, whose clock is %i s ahead',
    async (clockSkewSeconds) => {
      const later: Fault = {
        name: 'later',
        reply: (reply, request) => ({
          ...(status(429).reply?.(reply, request) ?? reply),
          headers: {
            ...reply.headers,
            'retry-after': new Date(Date.parse(reply.headers['date'] ?? '') + 3_000).toUTCString(),
          },
        }),
      };
      const ended = await face(scene(later, { clockSkewSeconds }), WARM);
      expect([ended.result, ended.polls]).toEqual(['succeeded', 3]);
      const [, second, third] = ended.sim.requests;
      expect((third?.receivedMs ?? 0) - (second?.receivedMs ?? 0)).toBeGreaterThanOrEqual(1_990);
    },
  );

  test.each([
    '',
    '0',
    '-1',
    '-99999999999',
    '1.5',
    '1e9',
    '0x10',
    'soon',
    '5 minutes',
    '١٢٣',
    'NaN',
    'Infinity',
    '3600, 7200',
    'Thu, 01 Jan 1970 00:00:00 GMT',
    'Thu, 99 Foo 9999 99:99:99 GMT',
    '2999-01-01T00:00:00Z',
    '<script>',
  ])('of %j is no reason to wait longer, or not to wait at all', async (text) => {
    const fault = status(503, { headers: { 'retry-after': encodeHeader(text) } });
    const ended = await face(scene(fault, { speed: 5, inputs: { timeout: '2m' } }), WARM);
    expect([ended.result, ended.polls]).toEqual(['succeeded', 3]);
    const [, second, third] = ended.sim.requests;
    expect((third?.receivedMs ?? 0) - (second?.receivedMs ?? 0)).toBeGreaterThanOrEqual(990 / 5);
  });

  test.each([
    ['3600'],
    ['86400'],
    ['2147484'],
    ['9999999999'],
    ['99999999999'],
    ['9'.repeat(30)],
    [httpDate(3_600_000)],
    [httpDate(1e12)],
    ['Friday, 31-Dec-49 23:59:59 GMT'],
    ['Fri Dec 31 23:59:59 2049'],
  ])('of %s reaches past the timeout, so that the wait ends at once', async (text) => {
    const fault = status(429, { headers: { 'retry-after': text } });
    const ended = await face(scene(fault), COLD);
    expect([ended.result, ended.polls]).toEqual(['timed-out', 2]);

    const first = await face({ tasks: [lone('a')], faults: [fault] }, COLD);
    expect([first.result, first.polls]).toEqual(['timed-out', 1]);
  });

  test('on a good answer means nothing', async () => {
    const faults = [header('retry-after', '3600')];
    expect((await face({ tasks: [lone('a', LATER)], faults }, WARM)).result).toBe('succeeded');
  });
});

/** Header values are bytes; node sends them as Latin-1. */
function encodeHeader(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
