/** What the layer itself says when people must take over. No diagnosis, no dose, no question. */

import type { Language } from "../language/types.ts";
import type { TriageVerdict } from "./types.ts";

const EMERGENCY: Readonly<Record<Language, string>> = {
  en:
    "What you describe can be a sign of something that needs help at once. Please call your local emergency number " +
    "now (112 in Europe, 911 in the US), or have somebody near you call. Do not drive yourself, stay with somebody " +
    "if you can, and do what the people on the line tell you. I am not a doctor and cannot judge this from here.",
  it:
    "Quello che descrivi può essere il segno di qualcosa che richiede aiuto immediato. Chiama subito il numero di " +
    "emergenza (112 in Europa, 911 negli Stati Uniti) o fai chiamare qualcuno vicino a te. Non metterti alla guida, " +
    "resta con qualcuno se puoi e segui le indicazioni di chi risponde. Non sono un medico e da qui non posso valutarlo.",
};

const CRISIS: Readonly<Record<Language, string>> = {
  en:
    "I am glad that you wrote this, and I take it seriously. You deserve help from a person right now. If somebody " +
    "is in danger, please call your local emergency number (112 in Europe, 911 in the US); in the US you can also call " +
    "or text 988, elsewhere a crisis line in your country. If you can, go to somebody you " +
    "trust or to a place where you are safe, and keep away from anything that could be used to do harm.",
  it:
    "È importante che tu lo abbia scritto, e lo prendo sul serio. Meriti l'aiuto di una persona, adesso. Se qualcuno " +
    "è in pericolo chiama il numero di emergenza (112 in Europa, 911 negli Stati Uniti); puoi anche " +
    "rivolgerti a una linea di ascolto del tuo paese. Se puoi, vai da una persona di cui ti " +
    "fidi o in un luogo sicuro, lontano da ciò che potrebbe fare del male.",
};

const DOCTOR: Readonly<Record<Language, string>> = {
  en:
    "This is something for a doctor or another health professional to look at. If it gets worse, or something new and " +
    "worrying comes, call your local emergency number (112 in Europe, 911 in the US).",
  it:
    "È una cosa da far vedere a un medico o a un altro professionista sanitario. Se peggiora, o compare qualcosa di " +
    "nuovo e preoccupante, chiama il numero di emergenza (112 in Europa, 911 negli Stati Uniti).",
};

/**
 * What is said instead of a model's answer on `emergency` or a crisis, and beside it on `doctor`: what to do now and
 * whom to call, without guessing a country, naming an illness or asking for anything. Empty for the other results.
 */
export function handoverText(verdict: TriageVerdict, language: Language): string {
  if (verdict.crisis) return CRISIS[language];
  if (verdict.disposition === "emergency") return EMERGENCY[language];
  return verdict.disposition === "doctor" ? DOCTOR[language] : "";
}
