/** Named faults of v2's paging by cursors; v1's pages do not notice them. */
import type { Fault } from './fault.ts';
import type { LoggedRequest } from './request-log.ts';
import { encodeCursor } from './v2.ts';

/** Another `next_cursor`, of any type; undefined leaves it out. The real one is `''` on the last page. */
export function cursor(change: (real: string, request: LoggedRequest) => unknown): Fault {
  return {
    name: 'cursor',
    pageV2: (page, { request }) => ({ ...page, next_cursor: change(String(page['next_cursor']), request) }),
  };
}

/** Another `has_more`, of any type; undefined leaves it out. The cursor stays as it is. */
export function hasMore(value: unknown): Fault {
  return { name: 'has more', pageV2: (page) => ({ ...page, has_more: value }) };
}

/** From the second page on, the cursor that was sent comes back: the second page leads to itself. */
export function stuckCursor(): Fault {
  return {
    name: 'stuck cursor',
    pageV2: (page, { request }) => {
      const sent = request.query['cursor'] ?? '';
      return sent === '' ? page : { ...page, next_cursor: sent, has_more: true };
    },
  };
}

/** The listing never ends: after its last item come empty pages, each with a cursor of its own. */
export function endlessCursors(): Fault {
  return {
    name: 'endless cursors',
    pageV2: (answer, { page, pageSize }) => ({
      ...answer,
      next_cursor: encodeCursor({ offset: page * pageSize, page: page + 1 }),
      has_more: true,
    }),
  };
}
