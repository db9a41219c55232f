/** What a backup is made of: a gzipped tar of a few files with fixed names, and last a manifest that vouches for them. */

import { createHash, type Hash } from "node:crypto";
import { Transform } from "node:stream";

/** Names in the archive. */
export const CONFIG_ENTRY = "symbion.yaml";
export const DATABASE_ENTRY = "database.sqlite";
export const MANIFEST_ENTRY = "manifest.json";

/** The companion's folder, in the data folder and in the archive: its log, the log's keys, queues of writes. */
export const COMPANION_FOLDER = "companion";

/** Name of a file beside a queue's journal: it is a copy, and what waits in it may have been sent since. */
export const RESTORED = ".restored";

/** Version of the archive's own form. */
export const ARCHIVE_FORMAT = 1;

/** A file in the archive. */
export type ArchivedFile = {
  readonly path: string;
  readonly bytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
};

/** The last entry: what the archive holds, and what made it. */
export type Manifest = {
  readonly format: typeof ARCHIVE_FORMAT;
  /** Version of the program. */
  readonly version: string;
  /** Schema of the database. */
  readonly schema: number;
  /** ms since 1970. */
  readonly createdAt: number;
  readonly files: readonly ArchivedFile[];
};

/** Whether an entry may be in an archive: nothing that leads out of the folder, no links, no surprises. */
export function isKnownEntry(path: string): boolean {
  return (
    path === CONFIG_ENTRY ||
    path === DATABASE_ENTRY ||
    clipOf(path) !== null ||
    isCompanionEntry(path)
  );
}

/** Whether an entry is a file of the companion. */
export function isCompanionEntry(path: string): boolean {
  return /^companion\/(?:log\.ndjson|head|keys\/[a-z0-9]{1,64})$/.test(path) || isQueueEntry(path);
}

/** Whether an entry is the journal of what waits to be written to a CRM system. */
export function isQueueEntry(path: string): boolean {
  return /^companion\/crm\/[\w.%!~*'()-]{1,240}\.ndjson$/.test(path);
}

/** Id of the clip that an entry holds, or null. */
export function clipOf(path: string): string | null {
  return /^clips\/([\w-]{1,100})\.mp4$/.exec(path)?.[1] ?? null;
}

/** Reads a manifest; null where it is none. */
export function parseManifest(text: string): Manifest | null {
  let raw: Partial<Manifest>;
  try {
    raw = JSON.parse(text) as Partial<Manifest>;
  } catch {
    return null;
  }
  if (typeof raw !== "object" || raw === null) return null;
  const { format, version, schema, createdAt, files } = raw;
  if (typeof format !== "number" || typeof version !== "string") return null;
  if (!Number.isInteger(schema) || !Number.isFinite(createdAt) || !Array.isArray(files))
    return null;
  const sound = (files as Partial<ArchivedFile>[]).every(
    ({ path, bytes, sha256 }) =>
      typeof path === "string" && Number.isInteger(bytes) && /^[0-9a-f]{64}$/.test(String(sha256)),
  );
  return sound ? (raw as Manifest) : null;
}

/** Passes bytes on and keeps their number and digest. */
export class Digest extends Transform {
  readonly #hash: Hash = createHash("sha256");
  #bytes = 0;

  override _transform(
    chunk: Buffer,
    _encoding: string,
    done: (error: null, data: Buffer) => void,
  ): void {
    this.#hash.update(chunk);
    this.#bytes += chunk.length;
    done(null, chunk);
  }

  /** What has passed, as a file of the archive. Ask once, at the end. */
  file(path: string): ArchivedFile {
    return { path, bytes: this.#bytes, sha256: this.#hash.digest("hex") };
  }
}
