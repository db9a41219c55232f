/**
 * What can be computed again: arithmetic, shares, unit conversions, weekdays, leap years. A person's sum is evidence when
 * it holds and none when it does not; a question's own result tells which answer was right.
 */

import { fold } from "../language/fold.ts";
import { tokens } from "../language/tokens.ts";
import type { Token } from "../language/types.ts";
import { numberStem } from "./view.ts";

/** A sum that somebody wrote. */
export type Sum = {
  /** Its words, folded. */
  readonly text: string;
  /** Whether it is right. */
  readonly holds: boolean;
};

/** Longest text that is searched for sums. */
const SEARCHED = 12_000;
const OPERATORS = new Map<string, string>([
  ["+", "+"],
  ["-", "-"],
  ["*", "*"],
  ["x", "*"],
  ["/", "/"],
  ["÷", "/"],
  ["^", "^"],
  ["plus", "+"],
  ["minus", "-"],
  ["times", "*"],
  ["più", "+"],
  ["piu", "+"],
  ["meno", "-"],
  ["per", "*"],
  ["diviso", "/"],
]);
const EQUALS = new Set(
  "= equals is makes gives are was uguale fa è viene fanno come totals leaves yields dà".split(" "),
);
const RANK: Readonly<Record<string, number>> = { "+": 1, "-": 1, "*": 2, "/": 2, "^": 3 };

/** Reads numbers, operators and brackets from a place on. */
class Reader {
  readonly #all: readonly Token[];
  at: number;
  operators = 0;

  constructor(all: readonly Token[], at: number) {
    this.#all = all;
    this.at = at;
  }

  /** The value of what stands here, or null where it is no expression. */
  read(rank = 1, depth = 0): number | null {
    let left = this.#one(depth);
    while (left !== null) {
      const start = this.at;
      const sign = this.#operator();
      if (sign === null || RANK[sign] < rank) {
        this.at = start;
        return left;
      }
      const right = this.read(RANK[sign] + (sign === "^" ? 0 : 1), depth);
      if (right === null) {
        this.at = start;
        return left;
      }
      this.operators++;
      left = apply(sign, left, right);
    }
    return null;
  }

  #one(depth: number): number | null {
    const token = this.#all[this.at];
    if (token === undefined || depth > 20) return null;
    if (token.text === "(") {
      this.at++;
      const inner = this.read(1, depth + 1);
      if (inner === null || this.#all[this.at]?.text !== ")") return null;
      this.at++;
      return inner;
    }
    const value = numberOf(token);
    if (value === null) return null;
    this.at++;
    if (this.#all[this.at]?.text === "%") {
      const after = this.#all[this.at + 1]?.text ?? "";
      if (/^(?:of|di|del|dello|della|dei|degli|delle|su)$/.test(after)) {
        this.at += 2;
        while (/^(?:the|\$|€|£|il|i|le)$/.test(this.#all[this.at]?.text ?? "")) this.at++;
        const whole = this.#one(depth + 1);
        if (whole === null) return null;
        this.operators++;
        return (value / 100) * whole;
      }
    }
    return value;
  }

  #operator(): string | null {
    const word = this.#all[this.at]?.text ?? "";
    const next = this.#all[this.at + 1]?.text ?? "";
    if ((word === "divided" && next === "by") || (word === "multiplied" && next === "by")) {
      this.at += 2;
      return word === "divided" ? "/" : "*";
    }
    if (word === "diviso" && next === "per") {
      this.at += 2;
      return "/";
    }
    if (word === "moltiplicato" && next === "per") {
      this.at += 2;
      return "*";
    }
    const sign = OPERATORS.get(word);
    if (sign === undefined) return null;
    this.at++;
    return sign;
  }
}

function apply(sign: string, left: number, right: number): number {
  if (sign === "+") return left + right;
  if (sign === "-") return left - right;
  if (sign === "*") return left * right;
  if (sign === "/") return left / right;
  return left ** right;
}

const WORD_VALUES = new Map<string, number>(
  (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen " +
    "eighteen nineteen twenty"
  )
    .split(" ")
    .map((word, value) => [word, value] as const),
);
"zero uno due tre quattro cinque sei sette otto nove dieci undici dodici"
  .split(" ")
  .forEach((word, value) => {
    WORD_VALUES.set(word, value);
  });

function numberOf(token: Token): number | null {
  if (token.kind === "number") {
    const value = Number(numberStem(token.text));
    return Number.isFinite(value) ? value : null;
  }
  return WORD_VALUES.get(token.text) ?? null;
}

/** Tokens of a text with "17x24" and "3²" taken apart. */
function sumTokens(text: string): Token[] {
  return tokens(fold(text.slice(0, SEARCHED)).replace(/(\d) ?x ?(?=\d)/g, "$1 * "));
}

/** Half of the last digit that is shown. */
function tolerance(shown: string): number {
  const digits = /[.,](\d+)$/.exec(shown)?.[1].length ?? 0;
  const grouped = digits === 3 && shown.includes(",");
  return 0.5000001 * 10 ** -(grouped ? 0 : digits);
}

/** Sums with their results as they stand in a text: "17 x 24 = 408", "15% of 80 is 12", "7 per 8 fa 56". */
export function sumsIn(text: string): Sum[] {
  const all = sumTokens(text);
  const found: Sum[] = [];
  for (let at = 0; at < all.length && found.length < 50; at++) {
    if (numberOf(all[at]) === null && all[at].text !== "(") continue;
    const reader = new Reader(all, at);
    const value = reader.read();
    if (value === null || reader.operators === 0) continue;
    let next = reader.at;
    let equal = false;
    let denied = false;
    while (next < all.length && next - reader.at < 4) {
      const word = all[next].text;
      if (EQUALS.has(word)) equal = true;
      else if (word === "not" || word === "non") denied = true;
      else if (word === "isn't" || word === "doesn't") {
        denied = true;
        equal = true;
      } else if (!/^(?:to|a|equal|about|exactly|circa)$/.test(word)) break;
      next++;
    }
    const result = equal && next < all.length ? new Reader(all, next) : null;
    const sign = all[next]?.text === "-" ? -1 : 1;
    if (result !== null && sign === -1) result.at++;
    const start = result?.at ?? 0;
    const stated = result?.read() ?? null;
    if (result === null || stated === null) {
      at = reader.at - 1;
      continue;
    }
    const shown = all[start];
    const near =
      Math.abs(value - sign * stated) <=
      (result.operators > 0 ? 1e-9 * Math.max(1, Math.abs(value)) : tolerance(shown.text));
    found.push({
      text: all
        .slice(at, result.at)
        .map((token) => token.text)
        .join(" "),
      holds: near !== denied,
    });
    // The result may open the next sum: "2 + 3 = 5 + 4 = 9" is two.
    at = result.operators > 0 ? start - 1 : result.at - 1;
  }
  return found;
}

/** What a question's own words come to. */
export type Known = {
  /** The result for people. */
  readonly result: string;
  /** Whether a text says it; null where it says nothing of the kind. */
  readonly said: (text: string) => boolean | null;
};

/** The result of a question that can be computed, or null. */
export function knownResult(question: string): Known | null {
  const all = sumTokens(question);
  return weekday(question) ?? leapYear(all) ?? conversion(all) ?? expression(all);
}

function expression(all: readonly Token[]): Known | null {
  let found: number | null = null;
  for (let at = 0; at < all.length; at++) {
    if (numberOf(all[at]) === null && all[at].text !== "(") continue;
    // A date is no subtraction, a range neither.
    if (/^\d{4}$/.test(all[at].text) && all[at + 1]?.text === "-" && all[at + 3]?.text === "-") {
      at += 4;
      continue;
    }
    const reader = new Reader(all, at);
    const value = reader.read();
    if (value === null) continue;
    if (reader.operators > 0) {
      const only = reader.operators === 1 && reader.at - at === 3;
      const sign = all[at + 1]?.text;
      if (only && sign === "-" && all[at].end === all[at + 1].start) return null;
      if (only && sign === "/" && all[at].end === all[at + 1].start) return null;
      if (found !== null) return null;
      found = value;
    }
    at = reader.at - 1;
  }
  if (found === null || !Number.isFinite(found)) return null;
  return numberKnown(found, 1e-9);
}

function numberKnown(value: number, relative: number): Known {
  return {
    result: String(Math.round(value * 1e6) / 1e6),
    said: (text) => {
      const all = assertedNumbers(text);
      if (all.length === 0) return null;
      return all.some(
        ({ value: said, shown }) =>
          Math.abs(said - value) <=
          Math.max(Math.abs(value) * relative, shown.includes(".") ? tolerance(shown) : 1e-9),
      );
    },
  };
}

/** Numbers of a text that it stands by: not those after "not", "rather than", "instead of", "earlier I said". */
function assertedNumbers(text: string): { readonly value: number; readonly shown: string }[] {
  const all = sumTokens(text);
  const found: { value: number; shown: string }[] = [];
  for (let at = 0; at < all.length; at++) {
    if (all[at].kind !== "number" || deniedAt(all, at)) continue;
    const value = numberOf(all[at]);
    if (value !== null) {
      const minus = all[at - 1]?.text === "-" && all[at - 1].end === all[at].start;
      found.push({
        value: minus && numberOf(all[at - 2] ?? all[at - 1]) === null ? -value : value,
        shown: all[at].text,
      });
    }
  }
  return found;
}

const DENIALS = new Set(
  "not non isn't wasn't never than instead anziché invece rather nor né wrong wrongly sbagliato incorrect incorrectly errato aren't".split(
    " ",
  ),
);
/** How far before a word its denial may stand, in tokens. */
const DENIAL_REACH = 4;

/** Whether the word at a place is denied by what stands just before it. */
export function deniedAt(all: readonly Token[], at: number): boolean {
  for (let back = at - 1; back >= 0 && at - back <= DENIAL_REACH; back--) {
    const { text, kind } = all[back];
    if (kind === "sign" && /^[.,;:!?()=]$/.test(text)) return false;
    if (/^(?:but|ma|bensì|is|è)$/.test(text) && back < at - 1 && text !== "is" && text !== "è")
      return false;
    if (DENIALS.has(text)) {
      const next = all[back + 1]?.text;
      return next !== "only" && next !== "just" && next !== "solo";
    }
  }
  return false;
}

const DAYS: readonly (readonly string[])[] = [
  ["sunday", "domenica"],
  ["monday", "lunedì", "lunedi"],
  ["tuesday", "martedì", "martedi"],
  ["wednesday", "mercoledì", "mercoledi"],
  ["thursday", "giovedì", "giovedi"],
  ["friday", "venerdì", "venerdi"],
  ["saturday", "sabato"],
];
const MONTHS: readonly string[] = [
  ..."january february march april may june july august september october november december".split(
    " ",
  ),
  ..."gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre".split(
    " ",
  ),
];

function weekday(question: string): Known | null {
  const text = fold(question.slice(0, 2000));
  if (!/what day|which day|day of the week|weekday|che giorno|giorno della settimana/.test(text)) {
    return null;
  }
  const date = dateIn(text);
  if (date === null) return null;
  const [year, month, day] = date;
  const at = new Date(Date.UTC(2000, month, day));
  at.setUTCFullYear(year, month, day);
  if (at.getUTCMonth() !== month) return null;
  const names = DAYS[at.getUTCDay()];
  return {
    result: names[0],
    said: (answer) => {
      const all = tokens(answer.slice(0, SEARCHED));
      let any = false;
      for (let i = 0; i < all.length; i++) {
        const which = DAYS.findIndex((list) => list.includes(all[i].text));
        if (which < 0 || deniedAt(all, i)) continue;
        if (names.includes(all[i].text)) return true;
        any = true;
      }
      return any ? false : null;
    },
  };
}

function dateIn(text: string): readonly [year: number, month: number, day: number] | null {
  const iso = /\b(\d{4})-(\d{1,2})-(\d{1,2})\b/.exec(text);
  if (iso !== null) return [Number(iso[1]), Number(iso[2]) - 1, Number(iso[3])];
  const names = MONTHS.join("|");
  const monthFirst = new RegExp(`\\b(${names}) (\\d{1,2})(?:st|nd|rd|th)?,? (\\d{4})\\b`).exec(
    text,
  );
  if (monthFirst !== null) {
    return [Number(monthFirst[3]), MONTHS.indexOf(monthFirst[1]) % 12, Number(monthFirst[2])];
  }
  const dayFirst = new RegExp(
    `\\b(\\d{1,2})(?:st|nd|rd|th|°)? (?:of )?(${names}),? (?:del )?(\\d{4})\\b`,
  ).exec(text);
  if (dayFirst === null) return null;
  return [Number(dayFirst[3]), MONTHS.indexOf(dayFirst[2]) % 12, Number(dayFirst[1])];
}

function leapYear(all: readonly Token[]): Known | null {
  const at = all.findIndex(({ text }) => text === "leap" || /^bisestil[ei]$/.test(text));
  const year = all.find(({ text }) => /^\d{3,4}$/.test(text));
  if (at < 0 || year === undefined) return null;
  const value = Number(year.text);
  const leap = value % 4 === 0 && (value % 100 !== 0 || value % 400 === 0);
  return {
    result: leap ? "a leap year" : "no leap year",
    said: (text) => {
      const words = tokens(text.slice(0, SEARCHED));
      const [first] = words;
      if (/^(?:yes|sì|si)$/.test(first?.text ?? "")) return leap;
      if (first?.text === "no") return !leap;
      const where = words.findIndex(({ text: word }) => word === "leap" || /^bisestil/.test(word));
      if (where < 0) return null;
      const denied = words
        .slice(Math.max(0, where - 6), where)
        .some(({ text: word }) => /^(?:not|non|isn't|wasn't|no|never)$/.test(word));
      return denied !== leap;
    },
  };
}

/** Units by what they measure: factor to the first one, and what is added first (temperatures). */
const UNITS = new Map<string, readonly [kind: string, factor: number, offset: number]>();
function units(kind: string, factor: number, names: string, offset = 0): void {
  for (const name of names.split(" ")) UNITS.set(name, [kind, factor, offset]);
}
units("length", 1, "m meter meters metre metres metro metri");
units("length", 1000, "km kilometer kilometers kilometre kilometres chilometro chilometri");
units("length", 0.01, "cm centimeter centimeters centimetre centimetres centimetro centimetri");
units("length", 0.001, "mm millimeter millimeters millimetre millimetres millimetro millimetri");
units("length", 1609.344, "mi mile miles miglio miglia");
units("length", 0.3048, "ft foot feet piede piedi");
units("length", 0.0254, "inch inches pollice pollici");
units("length", 0.9144, "yd yard yards iarda iarde");
units("mass", 1, "g gram grams grammo grammi");
units("mass", 1000, "kg kilogram kilograms kilo kilos chilo chili chilogrammo chilogrammi");
units("mass", 0.001, "mg milligram milligrams milligrammo milligrammi");
units("mass", 1e-6, "ug mcg microgram micrograms microgrammo microgrammi");
units("mass", 453.59237, "lb lbs pound pounds libbra libbre");
units("mass", 28.349523125, "oz ounce ounces oncia once");
units("volume", 1, "l liter liters litre litres litro litri");
units("volume", 0.001, "ml milliliter milliliters millilitre millilitres millilitro millilitri");
units("time", 1, "second seconds secondo secondi");
units("time", 60, "min minute minutes minuto minuti");
units("time", 3600, "h hour hours ora ore");
units("time", 86_400, "day days giorno giorni");
units("time", 604_800, "week weeks settimana settimane");
units("temperature", 1, "c celsius centigrade centigradi");
units("temperature", 5 / 9, "f fahrenheit", -32);

function conversion(all: readonly Token[]): Known | null {
  let from: { value: number; unit: readonly [string, number, number]; name: string } | null = null;
  for (let at = 0; at + 1 < all.length; at++) {
    const value = numberOf(all[at]);
    if (value === null) continue;
    let next = at + 1;
    while (/^(?:°|degrees?|gradi)$/.test(all[next]?.text ?? "")) next++;
    const unit = UNITS.get(all[next]?.text ?? "");
    if (unit === undefined) continue;
    if (from !== null) return null;
    from = { value, unit, name: all[next].text };
  }
  if (from === null) return null;
  const { value, unit, name } = from;
  const asks = all.some(({ text }) => /^(?:how|convert|quant[ieo]|converti|in)$/.test(text));
  const targets = all.filter(
    ({ text, kind }) =>
      kind === "word" &&
      text !== name &&
      UNITS.get(text)?.[0] === unit[0] &&
      UNITS.get(text)?.[1] !== unit[1],
  );
  if (!asks || targets.length !== 1) return null;
  const to = UNITS.get(targets[0].text) ?? unit;
  const result = ((value + unit[2]) * unit[1]) / to[1] - to[2];
  return numberKnown(result, 0.01);
}

/** Whether "5 miles are 8.05 km" holds; null where a text states no such pair. */
export function conversionHolds(text: string): boolean | null {
  const all = sumTokens(text);
  const stated: { value: number; unit: readonly [string, number, number] }[] = [];
  for (let at = 0; at + 1 < all.length; at++) {
    const value = numberOf(all[at]);
    let next = at + 1;
    while (/^(?:°|degrees?|gradi)$/.test(all[next]?.text ?? "")) next++;
    const unit = UNITS.get(all[next]?.text ?? "");
    if (value !== null && unit !== undefined) stated.push({ value, unit });
  }
  if (!all.some(({ text: word }) => EQUALS.has(word))) return null;
  const [first, second] = stated;
  if (stated.length !== 2 || first.unit[0] !== second.unit[0] || first.unit[1] === second.unit[1]) {
    return null;
  }
  const base = (one: typeof first): number => (one.value + one.unit[2]) * one.unit[1];
  const [left, right] = [base(first), base(second)];
  return Math.abs(left - right) <= Math.max(Math.abs(left), Math.abs(right)) * 0.02;
}
