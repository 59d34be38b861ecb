import { expect, it } from 'vitest';
import { table } from '../support/notation.ts';
import { inputsFrom, Stepper } from '../support/stepper.ts';

const fresh = (given: string) => new Stepper(inputsFrom(given));

/** A wait that has gone by the script. */
export function played(given: string, script: string, start = fresh): Stepper {
  const stepper = start(given);
  stepper.play(script);
  return stepper;
}

/** For a case a line: inputs, a script, and what is decided after each of its steps. */
export function decidesFrom(start: (given: string) => Stepper): (rows: string) => void {
  return (rows) =>
    it.each(table(rows))('%s: %s: %s', (given, script, decisions) => {
      expect(start(given).play(script)).toBe(decisions);
    });
}

export const decides = decidesFrom(fresh);
