/** Connections that stay open: how many there may be, and how they end when whoever opened them may no longer look. */

import type { Auth, Identity } from "./auth.ts";
import { HttpError } from "./route.ts";

/** Most connections that stay open at once, of all clients. */
export const MAX_STREAMS = 400;
/** Most of one client over the network. */
export const MAX_STREAMS_PER_CLIENT = 32;

/** Most cameras watched at once over all connections, since records wait for each of them. */
export const MAX_WATCHED = 512;
/** Most cameras that one client over the network watches. */
export const MAX_WATCHED_PER_CLIENT = 64;

/** Kinds of connections that stay open. */
export type StreamKind = "camera" | "events" | "turn";

type Open = {
  readonly client: string;
  readonly kind: StreamKind;
  /** Cameras watched on it. */
  readonly cameras: number;
  readonly close: () => void;
};

/** The connections that are open. */
export class Streams {
  readonly #open = new Set<Open>();

  constructor(auth: Pick<Auth, "onEnded">) {
    auth.onEnded((client) => {
      for (const stream of [...this.#open]) if (stream.client === client) stream.close();
    });
  }

  /** Open connections of a kind. */
  count(kind: StreamKind): number {
    let count = 0;
    for (const stream of this.#open) if (stream.kind === kind) count++;
    return count;
  }

  /**
   * Throws `HttpError` (503) where nobody may open one more, or (429) where this client may not.
   *
   * @param cameras How many cameras are to be watched on it.
   */
  admit(who: Identity, cameras: number): void {
    const all = [...this.#open];
    within(503, "", all, cameras, MAX_STREAMS, MAX_WATCHED);
    if (who.local) return;
    const own = all.filter(({ client }) => client === who.client);
    within(429, " of one client", own, cameras, MAX_STREAMS_PER_CLIENT, MAX_WATCHED_PER_CLIENT);
  }

  /** Notes an open connection. Returns what is to be called when it has ended. */
  add(who: Identity, kind: StreamKind, cameras: number, close: () => void): () => void {
    const stream = { client: who.client, kind, cameras, close };
    this.#open.add(stream);
    return () => void this.#open.delete(stream);
  }
}

function within(
  status: number,
  whose: string,
  open: readonly Open[],
  cameras: number,
  mostStreams: number,
  mostWatched: number,
): void {
  const retry = { "Retry-After": "5" };
  if (open.length >= mostStreams) {
    const message = `expected at most ${mostStreams} live connections${whose}, all are in use`;
    throw new HttpError(status, message, retry);
  }
  const watched = open.reduce((sum, one) => sum + one.cameras, cameras);
  if (watched > mostWatched) {
    const message = `expected at most ${mostWatched} cameras watched${whose}, got ${watched}`;
    throw new HttpError(status, message, retry);
  }
}
