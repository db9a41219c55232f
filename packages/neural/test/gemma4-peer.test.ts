/** Gemma 4 against transformers.js on files in its layout with the same weights (oracle/gemma4-peer.ts). */

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { openGemma4 } from "../src/index.ts";
import { openNodeExecutor } from "../src/node/index.ts";
import {
  grid,
  promptRows,
  randomBlocks,
  randomParameters,
  range,
  stepOf,
} from "./support/gemma4.ts";
import { PEER_CONFIG, PEER_GRID, PEER_IDS } from "./support/gemma4-peer.ts";
import { difference, type Packed, unpack } from "./support/seeded.ts";

const golden = JSON.parse(
  readFileSync(new URL("golden/gemma4-peer.json", import.meta.url), "utf8"),
) as { readonly features: Packed; readonly logits: Packed };

it("gives the features and the next token's scores that transformers.js gives", async () => {
  const executor = await openNodeExecutor();
  const model = await openGemma4(executor, PEER_CONFIG, randomParameters(PEER_CONFIG));
  const [width, height] = PEER_GRID;
  const blocks = randomBlocks(grid(width, height), width, height);
  const features = await model.embedBlocks(blocks);
  expect(difference(features.embeddings, unpack(golden.features))).toBeLessThan(1e-4);

  const start = PEER_IDS.indexOf(PEER_CONFIG.tokens.image);
  const rows = await promptRows(
    model,
    PEER_IDS.slice(0, start),
    blocks,
    PEER_IDS.slice(start + blocks.count),
  );
  const cache = model.createCache(rows.count);
  const step = stepOf(rows, range(rows.count), model.width);
  const hidden = await model.refresh(cache, step);
  const scores = await model.logits(cache, step, hidden, [rows.count - 1]);
  expect(difference(scores, unpack(golden.logits))).toBeLessThan(1e-4);
  await model.dispose();
  await executor.dispose();
});
