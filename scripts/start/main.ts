/** Runs the action as a runner would and shows what it does: against the simulator, or with --real against the API. */
import { parseCommand } from '../../test/harness/commands.ts';
import type { Environment } from '../../test/harness/environment.ts';
import { renderLine, renderOutputs } from '../../test/harness/runner-view.ts';
import { type StepResult, startStep } from '../../test/harness/step.ts';
import { DEFAULT_API_KEY, startSimulator } from '../../test/simulator/server.ts';
import { type Arguments, HELP, plan, readArguments, UsageError } from './arguments.ts';
import { renderMarkdown } from './markdown.ts';
import { heading, paint, paintStates } from './terminal.ts';

/** What a step on a self-hosted runner sees of the machine's network settings. */
const NETWORK_VARIABLES = ['HTTPS_PROXY', 'https_proxy', 'NO_PROXY', 'no_proxy', 'NODE_EXTRA_CA_CERTS'];
const DEFAULT_COLUMNS = 120;

type Inputs = Arguments['inputs'];

/** Runs the step with its log shown live. Ctrl-C cancels the step as a runner does, and is waited for. */
async function runShown(inputs: Inputs, env: Environment): Promise<StepResult> {
  const masks: string[] = [];
  console.log(heading('Log of the step'));
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

function painted(text: string, command: string | undefined): string {
  if (command === 'error') return paint('red', text);
  return command === 'warning' ? paint('yellow', text) : paintStates(text);
}

function showResult({ outputs, summary }: StepResult, markdown: boolean): void {
  console.log(heading('Outputs'));
  console.log(renderOutputs(outputs));
  console.log(heading(markdown ? 'Summary, as Markdown' : 'Summary'));
  console.log(markdown ? summary.trim() : renderMarkdown(summary, process.stdout.columns ?? DEFAULT_COLUMNS));
}

async function playStory(
  { name, plot }: NonNullable<Arguments['story']>,
  inputs: Inputs,
  markdown: boolean,
): Promise<number> {
  const { about, ending, simulator } = plot;
  await using sim = await startSimulator(simulator());
  console.log(`Story "${name}", on a simulated API at ${sim.url}: ${about}.`);
  console.log(
    `Time is compressed: what takes minutes in a real cluster takes seconds here, and poll-interval is ${inputs['poll-interval']} instead of 15s.`,
  );
  const result = await runShown({ 'api-key': DEFAULT_API_KEY, 'base-url': sim.url, ...inputs }, {});
  showResult(result, markdown);
  const ended = `The step ended as ${result.outputs['result'] ?? 'nothing'} with exit code ${result.exitCode}`;
  const asTold = result.outputs['result'] === ending.result && result.exitCode === ending.exitCode;
  const told = `${ending.result} with exit code ${ending.exitCode}`;
  console.log(
    `\n${ended}${asTold ? `, as the story tells: ${ending.because}.` : `; the story tells ${told}.`}`,
  );
  return asTold ? 0 : 1;
}

async function waitForReal(inputs: Inputs, env: Environment, markdown: boolean): Promise<number> {
  console.log(plan(inputs));
  const result = await runShown(
    inputs,
    Object.fromEntries(NETWORK_VARIABLES.map((name) => [name, env[name]])),
  );
  showResult(result, markdown);
  return result.exitCode ?? 1;
}

async function main(): Promise<number> {
  const given = readArguments(process.argv.slice(2), process.env);
  if (given === 'help') {
    console.log(HELP);
    return 0;
  }
  const { story, inputs, markdown } = given;
  return story === undefined
    ? waitForReal(inputs, process.env, markdown)
    : playStory(story, inputs, markdown);
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
