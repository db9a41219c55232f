/** What runs the companion of a node: loaded only where there is one. */

import {
  AccountabilityLog,
  CompanionLayer,
  modelRephraser,
  openAiUpstream,
  type Rephraser,
  type Upstream,
} from "@symbion/companion";
import { openFileLog } from "@symbion/companion/node";
import type { CompanionConfig, UpstreamConfig } from "../config/companion-types.ts";
import type { Door } from "../share/door.ts";
import { fetchThrough } from "./leaving.ts";
import { sampleModel } from "./sample-model.ts";

export { RULES_VERSION, replayTurn } from "@symbion/companion";
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
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

/** Opens the log of a folder. Throws `LogError` where it is damaged or in use. */
export async function openLog(folder: string, now: () => number): Promise<AccountabilityLog> {
  return await AccountabilityLog.open(await openFileLog(folder), { now });
}

/** The layer that a configuration asks for. Throws `UsageError` for an address or a key that cannot be used. */
export function openLayer(config: CompanionConfig, { door, log, now }: LayerHost): Running {
  const upstream = upstreamOf(config.upstream, door);
  const { setting, language, warmth, rephraseWith } = config;
  const rephraser: { rephraser?: Rephraser } =
    rephraseWith === null ? {} : { rephraser: modelRephraser(upstreamOf(rephraseWith, door)) };
  const layer = new CompanionLayer({
    ...{ upstream, log, setting, language, warmth, now, ...rephraser },
  });
  return { layer, upstream };
}

function upstreamOf(config: UpstreamConfig | null, door: Pick<Door, "open">): Upstream {
  if (config === null) return sampleModel();
  const { url, model, apiKey, timeoutSeconds } = config;
  return openAiUpstream({
    ...{ url, timeoutMs: timeoutSeconds * 1000, fetch: fetchThrough(door, url) },
    ...(model === null ? {} : { model }),
    ...(apiKey === null ? {} : { apiKey }),
  });
}
