/** Checksums of files. */

import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { HubFile } from "./client.ts";

/** A checksum that files are known by: Git's for small ones, SHA-256 for others. */
export type Checksum = { readonly kind: "sha256" | "gitSha1"; readonly hex: string };

/** What a file is known by, or null. */
export function checksumOf({
  sha256,
  gitSha1,
}: Pick<HubFile, "sha256" | "gitSha1">): Checksum | null {
  if (sha256 !== undefined) return { kind: "sha256", hex: sha256 };
  if (gitSha1 !== undefined) return { kind: "gitSha1", hex: gitSha1 };
  return null;
}

/** A checksum to be fed with a file's bytes. */
export function startHash(kind: Checksum["kind"], size: number): Hash {
  // Git hashes a blob's kind and size before its content.
  return kind === "sha256" ? createHash("sha256") : createHash("sha1").update(`blob ${size}\0`);
}

/** Feeds a file's first bytes to a checksum; gives their number. */
export async function hashFile(hash: Hash, path: string): Promise<number> {
  let size = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    hash.update(chunk as Buffer);
    size += (chunk as Buffer).length;
  }
  return size;
}
