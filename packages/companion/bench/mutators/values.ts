/** Numbers, units, doses and dates that are not what they were, in English and Italian. */

import { anyOf, likeCase, type Mutator, pick, replaceOne } from "./mutator.ts";

/** Digits with separators inside; not the number of a line in a list. */
const NUMBER = /(?<![\p{L}\d.,/-])\d+(?:[.,]\d+)*(?![\d\p{L}]|[.,/]\d)/gu;
const LINE_NUMBER = /(?:^|\n)\s*$/;

const WORDS_EN =
  "two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty sixty ninety".split(
    " ",
  );
const WORDS_IT =
  "due tre quattro cinque sei sette otto nove dieci undici dodici quindici venti trenta quaranta cinquanta sessanta novanta".split(
    " ",
  );
/** "sei" is also "you are". */
const UNSAFE = new Set(["sei"]);

/** Another digit in a number's place; never a leading zero, and never one that means as much. */
const digitChanged: Mutator = (text, chance) =>
  replaceOne(text, NUMBER, chance, (match) => {
    if (marksLine(text, match)) return null;
    const places = [...match[0].matchAll(/\d/g)].map(({ index }) => index);
    const at = pick(places, chance) ?? 0;
    const old = Number(match[0].charAt(at));
    let other = (old + 1 + Math.floor(chance() * 9)) % 10;
    if (at === 0 && other === 0) other = old === 9 ? 1 : old + 1;
    return match[0].slice(0, at) + String(other) + match[0].slice(at + 1);
  });

const magnitude: Mutator = (text, chance) =>
  replaceOne(text, NUMBER, chance, (match) => {
    const whole = match[0];
    if (marksLine(text, match) || !/[1-9]/.test(whole)) return null;
    if (/^\d+$/.test(whole))
      return whole.length > 1 && whole.endsWith("0") && chance() < 0.5
        ? whole.slice(0, -1)
        : `${whole}0`;
    const decimal = /^(\d+)[.,](\d{1,2})$/.exec(whole);
    if (decimal === null) return null;
    const made = Number(`${decimal[1]}.${decimal[2]}`) * 10;
    return String(Math.round(made * 100) / 100);
  });

const neighbour: Mutator = (text, chance) =>
  replaceOne(text, NUMBER, chance, (match) => {
    if (marksLine(text, match) || !/^\d{1,4}$/.test(match[0])) return null;
    const value = Number(match[0]);
    return String(value > 1 && chance() < 0.5 ? value - 1 : value + 1);
  });

const spelled =
  (words: readonly string[]): Mutator =>
  (text, chance) =>
    replaceOne(
      text,
      new RegExp(`(?<![\\p{L}-])(?:${words.join("|")})(?![\\p{L}-])`, "giu"),
      chance,
      (match) => {
        const old = match[0].toLowerCase();
        if (UNSAFE.has(old)) return null;
        const other =
          words[(words.indexOf(old) + 1 + Math.floor(chance() * 4)) % words.length] ?? old;
        return likeCase(other, match[0]);
      },
    );

/** "2 days" becomes "three days". */
const spelledOut =
  (words: readonly string[]): Mutator =>
  (text, chance) =>
    replaceOne(text, NUMBER, chance, (match) => {
      const value = Number(match[0]);
      if (marksLine(text, match) || !/^\d+$/.test(match[0]) || value < 1 || value > 11) return null;
      return words[value - 1] ?? null;
    });

function marksLine(text: string, match: RegExpExecArray): boolean {
  const after = text.slice(match.index + match[0].length, match.index + match[0].length + 2);
  return LINE_NUMBER.test(text.slice(0, match.index)) && /^[.)]/.test(after);
}

/** Units and what else they could be, each in the spelling that texts use; the same number stands before both. */
const UNITS_EN = table(`
mg g mcg | mcg mg | g mg kg | kg g lb | ml l | mL L | l ml | milligrams grams micrograms | milligram gram | grams milligrams kilograms |
micrograms milligrams | kilograms grams | milliliters liters | liters milliliters | ounces pounds | ounce pound | pounds ounces kilograms |
pound ounce | seconds minutes | second minute | minutes hours seconds | minute hour | hours days minutes | hour day | days weeks hours |
day week | weeks days months | week month | months years weeks | month year | years months decades | year month | decades years |
% \u2030 | percent points | inches feet centimeters | inch foot | feet inches meters | miles kilometers | meters kilometers |
centimeters millimeters inches | millimeters centimeters | cm mm m | mm cm | km m | euros cents dollars | dollars cents euros |
cups tablespoons | cup teaspoon | teaspoons tablespoons | tablespoons teaspoons | calories kilojoules | kcal kJ | volts millivolts |
MB GB | GB MB TB | kB MB | Mbit/s kbit/s | mmHg kPa | mmol/L mg/dL | mg/dL mmol/L | tablets drops | drops tablets
`);
const UNITS_IT = table(`
mg g mcg | g mg kg | kg g | ml l | litri millilitri | grammi milligrammi | milligrammi grammi | secondi minuti | minuti ore secondi |
minuto ora | ore giorni minuti | ora settimana | giorni settimane ore | giorno mese | settimane giorni mesi | settimana ora |
mesi anni settimane | mese anno | anni mesi | anno mese | % \u2030 | euro dollari centesimi | centesimi euro | cm mm | mm cm | metri chilometri |
chilometri metri | compresse gocce | gocce compresse | GB MB | MB GB | cucchiai cucchiaini | cucchiaini cucchiai | volt millivolt
`);

function table(text: string): ReadonlyMap<string, readonly string[]> {
  return new Map(
    text
      .trim()
      .split("|")
      .map((row): [string, readonly string[]] => {
        const [unit = "", ...others] = row.trim().split(/\s+/);
        return [unit, others];
      }),
  );
}

const unitChanged =
  (units: ReadonlyMap<string, readonly string[]>, words: readonly string[]): Mutator =>
  (text, chance) =>
    replaceOne(
      text,
      new RegExp(`(\\d|(?<!\\p{L})(?:${words.join("|")}))(\\s*-?)(%|\\p{L}+(?:/\\p{L}+)?)`, "giu"),
      chance,
      ([, value = "", gap = "", unit = ""]) => {
        // A word of a number needs a gap: "tent" is no "ten t".
        if (gap === "" && !/\d/.test(value)) return null;
        const other = pick(units.get(unit) ?? [], chance);
        if (other === undefined) return null;
        return `${value}${other === "points" && gap === "" ? " " : gap}${other}`;
      },
    );

/** Two amounts of one unit, or of two, change places. */
const amountsSwapped: Mutator = (text, chance) => {
  const all = [...text.matchAll(NUMBER)].filter((match) => !marksLine(text, match));
  const from = Math.floor(chance() * Math.max(1, all.length - 1));
  for (let i = 0; i + 1 < all.length; i++) {
    const at = (from + i) % (all.length - 1);
    const [a, b] = [all[at], all[at + 1]];
    if (
      a === undefined ||
      b === undefined ||
      Number(a[0].replace(",", ".")) === Number(b[0].replace(",", "."))
    )
      continue;
    const between = text.slice(a.index + a[0].length, b.index);
    // "3 or 2 days" says the same as "2 or 3 days", and so does "10 mg or 5 mg".
    if (/^\s*(?:[\p{L}%]+\s+)?(?:and|or|to|e|o|a|,|;|\/|[-\u2013])\s*$/u.test(between)) continue;
    if (between.length > 120) continue;
    return text.slice(0, a.index) + b[0] + between + a[0] + text.slice(b.index + b[0].length);
  }
  return null;
};

const swaps =
  (pattern: RegExp, others: Readonly<Record<string, readonly string[]>>): Mutator =>
  (text, chance) =>
    replaceOne(text, pattern, chance, (match) => {
      const other = pick(others[match[0].toLowerCase()] ?? [], chance);
      return other === undefined ? null : likeCase(other, match[0]);
    });

const frequencyEn = swaps(
  /\b(?:once|twice|three times|four times)(?= (?:a|per|each|every|daily|weekly|an)\b)|\bdaily(?! (?:life|lives|living|activit|basis|routine|task|news))|\bweekly\b|\bmonthly\b|\bevery (?:day|week|month|year|hour|morning|night)\b|\bper (?:day|week|hour|month|year)\b|\ba (?:day|week|month|year)(?=[.,;)]| for| to)|\bat bedtime\b/gi,
  {
    once: ["twice", "three times"],
    twice: ["once", "four times"],
    "three times": ["twice", "five times"],
    "four times": ["twice"],
    daily: ["weekly", "hourly"],
    weekly: ["daily", "monthly"],
    monthly: ["weekly", "yearly"],
    "every day": ["every week", "every other day"],
    "every week": ["every day"],
    "every month": ["every week"],
    "every year": ["every month"],
    "every hour": ["every day"],
    "every morning": ["every night"],
    "every night": ["every morning"],
    "per day": ["per week", "per hour"],
    "per week": ["per day"],
    "per hour": ["per day"],
    "per month": ["per year", "per week"],
    "per year": ["per month"],
    "a day": ["a week"],
    "a week": ["a day"],
    "a month": ["a week"],
    "a year": ["a month"],
    "at bedtime": ["at breakfast"],
  },
);
const frequencyIt = swaps(
  /\b(?:una volta|due volte|tre volte|quattro volte)(?= (?:al|alla|a|ogni|l'))|\bal giorno\b|\balla settimana\b|\bal mese\b|\ball'anno\b|\bogni (?:giorno|settimana|mese|anno|ora|mattina|sera)\b/gi,
  {
    "una volta": ["due volte", "tre volte"],
    "due volte": ["una volta", "quattro volte"],
    "tre volte": ["due volte"],
    "quattro volte": ["due volte"],
    "al giorno": ["alla settimana"],
    "alla settimana": ["al giorno", "al mese"],
    "al mese": ["alla settimana", "all'anno"],
    "all'anno": ["al mese"],
    "ogni giorno": ["ogni settimana"],
    "ogni settimana": ["ogni giorno"],
    "ogni mese": ["ogni anno"],
    "ogni anno": ["ogni mese"],
    "ogni ora": ["ogni giorno"],
    "ogni mattina": ["ogni sera"],
    "ogni sera": ["ogni mattina"],
  },
);

const MONTHS_EN =
  "January February April June July August September October November December".split(" ");
const MONTHS_IT =
  "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre".split(
    " ",
  );
const DAYS_EN = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(" ");
const DAYS_IT = "lunedì martedì mercoledì giovedì venerdì sabato domenica".split(" ");

/** Another of a list, in place of one of it. */
const inList =
  (list: readonly string[]): Mutator =>
  (text, chance) =>
    replaceOne(
      text,
      new RegExp(`(?<!\\p{L})(?:${list.join("|")})(?!\\p{L})`, "gu"),
      chance,
      (match) => {
        const at = list.indexOf(match[0]);
        return list[(at + 1 + Math.floor(chance() * (list.length - 1))) % list.length] ?? null;
      },
    );

const yearChanged: Mutator = (text, chance) =>
  replaceOne(text, /(?<![\d.,])(?:19|20)\d\d(?![\d.,]\d)/g, chance, ([year]) =>
    String(Number(year) + (chance() < 0.5 ? -1 : 1) * (1 + Math.floor(chance() * 3))),
  );

const clock: Mutator = (text, chance) =>
  replaceOne(
    text,
    /(?<!\d)([01]?\d|2[0-3]):([0-5]\d)(?!\d)/g,
    chance,
    ([, hour = "", minute = ""]) =>
      chance() < 0.5
        ? `${(Number(hour) + 1) % 24}:${minute}`
        : `${hour}:${String((Number(minute) + 15) % 60).padStart(2, "0")}`,
  );

/** Mutators of values by name and language. */
export const VALUES: Readonly<
  Record<"number" | "unit" | "dose" | "date", Readonly<Record<"en" | "it", Mutator>>>
> = {
  number: {
    en: anyOf([digitChanged, magnitude, neighbour, spelled(WORDS_EN), spelledOut(WORDS_EN)]),
    it: anyOf([digitChanged, magnitude, neighbour, spelled(WORDS_IT), spelledOut(WORDS_IT)]),
  },
  unit: {
    en: unitChanged(UNITS_EN, WORDS_EN),
    it: unitChanged(UNITS_IT, WORDS_IT),
  },
  dose: {
    en: anyOf([amountsSwapped, frequencyEn]),
    it: anyOf([amountsSwapped, frequencyIt]),
  },
  date: {
    en: anyOf([inList(MONTHS_EN), inList(DAYS_EN), yearChanged, clock]),
    it: anyOf([inList(MONTHS_IT), inList(DAYS_IT), yearChanged, clock]),
  },
};

/** What a model that cannot be trusted does to numbers: any of the above. */
export const HOSTILE: Readonly<Record<"en" | "it", Mutator>> = {
  en: anyOf([VALUES.number.en, VALUES.unit.en, VALUES.dose.en, VALUES.date.en]),
  it: anyOf([VALUES.number.it, VALUES.unit.it, VALUES.dose.it, VALUES.date.it]),
};

/** A text with its small numbers in digits and its hours without a zero before: two changes can come to what there was. */
export function inDigits(text: string, language: "en" | "it"): string {
  const words = language === "en" ? WORDS_EN : WORDS_IT;
  const pattern = `(?<!\\p{L}|\\p{L}-)(?:${words.join("|")})(?!\\p{L}|-\\p{L})`;
  return text
    .toLowerCase()
    .replace(new RegExp(pattern, "gu"), (word) => String(VALUES_OF[words.indexOf(word)]))
    .replace(/(?<!\d)0(?=\d:)/g, "");
}

const VALUES_OF = [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 15, 20, 30, 40, 50, 60, 90];
