/**
 * Canonical JSON: keys in order of their UTF-16 code units, no white space, whole numbers only, strings as
 * `JSON.stringify` writes them. One value has one encoding, so that what is signed is what is read; text that is not
 * its own canonical form (a key twice, a space, an exponent) is refused.
 */

/** Values that have a canonical form. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

/** An object of {@link Json} values. */
export type JsonObject = { readonly [key: string]: Json };

/** Deepest nesting. */
const DEPTH = 16;

/** Canonical text of a value. Throws `TypeError` for fractions, unsafe integers and nesting deeper than 16. */
export function canonicalJson(value: Json): string {
  return write(value, 0);
}

function write(value: Json, depth: number): string {
  if (depth > DEPTH) throw new TypeError(`JSON: at most ${DEPTH} levels, got more`);
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) {
      throw new TypeError(`JSON: expected whole numbers, got ${value}`);
    }
    return String(value);
  }
  if (typeof value === "string") {
    if (!value.isWellFormed()) throw new TypeError("JSON: expected text, got half a character");
    return JSON.stringify(value);
  }
  if (value === null || typeof value === "boolean") return String(value);
  if (isList(value)) return `[${value.map((one) => write(one, depth + 1)).join(",")}]`;
  const parts = Object.keys(value)
    .sort()
    .map((key) => `${write(key, depth)}:${write(value[key], depth + 1)}`);
  return `{${parts.join(",")}}`;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** Canonical bytes of a value. */
export function canonicalBytes(value: Json): Uint8Array {
  return new TextEncoder().encode(canonicalJson(value));
}

/** The value that canonical bytes stand for; undefined for all others. */
export function parseCanonical(bytes: Uint8Array): Json | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    const value = JSON.parse(text) as Json;
    return canonicalJson(value) === text ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Base64 (RFC 4648) with padding. */
export function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x2000) {
    text += String.fromCharCode(...bytes.subarray(at, at + 0x2000));
  }
  return btoa(text);
}

/** Bytes of canonical Base64; null for other text. */
export function fromBase64(text: string): Uint8Array | null {
  try {
    const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
    return toBase64(bytes) === text ? bytes : null;
  } catch {
    return null;
  }
}
