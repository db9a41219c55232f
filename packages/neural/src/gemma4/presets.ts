/** Known sizes of Gemma 4: the published E2B and E4B, and a small one for tests and for models trained on the spot. */

import type { Gemma4Config, Gemma4TextConfig, Gemma4VisionConfig, LayerKind } from "./config.ts";

function repeated(sliding: number, times: number): LayerKind[] {
  const one: LayerKind[] = [...Array<LayerKind>(sliding).fill("sliding"), "full"];
  return Array.from({ length: times }, () => one).flat();
}

const ROPE: Gemma4TextConfig["rope"] = {
  sliding: { theta: 1e4, fraction: 1 },
  full: { theta: 1e6, fraction: 0.25 },
};

const TOKENS: Gemma4Config["tokens"] = {
  image: 258880,
  beginImage: 255999,
  endImage: 258882,
  video: 258884,
  end: [1, 106],
};

const VISION: Gemma4VisionConfig = {
  width: 768,
  layers: 16,
  heads: 12,
  headWidth: 64,
  mlpWidth: 3072,
  epsilon: 1e-6,
  patch: 16,
  pool: 3,
  positions: 10240,
  theta: 100,
  clipped: true,
};

/** `google/gemma-4-E2B-it`. */
export const GEMMA4_E2B: Gemma4Config = {
  text: {
    vocabulary: 262144,
    width: 1536,
    layers: repeated(4, 7),
    sharedLayers: 20,
    heads: 8,
    kvHeads: 1,
    headWidth: { sliding: 256, full: 512 },
    mlpWidth: 6144,
    doubleWideMlp: true,
    perLayerWidth: 256,
    perLayerVocabulary: 262144,
    window: 512,
    softcap: 30,
    epsilon: 1e-6,
    padId: 0,
    rope: ROPE,
    tied: true,
  },
  vision: VISION,
  tokens: TOKENS,
};

/** `google/gemma-4-E4B-it`. */
export const GEMMA4_E4B: Gemma4Config = {
  text: {
    ...GEMMA4_E2B.text,
    width: 2560,
    layers: repeated(5, 7),
    sharedLayers: 18,
    kvHeads: 2,
    mlpWidth: 10240,
    doubleWideMlp: false,
  },
  vision: VISION,
  tokens: TOKENS,
};

/** What may differ in a small model. */
export type MiniGemma4Options = {
  /** Fields of the decoder. */
  readonly text?: Partial<Gemma4TextConfig> | undefined;
  /** Fields of the vision tower, or null for none. */
  readonly vision?: Partial<Gemma4VisionConfig> | null | undefined;
  /** Ids of special tokens. */
  readonly tokens?: Partial<Gemma4Config["tokens"]> | undefined;
};

/**
 * A small Gemma 4 with every part of the large ones: both kinds of layers, shared keys and values, per-layer
 * embeddings, and a vision tower. About 2.5 million weights unless told otherwise.
 */
export function miniGemma4(options: MiniGemma4Options = {}): Gemma4Config {
  const vision: Gemma4VisionConfig = {
    width: 128,
    layers: 4,
    heads: 4,
    headWidth: 32,
    mlpWidth: 384,
    epsilon: 1e-6,
    patch: 16,
    pool: 3,
    positions: 64,
    theta: 100,
    clipped: false,
  };
  return {
    text: {
      vocabulary: 512,
      width: 192,
      layers: ["sliding", "sliding", "full", "sliding", "full"],
      sharedLayers: 2,
      heads: 4,
      kvHeads: 1,
      headWidth: { sliding: 32, full: 64 },
      mlpWidth: 384,
      doubleWideMlp: true,
      perLayerWidth: 32,
      perLayerVocabulary: options.text?.vocabulary ?? 512,
      window: 512,
      softcap: 30,
      epsilon: 1e-6,
      padId: 0,
      rope: ROPE,
      tied: true,
      ...options.text,
    },
    vision: options.vision === null ? null : { ...vision, ...options.vision },
    tokens: { image: 5, beginImage: 6, endImage: 7, video: 8, end: [1], ...options.tokens },
  };
}
