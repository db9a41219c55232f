/**
 * Privacy-loss distributions, rounded so that they never tell too little (Meiser and Mohammadi 2018; Koskela, Jälkö and Honkela
 * 2020). What lies between two points of a grid of losses is moved to these two so that both P's and Q's mass stay what they
 * are: the hockey-stick curve through the points, which is never below the true one (Doroshenko et al. 2022, "Connect the dots",
 * arXiv 2207.04380). What lies beyond the grid counts as an infinite loss.
 *
 * Composition is convolution, by FFT on a distribution tilted to the loss that matters (exponential tilting): then rounding errors are small
 * beside the tail that is summed, not beside 1. What the circle of the FFT folds over is bounded (Chernoff) and added.
 */

import { fft } from "./fft.ts";
import type { Pair } from "./pairs.ts";

/** Finest grid. Others are whole multiples of it, hence nested: a coarser one never gives less. */
export const FINEST = 1e-4;
/** Points of a grid, and of a transform, at most. */
const MOST_POINTS = 2 ** 18;
const MOST_TRANSFORM = 2 ** 19;
/** Half of a transform's width in standard deviations of the tilted sum. */
const REACH = 14;
/** Share by which delta is taken for greater than computed, and so much more per run: rounding errors of masses, widely. */
const SLACK = 1e-8;
const SLACK_PER_RUN = 1e-12;
/**
 * Mass per run that counts as infinite loss, at most so much of delta: what Google's accountant takes off the ends of its
 * distributions, so that no epsilon here is below one of its.
 */
const TRUNCATED_PER_RUN = 1e-15;
const MOST_TRUNCATED = 2e-3;
/** Unit roundoff of doubles. */
const ROUNDOFF = 2 ** -53;
/** Roundoffs per stage of a transform (Higham 2002, theorem 24.2, asks for 6.7), and per power and angle. */
const TRANSFORM_ROUNDOFFS = 8;
const POWER_ROUNDOFFS = 16;
/**
 * Losses from which e^-loss is less than the least double. Of an epsilon there (which protects nobody) all that is told is
 * the loss that is exceeded with probability delta.
 */
const VAST_LOSS = 745;
/** A tilt is steep enough when the sum's standard deviation has come down to so many steps. */
const NARROW = 4;
/** A tilt suits an epsilon that is at most so many standard deviations from its mean; of others gentler ones
 * are tried, until so many in a row were in vain. */
const SUITS = 3;
const MOST_VAIN = 10;

/** Masses on a grid. */
export type LossGrid = {
  /** Distance of grid points. */
  readonly step: number;
  /** First point, as a multiple of the step. */
  readonly first: number;
  /** Mass of P at each point, and its logarithm. */
  readonly masses: Float64Array;
  readonly logMasses: Float64Array;
  /** Mass of infinite loss. */
  readonly infinite: number;
};

/** Puts a pair on a grid. */
export function gridOf(pair: Pair, multiple: number): LossGrid {
  const step = FINEST * multiple;
  const [least, most] =
    pair.kind === "spread"
      ? [pair.least, pair.most]
      : [pair.losses[0][0], pair.losses[pair.losses.length - 1][0]];
  const first = Math.floor(least / step);
  const last = Math.max(first + 1, Math.ceil(most / step));
  const masses = new Float64Array(last - first + 1);
  // P's mass goes to both neighbours: u + v = p and u e^-a + v e^-b = q for losses a < b.
  const put = (interval: number, p: number, q: number): void => {
    if (p <= 0) return;
    const a = (first + interval) * step;
    const upper = Math.min(p, Math.max(0, (p - q * Math.exp(a)) / -Math.expm1(-step)));
    masses[interval] += p - upper;
    masses[interval + 1] += upper;
  };
  if (pair.kind === "spread") {
    for (let i = 0; i + 1 < masses.length; i++) {
      const from = i === 0 ? Number.NEGATIVE_INFINITY : (first + i) * step;
      put(i, ...pair.masses(from, (first + i + 1) * step));
    }
  } else {
    for (const [loss, p, q] of pair.losses) {
      put(Math.min(masses.length - 2, Math.max(0, Math.floor(loss / step) - first)), p, q);
    }
  }
  const logMasses = masses.map((mass) => Math.log(mass));
  return { step, first, masses, logMasses, infinite: pair.beyond };
}

/** Least whole multiple of the finest step with which a pair fits a grid. */
export function multipleFor(pair: Pair): number {
  const width =
    pair.kind === "spread"
      ? pair.most - pair.least
      : pair.losses[pair.losses.length - 1][0] - pair.losses[0][0];
  return Math.max(1, Math.ceil(width / FINEST / MOST_POINTS));
}

/** Least epsilon, from 0 on, whose delta is not exceeded by `count` runs of a pair; Infinity where there is none. */
export function composedEpsilon(pair: Pair, count: number, delta: number): number {
  let multiple = multipleFor(pair);
  for (;;) {
    const grid = gridOf(pair, multiple);
    const infinite = -Math.expm1(count * Math.log1p(-grid.infinite));
    const exact = delta / (1 + SLACK + count * SLACK_PER_RUN) - infinite;
    if (exact <= 0) return Number.POSITIVE_INFINITY;
    if (count === 1) return epsilonOf(lossesOf(grid), exact);
    const room = exact - Math.min(count * TRUNCATED_PER_RUN, exact * MOST_TRUNCATED);
    const whole = count * (grid.masses.length - 1) + 1;
    const tilt = tiltFor(grid, count, room);
    const points = pointsFor(tilt, grid, whole);
    if (points <= MOST_TRANSFORM) return leastOf(grid, count, room, tilt, whole);
    multiple *= Math.ceil(points / MOST_TRANSFORM);
  }
}

/** Points for the whole sum, or for the part of it that is not negligible under the tilt. */
function pointsFor({ deviation }: Tilt, { step }: LossGrid, whole: number): number {
  return Math.min(whole, (2 * REACH * deviation) / step);
}

/** Every tilt gives a bound that holds; the least of some. */
function leastOf(grid: LossGrid, count: number, room: number, first: Tilt, whole: number): number {
  const top = count * (grid.first + grid.masses.length - 1) * grid.step;
  let tilt = first;
  let least = composedFrom(grid, count, room, tilt, whole);
  for (let vain = 0; vain < MOST_VAIN; vain++) {
    // Near the greatest loss of all sums are no longer normal, and steep tilts leave nothing of what lies below it.
    const mean = count * tilt.mean;
    const near = SUITS * tilt.deviation;
    if (mean + near < top && mean - near <= least) break;
    tilt = tiltAt(grid, count, tilt.theta / 2);
    if (pointsFor(tilt, grid, whole) > MOST_TRANSFORM) break;
    const found = composedFrom(grid, count, room, tilt, whole);
    if (found < least) vain = -1;
    least = Math.min(least, found);
  }
  return Math.max(0, Math.min(least, top));
}

/** Losses, falling, with logarithms of their masses. */
type Losses = { readonly loss: Float64Array; readonly logMass: Float64Array };

function lossesOf({ step, first, logMasses }: LossGrid): Losses {
  const n = logMasses.length;
  return {
    loss: Float64Array.from({ length: n }, (_, i) => (first + n - 1 - i) * step),
    logMass: logMasses.toReversed(),
  };
}

/** Least epsilon with sum of mass * (1 - e^(epsilon - loss)) over losses above it at most `room`. */
function epsilonOf({ loss, logMass }: Losses, room: number): number {
  // upper: the mass above; lower: its sum of e^(reference - loss), the reference being the newest loss, against underflow.
  let upper = 0;
  let lower = 0;
  for (let i = 0; i < loss.length; i++) {
    const previous = i === 0 ? loss[0] : loss[i - 1];
    if (previous > VAST_LOSS && upper > room) return previous;
    if (i > 0) {
      // Between loss[i] and loss[i - 1] the curve is upper - e^(epsilon - previous) lower.
      const epsilon =
        upper > room ? previous + Math.log((upper - room) / lower) : Number.NEGATIVE_INFINITY;
      if (epsilon >= loss[i]) return Math.max(0, epsilon);
    }
    lower *= Math.exp(loss[i] - previous);
    const mass = Math.exp(logMass[i]);
    upper += mass;
    lower += mass;
    if (loss[i] <= 0) {
      // From here on only epsilon = 0 is of interest.
      return upper - lower * Math.exp(-loss[i]) <= room
        ? 0
        : Math.max(0, loss[i] + Math.log((upper - room) / lower));
    }
  }
  return upper > room ? Math.max(0, loss[loss.length - 1] + Math.log((upper - room) / lower)) : 0;
}

/** How a distribution is tilted: masses times e^(theta loss - log). */
type Tilt = {
  readonly theta: number;
  /** Logarithm of the moment generating function at theta. */
  readonly log: number;
  /** Mean of one tilted loss, and standard deviation of the sum of all. */
  readonly mean: number;
  readonly deviation: number;
};

/** The tilt under which the wanted epsilon lies in the middle: where Chernoff's bound of delta is about `room`. */
function tiltFor(grid: LossGrid, count: number, room: number): Tilt {
  const wanted = Math.log(room);
  let low = 0;
  let high = 1;
  const bound = (theta: number): number => {
    const { log, mean, deviation } = tiltAt(grid, count, theta);
    return deviation < NARROW * grid.step ? wanted : count * (log - theta * mean);
  };
  while (bound(high) > wanted) high *= 2;
  while (high - low > 1e-3 * high) {
    const theta = (low + high) / 2;
    if (bound(theta) > wanted) low = theta;
    else high = theta;
  }
  return tiltAt(grid, count, high);
}

function tiltAt({ step, first, logMasses }: LossGrid, count: number, theta: number): Tilt {
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < logMasses.length; i++) {
    most = Math.max(most, logMasses[i] + theta * (first + i) * step);
  }
  let [sum, mean, squares] = [0, 0, 0];
  for (let i = 0; i < logMasses.length; i++) {
    const loss = (first + i) * step;
    const weight = Math.exp(logMasses[i] + theta * loss - most);
    sum += weight;
    mean += weight * loss;
    squares += weight * loss * loss;
  }
  mean /= sum;
  const variance = Math.max(0, squares / sum - mean * mean);
  return { theta, log: most + Math.log(sum), mean, deviation: Math.sqrt(count * variance) };
}

function composedFrom(
  grid: LossGrid,
  count: number,
  room: number,
  tilt: Tilt,
  whole: number,
): number {
  const { step, first, logMasses } = grid;
  const { theta, log, mean, deviation } = tilt;
  const fits = whole <= MOST_TRANSFORM;
  let n = 1024;
  while (n < (fits ? whole : (2 * REACH * deviation) / step)) n *= 2;
  const center = fits ? first : Math.round(mean / step);
  const re = new Float64Array(n);
  const im = new Float64Array(n);
  for (let i = 0; i < logMasses.length; i++) {
    const at = (((first + i - center) % n) + n) % n;
    re[at] += Math.exp(logMasses[i] + theta * (first + i) * step - log);
  }
  const roundoff = TRANSFORM_ROUNDOFFS * Math.log2(n) * ROUNDOFF;
  // The length of a transform is sqrt(n) times that of what is transformed.
  const before = roundoff * Math.sqrt(n) * lengthOf(re);
  fft(re, im, false);
  let errors = 0;
  for (let i = 0; i < n; i++) {
    const from = Math.hypot(re[i], im[i]);
    const size = from ** count;
    errors += count * (before * (from + before) ** (count - 1) + POWER_ROUNDOFFS * ROUNDOFF * size);
    const angle = Math.atan2(im[i], re[i]) * count;
    re[i] = size * Math.cos(angle);
    im[i] = size * Math.sin(angle);
  }
  fft(re, im, true);
  const error = errors / n + roundoff * lengthOf(re);
  const folded = fits ? 0 : foldedMass(grid, count, tilt, (n * step) / 2);
  const top = fits ? n - 1 : n / 2 - 1;
  const loss = new Float64Array(n);
  const logMass = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const at = top - i;
    loss[i] = (count * center + at) * step;
    const mass = Math.max(0, re[(at + n) % n]) + error + (i === 0 ? folded : 0);
    logMass[i] = Math.log(mass) + count * log - theta * loss[i];
  }
  // Folded mass is put where an untilted loss weighs most: at the wanted epsilon itself, as an infinite loss.
  const lost = folded * Math.exp(Math.min(0, count * log - theta * count * mean));
  return epsilonOf({ loss, logMass }, room - lost);
}

/** Euclidean length, with room for what inverse transforms leave in imaginary parts. */
function lengthOf(values: Float64Array): number {
  return 1.01 * Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}

/** Bound of the tilted mass further than `reach` from the mean (Chernoff, both sides). */
function foldedMass(grid: LossGrid, count: number, tilt: Tilt, reach: number): number {
  const away =
    reach - Math.abs(count * tilt.mean - count * Math.round(tilt.mean / grid.step) * grid.step);
  let best = 0;
  for (const side of [1, -1]) {
    let least = 0;
    for (const deviations of [2, 4, 8, 12, 16]) {
      const s = (side * deviations) / tilt.deviation;
      const { log } = tiltAt(grid, count, tilt.theta + s);
      least = Math.min(least, count * (log - tilt.log - s * tilt.mean) - Math.abs(s) * away);
    }
    best += Math.exp(least);
  }
  return best;
}
