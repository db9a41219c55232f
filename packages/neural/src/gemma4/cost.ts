/** What running Gemma 4 costs, in operations of its matrix products. */

import type { Cost } from "../model/types.ts";
import {
  blockSizeOf,
  type Gemma4Config,
  type Gemma4TextConfig,
  mlpWidthOf,
  ownLayers,
} from "./config.ts";

/**
 * Operations (a multiplication and an addition count as two) of all matrix products, attention included; norms,
 * activations and look-ups, about one in a hundred, are left out. Attention is counted over all slots given as seen,
 * in sliding layers too: that is what is computed, masked or not.
 */
export function gemma4Cost(config: Gemma4Config): Cost {
  const { text, vision } = config;
  const own = ownLayers(text);
  return {
    vision(blocks) {
      if (vision === null) return 0;
      const { width, heads, headWidth, mlpWidth, layers, patch, pool } = vision;
      const patches = blocks * pool * pool;
      const inner = heads * headWidth;
      const layer = 4 * width * inner + 3 * width * mlpWidth + 2 * patches * inner;
      const ends = patches * patch * patch * 3 * width + blocks * width * text.width;
      return 2 * (patches * layers * layer + ends);
    },
    lower(rows, seen) {
      let each = perLayer(text, own - 1);
      for (let layer = 0; layer < own - 1; layer++) {
        each += keyValues(text, layer) + rest(text, layer, seen);
      }
      return 2 * rows * (each + keyValues(text, own - 1));
    },
    upper(rows, seen) {
      let each = perLayer(text, text.layers.length - own + 1) + text.width * text.vocabulary;
      for (let layer = own - 1; layer < text.layers.length; layer++)
        each += rest(text, layer, seen);
      return 2 * rows * each;
    },
  };
}

/** Floating-point numbers of one image block. */
export function blockLength(config: Gemma4Config): number {
  return config.vision === null ? 0 : blockSizeOf(config.vision) ** 2 * 3;
}

function headWidthOf(text: Gemma4TextConfig, layer: number): number {
  return text.headWidth[text.layers[layer] ?? "full"];
}

function perLayer(text: Gemma4TextConfig, layers: number): number {
  return text.width * layers * text.perLayerWidth;
}

function keyValues(text: Gemma4TextConfig, layer: number): number {
  return 2 * text.width * text.kvHeads * headWidthOf(text, layer);
}

function rest(text: Gemma4TextConfig, layer: number, seen: number): number {
  const channels = text.heads * headWidthOf(text, layer);
  const attention = 2 * text.width * channels + 2 * seen * channels;
  return attention + 3 * text.width * mlpWidthOf(text, layer) + 2 * text.width * text.perLayerWidth;
}
