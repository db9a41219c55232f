/** Files in memory that stop, fail or lose what was not flushed at any chosen operation. */

import { dirname } from "node:path";
import type { DurableFile, DurableFiles } from "../../src/node/sealed/files.ts";

/** The process was killed in the middle of an operation. */
export class Crash extends Error {
  override readonly name = "Crash";
}

/** Bytes that a disk writes at once. */
const SECTOR = 512;

type Content = { current: Uint8Array; durable: Uint8Array };
type NameChange = { readonly path: string; readonly content: Content | null };

/** Files of one folder in memory. */
export class MemoryFiles implements DurableFiles {
  /** Operations that change something, so far. */
  operations = 0;
  /** The operation at which the process is killed. */
  crashAt = Number.POSITIVE_INFINITY;
  /** Called before every operation that changes something; what it throws fails the operation. */
  fault: ((name: string, path: string) => void) | null = null;
  readonly #random: () => number;
  #names = new Map<string, Content>();
  #durableNames = new Map<string, Content>();
  #changes: NameChange[] = [];
  #dead = false;

  constructor(random: () => number) {
    this.#random = random;
  }

  /**
   * The machine starts again; after a power cut, what was not flushed is there in part or not at all. `first`: all of it
   * is there but the first sector of each file.
   */
  restart(powerCut: boolean | "first"): void {
    this.#dead = false;
    this.crashAt = Number.POSITIVE_INFINITY;
    if (!powerCut) return;
    const isFirst = powerCut === "first";
    const share = isFirst ? 1 : this.#random();
    const kept = Math.min(this.#changes.length, Math.floor(share * (this.#changes.length + 1)));
    for (const change of this.#changes.slice(0, kept)) apply(this.#durableNames, change);
    this.#changes = [];
    this.#names = new Map(this.#durableNames);
    for (const content of this.#names.values()) {
      content.current = isFirst ? withoutFirst(content) : this.#torn(content);
    }
    for (const content of this.#names.values()) content.durable = content.current;
  }

  /** Bytes of a file, for tests that change them. */
  bytes(path: string): Uint8Array {
    const content = this.#names.get(path);
    if (content === undefined) throw new Error(`no ${path}`);
    return content.current;
  }

  /** Replaces a file as an attacker would. */
  put(path: string, bytes: Uint8Array | null): void {
    const content = bytes === null ? null : { current: bytes, durable: bytes };
    apply(this.#names, { path, content });
    apply(this.#durableNames, { path, content });
  }

  /** Paths of all files. */
  get paths(): string[] {
    return [...this.#names.keys()].sort();
  }

  async makeFolder(): Promise<void> {}

  async list(folder: string): Promise<string[]> {
    this.#alive();
    const inside = [...this.#names.keys()].filter((path) => dirname(path) === folder);
    return inside.map((path) => path.slice(folder.length + 1));
  }

  async read(path: string): Promise<Uint8Array | null> {
    this.#alive();
    return this.#names.get(path)?.current.slice() ?? null;
  }

  async create(path: string): Promise<DurableFile> {
    this.#step("create", path);
    const content = { current: new Uint8Array(0), durable: new Uint8Array(0) };
    this.#change({ path, content });
    return this.#handle(path, content);
  }

  async open(path: string): Promise<DurableFile> {
    this.#alive();
    const content = this.#names.get(path);
    if (content === undefined) throw Object.assign(new Error(`no ${path}`), { code: "ENOENT" });
    return this.#handle(path, content);
  }

  async rename(from: string, to: string): Promise<void> {
    this.#step("rename", to);
    const content = this.#names.get(from);
    if (content === undefined) throw Object.assign(new Error(`no ${from}`), { code: "ENOENT" });
    this.#change({ path: to, content });
    this.#change({ path: from, content: null });
  }

  async remove(path: string): Promise<void> {
    this.#step("remove", path);
    this.#change({ path, content: null });
  }

  async syncFolder(folder: string): Promise<void> {
    this.#step("syncFolder", folder);
    for (const change of this.#changes) apply(this.#durableNames, change);
    this.#changes = [];
  }

  #handle(path: string, content: Content): DurableFile {
    return {
      write: async (bytes, at) => {
        const isLast = this.#count("write", path);
        const length = isLast ? Math.floor(this.#random() * (bytes.length + 1)) : bytes.length;
        const next = new Uint8Array(Math.max(content.current.length, at + length));
        next.set(content.current, 0);
        next.set(bytes.subarray(0, length), at);
        content.current = next;
        if (isLast) this.#die();
      },
      sync: async () => {
        this.#step("sync", path);
        content.durable = content.current;
      },
      truncate: async (length) => {
        this.#step("truncate", path);
        content.current = content.current.slice(0, length);
      },
      close: async () => {},
    };
  }

  /** Contents after a power cut: what was flushed, and any sectors of the rest, in no order. */
  #torn({ current, durable }: Content): Uint8Array {
    const chance = this.#random();
    if (chance < 0.25) return durable;
    if (chance < 0.5) return current;
    const grown = Math.max(0, current.length - durable.length);
    const length = durable.length + Math.ceil(Math.min(1, 2 * this.#random()) * grown);
    const mixed = new Uint8Array(length);
    mixed.set(durable, 0);
    const lost = this.#random() / 3;
    for (let at = 0; at < length; at += SECTOR) {
      if (this.#random() < lost) continue;
      mixed.set(current.subarray(at, Math.min(at + SECTOR, length)), at);
    }
    return mixed;
  }

  #change(change: NameChange): void {
    apply(this.#names, change);
    this.#changes.push(change);
  }

  #alive(): void {
    if (this.#dead) throw new Crash("killed");
  }

  #count(name: string, path: string): boolean {
    this.#alive();
    this.fault?.(name, path);
    this.operations++;
    return this.operations >= this.crashAt;
  }

  #step(name: string, path: string): void {
    if (this.#count(name, path)) this.#die();
  }

  #die(): never {
    this.#dead = true;
    throw new Crash("killed");
  }
}

function withoutFirst({ current, durable }: Content): Uint8Array {
  const mixed = current.slice();
  mixed.fill(0, durable.length, durable.length + SECTOR);
  return mixed;
}

function apply(names: Map<string, Content>, { path, content }: NameChange): void {
  if (content === null) names.delete(path);
  else names.set(path, content);
}

/** Reproducible numbers from 0 to 1 for tests (mulberry32); never for keys or noise. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}
