/** Who a node is: an ML-DSA-65 key and an Ed25519 key. A signature holds only if both do. */

/** What others know of an identity. */
export type PublicIdentity = {
  /** Suite, `ML-DSA-65+Ed25519`. */
  readonly suite: "ML-DSA-65+Ed25519";
  /** 1,952 bytes. */
  readonly mlDsa65: Uint8Array;
  /** 32 bytes. */
  readonly ed25519: Uint8Array;
  /** SHA-256 over suite and both keys, as eight groups of four letters and digits (base32, 160 bits). */
  readonly fingerprint: string;
};

/** A node's own identity. Secrets stay inside. */
export interface Identity {
  /** What others need to check its signatures. */
  readonly public: PublicIdentity;
  /**
   * Both signatures over a message: ML-DSA-65 (3,309 bytes), then Ed25519 (64).
   * @param context What the signature is for, `symbion link enrol caller` for instance; no signature counts under
   * another context.
   */
  sign(context: string, message: Uint8Array): Uint8Array;
}

/** Bytes of a dual signature. */
export const DUAL_SIGNATURE_LENGTH = 3373;
