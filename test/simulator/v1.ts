import type { Fault } from './fault.ts';
import type { Filters, Listing } from './listing.ts';
import { errorReply, jsonReply, type Reply } from './reply.ts';
import type { LoggedRequest } from './request-log.ts';
import type { Moment } from './timeline.ts';

/** Path of the v1 list endpoint, below the server's path prefix. */
export const V1_LIST_PATH = '/gpu-instance/openapi/v1/image/prewarm';

export interface Paging {
  readonly defaultPageSize: number;
  readonly maxPageSize: number;
  /** What a page size over the largest one gets: silently that largest one, or a 400. */
  readonly overMaxPageSize: 'cap' | 'refuse';
}

/** The page that a list request asks for, or null when its `page` is no page number. */
export function requestedPage(query: Readonly<Record<string, string>>): number | null {
  return wholeNumber(query['page'], 1);
}

/** Answers a v1 list request, with the faults that strike it applied to the listing. */
export function listV1(
  request: LoggedRequest,
  listing: Listing,
  moments: readonly Moment[],
  paging: Paging,
  faults: readonly Fault[],
): Reply {
  const { query, page } = request;
  const asked = wholeNumber(query['pageSize'], paging.defaultPageSize);
  if (page === null || asked === null) {
    return errorReply(400, 'VALIDATOR_PARAM', 'page and pageSize must be positive integers');
  }
  if (asked > paging.maxPageSize && paging.overMaxPageSize === 'refuse') {
    return errorReply(400, 'VALIDATOR_PARAM', `pageSize must be at most ${paging.maxPageSize}`);
  }
  const pageSize = Math.min(asked, paging.maxPageSize);
  const filters: Filters = {
    name: query['name'] ?? '',
    state: query['state'] ?? '',
    clusterId: query['clusterId'] ?? '',
  };
  const items = listing.items(moments, filters);
  const view = { request, page, pageSize, filters, items };
  const whole = { data: items.slice((page - 1) * pageSize, page * pageSize), total: items.length };
  let answer: unknown = whole;
  for (const fault of faults) {
    // A transformation gets what the one before it made, unless that is no page any more.
    answer = fault.listing === undefined ? answer : fault.listing({ ...whole, ...(answer as object) }, view);
  }
  return jsonReply(200, answer);
}

function wholeNumber(text: string | undefined, whenAbsent: number): number | null {
  if (text === undefined || text === '') {
    return whenAbsent;
  }
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : null;
}
