/** Small tokenizers and models for tests of generation. */

import type { Random } from "../../src/generate/random.ts";
import type { TextTokenizer } from "../../src/generate/tokenizer.ts";
import type { Rows, SlotModel, Step } from "../../src/model/types.ts";

const UTF8 = new TextEncoder();

/** A tokenizer that takes the longest token; all 256 bytes are tokens, then come `words`, then special tokens. */
export function wordTokenizer(
  words: readonly string[],
  specials: readonly string[] = ["<end>"],
): TextTokenizer {
  const bytes = [
    ...Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte)),
    ...words.map((word) => UTF8.encode(word)),
    ...specials.map(() => new Uint8Array(0)),
  ];
  const ids = new Map<string, number>();
  for (const [id, piece] of bytes.entries()) ids.set([...piece].join(), id);
  const longest = Math.max(...bytes.map(({ length }) => length));
  const specialId = (name: string): number => 256 + words.length + specials.indexOf(name);
  return {
    size: bytes.length,
    bytes,
    encode(text) {
      const found: number[] = [];
      const escaped = specials.map((name) => name.replace(/[|"\\^$.*+?()[\]{}]/g, "\\$&"));
      const pattern = new RegExp(`(${escaped.join("|")})`);
      for (const piece of text.split(pattern)) {
        if (specials.includes(piece)) {
          found.push(specialId(piece));
          continue;
        }
        const all = UTF8.encode(piece);
        for (let at = 0; at < all.length; ) {
          for (let length = Math.min(longest, all.length - at); ; length--) {
            const id = ids.get([...all.subarray(at, at + length)].join());
            if (id === undefined) continue;
            found.push(id);
            at += length;
            break;
          }
        }
      }
      return Int32Array.from(found);
    },
    id: (token) =>
      specials.includes(token) ? specialId(token) : ids.get([...UTF8.encode(token)].join()),
    stream() {
      const decoder = new TextDecoder();
      return {
        push: (id) => decoder.decode(bytes[id] ?? new Uint8Array(0), { stream: true }),
        end: () => decoder.decode(),
      };
    },
  };
}

/** What a scripted model has been asked for. */
export type ScriptedModel = SlotModel & {
  /** Ids of the rows of each step, in order. */
  readonly steps: number[][];
  /** Caches that are not yet freed. */
  readonly open: { count: number };
};

/**
 * A model whose scores depend on the tokens in its cache alone: `score(tokens)` gives those of the next one. Blocks of
 * images count as token -1.
 */
export function scriptedModel(
  vocabulary: number,
  score: (tokens: readonly number[]) => Float32Array | Promise<Float32Array>,
  endIds: readonly number[] = [],
): ScriptedModel {
  const steps: number[][] = [];
  const open = { count: 0 };
  const contents = new WeakMap<object, Map<number, number>>();
  const model: ScriptedModel = {
    steps,
    open,
    name: "scripted",
    width: 1,
    vocabulary,
    blockSize: 2,
    endIds,
    cost: { vision: () => 0, lower: () => 0, upper: () => 0 },
    embedTokens: async (ids): Promise<Rows> => ({
      count: ids.length,
      embeddings: Float32Array.from(ids),
      ids,
    }),
    embedBlocks: async ({ count }): Promise<Rows> => ({
      count,
      embeddings: new Float32Array(count).fill(-1),
      ids: new Int32Array(count),
    }),
    createCache(slots) {
      open.count++;
      const positions = new Int32Array(slots).fill(-1);
      const cache = {
        slots,
        positions,
        branches: new Int32Array(slots),
        bytes: 0,
        free() {},
        dispose() {
          open.count--;
        },
      };
      contents.set(cache, new Map());
      return cache;
    },
    async refresh(cache, step: Step) {
      const held = contents.get(cache) as Map<number, number>;
      steps.push([...step.rows.embeddings]);
      for (const [i, slot] of step.slots.entries()) {
        if (slot >= cache.slots) throw new RangeError(`expected slots below ${cache.slots}`);
        cache.positions[slot] = step.positions[i] as number;
        held.set(step.positions[i] as number, step.rows.embeddings[i] as number);
      }
      return step.rows.embeddings.slice();
    },
    async logits(cache, step, _hidden, rows) {
      const held = contents.get(cache) as Map<number, number>;
      const at = step.positions[rows[0] as number] as number;
      return await score(
        [...held]
          .filter(([position]) => position <= at)
          .sort(([a], [b]) => a - b)
          .map(([, token]) => token),
      );
    },
    dispose: async () => {},
  };
  return model;
}

/** Random scores of a spread, the same for a seed. */
export function randomScores(random: Random, size: number, spread = 1): Float32Array {
  return Float32Array.from(
    { length: size },
    () =>
      spread * Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next()),
  );
}
