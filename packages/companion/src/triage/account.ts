/** What an account says: findings with how they are meant, course, age, vital signs. */

import type { Language } from "../language/types.ts";
import { type Assertions, assertionsOf } from "./assertion.ts";
import { DERIVED } from "./derived.ts";
import { condition } from "./expression.ts";
import { BELLY } from "./lexicon/belly.ts";
import { DANGER, ITALIAN_DANGER } from "./lexicon/danger.ts";
import { EVERYDAY } from "./lexicon/everyday.ts";
import { GENERAL } from "./lexicon/general.ts";
import { ENGLISH_GROUPS } from "./lexicon/groups.ts";
import { HEAD_NERVES } from "./lexicon/head-nerves.ts";
import { HEART_LUNGS } from "./lexicon/heart-lungs.ts";
import { ITALIAN, ITALIAN_GROUPS } from "./lexicon/italian.ts";
import { ITALIAN_LAY } from "./lexicon/italian-lay.ts";
import { LAY } from "./lexicon/lay.ts";
import { RARE } from "./lexicon/rare.ts";
import { ROUTINE } from "./lexicon/routine.ts";
import { SKIN_LIMBS } from "./lexicon/skin-limbs.ts";
import {
  ageConcepts,
  ageOf,
  courseConcepts,
  courseOf,
  type Measure,
  vitalsOf,
} from "./measures.ts";
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
  /** Whether it speaks of a part of the body together with an age, a time or a measure: about health, whatever it is. */
  readonly bodily: boolean;
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
    "immune-low stimulant drug-use allergen-exposure fall tick-bite heat cold pregnant postpartum work-interfere poor-response tearing calf scalp missed-insulin unvaccinated menopause many-joints can-bear-weight pregnant-late lung-puncture pain-epigastric idiom no-alcohol breakup death-joke limping pale-urine worry-paranoid otc-helps pain-any temperature-normal body-words many-times missed-dialysis drug-use sun-exposure glass-test reliever-fails tropical-travel rabies-risk heart-attack emergency-word agitation anxiety"
  ).split(" "),
);
const ATTRIBUTES = new Set(["severe", "sudden", "mild"]);
/** These colour their sentence's findings around them. */
const LOOSE = new Set(["worsening", "recurrent"]);
const LOOSE_REACH = 8;
const AHEAD = 4;
const REACH = 6;
/** So short a text's language is a guess. */
const FEW_WORDS = 12;

let english: PhraseFinder | null = null;
let italian: PhraseFinder | null = null;

function finderOf(language: Language): PhraseFinder {
  if (language === "it") {
    italian ??= new PhraseFinder([ITALIAN, ITALIAN_LAY, ITALIAN_DANGER], ITALIAN_GROUPS);
    return italian;
  }
  english ??= new PhraseFinder(
    [HEART_LUNGS, HEAD_NERVES, BELLY, SKIN_LIMBS, GENERAL, LAY, EVERYDAY, ROUTINE, RARE, DANGER],
    ENGLISH_GROUPS,
  );
  return english;
}

/** Names of the findings that the lexicons can tell. */
export function lexiconNames(): ReadonlySet<string> {
  return new Set(
    [
      HEART_LUNGS,
      HEAD_NERVES,
      BELLY,
      SKIN_LIMBS,
      GENERAL,
      LAY,
      EVERYDAY,
      ROUTINE,
      RARE,
      DANGER,
      ITALIAN,
      ITALIAN_LAY,
      ITALIAN_DANGER,
    ].flatMap(Object.keys),
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
  let noFever = false;
  const years = age ?? ageOf(words);
  const vitals = vitalsOf(words, years);
  const all = findIn(words, language, vitals).map((found) => ({
    ...found,
    meant: meaning(found, assertions),
  }));
  for (const found of withoutInside(all)) {
    const { meant } = found;
    const indices = range(found.first, found.last);
    if (meant === "present") {
      put(present, found.concept, indices);
      kept.push(found);
    } else if (meant === "past") put(past, found.concept, indices);
    else if (meant === "denied" && found.concept === "fever") noFever = true;
  }
  // "He feels hot. No fever." tells of none.
  if (noFever) present.delete("fever");
  addAttributes(kept, words, (name, indices) => put(present, name, indices));
  for (const name of ageConcepts(years)) put(present, name, []);
  for (const { concept, first, last } of vitals) {
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
    bodily:
      present.has("body-words") &&
      [...present.keys()].some((name) => /^(?:age-|for-|over-|short-|vital-)/.test(name)),
    names: [...present.keys()],
    personal: isPersonal(words, text, present, years !== null),
  };
}

/** Phrases of the text's language; a few words in none that speaks of illness may be in the other. */
function findIn(words: readonly Word[], language: Language, vitals: readonly Measure[]): Found[] {
  let found = finderOf(language).find(words);
  if (found.length === 0 && words.length <= FEW_WORDS) {
    found = finderOf(language === "en" ? "it" : "en").find(words);
  }
  const normal = vitals.filter(({ concept }) => concept === "temperature-normal");
  return [...found, ...normal].sort((a, b) => a.first - b.first);
}

function range(first: number, last: number): number[] {
  const made: number[] = [];
  for (let at = first; at <= last; at++) made.push(at);
  return made;
}

const DANGERS = new Set(["suicidal", "self-harm", "harm-others", "violence"]);

function meaning(found: Found, { deniedBy, past, others, possible }: Assertions): string {
  for (let at = found.first; at <= found.last; at++) {
    const by = deniedBy[at] ?? -1;
    // A negation inside the phrase is part of it: "not breathing".
    if (by >= 0 && (by < found.first || by > found.last)) return "denied";
  }
  if (others[found.last] === 1 && others[found.first] === 1) return "others";
  // Who writes "I'm scared that I hurt my baby" or "if I were gone" is in danger now.
  if (possible[found.first] === 1 && !DANGERS.has(found.concept)) return "possible";
  return past[found.first] === 1 ? "past" : "present";
}

/** No phrase spans more words. */
const LONGEST_PHRASE = 40;

/** Findings that are no finding where they stand inside another: "low-grade fever", "poison ivy". */
const INSIDE: Readonly<Record<string, readonly string[]>> = {
  fever: ["low-fever", "hay-fever", "cold-sore", "temperature-normal", "vaccineReaction"],
  "high-fever": ["low-fever"],
  "not-drinking": ["no-alcohol"],
  alcohol: ["no-alcohol"],
  poisoning: ["contact-rash", "poison-food", "everyday"],
  burn: ["sunburn", "everyday"],
  "one-sided-weakness": ["back-pain"],
  seizure: ["febrile-seizure", "everyday"],
  pallor: ["dark-urine", "pale-urine"],
  "wound-deep": ["insect-bite"],
  "bleeding-uncontrolled": ["wound-minor"],
  drowsy: ["limping"],
  weakness: ["limping"],
  dehydration: ["chapped-lips"],
  severe: ["worst-cold"],
  hallucination: ["worry-paranoid"],
  "vision-loss": ["bruise"],
  vomiting: ["posset"],
  drooling: ["teething"],
  "vaginal-bleeding": ["period-pain"],
  "runny-nose": ["cold-sore"],
  unresponsive: ["growth-problem"],
  wound: ["drink-problem"],
  recurrent: ["well"],
  purpura: ["everyday"],
  "skin-infection": ["wound-minor"],
  "joint-hot": ["everyday"],
  numbness: ["everyday"],
  tinnitus: ["everyday"],
  sweating: ["everyday"],
  "eye-injury": ["everyday"],
  "eye-chemical": ["everyday"],
  "swallowed-harmless": ["everyday"],
  sting: ["everyday"],
  "joint-pain": ["everyday"],
  "burn-minor": ["everyday"],
  hangover: ["everyday"],
  "easy-bruising": ["everyday"],
  "rectal-bleeding": ["everyday"],
  hematuria: ["everyday"],
  "elderly-words": ["age-told"],
  pregnant: ["pregnancy-past"],
  apnea: ["sleep-breathing"],
  "dyspnea-severe": ["sleep-breathing"],
  suicidal: ["breakup", "death-joke"],
};

type Meant = Found & { readonly meant: string };

/** Leaves them out; what is denied covers nothing. Linear: findings come by their first word, and none is long. */
function withoutInside(found: readonly Meant[]): Meant[] {
  return found.filter(({ concept, first, last }, at) => {
    const outer = INSIDE[concept];
    if (outer === undefined) return true;
    const covers = (o: Meant): boolean =>
      outer.includes(o.concept) && o.first <= first && o.last >= last && o.meant !== "denied";
    for (let i = at; i >= 0 && first - found[i].first <= LONGEST_PHRASE; i--) {
      if (covers(found[i])) return false;
    }
    for (let i = at + 1; i < found.length && found[i].first === first; i++) {
      if (covers(found[i])) return false;
    }
    return true;
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
