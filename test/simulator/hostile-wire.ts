/** Named faults that no sound server has: bytes that are no HTTP, bodies that explode, listings that move unseen. */
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { Fault } from './fault.ts';
import { body } from './faults.ts';
import { cut } from './reply.ts';

/** Bytes straight onto the connection in place of an answer; afterwards it is closed, reset or left open. */
export function bytes(
  content: string | Uint8Array,
  afterwards: 'close' | 'reset' | 'open' = 'close',
  name = 'raw bytes',
): Fault {
  return {
    name,
    send: (_reply, exchange) => {
      exchange.socket.write(content, () => {
        if (afterwards !== 'open') {
          cut(exchange, afterwards);
        }
      });
    },
  };
}

/** A whole answer whose status line and headers are written as they are, in UTF-8. */
export function head(statusLine: string, headers: Readonly<Record<string, string>> = {}): Fault {
  const fields = Object.entries({ ...headers, 'content-length': '0' }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  return bytes(
    `HTTP/1.1 ${statusLine}\r\n${fields.join('')}\r\n`,
    'close',
    `head ${statusLine.slice(0, 20)}`,
  );
}

/** `100 Continue` again and again, and never an answer. */
export function endlessInformation(everyMs = 10): Fault {
  return {
    name: 'endless information',
    send: async (_reply, { socket, gone }) => {
      while (!gone.aborted) {
        socket.write('HTTP/1.1 100 Continue\r\n\r\n');
        await pause(everyMs, undefined, { signal: gone });
      }
    },
  };
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

/** A compressed body of which only the beginning comes, with a length that fits it. */
export function cutGzip(): Fault {
  return {
    name: 'cut gzip',
    reply: (reply) => {
      const whole = gzipSync(reply.body);
      return {
        ...reply,
        headers: { ...reply.headers, 'content-encoding': 'gzip' },
        body: whole.subarray(0, Math.floor(whole.byteLength / 2)),
      };
    },
  };
}

/**
 * After the first page was read its first item is deleted and another one comes in at the end: the total stays, no item
 * comes twice, and the item that moved from the second page to the first is never seen.
 */
export function silentlySkipping(incoming: unknown): Fault {
  return {
    name: 'silently skipping',
    listing: (whole, { items, page, pageSize }) =>
      page === 1
        ? whole
        : {
            data: [...items.slice(1), incoming].slice((page - 1) * pageSize, page * pageSize),
            total: items.length,
          },
  };
}

/** A listing that goes on for ever: every page is full of tasks that no other page has. */
export function endlessListing(): Fault {
  return {
    name: 'endless listing',
    listing: (_whole, { page, pageSize }) => ({
      data: Array.from({ length: pageSize }, (_, index) => ({
        id: `endless-${page}-${index}`,
        imageUrl: 'app',
        clusterId: `c-${page}-${index}`,
        createTime: '1757656178',
        state: 'Succeeded',
      })),
    }),
  };
}
