/**
 * CABAC arithmetic decoding engine, clause 9.3.3.2, and the residual blocks that take most of its time.
 *
 * Scale. `low` holds codIOffset shifted left by 17; the 16 bits below it are looked-ahead stream bits and, under
 * them, one marker bit. When the marker reaches bit 16 the look-ahead is used up and two more bytes are added.
 * So nothing counts bits, and every value stays below 2^27: an int32 without overflow.
 *
 * The decision step is written out again inside the residual loops on purpose, with the engine's state in local
 * variables. The `| 0` tell the compiler that sums stay int32, which spares an overflow check each. Measured and
 * not adopted: a branchless step (no faster) and a WebAssembly kernel of the residual loops (1.1 to 1.4 times as
 * fast in them, by estimate under a tenth of the whole).
 */
import {
  AFTER_LPS,
  AFTER_MPS,
  CABAC_MEMORY,
  initialStates,
  LPS,
  MAP_8X8_FIELD,
  MAP_8X8_FRAME,
  MAP_8X8_LAST,
  MAP_LINEAR,
} from "./cabac-tables.ts";

/** ctxBlockCat, Table 9-42, as used here. */
export const BlockCategory = {
  LumaDc: 0,
  LumaAc: 1,
  Luma4x4: 2,
  ChromaDc: 3,
  ChromaAc: 4,
  Luma8x8: 5,
} as const;

/** First context of significant_coeff_flag by category, frame then field macroblocks. */
const SIGNIFICANT_BASE: Int32Array = new Int32Array([
  105, 120, 134, 149, 152, 402, 277, 292, 306, 321, 324, 436,
]);
/** First context of last_significant_coeff_flag, likewise. */
const LAST_BASE: Int32Array = new Int32Array([
  166, 181, 195, 210, 213, 417, 338, 353, 367, 382, 385, 451,
]);
/** First context of coeff_abs_level_minus1. */
const LEVEL_BASE: Int32Array = new Int32Array([227, 237, 247, 257, 266, 426]);
/** Coefficients per block. */
const COEFFICIENTS: Int32Array = new Int32Array([16, 15, 16, 4, 15, 64]);

/**
 * Context offset of the first bin of coeff_abs_level_minus1, then of its further bins, by node; a node stands for
 * the levels seen so far (0-3: that many levels of 1 and none greater; 4-7: one to four greater ones).
 */
const FIRST_BIN: Uint8Array = new Uint8Array([1, 2, 3, 4, 0, 0, 0, 0]);
const FURTHER_BINS: Uint8Array = new Uint8Array([5, 5, 5, 5, 6, 7, 8, 9]);
/** The same for chroma DC, whose last context is one lower. */
const FURTHER_BINS_CHROMA_DC: Uint8Array = new Uint8Array([5, 5, 5, 5, 6, 7, 8, 8]);
const AFTER_ONE: Uint8Array = new Uint8Array([1, 2, 3, 3, 4, 5, 6, 7]);
const AFTER_GREATER: Uint8Array = new Uint8Array([4, 4, 4, 4, 5, 6, 7, 7]);

export class CabacDecoder {
  /** Payload with zero padding behind it. */
  data: Uint8Array = new Uint8Array(8);
  /** Next byte to load. */
  next = 0;
  /** First byte behind the payload. */
  end = 0;
  low = 0;
  range = 510;
  /** Packed states of all context variables, and the constant tables behind them. */
  readonly memory: Uint8Array = CABAC_MEMORY.slice();

  /** 9.3.1: starts at a byte boundary of `data`. */
  start(data: Uint8Array, byte: number, end: number): void {
    this.data = data;
    this.end = end;
    this.restart(byte);
  }

  /** 9.3.1.1: initial context states; `table` is 0 for I slices, else 1 + cabac_init_idc. */
  initStates(table: number, sliceQp: number): void {
    this.memory.set(initialStates(table, sliceQp));
  }

  /** 9.3.1.2: initialises the engine, keeping the context states. */
  restart(byte: number): void {
    const data = this.data;
    this.low = (data[byte] << 18) | (data[byte + 1] << 10) | (data[byte + 2] << 2) | 2;
    this.next = byte + 3;
    this.range = 510;
  }

  /** Bits of the payload used up so far, the engine's 9-bit window included. */
  get position(): number {
    const low = this.low;
    return 8 * this.next - 16 + (31 - Math.clz32(low & -low));
  }

  /** Whether more bytes were loaded than look-ahead explains: the data ran out. */
  get overrun(): boolean {
    return this.next > this.end + 4;
  }

  /** Moves the look-ahead on by `shift` bits and refills it. */
  #advance(shift: number): void {
    let low = this.low << shift;
    if ((low & 0xffff) === 0) {
      low = this.#refill(low);
    }
    this.low = low;
  }

  #refill(low: number): number {
    const at = this.next;
    const data = this.data;
    // The marker passed bit 16 by as many places as the last shift overshot.
    const overshoot = 15 - Math.clz32(low & -low);
    if (at + 1 >= data.length) {
      this.next = at + 2;
      return low - (0xffff << overshoot);
    }
    this.next = at + 2;
    return low + ((((data[at] << 9) | (data[at + 1] << 1)) - 0xffff) << overshoot);
  }

  /** DecodeDecision, 9.3.3.2.1. */
  decision(ctx: number): number {
    const memory = this.memory;
    const state = memory[ctx];
    const lps = memory[LPS + ((this.range & 0xc0) << 1) + state];
    const range = (this.range - lps) | 0;
    const scaled = range << 17;
    let low = this.low;
    if (low < scaled) {
      memory[ctx] = memory[AFTER_MPS + state];
      const shift = (range >> 8) ^ 1;
      this.range = range << shift;
      low <<= shift;
      this.low = (low & 0xffff) === 0 ? this.#refill(low) : low;
      return state & 1;
    }
    memory[ctx] = memory[AFTER_LPS + state];
    const shift = (Math.clz32(lps) - 23) | 0;
    this.range = lps << shift;
    low = (low - scaled) << shift;
    this.low = (low & 0xffff) === 0 ? this.#refill(low) : low;
    return (state & 1) ^ 1;
  }

  /** DecodeBypass, 9.3.3.2.3. */
  bypass(): number {
    this.#advance(1);
    const scaled = this.range << 17;
    if (this.low < scaled) {
      return 0;
    }
    this.low -= scaled;
    return 1;
  }

  /** DecodeTerminate, 9.3.3.2.4. */
  terminate(): boolean {
    const range = this.range - 2;
    const scaled = range << 17;
    if (this.low >= scaled) {
      // The encoder's flush (9.3.4.5) filled the 9-bit window to its end: `position` is right as it stands.
      return true;
    }
    if (range >= 256) {
      this.range = range;
    } else {
      this.range = range << 1;
      this.#advance(1);
    }
    return false;
  }

  /**
   * residual_block_cabac() behind coded_block_flag, clause 7.3.5.3.3.
   *
   * @param category ctxBlockCat
   * @param field 1 in field macroblocks
   * @returns sum of |level|, or -1 if a level has an impossible length
   */
  residualBlock(category: number, field: number): number {
    const data = this.data;
    const memory = this.memory;
    const significantBase = SIGNIFICANT_BASE[6 * field + category];
    const lastBase = LAST_BASE[6 * field + category];
    const largest = COEFFICIENTS[category] - 1;
    const is8x8 = category === BlockCategory.Luma8x8;
    const significantMap = is8x8 ? (field === 1 ? MAP_8X8_FIELD : MAP_8X8_FRAME) : MAP_LINEAR;
    const lastMap = is8x8 ? MAP_8X8_LAST : MAP_LINEAR;
    let low = this.low;
    let range = this.range;
    let next = this.next;

    // Significance map. Positions do not matter here, only how many coefficients there are.
    let count = 0;
    let i = 0;
    while (i < largest) {
      let ctx = (significantBase + memory[significantMap + i]) | 0;
      let state = memory[ctx];
      let lps = memory[LPS + ((range & 0xc0) << 1) + state];
      range = (range - lps) | 0;
      let scaled = range << 17;
      let bin = state & 1;
      if (low < scaled) {
        memory[ctx] = memory[AFTER_MPS + state];
        const shift = (range >> 8) ^ 1;
        range <<= shift;
        low <<= shift;
        if ((low & 0xffff) === 0) {
          low = (low + ((data[next] << 9) | (data[next + 1] << 1)) - 0xffff) | 0;
          next = (next + 2) | 0;
        }
      } else {
        memory[ctx] = memory[AFTER_LPS + state];
        const shift = Math.clz32(lps) - 23;
        low = (low - scaled) << shift;
        range = lps << shift;
        bin ^= 1;
        if ((low & 0xffff) === 0) {
          const overshoot = 15 - Math.clz32(low & -low);
          low = (low + ((((data[next] << 9) | (data[next + 1] << 1)) - 0xffff) << overshoot)) | 0;
          next = (next + 2) | 0;
        }
      }
      if (bin !== 0) {
        count = (count + 1) | 0;
        ctx = (lastBase + memory[lastMap + i]) | 0;
        state = memory[ctx];
        lps = memory[LPS + ((range & 0xc0) << 1) + state];
        range = (range - lps) | 0;
        scaled = range << 17;
        bin = state & 1;
        if (low < scaled) {
          memory[ctx] = memory[AFTER_MPS + state];
          const shift = (range >> 8) ^ 1;
          range <<= shift;
          low <<= shift;
          if ((low & 0xffff) === 0) {
            low = (low + ((data[next] << 9) | (data[next + 1] << 1)) - 0xffff) | 0;
            next = (next + 2) | 0;
          }
        } else {
          memory[ctx] = memory[AFTER_LPS + state];
          const shift = Math.clz32(lps) - 23;
          low = (low - scaled) << shift;
          range = lps << shift;
          bin ^= 1;
          if ((low & 0xffff) === 0) {
            const overshoot = 15 - Math.clz32(low & -low);
            low = (low + ((((data[next] << 9) | (data[next + 1] << 1)) - 0xffff) << overshoot)) | 0;
            next = (next + 2) | 0;
          }
        }
        if (bin !== 0) {
          break;
        }
      }
      i = (i + 1) | 0;
    }
    if (i === largest) {
      count = (count + 1) | 0; // the last coefficient is significant by inference
    }

    // Levels, in reverse scanning order.
    const levelBase = LEVEL_BASE[category];
    const furtherBins = category === BlockCategory.ChromaDc ? FURTHER_BINS_CHROMA_DC : FURTHER_BINS;
    let node = 0;
    let sum = 0;
    for (; count > 0; count--) {
      let ctx = levelBase + FIRST_BIN[node];
      let level = 1;
      for (;;) {
        const state = memory[ctx];
        const lps = memory[LPS + ((range & 0xc0) << 1) + state];
        range = (range - lps) | 0;
        const scaled = range << 17;
        let bin = state & 1;
        if (low < scaled) {
          memory[ctx] = memory[AFTER_MPS + state];
          const shift = (range >> 8) ^ 1;
          range <<= shift;
          low <<= shift;
          if ((low & 0xffff) === 0) {
            low = (low + ((data[next] << 9) | (data[next + 1] << 1)) - 0xffff) | 0;
            next = (next + 2) | 0;
          }
        } else {
          memory[ctx] = memory[AFTER_LPS + state];
          const shift = Math.clz32(lps) - 23;
          low = (low - scaled) << shift;
          range = lps << shift;
          bin ^= 1;
          if ((low & 0xffff) === 0) {
            const overshoot = 15 - Math.clz32(low & -low);
            low = (low + ((((data[next] << 9) | (data[next + 1] << 1)) - 0xffff) << overshoot)) | 0;
            next = (next + 2) | 0;
          }
        }
        if (bin === 0) {
          break;
        }
        if (level === 1) {
          ctx = levelBase + furtherBins[node];
        }
        level++;
        if (level === 15) {
          break;
        }
      }
      node = level === 1 ? AFTER_ONE[node] : AFTER_GREATER[node];
      if (level === 15) {
        this.low = low;
        this.range = range;
        this.next = next;
        const suffix = this.#expGolomb0();
        if (suffix < 0) {
          return -1;
        }
        level += suffix;
        low = this.low;
        next = this.next;
      }
      sum = (sum + level) | 0;
      // coeff_sign_flag: the bin is not needed, its step is
      low <<= 1;
      if ((low & 0xffff) === 0) {
        low = (low + ((data[next] << 9) | (data[next + 1] << 1)) - 0xffff) | 0;
        next = (next + 2) | 0;
      }
      const rest = (low - (range << 17)) | 0;
      if (rest >= 0) {
        low = rest;
      }
    }
    this.low = low;
    this.range = range;
    this.next = next;
    return sum;
  }

  /** Exp-Golomb suffix of order 0, 9.3.2.3; -1 if its prefix is longer than any legal one. */
  #expGolomb0(): number {
    let k = 0;
    let value = 0;
    while (this.bypass() === 1) {
      value += 1 << k;
      k++;
      if (k > 23) {
        return -1;
      }
    }
    while (k-- > 0) {
      value += this.bypass() << k;
    }
    return value;
  }
}
