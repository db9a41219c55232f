/** What a rule is. */

import type { Disposition } from "./types.ts";

/** A rule: what must be told for it to speak, and what it then asks for. */
export type Rule = {
  /** Stable id. */
  readonly id: string;
  /** What it asks for. */
  readonly disposition: Disposition;
  /** Its condition, as `expression.ts` reads it. */
  readonly when: string;
  /** One sentence for people. */
  readonly why: string;
  /** Ids of its sources. */
  readonly sources: readonly string[];
};
