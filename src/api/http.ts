import * as http from 'node:http';
import * as https from 'node:https';
import { redactor } from '../text.ts';
import { parseJson, readText } from './body.ts';
import type { Connections } from './connections.ts';
import { answerProblem, networkFailure } from './failures.ts';
import { parseHttpDate } from './http-date.ts';
import { fatal, type PollFailure, transient } from './poll.ts';
import { parseRetryAfter } from './retry-after.ts';

export interface HttpOptions {
  readonly apiKey: string;
  /** Milliseconds for one request, body included. */
  readonly requestTimeout: number;
  readonly connections: Connections;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly debug: (line: string) => void;
}

/** A good answer. */
export interface JsonAnswer {
  readonly body: unknown;
  /** When it was given: Unix milliseconds on the server's clock, or on this machine's where the server did not tell. */
  readonly givenAt: number;
  /** Milliseconds to add to this machine's clock for the server's; `null` without a `Date` header. */
  readonly serverClockOffset: number | null;
}

const TRANSIENT_STATUSES = new Set([408, 425, 429]);
const DATE_HEADER_MIDDLE = 500; // the header is cut to whole seconds

/** Requests that carry the API key: one answer each, no redirect followed, no retry. */
export class Http {
  readonly #options: HttpOptions;
  /** Takes the API key out of a remote text. */
  readonly redact: (text: string) => string;

  constructor(options: HttpOptions) {
    this.#options = options;
    this.redact = redactor(options.apiKey);
  }

  /** GETs JSON of at most 32 MiB. Integers that a number cannot hold come back as strings. */
  async getJson(url: URL, signal: AbortSignal): Promise<JsonAnswer | PollFailure> {
    const { requestTimeout, now, debug } = this.#options;
    const attempt = `GET ${url.origin}${url.pathname}`;
    const timeout = AbortSignal.timeout(requestTimeout);
    const sentAt = now();
    try {
      const answer = await this.#send(url, AbortSignal.any([signal, timeout]));
      const isGood = isSuccess(answer);
      const text = await readText(answer).catch((error) => {
        if (isGood) throw error;
        return ''; // the status alone tells enough
      });
      debug(`${attempt}${url.search}: HTTP ${answer.statusCode} in ${Math.round(now() - sentAt)} ms`);
      if (!isGood) return this.#refusal(attempt, answer, text ?? '');
      if (text === null) {
        return fatal(
          `${attempt} gave an answer over 32 MiB; narrow the wait with image, note or cluster-ids`,
        );
      }
      const body = parseJson(text);
      if (body === undefined) {
        return transient(
          `${attempt} was answered with HTTP ${answer.statusCode} and no JSON; if this goes on, check base-url`,
        );
      }
      const serverTime = serverTimeOf(answer);
      const localTime = (sentAt + now()) / 2;
      return {
        body,
        givenAt: serverTime ?? localTime,
        serverClockOffset: serverTime === null ? null : serverTime + DATE_HEADER_MIDDLE - localTime,
      };
    } catch (error) {
      if (signal.aborted) return transient(`${attempt} was cut off`);
      if (timeout.aborted) {
        return transient(
          `${attempt} gave no complete answer within ${requestTimeout / 1000} s; check the network or raise request-timeout`,
        );
      }
      debug(`${attempt}${url.search}: ${error}`);
      return networkFailure(attempt, error);
    }
  }

  /** Ends every connection at once. */
  close(): void {
    this.#options.connections.destroy();
  }

  #send(url: URL, signal: AbortSignal): Promise<http.IncomingMessage> {
    const { apiKey, connections } = this.#options;
    const options = {
      agent: connections,
      signal,
      headers: {
        authorization: `Bearer ${apiKey}`,
        'content-type': 'application/json',
        accept: 'application/json',
        'accept-encoding': 'identity',
        'user-agent': 'wait-for-image-prewarm',
      },
    };
    const { request } = url.protocol === 'https:' ? https : http;
    return new Promise((resolve, reject) => {
      request(url, options, resolve)
        .on('error', reject)
        // Without an error or an answer, as after a change of protocol.
        .on('close', () => reject(new Error('the connection ended without an answer')))
        .end();
    });
  }

  #refusal(attempt: string, answer: http.IncomingMessage, text: string): PollFailure {
    const { statusCode: status = 0, headers } = answer;
    const { location = null } = headers;
    const problem = answerProblem({ attempt, status, body: parseJson(text), location, redact: this.redact });
    if (status === 401 || status === 403) return { kind: 'refused', problem, retryAfter: null };
    if (status >= 300 && status < 500 && !TRANSIENT_STATUSES.has(status)) return fatal(problem);
    const serverTime = serverTimeOf(answer) ?? this.#options.now();
    return transient(problem, parseRetryAfter(headers['retry-after'] ?? null, serverTime));
  }
}

function isSuccess({ statusCode = 0 }: http.IncomingMessage): boolean {
  return statusCode >= 200 && statusCode < 300;
}

/** Unix milliseconds; `null` without a `Date` header that can be read. */
function serverTimeOf({ headers }: http.IncomingMessage): number | null {
  return parseHttpDate(headers.date ?? '');
}
