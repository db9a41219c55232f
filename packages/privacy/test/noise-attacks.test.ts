import { describe, expect, it } from "vitest";
import {
  below,
  boundContributions,
  GaussianSampler,
  Grid,
  gridTells,
  LaplaceSampler,
  precisionAttack,
  type RandomSource,
  sumOf,
  systemRandom,
  textbookLaplaceTells,
} from "../src/index.ts";
import {
  drawn,
  faults,
  gaussianLaw,
  laplaceLaw,
  uniformLaw,
  type WholeLaw,
} from "./support/laws.ts";
import { seededRandom } from "./support/tiers.ts";

const COUNT = 200_000;

/** A release of a private number, in doubles as a recipient sees it. */
type Release = (truth: number) => number;

/** Textbook noise, as it is found in the wild; not private at all. */
const laplaceInDoubles =
  (scale: number): Release =>
  (truth) => {
    const v = Math.random() - 0.5;
    return truth - scale * Math.sign(v) * Math.log(1 - 2 * Math.abs(v));
  };
const gaussianInDoubles =
  (sigma: number): Release =>
  (truth) =>
    truth +
    sigma * Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());

/** Ours, from a private double to a told double: grid, bounds, exact sum, noise on whole steps. */
function onGrid(noise: { next(random: RandomSource): bigint }, exponent: number): Release {
  const grid = new Grid({ lower: 0, upper: 4, exponent });
  return (truth) => {
    const records = boundContributions([truth], { unit: null, most: 1 });
    const { steps, step } = sumOf(records, (value) => value, grid);
    return Number(steps + noise.next(systemRandom)) * step;
  };
}

/** Place of a double's last bit that is set; 0 has none. */
function lastBit(value: number): number {
  if (value === 0) return Number.POSITIVE_INFINITY;
  let exponent = 0;
  let scaled = value;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    exponent--;
  }
  while (scaled % 2 === 0) {
    scaled /= 2;
    exponent++;
  }
  return exponent;
}

/**
 * The attack of Haney et al. (2022) for any release: events "the last bit is at this place" that come under one truth and never
 * under the other. With epsilon up to 2, 300 of them here and none there come once in 10^17 runs.
 */
function tellingBits(release: Release, truths: readonly [number, number], count: number): number[] {
  const places = (truth: number): Map<number, number> => {
    const found = new Map<number, number>();
    for (let i = 0; i < count; i++) {
      const place = lastBit(release(truth));
      found.set(place, (found.get(place) ?? 0) + 1);
    }
    return found;
  };
  const only = (here: Map<number, number>, there: Map<number, number>): number[] =>
    [...here].filter(([place, seen]) => seen >= 300 && !there.has(place)).map(([place]) => place);
  const [one, other] = [places(truths[0]), places(truths[1])] as const;
  return [...only(one, other), ...only(other, one)];
}

describe("precision attacks", () => {
  it("prove nothing of a million releases on the grid", () => {
    const release = onGrid(new LaplaceSampler(1024), -10);
    const count = 1_000_000;
    const possible = gridTells(2 ** -10);
    expect(precisionAttack(() => release(1), { possible, trials: count }).value).toBe(0);
  });

  it.each([0.01, 0.1, 0.5, 1])(
    "prove four in five releases of textbook Laplace noise at epsilon %d (Mironov 2012)",
    (epsilon) => {
      const release = laplaceInDoubles(1 / epsilon);
      const possible = textbookLaplaceTells(0, 1 / epsilon);
      const found = precisionAttack(() => release(1), { possible, trials: 20_000 });
      expect(found.least).toBeGreaterThan(0.7);
    },
  );

  it.each<readonly [string, Release]>([
    ["Laplace noise on steps of 2^-10", onGrid(new LaplaceSampler(1024), -10)],
    ["Gaussian noise on steps of 2^-10", onGrid(new GaussianSampler(2n ** 20n), -10)],
    ["Gaussian noise on steps of 2^-40", onGrid(new GaussianSampler(2n ** 80n), -40)],
    ["Gaussian noise on whole steps", onGrid(new GaussianSampler(1), 0)],
  ])("find no telling last bits in %s", (_, release) => {
    expect(tellingBits(release, [0, 1], COUNT / 2)).toEqual([]);
    // A truth that doubles cannot say exactly, next to one that they can.
    expect(tellingBits(release, [1 / 3, 1], COUNT / 2)).toEqual([]);
  });

  it.each<readonly [string, Release]>([
    ["Laplace", laplaceInDoubles(1)],
    ["Gaussian", gaussianInDoubles(1)],
  ])("find telling last bits in %s noise in doubles (Haney et al. 2022)", (_, release) => {
    expect(tellingBits(release, [0, 1], COUNT / 2)).not.toEqual([]);
  });
});

/** Noise on whole numbers with a planted fault, beside the sound one; the same tests judge both. */
type Twin = {
  readonly fault: string;
  readonly law: WholeLaw;
  readonly sound: (random: RandomSource) => () => number;
  readonly broken: (random: RandomSource) => () => number;
};

function nextOf(
  sampler: { next(random: RandomSource): bigint },
  random: RandomSource,
): () => number {
  return () => Number(sampler.next(random));
}

const gaussianOf = (variance: number) => (random: RandomSource) =>
  nextOf(new GaussianSampler(variance), random);

const TWINS: readonly Twin[] = [
  {
    fault: "scale halved",
    law: gaussianLaw(100),
    sound: gaussianOf(100),
    broken: gaussianOf(25),
  },
  {
    fault: "variance off by a twentieth",
    law: gaussianLaw(100),
    sound: gaussianOf(100),
    broken: gaussianOf(95),
  },
  {
    fault: "noise told twice",
    law: gaussianLaw(100),
    sound: gaussianOf(100),
    broken(random) {
      const noise = gaussianOf(100)(random);
      let turn = 0;
      let last = 0;
      return () => {
        if (turn++ % 2 === 0) last = noise();
        return last;
      };
    },
  },
  {
    fault: "rounded continuous noise",
    law: gaussianLaw(1),
    sound: gaussianOf(1),
    broken: () => () => Math.round(gaussianInDoubles(1)(0)),
  },
  {
    fault: "0 with both signs",
    law: laplaceLaw(5),
    sound: (random) => nextOf(new LaplaceSampler(5), random),
    broken(random) {
      const noise = nextOf(new LaplaceSampler(5), random);
      return () => (below(random, 12) === 0 ? 0 : noise());
    },
  },
  {
    fault: "no tail",
    law: laplaceLaw(5),
    sound: (random) => nextOf(new LaplaceSampler(5), random),
    broken(random) {
      const noise = nextOf(new LaplaceSampler(5), random);
      return () => Math.min(25, Math.max(-25, noise()));
    },
  },
  {
    fault: "one sign likelier",
    law: laplaceLaw(5),
    sound: (random) => nextOf(new LaplaceSampler(5), random),
    broken(random) {
      const noise = nextOf(new LaplaceSampler(5), random);
      return () => (below(random, 20) === 0 ? Math.abs(noise()) : noise());
    },
  },
  {
    fault: "remainder of a word",
    law: uniformLaw(3),
    sound: (random) => () => Math.floor(below(random, 3 * 2 ** 30) / 2 ** 30),
    broken: (random) => () => Math.floor((random.uint32() % (3 * 2 ** 30)) / 2 ** 30),
  },
  {
    fault: "remainder of a byte",
    law: uniformLaw(200),
    sound: (random) => () => below(random, 200),
    broken: (random) => () => (random.uint32() & 255) % 200,
  },
];

describe.each(TWINS.map((twin) => [twin.fault, twin] as const))("tests of noise: %s", (_, twin) => {
  it("accuse the broken twin, with repeatable and with the system's words", () => {
    for (const random of [seededRandom(61), systemRandom]) {
      expect(faults(drawn(COUNT, twin.broken(random)), twin.law)).not.toEqual([]);
    }
  });

  it("acquit the sound one", () => {
    for (const random of [seededRandom(62), systemRandom]) {
      expect(faults(drawn(COUNT, twin.sound(random)), twin.law)).toEqual([]);
    }
  });
});
