import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { H264Parser } from "@symbion/codec";
import type { AccessUnit } from "@symbion/codec/containers";
import { openInput } from "@symbion/codec/node";
import { type Clip, UsageError } from "@symbion/core";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ClipRecorder, type ClipRecorderOptions } from "../src/store/clip-recorder.ts";
import { recoverClips } from "../src/store/clip-recovery.ts";
import { MediaClock } from "../src/store/media-clock.ts";
import { Folders, T0 } from "./support/store-data.ts";

const SAMPLE = fileURLToPath(new URL("../samples/yard.mp4", import.meta.url));
const ffmpeg = spawnSync("ffmpeg", ["-version"]).status === 0;

const folders = new Folders();
let folder: string;
let clips: Clip[];
let problems: string[];

beforeEach(() => {
  folder = folders.make();
  clips = [];
  problems = [];
});

afterEach(() => folders.remove());

type Stream = { readonly avcC: Uint8Array | undefined; readonly units: readonly AccessUnit[] };

async function readStream(path: string): Promise<Stream> {
  const video = await openInput(path, {});
  const units: AccessUnit[] = [];
  for await (const unit of video.accessUnits()) units.push({ ...unit, data: unit.data.slice() });
  await video.close();
  return { avcC: video.avcC, units };
}

function recorder(changes: Partial<ClipRecorderOptions> = {}): ClipRecorder {
  return new ClipRecorder({
    folder,
    source: "gate",
    before: 2,
    after: 3,
    onClip: (clip) => clips.push(clip),
    onProblem: (text) => problems.push(text),
    ...changes,
  });
}

/** When the unit of a stream time arrives. */
const wall = (seconds: number): number => T0 + Math.round(seconds * 1000);

type Event = { readonly id: string; readonly from: number; readonly to: number };

/** Plays a stream to a recorder; events begin and end at stream times, in seconds. */
async function play(
  target: ClipRecorder,
  { avcC, units }: Stream,
  events: readonly Event[],
  retime: (seconds: number) => number = (seconds) => seconds,
): Promise<void> {
  target.configure(avcC);
  let last = Number.NEGATIVE_INFINITY;
  for (const { data, timestamp = 0, keyframe } of units) {
    const now = Math.max(last, timestamp);
    for (const { id, from, to } of events) {
      if (from > last && from <= now) target.begin(id, wall(from));
      if (to > last && to <= now) target.end(id, wall(to));
    }
    last = now;
    target.unit(data, retime(timestamp), wall(timestamp), keyframe);
    // Writing goes on beside the stream, as it does with a camera.
    if (keyframe) await new Promise((resolve) => setImmediate(resolve));
  }
}

const pathOf = (clip: Clip | undefined): string => join(folder, `${clip?.id}.mp4`);

/** Where a clip's units lie in the source; throws where they are not a run of it. */
function runOf(source: Stream, clip: Stream): { readonly first: number; readonly count: number } {
  const same = (a: AccessUnit | undefined, b: AccessUnit | undefined): boolean =>
    a !== undefined && b !== undefined && Buffer.compare(a.data, b.data) === 0;
  const first = source.units.findIndex((unit) => same(unit, clip.units[0]));
  expect(first).toBeGreaterThanOrEqual(0);
  for (const [index, unit] of clip.units.entries()) {
    const origin = source.units[first + index];
    if (!same(unit, origin)) throw new Error(`unit ${index} of the clip is not the source's`);
    expect(unit.keyframe).toBe(origin?.keyframe);
  }
  return { first, count: clip.units.length };
}

/** Everything that the codec says about a stream: a digest of each frame's signals. */
function signalsOf({ avcC, units }: Stream): string[] {
  const found: string[] = [];
  const parser = new H264Parser({
    order: "decode",
    onFrame: (frame) => {
      const digest = createHash("sha256");
      let arrays = 0;
      for (const value of Object.values(frame)) {
        if (!ArrayBuffer.isView(value)) continue;
        digest.update(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
        arrays++;
      }
      expect(arrays).toBeGreaterThan(5);
      found.push(`${frame.type} ${frame.damaged} ${digest.digest("hex")}`);
    },
  });
  if (avcC !== undefined) parser.configure(avcC);
  for (const { data, timestamp } of units) parser.pushAccessUnit(data, timestamp ?? 0);
  parser.end();
  return found;
}

describe("a clip", () => {
  let yard: Stream;

  beforeAll(async () => {
    yard = await readStream(SAMPLE);
  });

  test("is the stream as it came: from a keyframe before the event to some time after it", async () => {
    const target = recorder();
    await play(target, yard, [{ id: "i1", from: 10, to: 12 }]);
    await target.stop();
    expect(problems).toEqual([]);
    expect(clips).toHaveLength(1);
    const [clip] = clips;
    expect(readdirSync(folder)).toEqual([`${clip?.id}.mp4`]);
    expect(clip).toMatchObject({ source: "gate", width: 1280, height: 720, insights: ["i1"] });
    expect(clip?.bytes).toBe(statSync(pathOf(clip)).size);
    expect(clip?.from).toBeLessThanOrEqual(wall(8));
    expect(clip?.from).toBeGreaterThan(wall(8) - 3000);
    expect(clip?.to).toBeGreaterThanOrEqual(wall(15));
    expect(clip?.to).toBeLessThan(wall(15) + 200);

    const cut = await readStream(pathOf(clip));
    const { first, count } = runOf(yard, cut);
    expect(cut.units[0]?.keyframe).toBe(true);
    expect(wall(yard.units[first]?.timestamp ?? 0)).toBe(clip?.from);
    const original = { avcC: yard.avcC, units: yard.units.slice(first, first + count) };
    expect(signalsOf(cut)).toEqual(signalsOf(original));
    const shift = original.units[0]?.timestamp ?? 0;
    expect(cut.units.map(({ timestamp = 0 }) => Math.round(timestamp * 1000))).toEqual(
      original.units.map(({ timestamp = 0 }) => Math.round((timestamp - shift) * 1000)),
    );
  });

  test("holds events that touch; others get their own", async () => {
    const target = recorder({ before: 1, after: 1 });
    await play(target, yard, [
      { id: "i1", from: 4, to: 6 },
      { id: "i2", from: 5, to: 7 },
      { id: "i3", from: 7.5, to: 7.5 },
      { id: "i4", from: 15, to: 16 },
    ]);
    await target.stop();
    expect(clips.map(({ insights }) => insights)).toEqual([["i1", "i2", "i3"], ["i4"]]);
    expect(new Set(clips.map(({ id }) => id)).size).toBe(2);
  });

  test("that gets too long continues in the next without a gap", async () => {
    const target = recorder({ before: 0, after: 1, longest: 5 });
    await play(target, yard, [{ id: "i1", from: 2.1, to: 21 }]);
    await target.stop();
    expect(clips.length).toBeGreaterThan(2);
    let next: number | undefined;
    for (const clip of clips) {
      expect(clip.insights).toEqual(["i1"]);
      const { first, count } = runOf(yard, await readStream(pathOf(clip)));
      if (next !== undefined) expect(first).toBe(next);
      next = first + count;
    }
    expect(yard.units[(next ?? 0) - 1]?.timestamp).toBeGreaterThanOrEqual(22);
  });

  test("ends where the stream breaks off, and goes on when it is back", async () => {
    const target = recorder({ before: 0 });
    const half = yard.units.length >> 1;
    const part = (from: number, to: number): Stream => ({
      avcC: yard.avcC,
      units: yard.units.slice(from, to),
    });
    await play(target, part(0, half), [{ id: "i1", from: 2, to: 100 }]);
    target.cut();
    expect(target.keptBytes).toBe(0);
    // What comes before the next keyframe cannot be shown.
    await play(target, part(half + 1, yard.units.length), []);
    target.end("i1", wall(24));
    await target.stop();
    expect(clips.map(({ insights }) => insights)).toEqual([["i1"], ["i1"]]);
    const second = await readStream(pathOf(clips[1]));
    const { first } = runOf(yard, second);
    expect(first).toBeGreaterThan(half);
    expect(second.units[0]?.keyframe).toBe(true);
  });

  test("starts a new file where the configuration changes", async () => {
    const target = recorder();
    const other = Uint8Array.from(yard.avcC ?? []);
    other[3] = (other[3] ?? 0) + 1;
    const half = yard.units.findIndex(({ timestamp = 0, keyframe }) => keyframe && timestamp > 9);
    await play(target, { avcC: yard.avcC, units: yard.units.slice(0, half) }, [
      { id: "i1", from: 5, to: 100 },
    ]);
    await play(target, { avcC: other, units: yard.units.slice(half) }, []);
    await target.stop();
    expect(clips.map(({ codec }) => codec.slice(-2))).toHaveLength(2);
    expect(clips[0]?.codec).not.toBe(clips[1]?.codec);
    expect(runOf(yard, await readStream(pathOf(clips[1]))).first).toBe(half);
  });

  test("keeps no more of the past than it may, and counts what it left out", async () => {
    const target = recorder({ maxBytes: 100_000 });
    let most = 0;
    target.configure(yard.avcC);
    for (const { data, timestamp = 0, keyframe } of yard.units) {
      target.unit(data, timestamp, wall(timestamp), keyframe);
      most = Math.max(most, target.keptBytes);
    }
    expect(most).toBeLessThanOrEqual(100_000);
    expect(target.droppedBytes).toBeGreaterThan(100_000);
    const roomy = recorder();
    await play(roomy, yard, []);
    // Two seconds and the slack, in groups of two seconds.
    expect(roomy.keptBytes).toBeLessThan(yard.units.reduce((sum, u) => sum + u.data.length, 0) / 2);
    expect(roomy.droppedBytes).toBe(0);
    await Promise.all([target.stop(), roomy.stop()]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("of a stream whose timestamps leap, wrap and go back runs evenly", async () => {
    const leaps: readonly [string, (seconds: number) => number][] = [
      ["starts anew", (s) => (s < 11 ? s : s - 11)],
      ["wraps", (s) => (s + 95_430) % 95_443.7],
      ["leaps ahead", (s) => (s < 11 ? s : s + 5000)],
    ];
    for (const [name, retime] of leaps) {
      clips = [];
      const target = recorder();
      await play(target, yard, [{ id: "i1", from: 9, to: 18 }], retime);
      await target.stop();
      expect(clips, name).toHaveLength(1);
      const cut = await readStream(pathOf(clips[0]));
      const times = cut.units.map(({ timestamp = 0 }) => timestamp);
      for (const [index, time] of times.entries()) {
        const step = time - (times[index - 1] ?? time);
        expect(step, name).toBeGreaterThanOrEqual(0);
        expect(step, name).toBeLessThan(3);
      }
      expect(times.at(-1), name).toBeGreaterThan(12);
    }
  });

  test("an unknown option is refused", () => {
    expect(() => recorder({ befor: 1 } as never)).toThrow(UsageError);
  });

  test("that cannot be written is told once and harms nothing", async () => {
    const target = recorder();
    rmSync(folder, { recursive: true });
    await play(target, yard, [
      { id: "i1", from: 3, to: 4 },
      { id: "i2", from: 20, to: 23 },
    ]);
    mkdirSync(folder);
    await target.stop();
    expect(clips.length + problems.length).toBeGreaterThan(0);
    expect(problems[0]).toMatch(/could not be written: ENOENT/);
  });

  test("on a full disk is given up, and the next one is kept when there is room again", async (context) => {
    const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=256k", "none", folder]);
    if (mounted.status !== 0) context.skip("needs the right to mount a small file system");
    try {
      const target = recorder();
      await play(target, yard, [{ id: "i1", from: 6, to: 7 }]);
      await target.stop();
      expect(clips).toEqual([]);
      expect(problems.join()).toMatch(/ENOSPC/);
      expect(readdirSync(folder)).toEqual([]);
      spawnSync("mount", ["-o", "remount,size=16m", folder]);
      const later = recorder();
      await play(later, yard, [{ id: "i2", from: 6, to: 7 }]);
      await later.stop();
      expect(clips).toHaveLength(1);
    } finally {
      spawnSync("umount", [folder]);
    }
  });

  test("left unfinished by a killed node is cut behind its last whole fragment and listed", async () => {
    const target = recorder({ longest: 60 });
    await play(target, yard, [{ id: "i1", from: 3, to: 100 }]);
    await target.stop();
    const [whole] = clips;
    const size = statSync(pathOf(whole)).size;
    const frames = (await readStream(pathOf(whole))).units.length;
    const left = folders.make();
    const host = { clipFolder: left, insightsDuring: () => ["i7"] };
    const counts: number[] = [];
    for (const share of [0.0001, 0.02, 0.3, 0.55, 0.8, 0.999, 1]) {
      const part = join(left, "c1.mp4.part");
      copyFileSync(pathOf(whole), part);
      truncateSync(part, Math.round(size * share));
      const found: Clip[] = [];
      await recoverClips(host, { unfinished: ["c1"], unlisted: [] }, (clip) => found.push(clip));
      expect(existsSync(part)).toBe(false);
      if (found.length === 0) {
        expect(readdirSync(left)).toEqual([]);
        counts.push(0);
        continue;
      }
      const path = join(left, "c1.mp4");
      const [clip] = found;
      expect(clip).toMatchObject({
        id: "c1",
        source: "gate",
        from: whole?.from,
        width: 1280,
        height: 720,
        codec: whole?.codec,
        insights: ["i1", "i7"],
        bytes: statSync(path).size,
      });
      const cut = await readStream(path);
      runOf(yard, cut);
      const last = Math.max(...cut.units.map(({ timestamp = 0 }) => timestamp));
      expect((clip?.to ?? 0) - (clip?.from ?? 0)).toBeGreaterThanOrEqual(last * 1000);
      counts.push(cut.units.length);
      // And a finished one that the database has lost is listed again.
      const again: Clip[] = [];
      await recoverClips(host, { unfinished: [], unlisted: ["c1"] }, (one) => again.push(one));
      expect(again).toEqual(found);
      rmSync(path);
    }
    expect(counts[0]).toBe(0);
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    expect(counts.at(-1)).toBe(frames);
    // At most a fragment is lost.
    expect(frames - (counts.at(-2) ?? 0)).toBeLessThan(60);
  });

  test("files that are not ours stay as they are and are not listed", async () => {
    copyFileSync(SAMPLE, join(folder, "holiday.mp4"));
    const host = { clipFolder: folder, insightsDuring: () => [] };
    await recoverClips(host, { unfinished: [], unlisted: ["holiday", "gone"] }, (clip) =>
      clips.push(clip),
    );
    expect(clips).toEqual([]);
    expect(readdirSync(folder)).toEqual(["holiday.mp4"]);
  });
});

describe("clips of other streams", () => {
  /** A stream of twelve seconds with B-pictures that lead open groups, as x264 makes it. */
  const make = (name: string, openGroups: 0 | 1): string => {
    const path = join(folders.make(), name);
    const done = spawnSync("ffmpeg", [
      ...["-v", "error", "-f", "lavfi", "-i", "testsrc2=s=192x108:r=10:d=12"],
      ...["-c:v", "libx264", "-preset", "veryfast", "-g", "15", "-bf", "3"],
      ...["-x264-params", `open-gop=${openGroups}:b-pyramid=normal`, path],
    ]);
    expect(done.stderr.toString()).toBe("");
    return path;
  };

  test.for([
    ["MP4, length prefixes, closed groups", "closed.mp4", 0],
    ["MP4, length prefixes, open groups", "open.mp4", 1],
    ["MPEG-TS, start codes, closed groups", "closed.ts", 0],
    ["MPEG-TS, start codes, open groups", "open.ts", 1],
  ] as const)("with B-pictures: %s", async ([_name, file, openGroups], context) => {
    if (!ffmpeg) context.skip("needs ffmpeg");
    const source = await readStream(make(file, openGroups));
    const target = recorder();
    await play(target, source, [{ id: "i1", from: 5, to: 6 }]);
    await target.stop();
    expect(problems).toEqual([]);
    const path = pathOf(clips[0]);
    const cut = await readStream(path);
    const probe = spawnSync("ffprobe", [
      ...["-v", "error", "-count_frames", "-show_entries"],
      ...["stream=nb_read_frames,width,height,has_b_frames", "-of", "json", path],
    ]);
    const [stream] = (JSON.parse(probe.stdout.toString()) as { streams: Record<string, unknown>[] })
      .streams;
    expect(stream).toMatchObject({ width: 192, height: 108 });
    expect(Number(stream?.nb_read_frames)).toBe(cut.units.length);
    const decode = spawnSync("ffmpeg", ["-v", "repeat+warning", "-i", path, "-f", "null", "-"]);
    // Pictures that lead an open group and are left out are missed in the list of references, and nowhere else.
    const complaints = decode.stderr
      .toString()
      .split("\n")
      .filter((line) => line !== "");
    expect(complaints.filter((line) => !(openGroups && line.includes("mmco: unref")))).toEqual([]);

    // The clip holds the source's pictures but those that lead its first keyframe, at their distances in time.
    const key = cut.units[0];
    const before = (clips[0]?.from ?? 0) - T0;
    const start = source.units.findIndex(({ timestamp = 0 }) => wall(timestamp) - T0 === before);
    const leading = source.units[start]?.timestamp ?? 0;
    const kept = source.units
      .slice(start)
      .filter(({ timestamp = 0 }) => timestamp >= leading)
      .slice(0, cut.units.length);
    expect(key?.keyframe).toBe(true);
    expect(cut.units.map(({ timestamp = 0 }) => Math.round(timestamp * 100))).toEqual(
      kept.map(({ timestamp = 0 }) => Math.round((timestamp - leading) * 100)),
    );
    expect(signalsOf(cut)).toEqual(signalsOf({ avcC: source.avcC, units: kept }));
  });
});

describe("the media clock", () => {
  test("passes even timestamps on, reordered as they are", () => {
    const clock = new MediaClock();
    const times = [0, 0.4, 0.2, 0.1, 0.3, 0.8, 0.6];
    expect(times.map((time, n) => clock.next(100 + time, T0 + n * 100, n === 0))).toEqual(
      times.map((time) => expect.closeTo(time, 9)),
    );
    expect(clock.at(T0 + 600)).toBeCloseTo(0.8);
    expect(clock.at(T0 + 1600)).toBeCloseTo(1.8);
  });

  test("after a leap waits for a keyframe, which follows after the time that passed", () => {
    const clock = new MediaClock();
    clock.next(50, T0, true);
    clock.next(50.1, T0 + 100, false);
    expect(clock.next(3, T0 + 4000, false)).toBeNull();
    expect(clock.next(3.1, T0 + 4100, true)).toBeCloseTo(4.1, 1);
    expect(clock.next(3.2, T0 + 4200, false)).toBeCloseTo(4.2, 1);
  });

  test("a pause that really was is no leap; a jump of the clock on the wall is none either", () => {
    const clock = new MediaClock();
    clock.next(0, T0, true);
    expect(clock.next(30, T0 + 30_000, false)).toBeCloseTo(30);
    expect(clock.next(30.1, T0 + 9e9, false)).toBeCloseTo(30.1);
  });
});
