/**
 * The publisher's side of updates: a folder that can be served by any web server or carried on a USB stick. Files are
 * written so that devices that read meanwhile see the old state or the new one: the timestamp comes last.
 *
 * `N.root.json`, `N.targets.json`, `N.snapshot.json` for every version, `timestamp.json`, and the files themselves as
 * `targets/FOLDER/SHA256.NAME`.
 */

import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { KeyStoreError } from "../../errors.ts";
import type { Identity, PublicIdentity } from "../../identity/types.ts";
import type { Primitives } from "../../primitives/types.ts";
import { hex } from "../../sealed/bytes.ts";
import { targetFile } from "../../updates/client.ts";
import { UpdateError } from "../../updates/errors.ts";
import {
  isSignedBy,
  isTargetPath,
  type Metadata,
  parseMetadata,
  type RoleKeys,
  type RootMetadata,
  signMetadata,
  type TargetsMetadata,
  UPDATE_ROLES,
  type UpdateRole,
  type UpdateTarget,
  updateKeyId,
} from "../../updates/metadata.ts";
import { nativePrimitives } from "../primitives/native.ts";
import {
  type DurableFiles,
  lockFolder,
  publicFiles,
  readParts,
  replaceFile,
} from "../sealed/files.ts";

/** Who signs for a role. */
export type RoleHolders = {
  /** Public identities of those who may sign. */
  readonly holders: readonly PublicIdentity[];
  /** How many of them must; default all. */
  readonly threshold?: number | undefined;
};

/** Holders of all roles. */
export type RepositoryRoles = Readonly<Record<UpdateRole, RoleHolders>>;

/** Days that signatures of a role are valid. */
export const ROLE_DAYS: Readonly<Record<UpdateRole, number>> = {
  root: 365,
  targets: 90,
  snapshot: 30,
  timestamp: 7,
};

/** Where a repository lies, and for how long what it signs is valid. */
export type RepositoryOptions = {
  /** Folder of the repository. */
  readonly folder: string;
  /** Days of validity where they differ from {@link ROLE_DAYS}. */
  readonly days?: Partial<Readonly<Record<UpdateRole, number>>> | undefined;
  /** Milliseconds since 1970. */
  readonly clock?: (() => number) | undefined;
  /** Default: those of Node.js. */
  readonly primitives?: Primitives | undefined;
  /** Default: the system's; everybody may read what is published. */
  readonly files?: DurableFiles | undefined;
};

/** A file to publish. */
export type NewTarget = {
  /** Path for devices, `models/yard.onnx` for instance. */
  readonly path: string;
  /** Its bytes, or a file that has them. */
  readonly from: Uint8Array | string;
  /** What is said of it; texts. */
  readonly about?: Readonly<Record<string, string>> | undefined;
};

/** What changes with a publication. */
export type Publication = {
  /** Files that are new or changed. */
  readonly add?: readonly NewTarget[] | undefined;
  /** Paths that are no longer published. */
  readonly remove?: readonly string[] | undefined;
};

type Current = {
  readonly root: RootMetadata;
  readonly rootBytes: Uint8Array;
  readonly targets: TargetsMetadata;
  readonly snapshot: number;
  readonly timestamp: number;
};

/**
 * Makes a repository and its first, empty publication. `signers` hold the secrets: enough of each role. Throws
 * `KeyStoreError` where the folder has a repository already.
 */
export async function createRepository(
  options: RepositoryOptions,
  roles: RepositoryRoles,
  signers: readonly Identity[],
): Promise<UpdateRepository> {
  const { files = publicFiles, folder, primitives = nativePrimitives() } = options;
  await files.makeFolder(folder);
  if ((await files.list(folder)).some((name) => name.endsWith(".json"))) {
    throw new KeyStoreError(`${folder}: expected an empty folder, got a repository`);
  }
  const repository = new UpdateRepository(options, primitives, files);
  try {
    await repository.begin(roles, signers);
    return repository;
  } catch (error) {
    repository.close();
    throw error;
  }
}

/** Opens a repository to publish. Throws `KeyStoreError` where there is none, or another publisher is at work. */
export async function openRepository(options: RepositoryOptions): Promise<UpdateRepository> {
  const { files = publicFiles, primitives = nativePrimitives() } = options;
  const repository = new UpdateRepository(options, primitives, files);
  try {
    await repository.load();
    return repository;
  } catch (error) {
    repository.close();
    throw error;
  }
}

/** A repository that is open for publishing. */
export class UpdateRepository {
  readonly #options: RepositoryOptions;
  readonly #primitives: Primitives;
  readonly #files: DurableFiles;
  readonly #release: () => void;
  #current: Current | null = null;

  /** Use {@link createRepository} or {@link openRepository}. */
  constructor(options: RepositoryOptions, primitives: Primitives, files: DurableFiles) {
    this.#options = options;
    this.#primitives = primitives;
    this.#files = files;
    this.#release = lockFolder(join(options.folder, ".lock"));
  }

  /** Bytes of the current root: what devices get with their software. */
  get root(): Uint8Array {
    return this.#state().rootBytes;
  }

  /** Files that are published now. */
  get targets(): readonly UpdateTarget[] {
    return [...this.#state().targets.targets.values()];
  }

  /** The first publication; called once, by {@link createRepository}. */
  async begin(roles: RepositoryRoles, signers: readonly Identity[]): Promise<void> {
    const root = this.#rootOf(1, roles);
    const rootBytes = this.#sign(root, root, signers);
    const targets: TargetsMetadata = {
      role: "targets",
      version: 1,
      expires: this.#expiry("targets"),
      targets: new Map(),
    };
    this.#current = { root, rootBytes, targets, snapshot: 0, timestamp: 0 };
    // Signed before anything is written: too few signers leave the folder as it is.
    const files = this.#chain(targets, signers);
    await this.#write("1.root.json", rootBytes);
    await this.#put(files, targets);
  }

  /** Reads what was published; called once, by {@link openRepository}. */
  async load(): Promise<void> {
    const { folder } = this.#options;
    const names = await this.#files.list(folder);
    const versions = names.flatMap((name) => {
      const found = /^([1-9]\d*)\.root\.json$/.exec(name);
      return found === null ? [] : [Number(found[1])];
    });
    if (versions.length === 0) {
      throw new KeyStoreError(`${folder}: expected a repository, got none`);
    }
    const newest = Math.max(...versions);
    const rootBytes = await this.#read(`${newest}.root.json`);
    const root = parseMetadata(this.#primitives, "root", rootBytes).signed;
    const stamp = await this.#read("timestamp.json");
    const timestamp = parseMetadata(this.#primitives, "timestamp", stamp).signed;
    const snapshotBytes = await this.#read(`${timestamp.snapshot.version}.snapshot.json`);
    const snapshot = parseMetadata(this.#primitives, "snapshot", snapshotBytes).signed;
    const targetsBytes = await this.#read(`${snapshot.targets.version}.targets.json`);
    const targets = parseMetadata(this.#primitives, "targets", targetsBytes).signed;
    this.#current = {
      root,
      rootBytes,
      targets,
      snapshot: snapshot.version,
      timestamp: timestamp.version,
    };
  }

  /** Publishes files. Throws `UpdateError` (`signatures`) where too few holders sign; then nothing has changed. */
  async publish(publication: Publication, signers: readonly Identity[]): Promise<void> {
    const { targets } = this.#state();
    const next = new Map(targets.targets);
    for (const path of publication.remove ?? []) {
      if (!next.delete(path)) {
        throw new UpdateError("unknown-target", `${path}: it is not among the published files`);
      }
    }
    for (const added of publication.add ?? []) {
      const target = await this.#store(added);
      next.set(target.path, target);
    }
    const metadata: TargetsMetadata = {
      role: "targets",
      version: targets.version + 1,
      expires: this.#expiry("targets"),
      targets: next,
    };
    await this.#put(this.#chain(metadata, signers), metadata);
  }

  /** Signs a new snapshot and timestamp over what is published, so that devices can tell that nothing is held back. */
  async renew(signers: readonly Identity[]): Promise<void> {
    const { targets } = this.#state();
    const bytes = await this.#read(`${targets.version}.targets.json`);
    await this.#put(this.#chain(targets, signers, bytes), targets);
  }

  /**
   * Gives roles to other holders: a new root, signed by enough of the old root's holders and of the new one's, then
   * everything anew under the new keys. Throws `UpdateError` (`signatures`) where too few sign; then nothing has changed.
   */
  async rotate(roles: RepositoryRoles, signers: readonly Identity[]): Promise<void> {
    const current = this.#state();
    const root = this.#rootOf(current.root.version + 1, roles);
    const rootBytes = this.#sign(root, root, signers);
    const envelope = parseMetadata(this.#primitives, "root", rootBytes);
    if (!isSignedBy(this.#primitives, envelope, current.root)) {
      throw new UpdateError(
        "signatures",
        "root: expected holders of the old root among the signers",
      );
    }
    const { targets } = current;
    const metadata = { ...targets, version: targets.version + 1, expires: this.#expiry("targets") };
    this.#current = { ...current, root, rootBytes };
    let files: readonly (readonly [string, Uint8Array])[];
    try {
      files = this.#chain(metadata, signers);
      await this.#write(`${root.version}.root.json`, rootBytes);
    } catch (error) {
      this.#current = current;
      throw error;
    }
    await this.#put(files, metadata);
  }

  /** Gives the folder back. */
  close(): void {
    this.#release();
  }

  #state(): Current {
    if (this.#current === null) throw new KeyStoreError("repository: it is not open");
    return this.#current;
  }

  #rootOf(version: number, roles: RepositoryRoles): RootMetadata {
    const keys = new Map<string, PublicIdentity>();
    const keysOf = (role: UpdateRole): RoleKeys => {
      const { holders, threshold = holders.length } = roles[role];
      const keyIds = holders.map((holder) => {
        const id = updateKeyId(this.#primitives, holder);
        keys.set(id, holder);
        return id;
      });
      if (!Number.isInteger(threshold) || threshold < 1 || threshold > new Set(keyIds).size) {
        const message = `threshold of ${role}: expected 1 to ${new Set(keyIds).size}, got ${threshold}`;
        throw new RangeError(message);
      }
      return { keyIds: [...new Set(keyIds)].sort(), threshold };
    };
    const [root, targets, snapshot, timestamp] = UPDATE_ROLES.map(keysOf);
    return {
      role: "root",
      version,
      expires: this.#expiry("root"),
      keys,
      roles: { root, targets, snapshot, timestamp },
    };
  }

  #expiry(role: UpdateRole): number {
    const days = this.#options.days?.[role] ?? ROLE_DAYS[role];
    const now = (this.#options.clock ?? Date.now)();
    return Math.floor((now + days * 86_400_000) / 1000) * 1000;
  }

  /** Signs with those of the signers who hold the role, and with holders of the old root where a root is signed. */
  #sign(metadata: Metadata, root: RootMetadata, signers: readonly Identity[]): Uint8Array {
    const allowed = new Set(root.roles[metadata.role].keyIds);
    if (metadata.role === "root" && this.#current !== null) {
      for (const id of this.#current.root.roles.root.keyIds) allowed.add(id);
    }
    const holders = new Map(
      signers.map((signer) => [updateKeyId(this.#primitives, signer.public), signer] as const),
    );
    const chosen = [...holders].filter(([id]) => allowed.has(id)).map(([, signer]) => signer);
    const bytes = signMetadata(this.#primitives, metadata, chosen);
    const envelope = parseMetadata(this.#primitives, metadata.role, bytes);
    if (!isSignedBy(this.#primitives, envelope, root)) {
      const { threshold } = root.roles[metadata.role];
      const message = `${metadata.role}: expected ${threshold} of its holders among the signers`;
      throw new UpdateError("signatures", message);
    }
    return bytes;
  }

  /** Targets, the snapshot that names them and the timestamp that names that, in the order of writing. */
  #chain(
    targets: TargetsMetadata,
    signers: readonly Identity[],
    existing?: Uint8Array,
  ): (readonly [string, Uint8Array])[] {
    const { root, snapshot, timestamp } = this.#state();
    const targetsBytes = existing ?? this.#sign(targets, root, signers);
    const snapshotBytes = this.#sign(
      {
        role: "snapshot",
        version: snapshot + 1,
        expires: this.#expiry("snapshot"),
        targets: this.#link(targetsBytes, targets.version),
      },
      root,
      signers,
    );
    const timestampBytes = this.#sign(
      {
        role: "timestamp",
        version: timestamp + 1,
        expires: this.#expiry("timestamp"),
        snapshot: this.#link(snapshotBytes, snapshot + 1),
      },
      root,
      signers,
    );
    return [
      [`${targets.version}.targets.json`, targetsBytes],
      [`${snapshot + 1}.snapshot.json`, snapshotBytes],
      ["timestamp.json", timestampBytes],
    ];
  }

  #link(bytes: Uint8Array, version: number): { length: number; sha256: string; version: number } {
    return { length: bytes.length, sha256: hex(this.#primitives.sha256(bytes)), version };
  }

  async #put(
    files: readonly (readonly [string, Uint8Array])[],
    targets: TargetsMetadata,
  ): Promise<void> {
    for (const [name, bytes] of files) await this.#write(name, bytes);
    const current = this.#state();
    const { snapshot, timestamp } = current;
    this.#current = { ...current, targets, snapshot: snapshot + 1, timestamp: timestamp + 1 };
  }

  /** Copies a file's bytes into the repository under their hash. */
  async #store({ path, from, about = {} }: NewTarget): Promise<UpdateTarget> {
    if (!isTargetPath(path)) {
      throw new UpdateError(
        "malformed",
        `target: expected a path as models/yard.onnx, got "${path}"`,
      );
    }
    const hash = createHash("sha256");
    let length = 0;
    const parts = typeof from === "string" ? readParts(from) : [from];
    const incoming = join(this.#options.folder, ".incoming.tmp");
    const file = await this.#files.create(incoming);
    try {
      for await (const part of parts) {
        hash.update(part);
        await file.write(part, length);
        length += part.length;
      }
      await file.sync();
    } catch (error) {
      await this.#files.remove(incoming).catch(() => {});
      throw error;
    } finally {
      await file.close();
    }
    const target = { path, about, length, sha256: hash.digest("hex") };
    const to = join(this.#options.folder, targetFile(target));
    await this.#files.makeFolder(dirname(to));
    await this.#files.rename(incoming, to);
    await this.#files.syncFolder(dirname(to));
    return target;
  }

  async #read(name: string): Promise<Uint8Array> {
    const bytes = await this.#files.read(join(this.#options.folder, name));
    if (bytes !== null) return bytes;
    throw new KeyStoreError(`${this.#options.folder}: expected ${name}, it is missing`);
  }

  #write(name: string, bytes: Uint8Array): Promise<void> {
    return replaceFile(this.#files, join(this.#options.folder, name), bytes);
  }
}
