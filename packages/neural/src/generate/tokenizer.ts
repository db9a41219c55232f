/** What generation needs of a tokenizer. `Tokenizer` is one. */

/** Text of tokens that come one by one, in whole characters. */
export interface TextStream {
  /** Adds a token; gives the text that is certain by now, often none. */
  push(id: number): string;
  /** The rest, when no more tokens come. */
  end(): string;
}

/** Text to token ids and back. */
export interface TextTokenizer {
  /** Number of ids: the largest one and 1. */
  readonly size: number;
  /** What each id adds to a text, as UTF-8 bytes, possibly part of a character; empty for special tokens. */
  readonly bytes: readonly Uint8Array[];
  /** Ids of a text; special tokens that are written out in it become their ids, none is added. */
  encode(text: string): Int32Array;
  /** Id of a token as the vocabulary has it, or undefined. */
  id(token: string): number | undefined;
  /** Decodes ids one by one; special tokens give nothing. */
  stream(): TextStream;
}
