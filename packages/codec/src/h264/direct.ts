/**
 * Direct prediction of B macroblocks: motion derived from neighbours (spatial) or from the co-located picture
 * (temporal), clause 8.4.1.2.
 */
import { MbKind, MbPartition, NO_REFERENCE } from "../signal.ts";
import {
  fillCacheMv,
  fillCacheRef,
  fillMv,
  loadNeighbours16,
  medianMv,
  pack,
  refWord,
  storeMotion,
} from "./motion.ts";
import type { Picture } from "./picture.ts";
import { BOTTOM, FRAME, REFS_PER_SLICE, TOP } from "./picture.ts";
import type { SliceContext } from "./slice-context.ts";
import { CACHE_ORIGIN, CACHE_SIZE } from "./slice-context.ts";

const POOL_LIMIT = 32;
const NEVER = 256;

/** Per-slice constants of direct prediction, and the co-located blocks of the current macroblock. */
export class DirectPredictor {
  spatial = true;
  #column: Picture | null = null;
  /** Structure of RefPicList1[0]. */
  #columnStructure = FRAME;
  #columnIsLongTerm = false;
  /** Frame macroblocks facing a field column take the field nearer in time: 0 top, 1 bottom. */
  #nearerField = 0;
  /**
   * Lowest index in list 0 per picture `slot << 2 | structure`; tables for frames (or the field picture), and
   * for top and bottom field macroblocks of MBAFF frames.
   */
  readonly #refIdx0: Int32Array[] = [0, 1, 2].map(() => new Int32Array(4 * POOL_LIMIT));
  /** DistScaleFactor by refIdxL0, in the same three flavours; NEVER stands for "copy the vector". */
  readonly #scale: Int32Array[] = [0, 1, 2].map(() => new Int32Array(64));

  // Co-located block of each quadrant, set by #locate
  readonly #colMb: Int32Array = new Int32Array(4);
  readonly #colQuadrant: Int32Array = new Int32Array(4);
  readonly #colBlock: Int32Array = new Int32Array(4);
  #colField = 0;
  readonly #ref: Int32Array = new Int32Array(2);
  readonly #mv: Int32Array = new Int32Array(2);

  /** Prepares a B slice; `pool` is indexed by the slots in the slice's reference lists. */
  startSlice(s: SliceContext, pool: readonly Picture[], structure: number): void {
    this.spatial = s.header.directSpatialMvPred;
    const first = s.lists.get(1, 0);
    if (first < 0) {
      this.#column = null;
      this.#columnIsLongTerm = false;
    } else {
      this.#column = pool[first >> 2];
      this.#columnStructure = first & 3;
      this.#columnIsLongTerm = (this.#column.longRef & (first & 3)) !== 0;
      const poc = s.picture.pocOf(structure);
      const distance = (field: number): number => {
        const other = pool[first >> 2].fieldPoc[field];
        return other === NO_REFERENCE ? Number.MAX_SAFE_INTEGER : Math.abs(other - poc);
      };
      this.#nearerField = distance(0) >= distance(1) ? 1 : 0;
    }
    if (!this.spatial) {
      this.#prepareTemporal(s, pool, structure);
    }
  }

  #prepareTemporal(s: SliceContext, pool: readonly Picture[], structure: number): void {
    const flavours = s.mbaff ? 3 : 1;
    for (let flavour = 0; flavour < flavours; flavour++) {
      const refIdx0 = this.#refIdx0[flavour];
      const scale = this.#scale[flavour];
      refIdx0.fill(0);
      scale.fill(NEVER);
      // flavour 0: the picture as coded; 1 and 2: top and bottom field macroblocks
      const own = flavour === 0 ? structure : flavour;
      const poc = s.picture.pocOf(own);
      const column = this.#column;
      const columnPoc =
        column === null ? poc : column.pocOf(flavour === 0 ? this.#columnStructure : own);
      const count = flavour === 0 ? s.numRef0 : 2 * s.numRef0;
      for (let i = count - 1; i >= 0; i--) {
        let code = s.lists.get(0, flavour === 0 ? i : i >> 1);
        if (code < 0) {
          continue;
        }
        if (flavour !== 0) {
          code = (code & ~3) | (i & 1 ? FRAME - own : own);
        }
        refIdx0[code] = i;
        const picture = pool[code >> 2];
        const refPoc = picture.pocOf(code & 3);
        const longTerm = (picture.longRef & code & 3) !== 0;
        scale[i] = longTerm ? NEVER : distScaleFactor(poc, columnPoc, refPoc);
      }
    }
  }

  /**
   * Finds the co-located block of each quadrant, clause 8.4.1.2.1.
   *
   * @returns the co-located macroblock of the upper half, -1 if there is none
   */
  #locate(s: SliceContext): number {
    const column = this.#column;
    if (column === null) {
      return -1;
    }
    const width = s.mbWidth;
    let mb = s.mb;
    const colMb = this.#colMb;
    const colQuadrant = this.#colQuadrant;
    const colBlock = this.#colBlock;
    const cur = s.fieldMb;
    if (column.field[mb] === 1) {
      const pairTop = (s.mbY & ~1) * width + s.mbX;
      this.#colField = 1;
      if (cur === 0) {
        // Frame against field: one half of a field macroblock covers this macroblock.
        mb = pairTop + this.#nearerField * width;
        const half = s.mbY & 1;
        for (let q = 0; q < 4; q++) {
          const x = q & 1;
          const y = q >> 1;
          colMb[q] = mb;
          colQuadrant[q] = 2 * half + x;
          colBlock[q] = 3 * x + 4 * (2 * half + y);
        }
        return mb;
      }
      if (s.fieldPicture === 1 && column.structure === "fields") {
        mb = pairTop + (this.#columnStructure === BOTTOM ? width : 0);
      }
    } else {
      this.#colField = 0;
      if (cur === 1) {
        // Field against frame: the two macroblocks of the pair cover upper and lower half.
        mb = (s.mbY & ~1) * width + s.mbX;
        for (let q = 0; q < 4; q++) {
          const x = q & 1;
          const y = q >> 1;
          colMb[q] = mb + y * width;
          colQuadrant[q] = 2 * y + x;
          colBlock[q] = 3 * x + 8 * y;
        }
        return mb;
      }
    }
    for (let q = 0; q < 4; q++) {
      colMb[q] = mb;
      colQuadrant[q] = q;
      colBlock[q] = 3 * (q & 1) + 12 * (q >> 1); // corners, for direct_8x8_inference
    }
    return mb;
  }

  /**
   * Shape of a direct macroblock as the co-located one suggests it: whole where that is whole or intra, halves
   * where it has halves, else quadrants.
   */
  #shape(s: SliceContext, mb: number): number {
    const column = this.#column;
    if (column === null || mb < 0) {
      return MbPartition.P16x16;
    }
    const upper = column.partition[mb];
    if (s.fieldMb === 1 && this.#colField === 0) {
      const lower = column.partition[mb + s.mbWidth];
      return upper <= MbPartition.P16x16 && lower <= MbPartition.P16x16
        ? MbPartition.P16x8
        : MbPartition.P8x8;
    }
    return upper === MbPartition.None ? MbPartition.P16x16 : upper;
  }

  /**
   * Derives and stores the motion of B_Skip and B_Direct_16x16.
   *
   * @returns the derived {@link MbPartition}
   */
  predictWhole(s: SliceContext): number {
    return this.spatial ? this.#spatial(s, 15, true) : this.#temporal(s, 15, true);
  }

  /** Derives the motion of direct quadrants (one bit each) into the motion cache. */
  predictQuadrants(s: SliceContext, quadrants: number): void {
    if (this.spatial) {
      this.#spatial(s, quadrants, false);
    } else {
      this.#temporal(s, quadrants, false);
    }
  }

  /** Moves what quadrant-wise derivation left in the cache to the picture. */
  #storeCached(s: SliceContext): void {
    storeMotion(s, 0);
    storeMotion(s, 1);
  }

  /** Clause 8.4.1.2.2. Does not read the motion cache, so it may run before the cache is loaded. */
  #spatial(s: SliceContext, quadrants: number, whole: boolean): number {
    for (let list = 0; list < 2; list++) {
      loadNeighbours16(s, list);
      const { refA, refB, refC } = s;
      // MinPositive: the smallest of the references that exist
      let ref = refA;
      if (refB >= 0 && (ref < 0 || refB < ref)) {
        ref = refB;
      }
      if (refC >= 0 && (ref < 0 || refC < ref)) {
        ref = refC;
      }
      if (ref < 0) {
        this.#ref[list] = -1;
        this.#mv[list] = 0;
        continue;
      }
      this.#ref[list] = ref;
      const a = refA === ref;
      const b = refB === ref;
      const c = refC === ref;
      if ((a && b) || (a && c) || (b && c)) {
        this.#mv[list] = medianMv(s.mvA, s.mvB, s.mvC);
      } else {
        this.#mv[list] = a ? s.mvA : b ? s.mvB : s.mvC;
      }
    }
    if (this.#ref[0] < 0 && this.#ref[1] < 0) {
      this.#ref[0] = 0;
      this.#ref[1] = 0;
    }
    const ref0 = this.#ref[0];
    const ref1 = this.#ref[1];
    const mv0 = this.#mv[0];
    const mv1 = this.#mv[1];
    if (whole && mv0 === 0 && mv1 === 0) {
      this.#storeWhole(s, ref0, ref1, 0, 0);
      return MbPartition.P16x16;
    }
    // colZeroFlag can change nothing unless one of the references is 0.
    const column = this.#column;
    const mb = this.#locate(s);
    const shape = whole ? this.#shape(s, mb) : MbPartition.P8x8;
    const mayBeZero =
      (ref0 === 0 || ref1 === 0) && column !== null && !this.#columnIsLongTerm && mb >= 0;
    if (!mayBeZero || column === null) {
      if (!whole) {
        for (let q = 0; q < 4; q++) {
          if ((quadrants >> q) & 1) {
            this.#fillQuadrant(s, q, ref0, ref1, mv0, mv1);
          }
        }
        return MbPartition.P8x8;
      }
      this.#storeWhole(s, ref0, ref1, mv0, mv1);
      // The vectors are uniform; what the co-located blocks do still decides about the shape.
      const zeros = column === null || mb < 0 ? 0 : this.#countZero(s, column, quadrants);
      return this.#finalShape(shape, zeros);
    }
    if (shape === MbPartition.P16x16) {
      const zero = this.#isZero(column, this.#colMb[0], this.#colQuadrant[0], 0);
      this.#storeWhole(s, ref0, ref1, zero && ref0 === 0 ? 0 : mv0, zero && ref1 === 0 ? 0 : mv1);
      return shape;
    }
    let zeros = 0;
    for (let q = 0; q < 4; q++) {
      if (((quadrants >> q) & 1) === 0) {
        continue;
      }
      this.#fillQuadrant(s, q, ref0, ref1, mv0, mv1);
      if (s.direct8x8Inference) {
        if (this.#isZero(column, this.#colMb[q], this.#colQuadrant[q], this.#colBlock[q])) {
          this.#zeroBlock(s, quadrantOrigin(q), 2, ref0, ref1);
          zeros += 4;
        }
      } else {
        for (let i = 0; i < 4; i++) {
          const x = 2 * (q & 1) + (i & 1);
          const y = 2 * (q >> 1) + (i >> 1);
          if (this.#isZero(column, mb, q, x + 4 * y)) {
            this.#zeroBlock(s, CACHE_ORIGIN + x + 8 * y, 1, ref0, ref1);
            zeros++;
          }
        }
      }
    }
    if (!whole) {
      return MbPartition.P8x8;
    }
    this.#storeCached(s);
    return this.#finalShape(shape, zeros);
  }

  #countZero(s: SliceContext, column: Picture, quadrants: number): number {
    if (this.#columnIsLongTerm) {
      return 0;
    }
    let zeros = 0;
    for (let q = 0; q < 4; q++) {
      if (((quadrants >> q) & 1) === 0) {
        continue;
      }
      if (s.direct8x8Inference) {
        zeros += this.#isZero(column, this.#colMb[q], this.#colQuadrant[q], this.#colBlock[q])
          ? 4
          : 0;
        continue;
      }
      for (let i = 0; i < 4; i++) {
        const block = 2 * (q & 1) + (i & 1) + 4 * (2 * (q >> 1) + (i >> 1));
        zeros += this.#isZero(column, this.#colMb[q], q, block) ? 1 : 0;
      }
    }
    return zeros;
  }

  /** A macroblock none or all of whose blocks are co-located with still ones is one partition. */
  #finalShape(shape: number, zeros: number): number {
    return zeros === 0 || zeros === 16 ? MbPartition.P16x16 : shape;
  }

  /** colZeroFlag. */
  #isZero(column: Picture, mb: number, quadrant: number, block: number): boolean {
    const kind = column.kind[mb];
    if (kind < MbKind.Skip) {
      return false;
    }
    const ref0 = column.refIdx[0][4 * mb + quadrant];
    let word: number;
    if (ref0 === 0) {
      word = column.mvWords[0][16 * mb + block];
    } else if (ref0 < 0 && column.refIdx[1][4 * mb + quadrant] === 0) {
      word = column.mvWords[1][16 * mb + block];
    } else {
      return false;
    }
    const x = (word << 16) >> 16;
    const y = word >> 16;
    return x >= -1 && x <= 1 && y >= -1 && y <= 1;
  }

  #zeroBlock(s: SliceContext, at: number, size: number, ref0: number, ref1: number): void {
    if (ref0 === 0) {
      fillCacheMv(s, at, size, size, 0);
    }
    if (ref1 === 0) {
      fillCacheMv(s, at + CACHE_SIZE, size, size, 0);
    }
  }

  /** Uniform motion goes to the picture directly; vectors there are still zero. */
  #storeWhole(s: SliceContext, ref0: number, ref1: number, mv0: number, mv1: number): void {
    const mb = s.mb;
    s.refWords0[mb] = refWord(ref0);
    s.refWords1[mb] = refWord(ref1);
    if (mv0 !== 0) {
      fillMv(s.mv0, mb, mv0);
    }
    if (mv1 !== 0) {
      fillMv(s.mv1, mb, mv1);
    }
  }

  #fillQuadrant(
    s: SliceContext,
    q: number,
    ref0: number,
    ref1: number,
    mv0: number,
    mv1: number,
  ): void {
    const at = quadrantOrigin(q);
    fillCacheRef(s, at, 2, 2, ref0);
    fillCacheRef(s, at + CACHE_SIZE, 2, 2, ref1);
    fillCacheMv(s, at, 2, 2, mv0);
    fillCacheMv(s, at + CACHE_SIZE, 2, 2, mv1);
  }

  /** Clause 8.4.1.2.3. */
  #temporal(s: SliceContext, quadrants: number, whole: boolean): number {
    const column = this.#column;
    const mb = this.#locate(s);
    const shape = whole ? this.#shape(s, mb) : MbPartition.P8x8;
    const flavour = s.mbaff && s.fieldMb === 1 ? 1 + (s.mbY & 1) : 0;
    const scales = this.#scale[flavour];
    if (shape === MbPartition.P16x16) {
      this.#temporalWhole(s, column, mb, flavour);
      return shape;
    }
    const blocksDiffer = !s.direct8x8Inference && shape === MbPartition.P8x8;
    for (let q = 0; q < 4; q++) {
      if (((quadrants >> q) & 1) === 0) {
        continue;
      }
      const colMb = this.#colMb[q];
      const quadrant = this.#colQuadrant[q];
      if (column === null || mb < 0 || column.kind[colMb] < MbKind.Skip) {
        this.#fillQuadrant(s, q, 0, 0, 0, 0);
        continue;
      }
      const list = column.refIdx[0][4 * colMb + quadrant] >= 0 ? 0 : 1;
      const refIdxCol = column.refIdx[list][4 * colMb + quadrant];
      const ref0 = this.#mapReference(s, column, colMb, list, refIdxCol, flavour);
      const scale = scales[ref0];
      const vectors = column.mvWords[list];
      const at = quadrantOrigin(q);
      fillCacheRef(s, at, 2, 2, ref0);
      fillCacheRef(s, at + CACHE_SIZE, 2, 2, 0);
      if (blocksDiffer) {
        for (let i = 0; i < 4; i++) {
          const x = 2 * (q & 1) + (i & 1);
          const y = 2 * (q >> 1) + (i >> 1);
          this.#scaleVector(s, vectors[16 * colMb + x + 4 * y], scale);
          const block = CACHE_ORIGIN + x + 8 * y;
          s.mvCache[block] = this.#mv[0];
          s.mvCache[block + CACHE_SIZE] = this.#mv[1];
        }
      } else {
        this.#scaleVector(s, vectors[16 * colMb + this.#colBlock[q]], scale);
        fillCacheMv(s, at, 2, 2, this.#mv[0]);
        fillCacheMv(s, at + CACHE_SIZE, 2, 2, this.#mv[1]);
      }
    }
    if (whole) {
      this.#storeCached(s);
    }
    return shape;
  }

  /** A co-located macroblock of one partition, or an intra one. */
  #temporalWhole(s: SliceContext, column: Picture | null, mb: number, flavour: number): void {
    if (column === null || mb < 0 || column.kind[mb] < MbKind.Skip) {
      this.#storeWhole(s, 0, 0, 0, 0);
      return;
    }
    const quadrant = 4 * mb + this.#colQuadrant[0];
    const list = column.refIdx[0][quadrant] >= 0 ? 0 : 1;
    const refIdxCol = column.refIdx[list][quadrant];
    const ref0 = this.#mapReference(s, column, mb, list, refIdxCol, flavour);
    const word = column.mvWords[list][16 * mb];
    if (word === 0) {
      this.#storeWhole(s, ref0, 0, 0, 0);
      return;
    }
    this.#scaleVector(s, word, this.#scale[flavour][ref0]);
    this.#storeWhole(s, ref0, 0, this.#mv[0], this.#mv[1]);
  }

  /** Scales a co-located vector into `#mv`, (8-194) to (8-196). */
  #scaleVector(s: SliceContext, word: number, scale: number): void {
    const x = (word << 16) >> 16;
    let y = word >> 16;
    if (s.fieldMb !== this.#colField) {
      y = s.fieldMb === 1 ? (y + (y < 0 ? 1 : 0)) >> 1 : y * 2;
    }
    const x0 = (scale * x + 128) >> 8;
    const y0 = (scale * y + 128) >> 8;
    this.#mv[0] = pack(x0, y0);
    this.#mv[1] = pack(x0 - x, y0 - y);
  }

  /** refIdxL0 for what the co-located block refers to. */
  #mapReference(
    s: SliceContext,
    column: Picture,
    colMb: number,
    list: number,
    refIdxCol: number,
    flavour: number,
  ): number {
    const table = column.slice[colMb] * REFS_PER_SLICE + 32 * list;
    const fieldOfMbaff = this.#colField === 1 && column.structure === "mbaff";
    let code = column.refCode[table + (fieldOfMbaff ? refIdxCol >> 1 : refIdxCol)];
    if (code < 0) {
      return 0;
    }
    if (fieldOfMbaff) {
      const parity = Math.trunc(colMb / s.mbWidth) & 1 ? BOTTOM : TOP;
      code = (code & ~3) | (refIdxCol & 1 ? FRAME - parity : parity);
    }
    if (s.fieldMb === 0) {
      code |= FRAME;
    } else if (this.#colField === 0) {
      const bottom = s.fieldPicture === 1 ? s.bottomField : s.mbY & 1;
      code = (code & ~3) | (bottom === 1 ? BOTTOM : TOP);
    }
    return this.#refIdx0[flavour][code];
  }
}

function quadrantOrigin(q: number): number {
  return CACHE_ORIGIN + 2 * (q & 1) + 16 * (q >> 1);
}

function clip8(value: number): number {
  return value < -128 ? -128 : value > 127 ? 127 : value;
}

/** DistScaleFactor, (8-197) to (8-202); NEVER where the vector is copied unscaled. */
function distScaleFactor(poc: number, poc1: number, poc0: number): number {
  const td = clip8(poc1 - poc0);
  if (td === 0) {
    return NEVER;
  }
  const tb = clip8(poc - poc0);
  const tx = Math.trunc((16384 + Math.abs(Math.trunc(td / 2))) / td);
  const factor = (tb * tx + 32) >> 6;
  return factor < -1024 ? -1024 : factor > 1023 ? 1023 : factor;
}
