import { describe, expect, test } from 'vitest';
import { on } from '../simulator/fault.ts';
import { body } from '../simulator/faults.ts';
import { head } from '../simulator/hostile-wire.ts';
import { face, lone, RUNNING, type Scene } from './hostile-support.ts';

const MEBIBYTE = 1024 * 1024;

const TEXTS: Readonly<Record<string, string>> = {
  'a command': '::error::pwned',
  'a command after blanks': '   ::error::pwned',
  'a command after a tab': '\t::error::pwned',
  'a command after a no-break space': '\u00a0::error::pwned',
  'a command after a byte order mark': '\ufeff::error::pwned',
  'a command with properties': '::warning file=a.js,line=1::pwned',
  'a command that stops commands': '::stop-commands::token',
  'a command that sets an output': '::set-output name=result::succeeded',
  'a command that masks': '::add-mask::succeeded',
  'an old command': '##[add-mask]pwned',
  'an old command later in the line': 'all is well ##[error]pwned',
  'an old command that sets an output': '##[set-output name=result]succeeded',
  'an escaped line feed': '%0A::error::pwned',
  'an escaped escape': '%250A%25250D::error::pwned',
  'a carriage return': 'a\r::error::pwned',
  'a line feed': 'a\n::error::pwned',
  'both line ends': 'a\r\n::error::pwned',
  'a next line': 'a\u0085::error::pwned',
  'a line separator': 'a\u2028::error::pwned\u2029::error::pwned',
  'a form feed and a vertical tab': 'a\f::error::pwned\v::error::pwned',
  'a null character': 'a\u0000::error::pwned',
  'colours and a cleared screen': '\u001b[31mred\u001b[0m\u001b[2J\u009b1A',
  'a terminal link': '\u001b]8;;https://evil.example\u0007click\u001b]8;;\u001b\\',
  'bidi overrides': '\u202edetaeb\u202c\u2066x\u2069\u200f\u061c',
  'an image tag': '<img src=x onerror=alert(1)>',
  'the end of a table': '</td></tr></table><h1>Succeeded</h1>',
  'the end of the code': '</code></pre><script>alert(1)</script><!--',
  'table cells': 'a | b || c |\n| --- | --- |',
  'back-ticks': '`a` ``b`` ```c',
  'a code fence': '```\n::error::pwned\n```',
  'a diagram': '```mermaid\ngraph TD; A-->B; click A href "javascript:alert(1)"\n```',
  'a mention': '@org/team @someone a@b.example',
  'a reference': '#1 GH-1 org/repo#1 :rocket: $x^2$',
  'a script link': '[click](javascript:alert(1)) <javascript:alert(1)> ![](javascript:alert(1))',
  'a link': 'https://evil.example www.evil.example [a]: https://evil.example',
  'a heading and a rule': '# Succeeded\n\n---\n> quote\n- [x] item',
  entities: '&lt;img&gt; &#60;b&#62; &amp;#60;',
  emphasis: '*a* **b** _c_ ~~d~~ \\| \\`',
  'a heredoc delimiter': 'x\nghadelimiter_00000000-0000-0000-0000-000000000000\nresult=succeeded',
  'lone surrogates': 'a\ud800b\udfffc\ud83d',
  'a name of the prototype': '__proto__',
  '1 MiB of letters': 'a'.repeat(MEBIBYTE),
  '1 MiB of what must be escaped': '|\u202e'.repeat(MEBIBYTE / 4),
  '1 MiB of commands': '::error::pwned\n'.repeat(MEBIBYTE / 15),
};

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

const NAMES = Object.keys(TEXTS);

/** So many at a time, as one run may show several. */
function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

const textOf = (name: string) => (TEXTS[name] ?? '').slice(0, 100_000);

/** The forms of an error body; each says its text in one way. */
const ERROR_FORMS: readonly ((text: string) => object)[] = [
  (text) => ({ code: text, reason: text, message: text, metadata: { [text]: text } }),
  (text) => ({ error: text, [text]: text }),
  (text) => ({ code: 400, title: text }),
  (text) => ({ error: { code: text, message: text } }),
];
const ERROR_BODIES = ERROR_FORMS.flatMap((form) => NAMES.map((name) => JSON.stringify(form(textOf(name)))));

describe.concurrent('remote text harms neither log nor outputs nor summary', () => {
  test.each(chunks(NAMES, 2))('%s and %s in every field of tasks that count', async (...some) => {
    const scene: Scene = {
      ...DEBUG,
      inputs: { image: '', note: 'tagged' },
      tasks: some.map(textOf).flatMap((text) => {
        const common = { ...fields(text), note: 'tagged' };
        const failed = { ...common, state: 'Failed' };
        return [
          lone(`${text}1`, { ...failed, clusterId: text, reason: [text, text] }),
          lone(`${text}2`, { ...failed, reason: text }),
          lone(`${text}3`, { ...failed, reason: { [text]: text, nested: [{ text }] } }),
          lone(`${text}4`, { ...common, state: text }),
          lone(`${text}5`, { ...common, reason: [text] }),
        ];
      }),
    };
    const ended = await face(scene, { ...FACTS, warnings: 1 });
    expect(ended.result).toBe('failed');
    expect(ended.outputs['total-count']).toBe(String(5 * some.length));
    expect(ended.message.length, 'bounded').toBeLessThan(20_000);
    expect(ended.stdout.length, 'bounded').toBeLessThan(200_000);
    const { tasks } = ended.resultFile as { tasks: Record<string, unknown>[] };
    for (const text of some.map(textOf)) {
      const first = tasks.find(({ id }) => id === `${text}1`);
      expect(first?.['clusterId'] === text && first['imageUrl'] === text, 'as it came in JSON').toBe(true);
    }
  });

  test.each(chunks(NAMES, 4))('%s, %s, %s and %s in tasks that do not finish in time', async (...some) => {
    const scene: Scene = {
      ...DEBUG,
      inputs: { image: '', 'task-ids': some.map((_, index) => `id-${index}`).join(), timeout: '1s' },
      tasks: some
        .map(textOf)
        .map((text, index) =>
          lone(`id-${index}`, { ...fields(text), clusterId: text, note: text, reason: [text], ...RUNNING }),
        ),
    };
    const ended = await face(scene, FACTS);
    expect([ended.result, ended.outputs['unfinished-count']]).toEqual(['timed-out', String(some.length)]);
    expect(ended.message).toContain('Running');
  });

  test.each(chunks(NAMES, 4))('%s, %s, %s and %s in tasks that come near', async (...some) => {
    const scene: Scene = {
      ...DEBUG,
      inputs: { 'cluster-ids': 'wanted, also-wanted' },
      tasks: some.map(textOf).flatMap((text) => [
        lone(`${text}1`, { ...fields(text), clusterId: text, note: `app ${text}` }),
        lone(`${text}2`, {
          ...fields(text),
          imageUrl: 'team/app:v1',
          imageName: 'app',
          clusterId: `${text}2`,
          note: text,
        }),
      ]),
    };
    expect((await face(scene, FACTS)).result).toBe('not-found');
  });

  test.each(chunks(ERROR_BODIES, 5).map((bodies, index) => [index + 1, bodies] as const))(
    'every text in every form of an error body (%i)',
    async (_number, bodies) => {
      const faults = bodies.map((content, index) =>
        on({ poll: index + 1 }, body(content, 'text/plain', index === bodies.length - 1 ? 400 : 503)),
      );
      const ended = await face({ ...DEBUG, speed: 20, inputs: { timeout: '2m' }, faults }, FACTS);
      expect([ended.result, ended.polls]).toEqual(['error', bodies.length]);
      expect(ended.message).toContain('400');
      expect(ended.message.length, 'bounded').toBeLessThan(20_000);
    },
  );

  // Of an address that cannot be read nothing is said at all.
  test.each(NAMES.filter((name) => URL.canParse(`https://${textOf(name)}`)))(
    '%s in the status line and the headers of a redirect',
    async (name) => {
      const text = textOf(name);
      const headers = { location: `https://${text}`, date: text, 'content-type': text };
      const scene: Scene = { ...DEBUG, speed: 20, faults: [head(`302 ${text}`, headers)] };
      expect((await face(scene, FACTS)).result).toBe('error');
    },
  );

  test.each(chunks(NAMES, 4))('%s, %s, %s and %s in the head of an error', async (...some) => {
    const faults = some.map((name, index) => {
      const text = textOf(name).slice(0, 1_000);
      const headers = { location: text, date: text, 'retry-after': text, 'content-encoding': text };
      return on({ poll: index + 1 }, head(`503 ${text}`, headers));
    });
    const scene = { ...DEBUG, speed: 20, inputs: { timeout: '2m' }, tasks: [lone('a')], faults };
    expect((await face(scene, { ...FACTS, warm: true })).result).toBe('succeeded');
  });
});
