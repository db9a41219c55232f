/** Decoding while a model writes: text leaves in whole characters. */

/** Tokens before new ones that are decoded with them: spaces and joins depend on what stands before. */
const CONTEXT = 6;

/** Tokens after which text leaves even if it ends in U+FFFD: no character has more bytes. */
const LONGEST = 8;

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Emoji and flags may be continued by the next token: a skin tone, a joiner, the second half of a flag. */
const OPEN_ENDED =
  /\p{Extended_Pictographic}|\p{Regional_Indicator}|\p{Emoji_Modifier}|\u200d|\ufe0f/u;

/**
 * Text of ids that come one by one. What {@link DecodeStream.push} and {@link DecodeStream.end} give, put together, is
 * the text of all ids as far as their bytes are UTF-8; no piece ends inside a character's bytes or inside an emoji.
 */
export class DecodeStream {
  readonly #decode: (ids: readonly number[]) => string;
  #ids: number[] = [];
  /** Ids at the front whose text has left. */
  #done = 0;
  /** Text that waits for what may belong to its end. */
  #held = "";

  /** @param decode Text of a list of ids. */
  constructor(decode: (ids: readonly number[]) => string) {
    this.#decode = decode;
  }

  /** Adds an id; gives the text that is certain by now, often none. */
  push(id: number): string {
    this.#ids.push(id);
    const before = this.#decode(this.#ids.slice(0, this.#done));
    const all = this.#decode(this.#ids);
    const pending = this.#ids.length - this.#done;
    // U+FFFD at the end is most likely a character whose last bytes are still to come.
    if (all.length <= before.length) {
      // Nothing came of it: a special token that is not shown.
      this.#ids.pop();
      return "";
    }
    if (all.endsWith("\ufffd") && pending < LONGEST) return "";
    const fresh = this.#held + all.slice(before.length);
    this.#settle();
    return this.#release(fresh);
  }

  /** The rest, when no more ids come. */
  end(): string {
    const before = this.#decode(this.#ids.slice(0, this.#done));
    const rest = this.#held + this.#decode(this.#ids).slice(before.length);
    this.#ids = [];
    this.#done = 0;
    this.#held = "";
    return rest;
  }

  /** Forgets ids that are too far back to matter. */
  #settle(): void {
    this.#ids = this.#ids.slice(Math.max(0, this.#ids.length - CONTEXT));
    this.#done = this.#ids.length;
  }

  #release(text: string): string {
    let last = "";
    // The last grapheme needs only the text's end.
    for (const { segment } of graphemes.segment(text.slice(-64))) last = segment;
    const keep = OPEN_ENDED.test(last) ? last.length : 0;
    this.#held = keep === 0 ? "" : last;
    return text.slice(0, text.length - keep);
  }
}
