import type { PrewarmTask } from '../tasks/task.ts';

/** Why a request, or the several of a listing, gave nothing to go by. */
export interface ApiFailure {
  /**
   * `transient` may pass, and leaves open whether the request was carried out; `refused` is about the credentials,
   * `missing` is about something that is not there, `fatal` is anything else that will not pass.
   */
  readonly kind: 'transient' | 'refused' | 'missing' | 'fatal';
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
  /** Where the API finds tasks by their ids, exactly these are asked for; an id that it does not find is just absent. */
  readonly taskIds: readonly string[];
}

/** A task to create. */
export interface CreationOrder {
  /** As the cluster is to pull it. */
  readonly imageUrl: string;
  readonly clusterId: string;
  /** None: the whole cluster. */
  readonly productIds: readonly string[];
  readonly note: string | null;
  readonly registryAuthId: string | null;
}

/** How many tasks there are, and how many there may be. */
export interface Quota {
  readonly used: number;
  readonly limit: number;
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
  list(query: ListingQuery, visit: Visit, signal: AbortSignal): Promise<CompleteListing | ApiFailure>;
  /** Creates a task. A transient failure leaves open whether it came to be: the listing tells. */
  create(order: CreationOrder, signal: AbortSignal): Promise<{ readonly taskId: string } | ApiFailure>;
  /** The account's quota of tasks; `null` when the API does not tell. */
  quota(signal: AbortSignal): Promise<Quota | null>;
  /** Closes every connection, so that nothing keeps the process. */
  close(): void;
}

export function isFailure(answer: object): answer is ApiFailure {
  return 'problem' in answer;
}

export function transient(problem: string, retryAfter: number | null = null): ApiFailure {
  return { kind: 'transient', problem, retryAfter };
}

export function fatal(problem: string): ApiFailure {
  return { kind: 'fatal', problem, retryAfter: null };
}
