/** Files of a tokenizer or its chat template are not what they have to be, or do not fit the model. */
export class TokenizerError extends Error {
  override readonly name = "TokenizerError";
}
