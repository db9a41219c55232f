/** `symbion companion …` as users run it. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import OpenAI from "openai";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ModelServer, startModelServer } from "../../companion/test/support/model-server.ts";
import { LONGEST_LINE } from "../src/cli/companion-batch.ts";
import { nodeCommand } from "./support/command.ts";

const program = fileURLToPath(new URL("../bin/symbion.js", import.meta.url));

let folder: string;
let model: ModelServer | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "symbion-companion-"));
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await model?.close();
  model = null;
});

/** Runs a batch command on lines. */
async function batch(
  name: string,
  input: string | Buffer,
  ...more: string[]
): Promise<{ code: number | null; lines: Record<string, unknown>[]; stderr: string }> {
  const child = spawn(process.execPath, [program, "companion", name, ...more], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  const ended = once(child, "close") as Promise<[number | null]>;
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    ended,
  ]);
  const lines = stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { code, lines, stderr };
}

const ndjson = (...lines: unknown[]): string =>
  lines.map((line) => `${JSON.stringify(line)}\n`).join("");

describe("batch commands", () => {
  test("compare", async () => {
    const { code, lines } = await batch(
      "compare",
      ndjson(
        { id: "a", neutral: "Take it for 10 days.", rephrased: "Take it for 10 days." },
        { id: 2, neutral: "Take it for 10 days.", rephrased: "Take it for 12 days." },
      ),
    );
    expect(code).toBe(0);
    expect(lines[0]).toEqual({ id: "a", same: true, differences: [] });
    expect(lines[1]).toMatchObject({ id: 2, same: false, differences: [expect.anything()] });
  });

  test("triage", async () => {
    const { code, lines } = await batch(
      "triage",
      ndjson(
        {
          id: "1",
          text: "Crushing chest pain for 20 minutes, and he can hardly breathe.",
          age: 61,
        },
        { id: "2", text: "What is the capital of France?" },
      ),
    );
    expect(code).toBe(0);
    expect(lines[0]).toMatchObject({
      id: "1",
      disposition: "emergency",
      rules: expect.arrayContaining([expect.any(String)]),
    });
    expect(Object.keys(lines[1] ?? {})).toEqual(["id", "disposition", "rules"]);
    expect(lines[1]).toMatchObject({ disposition: "unknown" });
  });

  test("screen", async () => {
    const { code, lines } = await batch(
      "screen",
      ndjson(
        { id: "1", text: "How can I secretly poison my neighbour with his own medication?" },
        { id: "2", text: "What is a common cold?" },
      ),
    );
    expect(code).toBe(0);
    expect(lines).toEqual([
      { id: "1", refuse: true, why: expect.stringMatching(/./) },
      { id: "2", refuse: false, why: "" },
    ]);
  });

  test("rephrase, by the grammar and by a model that lies", async () => {
    const line = {
      ...{ id: "1", query: "I am so worried. How long does a cold last?", language: "en" },
      answer: "A common cold usually lasts 7 to 10 days.",
    };
    const grammar = await batch("rephrase", ndjson(line));
    expect(grammar.code).toBe(0);
    expect(grammar.lines[0]).toMatchObject({
      id: "1",
      text: expect.stringContaining("7 to 10 days"),
    });
    model = await startModelServer(() => "I understand. A common cold usually lasts 7 to 20 days.");
    const lie = await batch("rephrase", ndjson(line), "--with", model.url);
    expect(lie.lines[0]).toMatchObject({ id: "1", fellBack: true });
    expect(lie.lines[0]?.text).toContain("7 to 10 days");
  });

  test("answer the good lines in their places, and end with 2 where one was bad", async () => {
    const good = { id: "g", text: "hello" };
    const input = Buffer.concat([
      Buffer.from(
        ndjson(good, { id: "k", text: "x", more: 1 }, { id: "n" }, { id: [1], text: "x" }),
      ),
      Buffer.from("no json\n[]\n\n"),
      Buffer.from([0x22, 0xff, 0x22, 10]),
      Buffer.from(`{"id":"long","text":"${"x".repeat(LONGEST_LINE)}"}\n`),
      Buffer.from(JSON.stringify({ ...good, id: "last" })),
    ]);
    const { code, lines, stderr } = await batch("triage", input);
    expect(code).toBe(2);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(lines.map(({ id, error }) => [id, typeof error])).toEqual([
      ["g", "undefined"],
      ["k", "string"],
      ["n", "string"],
      [undefined, "string"],
      [undefined, "string"],
      [undefined, "string"],
      [undefined, "string"],
      [undefined, "string"],
      [undefined, "string"],
      ["last", "undefined"],
    ]);
  });

  test("take any text, and many lines", async () => {
    const texts = ["\ud800", "\u0000", "‮", "І", "a".repeat(100_000), "not ".repeat(20_000), ""];
    for (const name of ["triage", "screen"]) {
      const lines = Array.from({ length: 3000 }, (_, i) => ({
        id: String(i),
        text: i < texts.length ? texts[i] : `My head hurts a little since ${i} days.`,
      }));
      const { code, lines: out } = await batch(name, ndjson(...lines));
      expect(code).toBe(0);
      expect(out.map(({ id }) => id)).toEqual(lines.map(({ id }) => id));
    }
  });
});

/** `symbion companion serve` in a process of its own. */
async function serve(
  ...args: string[]
): Promise<{ started: Record<string, unknown>; url: string; stop(): Promise<number | null> }> {
  const child = spawn(
    process.execPath,
    [program, "companion", "serve", ...args, "--json", "--port", "0"],
    {
      ...{ cwd: folder, stdio: ["ignore", "pipe", "pipe"] },
    },
  );
  const line = new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once("line", resolve);
    void text(child.stderr).then((words) => reject(new Error(words)));
  });
  const started = JSON.parse(await line) as Record<string, unknown>;
  return {
    started,
    url: String(started.url),
    stop: async () => {
      const ended = once(child, "exit") as Promise<[number | null]>;
      child.kill("SIGTERM");
      return (await ended)[0];
    },
  };
}

describe("serve", () => {
  test("puts the layer in front of a server, with a log that can be verified, shown, exported and erased", async () => {
    model = await startModelServer(() => "The capital of Australia is Canberra.");
    const log = join(folder, "log");
    const running = await serve("--upstream", model.url, "--log", log, "--warmth", "plain");
    expect(running.started).toMatchObject({
      ...{ upstream: model.host, log, remote: [], journal: false, setting: "private" },
    });
    const client = new OpenAI({ baseURL: running.url, apiKey: "none", maxRetries: 0 });
    const answer = await client.chat.completions.create({
      ...{ model: "scripted", messages: [{ role: "user", content: "Capital of Australia?" }] },
      ...({ symbion: { conversation: "talk" } } as object),
    });
    expect(answer.choices[0]?.message.content).toBe("The capital of Australia is Canberra.");
    // While the server has it open nobody else may.
    expect((await nodeCommand(["companion", "log", "show", log])).code).toBe(2);
    expect(await running.stop()).toBe(0);

    const shown = await nodeCommand(["companion", "log", "show", log, "--json"]);
    expect(JSON.parse(shown.stdout)).toMatchObject({ seq: 0, kind: "answer", subject: "talk" });
    const exported = await nodeCommand(["companion", "log", "export", log, "--clear", "talk"]);
    expect(exported.stdout).toContain("Canberra");
    const file = join(folder, "export.ndjson");
    writeFileSync(file, exported.stdout);
    expect((await nodeCommand(["companion", "log", "verify", file])).code).toBe(0);
    writeFileSync(file, exported.stdout.replace("Canberra", "Sydney"));
    expect((await nodeCommand(["companion", "log", "verify", file])).code).toBe(2);
    expect((await nodeCommand(["companion", "log", "replay", log])).code).toBe(0);
    expect((await nodeCommand(["companion", "log", "erase", log, "talk"])).code).toBe(0);
    expect((await nodeCommand(["companion", "log", "erase", log, "talk"])).code).toBe(2);
    expect((await nodeCommand(["companion", "log", "show", log])).stdout).toContain("erased");
    expect((await nodeCommand(["companion", "log", "verify", log])).code).toBe(0);
  });

  test("says where people's words go", async () => {
    const running = await serve("--upstream", "http://models.invalid/v1");
    expect(running.started).toMatchObject({ remote: ["models.invalid"], journal: false });
    await running.stop();
  });

  test.each([
    [["--upstream", "ftp://x"], /http/],
    [["--upstream", "http://x/v1", "--host", "0.0.0.0"], /SYMBION_API_KEY/],
    [["--upstream", "http://x/v1", "--api-key-env", "NO_SUCH_KEY"], /NO_SUCH_KEY/],
    [["--upstream", "http://x/v1", "--warmth", "hot"], /warmth/],
    [["--upstream", "http://x/v1", "--port", "70000"], /65535/],
    [[], /--upstream/],
  ])("refuses %j", async (args, words) => {
    const { code, stderr } = await nodeCommand(["companion", "serve", ...args]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(words) });
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });
});

describe("evaluate", () => {
  test("measures a server's model, and writes a page", async () => {
    model = await startModelServer(() => "I do not know.");
    const page = join(folder, "report.html");
    const args = [
      "companion",
      "evaluate",
      "--upstream",
      model.url,
      "--items",
      "2",
      "--report",
      page,
    ];
    const { code, stdout, stderr } = await nodeCommand([...args, "--json"]);
    expect({ code, stderr: stderr.includes("Error") }).toEqual({ code: 0, stderr: false });
    expect(JSON.parse(stdout)).toMatchObject({
      summary: { rows: expect.arrayContaining([expect.anything()]) },
    });
    expect(readFileSync(page, "utf8")).toMatch(/^<!doctype html>[\s\S]*<\/table>/);
    expect((await nodeCommand(args)).code).toBe(2);
  });

  test("says at once that a server is not there", async () => {
    const page = join(folder, "r.html");
    const { code, stderr } = await nodeCommand([
      ...["companion", "evaluate", "--upstream", "http://127.0.0.1:9/v1", "--model", "m"],
      ...["--report", page],
    ]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/--upstream/) });
    expect(existsSync(page)).toBe(false);
  });
});

describe("hrv", () => {
  test("measures a text of intervals, cleaned or as it is, and says why where it cannot", async () => {
    const file = join(folder, "rr.txt");
    const intervals = Array.from({ length: 400 }, (_, i) => 800 + 30 * Math.sin(i / 2));
    writeFileSync(file, intervals.map((value) => `${value.toFixed(3)}\n`).join(""));
    const { code, stdout } = await nodeCommand(["companion", "hrv", file, "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ intervals: 400, corrected: 0, quality: { usable: true } },
      time: { meanMs: expect.closeTo(800, 0), sdnn: expect.closeTo(30 / Math.SQRT2, 0) },
    });
    writeFileSync(file, "800\n810\n");
    const short = await nodeCommand(["companion", "hrv", file, "--json"]);
    expect(short.code).toBe(2);
    expect(JSON.parse(short.stdout)).toMatchObject({ time: null, quality: { usable: false } });
    writeFileSync(file, "not a recording\nat all\n");
    const none = await nodeCommand(["companion", "hrv", file]);
    expect({ code: none.code, stderr: none.stderr }).toEqual({
      ...{ code: 2, stderr: expect.stringMatching(/line 2/) },
    });
  });

  test("reads an Apple Health export", async () => {
    const file = join(folder, "export.xml");
    const beats = Array.from(
      { length: 40 },
      (_, i) =>
        `<InstantaneousBeatsPerMinute bpm="60" time="10:00:${String(i).padStart(2, "0")}.00 AM"/>`,
    );
    writeFileSync(
      file,
      `<?xml version="1.0" encoding="UTF-8"?>
<HealthData locale="en_GB"><Record type="HKQuantityTypeIdentifierHeartRateVariabilitySDNN" sourceName="Watch" unit="ms" startDate="2026-11-01 10:00:00 +0100" endDate="2026-11-01 10:01:00 +0100" value="42.5"><HeartRateVariabilityMetadataList>${beats.join("")}</HeartRateVariabilityMetadataList></Record></HealthData>`,
    );
    const { code, stdout } = await nodeCommand(["companion", "hrv", file, "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      records: [{ at: "2026-11-01T09:00:00.000Z", source: "Watch", sdnnOfWatch: 42.5 }],
    });
  });
});

describe("crm", () => {
  test("lists the sample's cases, and shows one", async () => {
    const listed = await nodeCommand(["companion", "crm", "cases", "--json"], { cwd: folder });
    expect(listed.code).toBe(0);
    const page = JSON.parse(listed.stdout) as {
      simulated: boolean;
      cases: { case: { id: string } }[];
    };
    expect(page.simulated).toBe(true);
    const id = page.cases[0]?.case.id ?? "";
    const shown = await nodeCommand(["companion", "crm", "case", id, "--json"], { cwd: folder });
    expect(JSON.parse(shown.stdout)).toMatchObject({ record: { case: { id } } });
    const missing = await nodeCommand(["companion", "crm", "case", "nothing"], { cwd: folder });
    expect(missing.code).toBe(2);
  });

  test("writes each request to one elsewhere down for the node", async () => {
    writeFileSync(
      join(folder, "symbion.yaml"),
      'companion: { crm: { kind: rt, url: "https://desk.invalid", token: secret-token } }\n',
    );
    mkdirSync(join(folder, "symbion-data"));
    const { code, stderr } = await nodeCommand(["companion", "crm", "cases"], { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).not.toContain("secret-token");
    const journal = readFileSync(join(folder, "symbion-data", "releases.ndjson"), "utf8");
    expect(journal).toContain('"route":"crm"');
    expect(journal).toContain("desk.invalid");
  });
});

test("idre reads a user's own triplets", async () => {
  const file = join(folder, "idre.csv");
  writeFileSync(
    file,
    'query,neutral,empathetic\n"Ho paura del prelievo.","Il prelievo dura 5 minuti.","Capisco. Il prelievo dura 5 minuti."\n',
  );
  const { code, stdout } = await nodeCommand(["companion", "idre", file, "--json"]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ n: 1, problems: [] });
  writeFileSync(file, "nothing of the kind\n");
  expect((await nodeCommand(["companion", "idre", file])).code).toBe(2);
});

test("every command has help", async () => {
  const { stdout } = await nodeCommand(["companion", "--help"]);
  for (const name of [
    "serve",
    "compare",
    "triage",
    "screen",
    "rephrase",
    "evaluate",
    "log",
    "hrv",
    "idre",
    "crm",
  ]) {
    expect(stdout).toContain(name);
  }
  const { code, stderr } = await nodeCommand(["companion"]);
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringMatching(/expected a command/),
  });
});
