/**
 * Pixels of a stream that is being read anyway: its access units pass by here, and only when a picture's blocks are
 * wanted are the units from its keyframe on decoded. Groups of pictures in which nothing is wanted never are.
 */

import type { AccessUnit, MediaError } from "@symbion/codec/containers";
import { imageBlocks, type PixelBlocks } from "@symbion/neural";
import type { BlockSource, Grid } from "@symbion/vision";
import { type DecodedPicture, PictureDecoder } from "./decoder.ts";
import {
  configurationOf,
  FLV_HEADER,
  flvConfiguration,
  flvPicture,
  lengthPrefixed,
  splitAnnexB,
} from "./flv.ts";

/** What {@link UnitPixels} needs to know about the stream. */
export type UnitPixelsOptions = {
  /** How units are framed: length prefixes, or start codes. */
  readonly framing: "avcc" | "annexb";
  /** The configuration record in force at the start, where units have length prefixes. */
  readonly avcC: Uint8Array | undefined;
  /** Waits until a further unit was taken in; false at the end of the stream. */
  readonly pull: () => Promise<boolean>;
  /** Milliseconds without a sign of the decoder after which a picture is given up. Default 5000. */
  readonly patience?: number;
};

/** Most bytes of units that wait because nothing is wanted; beyond that they are decoded for nothing. */
const MOST_WAITING = 32 << 20;
/** Largest difference of two presentation times that are the same, seconds. */
const SAME = 2e-3;
/** How long a decoder may be silent before it is taken to wait for one more unit, milliseconds. */
const THINKING = 150;
/** Most units that a decoder may hold back: pictures of the largest buffer, and one. */
const MOST_HELD = 17;
/** Units by which the signals, in display order, are behind the units at most. */
const MOST_LATE = 32;
/** Most decoded pictures that are kept for being asked for next. */
const MOST_PICTURES = 64;
/** Presentation is so long after decoding at most, milliseconds; and where times begin. */
const REORDER_MS = 4000;

type Unit = {
  readonly data: Uint8Array;
  readonly timestamp: number;
  readonly keyframe: boolean;
  readonly restart: boolean;
  readonly avcC: Uint8Array | undefined;
};

/** Pixels of one stream. Feed it every unit with {@link UnitPixels.take}. */
export class UnitPixels implements BlockSource {
  readonly #options: UnitPixelsOptions;
  #avcC: Uint8Array | undefined;
  /** Units that were not fed, from a keyframe on that is old enough. */
  #waiting: Unit[] = [];
  #waitingBytes = 0;
  #decoder: PictureDecoder | null = null;
  #size = "";
  /** Presentation time, in seconds, of millisecond {@link REORDER_MS} of the decoder's times. */
  #origin = 0;
  #decodeMs = 0;
  #configured: Uint8Array | null = null;
  /** Whether the decoder has been fed everything since a keyframe, so that it can go on. */
  #contiguous = false;
  /** Units that the decoder was fed and has not given back as pictures, and how many it is known to hold back. */
  #pending = 0;
  #held = 0;
  #decoded = 0;
  #pictures = new Map<number, DecodedPicture>();
  /** What was asked for last; earlier pictures are of no use any more. */
  #wanted = Number.NEGATIVE_INFINITY;
  #wake: () => void = () => undefined;
  #failure: MediaError | null = null;
  #closed = false;
  /** Times that will be asked for, so that their units are not left out meanwhile. */
  readonly #expected: number[] = [];

  constructor(options: UnitPixelsOptions) {
    this.#options = options;
    this.#avcC = options.avcC;
  }

  get decoded(): number {
    return this.#decoded;
  }

  /** Takes the next unit, in decoding order; `timestamp` in seconds. */
  take(unit: AccessUnit, timestamp: number): void {
    if (this.#closed) return;
    const { data, keyframe, avcC, restart } = unit;
    if (restart === true) this.#forget();
    if (keyframe) this.#dropGroups();
    this.#waiting.push({ data, timestamp, keyframe, restart: restart === true, avcC });
    this.#waitingBytes += data.length;
    if (this.#waitingBytes <= MOST_WAITING) return;
    // A group without an end: what has been decoded so far must not be in vain.
    if (this.#contiguous) for (const one of this.#waiting) void this.#feed(one);
    this.#discard(this.#waiting.length);
  }

  /** Says that a picture will be asked for; the units that it needs are kept until then. */
  expect(timestamp: number): void {
    this.#expected.push(timestamp);
  }

  async blocks(
    timestamp: number,
    grid: Grid,
    blockSize: number,
    wanted: Int32Array,
  ): Promise<PixelBlocks | null> {
    const width = grid.columns * blockSize;
    const height = grid.rows * blockSize;
    const picture = await this.#picture(timestamp, width, height);
    while ((this.#expected[0] ?? Number.POSITIVE_INFINITY) <= timestamp) this.#expected.shift();
    if (picture === null) return null;
    return imageBlocks({ width, height, data: picture.rgb }, blockSize, wanted);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#drop();
    this.#waiting = [];
    this.#wake();
  }

  async #picture(timestamp: number, width: number, height: number): Promise<DecodedPicture | null> {
    if (this.#closed) return null;
    const size = `${width} x ${height}`;
    if (this.#decoder !== null && size !== this.#size) this.#drop();
    this.#wanted = timestamp;
    for (const ms of this.#pictures.keys()) {
      if (this.#secondsOf(ms) < timestamp - SAME) this.#pictures.delete(ms);
    }
    if (this.#ready(timestamp) !== null) return this.#ready(timestamp);
    const at = await this.#find(timestamp);
    if (at >= 0) {
      if (!this.#begin(at, width, height)) return null;
      await this.#feedUpTo(timestamp);
    } else if (this.#decoder === null) return null;
    // What waits no more has been fed before: it comes out, or it never will.
    return await this.#comesOut(timestamp);
  }

  /** Place of a unit among those that wait, once it has been read; -1 where it is not there. */
  async #find(timestamp: number): Promise<number> {
    const place = (): number =>
      this.#waiting.findIndex((unit) => Math.abs(unit.timestamp - timestamp) < SAME);
    let at = place();
    // Signals in display order come after their unit, so it has been read already, as a rule.
    for (let tries = 0; at < 0 && tries < 2 && !this.#closed; tries++) {
      if (!(await this.#options.pull())) break;
      at = place();
    }
    return at;
  }

  /** Makes sure of a decoder that can be fed from before the unit at `at`. */
  #begin(at: number, width: number, height: number): boolean {
    // Pictures that are shown before their keyframe need the group before it.
    const { timestamp } = this.#waiting[at] as Unit;
    const usable = (unit: Unit, index: number): boolean =>
      index <= at && unit.keyframe && unit.timestamp <= timestamp;
    const key = this.#waiting.findLastIndex(usable);
    if (key < 0 && !this.#contiguous) return false;
    if (key > 0) this.#discard(key);
    if (this.#failure !== null && this.#failure.code === "no-ffmpeg") throw this.#failure;
    if (this.#decoder === null) this.#start(width, height);
    return true;
  }

  #start(width: number, height: number): void {
    this.#size = `${width} x ${height}`;
    this.#origin = this.#waiting[0]?.timestamp ?? 0;
    this.#decodeMs = 0;
    this.#configured = null;
    this.#pending = 0;
    this.#pictures.clear();
    const decoder: PictureDecoder = new PictureDecoder({
      ...{ width, height, input: "flv" },
      onPicture: (picture) => {
        if (this.#decoder !== decoder) return;
        this.#pending = Math.max(0, this.#pending - 1);
        if (this.#secondsOf(picture.ms) >= this.#wanted - SAME) {
          this.#pictures.set(picture.ms, picture);
          for (const ms of this.#pictures.keys()) {
            if (this.#pictures.size <= MOST_PICTURES) break;
            this.#pictures.delete(ms);
          }
        }
        this.#wake();
      },
      onEnd: (reason) => {
        if (this.#decoder !== decoder) return;
        this.#decoder = null;
        this.#contiguous = false;
        this.#failure = reason;
        this.#wake();
      },
    });
    this.#decoder = decoder;
    void decoder.write(FLV_HEADER);
  }

  async #feedUpTo(timestamp: number): Promise<void> {
    while (this.#waiting.length > 0) {
      const unit = this.#waiting[0] as Unit;
      this.#discard(1);
      await this.#feed(unit);
      if (Math.abs(unit.timestamp - timestamp) < SAME) break;
    }
  }

  /** Waits for the picture, and feeds on as long as the decoder holds it back. */
  async #comesOut(timestamp: number): Promise<DecodedPicture | null> {
    const patience = this.#options.patience ?? 5000;
    let end = performance.now() + patience;
    let over = false;
    while (this.#ready(timestamp) === null && this.#decoder !== null) {
      const silent = !(await this.#woken(this.#pending <= this.#held && !over ? 0 : THINKING));
      if (!silent) {
        end = performance.now() + patience;
        continue;
      }
      if (this.#ready(timestamp) !== null) break;
      if (performance.now() > end) {
        this.#drop();
        break;
      }
      if (over) continue;
      if (this.#pending > this.#held && this.#held < MOST_HELD) this.#held++;
      if (!(await this.#feedAhead())) {
        (this.#decoder as PictureDecoder | null)?.finish();
        over = true;
      }
    }
    const failure = this.#failure as MediaError | null;
    if (failure?.code === "no-ffmpeg") throw failure;
    return this.#ready(timestamp);
  }

  /** Feeds the next unit, which nobody has asked for; false where there is none. */
  async #feedAhead(): Promise<boolean> {
    while (this.#waiting.length === 0) {
      if (this.#closed || !(await this.#options.pull())) return false;
    }
    const unit = this.#waiting[0] as Unit;
    this.#discard(1);
    await this.#feed(unit);
    return true;
  }

  async #feed(unit: Unit): Promise<void> {
    const decoder = this.#decoder;
    if (decoder === null) return;
    if (unit.keyframe) this.#contiguous = true;
    this.#decoded++;
    this.#pending++;
    let data = unit.data;
    let record = unit.avcC ?? this.#avcC ?? null;
    if (this.#options.framing === "annexb") {
      const units = splitAnnexB(unit.data);
      data = lengthPrefixed(units);
      record = unit.keyframe ? configurationOf(units) : null;
    } else if (unit.avcC !== undefined) this.#avcC = unit.avcC;
    const presentMs = Math.round(1000 * (unit.timestamp - this.#origin)) + REORDER_MS;
    this.#decodeMs = Math.max(this.#decodeMs + 1, presentMs - REORDER_MS);
    if (record !== null && (this.#configured === null || !same(record, this.#configured))) {
      this.#configured = record;
      void decoder.write(flvConfiguration(record, this.#decodeMs));
    }
    await decoder.write(flvPicture(data, unit.keyframe, this.#decodeMs, presentMs));
  }

  #ready(timestamp: number): DecodedPicture | null {
    for (const [ms, picture] of this.#pictures) {
      if (Math.abs(this.#secondsOf(ms) - timestamp) < SAME) return picture;
    }
    return null;
  }

  #secondsOf(ms: number): number {
    return this.#origin + (ms - REORDER_MS) / 1000;
  }

  /** Whether something happened before so many milliseconds were over. */
  #woken(milliseconds: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), Math.max(0, milliseconds));
      this.#wake = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
  }

  /** Leaves out groups that are so old that nobody will ask for them any more. */
  #dropGroups(): void {
    const most = this.#waiting.length - MOST_LATE;
    const first = this.#expected[0] ?? Number.POSITIVE_INFINITY;
    const key = this.#waiting.findLastIndex(
      ({ keyframe, timestamp }, index) => keyframe && index <= most && timestamp <= first,
    );
    if (key > 0) this.#discard(key);
  }

  /** Leaves out the first units of those that wait. */
  #discard(number: number): void {
    for (const { data } of this.#waiting.splice(0, number)) this.#waitingBytes -= data.length;
  }

  #forget(): void {
    this.#drop();
    this.#waiting = [];
    this.#waitingBytes = 0;
  }

  #drop(): void {
    this.#decoder?.kill();
    this.#decoder = null;
    this.#contiguous = false;
    this.#pictures.clear();
  }
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
