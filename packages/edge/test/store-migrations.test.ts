import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { UsageError } from "@symbion/core";
import { afterEach, describe, expect, test } from "vitest";
import { Database } from "../src/store/database.ts";
import { StoreEngine } from "../src/store/engine.ts";
import { openStore } from "../src/store/index.ts";
import { migrate, SCHEMA, schemaOf } from "../src/store/migrations.ts";
import { Folders, storeConfig, T0 } from "./support/store-data.ts";

const FIXTURES = fileURLToPath(new URL("./fixtures/", import.meta.url));
const HOUR = 3_600_000;

const folders = new Folders();
afterEach(() => folders.remove());

function fixture(version: number): string {
  const folder = folders.make();
  copyFileSync(join(FIXTURES, `store-v${version}.sqlite`), join(folder, "symbion.sqlite"));
  return folder;
}

const versions = readdirSync(FIXTURES)
  .map((name) => Number(/^store-v(\d+)\.sqlite$/.exec(name)?.[1]))
  .filter((version) => !Number.isNaN(version));

test("there is a database of every schema", () => {
  expect(versions.toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: SCHEMA }, (_, index) => index + 1),
  );
});

describe.each(versions)("a database of schema %i", (version) => {
  test("is brought up to date with everything in it, and kept as it was beside", () => {
    const folder = fixture(version);
    const engine = new StoreEngine(storeConfig(folder));
    const all = engine.read({ method: "insights", args: [{ limit: 1000 }] }) as {
      items: { id: string; clip: string | null }[];
    };
    expect(all.items).toHaveLength(101);
    expect(all.items.at(-1)).toMatchObject({
      id: "i000",
      kind: "dwell",
      area: "drive",
      clip: "c1",
    });
    expect(engine.read({ method: "alert", args: ["a1"] })).toMatchObject({ title: "Gate: motion" });
    expect(engine.read({ method: "backlog", args: [] })).toEqual({ messages: 1, oldestAt: T0 });
    expect(engine.read({ method: "clip", args: ["c1"] })).toMatchObject({ width: 640 });
    expect(engine.read({ method: "state", args: ["vapid"] })).toEqual({ key: [1, 2, 3] });
    expect(engine.read({ method: "silences", args: [] })).toHaveLength(1);
    expect(engine.read({ method: "pushSubscriptions", args: [] })).toHaveLength(1);
    // What later schemas have added is there for what was stored under earlier ones.
    const strips = engine.read({
      method: "strip",
      args: [{ from: T0, to: T0 + 100 * HOUR, points: 4 }],
    }) as { source: string; counts: number[] }[];
    const [gate] = strips;
    expect(gate?.source).toBe("gate");
    expect(gate?.counts.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(100);
    engine.housekeep();
    const [series] = engine.read({
      method: "readings",
      args: [{ names: ["fps"], from: T0, to: T0 + 5 * HOUR, points: 5 }],
    }) as { mean: number[] }[];
    expect(series?.mean).toEqual([29.5, 89.5, 149.5, 209.5, 269.5]);
    expect(engine.problem).toBeNull();
    engine.close();

    const kept = join(folder, `symbion.sqlite.schema-${version}`);
    expect(existsSync(kept)).toBe(version < SCHEMA);
    if (version === SCHEMA) return;
    const copy = new DatabaseSync(kept, { readOnly: true });
    expect(copy.prepare("PRAGMA user_version").get()).toEqual({ user_version: version });
    expect(copy.prepare("SELECT count(*) AS n FROM insights").get()).toEqual({ n: 101 });
    copy.close();
  });

  test("whose migration breaks off goes on from where it was", () => {
    const folder = fixture(version);
    const path = join(folder, "symbion.sqlite");
    for (let target = version; target <= SCHEMA; target++) {
      const db = new Database(path);
      migrate(db, target);
      // A step that fails leaves the version before it whole.
      expect(() =>
        db.transaction(() => {
          db.exec("CREATE TABLE half (a)");
          db.exec(`PRAGMA user_version = ${target + 1}`);
          throw new Error("power cut");
        }),
      ).toThrow("power cut");
      expect(schemaOf(db)).toBe(target);
      db.close();
    }
    const engine = new StoreEngine(storeConfig(folder));
    expect(engine.read({ method: "backlog", args: [] })).toEqual({ messages: 1, oldestAt: T0 });
    engine.close();
  });
});

test("a database of a newer schema is refused and left as it is", async () => {
  const folder = fixture(SCHEMA);
  const path = join(folder, "symbion.sqlite");
  const db = new DatabaseSync(path);
  db.exec(`PRAGMA user_version = ${SCHEMA + 3}`);
  db.close();
  const before = readFileSync(path);
  const opening = openStore(storeConfig(folder));
  await expect(opening).rejects.toThrow(UsageError);
  await expect(opening).rejects.toThrow(
    `${path}: expected a database of schema ${SCHEMA} or older, got schema ${SCHEMA + 3}`,
  );
  expect(readFileSync(path)).toEqual(before);
  expect(readdirSync(folder).filter((name) => name.includes("corrupt"))).toEqual([]);
  // The refusal leaves no lock behind.
  writeFileSync(path, readFileSync(join(FIXTURES, `store-v${SCHEMA}.sqlite`)));
  const store = await openStore(storeConfig(folder));
  await store.close();
});
