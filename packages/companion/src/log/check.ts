/** Goes through a log's lines and says whether each is as it was written, in its place. */

import {
  decryptEntry,
  GENESIS,
  importKey,
  keyId,
  type Line,
  lineHash,
  readLine,
} from "./format.ts";
import type { LogCheck, LogDraft, LogHead } from "./types.ts";

/** Subjects whose keys are kept ready. */
const READY = 64;

/** Keys by id, the last used ones kept ready. */
export class KeyRing {
  readonly #read: (id: string) => Promise<Uint8Array | null>;
  readonly #ready = new Map<string, CryptoKey>();

  constructor(read: (id: string) => Promise<Uint8Array | null>) {
    this.#read = read;
  }

  /** The key; null where there is none (any more); `wrong` where what is kept under the id is another one. */
  async get(id: string): Promise<CryptoKey | "wrong" | null> {
    const ready = this.#ready.get(id);
    if (ready !== undefined) {
      this.#ready.delete(id);
      this.#ready.set(id, ready);
      return ready;
    }
    const bytes = await this.#read(id);
    if (bytes === null) return null;
    if (bytes.length !== 32 || (await keyId(bytes)) !== id) return "wrong";
    const key = await importKey(bytes);
    bytes.fill(0);
    this.#ready.set(id, key);
    for (const oldest of this.#ready.keys()) {
      if (this.#ready.size <= READY) break;
      this.#ready.delete(oldest);
    }
    return key;
  }

  /** Lets go of a key. */
  forget(id: string): void {
    this.#ready.delete(id);
  }
}

/** Follows a chain, line by line. */
export class ChainWalker {
  readonly #keys: KeyRing;
  readonly #heads: readonly LogHead[];
  #prev = GENESIS;
  #entries = 0;
  #problem: string | null = null;
  /** Entries by key, until it is known whether the key is gone. */
  readonly #counts = new Map<string, number>();
  readonly #gone = new Set<string>();

  /**
   * @param keys Where entries' keys are.
   * @param heads Lines that have to be there, in any order.
   */
  constructor(keys: KeyRing, heads: readonly LogHead[]) {
    this.#keys = keys;
    this.#heads = heads;
  }

  /** Lines that were taken and found right. */
  get entries(): number {
    return this.#entries;
  }

  /** Hash of the last of them. */
  get head(): string {
    return this.#prev;
  }

  /** Ids of keys that lines say were destroyed. */
  get gone(): ReadonlySet<string> {
    return this.#gone;
  }

  /** The first objection so far. */
  get problem(): string | null {
    return this.#problem;
  }

  /**
   * Looks at the next line. After an objection nothing more is looked at.
   *
   * @param read Whether to decrypt the entry where its key is there, which also proves that it is the writer's.
   * @returns The line, and what it says where it was read; null after an objection.
   */
  async take(
    text: string,
    read: boolean,
  ): Promise<{ readonly line: Line; readonly draft: LogDraft | null } | null> {
    if (this.#problem !== null) return null;
    const line = readLine(text);
    if (typeof line === "string") return this.#object(`expected ${line}`);
    if (line.seq !== this.#entries) return this.#object(`expected this place, got ${line.seq}`);
    if (line.prev !== this.#prev) {
      return this.#object("expected the hash of the line before it, got another");
    }
    if ((await lineHash(line.signed)) !== line.hash) {
      return this.#object("expected its own hash, got another: it was changed");
    }
    for (const head of this.#heads) {
      if (head.entries === line.seq + 1 && head.hash !== line.hash) {
        return this.#object("expected the hash that was recorded apart, got another");
      }
    }
    let draft: LogDraft | null = null;
    if ("erased" in line.content) {
      this.#gone.add(line.content.erased);
    } else {
      const { key: id } = line.content;
      if (this.#gone.has(id)) {
        return this.#object("expected no entry with a key that had been destroyed");
      }
      const key = read ? await this.#keys.get(id) : null;
      if (key === "wrong") return this.#object("expected the key of its id, got another");
      if (key !== null) {
        draft = await decryptEntry(line, key);
        if (draft === null) {
          return this.#object("expected data that its key opens, got others");
        }
      }
      this.#counts.set(id, (this.#counts.get(id) ?? 0) + 1);
    }
    this.#entries++;
    this.#prev = line.hash;
    return { line, draft };
  }

  /** What was found. */
  result(): LogCheck {
    if (this.#problem === null) {
      const most = this.#heads.reduce((max, { entries }) => Math.max(max, entries), 0);
      if (most > this.#entries) {
        this.#problem = `the end: expected at least ${most} entries, got ${this.#entries}: lines are missing`;
      }
    }
    let erased = 0;
    for (const id of this.#gone) erased += this.#counts.get(id) ?? 0;
    return {
      ok: this.#problem === null,
      entries: this.#entries,
      erased,
      head: this.#entries === 0 ? null : this.#prev,
      problem: this.#problem,
    };
  }

  #object(what: string): null {
    this.#problem = `entry ${this.#entries}: ${what}`;
    return null;
  }
}
