/**
 * Golden values for Gemma 4 from transformers.js on a small random model in the layout of onnx-community's exports.
 * Writes ../test/golden/gemma4-peer.json.
 *
 *     SYMBION_PEERS=FOLDER node --conditions=source oracle/gemma4-peer.ts    # transformers.js 4.3.1 in FOLDER
 */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportGemma4 } from "../bench/gemma4-export.ts";
import { openPeer, peerForward, peerVision, transformersJs } from "../bench/transformers-js.ts";
import { grid, randomBlocks, randomParameters } from "../test/support/gemma4.ts";
import { PEER_CONFIG, PEER_GRID, PEER_IDS, rowMajorPatches } from "../test/support/gemma4-peer.ts";

const library = await transformersJs();
if (library === null) throw new Error("expected @huggingface/transformers in SYMBION_PEERS");
const folder = await mkdtemp(join(tmpdir(), "symbion-peer-"));
try {
  await exportGemma4(folder, PEER_CONFIG, randomParameters(PEER_CONFIG));
  const model = await openPeer(library, folder, 1);
  const [width, height] = PEER_GRID;
  const { patches, positions } = rowMajorPatches(
    randomBlocks(grid(width, height), width, height),
    PEER_CONFIG,
  );
  const features = await peerVision(library, model, patches, positions);
  const count = PEER_IDS.length;
  const ids = new library.Tensor("int64", BigInt64Array.from(PEER_IDS, BigInt), [1, count]);
  const mask = new library.Tensor("int64", new BigInt64Array(count).fill(1n), [1, count]);
  const { logits } = await peerForward(library, model, { ids, mask }, [features]);
  if (logits === undefined) throw new Error("expected logits");
  const pack = (data: ArrayLike<number>, shape: readonly number[]): object => ({
    shape,
    data: Buffer.from(Float32Array.from(data).buffer).toString("base64"),
  });
  const golden = {
    features: pack(features.data as Float32Array, features.dims),
    logits: pack(logits.data as Float32Array, logits.dims),
  };
  const path = new URL("../test/golden/gemma4-peer.json", import.meta.url);
  await writeFile(path, `${JSON.stringify(golden)}\n`);
  await model.dispose();
} finally {
  await rm(folder, { recursive: true });
}
