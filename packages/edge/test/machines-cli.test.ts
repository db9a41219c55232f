import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Fleet, SIMULATED_KINDS, simulateLives } from "@symbion/maintenance";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bars } from "../src/cli/machines.ts";
import { Progress } from "../src/cli/progress.ts";
import { nodeCommand } from "./support/command.ts";

/** A table as a user has it; the last life may be cut. */
function csv({ channels, runs }: Fleet, rows = Number.POSITIVE_INFINITY): string {
  const names = channels.map(({ name, unit }) => `${name} [${unit}]`);
  const lines = [["machine", "hours [h]", ...names].join(",")];
  for (const run of runs) {
    for (let row = 0; row < Math.min(run.rows, rows); row++) {
      const from = row * channels.length;
      const values = [...run.values.subarray(from, from + channels.length)];
      const cells = values.map((value) => (Number.isNaN(value) ? "" : value.toFixed(3)));
      lines.push([run.machine, run.age[row], ...cells].join(","));
    }
  }
  return `${lines.join("\n")}\n`;
}

const [kind = ""] = SIMULATED_KINDS;
let folder = "";
let train = "";
let test = "";
let models = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "symbion-test-"));
  train = join(folder, "train.csv");
  test = join(folder, "test.csv");
  models = join(folder, "train.symbion");
  await writeFile(train, csv(simulateLives({ kind, lives: 6, seed: 1 })));
  const later = simulateLives({ kind, lives: 2, seed: 50 });
  await writeFile(test, csv(later, 250));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe("symbion machines", () => {
  it("learns from a table in one command, and forecasts and explains with what it wrote", async () => {
    const learned = await nodeCommand(["machines", "train", train, "--settings", "speed,valve"]);
    expect(learned.code).toBe(0);
    expect(learned.stdout).toMatch(
      /learned from 6 lives of 6 machines \(\d+ rows, 7 sensors, 2 settings\)/,
    );
    expect(learned.stdout).toMatch(/columns: machine: machine, time in service: hours/);
    expect(learned.stdout).toMatch(/error over machines left out in turn: [\d.]+ h/);
    expect(learned.stderr).toMatch(/reading train\.csv\n/);

    const predicted = await nodeCommand(["machines", "predict", models, test, "--json"]);
    expect(predicted).toMatchObject({ code: 0, stderr: "" });
    const forecasts = predicted.stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(forecasts.length).toBe(2);
    for (const forecast of forecasts) {
      expect(forecast).toMatchObject({ row: 250, reason: null });
      expect(forecast.low).toBeLessThanOrEqual(forecast.remaining);
      expect(forecast.failure).toBeGreaterThanOrEqual(0);
    }
    const all = await nodeCommand(["machines", "predict", models, test, "--all"]);
    expect(all.stdout.trimEnd().split("\n").length).toBe(500);

    const explained = await nodeCommand(["machines", "explain", models, test]);
    expect(explained.code).toBe(0);
    expect(explained.stdout).toMatch(/ h left/);
    expect(explained.stdout).toMatch(/█.*│/);
    const json = JSON.parse(
      (await nodeCommand(["machines", "explain", models, test, "--row", "9", "--json"])).stdout,
    );
    expect(json).toMatchObject({ row: 9, lifeUnit: "h" });
    expect(json.carriers.length).toBeGreaterThan(2);
  }, 120_000);

  it("goes on without a column, and says which sensors are silent", async () => {
    const lines = (await readFile(test, "utf8")).split("\n").map((line) => line.split(","));
    const dead = lines[0]?.findIndex((name) => name.startsWith("vibration")) ?? -1;
    const file = join(folder, "dead.csv");
    await writeFile(
      file,
      lines.map((cells) => cells.filter((_, index) => index !== dead).join(",")).join("\n"),
    );
    const result = await nodeCommand(["machines", "predict", models, file, "--json"]);
    expect(result.code).toBe(0);
    expect(result.stderr).toMatch(/silent: vibration \(no such columns\)/);
    expect(result.stdout.trimEnd().split("\n").length).toBe(2);
  });

  it("replays a table: forecasts, versions, and how wrong it was", async () => {
    const result = await nodeCommand([
      ...["machines", "replay", train, "--settings", "speed,valve", "--every", "200", "--json"],
    ]);
    expect(result.code).toBe(0);
    const lines = result.stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.filter((line) => "version" in line).length).toBeGreaterThan(1);
    expect(lines.at(-1)).toMatchObject({ totals: { lives: 6, rmse: expect.any(Number) } });
  }, 240_000);

  it("answers bad use and bad input with one line and exit code 2", async () => {
    const wrong = join(folder, "wrong.csv");
    await writeFile(wrong, "machine,cycle,x\na,1,2\na,two,3\n");
    const running = join(folder, "running.csv");
    await writeFile(running, "machine,cycle,x\na,1,2\na,2,3\n");
    for (const [args, words] of [
      [["train", join(folder, "none.csv")], /none\.csv: expected a readable table, got ENOENT/],
      [["train", wrong], /wrong\.csv:3, column cycle: expected a number, got "two"/],
      [["train", running, "--running"], /expected at least one machine that fails/],
      [["train", train, "--cap", "-1"], /expected a number above 0/],
      [["predict", train, test], /expected a file of models/],
      [["predict", models, wrong], /./],
      [["explain", models, test, "--machine", "nobody"], /expected a machine of the table/],
      [["explain", models, test, "--row", "9999"], /expected a row from 1 to 250/],
      [["evaluate", "--cmapss", folder], /--set/],
      [["evaluate", "--cmapss", folder, "--set", "FD009"], /FD009/],
      [
        ["evaluate", "--cmapss", folder, "--set", "FD001", "--missing", "all"],
        /expected none, or mcar/,
      ],
      [["evaluate", "--cmapss", folder, "--set", "FD001"], /train_FD001\.txt: expected .*ENOENT/],
      [["stream", "--cmapss", folder, "--stream", "FD002"], /FD00\d\.txt: expected .*ENOENT/],
      [["tarin"], /expected a command \(machines train, .*got "tarin"/],
      [[], /expected a command/],
    ] as const) {
      const { code, stdout, stderr } = await nodeCommand(["machines", ...args]);
      expect([code, stdout], args.join(" ")).toEqual([2, ""]);
      const complaints = stderr
        .trimEnd()
        .split("\n")
        .filter((line) => line.startsWith("symbion:"));
      expect(complaints.length, args.join(" ")).toBe(1);
      expect(complaints[0], args.join(" ")).toMatch(words);
    }
    const cut = join(folder, "cut.symbion");
    await writeFile(cut, (await readFile(models)).subarray(0, 3000));
    const damaged = await nodeCommand(["machines", "predict", cut, test]);
    expect(damaged.code).toBe(2);
    expect(damaged.stderr).toMatch(/cut\.symbion: expected whole models/);
  }, 120_000);
});

describe("what people see", () => {
  it("bars to the left shorten, bars to the right lengthen", () => {
    const [left = "", right = ""] = bars(
      [
        { sensor: "vibration", effect: -20 },
        { sensor: "age", effect: 10 },
      ],
      "h",
    );
    expect(left).toMatch(/^vibration █{24}│ +-20 h$/);
    expect(right).toMatch(/^age {7}\s*│█{12} +\+10 h$/);
    expect(bars([], "h")).toEqual(["no sensor carries it"]);
  });

  it("a bar on a terminal, a line per step elsewhere", () => {
    const written: string[] = [];
    const stream = { isTTY: true, write: (text: string) => written.push(text) };
    const bar = new Progress(stream as never);
    bar.show("reading", 0.5);
    bar.end();
    expect(written[0]).toContain(`${"█".repeat(15)}${"░".repeat(15)}  50 %  reading`);
    expect(written.length).toBe(2);
    written.length = 0;
    const lines = new Progress({ ...stream, isTTY: false } as never);
    for (const share of [0, 0.5, 1]) lines.show("reading", share);
    lines.show("growing", 0);
    lines.end();
    expect(written).toEqual(["reading\n", "growing\n"]);
  });
});
