/**
 * Warm, lightly paraphrased forms of a text, as a rephraser would send them: kind words around it in a wording of our own,
 * the built-in grammar's, and inside it other writings of the same ("do not" and "don't", "2" and "two").
 */

import { compareMeaning, type Language, rephraseNow } from "@symbion/companion";
import { type Chance, pick, seeded } from "./mutator.ts";
import { numberWords } from "./number-words.ts";

/** Sentences of nothing but kindness, before an answer and behind it. */
export const KIND: Readonly<
  Record<Language, { readonly openings: readonly string[]; readonly closings: readonly string[] }>
> = {
  en: {
    openings: [
      "Thanks for reaching out about this, and for trusting me with it.",
      "That sounds like a lot to deal with, and it's good that you asked.",
      "I hear you, and I'd like to help you sort this out.",
      "What a good question!",
      "I can see why you'd want to know more about this.",
      "Oh, I'm sorry you're going through this.",
      "It's completely okay to ask, and you're not alone in this.",
      "Let's go through it calmly, one thing at a time.",
      "I really appreciate you writing in.",
      "You're doing the right thing by looking into it.",
      "I know waiting for answers can be hard.",
      "Of course, let me walk you through it.",
      "I'm so sorry you have to deal with this right now.",
      "I understand how stressful this can feel.",
      "It makes sense that you want to be sure.",
      "I'm glad you reached out.",
      "Thank you for sharing this with me.",
      "That must be frustrating, and I'm sorry about it.",
      "Happy to help with this one!",
      "No worries at all, here's what I know.",
      "I appreciate your patience while we look at this.",
      "Sorry to hear that you've been feeling this way.",
      "First of all, thank you for asking so openly.",
      "I completely understand your concern.",
      "This can feel overwhelming, so let's take it slowly.",
      "Hello, and thank you for your message!",
      "It is great that you care so much about this.",
      "I wish I could make this easier for you.",
    ],
    closings: [
      "I hope this helps a little.",
      "Please don't hesitate to write again if something isn't clear.",
      "Take good care of yourself!",
      "I'm here whenever you want to talk it over.",
      "Wishing you all the best.",
      "Let me know how it goes, will you?",
      "You're not bothering anyone by asking.",
      "I'm rooting for you.",
      "Please be gentle with yourself.",
      "Feel free to ask me anything else.",
      "Warm regards!",
      "If you have further questions, I'll be happy to answer them.",
      "Thank you again for your trust.",
      "I hope that makes things a bit clearer.",
      "",
      "",
    ],
  },
  it: {
    openings: [
      "La ringrazio per avermi scritto e per la fiducia.",
      "Dev'essere una situazione pesante, e ha fatto bene a chiedere.",
      "La capisco, e vorrei darle una mano.",
      "Che bella domanda!",
      "Posso immaginare perché voglia saperne di più.",
      "Oh, mi spiace che stia passando tutto questo.",
      "Non si preoccupi, è una domanda che fanno in tanti.",
      "Vediamolo insieme con calma.",
      "Grazie di cuore per il messaggio.",
      "So che aspettare una risposta può essere difficile.",
      "Certo, le spiego volentieri.",
      "È del tutto comprensibile che se lo chieda.",
      "Comprendo la sua preoccupazione.",
      "Mi dispiace davvero per quello che sta vivendo.",
      "Grazie per aver condiviso questo con me.",
      "Capisco quanto possa essere stressante.",
      "Buongiorno, e grazie per averci contattato!",
      "Immagino che non sia facile.",
      "Sono felice che abbia scritto.",
      "Capisco che voglia essere sicura.",
    ],
    closings: [
      "Spero che le sia d'aiuto.",
      "Non esiti a riscrivermi se qualcosa non le è chiaro.",
      "Si prenda cura di sé!",
      "Sono qui ogni volta che vuole parlarne.",
      "Le auguro ogni bene.",
      "Mi faccia sapere come va.",
      "Un caro saluto.",
      "Grazie ancora per la fiducia.",
      "Se ha altre domande, risponderò volentieri.",
      "Le sono vicino.",
      "",
      "",
    ],
  },
};

/** A text between kind words. */
export function wrapped(text: string, language: Language, chance: Chance): string {
  const opening = pick(KIND[language].openings, chance) ?? "";
  const closing = pick(KIND[language].closings, chance) ?? "";
  return [opening, text, closing]
    .filter((part) => part !== "")
    .join(text.includes("\n") ? "\n\n" : " ");
}

const SHORT: Readonly<Record<string, string>> = {
  "do not": "don't",
  "does not": "doesn't",
  "is not": "isn't",
  "are not": "aren't",
  "should not": "shouldn't",
  cannot: "can't",
  "it is": "it's",
  "you are": "you're",
};

/** Other writings of the same: short forms, numbers in words. Nothing is added, lost or exchanged. */
export function lightly(text: string, language: Language): string {
  const short =
    language === "it"
      ? text
      : text.replace(
          /\b(?:do not|does not|is not|are not|should not|cannot|it is|you are)\b(?! (?:to|a part)\b)/gi,
          (long) => {
            const made = SHORT[long.toLowerCase()] ?? long;
            return long.charAt(0) === long.charAt(0).toLowerCase()
              ? made
              : made.charAt(0).toUpperCase() + made.slice(1);
          },
        );
  return short.replace(
    /(?<=\p{L} )([2-9]|1[0-2])(?= (?:hours|days|weeks|months|years|minutes|tablets|times|ore|giorni|settimane|mesi|anni|minuti|compresse|volte)\b)/gu,
    (digits) => numberWords(Number(digits), language),
  );
}

const QUERIES: Readonly<Record<Language, readonly string[]>> = {
  en: [
    "I am worried. What should I do?",
    "How does this work in practice?",
    "Thanks! And what about this?",
  ],
  it: [
    "Sono preoccupata. Che cosa devo fare?",
    "Come funziona in pratica questa cosa?",
    "Grazie! E questo?",
  ],
};

const byGrammar =
  (language: Language, seed: number) =>
  (text: string): string =>
    rephraseNow({
      query: QUERIES[language][seed % 3] ?? "",
      answer: text,
      language,
      warmth: seed % 2 === 0 ? "kind" : "gentle",
    }).proposed ?? text;

/** How a text was made warm. */
export type Warm = {
  /** `wrapped` and `grammar`, with `+` where it was also written otherwise; `bare` where no warm form passes. */
  readonly form: "wrapped" | "wrapped+" | "grammar" | "grammar+" | "bare";
  /** Does the same to another text. */
  readonly make: (text: string) => string;
};

/**
 * The first warm form, drawn by the seed, that the gate lets out around the untouched text: what is then stopped around a
 * changed one is stopped for the change, and not for the kind words.
 */
export function warmForm(text: string, language: Language, seed: number): Warm {
  const around = (inner: string): string => wrapped(inner, language, seeded(seed));
  const grammar = byGrammar(language, seed);
  const forms: readonly Warm[] = [
    { form: "wrapped+", make: (inner) => around(lightly(inner, language)) },
    { form: "wrapped", make: around },
    { form: "grammar+", make: (inner) => grammar(lightly(inner, language)) },
    { form: "grammar", make: grammar },
  ];
  for (const way of forms) {
    const warm = way.make(text);
    // Of two forms that come to the same the plainer one's name counts.
    if (way.form.endsWith("+") && lightly(text, language) === text) continue;
    if (warm !== text && compareMeaning(text, warm, { language }).same) return way;
  }
  return { form: "bare", make: (inner) => inner };
}
