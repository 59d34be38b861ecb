import * as v from 'valibot';
import { shorten } from '../text.ts';
import { type Headers, headerOf } from './headers.ts';
import { parseJson } from './json.ts';
import { type ApiFailure, transient } from './types.ts';

/** An answer that is not a success. */
export interface BadAnswer {
  readonly method: string;
  readonly url: URL;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly retryAfter: number | null;
  readonly redact: (text: string) => string;
}

const LONGEST_DETAIL = 300;

const word = v.fallback(v.union([v.string(), v.pipe(v.number(), v.transform(String))]), '');
// Documented: code, reason, message; on other paths message, error or title alone.
const ErrorBody = v.object({
  code: v.optional(word, ''),
  reason: v.optional(word, ''),
  message: v.optional(word, ''),
  error: v.optional(v.union([v.object({ message: word }), word]), ''),
  title: v.optional(word, ''),
});
const NO_BODY: v.InferOutput<typeof ErrorBody> = { code: '', reason: '', message: '', error: '', title: '' };

/** What an answer that is not a success means. */
export function badAnswer(answer: BadAnswer): ApiFailure {
  const { method, url, status, headers, text, retryAfter, redact } = answer;
  const json = parseJson(text);
  const isObject = typeof json === 'object' && json !== null && !Array.isArray(json);
  const detail = (remote: string) => shorten(redact(remote), LONGEST_DETAIL);
  const attempt = `${method} ${addressOf(url)}`;
  // Whoever answers like this stands in front of the API: it says nothing about the key.
  if (status === 403 && (!isObject || headerOf(headers, 'cf-mitigated') !== '')) {
    const marks = ['server', 'cf-mitigated', 'cf-ray'].flatMap((name) => {
      const value = headerOf(headers, name);
      return value === '' ? [] : [`${name}: ${detail(value)}`];
    });
    const from = marks.length === 0 ? '' : ` (${marks.join(', ')})`;
    const said = detail(
      text
        .replace(/<[^>]*>/g, ' ')
        .replace(/\s+/g, ' ')
        .trim(),
    );
    return transient(
      `${attempt} was answered with HTTP 403 by something in front of the API that refuses this client${from}${said === '' ? '' : `: ${said}`}; ask the API's operator to admit this runner's address`,
      { status, retryAfter },
    );
  }
  const body = v.safeParse(ErrorBody, json);
  const { code, reason, message, error, title } = body.success ? body.output : NO_BODY;
  const said = message || (typeof error === 'string' ? error : error.message) || title;
  const label = [
    `HTTP ${status}`,
    ...(reason === '' ? [] : [detail(reason)]),
    ...(code === '' || code === String(status) ? [] : [`(code ${detail(code)})`]),
  ].join(' ');
  const came = said === '' ? label : `${label}: ${detail(said)}`;
  const problem = `${attempt} was answered with ${came}; ${adviceOn(answer, reason)}`;
  return { kind: kindOf(status), problem, status, reason, retryAfter };
}

/** Scheme, host and path: the query may hold what users write. */
export function addressOf(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

function kindOf(status: number): ApiFailure['kind'] {
  if (status === 429 || status === 503) return 'busy';
  return status === 408 || status === 425 || status >= 500 ? 'transient' : 'refused';
}

/** What to check when the prewarm API does not do what was asked. */
function adviceOn({ method, url, status, headers, redact }: BadAnswer, reason: string): string {
  if (status >= 300 && status < 400) {
    const location = headerOf(headers, 'location');
    const target = URL.canParse(location) ? redact(new URL(location).origin) : 'another address';
    return `redirects are not followed, so check base-url: it points to ${target}`;
  }
  const isDeletion = method === 'DELETE' || url.pathname.endsWith('/delete');
  if (status === 401 || status === 403 || reason === 'MISSING_API_KEY') {
    const action = isDeletion ? 'delete' : method === 'POST' ? 'create' : 'list';
    return `check api-key: it must be valid for this base-url and allowed to ${action} prewarm tasks`;
  }
  if (status === 429) return 'use a longer poll-interval or fewer waiting jobs';
  if (status >= 500 || status === 408 || status === 425) return 'the API itself is failing';
  if (isDeletion) return 'delete the tasks in the console';
  if (method === 'POST') return 'check image, cluster-ids, product-ids, note and registry-auth-id';
  if (status === 404) return 'check base-url and api-version: no prewarm API answers there';
  return 'check base-url, image, note and cluster-ids';
}

/** The proxy itself could not be reached, for the reason in `cause`. */
export class ProxyUnreachable extends Error {
  constructor(cause: Error) {
    super('The proxy cannot be reached', { cause });
  }
}

/**
 * What a request that got no answer means.
 * @param addressSetting what sets the address, for the advice.
 */
export function networkFailure(
  attempt: string,
  error: unknown,
  { addressSetting, viaProxy }: { readonly addressSetting: string; readonly viaProxy: boolean },
): ApiFailure {
  const isAtProxy = error instanceof ProxyUnreachable;
  const { code, message } = rootOf(error);
  // undici tells the proxy's status in the text alone.
  const [, refusal] = /^Proxy response \((\d+)\)/.exec(message) ?? [];
  if (refusal !== undefined) {
    const problem = `${attempt} was refused by the proxy with HTTP ${refusal}; check HTTPS_PROXY and NO_PROXY`;
    return kindOf(Number(refusal)) === 'refused' ? refused(problem) : transient(problem);
  }
  const way = isAtProxy
    ? ' at the proxy in HTTPS_PROXY'
    : viaProxy
      ? ' through the proxy in HTTPS_PROXY'
      : '';
  const tls = tlsProblem(code, isAtProxy ? 'HTTPS_PROXY' : addressSetting);
  if (tls !== null) return refused(`${attempt} failed${way}: ${tls}`);
  const cause = [code, message].filter((part) => part !== '').join(': ');
  const settings = viaProxy ? 'HTTPS_PROXY and NO_PROXY' : `${addressSetting} and the network`;
  return transient(`${attempt} failed${way} (${cause}); check ${settings}`);
}

function refused(problem: string): ApiFailure {
  return { ...transient(problem), kind: 'refused' };
}

/** What is wrong with the other side's TLS, and what to do, where trying again is of no use; else `null`. */
function tlsProblem(code: string, setting: string): string | null {
  if (/ALTNAME|HOSTNAME_MISMATCH/.test(code)) {
    return `the certificate is another host's (${code}); check ${setting}`;
  }
  if (/HAS_EXPIRED|NOT_YET_VALID/.test(code)) {
    return `the certificate has expired or is not valid yet (${code}); it has to be renewed there, unless this machine's clock is wrong`;
  }
  if (/ALERT_(?:CERTIFICATE_REQUIRED|BAD_CERTIFICATE|HANDSHAKE_FAILURE)/.test(code)) {
    return `the handshake was broken off (${code}), most likely because a client certificate is asked for, which this action cannot give; check ${setting}`;
  }
  if (/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|RECORD_OVERFLOW/.test(code)) {
    return `what answers there speaks no TLS at all (${code}); check scheme and port in ${setting}`;
  }
  // https://nodejs.org/api/tls.html#x509-certificate-error-codes
  if (/CERT|CRL|UNABLE_TO_|INVALID_CA|INVALID_PURPOSE/.test(code)) {
    return `the certificate is not trusted (${code}); name its authority in NODE_EXTRA_CA_CERTS, or check ${setting}`;
  }
  return null;
}

/** Code and text at the root; each is empty where there is none. */
function rootOf(error: unknown): { readonly code: string; readonly message: string } {
  let root = error;
  // Each address that was tried has an error of its own inside an AggregateError.
  while (root instanceof Error) {
    const inner = root instanceof AggregateError ? root.errors[0] : root.cause;
    if (!(inner instanceof Error)) break;
    root = inner;
  }
  if (!(root instanceof Error)) return { code: '', message: String(root) };
  const { code, reason } = root as Error & { readonly code?: unknown; readonly reason?: unknown };
  return {
    code: typeof code === 'string' ? code : '',
    // OpenSSL's own text holds a thread's id and the name of a source file.
    message: /:error:[0-9A-F]+:/.test(root.message) ? String(reason ?? 'TLS failed') : root.message,
  };
}
