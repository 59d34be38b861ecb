import type { IncomingHttpHeaders } from 'node:http';

/** `open` while under way; `cut` when a fault ended the connection; `client-left` when the other side did. */
type RequestOutcome = 'open' | 'answered' | 'cut' | 'client-left';

/** Where a request belongs. */
export interface Place {
  /** For requests that read tasks: the poll, as `Polls` counts them. */
  readonly poll: number | null;
  /** For list requests: the page, from 1. */
  readonly page: number | null;
  /** For create requests, and for those that delete: counted from 1, whatever became of them. */
  readonly create: number | null;
  readonly delete?: number | null;
}

export interface LoggedRequest extends Place {
  /** Counted from 1 over all requests. */
  readonly number: number;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
  /** Parsed JSON; null for a GET and for what is no JSON. */
  readonly body: unknown;
  /** Milliseconds after the server's start. */
  readonly receivedMs: number;
  /** Names of the faults that struck it. */
  faults: readonly string[];
  /** The status of the reply that was made, even when a fault kept it from being sent. */
  status: number | null;
  outcome: RequestOutcome;
}

interface Waiter {
  readonly holds: (requests: readonly LoggedRequest[]) => boolean;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** The requests so far, and promises for what is still to come. */
export class RequestLog {
  readonly requests: LoggedRequest[] = [];
  readonly #waiters = new Set<Waiter>();

  add(request: LoggedRequest): void {
    this.requests.push(request);
    this.changed();
  }

  /** Resolves once the predicate holds; it is asked at each arrival and each end of a request. */
  waitUntil(holds: (requests: readonly LoggedRequest[]) => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiters.add({ holds, resolve, reject });
      this.changed();
    });
  }

  changed(): void {
    for (const waiter of this.#waiters) {
      if (waiter.holds(this.requests)) {
        this.#waiters.delete(waiter);
        waiter.resolve();
      }
    }
  }

  close(): void {
    for (const waiter of this.#waiters) {
      waiter.reject(new Error(`The simulator was closed after ${this.requests.length} requests.`));
    }
    this.#waiters.clear();
  }
}
