/** Pulling models: against a hub on a local port that fails in every way that hubs and networks do. */

import { fork } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { isSafePath } from "../src/hub/names.ts";
import { globPattern, licenceOfReadme, selectFiles } from "../src/hub/select.ts";
import { encodeSafetensors } from "../src/index.ts";
import {
  HubError,
  hubSettings,
  listModels,
  loadCheckpoint,
  localModel,
  modelsFolder,
  type PullEvent,
  type PullOptions,
  pullModel,
  removeModel,
  verifyModel,
} from "../src/node/index.ts";
import { HubServer } from "./support/hub-server.ts";
import { numbers } from "./support/lcg.ts";

const ID = "tiny/gemma";
const TOKEN = "hf_SecretSecretSecret";

const weights = Buffer.from(
  encodeSafetensors(
    new Map([["w", { type: "F32", shape: [256, 256], data: numbers(65536, 1) } as const]]),
  ),
);
const files = {
  "config.json": Buffer.from('{"model_type":"gemma4"}'),
  "model.safetensors": weights,
  "README.md": Buffer.from("---\nlicense: apache-2.0\n---\n# Tiny\n"),
  "onnx/model.onnx": Buffer.from("not wanted"),
  "pytorch_model.bin": Buffer.from("not wanted"),
  "tokenizer_config.json": Buffer.from("{}"),
};

let server: HubServer;
let models: string;
let waits: number[];
beforeAll(async () => {
  server = await HubServer.start();
});
afterAll(() => server.stop());
beforeEach(() => {
  server.reset();
  server.models.clear();
  server.models.set(ID, { files });
  models = mkdtempSync(join(tmpdir(), "symbion-hub-"));
  waits = [];
});
afterEach(() => rmSync(models, { recursive: true, force: true }));

function pull(name: string = ID, options: Partial<PullOptions> = {}, token?: string) {
  return pullModel(name, {
    models,
    hub: { endpoint: server.endpoint, token, offline: false },
    wait: async (ms) => {
      waits.push(ms);
    },
    ...options,
  });
}

/** Everything below the folder of models but locks. */
function stored(): string[] {
  return readdirSync(models, { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(join(models, name)).isFile() && !name.startsWith("locks"))
    .sort();
}

const partials = (): string[] => stored().filter((name) => name.includes("partial"));
const requests = (part: string) => server.asked.filter(({ path }) => path.includes(part));

describe("a pull", () => {
  it("brings what is needed to run the model, and what a checkpoint can be loaded from", async () => {
    const events: PullEvent[] = [];
    const model = await pull(ID, { onEvent: (event) => events.push(event) });
    expect(model).toMatchObject({
      id: ID,
      revision: server.commit(ID),
      refs: ["main"],
      licence: { id: "apache-2.0" },
      complete: true,
    });
    expect(model.files.map(({ path }) => path)).toEqual([
      "README.md",
      "config.json",
      "model.safetensors",
      "tokenizer_config.json",
    ]);
    for (const { path, size } of model.files) {
      expect(readFileSync(join(model.folder, path))).toEqual(files[path as "README.md"]);
      expect(size).toBe(files[path as "README.md"].length);
    }
    expect(model.bytes).toBe(model.files.reduce((sum, { size }) => sum + size, 0));
    expect(partials()).toEqual([]);
    // The configuration comes first: it says whether the rest is worth it.
    expect(requests("/resolve/")[0]?.path).toContain("config.json");
    expect(await verifyModel(model)).toEqual([]);
    const loaded = await loadCheckpoint(ID, { models });
    expect(await loaded.checkpoint.read("w")).toEqual(numbers(65536, 1));
    await loaded.close();
    expect(events[0]).toMatchObject({ type: "plan", files: 4, bytes: model.bytes, present: 0 });
    const progress = events.filter((event) => event.type === "progress");
    expect(progress.at(-1)).toMatchObject({ bytes: model.bytes, total: model.bytes, files: 4 });
    expect(events.filter(({ type }) => type === "file")).toHaveLength(4);
  });

  it("asks only for the list when everything is there", async () => {
    await pull();
    server.reset();
    await pull();
    expect(server.asked.map(({ path }) => path)).toEqual([
      `/api/models/${ID}/revision/main?blobs=true`,
    ]);
  });

  it("brings only what changed in a new revision", async () => {
    const first = await pull();
    server.models.set(ID, { files: { ...files, "README.md": Buffer.from("# Other\n") } });
    server.reset();
    const second = await pull();
    expect(second.revision).not.toBe(first.revision);
    expect(requests("/resolve/").map(({ path }) => path.split("/").at(-1))).toEqual(["README.md"]);
    expect(readFileSync(join(second.folder, "model.safetensors"))).toEqual(weights);
    expect(await localModel(models, ID)).toMatchObject({ revision: second.revision });
    expect(await localModel(models, `${ID}@${first.revision}`)).toMatchObject({ complete: true });
  });

  it("takes the files that patterns name", async () => {
    const model = await pull(ID, { include: ["onnx/*", "*.json"], exclude: ["tokenizer*"] });
    expect(model.files.map(({ path }) => path)).toEqual(["config.json", "onnx/model.onnx"]);
  });

  it("of a commit, tag or unknown revision does what it says", async () => {
    expect((await pull(`${ID}@v1`)).refs).toEqual(["v1"]);
    expect((await pull(`${ID}@${server.commit(ID)}`)).refs).toEqual(["v1"]);
    await expect(pull(`${ID}@v2`)).rejects.toThrow(/tiny\/gemma@v2: no such revision at http/);
  });

  it("finds sizes and checksums where the list has none", async () => {
    server.faults.bareList = true;
    const model = await pull();
    expect(requests("resolve").filter(({ method }) => method === "HEAD")).toHaveLength(4);
    expect(await verifyModel(model)).toEqual([]);
    expect(model.files.every(({ sha256, gitSha1 }) => (sha256 ?? gitSha1) !== undefined)).toBe(
      true,
    );
  });
});

describe("an interrupted transfer", () => {
  it("goes on at the next byte", async () => {
    server.faults.cut = { path: "model.safetensors", after: 100_000, times: 1 };
    const retries: PullEvent[] = [];
    const model = await pull(ID, {
      onEvent: (event) => {
        if (event.type === "retry") retries.push(event);
      },
    });
    expect(requests("model.safetensors").map(({ range }) => range)).toEqual([
      ...[undefined, undefined],
      ...["bytes=100000-", "bytes=100000-"],
    ]);
    expect(retries).toHaveLength(1);
    expect(readFileSync(join(model.folder, "model.safetensors"))).toEqual(weights);
  });

  it("goes on in the next pull, when all attempts of the first have failed", async () => {
    server.faults.cut = { path: "model.safetensors", after: 50_000, times: 99 };
    await expect(pull(ID, { attempts: 3 })).rejects.toThrow(/model\.safetensors: .*\(3 attempts\)/);
    expect(await localModel(models, ID)).toMatchObject({ complete: false });
    await expect(loadCheckpoint(ID, { models })).rejects.toThrow(/did not finish: pull it again/);
    expect(partials()).toHaveLength(1);
    server.reset();
    await pull();
    expect(requests("model.safetensors")[0]?.range).toBe("bytes=50000-");
    expect(await localModel(models, ID)).toMatchObject({ complete: true });
    expect(partials()).toEqual([]);
  });

  it("waits longer each time, and as long as the server says", async () => {
    const failure = { path: "/api/", status: 503 };
    server.faults.failures = [
      failure,
      failure,
      { ...failure, status: 429, headers: { "retry-after": "7" } },
    ];
    await pull();
    expect(waits).toHaveLength(3);
    expect(waits[0]).toBeGreaterThanOrEqual(375);
    expect(waits[0]).toBeLessThanOrEqual(625);
    expect(waits[1]).toBeGreaterThanOrEqual(750);
    expect(waits[2]).toBe(7000);
  });

  it("begins anew where the server knows no ranges, or gives another one", async () => {
    server.faults.cut = { path: "model.safetensors", after: 100_000, times: 1 };
    server.faults.noRanges = true;
    const model = await pull();
    expect(readFileSync(join(model.folder, "model.safetensors"))).toEqual(weights);
    await removeModel(models, ID);
    server.reset();
    server.faults.cut = { path: "model.safetensors", after: 100_000, times: 1 };
    server.faults.wrongRange = true;
    const other = await pull();
    expect(readFileSync(join(other.folder, "model.safetensors"))).toEqual(weights);
    expect(waits).toHaveLength(3);
  });

  it("that stalls is broken off and goes on", async () => {
    server.faults.stall = { path: "model.safetensors", after: 70_000, times: 1 };
    await pull(ID, { stallMs: 1500 });
    expect(requests("model.safetensors").at(-1)?.range).toBe("bytes=70000-");
  });

  it("that is slow but alive is left alone, however long it takes", async () => {
    server.faults.drip = { bytes: 12_000, ms: 100 };
    await pull(ID, { stallMs: 2000 });
    expect(waits).toEqual([]);
    expect(requests("model.safetensors")).toHaveLength(2);
  });

  it("ends at once when it is told to, and keeps what came", async () => {
    server.faults.drip = { bytes: 20_000, ms: 30 };
    const abort = new AbortController();
    const stopped = pull(ID, {
      signal: abort.signal,
      onEvent: (event) => {
        if (event.type === "progress" && event.fileBytes >= 40_000) abort.abort();
      },
    });
    await expect(stopped).rejects.toThrow(/abort/i);
    expect(waits).toEqual([]);
    server.reset();
    await pull();
    const [first] = requests("model.safetensors");
    expect(Number(/\d+/.exec(first?.range ?? "")?.[0])).toBeGreaterThanOrEqual(40_000);
  });

  it("survives SIGKILL: the next process goes on with what arrived", async () => {
    server.faults.drip = { bytes: 20_000, ms: 60 };
    const script = fileURLToPath(new URL("support/pull-alone.ts", import.meta.url));
    const child = fork(script, [models, server.endpoint, ID], {
      execArgv: ["--conditions=source"],
      stdio: "inherit",
    });
    await once(child, "message");
    child.kill("SIGKILL");
    await once(child, "exit");
    server.reset();
    const model = await pull();
    expect(requests("model.safetensors")[0]?.range).toMatch(/^bytes=[1-9]\d+-$/);
    expect(await verifyModel(model)).toEqual([]);
  });
});

describe("wrong content", () => {
  it("with another checksum is deleted", async () => {
    server.faults.corrupt = { path: "model.safetensors", times: 1 };
    await expect(pull()).rejects.toThrow(
      /tiny\/gemma: model\.safetensors: expected sha256 [0-9a-f]{64}, got [0-9a-f]{64}: it was deleted/,
    );
    expect(partials()).toEqual([]);
    expect(stored().some((name) => name.endsWith("model.safetensors"))).toBe(false);
    expect(await localModel(models, ID)).toMatchObject({ complete: false });
    expect((await pull()).complete).toBe(true);
  });

  it("of a small file is found by Git's checksum", async () => {
    server.faults.corrupt = { path: "README.md", times: 1 };
    await expect(pull()).rejects.toThrow(/README\.md: expected gitSha1 [0-9a-f]{40}, got/);
  });

  it("that is longer than it should be is deleted", async () => {
    server.faults.longer = true;
    await expect(pull()).rejects.toThrow(
      /config\.json: expected 23 bytes, got more: it was deleted/,
    );
  });

  it.each([
    ["no JSON", "<html>", /expected JSON from http/],
    ["no commit", '{"siblings":[]}', /expected a commit and a list/],
    ["null", "null", /expected a commit and a list/],
    [
      "no files",
      `{"sha":"${"a".repeat(40)}","siblings":[]}`,
      /at least one file to pull, got none/,
    ],
    ["a path upwards", listOf("../../x.json"), /paths within the model, got "\.\.\/\.\.\/x\.json"/],
    ["an absolute path", listOf("/etc/config.json"), /paths within the model/],
    ["a path with a backslash", listOf("..\\\\x.json"), /paths within the model/],
    ["a drive", listOf("C:x.json"), /paths within the model/],
    [
      "a path that is a number",
      `{"sha":"${"a".repeat(40)}","siblings":[{"rfilename":7}]}`,
      /paths within/,
    ],
    ["the same path twice", listOf("config.json", "CONFIG.json"), /each path once/],
  ])("in the list of files (%s) is refused", async (_, list, message) => {
    server.faults.list = list;
    await expect(pull()).rejects.toThrow(message);
    await expect(pull()).rejects.toThrow(HubError);
    expect(stored()).toEqual([]);
  });

  function listOf(...paths: string[]): string {
    const siblings = paths.map((path) => `{"rfilename":"${path}","size":3}`);
    return `{"sha":"${"a".repeat(40)}","siblings":[${siblings.join()}]}`;
  }

  it("of a model that cannot be run is not pulled", async () => {
    const other = { ...files, "config.json": Buffer.from('{"model_type":"mamba"}') };
    server.models.set(ID, { files: other });
    await expect(pull()).rejects.toThrow(/one of the architectures gemma4, .*, got "mamba"/);
    expect(requests("model.safetensors")).toEqual([]);
    expect(stored()).toEqual([]);
    expect((await pull(ID, { include: ["*.json"] })).complete).toBe(true);
    server.models.set(ID, {
      files: { "model.gguf": Buffer.from("x"), "config.json": other["config.json"] },
    });
    await expect(pull()).rejects.toThrow(
      /expected weights in model\.safetensors, got none among 2/,
    );
  });
});

describe("who may have it", () => {
  it("sends the token to the hub and nowhere else", async () => {
    server.models.set(ID, { files, token: TOKEN });
    await pull(ID, {}, TOKEN);
    const at = (host: string) => server.asked.filter((asked) => asked.host === host);
    expect(at("hub").length).toBeGreaterThan(3);
    expect(at("hub").every(({ authorization }) => authorization === `Bearer ${TOKEN}`)).toBe(true);
    expect(at("store").length).toBe(1);
    expect(at("store").every(({ authorization }) => authorization === undefined)).toBe(true);
  });

  it.each([
    [
      "an unknown model, no token",
      "tiny/none",
      undefined,
      /does not exist or wants a token \(HF_TOKEN\)/,
    ],
    [
      "an unknown model, a token",
      "tiny/none",
      TOKEN,
      /does not exist, or HF_TOKEN is not valid \(401\)/,
    ],
    [
      "a gated model, no token",
      "tiny/gated",
      undefined,
      /access is restricted.*put a token into HF_TOKEN/,
    ],
    [
      "a gated model, a stranger's token",
      "tiny/gated",
      TOKEN,
      /the account of HF_TOKEN has to accept/,
    ],
  ])("says for %s what is missing, and never the token", async (_, id, token, message) => {
    server.models.set("tiny/gated", { files, token: "hf_other", gated: true });
    const failed = await pull(id, {}, token).catch((error: unknown) => error as Error);
    expect(failed).toBeInstanceOf(HubError);
    expect((failed as Error).message).toMatch(message);
    expect(JSON.stringify([(failed as Error).message, (failed as Error).stack])).not.toContain(
      TOKEN,
    );
    expect(waits).toEqual([]);
    expect(stored()).toEqual([]);
  });

  it("says 403 and 404 in words, with the token masked where a server repeats it", async () => {
    const headers = { "x-error-message": `no access for ${TOKEN}` };
    server.faults.failures = [{ path: "/api/", status: 403, headers }];
    await expect(pull(ID, {}, TOKEN)).rejects.toThrow(
      /forbidden \(403\) for HF_TOKEN: no access for \*\*\*/,
    );
    server.faults.failures = [
      { path: "config.json", status: 404, headers: { "x-error-code": "EntryNotFound" } },
    ];
    await expect(pull()).rejects.toThrow(/config\.json: no such file at http.* \(404\)/);
    server.faults.failures = [{ path: "/api/", status: 404 }];
    await expect(pull()).rejects.toThrow(/no such model/);
    server.faults.failures = [{ path: "/api/", status: 418 }];
    await expect(pull()).rejects.toThrow(/answered 418/);
  });

  it("follows no redirect without end or to anything but the web", async () => {
    server.faults.redirect = "file:///etc/passwd";
    await expect(pull()).rejects.toThrow(/expected a redirect to http:\/\/, got one to file:/);
    server.faults.redirect = `${server.endpoint}/${ID}/resolve/${server.commit(ID)}/config.json`;
    await expect(pull()).rejects.toThrow(/at most 10 redirects/);
    server.faults.redirect = "http://[";
    await expect(pull()).rejects.toThrow(/address to be redirected to/);
  });

  it("says that a hub cannot be reached", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = taken.address() as { port: number };
    await new Promise((resolve) => taken.close(resolve));
    const hub = { endpoint: `http://127.0.0.1:${port}`, token: TOKEN, offline: false };
    await expect(pull(ID, { hub })).rejects.toThrow(
      /tiny\/gemma@main: http:\/\/127\.0\.0\.1:\d+ cannot be reached: ECONNREFUSED \(5 attempts\)/,
    );
  });
});

describe("the environment", () => {
  it("names hub, token and offline mode", () => {
    expect(hubSettings({})).toMatchObject({ token: undefined, offline: false });
    expect(
      hubSettings({ HF_ENDPOINT: "http://h:1/x//", HF_TOKEN: " t ", HF_HUB_OFFLINE: "1" }),
    ).toEqual({
      endpoint: "http://h:1/x",
      token: "t",
      offline: true,
    });
    for (const endpoint of ["nonsense", "ftp://h", "http://user:s3cret@h"]) {
      expect(() => hubSettings({ HF_ENDPOINT: endpoint })).toThrow(
        /^HF_ENDPOINT: expected an http/,
      );
      expect(() => hubSettings({ HF_ENDPOINT: endpoint })).not.toThrow(/s3cret/);
    }
    expect(() => hubSettings({ HF_TOKEN: "a\nb" })).toThrow(/^HF_TOKEN: expected printable ASCII/);
    expect(modelsFolder({ SYMBION_MODELS: "/m" })).toBe("/m");
    expect(modelsFolder({ XDG_DATA_HOME: "/x" })).toBe(join("/x", "symbion", "models"));
  });

  it("offline, gives what is there and asks nobody", async () => {
    const hub = { endpoint: server.endpoint, token: undefined, offline: true };
    await expect(pull(ID, { hub })).rejects.toThrow(
      /HF_HUB_OFFLINE is set and it has not been pulled/,
    );
    await pull();
    server.reset();
    expect((await pull(ID, { hub })).complete).toBe(true);
    expect(server.asked).toEqual([]);
  });
});

describe("models on this machine", () => {
  it("are pulled by one process at a time; the other finds them there", async () => {
    server.faults.drip = { bytes: 60_000, ms: 40 };
    const events: PullEvent[] = [];
    const both = await Promise.all([pull(), pull(ID, { onEvent: (event) => events.push(event) })]);
    expect(both[0].revision).toBe(both[1].revision);
    expect(requests("model.safetensors").filter(({ host }) => host === "store")).toHaveLength(1);
    expect(events[0]).toEqual({ type: "waiting" });
  });

  it("are listed with licence, size and state", async () => {
    await pull();
    const card = { license: "other", license_name: "tiny", license_link: "https://example.org/l" };
    server.models.set("tiny/second", { files, cardData: card });
    server.faults.cut = { path: "model.safetensors", after: 10, times: 9 };
    await expect(pull("tiny/second", { attempts: 1 })).rejects.toThrow(HubError);
    const listed = await listModels(models);
    expect(listed.map(({ id, complete }) => [id, complete])).toEqual([
      [ID, true],
      ["tiny/second", false],
    ]);
    expect(listed[1]?.licence).toEqual({
      id: "other",
      name: "tiny",
      link: "https://example.org/l",
    });
    writeFileSync(join(listed[0]?.folder ?? "", "model.safetensors"), "short");
    expect(await localModel(models, ID)).toMatchObject({ complete: false });
    writeFileSync(`${listed[0]?.folder}.json`, "broken");
    expect((await listModels(models)).map(({ id }) => id)).toEqual(["tiny/second"]);
  });

  it("are verified byte for byte", async () => {
    const model = await pull();
    const path = join(model.folder, "model.safetensors");
    const changed = Buffer.from(weights);
    changed[1000] = (changed[1000] ?? 0) ^ 1;
    writeFileSync(path, changed);
    writeFileSync(join(model.folder, "config.json"), "{}");
    rmSync(join(model.folder, "README.md"));
    const problems = await verifyModel(model);
    expect(problems.map(({ path: file }) => file)).toEqual([
      "README.md",
      "config.json",
      "model.safetensors",
    ]);
    expect(problems.map(({ problem }) => problem)).toEqual([
      "expected a file, there is none",
      "expected 23 bytes, got 2",
      expect.stringMatching(/^expected sha256 [0-9a-f]{64}, got [0-9a-f]{64}$/),
    ]);
  });

  it("are removed with what was converted from them", async () => {
    const model = await pull();
    const loaded = await loadCheckpoint(ID, { models });
    const parameters = loaded.parameters({ precision: "q8" });
    const { Graph } = await import("../src/index.ts");
    const graph = new Graph();
    parameters.linear(graph, graph.input("x", "float32", ["M", 256]), "w", 256, 256);
    await parameters.external();
    await loaded.close();
    expect(readdirSync(join(models, "packed"))).toHaveLength(1);
    const removed = await removeModel(models, ID);
    expect(removed.revisions).toEqual([model.revision]);
    expect(removed.bytes).toBeGreaterThan(model.bytes + 65536);
    expect(stored()).toEqual([]);
    expect(readdirSync(join(models, "packed"))).toEqual([]);
    expect(await localModel(models, ID)).toBeNull();
    await expect(removeModel(models, ID)).rejects.toThrow(/expected a model that has been pulled/);
  });

  it("are refused names that lead elsewhere", async () => {
    for (const name of [
      "../x",
      "a/../b",
      "a/b/c",
      "",
      "a//b",
      "/etc",
      "a/b@../../x",
      "a--b/c",
      ".a/b",
    ]) {
      await expect(pull(name)).rejects.toThrow(/expected a (?:model's id|branch, tag or commit)/);
      await expect(removeModel(models, name)).rejects.toThrow(HubError);
    }
    expect(existsSync(join(models, "locks"))).toBe(false);
    for (const path of ["a/b.json", "model-00001-of-00002.safetensors", "..a"]) {
      expect(isSafePath(path)).toBe(true);
    }
    for (const path of [
      "",
      "a//b",
      "./a",
      "a/..",
      "a\0",
      "con",
      "nul.txt",
      "a.",
      "a ",
      "x".repeat(300),
    ]) {
      expect(isSafePath(path), path).toBe(false);
    }
  });

  it("need room on the disk, which is looked at first", async () => {
    server.faults.list = JSON.stringify({
      sha: "a".repeat(40),
      siblings: [
        {
          rfilename: "model.safetensors",
          size: 2 ** 52,
          lfs: { sha256: "b".repeat(64), size: 2 ** 52 },
        },
        { rfilename: "config.json", size: 2, blobId: "c".repeat(40) },
      ],
    });
    await expect(pull()).rejects.toThrow(/expected 4503599644\.1 MB free on the disk, got \d+/);
    expect(requests("resolve")).toEqual([]);
  });

  it("say so where they cannot be stored", async () => {
    writeFileSync(join(models, "hub"), "a file");
    await expect(pull()).rejects.toThrow(HubError);
    await expect(pull()).rejects.toThrow(/cannot be written to/);
    rmSync(join(models, "hub"));
    mkdirSync(join(models, "hub", "tiny--gemma"), { recursive: true });
    expect(await listModels(models)).toEqual([]);
  });
});

describe("patterns and licences", () => {
  it.each([
    ["*.json", "a.json", true],
    ["*.json", "d/a.json", true],
    ["*.json", "a.jsonx", false],
    ["model-?-of-2.*", "model-1-of-2.safetensors", true],
    ["[ab].txt", "b.txt", true],
    ["[!ab].txt", "b.txt", false],
    ["onnx/", "onnx/x/y", true],
    ["a.b", "axb", false],
    ["[", "[", true],
  ])("%s on %s: %s", (glob, path, fits) => {
    expect(globPattern(glob).test(path)).toBe(fits);
  });

  it("reads front matter", () => {
    expect(licenceOfReadme("---\r\nlicense: 'mit'\r\ntags: [a]\r\n---\r\n")).toEqual({ id: "mit" });
    expect(licenceOfReadme("---\nlicense:\n  - apache-2.0\n---\n")).toEqual({ id: "apache-2.0" });
    expect(licenceOfReadme("# no matter\nlicense: mit\n")).toBeUndefined();
    expect(licenceOfReadme("---\nlicense: a\u001b[2Jb\n---")).toEqual({ id: "a [2Jb" });
  });

  it("takes sharded weights and nothing from folders by default", () => {
    const paths = [
      "model-00001-of-00002.safetensors",
      "model.safetensors.index.json",
      "chat_template.jinja",
    ];
    const others = ["sub/model.safetensors", "model.fp16.safetensors", "tokenizer.model", "x.py"];
    const all = [...paths, ...others].map((path) => ({ path }));
    expect(selectFiles("m", all, {}).map(({ path }) => path)).toEqual(paths);
  });
});
