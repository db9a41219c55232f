/** Residual data of a macroblock: which blocks are coded, and their energy. Clause 7.3.5.3. */
import { BlockCategory } from "./cabac.ts";
import { CHROMA_DC_NC, INVALID_BLOCK, residualBlock } from "./cavlc.ts";
import type { SliceContext } from "./slice-context.ts";
import { NZ_CHROMA_DC, NZ_LUMA_DC } from "./slice-context.ts";

/** Raster block number of each block in coding order (luma4x4BlkIdx). */
const RASTER: Uint8Array = new Uint8Array([0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15]);

/** First coded_block_flag context by ctxBlockCat. */
const CBF_BASE: Uint8Array = new Uint8Array([85, 89, 93, 97, 101]);

/**
 * Reads the residual of the current macroblock.
 *
 * @param intra the macroblock is intra: blocks outside the slice count as coded
 * @param intra16x16 luma DC comes first
 * @param transform8x8 1 if luma uses the 8x8 transform
 * @returns sum of |level|; `failed` is set on impossible codes
 */
export function readResidual(
  s: SliceContext,
  cbp: number,
  intra: boolean,
  intra16x16: boolean,
  transform8x8: number,
): number {
  return s.useCabac
    ? readCabac(s, cbp, intra, intra16x16, transform8x8)
    : readCavlc(s, cbp, intra16x16);
}

function cabacBlock(s: SliceContext, category: number): number {
  const sum = s.cabac.residualBlock(category, s.fieldMb);
  if (sum < 0) {
    s.failed = true;
    return 0;
  }
  return sum;
}

function readCabac(
  s: SliceContext,
  cbp: number,
  intra: boolean,
  intra16x16: boolean,
  transform8x8: number,
): number {
  const { cabac, nz, mbB, leftMb, leftRow } = s;
  const outside = intra ? 1 : 0;
  const nzB = mbB >= 0 ? nz[mbB] : intra ? -1 : 0;
  const nzA = leftMb[0] >= 0 ? nz[leftMb[0]] : intra ? -1 : 0;
  let own = 0;
  let sum = 0;
  if (intra16x16) {
    const ctx = CBF_BASE[0] + ((nzA >> NZ_LUMA_DC) & 1) + 2 * ((nzB >> NZ_LUMA_DC) & 1);
    if (cabac.decision(ctx) === 1) {
      own |= 1 << NZ_LUMA_DC;
      sum += cabacBlock(s, BlockCategory.LumaDc);
    }
  }
  if ((cbp & 15) !== 0) {
    if (transform8x8 === 1) {
      for (let quadrant = 0; quadrant < 4; quadrant++) {
        if ((cbp >> quadrant) & 1) {
          sum += cabacBlock(s, BlockCategory.Luma8x8);
          own |= 0x33 << (2 * (quadrant & 1) + 8 * (quadrant >> 1));
        }
      }
    } else {
      const category = intra16x16 ? BlockCategory.LumaAc : BlockCategory.Luma4x4;
      const base = CBF_BASE[category];
      // Left neighbours' flags, one bit per row
      let left = 0;
      for (let y = 0; y < 4; y++) {
        const mb = leftMb[y];
        left |= (mb >= 0 ? (nz[mb] >> (4 * leftRow[y] + 3)) & 1 : outside) << y;
      }
      const above = (nzB >> 12) & 15;
      for (let i = 0; i < 16; i++) {
        if (((cbp >> (i >> 2)) & 1) === 0) {
          i += 3;
          continue;
        }
        const block = RASTER[i];
        const a = (block & 3) === 0 ? (left >> (block >> 2)) & 1 : (own >> (block - 1)) & 1;
        const b = block < 4 ? (above >> block) & 1 : (own >> (block - 4)) & 1;
        if (cabac.decision(base + a + 2 * b) === 1) {
          own |= 1 << block;
          sum += cabacBlock(s, category);
        }
      }
    }
  }
  if (cbp >= 16) {
    for (let plane = 0; plane < 2; plane++) {
      const bit = NZ_CHROMA_DC + plane;
      const ctx = CBF_BASE[3] + ((nzA >> bit) & 1) + 2 * ((nzB >> bit) & 1);
      if (cabac.decision(ctx) === 1) {
        own |= 1 << bit;
        sum += cabacBlock(s, BlockCategory.ChromaDc);
      }
    }
  }
  if (cbp >= 32) {
    const { leftChromaMb, leftChromaRow } = s;
    for (let plane = 0; plane < 2; plane++) {
      const first = 16 + 4 * plane;
      for (let block = 0; block < 4; block++) {
        const y = block >> 1;
        let a: number;
        if ((block & 1) === 1) {
          a = (own >> (first + block - 1)) & 1;
        } else {
          const mb = leftChromaMb[y];
          a = mb >= 0 ? (nz[mb] >> (first + 2 * leftChromaRow[y] + 1)) & 1 : outside;
        }
        const b = y === 1 ? (own >> (first + block - 2)) & 1 : (nzB >> (first + 2 + block)) & 1;
        if (cabac.decision(CBF_BASE[4] + a + 2 * b) === 1) {
          own |= 1 << (first + block);
          sum += cabacBlock(s, BlockCategory.ChromaAc);
        }
      }
    }
  }
  nz[s.mb] = own;
  return sum;
}

/** nC, clause 9.2.1: the mean of the neighbours' TotalCoeff, -1 standing for a missing neighbour. */
function predictCount(a: number, b: number): number {
  if (a < 0) {
    return b < 0 ? 0 : b;
  }
  return b < 0 ? a : (a + b + 1) >> 1;
}

function lumaCount(s: SliceContext, block: number): number {
  const total = s.totalCoeff;
  const own = 24 * s.mb;
  let a: number;
  if ((block & 3) === 0) {
    const y = block >> 2;
    const mb = s.leftMb[y];
    a = mb >= 0 ? total[24 * mb + 4 * s.leftRow[y] + 3] : -1;
  } else {
    a = total[own + block - 1];
  }
  const b = block >= 4 ? total[own + block - 4] : s.mbB >= 0 ? total[24 * s.mbB + 12 + block] : -1;
  return predictCount(a, b);
}

function cavlcBlock(s: SliceContext, nC: number, most: number, entry: number): number {
  const block = residualBlock(s.bits, nC, most);
  if (block === INVALID_BLOCK) {
    s.failed = true;
    return 0;
  }
  if (entry >= 0) {
    s.totalCoeff[entry] = block & 31;
  }
  return block >> 5;
}

function readCavlc(s: SliceContext, cbp: number, intra16x16: boolean): number {
  const own = 24 * s.mb;
  let sum = 0;
  if (intra16x16) {
    sum += cavlcBlock(s, lumaCount(s, 0), 16, -1);
  }
  if ((cbp & 15) !== 0) {
    const most = intra16x16 ? 15 : 16;
    for (let i = 0; i < 16; i++) {
      if (((cbp >> (i >> 2)) & 1) === 0) {
        i += 3;
        continue;
      }
      const block = RASTER[i];
      sum += cavlcBlock(s, lumaCount(s, block), most, own + block);
      if (s.failed) {
        return sum;
      }
    }
  }
  if (cbp >= 16) {
    sum += cavlcBlock(s, CHROMA_DC_NC, 4, -1);
    sum += cavlcBlock(s, CHROMA_DC_NC, 4, -1);
  }
  if (cbp >= 32 && !s.failed) {
    const total = s.totalCoeff;
    for (let plane = 0; plane < 2; plane++) {
      const first = 16 + 4 * plane;
      for (let block = 0; block < 4; block++) {
        const y = block >> 1;
        let a: number;
        if ((block & 1) === 1) {
          a = total[own + first + block - 1];
        } else {
          const mb = s.leftChromaMb[y];
          a = mb >= 0 ? total[24 * mb + first + 2 * s.leftChromaRow[y] + 1] : -1;
        }
        let b: number;
        if (y === 1) {
          b = total[own + first + block - 2];
        } else {
          b = s.mbB >= 0 ? total[24 * s.mbB + first + 2 + block] : -1;
        }
        sum += cavlcBlock(s, predictCount(a, b), 15, own + first + block);
        if (s.failed) {
          return sum;
        }
      }
    }
  }
  return sum;
}
