// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${NAME} is what configurations hold
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { EXAMPLE_CONFIG } from "../src/config/example.ts";
import { configJsonSchema } from "../src/config/json-schema.ts";
import { sourceKeys } from "../src/config/machine-schema.ts";
import { SOURCE_TYPES } from "../src/config/machine-types.ts";
import { newFile } from "../src/config/operations.ts";
import { CHANNEL_KINDS, channelKeys, KNOWN_KEYS } from "../src/config/schema.ts";
import { nodeCommand } from "./support/command.ts";
import { objectionsTo } from "./support/json-schema.ts";

type Schema = {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly const?: unknown;
  readonly description?: string;
};

const schema = configJsonSchema();

/** The schemas behind a place, through lists and alternatives; "*" is any place in a list. */
function schemasAt(place: string): Schema[] {
  let found: Schema[] = [schema as Schema];
  const open = (one: Schema): Schema[] =>
    [one, ...[...(one.anyOf ?? []), ...(one.oneOf ?? [])].flatMap(open)].filter(
      (inner) => inner.properties !== undefined || inner.items !== undefined,
    );
  for (const step of place === "" ? [] : place.split(".")) {
    found = found.flatMap(open).flatMap((one) => {
      const next = step === "*" ? one.items : one.properties?.[step];
      return next === undefined ? [] : [next];
    });
  }
  return found.flatMap(open).filter((one) => one.properties !== undefined);
}

describe("the JSON Schema", () => {
  test("takes the example and a new file", () => {
    expect(objectionsTo(parse(EXAMPLE_CONFIG), schema)).toEqual([]);
    expect(objectionsTo(parse(newFile(true)), schema)).toEqual([]);
    expect(objectionsTo(parse("x-a: &a 1\ncameras:\nalerts:\n"), schema)).toEqual([]);
  });

  test("knows every key that is accepted, with a description, and no other", () => {
    for (const [place, keys] of Object.entries(KNOWN_KEYS)) {
      const found = schemasAt(place);
      expect(found.length, place).toBeGreaterThan(0);
      const known = new Set(found.flatMap(({ properties }) => Object.keys(properties ?? {})));
      expect([...known].sort(), place).toEqual([...keys].sort());
    }
    const channels = schemasAt("channels.*");
    for (const kind of CHANNEL_KINDS) {
      const own = channels.find(({ properties }) => properties?.kind?.const === kind);
      expect(Object.keys(own?.properties ?? {}).sort(), kind).toEqual(
        [...channelKeys(kind)].sort(),
      );
    }
    const sources = schemasAt("machines.sources.*");
    for (const type of SOURCE_TYPES) {
      const own = sources.find(({ properties }) => properties?.type?.const === type);
      expect(Object.keys(own?.properties ?? {}).sort(), type).toEqual([...sourceKeys(type)].sort());
    }
    const places = new Set<string>();
    const walk = (one: Schema, place: readonly string[]): void => {
      if (one.properties !== undefined) places.add(place.join("."));
      for (const [key, inner] of Object.entries(one.properties ?? {})) {
        const all = [inner, ...(inner.anyOf ?? [])];
        const described = all.some(({ description = "" }) => description.length > 8);
        expect(described, [...place, key].join(".")).toBe(true);
        walk(inner, [...place, key]);
      }
      for (const inner of [...(one.anyOf ?? []), ...(one.oneOf ?? [])]) walk(inner, place);
      if (one.items !== undefined) walk(one.items, [...place, "*"]);
    };
    walk(schema as Schema, []);
    expect([...places].sort()).toEqual(
      [...Object.keys(KNOWN_KEYS), "channels.*", "machines.sources.*"].sort(),
    );
  });

  test("objects to what the node objects to", () => {
    for (const text of [
      "camera: []",
      "server: { port: 70000 }",
      "cameras: [{ id: a b, file: x }]",
      "cameras: [{ id: a }]",
      "cameras: [{ id: a, file: x, url: rtsp://h }]",
      "cameras: [{ id: a, file: x, motion: hihg }]",
      "cameras: [{ id: a, file: x, record: { befor: 1 } }]",
      "cameras: [{ id: a, file: x, areas: [{ id: z, kind: zone, points: [[0, 0], [2, 0]] }] }]",
      "store: { quota: 10 }",
      "store: { keep: { clips: 14 } }",
      "alerts: [{ id: r }]",
      "alerts: [{ id: r, when: moton }]",
      "channels: [{ id: c, kind: pigeon }]",
      "channels: [{ id: c, kind: webpush, url: x }]",
      "plugins: [{ options: {} }]",
      "machines: []",
      "machines: { kinds: [{ id: a, sensors: [] }] }",
      "machines: { kinds: [{ id: a, cap: 0, sensors: [{ name: x }] }] }",
      "machines: { fleet: [{ id: a }] }",
      "machines: { sources: [{ id: a, type: pigeon }] }",
      "machines: { sources: [{ id: a, type: mqtt, url: mqtt://h, topic: no/machine }] }",
      "machines: { sources: [{ id: a, type: modbus, url: tcp://h, registers: [] }] }",
    ]) {
      expect(objectionsTo(parse(text), schema), text).not.toEqual([]);
    }
  });
});

describe("symbion config", () => {
  test("check tells problems and counts", async () => {
    const folder = await mkdtemp(join(tmpdir(), "symbion-test-"));
    const path = join(folder, "symbion.yaml");
    await writeFile(path, "cameras:\n  - { id: a, file: a.mp4 }\n");
    const good = await nodeCommand(["config", "check"], { cwd: folder });
    expect(good).toEqual({
      code: 0,
      stdout: "symbion.yaml: 1 camera, 1 rule, 0 channels, 0 plug-ins can be used; no problems\n",
      stderr: "",
    });
    await writeFile(path, "cameras:\n  - { id: a, file: 5 }\nalerts: [{ id: r, whn: motion }]\n");
    const bad = await nodeCommand(["config", "check", path]);
    expect(bad.code).toBe(2);
    expect(bad.stderr.trimEnd().split("\n")).toEqual([
      `${path}:2:20: cameras[0].file: expected a text (put it in quotes), got 5`,
      `${path}:3:19: alerts[0].whn: unknown key; did you mean "when"?`,
    ]);
    const json = await nodeCommand(["config", "check", path, "--json"]);
    expect(json).toMatchObject({ code: 2, stderr: "" });
    expect(JSON.parse(json.stdout)).toEqual({
      file: path,
      problems: bad.stderr.trimEnd().split("\n"),
      parts: { cameras: 0, disabled: 1, rules: 0, channels: 0, plugins: 0 },
    });
    await writeFile(path, "cameras: [\n");
    const broken = await nodeCommand(["config", "check", path]);
    expect(broken).toMatchObject({
      code: 2,
      stdout: `${path}: 1 problem; nothing can be used\n`,
    });
    const none = await nodeCommand(["config", "check", join(folder, "no.yaml")]);
    expect(none).toEqual({
      code: 2,
      stdout: "",
      stderr: `symbion: ${join(folder, "no.yaml")}: expected a configuration file, got no such file\n`,
    });
  });

  test("schema prints the schema, and help the example", async () => {
    const printed = await nodeCommand(["config", "schema"]);
    expect(printed).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(printed.stdout)).toEqual(schema);
    const help = await nodeCommand(["config", "--help"]);
    expect(help).toMatchObject({ code: 0 });
    expect(help.stdout).toContain(EXAMPLE_CONFIG);
    expect(await nodeCommand(["config"])).toMatchObject({ code: 2, stdout: "" });
    expect(await nodeCommand(["config", "chekc"])).toEqual({
      code: 2,
      stdout: "",
      stderr: 'symbion: expected a command (config check, schema), got "chekc"\n',
    });
  });
});
