import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Insight, Reading } from "@symbion/core";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { PluginConfig } from "../src/config/types.ts";
import { sortableId } from "../src/ids.ts";
import { PluginHost, type PluginRecord, type PluginTimes } from "../src/plugins/index.ts";
import { checkRecord } from "../src/plugins/validate.ts";

const examples = fileURLToPath(new URL("../../../examples/", import.meta.url));

/** Retries short enough to wait for; patience that a busy machine does not use up. */
const quick: Partial<PluginTimes> = {
  firstRetry: 20,
  lastRetry: 100,
  ping: 50,
  hang: 60_000,
  grace: 20_000,
};

let folder: string;
const hosts: PluginHost[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "symbion-plugins-"));
});

afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.stop()));
  rmSync(folder, { recursive: true, force: true });
});

type Bench = {
  readonly host: PluginHost;
  readonly records: PluginRecord[];
  readonly log: string[];
  readonly state: Map<string, unknown>;
};

function bench(
  options: { times?: Partial<PluginTimes>; onRecord?: () => Promise<void> } = {},
): Bench {
  const records: PluginRecord[] = [];
  const log: string[] = [];
  const state = new Map<string, unknown>();
  const host = new PluginHost({
    config: join(folder, "symbion.yaml"),
    node: "test",
    onRecord: async (record) => {
      records.push(record);
      await options.onRecord?.();
    },
    getState: async (name) => state.get(name) ?? null,
    putState: async (name, value) => void state.set(name, value),
    log: (text) => log.push(text),
    times: { ...quick, ...options.times },
  });
  hosts.push(host);
  return { host, records, log, state };
}

/** Writes a plug-in beside the configuration; `parts` is JavaScript. */
function write(name: string, parts: string, before = ""): PluginConfig {
  const file = join(folder, `${name}.js`);
  writeFileSync(
    file,
    `import { definePlugin } from "@symbion/edge/plugin";\n${before}\n` +
      `export const plugin = definePlugin({ name: "${name}", apiVersion: 1, ${parts} });\n`,
  );
  return { package: `./${name}.js`, options: {} };
}

const reading = (value: number): Reading => ({
  source: "a",
  name: "n",
  at: 1000 + value,
  value,
  unit: "",
  quality: "good",
});

const READING = `{ source: "a", name: "n", at: Date.now(), value: 1, unit: "", quality: "good" }`;

/** A sink that appends every record's value to a file. */
function sinkTo(file: string, inside = ""): string {
  return `sink() { return { async take(record) { ${inside}
    const { appendFileSync } = await import("node:fs");
    appendFileSync(${JSON.stringify(file)}, record.value + "\\n");
  }, close() { } }; }`;
}

const lines = (file: string): string[] =>
  existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];

/** A status, once its plug-in runs. */
async function running(host: PluginHost): Promise<void> {
  await expect.poll(() => host.status().map(({ state }) => state)).not.toContain("starting");
}

describe("the examples run as they are", () => {
  test("thermometer and journal, through the host", async () => {
    const { host, records, log } = bench();
    const journal = join(folder, "journal.ndjson");
    const sensor = join(folder, "temp");
    writeFileSync(sensor, "91500\n");
    await host.configure([
      {
        package: join(examples, "plugin-thermometer"),
        options: { file: sensor, intervalSeconds: 0.01, hotAbove: 85 },
      },
      { package: join(examples, "plugin-journal"), options: { file: journal } },
    ]);
    await expect.poll(() => lines(journal).length).toBeGreaterThan(2);
    writeFileSync(sensor, "20000\n");
    await expect.poll(() => records.some((one) => "kind" in one && one.to !== null)).toBe(true);
    const readings = records.filter((one): one is Reading => "value" in one);
    const insights = records.filter((one): one is Insight => "kind" in one);
    expect(readings[0]).toMatchObject({ source: "node", name: "temperature", value: 91.5 });
    const [first] = insights;
    expect(first).toMatchObject({
      kind: "symbion-plugin-thermometer:hot",
      to: null,
      source: "node",
    });
    // It goes on under one id until it is over.
    expect(new Set(insights.map(({ id }) => id)).size).toBe(1);
    rmSync(sensor);
    await expect.poll(() => records.some((one) => "value" in one && one.value === null)).toBe(true);
    expect(host.status()).toMatchObject([
      { name: "symbion-plugin-thermometer", state: "running", roles: ["source"], rejected: 0 },
      { name: "symbion-plugin-journal", state: "running", roles: ["sink"], dropped: 0 },
    ]);
    await host.stop();
    // Stopping lets the sink finish: what was told is in the file.
    const written = lines(journal).map((line) => JSON.parse(line) as Insight);
    expect(written).toEqual(insights);
    expect(log).toContain(`plug-in symbion-plugin-journal: writes to ${journal}`);
  });

  test("simulated values are called so", async () => {
    const { host, records } = bench();
    const thermometer = join(examples, "plugin-thermometer");
    const options = { simulate: true, intervalSeconds: 0.01 };
    await host.configure([{ package: thermometer, options }]);
    await expect.poll(() => records.length).toBeGreaterThan(3);
    expect(new Set(records.map(({ source }) => source))).toEqual(new Set(["simulated"]));
  });

  test("wrong options disable them, with the reason", async () => {
    const { host } = bench();
    await host.configure([
      { package: join(examples, "plugin-thermometer"), options: { hotAbove: "very" } },
      { package: join(examples, "plugin-journal"), options: { fil: "x" } },
    ]);
    await running(host);
    const [thermometer, journal] = host.status();
    expect(thermometer).toMatchObject({ state: "disabled", restarts: 0 });
    expect(thermometer?.problem).toMatch(/^options\.hotAbove: .*expected number/i);
    expect(journal?.problem).toBe('options: expected file and kinds, got "fil"');
  });

  test("their documents name what they export", () => {
    for (const name of ["plugin-thermometer", "plugin-journal"]) {
      const manifest = JSON.parse(
        readFileSync(join(examples, name, "package.json"), "utf8"),
      ) as Record<string, string>;
      expect(manifest.name).toBe(`symbion-${name}`);
      expect(existsSync(join(examples, name, manifest.exports ?? ""))).toBe(true);
      expect(readFileSync(join(examples, name, "README.md"), "utf8")).toContain(`./${name}`);
    }
  });
});

describe("loading", () => {
  test("a package by its name, as an import beside the configuration would find it", async () => {
    const home = join(folder, "node_modules/@maker/symbion-thing");
    mkdirSync(home, { recursive: true });
    // Only for `import`: `require` would not find it.
    writeFileSync(
      join(home, "package.json"),
      JSON.stringify({ name: "@maker/symbion-thing", exports: { import: "./main.mjs" } }),
    );
    writeFileSync(
      join(home, "main.mjs"),
      `export const plugin = { name: "@maker/symbion-thing", apiVersion: 1,
        async *source(context) { yield { ...${READING}, name: context.node }; } };`,
    );
    const { host, records } = bench();
    await host.configure([{ package: "@maker/symbion-thing", options: {} }]);
    await expect.poll(() => records.map((one) => "name" in one && one.name)).toEqual(["test"]);
    await expect.poll(() => host.status()[0]?.sourceEnded).toBe(true);
    expect(host.status()[0]).toMatchObject({ state: "running", restarts: 0, emitted: 1 });
  });

  test.each([
    ["nothing there", "export const x = 1;", /expected an export "plugin"/],
    [
      "another version",
      'export const plugin = { name: "p", apiVersion: 2 };',
      /apiVersion: expected 1, got 2/,
    ],
    [
      "no name",
      "export const plugin = { apiVersion: 1 };",
      /^name: expected that of an npm package/,
    ],
    [
      "no part",
      'export const plugin = { name: "p", apiVersion: 1 };',
      /expected a source, an operator or a sink/,
    ],
    [
      "a misspelt part",
      'export const plugin = { name: "p", apiVersion: 1, sorce() {} };',
      /got "sorce"/,
    ],
    [
      "a part that is none",
      'export const plugin = { name: "p", apiVersion: 1, sink: 3 };',
      /sink: expected a function, got number/,
    ],
    ["no JavaScript", "export const plugin = {", /^cannot be loaded: /],
    [
      "an error",
      'throw new Error("rtsp://a:secret@b/");',
      /^cannot be loaded: rtsp:\/\/\*\*\*@b\/$/,
    ],
  ])("a module with %s is disabled, not tried again", async (_, text, problem) => {
    writeFileSync(join(folder, "p.js"), text);
    const { host } = bench();
    await host.configure([{ package: "./p.js", options: {} }]);
    await running(host);
    expect(host.status()).toMatchObject([{ state: "disabled", restarts: 0 }]);
    expect(host.status()[0]?.problem).toMatch(problem);
  });

  test("missing packages and files, options that nobody wants, names that are taken", async () => {
    const plain = write("plain", "async *source() {}");
    writeFileSync(join(folder, "copy.js"), readFileSync(join(folder, "plain.js")));
    const { host } = bench();
    await host.configure([
      { package: "symbion-not-installed", options: {} },
      { package: "./none.js", options: {} },
      { ...plain, options: { speed: 3 } },
      plain,
    ]);
    await running(host);
    expect(host.status().map(({ problem }) => problem)).toEqual([
      expect.stringMatching(/^cannot be loaded: .*npm install symbion-not-installed$/),
      expect.stringMatching(/^expected a module or a package's folder, got no such file/),
      'options.speed: expected no options, got "speed"',
      "expected each plug-in once, got it again",
    ]);
    await host.configure([plain]);
    await running(host);
    await host.configure([plain, { package: "./copy.js", options: {} }]);
    await running(host);
    expect(host.status()).toMatchObject([
      { state: "running" },
      { state: "disabled", problem: 'name: expected one of its own, got "plain" again' },
    ]);
  });
});

describe("a plug-in that fails stops nothing else", () => {
  test.each([
    ["throws at once", 'source() { throw new Error("no sensor"); }', /no sensor/],
    ["rejects", 'async *source() { throw new Error("no sensor"); }', /^source: Error: no sensor$/],
    [
      "throws later, unseen",
      'async *source() { setTimeout(() => { throw new Error("late"); }, 1); await new Promise(() => {}); }',
      /late/,
    ],
    ["leaves the process", "async *source() { process.exit(3); }", /its thread ended by itself/],
    ["yields no iterator", "source() { return 3; }", /^source: TypeError/],
    ["cannot open its sink", 'async sink() { throw new Error("disk"); }', /disk/],
    [
      "eats memory",
      "async *source() { const all = []; for (;;) all.push(new Array(1e5).fill({})); }",
      /more than 256 MiB/,
    ],
  ])("one that %s is started again", async (_, parts, reason) => {
    const { host, records, log } = bench();
    const good = write(
      "good",
      `async *source() { for (;;) { yield ${READING}; await new Promise((r) => setTimeout(r, 20)); } }`,
    );
    await host.configure([write("bad", parts), good]);
    await expect.poll(() => host.status()[0]?.restarts).toBeGreaterThanOrEqual(1);
    expect(host.status()[0]?.lastRestart?.reason).toMatch(reason);
    await expect.poll(() => host.status()[1]).toMatchObject({ state: "running", restarts: 0 });
    const before = records.length;
    await expect.poll(() => records.length).toBeGreaterThan(before);
    expect(
      log.some(
        (line) => line.includes("plug-in bad: failed") || line.includes("plug-in ./bad.js: failed"),
      ),
    ).toBe(true);
  });

  test("one that never gives way is ended from outside", async () => {
    const { host } = bench({ times: { hang: 700 } });
    await host.configure([write("stuck", "async *source() { for (;;); }")]);
    await expect.poll(() => host.status()[0]?.restarts).toBeGreaterThanOrEqual(1);
    expect(host.status()[0]?.lastRestart?.reason).toBe("it did not answer for 0.7 s");
  });

  test("a sink that hangs on a record gets it once more, then goes on without it", async () => {
    const file = join(folder, "taken");
    const { host } = bench({ times: { take: 2000 } });
    await host.configure([
      write("slow", sinkTo(file, "if (record.value === 2) await new Promise(() => {});")),
    ]);
    await running(host);
    for (let value = 1; value <= 4; value++) host.take(reading(value));
    await expect.poll(() => lines(file)).toEqual(["1", "3", "4"]);
    expect(host.status()[0]).toMatchObject({ restarts: 2, taken: 3, dropped: 1, queued: 0 });
    expect(host.status()[0]?.lastRestart?.reason).toBe("it was at one record for more than 2 s");
  });

  test("a source that promised records and makes none is started again; one that ended is not", async () => {
    const { host } = bench();
    await host.configure([
      write("quiet", "maxSilenceSeconds: 0.4, async *source() { await new Promise(() => {}); }"),
      write("done", "maxSilenceSeconds: 0.4, async *source() {}"),
      write("patient", "async *source() { await new Promise(() => {}); }"),
    ]);
    await expect.poll(() => host.status()[0]?.restarts).toBeGreaterThanOrEqual(2);
    expect(host.status()).toMatchObject([
      { lastRestart: { reason: "its source made no record for 0.4 s" } },
      { restarts: 0, sourceEnded: true },
      { restarts: 0, sourceEnded: false },
    ]);
  });

  test("pauses grow, up to the longest", async () => {
    const { host, log } = bench();
    await host.configure([write("bad", 'async *source() { throw new Error("x"); }')]);
    const waits = (): number[] =>
      log.flatMap((line) => Number(/starts again in ([\d.]+) s/.exec(line)?.[1] ?? []));
    await expect.poll(() => waits().length).toBeGreaterThanOrEqual(5);
    expect(waits().slice(0, 5)).toEqual([0.02, 0.04, 0.08, 0.1, 0.1]);
  });
});

describe("records", () => {
  test("operators see those of the node and of sources, sinks see all, nobody sees its own", async () => {
    const seen = join(folder, "seen");
    const double = (name: string, source = "") =>
      write(
        name,
        `${source} operator() { return (record) => [{ ...record, name: "${name}", value: record.value * 10 }]; }`,
      );
    const { host, records } = bench();
    await host.configure([
      double("one"),
      double("two", `async *source(context) { yield { ...${READING}, value: 7 }; },`),
      write("all", sinkTo(seen)),
    ]);
    await expect.poll(() => records.length).toBe(2);
    host.take(reading(3));
    // 7 of two's source, 70 made of it by one; 3 of the node, 30 made of it by each.
    await expect
      .poll(() =>
        lines(seen)
          .map(Number)
          .sort((a, b) => a - b),
      )
      .toEqual([3, 7, 30, 30, 70]);
    const made = records.map(
      (one) => `${"name" in one && one.name} ${"value" in one && one.value}`,
    );
    expect(made.sort()).toEqual(["n 7", "one 30", "one 70", "two 30"]);
  });

  test("what is no record is refused, counted, and explained once", async () => {
    const { host, records, log } = bench();
    const bad = [
      "null",
      "() => 1",
      "{ ...good, value: NaN }",
      "{ ...good, at: 1e15 }",
      '{ ...good, quality: "missing" }',
      "{ ...good, extra: 1 }",
      '{ id: context.insightId(1), source: "a", kind: "motion", from: 1, to: 1, area: null, track: null, score: 1, direction: null, text: "" }',
    ];
    await host.configure([
      write(
        "odd",
        `async *source(context) { const good = ${READING}; for (const one of [${bad}]) yield one; yield good; }`,
      ),
    ]);
    await expect.poll(() => host.status()[0]?.sourceEnded).toBe(true);
    await expect.poll(() => host.status()[0]?.emitted).toBe(1);
    expect(records).toHaveLength(1);
    expect(host.status()[0]).toMatchObject({
      rejected: bad.length,
      firstRejection: "expected a reading or an insight, got object",
      restarts: 0,
    });
    expect(log.filter((line) => line.includes("refused"))).toHaveLength(1);
  });

  test("a slow sink holds up nobody: the oldest records go, counted", async () => {
    const file = join(folder, "taken");
    const gate = join(folder, "open");
    const { host } = bench();
    const wait = `const { existsSync } = await import("node:fs");
      while (!existsSync(${JSON.stringify(gate)})) await new Promise((r) => setTimeout(r, 5));`;
    await host.configure([write("slow", sinkTo(file, wait))]);
    await running(host);
    for (let value = 0; value < 3000; value++) host.take(reading(value));
    const [status] = host.status();
    expect(status?.queued).toBe(1064);
    expect(status?.dropped).toBe(3000 - 1064);
    writeFileSync(gate, "");
    await expect.poll(() => lines(file).length).toBe(1064);
    // The first ones were on their way already; then come the newest.
    expect(lines(file).at(0)).toBe("0");
    expect(lines(file).at(-1)).toBe("2999");
  });

  test("a fast source waits for a slow node", async () => {
    const gate = Promise.withResolvers<void>();
    const { host, records } = bench({ onRecord: () => gate.promise });
    await host.configure([
      write(
        "fast",
        `async *source({ state }) { for (let i = 0; i < 2000; i++) yield { ...${READING}, value: i }; await state.put("done"); }`,
      ),
    ]);
    await expect.poll(() => records.length).toBe(1);
    // Everything the window lets through has been sent by then; the source has not come to its end.
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(host.status()[0]).toMatchObject({ emitted: 0, sourceEnded: false });
    gate.resolve();
    await expect.poll(() => host.status()[0]?.emitted).toBe(2000);
    expect(records.map((one) => "value" in one && one.value)).toEqual(
      Array.from({ length: 2000 }, (_, i) => i),
    );
  });

  test("a node that cannot take a record counts it as refused", async () => {
    const { host } = bench({ onRecord: () => Promise.reject(new Error("the disk is full")) });
    await host.configure([write("one", `async *source() { yield ${READING}; }`)]);
    await expect.poll(() => host.status()[0]?.rejected).toBe(1);
    expect(host.status()[0]?.firstRejection).toBe("not taken: the disk is full");
  });
});

describe("what a plug-in is given", () => {
  test("state that survives restarts, within bounds", async () => {
    const { host, state } = bench();
    await host.configure([
      write(
        "counter",
        `async sink({ state }) {
        const count = ((await state.get())?.count ?? 0) + 1;
        await state.put({ count });
        if (count < 3) throw new Error("again");
        const failures = [];
        for (const bad of ["x".repeat(70000), undefined]) await state.put(bad).catch((e) => failures.push(e.name));
        await state.put({ count, failures });
        return { take() {} };
      }`,
      ),
    ]);
    await expect
      .poll(() => state.get("counter"))
      .toEqual({ count: 3, failures: ["RangeError", "TypeError"] });
    expect(host.status()[0]).toMatchObject({ restarts: 2 });
  });

  test("a log: its lines, what it prints, not without end, nothing secret", async () => {
    const { host, log } = bench();
    await host.configure([
      write(
        "chatty",
        `async *source({ log }) {
        log("opens rtsp://user:secret@camera/1"); console.log("printed\\ntwice"); console.error("to stderr");
        for (let i = 0; i < 500; i++) log("line " + i);
      }`,
      ),
    ]);
    await expect.poll(() => log.length).toBe(100);
    await expect.poll(() => host.status()[0]?.sourceEnded).toBe(true);
    expect(log).toContain("plug-in chatty: opens rtsp://***@camera/1");
    expect(log.join()).not.toContain("secret");
    expect(log.at(-1)).toMatch(/\(further lines of this minute left out\)$/);
  });
});

describe("a change of the configuration", () => {
  test("starts and stops only what changed", async () => {
    const starts = join(folder, "starts");
    const named = (name: string): PluginConfig =>
      write(
        name,
        `checkOptions() { return []; },
         sink({ options }) { appendFileSync(${JSON.stringify(starts)}, "+${name}" + (options.x ?? "") + "\\n");
           return { take() {}, close() { appendFileSync(${JSON.stringify(starts)}, "-${name}\\n"); } }; }`,
        'import { appendFileSync } from "node:fs";',
      );
    const [a, b, c] = [named("a"), named("b"), named("c")];
    const { host } = bench();
    await host.configure([a, { ...b, options: { x: 1, y: { p: 1, q: 2 } } }]);
    await running(host);
    expect(lines(starts).sort()).toEqual(["+a", "+b1"]);
    // The same options in another order are the same options.
    await host.configure([a, { ...b, options: { y: { q: 2, p: 1 }, x: 1 } }]);
    await running(host);
    expect(lines(starts)).toHaveLength(2);
    await host.configure([{ ...b, options: { x: 2 } }, c, a]);
    await running(host);
    expect(lines(starts).slice(2).sort()).toEqual(["+b2", "+c", "-b"]);
    expect(host.status().map(({ name }) => name)).toEqual(["b", "c", "a"]);
    await host.configure([c]);
    expect(lines(starts).slice(5).sort()).toEqual(["-a", "-b"]);
    await host.stop();
    expect(lines(starts).at(-1)).toBe("-c");
    expect(host.status()).toEqual([]);
  });

  test("changes that come at once are made one after the other; one that will not end is ended", async () => {
    const { host } = bench({ times: { grace: 100 } });
    const stubborn = write(
      "stubborn",
      "sink() { return { take() { for (;;); }, close() { for (;;); } }; }",
    );
    await host.configure([stubborn]);
    await running(host);
    host.take(reading(1));
    const changes = [host.configure([]), host.configure([stubborn]), host.configure([])];
    await Promise.all(changes);
    expect(host.status()).toEqual([]);
  });
});

describe("the check of records", () => {
  const from = 1_700_000_000_000;
  const insight: Insight = {
    id: sortableId(from),
    source: "porch",
    kind: "@maker/thing:seen-it",
    from,
    to: null,
    area: null,
    track: null,
    score: 0.5,
    direction: null,
    text: "A sentence.",
  };
  const check = (value: unknown): string => {
    const checked = checkRecord(value, "@maker/thing", from);
    return checked.ok ? "" : checked.reason;
  };

  test.each([
    [{}, /^$/],
    [{ to: from }, /^$/],
    [{ to: from - 1 }, /^insight: to: expected no time before from/],
    [{ kind: "motion" }, /kind: expected "@maker\/thing:KIND", got "motion"/],
    [{ kind: "@maker/thing:" }, /kind: expected/],
    [{ kind: "@maker/other:seen" }, /kind: expected/],
    [{ id: "x" }, /^insight: id: expected an id made by insightId\(\)/],
    [{ id: sortableId(from + 1) }, /^insight: id: expected an id made by insightId\(from\)/],
    [{ from: from + 2 * 86_400_000, id: sortableId(from + 2 * 86_400_000) }, /days ahead/],
    [{ score: 1.5 }, /^insight: score/],
    [{ text: "two\nlines" }, /^insight: text: expected one line/],
    [{ source: "../x" }, /^insight: source/],
  ])("an insight with %o", (change, reason) => {
    expect(check({ ...insight, ...change })).toMatch(reason);
  });

  test("never throws, and takes nothing but records", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.anything(),
          fc.object({ key: fc.constantFrom("kind", "at", "from", "value", "__proto__") }),
        ),
        (value) => {
          expect(check(value)).not.toBe("");
        },
      ),
    );
  });
});
