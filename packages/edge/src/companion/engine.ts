/** What runs the companion of a node: loaded only where there is one. */

import {
  AccountabilityLog,
  type AnswerMemory,
  CompanionLayer,
  modelRephraser,
  openAiUpstream,
  type Rephraser,
  type Upstream,
} from "@symbion/companion";
import { openFileLog } from "@symbion/companion/node";
import type {
  CompanionConfig,
  RephraserConfig,
  UpstreamConfig,
} from "../config/companion-types.ts";
import type { Door } from "../share/door.ts";
import { fetchThrough } from "./leaving.ts";
import { readTripletFile } from "./open.ts";
import { sampleModel } from "./sample-model.ts";

export { AnswerMemory, RULES_VERSION, replayTurn } from "@symbion/companion";
export { Cases } from "./cases.ts";
export { SAMPLE_EXAMPLES } from "./sample-model.ts";

/** A layer with the model behind it. */
export type Running = {
  readonly layer: CompanionLayer;
  readonly upstream: Upstream;
};

/** What {@link openLayer} needs besides the configuration. */
export type LayerHost = {
  readonly door: Pick<Door, "open">;
  /** Null: answers are not written down. */
  readonly log: AccountabilityLog | null;
  /** Answers as they went out; null: what the client sends counts. */
  readonly memory: AnswerMemory | null;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

/** Opens the log of a folder. Throws `LogError` where it is damaged or in use. */
export async function openLog(folder: string, now: () => number): Promise<AccountabilityLog> {
  return await AccountabilityLog.open(await openFileLog(folder), { now });
}

/** The layer that a configuration asks for. Throws `UsageError` for an address or a key that cannot be used. */
export function openLayer(config: CompanionConfig, { door, log, memory, now }: LayerHost): Running {
  const upstream = upstreamOf(config.upstream, door);
  const { setting, language, warmth, prompt, rephraseWith } = config;
  const rephraser: { rephraser?: Rephraser } =
    rephraseWith === null ? {} : { rephraser: rephraserOf(rephraseWith, door) };
  const seconds = config.upstream?.timeoutSeconds ?? null;
  const layer = new CompanionLayer({
    ...{ upstream, log, setting, language, warmth, prompt, now, ...rephraser },
    ...{ wholeMs: config.longestSeconds * 1000, mostCharacters: config.longestAnswer },
    ...(memory === null ? {} : { memory }),
    ...(seconds === null ? {} : { silenceMs: seconds * 1000 }),
  });
  return { layer, upstream };
}

function rephraserOf(config: RephraserConfig, door: Pick<Door, "open">): Rephraser {
  const { examples, shots, timeoutSeconds } = config;
  return modelRephraser(upstreamOf(config, door), {
    ...(examples === null ? {} : { examples: readTripletFile(examples).triplets }),
    ...(shots === null ? {} : { shots }),
    ...(timeoutSeconds === null ? {} : { timeoutMs: timeoutSeconds * 1000 }),
  });
}

function upstreamOf(config: UpstreamConfig | null, door: Pick<Door, "open">): Upstream {
  if (config === null) return sampleModel();
  const { url, model, apiKey, timeoutSeconds, parameters } = config;
  return openAiUpstream({
    ...{ url, parameters, fetch: fetchThrough(door, url) },
    ...(timeoutSeconds === null ? {} : { timeoutMs: timeoutSeconds * 1000 }),
    ...(model === null ? {} : { model }),
    ...(apiKey === null ? {} : { apiKey }),
  });
}
