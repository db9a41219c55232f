/** A model behind the layer, where a model is wanted: another layer's, or an evaluation's. */

import type { CompanionLayer } from "./layer.ts";
import type { Upstream } from "./types.ts";

/**
 * What goes out of a layer, as the answer of a model.
 *
 * @param model Name of the model behind it.
 */
export function layerUpstream(layer: CompanionLayer, model: string): Upstream {
  return {
    id: `${model} through the layer`,
    answer: async function* (messages, signal) {
      const { answer } = await layer.respond(messages, {}, signal);
      yield answer;
    },
  };
}
