/** Named faults of the connection: what is said is right, how it is sent is not. */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from './fault.ts';
import { cut, type Exchange, type Reply } from './reply.ts';

/** Says nothing (any more) and keeps the connection open. */
export function hang(where: 'before-headers' | 'after-headers' | 'inside-body' = 'before-headers'): Fault {
  return {
    name: `hang ${where}`,
    send: (reply, { response }) => {
      if (where === 'before-headers') {
        return;
      }
      writeHead(reply, response);
      response.flushHeaders();
      if (where === 'inside-body') {
        response.write(half(reply));
      }
    },
  };
}

/** Waits before it answers as it should. */
export function slow(delayMs: number): Fault {
  return {
    name: 'slow',
    send: async (reply, { response, gone }) => {
      await pause(delayMs, undefined, { signal: gone });
      writeHead(reply, response);
      response.end(reply.body);
    },
  };
}

/** Sends the body a byte at a time; `endless` sends blanks for ever and never gets to the JSON. */
export function dribble(options: { everyMs?: number; endless?: boolean } = {}): Fault {
  const { everyMs = 10, endless = false } = options;
  return {
    name: endless ? 'endless body' : 'dribble',
    send: async (reply, { response, gone }) => {
      response.writeHead(reply.status, reply.headers);
      const blank = Buffer.from(' ');
      for (let sent = 0; endless || sent < reply.body.byteLength; sent += 1) {
        response.write(endless ? blank : reply.body.subarray(sent, sent + 1));
        await pause(everyMs, undefined, { signal: gone });
      }
      response.end();
    },
  };
}

/** Starts the headers and adds to them for ever. */
export function endlessHeaders(everyMs = 10): Fault {
  return {
    name: 'endless headers',
    send: async (reply, { socket, gone }) => {
      socket.write(`HTTP/1.1 ${reply.status} OK\r\ncontent-type: application/json\r\n`);
      while (!gone.aborted) {
        socket.write('x: y\r\n');
        await pause(everyMs, undefined, { signal: gone });
      }
    },
  };
}

/** Ends the connection without any answer. */
export function reset(how: 'close' | 'reset' = 'reset'): Fault {
  return { name: `${how} before the answer`, send: (_reply, exchange) => cut(exchange, how) };
}

/** Ends the connection in the middle of the body, whose length was announced or which is sent in chunks. */
export function cutBody(options: { how?: 'close' | 'reset'; chunked?: boolean } = {}): Fault {
  const { how = 'close', chunked = false } = options;
  return {
    name: `body cut, ${how}${chunked ? ', chunked' : ''}`,
    send: (reply: Reply, exchange: Exchange) => {
      if (chunked) {
        exchange.response.writeHead(reply.status, reply.headers);
      } else {
        writeHead(reply, exchange.response);
      }
      exchange.response.write(half(reply), () => cut(exchange, how));
    },
  };
}

/** Announces a length that is off by so many bytes: more keeps the client waiting, less leaves bytes over. */
export function wrongContentLength(difference: number): Fault {
  return {
    name: 'wrong content length',
    send: (reply, { response }) => {
      response.writeHead(reply.status, {
        ...reply.headers,
        'content-length': Math.max(0, reply.body.byteLength + difference),
      });
      response.end(reply.body);
    },
  };
}

/** A sound but empty listing with so many bytes of padding, streamed without a length. */
export function hugeBody(bytes = 33 * 1024 * 1024): Fault {
  return {
    name: 'huge body',
    send: async (reply, { response, gone }) => {
      response.writeHead(reply.status, reply.headers);
      response.write('{"data":[],"total":0,"padding":"');
      const chunk = Buffer.alloc(256 * 1024, 'x');
      for (let sent = 0; sent < bytes && !gone.aborted; sent += chunk.byteLength) {
        if (!response.write(chunk.subarray(0, bytes - sent))) {
          await once(response, 'drain', { signal: gone });
        }
      }
      response.end('"}');
    },
  };
}

function writeHead(reply: Reply, response: ServerResponse): void {
  response.writeHead(reply.status, { ...reply.headers, 'content-length': reply.body.byteLength });
}

function half(reply: Reply): Uint8Array {
  return reply.body.subarray(0, Math.ceil(reply.body.byteLength / 2));
}
