/** A log's store in a browser's IndexedDB. One page at a time may write: a lock by name is held while it is open. */

import { LogError } from "../errors.ts";
import type { LogHead, LogStore } from "./types.ts";

/** Lines that are fetched at a time. */
const BATCH = 256;
const LINES = "lines";
const KEYS = "keys";
const HEADS = "heads";

/**
 * Opens a log's database, or makes one.
 *
 * @param name Of the database.
 * @throws {LogError} Where the browser has none, refuses it, or another page has it open.
 */
export async function indexedLogStore(name: string): Promise<LogStore> {
  if (typeof indexedDB === "undefined") {
    throw new LogError("log in the browser: expected IndexedDB, there is none");
  }
  const unlock = await lockOf(name);
  try {
    const opening = indexedDB.open(name, 1);
    opening.onupgradeneeded = (): void => {
      opening.result.createObjectStore(LINES, { autoIncrement: true });
      opening.result.createObjectStore(KEYS);
      opening.result.createObjectStore(HEADS);
    };
    return new IndexedStore(await done(opening), unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

class IndexedStore implements LogStore {
  /** A transaction is whole or not there: no line is ever half written. */
  readonly repaired = 0;
  readonly #database: IDBDatabase;
  readonly #unlock: () => void;

  constructor(database: IDBDatabase, unlock: () => void) {
    this.#database = database;
    this.#unlock = unlock;
  }

  async *lines(): AsyncGenerator<string, void, void> {
    let after: IDBValidKey | null = null;
    for (;;) {
      const range: IDBKeyRange | null = after === null ? null : IDBKeyRange.lowerBound(after, true);
      const store = this.#begin(LINES, "readonly").objectStore(LINES);
      const keys: Promise<IDBValidKey[]> = done(store.getAllKeys(range, BATCH));
      const values: Promise<unknown[]> = done(store.getAll(range, BATCH));
      for (const value of await values) yield String(value);
      const last: IDBValidKey | undefined = (await keys).at(-1);
      if (last === undefined) return;
      after = last;
    }
  }

  append(line: string): Promise<void> {
    return this.#change(LINES, (store) => store.add(line));
  }

  async head(): Promise<LogHead | null> {
    const found: unknown = await done(
      this.#begin(HEADS, "readonly").objectStore(HEADS).get("head"),
    );
    if (found === undefined) return null;
    const { entries, hash } = (found ?? {}) as Partial<LogHead>;
    if (!Number.isSafeInteger(entries) || typeof hash !== "string") {
      throw new LogError("log in the browser: expected how far it has come, got other data");
    }
    return { entries: entries as number, hash };
  }

  putHead({ entries, hash }: LogHead): Promise<void> {
    return this.#change(HEADS, (store) => store.put({ entries, hash }, "head"));
  }

  async key(id: string): Promise<Uint8Array | null> {
    const found: unknown = await done(this.#begin(KEYS, "readonly").objectStore(KEYS).get(id));
    return found instanceof Uint8Array ? found : null;
  }

  putKey(id: string, key: Uint8Array): Promise<void> {
    return this.#change(KEYS, (store) => store.put(key.slice(), id));
  }

  async destroyKey(id: string): Promise<void> {
    const key = await this.key(id);
    if (key === null) return;
    await this.putKey(id, crypto.getRandomValues(new Uint8Array(key.length)));
    await this.#change(KEYS, (store) => store.delete(id));
  }

  async close(): Promise<void> {
    this.#database.close();
    this.#unlock();
  }

  #begin(store: string, mode: IDBTransactionMode): IDBTransaction {
    try {
      return this.#database.transaction(store, mode, { durability: "strict" });
    } catch (error) {
      throw new LogError("log in the browser: it is closed", { cause: error });
    }
  }

  #change(name: string, work: (store: IDBObjectStore) => unknown): Promise<void> {
    const transaction = this.#begin(name, "readwrite");
    work(transaction.objectStore(name));
    return new Promise((resolve, reject) => {
      const failed = (): void => reject(failure(transaction.error));
      transaction.oncomplete = (): void => resolve();
      transaction.onerror = failed;
      transaction.onabort = failed;
    });
  }
}

function failure(cause: unknown): LogError {
  return new LogError("log in the browser: the database failed", { cause });
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = (): void => resolve(request.result);
    request.onerror = (): void => reject(failure(request.error));
  });
}

/** Takes the lock of a name; gives back what lets it go. */
function lockOf(name: string): Promise<() => void> {
  return new Promise((resolve, reject) => {
    navigator.locks
      .request(`symbion-log ${name}`, { ifAvailable: true }, (lock) => {
        if (lock === null) {
          reject(new LogError(`log in the browser: ${name} is in use by another page`));
          return undefined;
        }
        return new Promise<void>((release) => resolve(release));
      })
      .catch((error: unknown) => reject(failure(error)));
  });
}
