/** Sixteen live cameras at 15 frames per second in one process: CPU per camera, and whether frames pile up. */

import type { Row, RunOptions } from "../../../bench/rows.ts";
import { buildPackage, runProgram } from "./child.ts";
import { sampleClip } from "./clips.ts";

type Live = {
  readonly cpuSeconds: number;
  readonly wall: number;
  readonly frames: number;
  readonly medianLate: number;
  readonly p99Late: number;
  readonly worstLate: number;
};

const CAMERAS = 16;
const FRAME_RATE = 15;

/** The sample camera, sixteen times. */
export async function* camerasRows(options: RunOptions): AsyncGenerator<Row, void, void> {
  const seconds = options.quick ? 10 : 60;
  await buildPackage();
  options.note(`cameras: ${CAMERAS} live cameras for ${seconds} s`);
  const live = await runProgram<Live>("./live-cameras.ts", [
    sampleClip,
    String(CAMERAS),
    String(seconds),
  ]);
  const name = `${CAMERAS} x 720p at ${FRAME_RATE}/s`;
  const share = (100 * live.cpuSeconds) / live.wall;
  yield {
    name: `${name}: CPU per camera`,
    value: share / CAMERAS,
    unit: "% of a core",
    goal: null,
    met: null,
  };
  yield {
    name: `${name}: CPU in all`,
    value: share,
    unit: "% of a core",
    goal: "< 200",
    met: share < 200,
  };
  yield {
    name: `${name}: median delay`,
    value: live.medianLate,
    unit: "ms",
    goal: null,
    met: null,
  };
  // A backlog shows as a delay that grows past a few frames; one late frame alone is a scheduling hiccup.
  const limit = 3000 / FRAME_RATE;
  yield {
    name: `${name}: delay of 99 % of frames`,
    value: live.p99Late,
    unit: "ms",
    goal: `< ${limit}`,
    met: live.p99Late < limit,
  };
}
