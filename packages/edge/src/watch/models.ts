/** Models that can be asked about video: the embedded one, a pulled one, or a folder. */

import { UsageError } from "@symbion/core";
import { openGemma4, parseGemma4Config, type SlotModel } from "@symbion/neural";
import { loadCheckpoint, openNodeExecutor } from "@symbion/neural/node";
import { gemmaLayout, miniLayout, type PromptLayout } from "@symbion/vision";
import { MINI_NAME, openMini } from "@symbion/vision/mini";

/** A model that can be asked about video, and its way of being asked. */
export type WatchModel = {
  readonly model: SlotModel;
  readonly layout: PromptLayout;
  /** Frees its memory. */
  close(): Promise<void>;
};

/** How a model is opened. */
export type WatchModelOptions = {
  /** Threads within an operator. Default 1. */
  readonly threads?: number | undefined;
  /** Folder of pulled models; default: the usual one. */
  readonly models?: string | undefined;
};

/** Weights' precision of models that are not the embedded one, unless the checkpoint is small enough to stay as it is. */
const PRECISION = "q8";
/** Hidden size below which weights stay as they are: blocks of 32 would not pay, and quality would suffer. */
const SMALL = 256;

/**
 * Opens `mini`, the id of a pulled model, or a folder with a checkpoint.
 * @throws {UsageError} saying what is wrong: nothing there, another architecture, no tokenizer, broken files.
 */
export async function openWatchModel(
  name: string,
  options: WatchModelOptions = {},
): Promise<WatchModel> {
  const executor = await openNodeExecutor({ threads: options.threads ?? 1 }).catch(
    (error: unknown) => {
      throw asUsage(error, "models");
    },
  );
  try {
    if (name === MINI_NAME) {
      const { model, tokenizer } = await openMini(executor);
      return {
        model,
        layout: miniLayout(tokenizer),
        close: async () => {
          await model.dispose();
          await executor.dispose();
        },
      };
    }
    const loaded = await loadCheckpoint(name, { models: options.models });
    try {
      const config = parseGemma4Config(loaded.config);
      const { vision } = config;
      if (vision === null) {
        throw new UsageError(`${name}: expected a model with a vision encoder, got one without`);
      }
      const { tokenizer } = loaded;
      if (tokenizer === null) {
        throw new UsageError(`${name}: expected tokenizer.json beside the weights, found none`);
      }
      tokenizer.checkModel(config.text.vocabulary, loaded.config);
      const precision = config.text.width < SMALL ? "f32" : PRECISION;
      const parameters = loaded.parameters({ precision });
      const model = await openGemma4(executor, config, parameters, { name: loaded.name });
      const { beginImage, endImage } = config.tokens;
      const layout = gemmaLayout(tokenizer, { vision, markers: [beginImage, endImage] });
      return {
        model,
        layout,
        close: async () => {
          await model.dispose();
          await executor.dispose();
          await loaded.close();
        },
      };
    } catch (error) {
      await loaded.close();
      throw error;
    }
  } catch (error) {
    await executor.dispose();
    throw asUsage(error, name);
  }
}

/** What is wrong with a model is the user's to mend. */
function asUsage(error: unknown, where: string): Error {
  if (error instanceof UsageError || !(error instanceof Error)) {
    return error instanceof Error ? error : new Error(String(error));
  }
  const text = error.message.startsWith(where) ? error.message : `${where}: ${error.message}`;
  return new UsageError(text, { cause: error });
}
