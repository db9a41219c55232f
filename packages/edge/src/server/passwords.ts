/**
 * Passwords and secrets at rest: scrypt (RFC 7914) for what people choose, SHA-256 for what we draw ourselves (256
 * random bits leave nothing to guess, so a slow hash would only slow us down).
 */

import { createHash, randomBytes, randomInt, scrypt, timingSafeEqual } from "node:crypto";

/** A password as it is stored. */
export type PasswordHash = {
  /** Cost N (a power of two), block size r, parallelisation p. */
  readonly cost: number;
  readonly blockSize: number;
  readonly parallelization: number;
  /** Base64url. */
  readonly salt: string;
  readonly hash: string;
};

/** One of OWASP's equivalent settings, the one for small computers: 32 MiB, some tenths of a second per attempt. */
const COST = 2 ** 15;
const BLOCK_SIZE = 8;
const PARALLELIZATION = 3;
const HASH_BYTES = 32;

/** Passwords shorter than this are refused; in characters. */
export const MIN_PASSWORD = 8;
/** Passwords longer than this are refused; in characters. */
export const MAX_PASSWORD = 256;

/** One scrypt computation after the other: each takes a core and 32 MiB. */
let last: Promise<unknown> = Promise.resolve();

function derive(
  password: string,
  { cost, blockSize, parallelization, salt }: Omit<PasswordHash, "hash">,
): Promise<Buffer> {
  const key = last.then(
    () =>
      new Promise<Buffer>((resolve, reject) => {
        scrypt(
          // The same characters typed on another keyboard may arrive composed differently.
          password.normalize("NFC"),
          Buffer.from(salt, "base64url"),
          HASH_BYTES,
          { N: cost, r: blockSize, p: parallelization, maxmem: 256 * cost * blockSize },
          (error, derived) => (error === null ? resolve(derived) : reject(error)),
        );
      }),
  );
  last = key.catch(() => {});
  return key;
}

/** Hashes a password with a fresh salt. */
export async function hashPassword(password: string): Promise<PasswordHash> {
  const parameters = {
    cost: COST,
    blockSize: BLOCK_SIZE,
    parallelization: PARALLELIZATION,
    salt: randomBytes(16).toString("base64url"),
  };
  return { ...parameters, hash: (await derive(password, parameters)).toString("base64url") };
}

/** Whether a password is the one that was hashed; takes as long for a wrong one. */
export async function isPassword(password: string, stored: PasswordHash): Promise<boolean> {
  const expected = Buffer.from(stored.hash, "base64url");
  const got = await derive(password, stored);
  return got.length === expected.length && timingSafeEqual(got, expected);
}

/** Letters and digits that are not mistaken for each other when read from a screen. */
const ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789";

/** Twenty letters in four groups, 99 random bits: to be read from a log and typed once. */
export function generatePassword(): string {
  const group = (): string =>
    Array.from({ length: 5 }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
  return [group(), group(), group(), group()].join("-");
}

/** A secret of 256 random bits, base64url. */
export function randomSecret(): string {
  return randomBytes(32).toString("base64url");
}

/** SHA-256 of a secret that we drew, base64url. */
export function digest(secret: string): string {
  return createHash("sha256").update(secret).digest("base64url");
}

/** Compares two digests in constant time. */
export function sameDigest(one: string, other: string): boolean {
  const a = Buffer.from(one);
  const b = Buffer.from(other);
  return a.length === b.length && timingSafeEqual(a, b);
}
