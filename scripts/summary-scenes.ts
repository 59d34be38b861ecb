import type { Inputs } from '../src/inputs/inputs.ts';
import type { Outcome } from '../src/outcome.ts';
import type { PrewarmTask } from '../src/tasks/task.ts';
import { clustersOf, inputs, outcome, task } from '../test/unit/report/support.ts';
import { START, START_SECONDS, wanted } from '../test/unit/support/factories.ts';

/** A summary to look at: the outcome of a wait, and what was asked for. */
export interface Scene {
  readonly outcome: Outcome;
  readonly inputs: Inputs;
}

const REGISTRY = 'registry.example.com';
const PYTORCH = 'ml/pytorch:2.9-cuda13';
const VLLM = 'ml/vllm:0.11.0';
const TRITON = 'ml/triton-server:25.10';
const SIZES: Readonly<Record<string, number>> = { [PYTORCH]: 6.8e9, [VLLM]: 9.13e9, [TRITON]: 4.45e9 };
const RATE_LIMIT = 'pull failed: toomanyrequests: the registry limits anonymous pulls';
const NO_SPACE = 'pull failed: no space left on device, 41 GB needed and 12 GB free on 3 of 40 nodes';

interface Spell {
  readonly cluster: string;
  readonly name?: string;
  readonly image?: string;
  /** Seconds from the start of the step. */
  readonly from: number;
  readonly to?: number;
}

function spell(
  { cluster, name = '', image = PYTORCH, from, to }: Spell,
  more: Partial<PrewarmTask>,
): PrewarmTask {
  return task({
    clusterId: cluster,
    clusterName: name,
    imageUrl: `${REGISTRY}/${image}`,
    imageSize: SIZES[image] ?? null,
    createTime: START_SECONDS + from,
    completeTime: to === undefined ? null : START_SECONDS + to,
    ...more,
  });
}

const usWest = (more: Partial<PrewarmTask> = {}) =>
  spell(
    { cluster: 'us-west-01', name: 'US West', from: -70, to: 5 },
    { id: 'pw-1003', state: 'Succeeded', ...more },
  );
const euCentral = (more: Partial<PrewarmTask> = {}) =>
  spell(
    { cluster: 'eu-central-02', name: 'EU Central', from: -280, to: 12 },
    { id: 'pw-1004', state: 'Succeeded', ...more },
  );

const TEN_CLUSTERS = [
  'us-west-01',
  'us-east-03',
  'eu-central-02',
  'eu-north-01',
  'ap-south-03',
  'ap-east-01',
  'cn-north-02',
  'cn-dev-1',
  'sa-east-01',
  'me-south-01',
];
const THREE_IMAGES = [PYTORCH, VLLM, TRITON];

function thirtyTasks(): PrewarmTask[] {
  return TEN_CLUSTERS.flatMap((cluster, row) =>
    THREE_IMAGES.map((image, column) => {
      const [from, took, id] = [
        -30 * column - 7 * row,
        60 + 23 * row + 41 * column,
        `pw-${2000 + 3 * row + column}`,
      ];
      if (row === 3 && column > 0)
        return spell({ cluster, image, from, to: from + took }, { id, state: 'Failed', reasons: [NO_SPACE] });
      if (row > 7 && column === 2) return spell({ cluster, image, from }, { id, state: 'Running' });
      return spell({ cluster, image, from, to: from + took }, { id, state: 'Succeeded' });
    }),
  );
}

function scene(happened: Partial<Outcome>, asked: Partial<Inputs>): Scene {
  const clusters = clustersOf(happened.tasks ?? [], ...(asked.clusterIds ?? []));
  const listed = asked.clusterIds?.flatMap((id) => clusters.filter(({ clusterId }) => clusterId === id));
  return {
    outcome: outcome({ clusters: listed ?? clusters, ...happened }),
    inputs: inputs({ images: wanted(PYTORCH), ...asked }),
  };
}

const TWO = { clusterIds: ['us-west-01', 'eu-central-02'] };

/** By name: what the pictures of summaries show. */
export const SCENES: Readonly<Record<string, Scene>> = {
  'one-task': scene({ tasks: [usWest()], endedAt: START + 8_000 }, { clusterIds: ['us-west-01'] }),
  'two-clusters': scene({ tasks: [euCentral(), usWest()], endedAt: START + 14_000, polls: 9 }, TWO),
  failure: scene(
    {
      result: 'failed',
      tasks: [
        usWest(),
        euCentral({ state: 'Failed', completeTime: START_SECONDS + 8, reasons: [RATE_LIMIT] }),
      ],
      endedAt: START + 9_000,
      polls: 6,
      failedPolls: 1,
    },
    TWO,
  ),
  timeout: scene(
    {
      result: 'timed-out',
      cause: 'the last poll failed: HTTP 503 from https://api.example.com, try again later',
      tasks: [
        usWest(),
        euCentral({ state: 'Failed', completeTime: START_SECONDS + 300, reasons: [RATE_LIMIT] }),
        spell({ cluster: 'ap-south-03', name: 'AP South', from: -20 }, { id: 'pw-1005', state: 'Running' }),
        spell(
          { cluster: 'sa-east-01', name: 'SA East', from: 30 },
          { id: 'pw-1006', state: 'Pending', imageSize: null, reasons: ['waiting for a node'] },
        ),
      ],
      absent: [{ clusterId: 'cn-dev-1' }],
      endedAt: START + 1_800_000,
      polls: 131,
      failedPolls: 4,
    },
    {
      clusterIds: ['us-west-01', 'eu-central-02', 'ap-south-03', 'sa-east-01', 'cn-dev-1'],
      failFast: false,
    },
  ),
  'thirty-tasks': scene(
    { result: 'failed', tasks: thirtyTasks(), endedAt: START + 240_000, polls: 22 },
    { images: wanted(...THREE_IMAGES), clusterIds: TEN_CLUSTERS },
  ),
  'three-images': scene(
    {
      tasks: THREE_IMAGES.flatMap((image, index) => [
        spell(
          { cluster: 'us-west-01', name: 'US West', image, from: -90 + 20 * index, to: 15 + 30 * index },
          { id: `pw-301${index}`, state: 'Succeeded' },
        ),
        spell(
          {
            cluster: 'eu-central-02',
            name: 'EU Central',
            image,
            from: -60 + 15 * index,
            to: 110 + 20 * index,
          },
          { id: `pw-302${index}`, state: 'Succeeded' },
        ),
      ]),
      createdTaskIds: ['pw-3020', 'pw-3021', 'pw-3022'],
      deletedTaskIds: ['pw-2991', 'pw-2992'],
      endedAt: START + 160_000,
      polls: 18,
    },
    { ...TWO, images: wanted(...THREE_IMAGES), createMissing: true, deleteSuperseded: true },
  ),
  'allowed-failure': scene(
    {
      result: 'failed',
      tasks: [
        usWest(),
        euCentral({
          state: 'Failed',
          completeTime: START_SECONDS - 7_200,
          createTime: START_SECONDS - 7_500,
          reasons: [RATE_LIMIT],
        }),
      ],
    },
    { ...TWO, allowedResults: new Set(['succeeded', 'failed']) },
  ),
  'not-found': scene(
    {
      result: 'not-found',
      absent: [{ clusterId: 'us-west-01' }, { clusterId: 'eu-central-02' }],
      nearMisses: [
        {
          task: usWest({ imageUrl: `${REGISTRY}/ml/pytorch:2.8-cuda12`, id: 'pw-1001', note: 'build 6' }),
          why: 'its tag is 2.8-cuda12',
        },
        { task: usWest({ clusterId: 'cn-dev-1', id: 'pw-1002' }), why: 'its cluster is cn-dev-1' },
      ],
      endedAt: START + 121_000,
      polls: 12,
    },
    TWO,
  ),
  recreated: scene(
    {
      tasks: [
        usWest(),
        euCentral({ createTime: START_SECONDS + 42, completeTime: START_SECONDS + 200, id: 'pw-1010' }),
      ],
      failedAttempts: [
        euCentral({ state: 'Failed', completeTime: START_SECONDS + 8, reasons: [RATE_LIMIT] }),
      ],
      createdTaskIds: ['pw-1010'],
      endedAt: START + 205_000,
    },
    { ...TWO, createMissing: true, recreateFailed: 2 },
  ),
};
