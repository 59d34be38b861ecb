type Translation = readonly [name: string, translate?: (value: unknown) => unknown];

/** Names of v1's fields in v2, and what becomes of their values. Those that are not named keep their names. */
const FIELDS: Readonly<Record<string, Translation>> = {
  id: ['task_id'],
  imageName: ['name'],
  imageUrl: ['image'],
  clusterId: ['region_id'],
  products: ['product_ids', productIds],
  imageSize: ['image_size', number],
  createTime: ['created_at', number],
  completeTime: ['completed_at', number],
  state: ['status', status],
  reason: ['reason', (reason) => (Array.isArray(reason) && reason.length === 0 ? [''] : reason)],
  repositoryAuth: ['registry_auth_id'],
};

/** An item of the listing as v2 serves it. What is missing or odd stays so, what is no object is served as it is. */
export function toV2(item: unknown): unknown {
  if (!isObject(item)) {
    return item;
  }
  const { clusterName: _none, ...fields } = item;
  const made = Object.entries(fields).map(([name, value]) => {
    const [nameInV2, translate] = (Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined) ?? [name];
    return [nameInV2, translate === undefined ? value : translate(value)] as const;
  });
  const { imageUrl, imageName } = item;
  const isUsual = typeof imageUrl === 'string' && imageName === imageNameOf(imageUrl);
  return { ...Object.fromEntries(made), ...(isUsual ? { name: lastSegmentOf(imageUrl) } : {}) };
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

/** Decimal digits as a number; nothing there is 0. */
function number(value: unknown): unknown {
  return typeof value === 'string' && /^(?:-?\d+(?:\.\d+)?)?$/.test(value) ? Number(value) : value;
}

function productIds(products: unknown): unknown {
  if (!Array.isArray(products)) return products;
  return products.map((each) => (isObject(each) && 'productId' in each ? each['productId'] : each));
}

function status(state: unknown): unknown {
  return { status: typeof state === 'string' ? state.toLowerCase() : state, error: '', message: '' };
}
