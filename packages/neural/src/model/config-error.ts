/** What is wrong with a model's description. */

/**
 * A model's `config.json` names an architecture that is not known here, or a field does not fit; the message says
 * which field, what was expected and what came.
 */
export class ModelConfigError extends Error {
  override readonly name = "ModelConfigError";
}
