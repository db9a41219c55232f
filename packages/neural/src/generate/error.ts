/** What can be wrong with a wish for text. */

/**
 * What a {@link GenerationError} is about: an option, a JSON schema, a prompt that does not fit the context, media
 * that do not fit the prompt, a vocabulary that cannot write what a schema wants, or a model whose scores are no numbers.
 */
export type GenerationReason = "option" | "schema" | "context" | "prompt" | "vocabulary" | "model";

/** Text cannot be generated as asked; the message says what was expected, what came, and where. */
export class GenerationError extends Error {
  override readonly name = "GenerationError";
  /** What kind of thing has to be mended. */
  readonly reason: GenerationReason;
  /** The option, or the path inside the schema, that is at fault. */
  readonly where: string;

  /** @param where Option name, or path of the schema. */
  constructor(reason: GenerationReason, where: string, text: string, options?: ErrorOptions) {
    super(where === "" ? text : `${where}: ${text}`, options);
    this.reason = reason;
    this.where = where;
  }
}

/** Complains about keys that an options object should not have: a misspelt option would be silently ignored. */
export function rejectUnknown(given: object, known: readonly string[], what: string): void {
  for (const key of Object.keys(given)) {
    if (!known.includes(key)) {
      throw new GenerationError(
        "option",
        key,
        `expected an option of ${what} (${known.join(", ")}), got an unknown one`,
      );
    }
  }
}
