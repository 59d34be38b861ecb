import type { IncomingMessage } from 'node:http';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';

const LARGEST_BODY = 32 * 1024 * 1024;

// Compression is not asked for; some servers send it all the same.
const DECOMPRESSORS: Readonly<Record<string, typeof gunzipSync>> = {
  gzip: gunzipSync,
  'x-gzip': gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
};

/** The text of an answer's body, decompressed; `null` when it is over 32 MiB. Rejects when the body is cut short. */
export async function readText(answer: IncomingMessage): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > LARGEST_BODY) return null;
    chunks.push(chunk);
  }
  const bytes = decompress(Buffer.concat(chunks), answer.headers['content-encoding']);
  return bytes && new TextDecoder().decode(bytes);
}

function decompress(bytes: Buffer, encoding: string | undefined): Buffer | null {
  const decompressor = DECOMPRESSORS[encoding?.toLowerCase() ?? ''];
  if (decompressor === undefined) return bytes;
  try {
    return decompressor(bytes, { maxOutputLength: LARGEST_BODY });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return null;
    throw error;
  }
}

/**
 * Parses JSON. Integers that a number cannot hold come back as strings.
 * @returns `undefined` when the text is not JSON.
 */
export function parseJson(text: string): unknown {
  try {
    return /\d{16}/.test(text) ? JSON.parse(text, keepLongIntegers) : JSON.parse(text);
  } catch {
    return undefined;
  }
}

// An id may be a number beyond 2^53, which JSON.parse alone would round to another id.
function keepLongIntegers(_key: string, value: unknown, context?: { source?: string }): unknown {
  const isLong = typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value);
  return isLong && /^-?\d+$/.test(context?.source ?? '') ? context?.source : value;
}
