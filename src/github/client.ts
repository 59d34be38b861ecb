import { context, getOctokit } from '@actions/github';
import { retry } from '@octokit/plugin-retry';
import { fetch, type RequestInit } from 'undici';
import * as v from 'valibot';
import { openDispatcher } from '../api/dispatcher.ts';
import { networkFailure } from '../api/errors.ts';
import { redactor } from '../redact.ts';
import { messageOf, shorten } from '../text.ts';

// GitHub's toolkit is large: this file is loaded only where a status is asked for.
export { context };

/** What the toolkit knows about the workflow run, as far as a status needs it. */
export type RunContext = Pick<typeof context, 'apiUrl' | 'serverUrl' | 'repo' | 'sha' | 'runId' | 'payload'>;

export interface NewStatus {
  readonly sha: string;
  readonly state: 'pending' | 'success' | 'failure' | 'error';
  readonly context: string;
  readonly description: string;
}

export interface StatusOptions {
  readonly run: RunContext;
  readonly token: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Over how many milliseconds attempts are spread; 0: one attempt. */
  readonly retryFor: number;
  /** Ends the attempts. */
  readonly signal: AbortSignal;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly debug: (line: string) => void;
}

const ATTEMPT_TIMEOUT = 10_000;
const RETRIES = 5;
const SUM_OF_DELAYS = 55; // the toolkit's delays grow by squares: 1 + 4 + 9 + 16 + 25
const LONGEST_DETAIL = 300;
const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/**
 * Creates a commit status with GitHub's toolkit: https://docs.github.com/en/rest/commits/statuses
 * @returns why that failed and what to do about it, or `null`.
 */
export async function createStatus(status: NewStatus, options: StatusOptions): Promise<string | null> {
  const { run, token, env, retryFor, signal, now, debug } = options;
  const { apiUrl, repo } = run;
  if (!/^https?:\/\//i.test(apiUrl) || !URL.canParse(apiUrl)) return 'GITHUB_API_URL is not an http address';
  const route = openDispatcher({ baseUrl: apiUrl, env, requestTimeout: ATTEMPT_TIMEOUT });
  if ('problem' in route) return route.problem;
  const { dispatcher, viaProxy, secrets } = route;
  const redact = redactor(token, ...secrets);
  const attempt = `POST ${apiUrl}/repos/${repo.owner}/${repo.repo}/statuses/${status.sha}`;

  let problem = `${attempt} was still unanswered when the time for it had passed`;
  // The toolkit's pauses cannot be aborted, so the end of all attempts is awaited beside them.
  const end = Promise.withResolvers<void>();
  const send = async (url: string, init: RequestInit) => {
    const sentAt = now();
    try {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(ATTEMPT_TIMEOUT)]);
      const answer = await fetch(url, { ...init, dispatcher, signal: limit });
      debug(redact(`${attempt}: HTTP ${answer.status} in ${Math.round(now() - sentAt)} ms`));
      problem = problemOf(attempt, answer.status, null, redact);
      return answer;
    } catch (error) {
      debug(redact(`${attempt}: ${messageOf(error)}`));
      const failure = networkFailure(attempt, error, { addressSetting: 'GITHUB_API_URL', viaProxy });
      if (!signal.aborted) problem = redact(failure.problem);
      if (failure.kind === 'refused') end.resolve();
      throw error;
    }
  };
  const octokit = getOctokit(
    token,
    {
      baseUrl: apiUrl,
      log: SILENT,
      request: { fetch: send, log: SILENT, redirect: 'manual', parseSuccessResponseBody: false },
      retry: { retries: retryFor === 0 ? 0 : RETRIES, retryAfterBaseValue: retryFor / SUM_OF_DELAYS },
    },
    retry,
  );
  const create = async () => {
    try {
      const target_url = `${run.serverUrl}/${repo.owner}/${repo.repo}/actions/runs/${run.runId}`;
      const answer = await octokit.rest.repos.createCommitStatus({ ...status, ...repo, target_url });
      return Number(answer.status) < 300 ? null : problem;
    } catch (error) {
      const refusal = v.safeParse(Refusal, error);
      if (!refusal.success) return problem;
      return problemOf(attempt, refusal.output.status, refusal.output.response.data, redact);
    }
  };
  signal.addEventListener('abort', () => end.resolve());
  if (signal.aborted) end.resolve();
  try {
    return await Promise.race([create(), end.promise.then(() => problem)]);
  } finally {
    await dispatcher.destroy();
  }
}

const text = v.fallback(v.string(), '');
const Detail = v.fallback(
  v.union([
    v.string(),
    v.pipe(
      v.object({ field: v.optional(text, ''), code: v.optional(text, ''), message: v.optional(text, '') }),
      v.transform(({ field, code, message }) => [field, message || code].filter(Boolean).join(': ')),
    ),
  ]),
  '',
);
// https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api#validation-failed
const Body = v.fallback(
  v.object({ message: v.optional(text, ''), errors: v.optional(v.fallback(v.array(Detail), []), []) }),
  { message: '', errors: [] },
);
const Refusal = v.object({ status: v.number(), response: v.object({ data: v.unknown() }) });

function problemOf(attempt: string, status: number, data: unknown, redact: (text: string) => string): string {
  const { message, errors } = v.parse(Body, data);
  const details = errors.filter((detail) => detail !== '').join(', ');
  const parts = [message, details]
    .filter((part) => part !== '')
    .map((part) => `: ${shorten(redact(part), LONGEST_DETAIL)}`);
  return `${attempt} was answered with HTTP ${status}${parts.join('')}; ${adviceOn(status)}`;
}

function adviceOn(status: number): string {
  if (status === 403 || status === 404) return 'the job needs the permission "statuses: write"';
  if (status === 401) return 'github-token is not valid, or has expired';
  if (status === 422) return 'check commit-sha and commit-status';
  if (status === 429 || status >= 500) return 'GitHub is failing, or the network to it';
  return 'check GITHUB_API_URL';
}
