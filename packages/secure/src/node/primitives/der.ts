/**
 * Raw keys and DER: SubjectPublicKeyInfo and PKCS #8 with seeds, as RFC 9881 (ML-DSA), RFC 9935 (ML-KEM) and RFC 8410
 * (Ed25519, X25519) have them. All but the raw bytes is constant per algorithm, so a key is a prefix and the bytes.
 */

import { SecureError } from "../../errors.ts";
import { concatBytes, equalBytes, expectBytes } from "../../primitives/bytes.ts";

/** Algorithms whose keys can be written as DER. */
export type KeyAlgorithm =
  | "ML-KEM-512"
  | "ML-KEM-768"
  | "ML-KEM-1024"
  | "ML-DSA-44"
  | "ML-DSA-65"
  | "ML-DSA-87"
  | "Ed25519"
  | "X25519";

type Form = { readonly oid: string; readonly publicKey: number; readonly secretKey: number };

const FORMS: Readonly<Record<KeyAlgorithm, Form>> = {
  "ML-KEM-512": { oid: "0609608648016503040401", publicKey: 800, secretKey: 64 },
  "ML-KEM-768": { oid: "0609608648016503040402", publicKey: 1184, secretKey: 64 },
  "ML-KEM-1024": { oid: "0609608648016503040403", publicKey: 1568, secretKey: 64 },
  "ML-DSA-44": { oid: "0609608648016503040311", publicKey: 1312, secretKey: 32 },
  "ML-DSA-65": { oid: "0609608648016503040312", publicKey: 1952, secretKey: 32 },
  "ML-DSA-87": { oid: "0609608648016503040313", publicKey: 2592, secretKey: 32 },
  Ed25519: { oid: "06032b6570", publicKey: 32, secretKey: 32 },
  X25519: { oid: "06032b656e", publicKey: 32, secretKey: 32 },
};

function hex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "hex"));
}

/** Tag and length of a DER value (X.690, sections 8.1.2 and 10.1). */
function head(tag: number, length: number): Uint8Array {
  if (length < 128) return Uint8Array.of(tag, length);
  if (length < 256) return Uint8Array.of(tag, 0x81, length);
  return Uint8Array.of(tag, 0x82, length >> 8, length & 255);
}

function wrap(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = concatBytes(...parts);
  return concatBytes(head(tag, content.length), content);
}

function publicPrefix(form: Form): Uint8Array {
  const bits = head(0x03, form.publicKey + 1);
  const algorithm = wrap(0x30, hex(form.oid));
  const length = algorithm.length + bits.length + 1 + form.publicKey;
  return concatBytes(head(0x30, length), algorithm, bits, Uint8Array.of(0));
}

function secretPrefix(algorithm: KeyAlgorithm, form: Form): Uint8Array {
  // RFC 8410: an octet string; RFC 9881 and 9935: `seed`, the choice [0] IMPLICIT.
  const inner = head(algorithm.startsWith("ML-") ? 0x80 : 0x04, form.secretKey);
  const outer = head(0x04, inner.length + form.secretKey);
  const version = hex("020100");
  const identifier = wrap(0x30, hex(form.oid));
  const length = version.length + identifier.length + outer.length + inner.length + form.secretKey;
  return concatBytes(head(0x30, length), version, identifier, outer, inner);
}

type Prefixes = { readonly spki: Uint8Array; readonly pkcs8: Uint8Array };
const prefixes = new Map<KeyAlgorithm, Prefixes>();

function prefixesOf(algorithm: KeyAlgorithm): Prefixes {
  let known = prefixes.get(algorithm);
  if (known === undefined) {
    const form = FORMS[algorithm];
    if (form === undefined) throw new SecureError(`no DER form known for ${String(algorithm)}`);
    known = { spki: publicPrefix(form), pkcs8: secretPrefix(algorithm, form) };
    prefixes.set(algorithm, known);
  }
  return known;
}

/** SubjectPublicKeyInfo of a raw public key. */
export function publicKeyToDer(algorithm: KeyAlgorithm, publicKey: Uint8Array): Uint8Array {
  const { spki } = prefixesOf(algorithm);
  expectBytes(publicKey, FORMS[algorithm].publicKey, `public key of ${algorithm}`);
  return concatBytes(spki, publicKey);
}

/** PKCS #8 of a seed (for Ed25519 and X25519: of the secret key). The result is a secret: wipe it after use. */
export function secretKeyToDer(algorithm: KeyAlgorithm, secretKey: Uint8Array): Uint8Array {
  const { pkcs8 } = prefixesOf(algorithm);
  expectBytes(secretKey, FORMS[algorithm].secretKey, `secret key of ${algorithm}`);
  return concatBytes(pkcs8, secretKey);
}

function strip(prefix: Uint8Array, length: number, der: Uint8Array, what: string): Uint8Array {
  expectBytes(der, prefix.length + length, `DER of a ${what}`);
  if (!equalBytes(der.subarray(0, prefix.length), prefix)) {
    throw new SecureError(`DER of a ${what} expected, got another structure or algorithm`);
  }
  return der.slice(prefix.length);
}

/** The raw public key in a SubjectPublicKeyInfo of exactly this algorithm. */
export function publicKeyFromDer(algorithm: KeyAlgorithm, der: Uint8Array): Uint8Array {
  const { spki } = prefixesOf(algorithm);
  return strip(spki, FORMS[algorithm].publicKey, der, `public key of ${algorithm}`);
}

/** The seed in a PKCS #8 of exactly this algorithm, in seed form and without attributes. */
export function secretKeyFromDer(algorithm: KeyAlgorithm, der: Uint8Array): Uint8Array {
  const { pkcs8 } = prefixesOf(algorithm);
  return strip(pkcs8, FORMS[algorithm].secretKey, der, `secret key of ${algorithm}`);
}
