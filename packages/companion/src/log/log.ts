/**
 * The accountability log: lines that only ever get more, each holding the hash of the one before. What an entry says is
 * encrypted with a random key of its subject; destroying that key erases all that the log says of the subject, while the
 * chain can still be proven whole. Who can write the store can write another log in its place: against that there is only
 * a head that was kept elsewhere (`verify({ expectedHead })`).
 */

import { expected, UsageError } from "@symbion/core";
import { LogError } from "../errors.ts";
import { ChainWalker, KeyRing } from "./check.ts";
import {
  draftProblem,
  encryptEntry,
  GENESIS,
  hex,
  keyId,
  lineHash,
  place,
  sealLine,
  unhex,
  utf8,
} from "./format.ts";
import type { ErasedEntry, LogCheck, LogDraft, LogEntry, LogHead, LogStore } from "./types.ts";

/** How a log is opened. */
export type LogOptions = {
  /** Milliseconds since 1970; default `Date.now`. It may run backwards: the order of entries is their `seq`. */
  readonly now?: () => number;
};

/** Which entries to read. */
export type EntryFilter = {
  /** Only those of this subject; those that were erased are nobody's. Default: all. */
  readonly subject?: string;
  /** First place. Default 0. */
  readonly from?: number;
  /** Place after the last. Default: all that are there when reading begins. */
  readonly to?: number;
};

/** What a log has to agree with. */
export type VerifyOptions = {
  /** A head that was noted earlier, elsewhere: its line has to be in its place. */
  readonly expectedHead?: LogHead;
};

/** What an export holds besides the lines. */
export type ExportOptions = {
  /** Subjects whose entries are put in clear, with the keys that prove it. Default: none. */
  readonly clear?: readonly string[];
};

/** Kinds that the log writes itself. */
const REPAIR = "repair";
/** Whom the log's own entries are about. */
const LOG_ITSELF = "log";
/** Name of the key under which names of subjects are hidden in the store. */
const INDEX = "index";

/** See the file's head. */
export class AccountabilityLog {
  readonly #store: LogStore;
  readonly #now: () => number;
  readonly #keys: KeyRing;
  readonly #index: CryptoKey;
  #entries = 0;
  #head: string = GENESIS;
  #broken: string | null = null;
  #closed = false;
  /** Ends when everything asked for so far was done. */
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(store: LogStore, now: () => number, keys: KeyRing, index: CryptoKey) {
    this.#store = store;
    this.#now = now;
    this.#keys = keys;
    this.#index = index;
  }

  /**
   * Opens a log and looks at its whole chain. An unfinished last line that the store cut off is noted as an entry of kind
   * `repair`.
   *
   * @throws {LogError} Where a line was changed, moved, added or taken away: {@link AccountabilityLog.check} tells which.
   */
  static async open(store: LogStore, options: LogOptions = {}): Promise<AccountabilityLog> {
    for (const name of Object.keys(options)) {
      if (name !== "now") throw new UsageError(`log options: expected now, got ${name}`);
    }
    const keys = new KeyRing((id) => store.key(id));
    const walker = await walk(store, keys, [], false, Number.POSITIVE_INFINITY);
    const { ok, problem, entries } = walker.result();
    if (!ok) throw new LogError(`accountability log: ${problem}`);
    let secret = await store.key(INDEX);
    if (secret === null) {
      secret = crypto.getRandomValues(new Uint8Array(32));
      await store.putKey(INDEX, secret);
    }
    const hmac = { name: "HMAC", hash: "SHA-256" };
    const raw = new Uint8Array(secret);
    const index = await crypto.subtle.importKey("raw", raw, hmac, false, ["sign"]);
    const log = new AccountabilityLog(store, options.now ?? Date.now, keys, index);
    log.#entries = entries;
    log.#head = walker.head;
    // An erasure that was under way when the power went is finished.
    for (const id of walker.gone) if ((await store.key(id)) !== null) await store.destroyKey(id);
    if (store.repaired > 0) {
      await log.append({ kind: REPAIR, subject: LOG_ITSELF, body: { bytes: store.repaired } });
    }
    return log;
  }

  /** Looks at a store's log without opening it for writing: what {@link AccountabilityLog.open} objects to. */
  static async check(store: LogStore, options: VerifyOptions = {}): Promise<LogCheck> {
    const keys = new KeyRing((id) => store.key(id));
    const heads = options.expectedHead === undefined ? [] : [options.expectedHead];
    return (await walk(store, keys, heads, true, Number.POSITIVE_INFINITY)).result();
  }

  /** How far the log has come; to be noted elsewhere, so that nobody can shorten it. Null while it is empty. */
  get head(): LogHead | null {
    return this.#entries === 0 ? null : { entries: this.#entries, hash: this.#head };
  }

  /**
   * Writes an entry; when this resolves a loss of power cannot take it. Calls may overlap: they are written in the order
   * in which they were made.
   *
   * @throws {UsageError} For a draft that cannot be written. {@link LogError} where the store fails: nothing more is
   * written then before the log is opened again.
   */
  append(draft: LogDraft): Promise<LogEntry> {
    const problem = draftProblem(draft);
    if (problem !== null) return Promise.reject(new UsageError(`log entry: expected ${problem}`));
    // What the caller does with its object afterwards changes nothing.
    const { kind, subject, body } = structuredClone(draft);
    return this.#inTurn(async () => {
      const [id, key] = await this.#keyOf(subject);
      const { seq, at, hash } = await this.#write((front) =>
        encryptEntry(front, id, key, { kind, subject, body }),
      );
      return { kind, subject, body, seq, at, hash };
    });
  }

  /** Entries in order. Memory does not grow with the log. Throws {@link LogError} at the first damaged line. */
  async *entries(filter: EntryFilter = {}): AsyncGenerator<LogEntry | ErasedEntry, void, void> {
    const { subject, from = 0, to = this.#entries } = filter;
    const end = Math.min(to, this.#entries);
    const walker = new ChainWalker(this.#keys, []);
    if (end <= from) return;
    for await (const text of this.#store.lines()) {
      const taken = await walker.take(text, walker.entries >= from);
      if (taken === null) throw new LogError(`accountability log: ${walker.problem}`);
      const { line, draft } = taken;
      const { seq, at, hash } = line;
      if (seq >= from && "key" in line.content) {
        if (draft === null) {
          if (subject === undefined) yield { seq, at, hash, erased: true };
        } else if (subject === undefined || subject === draft.subject) {
          yield { ...draft, seq, at, hash };
        }
      }
      if (seq + 1 >= end) return;
    }
  }

  /** Looks at every line: form, place, chain, hash, and that each key opens its entries. */
  verify(options: VerifyOptions = {}): Promise<LogCheck> {
    return this.#inTurn(async () => {
      const heads: LogHead[] = options.expectedHead === undefined ? [] : [options.expectedHead];
      if (this.head !== null) heads.push(this.head);
      return (await walk(this.#store, this.#keys, heads, true, Number.POSITIVE_INFINITY)).result();
    });
  }

  /**
   * The log as lines of JSON that others can check with `verifyExport`: a first line with its head, then the log's lines,
   * and, for subjects in `clear`, their keys and what their entries say.
   */
  async *export(options: ExportOptions = {}): AsyncGenerator<string, void, void> {
    const head = this.head;
    yield JSON.stringify({ export: "symbion-log", v: 1, head });
    const open = new Set<string>();
    for (const subject of options.clear ?? []) {
      const id = await this.#idOf(subject);
      const secret = id === null ? null : await this.#store.key(id);
      if (id === null || secret === null || open.has(id)) continue;
      open.add(id);
      yield JSON.stringify({ key: id, secret: hex(secret) });
    }
    if (head === null) return;
    const walker = new ChainWalker(this.#keys, [head]);
    for await (const text of this.#store.lines()) {
      const taken = await walker.take(text, true);
      if (taken === null) throw new LogError(`accountability log: ${walker.problem}`);
      yield text;
      const { line, draft } = taken;
      if (draft !== null && "key" in line.content && open.has(line.content.key)) {
        yield JSON.stringify({ clear: { seq: line.seq, ...draft } });
      }
      if (walker.entries === head.entries) return;
    }
  }

  /**
   * Destroys a subject's key, so that nobody can read its entries again, and writes a line that says that a key was
   * destroyed (not whose). Later entries of the same subject get a new key.
   *
   * @returns Whether there was a key.
   */
  eraseSubject(subject: string): Promise<boolean> {
    return this.#inTurn(async () => {
      const id = await this.#idOf(subject);
      if (id === null) return false;
      // The line first: should the power go now, opening the log destroys the key.
      await this.#write(async (front) => `${front}"erased":"${id}"`);
      this.#keys.forget(id);
      await this.#store.destroyKey(id);
      await this.#store.destroyKey(await this.#nameOf(subject));
      return true;
    });
  }

  /** Waits for what is under way and lets go of the store. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#queue;
    await this.#store.close();
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new LogError("accountability log: it is closed"));
    const result = this.#queue.then(work);
    this.#queue = result.catch(() => undefined);
    return result;
  }

  async #write(
    sign: (front: string) => Promise<string>,
  ): Promise<{ readonly seq: number; readonly at: number; readonly hash: string }> {
    if (this.#broken !== null) {
      throw new LogError(`accountability log: ${this.#broken}; open it again`);
    }
    const seq = this.#entries;
    const at = Math.trunc(this.#now());
    if (!Number.isSafeInteger(at)) throw expected("whole milliseconds", at, "log clock");
    // Adding zero turns a negative one, which JSON cannot tell apart, into a plain one.
    const signed = await sign(place(seq, at + 0, this.#head));
    const hash = await lineHash(signed);
    try {
      await this.#store.append(sealLine(signed, hash));
    } catch (error) {
      // Nobody knows whether the line is there.
      this.#broken = "writing failed";
      throw error instanceof LogError
        ? error
        : new LogError("accountability log: its store failed", { cause: error });
    }
    this.#entries = seq + 1;
    this.#head = hash;
    await this.#store.putHead({ entries: seq + 1, hash });
    return { seq, at, hash };
  }

  /** Under which name the store keeps a subject's key id: without the store's own secret it says nothing. */
  async #nameOf(subject: string): Promise<string> {
    const mac = await crypto.subtle.sign("HMAC", this.#index, utf8(`subject\0${subject}`));
    return `s${hex(new Uint8Array(mac).subarray(0, 16))}`;
  }

  async #idOf(subject: string): Promise<string | null> {
    const id = await this.#store.key(await this.#nameOf(subject));
    if (id === null) return null;
    const text = hex(id);
    return (await this.#store.key(text)) === null ? null : text;
  }

  async #keyOf(subject: string): Promise<readonly [id: string, key: CryptoKey]> {
    let id = await this.#idOf(subject);
    if (id === null) {
      const secret = crypto.getRandomValues(new Uint8Array(32));
      id = await keyId(secret);
      await this.#store.putKey(id, secret);
      await this.#store.putKey(await this.#nameOf(subject), unhex(id));
      secret.fill(0);
    }
    const key = await this.#keys.get(id);
    if (key === null || key === "wrong") {
      throw new LogError("accountability log: a subject's key is damaged");
    }
    return [id, key];
  }
}

async function walk(
  store: LogStore,
  keys: KeyRing,
  heads: readonly LogHead[],
  read: boolean,
  most: number,
): Promise<ChainWalker> {
  const recorded = await store.head();
  const walker = new ChainWalker(keys, recorded === null ? heads : [...heads, recorded]);
  for await (const text of store.lines()) {
    if (walker.entries >= most || (await walker.take(text, read)) === null) break;
  }
  return walker;
}
