/**
 * Export and backup in the age format (C2SP age), so that what was exported opens without this software:
 * `age -d -i key.txt backup.age`. Recipients are hybrid post-quantum (`age1pq1...`) unless classical ones are asked for
 * by name.
 */

import { Decrypter, Encrypter, generateHybridIdentity, identityToRecipient } from "age-encryption";
import { SecureError } from "../errors.ts";

/** A key for exports, as age's own tools write and read it. */
export type AgeKey = {
  /** `AGE-SECRET-KEY-PQ-1...`; to be kept. */
  readonly identity: string;
  /** `age1pq1...`; to be given away. */
  readonly recipient: string;
};

/** For whom to export. Either recipients or a passphrase. */
export type ExportAgeOptions =
  | {
      /** `age1pq1...` each. */
      readonly recipients: readonly string[];
      /** Also takes `age1...` of X25519, which a quantum computer breaks. Default false. */
      readonly legacy?: boolean | undefined;
    }
  | {
      /** At least 16 characters. */
      readonly passphrase: string;
      /** Binary logarithm of scrypt's work, 10 to 22; default 18, about a second. */
      readonly workFactor?: number | undefined;
    };

/** With what to import. */
export type ImportAgeOptions =
  | {
      /** `AGE-SECRET-KEY-PQ-1...`, or `AGE-SECRET-KEY-1...` of older exports. */
      readonly identities: readonly string[];
    }
  | {
      /** The passphrase of the export. */
      readonly passphrase: string;
    };

/** A new hybrid key. */
export async function generateAgeKey(): Promise<AgeKey> {
  const identity = await generateHybridIdentity();
  return { identity, recipient: await identityToRecipient(identity) };
}

/** The recipient that belongs to an identity. Throws `SecureError` for other text. */
export async function ageRecipient(identity: string): Promise<string> {
  try {
    return await identityToRecipient(identity);
  } catch {
    throw new SecureError("age identity: expected AGE-SECRET-KEY-PQ-1..., got other text");
  }
}

/**
 * Encrypts a stream. Throws `SecureError` before anything is read for recipients that are malformed or classical, and
 * for short passphrases.
 */
export async function exportAge(
  source: ReadableStream<Uint8Array>,
  options: ExportAgeOptions,
): Promise<ReadableStream<Uint8Array>> {
  const encrypter = new Encrypter();
  if ("passphrase" in options) {
    const { passphrase, workFactor = 18 } = options;
    if ([...passphrase].length < 16) {
      throw new SecureError("age passphrase: expected at least 16 characters, got fewer");
    }
    if (!Number.isInteger(workFactor) || workFactor < 10 || workFactor > 22) {
      throw new RangeError(`workFactor: expected 10 to 22, got ${workFactor}`);
    }
    encrypter.setPassphrase(passphrase);
    encrypter.setScryptWorkFactor(workFactor);
  } else {
    const { recipients, legacy = false } = options;
    if (recipients.length === 0)
      throw new SecureError("age recipients: expected one at least, got none");
    for (const recipient of recipients) add(encrypter, recipient, legacy);
  }
  try {
    return await encrypter.encrypt(source);
  } catch (error) {
    throw named(error);
  }
}

function add(encrypter: Encrypter, recipient: string, legacy: boolean): void {
  const shown = recipient.length > 24 ? `${recipient.slice(0, 24)}...` : recipient;
  if (!recipient.startsWith("age1pq1")) {
    // Tagged recipients (`age1tag1`) are classical as well.
    if (!legacy) {
      throw new SecureError(
        `age recipient: expected a hybrid one (age1pq1...), got ${shown}; classical ones only as legacy`,
      );
    }
  }
  try {
    encrypter.addRecipient(recipient);
  } catch {
    throw new SecureError(
      `age recipient: expected age1pq1... and 1,216 bytes in Bech32, got ${shown}`,
    );
  }
}

/**
 * Decrypts a stream. The header is checked before this resolves; `SecureError` where no identity or passphrase opens it.
 * Bytes that come out are authentic, but only the end of the stream shows that nothing was cut off; a stream that was
 * changed ends with `SecureError`.
 */
export async function importAge(
  source: ReadableStream<Uint8Array>,
  options: ImportAgeOptions,
): Promise<ReadableStream<Uint8Array>> {
  const decrypter = new Decrypter();
  try {
    if ("passphrase" in options) decrypter.addPassphrase(options.passphrase);
    else for (const identity of options.identities) decrypter.addIdentity(identity);
  } catch {
    throw new SecureError("age identity: expected AGE-SECRET-KEY-PQ-1..., got other text");
  }
  let plain: ReadableStream<Uint8Array>;
  try {
    plain = await decrypter.decrypt(source);
  } catch (error) {
    throw named(error);
  }
  const reader = plain.getReader();
  return new ReadableStream({
    async pull(controller): Promise<void> {
      try {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        controller.error(named(error));
      }
    },
    cancel: (reason): Promise<void> => reader.cancel(reason),
  });
}

function named(error: unknown): SecureError {
  const words = error instanceof Error ? error.message : "it does not open";
  return new SecureError(`age file: ${words}`, { cause: error });
}
