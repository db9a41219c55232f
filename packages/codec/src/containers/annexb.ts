/**
 * Access units of a raw Annex B byte stream (ITU-T H.264 7.4.1.2.3), from chunks of any size. Only a cut for
 * pacing and forwarding: the parser finds picture boundaries by itself, from the slice headers.
 */

import { concat } from "./bytes.ts";
import { nextStartCode } from "./sniff.ts";

/** A piece of a byte stream: one coded picture with the parameter sets and messages before it. */
export type AnnexBUnit = { readonly data: Uint8Array; readonly keyframe: boolean };

/** Longest access unit kept together; a longer one is passed on in pieces. */
const MAX_UNIT = 1 << 24;

/** Cuts Annex B chunks into access units. Bytes are neither lost nor changed. */
export class AnnexBSplitter {
  #pending: Uint8Array = new Uint8Array(0);
  /** Where the search for the next start code goes on. */
  #searched = 0;
  #hasSlice = false;
  #keyframe = false;

  /** Takes the next bytes and returns the access units that they complete. */
  push(chunk: Uint8Array): AnnexBUnit[] {
    const units: AnnexBUnit[] = [];
    let bytes = concat([this.#pending, chunk], this.#pending.length + chunk.length);
    let from = this.#searched;
    while (true) {
      const nal = nextStartCode(bytes, from);
      // Two bytes tell the type and whether the slice holds macroblock 0.
      if (nal < 0 || nal + 2 > bytes.length) {
        from = nal < 0 ? Math.max(from, bytes.length - 3) : nal - 3;
        break;
      }
      from = nal;
      const type = bytes[nal] & 0x1f;
      const isSlice = type === 1 || type === 2 || type === 5;
      const firstSlice = isSlice && (bytes[nal + 1] & 0x80) !== 0;
      const opens = firstSlice || (type >= 6 && type <= 9) || (type >= 14 && type <= 18);
      if (opens && this.#hasSlice) {
        // A fourth, leading zero byte belongs to this start code.
        const cut = nal - (nal >= 4 && bytes[nal - 4] === 0 ? 4 : 3);
        units.push({ data: bytes.subarray(0, cut), keyframe: this.#keyframe });
        bytes = bytes.subarray(cut);
        from -= cut;
        this.#hasSlice = false;
        this.#keyframe = false;
      }
      if (isSlice) this.#hasSlice = true;
      if (type === 5) this.#keyframe = true;
    }
    if (bytes.length > MAX_UNIT) {
      units.push({ data: bytes.subarray(0, from), keyframe: this.#keyframe });
      bytes = bytes.subarray(from);
      from = 0;
    }
    this.#pending = bytes;
    this.#searched = from;
    return units;
  }

  /** The last access unit, if any bytes are left. */
  end(): AnnexBUnit[] {
    const data = this.#pending;
    this.#pending = new Uint8Array(0);
    this.#searched = 0;
    return data.length > 0 ? [{ data, keyframe: this.#keyframe }] : [];
  }
}
