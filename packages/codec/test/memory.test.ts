/** What parsing costs in memory and work, counted rather than timed. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { FrameSignal } from "../src/index.ts";
import { copySignal, H264Parser } from "../src/index.ts";
import { idrSliceUnit, joinUnits, ppsUnit, splitUnits, spsUnit } from "./support/bit-writer.ts";
import { clipName, fixtureClips, fixturesFolder, readBytes } from "./support/streams.ts";

describe("a frame's arrays", () => {
  const clips = fixtureClips().filter((path) => !path.includes("two-sizes"));
  test.each(clips.map((path) => [clipName(path), path] as const))(
    "%s: a stream of any length uses as many as a short one",
    (_, path) => {
      const bytes = readBytes(path);
      const buffers = new Set<ArrayBufferLike>();
      const parser = new H264Parser({ onFrame: (frame) => buffers.add(frame.kind.buffer) });
      for (let round = 0; round < 4; round++) parser.push(bytes);
      parser.end();
      const few = buffers.size;
      for (let round = 0; round < 12; round++) parser.push(bytes);
      parser.end();
      // A decoded picture buffer has at most 16 frames, and one is being parsed.
      expect(buffers.size).toBe(few);
      expect(few).toBeLessThanOrEqual(18);
    },
  );

  test("a copy can use those of an earlier copy", () => {
    const frames: FrameSignal[] = [];
    let reused: FrameSignal | undefined;
    const parser = new H264Parser({
      onFrame: (frame) => {
        frames.push(copySignal(frame));
        const arrays = reused?.kind;
        reused = copySignal(frame, reused);
        if (arrays !== undefined) expect(reused.kind).toBe(arrays);
        expect(reused).toEqual(frames.at(-1));
      },
    });
    parser.push(readBytes(join(fixturesFolder, "frame-cabac-temporal.264")));
    parser.end();
    expect(frames.length).toBeGreaterThan(2);
  });
});

describe("streams that ask for much and bring little", () => {
  const huge = spsUnit({ level: 62, widthInMbs: 373, heightInMapUnits: 373 });

  test("a thousand pictures of 139,129 macroblocks in one slice each take no more pictures than a few", () => {
    const slice = idrSliceUnit({ data: Uint8Array.of(0xff) });
    const buffers = new Set<ArrayBufferLike>();
    let frames = 0;
    const parser = new H264Parser({
      onFrame: (frame) => {
        frames++;
        buffers.add(frame.mv[0].buffer);
        expect(frame.damaged).toBe(true);
      },
    });
    parser.push(joinUnits([huge, ppsUnit({})]));
    // Between two access unit delimiters each slice is a picture.
    const picture = joinUnits([Uint8Array.of(0x09, 0xf0), slice]);
    for (let i = 0; i < 1000; i++) parser.push(picture);
    parser.end();
    expect(frames).toBe(1000);
    expect(buffers.size).toBeLessThanOrEqual(4);
  });

  test("a picture above the caller's limit is refused before memory is taken", () => {
    const said: string[] = [];
    const parser = new H264Parser({
      maxMacroblocks: 3600,
      onFrame: () => expect.unreachable("no frame"),
      onDiagnostic: ({ message }) => said.push(message),
    });
    parser.push(joinUnits([huge, ppsUnit({}), idrSliceUnit({})]));
    parser.end();
    expect(said.join("\n")).toContain("373x373 macroblocks exceeds the limit of 3600");
  });
});

describe("streams that begin or break in the middle", () => {
  const units = splitUnits(readBytes(join(fixturesFolder, "field-cavlc-temporal.264")));
  const isSlice = (unit: Uint8Array): boolean => ((unit[0] ?? 0) & 31) <= 5;

  test("a field without its other half shows no half frame, and is counted", () => {
    const slices = units.flatMap((unit, at) => (isSlice(unit) ? [at] : []));
    const run = (kept: readonly Uint8Array[]): { frames: number; unpaired: number } => {
      let frames = 0;
      const parser = new H264Parser({ onFrame: () => void frames++ });
      parser.push(joinUnits(kept));
      parser.end();
      return { frames, unpaired: parser.stats.unpairedFields };
    };
    const whole = run(units);
    expect(whole.unpaired).toBe(0);
    // The second field of the last frame
    const without = run(units.filter((_, at) => at !== slices.at(-1)));
    expect(without).toEqual({ frames: whole.frames - 1, unpaired: 1 });
  });

  test.each(["random-frame-12", "random-paff-12", "random-mbaff-12", "x264-open-gop"])(
    "%s: wherever it is joined, nothing is shown that precedes the picture decoding started at",
    (name) => {
      const joined = splitUnits(readBytes(join(fixturesFolder, `${name}.264`)));
      const slices = joined.flatMap((unit, at) => (isSlice(unit) ? [at] : []));
      const isSet = (unit: Uint8Array): boolean => [7, 8].includes((unit[0] ?? 0) & 31);
      const pocs = (from: number, order: "display" | "decode"): number[] => {
        const seen: number[] = [];
        const parser = new H264Parser({ order, onFrame: ({ poc }) => void seen.push(poc) });
        parser.push(joinUnits(joined.filter((unit, at) => isSet(unit) || at >= from)));
        parser.end();
        return seen;
      };
      for (const from of slices) {
        expect(pocs(from, "display")[0]).toBe(pocs(from, "decode")[0]);
      }
    },
  );

  test("pictures before the first entry point are left out and counted", () => {
    const clip = splitUnits(readBytes(join(fixturesFolder, "frame-cabac-p.264")));
    let frames = 0;
    const parser = new H264Parser({ onFrame: () => void frames++ });
    parser.push(joinUnits(clip.filter((unit) => ((unit[0] ?? 0) & 31) !== 5)));
    parser.end();
    expect(frames).toBe(0);
    expect(parser.stats.skippedPictures).toBeGreaterThan(0);
  });
});
