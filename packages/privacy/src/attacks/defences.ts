/**
 * What is attacked: releases of some true numbers to some recipients, in the ways that differ in who learns what when
 * recipients put their answers together.
 */

import type { Embedding } from "../embedding/embedding.ts";
import { PrivacyError } from "../errors.ts";
import type { RandomSource } from "../random/source.ts";
import { GaussianSampler } from "../sampling/gaussian.ts";
import { drawTiers, type Nesting, nestTiers } from "../tiers/nesting.ts";

/** A way to answer. Everything in it but the truth is known to an informed attacker. */
export type Defence = {
  /** In a few words, as tables show it. */
  readonly name: string;
  /**
   * One world: the answers to some recipients, each a list of numbers. Another call is another world with its own noise.
   * @param truth - True values, in whole steps.
   * @param asks - Tier of each recipient that asks, by index, 0 the most trusted; one that asks twice is there twice.
   */
  readonly answer: (truth: readonly bigint[], asks: readonly number[]) => number[][];
  /** Covariance between the noise of two asks, in steps squared: the public rule, alike for each number. */
  readonly covariance: (asks: readonly number[], i: number, j: number) => number;
  /** The public map from (noisy) values, in steps, to what recipients see. */
  readonly encode: (values: readonly number[]) => readonly number[];
  /** Its inverse. */
  readonly decode: (seen: readonly number[]) => readonly number[];
};

/** What the defences with noise need. */
export type NoiseOptions = {
  /** Rho of each tier, the most trusted first. */
  readonly budgets: readonly number[];
  /** Most that one unit changes the truth, in steps, L2 over all numbers; whole. */
  readonly sensitivity: number;
  /** Numbers of one release. */
  readonly coordinates: number;
  /** For the noise: repeatable in experiments, the system's for anything that is told. */
  readonly random: RandomSource;
};

const itself = (values: readonly number[]): readonly number[] => values;

/** No defence: the truth, to everybody. */
export function rawDefence(): Defence {
  return {
    name: "raw",
    answer: (truth, asks) => asks.map(() => truth.map(Number)),
    covariance: () => 0,
    encode: itself,
    decode: itself,
  };
}

/** What most libraries do: fresh noise for every recipient and every ask, by the tier's budget. */
export function independentDefence(options: NoiseOptions): Defence {
  const { random } = options;
  const nesting = nestingOf(options);
  const fine = Number(nesting.refinement);
  const samplers = nesting.tiers.map(({ variance }) => new GaussianSampler(variance, 1n));
  return {
    name: "independent noise",
    answer: (truth, asks) =>
      asks.map((tier) =>
        truth.map((value) => {
          const noise = samplers[tier].next(random);
          return Number(value * nesting.refinement + noise) / fine;
        }),
      ),
    covariance: (asks, i, j) => (i === j ? varianceOf(nesting, asks[i]) : 0),
    encode: itself,
    decode: itself,
  };
}

/** Nested tiers: one draw for all recipients, remembered. */
export function nestedDefence(options: NoiseOptions): Defence {
  const { random } = options;
  const nesting = nestingOf(options);
  const fine = Number(nesting.refinement);
  return {
    name: "nested tiers",
    answer: (truth, asks) => {
      const drawn = truth.map((value) => drawTiers(nesting, value, random));
      return asks.map((tier) => drawn.map((values) => Number(values[tier]) / fine));
    },
    covariance: (asks, i, j) =>
      Math.min(varianceOf(nesting, asks[i]), varianceOf(nesting, asks[j])),
    encode: itself,
    decode: itself,
  };
}

/** Another defence's answers, lifted. */
export function embeddedDefence(inner: Defence, embedding: Embedding): Defence {
  return {
    name: `${inner.name} + embedding`,
    answer: (truth, asks) => inner.answer(truth, asks).map((values) => embedding.lift(values)),
    covariance: inner.covariance,
    encode: (values) => embedding.lift(inner.encode(values)),
    decode: (seen) => inner.decode(embedding.invert(seen).values),
  };
}

function nestingOf({ budgets, sensitivity, coordinates }: NoiseOptions): Nesting {
  return nestTiers(budgets, sensitivity, coordinates);
}

function varianceOf(nesting: Nesting, tier: number): number {
  const known = nesting.tiers[tier];
  if (known === undefined) {
    throw new PrivacyError(`asks: expected tiers below ${nesting.tiers.length}, got ${tier}`);
  }
  return Number(known.variance) / Number(nesting.refinement) ** 2;
}
