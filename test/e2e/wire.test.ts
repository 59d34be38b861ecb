import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import {
  FAILED,
  lone,
  many,
  preload,
  RUNNING,
  runScene,
  type Scene,
  SUCCEEDED,
  until,
} from '../harness/scene.ts';
import { selfSignedCertificate } from '../simulator/certificate.ts';
import { type Fault, on } from '../simulator/fault.ts';
import { body, challenged, html, rateLimited, shape, status } from '../simulator/faults.ts';
import { startSimulator } from '../simulator/server.ts';
import { task } from '../simulator/wire.ts';
import {
  bytes,
  cutBody,
  endless,
  endlessBody,
  gzipBomb,
  hang,
  head,
  reset,
} from '../simulator/wire-faults.ts';

const WARM = { warm: true };
const COLD = { warm: false };
const LISTING = JSON.stringify({ data: [], total: 0 });
const CHUNKED = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n';
const DEEP = 100_000;

/** The same answer with other headers, or with another body. */
function changed(headers: Readonly<Record<string, string>>, change = (sound: Uint8Array) => sound): Fault {
  return {
    name: 'changed',
    reply: (reply) => ({ ...reply, headers: { ...reply.headers, ...headers }, body: change(reply.body) }),
  };
}
const GZIP = { 'content-encoding': 'gzip' };

/** What may pass, and never counts as an answer; each fault strikes a poll of its own. */
const FAILED_POLLS: Readonly<Record<string, readonly Fault[]>> = {
  'a connection that ends too soon': [
    reset(),
    cutBody(),
    cutBody({ how: 'reset' }),
    cutBody({ chunked: true }),
    body('{"data":[{"id":"1"'),
  ],
  'an answer that never ends': [
    hang(),
    hang('inside-body'),
    endlessBody(),
    endless('HTTP/1.1 200 OK\r\n', 'x: y\r\n'),
    endless('', 'HTTP/1.1 100 Continue\r\n\r\n'),
  ],
  'what HTTP does not allow': [
    bytes(`HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(100_000)}`, 'open'),
    head('101 Switching Protocols', { connection: 'upgrade', upgrade: 'websocket' }),
    bytes(`HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: ${LISTING.length}\r\n\r\n${LISTING}`),
    bytes(CHUNKED.replace('\r\n\r\n', '\r\ncontent-length: 5\r\n\r\n0\r\n\r\n')),
    bytes(`HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n${LISTING}`),
    bytes(`${CHUNKED}zz\r\n${LISTING}\r\n0\r\n\r\n`),
    bytes('SSH-2.0-OpenSSH_9.9\r\n'),
    bytes('HTTP/1.1 200 OK\r\nx: a\0b\r\ncontent-length: 2\r\n\r\n{}'),
  ],
  'a body that is no listing': [
    head('204 No Content'),
    html(),
    challenged(),
    shape({ total: 0 }),
    body(`${LISTING}${LISTING}`),
    body(Buffer.from(LISTING, 'utf16le')),
    changed(GZIP),
    changed(GZIP, (sound) => gzipSync(sound).subarray(0, 40)),
    body(`{"data":[${'['.repeat(DEEP)}${']'.repeat(DEEP)}],"total":1}`),
    body(`{"data":${'['.repeat(DEEP)}12345678901234567890${']'.repeat(DEEP)},"total":1}`),
  ],
  'an error of the server': [
    rateLimited(),
    status(500),
    html(503),
    endlessBody(2 ** 20, '500 Internal Server Error'),
    gzipBomb(64, 503),
  ],
};

describe.concurrent('on the wire', () => {
  const cases = Object.keys(FAILED_POLLS).map((name) => [name, 'v1']);
  cases.push(['a body that is no listing', 'v2']);

  // Each kind of failure is proved in unit tests; these are the bytes.
  test.each(cases)(
    '%s is a failed poll, after which another one is made, on %s',
    async (name = '', version = '') => {
      const each = FAILED_POLLS[name] ?? [];
      const ended = await runScene(
        {
          tasks: [until(each.length + 2, SUCCEEDED)],
          faults: each.map((fault, index) => on({ poll: index + 2 }, fault)),
          speed: 60,
          inputs: { 'api-version': version, timeout: '5h', 'request-timeout': '2s' },
        },
        WARM,
      );
      const struck = ended.sim.requests.filter(({ faults }) => faults.length > 0).length;
      expect([ended.result, struck, ended.file.failedPolls], ended.stdout).toEqual([
        'succeeded',
        each.length,
        each.length,
      ]);
    },
  );

  test.each<readonly [string, Fault]>([
    ['compressed by gzip without being asked', changed(GZIP, gzipSync)],
    [
      'with a byte order mark and bytes that are no UTF-8 in a field of no interest',
      changed({ 'content-type': 'text/plain' }, (sound) =>
        Buffer.concat([
          Buffer.from('\ufeff'),
          Buffer.from('{"stray":"\xc3\x28\xff",', 'latin1'),
          sound.subarray(1),
        ]),
      ),
    ],
    ['of 31 MiB', padded(31)],
  ])('a listing %s counts', async (_what, fault) => {
    const ended = await runScene({ tasks: [lone('a')], faults: [fault] }, WARM);
    expect([ended.result, ended.polls]).toEqual(['succeeded', 1]);
  });

  test('a status that there is not is never a good answer', async () => {
    const faults = [head('600 More')];
    expect((await runScene({ inputs: { timeout: '1s' }, faults }, COLD)).result).toBe('error');
  });

  test('an answer that ends its connection is followed by another connection', async () => {
    const faults = [changed({ connection: 'close' })];
    const ended = await runScene({ tasks: [until(3, SUCCEEDED)], faults }, WARM);
    expect([ended.result, ended.polls, ended.sim.connectionCount]).toEqual(['succeeded', 3, 3]);
  });

  test('no server at all is an error that names the address', async () => {
    const gone = await startSimulator();
    await gone.close();
    const ended = await runScene({ inputs: { 'base-url': gone.url, timeout: '1s' } });
    expect([ended.result, ended.message]).toEqual(['error', expect.stringContaining(String(gone.port))]);
  });
});

/** The listing with so many MiB of padding. */
function padded(mebibytes: number): Fault {
  return { name: 'padded', listing: (page) => ({ ...page, padding: 'x'.repeat(mebibytes * 1024 * 1024) }) };
}

/** Leaves a file when the step has to end its process by force. */
const FORCED = preload(`
  import fs from 'node:fs';
  const exit = process.exit;
  process.exit = (code) => { fs.writeFileSync(process.env.RUNNER_TEMP + '/forced', ''); exit(code); };
`);
const BRIEF = { 'request-timeout': '1s', timeout: '2s' };
const TOO_LARGE = /32 ?MiB/;

describe.concurrent('nothing keeps the process after', () => {
  test.each<[string, string, RegExp, Scene]>([
    ['a success on several connections', 'succeeded', /warm/, { tasks: many(60), maxPageSize: 10 }],
    [
      'a timeout while the last request hangs',
      'timed-out',
      /Running/,
      {
        tasks: [lone('a', RUNNING)],
        faults: [on({ poll: { from: 2 } }, hang('inside-body'))],
        inputs: BRIEF,
      },
    ],
    [
      'a failure while other pages hang',
      'error',
      /404/,
      {
        tasks: many(50),
        maxPageSize: 10,
        faults: [on({ page: 2 }, status(404)), on({ page: [3, 4, 5] }, hang())],
        inputs: BRIEF,
      },
    ],
    ['an answer whose body never ends', 'error', /unanswered/, { faults: [endlessBody()], inputs: BRIEF }],
    ['an answer over the limit, with its length', 'error', TOO_LARGE, { faults: [padded(32)] }],
    ['an answer over the limit, decompressed', 'error', TOO_LARGE, { faults: [gzipBomb(40)] }],
    ['an answer over the limit, on and on', 'error', TOO_LARGE, { faults: [endlessBody(2 ** 20)] }],
    ['a certificate that is not trusted', 'error', /not trusted/, { tls: selfSignedCertificate() }],
  ])('%s', async (_what, result, said, scene) => {
    const ended = await runScene({ ...scene, step: { env: FORCED } });
    expect([ended.result, ended.message]).toEqual([result, expect.stringMatching(said)]);
    expect(Object.keys(ended.files)).not.toContain('forced');
    if (said === TOO_LARGE) expect(ended.sim.requests, 'no second poll').toHaveLength(1);
  });
});

describe.concurrent.each(['v1', 'v2'] as const)('on %s', (version) => {
  test('a listing of many pages is read to its end, in small ones where large ones are refused', async () => {
    const ended = await runScene(
      {
        tasks: [...many(34), until(2, FAILED, { id: 'last', clusterId: 'last' })],
        maxPageSize: 10,
        overMaxPageSize: 'refuse',
        inputs: { 'api-version': version },
      },
      COLD,
    );
    expect([ended.result, ended.outputs['total-count']]).toEqual(['failed', '35']);
  });

  test('a task is in the outputs as the contract says, without the registry credentials', async () => {
    const tasks = [
      task({
        id: 'pw-1',
        clusterId: 'west',
        clusterName: 'v2测试(cn-dev-1)',
        products: [{ productId: 'p1', productName: 'RTX 4090' }],
        createTime: '1757656178',
        completeTime: '1757656267',
        note: 'build 7',
        reason: ['', 'cached'],
        repositoryAuth: 'registry-credentials-77',
      }),
      lone('pw-2', { createTime: '1757656180', ...RUNNING }),
    ];
    const inputs = { 'api-version': version, require: 'any' };
    const ended = await runScene({ tasks, inputs }, { secrets: ['registry-credentials-77'] });
    expect(ended.tasks.find(({ id }) => id === 'pw-1')).toEqual({
      id: 'pw-1',
      imageName: expect.stringMatching(/^app/),
      imageUrl: 'registry.example.com/team/app:v1',
      clusterId: 'west',
      clusterName: version === 'v1' ? 'v2测试(cn-dev-1)' : '',
      products: [{ productId: 'p1', productName: version === 'v1' ? 'RTX 4090' : '' }],
      imageSize: 6762128493,
      state: 'Succeeded',
      createTime: '2025-09-12T05:49:38.000Z',
      completeTime: '2025-09-12T05:51:07.000Z',
      durationSeconds: 89,
      note: 'build 7',
      reasons: ['cached'],
    });
    expect(ended.outputs).toMatchObject({
      'ready-clusters': '["west"]',
      'not-ready-clusters': '["pw-2"]',
      'total-count': '2',
      'succeeded-count': '1',
      'unfinished-count': '1',
    });
  });
});

test('of tasks by id on v2 a look-up that fails is made again, that one alone', async () => {
  const faults = [on({ when: ({ path }) => path.endsWith('/b'), times: 1 }, status(500))];
  const inputs = { image: '', 'api-version': 'v2', 'task-ids': 'a, b' };
  const ended = await runScene({ tasks: [lone('a'), lone('b')], faults, inputs });
  expect([ended.result, ended.taskIds]).toEqual(['succeeded', ['a', 'b']]);
  expect(ended.sim.requests.map(({ path }) => path.at(-1)).join('')).toBe('abb');
});
