/** Checkpoint files on disk, read by position: files may be far larger than memory. */

import { type FileHandle, open } from "node:fs/promises";
import { basename } from "node:path";
import { CheckpointError, reason } from "../checkpoint/errors.ts";
import { type ByteSource, checkRange } from "../checkpoint/source.ts";

/** Bytes of one read call: Linux reads at most 2 GiB at a time. */
const PIECE = 1 << 30;

/** Opens a file for reading in pieces. @throws {CheckpointError} when it cannot be opened or is no file. */
export async function fileSource(path: string): Promise<ByteSource> {
  const name = basename(path);
  let handle: FileHandle;
  try {
    handle = await open(path, "r");
  } catch (error) {
    throw new CheckpointError(`${path}: cannot be opened: ${reason(error)}`, { cause: error });
  }
  try {
    const { size, mtimeNs } = await handle.stat({ bigint: true });
    return new FileSource(name, handle, Number(size), String(mtimeNs));
  } catch (error) {
    await handle.close();
    throw new CheckpointError(`${path}: cannot be read: ${reason(error)}`, { cause: error });
  }
}

class FileSource implements ByteSource {
  readonly name: string;
  readonly size: number;
  readonly stamp: string;
  readonly #handle: FileHandle;

  constructor(name: string, handle: FileHandle, size: number, stamp: string) {
    this.name = name;
    this.size = size;
    this.stamp = stamp;
    this.#handle = handle;
  }

  async read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    checkRange(this.name, this.size, offset, length);
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length; ) {
      let got: number;
      try {
        const most = Math.min(PIECE, length - at);
        got = (await this.#handle.read(bytes, at, most, offset + at)).bytesRead;
      } catch (error) {
        throw new CheckpointError(`${this.name}: cannot be read: ${reason(error)}`, {
          cause: error,
        });
      }
      // The file has become shorter since it was opened.
      if (got === 0) checkRange(this.name, offset + at, offset, length);
      at += got;
    }
    return bytes;
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}
