/** Red flags: what should be seen at once. */

import type { Rule } from "./rule.ts";

const CHEST = "chest-pain | chest-pressure";
const BREATH = "dyspnea | dyspnea-severe";

/** Rules for `emergency`, the more telling first. */
export const EMERGENCY_RULES: readonly Rule[] = [
  [
    "crisis-suicide",
    "suicidal | self-harm",
    "Thoughts of ending one's life or of self-harm need a person at once.",
    "suicide",
  ],
  [
    "crisis-violence",
    "violence | harm-others",
    "Violence, or the wish to harm somebody, needs people at once.",
    "domesticviolence",
  ],
  [
    "no-response",
    `unresponsive | cardiac-arrest | (fainting & (apnea | cyanosis))
      | overdose & (drowsy | fainting) | drug-use & (pupil | apnea | drowsy | cyanosis)`,
    "Somebody who does not respond or breathe needs help at once.",
    "fainting",
  ],
  [
    "airway",
    `choking | stridor & (drooling | dyspnea | cyanosis | fever | at-rest)
      | drooling & (fever | muffled-voice | sore-throat | dyspnea | age-child)
      | muffled-voice & (fever | sore-throat | dysphagia | drooling)
      | cannot-swallow & (sore-throat | fever | dyspnea | food-stuck)
      | food-stuck & (drooling | cannot-swallow | dysphagia) | cannot-swallow & food-stuck`,
    "A narrowed or blocked airway can close.",
    "choking",
  ],
  [
    "breathing-severe",
    "dyspnea-severe | bulbar-weakness & (dyspnea | myasthenia+) | apnea | sleep-breathing & (age-infant | infant-words) | cyanosis | low-oxygen | dyspnea.severe & for-days",
    "Severe trouble breathing or blue lips are an emergency.",
    "breathingproblems",
  ],
  [
    "breathing-sudden",
    "dyspnea.sudden",
    "Breathlessness that comes suddenly needs help at once.",
    "breathingproblems",
  ],
  [
    "stroke",
    `face-droop & (one-sided-weakness | age-40 | elderly-words) & !for-weeks & !bell-palsy
      | face-droop & (one-sided-weakness | speech-trouble | (weakness | numbness) & !bell-palsy | confusion)
      | speech-trouble.sudden
      | speech-trouble & (one-sided-weakness | face-droop | confusion | weakness | vision-loss | headache.severe | headache.sudden)
      | one-sided-weakness & (sudden | for-hours | for-days | headache | ataxia | confusion | vision-loss | vertigo) & !for-weeks & !back-pain & !carpal & !shingles
      | side-weakness-new & (age-40 | elderly-words) & !recurrent & !numbness
      | side-weakness-new.sudden | face-droop.sudden & !bell-palsy | face-droop & age-65
      | face-droop & for-hours & !bell-palsy
      | vertigo & 2(ataxia, double-vision, headache.severe, headache.sudden, speech-trouble, one-sided-weakness, dysphagia) & !recurrent`,
    "Sudden weakness, a drooping face or trouble speaking can be signs of a stroke, even if they pass.",
    "stroke",
  ],
  [
    "stroke-named",
    "heart-attack & !idiom",
    "A heart attack or stroke needs help at once.",
    "heartattack",
  ],
  [
    "speech-lost",
    "speech-trouble & (ataxia | vertigo | near-fainting | vomiting | sudden | for-hours | for-days | age-40 | elderly-words) & !for-weeks & !growth-problem & !hoarse & !sore-throat",
    "New trouble speaking can be a sign of a stroke.",
    "stroke",
  ],
  [
    "vision-sudden",
    `vision-loss.sudden
      | vision-loss & (for-hours | for-days | headache | eye-pain) & !for-months | curtain-vision
      | floaters & !for-months & (vision-loss | curtain-vision | floaters.sudden)
      | double-vision.sudden`,
    "Sudden loss of sight needs help at once.",
    "retinaldisorders",
  ],
  [
    "glaucoma",
    `(eye-pain.severe | eye-pain & (headache | nausea | vomiting)) & (vision-blur | vision-loss | nausea | vomiting | pupil)
      | eye-pain & eye-red & !for-weeks & !recurrent & (nausea | vomiting | pupil | vision-loss | headache.severe)
      | eye-pain.severe & eye-red & sudden & !recurrent`,
    "A painful red eye with blurred sight or vomiting can lose its sight within hours.",
    "glaucoma",
  ],
  [
    "eye-injury",
    "eye-chemical | eye-penetrating | eye-injury & (vision-loss | vision-blur | pupil | eye-pain.severe) & !for-weeks",
    "Chemicals in the eye or a pierced eye need help at once.",
    "eyeinjuries",
  ],
  ["thunderclap", "thunderclap", "A sudden, worst-ever headache needs help at once.", "headache"],
  [
    "headache-flags",
    `headache & (confusion | drowsy & !sleep-apnea | seizure | one-sided-weakness | speech-trouble | fainting | pupil & !for-months | ataxia.sudden | double-vision & !for-months) & !aura+
      | headache & preeclampsia-words
      | headache.severe & (fever | repeated-vomiting & sudden | pregnant | anticoagulant+ | immune-low+)`,
    "A headache with drowsiness, confusion, weakness or a fit needs help at once.",
    "headache",
  ],
  [
    "meningitis",
    `stiff-neck & (fever | headache | photophobia | confusion | drowsy | vomiting | rash)
      | fever & neck-pain & (vomiting | photophobia | drowsy) | fever & photophobia & !eye-red
      | fever & headache & (photophobia | purpura | confusion | drowsy)
      | fever & (confusion | seizure & !febrile-seizure | bulging-fontanelle | unresponsive)
      | bulging-fontanelle | headache & photophobia & fever`,
    "Fever with a stiff neck, confusion or great sleepiness can be an infection around the brain.",
    "meningitis",
  ],
  [
    "purpura-ill",
    `purpura & (fever | drowsy | confusion | headache | generally-ill | chills | vomiting | rash.sudden | mottled | age-under-5 & for-days)
      | purpura & glass-test & !for-weeks`,
    "Spots that do not fade when pressed, with fever or illness, need help at once.",
    "meningitis",
  ],
  [
    "sepsis",
    `(fever | chills | vital-temperature-low | high-fever) & 2(vital-pulse, vital-pulse-critical, vital-breaths, vital-breaths-critical, vital-pressure-low, tachycardia, hypotension, confusion, drowsy, mottled, dyspnea, little-urine, generally-ill)
      | (fever | chills) & (hypotension | vital-pressure-low | mottled & !age-adult | confusion | drowsy & !improving | vital-pulse-critical)
      | necrotizing
      | (fever | chills) & immune-low+ & (generally-ill | chills | high-fever | drowsy | fatigue | vital-pulse | dyspnea | weakness)
      | generally-ill & (hypotension | mottled | drowsy | confusion)`,
    "An infection with confusion, fast breathing or pulse, or mottled skin can be sepsis.",
    "sepsis",
  ],
  [
    "fever-immune",
    "(fever | chills | high-fever) & immune-low & !runny-nose",
    "Fever needs help at once when the defences against infections are low.",
    "fever",
  ],
  [
    "fever-infant",
    "(fever | vital-temperature-low | low-fever) & age-under-3-months | fever & newborn-words",
    "Fever in a baby under three months needs help at once.",
    "fever",
  ],
  [
    "infant-ill",
    `(age-under-2 | infant-words) & (drowsy | inconsolable & (fever | vomiting | not-drinking) | bilious | mottled | apnea | cyanosis | purpura & !(eczema & for-weeks) | infant-bruise & !fall | dehydration & (little-urine | drowsy | vomiting | diarrhea) | not-drinking & (little-urine | dyspnea | drowsy | fever))
      | age-under-3-months & (drowsy | not-drinking | inconsolable | repeated-vomiting)`,
    "A baby who is limp, hard to wake, does not drink or has a mottled skin needs help at once.",
    "commoninfantandnewbornproblems",
  ],
  [
    "heart-attack",
    `(${CHEST}) & (radiates-arm-jaw | sweating | dyspnea | fainting | near-fainting & (age-40 | chest-pressure) | nausea & age-35 | vomiting & age-35 | palpitations & age-40 | pallor | cyanosis | hypotension | vital-pulse-critical | vital-pressure-low | vital-oxygen | confusion) & !chest-wall & !heartburn-only & !(for-months & !worsening & !at-rest) & !anxiety-young | chest-pressure & !cough & !wheeze & !asthma+ & !heartburn & !for-weeks & !recurrent & !anxiety & !chest-wall & !age-child & !runny-nose | chest-pressure & !for-weeks & !anxiety-young & (age-35 | for-hours | sudden | severe | at-rest) | chest-pain.severe & !chest-wall & !heartburn-only & !for-weeks | chest-pain.sudden & !chest-wall & !heartburn-only | (${CHEST}) & (age-40 | elderly-words) & !chest-wall & !(for-months & !worsening & !at-rest) & !heartburn-only & !cough-only-pain & !rash & !dysphagia & !shingles & (for-hours | for-days | at-rest | chest-pain.worsening | exertional & !for-weeks | heart-disease+ | diabetes+ & smoker+)`,
    "Chest pain or pressure with such signs can come from the heart.",
    "heartattack",
  ],
  [
    "heart-attack-silent",
    "(radiates-arm-jaw & (sweating | dyspnea | nausea & age-40) | sweating & (pain-epigastric | nausea | fatigue) & age-50 & (dyspnea | near-fainting | pallor | radiates-arm-jaw | chest-pain)) & !head-injury & !neck-pain",
    "Pain in the arm or jaw with sweating or breathlessness can come from the heart.",
    "heartattack",
  ],
  [
    "chest-stimulant",
    `(${CHEST}) & stimulant+`,
    "Chest pain after a stimulating drug needs help at once.",
    "chestpain",
  ],
  [
    "aorta",
    `tearing & (chest-pain | abdominal-pain | back-pain)
      | (chest-pain.severe | chest-pain.sudden) & radiates-back | unequal-pulses | pulsating-mass
      | (back-pain.severe | back-pain.sudden | abdominal-pain.severe | abdominal-pain.sudden) & (fainting | hypotension | pallor & age-50 | vital-pressure-low | mottled | sweating & age-50) & !for-weeks`,
    "Tearing pain in chest, back or belly can come from the main artery.",
    "aorticaneurysm",
  ],
  [
    "embolism",
    `(${BREATH} | pleuritic & chest-pain | hemoptysis | fainting) & (one-leg-swollen | clot-risk+ & !for-months | immobile & !for-weeks | recent-surgery & !for-weeks | postpartum | cancer+ & sudden) | blood-clot-now & (${BREATH} | chest-pain) | chest-pain & (one-leg-swollen | immobile | postpartum | recent-surgery & !for-weeks | hemoptysis & !for-weeks) | dyspnea & pleuritic & !cough-productive & !runny-nose & (vital-pulse | tachycardia | sudden | vital-oxygen)`,
    "Breathlessness or chest pain with a swollen leg, or after surgery or a long journey, can be a clot in the lung.",
    "pulmonaryembolism",
  ],
  [
    "lung-collapse",
    `absent-breath-sounds & (dyspnea | chest-pain)
      | (chest-pain.sudden | pleuritic & sudden) & dyspnea
      | lung-puncture & (chest-pain | dyspnea)`,
    "Sudden chest pain with breathlessness can be a collapsed lung.",
    "breathingproblems",
  ],
  [
    "heart-failing",
    `orthopnea & (edema | hemoptysis | cough | heart-disease+ | worsening | dyspnea) & (for-days | at-rest | for-hours | dyspnea-severe)
      | dyspnea & at-rest & !for-months | jugular & (hypotension | dyspnea & !for-months)`,
    "Breathlessness at rest or when lying flat needs help at once.",
    "heartfailure",
  ],
  [
    "asthma-severe",
    `(wheeze | asthma+ | copd+) & (dyspnea-severe | poor-response & dyspnea | drowsy | cyanosis | vital-oxygen-critical | vital-breaths-critical | dyspnea & (confusion | agitation) | dyspnea.severe | wheeze.severe | wheeze & for-hours & dyspnea)
      | (asthma+ | copd+ | wheeze) & poor-response & fatigue & !for-weeks
      | reliever-fails & (asthma+ | wheeze | dyspnea | dyspnea-severe) & !for-weeks
      | reliever-fails & dyspnea-severe`,
    "An attack that leaves no breath to speak, or that the inhaler does not help, is an emergency.",
    "asthma",
  ],
  [
    "pneumonia-severe",
    `(fever | chills | cough-productive & !for-months | high-fever) & dyspnea & (age-65 | vital-oxygen | vital-oxygen-critical | vital-breaths | vital-breaths-critical | confusion | cyanosis | hypotension | immune-low+ | at-rest | rusty-sputum & vital-pulse | age-under-2 & not-drinking)
      | hemoptysis-much
      | dyspnea & (vital-oxygen | vital-oxygen-critical | vital-breaths-critical)`,
    "A chest infection with such breathing needs help at once.",
    "pneumonia",
  ],
  [
    "infant-breathing",
    `(age-under-2 | infant-words) & (dyspnea.severe | dyspnea & (not-drinking | drowsy | little-urine | worsening | vital-breaths | wheeze) | apnea | cyanosis | dyspnea-severe)
      | barking-cough & stridor & (at-rest | dyspnea)`,
    "A small child who struggles to breathe needs help at once.",
    "breathingproblems",
  ],
  [
    "anaphylaxis",
    `anaphylaxis
      | (tongue-throat-swelling | throat-closing & !recurrent) & (hives | allergen-exposure | dyspnea | rash | itch | face-swelling | sudden | for-hours | dysphagia.sudden) & !for-months
      | (hives | face-swelling | rash & allergen-exposure | itch & allergen-exposure) & (dyspnea | wheeze | hypotension | near-fainting | fainting | repeated-vomiting | vomiting & (for-hours | allergen-exposure) | stridor | hoarse | throat-closing | vital-pressure-low | abdominal-pain & allergen-exposure) & !for-weeks
      | allergen-exposure & face-swelling & !insect-bite & (for-hours | sudden | rash | hives)
      | (sting | allergen-exposure) & (dyspnea & (for-hours | sudden | rash | hives | itch) | fainting | near-fainting & for-hours)`,
    "Swelling of face or throat, hives with breathlessness, vomiting or faintness: a severe allergic reaction.",
    "anaphylaxis",
  ],
  [
    "belly-surgical",
    `belly-rigid & (abdominal-pain | pain-any & !for-weeks | fever | vomiting | severe | cannot-bear-weight)
      | abdominal-pain.sudden & (severe | vomiting | fainting | pallor)
      | abdominal-pain.severe & (fever | repeated-vomiting | distension | fainting | vomiting & !recurrent & !improving | for-hours | belly-rigid | jaundice | vital-pulse | tachycardia | radiates-back | melena | rectal-bleeding | age-65 & for-days | atrial-fibrillation+ | liver-disease & fever) & !period-pain & !for-months
      | obstipation & (abdominal-pain | vomiting | distension) | bilious & !age-adult
      | bilious & (abdominal-pain | distension)
      | hernia & not-going-back & (vomiting | severe | redness-spreading | pain-any & for-hours)
      | hernia-stuck & (vomiting | hernia & (severe | sudden | for-hours | redness-spreading) | abdominal-pain & for-days)
      | (abdominal-pain & distension & repeated-vomiting & !for-weeks)`,
    "Severe or sudden belly pain with such signs can need an operation.",
    "abdominalpain",
  ],
  [
    "appendix",
    "pain-lower-right & (abdominal-pain | pelvic-pain) & (fever | nausea | vomiting | poor-appetite | worsening | belly-rigid | severe | low-fever) & !for-weeks & !period-pain",
    "Pain that has moved to the lower right of the belly, with nausea or fever, needs help at once.",
    "appendicitis",
  ],
  [
    "gallbladder-infected",
    `pain-upper-right.severe & (vomiting | nausea | fever)
      | pain-upper-right & jaundice & (fever | chills | high-fever)
      | abdominal-pain & jaundice & chills
      | pain-upper-right & fever & (vomiting | severe | nausea)`,
    "Pain under the right ribs with fever needs help at once.",
    "gallbladderdiseases",
  ],
  [
    "pancreas",
    "abdominal-pain & (radiates-back & (vomiting | nausea) & !for-months & (severe | pain-epigastric | alcohol+) & !improving)",
    "Severe pain in the upper belly that goes through to the back, with vomiting, needs help at once.",
    "pancreatitis",
  ],
  [
    "intussusception",
    `currant-jelly & (age-under-5 | infant-words | child-words | vomiting | rectal-bleeding) & (vomiting | rectal-bleeding | inconsolable | abdominal-pain)
      | age-under-2 & rectal-bleeding & (vomiting | inconsolable)`,
    "A small child with bouts of crying, drawn-up legs, vomiting or blood in the stool needs help at once.",
    "intestinalobstruction",
  ],
  [
    "bowel-bleeding",
    `hematemesis | melena | rectal-bleeding-much
      | rectal-bleeding & (fainting | near-fainting & !for-months | hypotension | vital-pressure-low | vital-pulse | tachycardia | anticoagulant+ | liver-disease+ & vomiting | pallor & for-days)`,
    "Vomiting blood, black stools or much blood from the bowel need help at once.",
    "gastrointestinalbleeding",
  ],
  [
    "bloody-diarrhea-kidney",
    "(diarrhea & rectal-bleeding | rectal-bleeding & age-under-5) & (little-urine | pallor | dehydration | purpura | confusion | drowsy | easy-bruising | seizure)",
    "Bloody diarrhea followed by little urine or paleness needs help at once.",
    "diarrhea",
  ],
  [
    "dehydration",
    `(vomiting | diarrhea | diarrhea-much | not-drinking | poor-appetite) & (dehydration | little-urine) & !for-months & (drowsy | confusion | age-under-5 | age-75 | mottled | hypotension | vital-pulse | vital-pulse-critical | tachycardia | near-fainting | fainting | weakness)
      | diarrhea-much & (dehydration | drowsy | little-urine | weakness | vomiting | fainting)
      | (vomiting | diarrhea) & (drowsy | confusion | fainting) & !head-injury`,
    "Loss of fluid with drowsiness or no urine needs help at once.",
    "dehydration",
  ],
  [
    "liver-failing",
    `jaundice & (confusion | drowsy | easy-bruising & for-days | liver-failure | hematemesis)
      | liver-failure | overdose | hematuria & (jaundice | pallor) & !for-months`,
    "Yellow skin with confusion, or an overdose, needs help at once.",
    "liverdiseases",
  ],
  [
    "poisoning",
    `poisoning & (confusion | drooling | pupil | vomiting | sweating) | overdose
      | swallowed-dangerous | poisoning & !poison-food
      | smoke-co & (headache | near-fainting | nausea | drowsy | confusion | vomiting | dyspnea | cough | hoarse | fainting | burn)
      | botulism & (weakness | double-vision | dysphagia | constipation)`,
    "Poison or too much of a medicine needs help at once, even before signs come.",
    "poisoning",
  ],
  [
    "ectopic",
    `missed-period & (fainting | abdominal-pain.sudden | pelvic-pain.sudden)
      | (pregnant & !pregnant-late | missed-period) & (abdominal-pain | pelvic-pain | shoulder-tip | one-side-pain) & (vaginal-bleeding | fainting | near-fainting | severe | sudden | shoulder-tip | hypotension) & !period-pain & !for-months
      | vaginal-bleeding & (abdominal-pain.severe | abdominal-pain.sudden | pelvic-pain.severe | pelvic-pain.sudden | fainting | hypotension | shoulder-tip & near-fainting)`,
    "Belly pain with bleeding or a missed period can be a pregnancy outside the womb.",
    "ectopicpregnancy",
  ],
  [
    "ovary",
    "(pelvic-pain.sudden | pelvic-pain.severe & (vomiting | fever | sudden)) & !period-pain & !for-months",
    "Sudden severe pain low in the belly needs help at once.",
    "pelvicpain",
  ],
  [
    "pregnancy-bleeding",
    `pregnant-late & (vaginal-bleeding | fetal-movement | abdominal-pain.severe | major-trauma | fall & abdominal-pain | labor-signs)
      | cord-prolapse
      | pregnant & (bleeding-soaks | seizure | fetal-movement | fainting & vaginal-bleeding | labor-signs)
      | fetal-movement
      | (postpartum) & (bleeding-soaks | seizure | fever & (abdominal-pain | chills | genital-discharge | pelvic-pain) | dyspnea | headache.severe | hallucination)
      | pregnant-late & (rectal-bleeding | bleeding-soaks)`,
    "Bleeding, fewer movements of the child or leaking water in pregnancy need help at once.",
    "highbloodpressureinpregnancy",
  ],
  [
    "preeclampsia",
    "(pregnant | postpartum | pregnant-late) & (headache & (vision-blur | floaters | vision-loss | edema | face-swelling | hypertension | vital-pressure-high | vital-pressure-critical | pain-upper-right | pain-epigastric & !heartburn | severe) | (vision-blur | floaters) & (edema | hypertension | vital-pressure-high | face-swelling) | vital-pressure-critical | vital-pressure-high & (edema | pain-epigastric | pain-upper-right | vomiting | headache) | seizure | preeclampsia-words)",
    "Headache, trouble seeing or swelling in pregnancy can be dangerously high blood pressure.",
    "highbloodpressureinpregnancy",
  ],
  [
    "bleeding-vaginal",
    `bleeding-soaks & (vaginal-bleeding | near-fainting | fainting | heavy-periods | for-hours | pelvic-pain | abdominal-pain)
      | heavy-periods & (fainting | near-fainting & for-days | hypotension)`,
    "Bleeding that soaks a pad an hour needs help at once.",
    "vaginalbleeding",
  ],
  [
    "testicle",
    `testicle-pain & (sudden | severe | for-hours | vomiting | nausea | testicle-swelling & age-young & !for-weeks & !genital-discharge & !dysuria) & !for-weeks
      | testicle-pain.sudden | priapism`,
    "Sudden pain in a testicle must be seen within hours.",
    "testiculardisorders",
  ],
  [
    "urine-blocked",
    "urine-retention & (severe | dysuria | abdominal-pain | for-hours | for-days | distension | pelvic-pain | back-pain | severe | worsening)",
    "Not being able to pass urine needs help at once.",
    "urineandurination",
  ],
  [
    "kidney-infection",
    `(flank-pain | dysuria & back-pain) & (fever | chills) & (vomiting | pregnant | high-fever & chills | severe | age-65 | immune-low+ | diabetes+ | confusion | vital-pulse-critical | vital-pressure-low)
      | flank-pain.severe & (sudden | vomiting) & !for-weeks
      | flank-pain & (little-urine | urine-retention)`,
    "Pain in the side with fever, or pain that is unbearable, needs help at once.",
    "kidneystones",
  ],
  [
    "cauda-equina",
    `(back-pain | leg-weakness | sciatica) & (saddle | sphincter | urine-retention)
      | saddle & (sphincter | weakness | leg-weakness) | leg-weakness & sphincter
      | back-pain & leg-weakness & (fever | cancer+ | worsening & for-days | sudden)
      | back-pain & fever & (immune-low+ | drug-use+ | leg-weakness | diabetes+)`,
    "Back pain with numbness between the legs or loss of control over bladder or bowel needs help at once.",
    "spinalcordinjuries",
  ],
  [
    "ascending-weakness",
    `ascending & (weakness | leg-weakness | numbness) & (for-days | short-course | worsening | dyspnea | !for-months) & !for-months
      | leg-weakness.sudden
      | leg-weakness & (for-days | short-course) & (dyspnea | numbness | dysphagia | worsening)`,
    "Weakness that climbs up the body needs help at once.",
    "guillainbarresyndrome",
  ],
  [
    "seizure",
    "seizure & !(epilepsy+ & recurrent & !seizure-long)",
    "A first or long fit needs help at once.",
    "seizures",
  ],
  [
    "confusion",
    `confusion & !memory & !for-weeks & !hallucination & !for-months
      | confusion & (sudden | for-hours | for-days | fever | diabetes+ | head-injury | alcohol+ | age-65 & short-course | seizure | vomiting | hypotension | dyspnea | drowsy | headache | generally-ill | low-sugar+ | liver-disease+ | weakness) & !for-months
      | drowsy & (for-hours | fever | vomiting | head-injury | diabetes+ | abdominal-pain & thirst | hypotension | age-child & short-course | dyspnea | rash | headache | vital-pulse) & !for-months & !improving`,
    "New confusion or unusual drowsiness needs help at once.",
    "delirium",
  ],
  [
    "diabetes-crisis",
    `ketones
      | (diabetes+ | thirst | urine-frequency & thirst | missed-insulin) & (vomiting & (abdominal-pain | drowsy | dyspnea | thirst | weakness) | drowsy | confusion | vital-glucose-high & (vomiting | dyspnea | abdominal-pain | fatigue))
      | missed-insulin & (vomiting | nausea | drowsy | abdominal-pain | dyspnea)
      | (low-sugar | vital-glucose-low) & (confusion | drowsy | seizure | fainting | sweating | unresponsive | tremor)
      | diabetes & sweating & (confusion | tremor & drowsy)`,
    "High or low sugar with vomiting, sleepiness or confusion needs help at once.",
    "diabetescomplications",
  ],
  [
    "head-injury",
    "head-injury & (fainting | confusion | drowsy | repeated-vomiting | vomiting | seizure | head-injury-sign | anticoagulant+ | vision-blur | double-vision | one-sided-weakness | headache.severe | headache & worsening | ataxia | pupil | speech-trouble | hemophilia+ | age-under-3-months | age-75 & headache | major-trauma & headache)",
    "A blow to the head with drowsiness, vomiting or loss of memory needs help at once.",
    "concussion",
  ],
  [
    "trauma",
    `penetrating-trauma | amputation | fall-height | spine-injury | fracture-bad & !for-weeks
      | fracture-bad & (fall | fracture | major-trauma | limb-cold | bleeding-uncontrolled) & !for-weeks
      | major-trauma & major-trauma-now | head-injury-sign & (fall | head-injury | major-trauma)
      | major-trauma & (fainting | dyspnea | abdominal-pain | chest-pain | neck-pain | back-pain | severe | confusion | numbness | bleeding-uncontrolled | fracture | headache | hypotension | pallor | vomiting) & !for-weeks
      | compartment
      | hip-fall & (cannot-bear-weight | severe | fracture-bad) & (age-65 | elderly-words)
      | hip-fall & cannot-bear-weight & (age-50 | elderly-words)
      | fall & (anticoagulant+ & head-injury | leg-weakness | cannot-bear-weight & age-65)`,
    "Such an injury needs help at once.",
    "woundsandinjuries",
  ],
  [
    "bleeding",
    `bleeding-uncontrolled & !heavy-periods & !for-weeks & !improving
      | bleeding-uncontrolled & (wound | nosebleed | penetrating-trauma | major-trauma | tooth-pain | for-hours | vaginal-bleeding | sudden | hemophilia+ | anticoagulant+ | amputation | wound-deep)
      | nosebleed & (anticoagulant+ & severe | fainting | hypotension | near-fainting)
      | hemophilia+ & (head-injury | bleeding-uncontrolled)`,
    "Bleeding that does not stop needs help at once.",
    "bleeding",
  ],
  [
    "burn",
    `burn-large & burn & !burn-minor | burn & (hoarse | dyspnea | age-infant & burn.severe)
      | electric-shock | burn-large & !burn-minor & (electric-shock | smoke-co)`,
    "Large, deep, electrical or chemical burns need help at once.",
    "burns",
  ],
  [
    "limb-artery",
    `limb-cold & (rest-pain-limb | numbness | weakness) & (sudden | severe | for-hours | for-days | atrial-fibrillation+ | worsening | cannot-bear-weight) & !frostbite
      | limb-cold & rest-pain-limb & (atrial-fibrillation+ | for-hours | sudden) & !frostbite & !carpal
      | limb-cold & numbness & !for-weeks & !recurrent & !cold & !frostbite & !carpal`,
    "A cold, pale, painful limb needs help at once.",
    "peripheralarterialdisease",
  ],
  [
    "heat-cold",
    `heat & (confusion | drowsy | fainting | seizure | vital-temperature-critical | ataxia | repeated-vomiting | high-fever)
      | vital-temperature-critical
      | cold & (drowsy | confusion | speech-trouble | unresponsive | vital-temperature-low)
      | drowning | vital-temperature-low & (drowsy | confusion)`,
    "Overheating, hypothermia or near-drowning need help at once.",
    "heatillness",
  ],
  [
    "tropical-fever",
    "(fever | high-fever) & tropical-travel+",
    "Fever after a stay in the tropics must be looked at the same day: it can be malaria.",
    "malaria",
  ],
  [
    "tick-fever",
    "tick-bite & (fever | high-fever) & rash & (headache | muscle-ache | purpura) & !target-rash",
    "Fever, headache and rash after a tick's bite need treatment at once.",
    "tickbites",
  ],
  [
    "tetanus",
    "tetanus-signs & (wound | wound-deep | dysphagia | unvaccinated | stiff-neck) & !tooth-pain",
    "A locked jaw after a wound needs help at once.",
    "tetanus",
  ],
  [
    "venom",
    `snake-bite | rabies-risk & animal-bite & for-hours & wound-deep
      | rabies-risk & (animal-bite & tropical-travel+ | animal-bite & wound-deep)`,
    "A venomous bite or sting needs help at once.",
    "insectbitesandstings",
  ],
  [
    "skin-coming-off",
    "blistering-mucosa & (fever | severe | eye-red | canker-sore | allergen-exposure) & !for-months",
    "Blisters or peeling skin with sores in mouth or eyes need help at once.",
    "rashes",
  ],
  [
    "infection-spreading",
    `(redness-spreading | skin-infection) & (fever & (vital-pulse | confusion | severe | redness-spreading.sudden | vomiting | hypotension) | necrotizing)
      | eye-pain & face-swelling & fever | mastoid & fever & ear-pain`,
    "An infection that spreads fast with fever needs help at once.",
    "cellulitis",
  ],
  [
    "joint-infected",
    `(fever | high-fever) & cannot-bear-weight & age-child & !for-weeks
      | joint-hot & (fever | high-fever) & !for-weeks & !many-joints`,
    "A hot, swollen joint with fever needs help at once.",
    "infectiousarthritis",
  ],
  [
    "fainting",
    `fainting & severe & !for-weeks & !sleepiness & !recurrent
      | fainting & (chest-pain | dyspnea | palpitations | exertional | no-warning | heart-disease+ | abdominal-pain & !period-pain | back-pain.severe | headache | age-65 | vital-pulse-critical | bradycardia | melena | pregnant | pallor & for-hours | murmur)`,
    "Fainting with such signs needs help at once.",
    "fainting",
  ],
  [
    "heart-rhythm",
    "palpitations & !for-months & (fainting | chest-pain | dyspnea & !for-months & !anxiety-young | hypotension | vital-pulse-critical | near-fainting & (age-50 | heart-disease+) & for-hours)",
    "A racing heart with chest pain, faintness or breathlessness needs help at once.",
    "arrhythmia",
  ],
  [
    "dialysis",
    "missed-dialysis & (weakness | palpitations | dyspnea | vomiting | edema | confusion | near-fainting | chest-pain | nausea | fatigue)",
    "Illness after a missed dialysis needs help at once.",
    "symptoms",
  ],
  [
    "withdrawal",
    "alcohol-withdrawal & (tremor | hallucination | seizure | confusion | agitation | sweating | fever)",
    "Shaking, confusion or seeing things after stopping alcohol needs help at once.",
    "delirium",
  ],
  [
    "mind-danger",
    "(hallucination | insomnia & infant-delusion) & weapon-near | infant-delusion & (postpartum+ | infant-words | insomnia) | hallucination & (agitation & !for-weeks | sudden & confusion | fever | harm-others)",
    "Such a change of the mind needs people at once.",
    "psychoticdisorders",
  ],
  [
    "vitals",
    `vital-pressure-low & 1(vital-pulse, vital-pulse-critical, drowsy, confusion, near-fainting, fainting, fever, abdominal-pain, vomiting, dyspnea, chest-pain, mottled, vaginal-bleeding, pallor, weakness)
      | vital-oxygen-critical
      | vital-breaths-critical & (dyspnea | fever | drowsy | cough | vital-pulse)
      | vital-pulse-critical & (dyspnea | chest-pain | fainting | near-fainting | fever & !age-child | abdominal-pain | palpitations | drowsy | weakness)
      | vital-pressure-critical & (headache | chest-pain | dyspnea | vision-blur | vision-loss | confusion | weakness | nosebleed | vomiting | numbness)
      | 2(vital-pulse, vital-breaths, vital-oxygen, vital-pressure-low, vital-pulse-critical, vital-breaths-critical) & (dyspnea | abdominal-pain | chest-pain | vomiting | drowsy | severe | generally-ill)`,
    "Such vital signs need help at once.",
    "vitalsigns",
  ],
  [
    "paralysis-descending",
    `2(double-vision, pupil, speech-trouble, dysphagia) & (weakness | dyspnea | botulism) & !for-months & !recurrent
      | botulism & (double-vision | pupil | weakness | dysphagia)`,
    "Double sight, drooping lids and weakness that go downwards need help at once.",
    "botulism",
  ],
  [
    "eye-socket",
    "(eye-bulging | face-swelling & eye-pain) & (fever | high-fever | vision-loss | double-vision) & !for-weeks",
    "A bulging or painful eye with fever needs help at once.",
    "cellulitis",
  ],
  [
    "temple-artery",
    "temple-jaw & (vision-loss | double-vision | vision-blur & headache) & !for-months & !age-young",
    "A sore temple or jaw with failing sight needs treatment the same day.",
    "giantcellarteritis",
  ],
  [
    "neck-deep",
    `deep-neck & (fever | high-fever) & (cannot-swallow | dysphagia | drooling | dyspnea | muffled-voice | stridor)
      | deep-neck & cannot-swallow`,
    "Swelling under the tongue or in the neck with fever can close the airway.",
    "choking",
  ],
  [
    "toxin-shock",
    "(tampon | wound | recent-surgery | postpartum) & (fever | high-fever) & rash & (vomiting | near-fainting | fainting | confusion | diarrhea | generally-ill | vital-pressure-low | hypotension)",
    "Fever with a rash, vomiting and faintness can be poison from bacteria.",
    "sepsis",
  ],
  [
    "crush",
    "crush-injury & (compartment | numbness | limb-cold | severe | cannot-bear-weight & severe)",
    "A crushed limb that is tense, numb or unbearably painful needs help at once.",
    "woundsandinjuries",
  ],
  [
    "hand-tendon",
    "wound-deep & (numbness | bleeding-uncontrolled | weakness)",
    "A deep cut that still bleeds or has taken the feeling needs help at once.",
    "woundsandinjuries",
  ],
  [
    "tooth-out",
    "tooth-knocked & for-hours",
    "A tooth that was knocked out can be saved within the hour.",
    "toothdisorders",
  ],
  [
    "swallowed-object",
    "swallowed-harmless & (drooling | dysphagia | dyspnea | chest-pain | vomiting)",
    "Something swallowed that stays in the throat needs help at once.",
    "foreignbodies",
  ],
  [
    "sickle",
    "sickle+ & (chest-pain | dyspnea | fever | one-sided-weakness | priapism | severe | headache.severe)",
    "With sickle cell disease such signs need help at once.",
    "sicklecelldisease",
  ],
].map(
  ([id, when, why, source]): Rule => ({
    id,
    disposition: "emergency",
    when,
    why,
    sources: [`medlineplus-${source}`],
  }),
);
