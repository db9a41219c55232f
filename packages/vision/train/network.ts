/** The model as a graph that is trained: the same layers as it runs with, over whole streams and all their questions. */

import {
  crossEntropy,
  type Graph,
  gemma4Embeddings,
  gemma4Head,
  gemma4Layers,
  gemma4Vision,
  type KeyValueStore,
  type KeyValues,
  type KindInputs,
  type LayerKind,
  type Objective,
  ownLayers,
  PassStore,
  perLayerRows,
  TRAINING_STYLE,
  type TrainableParameters,
  type Value,
} from "@symbion/neural";
import { MINI_ANSWER_TOKENS, MINI_BLOCKS } from "../src/mini/prompt.ts";
import { type BatchShape, BLOCK_BYTES, BRANCH_TOKENS } from "./batch.ts";
import { ANSWER_ROWS } from "./feeds.ts";
import { type Lesson, MOTION_LESSONS, SIGHT_LESSONS } from "./labels.ts";
import { CONFIG } from "./model.ts";

/** Prefix of the weights that are dropped after training. */
export const LESSON_PREFIX = "lessons.";

/** How much the extra lessons count beside the answers. */
export type LessonWeights = { readonly sight: number; readonly motion: number };

/** The vision tower alone with its lessons. */
export function visionNetwork(
  shape: BatchShape,
): (graph: Graph, parameters: TrainableParameters) => Objective {
  return (graph, parameters) => {
    const soft = visionTower(graph, parameters, shape);
    const { loss, right } = sightLessons(graph, parameters, soft);
    return { loss, outputs: right };
  };
}

/** The whole model: answers, with the lessons beside them. */
export function fullNetwork(
  shape: BatchShape,
  weights: LessonWeights,
): (graph: Graph, parameters: TrainableParameters) => Objective {
  return (graph, parameters) => {
    const soft = visionTower(graph, parameters, shape);
    const answers = decoder(graph, parameters, shape, soft);
    const parts: Value[] = [answers.loss];
    const outputs: Record<string, Value> = {
      hits: answers.hits,
      logits: answers.logits,
      answers: answers.loss,
    };
    if (weights.sight > 0) {
      const { loss, right } = sightLessons(graph, parameters, soft);
      parts.push(graph.mul(loss, graph.scalar(weights.sight)));
      Object.assign(outputs, right);
    }
    if (weights.motion > 0) {
      const { loss, right } = lessonLoss(graph, parameters, "motion", answers.rows, MOTION_LESSONS);
      parts.push(graph.mul(loss, graph.scalar(weights.motion)));
      Object.assign(outputs, right);
    }
    const loss = parts.reduce((sum, part) => graph.add(sum, part));
    return { loss, outputs };
  };
}

/** Soft tokens of all blocks of the batch, [bins * 28, width]. */
function visionTower(graph: Graph, parameters: TrainableParameters, { bins }: BatchShape): Value {
  const config = CONFIG.vision;
  if (config === null) throw new TypeError("expected a config with a vision tower");
  const cells = config.pool * config.pool;
  const patches = MINI_BLOCKS * cells;
  const bytes = graph.input("bytes", "uint8", [bins, MINI_BLOCKS, BLOCK_BYTES]);
  const frames = graph.input("bin_frames", "float32", [bins, MINI_BLOCKS]);
  const each = graph.reshape(
    graph.expand(graph.unsqueeze(frames, [2]), [bins, MINI_BLOCKS, cells]),
    [bins, patches],
  );
  // Frames of one bin don't see each other.
  const same = graph.equal(graph.unsqueeze(each, [1, 2]), graph.unsqueeze(each, [1, 3]));
  const mask = graph.where(same, graph.scalar(0), graph.scalar(-1e9));
  const half = config.headWidth / 2;
  const tokens = gemma4Vision(
    graph,
    parameters,
    config,
    CONFIG.text.width,
    {
      pixels: graph.mul(graph.cast(bytes, "float32"), graph.scalar(1 / 255)),
      columns: graph.input("patch_columns", "int64", [bins, patches]),
      rows: graph.input("patch_rows", "int64", [bins, patches]),
      rotary: {
        cos: graph.input("patch_cos", "float32", [bins, patches, half]),
        sin: graph.input("patch_sin", "float32", [bins, patches, half]),
      },
      mask,
    },
    TRAINING_STYLE,
  );
  return graph.reshape(tokens, [bins * MINI_BLOCKS, CONFIG.text.width]);
}

/** Keys and values of a stream's rows, repeated for each of its questions, before the question's own. */
class BranchStore implements KeyValueStore {
  readonly #graph: Graph;
  readonly #rows: KeyValueStore;
  readonly #shape: BatchShape;
  readonly #joined = new Map<number, KeyValues>();

  constructor(graph: Graph, rows: KeyValueStore, shape: BatchShape) {
    this.#graph = graph;
    this.#rows = rows;
    this.#shape = shape;
  }

  write(layer: number, own: KeyValues): KeyValues {
    const rows = this.#rows.read(layer);
    const joined = {
      keys: this.#graph.concat([this.#repeat(rows.keys), own.keys], 1),
      values: this.#graph.concat([this.#repeat(rows.values), own.values], 1),
    };
    this.#joined.set(layer, joined);
    return joined;
  }

  read(layer: number): KeyValues {
    const joined = this.#joined.get(layer);
    if (joined === undefined) throw new RangeError(`layer ${layer} has left no keys and values`);
    return joined;
  }

  #repeat(x: Value): Value {
    const { sequences, rows, questions } = this.#shape;
    const width = Number(x.shape[2]);
    const repeated = this.#graph.expand(this.#graph.unsqueeze(x, [1]), [
      sequences,
      questions,
      rows,
      width,
    ]);
    return this.#graph.reshape(repeated, [sequences * questions, rows, width]);
  }
}

function decoder(
  graph: Graph,
  parameters: TrainableParameters,
  shape: BatchShape,
  soft: Value,
): {
  readonly loss: Value;
  readonly hits: Value;
  readonly logits: Value;
  readonly rows: Value;
} {
  const config = CONFIG.text;
  const { sequences, rows, questions } = shape;
  const branches = sequences * questions;
  const own = ownLayers(config);
  const layers = config.layers.length;
  const perLayer = (ids: Value, from: number, to: number): Value =>
    graph.slice(
      perLayerRows(graph, parameters, config, ids),
      from * config.perLayerWidth,
      to * config.perLayerWidth,
      2,
    );

  // Pictures: everything that a question can ask of them is keys and values of the layers that own some.
  const rowIds = graph.input("row_ids", "int64", [sequences, rows]);
  const slots = graph.input("slots", "int64", [sequences, rows]);
  const isBlock = graph.input("is_block", "float32", [sequences, rows, 1]);
  const words = gemma4Embeddings(graph, parameters, config, rowIds);
  const blocks = graph.gather(soft, slots);
  const embeddings = graph.add(words, graph.mul(graph.sub(blocks, words), isBlock));
  const store = new PassStore();
  const hidden = gemma4Layers(
    graph,
    parameters,
    config,
    {
      from: 0,
      to: own - 1,
      keysOfNext: true,
      hidden: embeddings,
      embeddings,
      perLayer: perLayer(rowIds, 0, own - 1),
      kinds: kindInputs(graph, "row", [sequences, rows], rows),
      store,
    },
    TRAINING_STYLE,
  );

  // Questions with their answers.
  const ids = graph.input("ids", "int64", [branches, BRANCH_TOKENS]);
  const asked = gemma4Embeddings(graph, parameters, config, ids);
  const kinds = kindInputs(graph, "branch", [branches, BRANCH_TOKENS], rows + BRANCH_TOKENS);
  const joined = new BranchStore(graph, store, shape);
  const lower = gemma4Layers(
    graph,
    parameters,
    config,
    {
      from: 0,
      to: own,
      hidden: asked,
      embeddings: asked,
      perLayer: perLayer(ids, 0, own),
      kinds,
      store: joined,
    },
    TRAINING_STYLE,
  );
  const tail = (x: Value, axis: number): Value => graph.slice(x, ...ANSWER_ROWS, axis);
  const upper = gemma4Layers(
    graph,
    parameters,
    config,
    {
      from: own,
      to: layers,
      hidden: tail(lower, 1),
      embeddings: tail(asked, 1),
      perLayer: tail(perLayer(ids, own, layers), 1),
      kinds: Object.fromEntries(
        Object.entries(kinds).map(([kind, { rotary, mask }]) => [
          kind,
          {
            rotary: { cos: tail(rotary.cos, 1), sin: tail(rotary.sin, 1) },
            mask: mask && tail(mask, 2),
          },
        ]),
      ),
      store: joined,
    },
    TRAINING_STYLE,
  );
  const logits = gemma4Head(graph, parameters, config, upper);
  const targets = graph.input("targets", "int64", [branches, MINI_ANSWER_TOKENS]);
  const weights = graph.input("target_weights", "float32", [branches, MINI_ANSWER_TOKENS]);
  return {
    loss: crossEntropy(graph, logits, targets, weights),
    hits: hitsOf(graph, logits, targets),
    logits,
    rows: graph.reshape(hidden, [sequences * rows, config.width]),
  };
}

function kindInputs(
  graph: Graph,
  name: string,
  [batch, length]: readonly [number, number],
  seen: number,
): Record<LayerKind, KindInputs> {
  const mask = graph.input(`${name}_mask`, "float32", [batch, 1, length, seen]);
  const of = (kind: LayerKind): KindInputs => {
    const half = CONFIG.text.headWidth[kind] / 2;
    return {
      rotary: {
        cos: graph.input(`${name}_cos_${kind}`, "float32", [batch, length, half]),
        sin: graph.input(`${name}_sin_${kind}`, "float32", [batch, length, half]),
      },
      mask,
    };
  };
  return { sliding: of("sliding"), full: of("full") };
}

/** 1 where the likeliest class is the right one. */
function hitsOf(graph: Graph, logits: Value, targets: Value): Value {
  const best = graph.single(
    "ArgMax",
    [logits],
    { type: "int64", shape: targets.shape },
    { axis: logits.shape.length - 1, keepdims: 0 },
  );
  return graph.cast(graph.equal(best, targets), "float32");
}

function sightLessons(
  graph: Graph,
  parameters: TrainableParameters,
  soft: Value,
): { readonly loss: Value; readonly right: Record<string, Value> } {
  return lessonLoss(graph, parameters, "sight", soft, SIGHT_LESSONS);
}

/** A linear layer per lesson on the rows, and the sum of their losses. */
function lessonLoss(
  graph: Graph,
  parameters: TrainableParameters,
  name: string,
  x: Value,
  lessons: readonly Lesson[],
): { readonly loss: Value; readonly right: Record<string, Value> } {
  const count = Number(x.shape[0]);
  const right: Record<string, Value> = {};
  const weight = parameters.tensor(graph, `${LESSON_PREFIX}${name}.norm.weight`, [
    CONFIG.text.width,
  ]);
  const normed = graph.rmsNorm(x, weight, 1e-6);
  const losses = lessons.map(([lesson, classes], i) => {
    const targets = graph.input(`${name}_${i}`, "int64", [count]);
    const weights = graph.input(`${name}_weights_${i}`, "float32", [count]);
    const tensor = `${LESSON_PREFIX}${name}.${i}.weight`;
    const logits = parameters.linear(graph, normed, tensor, CONFIG.text.width, classes);
    const hits = graph.mul(hitsOf(graph, logits, targets), weights);
    right[`${name} ${lesson}`] = graph.div(
      graph.sum(hits, [0]),
      graph.max(graph.sum(weights, [0]), graph.scalar(1)),
    );
    return crossEntropy(graph, logits, targets, weights);
  });
  return { loss: losses.reduce((sum, loss) => graph.add(sum, loss)), right };
}
