/** How urgently a person's account asks for help. Never a diagnosis. */

/** Results of the red-flag gate, most urgent first; `unknown`: not enough was said, or it is not about health. */
export const DISPOSITIONS = ["emergency", "doctor", "self-care", "unknown"] as const;

/** One of {@link DISPOSITIONS}. */
export type Disposition = (typeof DISPOSITIONS)[number];

/** A rule's public source. */
export type RuleSource = {
  /** `medlineplus-000063` for instance. */
  readonly id: string;
  /** Publisher and title. */
  readonly title: string;
  /** Address of the page. */
  readonly url: string;
  /** `public-domain` (US government) or a CC BY licence. */
  readonly licence: string;
};

/** What a person wrote. */
export type TriageRequest = {
  /** The account, in the person's own words or a clinician's. */
  readonly text: string;
  /** Age in years where it is known; default: what the text says. */
  readonly age?: number;
};

/** A rule that spoke. */
export type TriageReason = {
  /** Id of the rule. */
  readonly rule: string;
  /** What the rule asks for, were it alone. */
  readonly disposition: Disposition;
  /** The words of the text that it rests on. */
  readonly words: readonly string[];
  /** One sentence for people. */
  readonly why: string;
  /** Ids of its sources. */
  readonly sources: readonly string[];
};

/** The gate's result. */
export type TriageVerdict = {
  /** How soon somebody should be seen, and by whom. */
  readonly disposition: Disposition;
  /** Rules that decided, the deciding one first. */
  readonly reasons: readonly TriageReason[];
  /** Whether the text is about the health of a person at all. */
  readonly aboutHealth: boolean;
  /** Whether the person may be in danger from themselves or others: people take over, with other words. */
  readonly crisis: boolean;
};
