/** Where the two versions of the API differ, as far as the questions need it. */

export type Version = 'v1' | 'v2';

const LIST_PATHS = {
  v1: '/gpu-instance/openapi/v1/image/prewarm',
  v2: '/gpus/v2/prewarm-tasks',
} as const;
export const QUOTA_PATH = `${LIST_PATHS.v1}/quota`;
export const STATES = ['Pending', 'Running', 'Succeeded', 'Failed'];

export interface Question {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
}

/** What came back, or did not. */
export interface Answer {
  /** The HTTP status; `null` without an answer. */
  readonly status: number | null;
  /** Node's word for what kept the answer from coming; empty with one. */
  readonly failure: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** `undefined` where it is not JSON. */
  readonly body: unknown;
  /** Unix milliseconds on this machine's clock: when the request left, and when the head of the answer came. */
  readonly sentAt: number;
  readonly answeredAt: number;
}

export interface ListQuestion {
  readonly size?: number;
  readonly page?: number;
  readonly cursor?: string;
  readonly state?: string;
  readonly name?: string;
}

/** A question for the listing of a version. */
export function listQuestion(version: Version, { size, page, cursor, state, name }: ListQuestion): Question {
  const query =
    version === 'v1'
      ? { page, pageSize: size, state, name }
      : { cursor, limit: size, status: state?.toLowerCase(), name };
  const given = Object.entries(query).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, String(value)]],
  );
  return { path: LIST_PATHS[version], query: Object.fromEntries(given) };
}

/** A question for one task, which v2 alone answers. */
export function lookUpQuestion(id: string): Question {
  return { path: `${LIST_PATHS.v2}/${encodeURIComponent(id)}`, query: {} };
}

export type Item = Readonly<Record<string, unknown>>;

/** The tasks in an answer; `null` when it holds no listing. */
export function itemsIn(answer: Answer | null): readonly Item[] | null {
  if (answer?.status !== 200 || !isObject(answer.body)) return null;
  const { data } = answer.body;
  if (data === null) return [];
  return Array.isArray(data) ? data.filter(isObject) : null;
}

/** A field of an answer's outermost object. */
export function fieldIn(answer: Answer | null, name: string): unknown {
  return isObject(answer?.body) ? answer.body[name] : undefined;
}

export function isObject(value: unknown): value is Item {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A task as the questions look at it; a text that is not there is empty. */
export interface Task {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly clusterId: string;
  readonly clusterName: string;
  readonly state: string;
  readonly note: string;
  /** In the API's unit; `NaN` when unknown. */
  readonly created: number;
}

export function taskOf(item: Item): Task {
  const status = isObject(item['status']) ? item['status']['status'] : item['status'];
  return {
    id: textOf(item['id'] ?? item['task_id']),
    name: textOf(item['imageName'] ?? item['name']),
    image: textOf(item['imageUrl'] ?? item['image']),
    clusterId: textOf(item['clusterId'] ?? item['region_id']),
    clusterName: textOf(item['clusterName']),
    state: textOf(item['state'] ?? status),
    note: textOf(item['note']),
    created: numberOf(item['createTime'] ?? item['created_at']),
  };
}

/** A number, also as a string; `NaN` for anything else. */
export function numberOf(value: unknown): number {
  return Number(textOf(value) || Number.NaN);
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** The fields that are documented, in that order. */
export const FIELDS: Readonly<Record<Version, readonly string[]>> = {
  v1: [
    'id',
    'imageName',
    'imageUrl',
    'clusterId',
    'clusterName',
    'products',
    'imageSize',
    'createTime',
    'state',
    'completeTime',
    'note',
    'reason',
    'repositoryAuth',
  ],
  v2: [
    'task_id',
    'name',
    'image',
    'region_id',
    'product_ids',
    'image_size',
    'created_at',
    'completed_at',
    'status',
    'registry_auth_id',
    'note',
    'reason',
  ],
};
