/** Pixels in a browser: WebCodecs decodes the same access units that the parser reads. */

import { MediaError, rejectUnknownKeys } from "../containers/errors.ts";
import type { AccessUnit, Video } from "../containers/open.ts";
import type { FramesOptions, Picture, PixelOptions, PixelSource } from "../containers/pixels.ts";
import { nextStartCode } from "../containers/sniff.ts";

const OPTION_KEYS = ["format", "width", "frameRate", "start", "end"];

/** Frame rate assumed where the source has no timestamps. */
const RAW_FRAME_RATE = 25;

/**
 * Pictures of an opened video through `VideoDecoder`. Throws {@link MediaError} `no-runtime-support` on use where the
 * browser has none. A raw byte stream has no times: its frames count as 25 a second in coded order.
 */
export function webCodecsPixels(video: Video): PixelSource {
  const open: Set<VideoDecoder> = new Set();
  return {
    async frameAt(timestamp, options) {
      const group = await groupAt(video, timestamp);
      let best: VideoFrame | undefined;
      for await (const frame of decode(video, group, open)) {
        if (frame.timestamp <= Math.round(timestamp * 1e6)) {
          best?.close();
          best = frame;
        } else frame.close();
      }
      return best === undefined ? null : await picture(best, options);
    },
    async *frames(options) {
      rejectUnknownKeys("pixels", options, OPTION_KEYS);
      const start = Math.round((options.start ?? 0) * 1e6);
      const end = Math.round((options.end ?? Number.POSITIVE_INFINITY) * 1e6);
      const step = options.frameRate === undefined ? 0 : 1e6 / options.frameRate;
      let due = start;
      for await (const frame of decode(video, timed(video), open)) {
        const wanted = frame.timestamp >= due && frame.timestamp < end;
        if (!wanted) {
          frame.close();
          continue;
        }
        due = step === 0 ? due : Math.max(due + step, frame.timestamp + step / 2);
        yield await picture(frame, options);
      }
    },
    async close() {
      for (const decoder of open) if (decoder.state !== "closed") decoder.close();
      open.clear();
    },
  };
}

type Timed = AccessUnit & { readonly timestamp: number };

async function* timed(video: Video): AsyncGenerator<Timed, void, void> {
  let count = 0;
  for await (const unit of video.accessUnits()) {
    yield { ...unit, timestamp: unit.timestamp ?? count / RAW_FRAME_RATE };
    count++;
  }
}

/** The units from the last key frame at or before `timestamp` to the next one. */
async function groupAt(video: Video, timestamp: number): Promise<Timed[]> {
  let group: Timed[] = [];
  for await (const unit of timed(video)) {
    if (unit.keyframe) {
      if (unit.timestamp > timestamp && group.length > 0) break;
      group = [];
    }
    group.push(unit);
  }
  return group;
}

/** Frames in display order; the caller closes each. The decoder is at most a few units ahead. */
async function* decode(
  video: Video,
  units: AsyncIterable<Timed> | Iterable<Timed>,
  open: Set<VideoDecoder>,
): AsyncGenerator<VideoFrame, void, void> {
  if (typeof VideoDecoder === "undefined") {
    throw new MediaError(
      "no-runtime-support",
      video.name,
      "this browser has no WebCodecs VideoDecoder",
    );
  }
  const ready: VideoFrame[] = [];
  let failure: unknown;
  const decoder = new VideoDecoder({
    output: (frame) => ready.push(frame),
    error: (cause) => {
      failure = cause;
    },
  });
  open.add(decoder);
  const check = (): void => {
    if (failure === undefined) return;
    const what = failure instanceof Error ? failure.message : String(failure);
    throw new MediaError("damaged", video.name, `cannot be decoded: ${what}`, { cause: failure });
  };
  try {
    for await (const unit of units) {
      if (decoder.state === "unconfigured") {
        if (!unit.keyframe) continue;
        decoder.configure(await decoderConfig(video, unit));
      }
      decoder.decode(
        new EncodedVideoChunk({
          type: unit.keyframe ? "key" : "delta",
          timestamp: Math.round(unit.timestamp * 1e6),
          data: unit.data as Uint8Array<ArrayBuffer>,
        }),
      );
      while (decoder.decodeQueueSize > 8 && failure === undefined) {
        await new Promise((resolve) =>
          decoder.addEventListener("dequeue", resolve, { once: true }),
        );
      }
      check();
      while (ready.length > 0) yield ready.shift() as VideoFrame;
    }
    if (decoder.state === "configured") {
      await decoder.flush().catch((cause: unknown) => {
        failure ??= cause;
      });
    }
    check();
    while (ready.length > 0) yield ready.shift() as VideoFrame;
  } finally {
    for (const frame of ready) frame.close();
    open.delete(decoder);
    if (decoder.state !== "closed") decoder.close();
  }
}

async function decoderConfig(video: Video, unit: AccessUnit): Promise<VideoDecoderConfig> {
  const avcC = unit.avcC ?? video.avcC;
  const profile = avcC === undefined ? spsProfile(unit.data) : avcC.subarray(1, 4);
  if (profile === undefined) {
    throw new MediaError("damaged", video.name, "key frame without a sequence parameter set");
  }
  const hex = Array.from(profile, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const config: VideoDecoderConfig = {
    codec: `avc1.${hex}`,
    ...(avcC === undefined ? {} : { description: avcC as Uint8Array<ArrayBuffer> }),
  };
  const answer = await VideoDecoder.isConfigSupported(config);
  if (answer.supported !== true) {
    const what = `this browser cannot decode H.264 profile ${hex}`;
    throw new MediaError("no-runtime-support", video.name, what);
  }
  return config;
}

/** profile_idc, constraint flags and level_idc of the first sequence parameter set in Annex B bytes. */
function spsProfile(data: Uint8Array): Uint8Array | undefined {
  for (let at = nextStartCode(data, 0); at >= 0; at = nextStartCode(data, at)) {
    if ((data[at] & 0x1f) === 7) return data.subarray(at + 1, at + 4);
  }
  return undefined;
}

/** Draws a frame, closes it and takes the canvas's content. */
async function picture(frame: VideoFrame, options: PixelOptions | FramesOptions): Promise<Picture> {
  const width = options.width ?? frame.displayWidth;
  const height = Math.round((width * frame.displayHeight) / frame.displayWidth);
  const timestamp = frame.timestamp / 1e6;
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { willReadFrequently: options.format === "rgba" });
  if (context === null) {
    frame.close();
    throw new MediaError("no-runtime-support", "pixels", "this browser has no OffscreenCanvas 2D");
  }
  context.drawImage(frame, 0, 0, width, height);
  frame.close();
  const data =
    options.format === "rgba"
      ? new Uint8Array(context.getImageData(0, 0, width, height).data.buffer)
      : new Uint8Array(await (await canvas.convertToBlob({ type: "image/jpeg" })).arrayBuffer());
  return { timestamp, format: options.format, width, height, data };
}
