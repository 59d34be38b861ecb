/** The headers of an answer, names in lower case. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

// Smaller numbers are spans: 10^9 s after 1970 is in 2001.
const SMALLEST_UNIX_TIME = 1_000_000_000;

/** One header as text; of several of the same name the first, empty text for none. */
export function headerOf(headers: Headers, name: string): string {
  const value = headers[name];
  return (typeof value === 'string' ? value : value?.[0]) ?? '';
}

/**
 * Reads a `Retry-After` header, seconds or a date: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 * @param serverTime the server's time of day, Unix milliseconds.
 * @returns milliseconds to wait; `null` when there is nothing to wait for or the header cannot be read.
 */
export function parseRetryAfter(header: string, serverTime: number): number | null {
  const text = header.trim();
  if (/^\d+$/.test(text)) return Number(text) > 0 ? Number(text) * 1000 : null;
  return positive((parseHttpDate(text) ?? serverTime) - serverTime);
}

/**
 * Reads an `x-ratelimit-reset` header: the Unix seconds at which requests are taken again, or the seconds until then.
 * @param serverTime the server's time of day, Unix milliseconds.
 * @returns milliseconds to wait; `null` when there is nothing to wait for or the header cannot be read.
 */
export function parseRateLimitReset(header: string, serverTime: number): number | null {
  const text = header.trim();
  if (!/^\d+(?:\.\d+)?$/.test(text)) return null;
  const seconds = Number(text);
  return positive(seconds < SMALLEST_UNIX_TIME ? seconds * 1000 : seconds * 1000 - serverTime);
}

const WEEKDAY = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)/;

/**
 * Reads the date of an HTTP header in any of its three forms: https://www.rfc-editor.org/rfc/rfc9110#http.date
 * @returns Unix milliseconds; `null` for anything else, of which `Date.parse` would make some date or other.
 */
export function parseHttpDate(text: string): number | null {
  // The oldest of the three forms names no zone; it is GMT like the others.
  const time = WEEKDAY.test(text) ? Date.parse(text.endsWith('GMT') ? text : `${text} GMT`) : Number.NaN;
  return Number.isNaN(time) ? null : time;
}

function positive(wait: number): number | null {
  return wait > 0 ? wait : null;
}
