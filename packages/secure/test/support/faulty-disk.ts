/**
 * A disk in memory whose power can be cut at any operation. Until a file is flushed, each of its written sectors may or
 * may not have reached the disk, in any order; until a folder is flushed, its names may be the old or the new ones.
 */

import type { DurableFile, DurableFiles } from "../../src/node/index.ts";

const SECTOR = 512;

type Inode = {
  flushed: Uint8Array;
  seen: Uint8Array;
  pending: { at: number; bytes: Uint8Array }[];
};

/** Thrown by every operation once the power is gone. */
export class PowerLost extends Error {
  override readonly name = "PowerLost";
}

/** Which sectors of what was not flushed get onto the disk. */
export type Survival = "none" | "all" | (() => boolean);

function put(bytes: Uint8Array, at: number, part: Uint8Array): Uint8Array {
  const grown = new Uint8Array(Math.max(bytes.length, at + part.length));
  grown.set(bytes);
  grown.set(part, at);
  return grown;
}

export class FaultyDisk implements DurableFiles {
  #names = new Map<string, Inode>();
  #flushedNames = new Map<string, Inode>();
  #operations = 0;
  #cutAt = Number.POSITIVE_INFINITY;
  #cutAfter = false;
  #off = false;
  /** A broken twin: flushes that promise and do nothing. */
  readonly #lies: boolean;
  /** Rejects writes as a full disk does, while it is set. */
  full = false;

  constructor(options: { readonly lies?: boolean } = {}) {
    this.#lies = options.lies ?? false;
  }

  /** Operations on the disk so far. */
  get operations(): number {
    return this.#operations;
  }

  get off(): boolean {
    return this.#off;
  }

  /** Cuts the power before the operation that is `steps` ahead (0 is the next), or right after it, unanswered. */
  cut(steps: number, when: "before" | "after"): void {
    this.#cutAt = this.#operations + steps;
    this.#cutAfter = when === "after";
  }

  /** Cuts the power now. */
  cutNow(): void {
    this.#off = true;
  }

  /** Power is back: what survived is all there is. */
  restore(survival: Survival): void {
    const survives = survival === "none" ? () => false : survival === "all" ? () => true : survival;
    const names = survives() ? this.#names : this.#flushedNames;
    for (const inode of new Set([...this.#names.values(), ...this.#flushedNames.values()])) {
      let bytes = inode.flushed;
      for (const { at, bytes: written } of inode.pending) {
        for (let from = 0; from < written.length; from += SECTOR) {
          if (survives()) bytes = put(bytes, at + from, written.subarray(from, from + SECTOR));
        }
      }
      inode.flushed = bytes;
      inode.seen = bytes;
      inode.pending = [];
    }
    this.#names = new Map(names);
    this.#flushedNames = new Map(names);
    this.#cutAt = Number.POSITIVE_INFINITY;
    this.#off = false;
  }

  async #step(name: string, effect: () => void): Promise<void> {
    if (this.#off) throw new PowerLost(name);
    const mine = this.#operations++;
    if (mine === this.#cutAt && !this.#cutAfter) {
      this.#off = true;
      throw new PowerLost(name);
    }
    // Operations take a while: others come in between.
    await new Promise((resolve) => setImmediate(resolve));
    if (this.#off) throw new PowerLost(name);
    effect();
    if (mine === this.#cutAt) {
      this.#off = true;
      throw new PowerLost(name);
    }
  }

  #file(inode: Inode): DurableFile {
    return {
      write: (bytes, at) => {
        if (this.full) {
          return Promise.reject(Object.assign(new Error("no space left"), { code: "ENOSPC" }));
        }
        const copy = bytes.slice();
        return this.#step("write", () => {
          inode.pending.push({ at, bytes: copy });
          inode.seen = put(inode.seen, at, copy);
        });
      },
      sync: () =>
        this.#step("sync", () => {
          if (this.#lies) return;
          inode.flushed = inode.seen;
          inode.pending = [];
        }),
      truncate: () => Promise.reject(new Error("nobody cuts here")),
      close: () => Promise.resolve(),
    };
  }

  makeFolder(): Promise<void> {
    return Promise.resolve();
  }
  list(): Promise<string[]> {
    return Promise.resolve([...this.#names.keys()]);
  }
  read(path: string): Promise<Uint8Array | null> {
    if (this.#off) return Promise.reject(new PowerLost("read"));
    return Promise.resolve(this.#names.get(path)?.seen.slice() ?? null);
  }
  async create(path: string): Promise<DurableFile> {
    const inode: Inode = { flushed: new Uint8Array(0), seen: new Uint8Array(0), pending: [] };
    await this.#step("create", () => this.#names.set(path, inode));
    return this.#file(inode);
  }
  open(path: string): Promise<DurableFile> {
    const inode = this.#names.get(path);
    if (inode === undefined) return Promise.reject(Object.assign(new Error(), { code: "ENOENT" }));
    return Promise.resolve(this.#file(inode));
  }
  rename(from: string, to: string): Promise<void> {
    return this.#step("rename", () => {
      const inode = this.#names.get(from);
      if (inode === undefined) throw new Error("nothing to rename");
      this.#names.delete(from);
      this.#names.set(to, inode);
    });
  }
  remove(path: string): Promise<void> {
    return this.#step("remove", () => this.#names.delete(path));
  }
  syncFolder(): Promise<void> {
    return this.#step("sync folder", () => {
      if (!this.#lies) this.#flushedNames = new Map(this.#names);
    });
  }

  /** A file as it is. */
  bytes(path: string): Uint8Array {
    return this.#names.get(path)?.seen.slice() ?? new Uint8Array(0);
  }
}
