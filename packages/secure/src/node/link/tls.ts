/** What links ask of TLS, and what OpenSSL's refusals mean. */

import { constants } from "node:crypto";
import { createSecureContext, type SecureContext, type TLSSocket } from "node:tls";
import { LINK_ERROR_CODES, LinkError, type LinkErrorCode } from "../../errors.ts";
import type { LinkProfile } from "../../link/types.ts";

/** Key exchanges a profile takes, first choice first. */
export const PROFILE_GROUPS: Readonly<Record<LinkProfile, readonly string[]>> = {
  hybrid: ["X25519MLKEM768"],
  cnsa: ["MLKEM1024"],
  legacy: ["X25519MLKEM768", "X25519"],
};

/** An external pre-shared key in OpenSSL needs a suite with SHA-256; with others a certificate is asked for instead. */
const SUITES: Readonly<Record<string, string>> = {
  TLS_CHACHA20_POLY1305_SHA256: "TLS_CHACHA20_POLY1305_SHA256",
};

const contexts = new Map<string, SecureContext>();

/**
 * TLS 1.3 with a profile's key exchanges and nothing else. Session tickets, which could bring a session back without
 * its key, are stateful and their state is dropped: they never resume, and are as short as OpenSSL makes them.
 */
export function secureContext(profile: LinkProfile): SecureContext {
  let context = contexts.get(profile);
  if (context === undefined) {
    context = createSecureContext({
      minVersion: "TLSv1.3",
      maxVersion: "TLSv1.3",
      ecdhCurve: PROFILE_GROUPS[profile].join(":"),
      ciphers: Object.keys(SUITES).join(":"),
      // No certificate is ever looked at; the shortest list that OpenSSL takes.
      sigalgs: "ed25519",
      secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_ENCRYPT_THEN_MAC,
      ca: [],
    });
    contexts.set(profile, context);
  }
  return context;
}

/**
 * Demands that a handshake came about by the pre-shared key, in TLS 1.3, with a suite and key exchange of the profile.
 * @returns The key exchange; null on the listener's side of a profile with several, where OpenSSL does not tell.
 * @throws LinkError `not-pre-shared`, `protocol-version`, `wrong-suite` or `wrong-group`.
 */
export function assertHandshake(socket: TLSSocket, profile: LinkProfile): string | null {
  if (!socket.isSessionReused()) {
    throw new LinkError(
      "not-pre-shared",
      "the session was not authenticated by the pre-shared key",
    );
  }
  const protocol = socket.getProtocol();
  if (protocol !== "TLSv1.3") {
    throw new LinkError("protocol-version", `TLSv1.3 expected, got ${protocol ?? "nothing"}`);
  }
  const suite = socket.getCipher().standardName;
  if (SUITES[suite] === undefined) {
    throw new LinkError("wrong-suite", `a suite with SHA-256 expected, got ${suite}`);
  }
  const groups = PROFILE_GROUPS[profile];
  const info = socket.getEphemeralKeyInfo();
  // Null on the listener's side: there the context has no other group to take.
  if (info === null) return groups.length === 1 ? (groups[0] ?? null) : null;
  const name = "name" in info ? String(info.name) : "none";
  if (!groups.includes(name)) {
    throw new LinkError("wrong-group", `${groups.join(" or ")} expected, got ${name}`);
  }
  return name;
}

const LISTENER_REASONS: Readonly<Record<string, LinkErrorCode>> = {
  ERR_SSL_UNSUPPORTED_PROTOCOL: "protocol-version",
  ERR_SSL_UNSUPPORTED_SSL_VERSION: "protocol-version",
  ERR_SSL_VERSION_TOO_LOW: "protocol-version",
  ERR_SSL_WRONG_SSL_VERSION: "protocol-version",
  ERR_SSL_NO_SUITABLE_KEY_SHARE: "wrong-group",
  ERR_SSL_NO_SUITABLE_GROUPS: "wrong-group",
  ERR_SSL_BAD_KEY_SHARE: "wrong-group",
  ERR_SSL_MISSING_KEY_SHARE_EXTENSION: "wrong-group",
  ERR_SSL_MISSING_SUPPORTED_GROUPS_EXTENSION: "wrong-group",
  ERR_SSL_NO_SHARED_GROUPS: "wrong-group",
  ERR_SSL_NO_SHARED_CIPHER: "wrong-suite",
  ERR_SSL_BINDER_DOES_NOT_VERIFY: "wrong-key",
  ERR_SSL_BAD_PSK: "wrong-key",
  ERR_SSL_BAD_PSK_IDENTITY: "unknown-key",
  ERR_SSL_DIGEST_CHECK_FAILED: "wrong-key",
  ERR_SSL_NO_SUITABLE_SIGNATURE_ALGORITHM: "not-pre-shared",
  ERR_SSL_NO_SHARED_SIGNATURE_ALGORITHMS: "not-pre-shared",
  ERR_SSL_NO_CERTIFICATE_SET: "not-pre-shared",
  ERR_SSL_MISSING_SIGALGS_EXTENSION: "not-pre-shared",
};

const LOST: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EHOSTDOWN",
  "ENETDOWN",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EADDRNOTAVAIL",
]);

function codeOf(error: unknown): string {
  return error instanceof Error ? String((error as NodeJS.ErrnoException).code ?? "") : "";
}

/** A listener's error of TLS as a named one. */
export function listenerError(error: unknown): LinkError {
  if (error instanceof LinkError) return error;
  const code = codeOf(error);
  if (LOST.has(code)) return new LinkError("unreachable", `the connection broke (${code})`);
  return new LinkError(
    LISTENER_REASONS[code] ?? "protocol",
    `TLS was refused (${code || "no code"})`,
  );
}

/** What alerts of the other side mean to a caller. They come in the clear, so they are hints, never proof. */
const ALERTS: Readonly<Record<number, readonly [LinkErrorCode, string]>> = {
  40: ["wrong-group", "the other side takes none of this profile's key exchanges or suites"],
  51: [
    "unknown-key",
    "the other side does not know this key: removed, used before, or not the same",
  ],
  70: ["protocol-version", "the other side does not speak TLS 1.3"],
  109: ["wrong-group", "the other side misses a key exchange"],
  115: ["unknown-key", "the other side does not know this key"],
  116: ["not-pre-shared", "the other side wants a certificate"],
};

const CALLER_REASONS: Readonly<Record<string, LinkErrorCode>> = {
  ERR_SSL_UNSUPPORTED_PROTOCOL: "protocol-version",
  ERR_SSL_WRONG_SSL_VERSION: "protocol-version",
  ERR_SSL_BAD_PROTOCOL_VERSION_NUMBER: "protocol-version",
  ERR_SSL_WRONG_VERSION_NUMBER: "protocol-version",
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: "protocol-version",
  ERR_SSL_WRONG_CIPHER_RETURNED: "wrong-suite",
  ERR_SSL_UNKNOWN_CIPHER_RETURNED: "wrong-suite",
  ERR_SSL_BAD_KEY_SHARE: "wrong-group",
  ERR_SSL_WRONG_CURVE: "wrong-group",
  ERR_SSL_NO_SUITABLE_KEY_SHARE: "wrong-group",
  ERR_SSL_CERTIFICATE_VERIFY_FAILED: "not-pre-shared",
  ERR_SSL_WRONG_SIGNATURE_TYPE: "not-pre-shared",
  ERR_SSL_NO_SUITABLE_SIGNATURE_ALGORITHM: "not-pre-shared",
  ERR_SSL_BAD_PSK: "wrong-key",
  DEPTH_ZERO_SELF_SIGNED_CERT: "not-pre-shared",
  SELF_SIGNED_CERT_IN_CHAIN: "not-pre-shared",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "not-pre-shared",
  UNABLE_TO_GET_ISSUER_CERT: "not-pre-shared",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "not-pre-shared",
  ERR_SYMBION_CERTIFICATE: "not-pre-shared",
};

/** A caller's error of TLS or TCP as a named one. */
export function callerError(error: unknown): LinkError {
  if (error instanceof LinkError) return error;
  const code = codeOf(error);
  const alert = /SSL alert number (\d+)/.exec(error instanceof Error ? error.message : "")?.[1];
  const known = alert === undefined ? undefined : ALERTS[Number(alert)];
  if (known !== undefined) return new LinkError(known[0], known[1]);
  if (LOST.has(code))
    return new LinkError("unreachable", `nobody answers, or the connection broke (${code})`);
  return new LinkError(CALLER_REASONS[code] ?? "protocol", `TLS failed (${code || "no code"})`);
}

/** Position of a code in the list, as it is sent. */
export function codeByte(code: LinkErrorCode): Uint8Array {
  return Uint8Array.of(LINK_ERROR_CODES.indexOf(code));
}

/** The error that the other side's refusal stands for; what it says is authenticated. */
export function refusal(body: Uint8Array): LinkError {
  const code = body.length === 1 ? LINK_ERROR_CODES[body[0]] : undefined;
  return code === undefined
    ? new LinkError("protocol", "a reason expected in a refusal, got something else")
    : new LinkError(code, `the other side refused: ${code}`);
}
