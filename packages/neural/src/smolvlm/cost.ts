/** What running SmolVLM2 costs, in operations of its matrix products. */

import type { Cost } from "../model/types.ts";
import type { SmolVlmConfig } from "./config.ts";

/**
 * Operations (a multiplication and an addition count as two) of all matrix products, attention included; norms,
 * activations and look-ups, about one in a hundred, are left out.
 */
export function smolVlmCost({ text, vision }: SmolVlmConfig): Cost {
  const keyValues = 2 * text.width * text.kvHeads * text.headWidth;
  const rest = (seen: number): number =>
    2 * (text.width + seen) * text.heads * text.headWidth + 3 * text.width * text.mlpWidth;
  return {
    vision(blocks) {
      const { width, mlpWidth, layers, patch, shuffle } = vision;
      const patches = blocks * shuffle * shuffle;
      const layer = 4 * width * width + 2 * width * mlpWidth + 2 * patches * width;
      const ends = 3 * patch * patch * width + width * text.width;
      return 2 * patches * (layers * layer + ends);
    },
    lower: (rows, seen) => 2 * rows * (text.layers * keyValues + (text.layers - 1) * rest(seen)),
    upper: (rows, seen) => 2 * rows * (rest(seen) + text.width * text.vocabulary),
  };
}
