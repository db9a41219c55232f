// The first step of every npm script: `node scripts/launch.mjs SCRIPT [ARGS]`. Installs what is
// missing, finds Node.js 24 and runs SCRIPT (TypeScript) with it. Plain ES2020 with no dependencies,
// because it runs before anything is installed, on whichever Node.js the machine has.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { findNode, handOver, refuse } from "../packages/edge/bin/node24.js";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The `packages` table of a lockfile, null where the file is missing or cut short. */
function lockedPackages(...path) {
  try {
    return JSON.parse(readFileSync(join(root, ...path), "utf8")).packages;
  } catch {
    return null;
  }
}

/**
 * Whether node_modules is what package-lock.json asks for. npm writes down what it installed, last of
 * all, so an interrupted install counts as none. Optional packages may be absent (other platforms).
 */
function isInstalled() {
  const wanted = lockedPackages("package-lock.json");
  const present = lockedPackages("node_modules", ".package-lock.json");
  if (wanted === null || present === null) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.startsWith("node_modules/") && !path.includes("/node_modules/")) return true;
    const found = present[path];
    if (found === undefined) return entry.optional === true || entry.devOptional === true;
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}

/** Runs `npm ci` with the npm that called this script, else the one on PATH. */
function install() {
  console.log("Installing dependencies (npm ci) ...");
  const args = [
    "ci",
    "--include=dev",
    "--include=optional",
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
  ];
  const npm = process.env.npm_execpath;
  const { status, error } = npm
    ? spawnSync(process.execPath, [npm, ...args], { cwd: root, stdio: "inherit" })
    : spawnSync("npm", args, { cwd: root, stdio: "inherit", shell: process.platform === "win32" });
  if (status !== 0) {
    console.error(
      `npm ci failed${error ? `: ${error.message}` : ""}. Dependencies are not installed.`,
    );
    process.exit(status ?? 1);
  }
}

const [script, ...args] = process.argv.slice(2);
if (script === undefined) {
  console.error("Expected: node scripts/launch.mjs SCRIPT [ARGS]; no SCRIPT was given.");
  process.exit(2);
}
if (!isInstalled()) install();
const node = findNode(import.meta.url);
if (node === null) refuse(`node scripts/launch.mjs ${script}`);
else handOver(node, ["--conditions=source", join(root, script), ...args]);
