/**
 * Everything that macroblock parsing reads and writes while it walks a slice: the picture's arrays, arrays that
 * only live as long as the picture is being parsed, the slice's constants and the current macroblock.
 *
 * Macroblock numbers are rows and columns of the frame's grid (see signal.ts for field and MBAFF pictures).
 * Block numbers inside a macroblock are raster numbers `x + 4 * y`, not the standard's zigzag numbers.
 */
import { MbKind } from "../signal.ts";
import { BitReader } from "./bit-reader.ts";
import { CabacDecoder } from "./cabac.ts";
import type { Pps, Sps } from "./parameter-sets.ts";
import { Picture } from "./picture.ts";
import { ReferenceLists } from "./ref-lists.ts";
import { SliceHeader, SliceType } from "./slice-header.ts";

/** A neighbour that does not exist or lies in another slice. */
export const UNAVAILABLE = -1;

/** refCache value where the partition is not available; -1 means available but not using the list. */
export const NOT_AVAILABLE = -2;

/** Motion cache geometry: rows of 8, the macroblock's block 0 at 12, the row above it at 4. */
export const CACHE_ORIGIN = 12;
export const CACHE_SIZE = 40;

/** Bits of {@link SliceContext.nz}: 16 luma blocks, then Cb AC, Cr AC (4 each), luma DC, Cb DC, Cr DC. */
export const NZ_LUMA_DC = 24;
export const NZ_CHROMA_DC = 25;
export const NZ_ALL = 0x7ffffff;

const NO_PICTURE = new Picture(0, 1, 1);

export class SliceContext {
  readonly bits: BitReader = new BitReader();
  readonly cabac: CabacDecoder = new CabacDecoder();
  readonly header: SliceHeader = new SliceHeader();
  readonly lists: ReferenceLists = new ReferenceLists();

  // Picture
  picture: Picture = NO_PICTURE;
  mbWidth = 1;
  mbHeight = 1;
  kind: Uint8Array = NO_PICTURE.kind;
  partition: Uint8Array = NO_PICTURE.partition;
  field: Uint8Array = NO_PICTURE.field;
  qpOut: Int8Array = NO_PICTURE.qp;
  transform8x8: Uint8Array = NO_PICTURE.transform8x8;
  cbp: Uint8Array = NO_PICTURE.codedBlockPattern;
  residual: Uint32Array = NO_PICTURE.residual;
  bitsOut: Uint32Array = NO_PICTURE.bits;
  sliceOf: Int32Array = NO_PICTURE.slice;
  mv0: Int32Array = NO_PICTURE.mvWords[0];
  mv1: Int32Array = NO_PICTURE.mvWords[1];
  ref0: Int8Array = NO_PICTURE.refIdx[0];
  ref1: Int8Array = NO_PICTURE.refIdx[1];
  refWords0: Int32Array = NO_PICTURE.refWords[0];
  refWords1: Int32Array = NO_PICTURE.refWords[1];

  // Arrays of the picture being parsed
  /** Which blocks have coded_block_flag 1 (CABAC), NZ_* bits. */
  nz: Int32Array = new Int32Array(1);
  /** TotalCoeff of 16 luma, 4 Cb and 4 Cr blocks (CAVLC). */
  totalCoeff: Uint8Array = new Uint8Array(24);
  /** intra_chroma_pred_mode, 0 where there is none. */
  chromaMode: Uint8Array = new Uint8Array(1);
  /** |mvd| of 16 blocks, each component at most 127: x, y << 8. */
  mvd0: Uint16Array = new Uint16Array(16);
  mvd1: Uint16Array = new Uint16Array(16);
  /** Per quadrant: refIdx > 0 of list 0 (bits 0-3) and 1 (4-7), refIdx > 1 of list 0 (8-11) and 1 (12-15). */
  refFlags: Uint16Array = new Uint16Array(1);

  // Slice
  sps!: Sps;
  pps!: Pps;
  sliceNumber = 0;
  sliceType: number = SliceType.I;
  isB = false;
  useCabac = false;
  mbaff = false;
  /** 1 when parsing a field picture. */
  fieldPicture = 0;
  bottomField = 0;
  /** Distance in macroblocks to the row above in the same picture. */
  rowAbove = 1;
  numRef0 = 0;
  numRef1 = 0;
  /** One bit per entry of each list for which there is a picture. */
  usable0 = 0;
  usable1 = 0;
  /** Set when a macroblock uses an entry for which there is none. */
  missingReference = false;
  direct8x8Inference = false;
  transform8x8Mode = false;
  chroma = true;
  /** QpBdOffset_Y: QP_Y runs from -qpBdOffset to 51. */
  qpBdOffset = 0;

  // Macroblock
  mb = 0;
  mbX = 0;
  mbY = 0;
  /** 1 for field macroblocks: all of a field picture, or chosen per pair in MBAFF frames. */
  fieldMb = 0;
  qp = 0;
  lastQpDelta = 0;
  /** Luma and chroma flags of the current macroblock, see NZ_*. */
  mbNz = 0;
  mbA: number = UNAVAILABLE;
  mbB: number = UNAVAILABLE;
  mbC: number = UNAVAILABLE;
  mbD: number = UNAVAILABLE;
  /** Block row of the top-left neighbour in mbD. */
  rowD = 3;
  /** Left neighbour of each of the four block rows: macroblock and block row in it. */
  readonly leftMb: Int32Array = new Int32Array(4);
  readonly leftRow: Int32Array = new Int32Array([0, 1, 2, 3]);
  /** Left neighbour of the two chroma block rows. */
  readonly leftChromaMb: Int32Array = new Int32Array(2);
  readonly leftChromaRow: Int32Array = new Int32Array([0, 1]);
  /** In MBAFF frames: the left pair is coded the other way (field against frame). */
  leftMixed = false;

  // Motion of the current macroblock with its neighbourhood; list 1 at CACHE_SIZE
  readonly refCache: Int8Array = new Int8Array(2 * CACHE_SIZE);
  readonly mvCache: Int32Array = new Int32Array(2 * CACHE_SIZE);
  readonly mvdCache: Uint16Array = new Uint16Array(2 * CACHE_SIZE);
  /** Neighbours A, B, C (or D) of the whole macroblock, see loadNeighbours16. */
  refA = 0;
  refB = 0;
  refC = 0;
  mvA = 0;
  mvB = 0;
  mvC = 0;
  /** Set when the bitstream says something impossible; ends the slice. */
  failed = false;
  /** |mvd| of the vector read last, as in mvd0. */
  lastMvd = 0;
  /** sub_mb_type per quadrant as list use (bits 0-1) and shape << 2; 0 is direct. */
  readonly subTypes: Uint8Array = new Uint8Array(4);
  #dirtyFrom = 0;
  #dirtyTo = 0;
  #dirtyCabac = false;
  #dirtyCavlc = false;

  /** Takes a picture of the given size; keeps per-picture arrays if they fit. */
  openPicture(picture: Picture): void {
    this.picture = picture;
    this.mbWidth = picture.mbWidth;
    this.mbHeight = picture.mbHeight;
    this.kind = picture.kind;
    this.partition = picture.partition;
    this.field = picture.field;
    this.qpOut = picture.qp;
    this.transform8x8 = picture.transform8x8;
    this.cbp = picture.codedBlockPattern;
    this.residual = picture.residual;
    this.bitsOut = picture.bits;
    this.sliceOf = picture.slice;
    this.mv0 = picture.mvWords[0];
    this.mv1 = picture.mvWords[1];
    this.ref0 = picture.refIdx[0];
    this.ref1 = picture.refIdx[1];
    this.refWords0 = picture.refWords[0];
    this.refWords1 = picture.refWords[1];
    const mbs = picture.mbWidth * picture.mbHeight;
    if (this.nz.length !== mbs) {
      this.nz = new Int32Array(mbs);
      this.totalCoeff = new Uint8Array(24 * mbs);
      this.chromaMode = new Uint8Array(mbs);
      this.mvd0 = new Uint16Array(16 * mbs);
      this.mvd1 = new Uint16Array(16 * mbs);
      this.refFlags = new Uint16Array(mbs);
      this.#dirtyTo = 0;
    }
    const from = this.#dirtyFrom;
    const to = this.#dirtyTo;
    if (from < to) {
      this.chromaMode.fill(0, from, to);
      this.refFlags.fill(0, from, to);
      if (this.#dirtyCabac) {
        this.nz.fill(0, from, to);
        this.mvd0.fill(0, 16 * from, 16 * to);
        this.mvd1.fill(0, 16 * from, 16 * to);
      }
      if (this.#dirtyCavlc) {
        this.totalCoeff.fill(0, 24 * from, 24 * to);
      }
    }
    this.#dirtyFrom = mbs;
    this.#dirtyTo = 0;
    this.#dirtyCabac = false;
    this.#dirtyCavlc = false;
  }

  /** Prepares for a slice; neighbours outside MBAFF frames lie the same way for all of it. */
  openSlice(cabac: boolean): void {
    this.useCabac = cabac;
    this.leftMixed = false;
    this.rowD = 3;
    for (let row = 0; row < 4; row++) {
      this.leftRow[row] = row;
      this.leftChromaRow[row >> 1] = row >> 1;
    }
  }

  /** Notes that the slice wrote macroblocks `first` to `last`: they are cleared before the next picture. */
  closeSlice(first: number, last: number): void {
    this.picture.touch(first, last);
    this.#dirtyFrom = Math.min(this.#dirtyFrom, first);
    this.#dirtyTo = Math.max(this.#dirtyTo, Math.min(last + 1, this.kind.length));
    this.#dirtyCabac ||= this.useCabac;
    this.#dirtyCavlc ||= !this.useCabac;
  }

  /** Clears what an earlier slice left in the current macroblock (redundant or damaged data). */
  wipeMacroblock(): void {
    const mb = this.mb;
    this.mv0.fill(0, 16 * mb, 16 * mb + 16);
    this.mv1.fill(0, 16 * mb, 16 * mb + 16);
    this.refWords0[mb] = -1;
    this.refWords1[mb] = -1;
    this.mvd0.fill(0, 16 * mb, 16 * mb + 16);
    this.mvd1.fill(0, 16 * mb, 16 * mb + 16);
    this.totalCoeff.fill(0, 24 * mb, 24 * mb + 24);
    this.nz[mb] = 0;
    this.chromaMode[mb] = 0;
    this.refFlags[mb] = 0;
    this.partition[mb] = 0;
    this.transform8x8[mb] = 0;
    this.cbp[mb] = 0;
    this.residual[mb] = 0;
    this.bitsOut[mb] = 0;
    this.kind[mb] = MbKind.Missing;
  }

  /** The macroblock if it belongs to the current slice. */
  #inSlice(mb: number): number {
    return this.sliceOf[mb] === this.sliceNumber ? mb : UNAVAILABLE;
  }

  /** Neighbours outside MBAFF frames, clause 6.4.9. */
  locate(mbX: number, mbY: number): void {
    this.mbX = mbX;
    this.mbY = mbY;
    const mb = mbY * this.mbWidth + mbX;
    this.mb = mb;
    const sliceOf = this.sliceOf;
    const sliceNumber = this.sliceNumber;
    const above = mb - this.rowAbove;
    this.mbA = mbX > 0 && sliceOf[mb - 1] === sliceNumber ? mb - 1 : UNAVAILABLE;
    if (above >= 0) {
      this.mbB = sliceOf[above] === sliceNumber ? above : UNAVAILABLE;
      this.mbC =
        mbX + 1 < this.mbWidth && sliceOf[above + 1] === sliceNumber ? above + 1 : UNAVAILABLE;
      this.mbD = mbX > 0 && sliceOf[above - 1] === sliceNumber ? above - 1 : UNAVAILABLE;
    } else {
      this.mbB = UNAVAILABLE;
      this.mbC = UNAVAILABLE;
      this.mbD = UNAVAILABLE;
    }
  }

  /** Spreads mbA over the rows; needed only by macroblocks that read block neighbours. */
  locateLeftRows(): void {
    if (!this.mbaff) {
      const mbA = this.mbA;
      this.leftMb[0] = mbA;
      this.leftMb[1] = mbA;
      this.leftMb[2] = mbA;
      this.leftMb[3] = mbA;
      this.leftChromaMb[0] = mbA;
      this.leftChromaMb[1] = mbA;
    }
  }

  /**
   * Neighbours in MBAFF frames, clause 6.4.12.2 (Table 6-4), for the current value of `fieldMb`.
   *
   * @param mbY row in the frame's grid: even for the top macroblock of a pair
   */
  locateMbaff(mbX: number, mbY: number): void {
    const width = this.mbWidth;
    this.mbX = mbX;
    this.mbY = mbY;
    const mb = mbY * width + mbX;
    this.mb = mb;
    const bottom = mbY & 1;
    const pair = mb - bottom * width;
    const cur = this.fieldMb;
    const hasLeft = mbX > 0;
    const pairA = hasLeft ? this.#inSlice(pair - 1) : UNAVAILABLE;
    const pairAbove = pair - 2 * width;
    const pairB = pairAbove >= 0 ? this.#inSlice(pairAbove) : UNAVAILABLE;
    const pairC = pairAbove >= 0 && mbX + 1 < width ? this.#inSlice(pairAbove + 1) : UNAVAILABLE;
    const pairD = pairAbove >= 0 && hasLeft ? this.#inSlice(pairAbove - 1) : UNAVAILABLE;
    const field = this.field;
    const leftField = pairA >= 0 ? field[pairA] : cur;
    this.leftMixed = leftField !== cur;

    // Above, above right, above left
    this.rowD = 3;
    if (cur === 0 && bottom === 1) {
      this.mbB = mb - width;
      this.mbC = UNAVAILABLE;
      if (pairA < 0) {
        this.mbD = UNAVAILABLE;
      } else if (leftField === 0) {
        this.mbD = pairA;
      } else {
        // Line 15 of the pair is line 7 of its bottom field.
        this.mbD = pairA + width;
        this.rowD = 1;
      }
    } else {
      // Field macroblocks look at the same parity above if that pair is a field pair; all others at its bottom.
      this.mbB = aboveIn(pairB, cur, bottom, width, field);
      this.mbC = aboveIn(pairC, cur, bottom, width, field);
      this.mbD = aboveIn(pairD, cur, bottom, width, field);
    }

    // Left, one entry per block row
    const leftMb = this.leftMb;
    const leftRow = this.leftRow;
    for (let row = 0; row < 4; row++) {
      if (pairA < 0) {
        leftMb[row] = UNAVAILABLE;
        leftRow[row] = row;
      } else if (leftField === cur) {
        leftMb[row] = pairA + bottom * width;
        leftRow[row] = row;
      } else if (cur === 0) {
        // Frame macroblock beside a field pair: block rows start on even lines, so the top field.
        leftMb[row] = pairA;
        leftRow[row] = 2 * bottom + (row >> 1);
      } else {
        // Field macroblock beside a frame pair: rows 0, 1 in the upper, 2, 3 in the lower macroblock.
        leftMb[row] = pairA + (row >> 1) * width;
        leftRow[row] = 2 * (row & 1);
      }
    }
    this.mbA = leftMb[0];
    for (let row = 0; row < 2; row++) {
      this.leftChromaMb[row] = leftMb[2 * row];
      if (leftField === cur) {
        this.leftChromaRow[row] = row;
      } else if (cur === 0) {
        this.leftChromaRow[row] = bottom;
      } else {
        this.leftChromaRow[row] = 0;
      }
    }
  }
}

function aboveIn(
  pair: number,
  cur: number,
  bottom: number,
  width: number,
  field: Uint8Array,
): number {
  if (pair < 0) {
    return UNAVAILABLE;
  }
  return cur === 1 && bottom === 0 && field[pair] === 1 ? pair : pair + width;
}
