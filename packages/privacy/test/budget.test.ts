import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { budgetUnits, chargeUnits, rhoOf } from "../src/budget/amount.ts";
import { type BudgetKey, LedgerError, MemoryLedger, PrivacyError, windowOf } from "../src/index.ts";

const KEY: BudgetKey = { subject: "yard", purpose: "statistics", window: "2026-11-23" };
const POLICY = {
  rules: [
    { purpose: "statistics", subject: null, rho: 1 },
    { purpose: "statistics", subject: "nursery", rho: 0.1 },
  ],
};

describe("amounts", () => {
  it("are never less than a charge, never more than a budget, and exact where they can be", () => {
    const rho = fc.oneof(
      fc.double({ min: 0, max: 1e6, noNaN: true }),
      fc.double({ min: 0, max: 1e-15, noNaN: true }),
    );
    fc.assert(
      fc.property(rho, (value) => {
        const up = chargeUnits(value, "charge");
        const down = budgetUnits(value, "budget");
        expect(up - down === 0n || up - down === 1n).toBe(true);
        // A double has 53 bits: above 2^-27 it is a whole multiple of 2^-80.
        if (value === 0 || value >= 2 ** -27) expect(up).toBe(down);
        expect(rhoOf(down)).toBeLessThanOrEqual(value);
      }),
    );
    expect(chargeUnits(Number.MIN_VALUE, "charge")).toBe(1n);
    for (const bad of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => chargeUnits(bad, "charge")).toThrow(PrivacyError);
    }
  });
});

describe("a filter", () => {
  it("refuses what would exceed the budget, before anything is spent", () => {
    const ledger = new MemoryLedger(POLICY);
    expect(ledger.commit({ key: KEY, statistic: "a", rho: 0.75, memo: { all: 1 } })).toEqual({
      granted: true,
      spent: 0.75,
      remaining: 0.25,
    });
    const refused = ledger.commit({ key: KEY, statistic: "b", rho: 0.26, memo: { all: 2 } });
    expect(refused).toMatchObject({ granted: false, remaining: 0.25 });
    expect(ledger.recall(KEY, "b")).toBeNull();
    expect(ledger.commit({ key: KEY, statistic: "b", rho: 0.25, memo: { all: 2 } }).granted).toBe(
      true,
    );
    expect(ledger.budgets()).toEqual([{ key: KEY, spentRho: 1, totalRho: 1, refused: 1 }]);
  });

  it("has no budget for what no rule names, and the narrower rule for what two name", () => {
    const ledger = new MemoryLedger(POLICY);
    const other = { ...KEY, purpose: "advertising" };
    expect(ledger.ask(other, "a", 1e-9)).toMatchObject({
      granted: false,
      reason: expect.stringContaining("there is no budget"),
    });
    const nursery = { ...KEY, subject: "nursery" };
    expect(ledger.ask(nursery, "a", 0.11).granted).toBe(false);
    expect(ledger.ask(nursery, "a", 0.1).granted).toBe(true);
  });

  it("takes nothing for repeats, and the difference for a better tier", () => {
    const ledger = new MemoryLedger(POLICY);
    const memo = { low: 3, high: 4 };
    ledger.commit({ key: KEY, statistic: "a", rho: 0.01, memo });
    expect(ledger.commit({ key: KEY, statistic: "a", rho: 0.01, memo })).toMatchObject({
      spent: 0,
    });
    expect(ledger.commit({ key: KEY, statistic: "a", rho: 0.05, memo })).toMatchObject({
      spent: 0.05 - 0.01,
    });
    expect(ledger.commit({ key: KEY, statistic: "a", rho: 0.02, memo })).toMatchObject({
      spent: 0,
    });
    expect(ledger.budgets()[0]?.spentRho).toBe(0.05);
    expect(() =>
      ledger.commit({ key: KEY, statistic: "a", rho: 0.05, memo: { low: 9, high: 4 } }),
    ).toThrow(LedgerError);
  });

  it("grants what adds up on paper", () => {
    const ledger = new MemoryLedger({
      rules: [{ purpose: "statistics", subject: null, rho: 0.03 }],
    });
    const charge = (i: number): boolean =>
      ledger.commit({ key: KEY, statistic: `slot ${i}`, rho: 0.005, memo: {} }).granted;
    expect(Array.from({ length: 7 }, (_, i) => charge(i))).toEqual([...Array(6).fill(true), false]);
  });

  it("never exceeds a budget, whatever is asked in whatever order, also when questions follow answers", () => {
    const charge = fc.record({
      subject: fc.constantFrom("yard", "nursery"),
      statistic: fc.constantFrom("a", "b", "c", "d"),
      rho: fc.double({ min: 0, max: 0.6, noNaN: true }),
      adaptive: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(charge, { maxLength: 40 }), (charges) => {
        const ledger = new MemoryLedger(POLICY);
        const told = new Map<string, number>();
        let last = 0;
        for (const { subject, statistic, rho, adaptive } of charges) {
          const asked = adaptive ? rho * (0.5 + last / 2) : rho;
          const key = { ...KEY, subject };
          const decision = ledger.commit({ key, statistic, rho: asked, memo: { all: 1 } });
          last = decision.granted ? decision.remaining : 0;
          const name = `${subject} ${statistic}`;
          if (decision.granted) told.set(name, Math.max(told.get(name) ?? 0, asked));
        }
        for (const { key, spentRho, totalRho } of ledger.budgets()) {
          const whole = [...told].filter(([name]) => name.startsWith(key.subject));
          expect(spentRho).toBeCloseTo(
            whole.reduce((sum, [, rho]) => sum + rho, 0),
            12,
          );
          expect(spentRho).toBeLessThanOrEqual(totalRho * (1 + 1e-12));
        }
      }),
    );
  });

  it("adds ten million tiny charges to no less than they are", () => {
    const tiny = 1e-7;
    const units = chargeUnits(tiny, "charge") * 10_000_000n;
    expect(rhoOf(units)).toBeGreaterThanOrEqual(1);
    // Floating-point sums come out below: they would let a few more through.
    let sum = 0;
    for (let i = 0; i < 10_000_000; i++) sum += tiny;
    expect(sum).toBeLessThan(1);
  });

  it("keeps a closed window closed, also when the clock goes back", () => {
    const ledger = new MemoryLedger(POLICY);
    ledger.commit({ key: KEY, statistic: "a", rho: 1, memo: { all: 1 } });
    ledger.closeBefore("2026-11-24");
    expect(ledger.budgets()).toEqual([]);
    expect(ledger.ask(KEY, "b", 0.1)).toMatchObject({
      granted: false,
      reason: expect.stringContaining("closed"),
    });
    ledger.closeBefore("2026-11-01");
    expect(ledger.ask(KEY, "b", 0.1).granted).toBe(false);
  });

  it("refuses policies, keys and values that make no sense", () => {
    const policies: readonly unknown[] = [
      { rules: [{ purpose: "", subject: null, rho: 1 }] },
      { rules: [{ purpose: "a", subject: null, rho: 0 }] },
      { rules: [{ purpose: "a", subject: null, rho: Number.NaN }] },
      { rules: [{ purpose: "a", subject: null, rho: 1, epsilon: 3 }] },
      { rules: [...POLICY.rules, ...POLICY.rules] },
      { rules: [], total: 1 },
    ];
    for (const policy of policies) {
      expect(() => new MemoryLedger(policy as typeof POLICY)).toThrow(PrivacyError);
    }
    const ledger = new MemoryLedger(POLICY);
    expect(() => ledger.ask({ ...KEY, window: "" }, "a", 0)).toThrow(/key.window/);
    expect(() => ledger.ask(KEY, "a".repeat(201), 0)).toThrow(/statistic/);
    expect(() =>
      ledger.commit({ key: KEY, statistic: "a", rho: 0.1, memo: { all: Number.NaN } }),
    ).toThrow(/memo of tier all/);
  });
});

describe("windows", () => {
  it("are named by UTC, in an order that is time's", () => {
    const at = Date.UTC(2026, 10, 23, 14, 59);
    expect([windowOf(at, "hour"), windowOf(at, "day"), windowOf(at, "month")]).toEqual([
      "2026-11-23T14",
      "2026-11-23",
      "2026-11",
    ]);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), fc.integer({ min: 0, max: 4e12 }), (a, b) => {
        const [first, second] = a < b ? [a, b] : [b, a];
        expect(windowOf(first, "hour") <= windowOf(second, "hour")).toBe(true);
      }),
    );
    expect(() => windowOf(Number.NaN, "day")).toThrow(PrivacyError);
  });
});
