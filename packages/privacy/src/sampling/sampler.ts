/** Many draws of one law. */

import { PrivacyError } from "../errors.ts";
import type { RandomSource } from "../random/source.ts";
import { fitsTable, type Law, Table, tableCells } from "./table.ts";

/** One draw without a table, for the first few and for scales beyond any table. */
export type Draws = (random: RandomSource) => bigint;

/** Draws without a table, per cell of the table, before it is worth making. */
const WAIT = 1 / 8;
/** Lists that are filled: what they hold, and how far. */
type Filled = Int32Array | Float64Array | BigInt64Array;

/**
 * Draws from one law, each draw independent of all others. The first draws are made without a table (by rejection with fractions); a
 * {@link Table} is made as soon as that pays. Both give the same law exactly.
 *
 * How long a draw takes depends on what is drawn. Who can time draws learns of the noise: release values on a clock's tick, not
 * when they are ready.
 */
export abstract class Sampler {
  readonly #law: Law;
  readonly #draws: Draws;
  readonly #fits: boolean;
  #untilTable: number;
  #table: Table | null = null;

  /**
   * @param law - The law.
   * @param draws - The same law, drawn without a table.
   */
  protected constructor(law: Law, draws: Draws) {
    this.#law = law;
    this.#draws = draws;
    this.#fits = fitsTable(law);
    this.#untilTable = this.#fits ? tableCells(law) * WAIT : Number.POSITIVE_INFINITY;
  }

  /** The next draw. */
  next(random: RandomSource): bigint {
    if (this.#table !== null) return BigInt(this.#table.next(random));
    if (this.#untilTable-- > 0) return this.#draws(random);
    return BigInt(this.#tableNow().next(random));
  }

  /**
   * Fills a list with independent draws.
   *
   * @throws {PrivacyError} If a draw does not fit: in an Int32Array beyond 2^31, in a Float64Array beyond 2^53, in a
   * BigInt64Array beyond 2^63. With a hundredth of that as scale it never happens (probability below 2^-1000).
   */
  fill(random: RandomSource, out: Filled): void {
    const table = this.#fits ? this.#tableNow() : null;
    if (out instanceof BigInt64Array) {
      for (let i = 0; i < out.length; i++) {
        const drawn = table === null ? this.#draws(random) : BigInt(table.next(random));
        if (BigInt.asIntN(64, drawn) !== drawn) throw unfit("BigInt64Array");
        out[i] = drawn;
      }
      return;
    }
    const whole = out instanceof Int32Array;
    for (let i = 0; i < out.length; i++) {
      const drawn = table === null ? Number(this.#draws(random)) : table.next(random);
      if (whole ? (drawn | 0) !== drawn : !Number.isSafeInteger(drawn)) {
        throw unfit(whole ? "Int32Array" : "Float64Array");
      }
      out[i] = drawn;
    }
  }

  #tableNow(): Table {
    this.#table ??= new Table(this.#law);
    return this.#table;
  }
}

function unfit(list: string): PrivacyError {
  return new PrivacyError(`fill: expected draws that fit a ${list}, got a larger one`);
}
