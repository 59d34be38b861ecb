import { describe, test } from 'vitest';
import {
  FAILED,
  RUNNING,
  type RunningScene,
  type Scene,
  SUCCEEDED,
  startScene,
  until,
} from '../harness/scene.ts';
import { transcriptOf } from '../harness/transcript.ts';
import { on } from '../simulator/fault.ts';
import { html, rateLimited, status } from '../simulator/faults.ts';
import { ago, type TaskOptions, task } from '../simulator/wire.ts';
import { cutBody, reset } from '../simulator/wire-faults.ts';

interface Story extends Scene {
  readonly ends: readonly [result: string, exitCode: number];
  /** Nothing that it tells depends on how long anything took. */
  readonly isTimeless?: boolean;
  /** Something that happens to the step while it waits. */
  readonly meanwhile?: (running: RunningScene) => Promise<unknown>;
}

const APP = 'registry.example.com/team/app';
const WEST = { clusterId: 'us-west-01', clusterName: 'US West' };
const EAST = { clusterId: 'us-east-02', clusterName: 'US East' };
const BOTH = { image: 'team/app:v2', 'cluster-ids': 'us-west-01, us-east-02' };
const SIZE = '6800000000';

/** A task of the image that the stories are about. Its age is no whole minute, so that no second more or less shows. */
const pulled = (id: string, options: TaskOptions = {}) =>
  task({
    id,
    imageUrl: `${APP}:v2`,
    ...WEST,
    imageSize: SIZE,
    createTime: ago(3_990),
    completeTime: ago(3_690),
    ...options,
  });
/** One that is still pulled, until the poll from which on it is as `then` says. */
const pulling = (id: string, poll: number, then: TaskOptions, options: TaskOptions = {}) =>
  until(poll, then, { id, imageUrl: `${APP}:v2`, ...WEST, createTime: ago(90), ...options });
/** One of an earlier build, finished long ago. */
const earlier = (id: string, options: TaskOptions = {}) =>
  pulled(id, { imageUrl: `${APP}:v1`, createTime: ago(90_030), completeTime: ago(89_730), ...options });
const CREATING = { image: `${APP}:v2`, 'cluster-ids': 'us-west-01, us-east-02', 'create-missing': 'true' };
/** What is created is warm at the second look. */
const SOON = { script: () => ({ steps: [{ fromPoll: 2, ...SUCCEEDED, imageSize: SIZE }] }) };
const REFUSED = { state: 'Failed', reason: ['toomanyrequests: the registry limits anonymous pulls'] };

const STORIES: Readonly<Record<string, Story>> = {
  'warm at once': {
    ends: ['succeeded', 0],
    inputs: BOTH,
    tasks: [pulled('pw-1'), pulled('pw-2', EAST)],
  },
  'waits and succeeds': {
    ends: ['succeeded', 0],
    inputs: BOTH,
    tasks: [
      earlier('pw-1'),
      pulling('pw-2', 2, { ...SUCCEEDED, imageSize: SIZE }),
      task({
        id: 'pw-3',
        imageUrl: `${APP}:v2`,
        ...EAST,
        createTime: ago(90),
        state: 'Pending',
        steps: [
          { fromPoll: 2, ...RUNNING, reason: ['pulling from a mirror'] },
          { fromPoll: 4, ...SUCCEEDED, imageSize: SIZE, reason: [] },
        ],
      }),
    ],
  },
  'fails with reasons': {
    ends: ['failed', 1],
    inputs: BOTH,
    tasks: [pulled('pw-1'), pulling('pw-2', 2, { ...REFUSED, reason: ['disk full', 'gave up'] }, EAST)],
  },
  'times out with a failure': {
    ends: ['failed', 1],
    inputs: { ...BOTH, 'fail-fast': 'false', timeout: '2s', 'allowed-results': 'succeeded, timed-out' },
    tasks: [pulled('pw-1', REFUSED), pulling('pw-2', 99, {}, { ...EAST, reason: ['ErrImagePull: 401'] })],
  },
  'times out': {
    ends: ['timed-out', 1],
    inputs: { ...BOTH, timeout: '2s' },
    tasks: [
      pulled('pw-1'),
      pulling('pw-2', 99, {}, { ...EAST, state: 'Pending', reason: ['ErrImagePull: 401'] }),
    ],
  },
  'finds nothing but what comes near': {
    ends: ['not-found', 1],
    inputs: { image: 'team/app:v2', 'cluster-ids': 'us-west-01', note: 'build 7' },
    tasks: [
      earlier('pw-1', { note: 'build 7' }),
      pulled('pw-2', { note: 'build 6' }),
      pulled('pw-3', { ...EAST, note: 'build 7' }),
      pulled('pw-4', { imageUrl: 'registry.example.com/team/my-app:v2' }),
    ],
  },
  'finds nothing at all': {
    ends: ['not-found', 1],
    inputs: { image: 'team/app:v2', 'appear-timeout': '1s' },
  },
  'is cancelled': {
    ends: ['cancelled', 1],
    inputs: { ...BOTH, timeout: '1h', 'poll-interval': '10m' },
    tasks: [pulled('pw-1'), pulling('pw-2', 99, {}, EAST)],
    meanwhile: async ({ step }) => {
      await step.waitForOutput(/us-east-02.*Running/);
      step.signal('SIGINT');
    },
  },
  'has a key that is refused': { ends: ['error', 1], apiKey: 'sk-of-another-account', inputs: BOTH },
  'makes the mistakes of a newcomer': {
    ends: ['error', 1],
    isTimeless: true,
    inputs: {
      'api-key': ' ',
      image: 'https://registry.example.com/team/app:v2',
      'cluster-id': 'us-west-01',
      'task-ids': '- pw-1',
      'created-after': '900',
      require: 'most',
      'fail-fast': 'yes',
      'allowed-results': 'succeeded, timeout',
      timeout: '30min',
      'poll-interval': '5 s',
      'base-url': 'api.ppinfra.com',
      'api-version': '2',
    },
  },
  'creates what is missing': {
    ends: ['succeeded', 0],
    inputs: CREATING,
    tasks: [pulled('pw-1')],
    create: SOON,
  },
  'has no room in the quota': {
    ends: ['error', 1],
    inputs: CREATING,
    tasks: [earlier('pw-1'), earlier('pw-2', EAST), earlier('pw-3', { clusterId: 'eu' })],
    create: { ...SOON, quota: 4 },
  },
  'makes room by deleting what is superseded': {
    ends: ['succeeded', 0],
    inputs: { ...CREATING, 'delete-superseded': 'true' },
    tasks: [
      earlier('pw-1', { createTime: ago(180_030), ...REFUSED }),
      earlier('pw-2'),
      earlier('pw-3', { ...EAST, createTime: ago(180_030) }),
      earlier('pw-4', EAST),
      earlier('pw-5', { imageUrl: 'registry.example.com/team/other:v1' }),
    ],
    create: SOON,
  },
  'creates a failed task anew': {
    ends: ['succeeded', 0],
    speed: 10,
    inputs: { ...CREATING, 'cluster-ids': 'us-west-01', 'recreate-failed': '1', timeout: '10m' },
    create: {
      script: (_order, n) => ({ steps: [{ fromPoll: 2, ...(n === 1 ? REFUSED : SUCCEEDED) }] }),
    },
  },
  'waits for several images': {
    ends: ['succeeded', 0],
    inputs: { image: 'team/app:v2\nteam/worker:v2', 'cluster-ids': 'us-west-01, us-east-02' },
    tasks: ['app', 'worker'].flatMap((name, index) => [
      pulled(`${name}-west`, { imageUrl: `registry.example.com/team/${name}:v2` }),
      pulling(`${name}-east`, 2 + index, SUCCEEDED, {
        imageUrl: `registry.example.com/team/${name}:v2`,
        ...EAST,
      }),
    ]),
  },
  'waits on v2': {
    ends: ['succeeded', 0],
    inputs: { ...BOTH, 'api-version': 'v2' },
    tasks: [pulled('pw-1'), pulling('pw-2', 3, { ...SUCCEEDED, imageSize: SIZE }, EAST)],
  },
  'waits for tasks by id on v2': {
    ends: ['failed', 1],
    inputs: { image: '', 'task-ids': '["pw-1", "pw-2"]', 'api-version': 'v2' },
    tasks: [pulled('pw-1'), pulling('pw-2', 2, REFUSED, EAST)],
  },
  'meets a busy API': {
    ends: ['succeeded', 0],
    inputs: BOTH,
    tasks: [pulled('pw-1'), pulled('pw-2', EAST)],
    faults: [on({ poll: 1 }, rateLimited('1')), on({ poll: 2 }, status(503))],
  },
  'sits out an outage': {
    ends: ['succeeded', 0],
    speed: 10,
    inputs: { ...BOTH, timeout: '5m' },
    tasks: [pulled('pw-1'), pulling('pw-2', 7, SUCCEEDED, EAST)],
    faults: [
      on({ poll: 2 }, reset()),
      on({ poll: 3 }, html(502)),
      on({ poll: 4 }, cutBody()),
      on({ poll: 5 }, status(404)),
    ],
  },
  'is ready in part, for a matrix': {
    ends: ['failed', 0],
    inputs: { ...BOTH, 'fail-fast': 'false', 'allowed-results': 'failed' },
    tasks: [pulled('pw-1'), pulled('pw-2', { ...EAST, ...REFUSED })],
  },
  'asks for any': {
    ends: ['succeeded', 0],
    inputs: { image: 'team/app:v2', require: 'any' },
    tasks: [pulled('pw-1'), pulling('pw-2', 99, {}, EAST), pulled('pw-3', { clusterId: 'eu-01', ...FAILED })],
  },
};

describe.concurrent('a step that', () => {
  test.for(Object.keys(STORIES))('%s', async (name, { expect }) => {
    const { ends, meanwhile, isTimeless, ...scene } = STORIES[name] as Story;
    await using running = await startScene({ ...scene, inputs: { timeout: '10m', ...scene.inputs } });
    await meanwhile?.(running);
    const ended = await running.end({ warnings: 0 });
    expect([ended.result, ended.exitCode], ended.stdout).toEqual(ends);
    await expect(transcriptOf(ended, isTimeless)).toMatchFileSnapshot(
      `./stories/${name.replaceAll(/[ ,]+/g, '-')}.txt`,
    );
  });
});
