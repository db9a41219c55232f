/**
 * Folding: two strings that a reader sees as the same become the same string, and each folded unit knows where it
 * stood. Every step is per code point with its marks, so the work is linear and a lone surrogate is just a sign.
 */

/** Folded text with the place in the original that each of its UTF-16 units comes from. */
export type Folded = {
  /** The folded text. */
  readonly text: string;
  /** Start in the original, per unit of `text`. */
  readonly from: readonly number[];
  /** End (not included) in the original, per unit of `text`. */
  readonly to: readonly number[];
};

/** Letters that look like Latin ones: pairs of a string of look-alikes and the letter they pass for. */
const LOOKALIKES: readonly (readonly [string, string])[] = [
  ["аαɑ", "a"],
  ["вβʙ", "b"],
  ["сϲᴄҫ", "c"],
  ["ԁժ", "d"],
  ["еεҽєℯ", "e"],
  ["ƒ", "f"],
  ["ɡց", "g"],
  ["һнհɦ", "h"],
  ["іιıɩӏ", "i"],
  ["јʝϳ", "j"],
  ["кκᴋĸ", "k"],
  ["ӀⅼƖǀ", "l"],
  ["мⅿᴍ", "m"],
  ["пηɴո", "n"],
  ["оοσօᴏ", "o"],
  ["рρ", "p"],
  ["ԛզ", "q"],
  ["гᴦɾ", "r"],
  ["ѕꜱ", "s"],
  ["тτᴛ", "t"],
  ["υսᴜµμц", "u"],
  ["νѵᴠ", "v"],
  ["ѡωԝᴡ", "w"],
  ["хχ", "x"],
  ["уγүʏ", "y"],
  ["ᴢʐ", "z"],
  ["‘’‚‛′ʹʼ`´＇", "'"],
  ["“”„‟″«»＂", '"'],
  ["‐‑‒–—―−﹣－⁃", "-"],
  ["⁄∕", "/"],
  ["×✕✖", "x"],
  ["·•●▪◦‣∙", "•"],
  ["…", "..."],
  ["º˚", "°"],
];

/** First code point (the zero) of decimal digit runs outside ASCII; each run has ten. */
const ZEROS: readonly number[] = [
  0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50,
  0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0xff10, 0x104a0, 0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec,
  0x1d7f6,
];

const PLAIN = new Map<string, string>(
  LOOKALIKES.flatMap(([many, one]) => [...many].map((sign) => [sign, one] as const)),
);

const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;
const MARK = /\p{M}/u;
const SUPERSCRIPT = /[\u00b2\u00b3\u00b9\u2070\u2074-\u2079]/;
const MARKS_KEPT = 4;
const FIRST_MARK = 0x300;

const cache = new Map<string, string>();
const CACHED = 4096;

/** What one code point with its marks becomes; "" for what nobody sees. */
function plain(cluster: string): string {
  const known = cache.get(cluster);
  if (known !== undefined) return known;
  const made = foldCluster(cluster);
  if (cache.size < CACHED) cache.set(cluster, made);
  return made;
}

function foldCluster(cluster: string): string {
  const point = cluster.codePointAt(0) ?? 0;
  if (INVISIBLE.test(String.fromCodePoint(point))) return "";
  const direct = PLAIN.get(cluster);
  if (direct !== undefined) return direct;
  const zero = ZEROS.find((start) => point >= start && point < start + 10);
  if (zero !== undefined) return String(point - zero);
  let made = "";
  for (const sign of cluster.normalize("NFKC")) {
    const small = sign.toLowerCase();
    made += PLAIN.get(sign) ?? PLAIN.get(small) ?? small;
  }
  // Some scripts' capitals are look-alikes of other letters than their small forms.
  const capital = CAPITALS.get(cluster);
  if (capital !== undefined) return capital;
  return /^\s+$/.test(made) ? " " : made;
}

/** Capitals whose small form is another letter's look-alike, or none's. */
const CAPITALS = new Map<string, string>([
  ["Н", "h"],
  ["Η", "h"],
  ["В", "b"],
  ["Β", "b"],
  ["Р", "p"],
  ["Ρ", "p"],
  ["У", "y"],
  ["Υ", "y"],
  ["Х", "x"],
  ["Χ", "x"],
  ["Ζ", "z"],
  ["Ν", "n"],
  ["Μ", "m"],
  ["М", "m"],
  ["Т", "t"],
  ["Τ", "t"],
  ["Е", "e"],
  ["Ε", "e"],
]);

const ASCII_RUN = /[\t\n -_a-~]+/y;

/** Folds a text and keeps the way back to the original. */
export function foldMapped(text: string): Folded {
  const from: number[] = [];
  const to: number[] = [];
  const parts: string[] = [];
  let last = 0;
  let i = 0;
  while (i < text.length) {
    ASCII_RUN.lastIndex = i;
    const run = ASCII_RUN.exec(text)?.[0] ?? "";
    // A letter right before a combining mark belongs to it.
    const length =
      run.length > 0 && text.charCodeAt(i + run.length) >= FIRST_MARK ? run.length - 1 : run.length;
    if (length > 0) {
      const plainRun = (length === run.length ? run : run.slice(0, length)).toLowerCase();
      parts.push(plainRun.includes("\t") ? plainRun.replaceAll("\t", " ") : plainRun);
      for (let unit = 0; unit < length; unit++) {
        from.push(i + unit);
        to.push(i + unit + 1);
      }
      i += length;
      last = plainRun.charCodeAt(length - 1);
      continue;
    }
    const start = i;
    const point = text.codePointAt(i) ?? 0;
    i += point > 0xffff ? 2 : 1;
    let end = i;
    let marks = 0;
    while (i < text.length && text.charCodeAt(i) >= FIRST_MARK) {
      const next = String.fromCodePoint(text.codePointAt(i) ?? 0);
      if (!MARK.test(next)) break;
      i += next.length;
      if (++marks <= MARKS_KEPT) end = i;
    }
    let made = point < 32 ? " " : plain(text.slice(start, end));
    const afterDigit = last >= 48 && last <= 57;
    if (afterDigit && made.length > 1 && made.includes("/")) made = ` ${made}`;
    if (afterDigit && SUPERSCRIPT.test(text[start])) made = `^${made}`;
    for (let unit = 0; unit < made.length; unit++) {
      from.push(start);
      to.push(i);
    }
    if (made !== "") {
      parts.push(made);
      last = made.charCodeAt(made.length - 1);
    }
  }
  return { text: parts.join(""), from, to };
}

/**
 * A text as a reader sees it: NFKC, look-alike letters and digits of other alphabets as Latin, lower case, typographic
 * quotes and dashes plain, invisible signs gone. "½" after a digit becomes " 1/2", a superscript digit "^2".
 */
export function fold(text: string): string {
  return foldMapped(text).text;
}

/** Whether a text has signs that reorder what a reader sees (bidirectional overrides, embeddings, isolates). */
export function hasReordering(text: string): boolean {
  return /[\u202a-\u202e\u2066-\u2069]/.test(text);
}
