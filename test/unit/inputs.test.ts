import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { INPUT_DEFAULTS, type Inputs, parseInputs } from '../../src/inputs/inputs.ts';
import { anyText } from './support/arbitraries.ts';

const KEY = 'sk-0123456789abcdef';
const MINUTE = 60_000;
const SHA = '0123456789abcdef0123456789abcdef01234567';
const TOKEN = 'ghs_0123456789abcdef';
const AUTH = 'auth-0123456789';
const BOM = '\ufeff';

type Texts = Readonly<Record<string, string>>;

function read(inputs: Texts) {
  const all: Texts = { 'api-key': KEY, image: 'pytorch', ...inputs };
  return parseInputs((name) => all[name] ?? '');
}

function good(inputs: Texts = {}): Inputs {
  const found = read(inputs);
  if ('problems' in found) throw new Error(found.problems.join('\n'));
  return found;
}

function problems(inputs: Texts): readonly string[] {
  const found = read(inputs);
  return 'problems' in found ? found.problems : [];
}

describe('nothing but the key and an image', () => {
  it('gives every default', () => {
    expect(good()).toEqual({
      apiKey: KEY,
      image: { host: null, path: 'pytorch', tag: null, digest: null },
      imageText: 'pytorch',
      note: null,
      taskIds: [],
      clusterIds: [],
      productIds: [],
      createdAfter: null,
      requirement: 'all',
      failFast: true,
      allowedResults: new Set(['succeeded']),
      timeout: 30 * MINUTE,
      appearTimeout: 2 * MINUTE,
      pollInterval: 15_000,
      requestTimeout: 30_000,
      baseUrl: 'https://api.ppinfra.com',
      apiVersion: 'v1',
      createMissing: false,
      registryAuthId: null,
      commitStatus: null,
      secrets: [],
      summary: true,
    } satisfies Inputs);
  });

  it('means the same as the defaults written out', () => {
    const { 'api-key': _key, image: _image, ...defaults } = INPUT_DEFAULTS;
    expect(good(defaults)).toEqual(good());
  });
});

describe('an input is read', () => {
  const cases: readonly (readonly [string, string, Partial<Inputs>])[] = [
    ['note', '发布 42', { note: '发布 42' }],
    ['note', 'n'.repeat(100), { note: 'n'.repeat(100) }],
    ['note', '🚀'.repeat(100), { note: '🚀'.repeat(100) }],
    ['task-ids', 'a, b ,,c', { taskIds: ['a', 'b', 'c'] }],
    ['task-ids', 'a\nb\r\nc\n', { taskIds: ['a', 'b', 'c'] }],
    ['task-ids', 'b,a,b', { taskIds: ['b', 'a'] }],
    ['task-ids', ',\n ,', { taskIds: [] }],
    ['cluster-ids', 'cn-dev-1\n us-1', { clusterIds: ['cn-dev-1', 'us-1'] }],
    ['product-ids', '4090.18c.60g.18c60g', { productIds: ['4090.18c.60g.18c60g'] }],
    ['created-after', '15m', { createdAfter: { secondsBeforeStart: 900 } }],
    ['created-after', '1757656178', { createdAfter: { unixSeconds: 1_757_656_178 } }],
    ['created-after', '1970-01-01T01:00:00+01:00', { createdAfter: { unixSeconds: 0 } }],
    ['require', 'any', { requirement: 1 }],
    ['require', '1', { requirement: 1 }],
    ['require', '12', { requirement: 12 }],
    ...['true', 'True', 'TRUE'].map((text) => ['fail-fast', text, { failFast: true }] as const),
    ...['false', 'False', 'FALSE'].map((text) => ['fail-fast', text, { failFast: false }] as const),
    ['summary', 'false', { summary: false }],
    ['allowed-results', 'failed', { allowedResults: new Set(['failed'] as const) }],
    [
      'allowed-results',
      'error\nnot-found, timed-out,failed,succeeded,failed',
      { allowedResults: new Set(['succeeded', 'failed', 'timed-out', 'not-found', 'error'] as const) },
    ],
    ['timeout', '1s', { timeout: 1_000, appearTimeout: 1_000 }],
    ['timeout', '5d', { timeout: 432_000_000 }],
    ['timeout', '432000', { timeout: 432_000_000 }],
    ['appear-timeout', '0', { appearTimeout: 0 }],
    ['appear-timeout', '30m', { appearTimeout: 30 * MINUTE }],
    ['poll-interval', '1s', { pollInterval: 1_000 }],
    ['poll-interval', '10m', { pollInterval: 10 * MINUTE }],
    ['request-timeout', '1', { requestTimeout: 1_000 }],
    ['request-timeout', '5m', { requestTimeout: 5 * MINUTE }],
    ['base-url', 'https://api.novita.ai', { baseUrl: 'https://api.novita.ai' }],
    ['base-url', 'https://API.Novita.ai:443/', { baseUrl: 'https://api.novita.ai' }],
    ['base-url', 'https://gate.example.com/gpu/v0//', { baseUrl: 'https://gate.example.com/gpu/v0' }],
    ['base-url', 'HTTPS://gate.example.com:8443/x', { baseUrl: 'https://gate.example.com:8443/x' }],
    ['base-url', 'http://127.0.0.1:8080', { baseUrl: 'http://127.0.0.1:8080' }],
    ['base-url', 'http://127.9.9.9/x', { baseUrl: 'http://127.9.9.9/x' }],
    ['base-url', 'http://localhost:80', { baseUrl: 'http://localhost' }],
    ['base-url', 'http://[::1]:8080', { baseUrl: 'http://[::1]:8080' }],
    ['api-version', 'v1', { apiVersion: 'v1' }],
    ['api-version', 'v2', { apiVersion: 'v2' }],
    ...['false', 'False', 'FALSE'].map((text) => ['create-missing', text, { createMissing: false }] as const),
    ['registry-auth-id', 'auth-1', { registryAuthId: 'auth-1', secrets: ['auth-1'] }],
    [
      'commit-status',
      'prewarm/pytorch',
      { commitStatus: { context: 'prewarm/pytorch', sha: null, token: '' } },
    ],
    ['commit-status', '预热 🚀', { commitStatus: { context: '预热 🚀', sha: null, token: '' } }],
    ['commit-sha', SHA, {}],
    ['github-token', TOKEN, { secrets: [TOKEN] }],
  ];
  it.each(cases)('%s: %j', (name, text, expected) => {
    expect(good({ [name]: text })).toEqual({ ...good(), ...expected });
  });

  it.each(cases)('%s: %j with blanks and a byte order mark around it', (name, text, expected) => {
    expect(good({ [name]: `${BOM} \t${text}\r\n\u00a0` })).toEqual({ ...good(), ...expected });
  });

  it.each(Object.keys(INPUT_DEFAULTS).filter((name) => !['api-key', 'image'].includes(name)))(
    '%s of blanks alone is its default',
    (name) => {
      expect(good({ [name]: ` \n${BOM}` })).toEqual(good());
    },
  );
});

describe('the key', () => {
  it.each([` ${KEY}`, `${KEY}\n`, `\r\n\t${KEY} \u00a0`, `${BOM}${KEY}`])('is trimmed: %j', (text) => {
    expect(good({ 'api-key': text }).apiKey).toBe(KEY);
  });

  it.each(['', ' ', '\n', BOM])('that is empty is an error: %j', (text) => {
    expect(problems({ 'api-key': text })).toEqual([expect.stringMatching(/^api-key: .*empty/)]);
  });

  it.each([
    'sk-hidden\nsecond',
    'sk-hidden\r\nsecond',
    'sk-hidden\rsecond',
    'sk-hidden\u0085second',
    'sk-hídden-second',
  ])('that no header can carry is an error that does not echo it: %j', (text) => {
    const found = problems({ 'api-key': text });
    expect(found).toEqual([expect.stringMatching(/^api-key: /)]);
    expect(found.join()).not.toMatch(/hidden|hídden|second/);
  });

  it('of absurd length is an error that does not echo it', () => {
    const [problem, ...others] = problems({ 'api-key': 'k'.repeat(2 ** 20) });
    expect(problem).not.toContain('kkkk');
    expect(problem?.length).toBeLessThan(300);
    expect(others).toEqual([]);
  });

  it.each(Object.keys(INPUT_DEFAULTS).filter((name) => name !== 'api-key'))(
    'pasted into %s is not echoed',
    (name) => {
      const found = problems({ [name]: `x${KEY}` });
      expect(found).toContain(`${name}: holds the API key; keep the key in api-key alone`);
      expect(found.join()).not.toContain(KEY);
    },
  );

  it('pasted into an input with a character that JSON escapes is not echoed', () => {
    const key = 'sk-"0123"\\4567';
    const found = problems({ 'api-key': key, image: `UPPER-${key}` }).join();
    expect(found).not.toContain(key);
    expect(found).not.toContain(JSON.stringify(key).slice(1, -1));
  });

  it('is not echoed in part where a long value is cut', () => {
    const found = problems({ timeout: `${'x'.repeat(70)}${KEY}` }).join();
    expect(found).not.toContain(KEY.slice(0, 8));
  });
});

describe('a bad input is named with its value and the accepted form', () => {
  const cases: readonly [string, readonly string[], RegExp][] = [
    ['image', ['Team/PyTorch', 'a b', ':v1', 'https://r.io/x', 'x'.repeat(501)], /is not an image reference/],
    ['note', ['n'.repeat(101), 'n'.repeat(2 ** 20)], /is not a note of at most 100 characters/],
    [
      'created-after',
      ['yesterday', '-1', '5 m', '1e9', '2026-02-30T00:00:00Z', '2026-01-01T00:00:00', '1757656178000'],
      /is not a time as ISO 8601 with Z or an offset, as Unix seconds, or a duration/,
    ],
    [
      'require',
      ['0', '-1', '1.5', '1e3', 'ALL', 'none', 'all any', '99999999999999999999'],
      /is not all, any or a whole number of at least 1/,
    ],
    ['fail-fast', ['yes', 'on', '1', 'tRUE', 'no', 'y', 'null'], /is not true or false/],
    ['summary', ['yes', '0', 'off'], /is not true or false/],
    [
      'allowed-results',
      ['cancelled', 'Failed', 'failed;error', 'failed, nothing', ','],
      /is not a list out of succeeded, failed, timed-out, not-found, error$/,
    ],
    ['timeout', ['abc', '-1', '5 m', '1e9', '0', '0s', '5d1s', '432001', '9'.repeat(400)], /from 1s to 5d$/],
    ['api-version', ['v3', '2', 'V1', 'v1, v2', 'latest'], /is not v1 or v2$/],
    ['create-missing', ['yes', '1', 'tRUE', 'on'], /is not true or false$/],
    ['commit-status', ['two\nlines', 'x'.repeat(300), 'a\u0000b'], /is not a name/],
    [
      'commit-sha',
      ['main', 'abc1234', SHA.slice(1), `${SHA}0`, `g${SHA.slice(1)}`, `${SHA},${SHA}`],
      /is not a full commit id of 40 or 64 hexadecimal digits$/,
    ],
    ['appear-timeout', ['abc', '-1', '5 m', '1e9', '6d'], /duration such as 90s, 15m, 1h30m or 2d/],
    ['poll-interval', ['abc', '-1', '5 m', '1e9', '0', '10m1s', '500ms'], /from 1s to 10m$/],
    ['request-timeout', ['abc', '-1', '5 m', '1e9', '0', '5m1s'], /from 1s to 5m$/],
    [
      'base-url',
      [
        'api.ppinfra.com',
        'ftp://api.ppinfra.com',
        'http://api.ppinfra.com',
        'http://localhost.example.com',
        'http://127.0.0.1.example.com',
        'http://10.0.0.1',
        'https://',
        'https://api.ppinfra.com/?x=1',
        'https://api.ppinfra.com?',
        'https://api.ppinfra.com/#x',
        'https://api.ppinfra.com#',
        'https:\\\\api.ppinfra.com',
        'https:api.ppinfra.com',
        'https://api.pp infra.com',
        'https://api.ppinfra.com\n.example.com',
        'https://api.ppinfra.com:99999',
        'https://[::1',
        'javascript:alert(1)',
        'file:///etc/passwd',
      ],
      /is not an https address \(http only for a loopback address\) without user info, query and fragment$/,
    ],
  ];
  describe.each(cases)('%s', (name, texts, accepted) => {
    it.each(texts)('%j', (text) => {
      const found = problems({ [name]: text });
      expect(found).toHaveLength(1);
      const [problem = ''] = found;
      expect(problem.startsWith(`${name}: ${JSON.stringify(text.slice(0, 70)).slice(0, -1)}`)).toBe(true);
      expect(problem).toMatch(accepted);
      expect(problem.length).toBeLessThan(400);
    });
  });

  it.each([
    'https://user:hunter2@api.ppinfra.com',
    'https://hunter2@api.ppinfra.com',
    'https://@api.ppinfra.com',
  ])('base-url, without the password in it: %s', (text) => {
    const [problem, ...others] = problems({ 'base-url': text });
    expect(problem).toMatch(/^base-url: "https:\/\/\*\*\*@api\.ppinfra\.com" is not an https address/);
    expect(others).toEqual([]);
  });

  it('all in one go', () => {
    const bad: Texts = {
      'api-key': 'two\nlines',
      image: 'UPPER',
      note: 'n'.repeat(101),
      'created-after': 'x',
      require: '0',
      'fail-fast': 'maybe',
      'allowed-results': 'all',
      timeout: 'x',
      'appear-timeout': 'x',
      'poll-interval': 'x',
      'request-timeout': 'x',
      'base-url': 'x',
      'api-version': 'x',
      'create-missing': 'x',
      'commit-status': 'x\ny',
      'commit-sha': 'x',
      summary: 'x',
    };
    const found = problems(bad);
    expect(new Set(found.map((problem) => problem.slice(0, problem.indexOf(':'))))).toEqual(
      new Set(Object.keys(bad)),
    );
    expect(found).toHaveLength(Object.keys(bad).length);
  });

  it('and the same text as a line break in it is shown as one line', () => {
    expect(problems({ timeout: '1s\n::error::x' })).toEqual([
      expect.stringMatching(/^timeout: "1s\\n::error::x" is not/),
    ]);
  });
});

describe('inputs that do not go together', () => {
  it('an image, a note or task ids is needed', () => {
    expect(problems({ image: ' ' })).toEqual([
      'image, note, task-ids: all are empty; give at least one of them',
    ]);
    expect(problems({ image: '', 'task-ids': ' , ,' })).toHaveLength(1);
    expect(good({ image: '', note: 'x' })).toMatchObject({ image: null, imageText: '', note: 'x' });
    expect(good({ image: '', 'task-ids': 'x' })).toMatchObject({ image: null, taskIds: ['x'] });
  });

  it('a bad image is one problem, not a missing one too', () => {
    expect(problems({ image: 'UPPER' })).toHaveLength(1);
  });

  it('more successes than task ids listed', () => {
    expect(problems({ require: '3', 'task-ids': 'a,b' })).toEqual([
      expect.stringMatching(/^require: "3" is more than the 2 listed in task-ids/),
    ]);
    expect(problems({ require: '2', 'task-ids': 'a,a' })).toHaveLength(1);
    expect(good({ require: '2', 'task-ids': 'a,b' })).toMatchObject({ requirement: 2 });
    expect(good({ require: '3' })).toMatchObject({ requirement: 3 });
  });

  it.each([
    ['31m', '30m'],
    ['3m', '2m'],
    ['61', '1m'],
    ['120s', '1m'],
  ])('an appear-timeout of %s over a timeout of %s', (appearTimeout, timeout) => {
    const found = problems({ timeout, 'appear-timeout': appearTimeout });
    expect(found).toEqual([expect.stringMatching(/^appear-timeout: ".*" is not at most the timeout, ".*"$/)]);
  });

  it.each(['', ' ', '2m'])('but the default appear-timeout is cut to the timeout: %j', (appearTimeout) => {
    expect(good({ timeout: '1m', 'appear-timeout': appearTimeout })).toMatchObject({ appearTimeout: MINUTE });
    expect(good({ timeout: '3m', 'appear-timeout': appearTimeout })).toMatchObject({
      appearTimeout: 2 * MINUTE,
    });
  });

  it('a bad timeout does not make the appear-timeout bad', () => {
    expect(problems({ timeout: 'x', 'appear-timeout': '3d' })).toHaveLength(1);
  });
});

describe('create-missing', () => {
  const creating: Texts = { 'create-missing': 'true', 'cluster-ids': 'c1' };

  it('goes with clusters and an image, full or short', () => {
    for (const image of ['nginx', 'team/pytorch:v2', 'r.io/team/pytorch:v2', 'r.io:5000/x']) {
      expect(good({ ...creating, image })).toMatchObject({
        createMissing: true,
        imageText: image,
        clusterIds: ['c1'],
      });
    }
    expect(good({ ...creating, note: 'x', 'product-ids': 'p1' }).createMissing).toBe(true);
  });

  it.each<[string, Texts, readonly RegExp[]]>([
    ['clusters', { ...creating, 'cluster-ids': '' }, [/^create-missing: needs cluster-ids/]],
    [
      'clusters that are some',
      { ...creating, 'cluster-ids': ' ,\n' },
      [/^create-missing: needs cluster-ids/],
    ],
    ['an image', { ...creating, image: '', note: 'x' }, [/^create-missing: needs image/]],
    ['no task ids', { ...creating, 'task-ids': 't1' }, [/^create-missing: cannot go with task-ids/]],
    [
      'all of it',
      { 'create-missing': 'true', image: '', 'task-ids': 't1' },
      [/needs cluster-ids/, /needs image/, /cannot go with task-ids/],
    ],
  ])('needs %s', (_what, inputs, expected) => {
    expect(problems(inputs)).toEqual(expected.map((problem) => expect.stringMatching(problem)));
    expect(good({ ...inputs, 'create-missing': 'false', note: 'x' }).createMissing).toBe(false);
  });
});

describe('the commit status', () => {
  const status: Texts = { 'commit-status': 'prewarm' };

  it('is read with its commit and its token', () => {
    const inputs = { ...status, 'commit-sha': ` ${SHA.toUpperCase()}\n`, 'github-token': ` ${TOKEN}\n` };
    expect(good(inputs).commitStatus).toEqual({ context: 'prewarm', sha: SHA, token: TOKEN });
    expect(good({ ...status, 'commit-sha': 'a'.repeat(64) }).commitStatus?.sha).toBe('a'.repeat(64));
  });

  it('is none without a context, whatever else is given', () => {
    expect(good({ 'commit-sha': SHA, 'github-token': TOKEN }).commitStatus).toBeNull();
  });

  it('holds when another input is bad', () => {
    const found = read({ ...status, 'github-token': TOKEN, timeout: 'x' });
    expect(found).toMatchObject({
      problems: { length: 1 },
      commitStatus: { context: 'prewarm', token: TOKEN },
    });
  });

  it('does not hold when its own inputs are bad', () => {
    expect(read({ ...status, 'commit-sha': 'main' }).commitStatus).toBeNull();
    expect(read({ 'commit-status': 'two\nlines' }).commitStatus).toBeNull();
  });
});

describe('a secret is quoted by no problem', () => {
  const secrets: Texts = { 'github-token': TOKEN, 'registry-auth-id': AUTH };
  it.each(['require', 'timeout', 'base-url', 'created-after', 'commit-sha', 'api-version', 'image', 'note'])(
    'not where it was pasted into %s',
    (name) => {
      for (const secret of [TOKEN, AUTH]) {
        const pasted = `X ${secret} ${'y'.repeat(120)}\n`;
        const said = problems({ ...secrets, [name]: pasted }).join('\n');
        expect(said).toContain(`${name}: `);
        expect(said).not.toContain(secret);
      }
    },
  );

  it('not where it is cut', () => {
    const said = problems({ ...secrets, timeout: `${'x'.repeat(70)}${AUTH}` }).join('\n');
    expect(said).not.toContain('auth-');
  });

  it.each(['registry-auth-id', 'github-token'])('and the API key in %s is a problem', (name) => {
    const found = problems({ [name]: KEY });
    expect(found).toEqual([expect.stringMatching(new RegExp(`^${name}: holds the API key`))]);
    expect(found.join()).not.toContain(KEY);
  });
});

describe('whatever the inputs', () => {
  const names = Object.keys(INPUT_DEFAULTS);
  const plausible = fc.constantFrom(
    '',
    'all',
    'any',
    'true',
    '0',
    '1',
    '2m',
    '30s',
    '5d',
    'nginx:1',
    'a,b',
    'failed',
    'https://x.io',
    'http://127.1/x',
  );
  const anyInputs = fc.record(Object.fromEntries(names.map((name) => [name, fc.oneof(anyText, plausible)])));

  it('they make settings that hold together, or problems that each name an input', () => {
    fc.assert(
      fc.property(anyInputs, (inputs) => {
        const found = parseInputs((name) => inputs[name] ?? '');
        if ('problems' in found) {
          expect(found.problems.length).toBeGreaterThan(0);
          for (const problem of found.problems) {
            expect(names.some((name) => problem.startsWith(name))).toBe(true);
            expect(problem.length).toBeLessThan(1_000);
          }
          return;
        }
        expect(found.apiKey).toMatch(/^[!-~]+$/);
        expect(found.image !== null || found.note !== null || found.taskIds.length > 0).toBe(true);
        expect(found.timeout).toBeGreaterThanOrEqual(1_000);
        expect(found.timeout).toBeLessThanOrEqual(432_000_000);
        expect(found.appearTimeout).toBeGreaterThanOrEqual(0);
        expect(found.appearTimeout).toBeLessThanOrEqual(found.timeout);
        expect(found.pollInterval).toBeGreaterThanOrEqual(1_000);
        expect(found.pollInterval).toBeLessThanOrEqual(600_000);
        expect(found.requestTimeout).toBeGreaterThanOrEqual(1_000);
        expect(found.requestTimeout).toBeLessThanOrEqual(300_000);
        expect(found.allowedResults.size).toBeGreaterThan(0);
        const { protocol, hostname, username, password, search, hash } = new URL(found.baseUrl);
        expect(username + password + search + hash).toBe('');
        expect(protocol === 'https:' || /^(localhost|\[::1\]|127\..*)$/.test(hostname)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('no problem holds the key, wherever it was pasted', () => {
    // A recognisable key out of what keys may hold, quotes and backslashes among it.
    const key = fc
      .string({ unit: fc.constantFrom(...'"\\\'/$&@:?#[]{}<>%aZ9'), minLength: 8, maxLength: 40 })
      .map((rest) => `Sk~${rest}`);
    const pasted = fc.tuple(key, fc.constantFrom(...names.slice(1)), fc.nat({ max: 100 }), anyText);
    fc.assert(
      fc.property(pasted, ([apiKey, name, padding, rest]) => {
        const inputs: Texts = { 'api-key': apiKey, [name]: `${'x'.repeat(padding)}${apiKey}${rest}` };
        const found = parseInputs((input) => inputs[input] ?? '');
        expect(found).toHaveProperty('problems');
        const said = 'problems' in found ? found.problems.join('\n') : '';
        expect(said).not.toContain(apiKey);
        expect(said).not.toContain(JSON.stringify(apiKey).slice(1, -1));
      }),
      { numRuns: 500 },
    );
  });
});
