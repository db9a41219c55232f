/** The audit of a tier policy: each tier by itself, and all of them in one hand. */

import { PrivacyError } from "../errors.ts";
import type { RandomSource } from "../random/source.ts";
import { systemRandom } from "../random/system.ts";
import { drawTiers, nestTiers } from "../tiers/nesting.ts";
import { checkTierPolicy, tierBudgets } from "../tiers/policy.ts";
import type { TierPolicy } from "../tiers/types.ts";
import { type AuditClaim, type AuditResult, accusations, auditRelease } from "./audit.ts";

/** Options of {@link auditTiers}. */
export type TierAuditOptions = {
  /** Runs per input and line, whole, at least 200. */
  readonly trials: number;
  /** Most that one unit changes the value, in whole steps; default 1. */
  readonly sensitivity?: number;
  /** Of each bound, between 0.5 and 1; default 0.999. */
  readonly confidence?: number;
  /** Default: the operating system's. */
  readonly random?: RandomSource;
};

/** One line of {@link auditTiers}. */
export type TierAudit = {
  /** Name of the tier; null: all tiers together. */
  readonly tier: string | null;
  /** What is promised: the tier's budget, that of the best tier for all together, and the same in Gaussian terms. */
  readonly claim: Required<Pick<AuditClaim, "rho" | "mu">>;
  /** What the runs prove, bound by bound. */
  readonly result: AuditResult;
  /** In sentences; empty: the audit has nothing against the claim. */
  readonly accusations: readonly string[];
};

const OPTIONS = ["trials", "sensitivity", "confidence", "random"];

/**
 * Audits releases as a policy has them drawn, on two values that are a whole sensitivity apart. Nothing private is touched.
 * @throws {PrivacyError} On a wrong policy or wrong options.
 */
export function auditTiers(policy: TierPolicy, options: TierAuditOptions): readonly TierAudit[] {
  const unknown = Object.keys(options).find((key) => !OPTIONS.includes(key));
  if (unknown !== undefined) {
    throw new PrivacyError(`options: expected only ${OPTIONS.join(", ")}, got ${unknown}`);
  }
  const { trials, sensitivity = 1, confidence = 0.999, random = systemRandom } = options;
  const tiers = tierBudgets(checkTierPolicy(policy));
  const nesting = nestTiers(
    tiers.map((tier) => tier.rho),
    sensitivity,
  );
  const draw = (truth: bigint): number[] => drawTiers(nesting, truth, random).map(Number);
  const moved = BigInt(sensitivity);
  const audit = (tier: string | null, rho: number, pick: (values: number[]) => number[]) => {
    const result = auditRelease(
      () => pick(draw(0n)),
      () => pick(draw(moved)),
      { trials, confidence },
    );
    const claim = { rho, mu: Math.sqrt(2 * rho) };
    return { tier, claim, result, accusations: accusations(result, claim) };
  };
  const each = tiers.map(({ name, rho }, k) => audit(name, rho, (values) => [values[k]]));
  return tiers.length === 1 ? each : [...each, audit(null, tiers[0].rho, (values) => values)];
}
