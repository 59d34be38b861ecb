import { marked, type Token, type Tokens } from 'marked';
import mermaid from 'mermaid';
import { describe, expect, test } from 'vitest';
import { startStep } from '../harness/step.ts';
import { type Fault, on, unmade } from '../simulator/fault.ts';
import { body, redirect, status } from '../simulator/faults.ts';
import type { GithubOptions } from '../simulator/github.ts';
import { bytes, cutGzip, endlessInformation, gzipBomb, head } from '../simulator/hostile-wire.ts';
import type { Reply } from '../simulator/reply.ts';
import { ago, type TaskOptions } from '../simulator/wire.ts';
import { cutBody, dribble, hang, hugeBody, wrongContentLength } from '../simulator/wire-faults.ts';
import { API_VERSION } from './api-version.ts';
import {
  AUTH,
  creatingIn,
  expectNothingUntold,
  FAILED,
  madeIn,
  publishing,
  RUNNING,
  SUCCEEDED,
  told,
} from './hostile-creation-support.ts';
import { face } from './hostile-support.ts';
import { lone, play, type Scene, start } from './support.ts';

function wholeAnswer({ status: code, body: content }: Reply): Buffer {
  const lines = [
    `HTTP/1.1 ${code} OK`,
    'content-type: application/json',
    `content-length: ${content.length}`,
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), content]);
}

/** The first create request is answered a second time, where its connection is used for the second one. */
function answeredTwice(): Fault {
  let first: { readonly answer: Buffer; readonly connection: number } | undefined;
  return {
    name: 'answered twice',
    aim: { create: [1, 2] },
    send: (reply, { request, socket }) => {
      const answer = wholeAnswer(reply);
      const isReused = first?.connection === request.connection;
      socket.write(isReused && first !== undefined ? Buffer.concat([first.answer, answer]) : answer);
      first ??= { answer, connection: request.connection };
    },
  };
}

const LOST: readonly (readonly [string, Fault])[] = [
  ['is informed for ever', endlessInformation()],
  ['is sent blanks for ever', dribble({ endless: true })],
  [
    'changes the protocol',
    bytes('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n', 'open'),
  ],
  ['gets what is no HTTP', bytes('\u0000\u0001 no answer')],
  ['gets a head alone', head('201 Created')],
  ['gets 204', body('', 'application/json', 204)],
  ['gets half of a compressed body', cutGzip()],
  ['gets less than was announced', wrongContentLength(5)],
  ['gets more than was announced', wrongContentLength(-5)],
  ['is reset in the middle of the body', cutBody({ how: 'reset' })],
  ['is closed in the middle of chunks', cutBody({ chunked: true })],
  ['gets ids in a list', body('{"id":["created-9"],"task_id":["created-9"]}')],
  ['gets a list', body('[{"id":"created-9","task_id":"created-9"}]')],
  ['gets a blank id', body('{"id":"  ","task_id":"\\n"}')],
];

describe.concurrent('a create request', () => {
  test.each(LOST)('that made its task is not repeated when it %s', async (_what, fault) => {
    const ended = await play(
      creatingIn('a, b', { faults: [on({ create: 1 }, fault)], inputs: { 'request-timeout': '1s' } }),
    );
    expect(ended.result).toBe('succeeded');
    expect(madeIn(ended)).toEqual(['a', 'b']);
    expect(told(ended)).toEqual(['created-1', 'created-2']);
  });

  test.each<[string, Fault]>([
    ['of 33 MiB', hugeBody()],
    ['that unpacks to 40 MiB', gzipBomb(40)],
  ])('that gets an answer %s leaves no task that is not told', async (_what, fault) => {
    const ended = await play(creatingIn('a, b', { faults: [on({ create: 1 }, fault)] }));
    expectNothingUntold(ended);
    expect(ended.message, 'the listing is not what is too long').not.toContain('narrow the wait');
  });

  test('is not taken for answered by a second answer to the one before', async () => {
    const ended = await play(creatingIn('a, b', { faults: [answeredTwice()] }));
    expect(madeIn(ended)).toEqual(['a', 'b']);
    expect(told(ended)).toEqual(['created-1', 'created-2']);
  });

  test.each<[string, Readonly<Record<string, string>>, object]>([
    ['note', { note: 'sha-1' }, { note: '' }],
    ['host', { image: 'docker.io/library/app' }, { imageUrl: 'mirror.example/library/app' }],
  ])('without an answer is not repeated when its task comes with another %s', async (...row) => {
    const [, inputs, changed] = row;
    const ended = await face(
      creatingIn('a', {
        inputs: { timeout: '4s', 'appear-timeout': '4s', ...inputs },
        faults: [on({ create: 1 }, status(500))],
        create: { script: () => ({ ...SUCCEEDED, ...changed }) },
      }),
      { warm: false, mayCreate: true },
    );
    expect(madeIn(ended)).toEqual(['a']);
    expect(ended.result).not.toBe('succeeded');
  });

  test.each<[string, string]>([
    ['cluster', 'clusterId'],
    ['image', 'imageUrl'],
    ['note', 'note'],
  ])('whose task comes with another %s neither succeeds nor is repeated', async (_what, field) => {
    const ended = await face(
      creatingIn('a', {
        inputs: { note: 'mine', 'appear-timeout': '1s' },
        create: { script: () => ({ ...SUCCEEDED, [field]: 'another' }) },
      }),
      { warm: false, mayCreate: true },
    );
    expect(ended.result).toBe('not-found');
    expect(madeIn(ended)).toEqual(['a']);
    expect(told(ended)).toEqual(['created-1']);
  });

  test('that is answered with the id of the failed task, which runs again, waits for that', async () => {
    const id = 'again';
    const ended = await play(
      creatingIn('a', {
        tasks: [
          lone(id, {
            clusterId: 'a',
            ...FAILED,
            createTime: ago(60),
            steps: [{ fromPoll: 2, ...SUCCEEDED, reason: [] }],
          }),
        ],
        faults: [on({ create: 1 }, unmade(body(JSON.stringify({ id, task_id: id }))))],
        inputs: { 'appear-timeout': '2s' },
      }),
    );
    expect([ended.result, ended.taskIds]).toEqual(['succeeded', [id]]);
  });

  test('that is answered with the id of another cluster’s task is not warm by that one', async () => {
    const ended = await face(
      creatingIn('a, b', {
        tasks: [lone('there', { clusterId: 'b' })],
        faults: [on({ create: 1 }, unmade(body('{"id":"there","task_id":"there"}')))],
        inputs: { 'appear-timeout': '1s' },
      }),
      { warm: false, mayCreate: true },
    );
    expect([ended.result, madeIn(ended)]).toEqual(['not-found', []]);
  });

  test('that is answered with the id of the task before is not warm by that one', async () => {
    const ended = await face(
      creatingIn('a, b', {
        faults: [on({ create: 2 }, unmade(body('{"id":"created-1","task_id":"created-1"}')))],
        inputs: { 'appear-timeout': '1s' },
      }),
      { warm: false, mayCreate: true },
    );
    expect([ended.result, madeIn(ended)]).toEqual(['not-found', ['a']]);
  });

  test('of 500 is made once for each, in little memory', async () => {
    const clusterIds = Array.from({ length: 500 }, (_, index) => `cluster-${index}-${'x'.repeat(60)}`);
    const ended = await face(
      creatingIn(clusterIds.join('\n'), {
        create: { quota: 500 },
        inputs: { timeout: '20s', 'appear-timeout': '20s' },
        step: { env: { NODE_OPTIONS: '--max-old-space-size=64' } },
      }),
      { warm: true, mayCreate: true },
    );
    expect(ended.result).toBe('succeeded');
    expect(madeIn(ended)).toEqual(clusterIds);
    expect(told(ended)).toHaveLength(500);
    expect(ended.message.length).toBeLessThanOrEqual(1_000);
  });

  test.each<[string, Fault]>([
    ['is endless', dribble({ endless: true })],
    ['is 100 MiB long', hugeBody(100 * 1024 * 1024)],
    ['is a command', body('{"total":"::error::pwned","limit":"##[error]"}')],
    ['leads elsewhere', redirect('https://elsewhere.example/')],
  ])('is refused with the reason when the quota %s', async (_what, fault) => {
    const ended = await face(
      creatingIn('a, b', {
        faults: [
          on({ create: 2 }, unmade(status(400, { message: 'no such region' }))),
          on({ when: ({ path }) => path.endsWith('/quota') }, fault),
        ],
        inputs: { 'request-timeout': '1s' },
      }),
      { warm: false, mayCreate: true },
    );
    expect([ended.result, told(ended)]).toEqual(['error', ['created-1']]);
    expect(ended.message).toContain('no such region');
    expect(ended.message).not.toContain('quota of tasks');
  });
});

describe.concurrent('nothing is created', () => {
  test.each<[string, string]>([
    ['an error', '{"code":500,"reason":"UNKNOWN","message":"database is down","data":null}'],
    ['a refusal', '{"code":403,"reason":"FORBIDDEN","message":"forbidden","data":null}'],
  ])('because of %s in a good answer', async (_what, answer) => {
    const ended = await play(
      creatingIn('a', {
        tasks: [lone('there', { clusterId: 'a' })],
        faults: [on({ poll: 1 }, body(answer))],
      }),
    );
    expect(madeIn(ended)).toEqual([]);
  });

  test('again by the run after one that was killed between two of its requests', async () => {
    const scene = creatingIn('a, b, c', { faults: [on({ create: 2 }, hang())] });
    await using killed = await start({ ...scene, inputs: { ...scene.inputs, timeout: '1h' } });
    await killed.until(killed.sim.waitUntil((requests) => requests.some(({ create }) => create === 2)));
    killed.step.signal('SIGKILL');
    await killed.step.done;

    const inputs = {
      'api-key': 'sk-simulator',
      'api-version': API_VERSION,
      'base-url': killed.sim.url,
      image: 'app',
      timeout: '20s',
      'poll-interval': '1s',
      ...scene.inputs,
    };
    const { outputs } = await startStep({ guardMs: 20_000, inputs }).done;
    expect(outputs['result']).toBe('succeeded');
    expect(madeIn(killed)).toEqual(['a', 'b', 'c']);
    expect(told({ outputs })).toEqual(['created-3']);
  });
});

const FORMS: readonly (readonly [string, (secret: string) => string])[] = [
  ['as it is', (secret) => secret],
  ['escaped by JSON', (secret) => JSON.stringify(secret)],
  ['with slashes escaped', (secret) => secret.replaceAll('/', '\\/')],
  ['percent-encoded', encodeURIComponent],
];

describe.concurrent('no secret gets out', () => {
  const SPECIAL_KEY = 'sk-Hostile/4b1d+7f20=c93e"58a6';
  const scene = (faults: readonly Fault[], script: () => TaskOptions = () => SUCCEEDED): Scene =>
    creatingIn('a', {
      apiKey: SPECIAL_KEY,
      faults,
      create: { script },
      inputs: { 'api-key': SPECIAL_KEY, 'registry-auth-id': AUTH, 'appear-timeout': '1s' },
      step: { env: { RUNNER_DEBUG: '1' } },
    });
  const both = FORMS.map(
    ([form, encoded]) => [form, `${encoded(SPECIAL_KEY)} and ${encoded(AUTH)}`] as const,
  );

  test.each(both)('that a refusal repeats %s', async (_form, shown) => {
    const refusal = unmade(status(400, { message: `bad: ${shown}`, reason: `R ${shown}` }));
    const ended = await face(scene([on({ create: 1 }, refusal)]), {
      warm: false,
      mayCreate: true,
      secrets: [AUTH, ...shown.split(' and ')],
    });
    expect(ended.result).toBe('error');
  });

  test.each(both)('that a created task repeats %s', async (_form, shown) => {
    const answer = body(JSON.stringify({ id: shown, task_id: shown }));
    const ended = await face(
      scene([on({ create: 1 }, answer)], () => ({
        id: `id ${shown}`,
        ...FAILED,
        reason: [`denied: ${shown}`],
        clusterName: shown,
        products: [{ productId: shown, productName: shown }],
      })),
      { warm: false, mayCreate: true, secrets: [AUTH, ...shown.split(' and ')] },
    );
    expect(ended.result).toBe('failed');
  });
});

/** Those in which a label that is not made harmless ends, changes or adds something. */
const NAMES = [
  '```',
  '~~~',
  '---',
  '%%{init: {"theme":"forest"}}%%',
  '%% comment',
  'a: done',
  'a; b',
  'a # b',
  '#quot;',
  'click x href "javascript:alert(1)"',
  'accTitle: x',
  'accDescr { x }',
  'section b',
  'title b',
  'excludes weekends',
  'C4Context',
  'gantt',
  'constructor',
  'hasOwnProperty',
  '__proto__',
  '42',
  '<img src=x onerror=alert(1)>',
  '<br>',
  '$$x$$',
  '`b` @org',
  '::error::pwned',
  '##[error]pwned',
  '\u202etxt.exe',
  'סנן 123',
  '测试 🚀',
];

const isCode = (token: Token): token is Tokens.Code => token.type === 'code';

describe.concurrent('the timeline of created tasks', () => {
  test('is one sound chart whatever the clusters are called', async () => {
    const ended = await face(
      creatingIn(NAMES.join('\n'), {
        create: {
          quota: 100,
          script: ({ clusterId }) => ({
            ...SUCCEEDED,
            clusterName: clusterId,
            products: [{ productId: clusterId, productName: clusterId }],
          }),
        },
      }),
      { warm: true, mayCreate: true },
    );
    expect(ended.result).toBe('succeeded');
    const charts = marked.lexer(ended.summary).filter(isCode);
    expect(charts.map(({ lang }) => lang)).toEqual(['mermaid']);
    // Mermaid sanitizes titles with a library that only works in a browser.
    const chart = (charts[0]?.text ?? '').replace(/^ {2}title .*\n/m, '');
    expect((await mermaid.parse(chart)).diagramType).toBe('gantt');
    const { db } = await mermaid.mermaidAPI.getDiagramFromText(chart);
    const gantt = db as unknown as {
      getSections(): string[];
      getTasks(): unknown[];
      getLinks(): Map<string, string>;
    };
    expect(gantt.getSections()).toHaveLength(NAMES.length);
    expect(gantt.getTasks()).toHaveLength(NAMES.length);
    expect(gantt.getLinks().size).toBe(0);
  });
});

describe.concurrent.each(['SIGINT', 'SIGTERM'] as const)('%s', (signal) => {
  const LONG = { timeout: '1h', 'request-timeout': '5m', 'poll-interval': '10m' };

  /** Cancels a step once it is ready; its end must come in time, with everything told. */
  async function cancelled(
    scene: Scene,
    options: GithubOptions,
    isReady: (both: Awaited<ReturnType<typeof publishing>>) => Promise<unknown>,
  ) {
    await using both = await publishing(
      creatingIn('a, b', { ...scene, inputs: { ...LONG, ...scene.inputs } }),
      options,
    );
    const { performance: waiting, github } = both;
    await waiting.until(isReady(both));
    const signalledAt = performance.now();
    waiting.step.signal(signal);
    const ended = { ...(await waiting.end()), sim: waiting.sim };
    expect(performance.now() - signalledAt).toBeLessThan(2_000);
    expectNothingUntold(ended);
    return { ...ended, states: github.statuses.map(({ state }) => state) };
  }
  const created = (count: number) => (both: Awaited<ReturnType<typeof publishing>>) =>
    both.performance.sim.waitUntil((requests) => requests.some(({ create }) => create === count));

  test.each<[string, Fault]>([
    ['is half answered', hang('inside-body')],
    ['is informed for ever', endlessInformation()],
  ])('while a create request %s ends the step with everything told', async (_what, fault) => {
    const ended = await cancelled({ faults: [on({ create: 2 }, fault)] }, {}, created(2));
    expect([ended.result, told(ended), madeIn(ended)]).toEqual(['cancelled', ['created-1'], ['a', 'b']]);
    expect(ended.states.at(-1)).toBe('error');
  });

  test('while neither a create request nor pending is answered ends the step with everything told', async () => {
    const ended = await cancelled(
      { faults: [on({ create: 1 }, hang())] },
      { faults: [on({ request: 1 }, unmade(hang()))] },
      async (both) => {
        await Promise.all([created(1)(both), both.github.waitForRequest(1)]);
      },
    );
    expect([ended.result, ended.states]).toEqual(['cancelled', ['error']]);
  });

  test('while neither the quota nor GitHub is answered ends the step with everything told', async () => {
    const isQuota: Fault['aim'] = { when: ({ path }) => path.endsWith('/quota') };
    const ended = await cancelled(
      { create: { quota: 1 }, faults: [on(isQuota, hang())] },
      { faults: [unmade(hang())] },
      async ({ performance: { sim }, github }) => {
        await github.waitForRequest(1);
        await sim.waitUntil((requests) => requests.some(({ path }) => path.endsWith('/quota')));
      },
    );
    expect([ended.exitCode, told(ended)]).toEqual([1, ['created-1']]);
  });

  test('while the end of a creation that was refused is published ends the step soon', async () => {
    const ended = await cancelled(
      { faults: [on({ create: 2 }, unmade(status(400)))] },
      { faults: [on({ request: 2 }, unmade(hang('after-headers')))] },
      ({ github }) => github.waitForRequest(2),
    );
    expect([ended.result, ended.exitCode, told(ended)]).toEqual(['error', 1, ['created-1']]);
  });

  test('while what was created runs tells it, and its end is published', async () => {
    const ended = await cancelled(
      { create: { script: () => RUNNING } },
      {},
      async ({ performance: { sim } }) => {
        await sim.waitUntil((requests) =>
          requests.some(({ poll, outcome }) => poll === 2 && outcome === 'answered'),
        );
      },
    );
    expect([ended.result, told(ended)]).toEqual(['cancelled', ['created-1', 'created-2']]);
    expect(ended.states).toEqual(['pending', 'error']);
  });
});
