/** What an account says of each word: that it is so, is not, was long ago, is somebody else's, or might be. */

import type { Word } from "./words.ts";

/** How the words of a text are meant, one entry per word. */
export type Assertions = {
  /** Index of the negation that reaches the word, or -1. */
  readonly deniedBy: Int32Array;
  /** 1 where something of the past is told. */
  readonly past: Uint8Array;
  /** 1 where somebody else's illness is told. */
  readonly others: Uint8Array;
  /** 1 where something only might be. */
  readonly possible: Uint8Array;
};

const set = (words: string): ReadonlySet<string> => new Set(words.split(" "));

const LIST_CUES = set(
  "no without denies denied denying deny neither nor none nil absence lack lacks senza nega negano nessun nessuna nessuno niente negata negato ne assenza",
);
const SHORT_CUES = set(
  "not never don't doesn't didn't isn't hasn't haven't wasn't weren't aren't hadn't non mai",
);
const AFTERWARDS = set("absent negative denied nonexistent assente negativo");
/** After a cue these say that an ill stays, not that it is away. */
const NOT_DENIED = set(
  "relief relieve relieved relieving relieves improvement improve improved improving better helped help helping helps respond responded responding responsive response resolve resolved " +
    "resolving go going gone stop stopped stopping change changed longer doubt only just sure because respite matter controlled settle settling settled subside subsided easing ease eased " +
    "cleared clearing clear reduce reduced work worked miglioramento passa sollievo migliora solo piu know knows idea prior previous similar such warning apparent obvious clear known particular specific",
);
const ENDERS = set(
  "but however although though except yet still because apart besides aside until despite whereas ma pero tuttavia eppure pur perche",
);
const RESTARTS = set(
  "he she it i they we has have had is was now there patient then today yesterday tonight developed develops reports reported complains complaining presents presented presenting noticed feels felt who " +
    "while when started starts began brought found woke since after seems looks appears appeared suddenly describes says said states stated im i'm i've he's she's it's cannot can't ho ha sono e ora poi adesso oggi ieri",
);
const PRONOUNS = set("he she i they we i'm i've he's she's patient paziente im");
const PAST_WORDS = set("previous previously prior past pregressa pregresso pregressi precedente");
const UNITS = set(
  "day days week weeks month months year years hour hours minute minutes hr hrs giorno giorni settimana settimane mese mesi ore ora anni",
);
const RELATIVES = set(
  "mother father brother sister parent parents uncle aunt cousin sibling siblings grandmother grandfather grandparents grandma grandpa mom mum dad relatives madre padre fratello sorella nonno nonna zio genitori " +
    "classmate classmates roommate coworker colleague neighbor friend friends",
);
const OTHERS_VERBS = set("had died suffered suffers also diagnosed history dies morto aveva ebbe");
const MAYBE = set(
  "if risk prevent prevention prevents avoid vaccine vaccination vaccinated screening rischio prevenire se",
);
const FEARS = set(
  "worried worries worry afraid fear fears scared concerned concern teme paura preoccupato preoccupata wonder wondering",
);

/** Reads what is denied, past, others' or possible. Linear: each cue reaches a bounded number of words. */
export function assertionsOf(words: readonly Word[]): Assertions {
  const deniedBy = new Int32Array(words.length).fill(-1);
  const past = new Uint8Array(words.length);
  const others = new Uint8Array(words.length);
  const possible = new Uint8Array(words.length);
  let introduced = false;
  for (let at = 0; at < words.length; at++) {
    const { text } = words[at];
    const next = words[at + 1]?.text ?? "";
    if (
      /^(?:patient|paziente|old|i'm|i've)$/.test(text) ||
      (text === "i" && /^(?:have|am|feel|had)$/.test(next))
    ) {
      introduced = true;
    }
    if (
      LIST_CUES.has(text) ||
      SHORT_CUES.has(text) ||
      (text === "free" && /^(?:from)$/.test(next))
    ) {
      deny(words, at, deniedBy);
    }
    if (AFTERWARDS.has(text) || (text === "ruled" && next === "out"))
      denyBefore(words, at, deniedBy);
    if (isPastCue(words, at)) mark(words, at + 1, past, 30, true);
    if (isLongAgo(words, at)) markClause(words, at, past);
    if (RELATIVES.has(text)) {
      const mine = words[at].owned && !introduced;
      const ahead = [1, 2, 3].map((step) => words[at + step]?.text ?? "");
      const told = ahead.some((word) => OTHERS_VERBS.has(word));
      const has =
        ahead.some((word) => /^(?:has|have|with|is)$/.test(word)) &&
        /^(?:classmate|friend|sibling|cousin|neighbor|coworker|roommate)s?$/.test(text);
      if ((told || has) && introduced && !mine) mark(words, at + 1, others, 14, false);
    }
    if (text === "family" && /^(?:history|hx)$/.test(next)) mark(words, at + 1, others, 20, false);
    if (text === "familiare" || text === "familiarita") mark(words, at + 1, others, 12, false);
    if (MAYBE.has(text) && words[at - 1]?.text !== "as" && !asksWhatToDo(words, at)) {
      mark(words, at + 1, possible, 8, false);
    }
    if (FEARS.has(text) && !/^(?:because|since)$/.test(next))
      mark(words, at + 1, possible, 8, false);
  }
  return { deniedBy, past, others, possible };
}

function asksWhatToDo(words: readonly Word[], at: number): boolean {
  const owner = words[at + 1]?.owned === true || words[at + 1]?.text === "i";
  const before = [1, 2, 3, 4].map((step) => words[at - step]?.text ?? "");
  return owner && before.includes("do");
}

function ends(words: readonly Word[], at: number, cue: number): boolean {
  const word = words[at];
  const before = words[at - 1];
  if (word.sentence !== words[cue].sentence) return true;
  if (ENDERS.has(word.text)) return true;
  if (at > cue + 1 && PRONOUNS.has(word.text)) return true;
  if (word.comma && (RESTARTS.has(word.text) || word.owned)) return true;
  if (
    word.comma &&
    word.text === "and" &&
    (words[at + 1]?.owned || RESTARTS.has(words[at + 1]?.text ?? ""))
  ) {
    return true;
  }
  return before?.text === "and" && at > cue + 1 && (RESTARTS.has(word.text) || word.owned);
}

function deny(words: readonly Word[], cue: number, deniedBy: Int32Array): void {
  const first = words[cue + 1];
  if (first === undefined || first.sentence !== words[cue].sentence) return;
  const text = words[cue].text;
  // "I have no idea", "not improving": the ill stays. An answer "No," reaches nothing.
  const plans = /^(?:going|go)$/.test(first.text) && words[cue + 2]?.text === "to";
  if (NOT_DENIED.has(first.text) && !plans) return;
  if ((text === "no" || text === "nor") && first.comma) return;
  if (/^(?:denied)$/.test(text) && first.comma) return;
  const short = SHORT_CUES.has(text);
  let listed = false;
  for (let at = cue + 1; at < words.length && at - cue <= 60; at++) {
    if (ends(words, at, cue)) return;
    if (words[at].comma || words[at].text === "or" || words[at].text === "nor") listed = true;
    if (short && at - cue > 6 && !listed) return;
    if (text === "non" && words[at].text === "e" && at > cue + 1) return;
    if (short && words[at].comma && !/^(?:or|nor|any)$/.test(words[at].text)) return;
    if (
      /^(?:who|which|presents|presented|presenting|complains|complaining|reports|comes)$/.test(
        words[at].text,
      )
    )
      return;
    if (words[at].text === "with" && text === "no" && at - cue > 2) return;
    if (deniedBy[at] < 0) deniedBy[at] = cue;
  }
}

function denyBefore(words: readonly Word[], cue: number, deniedBy: Int32Array): void {
  const next = words[cue + 1];
  if (
    next !== undefined &&
    next.sentence === words[cue].sentence &&
    !next.comma &&
    next.text !== "and"
  )
    return;
  for (let at = cue - 1; at >= 0 && cue - at <= 6; at--) {
    if (words[at].sentence !== words[cue].sentence || ENDERS.has(words[at].text)) return;
    if (PRONOUNS.has(words[at].text)) return;
    deniedBy[at] = cue;
    if (words[at].comma) return;
  }
}

/** "history of" that is no "three-day history of" and no "history of three days". */
function isPastCue(words: readonly Word[], at: number): boolean {
  const { text } = words[at];
  if (PAST_WORDS.has(text))
    return !UNITS.has(words[at + 1]?.text ?? "") && words[at + 1]?.value === null;
  if (text === "hx" || text === "h/o" || (text === "known" && words[at + 1]?.text === "case"))
    return true;
  if (text !== "history" && text !== "anamnesi") return false;
  const before = [1, 2, 3].some((step) => UNITS.has(words[at - step]?.text ?? ""));
  // "presents with a history of" tells of now.
  const told = [1, 2, 3].some((step) =>
    /^(?:present|complain|gives|gave|report)/.test(words[at - step]?.text ?? ""),
  );
  if (before || told) return false;
  const after = words[at + 1];
  return !(after?.value !== null && UNITS.has(words[at + 2]?.text ?? ""));
}

/** "in 2010", "ten years ago", "as a child". */
function isLongAgo(words: readonly Word[], at: number): boolean {
  const { text, value } = words[at];
  if (value !== null && value >= 1930 && value <= 2035 && words[at - 1]?.text === "in") return true;
  if (text === "ago" || text === "fa")
    return /^(?:years?|anni|anno)$/.test(words[at - 1]?.text ?? "");
  return text === "child" && words[at - 1]?.text === "as";
}

function mark(
  words: readonly Word[],
  from: number,
  into: Uint8Array,
  most: number,
  whole: boolean,
): void {
  for (let at = from; at < words.length && at - from < most; at++) {
    if (words[at].sentence !== words[from - 1].sentence || ENDERS.has(words[at].text)) return;
    if (words[at].comma && (RESTARTS.has(words[at].text) || words[at].owned || !whole)) return;
    if (
      at > from &&
      /^(?:who|presents|presented|presenting|comes|complains|complaining|reports|brought|arrives|develops|developed|now|has|have|is|was|complains|wakes|woke|suddenly|cannot|feels|vomits)$/.test(
        words[at].text,
      )
    )
      return;
    if (words[at - 1]?.text === "and" && at > from && RESTARTS.has(words[at].text)) return;
    into[at] = 1;
  }
}

function markClause(words: readonly Word[], at: number, into: Uint8Array): void {
  const STARTED = /^(?:start|began|begin|since|first|notic|onset|iniz|develop)/;
  let from = at;
  while (
    from > 0 &&
    at - from < 14 &&
    words[from - 1].sentence === words[at].sentence &&
    !words[from].comma
  )
    from--;
  for (let each = from; each <= at; each++) if (STARTED.test(words[each].text)) return;
  for (let each = from; each <= at; each++) into[each] = 1;
}
