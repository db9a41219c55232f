import fc from "fast-check";
import {
  BufferTarget,
  EncodedPacket,
  EncodedVideoPacketSource,
  Logging,
  LogLevel,
  MkvOutputFormat,
  Mp4OutputFormat,
  MpegTsOutputFormat,
  Output,
  type OutputFormat,
} from "mediabunny";
import { beforeAll, describe, expect, test } from "vitest";
import {
  type AccessUnit,
  AnnexBSplitter,
  asLive,
  FlvReader,
  MediaError,
  type MediaSource,
  openVideo,
  readSignals,
  signals,
  type Video,
} from "../src/containers/index.ts";
import { copySignal, type FrameSignal } from "../src/index.ts";
import { type Clip, loadClip } from "./support/clip.ts";
import { writeMp4 } from "./support/mp4-writer.ts";

type Copied = { data: Uint8Array; timestamp: number | undefined; keyframe: boolean };

/** B-frames, temporal direct: timestamps out of decoding order. */
let clip: Clip;
/** Another size, other parameter sets under the same ids. */
let other: Clip;

beforeAll(() => {
  // Broken files are what these tests are about.
  Logging.level = LogLevel.Silent;
  clip = loadClip("frame-cabac-temporal");
  other = loadClip("frame-cavlc-p");
});

async function units(video: Video): Promise<Copied[]> {
  const out: Copied[] = [];
  for await (const { data, timestamp, keyframe } of video.accessUnits()) {
    out.push({ data: data.slice(), timestamp, keyframe });
  }
  return out;
}

async function frames(source: Video | MediaSource): Promise<FrameSignal[]> {
  const out: FrameSignal[] = [];
  await readSignals(source, { onFrame: (frame) => void out.push(copySignal(frame)) });
  return out;
}

function mp4(from: Clip = clip): Uint8Array {
  return writeMp4({
    width: from.width,
    height: from.height,
    descriptions: [{ format: "avc1", config: from.avcC }],
    samples: from.units.map(({ avcc, pts, keyframe }) => ({ data: avcc, pts, keyframe })),
    duration: 40,
  });
}

async function mux(format: OutputFormat, annexB: boolean): Promise<Uint8Array> {
  const target = new BufferTarget();
  const output = new Output({ format, target });
  const source = new EncodedVideoPacketSource("avc");
  output.addVideoTrack(source, { frameRate: 25 });
  await output.start();
  const description = annexB ? {} : { description: clip.avcC as Uint8Array<ArrayBuffer> };
  const { width: codedWidth, height: codedHeight } = clip;
  const profile = Buffer.from(clip.avcC.subarray(1, 4)).toString("hex");
  const decoderConfig = { codec: `avc1.${profile}`, codedWidth, codedHeight, ...description };
  for (const unit of clip.units) {
    const data = annexB ? unit.annexB : unit.avcc;
    const type = unit.keyframe ? "key" : "delta";
    await source.add(new EncodedPacket(data, type, unit.pts / 1000, 0.04), { decoderConfig });
  }
  await output.finalize();
  if (target.buffer === null) throw new Error("nothing was written");
  return new Uint8Array(target.buffer);
}

/** A signal without what depends on the container. */
function essence(frame: FrameSignal): Omit<FrameSignal, "timestamp"> {
  const { timestamp: _, ...rest } = frame;
  return rest;
}

function streamOf(bytes: Uint8Array, chunk: number): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) controller.close();
      else controller.enqueue(bytes.slice(at, at + chunk));
      at += chunk;
    },
  });
}

describe("every container gives the same signals", () => {
  const containers: readonly [string, () => Promise<Uint8Array>][] = [
    ["MP4", async () => mp4()],
    ["MP4 with its index first", () => mux(new Mp4OutputFormat({ fastStart: "in-memory" }), false)],
    ["fragmented MP4", () => mux(new Mp4OutputFormat({ fastStart: "fragmented" }), false)],
    ["Matroska", () => mux(new MkvOutputFormat(), false)],
    ["Matroska with start codes", () => mux(new MkvOutputFormat(), true)],
    ["MPEG-TS", () => mux(new MpegTsOutputFormat(), true)],
  ];
  test.for(containers)("%s", async ([_, make]) => {
    const raw = await frames(clip.bytes);
    const got = await frames(await make());
    expect(got.map(essence)).toEqual(raw.map(essence));
    expect(got.length).toBe(clip.units.length);
    const first = got[0]?.timestamp ?? 0;
    for (const [i, frame] of got.entries())
      expect(frame.timestamp - first).toBeCloseTo(0.04 * i, 3);
  });

  test("from a buffer, a Blob, random access and streams of any chunk size", async () => {
    const bytes = await mux(new MpegTsOutputFormat(), true);
    const expected = (await frames(bytes)).map(essence);
    const access = {
      size: bytes.length,
      read: async (start: number, end: number) => bytes.slice(start, end),
    };
    const sources: MediaSource[] = [
      new Blob([bytes as Uint8Array<ArrayBuffer>]),
      access,
      streamOf(bytes, 1),
      streamOf(bytes, 1000),
      streamOf(bytes, 1 << 20),
    ];
    for (const source of sources) expect((await frames(source)).map(essence)).toEqual(expected);
  });

  test("a file can be read again, a stream once", async () => {
    const video = await openVideo(mp4());
    expect(await units(video)).toEqual(await units(video));
    expect(await frames(video)).toEqual(await frames(video));
  });

  test("the iterator yields what the callback gets", async () => {
    const seen: FrameSignal[] = [];
    for await (const frame of signals(mp4())) seen.push(copySignal(frame));
    expect(seen).toEqual(await frames(mp4()));
  });

  test("backpressure: reading waits for the callback's promise", async () => {
    let pending = 0;
    let most = 0;
    await readSignals(mp4(), {
      async onFrame() {
        pending++;
        most = Math.max(most, pending);
        await new Promise((resolve) => setTimeout(resolve, 1));
        pending--;
      },
    });
    expect(pending).toBe(0);
    expect(most).toBeLessThanOrEqual(17);
  });
});

describe("MP4 subtleties", () => {
  test("an edit list hides frames and moves the start", async () => {
    const whole = await frames(mp4());
    const file = {
      width: clip.width,
      height: clip.height,
      descriptions: [{ format: "avc1", config: clip.avcC }],
      samples: clip.units.map(({ avcc, pts, keyframe }) => ({ data: avcc, pts, keyframe })),
      duration: 40,
    };
    const cut = await frames(writeMp4({ ...file, edits: [{ duration: 120, mediaTime: 80 }] }));
    expect(cut.map((frame) => frame.poc)).toEqual(whole.slice(2, 5).map((frame) => frame.poc));
    expect(cut.map((frame) => Math.round(frame.timestamp * 1000))).toEqual([0, 40, 80]);
    expect(cut.map((frame) => frame.index)).toEqual([0, 1, 2]);

    const delayed = await frames(
      writeMp4({
        ...file,
        edits: [
          { duration: 500, mediaTime: -1 },
          { duration: 80, mediaTime: 0 },
          { duration: 40, mediaTime: 120 },
        ],
      }),
    );
    expect(delayed.map((frame) => Math.round(frame.timestamp * 1000))).toEqual([500, 540, 580]);
    expect(delayed[2]?.poc).toBe(whole[3]?.poc);
  });

  test("several sample descriptions: each sample is parsed with its own", async () => {
    const joined = writeMp4({
      width: clip.width,
      height: clip.height,
      descriptions: [
        { format: "avc1", config: other.avcC },
        { format: "avc1", config: clip.avcC },
      ],
      samples: [
        ...clip.units.map(({ avcc, pts }) => ({ data: avcc, pts, description: 1 })),
        ...other.units.map(({ avcc, pts }) => ({
          data: avcc,
          pts: pts + 40 * clip.units.length,
          description: 0,
        })),
      ],
      duration: 40,
    });
    const expected = [...(await frames(clip.bytes)), ...(await frames(other.bytes))];
    const got = await frames(joined);
    const counted = expected.map((frame, index) => ({ ...essence(frame), index }));
    expect(got.map(essence)).toEqual(counted);
    expect(got.some((frame) => frame.damaged)).toBe(false);
  });

  test("a file cut short gives what is there, then says so", async () => {
    const bytes = await mux(new Mp4OutputFormat({ fastStart: "in-memory" }), false);
    let count = 0;
    const reading = readSignals(bytes.subarray(0, bytes.length - 1000), {
      onFrame: () => void count++,
    });
    await expect(reading).rejects.toMatchObject({ name: "MediaError", code: "truncated" });
    expect(count).toBeGreaterThan(0);
    const headless = mp4();
    await expect(openVideo(headless.subarray(0, headless.length - 10))).rejects.toMatchObject({
      code: "truncated",
      message: expect.stringContaining("without its index (moov)"),
    });
  });
});

describe("what is no H.264 is refused by name", () => {
  const box = (format: string): Uint8Array =>
    writeMp4({
      width: 64,
      height: 64,
      descriptions: [{ format }],
      samples: [{ data: new Uint8Array(10), pts: 0 }],
      duration: 40,
    });
  const nal = (...bytes: number[]): number[] => [0, 0, 0, 1, ...bytes];
  const transport = (type: number): Uint8Array => {
    const packet = (pid: number, ...section: number[]): number[] => {
      const bytes = [0x47, 0x40 | (pid >> 8), pid & 255, 0x10, 0, ...section];
      return [...bytes, ...new Array(188 - bytes.length).fill(0xff)];
    };
    const pat = [0, 0xb0, 13, 0, 1, 0xc1, 0, 0, 0, 1, 0xe1, 0, 0, 0, 0, 0];
    const pmt = [
      2,
      0xb0,
      18,
      0,
      1,
      0xc1,
      0,
      0,
      0xe1,
      1,
      0xf0,
      0,
      type,
      0xe1,
      1,
      0xf0,
      0,
      0,
      0,
      0,
      0,
    ];
    return Uint8Array.from([...packet(0, ...pat), ...packet(256, ...pmt), ...packet(8191)]);
  };
  const cases: readonly [string, () => Uint8Array][] = [
    ["HEVC (hvc1)", () => box("hvc1")],
    ["HEVC (hev1)", () => box("hev1")],
    ["AV1 (av01)", () => box("av01")],
    ["VP9 (vp09)", () => box("vp09")],
    ["MPEG-4 Part 2 (mp4v)", () => box("mp4v")],
    ["ProRes (apcn)", () => box("apcn")],
    ["encrypted video (encv)", () => box("encv")],
    ["MPEG-2 video (stream type 0x02)", () => transport(2)],
    [
      "HEVC (raw byte stream)",
      () => Uint8Array.from([...nal(0x40, 1, 12), ...nal(0x42, 1, 1), ...nal(0x44, 1, 1)]),
    ],
    [
      "VVC (raw byte stream)",
      () => Uint8Array.from([...nal(0, 0x71, 1), ...nal(0, 0x79, 1), ...nal(0, 0x81, 1)]),
    ],
    [
      "MPEG-1/2 video (raw byte stream)",
      () => Uint8Array.from([0, 0, 1, 0xb3, 20, 0, 240, 0, 0, 1, 0xb8, 0, 8, 0, 0]),
    ],
    [
      "MPEG-4 Part 2 (raw byte stream)",
      () => Uint8Array.from([0, 0, 1, 0xb0, 1, 0, 0, 1, 0xb5, 9, 0, 0, 1, 0, 0, 0, 1, 0x20, 0]),
    ],
    ["VP8 (IVF)", () => new TextEncoder().encode("DKIF\0\0 \0VP80xxxxxxxxxxxxxxxx")],
  ];
  test.for(cases)("%s", async ([codec, make]) => {
    await expect(openVideo(make(), { name: "clip" })).rejects.toMatchObject({
      name: "MediaError",
      code: "unsupported",
      codec,
      message: `clip: ${codec}: not yet; Symbion reads H.264`,
    });
  });

  test("bytes that are no video", async () => {
    const open = async (bytes: Uint8Array): Promise<string> => {
      const error = await openVideo(bytes).catch((caught: unknown) => caught);
      return error instanceof MediaError ? error.code : String(error);
    };
    expect(await open(new Uint8Array(0))).toBe("empty");
    expect(await open(new TextEncoder().encode("hello world"))).toBe("not-video");
    expect(await open(new Uint8Array(100_000))).toBe("not-video");
    expect(await open(new Uint8Array(1000).fill(0x47))).toBe("damaged");
  });

  test("mutated containers end in frames or a MediaError, never in anything else", async () => {
    const originals = [
      mp4(),
      await mux(new MkvOutputFormat(), false),
      await mux(new MpegTsOutputFormat(), true),
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...originals),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 30 }),
        fc.option(fc.nat()),
        async (original, changes, cut) => {
          const bytes = original.slice(0, cut === null ? original.length : cut % original.length);
          // Half of the changes go to the headers at either end, where they do most harm.
          for (const [i, [at, value]] of changes.entries()) {
            const near = at % Math.min(bytes.length, 1200);
            const where = [at % bytes.length, near, bytes.length - 1 - near][i % 3] ?? 0;
            if (where < bytes.length) bytes[where] = value;
          }
          const error = await readSignals(bytes, { onFrame: () => undefined }).catch(
            (caught: unknown) => caught,
          );
          if (error instanceof Error) expect(error).toBeInstanceOf(MediaError);
        },
      ),
      { numRuns: 150, seed: 264 },
    );
  });

  test("wrong use is told", async () => {
    await expect(openVideo("clip.mp4" as unknown as Uint8Array)).rejects.toThrow(TypeError);
    const misspelt = { nmae: "x" } as { name?: string };
    await expect(openVideo(clip.bytes, misspelt)).rejects.toThrow('unknown option "nmae"');
  });
});

describe("raw byte streams", () => {
  test("cut into the same access units whatever the chunks", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 2000 }), { minLength: 1 }), (sizes) => {
        const splitter = new AnnexBSplitter();
        const got: Uint8Array[] = [];
        let at = 0;
        for (let i = 0; at < clip.bytes.length; i++) {
          const size = sizes[i % sizes.length] ?? 1;
          for (const unit of splitter.push(clip.bytes.slice(at, at + size)))
            got.push(unit.data.slice());
          at += size;
        }
        for (const unit of splitter.end()) got.push(unit.data);
        expect(got.map((data) => data.length)).toEqual(
          clip.units.map(({ annexB }) => annexB.length),
        );
        expect(Buffer.concat(got).equals(clip.bytes)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});

describe("FLV", () => {
  function flv(): Uint8Array {
    const parts: number[] = [0x46, 0x4c, 0x56, 1, 1, 0, 0, 0, 9, 0, 0, 0, 0];
    const tag = (time: number, body: Uint8Array): void => {
      const { length } = body;
      parts.push(9, length >> 16, (length >> 8) & 255, length & 255);
      parts.push((time >> 16) & 255, (time >> 8) & 255, time & 255, (time >> 24) & 255, 0, 0, 0);
      parts.push(...body, 0, 0, 0, 0);
    };
    tag(0, Uint8Array.of(0x17, 0, 0, 0, 0, ...clip.avcC));
    for (const [i, unit] of clip.units.entries()) {
      const shift = unit.pts - 40 * i;
      const head = [
        unit.keyframe ? 0x17 : 0x27,
        1,
        (shift >> 16) & 255,
        (shift >> 8) & 255,
        shift & 255,
      ];
      tag(40 * i, Uint8Array.of(...head, ...unit.avcc));
    }
    return Uint8Array.from(parts);
  }

  test("units, times and configuration from chunks of any size", async () => {
    const expected = clip.units.map(({ avcc, pts, keyframe }) => ({
      data: avcc,
      timestamp: pts / 1000,
      keyframe,
    }));
    for (const chunk of [1, 7, 500, 1 << 20]) {
      const video = await openVideo(streamOf(flv(), chunk));
      expect(video).toMatchObject({ container: "FLV", framing: "avcc", avcC: clip.avcC });
      expect(await units(video)).toEqual(expected);
    }
    expect((await frames(flv())).map(essence)).toEqual((await frames(clip.bytes)).map(essence));
  });

  test("other codecs are named", () => {
    const bytes = flv();
    bytes[13 + 11] = 0x12;
    expect(new FlvReader().push(bytes)).toEqual([
      { kind: "unsupported", codec: "Sorenson H.263 (FLV 2)" },
    ]);
    bytes.set([0x90, 0x68, 0x76, 0x63, 0x31], 13 + 11);
    expect(new FlvReader().push(bytes)).toEqual([{ kind: "unsupported", codec: "HEVC (hvc1)" }]);
  });
});

describe("a file as a live source", () => {
  test("loops with timestamps that go on, and loses nothing", async () => {
    const video = asLive(await openVideo(mp4()), { loop: true });
    const count = clip.units.length;
    const seen: AccessUnit[] = [];
    for await (const unit of video.accessUnits()) {
      seen.push(unit);
      if (seen.length === 3 * count) break;
    }
    expect(seen.map((unit) => unit.restart ?? false).filter(Boolean).length).toBe(2);
    const times = seen
      .map((unit) => Math.round((unit.timestamp ?? 0) * 1000))
      .sort((a, b) => a - b);
    expect(times).toEqual(times.map((_, i) => 40 * i));

    let number = 0;
    const buffers = new Set<Uint8Array>();
    for await (const frame of signals(video)) {
      buffers.add(frame.kind);
      expect(frame.index).toBe(number);
      expect(frame.timestamp).toBeCloseTo(0.04 * number, 6);
      expect(frame.damaged).toBe(false);
      number++;
      if (number === 4 * count) break;
    }
    // The iterator's arrays are reused from one round to the next.
    expect(buffers.size).toBeLessThanOrEqual(2 * count);
  });

  test("keeps real time, in decoding order", async () => {
    const video = asLive(await openVideo(mp4()), { realtime: true });
    const start = performance.now();
    let count = 0;
    for await (const _ of video.accessUnits()) {
      const due = 40 * count++;
      const late = performance.now() - start - due;
      expect(late).toBeGreaterThan(-30);
      if (count === 6) break;
    }
    expect(video.live).toBe(true);
  });

  test("an abort ends the waiting", async () => {
    const abort = new AbortController();
    const video = asLive(await openVideo(mp4(), { signal: abort.signal }), {
      realtime: true,
      loop: true,
      signal: abort.signal,
    });
    setTimeout(() => abort.abort(), 50);
    await expect(units(video)).rejects.toMatchObject({ code: "aborted" });
  });
});
