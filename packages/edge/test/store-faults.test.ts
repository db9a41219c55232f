import { spawnSync } from "node:child_process";
import {
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Insight, Page } from "@symbion/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { killWriters } from "../bench/store.ts";
import type { StoreConfig } from "../src/config/types.ts";
import { ClockGuard } from "../src/store/clock.ts";
import { StoreEngine } from "../src/store/engine.ts";
import { openStore } from "../src/store/index.ts";
import type { StoreProblem } from "../src/store/messages.ts";
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

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MEBIBYTE = 1 << 20;

const folders = new Folders();
const cleanups: (() => void | Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  folders.remove();
});

/** Clocks that a test turns. */
class Clocks {
  wallMs: number = T0;
  monoMs: number = 0;
  readonly wall = (): number => this.wallMs;
  readonly mono = (): number => this.monoMs;

  pass(ms: number): void {
    this.wallMs += ms;
    this.monoMs += ms;
  }
}

let clocks: Clocks;
let folder: string;

beforeEach(() => {
  clocks = new Clocks();
  folder = folders.make();
});

function engineOf(config: StoreConfig): StoreEngine {
  const engine = new StoreEngine(config, clocks);
  cleanups.push(() => engine.close());
  return engine;
}

async function storeOf(
  config: StoreConfig,
  problems: (StoreProblem | null)[] = [],
): Promise<Store> {
  const store = await openStore(config, {
    onProblem: (problem) => problems.push(problem),
    times: { insights: 5, readings: 5, retry: 50, housekeeping: 100 },
  });
  cleanups.push(() => store.close());
  return store;
}

function list(engine: StoreEngine): string[] {
  const page = engine.read({ method: "insights", args: [{ limit: 1000 }] }) as Page<Insight>;
  return page.items.map(({ id }) => id);
}

function put(engine: StoreEngine, ...insights: Insight[]): void {
  const outcomes = engine.commit(insights.map((one) => ({ what: "insight", insight: one })));
  for (const outcome of outcomes) expect(outcome).toHaveProperty("value");
}

/** Lets housekeeping run until it has nothing more to do; returns the number of its steps. */
function tidyUp(engine: StoreEngine): number {
  let steps = 1;
  while (engine.housekeep()) steps++;
  return steps;
}

/** A small file system of its own at `path`; false where that is not allowed. */
function mountSmall(path: string, size: string): boolean {
  if (spawnSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "none", path]).status !== 0) {
    return false;
  }
  cleanups.unshift(() => void spawnSync("umount", ["-l", path]));
  return true;
}

const remount = (path: string, options: string): void => {
  const { status, stderr } = spawnSync("mount", ["-o", `remount,${options}`, path]);
  expect([status, stderr.toString()]).toEqual([0, ""]);
};

describe("a killed node", () => {
  test("loses nothing that was acknowledged, at whatever moment", async () => {
    const report = await killWriters(12);
    expect(report.acknowledged).toBeGreaterThan(100);
    expect(report).toMatchObject({ kills: 12, lost: 0, corrupt: 0, refused: 0 });
  });
});

describe("a full disk", () => {
  test("is said, does not stop reading, and is over by itself", async (context) => {
    if (!mountSmall(folder, "3m")) context.skip("needs the right to mount a small file system");
    const problems: (StoreProblem | null)[] = [];
    const store = await storeOf(storeConfig(folder), problems);
    await store.putInsight(insight({ id: "first" }));
    let stored = 1;
    let failure: unknown;
    for (let n = 0; n < 5000 && failure === undefined; n++) {
      const one = insight({ id: `i${n}`, from: T0 + n, text: "x".repeat(2000) });
      await store.putInsight(one).then(
        () => stored++,
        (error: unknown) => {
          failure = error;
        },
      );
    }
    expect(failure).toMatchObject({ name: "StoreError", kind: "full" });
    expect(String(failure)).toMatch(/full: nothing is stored until there is space again/);
    await expect.poll(() => store.status().problem).toMatch(/full/);
    await expect.poll(() => problems.at(-1)?.kind).toBe("full");
    expect((await store.insights({ limit: 1000 })).items).toHaveLength(stored);

    remount(folder, "size=16m");
    await expect.poll(() => store.status().problem).toBeNull();
    await expect.poll(() => problems.at(-1)).toBeNull();
    await store.putAlert(alert(), [delivery()]);
    await store.putInsight(insight({ id: "last", from: T0 + DAY }));
    const after = await store.insights({ limit: 1000 });
    expect(after.items[0]?.id).toBe("last");
    expect(after.items).toHaveLength(stored + 1);
  });

  test("costs the oldest clips first", (context) => {
    if (!mountSmall(folder, "2m")) context.skip("needs the right to mount a small file system");
    const engine = engineOf(storeConfig(folder));
    for (let n = 0; n < 4; n++) {
      writeFileSync(join(engine.clipFolder, `c${n}.mp4`), Buffer.alloc(300_000));
      const [outcome] = engine.commit([
        { what: "clip", clip: clip({ id: `c${n}`, from: T0 + n, to: T0 + n + 1, bytes: 300_000 }) },
      ]);
      expect(outcome).toHaveProperty("value");
    }
    let n = 0;
    for (; n < 1000 && !engine.failing; n++) {
      engine.commit([
        { what: "insight", insight: insight({ id: `i${n}`, text: "x".repeat(5000) }) },
      ]);
    }
    expect(engine.problem?.kind).toBe("full");
    expect(readdirSync(engine.clipFolder)).toEqual([]);
    engine.retry();
    expect(engine.failing).toBe(false);
    expect(engine.read({ method: "clips", args: [{}] })).toEqual({ items: [], next: null });
    put(engine, insight({ id: "again", from: T0 + DAY }));
    expect(list(engine)[0]).toBe("again");
  });

  test("or a quota that is reached: the database stays within it", () => {
    const quotaBytes = MEBIBYTE;
    const engine = engineOf(storeConfig(folder, { quotaBytes }));
    let failed = 0;
    for (let n = 0; n < 600; n++) {
      const one = insight({ id: `i${n}`, from: clocks.wall() - DAY + n, text: "x".repeat(4000) });
      const [outcome] = engine.commit([{ what: "insight", insight: one }]);
      if (outcome !== undefined && "error" in outcome) {
        failed++;
        expect(outcome.error.kind).toBe("full");
        expect(outcome.error.message).toMatch(/reached the quota of 1 MB/);
      }
    }
    expect(failed).toBeGreaterThan(0);
    // Old data makes room for new.
    engine.retry();
    for (let round = 0; round < 20; round++) {
      engine.retry();
      tidyUp(engine);
    }
    put(engine, insight({ id: "new", from: clocks.wall() }));
    expect(list(engine)[0]).toBe("new");
    expect(engine.status().databaseBytes).toBeLessThanOrEqual(quotaBytes);
  });
});

describe("a folder that cannot be written to", () => {
  test("at the start: the node runs, answers, and stores as soon as it can", async (context) => {
    if (!mountSmall(folder, "8m")) context.skip("needs the right to mount a small file system");
    const first = new StoreEngine(storeConfig(folder), clocks);
    put(first, insight({ id: "kept" }));
    first.close();
    remount(folder, "ro");
    const problems: (StoreProblem | null)[] = [];
    const store = await storeOf(storeConfig(folder), problems);
    expect(store.status().problem).toMatch(/cannot be written to/);
    await expect(store.putInsight(insight({ id: "lost" }))).rejects.toMatchObject({
      name: "StoreError",
      kind: "unwritable",
    });
    await expect(store.insights({})).resolves.toHaveProperty("items");
    remount(folder, "rw");
    await expect.poll(() => store.status().problem).toBeNull();
    await store.putInsight(insight({ id: "new", from: T0 + 1 }));
    expect((await store.insights({})).items.map(({ id }) => id)).toEqual(["new", "kept"]);
    expect(problems.map((problem) => problem?.kind)).toEqual(["unwritable", undefined]);
  });

  test("because there is a file in its place", async () => {
    const path = join(folder, "data");
    writeFileSync(path, "not a folder");
    const store = await storeOf(storeConfig(path));
    await expect(store.putInsight(insight())).rejects.toMatchObject({ kind: "unwritable" });
    expect((await store.insights({})).items).toEqual([]);
    rmSync(path);
    await expect.poll(() => store.status().problem).toBeNull();
    await store.putInsight(insight());
    expect((await store.insights({})).items).toHaveLength(1);
  });
});

/** Writes nonsense over pages of a database. */
function overwrite(path: string, page: number, count: number): void {
  const file = openSync(path, "r+");
  writeSync(file, Buffer.alloc(count * 4096, 0xa5), 0, count * 4096, page * 4096);
  closeSync(file);
}

describe("a damaged database", () => {
  /** A folder whose database holds something, closed. */
  const filled = (count = 300, length = 500): string => {
    const engine = new StoreEngine(storeConfig(folder), clocks);
    put(
      engine,
      ...Array.from({ length: count }, (_, n) =>
        insight({ id: `i${n}`, from: T0 + n, text: "x".repeat(length) }),
      ),
    );
    engine.commit([
      { what: "state", key: "vapid", value: { key: 1 } },
      { what: "alert", alert: alert(), deliveries: [delivery()] },
    ]);
    engine.close();
    return join(folder, "symbion.sqlite");
  };

  const corruptFiles = (): string[] =>
    readdirSync(folder).filter((name) => /\.corrupt-.*Z$/.test(name));

  test.each([
    ["garbage", (path: string) => writeFileSync(path, Buffer.alloc(100_000, 7))],
    ["cut off", (path: string) => truncateSync(path, 50_000)],
    ["a text", (path: string) => writeFileSync(path, "hello")],
    ["overwritten in the middle", (path: string) => overwrite(path, 10, 15)],
  ])("(%s) is put aside, and a new one begun", async (_name, damage) => {
    damage(filled());
    const problems: (StoreProblem | null)[] = [];
    const store = await storeOf(storeConfig(folder), problems);
    expect(corruptFiles()).toHaveLength(1);
    expect(store.status().problem).toMatch(/was damaged.*kept as .*corrupt-/);
    await expect.poll(() => problems.at(-1)?.kind).toBe("damaged");
    await store.putInsight(insight({ id: "new" }));
    expect((await store.insights({})).items.map(({ id }) => id)).toEqual(["new"]);
  });

  test("gives back settings and alerts that can still be read", () => {
    const path = filled(3000);
    // Pages near the end hold insights only.
    overwrite(path, 100, 60);
    const engine = engineOf(storeConfig(folder));
    expect(engine.problem).toMatchObject({ kind: "damaged" });
    expect(engine.read({ method: "state", args: ["vapid"] })).toEqual({ key: 1 });
    expect(engine.read({ method: "backlog", args: [] })).toMatchObject({ messages: 1 });
    expect(list(engine)).toEqual([]);
  });

  test("while it is in use is put aside, too, and nothing stops", () => {
    // More than is kept in memory.
    const path = filled(3000, 6000);
    const engine = engineOf(storeConfig(folder));
    overwrite(path, 60, 2500);
    for (let n = 0; n < 20; n++) {
      const one = insight({ id: `n${n}`, from: T0 + n * 150 });
      const [outcome] = engine.commit([{ what: "insight", insight: one }]);
      expect(outcome).toHaveProperty("value");
      engine.read({ method: "insights", args: [{ limit: 1000, before: `${T0 + n * 150}~` }] });
    }
    expect(corruptFiles()).toHaveLength(1);
    expect(engine.problem?.kind).toBe("damaged");
    expect(list(engine).length).toBeGreaterThan(0);
  });
});

describe("clips and their rows", () => {
  test("a row without a file goes, a deleted clip's file goes", async () => {
    const engine = new StoreEngine(storeConfig(folder), clocks);
    mkdirSync(engine.clipFolder, { recursive: true });
    for (const id of ["c1", "c2", "c3"]) {
      writeFileSync(join(engine.clipFolder, `${id}.mp4`), "video");
      engine.commit([{ what: "clip", clip: clip({ id }) }]);
    }
    engine.commit([{ what: "delete-clip", id: "c2" }]);
    expect(readdirSync(engine.clipFolder)).toEqual(["c1.mp4", "c3.mp4"]);
    engine.close();
    rmSync(join(engine.clipFolder, "c3.mp4"));
    copyFileSync(join(engine.clipFolder, "c1.mp4"), join(engine.clipFolder, "stranger.mp4"));
    const store = await storeOf(storeConfig(folder));
    expect((await store.clips({})).items.map(({ id }) => id)).toEqual(["c1"]);
    expect(readdirSync(engine.clipFolder)).toEqual(["c1.mp4", "stranger.mp4"]);
  });
});

describe("retention", () => {
  const CLIP_BYTES = 1_000_000;
  const days = { readings: 2, insights: 10, alerts: 20, clips: 5 };

  /** A store in which something of every class was stored on each of the last 30 days. */
  const month = (changes: Partial<StoreConfig> = {}): StoreEngine => {
    clocks.wallMs = T0 - 30 * DAY;
    const engine = engineOf(storeConfig(folder, { days, ...changes }));
    for (let day = 0; day < 30; day++) {
      const at = clocks.wall();
      const id = String(day).padStart(2, "0");
      writeFileSync(join(engine.clipFolder, `c${id}.mp4`), Buffer.alloc(CLIP_BYTES));
      engine.commit([
        { what: "insight", insight: insight({ id: `i${id}`, from: at, to: at + MINUTE }) },
        {
          what: "alert",
          alert: alert({ id: `a${id}`, from: at, state: "resolved", resolvedAt: at + 1 }),
          deliveries: [
            delivery({ id: `d${id}`, alert: `a${id}`, createdAt: at, state: "delivered" }),
          ],
        },
        { what: "clip", clip: clip({ id: `c${id}`, from: at, to: at + 1000, bytes: CLIP_BYTES }) },
        {
          what: "readings",
          readings: Array.from({ length: 48 }, (_, n) =>
            reading({ at: at + (n * DAY) / 48, value: n }),
          ),
        },
      ]);
      clocks.pass(DAY);
    }
    return engine;
  };

  const counts = (engine: StoreEngine): Record<string, number> => {
    const page = (method: "insights" | "alerts" | "clips" | "deliveries"): number =>
      (engine.read({ method, args: [{ limit: 1000 }] }) as Page<unknown>).items.length;
    return {
      insights: page("insights"),
      alerts: page("alerts"),
      deliveries: page("deliveries"),
      clips: page("clips"),
      files: readdirSync(engine.clipFolder).length,
    };
  };

  test("keeps each class for its days, in small steps", () => {
    const engine = month();
    engine.commit([
      { what: "insight", insight: insight({ id: "open", from: T0 - 29 * DAY, to: null }) },
      { what: "delivery", delivery: delivery({ id: "waits", createdAt: T0 - 29 * DAY }) },
    ]);
    expect(tidyUp(engine)).toBeGreaterThan(3);
    // What goes on and what waits stays.
    expect(counts(engine)).toEqual({
      insights: 11,
      alerts: 20,
      deliveries: 21,
      clips: 5,
      files: 5,
    });
    const span = { names: ["fps"], from: T0 - 30 * DAY, to: T0, points: 30 };
    const [series] = engine.read({ method: "readings", args: [span] }) as { at: number[] }[];
    expect(series?.at[0]).toBeGreaterThanOrEqual(T0 - 3 * DAY);
    // Of what is older than some hours there are sums only.
    const db = new DatabaseSync(join(folder, "symbion.sqlite"), { readOnly: true });
    const raw = db.prepare("SELECT min(at) AS oldest, count(*) AS count FROM readings").get();
    db.close();
    expect(raw?.count).toBeGreaterThan(0);
    expect(raw?.oldest).toBeGreaterThanOrEqual(T0 - 6 * HOUR);
  });

  test("by bytes: clips first, then readings, then insights; recent alerts never", () => {
    const plenty = month();
    tidyUp(plenty);
    const before = counts(plenty);
    plenty.close();
    cleanups.pop();
    const database = statSync(join(folder, "symbion.sqlite")).size;

    // The database fits, half of the clips do not.
    const engine = engineOf(storeConfig(folder, { days, quotaBytes: database + 3_500_000 }));
    tidyUp(engine);
    const after = counts(engine);
    expect(after.clips).toBeLessThan(before.clips ?? 0);
    expect(after.clips).toBeGreaterThan(0);
    expect(after).toMatchObject({ insights: before.insights, alerts: before.alerts });
    const { databaseBytes, clipBytes } = engine.status();
    expect(databaseBytes + clipBytes).toBeLessThanOrEqual(database + 3_500_000);
    engine.close();
    cleanups.pop();

    const tight = engineOf(storeConfig(folder, { days, quotaBytes: 1000 }));
    tidyUp(tight);
    expect(counts(tight)).toMatchObject({ clips: 0, files: 0, insights: 0, alerts: before.alerts });
    expect(tight.problem).toMatchObject({ kind: "low", text: expect.stringMatching(/quota/) });
  });

  test("a disk that others fill costs clips, and says so; history stays", () => {
    const reserveBytes = Number.MAX_SAFE_INTEGER;
    const engine = month({
      reserveBytes,
      days: { readings: 99, insights: 99, alerts: 99, clips: 99 },
    });
    tidyUp(engine);
    expect(counts(engine)).toMatchObject({ clips: 0, insights: 30, alerts: 30 });
    expect(engine.problem?.kind).toBe("low");
    expect(engine.status().problem).toBeNull();
    put(engine, insight({ id: "still" }));
  });

  test("unfinished clips count", () => {
    const engine = engineOf(storeConfig(folder));
    writeFileSync(join(engine.clipFolder, "c1.mp4.part"), Buffer.alloc(12_345));
    engine.housekeep();
    expect(engine.status().clipBytes).toBe(12_345);
  });

  test("a clock that leaps ahead deletes nothing until it has run evenly for a day", () => {
    const engine = month();
    clocks.pass(12 * HOUR);
    tidyUp(engine);
    const before = counts(engine);
    // A wrong time server: twenty years ahead, for an hour.
    clocks.wallMs += 20 * 365 * DAY;
    for (let n = 0; n < 60; n++) {
      clocks.pass(MINUTE);
      tidyUp(engine);
    }
    expect(counts(engine)).toEqual(before);
    clocks.wallMs -= 20 * 365 * DAY;
    for (let n = 0; n < 60; n++) {
      clocks.pass(MINUTE);
      tidyUp(engine);
    }
    expect(counts(engine)).toEqual(before);
    // Ahead for good, and over a restart as well.
    clocks.wallMs += 20 * 365 * DAY;
    engine.close();
    cleanups.pop();
    const again = engineOf(storeConfig(folder, { days }));
    tidyUp(again);
    expect(counts(again)).toEqual(before);
    for (let n = 0; n < 25; n++) {
      clocks.pass(HOUR);
      tidyUp(again);
    }
    expect(counts(again)).toMatchObject({ insights: 0, alerts: 0, clips: 0 });
  });

  test("a clock that goes back stores and lists what happens then", () => {
    const engine = engineOf(storeConfig(folder, { days }));
    put(engine, insight({ id: "b", from: clocks.wall() }));
    clocks.wallMs = Date.UTC(1970, 0, 1, 0, 5);
    put(engine, insight({ id: "a", from: clocks.wall() }));
    tidyUp(engine);
    clocks.pass(HOUR);
    tidyUp(engine);
    expect(list(engine)).toEqual(["b", "a"]);
    // Set right again: what was stored at the wrong time is old.
    clocks.wallMs = T0 + HOUR;
    tidyUp(engine);
    expect(list(engine)).toEqual(["b"]);
  });
});

describe("the clock by which things grow old", () => {
  test("follows an even clock, and one that is corrected a little", () => {
    const guard = new ClockGuard(null, T0, 0);
    expect(guard.now(T0 + HOUR, HOUR)).toBe(T0 + HOUR);
    expect(guard.now(T0 + 2 * HOUR + 120_000, 2 * HOUR)).toBe(T0 + 2 * HOUR + 120_000);
    expect(guard.now(T0 + 3 * HOUR - 120_000, 3 * HOUR)).toBe(T0 + 3 * HOUR - 120_000);
    expect(guard.suspicious).toBe(false);
  });

  test("believes a leap after a day of even running, and begins anew with each leap", () => {
    const guard = new ClockGuard(null, T0, 0);
    for (let hour = 1; hour <= 23; hour++) {
      expect(guard.now(T0 + 400 * DAY + hour * HOUR, hour * HOUR)).toBe(T0 + hour * HOUR);
    }
    expect(guard.now(T0 + 900 * DAY + 24 * HOUR, 24 * HOUR)).toBe(T0 + 24 * HOUR);
    expect(guard.now(T0 + 900 * DAY + 47 * HOUR, 47 * HOUR)).toBe(T0 + 47 * HOUR);
    expect(guard.suspicious).toBe(true);
    expect(guard.now(T0 + 900 * DAY + 48 * HOUR, 48 * HOUR)).toBe(T0 + 900 * DAY + 48 * HOUR);
    expect(guard.suspicious).toBe(false);
  });

  test("a board without a battery starts in 1970 and is believed once its clock is set", () => {
    const guard = new ClockGuard(T0, 5 * MINUTE, 0);
    expect(guard.now(6 * MINUTE, MINUTE)).toBe(6 * MINUTE);
    expect(guard.now(T0 + MINUTE, 2 * MINUTE)).toBe(T0 + MINUTE);
    expect(guard.anchor).toBe(T0 + MINUTE);
  });

  test("after a short outage all is well, after a long one it waits for a day", () => {
    expect(new ClockGuard(T0, T0 + 20 * HOUR, 0).suspicious).toBe(false);
    const guard = new ClockGuard(T0, T0 + 40 * DAY, 0);
    expect(guard.now(T0 + 40 * DAY + HOUR, HOUR)).toBe(T0 + HOUR);
    expect(guard.now(T0 + 41 * DAY, DAY)).toBe(T0 + 41 * DAY);
  });
});
