/** What a task looks like on the wire, and the script that says how it changes. */
import { imageNameOf } from './v2-task.ts';

/**
 * When something on a task's timeline begins: polls and requests are counted from 1, milliseconds from the server's start.
 * A task that a request creates counts them all from its creation.
 */
export type Due =
  | { readonly fromPoll: number }
  | { readonly fromRequest: number }
  | { readonly fromMs: number };

/** Fields of a task as v1 serves them; v2's are made of them. `undefined` leaves a field out; unknown fields are served as they are. */
export interface WireFields {
  readonly id?: unknown;
  readonly imageName?: unknown;
  readonly imageUrl?: unknown;
  readonly clusterId?: unknown;
  readonly clusterName?: unknown;
  readonly products?: unknown;
  readonly imageSize?: unknown;
  readonly createTime?: unknown;
  readonly completeTime?: unknown;
  readonly state?: unknown;
  readonly note?: unknown;
  readonly reason?: unknown;
  readonly repositoryAuth?: unknown;
  readonly [field: string]: unknown;
}

/** From `Due` on, these fields are served; `gone` takes the task out of the listing or puts it back. */
type Step = Due & WireFields & { readonly gone?: boolean };

export interface TaskScript {
  readonly kind: 'task';
  readonly fields: WireFields;
  readonly appears: Due | undefined;
  readonly steps: readonly Step[];
}

export interface RawItem {
  readonly kind: 'raw';
  readonly value: unknown;
  readonly appears: Due | undefined;
}

export type Scripted = TaskScript | RawItem;

export interface TaskOptions extends WireFields {
  /** Absent from the listing until then. */
  readonly appears?: Due;
  readonly steps?: readonly Step[];
}

/** A time on the server's clock, served as Unix seconds in a string. */
export class ServerTime {
  readonly secondsAfterStart: number;

  constructor(secondsAfterStart: number) {
    this.secondsAfterStart = secondsAfterStart;
  }
}

/** The time `seconds` before the server started, on the server's own clock. */
export function ago(seconds: number): ServerTime {
  return new ServerTime(-seconds);
}

/** The time `seconds` after the server started, on the server's own clock. */
export function after(seconds: number): ServerTime {
  return new ServerTime(seconds);
}

let created = 0;

/**
 * A task with good defaults: by itself one that succeeded half a minute ago.
 * `imageName` follows from `imageUrl`; `completeTime` and `imageSize` follow from the state unless given.
 */
export function task(options: TaskOptions = {}): TaskScript {
  const { steps = [], appears, ...given } = options;
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
  return { kind: 'task', fields, appears, steps };
}

/** Any JSON value as an item of the listing. Filters apply to objects only. */
export function raw(value: unknown, appears?: Due): RawItem {
  return { kind: 'raw', value, appears };
}
