/** Small checkpoints that are kept in a repository or sent: matrices in 8-bit blocks, the rest as it is. */

import type { HostWeights } from "../parameters/host.ts";
import { SCALES } from "./checkpoint.ts";
import { CheckpointError } from "./errors.ts";
import { BLOCK, codeBytes, quantise } from "./quantise.ts";
import { encodeSafetensors, type WrittenTensor } from "./safetensors.ts";

/**
 * A safetensors file in which every tensor of two or more axes, whose last one is a multiple of 32, is stored as I8
 * `X` and F32 `X.scales` (9 bits a value); others are F32. {@link openCheckpoint} reads it like any other, and
 * quantising it to 8 bits again gives the same codes.
 *
 * @param exact Names of tensors to keep as F32.
 * @throws {CheckpointError} naming a tensor with a value that is not finite.
 */
export function encodeCompact(
  tensors: ReadonlyMap<string, HostWeights>,
  metadata: Readonly<Record<string, string>> = {},
  exact: ReadonlySet<string> = new Set(),
): Uint8Array<ArrayBuffer> {
  const written = new Map<string, WrittenTensor>();
  for (const [name, { shape, data }] of tensors) {
    const width = shape.at(-1) ?? 1;
    if (shape.length < 2 || width % BLOCK !== 0 || data.length === 0 || exact.has(name)) {
      written.set(name, { type: "F32", shape, data });
      continue;
    }
    const scales = new Float32Array(data.length / BLOCK);
    const codes = new Uint8Array(codeBytes(scales.length, 8));
    const bad = quantise(data, 8, codes, scales);
    if (bad >= 0) {
      throw new CheckpointError(`${name}: expected finite values, got ${data[bad]} at ${bad}`);
    }
    const signed = Int8Array.from(codes, (code) => code - 128);
    written.set(name, { type: "I8", shape, data: signed });
    const scaled = [...shape.slice(0, -1), width / BLOCK];
    written.set(name + SCALES, { type: "F32", shape: scaled, data: scales });
  }
  return encodeSafetensors(written, metadata);
}
