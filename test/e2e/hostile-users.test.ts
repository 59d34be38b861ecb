import { describe, expect, test } from 'vitest';
import { lone, runScene } from '../harness/scene.ts';

const TASK = lone('a', { note: 'a note', products: [{ productId: 'p', productName: 'GPU' }] });

/** A value that each input takes, besides its default. */
const GOOD: Readonly<Record<string, string>> = {
  image: 'team/app:v1',
  note: 'a note',
  'task-ids': '["a"]',
  'cluster-ids': 'a',
  'product-ids': 'p',
  'created-after': '15m',
  require: 'any',
  'fail-fast': 'False',
  'allowed-results': 'succeeded, failed',
  timeout: '1h30m',
  'appear-timeout': '0',
  'poll-interval': '90s',
  'request-timeout': '5',
  'api-version': 'v1',
  'create-missing': 'FALSE',
  'recreate-failed': '0',
  'delete-superseded': 'False',
  'commit-sha': 'A'.repeat(40),
  summary: 'FALSE',
};
const NAMES = Object.keys(GOOD);

describe.concurrent('inputs', () => {
  test('with blanks around them are what they are without', async () => {
    const inputs = Object.fromEntries(NAMES.map((name) => [name, `\ufeff \t${GOOD[name] ?? ''}\r\n\u3000`]));
    const ended = await runScene({ tasks: [TASK], inputs });
    expect([ended.result, ended.summary]).toEqual(['succeeded', '']);
  });

  test('that are blank are their defaults', async () => {
    const blank = Object.fromEntries(NAMES.map((name) => [name, '\u00a0\n']));
    expect((await runScene({ tasks: [TASK], inputs: { ...blank, image: 'app' } })).result).toBe('succeeded');
  });

  // What each input takes and refuses is proved in unit tests.
  test('of absurd length are an error or mean nothing', async () => {
    for (const [index, name] of ['image', 'note', 'cluster-ids', 'base-url'].entries()) {
      const inputs = { [name]: ['x'.repeat(90_000), ',b'.repeat(45_000)][index % 2] ?? '' };
      const ended = await runScene({ tasks: [TASK], inputs }, { warm: false, warnings: 'any' });
      expect(['error', 'not-found']).toContain(ended.result);
    }
  });

  test('that would overflow a timer are an error, each by its name, before any request', async () => {
    const values = {
      timeout: '2147483648',
      'poll-interval': '25d',
      'request-timeout': '99999999999999999999',
      'appear-timeout': `${'9'.repeat(400)}s`,
    };
    const ended = await runScene({ inputs: values });
    expect([ended.result, ended.sim.connectionCount]).toEqual(['error', 0]);
    for (const name of Object.keys(values)) expect(ended.message).toContain(name);
  });
});
