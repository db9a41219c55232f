/**
 * A decoded picture's store: the frame or complementary field pair that reference marking, direct prediction
 * and output work on. It is also the {@link FrameSignal} handed to the user.
 */
import type { FrameSignal, FrameType, PictureStructure } from "../signal.ts";
import { NO_REFERENCE } from "../signal.ts";

/** Structure bits: which fields a picture, a reference or a mark covers. */
export const TOP = 1;
export const BOTTOM = 2;
export const FRAME = 3;

/** Entries per slice in {@link Picture.refPoc} and {@link Picture.refCode}: two lists of 32. */
export const REFS_PER_SLICE = 64;

export class Picture implements FrameSignal {
  // FrameSignal
  index = 0;
  type: FrameType = "I";
  idr = false;
  poc = 0;
  timestamp = 0;
  structure: PictureStructure = "frame";
  damaged = false;
  width = 0;
  height = 0;
  readonly mbWidth: number;
  readonly mbHeight: number;
  readonly kind: Uint8Array;
  readonly partition: Uint8Array;
  readonly field: Uint8Array;
  readonly qp: Int8Array;
  readonly transform8x8: Uint8Array;
  readonly codedBlockPattern: Uint8Array;
  readonly residual: Uint32Array;
  readonly bits: Uint32Array;
  readonly mv: readonly [Int16Array, Int16Array];
  readonly refIdx: readonly [Int8Array, Int8Array];
  readonly slice: Int32Array;
  sliceTypes: Uint8Array = new Uint8Array(8);
  refPoc: Int32Array = new Int32Array(8 * REFS_PER_SLICE);

  /** Place in the pool; names the picture in {@link Picture.refCode}. */
  readonly slot: number;
  /** {@link Picture.mv} as packed words: x in the low, y in the high 16 bits. */
  readonly mvWords: readonly [Int32Array, Int32Array];
  /** {@link Picture.refIdx} with the four quadrants of a macroblock in one word. */
  readonly refWords: readonly [Int32Array, Int32Array];
  /** References of each slice as `slot << 2 | structure`, -1 where missing; indexed like `refPoc`. */
  refCode: Int32Array = new Int32Array(8 * REFS_PER_SLICE);
  sliceCount = 0;

  /** Picture order count of the top and bottom field; NO_REFERENCE where not decoded. */
  readonly fieldPoc: Int32Array = new Int32Array(2);
  frameNum = 0;
  frameNumWrap = 0;
  longTermFrameIdx = 0;
  /** Fields marked "used for short-term reference". */
  shortRef = 0;
  /** Fields marked "used for long-term reference". */
  longRef = 0;
  /** Fields decoded so far. */
  coded = 0;
  nalRefIdc = 0;
  nonExisting = false;
  waitingForOutput = false;
  /** The pool may hand it out again. */
  free = true;
  #dirtyFrom: number;
  #dirtyTo = 0;

  constructor(slot: number, mbWidth: number, mbHeight: number) {
    const mbs = mbWidth * mbHeight;
    this.slot = slot;
    this.mbWidth = mbWidth;
    this.mbHeight = mbHeight;
    this.kind = new Uint8Array(mbs);
    this.partition = new Uint8Array(mbs);
    this.field = new Uint8Array(mbs);
    this.qp = new Int8Array(mbs);
    this.transform8x8 = new Uint8Array(mbs);
    this.codedBlockPattern = new Uint8Array(mbs);
    this.residual = new Uint32Array(mbs);
    this.bits = new Uint32Array(mbs);
    this.slice = new Int32Array(mbs);
    this.mvWords = [new Int32Array(16 * mbs), new Int32Array(16 * mbs)];
    this.refWords = [new Int32Array(mbs), new Int32Array(mbs)];
    this.mv = [new Int16Array(this.mvWords[0].buffer), new Int16Array(this.mvWords[1].buffer)];
    this.refIdx = [new Int8Array(this.refWords[0].buffer), new Int8Array(this.refWords[1].buffer)];
    this.slice.fill(-1);
    this.refWords[0].fill(-1);
    this.refWords[1].fill(-1);
    this.#dirtyFrom = mbs;
  }

  /** Notes that macroblocks `first` to `last` may have been written. */
  touch(first: number, last: number): void {
    this.#dirtyFrom = Math.min(this.#dirtyFrom, first);
    this.#dirtyTo = Math.max(this.#dirtyTo, Math.min(last + 1, this.kind.length));
  }

  /**
   * Empties the store for a new picture. Only macroblocks written before are cleared, so that a stream of tiny
   * slices of huge pictures costs no more than its slices.
   */
  reset(): void {
    const from = this.#dirtyFrom;
    const to = this.#dirtyTo;
    if (from < to) {
      this.kind.fill(0, from, to);
      this.partition.fill(0, from, to);
      this.field.fill(0, from, to);
      this.qp.fill(0, from, to);
      this.transform8x8.fill(0, from, to);
      this.codedBlockPattern.fill(0, from, to);
      this.residual.fill(0, from, to);
      this.bits.fill(0, from, to);
      this.slice.fill(-1, from, to);
      this.mvWords[0].fill(0, 16 * from, 16 * to);
      this.mvWords[1].fill(0, 16 * from, 16 * to);
      this.refWords[0].fill(-1, from, to);
      this.refWords[1].fill(-1, from, to);
    }
    this.#dirtyFrom = this.kind.length;
    this.#dirtyTo = 0;
    this.sliceCount = 0;
    this.type = "I";
    this.idr = false;
    this.poc = 0;
    this.structure = "frame";
    this.damaged = false;
    this.fieldPoc.fill(NO_REFERENCE);
    this.frameNum = 0;
    this.frameNumWrap = 0;
    this.longTermFrameIdx = 0;
    this.shortRef = 0;
    this.longRef = 0;
    this.coded = 0;
    this.nonExisting = false;
    this.waitingForOutput = false;
    this.free = false;
  }

  /** Makes room for one more slice and returns its number. */
  addSlice(sliceType: number): number {
    const number = this.sliceCount++;
    if (number >= this.sliceTypes.length) {
      const types = new Uint8Array(2 * this.sliceTypes.length);
      types.set(this.sliceTypes);
      this.sliceTypes = types;
      const refPoc = new Int32Array(2 * this.refPoc.length);
      refPoc.set(this.refPoc);
      this.refPoc = refPoc;
      const refCode = new Int32Array(2 * this.refCode.length);
      refCode.set(this.refCode);
      this.refCode = refCode;
    }
    this.sliceTypes[number] = sliceType;
    const base = number * REFS_PER_SLICE;
    this.refPoc.fill(NO_REFERENCE, base, base + REFS_PER_SLICE);
    this.refCode.fill(-1, base, base + REFS_PER_SLICE);
    return number;
  }

  /** Whether any field is marked as a reference. */
  get isReference(): boolean {
    return (this.shortRef | this.longRef) !== 0;
  }

  /** PicOrderCnt(), clause 8.2.1: of one field, or the smaller one of the fields decoded so far. */
  pocOf(structure: number): number {
    if (structure === TOP) {
      return this.fieldPoc[0];
    }
    if (structure === BOTTOM) {
      return this.fieldPoc[1];
    }
    if (this.fieldPoc[0] === NO_REFERENCE) {
      return this.fieldPoc[1];
    }
    if (this.fieldPoc[1] === NO_REFERENCE) {
      return this.fieldPoc[0];
    }
    return Math.min(this.fieldPoc[0], this.fieldPoc[1]);
  }
}

/** Recycles pictures of one size; at most `limit` exist. */
export class PicturePool {
  readonly pictures: Picture[] = [];
  readonly #mbWidth: number;
  readonly #mbHeight: number;
  readonly #limit: number;

  constructor(mbWidth: number, mbHeight: number, limit: number) {
    this.#mbWidth = mbWidth;
    this.#mbHeight = mbHeight;
    this.#limit = limit;
  }

  /** A fresh picture, or null if all are in use. */
  take(): Picture | null {
    for (let i = 0; i < this.pictures.length; i++) {
      if (this.pictures[i].free) {
        this.pictures[i].reset();
        return this.pictures[i];
      }
    }
    if (this.pictures.length >= this.#limit) {
      return null;
    }
    const picture = new Picture(this.pictures.length, this.#mbWidth, this.#mbHeight);
    picture.reset();
    this.pictures.push(picture);
    return picture;
  }
}
