/** One reading of a video for both halves of watching: its units become signals at once, and pixels where wanted. */

import { copySignal, type FrameSignal, H264Parser, retimeSignal } from "@symbion/codec";
import { type AccessUnit, MediaError, type Video } from "@symbion/codec/containers";
import type { BlockSource } from "@symbion/vision";
import { UnitPixels } from "./pixels.ts";
import { RawPixels } from "./raw-pixels.ts";

/** A video that is being watched. */
export type WatchInput = {
  /** Signals of every frame in display order. Once. Ends with {@link MediaError} where the video breaks off. */
  readonly signals: AsyncGenerator<FrameSignal, void, void>;
  readonly pixels: BlockSource;
  /** Milliseconds spent on parsing so far. */
  parsedMs(): number;
  /** Frames read so far, and those with lost or unreadable bits. */
  readonly counts: { frames: number; damaged: number };
};

/** Frames per second of a raw byte stream, which does not tell. */
const RAW_RATE = 25;
/** Frames whose own times are remembered. */
const MOST_REMEMBERED = 64;
/** Units after which a stream of which nothing can be parsed is given up. */
const PATIENCE = 8;

/** Begins to watch a video that was just opened; whoever opened it closes it. */
export function watchInput(video: Video): WatchInput {
  const counts = { frames: 0, damaged: 0 };
  const units = video.accessUnits();
  const queue: { readonly unit: AccessUnit; readonly timestamp: number }[] = [];
  /** Times as coded, and numbers, by times as shown. */
  const coded = new Map<number, { readonly timestamp: number; readonly index: number }>();
  let read = 0;
  let parsedMs = 0;
  let over = false;
  let failure: unknown;

  /** Reads one unit for both sides; what the container fails with is told to the signals' side. */
  const pull = async (): Promise<boolean> => {
    if (over) return false;
    try {
      const next = await units.next();
      if (next.done !== true) {
        const unit = next.value;
        const timestamp = unit.timestamp ?? read / (video.frameRate ?? RAW_RATE);
        read++;
        queue.push({ unit, timestamp });
        take(unit, timestamp);
        return true;
      }
    } catch (error) {
      failure = error;
    }
    over = true;
    return false;
  };
  const raw = video.framing === "stream";
  const source = raw
    ? new RawPixels((timestamp) => coded.get(timestamp)?.index ?? -1, pull)
    : new UnitPixels({
        framing: video.framing === "avcc" ? "avcc" : "annexb",
        avcC: video.avcC,
        pull,
      });
  const take = (unit: AccessUnit, timestamp: number): void => {
    if (source instanceof RawPixels) source.take(unit.data);
    else source.take(unit, timestamp);
  };

  async function* signals(): AsyncGenerator<FrameSignal, void, void> {
    let ready: FrameSignal[] = [];
    const free: FrameSignal[] = [];
    const parser = new H264Parser({
      order: "display",
      ...(raw ? { frameRate: video.frameRate ?? RAW_RATE } : {}),
      onFrame: (frame) => {
        const shown = video.present(frame.timestamp);
        if (shown === undefined) return;
        const index = counts.frames++;
        if (frame.damaged) counts.damaged++;
        coded.set(shown, { timestamp: frame.timestamp, index: frame.index });
        for (const old of coded.keys()) {
          if (coded.size <= MOST_REMEMBERED) break;
          coded.delete(old);
        }
        ready.push(copySignal(retimeSignal(frame, index, shown), free.pop()));
      },
    });
    const timed = (work: () => void): void => {
      const began = performance.now();
      work();
      parsedMs += performance.now() - began;
    };
    if (video.avcC !== undefined) parser.configure(video.avcC);
    for (let number = 1; ; number++) {
      if (queue.length === 0 && !(await pull())) break;
      const next = queue.shift();
      if (next === undefined) continue;
      const { unit, timestamp } = next;
      timed(() => {
        if (unit.restart) parser.end();
        if (unit.avcC !== undefined) parser.configure(unit.avcC);
        if (raw) parser.push(unit.data);
        else parser.pushAccessUnit(unit.data, timestamp);
      });
      refuseUnread(parser, video.name, number > PATIENCE);
      yield* handOut();
    }
    timed(() => parser.end());
    yield* handOut();
    if (failure !== undefined) throw failure;
    refuseUnread(parser, video.name, true);
    if (counts.frames === 0) {
      throw new MediaError("not-video", video.name, "no H.264 picture in it");
    }

    function* handOut(): Generator<FrameSignal, void, void> {
      const frames = ready;
      ready = [];
      for (const frame of frames) {
        yield frame;
        free.push(frame);
      }
    }
  }

  const pixels: BlockSource = {
    get decoded() {
      return source.decoded;
    },
    blocks: (timestamp, grid, blockSize, wanted) => {
      // A raw stream's pictures are looked up by what is shown, others by what is coded.
      const time = raw ? timestamp : (coded.get(timestamp)?.timestamp ?? timestamp);
      return source.blocks(time, grid, blockSize, wanted);
    },
    close: () => source.close(),
  };
  return { signals: signals(), pixels, parsedMs: () => parsedMs, counts };
}

/** Throws where nothing could be parsed because of a feature that is not read. */
function refuseUnread(parser: H264Parser, name: string, decided: boolean): void {
  const { unsupported, stats } = parser;
  if (unsupported === null || !decided || stats.slices > 0) return;
  throw new MediaError("unsupported", name, `H.264 with ${unsupported}: not yet`, {
    codec: unsupported,
  });
}
