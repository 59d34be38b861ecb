import * as v from 'valibot';
import { shorten } from '../text.ts';
import { type ApiFailure, fatal, transient } from './types.ts';

interface Refusal {
  readonly method: string;
  /** What was asked, without the query. */
  readonly address: string;
  readonly status: number;
  readonly body: unknown;
  readonly location: string | null;
  readonly redact: (text: string) => string;
  readonly advise: Advise;
}

/** An answer that is not a success. */
export interface BadAnswer {
  readonly method: string;
  readonly status: number;
  /** The API's own word for it; empty where there is none. */
  readonly reason: string;
  /** Where a redirect points to. */
  readonly target: string;
}

/** What to do about an answer that is not a success. */
export type Advise = (answer: BadAnswer) => string;

const LONGEST_DETAIL = 300;

const word = v.fallback(v.union([v.string(), v.pipe(v.number(), v.transform(String))]), '');
// Documented: code, reason, message; on other paths message, error or title alone.
const ErrorBody = v.fallback(
  v.object({
    code: v.optional(word, ''),
    reason: v.optional(word, ''),
    message: v.optional(word, ''),
    error: v.optional(v.union([v.object({ message: word }), word]), ''),
    title: v.optional(word, ''),
  }),
  { code: '', reason: '', message: '', error: '', title: '' },
);

/** One sentence for an answer that is not a success, what was tried, what came back, what to do next; and its reason. */
export function badAnswer({ method, address, status, body, location, redact, advise }: Refusal): {
  readonly problem: string;
  readonly reason: string;
} {
  const { code, reason, message, error, title } = v.parse(ErrorBody, body);
  const detail = (text: string) => shorten(redact(text), LONGEST_DETAIL);
  const said = message || (typeof error === 'string' ? error : error.message) || title;
  const label = [
    `HTTP ${status}`,
    ...(reason === '' ? [] : [detail(reason)]),
    ...(code === '' || code === String(status) ? [] : [`(code ${detail(code)})`]),
  ].join(' ');
  const answer = said === '' ? label : `${label}: ${detail(said)}`;
  const advice = advise({ method, status, reason, target: redact(targetOf(location)) });
  return { problem: `${method} ${address} was answered with ${answer}; ${advice}`, reason };
}

function targetOf(location: string | null): string {
  return location !== null && URL.canParse(location) ? new URL(location).origin : 'another address';
}

/** What to check when the prewarm API refuses a request. */
export const adviceOnPrewarm: Advise = ({ method, status, reason, target }) => {
  if (status >= 300 && status < 400)
    return `redirects are not followed, so check base-url: it points to ${target}`;
  if (status === 401 || status === 403 || reason === 'MISSING_API_KEY') {
    return `check api-key: it must be valid for this base-url and allowed to ${method === 'POST' ? 'create' : 'list'} prewarm tasks`;
  }
  if (status === 429) return 'if this goes on, use a longer poll-interval or fewer waiting jobs';
  if (status >= 500 || status === 408 || status === 425) return 'if this goes on, the API itself is failing';
  if (method === 'POST') return 'check image, cluster-ids, product-ids, note and registry-auth-id';
  if (status === 404) return 'check base-url: no prewarm API answers there';
  return 'check base-url, image, note and cluster-ids';
};

// https://nodejs.org/api/tls.html#x509-certificate-error-codes
const CERTIFICATE_ERROR = /CERT|CRL|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE/;

/**
 * What a request that got no answer means. A certificate that is not trusted will not become so by trying again.
 * @param addressSetting what sets the address, for the advice.
 */
export function networkFailure(attempt: string, error: unknown, addressSetting: string): ApiFailure {
  const { code, message, statusCode } = rootOf(error);
  if (code === 'ERR_PROXY_TUNNEL' && statusCode >= 300) {
    const problem = `${attempt} was refused by the proxy with HTTP ${statusCode}; check HTTPS_PROXY and NO_PROXY`;
    return statusCode < 500 ? fatal(problem) : transient(problem);
  }
  if (CERTIFICATE_ERROR.test(code)) {
    return fatal(
      `${attempt} met a certificate that is not trusted (${code}); check ${addressSetting}, or name your own authority in NODE_EXTRA_CA_CERTS`,
    );
  }
  const cause = [code, message].filter((part) => part !== '').join(': ');
  return transient(`${attempt} failed (${cause}); if this goes on, check ${addressSetting} and the network`);
}

interface NetworkError {
  readonly code: string;
  readonly message: string;
  /** The proxy's answer, where it gave one; else not a number. */
  readonly statusCode: number;
}

function rootOf(error: unknown): NetworkError {
  let root = error;
  // Each address that was tried has an error of its own inside an AggregateError.
  while (root instanceof Error) {
    const inner = root instanceof AggregateError ? root.errors[0] : root.cause;
    if (!(inner instanceof Error)) break;
    root = inner;
  }
  if (!(root instanceof Error)) return { code: '', message: String(root), statusCode: Number.NaN };
  const { code, statusCode } = root as NodeJS.ErrnoException & { statusCode?: number };
  return {
    code: typeof code === 'string' ? code : '',
    message: root.message,
    statusCode: statusCode ?? Number.NaN,
  };
}
