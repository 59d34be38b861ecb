/** GitHub's REST API, as far as commit statuses go: https://docs.github.com/en/rest/commits/statuses */
import type { Fault } from './fault.ts';
import { type ListenOptions, type Loopback, listen } from './listen.ts';
import { jsonReply, type Reply } from './reply.ts';
import type { LoggedRequest } from './request-log.ts';
import { isObject } from './v2-task.ts';

export const DEFAULT_GITHUB_TOKEN = 'ghs_simulator';
export const DEFAULT_REPOSITORY = 'octo-org/app';

export interface GithubOptions extends ListenOptions {
  /** `owner/name` of the one repository there is. */
  readonly repository?: string;
  readonly token?: string;
  /** Whether the token has the permission `statuses: write`. */
  readonly permitted?: boolean;
}

export interface CommitStatus {
  readonly sha: string;
  readonly state: string;
  readonly context: string;
  readonly description: string | null;
  readonly target_url: string | null;
}

export interface Github extends Loopback {
  /** The statuses that were made, in that order. */
  readonly statuses: readonly CommitStatus[];
}

/** What GitHub asks of the fields of a status, and what it says where they are otherwise. */
const RULES: Readonly<Record<string, readonly [form: RegExp, problem: string]>> = {
  sha: [/^[0-9a-f]{40}$/i, 'sha must be a 40 character SHA1'],
  state: [/^(?:error|failure|pending|success)$/, 'state is not included in the list'],
  context: [/^.{1,255}$/su, 'context is empty or too long (maximum is 255 characters)'],
  description: [/^.{0,140}$/su, 'description is too long (maximum is 140 characters)'],
  target_url: [/^https?:\/\/./, 'target_url must use http(s) scheme'],
};

/**
 * Starts GitHub's API on a free loopback port. Its `url` is what GITHUB_API_URL holds; with `pathPrefix: '/api/v3'` it is
 * a GitHub Enterprise Server's. A struck request has made its status all the same, unless the fault is `unmade`.
 */
export async function startGithub(options: GithubOptions = {}): Promise<Github> {
  const statuses: CommitStatus[] = [];
  const answer = (request: LoggedRequest, striking: readonly Fault[]): Reply => {
    const status = readStatus(request, options);
    if ('refusal' in status) {
      return status.refusal;
    }
    if (!striking.some(({ unmade }) => unmade)) {
      statuses.push(status);
    }
    return jsonReply(201, { id: statuses.length, ...status });
  };
  const nowhere = () => ({ poll: null, page: null, create: null });
  return Object.assign(await listen({ place: nowhere, answer }, options), { statuses });
}

/** The status that a request asks for, or GitHub's refusal of it. */
function readStatus(
  { method, path, headers, body }: LoggedRequest,
  options: GithubOptions,
): CommitStatus | { readonly refusal: Reply } {
  const { repository = DEFAULT_REPOSITORY, token = DEFAULT_GITHUB_TOKEN, pathPrefix = '' } = options;
  if ((headers['user-agent'] ?? '') === '') {
    return refused(403, 'Request forbidden by administrative rules: the User-Agent header is missing.');
  }
  const [, sent = ''] = /^(?:bearer|token) (.+)$/i.exec(headers.authorization ?? '') ?? [];
  if (sent !== token) {
    return refused(401, sent === '' ? 'Requires authentication' : 'Bad credentials');
  }
  const [, asked = '', sha = ''] =
    /^\/repos\/([^/]+\/[^/]+)\/statuses\/([^/]+)$/.exec(
      path.startsWith(pathPrefix) ? path.slice(pathPrefix.length) : '',
    ) ?? [];
  if (method !== 'POST' || asked.toLowerCase() !== repository.toLowerCase()) {
    return refused(404, 'Not Found');
  }
  if (options.permitted === false) {
    return refused(403, 'Resource not accessible by integration');
  }
  if (!isObject(body)) {
    return refused(400, 'Problems parsing JSON');
  }
  const { state = '', context = 'default', description = null, target_url = null } = body;
  const status: Readonly<Record<string, unknown>> = { sha, state, context, description, target_url };
  for (const [field, [form, message]] of Object.entries(RULES)) {
    const value = status[field];
    if (value !== null && !(typeof value === 'string' && form.test(value))) {
      return refused(422, 'Validation Failed', [{ resource: 'Status', code: 'custom', field, message }]);
    }
  }
  return status as unknown as CommitStatus;
}

function refused(code: number, message: string, errors?: readonly unknown[]): { readonly refusal: Reply } {
  const documentation_url = 'https://docs.github.com/rest/commits/statuses#create-a-commit-status';
  return { refusal: jsonReply(code, { message, errors, documentation_url, status: String(code) }) };
}
