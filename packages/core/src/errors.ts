/** The error that is the user's to mend. */

/**
 * Bad use or bad input: a wrong option, a file that is no video, a malformed configuration. Its message
 * is one line that says what was expected, what came, and where; commands print it on stderr and end
 * with exit code 2. Everything else that is thrown is a defect.
 */
export class UsageError extends Error {
  override readonly name: string = "UsageError";
}

/** A value as it is shown in a message: one line, at most 80 characters. */
function show(value: unknown): string {
  if (typeof value === "function" || typeof value === "symbol" || typeof value === "bigint") {
    return typeof value;
  }
  let text: string;
  try {
    text = JSON.stringify(value) ?? "nothing";
  } catch {
    text = "a cyclic object";
  }
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/**
 * A {@link UsageError} in the house's form, `WHERE: expected WHAT, got VALUE`.
 *
 * @param what What would have been right, as a noun phrase ("a whole number from 1 to 64").
 * @param got What came; shown as JSON and cut to one short line. Mask secrets first.
 * @param where The option, file, or path inside a configuration.
 */
export function expected(
  what: string,
  got: unknown,
  where: string,
  options?: ErrorOptions,
): UsageError {
  return new UsageError(`${where}: expected ${what}, got ${show(got)}`, options);
}
