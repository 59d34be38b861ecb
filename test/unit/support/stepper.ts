import { type ApiFailure, fatal, transient } from '../../../src/api/types.ts';
import type { Inputs } from '../../../src/inputs/inputs.ts';
import type { WaitEvent } from '../../../src/wait/events.ts';
import {
  afterCreation,
  afterDeletion,
  afterFailure,
  afterListing,
  afterQuota,
  type Decision,
  initialState,
  type Step,
  type WaitState,
} from '../../../src/wait/state.ts';
import { inputs, START, wanted } from './factories.ts';
import { tasks } from './notation.ts';

/** Inputs from a line such as `any patient clusters=c1,c2 timeout=60`; every word is optional. */
export function inputsFrom(line: string, overrides: Partial<Inputs> = {}): Inputs {
  const given: { -readonly [Name in keyof Inputs]?: Inputs[Name] } = {};
  for (const word of line.split(/ +/).filter((text) => text !== '')) {
    const [name = '', value = ''] = word.split('=');
    if (name === 'any') given.requirement = 1;
    else if (name === 'patient') given.failFast = false;
    else if (name === 'create') given.createMissing = true;
    else if (name === 'delete') given.deleteSuperseded = true;
    else if (name === 'require') given.requirement = Number(value);
    else if (name === 'recreate') given.recreateFailed = Number(value);
    else if (name === 'appear') given.appearTimeout = Number(value) * 1000;
    else if (name === 'timeout') given.timeout = Number(value) * 1000;
    else if (name === 'images') given.images = wanted(...value.split(','));
    else if (name === 'ids') given.taskIds = value.split(',');
    else if (name === 'clusters') given.clusterIds = value.split(',');
    else if (name === 'products') given.productIds = value.split(',');
    else if (name === 'note') given.note = value;
    else if (name === 'after') given.createdAfter = { secondsBeforeStart: -Number(value) };
    else throw new Error(`${word} is no input`);
  }
  return inputs({ ...given, ...overrides });
}

/** A failure such as `502`, `429+60` (its Retry-After in seconds), `401` or `fatal`. */
export function failureFrom(text: string): ApiFailure {
  const [code = '', retryAfter] = text.split('+');
  if (code === 'fatal') return fatal('fatal');
  const kind = /429|503/.test(code) ? 'busy' : code.startsWith('4') ? 'refused' : 'transient';
  return transient(`HTTP ${code}`, {
    kind,
    status: Number(code),
    retryAfter: retryAfter === undefined ? null : Number(retryAfter) * 1000,
  });
}

/**
 * Goes through the pure steps of a wait by a script. A step is a listing (`a R 0; b S 5`, `none`), one that may be
 * incomplete (`? a R 0`), a failed poll (`!502`), what the API says of the quota (`quota 3/5`, `quota none`), of a
 * creation (`made t1`, `not made 502`) or of a deletion (`deleted`, `not deleted`). `@90` before it sets the time, in
 * seconds from the start; without it a poll is made when it is due.
 */
export class Stepper {
  state: WaitState;
  decision: Decision = { kind: 'poll', at: START };
  readonly events: WaitEvent[] = [];
  random = 0;
  #now = START;

  constructor(given: Inputs) {
    this.state = initialState(given, START);
  }

  /** Makes the steps, divided by slashes; returns what is decided after each in the same way. */
  play(script: string): string {
    return script
      .split(' / ')
      .map((step) => this.#make(step.trim()))
      .join(' / ');
  }

  /** Seconds from the start to the poll that is due. */
  get pollAt(): number {
    return this.decision.kind === 'poll' ? (this.decision.at - START) / 1000 : Number.NaN;
  }

  get cause(): string | null {
    return this.decision.kind === 'end' ? this.decision.cause : null;
  }

  #make(text: string): string {
    const [, seconds, step = ''] = /^(?:@(\S+) )?(.*)$/.exec(text) ?? [];
    if (seconds !== undefined) this.#now = START + Number(seconds) * 1000;
    else if (this.decision.kind === 'poll') this.#now = Math.max(this.#now, this.decision.at);
    const { state, events, decision } = this.#step(step);
    this.state = state;
    this.events.push(...events);
    this.decision = decision;
    return describeDecision(decision, this.#now);
  }

  #step(text: string): Step {
    const { state, decision } = this;
    const at = { now: this.#now, random: this.random, pollAt: this.#now, sentAt: this.#now };
    const [word = '', ...rest] = text.split(' ');
    if (decision.kind === 'read quota') {
      const [used = 0, limit = 0] = (rest[0] ?? '').split('/').map(Number);
      const quota = rest[0] === 'none' ? null : { used, limit, gigabytesPerImage: 20 };
      return afterQuota(state, decision, quota, at);
    }
    if (decision.kind === 'create') {
      const answer = word === 'made' ? { taskId: rest[0] ?? '' } : failureFrom(rest[1] ?? '');
      return afterCreation(state, decision, answer, at);
    }
    if (decision.kind === 'delete')
      return afterDeletion(state, decision, word === 'deleted' ? null : failureFrom('400'));
    if (word.startsWith('!'))
      return afterFailure(state, failureFrom(word.slice(1)), { ...at, isCutOff: false });
    const listed = tasks(text.replace(/^\? |none/g, ''));
    return afterListing(state, { tasks: listed, mayBeIncomplete: word === '?', serverClockOffset: null }, at);
  }
}

function describeDecision(decision: Decision, now: number): string {
  const placesOf = (orders: readonly { imageUrl: string; clusterId: string }[]) =>
    orders.map(({ imageUrl, clusterId }) => `${clusterId}${/vllm/.test(imageUrl) ? ' vllm' : ''}`).join(', ');
  if (decision.kind === 'poll') return decision.at <= now ? 'poll now' : 'poll';
  if (decision.kind === 'end') return decision.result;
  if (decision.kind === 'read quota') return `quota for ${placesOf(decision.orders)}`;
  if (decision.kind === 'create') return `create ${placesOf([decision.order, ...decision.others])}`;
  return `delete ${decision.tasks.map(({ id }) => id).join(', ')}`;
}
