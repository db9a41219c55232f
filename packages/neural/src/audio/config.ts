/** Sizes and settings of Gemma 4's audio tower, read from Hugging Face's `config.json`. */

import { ModelConfigError } from "../model/config-error.ts";
import { ConfigReader } from "../model/config-reader.ts";

/** The audio tower and its projection into the decoder. */
export type Gemma4AudioConfig = {
  /** Length of a hidden state. */
  readonly width: number;
  /** Number of conformer layers. */
  readonly layers: number;
  /** Attention heads; divides `width`. */
  readonly heads: number;
  /** Channels after the two subsampling convolutions; the first is also the number of mel bins. */
  readonly channels: readonly [first: number, second: number];
  /** Length of the depthwise convolution, in tokens. */
  readonly kernel: number;
  /** Share of a feed-forward block that is added to the residual. */
  readonly residual: number;
  /** Tokens of a chunk: queries that share one stretch of keys. */
  readonly chunk: number;
  /** A token sees so many tokens, itself and one more included, to the left: distances 0 to `left` - 2. */
  readonly left: number;
  /** And distances 1 to `right` - 1 to the right. */
  readonly right: number;
  /** Attention scores are squeezed into (-cap, cap). */
  readonly cap: number;
  /** Score of a token that is not seen. */
  readonly unseen: number;
  /** Whether linear layers clamp what goes in and comes out, to bounds in the checkpoint. */
  readonly clipped: boolean;
  /** Added to the mean square in the norms that are not fixed at 1e-6. */
  readonly epsilon: number;
  /** Hidden states are clamped to this between blocks. */
  readonly clamp: number;
  /** Width that the tower itself gives. */
  readonly outputWidth: number;
  /** Width of the decoder that takes the tokens. */
  readonly textWidth: number;
  /** Token whose per-layer rows audio tokens take. */
  readonly padId: number;
};

/** Tokens in front of a chunk that its queries may see. */
export function pastOf(config: Gemma4AudioConfig): number {
  return config.left - 1;
}

/** Keys that a chunk's queries are offered. */
export function contextOf(config: Gemma4AudioConfig): number {
  return config.chunk + pastOf(config) + config.right;
}

/**
 * Reads the audio part of a `gemma4` model's `config.json`; null for a model that does not hear.
 * @throws {ModelConfigError} for another architecture, a setting that is not built here, or a field that does not fit.
 */
export function parseGemma4AudioConfig(json: unknown): Gemma4AudioConfig | null {
  const root = new ConfigReader(json, "config");
  const type = root.string("model_type", "");
  if (type !== "gemma4") {
    throw new ModelConfigError(`config.model_type: expected gemma4, got ${type || "nothing"}`);
  }
  if (!root.has("audio_config")) return null;
  const audio = root.object("audio_config");
  const text = root.object("text_config");
  audio.only("model_type", ["gemma4_audio"]);
  audio.only("hidden_act", ["silu"]);
  const width = audio.integer("hidden_size", 1024);
  const heads = audio.integer("num_attention_heads", 8);
  if (width % heads !== 0 || width % 2 !== 0) {
    throw audio.wrong("hidden_size", `an even multiple of num_attention_heads ${heads}`);
  }
  return {
    width,
    layers: audio.integer("num_hidden_layers", 12),
    heads,
    channels: channels(audio),
    kernel: audio.integer("conv_kernel_size", 5),
    residual: audio.number("residual_weight", 0.5),
    chunk: audio.integer("attention_chunk_size", 12),
    left: audio.integer("attention_context_left", 13, 2),
    right: audio.integer("attention_context_right", 0, 0),
    cap: audio.number("attention_logit_cap", 50, Number.MIN_VALUE),
    unseen: audio.number("attention_invalid_logits_value", -1e9, -Number.MAX_VALUE),
    clipped: audio.boolean("use_clipped_linears", true),
    epsilon: audio.number("rms_norm_eps", 1e-6),
    clamp: audio.number("gradient_clipping", 1e10),
    outputWidth: audio.integer("output_proj_dims", 1536),
    textWidth: text.integer("hidden_size"),
    padId: text.integer("pad_token_id", 0, 0),
  };
}

function channels(audio: ConfigReader): [number, number] {
  const name = "subsampling_conv_channels";
  const raw = audio.has(name) ? audio.raw(name) : [128, 32];
  if (Array.isArray(raw) && raw.length === 2 && raw.every((n) => Number.isInteger(n) && n > 0)) {
    // Two halvings of the mel bins have to come out even.
    if (raw[0] % 4 === 0) return [raw[0], raw[1]];
  }
  throw audio.wrong(name, "two numbers of channels, the first a multiple of 4");
}
