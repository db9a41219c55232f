/** The primitives of Node.js: OpenSSL 3.5 through `node:crypto`. */

import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  decapsulate,
  diffieHellman,
  encapsulate,
  generateKeyPairSync,
  hash,
  hkdfSync,
  type KeyObject,
  randomBytes,
  sign,
  verify,
} from "node:crypto";
import { SecureError } from "../../errors.ts";
import { concatBytes, expectBytes, isZero } from "../../primitives/bytes.ts";
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
} from "../../primitives/parameters.ts";
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
} from "../../primitives/types.ts";
import { composeXWing } from "../../primitives/xwing.ts";
import { keyObjects, plain } from "./objects.ts";

const x25519Keys = keyObjects("X25519");
const ed25519Keys = keyObjects("Ed25519");

function random(length: number): Uint8Array {
  return plain(randomBytes(length));
}

/** X25519 of keys; null for a result of all zeros, which OpenSSL refuses. */
function agree(secretKey: KeyObject, publicKey: Uint8Array): Uint8Array | null {
  const other = x25519Keys.publicKey(publicKey);
  try {
    const shared = plain(diffieHellman({ privateKey: secretKey, publicKey: other }));
    return isZero(shared) ? null : shared;
  } catch {
    return null;
  }
}

/** The raw public key; as JWK, which costs a tenth of DER. */
function rawX25519(publicKey: KeyObject): Uint8Array {
  const raw = new Uint8Array(Buffer.from(publicKey.export({ format: "jwk" }).x ?? "", "base64url"));
  expectBytes(raw, 32, "public key of X25519");
  return raw;
}

/** Plain Ed25519 (RFC 8032) without a context. */
export function nativeEd25519Sign(seed: Uint8Array, message: Uint8Array): Uint8Array {
  return plain(sign(null, message, ed25519Keys.secretKey(seed)));
}

/**
 * Plain Ed25519 verification without a context. OpenSSL checks S and compares R to the byte; it would take public keys
 * that are not canonical or of small order, so these are refused before.
 */
export function nativeEd25519Verify(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  if (!isSoundEd25519PublicKey(publicKey) || !isSoundEd25519Signature(signature)) return false;
  try {
    return verify(null, message, ed25519Keys.publicKey(publicKey), signature);
  } catch {
    return false;
  }
}

function mlKem(name: MlKemName): Kem {
  const lengths = ML_KEM[name];
  const keys = keyObjects(name);
  const fromSeed = (seed: Uint8Array): KeyPair => {
    expectBytes(seed, ML_KEM_SEED, `secret key of ${name}`);
    const secretKey = seed.slice();
    return { publicKey: keys.publicOf(keys.secretKey(secretKey)), secretKey };
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
      const result = encapsulate(keys.publicKey(publicKey));
      return { ciphertext: plain(result.ciphertext), sharedSecret: plain(result.sharedKey) };
    },
    decapsulate(secretKey: Uint8Array, ciphertext: Uint8Array): Uint8Array {
      expectBytes(secretKey, ML_KEM_SEED, `secret key of ${name}`);
      expectBytes(ciphertext, lengths.ciphertext, `ciphertext of ${name}`);
      return plain(decapsulate(keys.secretKey(secretKey), ciphertext));
    },
  };
}

function mlDsa(name: MlDsaName): SignatureScheme {
  const lengths = ML_DSA[name];
  const keys = keyObjects(name);
  const fromSeed = (seed: Uint8Array): KeyPair => {
    expectBytes(seed, 32, `secret key of ${name}`);
    const secretKey = seed.slice();
    return { publicKey: keys.publicOf(keys.secretKey(secretKey)), secretKey };
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
      return plain(sign(null, message, { key: keys.secretKey(secretKey), context }));
    },
    verify(publicKey, message, signature, context): boolean {
      if (publicKey.length !== lengths.publicKey) return false;
      if (signature.length !== lengths.signature || context.length > CONTEXT_MOST) return false;
      try {
        return verify(null, message, { key: keys.publicKey(publicKey), context }, signature);
      } catch {
        return false;
      }
    },
  };
}

function ed25519Scheme(): SignatureScheme {
  const fromSeed = (seed: Uint8Array): KeyPair => {
    expectBytes(seed, 32, "secret key of Ed25519");
    const secretKey = seed.slice();
    return { publicKey: ed25519Keys.publicOf(ed25519Keys.secretKey(secretKey)), secretKey };
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
      return nativeEd25519Sign(secretKey, bindContext(context, message));
    },
    verify(publicKey, message, signature, context): boolean {
      if (context.length > CONTEXT_MOST) return false;
      return nativeEd25519Verify(publicKey, bindContext(context, message), signature);
    },
  };
}

const OPENSSL_AEAD = {
  "AES-128-GCM": "aes-128-gcm",
  "AES-256-GCM": "aes-256-gcm",
  "ChaCha20-Poly1305": "chacha20-poly1305",
} as const;

/**
 * Copies what a cipher gave out and gives its memory back at once: left to the garbage collector, large outputs cost as
 * much as the cipher itself.
 */
function move(from: Uint8Array, target: Uint8Array, at: number): void {
  target.set(from, at);
  const { buffer } = from;
  if (buffer instanceof ArrayBuffer && buffer.byteLength === from.length) buffer.transfer(0);
}

function aead(name: AeadName): Aead {
  // The type of `chacha20-poly1305` stands for all three: they take the same options.
  const cipher = OPENSSL_AEAD[name] as "chacha20-poly1305";
  const options = { authTagLength: AEAD_TAG };
  function sealInto(
    key: Uint8Array,
    nonce: Uint8Array,
    aad: Uint8Array,
    plaintext: Uint8Array,
    target: Uint8Array,
    at: number,
  ): void {
    expectAead(name, key, nonce, aad, plaintext);
    if (at < 0 || at + plaintext.length + AEAD_TAG > target.length) {
      throw new SecureError(
        `room for ${plaintext.length + AEAD_TAG} bytes from ${at} on expected, got ${target.length} bytes in all`,
      );
    }
    const sealing = createCipheriv(cipher, createSecretKey(key), nonce, options);
    if (aad.length > 0) sealing.setAAD(aad, { plaintextLength: plaintext.length });
    move(sealing.update(plaintext), target, at);
    sealing.final();
    target.set(sealing.getAuthTag(), at + plaintext.length);
  }
  return {
    name,
    keyLength: AEAD_KEY[name],
    seal(key, nonce, aad, plaintext): Uint8Array {
      expectBytes(plaintext, undefined, `plaintext for ${name}`);
      const sealed = new Uint8Array(plaintext.length + AEAD_TAG);
      sealInto(key, nonce, aad, plaintext, sealed, 0);
      return sealed;
    },
    sealInto,
    open(key, nonce, aad, ciphertext): Uint8Array | null {
      expectAead(name, key, nonce, aad, ciphertext);
      const length = ciphertext.length - AEAD_TAG;
      if (length < 0) return null;
      const opening = createDecipheriv(cipher, createSecretKey(key), nonce, options);
      opening.setAuthTag(ciphertext.subarray(length));
      if (aad.length > 0) opening.setAAD(aad, { plaintextLength: length });
      const opened = plain(opening.update(ciphertext.subarray(0, length)));
      try {
        opening.final();
      } catch {
        opened.fill(0);
        return null;
      }
      return opened;
    },
    openInto(key, nonce, aad, ciphertext, target, at): boolean {
      expectAead(name, key, nonce, aad, ciphertext);
      const length = ciphertext.length - AEAD_TAG;
      if (length < 0) return false;
      const opening = createDecipheriv(cipher, createSecretKey(key), nonce, options);
      opening.setAuthTag(ciphertext.subarray(length));
      if (aad.length > 0) opening.setAAD(aad, { plaintextLength: length });
      move(opening.update(ciphertext.subarray(0, length)), target, at);
      try {
        opening.final();
        return true;
      } catch {
        target.fill(0, at, at + length);
        return false;
      }
    },
  };
}

function hmac(hashName: string, key: Uint8Array, data: Uint8Array): Uint8Array {
  expectBytes(key, undefined, "key of HMAC");
  expectBytes(data, undefined, "data for HMAC");
  // As a key object: Node.js takes raw keys too, but first finds out by exceptions that they are no objects.
  return plain(createHmac(hashName, createSecretKey(key)).update(data).digest());
}

function hmacSha256(key: Uint8Array, data: Uint8Array): Uint8Array {
  return hmac("sha256", key, data);
}

/** Most bytes of `info` that `node:crypto` takes. */
const HKDF_INFO_MOST = 1024;

function hkdfSha256(
  ikm: Uint8Array,
  salt: Uint8Array,
  info: Uint8Array,
  length: number,
): Uint8Array {
  expectHkdfLength(length);
  // OpenSSL derives one byte at least.
  if (length === 0) return new Uint8Array(0);
  if (info.length <= HKDF_INFO_MOST) {
    return new Uint8Array(hkdfSync("sha256", createSecretKey(ikm), salt, info, length));
  }
  const prk = hmacSha256(salt, ikm);
  const yielded = new Uint8Array(length);
  let block: Uint8Array = new Uint8Array(0);
  for (let at = 0, i = 1; at < length; at += block.length, i++) {
    block = hmacSha256(prk, concatBytes(block, info, Uint8Array.of(i)));
    yielded.set(block.subarray(0, length - at), at);
  }
  return yielded;
}

function buildNative(): Primitives {
  const mlKem768 = mlKem("ML-KEM-768");
  const kems: Readonly<Record<KemName, Kem>> = {
    "ML-KEM-512": mlKem("ML-KEM-512"),
    "ML-KEM-768": mlKem768,
    "ML-KEM-1024": mlKem("ML-KEM-1024"),
    "X-Wing": composeXWing({
      mlKem: mlKem768,
      ephemeral() {
        const { publicKey, privateKey } = generateKeyPairSync("x25519");
        return {
          publicKey: rawX25519(publicKey),
          agree: (other) => agree(privateKey, other),
        };
      },
      x25519Public: (secretKey) => x25519Keys.publicOf(x25519Keys.secretKey(secretKey)),
      x25519: (secretKey, publicKey) => agree(x25519Keys.secretKey(secretKey), publicKey),
      shake256: (data, length) =>
        plain(createHash("shake256", { outputLength: length }).update(data).digest()),
      sha3_256: (data) => plain(hash("sha3-256", data, "buffer")),
      random,
    }),
  };
  const signatures: Readonly<Record<SignatureName, SignatureScheme>> = {
    "ML-DSA-44": mlDsa("ML-DSA-44"),
    "ML-DSA-65": mlDsa("ML-DSA-65"),
    "ML-DSA-87": mlDsa("ML-DSA-87"),
    Ed25519: ed25519Scheme(),
  };
  const aeads: Readonly<Record<AeadName, Aead>> = {
    "AES-128-GCM": aead("AES-128-GCM"),
    "AES-256-GCM": aead("AES-256-GCM"),
    "ChaCha20-Poly1305": aead("ChaCha20-Poly1305"),
  };
  return {
    name: "native",
    kem: (name) => pick(kems, name, "KEM"),
    signature: (name) => pick(signatures, name, "signature scheme"),
    aead: (name) => pick(aeads, name, "AEAD"),
    x25519(secretKey, publicKey): Uint8Array {
      expectBytes(secretKey, 32, "secret key of X25519");
      expectBytes(publicKey, 32, "public key of X25519");
      const shared = agree(x25519Keys.secretKey(secretKey), publicKey);
      if (shared === null) throw new SecureError("X25519 with a point of small order");
      return shared;
    },
    sha256: (data) => plain(hash("sha256", data, "buffer")),
    sha3_256: (data) => plain(hash("sha3-256", data, "buffer")),
    hmacSha256,
    hmacSha384: (key, data) => hmac("sha384", key, data),
    hkdfSha256,
    random(length): Uint8Array {
      expectRandomLength(length);
      return random(length);
    },
  };
}

let shared: Primitives | undefined;

/**
 * The primitives of Node.js' OpenSSL. Needs Node.js 24.7 or newer, the first with ML-KEM and ML-DSA. Imported keys are
 * cached as long as the arrays live that hold the raw ones: keep using the same array for a key that is used often.
 */
export function nativePrimitives(): Primitives {
  shared ??= buildNative();
  return shared;
}
