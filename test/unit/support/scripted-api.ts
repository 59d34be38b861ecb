import {
  type ApiFailure,
  isFailure,
  type Listing,
  type PrewarmApi,
  type Quota,
  transient,
} from '../../../src/api/types.ts';
import type { PrewarmTask } from '../../../src/tasks/task.ts';
import { START } from './factories.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** An answer at once, after so many milliseconds, or none until the request is cut off; or a fault of the code. */
type Answer<T> = T | { readonly takes: number; readonly gives: T } | 'hangs' | Error;

/** The answers to each kind of request, one after the other; the last one is repeated. */
export interface ApiScript {
  readonly list: readonly Answer<readonly PrewarmTask[] | Listing | ApiFailure>[];
  readonly create?: readonly Answer<{ readonly taskId: string } | ApiFailure>[];
  readonly delete?: readonly Answer<ApiFailure | null>[];
  readonly quota?: readonly Answer<Quota | null>[];
}

/** An API that answers from a script, and keeps when it was asked for what: seconds since the start. */
export class ScriptedApi implements PrewarmApi {
  readonly asked: string[] = [];
  readonly #clock: VirtualClock;
  readonly #script: ApiScript;

  constructor(clock: VirtualClock, script: ApiScript) {
    this.#clock = clock;
    this.#script = script;
  }

  async list(_query: unknown, signal: AbortSignal): Promise<Listing | ApiFailure> {
    const answer = await this.#answer('list', signal, transient('cut off'));
    if ('tasks' in answer || isFailure(answer)) return answer;
    return { tasks: answer, mayBeIncomplete: false, serverClockOffset: null };
  }

  create(_order: unknown, signal: AbortSignal): Promise<{ readonly taskId: string } | ApiFailure> {
    return this.#answer('create', signal, transient('cut off'));
  }

  delete(_taskIds: unknown, signal: AbortSignal): Promise<ApiFailure | null> {
    return this.#answer<ApiFailure | null>('delete', signal, transient('cut off'));
  }

  quota(signal: AbortSignal): Promise<Quota | null> {
    return this.#answer<Quota | null>('quota', signal, null);
  }

  async close(): Promise<void> {}

  async #answer<T>(kind: keyof ApiScript, signal: AbortSignal, cutOff: T): Promise<T> {
    const answers = (this.#script[kind] ?? [cutOff]) as readonly Answer<T>[];
    const count = this.asked.filter((one) => one.startsWith(kind)).length;
    const answer = answers[Math.min(count, answers.length - 1)] as Answer<T>;
    this.asked.push(`${kind} ${(this.#clock.now() - START) / 1000}`);
    if (answer instanceof Error) throw answer;
    const isLate = typeof answer === 'object' && answer !== null && 'takes' in answer;
    if (answer !== 'hangs' && !isLate) return answer as T;
    return new Promise((resolve) => {
      const give = (value: T) => {
        cancel();
        signal.removeEventListener('abort', cut);
        resolve(value);
      };
      const cut = () => give(cutOff);
      const cancel = isLate ? this.#clock.after(answer.takes, () => give(answer.gives)) : () => {};
      signal.addEventListener('abort', cut);
      if (signal.aborted) cut();
    });
  }
}
