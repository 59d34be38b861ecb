import http, { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { type Fault, Faults } from './fault.ts';
import { Listing, type Order } from './listing.ts';
import { errorReply, type Reply, sendWhole } from './reply.ts';
import { type LoggedRequest, RequestLog } from './request-log.ts';
import type { Moment } from './timeline.ts';
import { listV1, type Paging, requestedPage, V1_LIST_PATH } from './v1.ts';
import type { Scripted } from './wire.ts';

export const DEFAULT_API_KEY = 'sk-simulator';

export interface SimulatorOptions extends Partial<Paging> {
  readonly tasks?: readonly Scripted[];
  readonly faults?: readonly Fault[];
  readonly order?: Order;
  readonly apiKey?: string;
  /** How far the server's clock is ahead of this machine's. */
  readonly clockSkewSeconds?: number;
  /** Put before every path, as a gateway does: `/gateway`. */
  readonly pathPrefix?: string;
  /** Serves HTTPS with this key and certificate (PEM). */
  readonly tls?: { readonly key: string; readonly cert: string };
}

export interface Simulator extends AsyncDisposable {
  /** What to give as `base-url`. */
  readonly url: string;
  readonly port: number;
  readonly requests: readonly LoggedRequest[];
  /** TCP connections accepted so far. */
  readonly connectionCount: number;
  /** Resolves with the n-th request (from 1) as soon as it has arrived. */
  waitForRequest(n: number): Promise<LoggedRequest>;
  /** Resolves once the predicate holds; asked whenever a request arrives or ends. */
  waitUntil(holds: (requests: readonly LoggedRequest[]) => boolean): Promise<void>;
  /** Closes the server and every connection at once. */
  close(): Promise<void>;
}

/** Starts the API on a free loopback port. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const startMs = Date.now();
  const skewMs = (options.clockSkewSeconds ?? 0) * 1000;
  const serverNow = (): number => Date.now() + skewMs;
  const prefix = options.pathPrefix ?? '';
  const paging: Paging = {
    defaultPageSize: options.defaultPageSize ?? 10,
    maxPageSize: options.maxPageSize ?? 100,
    overMaxPageSize: options.overMaxPageSize ?? 'cap',
  };
  const listing = new Listing(options.tasks ?? [], serverNow() / 1000, options.order ?? 'as-given');
  const faults = new Faults(options.faults ?? []);
  const log = new RequestLog();
  const moments: Moment[] = [];
  const sockets = new Map<Socket, number>();
  let connectionCount = 0;
  let polls = 0;

  const connectionOf = (socket: Socket): number =>
    [...sockets].find(([known]) => known.remotePort === socket.remotePort)?.[1] ?? 0;

  function logged(incoming: IncomingMessage): LoggedRequest {
    const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://simulator.invalid');
    const query = Object.fromEntries(searchParams);
    const isList = incoming.method === 'GET' && pathname === prefix + V1_LIST_PATH;
    const page = isList ? requestedPage(query) : null;
    polls += page === 1 ? 1 : 0;
    const request: LoggedRequest = {
      number: log.requests.length + 1,
      method: incoming.method ?? '',
      path: pathname,
      query,
      headers: incoming.headers,
      receivedMs: Date.now() - startMs,
      connection: connectionOf(incoming.socket),
      poll: isList ? polls : null,
      page,
      faults: [],
      status: null,
      outcome: 'open',
    };
    if (isList) {
      moments.push({ elapsedMs: request.receivedMs, poll: polls, request: request.number });
    }
    return request;
  }

  function routed(request: LoggedRequest, striking: readonly Fault[]): Reply {
    if (request.method === 'GET' && request.path === prefix + V1_LIST_PATH) {
      return (
        refusedHeaders(request, options.apiKey ?? DEFAULT_API_KEY) ??
        listV1(request, listing, moments, paging, striking)
      );
    }
    return errorReply(404, 'RESOURCE_NOT_FOUND', `no such endpoint: ${request.method} ${request.path}`);
  }

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = logged(incoming);
    const striking = faults.strike(request);
    request.faults = striking.map(({ name }) => name);
    const gone = new AbortController();
    response.on('close', () => {
      if (request.outcome === 'open') {
        request.outcome = response.writableFinished ? 'answered' : 'client-left';
      }
      gone.abort();
      log.changed();
    });
    response.on('error', () => response.destroy());
    response.sendDate = false;
    let reply = routed(request, striking);
    reply = { ...reply, headers: { date: new Date(serverNow()).toUTCString(), ...reply.headers } };
    for (const fault of striking) {
      reply = fault.reply?.(reply, request) ?? reply;
    }
    request.status = reply.status;
    log.add(request);
    const send = striking.findLast((fault) => fault.send !== undefined)?.send ?? sendWhole;
    await send(reply, { request, response, socket: incoming.socket, gone: gone.signal });
  }

  const listener: RequestListener = (incoming, response) => {
    answer(incoming, response).catch((error: unknown) => {
      // A fault's pause that ends with the connection is no failure of the simulator.
      if (!(error instanceof Error && error.name === 'AbortError')) {
        response.destroy(error instanceof Error ? error : new Error(String(error)));
      }
    });
  };
  const server =
    options.tls === undefined ? http.createServer(listener) : https.createServer(options.tls, listener);
  // A test may hold a request open for longer than node's own limits allow.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 0;
  server.on('connection', (socket: Socket) => {
    connectionCount += 1;
    sockets.set(socket, connectionCount);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  const close = async (): Promise<void> => {
    log.close();
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of sockets.keys()) {
      socket.destroy();
    }
    await closed;
  };

  return {
    url: `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}${prefix}`,
    port,
    requests: log.requests,
    get connectionCount() {
      return connectionCount;
    },
    waitUntil: (holds) => log.waitUntil(holds),
    waitForRequest: async (n) => {
      await log.waitUntil((requests) => requests.length >= n);
      return log.requests[n - 1] as LoggedRequest;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Refuses a request that lacks one of the two headers that the API requires. */
function refusedHeaders({ headers }: LoggedRequest, apiKey: string): Reply | undefined {
  if (headers.authorization === undefined || headers.authorization === '') {
    return errorReply(400, 'MISSING_API_KEY', 'missing api-key');
  }
  if (headers.authorization !== `Bearer ${apiKey}`) {
    return errorReply(403, 'INVALID_API_KEY', 'invalid api-key');
  }
  return headers['content-type']?.startsWith('application/json')
    ? undefined
    : errorReply(400, 'VALIDATOR_PARAM', 'Content-Type must be application/json');
}
