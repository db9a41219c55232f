/** Protocol Buffers' wire format as far as Sparkplug needs it: fields out of bytes, and bytes out of fields. */

/** Thrown for bytes that are no message: what was expected, what came, and at which byte. */
export class PayloadError extends Error {
  override readonly name: string = "PayloadError";
}

/** A field of a message. */
export type Field = {
  /** Its number. */
  readonly number: number;
  /** Value of a varint or a fixed-size field, unsigned. */
  readonly value: bigint;
  /** Bytes of a length-delimited or fixed-size field; empty for a varint. */
  readonly bytes: Uint8Array;
};

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/** Longest varint: 64 bits in groups of seven. */
const MOST_VARINT = 10;

/** The fields of a message, in order. Throws {@link PayloadError} for bytes that are none. */
export function* fieldsOf(bytes: Uint8Array): Generator<Field> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let group = 0; group < MOST_VARINT; group++) {
      if (at >= bytes.length) throw cut(at);
      const byte = bytes[at++] as number;
      value |= BigInt(byte & 0x7f) << BigInt(7 * group);
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new PayloadError(
      `byte ${at}: expected a number of at most ${MOST_VARINT} bytes, got more`,
    );
  };
  const take = (length: number): Uint8Array => {
    if (length > bytes.length - at) throw cut(bytes.length);
    at += length;
    return bytes.subarray(at - length, at);
  };
  const none = new Uint8Array(0);
  while (at < bytes.length) {
    const began = at;
    const key = varint();
    const number = Number(key >> 3n);
    switch (Number(key & 7n)) {
      case VARINT:
        yield { number, value: varint(), bytes: none };
        break;
      case FIXED64: {
        const from = at;
        const part = take(8);
        yield { number, value: view.getBigUint64(from, true), bytes: part };
        break;
      }
      case BYTES: {
        const length = varint();
        if (length > BigInt(bytes.length - at)) throw cut(bytes.length);
        yield { number, value: 0n, bytes: take(Number(length)) };
        break;
      }
      case FIXED32: {
        const from = at;
        const part = take(4);
        yield { number, value: BigInt(view.getUint32(from, true)), bytes: part };
        break;
      }
      default:
        throw new PayloadError(
          `byte ${began}: expected a field of wire type 0, 1, 2 or 5, got ${key & 7n}`,
        );
    }
  }
}

function cut(at: number): PayloadError {
  return new PayloadError(`byte ${at}: expected more bytes, got the end`);
}

/** The number in a field's eight bytes. Throws {@link PayloadError} for another length. */
export function doubleOf({ bytes }: Field): number {
  return fixed(bytes, 8).getFloat64(0, true);
}

/** The number in a field's four bytes. Throws {@link PayloadError} for another length. */
export function floatOf({ bytes }: Field): number {
  return fixed(bytes, 4).getFloat32(0, true);
}

function fixed(bytes: Uint8Array, length: number): DataView {
  if (bytes.length !== length) {
    throw new PayloadError(`expected a number of ${length} bytes, got ${bytes.length}`);
  }
  return new DataView(bytes.buffer, bytes.byteOffset, length);
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** The text in a field's bytes. Throws {@link PayloadError} for what is no UTF-8. */
export function textOf({ bytes }: Field): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new PayloadError("expected a text in UTF-8, got other bytes");
  }
}

/** Writes a message. */
export class MessageWriter {
  readonly #bytes: number[] = [];

  /** Adds a number as a varint; negative ones as 64 bits, two's complement. */
  varint(number: number, value: bigint | number): this {
    this.#varint(BigInt((number << 3) | VARINT));
    this.#varint(BigInt.asUintN(64, BigInt(value)));
    return this;
  }

  /** Adds a flag. */
  flag(number: number, value: boolean): this {
    return this.varint(number, value ? 1 : 0);
  }

  /** Adds eight bytes of a number. */
  double(number: number, value: number): this {
    this.#varint(BigInt((number << 3) | FIXED64));
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setFloat64(0, value, true);
    this.#bytes.push(...bytes);
    return this;
  }

  /** Adds a text. */
  text(number: number, value: string): this {
    return this.bytes(number, new TextEncoder().encode(value));
  }

  /** Adds bytes, a message among them. */
  bytes(number: number, value: Uint8Array): this {
    this.#varint(BigInt((number << 3) | BYTES));
    this.#varint(BigInt(value.length));
    for (const byte of value) this.#bytes.push(byte);
    return this;
  }

  /** What was written. */
  done(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }

  #varint(value: bigint): void {
    let rest = value;
    while (rest >= 0x80n) {
      this.#bytes.push(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    this.#bytes.push(Number(rest));
  }
}
