/** The small model and prompt that transformers.js has run too (oracle/gemma4-peer.ts). */

import { type Gemma4Config, miniGemma4, type PixelBlocks } from "../../src/index.ts";

/** Heads in groups of four, shared keys and values, a window shorter than the prompt. */
export const PEER_CONFIG: Gemma4Config = miniGemma4({
  text: {
    vocabulary: 64,
    perLayerVocabulary: 64,
    width: 48,
    layers: ["sliding", "full", "sliding", "sliding", "full"],
    sharedLayers: 2,
    headWidth: { sliding: 16, full: 32 },
    mlpWidth: 64,
    perLayerWidth: 8,
    window: 7,
  },
  vision: { width: 32, layers: 2, heads: 2, headWidth: 16, mlpWidth: 48, positions: 24 },
});

/** Blocks across and down the picture. */
export const PEER_GRID = [3, 2] as const;

/** The prompt: text, the picture, text. */
export const PEER_IDS: readonly number[] = [
  2,
  17,
  6,
  ...Array<number>(6).fill(PEER_CONFIG.tokens.image),
  7,
  33,
  40,
  41,
  9,
];

/** All blocks of a picture as patches row by row, with (x, y) of each: what image processors make. */
export function rowMajorPatches(
  blocks: PixelBlocks,
  config: Gemma4Config,
): { readonly patches: Float32Array; readonly positions: BigInt64Array } {
  const { vision } = config;
  if (vision === null) throw new RangeError("expected a model with a vision tower");
  const { patch, pool } = vision;
  const size = patch * pool;
  const across = blocks.gridWidth * pool;
  const length = patch * patch * 3;
  const patches = new Float32Array(blocks.pixels.length);
  for (let block = 0; block < blocks.count; block++) {
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < pool; x++) {
        const row = (blocks.rows[block] ?? 0) * pool + Math.floor(y / patch);
        const column = (blocks.columns[block] ?? 0) * pool + x;
        const from = ((block * size + y) * size + x * patch) * 3;
        const to = (row * across + column) * length + (y % patch) * patch * 3;
        patches.set(blocks.pixels.subarray(from, from + patch * 3), to);
      }
    }
  }
  const count = patches.length / length;
  const positions = BigInt64Array.from({ length: 2 * count }, (_, i) => {
    const index = i >> 1;
    return BigInt(i % 2 === 0 ? index % across : Math.floor(index / across));
  });
  return { patches, positions };
}
