/** The error of this folder. */

import { UsageError } from "@symbion/core";

/** Rows, options or bytes that a detector cannot work with; the message says what was expected, what came, and where. */
export class DetectionError extends UsageError {
  override readonly name: string = "DetectionError";
}

/** The error for `value` at `where`. */
export function wrong(what: string, value: unknown, where: string): DetectionError {
  const shown = typeof value === "number" ? String(value) : (JSON.stringify(value) ?? typeof value);
  const got = shown.length > 80 ? `${shown.slice(0, 77)}...` : shown;
  return new DetectionError(`detection: ${where}: expected ${what}, got ${got}`);
}

/** @throws DetectionError for keys that are not known. */
export function checkKeys(options: object, known: readonly string[]): void {
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) throw wrong(`options of ${known.join(", ")}`, key, "options");
  }
}
