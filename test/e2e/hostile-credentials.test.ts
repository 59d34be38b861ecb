import { describe, expect, test } from 'vitest';
import { FAILED, lone, RUNNING, runScene, type Scene } from '../harness/scene.ts';
import { type Fault, on } from '../simulator/fault.ts';
import { body, redirect, status } from '../simulator/faults.ts';
import { head } from '../simulator/wire-faults.ts';

/** Long enough to be recognised wherever it turns up, and found in nothing else. */
const KEY = 'sk-hostile-4b1d7f20c93e58a6';
/** Some form of it changes when it is quoted, escaped or put into an address. */
const ODD_KEY = 'sk-"quoted"\\%41%0A+/=&#64;<b>`|-7d10';
const AUTH = 'registry/auth+id=4c 71';
const DEBUG = { step: { env: { RUNNER_DEBUG: '1' } } };

describe.concurrent('a key', () => {
  test('is trimmed', async () => {
    const inputs = { 'api-key': `\ufeff\r\n${KEY}\r\n\u3000\t` };
    expect((await runScene({ tasks: [lone('a')], inputs })).result).toBe('succeeded');
  });

  test.each([
    ['a line feed', `${KEY}\nsecond-line-of-key`],
    ['a carriage return', `${KEY}\rsecond-line-of-key`],
    ['a line separator', `${KEY}\u2028second-line-of-key`],
    ['a lot of it', KEY.repeat(3_000)],
  ])('with %s inside is an error that does not echo it', async (_what, key) => {
    const scene = { ...DEBUG, tasks: [lone('a')], inputs: { 'api-key': key, timeout: 'soon' } };
    const ended = await runScene(scene, { secrets: [KEY, 'second-line-of-key'] });
    expect([ended.result, ended.sim.requests.length]).toEqual(['error', 0]);
    expect(ended.message).toMatch(/api-key.*timeout|timeout.*api-key/);
  });

  test('in every other input as well is an error that does not echo it', async () => {
    const names = ['image', 'note', 'task-ids', 'cluster-ids', 'timeout', 'require', 'created-after'];
    const others = Object.fromEntries(names.map((name) => [name, `a-${KEY}-b`]));
    const inputs = { ...others, 'api-key': KEY, 'base-url': `https://${KEY}@127.0.0.1/` };
    const ended = await runScene({ ...DEBUG, inputs });
    expect([ended.result, ended.sim.requests.length]).toEqual(['error', 0]);
  });
});

const json = (content: object, code = 400) => body(JSON.stringify(content), 'application/json', code);
const escapesOf = (key: string) =>
  [...key].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');

/** Faults that say the key in one way each. */
const echoesOf = (key: string): Fault[] => [
  json({ message: `invalid credentials: ${key}` }, 500),
  json({ code: key, reason: key }),
  json({ error: { message: key } }),
  // Just where a long message is cut.
  json({ message: `${'x'.repeat(290)}${key}` }),
  body(`{"message":"${escapesOf(key)}"}`, 'application/json', 400),
  body(`<html>${key.repeat(3)}</html>`, 'text/html', 403),
  body(`{"data": ${key}`),
  redirect(`https://evil.example/${key}?${key}`),
  redirect(`https://${key}@evil.example/`),
  redirect(`https://${key}.evil.example/`),
  head(`502 Bad ${key}`, { 'x-echo': key }),
  status(503, { headers: { 'retry-after': key, server: key, 'cf-ray': key } }),
  json({ data: [{ id: 'a', products: [{ [key]: key }], product_ids: [{ [key]: key }] }], total: 1 }, 200),
];

describe.concurrent('a key that is echoed', () => {
  test.each([KEY, ODD_KEY])('in a poll that fails goes no further: %s', async (key) => {
    const echoes = echoesOf(key);
    // Each second poll is good, so that no refusal ends the wait before the last one.
    const faults = echoes.map((fault, index) => on({ poll: 2 * index + 2 }, fault));
    const last = on(
      { poll: { from: 2 * echoes.length + 1 } },
      json({ reason: 'INVALID_API_KEY', message: `Bearer ${key}` }, 403),
    );
    const scene: Scene = {
      ...DEBUG,
      tasks: [lone('a', RUNNING)],
      speed: 20,
      inputs: { 'api-key': key, timeout: '1h' },
      faults: [...faults, last],
    };
    // An address is lower case by itself.
    const ended = await runScene(scene, { secrets: [key.toLowerCase()] });
    expect([ended.result, ended.file.failedPolls > echoes.length]).toEqual(['error', true]);
  });

  test.each([ODD_KEY, '::error::sk-command-7d10'])(
    'in every field of a task goes no further: %s',
    async (key) => {
      const fields = {
        imageName: key,
        imageUrl: `registry/${key}:app`,
        clusterName: `x ${key} y`,
        products: [{ productId: key, productName: key }],
        repositoryAuth: key,
        note: `app ${key}`,
      };
      const ended = await runScene(
        {
          ...DEBUG,
          inputs: { 'api-key': key, image: '', 'task-ids': 'a, b, c' },
          tasks: [
            lone('a', { ...fields, ...FAILED, clusterId: key, reason: [key, `a${key}b`] }),
            lone('b', { ...fields, ...FAILED, clusterId: `${key}2`, reason: { [key]: { deeper: [key] } } }),
            lone('c', { ...fields, clusterId: `${key}3`, state: key }),
          ],
        },
        { warnings: 1 },
      );
      expect(ended.result).toBe('failed');
    },
  );
});

describe.concurrent('the registry authentication id', () => {
  const forms = [AUTH, JSON.stringify(AUTH), AUTH.replaceAll('/', '\\/'), encodeURIComponent(AUTH)];
  const shown = forms.join(' and ');
  const creating: Scene = {
    ...DEBUG,
    inputs: { image: 'team/app:v1', 'cluster-ids': 'a', 'create-missing': 'true', 'registry-auth-id': AUTH },
    create: { script: () => ({ state: 'Succeeded' }) },
  };

  test.each<[string, Scene, string]>([
    [
      'of a task that failed',
      { tasks: [lone('a', { ...FAILED, repositoryAuth: AUTH, reason: [`no ${AUTH}`] })] },
      'failed',
    ],
    [
      'that a refusal repeats',
      { ...creating, faults: [on({ create: 1 }, status(400, { message: shown, reason: shown }))] },
      'error',
    ],
    [
      'that a created task repeats',
      {
        ...creating,
        create: {
          script: () => ({ ...FAILED, id: shown, clusterName: shown, reason: [shown, { auth: AUTH }] }),
        },
        faults: [on({ create: 1 }, body(JSON.stringify({ id: shown })))],
      },
      'failed',
    ],
    [
      'that a lost creation repeats',
      { ...creating, faults: [on({ create: 1 }, status(500, { message: shown }))] },
      'succeeded',
    ],
  ])('%s never leaves the process', async (_what, scene, result) => {
    const ended = await runScene({ ...DEBUG, ...scene }, { secrets: forms });
    expect(ended.result).toBe(result);
  });
});
