/** Safetensors files: against files and conversions of the reference library, hostile headers, and sizes above 2^31. */

import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { open, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  CheckpointError,
  type CheckpointType,
  encodeCompact,
  encodeSafetensors,
  memorySource,
  openCheckpoint,
  parseHeader,
  readHeader,
  shardsOf,
  toFloat16,
  toFloat32,
  type WrittenTensor,
} from "../src/index.ts";
import { fileSource, loadCheckpoint } from "../src/node/index.ts";
import { numbers } from "./support/lcg.ts";

const golden = new URL("golden/checkpoints/", import.meta.url);
const expected = JSON.parse(readFileSync(new URL("expected.json", golden), "utf8")).types as {
  readonly tensors: Record<string, { shape: number[]; values: number[] }>;
} & Record<"F16" | "BF16" | "F8_E4M3" | "F8_E5M2" | "toFloat16", string>;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "symbion-safetensors-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A file with a header of any text. */
function fileOf(header: string | Uint8Array, data = 0, length?: bigint): Uint8Array {
  const text = typeof header === "string" ? new TextEncoder().encode(header) : header;
  const file = new Uint8Array(8 + text.length + data);
  new DataView(file.buffer).setBigUint64(0, length ?? BigInt(text.length), true);
  file.set(text, 8);
  return file;
}

function canonicalHash(values: Float32Array): string {
  const bits = new Uint32Array(values.length);
  new Float32Array(bits.buffer).set(values);
  for (let i = 0; i < bits.length; i++) if (Number.isNaN(values[i])) bits[i] = 0x7fc00000;
  return createHash("sha256").update(new Uint8Array(bits.buffer)).digest("hex");
}

describe("values of the reference library", () => {
  it("reads every tensor of its file, with shape and order", async () => {
    const bytes = readFileSync(new URL("types.safetensors", golden));
    const checkpoint = await openCheckpoint([memorySource("types.safetensors", bytes)]);
    expect([...checkpoint.names].sort()).toEqual(Object.keys(expected.tensors).sort());
    expect(checkpoint.metadata.get("note")).toBe("ü");
    for (const [name, { shape, values }] of Object.entries(expected.tensors)) {
      expect(checkpoint.info(name).shape).toEqual(shape);
      expect(Array.from(await checkpoint.read(name)), name).toEqual(values);
    }
  });

  it.each([
    ["F16", 65536],
    ["BF16", 65536],
    ["F8_E4M3", 256],
    ["F8_E5M2", 256],
  ] as const)("converts every %s", (type: CheckpointType, count: number) => {
    const codes =
      count === 256
        ? Uint8Array.from({ length: 256 }, (_, i) => i)
        : new Uint8Array(Uint16Array.from({ length: 65536 }, (_, i) => i).buffer);
    const values = new Float32Array(count);
    toFloat32(type, codes, values);
    expect(canonicalHash(values)).toBe(expected[type as "F16"]);
  });

  it("rounds to float16 as NumPy and as this engine do", () => {
    const halves = toFloat16(numbers(4096, 5));
    const hash = createHash("sha256").update(new Uint8Array(halves.buffer)).digest("hex");
    expect(hash).toBe(expected.toFloat16);
    fc.assert(
      fc.property(fc.float(), (value) => {
        const [half] = toFloat16(Float32Array.of(value));
        const back = new Float32Array(1);
        toFloat32("F16", new Uint8Array(Uint16Array.of(half ?? 0).buffer), back);
        expect(back[0]).toBe(Math.f16round(value));
      }),
      { numRuns: 3000 },
    );
  });
});

describe("writing", () => {
  const types: CheckpointType[] = ["F32", "F16", "I8", "U8", "I64", "BOOL"];
  it("gives a file that reads as what was written", async () => {
    const shape = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 3 });
    const named = fc.array(
      fc.tuple(fc.string({ maxLength: 8 }), shape, fc.constantFrom(...types)),
      {
        maxLength: 6,
      },
    );
    await fc.assert(
      fc.asyncProperty(named, async (list) => {
        const tensors = new Map<string, WrittenTensor>();
        for (const [name, dims, type] of list) {
          if (name === "__metadata__") continue;
          const count = dims.reduce((all, dim) => all * dim, 1);
          const width = { F32: 4, F16: 2, I64: 8 }[type as string] ?? 1;
          const data = new Uint8Array(count * width).map((_, i) => (i * 7) & 0x3b);
          tensors.set(name, { type, shape: dims, data });
        }
        const file = encodeSafetensors(tensors, { made: "here" });
        const header = await readHeader(memorySource("f", file));
        expect(header.tensors.size).toBe(tensors.size);
        for (const [name, { type, shape: dims, data }] of tensors) {
          const info = header.tensors.get(name);
          expect(info).toMatchObject({ type, shape: dims });
          const at = info?.offset ?? 0;
          expect(
            at %
              (data.byteLength /
                Math.max(
                  1,
                  dims.reduce((a, b) => a * b, 1),
                ) || 1),
          ).toBe(0);
          expect(file.subarray(at, at + data.byteLength)).toEqual(data);
        }
      }),
      { numRuns: 200 },
    );
  });

  it("refuses data of another length", () => {
    const tensors = new Map([["x", { type: "F32", shape: [2], data: new Uint8Array(4) } as const]]);
    expect(() => encodeSafetensors(tensors)).toThrow(/x: expected 8 bytes for F32 \[2\], got 4/);
  });

  it("stores matrices in 8-bit blocks that read back within half a step", async () => {
    const data = numbers(6 * 64, 3);
    const exact = numbers(64, 4);
    const file = encodeCompact(
      new Map([
        ["w", { shape: [6, 64], data }],
        ["norm", { shape: [64], data: exact }],
      ]),
    );
    const checkpoint = await openCheckpoint([memorySource("c.safetensors", file)]);
    expect(await checkpoint.read("norm")).toEqual(exact);
    expect(checkpoint.info("w").type).toBe("I8");
    const read = await checkpoint.read("w");
    for (let block = 0; block < data.length / 32; block++) {
      const part = data.subarray(block * 32, block * 32 + 32);
      const most = Math.max(...part.map(Math.abs));
      for (let i = 0; i < 32; i++) {
        const error = Math.abs((read[block * 32 + i] ?? Number.NaN) - (part[i] ?? 0));
        expect(error).toBeLessThanOrEqual((most / 254) * 1.0001);
      }
    }
    expect(await checkpoint.readRows("w", 2, 4)).toEqual(read.slice(128, 256));
  });
});

describe("hostile files", () => {
  const tensor = (offsets: unknown, shape: unknown = [2], dtype: unknown = "F32"): string =>
    JSON.stringify({ dtype, shape, data_offsets: offsets });
  const cases: [string, Uint8Array, RegExp][] = [
    ["nothing", new Uint8Array(0), /expected a safetensors file, got 0 bytes/],
    ["seven bytes", new Uint8Array(7), /got 7 bytes/],
    ["a header longer than the limit", fileOf("{}", 0, 1n << 62n), /at most 100000000 bytes/],
    ["a header longer than the file", fileOf("{}", 0, 1000n), /header of 1000 bytes, got 2/],
    ["the largest length", fileOf("{}", 0, (1n << 64n) - 1n), /at most 100000000 bytes/],
    ["an empty header", fileOf(""), /begins with \{, got ""/],
    ["a list", fileOf("[]"), /begins with \{, got "\["/],
    ["a byte order mark", fileOf("\ufeff{}"), /begins with \{/],
    ["no JSON", fileOf("{nope}"), /header in JSON/],
    ["JSON cut short", fileOf('{"a":'), /header in JSON/],
    ["NaN", fileOf(`{"a":${tensor([0, 8]).replace("8", "NaN")}}`, 8), /header in JSON/],
    ["bytes that are not UTF-8", fileOf(Uint8Array.of(0x7b, 0xff, 0x7d)), /UTF-8/],
    ["a tensor that is no object", fileOf('{"a":3}'), /f: a: expected an object, got 3/],
    ["a tensor that is null", fileOf('{"a":null}'), /a: expected an object, got null/],
    [
      "an unknown type",
      fileOf(`{"a":${tensor([0, 8], [2], "F3")}}`, 8),
      /a: expected a known dtype, got "F3"/,
    ],
    [
      "a type from the prototype",
      fileOf(`{"a":${tensor([0, 8], [2], "toString")}}`, 8),
      /known dtype/,
    ],
    ["no type", fileOf('{"a":{"shape":[2],"data_offsets":[0,8]}}', 8), /known dtype, got none/],
    [
      "a shape with a negative length",
      fileOf(`{"a":${tensor([0, 8], [-2])}}`, 8),
      /shape of whole numbers, got \[-2\]/,
    ],
    [
      "a shape with a fraction",
      fileOf(`{"a":${tensor([0, 8], [0.5])}}`, 8),
      /shape of whole numbers/,
    ],
    ["a shape that is a text", fileOf(`{"a":${tensor([0, 8], "2")}}`, 8), /shape of whole numbers/],
    [
      "a shape whose product overflows",
      fileOf(`{"a":${tensor([0, 8], [2 ** 40, 2 ** 40])}}`, 8),
      /more than 2\^50/,
    ],
    ["one offset", fileOf(`{"a":${tensor([0])}}`, 8), /data_offsets of two/],
    [
      "a negative offset",
      fileOf(`{"a":${tensor([-8, 0])}}`, 8),
      /data_offsets of two whole numbers, got \[-8,0\]/,
    ],
    [
      "infinite offsets",
      fileOf(`{"a":${tensor([0, 8]).replace("8", "1e999")}}`, 8),
      /data_offsets of two/,
    ],
    [
      "offsets beyond 2^53",
      fileOf(`{"a":${tensor([0, 8]).replace("8", "9007199254740993")}}`, 8),
      /data_offsets/,
    ],
    [
      "offsets in the wrong order",
      fileOf(`{"a":${tensor([8, 0])}}`, 8),
      /within 0 to 8, got 8 to 0/,
    ],
    ["offsets beyond the end", fileOf(`{"a":${tensor([8, 16])}}`, 8), /within 0 to 8, got 8 to 16/],
    [
      "a range that doesn't fit its shape",
      fileOf(`{"a":${tensor([0, 4])}}`, 4),
      /expected 8 bytes for F32 \[2\], got 4/,
    ],
    [
      "tensors that overlap",
      fileOf(`{"a":${tensor([0, 8])},"b":${tensor([4, 12])}}`, 12),
      /b: expected to begin at byte \d+, got \d+: it overlaps/,
    ],
    [
      "a gap between tensors",
      fileOf(`{"a":${tensor([0, 8])},"b":${tensor([12, 20])}}`, 20),
      /b: .* leaves a gap/,
    ],
    ["a gap at the front", fileOf(`{"a":${tensor([4, 12])}}`, 12), /a: .* leaves a gap/],
    [
      "bytes behind the last tensor",
      fileOf(`{"a":${tensor([0, 8])}}`, 9),
      /expected \d+ bytes for its tensors/,
    ],
    [
      "the same name twice",
      fileOf(`{"a":${tensor([0, 8])},"a":${tensor([0, 8])}}`, 8),
      /each name once, got a twice/,
    ],
    [
      "the same name twice, once escaped",
      fileOf(`{"a":${tensor([0, 8])},"\\u0061":${tensor([0, 8])}}`, 8),
      /got a twice/,
    ],
    [
      "the same field twice",
      fileOf(`{"a":{"dtype":"F32","dtype":"F16","shape":[2],"data_offsets":[0,8]}}`, 8),
      /got dtype twice/,
    ],
    [
      "fields hidden in __proto__",
      fileOf(`{"a":{"__proto__":${tensor([0, 8])}}}`, 8),
      /a: expected a known dtype, got none/,
    ],
    [
      "metadata that is no text",
      fileOf('{"__metadata__":{"x":1}}'),
      /__metadata__: x: expected a string, got 1/,
    ],
    ["metadata that is a list", fileOf('{"__metadata__":[]}'), /__metadata__: expected an object/],
    ["half a byte", fileOf(`{"a":${tensor([0, 1], [1], "F4")}}`, 1), /expected 0.5 bytes/],
    [
      "control characters in a name",
      fileOf(`{"a\\n\\u001b[2J":3}`),
      /f: a\\n\\u001b\[2J: expected/,
    ],
    [
      "deep nesting",
      fileOf(`{"a":{"dtype":${"[".repeat(20000)}${"]".repeat(20000)}}}`),
      /a: expected a known dtype/,
    ],
  ];

  it.each(cases)("%s: is refused in words", async (_, file, message) => {
    const opened = openCheckpoint([memorySource("f", file)]);
    await expect(opened).rejects.toThrow(CheckpointError);
    await expect(openCheckpoint([memorySource("f", file)])).rejects.toThrow(message);
  });

  it("accepts a tensor called __proto__", async () => {
    const file = fileOf(`{"__proto__":${tensor([0, 8])}}`, 8);
    const checkpoint = await openCheckpoint([memorySource("f", file)]);
    expect(checkpoint.names).toEqual(["__proto__"]);
    expect(await checkpoint.read("__proto__")).toEqual(new Float32Array(2));
    expect(checkpoint.has("toString")).toBe(false);
  });

  it("any change of a sound header gives a sound header or a CheckpointError", () => {
    const sound = `{"a":${tensor([0, 8])},"b":${tensor([8, 12], [3, 1], "U8").replace("12", "11")}}`;
    const size = 8 + sound.length + 11;
    const change = fc.record({
      at: fc.nat(sound.length - 1),
      to: fc.integer({ min: 0, max: 255 }),
    });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const header = new TextEncoder().encode(sound);
        for (const { at, to } of changes) header[at] = to;
        try {
          let end = 8 + header.length;
          for (const { offset, length } of parseHeader("f", header, size).tensors.values()) {
            expect(offset).toBe(end);
            end += length;
          }
          expect(end).toBe(size);
        } catch (error) {
          expect(error).toBeInstanceOf(CheckpointError);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it("names file and tensor when a tensor is missing, unreadable or cut short later", async () => {
    const header = `{"a":${tensor([0, 4], [4], "F8_E8M0")}}`;
    const checkpoint = await openCheckpoint([memorySource("m.safetensors", fileOf(header, 4))]);
    await expect(checkpoint.read("b")).rejects.toThrow(/m\.safetensors: expected a tensor b/);
    await expect(checkpoint.read("a")).rejects.toThrow(/m\.safetensors: a: .*got F8_E8M0/);
    await expect(checkpoint.readRows("a", 3, 5)).rejects.toThrow(RangeError);
    const path = join(folder, "shrinks.safetensors");
    await writeFile(path, fileOf(`{"a":${tensor([0, 8])}}`, 8));
    const shrinking = await openCheckpoint([await fileSource(path)]);
    await truncate(path, 60);
    await expect(shrinking.read("a")).rejects.toThrow(/shrinks\.safetensors: .* cut short/);
    await shrinking.close();
    await expect(fileSource(join(folder, "none"))).rejects.toThrow(CheckpointError);
  });
});

describe("large and many files", () => {
  it("reads tensors above 2^31 and 2^32 bytes from a sparse file", async () => {
    const path = join(folder, "large.safetensors");
    const gap = 2 ** 31;
    const rows = 2 ** 20;
    const header = JSON.stringify({
      first: { dtype: "U8", shape: [gap], data_offsets: [0, gap] },
      table: { dtype: "F32", shape: [rows, 640], data_offsets: [gap, gap + rows * 2560] },
      last: { dtype: "F32", shape: [2], data_offsets: [gap + rows * 2560, gap + rows * 2560 + 8] },
    });
    const start = 8 + header.length;
    const handle = await open(path, "w");
    await handle.write(fileOf(header), 0, undefined, 0);
    const put = async (values: number[], at: number): Promise<void> => {
      await handle.write(
        new Uint8Array(Float32Array.from(values).buffer),
        0,
        undefined,
        start + at,
      );
    };
    await put([1, 2, 3], gap + 900_000 * 2560);
    await put([5, 6], gap + rows * 2560);
    await handle.close();
    const checkpoint = await openCheckpoint([await fileSource(path)]);
    expect(checkpoint.info("last").offset).toBeGreaterThan(2 ** 32);
    expect(await checkpoint.read("last")).toEqual(Float32Array.of(5, 6));
    const row = await checkpoint.readRows("table", 900_000, 900_001);
    expect(Array.from(row.subarray(0, 4))).toEqual([1, 2, 3, 0]);
    expect(row.length).toBe(640);
    await checkpoint.close();
  });

  const part = (names: readonly string[]): Uint8Array<ArrayBuffer> =>
    encodeSafetensors(
      new Map(names.map((name) => [name, { type: "F32", shape: [1], data: Float32Array.of(1) }])),
    );
  const index = (map: unknown): string => JSON.stringify({ metadata: {}, weight_map: map });

  it("opens the files that an index names", async () => {
    const text = index({ a: "model-1.safetensors", b: "model-2.safetensors" });
    await writeFile(join(folder, "model-1.safetensors"), part(["a"]));
    await writeFile(join(folder, "model-2.safetensors"), part(["b", "extra"]));
    await writeFile(join(folder, "model.safetensors.index.json"), text);
    await writeFile(join(folder, "config.json"), "{}");
    const loaded = await loadCheckpoint(folder, { packed: null });
    expect([...loaded.checkpoint.names].sort()).toEqual(["a", "b", "extra"]);
    expect(loaded.tokenizer).toBeNull();
    await loaded.close();
  });

  it.each([
    [
      "a path that leads out",
      index({ a: "../x.safetensors" }),
      /a: expected the name of a .safetensors/,
    ],
    ["a file in a folder", index({ a: "d/x.safetensors" }), /got "d\/x\.safetensors"/],
    ["no map", index([]), /object weight_map/],
    ["no JSON", "{", /expected JSON/],
    ["null", "null", /object weight_map/],
  ])("refuses an index with %s", (_, text, message) => {
    expect(() => shardsOf("i.json", text)).toThrow(message);
    expect(() => shardsOf("i.json", text)).toThrow(CheckpointError);
  });

  it("refuses files that don't agree with their index or with each other", async () => {
    const one = memorySource("1.safetensors", part(["a"]));
    const two = memorySource("2.safetensors", part(["a", "b"]));
    await expect(openCheckpoint([one, two])).rejects.toThrow(
      /2\.safetensors: expected a in one file, it is in 1\.safetensors, too/,
    );
    const name = "i.json";
    const missing = openCheckpoint([one], { name, text: index({ c: "1.safetensors" }) });
    await expect(missing).rejects.toThrow(
      /i\.json: expected c in 1\.safetensors, it is in no file/,
    );
    const blob = new Blob([part(["a"])]);
    const fromBlob = await openCheckpoint([memorySource("b.safetensors", blob)]);
    expect(await fromBlob.read("a")).toEqual(Float32Array.of(1));
  });
});
