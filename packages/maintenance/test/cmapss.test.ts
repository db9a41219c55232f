import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UsageError } from "@symbion/core";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  CMAPSS_CHANNELS,
  type CmapssSet,
  lifeLeft,
  maskFleet,
  missingText,
  parseCmapss,
  parseCmapssRemaining,
  parseMissing,
  STATE_CODE,
} from "../src/index.ts";
import { readCmapss } from "../src/node/index.ts";
import { cmapssAbsent, cmapssFolder } from "./support/cmapss.ts";
import { wearingFleet } from "./support/fleets.ts";

/** Rows of units as the files have them. */
function text(...units: [unit: number, cycles: number][]): string {
  return units
    .flatMap(([unit, cycles]) =>
      Array.from({ length: cycles }, (_, i) => {
        const values = Array.from({ length: 24 }, (_, c) => (unit * 100 + i + c / 100).toFixed(2));
        return `${unit} ${i + 1} ${values.join(" ")}  `;
      }),
    )
    .join("\n");
}

describe("C-MAPSS text", () => {
  it("becomes a fleet", () => {
    const fleet = parseCmapss(`${text([1, 3], [2, 2])}\n`, "train.txt", "failed");
    expect(fleet.channels).toEqual(CMAPSS_CHANNELS);
    expect(fleet.channels.filter(({ role }) => role === "sensor")).toHaveLength(21);
    expect(fleet.runs.map(({ machine, rows }) => [machine, rows])).toEqual([
      ["1", 3],
      ["2", 2],
    ]);
    expect(fleet.runs[1]!.values[25]!).toBeCloseTo(201.01, 3);
    expect([...(lifeLeft(fleet.runs[0]!) ?? [])]).toEqual([2, 1, 0]);
    const test = parseCmapss(text([1, 3]), "test.txt", parseCmapssRemaining("7 \n", "RUL.txt"));
    expect([...(lifeLeft(test.runs[0]!) ?? [])]).toEqual([9, 8, 7]);
  });

  it("records what is missing or infinite, and refuses what is no number", () => {
    const cells = text([1, 1]).trim().split(" ");
    cells[5] = "NaN";
    cells[6] = "inf";
    const { values, states } = parseCmapss(cells.join(" "), "t", "failed").runs[0]!;
    expect(values[3]).toBeNaN();
    expect([states[3], states[4], states[5]]).toEqual([
      STATE_CODE.missing,
      STATE_CODE.bad,
      STATE_CODE.good,
    ]);
    cells[7] = "12,5";
    expect(() => parseCmapss(cells.join(" "), "t.txt", "failed")).toThrow(
      't.txt:1, column 8: expected a number, got "12,5"',
    );
  });

  it("names file and line of what is wrong", () => {
    const good = text([1, 2]);
    const cases: [string, string][] = [
      ["", "t.txt: expected rows, got an empty file"],
      [`${good}\n1 3 5`, "t.txt:3: expected 26 columns, got 3"],
      [`${good}\n${text([1, 2])}`, 't.txt:3, column 2: expected cycle 3, got "1"'],
      [`${text([1, 1], [2, 1], [1, 1])}`, "t.txt:3: expected the rows of unit 1 in one piece"],
      [good.replace("1 1 ", "x 1 "), 't.txt:1, column 1: expected a unit number, got "x"'],
    ];
    for (const [bad, message] of cases) {
      expect(() => parseCmapss(bad, "t.txt", "failed")).toThrow(message);
    }
    expect(() => parseCmapss(good, "t.txt", Float64Array.of(1, 2))).toThrow("got 1");
    expect(() => parseCmapss(text([1, 1], [2, 1]), "t.txt", Float64Array.of(1))).toThrow(
      "got more",
    );
    expect(() => parseCmapssRemaining("5\n-1\n", "r.txt")).toThrow("r.txt:2");
  });

  it("throws nothing but that, whatever it is given", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(() => parseCmapss(bytes, "f", "failed")).toThrow(UsageError);
      }),
    );
  });
});

describe("C-MAPSS folders", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "cmapss-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("are read for any subset", async () => {
    await writeFile(join(folder, "train_FD004.txt"), text([1, 4], [2, 3]));
    await writeFile(join(folder, "test_FD004.txt"), text([1, 2]));
    await expect(readCmapss(folder, "FD004")).rejects.toThrow(/RUL_FD004\.txt.*ENOENT/);
    await writeFile(join(folder, "RUL_FD004.txt"), "11\n");
    const { train, test } = await readCmapss(folder, "FD004");
    expect(train.runs.map(({ remaining }) => remaining)).toEqual([0, 0]);
    expect(test.runs.map(({ remaining }) => remaining)).toEqual([11]);
    await expect(readCmapss(folder, "FD009" as CmapssSet)).rejects.toThrow("FD001, FD002");
  });

  it("hold the known number of rows and engines", async (context) => {
    if (cmapssAbsent !== null) return context.skip(cmapssAbsent);
    const { train, test } = await readCmapss(cmapssFolder, "FD001");
    const rows = (runs: readonly { rows: number }[]): number =>
      runs.reduce((n, r) => n + r.rows, 0);
    expect([train.runs.length, rows(train.runs)]).toEqual([100, 20631]);
    expect([test.runs.length, rows(test.runs)]).toEqual([100, 13096]);
  });
});

describe("losses", () => {
  const fleet = wearingFleet(5, 2, 1);
  const sensors = ["a", "b", "c"];
  const lostOf = (text_: string, seed: number): number[][] =>
    maskFleet(fleet, parseMissing(text_), seed, sensors).runs.map((run) => [...run.states]);

  it("are read and written", () => {
    for (const known of ["none", "mcar:0.5", "dead:3", "dead:2+mcar:0.25", "blackout:10"]) {
      expect(missingText(parseMissing(known))).toBe(known);
    }
    for (const bad of [
      "",
      "mcar",
      "mcar:",
      "mcar:1.5",
      "dead:2.5",
      "dead:1+dead:2",
      "x:1",
      "toString:1",
    ]) {
      expect(() => parseMissing(bad), bad).toThrow(UsageError);
    }
  });

  it("take what they say and leave the settings", () => {
    const width = fleet.channels.length;
    const dead = maskFleet(fleet, parseMissing("dead:2"), 3, sensors);
    const silent = fleet.channels.filter((_, c) =>
      dead.runs.every((run) =>
        Array.from({ length: run.rows }, (_, i) => run.states[i * width + c]).every(Boolean),
      ),
    );
    expect(silent).toHaveLength(2);
    for (const run of maskFleet(fleet, parseMissing("blackout:7"), 3, sensors).runs) {
      for (let i = 0; i < run.rows; i++) {
        const row = [...run.states.subarray(i * width, (i + 1) * width)];
        expect(row.slice(0, 2)).toEqual([0, 0]);
        expect(row.slice(2).every((state) => state > 0)).toBe(i >= run.rows - 7);
      }
    }
    const all = lostOf("mcar:0.5", 1).flat();
    const share = all.filter((state) => state > 0).length / ((all.length * 3) / width);
    expect(share).toBeGreaterThan(0.45);
    expect(share).toBeLessThan(0.55);
  });

  it("follow from seed and machine alone", () => {
    expect(lostOf("mcar:0.3", 1)).toEqual(lostOf("mcar:0.3", 1));
    expect(lostOf("mcar:0.3", 1)).not.toEqual(lostOf("mcar:0.3", 2));
    const shuffled = { ...fleet, runs: [...fleet.runs].reverse() };
    const masked = maskFleet(shuffled, parseMissing("dead:1+mcar:0.3"), 1, sensors);
    expect(masked.runs.map((run) => [...run.states]).reverse()).toEqual(
      lostOf("dead:1+mcar:0.3", 1),
    );
    expect(() => maskFleet(fleet, parseMissing("dead:4"), 1, sensors)).toThrow("at most 3");
  });
});
