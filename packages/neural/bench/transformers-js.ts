/**
 * transformers.js as a peer. It is no dependency of the project: `SYMBION_PEERS` names a folder in whose `node_modules`
 * `@huggingface/transformers` has been installed.
 */

import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

/** A tensor of transformers.js. */
export type PeerTensor = {
  readonly dims: readonly number[];
  readonly data: Float32Array | BigInt64Array;
};

/** What is used of the library. */
export type TransformersJs = {
  readonly env: { allowRemoteModels: boolean; localModelPath: string; readonly version: string };
  readonly Tensor: new (
    type: string,
    data: PeerTensor["data"],
    dims: readonly number[],
  ) => PeerTensor;
  readonly cat: (tensors: readonly PeerTensor[], axis: number) => PeerTensor;
  readonly Gemma4ForConditionalGeneration: {
    from_pretrained(name: string, options: object): Promise<PeerModel>;
  };
};

/** A loaded model of transformers.js. */
export type PeerModel = {
  readonly sessions: {
    readonly embed_tokens: {
      run(feeds: object): Promise<Record<string, PeerTensor>>;
    };
  };
  _encode_vision(inputs: object): Promise<{ image_features: PeerTensor }>;
  _merge_input_ids_with_image_features(inputs: object): { inputs_embeds: PeerTensor };
  forward(inputs: object): Promise<Record<string, PeerTensor>>;
  dispose(): Promise<unknown>;
};

/** The library, or null where it is not installed. */
export async function transformersJs(): Promise<TransformersJs | null> {
  const peers = process.env.SYMBION_PEERS;
  if (peers === undefined) return null;
  let path: string;
  try {
    path = createRequire(join(peers, "package.json")).resolve("@huggingface/transformers");
  } catch {
    return null;
  }
  const module = (await import(pathToFileURL(path).href)) as { default?: TransformersJs };
  return module.default ?? (module as TransformersJs);
}

/** Loads a folder that `exportGemma4` wrote. */
export async function openPeer(
  library: TransformersJs,
  folder: string,
  threads: number,
): Promise<PeerModel> {
  library.env.allowRemoteModels = false;
  library.env.localModelPath = `${dirname(folder)}/`;
  return library.Gemma4ForConditionalGeneration.from_pretrained(basename(folder), {
    dtype: "fp32",
    device: "cpu",
    session_options: {
      intraOpNumThreads: threads,
      logSeverityLevel: 3,
      extra: { session: { intra_op: { allow_spinning: "0" } } },
    },
  });
}

/** A prompt as transformers.js takes it. */
export type PeerPrompt = {
  readonly ids: PeerTensor;
  readonly mask: PeerTensor;
};

/** One forward pass over a prompt whose image tokens are filled with features. */
export async function peerForward(
  library: TransformersJs,
  model: PeerModel,
  { ids, mask }: PeerPrompt,
  features: readonly PeerTensor[],
): Promise<Record<string, PeerTensor>> {
  const embedded = await model.sessions.embed_tokens.run({ input_ids: ids });
  const { inputs_embeds, per_layer_inputs } = embedded;
  const tensor = (given: PeerTensor | undefined): PeerTensor => {
    if (given === undefined) throw new Error("expected embeddings");
    return new library.Tensor("float32", given.data, given.dims);
  };
  const merged = model._merge_input_ids_with_image_features({
    image_features: library.cat(features, 0),
    inputs_embeds: tensor(inputs_embeds),
    input_ids: ids,
    attention_mask: mask,
  });
  return model.forward({
    input_ids: ids,
    attention_mask: mask,
    inputs_embeds: merged.inputs_embeds,
    per_layer_inputs: tensor(per_layer_inputs),
  });
}

/** Features of one whole image; patches row by row. */
export async function peerVision(
  library: TransformersJs,
  model: PeerModel,
  patches: Float32Array,
  positions: BigInt64Array,
): Promise<PeerTensor> {
  const count = positions.length / 2;
  const { image_features } = await model._encode_vision({
    pixel_values: new library.Tensor("float32", patches, [1, count, patches.length / count]),
    image_position_ids: new library.Tensor("int64", positions, [1, count, 2]),
  });
  return image_features;
}
