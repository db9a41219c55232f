/** A small additive score for what no rule decides: points a person can read, a threshold set on development cases. */

import type { Account } from "./account.ts";

/** What the score says. */
export type UrgencyScore = {
  /** Whether it asks for help at once. */
  readonly emergency: boolean;
  /** Whether it does even where rules would leave it at home. */
  readonly grave: boolean;
  /** Whether it asks for a doctor where otherwise care at home would do. */
  readonly doctor: boolean;
  /** Points. */
  readonly points: number;
  /** Words that it rests on. */
  readonly words: readonly number[];
};

/** Points by finding (log odds: our own prior, fitted once on the development cases, a few then lowered by hand); `+`: also where told of the past. */
const POINTS: Readonly<Record<string, number>> = {
  confusion: 2.5,
  "vital-pressure-low": 2.5,
  "vital-pulse-critical": 2.5,
  "vital-breaths-critical": 2.4,
  "speech-trouble": 2.3,
  drowsy: 2.1,
  "side-weakness-new": 2,
  "vision-loss": 1.9,
  dyspnea: 1.8,
  "vital-pulse": 1.6,
  "vaginal-bleeding": 1.5,
  "chest-pain": 1.5,
  fainting: 1.4,
  vomiting: 0.9,
  chills: 1.3,
  "vital-breaths": 1.2,
  pregnant: 1.2,
  "for-hours": 1.2,
  "generally-ill": 1.2,
  sudden: 1.1,
  "immune-low+": 1.1,
  "anticoagulant+": 1.1,
  severe: 1,
  "little-urine": 1,
  "vital-pressure-critical": 1,
  "high-fever": 1,
  "abdominal-pain": 1,
  "rectal-bleeding": 1,
  mottled: 1,
  "not-drinking": 0.9,
  pallor: 0.9,
  "stiff-neck": 0.5,
  fever: 0.8,
  headache: 0.8,
  "dyspnea-severe": 0.7,
  "head-injury": 0.7,
  "age-infant": 0.7,
  sweating: 0.7,
  "repeated-vomiting": 0.6,
  palpitations: 0.6,
  postpartum: 0.6,
  "leg-weakness": 0.5,
  dehydration: 0.5,
  nausea: 0.3,
  seizure: 0.4,
  "bleeding-uncontrolled": 0.4,
  "face-swelling": 0.4,
  "diabetes+": 0.4,
  "tropical-travel": 0.4,
  "near-fainting": 0.3,
  "cannot-swallow": 0.3,
  "abdominal-pain.severe": 0.3,
  dysphagia: 0.3,
  "heart-disease+": 0.3,
  "urine-retention": 0.3,
  "pregnant-late": 0.3,
  "tongue-throat-swelling": 0.3,
  "eye-pain": 0.3,
  photophobia: 0.3,
  "headache.severe": 0.3,
  "contact-rash": -0.3,
  "period-mild": -0.3,
  "period-pain": -0.3,
  inconsolable: -0.3,
  "hearing-loss": -0.3,
  "wound-minor": -0.3,
  "low-fever": -0.3,
  eczema: -0.3,
  "over-10-days": -0.3,
  "rest-pain-limb": -0.3,
  "weight-loss": -0.4,
  insomnia: -0.4,
  "age-child": -0.4,
  "ear-pain": -0.4,
  "over-3-days": -0.5,
  "short-course": -0.5,
  rash: -0.5,
  "skin-infection": -0.5,
  "muscle-strain": -0.5,
  fatigue: -0.6,
  improving: -0.6,
  "runny-nose": -0.6,
  itch: -0.7,
  "otc-helps": -1.1,
  "for-months": -1.1,
  recurrent: -1.3,
  well: -1.3,
  "vital-normal": -1.3,
  "for-weeks": -1.5,
  mild: -1.9,
};
/** From here on help at once: set where the development cases gain most for least false alarm. */
const EMERGENCY_FROM = 0.8;
/** From here on a doctor, where rules would leave it at home. */
const DOCTOR_FROM = 1.2;

/** Scores an account. */
export function urgencyScore(account: Account): UrgencyScore {
  let points = 0;
  const words: number[] = [];
  for (const [key, value] of Object.entries(POINTS)) {
    const past = key.endsWith("+");
    const indices = account.has(past ? key.slice(0, -1) : key, past);
    if (indices === null) continue;
    points += value;
    if (value > 0) words.push(...indices);
  }
  return {
    emergency: points >= EMERGENCY_FROM,
    grave: points >= 2 * EMERGENCY_FROM,
    doctor: points >= DOCTOR_FROM,
    points,
    words,
  };
}
