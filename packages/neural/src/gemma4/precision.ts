/** Which of a Gemma 4 checkpoint's matrices take which precision. */

import type { Precision } from "../checkpoint/parameters.ts";
import { VISION_PREFIX } from "./vision.ts";

/** The vision tower's widest matrices. */
const WIDE = /\.mlp\.(gate|up)_proj\./;

/**
 * Precision of a checkpoint's matrices for one image at a time on a CPU, to be given as
 * `CheckpointParametersOptions.precision`: 4-bit blocks, but bytes for the vision tower's gates. These are half of what
 * an image costs and a thirtieth of the weights: a tower of E2B's size takes a fifth less time for some 40 MB more, and
 * the weights concerned are rounded less. Other devices have no kernel for bytes: use `q4` there.
 */
export function gemma4Precision(name: string): Precision {
  return name.startsWith(VISION_PREFIX) && WIDE.test(name) ? "i8" : "q4";
}
