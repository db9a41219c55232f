/** What an account says: findings with how they are meant, course, age, vital signs. */

import type { Language } from "../language/types.ts";
import { type Assertions, assertionsOf } from "./assertion.ts";
import { DERIVED } from "./derived.ts";
import { condition } from "./expression.ts";
import { BELLY } from "./lexicon/belly.ts";
import { GENERAL } from "./lexicon/general.ts";
import { ENGLISH_GROUPS } from "./lexicon/groups.ts";
import { HEAD_NERVES } from "./lexicon/head-nerves.ts";
import { HEART_LUNGS } from "./lexicon/heart-lungs.ts";
import { ITALIAN, ITALIAN_GROUPS } from "./lexicon/italian.ts";
import { SKIN_LIMBS } from "./lexicon/skin-limbs.ts";
import { ageConcepts, ageOf, courseConcepts, courseOf, vitalsOf } from "./measures.ts";
import { type Found, PhraseFinder } from "./pattern.ts";
import { isPersonal } from "./personal.ts";
import { type Word, wordsOf } from "./words.ts";

/** An account that was read. */
export type Account = {
  /** Looks a finding up; the second argument: told of the past counts too. */
  readonly has: (name: string, past: boolean) => readonly number[] | null;
  /** The text of words, by their indices: merged, in order, without repeats. */
  readonly wordsAt: (indices: readonly number[]) => readonly string[];
  /** How many findings of illness it tells. */
  readonly findings: number;
  /** Names of all that holds. */
  readonly names: readonly string[];
  /** Whether it is an account of a person, not a question about an illness in general. */
  readonly personal: boolean;
};

/** Wording and circumstances: no findings of an illness by themselves. */
const NO_FINDING = new Set(
  (
    "severe sudden mild worsening improving recurrent well at-rest exertional er-mention emergency-word diagnosis-words checkup infant-words newborn-words child-words elderly-words " +
    "smoker alcohol tropical-travel recent-surgery immobile clot-risk anticoagulant diabetes hypertension heart-disease asthma copd cancer kidney-disease liver-disease epilepsy sick-contacts otc-helps " +
    "immune-low stimulant drug-use allergen-exposure fall tick-bite heat cold pregnant postpartum work-interfere poor-response tearing calf scalp missed-insulin unvaccinated menopause many-joints can-bear-weight pregnant-late lung-puncture pain-epigastric idiom no-alcohol heart-attack emergency-word agitation anxiety"
  ).split(" "),
);
const ATTRIBUTES = new Set(["severe", "sudden", "mild"]);
/** These colour their sentence's findings around them. */
const LOOSE = new Set(["worsening", "recurrent"]);
const LOOSE_REACH = 8;
const AHEAD = 4;
const REACH = 6;

let english: PhraseFinder | null = null;
let italian: PhraseFinder | null = null;

function finderOf(language: Language): PhraseFinder {
  if (language === "it") {
    italian ??= new PhraseFinder(ITALIAN, ITALIAN_GROUPS);
    return italian;
  }
  english ??= new PhraseFinder(
    { ...HEART_LUNGS, ...HEAD_NERVES, ...BELLY, ...SKIN_LIMBS, ...GENERAL },
    ENGLISH_GROUPS,
  );
  return english;
}

/** Names of the findings that the lexicons can tell. */
export function lexiconNames(): ReadonlySet<string> {
  return new Set(
    [HEART_LUNGS, HEAD_NERVES, BELLY, SKIN_LIMBS, GENERAL, ITALIAN].flatMap(Object.keys),
  );
}

/** Reads an account. `age`: years where the caller knows. Linear in the text. */
export function readAccount(text: string, language: Language, age: number | null): Account {
  const words = wordsOf(text, language);
  const assertions = assertionsOf(words);
  const present = new Map<string, number[]>();
  const past = new Map<string, number[]>();
  const put = (map: Map<string, number[]>, name: string, indices: readonly number[]): void => {
    if (!map.has(name)) map.set(name, [...indices]);
  };
  const kept: Found[] = [];
  const all = [
    ...finderOf("en").find(words),
    ...(language === "it" ? finderOf("it").find(words) : []),
  ].sort((a, b) => a.first - b.first);
  for (const found of withoutInside(all)) {
    const meant = meaning(found, assertions);
    const indices = range(found.first, found.last);
    if (meant === "present") {
      put(present, found.concept, indices);
      kept.push(found);
    } else if (meant === "past") put(past, found.concept, indices);
  }
  addAttributes(kept, words, (name, indices) => put(present, name, indices));
  const years = age ?? ageOf(words);
  for (const name of ageConcepts(years)) put(present, name, []);
  for (const { concept, first, last } of vitalsOf(words, years)) {
    put(present, concept, range(first, last));
  }
  for (const name of courseConcepts(courseOf(words, assertions.past))) put(present, name, []);
  addPregnancy(words, (name, indices) => put(present, name, indices));
  const has = (name: string, also: boolean): readonly number[] | null =>
    present.get(name) ?? (also ? (past.get(name) ?? null) : null);
  for (const [name, when] of DERIVED) {
    const indices = condition(when)(has);
    if (indices !== null) put(present, name, indices);
  }
  let findings = 0;
  for (const [name] of present) {
    if (
      !name.includes(".") &&
      !NO_FINDING.has(name) &&
      !/^(?:age-|for-|over-|short-|vital-normal)/.test(name)
    ) {
      findings++;
    }
  }
  return {
    has,
    wordsAt: (indices) => excerpts(text, words, indices),
    findings,
    names: [...present.keys()],
    personal: isPersonal(words, text, present, years !== null),
  };
}

function range(first: number, last: number): number[] {
  const made: number[] = [];
  for (let at = first; at <= last; at++) made.push(at);
  return made;
}

function meaning(found: Found, { deniedBy, past, others, possible }: Assertions): string {
  for (let at = found.first; at <= found.last; at++) {
    const by = deniedBy[at] ?? -1;
    // A negation inside the phrase is part of it: "not breathing".
    if (by >= 0 && (by < found.first || by > found.last)) return "denied";
  }
  if (others[found.last] === 1 && others[found.first] === 1) return "others";
  if (possible[found.first] === 1) return "possible";
  return past[found.first] === 1 ? "past" : "present";
}

/** Findings that are no finding where they stand inside another: "low-grade fever", "poison ivy". */
const INSIDE: Readonly<Record<string, readonly string[]>> = {
  fever: ["low-fever", "hay-fever", "vaccineReaction"],
  "high-fever": ["low-fever"],
  "not-drinking": ["no-alcohol"],
  alcohol: ["no-alcohol"],
  poisoning: ["contact-rash", "poison-food"],
  burn: ["sunburn"],
  "one-sided-weakness": ["back-pain"],
  seizure: ["febrile-seizure"],
  pallor: ["dark-urine"],
  "wound-deep": ["insect-bite"],
};

function withoutInside(found: readonly Found[]): Found[] {
  return found.filter(({ concept, first, last }) => {
    const outer = INSIDE[concept];
    if (outer === undefined) return true;
    return !found.some((o) => outer.includes(o.concept) && o.first <= first && o.last >= last);
  });
}

/** Pains that a bare "the pain is severe" may be about. */
const PAINS = new Set(
  "chest-pain abdominal-pain headache back-pain eye-pain testicle-pain flank-pain pelvic-pain".split(
    " ",
  ),
);

/** `x.severe` where a word for it belongs to x: right before it, else the nearest before in the sentence. */
function addAttributes(
  found: readonly Found[],
  words: readonly Word[],
  put: (name: string, indices: readonly number[]) => void,
): void {
  const things = found.filter(({ concept }) => !NO_FINDING.has(concept));
  const starts = new Map<number, Found[]>();
  for (const each of things) {
    for (let at = each.first; at <= each.last; at++) {
      const list = starts.get(at);
      if (list === undefined) starts.set(at, [each]);
      else list.push(each);
    }
  }
  for (const mark of found) {
    const loose = LOOSE.has(mark.concept);
    if (!loose && !ATTRIBUTES.has(mark.concept)) continue;
    const bind = (at: number): boolean => {
      const here = words[at]?.sentence === words[mark.first].sentence ? starts.get(at) : undefined;
      for (const each of here ?? []) {
        put(`${each.concept}.${mark.concept}`, [mark.first, ...range(each.first, each.last)]);
      }
      return here !== undefined;
    };
    if (loose) {
      for (let at = mark.first - LOOSE_REACH; at <= mark.last + LOOSE_REACH; at++) bind(at);
      continue;
    }
    bind(mark.first);
    let bound = false;
    for (let at = mark.last + 1; at <= mark.last + AHEAD && !bound; at++) bound = bind(at);
    for (let at = mark.first - 1; at >= mark.first - REACH && !bound; at--) bound = bind(at);
    if (bound && !barePain(words, mark)) continue;
    const pain = things.findLast(({ concept, first }) => PAINS.has(concept) && first < mark.first);
    if (
      pain !== undefined &&
      mark.concept !== "mild" &&
      words[mark.first].sentence - words[pain.first].sentence <= 2
    ) {
      put(`${pain.concept}.${mark.concept}`, [mark.first, ...range(pain.first, pain.last)]);
    }
  }
}

function barePain(words: readonly Word[], mark: Found): boolean {
  for (let at = mark.first - 4; at <= mark.last + 3; at++) {
    if (
      /^(?:pain|it|onset)$/.test(words[at]?.text ?? "") &&
      words[at].sentence === words[mark.first].sentence
    )
      return true;
  }
  return false;
}

/** "30 weeks pregnant", "week 30". */
function addPregnancy(
  words: readonly Word[],
  put: (name: string, indices: readonly number[]) => void,
): void {
  for (let at = 0; at < words.length; at++) {
    const { value } = words[at];
    if (value === null || value < 4 || value > 43) continue;
    const next = words[at + 1]?.text ?? "";
    const after = [2, 3, 4].map((step) => words[at + step]?.text ?? "");
    const before = words[at - 1]?.text ?? "";
    const told =
      (/^(?:weeks|wks)$/.test(next) && value >= 13 && before === "at") ||
      (/^(?:weeks?|wks?|settiman[ae])$/.test(next) && /^(?:incinta|gravidanza)$/.test(before)) ||
      (/^(?:weeks?|wks?|settiman[ae])$/.test(next) &&
        after.some((word) => /^(?:pregnan|gestation|along|gravid|incinta)/.test(word))) ||
      (before === "week" && /^(?:pregnan|gestation)/.test(words[at - 4]?.text ?? next));
    if (!told) continue;
    put("pregnant", [at]);
    if (value >= 20) put("pregnant-late", [at]);
  }
}

function excerpts(text: string, words: readonly Word[], indices: readonly number[]): string[] {
  const sorted = [...new Set(indices)].sort((a, b) => a - b);
  const made: string[] = [];
  for (let i = 0; i < sorted.length; ) {
    let end = i;
    while (end + 1 < sorted.length && sorted[end + 1] === sorted[end] + 1) end++;
    const piece = text.slice(words[sorted[i]].start, words[sorted[end]].end);
    if (!made.includes(piece)) made.push(piece);
    i = end + 1;
  }
  return made;
}
