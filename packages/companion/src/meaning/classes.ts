/** Words that carry logic rather than content: what they are tells what a change of them changes. */

import type { Language } from "../language/types.ts";
import type { DifferenceKind } from "./types.ts";

/** What a word of logic belongs to. */
export type WordClass = Extract<
  DifferenceKind,
  "negation" | "modality" | "direction" | "condition" | "date"
>;

const WORDS: Readonly<Record<WordClass, string>> = {
  negation:
    "not no never none nobody nothing nowhere neither nor without cannot hardly barely scarcely unless nt unable unlikely " +
    "non né mai nessuno nessuna nessun nessun' niente nulla senza neanche nemmeno neppure",
  modality:
    "must should ought shall can could may might will would need needs have has always sometimes often usually rarely seldom " +
    "occasionally frequently generally possibly probably perhaps maybe certainly definitely likely avoid required mandatory " +
    "optional recommended allowed forbidden prohibited all every each any some most many few several both either only always " +
    "deve devono dovrebbe dovrebbero dovresti devi dovete può possono potrebbe potrebbero puoi potete sempre talvolta spesso " +
    "raramente forse probabilmente certamente sicuramente evitare eviti evita tutti tutte tutto ogni alcuni alcune qualche molti " +
    "molte pochi poche solo soltanto obbligatorio vietato necessario",
  direction:
    "before after during until till since above below over under up down in out on off into onto from to toward towards " +
    "left right more less most least higher lower fewer greater than earlier later immediately soon now prima dopo durante " +
    "finché sopra sotto su giù sinistra destra più meno maggiore minore subito adesso",
  condition:
    "if unless when whenever whether except provided otherwise only se quando purché salvo tranne eccetto altrimenti",
  date:
    "today tomorrow yesterday tonight morning afternoon evening night noon monday tuesday wednesday thursday friday saturday " +
    "sunday daily weekly monthly yearly hourly january february april june july august september october november december " +
    "oggi domani ieri stasera mattina mattino pomeriggio sera lunedì martedì mercoledì giovedì venerdì sabato domenica " +
    "quotidianamente settimanalmente mensilmente gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre " +
    "novembre dicembre",
};

const CLASS = new Map<string, WordClass>();
for (const kind of ["date", "condition", "direction", "modality", "negation"] as const) {
  for (const word of WORDS[kind].split(" ")) CLASS.set(word, kind);
}

/** The class of a word of logic, or null for any other word. */
export function classOf(key: string): WordClass | null {
  return CLASS.get(key) ?? null;
}

const FREE: Readonly<Record<Language, ReadonlySet<string>>> = {
  en: new Set("a an the please kindly also that and so indeed".split(" ")),
  it: new Set(
    "il lo la i gli le l' un uno una un' anche e ed che inoltre pure cortesemente gentilmente".split(
      " ",
    ),
  ),
};

/** Words that may come or go without a change of meaning: articles, "please", "and" between what stays in order. */
export function isFree(key: string, language: Language): boolean {
  return FREE[language].has(key);
}

/** English contractions whose parts are not evident from their letters, and those written without their sign. */
const CONTRACTED = new Map<string, string>([
  ["won't", "will not"],
  ["wont", "will not"],
  ["can't", "can not"],
  ["cant", "can not"],
  ["cannot", "can not"],
  ["shan't", "shall not"],
  ["ain't", "is not"],
  ["aint", "is not"],
  ["dont", "do not"],
  ["doesnt", "does not"],
  ["didnt", "did not"],
  ["isnt", "is not"],
  ["arent", "are not"],
  ["wasnt", "was not"],
  ["werent", "were not"],
  ["wouldnt", "would not"],
  ["shouldnt", "should not"],
  ["couldnt", "could not"],
  ["mustnt", "must not"],
  ["hasnt", "has not"],
  ["havent", "have not"],
  ["hadnt", "had not"],
  ["neednt", "need not"],
  ["dnt", "do not"],
  ["nt", "not"],
  ["idk", "i do not know"],
  ["idc", "i do not care"],
  ["im", "i am"],
  ["ive", "i have"],
  ["youre", "you are"],
  ["youve", "you have"],
  ["theyre", "they are"],
  ["theyve", "they have"],
  ["thats", "that is"],
  ["whats", "what is"],
  ["hes", "he is"],
  ["shes", "she is"],
  ["let's", "let us"],
  ["y'all", "you all"],
  ["gonna", "going to"],
  ["wanna", "want to"],
  ["gotta", "got to"],
]);
const ENDINGS: readonly (readonly [string, string])[] = [
  ["n't", "not"],
  ["'re", "are"],
  ["'ve", "have"],
  ["'ll", "will"],
  ["'m", "am"],
];
const IS_BEFORE_S = new Set("it he she that what who where there here how when why let".split(" "));

/** The plain words of an English contraction; the word itself where it is none. */
export function expanded(word: string): readonly string[] {
  const whole = CONTRACTED.get(word);
  if (whole !== undefined) return whole.split(" ");
  if (!word.includes("'")) return [word];
  for (const [ending, plain] of ENDINGS) {
    if (word.endsWith(ending)) return [word.slice(0, -ending.length), plain];
  }
  if (word.endsWith("'s")) {
    const stem = word.slice(0, -2);
    return IS_BEFORE_S.has(stem) ? [stem, "is"] : [stem];
  }
  if (word.endsWith("'d")) return [word.slice(0, -2), "would"];
  return [word];
}
