import { CommitStatus } from './github/commit-status.ts';
import { type Inputs, type InvalidInputs, parseInputs } from './inputs/inputs.ts';
import type { Outcome } from './outcome.ts';
import { redactor, redactTexts } from './redact.ts';
import { oneLine } from './report/escape.ts';
import { target } from './report/format.ts';
import { openingLines, WaitLog } from './report/log.ts';
import { closingLine, messageFor, statusDescription } from './report/message.ts';
import { type Outputs, outputsFor, resultFileContent } from './report/outputs.ts';
import { summaryFor } from './report/summary.ts';
import { messageOf, ownFault } from './text.ts';
import type { Clock } from './wait/clock.ts';
import { wait } from './wait/poller.ts';

/** What the action needs of the runner and of its process. */
export interface Runner {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Aborted by the first signal to end; the reason is the signal's name. */
  readonly signal: AbortSignal;
  readonly random: () => number;
  readonly input: (name: string) => string;
  readonly mask: (secret: string) => void;
  readonly info: (line: string) => void;
  readonly debug: (line: string) => void;
  readonly warning: (line: string) => void;
  /** Marks the step as failed, with this as its one error. */
  readonly fail: (message: string) => void;
  /** Called once when log, outputs and summary are written: nothing that comes later changes the exit code. */
  readonly settle: () => void;
  readonly writeOutputs: (outputs: Outputs) => void;
  readonly writeSummary: (markdown: string) => Promise<void>;
  /** Writes a file into the runner's temp folder and returns its path. */
  readonly writeResultFile: (content: string) => string;
}

/** The lines of the log. */
type Log = Pick<Runner, 'info' | 'debug' | 'warning' | 'fail'>;

/** The action, from its inputs to its outputs. */
export async function run(runner: Runner): Promise<void> {
  maskSecrets(runner);
  const parsed = parseInputs(runner.input, Object.keys(runner.env));
  const redact = redactor(parsed.apiKey, ...parsed.secrets);
  const log = safe(runner, redact);
  const status = commitStatusFor(runner, log, parsed);
  // What is told of the inputs, too, must not show a secret.
  const inputs = 'problems' in parsed ? null : redactTexts(parsed, redact);
  let outcome: Outcome | null = null;
  try {
    if (inputs !== null) {
      for (const { level, text } of openingLines(inputs)) log[level](text);
      status?.begin(oneLine(`Waiting for ${target(inputs)}`));
    }
    outcome =
      'problems' in parsed
        ? failureToStart(runner, invalidInputs(parsed.problems, log))
        : redactTexts(await waitForTasks(runner, log, parsed, redact), redact);
    await report(runner, log, outcome, inputs, parsed);
  } catch (bug) {
    // What was created or deleted is told even where the telling itself is at fault.
    const { createdTaskIds = [], deletedTaskIds = [] } = outcome ?? {};
    outcome = { ...failureToStart(runner, ownFault(bug)), createdTaskIds, deletedTaskIds };
    await report(runner, log, outcome, null, { ...parsed, allowedResults: new Set() });
  }
  runner.settle();
  await status?.end(outcome.result, statusDescription(outcome, inputs));
}

/** Masks whatever was passed as a secret, each line of it on its own, before anything else. */
function maskSecrets({ input, mask }: Runner): void {
  for (const name of ['api-key', 'github-token']) {
    const lines = input(name).split(/[\r\n]/);
    for (const line of lines) {
      if (line.trim() !== '') mask(line.trim());
    }
  }
}

/** The runner's log, on which no text can start a line, command the runner or show a secret. */
function safe({ info, debug, warning, fail }: Runner, redact: (text: string) => string): Log {
  const clean = (write: (line: string) => void) => (text: string) => write(oneLine(redact(text)));
  return { info: clean(info), debug: clean(debug), warning: clean(warning), fail: clean(fail) };
}

/** What is wrong with the inputs. The log gets each problem too, since a message holds only the first of many. */
function invalidInputs(problems: readonly string[], log: Log): string {
  if (problems.length > 1) problems.forEach(log.info);
  const heading = problems.length === 1 ? 'An input is' : `${problems.length} inputs are`;
  return `${heading} not usable: ${problems.join('; ')}`;
}

function commitStatusFor(
  { env, signal, clock }: Runner,
  { debug, warning }: Log,
  { commitStatus }: Inputs | InvalidInputs,
): CommitStatus | null {
  return (
    commitStatus && new CommitStatus(commitStatus, { env, signal, now: () => clock.now(), debug, warning })
  );
}

async function waitForTasks(
  { env, clock, signal, random }: Runner,
  log: Log,
  inputs: Inputs,
  redact: (text: string) => string,
): Promise<Outcome> {
  const { openApi } = await import('./api/open.ts');
  const api = openApi(inputs, { env, now: () => clock.now(), debug: log.debug });
  if ('problem' in api) return failureToStart({ clock }, api.problem);
  const waitLog = new WaitLog(redactTexts(inputs, redact));
  try {
    return await wait(inputs, {
      api,
      clock,
      signal,
      random,
      observe: (event) => {
        for (const { level, text } of waitLog.linesFor(redactTexts(event, redact))) log[level](text);
      },
    });
  } finally {
    await api.close();
  }
}

/** The outcome of a step that never came to wait. */
function failureToStart({ clock }: Pick<Runner, 'clock'>, cause: string): Outcome {
  const now = clock.now();
  return {
    result: 'error',
    cause,
    tasks: [],
    clusters: [],
    absent: [],
    nearMisses: [],
    createdTaskIds: [],
    deletedTaskIds: [],
    unclearCreations: [],
    failedAttempts: [],
    startedAt: now,
    endedAt: now,
    serverClockOffset: 0,
    polls: 0,
    failedPolls: 0,
  };
}

/** Tells the outcome everywhere. What cannot be written is said in the log and changes nothing else. */
async function report(
  runner: Runner,
  log: Log,
  outcome: Outcome,
  inputs: Inputs | null,
  { allowedResults, summary }: Pick<Inputs, 'allowedResults' | 'summary'>,
): Promise<void> {
  const message = messageFor(outcome, inputs);
  if (!allowedResults.has(outcome.result)) log.fail(message);
  else if (outcome.result === 'succeeded' && inputs !== null) log.info(closingLine(outcome, inputs));
  else log.warning(message);

  const attempt = async <T>(what: string, write: () => T | Promise<T>): Promise<T | null> => {
    try {
      return await write();
    } catch (error) {
      log.warning(`${what} could not be written: ${messageOf(error)}`);
      return null;
    }
  };
  const resultFile = await attempt('The result file', () =>
    runner.writeResultFile(resultFileContent(outcome, message)),
  );
  await attempt('The outputs', () => {
    const { outputs, warnings } = outputsFor(outcome, message, resultFile ?? '');
    runner.writeOutputs(outputs);
    for (const warning of warnings) log.warning(warning);
  });
  if (summary) {
    await attempt('The job summary', () => runner.writeSummary(summaryFor(outcome, message, inputs)));
  }
}
