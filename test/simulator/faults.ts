/**
 * Named faults that change what is said. Those that change how it is sent are in `wire-faults.ts`; what happens to the
 * tasks themselves (late, deleted, malformed) is scripted with `task` and `raw`.
 */
import type { Fault } from './fault.ts';
import { errorReply } from './reply.ts';
import type { LoggedRequest } from './request-log.ts';

type Headers = Readonly<Record<string, string>>;

/** An error in the documented form, with a fitting reason and further headers. */
export function status(
  code: number,
  options: { reason?: string; message?: string; headers?: Headers } = {},
): Fault {
  const reason = options.reason ?? REASONS[code] ?? 'UNKNOWN';
  return {
    name: `status ${code}`,
    reply: ({ headers }) => {
      const reply = errorReply(code, reason, options.message ?? reason.toLowerCase().replaceAll('_', ' '));
      return { ...reply, headers: { ...headers, ...reply.headers, ...options.headers } };
    },
  };
}

const REASONS: Readonly<Record<number, string>> = {
  400: 'VALIDATOR_PARAM',
  401: 'UNAUTHORIZED',
  403: 'INVALID_API_KEY',
  404: 'RESOURCE_NOT_FOUND',
  429: 'RATE_LIMIT_EXCEEDED',
};

/** 429; `retryAfter` is sent as it is, so it may be seconds, a date or garbage. */
export function rateLimited(retryAfter?: string): Fault {
  return status(429, retryAfter === undefined ? {} : { headers: { 'retry-after': retryAfter } });
}

/** A redirect to another address. */
export function redirect(location: string, code = 302): Fault {
  return {
    name: `redirect ${code}`,
    reply: ({ headers }) => ({ status: code, headers: { ...headers, location }, body: new Uint8Array() }),
  };
}

/** Another body, of any type and status. */
export function body(content: string | Uint8Array, contentType = 'application/json', code = 200): Fault {
  return {
    name: `body ${contentType}`,
    reply: ({ headers }) => ({
      status: code,
      headers: { ...headers, 'content-type': contentType },
      body: typeof content === 'string' ? Buffer.from(content) : content,
    }),
  };
}

/** A page for people where JSON was asked for, as a captive portal or a gateway sends it. */
export function html(code = 200): Fault {
  const page = '<!doctype html><html><head><title>Sign in</title></head><body><h1>Sign in</h1></body></html>';
  return { ...body(page, 'text/html; charset=utf-8', code), name: `html ${code}` };
}

/** What stands in front of the API distrusts the client: a page for people, or with `code` its short text. */
export function challenged(code?: number): Fault {
  const challenge = code === undefined ? html(403) : body(`error code: ${code}`, 'text/plain', 403);
  const headers = { server: 'cloudflare', 'cf-ray': '8f2a1b3c4d5e6f70-HKG', 'cf-mitigated': 'challenge' };
  return {
    name: 'challenged',
    reply: (reply, request) => {
      const changed = challenge.reply?.(reply, request) ?? reply;
      return { ...changed, headers: { ...changed.headers, ...headers } };
    },
  };
}

/** A response header set, or left out when the value is undefined. */
export function header(name: string, value: string | undefined): Fault {
  return {
    name: `header ${name}`,
    reply: (reply) => {
      const { [name.toLowerCase()]: _previous, ...others } = reply.headers;
      return { ...reply, headers: value === undefined ? others : { ...others, [name.toLowerCase()]: value } };
    },
  };
}

/** The listing as any other JSON value: `{}`, `null`, `[]`, `{ data: null, total: 0 }`. */
export function shape(value: unknown): Fault {
  return { ...body(JSON.stringify(value)), name: 'shape' };
}

/** Another `total` (undefined leaves it out), or one worked out from the real one. */
export function total(value: unknown | ((real: number, request: LoggedRequest) => unknown)): Fault {
  return {
    name: 'total',
    listing: (page, { request }) => ({
      ...page,
      total: typeof value === 'function' ? value(page.total, request) : value,
    }),
  };
}

/** Another list of items in place of the page's own. */
export function data(change: (items: readonly unknown[]) => unknown): Fault {
  return { name: 'data', listing: (page) => ({ ...page, data: change(page.data) }) };
}
