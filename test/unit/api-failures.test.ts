import { describe, expect, it } from 'vitest';
import { adviceOnPrewarm, badAnswer, networkFailure as networkFailureAt } from '../../src/api/errors.ts';
import { redactor } from '../../src/redact.ts';

const ATTEMPT = 'GET https://api.example.com/list';
const REFUSAL = {
  method: 'GET',
  address: 'https://api.example.com/list',
  location: null,
  advise: adviceOnPrewarm,
};
const networkFailure = (attempt: string, error: unknown) => networkFailureAt(attempt, error, 'base-url');

function problem(status: number, body?: unknown, location: string | null = null) {
  return badAnswer({ ...REFUSAL, status, body, location, redact: (text) => text }).problem;
}

describe('an answer that is no success is one sentence', () => {
  it.each<[string, unknown, string]>([
    [
      'all that is documented',
      { code: 403, reason: 'INVALID_API_KEY', message: 'invalid api-key', metadata: { a: '1' } },
      'HTTP 400 INVALID_API_KEY (code 403): invalid api-key; ',
    ],
    ['a code that is the status again', { code: 400, reason: 'R', message: 'm' }, 'HTTP 400 R: m; '],
    ['a code as text', { code: '1101', message: 'm' }, 'HTTP 400 (code 1101): m; '],
    ['a message alone', { message: 'm' }, 'HTTP 400: m; '],
    ['an error alone', { error: 'e' }, 'HTTP 400: e; '],
    ['an error with a message', { error: { message: 'e', type: 't' } }, 'HTTP 400: e; '],
    ['a title alone', { title: 't' }, 'HTTP 400: t; '],
    ['a message before error and title', { title: 't', error: 'e', message: 'm' }, 'HTTP 400: m; '],
    ['a reason alone', { reason: 'R' }, 'HTTP 400 R; '],
    ['nothing that is known', { detail: 'x' }, 'HTTP 400; '],
    ['nulls', { code: null, reason: null, message: null, error: null, title: null }, 'HTTP 400; '],
    ['odd kinds', { code: {}, reason: [], message: true, error: [1], title: {} }, 'HTTP 400; '],
    ['a text', 'no', 'HTTP 400; '],
    ['a list', ['no'], 'HTTP 400; '],
    ['null', null, 'HTTP 400; '],
    ['no JSON', undefined, 'HTTP 400; '],
  ])('from %s', (_name, body, expected) => {
    expect(problem(400, body)).toContain(`${ATTEMPT} was answered with ${expected}`);
  });

  it.each([
    [400, undefined, null, /check base-url, image, note and cluster-ids$/],
    [400, { reason: 'MISSING_API_KEY' }, null, /check api-key/],
    [401, undefined, null, /check api-key/],
    [403, undefined, null, /check api-key/],
    [404, undefined, null, /check base-url: no prewarm API answers there$/],
    [408, undefined, null, /if this goes on, the API itself/],
    [422, undefined, null, /check base-url, image/],
    [425, undefined, null, /if this goes on, the API itself/],
    [429, undefined, null, /longer poll-interval/],
    [500, undefined, null, /if this goes on, the API itself/],
    [503, undefined, null, /if this goes on, the API itself/],
    [
      301,
      undefined,
      'https://other.example.com/x?token=1',
      /check base-url: it points to https:\/\/other\.example\.com$/,
    ],
    [307, undefined, '/elsewhere', /check base-url: it points to another address$/],
    [302, undefined, null, /check base-url: it points to another address$/],
  ])('of HTTP %i %o %s that says what to check', (status, body, location, expected) => {
    expect(problem(status, body, location)).toMatch(expected);
  });

  it.each([
    [400, undefined, /check image, cluster-ids, product-ids, note and registry-auth-id$/],
    [404, undefined, /check image, cluster-ids, product-ids, note and registry-auth-id$/],
    [409, undefined, /check image, cluster-ids/],
    [422, undefined, /check image, cluster-ids/],
    [400, { reason: 'MISSING_API_KEY' }, /check api-key: .* allowed to create prewarm tasks$/],
    [401, undefined, /check api-key: .* allowed to create prewarm tasks$/],
    [403, undefined, /check api-key: .* allowed to create prewarm tasks$/],
    [429, undefined, /longer poll-interval/],
    [500, undefined, /if this goes on, the API itself/],
    [307, undefined, /check base-url: it points to another address$/],
  ])('of HTTP %i %o to a creation that says what to check', (status, body, expected) => {
    const refusal = { ...REFUSAL, method: 'POST', status, body, redact: (text: string) => text };
    const { problem: said } = badAnswer(refusal);
    expect(said).toMatch(/^POST https:\/\/api\.example\.com\/list was answered with HTTP /);
    expect(said).toMatch(expected);
  });

  it('and to a listing speaks of listing', () => {
    expect(problem(403)).toContain('allowed to list prewarm tasks');
  });

  it.each([
    [{ code: 400, reason: 'OPERATION_LIMIT' }, 'OPERATION_LIMIT'],
    [{ message: 'x' }, ''],
    [undefined, ''],
  ])('with its reason apart: %o', (body, reason) => {
    expect(badAnswer({ ...REFUSAL, status: 400, body, redact: (text) => text }).reason).toBe(reason);
  });

  it('without the key that it echoes, and cut where it is long', () => {
    const key = 'sk-0123456789abcdef';
    const { problem: said } = badAnswer({
      ...REFUSAL,
      status: 401,
      body: { code: key, reason: `R ${key}`, message: `bad key ${key} ${'x'.repeat(2 ** 20)}` },
      redact: redactor(key),
    });
    expect(said).not.toContain(key);
    expect(said).toContain('bad key ***');
    expect(said.length).toBeLessThan(2_000);
  });

  it('without a part of the key where it is cut', () => {
    const key = 'sk-0123456789abcdef';
    const { problem: said } = badAnswer({
      ...REFUSAL,
      status: 401,
      body: { message: `${'x'.repeat(292)}${key}` },
      redact: redactor(key),
    });
    expect(said).not.toContain('sk-0');
  });
});

const error = (message: string, code?: string, options: ErrorOptions = {}) =>
  Object.assign(new Error(message, options), code === undefined ? {} : { code });

describe('a request that got no answer', () => {
  it.each([
    ['refused', error('connect ECONNREFUSED 127.0.0.1:1', 'ECONNREFUSED')],
    ['reset', error('read ECONNRESET', 'ECONNRESET')],
    ['without a name server', error('getaddrinfo EAI_AGAIN', 'EAI_AGAIN')],
    ['cut short', error('other side closed', 'UND_ERR_SOCKET')],
    ['a text', 'went wrong'],
    ['nothing', undefined],
    ['an error of no code', error('odd')],
  ])('may get one later: %s', (_name, cause) => {
    const failure = networkFailure(ATTEMPT, cause);
    expect(failure).toMatchObject({ kind: 'transient', retryAfter: null });
    expect(failure.problem).toMatch(/^GET https:\/\/api\.example\.com\/list failed \(.*\); .*check base-url/);
  });

  it.each([
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'CERT_HAS_EXPIRED',
    'CERT_UNTRUSTED',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'HOSTNAME_MISMATCH',
  ])('for its certificate will get none: %s', (code) => {
    const failure = networkFailure(ATTEMPT, error('self-signed certificate', code));
    expect(failure.kind).toBe('fatal');
    expect(failure.problem).toContain(code);
    expect(failure.problem).toContain('NODE_EXTRA_CA_CERTS');
  });

  it('says the cause at the root', () => {
    const root = error('read ECONNRESET', 'ECONNRESET');
    const failure = networkFailure(
      ATTEMPT,
      error('fetch failed', 'UND', { cause: error('middle', 'MID', { cause: root }) }),
    );
    expect(failure.problem).toContain('(ECONNRESET: read ECONNRESET)');
  });

  it('says the first cause of several', () => {
    const several = new AggregateError([error('one', 'ECONNREFUSED'), error('two', 'ENETUNREACH')], '');
    expect(networkFailure(ATTEMPT, several).problem).toContain('(ECONNREFUSED: one)');
  });

  it('is not followed in circles without end', () => {
    const plain = error('plain', 'PLAIN', { cause: 'a text' });
    expect(networkFailure(ATTEMPT, plain).problem).toContain('(PLAIN: plain)');
    expect(networkFailure(ATTEMPT, new AggregateError([], 'none')).problem).toContain('none');
  });
});
