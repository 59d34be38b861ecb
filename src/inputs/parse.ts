import { RESULTS, type Result } from '../outcome.ts';
import {
  type ImageReference,
  LONGEST_REFERENCE,
  parseImageReference,
  withLowerCasePath,
} from '../tasks/image-reference.ts';

// Parsers; each takes trimmed text and returns null for what it does not accept.

/** An image as an input names it. */
export interface WantedImage {
  /** As it was written, with the capitals of its path lowered. */
  readonly text: string;
  readonly reference: ImageReference;
}

/** How many counted tasks must succeed; `any` is 1. */
export type Requirement = 'all' | number;

export type ApiVersion = 'v1' | 'v2';

export const ALLOWABLE_RESULTS = RESULTS.filter((result) => result !== 'cancelled');

/**
 * Reads a list: items separated by commas or line breaks, or a JSON array of strings.
 * @returns the items without blanks around them, each once; null for JSON that is not an array of strings.
 */
export function parseList(text: string): string[] | null {
  // Not every "[" begins JSON: an image may have an IPv6 host, as in [::1]:5000/app.
  const written = /^\[\s*["\]]/.test(text) ? parseJsonStrings(text) : text.split(/[,\r\n]/);
  if (written === null) return null;
  const items = new Set(written.map((item) => item.trim()));
  items.delete('');
  return [...items];
}

function parseJsonStrings(text: string): string[] | null {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : null;
  } catch {
    return null;
  }
}

/** An id of a task, cluster or product. What is refused comes from lists in a form that this action does not read. */
export function parseId(text: string): string | null {
  return /[\s"'`‘’“”[\]{};]/.test(text) ? null : text;
}

export function parseImage(text: string): WantedImage | null {
  if (text.length > LONGEST_REFERENCE) return null;
  const lowered = withLowerCasePath(text);
  const reference = parseImageReference(lowered);
  return reference && { text: lowered, reference };
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

export function parseAllowableResult(text: string): Result | null {
  return ALLOWABLE_RESULTS.find((result) => result === text) ?? null;
}

/** @returns the address without slashes at its end. */
export function parseBaseUrl(text: string): string | null {
  if (!/^https?:\/\/[!-~]+$/i.test(text) || /[?#\\]/.test(text)) return null;
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  const isAllowed = url.protocol === 'https:' || isLoopback(url.hostname);
  const hasUserInfo = url.username + url.password !== '' || /\/\/[^/]*@/.test(text);
  return isAllowed && !hasUserInfo ? url.href.replace(/\/+$/, '') : null;
}

/** Whether a host name, as `URL` gives it, is this machine's own. */
export function isLoopback(hostname: string): boolean {
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
 * @returns whole seconds.
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
