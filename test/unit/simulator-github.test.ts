import { afterEach, describe, expect, test } from 'vitest';
import { on, unmade } from '../simulator/fault.ts';
import { status } from '../simulator/faults.ts';
import {
  DEFAULT_GITHUB_TOKEN,
  DEFAULT_REPOSITORY,
  type Github,
  type GithubOptions,
  startGithub,
} from '../simulator/github.ts';
import { hang, reset } from '../simulator/wire-faults.ts';

const SHA = '0123456789abcdef0123456789abcdef01234567';
const BODY = {
  state: 'pending',
  context: 'prewarm/app',
  description: 'waiting',
  target_url: 'https://ci.test/1',
};
const HEADERS = {
  authorization: `Bearer ${DEFAULT_GITHUB_TOKEN}`,
  'user-agent': 'test',
  'content-type': 'application/json',
};
const open: AsyncDisposable[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server[Symbol.asyncDispose]()));
});

async function github(options: GithubOptions = {}): Promise<Github> {
  const server = await startGithub(options);
  open.push(server);
  return server;
}

interface Post {
  readonly repository?: string;
  readonly sha?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  readonly method?: string;
}

function post(server: Github, request: Post = {}): Promise<Response> {
  const { repository = DEFAULT_REPOSITORY, sha = SHA, headers = {}, body = BODY, method = 'POST' } = request;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return fetch(`${server.url}/repos/${repository}/statuses/${sha}`, {
    method,
    headers: { ...HEADERS, ...headers },
    ...(method === 'GET' ? {} : { body: text }),
  });
}

describe("GitHub's commit statuses", () => {
  test('are made, answered and logged', async () => {
    const server = await github();
    const answer = await post(server);
    expect(answer.status).toBe(201);
    expect(await answer.json()).toMatchObject({
      ...BODY,
      id: 1,
      url: expect.stringContaining(`/repos/${DEFAULT_REPOSITORY}/statuses/${SHA}`),
      created_at: expect.stringMatching(/^\d{4}-.*Z$/),
      creator: { login: 'github-actions[bot]' },
    });
    expect(server.statuses).toEqual([{ sha: SHA, ...BODY }]);
    expect(server.requests).toMatchObject([
      {
        number: 1,
        method: 'POST',
        path: `/repos/${DEFAULT_REPOSITORY}/statuses/${SHA}`,
        headers: { authorization: HEADERS.authorization },
        body: BODY,
        receivedMs: expect.any(Number),
        status: 201,
      },
    ]);
  });

  test('need no more than a state', async () => {
    const server = await github();
    expect((await post(server, { body: { state: 'success' } })).status).toBe(201);
    expect(server.statuses).toEqual([
      { sha: SHA, state: 'success', context: 'default', description: null, target_url: null },
    ]);
  });

  test('are found below the path prefix of GitHub Enterprise Server, and not above it', async () => {
    const server = await github({ pathPrefix: '/api/v3', repository: 'a/b', token: 't' });
    const headers = { authorization: 'token t' };
    expect((await post(server, { repository: 'A/b', headers })).status).toBe(201);
    const { url } = server;
    expect(url).toMatch(/\/api\/v3$/);
    expect((await post({ ...server, url: url.slice(0, -7) }, { repository: 'a/b', headers })).status).toBe(
      404,
    );
  });

  test.each([
    ['a wrong token', { headers: { authorization: 'Bearer x' } }, 401, 'Bad credentials'],
    ['no token', { headers: { authorization: '' } }, 401, 'Requires authentication'],
    ['no user agent', { headers: { 'user-agent': '' } }, 403, /User-Agent/],
    ['another repository', { repository: 'octo-org/other' }, 404, 'Not Found'],
    ['another method', { method: 'GET' }, 404, 'Not Found'],
    ['a body that is no JSON', { body: 'x' }, 400, 'Problems parsing JSON'],
  ] satisfies [string, Post, number, string | RegExp][])(
    'are refused for %s',
    async (_what, request, code, message) => {
      const server = await github();
      const answer = await post(server, request);
      expect(answer.status).toBe(code);
      expect(((await answer.json()) as { message: string }).message).toMatch(message);
      expect(server.statuses).toEqual([]);
    },
  );

  test.each([
    ['a short sha', { sha: SHA.slice(1) }, 'sha'],
    ['a branch for a sha', { sha: 'main' }, 'sha'],
    ['no state', { body: { ...BODY, state: undefined } }, 'state'],
    ['an unknown state', { body: { ...BODY, state: 'failed' } }, 'state'],
    ['an empty context', { body: { ...BODY, context: '' } }, 'context'],
    ['a description of 141 characters', { body: { ...BODY, description: 'ü'.repeat(141) } }, 'description'],
    ['a target that is no address', { body: { ...BODY, target_url: 'javascript:x' } }, 'target_url'],
  ] satisfies [string, Post, string][])('are invalid with %s', async (_what, request, field) => {
    const server = await github();
    const answer = await post(server, request);
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({
      message: 'Validation Failed',
      errors: [{ resource: 'Status', field }],
    });
    expect(server.statuses).toEqual([]);
  });

  test('may have a description of 140 characters', async () => {
    expect((await post(await github(), { body: { ...BODY, description: 'ü'.repeat(140) } })).status).toBe(
      201,
    );
  });

  test('are forbidden to a token without the permission', async () => {
    const server = await github({ permitted: false });
    const answer = await post(server);
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ message: 'Resource not accessible by integration' });
    expect(server.statuses).toEqual([]);
  });

  test('are struck by faults, after they were made or before', async () => {
    const server = await github({
      faults: [
        on({ request: 1 }, status(502)),
        on({ request: 2 }, unmade(status(502))),
        on({ request: 3 }, reset()),
      ],
    });
    expect([(await post(server)).status, server.statuses.length]).toEqual([502, 1]);
    expect([(await post(server)).status, server.statuses.length]).toEqual([502, 1]);
    await expect(post(server)).rejects.toThrow();
    expect(server.statuses.length).toBe(2);
  });

  test('can be waited for while a request hangs', async () => {
    const server = await github({ faults: [hang()] });
    const answer = post(server);
    await server.waitUntil((requests) => requests.some(({ body }) => body !== null));
    expect(server.requests[0]?.outcome).toBe('open');
    await server.close();
    await expect(answer).rejects.toThrow();
  });
});
