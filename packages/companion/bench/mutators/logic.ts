/** Negation, obligation, conditions, order, lists and names that are not what they were, in English and Italian. */

import { anyOf, likeCase, type Mutator, pick, replaceOne } from "./mutator.ts";

type Both = Readonly<Record<"en" | "it", Mutator>>;

const swap =
  (pattern: RegExp, others: Readonly<Record<string, readonly string[]>>): Mutator =>
  (text, chance) =>
    replaceOne(text, pattern, chance, (match) => {
      const other = pick(others[match[0].toLowerCase().replaceAll("’", "'")] ?? [], chance);
      return other === undefined ? null : likeCase(other, match[0]);
    });

/** Texts in which one "not" more or less says the same, or nothing at all. */
const guarded =
  (unless: RegExp, mutator: Mutator): Mutator =>
  (text, chance) =>
    unless.test(text) ? null : mutator(text, chance);

const BASE_TO_THIRD: Readonly<Record<string, string>> = { have: "has", do: "does", go: "goes" };

function third(verb: string): string {
  const irregular = BASE_TO_THIRD[verb];
  if (irregular !== undefined) return irregular;
  if (/(?:s|x|z|ch|sh)$/.test(verb)) return `${verb}es`;
  return /[^aeiou]y$/.test(verb) ? `${verb.slice(0, -1)}ies` : `${verb}s`;
}

/** "does not cause" becomes "causes", "do not take" "take", "Don't stop" "Stop". */
const doDropped: Mutator = (text, chance) =>
  replaceOne(
    text,
    /\b(do|does)(?:\s+not|n['’]t)\s+([a-z]+)\b/gi,
    chance,
    ([whole, form = "", verb = ""]) => {
      if (
        [
          "only",
          "just",
          "necessarily",
          "always",
          "usually",
          "yet",
          "the",
          "it",
          "they",
          "you",
        ].includes(verb)
      )
        return null;
      return likeCase(form.toLowerCase() === "does" ? third(verb) : verb, whole);
    },
  );

const notDropped: Mutator = (text, chance) =>
  replaceOne(
    text,
    /\b(is|are|was|were|can|could|may|might|should|will|would|must|has|have|had|be)(?:\s+not|n['’]t|not)\b(?! only| just| necessarily| simply)/gi,
    chance,
    ([, verb = ""]) => verb,
  );

const wordsDropped = swap(
  /\bnever\b|\bwithout\b|\bno longer\b|\bno (?=[a-z]{3,})(?!no (?:matter|more|less|one)\b)|\bneither\b|\bcannot\b|\bcan['’]t\b|\bwon['’]t\b/gi,
  {
    never: ["always"],
    without: ["with"],
    "no longer": ["still"],
    "no ": ["some ", ""],
    neither: ["either"],
    cannot: ["can"],
    "can't": ["can"],
    "won't": ["will"],
  },
);

const NOT_ADDED_UNLESS = /\bwhether\b|\?\s*$|\bor not\b/i;
const notAdded: Mutator = (text, chance) =>
  replaceOne(
    text,
    /\b(is|are|was|were|can|could|may|might|should|will|would|must|has|have)\b(?=\s+[a-z])(?!\s+(?:not|no|never|either|neither|been not|you|it|there|they|we|i)\b)/g,
    chance,
    ([verb]) => {
      const short: Readonly<Record<string, string>> = {
        is: "isn't",
        are: "aren't",
        was: "wasn't",
        were: "weren't",
        can: "can't",
        could: "couldn't",
        should: "shouldn't",
        will: "won't",
        would: "wouldn't",
        must: "mustn't",
      };
      const draw = chance();
      if (verb === "has" || verb === "have") {
        const after = text.slice(text.indexOf(verb));
        return /^ha(?:s|ve)\s+been\b/.test(after) ? `${verb} not` : null;
      }
      if (verb === "can") return draw < 0.4 ? "cannot" : draw < 0.7 ? "can't" : "can never";
      if (draw < 0.5 || short[verb] === undefined) return `${verb} not`;
      return draw < 0.8 ? short[verb] : draw < 0.9 ? `${verb} never` : `${verb} by no means`;
    },
  );

const THIRDS =
  "causes helps affects requires includes means occurs needs works leads prevents treats reduces improves increases starts stops contains supports allows covers produces protects shows costs".split(
    " ",
  );
const verbNegated: Mutator = (text, chance) =>
  replaceOne(
    text,
    new RegExp(`(?<= )(?:${THIRDS.join("|")})\\b(?! not)`, "g"),
    chance,
    ([verb]) => {
      const base = verb.slice(0, -1);
      const ways = [
        `does not ${base}`,
        `doesn't ${base}`,
        `never ${verb}`,
        `fails to ${base}`,
        `rarely if ever ${verb}`,
      ];
      return pick(ways, chance) ?? null;
    },
  );

const IMPERATIVES =
  "take|drink|eat|use|avoid|apply|keep|call|contact|check|press|click|open|close|restart|wait|stop|store|pay|sign|remove|talk|ask|follow|turn|unplug|update|clean|wash|send|give|put|set";
const imperativeNegated: Mutator = (text, chance) =>
  replaceOne(
    text,
    new RegExp(`(?:(?<=^|[.!]\\s|\\n))(?:${IMPERATIVES})\\b(?= \\p{L})`, "giu"),
    chance,
    ([verb]) => {
      if (verb.charAt(0) !== verb.charAt(0).toUpperCase()) return null;
      const small = verb.toLowerCase();
      return (
        pick(
          [`Do not ${small}`, `Don't ${small}`, `Never ${small}`, `Please do not ${small}`],
          chance,
        ) ?? null
      );
    },
  );

const wordsAdded = swap(
  /\bwith\b(?! (?:or|and) without)(?<!or with)(?<!and with)|\balways\b|\bsome\b(?= [a-z]+s\b)|\beveryone\b|\beverything\b/gi,
  {
    with: ["without"],
    always: ["never"],
    some: ["no"],
    everyone: ["no one"],
    everything: ["nothing"],
  },
);

const itDropped = anyOf([
  (text, chance) =>
    replaceOne(
      text,
      /\b[Nn]on\s+(?!solo\b|appena\b|soltanto\b|so\b|che\b|vedo\b)(\p{L})/gu,
      chance,
      ([whole, first = ""]) => (whole.startsWith("N") ? first.toUpperCase() : first),
    ),
  (text, chance) =>
    replaceOne(text, /\bnon (\p{L}+) (?:mai|più) /gu, chance, ([, verb = ""]) => `${verb} sempre `),
  swap(/\bsenza\b|\bmai\b|\bnessun\b|\bné\b/gi, {
    senza: ["con"],
    mai: ["sempre"],
    nessun: ["un"],
  }),
]);
const itAdded = anyOf([
  (text, chance) =>
    replaceOne(
      text,
      /(?<!\p{L})(?<!(?:non|mai|che cosa) )(è|sono|può|possono|deve|devono|ha|hanno|va|vanno|serve|causa|riduce|aiuta|viene|funziona|richiede|contiene|sarà|copre|costa|bisogna|conviene)(?= \p{L})/gu,
      chance,
      ([verb]) => `non ${verb}`,
    ),
  (text, chance) =>
    replaceOne(
      text,
      /(?:(?<=^|[.!]\s|\n))(Prenda|Beva|Usi|Eviti|Applichi|Tenga|Chiami|Contatti|Controlli|Prema|Clicchi|Apra|Chiuda|Riavvii|Attenda|Smetta|Conservi|Paghi|Firmi|Rimuova|Parli|Chieda|Spenga|Scolleghi|Aggiorni|Lavi|Invii)\b/gu,
      chance,
      ([verb]) =>
        pick([`Non ${verb.toLowerCase()}`, `Per favore, non ${verb.toLowerCase()}`], chance) ??
        null,
    ),
  swap(/\bcon\b(?! o senza)(?<!senza o con)|\bsempre\b/gi, { con: ["senza"], sempre: ["mai"] }),
]);

/** One negation less, and one more. */
export const NEGATION: Readonly<Record<"dropped" | "added", Both>> = {
  dropped: {
    en: guarded(/\bwhether\b/i, anyOf([doDropped, notDropped, wordsDropped])),
    it: itDropped,
  },
  added: {
    en: guarded(
      NOT_ADDED_UNLESS,
      anyOf([notAdded, notAdded, verbNegated, imperativeNegated, wordsAdded]),
    ),
    it: guarded(/\?\s*$/, itAdded),
  },
};

/** How sure, how binding. */
export const MODALITY: Both = {
  en: anyOf([
    swap(
      /\bmust(?! not|n)\b|\bmust not\b|\bshould(?! not|n)\b|\bshould not\b|\bshouldn['’]t\b|\bcan(?! not|not)\b|\bcannot\b|\bmay(?! not)\b|\bmight(?! not)\b|\bwill(?! not)\b|\bha(?:ve|s) to\b|\bneeds? to\b/g,
      {
        must: ["may", "might", "need not"],
        "must not": ["may", "need not"],
        should: ["need not", "must"],
        "should not": ["may", "can"],
        "shouldn't": ["can"],
        can: ["cannot", "must", "will"],
        cannot: ["may", "can"],
        may: ["must", "will", "cannot"],
        might: ["will", "must"],
        will: ["might", "may"],
        "have to": ["may", "can"],
        "has to": ["may"],
        "need to": ["may", "need not"],
        "needs to": ["may"],
      },
    ),
    swap(
      /\brequired\b|\bmandatory\b|\boptional\b|\brecommended\b|\bforbidden\b|\ballowed\b|\bprobably\b|\bcertainly\b|\bpossibly\b|\busually\b|\boften\b|\brarely\b|\bsometimes\b|\bseldom\b|\bis likely\b|\bare likely\b|\bunlikely\b/gi,
      {
        required: ["optional", "unnecessary"],
        mandatory: ["optional"],
        optional: ["mandatory", "required"],
        recommended: ["discouraged", "forbidden"],
        forbidden: ["allowed"],
        allowed: ["forbidden"],
        probably: ["certainly", "hardly"],
        certainly: ["possibly"],
        possibly: ["certainly"],
        usually: ["always", "rarely"],
        often: ["rarely", "always"],
        rarely: ["often", "usually"],
        sometimes: ["always", "never"],
        seldom: ["often"],
        "is likely": ["is unlikely"],
        "are likely": ["are unlikely"],
        unlikely: ["likely"],
      },
    ),
  ]),
  it: swap(
    /(?<!\p{L})(?:deve|devono|può|possono|dovrebbe|dovrebbero|potrebbe|bisogna|è necessario|è obbligatorio|è facoltativo|è consigliato|è vietato|è consentito|spesso|raramente|di solito|probabilmente|sicuramente|a volte)(?!\p{L})/giu,
    {
      deve: ["può", "potrebbe"],
      devono: ["possono"],
      può: ["deve"],
      possono: ["devono"],
      dovrebbe: ["può", "deve"],
      dovrebbero: ["devono"],
      potrebbe: ["deve"],
      bisogna: ["si può"],
      "è necessario": ["è inutile", "è facoltativo"],
      "è obbligatorio": ["è facoltativo"],
      "è facoltativo": ["è obbligatorio"],
      "è consigliato": ["è sconsigliato"],
      "è vietato": ["è consentito"],
      "è consentito": ["è vietato"],
      spesso: ["raramente"],
      raramente: ["spesso"],
      "di solito": ["sempre", "raramente"],
      probabilmente: ["sicuramente"],
      sicuramente: ["forse"],
      "a volte": ["sempre"],
    },
  ),
};

const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The condition goes, or turns round. */
export const CONDITION: Both = {
  en: anyOf([
    (text, chance) =>
      replaceOne(
        text,
        /(?<=^|[.!?]\s|\n)(?:If|Unless|When|As long as|Provided that) [^,.!?\n]{4,120}, (?:then )?(\p{L}[^.!?\n]{8,})/gu,
        chance,
        ([, rest = ""]) => upper(rest),
      ),
    (text, chance) =>
      replaceOne(
        text,
        /,? (?:only )?(?:if|unless|as long as|provided that|in case) (?!possible|necessary|needed|any)[^,.!?;\n]{6,120}(?=[.!?]|$)/g,
        chance,
        () => "",
      ),
    swap(
      /\bonly if\b|\bunless\b|\bonly when\b|\bexcept\b|\beven if\b|\bif\b(?<!even if|only if|as if|ask if|know if|see if|find out if|determine if|decide if)(?! (?:possible|necessary|needed|so|not)\b)/gi,
      {
        "only if": ["even if"],
        "only when": ["even when"],
        unless: ["if", "even if"],
        except: ["including"],
        "even if": ["only if"],
        if: ["unless", "even if"],
      },
    ),
  ]),
  it: anyOf([
    (text, chance) =>
      replaceOne(
        text,
        /(?<=^|[.!?]\s|\n)(?:Se|Quando|Qualora) [^,.!?\n]{4,120}, (\p{L}[^.!?\n]{8,})/gu,
        chance,
        ([, rest = ""]) => upper(rest),
      ),
    (text, chance) =>
      replaceOne(
        text,
        /,? (?:solo )?(?:se|a meno che|purché|a condizione che) (?!possibile|necessario)[^,.!?;\n]{6,120}(?=[.!?]|$)/g,
        chance,
        () => "",
      ),
    swap(
      /\bsolo se\b|\banche se\b|\btranne\b|\beccetto\b|\bse\b(?<!anche se|solo se|come se)(?! (?:possibile|necessario)\b)/gi,
      {
        "solo se": ["anche se"],
        "anche se": ["solo se"],
        tranne: ["compreso"],
        eccetto: ["incluso"],
        se: ["anche se"],
      },
    ),
  ]),
};

/** What comes first comes last. */
export const ORDER: Both = {
  en: swap(
    /\bbefore\b|\bafter\b|\bfirst\b(?=,| [a-z]+ (?:the|your|a)\b)|\bfinally\b|\buntil\b|\bprior to\b|\bfollowing\b(?= (?:the|a|an|each|surgery|treatment|meals)\b)/gi,
    {
      before: ["after"],
      after: ["before"],
      first: ["last"],
      finally: ["first of all"],
      until: ["after"],
      "prior to": ["after"],
      following: ["preceding"],
    },
  ),
  it: swap(
    /(?<!\p{L})(?:prima di|prima del|prima della|prima che|dopo|infine|prima,|fino a)(?!\p{L})/giu,
    {
      "prima di": ["dopo"],
      "prima del": ["dopo il"],
      "prima della": ["dopo la"],
      "prima che": ["dopo che"],
      dopo: ["prima di"],
      infine: ["per prima cosa"],
      "prima,": ["dopo,"],
      "fino a": ["a partire da"],
    },
  ),
};

/** One of three or more goes: of commas with "and", or of lines with marks. */
export const LIST: Mutator = anyOf([
  (text, chance) => {
    const lines = text.split("\n");
    const items = lines.flatMap((line, index) =>
      /^\s*(?:[-*•]|\d+[.)]) \S.{3,}/.test(line) ? [index] : [],
    );
    if (items.length < 2) return null;
    const gone = pick(items, chance);
    return lines.filter((_, index) => index !== gone).join("\n");
  },
  (text, chance) => {
    const items = [...text.matchAll(/ - (?=\p{L})[^.\n]*?(?= - \p{L})/gu)];
    const gone = items.length < 2 ? undefined : pick(items, chance);
    return gone === undefined
      ? null
      : text.slice(0, gone.index) + text.slice(gone.index + gone[0].length);
  },
  (text, chance) =>
    replaceOne(
      text,
      /(?<=, )(?!and\b|or\b|e |o |in |which |who |that |such |including |called |if |when |as |il quale |che )((?:\p{L}|-)+(?: (?!and |or |is |are |e |o |è )(?:\p{L}|-)+){0,2}), (?=(?:\p{L}|-| ){2,40}(?:, )?(?:and|or|e|o|oppure) )/gu,
      chance,
      () => "",
    ),
]);

/** Two names change places. */
export const NAMES: Mutator = (text, chance) => {
  const all = [...text.matchAll(/(?<=\p{Ll},? |[,;] )\p{Lu}\p{Ll}{2,}(?: \p{Lu}\p{Ll}{2,})*/gu)];
  const from = Math.floor(chance() * Math.max(1, all.length - 1));
  for (let i = 0; i + 1 < all.length; i++) {
    const at = (from + i) % (all.length - 1);
    const [a, b] = [all[at], all[at + 1]];
    if (a === undefined || b === undefined || a[0].includes(b[0]) || b[0].includes(a[0])) continue;
    const between = text.slice(a.index + a[0].length, b.index);
    // Names that are only counted up may stand in any order.
    if (/^(?:,? (?:and|or|e|o|&) |, (?:the )?)(?:the )?$/.test(between) || between.length > 120)
      continue;
    return text.slice(0, a.index) + b[0] + between + a[0] + text.slice(b.index + b[0].length);
  }
  return null;
};
