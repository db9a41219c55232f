/**
 * A public, non-linear, one-to-one lift of released values into more dimensions. It is **obfuscation, not privacy**: whoever
 * knows the formula, which is public, undoes it with {@link Embedding.invert}, and no bound on what can be learned gets better
 * by it; hence {@link Embedding.epsilonCredit} is 0. What it buys: somebody who compares lifted values by distance, without
 * undoing the lift, finds neighbours less often. What it costs: more numbers to send, and a little arithmetic.
 *
 * The formula is our own, in the spirit of what TADP-RME (arXiv 2604.08113) calls a reverse manifold embedding; it is not that
 * paper's. It is a function of a public seed and sees no data, so that a lifted release is post-processing.
 *
 * With u = y / scale in d coordinates, D the target, H = ceil(D / 2), and for each round r public R_r (orthogonal, D x D) and phases
 * p_r (D - H numbers of [0, 2 pi)):
 *
 *     h = (u, 0, ..., 0)
 *     for r = 0 .. rounds-1:  h = R_r h;  A = h[0 .. H-1], B = h[H .. D-1]
 *                             B_i += amplitude * sin(frequency * A_i + p_r,i)        winds the values around a torus
 *                             B_i += A_i^2 / 8                                       first round only: folds them over a paraboloid
 *
 * Every line has an inverse (R_r is orthogonal; A stays as it is while B is moved), so the whole has one, and the last D - d
 * coordinates of what it gives back are 0: what is left there is rounding, or a sign that the input was no lifted value.
 */

import { PrivacyError } from "../errors.ts";
import { dot, orthonormal } from "../linear.ts";

/** Options of {@link createEmbedding}; all of them are public and fixed before data is seen. */
export type EmbeddingOptions = {
  /** d: numbers of a release, 1 to 256. */
  readonly dimension: number;
  /** D: numbers of a lifted release, above `dimension`, up to 512. */
  readonly target: number;
  /** Whole, 0 to 2^32 - 1. Not a secret. */
  readonly seed: number;
  /** A change of a value that counts as large, in its unit, above 0: the lift winds over some tenths of it. Default 1. */
  readonly scale?: number;
  /** 1 to 8; default 3. */
  readonly rounds?: number;
  /** Height of the waves in scales, 0 to 100; default 2. */
  readonly amplitude?: number;
  /** Radians per scale, 0 to 1000; default 8. */
  readonly frequency?: number;
};

/** What {@link Embedding.invert} finds. */
export type Inverted = {
  /** The values that were lifted. */
  readonly values: readonly number[];
  /**
   * How far the input was from any lifted value, in scales: for a lifted one only rounding, which grows by up to
   * 1 + amplitude * frequency per round; 1e-12 with the defaults and values of some scales.
   */
  readonly residual: number;
};

/** A lift and its inverse. */
export type Embedding = {
  /** Privacy that it adds: none. The type says so, too. */
  readonly epsilonCredit: 0;
  /** What it was made of, defaults filled in: whoever has these can undo the lift. */
  readonly options: Required<EmbeddingOptions>;
  /**
   * Lifts released values: call it on what was noised, never on private values.
   * @throws {PrivacyError} If they are not `dimension` finite numbers.
   */
  lift(values: readonly number[]): number[];
  /**
   * Undoes {@link Embedding.lift}; anybody can.
   * @throws {PrivacyError} If they are not `target` finite numbers.
   */
  invert(lifted: readonly number[]): Inverted;
};

const LIMITS = {
  dimension: { least: 1, most: 256, whole: true },
  target: { least: 2, most: 512, whole: true },
  seed: { least: 0, most: 2 ** 32 - 1, whole: true },
  scale: { least: Number.MIN_VALUE, most: 1e100, whole: false },
  rounds: { least: 1, most: 8, whole: true },
  amplitude: { least: 0, most: 100, whole: false },
  frequency: { least: 0, most: 1000, whole: false },
} as const;

type Round = { readonly rotation: readonly number[][]; readonly phases: readonly number[] };

/**
 * Makes the lift of the file's formula.
 * @throws {PrivacyError} On options that are unknown or out of range.
 */
export function createEmbedding(options: EmbeddingOptions): Embedding {
  const checked = checkOptions(options);
  const { dimension, target, scale, amplitude, frequency } = checked;
  const kept = Math.ceil(target / 2);
  const rounds = roundsOf(checked);
  const wave = (round: number, h: readonly number[], i: number): number => {
    const a = h[i];
    const fold = round === 0 ? (a * a) / 8 : 0;
    return amplitude * Math.sin(frequency * a + rounds[round].phases[i]) + fold;
  };
  return {
    epsilonCredit: 0,
    options: checked,
    lift(values) {
      checkNumbers(values, dimension, "values");
      let h = Array.from({ length: target }, (_, i) => (i < dimension ? values[i] / scale : 0));
      rounds.forEach(({ rotation }, r) => {
        h = rotation.map((row) => dot(row, h));
        for (let i = 0; i < target - kept; i++) h[kept + i] += wave(r, h, i);
      });
      return h;
    },
    invert(lifted) {
      checkNumbers(lifted, target, "lifted");
      let h = [...lifted];
      for (let r = rounds.length - 1; r >= 0; r--) {
        for (let i = 0; i < target - kept; i++) h[kept + i] -= wave(r, h, i);
        const { rotation } = rounds[r];
        h = h.map((_, i) => rotation.reduce((sum, row, j) => sum + row[i] * h[j], 0));
      }
      const rest = h.slice(dimension);
      return {
        values: h.slice(0, dimension).map((value) => value * scale),
        residual: Math.sqrt(dot(rest, rest)),
      };
    },
  };
}

function checkOptions(options: EmbeddingOptions): Required<EmbeddingOptions> {
  const unknown = Object.keys(options).find((key) => !Object.hasOwn(LIMITS, key));
  if (unknown !== undefined) {
    const known = Object.keys(LIMITS).join(", ");
    throw new PrivacyError(`embedding: expected only ${known}, got ${unknown}`);
  }
  const all = { scale: 1, rounds: 3, amplitude: 2, frequency: 8, ...options };
  for (const [key, { least, most, whole }] of Object.entries(LIMITS)) {
    const value: unknown = all[key as keyof typeof LIMITS];
    const fits = typeof value === "number" && value >= least && value <= most;
    if (!fits || (whole && !Number.isInteger(value))) {
      const kind = whole ? "a whole number" : "a number";
      throw new PrivacyError(
        `embedding.${key}: expected ${kind} from ${least} to ${most}, got ${String(value)}`,
      );
    }
  }
  if (all.target <= all.dimension) {
    throw new PrivacyError(
      `embedding.target: expected more than dimension ${all.dimension}, got ${all.target}`,
    );
  }
  return Object.freeze(all);
}

function checkNumbers(values: readonly number[], length: number, at: string): void {
  if (values.length !== length || !values.every(Number.isFinite)) {
    throw new PrivacyError(
      `${at}: expected ${length} finite numbers, got ${values.length} of them or others`,
    );
  }
}

/** Rotations and phases from the seed, by SplitMix32: the same on every machine. */
function roundsOf({ target, seed, rounds }: Required<EmbeddingOptions>): Round[] {
  let state = seed >>> 0;
  const unit = (): number => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return ((z ^ (z >>> 16)) >>> 0) / 2 ** 32;
  };
  return Array.from({ length: rounds }, () => {
    let rotation: number[][] | null = null;
    while (rotation === null) {
      rotation = orthonormal(
        Array.from({ length: target }, () => Array.from({ length: target }, () => 2 * unit() - 1)),
      );
    }
    const phases = Array.from({ length: Math.floor(target / 2) }, () => 2 * Math.PI * unit());
    return { rotation, phases };
  });
}
