import { type Fault, struckListing } from './fault.ts';
import type { Filters, Listing } from './listing.ts';
import { type Paging, pageSizeOf } from './paging.ts';
import { errorReply, jsonReply, type Reply } from './reply.ts';
import type { LoggedRequest } from './request-log.ts';
import type { Moment } from './timeline.ts';
import { isObject, toV2 } from './v2-task.ts';

/** Path of the v2 list endpoint, below the server's path prefix; a task's own path is one segment longer. */
export const V2_LIST_PATH = '/gpus/v2/prewarm-tasks';

/** Where a page starts. The page's number travels with it, so that faults can be aimed at pages. */
interface Cursor {
  readonly offset: number;
  /** From 1. */
  readonly page: number;
}

export function encodeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

/**
 * Reads a cursor; without one, the first page. What follows a dot is ignored, so that a fault can add whatever a client
 * must encode and the cursor still leads on.
 * @returns null for what no answer can have held.
 */
export function decodeCursor(text = ''): Cursor | null {
  const [encoded = ''] = text.split('.');
  if (encoded === '') {
    return { offset: 0, page: 1 };
  }
  try {
    const { offset, page } = JSON.parse(Buffer.from(encoded, 'base64url').toString()) as Cursor;
    const isRead = Number.isSafeInteger(offset) && Number.isSafeInteger(page) && offset >= 0 && page >= 1;
    return isRead ? { offset, page } : null;
  } catch {
    return null;
  }
}

/** Answers a v2 list request, with the faults that strike it applied to the listing. */
export function listV2(
  request: LoggedRequest,
  listing: Listing,
  moments: readonly Moment[],
  paging: Paging,
  faults: readonly Fault[],
): Reply {
  const { query } = request;
  const pageSize = pageSizeOf(query, 'limit', paging);
  const cursor = decodeCursor(query['cursor']);
  if (cursor === null) {
    return errorReply(400, 'VALIDATOR_PARAM', 'invalid cursor');
  }
  if (typeof pageSize !== 'number') {
    return pageSize;
  }
  const { offset, page } = cursor;
  const filters: Filters = {
    name: query['name'] ?? '',
    state: query['status'] ?? '',
    clusterId: query['region_id'] ?? '',
  };
  const items = listing
    .items(moments, { ...filters, state: '' })
    .map(toV2)
    .filter((item) => filters.state === '' || !isObject(item) || statusOf(item) === filters.state);
  const view = { request, page, pageSize, filters, items };
  const whole = { data: items.slice(offset, offset + pageSize), total: items.length };
  const struck = struckListing(faults, whole, view);
  if (!isObject(struck) || !('data' in struck)) {
    return jsonReply(200, struck);
  }
  const { data, total, ...others } = struck;
  // A server that does not count goes on while its pages are full.
  const hasMore =
    typeof total === 'number' ? offset + pageSize < total : Array.isArray(data) && data.length >= pageSize;
  let answer: Record<string, unknown> = {
    ...others,
    // A fault's own items may be in v1's form.
    data: Array.isArray(data) ? data.map(toV2) : data,
    next_cursor: hasMore ? encodeCursor({ offset: offset + pageSize, page: page + 1 }) : '',
    has_more: hasMore,
  };
  for (const fault of faults) {
    answer = fault.pageV2?.(answer, view) ?? answer;
  }
  return jsonReply(200, answer);
}

/** Answers a request for one task. */
export function getV2(id: string, listing: Listing, moments: readonly Moment[]): Reply {
  const item = listing
    .items(moments, { name: '', state: '', clusterId: '' })
    .map(toV2)
    .find((each) => isObject(each) && String(each['task_id']) === id);
  return item === undefined
    ? errorReply(404, 'RESOURCE_NOT_FOUND', `prewarm task ${id} not found`)
    : jsonReply(200, item);
}

function statusOf(item: Record<string, unknown>): unknown {
  return isObject(item['status']) ? item['status']['status'] : item['status'];
}
