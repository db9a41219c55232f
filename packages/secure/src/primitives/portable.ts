/** The primitives in JavaScript, for browsers: the noble libraries behind our interface. */

import { gcm } from "@noble/ciphers/aes.js";
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { ed25519, x25519 } from "@noble/curves/ed25519.js";
import { expand as hkdfExpand, extract as hkdfExtract } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import { sha3_256, shake256 } from "@noble/hashes/sha3.js";
import { ml_dsa44, ml_dsa65, ml_dsa87 } from "@noble/post-quantum/ml-dsa.js";
import { ml_kem512, ml_kem768, ml_kem1024 } from "@noble/post-quantum/ml-kem.js";
import { SecureError } from "../errors.ts";
import { concatBytes, equalBytes, expectBytes, isZero } from "./bytes.ts";
import {
  AEAD_KEY,
  AEAD_TAG,
  bindContext,
  CONTEXT_MOST,
  expectAead,
  expectContext,
  expectHkdfLength,
  expectRandomLength,
  isSoundEd25519PublicKey,
  isSoundEd25519Signature,
  ML_DSA,
  ML_KEM,
  ML_KEM_SEED,
  type MlDsaName,
  type MlKemName,
  pick,
} from "./parameters.ts";
import type {
  Aead,
  AeadName,
  Encapsulation,
  Kem,
  KemName,
  KeyPair,
  Primitives,
  SignatureName,
  SignatureScheme,
} from "./types.ts";
import { composeXWing } from "./xwing.ts";

/** Yields random bytes. */
type Random = (length: number) => Uint8Array;

const ML_KEM_OF = { "ML-KEM-512": ml_kem512, "ML-KEM-768": ml_kem768, "ML-KEM-1024": ml_kem1024 };
const ML_DSA_OF = { "ML-DSA-44": ml_dsa44, "ML-DSA-65": ml_dsa65, "ML-DSA-87": ml_dsa87 };

function systemRandom(length: number): Uint8Array {
  return globalThis.crypto.getRandomValues(new Uint8Array(length));
}

function x25519OrNull(secretKey: Uint8Array, publicKey: Uint8Array): Uint8Array | null {
  try {
    const shared = x25519.getSharedSecret(secretKey, publicKey);
    return isZero(shared) ? null : shared;
  } catch {
    return null;
  }
}

/** Plain Ed25519 (RFC 8032) without a context. */
export function portableEd25519Sign(seed: Uint8Array, message: Uint8Array): Uint8Array {
  return ed25519.sign(message, seed);
}

/**
 * Plain Ed25519 verification without a context: canonical encodings only, no key of small order, and the equation
 * without cofactor, S B - k A = R to the byte; exactly what OpenSSL's check together with ours accepts.
 */
export function portableEd25519Verify(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  if (!isSoundEd25519PublicKey(publicKey) || !isSoundEd25519Signature(signature)) return false;
  const { Point } = ed25519;
  const r = signature.subarray(0, 32);
  try {
    const key = Point.fromBytes(publicKey, false);
    const k = littleEndian(sha512(concatBytes(r, publicKey, message))) % Point.Fn.ORDER;
    const s = littleEndian(signature.subarray(32));
    const expected = Point.BASE.multiplyUnsafe(s).subtract(key.multiplyUnsafe(k));
    return equalBytes(expected.toBytes(), r);
  } catch {
    return false;
  }
}

function littleEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]);
  return value;
}

function mlKem(name: MlKemName, random: Random): Kem {
  const noble = ML_KEM_OF[name];
  const lengths = ML_KEM[name];
  const fromSeed = (seed: Uint8Array): KeyPair => {
    expectBytes(seed, ML_KEM_SEED, `secret key of ${name}`);
    const keys = noble.keygen(seed);
    keys.secretKey.fill(0);
    return { publicKey: keys.publicKey, secretKey: seed.slice() };
  };
  return {
    name,
    publicKeyLength: lengths.publicKey,
    secretKeyLength: ML_KEM_SEED,
    ciphertextLength: lengths.ciphertext,
    generate: () => fromSeed(random(ML_KEM_SEED)),
    fromSeed,
    encapsulate(publicKey: Uint8Array): Encapsulation {
      expectBytes(publicKey, lengths.publicKey, `public key of ${name}`);
      let result: { cipherText: Uint8Array; sharedSecret: Uint8Array };
      const message = random(32);
      try {
        result = noble.encapsulate(publicKey, message);
      } catch {
        throw new SecureError(`public key of ${name} has coefficients beyond the modulus`);
      } finally {
        message.fill(0);
      }
      return { ciphertext: result.cipherText, sharedSecret: result.sharedSecret };
    },
    decapsulate(secretKey: Uint8Array, ciphertext: Uint8Array): Uint8Array {
      expectBytes(secretKey, ML_KEM_SEED, `secret key of ${name}`);
      expectBytes(ciphertext, lengths.ciphertext, `ciphertext of ${name}`);
      const expanded = noble.keygen(secretKey).secretKey;
      const sharedSecret = noble.decapsulate(ciphertext, expanded);
      expanded.fill(0);
      return sharedSecret;
    },
  };
}

function mlDsa(name: MlDsaName, random: Random): SignatureScheme {
  const noble = ML_DSA_OF[name];
  const lengths = ML_DSA[name];
  const fromSeed = (seed: Uint8Array): KeyPair => {
    expectBytes(seed, 32, `secret key of ${name}`);
    const keys = noble.keygen(seed);
    keys.secretKey.fill(0);
    return { publicKey: keys.publicKey, secretKey: seed.slice() };
  };
  return {
    name,
    publicKeyLength: lengths.publicKey,
    secretKeyLength: 32,
    signatureLength: lengths.signature,
    generate: () => fromSeed(random(32)),
    fromSeed,
    sign(secretKey: Uint8Array, message: Uint8Array, context: Uint8Array): Uint8Array {
      expectBytes(secretKey, 32, `secret key of ${name}`);
      expectBytes(message, undefined, `message for ${name}`);
      expectContext(context);
      const expanded = noble.keygen(secretKey).secretKey;
      const signature = noble.sign(message, expanded, { context, extraEntropy: random(32) });
      expanded.fill(0);
      return signature;
    },
    verify(publicKey, message, signature, context): boolean {
      if (publicKey.length !== lengths.publicKey) return false;
      if (signature.length !== lengths.signature || context.length > CONTEXT_MOST) return false;
      try {
        return noble.verify(signature, message, publicKey, { context });
      } catch {
        return false;
      }
    },
  };
}

function ed25519Scheme(random: Random): SignatureScheme {
  const fromSeed = (seed: Uint8Array): KeyPair => {
    expectBytes(seed, 32, "secret key of Ed25519");
    return { publicKey: ed25519.getPublicKey(seed), secretKey: seed.slice() };
  };
  return {
    name: "Ed25519",
    publicKeyLength: 32,
    secretKeyLength: 32,
    signatureLength: 64,
    generate: () => fromSeed(random(32)),
    fromSeed,
    sign(secretKey, message, context): Uint8Array {
      expectBytes(secretKey, 32, "secret key of Ed25519");
      expectBytes(message, undefined, "message for Ed25519");
      expectContext(context);
      return portableEd25519Sign(secretKey, bindContext(context, message));
    },
    verify(publicKey, message, signature, context): boolean {
      if (context.length > CONTEXT_MOST) return false;
      return portableEd25519Verify(publicKey, bindContext(context, message), signature);
    },
  };
}

function aead(name: AeadName): Aead {
  const cipher = name === "ChaCha20-Poly1305" ? chacha20poly1305 : gcm;
  return {
    name,
    keyLength: AEAD_KEY[name],
    seal(key, nonce, aad, plaintext): Uint8Array {
      expectAead(name, key, nonce, aad, plaintext);
      return cipher(key, nonce, aad).encrypt(plaintext);
    },
    open(key, nonce, aad, ciphertext): Uint8Array | null {
      expectAead(name, key, nonce, aad, ciphertext);
      if (ciphertext.length < AEAD_TAG) return null;
      try {
        return cipher(key, nonce, aad).decrypt(ciphertext);
      } catch {
        return null;
      }
    },
  };
}

/**
 * The portable primitives over a given source of randomness. Only the system's generator may stand behind keys that
 * matter; official vectors prescribe the bytes instead.
 */
export function portablePrimitivesFrom(random: Random): Primitives {
  const mlKem768 = mlKem("ML-KEM-768", random);
  const kems: Readonly<Record<KemName, Kem>> = {
    "ML-KEM-512": mlKem("ML-KEM-512", random),
    "ML-KEM-768": mlKem768,
    "ML-KEM-1024": mlKem("ML-KEM-1024", random),
    "X-Wing": composeXWing({
      mlKem: mlKem768,
      ephemeral() {
        const secretKey = random(32);
        return {
          publicKey: x25519.getPublicKey(secretKey),
          agree(publicKey): Uint8Array | null {
            const shared = x25519OrNull(secretKey, publicKey);
            secretKey.fill(0);
            return shared;
          },
        };
      },
      x25519Public: (secretKey) => x25519.getPublicKey(secretKey),
      x25519: x25519OrNull,
      shake256: (data, length) => shake256(data, { dkLen: length }),
      sha3_256: (data) => sha3_256(data),
      random,
    }),
  };
  const signatures: Readonly<Record<SignatureName, SignatureScheme>> = {
    "ML-DSA-44": mlDsa("ML-DSA-44", random),
    "ML-DSA-65": mlDsa("ML-DSA-65", random),
    "ML-DSA-87": mlDsa("ML-DSA-87", random),
    Ed25519: ed25519Scheme(random),
  };
  const aeads: Readonly<Record<AeadName, Aead>> = {
    "AES-128-GCM": aead("AES-128-GCM"),
    "AES-256-GCM": aead("AES-256-GCM"),
    "ChaCha20-Poly1305": aead("ChaCha20-Poly1305"),
  };
  return {
    name: "portable",
    kem: (name) => pick(kems, name, "KEM"),
    signature: (name) => pick(signatures, name, "signature scheme"),
    aead: (name) => pick(aeads, name, "AEAD"),
    x25519(secretKey, publicKey): Uint8Array {
      expectBytes(secretKey, 32, "secret key of X25519");
      expectBytes(publicKey, 32, "public key of X25519");
      const shared = x25519OrNull(secretKey, publicKey);
      if (shared === null) throw new SecureError("X25519 with a point of small order");
      return shared;
    },
    sha256: (data) => sha256(data),
    sha3_256: (data) => sha3_256(data),
    hmacSha256: (key, data) => hmac(sha256, key, data),
    hmacSha384: (key, data) => hmac(sha384, key, data),
    hkdfSha256(ikm, salt, info, length): Uint8Array {
      expectHkdfLength(length);
      return hkdfExpand(sha256, hkdfExtract(sha256, ikm, salt), info, length);
    },
    random(length): Uint8Array {
      expectRandomLength(length);
      return random(length);
    },
  };
}

let shared: Primitives | undefined;

/**
 * The primitives in JavaScript, over the system's random generator: for browsers, and to check the native ones against.
 * Slower than those by 5 to 30 times, and without any claim about timing side channels.
 */
export function portablePrimitives(): Primitives {
  shared ??= portablePrimitivesFrom(systemRandom);
  return shared;
}
