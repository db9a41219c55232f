/**
 * Big-endian bit reader over a raw byte sequence payload (RBSP), clauses 7.2 and 9.1.
 *
 * Reads past the end give zero bits and are noticed by comparing {@link BitReader.position} with
 * {@link BitReader.end}: foreign bytes never throw here, the caller decides what an overrun means.
 */

/** Zero bytes every payload buffer carries behind its end, so that look-ahead needs no bounds check. */
export const PAYLOAD_PADDING = 64;

export class BitReader {
  /** Payload followed by at least {@link PAYLOAD_PADDING} zero bytes. */
  data: Uint8Array = new Uint8Array(PAYLOAD_PADDING);
  /** Next bit to read, counted from the start of `data`. */
  position = 0;
  /** First bit behind the payload, rbsp_trailing_bits included. */
  end = 0;
  #lastOne = -1;

  /** Starts reading `length` payload bytes of `data` at byte `start`. */
  reset(data: Uint8Array, length: number, start = 0): void {
    this.data = data;
    this.position = start * 8;
    this.end = length * 8;
    this.#lastOne = -1;
  }

  /** Whether more bits were read than there are. */
  get overrun(): boolean {
    return this.position > this.end;
  }

  /** Next `count` bits (0..25) without consuming them. */
  peek(count: number): number {
    const byte = this.position >>> 3;
    const data = this.data;
    if (byte + 4 > data.length || count === 0) {
      return 0;
    }
    const word =
      (data[byte] << 24) | (data[byte + 1] << 16) | (data[byte + 2] << 8) | data[byte + 3];
    return (word << (this.position & 7)) >>> (32 - count);
  }

  /** u(n), 0..25 bits. */
  u(count: number): number {
    const value = this.peek(count);
    this.position += count;
    return value;
  }

  /** u(1) as a boolean. */
  flag(): boolean {
    return this.u(1) === 1;
  }

  /** u(32). */
  u32(): number {
    return this.u(16) * 65536 + this.u(16);
  }

  /** Skips bits without reading them. */
  skip(count: number): void {
    this.position += count;
  }

  /** ue(v), clause 9.1; values above 2^32 - 2 do not exist, a longer prefix reads as 2^32 - 1. */
  ue(): number {
    const head = this.peek(25);
    let zeros = Math.clz32(head) - 7;
    if (zeros <= 12) {
      // The whole code lies within the 25 bits looked at.
      this.position += 2 * zeros + 1;
      return (head >>> (24 - 2 * zeros)) - 1;
    }
    zeros = 0;
    while (zeros < 32 && this.position < this.end && this.peek(1) === 0) {
      this.position++;
      zeros++;
    }
    this.position++;
    if (zeros > 24) {
      const high = this.u(zeros - 16);
      return (high * 65536 + this.u(16) + 2 ** zeros - 1) % 4294967296;
    }
    return (1 << zeros) - 1 + this.u(zeros);
  }

  /** se(v), clause 9.1.1. */
  se(): number {
    const k = this.ue();
    if (k > 0x7fffffff) {
      return k % 2 === 1 ? (k + 1) / 2 : -k / 2;
    }
    // In integers: -(k / 2) would make a floating-point -0 of 0.
    return k & 1 ? (k + 1) >>> 1 : -(k >> 1) | 0;
  }

  /** more_rbsp_data(), clause 7.2: whether anything but rbsp_trailing_bits is left. */
  moreRbspData(): boolean {
    if (this.#lastOne < 0) {
      this.#lastOne = this.#findLastOne();
    }
    return this.position < this.#lastOne;
  }

  /** Bit position of rbsp_stop_one_bit: the last 1 bit of the payload, `0` if there is none. */
  #findLastOne(): number {
    let byte = (this.end >>> 3) - 1;
    while (byte >= 0 && this.data[byte] === 0) {
      byte--;
    }
    if (byte < 0) {
      return 0;
    }
    const trailing = 31 - Math.clz32(this.data[byte] & -this.data[byte]);
    return byte * 8 + 7 - trailing;
  }
}
