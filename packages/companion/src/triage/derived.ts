/** Findings made of other findings. */

/** Name to condition; each may use those before it. */
export const DERIVED: readonly (readonly [name: string, when: string])[] = [
  [
    "heartburn-only",
    "heartburn & !exertional & !radiates-arm-jaw & !sweating & !dyspnea & !chest-pressure & !fainting",
  ],
  [
    "anxiety-young",
    "anxiety & !age-50 & !heart-disease & !radiates-arm-jaw & !fainting & recurrent",
  ],
  [
    "cough-only-pain",
    "chest-pain & cough & !exertional & !radiates-arm-jaw & !chest-pressure & !dyspnea & !sweating & !hemoptysis & (runny-nose | fever | sore-throat | cough-productive)",
  ],
  ["period-mild", "period-pain & !severe & !fever & !vaginal-bleeding"],
  [
    "side-weakness-new",
    "one-sided-weakness & !shingles & !back-pain & !sciatica & !carpal & !neck-pain & !for-weeks",
  ],
  ["sunburn", "sun-exposure & (skin-infection | rash | redness-spreading) & !insect-bite"],
  ["hay-fever", "sneezing & (itch | eye-itch) & (recurrent | for-weeks) & !fever"],
  [
    "chest-strain",
    "chest-wall & muscle-strain & !dyspnea & !radiates-arm-jaw & !sweating & !age-40 & !fainting & !cough & !fever & !major-trauma",
  ],
  ["fever-days", "fever & over-3-days"],
];
