import * as http from 'node:http';
import * as https from 'node:https';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where requests go out: a pool of connections, closed with `destroy()`. */
export type Connections = http.Agent;

const LONGEST_IDLE = 4_000; // servers commonly close at 5 s; a connection that closes under a request fails it

/**
 * Connections as a self-hosted runner's user expects them: through `HTTPS_PROXY` unless `NO_PROXY` names the host, lower
 * case before upper case. Plain http goes to loopback addresses only, where a proxy would see the key: never through one.
 * Node's own proxy support: https://nodejs.org/api/http.html#built-in-proxy-support
 * @returns what is wrong with the proxy's address instead, without showing it: it may hold a password.
 */
export function openConnections(
  baseUrl: string,
  env: Environment,
): Connections | { readonly problem: string } {
  const options = { keepAlive: true, timeout: LONGEST_IDLE };
  if (baseUrl.startsWith('http:')) return new http.Agent({ ...options, proxyEnv: {} });

  const proxy = env['https_proxy'] || env['HTTPS_PROXY'];
  if (!proxy) return new https.Agent({ ...options, proxyEnv: {} });
  const address = proxy.includes('://') ? proxy : `http://${proxy}`;
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol)) {
    return { problem: 'HTTPS_PROXY is set, but not to an http or https address; correct or unset it' };
  }
  const noProxy = env['no_proxy'] || env['NO_PROXY'];
  return new https.Agent({ ...options, proxyEnv: { https_proxy: address, no_proxy: noProxy } });
}
