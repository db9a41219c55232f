/**
 * Windows in words: "T50 rising fast; Nc silent over 10 rows; 40 % of values missing; regime 3". A sentence is made of
 * clauses from a finite list, so that a language model has to read each clause once, not each window.
 */

import type { WearStream } from "./wear-stream.ts";

const TRENDS = ["rising", "rising fast", "falling", "falling fast", "high", "low"] as const;
/** Rows of silence from which on a sensor is said to be silent for that long. */
const SILENCES = [3, 6, 10, 20, 40, 80] as const;
const PER_SENSOR = TRENDS.length + SILENCES.length + 1;
/** Tenths of values that are missing. */
const TENTHS = 10;
const REGIMES = 16;
/** Changes between the last and earlier rows, in standard deviations, that are worth words. */
const [SOME, FAST, FAR] = [0.4, 1, 1.5] as const;

/** Says what a window shows. */
export class SentenceWriter {
  /** All clauses that there are; sentences are made of their numbers. */
  readonly clauses: readonly string[];
  readonly #sensors: number;
  readonly #levels: Float64Array;
  readonly #changes: Float64Array;

  /** @param sensors Names of the sensors. */
  constructor(sensors: readonly string[]) {
    this.#sensors = sensors.length;
    this.#levels = new Float64Array(sensors.length);
    this.#changes = new Float64Array(sensors.length);
    this.clauses = [
      ...sensors.flatMap((sensor) => [
        ...TRENDS.map((trend) => `${sensor} ${trend}`),
        ...SILENCES.map((rows) => `${sensor} silent over ${rows} rows`),
        `${sensor} never heard`,
      ]),
      ...Array.from({ length: TENTHS }, (_, i) => `${(i + 1) * 10} % of values missing`),
      ...Array.from({ length: REGIMES }, (_, i) => `regime ${i + 1}`),
      "all steady",
    ];
  }

  /**
   * Clauses about a stream's newest row.
   *
   * @param regime Operating regime, counted from 0; beyond 15 nothing is said of it.
   * @param out Receives the clauses' numbers; cleared first.
   */
  write(stream: WearStream, regime: number, out: number[]): void {
    out.length = 0;
    stream.trends(this.#levels, this.#changes);
    for (let s = 0; s < this.#sensors; s++) {
      const at = s * PER_SENSOR;
      const silent = stream.silentFor(s);
      if (silent === Number.POSITIVE_INFINITY) {
        out.push(at + PER_SENSOR - 1);
        continue;
      }
      const long = SILENCES.findLastIndex((rows) => silent >= rows);
      if (long >= 0) out.push(at + TRENDS.length + long);
      const change = this.#changes[s];
      if (change > SOME) out.push(at + (change > FAST ? 1 : 0));
      else if (change < -SOME) out.push(at + (change < -FAST ? 3 : 2));
      if (this.#levels[s] > FAR) out.push(at + 4);
      else if (this.#levels[s] < -FAR) out.push(at + 5);
    }
    const shared = this.#sensors * PER_SENSOR;
    if (out.length === 0) out.push(shared + TENTHS + REGIMES);
    const tenth = Math.round(stream.situation().scattered * TENTHS);
    if (tenth > 0) out.push(shared + tenth - 1);
    if (regime < REGIMES) out.push(shared + TENTHS + regime);
  }

  /** The sentence of some clauses. */
  text(numbers: readonly number[]): string {
    return numbers.map((number) => this.clauses[number]).join("; ");
  }
}
