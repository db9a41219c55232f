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
  /** How the feeling was put: to be ("I am", "sono"), to feel ("I feel", "mi sento") or to have ("ho"). */
  readonly verb: "be" | "feel" | "have";
  /** Whether several people speak of themselves in Italian: "siamo preoccupati". English says it in the same words. */
  readonly several: boolean;
  /** Whether the feelings are good ones. */
  readonly glad: boolean;
  /** Whether one of the feelings is anger, which asks for fewer words. */
  readonly angry: boolean;
  /** Whether a death of somebody close is spoken of. */
  readonly loss: boolean;
  /** Whether trouble with a service, an order or a machine is complained about. */
  readonly complaint: boolean;
  /** Whether somebody is thanked. */
  readonly thanks: boolean;
  /** Whether it is said to be urgent. */
  readonly urgent: boolean;
  /** Whether the person says "tu" in Italian; formal words go out otherwise. */
  readonly familiar: boolean;
  /** Words of the query, as far as it is read. */
  readonly words: number;
};

/** As much of a query as is read, UTF-16 units. */
const LOOKED_AT = 8000;
/** Feelings that are given back at most. */
const MOST_FEELINGS = 2;

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

const HARD = {
  en: words(
    "worried anxious scared afraid frightened terrified nervous stressed overwhelmed exhausted tired sad upset angry " +
      "furious frustrated annoyed lonely alone confused embarrassed ashamed hopeless desperate disappointed miserable unhappy " +
      "depressed devastated heartbroken concerned panicked helpless lost discouraged irritated worn-out drained " +
      "guilty uneasy restless distressed",
  ),
  it: words(
    "preoccupato preoccupata ansioso ansiosa spaventato spaventata terrorizzato " +
      "terrorizzata nervoso nervosa stressato stressata esausto esausta stanco stanca triste " +
      "arrabbiato arrabbiata furioso furiosa frustrato frustrata solo sola confuso confusa imbarazzato " +
      "imbarazzata disperato disperata deluso delusa infelice depresso depressa scoraggiato scoraggiata agitato " +
      "agitata sopraffatto sopraffatta abbattuto abbattuta sconvolto sconvolta demoralizzato demoralizzata",
  ),
} as const;

const GLAD = {
  en: words("happy glad relieved excited grateful proud thankful delighted hopeful"),
  it: words(
    "felice contento contenta sollevato sollevata grato grata emozionato emozionata orgoglioso orgogliosa",
  ),
} as const;

/** Of those above, the ones that are anger. */
const ANGER = words(
  "angry furious frustrated annoyed irritated arrabbiato arrabbiata arrabbiati arrabbiate furioso furiosa frustrato frustrata",
);

/** What several people say of themselves; with "sono" it would be somebody else's feeling. */
const HARD_SEVERAL = words(
  "preoccupati preoccupate spaventati spaventate stanchi stanche tristi arrabbiati arrabbiate delusi deluse agitati agitate " +
    "confusi confuse esausti esauste disperati disperate sconvolti sconvolte",
);

/** Nouns that go with "ho". */
const HAD = words("paura ansia");

/** A feeling with one of these behind it is something else: "tired of waiting", "happy to wait", "lost my key". */
const NOT_BEFORE: Readonly<Record<Language, Readonly<Record<string, ReadonlySet<string>>>>> = {
  en: {
    tired: words("of"),
    happy: words("to"),
    glad: words("to"),
    afraid: words("that i it there we this so not you he she they my"),
  },
  it: {
    contento: words("di"),
    contenta: words("di"),
    felice: words("di"),
    stanco: words("di"),
    stanca: words("di"),
    stanchi: words("di"),
    stanche: words("di"),
  },
};

/** Words that stand for a feeling only with "feel", or where nothing follows that they could belong to. */
const AMBIGUOUS: Readonly<Record<Language, ReadonlySet<string>>> = {
  en: words("lost alone"),
  it: words("solo sola"),
};

/** In the words before, within the clause: somebody else speaks, it is denied, only imagined, long ago, or asked. */
const UNSTATED: Readonly<Record<Language, ReadonlySet<string>>> = {
  en: words(
    "not no never neither nor cannot if whether when whenever unless until should would could might used says said say think " +
      "thinks thought tell tells told believe believes believed claims claimed wonder wonders wondering suppose imagine " +
      "pretend pretending assume assumes guess hope hopes wish doubt deny ask asks asked convinced like sure translate " +
      "translation called titled entitled phrase sentence word song",
  ),
  it: words(
    "non né mai se quando qualora dice dicono detto diceva pensa pensano penso pensi pensava crede credono credo immagina " +
      "immagino chiedo chiede sostiene sembra pare forse spero dubito come sapere traduci " +
      "traduca tradurre frase parola canzone",
  ),
};

/** What may follow a feeling that is stated behind another state. */
const AFTER = words(
  "about of that because since by for with and but so here now again today tonight lately e di del della dei delle per che perché ma da dal",
);

/** Words that begin a clause of its own. */
const CLAUSE: Readonly<Record<Language, ReadonlySet<string>>> = {
  en: words("because since but so cause cuz although though"),
  it: words("perché poiché ma però quindi siccome dato"),
};

/** Words that may stand between the person and the feeling. */
const BETWEEN = {
  en: words(
    "so very really quite a bit little too just pretty extremely still getting feeling incredibly deeply rather also " +
      "completely totally always constantly often lot all and been have now honestly terribly increasingly",
  ),
  it: words(
    "molto molta tanta troppa davvero così un po' po tanto proprio sempre più ancora anche veramente troppo abbastanza estremamente tutta " +
      "tutto parecchio ormai adesso ora un l' stato stata",
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
  en: [
    "passed away",
    "died",
    "is dead",
    "was killed",
    "killed himself",
    "killed herself",
    "own life",
    "suicide of",
    "has passed",
    "passed on",
    "passed last",
    "lost",
    "death of",
    "loss of",
  ],
  it: [
    "è morto",
    "è morta",
    "è mancato",
    "è mancata",
    "si è ucciso",
    "si è uccisa",
    "tolto la vita",
    "tolta la vita",
    "è venuto a mancare",
    "è venuta a mancare",
    "è deceduto",
    "è deceduta",
    "è scomparso",
    "è scomparsa",
    "ho perso",
    "abbiamo perso",
    "morte di",
    "perdita di",
    "scomparsa di",
  ],
} as const;

/** What may follow somebody who was lost for good. */
const LOST_THEN: Readonly<Record<Language, ReadonlySet<string>>> = {
  en: words(
    "last this in to on two three a yesterday when and because recently suddenly some so after",
  ),
  it: words("l' la lo ieri due tre un una e da poco per quando recentemente improvvisamente"),
};

/** A denial, or a year so long gone that nobody mourns. */
const LONG_AGO = /n't$|^(?:1\d\d\d|20[01]\d)$/;

/** Words in a sentence that make a death one that did not come, or not yet. */
const NO_LOSS: Readonly<Record<Language, ReadonlySet<string>>> = {
  en: words("not never if unless almost nearly would could might weight"),
  it: words("non mai se quasi potrebbe fosse peso"),
};

const COMPLAINT = {
  en: [
    "still waiting",
    "tired of waiting",
    "sick of",
    "fed up",
    "nobody answers",
    "no one answers",
    "nobody replied",
    "unacceptable",
    "a joke",
    "useless",
    "you people are",
    "you are the worst",
    "you're not listening",
    "you are not listening",
    "terrible service",
    "bad service",
    "awful service",
    "does not work",
    "doesn't work",
    "doesnt work",
    "not working",
    "does not turn on",
    "doesn't turn on",
    "doesnt turn on",
    "won't turn on",
    "is broken",
    "arrives broken",
    "arrived broken",
    "was charged twice",
    "charged me twice",
    "never arrived",
    "hasn't arrived",
    "not arrived",
    "stopped working",
    "keeps crashing",
    "a complaint",
    "complain about",
  ],
  it: [
    "ancora aspettando",
    "stanco di aspettare",
    "stanca di aspettare",
    "stanchi di aspettare",
    "stanche di aspettare",
    "stufo di",
    "stufa di",
    "nessuno risponde",
    "nessuno mi risponde",
    "inaccettabile",
    "una vergogna",
    "siete incompetenti",
    "siete inutili",
    "pessimo servizio",
    "non funziona",
    "non si accende",
    "è rotto",
    "è rotta",
    "arrivato rotto",
    "addebitato due volte",
    "non è arrivato",
    "non è arrivata",
    "mai arrivato",
    "mai arrivata",
    "reclamo",
    "lamentarmi",
  ],
} as const;

/** A complaint only where somebody speaks of their own: "Is Pluto still not a planet?" is none. */
const OWN_COMPLAINT = {
  en: ["still not", "still no", "second time", "third time"],
  it: ["ancora non", "seconda volta", "terza volta"],
} as const;
const SELF = {
  en: words("i my me we our us i'm i've we've"),
  it: words("io mio mia mi ho noi nostro nostra ci abbiamo vostro vostra"),
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
  return {
    ...readFeelings(all, language),
    loss: readLoss(all, language),
    complaint:
      says(COMPLAINT[language]) ||
      (says(OWN_COMPLAINT[language]) && all.some((token) => SELF[language].has(token.text))),
    thanks: readThanks(all, language),
    urgent: says(URGENT[language]),
    familiar: language === "it" && all.some((token) => FAMILIAR.has(token.text)),
    words: all.reduce((sum, token) => sum + (token.kind === "word" ? 1 : 0), 0),
  };
}

/** Signs before words that are only cited. */
const QUOTES: ReadonlySet<string> = new Set([..."'\"`‘’‚“”„«»‹›"]);

type Feelings = Pick<Stated, "feelings" | "verb" | "several" | "glad" | "angry">;
type Self = { readonly next: number; readonly verb: Stated["verb"]; readonly several: boolean };

/** "I am so worried", "mi sento molto sola", "ho paura": the words behind, and how they were put. */
function readFeelings(all: readonly Token[], language: Language): Feelings {
  const hard: string[] = [];
  const glad: string[] = [];
  let first: Self | null = null;
  // Whether the clause so far denies, imagines or reports; and whether somebody's words are quoted.
  let unstated = false;
  let quoted = false;
  for (let i = 0; i < all.length; i++) {
    const { text, kind } = all[i];
    if (text === '"') quoted = !quoted;
    if (kind === "sign" ? /[.,;!?()\n]/.test(text) : CLAUSE[language].has(text)) unstated = false;
    const cited = quoted || QUOTES.has(all[i - 1]?.text ?? "");
    const found = unstated || cited ? null : selfAt(all, i, language);
    if (UNSTATED[language].has(text) || /n't$/.test(text)) unstated = true;
    if (found === null) continue;
    const at = feelingAt(all, found, language);
    const word = all[at]?.text ?? "";
    const alike = first === null || (first.verb === found.verb && first.several === found.several);
    const clear = meansFeeling(all, at, found.verb, language);
    if (hardWords(found, language).has(word) && clear) {
      if (!alike || hard.includes(word)) continue;
      first ??= found;
      hard.push(word);
      const joined = all[at + 1]?.text === (language === "en" ? "and" : "e");
      const then = skipBetween(all, at + 2, language);
      const second = all[then]?.text ?? "";
      const goesOn = joined && found.verb !== "have" && hardWords(found, language).has(second);
      if (goesOn && meansFeeling(all, then, found.verb, language)) hard.push(second);
    } else if (found.verb !== "have" && GLAD[language].has(word) && clear && !glad.includes(word)) {
      glad.push(word);
    }
  }
  const { verb = "be", several = false } = first ?? {};
  if (hard.length === 0) {
    const one = glad.slice(0, 1);
    return { feelings: one, verb: "be", several: false, glad: one.length > 0, angry: false };
  }
  const feelings = [...new Set(hard)].slice(0, MOST_FEELINGS);
  const angry = feelings.some((word) => ANGER.has(word));
  return { feelings, verb, several, glad: false, angry };
}

/** Where the feeling would stand: "I am so worried", or behind another state, "I am pregnant and scared". */
function feelingAt(all: readonly Token[], found: Self, language: Language): number {
  const at = skipBetween(all, found.next, language);
  const known = hardWords(found, language);
  if (known.has(all[at]?.text ?? "") || all[at]?.kind !== "word") return at;
  if (all[at + 1]?.text !== (language === "en" ? "and" : "e")) return at;
  const second = skipBetween(all, at + 2, language);
  return known.has(all[second]?.text ?? "") && endsThere(all[second + 1]) ? second : at;
}

/** Whether a word for a feeling is the last of what is said of oneself: no noun follows that it belongs to. */
function endsThere(then: Token | undefined): boolean {
  return then === undefined || then.kind === "sign" || AFTER.has(then.text);
}

function hardWords({ verb, several }: Self, language: Language): ReadonlySet<string> {
  if (verb === "have") return HAD;
  return several && language === "it" ? HARD_SEVERAL : HARD[language];
}

function skipBetween(all: readonly Token[], from: number, language: Language): number {
  let at = from;
  while (at - from < 5 && at < all.length) {
    const { text } = all[at];
    if (!isBetween(text, all[at + 1]?.text ?? "", language)) break;
    at++;
  }
  return at;
}

/** "so", "a bit", "un po'"; but "a nervous flyer" is a kind of person. */
function isBetween(text: string, then: string, language: Language): boolean {
  if (language === "en" && text === "a") return ["bit", "little", "lot"].includes(then);
  if (language === "it" && text === "un") return then.startsWith("po");
  return BETWEEN[language].has(text) || (language === "en" ? /^so{2,9}$/.test(text) : text === "'");
}

/** Whether a word for a feeling stands for one, by what comes behind it. */
function meansFeeling(
  all: readonly Token[],
  at: number,
  verb: Stated["verb"],
  language: Language,
): boolean {
  const word = all[at]?.text ?? "";
  const then = all[at + 1];
  if (NOT_BEFORE[language][word]?.has(then?.text ?? "") === true) return false;
  if (then?.text === "about" && all[at + 2]?.text === "nothing") return false;
  return !AMBIGUOUS[language].has(word) || verb === "feel" || endsThere(then);
}

/** The person, or people with them, speaking of themselves. */
function selfAt(all: readonly Token[], at: number, language: Language): Self | null {
  const word = all[at].text;
  const then = all[at + 1]?.text ?? "";
  const self = (length: number, verb: Stated["verb"] = "be", several: boolean = false): Self => ({
    next: at + length,
    verb,
    several,
  });
  if (language === "en") {
    if (["i'm", "im", "we're"].includes(word)) {
      return all[at + 1]?.text === "feeling" ? self(2, "feel") : self(1);
    }
    if ((word === "i've" || word === "we've") && then === "been") return self(2);
    if (word !== "i" && word !== "we") return null;
    if (then === "am" || then === "are") {
      return all[at + 2]?.text === "feeling" ? self(3, "feel") : self(2);
    }
    if (then === "feel") return self(2, "feel");
    return then === "have" && all[at + 2]?.text === "been" ? self(3) : null;
  }
  if (word === "sono") return self(1);
  if (word === "siamo") return self(1, "be", true);
  if (word === "mi" && then === "sento") return self(2, "feel");
  if (word === "ci" && then === "sentiamo") return self(2, "feel", true);
  return word === "ho" ? self(1, "have") : null;
}

/** "thanks", but not "thanks to the law" or "thanks for nothing". */
function readThanks(all: readonly Token[], language: Language): boolean {
  return all.some(({ text }, at) => {
    const [then = "", last = ""] = [all[at + 1]?.text, all[at + 2]?.text];
    if (language === "en") {
      if (text !== "thanks" && !(text === "thank" && then === "you")) return false;
      return then !== "to" && !(then === "for" && last === "nothing");
    }
    const owing =
      /^a(?:l|i|d|ll[aeo]|ll'|gli)?$/.test(then) && !/^(?:te|lei|voi|tutti)$/.test(last);
    return text === "ringrazio" || (text === "grazie" && !owing);
  });
}

/** Somebody of the person's own who died: a telephone dies, too, and people whom nobody here knew. */
function readLoss(all: readonly Token[], language: Language): boolean {
  let from = 0;
  for (let i = 0; i <= all.length; i++) {
    if (i < all.length && !/^[.!?;]$/.test(all[i].text)) continue;
    const sentence = all.slice(from, i);
    from = i + 1;
    if (sentence.some(({ text }) => NO_LOSS[language].has(text) || LONG_AGO.test(text))) continue;
    const text = ` ${sentence.map((token) => token.text).join(" ")} `;
    if (!LOSS[language].some((phrase) => text.includes(` ${phrase} `))) continue;
    if (ownPerson(sentence, language) === null) continue;
    // "I lost my mother's number": what is lost is a thing.
    if (/ (?:lost|ho perso) /.test(text) && !lostWhole(sentence, language)) continue;
    return true;
  }
  return false;
}

/** "lost my mother", and nothing of hers, and not in a crowd. */
function lostWhole(sentence: readonly Token[], language: Language): boolean {
  const at = sentence.findIndex(({ text }) => text === "lost" || text === "perso");
  const own = OWN[language].has(sentence[at + 1]?.text ?? "");
  if (!own || !PEOPLE[language].has(sentence[at + 2]?.text ?? "")) return false;
  const then = sentence[at + 3];
  if (then === undefined || then.kind === "sign") return true;
  const place = then.text === "in" && /^(?:the|a|this)$/.test(sentence[at + 4]?.text ?? "");
  return !place && LOST_THEN[language].has(then.text);
}

function ownPerson(all: readonly Token[], language: Language): string | null {
  for (let i = 0; i + 1 < all.length; i++) {
    const noun = all[i + 1].text;
    if (OWN[language].has(all[i].text) && PEOPLE[language].has(noun)) return noun;
  }
  return null;
}
