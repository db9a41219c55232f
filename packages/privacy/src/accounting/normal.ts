/**
 * Tails of the normal distribution with relative precision, as far out as doubles reach: an accountant subtracts nearly equal
 * probabilities and looks at events of 1e-12.
 */

const SQRT_2 = Math.SQRT2;
const SQRT_PI = Math.sqrt(Math.PI);
/** Below this the series of erf is used, above it the continued fraction. */
const SERIES_UNTIL = 2.2;
const SERIES_TERMS = 120;

/** Scaled complementary error function exp(x^2) erfc(x) for x >= 0 (Abramowitz and Stegun 7.1.6 and 7.1.14). */
export function erfcx(x: number): number {
  if (x < 0) return 2 * Math.exp(x * x) - erfcx(-x);
  if (x < SERIES_UNTIL) {
    let term = x;
    let sum = x;
    for (let n = 1; n < SERIES_TERMS && term > sum * 1e-18; n++) {
      term *= (2 * x * x) / (2 * n + 1);
      sum += term;
    }
    return Math.exp(x * x) - (2 / SQRT_PI) * sum;
  }
  let fraction = 0;
  // The fraction converges the faster the further out.
  for (let k = Math.ceil(10 + 600 / (x * x)); k >= 1; k--) fraction = k / 2 / (x + fraction);
  return 1 / (SQRT_PI * (x + fraction));
}

/** Probability that a standard normal number is above x. */
export function upperTail(x: number): number {
  if (x < 0) return 1 - upperTail(-x);
  return 0.5 * Math.exp((-x * x) / 2) * erfcx(x / SQRT_2);
}

/** Probability that a standard normal number lies from `low` to `high`, on the side where it is small. */
export function between(low: number, high: number): number {
  if (high <= low) return 0;
  if (low >= 0) return upperTail(low) - upperTail(high);
  if (high <= 0) return upperTail(-high) - upperTail(-low);
  return 1 - upperTail(high) - upperTail(-low);
}
