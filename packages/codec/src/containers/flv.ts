/**
 * Flash Video, H.264 only (Adobe FLV 10.1, E.4; Enhanced RTMP for the names of other codecs). A tag carries its
 * own size and both timestamps, so an access unit is complete the moment its last byte is there: this is the pipe
 * format between ffmpeg and the parser for live cameras.
 */

import { concat } from "./bytes.ts";
import { codecName } from "./names.ts";
import { ascii } from "./sniff.ts";

/** What an FLV stream holds, in order. */
export type FlvItem =
  | { readonly kind: "config"; readonly avcC: Uint8Array }
  | {
      readonly kind: "unit";
      /** Length-prefixed NAL units. */
      readonly data: Uint8Array;
      /** Presentation time in seconds. */
      readonly timestamp: number;
      /** Whether decoding can start here. */
      readonly keyframe: boolean;
    }
  | { readonly kind: "unsupported"; readonly codec: string }
  | { readonly kind: "damaged"; readonly what: string };

const CODEC_IDS: Readonly<Record<number, string>> = {
  2: "Sorenson H.263",
  3: "Screen video",
  4: "VP6",
  5: "VP6 with alpha",
  6: "Screen video 2",
  8: "H.263",
  9: "MPEG-4 Part 2",
  12: "HEVC",
};

const HEADER = 9;
const TAG_HEADER = 11;

/** Reads FLV bytes in chunks of any size. */
export class FlvReader {
  #pending: Uint8Array = new Uint8Array(0);
  #started = false;
  #epoch = 0;
  #lastTime = 0;
  #stopped = false;

  /** Takes the next bytes and returns what they complete. After `unsupported` or `damaged` nothing follows. */
  push(chunk: Uint8Array): FlvItem[] {
    const items: FlvItem[] = [];
    let bytes =
      this.#pending.length === 0
        ? chunk
        : concat([this.#pending, chunk], this.#pending.length + chunk.length);
    if (!this.#started && bytes.length >= HEADER + 4) {
      const offset = (bytes[5] << 24) | (bytes[6] << 16) | (bytes[7] << 8) | bytes[8];
      if (ascii(bytes, 0, 3) !== "FLV" || offset !== HEADER) {
        this.#stopped = true;
        return [{ kind: "damaged", what: "expected an FLV header" }];
      }
      bytes = bytes.subarray(HEADER + 4);
      this.#started = true;
    }
    while (this.#started && !this.#stopped && bytes.length >= TAG_HEADER) {
      const size = (bytes[1] << 16) | (bytes[2] << 8) | bytes[3];
      const whole = TAG_HEADER + size + 4;
      if (bytes.length < whole) break;
      const type = bytes[0] & 0x1f;
      if (type !== 8 && type !== 9 && type !== 18) {
        this.#stopped = true;
        items.push({ kind: "damaged", what: `FLV tag type ${type}, expected 8, 9 or 18` });
        break;
      }
      if (type === 9 && size > 0) {
        const time = this.#unwrap(
          ((bytes[7] << 24) | (bytes[4] << 16) | (bytes[5] << 8) | bytes[6]) >>> 0,
        );
        const item = this.#video(bytes.subarray(TAG_HEADER, TAG_HEADER + size), time);
        if (item !== undefined) items.push(item);
      }
      bytes = bytes.subarray(whole);
    }
    // A copy: what is kept must not hold on to the caller's chunk.
    this.#pending = this.#stopped ? new Uint8Array(0) : bytes.slice();
    return items;
  }

  /** Milliseconds that go on past the 32-bit wrap, after 49 days. */
  #unwrap(time: number): number {
    if (this.#lastTime - time > 0x80000000) this.#epoch += 0x100000000;
    this.#lastTime = time;
    return this.#epoch + time;
  }

  #video(body: Uint8Array, time: number): FlvItem | undefined {
    const codec = body[0] & 0x0f;
    if ((body[0] & 0x80) !== 0) {
      this.#stopped = true;
      return { kind: "unsupported", codec: codecName(ascii(body, 1, 4)) };
    }
    if (codec !== 7) {
      this.#stopped = true;
      return {
        kind: "unsupported",
        codec: `${CODEC_IDS[codec] ?? "unknown codec"} (FLV ${codec})`,
      };
    }
    if (body.length < 5) return undefined;
    if (body[1] === 0) return { kind: "config", avcC: body.slice(5) };
    if (body[1] !== 1) return undefined;
    const composition = ((body[2] << 24) | (body[3] << 16) | (body[4] << 8)) >> 8;
    return {
      kind: "unit",
      data: body.slice(5),
      timestamp: (time + composition) / 1000,
      keyframe: body[0] >> 4 === 1,
    };
  }
}
