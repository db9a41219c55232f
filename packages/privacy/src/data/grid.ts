/**
 * The grid that private values are put on before anything is computed from them. On whole numbers a sum is the same in every order,
 * and one value changes it by what the bounds say; on doubles neither holds (Casacuberta et al. 2022).
 */

import { PrivacyError } from "../errors.ts";

/** What a {@link Grid} is made of. All of it is public: fixed before data was seen, never computed from it. */
export type GridOptions = {
  /** Values below are taken for this; a whole multiple of the step. */
  readonly lower: number;
  /** Values above are taken for this; a whole multiple of the step, above `lower`. */
  readonly upper: number;
  /** The step is 2^exponent, in the value's unit; whole, -1000 to 1000. */
  readonly exponent: number;
};

const OPTIONS = ["lower", "upper", "exponent"];
const FARTHEST_EXPONENT = 1000;

/** Fixed-point numbers between public bounds. */
export class Grid {
  /** One step, in the value's unit. */
  readonly step: number;
  /** Bounds in the value's unit. */
  readonly lower: number;
  /** Greatest value, in the value's unit. */
  readonly upper: number;
  /** Bounds in steps, safe integers. */
  readonly lowerSteps: number;
  /** Greatest value, in steps. */
  readonly upperSteps: number;

  /** @throws {PrivacyError} If the bounds are not safe multiples of the step in order. */
  constructor(options: GridOptions) {
    const unknown = Object.keys(options).find((key) => !OPTIONS.includes(key));
    if (unknown !== undefined) {
      throw new PrivacyError(`grid: expected only ${OPTIONS.join(", ")}, got ${unknown}`);
    }
    const { lower, upper, exponent } = options;
    if (!(Number.isInteger(exponent) && Math.abs(exponent) <= FARTHEST_EXPONENT)) {
      throw new PrivacyError(
        `grid.exponent: expected a whole number from -1000 to 1000, got ${exponent}`,
      );
    }
    this.step = 2 ** exponent;
    this.lowerSteps = boundSteps("lower", lower, this.step);
    this.upperSteps = boundSteps("upper", upper, this.step);
    if (this.lowerSteps >= this.upperSteps) {
      throw new PrivacyError(`grid: expected lower < upper, got ${lower} and ${upper}`);
    }
    this.lower = lower + 0;
    this.upper = upper + 0;
  }

  /**
   * The nearest step between the bounds, a safe integer and never -0; halves go up. Infinities are the bounds. Null for what is no
   * number: NaN, null, undefined and values of other types. Never throws: whether it did would depend on a private value.
   */
  steps(value: unknown): number | null {
    if (typeof value !== "number" || Number.isNaN(value)) return null;
    // Clipped first: what is left is at most 2^53 steps, and dividing by a power of two rounds nothing that matters.
    const clipped = Math.min(Math.max(value, this.lower), this.upper);
    return Math.round(clipped / this.step) + 0;
  }

  /** Most that adding or removing one value changes a sum, in steps: the larger magnitude of the bounds. */
  get reach(): number {
    return Math.max(Math.abs(this.lowerSteps), Math.abs(this.upperSteps));
  }
}

function boundSteps(name: string, bound: number, step: number): number {
  const steps = bound / step;
  // A division that lost bits would not multiply back.
  if (!Number.isSafeInteger(steps) || steps * step !== bound) {
    throw new PrivacyError(
      `grid.${name}: expected a multiple of ${step}, less than 2^53 of them, got ${bound}`,
    );
  }
  return steps + 0;
}
