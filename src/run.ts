import { openConnections } from './api/connections.ts';
import { Http } from './api/http.ts';
import { ApiV1 } from './api/v1.ts';
import type { Clock } from './clock.ts';
import { type BadInputs, readSettings, type Settings } from './inputs.ts';
import type { Outcome } from './outcome.ts';
import { type Outputs, outputsFor, resultFileContent } from './outputs.ts';
import { oneLine } from './report/escape.ts';
import { openingLine, WaitLog } from './report/log.ts';
import { messageFor } from './report/message.ts';
import { summaryFor } from './report/summary.ts';
import { wait } from './wait.ts';

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
  readonly writeOutputs: (outputs: Outputs) => void;
  readonly writeSummary: (markdown: string) => Promise<void>;
  /** Writes a file into the runner's temp folder and gives its path. */
  readonly writeResultFile: (content: string) => string;
}

/** The action, from its inputs to its outputs. */
export async function run(runner: Runner): Promise<void> {
  maskKey(runner);
  const settings = readSettings(runner.input);
  if ('problems' in settings) {
    const { problems } = settings;
    const heading = problems.length === 1 ? 'An input is' : `${problems.length} inputs are`;
    await report(runner, failedToStart(runner, `${heading} not usable: ${problems.join('; ')}`), settings);
    return;
  }
  runner.info(oneLine(openingLine(settings)));
  const outcome = await waitForTasks(runner, settings);
  await report(runner, outcome, settings);
}

/** Before anything else: whatever was passed as the key, each line of it on its own, is kept out of the log. */
function maskKey({ input, mask }: Runner): void {
  const lines = input('api-key').split(/[\r\n]/);
  for (const line of lines) {
    if (line.trim() !== '') mask(line.trim());
  }
}

async function waitForTasks(runner: Runner, settings: Settings): Promise<Outcome> {
  const { apiKey, baseUrl, requestTimeout } = settings;
  const { clock, signal, random, env, debug } = runner;
  const connections = openConnections(baseUrl, env);
  if ('problem' in connections) return failedToStart(runner, connections.problem);

  const now = () => clock.now();
  const writeDebug = (line: string) => debug(oneLine(line));
  const api = new ApiV1(new Http({ apiKey, requestTimeout, connections, now, debug: writeDebug }), baseUrl);
  const log = new WaitLog();
  try {
    return await wait(settings, {
      api,
      clock,
      signal,
      random,
      observe: (event) => {
        for (const { level, text } of log.linesFor(event)) runner[level](oneLine(text));
      },
    });
  } catch (bug) {
    const what = bug instanceof Error ? bug.message : String(bug);
    return failedToStart(runner, `The action met an error of its own, ${what}; please report it`);
  } finally {
    api.close();
  }
}

/** The outcome of a step that never came to wait. */
function failedToStart({ clock }: Runner, cause: string): Outcome {
  const now = clock.now();
  return {
    result: 'error',
    cause,
    tasks: [],
    absent: [],
    nearMisses: [],
    startedAt: now,
    endedAt: now,
    serverClockOffset: 0,
    polls: 0,
    failedPolls: 0,
  };
}

/** Tells the outcome everywhere. What cannot be written is said in the log and changes nothing else. */
async function report(runner: Runner, outcome: Outcome, inputs: Settings | BadInputs): Promise<void> {
  const settings = 'problems' in inputs ? null : inputs;
  const message = messageFor(outcome, settings);
  if (!inputs.allowedResults.has(outcome.result)) runner.fail(message);
  else if (outcome.result === 'succeeded') runner.info(message);
  else runner.warning(message);

  const attempt = async <T>(what: string, write: () => T | Promise<T>): Promise<T | null> => {
    try {
      return await write();
    } catch (error) {
      runner.warning(
        oneLine(`${what} could not be written: ${error instanceof Error ? error.message : error}`),
      );
      return null;
    }
  };
  const resultFile = await attempt('The result file', () =>
    runner.writeResultFile(resultFileContent(outcome, message)),
  );
  await attempt('The outputs', () => runner.writeOutputs(outputsFor(outcome, message, resultFile ?? '')));
  if (inputs.summary) {
    await attempt('The job summary', () => runner.writeSummary(summaryFor(outcome, message, settings)));
  }
}
