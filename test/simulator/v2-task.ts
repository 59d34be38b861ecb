/** Names of v1's fields in v2, and what becomes of their values. Those that are not named keep their names. */
const FIELDS: Readonly<Record<string, readonly [name: string, translate: (value: unknown) => unknown]>> = {
  id: ['task_id', asItIs],
  imageName: ['name', asItIs],
  imageUrl: ['image', asItIs],
  clusterId: ['region_id', asItIs],
  products: ['product_ids', productIds],
  imageSize: ['image_size', number],
  createTime: ['created_at', number],
  completeTime: ['completed_at', number],
  state: ['status', status],
  reason: ['reason', reasons],
  repositoryAuth: ['registry_auth_id', asItIs],
};

/**
 * An item of the listing as v2 serves it. What is missing or odd stays so, what is no object is served as it is, and a
 * field that comes under its v2 name is kept; a `status` object adds to the one that `state` makes.
 */
export function toV2(item: unknown): unknown {
  if (!isObject(item)) {
    return item;
  }
  const { clusterName: _none, ...fields } = item;
  const made: Record<string, unknown> = {};
  const given: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    const [nameInV2, translate] = Object.hasOwn(FIELDS, name) ? (FIELDS[name] ?? []) : [];
    if (nameInV2 === undefined || translate === undefined) {
      given[name] = value;
    } else {
      made[nameInV2] = translate(value);
    }
  }
  if (typeof item['imageUrl'] === 'string' && item['imageName'] === imageNameOf(item['imageUrl'])) {
    made['name'] = lastSegmentOf(item['imageUrl']);
  }
  if (isObject(made['status']) && isObject(given['status'])) {
    given['status'] = { ...made['status'], ...given['status'] };
  }
  return { ...made, ...given };
}

/** Whether a value is a JSON object, which an array is not. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The last path segment of an image address, without tag and digest. */
export function imageNameOf(imageUrl: string): string {
  return lastSegmentOf(imageUrl).split(':')[0] ?? '';
}

function lastSegmentOf(imageUrl: string): string {
  const withoutDigest = imageUrl.split('@')[0] ?? '';
  return withoutDigest.split('/').at(-1) ?? '';
}

function asItIs(value: unknown): unknown {
  return value;
}

/** Decimal digits as a number; nothing there is 0. */
function number(value: unknown): unknown {
  return typeof value === 'string' && /^(?:-?\d+(?:\.\d+)?)?$/.test(value) ? Number(value) : value;
}

function productIds(products: unknown): unknown {
  return Array.isArray(products)
    ? products.map((product) =>
        isObject(product) && 'productId' in product ? product['productId'] : product,
      )
    : products;
}

function status(state: unknown): unknown {
  return { status: typeof state === 'string' ? state.toLowerCase() : state, error: '', message: '' };
}

function reasons(reason: unknown): unknown {
  return Array.isArray(reason) && reason.length === 0 ? [''] : reason;
}
