/** Saying the same more warmly. */

import type { Language } from "../language/types.ts";
import type { MeaningVerdict } from "../meaning/types.ts";

/** How warm the wording may be; `plain` leaves the text as it is. */
export const WARMTHS = ["plain", "kind", "gentle"] as const;

/** One of {@link WARMTHS}; `gentle` is slower and softer: what a cue of raised arousal may ask for. */
export type Warmth = (typeof WARMTHS)[number];

/** What is to be rephrased. */
export type RephraseRequest = {
  /** What the person wrote. */
  readonly query: string;
  /** The neutral answer. */
  readonly answer: string;
  /** Default: found from the query, then the answer. */
  readonly language?: Language;
  /** Default `kind`. */
  readonly warmth?: Warmth;
  /** Earlier answers of the conversation, so that no opening comes twice in a row. Default: none. */
  readonly previous?: readonly string[];
};

/** What becomes of it: already through the meaning gate. */
export type Rephrasing = {
  /** What may go out: the warmer text, or the neutral one. */
  readonly text: string;
  /** Whether {@link Rephrasing.text} differs from the neutral answer. */
  readonly changed: boolean;
  /** Whether a warmer text was made and the gate, or its maker's failure, kept it back. */
  readonly fellBack: boolean;
  /** What was proposed; null where nothing was. */
  readonly proposed: string | null;
  /** The gate's verdict on the proposal; null where nothing was proposed. */
  readonly verdict: MeaningVerdict | null;
  /** Rules of the grammar that were used, or `["model"]`. */
  readonly rules: readonly string[];
  /** Language that it was rephrased in. */
  readonly language: Language;
};

/** Something that proposes a warmer text: the built-in grammar, or any model. Its proposal is never trusted. */
export type Rephraser = {
  /** Name for the log: `grammar`, or the model's. */
  readonly id: string;
  /** A proposal; null where it has none. May reject: the neutral text goes out then. */
  propose(
    request: Required<RephraseRequest>,
    signal?: AbortSignal,
  ): Promise<{ readonly text: string; readonly rules: readonly string[] } | null>;
};
