/** Writing a file so that a crash leaves the old one or the new one, never half of it. */

import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { access, copyFile, open, realpath, rename, stat, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** How to write. */
export type WriteOptions = {
  /** Permissions; default: those of the file that is replaced, else the system's default. */
  readonly mode?: number;
  /** Name of a copy of what was there before, in the same folder. */
  readonly backup?: string;
};

/** Codes that say that the folder takes no new file, while the file itself may still be written. */
const FOLDER_REFUSES = ["EACCES", "EPERM", "EROFS", "EBUSY", "EXDEV"];

/**
 * Replaces the text of a file: a new file in the same folder, flushed to the disk, renamed over the old one. Follows a
 * link to its target; keeps permissions and, where the system allows it, the owner. A file that cannot be replaced (a
 * container's bind mount, a folder without write permission) is written in place. Throws the system's error where
 * neither works; then the old text is there.
 */
export async function writeText(
  path: string,
  text: string,
  options: WriteOptions = {},
): Promise<void> {
  const target = await realpath(path).catch(() => path);
  const old = await stat(target).catch(() => null);
  const folder = dirname(target);
  if (old !== null && options.backup !== undefined) {
    // A missing copy must not keep anybody from mending the file.
    await copyFile(target, join(folder, options.backup)).catch(() => {});
  }
  const mode = options.mode ?? (old === null ? undefined : old.mode & 0o7777);
  const temporary = join(folder, `.${basename(target)}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    await writeFlushed(temporary, text, "wx", mode, old);
    await rename(temporary, target);
  } catch (error) {
    await unlink(temporary).catch(() => {});
    const code = (error as NodeJS.ErrnoException).code ?? "";
    if (old === null || !FOLDER_REFUSES.includes(code)) throw error;
    await writeFlushed(target, text, "r+", options.mode, null);
    return;
  }
  await flushFolder(folder);
}

async function writeFlushed(
  path: string,
  text: string,
  flags: string,
  mode: number | undefined,
  owner: { readonly uid: number; readonly gid: number } | null,
): Promise<void> {
  const handle = await open(path, flags, mode ?? 0o666);
  try {
    if (flags === "r+") await handle.truncate(0);
    await handle.writeFile(text, "utf8");
    // The mask of the process has cut the mode given above.
    if (mode !== undefined) await handle.chmod(mode);
    if (owner !== null) await handle.chown(owner.uid, owner.gid).catch(() => {});
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes a rename survive a power cut; not every system can open a folder. */
async function flushFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    // Nothing is lost by going on: the file is complete under one of its names.
  }
}

/** Whether {@link writeText} may succeed. */
export async function isWritable(path: string): Promise<boolean> {
  const can = (what: string): Promise<boolean> =>
    access(what, constants.W_OK).then(
      () => true,
      () => false,
    );
  const target = await realpath(path).catch(() => path);
  return (
    (await can(target)) || ((await stat(target).catch(() => null)) === null && can(dirname(target)))
  );
}
