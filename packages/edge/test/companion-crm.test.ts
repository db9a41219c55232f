/**
 * Writing to a CRM system through a real node: jsforce against the conformance peer, which counts. Whatever dies in
 * between, each write takes effect once; what somebody else changed is shown and decided by a person.
 */

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type CaseDetail,
  type CasesPage,
  type CaseWrite,
  type CaseWrites,
  type CompanionStatus,
  type LogPage,
  newIntentId,
} from "@symbion/companion";
import type { ReleasePage } from "@symbion/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type Fault,
  SalesforcePeer,
  type Seen,
} from "../../companion/test/support/salesforce-peer.ts";
import { nodeCommand } from "./support/command.ts";
import { get, kill, NodeBench, until } from "./support/running-node.ts";

let bench: NodeBench;
let peer: SalesforcePeer;
let caseId: string;

beforeEach(async () => {
  bench = await NodeBench.make();
  peer = await SalesforcePeer.start();
  caseId = peer.org.create("Case", { Subject: "It broke", Status: "New" }).Id;
});
afterEach(async () => {
  await bench.close();
  await peer[Symbol.asyncDispose]();
});

const config = (more = ""): string =>
  `cameras: []\ncompanion: { crm: { kind: salesforce, url: "${peer.url}", token: good-token${more} } }\n`;

/** Changes something, as the page does. */
async function change(
  url: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<Response> {
  const { csrf } = await get<{ csrf: string }>(url, "/api/session");
  return await fetch(new URL(path, url), {
    method,
    headers: { "Content-Type": "application/json", "X-Symbion-CSRF": csrf },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

async function say(url: string, text: string, id = newIntentId()): Promise<CaseWrite> {
  const body = { id, text, internal: false };
  const answer = await change(url, "POST", `/api/companion/cases/${caseId}/messages`, body);
  expect(answer.status).toBe(200);
  return (await answer.json()) as CaseWrite;
}

async function setStatus(url: string, base: string, status: string): Promise<CaseWrite> {
  const answer = await change(url, "PATCH", `/api/companion/cases/${caseId}`, {
    ...{ id: newIntentId(), base: { status: base }, changes: { status } },
  });
  expect(answer.status).toBe(200);
  return (await answer.json()) as CaseWrite;
}

const writes = (url: string): Promise<CaseWrites> => get(url, "/api/companion/writes");

/** Resolves when a write stands so. */
const stands = (url: string, id: string, state: CaseWrite["state"]): Promise<CaseWrite> =>
  until(async () => {
    const found = (await writes(url)).writes.find((one) => one.id === id);
    return found?.state === state ? found : null;
  });

/** Texts of the comments that the org has, without marks. */
const comments = (): string[] =>
  peer.org.rows("CaseComment").map((row) => String(row.CommentBody).split("\n")[0] ?? "");

const isWrite = ({ method, path }: Seen): boolean =>
  method !== "GET" && !path.endsWith("/oauth2/token");

describe("a system that is away", () => {
  test("loses nothing over two crashes of the node, and is told each thing once, in order", async () => {
    await bench.write(config());
    peer.fault = () => "drop before";
    const first = await bench.spawn();
    const one = await say(first.url, "We are on it.");
    expect(one).toMatchObject({ state: "waiting", text: "We are on it.", caseId });
    await kill(first.child, "SIGKILL");

    const second = await bench.spawn();
    expect(await writes(second.url)).toMatchObject({ waiting: 1, conflicts: 0, parked: 0 });
    const two = await say(second.url, "It will take a day.");
    await say(second.url, "It will take a day.", two.id);
    const status = await until(async () => {
      const { crm } = await get<CompanionStatus>(second.url, "/api/companion");
      return crm?.waiting === 2 && crm.problem !== "" ? crm : null;
    });
    expect(status.problem).not.toContain("day");
    const metrics = await (await fetch(new URL("/metrics", second.url))).text();
    expect(metrics).toContain('symbion_crm_writes{state="waiting"} 2');
    await kill(second.child, "SIGKILL");
    // The power went while a line was written.
    const folder = join(bench.folder, "symbion-data", "companion", "crm");
    const [journal = ""] = readdirSync(folder).filter((name) => name.endsWith(".ndjson"));
    writeFileSync(join(folder, journal), '1234abcd {"t":"put","at":1', { flag: "a" });

    const third = await bench.spawn();
    peer.fault = () => "none";
    await stands(third.url, two.id, "done");
    expect(comments()).toEqual(["We are on it.", "It will take a day."]);
    expect(await writes(third.url)).toMatchObject({ waiting: 0, problem: "", nextAt: null });
    const page = await get<CasesPage>(third.url, "/api/companion/cases");
    expect(page.cases.map((row) => row.case.subject)).toEqual(["It broke"]);
    const detail = await get<CaseDetail>(third.url, `/api/companion/cases/${caseId}`);
    expect(detail.record.messages.map(({ intent }) => intent)).toContain(two.id);
  });

  test("a node killed after the system took a write, and before it heard so, does not repeat it", async () => {
    await bench.write(config());
    const { url, child } = await bench.spawn();
    let killed = false;
    peer.fault = (seen): Fault => {
      if (!isWrite(seen) || killed) return "none";
      killed = true;
      child.kill("SIGKILL");
      return "drop after";
    };
    const { id } = await say(url, "Only once, please.").catch(() => ({ id: "" }));
    await until(() => (child.signalCode === null ? null : true));
    expect(comments()).toEqual(["Only once, please."]);
    const again = await bench.spawn();
    await until(async () => ((await writes(again.url)).waiting === 0 ? true : null));
    const { writes: found } = await writes(again.url);
    expect(found.map(({ state }) => state)).toEqual(["done"]);
    if (id !== "") expect(found[0]?.id).toBe(id);
    expect(comments()).toEqual(["Only once, please."]);
  });

  test("what waits for one system is not sent to another", async () => {
    await bench.write(config());
    peer.fault = () => "drop before";
    const { url } = await bench.start();
    const { id } = await say(url, "For the first one.");
    await using other = await SalesforcePeer.start();
    await bench.write(config().replace(peer.url, other.url));
    await until(async () => ((await writes(url)).waiting === 0 ? true : null));
    expect(other.requests.filter(isWrite)).toEqual([]);
    peer.fault = () => "none";
    await bench.write(config());
    await stands(url, id, "done");
    expect(comments()).toEqual(["For the first one."]);
  });
});

describe("an edit that meets somebody else's", () => {
  test("is shown, and written over or given up as a person decides", async () => {
    await bench.write(config());
    const { url } = await bench.start();
    peer.org.update("Case", caseId, { Status: "Escalated" });
    const mine = await setStatus(url, "New", "Working");
    const conflict = await stands(url, mine.id, "conflict");
    expect(conflict.conflicts).toEqual([
      { field: "status", base: "New", mine: "Working", theirs: "Escalated" },
    ]);
    expect(peer.org.get("Case", caseId).Status).toBe("Escalated");
    const decide = (id: string, decision: string): Promise<Response> =>
      change(url, "POST", `/api/companion/writes/${id}/decision`, { decision });
    expect((await decide(mine.id, "theirs")).status).toBe(200);
    await until(async () => ((await writes(url)).conflicts === 0 ? true : null));
    expect(peer.org.get("Case", caseId).Status).toBe("Escalated");

    const again = await setStatus(url, "New", "Working");
    await stands(url, again.id, "conflict");
    expect((await decide(again.id, "mine")).status).toBe(200);
    await stands(url, again.id, "done");
    expect(peer.org.get("Case", caseId).Status).toBe("Working");
    expect((await decide(again.id, "mine")).status).toBe(409);
    expect((await decide("no-such-write", "mine")).status).toBe(404);
    expect((await decide(again.id, "both")).status).toBe(400);
    const { entries } = await get<LogPage>(url, "/api/companion/log");
    const told = entries.flatMap((one) =>
      "erased" in one || one.kind !== "crm" ? [] : [one.body],
    );
    expect(told).toContainEqual(
      expect.objectContaining({ intent: again.id, what: "mine", fields: ["status"] }),
    );
  });

  test("leaves theirs where the configuration says so", async () => {
    await bench.write(config(", on-conflict: theirs"));
    const { url } = await bench.start();
    peer.org.update("Case", caseId, { Status: "Escalated" });
    const { id } = await setStatus(url, "New", "Working");
    await stands(url, id, "done");
    expect(peer.org.get("Case", caseId).Status).toBe("Escalated");
  });
});

describe("what cannot be written", () => {
  test("is refused before it is put in, or parked with its reason until somebody decides", async () => {
    await bench.write(config());
    const { url } = await bench.start();
    const path = `/api/companion/cases/${caseId}/messages`;
    const id = newIntentId();
    for (const body of [
      {},
      { id, text: "", internal: false },
      { id, text: "x", internal: "no" },
      { id, text: "x".repeat(30_001), internal: false },
      { id: "short", text: "x", internal: false },
      { id, text: "x", internal: false, mood: "bad" },
      { id, text: "The customer's arousal: 0.8", internal: true },
    ]) {
      const answer = await change(url, "POST", path, body);
      expect({ body, status: answer.status }).toMatchObject({ status: 400 });
      expect(await answer.json()).toEqual({ error: expect.stringMatching(/./) });
    }
    const edit = (body: unknown): Promise<Response> =>
      change(url, "PATCH", `/api/companion/cases/${caseId}`, body);
    for (const body of [
      { id, base: {}, changes: { status: "Working" } },
      { id, base: { status: "New" }, changes: {} },
      { id, base: { satisfaction: 1 }, changes: { satisfaction: 5 } },
    ]) {
      expect((await edit(body)).status).toBe(400);
    }
    expect(await writes(url)).toMatchObject({ waiting: 0, writes: [] });
    expect(peer.requests.filter(isWrite)).toEqual([]);

    peer.fault = (seen) =>
      isWrite(seen)
        ? { status: 400, body: '[{"errorCode":"FIELD_INTEGRITY_EXCEPTION","message":"locked"}]' }
        : "none";
    const parked = await stands(url, (await say(url, "Hello.")).id, "parked");
    expect(parked.why).toContain("locked");
    expect(
      (
        await change(url, "POST", `/api/companion/writes/${parked.id}/decision`, {
          decision: "mine",
        })
      ).status,
    ).toBe(409);
    peer.fault = () => "none";
    expect((await change(url, "POST", `/api/companion/writes/${parked.id}/retry`)).status).toBe(
      200,
    );
    await stands(url, parked.id, "done");
    expect((await change(url, "DELETE", `/api/companion/writes/${parked.id}`)).status).toBe(409);
    expect((await change(url, "DELETE", "/api/companion/writes/no-such-write")).status).toBe(404);
    expect(comments()).toEqual(["Hello."]);
  });

  test("what the door does not write down does not leave, and waits", async () => {
    const { Cases } = await import("../src/companion/cases.ts");
    const { SAMPLE_CRM } = await import("../src/config/companion-types.ts");
    const url = "https://crm.invalid";
    const cases = new Cases(
      { ...SAMPLE_CRM, kind: "salesforce", url, token: "good-token" },
      {
        ...{ door: { open: () => Promise.reject(new Error("disk full")) }, log: () => {} },
        folder: join(bench.folder, "crm"),
      },
    );
    const id = newIntentId();
    await cases.put({ kind: "comment", id, case: { id: "1" }, text: "Hello.", internal: false });
    await cases.send();
    const state = await cases.writes();
    expect(state).toMatchObject({ waiting: 1, parked: 0 });
    expect(state.problem).toMatch(/did not leave/);
    await cases.close();
    const [file = ""] = readdirSync(join(bench.folder, "crm")).filter((one) =>
      one.endsWith("ndjson"),
    );
    expect(readFileSync(join(bench.folder, "crm", file), "utf8")).not.toContain("good-token");
  });
});

test("a system elsewhere is written to through the door only", async () => {
  await bench.write(config().replace(peer.url, "https://desk.invalid"));
  const { url } = await bench.start();
  await say(url, "Nobody hears this.");
  const release = await until(async () => {
    const { releases } = await get<ReleasePage>(url, "/api/releases?route=crm");
    return releases.find(({ state }) => state === "failed") ?? null;
  });
  expect(release).toMatchObject({ recipient: "desk.invalid" });
  expect(JSON.stringify(release)).not.toContain("Nobody");
  const { waiting } = await writes(url);
  expect(waiting).toBe(1);
});

describe("symbion companion crm", () => {
  const run = async (
    ...args: string[]
  ): Promise<{ code: number | null; out: unknown; err: string }> => {
    const more = ["-c", bench.config, "--json"];
    const { code, stdout, stderr } = await nodeCommand(["companion", "crm", ...args, ...more]);
    return { code, out: stdout === "" ? null : (JSON.parse(stdout) as unknown), err: stderr };
  };

  test("writes without a node, keeps what cannot be sent, and lets the node's queue alone while one runs", async () => {
    await bench.write(config());
    expect(await run("reply", caseId, "Hello from the shell.")).toMatchObject({
      ...{ code: 0, out: { state: "done", internal: false } },
    });
    expect(await run("status", caseId, "Working")).toMatchObject({
      code: 0,
      out: { state: "done" },
    });
    expect(peer.org.get("Case", caseId).Status).toBe("Working");
    peer.fault = () => "drop before";
    const kept = await run("comment", caseId, "For us.");
    expect(kept).toMatchObject({ code: 0, out: { state: "waiting", internal: true } });
    expect((await run("queue")).out).toMatchObject({ waiting: 1 });
    expect((await run("decide", "no-such-write", "mine")).code).toBe(2);

    const node = await bench.start();
    const over = await nodeCommand([
      ...["companion", "crm", "queue", "-c", bench.config, "--url", node.url, "--json"],
    ]);
    expect(JSON.parse(over.stdout)).toMatchObject({ waiting: 1 });
    // Its lock holds against a command that does not know where the node is.
    const beside = await run("reply", caseId, "Me, too.");
    expect(beside).toMatchObject({ code: 2, err: expect.stringMatching(/in use/) });
    await node.stop();
    peer.fault = () => "none";
    expect((await run("send")).out).toMatchObject({ waiting: 0 });
    expect(comments()).toEqual(["Hello from the shell.", "For us."]);
    expect(existsSync(join(bench.folder, "symbion-data"))).toBe(true);
  });
});
