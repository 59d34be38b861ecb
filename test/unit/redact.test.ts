import { describe, expect, it } from 'vitest';
import { redactor, redactTexts } from '../../src/redact.ts';
import { messageOf, shorten } from '../../src/text.ts';
import { inputs, task } from './support/factories.ts';

describe('redaction', () => {
  it.each<[readonly string[], string, string]>([
    [['sk-secret'], 'a sk-secret b sk-secretsk-secret', 'a *** b ******'],
    [['sk-secret'], 'SK-SECRET sk-secre', 'SK-SECRET sk-secre'],
    [['Secret-Key'], 'Secret-Key secret-key', '*** ***'],
    [['s.*[k]$&'], 'x s.*[k]$& y sssk', 'x *** y sssk'],
    [['test', ''], 'test-image', 'test-image'],
    [['secret'], 'secret', '***'],
    [['secret-1', 'secret-12'], 'secret-12 secret-1', '*** ***'],
    [['secret-12', 'secret-1'], 'secret-12 secret-1', '*** ***'],
    [['a"b\\c-d'], JSON.stringify('a"b\\c-d'), '"***"'],
    [['a/b+c d=é'], 'a%2Fb%2Bc%20d%3D%C3%A9 a%2fb%2bc%20d%3d%c3%a9', '*** ***'],
    [['a/b"c-d'], String.raw`a\/b"c-d a\/b\"c-d`, '*** ***'],
    [['\ud800secret'], 'a \ud800secret', 'a ***'],
    [[], 'text', 'text'],
  ])('of %j in %j', (secrets, text, expected) => {
    expect(redactor(...secrets)(text)).toBe(expected);
  });
});

describe('redaction of a value', () => {
  const redact = redactor('sk-secret', 'failed', 'succeeded');
  const AUTH = 'team-auth';

  it('reaches every text, and keeps what is no text', () => {
    const value = { a: ['sk-secret', 1, null, { b: 'x sk-secret' }], c: true, d: undefined };
    expect(redactTexts(value, redact)).toEqual({
      a: ['***', 1, null, { b: 'x ***' }],
      c: true,
      d: undefined,
    });
  });

  it('leaves the words of the action alone, and the sets of its inputs', () => {
    const words = ['type', 'kind', 'result', 'level', 'state', 'from'];
    const value = Object.fromEntries(words.map((word) => [word, 'failed']));
    expect(redactTexts(value, redact)).toEqual(value);
    const given = inputs({ note: 'sk-secret', allowedResults: new Set(['succeeded', 'failed']) });
    expect(redactTexts(given, redact)).toEqual({ ...given, note: '***' });
  });

  it("takes a task's registry authentication id out of its texts and out of what is said of it", () => {
    const one = task({
      registryAuthId: AUTH,
      imageUrl: `a.io/${AUTH}/app:v2`,
      note: AUTH,
      reasons: [`no access for ${AUTH}`],
      products: [{ productId: AUTH, productName: AUTH }],
    });
    const near = { task: one, why: `its image is ${one.imageUrl}` };
    const [redacted, miss, other] = redactTexts([one, near, { text: AUTH }], redact);
    expect(JSON.stringify([redacted, miss])).not.toContain(AUTH);
    expect(redacted).toMatchObject({ registryAuthId: '', imageUrl: 'a.io/***/app:v2', clusterId: 'c1' });
    expect(other).toEqual({ text: AUTH });
  });

  it('keeps the id of an input apart: it may be none', () => {
    expect(redactTexts({ registryAuthId: null }, redact)).toEqual({ registryAuthId: null });
  });
});

// biome-ignore format: short cases
it.each([
  ['', 3, ''], ['12345', 5, '12345'], ['123456', 5, '1234…'], ['123456', 1, '…'], ['🚀🚀🚀', 6, '🚀🚀🚀'],
  ['🚀🚀🚀', 5, '🚀🚀…'], ['🚀🚀🚀', 4, '🚀…'], ['a🚀bc', 3, 'a…'],
])('%j is shortened to %i characters: %j', (text, longest, expected) => {
  expect(shorten(text, longest)).toBe(expected);
});

it.each([
  [new Error('it broke'), 'it broke'],
  [undefined, 'undefined'],
])('what is caught, %s, says so', (caught, expected) => {
  expect(messageOf(caught)).toBe(expected);
});
