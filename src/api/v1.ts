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
    let lastPage = 1;
    let hasNewcomer = false;
    const readPage = async (page: number): Promise<Page | PollFailure> => {
      const answer = await this.#http.getJson(this.#pageUrl(query, page), signal);
      if (isFailure(answer)) return answer;
      serverClockOffset ??= answer.serverClockOffset;
      givenAt ??= answer.givenAt;
      lastPage = Math.max(lastPage, page);
      const decoded = decodePage(answer.body, this.#http.redact);
      return 'unreadable' in decoded
        ? transient(`The listing cannot be read: ${decoded.unreadable}; if this goes on, check base-url`)
        : decoded;
    };
    const failure = await readAllPages(readPage, (task) => {
      hasNewcomer ||= task.createTime === null || task.createTime >= Math.floor((givenAt ?? 0) / 1000);
      visit(task, serverClockOffset);
    });
    // Where the total stayed and a task went, another came: one that was created since the first page was given.
    if (failure === null) return { serverClockOffset, mayHaveSlipped: lastPage > 1 && hasNewcomer };
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
