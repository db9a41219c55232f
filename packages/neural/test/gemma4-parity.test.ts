/** Gemma 4 against Hugging Face transformers on PyTorch (oracle/gemma4.py): logits and vision features. */

import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Executor,
  type Gemma4Config,
  gemma4Shapes,
  HostParameters,
  openGemma4,
  parseGemma4Config,
  type Rows,
  type SlotModel,
} from "../src/index.ts";
import { openNodeExecutor } from "../src/node/index.ts";
import { grid, join, promptRows, randomBlocks, range, stepOf } from "./support/gemma4.ts";
import {
  difference,
  type Packed,
  type SeededTensor,
  seededCheckpoint,
  unpack,
} from "./support/seeded.ts";

type Golden = {
  readonly config: unknown;
  readonly tensors: readonly SeededTensor[];
  readonly ids: readonly number[];
  readonly grid: readonly [number, number];
  readonly features: Packed;
  readonly logits: Packed;
  readonly words: readonly number[];
  readonly textLogits: Packed;
  readonly kept: readonly (readonly [number, number])[];
  readonly subset: Packed;
};

const { models } = JSON.parse(
  readFileSync(new URL("golden/gemma4.json", import.meta.url), "utf8"),
) as { readonly models: Readonly<Record<string, Golden>> };

/** The promise is 1e-3; sums in another order cost far less. */
const ROUNDING = 1e-4;

describe.each(Object.entries(models))("%s", (_name, golden) => {
  const config: Gemma4Config = parseGemma4Config(golden.config);
  const weights = seededCheckpoint(golden.tensors);
  const image = config.tokens.image;
  let executor: Executor;

  beforeAll(async () => {
    executor = await openNodeExecutor();
  });
  afterAll(() => executor.dispose());

  async function logitsOf(model: SlotModel, rows: Rows): Promise<Float32Array> {
    const cache = model.createCache(rows.count + 5);
    const all = range(rows.count);
    // Slots run backwards, so that nothing can lean on slot and position being the same.
    const step = stepOf(rows, all, model.width, (row) => rows.count + 4 - row);
    return model.logits(cache, step, await model.refresh(cache, step), all);
  }

  it("asks for tensors of the checkpoint, by name and shape", () => {
    const shapes = new Map(golden.tensors.map(([name, shape]) => [name, shape.join()]));
    for (const [name, shape] of gemma4Shapes(config))
      expect(shapes.get(name), name).toBe(shape.join());
    expect(gemma4Shapes(config).size).toBe(shapes.size);
  });

  it.each(["fused", "decomposed"] as const)(
    "equals PyTorch with %s attention",
    async (attention) => {
      const model = await openGemma4(
        { ...executor, attention },
        config,
        new HostParameters(weights),
      );
      const [width, height] = golden.grid;
      const blocks = randomBlocks(grid(width, height), width, height);

      const features = await model.embedBlocks(blocks);
      expect(difference(features.embeddings, unpack(golden.features))).toBeLessThan(ROUNDING);
      const kept = await model.embedBlocks(randomBlocks(golden.kept, width, height));
      expect(difference(kept.embeddings, unpack(golden.subset))).toBeLessThan(ROUNDING);

      const start = golden.ids.indexOf(image);
      const end = golden.ids.lastIndexOf(image) + 1;
      const rows = await promptRows(
        model,
        golden.ids.slice(0, start),
        blocks,
        golden.ids.slice(end),
      );
      const logits = await logitsOf(model, rows);
      expect(difference(logits, unpack(golden.logits))).toBeLessThan(ROUNDING);

      const words = join(await model.embedTokens(Int32Array.from(golden.words)));
      const textLogits = await logitsOf(model, words);
      expect(difference(textLogits, unpack(golden.textLogits))).toBeLessThan(ROUNDING);
      await model.dispose();
    },
  );
});
