import { describe, expect, it } from 'vitest';
import { badAnswer, networkFailure, ProxyUnreachable } from '../../../src/api/errors.ts';
import { redactor } from '../../../src/redact.ts';

const LIST = 'https://api.example.com/list';
const KEY = 'sk-0123456789abcdef';

type Given = Partial<Parameters<typeof badAnswer>[0]> & { readonly body?: unknown };

function failureOf(status: number, { body, ...given }: Given = {}) {
  return badAnswer({
    method: 'GET',
    url: new URL(`${LIST}?note=x`),
    status,
    headers: {},
    text: body === undefined ? '' : JSON.stringify(body),
    retryAfter: null,
    redact: (text) => text,
    ...given,
  });
}

describe('an answer that is not a success is one sentence', () => {
  // biome-ignore format: short cases
  it.each<[unknown, string]>([
    [{ code: 1101, reason: 'VALIDATOR_PARAM', message: 'invalid page', metadata: { a: '1' } }, ' VALIDATOR_PARAM (code 1101): invalid page'],
    [{ code: 400, reason: 'R', message: 'm' }, ' R: m'], [{ code: '1101', message: 'm' }, ' (code 1101): m'],
    [{ error: { message: 'e', type: 't' } }, ': e'], [{ title: 't' }, ': t'],
    [{ title: 't', error: 'e', message: 'm' }, ': m'], [{ title: 't', error: 'e' }, ': e'],
    [{ reason: 'R' }, ' R'], [{ detail: 'x' }, ''],
    [{ code: null, reason: null, message: null, error: null, title: null }, ''],
    [{ code: {}, reason: [], message: true, error: [1], title: {} }, ''],
    ['no', ''], [['no'], ''], [null, ''], [undefined, ''],
  ])('from %j', (body, said) => {
    expect(failureOf(400, { body }).problem).toContain(`GET ${LIST} was answered with HTTP 400${said}; `);
  });

  // biome-ignore format: short cases
  it.each<[number, Given, RegExp]>([
    [400, {}, /check base-url, image, note and cluster-ids$/],
    [400, { body: { reason: 'MISSING_API_KEY' } }, /check api-key/],
    [401, {}, /check api-key: .* allowed to list prewarm tasks$/], [403, { body: {} }, /check api-key/],
    [404, {}, /check base-url and api-version: no prewarm API answers there$/],
    [429, {}, /longer poll-interval/], [500, {}, /the API itself is failing$/],
    [408, {}, /the API itself is failing$/],
    [301, { headers: { location: 'https://other.example.com/x?token=1' } }, /check base-url: it points to https:\/\/other\.example\.com$/],
    [307, { headers: { location: '/elsewhere' } }, /check base-url: it points to another address$/],
    [302, { method: 'POST' }, /check base-url: it points to another address$/],
    [400, { method: 'POST' }, /check image, cluster-ids, product-ids, note and registry-auth-id$/],
    [404, { method: 'POST' }, /check image, cluster-ids/],
    [403, { method: 'POST', body: {} }, /allowed to create prewarm tasks$/],
    [400, { method: 'DELETE' }, /delete the tasks in the console$/],
    [400, { method: 'POST', url: new URL('https://x.test/prewarm/delete') }, /in the console$/],
    [401, { method: 'DELETE' }, /allowed to delete prewarm tasks$/],
  ])('of HTTP %i %o that says what to check', (status, given, expected) => {
    expect(failureOf(status, given).problem).toMatch(expected);
  });

  it.each([
    ['busy', [429, 503]],
    ['transient', [408, 425, 500, 502, 504, 599]],
    ['refused', [301, 308, 400, 401, 404, 409, 422]],
  ])('of the kind %s for %j', (kind, statuses) => {
    for (const status of statuses) expect(failureOf(status)).toMatchObject({ kind, status });
  });

  it('with its reason apart, and how long to wait', () => {
    const given = { body: { code: 400, reason: 'OPERATION_LIMIT' }, retryAfter: 7_000 };
    expect(failureOf(400, given)).toMatchObject({ reason: 'OPERATION_LIMIT', retryAfter: 7_000 });
    expect(failureOf(503)).toMatchObject({ reason: '', retryAfter: null });
  });

  it('without the key that it echoes, cut where it is long and never through the key', () => {
    const body = { code: KEY, reason: `R ${KEY}`, message: `${'x'.repeat(292)}${KEY}${'x'.repeat(2 ** 20)}` };
    const { problem } = failureOf(400, { body, redact: redactor(KEY) });
    expect(problem).toContain('R ***');
    expect(problem).not.toContain('sk-0');
    expect(problem.length).toBeLessThan(2_000);
  });
});

describe('HTTP 403', () => {
  const body = { code: 403, reason: 'INVALID_API_KEY', message: 'invalid api-key' };

  it('with a JSON object is a refusal of the key', () => {
    expect(failureOf(403, { body })).toMatchObject({ kind: 'refused', reason: 'INVALID_API_KEY' });
  });

  const cloudflare = { server: 'cloudflare', 'cf-ray': '8f-FRA' };
  const page = `<!DOCTYPE html>\n<title>Just a  moment...</title>${'x'.repeat(9_999)}`;
  // biome-ignore format: a case a line
  it.each<[string, Given, string[]]>([
    ['a page', { text: page, headers: cloudflare }, ['server: cloudflare', 'cf-ray: 8f-FRA', ': Just a moment... xxx']],
    ['a text', { text: `error code: 1010 ${KEY}`, redact: redactor(KEY) }, ['error code: 1010 ***']],
    ['nothing', {}, ['refuses this client;']],
    ['a list', { body: ['no'] }, ['["no"]']],
    ['a mark of Cloudflare', { body, headers: { 'cf-mitigated': 'challenge' } }, ['cf-mitigated: challenge']],
  ])('with %s is told by something in front of the API, not of the key', (_what, given, texts) => {
    const failure = failureOf(403, given);
    expect(failure).toMatchObject({ kind: 'transient', status: 403, reason: '' });
    for (const text of ['HTTP 403', 'in front of the API', ...texts]) expect(failure.problem).toContain(text);
    expect(failure.problem).not.toMatch(/api-key: it|sk-0/);
    expect(failure.problem.length).toBeLessThan(1_000);
  });
});

describe('a request that got no answer', () => {
  const ATTEMPT = `GET ${LIST}`;
  const error = (message: string, code?: string, options: ErrorOptions = {}) =>
    Object.assign(new Error(message, options), code === undefined ? {} : { code });
  const failed = (cause: unknown, viaProxy = false) =>
    networkFailure(ATTEMPT, cause, { addressSetting: 'base-url', viaProxy });

  // biome-ignore format: short cases
  it.each<[unknown, string]>([
    [error('connect ECONNREFUSED 127.0.0.1:1', 'ECONNREFUSED'), 'ECONNREFUSED: connect ECONNREFUSED 127.0.0.1:1'],
    [error('other side closed', 'UND_ERR_SOCKET'), 'UND_ERR_SOCKET: other side closed'],
    ['went wrong', 'went wrong'], [undefined, 'undefined'], [error('odd'), 'odd'],
    [error('outer', 'OUT', { cause: error('middle', 'MID', { cause: error('root', 'ROOT') }) }), 'ROOT: root'],
    [new AggregateError([error('one', 'ECONNREFUSED'), error('two', 'ENETUNREACH')]), 'ECONNREFUSED: one'],
    [new AggregateError([], 'none'), 'none'], [error('plain', 'PLAIN', { cause: 'a text' }), 'PLAIN: plain'],
    [Object.assign(error('409D:error:0A0003FC:SSL routines:x:y:../deps/z.c:918:', 'ERR_SSL_Y'), { reason: 'y' }), 'ERR_SSL_Y: y'],
    [error('409D:error:0A0003FC:SSL routines:', 'EPROTO'), 'EPROTO: TLS failed'],
  ])('may get one later, and says the cause at the root: %o', (cause, said) => {
    const problem = `${ATTEMPT} failed (${said}); check base-url and the network`;
    expect(failed(cause)).toEqual({ kind: 'transient', problem, status: null, reason: '', retryAfter: null });
  });

  const untrusted = /not trusted .*NODE_EXTRA_CA_CERTS/;
  // biome-ignore format: short cases
  it.each([
    ['DEPTH_ZERO_SELF_SIGNED_CERT', untrusted], ['SELF_SIGNED_CERT_IN_CHAIN', untrusted],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', untrusted], ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', untrusted],
    ['CERT_UNTRUSTED', untrusted], ['CERT_HAS_EXPIRED', /has expired/], ['CERT_NOT_YET_VALID', /not valid yet/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', /another host's .*check base-url/],
    ['HOSTNAME_MISMATCH', /another host's .*check base-url/],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', /client certificate is asked for/],
    ['ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE', /client certificate is asked for/],
    ['ERR_SSL_WRONG_VERSION_NUMBER', /no TLS at all .*check scheme and port in base-url/],
    ['ERR_SSL_PACKET_LENGTH_TOO_LONG', /no TLS at all/],
  ])('for %s will get none', (code, said) => {
    const failure = failed(error('409D032D4A7F0000:error:0A00010B:SSL routines', code));
    expect(failure).toMatchObject({ kind: 'refused', problem: expect.stringMatching(said) });
    expect(failure.problem).toContain(code);
    expect(failure.problem).not.toContain('409D');
    if (!failure.problem.includes('not trusted')) expect(failure.problem).not.toContain('NODE_EXTRA');
    const atProxy = failed(new ProxyUnreachable(error('x', code)), true);
    expect(atProxy.problem).toContain('at the proxy in HTTPS_PROXY');
    expect(atProxy.problem).not.toContain('base-url');
  });

  const refusal = (status: number) => error(`Proxy response (${status}) !== 200 when HTTP Tunneling`);
  it.each<[string, unknown, string, string]>([
    ['a refusal for good', refusal(407), 'refused', 'by the proxy with HTTP 407'],
    ['a refusal for now', refusal(429), 'transient', 'by the proxy with HTTP 429'],
    ['a failure of its own', refusal(502), 'transient', 'by the proxy with HTTP 502'],
    ['none', new ProxyUnreachable(error('gone', 'ECONNREFUSED')), 'transient', 'at the proxy'],
    ['a failure behind it', error('read ECONNRESET', 'ECONNRESET'), 'transient', 'through the proxy'],
  ])('through a proxy says so and names HTTPS_PROXY, not base-url: %s', (_what, cause, kind, said) => {
    const failure = failed(cause, true);
    expect(failure).toMatchObject({ kind, problem: expect.stringContaining(said) });
    expect(failure.problem).toContain('HTTPS_PROXY');
    expect(failure.problem).not.toContain('base-url');
  });
});
