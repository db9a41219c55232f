/** Sequence and picture parameter sets, clauses 7.3.2.1 and 7.3.2.2, and VUI as far as timing and order need it. */
import type { BitReader } from "./bit-reader.ts";

/** A sequence parameter set, fields named as in clause 7.4.2.1.1. */
export type Sps = {
  id: number;
  profileIdc: number;
  constraintSet3: boolean;
  levelIdc: number;
  chromaFormatIdc: number;
  bitDepthLuma: number;
  bitDepthChroma: number;
  log2MaxFrameNum: number;
  picOrderCntType: number;
  log2MaxPicOrderCntLsb: number;
  deltaPicOrderAlwaysZero: boolean;
  offsetForNonRefPic: number;
  offsetForTopToBottomField: number;
  offsetForRefFrame: number[];
  maxNumRefFrames: number;
  gapsInFrameNumAllowed: boolean;
  mbWidth: number;
  /** Macroblock rows of a frame: FrameHeightInMbs. */
  mbHeight: number;
  frameMbsOnly: boolean;
  mbAdaptiveFrameField: boolean;
  direct8x8Inference: boolean;
  /** Cropped luma size. */
  width: number;
  height: number;
  /** Frames per second from VUI timing, 0 if absent. */
  frameRate: number;
  /** max_num_reorder_frames, -1 if not signalled. */
  maxNumReorderFrames: number;
  /** max_dec_frame_buffering, or MaxDpbFrames of Table A-1. */
  maxDecFrameBuffering: number;
};

/** A picture parameter set, fields named as in clause 7.4.2.2. */
export type Pps = {
  id: number;
  spsId: number;
  entropyCodingMode: boolean;
  bottomFieldPicOrderInFramePresent: boolean;
  numSliceGroups: number;
  numRefIdxDefault: [number, number];
  weightedPred: boolean;
  weightedBipredIdc: number;
  picInitQp: number;
  deblockingFilterControlPresent: boolean;
  constrainedIntraPred: boolean;
  redundantPicCntPresent: boolean;
  transform8x8Mode: boolean;
};

/** What a parameter set came to: the set, or the reason why it cannot be used. */
export type Parsed<T> =
  | { ok: true; value: T }
  | { ok: false; kind: "unsupported" | "invalid"; message: string };

const HIGH_PROFILES = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);

/** MaxDpbMbs of Table A-1 by level_idc. */
const MAX_DPB_MBS: Readonly<Record<number, number>> = {
  9: 396,
  10: 396,
  11: 900,
  12: 2376,
  13: 2376,
  20: 2376,
  21: 4752,
  22: 8100,
  30: 8100,
  31: 18000,
  32: 20480,
  40: 32768,
  41: 32768,
  42: 34816,
  50: 110400,
  51: 184320,
  52: 184320,
  60: 696320,
  61: 696320,
  62: 696320,
};

const CHROMA_NAMES = ["4:0:0", "4:2:0", "4:2:2", "4:4:4"];

function invalid<T>(message: string): Parsed<T> {
  return { ok: false, kind: "invalid", message };
}

function unsupported<T>(message: string): Parsed<T> {
  return { ok: false, kind: "unsupported", message };
}

/** scaling_list(), clause 7.3.2.1.1.1; values do not matter without pixels. */
function skipScalingList(reader: BitReader, size: number): void {
  let last = 8;
  let next = 8;
  for (let j = 0; j < size; j++) {
    if (next !== 0) {
      next = (last + reader.se() + 256) & 255;
    }
    last = next === 0 ? last : next;
  }
}

/**
 * Reads a sequence parameter set.
 *
 * @param reader placed behind the NAL unit header
 * @param maxMacroblocks largest frame accepted, in macroblocks
 */
export function parseSps(reader: BitReader, maxMacroblocks: number): Parsed<Sps> {
  const profileIdc = reader.u(8);
  const constraints = reader.u(8);
  const levelIdc = reader.u(8);
  const id = reader.ue();
  if (id > 31) {
    return invalid(`seq_parameter_set_id expected 0..31, got ${id}`);
  }
  let chromaFormatIdc = 1;
  let bitDepthLuma = 8;
  let bitDepthChroma = 8;
  if (HIGH_PROFILES.has(profileIdc)) {
    chromaFormatIdc = reader.ue();
    if (chromaFormatIdc > 3) {
      return invalid(`chroma_format_idc expected 0..3, got ${chromaFormatIdc}`);
    }
    if (chromaFormatIdc === 3) {
      reader.skip(1); // separate_colour_plane_flag
    }
    bitDepthLuma = 8 + reader.ue();
    bitDepthChroma = 8 + reader.ue();
    reader.skip(1); // qpprime_y_zero_transform_bypass_flag
    if (reader.flag()) {
      for (let i = 0; i < (chromaFormatIdc === 3 ? 12 : 8); i++) {
        if (reader.flag()) {
          skipScalingList(reader, i < 6 ? 16 : 64);
        }
      }
    }
    if (chromaFormatIdc > 1) {
      return unsupported(
        `chroma format ${CHROMA_NAMES[chromaFormatIdc]} (profile_idc ${profileIdc})`,
      );
    }
    if (bitDepthLuma > 14 || bitDepthChroma > 14) {
      return invalid(`bit depth expected 8..14, got ${bitDepthLuma}/${bitDepthChroma}`);
    }
  }
  const log2MaxFrameNum = reader.ue() + 4;
  if (log2MaxFrameNum > 16) {
    return invalid(`log2_max_frame_num_minus4 expected 0..12, got ${log2MaxFrameNum - 4}`);
  }
  const picOrderCntType = reader.ue();
  let log2MaxPicOrderCntLsb = 4;
  let deltaPicOrderAlwaysZero = false;
  let offsetForNonRefPic = 0;
  let offsetForTopToBottomField = 0;
  const offsetForRefFrame: number[] = [];
  if (picOrderCntType === 0) {
    log2MaxPicOrderCntLsb = reader.ue() + 4;
    if (log2MaxPicOrderCntLsb > 16) {
      return invalid(
        `log2_max_pic_order_cnt_lsb_minus4 expected 0..12, got ${log2MaxPicOrderCntLsb - 4}`,
      );
    }
  } else if (picOrderCntType === 1) {
    deltaPicOrderAlwaysZero = reader.flag();
    offsetForNonRefPic = reader.se();
    offsetForTopToBottomField = reader.se();
    const cycle = reader.ue();
    if (cycle > 255) {
      return invalid(`num_ref_frames_in_pic_order_cnt_cycle expected 0..255, got ${cycle}`);
    }
    for (let i = 0; i < cycle; i++) {
      offsetForRefFrame.push(reader.se());
    }
  } else if (picOrderCntType > 2) {
    return invalid(`pic_order_cnt_type expected 0..2, got ${picOrderCntType}`);
  }
  const maxNumRefFrames = reader.ue();
  if (maxNumRefFrames > 16) {
    return invalid(`max_num_ref_frames expected 0..16, got ${maxNumRefFrames}`);
  }
  const gapsInFrameNumAllowed = reader.flag();
  const mbWidth = reader.ue() + 1;
  const mapUnits = reader.ue() + 1;
  const frameMbsOnly = reader.flag();
  const mbHeight = mapUnits * (frameMbsOnly ? 1 : 2);
  if (mbWidth > 1024 || mbHeight > 1024 || mbWidth * mbHeight > maxMacroblocks) {
    return invalid(
      `picture of ${mbWidth}x${mbHeight} macroblocks exceeds the limit of ${maxMacroblocks}`,
    );
  }
  const mbAdaptiveFrameField = frameMbsOnly ? false : reader.flag();
  const direct8x8Inference = reader.flag();
  let width = mbWidth * 16;
  let height = mbHeight * 16;
  if (reader.flag()) {
    const unitX = chromaFormatIdc === 1 ? 2 : 1;
    const unitY = (chromaFormatIdc === 1 ? 2 : 1) * (frameMbsOnly ? 1 : 2);
    const left = reader.ue() * unitX;
    const right = reader.ue() * unitX;
    const top = reader.ue() * unitY;
    const bottom = reader.ue() * unitY;
    if (left + right >= width || top + bottom >= height) {
      return invalid(`frame cropping leaves nothing of ${width}x${height}`);
    }
    width -= left + right;
    height -= top + bottom;
  }
  const maxDpbMbs =
    levelIdc === 11 && profileIdc <= 88 && (constraints & 0x10) !== 0
      ? 396
      : (MAX_DPB_MBS[levelIdc] ?? 696320);
  const maxDpbFrames = Math.max(1, Math.min(16, Math.floor(maxDpbMbs / (mbWidth * mbHeight))));
  const sps: Sps = {
    id,
    profileIdc,
    constraintSet3: (constraints & 0x10) !== 0,
    levelIdc,
    chromaFormatIdc,
    bitDepthLuma,
    bitDepthChroma,
    log2MaxFrameNum,
    picOrderCntType,
    log2MaxPicOrderCntLsb,
    deltaPicOrderAlwaysZero,
    offsetForNonRefPic,
    offsetForTopToBottomField,
    offsetForRefFrame,
    maxNumRefFrames,
    gapsInFrameNumAllowed,
    mbWidth,
    mbHeight,
    frameMbsOnly,
    mbAdaptiveFrameField,
    direct8x8Inference,
    width,
    height,
    frameRate: 0,
    maxNumReorderFrames: -1,
    maxDecFrameBuffering: Math.max(maxDpbFrames, maxNumRefFrames, 1),
  };
  if (reader.flag()) {
    parseVui(reader, sps);
  }
  // A set that ends inside its VUI still describes the pictures: only what lies before it must be whole.
  return reader.overrun && sps.frameRate === 0 && reader.position > reader.end + 64
    ? invalid("sequence parameter set is cut short")
    : { ok: true, value: sps };
}

/** vui_parameters(), clause E.1.1. */
function parseVui(reader: BitReader, sps: Sps): void {
  if (reader.flag()) {
    const aspectRatioIdc = reader.u(8);
    if (aspectRatioIdc === 255) {
      reader.skip(32); // sar_width, sar_height
    }
  }
  if (reader.flag()) {
    reader.skip(1); // overscan_appropriate_flag
  }
  if (reader.flag()) {
    reader.skip(4); // video_format, video_full_range_flag
    if (reader.flag()) {
      reader.skip(24); // colour_primaries, transfer_characteristics, matrix_coefficients
    }
  }
  if (reader.flag()) {
    reader.ue(); // chroma_sample_loc_type_top_field
    reader.ue(); // chroma_sample_loc_type_bottom_field
  }
  if (reader.flag()) {
    const numUnitsInTick = reader.u32();
    const timeScale = reader.u32();
    reader.skip(1); // fixed_frame_rate_flag
    const rate = numUnitsInTick > 0 ? timeScale / (2 * numUnitsInTick) : 0;
    sps.frameRate = rate >= 0.01 && rate <= 1000 ? rate : 0;
  }
  const nalHrd = reader.flag();
  if (nalHrd) {
    skipHrd(reader);
  }
  const vclHrd = reader.flag();
  if (vclHrd) {
    skipHrd(reader);
  }
  if (nalHrd || vclHrd) {
    reader.skip(1); // low_delay_hrd_flag
  }
  reader.skip(1); // pic_struct_present_flag
  if (reader.flag()) {
    reader.skip(1); // motion_vectors_over_pic_boundaries_flag
    reader.ue(); // max_bytes_per_pic_denom
    reader.ue(); // max_bits_per_mb_denom
    reader.ue(); // log2_max_mv_length_horizontal
    reader.ue(); // log2_max_mv_length_vertical
    const reorder = reader.ue();
    const buffering = reader.ue();
    if (!reader.overrun && reorder <= buffering && buffering <= 16) {
      sps.maxNumReorderFrames = reorder;
      sps.maxDecFrameBuffering = Math.max(buffering, sps.maxNumRefFrames, 1);
    }
  }
}

/** hrd_parameters(), clause E.1.2. */
function skipHrd(reader: BitReader): void {
  const count = Math.min(reader.ue() + 1, 32);
  reader.skip(8); // bit_rate_scale, cpb_size_scale
  for (let i = 0; i < count; i++) {
    reader.ue(); // bit_rate_value_minus1
    reader.ue(); // cpb_size_value_minus1
    reader.skip(1); // cbr_flag
  }
  reader.skip(20); // three delay lengths and time_offset_length
}

/** Reads a picture parameter set. */
export function parsePps(reader: BitReader, spsById: ReadonlyMap<number, Sps>): Parsed<Pps> {
  const id = reader.ue();
  const spsId = reader.ue();
  if (id > 255 || spsId > 31) {
    return invalid(`pic_parameter_set_id expected 0..255, got ${id}, for sequence set ${spsId}`);
  }
  const entropyCodingMode = reader.flag();
  const bottomFieldPicOrderInFramePresent = reader.flag();
  const numSliceGroups = reader.ue() + 1;
  if (numSliceGroups > 1) {
    return unsupported(`flexible macroblock ordering (FMO, ${numSliceGroups} slice groups)`);
  }
  const numRefIdxL0 = reader.ue() + 1;
  const numRefIdxL1 = reader.ue() + 1;
  if (numRefIdxL0 > 32 || numRefIdxL1 > 32) {
    return invalid(`num_ref_idx_default_active expected 1..32, got ${numRefIdxL0}, ${numRefIdxL1}`);
  }
  const weightedPred = reader.flag();
  const weightedBipredIdc = reader.u(2);
  const picInitQp = 26 + reader.se();
  reader.se(); // pic_init_qs_minus26
  reader.se(); // chroma_qp_index_offset
  const deblockingFilterControlPresent = reader.flag();
  const constrainedIntraPred = reader.flag();
  const redundantPicCntPresent = reader.flag();
  if (reader.overrun) {
    return invalid("picture parameter set is cut short");
  }
  let transform8x8Mode = false;
  if (reader.moreRbspData()) {
    transform8x8Mode = reader.flag();
    if (reader.flag()) {
      const lists =
        6 + (transform8x8Mode ? (spsById.get(spsId)?.chromaFormatIdc === 3 ? 6 : 2) : 0);
      for (let i = 0; i < lists; i++) {
        if (reader.flag()) {
          skipScalingList(reader, i < 6 ? 16 : 64);
        }
      }
    }
    reader.se(); // second_chroma_qp_index_offset
  }
  return {
    ok: true,
    value: {
      id,
      spsId,
      entropyCodingMode,
      bottomFieldPicOrderInFramePresent,
      numSliceGroups,
      numRefIdxDefault: [numRefIdxL0, numRefIdxL1],
      weightedPred,
      weightedBipredIdc,
      picInitQp,
      deblockingFilterControlPresent,
      constrainedIntraPred,
      redundantPicCntPresent,
      transform8x8Mode,
    },
  };
}
