/** Numbers as they are written: digits with either decimal sign, words in English and Italian, fractions. */

import type { Language, Token } from "./types.ts";

/** A number at a place among tokens. */
export type NumberAt = {
  /** Its value; several where digits and signs make no single number ("1.2.3"). */
  readonly values: readonly number[];
  /** Index of the token after it. */
  readonly next: number;
  /** Whether digits wrote it. */
  readonly digits: boolean;
};

const EN_SMALL = new Map(
  (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen " +
    "eighteen nineteen"
  )
    .split(" ")
    .map((word, value) => [word, value] as const),
);
const EN_TENS = new Map(
  "twenty thirty forty fifty sixty seventy eighty ninety"
    .split(" ")
    .map((word, i) => [word, 20 + 10 * i] as const),
);
EN_TENS.set("fourty", 40);
const SCALES: Readonly<Record<Language, ReadonlyMap<string, number>>> = {
  en: new Map([
    ["hundred", 100],
    ["hundreds", 100],
    ["dozen", 12],
    ["thousand", 1e3],
    ["million", 1e6],
    ["millions", 1e6],
    ["billion", 1e9],
    ["billions", 1e9],
    ["trillion", 1e12],
  ]),
  it: new Map([
    ["mila", 1e3],
    ["milione", 1e6],
    ["milioni", 1e6],
    ["miliardo", 1e9],
    ["miliardi", 1e9],
    ["dozzina", 12],
    ["dozzine", 12],
    ["decina", 10],
    ["decine", 10],
    ["ventina", 20],
    ["trentina", 30],
    ["cinquantina", 50],
    ["centinaio", 100],
    ["centinaia", 100],
    ["migliaio", 1e3],
    ["migliaia", 1e3],
  ]),
};
const EN_PARTS = new Map([
  ["half", 2],
  ["halves", 2],
  ["third", 3],
  ["thirds", 3],
  ["quarter", 4],
  ["quarters", 4],
  ["fourth", 4],
  ["fourths", 4],
  ["fifth", 5],
  ["fifths", 5],
  ["sixth", 6],
  ["sixths", 6],
  ["eighth", 8],
  ["eighths", 8],
  ["tenth", 10],
  ["tenths", 10],
]);
const IT_PARTS = new Map([
  ["mezzo", 2],
  ["mezza", 2],
  ["mezzi", 2],
  ["metà", 2],
  ["terzo", 3],
  ["terzi", 3],
  ["quarto", 4],
  ["quarti", 4],
  ["quinto", 5],
  ["quinti", 5],
  ["sesto", 6],
  ["ottavo", 8],
  ["decimo", 10],
  ["decimi", 10],
]);

/** Italian words for 1 to 999 999: every whole word that may be written. */
function italianBelowThousand(): Map<string, number> {
  const small =
    "zero uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici sedici " +
    "diciassette diciotto diciannove";
  const tens = "venti trenta quaranta cinquanta sessanta settanta ottanta novanta".split(" ");
  const words = new Map(small.split(" ").map((word, value) => [word, value] as const));
  const units = small.split(" ").slice(1, 10);
  tens.forEach((ten, i) => {
    const value = 20 + 10 * i;
    words.set(ten, value);
    units.forEach((unit, j) => {
      const stem = unit === "uno" || unit === "otto" ? ten.slice(0, -1) : ten;
      words.set(stem + unit, value + j + 1);
      if (unit === "uno") words.set(`${stem}un`, value + 1);
      if (unit === "tre") words.set(`${stem}tré`, value + 3);
    });
  });
  for (const [word, value] of [...words]) {
    if (value === 0) continue;
    for (let hundred = 1; hundred < 10; hundred++) {
      const stem = `${hundred === 1 ? "" : units[hundred - 1]}cento`;
      words.set(stem, hundred * 100);
      words.set(stem + word, hundred * 100 + value);
      if (word.startsWith("ottan") || word === "otto") {
        words.set(stem.slice(0, -1) + word, hundred * 100 + value);
      }
    }
  }
  return words;
}

const IT_WORDS = italianBelowThousand();
const IT_ARTICLES = new Set(["un", "uno", "una", "un'"]);

/** Value of one Italian word ("ventuno", "duemilatrecento"), or null. */
export function italianNumber(word: string): number | null {
  const whole = IT_WORDS.get(word);
  if (whole !== undefined) return whole;
  if (word === "mille") return 1000;
  if (word.startsWith("mille")) {
    const rest = IT_WORDS.get(word.slice(5));
    return rest === undefined ? null : 1000 + rest;
  }
  const mila = word.indexOf("mila");
  if (mila <= 0 || word.length > 60) return null;
  const thousands = IT_WORDS.get(word.slice(0, mila));
  const rest = word.length === mila + 4 ? 0 : IT_WORDS.get(word.slice(mila + 4));
  return thousands === undefined || rest === undefined ? null : thousands * 1000 + rest;
}

/** Values of a digit token by the language's decimal sign; the other sign is understood where only it makes sense. */
export function digitValues(raw: string, language: Language): number[] {
  if (raw.startsWith(".")) return [Number(`0${raw.split(/[,']/)[0]}`)];
  const text = raw.replaceAll("'", "");
  const [decimal, group] = language === "en" ? [".", ","] : [",", "."];
  const parts = text.split(group);
  const grouped =
    parts.length > 1 &&
    /^[1-9]\d{0,2}$/.test(parts[0]) &&
    parts
      .slice(1)
      .every((part, i) => (i === parts.length - 2 ? /^\d{3}(\D|$)/ : /^\d{3}$/).test(part));
  const joined = grouped ? parts.join("") : text;
  const signs = joined.replace(/\d/g, "");
  if (signs === "") return [Number(joined)];
  if (signs === decimal || (signs === group && !grouped))
    return [Number(joined.replace(signs, "."))];
  return joined.split(/[.,]/).map(Number);
}

/** The number that begins at token `at`, or null. Articles count as 1 only before a scale or a part ("a dozen", "un quarto"). */
export function numberAt(all: readonly Token[], at: number, language: Language): NumberAt | null {
  const first = all[at];
  if (first === undefined || first.kind === "sign") return null;
  if (first.kind === "number") return digitsAt(all, at, language);
  return language === "en" ? englishAt(all, at) : italianAt(all, at);
}

function touching(all: readonly Token[], a: number, b: number): boolean {
  return all[a] !== undefined && all[b] !== undefined && all[a].end === all[b].start;
}

function digitsAt(all: readonly Token[], at: number, language: Language): NumberAt {
  const values = digitValues(all[at].text, language);
  let next = at + 1;
  if (values.length > 1) return { values, next, digits: true };
  let [value] = values;
  const sign = all[next];
  if (sign?.text === "^" && all[next + 1]?.kind === "number" && touching(all, at, next)) {
    const power = digitValues(all[next + 1].text, language);
    return { values: [value, ...power], next: next + 2, digits: true };
  }
  const over = fractionAt(all, at, language);
  if (over !== null) return { values: [over], next: at + 3, digits: true };
  const mixed = /^\d+$/.test(all[at].text) ? fractionAt(all, next, language) : null;
  if (mixed !== null) return { values: [value + mixed], next: next + 3, digits: true };
  const scale = scaleAt(all, next, language);
  if (scale !== null && /^[a-z]+$/.test(all[next].text)) {
    value = round(value * scale);
    next++;
  }
  return withHalf(all, { values: [value], next, digits: true }, language);
}

/** "1/2" without spaces, as its value; a pair such as 120/80 is none. */
function fractionAt(all: readonly Token[], at: number, language: Language): number | null {
  const [top, slash, bottom, after] = [all[at], all[at + 1], all[at + 2], all[at + 3]];
  if (top?.kind !== "number" || slash?.text !== "/" || bottom?.kind !== "number") return null;
  if (!/^\d{1,2}$/.test(top.text) || !/^\d{1,2}$/.test(bottom.text)) return null;
  const same = top.start === slash.start;
  if (!same && (top.end !== slash.start || slash.end !== bottom.start)) return null;
  if (after?.text === "/" && after.start === bottom.end) return null;
  const [a] = digitValues(top.text, language);
  const [b] = digitValues(bottom.text, language);
  return a < b && b <= 16 && b !== 10 ? a / b : null;
}

function scaleAt(all: readonly Token[], at: number, language: Language): number | null {
  return SCALES[language].get(all[at]?.text) ?? null;
}

function round(value: number): number {
  return Number(value.toPrecision(12));
}

/** Adds "and a half", "e mezzo". */
function withHalf(all: readonly Token[], found: NumberAt, language: Language): NumberAt {
  const { next, digits } = found;
  const word = (i: number): string => all[next + i]?.text ?? "";
  let more = 0;
  let used = 0;
  if (language === "en" && word(0) === "and") {
    if (/^(a|an|one)$/.test(word(1)) && /^(half|quarter)$/.test(word(2))) {
      [more, used] = [word(2) === "half" ? 0.5 : 0.25, 3];
    } else {
      const part = fractionAt(all, next + 1, language);
      if (part !== null) [more, used] = [part, 4];
    }
  } else if (language === "it" && word(0) === "e") {
    if (/^mezz[oa]$/.test(word(1))) [more, used] = [0.5, 2];
    else if (word(1) === "un" && word(2) === "quarto") [more, used] = [0.25, 3];
  }
  return used === 0
    ? found
    : { values: [round(found.values[0] + more)], next: next + used, digits };
}

function skipHyphen(all: readonly Token[], at: number): number {
  return all[at]?.text === "-" && touching(all, at - 1, at) && touching(all, at, at + 1)
    ? at + 1
    : at;
}

function englishAt(all: readonly Token[], at: number): NumberAt | null {
  const word = all[at].text;
  const follows = all[at + 1]?.text ?? "";
  if (word === "half") {
    const article = /^(a|an)$/.test(follows) ? 1 : 0;
    return { values: [0.5], next: at + 1 + article, digits: false };
  }
  let total = 0;
  let group = 0;
  let next = at;
  let unit = false;
  let tens = false;
  if (word === "a" || word === "an") {
    const part = EN_PARTS.get(follows);
    if (part !== undefined && (part <= 2 || all[at + 2]?.text === "of" || follows === "quarter")) {
      return { values: [1 / part], next: at + 2, digits: false };
    }
    if (!SCALES.en.has(follows) || follows.endsWith("s")) return null;
    group = 1;
    unit = true;
    next = at + 1;
  }
  let read = next > at;
  while (next < all.length) {
    const here = read ? skipHyphen(all, next) : next;
    const text = all[here]?.text ?? "";
    const small = EN_SMALL.get(text);
    const ten = EN_TENS.get(text);
    const scale = SCALES.en.get(text);
    const joins = text === "and" && read && !unit && !tens && (total > 0 || group >= 100);
    if (small !== undefined && !unit && !(tens && small > 9)) {
      group += small;
      unit = true;
    } else if (ten !== undefined && !unit && !tens) {
      group += ten;
      tens = true;
    } else if (scale !== undefined && (read || scale >= 100) && !text.endsWith("s")) {
      if (!read) break;
      if (scale <= 100) group = Math.max(1, group) * scale;
      else {
        total += Math.max(1, group) * scale;
        group = 0;
      }
      unit = false;
      tens = false;
    } else if (joins) {
      const after = all[here + 1]?.text ?? "";
      if (!EN_SMALL.has(after) && !EN_TENS.has(after)) break;
    } else break;
    next = here + 1;
    read = true;
  }
  if (!read) return null;
  const value = total + group;
  const partAt = skipHyphen(all, next);
  const part = EN_PARTS.get(all[partAt]?.text ?? "");
  if (part !== undefined && value <= 20) {
    const plural = (all[partAt].text ?? "").endsWith("s");
    if (plural || value === 1)
      return { values: [round(value / part)], next: partAt + 1, digits: false };
  }
  return withHalf(all, { values: [value], next, digits: false }, "en");
}

function italianAt(all: readonly Token[], at: number): NumberAt | null {
  const word = all[at].text;
  const follows = all[at + 1]?.text ?? "";
  if (/^(mezzo|mezza|mezz')$/.test(word)) return { values: [0.5], next: at + 1, digits: false };
  if (IT_ARTICLES.has(word)) {
    const part = IT_PARTS.get(follows);
    if (
      part !== undefined &&
      part > 2 &&
      /^(di|del|della|d'|dell')$/.test(all[at + 2]?.text ?? "")
    ) {
      return { values: [1 / part], next: at + 2, digits: false };
    }
    const scale = SCALES.it.get(follows);
    if (scale !== undefined) return { values: [scale], next: at + 2, digits: false };
    return null;
  }
  const value = italianNumber(word);
  if (value === null) return null;
  const next = at + 1;
  const part = IT_PARTS.get(all[next]?.text ?? "");
  if (part !== undefined && value > 1 && value < 10 && /i$/.test(all[next].text)) {
    return { values: [round(value / part)], next: next + 1, digits: false };
  }
  const scale = SCALES.it.get(all[next]?.text ?? "");
  if (scale !== undefined) {
    return { values: [value * scale], next: next + 1, digits: false };
  }
  return withHalf(all, { values: [value], next, digits: false }, "it");
}
