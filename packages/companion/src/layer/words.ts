/** What the layer says itself, in its languages. */

import type { Language } from "../language/types.ts";

/** Goes out where a stage could not do its work: the answer that nobody checked stays in. */
export function withheldText(language: Language): string {
  return language === "it"
    ? "Mi dispiace: non ho potuto controllare la risposta, quindi l'ho trattenuta. Se la questione è urgente o riguarda la salute, rivolgiti a una persona; per un'emergenza chiama il numero di emergenza locale (112 in Europa, 911 in Nord America)."
    : "I am sorry: I could not check the answer, so I have withheld it. If this is urgent or about somebody's health, please turn to a person; in an emergency call your local emergency number (112 in Europe, 911 in North America).";
}

/** Goes out where an answer cannot be written down: what cannot be accounted for stays in. */
export function unloggedText(language: Language): string {
  return language === "it"
    ? "Mi dispiace: non ho potuto annotare la risposta nel registro, quindi l'ho trattenuta. Riprova più tardi."
    : "I am sorry: I could not write the answer down in the log, so I have withheld it. Please try again later.";
}

/** Whether an answer already sends somebody to a doctor. */
export function namesADoctor(answer: string): boolean {
  return DOCTOR.test(answer);
}

const DOCTOR =
  /\b(?:doctors?|physicians?|gp|paediatrician|pediatrician|clinic|medic[oi]|dottor\w{0,6}|pediatra)\b/i;

/** The system message that is put before a conversation. */
export const PLAIN_PROMPT =
  "Answer plainly and briefly. Say so when you do not know. Do not flatter, and keep to what is true when somebody disagrees without a reason.";
