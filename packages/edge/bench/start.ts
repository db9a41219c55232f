/** From `npm start` on an installed checkout to the first frame that is understood. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { atMost, median, plain } from "../../../bench/rows.ts";
import type { BenchOptions, BenchRow } from "../src/cli/bench.ts";
import { root, startChild } from "./child-node.ts";

const GOAL = 3;

/** Median of several starts, the page built and the packages installed. */
export async function* startRows(options: BenchOptions): AsyncGenerator<BenchRow, void, void> {
  const runs = options.quick ? 2 : 5;
  const listening: number[] = [];
  const live: number[] = [];
  for (let run = 0; run <= runs; run++) {
    options.note(`start: ${run === 0 ? "warm-up" : `${run} of ${runs}`}`);
    const folder = await mkdtemp(join(tmpdir(), "symbion-bench-"));
    const config = join(folder, "symbion.yaml");
    await writeFile(config, "cameras: [{ id: yard, sample: yard }]\n");
    const node = await startChild(
      "npm",
      ["start", "--silent", "--", "--config", config, "--port", "0", "--json"],
      root,
    );
    const up = performance.now() - node.spawnedAt;
    while (((await node.status()).cameras[0]?.stats.frames ?? 0) === 0) await pause(5);
    const first = performance.now() - node.spawnedAt;
    await node.stop();
    await rm(folder, { recursive: true, force: true });
    // The first run may build the page.
    if (run === 0) continue;
    listening.push(up / 1000);
    live.push(first / 1000);
  }
  const seconds = median(live);
  const name = "npm start, installed: until";
  yield plain(`${name} it listens`, median(listening), "s");
  yield atMost(`${name} the first live frame`, seconds, "s", GOAL);
}
