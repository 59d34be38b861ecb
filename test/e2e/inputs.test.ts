import { describe, expect, test } from 'vitest';
import { linesOf } from '../harness/commands.ts';
import { lone, play, type Scene, until } from './support.ts';

/** A scene that succeeds at once when the inputs are good. */
function withInputs(inputs: Readonly<Record<string, string>>, scene: Scene = {}): Scene {
  return { tasks: [lone('a')], ...scene, inputs };
}

/** What every refusal of inputs has in common. */
async function refused(inputs: Readonly<Record<string, string>>) {
  const ended = await play(withInputs(inputs));
  expect([ended.result, ended.exitCode, ended.sim.requests.length, ended.sim.connectionCount]).toEqual([
    'error',
    1,
    0,
    0,
  ]);
  expect(ended.annotations).toEqual([{ level: 'error', message: ended.message, properties: {} }]);
  expect(ended.file).toMatchObject({ polls: 0, failedPolls: 0 });
  return ended;
}

/** Bad values by input; each step gets the next one of every input. */
const BAD: Readonly<Record<string, readonly string[]>> = {
  image: ['Team/App', 'a b', ':v1', 'app:', 'app@sha256:12', 'team//app', 'https://host/app', 'app:v1:v2'],
  'created-after': [
    'yesterday',
    '2026-01-31',
    '2026-01-31T12:00:00',
    '2026-02-30T12:00:00Z',
    '2026-01-31T25:00:00Z',
    '2026-01-31T12:00:00+99:00',
    '-15m',
    '15 m',
  ],
  require: ['0', '-1', '1.5', 'some', '1e3', 'ALL', '0x1', 'NaN'],
  'fail-fast': ['yes', '1', 'tRue', 'on', 'no', '0', 'truefalse', 'null'],
  'allowed-results': ['cancelled', 'succeeded, cancelled', 'ok', 'Succeeded', ',', 'timed_out', 'all', '*'],
  timeout: ['abc', '-1', '5 m', '1e9', '1.5h', '0', '6d', '30m1h', '1h 30m', 'Infinity', '٣s', '432001'],
  'poll-interval': ['0', '11m', 'NaN', '601', '-15s', '15 s', '1e1', '15sec'],
  'request-timeout': ['0s', '6m', '301', 'never', '+30s', '30S', '0.5m', '1w'],
  'base-url': [
    'http://api.example.com',
    'http://127.0.0.1.example.com',
    'http://10.0.0.1',
    'ftp://127.0.0.1',
    'api.example.com',
    'https://api.example.com/?x=1',
    'https://api.example.com/#x',
    'nonsense',
  ],
  'api-version': ['v3', 'V1', '1', 'v1,v2', 'latest', 'v', 'v1.0', 'v02'],
  'create-missing': ['yes', '1', 'tRue', 'on', 'no', '0', 'missing', 'null'],
  'commit-sha': ['main', 'HEAD', '0123456', 'g'.repeat(40), 'a'.repeat(39), 'a'.repeat(41), 'a/b', '0x1'],
  summary: ['maybe', '0', 'TrUe', 'off', 'y', '1', 'fALSE', 'undefined'],
};
const ROUNDS = Array.from(
  { length: Math.max(...Object.values(BAD).map(({ length }) => length)) },
  (_, round) =>
    Object.fromEntries(
      Object.entries(BAD).flatMap(([name, { [round]: value }]) =>
        value === undefined ? [] : [[name, value]],
      ),
    ),
);

/** Expects the message to blame each input by name and value. */
function expectBlamed(message: string, inputs: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(inputs)) {
    expect(message).toMatch(new RegExp(`\\b${name}\\b.{0,5}${value.replaceAll(/[^\w]/gu, '\\$&')}`));
  }
}

describe.concurrent('a bad input', () => {
  test.each(ROUNDS)(
    'is refused by name and value before any request, with all others: %j',
    async (inputs) => {
      const { message } = await refused({ ...inputs, 'api-key': ' ' });
      expectBlamed(message, inputs);
      expect(message).toContain('api-key');
    },
  );

  test.each(['abc', '-1', '21s', '1d', '2m0s', '0x0'])('is an appear timeout of %j', async (value) => {
    const { message } = await refused({ 'appear-timeout': value });
    expectBlamed(message, { 'appear-timeout': value });
  });

  test('is told with the accepted form', async () => {
    const { message } = await refused({
      timeout: 'soon',
      require: 'most',
      'fail-fast': 'yes',
      'allowed-results': 'fine',
    });
    expect(message).toMatch(/15m/);
    expect(message).toMatch(/\b5d\b/);
    expect(message).toMatch(/\ball\b.*\bany\b/);
    expect(message).toMatch(/\btrue\b.*\bfalse\b/);
    expect(message).toMatch(/succeeded.*failed.*timed-out.*not-found.*error/);
  });

  test('is the lack of anything to wait for', async () => {
    const { message } = await refused({ image: ' ', note: '', 'task-ids': ', \n ,' });
    expect(message).toMatch(/image.*note.*task-ids/);
  });

  test('is an appear timeout over the timeout, when it is given', async () => {
    const { message } = await refused({ timeout: '1m', 'appear-timeout': '61s' });
    expect(message).toMatch(/appear-timeout.*61s/);
  });

  test('is a base URL with user info, whose password is not shown', async () => {
    const { message, stdout, summary, files } = await refused({
      'base-url': 'https://me:s3cret@api.example.com',
    });
    expect(message).toContain('base-url');
    expect(JSON.stringify([stdout, summary, files])).not.toContain('s3cret');
  });

  test('leaves a summary that says so', async () => {
    const { summary } = await refused({ timeout: 'soon' });
    expect(summary).toMatch(/^## .*error/i);
    expect(summary).toContain('timeout');
  });
});

describe.concurrent('the key', () => {
  test.each(['', '   ', '\n'])('is needed: %j is refused', async (key) => {
    const { message } = await refused({ 'api-key': key });
    expect(message).toContain('api-key');
  });

  test.each(['first-half\nsecond-half', 'first-half\rsecond-half', 'first-half\r\nsecond-half'])(
    'with a line break inside is refused, and no half of it shown: %j',
    async (key) => {
      const { message, masks, outputs, summary, stdout, files } = await refused({ 'api-key': key });
      expect(message).toContain('api-key');
      expect(masks).toEqual(expect.arrayContaining(['first-half', 'second-half']));
      const log = linesOf(stdout).filter((line) => !line.startsWith('::add-mask::'));
      expect(JSON.stringify([log, outputs, summary, files])).not.toMatch(/(first|second)-half/);
    },
  );

  test.each([
    ['all is well', {}],
    ['inputs are bad', { timeout: 'soon' }],
  ])('is masked before anything else is said when %s', async (_when, inputs) => {
    const { stdout, masks } = await play(withInputs(inputs));
    expect(masks).toEqual(['sk-simulator']);
    expect(linesOf(stdout)[0]).toBe('::add-mask::sk-simulator');
  });

  test('is trimmed, and masked as it is sent', async () => {
    const ended = await play(withInputs({ 'api-key': ' \tsk-simulator\r\n' }));
    expect([ended.result, ended.masks]).toEqual(['succeeded', ['sk-simulator']]);
    expect(ended.sim.requests[0]?.headers.authorization).toBe('Bearer sk-simulator');
  });

  test('with signs that mean something to a runner is masked as such', async () => {
    const key = 'sk-%25:,100%';
    const ended = await play(withInputs({ 'api-key': key }, { apiKey: key }));
    expect([ended.result, ended.masks]).toEqual(['succeeded', [key]]);
  });
});

describe.concurrent('a good input', () => {
  test.each([
    ['timeout', '1s'],
    ['timeout', '5d'],
    ['timeout', '120h'],
    ['timeout', '1h30m'],
    ['timeout', '1d2h3m4s'],
    ['timeout', '45'],
    ['timeout', ' 90s\n'],
    ['poll-interval', '10m'],
    ['request-timeout', '5m'],
    ['request-timeout', '1'],
    ['appear-timeout', '0'],
    ['appear-timeout', '20s'],
    ['fail-fast', 'false'],
    ['fail-fast', 'False'],
    ['fail-fast', 'FALSE'],
    ['fail-fast', 'True'],
    ['fail-fast', 'TRUE'],
    ['require', 'any'],
    ['require', '1'],
    ['allowed-results', 'succeeded,\n failed,,timed-out,not-found\nerror,failed'],
    ['created-after', '2020-01-31T12:00:00+05:30'],
    ['created-after', '2020-02-29T12:00:00.123Z'],
    ['created-after', '1757656178'],
    ['created-after', '1d'],
    ['api-version', 'v1'],
    ['api-version', ' v1\n'],
    ['create-missing', 'FALSE'],
    ['registry-auth-id', 'not-needed-here'],
    ['commit-sha', 'A'.repeat(40)],
    ['commit-sha', 'a'.repeat(64)],
    ['note', ''],
    ['image', 'localhost/app'],
  ])('%s: %j is taken', async (name, value) => {
    const imageUrl = name === 'image' ? 'localhost/app:v1' : 'app';
    const ended = await play(withInputs({ [name]: value }, { tasks: [lone('a', { imageUrl })] }));
    expect([ended.result, ended.exitCode]).toEqual(['succeeded', 0]);
  });

  test('that is empty means the default', async () => {
    const names = [
      'note',
      'created-after',
      'require',
      'fail-fast',
      'allowed-results',
      'timeout',
      'appear-timeout',
    ];
    const more = ['poll-interval', 'request-timeout', 'summary', 'task-ids', 'cluster-ids', 'product-ids'];
    const others = ['api-version', 'create-missing', 'registry-auth-id', 'commit-status', 'commit-sha'];
    const empty = Object.fromEntries([...names, ...more, ...others].map((name) => [name, '']));
    const ended = await play(withInputs(empty));
    expect(ended.result).toBe('succeeded');
    expect(ended.summary).not.toBe('');
  });

  test.each([
    ['left out', {}],
    ['given as what it is by default', { 'appear-timeout': '2m' }],
  ])('appear-timeout %s is cut to a shorter timeout', async (_how, inputs) => {
    const ended = await play(withInputs({ ...inputs, timeout: '10s' }));
    expect(ended.result).toBe('succeeded');
  });

  test('lists are separated by commas and line breaks, without blanks and repeats', async () => {
    const tasks = [lone('a'), lone('b'), lone('c'), lone('d', { state: 'Failed' })];
    const ended = await play(withInputs({ 'cluster-ids': ' a ,b\r\n\n,,c\na' }, { tasks }));
    expect([ended.result, ended.taskIds]).toEqual(['succeeded', ['a', 'b', 'c']]);
  });

  test.each(['false', 'False', 'FALSE'])('summary: %s leaves none', async (summary) => {
    const ended = await play(withInputs({ summary }));
    expect([ended.result, ended.summary]).toEqual(['succeeded', '']);
  });

  test('poll-interval is the longest pause between two polls', async () => {
    const tasks = [until(2, { state: 'Succeeded' })];
    const ended = await play({ tasks, inputs: { 'poll-interval': '1s', timeout: '1h' } });
    expect([ended.result, ended.sim.requests.length]).toEqual(['succeeded', 2]);
  });
});
