import { QUOTA_PATH } from './create.ts';
import { V1_LIST_PATH } from './v1.ts';
import { V2_LIST_PATH } from './v2.ts';

export type Version = 'v1' | 'v2';

type Endpoint =
  | { readonly kind: 'list' | 'create'; readonly version: Version }
  /** One task, in v2 only. */
  | { readonly kind: 'get'; readonly id: string }
  | { readonly kind: 'quota' };

/** What a request asks for, or undefined when there is no such thing; `path` is without the server's prefix. */
export function endpointOf(method: string, path: string): Endpoint | undefined {
  const version = path === V1_LIST_PATH ? 'v1' : path === V2_LIST_PATH ? 'v2' : undefined;
  if (version !== undefined) {
    return method === 'GET'
      ? { kind: 'list', version }
      : method === 'POST'
        ? { kind: 'create', version }
        : undefined;
  }
  if (method !== 'GET') {
    return undefined;
  }
  if (path === QUOTA_PATH) {
    return { kind: 'quota' };
  }
  const id = path.startsWith(`${V2_LIST_PATH}/`) ? decoded(path.slice(V2_LIST_PATH.length + 1)) : '';
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
