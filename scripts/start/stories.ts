/** What `npm start` can play: the scenes of the simulator, and some more that show a feature each. */
import { on } from '../../test/simulator/fault.ts';
import { rateLimited, status } from '../../test/simulator/faults.ts';
import { ago, type TaskOptions, type TaskScript, task } from '../../test/simulator/wire.ts';
import { STORIES as SCENES, type Story } from './scenes.ts';

const PYTORCH = 'registry.example.com/ml/pytorch';
const VLLM = 'registry.example.com/ml/vllm';
const US_WEST = { clusterId: 'us-west-01', clusterName: 'US West' };
const EU_CENTRAL = { clusterId: 'eu-central-02', clusterName: 'EU Central' };
const CLUSTERS = [US_WEST.clusterId, EU_CENTRAL.clusterId];
const IMAGE_BYTES = '6800000000';
const DAY = 86_400;
const INPUTS = {
  image: 'ml/pytorch:2.9-cuda13',
  'cluster-ids': CLUSTERS.join(', '),
  'poll-interval': '1s',
  timeout: '1m',
};

const MORE: Readonly<Record<string, Story>> = {
  'timed-out': {
    about: 'one of two clusters is still pulling when the timeout of 8 seconds has passed',
    inputs: { ...INPUTS, timeout: '8s' },
    ending: { result: 'timed-out', exitCode: 1, because: 'the slow cluster was not done in time' },
    simulator: () => ({
      tasks: [pulling('pw-2001', 4_000, US_WEST), pulling('pw-2002', 600_000, EU_CENTRAL)],
    }),
  },
  'several-images': {
    about: 'a step waits for two images, each in both clusters',
    inputs: { ...INPUTS, image: 'ml/pytorch:2.9-cuda13, ml/vllm:0.11' },
    ending: { result: 'succeeded', exitCode: 0, because: 'both clusters have both images' },
    simulator: () => ({
      tasks: [
        pulling('pw-3001', 4_000, US_WEST),
        pulling('pw-3002', 7_000, EU_CENTRAL),
        pulling('pw-3003', 5_000, { ...US_WEST, imageUrl: `${VLLM}:0.11` }),
        pulling('pw-3004', 10_000, { ...EU_CENTRAL, imageUrl: `${VLLM}:0.11` }),
      ],
    }),
  },
  'busy-api': {
    about: 'the API says 429 or 503 to every other poll, and when to come back',
    inputs: INPUTS,
    ending: { result: 'succeeded', exitCode: 0, because: 'the step came back when it was told to' },
    simulator: () => ({
      tasks: [pulling('pw-4001', 5_000, US_WEST), pulling('pw-4002', 9_000, EU_CENTRAL)],
      faults: [
        on({ poll: 1 }, rateLimited('2')),
        on({ poll: 3 }, status(503, { headers: { 'retry-after': '1' } })),
        on({ poll: 5 }, rateLimited()),
        on({ poll: 7 }, status(429, { headers: { 'x-ratelimit-reset': '2' } })),
      ],
    }),
  },
  'delete-superseded': {
    about: 'the quota of 5 tasks is used up: superseded ones are deleted to create two for a new build',
    inputs: {
      ...INPUTS,
      image: `${PYTORCH}:2.9-cuda13`,
      'create-missing': 'true',
      'delete-superseded': 'true',
    },
    ending: {
      result: 'succeeded',
      exitCode: 0,
      because: "both clusters have the new build, and its predecessors' tasks are gone",
    },
    simulator: () => ({
      tasks: [
        finished('pw-5001', 2, { ...US_WEST, imageUrl: `${PYTORCH}:2.7-cuda12` }),
        finished('pw-5002', 2, { ...EU_CENTRAL, imageUrl: `${PYTORCH}:2.7-cuda12` }),
        finished('pw-5003', 1, { ...US_WEST, imageUrl: `${PYTORCH}:2.8-cuda12` }),
        finished('pw-5004', 1, { ...EU_CENTRAL, imageUrl: `${PYTORCH}:2.8-cuda12` }),
        finished('pw-5005', 1, { ...EU_CENTRAL, imageUrl: `${VLLM}:0.11` }),
      ],
      create: {
        clusters: CLUSTERS,
        quota: 5,
        script: (_order, n) => ({ steps: pullEnding(3_000 + 3_000 * n) }),
      },
    }),
  },
};

/** Every story, by name. */
export const STORIES: Readonly<Record<string, Story>> = { ...SCENES, ...MORE };

function pulling(id: string, endMs: number, options: TaskOptions): TaskScript {
  return task({
    id,
    imageUrl: `${PYTORCH}:2.9-cuda13`,
    state: 'Pending',
    createTime: ago(75),
    ...options,
    steps: pullEnding(endMs),
  });
}

/** Milliseconds are counted from the start, or from the creation of a created task. */
function pullEnding(endMs: number): NonNullable<TaskOptions['steps']> {
  return [
    { fromMs: 2_000, state: 'Running', imageSize: IMAGE_BYTES },
    { fromMs: endMs, state: 'Succeeded' },
  ];
}

function finished(id: string, daysAgo: number, options: TaskOptions): TaskScript {
  const created = daysAgo * DAY;
  return task({
    id,
    imageSize: IMAGE_BYTES,
    createTime: ago(created),
    completeTime: ago(created - 240),
    ...options,
  });
}
