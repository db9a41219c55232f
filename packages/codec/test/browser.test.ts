import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BuiltPage, openBuiltPage } from "../../../test/support/built-page.ts";
import { inChromium, noChromium } from "../../../test/support/chromium.ts";
import { readSignals } from "../src/containers/index.ts";
import { type FrameSignal, macroblockField } from "../src/index.ts";
import { type Clip, loadClip } from "./support/clip.ts";
import { writeMp4 } from "./support/mp4-writer.ts";

/** The page under test: each function runs one part of the package as an application would. */
const PAGE = `
import { openVideo } from "@symbion/codec/containers";
import {
  CameraSignals, isEncoderSupported, webCodecsPixels, workerSignals,
} from "@symbion/codec/browser";

const bytes = async (name) => (await fetch("/" + name)).blob();

window.file = async (name) => {
  const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  const frames = [];
  let info;
  const options = { name, onInfo: (found) => { info = found; } };
  for await (const { frame } of workerSignals(worker, await bytes(name), options)) {
    frames.push({ ...frame, field: Array.from(frame.field) });
  }
  return { info, frames };
};

window.camera = async () => {
  const frames = [];
  const camera = await CameraSignals.open({
    width: 320, height: 192, bitrate: 1_000_000,
    onFrame: (frame) => frames.push({
      type: frame.type, mbWidth: frame.mbWidth, mbHeight: frame.mbHeight, damaged: frame.damaged,
      timestamp: frame.timestamp, left: frame.mv[0].filter((v, i) => i % 2 === 0 && v > 8).length,
    }),
  });
  const canvas = new OffscreenCanvas(320, 192);
  const context = canvas.getContext("2d");
  for (let i = 0; i < 20; i++) {
    // A textured picture that moves four samples to the left per frame.
    for (let y = 0; y < 192; y += 8) for (let x = -400; x < 720; x += 8) {
      const n = ((x * 73856093) ^ (y * 19349663)) >>> 3;
      context.fillStyle = "rgb(" + (n & 255) + "," + ((n >> 5) & 255) + "," + ((n >> 9) & 255) + ")";
      context.fillRect(x - 4 * i, y, 8, 8);
    }
    while (!camera.push(new VideoFrame(canvas, { timestamp: i * 40000 }))) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await camera.close();
  return frames;
};

window.support = (width, height) => isEncoderSupported({ width, height });

window.pixels = async (name) => {
  const video = await openVideo(await bytes(name), { name });
  const source = webCodecsPixels(video);
  const times = [];
  for await (const one of source.frames({ format: "rgba" })) {
    times.push([Math.round(one.timestamp * 1000), one.width, one.height, one.data.length]);
  }
  const one = await source.frameAt(0.1, { format: "jpeg", width: 64 });
  const none = await source.frameAt(-1, { format: "rgba" });
  await video.close();
  return { times, at: one.timestamp, size: [one.width, one.height], jpeg: one.data[0] === 255, none };
};
window.ready = true;
`;

const WORKER = `
import { serveSignals } from "@symbion/codec/browser";
serveSignals(self);
`;

describe.skipIf(noChromium !== null)(inChromium("in a real browser"), () => {
  let built: BuiltPage;
  let page: Page;
  let clip: Clip;
  let mp4: Uint8Array;

  beforeAll(async () => {
    clip = loadClip("frame-cabac-temporal");
    mp4 = writeMp4({
      width: clip.width,
      height: clip.height,
      descriptions: [{ format: "avc1", config: clip.avcC }],
      samples: clip.units.map(({ avcc, pts, keyframe }) => ({ data: avcc, pts, keyframe })),
      duration: 40,
    });
    const files: Record<string, Uint8Array> = {
      "/clip.mp4": mp4,
      "/clip.264": clip.bytes,
      "/notes.txt": new TextEncoder().encode("hello world"),
    };
    built = await openBuiltPage({
      sources: { "page.js": PAGE, "worker.js": WORKER },
      serve: (path) => files[path],
      switches: ["--disable-gpu"],
    });
    ({ page } = built);
  });

  afterAll(() => built?.close());

  test("a file parsed in a worker gives the same as in Node", async () => {
    const expected: unknown[] = [];
    await readSignals(mp4, {
      onFrame(frame: FrameSignal) {
        const { index, type, timestamp, damaged, width, height, mbWidth, mbHeight } = frame;
        const field = Array.from(macroblockField(frame).bytes);
        expected.push({
          index,
          type,
          timestamp,
          damaged,
          width,
          height,
          mbWidth,
          mbHeight,
          field,
        });
      },
    });
    const got = await page.evaluate<{ info: unknown; frames: unknown[] }>(
      'window.file("clip.mp4")',
    );
    expect(got.info).toMatchObject({ container: "MP4", width: clip.width, height: clip.height });
    expect(got.frames).toEqual(expected);
    const raw = await page.evaluate<{ frames: unknown[] }>('window.file("clip.264")');
    expect(raw.frames.length).toBe(expected.length);
    await expect(page.evaluate('window.file("notes.txt")')).rejects.toThrow(
      "notes.txt: not a video: expected MP4",
    );
  });

  test("the browser's encoder tells motion", async () => {
    type Seen = {
      type: string;
      mbWidth: number;
      mbHeight: number;
      damaged: boolean;
      timestamp: number;
      left: number;
    };
    const frames = await page.evaluate<Seen[]>("window.camera()");
    expect(frames.length).toBe(20);
    expect(frames[0]).toMatchObject({ type: "I", mbWidth: 20, mbHeight: 12 });
    expect(frames.some((frame) => frame.damaged)).toBe(false);
    frames.forEach((frame, i) => {
      expect(frame.timestamp).toBeCloseTo(0.04 * i, 6);
    });
    // Content that moves left comes from the right: most of the 3840 blocks of the later frames say so.
    const moving = frames.slice(5).filter((frame) => frame.left > 0.5 * 20 * 12 * 16);
    expect(moving.length).toBeGreaterThan(10);
  });

  test("an encoder that there is not is told with the reason", async () => {
    expect(await page.evaluate("window.support(320, 192)")).toMatchObject({ supported: true });
    expect(await page.evaluate("window.support(20000, 20000)")).toMatchObject({
      supported: false,
      reason: "20000x20000 is larger than H.264 level 5.1 allows",
    });
  });

  test.each(["clip.mp4", "clip.264"])("pixels through WebCodecs: %s", async (name) => {
    const { width, height } = clip;
    const got = await page.evaluate<{ times: number[][]; at: number }>(`window.pixels("${name}")`);
    if (name === "clip.mp4") {
      expect(got.times).toEqual(
        clip.units.map((_, i) => [40 * i, width, height, 4 * width * height]),
      );
      expect(got).toMatchObject({ at: 0.08, size: [64, 48], jpeg: true, none: null });
    } else expect(got.times.length).toBe(clip.units.length);
  });
});
