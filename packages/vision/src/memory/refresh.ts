/**
 * What is computed again when a window moves on, and when reuse is no longer to be trusted. A reused token is exact in
 * itself but was computed while tokens that have left since were in sight, and blocks left out since have changed: its
 * keys and values drift away from what a full run would give.
 */

import { expected } from "@symbion/core";

/**
 * Which tokens of earlier windows are computed again with each window: `none`, those of pictures kept whole
 * (`anchors`), or `all` (then nothing drifts; encoded blocks are still used again).
 */
export type RefreshMode = "none" | "anchors" | "all";

/** Modes from the cheapest to the safest. */
const LADDER: readonly RefreshMode[] = ["none", "anchors", "all"];

/** How reuse is bounded. Plain data. */
export type RefreshPolicy = {
  /** What is computed again with each window, to begin with. */
  readonly mode: RefreshMode;
  /** Reused tokens that are computed again with each window to see how far they have drifted; at least 0. */
  readonly probes: number;
  /** Drift of the probes from which everything is computed again; 0: never reuse, Infinity: whatever the drift. */
  readonly mostDrift: number;
  /** Windows after which everything is computed again; Infinity: not by the count. */
  readonly mostWindows: number;
  /**
   * The gate: so often, in windows, all is computed again and the answers compared; where fewer than `agreement` (0 to
   * 1) of the last `memory` answers agree, the next safer mode is taken. Null: no gate.
   */
  readonly gate: {
    readonly everyWindows: number;
    readonly agreement: number;
    readonly memory: number;
  } | null;
};

/** Defaults; see the package's README for what was measured. */
export const REFRESH: RefreshPolicy = {
  mode: "none",
  probes: 4,
  mostDrift: 0.5,
  mostWindows: 64,
  gate: { everyWindows: 32, agreement: 0.9, memory: 16 },
};

/** How far reused tokens may be from a full run, measured for one window. */
export type Drift = {
  /** Mean change of the probes' hidden states when computed again, relative to their length; 0 without probes. */
  readonly probes: number;
  /** Share of the tokens that reused tokens saw when they were computed and that have left since, 0 to 1. */
  readonly gone: number;
  /** Windows since everything was computed. */
  readonly windows: number;
};

/** The policy itself, if it can be used. @throws {UsageError} naming what is wrong. */
export function checkRefresh(policy: RefreshPolicy): RefreshPolicy {
  const known = Object.keys(REFRESH);
  for (const key of Object.keys(policy)) {
    if (!known.includes(key)) throw expected(`keys among ${known.join(", ")}`, key, "refresh");
  }
  if (!LADDER.includes(policy.mode)) {
    throw expected(LADDER.join(" or "), policy.mode, "refresh.mode");
  }
  const least = (value: number, minimum: number, where: string): void => {
    if (!(value >= minimum)) throw expected(`a number from ${minimum} on`, value, where);
  };
  least(policy.probes, 0, "refresh.probes");
  least(policy.mostDrift, 0, "refresh.mostDrift");
  least(policy.mostWindows, 1, "refresh.mostWindows");
  if (policy.gate !== null) {
    least(policy.gate.everyWindows, 1, "refresh.gate.everyWindows");
    least(policy.gate.agreement, 0, "refresh.gate.agreement");
    least(policy.gate.memory, 1, "refresh.gate.memory");
  }
  return policy;
}

/** The accuracy gate: compares answers with those of full runs and steps to a safer mode where they differ. */
export class RefreshGate {
  readonly #policy: RefreshPolicy;
  #mode: RefreshMode;
  #windows = 0;
  #outcomes: boolean[] = [];

  constructor(policy: RefreshPolicy) {
    this.#policy = checkRefresh(policy);
    this.#mode = policy.mode;
  }

  /** What is computed again with each window now. */
  get mode(): RefreshMode {
    return this.#mode;
  }

  /** Share of compared answers that agreed, of late; 1 before the first. */
  get agreement(): number {
    const { length } = this.#outcomes;
    return length === 0 ? 1 : this.#outcomes.filter(Boolean).length / length;
  }

  /** Counts a window; whether its answers are to be compared with those of a full run. */
  due(): boolean {
    const { gate } = this.#policy;
    if (gate === null || this.#mode === "all") return false;
    this.#windows++;
    return this.#windows % gate.everyWindows === 0;
  }

  /** Takes what a comparison came to, an entry per question. */
  compared(agreed: readonly boolean[]): void {
    const { gate } = this.#policy;
    if (gate === null) return;
    this.#outcomes.push(...agreed);
    this.#outcomes.splice(0, Math.max(0, this.#outcomes.length - gate.memory));
    // One bad answer among a handful says little; half a memory of them is enough to judge.
    if (this.#outcomes.length < gate.memory / 2 || this.agreement >= gate.agreement) return;
    const next = LADDER[LADDER.indexOf(this.#mode) + 1];
    if (next === undefined) return;
    this.#mode = next;
    this.#outcomes = [];
  }
}
