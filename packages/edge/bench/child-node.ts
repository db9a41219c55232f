/** A node in a process of its own, started as a user starts it, watched from outside. */

import { type ChildProcess, spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { NodeStatus } from "@symbion/core";

/** The repository's folder. */
export const root: string = fileURLToPath(new URL("../../..", import.meta.url));

/** A node that runs. */
export type ChildNode = {
  readonly url: string;
  readonly pid: number;
  /** Milliseconds of `performance.now()` at which it was spawned. */
  readonly spawnedAt: number;
  status(): Promise<NodeStatus>;
  stop(): Promise<void>;
};

/** Starts a command that becomes a node and logs NDJSON; resolves when it listens. */
export async function startChild(
  command: string,
  args: readonly string[],
  folder: string,
): Promise<ChildNode> {
  const spawnedAt = performance.now();
  const child = spawn(command, args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  let complaints = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaints = (complaints + text).slice(-2000);
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the node ended with ${code}: ${complaints}`)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      const found = /"url":"(http[^"]+)"/.exec(line)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
  return {
    url,
    pid: child.pid ?? 0,
    spawnedAt,
    status: async () => (await (await fetch(`${url}api/status`)).json()) as NodeStatus,
    stop: () => end(child),
  };
}

/** Starts `symbion up` on a configuration. */
export function startNode(config: string, folder: string): Promise<ChildNode> {
  const bin = fileURLToPath(new URL("../bin/symbion.js", import.meta.url));
  // With the condition the command need not start itself again: the process is the node.
  const args = ["--conditions=source", bin, "up", "--config", config, "--port", "0", "--json"];
  return startChild(process.execPath, args, folder);
}

/** CPU seconds of a process and its memory in bytes (Linux). */
export async function usage(pid: number): Promise<{ cpuSeconds: number; memoryBytes: number }> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const memory = /VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? "0";
  // utime and stime, in hundredths of a second on every Linux that Node.js supports.
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / 100,
    memoryBytes: Number(memory) * 1024,
  };
}

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGTERM");
  });
}
