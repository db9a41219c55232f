/** `symbion models` as a user runs it, against a hub on a local port. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { encodeSafetensors } from "@symbion/neural";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { HubServer } from "../../neural/test/support/hub-server.ts";
import { progressBar } from "../src/cli/models.ts";
import { runCli } from "../src/cli/program.ts";

const program = fileURLToPath(new URL("../bin/symbion.js", import.meta.url));
const TOKEN = "hf_SecretSecretSecret";
const ID = "tiny/gemma";

const data = Float32Array.from({ length: 4096 }, (_, i) => i);
const files = {
  "config.json": Buffer.from('{"model_type":"gemma4"}'),
  "model.safetensors": Buffer.from(
    encodeSafetensors(new Map([["w", { type: "F32", shape: [64, 64], data } as const]])),
  ),
  LICENSE: Buffer.from("Apache License\nVersion 2.0\n"),
};

let server: HubServer;
let folder: string;
beforeAll(async () => {
  server = await HubServer.start();
  // Each run of the command listens for a closed pipe.
  process.stdout.setMaxListeners(100);
});
afterAll(() => server.stop());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "symbion-models-"));
  server.reset();
  server.models.clear();
  server.models.set(ID, { files, cardData: { license: "apache-2.0" } });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

type Result = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** The command as a user runs it. */
function start(args: readonly string[]) {
  return spawn(process.execPath, [program, "models", ...args], {
    env: {
      ...process.env,
      NO_COLOR: "1",
      HF_ENDPOINT: server.endpoint,
      HF_TOKEN: "",
      HF_HUB_OFFLINE: "",
      SYMBION_MODELS: folder,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Runs the command in this process: starting one takes longer than what is tested. */
async function models(args: readonly string[], env: Record<string, string> = {}): Promise<Result> {
  const defaults = { HF_ENDPOINT: server.endpoint, HF_TOKEN: "", HF_HUB_OFFLINE: "" };
  for (const [name, value] of Object.entries({ ...defaults, SYMBION_MODELS: folder, ...env })) {
    vi.stubEnv(name, value);
  }
  const written = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    vi.spyOn(process[stream], "write").mockImplementation((chunk) => {
      written[stream] += String(chunk);
      return true;
    });
  }
  try {
    return { code: await runCli(["models", ...args]), ...written };
  } finally {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
  }
}

const lines = (output: string): Record<string, unknown>[] =>
  output
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

describe("symbion models", () => {
  it("pulls, lists, verifies and removes", async () => {
    const child = start(["pull", ID]);
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
    const pulled = { stdout: out, stderr: err };
    expect(child.exitCode ?? (await once(child, "exit"))[0]).toBe(0);
    expect(pulled.stdout).toMatch(
      /^tiny\/gemma: 16\.\d kB, licence apache-2\.0, revision [0-9a-f]{8}, in .+\n$/,
    );
    expect(pulled.stderr).toMatch(/^tiny\/gemma: 3 files, 16\.\d kB; licence apache-2\.0\n/);
    expect(pulled.stderr).toMatch(/^model\.safetensors: 16\.\d kB$/m);
    expect(pulled.stderr).not.toContain("\r");
    const listed = await models(["list"]);
    expect(listed.stdout).toMatch(
      /^tiny\/gemma {2}[0-9a-f]{8} main {2}16\.\d kB {2}apache-2\.0 {2}complete\n$/,
    );
    expect(await models(["verify"])).toEqual({
      code: 0,
      stdout: "tiny/gemma: 3 files as they were pulled\n",
      stderr: "",
    });
    const removed = await models(["remove", ID]);
    expect(removed.stdout).toMatch(/^tiny\/gemma: removed, 16\.\d kB freed\n$/);
    expect((await models(["list"])).stdout).toMatch(/^no models in .+ pulls one\n$/);
  });

  it("speaks JSON", async () => {
    const pulled = lines((await models(["pull", ID, "--json"])).stdout);
    expect(pulled.at(0)).toMatchObject({ type: "plan", files: 3 });
    expect(pulled.filter(({ type }) => type === "file")).toHaveLength(3);
    const done = pulled.at(-1);
    expect(done).toMatchObject({ type: "done", id: ID, complete: true, refs: ["main"] });
    const [listed] = lines((await models(["list", "--json"])).stdout);
    expect(listed).toMatchObject({
      folder,
      models: [{ id: ID, licence: { id: "apache-2.0" }, bytes: done?.bytes, complete: true }],
    });
    const path = join(String(done?.folder), "model.safetensors");
    const changed = readFileSync(path);
    changed[500] = (changed[500] ?? 0) ^ 1;
    writeFileSync(path, changed);
    const verified = await models(["verify", ID, "--json"]);
    expect(verified.code).toBe(2);
    expect(verified.stderr).toMatch(
      /^symbion: tiny\/gemma: model\.safetensors: expected sha256 [0-9a-f]{64}, got [0-9a-f]{64}\n$/,
    );
    expect(lines(verified.stdout)[0]).toMatchObject({
      models: [{ id: ID, ok: false, problems: [{ path: "model.safetensors" }] }],
    });
    const [removed] = lines((await models(["remove", ID, "--json"])).stdout);
    expect(removed).toMatchObject({ id: ID, revisions: [done?.revision] });
  });

  it.each([
    ["no command", [], /expected a command \(models pull, list, remove, verify/],
    ["an unknown command", ["fetch"], /expected a command \(models .*\), got "fetch"/],
    ["no id", ["pull"], /missing required argument 'id'/],
    ["a bad id", ["pull", "../x"], /expected a model's id \(owner\/name\), got "\.\.\/x"/],
    ["an unknown option", ["list", "--colour"], /unknown option '--colour'/],
    [
      "a model that is not there",
      ["verify", "a/b"],
      /expected a model that has been pulled to .*, got a\/b/,
    ],
    [
      "one to remove that is not there",
      ["remove", "a/b"],
      /expected a model that has been pulled to/,
    ],
    ["one that the hub has not", ["pull", "tiny/none"], /tiny\/none@main: expected a public model/],
  ])("%s: exit code 2 and one line", async (_, args, message) => {
    const result = await models(args);
    expect(result.code).toBe(2);
    expect(result.stdout).toBe("");
    expect(result.stderr).toMatch(message);
    expect(result.stderr).toMatch(/^symbion: [^\n]+\n$/);
  });

  it("never shows the token, and says which settings are wrong", async () => {
    server.models.set(ID, { files, token: "another", gated: true });
    for (const args of [
      ["pull", ID],
      ["pull", ID, "--json"],
    ]) {
      const result = await models(args, { HF_TOKEN: TOKEN });
      expect(result.code).toBe(2);
      expect(result.stderr).toMatch(/access is restricted/);
      expect(result.stdout + result.stderr).not.toContain(TOKEN);
    }
    const wrong = await models(["pull", ID], { HF_ENDPOINT: "nonsense" });
    expect(wrong).toMatchObject({ code: 2, stdout: "" });
    expect(wrong.stderr).toBe(
      'symbion: HF_ENDPOINT: expected an http or https address, got "nonsense"\n',
    );
    const offline = await models(["pull", ID], { HF_HUB_OFFLINE: "1" });
    expect(offline.stderr).toBe(
      "symbion: tiny/gemma: HF_HUB_OFFLINE is set and it has not been pulled\n",
    );
  });

  it("stops at a signal, says so, and goes on the next time", async () => {
    server.faults.drip = { bytes: 500, ms: 150 };
    const child = start(["pull", ID, "--json", "--folder", folder]);
    const [stdout, stderr] = [child.stdout, child.stderr];
    const said = text(stderr);
    for await (const chunk of stdout) {
      const some = /"file":"model\.safetensors","fileBytes":[1-9]/.test(String(chunk));
      if (some) child.kill("SIGINT");
    }
    if (child.exitCode === null) await once(child, "exit");
    expect(child.exitCode).toBe(2);
    expect(await said).toBe(
      "symbion: tiny/gemma: stopped; what has arrived is kept for the next pull\n",
    );
    server.reset();
    expect((await models(["pull", ID])).code).toBe(0);
    const ranges = server.asked.map(({ range }) => range).filter((range) => range !== undefined);
    expect(ranges.length).toBeGreaterThan(0);
  });
});

describe("the bar", () => {
  const event = {
    type: "progress",
    file: "model.safetensors",
    fileBytes: 5e8,
    fileSize: 1e9,
    bytes: 6e8,
    total: 1.2e9,
    filesDone: 3,
    files: 7,
    rate: 2e6,
  } as const;

  it("shows share, bytes, rate, time and files, and fits the terminal", () => {
    expect(progressBar(event, 200)).toBe(
      "[############............]  50 %  600 MB of 1.2 GB  2.0 MB/s  5:00 left  3/7 files  model.safetensors",
    );
    expect(progressBar(event, 40)).toHaveLength(39);
    expect(progressBar({ ...event, rate: 0, bytes: 0, total: 0 }, 200)).toContain("100 %");
    expect(progressBar({ ...event, rate: 1e5, bytes: 0 }, 200)).toContain("3:20:00 left");
  });
});
