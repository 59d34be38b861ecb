import http, { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { type Fault, Faults } from './fault.ts';
import { type Reply, sendWhole } from './reply.ts';
import { type LoggedRequest, type Place, RequestLog } from './request-log.ts';

export interface ListenOptions {
  readonly faults?: readonly Fault[];
  /** How far the server's clock is ahead of this machine's. */
  readonly clockSkewSeconds?: number;
  /** Put before every path, as a gateway does: `/gateway`. */
  readonly pathPrefix?: string;
  /** Serves HTTPS with this key and certificate (PEM). */
  readonly tls?: { readonly key: string; readonly cert: string };
}

/** What a server says; how it listens, logs, strikes with faults and sends is the same for all. */
interface Service {
  /** Where a request belongs; asked once for each, in the order of arrival. */
  readonly place: (arrival: Arrival) => Place;
  readonly answer: (request: LoggedRequest, striking: readonly Fault[]) => Reply;
}

/** What is known of a request before its place is. */
export type Arrival = Omit<LoggedRequest, keyof Place | 'faults' | 'status' | 'outcome'>;

/** A server on a loopback port. */
export interface Loopback extends AsyncDisposable {
  /** With the path prefix. */
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

/** Starts a service on a free loopback port. A request that has a body arrives when all of it is there. */
export async function listen(service: Service, options: ListenOptions): Promise<Loopback> {
  const startMs = Date.now();
  const skewMs = (options.clockSkewSeconds ?? 0) * 1000;
  const faults = new Faults(options.faults ?? []);
  const log = new RequestLog();
  const sockets = new Set<Socket>();
  let connectionCount = 0;

  function logged(incoming: IncomingMessage, body: unknown): LoggedRequest {
    const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://simulator.invalid');
    const arrival: Arrival = {
      number: log.requests.length + 1,
      method: incoming.method ?? '',
      path: pathname,
      query: Object.fromEntries(searchParams),
      headers: incoming.headers,
      body,
      receivedMs: Date.now() - startMs,
    };
    return { ...arrival, ...service.place(arrival), faults: [], status: null, outcome: 'open' };
  }

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => response.destroy());
    const body = incoming.method === 'GET' ? null : await jsonOf(incoming);
    // From here to the log nothing is awaited, so that requests are numbered in the order they are answered in.
    const request = logged(incoming, body);
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
    response.sendDate = false;
    let reply = service.answer(request, striking);
    reply = { ...reply, headers: { date: new Date(Date.now() + skewMs).toUTCString(), ...reply.headers } };
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
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  const close = async (): Promise<void> => {
    log.close();
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of sockets) {
      socket.destroy();
    }
    await closed;
  };

  return {
    url: `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}${options.pathPrefix ?? ''}`,
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

/** The body as JSON, or null when it is none. Rejects when the client leaves before all of it is there. */
async function jsonOf(incoming: IncomingMessage): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of incoming as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    return null;
  }
}
