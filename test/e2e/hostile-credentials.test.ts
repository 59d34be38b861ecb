import { describe, expect, test } from 'vitest';
import { type Fault, on } from '../simulator/fault.ts';
import { body, echoedKey, redirect, status } from '../simulator/faults.ts';
import { head } from '../simulator/hostile-wire.ts';
import { startSimulator } from '../simulator/server.ts';
import { FAILED, face, KEY, lone, RUNNING, type Scene } from './hostile-support.ts';

const WARM = { warm: true };
const COLD = { warm: false };
const DEBUG = { step: { env: { RUNNER_DEBUG: '1' } } };

describe.concurrent('a key', () => {
  test.each([
    ['blanks', `  ${KEY}  `],
    ['a line feed at its end', `${KEY}\n`],
    ['line ends on either side', `\r\n${KEY}\r\n\r\n`],
    ['tabs', `\t${KEY}\t`],
    ['a byte order mark', `\ufeff${KEY}`],
    ['no-break spaces', `\u00a0${KEY}\u3000`],
  ])('with %s around it is trimmed', async (_what, key) => {
    const ended = await face({ tasks: [lone('a')], inputs: { 'api-key': key } }, WARM);
    expect(ended.result).toBe('succeeded');
  });

  test.each([
    ['a line feed', `${KEY}\nsecond-line-of-key`],
    ['a carriage return', `${KEY}\rsecond-line-of-key`],
    ['both', `${KEY}\r\nsecond-line-of-key`],
    ['a header after both', `${KEY}\r\nx-injected: second-line-of-key`],
    ['a blank', `${KEY} and-more-of-it`],
    ['a null character’s neighbour', `${KEY}\u0001more`],
    ['a letter that no header carries', `${KEY}é`],
    ['a next line', `${KEY}\u0085second-line-of-key`],
    ['a line separator', `${KEY}\u2028second-line-of-key`],
    ['a lot of it', KEY.repeat(3_000)],
  ])('with %s inside is an error that does not echo it', async (_what, key) => {
    const secrets = [KEY, 'second-line-of-key'];
    // The same texts in other inputs must not give it away either.
    const inputs = { 'api-key': key, timeout: 'soon' };
    const ended = await face({ ...DEBUG, tasks: [lone('a')], inputs }, { ...COLD, secrets });
    expect([ended.result, ended.sim.requests.length]).toEqual(['error', 0]);
    expect(ended.message).toContain('api-key');
    expect(ended.message).toContain('timeout');
  });

  test.each(['', ' ', '\n', '\ufeff', '\t\r\n'])('that is %j is an error', async (key) => {
    const ended = await face({ tasks: [lone('a')], inputs: { 'api-key': key } }, COLD);
    expect([ended.result, ended.sim.requests.length]).toEqual(['error', 0]);
    expect(ended.message).toContain('api-key');
  });

  test.each(['image', 'note', 'task-ids', 'cluster-ids', 'timeout', 'require', 'base-url', 'created-after'])(
    'in the input %s as well is an error that does not echo it',
    async (name) => {
      const value = name === 'base-url' ? `https://${KEY}@127.0.0.1/` : `a-${KEY}-b`;
      const ended = await face({ ...DEBUG, inputs: { [name]: value } }, COLD);
      expect([ended.result, ended.sim.requests.length]).toEqual(['error', 0]);
    },
  );
});

describe.concurrent('credentials that are refused', () => {
  test.each([401, 403])('with %i at first end the wait at once', async (code) => {
    const ended = await face({ faults: [status(code)] }, COLD);
    expect([ended.result, ended.sim.requests.length]).toEqual(['error', 1]);
    expect(ended.message).toContain('api-key');
  });

  test.each([
    [401, 401],
    [403, 403],
    [401, 403],
  ])('with %i and %i after half the wait end it after two more tries', async (first, second) => {
    const scene: Scene = {
      tasks: [lone('a', RUNNING)],
      speed: 10,
      inputs: { timeout: '2m' },
      faults: [on({ poll: 3 }, status(first)), on({ poll: { from: 4 } }, status(second))],
    };
    const ended = await face(scene, COLD);
    expect([ended.result, ended.polls]).toEqual(['error', 5]);
    expect(ended.message).toMatch(/key/);
    expect(ended.message).toMatch(/stopped working/);
    expect(ended.message).toMatch(/may still be running/);
  });

  test('twice in the middle of the wait are forgiven', async () => {
    const scene: Scene = {
      tasks: [lone('a', { ...RUNNING, steps: [{ fromPoll: 5, state: 'Succeeded' }] })],
      speed: 10,
      inputs: { timeout: '2m' },
      faults: [on({ poll: [2, 3] }, status(401))],
    };
    const ended = await face(scene, WARM);
    expect([ended.result, ended.polls]).toEqual(['succeeded', 5]);
  });

  test('after a failed poll, but before any good answer, end the wait at once', async () => {
    const faults = [on({ poll: 1 }, status(503)), on({ poll: 2 }, status(403))];
    const ended = await face({ faults }, COLD);
    expect([ended.result, ended.polls]).toEqual(['error', 2]);
  });

  test('that another key would not be are those of this key', async () => {
    const ended = await face({ apiKey: 'sk-another-key', tasks: [lone('a')] }, COLD);
    expect([ended.result, ended.sim.requests.length]).toEqual(['error', 1]);
  });
});

/** Keys of which some form changes when they are quoted, escaped or put into an address. */
const KEYS = [
  KEY,
  'sk-"quoted"\\back\\slash-7d10',
  'sk-%41%0A+/=&#64;<b>`|-7d10',
  'SK-Upper-CASE-0f9e8d',
  '::error::sk-command-7d10',
];

/** Faults that say the key in one way each. */
const ECHOES: Readonly<Record<string, (key: string) => Fault>> = {
  'an error of status 400': () => echoedKey(400),
  'an error of status 401': () => echoedKey(401),
  'an error of status 403': () => echoedKey(403),
  'an error of status 404': () => echoedKey(404),
  'an error of status 429': () => echoedKey(429),
  'an error of status 500': () => echoedKey(500),
  'the reason and the code': (key) =>
    body(JSON.stringify({ code: key, reason: key }), 'application/json', 400),
  'a title': (key) => body(JSON.stringify({ title: `bad ${key}` }), 'application/json', 400),
  'a nested error': (key) => body(JSON.stringify({ error: { message: key } }), 'application/json', 400),
  'a long message, just where it is cut': (key) =>
    body(JSON.stringify({ message: `${'x'.repeat(290)}${key}` }), 'application/json', 400),
  'a message of escapes': (key) =>
    body(
      `{"message":"${[...key].map((letter) => `\\u${(letter.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`).join('')}"}`,
      'application/json',
      400,
    ),
  'a page for people': (key) => body(`<html>${key.repeat(3)}</html>`, 'text/html', 500),
  'text that is no JSON in a good answer': (key) => body(`{"data": ${key}`),
  'the host of a redirect': (key) => redirect(`https://${key}.evil.example/`),
  'the path of a redirect': (key) => redirect(`https://evil.example/${key}?${key}`),
  'the user of a redirect': (key) => redirect(`https://${key}@evil.example/`),
  'the scheme of a redirect': (key) => redirect(`${key}://evil.example/`),
  'the status line': (key) => head(`502 Bad ${key}`, { 'x-echo': key }),
  'a header that breaks the answer': (key) => head('200 OK', { [`${key}\0`]: key }),
  'the retry-after header': (key) => status(503, { headers: { 'retry-after': key } }),
  'what says whether there is more': (key) =>
    body(JSON.stringify({ data: [], total: key, next_cursor: key, has_more: key })),
  'a product that cannot be read': (key) => {
    const products = [{ [key]: key }];
    return body(JSON.stringify({ data: [{ id: 'a', products, product_ids: products }], total: 1 }));
  },
};

describe.concurrent('a key that is echoed', () => {
  const [, ...others] = KEYS;
  const cases = Object.keys(ECHOES).flatMap((name, index) => [
    [name, KEY] as const,
    ...(index % 2 === 0 ? [[name, others[(index / 2) % others.length] ?? KEY] as const] : []),
  ]);

  test.each(cases)('in %s goes no further: %s', async (name, key) => {
    const scene: Scene = {
      ...DEBUG,
      apiKey: key,
      speed: 10,
      inputs: { 'api-key': key, timeout: '3s' },
      faults: [ECHOES[name]?.(key) ?? status(500)],
    };
    // An address is lower case by itself.
    const ended = await face(scene, { ...COLD, secrets: [key.toLowerCase()] });
    expect(ended.result).toBe('error');
  });

  test.each(KEYS)('in every field of a task goes no further: %s', async (key) => {
    const fields = {
      imageName: key,
      imageUrl: `registry/${key}:app`,
      clusterName: `x ${key} y`,
      products: [{ productId: key, productName: key }],
      repositoryAuth: key,
      note: `app ${key}`,
    };
    const scene: Scene = {
      ...DEBUG,
      apiKey: key,
      inputs: { 'api-key': key, image: '', 'task-ids': 'a, b, c, d' },
      tasks: [
        lone('a', { ...fields, ...FAILED, clusterId: key, reason: [key, `a${key}b`] }),
        lone('b', { ...fields, ...FAILED, clusterId: `${key}2`, reason: key }),
        lone('c', { ...fields, ...FAILED, clusterId: `${key}3`, reason: { [key]: { deeper: [key] } } }),
        lone('d', { ...fields, clusterId: `${key}4`, state: key }),
      ],
    };
    const ended = await face(scene, { ...COLD, warnings: 1 });
    expect(ended.result).toBe('failed');
  });
});

describe.concurrent('the registry authentication id', () => {
  const AUTH = 'registry-auth-5be2f0a7';

  test('never leaves the process', async () => {
    const tasks = [
      lone('a', { ...FAILED, repositoryAuth: AUTH }),
      lone('b', { repositoryAuth: { id: AUTH } }),
      lone('c', { ...RUNNING, repositoryAuth: [AUTH] }),
    ];
    const ended = await face({ ...DEBUG, tasks }, { ...COLD, secrets: [AUTH] });
    expect(ended.result).toBe('failed');
  });

  test('never leaves the process in the text that tells why a pull failed either', async () => {
    const tasks = [
      lone('a', {
        state: 'Failed',
        repositoryAuth: AUTH,
        reason: [`no access with the credentials ${AUTH}`],
      }),
    ];
    const ended = await face({ ...DEBUG, tasks }, { ...COLD, secrets: [AUTH] });
    expect(ended.result).toBe('failed');
  });
});

test('the key goes to no other host, whatever the first one says', async () => {
  await using other = await startSimulator({ tasks: [lone('a')] });
  const headers = {
    location: other.url,
    refresh: `0; url=${other.url}`,
    link: `<${other.url}>; rel="next"`,
    'alt-svc': `http/1.1="127.0.0.1:${other.port}"; ma=86400`,
    'content-location': other.url,
  };
  const faults: Fault[] = [
    { name: 'elsewhere', reply: (reply) => ({ ...reply, headers: { ...reply.headers, ...headers } }) },
  ];
  const tasks = [lone('a', { ...RUNNING, steps: [{ fromPoll: 2, state: 'Succeeded' }] })];
  const ended = await face({ tasks, faults }, WARM);
  expect([ended.result, ended.polls, other.connectionCount]).toEqual(['succeeded', 2, 0]);
});
