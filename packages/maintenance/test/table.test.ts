import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { gzipSync } from "node:zlib";
import { UsageError } from "@symbion/core";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { STATE_CODE, type TableOptions, type TableReading } from "../src/index.ts";
import { readTable, tableRows } from "../src/node/index.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "table-"));
});
afterAll(() => rm(folder, { recursive: true }));

let files = 0;
async function read(
  text: string | Uint8Array,
  options?: TableOptions,
  ending = "csv",
): Promise<TableReading> {
  const file = join(folder, `${++files}.${ending}`);
  await writeFile(file, text);
  return readTable(file, options);
}

const SIMPLE = "machine,cycle,T50 [°C],p (bar),note\na,1,20.5,1,x\na,2,21,1.5,y\nb,1,19,2,z\n";

describe("tables", () => {
  it("are read as their header says", async () => {
    const { fleet, machine, age, event, findings } = await read(SIMPLE);
    expect([machine, age, event]).toEqual(["machine", "cycle", null]);
    expect(fleet.channels.map(({ name, unit }) => [name, unit])).toEqual([
      ["T50", "°C"],
      ["p", "bar"],
    ]);
    expect(fleet.lifeUnit).toBe("cycle");
    expect(fleet.runs.map((run) => [run.machine, run.rows, run.remaining])).toEqual([
      ["a", 2, 0],
      ["b", 1, 0],
    ]);
    expect([...fleet.runs[0]!.values]).toEqual([20.5, 1, 21, 1.5]);
    expect(findings).toEqual([]);
  });

  it("may have other delimiters, decimal commas, a byte order mark, or be zipped", async () => {
    const right = (await read(SIMPLE)).fleet;
    const semicolons = SIMPLE.replaceAll(",", ";").replaceAll(".", ",");
    expect((await read(`\ufeff${semicolons.replaceAll("\n", "\r\n")}`)).fleet).toEqual(right);
    expect((await read(SIMPLE.replaceAll(",", "\t"))).fleet).toEqual(right);
    expect((await read(gzipSync(SIMPLE), {}, "csv.gz")).fleet).toEqual(right);
  });

  it("may be one machine's, count rows, and tell settings from sensors", async () => {
    const { fleet } = await read("speed,temp\n1,2\n1,3\n", {
      machine: null,
      age: null,
      settings: ["speed"],
    });
    expect(fleet.runs.map(({ machine, age }) => [machine, [...age]])).toEqual([
      ["machine", [1, 2]],
    ]);
    expect(fleet.channels.map(({ role }) => role)).toEqual(["setting", "sensor"]);
  });

  it("may hold times, of which service begins with the first", async () => {
    const { fleet } = await read(
      "id,timestamp,x\nm,2026-01-01 00:00:00,1\nm,2026-01-01T01:30:00Z,2\nm,2026-01-02,3\n",
    );
    expect(fleet.lifeUnit).toBe("h");
    expect([...fleet.runs[0]!.age]).toEqual([0, 1.5, 24]);
  });

  it("say by an event where lives end, and what goes on is a new life", async () => {
    const { fleet } = await read("id,age,x,failed\nm,1,1,0\nm,2,2,1\nm,1,3,no\nm,2,4,false\n");
    expect(fleet.runs.map(({ machine, rows, remaining }) => [machine, rows, remaining])).toEqual([
      ["m", 2, 0],
      ["m#2", 2, null],
    ]);
    const running = await read(SIMPLE, { ended: "running" });
    expect(running.fleet.runs.map(({ remaining }) => remaining)).toEqual([null, null]);
  });

  it("record what is missing, infinite, duplicate or backward, with the first line", async () => {
    const { fleet, findings } = await read(
      "id,age,x,y\nm,1,1,5\nm,3,,5\nm,2,inf,5\nm,3,9,9\n,4,1,1\nm,,1,1\nm,5,NA,1e99\n",
    );
    const [run] = fleet.runs;
    expect([...run!.age]).toEqual([1, 2, 3, 5]);
    const { good, missing, bad } = STATE_CODE;
    expect([...run!.states]).toEqual([good, good, bad, good, missing, good, missing, bad]);
    run!.values.forEach((value, i) => {
      expect(Number.isNaN(value)).toBe(run!.states[i]! !== good);
    });
    const short = findings.map(({ flag, count, first }) => [
      flag,
      count,
      Number(first.split(":").at(-1)),
    ]);
    expect(short).toEqual([
      ["missing", 3, 3],
      ["infinite", 2, 4],
      ["no-machine", 1, 6],
      ["no-age", 1, 7],
      ["duplicate", 1, 5],
      ["backward", 1, 4],
    ]);
  });

  it("count lives in the unit that their age column is called after", async () => {
    for (const [name, unit] of [
      ["hours", "h"],
      ["run_hours", "h"],
      ["day", "d"],
      ["cycle", "cycle"],
      ["age [min]", "min"],
    ] as const) {
      const { fleet } = await read(`id,${name},x\nm,1,2\nm,2,3\n`, {
        age: name.replace(" [min]", ""),
      });
      expect(fleet.lifeUnit, name).toBe(unit);
    }
  });

  it("are refused with file and line where they make no sense", async () => {
    const cases: [string, TableOptions, string][] = [
      ["", {}, "expected a header and rows, got an empty file"],
      ["id,age,x\n", {}, "expected rows below the header, got none"],
      ["id,age,x\nm,1,2\nm,2\n", {}, ":3: expected 3 columns, got 2"],
      ["id,age,x\nm,1,2\nm,2,3,4\n", {}, ":3: expected 3 columns, got 4"],
      ["id,age,x\nm,1,2\nm,2,warm\n", {}, ':3, column x: expected a number, got "warm"'],
      ["id,age,x\nm,1,2\nm,soon,2\n", {}, ':3, column age: expected a number, got "soon"'],
      ["id,age,x,x\nm,1,2,2\n", {}, 'expected columns with different names, got "x"'],
      ["id,age,name\nm,1,a\n", {}, "expected at least one column of numbers"],
      ["id,age,x\nm,1,2\n", { machine: "asset" }, "machine: expected a column of"],
      ["id,age,x\nm,1,2\n", { colour: 1 } as TableOptions, "options: expected one of"],
      ["id,age,x\nm,2024-01-01,2\n", { lifeUnit: "constructor" }, "lifeUnit: expected one of s"],
      ["id,age,x,failed\nm,1,2,maybe\n", {}, ":2, column failed: expected true or false"],
      ["id,age,x\nm,1,2\nm,2,2\n", { mostValues: 1 }, ":3: expected at most 1 values"],
      ['id,age,x\nm,1,"2\n', {}, "expected CSV"],
    ];
    for (const [text, options, message] of cases) {
      const failed = await read(text, options).then(
        () => null,
        (error: unknown) => error,
      );
      expect(failed, text).toBeInstanceOf(UsageError);
      expect((failed as Error).message, text).toContain(message);
      expect((failed as Error).message).not.toContain("\n");
    }
    await expect(readTable(join(folder, "absent.csv"))).rejects.toThrow(/absent\.csv.*ENOENT/);
    const kept = await read("id,age,x,y\nm,1,2,3\nm,2,warm,3\n", { text: "bad" });
    expect(kept.findings).toMatchObject([{ flag: "text", count: 1 }]);
  });

  it("throw nothing else, whatever the bytes", async () => {
    for (const ending of ["csv", "parquet", "csv.gz"]) {
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
          await read(bytes, {}, ending).catch((error: unknown) => {
            expect(error).toBeInstanceOf(UsageError);
          });
        }),
        { numRuns: 30 },
      );
    }
  });

  it("give rows one at a time, holding none of them", async () => {
    const file = join(folder, "large.csv");
    const out = createWriteStream(file);
    out.write("machine,cycle,x,y\n");
    const rows = 200_000;
    for (let from = 0; from < rows; from += 1000) {
      const chunk = Array.from({ length: 1000 }, (_, i) => `m${from % 7},${from + i},${i},2.5\n`);
      if (!out.write(chunk.join(""))) await once(out, "drain");
    }
    out.end();
    await finished(out);
    let count = 0;
    let most = 0;
    let wrong = 0;
    for await (const { row } of tableRows(file)) {
      count++;
      if (count % 20_000 === 0) most = Math.max(most, process.memoryUsage().arrayBuffers);
      wrong += row.values.length === 2 && row.values[1] === 2.5 ? 0 : 1;
    }
    expect(wrong).toBe(0);
    expect(count).toBe(rows);
    // 200,000 rows kept as typed arrays would be more than 60 MB.
    expect(most).toBeLessThan(60e6);
  });
});
