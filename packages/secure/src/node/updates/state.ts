/** State of an update client in a folder. */

import { createHash } from "node:crypto";
import { join } from "node:path";
import type { StreamHash, UpdateState, UpdateStateName } from "../../updates/client.ts";
import { type DurableFiles, lockFolder, replaceFile, systemFiles } from "../sealed/files.ts";

/** A state that is held for one process. */
export interface FolderUpdateState extends UpdateState {
  /** Gives the folder back. */
  close(): void;
}

/**
 * Keeps a client's state in a folder, each file replaced as a whole: after a crash it is the old one or the new one.
 * Throws `KeyStoreError` where another process uses the folder.
 */
export async function folderUpdateState(
  folder: string,
  files: DurableFiles = systemFiles,
): Promise<FolderUpdateState> {
  await files.makeFolder(folder);
  const release = lockFolder(join(folder, "lock"));
  const pathOf = (name: UpdateStateName): string =>
    join(folder, name === "time" ? "time" : `${name}.json`);
  return {
    read: (name) => files.read(pathOf(name)),
    async write(name, bytes) {
      if (bytes !== null) return replaceFile(files, pathOf(name), bytes);
      await files.remove(pathOf(name));
      await files.syncFolder(folder);
    },
    close: release,
  };
}

/** SHA-256 of OpenSSL, several times as fast as that in JavaScript. */
export function nativeStreamHash(): StreamHash {
  const hash = createHash("sha256");
  return {
    update(part) {
      hash.update(part);
    },
    digest: () => new Uint8Array(hash.digest()),
  };
}
