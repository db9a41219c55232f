/** The attacks that The Update Framework lists, each against a device that was well before; and what it makes of them. */

import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  createIdentity,
  type Identity,
  memoryUpdateState,
  type UpdateClient,
  type UpdateErrorCode,
  type UpdateSource,
  updateKeyId,
} from "../src/index.ts";
import { folderSource, installTarget } from "../src/node/index.ts";
import { hex } from "../src/sealed/bytes.ts";
import { type Metadata, parseMetadata, signMetadata } from "../src/updates/metadata.ts";
import { temporary } from "./support/folders.ts";
import { item } from "./support/items.ts";
import {
  DAY,
  device,
  people,
  primitives,
  published,
  roles,
  START,
  signers,
  type Tampering,
  tampered,
} from "./support/updates.ts";

const thief: Identity = createIdentity(primitives, new Uint8Array(32).fill(99));

async function refused(work: Promise<unknown>, code: UpdateErrorCode): Promise<void> {
  await expect(work).rejects.toMatchObject({ name: "UpdateError", code });
}

function file(folder: string, name: string): Uint8Array {
  return new Uint8Array(readFileSync(join(folder, name)));
}

/** A copy of a repository as it is now. */
function copyOf(folder: string): string {
  const copy = temporary();
  cpSync(folder, copy, { recursive: true });
  return copy;
}

function link(
  bytes: Uint8Array,
  version: number,
): { length: number; sha256: string; version: number } {
  return { length: bytes.length, sha256: hex(primitives.sha256(bytes)), version };
}

/** Timestamp, snapshot and targets that say what an attacker likes, signed with the keys that he has. */
function forged(holders: readonly Identity[], version: number, expires = START + DAY): Tampering {
  const sign = (metadata: Metadata): Uint8Array => signMetadata(primitives, metadata, holders);
  const target = new Uint8Array(100_000).fill(66);
  const sha256 = hex(primitives.sha256(target));
  const path = "models/yard.onnx";
  const targets = sign({
    role: "targets",
    version,
    expires,
    targets: new Map([[path, { path, about: {}, length: target.length, sha256 }]]),
  });
  const snapshot = sign({ role: "snapshot", version, expires, targets: link(targets, version) });
  const timestamp = sign({
    role: "timestamp",
    version,
    expires,
    snapshot: link(snapshot, version),
  });
  return (name, bytes) => {
    if (name === "timestamp.json") return timestamp;
    if (name === `${version}.snapshot.json`) return snapshot;
    if (name === `${version}.targets.json`) return targets;
    if (name === `targets/models/${sha256}.yard.onnx`) return target;
    return bytes;
  };
}

/** A device that has refreshed once, and the source that it asks from then on. */
async function victim(
  root: Uint8Array,
  folder: string,
  clock = { now: START },
): Promise<(source: UpdateSource, ...more: UpdateSource[]) => UpdateClient> {
  const state = memoryUpdateState();
  await device(root, [folderSource(folder)], clock, state).refresh();
  return (...sources) => device(root, sources, clock, state);
}

describe("arbitrary software", () => {
  it("is refused: other bytes for a file, of the same length", async () => {
    const { folder, root, clock } = await published();
    const evil = tampered(folder, (path, bytes) =>
      path.startsWith("targets/models") ? new Uint8Array(100_000).fill(66) : bytes,
    );
    const client = device(root, [evil], clock);
    await client.refresh();
    await refused(client.fetch("models/yard.onnx"), "hash");
    const to = join(folder, "installed");
    await refused(installTarget(client, "models/yard.onnx", to), "hash");
    expect(() => readFileSync(to)).toThrow();
  });

  it("is refused: metadata that strangers signed, or nobody", async () => {
    const { folder, root } = await published();
    const asking = await victim(root, folder);
    await refused(asking(tampered(folder, forged([thief], 9))).refresh(), "signatures");
    await refused(asking(tampered(folder, forged([], 9))).refresh(), "signatures");
    await refused(
      device(root, [tampered(folder, forged([thief], 9))], { now: START }).refresh(),
      "signatures",
    );
  });

  it("is refused: a signature of one half, or of another role's key", async () => {
    const { folder, root } = await published();
    const asking = await victim(root, folder);
    // Holder of the snapshot key signs everything.
    await refused(asking(tampered(folder, forged([people[3]], 9))).refresh(), "signatures");
    const half = tampered(folder, (path, bytes) => {
      if (path !== "timestamp.json" || bytes === null) return bytes;
      const { signed } = parseMetadata(primitives, "timestamp", bytes);
      const next = { ...signed, version: signed.version + 1 };
      const mixed: Identity = {
        public: people[4].public,
        sign(context, message) {
          const good = people[4].sign(context, message);
          good.set(thief.sign(context, message).subarray(3309), 3309);
          return good;
        },
      };
      return signMetadata(primitives, next, [mixed]);
    });
    await refused(asking(half).refresh(), "signatures");
  });
});

describe("rollback", () => {
  it("is refused: an older repository as a whole, and each older part", async () => {
    const { folder, root, repository } = await published();
    const old = copyOf(folder);
    await repository.publish({ remove: ["config/tiers.json"] }, signers);
    const asking = await victim(root, folder);
    await refused(asking(folderSource(old)).refresh(), "rollback");
    await refused(
      asking(
        tampered(folder, (path, bytes) => {
          return path === "timestamp.json" ? file(old, path) : bytes;
        }),
      ).refresh(),
      "rollback",
    );
    // The holder of the timestamp key alone points to an older snapshot.
    const { snapshot } = parseMetadata(primitives, "timestamp", file(old, "timestamp.json")).signed;
    const pointed = signMetadata(
      primitives,
      { role: "timestamp", version: 50, expires: START + DAY, snapshot },
      [people[4]],
    );
    const pointing = tampered(folder, (path, bytes) =>
      path === "timestamp.json" ? pointed : bytes,
    );
    await refused(asking(pointing).refresh(), "rollback");
    expect((await asking(folderSource(folder)).refresh()).versions.targets).toBe(3);
  });

  it("is refused: holders of timestamp and snapshot point to older targets", async () => {
    const { folder, root, repository } = await published();
    await repository.publish({ remove: ["config/tiers.json"] }, signers);
    const asking = await victim(root, folder);
    const targets = file(folder, "2.targets.json");
    const snapshot = signMetadata(
      primitives,
      { role: "snapshot", version: 9, expires: START + DAY, targets: link(targets, 2) },
      [people[3]],
    );
    const timestamp = signMetadata(
      primitives,
      { role: "timestamp", version: 9, expires: START + DAY, snapshot: link(snapshot, 9) },
      [people[4]],
    );
    const source = tampered(folder, (path, bytes) => {
      if (path === "timestamp.json") return timestamp;
      return path === "9.snapshot.json" ? snapshot : bytes;
    });
    await refused(asking(source).refresh(), "rollback");
  });

  it("is refused: an older timestamp over the same snapshot", async () => {
    const { folder, root } = await published();
    const asking = await victim(root, folder);
    const { signed } = parseMetadata(primitives, "timestamp", file(folder, "timestamp.json"));
    const stamped = (version: number): UpdateSource => {
      const bytes = signMetadata(primitives, { ...signed, version }, [people[4]]);
      return tampered(folder, (path, own) => (path === "timestamp.json" ? bytes : own));
    };
    await asking(stamped(9)).refresh();
    await refused(asking(stamped(8)).refresh(), "rollback");
    await asking(stamped(9)).refresh();
  });

  it("is refused: an older root under the next number", async () => {
    const { folder, root, repository } = await published();
    await repository.rotate({ ...roles, timestamp: { holders: [people[5].public] } }, [
      ...signers,
      people[5],
    ]);
    const asking = await victim(root, folder);
    const source = tampered(folder, (path, bytes) =>
      path === "3.root.json" ? file(folder, "1.root.json") : bytes,
    );
    await refused(asking(source).refresh(), "rollback");
  });
});

describe("freeze", () => {
  it("is noticed when the time of the timestamp is over", async () => {
    const { folder, root, clock } = await published();
    const asking = await victim(root, folder, clock);
    clock.now += 6 * DAY;
    await asking(folderSource(folder)).refresh();
    clock.now += 2 * DAY;
    await refused(asking(folderSource(folder)).refresh(), "expired");
  });

  it("is noticed also when the clock is set back", async () => {
    const { folder, root, repository, clock } = await published();
    const old = copyOf(folder);
    const asking = await victim(root, folder, clock);
    clock.now += 6 * DAY;
    await repository.renew(signers);
    await asking(folderSource(folder)).refresh();
    clock.now += 6 * DAY;
    await repository.renew(signers);
    await asking(folderSource(folder)).refresh();
    // Set back to a day on which the first timestamp was valid: the device knows that it was later already.
    clock.now = START;
    await refused(asking(folderSource(old)).refresh(), "rollback");
    const late = { ...clock };
    const state = memoryUpdateState();
    late.now = START + 12 * DAY;
    await device(root, [folderSource(folder)], late, state).refresh();
    late.now = START + 20 * DAY;
    await refused(device(root, [folderSource(folder)], late, state).refresh(), "expired");
    late.now = START + 12 * DAY;
    await device(root, [folderSource(folder)], late, state).refresh();
    late.now = START;
    expect(await device(root, [], late, state).load()).toBeDefined();
    await state.write("time", new TextEncoder().encode(String(START + 30 * DAY)));
    await refused(device(root, [folderSource(folder)], late, state).refresh(), "expired");
  });

  it("cannot be had by a clock that runs ahead once", async () => {
    const { folder, root, repository, clock } = await published();
    const asking = await victim(root, folder, clock);
    clock.now = START + 4000 * DAY;
    await refused(asking(folderSource(folder)).refresh(), "expired");
    clock.now = START + DAY;
    await repository.renew(signers);
    expect((await asking(folderSource(folder)).refresh()).versions.timestamp).toBe(3);
  });

  it("is noticed for an expired root, targets and snapshot", async () => {
    for (const role of ["root", "targets", "snapshot"] as const) {
      const { folder, root, clock } = await published({ now: START }, { days: { [role]: 1 } });
      clock.now = START + 2 * DAY;
      const client = device(root, [folderSource(folder)], clock);
      await expect(client.refresh()).rejects.toThrow(
        new RegExp(`^${role}: expected one that is valid`),
      );
    }
  });
});

describe("endless data", () => {
  it("end at the limit, for metadata and files", async () => {
    const { folder, root, clock } = await published();
    let sent = 0;
    const endless = (name: string): UpdateSource => ({
      name: "endless",
      async open(path, limit) {
        const inner = await folderSource(folder).open(path, limit);
        return path.includes(name) ? forever() : inner;
      },
    });
    async function* forever(): AsyncGenerator<Uint8Array> {
      for (;;) {
        sent += 65_536;
        if (sent > 2 ** 26) throw new Error("nobody stops it");
        yield new Uint8Array(65_536);
      }
    }
    for (const name of ["root.json", "timestamp.json", "snapshot.json", "targets.json"]) {
      sent = 0;
      await refused(device(root, [endless(name)], clock).refresh(), "length");
      expect(sent).toBeLessThan(2 ** 21);
    }
    sent = 0;
    const client = device(root, [endless("yard.onnx")], clock);
    await client.refresh();
    await refused(client.fetch("models/yard.onnx"), "length");
    expect(sent).toBeLessThan(2 ** 18);
  });

  it("and files that are too short are refused", async () => {
    const { folder, root, clock } = await published();
    const short = tampered(folder, (path, bytes) =>
      path.endsWith("yard.onnx") ? new Uint8Array(99_999).fill(1) : bytes,
    );
    const client = device(root, [short], clock);
    await client.refresh();
    await refused(client.fetch("models/yard.onnx"), "length");
  });
});

describe("mix and match", () => {
  it("is refused: a snapshot or targets of another publication", async () => {
    const { folder, root, repository, clock } = await published();
    await repository.publish({ add: [{ path: "a/b", from: new Uint8Array(1) }] }, signers);
    for (const role of ["snapshot", "targets"]) {
      const source = tampered(folder, (path, bytes) =>
        path === `3.${role}.json` ? file(folder, `2.${role}.json`) : bytes,
      );
      await expect(device(root, [source], clock).refresh()).rejects.toMatchObject({
        code: expect.stringMatching(/^(mismatch|length)$/),
      });
    }
  });

  it("is refused: another snapshot or targets of the same version and length", async () => {
    const { folder, root, clock } = await published();
    for (const [role, holders] of [
      ["snapshot", [people[3]]],
      ["targets", [people[0], people[1]]],
    ] as const) {
      const good = file(folder, `2.${role}.json`);
      const { signed } = parseMetadata(primitives, role, good);
      const twin = signMetadata(primitives, { ...signed, expires: signed.expires + DAY }, holders);
      expect(twin.length).toBe(good.length);
      const source = tampered(folder, (path, own) => (path === `2.${role}.json` ? twin : own));
      await refused(device(root, [source], clock).refresh(), "mismatch");
    }
  });

  it("is refused: a second timestamp of the same version", async () => {
    const { folder, root } = await published();
    const asking = await victim(root, folder);
    const { signed } = parseMetadata(primitives, "timestamp", file(folder, "timestamp.json"));
    const twin = signMetadata(primitives, { ...signed, expires: START + DAY }, [people[4]]);
    const source = tampered(folder, (path, bytes) => (path === "timestamp.json" ? twin : bytes));
    await refused(asking(source).refresh(), "mismatch");
  });
});

describe("wrong software", () => {
  it("is refused: a file of the publisher that was not asked for", async () => {
    const { folder, root, repository, clock } = await published();
    await repository.publish(
      { add: [{ path: "models/gate.onnx", from: new Uint8Array(100_000).fill(9) }] },
      signers,
    );
    const source = tampered(folder, (path, bytes) =>
      path.endsWith("yard.onnx") ? new Uint8Array(100_000).fill(9) : bytes,
    );
    const client = device(root, [source], clock);
    await client.refresh();
    await refused(client.fetch("models/yard.onnx"), "hash");
    await refused(client.fetch("models/none.onnx"), "unknown-target");
  });
});

describe("a malicious mirror", () => {
  it("is passed over: whatever it sends, another one is asked", async () => {
    const { folder, root, repository } = await published();
    const old = copyOf(folder);
    await repository.rotate({ ...roles, timestamp: { holders: [people[5].public] } }, [
      ...signers,
      people[5],
    ]);
    const bad: UpdateSource[] = [
      tampered(folder, () => new Uint8Array(1000)),
      tampered(folder, () => null),
      tampered(folder, forged([thief], 9)),
      folderSource(old),
      {
        name: "broken",
        open: () => Promise.reject(new Error("connection refused")),
      },
    ];
    for (const source of bad) {
      const client = device(root, [source, folderSource(folder)], { now: START });
      expect((await client.refresh()).versions).toMatchObject({ root: 2, timestamp: 3 });
      expect(await client.fetch("models/yard.onnx")).toHaveLength(100_000);
      await installTarget(client, "models/yard.onnx", join(old, "installed"));
    }
  });

  it("cannot hold a new version back while another one has it", async () => {
    const { folder, root, repository } = await published();
    const old = copyOf(folder);
    await repository.publish({ remove: ["config/tiers.json"] }, signers);
    const client = device(root, [folderSource(old), folderSource(folder)], { now: START });
    expect((await client.refresh()).versions.targets).toBe(3);
  });
});

describe("stolen keys", () => {
  it("below the threshold change nothing", async () => {
    const { folder, root } = await published();
    const asking = await victim(root, folder);
    // Timestamp, snapshot and one of two targets' keys.
    const source = tampered(folder, forged([people[0], people[3], people[4]], 9));
    await refused(asking(source).refresh(), "signatures");
    // One of two root keys makes no root.
    const stolen = parseMetadata(primitives, "root", root).signed;
    const own = signMetadata(primitives, { ...stolen, version: 2 }, [people[0], thief]);
    const rooted = tampered(folder, (path, bytes) => (path === "2.root.json" ? own : bytes));
    await refused(asking(rooted).refresh(), "signatures");
    // A root that names the thief, and that he signs, is none: holders of the old root did not sign it.
    const mine = updateKeyId(primitives, thief.public);
    const alone = { keyIds: [mine], threshold: 1 };
    const usurped = signMetadata(
      primitives,
      {
        ...stolen,
        version: 2,
        keys: new Map([[mine, thief.public]]),
        roles: { root: alone, targets: alone, snapshot: alone, timestamp: alone },
      },
      [thief],
    );
    const usurping = tampered(folder, (path, bytes) => (path === "2.root.json" ? usurped : bytes));
    await refused(asking(usurping).refresh(), "signatures");
    // A signature that is given twice counts once: a root cannot name a key twice.
    const id = item(stolen.roles.targets.keyIds, 0);
    const twice = { ...stolen.roles.targets, keyIds: [id, id] };
    const doubled = signMetadata(
      primitives,
      { ...stolen, version: 2, roles: { ...stolen.roles, targets: twice } },
      [people[0], people[1]],
    );
    const doubling = tampered(folder, (path, bytes) => (path === "2.root.json" ? doubled : bytes));
    await refused(asking(doubling).refresh(), "malformed");
  });

  it("are replaced by a new root, also where a thief had raised versions sky-high", async () => {
    const { folder, root, repository, clock } = await published();
    const asking = await victim(root, folder);
    const targets = file(folder, "2.targets.json");
    const snapshot = signMetadata(
      primitives,
      { role: "snapshot", version: 9_000_000, expires: START + DAY, targets: link(targets, 2) },
      [people[3]],
    );
    const timestamp = signMetadata(
      primitives,
      {
        role: "timestamp",
        version: 9_000_000,
        expires: START + DAY,
        snapshot: link(snapshot, 9_000_000),
      },
      [people[4]],
    );
    const source = tampered(folder, (path, bytes) => {
      if (path === "timestamp.json") return timestamp;
      return path === "9000000.snapshot.json" ? snapshot : bytes;
    });
    expect((await asking(source).refresh()).versions.timestamp).toBe(9_000_000);
    await refused(asking(folderSource(folder)).refresh(), "rollback");
    await repository.rotate(
      {
        ...roles,
        snapshot: { holders: [people[5].public] },
        timestamp: { holders: [people[5].public] },
      },
      [...signers, people[5]],
    );
    const overview = await asking(folderSource(folder)).refresh();
    expect(overview.versions).toMatchObject({ root: 2, timestamp: 3, snapshot: 3 });
    // What the thief signed does not come back.
    await refused(asking(source).refresh(), "signatures");
    expect(clock.now).toBe(START);
  });
});
