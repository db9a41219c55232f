/** What tensors a Gemma 4 checkpoint has. */

import { Graph } from "../graph/graph.ts";
import { TrainableParameters } from "../parameters/trainable.ts";
import type { Gemma4Config } from "./config.ts";
import { gemma4Embeddings, gemma4Head, perLayerRows } from "./text.ts";
import { gemma4Blocks, gemma4Sequence } from "./training.ts";

/** Every tensor that a model's graphs ask for, with its shape, by its name in the checkpoint. */
export function gemma4Shapes(config: Gemma4Config): Map<string, readonly number[]> {
  const graph = new Graph();
  const parameters = new TrainableParameters();
  const ids = graph.input("ids", "int64", [1, 1]);
  const { text, vision } = config;
  const embeddings = gemma4Embeddings(graph, parameters, text, ids);
  const perLayer = text.perLayerWidth > 0 ? perLayerRows(graph, parameters, text, ids) : null;
  const hidden = gemma4Sequence(graph, parameters, text, { embeddings, perLayer });
  gemma4Head(graph, parameters, text, hidden);
  if (vision !== null) gemma4Blocks(graph, parameters, vision, text.width, 1, 1);
  const shapes = new Map<string, readonly number[]>();
  for (const [name, { shape }] of parameters.values) shapes.set(name, shape as number[]);
  return shapes;
}
