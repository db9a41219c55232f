import { describe, expect, it } from "vitest";
import { type BudgetKey, type BudgetLedger, type Charge, LedgerError } from "../src/index.ts";
import { openLedgerOn } from "../src/node/file-ledger.ts";
import { type Chance, chanceOf, PowerLoss, SimulatedDisk } from "./support/simulated-disk.ts";

const PATH = "/budgets.ledger";
const POLICY = { rules: [{ purpose: "p", subject: null, rho: 1 }] };
/** Small, so that the file is written anew again and again. */
const ROOM = 200;

type Told = { readonly name: string; readonly window: string; readonly rho: number };

/** What somebody outside knows: what was granted and closed, and what was asked last without an answer. */
type Outside = {
  readonly granted: Map<string, Told & { readonly memo: Charge["memo"] }>;
  closed: string;
  asked: Told | null;
};

/** A day's work: charges, repeats, better tiers, refusals, closed windows. Goes on where it was left. */
const WORK: readonly (Told | string)[] = [
  { name: "a", window: "1", rho: 0.25 },
  { name: "b", window: "1", rho: 0.25 },
  { name: "a", window: "1", rho: 0.25 },
  { name: "c", window: "1", rho: 0.75 },
  { name: "a", window: "1", rho: 0.5 },
  { name: "a", window: "2", rho: 0.125 },
  "2",
  { name: "d", window: "1", rho: 0.01 },
  { name: "b", window: "2", rho: 0.875 },
  { name: "c", window: "2", rho: 2 ** -60 },
  { name: "a", window: "3", rho: 1 },
  "3",
  { name: "b", window: "4", rho: 0.5 },
];

function keyOf(window: string): BudgetKey {
  return { subject: "s", purpose: "p", window };
}

/** Does one task, and notes what is known of it outside. */
function work(ledger: BudgetLedger, outside: Outside, task: Told | string, chance: Chance): void {
  if (typeof task === "string") {
    ledger.closeBefore(task);
    outside.closed = task;
    return;
  }
  const { name, window, rho } = task;
  outside.asked = task;
  const memo = ledger.recall(keyOf(window), name) ?? { all: Math.floor(chance() * 1e6) };
  const decision = ledger.commit({ key: keyOf(window), statistic: name, rho, memo });
  outside.asked = null;
  if (!decision.granted) return;
  const id = `${window} ${name}`;
  const before = outside.granted.get(id);
  // What was told once is told for ever.
  if (before !== undefined) expect(memo).toEqual(before.memo);
  outside.granted.set(id, { ...task, memo, rho: Math.max(before?.rho ?? 0, rho) });
}

/** Nothing refunded, nothing spent twice, nothing forgotten. */
function expectTrue(ledger: BudgetLedger, { granted, asked, closed }: Outside): void {
  const charged = new Map<string, number>();
  const most = new Map<string, number>();
  for (const { window, rho } of granted.values()) {
    charged.set(window, (charged.get(window) ?? 0) + rho);
  }
  for (const window of ["1", "2", "3", "4"]) {
    let extra = 0;
    if (asked?.window === window) {
      const before = granted.get(`${window} ${asked.name}`)?.rho ?? 0;
      extra = Math.max(0, asked.rho - before);
    }
    most.set(window, (charged.get(window) ?? 0) + extra);
  }
  const found = new Map(ledger.budgets().map(({ key, spentRho }) => [key.window, spentRho]));
  const shut = (window: string): boolean =>
    window < closed || !ledger.ask(keyOf(window), "x", 0).granted;
  for (const window of ["1", "2", "3", "4"]) {
    if (shut(window)) continue;
    expect(found.get(window) ?? 0).toBeGreaterThanOrEqual(charged.get(window) ?? 0);
    expect(found.get(window) ?? 0).toBeLessThanOrEqual(most.get(window) ?? 0);
    expect(found.get(window) ?? 0).toBeLessThanOrEqual(1);
  }
  for (const { name, window, memo } of granted.values()) {
    if (!shut(window)) expect(ledger.recall(keyOf(window), name)).toEqual(memo);
  }
  if (closed !== "") {
    expect(ledger.ask(keyOf("0"), "x", 0)).toMatchObject({
      granted: false,
      reason: expect.stringContaining("closed"),
    });
  }
}

function fresh(): Outside {
  return { granted: new Map(), closed: "", asked: null };
}

/** Steps that all the work takes when nothing happens. */
function wholeSteps(): number {
  const disk = new SimulatedDisk();
  const ledger = openLedgerOn(disk, PATH, POLICY, ROOM);
  const outside = fresh();
  for (const task of WORK) work(ledger, outside, task, chanceOf(1));
  ledger.close();
  return disk.steps;
}

describe("a ledger whose power goes", () => {
  it("before any step, whatever the disk kept of what was not synced: refunds nothing, spends nothing twice", () => {
    const steps = wholeSteps();
    expect(steps).toBeGreaterThan(40);
    let losses = 0;
    for (let step = 1; step <= steps; step++) {
      for (let seed = 0; seed < 24; seed++) {
        const chance = chanceOf(step * 1000 + seed);
        const outside = fresh();
        let at = 0;
        let disk = new SimulatedDisk((now) => {
          if (now === step) throw new PowerLoss(`step ${step}`);
        });
        for (;;) {
          try {
            const ledger = openLedgerOn(disk, PATH, POLICY, ROOM);
            expectTrue(ledger, outside);
            for (; at < WORK.length; at++) work(ledger, outside, WORK[at] ?? "", chance);
            break;
          } catch (error) {
            if (!(error instanceof LedgerError && disk.dead)) throw error;
            losses++;
            // Now and then it goes again while the ledger recovers.
            const again = chance() < 0.3 ? 1 + Math.floor(chance() * 12) : 0;
            disk = disk.survivor(chance, (now) => {
              if (now === again) throw new PowerLoss(`again, step ${again}`);
            });
          }
        }
        const last = openLedgerOn(disk.survivor(chance), PATH, POLICY, ROOM);
        expectTrue(last, outside);
        last.close();
      }
    }
    expect(losses).toBeGreaterThan(steps * 20);
  });

  it("is noticed by this test where a ledger confirms before it syncs", () => {
    let broken = 0;
    for (let seed = 0; seed < 60; seed++) {
      const chance = chanceOf(seed);
      const disk = new SimulatedDisk();
      const hasty = Object.assign(Object.create(disk) as SimulatedDisk, {
        lock: () => () => {},
        ...{ read: disk.read.bind(disk), open: disk.open.bind(disk), write: disk.write.bind(disk) },
        ...{
          cut: disk.cut.bind(disk),
          close: disk.close.bind(disk),
          remove: disk.remove.bind(disk),
        },
        ...{
          rename: disk.rename.bind(disk),
          syncFolder: disk.syncFolder.bind(disk),
          sync: () => {},
        },
      });
      const ledger = openLedgerOn(hasty, PATH, POLICY, ROOM);
      const outside = fresh();
      for (const task of WORK.slice(0, 4)) work(ledger, outside, task, chance);
      try {
        expectTrue(openLedgerOn(disk.survivor(chance), PATH, POLICY, ROOM), outside);
      } catch {
        broken++;
      }
    }
    expect(broken).toBeGreaterThan(20);
  });

  it("after an error at any step: says so, grants nothing by it, and is true when it is opened again", () => {
    const steps = wholeSteps();
    for (const code of ["ENOSPC", "EIO"]) {
      for (let step = 1; step <= steps; step++) {
        const chance = chanceOf(step);
        const outside = fresh();
        const disk = new SimulatedDisk((now) => {
          if (now === step) throw Object.assign(new Error(code), { code });
        });
        let at = 0;
        let errors = 0;
        while (at < WORK.length) {
          let ledger: BudgetLedger | null = null;
          try {
            ledger = openLedgerOn(disk, PATH, POLICY, ROOM);
            expectTrue(ledger, outside);
            for (; at < WORK.length; at++) work(ledger, outside, WORK[at] ?? "", chance);
          } catch (error) {
            expect(error).toBeInstanceOf(LedgerError);
            errors++;
          }
          ledger?.close();
        }
        // One that occurs while old records are left out does no harm and is not told.
        expect(errors).toBeLessThanOrEqual(1);
        const last = openLedgerOn(disk.survivor(chance), PATH, POLICY, ROOM);
        expectTrue(last, outside);
        last.close();
      }
    }
  });
});
