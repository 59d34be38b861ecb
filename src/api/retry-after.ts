import { parseHttpDate } from './http-date.ts';

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
