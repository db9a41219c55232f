/** A checkpoint's folder: configuration, weights, tokenizer. */

import { existsSync, statSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { type Checkpoint, openCheckpoint, shardsOf } from "../checkpoint/checkpoint.ts";
import { CheckpointError, reason } from "../checkpoint/errors.ts";
import {
  CheckpointParameters,
  type CheckpointParametersOptions,
} from "../checkpoint/parameters.ts";
import type { ByteSource } from "../checkpoint/source.ts";
import { RECIPE } from "../checkpoint/weight-files.ts";
import { localModel } from "../hub/local.ts";
import { TokenizerError } from "../tokenizer/errors.ts";
import { loadTokenizer, type Tokenizer } from "../tokenizer/tokenizer.ts";
import { DiskWeights } from "./disk-weights.ts";
import { fileSource } from "./file-source.ts";
import { modelsFolder, packedFolder } from "./folders.ts";

/** How a checkpoint is found and its weights are kept. */
export type LoadCheckpointOptions = {
  /** Folder of pulled models. Default: {@link modelsFolder}. */
  readonly models?: string | undefined;
  /** Folder for converted weights; null keeps them in memory. Default: `packed` beside the pulled models. */
  readonly packed?: string | null | undefined;
};

/** What a checkpoint's folder holds. */
export type LoadedCheckpoint = {
  /** Name for people and logs: the model's id, or the folder's name. */
  readonly name: string;
  /** Absolute path of where the files are. */
  readonly folder: string;
  /** `config.json`, parsed and not checked: each architecture reads its own. */
  readonly config: unknown;
  /** `generation_config.json`, parsed; undefined where there is none. */
  readonly generationConfig: unknown;
  /** `preprocessor_config.json` or, where there is none, `processor_config.json`, parsed; undefined without either. */
  readonly preprocessorConfig: unknown;
  /** Null where the folder has no `tokenizer.json`. */
  readonly tokenizer: Tokenizer | null;
  /** The weights. */
  readonly checkpoint: Checkpoint;
  /** Weights for graphs; converted ones are kept on disk, so that the next start finds them. */
  parameters(options?: CheckpointParametersOptions): CheckpointParameters;
  /** Lets the files go. Parameters that have not been converted by then never will be. */
  close(): Promise<void>;
};

/** Most bytes of a JSON file; the largest tokenizers have some 40 MB. */
const MAX_JSON = 256 << 20;

/** Single file, and index of several. */
const WEIGHTS = "model.safetensors";
const INDEX = "model.safetensors.index.json";

/**
 * Opens a checkpoint.
 *
 * @param where A folder, or the id of a pulled model (`google/gemma-4-E2B-it`, with `@revision` for one of several).
 * @throws {CheckpointError} naming file and tensor when something is missing or is not what it has to be.
 * @throws {TokenizerError} naming the file, likewise.
 */
export async function loadCheckpoint(
  where: string,
  options: LoadCheckpointOptions = {},
): Promise<LoadedCheckpoint> {
  for (const key of Object.keys(options)) {
    if (key !== "models" && key !== "packed") {
      throw new RangeError(`expected the options models and packed, got ${key}`);
    }
  }
  const models = options.models ?? modelsFolder();
  const { name, folder } = await findFolder(where, models);
  const config = await readJson(folder, "config.json");
  if (config === undefined) {
    throw new CheckpointError(`${folder}: expected a checkpoint with config.json, there is none`);
  }
  const tokenizer = await loadTokenizerFolder(folder);
  const generationConfig = await readJson(folder, "generation_config.json");
  const preprocessorConfig =
    (await readJson(folder, "preprocessor_config.json")) ??
    (await readJson(folder, "processor_config.json"));
  const checkpoint = await openFolder(folder);
  const packed = options.packed === undefined ? packedFolder(models) : options.packed;
  let store: DiskWeights | undefined;
  try {
    store = packed === null ? undefined : await packedWeights(packed, folder, checkpoint);
  } catch (error) {
    await checkpoint.close();
    throw error;
  }
  return {
    name,
    folder,
    config,
    generationConfig,
    preprocessorConfig,
    tokenizer,
    checkpoint,
    parameters: (given = {}) => new CheckpointParameters(checkpoint, { store, ...given }),
    close: () => checkpoint.close(),
  };
}

/**
 * The tokenizer in a folder, or null where there is no `tokenizer.json`.
 * @throws {TokenizerError} naming the file.
 */
export async function loadTokenizerFolder(folder: string): Promise<Tokenizer | null> {
  try {
    const tokenizer = await readJson(folder, "tokenizer.json");
    if (tokenizer === undefined) return null;
    const config = await readJson(folder, "tokenizer_config.json");
    const chatTemplate = await readText(folder, "chat_template.jinja");
    return loadTokenizer({ tokenizer, config, chatTemplate });
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    throw new TokenizerError(error.message, { cause: error });
  }
}

async function findFolder(
  where: string,
  models: string,
): Promise<{ name: string; folder: string }> {
  if (existsSync(where) && statSync(where).isDirectory()) {
    return { name: basename(resolve(where)), folder: resolve(where) };
  }
  // A path that is no folder is no model's id, either.
  const pulled = await localModel(models, where).catch(() => null);
  if (pulled === null) {
    throw new CheckpointError(
      `${where}: expected a folder with a checkpoint, or a model that has been pulled to ${models}`,
    );
  }
  if (!pulled.complete) {
    throw new CheckpointError(
      `${where}: expected all of its files in ${pulled.folder}, the pull did not finish: pull it again`,
    );
  }
  return { name: pulled.id, folder: pulled.folder };
}

async function openFolder(folder: string): Promise<Checkpoint> {
  const index = await readText(folder, INDEX);
  if (index === undefined && !existsSync(join(folder, WEIGHTS))) {
    throw new CheckpointError(`${folder}: expected ${WEIGHTS} or ${INDEX}, there is neither`);
  }
  const names = index === undefined ? [WEIGHTS] : shardsOf(INDEX, index);
  const sources: ByteSource[] = [];
  try {
    for (const name of names) sources.push(await fileSource(join(folder, name)));
  } catch (error) {
    for (const source of sources) await source.close();
    throw error;
  }
  return await openCheckpoint(
    sources,
    index === undefined ? undefined : { name: INDEX, text: index },
  );
}

async function packedWeights(
  packed: string,
  folder: string,
  checkpoint: Checkpoint,
): Promise<DiskWeights> {
  const identity = await checkpoint.identity();
  return new DiskWeights(join(packed, `${identity.slice(0, 32)}-v${RECIPE}`), folder);
}

async function readText(folder: string, name: string): Promise<string | undefined> {
  const path = join(folder, name);
  try {
    const { size } = await stat(path);
    if (size > MAX_JSON) {
      throw new CheckpointError(`${path}: expected at most ${MAX_JSON} bytes, got ${size}`);
    }
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    if (error instanceof CheckpointError) throw error;
    throw new CheckpointError(`${path}: cannot be read: ${reason(error)}`, { cause: error });
  }
}

async function readJson(folder: string, name: string): Promise<unknown> {
  const text = await readText(folder, name);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new CheckpointError(
      `${join(folder, name)}: expected JSON, got something else: ${reason(error)}`,
      { cause: error },
    );
  }
}
