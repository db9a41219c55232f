/**
 * A model could not be pulled, found, checked or removed. The message says what was expected, what came and where; it
 * never holds a token.
 */
export class HubError extends Error {
  override readonly name = "HubError";
}
