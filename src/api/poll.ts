import type { PrewarmTask } from '../task.ts';

/** Why a poll gave no complete listing. */
export interface PollFailure {
  /** `transient` may pass, `refused` is about the credentials, `fatal` will not pass. */
  readonly kind: 'transient' | 'refused' | 'fatal';
  /** What was tried, what came back, what to do next; free of the API key. */
  readonly problem: string;
  /** How long the server asked to wait, in milliseconds. */
  readonly retryAfter: number | null;
}

/** Every task that the API returned for a query. */
export interface Listing {
  readonly tasks: readonly PrewarmTask[];
  /** Whether it came in several answers, between which it may have changed unnoticed. */
  readonly isPaged: boolean;
  /** Milliseconds to add to this machine's clock for the server's; `null` when the server did not tell. */
  readonly serverClockOffset: number | null;
}

/** What is asked of the listing. It only narrows: the API's name filter is fuzzy. */
export interface ListingQuery {
  readonly name: string | null;
  readonly clusterId: string | null;
}

/** The prewarm API, whichever version answers. */
export interface PrewarmApi {
  /**
   * Reads the complete listing.
   * @param signal ends the poll; what it gives then is a transient failure.
   */
  list(query: ListingQuery, signal: AbortSignal): Promise<Listing | PollFailure>;
  /** Closes every connection, so that nothing keeps the process. */
  close(): void;
}

export function isFailure(answer: object): answer is PollFailure {
  return 'problem' in answer;
}

export function transient(problem: string, retryAfter: number | null = null): PollFailure {
  return { kind: 'transient', problem, retryAfter };
}

export function fatal(problem: string): PollFailure {
  return { kind: 'fatal', problem, retryAfter: null };
}
