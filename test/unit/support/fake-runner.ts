import type { Outputs } from '../../../src/report/outputs.ts';
import type { Runner } from '../../../src/run.ts';
import { START } from './factories.ts';

/** A runner that keeps what it is told. Its clock stands still. */
export class FakeRunner implements Runner {
  readonly env: Runner['env'] = {};
  readonly clock = { now: () => START, after: () => () => {} };
  readonly cancellation = new AbortController();
  readonly signal = this.cancellation.signal;
  /** Everything that happened, in order: `mask`, `info`, `warning`, `fail`, `outputs`, `summary`, `file`. */
  readonly told: { readonly what: string; readonly text: string }[] = [];
  readonly debugged: string[] = [];
  outputs: Outputs | null = null;
  summary: string | null = null;
  file: string | null = null;
  readonly #inputs: Readonly<Record<string, string>>;

  constructor(inputs: Readonly<Record<string, string>>) {
    this.#inputs = inputs;
  }

  texts(what: string): string[] {
    return this.told.filter((one) => one.what === what).map(({ text }) => text);
  }

  readonly event = () => null;
  readonly random = () => 0.5;
  readonly input = (name: string) => this.#inputs[name] ?? '';
  readonly mask = (text: string) => this.#tell('mask', text);
  readonly info = (text: string) => this.#tell('info', text);
  readonly warning = (text: string) => this.#tell('warning', text);
  readonly settle = () => this.#tell('settle', '');
  readonly fail = (text: string) => this.#tell('fail', text);
  readonly debug = (text: string) => void this.debugged.push(text);

  writeOutputs(outputs: Outputs): void {
    this.#tell('outputs', '');
    this.outputs = outputs;
  }

  async writeSummary(markdown: string): Promise<void> {
    this.#tell('summary', '');
    this.summary = markdown;
  }

  writeResultFile(content: string): string {
    this.#tell('file', '');
    this.file = content;
    return '/runner/temp/result.json';
  }

  #tell(what: string, text: string): void {
    this.told.push({ what, text });
  }
}
