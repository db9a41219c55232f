/** Updates from publisher to device: the whole cycle, offline and over HTTP, rotation, restarts and crashes. */

import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KeyStoreError, memoryUpdateState, UpdateClient, UpdateError } from "../src/index.ts";
import {
  createRepository,
  fetchSource,
  folderSource,
  folderUpdateState,
  installTarget,
  nativeStreamHash,
  openRepository,
} from "../src/node/index.ts";
import {
  canonicalJson,
  fromBase64,
  type Json,
  parseCanonical,
  toBase64,
} from "../src/updates/canonical.ts";
import { parseMetadata, signMetadata, UPDATE_ROLES } from "../src/updates/metadata.ts";
import { temporary } from "./support/folders.ts";
import { item } from "./support/items.ts";
import { MemoryFiles, seeded } from "./support/memory-files.ts";
import {
  DAY,
  device,
  people,
  primitives,
  published,
  roles,
  START,
  signers,
} from "./support/updates.ts";

describe("the cycle", () => {
  it("goes from a folder to a device, also when the folder was carried there", async () => {
    const { folder, root, repository, clock } = await published();
    if (process.platform !== "win32") {
      expect(statSync(join(folder, "timestamp.json")).mode & 0o044).toBe(0o044);
    }
    const stick = temporary();
    cpSync(folder, stick, { recursive: true });
    const client = device(root, [folderSource(stick)], clock);
    const overview = await client.refresh();
    expect(overview.versions).toEqual({ root: 1, targets: 2, snapshot: 2, timestamp: 2 });
    expect(overview.targets.map(({ path }) => path).sort()).toEqual([
      "config/tiers.json",
      "models/yard.onnx",
    ]);
    expect(client.target("models/yard.onnx").about).toEqual({ for: "yard" });
    expect(await client.fetch("models/yard.onnx")).toEqual(new Uint8Array(100_000).fill(1));
    const to = join(stick, "installed.onnx");
    await installTarget(client, "models/yard.onnx", to);
    expect(new Uint8Array(readFileSync(to))).toEqual(new Uint8Array(100_000).fill(1));
    repository.close();
  });

  it("goes over HTTP, with a server that is given up when it stops sending", async () => {
    const { folder, root, clock } = await published();
    let stall = false;
    const server = createServer((request, response) => {
      const path = join(folder, decodeURIComponent(request.url ?? "").replace(/^\/repo\//, ""));
      try {
        const bytes = readFileSync(path);
        response.writeHead(200);
        if (stall) response.write(bytes.subarray(0, 10));
        else response.end(bytes);
      } catch {
        response.writeHead(404).end();
      }
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/repo`;
    const source = fetchSource({ url, fetch, stallMs: 300 });
    const state = memoryUpdateState();
    const client = new UpdateClient({
      primitives,
      state,
      sources: [source],
      root,
      clock: () => clock.now,
      hash: nativeStreamHash,
    });
    await client.refresh();
    expect((await client.fetch("models/yard.onnx")).length).toBe(100_000);
    stall = true;
    await expect(client.refresh()).rejects.toMatchObject({ code: "unavailable" });
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect(() => fetchSource({ url: "http://example.org/", fetch })).toThrow(TypeError);
  });

  it("publishes, replaces and withdraws files, and renews what expires", async () => {
    const { folder, root, repository, clock } = await published();
    const client = device(root, [folderSource(folder)], clock);
    await client.refresh();
    await repository.publish(
      {
        add: [{ path: "models/yard.onnx", from: new Uint8Array(5).fill(2) }],
        remove: ["config/tiers.json"],
      },
      signers,
    );
    await client.refresh();
    expect(await client.fetch("models/yard.onnx")).toEqual(new Uint8Array(5).fill(2));
    expect(() => client.target("config/tiers.json")).toThrow(UpdateError);
    clock.now += 6 * DAY;
    // The machine that renews needs no other keys than those of snapshot and timestamp.
    await repository.renew([people[3], people[4]]);
    clock.now += 6 * DAY;
    const overview = await client.refresh();
    expect(overview.versions).toEqual({ root: 1, targets: 3, snapshot: 4, timestamp: 4 });
    repository.close();
    const again = await openRepository({ folder, clock: () => clock.now });
    expect(again.targets.map(({ path }) => path)).toEqual(["models/yard.onnx"]);
    await again.publish({ remove: ["models/yard.onnx"] }, signers);
    expect((await client.refresh()).targets).toEqual([]);
    again.close();
  });

  it("refuses publications without enough holders, and leaves everything as it was", async () => {
    const { folder, repository } = await published();
    const before = readdirSync(folder).sort();
    await expect(repository.publish({}, [people[0], people[3], people[4]])).rejects.toMatchObject({
      code: "signatures",
    });
    await expect(repository.renew([people[3]])).rejects.toMatchObject({ code: "signatures" });
    await expect(repository.rotate(roles, [people[3], people[4]])).rejects.toMatchObject({
      code: "signatures",
    });
    const path = "../outside";
    await expect(
      repository.publish({ add: [{ path, from: new Uint8Array(1) }] }, signers),
    ).rejects.toMatchObject({ code: "malformed" });
    await expect(repository.publish({ remove: ["models/none"] }, signers)).rejects.toMatchObject({
      code: "unknown-target",
    });
    await expect(
      repository.publish({ add: [{ path: "a", from: join(folder, "none") }] }, signers),
    ).rejects.toThrow(/ENOENT/);
    expect(readdirSync(folder).sort()).toEqual(before);
    await expect(openRepository({ folder })).rejects.toThrow(KeyStoreError);
    repository.close();
    await expect(createRepository({ folder }, roles, signers)).rejects.toThrow(KeyStoreError);
    const empty = temporary();
    await expect(openRepository({ folder: empty })).rejects.toThrow(KeyStoreError);
    await expect(
      createRepository(
        { folder: empty },
        { ...roles, root: { holders: [], threshold: 0 } },
        signers,
      ),
    ).rejects.toThrow(RangeError);
  });
});

describe("rotation", () => {
  it("follows a chain of roots, each signed by the one before", async () => {
    const { folder, root, repository, clock } = await published();
    const early = device(root, [folderSource(folder)], clock);
    await early.refresh();
    const second = { ...roles, timestamp: { holders: [people[5].public] } };
    await repository.rotate(second, [...signers, people[5]]);
    const third = {
      ...second,
      root: { holders: [people[2].public, people[5].public] },
      targets: { holders: [people[5].public] },
    };
    await repository.rotate(third, [...people]);
    for (const client of [early, device(root, [folderSource(folder)], clock)]) {
      const overview = await client.refresh();
      expect(overview.versions.root).toBe(3);
      expect(await client.fetch("models/yard.onnx")).toHaveLength(100_000);
    }
    // A device that comes with the newest root needs none of the others.
    rmSync(join(folder, "2.root.json"));
    const late = device(repository.root, [folderSource(folder)], clock);
    expect((await late.refresh()).versions.root).toBe(3);
    await expect(device(root, [folderSource(folder)], clock).refresh()).rejects.toThrow(
      UpdateError,
    );
    repository.close();
  });
});

describe("state", () => {
  it("gives way to a newer root that comes with the software, and is no way in for another", async () => {
    const { folder, root, repository, clock } = await published();
    const state = memoryUpdateState();
    await repository.rotate({ ...roles, timestamp: { holders: [people[5].public] } }, [
      ...signers,
      people[5],
    ]);
    await device(root, [folderSource(folder)], clock, state).refresh();
    expect(await state.read("root")).not.toBeNull();
    await repository.rotate(roles, [...signers, people[5]]);
    rmSync(join(folder, "3.root.json"));
    expect(
      (await device(repository.root, [folderSource(folder)], clock, state).refresh()).versions.root,
    ).toBe(3);
    const { signed } = parseMetadata(primitives, "root", repository.root);
    await state.write("root", signMetadata(primitives, { ...signed, version: 7 }, [people[0]]));
    await expect(
      device(root, [folderSource(folder)], clock, state).refresh(),
    ).rejects.toMatchObject({
      code: "state",
    });
    repository.close();
  });

  it("outlives restarts: without a source what is valid is still known", async () => {
    const { folder, root, clock } = await published();
    const stateFolder = temporary();
    let state = await folderUpdateState(stateFolder);
    await expect(folderUpdateState(stateFolder)).rejects.toThrow(KeyStoreError);
    await expect(device(root, [], clock, state).load()).rejects.toMatchObject({
      code: "unavailable",
    });
    const overview = await device(root, [folderSource(folder)], clock, state).refresh();
    state.close();
    state = await folderUpdateState(stateFolder);
    expect(await device(root, [], clock, state).load()).toEqual(overview);
    await expect(device(root, [], clock, state).refresh()).rejects.toMatchObject({
      code: "unavailable",
    });
    await expect(device(root, [], { now: START + 8 * DAY }, state).load()).rejects.toMatchObject({
      code: "expired",
    });
    for (const name of ["root.json", "timestamp.json", "targets.json", "time"]) {
      const path = join(stateFolder, name);
      const good = existsSync(path) ? readFileSync(path) : null;
      writeFileSync(path, "damaged");
      await expect(device(root, [], clock, state).load()).rejects.toMatchObject({ code: "state" });
      if (good === null) rmSync(path);
      else writeFileSync(path, good);
    }
    state.close();
  });

  it("is never torn, and never goes back, wherever the process is killed or the power cut", async () => {
    const { folder, root, repository, clock } = await published();
    const old = temporary();
    cpSync(folder, old, { recursive: true });
    await repository.publish({ remove: ["config/tiers.json"] }, signers);
    repository.close();
    const stateFolder = temporary();
    for (const powerCut of [false, true]) {
      for (let crashAt = 1, isDone = false; !isDone; crashAt++) {
        const files = new MemoryFiles(seeded(crashAt));
        const first = await folderUpdateState(stateFolder, files);
        await device(root, [folderSource(old)], clock, first).refresh();
        files.operations = 0;
        files.crashAt = crashAt;
        isDone = await device(root, [folderSource(folder)], clock, first)
          .refresh()
          .then(
            () => true,
            () => false,
          );
        first.close();
        files.restart(powerCut);
        const second = await folderUpdateState(stateFolder, files);
        if (isDone) {
          await expect(
            device(root, [folderSource(old)], clock, second).refresh(),
          ).rejects.toMatchObject({ code: "rollback" });
        }
        const overview = await device(root, [folderSource(folder)], clock, second).refresh();
        expect(overview.versions).toEqual({ root: 1, targets: 3, snapshot: 3, timestamp: 3 });
        second.close();
      }
    }
  });

  it("keeps an installed file until the new one is whole", async () => {
    const { folder, root, clock } = await published();
    const client = device(root, [folderSource(folder)], clock);
    await client.refresh();
    for (let crashAt = 1, isDone = false; !isDone; crashAt++) {
      const files = new MemoryFiles(seeded(crashAt));
      files.put("/models/yard.onnx", new Uint8Array(3));
      files.crashAt = crashAt;
      isDone = await installTarget(client, "models/yard.onnx", "/models/yard.onnx", files).then(
        () => true,
        () => false,
      );
      files.restart(true);
      expect([3, 100_000]).toContain(files.bytes("/models/yard.onnx").length);
      if (isDone) expect(files.bytes("/models/yard.onnx").length).toBe(100_000);
    }
  });

  it("refuses options that are not known", () => {
    const options = {
      primitives,
      state: memoryUpdateState(),
      sources: [],
      root: new Uint8Array(0),
    };
    expect(() => new UpdateClient({ ...options, mirrors: [] } as never)).toThrow(TypeError);
  });
});

describe("canonical JSON", () => {
  it("has one text for each value, and reads nothing else", () => {
    const value = fc.letrec<{ value: Json }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.string({ unit: "grapheme" }),
        fc.maxSafeInteger(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie("value"), { maxLength: 4 }),
        fc.dictionary(fc.string({ maxLength: 6 }), tie("value"), {
          maxKeys: 4,
          noNullPrototype: true,
        }),
      ),
    })).value;
    fc.assert(
      fc.property(value, (one) => {
        if (Object.is(one, -0)) return;
        const text = new TextEncoder().encode(canonicalJson(one));
        expect(parseCanonical(text)).toEqual(one);
        expect(parseCanonical(new Uint8Array([...text, 32]))).toBeUndefined();
      }),
    );
    for (const text of [
      '{"b":1,"a":2}',
      '{"a":1,"a":1}',
      "1.5",
      "1e2",
      "-0",
      "[ ]",
      '"\\u0041"',
      "",
      "\ufeff1",
      "9007199254740993",
    ]) {
      expect(parseCanonical(new TextEncoder().encode(text)), text).toBeUndefined();
    }
    expect(parseCanonical(new Uint8Array([34, 0xff, 34]))).toBeUndefined();
    const deep = new TextEncoder().encode(`${"[".repeat(9000)}${"]".repeat(9000)}`);
    expect(parseCanonical(deep)).toBeUndefined();
    expect(() => canonicalJson(0.5)).toThrow(TypeError);
    expect(() => canonicalJson("\ud800")).toThrow(TypeError);
  });

  it("carries bytes in canonical Base64 only", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(fromBase64(toBase64(bytes))).toEqual(new Uint8Array(bytes));
        expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString("base64"));
      }),
    );
    for (const text of ["A", "AA=", "AB==", "A A=", "AAAA\n", "-_==", "é"]) {
      expect(fromBase64(text), text).toBeNull();
    }
  });
});

describe("foreign metadata", () => {
  it("cannot give a key the id of another", async () => {
    const { root } = await published();
    const { signed } = parseMetadata(primitives, "root", root);
    const ids = [...signed.keys.keys()];
    const keys = [...signed.keys.values()];
    const turned = new Map(ids.map((id, at) => [id, item(keys, (at + 1) % keys.length)]));
    const bytes = signMetadata(primitives, { ...signed, keys: turned }, signers);
    expect(() => parseMetadata(primitives, "root", bytes)).toThrow(/key ids/);
  });

  it("never throw anything but UpdateError", async () => {
    const { folder } = await published();
    const random = seeded(9);
    for (const role of UPDATE_ROLES) {
      const file = role === "timestamp" ? "timestamp.json" : `1.${role}.json`;
      const good = new Uint8Array(readFileSync(join(folder, file)));
      expect(parseMetadata(primitives, role, good).signed.role).toBe(role);
      const value = parseCanonical(good) as { signed: Record<string, Json>; signatures: Json };
      const hostile: Json[] = [
        null,
        [],
        {},
        "x",
        -1,
        0,
        2 ** 53 - 1,
        true,
        { __proto__: null },
        [[]],
      ];
      for (const name of Object.keys(value.signed)) {
        for (const other of hostile) {
          const changed = { ...value, signed: { ...value.signed, [name]: other } };
          const bytes = new TextEncoder().encode(canonicalJson(changed));
          const isSound = name === "version" && other === 2 ** 53 - 1;
          const isEmpty = name === "targets" && role === "targets" && canonicalJson(other) === "{}";
          if (isSound || isEmpty) continue;
          expect(() => parseMetadata(primitives, role, bytes), `${role} ${name}`).toThrow(
            UpdateError,
          );
        }
      }
      for (const other of hostile.slice(0, 2)) {
        const bytes = new TextEncoder().encode(canonicalJson({ ...value, signatures: other }));
        expect(() => parseMetadata(primitives, role, bytes)).toThrow(UpdateError);
      }
      const extra = { ...value, signed: { ...value.signed, delegations: {} } };
      const bytes = new TextEncoder().encode(canonicalJson(extra));
      expect(() => parseMetadata(primitives, role, bytes)).toThrow(UpdateError);
      for (let round = 0; round < 60; round++) {
        const bad = good.slice();
        for (let edits = 0; edits < 3; edits++) {
          bad[Math.floor(random() * bad.length)] = Math.floor(random() * 256);
        }
        try {
          parseMetadata(primitives, role, bad.slice(0, random() < 0.3 ? 500 : bad.length));
        } catch (error) {
          expect(error).toBeInstanceOf(UpdateError);
        }
      }
    }
  });
});
