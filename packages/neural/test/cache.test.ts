/** Converted weights on disk: found again, mapped by ONNX Runtime, and never there in part. */

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  CheckpointError,
  type CheckpointParameters,
  encodeModel,
  encodeSafetensors,
  Graph,
  MemoryWeights,
  type WeightFile,
} from "../src/index.ts";
import { DiskWeights, loadCheckpoint, openNodeExecutor } from "../src/node/index.ts";
import { numbers } from "./support/lcg.ts";

let root: string;
let folder: string;
let packed: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "symbion-cache-"));
  folder = join(root, "model");
  packed = join(root, "packed");
  mkdirSync(folder);
  writeCheckpoint(1);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function writeCheckpoint(seed: number): void {
  const tensor = (n: number, k: number, at: number) =>
    ({ type: "F32", shape: [n, k], data: numbers(n * k, seed + at) }) as const;
  const file = encodeSafetensors(
    new Map([
      ["a", tensor(32, 64, 0)],
      ["b", tensor(32, 64, 1)],
    ]),
  );
  writeFileSync(join(folder, "model.safetensors"), file);
  writeFileSync(join(folder, "config.json"), "{}");
}

/** Files of converted weights, and whatever else lies there but the lock. */
function stored(): string[] {
  return readdirSync(packed, { recursive: true, encoding: "utf8" })
    .filter(
      (name) =>
        statSync(join(packed, name)).isFile() && !/(?:lock|lock-journal|from\.json)$/.test(name),
    )
    .sort();
}

function twoLinears(parameters: CheckpointParameters): Graph {
  const graph = new Graph();
  const x = graph.input("x", "float32", ["M", 64]);
  graph.output("a", parameters.linear(graph, x, "a", 64, 32));
  graph.output("b", parameters.linear(graph, x, "b", 64, 32));
  return graph;
}

/** Converts with the folder's checkpoint, counting the converted bytes. */
async function convert(): Promise<{ bytes: number; external: Record<string, unknown> }> {
  const loaded = await loadCheckpoint(folder, { packed });
  let bytes = 0;
  const parameters = loaded.parameters({
    precision: "q8",
    onProgress: (done) => {
      bytes = done;
    },
  });
  twoLinears(parameters);
  try {
    return { external: await parameters.external(), bytes };
  } finally {
    await loaded.close();
  }
}

describe("converted weights", () => {
  it("are files that ONNX Runtime computes with as with buffers", async () => {
    const executor = await openNodeExecutor();
    const loaded = await loadCheckpoint(folder, { packed });
    const x = { type: "float32", shape: [3, 64], data: numbers(192, 9) } as const;
    const run = async (parameters: CheckpointParameters): Promise<unknown> => {
      const graph = twoLinears(parameters);
      const external = await parameters.external();
      const program = await executor.load({ model: encodeModel(graph), external });
      const results = await program.run({ x });
      await program.dispose();
      return results;
    };
    const onDisk = await run(loaded.parameters({ precision: "q4" }));
    expect(stored()).toHaveLength(2);
    const store = new MemoryWeights();
    expect(await run(loaded.parameters({ precision: "q4", store }))).toEqual(onDisk);
    await loaded.close();
    await executor.dispose();
  });

  it("are converted once, and again when the checkpoint has changed", async () => {
    const first = await convert();
    // 32 rows of 64 codes and 2 scales, twice.
    expect(first.bytes).toBe(2 * 32 * (64 + 8));
    expect((await convert()).bytes).toBe(0);
    writeCheckpoint(2);
    const other = await convert();
    expect(other.bytes).toBe(first.bytes);
    expect(Object.values(other.external)).not.toEqual(Object.values(first.external));
  });

  it("are made again when a file is missing or has another length", async () => {
    const { external } = await convert();
    const path = String(Object.values(external)[0]);
    const sound = await readFile(path);
    writeFileSync(path, sound.subarray(0, 100));
    expect((await convert()).bytes).toBe(32 * 72);
    expect(await readFile(path)).toEqual(sound);
    rmSync(path);
    expect((await convert()).bytes).toBe(32 * 72);
    expect(await readFile(path)).toEqual(sound);
  });

  it("of two converters at once are made by one of them", async () => {
    const both = await Promise.all([convert(), convert()]);
    expect(both.map(({ bytes }) => bytes).sort((a, b) => a - b)).toEqual([0, 2 * 32 * 72]);
    expect(both[0].external).toEqual(both[1].external);
  });
});

describe("what goes wrong on the way", () => {
  const file = (location: string, length: number, produce: WeightFile["produce"]): WeightFile => ({
    location,
    length,
    produce,
  });
  const sound = file("sound", 64, (write) => write(0, new Uint8Array(64).fill(7)));

  it("leaves nothing when a later file fails, and keeps what was there before", async () => {
    const weights = new DiskWeights(packed, folder);
    await weights.provide([file("early", 8, (write) => write(0, new Uint8Array(8)))]);
    const failing = file("bad", 64, async (write) => {
      await write(0, new Uint8Array(32));
      throw new CheckpointError("model.safetensors: w: expected finite values");
    });
    await expect(weights.provide([sound, failing])).rejects.toThrow(/w: expected finite values/);
    expect(stored()).toEqual(["early"]);
    await weights.provide([sound]);
    expect(stored()).toEqual(["early", "sound"]);
  });

  it("leaves nothing on a disk that becomes full, and says so", async (context) => {
    mkdirSync(packed);
    try {
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=24m", "tmpfs", packed], { stdio: "pipe" });
    } catch {
      context.skip("needs the right to mount a tmpfs");
    }
    try {
      const weights = new DiskWeights(packed, folder);
      const length = 4 << 20;
      const filling = file("large", length, async (write) => {
        // Somebody else takes the room after it has been looked at.
        writeFileSync(join(packed, "other"), new Uint8Array(22 << 20));
        for (let at = 0; at < length; at += 1 << 20)
          await write(at, new Uint8Array(1 << 20).fill(1));
      });
      const provided = weights.provide([sound, filling]);
      await expect(provided).rejects.toThrow(CheckpointError);
      await expect(provided).rejects.toThrow(/cannot be written.*ENOSPC/);
      expect(stored()).toEqual(["other"]);
      const asked = weights.provide([file("more", 30 << 20, async () => {})]);
      await expect(asked).rejects.toThrow(/expected 48\.2 MB free for converted weights, got \d/);
      expect(stored()).toEqual(["other"]);
    } finally {
      execFileSync("umount", [packed]);
    }
  });

  it("leaves nothing of a process that was killed", async () => {
    const script = fileURLToPath(new URL("support/convert-and-hang.ts", import.meta.url));
    const child = spawn(process.execPath, ["--conditions=source", script, folder, packed], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [said] = (await once(child.stdout, "data")) as [Buffer];
    expect(said.toString()).toBe("half-way\n");
    expect(stored().every((name) => name.endsWith(".partial"))).toBe(true);
    expect(stored().length).toBeGreaterThan(0);
    child.kill("SIGKILL");
    await once(child, "close");
    // All of it again, and no trace of the first attempt.
    expect((await convert()).bytes).toBe(2 * 32 * 72);
    expect(stored()).toHaveLength(2);
    expect(stored().some((name) => name.endsWith(".partial"))).toBe(false);
  });

  it("is said where the folder cannot be made", async () => {
    writeFileSync(packed, "a file");
    await expect(convert()).rejects.toThrow(/packed.*: cannot be written to/);
    chmodSync(packed, 0o600);
  });

  it("is said where the checkpoint's folder lacks a file or is none", async () => {
    await expect(loadCheckpoint(join(root, "none"))).rejects.toThrow(
      /none: expected a folder with a checkpoint/,
    );
    await expect(loadCheckpoint("nobody/none", { models: root })).rejects.toThrow(
      /nobody\/none: expected a folder with a checkpoint, or a model that has been pulled/,
    );
    rmSync(join(folder, "model.safetensors"));
    await expect(loadCheckpoint(folder)).rejects.toThrow(
      /expected model\.safetensors or .*neither/,
    );
    rmSync(join(folder, "config.json"));
    await expect(loadCheckpoint(folder)).rejects.toThrow(/config\.json, there is none/);
    writeFileSync(join(folder, "config.json"), "{");
    await expect(loadCheckpoint(folder)).rejects.toThrow(/config\.json: expected JSON/);
  });
});
