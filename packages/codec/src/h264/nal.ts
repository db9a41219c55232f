/**
 * Network abstraction layer: splitting byte streams into NAL units (Annex B), and removing
 * emulation_prevention_three_byte (clause 7.3.1).
 */
import { PAYLOAD_PADDING } from "./bit-reader.ts";

/** nal_unit_type, Table 7-1, as far as the parser looks at it. */
export const NalType = {
  Slice: 1,
  PartitionA: 2,
  PartitionB: 3,
  PartitionC: 4,
  IdrSlice: 5,
  Sei: 6,
  Sps: 7,
  Pps: 8,
  AccessUnitDelimiter: 9,
  EndOfSequence: 10,
  EndOfStream: 11,
  Filler: 12,
  SpsExtension: 13,
  Prefix: 14,
  SubsetSps: 15,
  AuxiliarySlice: 19,
  SliceExtension: 20,
  SliceExtensionDepth: 21,
} as const;

/**
 * Position of the next start code prefix `00 00 01` at or after `from`, or -1. `from` may point into a
 * prefix: zeros before it do not count.
 */
export function findStartCode(data: Uint8Array, from: number, end: number): number {
  let at = from + 2;
  while (at < end) {
    const one = data.indexOf(1, at);
    if (one < 0 || one >= end) {
      return -1;
    }
    if (data[one - 1] === 0 && data[one - 2] === 0) {
      return one - 2;
    }
    at = one + 1;
  }
  return -1;
}

/** A reusable buffer that holds one NAL unit's payload with emulation prevention removed. */
export class PayloadBuffer {
  /** Payload bytes, then zero padding. Byte 0 is the first byte behind the NAL unit header. */
  data: Uint8Array = new Uint8Array(65536);
  /** Payload length in bytes. */
  length = 0;

  /** Unpacks `unit[start, end)`, which excludes the NAL unit header. */
  unpack(unit: Uint8Array, start: number, end: number): void {
    const size = end - start + PAYLOAD_PADDING;
    if (this.data.length < size) {
      this.data = new Uint8Array(Math.max(size, this.data.length * 2));
    }
    const data = this.data;
    let out = 0;
    let from = start;
    let at = start + 2;
    while (at < end) {
      const three = unit.indexOf(3, at);
      if (three < 0 || three >= end) {
        break;
      }
      if (unit[three - 1] === 0 && unit[three - 2] === 0 && three - 2 >= from) {
        data.set(unit.subarray(from, three), out);
        out += three - from;
        from = three + 1;
        at = from + 2;
      } else {
        at = three + 1;
      }
    }
    data.set(unit.subarray(from, end), out);
    out += end - from;
    this.length = out;
    data.fill(0, out, out + PAYLOAD_PADDING);
  }
}

/**
 * Collects NAL units from Annex B bytes that arrive in chunks of any size. A unit is handed on when the start
 * code behind it has arrived, or at {@link AnnexBSplitter.end}.
 */
export class AnnexBSplitter {
  #buffer: Uint8Array = new Uint8Array(1 << 16);
  #length = 0;
  #unitStart = -1;
  #searched = 0;
  readonly #onUnit: (data: Uint8Array, start: number, end: number) => void;
  readonly #limit: number;
  readonly #onOverflow: (bytes: number) => void;

  /**
   * @param onUnit called with each NAL unit, header byte included; the bytes are reused afterwards
   * @param limit largest NAL unit in bytes; a longer run without a start code is dropped
   * @param onOverflow called with the number of bytes dropped
   */
  constructor(
    onUnit: (data: Uint8Array, start: number, end: number) => void,
    limit: number,
    onOverflow: (bytes: number) => void,
  ) {
    this.#onUnit = onUnit;
    this.#limit = limit;
    this.#onOverflow = onOverflow;
  }

  /** Takes the next bytes of the stream. */
  push(chunk: Uint8Array): void {
    const step = 1 << 20;
    for (let from = 0; from < chunk.length; from += step) {
      this.#append(chunk.subarray(from, Math.min(chunk.length, from + step)));
      this.#drain();
    }
  }

  /** Hands on the last unit and forgets everything. */
  end(): void {
    if (this.#unitStart >= 0) {
      this.#emit(this.#length);
    }
    this.#length = 0;
    this.#unitStart = -1;
    this.#searched = 0;
  }

  #append(chunk: Uint8Array): void {
    const needed = this.#length + chunk.length;
    if (needed > this.#buffer.length) {
      const grown = new Uint8Array(Math.max(needed, this.#buffer.length * 2));
      grown.set(this.#buffer.subarray(0, this.#length));
      this.#buffer = grown;
    }
    this.#buffer.set(chunk, this.#length);
    this.#length = needed;
  }

  #drain(): void {
    let at = findStartCode(this.#buffer, this.#searched, this.#length);
    while (at >= 0) {
      if (this.#unitStart >= 0) {
        this.#emit(at);
      }
      this.#unitStart = at + 3;
      at = findStartCode(this.#buffer, this.#unitStart, this.#length);
    }
    // A start code may be cut in two by the chunk border.
    this.#searched = Math.max(this.#length - 2, this.#unitStart, 0);
    const keepFrom = this.#unitStart >= 0 ? this.#unitStart : this.#searched;
    if (this.#length - keepFrom > this.#limit) {
      this.#onOverflow(this.#length - keepFrom);
      this.#length = 0;
      this.#unitStart = -1;
      this.#searched = 0;
      return;
    }
    if (keepFrom > 0) {
      this.#buffer.copyWithin(0, keepFrom, this.#length);
      this.#length -= keepFrom;
      this.#searched -= keepFrom;
      this.#unitStart = this.#unitStart >= 0 ? 0 : -1;
    }
  }

  #emit(end: number): void {
    const start = this.#unitStart;
    let last = end;
    // trailing_zero_8bits and the leading zero of a four-byte start code
    while (last > start && this.#buffer[last - 1] === 0) {
      last--;
    }
    if (last > start) {
      this.#onUnit(this.#buffer, start, last);
    }
  }
}
