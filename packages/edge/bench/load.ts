/** Sixteen sample cameras on one node: CPU, memory, delay, and what reaches the disk. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { goal, none, percentile, plain } from "../../../bench/rows.ts";
import type { BenchOptions, BenchRow } from "../src/cli/bench.ts";
import { samplePath } from "../src/config/samples.ts";
import { startNode, usage } from "./child-node.ts";

const CAMERAS = 16;
const FRAME_RATE = 15;
/** Seconds that are not counted: threads start, code is compiled, models learn the scene. */
const WARM_UP = 60;

/** Cameras with events, clips and history, as a user has them by default. Ten minutes, or what `--soak` says. */
export async function* loadRows(options: BenchOptions): AsyncGenerator<BenchRow, void, void> {
  const minutes = options.soakMinutes ?? (options.quick ? 1 : 10);
  const folder = await mkdtemp(join(tmpdir(), "symbion-bench-"));
  const config = join(folder, "symbion.yaml");
  const cameras = Array.from({ length: CAMERAS }, (_, i) => {
    return `  - { id: cam${i + 1}, file: ${JSON.stringify(samplePath("yard"))}, loop: true }`;
  });
  await writeFile(config, `cameras:\n${cameras.join("\n")}\n`);
  options.note(`load: ${CAMERAS} cameras for ${minutes} min, after a warm-up of ${WARM_UP} s`);
  const node = await startNode(config, folder);
  try {
    await pause(WARM_UP * 1000);
    const before = { ...(await usage(node.pid)), status: await node.status() };
    const from = performance.now();
    const memory: number[] = [];
    const backlog: number[] = [];
    while (performance.now() - from < minutes * 60_000) {
      await pause(1000);
      memory.push((await usage(node.pid)).memoryBytes);
      const { cameras: now } = await node.status();
      backlog.push(...now.map(({ stats }) => stats.backlogMs));
    }
    const seconds = (performance.now() - from) / 1000;
    const after = { ...(await usage(node.pid)), status: await node.status() };
    const frames = (status: typeof after.status): number =>
      status.cameras.reduce((sum, { stats }) => sum + stats.frames, 0);
    const dropped = after.status.cameras.reduce((sum, { stats }) => sum + stats.droppedFrames, 0);
    const restarts = after.status.cameras.reduce((sum, { restarts: count }) => sum + count, 0);
    const cpu = (100 * (after.cpuSeconds - before.cpuSeconds)) / seconds;
    const rate = (frames(after.status) - frames(before.status)) / seconds / CAMERAS;
    const name = `${CAMERAS} x 720p`;
    yield plain(`${name}: CPU per camera, everything on`, cpu / CAMERAS, "% of a core");
    yield goal(`${name}: CPU in all`, cpu, "% of a core", "< 200", cpu < 200);
    const least = 0.99 * FRAME_RATE;
    yield goal(`${name}: frames a second and camera`, rate, "1/s", `>= ${least}`, rate >= least);
    const late = percentile(backlog, 0.99);
    const limit = 3000 / FRAME_RATE;
    yield goal(`${name}: delay, 99 % of samples`, late, "ms", `< ${limit}`, late < limit);
    yield none(`${name}: frames dropped`, dropped);
    yield none(`${name}: restarts`, restarts);
    const growth = growthPerHour(memory) / 2 ** 20;
    yield plain(`${name}: memory`, (memory.at(-1) ?? 0) / 2 ** 20, "MiB");
    // Garbage comes and goes by some ten MiB; a leak is what is left over a long run.
    const flat = (growth * minutes) / 60 < 32;
    yield goal(
      `${name}: memory, growth over the run`,
      (growth * minutes) / 60,
      "MiB",
      "< 32",
      flat,
    );
    const written = after.status.store.writtenBytes - before.status.store.writtenBytes;
    yield plain(`${name}: written`, ((written / seconds) * 86_400) / 2 ** 30, "GiB a day");
    const database = after.status.store.databaseBytes / 2 ** 20;
    yield plain(`${name}: database`, database, "MiB");
    yield plain(`${name}: clips`, after.status.store.clipBytes / 2 ** 20, "MiB");
  } finally {
    await node.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Slope through values taken once a second, per hour: Theil and Sen's, which single peaks do not move. */
function growthPerHour(values: readonly number[]): number {
  const step = Math.max(1, Math.floor(values.length / 200));
  const slopes: number[] = [];
  for (let i = 0; i < values.length; i += step) {
    for (let j = i + step; j < values.length; j += step) {
      slopes.push(((values[j] as number) - (values[i] as number)) / (j - i));
    }
  }
  return 3600 * percentile(slopes, 0.5);
}
