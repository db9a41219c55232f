/** What can be wrong with storing, and how SQLite's and the file system's codes map to it. */

/**
 * `full`: no space on the disk or within the quota. `unwritable`: the folder is read-only, gone, or its disk fails.
 * `invalid`: the record cannot be stored as it is. `closed`: the store has been closed.
 */
export type StoreErrorKind = "full" | "unwritable" | "invalid" | "closed";

/** Why something was not stored. Nothing of what was handed over with it is on disk. */
export class StoreError extends Error {
  override readonly name: string = "StoreError";
  readonly kind: StoreErrorKind;

  constructor(kind: StoreErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/** What a failure means: a {@link StoreErrorKind}, or `corrupt` for a database that cannot be used any more. */
export type Failure = Exclude<StoreErrorKind, "closed"> | "corrupt" | "defect";

/** Primary result codes of SQLite (https://sqlite.org/rescode.html). */
const BY_SQLITE_CODE: Readonly<Record<number, Failure>> = {
  3: "unwritable",
  5: "unwritable",
  6: "unwritable",
  8: "unwritable",
  10: "unwritable",
  11: "corrupt",
  13: "full",
  14: "unwritable",
  18: "invalid",
  19: "invalid",
  20: "invalid",
  22: "full",
  26: "corrupt",
};

/** SQLITE_IOERR_CORRUPTFS: the file system itself is damaged, a new file would be no better. */
const CORRUPT_FILE_SYSTEM = 10 | (33 << 8);

const BY_SYSTEM_CODE: Readonly<Record<string, Failure>> = {
  ENOSPC: "full",
  EDQUOT: "full",
  EFBIG: "full",
  EROFS: "unwritable",
  EACCES: "unwritable",
  EPERM: "unwritable",
  EIO: "unwritable",
  ENOENT: "unwritable",
  ENOTDIR: "unwritable",
  EEXIST: "unwritable",
  EMFILE: "unwritable",
  ENFILE: "unwritable",
  ENODEV: "unwritable",
  ESTALE: "unwritable",
};

/** Sorts an error that came out of SQLite or the file system; `defect` is a mistake of ours. */
export function failureOf(error: unknown): Failure {
  if (error instanceof StoreError) return error.kind === "closed" ? "unwritable" : error.kind;
  const { errcode, code } = error as { errcode?: unknown; code?: unknown };
  if (typeof errcode === "number") {
    if (errcode === CORRUPT_FILE_SYSTEM) return "unwritable";
    return BY_SQLITE_CODE[errcode & 0xff] ?? "defect";
  }
  if (code === "ERR_INVALID_ARG_TYPE" || code === "ERR_INVALID_ARG_VALUE") return "invalid";
  return (typeof code === "string" ? BY_SYSTEM_CODE[code] : undefined) ?? "defect";
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
