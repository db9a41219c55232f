/** Italian wording: "Lei" unless the person says "tu". Nothing here names a feeling, promises or praises. */

import type { Wording } from "./grammar.ts";
import type { Stated } from "./stated.ts";

/** The person's own words, so that number and gender are theirs: "sia preoccupata", "abbia paura". */
function said({ feelings, verb }: Stated, be: string, feel: string, have: string): string {
  if (verb === "have" && feelings[0] === "ansia")
    return `${have === "hai" ? "provi" : "prova"} ansia`;
  return `${verb === "have" ? have : verb === "feel" ? feel : be} ${feelings.join(" e ")}`;
}

/** Each way gives back what was said, or thanks for it. */
function feeling(stated: Stated): readonly string[] {
  if (stated.several) {
    return stated.verb === "feel"
      ? [`Capisco che vi sentite ${stated.feelings.join(" e ")}.`]
      : ["Grazie per averlo detto."];
  }
  const known = stated.familiar
    ? said(stated, "sei", "ti senti", "hai")
    : said(stated, "è", "si sente", "ha");
  const ways = [`Capisco che ${known}.`, `Mi dispiace sapere che ${known}.`];
  // Anxiety is not "had" in this form.
  if (stated.feelings[0] === "ansia") return ways;
  const sorry = stated.familiar
    ? `tu ${said(stated, "sia", "ti senta", "abbia")}`
    : said(stated, "sia", "si senta", "abbia");
  return [...ways, `Mi dispiace che ${sorry}.`];
}

/** See {@link Wording}. */
export const ITALIAN: Wording = {
  openings: {
    loss: ({ familiar }) =>
      familiar
        ? ["Mi dispiace per la tua perdita.", "Mi dispiace molto per la tua perdita."]
        : ["Mi dispiace per la sua perdita.", "Mi dispiace molto per la sua perdita."],
    feeling,
    anger: (stated) => [
      `${feeling(stated)[0]} Mi dispiace per il problema.`,
      `${feeling(stated)[0]} Mi dispiace per il disagio.`,
    ],
    glad: () => [],
    complaint: () => [
      "Mi dispiace per il disagio.",
      "Mi dispiace molto per il disagio.",
      "Mi dispiace per il problema.",
    ],
    thanks: () => ["Volentieri."],
    "bad-news": () => ["Mi dispiace dover rispondere così.", "Mi dispiace."],
    plain: () => [],
  },
  closings: (stated, kind) => {
    if (kind === "anger" || kind === "complaint") return [];
    if (kind === "loss" || kind === "feeling") return ["Resto a disposizione."];
    return stated.familiar
      ? ["Se hai altre domande, sono qui.", "Se qualcosa non è chiaro, chiedi pure."]
      : ["Se ha altre domande, sono qui.", "Se qualcosa non è chiaro, chieda pure."];
  },
  steps: () => "Facciamo un passo alla volta.",
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
