import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Environment } from '../harness/environment.ts';
import { type Fault, on, unmade } from '../simulator/fault.ts';
import { body, html, redirect, status } from '../simulator/faults.ts';
import {
  DEFAULT_GITHUB_TOKEN,
  DEFAULT_REPOSITORY,
  type Github,
  type GithubOptions,
  startGithub,
} from '../simulator/github.ts';
import { startSimulator } from '../simulator/server.ts';
import { cutBody, hang, reset, slow } from '../simulator/wire-faults.ts';
import { type Ended, lone, type Performance, play, type Scene, start, until } from './support.ts';

const SHA = '0123456789abcdef0123456789abcdef01234567';
const HEAD_SHA = 'fedcba9876543210fedcba9876543210fedcba98';
const CONTEXT = 'prewarm/app';
const RUNNING = { state: 'Running' };
const FAILED = { state: 'Failed', reason: ['no such tag'] };
const RUN_URL = `https://github.example/${DEFAULT_REPOSITORY}/actions/runs/4711`;

/** What a runner sets for a step that runs for a commit. */
function runnerOf(github: Github): Environment {
  return {
    GITHUB_API_URL: github.url,
    GITHUB_SERVER_URL: 'https://github.example',
    GITHUB_REPOSITORY: DEFAULT_REPOSITORY,
    GITHUB_RUN_ID: '4711',
    GITHUB_SHA: SHA,
  };
}

function publishing(github: Github, scene: Scene): Scene {
  return {
    ...scene,
    inputs: { 'commit-status': CONTEXT, 'github-token': DEFAULT_GITHUB_TOKEN, ...scene.inputs },
    step: { ...scene.step, env: { ...runnerOf(github), ...scene.step?.env } },
  };
}

/** What holds for every step that publishes, whatever came of it. */
function expectKept(github: Github, { sim, step }: Pick<Performance, 'sim' | 'step'>): void {
  const toApi = JSON.stringify(
    sim.requests.map(({ path, query, headers, body }) => [path, query, headers, body]),
  );
  expect(toApi, 'the token is for GitHub alone').not.toContain(DEFAULT_GITHUB_TOKEN);
  const toGithub = JSON.stringify(
    github.requests.map(({ path, query, headers, body }) => [path, query, headers, body]),
  );
  expect(toGithub, 'the key is for the API alone').not.toContain('sk-simulator');
  expect(step.stdout.indexOf(`::add-mask::${DEFAULT_GITHUB_TOKEN}`)).toBeGreaterThanOrEqual(0);
  expect(step.stdout.indexOf(DEFAULT_GITHUB_TOKEN), 'masked before anything is said').toBeLessThan(
    step.stdout.indexOf('Waiting') >= 0 ? step.stdout.indexOf('Waiting') : Number.POSITIVE_INFINITY,
  );
}

interface Published extends Ended {
  readonly github: Github;
  /** Each status as its state, in the order in which they were made. */
  readonly states: readonly string[];
  readonly warnings: readonly string[];
}

/** Plays a scene whose step publishes to a simulated GitHub. */
async function publish(scene: Scene = {}, options: GithubOptions = {}): Promise<Published> {
  await using github = await startGithub(options);
  await using performance = await start(publishing(github, scene));
  const ended = await performance.end();
  expectKept(github, performance);
  return {
    ...ended,
    github,
    states: github.statuses.map(({ state }) => state),
    warnings: ended.annotations.filter(({ level }) => level === 'warning').map(({ message }) => message),
  };
}

describe.concurrent('a commit status', () => {
  test('is pending at the start, then says what came of it', async () => {
    const { result, message, github, annotations } = await publish({
      tasks: [until(2, { state: 'Succeeded' })],
    });
    expect(result).toBe('succeeded');
    expect(github.statuses).toEqual([
      {
        sha: SHA,
        state: 'pending',
        context: CONTEXT,
        description: 'Waiting for app',
        target_url: RUN_URL,
      },
      { sha: SHA, state: 'success', context: CONTEXT, description: message, target_url: RUN_URL },
    ]);
    expect(annotations).toEqual([]);
    for (const { method, path: asked, headers } of github.requests) {
      expect([method, asked]).toEqual(['POST', `/repos/${DEFAULT_REPOSITORY}/statuses/${SHA}`]);
      expect(headers).toMatchObject({
        authorization: `Bearer ${DEFAULT_GITHUB_TOKEN}`,
        'content-type': expect.stringMatching(/^application\/json/),
        'user-agent': expect.stringMatching(/./),
      });
    }
  });

  test('is pending while the step waits', async () => {
    await using github = await startGithub();
    await using waiting = await start(
      publishing(github, { tasks: [lone('a', RUNNING)], inputs: { timeout: '1h' } }),
    );
    await waiting.until(github.waitUntil((requests) => requests[0]?.outcome === 'answered'));
    await waiting.until(waiting.step.waitForOutput(/Running/));
    expect(github.statuses.map(({ state }) => state)).toEqual(['pending']);
  });

  const RESULTS: readonly [string, string, Scene][] = [
    ['succeeded', 'success', { tasks: [lone('a')] }],
    ['failed', 'failure', { tasks: [lone('a', FAILED)] }],
    ['timed-out', 'failure', { tasks: [lone('a', RUNNING)], inputs: { timeout: '1s' } }],
    ['not-found', 'failure', { inputs: { 'appear-timeout': '0' } }],
    ['error', 'error', { faults: [status(401)] }],
  ];

  test.each(RESULTS)('of a wait that is %s is %s', async (result, state, scene) => {
    const ended = await publish(scene);
    expect([ended.result, ended.states, ended.warnings]).toEqual([result, ['pending', state], []]);
    const description = ended.github.statuses[1]?.description ?? '';
    expect(ended.message.startsWith(description.replace(/…$/, ''))).toBe(true);
  });

  test.each(RESULTS.slice(1))('of a wait that is %s and allowed is %s all the same', async (...row) => {
    const [result, state, scene] = row;
    const inputs = { ...scene.inputs, 'allowed-results': `succeeded, ${result}` };
    const ended = await publish({ ...scene, inputs });
    expect([ended.result, ended.exitCode, ended.states]).toEqual([result, 0, ['pending', state]]);
  });

  test('of a success that is not allowed is success all the same', async () => {
    const ended = await publish({ tasks: [lone('a')], inputs: { 'allowed-results': 'failed' } });
    expect([ended.exitCode, ended.states]).toEqual([1, ['pending', 'success']]);
  });

  test.each<[string, Readonly<Record<string, string>>]>([
    ['a bad input', { timeout: 'soon' }],
    ['nothing to wait for', { image: '' }],
    ['a key that is empty', { 'api-key': '' }],
    ['create-missing without clusters', { 'create-missing': 'true' }],
  ])('of %s is error', async (_what, inputs) => {
    const ended = await publish({ inputs });
    expect([ended.result, ended.states]).toEqual(['error', ['error']]);
    expect(ended.github.statuses[0]?.description).toMatch(/not usable/);
  });

  test.each<[string, Readonly<Record<string, string>>, string]>([
    ['a short commit id', { 'commit-sha': '0123456' }, 'commit-sha'],
    ['a branch for a commit id', { 'commit-sha': 'main' }, 'commit-sha'],
    ['a path for a commit id', { 'commit-sha': `../../${SHA}` }, 'commit-sha'],
    ['a context of two lines', { 'commit-status': 'a\nb' }, 'commit-status'],
    ['a context that is too long', { 'commit-status': 'x'.repeat(300) }, 'commit-status'],
  ])('is not published for %s, which is an error', async (_what, inputs, name) => {
    const ended = await publish({ inputs });
    expect([ended.result, ended.github.requests.length]).toEqual(['error', 0]);
    expect(ended.message).toContain(name);
  });

  test.each<readonly [string, Readonly<Record<string, string>>]>([
    ['an empty name', { 'commit-status': '' }],
    ['a blank name', { 'commit-status': ' \n' }],
    ['a commit and a token alone', { 'commit-status': '', 'commit-sha': HEAD_SHA }],
  ])('is not published for %s: nothing is sent to GitHub', async (_what, inputs) => {
    const ended = await publish({ tasks: [lone('a')], inputs });
    expect([ended.result, ended.annotations, ended.github.connectionCount]).toEqual(['succeeded', [], 0]);
  });

  test.each(['预热 🚀/镜像', 'a'.repeat(200), '"quoted" \\ {x} & <b>'])(
    'may have the name %s',
    async (name) => {
      const ended = await publish({ tasks: [lone('a')], inputs: { 'commit-status': name } });
      expect(ended.github.statuses.map(({ context }) => context)).toEqual([name, name]);
    },
  );
});

describe.concurrent('the description', () => {
  test.each([
    'x'.repeat(500),
    '🚀'.repeat(100),
    'a'.repeat(50) + '🚀'.repeat(100),
    'line\nline\r\u2028\u202e::error::x',
  ])('has at most 140 characters, on one line, and no half of one: %j', async (reason) => {
    const ended = await publish({ tasks: [lone('a', { ...FAILED, reason: [reason] })] });
    expect(ended.states).toEqual(['pending', 'failure']);
    const description = ended.github.statuses[1]?.description ?? '';
    expect([...description].length).toBeLessThanOrEqual(140);
    expect(description).toBe(description.toWellFormed());
    expect(description).not.toMatch(/[\p{Cc}\u2028\u202e]/u);
    expect(description.length).toBeGreaterThan(40);
  });

  test('of what is waited for is as short', async () => {
    const ended = await publish({
      inputs: {
        'cluster-ids': Array.from({ length: 60 }, (_, index) => `cluster-${index}`).join(),
        timeout: '1s',
      },
    });
    expect(ended.states).toEqual(['pending', 'failure']);
    for (const { description } of ended.github.statuses) {
      expect([...(description ?? '')].length).toBeLessThanOrEqual(140);
    }
  });
});

describe.concurrent('the commit', () => {
  /** Runs a step for an event, which is JSON or any other text. */
  async function forEvent(
    event: unknown,
    inputs: Readonly<Record<string, string>> = {},
    env: Environment = {},
  ) {
    const directory = mkdtempSync(path.join(tmpdir(), 'event-'));
    const file = path.join(directory, 'event.json');
    writeFileSync(file, typeof event === 'string' ? event : JSON.stringify(event));
    try {
      const scene = { tasks: [lone('a')], inputs, step: { env: { GITHUB_EVENT_PATH: file, ...env } } };
      const { github, warnings, result } = await publish(scene);
      expect(result).toBe('succeeded');
      const asked = github.requests.map((request) => request.path);
      return { shas: github.statuses.map(({ sha }) => sha), asked, warnings };
    } finally {
      rmSync(directory, { recursive: true });
    }
  }

  const pullRequest = { pull_request: { number: 7, head: { sha: HEAD_SHA, ref: 'topic' } } };

  test('is the one that is asked for, whatever the event is', async () => {
    const asked = 'a'.repeat(40);
    const ended = await forEvent(pullRequest, { 'commit-sha': ` ${asked} ` });
    expect(ended).toMatchObject({ shas: [asked, asked], warnings: [] });
  });

  test('is the head of a pull request, not the merge commit', async () => {
    expect(await forEvent(pullRequest)).toMatchObject({ shas: [HEAD_SHA, HEAD_SHA], warnings: [] });
  });

  test('is the head of a pull request without a merge commit', async () => {
    const { shas } = await forEvent(pullRequest, {}, { GITHUB_SHA: undefined });
    expect(shas).toEqual([HEAD_SHA, HEAD_SHA]);
  });

  test.each<[string, unknown]>([
    ['a push', { ref: 'refs/heads/main', after: HEAD_SHA, head_commit: { id: HEAD_SHA } }],
    ['a comment', { issue: { pull_request: { url: 'https://api.github.com/x' } } }],
    ['an empty event', {}],
    ['an event that is a list', [pullRequest]],
    ['a pull request that is null', { pull_request: null }],
    ['a head without a commit', { pull_request: { head: {} } }],
    ['a head whose commit is a number', { pull_request: { head: { sha: 7 } } }],
    ['an event that is not JSON', '{"pull_request":'],
    ['an empty file', ''],
  ])('is the one that the workflow runs for with %s', async (_what, event) => {
    expect(await forEvent(event)).toMatchObject({ shas: [SHA, SHA], warnings: [] });
  });

  test.each([
    ['unset', undefined],
    ['of no file', '/nowhere/event.json'],
    ['of a folder', '/'],
  ])('is the one that the workflow runs for where the path of the event is %s', async (_what, file) => {
    expect((await forEvent({}, {}, { GITHUB_EVENT_PATH: file })).shas).toEqual([SHA, SHA]);
  });

  test('of a pull request leads the token to no other address, whatever it says', async () => {
    const sha = `${SHA}/../../../../user?x=`;
    const { asked } = await forEvent({ pull_request: { head: { sha } } });
    for (const one of asked) {
      expect(one).toMatch(new RegExp(`^/repos/${DEFAULT_REPOSITORY}/statuses/[^/]+$`));
    }
  });

  test('is taken in capitals too', async () => {
    const { shas } = await forEvent({}, { 'commit-sha': HEAD_SHA.toUpperCase() });
    expect(shas.map((sha) => sha.toLowerCase())).toEqual([HEAD_SHA, HEAD_SHA]);
  });
});

describe.concurrent('GitHub Enterprise Server', () => {
  test.each(['/api/v3', '/some/where/api/v3'])('is asked below its path: %s', async (pathPrefix) => {
    const ended = await publish({ tasks: [lone('a')] }, { pathPrefix });
    expect([ended.states, ended.warnings]).toEqual([['pending', 'success'], []]);
    for (const { path: asked } of ended.github.requests) {
      expect(asked).toBe(`${pathPrefix}/repos/${DEFAULT_REPOSITORY}/statuses/${SHA}`);
    }
  });
});

/** What keeps a status from being published, and what the warning says of it. */
const UNPUBLISHED: Readonly<Record<string, [GithubOptions, RegExp]>> = {
  'the permission is missing': [{ permitted: false }, /403.*not accessible by integration/],
  'the token is another': [{ token: 'ghs_other' }, /401.*Bad credentials/],
  'the repository is another': [{ repository: 'octo-org/other' }, /404.*Not Found/],
  'the commit is unknown': [
    { faults: [unmade(body('{"message":"No commit found for SHA"}', 'application/json', 422))] },
    /422.*No commit found/,
  ],
  'GitHub fails': [{ faults: [unmade(status(500))] }, /500/],
  'GitHub is down with a page for people': [{ faults: [unmade(html(503))] }, /503/],
  'the rate is limited': [{ faults: [unmade(status(429, { headers: { 'retry-after': '3600' } }))] }, /429/],
  'the connection is reset': [{ faults: [unmade(reset())] }, /./],
  'the connection is closed': [{ faults: [unmade(reset('close'))] }, /./],
  'the answer is cut short': [{ faults: [unmade(cutBody())] }, /./],
};

describe.concurrent('what cannot be published', () => {
  test.each(Object.keys(UNPUBLISHED))('is one warning when %s', async (name) => {
    const [options, why] = UNPUBLISHED[name] ?? [{}, /./];
    const ended = await publish({ tasks: [lone('a')] }, options);
    expect([ended.result, ended.exitCode, ended.states]).toEqual(['succeeded', 0, []]);
    expect(ended.warnings).toEqual([expect.stringMatching(why)]);
    expect(ended.warnings[0]).toContain('statuses: write');
    expect(ended.warnings[0]).toContain(CONTEXT);
    expect(ended.github.requests.length, 'no retry').toBeLessThanOrEqual(2);
  });

  test('leaves a failure what it is', async () => {
    const ended = await publish({ tasks: [lone('a', FAILED)] }, { permitted: false });
    expect([ended.result, ended.exitCode]).toEqual(['failed', 1]);
    expect(ended.warnings).toHaveLength(1);
    expect(ended.annotations).toHaveLength(2);
  });

  test('leaves an error of the inputs what it is', async () => {
    const ended = await publish({ inputs: { timeout: 'soon' } }, { permitted: false });
    expect([ended.result, ended.exitCode, ended.warnings.length]).toEqual(['error', 1, 1]);
  });

  test('at the start is published at the end all the same', async () => {
    const faults = [on({ request: 1 }, unmade(status(502)))];
    const ended = await publish({ tasks: [lone('a')] }, { faults });
    expect([ended.states, ended.warnings.length]).toEqual([['success'], 1]);
  });

  test('at the end leaves it pending, with a warning', async () => {
    const faults = [on({ request: 2 }, unmade(status(502)))];
    const ended = await publish({ tasks: [lone('a')] }, { faults });
    expect([ended.states, ended.warnings.length]).toEqual([['pending'], 1]);
  });

  test('is no warning when only the answer is odd', async () => {
    for (const fault of [body('created', 'text/plain', 201), body('', 'text/plain', 201), body('[]')]) {
      const ended = await publish({ tasks: [lone('a')] }, { faults: [fault] });
      expect([ended.states, ended.warnings]).toEqual([['pending', 'success'], []]);
    }
  });

  test('is a warning that no server is there', async () => {
    await using elsewhere = await startGithub();
    await elsewhere.close();
    const env = { GITHUB_API_URL: elsewhere.url };
    const ended = await publish({ tasks: [lone('a')], step: { env } });
    expect([ended.result, ended.exitCode, ended.warnings.length]).toEqual(['succeeded', 0, 1]);
    expect(ended.warnings[0]).toContain('statuses: write');
  });

  test.each(['', ' \n'])('is a warning for a token that is %j', async (token) => {
    await using github = await startGithub();
    const scene = publishing(github, { tasks: [lone('a')], inputs: { 'github-token': token } });
    const ended = await play(scene);
    expect([ended.result, ended.exitCode, github.connectionCount]).toEqual(['succeeded', 0, 0]);
    expect(ended.annotations).toMatchObject([
      { level: 'warning', message: expect.stringMatching(/github-token.*statuses: write/) },
    ]);
  });

  test.each(['GITHUB_API_URL', 'GITHUB_SERVER_URL', 'GITHUB_REPOSITORY', 'GITHUB_RUN_ID', 'GITHUB_SHA'])(
    'is a warning that names the variable that is not set: %s',
    async (name) => {
      for (const value of [undefined, '']) {
        const ended = await publish({ tasks: [lone('a')], step: { env: { [name]: value } } });
        expect([ended.result, ended.exitCode, ended.github.connectionCount]).toEqual(['succeeded', 0, 0]);
        expect(ended.warnings).toEqual([expect.stringContaining(name)]);
      }
    },
  );

  test.each(['nonsense', 'ftp://127.0.0.1', 'http://', '//'])(
    'is a warning for an address that is none: %s',
    async (address) => {
      const ended = await publish({ tasks: [lone('a')], step: { env: { GITHUB_API_URL: address } } });
      expect([ended.result, ended.exitCode, ended.warnings.length]).toEqual(['succeeded', 0, 1]);
    },
  );

  test('is not sent where GitHub points to', async () => {
    await using elsewhere = await startSimulator();
    for (const code of [301, 302, 307, 308]) {
      const faults = [unmade(redirect(`${elsewhere.url}/x`, code))];
      const ended = await publish({ tasks: [lone('a')] }, { faults });
      expect([ended.result, ended.warnings.length, elsewhere.connectionCount]).toEqual(['succeeded', 1, 0]);
    }
  });

  test('is told without the token when GitHub repeats it', async () => {
    const message = JSON.stringify({ message: `Bad credentials: ${DEFAULT_GITHUB_TOKEN}` });
    const ended = await publish(
      { tasks: [lone('a')], step: { env: { RUNNER_DEBUG: '1' } } },
      { faults: [unmade(body(message, 'application/json', 403))] },
    );
    expect(ended.warnings).toEqual([expect.stringContaining('Bad credentials: ***')]);
  });

  test('is told on one line that no runner obeys', async () => {
    const message = JSON.stringify({ message: 'a\n::error::pwned\r##[error]x\u2028::warning::y' });
    const ended = await publish(
      { tasks: [lone('a')], step: { env: { RUNNER_DEBUG: '1' } } },
      { faults: [unmade(body(message, 'application/json', 403))] },
    );
    expect(ended.warnings).toHaveLength(1);
    expect(ended.annotations).toHaveLength(1);
  });
});

describe.concurrent('a GitHub that does not answer', () => {
  const hanging = (aim: Parameters<typeof on>[0] = {}): Fault => on(aim, unmade(hang()));

  test('at the start keeps the step from nothing but its end', async () => {
    const ended = await publish({ tasks: [lone('a')] }, { faults: [hanging({ request: 1 })] });
    expect([ended.result, ended.exitCode, ended.states, ended.warnings.length]).toEqual([
      'succeeded',
      0,
      ['success'],
      1,
    ]);
  });

  test('at all is given up', { timeout: 40_000 }, async () => {
    const ended = await publish({ tasks: [lone('a')], step: { guardMs: 35_000 } }, { faults: [hanging()] });
    expect([ended.result, ended.exitCode, ended.states, ended.warnings.length]).toEqual([
      'succeeded',
      0,
      [],
      1,
    ]);
  });

  test('does not hold the polls up', async () => {
    await using github = await startGithub({ faults: [hanging()] });
    await using waiting = await start(
      publishing(github, { tasks: [lone('a', RUNNING)], inputs: { timeout: '1h' } }),
    );
    await waiting.until(waiting.sim.waitForRequest(3));
    expect(github.requests.map(({ outcome }) => outcome)).toEqual(['open']);
  });

  test('soon is waited for, so that pending does not come last', async () => {
    const faults = [on({ request: 1 }, slow(2_000))];
    const ended = await publish({ tasks: [lone('a')] }, { faults });
    expect([ended.states, ended.warnings]).toEqual([['pending', 'success'], []]);
    const [first, second] = ended.github.requests;
    expect((second?.receivedMs ?? 0) - (first?.receivedMs ?? 0)).toBeGreaterThan(1_900);
  });
});

describe.concurrent.each(['SIGINT', 'SIGTERM'] as const)('%s', (signal) => {
  /** Cancels a step that waits, once GitHub has got so many requests. */
  async function cancelled(options: GithubOptions, isReady: (github: Github) => Promise<void>) {
    await using github = await startGithub(options);
    await using waiting = await start(
      publishing(github, { tasks: [lone('a', RUNNING)], inputs: { timeout: '1h', 'poll-interval': '10m' } }),
    );
    await waiting.until(isReady(github));
    await waiting.until(waiting.step.waitForOutput(/a .*Running/));
    const signalledAt = performance.now();
    waiting.step.signal(signal);
    const ended = await waiting.end();
    expect(performance.now() - signalledAt).toBeLessThan(2_000);
    expect([ended.result, ended.exitCode]).toEqual(['cancelled', 1]);
    expectKept(github, waiting);
    return { ...ended, states: github.statuses.map(({ state }) => state), github };
  }

  const asked = async (github: Github) => {
    await github.waitForRequest(1);
  };
  const answered = (github: Github) => github.waitUntil(([first]) => first?.outcome === 'answered');

  test('is an error', async () => {
    const ended = await cancelled({}, answered);
    expect(ended.states).toEqual(['pending', 'error']);
    expect(ended.github.statuses[1]?.description).toContain('cancelled');
    expect(ended.annotations).toHaveLength(1);
  });

  test('while pending hangs is an error all the same', async () => {
    const ended = await cancelled({ faults: [on({ request: 1 }, unmade(hang()))] }, asked);
    expect(ended.states).toEqual(['error']);
    expect(ended.annotations, 'no warning for what was cut off on purpose').toHaveLength(1);
  });

  test('while GitHub never answers ends the step within 2 s', async () => {
    const ended = await cancelled({ faults: [unmade(hang())] }, asked);
    expect(ended.states).toEqual([]);
    expect(ended.github.requests.length, 'it was tried').toBe(2);
  });

  test('while GitHub never answers at the end ends the step within 2 s', async () => {
    const ended = await cancelled({ faults: [on({ request: 2 }, unmade(hang('inside-body')))] }, answered);
    expect(ended.states).toEqual(['pending']);
  });

  test('while the end is published ends the step soon', async () => {
    await using github = await startGithub({ faults: [on({ request: 2 }, unmade(hang()))] });
    await using waiting = await start(publishing(github, { tasks: [lone('a')] }));
    await waiting.until(github.waitUntil((requests) => requests.length === 2));
    const signalledAt = performance.now();
    waiting.step.signal(signal);
    const ended = await waiting.end();
    expect(performance.now() - signalledAt).toBeLessThan(2_000);
    expect([ended.result, ended.exitCode], 'the verdict had been told').toEqual(['succeeded', 0]);
  });
});
