/** A frame's signal small enough to send from a worker to its page for every frame: ten bytes per macroblock. */

import { macroblockField } from "../field.ts";
import type { FrameSignal, FrameType } from "../signal.ts";

/** What a page needs to draw a frame's motion and to count. */
export type CompactFrame = {
  /** Output index, from 0. */
  readonly index: number;
  /** Slice coding type. */
  readonly type: FrameType;
  /** Presentation time in seconds. */
  readonly timestamp: number;
  /** Whether bits were lost or could not be parsed. */
  readonly damaged: boolean;
  /** Cropped width in pixels. */
  readonly width: number;
  /** Cropped height in pixels. */
  readonly height: number;
  /** Macroblock columns. */
  readonly mbWidth: number;
  /** Macroblock rows. */
  readonly mbHeight: number;
  /** The frame's macroblock field, to be opened with `openField`. */
  readonly field: Uint8Array<ArrayBuffer>;
};

/** Condenses a frame. The result owns its bytes: they can be transferred. */
export function compactFrame(frame: FrameSignal): CompactFrame {
  const { index, type, timestamp, damaged, width, height, mbWidth, mbHeight } = frame;
  const field = macroblockField(frame).bytes as Uint8Array<ArrayBuffer>;
  return { index, type, timestamp, damaged, width, height, mbWidth, mbHeight, field };
}
