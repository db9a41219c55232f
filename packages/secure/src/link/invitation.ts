/** Invitations: a line of text by which one node lets another one enrol, once, until a moment. */

import { LinkError } from "../errors.ts";
import { decodeBase32, encodeBase32, inGroups } from "../identity/base32.ts";
import { concatBytes, equalBytes, utf8 } from "../primitives/bytes.ts";
import type { Primitives } from "../primitives/types.ts";
import { base64url, fromBase64url, LINK_VERSION } from "./ratchet.ts";
import { LINK_PROFILES, type LinkProfile } from "./types.ts";

/** Bytes of an invitation's secret: 160 bits. */
export const INVITATION_SECRET_LENGTH = 20;

const SCHEME = "symbion-link:";
const FINGERPRINT_LENGTH = 20;
const CHECK_LENGTH = 4;
const LENGTH = 2 + 6 + FINGERPRINT_LENGTH + INVITATION_SECRET_LENGTH + CHECK_LENGTH;

/** What an invitation says. */
export type Invitation = {
  /** Where the listener answers; name or address. */
  readonly host: string;
  /** 1 to 65,535. */
  readonly port: number;
  /** What the link will demand. */
  readonly profile: LinkProfile;
  /** Fingerprint of the identity that the listener must prove. */
  readonly fingerprint: string;
  /** Until when it counts, ms since 1970. */
  readonly expiresAt: number;
  /** 20 bytes that only the two sides may know. */
  readonly secret: Uint8Array;
};

function bad(why: string): LinkError {
  return new LinkError("invitation", `an invitation symbion-link:HOST:PORT#... expected: ${why}`);
}

/** Whether a text can stand for a host: a name, an IPv4 address or an IPv6 address without brackets. */
function isHost(host: string): boolean {
  return host.length <= 253 && /^(?:[A-Za-z0-9_.-]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)$/.test(host);
}

/** Covers the place too: a mistyped host or port is told before anybody is called. */
function check(primitives: Primitives, place: string, body: Uint8Array): Uint8Array {
  return primitives.sha256(concatBytes(utf8(place), body)).subarray(0, CHECK_LENGTH);
}

function placeOf(host: string, port: number): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/**
 * An invitation as a line of text that a person can copy.
 * @throws LinkError `invitation`: a host, port or moment that cannot be written.
 */
export function formatInvitation(primitives: Primitives, invitation: Invitation): string {
  const { host, port, profile, expiresAt, secret } = invitation;
  if (!isHost(host)) throw bad("the host is no name and no address");
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw bad("the port is not 1 to 65535");
  if (!Number.isInteger(expiresAt) || expiresAt < 0 || expiresAt >= 2 ** 48) {
    throw bad("the moment is not in milliseconds since 1970");
  }
  if (secret.length !== INVITATION_SECRET_LENGTH) {
    throw bad(`the secret has not ${INVITATION_SECRET_LENGTH} bytes`);
  }
  const head = new Uint8Array(8);
  head[0] = LINK_VERSION;
  head[1] = LINK_PROFILES.indexOf(profile);
  new DataView(head.buffer).setUint16(2, Math.floor(expiresAt / 2 ** 32));
  new DataView(head.buffer).setUint32(4, expiresAt % 2 ** 32);
  const body = concatBytes(
    head,
    decodeBase32(invitation.fingerprint, FINGERPRINT_LENGTH, "fingerprint"),
    secret,
  );
  const place = placeOf(host, port);
  return `${SCHEME}${place}#${base64url(concatBytes(body, check(primitives, place, body)))}`;
}

/**
 * Reads an invitation. Whether it still counts is for the listener to say.
 * @throws LinkError `invitation`: not one, mistyped, or of another version. The text never gets into the message.
 */
export function parseInvitation(primitives: Primitives, text: string): Invitation {
  const parts = /^symbion-link:(?:\[([^[\]]+)\]|([^:[\]#]+)):(\d{1,5})#([A-Za-z0-9_-]+)$/.exec(
    text.trim(),
  );
  if (parts === null) throw bad("the text has another form");
  const host = parts[1] ?? parts[2] ?? "";
  const port = Number(parts[3]);
  if (!isHost(host) || (parts[1] !== undefined) !== host.includes(":")) {
    throw bad("the host is no name and no address");
  }
  if (port < 1 || port > 65_535) throw bad("the port is not 1 to 65535");
  const bytes = fromBase64url(parts[4] ?? "");
  if (bytes?.length !== LENGTH) throw bad("letters are missing or too many");
  const body = bytes.subarray(0, LENGTH - CHECK_LENGTH);
  if (!equalBytes(check(primitives, placeOf(host, port), body), bytes.subarray(body.length))) {
    throw bad("letters are wrong");
  }
  const profile = LINK_PROFILES[body[1]];
  if (body[0] !== LINK_VERSION || profile === undefined) {
    throw bad(`version ${LINK_VERSION} expected, got ${body[0]} with profile ${body[1]}`);
  }
  const view = new DataView(body.buffer, body.byteOffset);
  return {
    host,
    port,
    profile,
    expiresAt: view.getUint16(2) * 2 ** 32 + view.getUint32(4),
    fingerprint: inGroups(encodeBase32(body.subarray(8, 8 + FINGERPRINT_LENGTH)), 4),
    secret: body.slice(8 + FINGERPRINT_LENGTH),
  };
}
