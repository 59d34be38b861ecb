import { readFileSync } from 'node:fs';
import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import https from 'node:https';
import net from 'node:net';
import tls from 'node:tls';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { selfSignedCertificate } from '../simulator/certificate.ts';
import { type Fault, on } from '../simulator/fault.ts';
import * as faults from '../simulator/faults.ts';
import { startProxy } from '../simulator/proxy.ts';
import {
  DEFAULT_API_KEY,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from '../simulator/server.ts';
import { V1_LIST_PATH } from '../simulator/v1.ts';
import { after, ago, raw, type Scripted, task } from '../simulator/wire.ts';
import * as wire from '../simulator/wire-faults.ts';

const HEADERS = { authorization: `Bearer ${DEFAULT_API_KEY}`, 'content-type': 'application/json' };
const open: AsyncDisposable[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server[Symbol.asyncDispose]()));
});

async function simulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const sim = await startSimulator(options);
  open.push(sim);
  return sim;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

interface Listed {
  readonly data: Record<string, unknown>[];
  readonly total: number;
}

function get(sim: Simulator, query = '', options: https.RequestOptions = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const url = `${sim.url}${V1_LIST_PATH}${query}`;
    const client = url.startsWith('https') ? https : http;
    client
      .get(url, { headers: HEADERS, agent: false, ...options }, (response: IncomingMessage) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks),
          }),
        );
      })
      .on('error', reject);
  });
}

async function list(sim: Simulator, query = ''): Promise<Listed> {
  return JSON.parse((await get(sim, query)).body.toString()) as Listed;
}

async function ids(sim: Simulator, query = ''): Promise<unknown[]> {
  return (await list(sim, query)).data.map(({ id }) => id);
}

function numbered(count: number): Scripted[] {
  return Array.from({ length: count }, (_, index) =>
    task({ id: `t${index + 1}`, createTime: ago(1000 - index) }),
  );
}

describe('a listing', () => {
  test.each([
    ['ten tasks by default', {}, '', ['t1', 't10'], 120],
    ['as many as asked for', {}, '?pageSize=50', ['t1', 't50'], 120],
    ['the page asked for', {}, '?pageSize=50&page=3', ['t101', 't120'], 120],
    ['never more than the largest page', {}, '?pageSize=5000', ['t1', 't100'], 120],
    ['the cap of a smaller server', { maxPageSize: 20 }, '?pageSize=100&page=2', ['t21', 't40'], 120],
    ['another default', { defaultPageSize: 3 }, '', ['t1', 't3'], 120],
    ['nothing after the last page', {}, '?pageSize=100&page=3', [undefined, undefined], 120],
    ['the newest first if so set', { order: 'newest-first' }, '?pageSize=5', ['t120', 't116'], 120],
  ] as const)('holds %s', async (_what, options, query, [first, last], total) => {
    const page = await list(await simulator({ tasks: numbered(120), ...options }), query);
    expect([page.data[0]?.['id'], page.data.at(-1)?.['id'], page.total]).toEqual([first, last, total]);
  });

  test('comes in turn forwards and backwards, poll by poll', async () => {
    const sim = await simulator({ tasks: numbered(3), order: 'reversed-each-poll' });
    const seen = [await ids(sim), await ids(sim), await ids(sim)];
    expect(seen).toEqual([
      ['t1', 't2', 't3'],
      ['t3', 't2', 't1'],
      ['t1', 't2', 't3'],
    ]);
  });

  test('is shuffled by a seed, alike for all pages of a poll', async () => {
    const sim = await simulator({ tasks: numbered(30), order: { seed: 7 } });
    const pages = [...(await ids(sim)), ...(await ids(sim, '?page=2')), ...(await ids(sim, '?page=3'))];
    expect(new Set(pages).size).toBe(30);
    expect(pages).not.toEqual(numbered(30).map((_, index) => `t${index + 1}`));
  });

  test.each([
    ['?name=PYTORCH', ['image', 'note']],
    ['?name=torch', ['image', 'note']],
    ['?name=v2', []],
    ['?state=Running', ['note']],
    ['?clusterId=c2', ['other']],
    ['?name=torch&clusterId=c2', []],
    ['?name=', ['image', 'note', 'other']],
  ])('is narrowed by %s to %j', async (query, expected) => {
    const tasks = [
      task({ id: 'image', imageUrl: 'host/pytorch:v2' }),
      task({ id: 'note', imageUrl: 'nginx', note: 'for PyTorch', state: 'Running' }),
      task({ id: 'other', imageUrl: 'redis', clusterId: 'c2' }),
    ];
    expect(await ids(await simulator({ tasks }), query)).toEqual(expected);
  });

  test('has numbers as strings, and leaves out what is undefined', async () => {
    const createTime = '1757656178';
    const sim = await simulator({ tasks: [task({ createTime, note: undefined, reason: null, extra: 1 })] });
    const item = (await list(sim)).data[0] ?? {};
    expect(item).toMatchObject({
      createTime,
      completeTime: '1757656207',
      imageName: 'app',
      reason: null,
      extra: 1,
    });
    expect(item['imageSize']).toMatch(/^\d+$/);
    expect(item).not.toHaveProperty('note');
  });

  test('holds raw items of any kind, and the example answer as it is', async () => {
    const file = new URL('../simulator/vendor/list-v1.example.json', import.meta.url);
    const example = JSON.parse(readFileSync(file, 'utf8')) as Listed;
    const sim = await simulator({ tasks: [...example.data.map((item) => raw(item)), raw(null), raw(7)] });
    expect(await list(sim)).toEqual({ data: [...example.data, null, 7], total: 4 });
  });

  test.each([
    ['wrong key', { ...HEADERS, authorization: 'Bearer other' }, '', 403, 'INVALID_API_KEY'],
    ['no key', { 'content-type': 'application/json' }, '', 400, 'MISSING_API_KEY'],
    ['no content type', { authorization: HEADERS.authorization }, '', 400, 'VALIDATOR_PARAM'],
    ['page 0', HEADERS, '?page=0', 400, 'VALIDATOR_PARAM'],
    ['page size over what the server takes', HEADERS, '?pageSize=101', 400, 'VALIDATOR_PARAM'],
    ['another path', HEADERS, '/other', 404, 'RESOURCE_NOT_FOUND'],
  ])('is refused for: %s', async (_what, headers, query, status, reason) => {
    const answer = await get(await simulator({ overMaxPageSize: 'refuse' }), query, { headers });
    expect(answer.status).toBe(status);
    const error = JSON.parse(answer.body.toString()) as unknown;
    expect(error).toEqual({ code: status, reason, message: expect.any(String), metadata: {} });
  });

  test('is on the clock of the server, which may be ahead', async () => {
    const sim = await simulator({ tasks: [task({ createTime: ago(30) })], clockSkewSeconds: 3600 });
    const { headers, body } = await get(sim);
    const created = Number((JSON.parse(body.toString()) as Listed).data[0]?.['createTime']);
    const served = Date.parse(headers.date ?? '') / 1000;
    expect(Math.abs(served - Date.now() / 1000 - 3600)).toBeLessThan(60);
    expect(served - created).toBeGreaterThanOrEqual(29);
    expect(served - created).toBeLessThan(90);
  });

  test('is found below a path prefix', async () => {
    const sim = await simulator({ tasks: numbered(1), pathPrefix: '/gateway/api' });
    expect(sim.url).toMatch(/\/gateway\/api$/);
    expect(await ids(sim)).toEqual(['t1']);
  });
});

describe('a task', () => {
  test('moves through its states poll by poll, and pages of one poll agree', async () => {
    const moving = task({
      state: 'Pending',
      steps: [
        { fromPoll: 2, state: 'Running' },
        { fromPoll: 3, state: 'Succeeded', imageSize: 5, completeTime: after(9) },
      ],
    });
    const sim = await simulator({ tasks: [task(), moving], defaultPageSize: 1 });
    const seen: unknown[] = [];
    for (let poll = 1; poll <= 3; poll += 1) {
      await list(sim);
      const item = (await list(sim, '?page=2')).data[0] ?? {};
      seen.push([item['state'], item['imageSize'], item['completeTime'] === '0']);
    }
    expect(seen).toEqual([
      ['Pending', '0', true],
      ['Running', '0', true],
      ['Succeeded', 5, false],
    ]);
  });

  test('moves with the time since the start', async () => {
    const tasks = [
      task({
        state: 'Running',
        steps: [
          { fromMs: 0, state: 'Failed' },
          { fromMs: 600_000, state: 'Succeeded' },
        ],
      }),
    ];
    const item = (await list(await simulator({ tasks }))).data[0] ?? {};
    expect(item['state']).toBe('Failed');
    expect(Math.abs(Number(item['completeTime']) - Date.now() / 1000)).toBeLessThan(60);
  });

  test('appears late, is deleted, and may come back', async () => {
    const tasks = [
      task({ id: 'late', appears: { fromPoll: 2 } }),
      task({
        id: 'deleted',
        steps: [
          { fromPoll: 2, gone: true },
          { fromPoll: 3, gone: false },
        ],
      }),
      raw({ id: 'raw' }, { fromRequest: 3 }),
    ];
    const sim = await simulator({ tasks });
    expect([await ids(sim), await ids(sim), await ids(sim)]).toEqual([
      ['deleted'],
      ['late'],
      ['late', 'deleted', 'raw'],
    ]);
  });
});

describe('a fault', () => {
  test.each([
    ['a request', { request: 2 }, [200, 503, 200, 200]],
    ['some requests', { request: [1, 3] }, [503, 200, 503, 200]],
    ['everything from a request on', { request: { from: 3 } }, [200, 200, 503, 503]],
    ['a poll with all its pages', { poll: 1 }, [503, 503, 200, 200]],
    ['a page', { page: 2 }, [200, 503, 200, 503]],
    ['a page of a poll', { poll: 2, page: 2 }, [200, 200, 200, 503]],
    ['what a predicate says', { when: ({ query }) => query['page'] === undefined }, [503, 200, 503, 200]],
    ['at most so often', { times: 3 }, [503, 503, 503, 200]],
  ] satisfies [string, Fault['aim'], number[]][])('can be aimed at %s', async (_what, aim, expected) => {
    const sim = await simulator({ tasks: numbered(20), faults: [on(aim, faults.status(503))] });
    const seen: number[] = [];
    for (const query of ['', '?page=2', '', '?page=2']) {
      seen.push((await get(sim, query)).status);
    }
    expect(seen).toEqual(expected);
  });

  test.each([
    ['429 with seconds', faults.rateLimited('7'), 429, { 'retry-after': '7' }, /RATE_LIMIT_EXCEEDED/],
    ['429 with garbage', faults.rateLimited('soon'), 429, { 'retry-after': 'soon' }, /RATE_LIMIT_EXCEEDED/],
    ['500', faults.status(500), 500, { 'content-type': 'application/json' }, /UNKNOWN/],
    ['401', faults.status(401), 401, {}, /UNAUTHORIZED/],
    ['a redirect', faults.redirect('http://127.0.0.1:9/'), 302, { location: 'http://127.0.0.1:9/' }, /^$/],
    ['HTML', faults.html(), 200, { 'content-type': 'text/html; charset=utf-8' }, /^<!doctype html>/],
    ['the key in the answer', faults.echoedKey(), 403, {}, new RegExp(DEFAULT_API_KEY)],
    ['data null', faults.shape({ data: null, total: 0 }), 200, {}, /^\{"data":null,"total":0\}$/],
    ['a byte order mark', faults.byteOrderMark(), 200, {}, /^\uFEFF\{"data"/],
    ['deep nesting', faults.deeplyNested(5), 200, {}, /^\{"data":\[\[\[\[\[\[\]{6},"total":1\}$/],
    ['a total that is too high', faults.total(99), 200, {}, /"total":99\}$/],
    ['a total as a string', faults.total('12'), 200, {}, /"total":"12"\}$/],
    ['no total', faults.total(undefined), 200, {}, /\]\}$/],
    ['a total that changes', faults.total((real: number) => real - 1), 200, {}, /"total":11\}$/],
    ['an empty page', faults.emptyPage(), 200, {}, /^\{"data":\[\],"total":12\}$/],
  ] as const)('sends %s', async (_what, fault, status, headers, text) => {
    const answer = await get(await simulator({ tasks: numbered(12), faults: [fault] }));
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject(headers);
    expect(answer.body.toString()).toMatch(text);
  });

  test('leaves out the Date header', async () => {
    const answer = await get(await simulator({ faults: [faults.header('Date', undefined)] }));
    expect(answer.headers).not.toHaveProperty('date');
  });

  test.each([
    ['repeats items', faults.duplicates(), ['t1', 't1', 't2', 't2'], ['t3', 't3', 't4', 't4'], 6],
    ['serves page 1 for ever', faults.samePageForEver(), ['t1', 't2'], ['t1', 't2'], 6],
    ['inserts between pages', faults.drifting(1), ['t1', 't2'], ['t2', 't3'], 7],
    ['deletes between pages', faults.drifting(-1), ['t1', 't2'], ['t4', 't5'], 5],
  ] as const)('%s', async (_what, fault, first, second, secondTotal) => {
    const sim = await simulator({ tasks: numbered(6), defaultPageSize: 2, faults: [fault] });
    expect(await ids(sim)).toEqual(first);
    const { data, total } = await list(sim, '?page=2');
    expect([data.map(({ id }) => id), total]).toEqual([second, secondTotal]);
  });

  test('adds up with others on the same request', async () => {
    const sim = await simulator({
      tasks: numbered(2),
      faults: [faults.total(5), faults.emptyPage(), faults.gzipped()],
    });
    const answer = await get(sim);
    expect(answer.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(answer.body).toString()).toBe('{"data":[],"total":5}');
    expect(sim.requests[0]?.faults).toEqual(['total', 'empty page', 'gzip']);
  });

  test('puts invalid UTF-8 into an otherwise sound body', async () => {
    const { body } = await get(await simulator({ tasks: numbered(1), faults: [faults.invalidUtf8()] }));
    expect(() => new TextDecoder('utf-8', { fatal: true }).decode(body)).toThrow();
    expect((JSON.parse(body.toString()) as Listed).total).toBe(1);
  });

  test('streams a body of any size', async () => {
    const bytes = 2 * 1024 * 1024 + 1;
    const { body } = await get(await simulator({ faults: [wire.hugeBody(bytes)] }));
    expect((JSON.parse(body.toString()) as { padding: string }).padding.length).toBe(bytes);
  });

  test.each([
    ['resets before the answer', wire.reset(), 'ECONNRESET'],
    ['closes before the answer', wire.reset('close'), 'ECONNRESET'],
    ['cuts the body short', wire.cutBody(), 'ECONNRESET'],
    ['cuts a chunked body short', wire.cutBody({ chunked: true }), 'ECONNRESET'],
    ['resets inside the body', wire.cutBody({ how: 'reset' }), 'ECONNRESET'],
  ])('%s', async (_what, fault, code) => {
    const sim = await simulator({ tasks: numbered(5), faults: [fault] });
    await expect(get(sim)).rejects.toMatchObject({ code });
    await sim.waitUntil(([request]) => request?.outcome === 'cut');
  });
});

/** What arrives on a bare connection until `enough` says so or the server ends it. */
function rawAnswer(sim: Simulator, enough: (text: string) => boolean): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(sim.port, '127.0.0.1');
    let text = '';
    const lines = [`GET ${V1_LIST_PATH} HTTP/1.1`, 'Host: x', 'Content-Type: application/json'];
    socket.write([...lines, `Authorization: ${HEADERS.authorization}`, '', ''].join('\r\n'));
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (enough(text)) {
        socket.destroy();
      }
    });
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
  });
}

function bodyOf(text: string): string {
  return text.slice(text.indexOf('\r\n\r\n') + 4);
}

describe('a fault on the wire', () => {
  test('announces more than it sends', async () => {
    const sim = await simulator({ faults: [wire.wrongContentLength(10)] });
    const text = await rawAnswer(sim, (soFar) => soFar.endsWith('}'));
    expect(Number(/content-length: (\d+)/i.exec(text)?.[1])).toBe(bodyOf(text).length + 10);
  });

  test('sends more than it announces', async () => {
    const sim = await simulator({ faults: [wire.wrongContentLength(-3)] });
    const text = await rawAnswer(sim, (soFar) => soFar.endsWith('}'));
    expect(Number(/content-length: (\d+)/i.exec(text)?.[1])).toBe(bodyOf(text).length - 3);
  });

  test('sends the headers and then nothing', async () => {
    const sim = await simulator({ faults: [wire.hang('after-headers')] });
    const text = await rawAnswer(sim, (soFar) => soFar.endsWith('\r\n\r\n'));
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n.*content-length: 21/is);
    await sim.waitUntil(([request]) => request?.outcome === 'client-left');
  });

  test('stops in the middle of the body', async () => {
    const sim = await simulator({ faults: [wire.hang('inside-body')] });
    expect(bodyOf(await rawAnswer(sim, (soFar) => bodyOf(soFar).length === 11))).toBe('{"data":[],');
  });

  test('never ends its headers', async () => {
    const sim = await simulator({ faults: [wire.endlessHeaders(1)] });
    const text = await rawAnswer(sim, (soFar) => soFar.split('x: y').length > 5);
    expect(text).not.toContain('\r\n\r\n');
  });

  test('dribbles a body that arrives whole in the end', async () => {
    const sim = await simulator({ tasks: [task()], faults: [wire.dribble({ everyMs: 0 })] });
    expect((await list(sim)).total).toBe(1);
  });

  test('dribbles for ever', async () => {
    const sim = await simulator({ faults: [wire.dribble({ everyMs: 0, endless: true })] });
    const text = await rawAnswer(sim, (soFar) => bodyOf(soFar).split('\r\n').length > 6);
    expect(bodyOf(text)).toMatch(/^(1\r\n \r\n)+/);
  });

  test('answers late', async () => {
    const sim = await simulator({ tasks: numbered(1), faults: [wire.slow(1)] });
    expect(await ids(sim)).toEqual(['t1']);
  });
});

describe('the log of requests', () => {
  test('tells of each what it was, which poll and page it belonged to, and how it ended', async () => {
    const sim = await simulator({ tasks: numbered(11), faults: [on({ request: 3 }, wire.reset())] });
    await get(sim, '?page=1&name=app');
    await get(sim, '?page=2&name=app');
    await expect(get(sim)).rejects.toThrow();
    await get(sim, '/x');
    await sim.waitUntil((requests) => requests.every(({ outcome }) => outcome !== 'open'));
    expect(
      sim.requests.map(({ number, poll, page, outcome, status }) => [number, poll, page, outcome, status]),
    ).toEqual([
      [1, 1, 1, 'answered', 200],
      [2, 1, 2, 'answered', 200],
      [3, 2, 1, 'cut', 200],
      [4, null, null, 'answered', 404],
    ]);
    const [first] = sim.requests;
    expect(first).toMatchObject({
      method: 'GET',
      path: V1_LIST_PATH,
      query: { page: '1', name: 'app' },
      connection: 1,
    });
    expect(first?.headers.authorization).toBe(HEADERS.authorization);
    expect(sim.connectionCount).toBe(4);
  });

  test('can be waited for while a request hangs, and closing ends it at once', async () => {
    const sim = await simulator({ faults: [wire.hang()] });
    const answer = get(sim);
    expect((await sim.waitForRequest(1)).outcome).toBe('open');
    await sim.close();
    await expect(answer).rejects.toThrow();
  });

  test('rejects whoever still waits when the server is closed', async () => {
    const sim = await simulator();
    const waiting = sim.waitForRequest(1);
    await sim.close();
    await expect(waiting).rejects.toThrow('closed after 0 requests');
  });
});

describe('HTTPS', () => {
  test.each(['localhost', '127.0.0.1', 'api.test'])(
    'is trusted for %s by who trusts the certificate',
    async (host) => {
      const certificate = selfSignedCertificate();
      const sim = await simulator({ tasks: numbered(1), tls: certificate });
      const checkServerIdentity = (_host: string, peer: tls.PeerCertificate) =>
        tls.checkServerIdentity(host, peer);
      expect((await get(sim, '', { ca: certificate.cert, checkServerIdentity })).status).toBe(200);
    },
  );

  test('is not trusted by others', async () => {
    const sim = await simulator({ tls: selfSignedCertificate() });
    await expect(get(sim)).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    await expect(get(sim, '', { ca: selfSignedCertificate().cert })).rejects.toThrow();
  });

  test.each([wire.reset(), wire.cutBody({ how: 'reset' })])('can be cut: $name', async (fault) => {
    const tlsOptions = selfSignedCertificate();
    const sim = await simulator({ tls: tlsOptions, faults: [fault] });
    await expect(get(sim, '', { ca: tlsOptions.cert })).rejects.toMatchObject({ code: 'ECONNRESET' });
  });
});

describe('the proxy', () => {
  /** The status line that a CONNECT gets, and the connection it leaves. */
  function connect(proxyUrl: string, target: string): Promise<{ status: number; socket: net.Socket }> {
    return new Promise((resolve, reject) => {
      const request = http.request(proxyUrl, { method: 'CONNECT', path: target });
      request.on('connect', (response, socket) =>
        resolve({ status: response.statusCode ?? 0, socket: socket as net.Socket }),
      );
      request.on('error', reject);
      request.end();
    });
  }

  test('leads any host name to the simulator, and logs what was asked for', async () => {
    const certificate = selfSignedCertificate();
    const sim = await simulator({ tasks: numbered(1), tls: certificate });
    const proxy = await startProxy({ ports: { 'api.test': sim.port } });
    open.push(proxy);
    const { status, socket } = await connect(proxy.url, 'api.test:443');
    expect(status).toBe(200);
    const secure = tls.connect({ socket, ca: certificate.cert, servername: 'api.test' });
    const answer = await get(sim, '', { agent: undefined, createConnection: () => secure });
    expect(answer.status).toBe(200);
    expect(proxy.requests).toMatchObject([{ method: 'CONNECT', target: 'api.test:443' }]);
  });

  test.each([407, 502])('refuses with %d', async (refuse) => {
    const proxy = await startProxy({ refuse });
    open.push(proxy);
    const { status, socket } = await connect(proxy.url, 'api.test:443');
    socket.destroy();
    expect(status).toBe(refuse);
  });
});
