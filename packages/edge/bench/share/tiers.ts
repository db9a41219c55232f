/**
 * Trust tiers measured: what colluding recipients learn, what attacks reach beside what a theorem allows them, what an audit
 * proves and catches, and what a release costs. Naive and informed attackers, several seeds, 95 % intervals.
 */

import {
  accusations,
  auditRelease,
  createEmbedding,
  type Defence,
  discreteGaussianAdvantage,
  drawTiers,
  embeddedDefence,
  estimationAttack,
  gaussianAdvantage,
  gridTells,
  independentDefence,
  linkageAttack,
  type Measured,
  MemoryLedger,
  membershipAttack,
  type NoiseOptions,
  nestedDefence,
  nestTiers,
  precisionAttack,
  type RandomSource,
  ReleaseDesk,
  rawDefence,
  reconstructionAttack,
  systemRandom,
  type TierPolicy,
  textbookLaplaceTells,
  zcdpEpsilon,
} from "@symbion/privacy";
import { goal, none, plain } from "../../../../bench/rows.ts";
import { TWINS } from "../../../privacy/bench/twins.ts";
import type { BenchOptions, BenchRow } from "../../src/cli/bench.ts";

/** Budgets of the four tiers of the tables. */
const BUDGETS: readonly number[] = [0.5, 0.125, 0.02, 0.005];
const LOWEST = 3;
const CONFIDENCE = 0.95;
const COLLUSION_DELTA = 1e-6;
/** The one figure that the paper on trust-adaptive privacy publishes: by how much an attack succeeds less, in percent. */
const PUBLISHED_GAIN = 3.1;

/** Rows of the part `tiers`. */
export async function* tiersRows(options: BenchOptions): AsyncGenerator<BenchRow, void, void> {
  const seeds = options.quick ? 2 : 5;
  const trials = options.quick ? 4000 : 20_000;
  yield* collusionRows(options, seeds, trials);
  yield* membershipRows(options, seeds, trials);
  yield* linkageRows(options, seeds, options.quick ? 300 : 1000);
  yield* reconstructionRows(options, seeds);
  yield* precisionRows(trials);
  yield* auditRows(options, seeds);
  yield* costRows(options);
  yield timingRow();
}

/** What every recipient together learns, as the budget of one release that would tell as much. */
async function* collusionRows(
  options: BenchOptions,
  seeds: number,
  trials: number,
): AsyncGenerator<BenchRow, void, void> {
  options.note(`tiers: collusion, ${seeds} seeds of ${trials} releases each`);
  const thirty = Array.from({ length: 30 }, () => LOWEST);
  for (const [who, asks, best] of [
    ["all four tiers", [0, 1, 2, 3], 0],
    ["tiers 2 to 4", [1, 2, 3], 1],
    ["lowest tier, 30 names", thirty, LOWEST],
  ] as const) {
    const learned = (make: (noise: NoiseOptions) => Defence): Measured => {
      const errors = overSeeds(seeds, (random) =>
        estimationAttack(make(noise(random)), [0n], {
          attacker: "informed",
          asks,
          trials,
          confidence: CONFIDENCE,
        }),
      );
      // The budget of Gaussian noise with this mean squared error, at sensitivity 1.
      const rho = (error: number): number => 1 / (2 * error);
      return { value: rho(errors.value), least: rho(errors.most), most: rho(errors.least) };
    };
    const nested = learned(nestedDefence);
    const apart = learned(independentDefence);
    const most = BUDGETS[best] ?? 0;
    yield {
      name: `collusion, ${who}: epsilon at delta 1e-6`,
      value: zcdpEpsilon(nested.value, COLLUSION_DELTA),
      unit: "epsilon",
      peer: zcdpEpsilon(apart.value, COLLUSION_DELTA),
      goal: null,
      met: null,
    };
    yield {
      name: `collusion, ${who}: rho learned`,
      value: nested.value,
      unit: "rho",
      peer: apart.value,
      ratio: apart.value / nested.value,
      goal: `<= ${most}, the best tier's; measured ${interval(nested)}`,
      met: nested.least <= most,
    };
  }
}

function noise(random: RandomSource): NoiseOptions {
  return { budgets: BUDGETS, sensitivity: 1, coordinates: 1, random };
}

/** Is the canary in? Success in percent with even odds; 50 is a coin's. */
async function* membershipRows(
  options: BenchOptions,
  seeds: number,
  trials: number,
): AsyncGenerator<BenchRow, void, void> {
  options.note(`tiers: membership by likelihood ratio, ${seeds} seeds of ${2 * trials} releases`);
  const lift = createEmbedding({ dimension: 1, target: 3, seed: 1 });
  const thirty = Array.from({ length: 30 }, () => LOWEST);
  const defences: readonly ((random: RandomSource) => Defence)[] = [
    () => rawDefence(),
    (random) => independentDefence(noise(random)),
    (random) => nestedDefence(noise(random)),
    (random) => embeddedDefence(nestedDefence(noise(random)), lift),
  ];
  for (const [who, asks, best] of [
    ["lowest tier", [LOWEST], LOWEST],
    ["lowest tier, 30 names", thirty, LOWEST],
    ["all four tiers", [0, 1, 2, 3], 0],
  ] as const) {
    const allowed = 50 * (1 + bestAdvantage(best));
    for (const make of defences) {
      const name = make(systemRandom).name;
      for (const attacker of ["naive", "informed"] as const) {
        const found = overSeeds(
          seeds,
          (random) =>
            membershipAttack(make(random), [41n], [42n], {
              attacker,
              asks,
              trials,
              confidence: CONFIDENCE,
            }).success,
        );
        const bounded = name.startsWith("nested");
        yield row(
          `membership, ${who}, ${name}, ${attacker}`,
          100 * found.value,
          "%",
          bounded
            ? `<= ${allowed.toFixed(2)}, the theorem's; measured ${interval(found, 100)}`
            : null,
          bounded ? 100 * found.least <= allowed : null,
        );
        if (bounded && attacker === "informed" && name === "nested tiers") {
          yield goal(
            `membership, ${who}, ${name}: success less than against raw`,
            100 * (1 - found.value),
            "%",
            `> ${PUBLISHED_GAIN}, the paper's best, measured on unpublished settings`,
            100 * (1 - found.most) > PUBLISHED_GAIN,
          );
        }
      }
    }
  }
}

/** Exact greatest advantage against the best of the colluding tiers. */
function bestAdvantage(tier: number): number {
  const nesting = nestTiers(BUDGETS, 1);
  const best = nesting.tiers[tier];
  if (best === undefined) throw new RangeError(`expected one of four tiers, got ${tier}`);
  return discreteGaussianAdvantage(Number(best.variance), Number(nesting.refinement), best.eta);
}

/** Whose record is it? A thousand people on a curved surface in sixteen dimensions, one local release each. */
async function* linkageRows(
  options: BenchOptions,
  seeds: number,
  count: number,
): AsyncGenerator<BenchRow, void, void> {
  options.note(`tiers: linkage of ${count} people, ${seeds} seeds`);
  const unit = 10_000;
  const dimension = 16;
  const embedding = createEmbedding({ dimension, target: 48, seed: 2, scale: unit });
  // rho of analytic Gaussian noise for these epsilons at delta 1e-5.
  const budgetsOf = {
    "epsilon 10": 2.0,
    "epsilon 20": 5.944,
    "epsilon 40": 16.35,
    "epsilon 80": 41.82,
  };
  const people = peopleOnASurface(count, dimension, unit);
  const attack = (make: (random: RandomSource) => Defence, attacker: "naive" | "informed") =>
    overSeeds(seeds, (random) =>
      linkageAttack(make(random), people, { attacker, asks: [0], confidence: CONFIDENCE }),
    );
  const raw = attack(() => embeddedDefence(rawDefence(), embedding), "naive");
  yield plain("linkage, raw + embedding, naive", 100 * raw.value, "%");
  for (const [name, rho] of Object.entries(budgetsOf)) {
    // Two people of the unit ball are up to two units apart.
    const nested = (random: RandomSource): Defence =>
      nestedDefence({ budgets: [rho], sensitivity: 2 * unit, coordinates: dimension, random });
    const lifted = (random: RandomSource): Defence => embeddedDefence(nested(random), embedding);
    const plainly = attack(nested, "naive");
    const naive = attack(lifted, "naive");
    const informed = attack(lifted, "informed");
    yield plain(`linkage, ${name}, no embedding`, 100 * plainly.value, "%");
    yield row(
      `linkage, ${name}, embedding, naive`,
      100 * naive.value,
      "%",
      null,
      null,
      100 * plainly.value,
    );
    yield {
      ...row(`linkage, ${name}, embedding, informed`, 100 * informed.value, "%", null, null),
      peer: 100 * plainly.value,
      ratio: 1,
      goal: "as without: epsilon credit 0",
      met: informed.value === plainly.value,
    };
  }
}

function peopleOnASurface(count: number, dimension: number, unit: number): bigint[][] {
  const random = repeatable(77);
  const side = (): number => random.uint32() / 2 ** 31 - 1;
  return Array.from({ length: count }, () => {
    const t = [side(), side(), side()] as const;
    const point = Array.from({ length: dimension }, (_, k) => {
      const [a, b] = [t[k % 3] ?? 0, t[(k + 1) % 3] ?? 0];
      return 0.5 * Math.sin((k + 1) * 0.7 * a + 1.3 * b + k);
    });
    const length = Math.max(1, Math.hypot(...point));
    return point.map((value) => BigInt(Math.round((unit * value) / length)));
  });
}

/** Secret bits behind many counts. */
async function* reconstructionRows(
  options: BenchOptions,
  seeds: number,
): AsyncGenerator<BenchRow, void, void> {
  options.note(`tiers: reconstruction of 64 bits from 256 counts, ${seeds} seeds`);
  const [bits, counts] = [64, 256];
  const trials = options.quick ? 4 : 10;
  // A bit is in at most all counts: together they move by at most sqrt(256).
  const nested =
    (rho: number, sensitivity: number, coordinates: number) =>
    (random: RandomSource): Defence =>
      nestedDefence({ budgets: [rho], sensitivity, coordinates, random });
  // At rho .005 per count a ledger of .125 refuses the 26th.
  const answered = 25;
  const cases: readonly {
    readonly name: string;
    readonly make: (random: RandomSource) => Defence;
    readonly counts: number;
    /** Rho of all counts together; null: nobody added it up. */
    readonly rho: number | null;
  }[] = [
    { name: "raw", make: () => rawDefence(), counts, rho: null },
    { name: "rho .125 per count, no ledger", make: nested(0.125, 1, counts), counts, rho: null },
    { name: "rho .125 for all counts", make: nested(0.125, 16, counts), counts, rho: 0.125 },
    { name: "rho .005 for all counts", make: nested(0.005, 16, counts), counts, rho: 0.005 },
    {
      name: "rho .005 per count, ledger of .125",
      make: nested(0.005, 1, answered),
      counts: answered,
      rho: 0.125,
    },
  ];
  for (const { name, make, counts, rho } of cases) {
    const found = overSeeds(seeds, (random) =>
      reconstructionAttack(make(random), {
        attacker: "informed",
        asks: [0],
        trials,
        bits,
        counts,
        random,
        confidence: CONFIDENCE,
      }),
    );
    const most = rho === null ? null : 50 * (1 + gaussianAdvantage(Math.sqrt(2 * rho)));
    const words = `<= ${most?.toFixed(2)}, the theorem's; measured ${interval(found, 100)}`;
    yield row(
      `reconstruction, ${name}: bits found`,
      100 * found.value,
      "%",
      most === null ? null : words,
      most === null ? null : 100 * found.least <= most,
    );
  }
}

/** Releases whose last bits alone give the truth away. */
async function* precisionRows(trials: number): AsyncGenerator<BenchRow, void, void> {
  const random = repeatable(5);
  const textbook = (): number => {
    const bits = (random.uint32() >>> 5) * 2 ** 26 + (random.uint32() >>> 6);
    const v = bits / 2 ** 53 - 0.5;
    return 1 - 10 * Math.sign(v) * Math.log(1 - 2 * Math.abs(v));
  };
  const broken = precisionAttack(textbook, { possible: textbookLaplaceTells(0, 10), trials });
  const nesting = nestTiers(BUDGETS, 1);
  const fine = Number(nesting.refinement);
  const ours = precisionAttack(() => Number(drawTiers(nesting, 1n, random)[LOWEST]) / fine, {
    possible: gridTells(1 / fine),
    trials,
  });
  yield {
    name: "precision: releases that prove the truth",
    value: 100 * ours.value,
    unit: "%",
    peer: 100 * broken.value,
    goal: "0; peer: textbook Laplace in doubles",
    met: ours.value === 0,
  };
}

/** What an audit proves of honest releases, and whether it catches every planted fault. */
async function* auditRows(
  options: BenchOptions,
  seeds: number,
): AsyncGenerator<BenchRow, void, void> {
  const repetitions = options.quick ? seeds : 4 * seeds;
  options.note(`tiers: audit of ${TWINS.length} broken twins, ${repetitions} times each`);
  const [first] = TWINS;
  if (first === undefined) throw new RangeError("expected twins, got none");
  for (const trials of options.quick ? [2000, 20_000] : [2000, 20_000, 200_000]) {
    const [honest, halved] = [false, true].map((broken) => {
      const [draw0, draw1] = first.pair(repeatable(trials), broken);
      return auditRelease(draw0, draw1, { trials }).mu.bound;
    });
    yield goal(
      `audit, ${trials} runs: honest mu = 1 is at least`,
      honest ?? Number.NaN,
      "mu",
      "<= 1",
      (honest ?? 2) <= 1,
    );
    yield plain(`audit, ${trials} runs: scale halved, mu = 2 is at least`, halved ?? 0, "mu");
  }
  const coin = TWINS.find(({ claim }) => claim.epsilon === 1);
  const pair = coin?.pair(repeatable(1), false);
  if (pair !== undefined) {
    const { epsilon } = auditRelease(...pair, { trials: 40_000 });
    yield goal(
      "audit, 40000 runs: honest epsilon = 1 is at least",
      epsilon.bound,
      "epsilon",
      "<= 1",
      epsilon.bound <= 1,
    );
  }
  let missed = 0;
  let slandered = 0;
  for (const twin of TWINS) {
    const { trials, scores = [] } = twin;
    for (let seed = 0; seed < repetitions; seed++) {
      for (const broken of [false, true]) {
        const [draw0, draw1] = twin.pair(repeatable(7000 + 2 * seed + Number(broken)), broken);
        const found = accusations(auditRelease(draw0, draw1, { trials, scores }), twin.claim);
        if (broken && found.length === 0) missed++;
        if (!broken && found.length > 0) slandered++;
      }
    }
  }
  yield none(`audit: planted faults missed, of ${TWINS.length * repetitions}`, missed);
  yield none(`audit: honest releases accused, of ${TWINS.length * repetitions}`, slandered);
}

/** CPU time of one release, by the system's generator. */
async function* costRows(options: BenchOptions): AsyncGenerator<BenchRow, void, void> {
  const runs = options.quick ? 1 : 5;
  const count = 20_000;
  const nesting = nestTiers(BUDGETS, 1);
  const policy: TierPolicy = {
    version: 1,
    rhoMax: 0.5,
    rhoMin: 0.005,
    tiers: [0, 0.3, 0.7, 1].map((inverseTrust, i) => ({ name: `tier ${i + 1}`, inverseTrust })),
    recipients: { best: "tier 1", worst: "tier 4" },
  };
  const key = { subject: "yard", purpose: "traffic", window: "2026-11-23" };
  const statistic = { steps: 41n, step: 1, sensitivity: 1 };
  const embedding = createEmbedding({ dimension: 16, target: 48, seed: 2 });
  const values = Array.from({ length: 16 }, (_, i) => i / 3);
  const lifted = embedding.lift(values);
  const deskOf = (): ReleaseDesk =>
    new ReleaseDesk({
      policy,
      ledger: new MemoryLedger({ rules: [{ purpose: "traffic", subject: null, rho: 1e9 }] }),
    });
  let desk = deskOf();
  const work: readonly (readonly [string, (i: number) => unknown])[] = [
    ["draw of all four tiers", () => drawTiers(nesting, 41n, systemRandom)],
    ["first answer of a statistic", (i) => desk.tell("best", key, `people ${i}`, statistic)],
    ["repeated answer", (i) => desk.tell("worst", key, `people ${i}`, statistic)],
    ["lift from 16 to 48 numbers", () => embedding.lift(values)],
    ["inverse of the lift", () => embedding.invert(lifted)],
  ];
  const times = work.map((): number[] => []);
  // The first round warms up; then the candidates take turns.
  for (let round = 0; round <= runs; round++) {
    desk = deskOf();
    work.forEach(([, run], k) => {
      const start = process.cpuUsage();
      for (let i = 0; i < count; i++) run(i);
      const { user, system } = process.cpuUsage(start);
      if (round > 0) times[k]?.push((user + system) / count);
    });
  }
  for (const [k, [name]] of work.entries()) {
    const sorted = [...(times[k] ?? [])].sort((a, b) => a - b);
    yield plain(`cost: ${name}`, sorted[Math.floor(sorted.length / 2)] ?? Number.NaN, "us");
  }
}

/**
 * Whether the time that a draw takes tells how large its noise is, as a correlation. It does a little: answers must leave on a clock
 * tick, not when they are ready.
 */
function timingRow(): BenchRow {
  const nesting = nestTiers(BUDGETS, 1);
  const draws = Array.from({ length: 40_000 }, () => {
    const start = process.hrtime.bigint();
    const noise = Number(drawTiers(nesting, 0n, systemRandom)[0]);
    return { noise: Math.abs(noise), time: Number(process.hrtime.bigint() - start) };
  }).slice(20_000);
  // Pauses of the machine would drown what is looked for.
  const times = draws.map(({ time }) => time).sort((a, b) => a - b);
  const longest = times[Math.floor(0.99 * times.length)] ?? 0;
  const kept = draws.filter(({ time }) => time <= longest);
  const mean = (of: (draw: { noise: number; time: number }) => number): number =>
    kept.reduce((sum, draw) => sum + of(draw), 0) / kept.length;
  const [noise, time] = [mean((draw) => draw.noise), mean((draw) => draw.time)];
  const both = mean((draw) => (draw.noise - noise) * (draw.time - time));
  const spread = Math.sqrt(
    mean((draw) => (draw.noise - noise) ** 2) * mean((draw) => (draw.time - time) ** 2),
  );
  return plain("timing: correlation of a draw's time and its noise", both / spread, "");
}

/** Mean over seeds, with the mean of the intervals narrowed as independent runs narrow them. */
function overSeeds(seeds: number, measure: (random: RandomSource) => Measured): Measured {
  const all = Array.from({ length: seeds }, (_, seed) => measure(repeatable(100 + seed)));
  const mean = (of: (one: Measured) => number): number =>
    all.reduce((sum, one) => sum + of(one), 0) / seeds;
  const value = mean((one) => one.value);
  const narrower = Math.sqrt(seeds);
  return {
    value,
    least: value - mean((one) => one.value - one.least) / narrower,
    most: value + mean((one) => one.most - one.value) / narrower,
  };
}

function row(
  name: string,
  value: number,
  unit: string,
  words: string | null,
  met: boolean | null,
  peer?: number,
): BenchRow {
  const beside = peer === undefined ? {} : { peer, ratio: peer / value };
  return { name, value, unit, ...beside, goal: words, met };
}

function interval({ least, most }: Measured, times = 1): string {
  return `${Number((times * least).toPrecision(4))} to ${Number((times * most).toPrecision(4))}`;
}

/** Words that are the same in every run (xorshift128, seeded by SplitMix32); never for a real release. */
function repeatable(seed: number): RandomSource {
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
