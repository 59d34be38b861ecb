import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Connections as a self-hosted runner's user expects them: through `HTTPS_PROXY` unless `NO_PROXY` names the host, lower
 * case before upper case. Plain http goes to loopback addresses only, where a proxy would see the key: never through one.
 * @param baseUrl the API's address.
 * @param connectTimeout milliseconds.
 * @returns the connections, or what is wrong with the proxy's address (which may hold a password and is not shown).
 */
export function connect(
  baseUrl: string,
  env: Environment,
  connectTimeout: number,
): Dispatcher | { readonly problem: string } {
  const options = { connectTimeout, allowH2: false };
  const httpsProxy = env['https_proxy'] || env['HTTPS_PROXY'] || '';
  if (httpsProxy === '' || baseUrl.startsWith('http:')) return new Agent(options);

  const uri = httpsProxy.includes('://') ? httpsProxy : `http://${httpsProxy}`;
  if (!URL.canParse(uri) || !/^https?:$/.test(new URL(uri).protocol)) {
    return { problem: 'HTTPS_PROXY is set, but not to an http or https address; correct or unset it' };
  }
  const noProxy = env['no_proxy'] || env['NO_PROXY'] || '';
  return new EnvHttpProxyAgent({ ...options, httpProxy: '', httpsProxy: uri, noProxy });
}
