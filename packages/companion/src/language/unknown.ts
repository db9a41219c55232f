/** Answers that say of themselves that they are none. */

/** Characters that are read. */
const READ = 20_000;
const UNKNOWN =
  /\b(?:i (?:do not|don['’]t|cannot|can['’]t) (?:know|answer|say|tell)(?! of\b)|i(?:['’]m| am) not (?:sure|able to answer)|i have no (?:information|answer)|non (?:lo )?so\b|non (?:posso|sono in grado di) (?:rispondere|dir)|non ho (?:informazioni|una risposta))/i;

/** Whether an answer says of itself that it does not know; "I do not know of any evidence" is one. */
export function saysUnknown(answer: string): boolean {
  return UNKNOWN.test(answer.slice(0, READ));
}
