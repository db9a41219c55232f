/** Protocol Buffers wire format, writing only: the five forms that an ONNX model needs. */

const utf8 = new TextEncoder();

/** Collects fields of one message. Large byte strings are referenced, not copied, until {@link ProtoWriter.finish}. */
export class ProtoWriter {
  #parts: Uint8Array[] = [];
  #pending: number[] = [];
  #size = 0;

  /** Bytes so far. */
  get size(): number {
    return this.#size;
  }

  /** Field with a varint: a non-negative safe integer, or any 64-bit integer as bigint (two's complement). */
  int(field: number, value: number | bigint): this {
    this.#varint(field * 8);
    this.#varint(value);
    return this;
  }

  /** Field with a 32-bit float. */
  float(field: number, value: number): this {
    this.#varint(field * 8 + 5);
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    for (const byte of bytes) this.#byte(byte);
    return this;
  }

  /** Field with a string. */
  string(field: number, value: string): this {
    return this.bytes(field, utf8.encode(value));
  }

  /** Field with bytes; the array must not change before {@link ProtoWriter.finish}. */
  bytes(field: number, value: Uint8Array): this {
    this.#varint(field * 8 + 2);
    this.#varint(value.length);
    this.#append(value);
    return this;
  }

  /** Field with a message. */
  message(field: number, value: ProtoWriter): this {
    this.#varint(field * 8 + 2);
    this.#varint(value.#size);
    value.#flush();
    for (const part of value.#parts) this.#append(part);
    return this;
  }

  /** The message in one piece. */
  finish(): Uint8Array {
    this.#flush();
    const all = new Uint8Array(this.#size);
    let at = 0;
    for (const part of this.#parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  #byte(value: number): void {
    this.#pending.push(value);
    this.#size++;
  }

  #varint(value: number | bigint): void {
    if (typeof value === "number" && (value < 0 || !Number.isSafeInteger(value))) {
      if (!Number.isInteger(value)) throw new RangeError(`expected an integer, got ${value}`);
      value = BigInt(value);
    }
    if (typeof value === "bigint") {
      let rest = BigInt.asUintN(64, value);
      while (rest > 127n) {
        this.#byte(Number(rest & 127n) | 128);
        rest >>= 7n;
      }
      this.#byte(Number(rest));
      return;
    }
    let rest = value;
    while (rest > 127) {
      this.#byte((rest % 128) | 128);
      rest = Math.floor(rest / 128);
    }
    this.#byte(rest);
  }

  #append(part: Uint8Array): void {
    this.#flush();
    this.#parts.push(part);
    this.#size += part.length;
  }

  #flush(): void {
    if (this.#pending.length === 0) return;
    this.#parts.push(Uint8Array.from(this.#pending));
    this.#pending = [];
  }
}
