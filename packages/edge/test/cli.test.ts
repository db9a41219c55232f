import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { H264Parser, listVectors } from "@symbion/codec";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { figure, printRows } from "../src/cli/bench.ts";

const program = fileURLToPath(new URL("../bin/symbion.js", import.meta.url));
const sample = fileURLToPath(new URL("../samples/yard.mp4", import.meta.url));
const clips = fileURLToPath(new URL("../../codec/test/fixtures/", import.meta.url));
const clip = join(clips, "frame-cabac-temporal.264");

type Result = { readonly code: number | null; readonly out: string; readonly err: string };

/** Runs `symbion` with nothing on its standard input. */
function symbion(...args: string[]): Result {
  const done = spawnSync(process.execPath, [program, ...args], {
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
    maxBuffer: 1 << 28,
  });
  return { code: done.status, out: done.stdout, err: done.stderr };
}

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "symbion-cli-"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("symbion signals --json", () => {
  type Line = Record<string, number | string | boolean | number[][]>;
  const lines = (out: string): Line[] =>
    out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Line);

  test("one line per frame in output order, then the totals", () => {
    const { code, out, err } = symbion("signals", clip, "--json", "--vectors");
    expect([code, err]).toEqual([0, ""]);
    const all = lines(out);
    const total = all.pop() as Line;
    const whole = createHash("sha256");
    let vectors = 0;
    for (const [i, line] of all.entries()) {
      expect(Object.keys(line)).toEqual([
        ...["frame", "pts", "type", "mbWidth", "mbHeight", "intra", "skip", "vectors", "sha256"],
        ...["qp", "residual", "bits", "damaged", "mvs"],
      ]);
      expect(line.frame).toBe(i);
      const rows = line.mvs as number[][];
      const text = rows.map((row) => `${row.join(" ")}\n`).sort();
      expect(line.sha256).toBe(createHash("sha256").update(text.join("")).digest("hex"));
      expect(line.vectors).toBe(rows.length);
      whole.update(line.sha256 as string);
      vectors += rows.length;
    }
    expect(total).toEqual({ frames: all.length, vectors, sha256: whole.digest("hex") });
    expect(vectors).toBeGreaterThan(0);
    expect(all.map((line) => line.type).join("")).toMatch(/^I[PB]+/);
  });

  test("a file with timestamps: pts in seconds, and the same without --vectors", () => {
    const { code, out } = symbion("signals", sample, "--json");
    expect(code).toBe(0);
    const all = lines(out);
    const total = all.pop() as Line;
    expect(all.length).toBe(total.frames);
    expect(all.map((line) => line.pts)).toEqual(
      all.map((_, i) => Math.round((i * 1e6) / 15) / 1e6),
    );
    expect(all[0]).not.toHaveProperty("mvs");
    expect(all[0]).toMatchObject({
      type: "I",
      mbWidth: 80,
      mbHeight: 45,
      intra: 3600,
      vectors: 0,
      damaged: false,
    });
  });

  test("figures are those of the parser", async () => {
    const bytes = await import("node:fs").then(({ readFileSync }) => readFileSync(clip));
    const expected: unknown[] = [];
    const parser = new H264Parser({
      onFrame(frame) {
        const sum = (list: ArrayLike<number>): number =>
          Array.from(list).reduce((a, b) => a + b, 0);
        expected.push({
          vectors: listVectors(frame).count,
          bits: sum(frame.bits),
          residual: sum(frame.residual),
          qp: Math.round((sum(frame.qp) / frame.qp.length) * 1000) / 1000,
          damaged: frame.damaged,
        });
      },
    });
    parser.push(bytes);
    parser.end();
    const all = lines(symbion("signals", clip, "--json").out).slice(0, -1);
    expect(
      all.map(({ vectors, bits, residual, qp, damaged }) => ({
        vectors,
        bits,
        residual,
        qp,
        damaged,
      })),
    ).toEqual(expected);
  });

  test("standard input", () => {
    const piped = spawnSync("sh", [
      "-c",
      `"${process.execPath}" "${program}" signals - --json < "${clip}"`,
    ]);
    expect(piped.stdout.toString()).toBe(symbion("signals", clip, "--json").out);
  });

  test("a reader that leaves early is no error", async () => {
    const child = spawn(
      "sh",
      [
        "-c",
        `"${process.execPath}" "${program}" signals "${sample}" --vectors | head -n 1 | wc -l`,
      ],
      {
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    let out = "";
    let err = "";
    child.stdout.on("data", (data: Buffer) => {
      out += data;
    });
    child.stderr.on("data", (data: Buffer) => {
      err += data;
    });
    await new Promise((resolve) => child.once("close", resolve));
    expect([out.trim(), err]).toEqual(["1", ""]);
  });
});

describe("symbion signals for people", () => {
  test("a table and a summary", () => {
    const { code, out } = symbion("signals", clip);
    expect(code).toBe(0);
    const rows = out.trimEnd().split("\n");
    expect(rows[0]).toMatch(
      /frame +time s +type +blocks +intra +skip +vectors +qp +residual +bits/,
    );
    expect(rows[1]).toMatch(/^ +0 +0\.000 +I /);
    expect(rows.at(-1)).toMatch(/^\d+ frames, \d+ vectors, 0 damaged, sha256 [0-9a-f]{64}$/);
  });
});

describe("bad input and bad use: exit code 2 and one line", () => {
  const file = (name: string, bytes: string | Uint8Array): string => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return path;
  };
  const cases: readonly [string, () => string[], RegExp][] = [
    [
      "text",
      () => ["signals", file("a.txt", "hello world\n")],
      /a\.txt: not a video: expected MP4/,
    ],
    ["empty file", () => ["signals", file("e.mp4", "")], /e\.mp4: expected video, got 0 bytes/],
    [
      "HEVC",
      () => [
        "signals",
        file("h.265", Uint8Array.of(0, 0, 1, 0x40, 1, 0, 0, 1, 0x42, 1, 0, 0, 1, 0x44, 1, 0)),
      ],
      /h\.265: HEVC \(raw byte stream\): not yet; Symbion reads H\.264/,
    ],
    ["missing file", () => ["signals", join(folder, "none")], /none: no such file/],
    ["folder", () => ["signals", folder], /got a directory/],
    ["unreachable", () => ["signals", "rtsp://u:secret@127.0.0.1:9/x"], /rtsp:\/\/\*\*\*@127/],
    ["no source", () => ["signals"], /missing required argument 'source'/],
    ["two sources", () => ["signals", clip, clip], /too many arguments/],
    ["unknown option", () => ["signals", clip, "--jsn"], /unknown option '--jsn'/],
    ["unknown command", () => ["watchh"], /expected a command \(up, .*signals.*\), got "watchh"/],
    ["no command", () => [], /expected a command/],
    [
      "unknown area",
      () => ["bench", "nope"],
      /expected an area \(codec, companion, machines, motion, node, share, vision\), got "nope"/,
    ],
    ["unknown part", () => ["bench", "codec", "--only", "nope"], /expected parts of codec/],
    ["bad port", () => ["up", "--port", "http"], /expected a port from 0 to 65535, got "http"/],
    [
      "missing configuration",
      () => ["up", "--config", join(folder, "no.yaml")],
      /no\.yaml: expected a configuration/,
    ],
  ];
  test.for(cases)("%s", ([_, args, message]) => {
    const { code, out, err } = symbion(...args());
    expect(err).toMatch(message);
    expect(err).toMatch(/^symbion: [^\n]+\n$/);
    expect(err).not.toContain("secret");
    expect([code, out]).toEqual([2, ""]);
  });
});

describe("help", () => {
  test("every command has --help and --json", () => {
    for (const command of ["up", "signals", "bench"]) {
      const { code, out } = symbion(command, "--help");
      expect(code).toBe(0);
      expect(out).toContain(`Usage: symbion ${command}`);
      expect(out).toContain("--json");
    }
    expect(symbion("--help").out).toContain("signals");
    expect(symbion("--version").out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe("symbion bench", () => {
  test("a table, and one JSON line at the end", async () => {
    const rows = [
      {
        name: "a",
        value: 421.26,
        unit: "frames/CPU-s",
        peer: 210.63,
        ratio: 2,
        goal: ">= 1 x",
        met: true,
      },
      { name: "b", value: 0.01234, unit: "MiB", goal: "< 0.01", met: false },
      { name: "c", value: 7, unit: "ms", goal: null, met: null },
    ];
    async function* source(): AsyncGenerator<(typeof rows)[number], void, void> {
      yield* rows;
    }
    const lines: string[] = [];
    const write = (text: string): void => void lines.push(...text.trimEnd().split("\n"));
    await printRows("codec", "this machine", source(), { json: true, write });
    expect(JSON.parse(lines.at(-1) ?? "")).toEqual({
      area: "codec",
      machine: "this machine",
      rows,
    });
    expect(lines[2]).toMatch(/^a +421 +frames\/CPU-s +211 +2\.00 +>= 1 x: met$/);
    expect(lines[3]).toMatch(/^b +0\.0123 +MiB +< 0\.01: MISSED$/);
    expect(lines[4]).toMatch(/^c +7 +ms$/);
    expect([figure(0.5), figure(99.94), figure(1e6)]).toEqual(["0.500", "99.9", "1000000"]);
  });

  test("the fuzz part runs for real", () => {
    const { code, out } = symbion("bench", "codec", "--only", "fuzz", "--fuzz", "20", "--json");
    expect(code).toBe(0);
    const report = JSON.parse(out.trimEnd().split("\n").at(-1) ?? "") as Record<string, unknown>;
    expect(report).toMatchObject({ area: "codec", machine: expect.any(String) });
    expect((report.rows as { met: boolean | null }[]).every((row) => row.met !== false)).toBe(true);
  });
});
