/**
 * Enrolment: how two nodes that share nothing but an invitation come to know each other. Inside TLS under the
 * invitation's secret each proves its identity by signing, under a context of its own, what binds version, profile and
 * both identities together with what only this handshake exports. Somebody in the middle has another handshake with
 * each side, so no signature fits; somebody who learns the secret later has no key exchange to open.
 */

import type { TLSSocket } from "node:tls";
import { LinkError, SecureError } from "../../errors.ts";
import { parsePublicIdentity, verifyIdentity } from "../../identity/identity.ts";
import type { Identity, PublicIdentity } from "../../identity/types.ts";
import { firstKey, LINK_VERSION, linkBinding } from "../../link/ratchet.ts";
import type { LinkProfile, LinkRole } from "../../link/types.ts";
import { concatBytes, utf8 } from "../../primitives/bytes.ts";
import { nativePrimitives } from "../primitives/native.ts";

const primitives = nativePrimitives();
const EXPORTER_PROOF = "EXPORTER-symbion-link-1-enrol-proof";
const EXPORTER_KEY = "EXPORTER-symbion-link-1-enrol-key";
const EXPORTER_SESSION = "EXPORTER-symbion-link-1-session";

/** What both sides of an enrolment hold once they know each other's public identity. */
export type EnrolmentTerms = {
  readonly binding: Uint8Array;
  /** What both sign. */
  readonly statement: Uint8Array;
  /** First key of the pair. */
  readonly key: Uint8Array;
};

function contextOf(role: LinkRole): string {
  return `symbion link ${LINK_VERSION} enrol ${role}`;
}

function exported(
  socket: TLSSocket,
  label: string,
  length: number,
  context: Uint8Array,
): Uint8Array {
  return new Uint8Array(socket.exportKeyingMaterial(length, label, Buffer.from(context)));
}

/** Terms of an enrolment, the same on both sides. */
export function enrolmentTerms(
  socket: TLSSocket,
  profile: LinkProfile,
  caller: PublicIdentity,
  listener: PublicIdentity,
): EnrolmentTerms {
  const binding = linkBinding(primitives, profile, caller, listener);
  return {
    binding,
    statement: concatBytes(binding, exported(socket, EXPORTER_PROOF, 32, binding)),
    key: firstKey(primitives, exported(socket, EXPORTER_KEY, 32, binding), binding),
  };
}

/** A side's signature over the terms. */
export function proveIdentity(
  identity: Identity,
  role: LinkRole,
  terms: EnrolmentTerms,
): Uint8Array {
  return identity.sign(contextOf(role), terms.statement);
}

/**
 * Demands the other side's signature.
 * @throws LinkError `wrong-identity`.
 */
export function demandProof(
  identity: PublicIdentity,
  role: LinkRole,
  terms: EnrolmentTerms,
  signature: Uint8Array,
): void {
  if (!verifyIdentity(primitives, identity, contextOf(role), terms.statement, signature)) {
    throw new LinkError("wrong-identity", `the ${role} did not prove its identity`);
  }
}

/**
 * Reads the other side's public identity and demands that it is not our own (a reflected connection).
 * @throws LinkError `protocol`, `wrong-identity`.
 */
export function readIdentity(own: PublicIdentity, bytes: Uint8Array): PublicIdentity {
  let identity: PublicIdentity;
  try {
    identity = parsePublicIdentity(primitives, bytes);
  } catch (error) {
    if (!(error instanceof SecureError)) throw error;
    throw new LinkError("protocol", "a public identity expected, got something else");
  }
  if (identity.fingerprint === own.fingerprint) {
    throw new LinkError("wrong-identity", "another node expected, got this one itself");
  }
  return identity;
}

/** Id of a peer in a store: from its identity and the side that this node has. */
export function peerId(identity: PublicIdentity, role: LinkRole): string {
  const digest = primitives.sha256(utf8(`symbion link peer ${role} ${identity.fingerprint}`));
  return Buffer.from(digest.subarray(0, 8)).toString("hex");
}

/** What a session's handshake exports: 32 bytes for the next key, and the session's public id. */
export function sessionExports(
  socket: TLSSocket,
  binding: Uint8Array,
): { readonly ratchet: Uint8Array; readonly id: string } {
  const bytes = exported(socket, EXPORTER_SESSION, 40, binding);
  return {
    ratchet: bytes.subarray(0, 32),
    id: Buffer.from(bytes.subarray(32)).toString("hex"),
  };
}
