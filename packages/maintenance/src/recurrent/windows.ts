/** Windows of normalised rows as inputs of a recurrent network: of each sensor its value, and whether it is missing. */

import type { NormalisedRun } from "../manipulation/types.ts";

/** Standard deviations beyond which a value counts no more. */
const MOST = 5;
/** Rows of service that count as 1 where the time in service is an input. */
const AGE_UNIT = 200;

/** Inputs of a row: a value (0 if missing) and a mark for each sensor, then the age if it is one. */
export function inputsOf(sensors: number, age: boolean): number {
  return 2 * sensors + (age ? 1 : 0);
}

/** Writes a row's inputs. */
export function writeInputs(
  z: Float32Array,
  from: number,
  sensors: number,
  age: number | null,
  out: Float32Array,
  to: number,
): void {
  for (let s = 0; s < sensors; s++) {
    const value = z[from + s];
    const missing = Number.isNaN(value);
    out[to + s] = missing ? 0 : Math.max(-MOST, Math.min(MOST, value));
    out[to + sensors + s] = missing ? 1 : 0;
  }
  if (age !== null) out[to + 2 * sensors] = age / AGE_UNIT;
}

/** Inputs of a row before a life's first: all is missing. */
export function writeBlank(sensors: number, age: boolean, out: Float32Array, to: number): void {
  out.fill(0, to, to + sensors);
  out.fill(1, to + sensors, to + 2 * sensors);
  if (age) out[to + 2 * sensors] = 0;
}

/** Inputs of all rows of a run, behind `window - 1` blank ones: [window - 1 + rows, inputs]. */
export function runInputs(
  run: NormalisedRun,
  sensors: number,
  window: number,
  age: boolean,
): Float32Array {
  const width = inputsOf(sensors, age);
  const before = window - 1;
  const out = new Float32Array((before + run.run.rows) * width);
  for (let i = 0; i < before; i++) writeBlank(sensors, age, out, i * width);
  for (let i = 0; i < run.run.rows; i++) {
    const at = (before + i) * width;
    writeInputs(run.z, i * sensors, sensors, age ? run.run.age[i] : null, out, at);
  }
  return out;
}

/** Copies windows into a time-major batch: [window, batch, width]; `ends` are rows of the inputs after the window's last. */
export function fillBatch(
  inputs: readonly Float32Array[],
  picked: readonly (readonly [run: number, end: number])[],
  window: number,
  width: number,
  out: Float32Array,
): void {
  const batch = picked.length;
  for (let b = 0; b < batch; b++) {
    const [run, end] = picked[b];
    const source = inputs[run];
    const from = (end - window) * width;
    for (let t = 0; t < window; t++) {
      const to = (t * batch + b) * width;
      for (let i = 0; i < width; i++) out[to + i] = source[from + t * width + i];
    }
  }
}
