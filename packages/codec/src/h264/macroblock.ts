/** macroblock_layer(), mb_pred() and sub_mb_pred(), clauses 7.3.5, 7.3.5.1 and 7.3.5.2. */
import { MbKind, MbPartition } from "../signal.ts";
import { CBP_INTER, CBP_INTER_MONOCHROME, CBP_INTRA, CBP_INTRA_MONOCHROME } from "./cavlc.ts";
import type { DirectPredictor } from "./direct.ts";
import {
  fillCacheMv,
  fillCacheRef,
  fillMv,
  loadCache,
  loadMvdCache,
  loadNeighbours16,
  pack,
  predict8x16,
  predict16,
  predict16x8,
  predictBlock,
  predictSkip,
  refWord,
  storeMotion,
  storeMvd,
} from "./motion.ts";
import { readResidual } from "./residual.ts";
import type { SliceContext } from "./slice-context.ts";
import { CACHE_ORIGIN, CACHE_SIZE, NOT_AVAILABLE, NZ_ALL } from "./slice-context.ts";
import {
  isInvalidMvd,
  readChromaMode,
  readCodedBlockPattern,
  readMbType,
  readMvd,
  readQpDelta,
  readRefIdx,
  readSubTypeB,
  readSubTypeP,
  readTransform8x8,
} from "./syntax-cabac.ts";

/** List use (bit 0: list 0, bit 1: list 1) of the two partitions of B mb_type 4..21, two per entry. */
const B_PARTITION_LISTS: Uint8Array = new Uint8Array([
  1, 1, 2, 2, 1, 2, 2, 1, 1, 3, 2, 3, 3, 1, 3, 2, 3, 3,
]);

/** B sub_mb_type (Table 7-18) as list use | shape << 2; shape 0 8x8, 1 8x4, 2 4x8, 3 4x4. 0 is direct. */
const B_SUB_TYPES: Uint8Array = new Uint8Array([
  0,
  1,
  2,
  3,
  1 | 4,
  1 | 8,
  2 | 4,
  2 | 8,
  3 | 4,
  3 | 8,
  1 | 12,
  2 | 12,
  3 | 12,
]);

const QUADRANT_ORIGIN: Uint8Array = new Uint8Array([
  CACHE_ORIGIN,
  CACHE_ORIGIN + 2,
  CACHE_ORIGIN + 16,
  CACHE_ORIGIN + 18,
]);

/** Records the current macroblock as P_Skip or B_Skip. */
export function skipMacroblock(s: SliceContext, direct: DirectPredictor): void {
  const mb = s.mb;
  if (s.kind[mb] !== MbKind.Missing) {
    s.wipeMacroblock();
  }
  if (s.isB) {
    s.partition[mb] = direct.predictWhole(s);
  } else {
    noteReference(s, 0, 0);
    const mv = predictSkip(s);
    if (mv !== 0) {
      fillMv(s.mv0, mb, mv);
    }
    s.refWords0[mb] = 0;
    s.partition[mb] = MbPartition.P16x16;
  }
  s.kind[mb] = MbKind.Skip;
  s.field[mb] = s.fieldMb;
  s.qpOut[mb] = s.qp;
  s.sliceOf[mb] = s.sliceNumber;
  s.lastQpDelta = 0;
}

/** Reads one macroblock_layer(); sets `failed` when it cannot be right. */
export function readMacroblock(s: SliceContext, direct: DirectPredictor): void {
  const mb = s.mb;
  if (s.kind[mb] !== MbKind.Missing) {
    s.wipeMacroblock();
  }
  s.locateLeftRows();
  s.field[mb] = s.fieldMb;
  const type = s.useCabac ? readMbType(s) : s.bits.ue();
  const firstIntra = s.isB ? 23 : s.numRef0 > 0 ? 5 : 0;
  if (type >= firstIntra) {
    readIntra(s, type - firstIntra);
  } else {
    readInter(s, type, direct);
  }
  s.qpOut[mb] = s.kind[mb] === MbKind.IntraPcm ? 0 : s.qp;
  s.sliceOf[mb] = s.sliceNumber;
}

function readIntra(s: SliceContext, type: number): void {
  const mb = s.mb;
  if (type > 25) {
    s.failed = true;
    return;
  }
  if (type === 25) {
    readPcm(s);
    return;
  }
  let transform8x8 = 0;
  let cbp: number;
  if (type === 0) {
    if (s.transform8x8Mode) {
      transform8x8 = s.useCabac ? readTransform8x8(s) : s.bits.u(1);
    }
    s.kind[mb] = transform8x8 === 1 ? MbKind.Intra8x8 : MbKind.Intra4x4;
    skipIntraModes(s, transform8x8 === 1 ? 4 : 16);
    readIntraChroma(s);
    cbp = s.useCabac ? readCodedBlockPattern(s) : readMappedCbp(s, true);
  } else {
    s.kind[mb] = MbKind.Intra16x16;
    readIntraChroma(s);
    cbp = (type >= 13 ? 15 : 0) | (((((type - 1) >> 2) % 3) | 0) << 4);
  }
  s.transform8x8[mb] = transform8x8;
  finishResidual(s, cbp, true, type !== 0, transform8x8);
}

/** prev_intra4x4_pred_mode_flag and its kin: parsed, not kept. */
function skipIntraModes(s: SliceContext, count: number): void {
  if (s.useCabac) {
    const cabac = s.cabac;
    for (let i = 0; i < count; i++) {
      if (cabac.decision(68) === 0) {
        cabac.decision(69);
        cabac.decision(69);
        cabac.decision(69);
      }
    }
    return;
  }
  const bits = s.bits;
  for (let i = 0; i < count; i++) {
    if (bits.u(1) === 0) {
      bits.skip(3);
    }
  }
}

function readIntraChroma(s: SliceContext): void {
  if (!s.chroma) {
    return;
  }
  const mode = s.useCabac ? readChromaMode(s) : s.bits.ue();
  if (mode > 3) {
    s.failed = true;
  }
  s.chromaMode[s.mb] = mode;
}

/** I_PCM: samples are skipped; the arithmetic decoder starts anew behind them. */
function readPcm(s: SliceContext): void {
  const mb = s.mb;
  s.kind[mb] = MbKind.IntraPcm;
  const start = s.useCabac ? s.cabac.position : s.bits.position;
  const samples = 256 * s.sps.bitDepthLuma + (s.chroma ? 128 * s.sps.bitDepthChroma : 0);
  const end = ((start + 7) & ~7) + samples;
  if (s.useCabac) {
    if (end > 8 * s.cabac.end) {
      s.failed = true;
      return;
    }
    s.cabac.restart(end >> 3);
    s.nz[mb] = NZ_ALL;
  } else {
    s.bits.position = end;
    s.totalCoeff.fill(16, 24 * mb, 24 * mb + 24);
  }
  s.cbp[mb] = s.chroma ? 0x2f : 0x0f;
  s.lastQpDelta = 0;
}

function readMappedCbp(s: SliceContext, intra: boolean): number {
  const code = s.bits.ue();
  const table = s.chroma
    ? intra
      ? CBP_INTRA
      : CBP_INTER
    : intra
      ? CBP_INTRA_MONOCHROME
      : CBP_INTER_MONOCHROME;
  if (code >= table.length) {
    s.failed = true;
    return 0;
  }
  return table[code];
}

/** mb_qp_delta and residual(). */
function finishResidual(
  s: SliceContext,
  cbp: number,
  intra: boolean,
  intra16x16: boolean,
  transform8x8: number,
): void {
  const mb = s.mb;
  s.cbp[mb] = cbp;
  if (cbp === 0 && !intra16x16) {
    s.lastQpDelta = 0;
    return;
  }
  const delta = s.useCabac ? readQpDelta(s) : s.bits.se();
  // (7-37): QP_Y wraps within -QpBdOffset .. 51
  const offset = s.qpBdOffset;
  const half = offset >> 1;
  if (delta < -26 - half || delta > 25 + half) {
    s.failed = true;
    return;
  }
  s.lastQpDelta = delta;
  let qp = s.qp + delta;
  if (qp > 51) {
    qp -= 52 + offset;
  } else if (qp < -offset) {
    qp += 52 + offset;
  }
  s.qp = qp;
  s.residual[mb] = readResidual(s, cbp, intra, intra16x16, transform8x8);
}

function readInter(s: SliceContext, type: number, direct: DirectPredictor): void {
  const mb = s.mb;
  let smallSubBlocks = false;
  if (s.isB && type === 0) {
    s.kind[mb] = MbKind.Direct;
    s.partition[mb] = direct.predictWhole(s);
    smallSubBlocks = !s.direct8x8Inference;
  } else {
    s.kind[mb] = MbKind.Inter;
    if (s.isB ? type <= 3 : type === 0) {
      s.partition[mb] = MbPartition.P16x16;
      read16x16(s, s.isB ? type : 1);
    } else if (s.isB ? type === 22 : type >= 3) {
      s.partition[mb] = MbPartition.P8x8;
      smallSubBlocks = read8x8(s, !s.isB && type === 4, direct);
    } else {
      // P: 1 is 16x8, 2 is 8x16; B: even types 16x8, odd 8x16
      const wide = s.isB ? (type & 1) === 0 : type === 1;
      const lists = s.isB ? (type - 4) & ~1 : 0;
      s.partition[mb] = wide ? MbPartition.P16x8 : MbPartition.P8x16;
      readHalves(s, wide, B_PARTITION_LISTS[lists], B_PARTITION_LISTS[lists + 1]);
    }
  }
  if (s.failed) {
    return;
  }
  const cbp = s.useCabac ? readCodedBlockPattern(s) : readMappedCbp(s, false);
  let transform8x8 = 0;
  if ((cbp & 15) !== 0 && s.transform8x8Mode && !smallSubBlocks) {
    transform8x8 = s.useCabac ? readTransform8x8(s) : s.bits.u(1);
  }
  s.transform8x8[mb] = transform8x8;
  finishResidual(s, cbp, false, false, transform8x8);
}

/** References usable by the current macroblock: fields of MBAFF frames count twice. */
function refCount(s: SliceContext, list: number): number {
  const count = list === 0 ? s.numRef0 : s.numRef1;
  return s.mbaff && s.fieldMb === 1 ? 2 * count : count;
}

/** Remembers the use of a reference that is not there. */
function noteReference(s: SliceContext, list: number, ref: number): void {
  const index = s.mbaff && s.fieldMb === 1 ? ref >> 1 : ref;
  if ((((list === 0 ? s.usable0 : s.usable1) >> index) & 1) === 0) {
    s.missingReference = true;
  }
}

/** ref_idx of a partition; 0 without a bit where there is no choice. */
function readReference(s: SliceContext, list: number, quadrant: number, flags: number): number {
  const count = refCount(s, list);
  if (count <= 1) {
    noteReference(s, list, 0);
    return 0;
  }
  let ref: number;
  if (s.useCabac) {
    ref = readRefIdx(s, list, quadrant, flags);
  } else {
    ref = count === 2 ? 1 - s.bits.u(1) : s.bits.ue();
  }
  if (ref < 0 || ref >= count) {
    s.failed = true;
    return 0;
  }
  noteReference(s, list, ref);
  return ref;
}

/** Reference flags of one quadrant as kept in SliceContext.refFlags. */
function flagsOf(list: number, quadrant: number, ref: number): number {
  const bit = 1 << (4 * list + quadrant);
  return ref > 1 ? bit | (bit << 8) : ref > 0 ? bit : 0;
}

/** mvd on top of a prediction; `a` and `b` are the neighbours' |mvd| (CABAC). */
function readVector(s: SliceContext, predicted: number, a: number, b: number): number {
  let x: number;
  let y: number;
  if (s.useCabac) {
    x = readMvd(s, 40, (a & 0xff) + (b & 0xff));
    y = readMvd(s, 47, (a >> 8) + (b >> 8));
    if (isInvalidMvd(x) || isInvalidMvd(y)) {
      s.failed = true;
      return 0;
    }
    const absX = x < 0 ? -x : x;
    const absY = y < 0 ? -y : y;
    s.lastMvd = (absX > 127 ? 127 : absX) | ((absY > 127 ? 127 : absY) << 8);
  } else {
    x = s.bits.se();
    y = s.bits.se();
  }
  return pack(((predicted << 16) >> 16) + x, (predicted >> 16) + y);
}

function read16x16(s: SliceContext, lists: number): void {
  const mb = s.mb;
  let flags = 0;
  let ref0 = -1;
  let ref1 = -1;
  if (lists & 1) {
    ref0 = readReference(s, 0, 0, 0);
    flags |= ref0 > 1 ? 0x0f0f : ref0 > 0 ? 0x00f : 0;
  }
  if (lists & 2) {
    ref1 = readReference(s, 1, 0, 0);
    flags |= ref1 > 1 ? 0xf0f0 : ref1 > 0 ? 0x0f0 : 0;
  }
  s.refFlags[mb] = flags;
  if (lists & 1) {
    s.refWords0[mb] = refWord(ref0);
    fillMv(s.mv0, mb, read16x16Vector(s, 0, ref0));
  }
  if (lists & 2) {
    s.refWords1[mb] = refWord(ref1);
    fillMv(s.mv1, mb, read16x16Vector(s, 1, ref1));
  }
}

function read16x16Vector(s: SliceContext, list: number, ref: number): number {
  loadNeighbours16(s, list);
  const predicted = predict16(s, ref);
  if (!s.useCabac) {
    return readVector(s, predicted, 0, 0);
  }
  const mvd = list === 0 ? s.mvd0 : s.mvd1;
  let a = 0;
  let b = 0;
  if (s.mbaff) {
    loadMvdCache(s, list);
    const origin = CACHE_SIZE * list + CACHE_ORIGIN;
    a = s.mvdCache[origin - 1];
    b = s.mvdCache[origin - 8];
  } else {
    a = s.mbA >= 0 ? mvd[16 * s.mbA + 3] : 0;
    b = s.mbB >= 0 ? mvd[16 * s.mbB + 12] : 0;
  }
  const mv = readVector(s, predicted, a, b);
  const word = s.lastMvd;
  if (word !== 0) {
    const base = 16 * s.mb;
    mvd[base + 3] = word;
    mvd[base + 7] = word;
    mvd[base + 11] = word;
    mvd[base + 12] = word;
    mvd[base + 13] = word;
    mvd[base + 14] = word;
    mvd[base + 15] = word;
  }
  return mv;
}

function fillMvd(s: SliceContext, at: number, width: number, height: number, mvd: number): void {
  const cache = s.mvdCache;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      cache[at + 8 * y + x] = mvd;
    }
  }
}

/** Reads the vector of a block in the cache and spreads it over the block. */
function readCachedVector(
  s: SliceContext,
  at: number,
  width: number,
  height: number,
  predicted: number,
): void {
  const cache = s.mvdCache;
  const mv = readVector(s, predicted, cache[at - 1], cache[at - 8]);
  fillCacheMv(s, at, width, height, mv);
  if (s.useCabac) {
    fillMvd(s, at, width, height, s.lastMvd);
  }
}

/** 16x8 and 8x16 macroblocks. */
function readHalves(s: SliceContext, wide: boolean, first: number, second: number): void {
  const mb = s.mb;
  const lists = s.isB ? 2 : 1;
  const width = wide ? 4 : 2;
  const height = wide ? 2 : 4;
  const secondQuadrant = wide ? 2 : 1;
  let flags = 0;
  for (let list = 0; list < lists; list++) {
    loadCache(s, list);
    const origin = CACHE_SIZE * list + CACHE_ORIGIN;
    for (let half = 0; half < 2; half++) {
      const used = half === 0 ? first : second;
      const at = half === 0 ? origin : origin + (wide ? 16 : 2);
      const quadrant = half === 0 ? 0 : secondQuadrant;
      let ref = -1;
      if ((used >> list) & 1) {
        ref = readReference(s, list, quadrant, flags);
        flags |= flagsOf(list, quadrant, ref) | flagsOf(list, quadrant + (wide ? 1 : 2), ref);
      }
      fillCacheRef(s, at, width, height, ref);
      if (ref < 0) {
        fillCacheMv(s, at, width, height, 0);
      }
    }
  }
  s.refFlags[mb] = flags;
  for (let list = 0; list < lists; list++) {
    const origin = CACHE_SIZE * list + CACHE_ORIGIN;
    if (s.useCabac) {
      loadMvdCache(s, list);
    }
    for (let half = 0; half < 2; half++) {
      const used = half === 0 ? first : second;
      const at = half === 0 ? origin : origin + (wide ? 16 : 2);
      if (((used >> list) & 1) === 0) {
        if (s.useCabac) {
          fillMvd(s, at, width, height, 0);
        }
        continue;
      }
      const ref = s.refCache[at];
      const predicted = wide
        ? predict16x8(s, at, half === 1, ref)
        : predict8x16(s, at, half === 1, ref);
      readCachedVector(s, at, width, height, predicted);
    }
    storeMotion(s, list);
    if (s.useCabac) {
      storeMvd(s, list);
    }
  }
}

/**
 * P_8x8 and B_8x8 macroblocks.
 *
 * @returns whether some quadrant is split below 8x8, which rules out the 8x8 transform
 */
function read8x8(s: SliceContext, ref0Only: boolean, direct: DirectPredictor): boolean {
  const mb = s.mb;
  const lists = s.isB ? 2 : 1;
  const subTypes = s.subTypes;
  let directQuadrants = 0;
  let small = false;
  for (let q = 0; q < 4; q++) {
    let type: number;
    if (s.isB) {
      const coded = s.useCabac ? readSubTypeB(s) : s.bits.ue();
      if (coded > 12) {
        s.failed = true;
        return small;
      }
      type = B_SUB_TYPES[coded];
      if (type === 0) {
        directQuadrants |= 1 << q;
      }
    } else {
      const coded = s.useCabac ? readSubTypeP(s) : s.bits.ue();
      if (coded > 3) {
        s.failed = true;
        return small;
      }
      type = 1 | (coded << 2);
    }
    subTypes[q] = type;
    small ||= type === 0 ? !s.direct8x8Inference : type >> 2 !== 0;
  }
  for (let list = 0; list < lists; list++) {
    loadCache(s, list);
  }
  if (directQuadrants !== 0) {
    direct.predictQuadrants(s, directQuadrants);
  }
  let flags = 0;
  for (let list = 0; list < lists; list++) {
    for (let q = 0; q < 4; q++) {
      const type = subTypes[q];
      if (type === 0) {
        continue;
      }
      let ref = -1;
      if ((type >> list) & 1) {
        ref = ref0Only ? 0 : readReference(s, list, q, flags);
        flags |= flagsOf(list, q, ref);
      }
      const at = CACHE_SIZE * list + QUADRANT_ORIGIN[q];
      fillCacheRef(s, at, 2, 2, ref);
      if (ref < 0) {
        fillCacheMv(s, at, 2, 2, 0);
      }
    }
    // Quadrants 1 and 3 stay out of reach as C until their turn.
    s.refCache[CACHE_SIZE * list + CACHE_ORIGIN + 2] = NOT_AVAILABLE;
    s.refCache[CACHE_SIZE * list + CACHE_ORIGIN + 18] = NOT_AVAILABLE;
  }
  s.refFlags[mb] = flags;
  for (let list = 0; list < lists; list++) {
    if (s.useCabac) {
      loadMvdCache(s, list);
    }
    for (let q = 0; q < 4; q++) {
      const at = CACHE_SIZE * list + QUADRANT_ORIGIN[q];
      const ref = s.refCache[at + 1];
      s.refCache[at] = ref;
      const type = subTypes[q];
      if (((type >> list) & 1) === 0) {
        if (s.useCabac) {
          fillMvd(s, at, 2, 2, 0);
        }
        continue;
      }
      readSubBlocks(s, at, ref, type >> 2);
    }
    storeMotion(s, list);
    if (s.useCabac) {
      storeMvd(s, list);
    }
  }
  return small;
}

/** Vectors of one quadrant; shape 0 8x8, 1 8x4, 2 4x8, 3 4x4. */
function readSubBlocks(s: SliceContext, at: number, ref: number, shape: number): void {
  const width = shape >= 2 ? 1 : 2;
  const height = shape & 1 ? 1 : 2;
  for (let y = 0; y < 2; y += height) {
    for (let x = 0; x < 2; x += width) {
      const block = at + 8 * y + x;
      readCachedVector(s, block, width, height, predictBlock(s, block, width, ref));
    }
  }
}
