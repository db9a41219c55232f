/**
 * Slice header, clause 7.3.3. One {@link SliceHeader} is reused for every slice: it owns fixed arrays and makes
 * no garbage.
 */
import type { BitReader } from "./bit-reader.ts";
import { NalType } from "./nal.ts";
import type { Pps, Sps } from "./parameter-sets.ts";

/** slice_type modulo 5, Table 7-6. */
export const SliceType = { P: 0, B: 1, I: 2, SP: 3, SI: 4 } as const;

/** Most commands a header may carry for one list, or for reference marking; more is damage. */
const MAX_COMMANDS = 66;

/** Fields named as in clause 7.4.3. */
export class SliceHeader {
  nalRefIdc = 0;
  idr = false;
  firstMb = 0;
  sliceType: number = SliceType.I;
  ppsId = 0;
  frameNum = 0;
  fieldPic = false;
  bottomField = false;
  idrPicId = 0;
  picOrderCntLsb = 0;
  deltaPicOrderCntBottom = 0;
  deltaPicOrderCnt0 = 0;
  deltaPicOrderCnt1 = 0;
  redundantPicCnt = 0;
  directSpatialMvPred = false;
  /** num_ref_idx_lX_active, 0 where the list is not used. */
  readonly numRefIdxActive: Int32Array = new Int32Array(2);
  /** Reference list modification per list: pairs of idc and value. */
  readonly modificationCount: Int32Array = new Int32Array(2);
  readonly modificationIdc: Int32Array = new Int32Array(2 * MAX_COMMANDS);
  readonly modificationValue: Int32Array = new Int32Array(2 * MAX_COMMANDS);
  /** Explicit weighted prediction is signalled. */
  weighted = false;
  noOutputOfPriorPics = false;
  longTermReference = false;
  adaptiveRefPicMarking = false;
  mmcoCount = 0;
  readonly mmco: Int32Array = new Int32Array(MAX_COMMANDS);
  readonly mmcoArg0: Int32Array = new Int32Array(MAX_COMMANDS);
  readonly mmcoArg1: Int32Array = new Int32Array(MAX_COMMANDS);
  cabacInitIdc = 0;
  sliceQp = 0;

  /** Copies what reference marking, picture order and picture boundaries need. */
  copyFrom(other: SliceHeader): void {
    this.nalRefIdc = other.nalRefIdc;
    this.idr = other.idr;
    this.firstMb = other.firstMb;
    this.sliceType = other.sliceType;
    this.ppsId = other.ppsId;
    this.frameNum = other.frameNum;
    this.fieldPic = other.fieldPic;
    this.bottomField = other.bottomField;
    this.idrPicId = other.idrPicId;
    this.picOrderCntLsb = other.picOrderCntLsb;
    this.deltaPicOrderCntBottom = other.deltaPicOrderCntBottom;
    this.deltaPicOrderCnt0 = other.deltaPicOrderCnt0;
    this.deltaPicOrderCnt1 = other.deltaPicOrderCnt1;
    this.redundantPicCnt = other.redundantPicCnt;
    this.noOutputOfPriorPics = other.noOutputOfPriorPics;
    this.longTermReference = other.longTermReference;
    this.adaptiveRefPicMarking = other.adaptiveRefPicMarking;
    this.mmcoCount = other.mmcoCount;
    this.mmco.set(other.mmco);
    this.mmcoArg0.set(other.mmcoArg0);
    this.mmcoArg1.set(other.mmcoArg1);
  }

  /** Whether memory_management_control_operation 5 is among the commands. */
  get hasMmco5(): boolean {
    for (let i = 0; i < this.mmcoCount; i++) {
      if (this.mmco[i] === 5) {
        return true;
      }
    }
    return false;
  }
}

/** Names the parameter sets of a slice before its header can be read: first_mb, slice_type, pps id. */
export function peekPpsId(reader: BitReader): number {
  const position = reader.position;
  reader.ue();
  reader.ue();
  const ppsId = reader.ue();
  reader.position = position;
  return ppsId;
}

/**
 * Reads a slice header; leaves the reader at the first bit of slice_data().
 *
 * @returns null, or what is wrong with the header
 */
export function parseSliceHeader(
  reader: BitReader,
  nalType: number,
  nalRefIdc: number,
  sps: Sps,
  pps: Pps,
  h: SliceHeader,
): string | null {
  h.nalRefIdc = nalRefIdc;
  h.idr = nalType === NalType.IdrSlice;
  h.firstMb = reader.ue();
  const sliceType = reader.ue();
  if (sliceType > 9) {
    return `slice_type expected 0..9, got ${sliceType}`;
  }
  h.sliceType = sliceType % 5;
  if (h.sliceType >= SliceType.SP) {
    return null; // the caller refuses it by name; the rest of its header is laid out differently
  }
  h.ppsId = reader.ue();
  if (h.idr && h.sliceType !== SliceType.I) {
    return `an IDR picture has only I slices, got slice_type ${sliceType}`;
  }
  h.frameNum = reader.u(sps.log2MaxFrameNum);
  h.fieldPic = !sps.frameMbsOnly && reader.flag();
  h.bottomField = h.fieldPic && reader.flag();
  h.idrPicId = h.idr ? reader.ue() : 0;
  h.picOrderCntLsb = 0;
  h.deltaPicOrderCntBottom = 0;
  h.deltaPicOrderCnt0 = 0;
  h.deltaPicOrderCnt1 = 0;
  if (sps.picOrderCntType === 0) {
    h.picOrderCntLsb = reader.u(sps.log2MaxPicOrderCntLsb);
    if (pps.bottomFieldPicOrderInFramePresent && !h.fieldPic) {
      h.deltaPicOrderCntBottom = reader.se();
    }
  } else if (sps.picOrderCntType === 1 && !sps.deltaPicOrderAlwaysZero) {
    h.deltaPicOrderCnt0 = reader.se();
    if (pps.bottomFieldPicOrderInFramePresent && !h.fieldPic) {
      h.deltaPicOrderCnt1 = reader.se();
    }
  }
  h.redundantPicCnt = pps.redundantPicCntPresent ? reader.ue() : 0;
  h.directSpatialMvPred = h.sliceType === SliceType.B && reader.flag();
  h.numRefIdxActive[0] = 0;
  h.numRefIdxActive[1] = 0;
  if (h.sliceType !== SliceType.I) {
    h.numRefIdxActive[0] = pps.numRefIdxDefault[0];
    h.numRefIdxActive[1] = h.sliceType === SliceType.B ? pps.numRefIdxDefault[1] : 0;
    if (reader.flag()) {
      h.numRefIdxActive[0] = reader.ue() + 1;
      if (h.sliceType === SliceType.B) {
        h.numRefIdxActive[1] = reader.ue() + 1;
      }
    }
    const limit = h.fieldPic ? 32 : 16;
    if (h.numRefIdxActive[0] > limit || h.numRefIdxActive[1] > limit) {
      return `num_ref_idx_active expected at most ${limit}, got ${h.numRefIdxActive[0]}, ${h.numRefIdxActive[1]}`;
    }
  }
  const modification = parseModification(reader, h);
  if (modification !== null) {
    return modification;
  }
  h.weighted = false;
  if (
    (pps.weightedPred && h.sliceType === SliceType.P) ||
    (pps.weightedBipredIdc === 1 && h.sliceType === SliceType.B)
  ) {
    h.weighted = true;
    skipPredWeightTable(reader, sps, h);
  }
  const marking = parseMarking(reader, h);
  if (marking !== null) {
    return marking;
  }
  h.cabacInitIdc = 0;
  if (pps.entropyCodingMode && h.sliceType !== SliceType.I) {
    h.cabacInitIdc = reader.ue();
    if (h.cabacInitIdc > 2) {
      return `cabac_init_idc expected 0..2, got ${h.cabacInitIdc}`;
    }
  }
  h.sliceQp = (pps.picInitQp + reader.se()) | 0;
  if (h.sliceQp > 51 || h.sliceQp < -6 * (sps.bitDepthLuma - 8)) {
    return `SliceQP expected ${-6 * (sps.bitDepthLuma - 8)}..51, got ${h.sliceQp}`;
  }
  if (pps.deblockingFilterControlPresent) {
    const disableDeblocking = reader.ue();
    if (disableDeblocking !== 1) {
      reader.se(); // slice_alpha_c0_offset_div2
      reader.se(); // slice_beta_offset_div2
    }
  }
  return reader.overrun ? "slice header is cut short" : null;
}

/** ref_pic_list_modification(), clause 7.3.3.1. */
function parseModification(reader: BitReader, h: SliceHeader): string | null {
  h.modificationCount[0] = 0;
  h.modificationCount[1] = 0;
  const lists = h.sliceType === SliceType.B ? 2 : h.sliceType === SliceType.I ? 0 : 1;
  for (let list = 0; list < lists; list++) {
    if (!reader.flag()) {
      continue;
    }
    for (;;) {
      const idc = reader.ue();
      if (idc === 3) {
        break;
      }
      const count = h.modificationCount[list];
      if (idc > 2 || count >= h.numRefIdxActive[list] || count >= MAX_COMMANDS) {
        return `reference list modification ${count} with idc ${idc} is out of range`;
      }
      h.modificationIdc[MAX_COMMANDS * list + count] = idc;
      h.modificationValue[MAX_COMMANDS * list + count] = reader.ue();
      h.modificationCount[list] = count + 1;
    }
  }
  return null;
}

/** Offset of a list's commands in the modification arrays. */
export const MODIFICATION_STRIDE: number = MAX_COMMANDS;

/** pred_weight_table(), clause 7.3.3.2: read past; weights change samples, not signals. */
function skipPredWeightTable(reader: BitReader, sps: Sps, h: SliceHeader): void {
  const chroma = sps.chromaFormatIdc !== 0;
  reader.ue(); // luma_log2_weight_denom
  if (chroma) {
    reader.ue(); // chroma_log2_weight_denom
  }
  for (let list = 0; list < 2; list++) {
    for (let i = 0; i < h.numRefIdxActive[list]; i++) {
      if (reader.flag()) {
        reader.se(); // luma_weight
        reader.se(); // luma_offset
      }
      if (chroma && reader.flag()) {
        for (let j = 0; j < 4; j++) {
          reader.se(); // chroma_weight, chroma_offset
        }
      }
    }
  }
}

/** dec_ref_pic_marking(), clause 7.3.3.3. */
function parseMarking(reader: BitReader, h: SliceHeader): string | null {
  h.mmcoCount = 0;
  h.adaptiveRefPicMarking = false;
  h.noOutputOfPriorPics = false;
  h.longTermReference = false;
  if (h.nalRefIdc === 0) {
    return null;
  }
  if (h.idr) {
    h.noOutputOfPriorPics = reader.flag();
    h.longTermReference = reader.flag();
    return null;
  }
  h.adaptiveRefPicMarking = reader.flag();
  if (!h.adaptiveRefPicMarking) {
    return null;
  }
  for (;;) {
    const op = reader.ue();
    if (op === 0) {
      return null;
    }
    if (op > 6 || h.mmcoCount >= MAX_COMMANDS) {
      return `memory_management_control_operation ${op} at position ${h.mmcoCount} is out of range`;
    }
    const i = h.mmcoCount++;
    h.mmco[i] = op;
    h.mmcoArg0[i] = op === 5 ? 0 : reader.ue();
    h.mmcoArg1[i] = op === 3 ? reader.ue() : 0;
  }
}
