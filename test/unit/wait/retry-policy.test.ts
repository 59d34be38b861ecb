import { describe, expect, it } from 'vitest';
import { table } from '../support/notation.ts';
import { inputsFrom, Stepper } from '../support/stepper.ts';
import { played } from './script.ts';

/** The same poll, so often, every so many seconds. */
const times = (count: number, every: number, step: string, from = 0) =>
  Array.from({ length: count }, (_, index) => `@${from + index * every} ${step}`).join(' / ');

const lastOf = (script: string) => new Stepper(inputsFrom('')).play(script).split(' / ').at(-1);

describe('failures before the first good answer', () => {
  it.each(
    table(`
    five in two minutes                | ${times(5, 30, '!502')}                         | error
    five in less                       | ${times(5, 29, '!502')}                         | poll
    four in more                       | ${times(4, 60, '!502')}                         | poll
    many in less                       | ${times(110, 1, '!502')}                        | poll
    busy to the timeout                | ${times(59, 30, '!429')}                        | poll
    busy at the timeout                | ${times(61, 30, '!503')}                        | error
    with a time to come back           | ${times(59, 30, '!502+9')}                      | poll
    not in a row                       | ${times(4, 30, '!502')} / @120 !503 / @150 !502 | poll
    refused                            | !401                                            | error
    refused after others               | !502 / !404                                     | error
    fatal                              | !fatal                                          | error
    `),
  )('%s', (_what, script, last) => {
    expect(lastOf(script)).toBe(last);
  });

  // biome-ignore format: a case a line
  it.each([
    ['', times(5, 30, '!502'), 'The API never gave a good answer; the last of 5 tries failed: HTTP 502'],
    ['timeout=5', '@5 !502', 'The API never gave a good answer; the last of 1 try failed: HTTP 502'],
    ['', '!401', 'HTTP 401'],
  ])('are told with what was met: %s%s: %s', (given, script, cause) => {
    expect(played(given, script).cause).toBe(cause);
  });
});

describe('failures after a good answer', () => {
  it.each(
    table(`
    go on to the timeout               | ${times(50, 30, '!502', 5)}                      | poll
    are forgotten after another        | !401 / @70 a R 0 / @80 !401 / @90 !401           | poll
    one 404 passes                     | @5 !404 / a S 0                                  | succeeded
    one 400 passes                     | @5 !400 / a S 0                                  | succeeded
    five seconds of 401 pass           | ${times(6, 1, '!401', 5)} / @11 a S 0            | succeeded
    refused for 59 seconds             | ${times(60, 1, '!401', 5)}                       | poll
    refused for a minute               | ${times(61, 1, '!401', 5)}                       | error
    refused twice in more              | ${times(2, 90, '!401', 5)}                       | poll
    refused for a minute, not in a row | ${times(30, 1, '!401', 5)} / @40 !502 / ${times(31, 1, '!401', 50)} | poll
    fatal                              | @5 !fatal                                        | error
    `),
  )('%s', (_what, script, last) => {
    expect(lastOf(`a R 0 / ${script}`)).toBe(last);
  });

  it('that are refusals say that tasks may still be running', () => {
    const { cause } = played('', `a R 0 / ${times(3, 30, '!401', 5)}`);
    expect(cause).toMatch(/refused every poll for a minute.*may still be running: HTTP 401/);
  });

  it('wait for Retry-After where that is longer than the pause', () => {
    expect(played('', 'a R 0 / @10 !429+60').pollAt).toBe(70);
  });
});
