/**
 * The one door of the node. Whatever leaves (messages to peers, alerts, requests for files, requests to models and CRM
 * systems elsewhere, files that people carry away) is written down here before its first byte goes, and what became of it
 * afterwards. What cannot be written down does not leave, with one exception: an alert, which may be about the very
 * disk that is full, leaves from memory and is written down as soon as that is possible.
 */

import { createHash } from "node:crypto";
import {
  maskCredentials,
  type Release,
  type ReleasePrivacy,
  type ReleaseRoute,
  type ReleaseState,
} from "@symbion/core";
import { sortableId } from "../ids.ts";
import type { Outgoing, Store } from "../store/types.ts";

/** Longest texts of a release, in characters. */
const MOST_WORDS = 200;

/** Wait before what the store refused is offered to it again, milliseconds. */
const SAVE_AGAIN = 15_000;

/** Releases that wait in memory for a store that refuses them; the oldest go. */
const MOST_UNSAVED = 1000;

/** What somebody wants to let out. */
export type Draft = {
  /** Makes the same release the same: a second opening under the id replaces it. Default: one of its own. */
  readonly id?: string;
  readonly recipient: string;
  readonly route: ReleaseRoute;
  /** In a few words, never the value itself. */
  readonly what: string;
  readonly purpose: string;
  readonly subject?: string | null;
  readonly tier?: string | null;
  readonly privacy?: ReleasePrivacy | null;
  readonly payloadBytes: number;
};

/** What became of an open release. */
export type Ending = {
  readonly state: Exclude<ReleaseState, "pending">;
  /** One sentence; empty where it was sent. */
  readonly reason?: string;
  readonly payloadBytes?: number;
  readonly securityBytes?: number | null;
  readonly session?: string | null;
};

/** A release that was written down: now it may leave. */
export type Opened = {
  readonly release: Release;
  /** Says what became of it. Resolves when that is written down, or will be; never rejects. */
  end(ending: Ending): Promise<void>;
};

/** What the door needs from around it. */
export type DoorHost = {
  readonly store: Pick<Store, "putRelease" | "release" | "releases">;
  /** Told of every change of a release, after it was written down. */
  readonly publish: (release: Release) => void;
  readonly log: (text: string) => void;
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
};

/** See the file's head. */
export class Door {
  readonly #host: DoorHost;
  readonly #now: () => number;
  readonly #unsaved = new Map<string, Release>();
  #again: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(host: DoorHost) {
    this.#host = host;
    this.#now = host.now ?? Date.now;
  }

  /**
   * Writes a release down as `pending`. Only when this has resolved may a byte of it go.
   *
   * @param message For a peer: waits in the outbox, in the same transaction.
   * @throws Whatever the store says where it cannot be written down: nothing may leave then.
   */
  async open(draft: Draft, message: string | null = null): Promise<Opened> {
    const release = this.#draw(draft, "pending", "");
    const outgoing: Outgoing | null =
      message === null
        ? null
        : { id: release.id, peer: release.recipient, at: release.at, message };
    await this.#host.store.putRelease(release, outgoing);
    this.#host.publish(release);
    return this.#opened(release);
  }

  /** The same for an alert: where the store refuses it, it leaves all the same and is written down later. */
  async openAlert(draft: Draft): Promise<Opened> {
    const release = this.#draw(draft, "pending", "");
    await this.#write(release);
    return this.#opened(release);
  }

  /** Writes down that something was kept from leaving. Never rejects: nothing has left. */
  async refuse(draft: Draft, reason: string): Promise<Release> {
    const release = this.#draw(draft, "refused", reason);
    await this.#write(release);
    return release;
  }

  /** Goes on with a release that an earlier run wrote down; null where there is none. */
  async resume(id: string): Promise<Opened | null> {
    const release = await this.#host.store.release(id);
    return release === null ? null : this.#opened(release);
  }

  /**
   * Says of what an earlier run left open that it is not known what became of it. What waits for peers goes on
   * waiting, and alerts have a memory of their own.
   */
  async recover(): Promise<void> {
    let before: string | undefined;
    do {
      const page = await this.#host.store.releases({
        states: ["pending"],
        routes: ["fetch", "model", "crm", "export"],
        limit: 1000,
        ...(before === undefined ? {} : { before }),
      });
      for (const release of page.items) {
        await this.#opened(release).end({
          state: "failed",
          reason: "the node ended before it was known what became of it",
        });
      }
      before = page.next ?? undefined;
    } while (before !== undefined);
  }

  /** Nothing is tried again from now on. */
  close(): void {
    this.#closed = true;
    if (this.#again !== null) clearTimeout(this.#again);
  }

  #opened(release: Release): Opened {
    let current = release;
    return {
      release,
      end: async ({ state, reason = "", ...bytes }) => {
        current = { ...current, ...bytes, state, reason: words(reason) };
        await this.#write(current);
      },
    };
  }

  #draw(draft: Draft, state: ReleaseState, reason: string): Release {
    const at = this.#now();
    return {
      id: draft.id ?? sortableId(at),
      at,
      recipient: words(draft.recipient),
      route: draft.route,
      what: words(draft.what),
      purpose: words(draft.purpose),
      subject: draft.subject ?? null,
      tier: draft.tier ?? null,
      privacy: draft.privacy ?? null,
      payloadBytes: draft.payloadBytes,
      securityBytes: null,
      session: null,
      state,
      reason: words(reason),
    };
  }

  async #write(release: Release): Promise<void> {
    try {
      await this.#host.store.putRelease(release, null);
      this.#unsaved.delete(release.id);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (this.#unsaved.size === 0) {
        this.#host.log(`release ${release.id} is not written down yet: ${reason}`);
      }
      this.#unsaved.delete(release.id);
      this.#unsaved.set(release.id, release);
      for (const id of this.#unsaved.keys()) {
        if (this.#unsaved.size <= MOST_UNSAVED) break;
        this.#unsaved.delete(id);
      }
      this.#tryAgain();
    }
    this.#host.publish(release);
  }

  #tryAgain(): void {
    if (this.#again !== null || this.#closed) return;
    this.#again = setTimeout(async () => {
      this.#again = null;
      for (const release of [...this.#unsaved.values()]) {
        try {
          await this.#host.store.putRelease(release, null);
          if (this.#unsaved.get(release.id) === release) this.#unsaved.delete(release.id);
        } catch {
          this.#tryAgain();
          return;
        }
      }
    }, SAVE_AGAIN);
    this.#again.unref();
  }
}

/** An id that is the same for the same parts, and sorts by `at` (ms since 1970). */
export function stableId(at: number, ...parts: readonly string[]): string {
  const digest = createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);
  const time = Math.max(0, Math.floor(at)).toString(36).padStart(9, "0");
  return `${time}-${BigInt(`0x${digest}`).toString(36).padStart(13, "0")}`;
}

/** One line without credentials, cut to a length that a table bears. */
function words(text: string): string {
  const line = maskCredentials(text).replace(/\s+/g, " ").trim();
  return line.length > MOST_WORDS ? `${line.slice(0, MOST_WORDS - 1)}…` : line;
}
