import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** Machines' data beside the repository; the folder is not part of it. */
export const sharedMachines: string = resolve(
  fileURLToPath(import.meta.url),
  "../../../../../../shared/data/maintenance",
);

/** The C-MAPSS files beside the repository. */
export const cmapssFolder: string = resolve(sharedMachines, "cmapss");

/** Why tests over {@link cmapssFolder} cannot run here, or null when they can. */
export const cmapssAbsent: string | null = existsSync(resolve(cmapssFolder, "train_FD001.txt"))
  ? null
  : `no C-MAPSS files: ${cmapssFolder} is absent`;
