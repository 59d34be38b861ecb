import type { Version } from './endpoint.ts';
import { isObject } from './v2-task.ts';
import { ago, type TaskOptions, type TaskScript, task } from './wire.ts';

/** What a request for a new task asks for, whichever version it came by; what it leaves out is empty. */
export interface CreateOrder {
  readonly version: Version;
  readonly imageUrl: string;
  readonly clusterId: string;
  readonly productIds: readonly string[];
  readonly note: string;
  readonly repositoryAuth: string;
}

export interface CreatedTask extends CreateOrder {
  readonly id: string;
}

export interface CreateOptions {
  /** How many tasks there may be, finished ones too; 5 by default. */
  readonly quota?: number;
  /** The clusters there are; any by default. */
  readonly clusters?: readonly string[];
  /**
   * How the n-th created task (from 1) goes on; by default it is `Running` at the second poll after its creation and
   * `Succeeded` at the third. Everything in `steps` is counted from the creation: `fromPoll: 1` is the first poll that
   * starts after it, `fromMs: 0` the creation itself; so is `ago`. It starts as `Pending`.
   */
  readonly script?: (order: CreateOrder, n: number) => TaskOptions;
}

const FIELDS = {
  v1: {
    image: 'imageUrl',
    cluster: 'clusterId',
    products: 'productIds',
    note: 'note',
    auth: 'repositoryAuth',
  },
  v2: {
    image: 'image',
    cluster: 'region_id',
    products: 'product_ids',
    note: 'note',
    auth: 'registry_auth_id',
  },
} as const;

/** Reads the body of a create request. @returns what is wrong with it instead, for the message. */
export function readOrder(version: Version, body: unknown): CreateOrder | { readonly problem: string } {
  if (!isObject(body)) {
    return { problem: 'the body must be a JSON object' };
  }
  const names = FIELDS[version];
  // The real API may look over these; here a field of the other version is a mistake that wants to be found.
  const unknown = Object.keys(body).find((name) => !(Object.values(names) as string[]).includes(name));
  if (unknown !== undefined) {
    return { problem: `${unknown} is not known` };
  }
  const {
    [names.image]: imageUrl,
    [names.cluster]: clusterId,
    [names.products]: productIds = [],
    [names.note]: note = '',
    [names.auth]: repositoryAuth = '',
  } = body;
  const problems = {
    [`${names.image} must be a text of 1 to 500 characters`]: isText(imageUrl, 1, 500),
    [`${names.cluster} must be a text that is not empty`]: isText(clusterId, 1),
    [`${names.products} must be an array of ids`]: areIds(productIds),
    [`${names.note} must be a text of at most 100 characters`]: isText(note, 0, 100),
    [`${names.auth} must be a text`]: isText(repositoryAuth),
  };
  const [problem] = Object.entries(problems).find(([, isGood]) => !isGood) ?? [];
  const order = { version, imageUrl, clusterId, productIds, note, repositoryAuth } as CreateOrder;
  return problem === undefined ? order : { problem };
}

/** Reads the ids in the body of a request that deletes; null when there are none. */
export function readIds(version: Version, body: unknown): readonly string[] | null {
  const ids: unknown = isObject(body) ? body[version === 'v1' ? 'ids' : 'task_ids'] : null;
  return areIds(ids) && ids.length > 0 ? ids : null;
}

/** The n-th created task, as its script goes on from the creation. */
export function scriptOf(
  order: CreateOrder,
  n: number,
  script: NonNullable<CreateOptions['script']> = pulledSoon,
): TaskScript {
  const { imageUrl, clusterId, productIds, note, repositoryAuth } = order;
  return task({
    id: idOf(n),
    imageUrl,
    clusterId,
    products: productIds.map((productId) => ({ productId, productName: `Product ${productId}` })),
    createTime: ago(0),
    state: 'Pending',
    note,
    repositoryAuth,
    ...script(order, n),
  });
}

/** The id that the answer to the n-th created task tells; its script may serve another one. */
export function idOf(n: number): string {
  return `created-${n}`;
}

function pulledSoon(): TaskOptions {
  return {
    steps: [
      { fromPoll: 2, state: 'Running' },
      { fromPoll: 3, state: 'Succeeded' },
    ],
  };
}

function areIds(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((id) => isText(id, 1));
}

function isText(value: unknown, shortest = 0, longest = Number.POSITIVE_INFINITY): boolean {
  return typeof value === 'string' && [...value].length >= shortest && [...value].length <= longest;
}
