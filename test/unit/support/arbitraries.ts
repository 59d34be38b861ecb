import * as fc from 'fast-check';
import { type PrewarmTask, stateFrom } from '../../../src/tasks/task.ts';
import { START_SECONDS, task } from './factories.ts';

/** What means something to a runner, a terminal, Markdown, HTML, GitHub or mermaid. */
// biome-ignore format: a list of short texts
export const HOSTILE: readonly string[] = [
  '::error::x', '   ::error::x', '\u00a0::stop-commands::t', '\ufeff::x', '##[add-mask]x', 'a ##[error]b', '%0A::error::x',
  'a\r\n::error::x', 'a\u0085b\u2028c\u2029d\fe\vf', 'a\u0000b', '\u001b[31mred\u001b]8;;https://x\u0007y', '\u202eabc\u2066\u200f', '\ud800a\udfff',
  '<img src=x onerror=alert(1)>', '</td></tr></table><h1>x</h1>', '</code></pre><script>alert(1)</script><!--', '<br>', '</details>',
  'a | b || c |\n| --- |', '`a` ``b`` ```c', '```\n::error::x\n```', '~~~', '@org/team a@b.example', '#1 GH-1 org/repo#1 :rocket: $x^2$ $$y$$',
  '0123456789abcdef0123456789abcdef01234567', '[a](javascript:x) <javascript:x> ![](x) [a]: x [^1]', 'https://x.example www.x.example', '# x\n\n---\n> q\n- [x] i',
  '1. a', '- a', '+ a', '===', '    a', '&lt;img&gt; &#60;b&#62;', '*a* **b** _c_ ~~d~~ \\| \\`', '__proto__', 'constructor', '7', '', ' ', '\u3000',
  'section x', 'click t1 href "javascript:x"', 'dateFormat X', 'accDescr { x }', '2027-01-15', 'x :done, 2027-01-15, 1d', ':crit, milestone',
  '%% x', '%%{init: {"theme": "dark"}}%%', '}%%', '---\ntitle: x\n---', 'x\n  section y\n  z :1d', '#35;#lt;', 'style x:#f00;', 'ﬂ°°60¶ß',
  'C4Context', 'C4Container', 'graph TD', ';', '"', "'", '🚀', '测试', 'שלום', 'e\u0301', 'x'.repeat(1_000), '\u202e'.repeat(1_000), '|\u202e'.repeat(500),
];

/** Any text at all, lone surrogates and what is known to be dangerous among it. */
export const anyText = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) }),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom(...' \t\n:#[.-@aw1', '\u00a0', '\u2003', '\ufeff') }),
  fc
    .array(fc.oneof(fc.constantFrom(...HOSTILE), fc.string()), { maxLength: 6 })
    .map((parts) => parts.join('')),
);

const STATES = ['Pending', 'Running', 'Succeeded', 'Failed', 'Resting'];

/** A task out of a small world, so that tasks often meet in one group. Everything but its state follows from its id. */
const anyTask: fc.Arbitrary<PrewarmTask> = fc
  .record({ number: fc.nat({ max: 11 }), state: fc.constantFrom(...STATES) })
  .map(({ number, state }) =>
    task({
      id: `t${number}`,
      imageUrl: number % 2 === 0 ? 'registry.example.com/team/pytorch:v2' : 'registry.example.com/pytorch:v1',
      clusterId: number % 3 === 0 ? 'c1' : 'c2',
      products: number % 4 === 0 ? [{ productId: 'p1', productName: '' }] : [],
      createTime: number === 11 ? null : START_SECONDS - ((number * 7) % 5) * 10,
      state: stateFrom(state),
      reportedState: state,
    }),
  );

/** A listing, in any order: each task at most once. */
export const anyListing = fc.uniqueArray(anyTask, { selector: ({ id }) => id, maxLength: 12 });
