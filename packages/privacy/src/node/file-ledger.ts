/**
 * A ledger that outlives its process. Each charge is one record of a {@link Journal}, on the disk before it is granted: after
 * a crash it is there or it was never granted, so nothing is refunded and nothing told is forgotten.
 */

import { type LedgerEntry, MemoryLedger } from "../budget/memory.ts";
import type { BudgetPolicy } from "../budget/policy.ts";
import type { BudgetKey, BudgetLedger, BudgetState, Charge, Decision } from "../budget/types.ts";
import { LedgerError } from "../errors.ts";
import { type Disk, machineDisk } from "./disk.ts";
import { Journal, type JournalRecord } from "./journal.ts";

/** Bytes by which a file grows at least before it is written anew. */
const ROOM = 256 * 1024;

class FileLedger implements BudgetLedger {
  readonly #memory: MemoryLedger;
  readonly #journal: Journal;

  constructor(path: string, policy: BudgetPolicy, disk: Disk, room: number) {
    const memory = new MemoryLedger(policy);
    this.#memory = memory;
    this.#journal = new Journal(path, disk, room, (record) => replay(memory, record, path));
  }

  recall(key: BudgetKey, statistic: string): Readonly<Record<string, number>> | null {
    this.#journal.check();
    return this.#memory.recall(key, statistic);
  }

  ask(key: BudgetKey, statistic: string, rho: number): Decision {
    this.#journal.check();
    return this.#memory.ask(key, statistic, rho);
  }

  commit(charge: Charge): Decision {
    this.#journal.check();
    const { decision, entry } = this.#memory.decide(charge);
    if (!decision.granted) {
      this.#journal.append(refusalOf(charge.key, this.#memory.refusals(charge.key) + 1));
    } else if (entry !== null) {
      this.#journal.append(chargeOf(entry));
    }
    this.#memory.commit(charge);
    this.#tidy();
    return decision;
  }

  budgets(): readonly BudgetState[] {
    this.#journal.check();
    return this.#memory.budgets();
  }

  closeBefore(window: string): void {
    this.#journal.check();
    if (window <= this.#memory.closedBefore) return;
    this.#journal.append({ kind: "close", window });
    this.#memory.closeBefore(window);
    this.#tidy();
  }

  close(): void {
    this.#journal.close();
  }

  /** Leaves out what is no longer of use, now and then. */
  #tidy(): void {
    if (!this.#journal.wasteful) return;
    try {
      this.#journal.rewrite(this.#records());
    } catch (error) {
      // What was asked for is written down already; if the file is in doubt now the next question says so.
      if (!(error instanceof LedgerError)) throw error;
    }
  }

  *#records(): Generator<JournalRecord, void, void> {
    const { closedBefore } = this.#memory;
    if (closedBefore !== "") yield { kind: "close", window: closedBefore };
    for (const entry of this.#memory.entries()) yield chargeOf(entry);
    for (const { key, refused } of this.#memory.budgets()) {
      if (refused > 0) yield refusalOf(key, refused);
    }
  }
}

function chargeOf({ key, statistic, units, memo }: LedgerEntry): JournalRecord {
  return { kind: "charge", ...key, statistic, units: String(units), memo };
}

function refusalOf({ subject, purpose, window }: BudgetKey, count: number): JournalRecord {
  return { kind: "refusal", subject, purpose, window, count };
}

function replay(memory: MemoryLedger, record: JournalRecord, path: string): void {
  const { kind, subject, purpose, window, statistic, units, memo, count } = record;
  const key = { subject, purpose, window } as BudgetKey;
  if (kind === "charge" && typeof statistic === "string") {
    const values = memo as LedgerEntry["memo"];
    memory.restore([{ key, statistic, units: BigInt(String(units)), memo: values }], []);
  } else if (kind === "refusal") {
    memory.restore([], [[key, Number(count)]]);
  } else if (kind === "close" && typeof window === "string") {
    memory.closeBefore(window);
  } else {
    throw new LedgerError(`${path}: expected a charge, a refusal or a close, got ${String(kind)}`);
  }
}

/**
 * Opens a ledger in a file, or makes one. Beside it lie `PATH.lock` and, for moments, `PATH.new`.
 *
 * @param path The file; its folder has to exist, on a disk of this machine.
 * @param policy Budgets; those of a file that is opened again may have changed, what was spent has not.
 * @throws {LedgerError} For a file that another process has open, that is damaged, or no ledger; {@link PrivacyError} for a
 * policy that makes no sense.
 */
export function openFileLedger(path: string, policy: BudgetPolicy): BudgetLedger {
  return openLedgerOn(machineDisk, path, policy);
}

/** {@link openFileLedger} on another disk, written anew when it has grown by `room` bytes. */
export function openLedgerOn(
  disk: Disk,
  path: string,
  policy: BudgetPolicy,
  room: number = ROOM,
): BudgetLedger {
  return new FileLedger(path, policy, disk, room);
}
