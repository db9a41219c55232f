import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CryptoUse } from "../src/server/share-schemas.ts";
import { type CommandResult, nodeCommand } from "./support/command.ts";

let folder: string;
let config: string;
let off: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "symbion-link-"));
  config = join(folder, "symbion.yaml");
  off = join(folder, "off.yaml");
  // A port of its own: a node that runs here by chance is not this one.
  await writeFile(config, "server: { port: 1 }\ncameras: []\nshare: { keys: file }\n");
  await writeFile(off, "server: { port: 1 }\ncameras: []\n");
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const link = (...args: string[]): Promise<CommandResult> => nodeCommand(["link", ...args]);

describe("without a node that runs", () => {
  test("status opens the data folder, and the identity stays the same", async () => {
    const first = await link("status", "--config", config, "--json");
    expect(first.code, first.stderr).toBe(0);
    const shown = JSON.parse(first.stdout) as { fingerprint: string; peers: unknown[] };
    expect(shown.fingerprint).toMatch(/^(?:[0-9A-Z]{4}-){7}[0-9A-Z]{4}$/);
    expect(shown.peers).toEqual([]);
    const again = await link("status", "--config", config, "--json");
    expect(JSON.parse(again.stdout)).toEqual(shown);
  });

  test("an invitation needs a node that answers", async () => {
    const { code, stderr } = await link("invite", "--config", config);
    expect(code).toBe(2);
    expect(stderr).toContain("expected a node that runs (symbion up), found none");
  });

  test("an invitation that is none is refused, and never shown", async () => {
    const { code, stderr } = await link(
      "enrol",
      "symbion-link:127.0.0.1:1#SECRETS",
      "--config",
      config,
    );
    expect(code).toBe(2);
    expect(stderr).toContain("invitation");
    expect(stderr).not.toContain("SECRETS");
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });

  test("nobody can be forgotten, or put into a tier that is not there", async () => {
    const forgotten = await link("forget", "nobody", "--config", config);
    expect(forgotten.code).toBe(2);
    expect(forgotten.stderr).toContain('expected the id of a peer, got "nobody"');
    const tier = await link("tier", "nobody", "none", "--config", config);
    expect(tier.code).toBe(2);
  });

  test("sharing that is off is said to be", async () => {
    const { code, stderr } = await link("status", "--config", off);
    expect(code).toBe(2);
    expect(stderr).toContain("sharing is off");
  });
});

test("inventory lists algorithms with their ends, shared or not", async () => {
  for (const file of [config, off]) {
    const { code, stdout } = await link("inventory", "--config", file, "--json");
    expect(code).toBe(0);
    const uses = JSON.parse(stdout) as CryptoUse[];
    const names = uses.map(({ algorithm }) => algorithm);
    expect(names).toEqual(expect.arrayContaining(["ML-KEM-768", "X25519MLKEM768", "Ed25519"]));
    expect(uses.some(({ until }) => until.startsWith("20"))).toBe(true);
    expect(names.includes("ML-DSA-65+Ed25519")).toBe(file === config);
  }
});

test("sbom prints CycloneDX of what is installed, to a file too", async () => {
  const { code, stdout } = await link("sbom", "--json");
  expect(code).toBe(0);
  const bom = JSON.parse(stdout) as { bomFormat: string; components: { name: string }[] };
  expect(bom.bomFormat).toBe("CycloneDX");
  expect(bom.components.map(({ name }) => name)).toContain("hono");
  const out = join(folder, "bom.json");
  expect((await link("sbom", "--out", out)).code).toBe(0);
  expect(JSON.parse(await readFile(out, "utf8"))).toEqual(bom);
});

test("bad use ends in one line", async () => {
  const none = await link();
  expect(none.code).toBe(2);
  expect(none.stderr).toContain("expected a command (link invite, enrol, status");
  const minutes = await link("invite", "--minutes", "0");
  expect(minutes.code).toBe(2);
  const url = await link("status", "--url", "http://127.0.0.1:1/", "--config", config);
  expect(url.code).toBe(2);
  expect(url.stderr).toContain("nothing answers there");
});

test.each(["enrol", "invite", "status", "tier", "forget", "inventory", "sbom", "bench"])(
  "link %s has help",
  async (name) => {
    const { code, stdout } = await link(name, "--help");
    expect(code).toBe(0);
    expect(stdout).toContain("--json");
  },
);
