import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { declaredInputs, type Environment } from '../../test/harness/environment.ts';
import type { Story } from './scenes.ts';
import { STORIES } from './stories.ts';

const ACTION_FILE = path.join(fileURLToPath(new URL('../../', import.meta.url)), 'action.yml');
const STORY_NAMES = Object.keys(STORIES);
/** At least one of these says what to wait for. */
const SELECTORS = ['image', 'note', 'task-ids'];

export const HELP = `Runs the action as a runner would, and shows its log, its outputs and its summary.

  npm start                              a story played by a simulated API on this machine
  npm start -- --story NAME              another story:
${Object.entries(STORIES)
  .map(([name, { about }]) => `      ${name.padEnd(18)} ${about}`)
  .join('\n')}
  npm start -- --real --image IMAGE      waits on the real API, with the key in PPIO_API_KEY

  --input NAME=VALUE                     sets any other input; may be repeated
  --markdown                             shows the source of the summary
  --help                                 shows this

Ctrl-C cancels the step as a runner does.
`;

/** A mistake in the arguments, told in one sentence. */
export class UsageError extends Error {}

export interface Arguments {
  readonly inputs: Readonly<Record<string, string>>;
  /** Undefined for the real API. */
  readonly story: { readonly name: string; readonly plot: Story } | undefined;
  /** Shows the summary's source. */
  readonly markdown: boolean;
}

/** The inputs' defaults, as `action.yml` has them. */
export function defaultInputs(): Record<string, string> {
  return declaredInputs(ACTION_FILE);
}

/** Reads what follows `npm start --`; throws a UsageError. */
export function readArguments(args: readonly string[], env: Environment): Arguments | 'help' {
  const { values } = parsed(args);
  if (values.help) {
    return 'help';
  }
  const markdown = values.markdown ?? false;
  const inputs = Object.fromEntries((values.input ?? []).map(readInput));
  if (values.real) {
    if (values.story !== undefined) {
      throw new UsageError('--story and --real exclude each other: a story is played by the simulator.');
    }
    const key = env['PPIO_API_KEY'];
    if (!key) {
      throw new UsageError('--real needs the API key in the environment variable PPIO_API_KEY.');
    }
    const asked: Record<string, string> = {
      ...(values.image === undefined ? {} : { image: values.image }),
      ...inputs,
    };
    if (!SELECTORS.some((name) => (asked[name] ?? '') !== '')) {
      throw new UsageError(
        '--real needs to know what to wait for: --image IMAGE (for example --image pytorch:v2), --input note=NOTE or --input task-ids=IDS.',
      );
    }
    return { inputs: { 'api-key': key, ...asked }, story: undefined, markdown };
  }
  if (values.image !== undefined) {
    throw new UsageError('--image goes with --real; a story brings its own image.');
  }
  const name = values.story ?? 'succeeded';
  const plot = Object.hasOwn(STORIES, name) ? STORIES[name] : undefined;
  if (plot === undefined) {
    throw new UsageError(`--story ${JSON.stringify(name)} is none of ${STORY_NAMES.join(', ')}.`);
  }
  return { inputs: { ...plot.inputs, ...inputs }, story: { name, plot }, markdown };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        story: { type: 'string' },
        real: { type: 'boolean' },
        image: { type: 'string' },
        input: { type: 'string', multiple: true },
        markdown: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    const [problem = ''] = (error instanceof Error ? error.message : String(error)).split(/[.\n]/);
    throw new UsageError(
      `${problem}; accepted are --story NAME, --real, --image IMAGE, --input NAME=VALUE, --markdown and --help.`,
    );
  }
}

function readInput(argument: string): [string, string] {
  const equals = argument.indexOf('=');
  const name = argument.slice(0, equals);
  const names = Object.keys(defaultInputs()).filter((declared) => declared !== 'api-key');
  if (equals < 0 || !names.includes(name)) {
    throw new UsageError(
      `--input ${JSON.stringify(argument)} is not NAME=VALUE with one of ${names.join(', ')}.`,
    );
  }
  return [name, argument.slice(equals + 1)];
}

/** What a step on the real API is going to ask, and where. Inputs are shown as they were written. */
export function plan(given: Readonly<Record<string, string>>): string {
  const inputs = { ...defaultInputs(), ...given };
  const value = (name: string) => (inputs[name] ?? '').trim();
  const isOn = (name: string) => /^true$/i.test(value(name));
  const rows = [
    ['image', value('image')],
    ['note', value('note')],
    ['tasks', value('task-ids')],
    ['clusters', value('cluster-ids') || 'those that have a task now'],
    ['products', value('product-ids')],
    ['address', `${addressOf(value('base-url'))}, ${value('api-version')}`],
    ['time', `up to ${value('timeout')}, asking at least every ${value('poll-interval')}`],
    ['creates', isOn('create-missing') ? 'tasks for clusters that have none' : 'nothing'],
    ['deletes', isOn('delete-superseded') ? 'finished tasks that newer ones supersede' : 'nothing'],
  ] as const;
  const shown = rows.filter(([, text]) => text !== '');
  return ['Waits on the real API, with the key in PPIO_API_KEY:', ...shown.map(asRow)].join('\n');
}

function asRow([name, text]: readonly [string, string]): string {
  return `  ${name.padEnd(9)} ${text.split(/\s*[\n,]\s*/).join(', ')}`;
}

/** An address without what may be secret in it. */
function addressOf(text: string): string {
  if (!URL.canParse(text)) return 'base-url, which cannot be read';
  const { origin, pathname } = new URL(text);
  return `${origin}${pathname.replace(/\/+$/, '')}`;
}
