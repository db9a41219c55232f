/**
 * Counts, sums, means and histograms of bounded records, as statistics that can be told with noise. Sensitivities follow from public
 * bounds and from how many records of a unit were let through; never from the data. Sums are whole numbers: exact, the same in every
 * order, without overflow.
 */

import { PrivacyError } from "../errors.ts";
import type { Statistic } from "../tiers/types.ts";
import type { Grid } from "./grid.ts";
import type { BoundedRecords } from "./units.ts";

/** How many records there are, or how many of which `where` holds. Sensitivity: the most records of a unit. */
export function countOf<T>(
  bounded: BoundedRecords<T>,
  where: (record: T) => boolean = () => true,
): Statistic {
  let count = 0n;
  for (const record of bounded.records) if (where(record)) count++;
  return { steps: count, step: 1, sensitivity: bounded.most };
}

/**
 * Sum of a value over all records; each is put on the grid first, and missing ones count as 0. Sensitivity: the most records of a unit
 * times the larger magnitude of the bounds.
 *
 * @throws {PrivacyError} If the sensitivity is 2^53 steps or more: take a coarser grid.
 */
export function sumOf<T>(
  bounded: BoundedRecords<T>,
  of: (record: T) => unknown,
  grid: Grid,
): Statistic {
  return {
    steps: added(bounded.records, of, grid, 0).sum,
    step: grid.step,
    sensitivity: sensitivityOf(bounded.most, grid.reach),
  };
}

/** A mean as two statistics. Both are told, each for its own price; {@link meanFrom} puts them together. */
export type MeanParts = {
  /** Sum of what the values are above the middle of the bounds: half as sensitive as the plain sum, or less. */
  readonly excess: Statistic;
  /** Number of values that are not missing. */
  readonly count: Statistic;
  /** Middle of the bounds on the grid, in the value's unit; public. */
  readonly middle: number;
  /** Bounds of the mean, in the value's unit; public. */
  readonly lower: number;
  /** Greatest mean there can be; public. */
  readonly upper: number;
};

/**
 * The parts of a mean.
 *
 * @throws {PrivacyError} If the sensitivity is 2^53 steps or more: take a coarser grid.
 */
export function meanOf<T>(
  bounded: BoundedRecords<T>,
  of: (record: T) => unknown,
  grid: Grid,
): MeanParts {
  const { lowerSteps, upperSteps } = grid;
  // Halves apart: the sum of two safe integers may be none.
  const middle = Math.floor(lowerSteps / 2 + upperSteps / 2);
  const { sum, count } = added(bounded.records, of, grid, middle);
  const reach = Math.max(upperSteps - middle, middle - lowerSteps);
  return {
    excess: { steps: sum, step: grid.step, sensitivity: sensitivityOf(bounded.most, reach) },
    count: { steps: BigInt(count), step: 1, sensitivity: bounded.most },
    middle: middle * grid.step,
    lower: grid.lower,
    upper: grid.upper,
  };
}

/**
 * A mean from the noisy values of its parts, within its bounds; the middle where the noisy count is below 1. Uses nothing private.
 *
 * @param excess - Noisy value of {@link MeanParts.excess}, in the value's unit.
 * @param count - Noisy value of {@link MeanParts.count}.
 */
export function meanFrom(
  parts: Pick<MeanParts, "middle" | "lower" | "upper">,
  excess: number,
  count: number,
): number {
  const { middle, lower, upper } = parts;
  if (!(count >= 1)) return middle;
  return Math.min(Math.max(middle + excess / count, lower), upper);
}

/** Counts per bin. */
export type Histogram = {
  /** One count per bin, in the order of the bins. */
  readonly bins: readonly Statistic[];
  /**
   * Most that one unit changes all bins together, as L1 and as L2 norm: the most records of a unit, for both (they may all lie in one
   * bin). Noise of that sensitivity in every bin costs one release, not one per bin.
   */
  readonly sensitivity: number;
};

/**
 * Counts the records per bin. What `of` gives for a record is compared with the bins' names; what is none of them is left out.
 *
 * @param bins - Names of the bins; public, unique, at least one. They must not be taken from the data.
 * @throws {PrivacyError} For bins that are none or not unique.
 */
export function histogramOf<T>(
  bounded: BoundedRecords<T>,
  of: (record: T) => unknown,
  bins: readonly (string | number)[],
): Histogram {
  const counts = new Map<unknown, bigint>(bins.map((bin) => [bin, 0n]));
  if (bins.length === 0 || counts.size !== bins.length) {
    throw new PrivacyError(
      `bins: expected one or more that differ, got ${bins.length} of which ${counts.size} differ`,
    );
  }
  for (const record of bounded.records) {
    const bin = of(record);
    const count = counts.get(bin);
    if (count !== undefined) counts.set(bin, count + 1n);
  }
  const sensitivity = bounded.most;
  return {
    bins: bins.map((bin) => ({ steps: counts.get(bin) ?? 0n, step: 1, sensitivity })),
    sensitivity,
  };
}

/** Bins of equal width for {@link histogramOf}: the bin's number, 0 to `bins` - 1, of a value between the grid's bounds. */
export function binOf(value: unknown, grid: Grid, bins: number): number | null {
  if (!(Number.isSafeInteger(bins) && bins >= 1)) {
    throw new PrivacyError(`bins: expected a whole number above 0, got ${bins}`);
  }
  const steps = grid.steps(value);
  if (steps === null) return null;
  const above = BigInt(steps) - BigInt(grid.lowerSteps);
  const width = BigInt(grid.upperSteps) - BigInt(grid.lowerSteps);
  return Math.min(Number((above * BigInt(bins)) / width), bins - 1);
}

/** Partial sums up to this, plus one value, are safe integers. */
const FULL = 2 ** 52;

function added<T>(
  records: readonly T[],
  of: (record: T) => unknown,
  grid: Grid,
  from: number,
): { readonly sum: bigint; readonly count: number } {
  let sum = 0n;
  let part = 0;
  let count = 0;
  for (const record of records) {
    const steps = grid.steps(of(record));
    if (steps === null) continue;
    count++;
    const value = steps - from;
    if (Math.abs(value) >= FULL) sum += BigInt(steps) - BigInt(from);
    else {
      part += value;
      if (Math.abs(part) >= FULL) {
        sum += BigInt(part);
        part = 0;
      }
    }
  }
  return { sum: sum + BigInt(part), count };
}

function sensitivityOf(most: number, reach: number): number {
  const sensitivity = BigInt(most) * BigInt(reach);
  if (sensitivity > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new PrivacyError(`sensitivity: expected less than 2^53 steps, got ${sensitivity}`);
  }
  return Number(sensitivity);
}
