const HTTP_DATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)/;

/**
 * Reads a `Retry-After` header, seconds or a date: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 * @param serverTime the server's time of day, Unix milliseconds.
 * @returns milliseconds to wait; `null` when there is nothing to wait for or the header cannot be read.
 */
export function parseRetryAfter(header: string | null, serverTime: number): number | null {
  const text = header?.trim() ?? '';
  if (/^\d+$/.test(text)) return Number(text) > 0 ? Number(text) * 1000 : null;
  // The oldest of the three forms of a date names no zone; it is GMT like the others.
  const date = text.endsWith('GMT') ? text : `${text} GMT`;
  const wait = HTTP_DATE.test(text) ? Date.parse(date) - serverTime : Number.NaN;
  return wait > 0 ? wait : null;
}
