import { isIP } from 'node:net';
import { ProxyUnreachable } from './errors.ts';
import { Agent, buildConnector, type Dispatcher, decompress, Pool, ProxyAgent } from './undici.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The way to an API. */
export interface Route {
  /** Holds the connections, which `destroy()` ends. */
  readonly dispatcher: Dispatcher;
  readonly viaProxy: boolean;
  /** What no text may show of the proxy's address. */
  readonly secrets: readonly string[];
}

interface Proxy {
  /** Scheme, host and port. */
  readonly origin: string;
  /** User and password in base64; `null` without any. */
  readonly credentials: string | null;
  readonly secrets: readonly string[];
}

interface WithConnect {
  readonly connect: buildConnector.connector;
}

// Node gives an address 250 ms before it tries the next one, less than a distant or busy host needs.
const ADDRESS_TIMEOUT = 2_000;

/**
 * Opens the way to an API as the user of a self-hosted runner expects it: through `HTTPS_PROXY` unless `NO_PROXY` exempts
 * the host, each in lower case before upper case. Plain http goes to loopback addresses only, and never through a proxy,
 * which would see the key.
 * @param requestTimeout milliseconds for connecting, and for the proxy's answer.
 * @returns what is wrong with the proxy's address instead, without any part of it: it may hold a password.
 */
export function openDispatcher(options: {
  readonly baseUrl: string;
  readonly env: Environment;
  readonly requestTimeout: number;
}): Route | { readonly problem: string } {
  const { env, requestTimeout } = options;
  const url = new URL(options.baseUrl);
  const address = url.protocol === 'https:' ? env['https_proxy']?.trim() || env['HTTPS_PROXY']?.trim() : '';
  const connecting = {
    allowH2: false, // one request at a time has no use for it
    timeout: requestTimeout,
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: ADDRESS_TIMEOUT,
  };
  // Each request brings its own limit.
  const unlimited = { allowH2: false, headersTimeout: 0, bodyTimeout: 0 };
  if (!address || isExempt(url, env['no_proxy'] || env['NO_PROXY'] || '')) {
    const agent = new Agent({ ...unlimited, connect: keepingAlerts(buildConnector(connecting)) });
    return { dispatcher: decompressing(agent), viaProxy: false, secrets: [] };
  }
  const proxy = parseProxy(address);
  if (proxy === null) {
    return { problem: 'HTTPS_PROXY is set, but not to an http or https address; correct or unset it' };
  }
  const agent = new ProxyAgent({
    ...unlimited,
    uri: proxy.origin,
    ...(proxy.credentials === null ? {} : { token: `Basic ${proxy.credentials}` }),
    connectTimeout: requestTimeout,
    requestTls: { allowH2: false },
    proxyTls: connecting,
    clientFactory: (origin, { connect }: WithConnect) =>
      new Pool(origin, { headersTimeout: requestTimeout, connect: namingProxy(connect) }),
    factory: (origin, { connect, ...options }: WithConnect) =>
      new Pool(origin, { ...options, connect: keepingAlerts(connect) }),
  });
  return { dispatcher: decompressing(agent), viaProxy: true, secrets: proxy.secrets };
}

/** What comes compressed, though it is not asked for, is decompressed, refusals included. */
function decompressing(dispatcher: Dispatcher): Dispatcher {
  return dispatcher.compose(decompress({ skipErrorResponses: false }));
}

/** Keeps the TLS alert that ended a connection as the cause of undici's own error, "other side closed", which hides it. */
function keepingAlerts(connect: buildConnector.connector): buildConnector.connector {
  return (options, callback) =>
    connect(options, (...[error, socket]) => {
      if (error !== null) return callback(error, null);
      let alert: Error | null = null;
      socket.on('error', (problem: Error) => {
        if (alert !== null) problem.cause ??= alert;
        alert ??= problem;
      });
      callback(null, socket);
    });
}

/**
 * Marks a failure to reach the proxy, so that it can be told from one behind the proxy. undici names a proxy that is given
 * by its IP address in the TLS handshake too, which makes Node print a warning.
 */
function namingProxy(connect: buildConnector.connector): buildConnector.connector {
  // undici cancels an attempt through the socket that a connector returns.
  return ({ servername = '', ...options }, callback) =>
    connect(isIP(bareHost(servername)) === 0 ? { ...options, servername } : options, (...[error, socket]) => {
      if (error === null) callback(null, socket);
      else callback(new ProxyUnreachable(error), null);
    });
}

/**
 * Whether `NO_PROXY` names the host: by name, by a domain that it is or is in (with or without `.` or `*.` before it), or
 * `*`; each with or without a port; separated by commas or blanks.
 */
function isExempt(url: URL, noProxy: string): boolean {
  const host = bareHost(url.hostname);
  const port = url.port || '443';
  return noProxy.split(/[\s,]+/).some((entry) => {
    const [, name = '', entryPort = port] = /^(\[.*\]|[^:]*|.*:.*:.*?)(?::(\d+))?$/.exec(entry) ?? [];
    const domain = bareHost(name.replace(/^\*?\./, ''));
    if (domain === '' || entryPort !== port) return false;
    return domain === '*' || host === domain || (isIP(host) === 0 && host.endsWith(`.${domain}`));
  });
}

/** In lower case, without the brackets of an IPv6 address and the dot at the end of a name. */
function bareHost(host: string): string {
  return host.toLowerCase().replace(/^\[|\]$|\.$/g, '');
}

/** Reads a proxy's address, with or without a scheme, its user info in any form; `null` for one that cannot be read. */
function parseProxy(address: string): Proxy | null {
  const [, scheme = 'http', rest = ''] =
    /^(?:([a-z]\w*):\/\/)?(?![a-z]\w*:\/\/)(\P{Cc}+)$/iu.exec(address) ?? [];
  const end = rest.lastIndexOf('@'); // what is before it may hold any character, `/`, `?` and `#` too
  const origin = `${scheme}://${rest.slice(end + 1)}`;
  if (!/^https?$/i.test(scheme) || !URL.canParse(origin)) return null;
  const proxy = { origin: new URL(origin).origin, credentials: null, secrets: [] };
  if (end < 0) return proxy;
  const userInfo = rest.slice(0, end);
  const decoded = percentDecoded(userInfo.includes(':') ? userInfo : `${userInfo}:`);
  const credentials = decoded.toString('base64');
  return {
    ...proxy,
    credentials,
    secrets: [credentials, ...partsOf(userInfo), ...partsOf(decoded.toString())],
  };
}

/** The octets that percent-encoding stands for; a `%` that encodes nothing stands for itself. */
function percentDecoded(text: string): Buffer {
  const octet = /(%[0-9a-f]{2})/i;
  const octets = (part: string) => (octet.test(part) ? Buffer.from(part.slice(1), 'hex') : Buffer.from(part));
  return Buffer.concat(text.split(octet).map(octets));
}

/** User info, user and password. */
function partsOf(userInfo: string): string[] {
  const [user = '', ...password] = userInfo.split(':');
  return [userInfo, user, password.join(':')];
}
