import { createTask, readQuota } from './create.ts';
import { decodePage, type Page } from './decode-v1.ts';
import type { Http } from './http.ts';
import { readAllPages, unreadableListing } from './pagination.ts';
import {
  type ApiFailure,
  type CompleteListing,
  type CreationOrder,
  isFailure,
  type ListingQuery,
  type PrewarmApi,
  type Quota,
  type Visit,
} from './types.ts';

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

  create(order: CreationOrder, signal: AbortSignal): Promise<{ readonly taskId: string } | ApiFailure> {
    const { imageUrl, clusterId, productIds, note, registryAuthId } = order;
    const body = {
      imageUrl,
      clusterId,
      ...(productIds.length === 0 ? {} : { productIds }),
      ...(note === null ? {} : { note }),
      ...(registryAuthId === null ? {} : { repositoryAuth: registryAuthId }),
    };
    return createTask(this.#http, new URL(this.#baseUrl + TASKS_PATH), body, signal);
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
