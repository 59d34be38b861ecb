import * as v from 'valibot';
import { type PrewarmTask, phaseOf, stateFrom } from '../tasks/task.ts';
import {
  createdTask,
  decodeTasks,
  deletionFailure,
  optionalNumber,
  optionalText,
  optionalTime,
  reasons,
  requiredText,
  taskItems,
  type Unreadable,
  unreadable,
  unreadableListing,
} from './decode.ts';
import type { Http } from './http.ts';
import { ListingReader, type Page, type PageRequest } from './pagination.ts';
import {
  type ApiFailure,
  type CreationOrder,
  isFailure,
  type Listing,
  type ListingQuery,
  type PrewarmApi,
  type Quota,
} from './types.ts';
import { ApiV1 } from './v1.ts';

const TASKS_PATH = '/gpus/v2/prewarm-tasks';
const REQUESTS_AT_ONCE = 4;

/** Version 2 of the API: a listing by cursor, and tasks by their ids. A cluster is a region here. */
export class ApiV2 implements PrewarmApi {
  readonly #http: Http;
  readonly #url: string;
  readonly #v1: ApiV1;
  readonly #reader = new ListingReader();
  /** Each task that was looked up since the last listing by ids; `null` when the API does not know it. */
  readonly #lookedUp = new Map<string, PrewarmTask | null>();
  /** Whether a request was answered well, so that a missing task says nothing about the address. */
  #isAddressKnown = false;

  constructor(http: Http, baseUrl: string) {
    this.#http = http;
    this.#url = baseUrl + TASKS_PATH;
    this.#v1 = new ApiV1(http, baseUrl);
  }

  async list(query: ListingQuery, signal: AbortSignal): Promise<Listing | ApiFailure> {
    if (query.taskIds.length > 0) return this.#lookUpAll(query.taskIds, signal);
    return this.#reader.read(
      (request) => this.#readPage(query, request, signal),
      () => this.#http.serverClockOffset,
    );
  }

  async create(order: CreationOrder, signal: AbortSignal): Promise<{ readonly taskId: string } | ApiFailure> {
    const { imageUrl, clusterId, productIds, note, registryAuthId } = order;
    const body = {
      image: imageUrl,
      region_id: clusterId,
      ...(productIds.length === 0 ? {} : { product_ids: productIds }),
      ...(note === null ? {} : { note }),
      ...(registryAuthId === null ? {} : { registry_auth_id: registryAuthId }),
    };
    const answer = await this.#http.sendJson('POST', new URL(this.#url), body, signal);
    return createdTask(answer, this.#http.redact);
  }

  async delete(taskIds: readonly string[], signal: AbortSignal): Promise<ApiFailure | null> {
    const answer = await this.#http.sendJson('DELETE', new URL(this.#url), { task_ids: taskIds }, signal);
    return deletionFailure(answer, this.#http.redact);
  }

  /** Asks version 1: version 2 has no quota. */
  quota(signal: AbortSignal): Promise<Quota | null> {
    return this.#v1.quota(signal);
  }

  close(): Promise<void> {
    return this.#http.close();
  }

  async #readPage(
    query: ListingQuery,
    { cursor, size }: PageRequest,
    signal: AbortSignal,
  ): Promise<Page | ApiFailure> {
    const url = new URL(this.#url);
    url.searchParams.set('limit', String(size));
    if (cursor !== null) url.searchParams.set('cursor', cursor);
    if (query.name !== null) url.searchParams.set('name', query.name);
    if (query.clusterId !== null) url.searchParams.set('region_id', query.clusterId);
    const answer = await this.#http.getJson(url, signal);
    if (isFailure(answer)) return answer;
    const page = decodePage(answer.body);
    if ('unreadable' in page) return unreadableListing(page, this.#http.redact);
    return { ...page, sentAt: answer.sentAt };
  }

  /**
   * Each task by its id. Where some of the look-ups fail, the poll fails, and the next one asks for those alone.
   * Where none is found at first, the listing tells whether it is the tasks or the address.
   */
  async #lookUpAll(taskIds: readonly string[], signal: AbortSignal): Promise<Listing | ApiFailure> {
    const pending = taskIds.filter((id) => !this.#lookedUp.has(id));
    const failures: ApiFailure[] = [];
    for (let next = 0; next < pending.length; next += REQUESTS_AT_ONCE) {
      const ids = pending.slice(next, next + REQUESTS_AT_ONCE);
      const failed = (await Promise.all(ids.map((id) => this.#lookUp(id, signal)))).filter(isNotNull);
      failures.push(...failed);
      // Where nothing at all is answered, more requests only add to the load.
      if (failed.length === ids.length) break;
    }
    const failure = failures[0] ?? null;
    if (!this.#isAddressKnown && (failure === null || failure.status === 404)) {
      const nothing = { name: null, clusterId: null, taskIds: [] };
      const probe = await this.#readPage(nothing, { number: 1, cursor: null, size: 1 }, signal);
      if (isFailure(probe)) return probe;
      this.#isAddressKnown = true;
    }
    if (failure !== null) return failure;
    const tasks = taskIds.map((id) => this.#lookedUp.get(id) ?? null).filter(isNotNull);
    this.#lookedUp.clear();
    return { tasks, mayBeIncomplete: false, serverClockOffset: this.#http.serverClockOffset };
  }

  /** Notes the task, or that there is none; returns why the look-up failed, or `null`. */
  async #lookUp(taskId: string, signal: AbortSignal): Promise<ApiFailure | null> {
    const answer = await this.#http.getJson(new URL(`${this.#url}/${encodeURIComponent(taskId)}`), signal);
    if (isFailure(answer)) {
      const { status, reason } = answer;
      if (status === 404 && reason === '') return { ...answer, kind: 'transient' };
      const isAbsent = status === 404 || (status === 400 && reason === 'RESOURCE_NOT_FOUND');
      if (!isAbsent) return answer;
      this.#lookedUp.set(taskId, null);
      return null;
    }
    const task = decodeTask(answer.body);
    if ('unreadable' in task) return unreadableListing(task, this.#http.redact);
    if (task.id !== taskId) {
      return unreadableListing({ unreadable: 'an answer is about another task' }, this.#http.redact);
    }
    this.#isAddressKnown = true;
    this.#lookedUp.set(taskId, task);
    return null;
  }
}

function isNotNull<T>(value: T | null): value is T {
  return value !== null;
}

// Documented as an object; a bare word says the same.
const Status = v.pipe(
  v.unknown(),
  v.transform((status) => (typeof status === 'object' && status !== null ? status : { status })),
  v.object({ status: optionalText, error: optionalText, message: optionalText }),
);

// An id to follow (below) and products that tell what is covered must be readable; all else may be missing.
const Task = v.object({
  task_id: optionalText,
  id: optionalText,
  name: optionalText,
  image: optionalText,
  region_id: optionalText,
  product_ids: v.nullish(v.array(requiredText), []),
  image_size: optionalNumber,
  created_at: optionalTime,
  completed_at: optionalTime,
  status: v.optional(Status, null),
  registry_auth_id: optionalText,
  note: optionalText,
  reason: v.optional(reasons, null),
});

const truth = v.pipe(
  v.unknown(),
  v.transform((value) => (value === 'true' ? true : value === 'false' ? false : value)),
  v.boolean(),
);
const PageBody = v.object({
  data: taskItems,
  next_cursor: v.nullish(optionalText, ''),
  has_more: v.nullish(truth),
});

/**
 * Decodes a page of the listing: `{"data": [task, …], "next_cursor": "…", "has_more": true}`.
 * @returns the page, or what cannot be read in it.
 */
export function decodePage(body: unknown): Omit<Page, 'sentAt'> | Unreadable {
  const decoded = decodeTasks(PageBody, body, decodeItem);
  if ('unreadable' in decoded) return decoded;
  const { next_cursor: cursor, has_more } = decoded.page;
  const hasMore = has_more ?? cursor !== '';
  if (hasMore && cursor === '') return { unreadable: 'the answer has_more, but has no next_cursor' };
  return { tasks: decoded.tasks, total: null, nextCursor: hasMore ? cursor : null };
}

/** Decodes a task that was asked for by its id: as it is, or inside `data`. */
export function decodeTask(body: unknown): PrewarmTask | Unreadable {
  const wrapped = v.safeParse(v.object({ data: v.looseObject({}) }), body);
  const task = decodeItem(wrapped.success ? wrapped.output.data : body);
  return 'unreadable' in task ? { unreadable: `the answer ${task.unreadable}` } : task;
}

function decodeItem(item: unknown): PrewarmTask | Unreadable {
  const decoded = v.safeParse(Task, item);
  if (!decoded.success) return unreadable(decoded.issues[0]);
  const wire = decoded.output;
  const id = wire.task_id || wire.id;
  if (id === '') return { unreadable: 'has no readable task_id' };
  const state = stateFrom(wire.status.status);
  const said = [...wire.reason, wire.status.error, wire.status.message].filter((text) => text !== '');
  return {
    id,
    imageName: wire.name.replace(/[:@].*$/s, ''),
    imageUrl: wire.image,
    clusterId: wire.region_id,
    clusterName: '',
    products: wire.product_ids.map((productId) => ({ productId, productName: '' })),
    imageSize: wire.image_size,
    state,
    reportedState: wire.status.status,
    createTime: wire.created_at,
    completeTime: phaseOf(state) === 'unfinished' ? null : wire.completed_at,
    note: wire.note,
    reasons: [...new Set(said)],
    registryAuthId: wire.registry_auth_id,
  };
}
