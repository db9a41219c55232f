/** The key that opens a vault: where it is kept, and how it is found again. */

import { argon2 } from "node:crypto";
import { join } from "node:path";
import { KeyStoreError, SecureError } from "../../errors.ts";
import { concatBytes, equalBytes, utf8 } from "../../primitives/bytes.ts";
import type { Primitives } from "../../primitives/types.ts";
import type { DurableFiles } from "../sealed/files.ts";
import { moveFile, readPrivate, shred, writePrivate } from "./files.ts";
import type { StoredProtection } from "./format.ts";
import { type Keychain, systemKeychain } from "./keychain.ts";

/** How a vault's key is kept. */
export type VaultProtectionKind = StoredProtection["kind"];

/** How a vault is protected, and what that is worth. */
export type VaultProtection = {
  /** What the keys are encrypted under. */
  readonly kind: VaultProtectionKind;
  /** In a sentence or two, for people: what it protects against, and what not. */
  readonly statement: string;
};

/** What opening or protecting a vault may need. */
export type VaultAccess = {
  /**
   * How to protect a new vault. `auto`, unless given: by the passphrase if there is one, else by the keychain if one
   * answers, else by a key file. For a vault that exists, any other than `auto` demands that it be protected so.
   */
  readonly protection?: VaultProtectionKind | "auto";
  /** At least eight characters. */
  readonly passphrase?: string;
  /** What Argon2id costs with a new passphrase: 64 MiB, 3 passes, 4 lanes unless given (RFC 9106, section 4). */
  readonly passphraseCost?: PassphraseCost;
  /** The keychain to use: the system's unless given; null for none. */
  readonly keychain?: Keychain | null;
  /** How long the system's keychain may take, its user's answer included; 5,000 unless given. */
  readonly keychainTimeoutMs?: number;
};

/** What Argon2id costs. */
export type PassphraseCost = {
  /** 8 to 1,048,576. */
  readonly memoryKiB: number;
  /** 1 to 100. */
  readonly passes: number;
  /** 1 to 16. */
  readonly lanes: number;
};

const DEFAULT_COST: PassphraseCost = { memoryKiB: 65536, passes: 3, lanes: 4 };
const SHORTEST_PASSPHRASE = 8;

const KEY_FILE = "vault.key";
const NEW_KEY_FILE = "vault.key.new";

const STATEMENT: Readonly<Record<VaultProtectionKind, string>> = {
  keychain:
    "The key is in the operating system's keychain. It protects against whoever has this folder, the disk or a backup; not against programs that run as this user while the keychain is open.",
  passphrase:
    "The key follows from a passphrase. It protects this folder, the disk and backups as well as the passphrase is hard to guess; not a node that is running.",
  "key-file":
    "The key lies beside the vault, in vault.key. It protects copies and backups that leave that file out; not against whoever can read this folder or has the disk.",
};

/** What a kind of protection is worth. */
export function describeProtection(kind: VaultProtectionKind): VaultProtection {
  return { kind, statement: STATEMENT[kind] };
}

async function keychainOf(access: VaultAccess): Promise<Keychain> {
  if (access.keychain === null) throw new KeyStoreError("no keychain may be used here");
  return access.keychain ?? (await systemKeychain(access.keychainTimeoutMs));
}

function stretch(
  passphrase: string | undefined,
  stored: Extract<StoredProtection, { kind: "passphrase" }>,
): Promise<Uint8Array> {
  const parameters = {
    message: utf8((passphrase ?? "").normalize("NFC")),
    nonce: new Uint8Array(Buffer.from(stored.salt, "base64url")),
    parallelism: stored.lanes,
    tagLength: 32,
    memory: stored.memoryKiB,
    passes: stored.passes,
  };
  return new Promise((resolve, reject) => {
    argon2("argon2id", parameters, (error, key) => {
      if (error === null) resolve(new Uint8Array(key));
      else reject(new KeyStoreError("Argon2id failed", { cause: error }));
    });
  });
}

function keyFileBytes(primitives: Primitives, id: string, key: Uint8Array): Uint8Array {
  return concatBytes(key, primitives.sha256(concatBytes(utf8(id), key)));
}

/** The key in a key file; null where there is none, it is damaged, or another vault's. */
function keyOfFile(primitives: Primitives, id: string, path: string): Uint8Array | null {
  const bytes = readPrivate(path);
  if (bytes === null) return null;
  const key = bytes.slice(0, 32);
  const right = equalBytes(bytes, keyFileBytes(primitives, id, key));
  bytes.fill(0);
  return right ? key : null;
}

/** A key for a vault, and how it is kept. */
export type KeptKey = { readonly stored: StoredProtection; readonly key: Uint8Array };

/**
 * Makes and keeps a key for a vault that is about to be written. A key file gets its final name by
 * {@link confirmKey}, once the vault is written.
 * @throws KeyStoreError The protection asked for cannot be had.
 * @throws SecureError A passphrase that is too short, or costs out of range.
 */
export async function makeKey(
  primitives: Primitives,
  folder: string,
  id: string,
  access: VaultAccess,
  files: DurableFiles,
): Promise<KeptKey> {
  const asked = access.protection ?? "auto";
  if (asked === "passphrase" || (asked === "auto" && access.passphrase !== undefined)) {
    return await makePassphrase(primitives, access);
  }
  if (access.passphrase !== undefined) {
    throw new SecureError(`protection by ${asked} takes no passphrase`);
  }
  const key = primitives.random(32);
  if (asked !== "key-file") {
    // Another name each time: until the vault is written anew, the key before must stay.
    const account = `key vault ${id} ${Buffer.from(primitives.random(4)).toString("hex")}`;
    try {
      const keychain = await keychainOf(access);
      await keychain.set(account, key);
      const kept = await keychain.get(account);
      if (kept === null || !equalBytes(kept, key)) {
        throw new KeyStoreError("the keychain did not keep what it was given");
      }
      return { stored: { kind: "keychain", account }, key };
    } catch (error) {
      if (asked === "keychain" || !(error instanceof KeyStoreError)) throw error;
    }
  }
  await writePrivate(files, join(folder, NEW_KEY_FILE), keyFileBytes(primitives, id, key));
  return { stored: { kind: "key-file" }, key };
}

async function makePassphrase(primitives: Primitives, access: VaultAccess): Promise<KeptKey> {
  const { passphrase } = access;
  if (typeof passphrase !== "string" || [...passphrase].length < SHORTEST_PASSPHRASE) {
    throw new SecureError(`a passphrase of at least ${SHORTEST_PASSPHRASE} characters expected`);
  }
  const cost = access.passphraseCost ?? DEFAULT_COST;
  const ranges = [
    ["memoryKiB", cost.memoryKiB, 8 * cost.lanes, 1 << 20],
    ["passes", cost.passes, 1, 100],
    ["lanes", cost.lanes, 1, 16],
  ] as const;
  for (const [name, value, least, most] of ranges) {
    if (!Number.isInteger(value) || value < least || value > most) {
      throw new SecureError(`${name} of a passphrase must be ${least} to ${most}, got ${value}`);
    }
  }
  const salt = Buffer.from(primitives.random(16)).toString("base64url");
  const { memoryKiB, passes, lanes } = cost;
  const stored = { kind: "passphrase", salt, memoryKiB, passes, lanes } as const;
  return { stored, key: await stretch(passphrase, stored) };
}

/** Gives a new key file its name, now that the vault is written; removes one that no longer opens anything. */
export async function confirmKey(
  folder: string,
  stored: StoredProtection,
  files: DurableFiles,
): Promise<void> {
  if (stored.kind === "key-file") {
    await moveFile(files, join(folder, NEW_KEY_FILE), join(folder, KEY_FILE));
  } else {
    shred(join(folder, KEY_FILE));
    shred(join(folder, NEW_KEY_FILE));
  }
}

/**
 * Finds the key of a vault that exists: the one that opens it, of those there are.
 * @param opens Tries a key.
 * @throws KeyStoreError The key is not there, cannot be had (no keychain, no passphrase given), or does not open it.
 */
export async function findKey<T>(
  primitives: Primitives,
  folder: string,
  id: string,
  stored: StoredProtection,
  access: VaultAccess,
  opens: (key: Uint8Array) => T | null,
): Promise<{ readonly key: Uint8Array; readonly opened: T }> {
  const asked = access.protection ?? "auto";
  if (asked !== "auto" && asked !== stored.kind) {
    throw new KeyStoreError(
      `${folder}: a key vault protected by ${asked} expected, this one is by ${stored.kind}`,
    );
  }
  if (access.passphrase !== undefined && stored.kind !== "passphrase") {
    throw new KeyStoreError(
      `${folder}: a passphrase was given, but this key vault is protected by ${stored.kind}`,
    );
  }
  const keys: (Uint8Array | null)[] = [];
  let hint: string;
  switch (stored.kind) {
    case "passphrase":
      if (access.passphrase === undefined) {
        throw new KeyStoreError(`${folder}: this key vault needs its passphrase`);
      }
      hint = "the passphrase does not open this key vault";
      keys.push(await stretch(access.passphrase, stored));
      break;
    case "keychain":
      hint = `the keychain has no key for this vault (${stored.account}); log in as the user who made it, or recover the identity with its code`;
      keys.push(await (await keychainOf(access)).get(stored.account));
      break;
    case "key-file":
      // The new one is there where the process that wrote the vault ended before the last step.
      hint =
        "vault.key is missing, damaged or another vault's; restore it from a backup, or recover the identity with its code";
      keys.push(keyOfFile(primitives, id, join(folder, KEY_FILE)));
      keys.push(keyOfFile(primitives, id, join(folder, NEW_KEY_FILE)));
      break;
  }
  for (const key of keys) {
    const opened = key?.length === 32 ? opens(key) : null;
    if (key !== null && opened !== null) return { key, opened };
  }
  throw new KeyStoreError(`${folder}: ${hint}`);
}

/** Brings the key files in order after a crash: the one that opens the vault under its name, no other. */
export async function settleKeyFiles(
  primitives: Primitives,
  folder: string,
  id: string,
  { stored, key }: KeptKey,
  files: DurableFiles,
): Promise<void> {
  const named = join(folder, KEY_FILE);
  const fresh = join(folder, NEW_KEY_FILE);
  if (stored.kind !== "key-file") shred(named);
  else {
    const there = keyOfFile(primitives, id, named);
    if (there === null || !equalBytes(there, key)) await moveFile(files, fresh, named);
  }
  shred(fresh);
}

/** Removes a key that opens the vault no longer; where its keychain is away it stays, of no use to anybody. */
export async function forgetKey(stored: StoredProtection, access: VaultAccess): Promise<void> {
  if (stored.kind !== "keychain") return;
  try {
    await (await keychainOf(access)).delete(stored.account);
  } catch (error) {
    if (!(error instanceof KeyStoreError)) throw error;
  }
}

/** Destroys the key of a vault wherever it is kept. */
export async function destroyKey(
  folder: string,
  stored: StoredProtection | null,
  access: VaultAccess,
): Promise<void> {
  shred(join(folder, KEY_FILE));
  shred(join(folder, NEW_KEY_FILE));
  if (stored?.kind === "keychain") {
    await (await keychainOf(access)).delete(stored.account);
  }
}
