/**
 * Putting restored files in place so that a crash in the middle is finished by the next start. What was checked lies
 * in a folder of its own inside the data folder; a plan, written in one go, says what moves where. A move whose origin
 * is gone or whose target is there has been done, so that a plan can be carried out again from any point.
 */

import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve, sep } from "node:path";

/** Name of the plan in the data folder. */
const PLAN = "restore.json";

/** One move; paths are relative to the data folder. */
export type Move = { readonly from: string; readonly to: string };

/** What a restore still has to do. */
export type RestorePlan = {
  readonly moves: readonly Move[];
  /** Folder with what was unpacked, removed in the end; relative. */
  readonly staged: string;
};

/** Writes the plan: from here on the restore happens, now or at the next start. */
export function writePlan(folder: string, plan: RestorePlan): void {
  const path = join(folder, PLAN);
  writeFileSync(`${path}.part`, JSON.stringify(plan), { flush: true });
  renameSync(`${path}.part`, path);
  syncFolder(folder);
}

/** Carries out the plan of a data folder that nobody has open, if there is one. Throws what the file system throws. */
export function finishRestore(folder: string): void {
  const path = join(folder, PLAN);
  if (!existsSync(path)) return;
  const plan = readPlan(path);
  if (plan !== null) {
    for (const { from, to } of plan.moves) {
      const origin = inFolder(folder, from);
      const target = inFolder(folder, to);
      if (origin === null || target === null) continue;
      if (!existsSync(origin) || existsSync(target)) continue;
      mkdirSync(dirname(target), { recursive: true });
      renameSync(origin, target);
    }
    const staged = inFolder(folder, plan.staged);
    if (staged !== null) rmSync(staged, { recursive: true, force: true });
    syncFolder(folder);
  }
  rmSync(path, { force: true });
}

/** Makes renames in a folder survive a power cut, where the system can. */
export function syncFolder(folder: string): void {
  try {
    const descriptor = openSync(folder, "r");
    fsyncSync(descriptor);
    closeSync(descriptor);
  } catch {
    // Folders cannot be opened on every system.
  }
}

/** A plan that is not what we write is no plan: nothing has been moved by it. */
function readPlan(path: string): RestorePlan | null {
  try {
    const plan = JSON.parse(readFileSync(path, "utf8")) as Partial<RestorePlan>;
    const { moves, staged } = plan;
    if (!Array.isArray(moves) || typeof staged !== "string") return null;
    const sound = moves.every(({ from, to }) => typeof from === "string" && typeof to === "string");
    return sound ? { moves, staged } : null;
  } catch {
    return null;
  }
}

/** The path inside the folder; null where it leads out of it, or is the folder itself. */
function inFolder(folder: string, path: string): string | null {
  const full = resolve(folder, path);
  return full.startsWith(resolve(folder) + sep) ? full : null;
}
