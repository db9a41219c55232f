/**
 * Reads signals in this browser: of a dropped file, or of pictures of the device's own camera on their way through
 * the browser's H.264 encoder. Nothing leaves the machine.
 */

import { type FrameSignal, H264Parser, macroblockField, movingShare } from "@symbion/codec";
import { CameraSignals, isEncoderSupported } from "@symbion/codec/browser";
import {
  type AccessUnit,
  asLive,
  codecString,
  MediaError,
  openVideo,
  type Video,
} from "@symbion/codec/containers";
import type { FieldHeader, StreamHeader } from "@symbion/core";
import { MotionAnalyzer } from "@symbion/vision/motion";
import { FilePixels } from "./file-pixels.ts";
import type { FromWorker, ToWorker } from "./messages.ts";
import { Sampler } from "./sampler.ts";

/** Longest time without listening to messages, milliseconds. */
const DEAF = 50;

/** Most pictures that wait for their signals. */
const MAX_PENDING = 16;

function send(message: FromWorker, transfer: Transferable[] = []): void {
  postMessage(message, { transfer });
}

function sendRecord(header: StreamHeader, body: Uint8Array<ArrayBuffer> = new Uint8Array(0)): void {
  send({ type: "record", header, body }, [body.buffer]);
}

function fail(error: unknown): void {
  send({ type: "failed", message: error instanceof Error ? error.message : String(error) });
}

const analyzer = new MotionAnalyzer();

/** Picks pictures for a model while somebody asks questions. */
let sampler: Sampler | null = null;

/** One bit per macroblock, least first, as the node sends its mask. */
function packMask(mask: Uint8Array): Uint8Array {
  const bits = new Uint8Array(Math.ceil(mask.length / 8));
  for (let mb = 0; mb < mask.length; mb++) {
    if (mask[mb] === 1) bits[mb >> 3] = (bits[mb >> 3] as number) | (1 << (mb & 7));
  }
  return bits;
}

function sendField(frame: FrameSignal, began: number): void {
  sampler?.push(frame, performance.now() - began);
  const field = macroblockField(frame);
  const understood = analyzer.push(frame);
  let bits = 0;
  for (const value of frame.bits) bits += value;
  const { timestamp, type, mbWidth, mbHeight, width, height, damaged } = frame;
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
    cpuMs: performance.now() - began,
    damaged,
    activity: understood.activity,
    tracks: understood.tracks.map(({ id, x, y, width: w, height: h, velocity, zones }) => ({
      ...{ id, x, y, velocity, zones },
      width: w,
      height: h,
    })),
    fieldBytes: field.bytes.length,
  };
  const mask = packMask(understood.mask);
  const body = new Uint8Array(field.bytes.length + mask.length);
  body.set(field.bytes);
  body.set(mask, field.bytes.length);
  sendRecord(header, body);
}

async function playFile(file: File): Promise<void> {
  const source = await openVideo(file, { name: file.name });
  const video = asLive(source, { loop: true, realtime: true });
  let began = 0;
  const parser = new H264Parser({ order: "decode", onFrame: (frame) => sendField(frame, began) });
  let avcC = video.avcC;
  if (avcC !== undefined) parser.configure(avcC);
  let told = false;
  let pixels: FilePixels | null = null;
  let listened = performance.now();
  for await (const unit of video.accessUnits()) {
    // A file that cannot be played in time is never waited for, and messages would never be heard.
    if (performance.now() - listened > DEAF) {
      await new Promise((resolve) => setTimeout(resolve));
      listened = performance.now();
    }
    if (unit.avcC !== undefined) {
      avcC = unit.avcC;
      told = false;
      pixels = null;
      parser.configure(avcC);
    }
    if (unit.keyframe && !told) told = tellFormat(video, avcC, unit);
    const timestamp = unit.timestamp ?? 0;
    if (told) sendRecord({ kind: "unit", timestamp, keyframe: unit.keyframe }, unit.data.slice());
    began = performance.now();
    parser.pushAccessUnit(unit.data, timestamp);
    if (sampler === null) pixels = null;
    else if (pixels === null && unit.keyframe) pixels = openPixels(video, avcC, unit);
    pixels?.push(unit.data, timestamp, unit.keyframe);
    if (parser.unsupported !== null && parser.stats.refusedSlices > 0) {
      throw new MediaError("unsupported", file.name, `H.264 with ${parser.unsupported}: not yet`);
    }
  }
}

function tellFormat(video: Video, avcC: Uint8Array | undefined, unit: AccessUnit): boolean {
  const codec = codecString(avcC, unit.data);
  if (codec === null) return false;
  const framing = video.framing === "avcc" ? "avcc" : "annexb";
  sendRecord({ kind: "format", codec, framing }, avcC?.slice());
  return true;
}

/** A decoder for the model, from a keyframe on; null where its codec cannot be told yet. */
function openPixels(
  video: Video,
  avcC: Uint8Array | undefined,
  unit: AccessUnit,
): FilePixels | null {
  const codec = codecString(avcC, unit.data);
  if (codec === null) return null;
  const pixels = new FilePixels((frame, timestamp) => sampler?.picture(frame, timestamp));
  pixels.configure(codec, video.framing === "avcc" ? avcC : undefined);
  return pixels;
}

let camera: CameraSignals | null = null;
const pending = new Map<number, VideoFrame>();

async function openCamera(width: number, height: number, frameRate: number): Promise<void> {
  const support = await isEncoderSupported({ width, height, frameRate });
  if (!support.supported) {
    throw new Error(
      `Reading this camera's motion needs an H.264 encoder in the browser, but ${support.reason}. Current Chrome and Edge have one.`,
    );
  }
  const signals = await CameraSignals.open({
    width,
    height,
    frameRate,
    keyframeInterval: frameRate * 4,
    onFrame: (frame) => {
      sendField(frame, signals.parsingSince);
      const timestamp = Math.round(frame.timestamp * 1e6);
      const picture = pending.get(timestamp);
      pending.delete(timestamp);
      if (picture === undefined) return;
      sampler?.picture(picture, frame.timestamp);
      send({ type: "picture", frame: picture }, [picture]);
    },
    onError: fail,
  });
  camera = signals;
}

/** Encodes a picture and keeps it until its signals are there; leaves it out while the encoder is behind. */
function takePicture(frame: VideoFrame): void {
  if (camera === null) {
    frame.close();
    return;
  }
  const picture = frame.clone();
  if (!camera.push(frame)) {
    picture.close();
    return;
  }
  pending.set(picture.timestamp, picture);
  for (const [timestamp, old] of pending) {
    if (pending.size <= MAX_PENDING) break;
    pending.delete(timestamp);
    old.close();
  }
}

addEventListener("message", ({ data }: MessageEvent<ToWorker>) => {
  if (data.type === "file") playFile(data.file).catch(fail);
  else if (data.type === "camera") {
    openCamera(data.width, data.height, data.frameRate).catch(fail);
  } else if (data.type === "watch") {
    try {
      sampler = new Sampler(data.port, data.policy);
    } catch (error) {
      fail(error);
    }
  } else if (data.type === "unwatch") sampler = null;
  else takePicture(data.frame);
});
