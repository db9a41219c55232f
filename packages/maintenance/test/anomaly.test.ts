import { readFileSync } from "node:fs";
import { type Executor, Random } from "@symbion/neural";
import { openNodeExecutor } from "@symbion/neural/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packParts } from "../src/container.ts";
import { packDetector, unpackDetector } from "../src/detection/bytes.ts";
import { deviate, distanceOf } from "../src/detection/chi-square.ts";
import { averagePath, ForestDetector } from "../src/detection/forest.ts";
import {
  type AnomalyDetector,
  CalibratedDetector,
  calibrate,
  calibrateRuns,
  Debounce,
  DetectionError,
  debounced,
  decodeDetector,
  fitAutoencoder,
  fitForest,
  fitPrincipal,
  MachineWatch,
  type SensorRows,
} from "../src/index.ts";
import {
  at,
  changed,
  flip,
  healthyRows,
  rowsOf,
  SENSORS,
  shuffled,
  withSilent,
} from "./support/anomalies.ts";

const golden = JSON.parse(
  readFileSync(new URL("./golden/anomaly.json", import.meta.url), "utf8"),
) as {
  readonly healthy: number[][];
  readonly asked: number[][];
  readonly average: [number, number][];
  readonly trees: Record<"left" | "right" | "column" | "threshold" | "rows", number[]>[];
  readonly treeScores: number[];
  readonly forestScores: number[];
  readonly mahalanobis: number[];
  readonly deviates: [number, number, number][];
};

const table = healthyRows(12, 100, 1);
const fresh = healthyRows(30, 100, 2);
let executor: Executor;
beforeAll(async () => {
  executor = await openNodeExecutor();
});
afterAll(() => executor.dispose());

const KINDS: readonly (readonly [string, (x: SensorRows) => Promise<AnomalyDetector>])[] = [
  ["principal", async (x) => fitPrincipal(x)],
  ["forest", async (x) => fitForest(x)],
  ["autoencoder", (x) => fitAutoencoder(executor, x, { window: 6, hidden: 6, lessons: 12_000 })],
];

function tableOf(rows: readonly (readonly number[])[]): SensorRows {
  const columns = at(rows, 0).length;
  return {
    rows: rows.length,
    names: Array.from({ length: columns }, (_, c) => `c${c}`),
    data: Float32Array.from({ length: columns * rows.length }, (_, k) => {
      return at(at(rows, k % rows.length), Math.floor(k / rows.length));
    }),
  };
}

function ranks(list: readonly number[]): number[] {
  const order = [...list.keys()].sort((a, b) => at(list, a) - at(list, b));
  const out = new Array<number>(list.length);
  order.forEach((i, rank) => {
    out[i] = rank;
  });
  return out;
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (list: readonly number[]) => list.reduce((s, v) => s + v, 0) / list.length;
  const [ma, mb] = [mean(a), mean(b)];
  const sum = (f: (i: number) => number) => a.reduce((s, _, i) => s + f(i), 0);
  const ab = sum((i) => (at(a, i) - ma) * (at(b, i) - mb));
  return ab / Math.sqrt(sum((i) => (at(a, i) - ma) ** 2) * sum((i) => (at(b, i) - mb) ** 2));
}

function mean(list: Float64Array): number {
  const known = list.filter((value) => !Number.isNaN(value));
  return known.reduce((a, b) => a + b, 0) / known.length;
}

/** Lists of scores, one per run. */
function byRun(scores: Float64Array, { starts = [] }: SensorRows): Float64Array[] {
  return Array.from({ length: starts.length - 1 }, (_, r) =>
    scores.slice(starts[r], starts[r + 1]),
  );
}

describe("oracles", () => {
  it("Wilson and Hilferty's deviate is near the exact one, and its inverse is exact", () => {
    for (const [value, freedom, exact] of golden.deviates) {
      // The approximation's own error grows far out in the tail of few degrees of freedom.
      expect(Math.abs(deviate(value, freedom) - exact)).toBeLessThan(0.03 + 0.03 * exact ** 2);
      const distance = Math.sqrt(value / freedom);
      expect(distanceOf(deviate(value, freedom), freedom)).toBeCloseTo(distance, 10);
    }
  });

  it("T² and residual together are the Mahalanobis distance", () => {
    const detector = fitPrincipal(tableOf(golden.healthy));
    golden.asked.forEach((row, i) => {
      const found = detector.statistics(Float32Array.from(row));
      const whole = (found?.common ?? 0) + (found?.residual ?? 0);
      expect(Math.abs(whole / at(golden.mahalanobis, i) - 1)).toBeLessThan(1e-4);
    });
  });

  it("with sensors missing, the distance is that under the covariance of the others alone", () => {
    const some = [1, 3, 4];
    const whole = fitPrincipal(tableOf(golden.healthy), { explained: 0.6 });
    const marginal = fitPrincipal(
      tableOf(golden.healthy.map((row) => some.map((c) => at(row, c)))),
      {
        explained: 1,
      },
    );
    for (const row of golden.asked) {
      const given = Float32Array.from(row, (value, c) => (some.includes(c) ? value : Number.NaN));
      const found = whole.statistics(given);
      const alone = marginal.statistics(Float32Array.from(some, (c) => at(row, c)));
      expect((found?.common ?? 0) + (found?.residual ?? 0)).toBeCloseTo(alone?.common ?? 0, 4);
      expect((found?.freedom[0] ?? 0) + (found?.freedom[1] ?? 0)).toBe(3);
    }
  });

  it("scikit-learn's trees give scikit-learn's scores", () => {
    for (const [n, length] of golden.average) expect(averagePath(n)).toBeCloseTo(length, 12);
    const all = { roots: [0], column: [], threshold: [], left: [], right: [], rows: [] } as Record<
      "roots" | "column" | "threshold" | "left" | "right" | "rows",
      number[]
    >;
    for (const tree of golden.trees) {
      const at = all.column.length;
      if (at > 0) all.roots.push(at);
      all.column.push(...tree.column);
      all.threshold.push(...tree.threshold);
      all.rows.push(...tree.rows);
      for (const side of ["left", "right"] as const) {
        all[side].push(...tree[side].map((child) => (child < 0 ? -1 : at + child)));
      }
    }
    const names = at(golden.asked, 0).map((_, c) => `c${c}`);
    const columns = names.map((_, c) => c);
    const forest = new ForestDetector({ names, sensors: names, columns, sample: 64, ...all });
    const scores = forest.scores(tableOf(golden.asked));
    golden.treeScores.forEach((score, i) => {
      expect(scores[i]).toBeCloseTo(score, 10);
    });
  });

  it("our forest ranks rows as scikit-learn's does", () => {
    const forest = fitForest(tableOf(golden.healthy), { trees: 500 });
    const scores = [...forest.scores(tableOf(golden.asked))];
    expect(correlation(ranks(scores), ranks(golden.forestScores))).toBeGreaterThan(0.97);
    expect(correlation(scores, golden.forestScores)).toBeGreaterThan(0.98);
  });
});

describe.each(KINDS)("%s", (kind, fit) => {
  let detector: AnomalyDetector;
  let usual: Float64Array;
  beforeAll(async () => {
    detector = await fit(table);
    usual = detector.scores(fresh);
  });

  it("finds what is planted, names its sensor, and leaves the rest alone", () => {
    const known = usual.filter((score) => !Number.isNaN(score));
    const high = at(known.toSorted(), Math.floor(0.99 * known.length));
    // One sensor leaves what the others say of it. A forest sees each sensor by itself, and how far
    // beyond its usual range it is does not matter: it needs all of them.
    const moved = kind === "forest" ? [0, 1, 2, 3, 4, 5] : [3];
    const planted = changed(fresh, (value, row, c) =>
      moved.includes(c) && row % 100 >= 50 ? value + 4 : value,
    );
    const scores = byRun(detector.scores(planted), fresh);
    const late = scores.flatMap((list) => [...list.subarray(60)]);
    const found = late.filter((score) => score > high).length / late.length;
    expect(found).toBeGreaterThan(0.9);
    scores.forEach((list, r) => {
      expect(list.subarray(0, 50)).toEqual(at(byRun(usual, fresh), r).subarray(0, 50));
    });
    const blamed = Array.from({ length: 20 }, (_, r) => {
      const end = r * 100 + 99;
      return detector.score(rowsOf(planted, end - detector.window + 1, end + 1))?.carriers[0]
        ?.sensor;
    });
    const guilty = moved.map((c) => SENSORS[c]);
    expect(blamed.filter((sensor) => guilty.includes(sensor ?? "")).length).toBeGreaterThan(16);
  });

  it("missing sensors make it no more suspicious", () => {
    const random = new Random(5);
    const high = usual.filter((score) => !Number.isNaN(score)).toSorted();
    const threshold = at(high, Math.floor(0.97 * high.length));
    const before = high.filter((score) => score > threshold).length / high.length;
    const losses: ((value: number, row: number, column: number) => number)[] = [
      (value, _, c) => (c === 0 || c === 3 ? Number.NaN : value),
      (value, _, c) => (c > 1 ? Number.NaN : value),
      (value) => (random.next() < 0.4 ? Number.NaN : value),
    ];
    for (const lose of losses) {
      const scores = detector.scores(changed(fresh, lose)).filter((score) => !Number.isNaN(score));
      const over = scores.filter((score) => score > threshold).length / scores.length;
      expect(over).toBeLessThan(before + 0.03);
      expect(mean(scores)).toBeLessThan(mean(usual) * 1.1);
    }
    const nothing = new Float32Array(detector.window * SENSORS.length).fill(Number.NaN);
    expect(detector.score(nothing)).toBe(null);
  });

  it("carriers are shares of the score, strongest first, of living sensors only", () => {
    const rows = rowsOf(fresh, 20, 20 + detector.window).map((value, k) =>
      k % SENSORS.length === 2 ? Number.NaN : value,
    );
    const found = detector.score(rows);
    const effects = found?.carriers.map(({ effect }) => effect) ?? [];
    expect(effects).toEqual(effects.toSorted((a, b) => b - a));
    expect(effects.reduce((a, b) => a + b, 0)).toBeCloseTo(found?.score ?? 0, 6);
    expect(found?.carriers.map(({ sensor }) => sensor)).not.toContain(SENSORS[2]);
  });

  it("the order of machines, a silent sensor and units change nothing", async () => {
    const order = [...Array(12).keys()].map((i) => (i * 5 + 3) % 12);
    expect((await fit(shuffled(table, order))).scores(fresh)).toEqual(usual);
    const silent = await fit(withSilent(table, "never"));
    expect(silent.scores(withSilent(fresh, "never"))).toEqual(usual);
    const inOtherUnits = (x: SensorRows) =>
      changed(x, (value, _, c) => (c === 1 ? value * 1024 : c === 4 ? value / 64 : value));
    const scaled = (await fit(inOtherUnits(table))).scores(inOtherUnits(fresh));
    scaled.forEach((score, i) => {
      if (!Number.isNaN(score)) expect(score).toBeCloseTo(at(usual, i), 10);
    });
  });

  it("comes back from bytes, and other bytes are refused by name", () => {
    const bytes = detector.encode();
    const back = decodeDetector(bytes);
    expect(back.kind).toBe(kind);
    expect(back.scores(fresh)).toEqual(usual);
    const random = new Random(3);
    for (let k = 0; k < 60; k++) {
      const hurt =
        k < 30 ? bytes.slice(0, Math.floor(random.next() * bytes.length)) : bytes.slice();
      if (k >= 30) flip(hurt, random);
      expect(() => decodeDetector(hurt)).toThrow(DetectionError);
    }
    // With a right checksum over wrong contents.
    const { header } = unpackDetector(bytes);
    const hostile = [
      packDetector(header, {}),
      packDetector({ ...header, columns: [99] }, { mean: new Float64Array(1) }),
      packDetector({ ...header, sensors: [] }, {}),
      packDetector({ ...header, kind: "oracle" as never }, {}),
      packParts({ detector: new TextEncoder().encode("null") }),
      packParts({ detector: new TextEncoder().encode("{") }),
    ];
    for (const one of hostile) expect(() => decodeDetector(one)).toThrow(DetectionError);
  });

  it("says the same of a row as of a table, and wants rows of its width", () => {
    const watch = new MachineWatch(detector);
    for (let i = 0; i < 100; i++) {
      const found = watch.push(rowsOf(fresh, i, i + 1));
      if (found === null) expect(usual[i]).toBe(Number.NaN);
      else expect(found.score).toBeCloseTo(at(usual, i), 4);
    }
    expect(() => detector.score(new Float32Array(5))).toThrow(DetectionError);
    expect(() => detector.scores({ rows: 1, names: ["x"], data: new Float32Array(1) })).toThrow(
      /a column "heat"/,
    );
  });

  it("a calibrated threshold keeps its false-alarm rate on machines never seen", () => {
    const rate = 0.05;
    const held = healthyRows(60, 60, 11);
    const calibration = calibrate(byRun(detector.scores(held), held), rate);
    expect(calibration).toMatchObject({ rate, holds: "machines", machines: 60 });
    const others = healthyRows(200, 60, 12);
    const scores = byRun(detector.scores(others), others);
    const rates = scores.map((list) => {
      const known = list.filter((score) => !Number.isNaN(score));
      return known.filter((score) => score > calibration.threshold).length / known.length;
    });
    const share = rates.reduce((a, b) => a + b, 0) / rates.length;
    const sd = Math.sqrt(rates.reduce((a, b) => a + (b - share) ** 2, 0) / rates.length);
    // Noise of 200 machines' shares, and of the 60 that the threshold rests on.
    const doubt = 3.3 * sd * Math.sqrt(1 / 200 + 1 / 60);
    expect(Math.abs(share - rate)).toBeLessThan(doubt + 1 / 61);
    const judged = new CalibratedDetector(detector, calibration);
    const rows = rowsOf(others, 0, detector.window);
    expect(judged.ratio(rows)).toBeCloseTo(
      at(at(scores, 0), detector.window - 1) / calibration.threshold,
      4,
    );
    const back = CalibratedDetector.decode(judged.encode());
    expect(back.ratio(rows)).toBe(judged.ratio(rows));
    expect(back.carriers(rows)).toEqual(judged.carriers(rows));
    expect(() => CalibratedDetector.decode(detector.encode())).toThrow(DetectionError);
  });
});

describe("calibration", () => {
  it("promises no more than its rows can", () => {
    const few = [Float64Array.of(1, 2, 3), Float64Array.of(4, Number.NaN)];
    expect(calibrate(few, 0.001)).toEqual({
      ...{ threshold: 4, rate: 1 / 5, holds: "rows", rows: 4, machines: 2 },
    });
    // The 90th of 98: a 99th row is above it in at most 9 of 99 places.
    expect(calibrate([Array.from({ length: 98 }, (_, i) => i)], 0.1).threshold).toBe(89);
    expect(() => calibrate([], 0.1)).toThrow(DetectionError);
    expect(() => calibrate(few, 0)).toThrow(DetectionError);
  });

  it("machines count the same, however long they were watched", () => {
    const long = Array.from({ length: 1000 }, () => 9);
    const short = Array.from({ length: 8 }, (_, m) => [m / 8]);
    expect(calibrate([...short, long], 0.2).threshold).toBeLessThan(9);
    expect(calibrate([...short, long], 0.1).threshold).toBe(9);
  });

  it("holds over repeated draws: conformal thresholds of independent scores", () => {
    const random = new Random(9);
    let over = 0;
    const draws = 4000;
    for (let d = 0; d < draws; d++) {
      const known = Array.from({ length: 39 }, () => [random.next()]);
      if (random.next() > calibrate(known, 0.05).threshold) over++;
    }
    // 39 scores: exactly 2 of 40 places are above the 38th.
    expect(Math.abs(over / draws - 0.05)).toBeLessThan(3.3 * Math.sqrt((0.05 * 0.95) / draws));
  });

  it("a debounced score exceeds a threshold exactly where so many of the newest rows do", () => {
    const random = new Random(4);
    const scores = Float64Array.from({ length: 300 }, () =>
      random.next() < 0.1 ? Number.NaN : random.next(),
    );
    const found = debounced(scores, { rows: 3, among: 5 });
    for (let i = 0; i < scores.length; i++) {
      for (const threshold of [0.3, 0.6, 0.9]) {
        const over = scores.slice(Math.max(0, i - 4), i + 1).filter((score) => score > threshold);
        expect(at(found, i) > threshold).toBe(over.length >= 3);
      }
    }
    expect(() => new Debounce({ rows: 3, among: 2 })).toThrow(DetectionError);
    expect(() => new Debounce({ raws: 3 } as never)).toThrow(/raws/);
  });

  it("the rate of runs with any alarm is as stated", () => {
    const random = new Random(14);
    const runs = (count: number) =>
      Array.from({ length: count }, () => Float64Array.from({ length: 80 }, () => random.next()));
    const found = calibrateRuns(runs(99), 0.1);
    const alarmed = runs(1000).filter((run) =>
      debounced(run).some((score) => score > found.threshold),
    );
    const doubt = 3.3 * Math.sqrt(0.1 * 0.9 * (1 / 1000 + 1 / 99));
    expect(Math.abs(alarmed.length / 1000 - 0.1)).toBeLessThan(doubt);
  });
});

describe("bad input", () => {
  it("a forest whose nodes form no trees is refused", () => {
    const bytes = fitForest(table, { trees: 2, sample: 8 }).encode();
    const { header, numbers } = unpackDetector(bytes);
    const nodes = Number(header.nodes);
    const lists = (): Record<string, Float64Array> => ({
      roots: numbers("roots", 2),
      ...Object.fromEntries(
        ["column", "threshold", "left", "right", "rows"].map((name) => [
          name,
          numbers(name, nodes),
        ]),
      ),
    });
    expect(decodeDetector(packDetector(header, lists())).encode()).toEqual(bytes);
    const changes: readonly (readonly [string, number, number])[] = [
      ["left", 0, 0],
      ["left", 0, nodes],
      ["right", 0, lists().left?.[0] ?? 0],
      ["column", 0, 99],
      ["rows", 1, -1],
      ["roots", 1, 0],
      ["threshold", 0, Number.NaN],
    ];
    for (const [name, place, value] of changes) {
      const all = lists();
      all[name]?.set([value], place);
      expect(() => decodeDetector(packDetector(header, all)), name).toThrow(DetectionError);
    }
  });

  it("is refused by name", async () => {
    const flat = { rows: 3, names: ["a"], data: Float32Array.of(1, 1, Number.NaN) };
    expect(() => fitPrincipal(flat)).toThrow(/a sensor moves/);
    expect(() => fitForest({ ...flat, data: Float32Array.of(1, 2) })).toThrow(DetectionError);
    const infinite = { ...flat, data: Float32Array.of(1, 2, Number.POSITIVE_INFINITY) };
    expect(() => fitForest(infinite)).toThrow(/row 2 of "a"/);
    expect(() => fitForest(table, { tree: 5 } as never)).toThrow(/tree/);
    expect(() => fitForest(table, { trees: 0 })).toThrow(DetectionError);
    expect(() => fitPrincipal(table, { explained: 2 })).toThrow(DetectionError);
    expect(() => fitPrincipal({ ...table, starts: [0, 5] })).toThrow(/starts/);
    await expect(fitAutoencoder(executor, table, { window: 1 })).rejects.toThrow(DetectionError);
    await expect(fitAutoencoder(executor, table, { window: 200 })).rejects.toThrow(
      /runs of at least/,
    );
  });
});
