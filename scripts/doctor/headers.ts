/** What the heads of the answers tell: by the names of headers that are known, since any other name could name something. */
import { amount } from './plain.ts';
import type { Answer } from './wire.ts';

const RATE_LIMITS =
  /^(?:retry-after|x-rate-?limit-(?:limit|remaining|reset)(?:-(?:second|minute|hour|day|requests))?|ratelimit(?:-(?:limit|remaining|reset|policy))?)$/;
const FRONTS = new Set([
  ...['age', 'alt-svc', 'cf-cache-status', 'cf-mitigated', 'cf-ray', 'eagleeye-traceid', 'eagleid', 'req-id'],
  ...['server', 'server-timing', 'strict-transport-security', 'traceparent', 'via', 'x-amz-cf-id'],
  ...['x-amzn-requestid', 'x-amzn-trace-id', 'x-apisix-upstream-status', 'x-b3-traceid', 'x-cache'],
  ...['x-envoy-upstream-service-time', 'x-kong-proxy-latency', 'x-kong-request-id', 'x-powered-by'],
  ...['x-kong-upstream-latency', 'x-request-id', 'x-served-by', 'x-trace-id'],
]);
const SERVERS =
  /cloudflare|nginx|openresty|tengine|istio-envoy|envoy|kong|apisix|traefik|caddy|apache|awselb|varnish|akamai|higress|uvicorn|gunicorn/gi;

/** Whether the answers tell the server's time. */
export function timeHeader(answers: readonly Answer[]): string {
  const answered = answers.filter(({ status }) => status !== null);
  if (answered.length === 0) return 'no answer came';
  const telling = answered.filter(({ headers }) => dateOf(headers) !== null).length;
  if (telling === answered.length) return '`date` with every answer';
  return telling === 0 ? 'none' : '`date` with some answers';
}

export function rateLimitHeaders(answers: readonly Answer[]): string {
  const found = new Map<string, Set<string>>();
  for (const [name, value] of answers.flatMap(({ headers }) => Object.entries(headers))) {
    if (!RATE_LIMITS.test(name)) continue;
    found.set(name, (found.get(name) ?? new Set()).add(formOfLimit(value)));
  }
  const shown = [...found].map(([name, forms]) => `\`${name}\` (${[...forms].toSorted().join(' or ')})`);
  return shown.length === 0 ? 'none' : shown.toSorted().join(', ');
}

function formOfLimit(value: string): string {
  if (/^\d{9,10}$/.test(value)) return 'Unix seconds';
  if (/^\d{13}$/.test(value)) return 'Unix milliseconds';
  if (/^\d+$/.test(value)) return 'a whole number';
  if (/^\d+\.\d+$/.test(value)) return 'a number with a fraction';
  return dateOf({ date: value }) === null ? 'text' : 'a date';
}

export function frontHeaders(answers: readonly Answer[]): string {
  const names = new Set(answers.flatMap(({ headers }) => Object.keys(headers)));
  const known = [...names].filter((name) => FRONTS.has(name)).toSorted();
  const servers = answers.flatMap(({ headers }) => `${headers['server'] ?? ''} ${headers['via'] ?? ''}`);
  const software = new Set(servers.join(' ').toLowerCase().match(SERVERS) ?? []);
  const pages = answers.filter(({ status, body }) => status !== null && body === undefined).length;
  return [
    known.length === 0 ? 'none of the known headers' : known.map((name) => `\`${name}\``).join(', '),
    ...(software.size === 0 ? [] : [`names ${[...software].toSorted().join(', ')}`]),
    ...(pages === 0 ? [] : [`answers without JSON: ${amount(pages)}`]),
  ].join('; ');
}

/** The server's clock against this machine's, by the quickest exchange. */
export function clockOffset(answers: readonly Answer[]): string {
  const exchanges = answers.flatMap(({ headers, sentAt, answeredAt }) => {
    const date = dateOf(headers);
    // The header is cut to whole seconds, so its time is half a second later on average.
    return date === null
      ? []
      : [{ offset: date + 500 - (sentAt + answeredAt) / 2, took: answeredAt - sentAt }];
  });
  const [quickest] = exchanges.toSorted((one, other) => one.took - other.took);
  if (quickest === undefined) return 'cannot be told without a time header';
  const seconds = Math.round(quickest.offset / 1000);
  if (seconds === 0) return 'less than a second';
  return `the server is ${Math.abs(seconds)} s ${seconds > 0 ? 'ahead' : 'behind'} (± 1 s)`;
}

function dateOf({ date = '' }: Readonly<Record<string, string>>): number | null {
  const time = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(date) ? Date.parse(date) : Number.NaN;
  return Number.isNaN(time) ? null : time;
}
