import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ConfigFile } from "../src/config/file.ts";
import { ruleEntries } from "../src/config/rule-entries.ts";

let folder: string;
let file: ConfigFile | null = null;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "symbion-rules-"));
});

afterEach(() => {
  file?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(text: string): Promise<ConfigFile> {
  const path = join(folder, "symbion.yaml");
  writeFileSync(path, text);
  file = await ConfigFile.open(path);
  return file;
}

test("rules come as they are written, one item or a list alike", async () => {
  const opened = await open(`
alerts:
  - id: night # a comment
    when: motion
    hold: 5 min
    notify: []
    quiet: { from: "22:00", to: "06:00" }
    severity: critical
  - id: broken
    when: [nonsense]
  - not a mapping
`);
  const { version, rules } = await ruleEntries(opened);
  expect(version).toBe((await opened.document()).version);
  expect(rules).toEqual([
    {
      id: "night",
      when: ["motion"],
      hold: "5 min",
      notify: [],
      quiet: [{ from: "22:00", to: "06:00" }],
      severity: "critical",
    },
    { id: "broken", when: ["nonsense"] },
  ]);
});

test("an entry that goes back as it came changes nothing", async () => {
  const text = `alerts:
  - id: night # kept
    when: [motion, dwell]
    hold: 5 min
    cooldown: 90
`;
  const opened = await open(text);
  const { version, rules } = await ruleEntries(opened);
  const [{ id = "", ...entry } = {}] = rules as { id?: string }[];
  const outcome = await opened.edit(version, { kind: "set-rule", id, entry });
  expect(outcome).toMatchObject({ saved: true, problems: [] });
  expect((await opened.document()).text).toBe(text);
});

test("a file without rules has the built-in one, and it can be changed", async () => {
  const opened = await open("cameras: []\n");
  const { version, rules } = await ruleEntries(opened);
  expect(rules.length).toBe(opened.current.rules.length);
  const [{ id = "", ...entry } = {}] = rules as { id?: string }[];
  const changed = { ...entry, severity: "critical" };
  expect(await opened.edit(version, { kind: "set-rule", id, entry: changed })).toMatchObject({
    saved: true,
    problems: [],
  });
  expect((await ruleEntries(opened)).rules[0]).toMatchObject({ id, severity: "critical" });
});

test("a file that is no YAML, or has something else for rules, has none to show", async () => {
  expect((await ruleEntries(await open("alerts: [\n"))).rules).toEqual([]);
  file?.close();
  expect((await ruleEntries(await open("alerts: 5\n"))).rules).toEqual([]);
});
