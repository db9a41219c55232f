/**
 * Motion vector prediction, clause 8.4.1, on packed vectors: x in the low, y in the high 16 bits, so that a
 * vector is compared, copied and tested for zero as one word.
 */
import type { SliceContext } from "./slice-context.ts";
import { CACHE_ORIGIN, CACHE_SIZE, NOT_AVAILABLE } from "./slice-context.ts";

/** Packs a vector; components wrap to 16 bits. */
export function pack(x: number, y: number): number {
  return (x & 0xffff) | (y << 16);
}

function median(a: number, b: number, c: number): number {
  const low = a < b ? a : b;
  const high = a < b ? b : a;
  return c < low ? low : c > high ? high : c;
}

/** Median of three packed vectors, component by component. */
export function medianMv(a: number, b: number, c: number): number {
  return (
    (median((a << 16) >> 16, (b << 16) >> 16, (c << 16) >> 16) & 0xffff) |
    (median(a >> 16, b >> 16, c >> 16) << 16)
  );
}

/** A neighbour's vector as a field (8.4.1.3.1) sees a frame's: vertical part halved towards zero. */
function toField(mv: number): number {
  const y = mv >> 16;
  return (mv & 0xffff) | (((y + (y < 0 ? 1 : 0)) >> 1) << 16);
}

function toFrame(mv: number): number {
  return (mv & 0xffff) | ((mv >> 16) << 17);
}

/**
 * Loads neighbours A, B and C of the whole macroblock into `refA`..`mvC`, C replaced by D where it is not
 * available (8.4.1.3.2). References and vectors are in the units of the current macroblock.
 */
export function loadNeighbours16(s: SliceContext, list: number): void {
  const ref = list === 0 ? s.ref0 : s.ref1;
  const mv = list === 0 ? s.mv0 : s.mv1;
  let rowA = 0;
  const mbA = s.mbA;
  if (s.mbaff) {
    rowA = s.leftRow[0];
  }
  if (mbA >= 0) {
    s.refA = ref[4 * mbA + 1 + (rowA & 2)];
    s.mvA = mv[16 * mbA + 3 + 4 * rowA];
  } else {
    s.refA = NOT_AVAILABLE;
    s.mvA = 0;
  }
  const mbB = s.mbB;
  if (mbB >= 0) {
    s.refB = ref[4 * mbB + 2];
    s.mvB = mv[16 * mbB + 12];
  } else {
    s.refB = NOT_AVAILABLE;
    s.mvB = 0;
  }
  const mbC = s.mbC;
  const mbD = s.mbD;
  if (mbC >= 0) {
    s.refC = ref[4 * mbC + 2];
    s.mvC = mv[16 * mbC + 12];
  } else if (mbD >= 0) {
    s.refC = ref[4 * mbD + 1 + (s.rowD & 2)];
    s.mvC = mv[16 * mbD + 3 + 4 * s.rowD];
  } else {
    s.refC = NOT_AVAILABLE;
    s.mvC = 0;
  }
  if (s.mbaff) {
    const field = s.field;
    const cur = s.fieldMb;
    if (s.refA >= 0 && field[mbA] !== cur) {
      s.refA = cur === 1 ? s.refA << 1 : s.refA >> 1;
      s.mvA = cur === 1 ? toField(s.mvA) : toFrame(s.mvA);
    }
    if (s.refB >= 0 && field[mbB] !== cur) {
      s.refB = cur === 1 ? s.refB << 1 : s.refB >> 1;
      s.mvB = cur === 1 ? toField(s.mvB) : toFrame(s.mvB);
    }
    if (s.refC >= 0 && field[mbC >= 0 ? mbC : mbD] !== cur) {
      s.refC = cur === 1 ? s.refC << 1 : s.refC >> 1;
      s.mvC = cur === 1 ? toField(s.mvC) : toFrame(s.mvC);
    }
  }
}

/** Median prediction of a 16x16 partition from the loaded neighbours (8.4.1.3). */
export function predict16(s: SliceContext, ref: number): number {
  return predictFrom(s.refA, s.refB, s.refC, s.mvA, s.mvB, s.mvC, ref);
}

function predictFrom(
  refA: number,
  refB: number,
  refC: number,
  mvA: number,
  mvB: number,
  mvC: number,
  ref: number,
): number {
  const a = refA === ref;
  const b = refB === ref;
  const c = refC === ref;
  if (a) {
    return b || c ? medianMv(mvA, mvB, mvC) : mvA;
  }
  if (b) {
    return c ? medianMv(mvA, mvB, mvC) : mvB;
  }
  if (c) {
    return mvC;
  }
  return refB === NOT_AVAILABLE && refC === NOT_AVAILABLE && refA !== NOT_AVAILABLE
    ? mvA
    : medianMv(mvA, mvB, mvC);
}

/** Motion vector of P_Skip, clause 8.4.1.1. */
export function predictSkip(s: SliceContext): number {
  if (s.mbA < 0 || s.mbB < 0) {
    return 0;
  }
  loadNeighbours16(s, 0);
  if ((s.refA === 0 && s.mvA === 0) || (s.refB === 0 && s.mvB === 0)) {
    return 0;
  }
  return predict16(s, 0);
}

/** Sets all 16 vectors of a macroblock. */
export function fillMv(mv: Int32Array, mb: number, value: number): void {
  const base = 16 * mb;
  mv[base] = value;
  mv[base + 1] = value;
  mv[base + 2] = value;
  mv[base + 3] = value;
  mv[base + 4] = value;
  mv[base + 5] = value;
  mv[base + 6] = value;
  mv[base + 7] = value;
  mv[base + 8] = value;
  mv[base + 9] = value;
  mv[base + 10] = value;
  mv[base + 11] = value;
  mv[base + 12] = value;
  mv[base + 13] = value;
  mv[base + 14] = value;
  mv[base + 15] = value;
}

/** The four quadrants' reference index in one word. */
export function refWord(ref: number): number {
  // Not a plain product: that would leave the integers for ref = -1.
  return Math.imul(ref & 0xff, 0x01010101);
}

/** Loads the row above, the column to the left and the corners of one list into the motion cache. */
export function loadCache(s: SliceContext, list: number): void {
  const ref = list === 0 ? s.ref0 : s.ref1;
  const mv = list === 0 ? s.mv0 : s.mv1;
  const refCache = s.refCache;
  const mvCache = s.mvCache;
  const origin = CACHE_SIZE * list + CACHE_ORIGIN;
  const above = origin - 8;
  const mbB = s.mbB;
  if (mbB >= 0) {
    const left = ref[4 * mbB + 2];
    const right = ref[4 * mbB + 3];
    refCache[above] = left;
    refCache[above + 1] = left;
    refCache[above + 2] = right;
    refCache[above + 3] = right;
    const row = 16 * mbB + 12;
    mvCache[above] = mv[row];
    mvCache[above + 1] = mv[row + 1];
    mvCache[above + 2] = mv[row + 2];
    mvCache[above + 3] = mv[row + 3];
  } else {
    for (let x = 0; x < 4; x++) {
      refCache[above + x] = NOT_AVAILABLE;
      mvCache[above + x] = 0;
    }
  }
  const mbC = s.mbC;
  refCache[above + 4] = mbC >= 0 ? ref[4 * mbC + 2] : NOT_AVAILABLE;
  mvCache[above + 4] = mbC >= 0 ? mv[16 * mbC + 12] : 0;
  const mbD = s.mbD;
  refCache[above - 1] = mbD >= 0 ? ref[4 * mbD + 1 + (s.rowD & 2)] : NOT_AVAILABLE;
  mvCache[above - 1] = mbD >= 0 ? mv[16 * mbD + 3 + 4 * s.rowD] : 0;
  for (let y = 0; y < 4; y++) {
    const mbA = s.leftMb[y];
    const at = origin - 1 + 8 * y;
    if (mbA >= 0) {
      const row = s.leftRow[y];
      refCache[at] = ref[4 * mbA + 1 + (row & 2)];
      mvCache[at] = mv[16 * mbA + 3 + 4 * row];
    } else {
      refCache[at] = NOT_AVAILABLE;
      mvCache[at] = 0;
    }
    refCache[at + 5] = NOT_AVAILABLE; // right of the macroblock
  }
  // Quadrants 1 and 3 are not available as C until their own decoding begins.
  refCache[origin + 2] = NOT_AVAILABLE;
  refCache[origin + 18] = NOT_AVAILABLE;
  if (s.mbaff) {
    adaptCache(s, list, origin);
  }
}

/** MBAFF: brings the loaded neighbours to the current macroblock's units, and adds D of the left blocks. */
function adaptCache(s: SliceContext, list: number, origin: number): void {
  const cur = s.fieldMb;
  const field = s.field;
  const above = origin - 8;
  if (s.mbB >= 0 && field[s.mbB] !== cur) {
    for (let x = 0; x < 4; x++) {
      adaptEntry(s, above + x, cur);
    }
  }
  if (s.mbC >= 0 && field[s.mbC] !== cur) {
    adaptEntry(s, above + 4, cur);
  }
  if (s.mbD >= 0 && field[s.mbD] !== cur) {
    adaptEntry(s, above - 1, cur);
  }
  if (!s.leftMixed || s.leftMb[0] < 0) {
    return;
  }
  for (let y = 0; y < 4; y++) {
    adaptEntry(s, origin - 1 + 8 * y, cur);
  }
  // The block left above (-1, 4y - 1) is not the one left of (0, 4y - 4) when the pairs differ: it is kept
  // one column further left, in row y.
  const ref = list === 0 ? s.ref0 : s.ref1;
  const mv = list === 0 ? s.mv0 : s.mv1;
  const pair = (s.mbY & ~1) * s.mbWidth + s.mbX - 1;
  const bottom = s.mbY & 1;
  for (let y = 1; y < 4; y++) {
    let mb: number;
    let row: number;
    if (cur === 0) {
      // Lines 4y - 1 of a frame macroblock are odd: the bottom field.
      mb = pair + s.mbWidth;
      row = (4 * y - 1 + 16 * bottom) >> 3;
    } else {
      const line = 2 * (4 * y - 1) + bottom;
      mb = pair + (line >> 4) * s.mbWidth;
      row = (line & 15) >> 2;
    }
    const at = origin - 2 + 8 * y;
    s.refCache[at] = ref[4 * mb + 1 + (row & 2)];
    s.mvCache[at] = mv[16 * mb + 3 + 4 * row];
    adaptEntry(s, at, cur);
  }
}

function adaptEntry(s: SliceContext, at: number, cur: number): void {
  const ref = s.refCache[at];
  if (ref >= 0) {
    s.refCache[at] = cur === 1 ? ref << 1 : ref >> 1;
    s.mvCache[at] = cur === 1 ? toField(s.mvCache[at]) : toFrame(s.mvCache[at]);
  }
}

/** Cache position of C of a block `width` blocks wide, or of D where C is not available. */
function diagonal(s: SliceContext, at: number, width: number): number {
  const c = at - 8 + width;
  if (s.refCache[c] !== NOT_AVAILABLE) {
    return c;
  }
  const local = at >= CACHE_SIZE ? at - CACHE_SIZE : at;
  if (s.leftMixed && s.mbaff && (local & 7) === 4 && local > CACHE_ORIGIN && s.leftMb[0] >= 0) {
    return at - 2;
  }
  return at - 9;
}

/** Median prediction for the block at cache position `at`, 8.4.1.3. */
export function predictBlock(s: SliceContext, at: number, width: number, ref: number): number {
  const refCache = s.refCache;
  const mvCache = s.mvCache;
  const c = diagonal(s, at, width);
  return predictFrom(
    refCache[at - 1],
    refCache[at - 8],
    refCache[c],
    mvCache[at - 1],
    mvCache[at - 8],
    mvCache[c],
    ref,
  );
}

/** Directional prediction of 16x8 partitions: upper from B, lower from A. */
export function predict16x8(s: SliceContext, at: number, lower: boolean, ref: number): number {
  const neighbour = lower ? at - 1 : at - 8;
  return s.refCache[neighbour] === ref ? s.mvCache[neighbour] : predictBlock(s, at, 4, ref);
}

/** Directional prediction of 8x16 partitions: left from A, right from C. */
export function predict8x16(s: SliceContext, at: number, right: boolean, ref: number): number {
  const neighbour = right ? diagonal(s, at, 2) : at - 1;
  return s.refCache[neighbour] === ref ? s.mvCache[neighbour] : predictBlock(s, at, 2, ref);
}

/** Fills `width` x `height` blocks of the vector cache. */
export function fillCacheMv(
  s: SliceContext,
  at: number,
  width: number,
  height: number,
  mv: number,
): void {
  const mvCache = s.mvCache;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      mvCache[at + 8 * y + x] = mv;
    }
  }
}

/** Fills `width` x `height` blocks of the reference cache. */
export function fillCacheRef(
  s: SliceContext,
  at: number,
  width: number,
  height: number,
  ref: number,
): void {
  const refCache = s.refCache;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      refCache[at + 8 * y + x] = ref;
    }
  }
}

/** Writes the cached motion of one list to the picture. */
export function storeMotion(s: SliceContext, list: number): void {
  const mv = list === 0 ? s.mv0 : s.mv1;
  const ref = list === 0 ? s.ref0 : s.ref1;
  const origin = CACHE_SIZE * list + CACHE_ORIGIN;
  const mvCache = s.mvCache;
  const base = 16 * s.mb;
  for (let y = 0; y < 4; y++) {
    const from = origin + 8 * y;
    const to = base + 4 * y;
    mv[to] = mvCache[from];
    mv[to + 1] = mvCache[from + 1];
    mv[to + 2] = mvCache[from + 2];
    mv[to + 3] = mvCache[from + 3];
  }
  const refCache = s.refCache;
  const quadrants = 4 * s.mb;
  ref[quadrants] = refCache[origin + 1];
  ref[quadrants + 1] = refCache[origin + 3];
  ref[quadrants + 2] = refCache[origin + 17];
  ref[quadrants + 3] = refCache[origin + 19];
}

/** Loads |mvd| above and to the left of the macroblock (CABAC), scaled between fields and frames. */
export function loadMvdCache(s: SliceContext, list: number): void {
  const mvd = list === 0 ? s.mvd0 : s.mvd1;
  const cache = s.mvdCache;
  const origin = CACHE_SIZE * list + CACHE_ORIGIN;
  const mbB = s.mbB;
  for (let x = 0; x < 4; x++) {
    cache[origin - 8 + x] = mbB >= 0 ? mvd[16 * mbB + 12 + x] : 0;
  }
  for (let y = 0; y < 4; y++) {
    const mbA = s.leftMb[y];
    cache[origin - 1 + 8 * y] = mbA >= 0 ? mvd[16 * mbA + 3 + 4 * s.leftRow[y]] : 0;
  }
  if (!s.mbaff) {
    return;
  }
  const cur = s.fieldMb;
  if (mbB >= 0 && s.field[mbB] !== cur) {
    for (let x = 0; x < 4; x++) {
      cache[origin - 8 + x] = adaptMvd(cache[origin - 8 + x], cur);
    }
  }
  if (s.leftMixed) {
    for (let y = 0; y < 4; y++) {
      cache[origin - 1 + 8 * y] = adaptMvd(cache[origin - 1 + 8 * y], cur);
    }
  }
}

/** compIdx 1 of absMvdComp, 9.3.3.1.1.7: halved for field macroblocks, doubled for frame ones. */
function adaptMvd(mvd: number, cur: number): number {
  const y = mvd >> 8;
  return (mvd & 0xff) | ((cur === 1 ? y >> 1 : Math.min(127, y << 1)) << 8);
}

/** Writes |mvd| of the blocks that neighbours can see: the right column and the bottom row. */
export function storeMvd(s: SliceContext, list: number): void {
  const mvd = list === 0 ? s.mvd0 : s.mvd1;
  const cache = s.mvdCache;
  const origin = CACHE_SIZE * list + CACHE_ORIGIN;
  const base = 16 * s.mb;
  mvd[base + 3] = cache[origin + 3];
  mvd[base + 7] = cache[origin + 11];
  mvd[base + 11] = cache[origin + 19];
  mvd[base + 12] = cache[origin + 24];
  mvd[base + 13] = cache[origin + 25];
  mvd[base + 14] = cache[origin + 26];
  mvd[base + 15] = cache[origin + 27];
}
