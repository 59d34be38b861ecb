import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { INPUT_DEFAULTS, type Inputs, parseInputs } from '../../../src/inputs/inputs.ts';
import { anyText } from '../support/arbitraries.ts';
import { inputs, wanted } from '../support/factories.ts';

const KEY = 'sk-0123456789abcdef';
const TOKEN = 'ghs_0123456789abcdef';
const AUTH = 'auth-0123456789';
const SHA = '0123456789abcdef0123456789abcdef01234567';
const NAMES = Object.keys(INPUT_DEFAULTS);
const MINUTE = 60_000;
/** Inputs as JSON, one case a line (names that begin with INPUT_ are variables), each with what it is answered. */
const MISTAKES = join(import.meta.dirname, 'mistakes.txt');

type Texts = Readonly<Record<string, string>>;

function read(texts: Texts, environment: readonly string[] = []) {
  const all: Texts = { 'api-key': KEY, image: 'pytorch', ...texts };
  return parseInputs((name) => all[name] ?? '', environment);
}

function good(texts: Texts = {}, environment: readonly string[] = []): Inputs {
  const found = read(texts, environment);
  if ('problems' in found) throw new Error(found.problems.join('\n'));
  return found;
}

function problems(texts: Texts, environment: readonly string[] = []): readonly string[] {
  const found = read(texts, environment);
  return 'problems' in found ? found.problems : [];
}

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `i${index}`);

describe('inputs that can be used', () => {
  it('are the defaults where nothing but key and image is given, or the defaults are written out', () => {
    const { 'api-key': _key, image: _image, ...defaults } = INPUT_DEFAULTS;
    const blank = Object.fromEntries(Object.keys(defaults).map((name) => [name, ' \n\ufeff']));
    const expected = inputs({ apiKey: KEY, images: wanted('pytorch'), baseUrl: 'https://api.ppinfra.com' });
    for (const texts of [{}, defaults, blank]) expect(good(texts)).toEqual(expected);
  });

  const creating = { 'create-missing': 'true', 'cluster-ids': 'c', image: 'team/app:v1' };
  // biome-ignore format: short cases
  it.each<[string, string, object]>([
    ['api-key', `\ufeff\r\n\t${KEY} \u00a0`, { apiKey: KEY }],
    ['api-key', 'k'.repeat(8_000), { apiKey: 'k'.repeat(8_000) }], ['note', '🚀'.repeat(100), { note: '🚀'.repeat(100) }],
    ['cluster-ids', 'b, a ,,b\n c-1.2:x\r\n', { clusterIds: ['b', 'a', 'c-1.2:x'] }],
    ['task-ids', '["b", " a ", "", "b", "c,d"]', { taskIds: ['b', 'a', 'c,d'] }],
    ['product-ids', '[ ]', { productIds: [] }], ['product-ids', numbered(500).join(), { productIds: numbered(500) }],
    ['image', numbered(20).join(), { images: wanted(...numbered(20)) }],
    ['image', 'x'.repeat(500), { images: wanted('x'.repeat(500)) }], ['product-ids', ',\n ,', { productIds: [] }],
    ['created-after', '15m', { createdAfter: { secondsBeforeStart: 900 } }], ['require', 'any', { requirement: 1 }],
    ['require', '3', { requirement: 3 }], ['fail-fast', 'FALSE', { failFast: false }],
    ['allowed-results', 'timed-out', { allowedResults: new Set(['succeeded', 'timed-out']) }],
    ['allowed-results', '["error"]', { allowedResults: new Set(['succeeded', 'error']) }],
    ['timeout', '1s', { timeout: 1000, appearTimeout: 1000 }],
    ['timeout', '5d', { timeout: 432_000_000, appearTimeout: 2 * MINUTE }],
    ['appear-timeout', '0', { appearTimeout: 0 }], ['appear-timeout', '30m', { appearTimeout: 30 * MINUTE }],
    ['poll-interval', '1s', { pollInterval: 1000 }], ['poll-interval', '10m', { pollInterval: 10 * MINUTE }],
    ['request-timeout', '1', { requestTimeout: 1000 }], ['request-timeout', '5m', { requestTimeout: 5 * MINUTE }],
    ['base-url', 'HTTPS://API.Novita.ai:443/', { baseUrl: 'https://api.novita.ai' }],
    ['base-url', 'https://x.io:8443/v0//', { baseUrl: 'https://x.io:8443/v0' }],
    ['base-url', 'http://127.9.9.9/x', { baseUrl: 'http://127.9.9.9/x' }],
    ['base-url', 'http://localhost:80', { baseUrl: 'http://localhost' }],
    ['base-url', 'http://[::1]:8080', { baseUrl: 'http://[::1]:8080' }], ['api-version', 'v2', { apiVersion: 'v2' }],
    ['delete-superseded', 'True', { deleteSuperseded: true }],
    ['registry-auth-id', AUTH, { registryAuthId: AUTH, secrets: [AUTH] }],
    ['github-token', TOKEN, { commitStatus: null, secrets: [TOKEN] }],
    ['commit-status', '预热 🚀', { commitStatus: { context: '预热 🚀', sha: null, token: '' } }],
    ['summary', 'False', { summary: false }],
  ])('%s: %j', (name, text, expected) => {
    expect(good({ [name]: text })).toMatchObject(expected);
  });

  it('may need each other', () => {
    const status = { 'commit-status': 's', 'commit-sha': SHA.toUpperCase(), 'github-token': TOKEN };
    const long = 'a'.repeat(64);
    expect(good({ ...status, 'commit-sha': long }).commitStatus?.sha).toBe(long);
    expect(good(status).commitStatus).toEqual({ context: 's', sha: SHA, token: TOKEN });
    expect(good({ require: '2', 'task-ids': 'a,b' })).toMatchObject({ requirement: 2 });
    const given = { ...creating, 'recreate-failed': '3', 'task-ids': '[]', 'registry-auth-id': AUTH };
    expect(good(given)).toMatchObject({ createMissing: true, recreateFailed: 3, notices: [] });
  });

  it('name several images, each once by what it means', () => {
    const images = (image: string, rest: Texts = {}) =>
      good({ image, ...rest }).images.map(({ text }) => text);
    const repeats = 'a:1, docker.io/b\nindex.docker.io/library/b,a:1,a';
    expect(images(repeats)).toEqual(['a:1', 'docker.io/b', 'a']);
    expect(images('["r.io/X:1","[::1]:5000/y"]')).toEqual(['r.io/x:1', '[::1]:5000/y']);
    const pulledAlike = 'team/app:v1,docker.io/team/app:v1,ghcr.io/team/app:v1';
    expect(images(pulledAlike)).toHaveLength(3);
    const created = good({ ...creating, image: pulledAlike }).images;
    expect(created).toEqual(wanted('team/app:v1', 'ghcr.io/team/app:v1'));
  });

  it('are told about where they may mean something else', () => {
    const told = (texts: Texts, ...variables: string[]) =>
      good(texts, variables).notices.map(({ level, text }) => `${level}: ${text}`);
    const capitals = 'info: Capitals in image are read as small letters, since no path has any:';
    expect(told({ image: 'x,GHCR.io/Org/App:V1,Y' })).toEqual([`${capitals} "GHCR.io/Org/App:V1", "Y"`]);
    const noEffect = 'warning: registry-auth-id has no effect without create-missing: true';
    expect(told({ 'registry-auth-id': AUTH })).toEqual([noEffect]);
    const ignored = 'warning: Ignored, since this action has no such input:';
    const unknown = told({}, 'INPUT_REGION', `INPUT_${'X'.repeat(90)}`);
    expect(unknown).toEqual([`${ignored} region, ${'x'.repeat(79)}…`]);
    const many = Array.from({ length: 12 }, (_, index) => `other_${index}`);
    const variables = many.map((name) => `INPUT_${name.toUpperCase()}`);
    const shown = `${ignored} ${many.slice(0, 10).join(', ')}`;
    expect(told({}, ...variables.slice(0, 10))).toEqual([shown]);
    expect(told({}, ...variables)).toEqual([`${shown} and 2 more`]);
    const known = ['INPUT_IMAGE', 'INPUT_API-KEY', 'PATH', 'input_imag', 'XINPUT_IMAG', 'INPUT_'];
    expect(told({}, ...known)).toEqual([]);
  });
});

it('a usual mistake is answered by what to write instead', async () => {
  const transcript = readFileSync(MISTAKES, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => {
      const texts: Texts = JSON.parse(line);
      const told = problems(texts, Object.keys(texts));
      return [line, ...told.map((problem) => `  ${problem}`)].join('\n');
    });
  await expect(`${transcript.join('\n')}\n`).toMatchFileSnapshot(MISTAKES);
});

// biome-ignore format: short cases
it.each<[string, string, string | null]>([
  ['timeout', `"' 30min '"`, '30m'], ['timeout', "it's 30m", null], ['fail-fast', 'enable', 'true'],
  ['fail-fast', 'disabled', 'false'], ['fail-fast', 'noon', null], ['fail-fast', 'trueno', null],
  ['image', 'r.io/app/', 'r.io/app'], ['image', 'a:1 b', null], ['image', 'x  y', null],
  ['cluster-ids', '{a} b', null], ['allowed-results', 'timed.out', 'timed-out'],
  ['created-after', 'x1757656178000', null], ['created-after', '2026-01-31  utc', '2026-01-31T00:00:00Z'],
  ['base-url', '//api.x.ai', 'https://api.x.ai'],
  ['base-url', 'api.x.ai/https:/y@z#?', 'https://api.x.ai/https:/y@z'],
  ['base-url', 'http:api.x.ai', 'https://api.x.ai'], ['base-url', 'ftp:/api.x.ai', 'https://api.x.ai'],
  ['base-url', 'word', null], ['api-version', '2', 'v2'], ['api-version', 'v2.0.0', 'v2'],
  ['api-version', 'xv2', null], ['api-version', 'v2x', null],
])('%s: %j was probably meant as %j', (name, text, meant) => {
  const guess = /\(did you mean (.*)\?\)$/.exec(problems({ [name]: text }).join())?.[1];
  expect(guess ?? null).toBe(meant && JSON.stringify(meant));
});

// biome-ignore format: short cases
it.each([
  ['INPUT_XXCLUSTER-ID', 'cluster-ids'], ['INPUT_XXIMAGES', 'image'], ['INPUT_XXXIMAGES', null],
])('%s is two edits away from the singular or plural of %s', (variable, meant) => {
  expect(problems({}, [variable]).join()).toContain(meant === null ? '' : `did you mean ${meant}?`);
  expect(problems({}, [variable])).toHaveLength(meant === null ? 0 : 1);
});

describe('what cannot be used', () => {
  // biome-ignore format: short cases
  it.each<[string, string]>([
    ['image', `:v1|x${'x'.repeat(500)}|a//b|["a"|${numbered(21)}`], ['note', 'n'.repeat(101)],
    ['cluster-ids', `a[|]b|a'b|a"b|a\`b|a{|}b|“a”|a\tb|["a b"]|${numbered(501)}`],
    ['require', '1x|0|-1|1.5|1e3|all any|99999999999999999999'],
    ['fail-fast', 'xtrue|truex|xfalse|falsex|y|null|tRUE'],
    ['allowed-results', 'cancelled|failed, nothing|,|[]|Failed'],
    ['timeout', '0s|5d1s|432001|-1|x'], ['appear-timeout', '6d|-1'], ['poll-interval', '0|10m1s|500ms'],
    ['request-timeout', '0|5m1s'], ['base-url', 'https://x.ai:99999|https://[::1'],
    ['base-url', 'ftp://x.ai|http://localhost.x.ai|http://127.0.0.1.x.ai|http://10.0.0.1|http://x127.0.0.1'],
    ['base-url', 'https://|https://x.ai?|https://x.ai#|https:\\\\x.ai|https:x.ai|https://x y.ai|x:y'],
    ['base-url', 'https://@x.ai|x https://x.ai|javascript:alert(1)|file:///etc/passwd|https://x.ai\n.x.ai'],
    ['api-version', 'v3|latest|v1, v2'], ['recreate-failed', '4|-1|1.0|01'],
    ['commit-status', `a\nb|a\u0000b|${'x'.repeat(201)}`],
    ['commit-sha', `a|main|${SHA.slice(1)}|${SHA}0|g${SHA.slice(1)}`],
  ])('is refused by name, value and accepted form: %s', (name, values) => {
    for (const value of values.split('|')) {
      const [problem = '', ...others] = problems({ [name]: value });
      const start = JSON.stringify(value.replace('//@', '//***@').slice(0, 70)).slice(0, -1);
      expect(problem.startsWith(`${name}: ${start}`)).toBe(true);
      expect(problem).toMatch(/" is not \w/);
      expect(problem.length).toBeLessThan(500);
      expect(others).toEqual([]);
    }
  });

  it('is reported in one go, after misspelt inputs', () => {
    const bad = Object.fromEntries(NAMES.map((name) => [name, name === 'note' ? 'n'.repeat(101) : 'x y\n{']));
    const said = problems(bad, ['INPUT_CLUSTER-ID']).map((problem) => problem.slice(0, problem.indexOf(':')));
    const anyTextGoes = ['registry-auth-id', 'github-token'];
    expect(said).toEqual(['cluster-id', ...NAMES.filter((name) => !anyTextGoes.includes(name))]);
  });

  it('leaves what is needed to report it', () => {
    const status = { 'commit-status': 'prewarm', 'github-token': TOKEN };
    const found = read({ ...status, timeout: 'x', summary: 'false', 'allowed-results': 'error' });
    // biome-ignore format: a few fields a line
    expect(found).toEqual({
      problems: [expect.stringMatching(/^timeout/)], apiKey: KEY, secrets: [TOKEN], summary: false,
      allowedResults: new Set(['succeeded', 'error']), commitStatus: { context: 'prewarm', sha: null, token: TOKEN },
    });
    const withoutStatus = [{ 'commit-sha': 'main' }, { note: KEY }, { 'commit-status': `x ${TOKEN}` }];
    for (const texts of withoutStatus) {
      expect(read({ ...status, ...texts })).toMatchObject({ problems: { length: 1 }, commitStatus: null });
    }
  });

  it('is one problem where another rule would only repeat it', () => {
    expect(problems({ timeout: 'x', 'appear-timeout': '4d' })).toHaveLength(1);
    expect(problems({ image: ':' })).toHaveLength(1);
    expect(problems({ 'create-missing': 'maybe', 'recreate-failed': '1' })).toHaveLength(1);
    expect(problems({ 'create-missing': 'true', 'cluster-ids': 'a b', image: ':' })).toHaveLength(2);
  });

  const keys = ['\r', '\u0085', ' bearer ', 'í'].map((odd) => `sk-hidden${odd}second`);
  it.each([...keys, 'k'.repeat(8_001)])(
    'is a key that no header can carry, which is not echoed: %j',
    (key) => {
      const told = expect.stringMatching(/^api-key: holds a line break.*how the secret was stored$/);
      expect(problems({ 'api-key': key })).toEqual([told]);
    },
  );
});

describe('whatever the inputs', () => {
  const plausible = fc.constantFrom(...' any true 0 2m r.io/nginx:1 a,b failed https://x.io'.split(' '));
  const anyInputs = fc.record(Object.fromEntries(NAMES.map((name) => [name, fc.oneof(anyText, plausible)])));

  it('they hold together, or each problem names an input', () => {
    fc.assert(
      fc.property(anyInputs, (inputs) => {
        const found = parseInputs((name) => inputs[name] ?? '');
        expect(found.allowedResults.has('succeeded')).toBe(true);
        if ('problems' in found) {
          expect(found.problems.length).toBeGreaterThan(0);
          for (const problem of found.problems) {
            expect(NAMES.some((name) => problem.startsWith(name))).toBe(true);
            expect(problem.length).toBeLessThan(1_000);
          }
          return;
        }
        expect(found.apiKey).toMatch(/^[!-~]+$/);
        expect(found.images.length + found.taskIds.length > 0 || found.note !== null).toBe(true);
        expect(found.appearTimeout).toBeLessThanOrEqual(found.timeout);
        const { username, password, search, hash } = new URL(found.baseUrl);
        expect(username + password + search + hash).toBe('');
      }),
      { numRuns: 300 },
    );
  });

  it('a list is read back from JSON, and from commas where no item holds one', () => {
    const id = fc.string({ unit: fc.constantFrom(...'aZ0.-_:/'), minLength: 1, maxLength: 8 });
    const ids = fc.uniqueArray(id, { maxLength: 20 });
    fc.assert(
      fc.property(ids, fc.constantFrom(',', '\n', ' ,\r\n\t'), (clusterIds, by) => {
        expect(good({ 'cluster-ids': JSON.stringify(clusterIds) })).toMatchObject({ clusterIds });
        expect(good({ 'cluster-ids': clusterIds.join(by) })).toMatchObject({ clusterIds });
      }),
    );
  });

  it('no problem and no notice holds a secret, wherever it was pasted', () => {
    // Recognisable, and with what JSON, a URL, a list or a suggestion would change.
    const secret = fc
      .string({ unit: fc.constantFrom(...'"\\\'/$&@:?#[]{}<>%,;aZ9'), minLength: 8, maxLength: 40 })
      .map((rest) => `Sk~${rest}`);
    const pasted = fc.tuple(secret, fc.constantFrom(...NAMES), fc.nat({ max: 100 }), anyText);
    fc.assert(
      fc.property(pasted, fc.constantFrom('api-key', 'registry-auth-id', 'github-token'), (paste, source) => {
        const [hidden, name, padding, rest] = paste;
        fc.pre(name !== source);
        const text = `${'x'.repeat(padding)}${hidden}${rest}`;
        const found = read({ [source]: hidden, [name]: text, timeout: 'x' }, [`INPUT_${hidden}`]);
        const told = 'problems' in found ? found.problems : found.notices.map((notice) => notice.text);
        expect(told.join('\n').toLowerCase()).not.toContain('sk~');
        if (source !== 'api-key' || name === 'timeout') return;
        expect(told).toContain(`${name}: holds the API key; keep the key in api-key alone`);
      }),
      { numRuns: 500 },
    );
  });
});
