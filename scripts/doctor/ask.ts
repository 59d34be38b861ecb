import type { Answer, Question } from './wire.ts';

/** How many requests one examination may send. */
export const MOST_REQUESTS = 30;
const BETWEEN_REQUESTS = 1000; // milliseconds

/** Asks once; `null` when no more may be asked. */
export type Ask = (question: Question) => Promise<Answer | null>;

/** The effects that asking needs. */
export interface Means {
  /** Sends a GET request. It never rejects: no answer is an answer too. */
  readonly get: (question: Question) => Promise<Answer>;
  readonly pause: (milliseconds: number) => Promise<void>;
}

/** Asks a second apart, at most 30 times, and never again after a 429. */
export class Asker {
  readonly answers: Answer[] = [];
  readonly #means: Means;

  constructor(means: Means) {
    this.#means = means;
  }

  /** Why nothing more is asked; `null` while asking goes on. */
  get end(): 'busy' | 'enough' | null {
    if (this.answers.at(-1)?.status === 429) return 'busy';
    return this.answers.length >= MOST_REQUESTS ? 'enough' : null;
  }

  readonly ask: Ask = async (question) => {
    if (this.end !== null) return null;
    if (this.answers.length > 0) await this.#means.pause(BETWEEN_REQUESTS);
    const answer = await this.#means.get(question);
    this.answers.push(answer);
    return answer;
  };
}
