/**
 * Signals of the body: variability beside published values, pulse from made-up video traces, and the arousal estimate on
 * people who were left out of everything that made it.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  ArousalTracker,
  heartRateVariability,
  type PulseMethod,
  timeDomain,
  videoPulse,
  welchSpectrum,
} from "@symbion/companion";
import {
  atLeast,
  atMost,
  percentile,
  plain,
  type Row,
  type RunOptions,
  sharedData,
} from "../../../bench/rows.ts";
import { AROUSAL_WEIGHTS } from "../src/cues/arousal-weights.ts";
import {
  areaUnderCurve,
  balancedAccuracy,
  bootstrap,
  CONFIGURATIONS,
  leaveOneOut,
  nearestNeighbours,
  readRecordings,
  type Scored,
  Windows,
} from "../src/node/cues/arousal-loso.ts";
import { skinTrace } from "../test/support/skin-trace.ts";

/** A prototype's logistic regression with five minutes of calibration, on all 34 subjects. */
const ANCHOR = { balanced: 0.626, area: 0.657 };
/** The same prototype on the 23 subjects that are here. */
const ANCHOR_HERE = { balanced: 0.65, area: 0.697 };
/** Ridge penalty with which the shipped weights were fitted. */
const SHIPPED_PENALTY = 30;

/** Rows of the part `cues`. */
export async function* cuesRows(options: RunOptions): AsyncGenerator<Row, void, void> {
  yield* variabilityRows(options);
  yield* pulseRows(options);
  yield* arousalRows(options);
}

function* variabilityRows(options: RunOptions): Generator<Row, void, void> {
  const folder = sharedData("people/hrv-pyhrv", options);
  if (folder !== null) {
    options.note("cues: variability beside pyhrv's published report");
    const long = numbers(join(folder, "SampleNNISeriesLong.npy"));
    const short = numbers(join(folder, "SampleNNISeriesShort.npy"));
    const time = timeDomain(long);
    // In the report's order; SDSD is the true one, of signed differences, which the report lacks.
    const published = [4684, 768.438, 78.99, 85.357, 60.523, 60.53, 1338, 28.571];
    const ours =
      time === null
        ? []
        : [
            time.count,
            time.meanMs,
            time.meanRate,
            time.sdnn,
            time.rmssd,
            time.sdsd,
            time.nn50,
            time.pnn50,
          ];
    const equal = published.filter((value, i) => value.toFixed(3) === ours[i]?.toFixed(3)).length;
    yield atLeast("HRV time domain: measures equal to three decimals of 8", equal, "", 8);
    const spectra = [
      {
        ours: welchSpectrum(long, { segmentSeconds: 75 }),
        theirs: [2050.7436, 2942.5372, 1648.0968],
      },
      { ours: welchSpectrum(short), theirs: [2660.7682, 1561.5567, 5337.0812] },
    ];
    const away = spectra.flatMap(({ ours: { vlf, lf, hf }, theirs }) =>
      [vlf, lf, hf].map((power, i) => 100 * Math.abs((power ?? 0) / (theirs[i] ?? 1) - 1)),
    );
    yield atMost("HRV spectrum: largest distance from published", Math.max(...away), "%", 5);
  }
  const beats = Array.from(
    { length: 330 },
    (_, i) => 900 + 40 * Math.sin(i / 2) + 20 * Math.sin(i),
  );
  const times = clock(options.quick ? 50 : 300, () => heartRateVariability(beats));
  yield plain("HRV of five minutes, all measures, p99", percentile(times, 0.99), "ms");
}

function* pulseRows(options: RunOptions): Generator<Row, void, void> {
  const runs = options.quick ? 60 : 240;
  options.note(`cues: pulse from ${runs} made-up traces per condition`);
  const rate = (i: number): number => 48 + (110 * i) / runs;
  const frames = (i: number): number => [12, 15, 24, 30, 60][i % 5] ?? 30;
  const seconds = (i: number): number => [12, 20, 30][i % 3] ?? 20;
  const conditions: readonly [PulseMethod, number, number][] = [
    ["pos", 0.2, 0],
    ["pos", 0.3, 0.03],
    ["pos", 0.6, 0.03],
    ["chrom", 0.2, 0],
    ["chrom", 0.3, 0.03],
  ];
  for (const [method, noise, motion] of conditions) {
    const errors: number[] = [];
    for (let i = 0; i < runs; i++) {
      const shape = { seed: i + 1, pulse: 0.01, noise, motion };
      const trace = skinTrace({
        ...shape,
        rate: rate(i),
        framesPerSecond: frames(i),
        seconds: seconds(i),
      });
      const { heartRate } = videoPulse(trace, { method });
      if (heartRate !== null) errors.push(Math.abs(heartRate - rate(i)));
    }
    // Green carries the pulse best: its amplitude over its noise, per frame.
    const decibels = 20 * Math.log10((110 * 0.77 * 0.01) / Math.SQRT2 / noise);
    const where = `${method.toUpperCase()}, ${decibels.toFixed(1)} dB per frame, light changes ${100 * motion} %`;
    yield plain(`${where}: answered`, (100 * errors.length) / runs, "%");
    if (errors.length > 0) {
      const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
      yield atMost(`${where}: mean error where answered`, mean, "bpm", 1);
      yield plain(`${where}: largest error where answered`, Math.max(...errors), "bpm");
    }
  }
  let answered = 0;
  const empty = 2 * runs;
  for (let i = 0; i < empty; i++) {
    const shape = { pulse: 0, noise: 0.5, motion: [0, 0.02, 0.1][i % 3] ?? 0 };
    const trace = skinTrace({
      ...shape,
      seed: 10_000 + i,
      rate: 60,
      framesPerSecond: frames(i),
      seconds: seconds(i),
    });
    if (videoPulse(trace).heartRate !== null) answered++;
  }
  yield atLeast(
    `no pulse at all: refused of ${empty}`,
    (100 * (empty - answered)) / empty,
    "%",
    99,
  );
  const trace = skinTrace({
    seed: 1,
    rate: 70,
    framesPerSecond: 30,
    seconds: 30,
    pulse: 0.01,
    noise: 0.3,
    motion: 0,
  });
  const times = clock(options.quick ? 20 : 100, () => videoPulse(trace));
  yield plain("pulse from 30 s of video, p99", percentile(times, 0.99), "ms");
}

function* arousalRows(options: RunOptions): Generator<Row, void, void> {
  const folder = sharedData("people/stress-predict", options);
  if (folder === null) return;
  const windows = new Windows(readRecordings(folder));
  const people = windows.of(0).length;
  const rounds = options.quick ? 200 : 2000;
  options.note(
    `cues: arousal, each of ${people} people left out, ${CONFIGURATIONS.length} configurations chosen from anew without each`,
  );
  const shipped = {
    halfLife: AROUSAL_WEIGHTS.halfLife,
    penalty: SHIPPED_PENALTY,
    newest: AROUSAL_WEIGHTS.newest,
  };
  const { scored, unknown } = leaveOneOut(windows);
  yield atLeast(
    `arousal, heart and skin, causal, ${people} people left out in turn: balanced accuracy`,
    balancedAccuracy(scored),
    "",
    0.66,
    ANCHOR.balanced,
  );
  yield* interval("balanced accuracy", scored, balancedAccuracy, rounds);
  yield atLeast("the same: area under the curve", areaUnderCurve(scored), "", 0.7, ANCHOR.area);
  yield* interval("area under the curve", scored, areaUnderCurve, rounds);
  yield plain(
    "recorded once, the anchor's prototype on these people: balanced accuracy",
    ANCHOR_HERE.balanced,
    "",
  );
  yield plain(
    "recorded once, the anchor's prototype on these people: area under the curve",
    ANCHOR_HERE.area,
    "",
  );
  yield plain("minutes that were labelled and answered", scored.length, "");
  yield plain("minutes that were labelled and not answered", unknown, "");
  const said = scored.filter(({ logit }) => logit >= Math.log(0.6 / 0.4));
  const right = said.filter(({ label }) => label === 1).length;
  yield plain('minutes called "higher"', (100 * said.length) / scored.length, "%");
  yield plain('minutes called "higher" that were tasks', (100 * right) / said.length, "%");
  yield plain("minutes that were tasks", (100 * tasks(scored)) / scored.length, "%");
  for (const signals of ["skin", "heart"] as const) {
    const alone = leaveOneOut(windows, signals, shipped).scored;
    yield plain(`arousal, ${signals} alone: balanced accuracy`, balancedAccuracy(alone), "");
    yield plain(`arousal, ${signals} alone: area under the curve`, areaUnderCurve(alone), "");
    yield* interval("area under the curve", alone, areaUnderCurve, rounds);
  }
  const fixed = leaveOneOut(windows, "both", { ...shipped, halfLife: 0 }).scored;
  yield plain(
    "baseline of the first five minutes only: area under the curve",
    areaUnderCurve(fixed),
    "",
  );
  const { leaky, apart, majority } = nearestNeighbours(windows.of(0));
  yield plain("WARNING, leaky: same people in training and test, accuracy", leaky, "");
  yield plain("the same nearest neighbours, people apart, accuracy", apart, "");
  yield plain('always saying "rest", accuracy', majority, "");
  const tracker = new ArousalTracker();
  for (let second = 0; second < 420; second++) {
    tracker.heart(second * 1000, 70 + (second % 7));
    for (let k = 0; k < 4; k++) tracker.skin(second * 1000 + 250 * k, 2 + 0.01 * (second % 11));
  }
  let now = 420_000;
  const times = clock(options.quick ? 50 : 400, () => {
    for (let second = 0; second < 30; second++, now += 1000) {
      tracker.heart(now, 70 + (second % 7));
      for (let k = 0; k < 4; k++) tracker.skin(now + 250 * k, 2 + 0.01 * (second % 11));
    }
    tracker.estimate(now);
  });
  yield plain(
    "thirty seconds of heart and skin with an estimate, p99",
    percentile(times, 0.99),
    "ms",
  );
}

function* interval(
  name: string,
  scored: readonly Scored[],
  figure: (scored: readonly Scored[]) => number,
  rounds: number,
): Generator<Row, void, void> {
  const [low, high] = bootstrap(scored, figure, rounds);
  yield plain(`  ${name}: 95 % over people, from`, low, "");
  yield plain(`  ${name}: 95 % over people, to`, high, "");
}

function tasks(scored: readonly Scored[]): number {
  return scored.filter(({ label }) => label === 1).length;
}

function clock(rounds: number, work: () => void): number[] {
  const times: number[] = [];
  for (let i = 0; i < rounds + 10; i++) {
    const from = performance.now();
    work();
    if (i >= 10) times.push(performance.now() - from);
  }
  return times;
}

/** A NumPy array of 64-bit whole numbers. */
function numbers(path: string): Float64Array {
  const bytes = readFileSync(path);
  const from = 10 + bytes.readUInt16LE(8);
  const count = (bytes.length - from) / 8;
  return Float64Array.from({ length: count }, (_, i) => Number(bytes.readBigInt64LE(from + 8 * i)));
}
