import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { Logging, LogLevel } from "mediabunny";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type MediaError, readSignals, type Video } from "../src/containers/index.ts";
import { copySignal, type FrameSignal } from "../src/index.ts";
import { ffmpegPixels, maskCredentials, openInput, VectorDigest } from "../src/node/index.ts";
import { type Clip, loadClip } from "./support/clip.ts";
import { sha256 } from "./support/digest.ts";
import { writeMp4 } from "./support/mp4-writer.ts";
import { startRtspServer } from "./support/rtsp-server.ts";

const noFfmpeg = spawnSync("ffmpeg", ["-version"]).error !== undefined;
const why = "ffmpeg is not installed (Debian: apt-get install ffmpeg)";

let folder: string;
let clip: Clip;
let mp4: string;

beforeAll(() => {
  Logging.level = LogLevel.Silent;
  folder = mkdtempSync(join(tmpdir(), "symbion-input-"));
  clip = loadClip("frame-cabac-temporal");
  mp4 = join(folder, "clip.mp4");
  writeFileSync(
    mp4,
    writeMp4({
      width: clip.width,
      height: clip.height,
      descriptions: [{ format: "avc1", config: clip.avcC }],
      samples: clip.units.map(({ avcc, pts, keyframe }) => ({ data: avcc, pts, keyframe })),
      duration: 40,
    }),
  );
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function frames(video: Video): Promise<FrameSignal[]> {
  const out: FrameSignal[] = [];
  await readSignals(video, { onFrame: (frame) => void out.push(copySignal(frame)) });
  return out;
}

async function framesOf(target: string): Promise<FrameSignal[]> {
  const video = await openInput(target);
  try {
    return await frames(video);
  } finally {
    await video.close();
  }
}

async function failure(target: string, options = {}): Promise<MediaError> {
  return await openInput(target, options).then(
    () => {
      throw new Error(`${target} was opened`);
    },
    (error: MediaError) => error,
  );
}

describe("files", () => {
  test("a path and a file: URL", async () => {
    const expected = await framesOf(mp4);
    expect(expected.length).toBe(clip.units.length);
    expect(await framesOf(`file://${mp4}`)).toEqual(expected);
  });

  test("a raw stream", async () => {
    const path = join(folder, "clip.264");
    writeFileSync(path, clip.bytes);
    const video = await openInput(path);
    expect(video.container).toBe("Annex B");
    expect((await frames(video)).length).toBe(clip.units.length);
    await video.close();
  });

  test("what cannot be opened is told apart", async () => {
    const text = join(folder, "notes.txt");
    writeFileSync(text, "hello world\n".repeat(100));
    const empty = join(folder, "empty.mp4");
    writeFileSync(empty, "");
    expect(await failure(join(folder, "none.mp4"))).toMatchObject({
      code: "unreachable",
      message: `${join(folder, "none.mp4")}: no such file`,
    });
    expect(await failure(folder)).toMatchObject({
      message: `${folder}: expected a video file, got a directory`,
    });
    expect(await failure(empty)).toMatchObject({ code: "empty" });
    expect(await failure(text)).toMatchObject({ code: "not-video" });
    expect(await failure("gopher://example/clip")).toMatchObject({ code: "unreachable" });
    await expect(openInput(mp4, { lop: true } as object)).rejects.toThrow('unknown option "lop"');
  });
});

describe("through ffmpeg", () => {
  if (noFfmpeg) test.skip(why);

  test.skipIf(noFfmpeg)("a container that only ffmpeg reads", async () => {
    const path = join(folder, "clip.avi");
    execFileSync("ffmpeg", ["-v", "error", "-i", mp4, "-c", "copy", path]);
    const video = await openInput(path);
    const { width, height } = clip;
    expect(video).toMatchObject({ container: "avi", framing: "avcc", width, height });
    const poc = (list: FrameSignal[]): number[] => list.map((frame) => frame.poc);
    const expected = poc(await framesOf(mp4));
    expect(poc(await frames(video))).toEqual(expected);
    expect(poc(await frames(video))).toEqual(expected);
    await video.close();
  });

  test.skipIf(noFfmpeg)("another codec in such a container", async () => {
    const path = join(folder, "mpeg4.avi");
    const source = ["-f", "lavfi", "-i", "testsrc2=d=0.2:s=64x64"];
    execFileSync("ffmpeg", ["-v", "error", ...source, "-c:v", "mpeg4", path]);
    expect(await failure(path)).toMatchObject({
      code: "unsupported",
      message: `${path}: MPEG-4 Part 2 (mpeg4): not yet; Symbion reads H.264`,
    });
  });

  test.skipIf(noFfmpeg)("an RTSP camera: live, prompt, its password never shown", async () => {
    const plain = loadClip("frame-cabac-p");
    const units = Array.from({ length: 12 }, () => plain.units).flat();
    const camera = await startRtspServer({
      accessUnits: units.map((unit) => unit.nals.filter((nal) => ((nal[0] ?? 0) & 31) < 6)),
      frameRate: 50,
      parameterSets: plain.parameterSets,
    });
    try {
      const abort = new AbortController();
      const video = await openInput(camera.url, { signal: abort.signal });
      expect(video.live).toBe(true);
      expect(video.name).not.toContain("secret-word");
      expect(video.name).toContain("***@127.0.0.1");
      const times: number[] = [];
      const reading = readSignals(video, {
        order: "decode",
        onFrame(frame) {
          expect(frame.damaged).toBe(false);
          times.push(frame.timestamp);
          if (times.length === 40) abort.abort();
        },
      });
      await expect(reading).rejects.toMatchObject({ code: "aborted" });
      const steps = times.slice(1).map((time, i) => Math.round(1000 * (time - (times[i] ?? 0))));
      // RTP times are relative until the second picture: ffmpeg may give the first one the same time.
      expect(steps.slice(1)).toEqual(steps.slice(1).map(() => 20));
      await expect.poll(camera.clients, { timeout: 5000 }).toBe(0);
    } finally {
      camera.close();
    }
    const gone = await failure(camera.url, { timeout: 2 });
    expect(gone.code).toBe("unreachable");
    expect(gone.message).toMatch(/Connection refused/);
    expect(gone.message).not.toContain("secret-word");
  });

  test.skipIf(noFfmpeg)("HTTP: a stream, and a page that is none", async () => {
    const server = createServer((request, response) => {
      if (request.url !== "/clip.mp4") {
        response.writeHead(404).end("none");
        return;
      }
      response.writeHead(200, { "content-type": "video/mp2t" });
      response.end(clip.bytes);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const base = `http://127.0.0.1:${address !== null && typeof address === "object" ? address.port : 0}`;
    try {
      expect((await framesOf(`${base}/clip.mp4`)).length).toBe(clip.units.length);
      const error = await failure(`${base}/none?token=abc123`);
      expect(error).toMatchObject({ code: "unreachable" });
      expect(error.message).toContain("404");
      expect(error.message).not.toContain("abc123");
    } finally {
      server.close();
    }
  });

  test("no ffmpeg: says what to install", async () => {
    const before = process.env.SYMBION_FFMPEG;
    process.env.SYMBION_FFMPEG = join(folder, "no-such-program");
    try {
      const avi = join(folder, "empty.avi");
      writeFileSync(avi, "RIFF\0\0\0\0AVI LIST");
      for (const target of ["rtsp://127.0.0.1:1/x", avi]) {
        const error = await failure(target);
        expect(error.code).toBe("no-ffmpeg");
        expect(error.message).toContain("apt-get install ffmpeg");
      }
    } finally {
      if (before === undefined) delete process.env.SYMBION_FFMPEG;
      else process.env.SYMBION_FFMPEG = before;
    }
  });

  test.skipIf(noFfmpeg)(
    "pixels: one picture, a series, the picture that is on screen",
    async () => {
      const pixels = ffmpegPixels(mp4);
      const picture = await pixels.frameAt(0.1, { format: "rgba" });
      const { width, height } = clip;
      expect(picture).toMatchObject({ timestamp: 0.1, width, height, format: "rgba" });
      expect(picture?.data.length).toBe(4 * width * height);
      const series: Uint8Array[] = [];
      const times: number[] = [];
      for await (const one of pixels.frames({ format: "rgba" })) {
        series.push(one.data);
        times.push(Math.round(one.timestamp * 1000));
      }
      expect(times).toEqual(clip.units.map((_, i) => 40 * i));
      expect(Buffer.from(series[2] ?? []).equals(picture?.data ?? new Uint8Array(1))).toBe(true);
      const jpeg = await pixels.frameAt(0, { format: "jpeg", width: 64 });
      expect(Array.from(jpeg?.data.subarray(0, 2) ?? [])).toEqual([0xff, 0xd8]);
      expect(await pixels.frameAt(-1, { format: "jpeg" })).toBeNull();
      expect(await pixels.frameAt(99, { format: "jpeg" })).toBeNull();
      await pixels.close();
    },
  );
});

describe("credentials", () => {
  test.each([
    ["rtsp://admin:pa55@cam/x", "rtsp://***@cam/x"],
    ["rtsp://admin:p@55@cam/x", "rtsp://***@cam/x"],
    ["http://cam/x?user=1&password=2&w=3", "http://cam/x?user=1&password=***&w=3"],
    ["no secret: a@b.c", "no secret: a@b.c"],
  ])("%s", (text, masked) => expect(maskCredentials(text)).toBe(masked));
});

describe("the digest of vectors", () => {
  test("equals sorting the lines as text", () => {
    const small = fc.integer({ min: -12, max: 12 });
    const row = fc.tuple(
      fc.constantFrom(-1, 1),
      fc.constantFrom(8, 16),
      fc.constantFrom(8, 16),
      fc.oneof(fc.nat(12), fc.nat(16880)),
      fc.oneof(fc.nat(12), fc.nat(16880)),
      fc.oneof(small, fc.integer({ min: -32768, max: 32767 })),
      fc.oneof(small, fc.integer({ min: -32768, max: 32767 })),
    );
    const digest = new VectorDigest();
    const all: string[] = [];
    fc.assert(
      fc.property(fc.array(row, { maxLength: 200 }), (rows) => {
        const plain = sha256(
          rows
            .map((one) => `${one.join(" ")}\n`)
            .sort()
            .join(""),
        );
        expect(digest.frame(Int32Array.from(rows.flat()), rows.length)).toBe(plain);
        all.push(plain);
      }),
    );
    expect(digest.total()).toBe(sha256(all.join("")));
  });
});
