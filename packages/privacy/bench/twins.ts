/**
 * Releases with a planted fault, each beside its sound twin: what an audit must tell apart. The faults are those that were found in
 * real libraries and papers. All randomness comes from the source that is handed in, so that every run can be repeated.
 */

import {
  type AuditClaim,
  type BudgetLedger,
  type Draw,
  discreteLaplace,
  drawTiers,
  gaussianSigma,
  MemoryLedger,
  type Nesting,
  nestTiers,
  PrefixStream,
  type RandomSource,
  ReleaseDesk,
  type Score,
  type TierPolicy,
  textbookLaplaceTells,
} from "@symbion/privacy";

/** A release in a sound and a broken version that claim the same. */
export type Twin = {
  readonly name: string;
  /** What both claim; epsilon at delta 0. */
  readonly claim: AuditClaim;
  /** Runs per input at which the fault shows. */
  readonly trials: number;
  readonly scores?: readonly Score[];
  /** The release on two neighbouring inputs. */
  readonly pair: (random: RandomSource, broken: boolean) => readonly [Draw, Draw];
};

const MOST_TRUSTED = 0.5;
const LEAST_TRUSTED = 0.05;
const ALIASES = Array.from({ length: 12 }, (_, i) => `alias ${i}`);

/** Twelve names in the lowest tier. */
const POLICY: TierPolicy = {
  version: 1,
  rhoMax: MOST_TRUSTED,
  rhoMin: LEAST_TRUSTED,
  tiers: [
    { name: "owner", inverseTrust: 0 },
    { name: "public", inverseTrust: 1 },
  ],
  recipients: Object.fromEntries(ALIASES.map((alias) => [alias, "public"])),
};

const KEY = { subject: "yard", purpose: "traffic", window: "2026-11-23" };

/** Grants everything and keeps nothing. */
const FORGETFUL: BudgetLedger = {
  recall: () => null,
  ask: () => ({ granted: true, spent: 0, remaining: 1 }),
  commit: () => ({ granted: true, spent: 0, remaining: 1 }),
  budgets: () => [],
  closeBefore: () => undefined,
  close: () => undefined,
};

/** mu of the exact and of the classical formula for epsilon 20 at delta 1e-5: sigma is 0.2900 and 0.2422. */
const MU_AT_20 = 1 / gaussianSigma(20, 1e-5);
const CLASSICAL_MU_AT_20 = 20 / Math.sqrt(2 * Math.log(1.25e5));

/** Gaussian noise, exact on a fine grid, that is mu-Gaussian-DP for changes by 1. */
function gaussian(mu: number, random: RandomSource): () => number {
  const nesting = nestTiers([mu ** 2 / 2], 1);
  return () => Number(drawTiers(nesting, 0n, random)[0]) / Number(nesting.refinement);
}

/** The same release on the truths 0 and 1. */
function onBoth(release: (truth: number) => Draw): readonly [Draw, Draw] {
  return [release(0), release(1)];
}

/** Values of the tiers, in the value's unit. */
function valuesOf(nesting: Nesting, truth: number, random: RandomSource): number[] {
  const values = drawTiers(nesting, BigInt(truth), random);
  return values.map((value) => Number(value) / Number(nesting.refinement));
}

/** Textbook Laplace noise of scale 1 from a double with 53 random bits, as JavaScript engines give them. */
function textbookLaplace(random: RandomSource): number {
  const bits = (random.uint32() >>> 5) * 2 ** 26 + (random.uint32() >>> 6);
  const v = bits / 2 ** 53 - 0.5;
  return -Math.sign(v) * Math.log(1 - 2 * Math.abs(v));
}

/** All pairs. */
export const TWINS: readonly Twin[] = [
  {
    name: "scale halved",
    claim: { mu: 1, rho: 0.5 },
    trials: 4000,
    pair(random, broken) {
      const noise = gaussian(broken ? 2 : 1, random);
      return onBoth((truth) => () => truth + noise());
    },
  },
  {
    name: "sensitivity forgotten",
    claim: { mu: 1, rho: 0.5 },
    trials: 4000,
    pair(random, broken) {
      // A person changes the sum by up to 3; the noise is made for 1.
      const noise = gaussian(1, random);
      return onBoth((truth) => () => 3 * truth + (broken ? 1 : 3) * noise());
    },
  },
  {
    name: "noise reused",
    claim: { mu: 1, rho: 0.5 },
    trials: 4000,
    pair(random, broken) {
      const noise = gaussian(1, random);
      return onBoth((truth) => () => {
        const first = noise();
        return [truth + first, broken ? first : noise()];
      });
    },
  },
  {
    name: "Laplace noise in doubles",
    claim: { epsilon: 1 },
    trials: 2000,
    scores: [
      {
        name: "last bits",
        of: ([value = 0]) => (textbookLaplaceTells(0, 1)(value) ? 1 : 0),
      },
    ],
    pair(random, broken) {
      return onBoth((truth) =>
        broken
          ? () => truth + textbookLaplace(random)
          : () => truth + Number(discreteLaplace(1n, 1n, random)),
      );
    },
  },
  {
    name: "classical sigma at epsilon 20",
    claim: { mu: MU_AT_20 },
    trials: 8000,
    pair(random, broken) {
      const noise = gaussian(broken ? CLASSICAL_MU_AT_20 : MU_AT_20, random);
      return onBoth((truth) => () => truth + noise());
    },
  },
  {
    name: "tier memo forgotten",
    claim: { mu: Math.sqrt(2 * LEAST_TRUSTED), rho: LEAST_TRUSTED },
    trials: 1000,
    pair(random, broken) {
      const ledger = broken
        ? FORGETFUL
        : new MemoryLedger({ rules: [{ purpose: "traffic", subject: null, rho: 1e9 }] });
      const desk = new ReleaseDesk({ policy: POLICY, ledger, random });
      let run = 0;
      return onBoth((truth) => () => {
        const statistic = { steps: BigInt(truth), step: 1, sensitivity: 1 };
        run++;
        return ALIASES.map((alias) => {
          const answer = desk.tell(alias, KEY, `people ${run}`, statistic);
          if (!answer.told) throw new Error(answer.reason);
          return answer.release.value;
        });
      });
    },
  },
  {
    name: "tiers drawn apart",
    claim: { mu: Math.sqrt(2 * MOST_TRUSTED) },
    trials: 4000,
    pair(random, broken) {
      const budgets = [MOST_TRUSTED, 0.4, 0.3];
      const nesting = nestTiers(budgets, 1);
      return onBoth((truth) => () => {
        if (!broken) return valuesOf(nesting, truth, random);
        return budgets.map((_, k) => valuesOf(nesting, truth, random)[k] ?? 0);
      });
    },
  },
  {
    name: "stream that takes a unit of four slots for one of one",
    claim: { mu: 1, rho: 0.5 },
    trials: 600,
    pair(random, broken) {
      const options = {
        ...{ horizon: 12, rho: 0.5, lower: 0, upper: 1, sensitivity: 1, random },
        ...{ unit: "one hour of one camera", slotsPerUnit: broken ? 1 : 4 },
      };
      return onBoth((truth) => () => {
        const stream = new PrefixStream(options);
        return Array.from(
          { length: 12 },
          (_, slot) => stream.tell(slot, slot < 4 ? truth : 0, () => undefined).value,
        );
      });
    },
  },
  {
    name: "trust computed from the data",
    claim: { rho: LEAST_TRUSTED, mu: Math.sqrt(2 * LEAST_TRUSTED) },
    trials: 4000,
    pair(random, broken) {
      const nesting = nestTiers([MOST_TRUSTED, LEAST_TRUSTED], 1);
      return onBoth((truth) => () => {
        const tier = broken && truth === 1 ? 0 : 1;
        return valuesOf(nesting, truth, random)[tier] ?? 0;
      });
    },
  },
];
