import type { CreatedAfter } from '../tasks/creation-time.ts';
import { parseDuration } from './parse.ts';

const ISO_8601 =
  /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?(?:Z|([+-])(\d{2})(?::?(\d{2}))?)$/i;
const EARLIEST = 1_000_000_000; // September 2001: a smaller number is a duration whose unit is missing
const LATEST = 253_402_300_799; // the last second of the year 9999: a larger number is milliseconds

/**
 * Reads ISO 8601 with `Z` or an offset, Unix seconds from 1,000,000,000 on, or a duration such as `15m`.
 * @returns null for anything else, dates that no calendar has included.
 */
export function parseCreatedAfter(text: string): CreatedAfter | null {
  if (/^\d+$/.test(text)) {
    const unixSeconds = Number(text);
    return unixSeconds >= EARLIEST && unixSeconds <= LATEST ? { unixSeconds } : null;
  }
  const secondsBeforeStart = parseDuration(text);
  if (secondsBeforeStart !== null) return secondsBeforeStart <= LATEST ? { secondsBeforeStart } : null;
  const unixSeconds = parseIso8601(text);
  return unixSeconds === null ? null : { unixSeconds };
}

function parseIso8601(text: string): number | null {
  const parts = ISO_8601.exec(text);
  if (parts === null) return null;
  const [
    ,
    year,
    month,
    day,
    hour,
    minute,
    second = '0',
    fraction = '0',
    sign,
    offsetHour = '0',
    offsetMinute = '0',
  ] = parts;
  const midnight = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  midnight.setUTCFullYear(Number(year));
  const isCalendarDay = midnight.getUTCMonth() === Number(month) - 1 && midnight.getUTCDate() === Number(day);
  const isClockTime = Number(hour) < 24 && Number(minute) < 60 && Number(second) < 61;
  const isOffset = Number(offsetHour) < 24 && Number(offsetMinute) < 60;
  if (!isCalendarDay || !isClockTime || !isOffset) return null;
  const offset = (Number(offsetHour) * 60 + Number(offsetMinute)) * 60 * (sign === '-' ? -1 : 1);
  const timeOfDay = (Number(hour) * 60 + Number(minute)) * 60 + Number(second) + Number(`0.${fraction}`);
  return midnight.getTime() / 1000 + timeOfDay - offset;
}
