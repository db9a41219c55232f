/**
 * Hybrid public key encryption (draft-ietf-hpke-hpke) with post-quantum KEMs (draft-ietf-hpke-pq): whoever has a public
 * key seals, only the holder of the secret key opens.
 */

import { SecureError } from "../errors.ts";
import { concatBytes, expectBytes, NO_BYTES, utf8 } from "../primitives/bytes.ts";
import { AEAD_TAG } from "../primitives/parameters.ts";
import type { Aead, AeadName, KemName, Primitives } from "../primitives/types.ts";
import {
  HPKE_AEAD_ID,
  HPKE_KDF_ID,
  HPKE_KEM_ID,
  type HpkeKdfName,
  type HpkePsk,
  type HpkeSecrets,
  hpkeSchedule,
  hpkeSuiteId,
  type LabelledKdf,
  labelledKdf,
} from "./schedule.ts";

/** What a suite is made of. */
export type HpkeSuiteNames = {
  /** Key encapsulation. */
  readonly kem: KemName;
  /** `HKDF-SHA256` unless given. */
  readonly kdf?: HpkeKdfName;
  /** Encryption of messages. */
  readonly aead: AeadName;
};

/** What both sides must agree on besides the keys. */
export type HpkeOptions = {
  /** Binds the context to its purpose; empty unless given. */
  readonly info?: Uint8Array;
  /** Mode PSK: a key that both sides share already. */
  readonly psk?: HpkePsk;
};

/** Yields secrets that both sides of a context share. */
export interface HpkeExporter {
  /** `length` bytes for a purpose; at most 255 hashes. */
  export(context: Uint8Array, length: number): Uint8Array;
  /** Wipes the keys; nothing works afterwards. */
  close(): void;
}

/** Seals messages in a row: each under its own sequence number. */
export interface HpkeSender extends HpkeExporter {
  /** To be sent before or with the first message. */
  readonly encapsulated: Uint8Array;
  /** Seals the next message; `aad` is covered, not hidden. */
  seal(plaintext: Uint8Array, aad?: Uint8Array): Uint8Array;
}

/** Opens messages in the order in which they were sealed. */
export interface HpkeReceiver extends HpkeExporter {
  /**
   * @throws SecureError The message is not the next one, was changed, or is for somebody else. The sequence number
   * stays, so the right message can still be opened.
   */
  open(ciphertext: Uint8Array, aad?: Uint8Array): Uint8Array;
}

/** One suite: KEM, KDF and AEAD. */
export interface HpkeSuite {
  /** Ten bytes: `HPKE` and the three code points. */
  readonly suiteId: Uint8Array;
  /** Bytes that a single sealed message has more than its plaintext. */
  readonly overhead: number;
  /** @throws SecureError The public key is malformed or not canonical. */
  setupSender(publicKey: Uint8Array, options?: HpkeOptions): HpkeSender;
  /** The other end of a context, from what the sender's encapsulation gave. */
  setupReceiver(
    secretKey: Uint8Array,
    encapsulated: Uint8Array,
    options?: HpkeOptions,
  ): HpkeReceiver;
  /** A single message: the encapsulated key, then the ciphertext. */
  seal(
    publicKey: Uint8Array,
    plaintext: Uint8Array,
    aad?: Uint8Array,
    options?: HpkeOptions,
  ): Uint8Array;
  /** @throws SecureError The message was changed, or is for somebody else. */
  open(
    secretKey: Uint8Array,
    sealed: Uint8Array,
    aad?: Uint8Array,
    options?: HpkeOptions,
  ): Uint8Array;
}

const EXPORT_LABEL = utf8("sec");

/** What sender and receiver have in common (section 5.2). */
class Context {
  readonly #aead: Aead;
  readonly #kdf: LabelledKdf;
  readonly #secrets: HpkeSecrets;
  readonly #nonce = new Uint8Array(12);
  #sequence = 0;
  #closed = false;

  constructor(aead: Aead, kdf: LabelledKdf, secrets: HpkeSecrets) {
    this.#aead = aead;
    this.#kdf = kdf;
    this.#secrets = secrets;
  }

  #prepare(): Uint8Array {
    if (this.#closed) throw new SecureError("the HPKE context is closed");
    if (this.#sequence >= Number.MAX_SAFE_INTEGER) {
      throw new SecureError("the HPKE context has no sequence numbers left");
    }
    this.#nonce.set(this.#secrets.baseNonce);
    for (let i = 11, rest = this.#sequence; rest > 0; i--, rest = Math.floor(rest / 256)) {
      this.#nonce[i] ^= rest % 256;
    }
    return this.#nonce;
  }

  seal(plaintext: Uint8Array, aad: Uint8Array): Uint8Array {
    const sealed = this.#aead.seal(this.#secrets.key, this.#prepare(), aad, plaintext);
    this.#sequence++;
    return sealed;
  }

  open(ciphertext: Uint8Array, aad: Uint8Array): Uint8Array {
    const opened = this.#aead.open(this.#secrets.key, this.#prepare(), aad, ciphertext);
    if (opened === null) throw new SecureError("the sealed message does not open");
    this.#sequence++;
    return opened;
  }

  export(context: Uint8Array, length: number): Uint8Array {
    if (this.#closed) throw new SecureError("the HPKE context is closed");
    expectBytes(context, undefined, "context of an export");
    return this.#kdf.expand(this.#secrets.exporterSecret, EXPORT_LABEL, context, length);
  }

  close(): void {
    this.#closed = true;
    this.#secrets.key.fill(0);
    this.#secrets.baseNonce.fill(0);
    this.#secrets.exporterSecret.fill(0);
  }
}

function demandName(table: Readonly<Record<string, number>>, name: string, what: string): void {
  if (!Object.hasOwn(table, name)) {
    throw new SecureError(
      `${what} of an HPKE suite must be one of ${Object.keys(table).join(", ")}, got ${String(name)}`,
    );
  }
}

/**
 * A suite over an implementation of the primitives. The house's own is X-Wing, HKDF-SHA256 and ChaCha20-Poly1305 or
 * AES-256-GCM; CNSA 2.0 asks for ML-KEM-1024, HKDF-SHA384 and AES-256-GCM.
 * @throws SecureError A name that is none.
 */
export function hpkeSuite(primitives: Primitives, names: HpkeSuiteNames): HpkeSuite {
  const kdfName = names.kdf ?? "HKDF-SHA256";
  demandName(HPKE_KEM_ID, names.kem, "KEM");
  demandName(HPKE_KDF_ID, kdfName, "KDF");
  demandName(HPKE_AEAD_ID, names.aead, "AEAD");
  const kem = primitives.kem(names.kem);
  const aead = primitives.aead(names.aead);
  const suiteId = hpkeSuiteId(names.kem, kdfName, names.aead);
  const kdf = labelledKdf(primitives, kdfName, suiteId);

  function context(sharedSecret: Uint8Array, options: HpkeOptions): Context {
    const info = options.info ?? NO_BYTES;
    expectBytes(info, undefined, "info of HPKE");
    const secrets = hpkeSchedule(kdf, aead.keyLength, sharedSecret, info, options.psk);
    return new Context(aead, kdf, secrets);
  }

  function setupSender(publicKey: Uint8Array, options: HpkeOptions = {}): HpkeSender {
    const { ciphertext, sharedSecret } = kem.encapsulate(publicKey);
    const inner = context(sharedSecret, options);
    return {
      encapsulated: ciphertext,
      seal: (plaintext, aad = NO_BYTES) => inner.seal(plaintext, aad),
      export: (purpose, length) => inner.export(purpose, length),
      close: () => inner.close(),
    };
  }

  function setupReceiver(
    secretKey: Uint8Array,
    encapsulated: Uint8Array,
    options: HpkeOptions = {},
  ): HpkeReceiver {
    const inner = context(kem.decapsulate(secretKey, encapsulated), options);
    return {
      open: (ciphertext, aad = NO_BYTES) => inner.open(ciphertext, aad),
      export: (purpose, length) => inner.export(purpose, length),
      close: () => inner.close(),
    };
  }

  return {
    suiteId,
    overhead: kem.ciphertextLength + AEAD_TAG,
    setupSender,
    setupReceiver,
    seal(publicKey, plaintext, aad = NO_BYTES, options = {}): Uint8Array {
      const sender = setupSender(publicKey, options);
      try {
        return concatBytes(sender.encapsulated, sender.seal(plaintext, aad));
      } finally {
        sender.close();
      }
    },
    open(secretKey, sealed, aad = NO_BYTES, options = {}): Uint8Array {
      expectBytes(sealed, undefined, "sealed message");
      if (sealed.length < kem.ciphertextLength + AEAD_TAG) {
        throw new SecureError(
          `a sealed message of ${kem.name} has at least ${kem.ciphertextLength + AEAD_TAG} bytes, got ${sealed.length}`,
        );
      }
      const encapsulated = sealed.subarray(0, kem.ciphertextLength);
      const receiver = setupReceiver(secretKey, encapsulated, options);
      try {
        return receiver.open(sealed.subarray(kem.ciphertextLength), aad);
      } finally {
        receiver.close();
      }
    },
  };
}
