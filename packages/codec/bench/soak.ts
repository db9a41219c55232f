/** Resident memory over a long stream: it must stay flat, and no frame may be lost. */

import { median, type Row, type RunOptions } from "../../../bench/rows.ts";
import { buildPackage, runProgram } from "./child.ts";
import { sampleClip } from "./clips.ts";

type Soak = {
  readonly units: number;
  readonly frames: number;
  readonly damaged: number;
  readonly readings: readonly number[];
};

const MIB = 1 << 20;

/** Minutes of 720p video, an hour by default, parsed at full speed in one process. */
export async function* soakRows(options: RunOptions): AsyncGenerator<Row, void, void> {
  const minutes = options.soakMinutes ?? (options.quick ? 2 : 60);
  await buildPackage();
  options.note(`soak: ${minutes} minutes of looped 720p video`);
  const soak = await runProgram<Soak>("./long-stream.ts", [sampleClip, String(minutes)]);
  const { readings } = soak;
  // The first third is warm-up: optimised code and a heap of its final size. Then the ends are compared.
  const settled = readings.slice(Math.floor(readings.length / 3));
  const part = Math.max(1, Math.floor(settled.length / 5));
  const growth = median(settled.slice(-part)) - median(settled.slice(0, part));
  const span = `${minutes} min of 720p`;
  yield {
    name: `memory growth after warm-up, ${span}`,
    value: growth / MIB,
    unit: "MiB",
    goal: "< 5 MiB",
    met: growth < 5 * MIB,
  };
  const peak = Math.max(...readings);
  yield { name: `resident memory, ${span}`, value: peak / MIB, unit: "MiB", goal: null, met: null };
  const lost = soak.units - soak.frames + soak.damaged;
  yield {
    name: `frames lost or damaged, ${span}`,
    value: lost,
    unit: "frames",
    goal: "0",
    met: lost === 0,
  };
}
