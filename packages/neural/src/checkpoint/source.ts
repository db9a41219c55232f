/** Bytes that are read in pieces: a file, a browser's Blob, a buffer. */

import { CheckpointError, reason } from "./errors.ts";

/** A file of any size whose pieces are read on demand. */
export interface ByteSource {
  /** File name, for messages and the index of a checkpoint in several files. */
  readonly name: string;
  /** Bytes in all; may exceed 2^32. */
  readonly size: number;
  /** What changes when the content may have: e.g. the time of the last write. Empty where nothing is known. */
  readonly stamp: string;
  /**
   * Bytes `offset` up to, not including, `offset + length`, in a buffer of their own that starts at them.
   * @throws {CheckpointError} when the file is shorter by now or cannot be read.
   */
  read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Lets the file go. */
  close(): Promise<void>;
}

/** A source over bytes in memory, or over a Blob or File of the browser. */
export function memorySource(name: string, content: Uint8Array | ArrayBuffer | Blob): ByteSource {
  const size = content instanceof Blob ? content.size : content.byteLength;
  return {
    name,
    size,
    stamp: "",
    async read(offset, length) {
      checkRange(name, size, offset, length);
      if (content instanceof Blob) {
        try {
          return new Uint8Array(await content.slice(offset, offset + length).arrayBuffer());
        } catch (error) {
          throw new CheckpointError(`${name}: cannot be read: ${reason(error)}`, { cause: error });
        }
      }
      const bytes = content instanceof ArrayBuffer ? new Uint8Array(content) : content;
      return new Uint8Array(bytes.subarray(offset, offset + length));
    },
    close: async () => {},
  };
}

/** @throws {CheckpointError} when a piece reaches beyond a file's end. */
export function checkRange(name: string, size: number, offset: number, length: number): void {
  if (offset + length <= size) return;
  throw new CheckpointError(
    `${name}: expected at least ${offset + length} bytes, got ${size}: the file is cut short`,
  );
}
