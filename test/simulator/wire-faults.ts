/** Named faults of the connection: how an answer is sent, rightly or not, and bytes that are no answer at all. */
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { Fault } from './fault.ts';
import { body } from './faults.ts';
import { cut, headOf, type Reply, sendWhole } from './reply.ts';

/** Says nothing (any more) and keeps the connection open. */
export function hang(where: 'before-headers' | 'inside-body' = 'before-headers'): Fault {
  return {
    name: `hang ${where}`,
    send: (reply, { response }) => {
      if (where === 'inside-body') {
        response.writeHead(reply.status, headOf(reply));
        response.write(half(reply));
      }
    },
  };
}

/** Waits before it answers as it should. */
export function slow(delayMs: number): Fault {
  return {
    name: 'slow',
    send: async (reply, exchange) => {
      await pause(delayMs, undefined, { signal: exchange.gone });
      await sendWhole(reply, exchange);
    },
  };
}

/** Resets the connection without any answer. */
export function reset(): Fault {
  return { name: 'reset before the answer', send: (_reply, exchange) => cut(exchange, 'reset') };
}

/** Ends the connection in the middle of the body, whose length was announced or which is sent in chunks. */
export function cutBody(options: { how?: 'close' | 'reset'; chunked?: boolean } = {}): Fault {
  const { how = 'close', chunked = false } = options;
  return {
    name: `body cut, ${how}${chunked ? ', chunked' : ''}`,
    send: (reply, exchange) => {
      exchange.response.writeHead(reply.status, chunked ? reply.headers : headOf(reply));
      exchange.response.write(half(reply), () => cut(exchange, how));
    },
  };
}

/** Bytes straight onto the connection in place of an answer; afterwards it is closed or left open. */
export function bytes(content: string, afterwards: 'close' | 'open' = 'close'): Fault {
  return {
    name: 'raw bytes',
    send: (_reply, exchange) => {
      exchange.socket.write(content, () => {
        if (afterwards === 'close') cut(exchange, 'close');
      });
    },
  };
}

/** A whole answer whose status line and headers are written as they are, in UTF-8. */
export function head(statusLine: string, headers: Readonly<Record<string, string>> = {}): Fault {
  const fields = Object.entries({ ...headers, 'content-length': '0' }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  return bytes(`HTTP/1.1 ${statusLine}\r\n${fields.join('')}\r\n`);
}

/** Bytes in place of an answer that go on for ever with the same piece. */
export function endless(start: string, piece: string): Fault {
  return {
    name: 'endless',
    send: async (_reply, { socket, gone }) => {
      socket.write(start);
      while (!gone.aborted) {
        socket.write(piece);
        await pause(10, undefined, { signal: gone });
      }
    },
  };
}

/** An answer whose body never ends, in pieces of so many bytes. */
export function endlessBody(pieceBytes = 1, statusLine = '200 OK'): Fault {
  return endless(`HTTP/1.1 ${statusLine}\r\ncontent-type: application/json\r\n\r\n`, ' '.repeat(pieceBytes));
}

/** A sound listing of so many MiB that travels as a few KiB. */
export function gzipBomb(mebibytes: number, code = 200): Fault {
  const bomb = gzipSync(`{"data":[],"total":0,"padding":"${'x'.repeat(mebibytes * 1024 * 1024)}"}`);
  const answer = body(bomb, 'application/json', code);
  return {
    name: 'gzip bomb',
    reply: (reply, request) => {
      const plain = answer.reply?.(reply, request) ?? reply;
      return { ...plain, headers: { ...plain.headers, 'content-encoding': 'gzip' } };
    },
  };
}

function half(reply: Reply): Uint8Array {
  return reply.body.subarray(0, Math.ceil(reply.body.byteLength / 2));
}
