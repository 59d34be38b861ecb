import { describe, expect, test } from 'vitest';
import {
  FAILED,
  lone,
  RUNNING,
  runScene,
  type Scene,
  SUCCEEDED,
  startScene,
  until,
} from '../harness/scene.ts';
import { type Fault, on, unmade } from '../simulator/fault.ts';
import { body, redirect, status } from '../simulator/faults.ts';
import {
  DEFAULT_GITHUB_TOKEN,
  DEFAULT_REPOSITORY,
  type Github,
  type GithubOptions,
  startGithub,
} from '../simulator/github.ts';
import { startSimulator } from '../simulator/server.ts';
import { hang } from '../simulator/wire-faults.ts';

const SHA = '0123456789abcdef0123456789abcdef01234567';
const CONTEXT = 'prewarm/app 🚀';
/** 2 s are promised, and as much again is for a busy machine. */
const GONE_WITHIN_MS = 4_000;

/** A scene whose step publishes to a simulated GitHub, as a runner has it do. */
function publishingTo(github: Github, scene: Scene): Scene {
  const env = {
    GITHUB_API_URL: github.url,
    GITHUB_SERVER_URL: 'https://github.example',
    GITHUB_REPOSITORY: DEFAULT_REPOSITORY,
    GITHUB_RUN_ID: '4711',
    GITHUB_SHA: SHA,
    RUNNER_DEBUG: '1',
    ...scene.step?.env,
  };
  const inputs = { 'commit-status': CONTEXT, 'github-token': DEFAULT_GITHUB_TOKEN, ...scene.inputs };
  return { ...scene, inputs, step: { ...scene.step, env } };
}

const statesIn = (github: Github) => github.statuses.map(({ state }) => state);
const sentTo = ({ requests }: Pick<Github, 'requests'>) =>
  JSON.stringify(requests.map(({ path, query, headers, body: content }) => [path, query, headers, content]));

async function publish(scene: Scene, options: GithubOptions = {}) {
  await using github = await startGithub(options);
  const ended = await runScene(publishingTo(github, scene), { warnings: 'any' });
  expect(sentTo(ended.sim), 'the token is for GitHub alone').not.toContain(DEFAULT_GITHUB_TOKEN);
  expect(sentTo(github), 'the key is for the API alone').not.toContain('sk-simulator');
  return { ...ended, github, states: statesIn(github) };
}

// What a status says, and what is made of GitHub's answers, is proved in unit tests; here is what goes over the wire.
describe.concurrent('a commit status', () => {
  test('is pending, then says what came of it, below the path of GitHub', async () => {
    const tasks = [until(2, SUCCEEDED)];
    const { github, warnings } = await publish({ tasks }, { pathPrefix: '/api/v3' });
    const target_url = `https://github.example/${DEFAULT_REPOSITORY}/actions/runs/4711`;
    const common = { sha: SHA, context: CONTEXT, target_url };
    expect(github.statuses).toEqual([
      { ...common, state: 'pending', description: expect.stringMatching(/app/) },
      { ...common, state: 'success', description: expect.stringMatching(/^Warm in/) },
    ]);
    expect(warnings).toEqual([]);
  });

  test('of a wait that has failed is failure, whatever is allowed', async () => {
    const ended = await publish({ tasks: [lone('a', FAILED)], inputs: { 'allowed-results': 'failed' } });
    expect([ended.exitCode, ended.states]).toEqual([0, ['pending', 'failure']]);
  });

  test('of bad inputs is error, and of a bad commit none', async () => {
    expect((await publish({ inputs: { timeout: 'soon' } })).states).toEqual(['error']);
    const ended = await publish({ inputs: { 'commit-sha': '../../../user' } });
    expect([ended.result, ended.github.connectionCount]).toEqual(['error', 0]);
  });

  test.each(['commit-status', 'commit-sha', 'github-token'])(
    'with the API key in %s is never sent',
    async (name) => {
      const key = '0f1e2d3c4b5a69788796a5b4c3d2e1f001234567';
      await using github = await startGithub();
      const ended = await runScene(publishingTo(github, { inputs: { 'api-key': key, [name]: key } }));
      expect(ended.result).toBe('error');
      expect(sentTo(github)).not.toContain(key);
    },
  );

  test('that is not asked for brings GitHub nothing', async () => {
    const ended = await publish({ tasks: [lone('a')], inputs: { 'commit-status': ' \n' } });
    expect([ended.result, ended.github.connectionCount]).toEqual(['succeeded', 0]);
  });

  test('that cannot be published, in words that a runner obeys, is one warning', async () => {
    const said = JSON.stringify({ message: `a\n::error::pwned\r##[error]x ${DEFAULT_GITHUB_TOKEN}` });
    const faults = [unmade(body(said, 'application/json', 403))];
    const ended = await publish({ tasks: [lone('a')] }, { faults });
    expect([ended.result, ended.exitCode, ended.states]).toEqual(['succeeded', 0, []]);
    expect(ended.warnings).toEqual([expect.stringMatching(/pwned.*\*\*\*/)]);
  });

  test('for which GitHub fails for a moment is tried again', async () => {
    const faults = [on({ request: 2 }, unmade(status(502)))];
    const ended = await publish({ tasks: [lone('a')] }, { faults });
    expect([ended.states, ended.warnings]).toEqual([['pending', 'success'], []]);
  });

  test('follows no redirect', async () => {
    await using elsewhere = await startSimulator();
    const faults = [unmade(redirect(`${elsewhere.url}/x`, 307))];
    const ended = await publish({ tasks: [lone('a')] }, { faults });
    expect([ended.result, ended.warnings.length, elsewhere.connectionCount]).toEqual(['succeeded', 1, 0]);
  });
});

describe.concurrent('a signal', () => {
  test.each<[string, NodeJS.Signals, readonly Fault[], readonly string[]]>([
    ['all is well', 'SIGINT', [], ['pending', 'error']],
    ['pending is not answered', 'SIGTERM', [on({ request: 1 }, unmade(hang()))], ['error']],
    ['GitHub never answers', 'SIGINT', [unmade(hang())], []],
  ])('while %s ends the step in time (%s)', async (_what, signal, faults, states) => {
    await using github = await startGithub({ faults });
    const scene = { tasks: [lone('a', RUNNING)], inputs: { timeout: '1h', 'poll-interval': '10m' } };
    await using running = await startScene(publishingTo(github, scene));
    const isPending = faults.length > 0 ? 'open' : 'answered';
    await running.until(github.waitUntil(([first]) => first?.outcome === isPending));
    await running.until(running.step.waitForOutput(/a.*Running/));
    const sentAt = performance.now();
    running.step.signal(signal);
    const ended = await running.end({ warnings: 'any' });
    expect(performance.now() - sentAt).toBeLessThan(GONE_WITHIN_MS);
    expect([ended.result, ended.exitCode, statesIn(github)]).toEqual(['cancelled', 1, states]);
  });
});
