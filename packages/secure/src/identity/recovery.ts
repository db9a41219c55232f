/** Recovery codes: a secret of 256 bits as sixty letters and digits that people can write down and type. */

import { SecureError } from "../errors.ts";
import { concatBytes, equalBytes, expectBytes, utf8 } from "../primitives/bytes.ts";
import type { Primitives } from "../primitives/types.ts";
import { decodeBase32, encodeBase32, inGroups } from "./base32.ts";

/** Bytes of the secret in a recovery code. */
export const RECOVERY_SECRET_LENGTH = 32;

const CHECK_LENGTH = 5;
const LABEL = utf8("symbion recovery code 1");

function check(primitives: Primitives, secret: Uint8Array): Uint8Array {
  return primitives.sha256(concatBytes(LABEL, secret)).slice(0, CHECK_LENGTH);
}

/**
 * A secret as a recovery code: twelve groups of five, 256 bits of secret and 40 of checksum (one code in 10^12 with a
 * typing error passes). Whoever reads it has the secret: print it, never log it.
 */
export function encodeRecoveryCode(primitives: Primitives, secret: Uint8Array): string {
  expectBytes(secret, RECOVERY_SECRET_LENGTH, "secret of a recovery code");
  // 37 bytes are 296 bits: 59.2 symbols.
  return inGroups(encodeBase32(concatBytes(secret, check(primitives, secret))), 5);
}

/**
 * The secret in a recovery code. Case, hyphens and spaces do not matter; O reads as 0, I and L as 1.
 * @throws SecureError The code has the wrong length, a symbol that is none, or a typing error.
 */
export function decodeRecoveryCode(primitives: Primitives, code: string): Uint8Array {
  if (typeof code !== "string") throw new SecureError("a recovery code must be text");
  const bytes = decodeBase32(code, RECOVERY_SECRET_LENGTH + CHECK_LENGTH, "recovery code");
  const secret = bytes.slice(0, RECOVERY_SECRET_LENGTH);
  const right = equalBytes(bytes.subarray(RECOVERY_SECRET_LENGTH), check(primitives, secret));
  bytes.fill(0);
  if (!right) {
    secret.fill(0);
    throw new SecureError("the recovery code has a typing error: its checksum does not fit");
  }
  return secret;
}
