// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${NAME} is what configurations hold
import { chmod, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UsageError } from "@symbion/core";
import { describe, expect, test } from "vitest";
import { checkConfig, loadConfig, parseConfig } from "../src/config/config.ts";
import { defaultConfig } from "../src/config/defaults.ts";
import { EXAMPLE_CONFIG } from "../src/config/example.ts";
import type { Secrets } from "../src/config/references.ts";

const parse = (text: string, environment: Record<string, string> = {}) =>
  parseConfig(text, "symbion.yaml", environment);

const secrets = (values: Record<string, string>): Secrets => ({
  values: new Map(Object.entries(values)),
  missing: null,
  problems: [],
});

const withSecrets = (text: string, values: Record<string, string>) => {
  const checked = checkConfig(text, "symbion.yaml", { secrets: secrets(values), environment: {} });
  if ("broken" in checked) throw new Error(checked.broken.text);
  return checked;
};

const camera = (rest: string) => `cameras:\n  - id: a\n    file: x.mp4\n${rest}`;

describe("a configuration", () => {
  test("has every section of the example", () => {
    const checked = checkConfig(EXAMPLE_CONFIG, "/etc/symbion.yaml", {
      environment: { CAM_USER: "me" },
      secrets: secrets({ "gate-password": "p@ss" }),
    });
    if ("broken" in checked) throw new Error(checked.broken.text);
    const { config } = checked;
    expect(config.problems).toEqual([]);
    expect(config).toMatchObject({ name: "Home", host: "127.0.0.1", port: 8480, disabled: [] });
    expect(config.cameras).toHaveLength(2);
    expect(config.cameras[0]).toEqual({
      id: "gate",
      name: "Front gate",
      source: { url: "rtsp://me:p%40ss@192.168.1.20/stream1" },
      loop: true,
      realtime: true,
      simulated: false,
      areas: [
        {
          id: "drive",
          name: "Drive",
          kind: "zone",
          points: [
            [0.1, 0.5],
            [0.6, 0.5],
            [0.6, 0.9],
          ],
          dwellSeconds: 30,
          direction: "both",
        },
        {
          id: "door",
          name: "door",
          kind: "line",
          points: [
            [0.2, 0.4],
            [0.4, 0.4],
          ],
          dwellSeconds: null,
          direction: "both",
        },
      ],
      questions: [],
      motion: { sensitivity: "normal" },
      record: {
        kinds: ["motion", "dwell", "line-crossing", "camera-moved", "camera-covered"],
        before: 5,
        after: 5,
      },
    });
    expect(config.cameras[1]).toMatchObject({
      source: { file: "/etc/recordings/workshop.mp4" },
      motion: { sensitivity: "high" },
      record: { kinds: ["motion", "line-crossing"], before: 5, after: 10 },
    });
    expect(config.store).toEqual({
      folder: "/etc/symbion-data",
      quotaBytes: 10e9,
      reserveBytes: 500e6,
      days: { readings: 30, insights: 90, alerts: 365, clips: 14 },
    });
    expect(config.rules).toEqual([
      {
        id: "drive-motion",
        name: "drive-motion",
        severity: "warning",
        kinds: ["motion"],
        cameras: [],
        areas: ["drive"],
        minScore: 0,
        holdSeconds: 1,
        clearSeconds: 10,
        cooldownSeconds: 60,
        quiet: [{ from: 1320, to: 420, days: [0, 1, 2, 3, 4, 5, 6] }],
        notify: ["phone"],
        notifyResolved: false,
      },
    ]);
    expect(config.channels).toEqual([
      { id: "phone", kind: "webpush", contact: "mailto:me@example.org" },
    ]);
  });

  test("may be empty, or a list of names without values", () => {
    for (const text of ["", "# nothing yet\n", "cameras:\nalerts:\nserver:\n", "---\n...\n"]) {
      expect(parse(text)).toMatchObject({ cameras: [], problems: [], port: undefined });
    }
  });

  test("tells camera troubles to all channels unless it has rules", () => {
    const channels = "channels:\n  - { id: phone, kind: webpush }\n  - { id: bad, kind: x }\n";
    expect(parse(channels).rules).toMatchObject([
      { kinds: ["source-down", "camera-covered", "camera-moved", "disk"], notify: ["phone"] },
    ]);
    expect(parse(`${channels}alerts: []\n`).rules).toEqual([]);
    expect(parse(`${channels}alerts: [{ id: r, when: motion }]\n`).rules).toMatchObject([
      { id: "r", notify: ["phone"] },
    ]);
    expect(parse(`${channels}alerts: [{ id: r, when: motion, notify: [] }]\n`).rules).toMatchObject(
      [{ id: "r", notify: [] }],
    );
  });

  test("reads anchors, merges and other spellings of flags", () => {
    const config = parse(
      "x-base: &base { file: a.mp4, loop: no }\ncameras:\n  - <<: *base\n    id: a\n  - { <<: *base, id: b, motion: off, record: off, loop: on }\n",
    );
    expect(config.problems).toEqual([]);
    expect(config.cameras).toMatchObject([
      { id: "a", loop: false },
      { id: "b", loop: true, motion: null, record: null },
    ]);
  });

  test("reads every kind of channel and a plug-in", () => {
    const { config } = withSecrets(
      `channels:
  - { id: hook, kind: webhook, url: "https://x.example/\${secret:path}", secret: "\${secret:hook}", headers: { X-Key: "\${secret:key}" } }
  - { id: ha, kind: mqtt, url: "mqtt://user:\${secret:mqtt}@host", discovery: off }
  - { id: mail, kind: email, url: "smtp://user@host:587", from: "Node <n@example.org>", to: me@example.org }
plugins:
  - { package: "@acme/symbion-doorbell", options: { token: "\${secret:key}", deep: [{ a: 1 }] } }
  - package: ./mine.ts
`,
      { path: "p", hook: "h", key: "k", mqtt: "a:b" },
    );
    expect(config.problems).toEqual([]);
    expect(config.channels).toEqual([
      {
        id: "hook",
        kind: "webhook",
        url: "https://x.example/p",
        secret: "h",
        headers: { "X-Key": "k" },
      },
      {
        id: "ha",
        kind: "mqtt",
        url: "mqtt://user:a%3Ab@host",
        topic: "symbion",
        discovery: null,
      },
      {
        id: "mail",
        kind: "email",
        url: "smtp://user@host:587",
        from: "Node <n@example.org>",
        to: ["me@example.org"],
      },
    ]);
    expect(config.plugins).toEqual([
      { package: "@acme/symbion-doorbell", options: { token: "k", deep: [{ a: 1 }] } },
      { package: "./mine.ts", options: {} },
    ]);
  });

  test("without a file has the samples with a zone, a line and a tree that is ignored", () => {
    const config = defaultConfig("/srv");
    expect(config.store.folder).toBe("/srv/symbion-data");
    expect(config.cameras[0]?.areas.map(({ kind }) => kind)).toEqual(["zone", "line", "ignore"]);
    expect(parse("cameras: [{ id: yard, sample: yard }]").cameras[0]).toMatchObject({
      source: config.cameras[0]?.source,
      simulated: true,
    });
  });

  test("finds files beside itself", async () => {
    const folder = await mkdtemp(join(tmpdir(), "symbion-test-"));
    await writeFile(join(folder, "a.yaml"), "cameras:\n  - id: a\n    file: clips/a.mp4\n");
    const config = await loadConfig(join(folder, "a.yaml"));
    expect(config.cameras[0]?.source).toEqual({ file: join(folder, "clips/a.mp4") });
  });
});

describe("one wrong line", () => {
  const cases: readonly (readonly [string, string, string | readonly string[]])[] = [
    [
      "a misspelt key",
      "cameras:\n  - id: a\n    fil: x.mp4\n",
      'symbion.yaml:3:5: cameras[0].fil: unknown key; did you mean "file"?',
    ],
    [
      "letters swapped in a key",
      "sotre: { quota: 1 GB }\n",
      'symbion.yaml:1:1: sotre: unknown key; did you mean "store"?',
    ],
    [
      "a key that is none",
      "cameras: []\nbananas: 1\n",
      "symbion.yaml:2:1: bananas: unknown key; known: node, server, cameras, machines, store, alerts, channels, plugins, share, companion",
    ],
    [
      "a key of another channel",
      "channels:\n  - { id: a, kind: webpush, url: https://x }\n",
      "symbion.yaml:2:29: channels[0].url: unknown key; known: id, kind, contact",
    ],
    [
      "a key further in",
      camera("    record: { on: [motion], befor: 3 s }\n"),
      'symbion.yaml:4:29: cameras[0].record.befor: unknown key; did you mean "before"?',
    ],
    [
      "a number for a text",
      "cameras:\n  - id: 7\n    file: x.mp4\n",
      "symbion.yaml:2:9: cameras[0].id: expected a text (put it in quotes), got 7",
    ],
    [
      "a text for a number",
      'server:\n  port: "8480"\n',
      'symbion.yaml:2:9: server.port: expected a number without quotes, got "8480"',
    ],
    [
      "a key that is missing",
      "cameras:\n  - name: Yard\n    file: x.mp4\n",
      "symbion.yaml:2:5: cameras[0].id: expected a text, got nothing",
    ],
    [
      "an entry without a dash",
      "cameras:\n  id: a\n  file: x.mp4\n",
      'symbion.yaml:2:3: cameras: expected a list ("- …" per entry), got a mapping',
    ],
    [
      "an entry that is only a word",
      "cameras:\n  - front door\n",
      'symbion.yaml:2:5: cameras[0]: expected a mapping (keys with values), got "front door"',
    ],
    [
      "a port out of range",
      "server:\n  port: 70000\n",
      "symbion.yaml:2:9: server.port: expected at most 65535, got 70000",
    ],
    [
      "a host with a port",
      "server:\n  host: 0.0.0.0:8480\n",
      'symbion.yaml:2:9: server.host: expected a host name or address without scheme and port, got "0.0.0.0:8480"',
    ],
    [
      "a scheme that reads local files",
      "cameras:\n  - id: a\n    url: concat:/etc/passwd\n",
      'symbion.yaml:3:10: cameras[0].url: expected an address beginning with rtsp://, rtsps://, rtmp://, rtmps://, http://, https://, srt://, udp://, rtp://, got "concat:/etc/passwd"',
    ],
    [
      "two sources",
      "cameras:\n  - id: a\n    file: x.mp4\n    url: rtsp://h/1\n",
      'symbion.yaml:2:5: cameras[0]: expected exactly one of "url", "file" and "sample", got the keys id, file, url',
    ],
    [
      "an id twice",
      "cameras:\n  - { id: a, file: x.mp4 }\n  - { id: a, file: y.mp4 }\n",
      'symbion.yaml:3:11: cameras[1].id: expected an id of its own, got "a" again',
    ],
    [
      "a key twice",
      "server: { port: 1 }\ncameras:\n  - { id: a, file: x.mp4 }\nserver: { port: 2 }\n",
      'symbion.yaml:4:1: expected the key "server" once, got it again; the first one counts',
    ],
    [
      "an unset variable",
      "cameras:\n  - id: a\n    url: rtsp://${NOBODY}@h/1\n",
      "symbion.yaml:3:10: cameras[0].url: expected the environment variable NOBODY, got none of that name",
    ],
    [
      "a secret without a file",
      "cameras:\n  - id: a\n    url: rtsp://u:${secret:gate}@h/1\n",
      "symbion.yaml:3:10: cameras[0].url: expected the secret gate in symbion-secrets.yaml, got no such file",
    ],
    [
      "a secret where it would be shown",
      camera("    name: my ${secret:gate}\n"),
      "symbion.yaml:4:11: cameras[0].name: expected secrets only in addresses, secrets, headers and plug-in options, got one here",
    ],
    [
      "another program's way to name a secret",
      camera("    name: !secret gate\n"),
      "symbion.yaml:4:11: expected no tag, got !secret (a secret is written ${secret:NAME})",
    ],
    [
      "cameras no list",
      "cameras: 3\n",
      'symbion.yaml:1:10: cameras: expected a list ("- …" per entry), got a number',
    ],
    [
      "a misspelt word",
      camera("    motion: hihg\n"),
      'symbion.yaml:4:13: cameras[0].motion: expected "low", "normal", "high" or "off", got "hihg"; did you mean "high"?',
    ],
    [
      "a misspelt kind",
      "alerts: [{ id: r, when: [moton] }]\n",
      'symbion.yaml:1:26: alerts[0].when[0]: expected a kind of insights (motion, dwell, line-crossing, scene-cut, camera-moved, camera-covered, camera-frozen, source-down, disk, node-down, answer, machine-anomaly, machine-failing, machine-failed, sensor-fault, model-learned, or PACKAGE:KIND of a plug-in), got "moton"; did you mean "motion"?',
    ],
    [
      "an unknown kind of channel",
      "channels: [{ id: c, kind: webpsh }]\n",
      'symbion.yaml:1:27: channels[0].kind: expected "webpush", "webhook", "mqtt" or "email", got "webpsh"; did you mean "webpush"?',
    ],
    [
      "a point outside of the picture",
      camera("    areas: [{ id: z, kind: zone, points: [[0, 0], [1, 1.2], [0, 1]] }]\n"),
      "symbion.yaml:4:51: cameras[0].areas[0].points[1]: expected a point [x, y], both from 0 to 1, got [1,1.2]",
    ],
    [
      "a zone of two points",
      camera("    areas: [{ id: z, kind: zone, points: [[0, 0], [1, 1]] }]\n"),
      "symbion.yaml:4:42: cameras[0].areas[0].points: expected at least 3 points of a zone or an ignored area, got [[0,0],[1,1]]",
    ],
    [
      "a length of time without a unit where days are kept",
      "store: { keep: { clips: 14 } }\n",
      'symbion.yaml:1:25: store.keep.clips: expected a length of time with its unit, from 1 min to 100 years ("30 d", "12 h"), got 14',
    ],
    [
      "a size without a unit",
      "store: { quota: 10 }\n",
      'symbion.yaml:1:17: store.quota: expected a size of at least 10 MB ("10 GB", "500 MB", "1 GiB"), got 10',
    ],
    [
      "a rule for a camera that is not there",
      "cameras: [{ id: gate, file: x }]\nalerts: [{ id: r, when: motion, cameras: [gaet] }]\n",
      'symbion.yaml:2:43: alerts[0].cameras[0]: expected the id of a camera, got "gaet"; did you mean "gate"?',
    ],
    [
      "a rule for an area of another camera",
      "cameras:\n  - { id: gate, file: x, areas: [{ id: l, kind: line, points: [[0, 0], [1, 1]] }] }\n  - { id: yard, file: x }\nalerts: [{ id: r, when: motion, cameras: yard, areas: l }]\n",
      'symbion.yaml:4:55: alerts[0].areas: expected the id of a zone or line of yard, got "l"',
    ],
    [
      "a channel that is not there",
      "alerts: [{ id: r, when: motion, notify: phone }]\nchannels: [{ id: hook, kind: webpush }]\n",
      'symbion.yaml:1:41: alerts[0].notify: expected the id of a channel, got "phone"; known: hook',
    ],
  ];
  test.each(cases)("%s", (_, text, problem) => {
    expect(parse(text).problems).toEqual([problem].flat());
  });

  test("disables its own part only", () => {
    const config = parse(`server: { prt: 1, host: example.org, port: 99999 }
cameras:
  - { id: good, file: a.mp4, areas: [{ id: l, kind: line, points: [[0, 0], [1, 1]] }, { id: m, kind: lin, points: [[0, 0]] }], motion: x, record: [] }
  - { id: bad, file: 5 }
alerts:
  - { id: one, when: motion, cameras: [good, gone], notify: [phone, gone] }
  - { id: two, when: motion, cameras: [gone] }
  - { id: three, when: motion, cameras: [bad], notify: broken }
channels:
  - { id: phone, kind: webpush }
  - { id: broken, kind: webpush, contact: 5 }
store: { quota: 1 PB, keep: { clips: 1 d, alerts: never } }
`);
    expect(config).toMatchObject({ host: "example.org", port: undefined });
    expect(config.cameras).toMatchObject([
      {
        id: "good",
        areas: [{ id: "l" }],
        motion: { sensitivity: "normal" },
        record: { before: 5 },
      },
    ]);
    expect(config.disabled).toEqual([
      {
        id: "bad",
        name: "bad",
        reason: "symbion.yaml:4:22: cameras[1].file: expected a text (put it in quotes), got 5",
      },
    ]);
    expect(config.rules.map(({ id, cameras, notify }) => ({ id, cameras, notify }))).toEqual([
      { id: "one", cameras: ["good"], notify: ["phone"] },
      { id: "three", cameras: ["bad"], notify: [] },
    ]);
    expect(config.store).toMatchObject({ quotaBytes: 10e9, days: { clips: 1, alerts: 365 } });
    expect(config.problems).toHaveLength(13);
    expect(config.problems).toEqual(
      config.problems.toSorted((a, b) => Number(a.split(":")[1]) - Number(b.split(":")[1])),
    );
  });

  test("never shows a password", () => {
    const text = "cameras:\n  - id: a\n    url: ftp://admin:${PASS}@10.0.0.9/x?token=abc\n";
    const config = parse(text, { PASS: "hunter2" });
    const shown = JSON.stringify([config.problems, config.disabled]);
    expect(config.problems).toHaveLength(1);
    expect(shown).not.toMatch(/hunter2|admin|abc/);
    expect(shown).toContain("10.0.0.9");
  });

  test("never shows a secret, wherever it stands and whatever is wrong with it", () => {
    const places = [
      (secret: string) => `cameras: [{ id: a, url: "${secret}" }]`,
      (secret: string) => `cameras: [{ id: a, url: "rtsp:/u:${secret}@h" }]`,
      (secret: string) => `cameras: [{ id: "${secret}", file: x }]`,
      (secret: string) => `server: { port: "${secret}", host: "${secret} " }`,
      (secret: string) => `node: { name: "${secret}" }`,
      (secret: string) =>
        `channels: [{ id: c, kind: webhook, url: "${secret}", secret: ["${secret}"] }]`,
      (secret: string) => `channels: [{ id: c, kind: mqtt, url: "mqtt//u:${secret}@h" }]`,
      (secret: string) =>
        `channels: [{ id: c, kind: webhook, url: "http://h", headers: { "a b": "${secret}", c: { d: "${secret}" } } }]`,
      (secret: string) => `alerts: [{ id: r, when: "${secret}", notify: ["${secret}"] }]`,
      (secret: string) => `plugins: [{ package: "${secret}", options: ["${secret}"] }]`,
    ];
    for (const place of places) {
      const checked = withSecrets(place("${secret:s}"), { s: "hunter2" });
      const shown = JSON.stringify([checked.problems, checked.config.disabled, checked.good]);
      expect(checked.problems.length, place("")).toBeGreaterThan(0);
      expect(shown).not.toContain("hunter2");
    }
    // Written into the file in clear, where a secret belongs.
    for (const text of [
      "channels: [{ id: c, kind: webhook, url: 'http://h', secret: 271828 }]",
      "channels: [{ id: c, kind: mqtt, url: 'mqt://u:271828@h' }]",
      "cameras: [{ id: c, url: 'rtsp:/u:271828@h' }]",
      "cameras: [{ id: c, url: rtsp://u:271828@h }]\n  broken: '271828",
      "a: &271828 1\nb: *271829",
    ]) {
      const checked = checkConfig(text, "symbion.yaml", {});
      const problems = "broken" in checked ? [checked.broken] : checked.problems;
      expect(problems.length).toBeGreaterThan(0);
      expect(JSON.stringify(problems)).not.toContain("27182");
    }
  });
});

describe("references", () => {
  test("cannot become structure", () => {
    const evil = 'x.mp4", loop: false }\n  - { id: b, file: y }\n#';
    const config = parse("cameras:\n  - { id: a, file: '${F}' }\n", { F: evil });
    expect(config.cameras).toHaveLength(1);
    expect(config.cameras[0]?.loop).toBe(true);
  });

  test("are encoded where an address has its user and password, and only there", () => {
    const url = (text: string, values: Record<string, string>) =>
      withSecrets(`cameras:\n  - id: a\n    url: ${text}\n`, values).config.cameras[0]?.source;
    expect(url("rtsp://me:${secret:p}@h/1", { p: "a@b/c:d%" })).toEqual({
      url: "rtsp://me:a%40b%2Fc%3Ad%25@h/1",
    });
    expect(url("rtsp://${secret:both}@h/1", { both: "me:a@b:c" })).toEqual({
      url: "rtsp://me:a%40b%3Ac@h/1",
    });
    expect(url("http://h/${secret:path}?k=${secret:k}", { path: "a/b", k: "c" })).toEqual({
      url: "http://h/a/b?k=c",
    });
    expect(url("${secret:all}", { all: "rtsp://u:p@h/1" })).toEqual({ url: "rtsp://u:p@h/1" });
  });

  test("are numbers and flags where those are wanted", () => {
    const config = parse(
      'server: { port: "${PORT}" }\ncameras: [{ id: "${PORT}", file: x, loop: "${LOOP}" }]\nalerts: [{ id: r, when: motion, hold: "${PORT}", min-score: "${HALF}" }]',
      { PORT: "80", LOOP: "false", HALF: "0.5" },
    );
    expect(config.problems).toEqual([]);
    expect(config).toMatchObject({ port: 80, rules: [{ holdSeconds: 80, minScore: 0.5 }] });
    expect(config.cameras[0]).toMatchObject({ id: "80", loop: false });
  });

  test("$${ stands for itself", () => {
    const config = parse("cameras:\n  - id: a\n    name: cost $${X}\n    file: ${F}.mp4\n", {
      F: "f",
    });
    expect(config.problems).toEqual([]);
    expect(config.cameras[0]?.name).toBe("cost ${X}");
  });

  test("are taken from a file for its owner only, as they are written there", async (context) => {
    const folder = await mkdtemp(join(tmpdir(), "symbion-test-"));
    const path = join(folder, "symbion.yaml");
    const text = "cameras:\n  - id: a\n    url: rtsp://u:${secret:a}@h/${secret:b}\n";
    await writeFile(path, text);
    await writeFile(join(folder, "symbion-secrets.yaml"), "a: 0123\nb: yes\n", { mode: 0o600 });
    expect(await loadConfig(path)).toMatchObject({
      problems: [],
      cameras: [{ source: { url: "rtsp://u:0123@h/yes" } }],
    });
    if (process.platform === "win32") context.skip("needs permissions");
    await chmod(join(folder, "symbion-secrets.yaml"), 0o640);
    const config = await loadConfig(path);
    expect(config.cameras).toHaveLength(1);
    expect(config.problems).toEqual([
      `${join(folder, "symbion-secrets.yaml")}: expected a file for its owner only (chmod 600), got mode 640`,
    ]);
    await writeFile(join(folder, "symbion-secrets.yaml"), "a: [hunter2\n", { mode: 0o600 });
    const broken = (await loadConfig(path)).problems;
    expect(broken).toHaveLength(3);
    expect(broken.join()).not.toContain("hunter2");
  });
});

describe("no configuration at all", () => {
  const cases: readonly (readonly [string, string, string])[] = [
    [
      "a tab",
      "cameras:\n\t- id: a\n",
      "symbion.yaml:2:1: expected spaces at the beginning of the line, got a tab",
    ],
    [
      "another indentation",
      "cameras:\n  - id: a\n   file: b\n",
      'symbion.yaml:3:1: expected the indentation of the lines above or a "- ", got another indentation',
    ],
    [
      "no space behind the colon",
      "cameras:\n  - id:a\n    file: b\n",
      'symbion.yaml:2:5: expected "key: value" on one line, got no ": " (a space belongs after the colon)',
    ],
    [
      "missing quotes around a colon",
      "cameras:\n  - id: a\n    name: Gate: north\n",
      'symbion.yaml:3:11: expected one value, got a second ": " (put the value in quotes, or mend the indentation)',
    ],
    [
      "missing quotes around an at sign",
      "cameras:\n  - id: a\n    name: @home\n",
      "symbion.yaml:3:11: expected a value in quotes, got one that begins with a reserved sign",
    ],
    [
      "a quote that is not closed",
      'cameras:\n  - id: a\n    name: "Gate\n',
      "symbion.yaml:4:1: expected a closing quote, got the file's end",
    ],
    [
      "a bracket that is not closed",
      "cameras: [{ id: a, file: x }\nserver: { port: 1 }\n",
      'symbion.yaml:2:1: expected a closing "]" or "}", got a line that belongs to something else',
    ],
    [
      "a list",
      "- a\n- b\n",
      'symbion.yaml:1:1: expected keys with values ("cameras: …"), got a list',
    ],
    [
      "one word",
      "cameras\n",
      'symbion.yaml:1:1: expected keys with values ("cameras: …"), got a single value',
    ],
    [
      "two documents",
      "cameras: []\n---\ncameras: []\n",
      'symbion.yaml:2:1: expected one document, got another after "---"',
    ],
    [
      "an anchor that is not there",
      "server: {}\ncameras: *all\n",
      "symbion.yaml:2:10: expected anchors and merges that name earlier values, got others",
    ],
  ];
  test.each(cases)("%s", (_, text, message) => {
    expect(() => parse(text)).toThrow(new UsageError(message));
  });

  test("a missing file, a folder", async () => {
    await expect(loadConfig("/nowhere/s.yaml")).rejects.toThrow(
      "/nowhere/s.yaml: expected a configuration file, got no such file",
    );
    await expect(loadConfig(tmpdir())).rejects.toThrow("got a directory");
  });
});

describe("a broken part after a good state", () => {
  const good = `node: { name: One }
server: { port: 1000 }
cameras:
  - { id: a, file: a.mp4, motion: high, areas: [{ id: z, kind: line, points: [[0, 0], [1, 1]] }] }
  - { id: b, file: b.mp4 }
store: { keep: { clips: 3 d } }
alerts:
  - { id: r, when: motion, cameras: [b], notify: [c] }
channels:
  - { id: c, kind: webpush }
`;
  const after = (change: (text: string) => string) => {
    const before = checkConfig(good, "symbion.yaml", { environment: {} });
    if ("broken" in before) throw new Error(before.broken.text);
    const now = checkConfig(change(good), "symbion.yaml", { environment: {}, previous: before });
    if ("broken" in now) throw new Error(now.broken.text);
    return { before: before.config, now: now.config };
  };
  const cases: readonly (readonly [string, string, string])[] = [
    ["a source", "file: a.mp4", "file: 5"],
    ["a camera's motion", "motion: high", "motion: hihg"],
    ["an area", "kind: line", "kind: lin"],
    ["a list of areas", "areas: [{ id: z, kind: line, points: [[0, 0], [1, 1]] }]", "areas: 7"],
    ["a port", "port: 1000", "port: x"],
    ["a section", "server: { port: 1000 }", "server: 5"],
    ["days", "clips: 3 d", "clips: 3"],
    ["a rule", "when: motion", "when: moton"],
    ["a rule's camera", "cameras: [b]", "cameras: [bb]"],
    ["a channel", "kind: webpush", "kind: webpsh"],
  ];
  test.each(cases)("%s stays as it was", (_, part, broken) => {
    const { before, now } = after((text) => text.replace(part, broken));
    expect(now.problems).toHaveLength(1);
    expect(now.problems[0]).toMatch(/ \(it stays as it was\)$/);
    expect({ ...now, problems: [] }).toEqual(before);
  });

  test("all cameras stay where the list has become something else", () => {
    const { before, now } = after((text) => text.replace(/cameras:\n.*\n.*\n/, "cameras: 5\n"));
    expect(now.cameras).toEqual(before.cameras);
  });

  test("what was taken out is gone, with the rules that were for it alone", () => {
    const { now } = after((text) => text.replace(/ {2}- \{ id: b.*\n/, ""));
    expect(now.cameras.map(({ id }) => id)).toEqual(["a"]);
    expect(now.rules).toEqual([]);
  });

  test("a misspelt key leaves the entry as it was where something is missing now", () => {
    const { before, now } = after((text) => text.replace("file: a.mp4", "fil: a.mp4"));
    expect(now.cameras).toEqual(before.cameras);
    expect(now.disabled).toEqual([]);
    expect(now.problems).toEqual([
      'symbion.yaml:4:14: cameras[0].fil: unknown key; did you mean "file"? (it stays as it was)',
    ]);
  });
});
