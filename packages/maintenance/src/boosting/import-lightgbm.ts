/** Reads models that LightGBM saved, as text or as JSON. */

import { wrong } from "./errors.ts";
import { type ForeignNode, floorSingle, Json, writeForeign } from "./import.ts";
import { TreeWriter } from "./nodes.ts";
import { BoostedTrees, type Link } from "./trees.ts";

const IDENTITY = ["regression", "regression_l1", "huber", "fair", "quantile", "mape"];
const EXPONENTIAL = ["poisson", "gamma", "tweedie"];

/** What is said before the trees. */
type Header = {
  readonly outputs: number;
  readonly names: readonly string[];
  /** Objective with its parameters, or empty. */
  readonly objective: string;
  /** Whether the prediction is the mean of the trees. */
  readonly average: boolean;
};

/** How what is missing is treated, by the numbers of the text format. */
const MISSING = ["None", "Zero", "NaN"] as const;

/**
 * Reads what LightGBM's `save_model` wrote, or `dump_model`'s JSON: one output, without categorical columns, linear leaves
 * or zeros taken as missing. Contributions of models with a `sigmoid` other than 1 are in logits.
 *
 * @throws BoostingError for anything else.
 */
export function importLightgbm(text: string): BoostedTrees {
  return text.trimStart().startsWith("{") ? fromJson(text) : fromText(text);
}

function fromJson(text: string): BoostedTrees {
  const model = Json.parse(text, "LightGBM model");
  const header = {
    outputs: model.at("num_tree_per_iteration").number(),
    names: model
      .at("feature_names")
      .list()
      .map((name) => name.text()),
    objective: model.has("objective") ? model.at("objective").text() : "",
    average: model.has("average_output") && model.at("average_output").truth(),
  };
  const trees = model.at("tree_info").list();
  return build(header, trees.length, (writer, scale) => {
    trees.forEach((tree, t) => {
      const where = `LightGBM tree ${t}`;
      const most = 2 * tree.at("num_leaves").number() - 1;
      const root = tree.at("tree_structure");
      writeForeign(writer, header.names.length, scale, root, most, where, (node) =>
        jsonNode(node, where),
      );
    });
  });
}

function jsonNode(node: Json, where: string): ForeignNode<Json> {
  if (!node.has("split_feature")) {
    const cover = node.has("leaf_count") ? node.at("leaf_count").number() : 0;
    return { value: node.at("leaf_value").number(), cover };
  }
  const kind = node.at("decision_type").text();
  if (kind !== "<=") throw wrong("splits by numbers", kind, where);
  const threshold = node.at("threshold").number();
  return {
    column: node.at("split_feature").number(),
    threshold: floorSingle(threshold),
    missingLeft: missingLeft(
      node.at("missing_type").text(),
      node.at("default_left").truth(),
      threshold,
      where,
    ),
    gain: node.at("split_gain").number(),
    left: node.at("left_child"),
    right: node.at("right_child"),
  };
}

function fromText(text: string): BoostedTrees {
  const [head, ...trees] = (text.split(/^end of trees$/m)[0] ?? "").split(/^Tree=/m);
  const fields = fieldsOf(head ?? "", "LightGBM model");
  if (!/^tree\s/.test(text)) throw wrong("a LightGBM model", text.slice(0, 20), "LightGBM model");
  const header = {
    outputs: Number(fields.need("num_tree_per_iteration")),
    names: fields.need("feature_names").split(" "),
    objective: fields.get("objective") ?? "",
    average: /^average_output$/m.test(head ?? ""),
  };
  return build(header, trees.length, (writer, scale) => {
    trees.forEach((tree, t) => {
      writeText(writer, header.names.length, scale, tree, `LightGBM tree ${t}`);
    });
  });
}

function writeText(
  writer: TreeWriter,
  columns: number,
  scale: number,
  text: string,
  where: string,
): void {
  const fields = fieldsOf(text, where);
  const leaves = Number(fields.need("num_leaves"));
  if (!Number.isInteger(leaves) || leaves < 1) throw wrong("a number of leaves", leaves, where);
  if ((fields.get("num_cat") ?? "0") !== "0") throw wrong("splits by numbers", "categories", where);
  if ((fields.get("is_linear") ?? "0") !== "0")
    throw wrong("constant leaves", "linear ones", where);
  const read = (key: string, count: number): number[] => {
    const list = count === 0 ? [] : fields.need(key).trim().split(" ").map(Number);
    if (list.length !== count || list.some(Number.isNaN)) {
      throw wrong(`${count} numbers`, fields.get(key), `${where}, ${key}`);
    }
    return list;
  };
  const values = read("leaf_value", leaves);
  // A tree of one leaf has no count of its rows.
  const counts = leaves === 1 ? [0] : read("leaf_count", leaves);
  const features = read("split_feature", leaves - 1);
  const thresholds = read("threshold", leaves - 1);
  const gains = read("split_gain", leaves - 1);
  const decisions = read("decision_type", leaves - 1);
  const lefts = read("left_child", leaves - 1);
  const rights = read("right_child", leaves - 1);
  const root = leaves === 1 ? -1 : 0;
  writeForeign(writer, columns, scale, root, 2 * leaves - 1, where, (child) => {
    const at = child < 0 ? -1 - child : child;
    const most = child < 0 ? leaves : leaves - 1;
    if (!Number.isInteger(at) || at >= most) throw wrong("a child of the tree", child, where);
    if (child < 0) return { value: values[at], cover: counts[at] };
    const decision = decisions[at];
    if ((decision & 1) !== 0) throw wrong("splits by numbers", "a categorical one", where);
    const missing = MISSING[(decision >> 2) & 3] ?? "another";
    return {
      column: features[at],
      threshold: floorSingle(thresholds[at]),
      missingLeft: missingLeft(missing, (decision & 2) !== 0, thresholds[at], where),
      gain: gains[at],
      left: lefts[at],
      right: rights[at],
    };
  });
}

/** Where missing values go; a split that knows none takes them for 0. */
function missingLeft(kind: string, left: boolean, threshold: number, where: string): boolean {
  if (kind === "NaN") return left;
  if (kind === "None") return 0 <= threshold;
  throw wrong("missing values that are NaN", kind, where);
}

function build(
  { outputs, names, objective, average }: Header,
  trees: number,
  write: (writer: TreeWriter, scale: number) => void,
): BoostedTrees {
  if (outputs !== 1) throw wrong("one output", outputs, "LightGBM model");
  if (new Set(names).size < names.length) throw wrong("different names", names, "LightGBM model");
  const { link, slope } = linkOf(objective);
  const writer = new TreeWriter(names.length);
  write(writer, average && trees > 0 ? slope / trees : slope);
  return new BoostedTrees({ names, link, base: 0, nodes: writer.finish(writer.trees) });
}

function linkOf(objective: string): { readonly link: Link; readonly slope: number } {
  const [name, ...parameters] = objective.split(" ");
  if (parameters.includes("sqrt")) throw wrong("no sqrt", objective, "LightGBM objective");
  if (name === "" || IDENTITY.includes(name)) return { link: "identity", slope: 1 };
  if (EXPONENTIAL.includes(name)) return { link: "exponential", slope: 1 };
  if (name === "cross_entropy") return { link: "logistic", slope: 1 };
  if (name !== "binary") {
    const known = [...IDENTITY, ...EXPONENTIAL, "cross_entropy", "binary"];
    throw wrong(known.join(", "), objective, "LightGBM objective");
  }
  const sigmoid = parameters.find((one) => one.startsWith("sigmoid:"));
  const slope = sigmoid === undefined ? 1 : Number(sigmoid.slice("sigmoid:".length));
  if (!(slope > 0)) throw wrong("a sigmoid above 0", objective, "LightGBM objective");
  return { link: "logistic", slope };
}

/** Lines `key=value`. */
function fieldsOf(
  text: string,
  where: string,
): { get(key: string): string | undefined; need(key: string): string } {
  const map = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const at = line.indexOf("=");
    if (at > 0) map.set(line.slice(0, at), line.slice(at + 1));
  }
  return {
    get: (key) => map.get(key),
    need(key) {
      const value = map.get(key);
      if (value === undefined) throw wrong(`a line "${key}="`, "none", where);
      return value;
    },
  };
}
