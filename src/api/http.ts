import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { type Dispatcher, request } from 'undici';
import { redactor } from '../redact.ts';
import { answerProblem, networkFailure } from './failures.ts';
import { fatal, type PollFailure, transient } from './poll.ts';
import { parseRetryAfter } from './retry-after.ts';

export interface HttpOptions {
  readonly apiKey: string;
  /** Milliseconds for one request, body included. */
  readonly requestTimeout: number;
  readonly connections: Dispatcher;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly debug: (line: string) => void;
}

/** A good answer. */
export interface JsonAnswer {
  readonly body: unknown;
  /** Milliseconds to add to this machine's clock for the server's; `null` without a `Date` header. */
  readonly serverClockOffset: number | null;
}

const LARGEST_BODY = 32 * 1024 * 1024;
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
    const { apiKey, requestTimeout, connections, now, debug } = this.#options;
    const attempt = `GET ${url.origin}${url.pathname}`;
    const timeout = AbortSignal.timeout(requestTimeout);
    const sentAt = now();
    try {
      const { statusCode, headers, body } = await request(url, {
        dispatcher: connections,
        headers: {
          authorization: `Bearer ${apiKey}`,
          'content-type': 'application/json',
          accept: 'application/json',
          'accept-encoding': 'identity',
          'user-agent': 'wait-for-image-prewarm',
        },
        headersTimeout: 0,
        bodyTimeout: 0,
        signal: AbortSignal.any([signal, timeout]),
      });
      const serverTime = timeFrom(header(headers, 'date'));
      const bytes = await readBody(body, header(headers, 'content-encoding'));
      debug(`${attempt}${url.search}: HTTP ${statusCode} in ${Math.round(now() - sentAt)} ms`);

      if (statusCode >= 200 && statusCode < 300) {
        if (bytes === null)
          return fatal(
            `${attempt} gave an answer over 32 MiB; narrow the wait with image, note or cluster-ids`,
          );
        const text = new TextDecoder().decode(bytes);
        const json = parseJson(text);
        if (json === undefined)
          return transient(
            `${attempt} was answered with HTTP ${statusCode} and no JSON; if this goes on, check base-url`,
          );
        const offset = serverTime === null ? null : serverTime + DATE_HEADER_MIDDLE - (sentAt + now()) / 2;
        return { body: json, serverClockOffset: offset };
      }
      const errorBody = parseJson(new TextDecoder().decode(bytes ?? new Uint8Array()));
      const location = header(headers, 'location');
      const problem = answerProblem({
        attempt,
        status: statusCode,
        body: errorBody,
        location,
        redact: this.redact,
      });
      if (statusCode === 401 || statusCode === 403) return { kind: 'refused', problem, retryAfter: null };
      if (statusCode < 500 && !TRANSIENT_STATUSES.has(statusCode)) return fatal(problem);
      return transient(problem, parseRetryAfter(header(headers, 'retry-after'), serverTime ?? now()));
    } catch (error) {
      if (signal.aborted) return transient(`${attempt} was cut off`);
      if (timeout.aborted)
        return transient(
          `${attempt} gave no complete answer within ${requestTimeout / 1000} s; check the network or raise request-timeout`,
        );
      debug(`${attempt}${url.search}: ${String(error)}`);
      return networkFailure(attempt, error);
    }
  }

  /** Ends every connection at once. */
  async close(): Promise<void> {
    await this.#options.connections.destroy();
  }
}

type Headers = Dispatcher.ResponseData['headers'];

function header(headers: Headers, name: string): string | null {
  const value = headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? null;
}

function timeFrom(date: string | null): number | null {
  const time = Date.parse(date ?? '');
  return Number.isNaN(time) ? null : time;
}

const DECOMPRESSORS: Readonly<Record<string, typeof gunzipSync>> = {
  gzip: gunzipSync,
  'x-gzip': gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
};

/** The body's bytes, decompressed; `null` when there are more than 32 MiB of them. */
async function readBody(
  body: Dispatcher.ResponseData['body'],
  encoding: string | null,
): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > LARGEST_BODY) return null;
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  const decompress = DECOMPRESSORS[encoding?.toLowerCase() ?? ''];
  if (decompress === undefined) return bytes;
  try {
    return decompress(bytes, { maxOutputLength: LARGEST_BODY });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return null;
    throw error;
  }
}

/** The value, or `undefined` when the text is not JSON. */
function parseJson(text: string): unknown {
  try {
    return /\d{16}/.test(text) ? JSON.parse(text, keepLongIntegers) : JSON.parse(text);
  } catch {
    return undefined;
  }
}

// An id may be a number beyond 2^53, which JSON.parse would round to another id.
function keepLongIntegers(_key: string, value: unknown, context?: { source?: string }): unknown {
  const isLong = typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value);
  return isLong && /^-?\d+$/.test(context?.source ?? '') ? context?.source : value;
}
