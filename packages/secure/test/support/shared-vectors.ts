import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** Official vectors beside the repository; the folder is not part of it. */
export const vectorFolder: string = resolve(
  fileURLToPath(import.meta.url),
  "../../../../../../shared/data/privacy",
);

/** Why tests over {@link vectorFolder} cannot run here, or null when they can. */
export const vectorsAbsent: string | null = existsSync(vectorFolder)
  ? null
  : `no official vectors: ${vectorFolder} is absent`;

/** One file of vectors, parsed. */
export function loadVectors(path: string): unknown {
  return JSON.parse(readFileSync(join(vectorFolder, path), "utf8"));
}
