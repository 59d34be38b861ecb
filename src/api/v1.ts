import { decodePage, type Page } from './decode.ts';
import type { Http } from './http.ts';
import { readAllPages } from './pages.ts';
import {
  type CompleteListing,
  isFailure,
  type ListingQuery,
  type PollFailure,
  type PrewarmApi,
  transient,
  type Visit,
} from './poll.ts';

const LIST_PATH = '/gpu-instance/openapi/v1/image/prewarm';
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

  async list(query: ListingQuery, visit: Visit, signal: AbortSignal): Promise<CompleteListing | PollFailure> {
    let serverClockOffset: number | null = null;
    let givenAt: number | null = null;
    let isPaged = false;
    let mayHaveChanged = false;
    const readPage = async (page: number): Promise<Page | PollFailure> => {
      const answer = await this.#http.getJson(this.#pageUrl(query, page), signal);
      if (isFailure(answer)) return answer;
      serverClockOffset ??= answer.serverClockOffset;
      givenAt ??= answer.givenAt;
      const decoded = decodePage(answer.body, this.#http.redact);
      if ('unreadable' in decoded) {
        return transient(
          `The listing cannot be read: ${decoded.unreadable}; if this goes on, check base-url`,
        );
      }
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

  close(): void {
    this.#http.close();
  }

  #pageUrl(query: ListingQuery, page: number): URL {
    const url = new URL(`${this.#baseUrl}${LIST_PATH}`);
    url.searchParams.set('page', String(page));
    url.searchParams.set('pageSize', String(this.#pageSize));
    if (query.name !== null) url.searchParams.set('name', query.name);
    if (query.clusterId !== null) url.searchParams.set('clusterId', query.clusterId);
    return url;
  }
}
