import { afterEach, describe, expect, it } from 'vitest';
import { CommitStatus, type StatusPorts } from '../../src/github/commit-status.ts';
import type { CommitStatusInputs } from '../../src/inputs/inputs.ts';
import type { Result } from '../../src/outcome.ts';
import { type Fault, on, unmade } from '../simulator/fault.ts';
import { body, redirect, status } from '../simulator/faults.ts';
import { DEFAULT_GITHUB_TOKEN, type Github, type GithubOptions, startGithub } from '../simulator/github.ts';
import { sendWhole } from '../simulator/reply.ts';
import { hang, reset } from '../simulator/wire-faults.ts';

const SHA = '0123456789abcdef0123456789abcdef01234567';
const HEAD = 'fedcba9876543210fedcba9876543210fedcba98';
const PULL_REQUEST = { action: 'synchronize', pull_request: { number: 7, head: { sha: HEAD, ref: 'x' } } };

let github: Github | null = null;
afterEach(async () => {
  await github?.close();
  github = null;
});

async function publisher(
  options: GithubOptions = {},
  given: Partial<CommitStatusInputs> = {},
  ports: Partial<StatusPorts> = {},
) {
  const server = await startGithub(options);
  github = server;
  const cancellation = new AbortController();
  const warnings: string[] = [];
  const debugged: string[] = [];
  const env: Record<string, string | undefined> = {
    GITHUB_API_URL: server.url,
    GITHUB_SERVER_URL: 'https://github.example.com',
    GITHUB_REPOSITORY: 'octo-org/app',
    GITHUB_RUN_ID: '42',
    GITHUB_SHA: SHA,
  };
  const commitStatus = new CommitStatus(
    { context: 'prewarm/pytorch', sha: null, token: DEFAULT_GITHUB_TOKEN, ...given },
    {
      event: () => null,
      signal: cancellation.signal,
      now: () => Date.now(),
      debug: (line) => debugged.push(line),
      warning: (line) => warnings.push(line),
      ...ports,
      env: { ...env, ...ports.env },
    },
  );
  return { commitStatus, server, cancellation, warnings, debugged };
}

describe('a commit status is published', () => {
  it('as pending at the start, then as what came of it', async () => {
    const { commitStatus, server, warnings } = await publisher();
    commitStatus.begin('Waiting for pytorch');
    await commitStatus.end('succeeded', 'pytorch is warm');
    const target_url = 'https://github.example.com/octo-org/app/actions/runs/42';
    const common = { sha: SHA, context: 'prewarm/pytorch', target_url };
    expect(server.statuses).toEqual([
      { ...common, state: 'pending', description: 'Waiting for pytorch' },
      { ...common, state: 'success', description: 'pytorch is warm' },
    ]);
    expect(server.requests).toMatchObject(
      [1, 2].map(() => ({
        method: 'POST',
        path: `/repos/octo-org/app/statuses/${SHA}`,
        headers: { authorization: `Bearer ${DEFAULT_GITHUB_TOKEN}`, 'content-type': 'application/json' },
      })),
    );
    expect(warnings).toEqual([]);
  });

  it('as pending while the step goes on', async () => {
    const { commitStatus, server } = await publisher();
    commitStatus.begin('Waiting');
    await server.waitUntil(() => server.statuses.length === 1);
    expect(server.statuses).toMatchObject([{ state: 'pending' }]);
  });

  it.each<[Result, string]>([
    ['succeeded', 'success'],
    ['failed', 'failure'],
    ['timed-out', 'failure'],
    ['not-found', 'failure'],
    ['cancelled', 'error'],
    ['error', 'error'],
  ])('for %s as %s', async (result, state) => {
    const { commitStatus, server } = await publisher();
    await commitStatus.end(result, 'What happened');
    expect(server.statuses).toMatchObject([{ state }]);
  });

  it.each([
    ['140 characters', 'x'.repeat(140), 'x'.repeat(140)],
    ['more', 'x'.repeat(141), `${'x'.repeat(139)}…`],
    ['characters of two units', '🚀'.repeat(200), `${'🚀'.repeat(69)}…`],
  ])('with a description cut to 140 characters: %s', async (_what, text, expected) => {
    const { commitStatus, server } = await publisher();
    await commitStatus.end('failed', text);
    expect(server.statuses).toMatchObject([{ description: expected }]);
    expect(server.statuses[0]?.description?.length).toBeLessThanOrEqual(140);
  });

  it("at a GitHub Enterprise Server's address", async () => {
    const { commitStatus, server, warnings } = await publisher({ pathPrefix: '/api/v3' });
    await commitStatus.end('succeeded', 'Warm');
    expect(server.statuses).toHaveLength(1);
    expect(server.requests[0]?.path).toBe(`/api/v3/repos/octo-org/app/statuses/${SHA}`);
    expect(warnings).toEqual([]);
  });

  it('with a context of any script', async () => {
    const { commitStatus, server } = await publisher({}, { context: '预热 "x" / 🚀' });
    await commitStatus.end('succeeded', 'Warm');
    expect(server.statuses).toMatchObject([{ context: '预热 "x" / 🚀' }]);
  });
});

describe('the commit is', () => {
  const other = 'a'.repeat(40);
  it.each<[string, string | null, unknown, string]>([
    ['the one that is asked for, in a pull request too', other, PULL_REQUEST, other],
    ["the pull request's head", null, PULL_REQUEST, HEAD],
    ['the one that the workflow runs for', null, { ref: 'refs/heads/main', after: HEAD }, SHA],
    ['that one where the event cannot be read', null, null, SHA],
    ['that one where the event is odd', null, { pull_request: null }, SHA],
    ['that one where the pull request has no head', null, { pull_request: { head: { sha: 7 } } }, SHA],
  ])('%s', async (_which, sha, event, expected) => {
    const { commitStatus, server } = await publisher({}, { sha }, { event: () => event });
    commitStatus.begin('Waiting');
    await commitStatus.end('succeeded', 'Warm');
    expect(server.statuses.map((one) => one.sha)).toEqual([expected, expected]);
  });
});

describe('what cannot be published is one warning', () => {
  const publish = async (...options: Parameters<typeof publisher>) => {
    const published = await publisher(...options);
    published.commitStatus.begin('Waiting');
    await published.commitStatus.end('succeeded', 'Warm');
    return published;
  };

  it.each<[string, GithubOptions]>([
    ['without the permission', { permitted: false }],
    ['for a repository that is not there', { repository: 'octo-org/other' }],
    ['for a token that is none', { token: 'ghs_other' }],
    ['for a failing server', { faults: [unmade(status(500))] }],
    ['for a reset connection', { faults: [unmade(reset())] }],
    ['for a redirect', { faults: [redirect('https://example.com/')] }],
  ])('that names the permission: %s', async (_why, options) => {
    const { warnings, server } = await publish(options);
    expect(warnings).toEqual([expect.stringContaining('statuses: write')]);
    expect(warnings[0]).toContain('prewarm/pytorch');
    expect(server.requests.length).toBeGreaterThan(0);
  });

  it('that says what came back', async () => {
    const { warnings } = await publish({ permitted: false });
    expect(warnings[0]).toContain('HTTP 403');
    expect(warnings[0]).toContain('Resource not accessible by integration');
  });

  it('where only pending fails, and what came of it is published all the same', async () => {
    const { warnings, server } = await publish({ faults: [on({ request: 1 }, unmade(status(502)))] });
    expect(warnings).toHaveLength(1);
    expect(server.statuses).toMatchObject([{ state: 'success' }]);
  });

  it('where only what came of it fails', async () => {
    const { warnings, server } = await publish({ faults: [on({ request: 2 }, unmade(status(502)))] });
    expect(warnings).toHaveLength(1);
    expect(server.statuses).toMatchObject([{ state: 'pending' }]);
  });

  it.each(['GITHUB_API_URL', 'GITHUB_SERVER_URL', 'GITHUB_REPOSITORY', 'GITHUB_RUN_ID', 'GITHUB_SHA'])(
    'where the runner does not set %s',
    async (name) => {
      const { warnings, server } = await publish({}, {}, { env: { [name]: undefined } });
      expect(warnings).toEqual([expect.stringContaining(name)]);
      expect(server.requests).toHaveLength(0);
    },
  );

  it.each(['nonsense', 'file:///etc/passwd'])('where the address is none: %s', async (GITHUB_API_URL) => {
    const { warnings } = await publish({}, {}, { env: { GITHUB_API_URL } });
    expect(warnings).toHaveLength(1);
  });

  it('where there is no token, without a request', async () => {
    const { warnings, server } = await publish({}, { token: '' });
    expect(warnings).toEqual([expect.stringContaining('github-token')]);
    expect(server.requests).toHaveLength(0);
  });

  it('where the event cannot be had', async () => {
    const event = () => {
      throw new Error('no such file');
    };
    const { warnings } = await publish({}, {}, { event });
    expect(warnings).toHaveLength(1);
  });

  it('and an answer that is not JSON is none', async () => {
    const { warnings, server } = await publish({ faults: [body('', 'text/plain', 201)] });
    expect(warnings).toEqual([]);
    expect(server.statuses).toHaveLength(2);
  });

  it('without the token, though the server repeats it', async () => {
    const faults = [unmade(status(422, { message: `no ${DEFAULT_GITHUB_TOKEN}` }))];
    const { warnings, debugged } = await publish({ faults });
    expect(warnings).toHaveLength(1);
    expect([...warnings, ...debugged].join('\n')).not.toContain(DEFAULT_GITHUB_TOKEN);
  });
});

describe('a cancelled step', () => {
  it('cuts pending off, without a warning, and publishes the error', async () => {
    const { commitStatus, server, cancellation, warnings } = await publisher({
      faults: [on({ request: 1 }, unmade(hang()))],
    });
    commitStatus.begin('Waiting');
    await server.waitForRequest(1);
    cancellation.abort('SIGTERM');
    await commitStatus.end('cancelled', 'The wait was cancelled by SIGTERM');
    expect(server.statuses).toMatchObject([{ state: 'error' }]);
    expect(warnings).toEqual([]);
  });

  it('does not wait long for a server that does not answer', async () => {
    const { commitStatus, server, cancellation, warnings } = await publisher({ faults: [unmade(hang())] });
    commitStatus.begin('Waiting');
    await server.waitForRequest(1);
    cancellation.abort('SIGINT');
    const startedAt = performance.now();
    await commitStatus.end('cancelled', 'The wait was cancelled by SIGINT');
    // A second is what it gives itself; ten are what a step that goes on has.
    expect(performance.now() - startedAt).toBeLessThan(8_000);
    expect(warnings).toHaveLength(1);
  });

  it('that is cancelled after its result is told still has its status told', async () => {
    const answering = Promise.withResolvers<void>();
    const late: Fault = {
      name: 'late',
      send: async (reply, exchange) => {
        await answering.promise;
        await sendWhole(reply, exchange);
      },
    };
    const { commitStatus, server, cancellation, warnings } = await publisher({ faults: [late] });
    const ended = commitStatus.end('failed', 'pytorch is not warm');
    await server.waitForRequest(1);
    cancellation.abort('SIGINT');
    answering.resolve();
    await ended;
    expect(server.statuses).toMatchObject([{ state: 'failure' }]);
    expect(warnings).toEqual([]);
  });
});
