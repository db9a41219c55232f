/**
 * The key ladder of a link. Every session begins with a key that both sides share and ends that key's life: the next
 * one follows from it *and* from the session's own key exchange, so neither a stolen key opens what was before (forward
 * secrecy), nor does it open what comes after one session that the thief did not sit in (healing).
 *
 * The caller holds one key. The listener holds the current key and, from the handshake until the caller has shown that
 * it kept it, the next one:
 *
 * 1. The handshake is complete: the listener writes `{current, next}` down, then says `ready`.
 * 2. The caller reads `ready`: it replaces its key by the next one, then sends its first frame.
 * 3. The listener reads the caller's first frame: it replaces `current` by `next`, then hands messages over.
 *
 * After power was lost between any two of these, the caller's key is the listener's current or next one. No message is
 * accepted before the key of its session has ended for good, so no key ever carries messages of two sessions.
 */

import { publicIdentityBytes } from "../identity/identity.ts";
import type { PublicIdentity } from "../identity/types.ts";
import { concatBytes, equalBytes, NO_BYTES, utf8 } from "../primitives/bytes.ts";
import type { Primitives } from "../primitives/types.ts";
import { LINK_PROFILES, type LinkProfile } from "./types.ts";

/** Version of everything a link derives, signs and frames. */
export const LINK_VERSION = 1;

/**
 * Bytes of a link's key: 32 that the next one follows from, 16 that name it on the wire, 32 for TLS. They are derived
 * together, and none of the three leads to another.
 */
export const LINK_KEY_LENGTH = 80;
const ROOT = 32;
const NAME = 16;

const label = (name: string): Uint8Array => utf8(`symbion link ${LINK_VERSION} ${name}`);
const BINDING = label("binding");
const NEXT = label("caller to listener next");
const FIRST = label("caller to listener first");
const INVITATION = label("invitation");

/** What a handshake with a pre-shared key needs. */
export type PreSharedKey = {
  /** 128 bits that say nothing about the key or the peer, as 22 letters and digits (base64url); new in every session. */
  readonly identity: string;
  /** 32 bytes, for TLS and for nothing else. */
  readonly psk: Uint8Array;
};

/** A listener's keys for one peer. */
export type ListenerKeys = {
  /** What the last accepted session led to. */
  readonly current: Uint8Array;
  /** What the last handshake led to, while the caller may have kept it or not; null otherwise. */
  readonly next: Uint8Array | null;
};

/**
 * What every key of a pair is bound to (as in RFC 9258): version, profile, and who is which side. A key that was made
 * for one context derives nothing that another one accepts.
 * @param caller The node that calls.
 * @param listener The node that is called.
 */
export function linkBinding(
  primitives: Primitives,
  profile: LinkProfile,
  caller: PublicIdentity,
  listener: PublicIdentity,
): Uint8Array {
  return primitives.sha256(
    concatBytes(
      BINDING,
      Uint8Array.of(LINK_PROFILES.indexOf(profile)),
      primitives.sha256(publicIdentityBytes(caller)),
      primitives.sha256(publicIdentityBytes(listener)),
    ),
  );
}

function split(derived: Uint8Array): PreSharedKey {
  return { identity: base64url(derived.subarray(0, NAME)), psk: derived.slice(NAME) };
}

/** What a session's handshake uses of a key; what the next key follows from never meets TLS. */
export function sessionKey(key: Uint8Array): PreSharedKey {
  return split(key.subarray(ROOT));
}

/** What an enrolment's handshake uses of an invitation's secret. */
export function invitationKey(
  primitives: Primitives,
  secret: Uint8Array,
  profile: LinkProfile,
): PreSharedKey {
  const salt = Uint8Array.of(LINK_PROFILES.indexOf(profile));
  return split(primitives.hkdfSha256(secret, salt, INVITATION, LINK_KEY_LENGTH - ROOT));
}

/** The first key of a pair, from what an enrolment's handshake exports. */
export function firstKey(
  primitives: Primitives,
  exported: Uint8Array,
  binding: Uint8Array,
): Uint8Array {
  return primitives.hkdfSha256(exported, binding, FIRST, LINK_KEY_LENGTH);
}

/** The key after this one, from it and from what its session's handshake exports. */
export function nextKey(
  primitives: Primitives,
  key: Uint8Array,
  exported: Uint8Array,
  binding: Uint8Array,
): Uint8Array {
  const secret = concatBytes(key.subarray(0, ROOT), exported);
  return primitives.hkdfSha256(secret, binding, NEXT, LINK_KEY_LENGTH);
}

/** Mostly they are one and the same array: keys come out of the store they are compared with. */
function same(a: Uint8Array, b: Uint8Array): boolean {
  return a === b || equalBytes(a, b);
}

/**
 * The listener's keys after a handshake with `base`; null where `base` is neither its current nor its next key any
 * more. A handshake with the next key shows that the caller kept it: what was current ends there.
 */
export function listenerAgreed(
  keys: ListenerKeys,
  base: Uint8Array,
  next: Uint8Array,
): ListenerKeys | null {
  if (same(keys.current, base)) return { current: keys.current, next };
  if (keys.next !== null && same(keys.next, base)) return { current: keys.next, next };
  return null;
}

/** The listener's keys once the caller has shown that it kept `next`; null where another handshake came in between. */
export function listenerConfirmed(keys: ListenerKeys, next: Uint8Array): ListenerKeys | null {
  if (keys.next === null || !same(keys.next, next)) return null;
  return { current: keys.next, next: null };
}

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** Bytes as letters, digits, `-` and `_`, without padding. */
export function base64url(bytes: Uint8Array): string {
  let text = "";
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 6) {
      bits -= 6;
      text += LETTERS[(held >> bits) & 63];
    }
  }
  return bits === 0 ? text : text + LETTERS[(held << (6 - bits)) & 63];
}

/** Reads what {@link base64url} writes; null for anything else, other spellings of the same bytes too. */
export function fromBase64url(text: string): Uint8Array | null {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) return null;
  if (text === "") return NO_BYTES;
  const raw = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(raw, (letter) => letter.charCodeAt(0));
  return base64url(bytes) === text ? bytes : null;
}
