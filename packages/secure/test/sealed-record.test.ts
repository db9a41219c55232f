/** Sealed records and bulk data: sizes, both implementations, tampering, foreign bytes. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  BULK_HEADER_LENGTH,
  bulkLength,
  CONTEXT_RECORD_OVERHEAD,
  createRecordOpener,
  createRecordSealer,
  openBytes,
  openRecord,
  openStream,
  portablePrimitives,
  SEALED_RECORD_OVERHEAD,
  SecureError,
  sealBytes,
  sealRecord,
  sealStream,
} from "../src/index.ts";
import { openFile, sealFile } from "../src/node/index.ts";
import { crc32 } from "../src/sealed/bytes.ts";
import { openBody, sealBody, sealedLength } from "../src/sealed/segment.ts";
import { temporary } from "./support/folders.ts";
import { flip, flipAny, item } from "./support/items.ts";
import { seeded } from "./support/memory-files.ts";
import { bytes, primitives, reader } from "./support/sealed.ts";

const portable = portablePrimitives();
const other = primitives.kem("X-Wing").fromSeed(new Uint8Array(32).fill(1));

describe("a sealed record", () => {
  it("is 1,136 bytes longer than its content, and opens in both implementations", () => {
    expect(SEALED_RECORD_OVERHEAD).toBe(1136);
    for (const length of [0, 1, 256, 65_536]) {
      const record = primitives.random(length);
      for (const [one, two] of [
        [primitives, portable],
        [portable, primitives],
      ] as const) {
        const sealed = sealRecord(one, reader.publicKey, record, "test", bytes("aad"));
        expect(sealed.length).toBe(length + 1136);
        expect(openRecord(two, reader.secretKey, sealed, "test", bytes("aad"))).toEqual(record);
      }
    }
  });

  it("opens for nobody else, for no other purpose, and not when it was changed", () => {
    const sealed = sealRecord(primitives, reader.publicKey, bytes("secret"), "test");
    const open = (key: Uint8Array, data: Uint8Array, purpose: string, aad?: Uint8Array) => () =>
      openRecord(primitives, key, data, purpose, aad);
    expect(open(other.secretKey, sealed, "test")).toThrow(SecureError);
    expect(open(reader.secretKey, sealed, "tests")).toThrow(SecureError);
    expect(open(reader.secretKey, sealed, "test", bytes("x"))).toThrow(SecureError);
    expect(open(reader.secretKey, sealed.slice(0, 1135), "test")).toThrow(SecureError);
    const random = seeded(4);
    for (let round = 0; round < 200; round++) {
      const bad = sealed.slice();
      flipAny(bad, random);
      expect(open(reader.secretKey, bad, "test")).toThrow(SecureError);
    }
    for (let round = 0; round < 50; round++) {
      const noise = primitives.random(Math.floor(random() * 2000));
      expect(open(reader.secretKey, noise, "test")).toThrow(SecureError);
    }
  });
});

describe("records in a context", () => {
  it("are 20 bytes longer, open in order, show gaps and refuse repeats", () => {
    expect(CONTEXT_RECORD_OVERHEAD).toBe(20);
    const sealer = createRecordSealer(primitives, reader.publicKey, "minutes");
    const opener = createRecordOpener(portable, reader.secretKey, sealer.opening, "minutes");
    const records = Array.from({ length: 10 }, (_, at) => sealer.seal(bytes(`record ${at}`)));
    expect(item(records, 0).length).toBe("record 0".length + 20);
    expect(opener.open(item(records, 0))).toEqual(bytes("record 0"));
    expect(() => opener.open(item(records, 0))).toThrow(SecureError);
    expect(opener.open(item(records, 4))).toEqual(bytes("record 4"));
    expect(opener.lost).toBe(3);
    expect(() => opener.open(item(records, 2))).toThrow(SecureError);
    const bad = item(records, 5).slice();
    flip(bad, 3, 3);
    expect(() => opener.open(bad)).toThrow(SecureError);
    expect(() => opener.open(new Uint8Array(19))).toThrow(SecureError);
    expect(() => opener.open(item(records, 5), bytes("aad"))).toThrow(SecureError);
    expect(opener.open(item(records, 5))).toEqual(bytes("record 5"));
    expect(opener.lost).toBe(3);
    expect(() => createRecordOpener(primitives, reader.secretKey, new Uint8Array(9), "")).toThrow(
      SecureError,
    );
    const wrong = createRecordOpener(primitives, reader.secretKey, sealer.opening, "hours");
    expect(() => wrong.open(item(records, 6))).toThrow(SecureError);
  });
});

const LENGTHS = [0, 1, 65_535, 65_536, 65_537, 131_072, 200_000];

describe("bulk data", () => {
  it("opens as it was sealed, whole or as a stream, in both implementations and with both ciphers", async () => {
    for (const length of LENGTHS) {
      const data = primitives.random(Math.min(length, 60_000));
      const whole = new Uint8Array(length);
      for (let at = 0; at < length; at += data.length) {
        whole.set(data.subarray(0, Math.min(data.length, length - at)), at);
      }
      for (const aead of ["AES-256-GCM", "ChaCha20-Poly1305"] as const) {
        const sealed = sealBytes(primitives, reader.publicKey, whole, { aead, purpose: "p" });
        expect(sealed.length).toBe(bulkLength(length));
        expect(openBytes(portable, reader.secretKey, sealed, { purpose: "p" })).toEqual(whole);
        const streamed = await collect(
          sealStream(portable, reader.publicKey, pieces(whole, 7919), { aead, purpose: "p" }),
        );
        expect(streamed.length).toBe(bulkLength(length));
        const opened = openStream(primitives, reader.secretKey, pieces(streamed, 4099), {
          purpose: "p",
        });
        expect(await collect(opened)).toEqual(whole);
        expect(() => openBytes(primitives, reader.secretKey, sealed, { purpose: "q" })).toThrow(
          SecureError,
        );
        expect(() => openBytes(primitives, other.secretKey, sealed, { purpose: "p" })).toThrow(
          SecureError,
        );
      }
    }
  });

  it("shows what was cut off, moved, added or changed", async () => {
    const data = new Uint8Array(200_000).map((_, at) => at % 251);
    const sealed = sealBytes(primitives, reader.publicKey, data);
    const chunk = 65_536 + 16;
    const part = (from: number, to: number): Uint8Array => {
      return sealed.slice(BULK_HEADER_LENGTH + from * chunk, BULK_HEADER_LENGTH + to * chunk);
    };
    const header = sealed.slice(0, BULK_HEADER_LENGTH);
    const bad: Record<string, Uint8Array> = {
      "last chunk cut off": sealed.slice(0, BULK_HEADER_LENGTH + 3 * chunk),
      "in the middle of a chunk": sealed.slice(0, -5),
      "all chunks cut off": header,
      "half a header": header.slice(0, 100),
      "chunks swapped": together(header, part(1, 2), part(0, 1), part(2, 9)),
      "chunk twice": together(header, part(0, 1), part(0, 9)),
      "bytes behind": together(sealed, new Uint8Array(40)),
      "chunk behind": together(sealed, part(3, 4)),
      "other version": sealed.map((byte, at) => (at === 7 ? 2 : byte)),
      "other suite": sealed.map((byte, at) => (at === 8 ? 3 : byte)),
      "suite swapped": sealed.map((byte, at) => (at === 8 ? 2 : byte)),
      nothing: new Uint8Array(0),
    };
    for (const [name, one] of Object.entries(bad)) {
      expect(() => openBytes(primitives, reader.secretKey, one), name).toThrow(SecureError);
      const stream = openStream(primitives, reader.secretKey, pieces(one, 50_000));
      await expect(collect(stream), name).rejects.toThrow(SecureError);
    }
    const random = seeded(5);
    for (let round = 0; round < 40; round++) {
      const flipped = sealed.slice();
      flipAny(flipped, random);
      expect(() => openBytes(primitives, reader.secretKey, flipped)).toThrow(SecureError);
    }
  });

  it("goes from file to file, and leaves nothing where the source is not whole", async () => {
    const folder = temporary();
    const path = (name: string): string => join(folder, name);
    const data = new Uint8Array(300_000).map((_, at) => at % 251);
    writeFileSync(path("plain"), data);
    await sealFile(path("plain"), path("sealed"), reader.publicKey);
    await openFile(path("sealed"), path("opened"), reader.secretKey);
    expect(new Uint8Array(readFileSync(path("opened")))).toEqual(data);
    writeFileSync(path("cut"), readFileSync(path("sealed")).subarray(0, -70_000));
    writeFileSync(path("kept"), "old");
    await expect(openFile(path("cut"), path("kept"), reader.secretKey)).rejects.toThrow(
      SecureError,
    );
    expect(readFileSync(path("kept"), "utf8")).toBe("old");
    await expect(openFile(path("none"), path("x"), reader.secretKey)).rejects.toThrow(/ENOENT/);
  });
});

describe("a record of a log", () => {
  it("opens whole only, at its own place, with its own key", () => {
    const place = {
      aead: "AES-256-GCM" as const,
      key: new Uint8Array(32).fill(1),
      header: new Uint8Array(32).fill(2),
      index: 7,
      keyNumber: 3,
    };
    const data = new Uint8Array(131_072).map((_, at) => at % 251);
    const body = sealBody(primitives, place, data);
    expect(body.length).toBe(1 + sealedLength(data.length));
    expect(openBody(primitives, place, body)).toEqual(data);
    const chunk = 65_536 + 16;
    const wrong = [
      body.slice(0, 1 + chunk),
      body.slice(0, 1),
      body.slice(0, -1),
      together(body, body.slice(1, 1 + chunk)),
      together(body.slice(0, 1), body.slice(1 + chunk), body.slice(1, 1 + chunk)),
      new Uint8Array(0),
    ];
    for (const one of wrong) expect(openBody(primitives, place, one)).toBeNull();
    const others = [
      { ...place, index: 8 },
      { ...place, keyNumber: 4 },
      { ...place, header: new Uint8Array(32) },
      { ...place, key: new Uint8Array(32) },
      { ...place, aead: "ChaCha20-Poly1305" as const },
    ];
    for (const other of others) expect(openBody(primitives, other, body)).toBeNull();
  });
});

describe("CRC-32", () => {
  it("has the published check value, in one go and in parts of any length", () => {
    expect(crc32(bytes("123456789"))).toBe(0xcbf43926);
    const data = primitives.random(1000);
    for (let at = 0; at <= 40; at++) {
      expect(crc32(data.subarray(at), crc32(data.subarray(0, at)))).toBe(crc32(data));
    }
  });
});

function together(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}

function* pieces(data: Uint8Array, length: number): Generator<Uint8Array> {
  for (let at = 0; at < data.length; at += length) yield data.subarray(at, at + length);
}

async function collect(source: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(part);
  return Uint8Array.from(Buffer.concat(parts));
}
