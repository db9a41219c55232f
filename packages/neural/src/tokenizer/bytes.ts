/** What tokens add to a text, as bytes. */

/**
 * Bytes of every id.
 *
 * @param vocabulary Tokens and their ids.
 * @param size Number of ids.
 * @param special Ids that add nothing.
 * @param decoder `decoder` of `tokenizer.json`: says how tokens write spaces and bytes.
 */
export function bytesOfTokens(
  vocabulary: readonly (readonly [string, number])[],
  size: number,
  special: ReadonlySet<number>,
  decoder: unknown,
): Uint8Array[] {
  const parts = JSON.stringify(decoder ?? null);
  const byteLevel = parts.includes('"ByteLevel"');
  const fallback = parts.includes('"ByteFallback"');
  const spaced = fallback || parts.includes('"Metaspace"');
  const utf8 = new TextEncoder();
  const bytes = Array.from({ length: size }, () => new Uint8Array(0));
  for (const [token, id] of vocabulary) {
    if (special.has(id)) continue;
    if (byteLevel) {
      bytes[id] = byteLevelBytes(token) ?? utf8.encode(token);
    } else {
      const [, hex] = (fallback && /^<0x([0-9A-F]{2})>$/i.exec(token)) || [];
      bytes[id] =
        hex === undefined
          ? utf8.encode(spaced ? token.replaceAll("\u2581", " ") : token)
          : Uint8Array.of(Number.parseInt(hex, 16));
    }
  }
  return bytes;
}

let letters: ReadonlyMap<string, number> | undefined;

/** Byte-level tokens write each byte as a printable letter: bytes that are none are moved above U+0100. */
function byteLevelBytes(token: string): Uint8Array<ArrayBuffer> | undefined {
  letters ??= byteLetters();
  const bytes: number[] = [];
  for (const letter of token) {
    const byte = letters.get(letter);
    // An added token is plain text.
    if (byte === undefined) return undefined;
    bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}

function byteLetters(): Map<string, number> {
  const map = new Map<string, number>();
  let moved = 0x100;
  for (let byte = 0; byte < 256; byte++) {
    const printable =
      (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
    map.set(String.fromCodePoint(printable ? byte : moved++), byte);
  }
  return map;
}
