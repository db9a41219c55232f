import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { Release } from "@symbion/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { carryAway } from "../src/share/carry.ts";
import { Door, type Draft, stableId } from "../src/share/door.ts";
import { exportReleases } from "../src/share/export.ts";
import { JOURNAL_FILE, journal, takeJournal } from "../src/share/journal.ts";
import { openStore } from "../src/store/index.ts";
import type { Store } from "../src/store/types.ts";
import { release } from "./support/share-part.ts";
import { storeConfig } from "./support/store-data.ts";

const DRAFT: Draft = {
  ...{ recipient: "yard-2", route: "link", what: "motion", purpose: "occupancy" },
  payloadBytes: 10,
};

const NOW = Date.now();

let folder: string;
let store: Store;
let told: Release[];
let door: Door;

function doorOf(of: Pick<Store, "putRelease" | "release" | "releases">): Door {
  return new Door({ store: of, publish: (one) => void told.push(one), log: () => {} });
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "symbion-door-"));
  store = await openStore(storeConfig(folder));
  told = [];
  door = doorOf(store);
});

afterEach(async () => {
  door.close();
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

const all = async (): Promise<readonly Release[]> => (await store.releases({})).items;

describe("the door", () => {
  test("writes a release down before it opens, and what became of it afterwards", async () => {
    const opened = await door.open(
      { ...DRAFT, what: "a\nlong  name http://u:secret@host/x" },
      "{}",
    );
    expect(await all()).toEqual([opened.release]);
    expect(opened.release).toMatchObject({ state: "pending", securityBytes: null, session: null });
    expect(opened.release.what).not.toContain("secret");
    expect(opened.release.what).not.toContain("\n");
    expect(await store.outgoing("yard-2", 10)).toEqual([
      { id: opened.release.id, peer: "yard-2", at: opened.release.at, message: "{}" },
    ]);
    await opened.end({ state: "sent", session: "s", securityBytes: 52 });
    expect(await all()).toMatchObject([{ state: "sent", session: "s", securityBytes: 52 }]);
    expect(await store.outgoing("yard-2", 10)).toEqual([]);
    expect(await store.releaseCounts()).toEqual({ pending: 0, sent: 1, refused: 0, failed: 0 });
    expect(told.map(({ state }) => state)).toEqual(["pending", "sent"]);
  });

  test("stays shut where nothing can be written down, but not for an alert", async () => {
    let full = true;
    const broken = doorOf({
      release: async () => null,
      releases: async () => ({ items: [], next: null }),
      putRelease: async (one) => {
        if (full) throw new Error("the disk is full");
        told.push(one);
      },
    });
    await expect(broken.open(DRAFT)).rejects.toThrow("the disk is full");
    expect(told).toEqual([]);
    const alert = await broken.openAlert({ ...DRAFT, route: "alert" });
    await alert.end({ state: "sent" });
    full = false;
    broken.close();
  });

  test("counts refusals, which leave nothing behind that could be sent", async () => {
    await door.refuse(DRAFT, "the budget is spent");
    expect(await all()).toMatchObject([{ state: "refused", reason: "the budget is spent" }]);
    expect(await store.waiting()).toEqual({});
  });

  test("the same release is the same, and counts once", async () => {
    const id = stableId(5, "motion", "gate");
    expect(stableId(5, "motion", "gate")).toBe(id);
    expect(stableId(5, "motio", "ngate")).not.toBe(id);
    await (await door.open({ ...DRAFT, id })).end({ state: "failed", reason: "away" });
    await (await door.open({ ...DRAFT, id })).end({ state: "sent" });
    expect(await all()).toHaveLength(1);
    expect(await store.releaseCounts()).toEqual({ pending: 0, sent: 1, refused: 0, failed: 0 });
  });

  test("says after a restart what nobody knows the end of, and lets messages wait", async () => {
    await door.open({ ...DRAFT, route: "export" });
    await door.open(DRAFT, "{}");
    await doorOf(store).recover();
    const [link, file] = await all();
    expect(link).toMatchObject({ route: "link", state: "pending" });
    expect(file).toMatchObject({ route: "export", state: "failed" });
    expect(await store.waiting()).toEqual({ "yard-2": 1 });
  });
});

test("a file that is carried away is written down first, and its bytes are counted", async () => {
  let made = false;
  const file = await carryAway(door, "a backup", () => {
    made = true;
    return { name: "b", type: "x", body: new Blob(["12345"]).stream() };
  });
  expect(made).toBe(true);
  expect(await all()).toMatchObject([{ route: "export", state: "pending" }]);
  expect(await text(file.body)).toBe("12345");
  expect(await all()).toMatchObject([{ state: "sent", payloadBytes: 5 }]);
  const broken = await carryAway(door, "a backup", () => ({
    ...{ name: "b", type: "x", body: new Blob(["1"]).stream() },
  }));
  await broken.body.cancel();
  expect((await all())[0]).toMatchObject({ state: "failed" });
});

describe("the log of releases", () => {
  test("leaves as CSV without formulas, and is the first line of itself", async () => {
    await store.putRelease(release({ what: '=HYPERLINK("x"),y' }), null);
    const csv = await exportReleases({ store, door, format: "csv", client: "me", now: 0 });
    const lines = (await text(csv.body)).split("\r\n");
    expect(lines[0]).toMatch(/^id,at,recipient,route,what,/);
    expect(lines[1]).toContain("the log of releases");
    expect(lines[2]).toContain('"\'=HYPERLINK(""x""),y"');
    expect(lines[2]).toContain(",0.43,");
    expect(lines[2]?.split(",").length).toBeGreaterThan(15);
  });

  test("leaves as NDJSON, page after page", async () => {
    for (let n = 0; n < 600; n++)
      await store.putRelease(release({ id: `x${n}`, at: Date.now() - n }), null);
    const { body } = await exportReleases({ store, door, format: "ndjson", client: "me", now: 0 });
    const lines = (await text(body)).trim().split("\n");
    expect(lines).toHaveLength(601);
    expect(new Set(lines.map((line) => (JSON.parse(line) as Release).id)).size).toBe(601);
  });

  test("is answered by route, state and recipient, newest first", async () => {
    await store.putRelease(release({ id: "a", at: NOW + 1, state: "failed" }), null);
    await store.putRelease(
      release({ id: "b", at: NOW + 2, route: "alert", recipient: "hook" }),
      null,
    );
    await store.putRelease(release({ id: "c", at: NOW + 3 }), null);
    const ids = async (query: Parameters<Store["releases"]>[0]): Promise<string[]> =>
      (await store.releases(query)).items.map(({ id }) => id);
    expect(await ids({})).toEqual(["c", "b", "a"]);
    expect(await ids({ routes: ["alert"] })).toEqual(["b"]);
    expect(await ids({ states: ["failed"] })).toEqual(["a"]);
    expect(await ids({ recipients: ["yard-2"], from: NOW + 2 })).toEqual(["c"]);
    const first = await store.releases({ limit: 2 });
    expect(await ids({ limit: 2, before: first.next ?? "" })).toEqual(["a"]);
  });
});

describe("what commands let out", () => {
  const draft = { recipient: "hub", route: "fetch", what: "a model", purpose: "download" } as const;

  test("is taken over by the node, once", async () => {
    const end = journal(folder, draft);
    expect(await takeJournal(folder, store)).toBe(1);
    expect(await all()).toMatchObject([{ ...draft, state: "pending" }]);
    end({ state: "sent", payloadBytes: 7 });
    expect(await takeJournal(folder, store)).toBe(1);
    expect(await takeJournal(folder, store)).toBe(0);
    expect(await all()).toMatchObject([{ ...draft, state: "sent", payloadBytes: 7 }]);
    expect(existsSync(join(folder, JOURNAL_FILE))).toBe(false);
  });

  test("survives torn lines, and a node that was killed while taking it over", async () => {
    journal(folder, draft);
    appendFileSync(join(folder, JOURNAL_FILE), '{"id":"torn","at":12');
    journal(folder, draft)({ state: "failed", reason: "no" });
    const before = readFileSync(join(folder, JOURNAL_FILE));
    await takeJournal(folder, store);
    expect(await all()).toHaveLength(2);
    // Killed before it was deleted: taken over again, to the same effect.
    appendFileSync(join(folder, `${JOURNAL_FILE}.taken`), before);
    await takeJournal(folder, store);
    expect(await all()).toHaveLength(2);
    expect(await store.releaseCounts()).toMatchObject({ pending: 1, failed: 1 });
  });
});

describe("numbers from other nodes", () => {
  const aggregate = {
    ...{
      id: "1",
      at: NOW,
      peer: "yard-2",
      what: "motion",
      subject: "gate",
      window: [0, 1] as const,
    },
    ...{ value: 3.5, deviation: 2, unit: "", tier: "town", epsilon: 0.4, delta: 1e-6 },
    ...{ privacyUnit: "one slot", session: "s" },
  };

  test("count once, however often they come", async () => {
    expect(await store.putAggregate({ aggregate, source: "r1" })).toBe(true);
    expect(await store.putAggregate({ aggregate: { ...aggregate, id: "2" }, source: "r1" })).toBe(
      false,
    );
    const other = { ...aggregate, id: "3", peer: "yard-3" };
    expect(await store.putAggregate({ aggregate: other, source: "r1" })).toBe(true);
    expect((await store.aggregates({})).items.map(({ id }) => id)).toEqual(["3", "1"]);
    expect((await store.aggregates({ peers: ["yard-2"] })).items).toEqual([aggregate]);
  });
});
