import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it, type TestContext, vi } from "vitest";
import { HubServer } from "../../neural/test/support/hub-server.ts";
import { samplePath } from "../src/config/samples.ts";
import { writeTinyGemma } from "./support/chat-model.ts";
import { nodeCommand } from "./support/command.ts";

// Each starts processes of its own, which a busy machine may keep waiting.
vi.setConfig({ testTimeout: 300_000 });

const ffmpeg = spawnSync("ffmpeg", ["-version"]).status === 0;
const folder = mkdtempSync(join(tmpdir(), "symbion-watch-"));
const short = join(folder, "short.mp4");

/** What the lines of `--json` hold, as far as it is looked at. */
type Line = {
  readonly from: number;
  readonly to: number;
  readonly partial: boolean;
  readonly answers: readonly {
    readonly question: string;
    readonly answer: string;
    readonly text: string;
    readonly known: boolean;
    readonly confidence: number;
  }[];
  readonly blocksKept: number;
  readonly blocksTotal: number;
  readonly tokensRefreshed: number;
  readonly tokensReused: number;
  readonly flops: number;
  readonly fullFlops: number;
  readonly firstTokenMs: number;
  readonly stages: Readonly<Record<string, number>>;
  readonly policy: string;
};
type Totals = {
  readonly windows: number;
  readonly frames: number;
  readonly decodedFrames: number;
  readonly flops: number;
  readonly fullFlops: number;
};

function read(stdout: string): { windows: Line[]; totals: Totals | undefined } {
  const lines = stdout
    .trim()
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line & { totals?: Totals });
  return {
    windows: lines.filter((line) => line.totals === undefined),
    totals: lines.at(-1)?.totals,
  };
}

beforeAll(() => {
  if (!ffmpeg) return;
  execFileSync("ffmpeg", [
    ...["-loglevel", "error", "-y", "-i", samplePath("yard"), "-t", "7", "-c", "copy", short],
  ]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function needsFfmpeg(context: TestContext): void {
  if (!ffmpeg) context.skip("needs ffmpeg");
}

describe("symbion watch", () => {
  it("answers each window with the embedded model, with what it cost", async (context) => {
    needsFfmpeg(context);
    const asks = ["--ask", "what happened", "--ask", "how many cars are there"];
    const { code, stdout, stderr } = await nodeCommand(["watch", short, ...asks, "--json"]);
    expect([code, stderr]).toEqual([0, ""]);
    const { windows, totals } = read(stdout);
    // Fourteen pictures: windows of eight, every two.
    expect(windows.map(({ partial }) => partial)).toEqual([false, false, false, false]);
    for (const { answers, flops, fullFlops, stages, firstTokenMs, from, to } of windows) {
      expect(answers.map(({ question }) => question)).toEqual(["q1", "q2"]);
      for (const { answer, text, known, confidence } of answers) {
        expect(confidence).toBeGreaterThan(0);
        expect(confidence).toBeLessThanOrEqual(1);
        expect(answer).toBe(known ? text : "don't know");
      }
      expect(to - from).toBeCloseTo(3.5, 0);
      expect(flops).toBeLessThan(fullFlops * 1.05);
      expect(Object.keys(stages)).toEqual([
        "parse",
        "plan",
        "pixels",
        "encode",
        "refresh",
        "answer",
      ]);
      expect(firstTokenMs).toBeGreaterThan(0);
    }
    expect(windows.some(({ tokensReused }) => tokensReused > 0)).toBe(true);
    expect(windows.slice(1).every(({ blocksKept, blocksTotal }) => blocksKept < blocksTotal)).toBe(
      true,
    );
    expect(totals).toMatchObject({ windows: 4, frames: 105 });
    expect(totals?.flops).toBeLessThan(0.6 * (totals?.fullFlops ?? 0));
  });

  it("keeps every block with the full policy, and says so in words", async (context) => {
    needsFfmpeg(context);
    const { code, stdout } = await nodeCommand([
      "watch",
      short,
      "--ask",
      "what happened",
      "--policy",
      "full",
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/224\/224 blocks/);
    expect(stdout).toMatch(/ {2}what happened {2}/);
    expect(stdout.trim().split("\n").at(-1)).toMatch(
      /^4 windows of 105 frames; \d+ decoded; 392\/392 blocks/,
    );
  });

  it("asks a Gemma 4 of any size from a folder", async (context) => {
    needsFfmpeg(context);
    const tiny = join(folder, "tiny-gemma");
    mkdirSync(tiny);
    writeTinyGemma(tiny);
    const args = ["watch", short, "--ask", "what is there", "--model", tiny, "--window", "4"];
    const { code, stdout, stderr } = await nodeCommand([...args, "--stride", "1", "--json"]);
    expect([code, stderr]).toEqual([0, ""]);
    const { windows } = read(stdout);
    expect(windows.length).toBe(4);
    expect(windows.every(({ flops, fullFlops }) => flops < 0.6 * fullFlops)).toBe(true);
  });

  it("asks a model that was pulled from a hub, with the hub gone", async (context) => {
    needsFfmpeg(context);
    const tiny = join(folder, "hub-gemma");
    mkdirSync(tiny);
    writeTinyGemma(tiny);
    const files = Object.fromEntries(
      readdirSync(tiny).map((name) => [name, readFileSync(join(tiny, name))]),
    );
    const hub = await HubServer.start();
    hub.models.set("tiny/gemma", { files, cardData: { license: "apache-2.0" } });
    vi.stubEnv("HF_ENDPOINT", hub.endpoint);
    vi.stubEnv("SYMBION_MODELS", join(folder, "models"));
    try {
      const pulled = await nodeCommand(["models", "pull", "tiny/gemma", "--json"]);
      expect(pulled.code, pulled.stderr).toBe(0);
      await hub.stop();
      const args = ["watch", short, "--ask", "what is there", "--model", "tiny/gemma"];
      const { code, stdout, stderr } = await nodeCommand([...args, "--window", "4", "--json"]);
      expect([code, stderr]).toEqual([0, ""]);
      expect(read(stdout).windows.length).toBeGreaterThan(1);
    } finally {
      vi.unstubAllEnvs();
      await hub.stop();
    }
  });

  it("answers what there is of a file that breaks off, then exits with 2", async (context) => {
    needsFfmpeg(context);
    // About five and a half of seven seconds: one window of four, and what is left.
    const cut = join(folder, "cut.mp4");
    const whole = join(folder, "fast.mp4");
    execFileSync("ffmpeg", [
      "-loglevel",
      "error",
      "-y",
      "-i",
      short,
      "-c",
      "copy",
      "-movflags",
      "+faststart",
      whole,
    ]);
    const bytes = readFileSync(whole);
    writeFileSync(cut, bytes.subarray(0, Math.floor(0.8 * bytes.length)));
    const { code, stdout, stderr } = await nodeCommand([
      "watch",
      cut,
      "--ask",
      "what happened",
      "--stride",
      "4",
      "--json",
    ]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^symbion: .*cut\.mp4.*\n$/);
    const { windows, totals } = read(stdout);
    expect(windows.at(-1)?.partial).toBe(true);
    expect(totals?.windows).toBe(windows.length);
  });

  it("refuses what is no H.264, what is no model and what cannot be asked, in one line", async (context) => {
    needsFfmpeg(context);
    const other = join(folder, "mpeg4.mp4");
    const source = ["-f", "lavfi", "-i", "testsrc2=size=64x64:duration=1"];
    execFileSync("ffmpeg", ["-loglevel", "error", "-y", ...source, "-c:v", "mpeg4", other]);
    const cases: [string[], RegExp][] = [
      [["watch", other, "--ask", "x"], /MPEG-4/],
      [["watch", short, "--ask", "x", "--model", join(folder, "none")], /none/],
      [["watch", short, "--ask", "x", "--window", "60"], /expected a window of/],
      [["watch", short, "--ask", "x", "--policy", "best"], /policy/],
      [["watch", short], /--ask/],
      [["watch", short, "--ask", "x", "--policy", "full", "--threshold", "1"], /--threshold/],
      [["watch", join(folder, "missing.mp4"), "--ask", "x"], /no such file/],
    ];
    for (const [args, message] of cases) {
      const { code, stdout, stderr } = await nodeCommand(args);
      expect([args.slice(2), code, stdout]).toEqual([args.slice(2), 2, ""]);
      expect(stderr).toMatch(/^symbion: .*\n$/);
      expect(stderr).toMatch(message);
    }
  });

  it("ends at Ctrl-C with what it has", async (context) => {
    needsFfmpeg(context);
    const program = fileURLToPath(new URL("../bin/symbion.js", import.meta.url));
    const long = join(folder, "long.mp4");
    execFileSync("ffmpeg", [
      "-loglevel",
      "error",
      "-y",
      "-stream_loop",
      "40",
      "-i",
      short,
      "-c",
      "copy",
      long,
    ]);
    const child = spawn(
      process.execPath,
      [program, "watch", long, "--ask", "what happened", "--json"],
      {
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    let stdout = "";
    let interrupted = false;
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      if (!interrupted) child.kill("SIGINT");
      interrupted = true;
    });
    const code = await new Promise((resolve) => child.once("close", resolve));
    expect(code).toBe(0);
    const { windows, totals } = read(stdout);
    expect(totals?.windows).toBe(windows.length);
    expect(totals?.frames).toBeLessThan(105 * 41);
  });
});
