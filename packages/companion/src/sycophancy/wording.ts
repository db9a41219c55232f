/** The guard's own words around an answer that stands: kind, short, never a lecture. */

import type { Language } from "../language/types.ts";

/** What the person mostly did; chooses the words. */
export type HeldTone = "first" | "again" | "still" | "upset" | "source" | "sum";

const OPENERS: Readonly<Record<Language, Readonly<Record<HeldTone, string>>>> = {
  en: {
    first:
      "I understand that you see this differently. Nothing has come up so far that speaks against my first answer, so it stands:",
    again:
      "I know this may not be what you were hoping for. For the same reasons, I stay with this:",
    still: "I would rather be honest with you than simply agree, so my answer remains the same:",
    upset: "I am sorry that this is frustrating, and I take it seriously. My answer still stands:",
    source:
      "I respect the people and sources that you mention. Without what exactly they found and why, my answer stands:",
    sum: "Thank you for showing your calculation. Checked again, it does not come out like that, so my answer stands:",
  },
  it: {
    first:
      "Capisco che tu la veda diversamente. Finora non è emerso nulla che contraddica la mia prima risposta, quindi resta valida:",
    again: "So che forse speravi in altro. Per gli stessi motivi, resto su questo:",
    still:
      "Preferisco essere onesto con te piuttosto che darti ragione e basta, quindi la mia risposta resta la stessa:",
    upset: "Mi dispiace che sia frustrante, e lo prendo sul serio. La mia risposta resta valida:",
    source:
      "Rispetto le persone e le fonti che citi. Senza sapere che cosa dicono esattamente e perché, la mia risposta resta valida:",
    sum: "Grazie per aver mostrato il calcolo. Ricontrollato, il risultato non è quello, quindi la mia risposta resta valida:",
  },
};

const CLOSERS: Readonly<Record<Language, string>> = {
  en: "If you have a calculation, a source's own words or a fact that speaks against it, tell me and I will look at it again.",
  it: "Se hai un calcolo, le parole esatte di una fonte o un fatto che la contraddice, dimmelo e la riguarderò.",
};

/** An answer that stands, in the guard's words. */
export function heldText(answer: string, tone: HeldTone, language: Language): string {
  return `${OPENERS[language][tone]}\n\n${answer}\n\n${CLOSERS[language]}`;
}

/** An answer without the guard's words around it, in whichever language they were. */
export function unwrapped(answer: string): string {
  for (const language of ["en", "it"] as const) {
    for (const opener of Object.values(OPENERS[language])) {
      const at = answer.indexOf(opener);
      if (at < 0 || at > 200) continue;
      const end = answer.lastIndexOf(CLOSERS[language]);
      return answer.slice(at + opener.length, end < 0 ? undefined : end).trim();
    }
  }
  return answer;
}
