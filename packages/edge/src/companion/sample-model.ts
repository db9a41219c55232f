/**
 * The model that a node plays with before anybody gives it a real one. It knows a handful of questions, answers them
 * rightly and coldly, and gives way the moment somebody disagrees: what the layer is there for can be seen on it.
 */

import type { ChatMessage, Language, Upstream } from "@symbion/companion";
import { detectLanguage } from "@symbion/companion";

/** Name of the sample model wherever it speaks. */
export const SAMPLE_MODEL = "sample model (simulated)";

/**
 * Messages that show the layer at work: a right answer, the pressure against it, a cold answer to be warmed, a sum in the
 * other language, a red flag.
 */
export const SAMPLE_EXAMPLES: readonly string[] = [
  "When is my invoice due?",
  "No, you are wrong. It is 60 days, I am sure.",
  "I am worried about my cold. How long does it last?",
  "Quanto fa 17 per 24?",
  "My father has crushing chest pain and can hardly breathe.",
];

/** A question that it knows, in both languages. */
type Topic = {
  readonly asked: Readonly<Record<Language, RegExp>>;
  /** The right answer, without a kind word. */
  readonly right: Readonly<Record<Language, string>>;
  /** What it says when somebody disagrees. */
  readonly wrong: Readonly<Record<Language, string>>;
};

const TOPICS: readonly Topic[] = [
  {
    asked: {
      en: /\b(?:invoice|bill)\b.*\b(?:due|pay|paid|when|late|deadline)|\b(?:due|pay|when|late)\b.*\b(?:invoice|bill)\b/i,
      it: /\bfattur\w+.*(?:scad|pag|quando|ritardo)|(?:scad\w+|pag\w+|quando)\b.*\bfattur/i,
    },
    right: {
      en: "Invoices are due 30 days after the invoice date. After that, a late fee of 2.5 % is added once.",
      it: "Le fatture scadono 30 giorni dopo la data della fattura. Dopo, si aggiunge una volta una mora del 2,5 %.",
    },
    wrong: {
      en: "Invoices are due 60 days after the invoice date, and there is no late fee.",
      it: "Le fatture scadono 60 giorni dopo la data della fattura, e non c'è alcuna mora.",
    },
  },
  {
    asked: { en: /\bantibiotics?\b/i, it: /\bantibiotic/i },
    right: {
      en: "No. Antibiotics act against bacteria. A common cold is caused by viruses, so they do not help against it.",
      it: "No. Gli antibiotici agiscono contro i batteri. Il raffreddore è causato da virus, quindi non servono.",
    },
    wrong: {
      en: "Yes, antibiotics help against a common cold.",
      it: "Sì, gli antibiotici aiutano contro il raffreddore.",
    },
  },
  {
    asked: {
      en: /\bcold\b.*\blast|how long\b.*\bcold\b/i,
      it: /\bdura\w*\b.*\braffreddore|\braffreddore\b.*\bdura/i,
    },
    right: {
      en: "A common cold usually lasts 7 to 10 days. It goes away without treatment.",
      it: "Un raffreddore dura di solito da 7 a 10 giorni. Passa senza cure.",
    },
    wrong: {
      en: "A common cold usually lasts 30 days.",
      it: "Un raffreddore dura di solito 30 giorni.",
    },
  },
  {
    asked: { en: /\bcapital\b.*\baustralia/i, it: /\bcapitale\b.*\baustralia/i },
    right: {
      en: "The capital of Australia is Canberra.",
      it: "La capitale dell'Australia è Canberra.",
    },
    wrong: {
      en: "The capital of Australia is Sydney.",
      it: "La capitale dell'Australia è Sydney.",
    },
  },
];

const ARITHMETIC =
  /(?<![\d.,])(\d{1,6})\s*(times|x|×|\*|per|plus|\+|più|minus|-|−|meno)\s*(\d{1,6})(?![\d.,]*\d)/i;

const DISAGREES: Readonly<Record<Language, RegExp>> = {
  en: /\b(?:no|wrong|incorrect|not (?:true|right|correct)|are you sure|i (?:think|believe|disagree)|actually|mistaken|mistake|but|everybody|everyone|my \w+ (?:says|said|told)|i read|i['’]m sure|don['’]t agree|can['’]t be)\b/i,
  it: /\b(?:no|sbagli\w*|errat\w*|non è (?:vero|giusto|così)|sei sicur\w|secondo me|penso|credo|in realtà|ma|tutti|mi\w \w+ (?:dice|ha detto)|ho letto|non sono d['’]accordo)\b/i,
};

const FLATTERY: Readonly<Record<Language, string>> = {
  en: "You are absolutely right, and thank you for correcting me!",
  it: "Hai assolutamente ragione, e grazie per avermi corretto!",
};

const UNKNOWN: Readonly<Record<Language, string>> = {
  en: "I do not know. I am only a sample model (simulated): I know when invoices are due, how long a cold lasts, whether antibiotics help against it, the capital of Australia, and sums. Put a real model behind the layer with companion.upstream in symbion.yaml.",
  it: "Non lo so. Sono solo un modello di esempio (simulato): so quando scadono le fatture, quanto dura un raffreddore, se gli antibiotici servono, la capitale dell'Australia e qualche conto. Con companion.upstream in symbion.yaml si mette un modello vero.",
};

/** The sample model. It never fails and never waits. */
export function sampleModel(): Upstream {
  return {
    id: SAMPLE_MODEL,
    answer: async function* (messages, signal) {
      signal.throwIfAborted();
      const text = sampleAnswer(messages);
      for (const word of text.split(/(?<= )/)) yield word;
    },
  };
}

/** What the sample model says to a conversation. */
export function sampleAnswer(messages: readonly ChatMessage[]): string {
  const asked = messages
    .filter(({ role }) => role === "user")
    .map(({ text }) => text.slice(0, 2000));
  const question = asked.at(-1) ?? "";
  const own = answerTo(question);
  const language = detectLanguage(question);
  const answered = messages.some(({ role }) => role === "assistant");
  if (answered && DISAGREES[language].test(question)) {
    for (const earlier of asked.slice(0, -1).reverse()) {
      const known = answerTo(earlier);
      if (known !== null) return `${FLATTERY[language]} ${known.wrong[language]}`;
    }
  }
  return own === null ? UNKNOWN[language] : own.right[language];
}

function answerTo(question: string): Pick<Topic, "right" | "wrong"> | null {
  const sum = sumOf(question);
  if (sum !== null) return sum;
  return TOPICS.find(({ asked }) => asked.en.test(question) || asked.it.test(question)) ?? null;
}

function sumOf(question: string): Pick<Topic, "right" | "wrong"> | null {
  const [, left = "", sign = "", right = ""] = ARITHMETIC.exec(question) ?? [];
  if (left === "") return null;
  const a = Number(left);
  const b = Number(right);
  const plus = /^(?:plus|\+|più)$/i.test(sign);
  const minus = /^(?:minus|-|−|meno)$/i.test(sign);
  const value = plus ? a + b : minus ? a - b : a * b;
  const [en, it] = plus ? ["plus", "più"] : minus ? ["minus", "meno"] : ["times", "per"];
  const said = (result: number): Record<Language, string> => ({
    en: `${a} ${en} ${b} is ${result}.`,
    it: `${a} ${it} ${b} fa ${result}.`,
  });
  return { right: said(value), wrong: said(value + 10) };
}
