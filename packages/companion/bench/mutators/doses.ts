/**
 * Doses made up at random, written in many ways, and altered: the same sentence with an amount, a unit, a number of times or
 * a limit that is not what it was; and the same doses in other writing, which say what they said.
 */

import { type Chance, pick } from "./mutator.ts";
import { numberWords } from "./number-words.ts";

type Tongue = "en" | "it";

/** One place of a sentence that holds a value. */
type Slot =
  | { readonly kind: "amount"; readonly value: number; readonly unit: string }
  | { readonly kind: "count"; readonly value: number; readonly unit: string }
  | { readonly kind: "range"; readonly from: number; readonly to: number; readonly unit: string }
  | { readonly kind: "times"; readonly value: number; readonly span: string }
  | { readonly kind: "every"; readonly value: number; readonly unit: string }
  | { readonly kind: "limit"; readonly most: boolean };

/** A sentence of words and values. */
export type DoseText = { readonly parts: readonly (string | Slot)[]; readonly language: Tongue };

const UNITS = ["mg", "g", "mcg", "ml"];
const LONG: Readonly<Record<Tongue, Readonly<Record<string, string>>>> = {
  en: { mg: "milligrams", g: "grams", mcg: "micrograms", ml: "millilitres" },
  it: { mg: "milligrammi", g: "grammi", mcg: "microgrammi", ml: "millilitri" },
};
/** One and several of what is counted. */
const COUNTED: Readonly<Record<Tongue, Readonly<Record<string, readonly [string, string]>>>> = {
  en: {
    tablet: ["tablet", "tablets"],
    drop: ["drop", "drops"],
    puff: ["puff", "puffs"],
    teaspoon: ["teaspoon", "teaspoons"],
    tablespoon: ["tablespoon", "tablespoons"],
    hour: ["hour", "hours"],
    day: ["day", "days"],
    week: ["week", "weeks"],
    month: ["month", "months"],
  },
  it: {
    tablet: ["compressa", "compresse"],
    drop: ["goccia", "gocce"],
    puff: ["spruzzo", "spruzzi"],
    teaspoon: ["cucchiaino", "cucchiaini"],
    tablespoon: ["cucchiaio", "cucchiai"],
    hour: ["ora", "ore"],
    day: ["giorno", "giorni"],
    week: ["settimana", "settimane"],
    month: ["mese", "mesi"],
  },
};
const SPANS: Readonly<Record<Tongue, Readonly<Record<string, string>>>> = {
  en: { day: "a day", week: "a week", month: "a month" },
  it: { day: "al giorno", week: "alla settimana", month: "al mese" },
};
const TAKEN = ["tablet", "drop", "puff", "teaspoon", "tablespoon"];
const LASTING = ["day", "week", "month"];
const DRUGS = [
  "paracetamol",
  "ibuprofen",
  "amoxicillin",
  "metformin",
  "levothyroxine",
  "loratadine",
];
const FARMACI = ["paracetamolo", "ibuprofene", "amoxicillina", "metformina", "loratadina"];
const AMOUNTS = [
  0.25, 0.5, 1, 1.5, 2.5, 5, 7.5, 10, 12.5, 20, 25, 40, 50, 75, 100, 125, 200, 250, 400, 500, 650,
  850, 1000, 1200, 1500, 2000,
];

/** A sentence or two with a dose. */
export function doseText(language: Tongue, chance: Chance): DoseText {
  const one = <T>(list: readonly T[], or: T): T => pick(list, chance) ?? or;
  const amount = (): Slot => ({ kind: "amount", value: one(AMOUNTS, 5), unit: one(UNITS, "mg") });
  const taken = one(TAKEN, "tablet");
  const count = (): Slot => ({
    kind: "count",
    value: chance() < 0.1 ? 0.5 : 1 + Math.floor(chance() * 6),
    unit: taken,
  });
  const range = (): Slot => {
    const from = 1 + Math.floor(chance() * 3);
    return { kind: "range", from, to: from + 1 + Math.floor(chance() * 2), unit: taken };
  };
  const much = (): Slot => (chance() < 0.3 ? range() : chance() < 0.5 ? amount() : count());
  const times = (): Slot => ({
    kind: "times",
    value: 1 + Math.floor(chance() * 4),
    span: chance() < 0.8 ? "day" : one(LASTING, "week"),
  });
  const every = (): Slot => ({ kind: "every", value: 2 + Math.floor(chance() * 11), unit: "hour" });
  const often = (): Slot => (chance() < 0.5 ? times() : every());
  const lasting = (): Slot => ({
    kind: "count",
    value: 2 + Math.floor(chance() * 12),
    unit: one(LASTING, "day"),
  });
  const most = (): Slot => ({
    kind: "count",
    value: 2 + Math.floor(chance() * 9),
    unit: taken,
  });
  const hours: Slot = { kind: "count", value: one([12, 24, 48], 24), unit: "hour" };
  const limit: Slot = { kind: "limit", most: true };
  const drug = one(language === "en" ? DRUGS : FARMACI, "ibuprofen");
  const en = (): (string | Slot)[][] => [
    ["Take ", much(), " ", often(), " for ", lasting(), "."],
    [`The usual dose of ${drug} is `, amount(), " ", often(), "."],
    ["Adults take ", much(), " in the morning and ", much(), " in the evening."],
    ["Give ", much(), " of the syrup ", often(), "; ", limit, " ", most(), " in ", hours, "."],
    [`Do not take more than `, most(), ` of ${drug} in `, hours, "."],
    [`Start with `, amount(), ` of ${drug}, and after `, lasting(), " change to ", amount(), "."],
    ["Use ", count(), " in each eye ", times(), ", and stop after ", lasting(), "."],
    [`Children of `, lastingAge(chance), " get ", amount(), " ", often(), "."],
    ["Inject ", amount(), " once, then wait ", hours, " before the next dose."],
  ];
  const it = (): (string | Slot)[][] => [
    ["Prenda ", much(), " ", often(), " per ", lasting(), "."],
    [`La dose abituale di ${drug} è di `, amount(), " ", often(), "."],
    ["Gli adulti prendono ", much(), " la mattina e ", much(), " la sera."],
    ["Dia ", much(), " di sciroppo ", often(), "; ", limit, " ", most(), " in ", hours, "."],
    ["Non prenda più di ", most(), ` di ${drug} in `, hours, "."],
    [`Inizi con `, amount(), ` di ${drug}, e dopo `, lasting(), " passi a ", amount(), "."],
    ["Metta ", count(), " in ogni occhio ", times(), " e smetta dopo ", lasting(), "."],
    ["I bambini di ", lastingAge(chance), " ricevono ", amount(), " ", often(), "."],
  ];
  return { parts: one(language === "en" ? en() : it(), []), language };
}

function lastingAge(chance: Chance): Slot {
  return { kind: "count", value: 3 + Math.floor(chance() * 15), unit: "month" };
}

/** Writes a dose down; the same draws give the same writing. */
export function written({ parts, language }: DoseText, chance: Chance): string {
  return parts
    .map((part) => (typeof part === "string" ? part : slot(part, language, chance)))
    .join("");
}

function slot(value: Slot, language: Tongue, chance: Chance): string {
  switch (value.kind) {
    case "amount": {
      const long = chance() < 0.3;
      const unit = long ? (LONG[language][value.unit] ?? value.unit) : value.unit;
      const gap = !long && chance() < 0.2 ? "" : " ";
      const spelt = long && Number.isInteger(value.value) && value.value > 1 && chance() < 0.4;
      return `${spelt ? numberWords(value.value, language) : digits(value.value, language, chance)}${gap}${unit}`;
    }
    case "count":
      return counted(value.value, value.unit, language, chance);
    case "range": {
      const [, many] = COUNTED[language][value.unit] ?? ["", value.unit];
      // "da uno a due compresse" would be wrong.
      const spelt = chance() < 0.3 && !(language === "it" && value.from === 1);
      const show = (n: number): string => (spelt ? numberWords(n, language) : String(n));
      const between =
        spelt || chance() < 0.5 ? (language === "en" ? " to " : " a ") : pick(["-", "–"], chance);
      const from = language === "it" && between === " a " ? "da " : "";
      return `${from}${show(value.from)}${between}${show(value.to)} ${many}`;
    }
    case "times":
      return timesOf(value.value, value.span, language, chance);
    case "every": {
      const n = chance() < 0.3 ? numberWords(value.value, language) : String(value.value);
      const [, many] = COUNTED[language][value.unit] ?? ["", value.unit];
      return language === "en" ? `every ${n} ${many}` : `ogni ${n} ${many}`;
    }
    case "limit":
      if (language === "en") return value.most ? "at most" : "at least";
      return value.most ? "al massimo" : "almeno";
  }
}

function counted(value: number, unit: string, language: Tongue, chance: Chance): string {
  const [one, many] = COUNTED[language][unit] ?? [unit, unit];
  const feminine = /a$/.test(one);
  if (value === 0.5) {
    return language === "en" ? `half a ${one}` : feminine ? `mezza ${one}` : `mezzo ${one}`;
  }
  if (value === 1) {
    if (chance() < 0.5) return `1 ${one}`;
    return language === "en" ? `one ${one}` : feminine ? `una ${one}` : `un ${one}`;
  }
  return `${chance() < 0.4 ? numberWords(value, language) : String(value)} ${many}`;
}

function timesOf(value: number, span: string, language: Tongue, chance: Chance): string {
  const per = SPANS[language][span] ?? span;
  const spelt = chance() < 0.6;
  if (language === "it") {
    if (value === 1) return `una volta ${per}`;
    return `${spelt ? numberWords(value, "it") : String(value)} volte ${per}`;
  }
  if (value === 1) return `once ${per}`;
  if (value === 2 && spelt) return `twice ${per}`;
  return `${spelt ? numberWords(value, "en") : String(value)} times ${per}`;
}

/** Decimal sign of the language; thousands with its sign, a narrow space or nothing. */
function digits(value: number, language: Tongue, chance: Chance): string {
  const [whole = "0", part] = String(value).split(".");
  const [comma, point] = language === "en" ? [",", "."] : [".", ","];
  const grouped =
    whole.length < 4
      ? whole
      : whole.slice(0, -3) + (pick([comma, "", "\u202f"], chance) ?? "") + whole.slice(-3);
  return part === undefined ? grouped : `${grouped}${point}${part}`;
}

/** Ways to alter a dose: by name, what becomes of its sentence. */
const WAYS: Readonly<Record<string, (text: DoseText, chance: Chance) => DoseText | null>> = {
  number: (text, chance) =>
    change(text, chance, (old) => {
      if (old.kind === "limit") return null;
      if (old.kind === "range") {
        return chance() < 0.5
          ? { ...old, to: old.to + 1 + Math.floor(chance() * 3) }
          : { ...old, from: old.from + 1, to: old.to + 1 };
      }
      const whole = Number.isInteger(old.value);
      const other = whole && chance() < 0.5 ? old.value + 1 : old.value * 2;
      return { ...old, value: other };
    }),
  fewer: (text, chance) =>
    change(text, chance, (old) => {
      if (old.kind === "limit" || old.kind === "range" || old.value <= 2) return null;
      return { ...old, value: Number.isInteger(old.value) ? old.value - 1 : Math.floor(old.value) };
    }),
  "decimal point": (text, chance) =>
    change(text, chance, (old) => {
      if (old.kind !== "amount") return null;
      const more = Math.round(old.value * 1000) / 100;
      const less = Math.round(old.value * 100) / 1000;
      return { ...old, value: old.value * 100 >= 10 && chance() < 0.5 ? less : more };
    }),
  unit: (text, chance) =>
    change(text, chance, (old) => {
      if (old.kind === "limit") return null;
      if (old.kind === "amount") return { ...old, unit: another(UNITS, old.unit, chance) };
      if (old.kind === "times") return { ...old, span: another(LASTING, old.span, chance) };
      const list = TAKEN.includes(old.unit) ? TAKEN : ["hour", ...LASTING];
      return { ...old, unit: another(list, old.unit, chance) };
    }),
  "limit turned": (text, chance) =>
    change(text, chance, (old) => (old.kind === "limit" ? { ...old, most: !old.most } : null)),
  "range joined": (text, chance) =>
    change(text, chance, (old) =>
      old.kind === "range"
        ? { kind: "count", value: old.from * 10 + old.to, unit: old.unit }
        : null,
    ),
  "range for one": (text, chance) =>
    change(text, chance, (old) =>
      old.kind === "count" && TAKEN.includes(old.unit) && old.value >= 1
        ? { kind: "range", from: old.value, to: old.value + 1, unit: old.unit }
        : old.kind === "range"
          ? { kind: "count", value: old.to, unit: old.unit }
          : null,
    ),
  "every for times": (text, chance) =>
    change(text, chance, (old) => {
      if (old.kind === "every") return { kind: "times", value: old.value, span: "day" };
      // Every 24, 12, 8, 6 hours would say what once, twice, three, four times a day says.
      return old.kind === "times" ? { kind: "every", value: old.value + 1, unit: "hour" } : null;
    }),
  "values swapped": ({ parts, language }) => {
    const at = parts.flatMap((part, index) =>
      typeof part === "string" || part.kind === "limit" ? [] : [index],
    );
    for (let i = 0; i + 1 < at.length; i++) {
      const [a = 0, b = 0] = [at[i], at[i + 1]];
      if (JSON.stringify(parts[a]) === JSON.stringify(parts[b])) continue;
      const [first, second] = [parts[a], parts[b]];
      if (first === undefined || second === undefined) continue;
      // "4 tablets in 2 days" and "2 days in 4 tablets": only values of one kind change places.
      if (typeof first === "string" || typeof second === "string" || first.kind !== second.kind)
        continue;
      if (JSON.stringify(size(first)) === JSON.stringify(size(second))) continue;
      return { parts: parts.with(a, second).with(b, first), language };
    }
    return null;
  },
  "limit lost": ({ parts, language }) => {
    const at = parts.findIndex((part) => typeof part !== "string" && part.kind === "limit");
    return at < 0 ? null : { parts: [...parts.slice(0, at - 1), "."], language };
  },
  "denial lost": ({ parts, language }) => {
    const [first] = parts;
    if (typeof first !== "string" || !/^(?:Do not take|Non prenda)/.test(first)) return null;
    const turned = first
      .replace("Do not take", "You may take")
      .replace("Non prenda", "Può prendere");
    return { parts: [turned, ...parts.slice(1)], language };
  },
};

function size(value: Slot): unknown {
  const { kind: _, ...rest } = value;
  return rest;
}

function another(list: readonly string[], old: string, chance: Chance): string {
  return (
    pick(
      list.filter((unit) => unit !== old),
      chance,
    ) ?? old
  );
}

/** Changes one slot, drawn by chance among those that can be. */
function change(
  { parts, language }: DoseText,
  chance: Chance,
  make: (old: Slot) => Slot | null,
): DoseText | null {
  const from = Math.floor(chance() * parts.length);
  for (let i = 0; i < parts.length; i++) {
    const at = (from + i) % parts.length;
    const old = parts[at];
    if (old === undefined || typeof old === "string") continue;
    const made = make(old);
    if (made !== null) return { parts: parts.with(at, made), language };
  }
  return null;
}

/** Names of the ways in which doses are altered in their meaning. */
export const DOSE_WAYS: readonly string[] = Object.keys(WAYS);

/** The same dose altered in one way, drawn by chance. */
export function alteredDose(
  text: DoseText,
  chance: Chance,
): { readonly way: string; readonly text: DoseText } {
  const from = Math.floor(chance() * DOSE_WAYS.length);
  for (let i = 0; i < DOSE_WAYS.length; i++) {
    const way = DOSE_WAYS[(from + i) % DOSE_WAYS.length] ?? "number";
    const made = WAYS[way]?.(text, chance) ?? null;
    if (made !== null) return { way, text: made };
  }
  throw new TypeError("a dose that no way can alter");
}

const LIKE: Readonly<Record<string, readonly string[]>> = {
  "0": ["O", "o", "Ο", "О", "０", "٠"],
  "1": ["l", "I", "１", "١"],
  "2": ["２", "٢"],
  "3": ["З", "３", "٣"],
  "4": ["４", "٤"],
  "5": ["５", "S", "٥"],
  "6": ["６", "б", "٦"],
  "7": ["７", "٧"],
  "8": ["８", "٨"],
  "9": ["９", "٩"],
};

/** Some digits in signs that look like them or stand for them, or with signs between that nobody sees. */
export function disguised(text: string, chance: Chance): string {
  if (chance() < 0.3) {
    const hidden = pick(["\u200b", "\u200d", "\u2060", "\u00ad"], chance) ?? "";
    return text.replace(/\d(?=\d|\s?\p{L})/gu, (digit) => digit + hidden);
  }
  return text.replace(/\d/g, (digit) =>
    chance() < 0.6 ? (pick(LIKE[digit] ?? [], chance) ?? digit) : digit,
  );
}
