import { readFileSync } from 'node:fs';
import type { CommitStatusInputs } from '../inputs/inputs.ts';
import { parseCommitSha } from '../inputs/parse.ts';
import type { Result } from '../outcome.ts';
import { messageOf, shorten } from '../text.ts';
import type { NewStatus, RunContext } from './client.ts';

/** What publishing needs of the runner and of its process. */
export interface StatusPorts {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted when the step is cancelled. */
  readonly signal: AbortSignal;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly debug: (line: string) => void;
  readonly warning: (line: string) => void;
}

// Others gate on it, so only a warm image is a success, whatever leaves the step itself green.
const STATES: Readonly<Record<Result, NewStatus['state']>> = {
  succeeded: 'success',
  failed: 'failure',
  'timed-out': 'failure',
  'not-found': 'failure',
  cancelled: 'error',
  error: 'error',
};

const RUNNER_VARIABLES = ['GITHUB_API_URL', 'GITHUB_SERVER_URL', 'GITHUB_REPOSITORY', 'GITHUB_RUN_ID'];
const LONGEST_DESCRIPTION = 140; // https://docs.github.com/en/rest/commits/statuses
const RETRY_FOR = 30_000;
const CANCELLED_RETRY_FOR = 1_000; // a cancelled step must be gone within 2 s

/** A commit status: `pending` from the start of the step, then what came of it. A failure to publish is one warning. */
export class CommitStatus {
  readonly #inputs: CommitStatusInputs;
  readonly #ports: StatusPorts;
  readonly #load: typeof loadClient;
  #begun: Promise<void> = Promise.resolve();
  #hasWarned = false;

  constructor(inputs: CommitStatusInputs, ports: StatusPorts, load = loadClient) {
    this.#inputs = inputs;
    this.#ports = ports;
    this.#load = load;
  }

  /** Publishes `pending` while the step goes on, in one attempt. */
  begin(description: string): void {
    const { signal } = this.#ports;
    this.#begun = this.#publish('pending', description, 0, signal);
  }

  /** Publishes what came of it once `pending` has its answer, with retries for 30 s, or 1 s once the step is cancelled. */
  async end(result: Result, description: string): Promise<void> {
    await this.#begun;
    const { signal } = this.#ports;
    const limit = new AbortController();
    const endAfter = (delay: number) => setTimeout(() => limit.abort(), delay).unref();
    const retryFor = signal.aborted ? CANCELLED_RETRY_FOR : RETRY_FOR;
    endAfter(retryFor);
    signal.addEventListener('abort', () => endAfter(CANCELLED_RETRY_FOR));
    await this.#publish(STATES[result], description, retryFor, limit.signal);
  }

  async #publish(
    state: NewStatus['state'],
    description: string,
    retryFor: number,
    signal: AbortSignal,
  ): Promise<void> {
    const problem = await this.#create(state, description, retryFor, signal).catch(messageOf);
    // A cancellation cuts `pending` off to make room for what came of it.
    const isCutOff = state === 'pending' && signal.aborted;
    if (problem === null || this.#hasWarned || isCutOff) return;
    this.#hasWarned = true;
    const name = JSON.stringify(this.#inputs.context);
    this.#ports.warning(`The commit status ${name} could not be published: ${problem}`);
  }

  async #create(
    state: NewStatus['state'],
    description: string,
    retryFor: number,
    signal: AbortSignal,
  ): Promise<string | null> {
    const { context: name, token } = this.#inputs;
    if (token === '') return 'github-token is empty; leave it out, or pass a token that may write statuses';
    const { env } = this.#ports;
    const missing = RUNNER_VARIABLES.find((name) => !env[name]);
    if (missing !== undefined) return `${missing} is not set`;
    const { createStatus, context: run } = await this.#load();
    const sha = this.#inputs.sha ?? headOf(run);
    const status = { sha, state, context: name, description: shorten(description, LONGEST_DESCRIPTION) };
    return createStatus(status, { ...this.#ports, run, token, retryFor, signal });
  }
}

/** The toolkit reads the event while it loads, and fails at one that is not a JSON object: such a one is kept from it. */
async function loadClient(): Promise<typeof import('./client.ts')> {
  try {
    const event = JSON.parse(readFileSync(process.env['GITHUB_EVENT_PATH'] ?? '', 'utf8'));
    if (typeof event !== 'object' || event === null) throw new Error('not an object');
  } catch {
    delete process.env['GITHUB_EVENT_PATH'];
  }
  return await import('./client.ts');
}

/** The commit that the event is about. GITHUB_SHA is another one where a pull request or a finished workflow is. */
function headOf({ payload, sha }: RunContext): string {
  const heads = [
    payload.pull_request?.['head']?.sha,
    payload['workflow_run']?.head_sha,
    payload['check_suite']?.head_sha,
    payload['check_run']?.head_sha,
    sha,
  ];
  // It becomes part of the address to which the token is sent.
  const head = heads
    .map((one) => (typeof one === 'string' ? parseCommitSha(one) : null))
    .find((one) => one !== null);
  if (head === undefined) throw new Error('neither the event nor GITHUB_SHA names a commit; set commit-sha');
  return head;
}
