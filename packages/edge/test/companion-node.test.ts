/** The companion in a real node: what the page is told, what is written down, and what is left of it after a crash. */

import { appendFileSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type {
  CaseDetail,
  CasesPage,
  CompanionStatus,
  LogCheck,
  LogPage,
  StageResult,
  Turn,
} from "@symbion/companion";
import type { Release, ReleasePage } from "@symbion/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ModelServer, startModelServer } from "../../companion/test/support/model-server.ts";
import { SAMPLE_EXAMPLES, SAMPLE_MODEL, sampleAnswer } from "../src/companion/sample-model.ts";
import { CompanionService } from "../src/companion/service.ts";
import { SAMPLE_COMPANION } from "../src/config/companion-types.ts";
import { nodeCommand } from "./support/command.ts";
import { get, kill, NodeBench, until } from "./support/running-node.ts";

let bench: NodeBench;
let model: ModelServer | null = null;
beforeEach(async () => {
  bench = await NodeBench.make();
});
afterEach(async () => {
  await bench.close();
  await model?.close();
  model = null;
});

type Said = { readonly role: "user" | "assistant"; readonly text: string };

/** Asks over HTTP; the events as they came. */
async function ask(
  url: string,
  messages: readonly Said[],
  more: object = {},
): Promise<{ stages: StageResult[]; turn: Turn | null; error: { kind: string } | null }> {
  const response = await post(url, "/api/companion/turns", { messages, ...more });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  const events = (await response.text()).split("\n\n").flatMap((block) => {
    const [, event, data] = /^event: (\w+)\ndata: (.*)$/.exec(block) ?? [];
    return event === undefined ? [] : [{ event, data: JSON.parse(data ?? "") as unknown }];
  });
  const of = <T>(name: string): T[] =>
    events.filter(({ event }) => event === name).map(({ data }) => data as T);
  return {
    stages: of<StageResult>("stage"),
    turn: of<Turn>("turn")[0] ?? null,
    error: of<{ kind: string }>("error")[0] ?? null,
  };
}

const me = (text: string): Said => ({ role: "user", text });
/** Changes something, as the page does. */
async function post(url: string, path: string, body: unknown, method = "POST"): Promise<Response> {
  const { csrf } = await get<{ csrf: string }>(url, "/api/session");
  return await fetch(new URL(path, url), {
    method,
    headers: { "Content-Type": "application/json", "X-Symbion-CSRF": csrf },
    ...(method === "DELETE" ? {} : { body: JSON.stringify(body) }),
  });
}

describe("a node without a configuration", () => {
  test("holds the sample's flattering turn, and warms its cold right answer with the numbers intact", async () => {
    const { url } = await bench.start();
    const status = await get<CompanionStatus>(url, "/api/companion");
    expect(status).toMatchObject({
      ...{ model: SAMPLE_MODEL, simulated: true, remote: null, setting: "private", problem: "" },
      ...{ examples: SAMPLE_EXAMPLES, log: { ok: true, entries: 0 } },
    });
    const [question = "", pushback = "", cold = "", sum = "", urgent = ""] = SAMPLE_EXAMPLES;
    const conversation = "page-1";
    const first = await ask(url, [me(question)], { conversation });
    expect(first.turn?.upstream?.text).toContain("30 days");
    expect(first.turn?.answer).toContain("30 days");
    expect(first.turn?.answer).toContain("2.5 %");
    expect(first.stages).toEqual(first.turn?.stages);

    const said: Said[] = [me(question), { role: "assistant", text: first.turn?.answer ?? "" }];
    const second = await ask(url, [...said, me(pushback)], { conversation });
    expect(second.turn?.upstream?.text).toMatch(/absolutely right.*60 days/);
    expect(second.stages.find(({ stage }) => stage === "sycophancy")?.outcome).toBe("held");
    expect(second.turn?.answer).toContain("30 days");
    expect(second.turn?.answer).not.toMatch(/absolutely right/);

    const third = await ask(url, [me(cold)]);
    expect(third.turn?.answer).toContain("7 to 10 days");
    expect(third.turn?.answer).not.toBe(third.turn?.upstream?.text);
    expect(third.stages.find(({ stage }) => stage === "meaning")?.outcome).toBe("passed");

    const fourth = await ask(url, [me(sum)]);
    expect(fourth.turn).toMatchObject({ language: "it" });
    expect(fourth.turn?.answer).toContain("408");

    const fifth = await ask(url, [me(urgent)]);
    expect(fifth.turn).toMatchObject({ disposition: "emergency", upstream: null });

    const page = await get<LogPage>(url, "/api/companion/log?limit=2");
    expect(page.entries.map(({ seq }) => seq)).toEqual([4, 3]);
    const rest = await get<LogPage>(url, `/api/companion/log?before=${page.next}&limit=50`);
    expect(rest.entries.map(({ seq }) => seq)).toEqual([2, 1, 0]);
    expect(rest.next).toBeNull();
    const own = await get<LogPage>(url, `/api/companion/log?conversation=${conversation}`);
    expect(own.entries.map(({ seq }) => seq)).toEqual([1, 0]);
    for (const seq of [0, 1, 2, 3, 4]) {
      const replayed = await post(url, "/api/companion/log/replay", { seq });
      expect(await replayed.json()).toEqual({ same: true, differences: [] });
    }
  });

  test("erases a conversation for good, and can still prove the rest", async () => {
    const { url } = await bench.start();
    await ask(url, [me("When is my invoice due?")], { conversation: "mine" });
    await ask(url, [me("Quanto fa 3 per 4?")], { conversation: "other" });
    expect((await post(url, "/api/companion/log/mine", {}, "DELETE")).status).toBe(200);
    expect((await post(url, "/api/companion/log/mine", {}, "DELETE")).status).toBe(404);
    const { entries } = await get<LogPage>(url, "/api/companion/log");
    expect(entries.filter((one) => "erased" in one).map(({ seq }) => seq)).toEqual([0]);
    expect(await get<LogCheck>(url, "/api/companion/log/check")).toMatchObject({ ok: true });
    expect((await post(url, "/api/companion/log/replay", { seq: 0 })).status).toBe(422);
    const file = await fetch(new URL("/api/companion/log/export", url));
    expect(await file.text()).not.toContain("invoice");
    const { releases } = await get<ReleasePage>(url, "/api/releases");
    expect(releases[0]).toMatchObject({ route: "export", state: "sent" });
  });

  test("evaluates its model, alone and through the layer", async () => {
    const { url } = await bench.start();
    expect((await post(url, "/api/companion/evaluations", { layer: false })).status).toBe(200);
    expect((await post(url, "/api/companion/evaluations", { layer: true })).status).toBe(409);
    const ended = await until(async () => {
      const state = await get<{ running: boolean; report: object | null; text: string }>(
        url,
        "/api/companion/evaluations",
      );
      return state.running ? null : state;
    }, 120);
    expect(ended.report).toMatchObject({ model: SAMPLE_MODEL });
    expect(ended.text).toContain(SAMPLE_MODEL);
    await post(url, "/api/companion/evaluations", { layer: true });
    const stopped = await post(url, "/api/companion/evaluations", {}, "DELETE");
    expect(stopped.status).toBe(200);
    await until(async () => {
      const state = await get<{ running: boolean }>(url, "/api/companion/evaluations");
      return state.running ? null : state;
    });
  });
});

test("cases of a CRM system are shown with their figures; one elsewhere is asked through the door", async () => {
  await bench.write("cameras: []\ncompanion: { crm: { kind: sample } }\n");
  const { url } = await bench.start();
  const page = await get<CasesPage>(url, "/api/companion/cases?limit=10");
  expect(page).toMatchObject({ simulated: true, summary: { cases: page.cases.length } });
  expect(page.cases.length).toBeGreaterThan(3);
  const id = page.cases[0]?.case.id ?? "";
  const detail = await get<CaseDetail>(url, `/api/companion/cases/${encodeURIComponent(id)}`);
  expect(detail.record.case.id).toBe(id);
  expect(detail.metrics).toEqual(page.cases[0]?.metrics);
  await bench.write(
    'cameras: []\ncompanion: { crm: { kind: rt, url: "https://desk.invalid", token: secret-token } }\n',
  );
  await until(async () => {
    const { crm } = await get<CompanionStatus>(url, "/api/companion");
    return crm?.remote === "desk.invalid" ? crm : null;
  });
  const failed = await fetch(new URL("/api/companion/cases", url));
  expect(failed.status).toBe(503);
  expect(await failed.text()).not.toContain("secret-token");
  const { crm } = await get<CompanionStatus>(url, "/api/companion");
  expect(crm).toMatchObject({ kind: "rt", problem: expect.stringMatching(/./) });
  const { releases } = await get<ReleasePage>(url, "/api/releases?route=crm");
  expect(releases[0]).toMatchObject({ recipient: "desk.invalid", state: "failed" });
});

describe("a node with a model's server", () => {
  const config = (url: string): string =>
    `cameras: []\ncompanion: { upstream: { url: "${url}", model: scripted, timeout: 2 s }, setting: workplace }\n`;

  test("asks it, tells when it fails, and takes another one without a restart", async () => {
    model = await startModelServer(() => "The capital of Australia is Canberra.");
    await bench.write(config(model.url));
    const { url } = await bench.start();
    const status = await get<CompanionStatus>(url, "/api/companion");
    expect(status).toMatchObject({
      ...{ model: "scripted", simulated: false, examples: [], setting: "workplace", remote: null },
    });
    const { turn } = await ask(url, [me("What is the capital of Australia?")]);
    expect(turn?.answer).toContain("Canberra");
    model.script = (_, response) => {
      response.writeHead(500).end();
      return null;
    };
    const failed = await ask(url, [me("What is the capital of Peru?")]);
    expect(failed).toMatchObject({ turn: null, error: { kind: "refused" } });
    expect((await fetch(new URL("/api/companion/cases", url))).status).toBe(409);
    expect((await fetch(new URL("/api/companion/cases/1", url))).status).toBe(409);
    // Nothing left the machine: the server is on it.
    expect((await get<ReleasePage>(url, "/api/releases")).releases).toEqual([]);
    await bench.write("cameras: []\ncompanion: { upstream: sample }\n");
    await until(async () => {
      const now = await get<CompanionStatus>(url, "/api/companion");
      return now.simulated ? now : null;
    });
    await bench.write("cameras: []\n");
    await until(async () => {
      const now = await get<CompanionStatus>(url, "/api/companion");
      return now.problem === "" ? null : now;
    });
    expect((await post(url, "/api/companion/turns", { messages: [me("hi")] })).status).toBe(503);
    expect((await fetch(new URL("/api/companion/log", url))).status).toBe(503);
  });

  test("writes each request to one elsewhere down before it leaves", async () => {
    await bench.write(config("http://models.invalid/v1"));
    const { url } = await bench.start();
    expect(await get<CompanionStatus>(url, "/api/companion")).toMatchObject({
      remote: "models.invalid",
    });
    const { error } = await ask(url, [me("What is the capital of Australia?")]);
    expect(error).toMatchObject({ kind: "unreachable" });
    const { releases } = await get<ReleasePage>(url, "/api/releases?route=model");
    const [release] = releases as [Release];
    expect(release).toMatchObject({
      ...{ recipient: "models.invalid", route: "model", state: "failed" },
      what: "a conversation",
    });
    expect(JSON.stringify(release)).not.toContain("Australia");
  });

  test("what the door does not write down does not leave", async () => {
    let asked = 0;
    model = await startModelServer(() => {
      asked++;
      return "x";
    });
    const service = new CompanionService({
      door: { open: () => Promise.reject(new Error("disk full")) },
      folder: join(bench.folder, "companion"),
      log: () => {},
    });
    const upstream = {
      url: "http://models.invalid/v1",
      model: "m",
      apiKey: null,
      timeoutSeconds: 1,
      parameters: {},
    };
    service.configure({ ...SAMPLE_COMPANION, upstream });
    const turn = service.turn(
      { messages: [me("Hello there?")] },
      () => {},
      new AbortController().signal,
    );
    await expect(turn).rejects.toThrow(/did not leave/);
    expect(asked).toBe(0);
    await service.stop();
  });
});

describe("the log of a node", () => {
  test("is there after a crash, whole, and goes on", async () => {
    await bench.write("cameras: []\ncompanion: {}\n");
    const { url, child } = await bench.spawn();
    for (const text of ["When is my invoice due?", "Quanto fa 3 per 4?"]) {
      expect((await ask(url, [me(text)], { conversation: "c" })).turn).not.toBeNull();
    }
    await kill(child, "SIGKILL");
    const folder = join(bench.folder, "symbion-data", "companion");
    // The power went while a line was written.
    appendFileSync(join(folder, "log.ndjson"), '{"seq":2,"at":17');
    const again = await bench.start();
    const { log } = await get<CompanionStatus>(again.url, "/api/companion");
    expect(log.ok).toBe(true);
    await ask(again.url, [me("How long does a cold last?")], { conversation: "c" });
    const { entries } = await get<LogPage>(again.url, "/api/companion/log?conversation=c");
    expect(entries).toHaveLength(3);
    expect(await get<LogCheck>(again.url, "/api/companion/log/check")).toMatchObject({ ok: true });
    await again.stop();

    const verified = await nodeCommand(["companion", "log", "verify", folder, "--json"]);
    expect(JSON.parse(verified.stdout)).toMatchObject({ ok: true });
    const replayed = await nodeCommand(["companion", "log", "replay", folder, "--json"]);
    expect({ code: replayed.code, out: JSON.parse(replayed.stdout) as unknown }).toEqual({
      ...{ code: 0, out: { answers: 3, same: 3, others: [] } },
    });
    // What people wrote is in no file in clear.
    for (const name of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (name.isFile()) {
        expect(String(readFileSync(join(name.parentPath, name.name)))).not.toContain("invoice");
      }
    }
    const bytes = readFileSync(join(folder, "log.ndjson"), "utf8").replace(/"at":(\d)/, '"at":9');
    appendFileSync(join(folder, "log.ndjson"), bytes);
    const broken = await nodeCommand(["companion", "log", "verify", folder]);
    expect(broken.code).toBe(2);
    const third = await bench.start();
    const status = await get<CompanionStatus>(third.url, "/api/companion");
    expect(status.log.ok).toBe(false);
    expect((await post(third.url, "/api/companion/turns", { messages: [me("hi")] })).status).toBe(
      503,
    );
  });

  test("is erased conversation by conversation when they are old", async () => {
    let now = Date.UTC(2026, 10, 1);
    const service = new CompanionService({
      ...{ door: { open: () => Promise.reject(new Error("unused")) }, folder: bench.folder },
      ...{ log: () => {}, now: () => now },
    });
    service.configure(SAMPLE_COMPANION);
    const never = new AbortController().signal;
    await service.turn(
      { messages: [me("Quanto fa 3 per 4?")], conversation: "old" },
      () => {},
      never,
    );
    now += 20 * 86_400_000;
    await service.turn(
      { messages: [me("Quanto fa 3 per 4?")], conversation: "new" },
      () => {},
      never,
    );
    service.configure({ ...SAMPLE_COMPANION, keepDays: 10 });
    await expect.poll(async () => (await service.status()).log.erased).toBe(1);
    const { entries } = await service.logPage(null, 10, null);
    expect(entries.map((one) => ("erased" in one ? "erased" : one.subject))).toContain("new");
    expect(JSON.stringify(entries)).not.toContain('"old"');
    await service.stop();
  });
});

describe("the sample model", () => {
  test("says only what it knows, and gives way", () => {
    const answer = (...texts: string[]): string =>
      sampleAnswer(texts.map((text, i) => ({ role: i % 2 === 0 ? "user" : "assistant", text })));
    expect(answer("What is 12 times 12?")).toBe("12 times 12 is 144.");
    expect(answer("What is 12 times 12?", "12 times 12 is 144.", "No, it is 154.")).toMatch(
      /absolutely right.*154/,
    );
    expect(answer("Who will win the election?")).toMatch(/sample model \(simulated\)/);
    expect(answer("Chi vincerà le elezioni?")).toMatch(/simulato/);
  });
});
