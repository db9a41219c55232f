/**
 * Single records for a recipient: by themselves (1,136 bytes on top of the record: X-Wing's ciphertext and a tag), or in
 * a context that is opened once (20 bytes: a counter and a tag). Suite: HPKE with X-Wing, HKDF-SHA256, AES-256-GCM; the
 * bytes name none, the recipient's key and the purpose stand for it.
 */

import { SecureError } from "../errors.ts";
import { hpkeSuite } from "../hpke/hpke.ts";
import type { Primitives } from "../primitives/types.ts";
import { concat, readU32, u32, utf8 } from "./bytes.ts";
import { ENCAPSULATION_LENGTH, TAG_LENGTH } from "./segment.ts";

/** Bytes that {@link sealRecord} adds. */
export const SEALED_RECORD_OVERHEAD: number = ENCAPSULATION_LENGTH + TAG_LENGTH;

/** Bytes that a record in a context is longer than its content. */
export const CONTEXT_RECORD_OVERHEAD: number = 4 + TAG_LENGTH;

const NAMES = { kem: "X-Wing", kdf: "HKDF-SHA256", aead: "AES-256-GCM" } as const;

const EMPTY = new Uint8Array(0);

/**
 * Seals one record for the holder of an X-Wing key (1,216 bytes public).
 * @param purpose What the record is for; it opens under the same purpose only.
 * @param aad What is authenticated with it but not part of it.
 */
export function sealRecord(
  primitives: Primitives,
  recipient: Uint8Array,
  record: Uint8Array,
  purpose: string,
  aad: Uint8Array = EMPTY,
): Uint8Array {
  return hpkeSuite(primitives, NAMES).seal(recipient, record, aad, {
    info: utf8(`symbion sealed record ${purpose}`),
  });
}

/** Opens what {@link sealRecord} made. Throws `SecureError` where key, purpose, `aad` or bytes are others. */
export function openRecord(
  primitives: Primitives,
  secretKey: Uint8Array,
  sealed: Uint8Array,
  purpose: string,
  aad: Uint8Array = EMPTY,
): Uint8Array {
  if (sealed.length < SEALED_RECORD_OVERHEAD) {
    throw new SecureError(
      `sealed record: expected at least ${SEALED_RECORD_OVERHEAD} bytes, got ${sealed.length}`,
    );
  }
  return hpkeSuite(primitives, NAMES).open(secretKey, sealed, aad, {
    info: utf8(`symbion sealed record ${purpose}`),
  });
}

/** Seals records in a row for one recipient. */
export interface RecordSealer {
  /** What the recipient needs once, before the first record: 1,120 bytes. */
  readonly opening: Uint8Array;
  /** Seals the next record; at most 2^32 - 1 of them, then `SecureError`. */
  seal(record: Uint8Array, aad?: Uint8Array): Uint8Array;
}

/** Opens records in a row. */
export interface RecordOpener {
  /**
   * Opens a record whose number is above that of every record before it; lost ones leave a gap. Throws `SecureError`
   * for records that were changed, repeated or overtaken.
   */
  open(sealed: Uint8Array, aad?: Uint8Array): Uint8Array;
  /** Records that were skipped so far. */
  readonly lost: number;
}

type ContextKeys = { readonly key: Uint8Array; readonly nonce: Uint8Array };

function contextKeys(exported: Uint8Array): ContextKeys {
  return { key: exported.subarray(0, 32), nonce: exported.subarray(32, 44) };
}

function counterNonce({ nonce }: ContextKeys, counter: number): Uint8Array {
  const bytes = nonce.slice();
  const number = u32(counter);
  for (let at = 0; at < 4; at++) bytes[8 + at] ^= number[at];
  return bytes;
}

const CONTEXT_EXPORT = utf8("symbion sealed context keys");

/** A context for records in a row; `purpose` as in {@link sealRecord}. */
export function createRecordSealer(
  primitives: Primitives,
  recipient: Uint8Array,
  purpose: string,
): RecordSealer {
  const sender = hpkeSuite(primitives, NAMES).setupSender(recipient, {
    info: utf8(`symbion sealed context ${purpose}`),
  });
  const keys = contextKeys(sender.export(CONTEXT_EXPORT, 44));
  sender.close();
  const aead = primitives.aead(NAMES.aead);
  let counter = 0;
  return {
    opening: sender.encapsulated,
    seal(record, aad = EMPTY): Uint8Array {
      if (counter >= 2 ** 32 - 1) throw new SecureError("sealed context: all counters are used up");
      const number = u32(counter);
      const sealed = aead.seal(keys.key, counterNonce(keys, counter), concat(number, aad), record);
      counter++;
      return concat(number, sealed);
    },
  };
}

/** The recipient's end of {@link createRecordSealer}. Throws `SecureError` for a malformed opening. */
export function createRecordOpener(
  primitives: Primitives,
  secretKey: Uint8Array,
  opening: Uint8Array,
  purpose: string,
): RecordOpener {
  const receiver = hpkeSuite(primitives, NAMES).setupReceiver(secretKey, opening, {
    info: utf8(`symbion sealed context ${purpose}`),
  });
  const keys = contextKeys(receiver.export(CONTEXT_EXPORT, 44));
  receiver.close();
  const aead = primitives.aead(NAMES.aead);
  let next = 0;
  let lost = 0;
  return {
    open(sealed, aad = EMPTY): Uint8Array {
      if (sealed.length < CONTEXT_RECORD_OVERHEAD) {
        throw new SecureError(
          `record in context: expected at least ${CONTEXT_RECORD_OVERHEAD} bytes, got ${sealed.length}`,
        );
      }
      const counter = readU32(sealed, 0);
      if (counter < next) {
        throw new SecureError(
          `record in context: expected number ${next} or above, got ${counter}`,
        );
      }
      const covered = concat(sealed.subarray(0, 4), aad);
      const nonce = counterNonce(keys, counter);
      const record = aead.open(keys.key, nonce, covered, sealed.subarray(4));
      if (record === null) throw new SecureError("record in context: it does not open");
      lost += counter - next;
      next = counter + 1;
      return record;
    },
    get lost(): number {
      return lost;
    },
  };
}
