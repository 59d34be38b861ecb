import net, { type AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { selfSignedCertificate } from '../simulator/certificate.ts';
import { type Fault, on } from '../simulator/fault.ts';
import {
  body,
  byteOrderMark,
  deeplyNested,
  gzipped,
  html,
  invalidUtf8,
  rateLimited,
  redirect,
  status,
} from '../simulator/faults.ts';
import { bytes, cutGzip, endlessInformation, gzipBomb, head } from '../simulator/hostile-wire.ts';
import { startProxy } from '../simulator/proxy.ts';
import { startSimulator } from '../simulator/server.ts';
import { ago } from '../simulator/wire.ts';
import {
  cutBody,
  dribble,
  endlessHeaders,
  hang,
  hugeBody,
  reset,
  slow,
  wrongContentLength,
} from '../simulator/wire-faults.ts';
import { face, lone, RUNNING, type Scene, warm } from './hostile-support.ts';

const WARM = { warm: true };
const COLD = { warm: false };

const LISTING = JSON.stringify({ data: [], total: 0 });
const CHUNKED = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n';

/** What may pass, and never counts as an answer. */
const TRANSIENT: Readonly<Record<string, Fault>> = {
  'a connection that is closed before the answer': reset('close'),
  'a connection that is reset before the answer': reset('reset'),
  'a connection that is closed inside the body': cutBody(),
  'a connection that is reset inside the body': cutBody({ how: 'reset' }),
  'a connection that is closed inside a chunked body': cutBody({ chunked: true }),
  'a connection that is reset inside a chunked body': cutBody({ how: 'reset', chunked: true }),
  'no answer': hang(),
  'headers without a body': hang('after-headers'),
  'half a body': hang('inside-body'),
  'a body that dribbles for ever': dribble({ endless: true }),
  'headers that never end': endlessHeaders(),
  'headers that never end, all at once': bytes(
    `HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(100_000)}`,
    'open',
    'large headers',
  ),
  'one header of 1 MiB': head('200 OK', { 'x-large': 'x'.repeat(1024 * 1024) }),
  'information and never an answer': endlessInformation(),
  'another protocol': head('101 Switching Protocols', { connection: 'upgrade', upgrade: 'websocket' }),
  'a content length that is too high': wrongContentLength(10),
  'a content length that is too low': wrongContentLength(-10),
  'two content lengths': bytes(
    `HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: ${LISTING.length}\r\n\r\n${LISTING}`,
  ),
  'a content length beside chunks': bytes(
    CHUNKED.replace('\r\n\r\n', '\r\ncontent-length: 5\r\n\r\n0\r\n\r\n'),
  ),
  'a content length that is negative': bytes(`HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n${LISTING}`),
  'a chunk without a length': bytes(`${CHUNKED}zz\r\n${LISTING}\r\n0\r\n\r\n`),
  'a chunk of a huge length': bytes(`${CHUNKED}fffffffffffffffff\r\n${LISTING}`),
  'no HTTP at all': bytes('SSH-2.0-OpenSSH_9.9\r\n'),
  'a body without headers': bytes(LISTING),
  'nothing but blanks': bytes(' \r\n\r\n\r\n'),
  'a null character in a header': bytes('HTTP/1.1 200 OK\r\nx: a\0b\r\ncontent-length: 2\r\n\r\n{}'),
  'an answer without a status': bytes('HTTP/1.1 OK\r\n\r\n'),
  'no content': head('204 No Content'),
  'part of the content': body(LISTING.slice(0, 10), 'application/json', 206),
  'a page for people': html(),
  'a gateway that fails': html(502),
  'status 408': status(408),
  'status 425': status(425),
  'status 429': rateLimited(),
  'status 500': status(500),
  'status 503': status(503),
  'status 504': status(504),
  'status 599': status(599),
  'an error of more than 32 MiB': { ...status(500), ...pick(hugeBody()) },
  'an error that explodes': gzipBomb(64, 503),
  'an empty body': body(''),
  'a body that is no JSON': body('{"data": [}'),
  'two JSON values': body(`${LISTING}${LISTING}`),
  'JSON in UTF-16': body(Buffer.from(LISTING, 'utf16le')),
  'a body that is not compressed as it says': body(LISTING, 'application/json'),
  'a compressed body that is cut': cutGzip(),
  'JSON nested 100,000 deep': deeplyNested(),
  'a number nested 100,000 deep': body(
    `{"data":${'['.repeat(100_000)}12345678901234567890${']'.repeat(100_000)},"total":1}`,
  ),
};

/** The sending of one fault, for another one's answer. */
function pick({ send }: Fault): Partial<Fault> {
  return send === undefined ? {} : { send };
}

/** Every n-th of what may pass. */
const every = (n: number) => Object.keys(TRANSIENT).filter((_name, index) => index % n === n - 1);

describe.concurrent('a failed poll', () => {
  test.each(Object.keys(TRANSIENT))('after %s is followed by another one', async (name) => {
    const fault = TRANSIENT[name] ?? reset();
    const scene: Scene = {
      tasks: [lone('a')],
      speed: 4,
      inputs: { 'request-timeout': '1s', timeout: '1m' },
      faults: [on({ poll: 1 }, notCompressed(name, fault))],
    };
    const ended = await face(scene, WARM);
    expect([ended.result, ended.polls]).toEqual(['succeeded', 2]);
    expect(ended.resultFile).toMatchObject({ polls: 2, failedPolls: 1 });
  });

  test.each(every(3))('after %s is no answer when nothing else comes', async (name) => {
    const fault = TRANSIENT[name] ?? reset();
    const scene: Scene = {
      tasks: [lone('a')],
      inputs: { 'request-timeout': '1s', timeout: '1s' },
      faults: [notCompressed(name, fault)],
    };
    const ended = await face(scene, { ...COLD, withinMs: 10_000 });
    expect(ended.result).toBe('error');
    expect(ended.tasks).toEqual([]);
  });

  test.each(every(6))('after %s in the middle of the wait is named at the timeout', async (name) => {
    const fault = TRANSIENT[name] ?? reset();
    const scene: Scene = {
      tasks: [lone('a', { ...RUNNING, steps: [{ fromPoll: 2, state: 'Succeeded' }] })],
      inputs: { 'request-timeout': '1s', timeout: '2s' },
      faults: [on({ poll: { from: 2 } }, notCompressed(name, fault))],
    };
    const ended = await face(scene, { ...COLD, withinMs: 10_000 });
    expect([ended.result, ended.tasks[0]?.state]).toEqual(['timed-out', 'Running']);
    expect(ended.message).toMatch(/last poll failed|HTTP|JSON|failed/);
  });

  test('is what a refused connection makes', async () => {
    const closed = await startSimulator();
    await closed.close();
    const inputs = { 'base-url': closed.url, timeout: '1s' };
    const ended = await face({ inputs }, COLD);
    expect(ended.result).toBe('error');
    expect(ended.message).toContain('ECONNREFUSED');
  });

  test('is what five in a row are before they end in an error', async () => {
    const ended = await face({ speed: 20, inputs: { timeout: '5m' }, faults: [status(503)] }, COLD);
    expect([ended.result, ended.polls]).toEqual(['error', 5]);
    expect(Number(ended.outputs['waited-seconds']), 'with growing pauses').toBeGreaterThanOrEqual(11);
  });
});

/** One case says that its body is compressed, and it is not. */
function notCompressed(name: string, fault: Fault): Fault {
  if (!name.startsWith('a body that is not compressed')) {
    return fault;
  }
  const plain = fault.reply;
  return {
    ...fault,
    reply: (reply, request) => {
      const answer = plain?.(reply, request) ?? reply;
      return { ...answer, headers: { ...answer.headers, 'content-encoding': 'gzip' } };
    },
  };
}

describe.concurrent('an answer that is odd and still good', () => {
  test.each<readonly [string, Fault]>([
    ['compressed without being asked for', gzipped()],
    ['with a byte order mark', byteOrderMark()],
    ['with bytes that are no UTF-8 in a field of no interest', invalidUtf8()],
    ['slow, but within the limit', slow(300)],
    [
      'with the content type of a text',
      {
        name: 'type',
        reply: (reply) => ({ ...reply, headers: { ...reply.headers, 'content-type': 'text/plain' } }),
      },
    ],
    ['of 31 MiB', hugeAround(31)],
  ])('%s counts', async (_what, fault) => {
    const ended = await face({ tasks: [lone('a')], faults: [fault] }, WARM);
    expect([ended.result, ended.polls]).toEqual(['succeeded', 1]);
  });

  test('with a reason nested 1,000 deep counts', async () => {
    let reason: unknown = 'deep';
    for (let depth = 0; depth < 1_000; depth += 1) {
      reason = [reason];
    }
    const ended = await face({ tasks: [lone('a', { reason: { reason } })] }, WARM);
    expect(ended.result).toBe('succeeded');
  });

  test.each(['[', '{"a":'])(
    'with a reason nested 100,000 deep by %s is no bug of the action',
    async (open) => {
      const close = open === '[' ? ']' : '}';
      const deep = `${open.repeat(100_000)}1${close.repeat(100_000)}`;
      const one = `{"id":"a","imageUrl":"app","clusterId":"c","state":"Succeeded","reason":${deep}}`;
      const faults = [on({ poll: 1 }, body(`{"data":[${one}],"total":1}`))];
      const ended = await face({ tasks: [lone('a')], faults }, WARM);
      expect(ended.message).not.toMatch(/error of its own|call stack/);
      expect(ended.result).toBe('succeeded');
    },
  );
});

/** The listing with padding, so that it has so many MiB. */
function hugeAround(mebibytes: number): Fault {
  return {
    name: 'large listing',
    listing: (page) => ({ ...page, padding: 'x'.repeat(mebibytes * 1024 * 1024) }),
  };
}

describe.concurrent('an answer of more than 32 MiB is an error at once', () => {
  test.each<readonly [string, Fault]>([
    ['streamed', hugeBody()],
    ['with its length', hugeAround(32)],
    ['when it is decompressed', gzipBomb(64)],
    ['streamed for ever', hugeBody(1024 * 1024 * 1024)],
  ])('%s', async (_what, fault) => {
    const ended = await face({ tasks: [lone('a')], faults: [fault] }, COLD);
    expect([ended.result, ended.sim.requests.length]).toEqual(['error', 1]);
    expect(ended.message).toContain('32 MiB');
  });
});

describe.concurrent('a status that will not pass is an error at once', () => {
  test.each([400, 402, 404, 405, 409, 410, 418, 422, 451, 499])('%i', async (code) => {
    const ended = await face({ faults: [status(code, { message: 'said so' })] }, COLD);
    expect([ended.result, ended.sim.requests.length]).toEqual(['error', 1]);
    expect(ended.message).toContain(String(code));
    expect(ended.message).toContain('said so');
  });
});

test('a status that no standard has is never a good answer', async () => {
  for (const line of ['000 Nothing', '600 More', '999 Most']) {
    const ended = await face({ inputs: { timeout: '1s' }, faults: [head(line)] }, COLD);
    expect(ended.result).toBe('error');
  }
});

describe.concurrent('a redirect is not followed', () => {
  test.each([300, 301, 302, 303, 304, 305, 307, 308])('with %i, and the key stays', async (code) => {
    await using other = await startSimulator({ tasks: [lone('a')] });
    const ended = await face({ faults: [redirect(`${other.url}/elsewhere`, code)] }, COLD);
    expect([ended.result, ended.sim.requests.length]).toEqual(['error', 1]);
    expect([other.requests.length, other.connectionCount]).toEqual([0, 0]);
  });

  test.each([
    ['within the host', '/other'],
    ['to a relative address', '?page=1'],
    ['to no address', ''],
    ['to a file', 'file:///etc/passwd'],
    ['to data', 'data:application/json,{}'],
    ['to an address that cannot be read', 'http://['],
  ])('%s', async (_what, location) => {
    const ended = await face({ faults: [redirect(location, 307)] }, COLD);
    expect([ended.result, ended.sim.requests.length]).toEqual(['error', 1]);
  });

  test('on a later page or a later poll', async () => {
    await using other = await startSimulator({ tasks: [lone('a')] });
    const tasks = [...warm(15), lone('last', RUNNING)];
    const faults = [on({ poll: 2, page: 2 }, redirect(other.url))];
    const ended = await face({ tasks, maxPageSize: 10, faults }, COLD);
    expect([ended.result, ended.polls, other.connectionCount]).toEqual(['error', 2, 0]);
  });
});

describe.concurrent('a certificate', () => {
  const certificate = selfSignedCertificate();

  test.each([
    ['that nobody vouches for', certificate, undefined],
    ['that another authority vouches for', certificate, selfSignedCertificate().cert],
    ['of another host', selfSignedCertificate(['api.example.com']), 'own'],
  ] as const)('%s ends the wait before any request', async (_what, tls, trusted) => {
    const extraCaCert = trusted === 'own' ? tls.cert : trusted;
    const step = extraCaCert === undefined ? {} : { extraCaCert };
    const ended = await face({ tasks: [lone('a')], tls, step }, COLD);
    expect([ended.result, ended.sim.requests.length]).toEqual(['error', 0]);
    expect(ended.message).toMatch(/certificate/);
    expect(ended.resultFile).toMatchObject({ polls: 1 });
  });

  test('that is trusted is fine', async () => {
    const scene = { tasks: [lone('a')], tls: certificate, step: { extraCaCert: certificate.cert } };
    expect((await face(scene, WARM)).result).toBe('succeeded');
  });

  test('is asked for where none is spoken of', async () => {
    await using plain = await startSimulator({ tasks: [lone('a')] });
    const inputs = { 'base-url': plain.url.replace('http:', 'https:'), timeout: '1s' };
    const ended = await face({ inputs }, COLD);
    expect([ended.result, plain.requests.length]).toEqual(['error', 0]);
  });
});

describe.concurrent('a proxy', () => {
  const certificate = selfSignedCertificate();
  const PASSWORD = 'proxy-password-5511';
  const tls = { tls: certificate, tasks: [lone('a', { createTime: ago(5) })] };

  /** A step that is to go through a proxy whose address holds a password. */
  const through = (url: string, inputs = {}): Scene => ({
    ...tls,
    inputs: { timeout: '1s', 'request-timeout': '1s', ...inputs },
    step: {
      extraCaCert: certificate.cert,
      env: { HTTPS_PROXY: url.replace('//', `//user:${PASSWORD}@`), RUNNER_DEBUG: '1' },
    },
  });
  const secrets = [PASSWORD, Buffer.from(`user:${PASSWORD}`).toString('base64')];

  test.each([400, 403, 407, 418])('that refuses with %i is an error at once', async (refuse) => {
    await using proxy = await startProxy({ refuse });
    const ended = await face(through(proxy.url), { ...COLD, secrets });
    expect([ended.result, proxy.requests.length]).toEqual(['error', 1]);
    expect(ended.message).toContain(String(refuse));
    expect(proxy.requests[0]?.headers.authorization).toBeUndefined();
    expect(ended.sim.requests).toEqual([]);
  });

  test.each([502, 503, 504])('that fails with %i may recover', async (refuse) => {
    await using proxy = await startProxy({ refuse });
    const ended = await face(through(proxy.url), { ...COLD, secrets });
    expect([ended.result, proxy.requests.length]).toEqual(['error', 2]);
    expect(ended.sim.requests).toEqual([]);
  });

  test('that works sees neither the key nor the request', async () => {
    await using proxy = await startProxy();
    const ended = await face(through(proxy.url, { timeout: '8s' }), { ...WARM, secrets });
    expect([ended.result, proxy.requests.length]).toEqual(['succeeded', 1]);
    expect(JSON.stringify(proxy.requests)).not.toMatch(/sk-hostile|prewarm/);
  });

  test.each([
    ['never answers', null],
    ['answers with a command', 'HTTP/1.1 418 ::error::pwned\r\nx: ##[error]pwned\r\n\r\n'],
    ['answers with line breaks of its own', 'HTTP/1.1 407 a\u2028::error::pwned\u0085##[error]pwned\r\n\r\n'],
    ['speaks another protocol', 'SSH-2.0-OpenSSH_9.9\r\n'],
    ['never ends its headers', `HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(500)}`],
    ['hangs up', ''],
  ])('that %s', async (_what, says) => {
    const sockets = new Set<net.Socket>();
    const server = net.createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('data', () => {
        if (says === '') {
          socket.destroy();
        } else if (says !== null) {
          socket.end(says);
        }
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const ended = await face(through(url), { ...COLD, secrets, withinMs: 10_000 });
      expect([ended.result, ended.sim.requests.length]).toEqual(['error', 0]);
    } finally {
      for (const socket of sockets) {
        socket.destroy();
      }
      server.close();
    }
  });

  test('that is not there', async () => {
    const gone = await startProxy();
    await gone.close();
    const ended = await face(through(gone.url), { ...COLD, secrets });
    expect([ended.result, ended.sim.requests.length]).toEqual(['error', 0]);
  });

  test.each(['socks5://127.0.0.1:1', 'not a proxy', 'http://', 'ftp://user:proxy-password-5511@127.0.0.1'])(
    'at %j is an error that does not show it',
    async (proxy) => {
      const scene = through('http://unused');
      const env = { HTTPS_PROXY: proxy };
      const ended = await face({ ...scene, step: { ...scene.step, env } }, { ...COLD, secrets });
      expect([ended.result, ended.sim.requests.length]).toEqual(['error', 0]);
      expect(ended.message).toContain('HTTPS_PROXY');
    },
  );

  test('is never told of a plain address, where it would see the key', async () => {
    await using proxy = await startProxy();
    const env = Object.fromEntries(
      ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY'].map((name) => [
        name,
        proxy.url,
      ]),
    );
    const ended = await face({ tasks: [lone('a')], step: { env } }, WARM);
    expect([ended.result, proxy.requests.length]).toEqual(['succeeded', 0]);
  });
});
