/**
 * A window of video through a small Gemma 4, beside transformers.js on the same weights: four frames of 70 tokens
 * between text. A step brings a new frame; our engine encodes the blocks that are kept of it and refreshes their tokens
 * and the question's. The peer encodes whole frames and appends.
 *
 *     SYMBION_PEERS=FOLDER node --conditions=source packages/neural/bench/gemma4-window.ts [--threads N] [--rounds N]
 */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { atMost, plain, type Row } from "../../../bench/rows.ts";
import {
  type Gemma4Config,
  miniGemma4,
  openGemma4,
  ownLayers,
  type PixelBlocks,
  type Rows,
  type SlotModel,
  type Step,
} from "../src/index.ts";
import { openNodeExecutor } from "../src/node/index.ts";
import { grid, join as joinRows, randomParameters, range } from "../test/support/gemma4.ts";
import { rowMajorPatches } from "../test/support/gemma4-peer.ts";
import { difference, seeded } from "../test/support/seeded.ts";
import { exportGemma4 } from "./gemma4-export.ts";
import { faster, race } from "./race.ts";
import {
  openPeer,
  type PeerModel,
  type PeerTensor,
  peerForward,
  peerVision,
  type TransformersJs,
  transformersJs,
} from "./transformers-js.ts";

const ACROSS = 10;
const DOWN = 7;
const BLOCKS = ACROSS * DOWN;
const FRAMES = 4;
const QUESTION = 8;

/** Layers in the proportions of E2B: four sliding and a full one, more than half with shared keys and values. */
const CONFIG: Gemma4Config = miniGemma4({
  text: {
    vocabulary: 300,
    perLayerVocabulary: 300,
    width: 512,
    layers: Array.from({ length: 15 }, (_, i) => ((i + 1) % 5 === 0 ? "full" : "sliding")),
    sharedLayers: 8,
    heads: 4,
    kvHeads: 1,
    headWidth: { sliding: 128, full: 256 },
    mlpWidth: 2048,
    perLayerWidth: 64,
  },
  vision: { width: 384, layers: 8, heads: 6, headWidth: 64, mlpWidth: 1536, positions: 64 },
  tokens: { image: 290 },
});

const PREFIX = [2, 5, 6, 7];
const SUFFIX = [10, 11, 12, 13, 14, 15, 16, 17];
const LENGTH = PREFIX.length + FRAMES * BLOCKS + QUESTION;
const LAST_FRAME = PREFIX.length + (FRAMES - 1) * BLOCKS;

/** Shares of the newest frame that are kept, and how many times faster than the peer's ways a step has to be. */
const KEEP = [
  { share: 1, full: 5, prefix: 1.3 },
  { share: 0.5, full: null, prefix: null },
  { share: 0.25, full: 14, prefix: 4 },
  { share: 0.1, full: 21, prefix: 6 },
] as const;

/** A frame of random pixels. */
function frame(index: number): PixelBlocks {
  const places = grid(ACROSS, DOWN);
  return {
    count: BLOCKS,
    pixels: seeded(`frame ${index}`, BLOCKS * 48 * 48 * 3, 0.5, 0.5),
    columns: Int32Array.from(places, ([column]) => column),
    rows: Int32Array.from(places, ([, row]) => row),
    gridWidth: ACROSS,
    gridHeight: DOWN,
  };
}

/** Some blocks of a frame. */
function some(blocks: PixelBlocks, kept: readonly number[]): PixelBlocks {
  const length = blocks.pixels.length / blocks.count;
  const pixels = new Float32Array(kept.length * length);
  for (const [i, block] of kept.entries()) {
    pixels.set(blocks.pixels.subarray(block * length, (block + 1) * length), i * length);
  }
  return {
    ...blocks,
    count: kept.length,
    pixels,
    columns: Int32Array.from(kept, (block) => blocks.columns[block] ?? 0),
    rows: Int32Array.from(kept, (block) => blocks.rows[block] ?? 0),
  };
}

function stepAt(rows: Rows, places: readonly number[]): Step {
  return { rows, positions: Int32Array.from(places), slots: Int32Array.from(places) };
}

/** Our engine over the window. */
async function windowOf(
  model: SlotModel,
  frames: readonly PixelBlocks[],
): Promise<{
  readonly whole: () => Promise<Float32Array>;
  readonly step: (kept: readonly number[]) => Promise<Float32Array>;
  readonly bytes: number;
}> {
  const cache = model.createCache(LENGTH);
  const question = await model.embedTokens(Int32Array.from(SUFFIX));
  const scores = async (step: Step): Promise<Float32Array> => {
    const hidden = await model.refresh(cache, step);
    return model.logits(cache, step, hidden, [step.rows.count - 1]);
  };
  return {
    bytes: cache.bytes,
    async whole() {
      const images: Rows[] = [];
      for (const blocks of frames) images.push(await model.embedBlocks(blocks));
      const before = await model.embedTokens(Int32Array.from(PREFIX));
      return scores(stepAt(joinRows(before, ...images, question), range(LENGTH)));
    },
    async step(kept) {
      const blocks = some(frames[FRAMES - 1] as PixelBlocks, kept);
      const images = await model.embedBlocks(blocks);
      const places = [
        ...kept.map((block) => LAST_FRAME + block),
        ...range(QUESTION).map((i) => LENGTH - QUESTION + i),
      ];
      return scores(stepAt(joinRows(images, question), places));
    },
  };
}

/** The peer's three ways of doing the same step. */
async function peerOf(
  library: TransformersJs,
  model: PeerModel,
  ours: SlotModel,
  frames: readonly PixelBlocks[],
): Promise<{
  readonly full: () => Promise<PeerTensor>;
  readonly features: () => Promise<PeerTensor>;
  readonly prefix: () => Promise<PeerTensor>;
}> {
  const image = CONFIG.tokens.image;
  const prompt = [...PREFIX, ...Array<number>(FRAMES * BLOCKS).fill(image), ...SUFFIX];
  const tensor = (data: PeerTensor["data"], dims: readonly number[]): PeerTensor =>
    new library.Tensor(data instanceof Float32Array ? "float32" : "int64", data, dims);
  const ids = tensor(BigInt64Array.from(prompt, BigInt), [1, LENGTH]);
  const mask = tensor(new BigInt64Array(LENGTH).fill(1n), [1, LENGTH]);
  const pictures = frames.map((blocks) => rowMajorPatches(blocks, CONFIG));
  const encode = async (index: number): Promise<PeerTensor> => {
    const picture = pictures[index] ?? rowMajorPatches(frames[0] as PixelBlocks, CONFIG);
    return peerVision(library, model, picture.patches, picture.positions);
  };
  const logitsOf = (outputs: Record<string, PeerTensor>): PeerTensor => {
    if (outputs.logits === undefined) throw new Error("expected logits");
    return outputs.logits;
  };
  const old = await Promise.all(range(FRAMES - 1).map(encode));
  const all = [...old, await encode(FRAMES - 1)];
  const first = await peerForward(library, model, { ids, mask }, all);

  // What a prefix cache holds: keys and values of all tokens before the newest frame.
  const past: Record<string, PeerTensor> = {};
  const { text } = CONFIG;
  for (let layer = 0; layer < ownLayers(text); layer++) {
    const width = text.headWidth[text.layers[layer] ?? "full"];
    for (const name of ["key", "value"]) {
      const data = first[`present.${layer}.${name}`]?.data as Float32Array;
      const dims = [1, text.kvHeads, LAST_FRAME, width];
      past[`past_key_values.${layer}.${name}`] = tensor(data.slice(0, LAST_FRAME * width), dims);
    }
  }
  const fresh = LENGTH - LAST_FRAME;
  const newest = prompt.slice(LAST_FRAME);
  const perLayerIds = tensor(BigInt64Array.from(newest, BigInt), [1, fresh]);
  const { per_layer_inputs: rows } = await model.sessions.embed_tokens.run({
    input_ids: perLayerIds,
  });
  if (rows === undefined) throw new Error("expected per-layer rows");
  const question = await ours.embedTokens(Int32Array.from(SUFFIX));
  const positions = BigInt64Array.from(range(fresh), (i) => BigInt(LAST_FRAME + i));
  return {
    full: async () => {
      const encoded: PeerTensor[] = [];
      for (let i = 0; i < FRAMES; i++) encoded.push(await encode(i));
      return logitsOf(await peerForward(library, model, { ids, mask }, encoded));
    },
    features: async () => {
      const encoded = [...old, await encode(FRAMES - 1)];
      return logitsOf(await peerForward(library, model, { ids, mask }, encoded));
    },
    prefix: async () => {
      const encoded = await encode(FRAMES - 1);
      const embeddings = new Float32Array(fresh * text.width);
      embeddings.set(encoded.data as Float32Array);
      embeddings.set(question.embeddings, BLOCKS * text.width);
      return logitsOf(
        await model.forward({
          attention_mask: mask,
          inputs_embeds: tensor(embeddings, [1, fresh, text.width]),
          per_layer_inputs: tensor(rows.data, rows.dims),
          past_key_values: { ...past },
          position_ids: tensor(positions, [1, fresh]),
        }),
      );
    },
  };
}

/** Runs the comparison; null where transformers.js is not installed. */
export async function windowRows(threads = 1, rounds = 8): Promise<Row[] | null> {
  const library = await transformersJs();
  if (library === null) return null;
  const parameters = randomParameters(CONFIG);
  const folder = await mkdtemp(join(tmpdir(), "symbion-peer-"));
  const executor = await openNodeExecutor({ threads });
  try {
    await exportGemma4(folder, CONFIG, parameters);
    const peerModel = await openPeer(library, folder, threads);
    const model = await openGemma4(executor, CONFIG, parameters);
    const frames = range(FRAMES).map(frame);
    const ours = await windowOf(model, frames);
    const peer = await peerOf(library, peerModel, model, frames);
    const kept = KEEP.map(({ share }) =>
      range(BLOCKS).filter((block) => (block * 7919) % BLOCKS < share * BLOCKS),
    );
    const everything = await ours.whole();
    const reference = (await peer.full()).data as Float32Array;
    const again = await ours.step(kept[0] ?? []);
    const appended = (await peer.prefix()).data as Float32Array;
    const rows: Row[] = [
      atMost(
        "logits, all refreshed: difference to peer",
        difference(everything, reference),
        "",
        1e-3,
      ),
      atMost(
        "logits, keep 100 %: difference to all refreshed",
        difference(again, everything),
        "",
        0,
      ),
      plain(
        "logits, peer's prefix way: difference to its full way",
        difference(appended, reference),
        "",
      ),
    ];
    const steps = Object.fromEntries(
      KEEP.map(({ share }, i) => [`keep ${share}`, () => ours.step(kept[i] ?? [])]),
    );
    const times = await race({ ...peer, ...steps }, rounds);
    const of = (name: string): number => times[name as keyof typeof times].cpu;
    for (const { share, full, prefix } of KEEP) {
      const time = of(`keep ${share}`);
      const name = `window step, keep ${100 * share} %`;
      rows.push(
        faster(`${name}, vs full window`, time, "ms CPU", of("full"), full),
        faster(`${name}, vs cached features`, time, "ms CPU", of("features"), null),
        faster(`${name}, vs prefix cache`, time, "ms CPU", of("prefix"), prefix),
      );
    }
    await model.dispose();
    await peerModel.dispose();
    return rows;
  } finally {
    await executor.dispose();
    await rm(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { threads: { type: "string" }, rounds: { type: "string" } },
  });
  const rows = await windowRows(Number(values.threads ?? 1), Number(values.rounds ?? 8));
  if (rows === null) console.log("skipped: needs @huggingface/transformers in SYMBION_PEERS");
  else console.table(rows.map(({ name, ...rest }) => ({ name, ...rest })));
}
