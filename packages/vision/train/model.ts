/** The mini model's sizes, as Hugging Face's `config.json` has them. */

import { type Gemma4Config, parseGemma4Config } from "@symbion/neural";
import { MINI_TOKENS } from "../src/mini/prompt.ts";
import { VOCABULARY_SIZE } from "./vocabulary.ts";

/** Contents of `config.json`. */
export const CONFIG_FILE: object = {
  model_type: "gemma4",
  architectures: ["Gemma4ForConditionalGeneration"],
  eos_token_id: MINI_TOKENS.end,
  image_token_id: 7,
  video_token_id: 7,
  boi_token_id: 7,
  eoi_token_id: 7,
  tie_word_embeddings: true,
  text_config: {
    model_type: "gemma4_text",
    vocab_size: VOCABULARY_SIZE,
    vocab_size_per_layer_input: VOCABULARY_SIZE,
    hidden_size: 160,
    hidden_size_per_layer_input: 32,
    intermediate_size: 320,
    use_double_wide_mlp: true,
    num_hidden_layers: 6,
    num_kv_shared_layers: 2,
    layer_types: [
      "sliding_attention",
      "sliding_attention",
      "sliding_attention",
      "full_attention",
      "sliding_attention",
      "full_attention",
    ],
    num_attention_heads: 4,
    num_key_value_heads: 1,
    head_dim: 32,
    global_head_dim: 64,
    sliding_window: 512,
    final_logit_softcapping: 30,
    rms_norm_eps: 1e-6,
    pad_token_id: MINI_TOKENS.pad,
    bos_token_id: MINI_TOKENS.start,
    eos_token_id: MINI_TOKENS.end,
    tie_word_embeddings: true,
    hidden_activation: "gelu_pytorch_tanh",
    attention_bias: false,
    rope_parameters: {
      sliding_attention: { rope_type: "default", rope_theta: 10000 },
      full_attention: {
        rope_type: "proportional",
        rope_theta: 1000000,
        partial_rotary_factor: 0.25,
      },
    },
  },
  vision_config: {
    model_type: "gemma4_vision",
    hidden_size: 96,
    intermediate_size: 256,
    num_hidden_layers: 3,
    num_attention_heads: 3,
    num_key_value_heads: 3,
    head_dim: 32,
    patch_size: 16,
    pooling_kernel_size: 3,
    position_embedding_size: 64,
    hidden_activation: "gelu_pytorch_tanh",
    rms_norm_eps: 1e-6,
    use_clipped_linears: false,
    rope_parameters: { rope_type: "default", rope_theta: 100 },
  },
};

/** The same, read. */
export const CONFIG: Gemma4Config = parseGemma4Config(CONFIG_FILE);
