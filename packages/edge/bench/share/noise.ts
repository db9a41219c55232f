/**
 * Exact noise measured: samples per second of CPU time beside the same law drawn by rejection with fractions, and the error of a
 * stream's running sums. The first round warms up; then the candidates take turns, and the median counts.
 */

import {
  discreteGaussian,
  GaussianSampler,
  LaplaceSampler,
  PrefixStream,
  RandomisedResponse,
  type Strategy,
  streamError,
  systemRandom,
} from "@symbion/privacy";
import { atMost, plain } from "../../../../bench/rows.ts";
import type { BenchOptions, BenchRow } from "../../src/cli/bench.ts";

/** Samples per second that are aimed at, on one core. */
const GOAL = 1e6;
/** Of a published exact library, on its authors' machine. */
const ANCHOR = 30_000;
const SIGMAS: readonly number[] = [1, 10, 100, 1e4, 1e6];

/** Rows of the part `noise`. */
export async function* noiseRows(options: BenchOptions): AsyncGenerator<BenchRow, void, void> {
  yield* gaussianRows(options);
  yield* otherRows(options);
  yield* streamRows(options);
}

async function* gaussianRows(options: BenchOptions): AsyncGenerator<BenchRow, void, void> {
  options.note(`noise: discrete Gaussian at sigma ${SIGMAS.join(", ")}`);
  const out = new Float64Array(options.quick ? 100_000 : 400_000);
  const few = options.quick ? 2000 : 8000;
  for (const sigma of SIGMAS) {
    const variance = BigInt(sigma) ** 2n;
    const sampler = new GaussianSampler(variance);
    const [ours, fractions] = rates(options, [
      [out.length, () => sampler.fill(systemRandom, out)],
      [
        few,
        () => {
          for (let i = 0; i < few; i++) discreteGaussian(variance, 1n, systemRandom);
        },
      ],
    ]);
    if (ours === undefined || fractions === undefined) continue;
    yield {
      name: `discrete Gaussian, sigma ${sigma}`,
      value: ours,
      unit: "samples/s",
      peer: fractions,
      ratio: ours / fractions,
      goal: `>= ${GOAL}; a published exact library: about ${ANCHOR}`,
      met: ours >= GOAL,
    };
  }
  const setups = options.quick ? 5 : 20;
  const [made] = rates(options, [
    [
      setups,
      () => {
        for (let i = 0; i < setups; i++) {
          new GaussianSampler(10n ** 8n).fill(systemRandom, out.subarray(0, 1));
        }
      },
    ],
  ]);
  if (made !== undefined) yield plain("largest table made in", 1000 / made, "ms");
}

async function* otherRows(options: BenchOptions): AsyncGenerator<BenchRow, void, void> {
  const out = new Float64Array(options.quick ? 100_000 : 400_000);
  const laplace = new LaplaceSampler(10n);
  const response = new RandomisedResponse(16, 1n);
  const [noise, answers] = rates(options, [
    [out.length, () => laplace.fill(systemRandom, out)],
    [
      out.length,
      () => {
        for (let i = 0; i < out.length; i++) out[i] = response.tell(3, systemRandom);
      },
    ],
  ]);
  yield plain("discrete Laplace, scale 10", noise ?? Number.NaN, "samples/s");
  yield plain("randomised response, 16 answers", answers ?? Number.NaN, "answers/s");
}

async function* streamRows(options: BenchOptions): AsyncGenerator<BenchRow, void, void> {
  const horizons = [
    [1440, 3.5],
    [10_080, 4.1],
  ] as const;
  for (const [horizon, goal] of horizons) {
    const error = (strategy: Strategy): number => streamError(strategy, horizon).max;
    const ours = error("square-root");
    const tree = error("tree");
    yield {
      ...atMost(`stream of ${horizon} slots: largest error`, ours, "noise units", goal),
      peer: tree,
      ratio: tree / ours,
    };
    yield plain(`stream of ${horizon} slots: binary tree`, tree, "noise units");
    yield plain(`stream of ${horizon} slots: independent`, error("independent"), "noise units");
  }
  const runs = options.quick ? 20 : 100;
  options.note(`noise: ${runs} streams of 1440 slots`);
  let square = 0;
  for (let run = 0; run < runs; run++) {
    const stream = streamOf("square-root");
    let release = stream.tell(0, 1, () => undefined);
    for (let t = 1; t < 1440; t++) release = stream.tell(t, t % 7, () => undefined);
    const truth = 1 + Array.from({ length: 1440 }, (_, t) => t % 7).reduce((a, b) => a + b, 0);
    square += (release.value - truth) ** 2 / runs;
  }
  yield plain(`stream: error measured after slot 1440, ${runs} runs`, Math.sqrt(square), "steps");
  for (const strategy of ["square-root", "tree"] as const) {
    const [rate] = rates(options, [
      [
        1440,
        () => {
          const stream = streamOf(strategy);
          for (let t = 0; t < 1440; t++) stream.tell(t, 3, () => undefined);
        },
      ],
    ]);
    yield plain(`stream of 1440 slots, ${strategy}`, rate ?? Number.NaN, "slots/s");
  }
}

/** A stream at rho 1/2 and sensitivity 1: its noise unit is 1 step. */
function streamOf(strategy: Strategy): PrefixStream {
  const bounds = { lower: 0, upper: 10, sensitivity: 1, unit: "one event in one minute" };
  return new PrefixStream({ strategy, horizon: 1440, rho: 0.5, ...bounds });
}

/** Median rates per second of CPU time; each candidate says how many pieces of work a call does. */
function rates(
  options: BenchOptions,
  candidates: readonly (readonly [number, () => void])[],
): number[] {
  const runs = options.quick ? 1 : 5;
  const found = candidates.map((): number[] => []);
  for (let round = 0; round <= runs; round++) {
    candidates.forEach(([pieces, work], k) => {
      const start = process.cpuUsage();
      work();
      const { user, system } = process.cpuUsage(start);
      if (round > 0) found[k]?.push((1e6 * pieces) / (user + system));
    });
  }
  return found.map((one) => one.sort((a, b) => a - b)[Math.floor(one.length / 2)] ?? Number.NaN);
}
