/** Paths of the listings, below the server's path prefix; a task's own path in v2 is one segment longer. */
export const V1_LIST_PATH = '/gpu-instance/openapi/v1/image/prewarm';
export const V2_LIST_PATH = '/gpus/v2/prewarm-tasks';

export type Version = 'v1' | 'v2';

export type Endpoint =
  | { readonly kind: 'list' | 'create' | 'delete'; readonly version: Version }
  /** One task, in v2 only. */
  | { readonly kind: 'get'; readonly id: string }
  /** In v1 only. */
  | { readonly kind: 'quota' };

const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  [`GET ${V1_LIST_PATH}`]: { kind: 'list', version: 'v1' },
  [`POST ${V1_LIST_PATH}`]: { kind: 'create', version: 'v1' },
  [`POST ${V1_LIST_PATH}/delete`]: { kind: 'delete', version: 'v1' },
  [`GET ${V1_LIST_PATH}/quota`]: { kind: 'quota' },
  [`GET ${V2_LIST_PATH}`]: { kind: 'list', version: 'v2' },
  [`POST ${V2_LIST_PATH}`]: { kind: 'create', version: 'v2' },
  [`DELETE ${V2_LIST_PATH}`]: { kind: 'delete', version: 'v2' },
};

/** What a request asks for, or undefined when there is no such thing; `path` is without the server's prefix. */
export function endpointOf(method: string, path: string): Endpoint | undefined {
  const request = `${method} ${path}`;
  if (Object.hasOwn(ENDPOINTS, request)) return ENDPOINTS[request];
  const lookUp = `GET ${V2_LIST_PATH}/`;
  const id = request.startsWith(lookUp) ? decoded(request.slice(lookUp.length)) : '';
  return id === '' ? undefined : { kind: 'get', id };
}

/** One path segment as text, or `''` when it is none. */
function decoded(segment: string): string {
  try {
    return segment.includes('/') ? '' : decodeURIComponent(segment);
  } catch {
    return '';
  }
}
