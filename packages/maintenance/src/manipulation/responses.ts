/**
 * How far sensors move with wear in each operating regime. A standard deviation within a regime is wear and noise together, and
 * their shares differ: the same wear moves a sensor further, in standard deviations, where it is measured with less noise. What
 * wear is at a row is estimated from the rows around it, in whatever regimes they are.
 */

import { UNSEEN_REGIME } from "./normaliser.ts";
import type { RowResponse } from "./sensor-windows.ts";
import type { NormalisedRun } from "./types.ts";

/** Rows before and after a row whose mean says what wear is there. */
const AROUND = 15;

/** Rounds of estimating wear and movement in turns. */
const ROUNDS = 3;

/** Rows that a movement of 1 is believed as much as. */
const PRIOR_ROWS = 50;

/** Least and greatest movement, compared to the usual. */
const LEAST = 0.1;
const MOST = 10;

/** Movement and weight of each sensor in each regime; empty for fewer than two regimes, which cannot differ. */
export function learnResponses(runs: readonly NormalisedRun[], sensors: number): RowResponse[] {
  let count = 0;
  for (const { regimes } of runs) {
    for (const regime of regimes) if (regime < UNSEEN_REGIME) count = Math.max(count, regime + 1);
  }
  if (count < 2) return [];
  let responses: RowResponse[] = Array.from({ length: count }, () => ({
    gain: new Float32Array(sensors).fill(1),
    weight: new Float32Array(sensors).fill(1),
  }));
  for (let round = 0; round < ROUNDS; round++) responses = improve(runs, sensors, responses);
  return responses;
}

function improve(
  runs: readonly NormalisedRun[],
  sensors: number,
  responses: readonly RowResponse[],
): RowResponse[] {
  const size = responses.length * sensors;
  const rows = new Float64Array(size);
  const zz = new Float64Array(size);
  const zc = new Float64Array(size);
  const cc = new Float64Array(size);
  for (const run of runs) {
    for (let s = 0; s < sensors; s++) {
      eachAround(run, sensors, s, responses, (regime, value, wear) => {
        const at = regime * sensors + s;
        rows[at]++;
        zz[at] += value * value;
        zc[at] += value * wear;
        cc[at] += wear * wear;
      });
    }
  }
  const gain = new Float64Array(size).fill(1);
  const weight = new Float64Array(size);
  for (let s = 0; s < sensors; s++) {
    // Where a sensor never moves it tells nothing: no weight.
    const moving = responses.flatMap((_, r) => (zz[r * sensors + s] > 0 ? [r * sensors + s] : []));
    const all = total(moving, rows);
    const prior = (PRIOR_ROWS * total(moving, cc)) / all;
    for (const at of moving) {
      gain[at] = Math.min(MOST, Math.max(LEAST, (zc[at] + prior) / (cc[at] + prior)));
      const noise = noiseOf(zz[at], zc[at], cc[at], gain[at]) / rows[at];
      weight[at] = (gain[at] * gain[at]) / Math.max(1e-3, noise);
    }
    const usual = Math.exp(total(moving, rows, (at) => Math.log(gain[at])) / all);
    const weights = total(moving, rows, (at) => weight[at]) / all;
    for (const at of moving) {
      gain[at] /= usual;
      weight[at] /= weights;
    }
  }
  return responses.map((_, r) => ({
    gain: Float32Array.from(gain.subarray(r * sensors, (r + 1) * sensors)),
    weight: Float32Array.from(weight.subarray(r * sensors, (r + 1) * sensors)),
  }));
}

/** Sum of some entries, each times a factor. */
function total(
  picked: readonly number[],
  list: Float64Array,
  factor: (at: number) => number = () => 1,
): number {
  let sum = 0;
  for (const at of picked) sum += list[at] * factor(at);
  return sum;
}

/** Squared differences of values from what their movement explains. */
function noiseOf(zz: number, zc: number, cc: number, gain: number): number {
  return Math.max(0, zz - 2 * gain * zc + gain * gain * cc);
}

/** Calls back with each good value of a sensor and the weighted mean of those around it, itself left out. */
function eachAround(
  { run, z, regimes }: NormalisedRun,
  sensors: number,
  s: number,
  responses: readonly RowResponse[],
  take: (regime: number, value: number, wear: number) => void,
): void {
  const sums = new Float64Array(run.rows + 1);
  const weights = new Float64Array(run.rows + 1);
  for (let i = 0; i < run.rows; i++) {
    const value = z[i * sensors + s];
    const response = responses[regimes[i]];
    const good = !Number.isNaN(value) && response !== undefined;
    const weight = good && response.weight[s] > 0 ? 1 : 0;
    sums[i + 1] = sums[i] + (good ? (weight * value) / response.gain[s] : 0);
    weights[i + 1] = weights[i] + weight;
  }
  for (let i = 0; i < run.rows; i++) {
    const value = z[i * sensors + s];
    if (Number.isNaN(value) || responses[regimes[i]] === undefined) continue;
    const [from, to] = [Math.max(0, i - AROUND), Math.min(run.rows, i + AROUND + 1)];
    const weight = weights[to] - weights[from] - (weights[i + 1] - weights[i]);
    if (!(weight > 0)) continue;
    const sum = sums[to] - sums[from] - (sums[i + 1] - sums[i]);
    take(regimes[i], value, sum / weight);
  }
}
