import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  accusations,
  auditRelease,
  auditTiers,
  type BudgetKey,
  bestWeights,
  checkTierPolicy,
  drawTiers,
  LedgerError,
  nestTiers,
  PrivacyError,
  ReleaseDesk,
  type Statistic,
  type TierPolicy,
  tierBudgets,
  tierOf,
} from "../src/index.ts";
import { departure } from "../src/tiers/nesting.ts";
import { at, BUDGETS, ledgerOf, POLICY, seededRandom } from "./support/tiers.ts";

const KEY: BudgetKey = { subject: "yard", purpose: "traffic", window: "2026-11-23" };
const COUNT: Statistic = { steps: 41n, step: 1, sensitivity: 1 };

/** Budgets of a nesting, falling. */
const budgets: fc.Arbitrary<number[]> = fc
  .array(fc.double({ min: 1e-6, max: 100, noNaN: true }), { minLength: 1, maxLength: 6 })
  .map((rhos) => rhos.sort((a, b) => b - a));

describe("nesting", () => {
  it("gives each tier no more than its budget, slack included, and wastes next to nothing", () => {
    fc.assert(
      fc.property(budgets, fc.integer({ min: 1, max: 10_000 }), (rhos, sensitivity) => {
        const { refinement, tiers } = nestTiers(rhos, sensitivity);
        let sum = 0n;
        let apart = false;
        tiers.forEach((tier, k) => {
          sum += tier.increment;
          expect(tier.variance).toBe(sum);
          expect(tier.rho).toBe(rhos[k]);
          expect(tier.increment === 0n).toBe(k > 0 && rhos[k] === rhos[k - 1]);
          // rho = Delta^2 / 2 V.
          const square = (BigInt(sensitivity) * refinement) ** 2n;
          const exact = Number(square) / (2 * Number(tier.variance));
          expect(exact + tier.slack).toBeLessThanOrEqual(tier.rho);
          expect(tier.slack).toBeLessThan(1e-120);
          // Rounding V up costs little, except that tiers with nearly the same budget are kept 16 apart.
          if (tier.increment !== 0n) apart = k > 0 && tier.increment === 16n;
          if (!apart) expect(exact).toBeGreaterThan(tier.rho * (1 - 1 / 500));
        });
        expect(at(tiers, 0).variance).toBeGreaterThanOrEqual(1024n);
      }),
      { examples: [[[99.99999999999994, 99.99999999999993, 99.99999999999993, 0.000001], 1]] },
    );
  });

  describe.each([
    [0.5, 0.5],
    [1, 0.5],
    [0.7, 2],
    [3, 0.4],
  ])("on a grid far coarser than ours, variances %d and %d", (v1, v2) => {
    // Laws on -60..60, by their definition; nothing below 1e-200 matters.
    const law = (variance: number): number[] => {
      const weights = Array.from({ length: 121 }, (_, i) =>
        Math.exp(-((i - 60) ** 2) / (2 * variance)),
      );
      const total = weights.reduce((a, b) => a + b, 0);
      return weights.map((weight) => weight / total);
    };
    const [first, second, whole] = [law(v1), law(v2), law(v1 + v2)];
    const sum = whole.map((_, n) =>
      first.reduce((total, p, i) => total + p * (second[n - i + 60] ?? 0), 0),
    );
    const eta = departure(v1, v2);

    it("a sum's law departs from a discrete Gaussian by no more than eta, and by a good part of it", () => {
      const most = Math.max(
        ...sum.slice(45, 76).map((p, i) => Math.abs(Math.log(p / at(whole, i + 45)))),
      );
      expect(most).toBeLessThanOrEqual(eta);
      expect(most).toBeGreaterThan(eta / 8);
    });

    it("a sum is rho-zCDP with the slack that the theorem adds", () => {
      for (const shift of [1, 2]) {
        const rho = (shift / Math.sqrt(2 * (v1 + v2)) + Math.SQRT2 * eta) ** 2;
        for (const order of [1.01, 1.5, 2, 3, 4]) {
          let moment = 0;
          for (let n = 46; n <= 76; n++) {
            const [here, there] = [Math.log(at(sum, n)), Math.log(at(sum, n - shift))];
            moment += Math.exp(order * here + (1 - order) * there);
          }
          expect(Math.log(moment) / (order - 1)).toBeLessThanOrEqual(rho * order * (1 + 1e-9));
        }
      }
    });
  });

  it.each<readonly [string, () => unknown, RegExp]>([
    ["no budgets", () => nestTiers([], 1), /budgets: expected at least one/],
    ["rising budgets", () => nestTiers([1, 2], 1), /budgets\[1\]: .* at most 1, got 2/],
    ["a budget of 0", () => nestTiers([0], 1), /budgets\[0\]: .* got 0/],
    ["an infinite budget", () => nestTiers([Number.POSITIVE_INFINITY], 1), /budgets\[0\]/],
    ["NaN", () => nestTiers([Number.NaN], 1), /budgets\[0\]/],
    ["a fraction as sensitivity", () => nestTiers([1], 0.5), /sensitivity: .* got 0.5/],
    ["no coordinates", () => nestTiers([1], 1, 0), /coordinates/],
  ])("refuses %s", (_, make, message) => {
    expect(make).toThrow(PrivacyError);
    expect(make).toThrow(message);
  });

  it("follows the covariance rule: Cov(Y_i, Y_j) = min(V_i, V_j)", () => {
    const random = seededRandom(11);
    const nesting = nestTiers(BUDGETS, 1);
    const runs = 40_000;
    const tiers = BUDGETS.length;
    const sums = new Float64Array(tiers * tiers);
    for (let run = 0; run < runs; run++) {
      const noise = drawTiers(nesting, 0n, random).map(Number);
      const products = noise.flatMap((a) => noise.map((b) => a * b));
      products.forEach((product, k) => {
        sums[k] = (sums[k] ?? 0) + product;
      });
    }
    nesting.tiers.forEach((one, i) => {
      nesting.tiers.forEach((other, j) => {
        const [vi, vj] = [Number(one.variance), Number(other.variance)];
        const rule = Math.min(vi, vj);
        // Var(ab) = vi vj + cov^2 for Gaussian pairs; 4.5 standard errors, 16 looks: wrong once in 9,000 seeds.
        const error = Math.sqrt((vi * vj + rule * rule) / runs);
        expect(Math.abs((sums[i * tiers + j] ?? 0) / runs - rule), `${i} ${j}`).toBeLessThan(
          4.5 * error,
        );
      });
    });
  });

  it("leaves colluders with the best tier: best linear estimates gain nothing over it", () => {
    const { tiers, refinement } = nestTiers(BUDGETS, 1);
    const unit = Number(refinement) ** 2;
    const variances = tiers.map((tier) => Number(tier.variance) / unit);
    const effectiveRho = (who: readonly number[], nested: boolean): number => {
      const covariance = who.map((i) =>
        who.map((j) => (nested || i === j ? Math.min(at(variances, i), at(variances, j)) : 0)),
      );
      const weights = bestWeights(covariance);
      let variance = 0;
      weights.forEach((a, i) => {
        weights.forEach((b, j) => {
          variance += a * b * at(at(covariance, i), j);
        });
      });
      return 1 / (2 * variance);
    };
    for (const [who, nested, independent] of [
      [[0, 1, 2, 3], 0.5, 0.65],
      [[1, 2, 3], 0.125, 0.15],
      [[2, 3], 0.02, 0.025],
    ] as const) {
      expect(effectiveRho(who, true)).toBeCloseTo(nested, 3);
      expect(effectiveRho(who, false)).toBeCloseTo(independent, 3);
    }
  });
});

describe("audit of tiers", () => {
  it("has nothing against any tier, nor against all of them together", () => {
    const found = auditTiers(POLICY, { trials: 20_000, sensitivity: 3, random: seededRandom(12) });
    expect(found.map(({ tier }) => tier)).toEqual(["owner", "family", "utility", "public", null]);
    for (const { tier, claim, result, accusations } of found) {
      expect(accusations, String(tier)).toEqual([]);
      // And it looks closely: what it proves is most of what is claimed where there is much to see.
      if (claim.rho > 0.1) expect(result.mu.bound).toBeGreaterThan(0.7 * claim.mu);
    }
    expect(found.at(-1)?.claim.rho).toBe(0.5);
  });

  it("bounds what a desk tells to everybody below epsilon of the best tier", () => {
    // rho 0.5 is epsilon 5.2215 at delta 1e-6 (Canonne, Kamath and Steinke 2020, section 2.3).
    const draw = (truth: bigint, seed: number) => {
      const random = seededRandom(seed);
      const desk = new ReleaseDesk({ policy: POLICY, ledger: ledgerOf(1e6), random });
      let run = 0;
      return () => {
        run++;
        return Object.keys(POLICY.recipients).map((recipient) => {
          const answer = desk.tell(recipient, KEY, `people ${run}`, { ...COUNT, steps: truth });
          if (!answer.told) throw new Error(answer.reason);
          return answer.release.value;
        });
      };
    };
    const result = auditRelease(draw(0n, 1), draw(1n, 2), { trials: 6000, delta: 1e-6 });
    expect(accusations(result, { epsilon: 5.2215, mu: 1, rho: 0.5 })).toEqual([]);
    expect(result.mu.bound).toBeGreaterThan(0.7);
  });
});

describe("release desk", () => {
  const deskOf = (options: { total?: number; policy?: TierPolicy; seed?: number } = {}) => {
    const ledger = ledgerOf(options.total ?? 10);
    const random = seededRandom(options.seed ?? 1);
    const desk = new ReleaseDesk({ policy: options.policy ?? POLICY, ledger, random });
    return { desk, ledger };
  };
  const told = (answer: ReturnType<ReleaseDesk["tell"]>) => {
    if (!answer.told) throw new Error(answer.reason);
    return answer;
  };

  it("tells each recipient the value of its tier, with its deviation", () => {
    const { desk } = deskOf();
    for (const [recipient, tier] of Object.entries(POLICY.recipients)) {
      const { release } = told(desk.tell(recipient, KEY, "people 14:00", COUNT));
      const rho = tierOf(checkTierPolicy(POLICY), tier === "owner" ? "phone" : recipient)?.rho ?? 0;
      expect(release.tier).toBe(tier);
      expect(release.rho).toBe(rho);
      expect(release.deviation).toBeCloseTo(1 / Math.sqrt(2 * rho), 2);
      expect(Math.abs(release.value - 41)).toBeLessThan(6 * release.deviation);
    }
  });

  it("gives repeats and aliases the same value for nothing", () => {
    const { desk, ledger } = deskOf();
    const first = told(desk.tell("press", KEY, "people 14:00", COUNT));
    expect(first.spent).toBe(0.005);
    for (let i = 0; i < 30; i++) {
      const again = told(desk.tell(i % 2 === 0 ? "press" : "blog", KEY, "people 14:00", COUNT));
      expect(again.release).toEqual(first.release);
      expect(again.spent).toBe(0);
    }
    expect(ledger.budgets()[0]?.spentRho).toBe(0.005);
  });

  it("keeps telling the value that was drawn, though the data is another by now", () => {
    const { desk } = deskOf();
    const first = told(desk.tell("phone", KEY, "people 14:00", COUNT));
    const again = told(desk.tell("phone", KEY, "people 14:00", { ...COUNT, steps: 99_999n }));
    expect(again.release).toEqual(first.release);
  });

  it("costs, in any order of asking, what the best trusted that asked may know", () => {
    const recipients = Object.keys(POLICY.recipients);
    const asks = fc.array(fc.constantFrom(...recipients), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(asks, fc.integer(), (order, seed) => {
        const { desk, ledger } = deskOf({ seed });
        let best = 0;
        const values = new Map<string, number>();
        for (const recipient of order) {
          const { release, spent } = told(desk.tell(recipient, KEY, "people 14:00", COUNT));
          // A promotion spends the difference.
          expect(spent).toBeCloseTo(Math.max(0, release.rho - best), 12);
          best = Math.max(best, release.rho);
          expect(release.value).toBe(values.get(release.tier) ?? release.value);
          values.set(release.tier, release.value);
        }
        expect(ledger.budgets()[0]?.spentRho).toBeCloseTo(best, 12);
      }),
      { numRuns: 60 },
    );
  });

  it("refuses beyond the budget, tells nothing then, and still repeats what was told", () => {
    const { desk, ledger } = deskOf({ total: 0.13 });
    const family = told(desk.tell("tablet", KEY, "people 14:00", COUNT));
    const owner = desk.tell("phone", KEY, "people 14:00", COUNT);
    expect(owner.told).toBe(false);
    expect(owner).not.toHaveProperty("release");
    expect(desk.tell("tablet", KEY, "people 14:15", COUNT).told).toBe(false);
    expect(told(desk.tell("tablet", KEY, "people 14:00", COUNT)).release).toEqual(family.release);
    expect(told(desk.tell("press", KEY, "people 14:00", COUNT)).spent).toBe(0);
    expect(ledger.budgets()[0]?.spentRho).toBe(family.release.rho);
    expect(ledger.budgets()[0]?.refused).toBe(2);
  });

  it("names no tier for strangers, whatever they are called", () => {
    const { desk, ledger } = deskOf();
    for (const stranger of ["nobody", "", "__proto__", "toString", "owner"]) {
      expect(desk.tell(stranger, KEY, "people 14:00", COUNT)).toMatchObject({
        told: false,
        remaining: null,
      });
    }
    expect(ledger.budgets()).toEqual([]);
  });

  it("takes tier and rho from the policy alone: no private data changes them, or what is spent", () => {
    const steps = fc.bigInt({ min: -(2n ** 100n), max: 2n ** 100n });
    const told2 = fc.array(fc.tuple(fc.constantFrom("a", "b", "c"), steps), { maxLength: 6 });
    fc.assert(
      fc.property(
        told2,
        told2,
        steps,
        steps,
        fc.constantFrom(...Object.keys(POLICY.recipients), "nobody"),
        fc.integer(),
        fc.integer(),
        (historyA, historyB, a, b, recipient, seedA, seedB) => {
          const one = deskOf({ seed: seedA, total: 0.6 });
          const other = deskOf({ seed: seedB, total: 0.6 });
          // Any history of other subjects' data, and other noise.
          for (const [name, value] of historyA) {
            one.desk.tell("phone", { ...KEY, subject: "door" }, name, { ...COUNT, steps: value });
          }
          for (const [name, value] of historyB) {
            other.desk.tell("press", { ...KEY, subject: "door" }, name, { ...COUNT, steps: value });
          }
          expect(one.desk.tierOf(recipient)).toEqual(other.desk.tierOf(recipient));
          const [x, y] = [
            one.desk.tell(recipient, KEY, "people", { ...COUNT, steps: a }),
            other.desk.tell(recipient, KEY, "people", { ...COUNT, steps: b }),
          ];
          const publicPart = (answer: typeof x) =>
            answer.told ? { ...answer, release: { ...answer.release, value: null } } : answer;
          expect(publicPart(x)).toEqual(publicPart(y));
        },
      ),
      { numRuns: 100 },
    );
  });

  it("never says a private value in an error", () => {
    const { desk } = deskOf();
    const secret = 2n ** 600n + 1234567898765431n;
    for (const steps of [secret, 1234567898765431 as unknown as bigint]) {
      try {
        desk.tell("phone", KEY, "x", { ...COUNT, steps });
        expect.unreachable();
      } catch (error) {
        expect(error).toBeInstanceOf(PrivacyError);
        expect(String(error)).not.toMatch(/1234567898765431/);
      }
    }
  });

  it("moves recipients by a newer policy for the difference, and refuses an older one", () => {
    const { desk } = deskOf();
    const low = told(desk.tell("press", KEY, "people 14:00", COUNT));
    const next = { ...POLICY, version: 4, recipients: { ...POLICY.recipients, press: "family" } };
    expect(() => desk.adopt({ ...next, version: 3 })).toThrow(/version above 3, got 3/);
    desk.adopt(next);
    const high = told(desk.tell("press", KEY, "people 14:00", COUNT));
    const family = at(tierBudgets(checkTierPolicy(POLICY)), 1);
    expect(high.release.tier).toBe("family");
    expect(high.spent).toBeCloseTo(family.rho - low.release.rho, 12);
    expect(told(desk.tell("blog", KEY, "people 14:00", COUNT)).release).toEqual(low.release);
  });

  it("draws anew, and pays anew, when budgets themselves change", () => {
    const { desk, ledger } = deskOf();
    const before = told(desk.tell("phone", KEY, "people 14:00", COUNT));
    desk.adopt({ ...POLICY, version: 4, rhoMax: 0.4 });
    const after = told(desk.tell("phone", KEY, "people 14:00", COUNT));
    expect(after.spent).toBe(0.4);
    expect(after.release.value).not.toBe(before.release.value);
    expect(ledger.budgets()[0]?.spentRho).toBeCloseTo(0.9, 12);
  });

  it("does not tell a value of another step or sensitivity under the same name", () => {
    const { desk } = deskOf();
    told(desk.tell("phone", KEY, "people 14:00", COUNT));
    const wider = told(desk.tell("phone", KEY, "people 14:00", { ...COUNT, sensitivity: 4 }));
    expect(wider.spent).toBe(0.5);
    expect(wider.release.deviation).toBe(4);
  });

  it("tells nothing when the ledger fails", () => {
    const ledger = Object.assign(ledgerOf(1), {
      commit: () => {
        throw new LedgerError("disk full");
      },
    });
    const desk = new ReleaseDesk({ policy: POLICY, ledger });
    expect(() => desk.tell("phone", KEY, "people 14:00", COUNT)).toThrow(LedgerError);
    const holed = Object.assign(ledgerOf(1), { recall: () => ({ "public at rho 0.005": 3 }) });
    const other = new ReleaseDesk({ policy: POLICY, ledger: holed });
    expect(() => other.tell("phone", KEY, "people 14:00", COUNT)).toThrow(
      /value of people 14:00 for owner at rho 0.5, got none/,
    );
  });

  it.each<readonly [string, Partial<Statistic>, RegExp]>([
    ["a step of 0", { step: 0 }, /statistic.step: .* got 0/],
    ["an infinite step", { step: Number.POSITIVE_INFINITY }, /statistic.step/],
    ["no sensitivity", { sensitivity: 0 }, /statistic.sensitivity: .* got 0/],
    ["a fraction as sensitivity", { sensitivity: 1.5 }, /statistic.sensitivity: .* got 1.5/],
  ])("refuses %s", (_, change, message) => {
    const { desk } = deskOf();
    expect(() => desk.tell("phone", KEY, "x", { ...COUNT, ...change })).toThrow(message);
    expect(() => desk.tell("phone", KEY, "", COUNT)).toThrow(/name: .* got 0/);
    expect(() => desk.tell("phone", KEY, "x".repeat(111), COUNT)).toThrow(/name: .* got 111/);
  });

  it("refuses options of another name", () => {
    const options = { policy: POLICY, ledger: ledgerOf(1), sigma: 3 };
    expect(() => new ReleaseDesk(options)).toThrow(
      /expected only policy, ledger, random, got sigma/,
    );
  });
});
