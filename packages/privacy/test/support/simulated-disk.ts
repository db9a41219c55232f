/** A disk that forgets what was not synced when its power goes, in all the ways that real ones do. */

import type { Disk } from "../../src/node/disk.ts";

/** Thrown by every operation from the moment on at which the power goes. */
export class PowerLoss extends Error {}

type Content = { readonly live: Uint8Array; readonly durable: Uint8Array };

/** A random number from 0 to below 1. */
export type Chance = () => number;

/** A small generator with a seed, so that a failure can be run again (mulberry32). */
export function chanceOf(seed: number): Chance {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Files in memory; `before` is called with the number of each operation from 1 on, and may throw in its place. */
export class SimulatedDisk implements Disk {
  steps = 0;
  readonly #before: (step: number, operation: string) => void;
  /** Names as they are, and as a loss of power would leave them: with some of the changes since the last sync of the folder. */
  #names = new Map<string, { content: Content }>();
  #durable = new Map<string, { content: Content }>();
  readonly #changes: (() => void)[] = [];
  readonly #open = new Map<number, { content: Content }>();
  readonly #locks: Set<string>;
  #next = 3;
  #dead = false;

  constructor(before: (step: number, operation: string) => void = () => {}) {
    this.#before = before;
    this.#locks = new Set();
  }

  /** Whether its power has gone. */
  get dead(): boolean {
    return this.#dead;
  }

  /** What a machine finds when its power comes back. */
  survivor(chance: Chance, before?: (step: number, operation: string) => void): SimulatedDisk {
    const kept = Math.floor(chance() * (this.#changes.length + 1));
    for (const change of this.#changes.slice(0, kept)) change();
    const disk = new SimulatedDisk(before);
    for (const [name, { content }] of this.#durable) {
      const bytes = survived(content, chance);
      const file = { content: { live: bytes, durable: bytes } };
      disk.#names.set(name, file);
      disk.#durable.set(name, file);
    }
    return disk;
  }

  lock(path: string): () => void {
    this.#step("lock");
    if (this.#locks.has(path)) throw Object.assign(new Error("locked"), { errcode: 5 });
    this.#locks.add(path);
    return () => this.#locks.delete(path);
  }

  read(path: string): Uint8Array | null {
    this.#step("read");
    return this.#names.get(path)?.content.live ?? null;
  }

  open(path: string, fresh: boolean): number {
    this.#step("open");
    let file = this.#names.get(path);
    if (file === undefined || fresh) {
      const made = { content: { live: new Uint8Array(0), durable: new Uint8Array(0) } };
      file = made;
      this.#change((names) => names.set(path, made));
    }
    this.#open.set(this.#next, file);
    return this.#next++;
  }

  write(number: number, bytes: Uint8Array, at: number): number {
    this.#step("write");
    const file = this.#file(number);
    // A short write now and then: callers have to go on with the rest.
    const some = bytes.subarray(0, Math.max(1, bytes.length - (this.steps % 3) * 7));
    const { live, durable } = file.content;
    const next = new Uint8Array(Math.max(live.length, at + some.length));
    next.set(live);
    next.set(some, at);
    file.content = { live: next, durable };
    return some.length;
  }

  cut(number: number, length: number): void {
    this.#step("cut");
    const file = this.#file(number);
    file.content = { ...file.content, live: file.content.live.slice(0, length) };
  }

  sync(number: number): void {
    this.#step("sync");
    const file = this.#file(number);
    file.content = { live: file.content.live, durable: file.content.live };
  }

  close(number: number): void {
    this.#open.delete(number);
  }

  rename(from: string, to: string): void {
    this.#step("rename");
    const file = this.#names.get(from);
    if (file === undefined) throw new Error(`no file ${from}`);
    this.#change((names) => names.set(to, file).delete(from));
  }

  syncFolder(): void {
    this.#step("syncFolder");
    this.#durable = new Map(this.#names);
    this.#changes.length = 0;
  }

  remove(path: string): void {
    this.#step("remove");
    if (this.#names.has(path)) this.#change((names) => names.delete(path));
  }

  #change(change: (names: Map<string, { content: Content }>) => void): void {
    change(this.#names);
    this.#changes.push(() => change(this.#durable));
  }

  #file(number: number): { content: Content } {
    const file = this.#open.get(number);
    if (file === undefined) throw new Error(`file ${number} is not open`);
    return file;
  }

  #step(operation: string): void {
    if (this.#dead) throw new PowerLoss(operation);
    this.steps++;
    try {
      this.#before(this.steps, operation);
    } catch (error) {
      if (error instanceof PowerLoss) this.#dead = true;
      throw error;
    }
  }
}

/** What was synced, with some of what came after: none of it, all, a part, or its length with zeros for what it says. */
function survived({ live, durable }: Content, chance: Chance): Uint8Array {
  const way = Math.floor(chance() * 4);
  if (way === 0 || live === durable) return durable;
  if (way === 1) return live;
  const shared = Math.min(live.length, durable.length);
  const length = shared + Math.floor(chance() * (live.length - shared + 1));
  const bytes = live.slice(0, way === 2 ? length : live.length);
  if (way === 3) bytes.fill(0, shared, length);
  return bytes;
}
