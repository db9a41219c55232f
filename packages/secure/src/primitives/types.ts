/**
 * The primitives that everything else is built of, behind one interface: `native` is Node.js' OpenSSL, `portable` is
 * JavaScript for browsers. Both pass the same official vectors. All calls are synchronous; every length is checked, and
 * bytes that are malformed or not canonical end in a `SecureError`.
 */

/** A key pair as raw bytes. Secret keys are seeds, the shortest form from which all else follows. */
export type KeyPair = {
  /** Encoded as its standard says. */
  readonly publicKey: Uint8Array;
  /** The seed. */
  readonly secretKey: Uint8Array;
};

/** What an encapsulation yields. */
export type Encapsulation = {
  /** To be sent. */
  readonly ciphertext: Uint8Array;
  /** Shared with whoever holds the secret key; 32 bytes. */
  readonly sharedSecret: Uint8Array;
};

/** A key encapsulation mechanism (FIPS 203; X-Wing). */
export interface Kem {
  /** `ML-KEM-768` for instance. */
  readonly name: string;
  /** Bytes of a public key. */
  readonly publicKeyLength: number;
  /** Bytes of the seed: 64 for ML-KEM (d || z), 32 for X-Wing. */
  readonly secretKeyLength: number;
  /** Bytes of an encapsulation. */
  readonly ciphertextLength: number;
  /** A new pair from the system's generator. */
  generate(): KeyPair;
  /** The pair that belongs to a seed. */
  fromSeed(seed: Uint8Array): KeyPair;
  /** A new shared secret for whoever holds the secret key. @throws {SecureError} For a key that is not canonical. */
  encapsulate(publicKey: Uint8Array): Encapsulation;
  /** Never fails for a ciphertext of the right length: a wrong one yields another secret (implicit rejection). */
  decapsulate(secretKey: Uint8Array, ciphertext: Uint8Array): Uint8Array;
}

/** A signature scheme (FIPS 204; RFC 8032). */
export interface SignatureScheme {
  /** `ML-DSA-65` for instance. */
  readonly name: string;
  /** Bytes of a public key. */
  readonly publicKeyLength: number;
  /** 32 bytes of seed for all of them. */
  readonly secretKeyLength: number;
  /** Bytes of every signature. */
  readonly signatureLength: number;
  /** A new pair from the system's generator. */
  generate(): KeyPair;
  /** The pair that belongs to a seed of 32 bytes. */
  fromSeed(seed: Uint8Array): KeyPair;
  /** `context` at most 255 bytes; for Ed25519, which has none, it is bound by a prefix of its length and itself. */
  sign(secretKey: Uint8Array, message: Uint8Array, context: Uint8Array): Uint8Array;
  /** False for whatever is not a valid signature, malformed ones too. */
  verify(
    publicKey: Uint8Array,
    message: Uint8Array,
    signature: Uint8Array,
    context: Uint8Array,
  ): boolean;
}

/** Authenticated encryption with a 12-byte nonce and a 16-byte tag at the end. */
export interface Aead {
  /** `AES-256-GCM` for instance. */
  readonly name: string;
  /** 16 or 32 bytes. */
  readonly keyLength: number;
  /** Ciphertext with the tag at its end; a nonce must never come twice under one key. */
  seal(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): Uint8Array;
  /** As `seal`, but into `target` from `at` on; present where that saves a copy. */
  sealInto?(
    key: Uint8Array,
    nonce: Uint8Array,
    aad: Uint8Array,
    plaintext: Uint8Array,
    target: Uint8Array,
    at: number,
  ): void;
  /** Null where the tag does not fit. */
  open(
    key: Uint8Array,
    nonce: Uint8Array,
    aad: Uint8Array,
    ciphertext: Uint8Array,
  ): Uint8Array | null;
  /** As `open`, but into `target` from `at` on; false, and zeros there, where the tag does not fit. */
  openInto?(
    key: Uint8Array,
    nonce: Uint8Array,
    aad: Uint8Array,
    ciphertext: Uint8Array,
    target: Uint8Array,
    at: number,
  ): boolean;
}

/** Names of the KEMs. */
export type KemName = "ML-KEM-512" | "ML-KEM-768" | "ML-KEM-1024" | "X-Wing";
/** Names of the signature schemes. */
export type SignatureName = "ML-DSA-44" | "ML-DSA-65" | "ML-DSA-87" | "Ed25519";
/** Names of the AEADs. */
export type AeadName = "AES-128-GCM" | "AES-256-GCM" | "ChaCha20-Poly1305";

/** One implementation of all of them. */
export interface Primitives {
  /** Which implementation it is. */
  readonly name: "native" | "portable";
  /** A key encapsulation mechanism by name. */
  kem(name: KemName): Kem;
  /** A signature scheme by name. */
  signature(name: SignatureName): SignatureScheme;
  /** An AEAD by name. */
  aead(name: AeadName): Aead;
  /** RFC 7748; throws `SecureError` for a result of all zeros. */
  x25519(secretKey: Uint8Array, publicKey: Uint8Array): Uint8Array;
  /** FIPS 180-4; 32 bytes. */
  sha256(data: Uint8Array): Uint8Array;
  /** FIPS 202; 32 bytes. */
  sha3_256(data: Uint8Array): Uint8Array;
  /** RFC 2104; 32 bytes. */
  hmacSha256(key: Uint8Array, data: Uint8Array): Uint8Array;
  /** RFC 2104; 48 bytes. */
  hmacSha384(key: Uint8Array, data: Uint8Array): Uint8Array;
  /** RFC 5869; `length` at most 8,160. */
  hkdfSha256(ikm: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Uint8Array;
  /** Bytes of the system's generator. */
  random(length: number): Uint8Array;
}
