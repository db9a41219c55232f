/** Bytes that are not what they should be: wrong length, malformed, non-canonical, or a check that failed. */
export class SecureError extends Error {
  override readonly name = "SecureError";
}

/** Why a session did not come about; `LinkError.code`. */
export const LINK_ERROR_CODES = [
  /** The other side speaks TLS below 1.3. */
  "protocol-version",
  /** No common key exchange, or another than the profile demands. */
  "wrong-group",
  /** No common cipher suite: one with SHA-256 is needed, or TLS falls back to certificates. */
  "wrong-suite",
  /** The identity of the pre-shared key is not known: never enrolled, removed, or used before. */
  "unknown-key",
  /** The key does not prove what it should. */
  "wrong-key",
  /** A session was resumed or authenticated by other means than the pre-shared key. */
  "not-pre-shared",
  /** The other side is not the one that was enrolled. */
  "wrong-identity",
  /** The invitation was used, has expired, or was not issued here. */
  "invitation",
  /** Bytes of the protocol above TLS are malformed. */
  "protocol",
  /** Nobody answers, or the connection broke. */
  "unreachable",
  /** Too many attempts. */
  "rate-limited",
] as const;

/** One of {@link LINK_ERROR_CODES}. */
export type LinkErrorCode = (typeof LINK_ERROR_CODES)[number];

/** A link that was refused or broke. */
export class LinkError extends Error {
  override readonly name = "LinkError";
  /** Why, in one word for programs. */
  readonly code: LinkErrorCode;

  constructor(code: LinkErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** A store of keys or of sealed segments that cannot be used: in use, damaged, full, or locked. */
export class KeyStoreError extends Error {
  override readonly name = "KeyStoreError";
}
