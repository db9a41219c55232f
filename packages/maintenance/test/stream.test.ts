import { UsageError } from "@symbion/core";
import { beforeAll, describe, expect, it } from "vitest";
import { streamCmapss } from "../src/evaluation/stream.ts";
import type { Fleet, Run } from "../src/fleet.ts";
import { readCmapss } from "../src/node/cmapss.ts";
import { cmapssAbsent, cmapssFolder } from "./support/cmapss.ts";
import { item } from "./support/wearing.ts";

/** Fewer trees than the product's: the protocol is what is tested here. */
const boosting = { trees: 60, rate: 0.12, leaves: 12 };

type Sets = { train: Fleet; test: Fleet };

describe("a stream of engines", () => {
  let first: Sets;
  let second: Fleet;

  beforeAll(async () => {
    if (cmapssAbsent !== null) return;
    const pretrain = await readCmapss(cmapssFolder, "FD001");
    first = {
      train: { ...pretrain.train, runs: pretrain.train.runs.slice(0, 30) },
      test: pretrain.test,
    };
    second = (await readCmapss(cmapssFolder, "FD002")).train;
  });

  it("under conditions never seen is forecast from the first engine on, and nothing is forgotten", async (context) => {
    if (cmapssAbsent !== null) context.skip(cmapssAbsent);
    let engines = 0;
    const result = await streamCmapss(first, second, {
      seed: 1,
      engines: 24,
      schedule: [1, 2, 5, 12],
      boosting,
      progress: (done) => {
        engines = done;
      },
    });
    expect(engines).toBe(24);
    expect(result.updates).toBe(4);
    // A model that does not adapt is off by 46, one that waits for statistics by 22.8.
    expect(result.first10).toBeLessThan(18);
    expect(result.all).toBeLessThan(16);
    expect(result.forgetting).toBeLessThan(1.5);
    expect(result.coverage90).toBeGreaterThan(0.75);
    expect(result.halfWidth90).toBeLessThan(23);
  }, 120_000);

  it("judges an engine by what came before it alone", async (context) => {
    if (cmapssAbsent !== null) context.skip(cmapssAbsent);
    const errors = async (runs: readonly Run[]): Promise<number[]> => {
      const seen: number[] = [];
      await streamCmapss(
        first,
        { ...second, runs },
        {
          schedule: [1],
          boosting,
          progress: (_, __, rmse) => seen.push(rmse),
        },
      );
      return seen;
    };
    const [a, b] = [item(second.runs, 0), item(second.runs, 1)];
    const told = await errors([a, b]);
    // Whichever comes first, what comes after it has another sensor that is off.
    const broken = (run: Run): Run => ({
      ...run,
      values: run.values.map((v, i) => (i % 24 === 6 ? v + 9 : v)),
    });
    const other = await errors([a, broken(b)]);
    const another = await errors([broken(a), b]);
    const same = [told[0] === other[0], told[0] === another[0]];
    expect(same.sort()).toEqual([false, true]);
  }, 120_000);

  it("refuses what makes no sense", async (context) => {
    if (cmapssAbsent !== null) context.skip(cmapssAbsent);
    await expect(streamCmapss(first, first.test)).rejects.toThrow(UsageError);
    await expect(streamCmapss(first, second, { sead: 1 } as object)).rejects.toThrow("sead");
  });
});
