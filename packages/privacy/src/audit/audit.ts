/**
 * Empirical audit: runs a release many times on two neighbouring inputs and proves, with a stated confidence, that its privacy
 * loss is at least so much. A bound above what the release claims is a bug in the release; a bound below it proves nothing.
 *
 * One half of the runs chooses an event ("the score is at least t"), the other half counts it, so that the choice costs no
 * confidence; both counts get an exact one-sided bound (Clopper-Pearson), each wrong with half the allowed chance.
 */

import { PrivacyError } from "../errors.ts";
import { clopperPearson } from "./binomial.ts";
import { normalQuantile } from "./normal.ts";
import { ownScores, type Score } from "./scores.ts";

/** One run of a release on one of the two inputs: what its recipients see, finite numbers, always as many. */
export type Draw = () => number | readonly number[];

/** Options of {@link auditRelease}. */
export type AuditOptions = {
  /** Runs per input, half of them to choose the event: whole, at least 200. */
  readonly trials: number;
  /** Chance with which each bound holds, between 0.5 and 1; default 0.999. */
  readonly confidence?: number;
  /** Delta of the claim, 0 to below 1; default 0. Only the bound on epsilon uses it. */
  readonly delta?: number;
  /** Further looks at what was released, besides those of {@link ownScores}: an attack on its last bits, for instance. */
  readonly scores?: readonly Score[];
};

/** A proven lower bound and the event that proves it. */
export type AuditBound = {
  /** At least this much; 0 where nothing was shown. */
  readonly bound: number;
  /** The event, in words: "value >= 3.5". */
  readonly event: string;
  /** Which of the inputs makes the event likelier: 0 or 1. */
  readonly likelier: 0 | 1;
  /** How often it came on the counting half, of `trials / 2` runs each. */
  readonly hits: readonly [of0: number, of1: number];
  /** Lower bound of the likelier chance, upper bound of the other. */
  readonly chances: readonly [least: number, most: number];
};

/** What an audit found. */
export type AuditResult = {
  /** Runs per input that were made: what was asked for, without an odd one. */
  readonly trials: number;
  /** Chance with which each of the bounds holds by itself. */
  readonly confidence: number;
  /** Delta that the bound on epsilon allows for. */
  readonly delta: number;
  /** For claims of (epsilon, delta)-DP. */
  readonly epsilon: AuditBound;
  /**
   * For claims of mu-Gaussian-DP, which Gaussian noise meets with mu = sensitivity / sigma. It reaches where epsilon cannot: at
   * epsilon 20 no affordable number of runs sees the events that matter.
   */
  readonly mu: AuditBound;
  /** For claims of rho-zCDP. */
  readonly rho: AuditBound;
};

/** What a release promises; each named promise is compared with the bound of its kind. */
export type AuditClaim = {
  /** At the delta of the audit. */
  readonly epsilon?: number;
  /** Of Gaussian DP: sensitivity / sigma for Gaussian noise. */
  readonly mu?: number;
  /** Of zCDP. */
  readonly rho?: number;
};

type Kind = "epsilon" | "mu" | "rho";

/** An event before its words: scores on one side of a threshold. */
type Event = {
  readonly score: Score;
  readonly threshold: number;
  readonly above: boolean;
  readonly likelier: 0 | 1;
};

const OPTIONS = ["trials", "confidence", "delta", "scores"];
const LEAST_TRIALS = 200;
/** Thresholds tried per score, and events of each kind that get exact bounds on the choosing half. */
const THRESHOLDS = 400;
const FINALISTS = 12;

/**
 * Lower bounds of the privacy loss between two inputs that differ in one unit of privacy.
 * @param draw0 - Runs the release on one input; every run from scratch, with its own randomness.
 * @param draw1 - The same on the other.
 * @throws {PrivacyError} On wrong options, and on draws that are not finite or change their length.
 */
export function auditRelease(draw0: Draw, draw1: Draw, options: AuditOptions): AuditResult {
  const { trials, confidence = 0.999, delta = 0, scores = [] } = checkOptions(options);
  const half = Math.floor(trials / 2);
  const chosen0 = collect(draw0, half, null);
  const length = chosen0[0].length;
  const chosen1 = collect(draw1, half, length);
  const counted0 = collect(draw0, half, length);
  const counted1 = collect(draw1, half, length);
  const all = [...ownScores(chosen0, chosen1), ...scores];
  const alpha = (1 - confidence) / 2;
  const search = new Search(half, alpha, delta);
  for (const score of all) search.look(score, valuesOf(score, chosen0), valuesOf(score, chosen1));
  const prove = (kind: Kind): AuditBound => {
    const event = search.best(kind);
    const hits = [count(event, counted0), count(event, counted1)] as const;
    const [least] = clopperPearson(hits[event.likelier], half, alpha);
    const [, most] = clopperPearson(hits[1 - event.likelier], half, alpha);
    return {
      bound: lossOf(kind, least, most, delta),
      event: `${event.score.name} ${event.above ? ">=" : "<"} ${Number(event.threshold.toPrecision(6))}`,
      likelier: event.likelier,
      hits,
      chances: [least, most],
    };
  };
  return {
    trials: 2 * half,
    confidence,
    delta,
    epsilon: prove("epsilon"),
    mu: prove("mu"),
    rho: prove("rho"),
  };
}

/**
 * What an audit has against a claim, in sentences; empty: nothing. A release that keeps all its promises is accused with a chance
 * of at most 1 - confidence per promise.
 */
export function accusations(result: AuditResult, claim: AuditClaim): readonly string[] {
  const found: string[] = [];
  for (const kind of ["epsilon", "mu", "rho"] as const) {
    const promised = claim[kind];
    const { bound, event } = result[kind];
    if (promised !== undefined && bound > promised) {
      found.push(`${kind} is at least ${bound.toPrecision(4)}, claimed ${promised} (${event})`);
    }
  }
  return found;
}

function checkOptions(options: AuditOptions): AuditOptions {
  const unknown = Object.keys(options).find((key) => !OPTIONS.includes(key));
  if (unknown !== undefined) {
    throw new PrivacyError(`options: expected only ${OPTIONS.join(", ")}, got ${unknown}`);
  }
  const { trials, confidence = 0.999, delta = 0 } = options;
  if (!Number.isSafeInteger(trials) || trials < LEAST_TRIALS) {
    throw new PrivacyError(
      `trials: expected a whole number from ${LEAST_TRIALS} on, got ${trials}`,
    );
  }
  if (!(confidence > 0.5 && confidence < 1)) {
    throw new PrivacyError(`confidence: expected a number between 0.5 and 1, got ${confidence}`);
  }
  if (!(delta >= 0 && delta < 1)) {
    throw new PrivacyError(`delta: expected a number from 0 to below 1, got ${delta}`);
  }
  return options;
}

function collect(draw: Draw, runs: number, length: number | null): (readonly number[])[] {
  const seen: (readonly number[])[] = [];
  for (let i = 0; i < runs; i++) {
    const drawn = draw();
    const observation = typeof drawn === "number" ? [drawn] : drawn;
    const expected = length ?? seen[0]?.length ?? observation.length;
    if (expected === 0 || observation.length !== expected || !observation.every(Number.isFinite)) {
      throw new PrivacyError(
        `draw: expected ${Math.max(1, expected)} finite numbers, got ${observation.length} of them or others`,
      );
    }
    seen.push(observation);
  }
  return seen;
}

function valuesOf(score: Score, observations: readonly (readonly number[])[]): Float64Array {
  return Float64Array.from(observations, (observation) => {
    const value = score.of(observation);
    if (Number.isNaN(value)) throw new PrivacyError(`score ${score.name}: expected a number`);
    return value;
  });
}

function count(event: Event, observations: readonly (readonly number[])[]): number {
  let hits = 0;
  for (const value of valuesOf(event.score, observations)) {
    if (value >= event.threshold === event.above) hits++;
  }
  return hits;
}

/** Least privacy loss with which one chance can be `least` or more and the other `most` or less. */
function lossOf(kind: Kind, least: number, most: number, delta: number): number {
  if (!(least > most)) return 0;
  if (kind === "epsilon") return least > delta ? Math.max(0, Math.log((least - delta) / most)) : 0;
  if (kind === "mu") return normalQuantile(least) - normalQuantile(most);
  return concentratedLoss(least, most);
}

/**
 * Greatest D_alpha(Bernoulli(p), Bernoulli(q)) / alpha over orders alpha, for p > q: post-processing to one bit cannot raise the
 * divergence, so rho is at least this.
 */
export function concentratedLoss(p: number, q: number): number {
  let best = p * Math.log(p / q) + (p < 1 ? (1 - p) * Math.log((1 - p) / (1 - q)) : 0);
  for (let step = 1; step <= 60; step++) {
    const order = 1 + 0.02 * 1.2 ** step;
    const hit = order * Math.log(p) + (1 - order) * Math.log(q);
    const miss = p < 1 ? order * Math.log(1 - p) + (1 - order) * Math.log(1 - q) : -Infinity;
    const top = Math.max(hit, miss);
    const sum = top + Math.log(Math.exp(hit - top) + Math.exp(miss - top));
    best = Math.max(best, sum / (order - 1) / order);
  }
  return best;
}

/** Looks for the events with the best bounds on the choosing half. */
class Search {
  readonly #runs: number;
  readonly #alpha: number;
  readonly #delta: number;
  readonly #z: number;
  readonly #found: Record<Kind, { guess: number; event: Event; hits: readonly number[] }[]> = {
    epsilon: [],
    mu: [],
    rho: [],
  };

  constructor(runs: number, alpha: number, delta: number) {
    this.#runs = runs;
    this.#alpha = alpha;
    this.#delta = delta;
    this.#z = -normalQuantile(alpha);
  }

  look(score: Score, values0: Float64Array, values1: Float64Array): void {
    const sorted0 = values0.slice().sort();
    const sorted1 = values1.slice().sort();
    for (const threshold of thresholds(sorted0, sorted1)) {
      const above = [atLeast(sorted0, threshold), atLeast(sorted1, threshold)];
      for (const isAbove of [true, false]) {
        const hits = isAbove ? above : above.map((n) => this.#runs - n);
        const likelier = hits[1] > hits[0] ? 1 : 0;
        this.#consider({ score, threshold, above: isAbove, likelier }, hits);
      }
    }
  }

  /** Wilson's interval stands in for the exact one here: it orders events alike at a thousandth of the cost. */
  #consider(event: Event, hits: readonly number[]): void {
    const least = wilson(hits[event.likelier], this.#runs, -this.#z);
    const most = Math.max(
      wilson(hits[1 - event.likelier], this.#runs, this.#z),
      -Math.expm1(Math.log(this.#alpha) / this.#runs),
    );
    for (const kind of ["epsilon", "mu", "rho"] as const) {
      const guess = lossOf(kind, least, most, this.#delta);
      const list = this.#found[kind];
      if (list.length < FINALISTS || guess > list[list.length - 1].guess) {
        list.push({ guess, event, hits });
        list.sort((a, b) => b.guess - a.guess);
        list.length = Math.min(list.length, FINALISTS);
      }
    }
  }

  best(kind: Kind): Event {
    const exact = this.#found[kind].map(({ event, hits }) => {
      const [least] = clopperPearson(hits[event.likelier], this.#runs, this.#alpha);
      const [, most] = clopperPearson(hits[1 - event.likelier], this.#runs, this.#alpha);
      return { event, bound: lossOf(kind, least, most, this.#delta) };
    });
    return exact.reduce((a, b) => (b.bound > a.bound ? b : a)).event;
  }
}

/** Values at which the events are tried: by rank, closer together in both tails. */
function thresholds(sorted0: Float64Array, sorted1: Float64Array): number[] {
  const pooled = new Float64Array(sorted0.length + sorted1.length);
  pooled.set(sorted0);
  pooled.set(sorted1, sorted0.length);
  const unique = [...new Set(pooled.sort())];
  const last = unique.length - 1;
  if (last < THRESHOLDS) return unique;
  const ranks = new Set<number>();
  for (let i = 0; i <= THRESHOLDS / 2; i++) ranks.add(Math.round((2 * i * last) / THRESHOLDS));
  for (let i = 0; i < THRESHOLDS / 4; i++) {
    const near = Math.round(Math.expm1((4 * i * Math.log1p(last / 4)) / THRESHOLDS));
    ranks.add(near);
    ranks.add(last - near);
  }
  return [...ranks].map((rank) => unique[rank]);
}

/** How many of the sorted values are at least `threshold`. */
function atLeast(sorted: Float64Array, threshold: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < threshold) low = middle + 1;
    else high = middle;
  }
  return sorted.length - low;
}

/** Wilson's bound of a probability at `z` standard errors: the lower one for z below 0. */
function wilson(hits: number, runs: number, z: number): number {
  const p = hits / runs;
  const square = (z * z) / runs;
  const spread = z * Math.sqrt((p * (1 - p)) / runs + square / (4 * runs));
  return Math.min(1, Math.max(0, (p + square / 2 + spread) / (1 + square)));
}
