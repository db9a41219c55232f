/** What mostly heals by itself or with what a pharmacy has. */

import type { Rule } from "./rule.ts";

/** Rules for `self-care`; they hold only where no rule asks for more. */
export const SELF_CARE_RULES: readonly Rule[] = [
  [
    "cold",
    `runny-nose | sneezing & !wheeze
      | sore-throat & (cough | runny-nose | hoarse | mild | for-days | low-fever | !fever)
      | hoarse & !for-weeks | smell-loss & runny-nose | cough & !for-weeks`,
    "A cold mostly passes by itself.",
    "commoncold",
  ],
  [
    "flu",
    `fever & (muscle-ache | runny-nose | cough | sore-throat | chills | headache | fatigue)
      | muscle-ache & (fatigue | cough | sore-throat) | low-fever | vaccineReaction`,
    "A feverish cold mostly passes with rest and drinking.",
    "commoncold",
  ],
  [
    "hay-fever",
    "hay-fever | sneezing & (itch | eye-itch | recurrent) | eye-itch & (runny-nose | sneezing)",
    "Hay fever can mostly be eased with what a pharmacy has.",
    "hayfever",
  ],
  ["sinus", "sinus | purulent-nose", "A blocked sinus mostly clears within ten days.", "sinusitis"],
  [
    "stomach-bug",
    "diarrhea | vomiting | nausea | gastroenteritis-words | hangover | travel-sick | hiccups",
    "A short stomach upset mostly passes with drinking enough.",
    "gastroenteritis",
  ],
  [
    "constipation",
    "constipation | gas | hemorrhoids | bright-spotting | infant-colic | posset | pinworm",
    "This mostly gets better with diet, drinking and moving.",
    "constipation",
  ],
  [
    "heartburn",
    "heartburn",
    "Occasional heartburn mostly gets better with what a pharmacy has.",
    "heartburn",
  ],
  [
    "mouth",
    "canker-sore | cold-sore | teething | chapped-lips | bad-breath | body-odor | tooth-pain & mild",
    "Small sores in the mouth heal within one or two weeks.",
    "cankersores",
  ],
  [
    "skin",
    `acne | eczema | contact-rash | diaper-rash | fungal-skin | wart | dandruff | lice
      | sunburn | hives | itch | rash & !fever | blister | chickenpox`,
    "Such a skin complaint can mostly be cared for at home.",
    "rashes",
  ],
  [
    "bite",
    "insect-bite | sting | tick-bite & !fever & !rash",
    "An insect's bite or sting mostly heals by itself.",
    "insectbitesandstings",
  ],
  [
    "small-wound",
    "wound | wound-minor | burn-minor | burn & !burn-large | bruise | nosebleed & (improving | !recurrent)",
    "A small wound, bruise or burn can be cared for at home.",
    "woundsandinjuries",
  ],
  [
    "strain",
    `sprain | muscle-strain | back-strain | back-pain | neck-pain | heel | carpal
      | chest-strain | muscle-ache | joint-pain`,
    "A strain mostly heals with rest and moving again soon.",
    "sprainsandstrains",
  ],
  [
    "eye",
    "eye-red | eye-discharge | eye-itch | stye | subconjunctival",
    "Such an eye mostly gets better by itself.",
    "pinkeye",
  ],
  [
    "ear",
    "earwax | ear-pain & mild",
    "Wax or a blocked ear can mostly be cared for at home.",
    "earinfections",
  ],
  [
    "head",
    "headache & (tension-headache | mild | otc-helps | hangover | !severe)",
    "A mild headache mostly passes by itself.",
    "headache",
  ],
  [
    "women",
    "yeast | period-pain | menopause",
    "This can mostly be eased with what a pharmacy has.",
    "vaginitis",
  ],
  [
    "sleep",
    "insomnia | anxiety & mild | fatigue & !for-weeks",
    "A few bad nights mostly get better by themselves.",
    "insomnia",
  ],
  ["everyday", "everyday", "Such a thing of every day mostly passes by itself.", "symptoms"],
  [
    "settling",
    "(improving | well) & (short-course | for-hours | for-days)",
    "What has settled by itself can be watched at home.",
    "symptoms",
  ],
  [
    "bump",
    "head-injury & (well | !headache)",
    "A light bump without other signs can be watched at home.",
    "concussion",
  ],
].map(
  ([id, when, why, source]): Rule => ({
    id: `home-${id}`,
    disposition: "self-care",
    when,
    why,
    sources: [`medlineplus-${source}`],
  }),
);
