/**
 * The browser's own H.264 encoder as a motion estimator: pictures go into a WebCodecs `VideoEncoder`, its bitstream
 * goes into the parser, and the vectors that the encoder chose come out. Nothing is stored or sent.
 */

import { MediaError, rejectUnknownKeys } from "../containers/errors.ts";
import { type FrameSignal, H264Parser } from "../index.ts";

/** Options of {@link CameraSignals}. */
export type CameraOptions = {
  /** Picture width in pixels, even. */
  readonly width: number;
  /** Picture height in pixels, even. */
  readonly height: number;
  /** Expected frames per second. Default 25. */
  readonly frameRate?: number;
  /** Bits per second to aim at. Default: a tenth of a bit per pixel. */
  readonly bitrate?: number;
  /** Frames between key frames. Default 250. */
  readonly keyframeInterval?: number;
  /** Called for each frame; its arrays are valid during the call only. */
  readonly onFrame: (frame: FrameSignal) => void;
  /** Told once when the encoder gives up. */
  readonly onError?: (error: MediaError) => void;
};

/** Whether this runtime can encode H.264, and if not, why. */
export type EncoderSupport =
  | { readonly supported: true; readonly config: VideoEncoderConfig }
  | { readonly supported: false; readonly reason: string };

const OPTION_KEYS = [
  "width",
  "height",
  "frameRate",
  "bitrate",
  "keyframeInterval",
  "onFrame",
  "onError",
];

/** Baseline first: no reordering, so a frame's signal is there as soon as the frame is encoded. */
const PROFILES = ["42e0", "4d00", "6400"] as const;

/** Levels (10 times their number, in hex) by macroblocks per frame, ITU-T H.264 table A-1. */
const LEVELS = [
  [1620, "1e"],
  [3600, "1f"],
  [8192, "28"],
  [22080, "32"],
  [36864, "33"],
] as const;

/** Asks the runtime for an H.264 encoder for this picture size. Never throws. */
export async function isEncoderSupported(options: {
  readonly width: number;
  readonly height: number;
  readonly frameRate?: number;
  readonly bitrate?: number;
}): Promise<EncoderSupport> {
  const { width, height, frameRate = 25 } = options;
  if (typeof VideoEncoder === "undefined") {
    return { supported: false, reason: "this browser has no WebCodecs VideoEncoder" };
  }
  const macroblocks = Math.ceil(width / 16) * Math.ceil(height / 16);
  const level = LEVELS.find(([most]) => macroblocks <= most)?.[1];
  if (level === undefined) {
    return { supported: false, reason: `${width}x${height} is larger than H.264 level 5.1 allows` };
  }
  for (const profile of PROFILES) {
    const config: VideoEncoderConfig = {
      codec: `avc1.${profile}${level}`,
      width,
      height,
      framerate: frameRate,
      bitrate: options.bitrate ?? Math.round(0.1 * width * height * frameRate),
      latencyMode: "realtime",
      avc: { format: "annexb" },
    };
    const answer = await VideoEncoder.isConfigSupported(config).catch(() => undefined);
    if (answer?.supported === true) return { supported: true, config };
  }
  return { supported: false, reason: `this browser has no H.264 encoder for ${width}x${height}` };
}

/** Encodes frames and parses the result. Create with {@link CameraSignals.open}. */
export class CameraSignals {
  readonly #encoder: VideoEncoder;
  readonly #parser: H264Parser;
  readonly #interval: number;
  #count = 0;
  #dropped = 0;
  #parsingSince = 0;
  #closed = false;

  private constructor(options: CameraOptions, config: VideoEncoderConfig) {
    this.#interval = options.keyframeInterval ?? 250;
    this.#parser = new H264Parser({ onFrame: options.onFrame, order: "decode" });
    this.#encoder = new VideoEncoder({
      output: (chunk) => {
        const data = new Uint8Array(chunk.byteLength);
        chunk.copyTo(data);
        this.#parsingSince = performance.now();
        this.#parser.pushAccessUnit(data, chunk.timestamp / 1e6);
      },
      error: (cause) => {
        this.#closed = true;
        const what = `the encoder stopped: ${cause.message}`;
        options.onError?.(new MediaError("no-runtime-support", "camera", what, { cause }));
      },
    });
    this.#encoder.configure(config);
  }

  /** Starts an encoder. Throws {@link MediaError} `no-runtime-support` with the reason where there is none. */
  static async open(options: CameraOptions): Promise<CameraSignals> {
    rejectUnknownKeys("CameraSignals", options, OPTION_KEYS);
    const support = await isEncoderSupported(options);
    if (!support.supported) throw new MediaError("no-runtime-support", "camera", support.reason);
    return new CameraSignals(options, support.config);
  }

  /** Frames not encoded because the encoder was behind. */
  get dropped(): number {
    return this.#dropped;
  }

  /** When parsing of the frame that is being handed out began, in milliseconds of `performance.now()`. */
  get parsingSince(): number {
    return this.#parsingSince;
  }

  /** Takes a picture and closes it. Returns false if it was dropped because the encoder is behind. */
  push(frame: VideoFrame): boolean {
    const accepted = !this.#closed && this.#encoder.encodeQueueSize < 3;
    if (accepted) this.#encoder.encode(frame, { keyFrame: this.#count++ % this.#interval === 0 });
    else this.#dropped++;
    frame.close();
    return accepted;
  }

  /** Encodes what is queued, hands out the last frames and frees the encoder. */
  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      await this.#encoder.flush().catch(() => undefined);
      this.#parser.end();
    }
    if (this.#encoder.state !== "closed") this.#encoder.close();
  }
}
