/** Amounts in a text: numbers with their units, rates, ranges, pairs, dates, clock times, ordinals. */

import { foldMapped } from "./fold.ts";
import { type NumberAt, numberAt } from "./numbers.ts";
import { tokensOf } from "./tokens.ts";
import type { Language, Quantity, Token } from "./types.ts";
import { currencyBefore, TIME_UNITS, type UnitAt, unitAt } from "./units.ts";

/** A quantity and the tokens that it is made of. */
export type QuantityAt = Quantity & {
  /** Index of its first token. */
  readonly first: number;
  /** Index of the token after it. */
  readonly next: number;
};

const MONTHS = new Map<string, number>();
[
  "january jan gennaio",
  "february feb febbraio",
  "march marzo",
  "april apr aprile",
  "may maggio",
  "june jun giugno",
  "july jul luglio",
  "august aug agosto",
  "september sep sept settembre",
  "october oct ottobre",
  "november nov novembre",
  "december dec dicembre",
].forEach((names, i) => {
  for (const name of names.split(" ")) MONTHS.set(name, i + 1);
});

const ORDINALS = new Map<string, number>();
[
  "first primo prima",
  "second secondo seconda",
  "third terzo terza",
  "fourth quarto quarta",
  "fifth quinto quinta",
  "sixth sesto sesta",
  "seventh settimo settima",
  "eighth ottavo ottava",
  "ninth nono nona",
  "tenth decimo decima",
  "eleventh undicesimo undicesima",
  "twelfth dodicesimo dodicesima",
].forEach((names, i) => {
  for (const name of names.split(" ")) ORDINALS.set(name, i + 1);
});
/** Words that are an ordinal only sometimes ("first of all", "prima di", "a second"). */
const UNSURE_ORDINALS = new Set(["first", "primo", "prima", "second", "secondo", "seconda"]);

const ROMAN = new Map(
  "i ii iii iv v vi vii viii ix x xi xii".split(" ").map((text, i) => [text, i + 1] as const),
);
const ROMAN_AFTER = new Set(
  "type stage grade class phase level category tipo stadio grado classe fase livello categoria factor fattore".split(
    " ",
  ),
);
const PER = new Set([
  "per",
  "a",
  "an",
  "each",
  "every",
  "/",
  "al",
  "alla",
  "all'",
  "ogni",
  "il",
  "la",
  "l'",
  "-",
  "in",
  "x",
]);
const RATE_WORDS = new Map([
  ["daily", "d"],
  ["hourly", "h"],
  ["nightly", "night"],
  ["weekly", "wk"],
  ["monthly", "mo"],
  ["yearly", "yr"],
  ["annually", "yr"],
]);
const TIMES = new Map([
  ["once", 1],
  ["twice", 2],
  ["thrice", 3],
]);
const LATIN_TIMES = new Map([
  ["bid", 2],
  ["tid", 3],
  ["qid", 4],
]);

/** Amounts of a text in order, none overlapping; see {@link Quantity} for what they hold. Dates have the unit `date` and a value yyyymmdd (0 for a part that is not said), clock times `clock` and minutes since midnight, ordinals `ord`. */
export function quantities(text: string, language: Language): Quantity[] {
  return quantitiesOf(tokensOf(foldMapped(text)), language).map(
    ({ start, end, values, form, unit }) => ({ start, end, values, form, unit }),
  );
}

/** As {@link quantities}, over tokens. */
export function quantitiesOf(all: readonly Token[], language: Language): QuantityAt[] {
  const found: QuantityAt[] = [];
  let at = 0;
  while (at < all.length) {
    const one =
      dateAt(all, at) ??
      clockAt(all, at, language) ??
      timesAt(all, at, language) ??
      amountAt(all, at, language);
    if (one === null) at++;
    else {
      found.push(one);
      at = one.next;
    }
  }
  return found;
}

function made(
  all: readonly Token[],
  first: number,
  next: number,
  values: readonly number[],
  form: Quantity["form"],
  unit: string | null,
): QuantityAt {
  return { start: all[first].start, end: all[next - 1].end, values, form, unit, first, next };
}

function text(all: readonly Token[], at: number): string {
  return all[at]?.text ?? "";
}

function joined(all: readonly Token[], at: number): boolean {
  return all[at] !== undefined && all[at - 1] !== undefined && all[at - 1].end === all[at].start;
}

function whole(all: readonly Token[], at: number, most: number): number | null {
  const token = all[at];
  if (token?.kind !== "number" || !/^\d{1,4}$/.test(token.text)) return null;
  const value = Number(token.text);
  return value <= most ? value : null;
}

function dateAt(all: readonly Token[], at: number): QuantityAt | null {
  const token = all[at];
  if (token.kind === "number") {
    const a = whole(all, at, 9999);
    if (a === null) {
      // 12.05.2024 is one digit token.
      const dotted = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(token.text);
      if (dotted === null) return null;
      return made(
        all,
        at,
        at + 1,
        [Number(dotted[3]) * 10000 + Number(dotted[1]) * 100 + Number(dotted[2])],
        "one",
        "date",
      );
    }
    const sign = text(all, at + 1);
    if (
      (sign === "/" || sign === "-") &&
      text(all, at + 3) === sign &&
      joined(all, at + 1) &&
      joined(all, at + 4)
    ) {
      const b = whole(all, at + 2, 31);
      const c = whole(all, at + 4, 9999);
      if (b !== null && c !== null && (a <= 31 || token.text.length === 4)) {
        const value = token.text.length === 4 ? a * 10000 + b * 100 + c : c * 10000 + a * 100 + b;
        const tail =
          text(all, at + 5) === sign && joined(all, at + 5) && all[at + 6]?.kind === "number";
        if (!tail && text(all, at + 4).length !== 3)
          return made(all, at, at + 5, [value], "one", "date");
      }
    }
    let month = at + 1;
    if (/^(st|nd|rd|th|°)$/.test(text(all, month)) && joined(all, month)) month++;
    if (text(all, month) === "of") month++;
    const number = MONTHS.get(text(all, month));
    if (number === undefined || a > 31) return null;
    return withYear(all, at, month + 1, number * 100 + a);
  }
  const month = MONTHS.get(token.text);
  if (month === undefined) return null;
  const day = whole(all, at + 1, 31);
  if (day !== null) {
    let next = at + 2;
    if (/^(st|nd|rd|th)$/.test(text(all, next)) && joined(all, next)) next++;
    return withYear(all, at, next, month * 100 + day);
  }
  const year = whole(all, at + 1, 2999);
  if (year !== null && year >= 1000)
    return made(all, at, at + 2, [year * 10000 + month * 100], "one", "date");
  return null;
}

function withYear(
  all: readonly Token[],
  first: number,
  next: number,
  monthDay: number,
): QuantityAt {
  const at = text(all, next) === "," ? next + 1 : next;
  const year = whole(all, at, 2999);
  if (year !== null && year >= 1000)
    return made(all, first, at + 1, [year * 10000 + monthDay], "one", "date");
  return made(all, first, next, [monthDay], "one", "date");
}

const HALF_DAY = /^([ap])m?$/;

function clockAt(all: readonly Token[], at: number, language: Language): QuantityAt | null {
  const token = all[at];
  if (/^(midnight|mezzanotte)$/.test(token.text)) return made(all, at, at + 1, [0], "one", "clock");
  if (/^(noon|midday|mezzogiorno)$/.test(token.text))
    return made(all, at, at + 1, [720], "one", "clock");
  if (token.kind === "sign") return null;
  const number = numberAt(all, at, language);
  if (number === null || number.values.length > 1) return null;
  const [hour] = number.values;
  let { next } = number;
  let minutes: number | null = null;
  if (!Number.isInteger(hour) || hour > 24) {
    const dotted = /^(\d{1,2})\.(\d{2})$/.exec(token.text);
    if (dotted === null || !halfDay(all, next)) return null;
    return clock(all, at, next, Number(dotted[1]), Number(dotted[2]));
  }
  if (
    text(all, next) === ":" &&
    joined(all, next) &&
    /^\d{2}$/.test(text(all, next + 1)) &&
    joined(all, next + 1)
  ) {
    minutes = Number(text(all, next + 1));
    if (minutes > 59) return null;
    next += 2;
  }
  if (text(all, next) === "o'clock") return made(all, at, next + 1, [hour * 60], "one", "clock");
  if (halfDay(all, next)) return clock(all, at, next, hour, minutes ?? 0);
  return minutes === null ? null : made(all, at, next, [hour * 60 + minutes], "one", "clock");
}

/** Whether "am", "pm", "a.m." begins at a token. */
function halfDay(all: readonly Token[], at: number): boolean {
  const word = text(all, at);
  return (
    /^[ap]m$/.test(word) ||
    (/^[ap]$/.test(word) && text(all, at + 1) === "." && text(all, at + 2) === "m")
  );
}

function clock(
  all: readonly Token[],
  first: number,
  at: number,
  hour: number,
  minutes: number,
): QuantityAt {
  const half = HALF_DAY.exec(text(all, at))?.[1] ?? "a";
  const next = text(all, at).length === 2 ? at + 1 : at + 3;
  return made(
    all,
    first,
    next,
    [((hour % 12) + (half === "p" ? 12 : 0)) * 60 + minutes],
    "one",
    "clock",
  );
}

/** "once a day", "twice daily". */
function timesAt(all: readonly Token[], at: number, language: Language): QuantityAt | null {
  if (language === "it") return null;
  const value = TIMES.get(text(all, at)) ?? LATIN_TIMES.get(text(all, at));
  if (value === undefined) return null;
  if (LATIN_TIMES.has(text(all, at))) {
    return all[at - 1] !== undefined && unitAt(all, at - 1, true) !== null
      ? made(all, at, at + 1, [value], "one", "x/d")
      : null;
  }
  const rate = rateAt(all, at + 1, "x");
  if (rate !== null) return made(all, at, rate.next, [value], "one", rate.unit);
  return value === 1 ? null : made(all, at, at + 1, [value], "one", "x");
}

/** Makes a rate of a unit where "per day", "/kg", "al giorno", "daily" follows; null where nothing does. */
function rateAt(all: readonly Token[], at: number, unit: string): UnitAt | null {
  const word = text(all, at);
  const direct = RATE_WORDS.get(word);
  if (direct !== undefined) return { unit: `${unit}/${direct}`, next: at + 1 };
  if (!PER.has(word)) return null;
  const below = unitAt(all, at + 1, word === "/" || word === "per");
  if (below === null) return null;
  const strong =
    word === "/" || word === "per" || word === "each" || word === "every" || word === "ogni";
  if (word === "-" || word === "in" || word === "x") return null;
  if (!strong && !TIME_UNITS.has(below.unit)) return null;
  if (below.unit === "x" || below.unit === "%") return null;
  if ((word === "every" || word === "ogni") && unit !== "x" && !TIME_UNITS.has(below.unit))
    return null;
  return { unit: `${unit}/${below.unit}`, next: below.next };
}

/** A unit with its rates ("mg/kg per day"). */
function fullUnitAt(all: readonly Token[], at: number, digits: boolean): UnitAt | null {
  let found = unitAt(all, at, digits);
  for (let i = 0; found !== null && i < 2; i++) {
    const rate: UnitAt | null = rateAt(all, found.next, found.unit);
    if (rate === null) break;
    found = rate;
  }
  return found;
}

function unitAfter(all: readonly Token[], number: NumberAt): UnitAt | null {
  const { next, digits } = number;
  const hyphen =
    text(all, next) === "-" && joined(all, next) && joined(all, next + 1) ? next + 1 : next;
  const found = fullUnitAt(all, hyphen, digits);
  if (found !== null) return found;
  // "half of a tablet", "un quarto di compressa", "20 more minutes" keep their unit within reach.
  if (/^(of|di|d')$/.test(text(all, next))) {
    const after = /^(a|an|one|the|una|un)$/.test(text(all, next + 1)) ? next + 2 : next + 1;
    if (number.values[0] < 1) return fullUnitAt(all, after, false);
  }
  return null;
}

function amountAt(all: readonly Token[], at: number, language: Language): QuantityAt | null {
  const token = all[at];
  const money = currencyBefore(token);
  if (money !== null) {
    const number = numberAt(all, at + 1, language);
    if (number === null || !number.digits) return null;
    return ranged(all, at, number, money, number.next, language);
  }
  const negative =
    token.text === "-" &&
    all[at + 1]?.kind === "number" &&
    joined(all, at + 1) &&
    !joined(all, at) &&
    all[at - 1]?.kind !== "number";
  if (token.kind === "sign" && !negative) return null;
  const start = negative ? at + 1 : at;
  const number = numberAt(all, start, language);
  if (number === null) return ordinalAt(all, at, language) ?? articleAt(all, at);
  if (language === "it" && token.text === "sei" && !seiIsNumber(all, at)) return null;
  if (
    number.digits &&
    number.next === start + 1 &&
    /^(st|nd|rd|th|°|ª|o|a)$/.test(text(all, number.next)) &&
    joined(all, number.next)
  ) {
    const degree = text(all, number.next) === "°" && unitAt(all, number.next, true)?.unit !== "deg";
    if (!degree && text(all, number.next) !== "°")
      return made(all, at, number.next + 1, number.values, "one", "ord");
  }
  const signed: NumberAt = negative ? { ...number, values: number.values.map((v) => -v) } : number;
  const unit = unitAfter(all, signed);
  const half = unit === null ? 0 : halfAfter(all, unit.next);
  if (unit !== null && half > 0 && signed.values.length === 1) {
    return made(all, at, unit.next + half, [signed.values[0] + 0.5], "one", unit.unit);
  }
  return ranged(all, at, signed, unit?.unit ?? null, unit?.next ?? signed.next, language);
}

/** Length of "and a half", "e mezza" after a unit; 0 where it does not stand there. */
function halfAfter(all: readonly Token[], at: number): number {
  if (text(all, at) === "e" && /^mezz[oa]$/.test(text(all, at + 1))) return 2;
  return text(all, at) === "and" && text(all, at + 1) === "a" && text(all, at + 2) === "half"
    ? 3
    : 0;
}

/** "sei" is six before a unit, after "ogni" and the like; else it is "you are". */
function seiIsNumber(all: readonly Token[], at: number): boolean {
  return (
    unitAt(all, at + 1, false) !== null ||
    /^(ogni|da|per|di|a|tra|fra|o|ore|le|i)$/.test(text(all, at - 1))
  );
}

/** "a tablet", "un'ora", "one": 1 with a unit. */
function articleAt(all: readonly Token[], at: number): QuantityAt | null {
  if (!/^(un|un'|uno|una)$/.test(text(all, at))) return null;
  const unit = fullUnitAt(all, at + 1, false);
  return unit === null ? null : made(all, at, unit.next, [1], "one", unit.unit);
}

function ordinalAt(all: readonly Token[], at: number, language: Language): QuantityAt | null {
  const word = text(all, at);
  const roman = ROMAN.get(word);
  if (roman !== undefined && ROMAN_AFTER.has(text(all, at - 1))) {
    return made(all, at, at + 1, [roman], "one", null);
  }
  const value = ORDINALS.get(word);
  if (value === undefined) return null;
  if (UNSURE_ORDINALS.has(word)) {
    const sure =
      language === "en"
        ? /^(the|a|your|his|her|my|their|its)$/
        : /^(il|la|al|alla|nel|nella|del|della|un|una)$/;
    if (!sure.test(text(all, at - 1)) || /^(di|che|of)$/.test(text(all, at + 1))) return null;
  }
  return made(all, at, at + 1, [value], "one", "ord");
}

const RANGE_WORDS: Readonly<Record<Language, ReadonlySet<string>>> = {
  en: new Set(["to", "through", "-", "~"]),
  it: new Set(["a", "ai", "alle", "-", "~"]),
};

/** Looks for the second end of a range or the lower value of a pair. */
function ranged(
  all: readonly Token[],
  first: number,
  low: NumberAt,
  unit: string | null,
  next: number,
  language: Language,
): QuantityAt {
  const single = made(all, first, next, low.values, "one", unit);
  if (low.values.length !== 1) return single;
  const sign = text(all, next);
  const slash = sign === "/" && joined(all, next) && joined(all, next + 1);
  const opener = text(all, first - 1);
  const between =
    (sign === "and" && opener === "between") ||
    ((sign === "e" || sign === "ed") && /^(tra|fra)$/.test(opener)) ||
    (sign === "a" && opener === "da");
  const over = sign === "over" || sign === "su";
  const joins = RANGE_WORDS[language].has(sign);
  if (!joins && !between && !slash && !over) return single;
  if (language === "it" && sign === "a" && opener !== "da" && opener !== "dalle") return single;
  if (sign === "-" && joined(all, next) !== joined(all, next + 1)) return single;
  if (chained(all, first, next)) return single;
  const moneyAfter = currencyBefore(all[next + 1]);
  const high = numberAt(all, moneyAfter === null ? next + 1 : next + 2, language);
  if (high === null || high.values.length !== 1) return single;
  const above = unitAfter(all, high);
  const highUnit = above?.unit ?? moneyAfter;
  if (unit !== null && highUnit !== null && unit !== highUnit && !highUnit.startsWith(`${unit}/`))
    return single;
  if (unit !== null && highUnit === null && !(moneyAfter === null && BEFORE_UNIT.has(unit))) {
    if (!between && sign !== "-") return single;
  }
  const pair = slash || over;
  if (pair && !(low.digits && high.digits)) return single;
  return made(
    all,
    first,
    above?.next ?? high.next,
    [low.values[0], high.values[0]],
    pair ? "pair" : "range",
    highUnit ?? unit,
  );
}

const BEFORE_UNIT = new Set(["USD", "EUR", "GBP"]);

/** Whether the numbers at a place are a chain of three or more with hyphens (a telephone number). */
function chained(all: readonly Token[], first: number, next: number): boolean {
  const hyphen = (at: number): boolean => text(all, at) === "-" && joined(all, at);
  const before = hyphen(first - 1) && joined(all, first) && all[first - 2]?.kind === "number";
  const after =
    hyphen(next) &&
    all[next + 1]?.kind === "number" &&
    hyphen(next + 2) &&
    all[next + 3]?.kind === "number";
  return before || after;
}
