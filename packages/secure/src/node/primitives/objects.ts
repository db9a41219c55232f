/** `KeyObject`s of raw keys, kept as long as the caller keeps the raw key's array. */

import { createPrivateKey, createPublicKey, type KeyObject, timingSafeEqual } from "node:crypto";
import { SecureError } from "../../errors.ts";
import { type KeyAlgorithm, publicKeyFromDer, publicKeyToDer, secretKeyToDer } from "./der.ts";

type Entry = { readonly bytes: Uint8Array; readonly key: KeyObject };

/** Keys of one algorithm. */
export interface KeyObjects {
  /** @throws SecureError Not a key of this algorithm. */
  publicKey(raw: Uint8Array): KeyObject;
  /** @throws SecureError Not a key of this algorithm. */
  secretKey(raw: Uint8Array): KeyObject;
  /** The raw public key that belongs to a secret key. */
  publicOf(secretKey: KeyObject): Uint8Array;
}

/**
 * Importing a key costs as much as using it, so imports are cached: weakly, by the array's identity, which ends an
 * entry with its array, and compared by content, because arrays can be overwritten. OpenSSL cleanses what it frees.
 */
export function keyObjects(algorithm: KeyAlgorithm): KeyObjects {
  const publicKeys = new WeakMap<Uint8Array, Entry>();
  const secretKeys = new WeakMap<Uint8Array, Entry>();

  function cached(
    cache: WeakMap<Uint8Array, Entry>,
    raw: Uint8Array,
    make: () => KeyObject,
  ): KeyObject {
    const known = cache.get(raw);
    if (known?.bytes.length === raw.length && timingSafeEqual(known.bytes, raw)) return known.key;
    known?.bytes.fill(0);
    const key = make();
    cache.set(raw, { bytes: raw.slice(), key });
    return key;
  }

  return {
    publicKey: (raw) =>
      cached(publicKeys, raw, () => {
        const der = publicKeyToDer(algorithm, raw);
        try {
          // As PEM: a string is taken at once, whereas Node.js tries every object as a key object first, by exceptions,
          // which costs three times what the import does.
          return createPublicKey(
            `-----BEGIN PUBLIC KEY-----\n${asBuffer(der).toString("base64")}\n-----END PUBLIC KEY-----\n`,
          );
        } catch {
          throw new SecureError(`public key of ${algorithm} is malformed or not canonical`);
        }
      }),
    secretKey: (raw) =>
      cached(secretKeys, raw, () => {
        const der = secretKeyToDer(algorithm, raw);
        try {
          return createPrivateKey({ key: asBuffer(der), format: "der", type: "pkcs8" });
        } catch {
          throw new SecureError(
            `this Node.js has no ${algorithm}: 24.7 or newer with OpenSSL 3.5 expected, this is ${process.version}`,
          );
        } finally {
          der.fill(0);
        }
      }),
    publicOf: (secretKey) =>
      publicKeyFromDer(
        algorithm,
        plain(createPublicKey(secretKey).export({ type: "spki", format: "der" })),
      ),
  };
}

/** The same memory as a plain `Uint8Array`: a `Buffer` has other meanings for `slice`. */
export function plain(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}

/** The same memory as a `Buffer`, which is what some of Node's functions want. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
