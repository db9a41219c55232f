/**
 * The signal of one coded picture: everything an H.264 bitstream says about a frame short of its pixels.
 *
 * Layout. Per-macroblock arrays have one entry per macroblock in raster order (`mbY * mbWidth + mbX`).
 * Motion is macroblock-major: vector `b` (0..15, raster order of the 4x4 blocks inside the macroblock) of
 * macroblock `mb` lies at `mv[list][2 * (16 * mb + b)]` (x) and `+ 1` (y); the reference index of its 8x8
 * quadrant `q` (0..3, raster order) at `refIdx[list][4 * mb + q]`.
 *
 * Interlaced pictures. In a pair of field pictures (`structure: "fields"`) macroblock row `r` of the arrays is
 * row `r >> 1` of the field with parity `r & 1`. In an MBAFF frame a field macroblock pair keeps the top-field
 * macroblock in the even row. `field[mb]` is 1 for both; its vertical motion is in field quarter samples.
 */

/** How a macroblock is predicted (ITU-T H.264 clause 7.4.5, grouped). Values of {@link FrameSignal.kind}. */
export const MbKind = {
  /** Nothing was decoded for this macroblock: its slice was lost or damaged. */
  Missing: 0,
  /** Intra prediction, 4x4 blocks. */
  Intra4x4: 1,
  /** Intra prediction, 8x8 blocks. */
  Intra8x8: 2,
  /** Intra prediction, whole macroblock. */
  Intra16x16: 3,
  /** Raw samples. */
  IntraPcm: 4,
  /** P_Skip or B_Skip: predicted motion, no residual. */
  Skip: 5,
  /** B_Direct_16x16: derived motion with residual. */
  Direct: 6,
  /** Coded motion. */
  Inter: 7,
} as const;

/** One value of {@link MbKind}. */
export type MbKind = (typeof MbKind)[keyof typeof MbKind];

/** How an inter macroblock is split. Values of {@link FrameSignal.partition}; 0 for intra and missing ones. */
export const MbPartition = {
  /** Not inter. */
  None: 0,
  /** One 16x16 partition. */
  P16x16: 1,
  /** Two partitions, upper and lower. */
  P16x8: 2,
  /** Two partitions, left and right. */
  P8x16: 3,
  /** Four 8x8 partitions, each possibly split further. */
  P8x8: 4,
} as const;

/** One value of {@link MbPartition}. */
export type MbPartition = (typeof MbPartition)[keyof typeof MbPartition];

/** Coding type of a picture: that of its first slice. The first field of an interlaced I frame may be followed by a P field. */
export type FrameType = "I" | "P" | "B";

/** How the picture's lines are coded. */
export type PictureStructure = "frame" | "mbaff" | "fields";

/**
 * Codec signals of one output frame. The typed arrays belong to the parser and are reused: they are valid only
 * until the `onFrame` callback returns. Use {@link copySignal} to keep a frame.
 */
export type FrameSignal = {
  /** Output index, from 0. */
  readonly index: number;
  /** Coding type. */
  readonly type: FrameType;
  /** Whether the picture is an IDR picture (decoding can start here). */
  readonly idr: boolean;
  /** Picture order count (clause 8.2.1): order within a coded video sequence, two steps per frame. */
  readonly poc: number;
  /** Presentation time in seconds: the container's where there is one, else output index over frame rate. */
  readonly timestamp: number;
  /** How lines are coded. */
  readonly structure: PictureStructure;
  /** Whether bits were lost or could not be parsed, or a reference is missing. */
  readonly damaged: boolean;
  /** Cropped width in luma samples. */
  readonly width: number;
  /** Cropped height in luma samples. */
  readonly height: number;
  /** Macroblock columns. */
  readonly mbWidth: number;
  /** Macroblock rows of the frame. */
  readonly mbHeight: number;
  /** {@link MbKind} per macroblock. */
  readonly kind: Uint8Array;
  /** {@link MbPartition} per macroblock. For skip and direct macroblocks: the shape of the derived motion. */
  readonly partition: Uint8Array;
  /** 1 where the macroblock is coded as a field macroblock. */
  readonly field: Uint8Array;
  /** Luma quantiser QP_Y per macroblock, -6 * (bit depth - 8) .. 51. */
  readonly qp: Int8Array;
  /** 1 where the 8x8 transform is used. */
  readonly transform8x8: Uint8Array;
  /** Coded block pattern: bits 0-3 luma quadrants, bits 4-5 chroma (0 none, 1 DC, 2 DC and AC). */
  readonly codedBlockPattern: Uint8Array;
  /** Residual energy: sum of |level| over all transform coefficients of the macroblock. */
  readonly residual: Uint32Array;
  /** Bits spent on the macroblock (CABAC: whole bits the arithmetic decoder consumed). */
  readonly bits: Uint32Array;
  /** Motion vectors in quarter samples, list 0 and list 1 (layout above); zero where unused. */
  readonly mv: readonly [Int16Array, Int16Array];
  /** Reference indices per 8x8 quadrant, list 0 and list 1; -1 where the list is unused. */
  readonly refIdx: readonly [Int8Array, Int8Array];
  /** Slice number within the picture per macroblock, -1 where missing. Row selector of {@link refPoc}. */
  readonly slice: Int32Array;
  /** Type per slice number: 0 P, 1 B, 2 I. Longer than the number of slices. */
  readonly sliceTypes: Uint8Array;
  /**
   * Picture order count of each reference: entry `(slice * 2 + list) * 32 + refIdx` (field macroblocks of MBAFF
   * frames: `refIdx >> 1` names the frame). {@link NO_REFERENCE} where the reference is missing.
   */
  readonly refPoc: Int32Array;
};

/**
 * What a codec's parser offers to containers and pipelines. {@link FrameSignal} speaks of blocks of 16x16 samples
 * with motion per 4x4, so a parser of another codec can fill it too.
 */
export interface SignalParser {
  /** Takes the container's codec configuration record; whether it could be read. */
  configure(record: Uint8Array): boolean;
  /** Takes the next bytes of a byte stream, in chunks of any size. */
  push(chunk: Uint8Array): void;
  /** Takes one access unit with its presentation time in seconds. */
  pushAccessUnit(data: Uint8Array, timestamp?: number): void;
  /** Ends the stream: hands out what is still waiting. */
  end(): void;
  /** The first feature met that is not read, by name; null if there was none. */
  readonly unsupported: string | null;
}

/** Marks an absent reference in {@link FrameSignal.refPoc}. */
export const NO_REFERENCE: number = -0x80000000;

/** A typed array of a frame. */
type SignalArray = Uint8Array | Int8Array | Int16Array | Uint32Array | Int32Array;

/** `values` copied into `old` where that fits, else into a new array. */
function refill<T extends SignalArray>(old: T | undefined, values: T): T {
  if (old === undefined || old.length !== values.length) {
    return values.slice() as T;
  }
  old.set(values);
  return old;
}

/**
 * Deep copy of a frame's signal, safe to keep after the callback.
 *
 * @param into an earlier copy that is no longer needed: its arrays are used again where they fit
 */
export function copySignal(frame: FrameSignal, into?: FrameSignal): FrameSignal {
  return {
    ...retimeSignal(frame, frame.index, frame.timestamp),
    kind: refill(into?.kind, frame.kind),
    partition: refill(into?.partition, frame.partition),
    field: refill(into?.field, frame.field),
    qp: refill(into?.qp, frame.qp),
    transform8x8: refill(into?.transform8x8, frame.transform8x8),
    codedBlockPattern: refill(into?.codedBlockPattern, frame.codedBlockPattern),
    residual: refill(into?.residual, frame.residual),
    bits: refill(into?.bits, frame.bits),
    mv: [refill(into?.mv[0], frame.mv[0]), refill(into?.mv[1], frame.mv[1])],
    refIdx: [refill(into?.refIdx[0], frame.refIdx[0]), refill(into?.refIdx[1], frame.refIdx[1])],
    slice: refill(into?.slice, frame.slice),
    sliceTypes: refill(into?.sliceTypes, frame.sliceTypes),
    refPoc: refill(into?.refPoc, frame.refPoc),
  };
}

/** The same frame, arrays shared, under another output index and presentation time (seconds). */
export function retimeSignal(frame: FrameSignal, index: number, timestamp: number): FrameSignal {
  return {
    index,
    type: frame.type,
    idr: frame.idr,
    poc: frame.poc,
    timestamp,
    structure: frame.structure,
    damaged: frame.damaged,
    width: frame.width,
    height: frame.height,
    mbWidth: frame.mbWidth,
    mbHeight: frame.mbHeight,
    kind: frame.kind,
    partition: frame.partition,
    field: frame.field,
    qp: frame.qp,
    transform8x8: frame.transform8x8,
    codedBlockPattern: frame.codedBlockPattern,
    residual: frame.residual,
    bits: frame.bits,
    mv: frame.mv,
    refIdx: frame.refIdx,
    slice: frame.slice,
    sliceTypes: frame.sliceTypes,
    refPoc: frame.refPoc,
  };
}
