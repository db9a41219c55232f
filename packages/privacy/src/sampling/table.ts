/**
 * Exact draws from laws P(n) proportional to f(n) = exp(-cost(n)), fast for every scale.
 *
 * Rejection from a staircase above the law. The magnitudes 0 to T - 1 are cut into blocks of B = 2^b; block i has a weight W_i,
 * a whole number of 2^-32 parts, with W_i >= kappa f(i B) for one whole number kappa. All else that a draw can fall on is the
 * tail (below) and a rest that makes the weights 2^32 together and starts over. A draw takes a block by its weight (Walker's
 * alias table over whole numbers: no rounding), a place in it by b bits, a sign by one, and keeps the magnitude n with probability
 * p = kappa f(n) / W_i <= 1. So n comes out in proportion to W_i / B * p = kappa f(n) / B, whatever the weights are: they set the
 * speed, never the law.
 *
 * The coin with probability p is decided by 31 bits of a uniform number against a bound of p that holds for the whole block,
 * computed when the table is made; it decides all but some thousandths. For the others p itself is computed, to as many digits as
 * it takes ({@link uniformBelow}). No floating-point number takes part; numbers of type number are whole and below 2^53.
 *
 * The tail, weight W_t, has blocks j = 0, 1, ... of T 2^j to T 2^(j+1) - 1, taken with probability 2^-(j+1). There
 * p = kappa f(n) (T / B) 2^(2j+1) / W_t, with W_t >= 2 kappa f(T) T / B; and p <= 1 for all j because f falls by more than 4^j from
 * T to T 2^j (cost(T) >= 24, and cost grows at least in proportion to n).
 */

import { PrivacyError } from "../errors.ts";
import type { RandomSource } from "../random/source.ts";
import { belowBig, bit } from "../random/uniform.ts";
import { type Bounds, ceilDivide, ceilShift, expBounds, uniformBelow } from "./bounds.ts";

/** A law over whole numbers, exp(-cost) up to its constant, with cost(n) = `rate` n^degree / `over`. */
export type Law = {
  readonly rate: bigint;
  readonly over: bigint;
  /** 1: Laplace and geometric laws; 2: Gaussian laws. */
  readonly degree: 1 | 2;
  /** Whether n and -n both belong to it. */
  readonly signed: boolean;
  /** A magnitude whose cost is at least 24; about the least. */
  readonly reach: bigint;
};

/** Cells of an alias table: between 2^3 and 2^12. */
const LEAST_CELLS_BITS = 3;
const MOST_CELLS_BITS = 12;
/** Cells that are no blocks: tail and rest. */
const OTHERS = 2;
/** With blocks up to this, a magnitude is a safe integer also far out in the tail. */
const MOST_BLOCK_BITS = 31;
/** Fraction bits of the levels f(i B) while a table is made. */
const LEVEL_BITS = 160n;
/** Bits of a uniform number that are compared first; the word's last bit is the sign. */
const COIN_BITS = 31;
const WORD = 2 ** 32;

/** Whether {@link Table} takes a law: scales up to some 10^11. */
export function fitsTable(law: Law): boolean {
  return law.reach <= BigInt(2 ** MOST_CELLS_BITS - OTHERS) << BigInt(MOST_BLOCK_BITS);
}

/** Cells that the table of a law has; making it costs about as much as so many draws without. */
export function tableCells({ reach }: Law): number {
  let bits = LEAST_CELLS_BITS;
  while (bits < MOST_CELLS_BITS && BigInt(2 ** bits - OTHERS) < reach) bits++;
  return 2 ** bits;
}

/** What a {@link Table} draws by; for tests. */
export type TableParts = {
  /** W_i of all blocks, then of the tail, then of the rest: 2^32 together. */
  readonly weights: readonly number[];
  readonly kappa: bigint;
  /** B. */
  readonly block: number;
  /** Per cell: its own share of 2^32 / cells parts, and the weight that has the rest. */
  readonly cells: readonly (readonly [own: number, other: number])[];
  /** Per block: a coin of 31 bits below this is heads anywhere in the block. */
  readonly surely: readonly number[];
};

/** Draws from one law. */
export class Table {
  readonly #law: Law;
  readonly #signed: boolean;
  readonly #kappa: bigint;
  readonly #weights: readonly number[];
  readonly #blocks: number;
  readonly #blockBits: number;
  readonly #block: number;
  readonly #cellBits: number;
  /** Per cell: what of it is its own, then the block that has the rest. */
  readonly #cells: Uint32Array;
  /** Per block: numbers of 31 bits below this are below p anywhere in it. */
  readonly #surely: Uint32Array;

  /** @param law - One that {@link fitsTable}. */
  constructor(law: Law) {
    this.#law = law;
    this.#signed = law.signed;
    const cells = tableCells(law);
    this.#cellBits = Math.log2(cells);
    this.#blocks = cells - OTHERS;
    let bits = 0;
    while (BigInt(this.#blocks) << BigInt(bits) < law.reach) bits++;
    if (bits > MOST_BLOCK_BITS) {
      throw new PrivacyError(`law: expected a reach below 2^43, got ${law.reach}`);
    }
    this.#blockBits = bits;
    this.#block = 2 ** bits;

    const levels = this.#levels();
    const tail = 2n * BigInt(this.#blocks) * levels[this.#blocks].upper;
    const sum = levels.slice(0, -1).reduce((total, { upper }) => total + upper, tail);
    // Rounding up adds less than 1 for each block and for the tail.
    this.#kappa = (BigInt(WORD - this.#blocks - 1) << LEVEL_BITS) / sum;
    const weights = levels
      .slice(0, -1)
      .map(({ upper }) => Number(ceilShift(this.#kappa * upper, LEVEL_BITS)));
    weights.push(Number(ceilShift(this.#kappa * tail, LEVEL_BITS)));
    weights.push(WORD - weights.reduce((total, weight) => total + weight, 0));
    this.#weights = weights;
    this.#cells = aliasCells(weights, this.#cellBits);
    this.#surely = Uint32Array.from({ length: this.#blocks }, (_, i) => {
      // f falls: a block's least is above the next one's first; a block of 1 is its first.
      const least = this.#kappa * levels[bits === 0 ? i : i + 1].lower;
      const share = (least << BigInt(COIN_BITS)) / (BigInt(weights[i]) << LEVEL_BITS);
      return Number(share);
    });
  }

  /** The weights; for tests. */
  parts(): TableParts {
    const bits = this.#cellBits;
    return {
      weights: this.#weights,
      kappa: this.#kappa,
      block: this.#block,
      cells: Array.from(this.#cells, (entry) => [entry >>> bits, entry & (2 ** bits - 1)] as const),
      surely: [...this.#surely],
    };
  }

  /** The next number. */
  next(random: RandomSource): number {
    const cellBits = this.#cellBits;
    const blockBits = this.#blockBits;
    for (;;) {
      const word = random.uint32();
      const cell = word >>> (32 - cellBits);
      const entry = this.#cells[cell];
      const place = (word << cellBits) >>> cellBits;
      const block = place < entry >>> cellBits ? cell : entry & (2 ** cellBits - 1);
      const coin = random.uint32();
      let magnitude = block;
      if (block >= this.#blocks) {
        if (block > this.#blocks) continue;
        const far = this.#tail(coin >>> 1, random);
        if (far === null) continue;
        magnitude = far;
      } else {
        if (blockBits > 0) {
          magnitude = block * this.#block + (random.uint32() >>> (32 - blockBits));
        }
        const first = coin >>> 1;
        if (first >= this.#surely[block] && !this.#keep(magnitude, block, first, random)) continue;
      }
      if (!this.#signed || (coin & 1) === 0) return magnitude;
      // 0 has one sign only.
      if (magnitude !== 0) return -magnitude;
    }
  }

  #keep(magnitude: number, block: number, first: number, random: RandomSource): boolean {
    return this.#coin(BigInt(magnitude), this.#kappa, this.#weights[block], first, random);
  }

  #tail(first: number, random: RandomSource): number | null {
    let j = 0n;
    while (bit(random)) j++;
    const begin = (BigInt(this.#blocks) << BigInt(this.#blockBits)) << j;
    const magnitude = begin + belowBig(random, begin);
    const factor = (this.#kappa * BigInt(this.#blocks)) << (2n * j + 1n);
    if (!this.#coin(magnitude, factor, this.#weights[this.#blocks], first, random)) return null;
    // From T 2^10 on, f is below exp(-24,000): no run of any program gets there.
    return Number(magnitude);
  }

  /** True with probability factor f(magnitude) / weight, given the first bits of the uniform number. */
  #coin(
    magnitude: bigint,
    factor: bigint,
    weight: number,
    first: number,
    random: RandomSource,
  ): boolean {
    const { rate, over, degree } = this.#law;
    const cost = rate * (degree === 1 ? magnitude : magnitude * magnitude);
    const by = BigInt(weight);
    return uniformBelow(random, first, COIN_BITS, (bits) => {
      const { lower, upper } = expBounds(cost, over, bits + COIN_BITS);
      const scale = by << BigInt(COIN_BITS);
      return { lower: (factor * lower) / scale, upper: ceilDivide(factor * upper, scale) };
    });
  }

  /** Bounds of f(0), f(B), ..., f(T), in units of 2^-160. */
  #levels(): Bounds[] {
    const { rate, over, degree } = this.#law;
    const block = BigInt(this.#block);
    const unit = 1n << LEVEL_BITS;
    const first = rate * (degree === 1 ? block : block * block);
    // f((i + 1) B) = f(i B) r_i; r_(i+1) = r_i for Laplace laws, r_i exp(-2 cost(B)) for Gaussian ones.
    let ratio = expBounds(first, over, Number(LEVEL_BITS));
    const change = expBounds(2n * first, over, Number(LEVEL_BITS));
    let level: Bounds = { lower: unit, upper: unit };
    const levels = [level];
    for (let i = 0; i < this.#blocks; i++) {
      level = product(level, ratio);
      levels.push(level);
      if (degree === 2) ratio = product(ratio, change);
    }
    return levels;
  }
}

function product(a: Bounds, b: Bounds): Bounds {
  return {
    lower: (a.lower * b.lower) >> LEVEL_BITS,
    upper: ceilShift(a.upper * b.upper, LEVEL_BITS),
  };
}

/**
 * Walker's alias table (construction of Vose) for 2^bits whole weights whose sum is 2^32. A cell holds 2^(32 - bits); its entry is
 * how much of that is its own, shifted left by `bits`, and the number of the weight that has the rest.
 */
export function aliasCells(weights: readonly number[], bits: number): Uint32Array {
  const size = WORD / weights.length;
  const left = [...weights];
  const cells = new Uint32Array(weights.length);
  const poor: number[] = [];
  const rich: number[] = [];
  left.forEach((weight, i) => {
    (weight < size ? poor : rich).push(i);
  });
  let from = rich.pop();
  for (let to = poor.pop(); to !== undefined && from !== undefined; to = poor.pop()) {
    cells[to] = left[to] * 2 ** bits + from;
    left[from] -= size - left[to];
    if (left[from] < size) {
      poor.push(from);
      from = rich.pop();
    }
  }
  // Exactly full cells; their own share would not fit, so all of it goes to themselves as the rest.
  for (const full of from === undefined ? rich : [from, ...rich]) cells[full] = full;
  return cells;
}
