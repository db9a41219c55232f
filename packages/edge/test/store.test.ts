import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "@symbion/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openStore, StoreError } from "../src/store/index.ts";
import type { Store } from "../src/store/types.ts";
import {
  alert,
  clip,
  delivery,
  Folders,
  insight,
  reading,
  storeConfig,
  T0,
} from "./support/store-data.ts";

const folders = new Folders();
const open: Store[] = [];

async function opened(folder: string): Promise<Store> {
  const store = await openStore(storeConfig(folder), { times: { readings: 20, insights: 5 } });
  open.push(store);
  return store;
}

afterEach(async () => {
  for (const store of open.splice(0)) await store.close();
  folders.remove();
});

describe("a store", () => {
  let folder: string;
  let store: Store;

  beforeEach(async () => {
    folder = folders.make();
    store = await opened(folder);
  });

  test("keeps everything over a restart", async () => {
    const subscription = {
      endpoint: "https://push.example/1",
      keys: { p256dh: "x", auth: "y" },
      createdAt: T0,
      label: "phone",
    };
    const one = insight({ area: "drive", track: 7, direction: "left", score: 0.25 });
    const going = insight({ id: "i2", from: T0 + 1, to: null });
    const shown = clip({ insights: [one.id] });
    const now = Math.floor(Date.now() / 2000) * 2000;
    writeFileSync(join(store.clipFolder, `${shown.id}.mp4`), "video");
    const late = delivery({ id: "d2", nextAt: T0 + 60_000 });
    await Promise.all([
      store.putInsight(one),
      store.putInsight(going),
      store.putAlert(alert(), [delivery(), late]),
      store.putClip(shown),
      store.putSilence({ id: "s1", rule: null, until: T0 }),
      store.putPushSubscription(subscription),
      store.putState("vapid", { key: [1, 2, 3] }),
      store.putReadings([
        reading({ at: now }),
        reading({ at: now + 1000, value: null, quality: "missing" }),
      ]),
    ]);
    await store.close();
    store = await opened(folder);

    expect(await store.insights({})).toEqual({
      items: [
        { ...going, clip: null },
        { ...one, clip: "c1" },
      ],
      next: null,
    });
    expect((await store.insights({ open: true })).items.map(({ id }) => id)).toEqual(["i2"]);
    expect(await store.alert("a1")).toEqual(alert());
    expect((await store.alerts({ states: ["firing"] })).items).toEqual([alert()]);
    expect((await store.alerts({ states: ["resolved"] })).items).toEqual([]);
    expect((await store.deliveries({ channels: ["phone"] })).items).toEqual([late, delivery()]);
    expect((await store.deliveries({ sources: ["elsewhere"] })).items).toEqual([]);
    expect(await store.dueDeliveries(T0, 10)).toEqual([delivery()]);
    expect(await store.backlog()).toEqual({ messages: 2, oldestAt: T0 });
    expect(await store.silences()).toEqual([{ id: "s1", rule: null, until: T0 }]);
    expect(await store.pushSubscriptions()).toEqual([subscription]);
    expect(await store.state("vapid")).toEqual({ key: [1, 2, 3] });
    expect(await store.state("node-id")).toBeNull();
    const [series] = await store.readings({ names: ["fps"], from: now, to: now + 2000, points: 2 });
    expect(series).toMatchObject({ source: "gate", unit: "1/s", mean: [25, null] });
  });

  test("replaces by id, and leaves deliveries that exist alone", async () => {
    await store.putInsight(insight({ id: "i1", to: null }));
    await store.putInsight(insight({ id: "i1", to: T0 + 100_000, score: 1, source: "yard" }));
    expect((await store.insights({})).items).toEqual([
      { ...insight({ id: "i1", to: T0 + 100_000, score: 1, source: "yard" }), clip: null },
    ]);
    expect((await store.insights({ sources: ["gate"] })).items).toEqual([]);
    await store.putAlert(alert(), [delivery()]);
    await store.putDelivery(delivery({ state: "delivered", attempts: 1 }));
    await store.putAlert(alert({ state: "resolved" }), [
      delivery(),
      delivery({ id: "d2", event: "resolved" }),
    ]);
    const { items } = await store.deliveries({});
    expect(items.map(({ id, state }) => [id, state])).toEqual([
      ["d2", "waiting"],
      ["d1", "delivered"],
    ]);
  });

  test("deletes, and says whether there was something", async () => {
    await store.putClip(clip());
    await store.putSilence({ id: "s1", rule: "drive", until: T0 });
    expect(await store.deleteClip("c1")).toBe(true);
    expect(await store.deleteClip("c1")).toBe(false);
    expect(await store.clip("c1")).toBeNull();
    expect(await store.deleteSilence("s1")).toBe(true);
    expect(await store.deleteSilence("s1")).toBe(false);
    expect(await store.deletePushSubscription("https://nowhere")).toBe(false);
  });

  test("finds clips by what their insights are", async () => {
    await store.putInsight(insight({ id: "i1", kind: "dwell", area: "drive" }));
    await store.putClip(clip());
    await store.putClip(clip({ id: "c2", from: T0 + 60_000, to: T0 + 70_000, insights: [] }));
    const ids = async (query: Parameters<Store["clips"]>[0]): Promise<string[]> =>
      (await store.clips(query)).items.map(({ id }) => id);
    expect(await ids({})).toEqual(["c2", "c1"]);
    expect(await ids({ kinds: ["dwell"], areas: ["drive"] })).toEqual(["c1"]);
    expect(await ids({ kinds: ["motion"] })).toEqual([]);
    expect(await ids({ from: T0 + 10_001 })).toEqual(["c2"]);
    expect(await ids({ to: T0 })).toEqual(["c1"]);
  });

  test("one record that cannot be stored does not take others with it", async () => {
    const bad = store.putInsight(insight({ id: "bad", from: Number.NaN }));
    const good = store.putInsight(insight({ id: "good" }));
    await expect(bad).rejects.toThrow(StoreError);
    await expect(bad).rejects.toMatchObject({ kind: "invalid" });
    await good;
    expect((await store.insights({})).items.map(({ id }) => id)).toEqual(["good"]);
    await expect(store.putClip(clip({ id: "../../etc" }))).rejects.toMatchObject({
      kind: "invalid",
    });
    expect(store.status().problem).toBeNull();
  });

  test("refuses questions that make no sense", async () => {
    await expect(store.insights({ limit: 0 })).rejects.toThrow(UsageError);
    await expect(store.insights({ before: "nonsense" })).rejects.toThrow(UsageError);
    await expect(store.strip({ from: 1, to: 1, points: 10 })).rejects.toThrow(UsageError);
    await expect(store.readings({ names: [], from: 0, to: 1, points: 1e6 })).rejects.toThrow(
      UsageError,
    );
  });

  test("a second node on the folder is refused, until the first is gone", async () => {
    const second = openStore(storeConfig(folder));
    await expect(second).rejects.toThrow(UsageError);
    await expect(second).rejects.toThrow(new RegExp(`another node uses.*${process.pid}`));
    await store.close();
    await opened(folder);
  });

  test("a closed store takes nothing", async () => {
    await store.close();
    await store.close();
    await expect(store.putInsight(insight())).rejects.toMatchObject({ kind: "closed" });
    await expect(store.insights({})).rejects.toMatchObject({ kind: "closed" });
  });

  test("flush commits what waits", async () => {
    const slow = await openStore(storeConfig(folders.make()), {
      times: { readings: 1e9, insights: 1e9 },
    });
    open.push(slow);
    let stored = 0;
    void slow.putReadings([reading()]).then(() => stored++);
    void slow.putInsight(insight()).then(() => stored++);
    expect((await slow.insights({})).items).toEqual([]);
    await slow.flush();
    expect(stored).toBe(2);
    expect((await slow.insights({})).items).toHaveLength(1);
  });

  test("writes that come together share a commit", async () => {
    const wal = (): number => readFileSync(join(folder, "symbion.sqlite-wal")).length;
    const before = wal();
    await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        store.putAlert(alert({ id: `a${index}` }), [delivery({ id: `d${index}` })]),
      ),
    );
    // A commit of its own for each would take at least three pages each.
    expect(wal() - before).toBeLessThan(200 * 3 * 4096 * 0.5);
  });

  test("what cannot be written down as JSON is refused", async () => {
    const cyclic: { self?: unknown } = {};
    cyclic.self = cyclic;
    await expect(store.putState("alerts", cyclic)).rejects.toMatchObject({ kind: "invalid" });
    await expect(store.putState("alerts", () => 1)).rejects.toThrow();
    await store.putState("alerts", { fine: true });
    expect(await store.state("alerts")).toEqual({ fine: true });
  });

  test("unknown options are refused", async () => {
    await expect(openStore(storeConfig(folder), { onProblm: () => {} } as never)).rejects.toThrow(
      UsageError,
    );
  });

  test("shows what it takes", async () => {
    await store.putClip(clip({ bytes: 123_456 }));
    await expect
      .poll(() => store.status())
      .toMatchObject({ clipBytes: 123_456, quotaBytes: storeConfig(folder).quotaBytes });
    expect(store.status().databaseBytes).toBeGreaterThan(4096);
    expect(store.status().freeBytes).toBeGreaterThan(0);
    expect(store.status().writtenBytes).toBeGreaterThanOrEqual(123_456);
  });
});
