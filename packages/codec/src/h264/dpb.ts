/**
 * Decoded picture buffer: picture order count (clause 8.2.1), gaps in frame_num (8.2.5.2), reference marking
 * (8.2.5) and output order by bumping (C.4).
 */
import { NO_REFERENCE } from "../signal.ts";
import type { Sps } from "./parameter-sets.ts";
import type { Picture } from "./picture.ts";
import { BOTTOM, FRAME, PicturePool, TOP } from "./picture.ts";
import { findLongTerm, findShortTerm } from "./ref-lists.ts";
import type { SliceHeader } from "./slice-header.ts";

/** MaxDpbMbs of the highest level: what any conforming stream may ask for. */
const HIGHEST_DPB_MBS = 696320;

export class DecodedPictureBuffer {
  /** Pictures held: references, and pictures waiting for output. */
  readonly pictures: Picture[] = [];
  readonly pool: PicturePool;
  readonly #sps: Sps;
  readonly #capacity: number;
  readonly #reorder: number;
  readonly #maxRefs: number;
  readonly #maxFrameNum: number;
  readonly #output: (picture: Picture) => void;

  #prevPocMsb = 0;
  #prevPocLsb = 0;
  #prevFrameNumOffset = 0;
  #prevFrameNum = 0;
  #prevRefFrameNum = 0;
  #prevHadMmco5 = false;
  #maxLongTermFrameIdx = -1;

  /**
   * @param sps the active sequence parameter set
   * @param decodeOrder hand pictures on as they are completed, without waiting for display order
   * @param output called with each picture in turn; it stays valid until the call returns
   */
  constructor(sps: Sps, decodeOrder: boolean, output: (picture: Picture) => void) {
    this.#sps = sps;
    this.#output = output;
    const bound = Math.max(1, Math.floor(HIGHEST_DPB_MBS / (sps.mbWidth * sps.mbHeight)));
    this.#capacity = Math.max(1, Math.min(sps.maxDecFrameBuffering, bound, 16));
    this.#maxRefs = Math.max(1, Math.min(sps.maxNumRefFrames, this.#capacity));
    this.#maxFrameNum = 1 << sps.log2MaxFrameNum;
    const intraOnly = sps.constraintSet3 && [44, 100, 110, 122, 244].includes(sps.profileIdc);
    if (decodeOrder || sps.picOrderCntType === 2 || (intraOnly && sps.maxNumReorderFrames < 0)) {
      this.#reorder = 0;
    } else {
      this.#reorder = sps.maxNumReorderFrames >= 0 ? sps.maxNumReorderFrames : this.#capacity;
    }
    this.pool = new PicturePool(sps.mbWidth, sps.mbHeight, this.#capacity + 2);
  }

  /** Largest frame_num plus one. */
  get maxFrameNum(): number {
    return this.#maxFrameNum;
  }

  /** A picture from the pool; if damage has filled it, the oldest picture is given up. */
  take(): Picture {
    let picture = this.pool.take();
    while (picture === null) {
      this.#makeRoom();
      picture = this.pool.take();
    }
    return picture;
  }

  #makeRoom(): void {
    if (this.#bump()) {
      return;
    }
    const oldest = this.pictures[0];
    if (oldest === undefined) {
      throw new RangeError("decoded picture buffer: no picture to give up");
    }
    this.#unmark(oldest, FRAME);
    oldest.waitingForOutput = false;
    this.#sweep();
  }

  /**
   * Fills a gap in frame_num with "non-existing" frames, clause 8.2.5.2.
   *
   * @returns number of frames missing where gaps are not allowed: lost pictures
   */
  fillGap(h: SliceHeader): number {
    if (h.idr || h.frameNum === this.#prevRefFrameNum) {
      return 0;
    }
    let next = (this.#prevRefFrameNum + 1) % this.#maxFrameNum;
    if (h.frameNum === next) {
      return 0;
    }
    const missing = (h.frameNum - next + this.#maxFrameNum) % this.#maxFrameNum;
    // Only the last max_num_ref_frames can stay in the sliding window.
    if (missing > this.#maxRefs) {
      next = (h.frameNum - this.#maxRefs + this.#maxFrameNum) % this.#maxFrameNum;
    }
    for (; next !== h.frameNum; next = (next + 1) % this.#maxFrameNum) {
      const previous = this.#newestShortTerm();
      const picture = this.take();
      picture.nonExisting = true;
      picture.frameNum = next;
      picture.coded = FRAME;
      this.#slidingWindow(next, null);
      if (this.#sps.picOrderCntType !== 0) {
        this.#frameNumPoc(picture, next, 1, FRAME, 0, 0);
      } else if (previous !== null) {
        picture.fieldPoc[0] = previous.pocOf(FRAME) + 2;
        picture.fieldPoc[1] = picture.fieldPoc[0];
      } else {
        picture.fieldPoc.fill(0);
      }
      picture.poc = picture.pocOf(FRAME);
      picture.shortRef = FRAME;
      this.#store(picture);
      this.#prevFrameNum = next;
      this.#prevRefFrameNum = next;
      this.#prevHadMmco5 = false;
    }
    return this.#sps.gapsInFrameNumAllowed ? 0 : missing;
  }

  #newestShortTerm(): Picture | null {
    let newest: Picture | null = null;
    for (let i = 0; i < this.pictures.length; i++) {
      const picture = this.pictures[i];
      if (picture.shortRef !== 0) {
        newest = picture;
      }
    }
    return newest;
  }

  /** Clause 8.2.1: sets the order counts of the field or frame that `h` opens. */
  computePoc(picture: Picture, h: SliceHeader): void {
    const structure = h.fieldPic ? (h.bottomField ? BOTTOM : TOP) : FRAME;
    if (this.#sps.picOrderCntType !== 0) {
      if (h.idr) {
        this.#prevFrameNumOffset = 0;
        this.#prevFrameNum = 0;
        this.#prevHadMmco5 = false;
      }
      this.#frameNumPoc(
        picture,
        h.frameNum,
        h.nalRefIdc,
        structure,
        h.deltaPicOrderCnt0,
        h.deltaPicOrderCnt1,
        h.idr,
      );
      picture.poc = picture.pocOf(FRAME);
      return;
    }
    if (h.idr) {
      this.#prevPocMsb = 0;
      this.#prevPocLsb = 0;
    }
    const max = 1 << this.#sps.log2MaxPicOrderCntLsb;
    const lsb = h.picOrderCntLsb;
    let msb = this.#prevPocMsb;
    if (lsb < this.#prevPocLsb && this.#prevPocLsb - lsb >= max / 2) {
      msb += max;
    } else if (lsb > this.#prevPocLsb && lsb - this.#prevPocLsb > max / 2) {
      msb -= max;
    }
    // Kept in 32 bits whatever the stream says.
    const top = (msb + lsb) | 0;
    if (structure === FRAME) {
      picture.fieldPoc[0] = top;
      picture.fieldPoc[1] = (top + h.deltaPicOrderCntBottom) | 0;
    } else {
      picture.fieldPoc[structure === BOTTOM ? 1 : 0] = top;
    }
    if (h.nalRefIdc !== 0) {
      this.#prevPocMsb = msb | 0;
      this.#prevPocLsb = lsb;
    }
    picture.poc = picture.pocOf(FRAME);
  }

  /** 8.2.1.2 and 8.2.1.3: order count types 1 and 2. */
  #frameNumPoc(
    picture: Picture,
    frameNum: number,
    nalRefIdc: number,
    structure: number,
    delta0: number,
    delta1: number,
    idr = false,
  ): void {
    const sps = this.#sps;
    const prevOffset = this.#prevHadMmco5 ? 0 : this.#prevFrameNumOffset;
    let offset = prevOffset;
    if (idr) {
      offset = 0;
    } else if (this.#prevFrameNum > frameNum) {
      offset += this.#maxFrameNum;
    }
    let top: number;
    let bottom: number;
    if (sps.picOrderCntType === 1) {
      const cycle = sps.offsetForRefFrame;
      let absFrameNum = cycle.length !== 0 ? offset + frameNum : 0;
      if (nalRefIdc === 0 && absFrameNum > 0) {
        absFrameNum--;
      }
      let expected = 0;
      if (absFrameNum > 0) {
        const full = Math.floor((absFrameNum - 1) / cycle.length);
        const inCycle = (absFrameNum - 1) % cycle.length;
        expected = full * cycle.reduce((a, b) => a + b, 0);
        for (let i = 0; i <= inCycle; i++) {
          expected += cycle[i];
        }
      }
      if (nalRefIdc === 0) {
        expected += sps.offsetForNonRefPic;
      }
      top = expected + delta0;
      bottom =
        structure === FRAME
          ? top + sps.offsetForTopToBottomField + delta1
          : expected + sps.offsetForTopToBottomField + delta0;
    } else {
      top = idr ? 0 : 2 * (offset + frameNum) - (nalRefIdc === 0 ? 1 : 0);
      bottom = top;
    }
    if (structure & TOP) {
      picture.fieldPoc[0] = top | 0;
    }
    if (structure & BOTTOM) {
      picture.fieldPoc[1] = bottom | 0;
    }
    this.#prevFrameNumOffset = offset;
    this.#prevFrameNum = frameNum;
    this.#prevHadMmco5 = false;
  }

  /** An IDR picture begins: everything before it goes out, clause 8.2.5.1. */
  startIdr(): void {
    for (let i = 0; i < this.pictures.length; i++) {
      const picture = this.pictures[i];
      this.#unmark(picture, FRAME);
    }
    this.flush();
    this.#maxLongTermFrameIdx = -1;
  }

  /**
   * Reference marking of the field or frame that was just decoded, then storage (8.2.5.1, C.4.4).
   *
   * @param structure what `h` coded: a field or the frame
   */
  finish(picture: Picture, h: SliceHeader, structure: number): void {
    const second = picture.coded !== structure && structure !== FRAME;
    if (h.nalRefIdc !== 0) {
      if (h.idr) {
        if (h.longTermReference) {
          picture.longRef |= structure;
          picture.longTermFrameIdx = 0;
          this.#maxLongTermFrameIdx = 0;
        } else {
          picture.shortRef |= structure;
        }
      } else {
        if (h.adaptiveRefPicMarking) {
          this.#adaptiveMarking(picture, h, structure);
        } else if (!(second && (picture.shortRef & (FRAME - structure)) !== 0)) {
          this.#slidingWindow(h.frameNum, picture);
        }
        if ((picture.longRef & structure) === 0) {
          picture.shortRef |= structure;
        }
      }
      this.#prevRefFrameNum = h.hasMmco5 ? 0 : h.frameNum;
    }
    if (h.hasMmco5 && h.nalRefIdc !== 0) {
      this.#prevHadMmco5 = true;
      this.#prevFrameNumOffset = 0;
      this.#prevFrameNum = 0;
      const top = picture.fieldPoc[0];
      this.#prevPocMsb = 0;
      this.#prevPocLsb = structure === BOTTOM || top === NO_REFERENCE ? 0 : top;
    }
    if (!this.pictures.includes(picture)) {
      this.#insert(picture);
    }
  }

  /** The picture will get no more fields: it may be put out. */
  complete(picture: Picture): void {
    picture.waitingForOutput = true;
    this.#trim();
  }

  /** The picture just decoded is kept for reference only. */
  hide(): void {
    this.#sweep();
  }

  #insert(picture: Picture): void {
    while (this.pictures.length >= this.#capacity) {
      if (this.#bumpFreesNothing(picture)) {
        break;
      }
    }
    this.pictures.push(picture);
  }

  /** C.4.5.3: puts out the first picture in order; true when no room can be made that way. */
  #bumpFreesNothing(current: Picture): boolean {
    const next = this.#firstInOrder();
    // A picture nobody refers to that precedes all waiting ones needs no place (C.4.5.2).
    if (!current.isReference && (next === null || current.poc < next.poc)) {
      return true;
    }
    if (next === null) {
      // Only damage fills the buffer with references: the oldest one goes.
      const oldest = this.pictures.find((p) => p.longRef === 0) ?? this.pictures[0];
      this.#unmark(oldest, FRAME);
      this.#sweep();
      return false;
    }
    this.#put(next);
    this.#sweep();
    return false;
  }

  /** Stores a frame that is not put out. */
  #store(picture: Picture): void {
    while (this.pictures.length >= this.#capacity && this.#makeRoomFor()) {}
    this.pictures.push(picture);
  }

  #makeRoomFor(): boolean {
    const before = this.pictures.length;
    this.#sweep();
    if (this.pictures.length < before) {
      return true;
    }
    return this.#bump();
  }

  #bump(): boolean {
    const next = this.#firstInOrder();
    if (next === null) {
      return false;
    }
    this.#put(next);
    this.#sweep();
    return true;
  }

  /** Puts out whatever exceeds the reorder depth. */
  #trim(): void {
    for (;;) {
      let waiting = 0;
      for (let i = 0; i < this.pictures.length; i++) {
        const picture = this.pictures[i];
        waiting += picture.waitingForOutput ? 1 : 0;
      }
      if (waiting <= this.#reorder && this.pictures.length <= this.#capacity) {
        break;
      }
      if (!this.#bump()) {
        break;
      }
    }
    this.#sweep();
  }

  /** Puts out everything that waits, in order. */
  flush(): void {
    while (this.#bump()) {}
    this.#sweep();
  }

  #firstInOrder(): Picture | null {
    let first: Picture | null = null;
    for (let i = 0; i < this.pictures.length; i++) {
      const picture = this.pictures[i];
      if (picture.waitingForOutput && (first === null || picture.poc < first.poc)) {
        first = picture;
      }
    }
    return first;
  }

  #put(picture: Picture): void {
    picture.waitingForOutput = false;
    this.#output(picture);
  }

  /** Gives back what is neither reference, nor waiting, nor still being decoded. */
  #sweep(): void {
    let kept = 0;
    for (let i = 0; i < this.pictures.length; i++) {
      const picture = this.pictures[i];
      if (picture.isReference || picture.waitingForOutput || picture === this.decoding) {
        this.pictures[kept++] = picture;
      } else {
        picture.free = true;
      }
    }
    this.pictures.length = kept;
  }

  /** The picture under construction, which no clean-up may touch. */
  decoding: Picture | null = null;

  #unmark(picture: Picture, structure: number): void {
    picture.shortRef &= ~structure;
    picture.longRef &= ~structure;
  }

  /** 8.2.5.3. */
  #slidingWindow(frameNum: number, current: Picture | null): void {
    for (;;) {
      let count = 0;
      let oldest: Picture | null = null;
      let oldestWrap = 0;
      for (let i = 0; i < this.pictures.length; i++) {
        const picture = this.pictures[i];
        if (picture === current || !picture.isReference) {
          continue;
        }
        count++;
        if (picture.shortRef !== 0) {
          const wrap =
            picture.frameNum > frameNum ? picture.frameNum - this.#maxFrameNum : picture.frameNum;
          if (oldest === null || wrap < oldestWrap) {
            oldest = picture;
            oldestWrap = wrap;
          }
        }
      }
      if (count < this.#maxRefs || oldest === null) {
        break;
      }
      oldest.shortRef = 0;
    }
    this.#sweep();
  }

  /** 8.2.5.4. */
  #adaptiveMarking(current: Picture, h: SliceHeader, structure: number): void {
    const field = structure !== FRAME;
    const currPicNum = field ? 2 * h.frameNum + 1 : h.frameNum;
    for (let i = 0; i < this.pictures.length; i++) {
      const picture = this.pictures[i];
      picture.frameNumWrap =
        picture.frameNum > h.frameNum ? picture.frameNum - this.#maxFrameNum : picture.frameNum;
    }
    for (let i = 0; i < h.mmcoCount; i++) {
      const arg0 = h.mmcoArg0[i];
      const arg1 = h.mmcoArg1[i];
      switch (h.mmco[i]) {
        case 1: {
          const code = findShortTerm(this.pictures, currPicNum - (arg0 + 1), structure);
          if (code >= 0) {
            this.pool.pictures[code >> 2].shortRef &= ~(code & 3);
          }
          break;
        }
        case 2: {
          const code = findLongTerm(this.pictures, arg0, structure);
          if (code >= 0) {
            this.pool.pictures[code >> 2].longRef &= ~(code & 3);
          }
          break;
        }
        case 3: {
          const code = findShortTerm(this.pictures, currPicNum - (arg0 + 1), structure);
          if (code >= 0) {
            const picture = this.pool.pictures[code >> 2];
            this.#releaseLongTermIndex(arg1, picture);
            picture.shortRef &= ~(code & 3);
            picture.longRef |= code & 3;
            picture.longTermFrameIdx = arg1;
          }
          break;
        }
        case 4:
          this.#maxLongTermFrameIdx = arg0 - 1;
          for (let k = 0; k < this.pictures.length; k++) {
            const picture = this.pictures[k];
            if (picture.longRef !== 0 && picture.longTermFrameIdx > this.#maxLongTermFrameIdx) {
              picture.longRef = 0;
            }
          }
          break;
        case 5:
          this.#forgetAll(current, structure);
          break;
        case 6:
          this.#releaseLongTermIndex(arg0, current);
          current.longRef |= structure;
          current.shortRef &= ~structure;
          current.longTermFrameIdx = arg0;
          break;
      }
    }
    this.#sweep();
    // A damaged stream may keep more references than it announced.
    let references = 0;
    for (let i = 0; i < this.pictures.length; i++) {
      const picture = this.pictures[i];
      references += picture !== current && picture.isReference ? 1 : 0;
    }
    if (references >= this.#maxRefs && current.coded === structure) {
      this.#slidingWindow(h.frameNum, current);
    }
  }

  /** A long-term index moves to `owner`: whoever else held it loses it. */
  #releaseLongTermIndex(index: number, owner: Picture): void {
    for (let i = 0; i < this.pictures.length; i++) {
      const picture = this.pictures[i];
      if (picture.longRef !== 0 && picture.longTermFrameIdx === index && picture !== owner) {
        picture.longRef = 0;
      }
    }
    if (owner.longRef !== 0 && owner.longTermFrameIdx !== index) {
      owner.longRef = 0;
    }
  }

  /** memory_management_control_operation 5: like an IDR picture, but decoding goes on. */
  #forgetAll(current: Picture, structure: number): void {
    for (let i = 0; i < this.pictures.length; i++) {
      const picture = this.pictures[i];
      if (picture !== current) {
        this.#unmark(picture, FRAME);
      }
    }
    this.#maxLongTermFrameIdx = -1;
    const wasWaiting = current.waitingForOutput;
    current.waitingForOutput = false;
    while (this.#bump()) {}
    current.waitingForOutput = wasWaiting;
    current.frameNum = 0;
    const base = current.pocOf(structure);
    for (let i = 0; i < 2; i++) {
      if (current.fieldPoc[i] !== NO_REFERENCE) {
        current.fieldPoc[i] -= base;
      }
    }
    current.poc = current.pocOf(FRAME);
  }
}
