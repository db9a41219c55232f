/** Where a node gets updates from: a folder, a USB stick, a server. */

import { access } from "node:fs/promises";
import { join } from "node:path";
import type { UpdateSource } from "../../updates/client.ts";
import { readParts } from "../sealed/files.ts";

/** A repository in a folder, on a USB stick for instance. */
export function folderSource(folder: string): UpdateSource {
  return {
    name: folder,
    async open(path, limit) {
      const file = join(folder, path);
      const isThere = await access(file).then(
        () => true,
        (error: NodeJS.ErrnoException) => {
          if (error.code === "ENOENT") return false;
          throw error;
        },
      );
      // One byte more than expected shows that there are more.
      return isThere ? readParts(file, limit + 1) : null;
    },
  };
}

/** What a server is asked with; `fetch` fits. Everything that leaves a node passes it. */
export type UpdateFetch = (
  url: string,
  options: { readonly signal: AbortSignal; readonly redirect: "error" },
) => Promise<Response>;

/** Options of {@link fetchSource}. */
export type FetchSourceOptions = {
  /** Base address; `https://` unless it is this machine. */
  readonly url: string;
  /** Sends the requests. */
  readonly fetch: UpdateFetch;
  /** Longest time without a byte, ms; default 30 s. */
  readonly stallMs?: number | undefined;
};

/**
 * A repository behind HTTP. A server that stops sending is given up after a while. Throws `TypeError` for addresses
 * other than `https://` and `http://` on this machine.
 */
export function fetchSource(options: FetchSourceOptions): UpdateSource {
  const { fetch, stallMs = 30_000 } = options;
  const base = new URL(options.url.endsWith("/") ? options.url : `${options.url}/`);
  const isLocal = ["localhost", "127.0.0.1", "[::1]"].includes(base.hostname);
  if (base.protocol !== "https:" && !(base.protocol === "http:" && isLocal)) {
    throw new TypeError(`url: expected https://, got ${base.protocol}//${base.host}`);
  }
  return {
    name: base.host,
    async open(path) {
      const stall = new AbortController();
      let timer = setTimeout(() => stall.abort(), stallMs);
      try {
        const response = await fetch(new URL(path, base).href, {
          signal: stall.signal,
          redirect: "error",
        });
        if (response.status === 404) {
          await response.body?.cancel();
          return null;
        }
        if (!response.ok || response.body === null) {
          await response.body?.cancel();
          throw new Error(`${base.host}: expected ${path}, got status ${response.status}`);
        }
        return watched(response.body, () => {
          clearTimeout(timer);
          timer = setTimeout(() => stall.abort(), stallMs);
          return timer;
        });
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

/** Passes bytes on; `rearm` starts the clock of silence anew. */
async function* watched(
  body: ReadableStream<Uint8Array>,
  rearm: () => NodeJS.Timeout,
): AsyncGenerator<Uint8Array, void, void> {
  let timer = rearm();
  try {
    for await (const part of body) {
      yield part;
      timer = rearm();
    }
  } finally {
    clearTimeout(timer);
  }
}
