import { openConnections } from './api/dispatcher.ts';
import { adviceOnPrewarm } from './api/errors.ts';
import { Http } from './api/http.ts';
import { ApiV1 } from './api/v1.ts';
import { ApiV2 } from './api/v2.ts';
import { CommitStatus } from './github/commit-status.ts';
import { type Inputs, type InvalidInputs, parseInputs } from './inputs/inputs.ts';
import type { Outcome } from './outcome.ts';
import { oneLine } from './report/escape.ts';
import * as format from './report/format.ts';
import { openingLine, WaitLog } from './report/log.ts';
import { messageFor } from './report/message.ts';
import { type Outputs, outputsFor, resultFileContent } from './report/outputs.ts';
import { summaryFor } from './report/summary.ts';
import { messageOf } from './text.ts';
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
  /** The event that the workflow runs for; `null` where the runner has none to read. */
  readonly event: () => unknown;
  readonly mask: (secret: string) => void;
  readonly info: (line: string) => void;
  readonly debug: (line: string) => void;
  readonly warning: (line: string) => void;
  /** Marks the step as failed, with this as its one error. */
  readonly fail: (message: string) => void;
  /** Told once when log, outputs and summary are written: nothing that comes later changes the verdict. */
  readonly settle: () => void;
  readonly writeOutputs: (outputs: Outputs) => void;
  readonly writeSummary: (markdown: string) => Promise<void>;
  /** Writes a file into the runner's temp folder and gives its path. */
  readonly writeResultFile: (content: string) => string;
}

/** The action, from its inputs to its outputs. */
export async function run(runner: Runner): Promise<void> {
  maskSecrets(runner);
  const inputs = parseInputs(runner.input);
  const commitStatus = commitStatusFor(runner, inputs);
  let outcome: Outcome;
  if ('problems' in inputs) {
    const { problems } = inputs;
    const heading = problems.length === 1 ? 'An input is' : `${problems.length} inputs are`;
    outcome = failedToStart(runner, `${heading} not usable: ${problems.join('; ')}`);
  } else {
    runner.info(oneLine(openingLine(inputs)));
    commitStatus?.begin(oneLine(`Waiting for ${format.target(inputs)}`));
    outcome = await waitForTasks(runner, inputs);
  }
  const message = messageFor(outcome, 'problems' in inputs ? null : inputs);
  await report(runner, outcome, message, inputs);
  runner.settle();
  await commitStatus?.end(outcome.result, message);
}

/** Before anything else: whatever was passed as a secret, each line of it on its own, is kept out of the log. */
function maskSecrets({ input, mask }: Runner): void {
  for (const name of ['api-key', 'github-token']) {
    const lines = input(name).split(/[\r\n]/);
    for (const line of lines) {
      if (line.trim() !== '') mask(line.trim());
    }
  }
}

function commitStatusFor(runner: Runner, { commitStatus }: Inputs | InvalidInputs): CommitStatus | null {
  if (commitStatus === null) return null;
  const { env, event, signal, clock, debug, warning } = runner;
  return new CommitStatus(commitStatus, {
    env,
    event,
    signal,
    now: () => clock.now(),
    debug: (line) => debug(oneLine(line)),
    warning: (line) => warning(oneLine(line)),
  });
}

async function waitForTasks(runner: Runner, inputs: Inputs): Promise<Outcome> {
  const { apiKey, baseUrl, apiVersion, requestTimeout, secrets } = inputs;
  const { clock, signal, random, env, debug } = runner;
  const connections = openConnections(baseUrl, env);
  if ('problem' in connections) return failedToStart(runner, connections.problem);

  const http = new Http({
    token: apiKey,
    secrets,
    addressSetting: 'base-url',
    advise: adviceOnPrewarm,
    requestTimeout,
    timeoutSetting: 'request-timeout',
    connections,
    now: () => clock.now(),
    debug: (line) => debug(oneLine(line)),
  });
  const api = apiVersion === 'v1' ? new ApiV1(http, baseUrl) : new ApiV2(http, baseUrl);
  const log = new WaitLog();
  try {
    return await wait(inputs, {
      api,
      clock,
      signal,
      random,
      observe: (event) => {
        for (const { level, text } of log.linesFor(event)) runner[level](oneLine(text));
      },
    });
  } catch (bug) {
    return failedToStart(runner, `The action met an error of its own, ${messageOf(bug)}; please report it`);
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
    createdTaskIds: [],
    unclearCreations: [],
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
async function report(
  runner: Runner,
  outcome: Outcome,
  message: string,
  inputs: Inputs | InvalidInputs,
): Promise<void> {
  if (!inputs.allowedResults.has(outcome.result)) runner.fail(message);
  else if (outcome.result === 'succeeded') runner.info(message);
  else runner.warning(message);

  const attempt = async <T>(what: string, write: () => T | Promise<T>): Promise<T | null> => {
    try {
      return await write();
    } catch (error) {
      runner.warning(oneLine(`${what} could not be written: ${messageOf(error)}`));
      return null;
    }
  };
  const resultFile = await attempt('The result file', () =>
    runner.writeResultFile(resultFileContent(outcome, message)),
  );
  await attempt('The outputs', () => runner.writeOutputs(outputsFor(outcome, message, resultFile ?? '')));
  if (inputs.summary) {
    const usable = 'problems' in inputs ? null : inputs;
    await attempt('The job summary', () => runner.writeSummary(summaryFor(outcome, message, usable)));
  }
}
