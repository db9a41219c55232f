/** Puts a changed stretch into words: what kind of thing changed, from what to what. */

import { anyOf } from "../language/pattern.ts";
import type { Atom, Parsed } from "./atoms.ts";
import { classOf } from "./classes.ts";
import { areOpposite } from "./opposites.ts";
import type { Difference, DifferenceKind } from "./types.ts";

/** Units in which doses are given. */
export const DOSE: RegExp = anyOf(
  /^(?:kg|g|mg|ug|ng|iu|ml|l|dl|ul|drop|tablet|pill|capsule|puff|dose|injection|sachet|vial|patch|suppository|tsp|tbsp|meq|mmol)(?:\/|$)/,
  /^x\//,
);

const SAID: Readonly<Record<DifferenceKind, string>> = {
  number: "A number changed",
  unit: "A unit changed",
  dose: "A dose changed",
  date: "A date or time changed",
  name: "A name changed",
  negation: "What is denied changed",
  modality: "How binding, certain or general it is changed",
  direction: "A direction, order or comparison changed",
  antonym: "A word became its opposite",
  condition: "A condition changed",
  list: "A list lost or gained an item",
  content: "Content changed",
  addition: "Something was added that the neutral text does not say",
  unreadable: "The texts cannot be compared",
};

/** The difference that a changed stretch makes. */
export function difference(
  gone: readonly Atom[],
  come: readonly Atom[],
  a: Parsed,
  b: Parsed,
): Difference {
  const kind = kindOf(gone, come);
  return {
    kind,
    neutral: words(gone, a),
    rephrased: words(come, b),
    detail: detail(kind, words(gone, a), words(come, b)),
    at: gone.length === 0 ? null : { start: gone[0].start, end: gone[gone.length - 1].end },
  };
}

const SHOWN = 160;

function words(atoms: readonly Atom[], { text }: Parsed): string | null {
  if (atoms.length === 0) return null;
  const said = text.slice(atoms[0].start, atoms[atoms.length - 1].end);
  return said.length > SHOWN ? `${said.slice(0, SHOWN).toWellFormed()}…` : said;
}

function detail(kind: DifferenceKind, neutral: string | null, rephrased: string | null): string {
  const from = neutral === null ? "nothing" : `"${neutral}"`;
  const to = rephrased === null ? "nothing" : `"${rephrased}"`;
  return `${SAID[kind]}: ${from} became ${to}.`;
}

/** As many atoms of a long stretch as name its kind. */
const NAMED = 64;

function kindOf(allGone: readonly Atom[], allCome: readonly Atom[]): DifferenceKind {
  const gone = allGone.slice(0, NAMED);
  const come = allCome.slice(0, NAMED);
  const amounts = [...gone, ...come].filter(({ kind }) => kind === "quantity");
  if (amounts.length > 0) return amountKind(gone, come, amounts);
  const all = [...gone, ...come];
  if (all.some(({ key }) => key.startsWith("item "))) return "list";
  const classes = new Set(all.map(({ key }) => classOf(key)));
  if (classes.has("negation")) return "negation";
  for (const { key } of gone)
    if (come.some((other) => areOpposite(key, other.key))) return "antonym";
  if (classes.has("condition")) return "condition";
  if (gone.length === 0 && come.length > 3) return "addition";
  for (const kind of ["modality", "date", "direction"] as const) if (classes.has(kind)) return kind;
  if (gone.length > 0 && come.length > 0 && all.some(({ name }) => name)) return "name";
  return gone.length === 0 ? "addition" : "content";
}

function amountKind(
  gone: readonly Atom[],
  come: readonly Atom[],
  amounts: readonly Atom[],
): DifferenceKind {
  const [before] = gone.filter(({ kind }) => kind === "quantity");
  const [after] = come.filter(({ kind }) => kind === "quantity");
  const units = amounts.map(({ quantity }) => quantity?.unit ?? "");
  if (units.some((unit) => unit === "date" || unit === "clock")) return "date";
  const valuesOf = (atom: Atom | undefined): string => atom?.quantity?.values.join() ?? "";
  if (before !== undefined && after !== undefined && valuesOf(before) === valuesOf(after))
    return "unit";
  return units.some((unit) => DOSE.test(unit)) ? "dose" : "number";
}
