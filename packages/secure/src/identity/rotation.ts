/**
 * How an identity ends: by a successor that it names itself (rotation), or without one (revocation). Both are signed by
 * the identity that ends; a successor signs too, so nobody can be made the successor of another against their will.
 */

import { SecureError } from "../errors.ts";
import { concatBytes, equalBytes, expectBytes, utf8 } from "../primitives/bytes.ts";
import type { Primitives } from "../primitives/types.ts";
import {
  fingerprintOfDigest,
  identityDigest,
  PUBLIC_IDENTITY_LENGTH,
  parsePublicIdentity,
  publicIdentityBytes,
  verifyIdentity,
} from "./identity.ts";
import { DUAL_SIGNATURE_LENGTH, type Identity, type PublicIdentity } from "./types.ts";

/** What the signatures of these statements are for. */
export const ROTATION_CONTEXT = "identity rotation";

const MAGIC = utf8("SYID");
const ROTATE = 1;
const REVOKE = 2;
/** Magic, kind, sequence, time, digest of the identity that ends. */
const HEAD_LENGTH = 4 + 1 + 4 + 8 + 32;
const ROTATE_LENGTH = HEAD_LENGTH + PUBLIC_IDENTITY_LENGTH + 2 * DUAL_SIGNATURE_LENGTH;
const REVOKE_LENGTH = HEAD_LENGTH + DUAL_SIGNATURE_LENGTH;

/** A statement as it was read; whether its signatures hold is for {@link followRotations} to say. */
export type RotationStatement = {
  /** Grows from statement to statement of an identity's line. */
  readonly sequence: number;
  /** When it was made by the clock of its maker, ms since 1970. */
  readonly at: number;
  /** Fingerprint of the identity that ends. */
  readonly from: string;
  /** The successor; null for a revocation. */
  readonly to: PublicIdentity | null;
};

/** When and where in the line a statement stands. */
export type RotationPlace = {
  /** 1 to 2^32 - 1, above the statement's before. */
  readonly sequence: number;
  /** ms since 1970, a whole number. */
  readonly at: number;
};

/** Where a line of identities has come to. */
export type RotationOutcome = {
  /** The identity that holds now; null where the line ended in a revocation. */
  readonly current: PublicIdentity | null;
  /** Fingerprints that hold no longer, oldest first. */
  readonly revoked: readonly string[];
  /** Sequence number of the last statement; 0 without any. */
  readonly sequence: number;
};

function head(
  primitives: Primitives,
  kind: number,
  from: PublicIdentity,
  { sequence, at }: RotationPlace,
): Uint8Array {
  if (!Number.isInteger(sequence) || sequence < 1 || sequence > 0xffffffff) {
    throw new SecureError(`sequence of a rotation must be 1 to 2^32 - 1, got ${String(sequence)}`);
  }
  if (!Number.isSafeInteger(at) || at < 0) {
    throw new SecureError(`time of a rotation must be whole ms since 1970, got ${String(at)}`);
  }
  const bytes = new Uint8Array(HEAD_LENGTH);
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC);
  bytes[4] = kind;
  view.setUint32(5, sequence);
  view.setBigUint64(9, BigInt(at));
  bytes.set(identityDigest(primitives, from), 17);
  return bytes;
}

/** The statement by which an identity hands over to the next, 8,780 bytes, signed by both. */
export function rotateIdentity(
  primitives: Primitives,
  from: Identity,
  to: Identity,
  place: RotationPlace,
): Uint8Array {
  if (from.public.fingerprint === to.public.fingerprint) {
    throw new SecureError("an identity cannot be its own successor");
  }
  const body = concatBytes(
    head(primitives, ROTATE, from.public, place),
    publicIdentityBytes(to.public),
  );
  return concatBytes(body, from.sign(ROTATION_CONTEXT, body), to.sign(ROTATION_CONTEXT, body));
}

/** The statement by which an identity ends without a successor. */
export function revokeIdentity(
  primitives: Primitives,
  identity: Identity,
  place: RotationPlace,
): Uint8Array {
  const body = head(primitives, REVOKE, identity.public, place);
  return concatBytes(body, identity.sign(ROTATION_CONTEXT, body));
}

/**
 * Reads a statement without checking its signatures.
 * @throws SecureError It is malformed.
 */
export function parseRotation(primitives: Primitives, bytes: Uint8Array): RotationStatement {
  expectBytes(bytes, undefined, "rotation of an identity");
  const kind = bytes.length > 4 && equalBytes(bytes.subarray(0, 4), MAGIC) ? bytes[4] : 0;
  const expected = kind === ROTATE ? ROTATE_LENGTH : kind === REVOKE ? REVOKE_LENGTH : -1;
  if (bytes.length !== expected) {
    throw new SecureError(
      `a rotation of ${ROTATE_LENGTH} or a revocation of ${REVOKE_LENGTH} bytes expected, got ${bytes.length} bytes that are neither`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const at = view.getBigUint64(9);
  const sequence = view.getUint32(5);
  if (at > BigInt(Number.MAX_SAFE_INTEGER) || sequence === 0) {
    throw new SecureError("a rotation has a time or a sequence number out of range");
  }
  return {
    sequence,
    at: Number(at),
    from: fingerprintOfDigest(bytes.subarray(17, HEAD_LENGTH)),
    to:
      kind === ROTATE
        ? parsePublicIdentity(
            primitives,
            bytes.subarray(HEAD_LENGTH, HEAD_LENGTH + PUBLIC_IDENTITY_LENGTH),
          )
        : null,
  };
}

/**
 * Follows a line of statements from an identity that is trusted.
 * @param after Sequence number of the last statement already followed, 0 unless given: earlier ones count as replayed.
 * @throws SecureError A statement is malformed, out of order, not by the identity it ends, does not follow from the one
 * before, leads back to an identity that has ended, or follows a revocation. Nothing of the line counts then.
 */
export function followRotations(
  primitives: Primitives,
  trusted: PublicIdentity,
  statements: readonly Uint8Array[],
  after = 0,
): RotationOutcome {
  let current: PublicIdentity | null = trusted;
  let sequence = after;
  const revoked: string[] = [];
  for (const [i, bytes] of statements.entries()) {
    const where = `statement ${i + 1} of ${statements.length}`;
    const statement = parseRotation(primitives, bytes);
    if (current === null) throw new SecureError(`${where} follows a revocation`);
    // Gaps are no harm: which identity ends is signed, so none can be skipped.
    if (statement.sequence <= sequence) {
      throw new SecureError(
        `${where} should have a sequence number above ${sequence}, has ${statement.sequence}`,
      );
    }
    if (!equalBytes(bytes.subarray(17, HEAD_LENGTH), identityDigest(primitives, current))) {
      throw new SecureError(`${where} does not end the identity that holds before it`);
    }
    const { to } = statement;
    const bodyLength = HEAD_LENGTH + (to === null ? 0 : PUBLIC_IDENTITY_LENGTH);
    const body = bytes.subarray(0, bodyLength);
    const first = bytes.subarray(bodyLength, bodyLength + DUAL_SIGNATURE_LENGTH);
    if (!verifyIdentity(primitives, current, ROTATION_CONTEXT, body, first)) {
      throw new SecureError(`${where} is not signed by the identity it ends`);
    }
    revoked.push(current.fingerprint);
    if (to !== null) {
      const second = bytes.subarray(bodyLength + DUAL_SIGNATURE_LENGTH);
      if (!verifyIdentity(primitives, to, ROTATION_CONTEXT, body, second)) {
        throw new SecureError(`${where} is not signed by the successor`);
      }
      if (revoked.includes(to.fingerprint)) {
        throw new SecureError(`${where} leads back to an identity that has ended`);
      }
    }
    current = to;
    sequence = statement.sequence;
  }
  return { current, revoked, sequence };
}
