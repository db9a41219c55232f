/** Models to serve in tests: one that says what it is told, and a folder with a small random Gemma 4. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  encodeSafetensors,
  type Gemma4Config,
  type MediaLayout,
  miniGemma4,
  type PixelBlocks,
  type RgbImage,
  TEXT_ONLY,
} from "@symbion/neural";
import { randomWeights } from "../../../neural/test/support/gemma4.ts";
import {
  type ScriptedModel,
  scriptedModel,
  wordTokenizer,
} from "../../../neural/test/support/text.ts";
import type { ChatModel } from "../../src/models/open.ts";

const SPECIALS = [
  "<end>",
  "<turn>",
  "<model>",
  "<|image|>",
  "<|tool_call>",
  "<tool_call|>",
  '<|"|>',
  "<|channel>",
  "<channel|>",
];

/** A tokenizer of bytes, some words and special tokens. */
export const chatTokenizer = wordTokenizer(
  [" the", " cat", "hello", " world", '{"', '":'],
  SPECIALS,
);

/** A model that says what it is told, and what it was shown. */
export type EchoModel = ChatModel & {
  readonly model: ScriptedModel;
  /** Images in the order in which they came. */
  readonly images: RgbImage[];
  /** Prompts in the order in which they were rendered. */
  readonly prompts: string[];
  /** Held before each token, if set. */
  gate: (() => Promise<void>) | null;
};

/**
 * Says what follows "say " in the last message, else "ok". After it the end token has most of the score, and all other
 * tokens share the rest evenly.
 */
export function echoModel(): EchoModel {
  const end = chatTokenizer.id("<end>") as number;
  const begin = chatTokenizer.id("<model>") as number;
  const images: RgbImage[] = [];
  const prompts: string[] = [];
  const model = scriptedModel(
    chatTokenizer.size,
    async (tokens) => {
      await echo.gate?.();
      const from = tokens.lastIndexOf(begin) + 1;
      const bytes = tokens
        .slice(0, from)
        .flatMap((id) => (id < 0 ? [] : [...(chatTokenizer.bytes[id] ?? [])]));
      const prompt = Buffer.from(bytes).toString("utf8");
      const wanted = /[\s\S]*say ([\s\S]*)$/.exec(prompt)?.[1] ?? "ok";
      const ids = chatTokenizer.encode(wanted.replaceAll("[[", "<").replaceAll("]]", ">"));
      const scores = new Float32Array(chatTokenizer.size);
      scores[ids[tokens.length - from] ?? end] = 20;
      return scores;
    },
    [end],
  );
  const layout: MediaLayout = {
    ...TEXT_ONLY,
    imagePlaceholder: "<|image|>",
    image(image) {
      images.push(image);
      return [{ kind: "blocks", blocks: oneBlock() }];
    },
  };
  const echo: EchoModel = {
    id: "echo",
    model,
    tokenizer: chatTokenizer,
    media: layout,
    frameRate: 1,
    contextLength: 400,
    defaults: { temperature: 0 },
    endIds: [end],
    specials: SPECIALS,
    images,
    prompts,
    gate: null,
    prompt(messages, tools) {
      const text = messages.map(({ role, content, tool_calls: calls }) => {
        const inner =
          typeof content === "string"
            ? content
            : content
                .map((part) => (part.type === "text" ? part.text : `<|${part.type}|>`))
                .join("");
        return `<turn>${role}:${inner}${calls === undefined ? "" : JSON.stringify(calls)}`;
      });
      prompts.push(`${tools === undefined ? "" : JSON.stringify(tools)}${text.join("")}<model>`);
      return prompts.at(-1) as string;
    },
    close: async () => {},
  };
  return echo;
}

function oneBlock(): PixelBlocks {
  return {
    count: 1,
    pixels: new Float32Array(12),
    columns: new Int32Array(1),
    rows: new Int32Array(1),
    gridWidth: 1,
    gridHeight: 1,
  };
}

const TEMPLATE = `{{ bos_token }}{% for message in messages %}<|turn>{{ message.role }}
{% if message.content is string %}{{ message.content }}{% else %}{% for part in message.content %}{% if part.type == "text" %}{{ part.text }}{% else %}<|{{ part.type }}|>{% endif %}{% endfor %}{% endif %}<turn|>
{% endfor %}{% if add_generation_prompt %}<|turn>model
{% endif %}`;

const GEMMA_SPECIALS = [
  "<pad>",
  "<eos>",
  "<bos>",
  "<|turn>",
  "<turn|>",
  "<|image>",
  "<|image|>",
  "<image|>",
  "<|video|>",
];

/** Writes a small Gemma 4 with random weights, in the layout of Hugging Face. */
export function writeTinyGemma(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const write = (name: string, value: unknown): void =>
    writeFileSync(join(folder, name), typeof value === "string" ? value : JSON.stringify(value));
  const vocabulary: Record<string, number> = Object.fromEntries(
    GEMMA_SPECIALS.map((name, id) => [name, id]),
  );
  for (let byte = 0; byte < 256; byte++) {
    const hex = byte.toString(16).toUpperCase().padStart(2, "0");
    vocabulary[`<0x${hex}>`] = GEMMA_SPECIALS.length + byte;
  }
  vocabulary["\u2581"] = GEMMA_SPECIALS.length + 256;
  const size = Object.keys(vocabulary).length;
  const ids = { image: 6, beginImage: 5, endImage: 7, video: 8, end: [1, 4] };
  const config = miniGemma4({
    text: { vocabulary: size },
    vision: { positions: 256 },
    tokens: ids,
  });
  write("config.json", configJson(config));
  write("generation_config.json", {
    do_sample: true,
    temperature: 1,
    top_k: 64,
    top_p: 0.95,
    eos_token_id: [1, 4],
  });
  write("preprocessor_config.json", { max_soft_tokens: 20 });
  write("tokenizer.json", {
    version: "1.0",
    added_tokens: GEMMA_SPECIALS.map((content, id) => ({
      id,
      content,
      special: true,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
    })),
    normalizer: { type: "Replace", pattern: { String: " " }, content: "\u2581" },
    pre_tokenizer: null,
    post_processor: null,
    decoder: {
      type: "Sequence",
      decoders: [
        { type: "Replace", pattern: { String: "\u2581" }, content: " " },
        { type: "ByteFallback" },
        { type: "Fuse" },
      ],
    },
    model: {
      type: "BPE",
      unk_token: null,
      byte_fallback: true,
      fuse_unk: false,
      vocab: vocabulary,
      merges: [],
    },
  });
  write("tokenizer_config.json", { bos_token: "<bos>", eos_token: "<eos>", pad_token: "<pad>" });
  write("chat_template.jinja", TEMPLATE);
  const tensors = new Map(
    [...randomWeights(config)].map(([name, { shape, data }]) => [
      name,
      { type: "F32" as const, shape, data },
    ]),
  );
  writeFileSync(join(folder, "model.safetensors"), encodeSafetensors(tensors));
}

function configJson({ text, vision, tokens }: Gemma4Config): object {
  return {
    model_type: "gemma4",
    image_token_id: tokens.image,
    boi_token_id: tokens.beginImage,
    eoi_token_id: tokens.endImage,
    video_token_id: tokens.video,
    eos_token_id: tokens.end,
    text_config: {
      model_type: "gemma4_text",
      vocab_size: text.vocabulary,
      hidden_size: text.width,
      num_hidden_layers: text.layers.length,
      layer_types: text.layers.map((kind) => `${kind}_attention`),
      num_kv_shared_layers: text.sharedLayers,
      num_attention_heads: text.heads,
      num_key_value_heads: text.kvHeads,
      head_dim: text.headWidth.sliding,
      global_head_dim: text.headWidth.full,
      intermediate_size: text.mlpWidth,
      use_double_wide_mlp: text.doubleWideMlp,
      hidden_size_per_layer_input: text.perLayerWidth,
      vocab_size_per_layer_input: text.perLayerVocabulary,
      sliding_window: text.window,
      final_logit_softcapping: text.softcap,
      pad_token_id: text.padId,
      hidden_activation: "gelu_pytorch_tanh",
      max_position_embeddings: 2048,
      tie_word_embeddings: true,
    },
    vision_config:
      vision === null
        ? null
        : {
            model_type: "gemma4_vision",
            hidden_size: vision.width,
            num_hidden_layers: vision.layers,
            num_attention_heads: vision.heads,
            num_key_value_heads: vision.heads,
            head_dim: vision.headWidth,
            intermediate_size: vision.mlpWidth,
            patch_size: vision.patch,
            pooling_kernel_size: vision.pool,
            position_embedding_size: vision.positions,
            use_clipped_linears: vision.clipped,
            hidden_activation: "gelu_pytorch_tanh",
          },
  };
}
