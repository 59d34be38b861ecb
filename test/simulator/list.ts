import type { Version } from './endpoint.ts';
import { type Fault, struckListing } from './fault.ts';
import type { Listing } from './listing.ts';
import { errorReply, jsonReply, type Reply } from './reply.ts';
import type { LoggedRequest } from './request-log.ts';
import type { Moment } from './timeline.ts';
import { isObject, toV2 } from './v2-task.ts';

export interface Paging {
  readonly maxPageSize: number;
  /** What a page size over the largest one gets: silently that largest one, or a 400. */
  readonly overMaxPageSize: 'cap' | 'refuse';
}

type Query = Readonly<Record<string, string>>;

const DEFAULT_PAGE_SIZE = 10;
/** What the versions call the parameters of a listing. */
const PARAMETERS = {
  v1: { size: 'pageSize', state: 'state', clusterId: 'clusterId' },
  v2: { size: 'limit', state: 'status', clusterId: 'region_id' },
} as const;

/** The page that a list request asks for, from 1; null when it asks for none that there can be. */
export function requestedPage(version: Version, query: Query): number | null {
  return version === 'v1'
    ? wholeNumber(query['page'], 1)
    : wholeNumber(Buffer.from(query['cursor'] ?? '', 'base64url').toString(), 1);
}

/** Answers a list request, with the faults that strike it applied to the listing. */
export function answerList(
  version: Version,
  { request, listing, paging }: { request: LoggedRequest; listing: Listing; paging: Paging },
  moments: readonly Moment[],
  faults: readonly Fault[],
): Reply {
  const { query } = request;
  const { size, state, clusterId } = PARAMETERS[version];
  const page = requestedPage(version, query);
  if (page === null) {
    return errorReply(400, 'VALIDATOR_PARAM', 'there can be no such page');
  }
  const asked = wholeNumber(query[size], DEFAULT_PAGE_SIZE);
  if (asked === null) {
    return errorReply(400, 'VALIDATOR_PARAM', `${size} must be a positive integer`);
  }
  if (asked > paging.maxPageSize && paging.overMaxPageSize === 'refuse') {
    return errorReply(400, 'VALIDATOR_PARAM', `${size} must be at most ${paging.maxPageSize}`);
  }
  const pageSize = Math.min(asked, paging.maxPageSize);
  const all = listing.items(moments, {
    name: query['name'] ?? '',
    state: query[state] ?? '',
    clusterId: query[clusterId] ?? '',
  });
  const items = version === 'v1' ? all : all.map(toV2);
  const whole = { data: items.slice((page - 1) * pageSize, page * pageSize), total: items.length };
  const struck = struckListing(faults, whole, { request, page, pageSize, items });
  return jsonReply(200, version === 'v1' ? struck : pageOfV2(struck, page, pageSize));
}

/** A page with a cursor in place of the total; what is no page is served as it is. */
function pageOfV2(struck: unknown, page: number, pageSize: number): unknown {
  if (!isObject(struck) || !('data' in struck)) {
    return struck;
  }
  const { data, total, ...others } = struck;
  // A server that does not count goes on while its pages are full.
  const hasMore =
    typeof total === 'number' ? page * pageSize < total : Array.isArray(data) && data.length >= pageSize;
  return {
    ...others,
    // A fault's own items may be in v1's form.
    data: Array.isArray(data) ? data.map(toV2) : data,
    next_cursor: hasMore ? Buffer.from(String(page + 1)).toString('base64url') : '',
    has_more: hasMore,
  };
}

/** A positive whole number in a query, or null when it is something else. */
function wholeNumber(text: string | undefined, whenAbsent: number): number | null {
  if (text === undefined || text === '') {
    return whenAbsent;
  }
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : null;
}
