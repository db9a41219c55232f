/** Items that a test knows to be there, and bits that it turns over. */

/** The item at a place; from the end where it is negative. Throws where there is none. */
export function item<T>(list: ArrayLike<T>, at: number): T {
  const found = list[at < 0 ? list.length + at : at];
  if (found === undefined) throw new Error(`no item ${at} among ${list.length}`);
  return found;
}

/** Turns bits of one byte over, in place. */
export function flip(bytes: Uint8Array, at: number, mask: number): Uint8Array {
  bytes[at] = item(bytes, at) ^ mask;
  return bytes;
}

/** Turns one bit over that chance picks, in place. */
export function flipAny(bytes: Uint8Array, random: () => number): Uint8Array {
  return flip(bytes, Math.floor(random() * bytes.length), 1 << Math.floor(random() * 8));
}
