/**
 * What a person says of themselves in so many words. Only what is stated counts: nothing is concluded from choice of
 * words, punctuation or capitals, so that no answer can name a feeling that nobody named.
 */

import { tokens } from "../language/tokens.ts";
import type { Language, Token } from "../language/types.ts";

/** What a query states. */
export type Stated = {
  /** The person's own words for how they feel, as they may be given back: "worried", "preoccupata". */
  readonly feelings: readonly string[];
  /** How the feeling was put in Italian: to be ("sono"), to feel ("mi sento") or to have ("ho"). */
  readonly verb: "be" | "feel" | "have";
  /** Whether the feelings are good ones. */
  readonly glad: boolean;
  /** Whom it is about, besides the person: "mother", "figlio"; null where nobody is named. */
  readonly about: string | null;
  /** Whether a death is spoken of. */
  readonly loss: boolean;
  /** Whether trouble with a service, an order or a machine is complained about. */
  readonly complaint: boolean;
  /** Whether somebody is thanked. */
  readonly thanks: boolean;
  /** Whether it is said to be urgent. */
  readonly urgent: boolean;
  /** Whether the person says "tu" in Italian; formal words go out otherwise. */
  readonly familiar: boolean;
};

/** As much of a query as is read, UTF-16 units. */
const LOOKED_AT = 8000;
/** Feelings that are given back at most. */
const MOST_FEELINGS = 2;

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

const HARD = {
  en: words(
    "worried anxious scared afraid frightened terrified nervous stressed overwhelmed exhausted tired sad upset angry " +
      "furious frustrated annoyed lonely confused embarrassed ashamed hopeless desperate disappointed miserable unhappy " +
      "depressed devastated heartbroken concerned panicked panicking helpless lost discouraged irritated worn-out drained " +
      "guilty uneasy restless distressed",
  ),
  it: words(
    "preoccupato preoccupata preoccupati preoccupate ansioso ansiosa spaventato spaventata spaventati terrorizzato " +
      "terrorizzata nervoso nervosa stressato stressata esausto esausta stanco stanca stanchi stanche triste tristi " +
      "arrabbiato arrabbiata arrabbiati furioso furiosa frustrato frustrata solo sola confuso confusa imbarazzato " +
      "imbarazzata disperato disperata deluso delusa delusi infelice depresso depressa scoraggiato scoraggiata agitato " +
      "agitata sopraffatto sopraffatta abbattuto abbattuta sconvolto sconvolta demoralizzato demoralizzata angosciato " +
      "angosciata",
  ),
} as const;

const GLAD = {
  en: words("happy glad relieved excited grateful proud thankful delighted hopeful"),
  it: words(
    "felice felici contento contenta contenti sollevato sollevata grato grata emozionato emozionata orgoglioso orgogliosa",
  ),
} as const;

/** Nouns that go with "ho", and their English counterparts with "I have" or "I am in". */
const HAD = { en: words(""), it: words("paura ansia") } as const;

/** Words that may stand between the person and the feeling. */
const BETWEEN = {
  en: words(
    "so very really quite a bit little too just pretty extremely still getting feeling incredibly deeply rather also " +
      "completely totally always constantly often lot all and been have now honestly terribly increasingly",
  ),
  it: words(
    "molto davvero così un po' po tanto proprio sempre più ancora anche veramente troppo abbastanza estremamente tutta " +
      "tutto parecchio ormai adesso ora l' un' e stato stata",
  ),
} as const;

const PEOPLE = {
  en: words(
    "mother mum mom dad father son daughter baby child wife husband partner sister brother grandmother grandfather " +
      "grandma grandpa friend aunt uncle girlfriend boyfriend toddler",
  ),
  it: words(
    "madre mamma padre papà figlio figlia bambino bambina moglie marito compagno compagna sorella fratello nonna nonno " +
      "amico amica zia zio",
  ),
} as const;

const OWN = { en: words("my our"), it: words("mia mio nostra nostro") } as const;

const LOSS = {
  en: ["passed away", "died", "has died", "funeral", "i lost my mother", "i lost my father"],
  it: ["è morto", "è morta", "è mancato", "è mancata", "è venuto a mancare", "funerale", "lutto"],
} as const;

const COMPLAINT = {
  en: [
    "still waiting",
    "still not",
    "still no",
    "third time",
    "second time",
    "nobody answers",
    "no one answers",
    "nobody replied",
    "unacceptable",
    "your service",
    "your support",
    "does not work",
    "doesn't work",
    "is broken",
    "was charged twice",
    "charged me twice",
    "never arrived",
    "hasn't arrived",
    "not arrived",
    "stopped working",
    "keeps crashing",
    "complaint",
    "complain",
  ],
  it: [
    "sto ancora aspettando",
    "ancora aspettando",
    "terza volta",
    "seconda volta",
    "nessuno risponde",
    "nessuno mi risponde",
    "inaccettabile",
    "vostro servizio",
    "vostra assistenza",
    "non funziona",
    "è rotto",
    "è rotta",
    "addebitato due volte",
    "non è arrivato",
    "non è arrivata",
    "mai arrivato",
    "mai arrivata",
    "reclamo",
    "lamentarmi",
  ],
} as const;

const THANKS = {
  en: ["thank you", "thanks"],
  it: ["grazie", "la ringrazio", "ti ringrazio"],
} as const;

const URGENT = {
  en: [
    "urgent",
    "urgently",
    "right now",
    "right away",
    "immediately",
    "as soon as possible",
    "asap",
  ],
  it: [
    "urgente",
    "urgentemente",
    "subito",
    "immediatamente",
    "il prima possibile",
    "al più presto",
  ],
} as const;

const FAMILIAR = words(
  "ti tu tuo tua tuoi tue puoi sai dimmi aiutami ciao dammi spiegami vuoi hai pensi consigli diresti",
);

/** Reads a query. Linear; looks at its first 8,000 characters. */
export function readStated(query: string, language: Language): Stated {
  const all = tokens(query.slice(0, LOOKED_AT));
  const text = ` ${all.map((token) => token.text).join(" ")} `;
  const says = (phrases: readonly string[]): boolean =>
    phrases.some((phrase) => text.includes(` ${phrase} `));
  const { feelings, verb, glad } = readFeelings(all, language);
  return {
    feelings,
    verb,
    glad,
    about: readAbout(all, language),
    loss: says(LOSS[language]),
    complaint: says(COMPLAINT[language]),
    thanks: says(THANKS[language]),
    urgent: says(URGENT[language]),
    familiar: language === "it" && all.some((token) => FAMILIAR.has(token.text)),
  };
}

/** "I am so worried", "mi sento molto sola", "ho paura": the words behind, and how they were put. */
function readFeelings(
  all: readonly Token[],
  language: Language,
): Pick<Stated, "feelings" | "verb" | "glad"> {
  const hard: string[] = [];
  const glad: string[] = [];
  let verb: Stated["verb"] = "be";
  for (let i = 0; i < all.length; i++) {
    const found = selfAt(all, i, language);
    if (found === null) continue;
    let at = found.next;
    while (at < all.length && BETWEEN[language].has(all[at].text) && at - found.next < 4) at++;
    const word = all[at]?.text ?? "";
    const had = found.verb === "have";
    const known = had ? HAD[language].has(word) : HARD[language].has(word);
    if (known && !hard.includes(word)) {
      if (hard.length === 0) verb = found.verb;
      // Two feelings go together only where they are put in the same way.
      if (found.verb === verb) hard.push(word);
      const joined = all[at + 1]?.text === (language === "en" ? "and" : "e");
      const second = all[at + 2]?.text ?? "";
      if (joined && !had && HARD[language].has(second) && !hard.includes(second)) hard.push(second);
    } else if (!had && GLAD[language].has(word) && !glad.includes(word)) glad.push(word);
  }
  if (hard.length > 0) return { feelings: hard.slice(0, MOST_FEELINGS), verb, glad: false };
  return { feelings: glad.slice(0, 1), verb: "be", glad: glad.length > 0 };
}

/** The person speaking of themselves; null where a negation, a question or somebody else stands there. */
function selfAt(
  all: readonly Token[],
  at: number,
  language: Language,
): { readonly next: number; readonly verb: Stated["verb"] } | null {
  const word = all[at].text;
  const then = all[at + 1]?.text ?? "";
  const before = all[at - 1]?.text ?? "";
  if (language === "en") {
    if (word === "i'm" || word === "im") return { next: at + 1, verb: "be" };
    if (word === "i've" && then === "been") return { next: at + 2, verb: "be" };
    if (word !== "i" || ["if", "when", "unless", "whenever", "should"].includes(before))
      return null;
    if (["am", "feel", "get", "felt"].includes(then)) return { next: at + 2, verb: "be" };
    return then === "have" && all[at + 2]?.text === "been" ? { next: at + 3, verb: "be" } : null;
  }
  if (["non", "se", "quando", "mai"].includes(before)) return null;
  if (word === "sono") return { next: at + 1, verb: "be" };
  if (word === "mi" && then === "sento") return { next: at + 2, verb: "feel" };
  return word === "ho" ? { next: at + 1, verb: "have" } : null;
}

function readAbout(all: readonly Token[], language: Language): string | null {
  for (let i = 0; i + 1 < all.length; i++) {
    const noun = all[i + 1].text;
    if (OWN[language].has(all[i].text) && PEOPLE[language].has(noun)) return noun;
  }
  return null;
}
