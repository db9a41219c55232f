/** English wording. Nothing here names a feeling that was not stated, promises an outcome or praises anybody. */

import type { Wording } from "./grammar.ts";
import type { Stated } from "./stated.ts";

const feelings = ({ feelings: all, verb }: Stated): string =>
  `you ${verb === "feel" ? "feel" : "are"} ${all.join(" and ")}`;

const ASK = ["If anything is unclear, just ask.", "Feel free to ask more."];
const HERE = ["I am here if you have more questions."];

/** See {@link Wording}. */
export const ENGLISH: Wording = {
  openings: {
    loss: () => [
      "I am so sorry for your loss.",
      "I am very sorry for your loss.",
      "I am sorry for your loss.",
    ],
    feeling: (stated) => [
      `I am sorry that ${feelings(stated)}.`,
      `I understand that ${feelings(stated)}. Let us look at this together.`,
      `Thank you for telling me that ${feelings(stated)}.`,
    ],
    anger: (stated) => [
      `I understand that ${feelings(stated)}. I am sorry about this.`,
      `I understand that ${feelings(stated)}. I am sorry for the trouble.`,
    ],
    glad: (stated) => [`I am glad to hear that ${feelings(stated)}.`],
    complaint: () => [
      "I am sorry about this.",
      "I am sorry that you had to write about this.",
      "Thank you for letting me know about this.",
    ],
    thanks: () => ["You are welcome."],
    "bad-news": () => [
      "I am sorry that this is not the answer you hoped for.",
      "I wish I had better news.",
    ],
    plain: () => [],
  },
  closings: (_stated, kind) => {
    if (kind === "anger" || kind === "complaint") return [];
    return kind === "loss" || kind === "feeling" ? HERE : ASK;
  },
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
    /^(?:unfortunately|sorry|i(?:'m| am) (?:sorry|afraid)|we (?:cannot|can't|are unable)|it is not possible|that is not possible|your (?:request|application|claim) (?:was|has been) (?:rejected|denied|declined))/i,
};
