/** Chi-square statistics of different degrees of freedom on one scale. */

/**
 * Standard normal deviate of a chi-square value (Wilson and Hilferty, "The distribution of chi-square", 1931).
 *
 * @param value From 0.
 * @param freedom Degrees of freedom, above 0; they need not be whole.
 */
export function deviate(value: number, freedom: number): number {
  const variance = 2 / (9 * freedom);
  return (Math.cbrt(value / freedom) - (1 - variance)) / Math.sqrt(variance);
}

/**
 * Root of the mean square over `freedom` standard normal numbers that is as unusual as a deviate: about 1 where all is usual.
 */
export function distanceOf(z: number, freedom: number): number {
  const variance = 2 / (9 * freedom);
  return Math.max(0, 1 - variance + z * Math.sqrt(variance)) ** 1.5;
}
