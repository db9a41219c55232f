/** Weights as a safetensors file: float32 while training goes on. */

import { readFileSync, renameSync, writeFileSync } from "node:fs";
import type { HostWeights } from "@symbion/neural";

/** Writes float32 tensors; the file appears whole or not at all. */
export function writeWeights(path: string, weights: ReadonlyMap<string, HostWeights>): void {
  const header: Record<string, unknown> = {};
  let offset = 0;
  for (const [name, { shape, data }] of weights) {
    header[name] = { dtype: "F32", shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const text = Buffer.from(JSON.stringify(header));
  const padded = Buffer.concat([text, Buffer.alloc((8 - (text.length % 8)) % 8, 0x20)]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  const bodies = [...weights.values()].map(({ data }) =>
    Buffer.from(data.buffer, data.byteOffset, data.byteLength),
  );
  writeFileSync(`${path}.part`, Buffer.concat([length, padded, ...bodies]));
  renameSync(`${path}.part`, path);
}

/** Reads what {@link writeWeights} wrote. */
export function readWeights(path: string): Map<string, HostWeights> {
  const bytes = readFileSync(path);
  const length = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.subarray(8, 8 + length).toString()) as Record<
    string,
    { shape: number[]; data_offsets: [number, number] }
  >;
  const start = 8 + length;
  return new Map(
    Object.entries(header).map(
      ([
        name,
        {
          shape,
          data_offsets: [from, to],
        },
      ]) => {
        const copy = new Uint8Array(bytes.subarray(start + from, start + to));
        return [name, { shape, data: new Float32Array(copy.buffer) }];
      },
    ),
  );
}
