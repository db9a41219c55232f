/**
 * Checking a tier policy, its canonical bytes for signing, and the budget of an inverse trust. Nothing here sees data.
 */

import { PrivacyError } from "../errors.ts";
import type { Tier, TierPolicy } from "./types.ts";

/** First line of {@link policyBytes}: a signature over a policy can be taken for no other kind of text. */
const HEADING = "symbion tier policy 1\n";

/** Letters and digits first, then also blanks, dots, dashes; 64 characters. */
const TIER_NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,63}$/u;
const CONTROL = /\p{Cc}/u;
const LONGEST_RECIPIENT = 256;
const MOST_TIERS = 64;

/** Below this a release is noise alone, and its variance outgrows what is told in doubles. */
const LEAST_RHO = 1e-12;
/** Above this the noise is smaller than the neighbouring values' distance: no privacy to speak of. */
const MOST_RHO = 1e6;

const POLICY_KEYS = ["version", "rhoMax", "rhoMin", "tiers", "recipients"] as const;
const TIER_KEYS = ["name", "inverseTrust"] as const;

/**
 * A policy as it must be, as a frozen copy without anything else in it: tiers with the most trusted first, recipients by
 * name. `value` is what a file held.
 * @throws {PrivacyError} Says which field is wrong: unknown keys, numbers out of range (rho 1e-12 to 1e6, T 0 to 1),
 * names used twice, a recipient of a tier that is not there.
 */
export function checkTierPolicy(value: unknown): TierPolicy {
  const policy = recordOf(value, "policy", POLICY_KEYS);
  const version = numberOf(policy.version, "policy.version", 1, Number.MAX_SAFE_INTEGER);
  if (!Number.isInteger(version)) throw refused("policy.version", "a whole number", version);
  const rhoMax = numberOf(policy.rhoMax, "policy.rhoMax", LEAST_RHO, MOST_RHO);
  const rhoMin = numberOf(policy.rhoMin, "policy.rhoMin", LEAST_RHO, MOST_RHO);
  if (rhoMin > rhoMax) throw refused("policy.rhoMin", `at most rhoMax = ${rhoMax}`, rhoMin);
  const tiers = tiersOf(policy.tiers);
  const names = new Set(tiers.map((tier) => tier.name));
  return Object.freeze({
    version,
    rhoMax,
    rhoMin,
    tiers,
    recipients: recipientsOf(policy.recipients, names),
  });
}

function tiersOf(value: unknown): readonly Tier[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > MOST_TIERS) {
    throw refused("policy.tiers", `a list of 1 to ${MOST_TIERS} tiers`, value);
  }
  const seen = new Map<unknown, string>();
  const tiers = value.map((entry: unknown, index) => {
    const at = `policy.tiers[${index}]`;
    const tier = recordOf(entry, at, TIER_KEYS);
    const name = textOf(tier.name, `${at}.name`);
    if (!TIER_NAME.test(name)) {
      throw refused(`${at}.name`, "1 to 64 letters, digits, blanks, dots or dashes", name);
    }
    // The sum turns -0 into 0: the two are one inverse trust.
    const inverseTrust = numberOf(tier.inverseTrust, `${at}.inverseTrust`, 0, 1) + 0;
    for (const key of [name, inverseTrust]) {
      const earlier = seen.get(key);
      if (earlier !== undefined) throw refused(at, `another ${typeof key} than ${earlier}`, key);
      seen.set(key, at);
    }
    return Object.freeze({ name, inverseTrust });
  });
  return Object.freeze(tiers.sort((a, b) => a.inverseTrust - b.inverseTrust));
}

function recipientsOf(
  value: unknown,
  tiers: ReadonlySet<string>,
): Readonly<Record<string, string>> {
  const recipients = recordOf(value, "policy.recipients", null);
  const checked: [string, string][] = [];
  for (const id of Object.keys(recipients).sort(byCodeUnits)) {
    textOf(id, "policy.recipients");
    if (id.length === 0 || id.length > LONGEST_RECIPIENT || CONTROL.test(id)) {
      throw refused("policy.recipients", "ids of 1 to 256 printable characters", id);
    }
    const tier = recipients[id];
    if (typeof tier !== "string" || !tiers.has(tier)) {
      throw refused(`policy.recipients[${JSON.stringify(id)}]`, "the name of a tier", tier);
    }
    checked.push([id, tier]);
  }
  return Object.freeze(Object.fromEntries(checked));
}

/**
 * The bytes that the owner signs: the same for policies that mean the same, whatever the order in which their tiers,
 * recipients or keys were written; different for all others.
 * @throws {PrivacyError} As {@link checkTierPolicy}.
 */
export function policyBytes(policy: TierPolicy): Uint8Array<ArrayBuffer> {
  const { version, rhoMax, rhoMin, tiers, recipients } = checkTierPolicy(policy);
  // Lists, not objects: JSON keeps their order, and an object would put ids that look like numbers first.
  const body = [
    version,
    rhoMax,
    rhoMin,
    tiers.map(({ name, inverseTrust }) => [name, inverseTrust]),
    Object.entries(recipients).sort(([a], [b]) => byCodeUnits(a, b)),
  ];
  return new TextEncoder().encode(HEADING + JSON.stringify(body));
}

/**
 * The policy in bytes that {@link policyBytes} wrote. Check their signature before.
 * @throws {PrivacyError} If the bytes are anything else, or another spelling of the same policy.
 */
export function policyFromBytes(bytes: Uint8Array): TierPolicy {
  let text: string;
  let body: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    body = text.startsWith(HEADING) ? JSON.parse(text.slice(HEADING.length)) : null;
  } catch {
    body = null;
  }
  if (!Array.isArray(body) || body.length !== POLICY_KEYS.length) {
    throw new PrivacyError(
      `policy: expected the bytes of a signed tier policy, got ${bytes.length} others`,
    );
  }
  const [version, rhoMax, rhoMin, tiers, recipients] = body as readonly unknown[];
  const policy = checkTierPolicy({
    version,
    rhoMax,
    rhoMin,
    tiers: pairsOf(tiers, "policy.tiers").map(([name, inverseTrust]) => ({ name, inverseTrust })),
    recipients: Object.fromEntries(pairsOf(recipients, "policy.recipients")),
  });
  const again = policyBytes(policy);
  if (again.length !== bytes.length || again.some((byte, i) => byte !== bytes[i])) {
    throw new PrivacyError("policy: expected the canonical bytes, got another spelling of them");
  }
  return policy;
}

function pairsOf(value: unknown, at: string): readonly (readonly [string, unknown])[] {
  if (!Array.isArray(value)) throw refused(at, "a list of pairs", value);
  return value.map((pair: unknown) => {
    if (Array.isArray(pair) && pair.length === 2 && typeof pair[0] === "string") {
      return [pair[0], pair[1]] as const;
    }
    throw refused(at, "a list of pairs", pair);
  });
}

/**
 * Budget of an inverse trust T of 0 to 1: rho(T) = rhoMax * (rhoMin / rhoMax)^T, zCDP's rho for one release.
 * @throws {PrivacyError} If T is no number from 0 to 1.
 */
export function tierBudget(
  policy: Pick<TierPolicy, "rhoMax" | "rhoMin">,
  inverseTrust: number,
): number {
  const { rhoMax, rhoMin } = policy;
  const trust = numberOf(inverseTrust, "inverseTrust", 0, 1);
  if (trust === 0) return rhoMax;
  if (trust === 1) return rhoMin;
  return Math.min(rhoMax, Math.max(rhoMin, rhoMax * (rhoMin / rhoMax) ** trust));
}

/** A tier with its budget, rho, for one release. */
export type TierBudget = Tier & { readonly rho: number };

/** Tiers of a checked policy with their budgets, the most trusted first. */
export function tierBudgets(policy: TierPolicy): readonly TierBudget[] {
  return policy.tiers.map((tier) => ({ ...tier, rho: tierBudget(policy, tier.inverseTrust) }));
}

/**
 * The tier of a recipient and its budget; null: the policy does not name it, it gets nothing. A function of the policy
 * alone.
 */
export function tierOf(policy: TierPolicy, recipient: string): TierBudget | null {
  if (!Object.hasOwn(policy.recipients, recipient)) return null;
  const name = policy.recipients[recipient];
  const tier = policy.tiers.find((one) => one.name === name);
  return tier === undefined ? null : { ...tier, rho: tierBudget(policy, tier.inverseTrust) };
}

function recordOf(
  value: unknown,
  at: string,
  keys: readonly string[] | null,
): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw refused(at, keys === null ? "an object" : `an object with ${keys.join(", ")}`, value);
  }
  const unknown = keys === null ? undefined : Object.keys(value).find((key) => !keys.includes(key));
  if (unknown !== undefined) throw refused(at, `only ${keys?.join(", ")}`, unknown);
  return value as Readonly<Record<string, unknown>>;
}

function numberOf(value: unknown, at: string, least: number, most: number): number {
  if (typeof value === "number" && value >= least && value <= most) return value;
  throw refused(at, `a number from ${least} to ${most}`, value);
}

/** Text that UTF-8 can carry, in the one spelling that Unicode calls composed. */
function textOf(value: unknown, at: string): string {
  if (typeof value === "string" && value.isWellFormed() && value.normalize("NFC") === value) {
    return value;
  }
  throw refused(at, "well-formed text in Unicode's composed form (NFC)", value);
}

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function refused(at: string, expected: string, value: unknown): PrivacyError {
  const text = typeof value === "number" ? String(value) : JSON.stringify(value);
  const came =
    text === undefined ? String(value) : text.length > 80 ? `${text.slice(0, 80)}…` : text;
  return new PrivacyError(`${at}: expected ${expected}, got ${came}`);
}
