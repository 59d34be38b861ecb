import { type CreatedTask, type CreateOptions, idOf, readOrder, scriptOf } from './create.ts';
import { endpointOf, type Version } from './endpoint.ts';
import type { Fault } from './fault.ts';
import type { Arrival } from './listen.ts';
import { Listing, type Order } from './listing.ts';
import type { Paging } from './paging.ts';
import { Polls } from './polls.ts';
import { errorReply, jsonReply, type Reply } from './reply.ts';
import type { LoggedRequest, Place } from './request-log.ts';
import { listV1 } from './v1.ts';
import { getV2, listV2 } from './v2.ts';
import type { Scripted } from './wire.ts';

export const DEFAULT_API_KEY = 'sk-simulator';
const DEFAULT_QUOTA = 5;
const GIGABYTES_PER_IMAGE = 100;

export interface ApiOptions extends Partial<Paging> {
  readonly tasks?: readonly Scripted[];
  readonly order?: Order;
  readonly apiKey?: string;
  readonly pathPrefix?: string;
  readonly create?: CreateOptions;
}

/** The API, v1 and v2, over one list of tasks. */
export class Api {
  readonly created: CreatedTask[] = [];
  readonly #options: ApiOptions;
  readonly #paging: Paging;
  readonly #listing: Listing;
  readonly #polls = new Polls();
  #accepted = 0;

  /** `startSeconds` is the server's own clock at its start. */
  constructor(options: ApiOptions, startSeconds: number) {
    this.#options = options;
    this.#paging = {
      defaultPageSize: options.defaultPageSize ?? 10,
      maxPageSize: options.maxPageSize ?? 100,
      overMaxPageSize: options.overMaxPageSize ?? 'cap',
    };
    this.#listing = new Listing(options.tasks ?? [], startSeconds, options.order ?? 'as-given');
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
    switch (endpoint.kind) {
      case 'list':
        return endpoint.version === 'v1'
          ? listV1(request, this.#listing, moments, this.#paging, striking)
          : listV2(request, this.#listing, moments, this.#paging, striking);
      case 'get':
        return getV2(endpoint.id, this.#listing, moments);
      case 'create':
        return this.#create(endpoint.version, request, !striking.some(({ unmade }) => unmade));
      case 'quota':
        return jsonReply(200, {
          total: this.#used(request),
          limit: this.#quota,
          perImageSize: GIGABYTES_PER_IMAGE,
        });
    }
  }

  /** An order that is not to be made is answered as if it had been. */
  #create(version: Version, request: LoggedRequest, made: boolean): Reply {
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
    if (made) {
      this.created.push({ ...order, id });
      this.#listing.add(scriptOf(order, this.#accepted, script), this.#polls.now(request));
    }
    return jsonReply(200, version === 'v1' ? { id } : { task_id: id });
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
