import * as v from 'valibot';
import { shorten } from '../text.ts';
import { fatal, type PollFailure, transient } from './poll.ts';

interface Refusal {
  /** What was tried, for example `GET https://host/path`. */
  readonly attempt: string;
  readonly status: number;
  readonly body: unknown;
  readonly location: string | null;
  readonly redact: (text: string) => string;
}

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

/** One sentence for an answer that is not a success: what was tried, what came back, what to check. */
export function answerProblem({ attempt, status, body, location, redact }: Refusal): string {
  const { code, reason, message, error, title } = v.parse(ErrorBody, body);
  const detail = (text: string) => shorten(redact(text), LONGEST_DETAIL);
  const said = message || (typeof error === 'string' ? error : error.message) || title;
  const label = [
    `HTTP ${status}`,
    ...(reason === '' ? [] : [detail(reason)]),
    ...(code === '' || code === String(status) ? [] : [`(code ${detail(code)})`]),
  ].join(' ');
  const answer = said === '' ? label : `${label}: ${detail(said)}`;
  return `${attempt} was answered with ${answer}; ${advice(status, reason, redact(targetOf(location)))}`;
}

function targetOf(location: string | null): string {
  return location !== null && URL.canParse(location) ? new URL(location).origin : 'another address';
}

function advice(status: number, reason: string, target: string): string {
  if (status >= 300 && status < 400)
    return `redirects are not followed, so check base-url: it points to ${target}`;
  if (status === 401 || status === 403 || reason === 'MISSING_API_KEY') {
    return 'check api-key: it must be valid for this base-url and allowed to list prewarm tasks';
  }
  if (status === 404) return 'check base-url: no prewarm API answers there';
  if (status === 429) return 'if this goes on, use a longer poll-interval or fewer waiting jobs';
  if (status >= 500 || status === 408 || status === 425) return 'if this goes on, the API itself is failing';
  return 'check base-url, image, note and cluster-ids';
}

// https://nodejs.org/api/tls.html#x509-certificate-error-codes
const CERTIFICATE_ERROR = /CERT|CRL|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE/;

/** What a request that got no answer means. A certificate that is not trusted will not become so by trying again. */
export function networkFailure(attempt: string, error: unknown): PollFailure {
  const { code, message, statusCode } = rootOf(error);
  if (code === 'ERR_PROXY_TUNNEL' && statusCode >= 300) {
    const problem = `${attempt} was refused by the proxy with HTTP ${statusCode}; check HTTPS_PROXY and NO_PROXY`;
    return statusCode < 500 ? fatal(problem) : transient(problem);
  }
  if (CERTIFICATE_ERROR.test(code)) {
    return fatal(
      `${attempt} met a certificate that is not trusted (${code}); check base-url, or name your own authority in NODE_EXTRA_CA_CERTS`,
    );
  }
  const cause = [code, message].filter((part) => part !== '').join(': ');
  return transient(`${attempt} failed (${cause}); if this goes on, check base-url and the network`);
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
