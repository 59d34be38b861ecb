import type { Dispatcher } from 'undici';
import { redactor } from '../redact.ts';
import { addressOf, badAnswer, networkFailure } from './errors.ts';
import { type Headers, headerOf, parseHttpDate, parseRateLimitReset, parseRetryAfter } from './headers.ts';
import { parseJson, readText } from './json.ts';
import { type ApiFailure, fatal, isFailure, transient } from './types.ts';

export interface HttpOptions {
  readonly token: string;
  /** What else must not get into a text that leaves the process. */
  readonly secrets: readonly string[];
  /** Milliseconds for one request, body included. */
  readonly requestTimeout: number;
  readonly dispatcher: Dispatcher;
  readonly viaProxy: boolean;
  /** Unix milliseconds on this machine's clock. */
  readonly now: () => number;
  readonly debug: (line: string) => void;
}

/** A good answer. */
export interface JsonAnswer {
  readonly status: number;
  /** `undefined` when it cannot be read. */
  readonly body: unknown;
  /** When the request was sent: Unix milliseconds on this machine's clock. */
  readonly sentAt: number;
}

const DATE_HEADER_MIDDLE = 500; // the header is cut to whole seconds

/** Requests to the prewarm API, which carry its key: one answer each, no redirect followed, no retry. */
export class Http {
  readonly #options: HttpOptions;
  #clock: { readonly offset: number; readonly roundTrip: number } | null = null;
  /** Takes the secrets out of a remote text. */
  readonly redact: (text: string) => string;

  constructor(options: HttpOptions) {
    this.#options = options;
    this.redact = redactor(options.token, ...options.secrets);
  }

  /**
   * Milliseconds to add to this machine's clock for the server's; `null` while the server has not told its time. It is
   * taken from the quickest exchange so far, which leaves the least room for error.
   */
  get serverClockOffset(): number | null {
    return this.#clock?.offset ?? null;
  }

  /** GETs JSON of at most 32 MiB. Integers that a number cannot hold come back as strings. */
  async getJson(url: URL, signal: AbortSignal): Promise<JsonAnswer | ApiFailure> {
    const answer = await this.#exchange('GET', url, null, signal);
    if (isFailure(answer) || answer.body !== undefined) return answer;
    return transient(
      `GET ${addressOf(url)} was answered with HTTP ${answer.status} and no JSON; check base-url and api-version`,
      { status: answer.status },
    );
  }

  /** Sends JSON. An unreadable 2xx still succeeded: the server did what was asked. */
  sendJson(
    method: 'POST' | 'DELETE',
    url: URL,
    body: object,
    signal: AbortSignal,
  ): Promise<JsonAnswer | ApiFailure> {
    return this.#exchange(method, url, JSON.stringify(body), signal);
  }

  /** Ends every connection at once. */
  async close(): Promise<void> {
    await this.#options.dispatcher.destroy();
  }

  async #exchange(
    method: 'GET' | 'POST' | 'DELETE',
    url: URL,
    content: string | null,
    signal: AbortSignal,
  ): Promise<JsonAnswer | ApiFailure> {
    const { token, dispatcher, requestTimeout, viaProxy, now } = this.#options;
    const attempt = `${method} ${addressOf(url)}`;
    const timeout = AbortSignal.timeout(requestTimeout);
    const sentAt = now();
    try {
      const answer = await dispatcher.request({
        origin: url.origin,
        path: url.pathname + url.search,
        method,
        signal: AbortSignal.any([signal, timeout]),
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          accept: 'application/json',
          'accept-encoding': 'identity',
          'user-agent': 'wait-for-image-prewarm',
        },
        body: content,
        // A second answer to the same creation must not pass for the answer to the next request.
        reset: content !== null,
      });
      const { statusCode: status, headers } = answer;
      const isGood = status >= 200 && status < 300;
      if (isGood) this.#tellTime(headers, sentAt);
      const text = await readText(answer.body).catch((error) => {
        if (isGood && method === 'GET') throw error;
        return ''; // the status tells enough
      });
      this.#debug(method, url, `HTTP ${status} in ${Math.round(now() - sentAt)} ms`);
      if (!isGood) {
        const retryAfter = this.#retryAfter(status, headers);
        return badAnswer({ method, url, status, headers, text: text ?? '', retryAfter, redact: this.redact });
      }
      if (text === null && method === 'GET') {
        return fatal(`${attempt} gave over 32 MiB; narrow the wait with image, note or cluster-ids`, {
          status,
        });
      }
      return { status, body: text === null ? undefined : parseJson(text), sentAt };
    } catch (error) {
      if (signal.aborted) return transient(`${attempt} was still unanswered when the wait ended`);
      if (timeout.aborted) {
        const network = viaProxy ? 'HTTPS_PROXY, the network' : 'the network';
        return transient(
          `${attempt} gave no complete answer within ${requestTimeout / 1000} s; check ${network} or raise request-timeout`,
        );
      }
      this.#debug(method, url, String(error));
      const failure = networkFailure(attempt, error, { addressSetting: 'base-url', viaProxy });
      return { ...failure, problem: this.redact(failure.problem) };
    }
  }

  #debug(method: string, url: URL, what: string): void {
    this.#options.debug(this.redact(`${method} ${addressOf(url)}${url.search}: ${what}`));
  }

  /** Learns the server's time, as soon as the headers are there: the body may take long. */
  #tellTime(headers: Headers, sentAt: number): void {
    const serverTime = serverTimeOf(headers);
    const receivedAt = this.#options.now();
    const roundTrip = receivedAt - sentAt;
    if (serverTime === null || (this.#clock !== null && this.#clock.roundTrip <= roundTrip)) return;
    this.#clock = { offset: serverTime + DATE_HEADER_MIDDLE - (sentAt + receivedAt) / 2, roundTrip };
  }

  /** How long the server asked to wait, in milliseconds; `null` when it did not say. */
  #retryAfter(status: number, headers: Headers): number | null {
    const serverTime = serverTimeOf(headers) ?? this.#options.now() + (this.serverClockOffset ?? 0);
    const wait = parseRetryAfter(headerOf(headers, 'retry-after'), serverTime);
    // Some servers count requests in every answer; only one that turns a request away means it.
    if (wait !== null || (status !== 429 && status !== 503)) return wait;
    return parseRateLimitReset(headerOf(headers, 'x-ratelimit-reset'), serverTime);
  }
}

/** Unix milliseconds; `null` without a `Date` that can be read, and for an answer from a cache, whose `Date` is old. */
function serverTimeOf(headers: Headers): number | null {
  if (Number(headerOf(headers, 'age')) > 0) return null;
  return parseHttpDate(headerOf(headers, 'date'));
}
