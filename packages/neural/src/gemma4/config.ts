/** Sizes and settings of a Gemma 4 model, read from Hugging Face's `config.json`. */

import { ModelConfigError } from "../model/config-error.ts";
import { ConfigReader } from "../model/config-reader.ts";

/** What a layer attends to: the last `window` tokens, or all before it. */
export type LayerKind = "sliding" | "full";

/** Rotary position embedding of one kind of layer. */
export type RopeConfig = {
  /** Base of the geometric row of frequencies. */
  readonly theta: number;
  /** Share of the channel pairs that rotate, 0 to 1; the others stay as they are. */
  readonly fraction: number;
};

/** The decoder. */
export type Gemma4TextConfig = {
  /** Number of token ids. */
  readonly vocabulary: number;
  /** Length of a hidden state. */
  readonly width: number;
  /** Kind of each layer, first to last. */
  readonly layers: readonly LayerKind[];
  /** The last so many layers read keys and values of an earlier layer of their kind. */
  readonly sharedLayers: number;
  /** Query heads. */
  readonly heads: number;
  /** Key and value heads; divides `heads`. */
  readonly kvHeads: number;
  /** Channels of a head. */
  readonly headWidth: Readonly<Record<LayerKind, number>>;
  /** Inner width of the feed-forward block. */
  readonly mlpWidth: number;
  /** Whether layers with shared keys and values have a feed-forward block twice as wide. */
  readonly doubleWideMlp: boolean;
  /** Width of the per-layer embedding; 0 when the model has none. */
  readonly perLayerWidth: number;
  /** Rows of the per-layer table. */
  readonly perLayerVocabulary: number;
  /** A sliding layer sees this many tokens, its own included. */
  readonly window: number;
  /** Logits are squeezed into (-softcap, softcap); null leaves them. */
  readonly softcap: number | null;
  /** Added to the mean square in RMS norms. */
  readonly epsilon: number;
  /** Token whose per-layer rows image tokens take. */
  readonly padId: number;
  /** Rotary positions of sliding and of full layers. */
  readonly rope: Readonly<Record<LayerKind, RopeConfig>>;
  /** Whether the head uses the embedding table's weights. */
  readonly tied: boolean;
};

/** The vision tower. */
export type Gemma4VisionConfig = {
  /** Length of a patch's hidden state. */
  readonly width: number;
  /** Number of encoder layers. */
  readonly layers: number;
  /** Attention heads of a layer. */
  readonly heads: number;
  /** Channels of a head; a multiple of 4. */
  readonly headWidth: number;
  /** Length of the gated hidden layer. */
  readonly mlpWidth: number;
  /** Added to the mean square in RMS norms. */
  readonly epsilon: number;
  /** Pixels on a side of a patch. */
  readonly patch: number;
  /** Patches on a side of a block, which becomes one token. */
  readonly pool: number;
  /** Rows of the learned position table along one axis. */
  readonly positions: number;
  /** Base of the rotary frequencies. */
  readonly theta: number;
  /** Whether linear layers clamp what goes in and comes out, to bounds in the checkpoint. */
  readonly clipped: boolean;
};

/** Ids of tokens with a meaning of their own. */
export type Gemma4Tokens = {
  /** Stands for one image block. */
  readonly image: number;
  /** Before an image's blocks. */
  readonly beginImage: number;
  /** Behind an image's blocks. */
  readonly endImage: number;
  /** Stands for one block of a video frame. */
  readonly video: number;
  /** End an answer. */
  readonly end: readonly number[];
};

/** A whole model. */
export type Gemma4Config = {
  /** The decoder. */
  readonly text: Gemma4TextConfig;
  /** Null for a model that only reads text. */
  readonly vision: Gemma4VisionConfig | null;
  /** Tokens that stand for something other than text. */
  readonly tokens: Gemma4Tokens;
};

/** Number of layers that own keys and values: the first ones. */
export function ownLayers(config: Gemma4TextConfig): number {
  return config.layers.length - config.sharedLayers;
}

/** The layer whose keys and values a layer reads: itself, or the last owner of its kind. */
export function keyValueLayer(config: Gemma4TextConfig, layer: number): number {
  const own = ownLayers(config);
  return layer < own
    ? layer
    : config.layers.lastIndexOf(config.layers[layer] as LayerKind, own - 1);
}

/** Inner width of a layer's feed-forward block. */
export function mlpWidthOf(config: Gemma4TextConfig, layer: number): number {
  return config.mlpWidth * (config.doubleWideMlp && layer >= ownLayers(config) ? 2 : 1);
}

/** Pixels on a side of an image block. */
export function blockSizeOf(config: Gemma4VisionConfig): number {
  return config.patch * config.pool;
}

/**
 * Reads a `config.json`: of a whole model (`gemma4`) or of its text part alone (`gemma4_text`).
 * @throws {ModelConfigError} for another architecture, a variant that is not built here (mixture of experts,
 * bidirectional attention, keys used as values), or a field that does not fit.
 */
export function parseGemma4Config(json: unknown): Gemma4Config {
  const root = new ConfigReader(json, "config");
  const type = root.string("model_type", "");
  if (type !== "gemma4" && type !== "gemma4_text") {
    throw new ModelConfigError(`config.model_type: expected gemma4 or gemma4_text, got ${type}`);
  }
  const text = type === "gemma4" ? root.object("text_config") : root;
  const vision =
    type === "gemma4" && root.has("vision_config") ? root.object("vision_config") : null;
  const ends = root.has("eos_token_id") ? root : text;
  const end = ends.raw("eos_token_id") ?? 1;
  const list = Array.isArray(end) ? end : [end];
  if (!list.every((id) => Number.isInteger(id))) {
    throw ends.wrong("eos_token_id", "an integer or a list of integers");
  }
  return {
    text: parseText(text, root),
    vision: vision === null ? null : parseVision(vision),
    tokens: {
      image: root.integer("image_token_id", 258880, 0),
      beginImage: root.integer("boi_token_id", 255999, 0),
      endImage: root.integer("eoi_token_id", 258882, 0),
      video: root.integer("video_token_id", 258884, 0),
      end: list as number[],
    },
  };
}

function parseText(text: ConfigReader, root: ConfigReader): Gemma4TextConfig {
  text.only("hidden_activation", ["gelu_pytorch_tanh"]);
  text.only("attention_bias", [false]);
  text.only("attention_k_eq_v", [false]);
  text.only("enable_moe_block", [false]);
  if (text.has("use_bidirectional_attention")) {
    throw text.wrong("use_bidirectional_attention", "null (causal attention)");
  }
  const count = text.integer("num_hidden_layers");
  const layers = layerKinds(text, count);
  const sharedLayers = text.integer("num_kv_shared_layers", 0, 0);
  const own = layers.slice(0, count - sharedLayers);
  if (sharedLayers >= count || layers.some((kind) => !own.includes(kind))) {
    throw text.wrong("num_kv_shared_layers", "layers of each kind that own keys and values");
  }
  const heads = text.integer("num_attention_heads");
  const kvHeads = text.integer("num_key_value_heads");
  if (heads % kvHeads !== 0) {
    throw text.wrong("num_key_value_heads", `a divisor of num_attention_heads ${heads}`);
  }
  const sliding = text.integer("head_dim");
  const vocabulary = text.integer("vocab_size");
  return {
    vocabulary,
    width: text.integer("hidden_size"),
    layers,
    sharedLayers,
    heads,
    kvHeads,
    headWidth: { sliding: even(text, "head_dim", sliding), full: fullHeadWidth(text, layers) },
    mlpWidth: text.integer("intermediate_size"),
    doubleWideMlp: text.boolean("use_double_wide_mlp", false),
    perLayerWidth: text.integer("hidden_size_per_layer_input", 256, 0),
    perLayerVocabulary: text.integer("vocab_size_per_layer_input", vocabulary),
    window: text.integer("sliding_window", 512),
    softcap: text.has("final_logit_softcapping") ? text.number("final_logit_softcapping") : null,
    epsilon: text.number("rms_norm_eps", 1e-6),
    padId: text.integer("pad_token_id", 0, 0),
    rope: {
      sliding: rope(text, "sliding_attention", 1e4, 1),
      full: rope(text, "full_attention", 1e6, 0.25),
    },
    tied: root.boolean("tie_word_embeddings", text.boolean("tie_word_embeddings", true)),
  };
}

function layerKinds(text: ConfigReader, count: number): LayerKind[] {
  const raw = text.raw("layer_types");
  if (raw === undefined || raw === null) {
    const kinds = Array.from(
      { length: count },
      (_, i): LayerKind => ((i + 1) % 6 ? "sliding" : "full"),
    );
    kinds[count - 1] = "full";
    return kinds;
  }
  const known: Readonly<Record<string, LayerKind>> = {
    sliding_attention: "sliding",
    full_attention: "full",
  };
  if (
    !Array.isArray(raw) ||
    raw.length !== count ||
    raw.some((kind) => !Object.hasOwn(known, kind))
  ) {
    throw text.wrong("layer_types", `${count} times sliding_attention or full_attention`);
  }
  return raw.map((kind) => known[kind] as LayerKind);
}

/** Head width of full layers: a field of its own, or an override per layer in files of newer versions. */
function fullHeadWidth(text: ConfigReader, layers: readonly LayerKind[]): number {
  if (!text.has("global_head_dim") && text.has("per_layer_config")) {
    const overrides = text.object("per_layer_config");
    const name = [String(layers.indexOf("full")), "full_attention"].find((key) =>
      overrides.has(key),
    );
    if (name !== undefined)
      return even(text, "head_dim", overrides.object(name).integer("head_dim"));
  }
  return even(text, "global_head_dim", text.integer("global_head_dim", 512));
}

function even(text: ConfigReader, name: string, value: number): number {
  if (value % 2 !== 0) throw text.wrong(name, "an even number");
  return value;
}

function rope(text: ConfigReader, name: string, theta: number, fraction: number): RopeConfig {
  if (!text.has("rope_parameters")) return { theta, fraction };
  const parameters = text.object("rope_parameters").object(name);
  const type = parameters.string("rope_type", "default");
  parameters.only("rope_type", ["default", "proportional"]);
  parameters.only("factor", [1]);
  return {
    theta: parameters.number("rope_theta", theta, 1),
    fraction: type === "default" ? 1 : parameters.number("partial_rotary_factor", 1),
  };
}

function parseVision(vision: ConfigReader): Gemma4VisionConfig {
  vision.only("model_type", ["gemma4_vision"]);
  vision.only("hidden_activation", ["gelu_pytorch_tanh"]);
  vision.only("standardize", [false]);
  vision.only("attention_bias", [false]);
  const heads = vision.integer("num_attention_heads", 12);
  vision.only("num_key_value_heads", [heads]);
  const headWidth = vision.integer("head_dim", 64);
  if (headWidth % 4 !== 0) throw vision.wrong("head_dim", "a multiple of 4");
  const rotary = vision.has("rope_parameters") ? vision.object("rope_parameters") : null;
  rotary?.only("rope_type", ["axial", "default"]);
  return {
    width: vision.integer("hidden_size", 768),
    layers: vision.integer("num_hidden_layers", 16),
    heads,
    headWidth,
    mlpWidth: vision.integer("intermediate_size", 3072),
    epsilon: vision.number("rms_norm_eps", 1e-6),
    patch: vision.integer("patch_size", 16),
    pool: vision.integer("pooling_kernel_size", 3),
    positions: vision.integer("position_embedding_size", 10240),
    theta: rotary === null ? 100 : rotary.number("rope_theta", 100, 1),
    clipped: vision.boolean("use_clipped_linears", false),
  };
}
