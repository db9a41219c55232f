import { MemoryLedger, type RandomSource, type TierPolicy } from "../../src/index.ts";

/** Repeatable words (xorshift128 of Marsaglia, seeded by SplitMix32): for tests only, anybody can predict them. */
export function seededRandom(seed: number): RandomSource {
  let mix = seed >>> 0;
  const start = (): number => {
    mix = (mix + 0x9e3779b9) >>> 0;
    let z = mix;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  };
  let [a, b, c, d] = [start(), start(), start(), start() | 1];
  return {
    uint32() {
      const t = a ^ (a << 11);
      a = b;
      b = c;
      c = d;
      d = d ^ (d >>> 19) ^ t ^ (t >>> 8);
      return d >>> 0;
    },
  };
}

/** The budgets of the four tiers in the tables: rho .5, .125, .02 and .005. */
export const BUDGETS: readonly number[] = [0.5, 0.125, 0.02, 0.005];

/** A policy whose tiers have budgets near {@link BUDGETS}. */
export const POLICY: TierPolicy = {
  version: 3,
  rhoMax: 0.5,
  rhoMin: 0.005,
  tiers: [
    { name: "owner", inverseTrust: 0 },
    { name: "family", inverseTrust: 0.3 },
    { name: "utility", inverseTrust: 0.7 },
    { name: "public", inverseTrust: 1 },
  ],
  recipients: {
    phone: "owner",
    tablet: "family",
    grid: "utility",
    press: "public",
    blog: "public",
  },
};

/** A ledger with one budget, rho, for each subject and window of the purpose "traffic". */
export function ledgerOf(rho: number): MemoryLedger {
  return new MemoryLedger({ rules: [{ purpose: "traffic", subject: null, rho }] });
}

/** An entry that is there. */
export function at<Entry>(list: readonly Entry[], index: number): Entry {
  const entry = list[index];
  if (entry === undefined) throw new RangeError(`expected entry ${index} of ${list.length}`);
  return entry;
}
