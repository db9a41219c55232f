/** The model's words, and `tokenizer.json` made of them: one token per word, in Hugging Face's format. */

import { MINI_TOKENS } from "../src/mini/prompt.ts";
import { vocabularyWords } from "./questions.ts";

/** Tokens that are no words, by id. */
const SPECIALS = ["<pad>", "<eos>", "<bos>", "<unk>", "<frame>", "<q>", "<a>", "<image>"];

/** Rows of the embedding table; a multiple of 32, so that it can be stored in blocks of 8 bits. */
export const VOCABULARY_SIZE = 128;

/** All tokens, by id. */
export const TOKENS: readonly string[] = [...SPECIALS, ...vocabularyWords()];

const IDS: ReadonlyMap<string, number> = new Map(TOKENS.map((token, id) => [token, id]));

/** Ids of a text's words. */
export function wordIds(text: string): number[] {
  return text.split(" ").map((word) => IDS.get(word) ?? MINI_TOKENS.unknown);
}

/** Contents of `tokenizer.json`. */
export function tokenizerFile(): object {
  const special = (content: string, id: number): object => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  });
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: SPECIALS.map(special),
    normalizer: {
      type: "Sequence",
      normalizers: [
        { type: "Lowercase" },
        { type: "Replace", pattern: { Regex: "[^a-z0-9]+" }, content: " " },
      ],
    },
    pre_tokenizer: { type: "WhitespaceSplit" },
    post_processor: null,
    decoder: { type: "WordPiece", prefix: "##", cleanup: false },
    model: {
      type: "WordPiece",
      unk_token: "<unk>",
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 40,
      vocab: Object.fromEntries(TOKENS.map((token, id) => [token, id])),
    },
  };
}
