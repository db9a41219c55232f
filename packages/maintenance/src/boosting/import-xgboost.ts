/** Reads models that XGBoost saved as JSON. */

import { wrong } from "./errors.ts";
import { below, Json, writeForeign } from "./import.ts";
import { TreeWriter } from "./nodes.ts";
import { BoostedTrees, type Link } from "./trees.ts";

/** Columns beyond which a model is a mistake. */
const MOST_COLUMNS = 1_000_000;
const IDENTITY = [
  "reg:squarederror",
  "reg:absoluteerror",
  "reg:quantileerror",
  "reg:pseudohubererror",
  "reg:squaredlogerror",
];
const LOGISTIC = ["binary:logistic", "reg:logistic"];
const EXPONENTIAL = ["count:poisson", "reg:gamma", "reg:tweedie"];

/**
 * Reads what XGBoost's `save_model` wrote as JSON: `gbtree` or `dart` of one output, without categorical columns. Columns
 * without names are `f0`, `f1` and so on. XGBoost adds leaves in single precision, so its predictions differ by roundings.
 *
 * @throws BoostingError for anything else.
 */
export function importXgboost(text: string): BoostedTrees {
  const learner = Json.parse(text, "XGBoost model").at("learner");
  const shape = learner.at("learner_model_param");
  const outputs = [shape.at("num_class").number(), optional(shape, "num_target")];
  if (Math.max(...outputs) > 1) throw wrong("one output", Math.max(...outputs), "XGBoost model");
  const columns = shape.at("num_feature").number();
  if (!Number.isInteger(columns) || columns < 1 || columns > MOST_COLUMNS) {
    throw wrong(`a whole number from 1 to ${MOST_COLUMNS}`, columns, "XGBoost model.num_feature");
  }
  const given = learner.has("feature_names")
    ? learner
        .at("feature_names")
        .list()
        .map((name) => name.text())
    : [];
  const names = given.length > 0 ? given : Array.from({ length: columns }, (_, i) => `f${i}`);
  if (names.length !== columns || new Set(names).size !== columns) {
    throw wrong(`${columns} different names`, names.length, "XGBoost model.learner.feature_names");
  }
  const link = linkOf(learner.at("objective").at("name").text());
  let booster = learner.at("gradient_booster");
  const kind = booster.at("name").text();
  if (kind !== "gbtree" && kind !== "dart") throw wrong("gbtree or dart", kind, "XGBoost model");
  const drops = kind === "dart" ? booster.at("weight_drop").numbers() : null;
  if (kind === "dart") booster = booster.at("gbtree");
  const writer = new TreeWriter(columns);
  booster
    .at("model")
    .at("trees")
    .list()
    .forEach((tree, t) => {
      writeTree(writer, columns, tree, drops?.[t] ?? 1, `XGBoost tree ${t}`);
    });
  const base = marginOf(shape.at("base_score").number(), link);
  return new BoostedTrees({ names, link, base, nodes: writer.finish(writer.trees) });
}

function optional(json: Json, key: string): number {
  return json.has(key) ? json.at(key).number() : 0;
}

function linkOf(objective: string): Link {
  if (IDENTITY.includes(objective)) return "identity";
  if (LOGISTIC.includes(objective)) return "logistic";
  if (EXPONENTIAL.includes(objective)) return "exponential";
  throw wrong(
    [...IDENTITY, ...LOGISTIC, ...EXPONENTIAL].join(", "),
    objective,
    "XGBoost objective",
  );
}

/** The sum that a base score stands for. */
function marginOf(score: number, link: Link): number {
  const margin =
    link === "identity"
      ? score
      : link === "logistic"
        ? Math.log(score / (1 - score))
        : Math.log(score);
  if (!Number.isFinite(margin))
    throw wrong("a base score of the objective", score, "XGBoost model");
  return margin;
}

function writeTree(
  writer: TreeWriter,
  columns: number,
  tree: Json,
  scale: number,
  where: string,
): void {
  const lefts = tree.at("left_children").numbers();
  const count = lefts.length;
  const read = (key: string) => {
    const list = tree.at(key).numbers();
    if (list.length !== count) throw wrong(`${count} numbers`, list.length, `${where}.${key}`);
    return list;
  };
  const rights = read("right_children");
  const conditions = read("split_conditions");
  const indices = read("split_indices");
  const gains = read("loss_changes");
  const covers = read("sum_hessian");
  const defaults = tree.at("default_left").list();
  if (defaults.length !== count) throw wrong(`${count} directions`, defaults.length, where);
  if (tree.has("split_type") && read("split_type").some((type) => type !== 0)) {
    throw wrong("splits by numbers", "a categorical one", where);
  }
  writeForeign(writer, columns, scale, 0, count, where, (k) => {
    if (!Number.isInteger(k) || k < 0 || k >= count) throw wrong(`a node below ${count}`, k, where);
    if (lefts[k] === -1) return { value: conditions[k], cover: covers[k] };
    return {
      column: indices[k],
      threshold: below(Math.fround(conditions[k])),
      missingLeft: defaults[k].truth(),
      gain: gains[k],
      left: lefts[k],
      right: rights[k],
    };
  });
}
