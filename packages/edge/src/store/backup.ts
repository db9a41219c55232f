/**
 * One archive of a node: its configuration with comments, a consistent copy of its database, the companion's log with
 * its keys and what waits to be written to a CRM system, and clips where wanted.
 * Works beside a running node and without one. The file with secrets is left out; what the configuration itself holds
 * in clear, and the keys in the database (for push messages, for signing in), are in it: an archive is to be kept like
 * a key.
 */

import { randomBytes } from "node:crypto";
import { createReadStream, createWriteStream, existsSync, readFileSync } from "node:fs";
import { open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { UsageError } from "@symbion/core";
import { type Pack, pack } from "tar-stream";
import {
  ARCHIVE_FORMAT,
  type ArchivedFile,
  COMPANION_FOLDER,
  CONFIG_ENTRY,
  DATABASE_ENTRY,
  Digest,
  isCompanionEntry,
  MANIFEST_ENTRY,
  type Manifest,
} from "./archive.ts";
import { CLIP_FOLDER } from "./engine.ts";
import { messageOf } from "./errors.ts";
import { DATABASE_FILE } from "./open.ts";
import { snapshot } from "./snapshot.ts";

/** What is backed up. */
export type BackupSource = {
  /** The data folder. */
  readonly folder: string;
  /** The configuration file; null, or a file that is not there: none. */
  readonly configPath: string | null;
  /** Whether the clips' files go in as well. */
  readonly clips: boolean;
};

/** What an archive came to. */
export type BackupSummary = {
  readonly bytes: number;
  readonly schema: number;
  readonly clips: number;
  readonly config: boolean;
  /** Whether the companion's log is in it. */
  readonly companion: boolean;
};

const KEYS = ["folder", "configPath", "clips"];

/**
 * The archive as a stream of bytes (`.tar.gz`). An error while it is made ends the stream with that error; what was
 * read by then is no archive and {@link restore} will say so. Throws `UsageError` for an unknown key and where there is
 * no database.
 */
export function createBackup(source: BackupSource): ReadableStream<Uint8Array> {
  return Readable.toWeb(archiveOf(source).stream) as ReadableStream<Uint8Array>;
}

/**
 * Writes the archive to a file that does not exist yet; it appears when it is complete. Throws `UsageError` where it
 * exists or cannot be written.
 */
export async function backupToFile(source: BackupSource, path: string): Promise<BackupSummary> {
  if (existsSync(path)) {
    throw new UsageError(`${path}: expected a file that does not exist yet, got one that does`);
  }
  const { stream, summary } = archiveOf(source);
  const part = `${path}.part`;
  try {
    // Keys are in it: nobody else may read it.
    await pipeline(stream, createWriteStream(part, { mode: 0o600, flush: true }));
    await rename(part, path);
    const { size } = await stat(path);
    return { ...(await summary), bytes: size };
  } catch (error) {
    await rm(part, { force: true });
    summary.catch(() => undefined);
    if (error instanceof UsageError || (error as { code?: string }).code === undefined) throw error;
    throw new UsageError(`${path}: expected room for an archive, got ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function archiveOf(source: BackupSource): {
  readonly stream: Readable;
  readonly summary: Promise<Omit<BackupSummary, "bytes">>;
} {
  for (const key of Object.keys(source)) {
    if (!KEYS.includes(key)) {
      throw new UsageError(`backup: expected one of ${KEYS.join(", ")}, got "${key}"`);
    }
  }
  if (!existsSync(join(source.folder, DATABASE_FILE))) {
    throw new UsageError(
      `${source.folder}: expected a data folder with ${DATABASE_FILE}, got none`,
    );
  }
  const tar = pack();
  const stream = createGzip();
  const summary = fill(tar, source);
  summary.catch((error: unknown) => {
    tar.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  tar.on("error", (error) => stream.destroy(error));
  // A reader who leaves must not keep the rest being read.
  stream.on("close", () => tar.destroy());
  tar.pipe(stream);
  return { stream, summary };
}

async function fill(
  tar: Pack,
  { folder, configPath, clips }: BackupSource,
): Promise<Omit<BackupSummary, "bytes">> {
  const createdAt = Date.now();
  const files: ArchivedFile[] = [];
  const copy = join(folder, `backup-${randomBytes(6).toString("hex")}.part`);
  try {
    const config = configPath === null ? null : await readFile(configPath).catch(() => null);
    if (config !== null)
      files.push(
        await addFile(tar, CONFIG_ENTRY, Readable.from([config]), config.length, createdAt),
      );
    await snapshot(join(folder, DATABASE_FILE), copy);
    const schema = schemaOfCopy(copy);
    const { size } = await stat(copy);
    files.push(await addFile(tar, DATABASE_ENTRY, createReadStream(copy), size, createdAt));
    let companion = false;
    for await (const name of companionNames(folder)) {
      const added = await addGrown(tar, join(folder, name), name);
      if (added === null) continue;
      files.push(added);
      companion = true;
    }
    let count = 0;
    if (clips) {
      for (const name of (await clipNames(folder)).sort()) {
        const path = join(folder, CLIP_FOLDER, name);
        const added = await addGrown(tar, path, `clips/${name}`);
        if (added === null) continue;
        files.push(added);
        count++;
      }
    }
    const manifest: Manifest = {
      format: ARCHIVE_FORMAT,
      version: programVersion(),
      schema,
      createdAt,
      files,
    };
    await new Promise<void>((resolve, reject) => {
      const text = `${JSON.stringify(manifest, null, 2)}\n`;
      tar.entry({ name: MANIFEST_ENTRY, mtime: new Date(createdAt) }, text, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
    tar.finalize();
    return { schema, clips: count, config: config !== null, companion };
  } finally {
    for (const suffix of ["", "-journal"]) await rm(copy + suffix, { force: true });
  }
}

async function addFile(
  tar: Pack,
  name: string,
  content: Readable,
  size: number,
  at: number,
): Promise<ArchivedFile> {
  const digest = new Digest();
  await pipeline(content, digest, tar.entry({ name, size, mode: 0o600, mtime: new Date(at) }));
  return digest.file(name);
}

/**
 * Adds a file that is complete (a clip), or only grows (a log): as long as it is now. Null where it is empty, or has been
 * deleted meanwhile; an open file stays readable.
 */
async function addGrown(tar: Pack, path: string, name: string): Promise<ArchivedFile | null> {
  const file = await open(path, "r").catch(() => null);
  if (file === null) return null;
  try {
    const { size, mtimeMs } = await file.stat();
    if (size === 0) return null;
    const content = file.createReadStream({ end: size - 1, autoClose: false });
    return await addFile(tar, name, content, size, mtimeMs);
  } finally {
    await file.close();
  }
}

/**
 * The companion's files, in an order in which a log that is being written stays whole: how far it has come, then its
 * lines, then the keys, which are there before the lines that need them.
 */
async function* companionNames(folder: string): AsyncGenerator<string, void, void> {
  const at = (...names: string[]): string => [COMPANION_FOLDER, ...names].join("/");
  yield at("head");
  yield at("log.ndjson");
  for (const below of ["keys", "crm"]) {
    const names = await readdir(join(folder, COMPANION_FOLDER, below)).catch(() => []);
    for (const name of names.sort()) if (isCompanionEntry(at(below, name))) yield at(below, name);
  }
}

async function clipNames(folder: string): Promise<string[]> {
  const names = await readdir(join(folder, CLIP_FOLDER)).catch(() => []);
  return names.filter((name) => /^[\w-]{1,100}\.mp4$/.test(name));
}

function schemaOfCopy(path: string): number {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    return Number(db.prepare("PRAGMA user_version").get()?.user_version);
  } finally {
    db.close();
  }
}

/** Version of the running program. */
export function programVersion(): string {
  const file = new URL("../../package.json", import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
