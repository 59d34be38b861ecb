import { describe, expect, test } from 'vitest';
import { selfSignedCertificate } from '../simulator/certificate.ts';
import { startProxy } from '../simulator/proxy.ts';
import { startSimulator } from '../simulator/server.ts';
import { lone, many, play, requestsOf, type Scene, until } from './support.ts';

const tls = selfSignedCertificate();
const TRUSTING = { extraCaCert: tls.cert };
const AN_HTTPS_API: Scene = { tasks: [lone('a')], tls, step: TRUSTING };
const PASSWORD = 'p@ss:wörd/1';

function withEnv(env: Readonly<Record<string, string>>, scene: Scene = AN_HTTPS_API): Scene {
  return { ...scene, step: { ...scene.step, env } };
}

describe.concurrent('a proxy', () => {
  test.each(['HTTPS_PROXY', 'https_proxy'])('in %s is used for an API elsewhere', async (variable) => {
    await using api = await startSimulator({ tasks: [lone('a')], tls });
    await using proxy = await startProxy({ ports: { 'api.test': api.port } });
    const scene: Scene = { step: TRUSTING, inputs: { 'base-url': 'https://api.test' } };
    const ended = await play(withEnv({ [variable]: proxy.url }, scene));
    expect([ended.result, requestsOf(api)]).toEqual(['succeeded', ['1.1 200']]);
    expect(proxy.requests).toMatchObject([{ method: 'CONNECT', target: 'api.test:443' }]);
    expect(proxy.requests[0]?.headers, 'the key is for the API alone').not.toHaveProperty('authorization');
  });

  test('is used for every poll and page', async () => {
    await using proxy = await startProxy();
    const tasks = [...many(20), until(2, { state: 'Succeeded' })];
    const ended = await play(
      withEnv({ HTTPS_PROXY: proxy.url }, { ...AN_HTTPS_API, tasks, maxPageSize: 10 }),
    );
    expect([ended.result, ended.sim.requests.length]).toEqual(['succeeded', 6]);
    expect(ended.sim.connectionCount, 'no connection beside the proxy').toBe(proxy.requests.length);
  });

  test('is given without a scheme', async () => {
    await using proxy = await startProxy();
    const ended = await play(withEnv({ HTTPS_PROXY: proxy.url.replace('http://', '') }));
    expect([ended.result, proxy.requests.length]).toEqual(['succeeded', 1]);
  });

  test.each([
    ['NO_PROXY', '127.0.0.1'],
    ['no_proxy', '127.0.0.1'],
    ['NO_PROXY', 'example.com, 127.0.0.1'],
    ['NO_PROXY', '*'],
  ])('is not used for what %s=%s names', async (variable, hosts) => {
    await using proxy = await startProxy();
    const ended = await play(withEnv({ HTTPS_PROXY: proxy.url, [variable]: hosts }));
    expect([ended.result, ended.sim.requests.length, proxy.requests.length]).toEqual(['succeeded', 1, 0]);
  });

  test.each(['localhost', 'LOCALHOST', '.localhost'])(
    'is not used for localhost by NO_PROXY=%s',
    async (hosts) => {
      await using proxy = await startProxy();
      await using api = await startSimulator({ tasks: [lone('a')], tls });
      const scene: Scene = { step: TRUSTING, inputs: { 'base-url': `https://localhost:${api.port}` } };
      const ended = await play(withEnv({ HTTPS_PROXY: proxy.url, NO_PROXY: hosts }, scene));
      expect([ended.result, api.requests.length, proxy.requests.length]).toEqual(['succeeded', 1, 0]);
    },
  );

  test.each(['example.com', '127.0.0.10', 'est', 'localhost'])(
    'is used where NO_PROXY=%s names others',
    async (hosts) => {
      await using api = await startSimulator({ tasks: [lone('a')], tls });
      await using proxy = await startProxy({ ports: { 'api.test': api.port } });
      const scene: Scene = { step: TRUSTING, inputs: { 'base-url': 'https://api.test' } };
      const ended = await play(withEnv({ HTTPS_PROXY: proxy.url, NO_PROXY: hosts }, scene));
      expect([ended.result, proxy.requests.length]).toEqual(['succeeded', 1]);
    },
  );

  test('gets its own credentials, which are shown nowhere', async () => {
    await using proxy = await startProxy();
    const url = new URL(proxy.url);
    url.username = 'me';
    url.password = encodeURIComponent(PASSWORD);
    const ended = await play(withEnv({ HTTPS_PROXY: url.href }));
    expect(ended.result).toBe('succeeded');
    const credentials = Buffer.from(`me:${PASSWORD}`).toString('base64');
    expect(proxy.requests[0]?.headers['proxy-authorization']).toBe(`Basic ${credentials}`);
    expect(ended.sim.requests[0]?.headers).not.toHaveProperty('proxy-authorization');
    expect(JSON.stringify(ended)).not.toContain(encodeURIComponent(PASSWORD));
  });

  test.each([403, 407, 502])('that refuses with %i is an error that says so', async (status) => {
    await using proxy = await startProxy({ refuse: status });
    const password = 'me:pr0xy-secret@';
    const url = proxy.url.replace('//', `//${password}`);
    const ended = await play(withEnv({ HTTPS_PROXY: url }, { ...AN_HTTPS_API, inputs: { timeout: '2s' } }));
    expect([ended.result, ended.sim.connectionCount]).toEqual(['error', 0]);
    expect(ended.message).toMatch(/proxy/i);
    expect(ended.message).toContain(String(status));
    expect(JSON.stringify(ended)).not.toContain('pr0xy-secret');
    for (const { headers } of proxy.requests) {
      expect(headers).not.toHaveProperty('authorization');
    }
  });

  test('that is not there is an error in the end', async () => {
    const proxy = await startProxy();
    await proxy.close();
    const ended = await play(
      withEnv({ HTTPS_PROXY: proxy.url }, { ...AN_HTTPS_API, inputs: { timeout: '2s' } }),
    );
    expect([ended.result, ended.sim.connectionCount]).toEqual(['error', 0]);
  });

  test.each(['::', 'ftp://127.0.0.1:1', 'http://me:pr0xy-secret@:1'])(
    'whose address is bad is an error that names the variable: %s',
    async (address) => {
      const ended = await play(withEnv({ HTTPS_PROXY: address }));
      expect([ended.result, ended.sim.connectionCount]).toEqual(['error', 0]);
      expect(ended.message).toContain('HTTPS_PROXY');
      expect(JSON.stringify(ended)).not.toContain('pr0xy-secret');
    },
  );

  test('that does not speak TLS through to a trusted certificate is an error at once', async () => {
    await using proxy = await startProxy();
    const ended = await play(withEnv({ HTTPS_PROXY: proxy.url }, { tasks: [lone('a')], tls }));
    expect([ended.result, ended.sim.requests.length, proxy.requests.length]).toEqual(['error', 0, 1]);
    expect(ended.message).toMatch(/certificate/i);
  });

  test.each<Record<string, string>>([{}, { NODE_USE_ENV_PROXY: '1' }])(
    'never sees plain HTTP to a loopback address, with %j',
    async (more) => {
      await using proxy = await startProxy();
      const names = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'];
      const env = { ...Object.fromEntries(names.map((name) => [name, proxy.url])), ...more };
      const ended = await play(withEnv(env, { tasks: [lone('a')] }));
      expect([ended.result, ended.sim.requests.length, proxy.requests]).toEqual(['succeeded', 1, []]);
    },
  );

  test('in HTTP_PROXY is not meant for HTTPS', async () => {
    await using proxy = await startProxy();
    const ended = await play(withEnv({ HTTP_PROXY: proxy.url, http_proxy: proxy.url }));
    expect([ended.result, proxy.requests]).toEqual(['succeeded', []]);
  });
});

describe.concurrent('an authority of its own', () => {
  test('is trusted when NODE_EXTRA_CA_CERTS names it', async () => {
    const ended = await play(AN_HTTPS_API);
    expect([ended.result, requestsOf(ended.sim)]).toEqual(['succeeded', ['1.1 200']]);
  });

  test('is not trusted by another one', async () => {
    const other = { extraCaCert: selfSignedCertificate().cert };
    const ended = await play({ ...AN_HTTPS_API, step: other });
    expect([ended.result, ended.sim.requests]).toEqual(['error', []]);
    expect(ended.message).toContain('NODE_EXTRA_CA_CERTS');
  });
});

describe.concurrent('the base URL', () => {
  test.each(['', '/', '//'])('keeps its path prefix, ending in %j or not', async (ending) => {
    await using api = await startSimulator({ tasks: [lone('a')], pathPrefix: '/gateway/gpu' });
    const ended = await play({ inputs: { 'base-url': `${api.url}${ending}` } });
    expect([ended.result, requestsOf(api)]).toEqual(['succeeded', ['1.1 200']]);
    expect(api.requests[0]?.path).toBe('/gateway/gpu/gpu-instance/openapi/v1/image/prewarm');
  });

  test.each([
    (port: number) => `http://localhost:${port}`,
    (port: number) => `HTTP://LOCALHOST:${port}`,
    (port: number) => `http://127.1:${port}`,
  ])('may be plain HTTP for a loopback address: %s', async (address) => {
    await using api = await startSimulator({ tasks: [lone('a')] });
    const ended = await play({ inputs: { 'base-url': address(api.port) } });
    expect([ended.result, api.requests.length]).toEqual(['succeeded', 1]);
  });

  test('is asked on one connection for poll after poll', async () => {
    const ended = await play({ tasks: [until(4, { state: 'Succeeded' })] });
    expect([ended.result, ended.sim.requests.length, ended.sim.connectionCount]).toEqual(['succeeded', 4, 1]);
  });
});
