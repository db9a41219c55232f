/**
 * Records on a byte stream: a JSON header and a binary body each, for motion and pictures on their way to a page.
 *
 * Layout, little endian: u32 length of what follows, u16 length of the header, header (UTF-8 JSON), body.
 */

import { expected } from "./errors.ts";

/** Longest record that a reader accepts, bytes. */
export const MAX_RECORD_BYTES: number = 1 << 25;

/** One record as it came off the stream. The body is a view into the received bytes. */
export type StreamRecord<Header> = { readonly header: Header; readonly body: Uint8Array };

/** Packs a record. Throws a `UsageError` if header or body are longer than a record may be. */
export function packRecord(
  header: unknown,
  body: Uint8Array = new Uint8Array(0),
): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const length = 2 + text.length + body.length;
  if (text.length > 0xffff || length > MAX_RECORD_BYTES) {
    throw expected(`a record of at most ${MAX_RECORD_BYTES} bytes`, length, "packRecord");
  }
  const record = new Uint8Array(4 + length);
  const view = new DataView(record.buffer);
  view.setUint32(0, length, true);
  view.setUint16(4, text.length, true);
  record.set(text, 6);
  record.set(body, 6 + text.length);
  return record;
}

/** Takes records off a stream of chunks of any size. */
export class RecordReader<Header> {
  #chunks: Uint8Array[] = [];
  #size = 0;

  /** Takes bytes and returns the records that they complete. Throws an `Error` on bytes that are no record. */
  push(chunk: Uint8Array): StreamRecord<Header>[] {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    const records: StreamRecord<Header>[] = [];
    while (this.#size >= 6) {
      const head = this.#gather(6);
      const view = new DataView(head.buffer, head.byteOffset);
      const length = view.getUint32(0, true);
      const headerLength = view.getUint16(4, true);
      if (length > MAX_RECORD_BYTES || headerLength + 2 > length) {
        throw new Error(`RecordReader: expected a record, got a length of ${length} bytes`);
      }
      if (this.#size < 4 + length) break;
      const bytes = this.#gather(4 + length);
      const text = new TextDecoder().decode(bytes.subarray(6, 6 + headerLength));
      records.push({
        header: JSON.parse(text) as Header,
        body: bytes.subarray(6 + headerLength, 4 + length),
      });
      const rest = bytes.subarray(4 + length);
      this.#chunks[0] = rest;
      this.#size -= 4 + length;
    }
    return records;
  }

  /** Makes the first chunk hold at least `length` bytes (so many have come) and returns it. */
  #gather(length: number): Uint8Array {
    const first = this.#chunks[0];
    if (first !== undefined && first.length >= length) return first;
    const joined = new Uint8Array(this.#size);
    let at = 0;
    for (const chunk of this.#chunks) {
      joined.set(chunk, at);
      at += chunk.length;
    }
    this.#chunks = [joined];
    return joined;
  }
}
