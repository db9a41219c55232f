/** What a link's key store writes down: peers and invitations, as bytes. */

import { KeyStoreError } from "../../errors.ts";
import { PUBLIC_IDENTITY_LENGTH } from "../../identity/identity.ts";
import { INVITATION_SECRET_LENGTH } from "../../link/invitation.ts";
import { LINK_KEY_LENGTH } from "../../link/ratchet.ts";
import { LINK_PROFILES, type LinkProfile } from "../../link/types.ts";
import { SLOT_CONTENT } from "./slots.ts";

/** Fields that both sides keep of a peer. */
type PeerFields = {
  /** Id within the store. */
  readonly id: string;
  readonly profile: LinkProfile;
  /** The peer's public identity, 1,985 bytes. */
  readonly identity: Uint8Array;
  /** What all keys are bound to; 32 bytes. */
  readonly binding: Uint8Array;
  /** ms since 1970. */
  readonly enrolledAt: number;
  readonly sessions: number;
  /** ms since 1970; 0 before the first session. */
  readonly lastAt: number;
};

/** A peer that this node calls. */
export type ListenerPeerRecord = PeerFields & {
  readonly kind: "to";
  readonly key: Uint8Array;
  /** `host:port`, an IPv6 address in brackets. */
  readonly address: string;
};

/** A peer that calls this node. */
export type CallerPeerRecord = PeerFields & {
  readonly kind: "from";
  readonly current: Uint8Array;
  readonly next: Uint8Array | null;
  /** The invitation it came with, until it has shown that it kept the first key; then null. */
  readonly invitation: InvitationFields | null;
};

/** An invitation. */
export type InvitationFields = {
  /** 20 bytes. */
  readonly secret: Uint8Array;
  /** ms since 1970. */
  readonly expiresAt: number;
  /** Fingerprint that alone may use it; null where any identity may. */
  readonly expect: string | null;
};

/** An invitation that nobody has used. */
export type InvitationRecord = InvitationFields & {
  readonly kind: "invitation";
  readonly profile: LinkProfile;
  /** ms since 1970. */
  readonly createdAt: number;
};

/** A place that holds nothing any more. */
export type FreeRecord = { readonly kind: "free" /** ms since 1970. */; readonly at: number };

/** Any of them. */
export type LinkRecord = ListenerPeerRecord | CallerPeerRecord | InvitationRecord | FreeRecord;

const KINDS = ["free", "to", "from", "invitation"] as const;

/** One record at a time is put together here. */
const scratch = new Uint8Array(SLOT_CONTENT);
const scratchView = new DataView(scratch.buffer);
const encoder = new TextEncoder();

class Writer {
  readonly #bytes = scratch;
  readonly #view = scratchView;
  #at = 0;

  byte(value: number): void {
    this.#bytes[this.#at++] = value;
  }
  number(value: number): void {
    this.#view.setFloat64(this.#at, value);
    this.#at += 8;
  }
  bytes(value: Uint8Array): void {
    this.#bytes.set(value, this.#at);
    this.#at += value.length;
  }
  text(value: string): void {
    const bytes = encoder.encode(value);
    if (bytes.length > 512) throw new KeyStoreError("a text of at most 512 bytes expected");
    this.#view.setUint16(this.#at, bytes.length);
    this.#at += 2;
    this.bytes(bytes);
  }
  end(): Uint8Array {
    return this.#bytes.subarray(0, this.#at);
  }
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  byte(): number {
    return this.#view.getUint8(this.#at++);
  }
  number(): number {
    const value = this.#view.getFloat64(this.#at);
    this.#at += 8;
    return value;
  }
  bytes(length: number): Uint8Array {
    this.#at += length;
    if (this.#at > this.#bytes.length) throw new RangeError("out of bytes");
    return this.#bytes.slice(this.#at - length, this.#at);
  }
  text(): string {
    const length = this.#view.getUint16(this.#at);
    this.#at += 2;
    return new TextDecoder("utf-8", { fatal: true }).decode(this.bytes(length));
  }
}

function writeInvitation(to: Writer, invitation: InvitationFields): void {
  to.bytes(invitation.secret);
  to.number(invitation.expiresAt);
  to.text(invitation.expect ?? "");
}

function readInvitation(from: Reader): InvitationFields {
  const secret = from.bytes(INVITATION_SECRET_LENGTH);
  const expiresAt = from.number();
  const expect = from.text();
  return { secret, expiresAt, expect: expect === "" ? null : expect };
}

function profileAt(position: number): LinkProfile {
  const profile = LINK_PROFILES[position];
  if (profile === undefined) throw new RangeError("unknown profile");
  return profile;
}

/** A record as bytes: a view that holds until the next record is encoded, and that is to be wiped. */
export function encodeRecord(record: LinkRecord): Uint8Array {
  const to = new Writer();
  to.byte(KINDS.indexOf(record.kind));
  if (record.kind === "free") {
    to.number(record.at);
    return to.end();
  }
  to.byte(LINK_PROFILES.indexOf(record.profile));
  if (record.kind === "invitation") {
    to.number(record.createdAt);
    writeInvitation(to, record);
    return to.end();
  }
  to.text(record.id);
  to.bytes(record.identity);
  to.bytes(record.binding);
  to.number(record.enrolledAt);
  to.number(record.sessions);
  to.number(record.lastAt);
  if (record.kind === "to") {
    to.text(record.address);
    to.bytes(record.key);
    return to.end();
  }
  to.bytes(record.current);
  to.byte(record.next === null ? 0 : 1);
  if (record.next !== null) to.bytes(record.next);
  to.byte(record.invitation === null ? 0 : 1);
  if (record.invitation !== null) writeInvitation(to, record.invitation);
  return to.end();
}

/**
 * Reads what {@link encodeRecord} wrote.
 * @throws KeyStoreError Written by another version.
 */
export function decodeRecord(bytes: Uint8Array): LinkRecord {
  try {
    return decode(new Reader(bytes));
  } catch (error) {
    throw new KeyStoreError("a record of link keys expected, got one of another version", {
      cause: error,
    });
  }
}

function decode(from: Reader): LinkRecord {
  const kind = KINDS[from.byte()];
  if (kind === undefined) throw new RangeError("unknown kind");
  if (kind === "free") return { kind, at: from.number() };
  const profile = profileAt(from.byte());
  if (kind === "invitation") {
    const createdAt = from.number();
    return { kind, profile, createdAt, ...readInvitation(from) };
  }
  const fields: PeerFields = {
    id: from.text(),
    profile,
    identity: from.bytes(PUBLIC_IDENTITY_LENGTH),
    binding: from.bytes(32),
    enrolledAt: from.number(),
    sessions: from.number(),
    lastAt: from.number(),
  };
  if (kind === "to") {
    const address = from.text();
    return { kind, ...fields, address, key: from.bytes(LINK_KEY_LENGTH) };
  }
  const current = from.bytes(LINK_KEY_LENGTH);
  const next = from.byte() === 1 ? from.bytes(LINK_KEY_LENGTH) : null;
  const invitation = from.byte() === 1 ? readInvitation(from) : null;
  return { kind, ...fields, current, next, invitation };
}
