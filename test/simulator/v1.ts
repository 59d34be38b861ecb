import { type Fault, struckListing } from './fault.ts';
import type { Filters, Listing } from './listing.ts';
import { type Paging, pageSizeOf, wholeNumber } from './paging.ts';
import { errorReply, jsonReply, type Reply } from './reply.ts';
import type { LoggedRequest } from './request-log.ts';
import type { Moment } from './timeline.ts';

/** Path of the v1 list endpoint, below the server's path prefix. */
export const V1_LIST_PATH = '/gpu-instance/openapi/v1/image/prewarm';

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
  const pageSize = pageSizeOf(query, 'pageSize', paging);
  if (page === null) {
    return errorReply(400, 'VALIDATOR_PARAM', 'page must be a positive integer');
  }
  if (typeof pageSize !== 'number') {
    return pageSize;
  }
  const filters: Filters = {
    name: query['name'] ?? '',
    state: query['state'] ?? '',
    clusterId: query['clusterId'] ?? '',
  };
  const items = listing.items(moments, filters);
  const whole = { data: items.slice((page - 1) * pageSize, page * pageSize), total: items.length };
  return jsonReply(200, struckListing(faults, whole, { request, page, pageSize, filters, items }));
}
