/**
 * The filter itself, in memory. It decides before anything is drawn for real: a charge that would exceed its budget changes
 * nothing but the count of refusals. For zCDP such a filter holds also when later questions, and their prices, depend on
 * earlier answers (Whitehouse, Ramdas, Rogers and Wu 2023, theorem 1: sums of adaptively chosen rho up to a fixed bound).
 */

import { LedgerError, PrivacyError } from "../errors.ts";
import { chargeUnits, rhoOf } from "./amount.ts";
import { type BudgetPolicy, budgetOf, checkBudgetPolicy, checkKey, checkName } from "./policy.ts";
import type { BudgetKey, BudgetLedger, BudgetState, Charge, Decision } from "./types.ts";

/**
 * A budget is granted this share of itself more, a millionth of a millionth: six charges of 0.005 are to fit into 0.03,
 * although the doubles nearest to these numbers add up to a little more.
 */
const GRACE_BITS = 40n;

/** What was charged under one name. */
export type LedgerEntry = {
  readonly key: BudgetKey;
  readonly statistic: string;
  /** Most that was charged, in multiples of 2^-80. */
  readonly units: bigint;
  readonly memo: Readonly<Record<string, number>>;
};

/** What is kept of one budget. */
type Budget = {
  readonly key: BudgetKey;
  spent: bigint;
  refused: number;
  readonly entries: Map<string, LedgerEntry>;
};

/** A filter with a memory that lasts as long as the process. */
export class MemoryLedger implements BudgetLedger {
  readonly #policy: BudgetPolicy;
  readonly #budgets = new Map<string, Budget>();
  #closedBefore = "";

  /** @throws {PrivacyError} For a policy that makes no sense. */
  constructor(policy: BudgetPolicy) {
    this.#policy = checkBudgetPolicy(policy);
  }

  /** Windows whose names sort before this are closed for ever. */
  get closedBefore(): string {
    return this.#closedBefore;
  }

  /** See {@link BudgetLedger.recall}. */
  recall(key: BudgetKey, statistic: string): Readonly<Record<string, number>> | null {
    return this.#budgets.get(nameOf(key))?.entries.get(statistic)?.memo ?? null;
  }

  /** See {@link BudgetLedger.ask}. */
  ask(key: BudgetKey, statistic: string, rho: number): Decision {
    checkKey(key);
    checkName(statistic, "statistic");
    const units = chargeUnits(rho, "charge");
    const budget = this.#budgets.get(nameOf(key));
    const total = budgetOf(this.#policy, key);
    const spent = budget?.spent ?? 0n;
    const left = total > spent ? total - spent : 0n;
    const before = budget?.entries.get(statistic)?.units ?? 0n;
    const price = units > before ? units - before : 0n;
    const remaining = rhoOf(left);
    if (key.window < this.#closedBefore) {
      const reason = `window ${key.window} is closed: windows before ${this.#closedBefore} are`;
      return { granted: false, reason, remaining: 0 };
    }
    if (spent + price > total + (total >> GRACE_BITS)) {
      const asked = `${rhoOf(price).toPrecision(6)} of ${remaining.toPrecision(6)}`;
      const whose = `${key.subject} for ${key.purpose} in ${key.window}`;
      const reason =
        total === 0n
          ? `there is no budget for ${whose}`
          : `the budget of ${whose} would be exceeded: asked for rho ${asked} left`;
      return { granted: false, reason, remaining };
    }
    return {
      granted: true,
      spent: rhoOf(price),
      remaining: rhoOf(left > price ? left - price : 0n),
    };
  }

  /** See {@link BudgetLedger.commit}; remembered until the process ends. */
  commit(charge: Charge): Decision {
    const { decision, entry } = this.decide(charge);
    if (!decision.granted) this.#budget(charge.key).refused++;
    else if (entry !== null) this.#enter(entry);
    return decision;
  }

  /** What {@link MemoryLedger.commit} would say, and what it would write down: null for a repeat. Changes nothing. */
  decide({ key, statistic, rho, memo }: Charge): {
    readonly decision: Decision;
    readonly entry: LedgerEntry | null;
  } {
    checkMemo(memo);
    const decision = this.ask(key, statistic, rho);
    if (!decision.granted) return { decision, entry: null };
    const told = this.#budgets.get(nameOf(key))?.entries.get(statistic);
    if (told !== undefined && !same(told.memo, memo)) {
      throw new LedgerError(`statistic ${statistic}: expected the values drawn first, got others`);
    }
    const units = chargeUnits(rho, "charge");
    if (told !== undefined && told.units >= units) return { decision, entry: null };
    const { subject, purpose, window } = key;
    return { decision, entry: { key: { subject, purpose, window }, statistic, units, memo } };
  }

  /** See {@link BudgetLedger.budgets}. */
  budgets(): readonly BudgetState[] {
    return [...this.#budgets.values()].map(({ key, spent, refused }) => ({
      key,
      spentRho: rhoOf(spent),
      totalRho: rhoOf(budgetOf(this.#policy, key)),
      refused,
    }));
  }

  /** Closes windows whose names sort before this one: their values are forgotten, and nothing is granted in them again. */
  closeBefore(window: string): void {
    if (window <= this.#closedBefore) return;
    this.#closedBefore = window;
    for (const [name, { key }] of this.#budgets) {
      if (key.window < window) this.#budgets.delete(name);
    }
  }

  /** Nothing is held that would have to be given back. */
  close(): void {}

  /** All charges. */
  *entries(): Generator<LedgerEntry, void, void> {
    for (const { entries } of this.#budgets.values()) yield* entries.values();
  }

  /** Charges refused in a budget so far. */
  refusals(key: BudgetKey): number {
    return this.#budgets.get(nameOf(key))?.refused ?? 0;
  }

  /** Takes over what another ledger wrote down, without asking. */
  restore(entries: Iterable<LedgerEntry>, refused: Iterable<readonly [BudgetKey, number]>): void {
    for (const entry of entries) this.#enter(entry);
    for (const [key, count] of refused) this.#budget(key).refused = count;
  }

  #enter({ key, statistic, units, memo }: LedgerEntry): void {
    const budget = this.#budget(key);
    const before = budget.entries.get(statistic)?.units ?? 0n;
    if (units > before) budget.spent += units - before;
    const most = units > before ? units : before;
    budget.entries.set(statistic, { key: budget.key, statistic, units: most, memo: { ...memo } });
  }

  #budget({ subject, purpose, window }: BudgetKey): Budget {
    const key = { subject, purpose, window };
    const name = nameOf(key);
    const known = this.#budgets.get(name);
    if (known !== undefined) return known;
    const made: Budget = { key, spent: 0n, refused: 0, entries: new Map() };
    this.#budgets.set(name, made);
    return made;
  }
}

function nameOf({ subject, purpose, window }: BudgetKey): string {
  return JSON.stringify([subject, purpose, window]);
}

function same(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

function checkMemo(memo: Readonly<Record<string, number>>): void {
  for (const [tier, value] of Object.entries(memo)) {
    if (!Number.isFinite(value)) {
      throw new PrivacyError(`memo of tier ${tier}: expected a finite number, got ${value}`);
    }
  }
}
