import { FORECAST_PATHS } from "@symbion/core";
import { openNodeExecutor } from "@symbion/neural/node";
import { expect, it } from "vitest";
import { evaluateCmapss, parseMissing, sliceRun } from "../src/index.ts";
import { readCmapss } from "../src/node/index.ts";
import { cmapssAbsent, cmapssFolder } from "./support/cmapss.ts";

it("forecasts FD001's engines with five dead sensors and half of the rest missing", async (context) => {
  if (cmapssAbsent !== null) return context.skip(cmapssAbsent);
  const { train } = await readCmapss(cmapssFolder, "FD001");
  // Train engines alone: some of them to learn from, others, cut short, to forecast.
  const some = { ...train, runs: train.runs.slice(0, 24) };
  const held = train.runs
    .slice(80)
    .map((run, i) => sliceRun(run, 0, run.rows - 8 - 6 * i, train.channels.length));
  const executor = await openNodeExecutor();
  const missing = parseMissing("dead:5+mcar:0.5");
  const found = await evaluateCmapss(
    "FD001",
    some,
    { ...train, runs: held },
    { ...{ missing, executor, copies: 4 }, seed: 1 },
  );
  await executor.dispose();
  expect(found).toMatchObject({ set: "FD001", missing: "dead:5+mcar:0.5" });
  // A constant has 36, trees that know complete data only about 25.
  expect(found.rmse.capped).toBeLessThan(18);
  expect(found.rmse.uncapped).toBeGreaterThanOrEqual(found.rmse.capped * 0.8);
  expect(found.coverage90).toBeGreaterThan(0.6);
  expect(found.halfWidth90).toBeGreaterThan(5);
  expect(found.halfWidth90).toBeLessThan(50);
  expect(FORECAST_PATHS).toContain(found.path);
  await expect(evaluateCmapss("FD001", some, some, { masks: 1 } as never)).rejects.toThrow(
    /options/,
  );
}, 300_000);
