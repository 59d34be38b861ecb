import { afterEach, describe, expect, it } from 'vitest';
import { openDispatcher, type Route } from '../../../src/api/dispatcher.ts';

const routes: Route[] = [];
afterEach(async () => {
  for (const { dispatcher } of routes.splice(0)) await dispatcher.destroy();
});

function open(env: Record<string, string>, baseUrl = 'https://api.corp.test') {
  const route = openDispatcher({ baseUrl, env, requestTimeout: 1_000 });
  if (!('problem' in route)) routes.push(route);
  return route;
}

describe('a request goes through the proxy', () => {
  // biome-ignore format: short cases
  it.each([
    { HTTPS_PROXY: 'http://proxy:1' }, { https_proxy: 'http://proxy:1' },
    { https_proxy: ' ', HTTPS_PROXY: 'http://proxy:1' }, { HTTPS_PROXY: 'proxy' },
    { HTTPS_PROXY: 'proxy:3128' }, { HTTPS_PROXY: '10.0.0.1:3128/' }, { HTTPS_PROXY: '[::1]:3128' },
    { HTTPS_PROXY: 'HTTP://PROXY:1' }, { HTTPS_PROXY: 'hTTps://proxy' },
    { HTTPS_PROXY: ' \thttp://proxy:1 \r\n' }, { HTTPS_PROXY: 'http://proxy:1', HTTP_PROXY: 'nonsense://' },
  ])('by %j', (env) => {
    expect(open(env)).toMatchObject({ viaProxy: true, secrets: expect.any(Array) });
  });

  it.each<[Record<string, string>, string]>([
    [{}, 'https://api.corp.test'],
    [{ HTTPS_PROXY: '' }, 'https://api.corp.test'],
    [{ HTTP_PROXY: 'http://proxy:1', http_proxy: 'http://proxy:1' }, 'https://api.corp.test'],
    [{ HTTPS_PROXY: 'http://proxy:1', HTTP_PROXY: 'http://proxy:1' }, 'http://127.0.0.1:8080'],
    [{ HTTPS_PROXY: 'nonsense://' }, 'http://localhost:8080'],
  ])('but not by %j for %s', (env, baseUrl) => {
    expect(open(env, baseUrl)).toMatchObject({ viaProxy: false, secrets: [] });
  });

  // biome-ignore format: short cases
  it.each([
    'api.corp.test', 'corp.test', '.corp.test', '*.corp.test', '*', 'test', 'API.Corp.TEST', 'corp.test.',
    'api.corp.test:443', 'corp.test:443', '*.corp.test:443', '*:443', '.corp.test.', ' a.test , , .corp.test ',
    'a.test,corp.test', 'a.test b.test\tcorp.test',
  ])('but not where NO_PROXY=%j exempts the host', (hosts) => {
    for (const exempt of [{ NO_PROXY: hosts }, { no_proxy: hosts }]) {
      expect(open({ HTTPS_PROXY: 'http://proxy:1', ...exempt })).toMatchObject({ viaProxy: false });
    }
  });

  // biome-ignore format: short cases
  it.each([
    ['https://corp.test', '*.corp.test'], ['https://corp.test', '.corp.test'], ['https://corp.test.', 'corp.test'],
    ['https://corp.test:8443', 'corp.test:8443'], ['https://10.1.2.3', '10.1.2.3'],
    ['https://[::1]:8443', '[::1]:8443'], ['https://[::1]', '::1'], ['https://[::1]', '[::1]'],
  ])('but not to %s where NO_PROXY=%s', (baseUrl, NO_PROXY) => {
    expect(open({ HTTPS_PROXY: 'http://proxy:1', NO_PROXY }, baseUrl)).toMatchObject({ viaProxy: false });
  });

  // biome-ignore format: short cases
  it.each([
    ['https://api.corp.test', ',', 'orp.test', 'pi.corp.test', 'x.api.corp.test', 'corp.test:8443', '*.api.corp.test:1', 'corp', '*orp.test'],
    ['https://10.0.0.1', '0.0.1', '1', '.3'],
  ])('also to %s where NO_PROXY names others', (baseUrl, ...others) => {
    for (const NO_PROXY of others) {
      const route = open({ HTTPS_PROXY: 'http://proxy:1', NO_PROXY }, baseUrl);
      expect(route, NO_PROXY).toMatchObject({ viaProxy: true });
    }
  });
});

describe("a proxy's address", () => {
  // biome-ignore format: short texts
  it.each([
    '::', 'http://', 'http://me:pr0xy-secret@', 'http://me:pr0xy-secret@:1',
    'http://me:pr0xy-secret@ho st:1', 'http://me:pr0xy-secret@host:99999', 'http://me:pr0xy\n-secret@host:1',
    'http://me:pr0xy-secret@host:1\r\nx: y', 'http://me:pr0xy-secret@host\0:1',
    'socks5://me:pr0xy-secret@host:1080', 'socks://host:1080', 'ftp://host:1',
  ])('that cannot be read is a problem that names the variable and shows nothing of it: %j', (address) => {
    const problem = 'HTTPS_PROXY is set, but not to an http or https address; correct or unset it';
    expect(open({ HTTPS_PROXY: address })).toEqual({ problem });
  });

  it.each([
    ['http://proxy:1', []],
    ['http://user-name:pass-word@proxy:1', ['user-name:pass-word', 'user-name', 'pass-word']],
    ['user-name:p%40ss-w%C3%B6rd@proxy:1', ['p%40ss-w%C3%B6rd', 'p@ss-wörd', 'user-name:p@ss-wörd']],
    ['http://user-name:100%-w@rd#?/:x@proxy', ['user-name', '100%-w@rd#?/:x']],
    ['http://user-name@proxy:1', ['user-name']],
  ])('%s has these secrets', (HTTPS_PROXY, secrets) => {
    const route = open({ HTTPS_PROXY }) as Route;
    expect(route.secrets).toEqual(expect.arrayContaining(secrets));
  });
});
