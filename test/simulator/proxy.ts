import http, { type IncomingHttpHeaders } from 'node:http';
import https from 'node:https';
import net, { type AddressInfo, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Certificate } from './certificate.ts';

export interface ProxyOptions {
  /** Where a host name leads on this machine; a host that is not named leads to itself. */
  readonly ports?: Readonly<Record<string, number>>;
  /** Answers every request with this status, for example 407 or 502, instead of tunnelling. */
  readonly refuse?: number;
  /** How long it takes to answer a CONNECT. */
  readonly delayMs?: number;
  /** Resets a tunnel as soon as something is sent through it. */
  readonly dies?: boolean;
  /** Speaks TLS to its clients. */
  readonly tls?: Certificate;
}

interface ProxiedRequest {
  /** `CONNECT`, or another method for a request that came without a tunnel. */
  readonly method: string;
  /** `host:port` of a CONNECT, else the address asked for. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
}

export interface Proxy extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly ProxiedRequest[];
  /** Resolves at the first request. */
  readonly asked: Promise<void>;
  close(): Promise<void>;
}

/** Starts a forward proxy on a free loopback port. It tunnels CONNECT and answers 501 to everything else. */
export async function startProxy(options: ProxyOptions = {}): Promise<Proxy> {
  const requests: ProxiedRequest[] = [];
  const asked = Promise.withResolvers<void>();
  const sockets = new Set<Socket>();
  const track = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // Either end of a tunnel may be reset by a test on purpose.
    socket.on('error', () => socket.destroy());
  };

  const refusePlain: http.RequestListener = (incoming, response) => {
    requests.push({ method: incoming.method ?? '', target: incoming.url ?? '', headers: incoming.headers });
    response.writeHead(options.refuse ?? 501, { connection: 'close' }).end();
  };
  const { tls } = options;
  const server = tls === undefined ? http.createServer(refusePlain) : https.createServer(tls, refusePlain);
  server.on('connection', track);
  server.on('connect', async (incoming, client: Socket, head: Buffer) => {
    const target = incoming.url ?? '';
    requests.push({ method: 'CONNECT', target, headers: incoming.headers });
    asked.resolve();
    client.on('error', () => client.destroy());
    await pause(options.delayMs ?? 0, undefined, { ref: false });
    if (client.destroyed) return;
    if (options.refuse !== undefined) {
      const reason = http.STATUS_CODES[options.refuse] ?? 'Refused';
      const challenge = options.refuse === 407 ? 'Proxy-Authenticate: Basic realm="proxy"\r\n' : '';
      client.end(`HTTP/1.1 ${options.refuse} ${reason}\r\n${challenge}Content-Length: 0\r\n\r\n`);
      return;
    }
    const { hostname, port } = new URL(`http://${target}`);
    const mapped = options.ports?.[hostname];
    const upstream = net.connect(
      mapped ?? (Number(port) || 80),
      mapped === undefined ? hostname : '127.0.0.1',
      () => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n');
        if (options.dies) {
          client.once('data', () => client.destroy());
          return;
        }
        upstream.write(head);
        upstream.pipe(client).pipe(upstream);
      },
    );
    track(upstream);
    upstream.on('close', () => client.destroy());
    client.on('close', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const close = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of sockets) {
      socket.destroy();
    }
    await closed;
  };
  const { port } = server.address() as AddressInfo;
  const url = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
  return { url, requests, asked: asked.promise, close, [Symbol.asyncDispose]: close };
}
