/** Sealing and opening of files. */

import { dirname } from "node:path";
import type { Primitives } from "../../primitives/types.ts";
import { type BulkOptions, openStream, sealStream } from "../../sealed/stream.ts";
import { nativePrimitives } from "../primitives/native.ts";
import { type DurableFiles, readParts, systemFiles } from "./files.ts";

/** How a file is sealed. */
export type SealFileOptions = BulkOptions & {
  /** Default: those of Node.js. */
  readonly primitives?: Primitives | undefined;
  /** Default: the system's. */
  readonly files?: DurableFiles | undefined;
};

/** Seals a file for the holder of an X-Wing key. `to` is there when all of it is on the disk, or as it was before. */
export async function sealFile(
  from: string,
  to: string,
  recipient: Uint8Array,
  options: SealFileOptions = {},
): Promise<void> {
  const { primitives = nativePrimitives(), files = systemFiles, ...bulk } = options;
  await writeParts(files, to, sealStream(primitives, recipient, readParts(from), bulk));
}

/**
 * Opens a sealed file. Throws `SecureError` where it was not sealed for this key and purpose, or is not whole; then `to`
 * is as it was before.
 */
export async function openFile(
  from: string,
  to: string,
  secretKey: Uint8Array,
  options: Omit<SealFileOptions, "aead"> = {},
): Promise<void> {
  const { primitives = nativePrimitives(), files = systemFiles, ...bulk } = options;
  await writeParts(files, to, openStream(primitives, secretKey, readParts(from), bulk));
}

/** Bytes that are gathered before they are written. */
const WRITE_LENGTH = 2 ** 20;

async function writeParts(
  files: DurableFiles,
  to: string,
  parts: AsyncIterable<Uint8Array>,
): Promise<void> {
  const temporary = `${to}.part`;
  try {
    const file = await files.create(temporary);
    try {
      let at = 0;
      let gathered: Uint8Array[] = [];
      let length = 0;
      const flush = async (): Promise<void> => {
        await file.write(Buffer.concat(gathered), at);
        at += length;
        gathered = [];
        length = 0;
      };
      for await (const part of parts) {
        gathered.push(part);
        length += part.length;
        if (length >= WRITE_LENGTH) await flush();
      }
      if (length > 0) await flush();
      await file.sync();
    } finally {
      await file.close();
    }
    await files.rename(temporary, to);
    await files.syncFolder(dirname(to));
  } catch (error) {
    await files.remove(temporary).catch(() => {});
    throw error;
  }
}
