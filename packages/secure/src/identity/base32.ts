/** Crockford's base32: digits and letters without I, L, O and U, made to be read aloud and typed. */

import { SecureError } from "../errors.ts";

const SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** Bytes as symbols, five bits each, most significant first; the last one is padded with zero bits. */
export function encodeBase32(bytes: Uint8Array): string {
  let text = "";
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += SYMBOLS[(value >> bits) & 31];
    }
    value &= (1 << bits) - 1;
  }
  if (bits > 0) text += SYMBOLS[(value << (5 - bits)) & 31];
  return text;
}

/**
 * Symbols as bytes. Case does not matter, O reads as 0, I and L as 1, hyphens and white space are skipped.
 * @param length Bytes expected.
 * @throws SecureError Another length, a symbol that is none (its position is named, not itself), or padding that is not zero.
 */
export function decodeBase32(text: string, length: number, what: string): Uint8Array {
  const bytes = new Uint8Array(length);
  let at = 0;
  let bits = 0;
  let value = 0;
  let count = 0;
  for (const symbol of text.toUpperCase().replaceAll(/[\s-]/g, "")) {
    count++;
    const digit = SYMBOLS.indexOf(
      symbol === "O" ? "0" : symbol === "I" || symbol === "L" ? "1" : symbol,
    );
    if (digit < 0) {
      throw new SecureError(`symbol ${count} of the ${what} is not one of ${SYMBOLS}`);
    }
    value = (value << 5) | digit;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      if (at < length) bytes[at] = value >> bits;
      at++;
      value &= (1 << bits) - 1;
    }
  }
  const symbols = Math.ceil((length * 8) / 5);
  if (count !== symbols) {
    throw new SecureError(`a ${what} has ${symbols} letters and digits, got ${count}`);
  }
  if (value !== 0) throw new SecureError(`the last symbol of the ${what} is wrong`);
  return bytes;
}

/** Text in groups of `size`, hyphens between them. */
export function inGroups(text: string, size: number): string {
  return text.match(new RegExp(`.{1,${size}}`, "g"))?.join("-") ?? "";
}
