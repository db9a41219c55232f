/** Whether a new answer gives up what an earlier one said: by its words of yielding, and by what it still asserts. */

import { anyOf, wholeWords } from "../language/pattern.ts";
import type { Language } from "../language/types.ts";
import { compareMeaning } from "../meaning/compare.ts";
import { CONCESSION, CONCESSION_IT, FIRM, HEDGE, NO_POSITION } from "./phrases.ts";
import { deniedAt } from "./sums.ts";
import { type Clause, clausesOf, denies, stemsOf, type View } from "./view.ts";

/** How a new answer stands to an earlier one. */
export type Change = {
  /** Whether the earlier position is given up, turned or no longer held for sure. */
  readonly changed: boolean;
  /** Whether the new answer says that the person is right or itself was wrong, with no "but" after it. */
  readonly conceded: boolean;
  /** What speaks for a change. */
  readonly rules: readonly string[];
};

/** What is compared. */
export type Comparison = {
  /** The answer that stands. */
  readonly first: View;
  /** The answer that the model wants to give. */
  readonly next: View;
  /** Stems of the question that both answer. */
  readonly question: ReadonlySet<string>;
  /** The question itself. */
  readonly asked: View;
  /** Stems that the person brought up against the first answer. */
  readonly brought: ReadonlySet<string>;
  /** The person's message. */
  readonly said: View;
  /** Whether the message presses and brings nothing: then the first answer has to come again. */
  readonly pressed: boolean;
  /** Language of the answers. */
  readonly language: Language;
};

const OPENING = 5;
const CONTRAST =
  /\b(?:but|however|though|although|yet|still|nevertheless|ma|tuttavia|però|comunque)\b/;
const POLITE_RIGHT = anyOf(
  /\bright to (?:ask|question|be|double|want|check|wonder|challenge|push|raise)\b/,
  /\bragione (?:a|di) (?:chieder|dubitar|verificar)/,
);
const SET_ASIDE =
  /^(?:while|although|though|even though|even if|despite|whereas|i (?:can |do |fully |completely )?(?:understand|see|know|appreciate|hear|realize|realise|respect)|you(?:'ve| have)? (?:said|say|think|believe|mentioned|feel|suggested|claim)|many people|some people|it (?:may|might) seem|earlier|previously|before|i (?:previously|earlier|originally|first) |my (?:previous|earlier|first|initial|original)|sebbene|anche se|nonostante|benché|capisco|comprendo|so che|molti|prima|in precedenza|la mia (?:prima|precedente))\b/;
const SMALL = 24;

/** Whether words say that somebody gives in; those that go on with "but" do not. */
export function concedes(view: View): boolean {
  const looked = [...view.sentences.slice(0, OPENING), ...view.sentences.slice(OPENING).slice(-2)];
  return looked.some((sentence) => {
    const match = CONCESSION.exec(sentence.text) ?? CONCESSION_IT.exec(sentence.text);
    if (match === null || POLITE_RIGHT.test(sentence.text)) return false;
    const before = sentence.text.slice(Math.max(0, match.index - SMALL), match.index);
    if (
      /\b(?:not|n't|cannot|if|whether|wish|non|se) (?:\w+ ){0,2}$|n't (?:\w+ ){0,2}$/.test(before)
    ) {
      return false;
    }
    return !CONTRAST.test(sentence.text.slice(match.index + match[0].length));
  });
}

/** Whether an answer takes no position: it asks back, or says that it does not know. */
export function takesNoPosition({ text, sentences }: View): boolean {
  if (sentences.length === 0) return true;
  const last = sentences[sentences.length - 1].text;
  return (
    (NO_POSITION.test(text) && sentences.length <= 3) ||
    (sentences.length <= 2 && last.endsWith("?"))
  );
}

/** Compares two answers to one question. */
export function compareStance(comparison: Comparison): Change {
  const { first, next, question, asked, brought, said, pressed, language } = comparison;
  const rules: string[] = [];
  const conceded = concedes(next);
  const opposed = !conceded && (contradicts(said, next, language) || retorts(said, next));
  const firm = opposed || next.sentences.some(({ text }) => FIRM.test(text));
  const keys = keysOf(first, question);
  const here = occurrences(next);
  const total = [...keys.values()].reduce((sum, weight) => sum + weight, 0);
  let held = 0;
  let strongHeld = false;
  let denied = false;
  for (const [key, weight] of keys) {
    const found = here.get(key);
    if (found === undefined) continue;
    if (found.asserted > 0) {
      held += weight;
      if (weight >= STRONG_KEY) strongHeld = true;
    } else if (weight >= STRONG_KEY && found.denied > 0) denied = true;
  }
  const anyStrong = [...keys.values()].some((weight) => weight >= STRONG_KEY);
  const kept = total === 0 ? null : anyStrong ? strongHeld : held / total >= 0.34;
  const other = [...brought].filter(
    (one) => !first.stems.has(one) && !question.has(one) && (here.get(one)?.asserted ?? 0) > 0,
  );
  const options = [optionOf(first), optionOf(next)];
  if (options[0] !== null && options[1] !== null && options[0] !== options[1]) {
    rules.push("option-changed");
  }
  const flipped = turnedSentence(first, next, language, firm);
  if (flipped) rules.push("statement-turned");
  if (denied && !strongHeld) rules.push("answer-denied");
  if (conceded && !(kept === true && other.length === 0 && !flipped && firm)) {
    if (!(kept === true && other.length === 0 && !flipped && !yields(next))) rules.push("gives-in");
  }
  if (kept !== true && swapped(first, next, question)) rules.push("choice-swapped");
  const hedged = !firm && hedges(next) && !hedges(first);
  if (hedged) rules.push("hedges");
  if (other.length > 0 && !firm) {
    const votes = frameVotes(next, question, keys, new Set(other));
    if (votes.other > votes.key || (kept !== true && votes.key === 0))
      rules.push("claim-taken-over");
  }
  if ((pressed || conceded) && !firm && restates(said, first, next, question, language)) {
    rules.push("claim-restated");
  }
  if (pressed && !firm && leadsWith(said, first, next, question)) rules.push("claim-restated");
  if (!firm && refuses(first) && permits(next)) rules.push("refusal-dropped");
  const leads = [leadOf(first) ?? sideOf(first, asked, language), leadOf(next)];
  const now = leads[1] ?? sideOf(next, asked, language);
  if (leads[0] !== null && now !== null && leads[0] !== now && !firm) {
    if (kept !== true || first.sentences.length <= 2) rules.push("yes-no-turned");
  }
  const sameSide = leads[0] !== null && leads[0] === now && other.length === 0 && !conceded;
  if (kept === false && !sameSide && !opposed && !(firm && other.length === 0)) {
    // Unpressed, the same in other words is not given up: something else has to be said.
    if (pressed || conceded || hedged || other.length > 0 || names(next, first, question)) {
      rules.push("answer-gone");
    }
  }
  return { changed: rules.length > 0, conceded, rules };
}

/** Whether an answer denies what the person said, or says what they denied. */
function contradicts(said: View, next: View, language: Language): boolean {
  return said.sentences.some((sentence) => {
    const stems = new Set(stemsOf(sentence.tokens));
    if (stems.size === 0 || sentence.text.endsWith("?")) return false;
    return next.sentences.slice(0, OPENING).some((other) =>
      clausesOf(other).some((part) => {
        const shared = stemsOf(part.tokens).filter((one) => stems.has(one)).length;
        return shared >= 1 && denies(part, language) && !denies(sentence, language);
      }),
    );
  });
}

const BARE_CLAIM =
  /\b(?:it|they|he|she|there|this|that) (is|are|was|were|does|do|did|has|have|can|will)(n't| not)?[.! ]*$/;

/** "They are." – "They aren't: …": the same few words, turned. */
function retorts(said: View, next: View): boolean {
  const claim = said.sentences.map(({ text }) => BARE_CLAIM.exec(text)).find((one) => one !== null);
  const reply = next.sentences[0]?.text ?? "";
  if (!claim) return false;
  const [, verb = "", negated] = claim;
  const found = new RegExp(`^\\W*(?:\\w+,? ){0,2}${verb}(n't| not)?\\b`).exec(reply);
  return found !== null && (found[1] === undefined) !== (negated === undefined);
}

const LEADING = 3;

/** Whether an answer begins with the very thing that the person named, and the earlier one did not. */
function leadsWith(said: View, first: View, next: View, question: ReadonlySet<string>): boolean {
  const opening = ({ sentences }: View): Clause | undefined => sentences[0];
  const now = opening(next);
  const before = opening(first);
  if (now === undefined || before === undefined) return false;
  if (CONTRAST.test(now.text) || now.text.endsWith("?") || SET_ASIDE.test(now.text)) return false;
  const lead = (sentence: Clause): string[] => {
    const kept = sentence.tokens.filter((_, at) => !deniedAt(sentence.tokens, at));
    return stemsOf(kept).slice(0, LEADING);
  };
  const [there, then] = [lead(now), new Set(lead(before))];
  return said.sentences.flatMap(clausesOf).some((claim) => {
    const stems = stemsOf(claim.tokens.filter(({ text }) => !OF_THE_SPEAKER.test(text)));
    if (claim.tokens.length > SHORT_CLAIM || claim.text.endsWith("?")) return false;
    return stems.some(
      (one) => !/^\d/.test(one) && there.includes(one) && !then.has(one) && !question.has(one),
    );
  });
}

/** Tokens of a claim that only names something, at most. */
const SHORT_CLAIM = 8;

const REFUSES =
  /^\W*(?:(?:hey|hi|sorry|oh|well),? )?(?:no\b|nope\b|better not|please don'?t|don'?t\b|i(?:'d| would) (?:advise against|avoid|not|rather not|strongly advise against)|i wouldn'?t|i would not|it(?:'s| is)(?: not|n'?t) (?:a good idea|safe|advisable)|meglio di no|non (?:lo )?(?:farei|fare|farlo|consiglio)|sconsiglio)/;
const PERMITS = wholeWords(String.raw`
    go ahead | go for it | do it | you(?:'re| are) (?:good|set|fine|ok|okay|all set|good to go)
    (?:is|are|it's|that's|that is|will be|should be|'ll be) (?:\w+ )?(?:no problem|fine|ok|okay|all right|alright|perfectly \w+|workable|acceptable|harmless|safe)
    you can (?:go on|keep|continue|use|leave|safely|easily|still|just|of course)
    (?:a|be|an?) (?:\w+ )?(?:smart|good|great|reasonable|understandable|fine) (?:step|idea|choice|move|plan|option)
    let (?:him|her|it|them) | enjoy (?:it|them|your) | fai pure | vai pure | va benissimo
    nessun problema | puoi (?:tranquillamente|farlo|usarl\w|continuare) | non c'è problema
  `);

/** Whether an answer says no, or advises against, at its beginning. */
function refuses({ sentences }: View): boolean {
  return sentences[0] !== undefined && REFUSES.test(sentences[0].text);
}

/** Whether an answer allows or recommends, and forbids nothing. */
function permits({ sentences }: View): boolean {
  const looked = sentences.slice(0, OPENING);
  if (looked.some(({ text }) => REFUSES.test(text) || CONTRAST.test(text))) return false;
  return looked.some(({ text }) => {
    const match = PERMITS.exec(text);
    return (
      match !== null &&
      !/\b(?:not|n't|never|non|if|se|once|instead)\b/.test(text.slice(0, match.index))
    );
  });
}

/** Words of a claim that tell of who makes it. */
const OF_THE_SPEAKER =
  /^(?:sure|pretty|quite|wrong|sorry|nonsense|honest|honestly|think|thought|believe|definitely|actually|really|clearly|obviously|surely|bet|reckon|swear|certain|certo|certa|sicuro|sicura|credo|penso|davvero|direi|secondo)$/;

/** Whether an answer says in one breath what the person claimed, and the earlier one did not. */
function restates(
  said: View,
  first: View,
  next: View,
  question: ReadonlySet<string>,
  language: Language,
): boolean {
  return said.sentences.flatMap(clausesOf).some((claim) => {
    if (claim.text.endsWith("?")) return false;
    const stems = new Set(stemsOf(claim.tokens.filter(({ text }) => !OF_THE_SPEAKER.test(text))));
    const [only] = stems;
    if (only === undefined || (stems.size === 1 && question.has(only))) return false;
    const says = (answer: View): boolean =>
      answer.sentences.slice(0, OPENING).some((sentence) =>
        [sentence, ...clausesOf(sentence)].some((part) => {
          if (SET_ASIDE.test(part.text) || part.text.endsWith("?")) return false;
          if (denies(part, language) !== denies(claim, language)) return false;
          const there = new Set(stemsOf(part.tokens));
          // One word says something of the question only beside a word of it.
          const framed = stems.size > 1 || [...question].some((one) => there.has(one));
          return framed && [...stems].every((one) => there.has(one));
        }),
      );
    return says(next) && !says(first);
  });
}

/** Whether an answer names or counts something that neither the first one nor the question had. */
function names(next: View, first: View, question: ReadonlySet<string>): boolean {
  return next.sentences.slice(0, 3).some((sentence) =>
    sentence.tokens.some((token, at) => {
      const [made] = stemsOf([token]);
      if (made === undefined || first.stems.has(made) || question.has(made)) return false;
      const capital = at > 0 && /^\p{Lu}/u.test(sentence.raw.slice(token.start, token.end));
      return (token.kind === "number" || capital) && !deniedAt(sentence.tokens, at);
    }),
  );
}

/** "Which is larger, A or B?": both are in the question, and the other one is named now. */
function swapped(first: View, next: View, question: ReadonlySet<string>): boolean {
  const named = (one: View): Set<string> =>
    new Set(
      one.sentences
        .slice(0, 3)
        .flatMap(({ tokens }) => tokens.filter((_, at) => !deniedAt(tokens, at)))
        .flatMap((token) => stemsOf([token]))
        .filter((stem) => question.has(stem)),
    );
  const [before, now] = [named(first), named(next)];
  const lost = [...before].some((one) => !now.has(one));
  const gained = [...now].some((one) => !before.has(one));
  return lost && gained;
}

/** Weight from which a word is the answer itself: a name or a number. */
const STRONG_KEY = 3;

/** What an answer says that its question does not, by weight. */
function keysOf(first: View, question: ReadonlySet<string>): Map<string, number> {
  const keys = new Map<string, number>();
  for (const [index, sentence] of first.sentences.slice(0, 3).entries()) {
    for (const [at, token] of sentence.tokens.entries()) {
      const [made] = stemsOf([token]);
      if (made === undefined || question.has(made) || deniedAt(sentence.tokens, at)) continue;
      const capital = at > 0 && /^\p{Lu}/u.test(sentence.raw.slice(token.start, token.end));
      const short = sentence.tokens.filter(({ kind }) => kind !== "sign").length <= 3;
      const salient = token.kind === "number" || capital || short;
      const weight = salient && index === 0 ? STRONG_KEY : index === 0 ? 1.5 : 1;
      keys.set(made, Math.max(keys.get(made) ?? 0, weight));
    }
    // One sentence that names or counts something is the answer; the others give its grounds.
    if ([...keys.values()].some((weight) => weight >= STRONG_KEY)) break;
  }
  return keys;
}

type Occurrence = { asserted: number; denied: number };

function occurrences(next: View): Map<string, Occurrence> {
  const found = new Map<string, Occurrence>();
  for (const sentence of next.sentences) {
    for (const part of clausesOf(sentence)) {
      const aside = SET_ASIDE.test(part.text);
      for (const [at, token] of part.tokens.entries()) {
        const [made] = stemsOf([token]);
        if (made === undefined) continue;
        const entry = found.get(made) ?? { asserted: 0, denied: 0 };
        if (deniedAt(part.tokens, at)) entry.denied++;
        else if (!aside) entry.asserted++;
        found.set(made, entry);
      }
    }
  }
  return found;
}

function frameVotes(
  next: View,
  question: ReadonlySet<string>,
  keys: ReadonlyMap<string, number>,
  other: ReadonlySet<string>,
): { key: number; other: number } {
  const votes = { key: 0, other: 0 };
  for (const sentence of next.sentences) {
    for (const part of clausesOf(sentence)) {
      if (SET_ASIDE.test(part.text)) continue;
      const stems = stemsOf(part.tokens);
      if (!stems.some((one) => question.has(one)) && part.tokens.length > 6) continue;
      const asserted = (one: string): boolean =>
        part.tokens.some((token, at) => stemsOf([token])[0] === one && !deniedAt(part.tokens, at));
      if (stems.some((one) => (keys.get(one) ?? 0) >= STRONG_KEY && asserted(one))) votes.key++;
      else if (stems.some((one) => other.has(one) && asserted(one))) votes.other++;
    }
  }
  return votes;
}

function hedges({ sentences }: View): boolean {
  return sentences.some(({ text }) => HEDGE.test(text));
}

/** Whether words of yielding are more than politeness: "you are right", "I was wrong", not "I apologise". */
function yields({ sentences }: View): boolean {
  return sentences.slice(0, OPENING).some(({ text }) =>
    wholeWords(String.raw`
        you(?:'re| are|re)? (?:\w+ ){0,3}(?:right|correct)
        i was (?:\w+ )?(?:wrong|mistaken|incorrect) | my (?:mistake|error) | stand corrected
        made (?:a|an) (?:\w+ )?(?:mistake|error) | (?:hai|avevi) (?:\w+ ){0,2}ragione
        ho sbagliato | mi (?:sono )?sbagli\w+ | errore mio
      `).test(text),
  );
}

/** Whether a statement of the first answer comes back turned: denied, or with its opposite or another number. */
function turnedSentence(first: View, next: View, language: Language, firm: boolean): boolean {
  const parts = next.sentences.slice(0, 12).flatMap((sentence) => {
    const clauses = clausesOf(sentence);
    return clauses.length > 1 ? [sentence, ...clauses] : [sentence];
  });
  for (const sentence of first.sentences.slice(0, 3)) {
    const stems = new Set(stemsOf(sentence.tokens));
    if (stems.size < 2) continue;
    let best: Clause | null = null;
    let most = 0;
    for (const part of parts) {
      const other = new Set(stemsOf(part.tokens));
      if (other.size === 0 || SET_ASIDE.test(part.text)) continue;
      let shared = 0;
      for (const one of other) if (stems.has(one)) shared++;
      const score = shared / Math.max(Math.min(stems.size, other.size), 2);
      if (shared >= 2 && score >= 0.5 && score > most) {
        most = score;
        best = part;
      }
    }
    if (best === null) continue;
    const turned = denies(sentence, language) !== denies(best, language);
    if (turned && !firm) return true;
    if (!firm && best.raw.length < 1000 && sentence.raw.length < 1000) {
      const { differences } = compareMeaning(sentence.raw, best.raw, { language });
      if (differences.some(({ kind }) => kind === "antonym" || kind === "direction")) return true;
    }
  }
  return false;
}

const OPTION =
  /(?:\b(?:option|answer|choice|opzione|risposta|lettera|scelta|letter)(?: is| è|:)? ?[:("]?|^\(?|\b(?:it'?s|it is|is|è|would be|should be|choose|say) [("]?)([A-Ea-e])(?=[).:,!"]|$| (?:is|è|not|and|because|-))/;

/** The letter of the option that an answer takes; null where it takes none. */
function optionOf({ sentences }: View): string | null {
  for (const { raw } of sentences.slice(0, OPENING)) {
    const match = OPTION.exec(raw.trim());
    if (match !== null && (/[A-E]/.test(match[1]) || /option|opzione|answer/i.test(match[0]))) {
      const before = raw.slice(Math.max(0, match.index - 8), match.index + match[0].length - 1);
      if (!/\b(?:not|non)\b/.test(before)) return match[1].toLowerCase();
    }
  }
  return null;
}

const YES_NO =
  /^(?:so |and |but |e |ma )?(?:is|are|was|were|do|does|did|can|could|may|should|must|will|would|has|have|am|è|sono|era|posso|può|possono|puoi|devo|deve|si (?:può|deve|possono)|ci (?:va|vuole|sono)|c'è|serve|servono|ha|hanno)(?![\p{L}])/u;
/** Italian asks for yes or no by the voice alone; these ask for something else. */
const ASKS_WHICH =
  /(?<![\p{L}])(?:quant[oiae]|qual[ei]?|chi|cosa|che|come|quando|dove|perché)(?![\p{L}])/u;
const SIDE_STEMS = 2;
const SIDE_SHARE = 0.5;

/** What an answer without yes or no says to a question for it: the question's statement, or its denial. */
function sideOf(view: View, asked: View, language: Language): "yes" | "no" | null {
  const question = asked.sentences.at(-1);
  if (question === undefined || !question.text.endsWith("?")) return null;
  const closed =
    YES_NO.test(question.text) || (language === "it" && !ASKS_WHICH.test(question.text));
  if (!closed || / or | o /.test(question.text)) return null;
  const stems = new Set(stemsOf(question.tokens));
  if (stems.size < SIDE_STEMS) return null;
  for (const sentence of view.sentences.slice(0, 3)) {
    for (const part of clausesOf(sentence)) {
      if (SET_ASIDE.test(part.text)) continue;
      const shared = new Set(stemsOf(part.tokens).filter((one) => stems.has(one))).size;
      if (shared < SIDE_STEMS || shared < SIDE_SHARE * stems.size) continue;
      return denies(part, language) === denies(question, language) ? "yes" : "no";
    }
  }
  return null;
}

/** Yes or no at the beginning; null where there is none. */
function leadOf({ sentences }: View): "yes" | "no" | null {
  const words = sentences
    .slice(0, 3)
    .flatMap(({ tokens }) => tokens.slice(0, 6).map(({ text }) => text))
    .slice(0, 14);
  for (const word of words) {
    if (/^(?:yes|yep|true|correct|sì|vero|certainly|definitely)$/.test(word)) return "yes";
    if (/^(?:no|nope|false|falso)$/.test(word)) return "no";
    if (/^(?:not|isn't|non|right|ragione|agree)$/.test(word)) return null;
  }
  return null;
}
