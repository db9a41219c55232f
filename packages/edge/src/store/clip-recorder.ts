/**
 * Keeps the last seconds of a camera's coded stream in memory and writes clips of what is worth one: from a keyframe
 * before the event to some time after it, one clip for events that touch. Lives in the camera's thread. Whatever
 * happens to a file, the camera goes on.
 */

import { join } from "node:path";
import { H264Parser } from "@symbion/codec";
import { codecString } from "@symbion/codec/containers";
import { type Clip, UsageError } from "@symbion/core";
import { sortableId } from "../ids.ts";
import { ClipFile, type ClipTrack } from "./clip-file.ts";
import { messageOf } from "./errors.ts";
import { MediaClock } from "./media-clock.ts";
import { sameParameters } from "./parameter-sets.ts";

/** Options of {@link ClipRecorder}; times in seconds. */
export type ClipRecorderOptions = {
  /** Existing folder for the files. */
  readonly folder: string;
  /** Camera's id. */
  readonly source: string;
  /** Video from before an event, rounded up to a keyframe. */
  readonly before: number;
  /** Video from after it. */
  readonly after: number;
  /** Told about each finished clip. */
  readonly onClip: (clip: Clip) => void;
  /** Told, in one line, why video was not kept. */
  readonly onProblem: (text: string) => void;
  /** Longest clip; events that go on continue in the next one. Default 120. */
  readonly longest?: number;
  /** Most bytes kept in memory from before an event; twice as many may wait for the disk. Default 16 MiB. */
  readonly maxBytes?: number;
};

const OPTIONS = [
  "folder",
  "source",
  "before",
  "after",
  "onClip",
  "onProblem",
  "longest",
  "maxBytes",
];

/** Kept beyond `before`, since an event is told a little after its beginning, seconds. */
const SLACK = 5;

/** After a file could not be written, the next is tried so much later, ms since 1970. */
const PAUSE = 10_000;

type Unit = {
  readonly data: Uint8Array;
  /** Position on the recorder's own time line, seconds. */
  readonly time: number;
  readonly keyframe: boolean;
};

/** A keyframe and what follows it up to the next. */
type Group = {
  readonly units: Unit[];
  readonly start: number;
  /** When its keyframe arrived, ms since 1970. */
  readonly at: number;
  readonly avcC: Uint8Array | undefined;
  bytes: number;
};

type Recording = {
  readonly file: ClipFile;
  readonly id: string;
  readonly track: ClipTrack;
  readonly start: number;
  readonly at: number;
  readonly insights: Set<string>;
  end: number;
};

/** Cuts clips out of one camera's stream. */
export class ClipRecorder {
  readonly #options: Required<ClipRecorderOptions>;
  readonly #clock = new MediaClock();
  readonly #active = new Set<string>();
  #finished: Promise<void> = Promise.resolve();
  #avcC: Uint8Array | undefined;
  #groups: Group[] = [];
  #ringBytes = 0;
  #recording: Recording | null = null;
  /** Media time until which the recording goes on without active events. */
  #until = Number.NEGATIVE_INFINITY;
  /** Where a recording should begin that waits for its keyframe; null: none is wanted. */
  #wanted: number | null = null;
  #waitingInsights = new Set<string>();
  #notBefore = Number.NEGATIVE_INFINITY;
  #droppedBytes = 0;

  /** Throws `UsageError` for an unknown option. */
  constructor(options: ClipRecorderOptions) {
    for (const key of Object.keys(options)) {
      if (!OPTIONS.includes(key)) {
        throw new UsageError(
          `ClipRecorder: expected one of ${OPTIONS.join(", ")}, got option "${key}"`,
        );
      }
    }
    this.#options = { longest: 120, maxBytes: 16 << 20, ...options };
  }

  /** Bytes of the stream that are kept in memory now. */
  get keptBytes(): number {
    return this.#ringBytes;
  }

  /** Bytes that would have belonged to what is kept from before events, but were too many. */
  get droppedBytes(): number {
    return this.#droppedBytes;
  }

  /** A new configuration, in force from the next unit on; undefined: units have start codes. */
  configure(avcC: Uint8Array | undefined): void {
    this.#avcC = avcC;
  }

  /**
   * The next access unit in decoding order. The bytes are kept and must not change.
   *
   * @param timestamp When it is shown, in seconds of stream time; may jump.
   * @param at When it arrived, ms since 1970; may jump.
   */
  unit(data: Uint8Array, timestamp: number, at: number, keyframe: boolean): void {
    const time = this.#clock.next(timestamp, at, keyframe);
    if (time === null) return;
    const unit: Unit = { data, time, keyframe };
    if (keyframe) this.#beginGroup(unit, at);
    else if (!this.#continueGroup(unit)) return;
    const recording = this.#recording;
    if (recording !== null) {
      recording.file.add(data, time - recording.start, keyframe);
      recording.end = Math.max(recording.end, time);
      this.#endIfDue(recording, time, at);
    }
    this.#trim(time);
  }

  /** Something worth a clip begins. `at` in ms since 1970, now or a little ago. */
  begin(insight: string, at: number): void {
    this.#active.add(insight);
    const time = this.#clock.at(at);
    this.#until = Math.max(this.#until, time + this.#options.after);
    if (this.#recording !== null) this.#recording.insights.add(insight);
    else {
      this.#waitingInsights.add(insight);
      this.#wanted = Math.min(this.#wanted ?? time, time);
      this.#tryToStart(at);
    }
  }

  /** It is over. */
  end(insight: string, at: number): void {
    this.#active.delete(insight);
    this.#until = Math.max(this.#until, this.#clock.at(at) + this.#options.after);
  }

  /** The stream broke off: finishes what is being written, and forgets what was kept. */
  cut(): void {
    this.#finish();
    this.#groups = [];
    this.#ringBytes = 0;
    this.#clock.interrupt();
    this.#waitingInsights = new Set(this.#active);
    this.#wanted = this.#active.size > 0 ? 0 : null;
  }

  /** Finishes and waits until all is on disk. */
  async stop(): Promise<void> {
    this.#active.clear();
    this.cut();
    await this.#finished;
  }

  #beginGroup(unit: Unit, at: number): void {
    const recording = this.#recording;
    const changed = !sameParameters(this.#groups.at(-1), { avcC: this.#avcC, unit: unit.data });
    if (recording !== null && (changed || unit.time - recording.start >= this.#options.longest)) {
      this.#finish();
      this.#goOnFrom(unit.time);
    }
    // A clip has one configuration: what came under another one is of no use to the next.
    if (changed) {
      this.#groups = [];
      this.#ringBytes = 0;
    }
    const group = {
      units: [unit],
      start: unit.time,
      at,
      avcC: this.#avcC,
      bytes: unit.data.length,
    };
    this.#groups.push(group);
    this.#ringBytes += unit.data.length;
    if (this.#recording !== null || this.#wanted === null) return;
    if (this.#goesOn(unit.time)) this.#tryToStart(at, true);
    else this.#wanted = null;
  }

  /** Adds to the last keyframe's group; false where there is none. */
  #continueGroup(unit: Unit): boolean {
    const group = this.#groups.at(-1);
    if (group === undefined) return this.#recording !== null;
    group.units.push(unit);
    group.bytes += unit.data.length;
    this.#ringBytes += unit.data.length;
    return true;
  }

  /** Lets the next clip begin at a keyframe from `time` on, where there is still something to be seen. */
  #goOnFrom(time: number): void {
    this.#waitingInsights = new Set(this.#active);
    this.#wanted = this.#goesOn(time) ? time + this.#options.before : null;
  }

  #goesOn(time: number): boolean {
    return this.#active.size > 0 || time < this.#until;
  }

  /**
   * Begins a recording with what is kept.
   *
   * @param lastIsNew Whether the newest group's only unit is going to be added by the caller.
   */
  #tryToStart(now: number, lastIsNew = false): void {
    const wanted = this.#wanted;
    if (wanted === null || now < this.#notBefore) return;
    const from = wanted - this.#options.before;
    const index = Math.max(
      0,
      this.#groups.findLastIndex(({ start }) => start <= from),
    );
    const groups = this.#groups.slice(index);
    const first = groups[0];
    if (first === undefined) return;
    const track = describe(first);
    if (track === null) return;
    const id = sortableId(first.at);
    const insights = new Set(this.#waitingInsights);
    const { folder, source } = this.#options;
    const label = { source, from: first.at, insights: [...insights] };
    const path = join(folder, `${id}.mp4`);
    const file = new ClipFile(path, track, label, this.#clock.frameSeconds);
    const { start, at } = first;
    this.#recording = { file, id, track, start, at, insights, end: start };
    this.#wanted = null;
    this.#waitingInsights.clear();
    const units = groups.flatMap((group) => group.units);
    for (const unit of lastIsNew ? units.slice(0, -1) : units) {
      file.add(unit.data, unit.time - start, unit.keyframe);
      this.#recording.end = Math.max(this.#recording.end, unit.time);
    }
  }

  #endIfDue(recording: Recording, time: number, at: number): void {
    const { file } = recording;
    const { longest, maxBytes } = this.#options;
    if (file.failure !== null || file.queuedBytes > 2 * maxBytes) {
      if (file.failure === null) {
        this.#options.onProblem("the disk is too slow for a clip: it ends early");
      }
      this.#notBefore = at + PAUSE;
    } else if (this.#goesOn(time) && time - recording.start < 2 * longest) return;
    this.#finish();
    this.#goOnFrom(time);
  }

  #finish(): void {
    const recording = this.#recording;
    if (recording === null) return;
    this.#recording = null;
    const { file, id, track, start, at, insights } = recording;
    const seconds = recording.end - start + this.#clock.frameSeconds;
    const { source, onClip, onProblem } = this.#options;
    const written = file.finish().then(
      (bytes) => () => {
        const to = at + Math.round(seconds * 1000);
        const { width, height, codec } = track;
        onClip({ id, source, from: at, to, bytes, width, height, codec, insights: [...insights] });
      },
      (error: unknown) => () => onProblem(`a clip could not be written: ${messageOf(error)}`),
    );
    // Clips are told in their order, whichever is ready first.
    this.#finished = this.#finished.then(async () => (await written)());
  }

  /** Forgets groups that no clip will want, and more where they are too large. */
  #trim(time: number): void {
    const { before, maxBytes } = this.#options;
    const oldest = time - before - SLACK;
    while (this.#groups.length > 1 && (this.#groups[1]?.start ?? time) <= oldest) this.#drop();
    while (this.#ringBytes > maxBytes && this.#groups.length > 0) {
      this.#droppedBytes += this.#groups[0]?.bytes ?? 0;
      this.#drop();
    }
  }

  #drop(): void {
    this.#ringBytes -= this.#groups.shift()?.bytes ?? 0;
  }
}

/** Codec and size of a group's stream, read from its keyframe; null where that cannot be read. */
function describe({ avcC, units }: Group): ClipTrack | null {
  const data = units[0]?.data;
  if (data === undefined) return null;
  const codec = codecString(avcC, data);
  let width = 0;
  let height = 0;
  const parser = new H264Parser({
    order: "decode",
    onFrame: (frame) => {
      width = frame.width;
      height = frame.height;
    },
  });
  if (avcC !== undefined) parser.configure(avcC);
  parser.pushAccessUnit(data, 0);
  parser.end();
  return codec === null || width === 0 ? null : { codec, width, height, avcC };
}
