import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, createServer as createTcp, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import type { DoctorCheck, NodeStatus } from "@symbion/core";
import fc from "fast-check";
import { extract } from "tar-stream";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { checkConfig, parseConfig } from "../src/config/config.ts";
import { defaultConfig } from "../src/config/defaults.ts";
import { Redactor, runDoctor, type SupportInput, supportBundle } from "../src/doctor/index.ts";
import {
  checkClock,
  checkFfmpeg,
  checkMemory,
  checkNode,
  checkTimeZone,
} from "../src/doctor/machine.ts";
import { checkSpace } from "../src/doctor/places.ts";
import { lockFolder } from "../src/store/lock.ts";

const sample = fileURLToPath(new URL("../samples/yard.mp4", import.meta.url));

let folder: string;
const closing: (() => unknown)[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "symbion-doctor-"));
});

afterEach(() => {
  for (const close of closing.splice(0)) close();
  rmSync(folder, { recursive: true, force: true });
});

function config(text: string): string {
  const path = join(folder, "symbion.yaml");
  writeFileSync(path, text);
  return path;
}

async function serve(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

const find = (checks: readonly DoctorCheck[], name: string): DoctorCheck => {
  const found = checks.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no check "${name}" in ${JSON.stringify(checks)}`);
  return found;
};

function status(changes: Partial<NodeStatus> = {}): NodeStatus {
  return {
    version: "0.1.0",
    uptimeSeconds: 60,
    cpuMsPerSecond: 20,
    memoryBytes: 1e8,
    snapshots: true,
    problems: [],
    name: "Symbion",
    config: { path: "/x/symbion.yaml", editable: true, lastGood: true },
    store: {
      databaseBytes: 1e6,
      clipBytes: 2e6,
      companionBytes: 0,
      quotaBytes: 1e10,
      freeBytes: 1e11,
      writtenBytes: 1e6,
      writtenBytesPerDay: 1e9,
      problem: null,
    },
    firing: 0,
    backlog: { messages: 0, oldestSeconds: 0 },
    cameras: [],
    ...changes,
  };
}

describe("the machine", () => {
  test.each([
    [checkNode("24.1.0"), "ok", /^24\.1\.0 on /],
    [checkNode("22.12.0"), "failed", /^expected 24 or newer, got 22\.12\.0/],
    [checkFfmpeg("ffmpeg version 5.1.9-0+deb12u1 Copyright", 2), "ok", /^5\.1\.9-0\+deb12u1$/],
    [checkFfmpeg(null, 0), "warning", /apt-get install ffmpeg/],
    [checkFfmpeg(null, 2), "failed", /2 network cameras need it/],
    [checkMemory(2 ** 33, 2 ** 32), "ok", /^4096 MiB of 8192 MiB available$/],
    [checkMemory(2 ** 33, 2 ** 25), "warning", /little is left/],
    [checkMemory(2 ** 28, 2 ** 28), "warning", /little is left/],
    [checkClock(0, 0), "failed", /got the year 1970/],
    [checkClock(Number.NaN, 0), "failed", /expected the present/],
    [checkClock(Date.UTC(2027, 1), Date.UTC(2027, 1) + 400), "ok", /^2027-02-01/],
    [checkClock(Date.UTC(2027, 1), Date.UTC(2027, 1) - 9_000), "warning", /moved by 9 s/],
    [checkClock(Date.UTC(2027, 1), Date.UTC(2027, 1) + 9_000), "warning", /moved by -9 s/],
    [checkTimeZone(true, "Etc/UTC"), "warning", /quiet hours are in UTC/],
    [checkTimeZone(false, "Etc/UTC"), "ok", /^Etc\/UTC$/],
    [checkTimeZone(true, "Europe/Berlin"), "ok", /^Europe\/Berlin$/],
  ] as const)("%o", (result, state, text) => {
    expect(result.state).toBe(state);
    expect(result.text).toMatch(text);
  });

  test.each([
    [1e12, 0, "ok", /^1000\.0 GB free$/],
    [5e9, 0, "warning", /the quota of 10\.0 GB cannot be used up, 4\.5 GB can$/],
    // What is stored already counts for the quota.
    [5e9, 6e9, "ok", /^5\.0 GB free$/],
    [4e8, 9e9, "failed", /nothing more is stored/],
    [null, 0, "warning", /unknown/],
  ] as const)("%s bytes free, %s used", (free, used, state, text) => {
    const result = checkSpace(defaultConfig("/x").store, free, used);
    expect(result.state).toBe(state);
    expect(result.text).toMatch(text);
  });
});

describe("places and neighbours", () => {
  test("a healthy node: nothing failed, and looking changes nothing", async () => {
    const path = config(
      `node: { data: ${join(folder, "data")} }\nserver: { port: 0 }\ncameras:\n  - { id: yard, file: "${sample}" }\n`,
    );
    mkdirSync(join(folder, "data"));
    const checks = await runDoctor({ config: path, cameras: true });
    expect(checks.filter(({ state }) => state === "failed")).toEqual([]);
    expect(find(checks, "configuration").text).toBe(path);
    expect(find(checks, "camera yard")).toEqual({
      name: "camera yard",
      state: "ok",
      text: "MP4, 1280x720, 15 frames/s",
    });
    expect(readdirSync(join(folder, "data"))).toEqual([]);
  });

  test("no file, a missing file, one that is no YAML, one with mistakes", async () => {
    const state = async (path: string): Promise<DoctorCheck> =>
      find(await runDoctor({ config: path }), "configuration");
    expect(await state(join(folder, "none.yaml"))).toMatchObject({
      state: "failed",
      text: expect.stringMatching(/expected a configuration file, got no such file$/),
    });
    expect(await state(config("cameras: [ {"))).toMatchObject({ state: "failed" });
    const problems = await state(
      config("cameras:\n  - { id: a, url: rtsp://u:hunter2@h/, colour: red }\nspeed: 3\n"),
    );
    expect(problems.state).toBe("failed");
    expect(problems.text).toMatch(/symbion\.yaml:2:\d+: .*; .*symbion\.yaml:3:\d+: /);
    expect(problems.text).not.toContain("hunter2");
  });

  test("a file of secrets that others can read", async (context) => {
    if (process.platform === "win32") context.skip("needs file modes");
    const path = config("cameras: []\n");
    const secrets = join(folder, "symbion-secrets.yaml");
    writeFileSync(secrets, "porch: hunter2\n");
    chmodSync(secrets, 0o644);
    expect(find(await runDoctor({ config: path }), "secrets file")).toMatchObject({
      state: "failed",
      text: "expected symbion-secrets.yaml for its owner only (chmod 600), got mode 644",
    });
    chmodSync(secrets, 0o600);
    expect(find(await runDoctor({ config: path }), "secrets file").state).toBe("ok");
  });

  test("a data folder that cannot be", async () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    const at = async (data: string): Promise<DoctorCheck> =>
      find(await runDoctor({ config: config(`node: { data: "${data}" }\n`) }), "data folder");
    expect(await at(file)).toMatchObject({ state: "failed" });
    expect(await at(join(file, "below"))).toMatchObject({ state: "failed" });
    expect(await at(join(folder, "new"))).toMatchObject({ state: "ok" });
    expect(existsSync(join(folder, "new"))).toBe(false);
  });

  test("a data folder that a node has", async () => {
    const data = join(folder, "data");
    mkdirSync(data);
    const path = config(`node: { data: "${data}" }\n`);
    expect(find(await runDoctor({ config: path }), "data folder lock").text).toBe("free");
    const lock = lockFolder(data);
    // Another process has to look: within one, SQLite knows its own locks.
    expect(find(await runDoctor({ config: path }), "data folder lock").text).toBe("a node uses it");
    lock.release();
    expect(find(await runDoctor({ config: path }), "data folder lock").text).toBe("free");
  });

  test("a port: free, a node's, another program's", async () => {
    const node = createServer((request, response) => {
      response.writeHead(request.url === "/healthz" ? 200 : 404).end("ok");
    });
    const other = createServer((_, response) => response.writeHead(404).end());
    const mute = createTcp(() => undefined);
    const at = async (port: number): Promise<DoctorCheck> =>
      find(await runDoctor({ config: config(`server: { port: ${port} }\n`) }), "port");
    const own = await serve(node);
    expect(await at(own)).toMatchObject({ state: "ok", text: `a node answers at ${own}` });
    const strange = await serve(other);
    expect(await at(strange)).toMatchObject({ state: "failed" });
    expect(await at(await serve(mute))).toMatchObject({ state: "failed" });
    other.close();
    expect(await at(strange)).toMatchObject({ state: "ok", text: `${strange} is free` });
  });

  test("channels and cameras that are not there", async () => {
    const gone = createTcp();
    const free = await serve(gone);
    await new Promise((resolve) => gone.close(resolve));
    const broker = await serve(createTcp((socket) => socket.end()));
    const path = config(
      stringify({
        cameras: [{ id: "porch", url: `rtsp://u:hunter2@127.0.0.1:${free}/x` }],
        channels: [
          { id: "home", kind: "mqtt", url: `mqtt://u:hunter2@127.0.0.1:${broker}` },
          {
            id: "mail",
            kind: "email",
            url: `smtp://127.0.0.1:${free}`,
            from: "a@b.c",
            to: "a@b.c",
          },
          { id: "hook", kind: "webhook", url: "https://hook.invalid/hunter2" },
          { id: "push", kind: "webpush" },
        ],
      }),
    );
    const checks = await runDoctor({ config: path, cameras: true });
    expect(find(checks, "camera porch").state).toBe("failed");
    expect(find(checks, "channel home")).toMatchObject({ state: "ok" });
    expect(find(checks, "channel mail").text).toBe(`127.0.0.1:${free}: connection refused`);
    expect(find(checks, "channel hook").text).toMatch(/^hook\.invalid:443: no such host/);
    expect(find(checks, "channel push").state).toBe("ok");
    expect(JSON.stringify(checks)).not.toContain("hunter2");
    const without = await runDoctor({ config: path, channels: false });
    expect(without.filter(({ name }) => /^(?:camera|channel) /.test(name))).toEqual([]);
  });

  test("a node that asks about itself does not open its cameras again", async () => {
    const path = config("cameras: []\n");
    const cameras = [
      ["live", "ok", null],
      ["retrying", "failed", "no data for 15 s"],
      ["starting", "warning", null],
      ["disabled", "failed", "symbion.yaml:2:3: no"],
    ] as const;
    const live = status({
      cameras: cameras.map(([state, , reason]) => ({
        id: state,
        state,
        reason,
        stats: { fps: 15 },
      })),
      store: { ...status().store, problem: "the disk is full" },
    } as unknown as NodeStatus);
    const checks = await runDoctor({
      config: path,
      node: { config: parseConfig("cameras: []\n", path), status: live },
      cameras: true,
    });
    for (const [name, state] of cameras) expect(find(checks, `camera ${name}`).state).toBe(state);
    expect(find(checks, "store")).toMatchObject({ state: "failed", text: "the disk is full" });
    expect(checks.some(({ name }) => name === "port" || name === "data folder lock")).toBe(false);
    await expect(runDoctor({ conifg: path } as object)).rejects.toThrow('got option "conifg"');
  });
});

/** The files of a bundle by name. */
async function unpack(bundle: Buffer): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const archive = extract();
  archive.end(gunzipSync(bundle));
  for await (const entry of archive) {
    const parts: Buffer[] = [];
    for await (const part of entry) parts.push(part as Buffer);
    files.set(entry.header.name, Buffer.concat(parts).toString("utf8"));
  }
  return files;
}

function input(changes: Partial<SupportInput>): SupportInput {
  return {
    version: "0.1.0",
    configText: null,
    config: null,
    doctor: [],
    status: null,
    log: [],
    ...changes,
  };
}

/** A configuration with a text of its own in every place that takes one. */
function configOf(word: (place: string) => string): Record<string, unknown> {
  return {
    node: { name: word("node.name"), data: `./${word("data")}` },
    server: { host: "127.0.0.1", port: 8480, names: [word("names")] },
    cameras: [
      {
        id: "porch",
        name: word("camera.name"),
        url: `rtsp://${encodeURIComponent(word("user"))}:${encodeURIComponent(word("password"))}@${"cam.example"}/live/${encodeURIComponent(word("path"))}?token=${encodeURIComponent(word("query"))}`,
        areas: [
          {
            id: "drive",
            name: word("area.name"),
            kind: "zone",
            points: [
              [0, 0],
              [1, 0],
              [1, 1],
            ],
          },
        ],
      },
      { id: "back", file: `./videos/${word("file")}` },
      { id: "broken", url: word("broken.url"), [word("unknown.key")]: word("unknown.value") },
    ],
    alerts: [{ id: "rule-1", name: word("rule.name"), when: ["motion", word("kind")] }],
    channels: [
      {
        id: "hook",
        kind: "webhook",
        url: `https://hooks.example/${encodeURIComponent(word("hook"))}`,
        secret: word("secret"),
        headers: { Authorization: `Bearer ${word("bearer")}`, "X-Key": word("header") },
      },
      {
        id: "mail",
        kind: "email",
        url: "smtps://mail.example",
        from: word("from"),
        to: [word("to")],
      },
      { id: "home", kind: "mqtt", url: "mqtt://broker.example", topic: word("topic") },
    ],
    machines: {
      kinds: [{ id: "mill", sensors: [{ name: word("sensor"), unit: "kW" }] }],
      fleet: [{ id: "mill-1", name: word("machine.name"), kind: "mill" }],
      sources: [
        {
          ...{
            id: "hall",
            type: "mqtt",
            topic: `${encodeURIComponent(word("hall"))}/{machine}/{sensor}`,
          },
          url: `mqtt://${encodeURIComponent(word("m-user"))}:${encodeURIComponent(word("m-password"))}@m.example`,
        },
        {
          ...{ id: "server", type: "opcua", machine: "mill-1" },
          url: `opc.tcp://${encodeURIComponent(word("o-user"))}:${encodeURIComponent(word("o-password"))}@o.example`,
          nodes: [{ sensor: word("sensor"), node: `ns=1;s=${word("node")}` }],
        },
      ],
    },
    plugins: [
      {
        package: "symbion-plugin-thermometer",
        options: { [word("option.key")]: word("option"), deep: { list: [word("deep")] } },
      },
    ],
    [word("root.key")]: { inner: word("root.value") },
  };
}

describe("the support bundle", () => {
  const before = process.env.SYMBION_FFMPEG;
  // Its version is asked for each bundle: many bundles are made here.
  beforeAll(() => {
    process.env.SYMBION_FFMPEG = "/no/such/program";
  });
  afterAll(() => {
    if (before === undefined) delete process.env.SYMBION_FFMPEG;
    else process.env.SYMBION_FFMPEG = before;
  });

  const places: string[] = [];
  configOf((place) => {
    places.push(place);
    return place;
  });

  /** What a node's log and doctor may have made of a word. */
  const traces = (word: string): string[] => [
    `it says ${word}.`,
    `"${JSON.stringify(word)}" ${encodeURIComponent(word)}`,
    `Authorization: Basic ${Buffer.from(word).toString("base64")}`,
    `https://somewhere.example/${encodeURIComponent(word)}/x`,
  ];

  const bundleOf = async (word: (place: string) => string): Promise<string> => {
    const values = configOf(word);
    const text = stringify(values);
    const checked = checkConfig(text, join(folder, "symbion.yaml"), { environment: {} });
    const log = places.flatMap((place) => traces(word(place)));
    const doctor: DoctorCheck[] = log.map((line, i) => ({
      name: `check ${i}`,
      state: "ok",
      text: line,
    }));
    const bundle = await supportBundle(
      input({
        configText: text,
        config: "broken" in checked ? null : checked.config,
        doctor,
        log,
        status: status({ name: word("node.name"), problems: log }),
        plugins: [{ name: "symbion-plugin-thermometer", problem: log.join(" ") }],
      }),
    );
    return [...(await unpack(bundle)).values()].join("\n");
  };

  test("no secret in any place of the configuration comes out, in no form", async () => {
    const plain = await bundleOf((place) => `${place}-placeholder-word`);
    expect(plain).toContain("kind: webhook");
    const secret = fc
      .oneof(
        fc.string({ unit: "grapheme-ascii", minLength: 6, maxLength: 24 }),
        fc.string({ unit: "grapheme", minLength: 6, maxLength: 16 }),
        fc.stringMatching(/^[a-z]{6,12}$/),
        fc.stringMatching(/^[0-9]{6,12}$/),
        fc.stringMatching(/^[A-Za-z0-9+/]{40}==$/),
        fc.stringMatching(/^rtsp:\/\/[a-z]{6}:[a-z]{6}@[a-z]{6}\/[a-z]{6}$/),
      )
      .filter((text) => text.trim().length >= 6 && !plain.includes(text));
    const absent = (text: string, one: string): void => {
      expect(text).not.toContain(one);
      expect(text).not.toContain(JSON.stringify(one).slice(1, -1));
      expect(text).not.toContain(encodeURIComponent(one));
      expect(text).not.toContain(Buffer.from(one).toString("base64"));
    };
    // Everywhere at once, and in one place alone: what is learned in one must not be owed to another.
    await fc.assert(
      fc.asyncProperty(secret, async (one) => absent(await bundleOf(() => one), one)),
      { numRuns: 12 },
    );
    for (const lonely of places) {
      await fc.assert(
        fc.asyncProperty(secret, async (one) => {
          const text = await bundleOf((place) => (place === lonely ? one : `${place}-word`));
          absent(text, one);
        }),
        { numRuns: 3, examples: [["/    !"]] },
      );
    }
  });

  test("what is useful stays, and stays together", async () => {
    const text = await bundleOf((place) => `${place}-placeholder-word`);
    for (const part of [
      "port: 8480",
      "kind: zone",
      "- motion",
      "id: camera-1",
      "url: rtsp://***@host-",
      "url: https://host-",
      "package: symbion-plugin-thermometer",
      "unknown-key-1: '***'",
      "secret: '***'",
      "headers: 2 headers, ***",
      "options: 2 options, ***",
    ]) {
      expect(text.replaceAll('"', "'")).toContain(part);
    }
    expect(text).not.toMatch(/placeholder|example|porch|drive/);
  });

  test("the same name is the same pseudonym in every file; or stays, where asked for", async () => {
    const path = join(folder, "symbion.yaml");
    const text = `node: { name: Home }\ncameras:\n  - { id: porch, name: Front porch, url: "rtsp://u:hunter2@192.168.7.9/x" }\n`;
    const parts: Partial<SupportInput> = {
      configText: text,
      config: parseConfig(text, path),
      doctor: [{ name: "camera porch", state: "failed", text: "no route to 192.168.7.9" }],
      log: [
        "porch: 192.168.7.9 gone, anna@mail.example told from 127.0.0.1, mac 00:11:22:aa:bb:cc",
      ],
      secrets: ["from-the-vault"],
    };
    const hidden = await unpack(await supportBundle(input(parts)));
    expect(hidden.get("symbion-support/doctor.json")).toContain('"name": "camera camera-1"');
    expect(hidden.get("symbion-support/doctor.json")).toContain("no route to host-1");
    expect(hidden.get("symbion-support/log.txt")).toBe(
      "camera-1: host-1 gone, ***@*** told from 127.0.0.1, mac ***\n",
    );
    const open = await unpack(await supportBundle(input({ ...parts, names: true })));
    expect(open.get("symbion-support/config.yaml")).toContain("name: Front porch");
    expect(open.get("symbion-support/config.yaml")).toContain("url: rtsp://***@192.168.7.9/***");
    expect(open.get("symbion-support/log.txt")).toContain("porch: 192.168.7.9 gone");
    expect([...open.values()].join()).not.toContain("hunter2");
  });

  test("a text that is no YAML is not in it, and what it holds is hidden elsewhere", async () => {
    const text =
      "cameras:\n  - id: a\n    url: rtsp://anna:hunter2@h/\n   bad: [\n  key: 'sesame99'\n";
    const files = await unpack(
      await supportBundle(input({ configText: text, log: ["tried hunter2 and sesame99"] })),
    );
    expect(files.get("symbion-support/config.yaml")).toMatch(/^# 6 lines, no YAML: /);
    expect([...files.values()].join()).not.toMatch(/hunter2|sesame99/);
  });

  test("it holds what it says it holds, and nothing else is taken", async () => {
    const bundle = await supportBundle(input({ status: status(), log: ["a", "b"] }));
    const files = await unpack(bundle);
    const listed = files.get("symbion-support/README.txt")?.match(/^\w+\.\w+/gm) ?? [];
    expect([...files.keys()].map((name) => name.replace("symbion-support/", "")).sort()).toEqual(
      ["README.txt", ...listed].sort(),
    );
    expect(JSON.parse(files.get("symbion-support/versions.json") ?? "")).toMatchObject({
      symbion: "0.1.0",
      node: process.versions.node,
    });
    expect(JSON.parse(files.get("symbion-support/status.json") ?? "")).toEqual(status());
    await expect(supportBundle({ ...input({}), logs: [] } as never)).rejects.toThrow('got "logs"');
  });

  test("texts of any kind go through the redactor", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.anything(), (text, value) => {
        const redactor = new Redactor();
        // Words of the configuration's own language hide nothing: this is none.
        const secret = `${text}§`;
        redactor.secret(secret);
        redactor.config(value);
        const shown = redactor.text(`(${secret})`);
        if (secret.length >= 4) expect(shown).not.toContain(secret);
      }),
    );
  });
});

describe("symbion doctor and symbion support", () => {
  const program = fileURLToPath(new URL("../bin/symbion.js", import.meta.url));
  const symbion = (...args: string[]) => {
    const done = spawnSync(process.execPath, [program, ...args], { encoding: "utf8", cwd: folder });
    return { code: done.status, out: done.stdout, err: done.stderr };
  };

  test("exit code 0 only where no check failed", () => {
    const good = symbion("doctor", "--json", "--config", config("server: { port: 0 }\n"));
    const { checks } = JSON.parse(good.out) as { checks: DoctorCheck[] };
    expect(find(checks, "configuration").state).toBe("ok");
    expect(good.code).toBe(checks.some(({ state }) => state === "failed") ? 2 : 0);
    const bad = symbion("doctor", "--config", config("speed: 3\n"));
    expect(bad.code).toBe(2);
    expect(bad.out).toMatch(/^ {2}failed {3}configuration {2,}.*speed/m);
    expect(bad.err).toMatch(/^symbion: 1 of \d+ checks failed: configuration\n$/);
  });

  test("the bundle is a file of its owner's, and none is overwritten", async () => {
    const path = config("cameras: []\nserver: { port: 0 }\n");
    const made = symbion("support", "bundle.tar.gz", "--config", path);
    expect([made.code, made.err]).toEqual([0, ""]);
    expect(made.out).toMatch(/^bundle\.tar\.gz: \d+(?:\.\d+)? kB/);
    const again = symbion("support", "bundle.tar.gz", "--config", path);
    expect(again.code).toBe(2);
    expect(again.err).toMatch(/expected a file that does not exist yet/);
  });
});
