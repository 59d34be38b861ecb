import * as http from 'node:http';
import * as https from 'node:https';
import { redactor } from '../redact.ts';
import type { Connections } from './dispatcher.ts';
import { type Advise, badAnswer, networkFailure } from './errors.ts';
import { parseHttpDate, parseRetryAfter } from './headers.ts';
import { parseJson, readText } from './json.ts';
import { type ApiFailure, fatal, isFailure, transient } from './types.ts';

export interface HttpOptions {
  readonly token: string;
  /** What else must not get into a text that leaves the process. */
  readonly secrets: readonly string[];
  /** What sets the address, and what to do about refusals: for the advice in failures. */
  readonly addressSetting: string;
  readonly advise: Advise;
  /** Milliseconds for one request, body included. */
  readonly requestTimeout: number;
  /** What sets that limit; `null` when nothing does. */
  readonly timeoutSetting: string | null;
  readonly connections: Connections;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly debug: (line: string) => void;
}

/** A good answer. */
export interface JsonAnswer {
  readonly status: number;
  /** `undefined` when it is not JSON, or over 32 MiB. */
  readonly body: unknown;
  /** When it was given: Unix milliseconds on the server's clock, or on this machine's where the server did not tell. */
  readonly givenAt: number;
  /** Milliseconds to add to this machine's clock for the server's; `null` without a `Date` header. */
  readonly serverClockOffset: number | null;
}

const TRANSIENT_STATUSES = new Set([408, 425, 429]);
const DATE_HEADER_MIDDLE = 500; // the header is cut to whole seconds

/** Requests that carry a bearer token: one answer each, no redirect followed, no retry. */
export class Http {
  readonly #options: HttpOptions;
  /** Takes the secrets out of a remote text. */
  readonly redact: (text: string) => string;

  constructor(options: HttpOptions) {
    this.#options = options;
    this.redact = redactor(options.token, ...options.secrets);
  }

  /** GETs JSON of at most 32 MiB. Integers that a number cannot hold come back as strings. */
  async getJson(url: URL, signal: AbortSignal): Promise<JsonAnswer | ApiFailure> {
    const answer = await this.#exchange('GET', url, null, signal);
    if (isFailure(answer) || answer.body !== undefined) return answer;
    return transient(
      `GET ${addressOf(url)} was answered with HTTP ${answer.status} and no JSON; if this goes on, check ${this.#options.addressSetting}`,
    );
  }

  /** POSTs JSON. An answer that cannot be read is a good one too: what was asked for has been done. */
  postJson(url: URL, body: object, signal: AbortSignal): Promise<JsonAnswer | ApiFailure> {
    return this.#exchange('POST', url, JSON.stringify(body), signal);
  }

  async #exchange(
    method: string,
    url: URL,
    content: string | null,
    signal: AbortSignal,
  ): Promise<JsonAnswer | ApiFailure> {
    const { requestTimeout, timeoutSetting, now, debug, addressSetting } = this.#options;
    const attempt = `${method} ${addressOf(url)}`;
    const timeout = AbortSignal.timeout(requestTimeout);
    const sentAt = now();
    try {
      const answer = await this.#send(method, url, content, AbortSignal.any([signal, timeout]));
      const isGood = isSuccess(answer);
      const text = await readText(answer).catch((error) => {
        if (isGood) throw error;
        return ''; // the status alone tells enough
      });
      debug(`${attempt}${url.search}: HTTP ${answer.statusCode} in ${Math.round(now() - sentAt)} ms`);
      if (!isGood) return this.#refusal(method, url, answer, text ?? '');
      if (text === null && method === 'GET') {
        return fatal(
          `${attempt} gave an answer over 32 MiB; narrow the wait with image, note or cluster-ids`,
        );
      }
      const serverTime = serverTimeOf(answer);
      const localTime = (sentAt + now()) / 2;
      return {
        status: answer.statusCode ?? 0,
        body: text === null ? undefined : parseJson(text),
        givenAt: serverTime ?? localTime,
        serverClockOffset: serverTime === null ? null : serverTime + DATE_HEADER_MIDDLE - localTime,
      };
    } catch (error) {
      if (signal.aborted) return transient(`${attempt} was cut off`);
      if (timeout.aborted) {
        return transient(
          `${attempt} gave no complete answer within ${requestTimeout / 1000} s; check the network${timeoutSetting === null ? '' : ` or raise ${timeoutSetting}`}`,
        );
      }
      debug(`${attempt}${url.search}: ${error}`);
      return networkFailure(attempt, error, addressSetting);
    }
  }

  /** Ends every connection at once. */
  close(): void {
    this.#options.connections.destroy();
  }

  #send(
    method: string,
    url: URL,
    content: string | null,
    signal: AbortSignal,
  ): Promise<http.IncomingMessage> {
    const { token, connections } = this.#options;
    const options = {
      method,
      agent: connections,
      signal,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        accept: 'application/json',
        'accept-encoding': 'identity',
        'user-agent': 'wait-for-image-prewarm',
        ...(content === null ? {} : { 'content-length': Buffer.byteLength(content) }),
      },
    };
    const { request } = url.protocol === 'https:' ? https : http;
    return new Promise((resolve, reject) => {
      const sent = request(url, options, resolve)
        .on('error', reject)
        // Without an error or an answer, as after a change of protocol.
        .on('close', () => reject(new Error('the connection ended without an answer')));
      // An answer to a POST that comes twice must not pass for the answer to the next one.
      if (content !== null) sent.shouldKeepAlive = false;
      sent.end(content);
    });
  }

  #refusal(method: string, url: URL, answer: http.IncomingMessage, text: string): ApiFailure {
    const { statusCode: status = 0, headers } = answer;
    const { problem, reason } = badAnswer({
      method,
      address: addressOf(url),
      status,
      body: parseJson(text),
      location: headers.location ?? null,
      redact: this.redact,
      advise: this.#options.advise,
    });
    if (status === 401 || status === 403) return { kind: 'refused', problem, retryAfter: null };
    if (status === 404 || (status === 400 && reason === 'RESOURCE_NOT_FOUND')) {
      return { kind: 'missing', problem, retryAfter: null };
    }
    if (status >= 300 && status < 500 && !TRANSIENT_STATUSES.has(status)) return fatal(problem);
    const serverTime = serverTimeOf(answer) ?? this.#options.now();
    return transient(problem, parseRetryAfter(headers['retry-after'] ?? null, serverTime));
  }
}

function addressOf(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

function isSuccess({ statusCode = 0 }: http.IncomingMessage): boolean {
  return statusCode >= 200 && statusCode < 300;
}

/** Unix milliseconds; `null` without a `Date` header that can be read. */
function serverTimeOf({ headers }: http.IncomingMessage): number | null {
  return parseHttpDate(headers.date ?? '');
}
