// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${NAME} is what configurations hold
import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, existsSync, rmSync, writeFileSync } from "node:fs";
import {
  appendFile,
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { UsageError } from "@symbion/core";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type ConfigChange, compareConfigs } from "../src/config/change.ts";
import { parseConfig } from "../src/config/config.ts";
import { ConfigFile, type ConfigFileOptions, LAST_GOOD } from "../src/config/file.ts";
import type { ConfigEdit } from "../src/config/operations.ts";
import { FileWatcher } from "../src/config/watch.ts";

const TIMES = { settleMs: 20, pollMs: 100, graceMs: 250 } as const;

const open: ConfigFile[] = [];

afterEach(() => {
  for (const file of open.splice(0)) file.close();
});

const newFolder = () => mkdtemp(join(tmpdir(), "symbion-config-"));

/** A configuration in a folder of its own, with the changes that it told. */
async function start(
  text: string | null,
  options: ConfigFileOptions & { in?: string; watch?: boolean } = {},
): Promise<{ file: ConfigFile; folder: string; path: string; changes: ConfigChange[] }> {
  const { in: given, watch = true, ...rest } = options;
  const folder = given ?? (await newFolder());
  const path = join(folder, "symbion.yaml");
  if (text !== null) await writeFile(path, text);
  const file = await ConfigFile.open(null, { folder, environment: {}, ...TIMES, ...rest });
  open.push(file);
  const changes: ConfigChange[] = [];
  if (watch) {
    file.watch((change) => changes.push(change));
    await file.reload();
  }
  return { file, folder, path, changes };
}

const ids = (file: ConfigFile): readonly string[] => file.current.cameras.map(({ id }) => id);

const save = async (file: ConfigFile, edit: ConfigEdit) =>
  file.edit((await file.document()).version, edit);

const cameras = (...names: string[]): string =>
  `cameras:\n${names.map((id) => `  - { id: ${id}, file: ${id}.mp4 }\n`).join("")}`;

const BROKEN = "cameras:\n  - id: [a\n";

describe("without a file", () => {
  test("the samples run, and a camera of one's own takes their place", async () => {
    const { file, path, changes } = await start(null);
    expect(file).toMatchObject({ exists: false, lastGood: true, editable: true });
    expect(file.current.cameras).toMatchObject([
      { id: "yard", simulated: true, source: { file: expect.stringMatching(/yard\.mp4$/) } },
      { id: "plain", simulated: true, source: { file: expect.stringMatching(/plain\.mp4$/) } },
    ]);
    const shown = await file.document();
    expect(shown.text).toContain("sample: yard");
    const outcome = await file.edit(shown.version, {
      kind: "add-camera",
      camera: { id: "gate", name: "Gate", url: "rtsp://me:p@ss@10.0.0.9/1" },
    });
    expect(outcome).toMatchObject({ saved: true, problems: [], refused: null });
    expect(file.exists).toBe(true);
    expect(changes).toMatchObject([
      { cameras: { added: [{ id: "gate" }], removed: ["yard", "plain"] } },
    ]);
    expect(await readFile(path, "utf8")).toContain("rtsp://me:${secret:gate-password}@10.0.0.9/1");
    const secrets = join(path, "../symbion-secrets.yaml");
    expect(await readFile(secrets, "utf8")).toContain("gate-password: p@ss\n");
    if (process.platform !== "win32") expect((await stat(secrets)).mode & 0o777).toBe(0o600);
    expect(file.redact("got p@ss from rtsp://me:x@h/p%40ss")).toBe("got *** from rtsp://***@h/***");
  });

  test("a zone on the sample brings the sample into the file", async () => {
    const { file, path, changes } = await start(null);
    const areas = file.current.cameras[0]?.areas.slice(0, 1) ?? [];
    expect(await save(file, { kind: "set-areas", id: "yard", areas })).toMatchObject({
      saved: true,
    });
    expect(file.current.cameras).toMatchObject([
      { id: "yard", simulated: true, areas: [{}], questions: [] },
      { id: "plain", simulated: true, areas: [], questions: [{}, {}, {}] },
    ]);
    expect(changes).toMatchObject([
      { cameras: { added: [], removed: [], changed: [{ parts: ["areas"], restart: false }] } },
    ]);
    await save(file, { kind: "add-camera", camera: { id: "gate", file: "x.mp4" } });
    expect(ids(file)).toEqual(["yard", "plain", "gate"]);
    expect(existsSync(`${path}.bak`)).toBe(true);
  });

  test("a file that appears is read, and one that was named has to be there", async () => {
    const { file, path } = await start(null);
    await writeFile(path, cameras("a", "b"));
    await expect.poll(() => ids(file)).toEqual(["a", "b"]);
    await expect(ConfigFile.open(join(path, "../none.yaml"))).rejects.toThrow(
      new UsageError(
        `${join(path, "../none.yaml")}: expected a configuration file, got no such file`,
      ),
    );
    await expect(ConfigFile.open(null, { foldr: "x" } as never)).rejects.toThrow(
      'ConfigFile.open: expected one of environment, folder, settleMs, pollMs, graceMs, got option "foldr"',
    );
  });
});

describe("a file that cannot be used", () => {
  const cases: readonly (readonly [string, (path: string) => Promise<unknown>, RegExp])[] = [
    [
      "that is no YAML",
      (path) => writeFile(path, BROKEN),
      /^symbion\.yaml:3:1: expected a closing/,
    ],
    ["that is a folder", (path) => mkdir(path), /expected a configuration file, got a directory/],
    [
      "that is no text",
      (path) => writeFile(path, Uint8Array.of(0x61, 0x3a, 0xff, 0xfe)),
      /got bytes that are no UTF-8 text/,
    ],
    ["that is a list", (path) => writeFile(path, "- a\n"), /expected keys with values/],
  ];
  test.each(cases)(
    "%s starts without cameras and is mended while it runs",
    async (_, make, why) => {
      const folder = await newFolder();
      const path = join(folder, "symbion.yaml");
      await make(path);
      const { file, changes } = await start(null, { in: folder });
      expect(file.lastGood).toBe(false);
      expect(file.current).toMatchObject({ cameras: [], host: "127.0.0.1" });
      expect(file.current.problems).toEqual([
        expect.stringMatching(/ \(no cameras run until it is mended\)$/),
      ]);
      expect(file.current.problems[0]).toMatch(why);
      const saved = await save(file, { kind: "add-camera", camera: { id: "a", file: "a.mp4" } });
      expect(saved.saved).toBe(false);
      await rm(path, { recursive: true });
      await writeFile(path, cameras("a"));
      await expect.poll(() => ids(file)).toEqual(["a"]);
      expect(file).toMatchObject({ lastGood: true, current: { problems: [] } });
      expect(changes.at(-1)?.cameras.added).toHaveLength(1);
    },
  );

  test("is mended in the page", async () => {
    const { file } = await start(BROKEN);
    const { version, text, problems } = await file.document();
    expect(text).toBe(BROKEN);
    expect(problems).toHaveLength(1);
    const worse = await file.edit(version, { kind: "set-text", text: "cameras: [" });
    expect(worse).toMatchObject({ saved: false, refused: "invalid", version });
    const mended = await file.edit(version, { kind: "set-text", text: cameras("a") });
    expect(mended).toMatchObject({ saved: true, problems: [] });
    expect(ids(file)).toEqual(["a"]);
  });

  test("leaves the node on the last good state, across a restart", async () => {
    const text = `node: { data: elsewhere }\n${cameras("a", "b")}alerts: []\n`;
    const { file, folder, path, changes } = await start(
      `${text}  # end\nchannels:\n  - { id: c, kind: webhook, url: "https://h/\${secret:s}" }\n`,
      {},
    );
    expect(file.current.problems).toHaveLength(1);
    await writeFile(join(folder, "symbion-secrets.yaml"), "s: hunter2\n", { mode: 0o600 });
    await expect.poll(() => file.current.channels).toHaveLength(1);
    const good = file.current;
    await expect.poll(() => existsSync(join(folder, "elsewhere", LAST_GOOD))).toBe(true);
    await expect
      .poll(() => readFile(join(folder, "elsewhere", LAST_GOOD), "utf8"))
      .toContain("${secret:s}");
    await writeFile(path, `node: { data: elsewhere }\n${BROKEN}`);
    await expect.poll(() => file.lastGood).toBe(false);
    expect({ ...file.current, problems: [] }).toEqual(good);
    expect(file.current.problems).toEqual([
      expect.stringContaining("(the last good configuration stays until it is mended)"),
    ]);
    expect(changes.at(-1)).toMatchObject({ problems: true, channels: false, store: false });
    file.close();
    const again = await start(null, { in: folder });
    expect(again.file.lastGood).toBe(false);
    expect({ ...again.file.current, problems: [] }).toEqual(good);
  });

  test("in one part leaves that part as it was, across a restart", async () => {
    const { file, folder, path } = await start(cameras("a", "b"));
    await expect.poll(() => existsSync(join(folder, "symbion-data", LAST_GOOD))).toBe(true);
    const broken = cameras("a", "b").replace("file: b.mp4", "file: 5");
    await writeFile(path, `${broken}  - { id: c, file: c.mp4 }\n`);
    await expect.poll(() => ids(file)).toEqual(["a", "b", "c"]);
    expect(file).toMatchObject({ lastGood: true });
    expect(file.current.problems).toEqual([expect.stringContaining("(it stays as it was)")]);
    // What is new is good, too, and what is broken stays good.
    await expect
      .poll(() => readFile(join(folder, "symbion-data", LAST_GOOD), "utf8"))
      .toContain("c.mp4");
    file.close();
    const again = await start(null, { in: folder });
    expect(ids(again.file)).toEqual(["a", "b", "c"]);
    expect(again.file.current.problems).toEqual(file.current.problems);
  });

  test("that is gone leaves the last good state, and comes back with an edit", async () => {
    const text = `# mine\n${cameras("a")}`;
    const { file, path } = await start(text);
    await rm(path);
    await expect.poll(() => file.lastGood).toBe(false);
    expect(ids(file)).toEqual(["a"]);
    expect((await file.document()).text).toBe(text);
    await save(file, { kind: "add-camera", camera: { id: "b", file: "b.mp4" } });
    expect(await readFile(path, "utf8")).toBe(`${text}  - { id: b, file: b.mp4 }\n`);
    expect(file.lastGood).toBe(true);
  });
});

describe("a change of the file is told", () => {
  test("when an editor writes in place, renames over it, or replaces what a link leads to", async () => {
    const { file, folder, path, changes } = await start(cameras("a"));
    await writeFile(path, cameras("a", "b"));
    await expect.poll(() => ids(file)).toEqual(["a", "b"]);
    for (const names of [["b"], ["b", "c"], ["c"]]) {
      await writeFile(`${path}.swp`, cameras(...names));
      await rename(`${path}.swp`, path);
      await expect.poll(() => ids(file)).toEqual(names);
    }
    await mkdir(join(folder, "v1"));
    await mkdir(join(folder, "v2"));
    await writeFile(join(folder, "v1/symbion.yaml"), cameras("one"));
    await writeFile(join(folder, "v2/symbion.yaml"), cameras("two"));
    await symlink("v1", join(folder, "current"));
    await rm(path);
    await symlink("current/symbion.yaml", path);
    await expect.poll(() => ids(file)).toEqual(["one"]);
    await symlink("v2", join(folder, "next"));
    await rename(join(folder, "next"), join(folder, "current"));
    await expect.poll(() => ids(file)).toEqual(["two"]);
    for (const change of changes) expect(change.config).toBeDefined();
  });

  test("once, when it is written in pieces, and never as the half that stood there", async () => {
    const { file, path, changes } = await start(cameras("a", "b"), { settleMs: 2000 });
    const text = `server: { names: [h] }\n${cameras("a", "b", "c")}store: { quota: 1 GB }\n`;
    await writeFile(path, "");
    for (let at = 0; at < text.length; at += 9) {
      await appendFile(path, text.slice(at, at + 9));
      await delay(4);
    }
    await expect.poll(() => ids(file)).toEqual(["a", "b", "c"]);
    for (const { cameras: touched } of changes) expect(touched.removed).toEqual([]);
    expect(file.current.store.quotaBytes).toBe(1e9);
  });

  test("not while it is empty or broken for a moment", async () => {
    const { file, path, changes } = await start(cameras("a"), { graceMs: 20_000 });
    await writeFile(path, "");
    await delay(150);
    await writeFile(path, "cameras:\n  - { id: a, fi");
    await delay(150);
    await writeFile(path, cameras("a", "b"));
    await expect.poll(() => ids(file)).toEqual(["a", "b"]);
    expect(changes).toHaveLength(1);
  });

  test("when it stays empty", async () => {
    const { file, path } = await start(cameras("a"));
    await writeFile(path, "");
    await expect.poll(() => ids(file)).toEqual([]);
    expect(file.lastGood).toBe(true);
  });

  test("not when it says the same", async () => {
    const { file, path, changes } = await start(cameras("a"));
    await writeFile(path, cameras("a"));
    await writeFile(path, `# a comment\n${cameras("a").replace("{ id", "{   id")}`);
    await expect.poll(async () => (await file.document()).text).toContain("# a comment");
    await file.reload();
    expect(changes).toEqual([]);
  });

  test("when only a secret has changed", async () => {
    const { file, folder } = await start(
      "cameras:\n  - { id: a, url: 'rtsp://u:${secret:p}@h/1' }\n",
    );
    expect(ids(file)).toEqual([]);
    expect(file.current.disabled).toHaveLength(1);
    await writeFile(join(folder, "symbion-secrets.yaml"), "p: one\n", { mode: 0o600 });
    await expect.poll(() => file.current.cameras[0]?.source).toEqual({ url: "rtsp://u:one@h/1" });
    await writeFile(join(folder, "symbion-secrets.yaml"), "p: two\n", { mode: 0o600 });
    await expect.poll(() => file.current.cameras[0]?.source).toEqual({ url: "rtsp://u:two@h/1" });
    expect(JSON.stringify(file.current.problems)).not.toMatch(/one|two/);
  });

  test("with a note where it takes effect at the next start only", async () => {
    const { file, path } = await start(`server: { port: 1000 }\n${cameras("a")}`);
    await writeFile(path, `node: { data: other }\nserver: { port: 2000 }\n${cameras("a")}`);
    await expect.poll(() => file.current.problems).toHaveLength(2);
    expect(file.current.problems).toEqual([
      "symbion.yaml:2:17: server.port: expected what the node was started with, got another value; it holds after a restart",
      "symbion.yaml:1:15: node.data: expected what the node was started with, got another value; it holds after a restart",
    ]);
    expect(file.current.store.folder).toBe(join(path, "../symbion-data"));
    await writeFile(path, `server: { port: 1000 }\n${cameras("a")}`);
    await expect.poll(() => file.current.problems).toEqual([]);
  });

  test("to everybody who watches, until they stop", async () => {
    const { file, path, changes } = await start(cameras("a"));
    const others: ConfigChange[] = [];
    const stop = file.watch((change) => others.push(change));
    await writeFile(path, cameras("a", "b"));
    await expect.poll(() => others).toHaveLength(1);
    expect(changes).toEqual(others);
    stop();
    await writeFile(path, cameras("a", "b", "c"));
    await expect.poll(() => changes).toHaveLength(2);
    expect(others).toHaveLength(1);
  });
});

test("a watcher waits until a file stands still, and tells once", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
  try {
    const path = join(await newFolder(), "f");
    writeFileSync(path, "0");
    let told = 0;
    const watcher = new FileWatcher([path], () => told++, { settleMs: 100, pollMs: 30 });
    for (let piece = 0; piece < 20; piece++) {
      appendFileSync(path, "1");
      vi.advanceTimersByTime(60);
    }
    expect(told).toBe(0);
    vi.advanceTimersByTime(1000);
    expect(told).toBe(1);
    rmSync(path);
    vi.advanceTimersByTime(1000);
    expect(told).toBe(2);
    watcher.close();
    writeFileSync(path, "2");
    vi.advanceTimersByTime(1000);
    expect(told).toBe(2);
  } finally {
    vi.useRealTimers();
  }
});

test("what differs between two configurations", () => {
  const base = `cameras:
  - { id: a, file: a.mp4 }
  - { id: b, file: b.mp4, areas: [{ id: z, kind: line, points: [[0, 0], [1, 1]] }] }
channels: [{ id: c, kind: webpush }]
`;
  const compare = (after: string) =>
    compareConfigs(parseConfig(base, "s.yaml"), parseConfig(after, "s.yaml"));
  const nothing = { added: [], removed: [], changed: [], listing: false };
  const none = {
    cameras: nothing,
    name: false,
    server: false,
    store: false,
    rules: false,
    channels: false,
    plugins: false,
    machines: false,
    share: false,
    companion: false,
    problems: false,
  };
  const changed = (id: string, restart: boolean, ...parts: string[]) => ({
    ...nothing,
    changed: [{ camera: expect.objectContaining({ id }), parts, restart }],
  });
  const cases: readonly (readonly [string, string, object])[] = [
    ["a.mp4", "x.mp4", { cameras: changed("a", true, "source") }],
    ["a.mp4", "a.mp4, loop: false", { cameras: changed("a", true, "source") }],
    ["a.mp4", "a.mp4, name: A, motion: low", { cameras: changed("a", false, "name", "motion") }],
    ["a.mp4", "a.mp4, record: off", { cameras: changed("a", false, "record") }],
    ["[1, 1]", "[1, 0.5]", { cameras: changed("b", false, "areas") }],
    ["id: c", "id: d", { channels: true, rules: true }],
    ["channels", "node: { name: N }\nchannels", { name: true }],
    ["channels", "server: { port: 1 }\nchannels", { server: true }],
    ["channels", "store: { keep: { clips: 1 d } }\nchannels", { store: true }],
    ["channels", "plugins: [{ package: x }]\nchannels", { plugins: true }],
    ["channels", "alerts: []\nchannels", { rules: true }],
    [
      "channels",
      "machines: { sources: [{ id: f, type: sample }] }\nchannels",
      { machines: true, rules: true },
    ],
    ["channels", "x: 1\nchannels", { problems: true }],
    [
      "{ id: a, file: a.mp4 }",
      "{ id: a }",
      {
        problems: true,
        cameras: { ...nothing, removed: ["a"], listing: true },
      },
    ],
  ];
  for (const [part, by, wanted] of cases) {
    const { config: _, ...change } = compare(base.replace(part, by)) ?? {};
    expect(change, by).toEqual({ ...none, ...wanted });
  }
  expect(compare(`# the same\n${base}`)).toBeNull();
  const lines = base.split("\n");
  const swapped = [lines[0], lines[2], lines[1], ...lines.slice(3)].join("\n");
  expect(compare(swapped)?.cameras).toEqual({ ...nothing, listing: true });
});

describe("an edit", () => {
  test("is refused where the file has changed since, and keeps the other change", async () => {
    const { file, path } = await start(cameras("a"));
    const { version } = await file.document();
    const first: ConfigEdit = { kind: "add-camera", camera: { id: "b", file: "b.mp4" } };
    const second: ConfigEdit = { kind: "add-camera", camera: { id: "c", file: "c.mp4" } };
    const [one, two] = await Promise.all([file.edit(version, first), file.edit(version, second)]);
    expect(one).toMatchObject({ saved: true });
    expect(two).toMatchObject({ saved: false, refused: "outdated", version: one.version });
    expect(ids(file)).toEqual(["a", "b"]);
    await writeFile(path, cameras("z"));
    expect(await file.edit(one.version, second)).toMatchObject({ refused: "outdated" });
    expect(await save(file, second)).toMatchObject({ saved: true });
    expect(ids(file)).toEqual(["z", "c"]);
  });

  test("is refused where it would bring problems, not for those that are there", async () => {
    const text = `bananas: 1\n${cameras("a")}`;
    const { file, path } = await start(text);
    const twice = await save(file, { kind: "add-camera", camera: { id: "a", file: "x" } });
    expect(twice).toMatchObject({
      saved: false,
      refused: "invalid",
      problems: ['symbion.yaml:4:11: cameras[1].id: expected an id of its own, got "a" again'],
    });
    const missing = await save(file, { kind: "remove-camera", id: "nobody" });
    expect(missing).toMatchObject({
      refused: "missing",
      problems: ['symbion.yaml: cameras: expected the id of a camera in the file, got "nobody"'],
    });
    const line = {
      id: "l",
      name: "l",
      kind: "line",
      dwellSeconds: null,
      direction: "both",
    } as const;
    const outside = await save(file, {
      kind: "set-areas",
      id: "a",
      areas: [
        {
          ...line,
          points: [
            [0, 0],
            [1, 2],
          ],
        },
      ],
    });
    expect(outside).toMatchObject({
      refused: "invalid",
      problems: [expect.stringContaining("points[1]")],
    });
    expect(await readFile(path, "utf8")).toBe(text);
    const good = await save(file, { kind: "add-camera", camera: { id: "b", file: "b.mp4" } });
    expect(good).toMatchObject({ saved: true, problems: [expect.stringContaining("bananas")] });
    const { version } = await file.document();
    const forced = await file.edit(version, { kind: "set-text", text: BROKEN, force: true });
    expect(forced).toMatchObject({ saved: true });
    expect(file.lastGood).toBe(false);
    expect(ids(file)).toEqual(["a", "b"]);
    expect(file.check("cameras: 5")).toHaveLength(1);
  });

  test("keeps permissions, follows a link, and leaves a copy of what was", async (context) => {
    if (process.platform === "win32") context.skip("needs permissions and links");
    const folder = await newFolder();
    await mkdir(join(folder, "real"));
    const real = join(folder, "real/node.yaml");
    await writeFile(real, cameras("a"));
    await chmod(real, 0o640);
    await symlink("real/node.yaml", join(folder, "symbion.yaml"));
    const { file } = await start(null, { in: folder });
    await save(file, { kind: "add-camera", camera: { id: "b", file: "b.mp4" } });
    expect(await readFile(real, "utf8")).toBe(`${cameras("a")}  - { id: b, file: b.mp4 }\n`);
    expect((await stat(real)).mode & 0o777).toBe(0o640);
    expect(await readFile(join(folder, "real/symbion.yaml.bak"), "utf8")).toBe(cameras("a"));
    expect(await readdir(join(folder, "real"))).toEqual(["node.yaml", "symbion.yaml.bak"]);
  });

  test("is told once, and not again by the watching", async () => {
    const { file, changes } = await start(cameras("a"));
    await save(file, { kind: "add-camera", camera: { id: "b", file: "b.mp4" } });
    expect(changes).toHaveLength(1);
    await delay(4 * TIMES.pollMs);
    expect(changes).toHaveLength(1);
    const same = await save(file, { kind: "change-camera", id: "b", change: { name: "b" } });
    expect(same).toMatchObject({ saved: true });
    expect(changes).toHaveLength(1);
  });
});

test("a killed writer leaves its last finished text, or the one that it was writing", async () => {
  const folder = await newFolder();
  const path = join(folder, "symbion.yaml");
  const textOf = (turn: number) => `${turn}`.padStart(8).repeat(turn % 2 === 0 ? 40_000 : 60_000);
  await writeFile(path, textOf(0));
  const source = `
    import { writeSync } from "node:fs";
    import { writeText } from ${JSON.stringify(new URL("../src/config/write.ts", import.meta.url).href)};
    const textOf = ${textOf.toString()};
    for (let turn = Number(process.argv[1]); ; turn++) {
      await writeText(${JSON.stringify(path)}, textOf(turn));
      writeSync(1, turn + "\\n");
    }
  `;
  let finished = 0;
  for (let round = 0; round < 8; round++) {
    // Neither of the texts that may be there.
    const first = finished + 2;
    const child = spawn(
      process.execPath,
      ["--input-type=module", "-e", source, "--", String(first)],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    const closed = once(child, "close");
    // Killed somewhere within the writing that follows this many finished ones.
    for await (const line of createInterface({ input: child.stdout })) {
      finished = Number(line);
      if (finished === first + round) setTimeout(() => child.kill("SIGKILL"), 3 * round);
    }
    await closed;
    expect(finished).toBeGreaterThanOrEqual(first + round);
    const text = await readFile(path, "utf8");
    expect([textOf(finished), textOf(finished + 1)].includes(text)).toBe(true);
  }
});
