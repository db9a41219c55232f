/**
 * Cosines and sines of rotary position embeddings, made on the host in double precision for the positions at hand:
 * tables would end, and float32 angles lose their precision in a stream that never does.
 */

/** Rows of cosines and sines, [count, width] each. */
export type RotaryRows = { readonly cos: Float32Array; readonly sin: Float32Array };

/** Number of positions remembered; a power of two. */
const REMEMBERED = 2048;

/** Makes rows for positions; recent positions are remembered. */
export class RotaryPositions {
  /** Length of a row: half of a head's width. */
  readonly width: number;
  readonly #frequencies: Float64Array;
  readonly #cos: Float32Array;
  readonly #sin: Float32Array;
  readonly #held: Int32Array = new Int32Array(REMEMBERED).fill(-1);

  /**
   * `headWidth` channels make `headWidth / 2` pairs; pair i turns by `theta ^ (-2 i / headWidth)` per position, pairs
   * from `fraction` of them on do not turn.
   */
  constructor(headWidth: number, theta: number, fraction = 1) {
    this.width = headWidth / 2;
    const turning = Math.floor((fraction * headWidth) / 2);
    this.#frequencies = Float64Array.from({ length: this.width }, (_, i) =>
      i < turning ? theta ** ((-2 * i) / headWidth) : 0,
    );
    this.#cos = new Float32Array(REMEMBERED * this.width);
    this.#sin = new Float32Array(REMEMBERED * this.width);
  }

  /** Rows for positions (non-negative integers), in their order. */
  rows(positions: ArrayLike<number>): RotaryRows {
    const { width } = this;
    const cos = new Float32Array(positions.length * width);
    const sin = new Float32Array(positions.length * width);
    for (let i = 0; i < positions.length; i++) {
      const place = this.#place(positions[i] as number) * width;
      cos.set(this.#cos.subarray(place, place + width), i * width);
      sin.set(this.#sin.subarray(place, place + width), i * width);
    }
    return { cos, sin };
  }

  #place(position: number): number {
    const place = position & (REMEMBERED - 1);
    if (this.#held[place] !== position) {
      this.#held[place] = position;
      for (let i = 0, at = place * this.width; i < this.width; i++, at++) {
        const angle = position * this.#frequencies[i];
        this.#cos[at] = Math.cos(angle);
        this.#sin[at] = Math.sin(angle);
      }
    }
    return place;
  }
}
