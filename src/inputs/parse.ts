import { RESULTS, type Result } from '../outcome.ts';

// Readers of single inputs: each gives `null` for what it does not accept.

/** How many counted tasks must succeed; `any` is 1. */
export type Requirement = 'all' | number;

export type ApiVersion = 'v1' | 'v2';

export const LONGEST_LIST = 500;
export const ALLOWABLE_RESULTS = RESULTS.filter((result) => result !== 'cancelled');

export function withoutUserInfo(value: string): string {
  return value.replace(/\/\/[^/]*@/, '//***@');
}

export function parseList(text: string): string[] | null {
  const items = new Set(text.split(/[,\r\n]/).map((item) => item.trim()));
  items.delete('');
  return items.size <= LONGEST_LIST ? [...items] : null;
}

export function withinRange(value: number | null, smallest: number, largest: number): number | null {
  return value !== null && value >= smallest && value <= largest ? value : null;
}

export function parseRequirement(text: string): Requirement | null {
  if (text === 'all') return 'all';
  if (text === 'any') return 1;
  return /^[1-9]\d*$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : null;
}

/** The YAML 1.2 core schema: https://yaml.org/spec/1.2.2/#1032-tag-resolution */
export function parseBoolean(text: string): boolean | null {
  if (/^(?:true|True|TRUE)$/.test(text)) return true;
  return /^(?:false|False|FALSE)$/.test(text) ? false : null;
}

export function parseAllowedResults(text: string): ReadonlySet<Result> | null {
  const words = parseList(text) ?? [];
  const results = ALLOWABLE_RESULTS.filter((result) => words.includes(result));
  return results.length > 0 && results.length === words.length ? new Set(results) : null;
}

export function parseBaseUrl(text: string): string | null {
  if (!/^https?:\/\/[!-~]+$/i.test(text) || /[?#\\]/.test(text)) return null;
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  const isAllowed = url.protocol === 'https:' || isLoopback(url.hostname);
  const hasUserInfo = url.username + url.password !== '' || /\/\/[^/]*@/.test(text);
  return isAllowed && !hasUserInfo ? url.href.replace(/\/+$/, '') : null;
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d+){3}$/.test(hostname);
}

export function parseApiVersion(text: string): ApiVersion | null {
  return text === 'v1' || text === 'v2' ? text : null;
}

export function parseCommitSha(text: string): string | null {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(text) ? text.toLowerCase() : null;
}

const SECONDS_IN = { d: 86_400, h: 3_600, m: 60, s: 1 } as const;
const DURATION = /^(?=\d)(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;

/**
 * Reads `90s`, `15m`, `1h30m`, `2d` or plain seconds.
 * @returns whole seconds, or `null` for anything else.
 */
export function parseDuration(text: string): number | null {
  if (/^\d+$/.test(text)) return Number(text);
  const parts = DURATION.exec(text);
  if (parts === null) return null;
  const [, days = 0, hours = 0, minutes = 0, seconds = 0] = parts;
  return (
    Number(days) * SECONDS_IN.d +
    Number(hours) * SECONDS_IN.h +
    Number(minutes) * SECONDS_IN.m +
    Number(seconds)
  );
}
