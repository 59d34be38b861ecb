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
const FAILED: TaskOptions = { state: 'Failed', reason: ['no such tag'] };

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
    expect([run.exitCode, ...endsOf(run)]).toEqual([0, 'deploy success', 'prewarm success']);
    expect(logOf(run, 'deploy')).toEqual([
      expect.stringContaining('is warm'),
      `Deploy ${PYTORCH} to us-west-01, eu-central-02 here.`,
    ]);
  });

  it('does not deploy when the image is not warm in one cluster', async () => {
    await using api = await startSimulator({
      tasks: [pytorch('us-west-01'), pytorch('eu-central-02', FAILED)],
    });
    const run = await runExample({ example, api });
    expect([run.exitCode, ...endsOf(run)]).toEqual([1, 'prewarm failure']);
    expect(annotationsOf(run)).toEqual([expect.stringMatching(/^error: .*no such tag/)]);
  });
});

describe('ready-clusters-matrix.yml', () => {
  const example = 'ready-clusters-matrix.yml';

  it.each([
    ['slow', { state: 'Running' }],
    ['failed', FAILED],
    ['without a task', null],
  ])('deploys to each cluster that has the image when another one is %s', async (_, third) => {
    await using api = await startSimulator({
      tasks: [
        pytorch('us-west-01'),
        pytorch('ap-south-01', pulledAtPoll(2)),
        ...(third === null ? [] : [pytorch('eu-central-02', third)]),
      ],
    });
    const run = await runExample({ example, api, inputs: { 'poll-interval': '1s', timeout: '5s' } });
    expect([run.exitCode, ...endsOf(run)]).toEqual([
      0,
      'deploy ap-south-01 success',
      'deploy us-west-01 success',
      'prewarm success',
    ]);
    expect(annotationsOf(run)).toEqual([expect.stringMatching(/^warning: /)]);
  });

  it('is red when no cluster got the image', async () => {
    const clusters = ['us-west-01', 'eu-central-02', 'ap-south-01'];
    await using api = await startSimulator({ tasks: clusters.map((cluster) => pytorch(cluster, FAILED)) });
    const run = await runExample({ example, api });
    expect([run.exitCode, ...endsOf(run)]).toEqual([1, 'prewarm failure']);
    expect(annotationsOf(run).at(-1)).toBe(
      `error: No cluster has the image. Not ready: ${JSON.stringify(clusters)}`,
    );
  });
});

describe('several-images.yml', () => {
  it.each([
    ['deploys when all images are warm', {}, 0],
    ['does not deploy when one image failed', FAILED, 1],
  ])('waits for all images in one step and %s', async (_, vllm, exitCode) => {
    const tasks = ['us-west-01', 'eu-central-02'].flatMap((clusterId) => [
      pytorch(clusterId),
      task({ imageUrl: 'registry.example.com/ml/vllm:0.14', clusterId, ...vllm }),
      task({ imageUrl: 'registry.example.com/ml/comfyui:1.3', clusterId }),
    ]);
    await using api = await startSimulator({ tasks });
    const run = await runExample({ example: 'several-images.yml', api });
    const clusters = '["us-west-01","eu-central-02"]';
    expect([run.exitCode, logOf(run, 'deploy')]).toEqual([
      exitCode,
      exitCode === 0 ? [`Every image is warm in ${clusters}; deploy here.`] : [],
    ]);
  });
});

describe('continue-on-timeout.yml', () => {
  const example = 'continue-on-timeout.yml';

  it('deploys after a timeout, with a warning and with what is warm so far', async () => {
    await using api = await startSimulator({
      tasks: [pytorch('us-west-01'), pytorch('eu-central-02', { state: 'Running' })],
    });
    const run = await runExample({ example, api, inputs: { timeout: '2s' } });
    expect([run.exitCode, ...endsOf(run)]).toEqual([0, 'deploy success']);
    expect(annotationsOf(run)).toEqual([expect.stringMatching(/^warning: .*eu-central-02/)]);
    expect(logOf(run, 'deploy').slice(-2)).toEqual([
      'Warm so far - ["us-west-01"]. Give the first start in the others more time.',
      'Deploy here.',
    ]);
  });

  it('does not deploy when a task failed', async () => {
    await using api = await startSimulator({
      tasks: [pytorch('us-west-01'), pytorch('eu-central-02', FAILED)],
    });
    const run = await runExample({ example, api });
    expect([run.exitCode, ...endsOf(run)]).toEqual([1, 'deploy failure']);
    expect(logOf(run, 'deploy')).not.toContain('Deploy here.');
  });
});

describe('reusable-caller.yml with reusable-prewarm.yml', () => {
  const example = 'reusable-caller.yml';

  it('hands the outputs of the called workflow up to the caller', async () => {
    await using api = await startSimulator({ tasks: [pytorch('us-west-01'), pytorch('eu-central-02')] });
    const run = await runExample({ example, api });
    expect(run.exitCode).toBe(0);
    expect(logOf(run, 'deploy')).toEqual(['succeeded in ["us-west-01","eu-central-02"]; deploy here.']);
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

  it('builds, creates a task in each cluster, waits for them and deploys; run again, it creates none', async () => {
    await using api = await startSimulator();
    const run = await runExample({ ...scene, api });
    expect([run.exitCode, ...endsOf(run)]).toEqual([0, 'build success', 'deploy success', 'prewarm success']);
    const imageUrl = `registry.example.com/ml/server:${run.sha}`;
    expect(logOf(run, 'build').at(-1)).toBe(`docker push ${imageUrl}`);
    const order = { version: 'v1', imageUrl, productIds: [], note: run.sha, repositoryAuth: 'auth-id-1' };
    expect(api.created).toEqual([
      { id: 'created-1', clusterId: 'us-west-01', ...order },
      { id: 'created-2', clusterId: 'eu-central-02', ...order },
    ]);
    const again = await runExample({ ...scene, api });
    expect([again.exitCode, api.created.length]).toEqual([0, 2]);
    expect(logOf(again, 'deploy')[0]).toBe('Tasks created by this run: []');
  });

  it('keeps going over twelve pushes within a quota of five, one of which fails', async () => {
    const sixthInEurope = 12;
    await using api = await startSimulator({
      create: {
        quota: 5,
        script: (_, n) => ({
          steps: [{ fromPoll: 1, ...(n === sixthInEurope ? FAILED : { state: 'Succeeded' }) }],
        }),
      },
    });
    const exitCodes: (number | null)[] = [];
    for (let commit = 1; commit <= 12; commit += 1) {
      const run = await runExample({ ...scene, api, commit });
      exitCodes.push(run.exitCode);
      expect(endsOf(run).includes('deploy success'), annotationsOf(run).join('\n')).toBe(commit !== 6);
    }
    expect(exitCodes).toEqual([0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    // What is left is the last push.
    const created = api.created.map(({ id }) => id);
    expect(created.filter((id) => !api.deleted.includes(id))).toEqual(created.slice(-2));
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

  it('shows on the head of a pull request that the image is awaited, and then that it is warm', async () => {
    await using api = await startSimulator({ tasks: warm() });
    await using github = await startGithub();
    const run = await runExample({ ...scene, ...pullRequest(false), api, github });
    expect([run.exitCode, annotationsOf(run)]).toEqual([0, []]);
    expect(github.statuses.map(({ sha, state, context }) => [sha, state, context])).toEqual([
      [head, 'pending', 'prewarm/pytorch'],
      [head, 'success', 'prewarm/pytorch'],
    ]);
  });

  it('does nothing for a pull request from a fork', async () => {
    await using api = await startSimulator({ tasks: warm() });
    await using github = await startGithub();
    const run = await runExample({ ...scene, ...pullRequest(true), api, github });
    expect([run.exitCode, run.jobs, ...api.requests, ...github.requests]).toEqual([0, []]);
  });
});
