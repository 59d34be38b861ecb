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

/** A listing that was read to its end. */
export interface CompleteListing {
  /**
   * Whether it changed while its pages were read, in a way that adds up all the same: where one task went and another
   * came, a third may have slipped from a page that was still to be read to one that had been.
   */
  readonly mayHaveSlipped: boolean;
  /** Milliseconds to add to this machine's clock for the server's; `null` when the server did not tell. */
  readonly serverClockOffset: number | null;
}

/** What is asked of the listing. It only narrows: the API's name filter is fuzzy. */
export interface ListingQuery {
  readonly name: string | null;
  readonly clusterId: string | null;
}

/** Gets a task, and `serverClockOffset` as in `CompleteListing`. */
export type Visit = (task: PrewarmTask, serverClockOffset: number | null) => void;

/** The prewarm API, whichever version answers. */
export interface PrewarmApi {
  /**
   * Reads the whole listing.
   * @param visit gets each task as it comes; what it got counts for nothing when the listing fails after all.
   * @param signal ends the poll; what it gives then is a transient failure.
   */
  list(query: ListingQuery, visit: Visit, signal: AbortSignal): Promise<CompleteListing | PollFailure>;
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
