import type { Version } from './endpoint.ts';
import { isObject } from './v2-task.ts';
import { after, type TaskOptions, type TaskScript, task } from './wire.ts';

/** Path of the quota, in v1 only. */
export const QUOTA_PATH = '/gpu-instance/openapi/v1/image/prewarm/quota';

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
   * `Succeeded` at the third. Everything in `appears` and `steps` is counted from the creation: `fromPoll: 1` is the first
   * poll that starts after it, `fromMs: 0` the creation itself; so are `ago` and `after`. It starts as `Pending`.
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
const LONGEST_IMAGE = 500;
const LONGEST_NOTE = 100;

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
  if (!isText(imageUrl, LONGEST_IMAGE) || imageUrl === '') {
    return { problem: `${names.image} must be a text of 1 to ${LONGEST_IMAGE} characters` };
  }
  if (!isText(clusterId) || clusterId === '') {
    return { problem: `${names.cluster} must be a text that is not empty` };
  }
  if (!Array.isArray(productIds) || !productIds.every((id) => isText(id) && id !== '')) {
    return { problem: `${names.products} must be an array of ids` };
  }
  if (!isText(note, LONGEST_NOTE)) {
    return { problem: `${names.note} must be a text of at most ${LONGEST_NOTE} characters` };
  }
  if (!isText(repositoryAuth)) {
    return { problem: `${names.auth} must be a text` };
  }
  return { version, imageUrl, clusterId, productIds: productIds as string[], note, repositoryAuth };
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
    createTime: after(0),
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

function isText(value: unknown, longest = Number.POSITIVE_INFINITY): value is string {
  return typeof value === 'string' && [...value].length <= longest;
}
