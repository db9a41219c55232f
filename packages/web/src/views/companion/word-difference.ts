/** Which words of two texts are shared: for showing what the layer changed, not for deciding anything. */

/** A piece of a text and where it stands. */
export type Piece = { readonly text: string; readonly change: "same" | "removed" | "added" };

/** Words beyond which no comparison is drawn: both texts are shown whole. */
const MOST_WORDS = 2400;

/** Pieces of the text after the change, with those of the text before in their places; null for long texts. */
export function wordDifference(before: string, after: string): readonly Piece[] | null {
  const a = split(before);
  const b = split(after);
  if (a.length > MOST_WORDS || b.length > MOST_WORDS) return null;
  // Lengths of the longest common subsequence of what follows (Wagner and Fischer 1974).
  const width = b.length + 1;
  const longest = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      longest[i * width + j] =
        a[i] === b[j]
          ? at(longest, (i + 1) * width + j + 1) + 1
          : Math.max(at(longest, (i + 1) * width + j), at(longest, i * width + j + 1));
    }
  }
  const pieces: { text: string; change: Piece["change"] }[] = [];
  const add = (text: string, change: Piece["change"]): void => {
    const last = pieces.at(-1);
    if (last?.change === change) last.text += text;
    else pieces.push({ text, change });
  };
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const left = a[i];
    const right = b[j];
    if (left !== undefined && left === right) {
      add(left, "same");
      i++;
      j++;
    } else if (
      left !== undefined &&
      (right === undefined || at(longest, (i + 1) * width + j) >= at(longest, i * width + j + 1))
    ) {
      add(left, "removed");
      i++;
    } else if (right !== undefined) {
      add(right, "added");
      j++;
    }
  }
  return pieces;
}

/** Words, and the blanks between them. */
function split(text: string): readonly string[] {
  return text.match(/\S+|\s+/g) ?? [];
}

function at(values: Uint16Array, index: number): number {
  return values[index] ?? 0;
}
