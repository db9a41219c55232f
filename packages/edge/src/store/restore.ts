/**
 * Putting an archive back. It is unpacked beside the data and checked whole before anything changes; then a plan is
 * written, and from there on the restore happens, if need be at the next start (restore-plan.ts). What was there
 * before is moved into `before-restore-DATE`, not deleted.
 */

import {
  closeSync,
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { type RestoreReport, UsageError } from "@symbion/core";
import { extract } from "tar-stream";
import {
  ARCHIVE_FORMAT,
  type ArchivedFile,
  COMPANION_FOLDER,
  CONFIG_ENTRY,
  clipOf,
  DATABASE_ENTRY,
  Digest,
  isCompanionEntry,
  isKnownEntry,
  isQueueEntry,
  MANIFEST_ENTRY,
  type Manifest,
  parseManifest,
  RESTORED,
} from "./archive.ts";
import { CLIP_FOLDER } from "./engine.ts";
import { messageOf } from "./errors.ts";
import { lockFolder } from "./lock.ts";
import { SCHEMA } from "./migrations.ts";
import { DATABASE_FILE } from "./open.ts";
import { finishRestore, type Move, syncFolder, writePlan } from "./restore-plan.ts";

/** Where an archive goes. */
export type RestoreTarget = {
  /** The data folder; made where it is missing. */
  readonly folder: string;
  /** Where the archive's configuration goes; null: it is left out. */
  readonly configPath: string | null;
  /** Only look. */
  readonly dryRun: boolean;
};

const KEYS = ["folder", "configPath", "dryRun"];

/** Bytes of a log by which it is known. */
const FIRST_BYTES = 4096;

/** Most bytes of the entries that are read into memory. */
const MAX_TEXT = 32 << 20;

/** Why an archive cannot be restored. */
class Refusal extends Error {}

/**
 * Restores into a folder that no node uses. Nothing is changed where the report is not `ok`. Throws `UsageError` for
 * an unknown key; what is wrong with the archive or the folder is told in the report.
 */
export async function restore(archive: string, target: RestoreTarget): Promise<RestoreReport> {
  checkKeys(target);
  if (target.dryRun && !existsSync(target.folder)) return await stageRestore(archive, target);
  let release: () => void;
  try {
    mkdirSync(target.folder, { recursive: true });
    release = lockFolder(target.folder).release;
  } catch (error) {
    return refused(messageOf(error));
  }
  try {
    finishRestore(target.folder);
    const report = await stageRestore(archive, target);
    if (report.ok && !target.dryRun) finishRestore(target.folder);
    return report;
  } catch (error) {
    return refused(messageOf(error));
  } finally {
    release();
  }
}

/**
 * The same for a folder whose node runs: everything is checked and made ready, and the next {@link openStore} on the
 * folder carries it out. The configuration is put in place at once.
 */
export async function stageRestore(archive: string, target: RestoreTarget): Promise<RestoreReport> {
  checkKeys(target);
  const { folder, configPath, dryRun } = target;
  const stamp = new Date().toISOString().replace(/[:.]/g, "-");
  const staged = dryRun
    ? await mkdtemp(join(tmpdir(), "symbion-restore-"))
    : join(folder, `restore-${stamp}.part`);
  try {
    mkdirSync(staged, { recursive: true });
    const { manifest, files } = await unpack(archive, staged, dryRun);
    const counts = examine(join(staged, DATABASE_ENTRY), manifest);
    const clips = files.filter(({ path }) => clipOf(path) !== null).length;
    const hasConfig = files.some(({ path }) => path === CONFIG_ENTRY);
    if (!dryRun) {
      if (hasConfig && configPath !== null)
        replaceConfig(join(staged, CONFIG_ENTRY), configPath, stamp);
      const name = `restore-${stamp}.part`;
      const companion = files.some(({ path }) => isCompanionEntry(path));
      if (companion) prepareCompanion(staged, folder, files);
      const folders = [
        ...(clips > 0 ? [CLIP_FOLDER] : []),
        ...(companion ? [COMPANION_FOLDER] : []),
      ];
      writePlan(folder, { moves: movesFor(folder, name, stamp, folders), staged: name });
    }
    const { version, schema, createdAt } = manifest;
    return {
      ok: true,
      reason: null,
      createdAt,
      version,
      schema,
      ...counts,
      clips,
      config: hasConfig,
    };
  } catch (error) {
    rmSync(staged, { recursive: true, force: true });
    if (error instanceof UsageError) throw error;
    return refused(error instanceof Refusal ? error.message : `${archive}: ${messageOf(error)}`);
  } finally {
    if (dryRun) rmSync(staged, { recursive: true, force: true });
  }
}

/**
 * The configuration in an archive, or null where it has none. It is the first entry: little is read. Throws
 * `UsageError` where the file is no archive of ours.
 */
export async function configInArchive(archive: string): Promise<string | null> {
  const tar = extract();
  let text: string | null = null;
  const source = createReadStream(archive);
  const reading = pipeline(source, createGunzip(), tar);
  reading.catch(() => undefined);
  try {
    for await (const entry of tar) {
      if (entry.header.name === CONFIG_ENTRY) text = (await read(entry)).toString("utf8");
      break;
    }
  } catch (error) {
    throw new UsageError(`${archive}: expected a backup, got ${problemOf(error)}`, {
      cause: error,
    });
  } finally {
    source.destroy();
    tar.destroy();
  }
  return text;
}

function checkKeys(target: RestoreTarget): void {
  for (const key of Object.keys(target)) {
    if (!KEYS.includes(key)) {
      throw new UsageError(`restore: expected one of ${KEYS.join(", ")}, got "${key}"`);
    }
  }
}

function refused(reason: string): RestoreReport {
  return {
    ...{ ok: false, reason, createdAt: null, version: null, schema: null },
    ...{ insights: 0, alerts: 0, clips: 0, config: false },
  };
}

/** Unpacks what an archive may hold and checks it against its manifest. A dry run keeps the database only. */
async function unpack(
  archive: string,
  staged: string,
  dryRun: boolean,
): Promise<{ readonly manifest: Manifest; readonly files: readonly ArchivedFile[] }> {
  const found = new Map<string, ArchivedFile>();
  let manifest: Manifest | null = null;
  const tar = extract();
  const reading = pipeline(createReadStream(archive), createGunzip(), tar);
  reading.catch(() => undefined);
  try {
    for await (const entry of tar) {
      const { name, type } = entry.header;
      if (type !== "file" || !(name === MANIFEST_ENTRY || isKnownEntry(name)) || found.has(name)) {
        throw new Refusal(
          `${archive}: expected a backup, got one with an entry "${name}" (${type})`,
        );
      }
      if (name === MANIFEST_ENTRY) {
        manifest = parseManifest((await read(entry)).toString("utf8"));
        if (manifest === null) throw new Refusal(`${archive}: its ${MANIFEST_ENTRY} is damaged`);
        continue;
      }
      const digest = new Digest();
      const keep = !dryRun || name === DATABASE_ENTRY;
      const path = join(staged, name);
      if (keep) mkdirSync(dirname(path), { recursive: true });
      await pipeline(
        entry,
        digest,
        keep ? createWriteStream(path, { mode: 0o600, flush: true }) : discard(),
      );
      found.set(name, digest.file(name));
    }
    await reading;
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(`${archive}: expected a whole backup, got ${problemOf(error)}`);
  } finally {
    tar.destroy();
  }
  if (manifest === null) {
    throw new Refusal(`${archive}: expected a whole backup, got one without ${MANIFEST_ENTRY}`);
  }
  compare(archive, manifest, found);
  return { manifest, files: manifest.files };
}

function compare(
  archive: string,
  manifest: Manifest,
  found: ReadonlyMap<string, ArchivedFile>,
): void {
  if (manifest.format > ARCHIVE_FORMAT || manifest.schema > SCHEMA) {
    throw new Refusal(
      `${archive}: expected a backup of schema ${SCHEMA} or older, got schema ${manifest.schema}, written by ` +
        `version ${manifest.version}: update first`,
    );
  }
  for (const { path, bytes, sha256 } of manifest.files) {
    const file = found.get(path);
    if (file === undefined) throw new Refusal(`${archive}: ${path} is missing`);
    if (file.bytes !== bytes || file.sha256 !== sha256) {
      throw new Refusal(`${archive}: ${path} is damaged (its SHA-256 is not the manifest's)`);
    }
  }
  if (found.size !== manifest.files.length || !found.has(DATABASE_ENTRY)) {
    throw new Refusal(`${archive}: its files are not those of its manifest`);
  }
}

/** Looks into the database: whole, and of the schema that the manifest says. */
function examine(
  path: string,
  { schema }: Manifest,
): { readonly insights: number; readonly alerts: number } {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    const one = (sql: string): unknown => Object.values(db.prepare(sql).get() ?? {})[0];
    if (one("PRAGMA quick_check(1)") !== "ok" || one("PRAGMA user_version") !== schema) {
      throw new Refusal("the database in the archive is damaged");
    }
    return {
      insights: Number(one("SELECT count(*) FROM insights")),
      alerts: Number(one("SELECT count(*) FROM alerts")),
    };
  } finally {
    db.close();
  }
}

/**
 * What was erased from the log since the archive was made stays erased, where the log that is there still knows of it;
 * and what waits for a CRM system may have been sent since: it is marked, so that it is looked for before it is sent.
 */
function prepareCompanion(staged: string, folder: string, files: readonly ArchivedFile[]): void {
  const here = join(folder, COMPANION_FOLDER);
  const there = join(staged, COMPANION_FOLDER);
  const first = firstBytes(join(there, "log.ndjson"));
  if (first !== null && first === firstBytes(join(here, "log.ndjson"))) {
    const known = new Set(namesIn(join(here, "keys")));
    for (const name of namesIn(join(there, "keys"))) {
      if (!known.has(name)) rmSync(join(there, "keys", name));
    }
  }
  for (const { path } of files) {
    if (isQueueEntry(path)) writeFileSync(join(staged, `${path}${RESTORED}`), "", { flush: true });
  }
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** The first line of a log holds a signature: two logs that begin alike are one. */
function firstBytes(path: string): string | null {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    return null;
  }
  try {
    const bytes = Buffer.alloc(FIRST_BYTES);
    const count = readSync(file, bytes, 0, bytes.length, 0);
    const [line = ""] = bytes.toString("latin1", 0, count).split("\n");
    return line === "" ? null : line;
  } finally {
    closeSync(file);
  }
}

/** Out with what is there, in with what was staged. Folders that the archive does not have stay. */
function movesFor(
  folder: string,
  staged: string,
  stamp: string,
  folders: readonly string[],
): Move[] {
  const aside = `before-restore-${stamp}`;
  const there = new Set(readdirSync(folder));
  const out = [DATABASE_FILE, `${DATABASE_FILE}-wal`, `${DATABASE_FILE}-shm`, ...folders];
  const moves = out
    .filter((name) => there.has(name))
    .map((name) => ({ from: name, to: join(aside, name) }));
  moves.push({ from: join(staged, DATABASE_ENTRY), to: DATABASE_FILE });
  for (const name of folders) moves.push({ from: join(staged, name), to: name });
  return moves;
}

function replaceConfig(from: string, to: string, stamp: string): void {
  mkdirSync(dirname(to), { recursive: true });
  const part = `${to}.part`;
  writeFileSync(part, readFileSync(from), { mode: 0o600, flush: true });
  if (existsSync(to)) renameSync(to, `${to}.before-restore-${stamp}`);
  renameSync(part, to);
  syncFolder(dirname(to));
}

async function read(entry: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of entry) {
    if (!(chunk instanceof Uint8Array)) continue;
    bytes += chunk.length;
    if (bytes > MAX_TEXT) throw new Refusal(`expected an entry of ${MAX_TEXT} bytes at most`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function discard(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}

/** "no such file", "one that is damaged", or what the system says. */
function problemOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  if (code === "ENOENT") return "no such file";
  if (code.startsWith("Z_") || code === "") return `one that is damaged (${messageOf(error)})`;
  return messageOf(error);
}
