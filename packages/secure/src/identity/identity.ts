/** Identities: made from a seed, written as bytes, checked, and signatures that hold only if both halves do. */

import { SecureError } from "../errors.ts";
import { concatBytes, expectBytes, NO_BYTES, utf8 } from "../primitives/bytes.ts";
import { isSoundEd25519PublicKey } from "../primitives/parameters.ts";
import type { Primitives } from "../primitives/types.ts";
import { encodeBase32, inGroups } from "./base32.ts";
import { DUAL_SIGNATURE_LENGTH, type Identity, type PublicIdentity } from "./types.ts";

const ML_DSA_PUBLIC = 1952;
const ML_DSA_SIGNATURE = 3309;

/** First byte of a public identity: the suite ML-DSA-65+Ed25519. */
const SUITE_BYTE = 1;

/** Bytes of a public identity: one for the suite, then both keys. */
export const PUBLIC_IDENTITY_LENGTH = 1985;

/** Bytes of the seed an identity is made from. */
export const IDENTITY_SEED_LENGTH = 32;

/** Most UTF-8 bytes of what a dual signature is for. */
export const DUAL_CONTEXT_MOST = 200;

const SUITE = "ML-DSA-65+Ed25519";
const FINGERPRINT_LABEL = utf8(`symbion identity ${SUITE}`);
const CONTEXT_LABEL = `symbion ${SUITE} `;

function join(mlDsa65: Uint8Array, ed25519: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(SUITE_BYTE), mlDsa65, ed25519);
}

/** SHA-256 over the suite and both keys: what a fingerprint shortens, and what every dual signature covers. */
export function identityDigest(
  primitives: Primitives,
  identity: Pick<PublicIdentity, "mlDsa65" | "ed25519">,
): Uint8Array {
  return primitives.sha256(
    concatBytes(FINGERPRINT_LABEL, join(identity.mlDsa65, identity.ed25519)),
  );
}

/** The first 160 bits of a digest as eight groups of four letters and digits. */
export function fingerprintOfDigest(digest: Uint8Array): string {
  return inGroups(encodeBase32(digest.subarray(0, 20)), 4);
}

/** Fingerprint of two public keys: eight groups of four letters and digits. */
export function fingerprint(
  primitives: Primitives,
  identity: Pick<PublicIdentity, "mlDsa65" | "ed25519">,
): string {
  return fingerprintOfDigest(identityDigest(primitives, identity));
}

function publicIdentity(
  primitives: Primitives,
  mlDsa65: Uint8Array,
  ed25519: Uint8Array,
): PublicIdentity {
  return {
    suite: SUITE,
    mlDsa65,
    ed25519,
    fingerprint: fingerprint(primitives, { mlDsa65, ed25519 }),
  };
}

/** A public identity as 1,985 bytes: the suite, ML-DSA-65's key, Ed25519's key. */
export function publicIdentityBytes(identity: PublicIdentity): Uint8Array {
  expectBytes(identity.mlDsa65, ML_DSA_PUBLIC, "ML-DSA-65 key of an identity");
  expectBytes(identity.ed25519, 32, "Ed25519 key of an identity");
  return join(identity.mlDsa65, identity.ed25519);
}

/**
 * Reads a public identity.
 * @throws SecureError Another length or suite, or an Ed25519 key that is not canonical or of small order.
 */
export function parsePublicIdentity(primitives: Primitives, bytes: Uint8Array): PublicIdentity {
  expectBytes(bytes, PUBLIC_IDENTITY_LENGTH, "public identity");
  if (bytes[0] !== SUITE_BYTE) {
    throw new SecureError(`suite 1 (${SUITE}) of a public identity expected, got ${bytes[0]}`);
  }
  const ed25519 = bytes.slice(1 + ML_DSA_PUBLIC);
  if (!isSoundEd25519PublicKey(ed25519)) {
    throw new SecureError("Ed25519 key of a public identity is not canonical or of small order");
  }
  return publicIdentity(primitives, bytes.slice(1, 1 + ML_DSA_PUBLIC), ed25519);
}

function contextBytes(context: string): Uint8Array {
  const bytes = utf8(context);
  if (bytes.length === 0 || bytes.length > DUAL_CONTEXT_MOST) {
    throw new SecureError(
      `what a signature is for must have 1 to ${DUAL_CONTEXT_MOST} bytes, got ${bytes.length}`,
    );
  }
  return concatBytes(utf8(CONTEXT_LABEL), bytes);
}

/**
 * An identity of its own.
 * @param seed 32 bytes, secret and random, from which both keys follow; drawn where it is left out. It is copied: wipe
 * yours.
 */
export function createIdentity(primitives: Primitives, seed?: Uint8Array): Identity {
  const root = seed ?? primitives.random(IDENTITY_SEED_LENGTH);
  expectBytes(root, IDENTITY_SEED_LENGTH, "seed of an identity");
  const derive = (label: string): Uint8Array =>
    primitives.hkdfSha256(root, NO_BYTES, utf8(`symbion identity seed ${label}`), 32);
  const mlDsa = primitives.signature("ML-DSA-65");
  const ed25519 = primitives.signature("Ed25519");
  const mlDsaKeys = mlDsa.fromSeed(derive("ML-DSA-65"));
  const ed25519Keys = ed25519.fromSeed(derive("Ed25519"));
  if (seed === undefined) root.fill(0);
  const own = publicIdentity(primitives, mlDsaKeys.publicKey, ed25519Keys.publicKey);
  const digest = identityDigest(primitives, own);
  return {
    public: own,
    sign(context: string, message: Uint8Array): Uint8Array {
      expectBytes(message, undefined, "message to sign");
      const bound = contextBytes(context);
      const covered = concatBytes(digest, message);
      return concatBytes(
        mlDsa.sign(mlDsaKeys.secretKey, covered, bound),
        ed25519.sign(ed25519Keys.secretKey, covered, bound),
      );
    },
  };
}

/**
 * Whether both halves of a dual signature hold. Both cover the context, the message and *both* public keys, so halves
 * of different identities, contexts or messages cannot be put together.
 * @param context What the signature should be for; the same text as at signing.
 */
export function verifyIdentity(
  primitives: Primitives,
  identity: PublicIdentity,
  context: string,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (!(signature instanceof Uint8Array) || signature.length !== DUAL_SIGNATURE_LENGTH)
    return false;
  if (!(message instanceof Uint8Array)) return false;
  if (identity.mlDsa65.length !== ML_DSA_PUBLIC || identity.ed25519.length !== 32) return false;
  const bound = contextBytes(context);
  const covered = concatBytes(identityDigest(primitives, identity), message);
  // The cheap half first: most forgeries end there.
  return (
    primitives
      .signature("Ed25519")
      .verify(identity.ed25519, covered, signature.subarray(ML_DSA_SIGNATURE), bound) &&
    primitives
      .signature("ML-DSA-65")
      .verify(identity.mlDsa65, covered, signature.subarray(0, ML_DSA_SIGNATURE), bound)
  );
}
