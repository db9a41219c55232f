/** Small words and small shifts: who does it, when, only or also, and or or, which step first. Most words stay. */

import { anyOf, likeCase, type Mutator, pick, replaceOne } from "./mutator.ts";

type Both = Readonly<Record<"en" | "it", Mutator>>;

const WORD_EDGE = "(?<![\\p{L}'’-])";
const WORD_END = "(?![\\p{L}'’-])";

/** Swaps words or phrases by a table `old > new | new; …`. */
function exchange(table: string): Mutator {
  const others = new Map(
    table.split(";").map((row): [string, readonly string[]] => {
      const [old = "", made = ""] = row.split(">");
      return [old.trim(), made.split("|").map((word) => word.trim())];
    }),
  );
  const olds = [...others.keys()].toSorted((a, b) => b.length - a.length);
  const pattern = new RegExp(`${WORD_EDGE}(?:${olds.join("|")})${WORD_END}`, "giu");
  return (text, chance) =>
    replaceOne(text, pattern, chance, (match) => {
      const other = pick(others.get(match[0].toLowerCase()) ?? [], chance);
      if (other === undefined) return null;
      return other === "" ? null : likeCase(other, match[0]);
    });
}

/** A word goes. */
function lost(list: string, behind: string = ""): Mutator {
  const pattern = new RegExp(
    `(?<= )(?:${list.split(" ").join("|").replaceAll("_", " ")}) ${behind}`,
    "gu",
  );
  return (text, chance) => replaceOne(text, pattern, chance, () => "");
}

/** What is so was so, or will be. */
const TENSE: Both = {
  en: exchange(
    "is > was | will be; are > were | will be; was > is; were > are; has > had; will be > was; can > could; has been > will be; have been > will be; had > has",
  ),
  it: exchange(
    "è > era | sarà; sono > erano | saranno; era > è; può > poteva | potrà; deve > doveva; ha > aveva; dura > durava | durerà; arrivano > arrivavano; è stata > sarà; costa > costava",
  ),
};

/** Somebody else does it, or has it. */
const PERSON: Both = {
  en: exchange(
    "you > we | they; we > you; they > you; he > she; she > he; him > her; your > my | their; his > her; their > our; our > your; us > them; yourself > ourselves",
  ),
  it: exchange("suo > mio; sua > mia; lei > io; noi > voi; loro > noi; nostro > vostro"),
};

/** How many, how much, and only or also. */
const SCOPE: Both = {
  en: anyOf([
    exchange(
      "only > also; also > only; most > all; all > some | most; some > all | most; many > all; any > every; at least > at most; at most > at least; up to > at least; about > over; nearly > over; almost > more than; each > one; every > every second; both > one; still > no longer; already > not yet; again > for once; even > only; more than > as much as; less than > as much as; at all times > at times",
    ),
    lost(
      "only almost nearly at_least at_most up_to about mostly partly no_more_than more_than less_than",
    ),
  ]),
  it: anyOf([
    exchange(
      "solo > anche; anche > solo; tutti > alcuni; tutte > alcune; la maggior parte > una parte; almeno > al massimo; al massimo > almeno; circa > oltre; fino a > oltre; ogni > un; ancora > non più; più di > quanto; meno di > quanto",
    ),
    lost("solo quasi almeno circa più_di al_massimo"),
  ]),
};

/** "and" becomes "or", or the other way round. */
const JUNCTION: Both = {
  en: exchange("and > or; or > and; but > and so; and/or > and; either > both"),
  it: exchange("e > o; o > e; oppure > e"),
};

/** Prepositions and small links that turn a sentence round. */
const LINKS: Both = {
  en: exchange(
    "to > from; from > to; because > although; although > because; so that > unless; for > against; during > after; while > after; within > after; since > until; instead of > as well as; as well as > instead of; due to > despite; by > for; between > outside; of > without; than > as",
  ),
  it: exchange(
    "da > a; dal > al; dalla > alla; perché > benché; per > senza; durante > dopo; entro > dopo; tra > oltre",
  ),
};

/** Cause and effect, giver and taker change places: no word is lost. */
const ROLES: Both = {
  en: (text, chance) =>
    replaceOne(
      text,
      /(?<=^|[.!?]\s)((?:\p{L}+ ){0,3}\p{L}+) (causes|cause|treats|prevents|controls|affects|produces|contains|includes|helps|follows|precedes|protects|damages|blocks|requires|means|leads to|is caused by|are caused by|is part of) ((?:\p{L}+ ){0,3}\p{L}+)(?=[.,;]|$)/gu,
      chance,
      ([, first = "", verb = "", second = ""]) =>
        first.toLowerCase() === second.toLowerCase()
          ? null
          : `${second.charAt(0).toUpperCase()}${second.slice(1)} ${verb} ${first.charAt(0).toLowerCase()}${first.slice(1)}`,
    ),
  it: (text, chance) =>
    replaceOne(
      text,
      /(?<=^|[.!?]\s)((?:\p{L}+['’ ]){0,3}\p{L}+) (aumenta|riduce|causa|previene|contiene|comprende|protegge|copre|regola|rafforza|cancella) ((?:\p{L}+['’ ]){0,3}\p{L}+)(?=[.,;]|$)/gu,
      chance,
      ([, first = "", verb = "", second = ""]) =>
        `${second.charAt(0).toUpperCase()}${second.slice(1)} ${verb} ${first.charAt(0).toLowerCase()}${first.slice(1)}`,
    ),
};

/** The denial goes from one sentence to its neighbour. */
const DENIAL_MOVED: Both = {
  en: (text, chance) =>
    replaceOne(
      text,
      /\b(is|are|was|were|can|may|should|must|will) not ([^.;]{3,120}?\b)(is|are|was|were|can|may|should|must|will) (?!not\b)/g,
      chance,
      ([, first = "", between = "", second = ""]) => `${first} ${between}${second} not `,
    ),
  it: (text, chance) =>
    replaceOne(
      text,
      /\bnon (\p{L}+)([^.;]{3,120}? )(è|può|deve|sono|si|va)\b/gu,
      chance,
      ([, first = "", between = "", second = ""]) => `${first}${between}non ${second}`,
    ),
};

/** Two numbered steps change places. */
const STEPS: Mutator = (text, chance) => {
  const lines = text.split("\n");
  const steps = lines.flatMap((line, index) => (/^\s*\d+[.)] \S/.test(line) ? [index] : []));
  if (steps.length < 2) return null;
  const at = Math.floor(chance() * (steps.length - 1));
  const [a = 0, b = 0] = [steps[at], steps[at + 1]];
  const words = (line: string | undefined): string => (line ?? "").replace(/^\s*\d+[.)] /, "");
  if (words(lines[a]) === words(lines[b])) return null;
  const mark = (line: string | undefined): string => /^\s*\d+[.)] /.exec(line ?? "")?.[0] ?? "";
  return lines
    .with(a, mark(lines[a]) + words(lines[b]))
    .with(b, mark(lines[b]) + words(lines[a]))
    .join("\n");
};

/** Mutators by name and language. */
export const SUBTLE: Readonly<Record<string, Both>> = {
  tense: TENSE,
  person: PERSON,
  "scope words": SCOPE,
  "and / or": JUNCTION,
  links: LINKS,
  roles: ROLES,
  "denial moved": DENIAL_MOVED,
  "steps exchanged": { en: STEPS, it: STEPS },
};
