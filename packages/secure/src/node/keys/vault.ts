/** A node's secrets at rest: the seed of its identity, and the key that keys of other stores follow from. */

import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { KeyStoreError, SecureError } from "../../errors.ts";
import { createIdentity } from "../../identity/identity.ts";
import { decodeRecoveryCode, encodeRecoveryCode } from "../../identity/recovery.ts";
import { parseRotation, rotateIdentity } from "../../identity/rotation.ts";
import type { Identity } from "../../identity/types.ts";
import { equalBytes, NO_BYTES, utf8 } from "../../primitives/bytes.ts";
import type { Primitives } from "../../primitives/types.ts";
import { nativePrimitives } from "../primitives/native.ts";
import { codeOf, type DurableFiles, systemFiles } from "../sealed/files.ts";
import {
  checkPrivate,
  ensurePrivateFolder,
  readPrivate,
  remove,
  removeTemporaries,
  shred,
  withFolderLock,
  writePrivate,
} from "./files.ts";
import {
  encodeVault,
  freshContents,
  openVaultFile,
  parseVault,
  type StoredProtection,
  type VaultContents,
  wipeContents,
} from "./format.ts";
import {
  confirmKey,
  describeProtection,
  destroyKey,
  findKey,
  forgetKey,
  type KeptKey,
  makeKey,
  settleKeyFiles,
  type VaultAccess,
  type VaultProtection,
} from "./protection.ts";

/** Where a vault is, and how to open it. */
export type KeyVaultOptions = VaultAccess & {
  /** A folder of the vault's own, readable by its owner only (0700); made where it is missing. */
  readonly folder: string;
  /** Whether to make a vault, and so an identity, where there has never been one; true unless given. */
  readonly create?: boolean;
  /** Native unless given. */
  readonly primitives?: Primitives;
};

/** An open vault. */
export interface KeyVault {
  /** Who the node is, since the last rotation. */
  readonly identity: Identity;
  /**
   * 1 for the first identity, one more with every rotation; after a recovery of the identity alone it goes on from the
   * seconds since 1970.
   */
  readonly generation: number;
  /** Whether this call made the vault, and a new identity with it. */
  readonly created: boolean;
  /** What protects its files, and what that is worth. */
  readonly protection: VaultProtection;
  /** Statements of all rotations, oldest first, for `followRotations`. */
  readonly rotations: readonly Uint8Array[];
  /**
   * A key for another store, of the same bytes for the same purpose each time. It outlives rotations.
   * @param purpose Says what the key is for; 1 to 200 bytes.
   * @param length 32 unless given.
   */
  deriveKey(purpose: string, length?: number): Uint8Array;
  /**
   * The code that brings back the identity, and with the vault's file everything in the vault. It changes with every
   * rotation. Show it once, to be written down; never log it.
   */
  recoveryCode(): string;
  /**
   * Replaces the identity by a fresh one and forgets the old one's secrets. Other processes keep the identity they
   * opened until they open the vault again.
   * @param now ms since 1970.
   * @returns The statement for those who know the old identity; it is kept in `rotations` too.
   * @throws KeyStoreError It could not be stored, or another process has changed the vault: the old identity holds on.
   */
  rotate(now?: number): Promise<Uint8Array>;
  /** Protects the vault anew: by another passphrase, or in another way. The keychain is the one it was opened with. */
  protect(access: VaultAccess): Promise<void>;
  /** Forgets the keys; nothing works afterwards. */
  close(): void;
}

/** A vault brought back by its code. */
export type RecoveredVault = {
  /** The vault, open. */
  readonly vault: KeyVault;
  /**
   * `vault`: everything. `identity`: the identity only, because the vault's file was missing or damaged; keys of other
   * stores are new, and the rotations that led here are not known.
   */
  readonly recovered: "vault" | "identity";
};

const VAULT_FILE = "vault.json";
/** Says that there is a vault: where it is and the vault is not, the vault was lost. */
const MARK_FILE = "vault.id";

const OPTION_KEYS = new Set([
  "folder",
  "create",
  "primitives",
  "protection",
  "passphrase",
  "passphraseCost",
  "keychain",
  "keychainTimeoutMs",
]);

const PROTECTIONS = ["auto", "keychain", "passphrase", "key-file"];

function checkOptions(options: object): void {
  for (const key of Object.keys(options)) {
    if (!OPTION_KEYS.has(key)) {
      throw new SecureError(
        `options of a key vault are ${[...OPTION_KEYS].join(", ")}; got ${key}`,
      );
    }
  }
  const { protection = "auto" } = options as VaultAccess;
  if (!PROTECTIONS.includes(protection)) {
    throw new SecureError(
      `protection of a key vault must be one of ${PROTECTIONS.join(", ")}, got ${String(protection)}`,
    );
  }
}

/** What an open vault is made of. */
type VaultParts = {
  readonly primitives: Primitives;
  readonly folder: string;
  readonly id: string;
  readonly files: DurableFiles;
  /** How it was opened: which keychain there is. */
  readonly access: VaultAccess;
  readonly kept: KeptKey;
  readonly contents: VaultContents;
  /** The file as it was read or written. */
  readonly bytes: Uint8Array;
  readonly created: boolean;
};

class OpenVault implements KeyVault {
  readonly created: boolean;
  readonly #primitives: Primitives;
  readonly #folder: string;
  readonly #id: string;
  readonly #files: DurableFiles;
  readonly #keychain: Pick<VaultAccess, "keychain" | "keychainTimeoutMs">;
  #kept: KeptKey;
  #contents: VaultContents;
  #identity: Identity;
  /** The file as this process knows it. */
  #bytes: Uint8Array;
  #closed = false;

  constructor(parts: VaultParts) {
    this.created = parts.created;
    this.#primitives = parts.primitives;
    this.#folder = parts.folder;
    this.#id = parts.id;
    this.#files = parts.files;
    const { keychain, keychainTimeoutMs } = parts.access;
    this.#keychain = {
      ...(keychain === undefined ? {} : { keychain }),
      ...(keychainTimeoutMs === undefined ? {} : { keychainTimeoutMs }),
    };
    this.#kept = parts.kept;
    this.#contents = parts.contents;
    this.#bytes = parts.bytes;
    this.#identity = createIdentity(parts.primitives, parts.contents.seed);
  }

  #demandOpen(): void {
    if (this.#closed) throw new KeyStoreError(`${this.#folder}: the key vault is closed`);
  }

  get identity(): Identity {
    this.#demandOpen();
    return this.#identity;
  }

  get generation(): number {
    return this.#contents.generation;
  }

  get protection(): VaultProtection {
    return describeProtection(this.#kept.stored.kind);
  }

  get rotations(): readonly Uint8Array[] {
    return this.#contents.rotations.map((statement) => statement.slice());
  }

  deriveKey(purpose: string, length = 32): Uint8Array {
    this.#demandOpen();
    const bytes = utf8(purpose);
    if (bytes.length === 0 || bytes.length > 200) {
      throw new SecureError(`a key's purpose must have 1 to 200 bytes, got ${bytes.length}`);
    }
    const info = utf8(`symbion key vault key ${purpose}`);
    return this.#primitives.hkdfSha256(this.#contents.wrapping, NO_BYTES, info, length);
  }

  recoveryCode(): string {
    this.#demandOpen();
    return encodeRecoveryCode(this.#primitives, this.#contents.seed);
  }

  async rotate(now: number = Date.now()): Promise<Uint8Array> {
    this.#demandOpen();
    return await withFolderLock(this.#folder, async () => {
      this.#demandUnchanged();
      this.#demandOpen();
      const seed = this.#primitives.random(32);
      const next = createIdentity(this.#primitives, seed);
      const last = this.#contents.rotations.at(-1);
      // A clock that was set back must not make the line look out of order.
      const at = Math.max(now, last === undefined ? 0 : parseRotation(this.#primitives, last).at);
      const sequence = this.#contents.generation;
      const statement = rotateIdentity(this.#primitives, this.#identity, next, { sequence, at });
      const contents = {
        ...this.#contents,
        generation: sequence + 1,
        seed,
        rotations: [...this.#contents.rotations, statement],
      };
      await this.#write(this.#kept, contents);
      this.#contents.seed.fill(0);
      this.#contents = contents;
      this.#identity = next;
      if (this.#closed) wipeContents(contents);
      return statement.slice();
    });
  }

  async protect(access: VaultAccess): Promise<void> {
    checkOptions(access);
    this.#demandOpen();
    const how = { ...this.#keychain, ...access };
    await withFolderLock(this.#folder, async () => {
      this.#demandUnchanged();
      const before = this.#kept;
      const kept = await makeKey(this.#primitives, this.#folder, this.#id, how, this.#files);
      await this.#write(kept, this.#contents);
      await confirmKey(this.#folder, kept.stored, this.#files);
      this.#kept = kept;
      before.key.fill(0);
      if (this.#closed) kept.key.fill(0);
      await forgetKey(before.stored, this.#keychain);
    });
  }

  async #write(kept: KeptKey, contents: VaultContents): Promise<void> {
    // Closed while it waited, a vault holds zeros only: they must not be written.
    this.#demandOpen();
    const bytes = encodeVault(this.#primitives, this.#id, kept.stored, kept.key, contents);
    await writePrivate(this.#files, join(this.#folder, VAULT_FILE), bytes);
    this.#bytes = bytes;
  }

  #demandUnchanged(): void {
    const bytes = readPrivate(join(this.#folder, VAULT_FILE));
    if (bytes === null || !equalBytes(bytes, this.#bytes)) {
      throw new KeyStoreError(
        `${this.#folder}: another process has changed the key vault since it was opened; open it again`,
      );
    }
  }

  close(): void {
    this.#closed = true;
    this.#kept.key.fill(0);
    wipeContents(this.#contents);
  }
}

function vaultId(primitives: Primitives): string {
  return Buffer.from(primitives.random(16)).toString("hex");
}

/** Writes a vault that was not there before, key first, mark last; a crash in between leaves nothing that counts. */
async function writeNewVault(
  primitives: Primitives,
  folder: string,
  options: VaultAccess,
  contents: VaultContents,
  created: boolean,
  files: DurableFiles,
): Promise<KeyVault> {
  const id = vaultId(primitives);
  const kept = await makeKey(primitives, folder, id, options, files);
  const bytes = encodeVault(primitives, id, kept.stored, kept.key, contents);
  await writePrivate(files, join(folder, VAULT_FILE), bytes);
  await confirmKey(folder, kept.stored, files);
  await writePrivate(files, join(folder, MARK_FILE), utf8(`${id}\n`));
  const access = options;
  return new OpenVault({ primitives, folder, id, files, access, kept, contents, bytes, created });
}

function wasLost(folder: string): boolean {
  return existsSync(join(folder, MARK_FILE)) || existsSync(join(folder, "vault.key"));
}

function prepare(options: KeyVaultOptions): { primitives: Primitives; folder: string } {
  checkOptions(options);
  if (typeof options.folder !== "string" || options.folder === "") {
    throw new SecureError("a key vault needs a folder");
  }
  return {
    primitives: options.primitives ?? nativePrimitives(),
    folder: resolve(options.folder),
  };
}

/** {@link openKeyVault} over given file operations. */
export async function openKeyVaultOn(
  options: KeyVaultOptions,
  files: DurableFiles,
): Promise<KeyVault> {
  const { primitives, folder } = prepare(options);
  if (options.create === false && !existsSync(folder)) {
    throw new KeyStoreError(`${folder}: there is no key vault`);
  }
  ensurePrivateFolder(folder);
  return await withFolderLock(folder, async () => {
    const path = join(folder, VAULT_FILE);
    const bytes = readPrivate(path);
    removeTemporaries(folder);
    if (bytes === null) {
      if (wasLost(folder)) {
        throw new KeyStoreError(
          `${path}: the key vault is gone, though there was one; restore it from a backup, recover the identity with its code, or delete what is left`,
        );
      }
      if (options.create === false) throw new KeyStoreError(`${folder}: there is no key vault`);
      const seed = primitives.random(32);
      const contents = freshContents(primitives, seed, 1);
      seed.fill(0);
      return await writeNewVault(primitives, folder, options, contents, true, files);
    }
    const file = parseVault(primitives, bytes, path);
    const { id, protection: stored } = file;
    const { key, opened: contents } = await findKey(
      primitives,
      folder,
      id,
      stored,
      options,
      (candidate) => openVaultFile(primitives, file, { key: candidate }),
    );
    const kept = { stored, key };
    await settleKeyFiles(primitives, folder, id, kept, files);
    if (!existsSync(join(folder, MARK_FILE))) {
      await writePrivate(files, join(folder, MARK_FILE), utf8(`${id}\n`));
    }
    const made = { primitives, folder, id, files, access: options, kept, contents, bytes };
    return new OpenVault({ ...made, created: false });
  });
}

/**
 * Opens the vault of a node, or makes one where there has never been one. Several processes may have it open at once;
 * changes are exclusive and atomic, and survive a crash at any point.
 * @throws KeyStoreError The vault is damaged, lost, locked, open to other users, or protected otherwise than asked. It
 * never answers any of these with a new identity.
 * @throws SecureError Options that make no sense.
 */
export async function openKeyVault(options: KeyVaultOptions): Promise<KeyVault> {
  return await openKeyVaultOn(options, systemFiles);
}

/**
 * Brings a vault back with its recovery code, protected as the options say. Where the vault's file is there and whole,
 * everything is recovered and the file replaced; where it is missing or damaged (it is kept as `vault.damaged`), the
 * identity alone.
 * @throws SecureError The code has a typing error.
 * @throws KeyStoreError The vault that is there is whole, but this is not its code: one from before the last rotation,
 * perhaps. Nothing has changed then.
 */
export async function recoverKeyVault(
  options: KeyVaultOptions,
  code: string,
): Promise<RecoveredVault> {
  return await recoverKeyVaultOn(options, code, systemFiles);
}

/** {@link recoverKeyVault} over given file operations. */
export async function recoverKeyVaultOn(
  options: KeyVaultOptions,
  code: string,
  files: DurableFiles,
): Promise<RecoveredVault> {
  const { primitives, folder } = prepare(options);
  const seed = decodeRecoveryCode(primitives, code);
  ensurePrivateFolder(folder);
  return await withFolderLock(folder, async () => {
    const path = join(folder, VAULT_FILE);
    const bytes = readPrivate(path);
    let contents: VaultContents | null = null;
    let whole = false;
    if (bytes !== null) {
      try {
        const file = parseVault(primitives, bytes, path);
        whole = true;
        contents = openVaultFile(primitives, file, { seed });
      } catch (error) {
        if (!(error instanceof KeyStoreError)) throw error;
        await writePrivate(files, join(folder, "vault.damaged"), bytes);
      }
      if (whole && contents === null) {
        throw new KeyStoreError(
          `${folder}: the recovery code is not this key vault's; it changes with every rotation`,
        );
      }
    }
    const recovered = contents === null ? "identity" : "vault";
    // Numbers of rotations before are unknown, and must not come again: the seconds since 1970 are beyond them.
    contents ??= freshContents(primitives, seed, Math.floor(Date.now() / 1000));
    seed.fill(0);
    return {
      vault: await writeNewVault(primitives, folder, options, contents, false, files),
      recovered,
    };
  });
}

/**
 * Deletes a vault: its key first, wherever that is kept, then its files, overwritten before. Without the key, copies of
 * the vault are noise, but for whoever has the recovery code. Does nothing where there is no vault.
 * @throws KeyStoreError The files are gone, but the keychain did not give up its entry.
 */
export async function deleteKeyVault(options: KeyVaultOptions): Promise<void> {
  const { primitives, folder } = prepare(options);
  if (!existsSync(folder)) return;
  try {
    checkPrivate(folder, "folder");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    throw error;
  }
  await withFolderLock(folder, async () => {
    const path = join(folder, VAULT_FILE);
    const stored = storedProtection(primitives, path);
    let failure: unknown = null;
    try {
      await destroyKey(folder, stored, options);
    } catch (error) {
      // No keychain: the files go all the same.
      failure = error;
    }
    for (const name of [VAULT_FILE, "vault.damaged"]) shred(join(folder, name));
    removeTemporaries(folder);
    remove(join(folder, MARK_FILE));
    await systemFiles.syncFolder(folder);
    if (failure !== null) throw failure;
  });
  remove(join(folder, "vault.lock"));
}

/** How the vault at a path is protected; null where it is missing, damaged, or not ours to read. */
function storedProtection(primitives: Primitives, path: string): StoredProtection | null {
  try {
    const bytes = readPrivate(path);
    return bytes === null ? null : parseVault(primitives, bytes, path).protection;
  } catch {
    return null;
  }
}
