/** Nodes in tests: in this process, or as a process of their own that can be killed. */

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { CameraStatus } from "@symbion/core";
import { type RunningNode, type RunOptions, runNode } from "../../src/node/index.ts";

/** Asks until there is an answer that is not null. */
export async function until<T>(what: () => T | null | Promise<T | null>, seconds = 30): Promise<T> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const value = await what();
    if (value !== null) return value;
    if (performance.now() > end) throw new Error(`nothing after ${seconds} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A folder with a configuration, nodes that run on it, and their log. */
export class NodeBench {
  readonly folder: string;
  readonly config: string;
  readonly lines: string[] = [];
  readonly #nodes: RunningNode[] = [];
  readonly #children: ChildProcess[] = [];

  private constructor(folder: string) {
    this.folder = folder;
    this.config = join(folder, "symbion.yaml");
  }

  static async make(): Promise<NodeBench> {
    return new NodeBench(await mkdtemp(join(tmpdir(), "symbion-test-")));
  }

  write(yaml: string): Promise<void> {
    return writeFile(this.config, yaml);
  }

  /** Starts a node in this process on the configuration, or on none where none was written. */
  async start(options: RunOptions = {}): Promise<RunningNode> {
    const node = await runNode({
      port: 0,
      handleSignals: false,
      write: (line) => this.lines.push(line),
      page: join(this.folder, "page"),
      folder: this.folder,
      ...options,
    });
    this.#nodes.push(node);
    return node;
  }

  /**
   * Starts a node in a process of its own; resolves with its address when it listens. `wrapped`: as the `symbion`
   * command does it, with a process around it.
   */
  async spawn(
    options: { readonly wrapped?: boolean } = {},
  ): Promise<{ readonly url: string; readonly child: ChildProcess }> {
    const bin = fileURLToPath(new URL("../../bin/symbion.js", import.meta.url));
    const args = [bin, "up", "--config", this.config, "--port", "0", "--json"];
    // With the condition the command need not start itself again: the process is the node.
    const flags = options.wrapped ? [] : ["--conditions=source"];
    const child = spawn(process.execPath, [...flags, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#children.push(child);
    let complaints = "";
    child.stderr.on("data", (chunk: Buffer) => {
      complaints += chunk.toString();
    });
    const url = await new Promise<string>((resolve, reject) => {
      child.once("exit", (code) => reject(new Error(`ended with ${code}: ${complaints}`)));
      createInterface({ input: child.stdout }).on("line", (line) => {
        this.lines.push(line);
        const found = /"url":"(http[^"]+)"/.exec(line)?.[1];
        if (found !== undefined) resolve(found);
      });
    });
    return { url, child };
  }

  /** Ends all nodes and removes the folder. */
  async close(): Promise<void> {
    await Promise.all(this.#nodes.map((node) => node.stop()));
    for (const child of this.#children) await kill(child, "SIGKILL");
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Sends a signal and resolves when the process is gone. */
export async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill(signal);
  await gone;
}

/** A camera of a node. */
export function camera(node: RunningNode, id: string): CameraStatus {
  const found = node.status().cameras.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no camera ${id}`);
  return found;
}

/** Resolves when a camera is live. */
export function live(node: RunningNode, id: string): Promise<CameraStatus> {
  return until(
    () => node.status().cameras.find((one) => one.id === id && one.state === "live") ?? null,
  );
}

/** JSON from a node's interface. */
export async function get<T>(url: string, path: string): Promise<T> {
  const response = await fetch(new URL(path, url));
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}
