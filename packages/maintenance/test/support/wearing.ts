/** Small machines that wear out, for tests of the monitor: short lives, one hidden damage, two ways of operation. */

import type { MachineSample } from "@symbion/core";
import { Random } from "@symbion/neural";
import type { KindDeclaration, SensorDeclaration } from "../../src/learning/types.ts";

/** Milliseconds that a row stands for. */
export const ROW_MS = 1000;

/** Declaration of the kind. */
export const wearing: KindDeclaration = {
  id: "wearing",
  lifeUnit: "cycle",
  lifePerRow: 1,
  rowMs: ROW_MS,
  sensors: [
    declare("load", "", "setting"),
    declare("heat", "°C", "sensor"),
    declare("noise", "dB", "sensor"),
    declare("current", "A", "sensor"),
    declare("oil", "bar", "sensor"),
  ],
  cap: 40,
  horizon: 8,
  falseAlarmRate: 0.01,
};

function declare(name: string, unit: string, role: "sensor" | "setting"): SensorDeclaration {
  return { name, unit, role, least: null, most: null, staleAfterMs: 3000, stuckAfterRows: null };
}

/** An item of a list that is known to be there. @throws RangeError if it is not. */
export function item<T>(list: ArrayLike<T>, index: number): T {
  const found = list[index];
  if (found === undefined)
    throw new RangeError(`expected an item ${index}, got ${list.length} items`);
  return found;
}

/** Roughly normal draws. */
export function normal(random: Random): number {
  let sum = -6;
  for (let i = 0; i < 12; i++) sum += random.next();
  return sum;
}

/** What a machine does in one row. */
export type WearingRow = { readonly samples: readonly MachineSample[]; readonly failed: boolean };

/** A machine that lives again and again. */
export class Wearing {
  readonly #id: string;
  readonly #random: Random;
  readonly #loads: readonly number[];
  #age = 0;
  #life: number;

  constructor(id: string, seed: number, loads: readonly number[] = [1, 2]) {
    this.#id = id;
    this.#random = new Random(seed);
    this.#loads = loads;
    this.#life = this.#draw();
  }

  /** The next row, measured at `at`. */
  next(at: number): WearingRow {
    const r = this.#random;
    this.#age++;
    const damage = (this.#age / this.#life) ** 3;
    const load = item(this.#loads, Math.floor(r.next() * this.#loads.length));
    const values = {
      load: load + 0.001 * r.next(),
      heat: 40 * load + 12 * damage * load + normal(r),
      noise: 60 + 3 * load + 9 * damage + 0.8 * normal(r),
      current: 10 * load + 2.5 * damage + 0.3 * normal(r),
      oil: 5 + load - 1.6 * damage + 0.15 * normal(r),
    };
    const failed = this.#age === this.#life;
    if (failed) {
      this.#age = 0;
      this.#life = this.#draw();
    }
    const samples = Object.entries(values).map(
      ([sensor, value]): MachineSample => ({
        machine: this.#id,
        sensor,
        at,
        value,
        unit: null,
        quality: "good",
        historical: false,
      }),
    );
    return { samples, failed };
  }

  #draw(): number {
    return 45 + Math.floor(40 * this.#random.next());
  }
}
