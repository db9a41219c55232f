/** How much may be learned at all: rules that are public and fixed before data is seen. */

import { PrivacyError } from "../errors.ts";
import { budgetUnits } from "./amount.ts";
import type { BudgetKey } from "./types.ts";

/** A budget for each subject, purpose and window that it fits. */
export type BudgetRule = {
  /** Purpose that it is for. */
  readonly purpose: string;
  /** Subject that it is for; null: each subject by itself. */
  readonly subject: string | null;
  /** What may be spent within one window, zCDP's rho, above 0. */
  readonly rho: number;
};

/** Rules; the one that names a subject goes before the one for all. What no rule is for has no budget: it is refused. */
export type BudgetPolicy = { readonly rules: readonly BudgetRule[] };

/** Longest subject, purpose, window or statistic, in UTF-16 units. */
const LONGEST = 200;

/** @throws {PrivacyError} For unknown keys, empty or repeated names, and budgets that are none. */
export function checkBudgetPolicy(policy: BudgetPolicy): BudgetPolicy {
  known(policy, ["rules"], "budget policy");
  const seen = new Set<string>();
  policy.rules.forEach((rule, i) => {
    const where = `budget policy: rules[${i}]`;
    known(rule, ["purpose", "subject", "rho"], where);
    checkName(rule.purpose, `${where}.purpose`);
    if (rule.subject !== null) checkName(rule.subject, `${where}.subject`);
    if (budgetUnits(rule.rho, `${where}.rho`) === 0n) {
      throw new PrivacyError(`${where}.rho: expected a budget above 0, got ${rule.rho}`);
    }
    const name = JSON.stringify([rule.purpose, rule.subject]);
    if (seen.has(name)) throw new PrivacyError(`${where}: expected each budget once, got ${name}`);
    seen.add(name);
  });
  return policy;
}

/** Budget of one key, in units; 0 where no rule is for it. */
export function budgetOf(policy: BudgetPolicy, key: BudgetKey): bigint {
  const rules = policy.rules.filter(({ purpose }) => purpose === key.purpose);
  const rule =
    rules.find(({ subject }) => subject === key.subject) ??
    rules.find(({ subject }) => subject === null);
  return rule === undefined ? 0n : budgetUnits(rule.rho, "budget policy: rho");
}

/** @throws {PrivacyError} For a key whose names are empty or too long. */
export function checkKey(key: BudgetKey): void {
  checkName(key.subject, "key.subject");
  checkName(key.purpose, "key.purpose");
  checkName(key.window, "key.window");
}

/** @throws {PrivacyError} For a name that is empty or too long. */
export function checkName(name: string, where: string): void {
  if (typeof name !== "string" || name === "" || name.length > LONGEST) {
    const got = typeof name === "string" ? `${name.length} characters` : typeof name;
    throw new PrivacyError(`${where}: expected a name of 1 to ${LONGEST} characters, got ${got}`);
  }
}

function known(value: object, keys: readonly string[], where: string): void {
  const other = Object.keys(value).find((key) => !keys.includes(key));
  if (other !== undefined) {
    throw new PrivacyError(`${where}: expected only ${keys.join(", ")}, got ${other}`);
  }
}
