/** The error of this folder. */

import { UsageError } from "@symbion/core";

/** Tables, options or bytes that boosting cannot work with; the message says what was expected, what came, and where. */
export class BoostingError extends UsageError {
  override readonly name: string = "BoostingError";
}

/** The error for `value` at `where`. */
export function wrong(what: string, value: unknown, where: string): BoostingError {
  const shown = typeof value === "number" ? String(value) : (JSON.stringify(value) ?? typeof value);
  const got = shown.length > 80 ? `${shown.slice(0, 77)}...` : shown;
  return new BoostingError(`boosting: ${where}: expected ${what}, got ${got}`);
}
