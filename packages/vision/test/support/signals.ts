/** Frames made by hand: a quiet picture, and what a test puts into it. */

import { type FrameSignal, type FrameType, MbKind, MbPartition } from "@symbion/codec";

/** Content of one macroblock; what is left out is as in a quiet picture. */
export type Block = {
  readonly kind?: MbKind;
  /** Motion of the content, luma samples per frame. */
  readonly motion?: readonly [x: number, y: number];
  readonly bits?: number;
  readonly residual?: number;
};

/** A picture: size in macroblocks, and what is in it. */
export type Picture = {
  readonly type?: FrameType;
  readonly index: number;
  /** Place in the order of display; default: that of `index`. */
  readonly shown?: number;
  readonly frameRate?: number;
  readonly mbWidth?: number;
  readonly mbHeight?: number;
  readonly damaged?: boolean;
  /** Frames to the reference; default 1. */
  readonly distance?: number;
  readonly block?: (x: number, y: number) => Block | null;
};

/** Builds the signal of a picture: skipped macroblocks without motion, I pictures intra coded. */
export function makeFrame(picture: Picture): FrameSignal {
  const { type = "P", index, mbWidth = 40, mbHeight = 23, frameRate = 25, distance = 1 } = picture;
  const shown = picture.shown ?? index;
  const count = mbWidth * mbHeight;
  const kind = new Uint8Array(count);
  const partition = new Uint8Array(count);
  const residual = new Uint32Array(count);
  const bits = new Uint32Array(count);
  const mv = [new Int16Array(32 * count), new Int16Array(32 * count)] as const;
  const refIdx = [new Int8Array(4 * count).fill(-1), new Int8Array(4 * count).fill(-1)] as const;
  for (let mb = 0; mb < count; mb++) {
    const block = picture.block?.(mb % mbWidth, Math.floor(mb / mbWidth)) ?? {};
    const quiet = type === "I" ? MbKind.Intra16x16 : MbKind.Skip;
    kind[mb] = block.kind ?? (block.motion !== undefined && type !== "I" ? MbKind.Inter : quiet);
    bits[mb] = block.bits ?? (type === "I" ? 80 : 0);
    // I pictures show a scene: some parts have structure, some have not.
    const structure = ((mb * 7 + Math.floor(mb / mbWidth) * 13) % 64) ** 2 / 16;
    residual[mb] = block.residual ?? (type === "I" ? structure : 0);
    if ((kind[mb] as number) < MbKind.Skip) continue;
    partition[mb] = MbPartition.P16x16;
    const [x, y] = block.motion ?? [0, 0];
    refIdx[0].fill(0, 4 * mb, 4 * mb + 4);
    for (let at = 32 * mb; at < 32 * mb + 32; at += 2) {
      mv[0][at] = Math.round(-4 * x * distance);
      mv[0][at + 1] = Math.round(-4 * y * distance);
    }
  }
  return {
    index,
    type,
    idr: type === "I",
    poc: 2 * shown,
    timestamp: shown / frameRate,
    structure: "frame",
    damaged: picture.damaged ?? false,
    width: 16 * mbWidth,
    height: 16 * mbHeight,
    mbWidth,
    mbHeight,
    kind,
    partition,
    field: new Uint8Array(count),
    qp: new Int8Array(count).fill(28),
    transform8x8: new Uint8Array(count),
    codedBlockPattern: new Uint8Array(count),
    residual,
    bits,
    mv,
    refIdx,
    slice: new Int32Array(count),
    sliceTypes: Uint8Array.of(type === "P" ? 0 : type === "B" ? 1 : 2),
    refPoc: new Int32Array(64).fill(2 * (shown - distance)),
  };
}

/** A moving thing: macroblocks of the rectangle have its motion, bits and some residual. */
export function thing(
  left: number,
  top: number,
  width: number,
  height: number,
  motion: readonly [number, number],
): (x: number, y: number) => Block | null {
  return (x, y) =>
    x >= left && x < left + width && y >= top && y < top + height
      ? { motion, bits: 40, residual: 12 }
      : null;
}

/** Numbers from 0 to 1, the same in every run. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 0x1_0000_0000;
  };
}
