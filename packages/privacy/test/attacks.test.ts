import { describe, expect, it } from "vitest";
import {
  advantageBound,
  bestWeights,
  concentratedAdvantage,
  createEmbedding,
  type Defence,
  discreteGaussianAdvantage,
  embeddedDefence,
  estimationAttack,
  gaussianAdvantage,
  gridTells,
  independentDefence,
  linkageAttack,
  membershipAttack,
  nestedDefence,
  nestTiers,
  PrivacyError,
  precisionAttack,
  rawDefence,
  reconstructionAttack,
  textbookLaplaceTells,
} from "../src/index.ts";
import { BUDGETS, seededRandom } from "./support/tiers.ts";

const OUT = [41n];
const IN = [42n];
const EVERYBODY = [0, 1, 2, 3];

const noiseOf = (seed: number) => ({
  budgets: BUDGETS,
  sensitivity: 1,
  coordinates: 1,
  random: seededRandom(seed),
});
const lift = createEmbedding({ dimension: 1, target: 3, seed: 3 });

/** Exact best advantage against a tier. */
function theorem(tier: number): number {
  const { tiers, refinement } = nestTiers(BUDGETS, 1);
  const { variance, eta } = tiers[tier] ?? { variance: 0n, eta: 0 };
  return discreteGaussianAdvantage(Number(variance), Number(refinement), eta);
}

describe("theorems", () => {
  it("are tanh(epsilon / 2) for pure privacy and reach 1", () => {
    expect(advantageBound(1)).toBeCloseTo(Math.tanh(0.5), 15);
    expect(advantageBound(0)).toBe(0);
    expect(advantageBound(0, 0.1)).toBeCloseTo(0.1, 15);
    expect(advantageBound(800)).toBe(1);
    expect(() => advantageBound(-1)).toThrow(PrivacyError);
  });

  it("agree on a fine grid: discrete and continuous Gaussian, and Pinsker above both", () => {
    for (const rho of [0.005, 0.02, 0.125, 0.5, 2]) {
      const steps = 64;
      const discrete = discreteGaussianAdvantage((steps * steps) / (2 * rho), steps);
      expect(discrete).toBeCloseTo(gaussianAdvantage(Math.sqrt(2 * rho)), 4);
      expect(concentratedAdvantage(rho)).toBeGreaterThan(discrete);
    }
  });

  it("is the distance in total variation on a coarse grid as well", () => {
    for (const [variance, shift] of [
      [1, 1],
      [2.5, 3],
      [0.3, 2],
    ] as const) {
      const weight = (n: number): number => Math.exp((-n * n) / (2 * variance));
      let total = 0;
      let apart = 0;
      for (let n = -60; n <= 60; n++) {
        total += weight(n);
        apart += Math.abs(weight(n) - weight(n - shift)) / 2;
      }
      expect(discreteGaussianAdvantage(variance, shift)).toBeCloseTo(apart / total, 12);
    }
  });
});

describe("membership", () => {
  const trials = 4000;
  const informed = { attacker: "informed", trials, confidence: 0.9999 } as const;

  it("always succeeds on raw values", () => {
    const { success } = membershipAttack(rawDefence(), OUT, IN, { ...informed, asks: [3] });
    expect(success.value).toBe(1);
  });

  it.each([0, 1, 2, 3])("reaches the theorem against tier %i and does not pass it", (tier) => {
    for (const make of [nestedDefence, independentDefence]) {
      const { advantage } = membershipAttack(make(noiseOf(20 + tier)), OUT, IN, {
        ...informed,
        asks: [tier],
      });
      expect(advantage.least).toBeLessThanOrEqual(theorem(tier));
      expect(advantage.most).toBeGreaterThanOrEqual(theorem(tier));
    }
  });

  it("gains by collusion against independent noise, and nothing against nested tiers", () => {
    const joint = gaussianAdvantage(Math.sqrt(2 * 0.65));
    const options = { ...informed, trials: 30_000, confidence: 0.99, asks: EVERYBODY };
    const apart = membershipAttack(independentDefence(noiseOf(31)), OUT, IN, options);
    expect(apart.advantage.least).toBeGreaterThan(theorem(0));
    expect(apart.advantage.value).toBeCloseTo(joint, 1);
    const together = membershipAttack(nestedDefence(noiseOf(32)), OUT, IN, options);
    expect(together.advantage.least).toBeLessThan(theorem(0));
    expect(together.advantage.most).toBeGreaterThan(theorem(0));
  });

  it("gains by asking again, or under thirty names, against fresh noise only", () => {
    const asks = Array.from({ length: 30 }, () => 3);
    const fresh = membershipAttack(independentDefence(noiseOf(41)), OUT, IN, { ...informed, asks });
    expect(fresh.advantage.least).toBeGreaterThan(3 * theorem(3));
    const kept = membershipAttack(nestedDefence(noiseOf(42)), OUT, IN, { ...informed, asks });
    expect(kept.advantage.least).toBeLessThan(theorem(3));
  });

  it("is not made harder by the embedding for who inverts it", () => {
    const options = { ...informed, asks: [0] };
    const plain = membershipAttack(nestedDefence(noiseOf(51)), OUT, IN, options);
    const lifted = membershipAttack(
      embeddedDefence(nestedDefence(noiseOf(51)), lift),
      OUT,
      IN,
      options,
    );
    // The same noise: the very same decisions.
    expect(lifted).toEqual(plain);
  });
});

describe("estimation", () => {
  it("finds the best tier's variance under nesting, and less under independent noise", () => {
    const options = { asks: EVERYBODY, trials: 8000, confidence: 0.9999 } as const;
    for (const [make, rho] of [
      [nestedDefence, 0.5],
      [independentDefence, 0.65],
    ] as const) {
      const best = estimationAttack(make(noiseOf(61)), OUT, { ...options, attacker: "informed" });
      expect(best.least).toBeLessThan(1 / (2 * rho));
      expect(best.most).toBeGreaterThan((1 / (2 * rho)) * 0.999);
      const naive = estimationAttack(make(noiseOf(62)), OUT, { ...options, attacker: "naive" });
      expect(naive.value).toBeGreaterThan(best.value);
    }
  });

  it("weighs answers as the Gauss-Markov theorem says", () => {
    expect(bestWeights([[2]])).toEqual([1]);
    expect(bestWeights([[1, 0], [0, 3]])).toEqual([0.75, 0.25]); // biome-ignore format: a matrix
    expect(bestWeights([[4, 4], [4, 4]])).toEqual([1, 0]); // biome-ignore format: a matrix
    expect(bestWeights([[5, 0], [0, 0]])).toEqual([0, 1]); // biome-ignore format: a matrix
    const nested = bestWeights([[1, 1, 1], [1, 4, 4], [1, 4, 9]]); // biome-ignore format: a matrix
    [1, 0, 0].forEach((weight, i) => {
      expect(nested[i]).toBeCloseTo(weight, 12);
    });
  });
});

describe("linkage", () => {
  // People on a curved surface in twelve dimensions, in steps of 1/1000.
  const random = seededRandom(71);
  const unit = (): number => random.uint32() / 2 ** 31 - 1;
  const people = Array.from({ length: 200 }, () => {
    const t = [unit(), unit(), unit()];
    return Array.from({ length: 12 }, (_, k) => {
      const [a, b] = [t[k % 3] ?? 0, t[(k + 1) % 3] ?? 0];
      return BigInt(Math.round(1000 * Math.sin((k + 1) * 0.7 * a + 1.3 * b + k)));
    });
  });
  const embedding = createEmbedding({ dimension: 12, target: 36, seed: 9, scale: 1000 });
  const noise = (rho: number, seed: number) => ({
    budgets: [rho],
    sensitivity: 2000,
    coordinates: 12,
    random: seededRandom(seed),
  });
  const asks = [0];

  it("finds everybody in raw data, lifted or not", () => {
    for (const attacker of ["naive", "informed"] as const) {
      expect(linkageAttack(rawDefence(), people, { attacker, asks }).value).toBe(1);
      const lifted = embeddedDefence(rawDefence(), embedding);
      expect(linkageAttack(lifted, people, { attacker, asks }).value).toBe(1);
    }
  });

  it("is made harder by the embedding for naive attackers only: those who invert lose nothing", () => {
    const plain = linkageAttack(nestedDefence(noise(40, 1)), people, { attacker: "naive", asks });
    const lifted = (): Defence => embeddedDefence(nestedDefence(noise(40, 1)), embedding);
    const naive = linkageAttack(lifted(), people, { attacker: "naive", asks });
    const informed = linkageAttack(lifted(), people, { attacker: "informed", asks });
    expect(plain.least).toBeGreaterThan(0.2);
    expect(naive.most).toBeLessThan(plain.least);
    expect(informed).toEqual(plain);
  });

  it("fails against a budget that means something", () => {
    const found = linkageAttack(nestedDefence(noise(0.1, 2)), people, {
      attacker: "informed",
      asks,
    });
    expect(found.least).toBeLessThan(0.02);
  });
});

describe("reconstruction", () => {
  const options = { bits: 32, counts: 96, trials: 8, attacker: "informed", asks: [0] } as const;
  // One bit is in up to all 96 counts: it moves them by sqrt(96) < 10 together.
  const noise = (rho: number) => ({
    budgets: [rho],
    sensitivity: 10,
    coordinates: 96,
    random: seededRandom(81),
  });

  it("finds every bit in raw counts", () => {
    const found = reconstructionAttack(rawDefence(), { ...options, random: seededRandom(82) });
    expect(found.value).toBe(1);
  });

  it("finds little more than chance under a budget for all counts together", () => {
    const defence = nestedDefence(noise(0.02));
    const found = reconstructionAttack(defence, { ...options, random: seededRandom(83) });
    // A bit is found with a chance of at most (1 + advantage) / 2.
    expect(found.least).toBeLessThan((1 + gaussianAdvantage(Math.sqrt(2 * 0.02))) / 2);
    expect(found.value).toBeLessThan(0.65);
  });

  it("finds them again when the noise forgets that a bit is in many counts", () => {
    const forgetful = nestedDefence({ ...noise(0.5), sensitivity: 1 });
    const found = reconstructionAttack(forgetful, { ...options, random: seededRandom(84) });
    expect(found.least).toBeGreaterThan(0.85);
  });
});

describe("precision", () => {
  /** Textbook Laplace noise from a double with 53 random bits, as Math.random gives them. */
  const textbook = (truth: number, scale: number, seed: number) => {
    const random = seededRandom(seed);
    return (): number => {
      const bits = (random.uint32() >>> 5) * 2 ** 26 + (random.uint32() >>> 6);
      const v = bits / 2 ** 53 - 0.5;
      return truth - scale * Math.sign(v) * Math.log(1 - 2 * Math.abs(v));
    };
  };

  it("is certain in most releases of a textbook mechanism, and never accuses the truth", () => {
    const scale = 10;
    const possible = textbookLaplaceTells(0, scale);
    const found = precisionAttack(textbook(1, scale, 91), { possible, trials: 4000 });
    expect(found.least).toBeGreaterThan(0.7);
    const innocent = precisionAttack(textbook(0, scale, 92), { possible, trials: 4000 });
    expect(innocent.value).toBe(0);
  });

  it("learns nothing from releases over integers", () => {
    const defence = nestedDefence(noiseOf(93));
    const { refinement } = nestTiers(BUDGETS, 1);
    const found = precisionAttack(() => defence.answer(IN, [2])[0]?.[0] ?? 0, {
      possible: gridTells(1 / Number(refinement)),
      trials: 4000,
    });
    expect(found.value).toBe(0);
  });
});

describe("bad use", () => {
  it("is refused by name", () => {
    const raw = rawDefence();
    const options = { attacker: "informed", asks: [0], trials: 10 } as const;
    expect(() => membershipAttack(raw, OUT, IN, { ...options, asks: [] })).toThrow(/asks/);
    expect(() => membershipAttack(raw, OUT, IN, { ...options, trials: 0 })).toThrow(/trials/);
    expect(() => estimationAttack(raw, OUT, { ...options, confidence: 2 })).toThrow(/confidence/);
    expect(() =>
      membershipAttack(nestedDefence(noiseOf(1)), OUT, IN, { ...options, asks: [4] }),
    ).toThrow(/asks: expected tiers below 4, got 4/);
  });
});
