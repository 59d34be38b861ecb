import type { Readable } from 'node:stream';
import { linesOf } from './commands.ts';

/** The text of a stream so far, and promises for what it will hold. */
export class LiveOutput {
  text = '';
  #lineStart = 0;
  #hasEnded = false;
  readonly #onLine: (line: string) => void;
  /** Each is asked again whenever there is more text, until it says that it is done. */
  readonly #waiters = new Set<() => boolean>();

  constructor(stream: Readable, onLine: (line: string) => void = () => {}) {
    this.#onLine = onLine;
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => {
      this.text += chunk;
      this.#changed(this.text.lastIndexOf('\n') + 1);
    });
  }

  /** Resolves once the text holds the pattern; rejects when the stream ends without it. */
  waitFor(pattern: RegExp): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiters.add(() => {
        const isFound = this.text.search(pattern) >= 0;
        if (isFound) resolve();
        else if (this.#hasEnded) reject(new Error('The stream ended.'));
        return isFound || this.#hasEnded;
      });
      this.#changed(this.#lineStart);
    });
  }

  /** No more text will come. */
  end(): void {
    this.#hasEnded = true;
    this.#changed(this.text.length);
  }

  #changed(lineEnd: number): void {
    if (lineEnd > this.#lineStart) {
      linesOf(this.text.slice(this.#lineStart, lineEnd)).forEach(this.#onLine);
      this.#lineStart = lineEnd;
    }
    for (const isDone of this.#waiters) if (isDone()) this.#waiters.delete(isDone);
  }
}
