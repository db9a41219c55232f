/** Requests that are refused, and answers that may not go out as they are. */

import type { Language } from "../language/types.ts";

/** Why something is refused. */
export const REFUSAL_KINDS = [
  "dose",
  "extreme-diet",
  "raw-lab",
  "harmful-treatment",
  "deception",
  "privacy",
  "discrimination",
  "fraud",
  "neglect",
  "self-harm",
  "violence",
  "financial",
  "other-harm",
] as const;

/** One of {@link REFUSAL_KINDS}. */
export type RefusalKind = (typeof REFUSAL_KINDS)[number];

/** What the screen says of a request. */
export type ScreenVerdict = {
  /** Whether it may not be answered by a model. */
  readonly refuse: boolean;
  /** One sentence for people: why, and who can help. Empty where it is not refused. */
  readonly why: string;
  /** What sort of harm; null where nothing is refused. */
  readonly kind: RefusalKind | null;
  /** Ids of the rules that spoke. */
  readonly rules: readonly string[];
};

/** What the guard says of a model's answer. */
export type AdviceVerdict = {
  /** `pass`: as it is; `amended`: a note was added; `replaced`: what the model said is withheld. */
  readonly action: "pass" | "amended" | "replaced";
  /** What may go out. */
  readonly text: string;
  /** What sort of harm was found; null where it passed. */
  readonly kind: RefusalKind | null;
  /** Ids of the rules that spoke. */
  readonly rules: readonly string[];
  /** One sentence for people; empty where it passed. */
  readonly why: string;
};

/** What the advice guard looks at. */
export type AdviceRequest = {
  /** The person's words. */
  readonly query: string;
  /** The model's answer. */
  readonly answer: string;
  /** Language of both, and of what is put in their place. */
  readonly language: Language;
};
