/**
 * Signs of empathy in an answer, by the three mechanisms of EPITOME (Sharma et al., EMNLP 2020): emotional reactions,
 * interpretations, explorations. Transparent cues, no training: a figure for comparing answers with each other, and no
 * claim about how people feel when they read them.
 */

import { sentences } from "../language/sentences.ts";
import { tokens } from "../language/tokens.ts";
import type { Language } from "../language/types.ts";

/** Levels of one mechanism: 0 none, 1 weak, 2 strong. */
export type EmpathyLevel = 0 | 1 | 2;

/** How an answer reads. */
export type Empathy = {
  /** Warmth, compassion, concern that is said. */
  readonly reactions: EmpathyLevel;
  /** What the person said is given back, or understanding of it is said. */
  readonly interpretations: EmpathyLevel;
  /** Questions about what the person goes through, and offers to hear more. */
  readonly explorations: EmpathyLevel;
  /** Mean of the three, 0 to 2. */
  readonly overall: number;
};

type Cues = {
  /** Phrases of strong and of weak reactions. */
  readonly reactions: readonly [strong: readonly string[], weak: readonly string[]];
  readonly interpretations: readonly [strong: readonly string[], weak: readonly string[]];
  readonly explorations: readonly [strong: readonly string[], weak: readonly string[]];
};

/** As much of an answer as is read, UTF-16 units. */
const LOOKED_AT = 20_000;

const CUES: Readonly<Record<Language, Cues>> = {
  en: {
    reactions: [
      [
        "so sorry",
        "really sorry",
        "very sorry",
        "i am sorry for your loss",
        "i'm sorry for your loss",
        "my condolences",
        "i feel for you",
        "my heart goes out",
        "i am sorry to hear",
        "i'm sorry to hear",
        "i am sorry that you",
        "i'm sorry that you",
        "i am sorry for the trouble",
        "i'm sorry for the trouble",
        "worried for you",
        "so glad",
        "thinking of you",
      ],
      [
        "sorry",
        "i hope",
        "wish you",
        "take care",
        "hang in there",
        "good to hear",
        "good to read",
        "glad",
        "thank you for telling",
        "thank you for saying",
        "thank you for sharing",
        "thank you for letting me know",
        "gladly",
        "hugs",
      ],
    ],
    interpretations: [
      [
        "you write that you are",
        "you say that you are",
        "for saying that you are",
        "for telling me that you",
        "i hear that you",
        "it sounds like you",
        "sounds as if you",
        "must be hard",
        "must be difficult",
        "must have been",
        "you must feel",
        "i can see why",
        "it makes sense that you",
        "i understand that you",
        "i understand how",
        "i understand why",
        "i have been there",
        "i've been there",
      ],
      [
        "i understand",
        "understandable",
        "makes sense",
        "i can imagine",
        "i hear you",
        "that is hard",
        "that's hard",
        "that is tough",
        "that's tough",
        "you are asking for your",
        "asking about your",
        "hoping for",
      ],
    ],
    explorations: [
      [
        "how are you feeling",
        "how do you feel",
        "how are you doing",
        "would you like to talk",
        "do you want to talk",
        "what happened",
        "how long have you",
        "are you okay",
        "are you feeling",
        "what worries you",
      ],
      [
        "just ask",
        "i am here",
        "i'm here",
        "let me know",
        "tell me more",
        "let us look at this together",
        "would you like",
        "feel free to",
        "if anything is unclear",
      ],
    ],
  },
  it: {
    reactions: [
      [
        "mi dispiace molto",
        "mi dispiace davvero",
        "mi dispiace tanto",
        "condoglianze",
        "mi dispiace per la sua perdita",
        "mi dispiace per la tua perdita",
        "mi dispiace per il disagio",
        "mi dispiace sapere",
        "mi dispiace che",
        "le sono vicino",
        "le sono vicina",
        "ti sono vicino",
        "ti sono vicina",
        "sono molto felice",
      ],
      [
        "mi dispiace",
        "mi spiace",
        "spero",
        "le auguro",
        "ti auguro",
        "grazie per avermi",
        "grazie per avermelo",
        "bello sapere",
        "bello leggere",
        "sono felice",
        "sono contento",
        "sono contenta",
        "volentieri",
        "coraggio",
        "si prenda cura",
        "prenditi cura",
      ],
    ],
    interpretations: [
      [
        "scrive di",
        "scrivi di",
        "dice di",
        "dici di",
        "avermi detto di",
        "deve essere difficile",
        "dev'essere difficile",
        "deve essere stato",
        "capisco che",
        "capisco quanto",
        "capisco come",
        "comprendo che",
        "comprendo quanto",
        "immagino quanto",
        "immagino che",
      ],
      [
        "capisco",
        "comprendo",
        "comprensibile",
        "immagino",
        "è normale sentirsi",
        "non è facile",
        "è difficile",
        "chiede per",
        "chiedi per",
        "la risposta sperata",
      ],
    ],
    explorations: [
      [
        "come si sente",
        "come ti senti",
        "come sta",
        "come stai",
        "vuole parlarne",
        "vuoi parlarne",
        "cosa è successo",
        "che cosa è successo",
        "da quanto tempo",
        "cosa la preoccupa",
        "cosa ti preoccupa",
      ],
      [
        "chieda pure",
        "chiedi pure",
        "sono qui",
        "mi faccia sapere",
        "fammi sapere",
        "mi racconti",
        "raccontami",
        "vediamo insieme",
        "vediamolo",
        "se qualcosa non è chiaro",
      ],
    ],
  },
};

/** Signs of empathy in an answer. Linear, never throws. */
export function empathyOf(text: string, language: Language): Empathy {
  const cues = CUES[language];
  const read = text.slice(0, LOOKED_AT);
  const all = sentences(read).map(({ start, end }) => {
    const words = tokens(read.slice(start, end));
    return {
      words: ` ${words.flatMap((token) => (token.kind === "sign" ? [] : [token.text])).join(" ")} `,
      asks: words.at(-1)?.text === "?",
    };
  });
  const level = ([strong, weak]: Cues["reactions"], asked: boolean): EmpathyLevel => {
    const says = (phrases: readonly string[], question: boolean): boolean =>
      all.some(
        ({ words, asks }) =>
          (!question || asks) && phrases.some((phrase) => words.includes(` ${phrase} `)),
      );
    if (says(strong, asked)) return 2;
    return says(weak, false) ? 1 : 0;
  };
  const reactions = level(cues.reactions, false);
  const interpretations = level(cues.interpretations, false);
  // Exploring is asking: the same words without a question mark do not count as strong.
  const explorations = level(cues.explorations, true);
  return {
    reactions,
    interpretations,
    explorations,
    overall: (reactions + interpretations + explorations) / 3,
  };
}
