/** Running moments of many sensors at once (Welford; joined after Chan). */

type Saved = {
  rows: number;
  count: number[];
  mean: number[];
  squares: number[];
  steps: number[];
  changes: number[];
  jumps: number[];
};

/** A sensor that changes in less than this share of its rows is looked at more closely. */
const RARE = 0.6;

/** Moments of the sensors of rows that belong together. */
export class Statistics {
  /** Rows taken. */
  rows = 0;
  /** Good values of each sensor. */
  readonly count: Float64Array;
  /** Mean of each sensor. */
  readonly mean: Float64Array;
  /** Sum of squared differences from the mean. */
  readonly squares: Float64Array;
  /** Pairs of values that followed each other, how many of them differed, and the sum of their squared differences. */
  readonly #steps: Float64Array;
  readonly #changes: Float64Array;
  readonly #jumps: Float64Array;

  /** @param sensors Number of sensors. */
  constructor(sensors: number) {
    this.count = new Float64Array(sensors);
    this.mean = new Float64Array(sensors);
    this.squares = new Float64Array(sensors);
    this.#steps = new Float64Array(sensors);
    this.#changes = new Float64Array(sensors);
    this.#jumps = new Float64Array(sensors);
  }

  /**
   * Takes a row.
   *
   * @param columns Where in the row each sensor lies.
   * @param previous Index of the row before it of the same machine, or -1.
   */
  add(values: Float32Array, from: number, columns: readonly number[], previous: number): void {
    this.rows++;
    for (let s = 0; s < columns.length; s++) {
      const value = values[from + columns[s]];
      if (Number.isNaN(value)) continue;
      this.count[s]++;
      const difference = value - this.mean[s];
      this.mean[s] += difference / this.count[s];
      this.squares[s] += difference * (value - this.mean[s]);
      const jump = previous < 0 ? Number.NaN : value - values[previous + columns[s]];
      if (!Number.isNaN(jump)) {
        this.#steps[s]++;
        this.#jumps[s] += jump * jump;
        if (jump !== 0) this.#changes[s]++;
      }
    }
  }

  /** Takes all that another has. */
  join(other: Statistics): void {
    this.rows += other.rows;
    for (let s = 0; s < this.count.length; s++) {
      const [n, m] = [this.count[s], other.count[s]];
      if (m > 0) {
        const difference = other.mean[s] - this.mean[s];
        this.squares[s] += other.squares[s] + (difference * difference * n * m) / (n + m);
        this.mean[s] += (difference * m) / (n + m);
        this.count[s] = n + m;
      }
      this.#steps[s] += other.#steps[s];
      this.#changes[s] += other.#changes[s];
      this.#jumps[s] += other.#jumps[s];
    }
  }

  /** Standard deviation of a sensor. */
  sd(s: number): number {
    return this.count[s] < 2 ? Number.NaN : Math.sqrt(this.squares[s] / (this.count[s] - 1));
  }

  /**
   * Whether a sensor that moves tells anything: not if it only leaves its usual value now and then for a single row, as the
   * last digit of a rounded constant does (its steps are then as large as its spread allows; von Neumann's ratio).
   */
  informative(s: number): boolean {
    if (this.#steps[s] === 0 || this.#changes[s] >= RARE * this.#steps[s]) return true;
    const variance = this.squares[s] / (this.count[s] - 1);
    return this.#jumps[s] / this.#steps[s] < variance;
  }

  /** Everything as plain data. */
  save(): Saved {
    return {
      rows: this.rows,
      count: [...this.count],
      mean: [...this.mean],
      squares: [...this.squares],
      steps: [...this.#steps],
      changes: [...this.#changes],
      jumps: [...this.#jumps],
    };
  }

  /** What {@link Statistics.save} gave. */
  static load(saved: Saved): Statistics {
    const statistics = new Statistics(saved.count.length);
    statistics.rows = saved.rows;
    statistics.count.set(saved.count);
    statistics.mean.set(saved.mean);
    statistics.squares.set(saved.squares);
    statistics.#steps.set(saved.steps);
    statistics.#changes.set(saved.changes);
    statistics.#jumps.set(saved.jumps);
    return statistics;
  }

  /** Whether parsed data is what {@link Statistics.save} gives for so many sensors. */
  static isSaved(value: unknown, sensors: number): value is Saved {
    const saved = value as Saved;
    if (typeof saved !== "object" || saved === null || typeof saved.rows !== "number") return false;
    const { count, mean, squares, steps, changes, jumps } = saved;
    return [count, mean, squares, steps, changes, jumps].every(
      (list) =>
        Array.isArray(list) &&
        list.length === sensors &&
        list.every((item) => typeof item === "number"),
    );
  }
}
