import { describe, expect, it } from 'vitest';
import { redactor } from '../../src/redact.ts';
import { messageOf, shorten } from '../../src/text.ts';

describe('redaction', () => {
  it.each([
    ['sk-secret', 'a sk-secret b sk-secret', 'a *** b ***'],
    ['sk-secret', 'sk-secretsk-secret', '******'],
    ['sk-secret', 'SK-SECRET sk-secre', 'SK-SECRET sk-secre'],
    ['s.*[k]$&', 'x s.*[k]$& y sssk', 'x *** y sssk'],
    ['sk-secret', '', ''],
    ['test', 'test-image', 'test-image'],
    ['', 'text', 'text'],
  ])('of %j in %j', (secret, text, expected) => {
    expect(redactor(secret)(text)).toBe(expected);
  });
});

describe('redaction of several secrets', () => {
  it.each<[readonly string[], string, string]>([
    [['key-one', 'key-two'], 'a key-two b key-one', 'a *** b ***'],
    [['key-one', ''], 'key-one', '***'],
    [['short', 'key-two'], 'short key-two', 'short ***'],
    [['Secret-Key'], 'Secret-Key secret-key', '*** ***'],
    [['a"b\\c-d'], JSON.stringify('a"b\\c-d'), '"***"'],
    [['secret-1', 'secret-12'], 'secret-12 secret-1', '*** ***'],
    [['secret-12', 'secret-1'], 'secret-12 secret-1', '*** ***'],
    [['a/b+c d=é'], 'a%2Fb%2Bc%20d%3D%C3%A9 a%2fb%2bc%20d%3d%c3%a9', '*** ***'],
    [['a/b"c-d'], String.raw`a\/b"c-d a\/b\"c-d`, '*** ***'],
    [[], 'text', 'text'],
  ])('%j in %j', (secrets, text, expected) => {
    expect(redactor(...secrets)(text)).toBe(expected);
  });
});

describe('a text is shortened', () => {
  it.each([
    ['', 5, ''],
    ['12345', 5, '12345'],
    ['123456', 5, '1234…'],
    ['🚀🚀🚀', 6, '🚀🚀🚀'],
    ['🚀🚀🚀', 5, '🚀🚀…'],
    ['🚀🚀🚀', 4, '🚀…'],
    ['123456', 1, '…'],
  ])('%j to %i: %j', (text, longest, expected) => {
    expect(shorten(text, longest)).toBe(expected);
  });
});

describe('what a caught value says', () => {
  it.each([
    [new Error('it broke'), 'it broke'],
    ['a text', 'a text'],
    [undefined, 'undefined'],
  ])('%s', (caught, expected) => {
    expect(messageOf(caught)).toBe(expected);
  });
});
