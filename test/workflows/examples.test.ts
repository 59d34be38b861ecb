import { describe, expect, it } from 'vitest';
import { startGithub } from '../simulator/github.ts';
import { startSimulator } from '../simulator/server.ts';
import { type TaskOptions, task } from '../simulator/wire.ts';
import { runExample, type WorkflowRun } from './act.ts';

const PYTORCH = 'registry.example.com/ml/pytorch:2.9-cuda13';

/** A task for the image of most examples: by itself one that has succeeded. */
const pytorch = (clusterId: string, options: TaskOptions = {}) =>
  task({ imageUrl: PYTORCH, clusterId, ...options });

const pulledAtPoll = (poll: number): TaskOptions => ({
  state: 'Running',
  steps: [{ fromPoll: poll, state: 'Succeeded' }],
});

/** Each job with its result, and with the value of its matrix if it has one. */
const endsOf = ({ jobs }: WorkflowRun) =>
  jobs.map(({ id, matrix, result }) => [id, ...Object.values(matrix), result].join(' ')).sort();

/** All that the steps of a job printed; of a matrix, all its jobs. */
const logOf = ({ jobs }: WorkflowRun, id: string) =>
  jobs.filter((job) => job.id === id).flatMap(({ steps }) => steps.flatMap(({ log }) => log));

const annotationsOf = ({ jobs }: WorkflowRun) =>
  jobs.flatMap(({ steps }) => steps.flatMap(({ annotations }) => annotations));

describe('gate-deploy.yml', () => {
  const example = 'gate-deploy.yml';

  it('deploys once the last cluster has the image, and hands the message over', async () => {
    await using api = await startSimulator({
      tasks: [pytorch('us-west-01'), pytorch('eu-central-02', pulledAtPoll(3))],
    });
    const run = await runExample({ example, api, inputs: { 'poll-interval': '1s' } });
    expect(run.exitCode).toBe(0);
    expect(endsOf(run)).toEqual(['deploy success', 'prewarm success']);
    expect(api.requests.map(({ poll, status }) => [poll, status])).toEqual([
      [1, 200],
      [2, 200],
      [3, 200],
    ]);
    expect(logOf(run, 'deploy')).toEqual([
      expect.stringMatching(
        /^registry\.example\.com\/ml\/pytorch:2\.9-cuda13 in clusters us-west-01, eu-central-02 is warm: 2 tasks/,
      ),
      `Deploy ${PYTORCH} to us-west-01, eu-central-02 here.`,
    ]);
  });

  it('does not deploy when the image is not warm in one cluster', async () => {
    await using api = await startSimulator({
      tasks: [pytorch('us-west-01'), pytorch('eu-central-02', { state: 'Failed', reason: ['no such tag'] })],
    });
    const run = await runExample({ example, api });
    expect(run.exitCode).toBe(1);
    expect(endsOf(run)).toEqual(['prewarm failure']);
    expect(annotationsOf(run)).toEqual([expect.stringMatching(/^error: .*is not warm.*no such tag/)]);
  });

  it('does not deploy when the key is refused', async () => {
    await using api = await startSimulator({ tasks: [pytorch('us-west-01')] });
    const run = await runExample({ example, api, secrets: { PPIO_API_KEY: 'sk-another' } });
    expect(run.exitCode).toBe(1);
    expect(endsOf(run)).toEqual(['prewarm failure']);
    expect(api.requests.map(({ status }) => status)).toEqual([403]);
  });
});

describe('ready-clusters-matrix.yml', () => {
  const example = 'ready-clusters-matrix.yml';

  it('deploys to each cluster that has the image and to no other', async () => {
    await using api = await startSimulator({
      tasks: [
        pytorch('us-west-01'),
        pytorch('eu-central-02', { state: 'Failed' }),
        pytorch('ap-south-01', pulledAtPoll(2)),
      ],
    });
    const run = await runExample({ example, api, inputs: { 'poll-interval': '1s' } });
    expect(run.exitCode).toBe(0);
    expect(endsOf(run)).toEqual([
      'deploy ap-south-01 success',
      'deploy us-west-01 success',
      'prewarm success',
    ]);
    expect(logOf(run, 'deploy').sort()).toEqual([
      `Deploy ${PYTORCH} to ap-south-01 here.`,
      `Deploy ${PYTORCH} to us-west-01 here.`,
    ]);
  });

  it('deploys nowhere, and is green, when a task succeeded but no cluster is ready', async () => {
    const product = (productId: string) => ({ products: [{ productId, productName: productId }] });
    await using api = await startSimulator({
      tasks: [
        pytorch('us-west-01', product('a')),
        pytorch('us-west-01', { ...product('b'), state: 'Failed' }),
        pytorch('eu-central-02', { state: 'Failed' }),
        pytorch('ap-south-01', { state: 'Failed' }),
      ],
    });
    const run = await runExample({ example, api });
    expect(run.exitCode).toBe(0);
    expect(endsOf(run)).toEqual(['prewarm success']);
  });

  it('is red when no cluster got the image', async () => {
    await using api = await startSimulator({
      tasks: ['us-west-01', 'eu-central-02', 'ap-south-01'].map((cluster) =>
        pytorch(cluster, { state: 'Failed' }),
      ),
    });
    const run = await runExample({ example, api });
    expect(run.exitCode).toBe(1);
    expect(endsOf(run)).toEqual(['prewarm failure']);
  });
});

describe('several-images.yml', () => {
  const example = 'several-images.yml';
  const images = [PYTORCH, 'registry.example.com/ml/vllm:0.14', 'registry.example.com/ml/comfyui:1.3'];
  const tasksOf = (stateOf: (imageUrl: string) => string) =>
    images.flatMap((imageUrl) =>
      ['us-west-01', 'eu-central-02'].map((clusterId) =>
        task({ imageUrl, clusterId, state: stateOf(imageUrl) }),
      ),
    );

  it('waits for each image in a job of its own and deploys when all are warm', async () => {
    await using api = await startSimulator({ tasks: tasksOf(() => 'Succeeded') });
    const run = await runExample({ example, api });
    expect(run.exitCode).toBe(0);
    expect(endsOf(run)).toEqual([
      'deploy success',
      ...images.map((image) => `prewarm ${image} success`).sort(),
    ]);
    expect(api.requests.map(({ query }) => query['name']).sort()).toEqual(['comfyui', 'pytorch', 'vllm']);
  });

  it('is red for the image that failed and for no other, and does not deploy', async () => {
    await using api = await startSimulator({
      tasks: tasksOf((image) => (image.includes('vllm') ? 'Failed' : 'Succeeded')),
    });
    const run = await runExample({ example, api });
    expect(run.exitCode).toBe(1);
    expect(endsOf(run)).toEqual(
      images.map((image) => `prewarm ${image} ${image.includes('vllm') ? 'failure' : 'success'}`).sort(),
    );
  });
});

describe('continue-on-timeout.yml', () => {
  const example = 'continue-on-timeout.yml';
  const deployed = 'Deploy here.';

  it('deploys after a timeout, with a warning and with what is warm so far', async () => {
    await using api = await startSimulator({
      tasks: [pytorch('us-west-01'), pytorch('eu-central-02', { state: 'Running' })],
    });
    const run = await runExample({ example, api, inputs: { timeout: '2s' } });
    expect(run.exitCode).toBe(0);
    expect(endsOf(run)).toEqual(['deploy success']);
    expect(annotationsOf(run)).toEqual([
      expect.stringMatching(/^warning: Timed out after 2s.*eu-central-02/),
    ]);
    expect(logOf(run, 'deploy').slice(-2)).toEqual([
      'Warm so far - ["us-west-01"]. Give the first start in the others more time.',
      deployed,
    ]);
  });

  it('deploys without more ado when the image is warm in time', async () => {
    await using api = await startSimulator({ tasks: [pytorch('us-west-01'), pytorch('eu-central-02')] });
    const run = await runExample({ example, api });
    expect(run.exitCode).toBe(0);
    expect(annotationsOf(run)).toEqual([]);
    expect(run.jobs[0]?.steps.map(({ name, result }) => [name.split(' ')[0], result])).toEqual([
      ['OWNER/wait-for-image-prewarm@v1', 'success'],
      ['echo', 'success'],
    ]);
    expect(logOf(run, 'deploy').at(-1)).toBe(deployed);
  });

  it('does not deploy when a task failed', async () => {
    await using api = await startSimulator({
      tasks: [pytorch('us-west-01'), pytorch('eu-central-02', { state: 'Failed' })],
    });
    const run = await runExample({ example, api });
    expect(run.exitCode).toBe(1);
    expect(endsOf(run)).toEqual(['deploy failure']);
    expect(logOf(run, 'deploy')).not.toContain(deployed);
  });
});

describe('build-prewarm-deploy.yml', () => {
  const scene = {
    example: 'build-prewarm-deploy.yml',
    event: 'push',
    inputs: { 'poll-interval': '1s' },
    secrets: { REGISTRY_USER: 'robot', REGISTRY_PASSWORD: 'pass-word-1', REGISTRY_AUTH_ID: 'auth-id-1' },
    // Says what it was asked to do, and to `login` also what it read.
    commands: { docker: 'echo "docker $*"; if [ "$1" = login ]; then test "$(cat)" = pass-word-1; fi' },
  };

  it('builds, creates a task in each cluster, waits for them and deploys', async () => {
    await using api = await startSimulator();
    const run = await runExample({ ...scene, api });
    expect(run.exitCode).toBe(0);
    expect(endsOf(run)).toEqual(['build success', 'deploy success', 'prewarm success']);
    const image = `registry.example.com/ml/server:${run.sha}`;
    expect(logOf(run, 'build')).toEqual([
      'docker login registry.example.com --username *** --password-stdin',
      `docker build --tag ${image} .`,
      `docker push ${image}`,
    ]);
    const order = {
      version: 'v1',
      imageUrl: image,
      productIds: [],
      note: run.sha,
      repositoryAuth: 'auth-id-1',
    };
    expect(api.created).toEqual([
      { id: 'created-1', clusterId: 'us-west-01', ...order },
      { id: 'created-2', clusterId: 'eu-central-02', ...order },
    ]);
    expect(logOf(run, 'deploy')).toEqual([
      'Tasks created by this run: ["created-1","created-2"]',
      `Deploy ${image} to us-west-01, eu-central-02 here.`,
    ]);
  });

  it('finds its tasks again, and creates none, when it runs once more for the same commit', async () => {
    await using api = await startSimulator();
    const first = await runExample({ ...scene, api });
    const again = await runExample({ ...scene, api });
    expect([first.exitCode, again.exitCode, again.sha]).toEqual([0, 0, first.sha]);
    expect(api.created).toHaveLength(2);
    expect(logOf(again, 'deploy')[0]).toBe('Tasks created by this run: []');
  });

  it('asks the API for nothing when the image could not be pushed', async () => {
    await using api = await startSimulator();
    const run = await runExample({ ...scene, api, commands: { docker: 'test "$1" != push' } });
    expect(run.exitCode).toBe(1);
    expect(endsOf(run)).toEqual(['build failure']);
    expect(api.requests).toEqual([]);
  });

  it('does not deploy when a task cannot be created', async () => {
    await using api = await startSimulator({ create: { clusters: ['us-west-01'] } });
    const run = await runExample({ ...scene, api });
    expect(run.exitCode).toBe(1);
    expect(endsOf(run)).toEqual(['build success', 'prewarm failure']);
    expect(annotationsOf(run)).toEqual([expect.stringContaining('RESOURCE_NOT_FOUND')]);
  });
});

describe('commit-status.yml', () => {
  const scene = { example: 'commit-status.yml', event: 'push', inputs: { 'poll-interval': '1s' } };
  const head = 'a'.repeat(40);
  const pullRequest = (fork: boolean) => ({
    event: 'pull_request',
    payload: { pull_request: { number: 7, head: { ref: 'topic', sha: head, repo: { fork } } } },
  });
  const warm = () => [pytorch('us-west-01'), pytorch('eu-central-02', pulledAtPoll(2))];

  it('shows on the commit that the image is awaited, and then that it is warm', async () => {
    await using api = await startSimulator({ tasks: warm() });
    await using github = await startGithub();
    const run = await runExample({ ...scene, api, github });
    expect(run.exitCode).toBe(0);
    const status = {
      sha: run.sha,
      context: 'prewarm/pytorch',
      description: expect.any(String),
      target_url: 'https://github.com/octo-org/app/actions/runs/1',
    };
    expect(github.statuses).toEqual([
      { ...status, state: 'pending' },
      { ...status, state: 'success' },
    ]);
    expect(annotationsOf(run)).toEqual([]);
  });

  it('shows a failure', async () => {
    await using api = await startSimulator({
      tasks: [pytorch('us-west-01'), pytorch('eu-central-02', { state: 'Failed' })],
    });
    await using github = await startGithub();
    const run = await runExample({ ...scene, api, github });
    expect(run.exitCode).toBe(1);
    expect(github.statuses.map(({ state }) => state)).toEqual(['pending', 'failure']);
  });

  it('goes to the head of a pull request', async () => {
    await using api = await startSimulator({ tasks: warm() });
    await using github = await startGithub();
    const run = await runExample({ ...scene, ...pullRequest(false), api, github });
    expect(run.exitCode).toBe(0);
    expect(github.statuses.map(({ sha, state }) => [sha, state])).toEqual([
      [head, 'pending'],
      [head, 'success'],
    ]);
  });

  it('does nothing for a pull request from a fork', async () => {
    await using api = await startSimulator({ tasks: warm() });
    await using github = await startGithub();
    const run = await runExample({ ...scene, ...pullRequest(true), api, github });
    expect(run.exitCode).toBe(0);
    expect(run.jobs).toEqual([]);
    expect([...api.requests, ...github.requests]).toEqual([]);
  });

  it('stays green, with one warning, when the token may not write statuses', async () => {
    await using api = await startSimulator({ tasks: warm() });
    await using github = await startGithub({ permitted: false });
    const run = await runExample({ ...scene, api, github });
    expect(run.exitCode).toBe(0);
    expect(endsOf(run)).toEqual(['prewarm success']);
    expect(annotationsOf(run)).toEqual([expect.stringMatching(/^warning: .*statuses: write/)]);
  });
});
