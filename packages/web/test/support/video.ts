/** The sample video as a camera's stream: the same records as a node sends, read by the real parser. */

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type FrameSignal, H264Parser, macroblockField, movingShare } from "@symbion/codec";
import { codecString, openVideo } from "@symbion/codec/containers";
import type { FieldHeader, FormatHeader, TrackBox, UnitHeader } from "@symbion/core";

/** The sample's file. */
export const SAMPLE: string = fileURLToPath(
  new URL("../../../edge/samples/yard.mp4", import.meta.url),
);

/** One frame as it is sent. */
export type SampleFrame = {
  readonly unit: UnitHeader;
  readonly data: Uint8Array;
  readonly field: FieldHeader;
  /** Packed field and mask. */
  readonly body: Uint8Array;
};

/** The whole sample. */
export type SampleVideo = {
  readonly format: FormatHeader;
  readonly avcC: Uint8Array;
  readonly frames: readonly SampleFrame[];
  readonly fps: number;
  readonly seconds: number;
};

/** Reads the sample. */
export async function readSample(): Promise<SampleVideo> {
  const file = new File([await readFile(SAMPLE)], "yard.mp4");
  const video = await openVideo(file, { name: file.name });
  const frames: SampleFrame[] = [];
  let pending: { unit: UnitHeader; data: Uint8Array } | null = null;
  const parser = new H264Parser({
    order: "decode",
    onFrame: (frame) => {
      if (pending !== null) frames.push({ ...pending, ...signalsOf(frame) });
      pending = null;
    },
  });
  const avcC = video.avcC;
  if (avcC === undefined) throw new Error("yard.mp4: expected an avcC record, got none");
  parser.configure(avcC);
  let codec: string | null = null;
  for await (const unit of video.accessUnits()) {
    codec ??= codecString(avcC, unit.data);
    const timestamp = unit.timestamp ?? 0;
    pending = {
      unit: { kind: "unit", timestamp, keyframe: unit.keyframe },
      data: unit.data.slice(),
    };
    parser.pushAccessUnit(unit.data, timestamp);
  }
  if (codec === null || frames.length < 100) throw new Error("yard.mp4: expected 100 frames");
  return {
    format: { kind: "format", codec, framing: "avcc" },
    avcC,
    frames,
    fps: 15,
    seconds: frames.length / 15,
  };
}

function signalsOf(frame: FrameSignal): { field: FieldHeader; body: Uint8Array } {
  const field = macroblockField(frame);
  const { mbWidth, mbHeight } = frame;
  const count = mbWidth * mbHeight;
  const mask = new Uint8Array(Math.ceil(count / 8));
  let left = mbWidth;
  let right = -1;
  let top = mbHeight;
  let bottom = -1;
  let dynamic = 0;
  for (let mb = 0; mb < count; mb++) {
    const x = mb % mbWidth;
    const y = Math.floor(mb / mbWidth);
    const fast = Math.abs(field.velocity[2 * mb] as number) >= 8;
    // The street: what moves there is a car.
    if (!fast || y < mbHeight * 0.4 || y > mbHeight * 0.62) continue;
    mask[mb >> 3] = (mask[mb >> 3] as number) | (1 << (mb & 7));
    dynamic++;
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  const tracks: TrackBox[] =
    dynamic < 12
      ? []
      : [
          {
            id: 7,
            x: left / mbWidth,
            y: top / mbHeight,
            width: (right + 1 - left) / mbWidth,
            height: (bottom + 1 - top) / mbHeight,
            velocity: [-0.1, 0],
            zones: ["street"],
          },
        ];
  let bits = 0;
  for (const value of frame.bits) bits += value;
  const { timestamp, type, width, height, damaged } = frame;
  const header: FieldHeader = {
    kind: "field",
    timestamp,
    type,
    mbWidth,
    mbHeight,
    width,
    height,
    bits,
    motionShare: movingShare(field),
    cpuMs: 2.4,
    damaged,
    activity: dynamic / count,
    tracks,
    fieldBytes: field.bytes.length,
  };
  const body = new Uint8Array(field.bytes.length + mask.length);
  body.set(field.bytes);
  body.set(mask, field.bytes.length);
  return { field: header, body };
}
