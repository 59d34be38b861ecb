import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { LoggedRequest } from './request-log.ts';

/** An answer before it is sent. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** One request with the connection it came on. */
export interface Exchange {
  readonly request: LoggedRequest;
  readonly response: ServerResponse;
  readonly socket: Socket;
  /** Aborted when the connection is gone, whoever ended it. */
  readonly gone: AbortSignal;
}

/** Puts a reply on the wire, as it should be or otherwise. */
export type Send = (reply: Reply, exchange: Exchange) => void | Promise<void>;

export function jsonReply(status: number, value: unknown): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(value)),
  };
}

/** An error with the body that the API documents. */
export function errorReply(status: number, reason: string, message: string): Reply {
  return jsonReply(status, { code: status, reason, message, metadata: {} });
}

/** The headers of a reply with the length of its body. */
export function headOf({ headers, body }: Reply) {
  return { ...headers, 'content-length': body.byteLength };
}

/** Sends a reply as a well-behaved server does. */
export const sendWhole: Send = (reply, { response }) => {
  response.writeHead(reply.status, headOf(reply));
  response.end(reply.body);
};

/** Ends the connection from the server's side: orderly, or with a TCP reset. */
export function cut({ request, socket }: Exchange, how: 'close' | 'reset'): void {
  request.outcome = 'cut';
  if (how === 'reset' && !(socket instanceof TLSSocket)) {
    socket.resetAndDestroy();
  } else {
    socket.destroy();
  }
}
