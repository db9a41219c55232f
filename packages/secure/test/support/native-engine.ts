import { createPrivateKey, decapsulate, sign } from "node:crypto";
import { nativeEd25519Verify, nativePrimitives } from "../../src/node/primitives/native.ts";
import type { Engine, MlDsa, MlKem } from "./engines.ts";

const OID: Readonly<Record<MlKem | MlDsa, string>> = {
  "ML-KEM-512": "0609608648016503040401",
  "ML-KEM-768": "0609608648016503040402",
  "ML-KEM-1024": "0609608648016503040403",
  "ML-DSA-44": "0609608648016503040311",
  "ML-DSA-65": "0609608648016503040312",
  "ML-DSA-87": "0609608648016503040313",
};

function tlv(tag: number, content: Uint8Array): Buffer {
  const { length } = content;
  return Buffer.concat([Buffer.of(tag, 0x82, length >> 8, length & 255), content]);
}

/** PKCS #8 of an expanded key: the choice `expandedKey` of RFC 9881 and RFC 9935. */
function expandedKey(name: MlKem | MlDsa, secretKey: Uint8Array): Buffer {
  const algorithm = Buffer.from(`300b${OID[name]}`, "hex");
  const version = Buffer.of(2, 1, 0);
  return tlv(0x30, Buffer.concat([version, algorithm, tlv(4, tlv(4, secretKey))]));
}

function importExpanded(
  name: MlKem | MlDsa,
  secretKey: Uint8Array,
): ReturnType<typeof createPrivateKey> {
  return createPrivateKey({ key: expandedKey(name, secretKey), format: "der", type: "pkcs8" });
}

/** OpenSSL, through `node:crypto`. */
export const nativeEngine: Engine = {
  name: "native",
  primitives: nativePrimitives(),
  derandomised: null,
  ed25519Verify: nativeEd25519Verify,
  decapsulateExpanded: (name, secretKey, ciphertext) =>
    decapsulate(importExpanded(name, secretKey), ciphertext),
  signExpanded: (name, secretKey, message, context) =>
    sign(null, message, { key: importExpanded(name, secretKey), context }),
  exact: false,
  internal: null,
  slhDsa: null,
};
