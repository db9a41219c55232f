/**
 * Models on this machine: `hub/OWNER--NAME/COMMIT` holds a revision's files, `COMMIT.json` beside it says what they have
 * to be, and `refs` which commit a branch or tag was when it was pulled.
 */

import { existsSync } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm, stat, statfs } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { PACKED_FROM } from "../node/disk-weights.ts";
import { lockFile } from "../node/file-lock.ts";
import { packedFolder } from "../node/folders.ts";
import { HubError } from "./errors.ts";
import { type Checksum, checksumOf, hashFile, startHash } from "./hash.ts";
import { folderOf, isCommit, isSafePath, parseModelName } from "./names.ts";
import type { Licence } from "./select.ts";

/** A file of a model on this machine. */
export type LocalFile = {
  /** Path within the model's folder. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** SHA-256 in hex, unless Git's name is known. */
  readonly sha256?: string | undefined;
  /** Git's name in hex. */
  readonly gitSha1?: string | undefined;
};

/** A revision of a model on this machine. */
export type LocalModel = {
  /** `owner/name`, or just a name. */
  readonly id: string;
  /** Commit. */
  readonly revision: string;
  /** Branches and tags that stood for this commit when they were pulled. */
  readonly refs: readonly string[];
  /** As model card, README or licence file give it; null where none does. */
  readonly licence: Licence | null;
  /** Hub it came from. */
  readonly endpoint: string;
  /** Time when the pull ended or was last tried, in ms since 1970. */
  readonly pulledAt: number;
  /** Where its files are. */
  readonly folder: string;
  /** What was pulled, sorted by path. */
  readonly files: readonly LocalFile[];
  /** Bytes of all files. */
  readonly bytes: number;
  /** Whether all of them have arrived and are there in their full length. */
  readonly complete: boolean;
};

/** What is stored beside a revision's folder. */
export type Manifest = Omit<LocalModel, "refs" | "folder" | "bytes" | "complete"> & {
  readonly version: 1;
  readonly complete: boolean;
};

/** Places of one model. */
export type ModelPlaces = {
  readonly root: string;
  readonly refs: string;
  readonly partials: string;
  readonly lock: string;
};

/** Where a model's files, refs and lock are. */
export function placesOf(models: string, id: string): ModelPlaces {
  const root = join(models, "hub", folderOf(id));
  return {
    root,
    refs: join(root, "refs"),
    partials: join(root, "partial"),
    lock: join(models, "locks", folderOf(id)),
  };
}

/** Waits until no other process pulls or removes this model. */
export async function lockModel(
  models: string,
  id: string,
  options: { readonly onWait?: () => void; readonly signal?: AbortSignal | undefined } = {},
): Promise<() => void> {
  const { lock } = placesOf(models, id);
  try {
    await mkdir(dirname(lock), { recursive: true });
    return await lockFile(lock, options);
  } catch (error) {
    options.signal?.throwIfAborted();
    throw diskError(models, error);
  }
}

/** Every revision of every model, by id and time. Folders that are not what they should be are left out. */
export async function listModels(models: string): Promise<LocalModel[]> {
  const found: LocalModel[] = [];
  for (const folder of (await readdir(join(models, "hub")).catch(() => [])).sort()) {
    found.push(...(await revisions(models, folder.replace("--", "/"))));
  }
  return found;
}

/**
 * A model by its name, `owner/name` or `owner/name@revision`; null where it has not been pulled. Without a revision it
 * is `main`, or where that has not been pulled, what was pulled last.
 * @throws {HubError} when the name is none.
 */
export async function localModel(models: string, name: string): Promise<LocalModel | null> {
  const { id, revision } = parseModelName(name);
  const all = await revisions(models, id);
  if (revision !== undefined) {
    return (
      all.find((model) => model.revision === revision || model.refs.includes(revision)) ?? null
    );
  }
  return all.find(({ refs }) => refs.includes("main")) ?? all.at(-1) ?? null;
}

/** What removing a model freed. */
export type Removed = { readonly revisions: readonly string[]; readonly bytes: number };

/**
 * Removes a model, or with `@revision` one of its revisions, and the weights converted from it.
 * @throws {HubError} when there is none of this name.
 */
export async function removeModel(models: string, name: string): Promise<Removed> {
  const { id, revision } = parseModelName(name);
  const { root, refs, partials } = placesOf(models, id);
  const release = await lockModel(models, id);
  try {
    const all = await revisions(models, id);
    const gone = all.filter(
      (model) =>
        revision === undefined || model.revision === revision || model.refs.includes(revision),
    );
    if (gone.length === 0 && !(revision === undefined && existsSync(root))) {
      throw new HubError(`expected a model that has been pulled to ${models}, got ${name}`);
    }
    let bytes = 0;
    for (const model of gone) {
      bytes += await folderBytes(model.folder);
      bytes += await removePacked(models, model.folder);
      // First what says that the files are there.
      await rm(`${model.folder}.json`, { force: true });
      await rm(model.folder, { recursive: true, force: true });
      for (const ref of model.refs) await rm(join(refs, encodeURIComponent(ref)), { force: true });
    }
    if (gone.length === all.length) {
      bytes += await folderBytes(partials);
      await rm(root, { recursive: true, force: true });
    }
    return { revisions: gone.map((model) => model.revision), bytes };
  } catch (error) {
    throw error instanceof HubError ? error : diskError(root, error);
  } finally {
    release();
  }
}

/** What is wrong with a file. */
export type FileProblem = {
  /** Path within the model's folder. */
  readonly path: string;
  /** What was expected and what came. */
  readonly problem: string;
};

/**
 * Reads every file of a model again and compares it with its checksum.
 *
 * @param onFile Told each file before it is read.
 * @returns What is wrong, empty where all is as it was pulled.
 */
export async function verifyModel(
  model: LocalModel,
  onFile: (file: LocalFile) => void = () => {},
): Promise<FileProblem[]> {
  const problems: FileProblem[] = [];
  for (const file of model.files) {
    onFile(file);
    const problem = await verifyFile(join(model.folder, file.path), file);
    if (problem !== null) problems.push({ path: file.path, problem });
  }
  return problems;
}

async function verifyFile(path: string, file: LocalFile): Promise<string | null> {
  const found = await stat(path).catch(() => null);
  if (found === null) return "expected a file, there is none";
  if (found.size !== file.size) return `expected ${file.size} bytes, got ${found.size}`;
  const checksum: Checksum | null = checksumOf({ sha256: file.sha256, gitSha1: file.gitSha1 });
  if (checksum === null) return "expected a checksum to compare with, there is none";
  const hash = startHash(checksum.kind, file.size);
  try {
    await hashFile(hash, path);
  } catch (error) {
    return `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
  const hex = hash.digest("hex");
  return hex === checksum.hex ? null : `expected ${checksum.kind} ${checksum.hex}, got ${hex}`;
}

/** Writes what a revision's files have to be: under its name only when all of it is on the disk. */
export async function writeManifest(models: string, manifest: Manifest): Promise<void> {
  const { root } = placesOf(models, manifest.id);
  await writeSafely(join(root, `${manifest.revision}.json`), JSON.stringify(manifest, null, 2));
}

/** Notes that a branch or tag stands for a commit. */
export async function writeRef(
  models: string,
  id: string,
  ref: string,
  commit: string,
): Promise<void> {
  const { refs } = placesOf(models, id);
  await mkdir(refs, { recursive: true });
  await writeSafely(join(refs, encodeURIComponent(ref)), commit);
}

async function writeSafely(path: string, text: string): Promise<void> {
  const handle = await open(`${path}.new`, "w");
  try {
    await handle.writeFile(`${text}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${path}.new`, path);
}

/** Bytes free on the disk of a folder that exists. */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** A failure of the disk in words. */
export function diskError(where: string, error: unknown): HubError {
  const { code } = error as NodeJS.ErrnoException;
  const text =
    code === "ENOSPC" || code === "EDQUOT"
      ? "expected room on the disk, it is full"
      : `cannot be written to: ${error instanceof Error ? error.message : String(error)}`;
  return new HubError(`${where}: ${text}`, { cause: error });
}

async function revisions(models: string, id: string): Promise<LocalModel[]> {
  const { root, refs } = placesOf(models, id);
  const names = await readdir(root).catch(() => []);
  const byCommit = new Map<string, string[]>();
  for (const name of await readdir(refs).catch(() => [])) {
    const commit = (await readFile(join(refs, name), "utf8").catch(() => "")).trim();
    byCommit.set(commit, [...(byCommit.get(commit) ?? []), decodeURIComponent(name)]);
  }
  const found: LocalModel[] = [];
  for (const name of names) {
    const [, commit] = /^([0-9a-f]{40,64})\.json$/.exec(name) ?? [];
    if (commit === undefined) continue;
    const manifest = await readManifest(join(root, name), id, commit);
    if (manifest === null) continue;
    const folder = join(root, commit);
    const { version: _version, ...rest } = manifest;
    found.push({
      ...rest,
      refs: byCommit.get(commit) ?? [],
      folder,
      bytes: manifest.files.reduce((sum, { size }) => sum + size, 0),
      complete: manifest.complete && (await allThere(folder, manifest.files)),
    });
  }
  return found.sort((a, b) => a.pulledAt - b.pulledAt);
}

async function allThere(folder: string, files: readonly LocalFile[]): Promise<boolean> {
  for (const { path, size } of files) {
    const found = await stat(join(folder, path)).catch(() => null);
    if (found?.size !== size) return false;
  }
  return true;
}

async function readManifest(path: string, id: string, commit: string): Promise<Manifest | null> {
  try {
    const value = JSON.parse(await readFile(path, "utf8")) as Manifest;
    const sound =
      value.version === 1 &&
      value.id === id &&
      value.revision === commit &&
      isCommit(commit) &&
      Array.isArray(value.files) &&
      value.files.every((file) => isSafePath(file.path) && Number.isSafeInteger(file.size));
    return sound ? value : null;
  } catch {
    return null;
  }
}

async function folderBytes(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    () => [],
  )) {
    if (!entry.isFile()) continue;
    bytes += (await stat(join(entry.parentPath, entry.name)).catch(() => ({ size: 0 }))).size;
  }
  return bytes;
}

/** Removes weights that were converted from a folder; gives their bytes. */
async function removePacked(models: string, folder: string): Promise<number> {
  const packed = packedFolder(models);
  let bytes = 0;
  for (const name of await readdir(packed).catch(() => [])) {
    const own = join(packed, name);
    const note = await readFile(join(own, PACKED_FROM), "utf8").catch(() => "{}");
    let from: unknown;
    try {
      from = (JSON.parse(note) as { folder?: unknown }).folder;
    } catch {
      continue;
    }
    if (from !== folder && !(typeof from === "string" && from.startsWith(folder + sep))) continue;
    bytes += await folderBytes(own);
    await rm(own, { recursive: true, force: true });
  }
  return bytes;
}
