/** The error of this folder. */

import { UsageError } from "@symbion/core";

/** Runs, options or bytes that a recurrent model cannot work with; the message says what was expected, what came, where. */
export class RecurrentError extends UsageError {
  override readonly name: string = "RecurrentError";
}

/** The error for `value` at `where`. */
export function wrong(what: string, value: unknown, where: string): RecurrentError {
  const shown = typeof value === "number" ? String(value) : (JSON.stringify(value) ?? typeof value);
  const got = shown.length > 80 ? `${shown.slice(0, 77)}...` : shown;
  return new RecurrentError(`recurrent: ${where}: expected ${what}, got ${got}`);
}
