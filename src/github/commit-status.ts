import * as v from 'valibot';
import { openConnections } from '../api/dispatcher.ts';
import { Http } from '../api/http.ts';
import { isFailure } from '../api/types.ts';
import type { CommitStatusInputs } from '../inputs/inputs.ts';
import { parseCommitSha } from '../inputs/parse.ts';
import type { Result } from '../outcome.ts';
import { messageOf, shorten } from '../text.ts';

/** What publishing needs of the runner and of its process. */
export interface StatusPorts {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The event that the workflow runs for, as the runner has it. */
  readonly event: () => unknown;
  /** Aborted when the step is cancelled. */
  readonly signal: AbortSignal;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly debug: (line: string) => void;
  readonly warning: (line: string) => void;
}

type State = 'pending' | 'success' | 'failure' | 'error';

// Others gate on it, so only a warm image is a success, whatever leaves the step itself green.
const STATES: Readonly<Record<Result, State>> = {
  succeeded: 'success',
  failed: 'failure',
  'timed-out': 'failure',
  'not-found': 'failure',
  cancelled: 'error',
  error: 'error',
};

const LONGEST_DESCRIPTION = 140; // https://docs.github.com/en/rest/commits/statuses
const REQUEST_TIMEOUT = 10_000;
const CANCELLED_REQUEST_TIMEOUT = 1_000; // a cancelled step must be gone within 2 s

/** A commit status: `pending` from the start of the step, then what came of it. A failure to publish is one warning. */
export class CommitStatus {
  readonly #inputs: CommitStatusInputs;
  readonly #ports: StatusPorts;
  #begun: Promise<void> = Promise.resolve();
  #hasWarned = false;

  constructor(inputs: CommitStatusInputs, ports: StatusPorts) {
    this.#inputs = inputs;
    this.#ports = ports;
  }

  /** Publishes `pending` while the step goes on. */
  begin(description: string): void {
    this.#begun = this.#publish('pending', description);
  }

  /** Publishes what came of it, after `pending`. */
  async end(result: Result, description: string): Promise<void> {
    await this.#begun;
    await this.#publish(STATES[result], description);
  }

  async #publish(state: State, description: string): Promise<void> {
    const { signal, warning } = this.#ports;
    const problem = await this.#post(state, description).catch(messageOf);
    // A cancellation cuts `pending` off to make room for what came of it.
    const isCutOff = state === 'pending' && signal.aborted;
    if (problem === null || this.#hasWarned || isCutOff) return;
    this.#hasWarned = true;
    const { context } = this.#inputs;
    warning(
      `The commit status ${JSON.stringify(context)} could not be published: ${problem}; the job needs the permission "statuses: write"`,
    );
  }

  /** Gives what went wrong. */
  async #post(state: State, description: string): Promise<string | null> {
    const { env, now, debug, signal } = this.#ports;
    const limit = signal.aborted ? CANCELLED_REQUEST_TIMEOUT : REQUEST_TIMEOUT;
    const { context, token } = this.#inputs;
    if (token === '') return 'github-token is empty';
    const repository = this.#variable('GITHUB_REPOSITORY');
    const run = `${this.#variable('GITHUB_SERVER_URL')}/${repository}/actions/runs/${this.#variable('GITHUB_RUN_ID')}`;
    const apiUrl = this.#variable('GITHUB_API_URL');
    const connections = openConnections(apiUrl, env);
    if ('problem' in connections) return connections.problem;
    const http = new Http({
      token,
      secrets: [],
      addressSetting: 'GITHUB_API_URL',
      advise: () => 'check github-token and commit-sha',
      requestTimeout: REQUEST_TIMEOUT,
      timeoutSetting: null,
      connections,
      now,
      debug,
    });
    try {
      const answer = await http.postJson(
        new URL(`${apiUrl}/repos/${repository}/statuses/${this.#sha()}`),
        { state, context, description: shorten(description, LONGEST_DESCRIPTION), target_url: run },
        state === 'pending' ? signal : AbortSignal.timeout(limit),
      );
      return isFailure(answer) ? answer.problem : null;
    } finally {
      http.close();
    }
  }

  /** The commit that is asked for, else the pull request's head: GITHUB_SHA is a merge commit there. */
  #sha(): string {
    if (this.#inputs.sha !== null) return this.#inputs.sha;
    const head = pullRequestHead(this.#ports.event());
    return head ?? this.#variable('GITHUB_SHA');
  }

  #variable(name: string): string {
    const value = this.#ports.env[name];
    if (!value) throw new Error(`${name} is not set`);
    return value;
  }
}

const PullRequestEvent = v.object({ pull_request: v.object({ head: v.object({ sha: v.string() }) }) });

function pullRequestHead(event: unknown): string | null {
  const parsed = v.safeParse(PullRequestEvent, event);
  // It becomes part of the address to which the token is sent.
  return parsed.success ? parseCommitSha(parsed.output.pull_request.head.sha) : null;
}
