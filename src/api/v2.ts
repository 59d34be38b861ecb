import { createTask, readQuota } from './create.ts';
import { decodePage, decodeTask, type Page } from './decode-v2.ts';
import type { Http } from './http.ts';
import { readToLastCursor, unreadableListing } from './pagination.ts';
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

const TASKS_PATH = '/gpus/v2/prewarm-tasks';
const REQUESTS_AT_ONCE = 4;
// The largest limit is not documented: a server may cap it, or refuse it.
const PAGE_SIZE = 100;
const SAFE_PAGE_SIZE = 10;

/** Version 2 of the API: a listing by cursor, tasks by their ids. A cluster is a region here. */
export class ApiV2 implements PrewarmApi {
  readonly #http: Http;
  readonly #baseUrl: string;
  #pageSize = PAGE_SIZE;
  /** Whether any request was answered well, so that a missing task says nothing about the address. */
  #isAddressKnown = false;

  constructor(http: Http, baseUrl: string) {
    this.#http = http;
    this.#baseUrl = baseUrl;
  }

  async list(query: ListingQuery, visit: Visit, signal: AbortSignal): Promise<CompleteListing | ApiFailure> {
    if (query.taskIds.length > 0) return this.#lookUp(query.taskIds, visit, signal);
    let serverClockOffset: number | null = null;
    let isPaged = false;
    const readPage = async (cursor: string | null): Promise<Page | ApiFailure> => {
      const answer = await this.#http.getJson(this.#pageUrl(query, cursor), signal);
      if (isFailure(answer)) return answer;
      serverClockOffset ??= answer.serverClockOffset;
      const decoded = decodePage(answer.body, this.#http.redact);
      if ('unreadable' in decoded) return unreadableListing(decoded.unreadable);
      isPaged ||= cursor !== null;
      return decoded;
    };
    const failure = await readToLastCursor(readPage, (task) => visit(task, serverClockOffset));
    // There is no total that would show that a task slipped from a page that was still to be read to one that had been.
    if (failure === null) return { serverClockOffset, mayHaveSlipped: isPaged };
    const isSizeRefused = failure.kind === 'fatal' && /\blimit\b/i.test(failure.problem);
    if (!isSizeRefused || this.#pageSize === SAFE_PAGE_SIZE) return failure;
    this.#pageSize = SAFE_PAGE_SIZE;
    return this.list(query, visit, signal);
  }

  create(order: CreationOrder, signal: AbortSignal): Promise<{ readonly taskId: string } | ApiFailure> {
    const { imageUrl, clusterId, productIds, note, registryAuthId } = order;
    const body = {
      image: imageUrl,
      region_id: clusterId,
      ...(productIds.length === 0 ? {} : { product_ids: productIds }),
      ...(note === null ? {} : { note }),
      ...(registryAuthId === null ? {} : { registry_auth_id: registryAuthId }),
    };
    return createTask(this.#http, new URL(this.#baseUrl + TASKS_PATH), body, signal);
  }

  quota(signal: AbortSignal): Promise<Quota | null> {
    return readQuota(this.#http, this.#baseUrl, signal);
  }

  close(): void {
    this.#http.close();
  }

  /** Each task by its id. Where none is found at first, the listing tells whether it is the tasks or the address. */
  async #lookUp(
    taskIds: readonly string[],
    visit: Visit,
    signal: AbortSignal,
  ): Promise<CompleteListing | ApiFailure> {
    let serverClockOffset: number | null = null;
    for (let next = 0; next < taskIds.length; next += REQUESTS_AT_ONCE) {
      const ids = taskIds.slice(next, next + REQUESTS_AT_ONCE);
      const answers = await Promise.all(ids.map((id) => this.#http.getJson(this.#taskUrl(id), signal)));
      for (const [index, answer] of answers.entries()) {
        if (isFailure(answer)) {
          if (answer.kind === 'missing') continue;
          return answer;
        }
        const task = decodeTask(answer.body, this.#http.redact);
        if ('unreadable' in task) return unreadableListing(task.unreadable);
        if (task.id !== ids[index]) return unreadableListing('the answer is about another task');
        this.#isAddressKnown = true;
        serverClockOffset ??= answer.serverClockOffset;
        visit(task, serverClockOffset);
      }
    }
    if (!this.#isAddressKnown) {
      const probe = await this.#http.getJson(this.#listUrl(1), signal);
      if (isFailure(probe)) return probe;
      const page = decodePage(probe.body, this.#http.redact);
      if ('unreadable' in page) return unreadableListing(page.unreadable);
      this.#isAddressKnown = true;
      serverClockOffset = probe.serverClockOffset;
    }
    return { serverClockOffset, mayHaveSlipped: false };
  }

  #taskUrl(taskId: string): URL {
    return new URL(`${this.#baseUrl}${TASKS_PATH}/${encodeURIComponent(taskId)}`);
  }

  #listUrl(limit: number): URL {
    const url = new URL(this.#baseUrl + TASKS_PATH);
    url.searchParams.set('limit', String(limit));
    return url;
  }

  #pageUrl(query: ListingQuery, cursor: string | null): URL {
    const url = this.#listUrl(this.#pageSize);
    if (cursor !== null) url.searchParams.set('cursor', cursor);
    if (query.name !== null) url.searchParams.set('name', query.name);
    if (query.clusterId !== null) url.searchParams.set('region_id', query.clusterId);
    return url;
  }
}
