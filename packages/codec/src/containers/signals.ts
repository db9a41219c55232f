/** The short way from a source to codec signals: open, parse, hand out frames with backpressure. */

import {
  copySignal,
  type Diagnostic,
  type FrameSignal,
  H264Parser,
  retimeSignal,
} from "../index.ts";
import type { MediaSource } from "./bytes.ts";
import { MediaError, rejectUnknownKeys } from "./errors.ts";
import { type OpenOptions, openVideo, type Video } from "./open.ts";

/** Options of {@link signals} and {@link readSignals}. */
export type SignalOptions = {
  /** `display` (default): frames in output order; `decode`: as coded, with no delay. */
  readonly order?: "display" | "decode";
  /** Frames per second of a raw byte stream without timing information; default 25. */
  readonly frameRate?: number;
  /** Told about damaged slices and unsupported features. */
  readonly onDiagnostic?: (diagnostic: Diagnostic) => void;
};

/** Options of {@link readSignals}. */
export type ReadSignalsOptions = SignalOptions & {
  /**
   * Called for every frame. Its arrays are valid during the call only. If it returns a promise, reading waits for
   * that before it goes on, but the arrays do not wait.
   */
  readonly onFrame: (frame: FrameSignal) => void | Promise<void>;
};

/** What {@link readSignals} has read. */
export type SignalTotals = {
  /** Frames handed out. */
  readonly frames: number;
  /** Of these, frames with damage. */
  readonly damagedFrames: number;
  /** Frames that an edit list hides: parsed, not handed out. */
  readonly hiddenFrames: number;
  /** Bytes of H.264 read. */
  readonly bytes: number;
  /** A feature in the stream that was left out, by name; null if there was none. */
  readonly unsupported: string | null;
  /** Slices of the pictures themselves that were left out for it: 0 where only extra layers were. */
  readonly refusedSlices: number;
};

/** Access units after which a stream of which nothing can be parsed is given up. */
const PATIENCE = 8;

const KEYS = ["order", "frameRate", "onDiagnostic"] as const;

/**
 * Reads a video to its end. Throws {@link MediaError} where it cannot be read; frames before that have been handed
 * out. A stream of which nothing can be parsed, for a feature such as FMO, is an `unsupported` error
 * naming it.
 */
export async function readSignals(
  source: Video | MediaSource,
  options: ReadSignalsOptions,
): Promise<SignalTotals> {
  rejectUnknownKeys("readSignals", options, [...KEYS, "onFrame"]);
  const { onFrame, ...rest } = options;
  const video = await asVideo(source);
  let waiting: Promise<unknown>[] = [];
  const feed = new Feed(video, rest, (frame) => {
    const result = onFrame(frame);
    if (result !== undefined) waiting.push(result);
  });
  try {
    for await (const _ of feed.run()) {
      if (waiting.length > 0) {
        await Promise.all(waiting);
        waiting = [];
      }
    }
    await Promise.all(waiting);
  } finally {
    if (video !== source) await video.close();
  }
  return feed.totals();
}

/**
 * The frames of a video, one by one. A frame and its arrays are valid until the next step of the iteration; use
 * `copySignal` to keep one. Leaving the loop closes what this function has opened. Throws like {@link readSignals}.
 */
export async function* signals(
  source: Video | MediaSource,
  options: SignalOptions & OpenOptions = {},
): AsyncGenerator<FrameSignal, void, void> {
  rejectUnknownKeys("signals", options, [...KEYS, "name", "signal"]);
  const { name, signal, ...rest } = options;
  const video = await asVideo(source, {
    ...(name === undefined ? {} : { name }),
    ...(signal === undefined ? {} : { signal }),
  });
  const free: FrameSignal[] = [];
  let ready: FrameSignal[] = [];
  const feed = new Feed(video, rest, (frame) => {
    ready.push(copySignal(frame, free.pop()));
  });
  try {
    for await (const _ of feed.run()) {
      const frames = ready;
      ready = [];
      for (const frame of frames) {
        yield frame;
        free.push(frame);
      }
    }
  } finally {
    if (video !== source) await video.close();
  }
}

async function asVideo(source: Video | MediaSource, options: OpenOptions = {}): Promise<Video> {
  return "accessUnits" in source ? source : await openVideo(source, options);
}

/** A parser fed by one video: shared by the callback and the iterator form. */
class Feed {
  readonly #video: Video;
  readonly #parser: H264Parser;
  #frames = 0;
  #damaged = 0;
  #hidden = 0;
  #bytes = 0;

  constructor(video: Video, options: SignalOptions, onFrame: (frame: FrameSignal) => void) {
    this.#video = video;
    this.#parser = new H264Parser({
      ...options,
      onFrame: (frame) => {
        const timestamp = video.present(frame.timestamp);
        if (timestamp === undefined) {
          this.#hidden++;
          return;
        }
        const index = this.#frames++;
        if (frame.damaged) this.#damaged++;
        if (index === frame.index && Math.abs(timestamp - frame.timestamp) < 1e-9) onFrame(frame);
        else onFrame(retimeSignal(frame, index, timestamp));
      },
    });
  }

  /** Parses unit by unit; each step may have produced any number of frames. */
  async *run(): AsyncGenerator<void, void, void> {
    const parser = this.#parser;
    const video = this.#video;
    let units = 0;
    if (video.avcC !== undefined) parser.configure(video.avcC);
    try {
      for await (const unit of video.accessUnits()) {
        if (unit.restart) parser.end();
        if (unit.avcC !== undefined) parser.configure(unit.avcC);
        if (video.framing === "stream") parser.push(unit.data);
        else parser.pushAccessUnit(unit.data, unit.timestamp);
        this.#bytes += unit.data.length;
        this.#refuseUnread(++units > PATIENCE);
        yield;
      }
    } catch (error) {
      if (error instanceof MediaError && error.code === "unsupported") throw error;
      parser.end();
      yield;
      throw error;
    }
    parser.end();
    yield;
    this.#refuseUnread(true);
    if (this.#frames + this.#hidden === 0) {
      throw new MediaError("not-video", video.name, "no H.264 picture in it");
    }
  }

  totals(): SignalTotals {
    return {
      frames: this.#frames,
      damagedFrames: this.#damaged,
      hiddenFrames: this.#hidden,
      bytes: this.#bytes,
      unsupported: this.#parser.unsupported,
      refusedSlices: this.#parser.stats.refusedSlices,
    };
  }

  /** Throws where nothing could be parsed because of a feature that is not read. */
  #refuseUnread(decided: boolean): void {
    const { unsupported, stats } = this.#parser;
    if (unsupported === null || !decided || stats.slices > 0) return;
    const what = `H.264 with ${unsupported}: not yet`;
    throw new MediaError("unsupported", this.#video.name, what, { codec: unsupported });
  }
}
