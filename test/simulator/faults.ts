/**
 * Named faults that change what is said. Those that change how it is sent are in `wire-faults.ts`; what happens to the
 * tasks themselves (late, deleted, malformed) is scripted with `task` and `raw`.
 */
import { gzipSync } from 'node:zlib';
import type { Fault } from './fault.ts';
import type { ListingPage } from './listing.ts';
import { errorReply } from './reply.ts';
import type { LoggedRequest } from './request-log.ts';
import { encodeCursor } from './v2.ts';

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

/** An error whose message repeats the Authorization header that was sent. */
export function echoedKey(code = 403): Fault {
  return {
    name: 'echoed key',
    reply: ({ headers }, request) => {
      const sent = request.headers.authorization ?? '';
      const reply = errorReply(code, REASONS[code] ?? 'UNKNOWN', `invalid credentials: ${sent}`);
      return { ...reply, headers: { ...headers, ...reply.headers, 'x-echo': sent } };
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

/** A page without items although the total, or in v2 `has_more`, says otherwise. */
export function emptyPage(): Fault {
  return { ...data(() => []), name: 'empty page' };
}

/** Every item of the page twice. */
export function duplicates(): Fault {
  return { ...data((items) => items.flatMap((item) => [item, item])), name: 'duplicates' };
}

/** Page 1, whatever page was asked for; in v2 with page 1's cursor. */
export function samePageForEver(): Fault {
  return {
    name: 'same page for ever',
    listing: ({ total: real }, { items, pageSize }) => ({ data: items.slice(0, pageSize), total: real }),
    pageV2: (answer, { items, pageSize }) => ({
      ...answer,
      next_cursor: items.length > pageSize ? encodeCursor({ offset: pageSize, page: 2 }) : '',
      has_more: items.length > pageSize,
    }),
  };
}

/**
 * A listing that moves while it is read: before each page after the first, `inserted` items come in at the front (the
 * next page repeats items), or with a negative number so many are deleted (the next page skips items).
 */
export function drifting(inserted: number): Fault {
  return {
    name: 'drifting',
    listing: (_page, { items, page, pageSize }): ListingPage => {
      const drift = inserted * (page - 1);
      const start = Math.max(0, (page - 1) * pageSize - drift);
      return { data: items.slice(start, start + pageSize), total: Math.max(0, items.length + drift) };
    },
  };
}

/** The same body, compressed whether or not that was asked for. */
export function gzipped(): Fault {
  return {
    name: 'gzip',
    reply: (reply) => ({
      ...reply,
      headers: { ...reply.headers, 'content-encoding': 'gzip' },
      body: gzipSync(reply.body),
    }),
  };
}

/** A byte order mark before the body. */
export function byteOrderMark(): Fault {
  return {
    name: 'byte order mark',
    reply: (reply) => ({ ...reply, body: Buffer.concat([Buffer.from('\uFEFF'), reply.body]) }),
  };
}

/** Bytes that are no UTF-8, inside a string of the body's outermost object. */
export function invalidUtf8(): Fault {
  const stray = Buffer.concat([
    Buffer.from('{"stray":"'),
    Buffer.from([0xc3, 0x28, 0xff]),
    Buffer.from('",'),
  ]);
  return {
    name: 'invalid UTF-8',
    reply: (reply) => ({ ...reply, body: Buffer.concat([stray, reply.body.subarray(1)]) }),
  };
}

/** A listing whose one item is an array in an array in an array … */
export function deeplyNested(depth = 100_000): Fault {
  const nested = `{"data":[${'['.repeat(depth)}${']'.repeat(depth)}],"total":1}`;
  return { ...body(nested), name: 'deeply nested' };
}
