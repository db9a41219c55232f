/** Models from folders in Hugging Face's layout, ready to chat. */

import { UsageError } from "@symbion/core";
import {
  type ChatMessage,
  type Executor,
  gemma4Layout,
  type MediaLayout,
  openGemma4,
  openSmolVlm,
  parseGemma4Config,
  parseSmolVlmConfig,
  type SamplingOptions,
  type SlotModel,
  smolVlmLayout,
  TEXT_ONLY,
  type TextTokenizer,
} from "@symbion/neural";
import { type LoadedCheckpoint, loadCheckpoint, openNodeExecutor } from "@symbion/neural/node";
import { MINI_NAME } from "@symbion/vision/mini";

/** A model with all that a conversation needs. */
export type ChatModel = {
  /** Name under which clients ask for it. */
  readonly id: string;
  readonly model: SlotModel;
  readonly tokenizer: TextTokenizer;
  /** How images and videos get into its prompts. */
  readonly media: MediaLayout;
  /** Pictures of a video that it wants for each second. */
  readonly frameRate: number;
  /** Tokens of prompt and answer together that it was made for. */
  readonly contextLength: number;
  /** How it is sampled unless a request says otherwise. */
  readonly defaults: SamplingOptions;
  /** Tokens that end an answer. */
  readonly endIds: readonly number[];
  /** Contents of tokens with a meaning of their own, which a user's text must not forge. */
  readonly specials: readonly string[];
  /** The prompt of a conversation, with placeholders for its media. */
  prompt(messages: readonly ChatMessage[], tools: readonly unknown[] | undefined): string;
  /** Frees its memory. */
  close(): Promise<void>;
};

/** How a model is opened. */
export type OpenModelOptions = {
  /** Folder of pulled models. */
  readonly models?: string | undefined;
  /** Bits of a weight: 32, or blocks of 8 or 4. Default 32. */
  readonly precision?: "f32" | "q8" | "q4" | undefined;
  /** Threads of the CPU; default 1. */
  readonly threads?: number | undefined;
  /** Folder for converted weights; null keeps them in memory. Default: beside the pulled models. */
  readonly packed?: string | null | undefined;
};

/** Context where a configuration says nothing. */
const DEFAULT_CONTEXT = 8192;

/**
 * Opens a model.
 *
 * @param where Folder with `config.json`, `model.safetensors` and `tokenizer.json`, the id of a pulled model, or `mini`
 *   for the one that comes with the node.
 * @throws {UsageError} saying what is wrong with its files.
 */
export async function openModel(where: string, options: OpenModelOptions = {}): Promise<ChatModel> {
  const { models, packed, precision = "f32", threads } = options;
  if (where === MINI_NAME) {
    const { openMiniChat } = await import("./mini.ts");
    return await openMiniChat(await openNodeExecutor({ threads }));
  }
  try {
    const loaded = await loadCheckpoint(where, { models, packed });
    const { name, config, generationConfig, tokenizer } = loaded;
    let executor: Executor | null = null;
    try {
      if (tokenizer === null || !tokenizer.hasChatTemplate) {
        throw new UsageError(
          `${where}: expected tokenizer.json and a chat template, there is ${tokenizer === null ? "no tokenizer" : "no template"}`,
        );
      }
      executor = await openNodeExecutor({ threads });
      const { model, media } = await openFamily(loaded, executor, precision);
      tokenizer.checkModel(model.vocabulary, config);
      const device = executor;
      return {
        id: name,
        model,
        tokenizer,
        media,
        frameRate: 1,
        contextLength: contextOf(config),
        defaults: samplingOf(generationConfig),
        endIds: endsOf(generationConfig) ?? model.endIds,
        specials: [...tokenizer.specialIds].flatMap((id) => tokenizer.token(id) ?? []),
        prompt: (messages, tools) => tokenizer.chat(messages, { tools }),
        close: async () => {
          await model.dispose();
          await device.dispose();
          await loaded.close();
        },
      };
    } catch (error) {
      await executor?.dispose();
      await loaded.close();
      throw error;
    }
  } catch (error) {
    if (error instanceof UsageError || !(error instanceof Error)) throw error;
    throw new UsageError(
      error.message.startsWith(where) ? error.message : `${where}: ${error.message}`,
      {
        cause: error,
      },
    );
  }
}

/** Opens a model of a known family. */
async function openFamily(
  { config, name, preprocessorConfig, parameters: weights }: LoadedCheckpoint,
  executor: Executor,
  precision: "f32" | "q8" | "q4",
): Promise<{ readonly model: SlotModel; readonly media: MediaLayout }> {
  const type = isRecord(config) ? config.model_type : undefined;
  const parameters = weights({ precision });
  if (type === "smolvlm") {
    const parsed = parseSmolVlmConfig(config);
    const model = await openSmolVlm(executor, parsed, parameters, { name });
    return { model, media: smolVlmLayout(parsed.vision) };
  }
  const parsed = parseGemma4Config(config);
  const model = await openGemma4(executor, parsed, parameters, { name });
  const imageTokens = tokensOf(preprocessorConfig);
  const media = parsed.vision === null ? TEXT_ONLY : gemma4Layout(parsed.vision, { imageTokens });
  return { model, media };
}

/** Most tokens of an image, where the checkpoint's processor says so. */
function tokensOf(config: unknown): number | undefined {
  if (!isRecord(config)) return undefined;
  const inner = isRecord(config.image_processor) ? config.image_processor : config;
  const tokens = inner.max_soft_tokens;
  return Number.isInteger(tokens) && Number(tokens) >= 1 ? Number(tokens) : undefined;
}

function contextOf(config: unknown): number {
  const text = isRecord(config) && isRecord(config.text_config) ? config.text_config : config;
  const length = isRecord(text) ? text.max_position_embeddings : undefined;
  return Number.isInteger(length) && Number(length) >= 1 ? Number(length) : DEFAULT_CONTEXT;
}

/** The sampling that a checkpoint's makers suggest. */
function samplingOf(config: unknown): SamplingOptions {
  if (!isRecord(config)) return {};
  const number = (key: string): number | undefined => {
    const value = config[key];
    return typeof value === "number" ? value : undefined;
  };
  return {
    temperature: config.do_sample === false ? 0 : number("temperature"),
    topK: number("top_k"),
    topP: number("top_p"),
    minP: number("min_p"),
    repetitionPenalty: number("repetition_penalty"),
  };
}

function endsOf(config: unknown): readonly number[] | undefined {
  const ids = isRecord(config) ? [config.eos_token_id].flat() : [];
  const whole = ids.every((id) => Number.isInteger(id));
  return ids.length > 0 && whole ? (ids as number[]) : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
