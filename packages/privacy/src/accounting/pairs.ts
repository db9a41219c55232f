/**
 * Mechanisms as a pair of distributions: P with one unit of privacy, Q without (dominating pairs, Zhu, Dong and Wang 2022).
 * What an accountant needs of a pair is how much of each lies where the loss ln(P / Q) is between two numbers.
 */

import { between, upperTail } from "./normal.ts";

/** Masses of P and of Q. */
export type Masses = readonly [p: number, q: number];

/** A pair whose loss is spread over an interval. */
export type SpreadPair = {
  readonly kind: "spread";
  /** Least and greatest loss; beyond them lies less than e^-50 of P and Q. */
  readonly least: number;
  readonly most: number;
  /** Mass of P, and of Q, above the greatest loss: it counts as infinite. */
  readonly beyond: number;
  /** Masses where the loss is above `from` and at most `to`; an end beyond `least` or `most` takes in all that is there. */
  masses(from: number, to: number): Masses;
};

/** A pair on whole numbers: finitely many losses, each with its masses. */
export type LatticePair = {
  readonly kind: "lattice";
  readonly losses: readonly (readonly [loss: number, ...Masses])[];
  /** Mass of P, and of Q, that is not among them: it counts as infinite loss. */
  readonly beyond: number;
};

/** A pair. */
export type Pair = SpreadPair | LatticePair;

/** Deviations beyond which a normal tail is below e^-50. */
const NORMAL_TAIL = 9.9;
/** Logarithm of the mass that lattices leave out at each side. */
const LOG_TAIL = 52;

/** The Gaussian mechanism: P = N(1, sigma^2), Q = N(0, sigma^2). */
export function gaussianPair(sigma: number): SpreadPair {
  const mu = 1 / sigma;
  const reach = NORMAL_TAIL * mu;
  // With x in standard deviations: loss = mu x - mu^2 / 2.
  const place = (loss: number): number => loss / mu + mu / 2;
  return {
    kind: "spread",
    least: -reach - (mu * mu) / 2,
    most: reach + (mu * mu) / 2,
    beyond: 2 * upperTail(NORMAL_TAIL),
    masses: (from, to) => {
      const [low, high] = [place(from), place(to)];
      return [between(low - mu, high - mu), between(low, high)];
    },
  };
}

/** The Laplace mechanism with scale b: P around 1, Q around 0. */
export function laplacePair(b: number): SpreadPair {
  const most = 1 / b;
  return {
    kind: "spread",
    least: -most,
    most,
    beyond: 0,
    masses: (from, to) => {
      // Up to 0 the loss is -1/b, from 1 on 1/b, in between (2x - 1) / b.
      let p = 0;
      let q = 0;
      if (from < -most && to >= -most) {
        p += Math.exp(-1 / b) / 2;
        q += 0.5;
      }
      if (from < most && to >= most) {
        p += 0.5;
        q += Math.exp(-1 / b) / 2;
      }
      const low = (1 + b * Math.max(-most, from)) / 2;
      const high = (1 + b * Math.min(most, to)) / 2;
      if (high > low) {
        const share = -Math.expm1(-(high - low) / b) / 2;
        p += Math.exp(-(1 - high) / b) * share;
        q += Math.exp(-low / b) * share;
      }
      return [p, q];
    },
  };
}

/** Discrete Laplace noise of scale t on a shift by `shift`. */
export function discreteLaplacePair(t: number, shift: number): LatticePair {
  const log = (n: number): number => -Math.abs(n) / t;
  // All outcomes at or beyond either end have the same loss: they are one.
  const scale = Math.tanh(1 / (2 * t));
  const losses: [number, number, number][] = [];
  const beyond = Math.exp(-1 / t) / (1 + Math.exp(-1 / t));
  losses.push([-shift / t, beyond * Math.exp(-shift / t), beyond]);
  for (let n = 0; n <= shift; n++) {
    const tail = n === shift;
    const weight = tail ? 1 / (1 + Math.exp(-1 / t)) : 0;
    const p = tail ? weight : scale * Math.exp(log(n - shift));
    const q = tail ? weight * Math.exp(-shift / t) : scale * Math.exp(log(n));
    losses.push([log(n - shift) - log(n), p, q]);
  }
  return { kind: "lattice", losses, beyond: 0 };
}

/** Discrete Gaussian noise with parameter sigma on a shift by `shift`. */
export function discreteGaussianPair(sigma: number, shift: number): LatticePair {
  const log = (n: number): number => -(n * n) / (2 * sigma * sigma);
  const reach = Math.ceil(sigma * Math.sqrt(2 * LOG_TAIL)) + shift;
  let total = 1;
  for (let n = reach; n >= 1; n--) total += 2 * Math.exp(log(n));
  const losses: [number, number, number][] = [];
  for (let n = -reach; n <= reach + shift; n++) {
    losses.push([
      (shift * (2 * n - shift)) / (2 * sigma * sigma),
      Math.exp(log(n - shift)) / total,
      Math.exp(log(n)) / total,
    ]);
  }
  // Beyond the reach the weights fall faster than geometrically, by at least e^(-reach / sigma^2) each.
  const ratio = -Math.expm1(-(reach - shift) / (sigma * sigma));
  return { kind: "lattice", losses, beyond: (2 * Math.exp(-LOG_TAIL)) / (total * ratio) };
}

/** Telling one of two with probability e^loss / (e^loss + 1) truly. */
export function responsePair(loss: number): LatticePair {
  const truth = 1 / (1 + Math.exp(-loss));
  const lie = 1 / (1 + Math.exp(loss));
  return {
    kind: "lattice",
    losses: [
      [-loss, lie, truth],
      [loss, truth, lie],
    ],
    beyond: 0,
  };
}

/** The same with P and Q exchanged: the unit is added instead of removed. */
export function exchanged(pair: Pair): Pair {
  if (pair.kind === "lattice") {
    const losses = pair.losses.map(([loss, p, q]) => [-loss, q, p] as const).reverse();
    return { kind: "lattice", losses, beyond: pair.beyond };
  }
  return {
    kind: "spread",
    least: -pair.most,
    most: -pair.least,
    beyond: pair.beyond,
    masses: (from, to) => {
      const [p, q] = pair.masses(-to, -from);
      return [q, p];
    },
  };
}

/** On a Poisson sample in which the unit takes part with probability `share`: P becomes (1 - share) Q + share P. */
export function sampled(pair: Pair, share: number): Pair {
  if (share === 1) return pair;
  const lossOf = (loss: number): number => Math.log1p(share * Math.expm1(loss));
  const mixed = ([p, q]: Masses): Masses => [(1 - share) * q + share * p, q];
  if (pair.kind === "lattice") {
    const losses = pair.losses.map(([loss, p, q]) => [lossOf(loss), ...mixed([p, q])] as const);
    return { kind: "lattice", losses, beyond: pair.beyond };
  }
  // Inverse of lossOf; below ln(1 - share) there is nothing.
  const before = (loss: number): number => {
    const inside = 1 + Math.expm1(loss) / share;
    return inside > 0 ? Math.log(inside) : Number.NEGATIVE_INFINITY;
  };
  return {
    kind: "spread",
    least: lossOf(pair.least),
    most: lossOf(pair.most),
    beyond: pair.beyond,
    masses: (from, to) => mixed(pair.masses(before(from), before(to))),
  };
}
