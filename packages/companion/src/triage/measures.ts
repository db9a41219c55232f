/** Numbers of an account: the age, how long it has lasted, and vital signs against limits for the age. */

import type { Word } from "./words.ts";

/** A fact read from numbers, named like a concept, and the words that it rests on. */
export type Measure = { readonly concept: string; readonly first: number; readonly last: number };

const YEAR = /^(?:years?|yrs?|yo|y|anni|anno)$/;
const SPANS: readonly (readonly [RegExp, number])[] = [
  [/^(?:seconds?|secs?|secondi)$/, 1 / 3600],
  [/^(?:minutes?|mins?|minuti|minuto)$/, 1 / 60],
  [/^(?:hours?|hrs?|h|ore|ora)$/, 1],
  [/^(?:days?|nights?|giorni|giorno|notti)$/, 24],
  [/^(?:weeks?|wks?|wk|settimane|settimana)$/, 168],
  [/^(?:months?|mos?|mths?|mesi|mese)$/, 730],
  [/^(?:years?|yrs?|anni|anno|decades?)$/, 8760],
];

function unitHours(word: string | undefined): number | null {
  if (word === undefined) return null;
  for (const [pattern, hours] of SPANS) if (pattern.test(word)) return hours;
  return null;
}

const PERSON =
  /^(?:mother|mum|mom|mummy|father|dad|daddy|husband|wife|partner|gran|granny|grandma|grandmother|nan|grandad|granddad|grandpa|grandfather|son|daughter|brother|sister|boy|girl|man|woman|male|female|friend|uncle|aunt|student|neighbor|madre|mamma|padre|papa|marito|moglie|nonn[oa]|figli[oa]|fratello|sorella|uomo|donna|ragazz[oa]|bambin[oa]|amic[oa])$/;

/** Years of age that a text states for its patient, or null: the first one told. */
export function ageOf(words: readonly Word[]): number | null {
  for (let at = 0; at < words.length; at++) {
    const { text, value } = words[at];
    if (value !== null && value <= 120) {
      const unit = words[at + 1]?.text ?? "";
      const after = words[at + 2]?.text ?? "";
      if (
        /^(?:old|o|female|male|man|woman|f|m|boy|girl|lady|gentleman)$/.test(after) ||
        unit === "yo"
      ) {
        if (YEAR.test(unit)) return value;
        const hours = unitHours(unit);
        if (hours !== null) return (value * hours) / 8760;
      }
      const before = words[at - 1]?.text ?? "";
      const earlier = words[at - 2]?.text ?? "";
      if (/^(?:aged?|eta|anni)$/.test(before) && unitHours(unit) === null) return value;
      if (
        /^(?:i'm|im|he's|she's)$/.test(before) ||
        (/^(?:am|is|turned)$/.test(before) &&
          /^(?:i|he|she|who|dad|mom|mum|mother|father|husband|wife|son|daughter)$/.test(earlier))
      ) {
        const hours = unitHours(unit);
        if (
          hours === null &&
          !/^(?:weeks|percent|%|lbs?|kg|cm|feet|mg|c|f|degrees)$/.test(unit) &&
          value >= 1
        )
          return value;
        if (hours !== null && hours >= 168 && after !== "pregnant" && after !== "along")
          return (value * hours) / 8760;
      }
      if (
        PERSON.test(before) &&
        words[at].comma &&
        unitHours(unit) === null &&
        (words[at + 1] === undefined ||
          words[at + 1].comma ||
          words[at + 1].sentence !== words[at].sentence)
      )
        return value;
      if (
        /^(?:ho|ha|uomo|donna|ragazz[oa]|bambin[oa]|signora?|paziente|figli[oa]|marito|moglie|padre|madre|nonn[oa])$/.test(
          before,
        ) &&
        /^(?:anni|anno)$/.test(unit)
      )
        return value;
      if (
        /^(?:mesi|mese|settimane|giorni)$/.test(unit) &&
        /^(?:neonat|bambin|bimb|lattant|figli)/.test(before)
      ) {
        return (value * (unitHours(unit) ?? 0)) / 8760;
      }
      if (
        /^(?:f|m|female|male|man|woman|boy|girl)$/.test(before) &&
        unitHours(unit) === null &&
        value >= 1
      )
        return value;
    }
    const one = unitHours(text);
    if (one !== null && one >= 168 && value === null && words[at - 1]?.value == null) {
      // "a month old", "bimbo di un mese": articles are no words here.
      if (words[at + 1]?.text === "old") return one / 8760;
      if (/^(?:neonat|bambin|bimb|lattant|figli)/.test(words[at - 1]?.text ?? ""))
        return one / 8760;
    }
    const glued = /^(\d{1,3})(?:yo|yr|yrs|y|f|m)$/.exec(text);
    if (glued !== null) return Number(glued[1]);
    const letterFirst = /^[fm](\d{2})$/.exec(text);
    if (letterFirst !== null) return Number(letterFirst[1]);
  }
  return null;
}

/** The kinds of age that rules speak of. */
export function ageConcepts(age: number | null): string[] {
  if (age === null) return [];
  const made: string[] = [];
  const add = (name: string, holds: boolean): void => {
    if (holds) made.push(name);
  };
  add("age-under-3-months", age < 0.26);
  add("age-infant", age < 1);
  add("age-under-2", age < 2);
  add("age-under-5", age < 5);
  add("age-child", age < 14);
  add("age-young", age >= 10 && age < 35);
  add("age-adult", age >= 18);
  add("age-35", age >= 35);
  add("age-40", age >= 40);
  add("age-50", age >= 50);
  add("age-65", age >= 65);
  add("age-75", age >= 75);
  add("age-fertile", age >= 12 && age <= 52);
  return made;
}

/** Vital signs beyond limits (`vital-…`), beyond limits for an emergency (`vital-…-critical`), or said to be normal. */
export function vitalsOf(words: readonly Word[], age: number | null): Measure[] {
  const found: Measure[] = [];
  const put = (concept: string, first: number, last: number): void => {
    found.push({ concept, first, last });
  };
  for (let at = 0; at < words.length; at++) {
    const { value } = words[at];
    if (value === null) continue;
    const next = words[at + 1]?.text ?? "";
    const second = words[at + 2];
    // 120/80
    if (second === undefined && words[at + 1] === undefined && value === 0) continue;
    const low = words[at + 1];
    if (
      low?.slash &&
      low.value !== null &&
      value >= 50 &&
      value <= 280 &&
      low.value >= 20 &&
      low.value <= 170
    ) {
      const told =
        near(words, at, /^(?:bp|pressure|pressione|hypertens|hypotens)/, 6) ||
        /^mm/.test(second?.text ?? "");
      if (told || (value >= 80 && low.value >= 40 && low.value < value))
        pressure(put, at, value, low.value, age);
      continue;
    }
    if (words[at].slash) continue;
    if (words[at - 1]?.text === "than" || words[at - 1]?.text === "under") continue;
    const told = label(words, at);
    const celsius = value >= 33 && value <= 43.5;
    const fahrenheit = value >= 92 && value <= 110;
    const bare = told === null && value >= 37.4 && !Number.isInteger(value) && !UNIT.test(next);
    const degrees = bare || /^(?:c|celsius|f|fahrenheit|degrees?|gradi|centigrade)$/.test(next);
    if ((celsius || fahrenheit) && (told === "temperature" || degrees)) {
      temperature(put, at, celsius ? value : ((value - 32) * 5) / 9);
    } else if (told === "pulse" || next === "bpm" || (/^beats$/.test(next) && told !== "breaths")) {
      if (value >= 15 && value <= 320) pulse(put, at, value, age);
    } else if (told === "breaths" || next === "breaths") {
      if (value >= 3 && value <= 120) breaths(put, at, value, age);
    } else if (told === "oxygen" && value >= 40 && value <= 100) {
      if (value < 92) put("vital-oxygen-critical", at, at);
      else if (value < 95) put("vital-oxygen", at, at);
      else put("vital-normal", at, at);
    } else if (told === "glucose") {
      const mmol = value <= 35 && /^(?:mmol|mm)/.test(next);
      const mg = mmol ? value * 18 : value;
      if (mg < 54 && (mmol || value >= 15)) put("vital-glucose-low", at, at);
      else if (mg >= 250) put("vital-glucose-high", at, at);
    }
  }
  return found;
}

/** What a number is no temperature with. */
const UNIT =
  /^(?:kg|g|mg|ml|l|cm|mm|m|km|lbs?|pounds?|kilos?|chili|litri?|liters?|litres?|mmol|percent|%|euro?s?|dollars?|miles?|points?|years?|anni|weeks?|settimane|months?|mesi|days?|giorni|hours?|ore|minutes?|minuti)$/;

const LABELS: readonly (readonly [RegExp, string])[] = [
  [/^(?:temp|temperature|temperatura|fever|febbre|t|fevers|febrile)$/, "temperature"],
  [/^(?:pulse|hr|polso|bpm|heartbeat|frequenza)$/, "pulse"],
  [/^(?:rr|respiration|respirations|respiratory|breathing|breaths)$/, "breaths"],
  [
    /^(?:spo2|sao2|saturation|sat|sats|o2|oxygen|saturazione|saturating|oximetry|oximeter)$/,
    "oxygen",
  ],
  [/^(?:glucose|sugar|sugars|glycemia|glicemia)$/, "glucose"],
  [
    /^(?:bp|pressure|pressione|weight|height|bmi|weighs|hemoglobin|wbc|white|creatinine|scale|pain|age|systolic)$/,
    "other",
  ],
];

/** What a number is called in the words before it. */
function label(words: readonly Word[], at: number): string | null {
  for (let back = 1; back <= 6; back++) {
    const word = words[at - back];
    if (word === undefined || word.sentence !== words[at].sentence) return null;
    if (
      word.value !== null &&
      back > 1 &&
      word.text.length < 3 &&
      !/^(?:one|a)$/.test(word.text) &&
      !/^o2$/.test(word.text)
    ) {
      if (unitHours(words[at - back + 1]?.text) !== null) continue;
    }
    if (/^(?:rate|beats)$/.test(word.text)) {
      const kind = words[at - back - 1]?.text ?? "";
      if (/^(?:heart|pulse)$/.test(kind)) return "pulse";
      if (/^(?:respiratory|breathing|respiration)$/.test(kind)) return "breaths";
    }
    if (unitHours(words[at + 1]?.text) !== null && !/^(?:h|m)$/.test(words[at + 1]?.text ?? ""))
      return null;
    for (const [pattern, name] of LABELS) if (pattern.test(word.text)) return name;
  }
  return null;
}

function near(words: readonly Word[], at: number, pattern: RegExp, reach: number): boolean {
  for (let back = 1; back <= reach; back++) {
    const word = words[at - back];
    if (word === undefined || word.sentence !== words[at].sentence) return false;
    if (pattern.test(word.text)) return true;
  }
  return false;
}

type Put = (concept: string, first: number, last: number) => void;

function temperature(put: Put, at: number, celsius: number): void {
  if (celsius >= 41) put("vital-temperature-critical", at, at);
  else if (celsius < 35) put("vital-temperature-low", at, at);
  if (celsius >= 39.4) put("high-fever", at, at);
  if (celsius >= 38) put("fever", at, at);
  else if (celsius >= 37.6) put("low-fever", at, at);
  else if (celsius >= 35.5) {
    put("vital-normal", at, at);
    put("temperature-normal", Math.max(0, at - 5), at);
  }
}

/** Upper limits of the pulse and of breaths a minute at rest, by age in years. */
function pulseLimit(age: number | null): number {
  if (age === null) return 100;
  if (age < 1) return 170;
  if (age < 3) return 150;
  if (age < 6) return 135;
  return age < 12 ? 120 : 100;
}

function pulse(put: Put, at: number, value: number, age: number | null): void {
  const limit = pulseLimit(age);
  if (value >= limit + 30 || value < 40) put("vital-pulse-critical", at, at);
  else if (value > limit) put("vital-pulse", at, at);
  else if (value >= 50) put("vital-normal", at, at);
}

function breaths(put: Put, at: number, value: number, age: number | null): void {
  let limit = 20;
  if (age !== null && age < 1) limit = 50;
  else if (age !== null && age < 5) limit = 40;
  else if (age !== null && age < 12) limit = 30;
  if (value >= limit + 8 || value < 8) put("vital-breaths-critical", at, at);
  else if (value > limit) put("vital-breaths", at, at);
  else put("vital-normal", at, at);
}

function pressure(put: Put, at: number, high: number, low: number, age: number | null): void {
  const floor = age !== null && age < 10 ? 70 + 2 * age : 90;
  if (high < floor) put("vital-pressure-low", at, at + 1);
  else if (high >= 180 || low >= 120) put("vital-pressure-critical", at, at + 1);
  else if (high >= 140 || low >= 90) put("vital-pressure-high", at, at + 1);
  else put("vital-normal", at, at + 1);
}

/** How long things have lasted, hours. */
export type Course = {
  /** Shortest span told since something began, or null. */
  readonly shortest: number | null;
  /** Longest span told since something began, or null. */
  readonly longest: number | null;
};

const ONSET =
  /^(?:for|since|past|last|over|started|began|begun|onset|ago|history|lasting|lasted|duration|x|within|after|during|persist|persisted|persisting|da|fa|per|previous|preceding|worsening|been|of|from|in|earlier|before|per|hx|old|now|every|course|complain\w*|with|progressive|progressively|reports|good|nearly|almost|about|around|roughly|going|coming)$/;

/** Before "week", "month", "year" without a number; articles are left out: "for about a month". */
const SPAN = /^(?:last|past|since|for|about|over|nearly|almost|around|roughly|whole)$/;
const MEALS =
  /^(?:breakfast|lunch|lunchtime|dinner|dinnertime|teatime|noon|midday|midnight|waking|dawn|colazione|pranzo|cena|mezzogiorno|mezzanotte|mattina|stanotte)$/;
const WEEKDAYS =
  /^(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|lunedi|martedi|mercoledi|giovedi|venerdi|sabato|domenica|weekend)$/;
const MONTHS =
  /^(?:january|february|april|june|july|august|september|october|november|december|christmas|easter|spring|summer|autumn|winter|gennaio|febbraio|aprile|giugno|luglio|agosto|settembre|ottobre|novembre|dicembre|natale|pasqua)$/;

/** Spans of time that tell how long an illness has lasted; ages, old illnesses and pack years are left out. */
export function courseOf(words: readonly Word[], past: Uint8Array): Course {
  let shortest: number | null = null;
  let longest: number | null = null;
  const take = (hours: number): void => {
    shortest = shortest === null ? hours : Math.min(shortest, hours);
    longest = longest === null ? hours : Math.max(longest, hours);
  };
  for (let at = 0; at < words.length; at++) {
    const { text, value } = words[at];
    const before = words[at - 1]?.text ?? "";
    if (/^(?:yesterday|overnight|ieri|stanotte)$/.test(text)) take(18);
    else if (/^(?:today|tonight|oggi|stamattina|stasera)$/.test(text)) take(6);
    else if (
      /^(?:morning|afternoon|evening|night)$/.test(text) &&
      /^(?:this|last|since)$/.test(before)
    )
      take(8);
    else if (MONTHS.test(text) && (before === "since" || words[at - 2]?.text === "since")) {
      take(24 * 30);
    } else if (/^(?:since|da)$/.test(before) && MEALS.test(text)) take(6);
    else if (/^(?:since|da)$/.test(before) && WEEKDAYS.test(text)) take(72);
    else if (
      text === "hour" &&
      (/^(?:since|last|past|an)$/.test(before) || words[at + 1]?.text === "ago")
    )
      take(1);
    else if (text === "week" && (SPAN.test(before) || before === "this")) take(168);
    else if (text === "month" && SPAN.test(before)) take(730);
    else if (text === "year" && SPAN.test(before) && before !== "last") take(8760);
    else if (
      /^(?:days|weeks|months|years|hours|giorni|settimane|mesi|anni|ore|minutes)$/.test(text) &&
      /^(?:for|many|da|past|last|over|since)$/.test(before)
    ) {
      take((unitHours(text) ?? 0) * 4);
    }
    if (value === null || value <= 0 || past[at] === 1) continue;
    const unit = unitHours(words[at + 1]?.text);
    if (unit === null) {
      continue;
    }
    const after = words[at + 2]?.text ?? "";
    if (/^(?:old|pregnant|gestation|pregnancy|male|female|man|woman|boy|girl)$/.test(after))
      continue;
    // "at 29 weeks": how far a pregnancy is.
    if (unit === 168 && before === "at") continue;
    if (unit === 8760 && /^smok/.test(after)) continue;
    if (unit === 8760 && value >= 10 && at < 8) continue;
    const told =
      [1, 2, 3].some((step) => ONSET.test(words[at - step]?.text ?? "")) ||
      [2, 3].some((step) => ONSET.test(words[at + step]?.text ?? ""));
    if (told && !tellsOfLongAgo(words, at)) take(value * unit);
  }
  return { shortest, longest };
}

/** A vaccination, an operation or a birth that many months ago says nothing of how long an illness has lasted. */
function tellsOfLongAgo(words: readonly Word[], at: number): boolean {
  for (let back = 1; back <= 9; back++) {
    const word = words[at - back];
    if (word === undefined || word.sentence !== words[at].sentence) return false;
    if (
      /^(?:dose|vaccin|shot|booster|menarche|married|surgery|operat|diagnosed|deliver|quit|stopped)/.test(
        word.text,
      )
    )
      return true;
  }
  return false;
}

/** The kinds of course that rules speak of. */
export function courseConcepts({ shortest, longest }: Course): string[] {
  const made: string[] = [];
  if (shortest !== null && shortest <= 12) made.push("for-hours");
  if (shortest !== null && shortest <= 72) made.push("for-days");
  if (longest !== null && longest > 72 && longest < 24 * 20) made.push("over-3-days");
  if (longest !== null && longest <= 24 * 10) made.push("short-course");
  if (longest !== null && longest > 24 * 10) made.push("over-10-days");
  if (longest !== null && longest > 24 * 20) made.push("for-weeks");
  if (longest !== null && longest > 24 * 60) made.push("for-months");
  return made;
}
