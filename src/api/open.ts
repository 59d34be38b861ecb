import type { Inputs } from '../inputs/inputs.ts';
import { openDispatcher } from './dispatcher.ts';
import { Http, type HttpOptions } from './http.ts';
import type { PrewarmApi } from './types.ts';
import { ApiV1 } from './v1.ts';
import { ApiV2 } from './v2.ts';

/**
 * Opens the prewarm API that the inputs name. undici takes longer to load than all the rest of the action, so this file is
 * loaded only once the inputs are known to be good.
 * @returns what is wrong with the proxy's address instead.
 */
export function openApi(
  {
    apiKey,
    apiVersion,
    baseUrl,
    requestTimeout,
    secrets,
  }: Pick<Inputs, 'apiKey' | 'apiVersion' | 'baseUrl' | 'requestTimeout' | 'secrets'>,
  {
    env,
    now,
    debug,
  }: Pick<HttpOptions, 'now' | 'debug'> & { readonly env: Readonly<Record<string, string | undefined>> },
): PrewarmApi | { readonly problem: string } {
  const route = openDispatcher({ baseUrl, env, requestTimeout });
  if ('problem' in route) return route;
  const { dispatcher, viaProxy } = route;
  const http = new Http({
    token: apiKey,
    secrets: [...secrets, ...route.secrets],
    requestTimeout,
    dispatcher,
    viaProxy,
    now,
    debug,
  });
  return apiVersion === 'v1' ? new ApiV1(http, baseUrl) : new ApiV2(http, baseUrl);
}
