/**
 * Whose a record is, and how many of somebody's records count. Noise hides a unit of privacy only if what one unit can change is
 * bounded; so at most `most` records of a unit are let through, and everything that is computed from them gets its sensitivity from
 * that number. Neighbouring data sets differ by all records of one unit.
 */

import { PrivacyError } from "../errors.ts";
import type { RandomSource } from "../random/source.ts";
import { systemRandom } from "../random/system.ts";
import { below } from "../random/uniform.ts";

/**
 * Name of a unit in one spelling: without case, surrounding space, invisible characters or differences of Unicode encoding. Two
 * spellings of one person would count twice as much as the noise hides; two people under one name only count less.
 *
 * @returns Null for what names nobody: other types than text and number, NaN, and empty names.
 */
export function unitName(id: unknown): string | null {
  if (typeof id === "number" && !Number.isNaN(id)) return String(id + 0);
  if (typeof id === "bigint") return String(id);
  if (typeof id !== "string") return null;
  const spelt = fold(fold(id)).trim();
  return spelt === "" ? null : spelt;
}

/** Upper case before lower: some letters have several lower forms. Once more by the caller, as folding may leave something to fold. */
function fold(text: string): string {
  return text
    .toWellFormed()
    .normalize("NFKC")
    .replace(/\p{Default_Ignorable_Code_Point}|\p{Cc}/gu, "")
    .toUpperCase()
    .toLowerCase()
    .normalize("NFKC");
}

/** How {@link boundContributions} bounds. */
export type BoundOptions<T> = {
  /**
   * Whose a record is; names are compared as {@link unitName} spells them, and records of nobody are left out. Null: every record
   * is a unit of its own, which is right only if nobody has two.
   */
  readonly unit: ((record: T) => unknown) | null;
  /** Most records of a unit that count, whole, 1 to 2^31. */
  readonly most: number;
  /** Which ones: the `first` in the order given, or `random` ones, each as likely. Default `first`. */
  readonly keep?: "first" | "random";
  /** For `random`; default the operating system's. */
  readonly random?: RandomSource;
};

const OPTIONS = ["unit", "most", "keep", "random"];
const LARGEST_MOST = 2 ** 31;
const MADE = Symbol("made by boundContributions");

/** Records of which at most `most` are of one unit. Made only by {@link boundContributions} and {@link boundByWindow}. */
export class BoundedRecords<T> {
  /** Records that count, in the order in which they were given. */
  readonly records: readonly T[];
  /** Most of them that are of one unit. */
  readonly most: number;

  /** Not for use: the first argument is kept within this module. */
  constructor(made: symbol, records: readonly T[], most: number) {
    if (made !== MADE) {
      throw new PrivacyError("BoundedRecords: expected to be made by boundContributions");
    }
    this.records = records;
    this.most = most;
  }
}

/**
 * Lets at most `most` records of each unit through. Which ones depends on no other unit's records.
 *
 * @throws {PrivacyError} For wrong options; never because of a record.
 */
export function boundContributions<T>(
  records: Iterable<T>,
  options: BoundOptions<T>,
): BoundedRecords<T> {
  checkOptions(options, OPTIONS);
  const { unit, most, keep = "first", random = systemRandom } = options;
  if (unit === null) return new BoundedRecords(MADE, [...records], most);
  const units = new Map<string, { readonly kept: T[]; seen: number }>();
  for (const record of records) {
    const name = unitName(unit(record));
    if (name === null) continue;
    let own = units.get(name);
    if (own === undefined) {
      own = { kept: [], seen: 0 };
      units.set(name, own);
    }
    own.seen++;
    if (own.kept.length < most) own.kept.push(record);
    else if (keep === "random") {
      // Reservoir sampling: record n stays with probability most / n, in place of any of those before.
      const place = below(random, own.seen);
      if (place < most) own.kept[place] = record;
    }
  }
  return new BoundedRecords(
    MADE,
    [...units.values()].flatMap(({ kept }) => kept),
    most,
  );
}

/** How {@link boundByWindow} bounds. */
export type WindowOptions<T> = BoundOptions<T> & {
  /** Name of the window that a record lies in; null: in none, and it is left out. */
  readonly window: (record: T) => string | null;
};

/**
 * As {@link boundContributions}, for each window apart: the unit of privacy is then one unit in one window.
 *
 * @throws {PrivacyError} For wrong options; never because of a record.
 */
export function boundByWindow<T>(
  records: Iterable<T>,
  options: WindowOptions<T>,
): Map<string, BoundedRecords<T>> {
  checkOptions(options, [...OPTIONS, "window"]);
  const { window, ...each } = options;
  const windows = new Map<string, T[]>();
  for (const record of records) {
    const name = window(record);
    if (name === null) continue;
    const own = windows.get(name);
    if (own === undefined) windows.set(name, [record]);
    else own.push(record);
  }
  return new Map([...windows].map(([name, own]) => [name, boundContributions(own, each)] as const));
}

/** How a {@link ContributionGate} bounds. */
export type GateOptions = {
  /** Most records of a unit that count in a window, whole, 1 to 2^31. */
  readonly most: number;
};

/**
 * The same for records as they come, the first `most` of each unit in each window. Windows come in the order in which their names
 * sort: once a record of a later window was seen, earlier windows are closed, and a clock that jumps back does not open them.
 */
export class ContributionGate {
  /** Records of a unit that it lets through in a window. */
  readonly most: number;
  #window = "";
  readonly #counts = new Map<string, number>();

  /** @throws {PrivacyError} For wrong options. */
  constructor(options: GateOptions) {
    checkOptions(options, ["most"]);
    this.most = options.most;
  }

  /** Whether a record of this unit in this window counts. */
  admit(unit: unknown, window: string): boolean {
    const name = unitName(unit);
    if (name === null || window < this.#window) return false;
    if (window > this.#window) {
      this.#window = window;
      this.#counts.clear();
    }
    const count = this.#counts.get(name) ?? 0;
    if (count >= this.most) return false;
    this.#counts.set(name, count + 1);
    return true;
  }
}

function checkOptions(
  options: { readonly most: number; readonly keep?: string },
  names: readonly string[],
): void {
  const unknown = Object.keys(options).find((key) => !names.includes(key));
  if (unknown !== undefined) {
    throw new PrivacyError(`options: expected only ${names.join(", ")}, got ${unknown}`);
  }
  const { most, keep = "first" } = options;
  if (!(Number.isInteger(most) && most >= 1 && most <= LARGEST_MOST)) {
    throw new PrivacyError(`most: expected a whole number from 1 to 2^31, got ${most}`);
  }
  if (keep !== "first" && keep !== "random") {
    throw new PrivacyError(`keep: expected first or random, got ${keep}`);
  }
}
