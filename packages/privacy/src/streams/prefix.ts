/**
 * Continual release: after every slot of a stream, the sum of all slots so far, for one budget.
 *
 * The mechanism. With the whole matrix M of the strategy (see factors.ts), every measured number (M x)_i gets its own discrete
 * Gaussian noise z_i of variance parameter s^2 / (2 rho), s^2 the exact squared sensitivity of M. All of it is on whole numbers. The
 * prefix sums told are computed from the noisy numbers y = M x + z and public weights, by floating-point arithmetic.
 *
 * Why it is rho-zCDP. Let two streams differ in what one unit changes. Given all y before it, y_i is a discrete Gaussian mechanism for
 * (M x)_i, and what the unit changes there is a whole number d_i that does not depend on y: its cost is d_i^2 rho / s^2 (Canonne, Kamath
 * and Steinke 2020, theorem 4), also if later slots are chosen after seeing earlier answers. Costs add up (composition of zCDP) to
 * rho times the sum of d_i^2 over s^2, which is at most rho. The sums told are functions of y alone, so rounding them, or
 * computing with rounded weights, costs nothing. (Adding correlated noise B z to the true sums would be another matter: rounding B z
 * shifts noise off its grid, and the last bits tell.)
 *
 * What must stay secret. Entries hold the true slots beside the noisy numbers: whoever reads them knows everything. Keep them as
 * secret as the data itself.
 */

import { PrivacyError } from "../errors.ts";
import type { RandomSource } from "../random/source.ts";
import { systemRandom } from "../random/system.ts";
import { GaussianSampler } from "../sampling/gaussian.ts";
import {
  checkHorizon,
  checkStrategy,
  coefficients,
  completedBy,
  decoded,
  levels,
  nodesOf,
  type Strategy,
  sensitivitySquared,
  UNIT,
} from "./factors.ts";

/** What a {@link PrefixStream} is made of. All but the source is public, fixed before data was seen. */
export type StreamOptions = {
  /** Default `square-root`; the others are baselines. */
  readonly strategy?: Strategy;
  /** Slots of the stream, whole, 1 to 2^20. It ends then; a new stream is a new budget. */
  readonly horizon: number;
  /** Budget of the whole stream, zCDP's rho, above 0. */
  readonly rho: number;
  /** Bounds of a slot in steps, safe integers; slots beyond are clipped. */
  readonly lower: number;
  /** Greatest value of a slot, in steps. */
  readonly upper: number;
  /** Most that one unit changes one slot, in steps; whole, at least 1. */
  readonly sensitivity: number;
  /** Most slots that one unit lies in, whole, 1 to `horizon`; default 1. */
  readonly slotsPerUnit?: number;
  /** One step in the value's unit, above 0; default 1. */
  readonly step?: number;
  /** The unit of privacy in words: "one 15-minute slot of one camera". */
  readonly unit: string;
  /** Default: the operating system's. */
  readonly random?: RandomSource;
};

/** A slot as it is kept. Secret: it holds the true value. One JSON object of a few hundred bytes. */
export type StreamEntry = {
  /** The public options in one line; an entry belongs to streams with the same only. */
  readonly stream: string;
  /** Number of the slot, from 0. */
  readonly slot: number;
  /** True value, clipped, in steps. */
  readonly steps: number;
  /** Noisy numbers that the slot completed, decimal. */
  readonly noisy: readonly string[];
};

/** What may be told of a slot. */
export type StreamRelease = {
  /** Number of the last slot in the sum, from 0. */
  readonly slot: number;
  /** Noisy sum of the slots 0 to `slot`, in the value's unit. */
  readonly value: number;
  /** Standard deviation of its noise, in the value's unit. */
  readonly deviation: number;
  /** The unit of privacy, in words. */
  readonly unit: string;
};

const OPTIONS = [
  "strategy",
  "horizon",
  "rho",
  "lower",
  "upper",
  "sensitivity",
  "slotsPerUnit",
  "step",
  "unit",
  "random",
];
/** Sums of products stay below this. */
const EXACT = 2 ** 52;
const WHOLE = /^-?\d{1,400}$/;

/** Tells the running sum of a stream; one per stream. Takes memory and, per slot, time in proportion to the slots so far. */
export class PrefixStream {
  readonly #strategy: Strategy;
  readonly #horizon: number;
  readonly #lower: number;
  readonly #upper: number;
  readonly #step: number;
  readonly #unit: string;
  readonly #name: string;
  readonly #random: RandomSource;
  readonly #sampler: GaussianSampler;
  readonly #sigma: number;
  readonly #entries: StreamEntry[] = [];
  readonly #releases: StreamRelease[] = [];
  #pending: StreamEntry | null = null;
  /** Square root: coefficients, weights of the decoder, noisy numbers, and the slots in limbs whose sums of products are exact. */
  readonly #g: Float64Array;
  readonly #b: Float64Array;
  readonly #y: Float64Array;
  readonly #limbs: readonly Float64Array[];
  readonly #limb: number;
  #power = 0;
  /** Tree: true sums of the nodes under way, and the last noisy node per level. */
  readonly #open: bigint[];
  readonly #nodes = new Map<number, number>();
  /** Independent: noisy sum so far. */
  #sum = 0;

  /**
   * @param entries - Slots that were told before, in order, to go on after a restart without drawing anything twice.
   * @throws {PrivacyError} On wrong options, and on entries that are not this stream's.
   */
  constructor(options: StreamOptions, entries: Iterable<StreamEntry> = []) {
    const checked = checkOptions(options);
    const { strategy, horizon, rho, lower, upper, sensitivity, slotsPerUnit, step, unit } = checked;
    this.#strategy = strategy;
    this.#horizon = horizon;
    this.#lower = lower;
    this.#upper = upper;
    this.#step = step;
    this.#unit = unit;
    this.#name = JSON.stringify(checked);
    this.#random = options.random ?? systemRandom;
    const square = sensitivitySquared(strategy, horizon, slotsPerUnit) * BigInt(sensitivity) ** 2n;
    const [over, under] = fractionOf(rho);
    this.#sampler = new GaussianSampler(square * under, 2n * over);
    const grid = strategy === "square-root" ? UNIT : 1;
    this.#sigma = (Math.sqrt(Number(square) / (2 * rho)) / grid) * step;
    const kept = strategy === "square-root" ? horizon : 0;
    this.#g = coefficients(kept);
    this.#b = new Float64Array(kept);
    this.#y = new Float64Array(kept);
    this.#limb = 2 ** Math.floor(Math.log2(EXACT / this.#g.reduce((sum, g) => sum + g, 1)));
    const most = Math.max(Math.abs(lower), Math.abs(upper));
    const count = Math.max(1, Math.ceil(Math.log2(most + 1) / Math.log2(this.#limb)));
    this.#limbs = Array.from({ length: count }, () => new Float64Array(kept));
    this.#open = Array.from({ length: strategy === "tree" ? levels(horizon) : 0 }, () => 0n);
    this.#restore(entries);
  }

  /** Slots told so far: the number of the next one. */
  get slots(): number {
    return this.#entries.length;
  }

  /** All entries, in order. Secret. */
  get entries(): readonly StreamEntry[] {
    return this.#entries;
  }

  /**
   * Tells the sum after a slot. A slot that was told before is told again as it was, whatever `steps` says now.
   *
   * @param slot - The next slot, or an earlier one.
   * @param steps - Value of the slot in steps; clipped to the bounds and rounded. Null, NaN and other types: the value nearest to 0.
   * @param keep - Makes the entry durable; called before the value is told, not for repeats. If it throws, nothing is told, and the
   * next call for this slot keeps the same entry again: noise is drawn once.
   * @throws {PrivacyError} For a slot after the next one, and beyond the horizon.
   */
  tell(slot: number, steps: number | null, keep: (entry: StreamEntry) => void): StreamRelease {
    if (!(Number.isInteger(slot) && slot >= 0 && slot <= this.slots && slot < this.#horizon)) {
      const next = Math.min(this.slots, this.#horizon - 1);
      throw new PrivacyError(
        `slot: expected one from 0 to ${next} of a stream of ${this.#horizon}, got ${slot}`,
      );
    }
    if (slot < this.slots) return this.#releases[slot];
    this.#pending ??= this.#draw(slot, this.#clip(steps));
    keep(this.#pending);
    const entry = this.#pending;
    this.#pending = null;
    return this.#take(entry);
  }

  #clip(steps: unknown): number {
    const value = typeof steps === "number" && !Number.isNaN(steps) ? steps : 0;
    return Math.round(Math.min(Math.max(value, this.#lower), this.#upper)) + 0;
  }

  /** The entry of a slot with fresh noise. Changes nothing that a second call would count twice. */
  #draw(slot: number, steps: number): StreamEntry {
    const noisy = this.#measured(slot, steps).map((number) =>
      String(number + this.#sampler.next(this.#random)),
    );
    return { stream: this.#name, slot, steps, noisy };
  }

  /** True numbers that a slot completes. */
  #measured(slot: number, steps: number): bigint[] {
    if (this.#strategy === "independent") return [BigInt(steps)];
    if (this.#strategy === "tree") {
      const value = BigInt(steps);
      return completedBy(slot).map(({ level }) => this.#open[level] + value);
    }
    this.#place(slot, steps);
    const g = this.#g;
    let measured = 0n;
    for (const limb of this.#limbs.toReversed()) {
      let sum = 0;
      for (let k = 0; k <= slot; k++) sum += g[k] * limb[slot - k];
      measured = measured * BigInt(this.#limb) + BigInt(sum);
    }
    return [measured];
  }

  /** Writes a slot into the limbs, least first; all limbs have its sign. */
  #place(slot: number, steps: number): void {
    let rest = steps;
    for (const limb of this.#limbs) {
      limb[slot] = (rest % this.#limb) + 0;
      rest = Math.trunc(rest / this.#limb);
    }
  }

  /** Takes an entry in, and computes what is told from its noisy numbers alone. */
  #take(entry: StreamEntry): StreamRelease {
    const { slot, steps, noisy } = entry;
    let sum = 0;
    let terms = 0;
    if (this.#strategy === "square-root") {
      this.#place(slot, steps);
      const b = this.#b;
      const y = this.#y;
      b[slot] = decoded(this.#g, b, slot);
      y[slot] = Number(noisy[0]);
      for (let k = 0; k <= slot; k++) sum += b[k] * y[slot - k];
      sum /= UNIT;
      this.#power += b[slot] ** 2;
      terms = this.#power;
    } else if (this.#strategy === "tree") {
      completedBy(slot).forEach(({ level }, i) => {
        this.#nodes.set(level, Number(noisy[i]));
      });
      const completed = noisy.length;
      for (let level = 0; level < this.#open.length; level++) {
        this.#open[level] = level < completed ? 0n : this.#open[level] + BigInt(steps);
      }
      for (const { level } of nodesOf(slot)) sum += this.#nodes.get(level) ?? Number.NaN;
      terms = nodesOf(slot).length;
    } else {
      this.#sum += Number(noisy[0]);
      sum = this.#sum;
      terms = slot + 1;
    }
    const deviation = this.#sigma * Math.sqrt(terms);
    const release = { slot, value: sum * this.#step, deviation, unit: this.#unit };
    this.#entries.push(entry);
    this.#releases.push(release);
    return release;
  }

  #restore(entries: Iterable<StreamEntry>): void {
    for (const entry of entries) {
      const slot = this.slots;
      const wrong = this.#wrong(entry, slot);
      if (wrong !== null) throw new PrivacyError(`entries: expected slot ${slot}, got ${wrong}`);
      if (entry.slot === slot) this.#take(entry);
    }
  }

  /** What is wrong with an entry, without any value of it; null: nothing. */
  #wrong(entry: StreamEntry, slot: number): string | null {
    if (entry.stream !== this.#name) return "one of a stream with other options";
    if (!Number.isInteger(entry.slot) || entry.slot < 0) return "one without a number";
    if (entry.slot < slot) {
      // The same entry twice is what a write leaves that failed after it took hold.
      const known = this.#entries[entry.slot];
      return JSON.stringify(known) === JSON.stringify(entry)
        ? null
        : `a second one of slot ${entry.slot} that differs`;
    }
    if (entry.slot > slot) return `slot ${entry.slot}`;
    if (slot >= this.#horizon) return "one beyond the horizon";
    if (
      !Number.isSafeInteger(entry.steps) ||
      entry.steps < this.#lower ||
      entry.steps > this.#upper
    ) {
      return "one with a value out of bounds";
    }
    const numbers = this.#strategy === "tree" ? completedBy(slot).length : 1;
    if (
      !Array.isArray(entry.noisy) ||
      entry.noisy.length !== numbers ||
      !entry.noisy.every((text) => typeof text === "string" && WHOLE.test(text))
    ) {
      return `one without its ${numbers} noisy numbers`;
    }
    return null;
  }
}

type Checked = Required<Omit<StreamOptions, "random">>;

function checkOptions(options: StreamOptions): Checked {
  const unknown = Object.keys(options).find((key) => !OPTIONS.includes(key));
  if (unknown !== undefined) {
    throw new PrivacyError(`options: expected only ${OPTIONS.join(", ")}, got ${unknown}`);
  }
  const { strategy = "square-root", horizon, rho, lower, upper, sensitivity } = options;
  const { slotsPerUnit = 1, step = 1, unit } = options;
  checkStrategy(strategy);
  checkHorizon(horizon);
  const need = (right: boolean, name: string, expected: string, got: unknown): void => {
    if (!right) throw new PrivacyError(`${name}: expected ${expected}, got ${String(got)}`);
  };
  need(rho > 0 && Number.isFinite(rho), "rho", "a number above 0", rho);
  need(Number.isSafeInteger(lower), "lower", "a safe integer", lower);
  need(Number.isSafeInteger(upper) && upper > lower, "upper", "a safe integer above lower", upper);
  need(
    Number.isSafeInteger(sensitivity) && sensitivity >= 1,
    "sensitivity",
    "a whole number of steps above 0",
    sensitivity,
  );
  need(
    Number.isInteger(slotsPerUnit) && slotsPerUnit >= 1 && slotsPerUnit <= horizon,
    "slotsPerUnit",
    `a whole number from 1 to ${horizon}`,
    slotsPerUnit,
  );
  need(step > 0 && Number.isFinite(step), "step", "a number above 0", step);
  need(
    typeof unit === "string" && unit.trim() !== "",
    "unit",
    "the unit of privacy in words",
    JSON.stringify(unit),
  );
  return { strategy, horizon, rho, lower, upper, sensitivity, slotsPerUnit, step, unit };
}

/** A positive double as the fraction that it is. */
function fractionOf(value: number): readonly [bigint, bigint] {
  let denominator = 1n;
  let scaled = value;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    denominator *= 2n;
  }
  return [BigInt(scaled), denominator];
}
