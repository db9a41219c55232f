/**
 * Makes encoded clips for training and leaves them in a folder.
 *
 *   node --conditions=source packages/vision/train/fill-pool.ts FOLDER COUNT [FIRST-SEED]
 */

import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { drawSettings, encodedClip } from "./encode.ts";
import type { PoolEntry } from "./pool.ts";
import { Random } from "./random.ts";

const [folder = "pool", count = "100", first = "1000000"] = process.argv.slice(2);
const FRAMES = 16;
const variant = { layouts: "trained", shapes: "trained" } as const;

mkdirSync(folder, { recursive: true });
for (let i = 0; i < Number(count); i++) {
  const seed = Number(first) + i;
  const path = join(folder, `${seed}.json`);
  if (existsSync(path)) continue;
  const clip = encodedClip(seed, FRAMES, variant, drawSettings(new Random(seed ^ 0xe4c0de)));
  const planned = clip.changed.map((marks) => [...marks.keys()].filter((block) => marks[block]));
  const entry: PoolEntry = { seed, variant, frames: FRAMES, planned };
  writeFileSync(path.replace(/json$/, "rgb"), Buffer.concat(clip.frames));
  writeFileSync(`${path}.part`, JSON.stringify(entry));
  renameSync(`${path}.part`, path);
  if (i % 50 === 49) console.log(`${i + 1} clips`);
}
