import type { Readable } from 'node:stream';
import { linesOf } from './commands.ts';

/** The text of a stream so far, and promises for what it will hold. */
export class LiveOutput {
  text = '';
  #lineStart = 0;
  readonly #onLine: ((line: string) => void) | undefined;
  readonly #waiters = new Set<{
    pattern: RegExp | string;
    resolve: () => void;
    reject: (error: Error) => void;
  }>();
  #ended = false;

  constructor(stream: Readable, onLine?: (line: string) => void) {
    this.#onLine = onLine;
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => {
      this.text += chunk;
      this.#announce(this.text.lastIndexOf('\n') + 1);
      this.#settle();
    });
  }

  /** Resolves once the text holds the pattern; rejects when the stream ends without it. */
  waitFor(pattern: RegExp | string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiters.add({ pattern, resolve, reject });
      this.#settle();
    });
  }

  /** No more text will come. */
  end(): void {
    this.#ended = true;
    this.#announce(this.text.length);
    this.#settle();
  }

  #announce(end: number): void {
    if (this.#onLine !== undefined && end > this.#lineStart) {
      linesOf(this.text.slice(this.#lineStart, end)).forEach(this.#onLine);
    }
    this.#lineStart = Math.max(end, this.#lineStart);
  }

  #settle(): void {
    for (const waiter of this.#waiters) {
      const found =
        typeof waiter.pattern === 'string'
          ? this.text.includes(waiter.pattern)
          : this.text.search(waiter.pattern) >= 0;
      if (found || this.#ended) {
        this.#waiters.delete(waiter);
        found ? waiter.resolve() : waiter.reject(new Error('The stream ended.'));
      }
    }
  }
}
