/** Channels computed from others: ratios that physics suggests, on request. */

import { expected } from "@symbion/core";
import { type Channel, type Fleet, type Run, STATE_CODE } from "../fleet.ts";

/**
 * A channel made of two others, `first` and `second`: their `ratio`, `difference` or `product`, or the `efficiency` 100 *
 * first / second in %, which is out of range where it lies outside of 0 to 100.
 */
export type DerivedChannel = {
  /** Unique within the fleet. */
  readonly name: string;
  /** Unit symbol; `%` for an efficiency. */
  readonly unit: string;
  /** How it is computed. */
  readonly kind: "ratio" | "difference" | "product" | "efficiency";
  /** Name of the first channel. */
  readonly first: string;
  /** Name of the second channel. */
  readonly second: string;
};

/** Computes derived channels, row by row. */
export class Deriver {
  /** The channels that came, then the derived ones. */
  readonly channels: readonly Channel[];
  readonly #inputs: number;
  readonly #recipes: readonly { kind: DerivedChannel["kind"]; first: number; second: number }[];

  /** @throws UsageError for a name that exists already, or an input that does not. */
  constructor(channels: readonly Channel[], derived: readonly DerivedChannel[]) {
    const names = channels.map((channel) => channel.name);
    const index = (name: string, of: string): number => {
      const at = names.indexOf(name);
      if (at < 0) throw expected(`one of ${names.join(", ")}`, name, `derived channel ${of}`);
      return at;
    };
    this.#inputs = channels.length;
    this.#recipes = derived.map(({ name, kind, first, second }) => {
      if (names.includes(name)) throw expected("a new name", name, "derived channel");
      return { kind, first: index(first, name), second: index(second, name) };
    });
    const added = derived.map(({ name, unit, kind }): Channel => {
      const limited = kind === "efficiency";
      return {
        name,
        unit,
        role: "sensor",
        least: limited ? 0 : null,
        most: limited ? 100 : null,
      };
    });
    this.channels = [...channels, ...added];
  }

  /**
   * Computes one row. What is not good in an input is not good in the result, in the same way; a division by zero is out of
   * range.
   *
   * @param values The inputs from `from` on.
   * @param states Their states, likewise.
   * @param out Receives inputs and derived values from `to` on.
   * @param outStates Receives their states, likewise.
   */
  row(
    values: Float32Array,
    states: Uint8Array,
    from: number,
    out: Float32Array,
    outStates: Uint8Array,
    to: number,
  ): void {
    for (let c = 0; c < this.#inputs; c++) {
      out[to + c] = values[from + c];
      outStates[to + c] = states[from + c];
    }
    this.#recipes.forEach(({ kind, first, second }, k) => {
      const at = to + this.#inputs + k;
      const state = states[from + first] || states[from + second];
      const value = compute(kind, values[from + first], values[from + second]);
      const limited = kind === "efficiency" && (value < 0 || value > 100);
      const wrong = limited || !Number.isFinite(value) ? STATE_CODE["out-of-range"] : state;
      outStates[at] = state === STATE_CODE.good ? wrong : state;
      out[at] = outStates[at] === STATE_CODE.good ? value : Number.NaN;
    });
  }

  /** Computes all rows of a run. */
  run(run: Run): Run {
    const width = this.channels.length;
    const values = new Float32Array(run.rows * width);
    const states = new Uint8Array(run.rows * width);
    for (let i = 0; i < run.rows; i++) {
      this.row(run.values, run.states, i * this.#inputs, values, states, i * width);
    }
    return { ...run, values, states };
  }
}

/** A fleet with derived channels. @throws UsageError like {@link Deriver}. */
export function deriveChannels(fleet: Fleet, derived: readonly DerivedChannel[]): Fleet {
  const deriver = new Deriver(fleet.channels, derived);
  return {
    ...fleet,
    channels: deriver.channels,
    runs: fleet.runs.map((run) => deriver.run(run)),
  };
}

function compute(kind: DerivedChannel["kind"], first: number, second: number): number {
  if (kind === "difference") return first - second;
  if (kind === "product") return first * second;
  return (kind === "efficiency" ? 100 : 1) * (first / second);
}
