/**
 * A frame's signals reduced to what can be drawn, sent or watched cheaply: one entry per macroblock, ten bytes each.
 * Motion becomes a velocity, so that frames with different reference distances compare.
 */

import { type FrameSignal, MbKind, NO_REFERENCE } from "./signal.ts";

/**
 * One value per macroblock, raster order. All arrays are views into {@link MacroblockField.bytes}, which can be sent
 * as it is and opened again with {@link openField}.
 */
export type MacroblockField = {
  /** Velocity x, y interleaved, quarter luma samples per frame, towards where the picture content goes. */
  readonly velocity: Int16Array;
  /** Bits spent, at most 65535. */
  readonly bits: Uint16Array;
  /** Residual energy (sum of |level|), at most 65535. */
  readonly residual: Uint16Array;
  /** {@link MbKind} values. */
  readonly kind: Uint8Array;
  /** Luma quantiser. */
  readonly qp: Int8Array;
  /** The whole field: velocity, bits, residual (little endian), kind, qp. */
  readonly bytes: Uint8Array;
};

/** Bytes per macroblock of {@link MacroblockField.bytes}. */
export const FIELD_BYTES_PER_MACROBLOCK = 10;

/** Views a packed field; null if its length is no multiple of ten. Copies where the bytes are not aligned. */
export function openField(bytes: Uint8Array): MacroblockField | null {
  if (bytes.length % FIELD_BYTES_PER_MACROBLOCK !== 0) return null;
  const own = bytes.byteOffset % 2 === 0 ? bytes : bytes.slice();
  const count = own.length / FIELD_BYTES_PER_MACROBLOCK;
  const { buffer, byteOffset } = own;
  return {
    velocity: new Int16Array(buffer, byteOffset, 2 * count),
    bits: new Uint16Array(buffer, byteOffset + 4 * count, count),
    residual: new Uint16Array(buffer, byteOffset + 6 * count, count),
    kind: new Uint8Array(buffer, byteOffset + 8 * count, count),
    qp: new Int8Array(buffer, byteOffset + 9 * count, count),
    bytes: own,
  };
}

/**
 * Reduces a frame to a field. `into` is filled and returned where it has the frame's size.
 *
 * A macroblock's velocity is the mean over its 4x4 blocks of `-mv / distance`, distance being that of the picture
 * order counts in frames (negative for later references, so both lists agree in direction). Blocks without a vector
 * count as still; intra and missing macroblocks are 0.
 */
export function macroblockField(frame: FrameSignal, into?: MacroblockField): MacroblockField {
  const count = frame.mbWidth * frame.mbHeight;
  const field =
    into !== undefined && into.kind.length === count
      ? into
      : (openField(new Uint8Array(count * FIELD_BYTES_PER_MACROBLOCK)) as MacroblockField);
  field.kind.set(frame.kind);
  field.qp.set(frame.qp);
  for (let mb = 0; mb < count; mb++) {
    field.bits[mb] = Math.min(0xffff, frame.bits[mb] as number);
    field.residual[mb] = Math.min(0xffff, frame.residual[mb] as number);
    const kind = frame.kind[mb] as number;
    let x = 0;
    let y = 0;
    if (kind >= MbKind.Skip) {
      const vertical = frame.field[mb] === 1 ? 2 : 1;
      for (let quadrant = 0; quadrant < 4; quadrant++) {
        const list = (frame.refIdx[0][4 * mb + quadrant] as number) >= 0 ? 0 : 1;
        const reference = frame.refIdx[list][4 * mb + quadrant] as number;
        if (reference < 0) continue;
        const scale = 1 / distance(frame, mb, list, reference);
        const mv = frame.mv[list];
        // Blocks of a quadrant in raster order of the macroblock: b, b + 1, b + 4, b + 5.
        let at = 2 * (16 * mb + (quadrant & 1) * 2 + (quadrant >> 1) * 8);
        x -= scale * ((mv[at] as number) + (mv[at + 2] as number));
        y -= scale * vertical * ((mv[at + 1] as number) + (mv[at + 3] as number));
        at += 8;
        x -= scale * ((mv[at] as number) + (mv[at + 2] as number));
        y -= scale * vertical * ((mv[at + 1] as number) + (mv[at + 3] as number));
      }
    }
    field.velocity[2 * mb] = clamp(x / 16);
    field.velocity[2 * mb + 1] = clamp(y / 16);
  }
  return field;
}

/** Share of macroblocks that move by at least `threshold` quarter samples per frame (default 2), 0 to 1. */
export function movingShare(field: MacroblockField, threshold = 2): number {
  const { velocity } = field;
  let moving = 0;
  for (let at = 0; at < velocity.length; at += 2) {
    const x = velocity[at] as number;
    const y = velocity[at + 1] as number;
    if (x * x + y * y >= threshold * threshold) moving++;
  }
  return velocity.length === 0 ? 0 : (2 * moving) / velocity.length;
}

function clamp(value: number): number {
  return Math.max(-0x8000, Math.min(0x7fff, Math.round(value)));
}

/** Distance in frames to a reference, positive into the past; 1 where it is unknown. */
function distance(frame: FrameSignal, mb: number, list: number, reference: number): number {
  const index = frame.structure === "mbaff" && frame.field[mb] === 1 ? reference >> 1 : reference;
  const slice = frame.slice[mb] as number;
  const poc = frame.refPoc[(slice * 2 + list) * 32 + index];
  if (poc === undefined || poc === NO_REFERENCE) return 1;
  const steps = (frame.poc - poc) / 2;
  return Math.abs(steps) < 1 ? 1 : steps;
}
