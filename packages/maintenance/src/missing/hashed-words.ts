/** Texts as pieces of words with a number each: no vocabulary, so that no sensor's name is unknown. */

/** Numbers that pieces are given. */
export const BUCKETS = 1024;

/** Numbers of a text's pieces: whole words, and of words longer than three characters their runs of three. */
export function pieces(text: string): number[] {
  const out: number[] = [];
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+|%/gu) ?? []) {
    out.push(bucket(`<${word}>`));
    if (word.length <= 3) continue;
    for (let i = 0; i + 3 <= word.length; i++) out.push(bucket(word.slice(i, i + 3)));
  }
  return out;
}

/** FNV-1a. */
function bucket(piece: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < piece.length; i++) hash = Math.imul(hash ^ piece.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % BUCKETS;
}
