/** Reference picture lists of a slice: initialisation and modification, clause 8.2.4. */
import type { Picture } from "./picture.ts";
import { FRAME } from "./picture.ts";
import type { SliceHeader } from "./slice-header.ts";
import { MODIFICATION_STRIDE, SliceType } from "./slice-header.ts";

/** One list has at most 32 entries, and one more while it is being modified. */
const LIST_STRIDE = 33;

/** A decoded picture buffer holds no more frames. */
const MAX_SORTED = 34;

/** Sort key offset that puts a picture behind all whose key is a POC distance. */
const SECOND_HALF = 2 ** 33;

function isShortTerm(picture: Picture, structure: number): boolean {
  return structure === FRAME ? picture.shortRef === FRAME : picture.shortRef !== 0;
}

function marks(picture: Picture, long: boolean): number {
  return long ? picture.longRef : picture.shortRef;
}

/** The two reference lists of the current slice; entries are `slot << 2 | structure`, -1 where missing. */
export class ReferenceLists {
  readonly entries: Int32Array = new Int32Array(2 * LIST_STRIDE);
  readonly count: Int32Array = new Int32Array(2);
  readonly #sorted: Picture[] = [];
  readonly #keys: Float64Array = new Float64Array(MAX_SORTED);
  #sortedCount = 0;

  /** Entry `index` of `list`, -1 if there is none. */
  get(list: number, index: number): number {
    return this.entries[LIST_STRIDE * list + index];
  }

  /**
   * Builds both lists for a slice of `current`.
   *
   * @param dpb pictures that may be references, `current` among them once its first field is a reference
   * @param structure structure of the picture being decoded
   * Entries for which there is no picture stay -1: encoders announce more references than exist yet.
   */
  build(
    h: SliceHeader,
    current: Picture,
    structure: number,
    dpb: readonly Picture[],
    maxFrameNum: number,
  ): void {
    this.entries.fill(-1);
    this.count[0] = h.numRefIdxActive[0];
    this.count[1] = h.numRefIdxActive[1];
    if (h.sliceType === SliceType.I) {
      return;
    }
    for (let at = 0; at < dpb.length; at++) {
      const picture = dpb[at];
      if (picture.shortRef !== 0) {
        picture.frameNumWrap =
          picture.frameNum > h.frameNum ? picture.frameNum - maxFrameNum : picture.frameNum;
      }
    }
    if (h.sliceType === SliceType.P) {
      this.#initP(dpb, structure);
    } else {
      this.#initB(dpb, structure, current.pocOf(structure));
    }
    this.#modify(0, h, structure, dpb, maxFrameNum);
    if (h.sliceType === SliceType.B) {
      this.#modify(1, h, structure, dpb, maxFrameNum);
    }
    for (let list = 0; list < 2; list++) {
      this.entries.fill(-1, LIST_STRIDE * list + this.count[list], LIST_STRIDE * (list + 1));
    }
  }

  /** One bit per entry of `list` that names a picture which was really there. */
  usable(list: number, pool: readonly Picture[]): number {
    let mask = 0;
    for (let i = 0; i < this.count[list]; i++) {
      const code = this.entries[LIST_STRIDE * list + i];
      if (code >= 0 && !pool[code >> 2].nonExisting) {
        mask |= 1 << i;
      }
    }
    return mask;
  }

  /** 8.2.4.2.1 and 8.2.4.2.2. */
  #initP(dpb: readonly Picture[], structure: number): void {
    this.#clear();
    for (let i = 0; i < dpb.length; i++) {
      const picture = dpb[i];
      if (isShortTerm(picture, structure)) {
        this.#insert(picture, -picture.frameNumWrap);
      }
    }
    this.#appendLongTerm(dpb, 0, this.#append(0, 0, structure, false), structure);
  }

  /** 8.2.4.2.3 and 8.2.4.2.4. */
  #initB(dpb: readonly Picture[], structure: number, poc: number): void {
    let length0 = 0;
    let length1 = 0;
    for (let list = 0; list < 2; list++) {
      this.#clear();
      for (let i = 0; i < dpb.length; i++) {
        const picture = dpb[i];
        if (!isShortTerm(picture, structure) || (structure === FRAME && picture.nonExisting)) {
          continue;
        }
        // List 0: nearest past first, then nearest future; list 1 the other way round.
        const past = picture.poc < poc || (structure !== FRAME && picture.poc === poc);
        const distance = Math.abs(picture.poc - poc);
        this.#insert(picture, past === (list === 0) ? distance : SECOND_HALF + distance);
      }
      const length = this.#append(list, 0, structure, false);
      const whole = this.#appendLongTerm(dpb, list, length, structure);
      if (list === 0) {
        length0 = whole;
      } else {
        length1 = whole;
      }
    }
    if (length1 > 1 && length0 === length1) {
      for (let i = 0; i < Math.min(length1, 32); i++) {
        if (this.entries[i] !== this.entries[LIST_STRIDE + i]) {
          return;
        }
      }
      const first = this.entries[LIST_STRIDE];
      this.entries[LIST_STRIDE] = this.entries[LIST_STRIDE + 1];
      this.entries[LIST_STRIDE + 1] = first;
    }
  }

  #appendLongTerm(
    dpb: readonly Picture[],
    list: number,
    length: number,
    structure: number,
  ): number {
    this.#clear();
    for (let i = 0; i < dpb.length; i++) {
      const picture = dpb[i];
      if (structure === FRAME ? picture.longRef === FRAME : picture.longRef !== 0) {
        this.#insert(picture, picture.longTermFrameIdx);
      }
    }
    return this.#append(list, length, structure, true);
  }

  #clear(): void {
    this.#sortedCount = 0;
  }

  /** Keeps the selected pictures in ascending order of their keys; there are at most a few. */
  #insert(picture: Picture, key: number): void {
    const sorted = this.#sorted;
    const keys = this.#keys;
    let at = Math.min(this.#sortedCount, MAX_SORTED - 1);
    while (at > 0 && keys[at - 1] > key) {
      keys[at] = keys[at - 1];
      sorted[at] = sorted[at - 1];
      at--;
    }
    keys[at] = key;
    sorted[at] = picture;
    this.#sortedCount = Math.min(this.#sortedCount + 1, MAX_SORTED);
  }

  /** Appends the selected frames; for fields alternating between parities, 8.2.4.2.5. */
  #append(list: number, length: number, structure: number, long: boolean): number {
    const sorted = this.#sorted;
    const count = this.#sortedCount;
    let at = length;
    if (structure === FRAME) {
      for (let i = 0; i < count; i++) {
        this.#put(list, at++, sorted[i], FRAME);
      }
      return at;
    }
    let parity = structure;
    let same = 0;
    let opposite = 0;
    for (;;) {
      let i = parity === structure ? same : opposite;
      while (i < count && (marks(sorted[i], long) & parity) === 0) {
        i++;
      }
      if (i >= count) {
        break;
      }
      this.#put(list, at++, sorted[i], parity);
      if (parity === structure) {
        same = i + 1;
      } else {
        opposite = i + 1;
      }
      parity = FRAME - parity;
    }
    // One parity has run out: the rest of the other one follows in order.
    parity = FRAME - parity;
    for (let i = parity === structure ? same : opposite; i < count; i++) {
      if ((marks(sorted[i], long) & parity) !== 0) {
        this.#put(list, at++, sorted[i], parity);
      }
    }
    return at;
  }

  #put(list: number, at: number, picture: Picture, structure: number): void {
    if (at < 32) {
      this.entries[LIST_STRIDE * list + at] = (picture.slot << 2) | structure;
    }
  }

  /** 8.2.4.3. */
  #modify(
    list: number,
    h: SliceHeader,
    structure: number,
    dpb: readonly Picture[],
    maxFrameNum: number,
  ): void {
    const base = LIST_STRIDE * list;
    const field = structure !== FRAME;
    const currPicNum = field ? 2 * h.frameNum + 1 : h.frameNum;
    const maxPicNum = field ? 2 * maxFrameNum : maxFrameNum;
    let picNumPred = currPicNum;
    for (let i = 0; i < h.modificationCount[list]; i++) {
      const idc = h.modificationIdc[MODIFICATION_STRIDE * list + i];
      const value = h.modificationValue[MODIFICATION_STRIDE * list + i];
      let code: number;
      if (idc === 2) {
        code = findLongTerm(dpb, value, structure);
      } else {
        const difference = value + 1;
        picNumPred += idc === 0 ? -difference : difference;
        if (picNumPred < 0) {
          picNumPred += maxPicNum;
        } else if (picNumPred >= maxPicNum) {
          picNumPred -= maxPicNum;
        }
        const picNum = picNumPred > currPicNum ? picNumPred - maxPicNum : picNumPred;
        code = findShortTerm(dpb, picNum, structure);
      }
      // Insert at i, shift the rest, drop the old place of the same picture.
      let carried = code;
      for (let at = i; at <= this.count[list] && at < LIST_STRIDE; at++) {
        const old = this.entries[base + at];
        this.entries[base + at] = carried;
        if (old === code && code >= 0) {
          break;
        }
        carried = old;
      }
    }
  }
}

/** The reference with PicNum `picNum` as a list entry, -1 if there is none (8.2.4.1). */
export function findShortTerm(dpb: readonly Picture[], picNum: number, structure: number): number {
  for (let at = 0; at < dpb.length; at++) {
    const picture = dpb[at];
    if (structure === FRAME) {
      if (picture.shortRef === FRAME && picture.frameNumWrap === picNum) {
        return (picture.slot << 2) | FRAME;
      }
    } else {
      const same = picNum - 2 * picture.frameNumWrap;
      const parity = same === 1 ? structure : same === 0 ? FRAME - structure : 0;
      if ((picture.shortRef & parity) !== 0) {
        return (picture.slot << 2) | parity;
      }
    }
  }
  return -1;
}

/** The reference with LongTermPicNum `picNum` as a list entry, -1 if there is none (8.2.4.1). */
export function findLongTerm(dpb: readonly Picture[], picNum: number, structure: number): number {
  for (let at = 0; at < dpb.length; at++) {
    const picture = dpb[at];
    if (structure === FRAME) {
      if (picture.longRef === FRAME && picture.longTermFrameIdx === picNum) {
        return (picture.slot << 2) | FRAME;
      }
    } else {
      const same = picNum - 2 * picture.longTermFrameIdx;
      const parity = same === 1 ? structure : same === 0 ? FRAME - structure : 0;
      if ((picture.longRef & parity) !== 0) {
        return (picture.slot << 2) | parity;
      }
    }
  }
  return -1;
}
