/** HPKE's labelled key derivation and key schedule with two-stage KDFs (draft-ietf-hpke-hpke, sections 4 and 5.1). */

import { SecureError } from "../errors.ts";
import { concatBytes, NO_BYTES, utf8 } from "../primitives/bytes.ts";
import type { AeadName, KemName, Primitives } from "../primitives/types.ts";

/** Names of the key derivation functions. */
export type HpkeKdfName = "HKDF-SHA256" | "HKDF-SHA384";

/** Code points of the KEMs (draft-ietf-hpke-pq, section 8.1). */
export const HPKE_KEM_ID: Readonly<Record<KemName, number>> = {
  "ML-KEM-512": 0x0040,
  "ML-KEM-768": 0x0041,
  "ML-KEM-1024": 0x0042,
  "X-Wing": 0x647a,
};
/** Code points of the KDFs (draft-ietf-hpke-hpke, section 7.2). */
export const HPKE_KDF_ID: Readonly<Record<HpkeKdfName, number>> = {
  "HKDF-SHA256": 0x0001,
  "HKDF-SHA384": 0x0002,
};
/** Code points of the AEADs (draft-ietf-hpke-hpke, section 7.3). */
export const HPKE_AEAD_ID: Readonly<Record<AeadName, number>> = {
  "AES-128-GCM": 0x0001,
  "AES-256-GCM": 0x0002,
  "ChaCha20-Poly1305": 0x0003,
};

const HASH_LENGTH: Readonly<Record<HpkeKdfName, number>> = { "HKDF-SHA256": 32, "HKDF-SHA384": 48 };
const VERSION = utf8("HPKE-v1");

/** `LabeledExtract` and `LabeledExpand` of one suite. */
export interface LabelledKdf {
  /** Nh, bytes of the hash. */
  readonly hashLength: number;
  /** `psk_id_hash` of mode base, the same for every context. */
  readonly noPskIdHash: Uint8Array;
  extract(salt: Uint8Array, label: Uint8Array, ikm: Uint8Array): Uint8Array;
  /** @throws SecureError More than 255 times the hash's length. */
  expand(prk: Uint8Array, label: Uint8Array, info: Uint8Array, length: number): Uint8Array;
}

/** What the key schedule yields. */
export type HpkeSecrets = {
  readonly key: Uint8Array;
  readonly baseNonce: Uint8Array;
  readonly exporterSecret: Uint8Array;
};

/** A pre-shared key and its public name. */
export type HpkePsk = {
  /** At least 32 bytes. */
  readonly psk: Uint8Array;
  /** At least one byte; public. */
  readonly pskId: Uint8Array;
};

const LABEL = {
  pskIdHash: utf8("psk_id_hash"),
  infoHash: utf8("info_hash"),
  secret: utf8("secret"),
  key: utf8("key"),
  baseNonce: utf8("base_nonce"),
  exporter: utf8("exp"),
};

function twoBytes(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 255);
}

/** `suite_id` of a suite (draft-ietf-hpke-hpke, section 5.1). */
export function hpkeSuiteId(kem: KemName, kdf: HpkeKdfName, aead: AeadName): Uint8Array {
  return concatBytes(
    utf8("HPKE"),
    twoBytes(HPKE_KEM_ID[kem]),
    twoBytes(HPKE_KDF_ID[kdf]),
    twoBytes(HPKE_AEAD_ID[aead]),
  );
}

/** The labelled derivations of a suite. */
export function labelledKdf(
  primitives: Primitives,
  kdf: HpkeKdfName,
  suiteId: Uint8Array,
): LabelledKdf {
  const hmac = kdf === "HKDF-SHA256" ? primitives.hmacSha256 : primitives.hmacSha384;
  const hashLength = HASH_LENGTH[kdf];
  const prefix = concatBytes(VERSION, suiteId);
  const extract = (salt: Uint8Array, label: Uint8Array, ikm: Uint8Array): Uint8Array => {
    const labelled = concatBytes(prefix, label, ikm);
    const prk = hmac(salt, labelled);
    labelled.fill(0);
    return prk;
  };
  return {
    hashLength,
    noPskIdHash: extract(NO_BYTES, LABEL.pskIdHash, NO_BYTES),
    extract,
    expand(prk, label, info, length): Uint8Array {
      if (!Number.isInteger(length) || length < 0 || length > 255 * hashLength) {
        throw new SecureError(
          `HPKE derives 0 to ${255 * hashLength} bytes, asked for ${String(length)}`,
        );
      }
      const labelled = concatBytes(twoBytes(length), prefix, label, info);
      const yielded = new Uint8Array(length);
      let block = NO_BYTES;
      for (let at = 0, i = 1; at < length; at += hashLength, i++) {
        block = hmac(prk, concatBytes(block, labelled, Uint8Array.of(i)));
        yielded.set(block.subarray(0, length - at), at);
      }
      return yielded;
    },
  };
}

/**
 * `KeySchedule` in the modes base (no pre-shared key) and PSK.
 * @param sharedSecret Of the KEM; wiped here.
 * @throws SecureError A pre-shared key below 32 bytes or without a name.
 */
export function hpkeSchedule(
  kdf: LabelledKdf,
  keyLength: number,
  sharedSecret: Uint8Array,
  info: Uint8Array,
  psk: HpkePsk | undefined,
): HpkeSecrets {
  if (psk !== undefined && (psk.psk.length < 32 || psk.pskId.length === 0)) {
    throw new SecureError(
      `a pre-shared key of at least 32 bytes and a name for it expected, got ${psk.psk.length} and ${psk.pskId.length} bytes`,
    );
  }
  const context = concatBytes(
    Uint8Array.of(psk === undefined ? 0 : 1),
    psk === undefined ? kdf.noPskIdHash : kdf.extract(NO_BYTES, LABEL.pskIdHash, psk.pskId),
    kdf.extract(NO_BYTES, LABEL.infoHash, info),
  );
  const secret = kdf.extract(sharedSecret, LABEL.secret, psk?.psk ?? NO_BYTES);
  sharedSecret.fill(0);
  const secrets = {
    key: kdf.expand(secret, LABEL.key, context, keyLength),
    baseNonce: kdf.expand(secret, LABEL.baseNonce, context, 12),
    exporterSecret: kdf.expand(secret, LABEL.exporter, context, kdf.hashLength),
  };
  secret.fill(0);
  return secrets;
}
