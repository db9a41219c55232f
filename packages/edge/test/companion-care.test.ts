/** Looking after the companion: backups and restoring, the quota, the doctor, support bundles, and what is sent to it in error. */

import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { type CaseWrites, type LogPage, newIntentId, type Turn } from "@symbion/companion";
import type { DoctorCheck } from "@symbion/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  begin,
  chunk,
  type ModelServer,
  startModelServer,
} from "../../companion/test/support/model-server.ts";
import { SalesforcePeer } from "../../companion/test/support/salesforce-peer.ts";
import { runDoctor } from "../src/doctor/index.ts";
import { backupToFile } from "../src/store/backup.ts";
import { StoreEngine } from "../src/store/engine.ts";
import { restore } from "../src/store/restore.ts";
import { get, NodeBench, until } from "./support/running-node.ts";
import { Folders, storeConfig } from "./support/store-data.ts";

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

async function send(
  url: string,
  path: string,
  body: BodyInit | null,
  method = "POST",
): Promise<Response> {
  const { csrf } = await get<{ csrf: string }>(url, "/api/session");
  return await fetch(new URL(path, url), {
    method,
    headers: { "Content-Type": "application/json", "X-Symbion-CSRF": csrf },
    body,
  });
}

const post = (url: string, path: string, body: unknown): Promise<Response> =>
  send(url, path, JSON.stringify(body));

/** What came of a question: the whole record, or the error in its place. */
async function ask(
  url: string,
  text: string,
  conversation: string,
): Promise<{ turn: Turn | null; error: { kind: string; message: string } | null; all: string }> {
  const messages = [{ role: "user", text }];
  const all = await (await post(url, "/api/companion/turns", { messages, conversation })).text();
  const of = <T>(name: string): T | null => {
    const data = new RegExp(`^event: ${name}\\ndata: (.*)$`, "m").exec(all)?.[1];
    return data === undefined ? null : (JSON.parse(data) as T);
  };
  return { turn: of("turn"), error: of("error"), all };
}

describe("a backup", () => {
  test("brings the log back readable, keeps erased what was erased since, and sends nothing twice", async () => {
    await using peer = await SalesforcePeer.start();
    const caseId = peer.org.create("Case", { Subject: "It broke", Status: "New" }).Id;
    await bench.write(
      `cameras: []\ncompanion: { crm: { kind: salesforce, url: "${peer.url}", token: good-token } }\n`,
    );
    const folder = join(bench.folder, "symbion-data");
    const archive = join(bench.folder, "backup.tar.gz");
    peer.fault = () => "drop before";
    const node = await bench.start();
    await ask(node.url, "When is my invoice due?", "kept");
    await ask(node.url, "Quanto fa 3 per 4?", "erased-later");
    const id = newIntentId();
    await post(node.url, `/api/companion/cases/${caseId}/messages`, {
      id,
      text: "Once.",
      internal: false,
    });
    const source = { folder, configPath: bench.config, clips: false };
    expect(await backupToFile(source, archive)).toMatchObject({ companion: true });
    peer.fault = () => "none";
    await until(async () => {
      const { waiting } = await get<CaseWrites>(node.url, "/api/companion/writes");
      return waiting === 0 ? true : null;
    });
    expect((await send(node.url, "/api/companion/log/erased-later", null, "DELETE")).status).toBe(
      200,
    );
    await node.stop();

    const report = await restore(archive, { folder, configPath: bench.config, dryRun: false });
    expect(report).toMatchObject({ ok: true });
    const again = await bench.start();
    const writes = await until(async () => {
      const found = await get<CaseWrites>(again.url, "/api/companion/writes");
      return found.waiting === 0 ? found : null;
    });
    expect(writes.writes).toMatchObject([{ id, state: "done" }]);
    expect(peer.org.rows("CaseComment")).toHaveLength(1);
    const { entries } = await get<LogPage>(again.url, "/api/companion/log");
    expect(entries.filter((one) => "erased" in one)).toHaveLength(1);
    expect(JSON.stringify(entries)).toContain("invoice");
    expect(await get(again.url, "/api/companion/log/check")).toMatchObject({ ok: true });
    expect(
      readdirSync(join(folder, "companion", "crm")).some((name) => name.endsWith(".restored")),
    ).toBe(false);
  });

  test("the quota counts the log, its keys and the queue", () => {
    const folders = new Folders();
    const folder = folders.make();
    mkdirSync(join(folder, "companion", "keys"), { recursive: true });
    mkdirSync(join(folder, "companion", "crm"));
    writeFileSync(join(folder, "companion", "log.ndjson"), "x".repeat(10_000));
    writeFileSync(join(folder, "companion", "crm", "rt-desk.ndjson"), "x".repeat(2000));
    writeFileSync(join(folder, "companion", "keys", "a1"), "x".repeat(32));
    const engine = new StoreEngine(storeConfig(folder));
    const { companionBytes } = engine.status();
    engine.close();
    folders.remove();
    expect(companionBytes).toBeGreaterThanOrEqual(10_000 + 2000 + 32);
    expect(companionBytes).toBeLessThan(40_000);
  });
});

describe("the doctor", () => {
  const look = async (): Promise<readonly DoctorCheck[]> => {
    const checks = await runDoctor({ config: bench.config, channels: false });
    return checks.filter(({ name }) => name.startsWith("companion"));
  };

  test("asks the model's server and the CRM system, and says in plain words what is wrong", async () => {
    model = await startModelServer(() => "x");
    await using peer = await SalesforcePeer.start();
    const config = (name: string, token: string): string =>
      `cameras: []\ncompanion: { upstream: { url: "${model?.url}", model: ${name} }, crm: { kind: salesforce, url: "${peer.url}", token: ${token} } }\n`;
    await bench.write(config("scripted", "good-token"));
    expect(await look()).toEqual([
      {
        name: "companion model",
        state: "ok",
        text: expect.stringMatching(/lists \d+ models, scripted among them, in \d+ ms/),
      },
      { name: "companion CRM", state: "ok", text: expect.stringMatching(/lists cases, in \d+ ms/) },
    ]);
    await bench.write(config("other", "bad-token"));
    const [first, second] = await look();
    expect(first).toMatchObject({
      state: "warning",
      text: expect.stringContaining("but not other"),
    });
    expect(second).toMatchObject({ state: "failed", text: expect.stringContaining("refused") });
    expect(second?.text).not.toContain("bad-token");
    await model.close();
    model = null;
    expect((await look())[0]).toMatchObject({ state: "failed", text: expect.stringMatching(/./) });
  });

  test("tells of servers elsewhere without asking them anything, unless there is a door", async () => {
    await bench.write(
      'cameras: []\ncompanion: { upstream: { url: "https://models.invalid/v1" } }\n',
    );
    expect(await look()).toMatchObject([
      { state: "failed", text: expect.stringContaining("no such host") },
    ]);
    const drafts: string[] = [];
    const door = {
      open: (draft: { recipient: string }) => {
        drafts.push(draft.recipient);
        return Promise.reject(new Error("closed"));
      },
    };
    const checks = await runDoctor({ config: bench.config, channels: false, door });
    expect(checks.find(({ name }) => name === "companion model")).toMatchObject({
      state: "failed",
    });
    expect(drafts).toEqual(["models.invalid"]);
  });
});

test("a support bundle holds nothing of what people wrote, even where everything failed", async () => {
  const words = "ZEBRAFISH";
  await using peer = await SalesforcePeer.start();
  const caseId = peer.org.create("Case", { Subject: "It broke", Status: "New" }).Id;
  peer.fault = ({ method, body }) =>
    method === "GET"
      ? "none"
      : { status: 400, body: JSON.stringify([{ errorCode: "STRING_TOO_LONG", message: body }]) };
  // A server that repeats in its errors what it was asked.
  model = await startModelServer((asked, response) => {
    response.writeHead(500, { "Content-Type": "application/json" });
    response.end(JSON.stringify({ error: { message: JSON.stringify(asked.body) } }));
    return null;
  });
  await bench.write(
    `cameras: []\ncompanion: { upstream: { url: "${model.url}", model: scripted }, crm: { kind: salesforce, url: "${peer.url}", token: good-token } }\n`,
  );
  const { url } = await bench.start();
  const { error } = await ask(url, `What is a ${words}?`, "c");
  expect(error).not.toBeNull();
  const message = { id: newIntentId(), text: `A ${words} for you.`, internal: false };
  await post(url, `/api/companion/cases/${caseId}/messages`, message);
  await until(async () => {
    const { parked } = await get<CaseWrites>(url, "/api/companion/writes");
    return parked === 1 ? true : null;
  });
  const bundle = await fetch(new URL("/api/support", url));
  expect(bundle.status).toBe(200);
  const text = gunzipSync(Buffer.from(await bundle.arrayBuffer())).toString("latin1");
  expect(text).toContain("symbion-support/log.txt");
  expect(text).not.toContain(words);
  expect(bench.lines.join("\n")).not.toContain(words);
});

describe("what is sent in error", () => {
  test("is refused with a reason, and asks no model", async () => {
    model = await startModelServer(() => "x");
    await bench.write(
      `cameras: []\ncompanion: { upstream: { url: "${model.url}", model: scripted } }\n`,
    );
    const { url } = await bench.start();
    const turns = "/api/companion/turns";
    const me = (text: unknown): unknown => ({ messages: [{ role: "user", text }] });
    const big = JSON.stringify(me("x".repeat(10 << 20)));
    const cut = Buffer.concat([
      Buffer.from('{"messages":[{"role":"user","text":"'),
      Buffer.from([0xff, 0xc3]),
      Buffer.from('"}]}'),
    ]);
    for (const [path, body, statuses] of [
      [turns, big, [413]],
      [turns, "{", [400]],
      [turns, "null", [400]],
      [turns, "[]", [400]],
      [turns, cut, [400]],
      [turns, JSON.stringify({}), [400]],
      [turns, JSON.stringify({ messages: [] }), [400]],
      [turns, JSON.stringify(me(7)), [400]],
      [turns, JSON.stringify({ ...Object(me("hi")), colour: 1 }), [400]],
      [turns, JSON.stringify({ ...Object(me("hi")), warmth: "hot" }), [400]],
      [turns, JSON.stringify({ ...Object(me("hi")), age: -1 }), [400]],
      [turns, JSON.stringify({ ...Object(me("hi")), conversation: "../x" }), [400]],
      [turns, JSON.stringify({ messages: [{ role: "robot", text: "hi" }] }), [400]],
      ["/api/companion/log/replay", JSON.stringify({ seq: 1.5 }), [400]],
      ["/api/companion/log/replay", JSON.stringify({ seq: 99 }), [404]],
      ["/api/companion/consent", JSON.stringify({ event: "granted" }), [400]],
      ["/api/companion/evaluations", JSON.stringify({ layer: "yes" }), [400]],
      ["/api/companion/cases/1/messages", big, [413]],
      [
        "/api/companion/cases/1/messages",
        JSON.stringify({ id: newIntentId(), text: "x", internal: true }),
        [409],
      ],
    ] as const) {
      const answer = await send(url, path, body);
      const got = await answer.text();
      expect({ path, body: String(body).slice(0, 60), status: answer.status, got }).toMatchObject({
        status: expect.toSatisfy((status: number) => statuses.some((one) => one === status)),
        got: expect.stringMatching(/^\{"error":".+"\}$/),
      });
    }
    for (const path of [
      "log?limit=0",
      "log?limit=x",
      "log?colour=1",
      "log?conversation=..",
      "cases?state=gone",
    ]) {
      expect((await fetch(new URL(`/api/companion/${path}`, url))).status).toBe(400);
    }
    expect(model.asked).toEqual([]);
  });

  test("a model's server that is dead, slow, half there or no such server gives an error and no word of its own", async () => {
    model = await startModelServer(() => "x");
    await bench.write(
      `cameras: []\ncompanion: { upstream: { url: "${model.url}", model: scripted, timeout: 1 s }, longest-answer: 2000 }\n`,
    );
    const { url } = await bench.start();
    const secret = "You should take 900 mg of it";
    const scripts: readonly (readonly [string, ModelServer["script"]])[] = [
      [
        "half a stream",
        (_, response) => {
          begin(response);
          response.write(chunk({ content: secret }));
          setTimeout(() => response.destroy(), 20);
          return null;
        },
      ],
      [
        "silence after some words",
        (_, response) => {
          begin(response);
          response.write(chunk({ content: secret }));
          return null;
        },
      ],
      ["silence", () => null],
      [
        "garbage",
        (_, response) => {
          response.writeHead(200, { "Content-Type": "text/event-stream" });
          response.end(`data: {${secret}\n\n`);
          return null;
        },
      ],
      [
        "a page",
        (_, response) => {
          response.writeHead(200, { "Content-Type": "text/html" });
          response.end(`<html>${secret}</html>`);
          return null;
        },
      ],
      [
        "bytes that are no text",
        (_, response) => {
          begin(response);
          response.end(Buffer.from([0xff, 0xfe, 0x00, 0xc3]));
          return null;
        },
      ],
      ["an endless answer", () => Array.from({ length: 400 }, () => secret)],
    ];
    for (const [name, script] of scripts) {
      model.script = script;
      const { turn, error, all } = await ask(url, "What is the capital of Australia?", "c");
      expect({ name, turn, error }).toMatchObject({
        name,
        turn: null,
        error: { message: expect.stringMatching(/./) },
      });
      expect({ name, said: all.includes(secret) }).toEqual({ name, said: false });
    }
    await model.close();
    const dead = createServer();
    await new Promise<void>((resolve) => dead.listen(0, "127.0.0.1", resolve));
    const { port } = dead.address() as AddressInfo;
    await new Promise((resolve) => dead.close(resolve));
    await bench.write(
      `cameras: []\ncompanion: { upstream: { url: "http://127.0.0.1:${port}/v1", model: scripted } }\n`,
    );
    await until(async () => {
      const { error } = await ask(url, "What is the capital of Peru?", "c");
      return error?.kind === "unreachable" ? true : null;
    });
    model = null;
  }, 60_000);
});
