import { describe, expect, it } from 'vitest';
import { redactor } from '../../src/text.ts';

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
