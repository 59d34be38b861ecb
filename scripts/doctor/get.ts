import { type Dispatcher, request } from 'undici';
import type { Answer, Question } from './wire.ts';

/** Milliseconds for one request, its body included. */
export const REQUEST_TIMEOUT = 30_000;
const LARGEST_BODY = 32 * 1024 * 1024;

export interface Connection {
  /** Without a slash at the end. */
  readonly baseUrl: string;
  readonly key: string;
  readonly dispatcher: Dispatcher;
}

/** Sends GET requests, and gives what comes back as it came. */
export function getter({ baseUrl, key, dispatcher }: Connection): (question: Question) => Promise<Answer> {
  return async ({ path, query }) => {
    const sentAt = Date.now();
    try {
      const { statusCode, headers, body } = await request(new URL(`${baseUrl}${path}`), {
        dispatcher,
        query,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        signal: AbortSignal.timeout(REQUEST_TIMEOUT),
      });
      const answeredAt = Date.now();
      const text = await textOf(body);
      const flat = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]);
      return {
        ...{ status: statusCode, failure: '', headers: Object.fromEntries(flat) },
        ...{ body: jsonOf(text), sentAt, answeredAt },
      };
    } catch (error) {
      const answeredAt = Date.now();
      return { status: null, failure: codeOf(error), headers: {}, body: undefined, sentAt, answeredAt };
    }
  };
}

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > LARGEST_BODY) break;
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Node's word for what went wrong, which names no host. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'UNKNOWN';
  if (error.name === 'TimeoutError') return 'TIMEOUT';
  const inner = error instanceof AggregateError ? error.errors[0] : error.cause;
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code === 'string' && /^[A-Z\d_]+$/.test(code)) return code;
  return inner instanceof Error ? codeOf(inner) : error.name;
}
