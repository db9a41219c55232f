/** Least numbers at which something holds. */

/** Greatest number tried. */
const MOST = 1e12;

/**
 * The least number from `least` on at which a condition holds that holds at all greater ones, rounded up to a double.
 * Infinity where it does not hold up to 10^12.
 */
export function bisect(least: number, holds: (x: number) => boolean): number {
  let low = least;
  let high = Math.max(1, 2 * least);
  while (!holds(high)) {
    if (high > MOST) return Number.POSITIVE_INFINITY;
    low = high;
    high *= 2;
  }
  for (;;) {
    const middle = low + (high - low) / 2;
    if (middle <= low || middle >= high || high - low <= high * 2 ** -52) return high;
    if (holds(middle)) high = middle;
    else low = middle;
  }
}
