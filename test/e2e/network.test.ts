import net, { type AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { lone, many, RUNNING, runScene, type Scene, SUCCEEDED, startScene, until } from '../harness/scene.ts';
import { type Certificate, selfSignedCertificate } from '../simulator/certificate.ts';
import { header, redirect } from '../simulator/faults.ts';
import { type ProxyOptions, startProxy } from '../simulator/proxy.ts';
import { startSimulator } from '../simulator/server.ts';

const tls = selfSignedCertificate();
const WARM = { warm: true };
const PASSWORD = 'proxy-password-5511';
const AN_HTTPS_API: Scene = { tasks: [lone('a')], tls, step: { extraCaCert: tls.cert } };

/** A scene whose API speaks HTTPS, in an environment. */
function inEnv(env: Readonly<Record<string, string>>, scene: Scene = {}): Scene {
  const debugging = { RUNNER_DEBUG: '1', ...env };
  return { ...AN_HTTPS_API, ...scene, step: { ...AN_HTTPS_API.step, ...scene.step, env: debugging } };
}

/** A scene that is to go through a proxy, by an address that is made of the proxy's `host:port`. */
async function through(options: ProxyOptions, address: (host: string) => string, scene: Scene = {}) {
  await using proxy = await startProxy(options);
  const HTTPS_PROXY = address(new URL(proxy.url).host);
  const secrets = [PASSWORD, Buffer.from(`user:${PASSWORD}`).toString('base64')];
  const ended = await runScene(inEnv({ HTTPS_PROXY }, scene), { secrets });
  return { ...ended, proxy };
}
const plainly = (host: string) => `http://user:${PASSWORD}@${host}`;
/** What a step says that cannot get through. */
const IN_VAIN = { inputs: { timeout: '1s', 'request-timeout': '1s' } };

describe.concurrent('a proxy', () => {
  test.each(['HTTPS_PROXY', 'https_proxy'])('in %s is used for an API elsewhere', async (variable) => {
    const ports: Record<string, number> = {};
    await using proxy = await startProxy({ ports });
    const scene = inEnv({ [variable]: proxy.url }, { inputs: { 'base-url': 'https://api.test' } });
    await using running = await startScene(scene);
    ports['api.test'] = running.sim.port;
    const ended = await running.end(WARM);
    expect([ended.result, ended.sim.requests.length]).toEqual(['succeeded', 1]);
    expect(proxy.requests).toMatchObject([{ method: 'CONNECT', target: 'api.test:443' }]);
    expect(JSON.stringify(proxy.requests), 'key and request are for the API alone').not.toMatch(
      /sk-|prewarm/,
    );
  });

  test('is used for every poll and page, on the connections that are open', async () => {
    const tasks = [...many(20), until(2, { state: 'Succeeded' })];
    const { result, sim, proxy } = await through({}, plainly, { tasks, maxPageSize: 10 });
    expect([result, sim.connectionCount]).toEqual(['succeeded', proxy.requests.length]);
    expect(sim.requests.length).toBeGreaterThan(proxy.requests.length);
    expect(sim.requests[0]?.headers).not.toHaveProperty('proxy-authorization');
  });

  const withUser = (userInfo: string) => (host: string) => `http://${userInfo}@${host}`;
  test.each<[string, (host: string) => string, string]>([
    ['without a scheme', (host) => host, ''],
    ['with a scheme in capitals', (host) => `HTTP://${host}`, ''],
    ['with a slash', (host) => `http://${host}/`, ''],
    ['with white space around it', (host) => ` \thttp://${host} \n`, ''],
    ['with a line break after it', (host) => `${plainly(host)}\r\n`, `user:${PASSWORD}`],
    ['with escapes', withUser('user:p%40ss%3Aw%C3%B6rd-77'), 'user:p@ss:wörd-77'],
    ['with a % that is no escape', withUser('user:100%-password'), 'user:100%-password'],
    ['with a % and no scheme', (host) => `user:100%-password@${host}`, 'user:100%-password'],
    ['with an @ in the password', withUser('user:p@ss-word-77'), 'user:p@ss-word-77'],
    ['with #, ?, / and :', withUser('user:p#ss?w/rd:77'), 'user:p#ss?w/rd:77'],
    ['with letters of other scripts', withUser('user:pässwörd-预热'), 'user:pässwörd-预热'],
    ['with a backslash', withUser('CORP\\user:password-77'), 'CORP\\user:password-77'],
    ['with only a user', withUser('only-a-user'), 'only-a-user:'],
    ['with only a password', withUser(':only-a-password'), ':only-a-password'],
  ])('may be given %s, and its credentials are shown nowhere', async (_how, address, credentials) => {
    const { result, proxy, sim: _sim, ...said } = await through({}, address);
    expect([result, proxy.requests.length]).toEqual(['succeeded', 1]);
    const sent = (proxy.requests[0]?.headers['proxy-authorization'] ?? '').replace(/^Basic /, '');
    expect(Buffer.from(sent, 'base64').toString()).toBe(credentials);
    const [, userInfo = ''] = /^\s*(?:http:\/\/)?(.*)@/i.exec(address('')) ?? [];
    for (const part of [sent, ...userInfo.split(':'), ...credentials.split(':')]) {
      if (part.length > 4) expect(JSON.stringify(said)).not.toContain(part);
    }
  });

  test('may speak TLS itself', async () => {
    const { result, proxy } = await through({ tls }, (host) => `https://user:${PASSWORD}@${host}`);
    expect([result, proxy.requests.length]).toEqual(['succeeded', 1]);
  });

  test('may take long to answer', async () => {
    const { result, polls } = await through({ delayMs: 6_000 }, plainly);
    expect([result, polls]).toEqual(['succeeded', 1]);
  });

  const securely = (host: string) => `https://${host}`;
  test.each<[string, ProxyOptions, (host: string) => string, RegExp]>([
    ['has no trusted certificate', { tls: selfSignedCertificate() }, securely, /certificate is not trusted/],
    ['speaks no TLS though its address says so', {}, securely, /no TLS at all/],
    ['refuses with 401', { refuse: 401 }, plainly, /refused by the proxy with HTTP 401; check HTTPS_PROXY/],
    ['refuses with 403', { refuse: 403 }, plainly, /refused by the proxy with HTTP 403; check HTTPS_PROXY/],
    ['refuses with 407', { refuse: 407 }, plainly, /refused by the proxy with HTTP 407; check HTTPS_PROXY/],
  ])('that %s is an error at once, and named', async (_what, options, address, said) => {
    const { result, message, polls, sim, proxy } = await through(options, address);
    expect([result, polls, sim.connectionCount]).toEqual(['error', 1, 0]);
    expect(message).toMatch(said);
    expect(message).toContain('HTTPS_PROXY');
    expect(message).not.toMatch(/base-url|:error:/);
    for (const { headers } of proxy.requests) expect(headers).not.toHaveProperty('authorization');
  });

  test.each<[string, ProxyOptions, string]>([
    ['fails with 502', { refuse: 502 }, 'by the proxy with HTTP 502'],
    ['dies', { dies: true }, 'through the proxy in HTTPS_PROXY'],
    ['does not answer', { delayMs: 3_600_000 }, 'check HTTPS_PROXY'],
  ])('that %s may recover, and is named', async (_how, options, said) => {
    const { result, message, polls, sim } = await through(options, plainly, IN_VAIN);
    expect([result, polls > 1, sim.requests.length]).toEqual(['error', true, 0]);
    expect(message).toContain(said);
    expect(message).not.toContain('base-url');
  });

  test('that is not there is named', async () => {
    const proxy = await startProxy();
    await proxy.close();
    const ended = await runScene(inEnv({ HTTPS_PROXY: proxy.url }, IN_VAIN));
    expect([ended.result, ended.sim.connectionCount]).toEqual(['error', 0]);
    expect(ended.message).toMatch(
      /at the proxy in HTTPS_PROXY \(ECONNREFUSED.*; check HTTPS_PROXY and NO_PROXY/,
    );
  });

  test.each([
    ['answers with a command', 'HTTP/1.1 418 ::error::pwned\r\nx: ##[error]pwned\r\n\r\n'],
    ['answers with line breaks of its own', 'HTTP/1.1 407 a\u2028::error::pwned\u0085##[error]pwned\r\n\r\n'],
  ])('that %s does no harm', async (_what, says) => {
    const server = net.createServer((socket) => {
      socket.on('error', () => {}).once('data', () => socket.end(says));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const HTTPS_PROXY = plainly(`127.0.0.1:${(server.address() as AddressInfo).port}`);
    const ended = await runScene(inEnv({ HTTPS_PROXY }, IN_VAIN), { secrets: [PASSWORD] });
    server.close();
    expect([ended.result, ended.sim.requests.length]).toEqual(['error', 0]);
  });

  test.each([
    '::',
    `socks5://user:${PASSWORD}@127.0.0.1:1080`,
    `http://user:${PASSWORD}@:1`,
    `http://user:${PASSWORD}\n@127.0.0.1:1`,
    `http://user:${PASSWORD}@127.0.0.1:1\r\nx: y`,
  ])('whose address cannot be read is an error that shows nothing of it: %j', async (HTTPS_PROXY) => {
    const ended = await runScene(inEnv({ HTTPS_PROXY }), { secrets: [PASSWORD] });
    expect([ended.result, ended.sim.connectionCount, ended.polls]).toEqual(['error', 0, 0]);
    expect(ended.message).toBe(
      'HTTPS_PROXY is set, but not to an http or https address; correct or unset it',
    );
  });

  // Every form is in the unit tests.
  test.each([
    ['NO_PROXY', '127.0.0.1'],
    ['no_proxy', 'example.com 127.0.0.1:%port'],
    ['NO_PROXY', '*'],
  ])('is not used for what %s=%s names', async (variable, hosts) => {
    await using api = await startSimulator({ tasks: [lone('a')], tls });
    await using proxy = await startProxy();
    const env = { HTTPS_PROXY: proxy.url, [variable]: hosts.replace('%port', String(api.port)) };
    const ended = await runScene(inEnv(env, { inputs: { 'base-url': api.url } }));
    expect([ended.result, api.requests.length, proxy.requests]).toEqual(['succeeded', 1, []]);
  });

  test('is used where NO_PROXY names others', async () => {
    await using proxy = await startProxy();
    const NO_PROXY = '127.0.0.10, 0.0.1, 127.0.0.1:1, localhost';
    const ended = await runScene(inEnv({ HTTPS_PROXY: proxy.url, NO_PROXY }), WARM);
    expect([ended.result, proxy.requests.length]).toEqual(['succeeded', 1]);
  });

  test('never sees plain HTTP to a loopback address', async () => {
    await using proxy = await startProxy();
    const names = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'];
    const env = { ...Object.fromEntries(names.map((name) => [name, proxy.url])), NODE_USE_ENV_PROXY: '1' };
    const ended = await runScene({ tasks: [lone('a')], step: { env } }, WARM);
    expect([ended.result, proxy.requests]).toEqual(['succeeded', []]);
  });

  test('in HTTP_PROXY is not meant for HTTPS', async () => {
    await using proxy = await startProxy();
    const ended = await runScene(inEnv({ HTTP_PROXY: proxy.url, http_proxy: proxy.url }), WARM);
    expect([ended.result, proxy.requests]).toEqual(['succeeded', []]);
  });

  test('that does not answer keeps no signal from ending the step within 2 s', async () => {
    await using proxy = await startProxy({ delayMs: 3_600_000 });
    await using running = await startScene(inEnv({ HTTPS_PROXY: proxy.url }));
    await running.until(proxy.asked);
    const signalledAt = performance.now();
    running.step.signal('SIGINT');
    const ended = await running.end();
    expect(performance.now() - signalledAt).toBeLessThan(2_000);
    expect([ended.result, ended.exitCode]).toEqual(['cancelled', 1]);
  });
});

describe.concurrent('a certificate', () => {
  test('is trusted when NODE_EXTRA_CA_CERTS names its authority', async () => {
    const ended = await runScene(AN_HTTPS_API, WARM);
    expect([ended.result, ended.sim.requests.length]).toEqual(['succeeded', 1]);
  });

  const expired = selfSignedCertificate(undefined, 0.5);
  const foreign = selfSignedCertificate(['api.example.com']);
  const mutual = { ...tls, requestCert: true, rejectUnauthorized: true, ca: tls.cert };
  const trusting = ({ cert }: Certificate) => ({ step: { extraCaCert: cert } });
  test.each<[string, Scene, RegExp]>([
    ['that nobody vouches for', { tls }, /not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\).*NODE_EXTRA_CA_CERTS/],
    [
      'that another authority vouches for',
      { tls, ...trusting(selfSignedCertificate()) },
      /not trusted.*NODE_EXTRA_CA_CERTS/,
    ],
    ['that has expired', { tls: expired, ...trusting(expired) }, /has expired/],
    ['of another host', { tls: foreign, ...trusting(foreign) }, /another host's.*base-url/],
    ['of the client, asked for in TLS 1.3', { tls: mutual, ...trusting(tls) }, /client certificate/],
    [
      'of the client, asked for in TLS 1.2',
      { tls: { ...mutual, maxVersion: 'TLSv1.2' } as typeof mutual, ...trusting(tls) },
      /client certificate/,
    ],
  ])('%s ends the wait before any request', async (_what, scene, said) => {
    const ended = await runScene({ tasks: [lone('a')], ...scene }, { warm: false });
    expect([ended.result, ended.sim.requests.length, ended.polls]).toEqual(['error', 0, 1]);
    expect(ended.message).toMatch(said);
    expect(ended.message).not.toMatch(/:error:/);
  });

  test('of an API behind a proxy is checked too', async () => {
    const { result, message, sim, proxy } = await through({}, plainly, {
      step: { extraCaCert: expired.cert },
    });
    expect([result, sim.requests.length, proxy.requests.length]).toEqual(['error', 0, 1]);
    expect(message).toMatch(/through the proxy in HTTPS_PROXY: the certificate is not trusted/);
  });

  test('is asked for where no TLS is spoken', async () => {
    await using plain = await startSimulator();
    const ended = await runScene({ inputs: { 'base-url': plain.url.replace('http:', 'https:') } });
    expect([ended.result, plain.requests.length]).toEqual(['error', 0]);
    expect(ended.message).toMatch(/no TLS at all .*base-url/);
    expect(ended.message).not.toMatch(/:error:|openssl/i);
  });
});

describe.concurrent('the base URL', () => {
  test('keeps its path prefix, and may be plain HTTP for a loopback address', async () => {
    await using api = await startSimulator({ tasks: [lone('a')], pathPrefix: '/gateway/gpu' });
    const ended = await runScene({ inputs: { 'base-url': `HTTP://LOCALHOST:${api.port}/gateway/gpu/` } });
    const path = '/gateway/gpu/gpu-instance/openapi/v1/image/prewarm';
    expect([ended.result, api.requests.map((request) => request.path)]).toEqual(['succeeded', [path]]);
  });

  test('is asked on one connection for poll after poll, whatever other address an answer names', async () => {
    await using other = await startSimulator({ tasks: [lone('a')] });
    const elsewhere = {
      location: other.url,
      refresh: `0; url=${other.url}`,
      link: `<${other.url}>; rel="next"`,
      'alt-svc': `http/1.1="127.0.0.1:${other.port}"; ma=86400`,
      'content-location': other.url,
    };
    const faults = Object.entries(elsewhere).map(([name, value]) => header(name, value));
    const ended = await runScene({ tasks: [until(4, SUCCEEDED)], faults }, WARM);
    expect([ended.result, ended.sim.requests.length, ended.sim.connectionCount]).toEqual(['succeeded', 4, 1]);
    expect(other.connectionCount).toBe(0);
  });

  test.each([301, 307])('is left by no redirect, HTTP %i: the key stays', async (code) => {
    await using other = await startSimulator({ tasks: [lone('a', RUNNING)] });
    const faults = [redirect(`${other.url}/elsewhere`, code)];
    const ended = await runScene({ faults });
    expect([ended.result, ended.sim.requests.length, other.connectionCount]).toEqual(['error', 1, 0]);
    expect(ended.message).toContain(`base-url: it points to ${other.url}`);
  });
});
