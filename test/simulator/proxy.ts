import http, { type IncomingHttpHeaders } from 'node:http';
import net, { type AddressInfo, type Socket } from 'node:net';

export interface ProxyOptions {
  /** Where a host name leads on this machine; a host that is not named leads to itself. */
  readonly ports?: Readonly<Record<string, number>>;
  /** Answers every request with this status, for example 407 or 502, instead of tunnelling. */
  readonly refuse?: number;
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
  close(): Promise<void>;
}

/** Starts a forward proxy on a free loopback port. It tunnels CONNECT and answers 501 to everything else. */
export async function startProxy(options: ProxyOptions = {}): Promise<Proxy> {
  const requests: ProxiedRequest[] = [];
  const sockets = new Set<Socket>();
  const track = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // Either end of a tunnel may be reset by a test on purpose.
    socket.on('error', () => socket.destroy());
  };

  const server = http.createServer((incoming, response) => {
    requests.push({ method: incoming.method ?? '', target: incoming.url ?? '', headers: incoming.headers });
    response.writeHead(options.refuse ?? 501, { connection: 'close' }).end();
  });
  server.on('connection', track);
  server.on('connect', (incoming, client: Socket, head: Buffer) => {
    const target = incoming.url ?? '';
    requests.push({ method: 'CONNECT', target, headers: incoming.headers });
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
  return { url: `http://127.0.0.1:${port}`, requests, close, [Symbol.asyncDispose]: close };
}
