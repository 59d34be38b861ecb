/**
 * Reads a `Retry-After` header, seconds or a date: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 * @param serverTime the server's time of day, Unix milliseconds.
 * @returns milliseconds to wait; `null` when there is nothing to wait for or the header cannot be read.
 */
export function parseRetryAfter(header: string | null, serverTime: number): number | null {
  const text = header?.trim() ?? '';
  if (/^\d+$/.test(text)) return Number(text) > 0 ? Number(text) * 1000 : null;
  const wait = (parseHttpDate(text) ?? serverTime) - serverTime;
  return wait > 0 ? wait : null;
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
