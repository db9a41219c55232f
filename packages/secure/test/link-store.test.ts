/** The key store of links on a real disk, and on one that fails. */

import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createIdentity, KeyStoreError, publicIdentityBytes } from "../src/index.ts";
import { nativePrimitives, openLinkStore } from "../src/node/index.ts";
import type { CallerPeerRecord } from "../src/node/link/records.ts";
import { FaultyDisk } from "./support/faulty-disk.ts";

const primitives = nativePrimitives();
const wrapping = primitives.random(32);
const root = mkdtempSync(join(tmpdir(), "symbion-link-"));
afterAll(() => rmSync(root, { recursive: true }));

const identity = publicIdentityBytes(createIdentity(primitives).public);

function peer(name: string, key: Uint8Array): CallerPeerRecord {
  return {
    kind: "from",
    id: name,
    profile: "hybrid",
    identity,
    binding: new Uint8Array(32).fill(9),
    enrolledAt: 1000,
    sessions: 0,
    lastAt: 0,
    current: key,
    next: null,
    invitation: null,
  };
}

const memory = (files: FaultyDisk) => ({ files, lock: () => () => undefined });

describe("the key store", () => {
  it("keeps peers over restarts, for its owner only, and shows no key on the disk", async () => {
    const folder = join(root, "kept");
    const key = primitives.random(80);
    const store = await openLinkStore(folder, wrapping);
    await store.add(peer("one", key));
    await store.close();
    const path = join(folder, "link.keys");
    expect(statSync(path).mode & 0o077).toBe(0);
    expect(readFileSync(path).includes(Buffer.from(key))).toBe(false);
    expect(readFileSync(path).includes(Buffer.from(identity))).toBe(false);
    const again = await openLinkStore(folder, wrapping);
    expect(again.peers().map(({ id }) => id)).toEqual(["one"]);
    const record = again.peerEntry("one")?.record;
    expect(record).toEqual(peer("one", key));
    await again.close();
  });

  it("is one process's at a time", async () => {
    const folder = join(root, "shared");
    const store = await openLinkStore(folder, wrapping);
    await expect(openLinkStore(folder, wrapping)).rejects.toThrow(KeyStoreError);
    await store.close();
    await (await openLinkStore(folder, wrapping)).close();
  });

  it("refuses another wrapping key, other files, and damage that no power cut leaves", async () => {
    const folder = join(root, "damaged");
    const path = join(folder, "link.keys");
    const store = await openLinkStore(folder, wrapping);
    const entry = await store.add(peer("one", primitives.random(80)));
    await store.update(entry, (record) => record);
    await store.close();
    await expect(openLinkStore(folder, primitives.random(32))).rejects.toThrow(/wrapping key/);
    await expect(openLinkStore(folder, new Uint8Array(16))).rejects.toThrow(/32 bytes/);
    const good = readFileSync(path);
    // One version damaged: the other one stands in.
    const half = Buffer.from(good);
    half.writeUInt8(half.readUInt8(3 * 4096 - 100) ^ 1, 3 * 4096 - 100);
    writeFileSync(path, half);
    const stood = await openLinkStore(folder, wrapping);
    expect(stood.torn).toBe(1);
    expect(stood.peers()).toHaveLength(1);
    await stood.close();
    const bad = Buffer.from(half);
    bad.writeUInt8(bad.readUInt8(2 * 4096 - 100) ^ 1, 2 * 4096 - 100);
    writeFileSync(path, bad);
    await expect(openLinkStore(folder, wrapping)).rejects.toThrow(/record 0 are damaged/);
    for (const other of [Buffer.alloc(0), Buffer.from("hello"), Buffer.alloc(9000, 7)]) {
      writeFileSync(path, other);
      await expect(openLinkStore(folder, wrapping)).rejects.toThrow(KeyStoreError);
    }
    // Slots that changed places are damage too.
    const swapped = Buffer.from(good);
    good.copy(swapped, 4096, 2 * 4096, 3 * 4096);
    good.copy(swapped, 2 * 4096, 4096, 2 * 4096);
    writeFileSync(path, swapped);
    await expect(openLinkStore(folder, wrapping)).rejects.toThrow(/damaged/);
  });

  it("overwrites the keys of a peer that is removed, and uses its place again", async () => {
    const disk = new FaultyDisk();
    const store = await openLinkStore("/s", wrapping, memory(disk));
    await store.add(peer("one", primitives.random(80)));
    await store.add(peer("two", primitives.random(80)));
    const before = disk.bytes("/s/link.keys");
    expect(await store.remove("one")).toBe(true);
    const after = disk.bytes("/s/link.keys");
    const slot = (bytes: Uint8Array, at: number) =>
      Buffer.from(bytes.subarray(at * 4096, (at + 1) * 4096)).toString("hex");
    expect(slot(after, 1)).not.toBe(slot(before, 1));
    expect(slot(after, 2)).not.toBe(slot(before, 2));
    expect(store.peers().map(({ id }) => id)).toEqual(["two"]);
    await store.add(peer("three", primitives.random(80)));
    expect(disk.bytes("/s/link.keys").length).toBe(before.length);
    await store.close();
    await expect(store.add(peer("late", primitives.random(80)))).rejects.toThrow(KeyStoreError);
  });

  it("after a failed flush refuses to write until it is opened anew", async () => {
    const disk = new FaultyDisk();
    const store = await openLinkStore("/s", wrapping, memory(disk));
    const entry = await store.add(peer("one", primitives.random(80)));
    disk.cut(1, "before");
    await expect(store.update(entry, (record) => record)).rejects.toThrow(/flushed/);
    disk.restore("none");
    await expect(store.update(entry, (record) => record)).rejects.toThrow(/open the store anew/);
    await store.close();
    const again = await openLinkStore("/s", wrapping, memory(disk));
    expect(again.peers()).toHaveLength(1);
    await again.close();
  });

  it("survives a power cut at every step of being made and of its first records", async () => {
    for (const when of ["before", "after"] as const) {
      for (let step = 0; ; step++) {
        const disk = new FaultyDisk();
        disk.cut(step, when);
        let written = 0;
        try {
          const store = await openLinkStore("/s", wrapping, memory(disk));
          for (let index = 0; index < 3; index++) {
            await store.add(peer(`peer ${index}`, primitives.random(80)));
            written++;
          }
        } catch {
          // The power went.
        }
        if (!disk.off) break;
        let coin = step;
        disk.restore(() => {
          coin = (Math.imul(coin, 1_103_515_245) + 12_345) & 0x7fffffff;
          return ((coin >> 16) & 1) === 1;
        });
        const store = await openLinkStore("/s", wrapping, memory(disk));
        const count = store.peers().length;
        expect(count === written || count === written + 1, `step ${step} ${when}`).toBe(true);
        await store.add(peer("after", primitives.random(80)));
        expect(store.peers()).toHaveLength(count + 1);
        await store.close();
      }
    }
  });

  it("follows no clock that goes back, not even over a restart", async () => {
    const disk = new FaultyDisk();
    let now = 5_000_000;
    let passed = 0;
    const clock = () => now;
    const elapsed = () => passed;
    const store = await openLinkStore("/s", wrapping, { ...memory(disk), clock, elapsed });
    await store.add({ ...peer("one", primitives.random(80)), lastAt: store.now() });
    now = 1000;
    expect(store.now()).toBe(5_000_000);
    passed += 250;
    expect(store.now()).toBe(5_000_250);
    await store.close();
    const again = await openLinkStore("/s", wrapping, { ...memory(disk), clock, elapsed });
    expect(again.now()).toBe(5_000_000);
    passed += 10;
    expect(again.now()).toBe(5_000_010);
    await again.close();
  });
});
