import { readFileSync } from 'node:fs';
import { on } from '../../test/simulator/fault.ts';
import { html, rateLimited, status } from '../../test/simulator/faults.ts';
import type { SimulatorOptions } from '../../test/simulator/server.ts';
import { ago, type TaskOptions, type TaskScript, task, type WireFields } from '../../test/simulator/wire.ts';
import { cutBody, reset } from '../../test/simulator/wire-faults.ts';

/** A scene that the simulator plays, the inputs of a step that watches it, and how it ends. */
export interface Story {
  readonly about: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly ending: { readonly result: string; readonly exitCode: number; readonly because: string };
  /** Made anew for each run, as its times count from the start. */
  readonly simulator: () => SimulatorOptions;
}

const IMAGE = 'registry.example.com/ml/pytorch:2.9-cuda13';
const IMAGE_BYTES = '6800000000';
const US_WEST = { clusterId: 'us-west-01', clusterName: 'US West' };
const INPUTS = { image: 'ml/pytorch:2.9-cuda13', 'poll-interval': '1s', timeout: '1m' };

const REFUSED = {
  state: 'Failed',
  reason: ['pull failed: toomanyrequests: the registry limits anonymous pulls'],
};

/** Every story, by name. */
export const STORIES: Readonly<Record<string, Story>> = {
  succeeded: {
    about: 'a 6.8 GB image goes to two clusters, one of them slow, in seconds instead of minutes',
    inputs: { ...INPUTS, 'cluster-ids': 'us-west-01, eu-central-02' },
    ending: { result: 'succeeded', exitCode: 0, because: 'both clusters have the image' },
    simulator: () => ({ tasks: [...quickCluster(), ...slowCluster(12_000)] }),
  },
  failed: {
    about: 'the slow cluster is refused by the registry halfway',
    inputs: { ...INPUTS, 'cluster-ids': 'us-west-01, eu-central-02' },
    ending: { result: 'failed', exitCode: 1, because: 'one of two clusters did not get the image' },
    simulator: () => ({ tasks: [...quickCluster(), ...slowCluster(8_000, REFUSED)] }),
  },
  'never-appears': {
    about: 'nobody has created a task for this tag, only for another one',
    inputs: { ...INPUTS, image: 'ml/pytorch:2.10-cuda13', 'appear-timeout': '6s' },
    ending: { result: 'not-found', exitCode: 1, because: 'no task for the image appeared in time' },
    simulator: () => ({ tasks: [...quickCluster(), ...slowCluster(4_000)] }),
  },
  'flaky-api': {
    about: 'the API fails in a different way at every other poll while two clusters pull the image',
    inputs: { ...INPUTS, 'cluster-ids': 'us-west-01, eu-central-02' },
    ending: {
      result: 'succeeded',
      exitCode: 0,
      because: 'both clusters have the image, whatever the API said meanwhile',
    },
    simulator: () => ({
      tasks: [...quickCluster(), ...slowCluster(10_000)],
      faults: [
        on({ poll: 1 }, status(503)),
        on({ poll: 3 }, reset()),
        on({ poll: 5 }, rateLimited('2')),
        on({ poll: 7 }, cutBody()),
        on({ poll: 9 }, html(502)),
      ],
    }),
  },
  'create-missing': {
    about: 'one of three clusters has the image already, tasks are created for the two others',
    inputs: {
      ...INPUTS,
      image: IMAGE,
      'cluster-ids': 'us-west-01, eu-central-02, ap-south-03',
      'create-missing': 'true',
    },
    ending: {
      result: 'succeeded',
      exitCode: 0,
      because: 'the two clusters pulled what was created for them',
    },
    simulator: () => ({
      tasks: [
        earlier('pw-1001', { ...US_WEST, createTime: ago(90_000), completeTime: ago(89_910) }),
        task({ id: 'pw-1003', imageUrl: IMAGE, imageSize: IMAGE_BYTES, ...US_WEST, createTime: ago(600) }),
      ],
      create: {
        clusters: ['us-west-01', 'eu-central-02', 'ap-south-03'],
        script: (_order, n) => ({ steps: pull(4_000 + 3_000 * n, { state: 'Succeeded' }) }),
      },
    }),
  },
  'api-v2': {
    about: 'the two clusters of the first story, watched by v2 of the API',
    inputs: { ...INPUTS, 'cluster-ids': 'us-west-01, eu-central-02', 'api-version': 'v2' },
    ending: { result: 'succeeded', exitCode: 0, because: 'both clusters have the image' },
    simulator: () => ({ tasks: [...quickCluster(), ...slowCluster(12_000)] }),
  },
  'vendor-example': {
    about: "the listing from the vendor's reference, in which the image is warm already",
    inputs: { ...INPUTS, image: 'pytorch:v2' },
    ending: { result: 'succeeded', exitCode: 0, because: 'the one task of the image succeeded long ago' },
    simulator: () => ({ tasks: vendorItems().map((item) => task(item)) }),
  },
};

/** A cluster that is done soon; an earlier build of the image went there the day before. */
function quickCluster(): TaskScript[] {
  return [
    earlier('pw-1001', { ...US_WEST, createTime: ago(90_000), completeTime: ago(89_910) }),
    pulling('pw-1003', 5_000, { state: 'Succeeded' }, { ...US_WEST, createTime: ago(70) }),
  ];
}

/** A cluster that ends later than the quick one, and may end otherwise. */
function slowCluster(endMs: number, ending: WireFields = { state: 'Succeeded' }): TaskScript[] {
  const cluster = { clusterId: 'eu-central-02', clusterName: 'EU Central' };
  return [
    earlier('pw-1002', { ...cluster, createTime: ago(90_000), completeTime: ago(89_640) }),
    pulling('pw-1004', endMs, ending, { ...cluster, createTime: ago(280) }),
  ];
}

function earlier(id: string, options: TaskOptions): TaskScript {
  return task({
    id,
    imageUrl: 'registry.example.com/ml/pytorch:2.8-cuda12',
    imageSize: '6400000000',
    ...options,
  });
}

function pulling(id: string, endMs: number, ending: WireFields, options: TaskOptions): TaskScript {
  return task({
    id,
    imageUrl: IMAGE,
    state: 'Pending',
    ...options,
    steps: pull(endMs, ending),
  });
}

/** Milliseconds are counted from the start, or from the creation of a created task. */
function pull(endMs: number, ending: WireFields): NonNullable<TaskOptions['steps']> {
  return [
    { fromMs: 2_000, state: 'Running', imageSize: IMAGE_BYTES },
    { fromMs: endMs, ...ending },
  ];
}

function vendorItems(): WireFields[] {
  const file = new URL('../../test/simulator/vendor/list-v1.example.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { data: WireFields[] }).data;
}
