/** The guard on a model's answer: what may go out, and what is put in its place. Pure and linear in the text's length. */

import { sentences } from "../language/sentences.ts";
import type { Language } from "../language/types.ts";
import { ADVICE } from "./advice-words.ts";
import { ENGLISH } from "./lexicon.ts";
import { ITALIAN } from "./lexicon-it.ts";
import { type Mark, type Marks, Matcher, wordsOf } from "./marks.ts";
import { inDigits } from "./numbers.ts";
import {
  extremeDiet,
  LEAST_KCAL,
  labValues,
  numberAt,
  personalFindings,
  personalMarks,
} from "./personal.ts";
import type { AdviceRequest, AdviceVerdict, RefusalKind } from "./types.ts";
import { NO_DATA, NO_DIAGNOSIS, RED_FLAG, TOO_LONG, WHY } from "./wording.ts";

/** UTF-16 units of an answer that are looked at; a longer one is withheld. */
export const MAX_ANSWER = 262_144;
/** UTF-16 units of a question that are looked at. */
const MAX_QUERY = 65_536;
/** Words of a sentence that are looked at together. */
const WINDOW = 120;

const MATCHER = new Matcher(ADVICE);
const { disproven } = ENGLISH;
const DISPROVEN = new Matcher({ disproven }, { disproven: ITALIAN.disproven });

const YOUR = /^(?:your|tuo|tua|tuoi|tue|suo|sua|suoi|sue)$/;
const CHANGED =
  /^(?:double|triple|halve|tripl(?:ica|ichi|icare)|raddoppi(?:[ao]|are)?|dimezz(?:[ai]|are))$/;
/** Words before a verb that make it an order. */
const LEADS = /^(?:so|then|say|just|simply|quindi|allora|pure)$/;
/** Words of a limit that holds for everybody, and of a case that may not be. */
const MORE =
  /^(?:or|more|above|below|higher|lower|over|under|between|than|least|oltre|sopra|sotto|più|o)$/;
const CONDITION = /^(?:if|when|whether|unless|once|how|what|se|quando|qualora|come)$/;
/** Words before a stop that make it no order. */
const NO_ORDER =
  /^(?:not|never|don't|shouldn't|before|without|if|when|non|mai|prima|se|quando|people|who|may|to|after|patients)$/;
const DENIED = /^(?:not|no|never|cannot|can't|claims?|claimed|non|nessuna?|myth|evidence)$/;

type Sentence = {
  readonly start: number;
  readonly end: number;
  readonly words: readonly string[];
  readonly advice: Marks;
  readonly personal: Marks;
};
type Harm = { readonly rule: string; readonly kind: RefusalKind; readonly text?: string };

/**
 * Looks at a model's answer. Instructions that only somebody who knows the person may give are withheld whole, however
 * friendly the warning beside them; a diagnosis that is stated as certain gets a note; a wish for health data is taken out.
 */
export function guardAdvice({ query, answer, language }: AdviceRequest): AdviceVerdict {
  if (answer.length > MAX_ANSWER) {
    const why = TOO_LONG[language];
    return { action: "replaced", text: why, kind: "other-harm", rules: ["too-long"], why };
  }
  const asked = wordsOf(query.slice(0, MAX_QUERY));
  const wanted = new Set(personalFindings(asked).map(({ kind }) => kind));
  const alarming = MATCHER.find(asked).has("redflag");
  const all = [...sentencesOf(answer)];
  const harms: Harm[] = [];
  for (const [at, sentence] of all.entries()) {
    const harm = harmOf(sentence, all[at + 1], wanted, alarming, language);
    if (harm !== null) harms.push(harm);
  }
  if (smallMenu(all)) harms.push({ rule: "menu-too-small", kind: "extreme-diet" });
  const [first] = harms;
  if (first !== undefined) {
    const why = first.text ?? WHY[first.kind][language];
    const rules = [...new Set(harms.map(({ rule }) => rule))];
    return { action: "replaced", text: why, kind: first.kind, rules, why };
  }
  return amended(answer, all, language);
}

function* sentencesOf(answer: string): Generator<Sentence, void, void> {
  for (const { start, end } of sentences(answer)) {
    const words = inDigits(wordsOf(answer.slice(start, end)));
    for (let at = 0; at < Math.max(1, words.length); at += WINDOW) {
      const part = words.length <= WINDOW ? words : words.slice(at, at + WINDOW);
      yield {
        ...{ start, end, words: part },
        advice: MATCHER.find(part),
        personal: personalMarks(part),
      };
    }
  }
}

function harmOf(
  sentence: Sentence,
  next: Sentence | undefined,
  wanted: ReadonlySet<RefusalKind>,
  alarming: boolean,
  language: Language,
): Harm | null {
  const { advice, personal } = sentence;
  if (advice.all("lethal").some((means) => !deniedBefore(advice, means))) {
    return { rule: "lethal-means", kind: "self-harm" };
  }
  if (advice.has("told") && !advice.has("negated"))
    return { rule: "forging-told", kind: "deception" };
  if (alarming && advice.has("calm") && !calmDenied(advice)) {
    return { rule: "false-reassurance", kind: "neglect", text: RED_FLAG[language] };
  }
  if (tellsDose(sentence, wanted.has("dose"))) return { rule: "dose-instruction", kind: "dose" };
  if (praisesQuackery(sentence)) return { rule: "disproven-cure", kind: "harmful-treatment" };
  if (tellsToStop(sentence, next)) return { rule: "medicine-stopped", kind: "dose" };
  if (extremeDiet(personal) && !(advice.has("negated") && !advice.has("contrast"))) {
    return { rule: "starvation-diet", kind: "extreme-diet" };
  }
  if (readsLab(sentence, wanted.has("raw-lab"))) return { rule: "lab-read", kind: "raw-lab" };
  if (urgesMoney(advice)) return { rule: "money-urged", kind: "financial" };
  return null;
}

/** "Never take all of them": what a word shortly before takes back. */
function deniedBefore(advice: Marks, { start }: Mark): boolean {
  return advice.all("negated").some((no) => no.end <= start && start - no.end <= 4);
}

/** "Not nothing to worry about": a calming word that is itself denied. */
function calmDenied(advice: Marks): boolean {
  return advice.all("calm").every(({ start }) => {
    const before = advice.words[start - 1] ?? "";
    return before === "not" || before === "never" || before === "non" || before === "isn't";
  });
}

function tellsDose({ advice, personal, words }: Sentence, asked: boolean): boolean {
  // Millilitres and units are a medicine's where one is named or injected.
  const named = personal.has("medicine") || advice.has("medicine inject");
  const counted = [
    ...advice.all(asked || named ? "sized" : "exact"),
    ...personal.all("medicine"),
  ].some(({ start }) => numberAt(words, start - 1) !== null);
  const some = named && advice.ahead("some", "sized medicine", 2) !== null;
  const changed = words.some((word) => CHANGED.test(word)) && advice.has("medicine dose");
  if (!counted && !some && !changed) return false;
  if (asked) return true;
  if (advice.has("leaflet")) return false;
  if (counted && advice.has("rightdose") && !advice.has("doctor negated")) return true;
  return advice.all("act").some((act) => {
    // An order: the verb stands first, or behind words that speak to the person.
    const order =
      act.start <= 1 ||
      LEADS.test(words[act.start - 1]) ||
      advice.all("instruct").some(({ end }) => end <= act.start && act.start - end <= 3);
    // "Do not take …", "your doctor may start …": no order of the answer's own. What comes behind an order takes
    // nothing back.
    const taken = advice
      .all("negated doctor")
      .some(({ end, start }) => start < act.start && act.start - end <= 5);
    return order && !taken;
  });
}

function tellsToStop({ advice, words }: Sentence, next: Sentence | undefined): boolean {
  const stop = advice.near("quit", "medicine", 4);
  if (stop === null || advice.has("doctor")) return false;
  if (next?.advice.has("doctor") === true && !advice.has("instruct")) return false;
  const before = words.slice(Math.max(0, stop.start - 4), stop.start);
  if (advice.ahead("safe", "quit", 2) !== null && !before.some((word) => DENIED.test(word))) {
    return true;
  }
  if (before.some((word) => NO_ORDER.test(word))) return false;
  return (
    stop.start <= 1 ||
    advice.ahead("instruct", "quit", 3) !== null ||
    words.some((word) => YOUR.test(word))
  );
}

function readsLab({ advice, personal, words }: Sentence, asked: boolean): boolean {
  const means = advice.all("means");
  if (means.length === 0 || advice.has("doctor")) return false;
  if (means.every((mark) => deniedBefore(advice, mark) && !calms(words, mark))) return false;
  if (asked) return personal.has("analyte") || advice.has("yours");
  if (labValues(personal) > 0) {
    const alone = /^an?$/.test(words[0] ?? "") && !words.some((word) => MORE.test(word));
    return alone || words.some((word) => YOUR.test(word));
  }
  // "Your white cells are high", but not "if your sugar is high".
  if (words.some((word) => CONDITION.test(word))) return false;
  return personal.all("analyte").some(({ start, end }) => {
    const yours = words.slice(Math.max(0, start - 2), start).some((word) => YOUR.test(word));
    return yours && means.some((mark) => mark.start >= end && mark.start - end <= 3);
  });
}

/** "Nothing to worry about" reads a value although it denies something. */
function calms(words: readonly string[], { start }: Mark): boolean {
  return words[start] === "nothing" || words[start] === "within";
}

function urgesMoney(advice: Marks): boolean {
  if (advice.has("scheme") && !advice.has("negated denied")) return true;
  if (advice.near("urge", "asset", 8) === null) return false;
  // "You can't lose" denies nothing; "nothing is guaranteed" does.
  const urges = advice.all("urge");
  return !advice
    .all("negated denied")
    .some((no) => !urges.some((urge) => urge.start <= no.start && no.end <= urge.end));
}

function praisesQuackery({ advice, words }: Sentence): boolean {
  if (advice.has("negated") && !/instead|invece|posto/.test(words.join(" "))) return false;
  if (!advice.has("remedy") || !advice.has("illness medicine")) return false;
  if (words.some((word) => DENIED.test(word))) return false;
  const found = DISPROVEN.find(words);
  const kept = found
    .all("disproven")
    .filter(({ start, end }) => !/instead$/.test(words.slice(start, end).join(" ")));
  return kept.length > 0 && advice.has("remedy");
}

/** Whether the meals of an answer add up to a day that is too small. */
function smallMenu(all: readonly Sentence[]): boolean {
  const meals = new Map<string, number>();
  for (const { advice, personal, words } of all) {
    const meal = advice.all("meal")[0];
    if (meal === undefined) continue;
    for (const { start } of personal.all("kcal")) {
      const value = numberAt(words, start - 1);
      if (value !== null && start > meal.end) {
        const name = words[meal.start];
        meals.set(name, Math.max(meals.get(name) ?? 0, value));
        break;
      }
    }
  }
  if (meals.size < 3) return false;
  let sum = 0;
  for (const value of meals.values()) sum += value;
  return sum < LEAST_KCAL;
}

/** Notes and removals that leave the rest of the answer as it is. */
function amended(answer: string, all: readonly Sentence[], language: Language): AdviceVerdict {
  const asking = all.filter(({ advice }) => advice.near("request", "healthdata", 6) !== null);
  const certain = all.some(({ advice }) => statesDiagnosis(advice));
  if (asking.length === 0 && !certain) {
    return { action: "pass", text: answer, kind: null, rules: [], why: "" };
  }
  let text = "";
  let from = 0;
  for (const { start, end } of asking) {
    if (start < from) continue;
    text += answer.slice(from, start);
    from = end;
  }
  text = (text + answer.slice(from)).trim();
  const rules: string[] = [];
  const notes: string[] = [];
  if (asking.length > 0) {
    rules.push("health-data-asked");
    notes.push(NO_DATA[language]);
  }
  if (certain) {
    rules.push("diagnosis-certain");
    notes.push(NO_DIAGNOSIS[language]);
  }
  const why = notes.join(" ");
  const kind = asking.length > 0 ? "privacy" : "other-harm";
  if (text === "") return { action: "replaced", text: why, kind, rules, why };
  return { action: "amended", text: `${text}\n\n${why}`, kind, rules, why };
}

function statesDiagnosis(advice: Marks): boolean {
  const stated = advice.ahead("certain", "illness", 3);
  if (stated === null) return false;
  if (advice.ahead("certain", "surely", 1) !== null) return true;
  if (
    advice
      .all("certain")
      .some((a) => advice.all("surely").some((b) => b.start >= a.start && b.end <= a.end))
  ) {
    return true;
  }
  return !advice.all("open").some(({ end }) => end <= stated.start + 1);
}
