/** Putting a published file in its place. */

import { dirname } from "node:path";
import type { UpdateClient } from "../../updates/client.ts";
import { UpdateError } from "../../updates/errors.ts";
import { type DurableFiles, systemFiles } from "../sealed/files.ts";

/**
 * Fetches a published file into `to`: beside it first, checked while it comes, flushed, then renamed over it. The old
 * file stays until the new one is complete and right. Goes on with the next source where one sends something else.
 * Throws `UpdateError` where none has the right bytes, and the system's errors where the file cannot be written.
 */
export async function installTarget(
  client: UpdateClient,
  path: string,
  to: string,
  files: DurableFiles = systemFiles,
): Promise<void> {
  const temporary = `${to}.part`;
  let refused: UpdateError | null = null;
  for (const source of client.sources) {
    try {
      const file = await files.create(temporary);
      try {
        let at = 0;
        for await (const part of client.download(path, source)) {
          await file.write(part, at);
          at += part.length;
        }
        await file.sync();
      } finally {
        await file.close();
      }
      await files.rename(temporary, to);
      await files.syncFolder(dirname(to));
      return;
    } catch (error) {
      await files.remove(temporary).catch(() => {});
      if (!(error instanceof UpdateError)) throw error;
      if (refused === null || refused.code === "unavailable") refused = error;
    }
  }
  throw refused ?? new UpdateError("unavailable", `${path}: there is no source`);
}
