/** A log's store in memory, for tests and for pages that keep nothing. */

import { LogError } from "../errors.ts";
import type { LogHead, LogStore } from "./types.ts";

/** A store that ends with the process. Lines that it already holds may be given, and its head. */
export function memoryLogStore(
  initial: readonly string[] = [],
  last: LogHead | null = null,
): LogStore {
  const lines = [...initial];
  const keys = new Map<string, Uint8Array>();
  let head = last;
  let closed = false;
  const open = (): void => {
    if (closed) throw new LogError("the log's store: expected it to be open, it is closed");
  };
  return {
    repaired: 0,
    async *lines() {
      open();
      // Lines that are appended meanwhile are read as well, as from a file.
      for (let i = 0; i < lines.length; i++) yield lines[i];
    },
    async append(line) {
      open();
      lines.push(line);
    },
    async head() {
      open();
      return head;
    },
    async putHead(value) {
      open();
      head = value;
    },
    async key(id) {
      open();
      return keys.get(id)?.slice() ?? null;
    },
    async putKey(id, key) {
      open();
      keys.set(id, key.slice());
    },
    async destroyKey(id) {
      open();
      keys.get(id)?.fill(0);
      keys.delete(id);
    },
    async close() {
      closed = true;
    },
  };
}
