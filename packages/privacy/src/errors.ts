/** A question that cannot be answered as it was put: the message says what was expected, what came, and where. */
export class PrivacyError extends Error {
  override readonly name = "PrivacyError";
}

/** A release that would spend more than the budget holds. Nothing was drawn, nothing was spent. */
export class BudgetError extends Error {
  override readonly name = "BudgetError";
}

/** A ledger that cannot be used: in use by another process, damaged beyond its last record, or not writable. */
export class LedgerError extends Error {
  override readonly name = "LedgerError";
}
