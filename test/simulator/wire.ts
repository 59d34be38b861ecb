/** What a task looks like on the wire, and the script that says how it changes. */
import { imageNameOf } from './v2-task.ts';

/**
 * When something on a task's timeline begins: polls are counted from 1, milliseconds from the server's start.
 * A task that a request creates counts both from its creation.
 */
export type Due = { readonly fromPoll: number } | { readonly fromMs: number };

/** Fields of a task as v1 serves them; v2's are made of them. `undefined` leaves a field out; unknown ones are served as they are. */
export interface WireFields {
  readonly id?: unknown;
  readonly imageUrl?: unknown;
  readonly clusterId?: unknown;
  readonly [field: string]: unknown;
}

/** From `Due` on, these fields are served; `gone` takes the task out of the listing or puts it back. */
type Step = Due & WireFields & { readonly gone?: boolean };

export interface TaskScript {
  readonly fields: WireFields;
  readonly steps: readonly Step[];
}

export interface TaskOptions extends WireFields {
  readonly steps?: readonly Step[];
}

/** A time on the server's own clock, counted from its start and served as Unix seconds in a string. */
export class ServerTime {
  readonly secondsAfterStart: number;

  constructor(secondsAfterStart: number) {
    this.secondsAfterStart = secondsAfterStart;
  }
}

/** The time `seconds` before the server started. */
export function ago(seconds: number): ServerTime {
  return new ServerTime(-seconds);
}

let created = 0;

/**
 * A task with good defaults: by itself one that succeeded half a minute ago.
 * `imageName` follows from `imageUrl`; `completeTime` and `imageSize` follow from the state unless given.
 */
export function task(options: TaskOptions = {}): TaskScript {
  const { steps = [], ...given } = options;
  created += 1;
  const imageUrl = 'imageUrl' in given ? given.imageUrl : 'registry.example.com/team/app:v1';
  const clusterId = 'clusterId' in given ? given.clusterId : 'cluster-a';
  const fields: WireFields = {
    id: `task-${created}`,
    imageName: typeof imageUrl === 'string' ? imageNameOf(imageUrl) : imageUrl,
    imageUrl,
    clusterId,
    clusterName: `Cluster ${String(clusterId)}`,
    products: [],
    createTime: ago(60),
    state: 'Succeeded',
    note: '',
    reason: [],
    repositoryAuth: '',
    ...given,
  };
  return { fields, steps };
}
