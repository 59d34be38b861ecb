import { DURATION_SIGMA, type Knowledge, MEDIAN_DURATION } from './work.ts';

/**
 * The least product of mean delay and requests that any schedule can have, in seconds: ½ (E ∫ √(f S) dt)², with the
 * density f and the survival function S of the duration given what is typical, and the mean over what is typical.
 *
 * Polls at the rate r(t) take ∫ r S dt requests and notice the end after ∫ f / (2 r) dt on average; the product of the
 * two is bounded by the Cauchy-Schwarz inequality. A request takes no time, and none is sent at the start.
 */
export function leastProduct(knowledge: Knowledge): number {
  const sigma = knowledge?.sigma ?? DURATION_SIGMA;
  const typicalVariance = DURATION_SIGMA ** 2 - sigma ** 2;
  const meanRoot = Math.sqrt(MEDIAN_DURATION / 1000) * Math.exp(typicalVariance / 8);
  return 0.5 * (meanRoot * rootIntegral(sigma)) ** 2;
}

/** The product of any fixed interval under the same terms, half the mean duration, in seconds. */
export function fixedProduct(): number {
  return 0.5 * (MEDIAN_DURATION / 1000) * Math.exp(DURATION_SIGMA ** 2 / 2);
}

const FARTHEST = 12; // standard deviations
const STEP = 0.001;

/** ∫ √(f S) dt of a log-normal duration with the median 1, over z = ln(t) / sigma from the end. */
function rootIntegral(sigma: number): number {
  let survival = 0;
  let integral = 0;
  for (let z = FARTHEST; z > -FARTHEST; z -= STEP) {
    const share = (Math.exp(-(z ** 2) / 2) / Math.sqrt(2 * Math.PI)) * STEP;
    survival += share;
    const time = Math.exp(sigma * z);
    integral += Math.sqrt((share * survival * sigma * time) / STEP) * STEP;
  }
  return integral;
}
