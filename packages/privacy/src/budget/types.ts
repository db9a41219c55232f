/**
 * Budgets: how much may be learned of a subject, for a purpose, within a window. Everything is counted in zCDP's rho,
 * which adds up also when later questions depend on earlier answers (a privacy filter: Rogers et al. 2016; Whitehouse
 * et al. 2023 for zCDP).
 */

/** What a budget is for. */
export type BudgetKey = {
  /** Whom the data is about: a camera, a machine, a person. */
  readonly subject: string;
  /** What the recipient may use it for. */
  readonly purpose: string;
  /** Name of the window: "2026-11-23". Budgets of different windows are independent: the unit of privacy lies within one. */
  readonly window: string;
};

/** What a ledger writes down before anything may leave: the charge, and what was drawn for it, as one record. */
export type Charge = {
  /** Budget that pays. */
  readonly key: BudgetKey;
  /** Name of the statistic and the piece of time it covers; a second charge under the same name is a repeat. */
  readonly statistic: string;
  /** What it costs in total, rho at least 0; a repeat costs what exceeds the most that was charged under the name. */
  readonly rho: number;
  /** Noisy values of all tiers as they may be told for ever, by tier; kept so that repeats cost nothing. */
  readonly memo: Readonly<Record<string, number>>;
};

/** What a filter says. */
export type Decision =
  | {
      readonly granted: true;
      /** Taken from the budget now; 0 for a repeat. */
      readonly spent: number;
      /** Rho left afterwards. */
      readonly remaining: number;
    }
  | {
      readonly granted: false;
      /** Why, with what was asked and what is left. */
      readonly reason: string;
      /** Rho left afterwards. */
      readonly remaining: number;
    };

/** The state of one budget. */
export type BudgetState = {
  /** What it is for. */
  readonly key: BudgetKey;
  /** Sum of all charges, rounded up. */
  readonly spentRho: number;
  /** What the policy allows now; 0 where it allows nothing any more. */
  readonly totalRho: number;
  /** Charges that were refused. */
  readonly refused: number;
};

/** A filter with a memory. Implementations: in memory, and in a file that survives crashes. */
export interface BudgetLedger {
  /** Values that were drawn under this name before; null: none. */
  recall(key: BudgetKey, statistic: string): Readonly<Record<string, number>> | null;
  /** Whether a charge would be granted; changes nothing. */
  ask(key: BudgetKey, statistic: string, rho: number): Decision;
  /**
   * Spends, and remembers. When this returns granted, the record is durable: only then may a value leave. Refusals are
   * counted durably too.
   * @throws {LedgerError} If it cannot be written; nothing may leave then.
   */
  commit(charge: Charge): Decision;
  /** Every budget of an open window that was asked of. */
  budgets(): readonly BudgetState[];
  /** Closes windows whose names sort before this one: their values are forgotten, and nothing is granted in them again. */
  closeBefore(window: string): void;
  /** Gives the file up to other processes; nothing may be asked afterwards. */
  close(): void;
}
