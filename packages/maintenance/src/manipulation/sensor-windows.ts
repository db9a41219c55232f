/**
 * Means, slopes and deviations of sensors over the newest rows, one row at a time. Missing values are skipped, others may weigh
 * differently. Work per row is O(sensors x windows), memory O(sensors x longest window), whatever the length of the life.
 */

/** What {@link SensorWindows} computes. Lengths are in rows. */
export type WindowLengths = {
  /** Of the means, ascending; the deviation is over the longest. */
  readonly means: readonly number[];
  /** Of the slopes. */
  readonly slopes: readonly number[];
  /** First rows of a life whose mean is the baseline. */
  readonly baseline: number;
};

/** How much a row's values move, and count, compared to other rows. */
export type RowResponse = {
  /** What each sensor's value is divided by. */
  readonly gain: Float32Array;
  /** How much it counts; 0: not at all. */
  readonly weight: Float32Array;
};

/** Values that a slope needs. */
const LEAST_SLOPE = 3;

/** The newest rows of one machine. */
export class SensorWindows {
  /** [windows, sensors]; NaN where a window is empty. */
  readonly means: Float64Array;
  /** [slopes, sensors] per row, least squares; NaN for fewer than 3 values. */
  readonly slopes: Float64Array;
  /** Mean over the first rows of the life so far; NaN before the first value. */
  readonly baseline: Float64Array;
  /** Over the longest of the mean windows; NaN for fewer than 2 values. */
  readonly deviation: Float64Array;
  readonly #sensors: number;
  readonly #lengths: WindowLengths;
  readonly #longest: number;
  /** Newest rows, [longest, sensors]. */
  readonly #ring: Float32Array;
  /** Their weights; null while all of them are 1. */
  #weights: Float32Array | null = null;
  /** First good value of each sensor: sums are of differences from it, so that little is lost in the squares. */
  readonly #origin: Float64Array;
  /** [windows, sensors]. */
  readonly #sums: Float64Array;
  readonly #weight: Float64Array;
  readonly #counts: Int32Array;
  /** Of the longest mean window. */
  readonly #squares: Float64Array;
  /** How many good values in a row were the same. */
  readonly #same: Int32Array;
  readonly #last: Float32Array;
  readonly #first: Float64Array;
  readonly #firstWeight: Float64Array;
  /** [slopes, sensors, 6]: count, and weighted sums of 1, t, t², x, x t. */
  readonly #lines: Float64Array;
  #rows = 0;

  /** @param sensors Number of sensors. */
  constructor(sensors: number, lengths: WindowLengths) {
    this.#sensors = sensors;
    this.#lengths = lengths;
    this.#longest = Math.max(...lengths.means, ...lengths.slopes);
    const windows = lengths.means.length * sensors;
    this.means = new Float64Array(windows);
    this.slopes = new Float64Array(lengths.slopes.length * sensors);
    this.baseline = new Float64Array(sensors);
    this.deviation = new Float64Array(sensors);
    this.#ring = new Float32Array(this.#longest * sensors);
    this.#origin = new Float64Array(sensors);
    this.#sums = new Float64Array(windows);
    this.#weight = new Float64Array(windows);
    this.#counts = new Int32Array(windows);
    this.#squares = new Float64Array(sensors);
    this.#same = new Int32Array(sensors);
    this.#last = new Float32Array(sensors);
    this.#first = new Float64Array(sensors);
    this.#firstWeight = new Float64Array(sensors);
    this.#lines = new Float64Array(lengths.slopes.length * sensors * 6);
    this.reset();
  }

  /** Begins a new life. */
  reset(): void {
    this.#rows = 0;
    for (const array of [this.#ring, this.#origin, this.#last]) array.fill(Number.NaN);
    for (const array of [this.#sums, this.#weight, this.#counts, this.#squares]) array.fill(0);
    for (const array of [this.#same, this.#first, this.#firstWeight, this.#lines]) array.fill(0);
    this.#weights = null;
  }

  /**
   * Takes the next row: values of `table` from `from` on, NaN where missing.
   *
   * @param response How this row's values move and count; null: all alike.
   */
  push(table: Float32Array, from: number, response: RowResponse | null = null): void {
    const n = this.#sensors;
    const slot = (this.#rows % this.#longest) * n;
    const early = this.#rows < this.#lengths.baseline;
    if (response !== null) this.#weights ??= new Float32Array(this.#ring.length).fill(1);
    for (let s = 0; s < n; s++) {
      const weight = response === null ? 1 : response.weight[s];
      const value =
        response === null
          ? table[from + s]
          : weight > 0
            ? Math.fround(table[from + s] / response.gain[s])
            : Number.NaN;
      const good = !Number.isNaN(value);
      if (good && Number.isNaN(this.#origin[s])) this.#origin[s] = value;
      const origin = this.#origin[s];
      this.#means(s, value - origin, weight, good);
      this.#slopes(s, value - origin, weight, good);
      if (good) {
        this.#same[s] = value === this.#last[s] ? this.#same[s] + 1 : 1;
        this.#last[s] = value;
        if (early) {
          this.#first[s] += weight * (value - origin);
          this.#firstWeight[s] += weight;
        }
      }
      this.baseline[s] =
        this.#firstWeight[s] === 0 ? Number.NaN : origin + this.#first[s] / this.#firstWeight[s];
      this.deviation[s] = this.#deviation(s);
      this.#ring[slot + s] = value;
      if (this.#weights !== null) this.#weights[slot + s] = weight;
    }
    this.#rows++;
  }

  /** Where in the ring that lies which leaves a window with this row; what was never written is NaN. */
  #leaving(length: number, s: number): number {
    return ((this.#rows - length + this.#longest * 2) % this.#longest) * this.#sensors + s;
  }

  #means(s: number, delta: number, weight: number, good: boolean): void {
    const { means } = this.#lengths;
    const origin = this.#origin[s];
    for (let w = 0; w < means.length; w++) {
      const k = w * this.#sensors + s;
      const squared = w === means.length - 1;
      const at = this.#leaving(means[w], s);
      const old = this.#ring[at] - origin;
      if (!Number.isNaN(old)) {
        const oldWeight = this.#weights === null ? 1 : this.#weights[at];
        this.#sums[k] -= oldWeight * old;
        this.#weight[k] -= oldWeight;
        this.#counts[k]--;
        if (squared) this.#squares[s] -= oldWeight * old * old;
      }
      if (good) {
        this.#sums[k] += weight * delta;
        this.#weight[k] += weight;
        this.#counts[k]++;
        if (squared) this.#squares[s] += weight * delta * delta;
      }
      if (this.#counts[k] === 0) {
        this.#sums[k] = 0;
        this.#weight[k] = 0;
        if (squared) this.#squares[s] = 0;
        this.means[k] = Number.NaN;
      } else {
        this.means[k] = origin + this.#sums[k] / this.#weight[k];
      }
    }
  }

  #slopes(s: number, delta: number, weight: number, good: boolean): void {
    const { slopes } = this.#lengths;
    const lines = this.#lines;
    for (let v = 0; v < slopes.length; v++) {
      const k = v * this.#sensors + s;
      const sums = k * 6;
      const at = this.#leaving(slopes[v], s);
      const old = this.#ring[at] - this.#origin[s];
      if (!Number.isNaN(old)) {
        lines[sums]--;
        const oldWeight = this.#weights === null ? 1 : this.#weights[at];
        this.#line(sums, -oldWeight, this.#rows - slopes[v], old);
      }
      if (good) {
        lines[sums]++;
        this.#line(sums, weight, this.#rows, delta);
      }
      if (lines[sums] < LEAST_SLOPE) {
        this.slopes[k] = Number.NaN;
        continue;
      }
      const mean = lines[sums + 2] / lines[sums + 1];
      const spread = lines[sums + 3] - mean * lines[sums + 2];
      this.slopes[k] = (lines[sums + 5] - mean * lines[sums + 4]) / spread;
    }
  }

  #line(at: number, weight: number, t: number, x: number): void {
    const lines = this.#lines;
    lines[at + 1] += weight;
    lines[at + 2] += weight * t;
    lines[at + 3] += weight * t * t;
    lines[at + 4] += weight * x;
    lines[at + 5] += weight * x * t;
  }

  #deviation(s: number): number {
    const k = (this.#lengths.means.length - 1) * this.#sensors + s;
    const count = this.#counts[k];
    if (count < 2) return Number.NaN;
    // Rounding would leave a trace of earlier values where all of these are the same.
    if (this.#same[s] >= count) return 0;
    const sum = this.#sums[k];
    const weight = this.#weight[k];
    const variance = (this.#squares[s] - (sum * sum) / weight) / weight;
    return Math.sqrt(Math.max(0, variance * (count / (count - 1))));
  }
}
