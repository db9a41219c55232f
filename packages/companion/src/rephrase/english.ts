/** English wording. Nothing here names a feeling, promises an outcome or praises anybody. */

import type { Wording } from "./grammar.ts";
import type { Stated } from "./stated.ts";

const feelings = ({ feelings: all }: Stated): string => all.join(" and ");

/** See {@link Wording}. */
export const ENGLISH: Wording = {
  openings: {
    loss: () => ["I am sorry for your loss.", "I am so sorry for your loss."],
    feeling: (stated) => [
      `You write that you are ${feelings(stated)}. Thank you for telling me.`,
      `Thank you for saying that you are ${feelings(stated)}.`,
      `You say that you are ${feelings(stated)}. Let us look at this together.`,
    ],
    glad: (stated) => [`Good to hear that you are ${feelings(stated)}.`],
    complaint: () => [
      "Sorry that you had to write about this.",
      "I am sorry that you had to write about this.",
      "Thank you for letting me know about this.",
    ],
    thanks: () => ["You are welcome.", "Happy to help."],
    about: ({ about }) => [
      `Thank you for asking about your ${about ?? ""}.`,
      `You are asking for your ${about ?? ""}. Here is what I can tell you.`,
    ],
    "bad-news": () => [
      "Thank you for asking.",
      "I am sorry that this is not the answer you hoped for.",
    ],
    plain: () => [
      "Thank you for your question.",
      "Thanks for asking.",
      "Here is what I can tell you.",
    ],
  },
  closings: () => [
    "If anything is unclear, just ask.",
    "If you have any other question, just ask.",
    "I am here if you have more questions.",
  ],
  steps: () => "Let us take it step by step.",
  emergencies: [
    "emergency number",
    "call 911",
    "call 112",
    "call 999",
    "poison control",
    "crisis line",
  ],
  badNews:
    /^(?:no\b|unfortunately|sorry|i(?:'m| am) (?:sorry|afraid)|we (?:cannot|can't|are unable)|it is not possible|that is not possible|your (?:request|application|claim) (?:was|has been) (?:rejected|denied|declined))/i,
};
