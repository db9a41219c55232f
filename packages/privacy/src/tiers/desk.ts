/**
 * The desk at which recipients get their values. It looks at three things, in this order: the policy (who is it, which
 * tier), the ledger (is there budget), and only then the data. A statistic is drawn once, for all tiers together; so a
 * recipient that asks again, or under a second name, learns nothing new and pays nothing, and recipients that put their
 * values together learn what the best trusted of them knows.
 */

import type { BudgetKey, BudgetLedger } from "../budget/types.ts";
import { LedgerError, PrivacyError } from "../errors.ts";
import type { RandomSource } from "../random/source.ts";
import { systemRandom } from "../random/system.ts";
import { drawTiers, type Nesting, nestTiers } from "./nesting.ts";
import { checkTierPolicy, type TierBudget, tierBudgets, tierOf } from "./policy.ts";
import type { Statistic, TierPolicy, TierRelease } from "./types.ts";

/** What a {@link ReleaseDesk} works with. */
export type DeskOptions = {
  /** Whose signature was checked; {@link checkTierPolicy} is applied to it. */
  readonly policy: TierPolicy;
  /** Where budgets and drawn values are kept; the desk does not close it. */
  readonly ledger: BudgetLedger;
  /** Default: the operating system's. */
  readonly random?: RandomSource;
};

/** The answer to a recipient. */
export type Told =
  | {
      readonly told: true;
      /** The noisy value; the same one at each repeat. */
      readonly release: TierRelease;
      /** Taken from the budget by this answer, rho; 0 for repeats and for tiers below one that was told before. */
      readonly spent: number;
      /** Rho that is left of the budget after it. */
      readonly remaining: number;
    }
  | {
      readonly told: false;
      /** Why, in one sentence without any private value. */
      readonly reason: string;
      /** What is left of the budget; null where none was looked at. */
      readonly remaining: number | null;
    };

const OPTIONS = ["policy", "ledger", "random"];
/** Nestings kept; they depend on the policy and a sensitivity, of which there are few. */
const MOST_NESTINGS = 64;
/** Ledgers take names of 200 characters; {@link ReleaseDesk} adds up to 90. */
const LONGEST_NAME = 110;
/** With these a noisy value stays far from the largest double. */
const LARGEST = 2n ** 512n;
const LARGEST_STEP = 1e100;

/** Tells noisy values to recipients by their tier. One per ledger. */
export class ReleaseDesk {
  readonly #ledger: BudgetLedger;
  readonly #random: RandomSource;
  readonly #nestings = new Map<number, Nesting>();
  #policy: TierPolicy;
  #tiers: readonly TierBudget[];
  #fingerprint: string;

  /** @throws {PrivacyError} On a wrong policy or an option of another name. */
  constructor(options: DeskOptions) {
    const unknown = Object.keys(options).find((key) => !OPTIONS.includes(key));
    if (unknown !== undefined) {
      throw new PrivacyError(`options: expected only ${OPTIONS.join(", ")}, got ${unknown}`);
    }
    this.#policy = checkTierPolicy(options.policy);
    this.#tiers = tierBudgets(this.#policy);
    this.#fingerprint = fingerprintOf(this.#tiers);
    this.#ledger = options.ledger;
    this.#random = options.random ?? systemRandom;
  }

  /** The policy in force. */
  get policy(): TierPolicy {
    return this.#policy;
  }

  /**
   * Puts a newer policy in force. Recipients that moved to another tier get the values of that tier as they were drawn, for
   * the difference in budget. Where tiers or budgets themselves changed, values are drawn anew, and both draws are paid.
   * @throws {PrivacyError} On a wrong policy, and on one whose version is not above that of the one in force.
   */
  adopt(policy: TierPolicy): void {
    const next = checkTierPolicy(policy);
    if (next.version <= this.#policy.version) {
      const expected = `a version above ${this.#policy.version}`;
      throw new PrivacyError(`policy.version: expected ${expected}, got ${next.version}`);
    }
    this.#policy = next;
    this.#tiers = tierBudgets(next);
    this.#fingerprint = fingerprintOf(this.#tiers);
    this.#nestings.clear();
  }

  /** The tier of a recipient and its budget for one release; null: it gets nothing. Sees the policy only. */
  tierOf(recipient: string): TierBudget | null {
    return tierOf(this.#policy, recipient);
  }

  /**
   * Tells one statistic to one recipient. The value leaves the ledger's record first: when this returns, the charge is durable.
   * @param name - What is counted, and the piece of time it covers: the same name is the same release, and is told as it
   * was drawn even if `statistic.steps` is another by now.
   * @throws {PrivacyError} If the statistic or the name is not what it must be.
   * @throws {LedgerError} If the ledger cannot be written; nothing was told then.
   */
  tell(recipient: string, key: BudgetKey, name: string, statistic: Statistic): Told {
    checkStatistic(statistic);
    if (name.length === 0 || name.length > LONGEST_NAME) {
      throw new PrivacyError(
        `name: expected 1 to ${LONGEST_NAME} characters, got ${name.length} of them`,
      );
    }
    const tier = tierOf(this.#policy, recipient);
    if (tier === null) {
      const reason = `the policy names no tier for ${JSON.stringify(recipient)}`;
      return { told: false, reason, remaining: null };
    }
    const nesting = this.#nesting(statistic.sensitivity);
    const charged = this.#chargedName(name, statistic);
    const before = this.#ledger.recall(key, charged);
    const memo = before ?? this.#draw(nesting, statistic);
    const value = Object.hasOwn(memo, drawnFor(tier)) ? memo[drawnFor(tier)] : Number.NaN;
    if (!Number.isFinite(value)) {
      throw new LedgerError(`ledger: expected a value of ${name} for ${drawnFor(tier)}, got none`);
    }
    const repeat = before === null ? null : this.#ledger.ask(key, charged, tier.rho);
    const decision =
      repeat?.granted === true && repeat.spent === 0
        ? repeat
        : this.#ledger.commit({ key, statistic: charged, rho: tier.rho, memo });
    if (!decision.granted) {
      return { told: false, reason: decision.reason, remaining: decision.remaining };
    }
    const index = this.#tiers.findIndex((one) => one.name === tier.name);
    const sigma = Math.sqrt(Number(nesting.tiers[index].variance));
    return {
      told: true,
      release: {
        tier: tier.name,
        value,
        deviation: sigma * fineStep(nesting, statistic),
        rho: tier.rho,
      },
      spent: decision.spent,
      remaining: decision.remaining,
    };
  }

  #nesting(sensitivity: number): Nesting {
    const known = this.#nestings.get(sensitivity);
    if (known !== undefined) return known;
    const rhos = this.#tiers.map((tier) => tier.rho);
    const nesting = nestTiers(rhos, sensitivity);
    if (this.#nestings.size >= MOST_NESTINGS) this.#nestings.clear();
    this.#nestings.set(sensitivity, nesting);
    return nesting;
  }

  #draw(nesting: Nesting, statistic: Statistic): Readonly<Record<string, number>> {
    const step = fineStep(nesting, statistic);
    const values = drawTiers(nesting, statistic.steps, this.#random);
    return Object.fromEntries(
      this.#tiers.map((tier, k) => [drawnFor(tier), Number(values[k]) * step] as const),
    );
  }

  /**
   * The name under which a ledger keeps a draw: with everything that shapes its noise, so that what was drawn for other budgets is
   * another statistic. The tiers' part is only a fingerprint; that a value is of the right tier and budget, its name in the memo
   * says in full.
   */
  #chargedName(name: string, { step, sensitivity }: Statistic): string {
    return `${name} [step ${step}, sensitivity ${sensitivity}, tiers ${this.#fingerprint}]`;
  }
}

/** Name of a value in a memo: tier and budget that it was drawn for. */
function drawnFor(tier: TierBudget): string {
  return `${tier.name} at rho ${tier.rho}`;
}

/** Sixteen digits that differ between lists of tiers and budgets (FNV-1a); no protection against who wants them alike. */
function fingerprintOf(tiers: readonly TierBudget[]): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(tiers.map(drawnFor).join("\n"))) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return hash.toString(16).padStart(16, "0");
}

/** One step of the fine grid in the value's unit. */
function fineStep(nesting: Nesting, statistic: Statistic): number {
  return statistic.step / Number(nesting.refinement);
}

function checkStatistic({ steps, step, sensitivity }: Statistic): void {
  // The message keeps the value to itself: it is the one private thing here.
  if (typeof steps !== "bigint") {
    throw new PrivacyError(`statistic.steps: expected a bigint, got a ${typeof steps}`);
  }
  if (steps > LARGEST || steps < -LARGEST) {
    throw new PrivacyError("statistic.steps: expected at most 512 bits, got more");
  }
  if (!(step > 0 && step <= LARGEST_STEP)) {
    throw new PrivacyError(
      `statistic.step: expected a number above 0 and up to ${LARGEST_STEP}, got ${step}`,
    );
  }
  if (!Number.isSafeInteger(sensitivity) || sensitivity < 1) {
    throw new PrivacyError(
      `statistic.sensitivity: expected a whole number of steps above 0, got ${sensitivity}`,
    );
  }
}
