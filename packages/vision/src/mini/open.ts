/** The embedded model, ready to be asked. */

import {
  CheckpointParameters,
  type Executor,
  loadTokenizer,
  memorySource,
  openCheckpoint,
  openGemma4,
  parseGemma4Config,
  type SlotModel,
  type Tokenizer,
} from "@symbion/neural";
import { type MiniFiles, readMiniFiles } from "./files.ts";
import { nearestWording } from "./wording.ts";

/** Name of the embedded model, for people and logs. */
export const MINI_NAME = "mini";

/** Text to the model's words and back. */
export class MiniTokenizer {
  readonly #tokenizer: Tokenizer;

  constructor(tokenizer: Tokenizer) {
    this.#tokenizer = tokenizer;
  }

  /**
   * Token ids of a question, put into the nearest wording that the model was trained on; of a question that is near
   * none of them, the ids of its own words.
   */
  encode(text: string): Int32Array {
    return this.#tokenizer.encode(nearestWording(text) ?? text);
  }

  /** The text of an answer, without special tokens. */
  decode(ids: readonly number[]): string {
    return this.#tokenizer.decode(ids);
  }
}

/** The embedded model and its words. */
export type Mini = {
  /** The network, ready for streams and chats. */
  readonly model: SlotModel;
  /** Its words. */
  readonly tokenizer: MiniTokenizer;
};

/**
 * Opens the embedded model. It answers questions about simulated scenes of a fixed camera and has seen nothing else:
 * see `mini/README.md` in the package.
 * @param files what to open instead of the files that come with the package
 * @throws {UsageError} when the package's files are not there. @throws {CheckpointError} when the weights are damaged.
 */
export async function openMini(executor: Executor, files?: MiniFiles): Promise<Mini> {
  const { config, tokenizer, weights } = files ?? (await readMiniFiles());
  const checkpoint = await openCheckpoint([memorySource("model.safetensors", weights)]);
  try {
    const parameters = new CheckpointParameters(checkpoint);
    const model = await openGemma4(executor, parseGemma4Config(config), parameters, {
      name: MINI_NAME,
    });
    return { model, tokenizer: new MiniTokenizer(loadTokenizer({ tokenizer })) };
  } finally {
    await checkpoint.close();
  }
}
