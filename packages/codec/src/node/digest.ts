/**
 * The digest by which two readings of a video are compared: SHA-256 over a frame's motion vectors as lines
 * `source w h dst_x dst_y motion_x motion_y\n`, sorted as text.
 *
 * Sorting thousands of lines per frame as strings would cost more than parsing the frame. But text order of such
 * lines is the order of their fields, each compared as text: a space sorts before `-` and before every digit, so a
 * number that is a prefix of another comes first, as it does as a text of its own. Each field therefore maps to a
 * rank, ranks are packed into one exact double with the row's number in the low bits, and the native numeric sort
 * does the rest.
 */

import { createHash, type Hash } from "node:crypto";

const FIELDS = 7;
/** Ranks cover -OFFSET .. OFFSET - 1 at first: all motion, and positions up to H.264's largest picture. */
const OFFSET = 1 << 15;

/** Text-order ranks of the integers -2^15 .. 2^15 - 1, made at first use. */
let ranks: Uint16Array | undefined;

function textRanks(): Uint16Array {
  if (ranks !== undefined) return ranks;
  // Depth-first walk over decimal numbers is text order: 0, 1, 10, 100, ..., 2, 20, ...
  const order = new Int32Array(2 * OFFSET);
  let count = 0;
  const walk = (n: number, limit: number, sign: number): void => {
    if (n > limit) return;
    order[count++] = sign * n;
    if (n > 0) for (let digit = 0; digit < 10; digit++) walk(10 * n + digit, limit, sign);
  };
  for (let digit = 1; digit < 10; digit++) walk(digit, OFFSET, -1);
  for (let digit = 0; digit < 10; digit++) walk(digit, OFFSET - 1, 1);
  ranks = new Uint16Array(2 * OFFSET);
  for (let rank = 0; rank < count; rank++) ranks[order[rank] + OFFSET] = rank;
  return ranks;
}

/** Hashes vectors frame by frame; reuses its buffers, so one digest serves one video at a time. */
export class VectorDigest {
  #keys: Float64Array<ArrayBuffer> = new Float64Array(0);
  #text: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  readonly #whole: Hash = createHash("sha256");

  /**
   * SHA-256, in hex, of `count` rows of seven integers (source -1 or 1, w, h, dst_x, dst_y, motion_x, motion_y,
   * each within 16 bits). Also enters the total.
   */
  frame(rows: Int32Array, count: number): string {
    const length = this.#write(rows, count, this.#sorted(rows, count));
    const hex = createHash("sha256").update(this.#text.subarray(0, length)).digest("hex");
    this.#whole.update(hex);
    return hex;
  }

  /** SHA-256, in hex, of all frames' digests joined. Ends this digest. */
  total(): string {
    return this.#whole.digest("hex");
  }

  /** Row numbers in text order of the rows. */
  #sorted(rows: Int32Array, count: number): Uint32Array {
    const order = new Uint32Array(count);
    const rank = textRanks();
    // Two bits for source and sizes' order, 16 each for the position: 35, and what is left of 53 for the row.
    if (count >= 1 << 17)
      return order.map((_, i) => i).sort((a, b) => compareRows(rows, a, b, rank));
    if (this.#keys.length < count) this.#keys = new Float64Array(count + (count >> 1));
    const keys = this.#keys.subarray(0, count);
    for (let i = 0, at = 0; i < count; i++, at += FIELDS) {
      // "16" < "8" and "-1" < "1"
      const head =
        (rows[at] < 0 ? 0 : 4) | (rows[at + 1] === 16 ? 0 : 2) | (rows[at + 2] === 16 ? 0 : 1);
      const place = head * 0x1_0000_0000 + rank[rows[at + 3] + OFFSET] * 0x1_0000;
      keys[i] = (place + rank[rows[at + 4] + OFFSET]) * 0x2_0000 + i;
    }
    keys.sort();
    let previous = -1;
    for (let i = 0; i < count; i++) {
      const place = Math.floor(keys[i] / 0x2_0000);
      order[i] = keys[i] - place * 0x2_0000;
      if (place === previous) sinkRow(rows, order, i, rank);
      previous = place;
    }
    return order;
  }

  /** Writes the rows as text and returns its length. */
  #write(rows: Int32Array, count: number, order: Uint32Array): number {
    // Seven numbers of at most six characters, each with its separator.
    if (this.#text.length < count * 49) this.#text = new Uint8Array(count * 74);
    const text = this.#text;
    let to = 0;
    for (let i = 0; i < count; i++) {
      const at = order[i] * FIELDS;
      for (let field = 0; field < FIELDS; field++) {
        let value = rows[at + field];
        if (value < 0) {
          text[to++] = 45;
          value = -value;
        }
        if (value < 1000) to += put(text, to, SHORT[value]);
        else {
          const thousands = (value / 1000) | 0;
          to += put(text, to, SHORT[thousands]);
          to += put(text, to, PADDED[value - 1000 * thousands]);
        }
        text[to++] = field === FIELDS - 1 ? 10 : 32;
      }
    }
    return to;
  }
}

/** Decimal digits of 0..999 as characters in the low three bytes, and their number in the fourth. */
const SHORT: Uint32Array = Uint32Array.from({ length: 1000 }, (_, n) => packed(String(n)));
const PADDED: Uint32Array = Uint32Array.from({ length: 1000 }, (_, n) =>
  packed(String(n).padStart(3, "0")),
);

function packed(digits: string): number {
  let word = digits.length << 24;
  for (let i = 0; i < digits.length; i++) word |= digits.charCodeAt(i) << (8 * i);
  return word;
}

/** Writes three bytes, of which the next number overwrites those that are not digits. Returns the digits' number. */
function put(text: Uint8Array, at: number, word: number): number {
  text[at] = word;
  text[at + 1] = word >> 8;
  text[at + 2] = word >> 16;
  return word >>> 24;
}

/** Puts row `i` of `order` before those just ahead of it that are at the same place and come later in text order. */
function sinkRow(rows: Int32Array, order: Uint32Array, i: number, rank: Uint16Array): void {
  const row = order[i];
  let to = i;
  while (to > 0 && compareRows(rows, order[to - 1], row, rank) > 0) {
    order[to] = order[to - 1];
    to--;
  }
  order[to] = row;
}

function compareRows(rows: Int32Array, a: number, b: number, rank: Uint16Array): number {
  for (let field = 0; field < FIELDS; field++) {
    const difference =
      rank[rows[a * FIELDS + field] + OFFSET] - rank[rows[b * FIELDS + field] + OFFSET];
    if (difference !== 0) return difference;
  }
  return 0;
}
