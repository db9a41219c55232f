/**
 * The meaning gate on changes that its author never saw: mutators of `mutators/` on sentences and answers of MedQuAD and
 * of our own, in warm and lightly paraphrased forms that pass when nothing is changed; doses made up and altered; a
 * rephraser that spoils values on purpose; human rewrites (ParaDetox) and kind words around untouched texts; speed.
 */

import { type Language, type Rephraser, rephrase } from "@symbion/companion";
import { atLeast, none, plain, type Row, type RunOptions } from "../../../bench/rows.ts";
import { alarmRows } from "./meaning-alarms.ts";
import { speedRows } from "./meaning-speed.ts";
import { ADVICE } from "./mutators/added.ts";
import { ENGLISH_PAIRS, englishAntonym } from "./mutators/antonyms-en.ts";
import { ITALIAN_PAIRS, italianAntonym } from "./mutators/antonyms-it.ts";
import { DOUBTS } from "./mutators/doubt.ts";
import { alterDoses, keptDoses } from "./mutators/fuzz.ts";
import { CONDITION, LIST, MODALITY, NAMES, NEGATION, ORDER } from "./mutators/logic.ts";
import { measure } from "./mutators/measure.ts";
import { type Mutator, pick, seeded } from "./mutators/mutator.ts";
import { hashOf, interval, percent, type Share } from "./mutators/shares.ts";
import { SUBTLE } from "./mutators/subtle.ts";
import { medquadAnswers, type Texts, textsOf } from "./mutators/texts.ts";
import { HOSTILE, inDigits, VALUES } from "./mutators/values.ts";
import { warmForm } from "./mutators/warm.ts";
import { toneRows } from "./tone.ts";

type Both = Readonly<Record<Language, Mutator>>;

/** Mutators by name; those of a group also count together, against its goal. */
const GROUPS: readonly {
  readonly name: string;
  readonly goal: number;
  readonly anchor?: number;
  readonly mutators: Readonly<Record<string, Both>>;
}[] = [
  {
    name: "numbers, units, doses, negations",
    goal: 99,
    mutators: {
      number: VALUES.number,
      unit: VALUES.unit,
      dose: VALUES.dose,
      "negation dropped": NEGATION.dropped,
      "negation added": NEGATION.added,
      "denial moved": SUBTLE["denial moved"] as Both,
    },
  },
  {
    name: "opposites, modality, conditions, order, lists",
    goal: 90,
    anchor: 24.8,
    mutators: {
      opposites: { en: englishAntonym, it: italianAntonym },
      modality: MODALITY,
      condition: CONDITION,
      order: ORDER,
      "list item": { en: LIST, it: LIST },
      "steps exchanged": SUBTLE["steps exchanged"] as Both,
      links: SUBTLE.links as Both,
      roles: SUBTLE.roles as Both,
    },
  },
  {
    name: "dates, names, tenses, small words, added advice",
    goal: 90,
    mutators: {
      date: VALUES.date,
      names: { en: NAMES, it: NAMES },
      tense: SUBTLE.tense as Both,
      person: SUBTLE.person as Both,
      "scope words": SUBTLE["scope words"] as Both,
      "and / or": SUBTLE["and / or"] as Both,
      "advice added": ADVICE,
    },
  },
];

/** Rows of the part `meaning`. */
export async function* meaningRows(options: RunOptions): AsyncGenerator<Row, void, void> {
  const answers = medquadAnswers(options);
  const texts = textsOf(answers);
  options.note(`${ENGLISH_PAIRS} English and ${ITALIAN_PAIRS} Italian pairs of opposites`);
  yield* groups(texts, options);
  yield* doubts(texts, options);
  yield* doses(options);
  yield await hostile(texts, answers, options);
  yield* alarmRows(texts, answers, options);
  yield* speedRows(answers.length > 0 ? answers : texts.en, options);
  yield* toneRows(options);
}

function* groups(texts: Texts, options: RunOptions): Generator<Row, void, void> {
  const most = options.quick ? 200 : 2000;
  for (const { name, goal, anchor, mutators } of GROUPS) {
    const held = { hits: 0, n: 0 };
    for (const [one, both] of Object.entries(mutators)) {
      const share = { hits: 0, n: 0 };
      for (const language of ["en", "it"] as const) {
        const found = measure(one, both[language], texts, language, most);
        const forms = Object.entries(found.forms).map(([form, n]) => `${form} ${n}`);
        options.note(
          `${one}, ${language}: held out ${interval(found.held)}; shown half ${interval(found.seen)}; ${forms.join(", ")}`,
        );
        add(share, found.held);
      }
      add(held, share);
      yield plain(`${one}, held out: caught`, percent(share), "%");
    }
    options.note(`${name}, held out: ${interval(held)}`);
    yield atLeast(`${name}, held out: caught`, percent(held), "%", goal, anchor);
  }
}

function* doubts(texts: Texts, options: RunOptions): Generator<Row, void, void> {
  const most = options.quick ? 100 : 1000;
  const held = { hits: 0, n: 0 };
  for (const { name, language, heldOut, wordings, mutator } of DOUBTS) {
    const found = measure(name, mutator, texts, language, most, heldOut);
    const share = { hits: 0, n: 0 };
    add(share, found.held);
    add(share, found.seen);
    const part = heldOut ? "held-out" : "shown";
    options.note(`${name}, ${language}, ${wordings} ${part} wordings: ${interval(share)}`);
    if (heldOut) add(held, share);
  }
  options.note(`hearsay, wishes, taken back, leave given, held-out wordings: ${interval(held)}`);
  yield atLeast("doubt among kind words, held-out wordings: caught", percent(held), "%", 90);
}

/** Altered doses must not pass; the same doses written otherwise should. */
function* doses(options: RunOptions): Generator<Row, void, void> {
  const runs = options.fuzzStreams ?? (options.quick ? 1000 : 10_000);
  const altered = alterDoses(runs);
  const ways = Object.entries(altered.ways).map(([way, { n, passed }]) => `${way} ${passed}/${n}`);
  options.note(`altered doses let out, by way: ${ways.join(", ")}`);
  yield none(`altered doses let out, of ${runs}`, altered.passed);
  for (const [name, share] of Object.entries(keptDoses(options.quick ? 300 : 2000))) {
    options.note(`doses ${name}: kept ${interval(share)}`);
    yield plain(`doses ${name}: kept`, percent(share), "%");
  }
}

/** End to end: whatever a rephraser does to values, what comes out has them as they were. */
async function hostile(
  texts: Texts,
  answers: readonly string[],
  options: RunOptions,
): Promise<Row> {
  const runs = options.fuzzStreams ?? (options.quick ? 1000 : 10_000);
  const chance = seeded(2026);
  let altered = 0;
  let done = 0;
  for (let tries = 0; done < runs && tries < 20 * runs; tries++) {
    const language: Language = chance() < 0.25 ? "it" : "en";
    const long = language === "en" && answers.length > 0 && chance() < 0.1;
    const answer = pick(long ? answers : texts[language], chance)?.slice(0, 2000) ?? "";
    let spoilt = HOSTILE[language](answer, chance);
    // Some change two values.
    if (spoilt !== null && chance() < 0.3) spoilt = HOSTILE[language](spoilt, chance) ?? spoilt;
    // Two changes may come to what there was.
    if (spoilt === null || inDigits(spoilt, language) === inDigits(answer, language)) continue;
    const text = warmForm(answer, language, hashOf(`hostile ${done}`)).make(spoilt);
    const rephraser: Rephraser = { id: "hostile", propose: async () => ({ text, rules: [] }) };
    const made = await rephrase({ query: "What should I do?", answer, language }, rephraser);
    done++;
    if (made.text !== answer) altered++;
  }
  return none(`altered values that came out of a hostile rephraser, of ${done}`, altered);
}

function add(sum: Share, more: Share): void {
  sum.hits += more.hits;
  sum.n += more.n;
}
