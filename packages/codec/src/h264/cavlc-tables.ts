/**
 * Variable-length codes of CAVLC, Tables 9-5 to 9-10 of ITU-T H.264, written as the standard prints them
 * and unfolded into look-up tables when the module loads.
 */

/** Table 9-5 by nC class; one line per TotalCoeff 0..16, one column per TrailingOnes 0..3. */
const COEFF_TOKEN_CODES = [
  `
1 - - -
000101 01 - -
00000111 000100 001 -
000000111 00000110 0000101 00011
0000000111 000000110 00000101 000011
00000000111 0000000110 000000101 0000100
0000000001111 00000000110 0000000101 00000100
0000000001011 0000000001110 00000000101 000000100
0000000001000 0000000001010 0000000001101 0000000100
00000000001111 00000000001110 0000000001001 00000000100
00000000001011 00000000001010 00000000001101 0000000001100
000000000001111 000000000001110 00000000001001 00000000001100
000000000001011 000000000001010 000000000001101 00000000001000
0000000000001111 000000000000001 000000000001001 000000000001100
0000000000001011 0000000000001110 0000000000001101 000000000001000
0000000000000111 0000000000001010 0000000000001001 0000000000001100
0000000000000100 0000000000000110 0000000000000101 0000000000001000
`,
  `
11 - - -
001011 10 - -
000111 00111 011 -
0000111 001010 001001 0101
00000111 000110 000101 0100
00000100 0000110 0000101 00110
000000111 00000110 00000101 001000
00000001111 000000110 000000101 000100
00000001011 00000001110 00000001101 0000100
000000001111 00000001010 00000001001 000000100
000000001011 000000001110 000000001101 00000001100
000000001000 000000001010 000000001001 00000001000
0000000001111 0000000001110 0000000001101 000000001100
0000000001011 0000000001010 0000000001001 0000000001100
0000000000111 00000000001011 0000000000110 0000000001000
00000000001001 00000000001000 00000000001010 0000000000001
00000000000111 00000000000110 00000000000101 00000000000100
`,
  `
1111 - - -
001111 1110 - -
001011 01111 1101 -
001000 01100 01110 1100
0001111 01010 01011 1011
0001011 01000 01001 1010
0001001 001110 001101 1001
0001000 001010 001001 1000
00001111 0001110 0001101 01101
00001011 00001110 0001010 001100
000001111 00001010 00001101 0001100
000001011 000001110 00001001 00001100
000001000 000001010 000001101 00001000
0000001101 000000111 000001001 000001100
0000001001 0000001100 0000001011 0000001010
0000000101 0000001000 0000000111 0000000110
0000000001 0000000100 0000000011 0000000010
`,
];

/** Table 9-5, nC = -1 (chroma DC of 4:2:0). */
const CHROMA_DC_COEFF_TOKEN_CODES = `
01 - - -
000111 1 - -
000100 000110 001 -
000011 0000011 0000010 000101
000010 00000011 00000010 0000000
`;

/** Tables 9-7 and 9-8: one line per tzVlcIndex 1..15, one column per total_zeros. */
const TOTAL_ZEROS_CODES = `
1 011 010 0011 0010 00011 00010 000011 000010 0000011 0000010 00000011 00000010 000000011 000000010 000000001
111 110 101 100 011 0101 0100 0011 0010 00011 00010 000011 000010 000001 000000
0101 111 110 101 0100 0011 100 011 0010 00011 00010 000001 00001 000000
00011 111 0101 0100 110 101 100 0011 011 0010 00010 00001 00000
0101 0100 0011 111 110 101 100 011 0010 00001 0001 00000
000001 00001 111 110 101 100 011 010 0001 001 000000
000001 00001 101 100 011 11 010 0001 001 000000
000001 0001 00001 011 11 10 010 001 000000
000001 000000 0001 11 10 001 01 00001
00001 00000 001 11 10 01 0001
0000 0001 001 010 1 011
0000 0001 01 1 001
000 001 1 01
00 01 1
0 1
`;

/** Table 9-9 (a): the same for chroma DC of 4:2:0. */
const CHROMA_DC_TOTAL_ZEROS_CODES = `
1 01 001 000
1 01 00 -
1 0 - -
`;

/** Table 9-10: one line per zerosLeft 1..6 and > 6, one column per run_before. */
const RUN_BEFORE_CODES = `
1 0
1 01 00
11 10 01 00
11 10 01 001 000
11 10 011 010 001 000
11 000 001 011 010 101 100
111 110 101 100 011 010 001 0001 00001 000001 0000001 00000001 000000001 0000000001 00000000001
`;

function rows(text: string): string[][] {
  return text
    .trim()
    .split("\n")
    .map((line) => line.trim().split(" "));
}

/**
 * coeff_token for nC < 8, entry `128 * class + 8 * leadingZeros + next 3 bits after the first one`:
 * `length << 8 | TotalCoeff << 2 | TrailingOnes`, 0 for an invalid code. Classes: nC 0-1, 2-3, 4-7.
 * No code has more than three bits after its first one, so the leading zeros pick the row.
 */
export const COEFF_TOKEN: Uint16Array = new Uint16Array(3 * 128);

COEFF_TOKEN_CODES.forEach((text, nClass) => {
  rows(text).forEach((codes, totalCoeff) => {
    codes.forEach((code, trailingOnes) => {
      if (code === "-") {
        return;
      }
      const leadingZeros = code.indexOf("1");
      const tail = code.slice(leadingZeros + 1);
      const free = 3 - tail.length;
      const first = Number.parseInt(tail || "0", 2) << free;
      for (let i = 0; i < 1 << free; i++) {
        COEFF_TOKEN[128 * nClass + 8 * leadingZeros + first + i] =
          (code.length << 8) | (totalCoeff << 2) | trailingOnes;
      }
    });
  });
});

/** Unfolds prefix codes into a table of `1 << width` entries `length << 8 | value`; 0 marks an invalid code. */
function unfold(codes: [string, number][], width: number, table: Uint16Array, base: number): void {
  for (const [code, value] of codes) {
    const free = width - code.length;
    const first = Number.parseInt(code, 2) << free;
    for (let i = 0; i < 1 << free; i++) {
      table[base + first + i] = (code.length << 8) | value;
    }
  }
}

function coded(codes: string[]): [string, number][] {
  return codes.flatMap((code, value): [string, number][] => (code === "-" ? [] : [[code, value]]));
}

/** coeff_token for chroma DC by the next 8 bits: `length << 8 | TotalCoeff << 2 | TrailingOnes`. */
export const CHROMA_DC_COEFF_TOKEN: Uint16Array = new Uint16Array(256);
unfold(
  rows(CHROMA_DC_COEFF_TOKEN_CODES).flatMap((codes, totalCoeff) =>
    coded(codes).map(([code, ones]): [string, number] => [code, (totalCoeff << 2) | ones]),
  ),
  8,
  CHROMA_DC_COEFF_TOKEN,
  0,
);

/** total_zeros, entry `512 * tzVlcIndex + next 9 bits`: `length << 8 | total_zeros`. */
export const TOTAL_ZEROS: Uint16Array = new Uint16Array(16 * 512);
rows(TOTAL_ZEROS_CODES).forEach((codes, i) => {
  unfold(coded(codes), 9, TOTAL_ZEROS, 512 * (i + 1));
});

/** total_zeros of chroma DC, entry `8 * tzVlcIndex + next 3 bits`. */
export const CHROMA_DC_TOTAL_ZEROS: Uint16Array = new Uint16Array(4 * 8);
rows(CHROMA_DC_TOTAL_ZEROS_CODES).forEach((codes, i) => {
  unfold(coded(codes), 3, CHROMA_DC_TOTAL_ZEROS, 8 * (i + 1));
});

/** run_before, entry `2048 * min(zerosLeft, 7) + next 11 bits`: `length << 8 | run_before`. */
export const RUN_BEFORE: Uint16Array = new Uint16Array(8 * 2048);
rows(RUN_BEFORE_CODES).forEach((codes, i) => {
  unfold(coded(codes), 11, RUN_BEFORE, 2048 * (i + 1));
});
