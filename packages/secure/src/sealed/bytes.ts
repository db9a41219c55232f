/** Reading and writing of byte layouts; every read is bounded and answers null past the end. */

/** CRC-32 (ISO-HDLC, as in gzip), eight tables for eight bytes a step. */
const TABLES: readonly Uint32Array[] = makeTables();

function makeTables(): Uint32Array[] {
  const tables = Array.from({ length: 8 }, () => new Uint32Array(256));
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    tables[0][byte] = crc;
  }
  for (let byte = 0; byte < 256; byte++) {
    for (let at = 1; at < 8; at++) {
      const before = tables[at - 1][byte];
      tables[at][byte] = (before >>> 8) ^ tables[0][before & 255];
    }
  }
  return tables;
}

/** CRC-32 of `bytes`, going on from `crc`, the value of what came before. */
export function crc32(bytes: Uint8Array, crc = 0): number {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = TABLES;
  let value = ~crc;
  let at = 0;
  for (const end = bytes.length - 7; at < end; at += 8) {
    value ^= bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
    value =
      t7[value & 255] ^
      t6[(value >>> 8) & 255] ^
      t5[(value >>> 16) & 255] ^
      t4[value >>> 24] ^
      t3[bytes[at + 4]] ^
      t2[bytes[at + 5]] ^
      t1[bytes[at + 6]] ^
      t0[bytes[at + 7]];
  }
  for (; at < bytes.length; at++) value = (value >>> 8) ^ t0[(value ^ bytes[at]) & 255];
  return ~value >>> 0;
}

/** Puts parts behind one another. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Whether two public values are equal; not for secrets, its time depends on them. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}

/** Lower-case hexadecimal digits. */
export function hex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
  return text;
}

/** UTF-8 of a text. */
export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Unsigned integers, big-endian. */
export function u32(value: number): Uint8Array {
  return new Uint8Array([value >>> 24, value >>> 16, value >>> 8, value]);
}

/** A safe integer as eight bytes, big-endian. */
export function u64(value: number): Uint8Array {
  return concat(u32(Math.floor(value / 2 ** 32)), u32(value % 2 ** 32));
}

/** Unsigned LEB128, at most five bytes, for values below 2^32. */
export function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return new Uint8Array(bytes);
}

/** Reads from the front; once something was missing or malformed, `failed` stays true and zeros come. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  /** Where the next read begins. */
  offset: number;
  /** Whether a read went past the end or met a value that is not canonical. */
  failed = false;

  constructor(bytes: Uint8Array, offset = 0) {
    this.#bytes = bytes;
    this.offset = offset;
  }

  /** Bytes that are left. */
  get left(): number {
    return this.#bytes.length - this.offset;
  }

  /** The next `length` bytes, a view; empty when there are fewer. */
  take(length: number): Uint8Array {
    if (this.failed || length > this.left) {
      this.failed = true;
      return new Uint8Array(0);
    }
    this.offset += length;
    return this.#bytes.subarray(this.offset - length, this.offset);
  }

  /** One byte. */
  u8(): number {
    return this.take(1)[0] ?? 0;
  }

  /** Four bytes, big-endian. */
  u32(): number {
    const bytes = this.take(4);
    return this.failed ? 0 : readU32(bytes, 0);
  }

  /** Eight bytes, big-endian; what is no safe integer fails. */
  u64(): number {
    const bytes = this.take(8);
    if (this.failed) return 0;
    const value = readU32(bytes, 0) * 2 ** 32 + readU32(bytes, 4);
    if (!Number.isSafeInteger(value)) this.failed = true;
    return this.failed ? 0 : value;
  }

  /** Unsigned LEB128 below 2^32 in its shortest form. */
  varint(): number {
    let value = 0;
    for (let at = 0; at < 5; at++) {
      const byte = this.u8();
      if (this.failed) return 0;
      value += (byte % 128) * 2 ** (7 * at);
      if (byte >= 128) continue;
      if ((at > 0 && byte === 0) || value >= 2 ** 32) this.failed = true;
      return this.failed ? 0 : value;
    }
    this.failed = true;
    return 0;
  }
}

/** Four bytes at `at`, big-endian. */
export function readU32(bytes: Uint8Array, at: number): number {
  return ((bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]) >>> 0;
}
