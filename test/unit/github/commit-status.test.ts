import { afterEach, describe, expect, it } from 'vitest';
import * as client from '../../../src/github/client.ts';
import { CommitStatus, type StatusPorts } from '../../../src/github/commit-status.ts';
import type { CommitStatusInputs } from '../../../src/inputs/inputs.ts';
import type { Result } from '../../../src/outcome.ts';
import { type Fault, on, unmade } from '../../simulator/fault.ts';
import { body, redirect, status } from '../../simulator/faults.ts';
import {
  DEFAULT_GITHUB_TOKEN,
  type Github,
  type GithubOptions,
  startGithub,
} from '../../simulator/github.ts';
import { sendWhole } from '../../simulator/reply.ts';
import { hang, reset, slow } from '../../simulator/wire-faults.ts';

const SHA = '0123456789abcdef0123456789abcdef01234567';
const HEAD = 'fedcba9876543210fedcba9876543210fedcba98';
const PULL_REQUEST = { action: 'synchronize', pull_request: { number: 7, head: { sha: HEAD, ref: 'x' } } };

const ENV = { GITHUB_API_URL: 'x', GITHUB_SERVER_URL: 'x', GITHUB_REPOSITORY: 'x/y', GITHUB_RUN_ID: '42' };

let github: Github | null = null;
afterEach(async () => {
  await github?.close();
  github = null;
});

interface Given extends GithubOptions {
  readonly inputs?: Partial<CommitStatusInputs>;
  readonly ports?: Partial<StatusPorts>;
  readonly run?: Partial<client.RunContext>;
}

async function publisher({ inputs, ports, run, ...options }: Given = {}) {
  const server = await startGithub(options);
  github = server;
  const cancellation = new AbortController();
  const [warnings, debugged]: [string[], string[]] = [[], []];
  const repo = { owner: 'octo-org', repo: 'app' };
  const origin = { apiUrl: server.url, serverUrl: 'https://github.example.com' };
  const context = { ...origin, repo, sha: SHA, runId: 42, payload: {}, ...run } as typeof client.context;
  const commitStatus = new CommitStatus(
    { context: 'prewarm/pytorch', sha: null, token: DEFAULT_GITHUB_TOKEN, ...inputs },
    {
      env: ENV,
      signal: cancellation.signal,
      now: () => Date.now(),
      debug: (line) => debugged.push(line),
      warning: (line) => warnings.push(line),
      ...ports,
    },
    async () => ({ ...client, context }),
  );
  return { commitStatus, server, cancellation, warnings, debugged };
}

/** Publishes what came of a step; of a cancelled one, retries are over within a second. */
async function publish(given: Given, isCancelled = false) {
  const published = await publisher(given);
  if (isCancelled) published.cancellation.abort('SIGINT');
  await published.commitStatus.end('succeeded', 'Warm');
  return published;
}

/** Publishes pending, then what came of the step. */
async function publishBoth(given: Given = {}) {
  const published = await publisher(given);
  published.commitStatus.begin('Waiting');
  await published.commitStatus.end('succeeded', 'Warm');
  return published;
}

describe('a commit status is published', () => {
  it('as pending at the start, and once that has its answer as what came of it', async () => {
    const { server, warnings, debugged } = await publishBoth({ faults: [on({ request: 1 }, slow(300))] });
    const target_url = 'https://github.example.com/octo-org/app/actions/runs/42';
    const common = { sha: SHA, context: 'prewarm/pytorch', target_url };
    expect(server.statuses).toEqual([
      { ...common, state: 'pending', description: 'Waiting' },
      { ...common, state: 'success', description: 'Warm' },
    ]);
    const [first, second] = server.requests.map(({ receivedMs }) => receivedMs);
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThan(250);
    expect(warnings).toEqual([]);
    expect(debugged).toEqual([1, 2].map(() => expect.stringMatching(/^POST http.*: HTTP 201 in \d+ ms$/)));
  });

  // biome-ignore format: short cases
  it.each<[Result, string]>([
    ['succeeded', 'success'], ['failed', 'failure'], ['timed-out', 'failure'], ['not-found', 'failure'],
    ['cancelled', 'error'], ['error', 'error'],
  ])('for %s as %s', async (result, state) => {
    const { commitStatus, server } = await publisher();
    await commitStatus.end(result, 'What happened');
    expect(server.statuses).toMatchObject([{ state }]);
  });

  // biome-ignore format: short cases
  it.each([
    ['x'.repeat(140), 'x'.repeat(140)], ['x'.repeat(141), `${'x'.repeat(139)}…`],
    ['🚀'.repeat(200), `${'🚀'.repeat(69)}…`],
  ])('with a description cut to 140 characters: %s', async (text, expected) => {
    const { commitStatus, server } = await publisher();
    await commitStatus.end('failed', text);
    expect(server.statuses).toMatchObject([{ description: expected }]);
  });

  it("at a GitHub Enterprise Server's address, with a context of any script", async () => {
    const inputs = { context: '预热 "x" / 🚀' };
    const { server, warnings } = await publish({ pathPrefix: '/api/v3', inputs });
    expect([server.statuses, warnings]).toMatchObject([[inputs], []]);
    expect(server.requests[0]?.path).toBe(`/api/v3/repos/octo-org/app/statuses/${SHA}`);
  });
});

describe('the commit is', () => {
  const other = 'a'.repeat(40);
  it.each<[string, string | null, object, string]>([
    ['the one that is asked for, in a pull request too', other, PULL_REQUEST, other],
    ["the pull request's head", null, PULL_REQUEST, HEAD],
    ["the finished workflow's", null, { workflow_run: { head_sha: HEAD } }, HEAD],
    ["the check suite's", null, { check_suite: { head_sha: HEAD } }, HEAD],
    ["the check run's", null, { check_run: { head_sha: HEAD.toUpperCase() } }, HEAD],
    ['the one that the workflow runs for', null, { ref: 'refs/heads/main', after: HEAD }, SHA],
    ['that one where the event is odd', null, { pull_request: null, workflow_run: 7 }, SHA],
    ['that one where the head is none', null, { pull_request: { head: { sha: '../../x' } } }, SHA],
  ])('%s', async (_which, sha, payload, expected) => {
    const { server } = await publishBoth({ inputs: { sha }, run: { payload } });
    expect(server.statuses.map((one) => one.sha)).toEqual([expected, expected]);
  });
});

/** HTTP 422 with what GitHub found wrong. */
const refusal = (json: object) => unmade(body(JSON.stringify(json), 'application/json', 422));

describe('what cannot be published is one warning', () => {
  const invalid = { message: 'Validation Failed', errors: [{ field: 'sha', code: 'missing' }, 'bad', 7] };
  const answering = (fault: Fault): GithubOptions => ({ faults: [unmade(fault)] });
  // biome-ignore format: a case a line
  it.each<[string, GithubOptions, RegExp]>([
    ['403', { permitted: false }, /HTTP 403: Resource not accessible.*; .*"statuses: write"$/],
    ['404', { repository: 'octo-org/other' }, /HTTP 404: Not Found; .*"statuses: write"$/],
    ['401', { token: 'ghs_other' }, /HTTP 401: Bad credentials; github-token .* expired$/],
    ['a redirect', answering(redirect('https://example.com/', 307)), /HTTP 307; check GITHUB_API_URL$/],
    ['400', answering(status(400, { message: 'No' })), /HTTP 400: No; check GITHUB_API_URL$/],
    ['422', { faults: [refusal(invalid)] }, /HTTP 422: Validation Failed: sha: missing, bad; check commit-sha and commit-status$/],
  ])('that says what to do, after one attempt: %s', async (_status, options, expected) => {
    const { warnings, server } = await publish(options);
    expect(warnings).toEqual([expect.stringMatching(expected)]);
    expect(warnings[0]).toMatch(/^The commit status "prewarm\/pytorch" could not be published: POST http/);
    expect(warnings[0]?.includes('statuses: write')).toBe(expected.source.includes('statuses: write'));
    expect([server.requests.length, server.statuses]).toEqual([1, []]);
  });

  it.each<[string, GithubOptions, RegExp]>([
    ['500', answering(status(500)), /HTTP 500; GitHub is failing, or the network to it$/],
    ['429', answering(status(429)), /HTTP 429; GitHub is failing/],
    ['a reset', answering(reset()), /failed \(.*\); check GITHUB_API_URL and the network$/],
  ])('that names no permission, after several attempts: %s', async (_why, options, expected) => {
    const { warnings, server } = await publish(options, true);
    expect(warnings).toEqual([expect.stringMatching(expected)]);
    expect(warnings[0]).not.toContain('statuses: write');
    expect(server.requests.length).toBeGreaterThan(1);
  });

  it('where only pending fails, and what came of it is published all the same', async () => {
    const { warnings, server } = await publishBoth({ faults: [on({ request: 1 }, unmade(status(502)))] });
    expect(warnings).toHaveLength(1);
    expect(server.statuses).toMatchObject([{ state: 'success' }]);
  });

  // biome-ignore format: a case a line
  it.each<[string, Given]>([
    ...['nonsense', 'file:///etc/passwd', ''].map((apiUrl): [string, Given] => ['GITHUB_API_URL is not an http address', { run: { apiUrl } }]),
    ['GITHUB_SHA', { run: { sha: undefined as unknown as string } }],
    ['github-token', { inputs: { token: '' } }],
    ['GITHUB_REPOSITORY', { ports: { env: { ...ENV, GITHUB_REPOSITORY: '' } } }],
    ['GITHUB_RUN_ID', { ports: { env: { ...ENV, GITHUB_RUN_ID: undefined } } }],
    ['HTTPS_PROXY', { run: { apiUrl: 'https://api.test' }, ports: { env: { ...ENV, HTTPS_PROXY: 'socks5://me:pr0xy@x' } } }],
  ])('that names %s, without a request', async (name, given) => {
    const { warnings, server } = await publishBoth(given);
    expect(warnings).toEqual([expect.stringContaining(name)]);
    expect(warnings.join()).not.toContain('pr0xy');
    expect(server.requests).toHaveLength(0);
  });

  it('and an answer that is not JSON is none', async () => {
    const { warnings, server } = await publish({ faults: [body('{', 'application/json', 201)] });
    expect([warnings, server.statuses.length]).toEqual([[], 1]);
  });

  it('without the token, though the server repeats it', async () => {
    const faults = [refusal({ message: `no ${DEFAULT_GITHUB_TOKEN}`, errors: [DEFAULT_GITHUB_TOKEN] })];
    const { warnings, debugged } = await publish({ faults }, true);
    expect(warnings).toHaveLength(1);
    expect([...warnings, ...debugged].join('\n')).not.toContain(DEFAULT_GITHUB_TOKEN);
  });
});

it.each([status(502), status(429), reset()])(
  'what came of a step is tried again after $name',
  async (fault) => {
    const { warnings, server } = await publish({ faults: [on({ request: 1 }, unmade(fault))] });
    expect([warnings, server.requests.length, server.statuses.length]).toEqual([[], 2, 1]);
  },
);

describe('a cancelled step', () => {
  it('cuts pending off, without a warning, and publishes the error', async () => {
    const faults = [on({ request: 1 }, unmade(hang()))];
    const { commitStatus, server, cancellation, warnings } = await publisher({ faults });
    commitStatus.begin('Waiting');
    await server.waitForRequest(1);
    cancellation.abort('SIGTERM');
    await commitStatus.end('cancelled', 'The wait was cancelled by SIGTERM');
    expect(server.statuses).toMatchObject([{ state: 'error' }]);
    expect(warnings).toEqual([]);
  });

  it('does not wait long for a server that does not answer', async () => {
    const startedAt = performance.now();
    const { warnings } = await publish({ faults: [unmade(hang())] }, true);
    // A second is what it gives itself; an attempt in a step that goes on has ten.
    expect(performance.now() - startedAt).toBeLessThan(8_000);
    expect(warnings).toEqual([expect.stringContaining('was still unanswered')]);
  });

  it('that is cancelled after its result is told still has its status told', async () => {
    const answering = Promise.withResolvers<void>();
    const send: Fault['send'] = (reply, exchange) => answering.promise.then(() => sendWhole(reply, exchange));
    const faults = [{ name: 'late', send }];
    const { commitStatus, server, cancellation, warnings } = await publisher({ faults });
    const ended = commitStatus.end('failed', 'pytorch is not warm');
    await server.waitForRequest(1);
    cancellation.abort('SIGINT');
    answering.resolve();
    await ended;
    expect(server.statuses).toMatchObject([{ state: 'failure' }]);
    expect(warnings).toEqual([]);
  });
});
