import type { PrewarmTask } from '../tasks/task.ts';

/**
 * What a failed request or listing means.
 * - `transient`: it may pass, and it is not known whether the request was carried out.
 * - `busy`: the server answered that it did nothing and will take the request later (429, 503).
 * - `refused`: the server refused the request (credentials, address, parameters, certificate).
 * - `fatal`: trying again is pointless.
 */
export type FailureKind = 'transient' | 'busy' | 'refused' | 'fatal';

export interface ApiFailure {
  readonly kind: FailureKind;
  /** One sentence: what was tried, what came back, what to do next. Free of secrets. */
  readonly problem: string;
  /** The HTTP status; `null` when there was no answer. */
  readonly status: number | null;
  /** The API's own word for the failure, such as `RESOURCE_NOT_FOUND`; empty when it gave none. */
  readonly reason: string;
  /** How long the server asked to wait, in milliseconds; `null` when it did not say. */
  readonly retryAfter: number | null;
}

/** A listing that was read to its end, each task once. */
export interface Listing {
  readonly tasks: readonly PrewarmTask[];
  /** It may have changed while its pages were read, so that a task can be missing from it. */
  readonly mayBeIncomplete: boolean;
  /** Milliseconds to add to this machine's clock for the server's; `null` while the server has not told its time. */
  readonly serverClockOffset: number | null;
}

/** What is asked of the listing. It only narrows: the API's name filter is fuzzy. */
export interface ListingQuery {
  readonly name: string | null;
  readonly clusterId: string | null;
  /** Where the API finds tasks by id, exactly these are asked for; an id that it does not find is just absent. */
  readonly taskIds: readonly string[];
}

/** A task to create. */
export interface CreationOrder {
  /** The image as the cluster is to pull it. */
  readonly imageUrl: string;
  readonly clusterId: string;
  /** None: the whole cluster. */
  readonly productIds: readonly string[];
  readonly note: string | null;
  readonly registryAuthId: string | null;
}

/** The account's quota of tasks. */
export interface Quota {
  /** How many tasks exist. */
  readonly used: number;
  /** How many may exist. */
  readonly limit: number;
  /** The largest image, in gigabytes; `null` when the API does not tell. */
  readonly gigabytesPerImage: number | null;
}

/** The prewarm API, whichever version answers. No method retries. */
export interface PrewarmApi {
  /** Reads the whole listing. When `signal` aborts, it returns a transient failure. */
  list(query: ListingQuery, signal: AbortSignal): Promise<Listing | ApiFailure>;
  /** Creates a task. After a transient failure only the listing can tell whether the task exists. */
  create(order: CreationOrder, signal: AbortSignal): Promise<{ readonly taskId: string } | ApiFailure>;
  /** Deletes tasks, at most 100. Returns `null` when the API says that it did. */
  delete(taskIds: readonly string[], signal: AbortSignal): Promise<ApiFailure | null>;
  /** The account's quota of tasks; `null` when it cannot be read. */
  quota(signal: AbortSignal): Promise<Quota | null>;
  /** Ends every connection, so that nothing keeps the process alive. */
  close(): Promise<void>;
}

export function isFailure(answer: object): answer is ApiFailure {
  return 'problem' in answer;
}

/** A failure that may pass; `details` adds what the server said. */
export function transient(problem: string, details: Partial<ApiFailure> = {}): ApiFailure {
  return { kind: 'transient', problem, status: null, reason: '', retryAfter: null, ...details };
}

/** A failure that will not pass; `details` adds what the server said. */
export function fatal(problem: string, details: Partial<ApiFailure> = {}): ApiFailure {
  return { kind: 'fatal', problem, status: null, reason: '', retryAfter: null, ...details };
}
