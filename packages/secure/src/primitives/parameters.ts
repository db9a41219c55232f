/** Lengths and checks that both implementations of the primitives share. */

import { SecureError } from "../errors.ts";
import { concatBytes, expectBytes } from "./bytes.ts";
import type { AeadName } from "./types.ts";

/** Names of the ML-KEM parameter sets. */
export type MlKemName = "ML-KEM-512" | "ML-KEM-768" | "ML-KEM-1024";
/** Names of the ML-DSA parameter sets. */
export type MlDsaName = "ML-DSA-44" | "ML-DSA-65" | "ML-DSA-87";

/** Bytes of ML-KEM's public keys and ciphertexts (FIPS 203, table 3); seeds have 64. */
export const ML_KEM: Readonly<Record<MlKemName, { publicKey: number; ciphertext: number }>> = {
  "ML-KEM-512": { publicKey: 800, ciphertext: 768 },
  "ML-KEM-768": { publicKey: 1184, ciphertext: 1088 },
  "ML-KEM-1024": { publicKey: 1568, ciphertext: 1568 },
};

/** Bytes of an ML-KEM seed, d then z (FIPS 203, algorithm 16). */
export const ML_KEM_SEED = 64;

/** Bytes of ML-DSA's public keys and signatures (FIPS 204, table 2); seeds have 32. */
export const ML_DSA: Readonly<Record<MlDsaName, { publicKey: number; signature: number }>> = {
  "ML-DSA-44": { publicKey: 1312, signature: 2420 },
  "ML-DSA-65": { publicKey: 1952, signature: 3309 },
  "ML-DSA-87": { publicKey: 2592, signature: 4627 },
};

/** Bytes of the AEADs' keys. */
export const AEAD_KEY: Readonly<Record<AeadName, number>> = {
  "AES-128-GCM": 16,
  "AES-256-GCM": 32,
  "ChaCha20-Poly1305": 32,
};

/** Bytes of every AEAD's nonce. */
export const AEAD_NONCE = 12;
/** Bytes of every AEAD's tag. */
export const AEAD_TAG = 16;
/** Most bytes that HKDF-SHA256 yields (RFC 5869, 255 blocks). */
export const HKDF_SHA256_MOST = 8160;
/** Most bytes of a signature's context (FIPS 204, section 5.2). */
export const CONTEXT_MOST = 255;

/** Demands a key and a nonce of the right lengths, and bytes for the rest. */
export function expectAead(
  name: AeadName,
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  text: Uint8Array,
): void {
  expectBytes(key, AEAD_KEY[name], `key of ${name}`);
  expectBytes(nonce, AEAD_NONCE, `nonce of ${name}`);
  expectBytes(aad, undefined, `additional data of ${name}`);
  expectBytes(text, undefined, `text of ${name}`);
}

/** Demands a context of at most 255 bytes. */
export function expectContext(context: Uint8Array): void {
  expectBytes(context, undefined, "context of a signature");
  if (context.length > CONTEXT_MOST) {
    throw new SecureError(
      `context of a signature must have at most 255 bytes, got ${context.length}`,
    );
  }
}

/** Demands a length that HKDF-SHA256 can yield. */
export function expectHkdfLength(length: number): void {
  if (!Number.isInteger(length) || length < 0 || length > HKDF_SHA256_MOST) {
    throw new SecureError(
      `HKDF-SHA256 yields 0 to ${HKDF_SHA256_MOST} bytes, asked for ${String(length)}`,
    );
  }
}

/** Demands a number of random bytes that can be had in one go. */
export function expectRandomLength(length: number): void {
  if (!Number.isInteger(length) || length < 0 || length > 65536) {
    throw new SecureError(`0 to 65,536 random bytes at a time, asked for ${String(length)}`);
  }
}

/** What Ed25519 signs for a message under a context: the context's length in one byte, the context, the message. */
export function bindContext(context: Uint8Array, message: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(context.length), context, message);
}

/** Order of Ed25519's base point, L, little-endian (RFC 8032, section 5.1). */
const ED25519_ORDER = Uint8Array.of(
  0xed,
  0xd3,
  0xf5,
  0x5c,
  0x1a,
  0x63,
  0x12,
  0x58,
  0xd6,
  0x9c,
  0xf7,
  0xa2,
  0xde,
  0xf9,
  0xde,
  0x14,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0x10,
);

/** Prime of Curve25519's field, 2^255 - 19, little-endian. */
const FIELD_PRIME = Uint8Array.of(0xed, ...new Array<number>(30).fill(0xff), 0x7f);

/** The y coordinates of the eight points of small order: 0, 1, p - 1 and two of order eight. */
const SMALL_ORDER_Y: readonly string[] = [
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
];

function below(value: Uint8Array, limit: Uint8Array): boolean {
  for (let i = 31; i >= 0; i--) {
    if (value[i] !== limit[i]) return value[i] < limit[i];
  }
  return false;
}

/**
 * Whether 32 bytes are the canonical encoding of a y coordinate below the prime, and not of a point of small order.
 * Whether such a point is on the curve is left to the implementation.
 */
export function isSoundEd25519PublicKey(publicKey: Uint8Array): boolean {
  const y = Uint8Array.from(publicKey);
  y[31] &= 0x7f;
  if (!below(y, FIELD_PRIME)) return false;
  let hex = "";
  for (const byte of y) hex += byte.toString(16).padStart(2, "0");
  return !SMALL_ORDER_Y.includes(hex);
}

/** Whether the signature's second half, S, is below the group's order (RFC 8032, section 5.1.7). */
export function isSoundEd25519Signature(signature: Uint8Array): boolean {
  return below(signature.subarray(32), ED25519_ORDER);
}

/** What a table holds under a name. */
export function pick<T>(table: Readonly<Record<string, T>>, name: string, what: string): T {
  if (!Object.hasOwn(table, name)) {
    throw new SecureError(
      `${what} must be one of ${Object.keys(table).join(", ")}, got ${String(name)}`,
    );
  }
  return table[name];
}
