/** What an analyzer can be told, checked. */

import { expected } from "@symbion/core";
import { checkAreas } from "./check-areas.ts";
import type { Area } from "./types.ts";

/** How much has to move before it counts: 0 (a lot) to 1 (a trace), or low (0.25), normal (0.5), high (0.75). */
export type Sensitivity = number | "low" | "normal" | "high";

/** Options of a `MotionAnalyzer`. All have defaults that are meant for every camera. */
export type MotionOptions = {
  /** Zones, lines and ignored parts; default none. */
  readonly areas?: readonly Area[] | undefined;
  /** Default "normal". */
  readonly sensitivity?: Sensitivity | undefined;
  /** Seconds for which something has to move before a `motion` event begins, 0 to 60; default 0.15. */
  readonly minimumSeconds?: number | undefined;
  /** Seconds without motion after which a `motion` event ends, 0 to 3600; default 2. */
  readonly holdSeconds?: number | undefined;
  /** Seconds without any change at all, noise included, before `camera-frozen`, 1 to 3600; default 5. */
  readonly frozenSeconds?: number | undefined;
};

/** The same with everything filled in. */
export type CheckedOptions = {
  readonly areas: readonly Area[];
  readonly sensitivity: number;
  readonly minimumSeconds: number;
  readonly holdSeconds: number;
  readonly frozenSeconds: number;
};

const WORDS: Readonly<Record<string, number>> = { low: 0.25, normal: 0.5, high: 0.75 };
const KEYS = ["areas", "sensitivity", "minimumSeconds", "holdSeconds", "frozenSeconds"];

/** Checks options and fills in defaults. Throws `UsageError` for unknown keys and values out of range. */
export function checkOptions(options: MotionOptions): CheckedOptions {
  for (const key of Object.keys(options)) {
    if (!KEYS.includes(key))
      throw expected(`options among ${KEYS.join(", ")}`, key, "MotionAnalyzer");
  }
  return {
    areas: checkAreas(options.areas ?? []),
    sensitivity: checkSensitivity(options.sensitivity ?? "normal"),
    minimumSeconds: checkSeconds(options.minimumSeconds ?? 0.15, "minimumSeconds", 0, 60),
    holdSeconds: checkSeconds(options.holdSeconds ?? 2, "holdSeconds", 0, 3600),
    frozenSeconds: checkSeconds(options.frozenSeconds ?? 5, "frozenSeconds", 1, 3600),
  };
}

function checkSensitivity(value: unknown): number {
  const number = typeof value === "string" && Object.hasOwn(WORDS, value) ? WORDS[value] : value;
  if (typeof number === "number" && number >= 0 && number <= 1) return number;
  throw expected('a number from 0 to 1, "low", "normal" or "high"', value, "sensitivity");
}

function checkSeconds(value: unknown, where: string, least: number, most: number): number {
  if (typeof value === "number" && value >= least && value <= most) return value;
  throw expected(`seconds from ${least} to ${most}`, value, where);
}
