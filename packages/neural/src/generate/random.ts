/** Pseudo-random numbers that are the same on every machine: xoshiro128**, seeded through SplitMix32. */

/** A stream of random numbers that its seed determines. */
export class Random {
  readonly #state = new Uint32Array(4);

  /** @param seed Any finite number; all of its 64 bits count. */
  constructor(seed: number) {
    const bits = new Uint32Array(new Float64Array([seed]).buffer);
    // Two rounds, so that neither half of the seed cancels the other.
    let mixed = splitMix((bits[0] as number) ^ 0x9e3779b9);
    mixed = splitMix((mixed ^ (bits[1] as number)) >>> 0);
    for (let i = 0; i < 4; i++) {
      mixed = (mixed + 0x9e3779b9) >>> 0;
      this.#state[i] = splitMix(mixed);
    }
  }

  /** 32 random bits. */
  bits(): number {
    const s = this.#state;
    const [s0, s1, s2, s3] = s as unknown as [number, number, number, number];
    const result = Math.imul(rotate(Math.imul(s1, 5), 7), 9) >>> 0;
    s[2] = s2 ^ s0;
    s[3] = s3 ^ s1;
    s[1] = s1 ^ (s[2] as number);
    s[0] = s0 ^ (s[3] as number);
    s[2] = (s[2] as number) ^ (s1 << 9);
    s[3] = rotate(s[3] as number, 11);
    return result;
  }

  /** A number from 0 up to, not including, 1, in steps of 2^-53. */
  next(): number {
    const high = this.bits() >>> 5;
    const low = this.bits() >>> 6;
    return (high * 0x4000000 + low) / 0x20000000000000;
  }
}

/** A seed that nobody can foresee. */
export function freshSeed(): number {
  return (crypto.getRandomValues(new Uint32Array(1))[0] as number) >>> 0;
}

function splitMix(value: number): number {
  let z = (value + 0x9e3779b9) >>> 0;
  z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
  return (z ^ (z >>> 16)) >>> 0;
}

function rotate(value: number, by: number): number {
  return ((value << by) | (value >>> (32 - by))) >>> 0;
}
