/** CAVLC residual blocks and mapped Exp-Golomb codes, clauses 9.1 and 9.2. */
import type { BitReader } from "./bit-reader.ts";
import {
  CHROMA_DC_COEFF_TOKEN,
  CHROMA_DC_TOTAL_ZEROS,
  COEFF_TOKEN,
  RUN_BEFORE,
  TOTAL_ZEROS,
} from "./cavlc-tables.ts";

/** coded_block_pattern by codeNum, Table 9-4 (a): intra, then inter; 4:2:0. */
export const CBP_INTRA: Uint8Array = new Uint8Array([
  47, 31, 15, 0, 23, 27, 29, 30, 7, 11, 13, 14, 39, 43, 45, 46, 16, 3, 5, 10, 12, 19, 21, 26, 28,
  35, 37, 42, 44, 1, 2, 4, 8, 17, 18, 20, 24, 6, 9, 22, 25, 32, 33, 34, 36, 40, 38, 41,
]);
export const CBP_INTER: Uint8Array = new Uint8Array([
  0, 16, 1, 2, 4, 8, 32, 3, 5, 10, 12, 15, 47, 7, 11, 13, 14, 6, 9, 31, 35, 37, 42, 44, 33, 34, 36,
  40, 39, 43, 45, 46, 17, 18, 20, 24, 19, 21, 26, 28, 23, 27, 29, 30, 22, 25, 38, 41,
]);
/** Table 9-4 (b): monochrome. */
export const CBP_INTRA_MONOCHROME: Uint8Array = new Uint8Array([
  15, 0, 7, 11, 13, 14, 3, 5, 10, 12, 1, 2, 4, 8, 6, 9,
]);
export const CBP_INTER_MONOCHROME: Uint8Array = new Uint8Array([
  0, 1, 2, 4, 8, 3, 5, 10, 12, 15, 7, 11, 13, 14, 6, 9,
]);

/** nC of chroma DC blocks. */
export const CHROMA_DC_NC = -1;

/** What {@link residualBlock} returns for bytes that are no code. */
export const INVALID_BLOCK = -1;

/**
 * residual_block_cavlc(), clause 7.3.5.3.2. Positions of coefficients do not matter, so run_before is read only
 * to get past it.
 *
 * @param nC predicted number of coefficients, or CHROMA_DC_NC
 * @param maxCoefficients 4, 15 or 16
 * @returns `sum of |level| << 5 | TotalCoeff`, or {@link INVALID_BLOCK}
 */
export function residualBlock(bits: BitReader, nC: number, maxCoefficients: number): number {
  const data = bits.data;
  let position = bits.position;
  let byte = position >>> 3;
  let word =
    ((data[byte] << 24) | (data[byte + 1] << 16) | (data[byte + 2] << 8) | data[byte + 3]) <<
    (position & 7);

  // coeff_token, Table 9-5
  let token: number;
  if (nC === CHROMA_DC_NC) {
    token = CHROMA_DC_COEFF_TOKEN[word >>> 24];
  } else if (nC < 8) {
    const zeros = Math.clz32(word | 1);
    if (zeros > 15) {
      return INVALID_BLOCK;
    }
    const nClass = nC < 2 ? 0 : nC < 4 ? 128 : 256;
    token = COEFF_TOKEN[nClass + (zeros << 3) + ((word >>> (28 - zeros)) & 7)];
  } else {
    // Six bits: TotalCoeff - 1 and TrailingOnes; 000011 means none.
    const code = word >>> 26;
    token = code === 2 ? 0 : 0x600 | (code === 3 ? 0 : (code & 0x3c) + 4 + (code & 3));
  }
  if (token === 0) {
    return INVALID_BLOCK;
  }
  position += token >> 8;
  const total = (token >> 2) & 31;
  if (total === 0) {
    bits.position = position;
    return 0;
  }
  if (total > maxCoefficients) {
    return INVALID_BLOCK;
  }
  const trailingOnes = token & 3;
  position += trailingOnes; // trailing_ones_sign_flag
  let sum = trailingOnes;

  // Levels, 9.2.2.1
  let suffixLength = total > 10 && trailingOnes < 3 ? 1 : 0;
  for (let i = trailingOnes; i < total; i++) {
    byte = position >>> 3;
    word =
      ((data[byte] << 24) | (data[byte + 1] << 16) | (data[byte + 2] << 8) | data[byte + 3]) <<
      (position & 7);
    const prefix = Math.clz32(word | 1);
    if (prefix > 24) {
      return INVALID_BLOCK;
    }
    position += prefix + 1;
    let levelCode = (prefix < 15 ? prefix : 15) << suffixLength;
    const suffixSize =
      prefix === 14 && suffixLength === 0 ? 4 : prefix >= 15 ? prefix - 3 : suffixLength;
    if (suffixSize > 0) {
      byte = position >>> 3;
      word =
        ((data[byte] << 24) | (data[byte + 1] << 16) | (data[byte + 2] << 8) | data[byte + 3]) <<
        (position & 7);
      levelCode += word >>> (32 - suffixSize);
      position += suffixSize;
    }
    if (prefix >= 15 && suffixLength === 0) {
      levelCode += 15;
    }
    if (prefix >= 16) {
      levelCode += (1 << (prefix - 3)) - 4096;
    }
    if (i === trailingOnes && trailingOnes < 3) {
      levelCode += 2;
    }
    const level = (levelCode + 2) >> 1;
    sum += level;
    if (suffixLength === 0) {
      suffixLength = 1;
    }
    if (level > 3 << (suffixLength - 1) && suffixLength < 6) {
      suffixLength++;
    }
  }

  // total_zeros and run_before, 9.2.3
  if (total < maxCoefficients) {
    byte = position >>> 3;
    word =
      ((data[byte] << 24) | (data[byte + 1] << 16) | (data[byte + 2] << 8) | data[byte + 3]) <<
      (position & 7);
    const code =
      nC === CHROMA_DC_NC
        ? CHROMA_DC_TOTAL_ZEROS[8 * total + (word >>> 29)]
        : TOTAL_ZEROS[512 * total + (word >>> 23)];
    if (code === 0) {
      return INVALID_BLOCK;
    }
    position += code >> 8;
    let zerosLeft = code & 0xff;
    if (zerosLeft > maxCoefficients - total) {
      return INVALID_BLOCK;
    }
    for (let i = total - 1; i > 0 && zerosLeft > 0; i--) {
      byte = position >>> 3;
      word =
        ((data[byte] << 24) | (data[byte + 1] << 16) | (data[byte + 2] << 8) | data[byte + 3]) <<
        (position & 7);
      const run = RUN_BEFORE[2048 * (zerosLeft < 7 ? zerosLeft : 7) + (word >>> 21)];
      if (run === 0 || (run & 0xff) > zerosLeft) {
        return INVALID_BLOCK;
      }
      position += run >> 8;
      zerosLeft -= run & 0xff;
    }
  }
  bits.position = position;
  return (sum << 5) | total;
}
