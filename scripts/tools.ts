/** Running the repository's own tools, each with the Node.js that runs this process. */
import { spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** The repository's root folder. */
export const root: string = join(import.meta.dirname, "..");

const entries = {
  biome: "@biomejs/biome/bin/biome",
  tsc: "typescript/bin/tsc",
  vite: "vite/bin/vite.js",
} as const;

/** The name of a tool that {@link runTool} knows. */
export type Tool = keyof typeof entries;

/** Runs a tool in the repository's root with this terminal; true if it ended with code 0. */
export function runTool(tool: Tool, args: readonly string[]): boolean {
  const entry = join(root, "node_modules", entries[tool]);
  return (
    spawnSync(process.execPath, [entry, ...args], { cwd: root, stdio: "inherit" }).status === 0
  );
}

/** The newest modification time (ms since 1970) in a file or folder tree; 0 where it is missing. */
export function newest(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  const inside = readdirSync(path).map((name) => newest(join(path, name)));
  return Math.max(stat.mtimeMs, ...inside);
}
