/** Whether two texts say the same. */

import type { Language, Span } from "../language/types.ts";

/** What two texts may differ in. */
export const DIFFERENCE_KINDS = [
  "number",
  "unit",
  "dose",
  "date",
  "name",
  "negation",
  "modality",
  "direction",
  "antonym",
  "condition",
  "list",
  "content",
  "addition",
  "unreadable",
] as const;

/** One of {@link DIFFERENCE_KINDS}; `unreadable`: too long or broken to be compared, which counts as different. */
export type DifferenceKind = (typeof DIFFERENCE_KINDS)[number];

/** One thing that the two texts do not share. */
export type Difference = {
  /** What sort of thing changed. */
  readonly kind: DifferenceKind;
  /** The words in the neutral text; null where it has none of it. */
  readonly neutral: string | null;
  /** The words in the rephrased text; null where it has none of it. */
  readonly rephrased: string | null;
  /** One sentence for people. */
  readonly detail: string;
  /** Where it stands in the neutral text, or null. */
  readonly at: Span | null;
};

/** What the gate found. */
export type MeaningVerdict = {
  /** Whether the rephrased text may go out in the neutral one's place. On any doubt: false. */
  readonly same: boolean;
  /** Empty where `same`. */
  readonly differences: readonly Difference[];
  /** Language whose rules were used. */
  readonly language: Language;
};

/** How to compare. */
export type MeaningOptions = {
  /** Default: found from the neutral text. */
  readonly language?: Language;
};
