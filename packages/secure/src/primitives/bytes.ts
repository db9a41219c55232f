/** Small helpers over bytes, for Node.js and browsers alike. */

import { SecureError } from "../errors.ts";

/** No bytes at all. */
export const NO_BYTES: Uint8Array = new Uint8Array(0);

/**
 * Demands bytes of a length.
 * @param what Name of the value, for the message; the bytes themselves never get into it.
 * @throws SecureError Not a `Uint8Array`, or of another length.
 */
export function expectBytes(value: unknown, length: number | undefined, what: string): void {
  if (!(value instanceof Uint8Array)) {
    throw new SecureError(
      `${what} must be a Uint8Array, got ${value === null ? "null" : typeof value}`,
    );
  }
  if (length !== undefined && value.length !== length) {
    throw new SecureError(`${what} must have ${length} bytes, got ${value.length}`);
  }
}

/** All parts in a row, as new bytes. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Whether both hold the same bytes; the time taken depends on the lengths only. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= a[i] ^ b[i];
  return difference === 0;
}

/** Whether all bytes are zero; the time taken depends on the length only. */
export function isZero(bytes: Uint8Array): boolean {
  let bits = 0;
  for (const byte of bytes) bits |= byte;
  return bits === 0;
}

const encoder = new TextEncoder();

/** Text as UTF-8. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}
