/** The key store of a node's links: who its peers are, and the one or two keys it shares with each of them. */

import { join } from "node:path";
import { KeyStoreError } from "../../errors.ts";
import { parsePublicIdentity } from "../../identity/identity.ts";
import type { PublicIdentity } from "../../identity/types.ts";
import { invitationKey, type PreSharedKey, sessionKey } from "../../link/ratchet.ts";
import type { LinkPeer } from "../../link/types.ts";
import { expectBytes } from "../../primitives/bytes.ts";
import { nativePrimitives } from "../primitives/native.ts";
import { codeOf, type DurableFiles, lockFolder } from "../sealed/files.ts";
import { linkFiles } from "./files.ts";
import {
  type CallerPeerRecord,
  decodeRecord,
  encodeRecord,
  type InvitationRecord,
  type LinkRecord,
  type ListenerPeerRecord,
} from "./records.ts";
import { SlotFile, slotPath } from "./slots.ts";

/** How a store is opened. */
export type LinkStoreOptions = {
  /** Milliseconds since 1970; a clock that goes back is not followed. `Date.now` by default. */
  readonly clock?: (() => number) | undefined;
  /** Milliseconds that pass whatever the clock is set to; `performance.now` by default. */
  readonly elapsed?: (() => number) | undefined;
  /** File operations; the system's by default. */
  readonly files?: DurableFiles | undefined;
  /** Takes the folder for this process alone; by SQLite's lock by default. */
  readonly lock?: ((path: string) => () => void) | undefined;
};

/** A place of the store, with what it holds now. */
export type Entry = {
  readonly index: number;
  record: LinkRecord;
  /** A write failed: the disk holds this record or the one that was to follow it. */
  unsure: boolean;
  /** Ends when the writes that wait have. */
  busy: Promise<unknown>;
};

/** What a pre-shared key's identity stands for on a listener. */
export type Known = {
  readonly entry: Entry;
  /** The key itself; an invitation's secret for an invitation. */
  readonly key: Uint8Array;
  readonly derived: PreSharedKey;
  readonly kind: "session" | "invitation";
};

const OPTIONS: ReadonlySet<string> = new Set(["clock", "elapsed", "files", "lock"]);
const primitives = nativePrimitives();

/** An open key store; {@link openLinkStore} makes one. Its secrets stay inside this module's folder. */
export class LinkStore {
  readonly #slots: SlotFile;
  readonly #clock: () => number;
  readonly #unlock: () => void;
  readonly #entries = new Map<number, Entry>();
  readonly #peers = new Map<string, Entry>();
  readonly #known = new Map<string, Known>();
  readonly #ofEntry = new Map<Entry, Known[]>();
  /** Places that an {@link add} under way will fill. */
  readonly #taken = new Set<number>();
  readonly #elapsed: () => number;
  #latest = 0;
  #latestAt: number;
  #closed = false;

  /** For {@link openLinkStore} only. */
  constructor(slots: SlotFile, clock: () => number, elapsed: () => number, unlock: () => void) {
    this.#slots = slots;
    this.#clock = clock;
    this.#elapsed = elapsed;
    this.#latestAt = elapsed();
    this.#unlock = unlock;
    for (const { index, content } of slots.found) {
      const entry: Entry = {
        index,
        record: decodeRecord(content),
        unsure: false,
        busy: Promise.resolve(),
      };
      content.fill(0);
      this.#entries.set(index, entry);
      this.#learn(entry, entry.record);
      this.#latest = Math.max(this.#latest, momentOf(entry.record));
    }
    for (let index = 0; index < slots.records; index++) {
      if (!this.#entries.has(index)) this.#place(index);
    }
  }

  #place(index: number): Entry {
    const entry: Entry = {
      index,
      record: { kind: "free", at: 0 },
      unsure: false,
      busy: Promise.resolve(),
    };
    this.#entries.set(index, entry);
    return entry;
  }

  /** Records that a power cut left half written and that their versions before stood in for, when it was opened. */
  get torn(): number {
    return this.#slots.torn;
  }

  /**
   * ms since 1970; never goes back, not even over restarts. While the clock is behind what it once was, time goes on as
   * it passes: invitations expire all the same.
   */
  now(): number {
    const at = this.#elapsed();
    this.#latest = Math.max(
      this.#latest + Math.max(0, Math.floor(at - this.#latestAt)),
      Math.floor(this.#clock()),
    );
    this.#latestAt = at;
    return this.#latest;
  }

  /** All peers, those called first, then by id. */
  peers(): LinkPeer[] {
    const peers: LinkPeer[] = [];
    for (const { record } of this.#peers.values()) {
      if (record.kind === "to" || record.kind === "from") peers.push(describePeer(record));
    }
    return peers.sort((a, b) =>
      a.role === b.role ? (a.id < b.id ? -1 : 1) : a.role === "caller" ? -1 : 1,
    );
  }

  /** A peer's public identity; null where there is no such peer. */
  identityOf(peer: string): PublicIdentity | null {
    const record = this.peerEntry(peer)?.record;
    return record?.kind === "to" || record?.kind === "from"
      ? parsePublicIdentity(primitives, record.identity)
      : null;
  }

  /**
   * Forgets a peer: its keys are overwritten on the disk. Resolves with false where there is none.
   * @throws KeyStoreError The disk refused.
   */
  async remove(peer: string): Promise<boolean> {
    const entry = this.peerEntry(peer);
    if (entry === undefined) return false;
    for (const double of this.doubles(entry, peer)) await this.release(double);
    return this.release(entry);
  }

  /** Waits for writes that are under way, then gives the folder back. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await Promise.allSettled([...this.#entries.values()].map((entry) => entry.busy));
    this.#known.clear();
    this.#peers.clear();
    this.#entries.clear();
    try {
      await this.#slots.close();
    } finally {
      this.#unlock();
    }
  }

  /** @internal The place of a peer. */
  peerEntry(peer: string): Entry | undefined {
    return this.#peers.get(peer);
  }

  /** @internal Other places that hold the same peer, from before it enrolled anew. */
  doubles(entry: Entry, peer: string): Entry[] {
    return [...this.#entries.values()].filter(
      (other) => other !== entry && other.record.kind === "from" && other.record.id === peer,
    );
  }

  /** @internal What a pre-shared key's identity stands for. */
  find(identity: string): Known | undefined {
    return this.#known.get(identity);
  }

  /** @internal Invitations that nobody used. */
  invitations(): (Entry & { record: InvitationRecord })[] {
    return [...this.#entries.values()].filter(
      (entry): entry is Entry & { record: InvitationRecord } => entry.record.kind === "invitation",
    );
  }

  /** @internal Writes a new record to a free place. */
  async add(record: LinkRecord): Promise<Entry> {
    let place: Entry | undefined;
    for (const entry of this.#entries.values()) {
      if (entry.record.kind === "free" && !this.#taken.has(entry.index)) {
        place = entry;
        break;
      }
    }
    const entry = place ?? this.#place(this.#slots.grow());
    this.#taken.add(entry.index);
    try {
      await this.update(entry, () => record);
      return entry;
    } finally {
      this.#taken.delete(entry.index);
    }
  }

  /** @internal Frees a place, both versions of it; false where it is free already. */
  release(entry: Entry): Promise<boolean> {
    const free = (): LinkRecord => ({ kind: "free", at: this.now() });
    return this.#alone(entry, async () => {
      if (entry.record.kind === "free") return false;
      await this.#put(entry, free());
      await this.#put(entry, free());
      return true;
    });
  }

  /**
   * @internal Replaces a record by what `change` makes of it, one change at a time; false where it makes nothing (null).
   * When this resolves with true the change is on the disk.
   */
  update(entry: Entry, change: (record: LinkRecord) => LinkRecord | null): Promise<boolean> {
    return this.#alone(entry, async () => {
      const record = change(entry.record);
      if (record === null) return false;
      await this.#put(entry, record);
      return true;
    });
  }

  /** @internal Makes sure that the disk holds what memory does, after a write that failed. */
  settle(entry: Entry): Promise<void> {
    return this.#alone(entry, async () => {
      if (entry.unsure) await this.#put(entry, entry.record);
    });
  }

  #alone<T>(entry: Entry, run: () => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new KeyStoreError("the store of link keys is closed"));
    const result = entry.busy.then(run);
    entry.busy = result.catch(() => undefined);
    return result;
  }

  async #put(entry: Entry, record: LinkRecord): Promise<void> {
    const content = encodeRecord(record);
    const written = this.#slots.write(entry.index, content);
    // It is sealed by now.
    content.fill(0);
    try {
      await written;
    } catch (error) {
      entry.unsure = true;
      throw error;
    }
    entry.unsure = false;
    this.#learn(entry, record);
    entry.record = record;
  }

  /** Brings what is found by identity and by id up to a record. */
  #learn(entry: Entry, record: LinkRecord): void {
    const before = this.#ofEntry.get(entry) ?? [];
    const after: Known[] = [];
    const keep = (key: Uint8Array, kind: Known["kind"], derive: () => PreSharedKey): void => {
      const known = before.find((one) => one.key === key);
      after.push(known ?? { entry, key, kind, derived: derive() });
    };
    if (record.kind === "from") {
      for (const key of [record.current, record.next]) {
        if (key !== null) keep(key, "session", () => sessionKey(key));
      }
    }
    const invitation =
      record.kind === "invitation" ? record : record.kind === "from" ? record.invitation : null;
    if (invitation !== null && record.kind !== "free") {
      const { secret } = invitation;
      keep(secret, "invitation", () => invitationKey(primitives, secret, record.profile));
    }
    for (const known of before) {
      if (!after.includes(known)) this.#known.delete(known.derived.identity);
    }
    for (const known of after) {
      if (!before.includes(known)) this.#known.set(known.derived.identity, known);
    }
    this.#ofEntry.set(entry, after);
    const old = entry.record;
    const named = "id" in record ? record.id : null;
    if ("id" in old && old.id === named && this.#peers.get(named) === entry) return;
    if ((old.kind === "to" || old.kind === "from") && this.#peers.get(old.id) === entry) {
      this.#peers.delete(old.id);
    }
    if (record.kind !== "to" && record.kind !== "from") return;
    // While a peer that enrols anew has not shown that it kept its new key, it is here twice.
    const other = this.#peers.get(record.id)?.record;
    const since = other?.kind === "to" || other?.kind === "from" ? other.enrolledAt : -1;
    if (record.enrolledAt >= since) this.#peers.set(record.id, entry);
  }
}

function momentOf(record: LinkRecord): number {
  if (record.kind === "free") return record.at;
  if (record.kind === "invitation") return record.createdAt;
  return Math.max(record.enrolledAt, record.lastAt);
}

/** A peer as users of the store see it. */
export function describePeer(record: ListenerPeerRecord | CallerPeerRecord): LinkPeer {
  return {
    id: record.id,
    fingerprint: parsePublicIdentity(primitives, record.identity).fingerprint,
    address: record.kind === "to" ? record.address : null,
    role: record.kind === "to" ? "caller" : "listener",
    enrolledAt: record.enrolledAt,
    sessions: record.sessions,
    lastAt: record.lastAt === 0 ? null : record.lastAt,
  };
}

/**
 * Opens the key store of a folder, or makes one. Keys are encrypted under the wrapping key; every change is on the disk
 * before it counts, and a power cut at any moment leaves the state before or after it. What it does not withstand is
 * somebody who puts an older copy of the whole folder back: the links then end in `unknown-key` until the nodes enrol
 * again.
 * @param folder Made where it is missing, for the owner only.
 * @param wrappingKey 32 bytes, from a keychain or a vault; copied.
 * @throws KeyStoreError Another process has the folder, the wrapping key is another one, or the file is damaged.
 */
export async function openLinkStore(
  folder: string,
  wrappingKey: Uint8Array,
  options: LinkStoreOptions = {},
): Promise<LinkStore> {
  for (const key of Object.keys(options)) {
    if (!OPTIONS.has(key)) throw new TypeError(`openLinkStore: unknown option ${key}`);
  }
  expectBytes(wrappingKey, 32, "wrapping key of link keys");
  const files = options.files ?? linkFiles;
  try {
    await files.makeFolder(folder);
  } catch (error) {
    throw new KeyStoreError(`${folder}: cannot be made (${codeOf(error) || "no code"})`, {
      cause: error,
    });
  }
  const unlock = (options.lock ?? lockFolder)(join(folder, "link.lock"));
  try {
    const slots = await SlotFile.open(files, slotPath(folder), wrappingKey);
    const { clock = Date.now, elapsed = () => performance.now() } = options;
    return new LinkStore(slots, clock, elapsed, unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}
