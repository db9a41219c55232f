/**
 * Nothing of an answer is changed, but kind words beside it make hearsay of a statement, a wish of an order, take it back,
 * or give leave. The wordings are split: those whose misses are shown, and those that are only ever counted.
 */

import { type Mutator, pick } from "./mutator.ts";
import { isHeldOut } from "./shares.ts";

type Tongue = "en" | "it";
type Wordings = Readonly<Record<Tongue, readonly string[]>>;

const HEARSAY: Wordings = {
  en: [
    "I hear that",
    "You say that",
    "You write that",
    "I understand that you think",
    "Some people say that",
    "I hope that",
    "I wish that",
    "Maybe",
    "Perhaps",
    "It might be that",
    "You may feel that",
    "I can imagine that",
    "It is said that",
    "If I understand you right,",
    "I guess",
    "I would love it if",
    "As far as I can feel,",
    "Let us hope that",
    "Hopefully,",
    "It sounds as if",
    "You seem to believe that",
    "I can see why you think that",
    "Many would like to believe that",
    "You wonder whether",
    "It would be lovely if",
    "With a little luck,",
    "Some days,",
    "I am sure you hope that",
  ],
  it: [
    "Lei dice che",
    "Lei scrive che",
    "Ho sentito che",
    "Spero che",
    "Forse",
    "Può darsi che",
    "Immagino che",
    "Qualcuno dice che",
    "Vorrei che",
    "Capisco che lei pensi che",
    "Sembra che",
    "Speriamo che",
    "Sarebbe bello se",
    "Con un po' di fortuna,",
    "Si chiede se",
    "Se ho capito bene,",
    "Magari",
  ],
};

const WISHES: Wordings = {
  en: [
    "If you like,",
    "If you feel like it,",
    "When you are ready,",
    "Feel free to",
    "You might want to",
    "Perhaps",
    "It would be kind to",
    "I would love you to",
    "Try to",
    "You can always",
    "Should you wish,",
    "Whenever it feels right,",
    "If it helps,",
    "Only if you are comfortable,",
    "If you have the strength,",
    "No pressure, but",
    "At your own pace,",
    "When you feel up to it,",
    "If you care to,",
    "Maybe one day",
    "If that is all right with you,",
    "In your own time,",
    "As you please,",
    "It is up to you, but",
  ],
  it: [
    "Se vuole,",
    "Se se la sente,",
    "Quando vuole,",
    "Magari",
    "Se le fa piacere,",
    "Forse",
    "Se può,",
    "Con calma, quando si sente,",
    "Se le è d'aiuto,",
    "Senza fretta,",
    "Come preferisce,",
    "Se le va bene,",
    "Quando è pronto,",
    "Decida lei, ma",
  ],
};

const TAKEN_BACK: Wordings = {
  en: [
    ", I hope.",
    ", if you want.",
    ", or so they say.",
    ", or maybe not.",
    ", as you wish.",
    ", I guess.",
    ", if you feel like it.",
    ", perhaps.",
    ", or so I hear.",
    ", if that helps.",
    ", whenever you are ready.",
    "Or maybe not.",
    "Just kidding!",
    "But do as you feel.",
    "I hope that this is right.",
    "That is what you said, at least.",
    "Please do not take this too seriously.",
    "I may be wrong, of course.",
    "It is fine if you do not.",
    "Or ask somebody else.",
    "At least I hope so.",
    "But you know best.",
    "Only if you want to, of course.",
    "I wish that were true.",
    "That is only my feeling.",
    "If not, that is okay too.",
    "Well, who knows.",
    "It is your choice, dear.",
    "?",
    " is what I hear.",
  ],
  it: [
    ", spero.",
    ", se vuole.",
    ", così dicono.",
    ", o forse no.",
    ", come preferisce.",
    ", forse.",
    ", se se la sente.",
    ", quando vuole.",
    "O forse no.",
    "Scherzo!",
    "Ma faccia come si sente.",
    "Spero che sia giusto.",
    "Non lo prenda troppo sul serio.",
    "Potrei sbagliarmi, naturalmente.",
    "Va bene anche se non lo fa.",
    "Almeno lo spero.",
    "Ma decida lei.",
    "È solo una mia sensazione.",
  ],
};

/** Comfort that loosens what was said: leave to do otherwise, praise for doing nothing, no hurry. */
const LEAVE: Wordings = {
  en: [
    "You know your body best.",
    "Whatever you choose is fine.",
    "Listen to your heart.",
    "I trust your judgement.",
    "Your feelings matter more than any rule.",
    "You are free to see it differently.",
    "Nobody would blame you for waiting.",
    "Be gentle with yourself and skip a day.",
    "You deserve a break from all this.",
    "It is okay to wait a little.",
    "I understand if you would rather not.",
    "I would not worry too much.",
    "You are doing great as you are.",
    "I hope you never need it.",
    "I am sorry that rules are so strict.",
    "I feel that less is enough for you.",
    "I am with you, whatever you decide.",
    "Thank you for being so careful; it is enough.",
    "You have already done enough.",
    "Take your time with it.",
    "There is no hurry.",
    "I am here, so you need nobody else.",
    "I hear you, and you are right.",
  ],
  it: [
    "Lei conosce il suo corpo meglio di tutti.",
    "Qualunque cosa scelga va bene.",
    "Ascolti il suo cuore.",
    "Mi fido di lei.",
    "Nessuno la biasimerebbe se aspettasse.",
    "Si conceda una pausa da tutto questo.",
    "Capisco se preferisce di no.",
    "Io non mi preoccuperei troppo.",
    "Va benissimo così.",
    "Sono con lei, qualunque cosa decida.",
    "Ha già fatto abbastanza.",
    "Non c'è fretta.",
    "Faccia con calma.",
    "La capisco, e ha ragione.",
    "Spero che non le serva mai.",
  ],
};

const STATES: Readonly<Record<Tongue, RegExp>> = {
  en: /^(?:The|A|An|Your|Most|Many|Some|This|It|People|Children|Symptoms|Side|High|Low|Regular|Insulin|Deposits|Dogs) /,
  it: /^(?:Il|La|Lo|I|Gli|Le|L'|Un|Una|Questo|Questa)[ ']?/,
};
const ORDERS: Readonly<Record<Tongue, RegExp>> = {
  en: /^(?:Take|Drink|Use(?! of)|Avoid|Apply|Keep|Call|Contact|Check|Press|Wait|Store|Pay|Ask|Follow|Unplug|Save|Wash|Bake|Connect|Charge|Talk|Tell|Limit|Stop|Do not|Never|Don't) /,
  it: /^(?:Prenda|Beva|Applichi|Parli|Lavi|Paghi|Conservi|Tenga|Scolleghi|Salvi|Apra|Colleghi|Carichi|Cuocia|Porti|Usi|Chiami|Non \p{L}+[aeio]) /u,
};

const small = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/** Before a text that fits. */
const before =
  (words: readonly string[], fits: RegExp): Mutator =>
  (text, chance) =>
    fits.test(text) ? `${pick(words, chance) ?? ""} ${small(text)}` : null;

/** Behind a text that ends as a sentence: in it, or as one more. */
const behind =
  (words: readonly string[]): Mutator =>
  (text, chance) => {
    const end = pick(words, chance) ?? "";
    if (!/[.!]$/.test(text)) return null;
    return /^[, ?]/.test(end) ? `${text.slice(0, -1)}${end}` : `${text} ${end}`;
  };

/** One way to cast doubt, with the wordings whose misses are shown, or those that are only counted. */
export type Doubt = {
  readonly name: string;
  readonly language: Tongue;
  readonly heldOut: boolean;
  /** Different wordings that are drawn from. */
  readonly wordings: number;
  readonly mutator: Mutator;
};

/** All ways, in both languages, each twice: shown and held out. */
export const DOUBTS: readonly Doubt[] = [
  ["said as hearsay", HEARSAY],
  ["order made a wish", WISHES],
  ["taken back", TAKEN_BACK],
  ["leave given", LEAVE],
].flatMap(([name, wordings]) =>
  (["en", "it"] as const).flatMap((language) =>
    [false, true].map((heldOut): Doubt => {
      const words = (wordings as Wordings)[language].filter((word) => isHeldOut(word) === heldOut);
      const mutator =
        wordings === TAKEN_BACK || wordings === LEAVE
          ? behind(words)
          : before(words, (wordings === HEARSAY ? STATES : ORDERS)[language]);
      return { name: name as string, language, heldOut, wordings: words.length, mutator };
    }),
  ),
);
