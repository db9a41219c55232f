import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalCdf, normalQuantile } from "../src/audit/normal.ts";
import {
  accusations,
  auditRelease,
  betaQuantile,
  clopperPearson,
  concentratedLoss,
  type Draw,
  incompleteBeta,
  PrivacyError,
} from "../src/index.ts";
import { seededRandom } from "./support/tiers.ts";

type Rows<Row> = readonly Row[];
type Four = readonly [number, number, number, number];
type Pair = readonly [number, number];
const golden = JSON.parse(
  readFileSync(new URL("./golden/audit.json", import.meta.url), "utf8"),
) as {
  readonly quantiles: Rows<Four>;
  readonly distribution: Rows<Four>;
  readonly intervals: Rows<readonly [number, number, number, number, number]>;
  readonly normal: Rows<Pair>;
  readonly normalQuantiles: Rows<Pair>;
};

describe("exact binomial bounds, against SciPy", () => {
  it("has the same beta quantiles", () => {
    expect(golden.quantiles).toHaveLength(80);
    for (const [a, b, p, x] of golden.quantiles) {
      // Near 1 a double cannot say p well enough for more digits.
      const digits = p > 0.999 ? 1e-8 : 1e-11;
      expect(Math.abs(betaQuantile(a, b, p) / x - 1), `${a} ${b} ${p}`).toBeLessThan(digits);
    }
  });

  it("has the same distribution function", () => {
    expect(golden.distribution).toHaveLength(40);
    for (const [a, b, x, p] of golden.distribution) {
      expect(Math.abs(incompleteBeta(a, b, x) / p - 1), `${a} ${b} ${x}`).toBeLessThan(1e-11);
    }
    expect(incompleteBeta(3, 4, 0)).toBe(0);
    expect(incompleteBeta(3, 4, 1)).toBe(1);
  });

  it("has the same intervals", () => {
    expect(golden.intervals).toHaveLength(18);
    for (const [hits, trials, confidence, low, high] of golden.intervals) {
      const [least, most] = clopperPearson(hits, trials, (1 - confidence) / 2);
      expect(least).toBeCloseTo(low, 11);
      expect(Math.abs(most / high - 1)).toBeLessThan(1e-11);
    }
  });

  it("has the same normal distribution and quantiles", () => {
    for (const [z, p] of golden.normal) {
      expect(Math.abs(normalCdf(z) / p - 1)).toBeLessThan(1e-12);
    }
    for (const [p, z] of golden.normalQuantiles) {
      expect(Math.abs(normalQuantile(p) - z)).toBeLessThan(1e-12);
    }
    expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(normalQuantile(1)).toBe(Number.POSITIVE_INFINITY);
  });

  it("covers by its own law: a bound's tail has the chance alpha, exactly", () => {
    // P(Binomial(n, p) >= k) = I_p(k, n - k + 1).
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 3000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 1e-6, max: 0.4, noNaN: true }),
        (trials, part, alpha) => {
          const hits = Math.min(trials - 1, 1 + Math.floor(part * (trials - 1)));
          const [least, most] = clopperPearson(hits, trials, alpha);
          expect(incompleteBeta(hits, trials - hits + 1, least) / alpha).toBeCloseTo(1, 6);
          expect((1 - incompleteBeta(hits + 1, trials - hits, most)) / alpha).toBeCloseTo(1, 6);
          expect(least).toBeLessThan(hits / trials);
          expect(most).toBeGreaterThan(hits / trials);
        },
      ),
    );
  });

  it("refuses impossible counts", () => {
    expect(() => clopperPearson(5, 4, 0.1)).toThrow(/hits: expected .* from 0 to 4, got 5/);
    expect(() => clopperPearson(0, 0, 0.1)).toThrow(PrivacyError);
    expect(() => clopperPearson(1, 4, 1)).toThrow(/alpha/);
  });
});

/** A coin that shows heads with a chance of `p`, as a release: the audit's bounds are then known in closed form. */
function coin(p: number, seed: number): Draw {
  const random = seededRandom(seed);
  return () => (random.uint32() < p * 2 ** 32 ? 1 : 0);
}

describe("audit", () => {
  it("comes near the truth of a coin from below, and obeys delta", () => {
    // Randomised response at epsilon 1: the odds are e : 1.
    const truth = Math.E / (Math.E + 1);
    const options = { trials: 40_000, confidence: 0.999 };
    const found = auditRelease(coin(1 - truth, 1), coin(truth, 2), options);
    expect(found.epsilon.bound).toBeGreaterThan(0.9);
    expect(found.epsilon.bound).toBeLessThan(1);
    expect(found.rho.bound).toBeLessThan(0.5);
    expect(found.rho.bound).toBeGreaterThan(0.35);
    expect(found.epsilon.hits[found.epsilon.likelier]).toBeGreaterThan(14_000);
    const loose = auditRelease(coin(1 - truth, 1), coin(truth, 2), { ...options, delta: 0.2 });
    expect(loose.epsilon.bound).toBeLessThan(Math.log((truth - 0.2) / (1 - truth)));
    expect(loose.epsilon.bound).toBeGreaterThan(0.5);
    expect(accusations(found, { epsilon: 1, rho: 0.5 })).toEqual([]);
    expect(accusations(found, { epsilon: 0.8 })).toHaveLength(1);
    expect(accusations(found, { epsilon: 0.8 })[0]).toMatch(
      /^epsilon is at least 0\.9\d+, claimed 0.8 \(value/,
    );
  });

  it("shows nothing where there is nothing, and is wrong no more often than it says", () => {
    // Many thresholds to choose from, none of which means anything.
    const runs = 200;
    let wrong = 0;
    for (let seed = 0; seed < runs; seed++) {
      const random = seededRandom(seed + 1);
      const same = (): number => random.uint32();
      const found = auditRelease(same, same, { trials: 400, confidence: 0.9 });
      if (found.epsilon.bound > 0) wrong++;
    }
    expect(wrong).toBeLessThanOrEqual(0.1 * runs);
  });

  it("finds what only several numbers together tell", () => {
    const random = seededRandom(5);
    const uniform = (): number => random.uint32() / 2 ** 32;
    // One noise for two counts: each alone is well hidden, their difference is bare.
    const reused =
      (truth: number): Draw =>
      () => {
        const noise = 50 * (uniform() - uniform());
        return [truth + noise, noise];
      };
    const found = auditRelease(reused(0), reused(1), { trials: 2000 });
    expect(found.epsilon.event).toMatch(/^best combination/);
    expect(found.epsilon.bound).toBeGreaterThan(4);
  });

  it("finds noise whose size depends on the data", () => {
    const random = seededRandom(6);
    const uniform = (): number => random.uint32() / 2 ** 32;
    const wide =
      (width: number): Draw =>
      () =>
        width * (uniform() - uniform());
    const found = auditRelease(wide(1), wide(3), { trials: 4000 });
    expect(found.epsilon.event).toMatch(/from the middle/);
    expect(found.epsilon.bound).toBeGreaterThan(3);
  });

  it("takes looks of one's own", () => {
    const random = seededRandom(7);
    const even = (): number => 2 * (random.uint32() % 1000);
    const odd = (): number => 2 * (random.uint32() % 1000) + 1;
    const blind = auditRelease(even, odd, { trials: 2000 });
    expect(blind.epsilon.bound).toBeLessThan(1);
    const parity = { name: "parity", of: ([value = 0]: readonly number[]) => value % 2 };
    const found = auditRelease(even, odd, { trials: 2000, scores: [parity] });
    expect(found.epsilon.event).toMatch(/^parity/);
    expect(found.epsilon.bound).toBeGreaterThan(4);
    expect(found.mu.bound).toBeGreaterThan(4);
  });

  it("bounds zCDP by no more than the divergence of one bit", () => {
    // Gaussian noise, mu = 1, cut at its middle: at most 1/2, and a good part of it.
    const [p, q] = [normalCdf(0.5), normalCdf(-0.5)];
    expect(concentratedLoss(p, q)).toBeLessThan(0.5);
    expect(concentratedLoss(p, q)).toBeGreaterThan(0.3);
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 3, noNaN: true }),
        fc.double({ min: -3, max: 3, noNaN: true }),
        (mu, threshold) => {
          const loss = concentratedLoss(normalCdf(mu - threshold), normalCdf(-threshold));
          expect(loss).toBeLessThanOrEqual((mu * mu) / 2 + 1e-9);
        },
      ),
    );
  });

  it.each<readonly [string, Record<string, unknown>, RegExp]>([
    ["few trials", { trials: 100 }, /trials: expected a whole number from 200 on, got 100/],
    ["a confidence of 1", { confidence: 1 }, /confidence/],
    ["a delta of 1", { delta: 1 }, /delta/],
    ["an unknown option", { epsilon: 1 }, /expected only .*, got epsilon/],
  ])("refuses %s", (_, change, message) => {
    const options = { trials: 1000, ...change };
    expect(() => auditRelease(coin(0.5, 1), coin(0.5, 2), options)).toThrow(PrivacyError);
    expect(() => auditRelease(coin(0.5, 1), coin(0.5, 2), options)).toThrow(message);
  });

  it("refuses releases that are not numbers of one length", () => {
    const options = { trials: 1000 };
    expect(() => auditRelease(() => Number.NaN, coin(0.5, 2), options)).toThrow(/draw: expected 1/);
    expect(() => auditRelease(() => [1, 2], coin(0.5, 2), options)).toThrow(/draw: expected 2/);
    expect(() =>
      auditRelease(
        () => [],
        () => [],
        options,
      ),
    ).toThrow(PrivacyError);
  });
});
