/**
 * X-Wing (draft-connolly-cfrg-xwing-kem): ML-KEM-768 and X25519 combined, so that a secret is safe as long as one of
 * them is. Composed from whatever implementation of the two is at hand.
 */

import { SecureError } from "../errors.ts";
import { concatBytes, equalBytes, expectBytes } from "./bytes.ts";
import type { Encapsulation, Kem, KeyPair } from "./types.ts";

const ML_KEM_PUBLIC = 1184;
const ML_KEM_CIPHERTEXT = 1088;

/** `\.//^\`: the label of X-Wing's combiner (section 5.3). */
const LABEL = Uint8Array.of(0x5c, 0x2e, 0x2f, 0x2f, 0x5e, 0x5c);

/** What X-Wing is made of. */
export type XWingParts = {
  /** ML-KEM-768. */
  readonly mlKem: Kem;
  /** A fresh X25519 key: its public half, and the agreement with another's (null for a result of all zeros). */
  ephemeral(): {
    readonly publicKey: Uint8Array;
    agree(publicKey: Uint8Array): Uint8Array | null;
  };
  /** Public half of an X25519 secret key. */
  x25519Public(secretKey: Uint8Array): Uint8Array;
  /** X25519; null for a result of all zeros. */
  x25519(secretKey: Uint8Array, publicKey: Uint8Array): Uint8Array | null;
  shake256(data: Uint8Array, length: number): Uint8Array;
  sha3_256(data: Uint8Array): Uint8Array;
  random(length: number): Uint8Array;
};

type Expanded = {
  readonly seed: Uint8Array;
  readonly mlKemSeed: Uint8Array;
  readonly x25519: Uint8Array;
  readonly x25519Public: Uint8Array;
};

type Split = {
  readonly key: Uint8Array;
  readonly mlKem: Uint8Array;
  readonly x25519: Uint8Array;
};

/** X-Wing over the given parts. */
export function composeXWing(parts: XWingParts): Kem {
  // Keyed by the caller's array, so entries live no longer than it does; compared, because arrays can be overwritten.
  const expandedOf = new WeakMap<Uint8Array, Expanded>();
  const splitOf = new WeakMap<Uint8Array, Split>();

  function expand(seed: Uint8Array): Expanded {
    const known = expandedOf.get(seed);
    if (known !== undefined && equalBytes(known.seed, seed)) return known;
    const bytes = parts.shake256(seed, 96);
    const x25519 = bytes.slice(64);
    const expanded = {
      seed: seed.slice(),
      mlKemSeed: bytes.slice(0, 64),
      x25519,
      x25519Public: parts.x25519Public(x25519),
    };
    bytes.fill(0);
    expandedOf.set(seed, expanded);
    return expanded;
  }

  function split(publicKey: Uint8Array): Split {
    const known = splitOf.get(publicKey);
    if (known !== undefined && equalBytes(known.key, publicKey)) return known;
    const key = publicKey.slice();
    const halves = {
      key,
      mlKem: key.slice(0, ML_KEM_PUBLIC),
      x25519: key.slice(ML_KEM_PUBLIC),
    };
    splitOf.set(publicKey, halves);
    return halves;
  }

  function combine(
    mlKemSecret: Uint8Array,
    x25519Secret: Uint8Array,
    x25519Ciphertext: Uint8Array,
    x25519Public: Uint8Array,
  ): Uint8Array {
    const input = concatBytes(mlKemSecret, x25519Secret, x25519Ciphertext, x25519Public, LABEL);
    const sharedSecret = parts.sha3_256(input);
    input.fill(0);
    mlKemSecret.fill(0);
    x25519Secret.fill(0);
    return sharedSecret;
  }

  function fromSeed(seed: Uint8Array): KeyPair {
    expectBytes(seed, 32, "secret key of X-Wing");
    const secretKey = seed.slice();
    const expanded = expand(secretKey);
    const mlKem = parts.mlKem.fromSeed(expanded.mlKemSeed);
    return { publicKey: concatBytes(mlKem.publicKey, expanded.x25519Public), secretKey };
  }

  return {
    name: "X-Wing",
    publicKeyLength: ML_KEM_PUBLIC + 32,
    secretKeyLength: 32,
    ciphertextLength: ML_KEM_CIPHERTEXT + 32,
    generate: (): KeyPair => fromSeed(parts.random(32)),
    fromSeed,
    encapsulate(publicKey: Uint8Array): Encapsulation {
      expectBytes(publicKey, ML_KEM_PUBLIC + 32, "public key of X-Wing");
      const halves = split(publicKey);
      const mlKem = parts.mlKem.encapsulate(halves.mlKem);
      const ephemeral = parts.ephemeral();
      const agreed = ephemeral.agree(halves.x25519);
      if (agreed === null) {
        throw new SecureError("public key of X-Wing has an X25519 half of small order");
      }
      return {
        ciphertext: concatBytes(mlKem.ciphertext, ephemeral.publicKey),
        sharedSecret: combine(mlKem.sharedSecret, agreed, ephemeral.publicKey, halves.x25519),
      };
    },
    decapsulate(secretKey: Uint8Array, ciphertext: Uint8Array): Uint8Array {
      expectBytes(secretKey, 32, "secret key of X-Wing");
      expectBytes(ciphertext, ML_KEM_CIPHERTEXT + 32, "ciphertext of X-Wing");
      const expanded = expand(secretKey);
      const x25519Ciphertext = ciphertext.subarray(ML_KEM_CIPHERTEXT);
      const mlKemSecret = parts.mlKem.decapsulate(
        expanded.mlKemSeed,
        ciphertext.subarray(0, ML_KEM_CIPHERTEXT),
      );
      // A point of small order agrees on zeros; X-Wing goes on with them, and rests on ML-KEM alone then.
      const agreed = parts.x25519(expanded.x25519, x25519Ciphertext) ?? new Uint8Array(32);
      return combine(mlKemSecret, agreed, x25519Ciphertext, expanded.x25519Public);
    },
  };
}
