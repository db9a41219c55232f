/** Signals of a body, how good they are, and the one thing that is made of them. */

import type { Sensor } from "../consent/types.ts";

/** How far a signal can be relied on. */
export type SignalQuality = {
  /** Whether anything may be made of it. */
  readonly usable: boolean;
  /** 0 to 1. */
  readonly score: number;
  /** One sentence for people; empty where it is usable. */
  readonly why: string;
};

/** Change of arousal from the person's own baseline: of the body, not of the mind, and never a named feeling. */
export type Arousal = {
  /** `unknown`: too little, too poor or too old a signal, or no baseline yet. */
  readonly change: "lower" | "usual" | "higher" | "unknown";
  /** Probability that arousal is above the person's own usual, 0 to 1; null where unknown. */
  readonly probability: number | null;
  /** How sure the estimate is, 0 to 1. */
  readonly confidence: number;
  /** Signals that carried it. */
  readonly sensors: readonly Sensor[];
  /** One sentence for people. */
  readonly why: string;
};
