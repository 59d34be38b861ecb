import { createdTaskId, type Redact } from './decode.ts';
import { decodePage, decodeQuota, type Page } from './decode-v1.ts';
import type { Http } from './http.ts';
import { readAllPages } from './pages.ts';
import {
  type ApiFailure,
  type CompleteListing,
  type CreationOrder,
  isFailure,
  type ListingQuery,
  type PrewarmApi,
  type Quota,
  transient,
  type Visit,
} from './prewarm-api.ts';

const TASKS_PATH = '/gpu-instance/openapi/v1/image/prewarm';
// Neither the largest page size nor what happens beyond it is documented: a server may cap it, or refuse it.
const PAGE_SIZE = 100;
const DOCUMENTED_PAGE_SIZE = 10;

/** Version 1 of the API: a numbered listing, no look-up by id. */
export class ApiV1 implements PrewarmApi {
  readonly #http: Http;
  readonly #baseUrl: string;
  #pageSize = PAGE_SIZE;

  constructor(http: Http, baseUrl: string) {
    this.#http = http;
    this.#baseUrl = baseUrl;
  }

  async list(query: ListingQuery, visit: Visit, signal: AbortSignal): Promise<CompleteListing | ApiFailure> {
    let serverClockOffset: number | null = null;
    let givenAt: number | null = null;
    let isPaged = false;
    let mayHaveChanged = false;
    const readPage = async (page: number): Promise<Page | ApiFailure> => {
      const answer = await this.#http.getJson(this.#pageUrl(query, page), signal);
      if (isFailure(answer)) return answer;
      serverClockOffset ??= answer.serverClockOffset;
      givenAt ??= answer.givenAt;
      const decoded = decodePage(answer.body, this.#http.redact);
      if ('unreadable' in decoded) return unreadableListing(decoded.unreadable);
      isPaged ||= page > 1 && decoded.tasks.length > 0;
      mayHaveChanged ||= decoded.total === null;
      return decoded;
    };
    const failure = await readAllPages(readPage, (task) => {
      // Where the total stayed and a task went, another came: one that was created since the first page was given.
      mayHaveChanged ||= task.createTime === null || task.createTime >= Math.floor((givenAt ?? 0) / 1000);
      visit(task, serverClockOffset);
    });
    if (failure === null) return { serverClockOffset, mayHaveSlipped: isPaged && mayHaveChanged };
    const isSizeRefused = failure.kind === 'fatal' && /page.?size/i.test(failure.problem);
    if (!isSizeRefused || this.#pageSize === DOCUMENTED_PAGE_SIZE) return failure;
    this.#pageSize = DOCUMENTED_PAGE_SIZE;
    return this.list(query, visit, signal);
  }

  async create(order: CreationOrder, signal: AbortSignal): Promise<{ readonly taskId: string } | ApiFailure> {
    const { imageUrl, clusterId, productIds, note, registryAuthId } = order;
    const answer = await this.#http.postJson(
      new URL(this.#baseUrl + TASKS_PATH),
      {
        imageUrl,
        clusterId,
        ...(productIds.length === 0 ? {} : { productIds }),
        ...(note === null ? {} : { note }),
        ...(registryAuthId === null ? {} : { repositoryAuth: registryAuthId }),
      },
      signal,
    );
    return isFailure(answer) ? answer : createdTask(answer.body, this.#http.redact);
  }

  quota(signal: AbortSignal): Promise<Quota | null> {
    return readQuota(this.#http, this.#baseUrl, signal);
  }

  close(): void {
    this.#http.close();
  }

  #pageUrl(query: ListingQuery, page: number): URL {
    const url = new URL(this.#baseUrl + TASKS_PATH);
    url.searchParams.set('page', String(page));
    url.searchParams.set('pageSize', String(this.#pageSize));
    if (query.name !== null) url.searchParams.set('name', query.name);
    if (query.clusterId !== null) url.searchParams.set('clusterId', query.clusterId);
    return url;
  }
}

/** A page that cannot be read fails the poll. */
export function unreadableListing(what: string): ApiFailure {
  return transient(`The listing cannot be read: ${what}; if this goes on, check base-url`);
}

/** What a creation was answered with: without an id it is open which task came to be, if any. */
export function createdTask(body: unknown, redact: Redact): { readonly taskId: string } | ApiFailure {
  const taskId = createdTaskId(body);
  return taskId === null
    ? transient('A task was created, but the answer names no id; if this goes on, check base-url')
    : { taskId: redact(taskId) };
}

/** Asks v1 for the quota, which is documented for v1 alone; `null` when there is no answer that can be read. */
export async function readQuota(http: Http, baseUrl: string, signal: AbortSignal): Promise<Quota | null> {
  const answer = await http.getJson(new URL(`${baseUrl}${TASKS_PATH}/quota`), signal);
  return isFailure(answer) ? null : decodeQuota(answer.body);
}
