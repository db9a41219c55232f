/**
 * Attacks on the last bits of a double (Mironov 2012, Haney et al. 2022). A textbook mechanism adds floating-point noise to a
 * floating-point value; which doubles can come out depends on the value, and the exact bits tell which it was.
 */

import { PrivacyError } from "../errors.ts";
import { type Measured, share } from "./attacks.ts";

/** What {@link precisionAttack} takes. */
export type PrecisionOptions = {
  /** Whether a mechanism could have told this value if the truth were the other one. */
  readonly possible: (value: number) => boolean;
  /** Releases looked at, whole, at least 1. */
  readonly trials: number;
  /** Of the interval; default 0.95. */
  readonly confidence?: number;
};

/**
 * Share of releases whose bits alone prove that the truth is not the other one. For any epsilon-DP release this is 0.
 * @param draw - One release of the true value.
 */
export function precisionAttack(draw: () => number, options: PrecisionOptions): Measured {
  const { possible, trials, confidence = 0.95 } = options;
  if (!Number.isSafeInteger(trials) || trials < 1) {
    throw new PrivacyError(`trials: expected a whole number above 0, got ${trials}`);
  }
  let certain = 0;
  for (let i = 0; i < trials; i++) if (!possible(draw())) certain++;
  return share(certain, trials, confidence);
}

/**
 * Whether `truth` plus textbook Laplace noise can be this double: noise -scale * sign(v) * ln(1 - 2|v|) with v = u - 1/2 and u a
 * multiple of 2^-53, as random doubles of JavaScript engines are.
 */
export function textbookLaplaceTells(truth: number, scale: number): (value: number) => boolean {
  const unit = 2 ** -52;
  return (value) => {
    const away = Math.abs(value - truth);
    const near = Math.round(Math.exp(-away / scale) / unit);
    // exp and log round; the argument lies within a few units of what they give back.
    for (let offset = -6; offset <= 6; offset++) {
      const w = (near + offset) * unit;
      if (w > 0 && w <= 1 && -scale * Math.log(w) === away) return true;
    }
    return false;
  };
}

/** Whether a value lies on the grid of whole multiples of `step`: all that a release over integers can tell, for any truth. */
export function gridTells(step: number): (value: number) => boolean {
  return (value) => Number.isInteger(value / step);
}
