/** What a doctor should look at, soon but not at once. */

import type { Rule } from "./rule.ts";

/** Rules for `doctor`. */
export const DOCTOR_RULES: readonly Rule[] = [
  [
    "chest-any",
    "(chest-pain | chest-pressure) & !cough-only-pain & !heartburn-only & !chest-strain",
    "Chest pain should be looked at.",
    "chestpain",
  ],
  [
    "breath-any",
    `dyspnea | orthopnea | hemoptysis | wheeze & !improving | leg-pain-walking
      | edema & !sprain & !fall & !sting & !insect-bite & !major-trauma | crackles | murmur
      | jugular`,
    "Trouble breathing, blood in phlegm or swollen legs should be looked at.",
    "breathingproblems",
  ],
  [
    "one-leg",
    "one-leg-swollen & !sprain & !muscle-strain & !varicose & !fall",
    "One swollen or painful calf should be looked at the same day.",
    "deepveinthrombosis",
  ],
  [
    "fainting-any",
    `fainting | palpitations
      | near-fainting & (near-fainting.recurrent | for-weeks | age-65 & !near-fainting.mild | pregnant | fatigue)`,
    "Fainting or a pounding heart should be looked at.",
    "fainting",
  ],
  [
    "nerves",
    `one-sided-weakness | face-droop | speech-trouble | double-vision | vision-loss
      | vision-blur | floaters | leg-weakness | memory | ataxia | tremor
      | numbness & !carpal & !cold-sore | saddle | seizure | hearing-loss | aura & !otc-helps
      | vertigo & (recurrent | for-weeks | for-days | vomiting | tinnitus)`,
    "Weakness, numbness or changed sight should be looked at.",
    "stroke",
  ],
  [
    "headache-any",
    "headache & (for-weeks & !(tension-headache & mild) | head-progressive & !hangover | repeated-vomiting | fever & short-course & headache.severe | age-50 & !tension-headache | pregnant | headache.severe & !hangover | headache.recurrent & !tension-headache | vision-blur | head-injury & !hangover)",
    "Such a headache should be looked at.",
    "headache",
  ],
  [
    "wasting",
    `weight-loss | night-sweats & !menopause | hematuria | rectal-bleeding & !bright-spotting
      | rectal-bleeding & (for-weeks | age-50 | weight-loss | fever | diarrhea | abdominal-pain)
      | jaundice | dark-urine
      | lump & !wart & !stye & !head-injury & !bruise & !insect-bite & !sting & !teething & !acne
      | breast-lump | swollen-glands & (for-weeks | fever & fatigue | tonsil-exudate)
      | easy-bruising | mole | dysphagia & !sore-throat | purpura`,
    "This should be looked at soon.",
    "symptoms",
  ],
  [
    "belly",
    `abdominal-pain & (for-days & worsening | for-weeks | fever | recurrent | severe | vomiting & !diarrhea & !gastroenteritis-words | pregnant | age-65 | abdominal-pain.severe | pain-lower-right | pain-lower-left | pain-upper-right | pain-epigastric & !heartburn | rectal-bleeding | weight-loss) & !period-mild & !infant-colic
      | hernia | hernia-stuck | distension & (for-weeks | weight-loss)`,
    "Such belly pain should be looked at.",
    "abdominalpain",
  ],
  [
    "vomiting",
    `vomiting & (repeated-vomiting & !(gastroenteritis-words & for-days) & !(diarrhea & sick-contacts) | for-weeks | pregnant & (repeated-vomiting | weight-loss) | diabetes+)
      | diarrhea & (for-weeks | over-10-days | high-fever | fever & severe | rectal-bleeding | weight-loss | recurrent | age-75 | immune-low+ | dehydration | age-infant & !well)`,
    "This should be looked at.",
    "diarrhea",
  ],
  [
    "constipation",
    "constipation & (rectal-bleeding | weight-loss | abdominal-pain.severe | vomiting | distension & vomiting | for-months & age-50)",
    "Constipation with such signs should be looked at.",
    "constipation",
  ],
  [
    "heartburn",
    "heartburn & (dysphagia | weight-loss | for-months & !otc-helps | melena | vomiting | for-weeks & !otc-helps | poor-response)",
    "Heartburn of this kind should be looked at.",
    "heartburn",
  ],
  [
    "urine",
    `dysuria | flank-pain | urine-leak
      | urine-frequency & (thirst | fever | for-days | for-weeks | weight-loss)
      | thirst & (fatigue | weight-loss) | urine-retention | testicle-pain | testicle-swelling
      | genital-sore & !cold-sore | genital-discharge & !yeast | infertility | priapism`,
    "Such complaints should be looked at.",
    "urinarytractinfections",
  ],
  [
    "women",
    `vaginal-bleeding | pelvic-pain & !period-mild | missed-period | heavy-periods
      | menstrual-change | mastitis & !period-pain | breast-lump
      | yeast & (pregnant | fever | for-weeks)
      | pregnant & (abdominal-pain | headache | edema & !sprain & !fall & !sting & !insect-bite & !major-trauma | fever | dysuria | vaginal-bleeding | itch | epilepsy+ | vomiting & (repeated-vomiting | weight-loss) | hypertension | vital-pressure-high | near-fainting | diabetes)
      | period-pain & (severe & for-months | heavy-periods | infertility | worsening)`,
    "This should be looked at.",
    "menstruation",
  ],
  [
    "fever-doctor",
    "(fever | high-fever) & (age-under-2 & (high-fever | !runny-nose) | high-fever & (for-weeks | fever-days | !runny-nose & !vaccineReaction) | fever-days | rash & !chickenpox | joint-pain & !muscle-ache | joint-hot | dysuria | flank-pain | tonsil-exudate | ear-pain | pregnant | recent-surgery+ | diabetes+ | immune-low+ | age-65 | for-weeks | swollen-glands | night-sweats | cough-productive | worsening | purulent-nose & sinus | drug-use+ | skin-infection | mastoid | tick-bite | back-pain)",
    "Such a fever should be looked at.",
    "fever",
  ],
  [
    "cough-doctor",
    `cough & (over-10-days & !improving | for-weeks | cough-productive & (fever | chest-pain | smoker+ | cough.worsening | rusty-sputum) | fever & cough.worsening | weight-loss | whoop-cough | wheeze | chest-pain & !cough-only-pain | heart-disease+ & edema | copd+ | asthma & worsening)
      | barking-cough & (fever | age-under-2 | worsening)
      | hoarse & (for-weeks | smoker+ & for-days)`,
    "Such a cough should be looked at.",
    "cough",
  ],
  [
    "throat-doctor",
    `sore-throat & (tonsil-exudate | fever & !runny-nose & !cough | swollen-glands & fever | over-10-days | rash | dysphagia.severe | high-fever | worsening & for-days & severe)
      | sinus & (for-weeks | over-10-days & !improving | fever & (severe | purulent-nose) | severe)
      | measles`,
    "Such a sore throat or sinus pain should be looked at.",
    "sorethroat",
  ],
  [
    "ear-doctor",
    `ear-pain & !earwax & !(ear-pain.mild & !fever) | ear-discharge | mastoid | tympanic
      | tinnitus & (hearing-loss | vertigo | for-weeks)`,
    "Such an ear should be looked at.",
    "earinfections",
  ],
  [
    "eye-doctor",
    `eye-pain & !eye-itch & !eye-pain.mild | eye-injury
      | eye-red & (photophobia | vision-blur | contact-lens | eye-pain & !stye | eye-discharge & fever | infant-words | pupil | headache)
      | pupil`,
    "Such an eye should be looked at soon.",
    "eyeinjuries",
  ],
  [
    "skin-doctor",
    `skin-infection & !stye & !teething & !pinworm & !burn & !sunburn
      | redness-spreading & !eczema | shingles & !sunburn | target-rash | purpura
      | rash & (fever & !sunburn | joint-pain & !sunburn | for-months & !eczema & !fungal-skin & !acne & !dandruff | worsening & poor-response)
      | blistering-mucosa | cold-sore & (immune-low+ | eye-pain)
      | eczema & (severe | poor-response | skin-infection | work-interfere)
      | acne & (severe | poor-response) | hives & (for-weeks) | hair-loss & !dandruff | mole
      | pallor | face-swelling & !insect-bite | genital-sore & !cold-sore | scabies & !pinworm`,
    "Such skin should be looked at.",
    "rashes",
  ],
  [
    "bite-doctor",
    `animal-bite | rabies-risk | tick-bite & !contact-rash & (rash | fever | target-rash)
      | insect-bite & (redness-spreading & for-days & worsening | fever | skin-infection & worsening)
      | wound-deep | wound & (diabetes+ | unvaccinated | redness-spreading) | blister & diabetes+`,
    "Such a bite or wound should be looked at.",
    "animalbites",
  ],
  [
    "burn-doctor",
    "burn & (burn-large | blister & !burn-minor | infant-words | age-under-5 | diabetes+)",
    "Such a burn should be looked at.",
    "burns",
  ],
  [
    "joint-doctor",
    `joint-hot & !burn & !sunburn & !insect-bite & !sting
      | joint-swollen & !sprain & !insect-bite & !sting | morning-stiffness
      | joint-pain & (fever | for-weeks | many-joints | severe & !sprain | recurrent | weight-loss | rash & !sunburn | cannot-bear-weight | worsening & over-10-days | joint-pain.sudden)
      | fracture | cannot-bear-weight | major-trauma | fall & (age-65 | severe)
      | head-injury & !hangover & (headache | age-65 | age-under-2 | nausea | near-fainting) | hip-fall
      | muscle-ache & (for-weeks | dark-urine | weakness & for-weeks)`,
    "Such a joint or injury should be looked at.",
    "arthritis",
  ],
  [
    "back-doctor",
    `back-pain & (for-weeks & !improving | fever | weight-loss | cancer+ | sciatica & (severe | weakness | numbness | for-weeks) | night-sweats | age-65 & (fall | severe) | numbness | weakness | leg-weakness | major-trauma | severe & !back-strain | morning-stiffness | worsening & for-weeks)
      | neck-pain & (fever | numbness | weakness | for-weeks | major-trauma)`,
    "Such back pain should be looked at.",
    "backpain",
  ],
  [
    "mind",
    `depression & !well | panic & (recurrent | for-weeks | work-interfere | many-times)
      | yeast & many-times | hallucination | mania
      | anxiety & (for-weeks | palpitations | severe | work-interfere | recurrent | fainting)
      | insomnia & (for-months | work-interfere | for-weeks) | drink-problem | alcohol & (tremor | for-months)
      | growth-problem | sleepiness | sleep-apnea | memory`,
    "This should be talked over with a doctor.",
    "mentalhealth",
  ],
  [
    "hormones",
    `endocrine | lab-abnormal
      | weight-gain & (for-weeks | fatigue | menstrual-change | edema & !sprain & !fall & !sting & !insect-bite & !major-trauma | cant-get-warm)
      | fatigue & (for-weeks | pallor | near-fainting & for-days | weight-gain | cant-get-warm | night-sweats | fever & over-10-days)
      | menopause & (severe | work-interfere | for-months)`,
    "Such lasting changes should be looked at.",
    "endocrinediseases",
  ],
  [
    "nose-doctor",
    `nosebleed & (recurrent | anticoagulant+ | easy-bruising | head-injury | hypertension & severe)
      | smell-loss & for-weeks | purulent-nose & over-10-days | foreign-body-nose
      | tooth-pain & (fever | face-swelling | severe)
      | canker-sore & (over-10-days & !recurrent | weight-loss | fever | genital-sore | for-weeks)`,
    "This should be looked at.",
    "sinusitis",
  ],
  [
    "infant-doctor",
    "(age-infant | infant-words) & (fever | cough & !well & !runny-nose | not-drinking | repeated-vomiting | inconsolable & !infant-colic | diarrhea & (!well | age-under-3-months) | rash & fever)",
    "A baby with this should be looked at.",
    "fever",
  ],
  [
    "vitals-doctor",
    `vital-pulse-critical | vital-pressure-critical | vital-pressure-low | vital-oxygen
      | vital-breaths | vital-breaths-critical | vital-glucose-high | vital-glucose-low
      | vital-pulse & !improving & !well
      | vital-pressure-high & (headache | pregnant | edema & !sprain & !fall & !sting & !insect-bite & !major-trauma | for-months | for-days | many-times)`,
    "Such vital signs should be looked at.",
    "vitalsigns",
  ],
  [
    "lasting",
    `poor-response & (yeast | menopause | fungal-skin & for-weeks) | for-weeks & (stye | canker-sore | (itch | rash) & poor-response)
      | (for-months & !recurrent | for-weeks & poor-response | over-10-days & poor-response) & (pain-any & !wart | (itch | rash) & !hay-fever & !eczema & !fungal-skin | heel | tooth-pain | cough | diarrhea | constipation | headache | canker-sore | muscle-strain | sprain | sore-throat | heartburn)`,
    "What lasts for months, or does not heal in spite of care, should be looked at.",
    "symptoms",
  ],
  [
    "child-other",
    `electric-shock | heat & (vomiting | near-fainting | headache.severe) | swallowed-harmless & !everyday
      | rabies-risk | unvaccinated & wound | frostbite | epilepsy & recurrent
      | limb-cold & !fungal-skin & !bruise & !muscle-strain & !sprain | testicle-swelling
      | routine | chickenpox & (age-adult | pregnant | immune-low+ | fever & high-fever)`,
    "This should be looked at.",
    "woundsandinjuries",
  ],
].map(
  ([id, when, why, source]): Rule => ({
    id: `see-${id}`,
    disposition: "doctor",
    when,
    why,
    sources: [`medlineplus-${source}`],
  }),
);
