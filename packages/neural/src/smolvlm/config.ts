/** Sizes and settings of a SmolVLM2 model, read from Hugging Face's `config.json`. */

import { ModelConfigError } from "../model/config-error.ts";
import { ConfigReader } from "../model/config-reader.ts";

/** The decoder, a Llama. */
export type SmolVlmTextConfig = {
  /** Number of token ids. */
  readonly vocabulary: number;
  /** Length of a hidden state. */
  readonly width: number;
  /** Number of layers. */
  readonly layers: number;
  /** Query heads. */
  readonly heads: number;
  /** Key and value heads; divides `heads`. */
  readonly kvHeads: number;
  /** Channels of a head; even. */
  readonly headWidth: number;
  /** Inner width of the feed-forward block. */
  readonly mlpWidth: number;
  /** Added to the mean square in RMS norms. */
  readonly epsilon: number;
  /** Base of the rotary frequencies. */
  readonly theta: number;
  /** Positions the model was trained for: 0 up to, not including, this. */
  readonly positions: number;
  /** Whether the head uses the embedding table's weights. */
  readonly tied: boolean;
};

/** The vision tower, a SigLIP. */
export type SmolVlmVisionConfig = {
  /** Length of a patch's hidden state. */
  readonly width: number;
  /** Number of layers. */
  readonly layers: number;
  /** Heads; divides `width`. */
  readonly heads: number;
  /** Inner width of the feed-forward block. */
  readonly mlpWidth: number;
  /** Added to the variance in layer norms. */
  readonly epsilon: number;
  /** Pixels on a side of a patch. */
  readonly patch: number;
  /** Rows and columns of the learned table of positions. */
  readonly side: number;
  /** Patches on a side of a block, which becomes one token. */
  readonly shuffle: number;
};

/** A whole model. */
export type SmolVlmConfig = {
  /** Reads tokens and image blocks, writes tokens. */
  readonly text: SmolVlmTextConfig;
  /** Turns pixels into image blocks. */
  readonly vision: SmolVlmVisionConfig;
  /** Token that stands for one image block. */
  readonly imageId: number;
  /** Tokens that end an answer. */
  readonly endIds: readonly number[];
};

/** Pixels on a side of an image block: 64 in SmolVLM2-256M and 500M. */
export function smolVlmBlockSize(config: SmolVlmVisionConfig): number {
  return config.patch * config.shuffle;
}

/**
 * Reads a `config.json` of a `smolvlm` model. Fields that published files leave out take the values that Hugging Face
 * transformers gives them.
 * @throws {ModelConfigError} for another architecture, a setting that is not built here, or a field that does not fit.
 */
export function parseSmolVlmConfig(json: unknown): SmolVlmConfig {
  const root = new ConfigReader(json, "config");
  const type = root.string("model_type", "");
  if (type !== "smolvlm") {
    throw new ModelConfigError(`config.model_type: expected smolvlm, got ${type || "nothing"}`);
  }
  const text = root.object("text_config");
  return {
    text: parseText(text, root),
    vision: parseVision(root.object("vision_config"), root.integer("scale_factor", 2)),
    imageId: root.integer("image_token_id", 128257, 0),
    endIds: endIds(root.has("eos_token_id") ? root : text),
  };
}

function parseText(text: ConfigReader, root: ConfigReader): SmolVlmTextConfig {
  text.only("model_type", ["llama"]);
  text.only("hidden_act", ["silu"]);
  text.only("attention_bias", [false]);
  text.only("mlp_bias", [false]);
  const width = text.integer("hidden_size", 4096);
  const heads = text.integer("num_attention_heads", 32);
  const kvHeads = text.integer("num_key_value_heads", heads);
  if (heads % kvHeads !== 0) {
    throw text.wrong("num_key_value_heads", `a divisor of num_attention_heads ${heads}`);
  }
  const headWidth = text.integer("head_dim", Math.floor(width / heads));
  if (headWidth % 2 !== 0) throw text.wrong("head_dim", "an even number");
  return {
    vocabulary: text.integer("vocab_size", 32000),
    width,
    layers: text.integer("num_hidden_layers", 32),
    heads,
    kvHeads,
    headWidth,
    mlpWidth: text.integer("intermediate_size", 11008),
    // SmolVLM's default differs from Llama's.
    epsilon: text.number("rms_norm_eps", 1e-5),
    theta: theta(text),
    positions: text.integer("max_position_embeddings", 2048),
    tied: root.boolean("tie_word_embeddings", text.boolean("tie_word_embeddings", false)),
  };
}

/** Base of the rotary frequencies, where newer and older files have it. */
function theta(text: ConfigReader): number {
  if (text.has("rope_scaling")) throw text.wrong("rope_scaling", "null (frequencies as they are)");
  if (!text.has("rope_parameters")) return text.number("rope_theta", 10000, 1);
  const parameters = text.object("rope_parameters");
  parameters.only("rope_type", ["default"]);
  return parameters.number("rope_theta", 10000, 1);
}

function parseVision(vision: ConfigReader, shuffle: number): SmolVlmVisionConfig {
  vision.only("model_type", ["smolvlm_vision", "smolvlm"]);
  vision.only("hidden_act", ["gelu_pytorch_tanh"]);
  vision.only("num_channels", [3]);
  const width = vision.integer("hidden_size", 1152);
  const heads = vision.integer("num_attention_heads", 16);
  if (width % heads !== 0) {
    throw vision.wrong("num_attention_heads", `a divisor of hidden_size ${width}`);
  }
  const patch = vision.integer("patch_size", 32);
  const side = Math.floor(vision.integer("image_size", 224) / patch);
  if (side === 0 || side % shuffle !== 0) {
    throw vision.wrong("image_size", `a multiple of ${shuffle} patches of ${patch} pixels`);
  }
  return {
    width,
    layers: vision.integer("num_hidden_layers", 12),
    heads,
    mlpWidth: vision.integer("intermediate_size", 3072),
    epsilon: vision.number("layer_norm_eps", 1e-6),
    patch,
    side,
    shuffle,
  };
}

function endIds(reader: ConfigReader): number[] {
  const raw = reader.raw("eos_token_id") ?? 2;
  const list = Array.isArray(raw) ? raw : [raw];
  if (list.length === 0 || !list.every((id) => Number.isInteger(id) && id >= 0)) {
    throw reader.wrong("eos_token_id", "a token id or a list of them");
  }
  return list;
}
