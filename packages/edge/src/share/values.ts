/** From private values to a statistic on a public grid: clipped, bounded in number, and added up exactly. */

import { boundContributions, countOf, Grid, type Statistic, sumOf } from "@symbion/privacy";
import type { ShareRelease } from "../config/share-types.ts";

/** Grid of a machine's health: 0 to 1 in steps of 2^-10. */
const HEALTH = new Grid({ lower: 0, upper: 1, exponent: -10 });

/** What a machine counts as whose health is not known: halfway, whichever it is. */
const UNKNOWN_HEALTH = 0.5;

/**
 * The statistic of a release. Its sensitivity follows from the configuration alone:
 *
 * - a slot's count or seconds, protected as a whole, is anything from 0 to `most`: `most` steps of 1;
 * - a count whose single episodes are protected: 1 step;
 * - the mean health of N machines, each of which is protected: one machine moves the sum by a whole range, and the mean
 *   by an Nth of it.
 */
export function statisticOf(
  { statistic, most, protects, of }: ShareRelease,
  values: readonly (number | null)[],
): Statistic {
  switch (statistic) {
    case "motion-episodes":
    case "alerts": {
      const unit = protects === "episode" ? null : () => "slot";
      return countOf(boundContributions(values, { unit, most: unit === null ? 1 : most }));
    }
    case "motion-seconds": {
      const grid = new Grid({ lower: 0, upper: most, exponent: 0 });
      return sumOf(boundContributions(values, { unit: null, most: 1 }), (value) => value, grid);
    }
    case "machine-health": {
      const machines = boundContributions(values, { unit: null, most: 1 });
      const sum = sumOf(machines, (value) => value ?? UNKNOWN_HEALTH, HEALTH);
      return { ...sum, step: sum.step / Math.max(1, of.length) };
    }
  }
}
