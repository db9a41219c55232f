/**
 * Rude remarks. Where rude words of a remark were taken away or softened, the sentence around them is rewritten freely
 * by people too: then only what can be named is checked, numbers, denials, opposites, logic. Where every rude word
 * still stands, or there was none, an exchanged word is no change of tone and every word counts.
 */

import type { Atom, Parsed } from "./atoms.ts";
import { classOf } from "./classes.ts";
import type { Hunk } from "./compare.ts";
import { DOSE, difference } from "./describe.ts";
import { areOpposite } from "./opposites.ts";
import { isPlainlyRude, isRude } from "./rude.ts";
import type { Difference } from "./types.ts";

/** Words of plain information: a text with one of them is no remark, however it is written. */
const INFORMS =
  /^(?:patient|symptom|treatment|therap|medic|dose|dosage|doctor|physician|diagnos|clinic|surg|infection|vaccin|syndrome|disorder|chronic|acute|tablet|pill|capsule|antibiotic|insulin|invest|mortgage|interest|premium|contract|paziente|sintom|terapia|farmac|medico|dosaggio|compress|diagnosi|chirurg|infezion)/;
const REMARK_LENGTH = 400;

/** Whether a text is typed as a remark: short, without a capital. */
function isRemark({ text }: Parsed): boolean {
  return text.length <= REMARK_LENGTH && !/\p{Lu}/u.test(text);
}

function isDose({ quantity }: Atom): boolean {
  return quantity !== null && quantity.unit !== null && DOSE.test(quantity.unit);
}

/** Largest product of the lengths of what went and what came that is still a change of tone. */
const REWRITTEN = 2500;

/** Whether a text has amounts of a substance, or words that inform. */
function informs({ atoms }: Parsed): boolean {
  return atoms.some((atom) => isDose(atom) || (atom.kind === "word" && INFORMS.test(atom.key)));
}

/** A hunk without the words that it has on both sides: the alignment leaves some behind. */
function bare({ gone, come, before, after }: Hunk): Hunk {
  if (gone.length * come.length > REWRITTEN) return { gone, come, before, after };
  const left = [...come];
  const lost = gone.filter(({ key }) => {
    const at = left.findIndex((atom) => atom.key === key);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  return { gone: lost, come: left, before, after };
}

/** Groups of people: one put for another is no softer tone. */
const GROUP =
  /^(?:black|white|brown|asian|african|mexican|chinese|arab|latino|hispanic|muslim|islam\w*|jew|jewish|christian|gay|lesbian|trans|liberal|conservative|republican|democrat|socialist|communist|marxist|feminist|man|men|woman|women|boy|girl|lady|male|female|immigrant)s?$/;

/** Whether a hunk takes a rude word away, and does not just put its opposite or another group of people there. */
function takesRude({ gone, come }: Hunk): boolean {
  return gone.some(
    ({ key }) =>
      isRude(key) &&
      (isPlainlyRude(key) ||
        !come.some(
          (other) => areOpposite(key, other.key) || (GROUP.test(key) && GROUP.test(other.key)),
        )),
  );
}

/**
 * The hunks that may be judged as changes of tone: all of them where rude words of a rude remark went, only those that
 * took the rude words away where the text informs as well, and none of any other text.
 */
export function toneHunks(a: Parsed, all: readonly Hunk[]): readonly Hunk[] {
  const hunks = all.filter((hunk) => takesRude(bare(hunk)));
  if (hunks.length === 0) return [];
  const rude = a.atoms.some(({ key, kind }) => kind === "word" && isPlainlyRude(key));
  if (informs(a)) {
    return hunks.filter(({ gone }) => gone.some(({ key }) => isPlainlyRude(key)));
  }
  return rude || isRemark(a) ? all : [];
}

const DENIES = new Set(
  "not no never none nobody nothing nowhere neither nor without nt cannot non mai nessuno niente nulla senza #0|".split(
    " ",
  ),
);

/** Amounts of a remark that count, by value: no "one", no hearts ("<3"), no "two" before a rude word. */
function counted({ atoms }: Parsed, all: boolean): Map<string, Atom[]> {
  const found = new Map<string, Atom[]>();
  atoms.forEach((atom, i) => {
    const { quantity } = atom;
    if (quantity === null || /^#[01]\|/.test(atom.key)) return;
    if (!all && atoms[i - 1]?.key === "<") return;
    if (!all && atoms[i + 1] !== undefined && isRude(atoms[i + 1].key)) return;
    for (const value of quantity.values)
      found.set(String(value), [...(found.get(String(value)) ?? []), atom]);
  });
  return found;
}

function amounts(a: Parsed, b: Parsed): Difference[] {
  const before = counted(a, true);
  const after = counted(b, true);
  const lost: Atom[] = [];
  const won: Atom[] = [];
  for (const [value, atoms] of counted(a, false)) if (!after.has(value)) lost.push(...atoms);
  for (const [value, atoms] of after) {
    const old = before.get(value);
    if (old === undefined) won.push(...atoms);
    else {
      const unit = old[0].quantity?.unit ?? null;
      const now = atoms[0].quantity?.unit ?? null;
      if (unit !== null && now !== null && unit !== now)
        return [difference([old[0]], [atoms[0]], a, b)];
    }
  }
  return lost.length + won.length === 0 ? [] : [difference(lost, won, a, b)];
}

/** Turns in which a denial is part of the rudeness: "no shit", "who gives a damn", "ain't nobody". */
const IDIOM_WORDS = new Set([
  "give",
  "gives",
  "no",
  "be",
  "like",
  "care",
  "shit",
  "nobody",
  "does",
  "do",
  "way",
]);

/** Whether a hunk's change of denials goes with the rude words that it takes away. */
function excused(gone: readonly Atom[], come: readonly Atom[]): boolean {
  if (!gone.some(({ key }) => isRude(key))) return false;
  if (
    come.some(
      ({ key, kind }) =>
        kind === "word" && key.length > SHORT && !PALE.has(key) && classOf(key) === null,
    )
  )
    return true;
  return gone.every(({ key }) => isRude(key) || IDIOM_WORDS.has(key) || key === "it");
}

const SIMILAR = 0.5;

/** Whether one word may be the other misspelled, inflected or shortened. */
function similar(a: string, b: string): boolean {
  if (a.startsWith(b.slice(0, 4)) || b.startsWith(a.slice(0, 4))) return true;
  if (a.length === b.length && [...a].sort().join("") === [...b].sort().join("")) return true;
  const pairs = (word: string): Set<string> => {
    const found = new Set<string>();
    for (let i = 0; i + 1 < word.length; i++) found.add(word.slice(i, i + 2));
    return found;
  };
  const [x, y] = [pairs(a), pairs(b)];
  let shared = 0;
  for (const pair of x) if (y.has(pair)) shared++;
  return (2 * shared) / Math.max(1, x.size + y.size) >= SIMILAR;
}

const SHORT = 3;
/** Words that stand for others or for nearly anything. */
const PALE = new Set(
  (
    "this these those that their they them thing stuff people person someone anyone everyone around here there then because make give " +
    "take tell said just really actually basically what which nice good great going being thats"
  ).split(" "),
);

/** Whether a hunk exchanges plain content words one for one, with nothing rude among them. */
function exchanges(gone: readonly Atom[], come: readonly Atom[]): boolean {
  const plain = (atoms: readonly Atom[]): Atom[] =>
    atoms.filter(
      ({ kind, free, key }) =>
        kind === "word" && !free && key.length > SHORT && !PALE.has(key) && classOf(key) === null,
    );
  if (gone.some(({ key }) => isRude(key))) return false;
  const [x, y] = [plain(gone), plain(come)];
  return (
    gone.length <= 2 &&
    x.length === 1 &&
    y.length === 1 &&
    come.length <= 2 &&
    !similar(x[0].key, y[0].key)
  );
}

const GOOD =
  /^(?:good|nice|wise|smart|kind|right|appropriate|acceptable|intelligent|pleasant|satisf\w+|correct|ok|okay|aware|fair|clever|bright|worth\w*|suitable|great|well|like|normal|true|honest|decent|useful|helpful|respect\w*|happy|care|know|understand|listen|talk)$/;
const NEAR = 4;

/** Whether a denial is the soft form of an insult: "not nice", "doesn't know". */
function softInsult(come: readonly Atom[], b: Parsed): boolean {
  return come.some((atom) => {
    if (!DENIES.has(atom.key)) return false;
    const at = b.atoms.indexOf(atom);
    return b.atoms.slice(at + 1, at + 1 + NEAR).some(({ key }) => GOOD.test(key));
  });
}

/** Denials of a stretch, without the "no" of an answer or a cry. */
function denials(atoms: readonly Atom[], { atoms: all }: Parsed): Atom[] {
  return atoms.filter((atom) => {
    if (!DENIES.has(atom.key)) return false;
    if (atom.key !== "no") return true;
    const at = all.indexOf(atom);
    return all[at + 1] !== undefined && all[at + 1].clause === atom.clause;
  });
}

const CONCORD = 8;

/** Whether denials that went were the second of two that denied once: "ain't nobody", "don't want no". */
function doubled(lost: readonly Atom[], { atoms }: Parsed): boolean {
  return (
    lost.length > 0 &&
    lost.every((atom) => {
      const at = atoms.indexOf(atom);
      return atoms
        .slice(Math.max(0, at - CONCORD), at)
        .concat(atoms.slice(at + 1, at + CONCORD))
        .some(({ key, sentence }) => sentence === atom.sentence && DENIES.has(key));
    })
  );
}

/** Small words of place that people exchange freely, and joints. */
const LOOSE = new Set(
  "in on at out up off into onto from to toward towards over for of by and or but because".split(
    " ",
  ),
);

/** What the hunks of a change of tone change of what can be named. */
export function tracked(whole: readonly Hunk[], a: Parsed, b: Parsed): Difference[] {
  const hunks = whole.map(bare);
  const found: Difference[] = amounts(a, b);
  const known = new Set(a.atoms.map(({ key }) => key));
  const lost = hunks.map(({ gone }) => denials(gone, a));
  const won = hunks.map(({ come }) => denials(come, b));
  const moved = lost.flat().length === won.flat().length;
  hunks.forEach(({ gone, come }, i) => {
    if (gone.length * come.length > REWRITTEN) {
      found.push(difference(gone, come, a, b));
      return;
    }
    const flipped = lost[i].length > 0 !== won[i].length > 0;
    if (flipped && !moved && !excused(gone, come) && !softInsult(come, b) && !doubled(lost[i], a)) {
      found.push(difference(lost[i], won[i], a, b));
      return;
    }
    for (const one of gone) {
      if (isPlainlyRude(one.key) || LOOSE.has(one.key)) continue;
      const other = come.find(({ key }) => !LOOSE.has(key) && areOpposite(one.key, key));
      if (other !== undefined) found.push(difference([one], [other], a, b));
    }
    const coded = (atoms: readonly Atom[]): Atom[] =>
      atoms.filter(({ kind, key }) => kind === "word" && /\d/.test(key));
    if (coded(gone).length > 0 && coded(come).length > 0) {
      found.push(difference(coded(gone), coded(come), a, b));
    }
    const told = come.filter(
      ({ key, kind }) => kind === "word" && INFORMS.test(key) && !known.has(key),
    );
    if (told.length > 0) found.push(difference([], told, a, b));
    const logic = (atoms: readonly Atom[]): boolean =>
      atoms.length > 0 &&
      atoms.length <= 2 &&
      atoms.every(({ key }) => classOf(key) !== null && !LOOSE.has(key));
    if ((logic(whole[i].gone) && logic(whole[i].come)) || exchanges(whole[i].gone, whole[i].come)) {
      found.push(difference(gone, come, a, b));
    }
  });
  return found;
}
