import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import {
  below,
  belowBig,
  bernoulli,
  bernoulliExp,
  discreteGaussian,
  discreteLaplace,
  GaussianSampler,
  GeometricSampler,
  geometric,
  LaplaceSampler,
  PrivacyError,
  RandomisedResponse,
  type RandomSource,
  systemRandom,
} from "../src/index.ts";
import { bitLength } from "../src/random/uniform.ts";
import { expBounds, uniformBelow } from "../src/sampling/bounds.ts";
import { type Law, Table } from "../src/sampling/table.ts";
import { root } from "../src/sampling/whole.ts";
import {
  ACCUSING,
  at,
  drawn,
  faults,
  gaussianLaw,
  geometricLaw,
  kolmogorovSmirnov,
  laplaceLaw,
  neighbours,
  scripted,
  symmetry,
  twoSided,
  uniformLaw,
  type WholeLaw,
} from "./support/laws.ts";
import { seededRandom } from "./support/tiers.ts";

/** Words beyond the first bits that a coin is compared by in tests. */
const MORE = 6;
/** A hair of probability, in units of 2^-223. */
const HAIR = 2n ** 24n;
const COUNT = 200_000;
const FEW = 20_000;

function filled(
  sampler: { fill(random: RandomSource, out: Float64Array): void },
  random: RandomSource,
): Float64Array {
  const out = new Float64Array(COUNT);
  sampler.fill(random, out);
  return out;
}

/** Bounds of exp(-x) by its plain series with 600 bits: not the code under test. */
function expSeries(numerator: bigint, denominator: bigint): readonly [bigint, bigint] {
  const bits = 600n;
  let term = 1n << bits;
  let sum = 0n;
  let k = 0n;
  // exp(x) by series, then its reciprocal; rounding takes less than 2^-580 of it.
  while (term > 0n) {
    sum += term;
    k++;
    term = (term * numerator) / (denominator * k);
  }
  const square = 1n << (2n * bits);
  return [square / (sum + k * k + 1n), square / (sum - 0n) + 1n];
}

describe("the system's generator", () => {
  it("gives words, each once, and keeps none that were given", () => {
    const words = Array.from({ length: 20_000 }, () => systemRandom.uint32());
    expect(words.every((word) => Number.isInteger(word) && word >= 0 && word < 2 ** 32)).toBe(true);
    // 20,000 words of 32 bits coincide in 0.05 pairs.
    expect(new Set(words).size).toBeGreaterThan(words.length - 10);
    const bytes = drawn(COUNT, () => systemRandom.uint32() & 255);
    expect(faults(bytes, uniformLaw(256))).toEqual([]);
  });
});

describe("the pool of words", () => {
  it("hands out what it fetched, in order, and wipes what it handed out", () => {
    const fetched: { readonly pool: Uint32Array; readonly words: readonly number[] }[] = [];
    const real = globalThis.crypto.getRandomValues.bind(globalThis.crypto);
    const spy = vi.spyOn(globalThis.crypto, "getRandomValues").mockImplementation((list) => {
      real(list);
      if (list instanceof Uint32Array) fetched.push({ pool: list, words: [...list] });
      return list;
    });
    try {
      while (fetched.length === 0) systemRandom.uint32();
      const { pool, words } = at(fetched, 0);
      expect(pool[0]).toBe(0);
      for (let i = 1; i < words.length; i++) {
        expect(systemRandom.uint32()).toBe(words[i]);
        expect(pool[i]).toBe(0);
      }
      expect(fetched).toHaveLength(1);
      const next = systemRandom.uint32();
      expect(next).toBe(at(at(fetched, 1).words, 0));
    } finally {
      spy.mockRestore();
    }
  });
});

describe("uniform numbers", () => {
  it.each([1, 2, 3, 6, 7, 10, 1000, 4095])("are uniform below %i", (bound) => {
    const random = seededRandom(bound);
    const sample = drawn(COUNT, () => below(random, bound));
    if (bound === 1) expect(sample.every((value) => value === 0)).toBe(true);
    else expect(faults(sample, uniformLaw(bound))).toEqual([]);
  });

  it.each([3 * 2 ** 30, 3 * 2 ** 31, 3 * 2 ** 51, 2 ** 53])("are uniform below %i", (bound) => {
    const random = seededRandom(7);
    const thirds = drawn(COUNT, () => Math.floor(below(random, bound) / (bound / 3)));
    expect(faults(thirds, uniformLaw(3))).toEqual([]);
  });

  it("are uniform below numbers of any size", () => {
    const random = seededRandom(8);
    const bound = 3n * 2n ** 200n;
    const thirds = drawn(FEW, () => belowBig(random, bound) / 2n ** 200n);
    expect(faults(thirds, uniformLaw(3))).toEqual([]);
  });

  it("throw away words that would favour small numbers", () => {
    expect(below(scripted([0xffffffff, 5]), 3)).toBe(2);
    expect(belowBig(scripted([0xffffffff, 0xffffffff, 0, 1]), 2n ** 33n + 1n)).toBe(0n);
  });

  it.each([0, -1, 1.5, Number.NaN, 2 ** 54])("refuse %d", (bound) => {
    expect(() => below(systemRandom, bound)).toThrow(PrivacyError);
  });

  it("refuse 0 as a big bound", () => {
    expect(() => belowBig(systemRandom, 0n)).toThrow(PrivacyError);
  });

  it("count bits and take roots exactly", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 300n }), (value) => {
        expect(bitLength(value)).toBe(value.toString(2).length);
        const r = root(value);
        expect(r * r <= value && (r + 1n) * (r + 1n) > value).toBe(true);
      }),
    );
  });
});

describe("bounds of exp", () => {
  it("enclose the truth, closely", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 20n }),
        fc.bigInt({ min: 10n ** 18n, max: 10n ** 20n }),
        fc.integer({ min: 1, max: 300 }),
        (numerator, denominator, bits) => {
          const { lower, upper } = expBounds(numerator, denominator, bits);
          const [least, most] = expSeries(numerator, denominator);
          const shift = 600n - BigInt(bits);
          expect(lower << shift <= most).toBe(true);
          expect(upper << shift >= least).toBe(true);
          expect(upper - lower <= 2n).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("reach the smallest and the largest arguments", () => {
    expect(expBounds(0n, 1n, 40)).toEqual({ lower: 2n ** 40n, upper: 2n ** 40n });
    expect(expBounds(10n ** 30n, 1n, 40)).toEqual({ lower: 0n, upper: 1n });
    const tiny = expBounds(1n, 10n ** 40n, 64);
    expect(tiny.upper - 2n ** 64n).toBeLessThanOrEqual(1n);
    expect(tiny.lower).toBeGreaterThan(2n ** 64n - 3n);
  });

  it("decide a coin by the first digits that tell, and draw more where they do not", () => {
    const third = (bits: number) => ({
      lower: (1n << BigInt(bits)) / 3n,
      upper: (1n << BigInt(bits)) / 3n + 1n,
    });
    // 1/3 = 0x55555555.55555555...
    expect(uniformBelow(scripted([]), 0x55555554, 32, third)).toBe(true);
    expect(uniformBelow(scripted([]), 0x55555556, 32, third)).toBe(false);
    expect(uniformBelow(scripted([0x55555554]), 0x55555555, 32, third)).toBe(true);
    expect(uniformBelow(scripted([0x55555555, 0x55555556]), 0x55555555, 32, third)).toBe(false);
  });
});

const LAWS: readonly (readonly [string, Law])[] = [
  ["Gaussian 1/100", { rate: 100n, over: 2n, degree: 2, signed: true, reach: 8n }],
  ["Gaussian 1", { rate: 1n, over: 2n, degree: 2, signed: true, reach: 8n }],
  ["Gaussian 100", { rate: 1n, over: 20_000n, degree: 2, signed: true, reach: 701n }],
  ["Gaussian 10^4", { rate: 1n, over: 2n * 10n ** 8n, degree: 2, signed: true, reach: 70_001n }],
  ["Laplace 10/3", { rate: 3n, over: 10n, degree: 1, signed: true, reach: 81n }],
  ["geometric 10^6", { rate: 1n, over: 10n ** 6n, degree: 1, signed: false, reach: 24_000_001n }],
];

describe.each(LAWS)("table of %s", (_, law) => {
  const table = new Table(law);
  const { weights, kappa, block, cells, surely } = table.parts();
  const blocks = weights.length - 2;
  const level = (n: bigint) => expSeries(law.rate * n ** BigInt(law.degree), law.over);
  // Blocks whose exp the plain series of the test can do.
  const some = Array.from({ length: blocks + 1 }, (_, i) => i).filter(
    (i) => i < 3 || i > blocks - 3 || i % 61 === 0,
  );
  const near = some.filter(
    (i) => law.rate * BigInt(i * block) ** BigInt(law.degree) < 150n * law.over,
  );

  it("shares 2^32 parts out among blocks, tail and rest, to the last one", () => {
    expect(weights.every((weight) => Number.isInteger(weight) && weight >= 0)).toBe(true);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBe(2 ** 32);
    const shares = weights.map(() => 0);
    const size = 2 ** 32 / cells.length;
    cells.forEach(([own, other], i) => {
      shares[i] = at(shares, i) + own;
      shares[other] = at(shares, other) + size - own;
    });
    expect(shares).toEqual(weights);
  });

  it("is nowhere below the law, so that no probability exceeds 1", () => {
    for (const i of near.filter((i) => i < blocks)) {
      const [, most] = level(BigInt(i * block));
      expect(BigInt(at(weights, i)) << 600n >= kappa * (most - 1n), `block ${i}`).toBe(true);
    }
    const [least] = level(BigInt(blocks * block));
    if (near.includes(blocks)) {
      const tail = 2n * BigInt(blocks) * kappa * least;
      expect(BigInt(at(weights, blocks)) << 600n >= tail).toBe(true);
    }
    expect(law.rate * BigInt(blocks * block) ** BigInt(law.degree)).toBeGreaterThanOrEqual(
      24n * law.over,
    );
  });

  it("keeps at once only what every number of the block keeps", () => {
    for (const i of near.filter((i) => i < blocks)) {
      const [, most] = level(BigInt(i * block + block - 1));
      // surely / 2^31 <= p = kappa f / W
      expect(
        (BigInt(at(surely, i)) * BigInt(at(weights, i))) << 600n <= (kappa * most) << 31n,
      ).toBe(true);
    }
  });

  // The tail's first blocks too, as [weight, j].
  const places = [...near.filter((i) => i < blocks).map((i) => [i, 0]), [blocks, 0], [blocks, 1]];
  it.each(places)("keeps numbers of weight %i, %i as often as the law says", (weight, j) => {
    const far = weight === blocks;
    const magnitude = far ? blocks * block * 2 ** j + 1 : weight * block + block - 1;
    const digits = 31 + 32 * MORE;
    const factor = far ? (kappa * BigInt(blocks)) << BigInt(2 * j + 1) : kappa;
    const [law600] = level(BigInt(magnitude));
    const threshold = (factor * law600) / (BigInt(at(weights, weight)) << BigInt(600 - digits));
    const offset = block > 1 ? [2 ** 32 - 1] : [];
    const place = far ? [...Array.from({ length: j }, () => 2 ** 31), 0, 1] : offset;
    // A uniform number a hair below p keeps the magnitude, one a hair above does not.
    const drawnWith = (uniform: bigint): number => {
      const coin = Number(uniform >> BigInt(32 * MORE)) * 2;
      const more = Array.from({ length: MORE }, (_, k) =>
        Number(BigInt.asUintN(32, uniform >> BigInt(32 * (MORE - 1 - k)))),
      );
      const words = [wordFor(weight), coin, ...place, ...more];
      // What follows a draw that was thrown away: another number, kept by any coin.
      const after = [wordFor(weight === 0 ? 1 : 0), 0, 0];
      return table.next(scripted([...words, ...after]));
    };
    if (threshold > HAIR) expect(drawnWith(threshold - HAIR)).toBe(magnitude);
    if (threshold + HAIR < 1n << BigInt(digits)) {
      expect(drawnWith(threshold + HAIR)).not.toBe(magnitude);
    }
  });

  /** A word that leads to a weight: a cell's own share begins at 0, that of the other ends the cell. */
  function wordFor(weight: number): number {
    const size = 2 ** 32 / cells.length;
    const own = at(cells, weight)[0] > 0;
    const cell = own ? weight : cells.findIndex(([part, other]) => other === weight && part < size);
    return cell * size + (own ? 0 : size - 1);
  }

  it("starts over rarely", () => {
    expect(at(weights, blocks + 1) / 2 ** 32).toBeLessThan(1e-5);
    expect(at(weights, blocks) / 2 ** 32).toBeLessThan(1e-5);
  });
});

type Case = readonly [WholeLaw, { fill(random: RandomSource, out: Float64Array): void }];
const CASES: readonly Case[] = [
  [gaussianLaw(0.16), new GaussianSampler(4, 25)],
  [gaussianLaw(0.25), new GaussianSampler(1n, 4n)],
  [gaussianLaw(1), new GaussianSampler(1)],
  [gaussianLaw(10 / 3), new GaussianSampler(10, 3)],
  [gaussianLaw(100), new GaussianSampler(100n)],
  [gaussianLaw(1e4), new GaussianSampler(1e4)],
  [gaussianLaw(1e6), new GaussianSampler(1e6)],
  [laplaceLaw(0.2), new LaplaceSampler(1, 5)],
  [laplaceLaw(1), new LaplaceSampler(1)],
  [laplaceLaw(10 / 3), new LaplaceSampler(10, 3)],
  [laplaceLaw(1000), new LaplaceSampler(1000)],
  [geometricLaw(0.5), new GeometricSampler(1, 2)],
  [geometricLaw(7), new GeometricSampler(7)],
  [geometricLaw(500), new GeometricSampler(500)],
];

describe.each(CASES.map(([law, sampler]) => [law.name, law, sampler] as const))(
  "%s",
  (_, law, sampler) => {
    it("has its law by a repeatable source", () => {
      const sample = filled(sampler, seededRandom(11));
      expect(faults(sample, law)).toEqual([]);
      expect(sample.some((value) => Object.is(value, -0))).toBe(false);
    });

    it("has its law by the system's source", () => {
      const sample = filled(sampler, systemRandom);
      expect(faults(sample, law)).toEqual([]);
      if (law.from < 0) {
        const sigma = Math.sqrt(
          sample.reduce((sum, value) => sum + value * value, 0) / sample.length,
        );
        for (const beyond of [0, sigma, 2 * sigma]) {
          expect(symmetry(sample, beyond)).toBeGreaterThan(ACCUSING);
        }
      }
    });
  },
);

describe("draws without a table", () => {
  const random = seededRandom(21);
  it.each<readonly [WholeLaw, () => bigint]>([
    [gaussianLaw(0.25), () => discreteGaussian(1, 4, random)],
    [gaussianLaw(10 / 3), () => discreteGaussian(10n, 3n, random)],
    [gaussianLaw(10_000), () => discreteGaussian(10_000, 1, random)],
    [laplaceLaw(2.5), () => discreteLaplace(5, 2, random)],
    [laplaceLaw(100), () => discreteLaplace(100n, 1n, random)],
    [geometricLaw(3.5), () => geometric(7, 2, random)],
  ])("have the law $0.name", (law, next) => {
    expect(faults(drawn(FEW, next), law)).toEqual([]);
  });

  it.each([10n ** 9n, 10n ** 13n, 10n ** 30n])(
    "reach sigma %d, with and without a table",
    (sigma) => {
      const sampler = new GaussianSampler(sigma ** 2n);
      const scaled = drawn(FEW, () => Number(sampler.next(random)) / Number(sigma));
      const normal = Float64Array.from(scaled, (z) => {
        const upper = twoSided(z) / 2;
        return Math.floor(1e6 * (z > 0 ? 1 - upper : upper));
      });
      expect(kolmogorovSmirnov(normal, uniformLaw(1e6))).toBeGreaterThan(ACCUSING);
      expect(neighbours(scaled)).toBeGreaterThan(ACCUSING);
    },
  );

  it("have the law of tables: both halves of a sampler's life are alike", () => {
    // Numbers of a repeatable run: the first 88 draws come without a table.
    const early = drawn(FEW, () => new GaussianSampler(9).next(random));
    const sampler = new GaussianSampler(9);
    const late = drawn(FEW, () => sampler.next(random));
    expect(faults(early, gaussianLaw(9))).toEqual([]);
    expect(faults(late, gaussianLaw(9))).toEqual([]);
  });
});

describe("noise that is hardly any", () => {
  it("is 0 at a hundredth of a step, as it should be but once in 10^2000", () => {
    const sampler = new GaussianSampler(1n, 10_000n);
    expect(filled(sampler, systemRandom).every((value) => Object.is(value, 0))).toBe(true);
  });
});

describe("coins", () => {
  it.each([
    [1, 3],
    [5, 7],
    [0, 1],
    [1, 1],
  ])("fall with probability %i/%i", (numerator, denominator) => {
    const random = seededRandom(31);
    const heads = drawn(FEW, () => Number(bernoulli(numerator, denominator, random)));
    const p = numerator / denominator;
    const share = heads.reduce((sum, value) => sum + value, 0) / FEW;
    const z = (share - p) / Math.sqrt(Math.max(p * (1 - p), 1e-12) / FEW);
    expect(twoSided(z)).toBeGreaterThan(ACCUSING);
  });

  it.each([
    [0, 1],
    [1, 3],
    [1, 1],
    [7, 2],
    [10n ** 30n, 10n ** 30n - 1n],
  ] as const)("fall with probability exp(-%d/%d)", (numerator, denominator) => {
    const random = seededRandom(32);
    const heads = drawn(FEW, () => Number(bernoulliExp(numerator, denominator, random)));
    const p = Math.exp(-Number(numerator) / Number(denominator));
    const share = heads.reduce((sum, value) => sum + value, 0) / FEW;
    const z = (share - p) / Math.sqrt(Math.max(p * (1 - p), 1e-12) / FEW);
    expect(twoSided(z)).toBeGreaterThan(ACCUSING);
  });
});

describe("randomised response", () => {
  it.each([
    [2, 1, 1],
    [2, 3, 1],
    [5, 1, 2],
    [256, 4, 1],
  ])("of %i answers at epsilon %i/%i tells each answer as often as it should", (k, over, under) => {
    const response = new RandomisedResponse(k, over, under);
    const e = Math.exp(over / under);
    for (const truth of [0, k - 1]) {
      const random = seededRandom(40 + truth);
      const law: WholeLaw = {
        name: "answers",
        pmf: (n) => (n === truth ? e : 1) / (e + k - 1),
        from: 0,
        to: k - 1,
      };
      expect(
        faults(
          drawn(COUNT, () => response.tell(truth, random)),
          law,
        ),
      ).toEqual([]);
    }
  });

  it("estimates counts without bias", () => {
    const response = new RandomisedResponse(4, 1);
    const random = seededRandom(41);
    const told = [0, 0, 0, 0];
    for (let i = 0; i < COUNT; i++) {
      const answer = response.tell(i % 10 < 7 ? 1 : 3, random);
      told[answer] = at(told, answer) + 1;
    }
    const estimate = response.estimate(told);
    for (const [i, share] of [0, 0.7, 0, 0.3].entries()) {
      // Standard deviation below 4 sqrt(n).
      expect(Math.abs(at(estimate, i) - share * COUNT)).toBeLessThan(6 * 4 * Math.sqrt(COUNT));
    }
  });

  it("draws the same words whatever the truth is", () => {
    const response = new RandomisedResponse(5, 1);
    const words = [0, 1, 2, 3, 4].map((truth) => {
      let count = 0;
      const source = seededRandom(42);
      const counted: RandomSource = {
        uint32() {
          count++;
          return source.uint32();
        },
      };
      for (let i = 0; i < 1000; i++) response.tell(truth, counted);
      return count;
    });
    expect(new Set(words).size).toBe(1);
  });

  it("keeps the truth out of its messages", () => {
    const response = new RandomisedResponse(5, 1);
    expect(() => response.tell(77, systemRandom)).toThrow(PrivacyError);
    expect(() => response.tell(77, systemRandom)).not.toThrow(/77/);
    expect(() => new RandomisedResponse(1, 1)).toThrow(PrivacyError);
    expect(() => response.estimate([1])).toThrow(PrivacyError);
  });
});

describe("bad parameters", () => {
  it.each<readonly [string, () => unknown]>([
    ["variance 0", () => new GaussianSampler(0)],
    ["a negative variance", () => new GaussianSampler(-1n)],
    ["a denominator of 0", () => new LaplaceSampler(1, 0)],
    ["a fraction", () => new GeometricSampler(1.5)],
    ["NaN", () => discreteGaussian(Number.NaN, 1, systemRandom)],
    ["an unsafe integer", () => discreteLaplace(2 ** 53, 1, systemRandom)],
    ["text", () => geometric("3" as unknown as number, 1, systemRandom)],
    ["a probability above 1", () => bernoulli(3, 2, systemRandom)],
    ["a negative exponent", () => bernoulliExp(-1, 2, systemRandom)],
  ])("%s: refused", (_, make) => {
    expect(make).toThrow(PrivacyError);
  });

  it("lists that cannot hold a draw are refused, not wrapped around", () => {
    const wide = new GaussianSampler(10n ** 24n);
    expect(() => wide.fill(seededRandom(1), new Int32Array(10))).toThrow(PrivacyError);
    const wider = new GaussianSampler(10n ** 60n);
    expect(() => wider.fill(seededRandom(1), new BigInt64Array(10))).toThrow(PrivacyError);
    expect(() => wider.fill(seededRandom(1), new Float64Array(10))).toThrow(PrivacyError);
  });

  it("lists of all kinds are filled alike", () => {
    const sampler = new GaussianSampler(50);
    const lists = [new Int32Array(500), new Float64Array(500), new BigInt64Array(500)] as const;
    for (const list of lists) sampler.fill(seededRandom(5), list);
    expect([...lists[0]]).toEqual([...lists[1]]);
    expect([...lists[2]].map(Number)).toEqual([...lists[1]]);
  });
});

const shared = fileURLToPath(
  new URL("../../../../shared/data/privacy/dp/dp-golden.json", import.meta.url),
);
type Golden = {
  readonly discrete_gaussian_pmf: readonly Readonly<Record<string, string>>[];
  readonly discrete_laplace_pmf: readonly Readonly<Record<string, string>>[];
  readonly randomized_response: readonly Readonly<Record<"k" | "eps" | "p_keep", number>>[];
};

describe("golden values", () => {
  const golden = existsSync(shared) ? (JSON.parse(readFileSync(shared, "utf8")) as Golden) : null;

  it("noise has the probabilities and variances of the golden file", (context) => {
    if (golden === null) return context.skip("needs ../shared/data/privacy");
    const rows = [
      ...golden.discrete_gaussian_pmf.map((row) => {
        const quarters = 4 * Number(row.sigma2);
        return { row, sampler: new GaussianSampler(quarters, 4), law: gaussianLaw(quarters / 4) };
      }),
      ...golden.discrete_laplace_pmf.map((row) => ({
        row,
        sampler: new LaplaceSampler(Number(row.t)),
        law: laplaceLaw(Number(row.t)),
      })),
    ];
    expect(rows).toHaveLength(7);
    for (const { row, sampler, law } of rows) {
      expect(Math.abs(law.pmf(0) / Number(row.pmf0) - 1)).toBeLessThan(1e-12);
      if (row.pmf1 !== undefined) {
        expect(Math.abs(law.pmf(1) / Number(row.pmf1) - 1)).toBeLessThan(1e-12);
      }
      const sample = filled(sampler, seededRandom(51));
      expect(faults(sample, law)).toEqual([]);
      const square = sample.reduce((sum, value) => sum + value * value, 0) / COUNT;
      const variance = Number(row.variance);
      // Kurtosis of these laws is at most 25.
      expect(Math.abs(square / variance - 1)).toBeLessThan(6 * Math.sqrt(24 / COUNT));
    }
  });

  it("randomised response keeps the truth as the golden file says", (context) => {
    if (golden === null) return context.skip("needs ../shared/data/privacy");
    expect(golden.randomized_response).toHaveLength(16);
    for (const { k, eps, p_keep } of golden.randomized_response) {
      const response = new RandomisedResponse(k, 2 * eps, 2);
      expect(Math.abs(response.truthProbability / p_keep - 1)).toBeLessThan(1e-14);
    }
  });
});
