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
  wholeNumber,
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

const TASKS_PATH = '/gpu-instance/openapi/v1/image/prewarm';

/** Version 1 of the API: pages have numbers, and a task cannot be asked for by its id. */
export class ApiV1 implements PrewarmApi {
  readonly #http: Http;
  readonly #url: string;
  readonly #reader = new ListingReader();

  constructor(http: Http, baseUrl: string) {
    this.#http = http;
    this.#url = baseUrl + TASKS_PATH;
  }

  list(query: ListingQuery, signal: AbortSignal): Promise<Listing | ApiFailure> {
    return this.#reader.read(
      (request) => this.#readPage(query, request, signal),
      () => this.#http.serverClockOffset,
    );
  }

  async create(order: CreationOrder, signal: AbortSignal): Promise<{ readonly taskId: string } | ApiFailure> {
    const { imageUrl, clusterId, productIds, note, registryAuthId } = order;
    const body = {
      imageUrl,
      clusterId,
      ...(productIds.length === 0 ? {} : { productIds }),
      ...(note === null ? {} : { note }),
      ...(registryAuthId === null ? {} : { repositoryAuth: registryAuthId }),
    };
    const answer = await this.#http.sendJson('POST', new URL(this.#url), body, signal);
    return createdTask(answer, this.#http.redact);
  }

  async delete(ids: readonly string[], signal: AbortSignal): Promise<ApiFailure | null> {
    const answer = await this.#http.sendJson('POST', new URL(`${this.#url}/delete`), { ids }, signal);
    return deletionFailure(answer, this.#http.redact);
  }

  async quota(signal: AbortSignal): Promise<Quota | null> {
    const answer = await this.#http.getJson(new URL(`${this.#url}/quota`), signal);
    return isFailure(answer) ? null : decodeQuota(answer.body);
  }

  close(): Promise<void> {
    return this.#http.close();
  }

  async #readPage(
    query: ListingQuery,
    { number, size }: PageRequest,
    signal: AbortSignal,
  ): Promise<Page | ApiFailure> {
    const url = new URL(this.#url);
    url.searchParams.set('page', String(number));
    url.searchParams.set('pageSize', String(size));
    if (query.name !== null) url.searchParams.set('name', query.name);
    if (query.clusterId !== null) url.searchParams.set('clusterId', query.clusterId);
    const answer = await this.#http.getJson(url, signal);
    if (isFailure(answer)) return answer;
    const page = decodePage(answer.body);
    if ('unreadable' in page) return unreadableListing(page, this.#http.redact);
    return { ...page, sentAt: answer.sentAt };
  }
}

const Product = v.object({
  productId: requiredText,
  productName: optionalText,
});

// An id to follow and products that tell what is covered must be readable; all else may be missing.
const Task = v.object({
  id: requiredText,
  imageName: optionalText,
  imageUrl: optionalText,
  clusterId: optionalText,
  clusterName: optionalText,
  products: v.nullish(v.array(Product), []),
  imageSize: optionalNumber,
  createTime: optionalTime,
  state: optionalText,
  completeTime: optionalTime,
  note: optionalText,
  reason: v.optional(reasons, null),
  repositoryAuth: optionalText,
});

const PageBody = v.object({ data: taskItems, total: v.nullish(wholeNumber, null) });

/**
 * Decodes a page of the listing: `{"data": [task, …], "total": n}`. Numbers may be strings and the other way round.
 * @returns the page, or what cannot be read in it.
 */
export function decodePage(body: unknown): Omit<Page, 'sentAt'> | Unreadable {
  const decoded = decodeTasks(PageBody, body, decodeTask);
  if ('unreadable' in decoded) return decoded;
  return { tasks: decoded.tasks, total: decoded.page.total };
}

function decodeTask(item: unknown): PrewarmTask | Unreadable {
  const decoded = v.safeParse(Task, item);
  if (!decoded.success) return unreadable(decoded.issues[0]);
  const { state: reportedState, reason, repositoryAuth, completeTime, ...task } = decoded.output;
  const state = stateFrom(reportedState);
  return {
    ...task,
    state,
    reportedState,
    completeTime: phaseOf(state) === 'unfinished' ? null : completeTime,
    reasons: reason,
    registryAuthId: repositoryAuth,
  };
}

const QuotaBody = v.object({ total: wholeNumber, limit: wholeNumber, perImageSize: optionalNumber });

/** Decodes `{"total": used, "limit": allowed, "perImageSize": gigabytes}`; `null` for anything else. */
function decodeQuota(body: unknown): Quota | null {
  const quota = v.safeParse(QuotaBody, body);
  if (!quota.success) return null;
  const { total, limit, perImageSize } = quota.output;
  return { used: total, limit, gigabytesPerImage: perImageSize };
}
