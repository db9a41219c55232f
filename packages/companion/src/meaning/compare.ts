/** The meaning gate: whether a rephrased text may go out in the place of the neutral one. */

import { detectLanguage } from "../language/detect.ts";
import { hasReordering } from "../language/fold.ts";
import type { Language, Span } from "../language/types.ts";
import { align } from "./align.ts";
import { type Atom, type Parsed, parse } from "./atoms.ts";
import { difference } from "./describe.ts";
import { toneHunks, tracked } from "./tone.ts";
import type { Difference, MeaningOptions, MeaningVerdict } from "./types.ts";
import { governs, isWrapper, leadsOn, mayStandInside, onlyAsks, takesBack } from "./wrapper.ts";

/** Longest text that is compared, in UTF-16 units. */
export const COMPARED_LENGTH = 65_536;
/** As many differences as are reported. */
const REPORTED = 50;

/** Atoms that stand only in one of the texts, between two that stand in both. */
export type Hunk = {
  /** Only in the neutral text. */
  readonly gone: readonly Atom[];
  /** Only in the rephrased text. */
  readonly come: readonly Atom[];
  /** The last atom of both before it (as it stands in the rephrased text), or null at the start. */
  readonly before: Atom | null;
  /** The first atom of both after it (as it stands in the rephrased text), or null at the end. */
  readonly after: Atom | null;
};

/**
 * Compares a neutral text with its rephrasing. Content that stands in both is aligned; what a rephrasing adds must be
 * a wrapper (sympathy, thanks, leads), what it leaves out must carry nothing. Synchronous, never throws, linear in the
 * texts' length up to {@link COMPARED_LENGTH}; longer or broken texts are `unreadable`, unless they are equal.
 */
export function compareMeaning(
  neutral: string,
  rephrased: string,
  options: MeaningOptions = {},
): MeaningVerdict {
  const language = options.language ?? detectLanguage(neutral);
  const problem = unreadable(neutral, rephrased);
  if (problem !== null) return verdict([problem], language);
  if (neutral === rephrased) return verdict([], language);
  const a = parse(neutral, language);
  const b = parse(rephrased, language);
  const { hunks, gaveUp } = hunksOf(a, b);
  const found: Difference[] = [];
  if (gaveUp) {
    found.push({
      kind: "content",
      neutral: null,
      rephrased: null,
      detail: "The texts share too little to be aligned.",
      at: null,
    });
  }
  const own = new Set(a.atoms.filter(({ kind }) => kind === "word").map(({ key }) => key));
  const tone = new Set(gaveUp ? [] : toneHunks(a, hunks));
  if (tone.size > 0) found.push(...tracked([...tone], a, b));
  for (const hunk of hunks) {
    if (found.length >= REPORTED) break;
    if (tone.has(hunk)) continue;
    found.push(...strict(hunk, a, b, language, own));
  }
  return verdict(found, language);
}

function verdict(differences: readonly Difference[], language: Language): MeaningVerdict {
  return { same: differences.length === 0, differences, language };
}

function unreadable(neutral: string, rephrased: string): Difference | null {
  const say = (detail: string): Difference => ({
    kind: "unreadable",
    neutral: null,
    rephrased: null,
    detail,
    at: null,
  });
  if (neutral.length > COMPARED_LENGTH || rephrased.length > COMPARED_LENGTH) {
    return say(`A text of more than ${COMPARED_LENGTH} UTF-16 units is not compared.`);
  }
  if (neutral === rephrased) return null;
  if (!rephrased.isWellFormed()) return say("The rephrased text is broken UTF-16.");
  if (hasReordering(rephrased))
    return say("The rephrased text has signs that reorder what a reader sees.");
  return null;
}

const WEIGHTLESS = 0.5;

export function hunksOf(a: Parsed, b: Parsed): { hunks: Hunk[]; gaveUp: boolean } {
  const weights = a.atoms.map((atom) =>
    atom.kind === "quantity" ? 2 : atom.free ? WEIGHTLESS : 1,
  );
  const { partner, gaveUp } = align(
    a.atoms.map(({ key }) => key),
    b.atoms.map(({ key }) => key),
    weights,
  );
  const hunks: Hunk[] = [];
  let i = 0;
  let j = 0;
  let before: Atom | null = null;
  while (i < a.atoms.length || j < b.atoms.length) {
    const fromA = i;
    while (i < a.atoms.length && partner[i] === -1) i++;
    const to = i < a.atoms.length ? partner[i] : b.atoms.length;
    if (i > fromA || to > j) {
      hunks.push({
        gone: a.atoms.slice(fromA, i),
        come: b.atoms.slice(j, to),
        before,
        after: b.atoms[to] ?? null,
      });
    }
    before = b.atoms[to] ?? null;
    i++;
    j = to + 1;
  }
  return { hunks, gaveUp };
}

/** What a hunk changes where every word counts. */
function strict(
  hunk: Hunk,
  a: Parsed,
  b: Parsed,
  language: Language,
  own: ReadonlySet<string>,
): Difference[] {
  const renumbered = hunk.gone.some(isItem) && hunk.come.some(isItem);
  const counts = (atom: Atom): boolean =>
    !atom.free || (renumbered && isItem(atom)) || isConcession(atom, hunk);
  const gone = hunk.gone.filter(counts);
  const conceded = hunk.come.filter((atom) => isConcession(atom, hunk));
  const come = [
    ...additions(hunk, b, language, own).filter((atom) => !conceded.includes(atom) && counts(atom)),
    ...conceded,
  ];
  if (gone.length === 0 && come.length === 0) return [];
  return [difference(gone, come, a, b)];
}

/** "Anche" may come and go, but not before "se": a condition would become a concession. */
function isConcession(atom: Atom, { gone, come, after }: Hunk): boolean {
  return (
    atom.key === "anche" && after?.key === "se" && (atom === gone.at(-1) || atom === come.at(-1))
  );
}

function isItem({ key }: Atom): boolean {
  return key.startsWith("item ");
}

/** What of a hunk's added atoms is more than a wrapper. */
function additions(
  { come, before, after }: Hunk,
  { text }: Parsed,
  language: Language,
  own: ReadonlySet<string>,
): Atom[] {
  const left: Atom[] = [];
  let from = 0;
  while (from < come.length) {
    let to = from + 1;
    while (to < come.length && come[to].sentence === come[from].sentence) to++;
    const part = come.slice(from, to);
    const { sentence } = part[0];
    const behind = before !== null && before.sentence === sentence ? before : null;
    const ahead = after !== null && after.sentence === sentence ? after : null;
    if (!harmless(part, behind, ahead, text, language, own)) left.push(...part);
    from = to;
  }
  return left;
}

function harmless(
  part: readonly Atom[],
  behind: Atom | null,
  ahead: Atom | null,
  text: string,
  language: Language,
  own: ReadonlySet<string>,
): boolean {
  if (part.every(({ free, key }) => free || mayStandInside(key, language)) || onlyAsks(part)) {
    return true;
  }
  if (!isWrapper(part, text, language, own)) return false;
  if (behind !== null && !standsApart(text, behind, part[0])) return false;
  if (ahead === null) return !takesBack(part, language);
  if (standsApart(text, part[part.length - 1], ahead)) return !takesBack(part, language);
  if (leadsOn(part, language)) return !governs(part.slice(0, -1), language);
  return part[part.length - 1].clause !== ahead.clause && !governs(part, language);
}

/** Whether two neighbours of one sentence stand apart as two sentences do: a capital after no stop, a dash, a new line. */
function standsApart(text: string, before: Atom, after: Atom): boolean {
  const between = text.slice(before.end, after.start);
  if (/[;:\n()[\]–—]|\s-\s/.test(between)) return true;
  return (
    !between.includes(",") && /^\p{Lu}/u.test(text.slice(after.start, after.end)) && after.name
  );
}

/** Where a group of atoms stands. */
export function spanOf(atoms: readonly Atom[]): Span | null {
  return atoms.length === 0 ? null : { start: atoms[0].start, end: atoms[atoms.length - 1].end };
}
