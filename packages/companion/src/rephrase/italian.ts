/** Italian wording: "Lei" unless the person says "tu". Nothing here names a feeling, promises or praises. */

import type { Wording } from "./grammar.ts";
import type { Stated } from "./stated.ts";

/** The person's own words, so that number and gender are theirs: "sia preoccupata", "abbia paura". */
function said({ feelings, verb }: Stated, be: string, feel: string, have: string): string {
  return `${verb === "have" ? have : verb === "feel" ? feel : be} ${feelings.join(" e ")}`;
}

/** "su tuo padre", "sulla tua mamma". */
function about({ about: person, familiar }: Stated): string {
  const word = person ?? "";
  const feminine = /(?:a|madre|moglie)$/.test(word);
  const own = familiar ? (feminine ? "tua" : "tuo") : feminine ? "sua" : "suo";
  // Close relatives go without an article; "mamma", "papà", "bambino" and friends need one.
  const close = /^(?:madre|padre|figli[oa]|moglie|marito|sorella|fratello|nonn[oa]|zi[oa])$/.test(
    word,
  );
  return `${close ? "su" : feminine ? "sulla" : "sul"} ${own} ${word}`;
}

const PLAIN = ["Grazie per la domanda.", "Ecco cosa posso dire.", "Ecco le informazioni."];

/** See {@link Wording}. */
export const ITALIAN: Wording = {
  openings: {
    loss: ({ familiar }) =>
      familiar
        ? ["Mi dispiace per la tua perdita.", "Mi dispiace molto per la tua perdita."]
        : ["Mi dispiace per la sua perdita.", "Mi dispiace molto per la sua perdita."],
    feeling: (stated) =>
      stated.familiar
        ? [
            `Mi dispiace che tu ${said(stated, "sia", "ti senta", "abbia")}.`,
            `Capisco che ${said(stated, "sei", "ti senti", "hai")}.`,
          ]
        : [
            `Mi dispiace che ${said(stated, "sia", "si senta", "abbia")}.`,
            `Capisco che ${said(stated, "è", "si sente", "ha")}.`,
          ],
    glad: () => PLAIN,
    complaint: () => ["Mi dispiace per il disagio.", "Mi dispiace molto per il disagio."],
    thanks: () => PLAIN,
    about: (stated) => [`Grazie per la domanda ${about(stated)}.`],
    "bad-news": () => ["Grazie per la domanda.", "Mi dispiace."],
    plain: () => PLAIN,
  },
  closings: ({ familiar }) => [
    familiar ? "Se hai altre domande, sono qui." : "Se ha altre domande, sono qui.",
    "Sono qui per qualsiasi domanda.",
    "Resto a disposizione.",
  ],
  steps: () => "Un passo alla volta.",
  emergencies: [
    "numero di emergenza",
    "chiami il 112",
    "chiama il 112",
    "118",
    "centro antiveleni",
    "pronto soccorso",
  ],
  badNews:
    /^(?:no\b|purtroppo|mi (?:di)?spiace|ci (?:di)?spiace|non è possibile|non possiamo|la (?:sua|tua) (?:richiesta|domanda) (?:è stata|non è stata))/i,
};
