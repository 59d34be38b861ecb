const LARGEST_BODY = 32 * 1024 * 1024;

/** The text of a body; `null` when it is over 32 MiB. Rejects when the body is cut short. */
export async function readText(body: AsyncIterable<Uint8Array>): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > LARGEST_BODY) return null;
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
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
