/**
 * The vault's file. A random key seals the contents; that key is wrapped twice: under the key of the protection
 * (keychain, passphrase or key file), and under one that follows from the identity's seed, which is the recovery code.
 */

import { KeyStoreError, SecureError } from "../../errors.ts";
import { concatBytes, equalBytes, utf8 } from "../../primitives/bytes.ts";
import type { Primitives } from "../../primitives/types.ts";

/** How the key that opens a vault is kept. */
export type StoredProtection =
  | { readonly kind: "keychain"; readonly account: string }
  | { readonly kind: "key-file" }
  | {
      readonly kind: "passphrase";
      /** 16 bytes, base64url. */
      readonly salt: string;
      readonly memoryKiB: number;
      readonly passes: number;
      readonly lanes: number;
    };

/** What a vault holds, once open. */
export type VaultContents = {
  /** Grows with every rotation; its statement has the number before. */
  readonly generation: number;
  /** 32 bytes: what the identity follows from. */
  readonly seed: Uint8Array;
  /** 32 bytes: what keys for other stores follow from. */
  readonly wrapping: Uint8Array;
  /** Statements of all rotations, oldest first. */
  readonly rotations: readonly Uint8Array[];
};

/** A vault's file as it was read. */
export type VaultFile = {
  /** 32 hexadecimal digits. */
  readonly id: string;
  readonly protection: StoredProtection;
  readonly wrapped: Uint8Array;
  readonly recovery: Uint8Array;
  readonly sealed: Uint8Array;
};

const FORMAT = "symbion key vault 1";
const BASE64URL = /^[A-Za-z0-9_-]*$/;

function seal(
  primitives: Primitives,
  key: Uint8Array,
  aad: Uint8Array,
  text: Uint8Array,
): Uint8Array {
  const nonce = primitives.random(12);
  return concatBytes(nonce, primitives.aead("AES-256-GCM").seal(key, nonce, aad, text));
}

function open(
  primitives: Primitives,
  key: Uint8Array,
  aad: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | null {
  if (sealed.length < 28) return null;
  return primitives.aead("AES-256-GCM").open(key, sealed.subarray(0, 12), aad, sealed.subarray(12));
}

function toText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64url");
}

function fromText(value: unknown, what: string): Uint8Array {
  if (typeof value !== "string" || !BASE64URL.test(value)) {
    throw new SecureError(`${what} must be base64url`);
  }
  return new Uint8Array(Buffer.from(value, "base64url"));
}

/** What each part is bound to: the vault, the part, and how the key is kept. */
function binding(id: string, part: string, protection: StoredProtection): Uint8Array {
  return utf8(`${FORMAT} ${id} ${part} ${JSON.stringify(orderly(protection))}`);
}

function orderly(protection: StoredProtection): unknown[] {
  switch (protection.kind) {
    case "keychain":
      return ["keychain", protection.account];
    case "key-file":
      return ["key-file"];
    case "passphrase":
      return [
        "passphrase",
        protection.salt,
        protection.memoryKiB,
        protection.passes,
        protection.lanes,
      ];
  }
}

/** The key that a recovery code opens a vault with. */
function recoveryKey(primitives: Primitives, id: string, seed: Uint8Array): Uint8Array {
  return primitives.hkdfSha256(seed, utf8(id), utf8("symbion key vault recovery"), 32);
}

/** Writes a vault's file, sealed anew. */
export function encodeVault(
  primitives: Primitives,
  id: string,
  protection: StoredProtection,
  key: Uint8Array,
  contents: VaultContents,
): Uint8Array {
  const inner = primitives.random(32);
  const forRecovery = recoveryKey(primitives, id, contents.seed);
  const text = utf8(
    JSON.stringify({
      generation: contents.generation,
      seed: toText(contents.seed),
      wrapping: toText(contents.wrapping),
      rotations: contents.rotations.map(toText),
    }),
  );
  const body = JSON.stringify({
    format: FORMAT,
    id,
    protection,
    wrapped: toText(seal(primitives, key, binding(id, "wrapped", protection), inner)),
    recovery: toText(seal(primitives, forRecovery, binding(id, "recovery", protection), inner)),
    sealed: toText(seal(primitives, inner, binding(id, "sealed", protection), text)),
  });
  inner.fill(0);
  forRecovery.fill(0);
  text.fill(0);
  // Tells damage from a wrong passphrase; forgery is what the seals are against.
  return utf8(`${body}\n${toText(primitives.sha256(utf8(body)))}\n`);
}

/**
 * Reads a vault's file without opening it.
 * @throws KeyStoreError It is damaged, or of another format.
 */
export function parseVault(primitives: Primitives, bytes: Uint8Array, path: string): VaultFile {
  try {
    const lines = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
      .decode(bytes)
      .split("\n");
    if (lines.length !== 3 || lines[2] !== "") throw new SecureError("two lines expected");
    const [body = "", check] = lines;
    if (!equalBytes(primitives.sha256(utf8(body)), fromText(check, "checksum"))) {
      throw new SecureError("the checksum does not fit");
    }
    const value: unknown = JSON.parse(body);
    if (!isRecord(value) || value.format !== FORMAT) {
      throw new SecureError(`format "${FORMAT}" expected`);
    }
    const { id } = value;
    if (typeof id !== "string" || !/^[0-9a-f]{32}$/.test(id)) throw new SecureError("no id");
    return {
      id,
      protection: parseProtection(value.protection),
      wrapped: fromText(value.wrapped, "wrapped"),
      recovery: fromText(value.recovery, "recovery"),
      sealed: fromText(value.sealed, "sealed"),
    };
  } catch (error) {
    const reason = error instanceof SecureError ? error.message : "not a vault's text";
    throw new KeyStoreError(
      `${path}: the key vault is damaged (${reason}); restore it from a backup, or recover the identity with its code`,
      { cause: error },
    );
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function whole(value: unknown, least: number, most: number, what: string): number {
  if (!Number.isInteger(value) || (value as number) < least || (value as number) > most) {
    throw new SecureError(`${what} must be ${least} to ${most}`);
  }
  return value as number;
}

function parseProtection(value: unknown): StoredProtection {
  if (!isRecord(value)) throw new SecureError("no protection");
  switch (value.kind) {
    case "keychain":
      if (typeof value.account !== "string" || value.account.length > 100) {
        throw new SecureError("no account");
      }
      return { kind: "keychain", account: value.account };
    case "key-file":
      return { kind: "key-file" };
    case "passphrase": {
      const salt = fromText(value.salt, "salt");
      if (salt.length !== 16) throw new SecureError("salt must have 16 bytes");
      return {
        kind: "passphrase",
        salt: toText(salt),
        memoryKiB: whole(value.memoryKiB, 8, 1 << 20, "memory"),
        passes: whole(value.passes, 1, 100, "passes"),
        lanes: whole(value.lanes, 1, 16, "lanes"),
      };
    }
    default:
      throw new SecureError("unknown protection");
  }
}

/**
 * Opens a vault's file.
 * @param by The protection's key, or the seed that a recovery code holds.
 * @returns Null where the key does not open it.
 * @throws KeyStoreError It opens, but what is inside makes no sense.
 */
export function openVaultFile(
  primitives: Primitives,
  file: VaultFile,
  by: { readonly key: Uint8Array } | { readonly seed: Uint8Array },
): VaultContents | null {
  const { id, protection } = file;
  let inner: Uint8Array | null;
  if ("key" in by) {
    inner = open(primitives, by.key, binding(id, "wrapped", protection), file.wrapped);
  } else {
    const key = recoveryKey(primitives, id, by.seed);
    inner = open(primitives, key, binding(id, "recovery", protection), file.recovery);
    key.fill(0);
  }
  if (inner === null) return null;
  const text = open(primitives, inner, binding(id, "sealed", protection), file.sealed);
  inner.fill(0);
  if (text === null) return null;
  try {
    return parseContents(text);
  } catch (error) {
    throw new KeyStoreError(`the contents of key vault ${id} are malformed`, { cause: error });
  } finally {
    text.fill(0);
  }
}

function parseContents(text: Uint8Array): VaultContents {
  const value: unknown = JSON.parse(new TextDecoder().decode(text));
  if (!isRecord(value) || !Array.isArray(value.rotations)) throw new SecureError("no contents");
  const seed = fromText(value.seed, "seed");
  const wrapping = fromText(value.wrapping, "wrapping key");
  if (seed.length !== 32 || wrapping.length !== 32) throw new SecureError("32 bytes expected");
  return {
    generation: whole(value.generation, 1, 0xffffffff, "generation"),
    seed,
    wrapping,
    rotations: value.rotations.map((statement) => fromText(statement, "rotation")),
  };
}

/** Overwrites the secrets of contents. */
export function wipeContents(contents: VaultContents): void {
  contents.seed.set(new Uint8Array(32));
  contents.wrapping.set(new Uint8Array(32));
}

/** Fresh contents around a seed. */
export function freshContents(
  primitives: Primitives,
  seed: Uint8Array,
  generation: number,
): VaultContents {
  return {
    generation,
    seed: seed.slice(),
    wrapping: primitives.random(32),
    rotations: [],
  };
}
