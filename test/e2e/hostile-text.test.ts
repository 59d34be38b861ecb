import { describe, expect, test } from 'vitest';
import { lone, RUNNING, runScene, type Scene } from '../harness/scene.ts';
import { on } from '../simulator/fault.ts';
import { body } from '../simulator/faults.ts';
import { head } from '../simulator/wire-faults.ts';

/** Escaping is proved in unit tests; here is one text of each kind that a runner, a terminal or a renderer obeys. */
const TEXTS: Readonly<Record<string, string>> = {
  command:
    '\u00a0::error file=a.js,line=1::pwned ::stop-commands::token %0A::set-output name=result::succeeded',
  'old command': 'all is well ##[error]pwned ##[add-mask]succeeded',
  'line ends': 'a\r::error::pwned\n::error::pwned\u0085::error::pwned\u2028::error::pwned\f::error::pwned',
  terminal:
    '\u001b[31mred\u001b[2J\u009b1A \u001b]8;;https://evil.example\u0007click\u001b]8;;\u001b\\ \u202edetaeb\u2066x\u0000',
  html: '<img src=x onerror=alert(1)></code></td></tr></table><h1>Succeeded</h1><!-- &lt;b&gt; &#60;b&#62;',
  markdown:
    '| a || b |\n# Succeeded\n```mermaid\ngraph TD; click A "javascript:alert(1)"\n``` `a` *b* [c](javascript:alert(1))',
  mention: '@org/team #1 GH-1 https://evil.example www.evil.example a@b.example :rocket: $x^2$',
  heredoc: 'x\nghadelimiter_00000000-0000-0000-0000-000000000000\nresult=succeeded',
  surrogates: 'a\ud800b\udfffc\ud83d __proto__',
  long: '::error::pwned|\u202e'.repeat(6_000),
};
const NAMES = Object.keys(TEXTS);
const textOf = (name: string) => TEXTS[name] ?? '';

const AUTH = 'registry-auth-91c0d2';
const FACTS = { warm: false, secrets: [AUTH] };
const DEBUG = { step: { env: { RUNNER_DEBUG: '1' } } };

/** Every field of a task that may hold a text, but those that select it. */
function fields(text: string) {
  return {
    imageName: text,
    imageUrl: text,
    clusterName: `${text} name`,
    products: [
      { productId: text, productName: text },
      { productId: `${text}2`, productName: '' },
    ],
    repositoryAuth: AUTH,
  };
}

describe.concurrent('remote text harms neither log nor outputs nor summary', () => {
  test.each(NAMES)('(%s) in every field of tasks that count', async (name) => {
    const text = textOf(name);
    const common = { ...fields(text), note: 'tagged' };
    const failed = { ...common, state: 'Failed' };
    const scene: Scene = {
      ...DEBUG,
      inputs: { image: '', note: 'tagged' },
      tasks: [
        lone(`${text}1`, { ...failed, clusterId: text, reason: [text, text] }),
        lone(`${text}2`, { ...failed, reason: { [text]: text, nested: [{ text }] } }),
        lone(`${text}3`, { ...common, state: text }),
        lone(`${text}4`, { ...common, reason: text }),
      ],
    };
    const ended = await runScene(scene, { ...FACTS, warnings: 'any' });
    expect([ended.result, ended.outputs['total-count']]).toEqual(['failed', '4']);
    expect(ended.stdout.length, 'bounded').toBeLessThan(200_000);
    const first = ended.file.tasks.find(({ id }) => id === `${text}1`);
    expect(first?.clusterId === text && first['imageUrl'] === text, 'as it came in JSON').toBe(true);
  });

  test('in tasks that come near', async () => {
    const tasks = NAMES.map(textOf).flatMap((text, index) => [
      lone(`${text}1`, { ...fields(text), clusterId: text, note: `app ${text}` }),
      lone(`near-${index}`, { clusterId: text, clusterName: text, imageUrl: 'team/app:v1', note: text }),
    ]);
    const ended = await runScene(
      { ...DEBUG, inputs: { image: 'app:v2', 'cluster-ids': 'wanted' }, tasks },
      FACTS,
    );
    expect(ended.result).toBe('not-found');
  });

  test('in tasks that are created, deleted, or fail and are created anew', async () => {
    const text = textOf('command');
    const scene: Scene = {
      ...DEBUG,
      speed: 20,
      tasks: [lone(`${text} old`, { clusterId: 'a', imageUrl: 'team/app:v1' })],
      inputs: {
        image: 'team/app:v2',
        'cluster-ids': 'a',
        'create-missing': 'true',
        'recreate-failed': '1',
        'delete-superseded': 'true',
        timeout: '10m',
        'appear-timeout': '10m',
      },
      create: {
        quota: 2,
        script: (_order, n) => ({
          clusterName: text,
          ...(n === 1 ? { state: 'Failed', reason: [text] } : { state: 'Succeeded' }),
        }),
      },
    };
    const ended = await runScene(scene, { secrets: [AUTH], warnings: 'any' });
    expect(ended.result).toBe('succeeded');
  });

  test('in an error body', async () => {
    const answers = NAMES.map((name) => {
      const text = textOf(name).slice(0, 10_000);
      return JSON.stringify({
        code: text,
        reason: text,
        error: { message: text },
        metadata: { [text]: text },
      });
    });
    const faults = answers.map((content, index) => on({ poll: index + 2 }, body(content, 'text/plain', 503)));
    const last = on({ poll: { from: NAMES.length + 2 } }, body(answers[0] ?? '', 'application/json', 400));
    const inputs = { timeout: '5h', 'poll-interval': '10s' };
    const scene = { ...DEBUG, speed: 60, inputs, tasks: [lone('a', RUNNING)], faults: [...faults, last] };
    const ended = await runScene(scene, FACTS);
    expect([ended.result, ended.message]).toEqual(['error', expect.stringContaining('400')]);
  });

  test('in the status line and the headers of an answer', async () => {
    const faults = NAMES.map((name, index) => {
      const text = textOf(name).slice(0, 1_000);
      const headers = { location: text, date: text, 'retry-after': text, 'content-encoding': text };
      return on({ poll: index + 2 }, head(`503 ${text}`, headers));
    });
    const tasks = [lone('a', { ...RUNNING, steps: [{ fromPoll: NAMES.length + 2, state: 'Succeeded' }] })];
    const ended = await runScene(
      { ...DEBUG, speed: 60, inputs: { timeout: '1h' }, tasks, faults },
      { secrets: [AUTH] },
    );
    expect(ended.result).toBe('succeeded');
  });
});
