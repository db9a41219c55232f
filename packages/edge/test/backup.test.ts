import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import { type RestoreReport, UsageError } from "@symbion/core";
import { extract, pack } from "tar-stream";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { backupToFile, createBackup } from "../src/store/backup.ts";
import { StoreEngine } from "../src/store/engine.ts";
import { openStore } from "../src/store/index.ts";
import { SCHEMA } from "../src/store/migrations.ts";
import { restore, stageRestore } from "../src/store/restore.ts";
import { finishRestore, writePlan } from "../src/store/restore-plan.ts";
import type { Store } from "../src/store/types.ts";
import { alert, clip, delivery, Folders, insight, storeConfig, T0 } from "./support/store-data.ts";

const CONFIG = "# My node\ncameras: [] # none yet\n";

const folders = new Folders();
const open: Store[] = [];
let base: string;
let folder: string;
let configPath: string;
let archive: string;

afterEach(async () => {
  for (const store of open.splice(0)) await store.close();
  folders.remove();
});

async function opened(at: string): Promise<Store> {
  const store = await openStore(storeConfig(at), { times: { insights: 1 } });
  open.push(store);
  return store;
}

/** A store with three insights, an alert and two clips. */
async function fill(store: Store): Promise<void> {
  for (const id of ["c1", "c2"]) {
    writeFileSync(join(store.clipFolder, `${id}.mp4`), `video of ${id}`.repeat(1000));
    await store.putClip(clip({ id, bytes: 11_000, insights: [`i-${id}`] }));
  }
  await Promise.all(["i-c1", "i-c2", "i3"].map((id) => store.putInsight(insight({ id }))));
  await store.putAlert(alert(), [delivery()]);
}

const ids = async (store: Store): Promise<string[]> =>
  (await store.insights({})).items.map(({ id }) => id).sort();

/** The same for a folder that nobody has open. */
function idsIn(at: string): string[] {
  const engine = new StoreEngine(storeConfig(at));
  const page = engine.read({ method: "insights", args: [{}] }) as { items: { id: string }[] };
  engine.close();
  return page.items.map(({ id }) => id).sort();
}

beforeEach(() => {
  base = folders.make();
  folder = join(base, "data");
  configPath = join(base, "symbion.yaml");
  archive = join(base, "backup.tar.gz");
  writeFileSync(configPath, CONFIG);
});

/** Names and contents in an archive. */
async function entriesOf(path: string): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>();
  const tar = extract();
  const reading = pipeline(
    createReadStream(path),
    async function* (source) {
      for await (const chunk of source) yield chunk;
    },
    (await import("node:zlib")).createGunzip(),
    tar,
  );
  for await (const entry of tar) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of entry) chunks.push(chunk as Uint8Array);
    found.set(entry.header.name, Buffer.concat(chunks));
  }
  await reading;
  return found;
}

/** Writes an archive of these entries. */
async function makeArchive(
  path: string,
  entries: Iterable<readonly [string, Buffer | { readonly linkname: string }]>,
): Promise<void> {
  const tar = pack();
  for (const [name, content] of entries) {
    if (Buffer.isBuffer(content)) tar.entry({ name }, content);
    else tar.entry({ name, type: "symlink", ...content });
  }
  tar.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of tar) chunks.push(chunk as Uint8Array);
  writeFileSync(path, gzipSync(Buffer.concat(chunks)));
}

describe("a backup", () => {
  test("of a node that runs and writes comes back whole on another machine", async () => {
    const store = await opened(folder);
    await fill(store);
    let written = 0;
    let stop = false;
    const writer = (async () => {
      while (!stop) await store.putInsight(insight({ id: `more${written++}`, from: T0 + 1e6 }));
    })();
    const summary = await backupToFile({ folder, configPath, clips: true }, archive);
    stop = true;
    await writer;
    expect(summary).toEqual({
      bytes: statSync(archive).size,
      schema: SCHEMA,
      clips: 2,
      config: true,
      companion: false,
    });
    expect(statSync(archive).mode & 0o077).toBe(0);
    expect(readdirSync(folder).filter((name) => name.includes("backup"))).toEqual([]);
    // Other programs can read it, too.
    const listing = spawnSync("tar", ["tzf", archive]).stdout.toString().trim().split("\n");
    expect(listing).toEqual([
      ...["symbion.yaml", "database.sqlite", "clips/c1.mp4", "clips/c2.mp4", "manifest.json"],
    ]);

    const elsewhere = join(folders.make(), "deep", "data");
    const config = join(elsewhere, "..", "symbion.yaml");
    const target = { folder: elsewhere, configPath: config, dryRun: false };
    const report = await restore(archive, target);
    expect(report).toMatchObject({
      ok: true,
      reason: null,
      schema: SCHEMA,
      alerts: 1,
      clips: 2,
      config: true,
    });
    expect(report.insights).toBeGreaterThanOrEqual(3);
    expect(readFileSync(config, "utf8")).toBe(CONFIG);
    const restored = await opened(elsewhere);
    expect(await ids(restored)).toHaveLength(report.insights);
    expect(await ids(restored)).toEqual(expect.arrayContaining(["i-c1", "i-c2", "i3"]));
    expect((await restored.alerts({})).items).toEqual([alert()]);
    expect((await restored.clips({})).items.map(({ id }) => id).sort()).toEqual(["c1", "c2"]);
    expect(readFileSync(join(restored.clipFolder, "c1.mp4"), "utf8")).toMatch(/^video of c1/);
  });

  test("as a stream is the same archive; a reader who leaves stops it", async () => {
    const store = await opened(folder);
    await fill(store);
    const chunks: Uint8Array[] = [];
    for await (const chunk of createBackup({ folder, configPath: null, clips: false })) {
      chunks.push(chunk);
    }
    writeFileSync(archive, Buffer.concat(chunks));
    expect([...(await entriesOf(archive)).keys()]).toEqual(["database.sqlite", "manifest.json"]);
    const reader = createBackup({ folder, configPath, clips: true }).getReader();
    await reader.read();
    await reader.cancel();
    await expect
      .poll(() => readdirSync(folder).filter((name) => name.includes("backup")))
      .toEqual([]);
  });

  test("does not overwrite, and needs a store", async () => {
    writeFileSync(archive, "precious");
    const source = { folder, configPath, clips: false };
    await expect(backupToFile(source, archive)).rejects.toThrow(UsageError);
    expect(readFileSync(archive, "utf8")).toBe("precious");
    await expect(backupToFile(source, `${archive}2`)).rejects.toThrow(/expected a data folder/);
    expect(() => createBackup({ ...source, clip: true } as never)).toThrow(UsageError);
    await opened(folder);
    await expect(backupToFile(source, join(base, "no", "such.tar.gz"))).rejects.toThrow(UsageError);
  });
});

describe("restoring", () => {
  let template: string;

  beforeAll(async () => {
    template = mkdtempSync(join(tmpdir(), "symbion-template-"));
    const data = join(template, "data");
    const store = await openStore(storeConfig(data));
    await fill(store);
    await store.close();
    const config = join(template, "symbion.yaml");
    writeFileSync(config, CONFIG);
    const source = { folder: data, configPath: config, clips: true };
    await backupToFile(source, join(template, "backup.tar.gz"));
  });

  afterAll(() => rmSync(template, { recursive: true, force: true }));

  beforeEach(() => cpSync(template, base, { recursive: true }));

  const target = (changes: { dryRun?: boolean } = {}): Parameters<typeof restore>[1] => ({
    folder,
    configPath,
    dryRun: false,
    ...changes,
  });

  /** Everything below a folder, with the length of each file. */
  const tree = (at: string): string[] =>
    readdirSync(at, { recursive: true, withFileTypes: true })
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => `${path} ${statSync(path).isFile() ? statSync(path).size : "folder"}`)
      .sort();

  test("moves what was there aside", async () => {
    const store = await opened(folder);
    await store.putInsight(insight({ id: "later", from: T0 + 9e6 }));
    await store.deleteClip("c1");
    await store.close();
    writeFileSync(configPath, "cameras: []\n");
    const report = await restore(archive, target());
    expect(report).toMatchObject({ ok: true, insights: 3, alerts: 1, clips: 2, config: true });
    expect(readFileSync(configPath, "utf8")).toBe(CONFIG);
    const aside = readdirSync(folder).filter((name) => name.startsWith("before-restore-"));
    expect(aside).toHaveLength(1);
    expect(readdirSync(join(folder, aside[0] ?? "")).sort()).toEqual(["clips", "symbion.sqlite"]);
    expect(readdirSync(base).filter((name) => name.startsWith("symbion.yaml.before"))).toHaveLength(
      1,
    );
    expect(readdirSync(folder).filter((name) => name.endsWith(".part"))).toEqual([]);
    const again = await opened(folder);
    expect(await ids(again)).toEqual(["i-c1", "i-c2", "i3"]);
    expect(await again.clip("c1")).not.toBeNull();
  });

  test("only looks when told so", async () => {
    const before = tree(base);
    expect(await restore(archive, target({ dryRun: true }))).toMatchObject({
      ok: true,
      insights: 3,
      alerts: 1,
      clips: 2,
    });
    expect(tree(base)).toEqual(
      before.map((line) => line.replace(/(node\.pid) \d+/, `$1 ${String(process.pid).length + 1}`)),
    );
    const missing = join(base, "not-there");
    const report = await restore(archive, { folder: missing, configPath, dryRun: true });
    expect(report.ok).toBe(true);
    expect(existsSync(missing)).toBe(false);
  });

  test("is refused while a node runs, but can be made ready for its next start", async () => {
    const store = await opened(folder);
    await store.putInsight(insight({ id: "later", from: T0 + 9e6 }));
    const report = await restore(archive, target());
    expect(report).toMatchObject({ ok: false, reason: expect.stringMatching(/another node uses/) });
    expect(await stageRestore(archive, target())).toMatchObject({ ok: true, insights: 3 });
    expect(await ids(store)).toContain("later");
    await store.close();
    const restarted = await opened(folder);
    expect(await ids(restarted)).toEqual(["i-c1", "i-c2", "i3"]);
  });

  test.each([0, 1, 2, 3, 4])(
    "killed after %i moves is finished by the next start",
    async (moves) => {
      const store = await opened(folder);
      await store.putInsight(insight({ id: "later", from: T0 + 9e6 }));
      await store.close();
      expect(await stageRestore(archive, target())).toMatchObject({ ok: true });
      const plan = JSON.parse(readFileSync(join(folder, "restore.json"), "utf8"));
      expect(plan.moves).toHaveLength(4);
      // The first moves are done, the plan is still there.
      copyFileSync(join(folder, "restore.json"), join(base, "plan.json"));
      const staged = join(folder, plan.staged);
      writePlan(folder, { moves: plan.moves.slice(0, moves), staged: "nothing" });
      finishRestore(folder);
      expect(existsSync(staged)).toBe(true);
      copyFileSync(join(base, "plan.json"), join(folder, "restore.json"));
      const restarted = await opened(folder);
      expect(await ids(restarted)).toEqual(["i-c1", "i-c2", "i3"]);
      expect(existsSync(join(folder, "restore.json"))).toBe(false);
      expect(existsSync(staged)).toBe(false);
    },
  );

  test("a plan never leads out of the folder", () => {
    const outside = join(base, "outside");
    writeFileSync(outside, "mine");
    writePlan(folder, { moves: [{ from: "../outside", to: "stolen" }], staged: ".." });
    finishRestore(folder);
    expect(readFileSync(outside, "utf8")).toBe("mine");
    expect(existsSync(folder)).toBe(true);
  });

  const refusal = async (path: string): Promise<string> => {
    const before = tree(folder);
    const reports: RestoreReport[] = [
      await restore(path, target({ dryRun: true })),
      await restore(path, target()),
    ];
    for (const report of reports) expect(report).toMatchObject({ ok: false, insights: 0 });
    const strip = (lines: string[]): string[] => lines.filter((line) => !line.includes("node.pid"));
    expect(strip(tree(folder))).toEqual(strip(before));
    expect(readFileSync(configPath, "utf8")).toBe(CONFIG);
    return reports[1]?.reason ?? "";
  };

  test("refuses archives that are damaged or cut off anywhere", async () => {
    const bytes = readFileSync(archive);
    const broken = join(base, "broken.tar.gz");
    for (const share of [0, 0.1, 0.5, 0.9, 0.999]) {
      writeFileSync(broken, bytes.subarray(0, Math.floor(bytes.length * share)));
      expect(await refusal(broken)).toMatch(/expected a whole backup|damaged/);
    }
    for (const share of [0.2, 0.5, 0.8]) {
      const flipped = Buffer.from(bytes);
      const at = Math.floor(bytes.length * share);
      flipped[at] = (flipped[at] ?? 0) ^ 0x10;
      writeFileSync(broken, flipped);
      expect(await refusal(broken)).not.toBe("");
    }
    writeFileSync(broken, "no archive at all");
    expect(await refusal(broken)).toMatch(/damaged/);
    expect(await refusal(join(base, "nowhere"))).toMatch(/no such file/);
  });

  test("refuses what the manifest does not vouch for", async () => {
    const entries = await entriesOf(archive);
    const forged = join(base, "forged.tar.gz");
    const changed = new Map(entries);
    changed.set("clips/c1.mp4", Buffer.from("other"));
    await makeArchive(forged, changed);
    expect(await refusal(forged)).toMatch(/clips\/c1\.mp4 is damaged/);
    const fewer = new Map(entries);
    fewer.delete("clips/c2.mp4");
    await makeArchive(forged, fewer);
    expect(await refusal(forged)).toMatch(/c2\.mp4 is missing/);
    const more = [["clips/c3.mp4", Buffer.from("x")] as const, ...entries];
    await makeArchive(forged, more);
    expect(await refusal(forged)).toMatch(/not those of its manifest/);
    const nothing = new Map(entries);
    nothing.delete("manifest.json");
    await makeArchive(forged, nothing);
    expect(await refusal(forged)).toMatch(/without manifest\.json/);
    for (const text of ["{}", "null", "[", '{"files":[{}]}']) {
      await makeArchive(forged, new Map(entries).set("manifest.json", Buffer.from(text)));
      expect(await refusal(forged)).toMatch(/manifest\.json is damaged/);
    }
  });

  test.each([
    ["../evil", Buffer.from("x")],
    ["/etc/evil", Buffer.from("x")],
    ["clips/../../evil.mp4", Buffer.from("x")],
    ["clips/evil.sh", Buffer.from("x")],
    ["clips/link.mp4", { linkname: "/etc/passwd" }],
    ["database.sqlite", { linkname: "/etc/passwd" }],
  ])("refuses an entry like %s", async (name, content) => {
    const forged = join(base, "forged.tar.gz");
    const entries = await entriesOf(archive);
    entries.delete(name);
    await makeArchive(forged, [[name, content], ...entries]);
    expect(await refusal(forged)).toMatch(/expected a backup, got one with an entry/);
    expect(existsSync(join(base, "evil"))).toBe(false);
  });

  test("refuses an archive of a newer schema", async () => {
    const entries = await entriesOf(archive);
    const manifest = JSON.parse(entries.get("manifest.json")?.toString() ?? "");
    const forged = join(base, "newer.tar.gz");
    manifest.schema = SCHEMA + 1;
    manifest.version = "9.9.9";
    entries.set("manifest.json", Buffer.from(JSON.stringify(manifest)));
    await makeArchive(forged, entries);
    expect(await refusal(forged)).toMatch(
      new RegExp(
        `expected a backup of schema ${SCHEMA} or older, got schema ${SCHEMA + 1}.*9\\.9\\.9`,
      ),
    );
  });

  test("takes an archive of an older schema", async () => {
    const old = join(folders.make(), "data");
    mkdirSync(old);
    const fixture = fileURLToPath(new URL("./fixtures/store-v1.sqlite", import.meta.url));
    copyFileSync(fixture, join(old, "symbion.sqlite"));
    const oldArchive = join(base, "old.tar.gz");
    await backupToFile({ folder: old, configPath: null, clips: false }, oldArchive);
    expect(await restore(oldArchive, target())).toMatchObject({
      ok: true,
      schema: 1,
      insights: 101,
      config: false,
    });
    expect(idsIn(folder)).toHaveLength(100);
    const db = new DatabaseSync(join(folder, "symbion.sqlite"));
    expect(db.prepare("PRAGMA user_version").get()).toEqual({ user_version: SCHEMA });
    db.close();
  });

  test("a compressed bomb is no manifest", async () => {
    const forged = join(base, "bomb.tar.gz");
    await makeArchive(forged, [["manifest.json", Buffer.alloc(40 << 20, 32)]]);
    expect(statSync(forged).size).toBeLessThan(200_000);
    expect(gunzipSync(readFileSync(forged)).length).toBeGreaterThan(40 << 20);
    expect(await refusal(forged)).toMatch(/bytes at most/);
  });
});

describe("symbion backup and restore", () => {
  const program = fileURLToPath(new URL("../bin/symbion.js", import.meta.url));
  const symbion = (...args: string[]): { code: number | null; out: string; err: string } => {
    const done = spawnSync(process.execPath, [program, ...args], {
      encoding: "utf8",
      cwd: base,
      env: { ...process.env, NO_COLOR: "1" },
    });
    return { code: done.status, out: done.stdout, err: done.stderr };
  };

  test("there and back", async () => {
    writeFileSync(configPath, "node: { data: data }\n");
    const store = await opened(folder);
    await fill(store);
    const made = symbion("backup", "b.tar.gz", "--json");
    expect([made.code, made.err]).toEqual([0, ""]);
    expect(JSON.parse(made.out)).toMatchObject({ folder, schema: SCHEMA, clips: 0, config: true });
    const again = symbion("backup", "b.tar.gz");
    expect(again.code).toBe(2);
    expect(again.err).toMatch(/^symbion: b\.tar\.gz: expected a file that does not exist yet/);
    const busy = symbion("restore", "b.tar.gz");
    expect(busy.code).toBe(2);
    expect(busy.err).toMatch(/another node uses/);
    await store.putInsight(insight({ id: "later", from: T0 + 9e6 }));
    await store.close();

    const look = symbion("restore", "b.tar.gz", "--dry-run", "--json");
    expect(look.code).toBe(0);
    expect(JSON.parse(look.out)).toMatchObject({ ok: true, dryRun: true, insights: 3, folder });
    const done = symbion("restore", "b.tar.gz");
    expect([done.code, done.err]).toEqual([0, ""]);
    expect(done.out).toMatch(/3 insights, 1 alerts, 0 clips, the configuration/);
    const restored = await opened(folder);
    expect(await ids(restored)).toEqual(["i-c1", "i-c2", "i3"]);
    // Clips that the archive does not hold stay where they are.
    expect((await restored.clips({})).items).toHaveLength(2);

    truncateSync(join(base, "b.tar.gz"), 500);
    const broken = symbion("restore", "b.tar.gz", "--json");
    expect(broken.code).toBe(2);
    expect(JSON.parse(broken.out)).toMatchObject({ ok: false });
  });

  test("a fresh machine takes the data folder from the archive's configuration", async () => {
    writeFileSync(configPath, "node: { data: data }\n");
    await fill(await opened(folder));
    expect(symbion("backup", "b.tar.gz", "--clips").code).toBe(0);
    const fresh = folders.make();
    copyFileSync(join(base, "b.tar.gz"), join(fresh, "b.tar.gz"));
    base = fresh;
    expect(symbion("restore", "b.tar.gz").code).toBe(0);
    const restored = await opened(join(fresh, "data"));
    expect(await ids(restored)).toEqual(["i-c1", "i-c2", "i3"]);
  });
});
