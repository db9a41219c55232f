import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { copySignal, type FrameSignal } from "@symbion/codec";
import { openInput } from "@symbion/codec/node";
import { imageBlocks } from "@symbion/neural";
import { afterAll, describe, expect, it, type TestContext } from "vitest";
import { samplePath } from "../src/config/samples.ts";
import { configurationOf, flvPicture, lengthPrefixed, splitAnnexB } from "../src/watch/flv.ts";
import { type WatchInput, watchInput } from "../src/watch/input.ts";

const ffmpeg = spawnSync("ffmpeg", ["-version"]).status === 0;
const folder = mkdtempSync(join(tmpdir(), "symbion-pixels-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const GRID = { columns: 4, rows: 3 };
const SIDE = 16;
const ALL = Int32Array.from({ length: 12 }, (_, block) => block);

/** Every picture of a file, in order, as ffmpeg gives them in one go. */
function reference(file: string): Uint8Array[] {
  const size = [GRID.columns * SIDE, GRID.rows * SIDE] as const;
  const filter = `scale=${size[0]}:${size[1]}:flags=bicubic`;
  const out = execFileSync(
    "ffmpeg",
    [
      ...["-loglevel", "error", "-i", file, "-vf", filter, "-fps_mode", "passthrough"],
      ...["-f", "rawvideo", "-pix_fmt", "rgb24", "-"],
    ],
    { maxBuffer: 1 << 30 },
  );
  const bytes = 3 * size[0] * size[1];
  return Array.from({ length: out.length / bytes }, (_, at) =>
    out.subarray(at * bytes, (at + 1) * bytes),
  );
}

function make(name: string, ...options: string[]): string {
  const file = join(folder, name);
  execFileSync("ffmpeg", [
    ...[
      "-loglevel",
      "error",
      "-y",
      "-f",
      "lavfi",
      "-i",
      "testsrc2=size=320x192:rate=25:duration=4",
    ],
    ...["-c:v", "libx264", "-preset", "fast", "-pix_fmt", "yuv420p", ...options, file],
  ]);
  return file;
}

/** Asks for every picture that `wanted` says, while the signals are read; counts those that are not as they should be. */
async function follow(
  input: WatchInput,
  pictures: readonly Uint8Array[],
  wanted: (frame: FrameSignal) => boolean,
): Promise<{ asked: number; wrong: number[]; frames: number }> {
  const wrong: number[] = [];
  let asked = 0;
  let frames = 0;
  for await (const frame of input.signals) {
    const { index, timestamp } = copySignal(frame);
    frames++;
    if (!wanted(frame)) continue;
    asked++;
    const blocks = await input.pixels.blocks(timestamp, GRID, SIDE, ALL);
    const image = { width: GRID.columns * SIDE, height: GRID.rows * SIDE };
    const expected = imageBlocks({ ...image, data: pictures[index] as Uint8Array }, SIDE, ALL);
    const same =
      blocks !== null &&
      Buffer.compare(Buffer.from(blocks.pixels.buffer), Buffer.from(expected.pixels.buffer)) === 0;
    if (!same) wrong.push(index);
  }
  return { asked, wrong, frames };
}

function needsFfmpeg(context: TestContext): void {
  if (!ffmpeg) context.skip("needs ffmpeg");
}

describe("pixels on demand", () => {
  it.each([
    ["B pictures in MP4", "b.mp4", ["-bf", "3", "-g", "25"]],
    ["open groups in Matroska", "open.mkv", ["-bf", "3", "-g", "20", "-x264-params", "open-gop=1"]],
    ["MPEG-TS without B pictures", "plain.ts", ["-bf", "0", "-g", "50"]],
    ["a raw byte stream", "raw.264", ["-bf", "2", "-g", "30", "-r", "25"]],
  ])("are those of the wanted picture, to the bit: %s", async (_, name, options) => {
    if (!ffmpeg) return;
    const file = make(name, ...options);
    const pictures = reference(file);
    expect(pictures.length).toBe(100);
    for (const every of name === "open.mkv" ? [1, 23] : [12]) {
      const video = await openInput(file);
      const input = watchInput(video);
      const { asked, wrong, frames } = await follow(
        input,
        pictures,
        ({ index }) => index % every === every - 1,
      );
      expect({ every, wrong }).toEqual({ every, wrong: [] });
      expect(asked).toBe(Math.floor(100 / every));
      expect(frames).toBe(100);
      await input.pixels.close();
      await video.close();
    }
  });

  it("are decoded only from the keyframe before a wanted picture on", async (context) => {
    needsFfmpeg(context);
    const file = make(
      "groups.mp4",
      "-bf",
      "0",
      "-g",
      "25",
      "-keyint_min",
      "25",
      "-sc_threshold",
      "0",
    );
    const pictures = reference(file);
    const video = await openInput(file);
    const input = watchInput(video);
    // Pictures 52 and 54: of the third group only.
    const { wrong } = await follow(input, pictures, ({ index }) => index === 52 || index === 54);
    expect(wrong).toEqual([]);
    expect(input.pixels.decoded).toBeGreaterThanOrEqual(5);
    expect(input.pixels.decoded).toBeLessThan(25);
    await input.pixels.close();
    await video.close();
  });

  it("are there for the node's own sample, and null once closed", async (context) => {
    needsFfmpeg(context);
    const file = samplePath("yard");
    const pictures = reference(file);
    const video = await openInput(file);
    const input = watchInput(video);
    const { wrong, asked } = await follow(input, pictures, ({ index }) => index % 40 === 7);
    expect(wrong).toEqual([]);
    expect(asked).toBeGreaterThan(3);
    await input.pixels.close();
    expect(await input.pixels.blocks(1, GRID, SIDE, ALL)).toBeNull();
    await video.close();
  });

  it("says what is missing where ffmpeg is not installed", async () => {
    const before = process.env.SYMBION_FFMPEG;
    process.env.SYMBION_FFMPEG = "/nonexistent/ffmpeg";
    try {
      const video = await openInput(samplePath("yard"));
      const input = watchInput(video);
      const first = await input.signals.next();
      const { timestamp } = first.value as FrameSignal;
      await expect(input.pixels.blocks(timestamp, GRID, SIDE, ALL)).rejects.toThrow(
        /pixels need ffmpeg/,
      );
      await video.close();
    } finally {
      if (before === undefined) delete process.env.SYMBION_FFMPEG;
      else process.env.SYMBION_FFMPEG = before;
    }
  });
});

describe("FLV", () => {
  it("splits start codes and makes a configuration of the parameter sets", () => {
    const stream = Uint8Array.of(
      0,
      0,
      0,
      1,
      0x67,
      66,
      0,
      30,
      0,
      0,
      1,
      0x68,
      1,
      2,
      3,
      0,
      0,
      1,
      0x65,
      9,
      0,
    );
    const units = splitAnnexB(stream);
    expect(units.map((unit) => [...unit])).toEqual([
      [0x67, 66, 0, 30],
      [0x68, 1, 2, 3],
      [0x65, 9],
    ]);
    expect([...(configurationOf(units) ?? [])]).toEqual([
      ...[1, 66, 0, 30, 0xff, 0xe1, 0, 4, 0x67, 66, 0, 30, 1, 0, 4, 0x68, 1, 2, 3],
    ]);
    expect(configurationOf(units.slice(1))).toBeNull();
    expect([...lengthPrefixed([Uint8Array.of(5, 6)])]).toEqual([0, 0, 0, 2, 5, 6]);
  });

  it("writes times beyond 24 bits", () => {
    const tag = flvPicture(Uint8Array.of(7), true, 0x0123_4567, 0x0123_4568);
    expect([...tag]).toEqual([
      ...[9, 0, 0, 6, 0x23, 0x45, 0x67, 0x01, 0, 0, 0],
      ...[0x17, 1, 0, 0, 1, 7],
      ...[0, 0, 0, 17],
    ]);
  });
});
