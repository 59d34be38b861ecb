/** Runs the action as a runner would and shows what it does: against the simulator, or with --real against the API. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, styleText } from 'node:util';
import { parseCommand } from '../test/harness/commands.ts';
import { declaredInputs, type Environment } from '../test/harness/environment.ts';
import { renderLine, renderOutputs, renderSummary } from '../test/harness/runner-view.ts';
import { type StepResult, startStep } from '../test/harness/step.ts';
import { DEFAULT_API_KEY, startSimulator } from '../test/simulator/server.ts';
import { STORIES, type Story } from '../test/simulator/stories.ts';

const ACTION_FILE = path.join(fileURLToPath(new URL('../', import.meta.url)), 'action.yml');
const STORY_NAMES = Object.keys(STORIES);
/** What a step on a self-hosted runner sees of the machine's network settings. */
const NETWORK_VARIABLES = ['HTTPS_PROXY', 'https_proxy', 'NO_PROXY', 'no_proxy', 'NODE_EXTRA_CA_CERTS'];

const HELP = `Runs the action as a runner would, and shows its log, its outputs and its summary.

  npm start                              a story played by a simulated API on this machine
  npm start -- --story NAME              another story:
${Object.entries(STORIES)
  .map(([name, { about }]) => `      ${name.padEnd(16)} ${about}`)
  .join('\n')}
  npm start -- --real --image IMAGE      waits on the real API, with the key in PPIO_API_KEY

  --input NAME=VALUE                     sets any other input; may be repeated
  --help                                 shows this
`;

/** A mistake in the arguments, told in one sentence. */
class UsageError extends Error {}

interface Arguments {
  readonly inputs: Readonly<Record<string, string>>;
  /** Undefined for the real API. */
  readonly story: { readonly name: string; readonly plot: Story } | undefined;
}

function readArguments(args: readonly string[], env: Environment): Arguments | 'help' {
  const { values } = parsed(args);
  if (values.help) {
    return 'help';
  }
  const inputs = Object.fromEntries((values.input ?? []).map(readInput));
  if (values.real) {
    if (values.story !== undefined) {
      throw new UsageError('--story and --real exclude each other: a story is played by the simulator.');
    }
    if (!env['PPIO_API_KEY']) {
      throw new UsageError('--real needs the API key in the environment variable PPIO_API_KEY.');
    }
    if (!values.image) {
      throw new UsageError('--real needs --image IMAGE, for example --image pytorch:v2.');
    }
    return { inputs: { 'api-key': env['PPIO_API_KEY'], image: values.image, ...inputs }, story: undefined };
  }
  if (values.image !== undefined) {
    throw new UsageError('--image goes with --real; a story brings its own image.');
  }
  const name = values.story ?? 'succeeded';
  const plot = Object.hasOwn(STORIES, name) ? STORIES[name] : undefined;
  if (plot === undefined) {
    throw new UsageError(`--story ${JSON.stringify(name)} is none of ${STORY_NAMES.join(', ')}.`);
  }
  return { inputs: { ...plot.inputs, ...inputs }, story: { name, plot } };
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
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    const [problem = ''] = (error instanceof Error ? error.message : String(error)).split(/[.\n]/);
    throw new UsageError(
      `${problem}; accepted are --story NAME, --real, --image IMAGE, --input NAME=VALUE and --help.`,
    );
  }
}

function readInput(argument: string): [string, string] {
  const equals = argument.indexOf('=');
  const name = argument.slice(0, equals);
  const names = Object.keys(declaredInputs(ACTION_FILE)).filter((declared) => declared !== 'api-key');
  if (equals < 0 || !names.includes(name)) {
    throw new UsageError(
      `--input ${JSON.stringify(argument)} is not NAME=VALUE with one of ${names.join(', ')}.`,
    );
  }
  return [name, argument.slice(equals + 1)];
}

/** Runs the step with its log shown live. Ctrl-C cancels the step as a runner does, and is waited for. */
async function runShown(inputs: Readonly<Record<string, string>>, env: Environment): Promise<StepResult> {
  const masks: string[] = [];
  heading('Log of the step');
  const step = startStep({
    inputs,
    env,
    guardMs: Number.POSITIVE_INFINITY,
    ownGroup: true,
    onLine: (line) => {
      const command = parseCommand(line);
      if (command?.name === 'add-mask') {
        masks.push(command.data);
      }
      const shown = renderLine(line, masks);
      if (shown !== null) {
        console.log(painted(shown, command?.name));
      }
    },
  });
  const cancel = onceInAWhile((signal: NodeJS.Signals) => step.signal(signal));
  process.on('SIGINT', cancel);
  process.on('SIGTERM', cancel);
  try {
    return await step.done;
  } finally {
    process.off('SIGINT', cancel);
    process.off('SIGTERM', cancel);
  }
}

/** One Ctrl-C can arrive twice, from the terminal and from npm; the step would take the second for impatience. */
function onceInAWhile(forward: (signal: NodeJS.Signals) => void): (signal: NodeJS.Signals) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (signal) => {
    if (performance.now() - last > 500) {
      last = performance.now();
      forward(signal);
    }
  };
}

function showResult({ outputs, summary }: StepResult): void {
  heading('Outputs');
  console.log(renderOutputs(outputs));
  heading('Summary');
  console.log(renderSummary(summary));
}

function heading(title: string): void {
  console.log(`\n${styleText('bold', `── ${title} ${'─'.repeat(Math.max(0, 70 - title.length))}`)}`);
}

function painted(text: string, command: string | undefined): string {
  const style = command === 'error' ? 'red' : command === 'warning' ? 'yellow' : undefined;
  return style === undefined ? text : styleText(style, text);
}

async function playStory(
  name: string,
  { about, ending, simulator }: Story,
  inputs: Arguments['inputs'],
): Promise<number> {
  await using sim = await startSimulator(simulator());
  console.log(`Story "${name}", on a simulated API at ${sim.url}: ${about}.`);
  const result = await runShown({ 'api-key': DEFAULT_API_KEY, 'base-url': sim.url, ...inputs }, {});
  showResult(result);
  const ended = `The step ended as ${result.outputs['result'] ?? 'nothing'} with exit code ${result.exitCode}`;
  const asTold = result.outputs['result'] === ending.result && result.exitCode === ending.exitCode;
  const told = `${ending.result} with exit code ${ending.exitCode}`;
  console.log(
    `\n${ended}${asTold ? `, as the story tells: ${ending.because}.` : `; the story tells ${told}.`}`,
  );
  return asTold ? 0 : 1;
}

async function waitForReal(inputs: Arguments['inputs'], env: Environment): Promise<number> {
  console.log(`Waiting on the real API for the image ${inputs['image']}.`);
  const result = await runShown(
    inputs,
    Object.fromEntries(NETWORK_VARIABLES.map((name) => [name, env[name]])),
  );
  showResult(result);
  return result.exitCode ?? 1;
}

async function main(): Promise<number> {
  const given = readArguments(process.argv.slice(2), process.env);
  if (given === 'help') {
    console.log(HELP);
    return 0;
  }
  const { story, inputs } = given;
  return story === undefined ? waitForReal(inputs, process.env) : playStory(story.name, story.plot, inputs);
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof UsageError)) {
    throw error;
  }
  console.error(error.message);
  process.exitCode = 2;
}
