import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BuiltPage, openBuiltPage } from "../../../test/support/built-page.ts";
import { inChromium, noChromium } from "../../../test/support/chromium.ts";
import { SIMULATED_KINDS } from "../src/index.ts";

/** As strict as a page with WebAssembly can be. */
const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src 'self'";

/** What the page does: simulate lives, train on them as an application would, forecast, detect. */
const PAGE = `
import {
  calibrate, features, fitAutoencoder, fitPrincipal, fitRecurrent, NormaliserLearner, REFERENCE_FEATURES, simulateLives,
} from "@symbion/maintenance";
import { openWebExecutor } from "@symbion/neural/web";

window.learn = async (kind) => {
  const executor = await openWebExecutor({ prefer: ["web-wasm"], threads: 1 });
  const fleet = simulateLives({ kind, lives: 8 });
  const learner = new NormaliserLearner(fleet.channels);
  for (const run of fleet.runs) learner.learn(run);
  const normaliser = learner.freeze();
  const runs = fleet.runs.map((run) => normaliser.apply(run));
  const CAP = Math.max(...fleet.runs.map(({ age }) => age.at(-1))) / 2;
  const errors = [];
  const model = await fitRecurrent(executor, runs, {
    cap: CAP, hidden: 8, window: 10, epochs: 4, stride: 6, rate: 0.01,
    progress: ({ error }) => { errors.push(error); return true; },
  });
  const program = await model.load(executor);
  const { forecasts } = await program.answer(runs.slice(0, 1));
  const plain = model.forecasts(runs[0]);
  const apart = Math.max(...plain.map((life, i) => Math.abs(life - forecasts[i])));
  const table = features(runs.slice(0, 2), REFERENCE_FEATURES);
  const losses = [];
  const detector = await fitAutoencoder(executor, table, {
    window: 4, hidden: 4, lessons: 640, progress: (_, loss) => { losses.push(loss); return true; },
  });
  const { threshold } = calibrate([fitPrincipal(table).scores(table)], 0.05);
  const result = {
    backend: executor.backend, errors, apart, bytes: model.encode().length, losses, threshold,
    score: detector.scores(table).at(-1),
  };
  await executor.dispose();
  return result;
};
window.ready = true;
`;

type Report = {
  readonly backend: string;
  readonly errors: number[];
  readonly apart: number;
  readonly bytes: number;
  readonly losses: number[];
  readonly threshold: number;
  readonly score: number;
};

describe.skipIf(noChromium !== null)(inChromium("learning in a real browser"), () => {
  let built: BuiltPage;

  beforeAll(async () => {
    built = await openBuiltPage({ sources: { "page.js": PAGE }, policy: POLICY });
  });

  afterAll(() => built?.close());

  test("an LSTM and an autoencoder learn there, and nothing leaves the page", async () => {
    const report = await built.page.evaluate<Report>(
      `window.learn(${JSON.stringify(SIMULATED_KINDS[0])})`,
    );
    expect(report.backend).toBe("web-wasm");
    expect(report.errors.length).toBe(4);
    expect(report.errors.at(-1)).toBeLessThan(0.7 * (report.errors[0] ?? 0));
    expect(report.apart).toBeLessThan(1e-2);
    expect(report.bytes).toBeGreaterThan(1000);
    const mean = (list: readonly number[]) => list.reduce((a, b) => a + b, 0) / list.length;
    expect(mean(report.losses.slice(-3))).toBeLessThan(mean(report.losses.slice(0, 3)));
    expect(report.threshold).toBeGreaterThan(0);
    expect(report.score).toBeGreaterThan(0);
    expect(built.foreign).toEqual([]);
  }, 600_000);
});
