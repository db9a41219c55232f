/** A Llama of random 4-bit weights as a GGUF file, so that llama.cpp runs the shape that our graphs run. */

import { randomFillSync } from "node:crypto";
import { closeSync, openSync, writeSync } from "node:fs";

/** Sizes of a Llama without biases and with an untied head. */
export type LlamaShape = {
  readonly layers: number;
  readonly width: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headWidth: number;
  readonly mlpWidth: number;
  readonly vocabulary: number;
  readonly context: number;
};

/** GGUF's numbers for types of values and of tensors. */
const [UINT32, INT32, FLOAT32, STRING, ARRAY] = [4, 5, 6, 8, 9];
const [F32, Q4_0] = [0, 2];
const ALIGN = 32;

type Entry = { readonly name: string; readonly shape: readonly number[]; readonly type: number };

/** Writes the file; matrices are Q4_0, norms, embeddings and head float32. */
export function writeLlama(path: string, shape: LlamaShape): void {
  const header = new Writer();
  const tensors = tensorsOf(shape);
  header.text("GGUF");
  header.u32(3);
  header.u64(tensors.length);
  const settings: readonly (readonly [string, number, number | string])[] = [
    ["general.architecture", STRING, "llama"],
    ["general.name", STRING, "random"],
    ["general.alignment", UINT32, ALIGN],
    ["llama.context_length", UINT32, shape.context],
    ["llama.embedding_length", UINT32, shape.width],
    ["llama.block_count", UINT32, shape.layers],
    ["llama.feed_forward_length", UINT32, shape.mlpWidth],
    ["llama.attention.head_count", UINT32, shape.heads],
    ["llama.attention.head_count_kv", UINT32, shape.kvHeads],
    ["llama.attention.layer_norm_rms_epsilon", FLOAT32, 1e-6],
    ["llama.rope.dimension_count", UINT32, shape.headWidth],
    ["llama.rope.freq_base", FLOAT32, 10000],
    ["llama.vocab_size", UINT32, shape.vocabulary],
    ["tokenizer.ggml.model", STRING, "llama"],
    ["tokenizer.ggml.bos_token_id", UINT32, 1],
    ["tokenizer.ggml.eos_token_id", UINT32, 2],
    ["tokenizer.ggml.unknown_token_id", UINT32, 0],
  ];
  header.u64(settings.length + 3);
  for (const [name, type, value] of settings) {
    header.string(name);
    header.u32(type);
    if (typeof value === "string") header.string(value);
    else if (type === FLOAT32) header.f32(value);
    else header.u32(value);
  }
  const bytes = Array.from({ length: 256 }, (_, i) => `<0x${hex(i)}>`);
  const words = ["<unk>", "<s>", "</s>", ...bytes];
  while (words.length < shape.vocabulary) words.push(`t${words.length}`);
  header.array("tokenizer.ggml.tokens", STRING, words, (word) => header.string(word));
  header.array("tokenizer.ggml.scores", FLOAT32, words, () => header.f32(0));
  const kind = (i: number): number => (i === 0 ? 2 : i < 3 ? 3 : i < 259 ? 6 : 1);
  header.array("tokenizer.ggml.token_type", INT32, words, (_, i) => header.u32(kind(i)));
  let offset = 0;
  for (const { name, shape: dims, type } of tensors) {
    header.string(name);
    header.u32(dims.length);
    for (const dim of dims) header.u64(dim);
    header.u32(type);
    header.u64(offset);
    offset += padded(sizeOf(dims, type));
  }
  const file = openSync(path, "w");
  try {
    const head = header.finish();
    writeSync(file, head);
    writeSync(file, Buffer.alloc(padded(head.length) - head.length));
    for (const tensor of tensors) writeSync(file, randomTensor(tensor));
  } finally {
    closeSync(file);
  }
}

function tensorsOf(shape: LlamaShape): Entry[] {
  const { width, heads, kvHeads, headWidth, mlpWidth, vocabulary, layers } = shape;
  const list: Entry[] = [
    { name: "token_embd.weight", shape: [width, vocabulary], type: F32 },
    { name: "output_norm.weight", shape: [width], type: F32 },
    { name: "output.weight", shape: [width, vocabulary], type: F32 },
  ];
  for (let layer = 0; layer < layers; layer++) {
    const add = (name: string, dims: readonly number[]): void => {
      const type = dims.length === 1 ? F32 : Q4_0;
      list.push({ name: `blk.${layer}.${name}.weight`, shape: dims, type });
    };
    add("attn_norm", [width]);
    add("ffn_norm", [width]);
    add("attn_q", [width, heads * headWidth]);
    add("attn_k", [width, kvHeads * headWidth]);
    add("attn_v", [width, kvHeads * headWidth]);
    add("attn_output", [heads * headWidth, width]);
    add("ffn_gate", [width, mlpWidth]);
    add("ffn_up", [width, mlpWidth]);
    add("ffn_down", [mlpWidth, width]);
  }
  return list;
}

/** A block of Q4_0: a 16-bit scale and 32 codes of 4 bits. */
const Q4_BYTES = 18;

function sizeOf(dims: readonly number[], type: number): number {
  const count = dims.reduce((product, dim) => product * dim, 1);
  return type === F32 ? 4 * count : (count / 32) * Q4_BYTES;
}

function padded(bytes: number): number {
  return Math.ceil(bytes / ALIGN) * ALIGN;
}

function randomTensor({ shape, type }: Entry): Buffer {
  const size = sizeOf(shape, type);
  const bytes = Buffer.alloc(padded(size));
  if (type === F32) {
    const norm = shape.length === 1;
    for (let at = 0; at < size; at += 4) {
      bytes.writeFloatLE(norm ? 1 : (Math.random() - 0.5) / 16, at);
    }
    return bytes;
  }
  randomFillSync(bytes);
  // 0x1800 is 2^-9 in half precision: codes of -8 to 7 then keep activations in bounds.
  for (let at = 0; at < size; at += Q4_BYTES) bytes.writeUInt16LE(0x1800, at);
  return bytes;
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, "0");
}

class Writer {
  readonly #parts: Buffer[] = [];

  u32(value: number): void {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    this.#parts.push(bytes);
  }
  u64(value: number): void {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt(value));
    this.#parts.push(bytes);
  }
  f32(value: number): void {
    const bytes = Buffer.alloc(4);
    bytes.writeFloatLE(value);
    this.#parts.push(bytes);
  }
  text(value: string): void {
    this.#parts.push(Buffer.from(value));
  }
  string(value: string): void {
    this.u64(Buffer.byteLength(value));
    this.text(value);
  }
  array<Item>(
    name: string,
    type: number,
    items: readonly Item[],
    write: (item: Item, index: number) => void,
  ): void {
    this.string(name);
    this.u32(ARRAY);
    this.u32(type);
    this.u64(items.length);
    items.forEach(write);
  }
  finish(): Buffer {
    return Buffer.concat(this.#parts);
  }
}
