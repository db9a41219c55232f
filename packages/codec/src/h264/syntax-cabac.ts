/** Macroblock syntax elements in CABAC: binarisation and context choice, clauses 9.3.2 and 9.3.3.1. */
import { MbKind } from "../signal.ts";
import type { SliceContext } from "./slice-context.ts";

/** What a reader returns for bins that no encoder writes. */
export const INVALID = -1000;

/** mb_skip_flag; the macroblock must have been located. */
export function readSkipFlag(s: SliceContext): boolean {
  const { mbA, mbB, kind } = s;
  let ctx = s.isB ? 24 : 11;
  if (mbA >= 0 && kind[mbA] !== MbKind.Skip) {
    ctx++;
  }
  if (mbB >= 0 && kind[mbB] !== MbKind.Skip) {
    ctx++;
  }
  return s.cabac.decision(ctx) === 1;
}

/** mb_field_decoding_flag of the pair at (mbX, pair row of mbY). */
export function readFieldFlag(s: SliceContext): number {
  const pair = (s.mbY & ~1) * s.mbWidth + s.mbX;
  let ctx = 70;
  if (s.mbX > 0 && s.sliceOf[pair - 1] === s.sliceNumber && s.field[pair - 1] === 1) {
    ctx++;
  }
  const above = pair - 2 * s.mbWidth;
  if (above >= 0 && s.sliceOf[above] === s.sliceNumber && s.field[above] === 1) {
    ctx++;
  }
  return s.cabac.decision(ctx);
}

function isNxN(kind: number): boolean {
  return kind === MbKind.Intra4x4 || kind === MbKind.Intra8x8;
}

/** Intra mb_type as in Table 7-11; `base` is the context of its first bin, 3 in I slices. */
function readIntraType(s: SliceContext, base: number): number {
  const cabac = s.cabac;
  let ctx = base;
  let step = 0;
  if (base === 3) {
    if (s.mbA >= 0 && !isNxN(s.kind[s.mbA])) {
      ctx++;
    }
    if (s.mbB >= 0 && !isNxN(s.kind[s.mbB])) {
      ctx++;
    }
    if (cabac.decision(ctx) === 0) {
      return 0;
    }
    ctx = base + 2;
    step = 1;
  } else if (cabac.decision(base) === 0) {
    return 0;
  }
  if (cabac.terminate()) {
    return 25;
  }
  let type = 1 + 12 * cabac.decision(ctx + 1);
  if (cabac.decision(ctx + 2) === 1) {
    type += 4 + 4 * cabac.decision(ctx + 2 + step);
  }
  type += 2 * cabac.decision(ctx + 3 + step);
  type += cabac.decision(ctx + 3 + 2 * step);
  return type;
}

/** mb_type, numbered as in Tables 7-11, 7-13 and 7-14 for the slice's type. */
export function readMbType(s: SliceContext): number {
  const cabac = s.cabac;
  if (s.isB) {
    let ctx = 27;
    const { mbA, mbB, kind } = s;
    if (mbA >= 0 && kind[mbA] !== MbKind.Skip && kind[mbA] !== MbKind.Direct) {
      ctx++;
    }
    if (mbB >= 0 && kind[mbB] !== MbKind.Skip && kind[mbB] !== MbKind.Direct) {
      ctx++;
    }
    if (cabac.decision(ctx) === 0) {
      return 0;
    }
    if (cabac.decision(30) === 0) {
      return 1 + cabac.decision(32);
    }
    let bins = cabac.decision(31) << 3;
    bins |= cabac.decision(32) << 2;
    bins |= cabac.decision(32) << 1;
    bins |= cabac.decision(32);
    if (bins < 8) {
      return bins + 3;
    }
    if (bins === 13) {
      return 23 + readIntraType(s, 32);
    }
    if (bins === 14) {
      return 11;
    }
    if (bins === 15) {
      return 22;
    }
    return ((bins << 1) | cabac.decision(32)) - 4;
  }
  if (s.numRef0 > 0) {
    if (cabac.decision(14) === 1) {
      return 5 + readIntraType(s, 17);
    }
    if (cabac.decision(15) === 0) {
      return 3 * cabac.decision(16);
    }
    return 2 - cabac.decision(17);
  }
  return readIntraType(s, 3);
}

/** sub_mb_type in P slices, Table 7-17. */
export function readSubTypeP(s: SliceContext): number {
  const cabac = s.cabac;
  if (cabac.decision(21) === 1) {
    return 0;
  }
  if (cabac.decision(22) === 0) {
    return 1;
  }
  return cabac.decision(23) === 1 ? 2 : 3;
}

/** sub_mb_type in B slices, Table 7-18. */
export function readSubTypeB(s: SliceContext): number {
  const cabac = s.cabac;
  if (cabac.decision(36) === 0) {
    return 0;
  }
  if (cabac.decision(37) === 0) {
    return 1 + cabac.decision(39);
  }
  let type = 3;
  if (cabac.decision(38) === 1) {
    if (cabac.decision(39) === 1) {
      return 11 + cabac.decision(39);
    }
    type += 4;
  }
  type += 2 * cabac.decision(39);
  return type + cabac.decision(39);
}

/**
 * ref_idx_l0 or ref_idx_l1 of the partition starting in `quadrant`.
 *
 * @param flags reference flags of the current macroblock so far, laid out as SliceContext.refFlags
 */
export function readRefIdx(s: SliceContext, list: number, quadrant: number, flags: number): number {
  const shift = 4 * list;
  let ctx = 54;
  // A
  if ((quadrant & 1) === 1) {
    ctx += (flags >> (shift + quadrant - 1)) & 1;
  } else {
    const row = quadrant; // quadrants 0 and 2 start in block rows 0 and 2
    const mb = s.leftMb[row];
    if (mb >= 0) {
      // refIdxZeroFlag: a field neighbour of a frame macroblock counts from index 2
      const above1 = s.mbaff && s.fieldMb === 0 && s.field[mb] === 1 ? 8 : 0;
      ctx += (s.refFlags[mb] >> (shift + above1 + 1 + (s.leftRow[row] & 2))) & 1;
    }
  }
  // B
  if (quadrant >= 2) {
    ctx += 2 * ((flags >> (shift + quadrant - 2)) & 1);
  } else if (s.mbB >= 0) {
    const above1 = s.mbaff && s.fieldMb === 0 && s.field[s.mbB] === 1 ? 8 : 0;
    ctx += 2 * ((s.refFlags[s.mbB] >> (shift + above1 + 2 + quadrant)) & 1);
  }
  const cabac = s.cabac;
  let ref = 0;
  while (cabac.decision(ctx) === 1) {
    ref++;
    ctx = ref === 1 ? 58 : 59;
    if (ref > 31) {
      return INVALID;
    }
  }
  return ref;
}

/**
 * One component of mvd_l0 or mvd_l1.
 *
 * @param base 40 for the horizontal, 47 for the vertical component
 * @param sum sum of the neighbours' absolute differences
 */
export function readMvd(s: SliceContext, base: number, sum: number): number {
  const cabac = s.cabac;
  if (cabac.decision(base + (sum < 3 ? 0 : sum > 32 ? 2 : 1)) === 0) {
    return 0;
  }
  let value = 1;
  let ctx = base + 3;
  while (value < 9 && cabac.decision(ctx) === 1) {
    value++;
    if (ctx < base + 6) {
      ctx++;
    }
  }
  if (value >= 9) {
    let k = 3;
    while (cabac.bypass() === 1) {
      value += 1 << k;
      k++;
      if (k > 20) {
        return INVALID * 1000;
      }
    }
    while (k-- > 0) {
      value += cabac.bypass() << k;
    }
  }
  return cabac.bypass() === 1 ? -value : value;
}

/** Whether {@link readMvd} gave up. */
export function isInvalidMvd(value: number): boolean {
  return value === INVALID * 1000;
}

/** mb_qp_delta. */
export function readQpDelta(s: SliceContext): number {
  const cabac = s.cabac;
  let ctx = s.lastQpDelta !== 0 ? 61 : 60;
  let value = 0;
  while (cabac.decision(ctx) === 1) {
    ctx = value === 0 ? 62 : 63;
    value++;
    if (value > 180) {
      return INVALID;
    }
  }
  // In integers: -(value >> 1) would make a floating-point -0 of 0.
  return value & 1 ? (value + 1) >> 1 : -(value >> 1) | 0;
}

/** intra_chroma_pred_mode. */
export function readChromaMode(s: SliceContext): number {
  let ctx = 64;
  if (s.mbA >= 0 && s.chromaMode[s.mbA] !== 0) {
    ctx++;
  }
  if (s.mbB >= 0 && s.chromaMode[s.mbB] !== 0) {
    ctx++;
  }
  const cabac = s.cabac;
  if (cabac.decision(ctx) === 0) {
    return 0;
  }
  if (cabac.decision(67) === 0) {
    return 1;
  }
  return 2 + cabac.decision(67);
}

/** transform_size_8x8_flag. */
export function readTransform8x8(s: SliceContext): number {
  let ctx = 399;
  if (s.mbA >= 0) {
    ctx += s.transform8x8[s.mbA];
  }
  if (s.mbB >= 0) {
    ctx += s.transform8x8[s.mbB];
  }
  return s.cabac.decision(ctx);
}

/** coded_block_pattern. */
export function readCodedBlockPattern(s: SliceContext): number {
  const { cabac, cbp, mbB } = s;
  const left0 = s.leftMb[0];
  const left2 = s.leftMb[2];
  // A bit that is 0 adds to the context; neighbours outside the slice count as coded.
  const a0 = left0 >= 0 ? (cbp[left0] >> ((s.leftRow[0] & 2) + 1)) & 1 : 1;
  const a2 = left2 >= 0 ? (cbp[left2] >> ((s.leftRow[2] & 2) + 1)) & 1 : 1;
  const above = mbB >= 0 ? cbp[mbB] : 0x0f;
  const b0 = cabac.decision(76 - a0 - 2 * ((above >> 2) & 1));
  const b1 = cabac.decision(76 - b0 - 2 * ((above >> 3) & 1));
  const b2 = cabac.decision(76 - a2 - 2 * b0);
  const b3 = cabac.decision(76 - b2 - 2 * b1);
  const luma = b0 | (b1 << 1) | (b2 << 2) | (b3 << 3);
  if (!s.chroma) {
    return luma;
  }
  const chromaA = left0 >= 0 ? cbp[left0] >> 4 : 0;
  const chromaB = mbB >= 0 ? cbp[mbB] >> 4 : 0;
  if (cabac.decision(77 + (chromaA !== 0 ? 1 : 0) + (chromaB !== 0 ? 2 : 0)) === 0) {
    return luma;
  }
  const ac = cabac.decision(81 + (chromaA === 2 ? 1 : 0) + (chromaB === 2 ? 2 : 0));
  return luma | ((1 + ac) << 4);
}
