/** Units of measure: canonical symbols and the ways in which English and Italian texts write them. */

import type { Token } from "./types.ts";

/** Canonical symbol, then its synonyms (folded); a synonym of several words is written with spaces. */
const TABLE: readonly string[] = [
  "kg|kgs,kilo,kilos,kilogram,kilograms,kilogramme,kilogrammes,chilo,chili,chilogrammo,chilogrammi",
  "g|gr,gm,gms,gram,grams,gramme,grammes,grammo,grammi",
  "mg|mgs,milligram,milligrams,milligramme,milligrammes,milligrammo,milligrammi",
  "ug|mcg,mcgs,microgram,micrograms,microgramme,microgrammes,microgrammo,microgrammi",
  "ng|nanogram,nanograms,nanogrammo,nanogrammi",
  "lb|lbs,pound,pounds,libbra,libbre",
  "oz|ounce,ounces,oncia,once",
  "stone|stones",
  "l|liter,liters,litre,litres,litro,litri",
  "dl|deciliter,deciliters,decilitre,decilitres,decilitro,decilitri",
  "cl|centiliter,centiliters,centilitro,centilitri",
  "ml|cc,milliliter,milliliters,millilitre,millilitres,millilitro,millilitri",
  "ul|microliter,microliters,microlitre,microlitres,microlitro,microlitri",
  "cup|cups,tazza,tazze",
  "glass|glasses,bicchiere,bicchieri",
  "tsp|tsps,teaspoon,teaspoons,teaspoonful,teaspoonfuls,cucchiaino,cucchiaini",
  "tbsp|tbsps,tablespoon,tablespoons,tablespoonful,tablespoonfuls,cucchiaio,cucchiai",
  "pint|pints,pinta,pinte",
  "gal|gallon,gallons,gallone,galloni",
  "qt|quart,quarts",
  "serving|servings,porzione,porzioni",
  "drop|drops,goccia,gocce,gtt",
  "tablet|tablets,tab,tabs,compressa,compresse,cpr,pastiglia,pastiglie",
  "pill|pills,pillola,pillole",
  "capsule|capsules,cap,caps,capsula",
  "puff|puffs,spruzzo,spruzzi,puffata",
  "dose|doses,dosi",
  "injection|injections,iniezione,iniezioni",
  "sachet|sachets,bustina,bustine",
  "vial|vials,fiala,fiale,ampoule,ampoules",
  "patch|patches,cerotto,cerotti",
  "suppository|suppositories,supposta,supposte",
  "iu|ui,unit,units,unità,international units,unità internazionali",
  "ms|msec,millisecond,milliseconds,millisecondo,millisecondi",
  "s|sec,secs,second,seconds,secondo,secondi",
  "min|mins,minute,minutes,minuto,minuti",
  "h|hr,hrs,hour,hours,ora,ore",
  "d|day,days,giorno,giorni,dì",
  "night|nights,notte,notti",
  "wk|wks,week,weeks,settimana,settimane",
  "mo|mos,month,months,mese,mesi",
  "yr|yrs,year,years,anno,anni,yo",
  "decade|decades,decennio,decenni",
  "century|centuries,secolo,secoli",
  "nm|nanometer,nanometers,nanometre,nanometri",
  "um|micron,microns,micrometer,micrometers",
  "mm|millimeter,millimeters,millimetre,millimetres,millimetro,millimetri",
  "cm|cms,centimeter,centimeters,centimetre,centimetres,centimetro,centimetri",
  "m|meter,meters,metre,metres,metro,metri",
  "km|kms,kilometer,kilometers,kilometre,kilometres,chilometro,chilometri",
  "in|inch,inches,pollice,pollici",
  "ft|foot,feet,piede,piedi",
  "yd|yard,yards,iarda,iarde",
  "mi|mile,miles,miglio,miglia",
  "m^2|sq m,square meter,square meters,square metre,square metres,metro quadro,metri quadri,mq",
  "m^3|cubic meter,cubic meters,metri cubi",
  "°C|°c,celsius,degrees celsius,degree celsius,degrees c,gradi celsius,gradi c,gradi centigradi,degrees centigrade,° c",
  "°F|°f,fahrenheit,degrees fahrenheit,degree fahrenheit,degrees f,gradi fahrenheit,gradi f,° f",
  "deg|°,degree,degrees,grado,gradi",
  "kcal|kcals,kilocalorie,kilocalories,chilocalorie",
  "cal|cals,calorie,calories,caloria",
  "kj|kilojoule,kilojoules",
  "j|joule,joules",
  "kw|kilowatt,kilowatts",
  "w|watt,watts",
  "v|volt,volts",
  "hz|hertz",
  "gy|gray,grays",
  "mmhg|mm hg,millimeters of mercury,millimetres of mercury,millimetri di mercurio",
  "kpa|kilopascal,kilopascals",
  "bpm|beats per minute,beats a minute,battiti al minuto",
  "mmol|millimole,millimoles,millimoli",
  "umol|micromole,micromoles,micromoli",
  "mol|mole,moles,moli",
  "meq|milliequivalent,milliequivalents",
  "%|percent,per cent,pct,per cento,percento",
  "pp|percentage point,percentage points,punti percentuali",
  "USD|$,usd,dollar,dollars,dollaro,dollari,bucks",
  "cent|cents,centesimo,centesimi",
  "EUR|€,eur,euro,euros",
  "GBP|£,gbp,sterlina,sterline,pounds sterling",
  "x|time,times,volta,volte",
  "person|people,persons,persona,persone",
];

const WORDS = new Map<string, string>();
/** Synonyms of several words, by their first word; longest first. */
const LONG = new Map<string, { readonly rest: readonly string[]; readonly unit: string }[]>();
for (const line of TABLE) {
  const [unit, list] = line.split("|");
  WORDS.set(unit.toLowerCase(), unit);
  for (const synonym of list.split(",")) {
    const parts = synonym.startsWith("°")
      ? ["°", ...synonym.slice(1).trim().split("")]
      : synonym.split(" ");
    if (parts.length === 1) WORDS.set(synonym, unit);
    else {
      const [head, ...rest] = parts;
      const kept = LONG.get(head) ?? [];
      kept.push({ rest, unit });
      kept.sort((a, b) => b.rest.length - a.rest.length);
      LONG.set(head, kept);
    }
  }
}
// A bare "in" is the preposition; inches are written out.
WORDS.delete("in");

/** Symbols that mean a unit only right after digits: elsewhere they are words or letters. */
const AFTER_DIGITS = new Set(
  "l g m s h d v w j t ft mi gal qt cal cap caps tab tabs min mins sec secs mo mos once oz cc ca yo ms time pp cl dl once".split(
    " ",
  ),
);
/** Units of time: what "per", "a", "al" may make a rate of. */
export const TIME_UNITS: ReadonlySet<string> = new Set([
  "ms",
  "s",
  "min",
  "h",
  "d",
  "night",
  "wk",
  "mo",
  "yr",
  "decade",
]);
/** Currency signs that stand before their number. */
const BEFORE = new Map([
  ["$", "USD"],
  ["€", "EUR"],
  ["£", "GBP"],
]);

/** A unit at a place among tokens. */
export type UnitAt = { readonly unit: string; readonly next: number };

/** The simple unit that begins at token `at`, or null; `digits`: whether digits stand before it. */
export function unitAt(all: readonly Token[], at: number, digits: boolean): UnitAt | null {
  const word = all[at]?.text;
  if (word === undefined) return null;
  for (const { rest, unit } of LONG.get(word) ?? []) {
    if (rest.every((part, i) => all[at + 1 + i]?.text === part)) {
      return { unit, next: at + 1 + rest.length };
    }
  }
  const unit = WORDS.get(word);
  if (unit === undefined || (!digits && AFTER_DIGITS.has(word))) return null;
  if (unit === "m" || unit === "cm" || unit === "mm") {
    if (all[at + 1]?.text === "^" && /^[23]$/.test(all[at + 2]?.text ?? "")) {
      return { unit: `${unit}^${all[at + 2].text}`, next: at + 3 };
    }
  }
  return { unit, next: at + 1 };
}

/** The currency whose sign is the token, or null. */
export function currencyBefore(token: Token | undefined): string | null {
  return token === undefined ? null : (BEFORE.get(token.text) ?? null);
}
