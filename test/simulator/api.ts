import { type CreatedTask, type CreateOptions, idOf, readIds, readOrder, scriptOf } from './create.ts';
import { endpointOf, type Version } from './endpoint.ts';
import type { Fault } from './fault.ts';
import { answerList, type Paging } from './list.ts';
import type { Arrival } from './listen.ts';
import { Listing } from './listing.ts';
import { Polls } from './polls.ts';
import { errorReply, jsonReply, type Reply } from './reply.ts';
import type { LoggedRequest, Place } from './request-log.ts';
import type { Moment } from './timeline.ts';
import { toV2 } from './v2-task.ts';
import type { TaskScript } from './wire.ts';

export const DEFAULT_API_KEY = 'sk-simulator';
const DEFAULT_QUOTA = 5;
const GIGABYTES_PER_IMAGE = 100;

export interface ApiOptions extends Partial<Paging> {
  /** In the server's order; what is created comes last. */
  readonly tasks?: readonly TaskScript[];
  readonly apiKey?: string;
  readonly pathPrefix?: string;
  readonly create?: CreateOptions;
  /** How long it takes until the listing shows what was created, and no longer what was deleted. */
  readonly lagMs?: number;
}

/** The API, v1 and v2, over one list of tasks. */
export class Api {
  readonly created: CreatedTask[] = [];
  /** The ids of the tasks that requests have deleted, in that order. */
  readonly deleted: string[] = [];
  readonly #options: ApiOptions;
  readonly #paging: Paging;
  readonly #listing: Listing;
  readonly #polls = new Polls();
  #accepted = 0;

  /** `startSeconds` is the server's own clock at its start. */
  constructor(options: ApiOptions, startSeconds: number) {
    this.#options = options;
    this.#paging = {
      maxPageSize: options.maxPageSize ?? 100,
      overMaxPageSize: options.overMaxPageSize ?? 'cap',
    };
    this.#listing = new Listing(options.tasks ?? [], startSeconds, options.lagMs);
  }

  place(arrival: Arrival): Place {
    return this.#polls.place(arrival, this.#pathOf(arrival));
  }

  answer(request: LoggedRequest, striking: readonly Fault[]): Reply {
    const endpoint = endpointOf(request.method, this.#pathOf(request));
    if (endpoint === undefined) {
      return errorReply(404, 'RESOURCE_NOT_FOUND', `no such endpoint: ${request.method} ${request.path}`);
    }
    const refusal = refusedHeaders(request, this.#options.apiKey ?? DEFAULT_API_KEY);
    if (refusal !== undefined) {
      return refusal;
    }
    const { moments } = this.#polls;
    const isCarriedOut = !striking.some(({ unmade }) => unmade);
    switch (endpoint.kind) {
      case 'list':
        return answerList(
          endpoint.version,
          { request, listing: this.#listing, paging: this.#paging },
          moments,
          striking,
        );
      case 'get':
        return this.#get(endpoint.id, moments);
      case 'create':
        return this.#create(endpoint.version, request, isCarriedOut);
      case 'delete':
        return this.#delete(endpoint.version, request, isCarriedOut);
      case 'quota':
        return jsonReply(200, {
          total: this.#used(request),
          limit: this.#quota,
          perImageSize: GIGABYTES_PER_IMAGE,
        });
    }
  }

  #get(id: string, moments: readonly Moment[]): Reply {
    const item = this.#listing.items(moments).find((each) => String(each.id) === id);
    return item === undefined
      ? errorReply(404, 'RESOURCE_NOT_FOUND', `prewarm task ${id} not found`)
      : jsonReply(200, toV2(item));
  }

  #create(version: Version, request: LoggedRequest, isCarriedOut: boolean): Reply {
    const { clusters, script } = this.#options.create ?? {};
    const order = readOrder(version, request.body);
    if ('problem' in order) {
      return errorReply(400, 'VALIDATOR_PARAM', order.problem);
    }
    if (clusters?.includes(order.clusterId) === false) {
      return errorReply(400, 'RESOURCE_NOT_FOUND', `cluster ${order.clusterId} not found`);
    }
    if (this.#used(request) >= this.#quota) {
      return errorReply(400, 'OPERATION_LIMIT', 'the number of prewarm tasks has reached the limit');
    }
    this.#accepted += 1;
    const id = idOf(this.#accepted);
    if (isCarriedOut) {
      this.created.push({ ...order, id });
      this.#listing.add(scriptOf(order, this.#accepted, script), this.#polls.now(request));
    }
    return jsonReply(200, version === 'v1' ? { id } : { task_id: id });
  }

  /** A task that is not there (any more) is refused, and then none of the others is deleted. */
  #delete(version: Version, request: LoggedRequest, isCarriedOut: boolean): Reply {
    const ids = readIds(version, request.body);
    if (ids === null) {
      return errorReply(400, 'VALIDATOR_PARAM', 'the ids of the tasks to delete are missing');
    }
    const now = this.#polls.now(request);
    const gone = ids.find((id) => !this.#listing.has(id, [...this.#polls.moments, now]));
    if (gone !== undefined) {
      return errorReply(400, 'RESOURCE_NOT_FOUND', `prewarm task ${gone} not found`);
    }
    if (isCarriedOut) {
      this.deleted.push(...ids);
      this.#listing.remove(ids, now);
    }
    return jsonReply(200, {});
  }

  get #quota(): number {
    return this.#options.create?.quota ?? DEFAULT_QUOTA;
  }

  #used(request: LoggedRequest): number {
    return this.#listing.count([...this.#polls.moments, this.#polls.now(request)]);
  }

  #pathOf({ path }: Arrival): string {
    const prefix = this.#options.pathPrefix ?? '';
    return path.startsWith(prefix) ? path.slice(prefix.length) : '';
  }
}

/** Refuses a request that lacks one of the two headers that the API requires. */
function refusedHeaders({ headers }: LoggedRequest, apiKey: string): Reply | undefined {
  if (headers.authorization === undefined || headers.authorization === '') {
    return errorReply(400, 'MISSING_API_KEY', 'missing api-key');
  }
  if (headers.authorization !== `Bearer ${apiKey}`) {
    return errorReply(403, 'INVALID_API_KEY', 'invalid api-key');
  }
  return headers['content-type']?.startsWith('application/json')
    ? undefined
    : errorReply(400, 'VALIDATOR_PARAM', 'Content-Type must be application/json');
}
