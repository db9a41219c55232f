// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${NAME} is what configurations hold
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UsageError } from "@symbion/core";
import { describe, expect, test } from "vitest";
import { loadConfig, nearestKey, parseConfig } from "../src/config/config.ts";
import { EXAMPLE_CONFIG } from "../src/config/samples.ts";

const parse = (text: string, environment: Record<string, string> = {}) =>
  parseConfig(text, "symbion.yaml", environment);

describe("a configuration", () => {
  test("gives cameras and a server", () => {
    const config = parse(EXAMPLE_CONFIG, { CAM_USER: "me", CAM_PASSWORD: "secret" });
    expect(config.problems).toEqual([]);
    expect(config).toMatchObject({ host: "127.0.0.1", port: 8480, disabled: [] });
    expect(config.cameras).toHaveLength(2);
    expect(config.cameras[0]).toMatchObject({
      id: "gate",
      name: "Front gate",
      source: { url: "rtsp://me:secret@192.168.1.20/stream1" },
    });
    expect(config.cameras[1]).toMatchObject({ name: "workshop", loop: true, realtime: true });
  });

  test("finds files beside itself", async () => {
    const folder = await mkdtemp(join(tmpdir(), "symbion-test-"));
    await writeFile(join(folder, "a.yaml"), "cameras:\n  - id: a\n    file: clips/a.mp4\n");
    const config = await loadConfig(join(folder, "a.yaml"));
    expect(config.cameras[0]?.source).toEqual({ file: join(folder, "clips/a.mp4") });
  });

  test("may be empty", () => {
    expect(parse("")).toMatchObject({ cameras: [], problems: [], port: undefined });
  });
});

describe("one wrong line", () => {
  const cases: readonly (readonly [string, string, string])[] = [
    [
      "unknown key, near one",
      "cameras:\n  - id: a\n    fil: x.mp4\n",
      'symbion.yaml:3:5: cameras[0].fil: unknown key; did you mean "file"?',
    ],
    [
      "unknown key, far from all",
      "cameras: []\nbananas: 1\n",
      "symbion.yaml:2:1: bananas: unknown key; known: server, cameras",
    ],
    [
      "wrong type",
      "cameras:\n  - id: 7\n    file: x.mp4\n",
      "symbion.yaml:2:9: cameras[0].id: expected a string, got 7",
    ],
    [
      "missing key",
      "cameras:\n  - name: Yard\n    file: x.mp4\n",
      "symbion.yaml:2:5: cameras[0].id: expected a string, got nothing",
    ],
    [
      "port out of range",
      "server:\n  port: 70000\n",
      "symbion.yaml:2:9: server.port: expected at most 65535, got 70000",
    ],
    [
      "a scheme that reads local files",
      "cameras:\n  - id: a\n    url: concat:/etc/passwd\n",
      'symbion.yaml:3:10: cameras[0].url: expected an address beginning with rtsp://, rtsps://, rtmp://, rtmps://, http://, https://, srt://, udp://, rtp://, got "concat:/etc/passwd"',
    ],
    [
      "two sources",
      "cameras:\n  - id: a\n    file: x.mp4\n    url: rtsp://h/1\n",
      'symbion.yaml:2:5: cameras[0]: expected either "url" or "file", got the keys id, file, url',
    ],
    [
      "an id twice",
      "cameras:\n  - { id: a, file: x.mp4 }\n  - { id: a, file: y.mp4 }\n",
      'symbion.yaml:3:11: cameras[1].id: expected an id of its own, got "a" again',
    ],
    [
      "an unset variable",
      "cameras:\n  - id: a\n    url: rtsp://${NOBODY}@h/1\n",
      "symbion.yaml:3:10: expected the environment variable NOBODY, got none of that name",
    ],
    ["cameras no list", "cameras: 3\n", "symbion.yaml:1:10: cameras: expected a list, got number"],
  ];
  test.each(cases)("%s", (_, text, problem) => {
    expect(parse(text).problems).toEqual([problem]);
  });

  test("disables its own camera only", () => {
    const config = parse(
      "server: { prt: 1 }\ncameras:\n  - { id: good, file: a.mp4 }\n  - { id: bad, file: 5 }\n",
    );
    expect(config.cameras.map(({ id }) => id)).toEqual(["good"]);
    expect(config.disabled).toHaveLength(1);
    expect(config.disabled[0]).toMatchObject({ id: "bad" });
    expect(config.problems).toHaveLength(2);
    expect(config.host).toBe("127.0.0.1");
  });

  test("never shows a password", () => {
    const text = "cameras:\n  - id: a\n    url: ftp://admin:${PASS}@10.0.0.9/x?token=abc\n";
    const config = parse(text, { PASS: "hunter2" });
    const shown = JSON.stringify([config.problems, config.disabled]);
    expect(config.problems).toHaveLength(1);
    expect(shown).not.toMatch(/hunter2|admin|abc/);
    expect(shown).toContain("10.0.0.9");
  });
});

describe("no configuration at all", () => {
  test("broken YAML says where", () => {
    expect(() => parse("cameras:\n  - id: [a\n")).toThrow(UsageError);
    expect(() => parse("cameras:\n  - id: [a\n")).toThrow(/^symbion\.yaml:\d+:\d+: expected YAML/);
    expect(() => parse("- a\n- b\n")).toThrow("expected a mapping");
  });

  test("a missing file, a folder", async () => {
    await expect(loadConfig("/nowhere/s.yaml")).rejects.toThrow(
      "/nowhere/s.yaml: expected a configuration file, got no such file",
    );
    await expect(loadConfig(tmpdir())).rejects.toThrow("got a directory");
  });
});

test("$${ stands for itself", () => {
  const config = parse("cameras:\n  - id: a\n    name: cost $${X}\n    file: ${F}.mp4\n", {
    F: "f",
  });
  expect(config.problems).toEqual([]);
  expect(config.cameras[0]?.name).toBe("cost ${X}");
});

test("the nearest key is near", () => {
  const known = ["id", "name", "url", "file", "loop", "realtime"];
  expect(nearestKey("realtme", known)).toBe("realtime");
  expect(nearestKey("URL", known)).toBe("url");
  expect(nearestKey("zzzzzz", known)).toBeNull();
});
