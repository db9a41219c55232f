/** A machine's past in bounded memory: when there is no room, every second point goes and the step doubles. */

import type { MachineCurve } from "@symbion/core";

/** Most points kept. */
const MOST = 1024;

/** One point; NaN where unknown. */
export type CurvePoint = {
  readonly age: number;
  readonly at: number;
  readonly remaining: number;
  readonly low: number;
  readonly high: number;
  readonly health: number;
};

const FIELDS = ["age", "at", "remaining", "low", "high", "health"] as const;

/** Points of a life as it goes. */
export class CurveLog {
  #points: CurvePoint[] = [];
  #step = 1;
  #rows = 0;
  #newest: CurvePoint | null = null;

  /** Number of rows seen. */
  get rows(): number {
    return this.#rows;
  }

  /** Points kept, oldest first; the newest row is always among them. */
  get points(): readonly CurvePoint[] {
    const last = this.#points.at(-1);
    return this.#newest === null || this.#newest === last
      ? this.#points
      : [...this.#points, this.#newest];
  }

  /** Takes the point of the next row. */
  push(point: CurvePoint): void {
    this.#newest = point;
    if (this.#rows++ % this.#step !== 0) return;
    if (this.#points.length === MOST) {
      this.#points = this.#points.filter((_, i) => i % 2 === 0);
      this.#step *= 2;
      if ((this.#rows - 1) % this.#step !== 0) return;
    }
    this.#points.push(point);
  }

  /** Begins a new life. */
  reset(): void {
    this.#points = [];
    this.#step = 1;
    this.#rows = 0;
    this.#newest = null;
  }

  /** The curve, thinned to `points`. @param end Age at which the life ended, or null; truths are known then. */
  curve(machine: string, points: number, end: number | null): MachineCurve {
    const all = this.points;
    const count = Math.min(all.length, Math.max(2, Math.floor(points)));
    const picked = Array.from({ length: count }, (_, i) =>
      // First and last point are always there.
      count === 1 ? all[0] : all[Math.round((i * (all.length - 1)) / (count - 1))],
    );
    const known = (value: number): number | null => (Number.isNaN(value) ? null : value);
    return {
      machine,
      age: picked.map((point) => point.age),
      at: picked.map((point) => point.at),
      remaining: picked.map((point) => known(point.remaining)),
      low: picked.map((point) => known(point.low)),
      high: picked.map((point) => known(point.high)),
      health: picked.map((point) => known(point.health)),
      truth: end === null ? null : picked.map((point) => end - point.age),
    };
  }

  /** Everything as numbers, for {@link CurveLog.restore}. */
  save(): Float64Array {
    const kept = this.#newest === null ? this.#points : [...this.#points, this.#newest];
    const out = new Float64Array(3 + kept.length * FIELDS.length);
    out.set([this.#step, this.#rows, this.#points.at(-1) === this.#newest ? 1 : 0]);
    kept.forEach((point, i) => {
      FIELDS.forEach((field, k) => {
        out[3 + i * FIELDS.length + k] = point[field];
      });
    });
    return out;
  }

  /** Goes on where another was saved. */
  restore(saved: Float64Array): void {
    const [step, rows, same] = saved;
    this.#step = step;
    this.#rows = rows;
    const kept: CurvePoint[] = [];
    for (let i = 3; i < saved.length; i += FIELDS.length) {
      const [age, at, remaining, low, high, health] = saved.subarray(i, i + FIELDS.length);
      kept.push({ age, at, remaining, low, high, health });
    }
    this.#newest = kept.pop() ?? null;
    this.#points = kept;
    if (same === 1 && this.#newest !== null && kept.length > 0) {
      // The newest point is the last of the kept ones.
      this.#newest = kept[kept.length - 1];
    }
  }
}
