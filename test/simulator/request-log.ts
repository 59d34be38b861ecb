import type { IncomingHttpHeaders } from 'node:http';

/** `open` while under way; `cut` when a fault ended the connection; `client-left` when the other side did. */
type RequestOutcome = 'open' | 'answered' | 'cut' | 'client-left';

export interface LoggedRequest {
  /** Counted from 1 over all requests. */
  readonly number: number;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
  /** Milliseconds after the server's start. */
  readonly receivedMs: number;
  /** Counted from 1 over the connections. */
  readonly connection: number;
  /** For list requests: the poll, counted by requests for page 1, and the page. */
  readonly poll: number | null;
  readonly page: number | null;
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
