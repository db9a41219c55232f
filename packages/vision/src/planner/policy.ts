/**
 * Policies: what makes a block worth showing to the model. Plain data, to be printed, drawn and changed; the planner
 * does what stands here and nothing else.
 */

import { expected, UsageError } from "@symbion/core";

/** When a block has changed, when all blocks are kept, and what bounds both. */
export type Policy = {
  /** Its name for people. */
  readonly name: string;
  /** `all`: every block of every sampled picture; `changed`: what the rest of the policy says. */
  readonly keep: "all" | "changed";
  /**
   * What a macroblock's change is measured by. `vectors`: length of its longest motion vector in luma samples.
   * `evidence`: probability that its pixels visibly changed, from vectors, residual and bits of the frame and those
   * just before, against what is usual at the place.
   */
  readonly signal: "vectors" | "evidence";
  /** Least change that counts: luma samples (`vectors`) or a probability (`evidence`). 0 keeps every block. */
  readonly threshold: number;
  /**
   * `raw`: vectors as coded, however far back their reference lies; `per-frame`: divided by that distance, lists
   * averaged. Only for `vectors`; evidence is always per frame.
   */
  readonly scale: "raw" | "per-frame";
  /** Whether the camera's own motion is taken off the vectors first. Not with raw vectors. */
  readonly removeCamera: boolean;
  /** Whether intra macroblocks of P and B pictures count as changed. */
  readonly intra: boolean;
  /** Mean size of the residual in sample values from which a macroblock counts as changed; null: not looked at. */
  readonly residual: number | null;
  /** Bits from which a macroblock counts as changed; null: not looked at. */
  readonly bits: number | null;
  /**
   * Since when changes of a block add up, over every native frame: since the block was last kept, or since the
   * picture was last kept whole (then a block that has changed is kept until the next whole picture).
   */
  readonly since: "kept" | "whole";
  /** When the picture is kept whole. */
  readonly whole: {
    /** At the first sampled picture from each I picture on. */
    readonly keyframes: boolean;
    /** So long after the last whole picture, in seconds; null: not by the clock. */
    readonly everySeconds: number | null;
    /** When the picture was replaced: a P picture that is mostly intra, or an I picture before its time. */
    readonly cuts: boolean;
    /** When the camera has moved the picture by so many luma samples since the last whole one; null: never. */
    readonly offset: number | null;
    /** While the camera moves; with raw vectors this is never noticed. */
    readonly movingCamera: boolean;
    /** When so large a share of the blocks has changed, 0 to 1; null: never. Not beside a budget. */
    readonly crowded: number | null;
  };
  /** A block that was not kept for longer than this is kept; null: never for that reason. */
  readonly stalenessSeconds: number | null;
  /**
   * Most blocks of a picture that are kept for a change, strongest first; what is left waits for the next picture and
   * is counted. Whole pictures and stale blocks come on top, because those are promises. Null: no limit.
   */
  readonly budget: number | null;
  /**
   * An encoder that saves hides change. From this mean quantiser on thresholds and staleness are multiplied by
   * `factor`; null: all encoders are trusted alike.
   */
  readonly poor: { readonly qp: number; readonly factor: number } | null;
};

const NEVER_WHOLE: Policy["whole"] = {
  keyframes: false,
  everySeconds: null,
  cuts: false,
  offset: null,
  movingCamera: false,
  crowded: null,
};

/** Every block of every sampled picture. */
const FULL: Policy = {
  name: "full",
  keep: "all",
  signal: "vectors",
  threshold: 0,
  scale: "raw",
  removeCamera: false,
  intra: true,
  residual: null,
  bits: null,
  since: "kept",
  whole: NEVER_WHOLE,
  stalenessSeconds: null,
  budget: null,
  poor: null,
};

/**
 * CodecSight as published (arXiv 2604.06036 version 4): vectors of half a sample, longest over the macroblocks that
 * overlap a block, intra macroblocks count, union since the last I picture, I pictures whole. Where the paper encodes
 * the video again at the sampling rate, the union here runs over every native frame.
 */
const CODECSIGHT: Policy = {
  ...FULL,
  name: "codecsight",
  keep: "changed",
  threshold: 0.5,
  since: "whole",
  whole: { ...NEVER_WHOLE, keyframes: true },
};

/** Ours; what differs from CodecSight was measured, see the package's README. */
const SYMBION: Policy = {
  ...FULL,
  name: "symbion",
  keep: "changed",
  signal: "evidence",
  threshold: 0.4,
  scale: "per-frame",
  removeCamera: true,
  intra: false,
  whole: {
    keyframes: false,
    everySeconds: null,
    cuts: true,
    offset: 8,
    movingCamera: true,
    crowded: 0.75,
  },
  stalenessSeconds: 20,
  poor: { qp: 38, factor: 0.5 },
};

/** The policies that come with the package, by name. */
export const POLICIES: Readonly<Record<"full" | "codecsight" | "symbion", Policy>> = {
  full: FULL,
  codecsight: CODECSIGHT,
  symbion: SYMBION,
};

/** What a policy's threshold is measured in. */
export function thresholdUnit(policy: Policy): "px" | "probability" {
  return policy.signal === "vectors" ? "px" : "probability";
}

/**
 * The policy, its bound on staleness such that every window shows every block at least once: a model that was never
 * shown a part of the scene can say nothing about it.
 *
 * @param window pictures of a window
 */
export function covering(policy: Policy, window: number, fps: number): Policy {
  // Timestamps jitter: a quarter of the sampling interval is left.
  const bound = Math.max(0, (window - 0.75) / fps);
  const { stalenessSeconds } = policy;
  if (stalenessSeconds !== null && stalenessSeconds <= bound) return policy;
  return { ...policy, stalenessSeconds: bound };
}

const KEYS: readonly string[] = Object.keys(FULL);
const WHOLE_KEYS: readonly string[] = Object.keys(NEVER_WHOLE);

/** The policy itself, if it can be used. @throws {UsageError} naming what is wrong in it. */
export function checkPolicy(policy: Policy): Policy {
  rejectKeys(policy, KEYS, "policy");
  rejectKeys(policy.whole, WHOLE_KEYS, "policy.whole");
  oneOf(policy.keep, ["all", "changed"], "policy.keep");
  oneOf(policy.signal, ["vectors", "evidence"], "policy.signal");
  oneOf(policy.scale, ["raw", "per-frame"], "policy.scale");
  oneOf(policy.since, ["kept", "whole"], "policy.since");
  const most = policy.signal === "evidence" ? 1 : 1024;
  within(policy.threshold, 0, most, "policy.threshold");
  const optional = (value: number | null, least: number, end: number, where: string): void => {
    if (value !== null) within(value, least, end, where);
  };
  optional(policy.residual, 0, 255, "policy.residual");
  optional(policy.bits, 0, 1e6, "policy.bits");
  optional(policy.stalenessSeconds, 0, 1e6, "policy.stalenessSeconds");
  optional(policy.budget, 0, 1e6, "policy.budget");
  optional(policy.whole.everySeconds, 0, 1e6, "policy.whole.everySeconds");
  optional(policy.whole.offset, 0, 1e4, "policy.whole.offset");
  optional(policy.whole.crowded, 0, 1, "policy.whole.crowded");
  if (policy.poor !== null) {
    within(policy.poor.qp, -48, 51, "policy.poor.qp");
    within(policy.poor.factor, 0, 1, "policy.poor.factor");
  }
  if (policy.signal === "vectors" && policy.scale === "raw" && policy.removeCamera) {
    throw new UsageError(
      "policy.removeCamera: expected false beside raw vectors (camera motion is per frame), got true",
    );
  }
  return policy;
}

function rejectKeys(given: object, known: readonly string[], where: string): void {
  for (const key of Object.keys(given)) {
    if (!known.includes(key)) throw expected(`keys among ${known.join(", ")}`, key, where);
  }
  for (const key of known) {
    if (!(key in given)) throw expected(`the key ${key}`, Object.keys(given), where);
  }
}

function oneOf(value: string, known: readonly string[], where: string): void {
  if (!known.includes(value)) throw expected(known.join(" or "), value, where);
}

function within(value: number, least: number, most: number, where: string): void {
  if (!(typeof value === "number" && value >= least && value <= most)) {
    throw expected(`a number from ${least} to ${most}`, value, where);
  }
}
