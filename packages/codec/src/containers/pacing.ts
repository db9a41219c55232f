/**
 * A file played as if it were a camera: units released by their timestamps, and again from the start at the end.
 * Playback is gapless and shows every coded frame, also those that an edit list would hide.
 */

import { MediaError, rejectUnknownKeys } from "./errors.ts";
import { type AccessUnit, presentAsIs, type Video } from "./open.ts";

/** Options of {@link asLive}. */
export type LiveOptions = {
  /** Start again at the end, for ever; timestamps go on. Default false. */
  readonly loop?: boolean;
  /** Release units in real time. Default false. */
  readonly realtime?: boolean;
  /** Access units per second assumed for a raw byte stream, which has no timestamps. Default 25. */
  readonly frameRate?: number;
  /** Ends the waiting. */
  readonly signal?: AbortSignal;
};

/** Units looked at ahead to turn presentation times into decoding times: the deepest reordering H.264 allows. */
const LOOK_AHEAD = 16;

/** Plays `video` in real time, in a loop, or both; timestamps start at 0 and every unit has one. */
export function asLive(video: Video, options: LiveOptions): Video {
  rejectUnknownKeys("asLive", options, ["loop", "realtime", "frameRate", "signal"]);
  const { loop = false, realtime = false, frameRate = 25, signal } = options;
  if (!loop && !realtime) return video;
  return {
    ...video,
    live: realtime,
    present: presentAsIs,
    async *accessUnits() {
      const units = passes(video, loop, frameRate);
      if (!realtime) {
        yield* units;
        return;
      }
      let origin: number | undefined;
      for await (const [unit, decodeTime] of withDecodeTimes(units)) {
        origin ??= performance.now() - decodeTime * 1000;
        await until(origin + decodeTime * 1000, signal);
        if (signal?.aborted) throw new MediaError("aborted", video.name, "aborted");
        yield unit;
      }
    },
  };
}

async function* passes(
  video: Video,
  loop: boolean,
  frameRate: number,
): AsyncGenerator<AccessUnit, void, void> {
  let start = 0;
  for (let round = 0; round === 0 || loop; round++) {
    let count = 0;
    let first = 0;
    let last = 0;
    for await (const unit of video.accessUnits()) {
      const own = unit.timestamp ?? count / frameRate;
      if (count === 0) {
        first = own;
        last = own;
      }
      last = Math.max(last, own);
      const timestamp = start + own - first;
      // The configuration may have changed in the middle of the pass before.
      const again = video.avcC === undefined ? {} : { avcC: video.avcC };
      yield round > 0 && count === 0
        ? { ...again, ...unit, timestamp, restart: true }
        : { ...unit, timestamp };
      count++;
    }
    if (count === 0) throw new MediaError("damaged", video.name, "no access units to play");
    start += last - first + (count > 1 ? (last - first) / (count - 1) : 1 / frameRate);
  }
}

/** Pairs each unit with its decoding time: the n-th unit is decoded when the n-th frame in display order is due. */
async function* withDecodeTimes(
  units: AsyncIterable<AccessUnit>,
): AsyncGenerator<[AccessUnit, number], void, void> {
  const queue: AccessUnit[] = [];
  const times: number[] = [];
  for await (const unit of units) {
    queue.push(unit);
    const time = unit.timestamp ?? 0;
    let at = times.length;
    while (at > 0 && times[at - 1] > time) at--;
    times.splice(at, 0, time);
    if (queue.length > LOOK_AHEAD) yield [queue.shift() as AccessUnit, times.shift() as number];
  }
  while (queue.length > 0) yield [queue.shift() as AccessUnit, times.shift() as number];
}

/** Resolves at `time` (ms of `performance.now()`), or at once where that is past or `signal` aborts. */
function until(time: number, signal: AbortSignal | undefined): Promise<void> {
  const delay = time - performance.now();
  if (delay <= 0 || signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, delay);
    signal?.addEventListener("abort", done, { once: true });
  });
}
