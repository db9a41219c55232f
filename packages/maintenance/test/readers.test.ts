import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readAi4i, readHydraulic } from "../src/node/index.ts";
import { sharedMachines } from "./support/cmapss.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "readers-"));
});
afterAll(() => rm(folder, { recursive: true }));

const put = (name: string, content: string | Uint8Array): Promise<void> =>
  writeFile(join(folder, name), content);

describe("hydraulic rig", () => {
  it("is read from plain and zipped files", async () => {
    await put("profile.txt", "3\t100\t0\t130\t1\n20\t90\t1\t115\t0\n");
    await put("TS1.txt", "35.5\t36\n37\t38\n");
    await put("FS1.txt.gz", gzipSync("1\t2\t3\r\n4\t5\t6\r\n"));
    const { cycles, sensors, grades } = await readHydraulic(folder);
    expect(cycles).toBe(2);
    expect(sensors.map(({ name, unit, perCycle }) => [name, unit, perCycle])).toEqual([
      ["FS1", "l/min", 3],
      ["TS1", "°C", 2],
    ]);
    expect([...sensors[0]!.values]).toEqual([1, 2, 3, 4, 5, 6]);
    expect([...grades.accumulator]).toEqual([130, 115]);
  });

  it("names file and line of what is wrong", async () => {
    await put("CE.txt", "1 2\n3\n");
    await expect(readHydraulic(folder)).rejects.toThrow(/CE\.txt:2: expected 2 columns, got 1/);
    await put("CE.txt", "1 2\n3 x\n");
    await expect(readHydraulic(folder)).rejects.toThrow(/CE\.txt:2: expected a number, got "x"/);
    await put("CE.txt", "1 2\n");
    await expect(readHydraulic(folder)).rejects.toThrow(/expected 2 rows, as the profile, got 1/);
    await put("CE.txt.gz", "not zipped");
    await expect(readHydraulic(folder)).rejects.toThrow(/CE\.txt/);
    await expect(readHydraulic(join(folder, "no"))).rejects.toThrow("ENOENT");
  });

  it("has 2205 cycles", async (context) => {
    const rig = join(sharedMachines, "hydsys");
    if (!existsSync(rig)) return context.skip(`no rig: ${rig} is absent`);
    const { cycles, sensors, grades } = await readHydraulic(rig);
    expect([cycles, sensors.length]).toEqual([2205, 10]);
    expect([...new Set(grades.cooler)].sort((a, b) => a - b)).toEqual([3, 20, 100]);
  });
});

describe("AI4I", () => {
  it("keeps results apart from inputs", async (context) => {
    const file = join(sharedMachines, "ai4i/ai4i2020.csv");
    if (!existsSync(file)) return context.skip(`no AI4I: ${file} is absent`);
    const { x, failed, modes } = await readAi4i(file);
    expect([x.rows, x.names.length]).toEqual([10_000, 5]);
    expect(failed.reduce((a, b) => a + b, 0)).toBe(339);
    expect(modes.HDF.reduce((a, b) => a + b, 0)).toBe(115);
    expect(x.names).not.toContain("TWF");
    expect(x.data[0]).toBeCloseTo(298.1, 3);
  });
});
