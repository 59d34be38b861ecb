import { endpointOf } from './endpoint.ts';
import { requestedPage } from './list.ts';
import type { Arrival } from './listen.ts';
import type { Place } from './request-log.ts';
import type { Moment } from './timeline.ts';

const NOWHERE: Place = { poll: null, page: null, create: null, delete: null };

/**
 * Counts the polls. A poll may read several listings or look up several tasks: the next one starts when a first page
 * (v1: page 1, v2: without a cursor) or a task is asked for that this one has asked for already.
 */
export class Polls {
  /** All requests so far that belong to a poll. */
  readonly moments: Moment[] = [];
  readonly #asked = new Set<string>();
  #polls = 0;
  #creates = 0;
  #deletes = 0;

  /** `path` is without the server's prefix. */
  place({ number, method, query, receivedMs }: Arrival, path: string): Place {
    const endpoint = endpointOf(method, path);
    switch (endpoint?.kind) {
      case 'create':
        this.#creates += 1;
        return { ...NOWHERE, create: this.#creates };
      case 'delete':
        this.#deletes += 1;
        return { ...NOWHERE, delete: this.#deletes };
      case 'get':
      case 'list': {
        const page = endpoint.kind === 'get' ? null : requestedPage(endpoint.version, query);
        if (endpoint.kind === 'get' || page === 1) this.#begin(path, query);
        this.moments.push({ elapsedMs: receivedMs, poll: this.#polls, request: number });
        return { ...NOWHERE, poll: this.#polls, page };
      }
      default:
        return NOWHERE;
    }
  }

  /** This very moment, for what looks at the tasks without being part of a poll. */
  now({ number, receivedMs }: Arrival): Moment {
    return { elapsedMs: receivedMs, poll: this.#polls, request: number };
  }

  #begin(
    path: string,
    { name = '', clusterId = '', region_id = '' }: Readonly<Record<string, string>>,
  ): void {
    const asked = JSON.stringify([path, name, clusterId, region_id]);
    if (this.#polls === 0 || this.#asked.has(asked)) {
      this.#polls += 1;
      this.#asked.clear();
    }
    this.#asked.add(asked);
  }
}
