import * as fc from 'fast-check';

/** Checks a law on any values of the arbitraries. */
export const holds = <Ts extends [unknown, ...unknown[]]>(
  ...given: Parameters<typeof fc.property<Ts>>
): void => fc.assert(fc.property(...given));
