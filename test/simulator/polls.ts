import { endpointOf } from './endpoint.ts';
import type { Arrival } from './listen.ts';
import type { Place } from './request-log.ts';
import type { Moment } from './timeline.ts';
import { requestedPage } from './v1.ts';
import { decodeCursor } from './v2.ts';

/**
 * Counts the polls. A request for a first page (v1: page 1, v2: without a cursor) starts one, and further pages belong to
 * it. A round of requests for single tasks is a poll too: it starts with the first of them after a listing, and whenever
 * an id comes that was asked for in this round already.
 */
export class Polls {
  /** All requests so far that belong to a poll. */
  readonly moments: Moment[] = [];
  readonly #round = new Set<string>();
  #polls = 0;
  #creates = 0;

  /** `path` is without the server's prefix. */
  place({ number, method, query, receivedMs }: Arrival, path: string): Place {
    const endpoint = endpointOf(method, path);
    if (endpoint === undefined || endpoint.kind === 'quota') {
      return { poll: null, page: null, create: null };
    }
    if (endpoint.kind === 'create') {
      this.#creates += 1;
      return { poll: null, page: null, create: this.#creates };
    }
    let page: number | null = null;
    if (endpoint.kind === 'get') {
      if (this.#round.has(endpoint.id)) {
        this.#round.clear();
      }
      this.#polls += this.#round.size === 0 ? 1 : 0;
      this.#round.add(endpoint.id);
    } else {
      page = endpoint.version === 'v1' ? requestedPage(query) : (decodeCursor(query['cursor'])?.page ?? null);
      this.#polls += page === 1 ? 1 : 0;
      this.#round.clear();
    }
    this.moments.push({ elapsedMs: receivedMs, poll: this.#polls, request: number });
    return { poll: this.#polls, page, create: null };
  }

  /** This very moment, for what looks at the tasks without being part of a poll. */
  now({ number, receivedMs }: Arrival): Moment {
    return { elapsedMs: receivedMs, poll: this.#polls, request: number };
  }
}
