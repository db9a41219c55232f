/** What the gate stops though nothing was changed: human rewrites, kind words around an answer, the grammar's proposals. */

import { compareMeaning, rephraseNow } from "@symbion/companion";
import { atLeast, atMost, plain, type Row, type RunOptions } from "../../../bench/rows.ts";
import { englishAntonym } from "./mutators/antonyms-en.ts";
import { NEGATION } from "./mutators/logic.ts";
import { type Mutator, seeded } from "./mutators/mutator.ts";
import { hashOf, interval, isHeldOut, percent, type Share } from "./mutators/shares.ts";
import { paradetox, shuffled, type Texts } from "./mutators/texts.ts";
import { VALUES } from "./mutators/values.ts";
import { KIND } from "./mutators/warm.ts";

/** Rows on what passes and what does not. */
export function* alarmRows(
  texts: Texts,
  answers: readonly string[],
  options: RunOptions,
): Generator<Row, void, void> {
  yield* rewrites(options);
  yield* kindWords(texts, answers, options);
  yield* grammar(answers, options);
}

/** Human rewrites of rude remarks; and the same with one change more, which have to be stopped. */
function* rewrites(options: RunOptions): Generator<Row, void, void> {
  const pairs = paradetox(options);
  if (pairs.length === 0) return;
  // Which fifth a sentence falls into, for ever; the gate's author may have looked at the other four.
  const held = pairs.filter(([rude]) => hashOf(rude) % 5 === 0);
  for (const [name, list] of [
    ["all", pairs],
    ["a fifth by hash", held],
  ] as const) {
    const passes = list.filter(([a, b]) => compareMeaning(a, b, { language: "en" }).same);
    const stopped = { hits: list.length - passes.length, n: list.length };
    options.note(`human rewrites stopped, ${name}: ${interval(stopped)}`);
    yield atMost(`human rewrites stopped, ${name}`, percent(stopped), "%", 5, 14.2);
  }
  const mutators: Readonly<Record<string, Mutator>> = {
    numbers: VALUES.number.en,
    "a denial more": NEGATION.added.en,
    "a denial less": NEGATION.dropped.en,
    opposites: englishAntonym,
  };
  for (const [name, mutator] of Object.entries(mutators)) {
    const chance = seeded(hashOf(name));
    const share = { hits: 0, n: 0 };
    for (const [rude, polite] of held) {
      const changed = mutator(polite, chance);
      // What is stopped unchanged says nothing about the change.
      if (changed === null || !compareMeaning(rude, polite, { language: "en" }).same) continue;
      share.n++;
      if (!compareMeaning(rude, changed, { language: "en" }).same) share.hits++;
    }
    options.note(`${name} changed inside human rewrites of rude remarks: ${interval(share)}`);
    yield plain(`rude remarks, rewritten and changed, ${name}: caught`, percent(share), "%");
  }
}

/** Kind words of our own around untouched sentences and answers, one wording at a time. */
function* kindWords(
  texts: Texts,
  answers: readonly string[],
  options: RunOptions,
): Generator<Row, void, void> {
  const each = options.quick ? 4 : 12;
  for (const language of ["en", "it"] as const) {
    const chance = seeded(hashOf(`kind ${language}`));
    const { openings, closings } = KIND[language];
    const shown: string[] = [];
    const shares: { seen: Share; held: Share } = {
      seen: { hits: 0, n: 0 },
      held: { hits: 0, n: 0 },
    };
    const source =
      language === "en" ? [...texts.en.slice(0, 2000), ...answers.slice(0, 200)] : texts.it;
    for (const [at, words] of [
      ...openings.map((words) => ["before", words] as const),
      ...closings.flatMap((words) => (words === "" ? [] : [["behind", words] as const])),
    ]) {
      const list = shuffled(source, chance).slice(0, each);
      const stopped = list.filter((text) => {
        const gap = text.includes("\n") ? "\n\n" : " ";
        const around = at === "before" ? words + gap + text : text + gap + words;
        return !compareMeaning(text, around, { language }).same;
      });
      const share = isHeldOut(words) ? shares.held : shares.seen;
      share.n += list.length;
      share.hits += stopped.length;
      if (stopped.length > 0 && share === shares.seen) shown.push(words);
    }
    const name = language === "en" ? "English" : "Italian";
    options.note(
      `untouched texts beside kind words, ${name}, stopped: shown half ${interval(shares.seen)}; held out ${interval(shares.held)}; stopped wordings of the shown half: ${shown.length === 0 ? "none" : shown.join(" / ")}`,
    );
    yield plain(
      `untouched beside kind words, ${name}, held out: stopped`,
      percent(shares.held),
      "%",
    );
  }
}

function* grammar(answers: readonly string[], options: RunOptions): Generator<Row, void, void> {
  const list = answers.slice(0, options.quick ? 100 : 2000);
  if (list.length === 0) return;
  const made = list.map((answer) =>
    rephraseNow({ query: "I am worried about this.", answer, language: "en" }),
  );
  const out = { hits: made.filter(({ fellBack }) => !fellBack).length, n: list.length };
  options.note(`the grammar's texts on MedQuAD's answers, let out: ${interval(out)}`);
  yield atLeast("the grammar's texts let out", percent(out), "%", 95);
  const warmed = made.filter(({ changed }) => changed).length;
  yield plain("answers that the grammar warmed", (100 * warmed) / list.length, "%");
}
