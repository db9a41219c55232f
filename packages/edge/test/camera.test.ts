import {
  type AccessUnit,
  codecString,
  MediaError,
  openVideo,
  type Video,
} from "@symbion/codec/containers";
import { openInput } from "@symbion/codec/node";
import { RecordReader, type StreamHeader } from "@symbion/core";
import { expect, test } from "vitest";
import { samplePath } from "../src/config/samples.ts";
import type { CameraConfig } from "../src/config/types.ts";
import { Camera, type CameraHost } from "../src/pipeline/camera.ts";
import { annexB } from "../src/pipeline/h264-bytes.ts";
import type { CameraChange, RecordMessage } from "../src/pipeline/messages.ts";

const config: CameraConfig = {
  id: "a",
  name: "A",
  source: { url: "rtsp://user:secret@camera/1" },
  loop: false,
  realtime: false,
  simulated: true,
  areas: [],
  questions: [],
  motion: { sensitivity: "normal" },
  record: null,
};

/** The sample, with something done before the unit of each number. */
async function sampleWith(before: (number: number) => void | Promise<void>): Promise<Video> {
  const video = await openInput(samplePath("yard"));
  return {
    ...video,
    async *accessUnits(): AsyncGenerator<AccessUnit, void, void> {
      let number = 0;
      for await (const unit of video.accessUnits()) {
        await before(number++);
        yield unit;
      }
    },
  };
}

function host(
  open: CameraHost["open"],
  changes: CameraChange[],
  records: RecordMessage[] = [],
): CameraHost {
  return {
    open,
    onChange: (change) => changes.push(change),
    onRecord: (record) => records.push(record),
    onInsight: () => {},
    onPlan: () => {},
    onSample: () => {},
    onFed: () => {},
    recorder: () => null,
    cpuMs: () => performance.now(),
  };
}

const quick = { firstRetry: 10, lastRetry: 40, silence: 5000, healed: 1000 };

test("a source that dies is opened again, and says why", async () => {
  const changes: CameraChange[] = [];
  let opened = 0;
  const open: CameraHost["open"] = async () => {
    opened++;
    if (opened === 2) throw new MediaError("unreachable", "rtsp://user:secret@camera/1", "refused");
    if (opened === 4) camera.stop();
    return sampleWith((number) => {
      if (number === 20) throw new MediaError("truncated", "a", "the stream broke off");
    });
  };
  const camera = new Camera(config, host(open, changes), quick);
  await camera.run();
  expect(opened).toBe(4);
  expect(camera.takeCounts().frames).toBeGreaterThanOrEqual(40);
  const reasons = changes.filter(({ state }) => state === "retrying").map(({ reason }) => reason);
  expect(reasons[0]).toBe("a: the stream broke off");
  expect(reasons[1]).toMatch(/refused$/);
  expect(JSON.stringify(changes)).not.toContain("secret");
  expect(changes.at(-1)?.restarts).toBe(3);
  expect(changes.at(-1)?.lastRestart?.reason).toBe("a: the stream broke off");
});

test("a source that falls silent is opened again", async () => {
  const changes: CameraChange[] = [];
  let opened = 0;
  const open: CameraHost["open"] = async (_, signal) => {
    opened++;
    if (opened === 2) camera.stop();
    return sampleWith(async (number) => {
      if (number < 5) return;
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      throw new MediaError("aborted", "a", "aborted");
    });
  };
  const camera = new Camera(config, host(open, changes), { ...quick, silence: 200 });
  await camera.run();
  expect(changes.some(({ reason }) => reason === "no data for 0.2 s")).toBe(true);
});

test("a file that does not loop ends", async () => {
  const changes: CameraChange[] = [];
  const file = { ...config, source: { file: samplePath("yard") } };
  const camera = new Camera(
    file,
    host(() => openInput(samplePath("yard")), changes),
    quick,
  );
  await camera.run();
  expect(changes.at(-1)).toMatchObject({ state: "ended", restarts: 0 });
  const counts = camera.takeCounts();
  expect(counts).toMatchObject({ frames: 360, damagedFrames: 0 });
  expect(counts.videoSeconds).toBeCloseTo(359 / 15, 3);
});

test("a page that joins gets the units since the last keyframe, then everything", async () => {
  const records: RecordMessage[] = [];
  let joined: Uint8Array[] = [];
  const open: CameraHost["open"] = () =>
    sampleWith((number) => {
      if (number === 40) joined = camera.join();
      if (number === 50) camera.unwatch();
      if (number === 60) camera.stop();
    });
  const camera = new Camera(config, host(open, [], records), quick);
  await camera.run();
  const read = (parts: readonly Uint8Array[]): StreamHeader[] => {
    const reader = new RecordReader<StreamHeader>();
    return parts.flatMap((part) => reader.push(part).map(({ header }) => header));
  };
  const before = read(joined);
  expect(before[0]).toMatchObject({ kind: "format", codec: "avc1.64001f", framing: "avcc" });
  // The sample has a keyframe every 30 frames: numbers 30 to 39 have come.
  expect(before.slice(1).map((header) => header.kind === "unit" && header.keyframe)).toEqual([
    true,
    ...Array<boolean>(9).fill(false),
  ]);
  const after = read(records.map(({ record }) => record));
  const units = after.filter((header) => header.kind === "unit");
  const fields = after.filter((header) => header.kind === "field");
  expect(units).toHaveLength(10);
  expect(fields).toHaveLength(10);
  expect(fields.map(({ timestamp }) => timestamp)).toEqual(units.map(({ timestamp }) => timestamp));
  expect(fields[0]).toMatchObject({ mbWidth: 80, mbHeight: 45, width: 1280, height: 720 });
});

test("a keyframe becomes a byte stream that opens by itself", async () => {
  const video = await openInput(samplePath("yard"));
  for await (const unit of video.accessUnits()) {
    const stream = annexB(video.avcC, unit.data);
    expect(codecString(undefined, stream)).toBe(codecString(video.avcC, unit.data));
    expect((await openVideo(stream)).container).toBe("Annex B");
    break;
  }
  await video.close();
  for (const bytes of [[], [0, 0], [0, 0, 0, 99, 1]]) {
    expect(annexB(new Uint8Array([1, 2]), new Uint8Array(bytes))).toBeInstanceOf(Uint8Array);
  }
});
