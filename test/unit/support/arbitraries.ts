import * as fc from 'fast-check';
import { type PrewarmTask, stateFrom } from '../../../src/tasks/task.ts';
import { START_SECONDS, task } from './factories.ts';

const HOSTILE = [
  '::error::x',
  '::stop-commands::t',
  '##[add-mask]x',
  '##[',
  '%0A',
  '\r',
  '\n',
  '\u0085',
  '\u2028',
  '\u00a0',
  '\u3000',
  '\u0000',
  '\u001b[31m',
  '\u202e',
  '\ufeff',
  '\ud800',
  '<img src=x>',
  '</td></table>',
  '|',
  '`',
  '```mermaid',
  '@org/team',
  '#1',
  '[a](javascript:x)',
  'https://x.example',
  'www.x.example',
  'x@example.com',
  '\\',
  '&amp;',
  '&#60;',
] as const;

/** Any text at all, lone surrogates and what is known to be dangerous among it. */
export const anyText = fc.oneof(
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) }),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom(' ', '\t', ':', '#', '[', '\u00a0', '\u2003', '\ufeff', 'a', '\n') }),
  fc.array(fc.oneof(fc.constantFrom(...HOSTILE), fc.string())).map((parts) => parts.join('')),
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
