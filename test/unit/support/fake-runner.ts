import type { Outputs } from '../../../src/report/outputs.ts';
import type { Runner } from '../../../src/run.ts';
import { START } from './factories.ts';

/** A runner that keeps what it is told. Its time of day stands still, while timers run. */
export class FakeRunner implements Runner {
  readonly env: Record<string, string> = {};
  readonly clock = {
    now: () => START,
    after: (milliseconds: number, callback: () => void) => {
      const timer = setTimeout(callback, milliseconds);
      return () => clearTimeout(timer);
    },
  };
  readonly cancellation = new AbortController();
  readonly signal = this.cancellation.signal;
  /** Everything that happened, in order: `mask`, `info`, `warning`, `fail`, `outputs`, `summary`, `file`, `settle`. */
  readonly told: { readonly what: string; readonly text: string }[] = [];
  outputs: Outputs | null = null;
  readonly #inputs: Readonly<Record<string, string>>;

  constructor(inputs: Readonly<Record<string, string>>) {
    this.#inputs = inputs;
  }

  texts(what: string): string[] {
    return this.told.filter((one) => one.what === what).map(({ text }) => text);
  }

  readonly random = () => 0.5;
  readonly input = (name: string) => this.#inputs[name] ?? '';
  readonly mask = (text: string) => this.tell('mask', text);
  readonly info = (text: string) => this.tell('info', text);
  readonly warning = (text: string) => this.tell('warning', text);
  readonly settle = () => this.tell('settle', '');
  readonly fail = (text: string) => this.tell('fail', text);
  readonly debug = (text: string) => this.tell('debug', text);
  readonly writeSummary = async (markdown: string) => this.tell('summary', markdown);

  writeOutputs(outputs: Outputs): void {
    this.tell('outputs', JSON.stringify(outputs));
    this.outputs = outputs;
  }

  writeResultFile(content: string): string {
    this.tell('file', content);
    return '/runner/temp/result.json';
  }

  tell(what: string, text: string): void {
    this.told.push({ what, text });
  }
}
