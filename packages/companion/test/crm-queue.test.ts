/** The offline queue: each intent takes effect once, in order, whatever dies in between. */

import { type ChildProcess, spawn } from "node:child_process";
import {
  appendFile,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ApplyRequest, CrmConnector } from "../src/crm/connector.ts";
import { CrmError } from "../src/crm/errors.ts";
import type { CrmIntent, EditCase } from "../src/crm/intents.ts";
import { CrmQueue, type QueueOptions } from "../src/crm/queue.ts";
import { memoryQueueStore, type QueueStore } from "../src/crm/queue-store.ts";
import { openSample } from "../src/crm/sample.ts";
import { readMark } from "../src/crm/words.ts";
import { openFileQueue } from "../src/node/crm/file-queue-store.ts";
import type { SalesforceOptions } from "../src/node/crm/salesforce-options.ts";
import { Dead, Mortal } from "./support/crm-crash.ts";
import { createCase, idOf, type OrgPart, startOrg } from "./support/crm-parts.ts";
import type { Fault } from "./support/salesforce-peer.ts";

const say = (name: string, target: string | { intent: string }, number = 0): CrmIntent => ({
  kind: "comment",
  id: idOf(name, number),
  case: typeof target === "string" ? { id: target } : target,
  text: `${name} ${number}`,
  internal: false,
});

const editOf = (
  name: string,
  id: string,
  base: EditCase["base"],
  changes: EditCase["changes"],
): EditCase => ({
  kind: "edit-case",
  id: idOf(name),
  case: { id },
  base,
  changes,
});

/** A system that does as it is told. */
function scripted(apply: (request: ApplyRequest) => Promise<string>): {
  crm: CrmConnector;
  seen: ApplyRequest[];
} {
  const seen: ApplyRequest[] = [];
  const crm = openSample({ cases: [] });
  crm.apply = async (request) => {
    seen.push(request);
    return { id: await apply(request), outcome: "applied" };
  };
  return { crm, seen };
}

describe("the queue against an org", () => {
  let org: OrgPart;
  let existing: string;

  beforeEach(async () => {
    org = await startOrg();
    existing = org.peer.org.create("Case", { Subject: "Existing" }).Id;
    org.clock.at += 5000;
  });

  afterEach(async () => {
    await org.peer[Symbol.asyncDispose]();
  });

  /** A case and a person that are born offline, talk on both cases, an edit: all that depends on each other. */
  const story = (): CrmIntent[] => [
    { kind: "create-contact", id: idOf("person"), name: "Ada Example" },
    { ...createCase(idOf("born"), "Born offline"), contact: { intent: idOf("person") } },
    say("first", { intent: idOf("born") }),
    say("other", existing),
    editOf("edit", existing, { status: "New" }, { status: "Working" }),
    say("second", { intent: idOf("born") }),
    { kind: "create-task", id: idOf("task"), case: { intent: idOf("born") }, subject: "Call" },
  ];

  const expectStory = (): void => {
    const { org: records } = org.peer;
    expect(records.rows("Contact").map((row) => row.Symbion_Id__c)).toEqual([idOf("person")]);
    const born = records.rows("Case").filter(({ Symbion_Id__c }) => Symbion_Id__c === idOf("born"));
    expect(born).toHaveLength(1);
    expect(born[0]?.ContactId).toBe(records.rows("Contact")[0]?.Id);
    expect(records.rows("Case")).toHaveLength(2);
    expect(records.get("Case", existing).Status).toBe("Working");
    const said = records
      .rows("CaseComment")
      .map((row) => [row.ParentId, readMark(String(row.CommentBody)).text]);
    expect(said.filter(([id]) => id === born[0]?.Id)).toEqual([
      [born[0]?.Id, "first 0"],
      [born[0]?.Id, "second 0"],
    ]);
    expect(said.filter(([id]) => id === existing)).toEqual([[existing, "other 0"]]);
    expect(records.rows("Task").map((row) => row.WhatId)).toEqual([born[0]?.Id]);
    expect(records.rows("CaseHistory")).toHaveLength(1);
  };

  const modes: readonly [string, Partial<SalesforceOptions>][] = [
    ["comments looked for by their mark", {}],
    ["comments with a ledger", { ledger: { object: "Symbion_Intent__c", field: "Key__c" } }],
  ];

  it.each(modes)(
    "survives death at every single step (%s)",
    async (_, options) => {
      let deathAt = 1;
      for (; ; deathAt++) {
        await org.peer[Symbol.asyncDispose]();
        org = await startOrg();
        existing = org.peer.org.create("Case", { Subject: "Existing" }).Id;
        org.clock.at += 5000;
        const kept: string[] = [];
        const intents = story();
        const mortal = new Mortal(deathAt);
        let died = false;
        try {
          const crm = await org.open(options, { fetch: mortal.fetch, retries: 0 });
          const queue = await CrmQueue.open(mortal.store(kept), crm, { parallel: 2 });
          await queue.putAll(intents);
          await queue.sync();
          died = mortal.steps >= deathAt;
        } catch (error) {
          expect(error).toSatisfy(
            (one) => one instanceof Dead || (one instanceof CrmError && one.kind === "store"),
          );
          died = true;
        }
        // The next life: what was put in before death is known, the rest is put in again by its user.
        const again = await CrmQueue.open(memoryQueueStore(kept), await org.open(options), {
          parallel: 2,
        });
        const known = new Set(again.items().map(({ intent }) => intent.id));
        await again.putAll(intents.filter(({ id }) => !known.has(id)));
        await settle(again);
        expectStory();
        if (!died) break;
      }
      // It was a long way: the loop did not end early.
      expect(deathAt).toBeGreaterThan(50);
    },
    120_000,
  );

  /** Rounds until nothing waits; waiting takes no time. */
  const settle = async (queue: CrmQueue, clock?: { at: number }): Promise<void> => {
    for (let round = 0; round < 500; round++) {
      const { waiting, nextAt } = await queue.sync();
      if (waiting === 0) return;
      if (clock !== undefined && nextAt !== null) clock.at = Math.max(clock.at, nextAt);
    }
    expect.unreachable("it never ends");
  };

  it.each(modes)(
    "survives a bad network: lost requests, lost answers, errors, login pages (%s)",
    async (_, options) => {
      let random = 12345;
      const next = (): number => {
        random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
        return random / 2 ** 32;
      };
      const faults: readonly Fault[] = [
        "drop before",
        "drop after",
        "drop after",
        { status: 503, body: "[]", headers: { "retry-after": "1" } },
        { status: 500, body: "oops" },
        { status: 200, body: "<html>proxy</html>", headers: { "content-type": "text/html" } },
        { status: 200, body: '{"id": "50' },
      ];
      org.peer.fault = () =>
        next() < 0.4 ? (faults[Math.floor(next() * faults.length)] ?? "none") : "none";
      const clock = { at: 1_000_000 };
      const crm = await org.open(options, { retries: 0 });
      const queue = await CrmQueue.open(memoryQueueStore(), crm, {
        now: () => clock.at,
        random: next,
        maxFailures: 1000,
      });
      const intents: CrmIntent[] = [];
      for (let i = 0; i < 40; i++) {
        intents.push(createCase(idOf("many", i), `Case ${i}`));
        for (let k = 0; k < 3; k++) intents.push(say(`talk-${i}`, { intent: idOf("many", i) }, k));
      }
      await queue.putAll(intents);
      await settle(queue, clock);
      const cases = org.peer.org
        .rows("Case")
        .filter(({ Symbion_Id__c }) => Symbion_Id__c !== undefined && Symbion_Id__c !== null);
      expect(cases).toHaveLength(40);
      const comments = org.peer.org.rows("CaseComment");
      expect(comments).toHaveLength(120);
      for (const { Id, Subject } of cases) {
        const number = String(Subject).slice(5);
        const said = comments
          .filter(({ ParentId }) => ParentId === Id)
          .map(({ CommentBody }) => readMark(String(CommentBody)).text);
        expect(said).toEqual([0, 1, 2].map((k) => `talk-${number} ${k}`));
      }
      expect(queue.items().every(({ state }) => state === "done")).toBe(true);
    },
    120_000,
  );

  it("finds every conflict, shows both sides, and writes what a person decides", async () => {
    const crm = await org.open();
    const queue = await CrmQueue.open(memoryQueueStore(), crm);
    const ids = Array.from(
      { length: 20 },
      (_, i) => org.peer.org.create("Case", { Subject: `Seen ${i}` }).Id,
    );
    await queue.putAll(
      ids.map((id, i) =>
        editOf(
          `mine-${i}`,
          id,
          { subject: `Seen ${i}`, priority: "Medium" },
          { subject: `Mine ${i}`, priority: "Low" },
        ),
      ),
    );
    // Every other one is changed by somebody else meanwhile: half of these in the same field.
    ids.forEach((id, i) => {
      if (i % 4 === 0) org.peer.org.update("Case", id, { Subject: `Theirs ${i}` });
      if (i % 4 === 2) org.peer.org.update("Case", id, { Status: "Working" });
    });
    expect(await queue.sync()).toMatchObject({ applied: 15, conflicts: 5, waiting: 0, parked: 0 });
    ids.forEach((id, i) => {
      const row = org.peer.org.get("Case", id);
      expect(row.Subject).toBe(i % 4 === 0 ? `Theirs ${i}` : `Mine ${i}`);
      expect(row.Priority).toBe(i % 4 === 0 ? "Medium" : "Low");
      expect(row.Status).toBe(i % 4 === 2 ? "Working" : "New");
    });
    const [first, second, third] = queue.items().filter(({ state }) => state === "conflict");
    expect(first?.conflicts).toEqual([
      { field: "subject", base: "Seen 0", mine: "Mine 0", theirs: "Theirs 0" },
    ]);
    await queue.decide(String(first?.intent.id), "mine");
    await queue.decide(String(second?.intent.id), "theirs");
    await queue.decide(String(third?.intent.id), "mine");
    // Changed once more after it was shown: it has to be shown again.
    org.peer.org.update("Case", String(ids[8]), { Subject: "Theirs again" });
    expect(await queue.sync()).toMatchObject({ applied: 2, conflicts: 3 });
    expect(org.peer.org.get("Case", String(ids[0]))).toMatchObject({
      Subject: "Mine 0",
      Priority: "Low",
    });
    expect(org.peer.org.get("Case", String(ids[4]))).toMatchObject({
      Subject: "Theirs 4",
      Priority: "Low",
    });
    expect(org.peer.org.get("Case", String(ids[8])).Subject).toBe("Theirs again");
    expect(queue.item(String(third?.intent.id))?.conflicts[0]?.theirs).toBe("Theirs again");
  });

  it("lets comments through where an edit is in conflict", async () => {
    const queue = await CrmQueue.open(memoryQueueStore(), await org.open());
    org.peer.org.update("Case", existing, { Subject: "Theirs" });
    await queue.putAll([
      say("before", existing),
      editOf("edit", existing, { subject: "Existing" }, { subject: "Mine" }),
      say("after", existing),
    ]);
    expect(await queue.sync()).toMatchObject({ applied: 2, conflicts: 1, waiting: 0 });
    expect(org.peer.org.rows("CaseComment")).toHaveLength(2);
  });

  it("survives a real kill, with its file, at many places", async () => {
    const folder = await mkdtemp(join(tmpdir(), "symbion-queue-"));
    try {
      const path = join(folder, "queue");
      const store = await openFileQueue(path);
      const queue = await CrmQueue.open(store, await org.open());
      await queue.putAll(story());
      await queue.close();
      let child: ChildProcess | null = null;
      let kills = 0;
      let countdown = 1;
      org.peer.fault = () => {
        if (child === null || --countdown > 0) return "none";
        const fault: Fault = kills % 2 === 0 ? "drop after" : "drop before";
        child.kill("SIGKILL");
        child = null;
        return fault;
      };
      const run = (): Promise<string> =>
        new Promise((resolve, reject) => {
          const program = fileURLToPath(new URL("./support/crm-sender.ts", import.meta.url));
          const started = spawn(
            process.execPath,
            ["--conditions=source", program, path, org.peer.url],
            { stdio: ["ignore", "pipe", "inherit"] },
          );
          child = started;
          let out = "";
          started.stdout.on("data", (chunk: Buffer) => {
            out += chunk.toString();
          });
          started.once("error", reject);
          started.once("exit", () => resolve(out));
        });
      for (; kills < 6; kills++) {
        countdown = 1 + (kills % 3);
        const out = await run();
        if (out !== "") break;
      }
      org.peer.fault = () => "none";
      expect(kills).toBe(6);
      expect(JSON.parse(await run())).toMatchObject({ waiting: 0, parked: 0, conflicts: 0 });
      expectStory();
      expect((await readdir(folder)).sort()).toEqual(["queue", "queue.lock"]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }, 120_000);
});

describe("the queue's rules", () => {
  const open = async (
    crm: CrmConnector,
    options: QueueOptions = {},
    store: QueueStore = memoryQueueStore(),
  ): Promise<{ queue: CrmQueue; clock: { at: number } }> => {
    const clock = { at: 0 };
    const queue = await CrmQueue.open(store, crm, {
      now: () => clock.at,
      random: () => 0.5,
      ...options,
    });
    return { queue, clock };
  };

  it("keeps the order within a case and does not let one case wait for another", async () => {
    const log: string[] = [];
    const { crm } = scripted(async ({ intent, caseId }) => {
      log.push(`> ${intent.id}`);
      await new Promise((resolve) => setTimeout(resolve, caseId === "slow" ? 30 : 1));
      log.push(`< ${intent.id}`);
      return "x";
    });
    const { queue } = await open(crm);
    const intents = [0, 1, 2].flatMap((i) => [say("slow", "slow", i), say("quick", "quick", i)]);
    await queue.putAll(intents);
    await Promise.all([queue.sync(), queue.sync()]);
    const of = (name: string): string[] => log.filter((line) => line.includes(name));
    for (const name of ["slow", "quick"]) {
      expect(of(name)).toEqual(
        [0, 1, 2].flatMap((i) => [`> ${idOf(name, i)}`, `< ${idOf(name, i)}`]),
      );
    }
    expect(log.indexOf(`< ${idOf("quick", 2)}`)).toBeLessThan(log.indexOf(`< ${idOf("slow", 0)}`));
    expect(log).toHaveLength(12);
  });

  it("waits longer after each failure, spread, bounded, and as long as the system asks", async () => {
    let retryAfter: number | undefined;
    const { crm, seen } = scripted(() =>
      Promise.reject(
        new CrmError("unreachable", "no network", retryAfter === undefined ? {} : { retryAfter }),
      ),
    );
    let spread = 0;
    const { queue, clock } = await open(crm, {
      firstWait: 1000,
      longestWait: 60_000,
      random: () => spread,
    });
    await queue.put(say("a", "1"));
    const waits: number[] = [];
    for (let i = 0; i < 9; i++) {
      const { nextAt, stopped } = await queue.sync();
      expect(stopped).toBe("no network");
      waits.push((nextAt ?? 0) - clock.at);
      // Before its time nothing is tried.
      const tries = seen.length;
      expect((await queue.sync()).nextAt).toBe(nextAt);
      expect(seen).toHaveLength(tries);
      clock.at = nextAt ?? 0;
    }
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
    spread = 0.999;
    expect(((await queue.sync()).nextAt ?? 0) - clock.at).toBeCloseTo(59_970, -2);
    clock.at += 60_000;
    retryAfter = 3_600_000;
    expect(((await queue.sync()).nextAt ?? 0) - clock.at).toBe(3_600_000);
    // A dead network never parks anything.
    expect(queue.items()[0]).toMatchObject({ state: "waiting", failures: 0 });
  });

  it("parks what the system will not take, at once or after so many tries, with the reason, and goes on", async () => {
    const { crm, seen } = scripted(async ({ intent }) => {
      if (intent.id === idOf("bad")) throw new CrmError("rejected", "Subject: too long");
      if (intent.id === idOf("ill"))
        throw new CrmError("broken", "HTTP 500", { mayHaveLanded: true });
      if (intent.id === idOf("odd")) throw new Error("a defect");
      return "x";
    });
    const { queue, clock } = await open(crm, { maxFailures: 3 });
    await queue.putAll([say("bad", "1"), say("good", "1"), say("ill", "2"), say("odd", "3")]);
    for (let i = 0; i < 5; i++) {
      const { nextAt } = await queue.sync();
      clock.at = nextAt ?? clock.at;
    }
    expect(queue.item(idOf("good"))?.state).toBe("done");
    expect(queue.item(idOf("bad"))).toMatchObject({
      state: "parked",
      why: "Subject: too long",
      tries: 1,
    });
    expect(queue.item(idOf("ill"))).toMatchObject({
      state: "parked",
      why: "3 tries failed; the last: HTTP 500",
      tries: 3,
      mayHaveLanded: true,
    });
    expect(queue.item(idOf("odd"))).toMatchObject({ state: "parked", why: "a defect" });
    expect(
      seen
        .filter(({ intent }) => intent.id === idOf("ill"))
        .map(({ mayHaveLanded }) => mayHaveLanded),
    ).toEqual([false, true, true]);
    await queue.retry(idOf("ill"));
    await queue.sync();
    expect(seen.at(-1)).toMatchObject({ mayHaveLanded: true });
    await queue.drop(idOf("bad"));
    expect(queue.item(idOf("bad"))).toBeNull();
    await expect(queue.retry(idOf("good"))).rejects.toMatchObject({ name: "UsageError" });
    await expect(queue.drop(idOf("good"))).rejects.toMatchObject({ name: "UsageError" });
  });

  it("holds back what depends on a parked intent, and parks it when that is taken out", async () => {
    let refuse = true;
    const { crm } = scripted(async ({ intent }) => {
      if (intent.kind === "create-case" && refuse) throw new CrmError("rejected", "no");
      return `record-${intent.id}`;
    });
    for (const dropped of [false, true]) {
      refuse = true;
      const { queue } = await open(crm);
      await queue.putAll([
        createCase(idOf("born")),
        say("talk", { intent: idOf("born") }),
        say("other", "1"),
      ]);
      expect(await queue.sync()).toMatchObject({ applied: 1, parked: 1, waiting: 1, nextAt: null });
      refuse = false;
      if (dropped) {
        await queue.drop(idOf("born"));
        expect(await queue.sync()).toMatchObject({ applied: 0, parked: 1, waiting: 0 });
        expect(queue.item(idOf("talk"))?.why).toMatch(/was taken out/);
      } else {
        await queue.retry(idOf("born"));
        expect(await queue.sync()).toMatchObject({ applied: 2, parked: 0, waiting: 0 });
      }
    }
  });

  it("is bounded, and takes the same intent only once", async () => {
    const { crm, seen } = scripted(async () => "x");
    const { queue } = await open(crm, { maxItems: 3, keepDone: 2 });
    await queue.putAll([say("a", "1"), say("b", "1")]);
    await expect(queue.putAll([say("c", "1"), say("d", "1")])).rejects.toMatchObject({
      kind: "full",
    });
    expect(queue.items()).toHaveLength(2);
    await queue.putAll([say("a", "1"), say("c", "1"), say("c", "1")]);
    await expect(
      queue.put({ ...say("a", "1"), internal: true } as CrmIntent),
    ).rejects.toMatchObject({ name: "UsageError" });
    await queue.sync();
    expect(seen).toHaveLength(3);
    for (let i = 0; i < 20; i++) {
      await queue.put(say("e", "1", i));
      await queue.sync();
    }
    expect(queue.items().length).toBeLessThanOrEqual(3);
    await expect(queue.put(say("x", { intent: idOf("nobody") }))).rejects.toMatchObject({
      name: "UsageError",
    });
    await expect(
      CrmQueue.open(memoryQueueStore(), crm, { maxItem: 3 } as never),
    ).rejects.toMatchObject({ name: "UsageError" });
  });

  it("stops when its user says so, and looks before it repeats", async () => {
    const stop = new AbortController();
    const { crm, seen } = scripted(async () => {
      stop.abort();
      throw stop.signal.reason as Error;
    });
    const { queue } = await open(crm);
    await queue.putAll([say("a", "1"), say("b", "2")]);
    expect((await queue.sync(stop.signal)).stopped).toBe("stopped by its user");
    expect(queue.item(idOf("a"))).toMatchObject({ state: "waiting", mayHaveLanded: true });
    await queue.sync();
    expect(seen.at(-1)).toMatchObject({ mayHaveLanded: true });
  });

  it("sends nothing that it cannot write down", async () => {
    const { crm, seen } = scripted(async () => "x");
    const store = memoryQueueStore();
    const { queue } = await open(crm, {}, store);
    await queue.put(say("a", "1"));
    store.append = () => Promise.reject(new Error("ENOSPC: disk full"));
    await expect(queue.sync()).rejects.toMatchObject({
      kind: "store",
      message: expect.stringContaining("disk full") as string,
    });
    expect(seen).toHaveLength(0);
    await expect(queue.put(say("b", "1"))).rejects.toMatchObject({ kind: "store" });
    expect(queue.items()).toHaveLength(1);
  });

  it("says the same after a rewrite of its journal", async () => {
    const kept: string[] = [];
    const store: QueueStore = {
      ...memoryQueueStore(),
      lines: async function* () {
        yield* [...kept];
      },
      append: async (lines) => void kept.push(...lines),
      replace: async (lines) => void kept.splice(0, kept.length, ...lines),
    };
    const { crm } = scripted(async ({ intent }) => {
      if (intent.id === idOf("bad")) throw new CrmError("rejected", "no");
      if (intent.id === idOf("ill")) throw new CrmError("timeout", "slow", { mayHaveLanded: true });
      return `record-${intent.id}`;
    });
    const { queue, clock } = await open(crm, { keepDone: 10 }, store);
    await queue.putAll([say("bad", "1"), say("ill", "2")]);
    for (let i = 0; i < 900; i++) {
      await queue.put(say("many", "3", i));
      await queue.sync();
    }
    expect(kept.length).toBeLessThan(2400);
    const again = await CrmQueue.open(store, crm, { keepDone: 10, now: () => clock.at });
    // The oldest done intents may be forgotten a little later in the one than in the other.
    const plain = (one: CrmQueue): unknown =>
      one
        .items()
        .filter(({ state }, i, all) => state !== "done" || i >= all.length - 8)
        .map(({ putAt: _, ...item }) => item);
    expect(plain(again)).toEqual(plain(queue));
  });
});

describe("the queue's file", () => {
  let folder: string;
  let path: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "symbion-queue-"));
    path = join(folder, "sub", "queue");
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  const read = async (store: QueueStore): Promise<string[]> => {
    const lines: string[] = [];
    for await (const line of store.lines()) lines.push(line);
    return lines;
  };

  it("keeps lines, cuts a torn end at every byte, and goes on", async () => {
    const store = await openFileQueue(path);
    await store.append(["one è", "two"]);
    await store.append(["three"]);
    await store.close();
    const whole = await readFile(path);
    for (let size = whole.length; size >= 0; size--) {
      await writeFile(path, whole);
      await truncate(path, size);
      const torn = await openFileQueue(path);
      const lines = await read(torn);
      const expected = whole.subarray(0, size).toString("utf8").split("\n").slice(0, -1);
      expect(lines).toEqual(expected);
      await torn.append(["next"]);
      expect(await read(torn)).toEqual([...expected, "next"]);
      await torn.close();
    }
    expect((await stat(path)).mode & 0o077).toBe(0);
  });

  it("replaces all lines or none", async () => {
    const store = await openFileQueue(path);
    await store.append(["old"]);
    await writeFile(`${path}.new`, "half of a rew");
    await store.replace(["new 1", "new 2"]);
    await store.append(["new 3"]);
    expect(await read(store)).toEqual(["new 1", "new 2", "new 3"]);
    await store.close();
    await writeFile(`${path}.new`, "half of a rew");
    const again = await openFileQueue(path);
    expect(await read(again)).toEqual(["new 1", "new 2", "new 3"]);
    await again.close();
    expect((await readdir(join(folder, "sub"))).sort()).toEqual(["queue", "queue.lock"]);
  });

  it("has one owner; what a dead one left is no obstacle", async () => {
    const store = await openFileQueue(path);
    await expect(openFileQueue(path)).rejects.toMatchObject({
      kind: "store",
      message: expect.stringContaining("in use") as string,
    });
    await store.close();
    await (await openFileQueue(path)).close();
  });

  it("names damage in the middle instead of guessing", async () => {
    const crm = openSample();
    const queue = await CrmQueue.open(await openFileQueue(path), crm);
    await queue.putAll([createCase(idOf("a")), createCase(idOf("b"))]);
    await queue.close();
    const text = await readFile(path, "utf8");
    const attempt = async (damaged: string): Promise<void> => {
      await writeFile(path, damaged);
      const store = await openFileQueue(path);
      await expect(CrmQueue.open(store, crm)).rejects.toMatchObject({
        kind: "store",
        message: expect.stringContaining("line 1") as string,
      });
      await store.close();
    };
    await attempt(text.replace("It broke", "It brake"));
    await attempt(text.replace("A case", "A cas"));
    await attempt(`\n${text}`);
    await writeFile(path, text);
    await appendFile(path, "00000000 {");
    const store = await openFileQueue(path);
    expect((await CrmQueue.open(store, crm)).items()).toHaveLength(2);
    await store.close();
  });

  it("an older copy of it looks before it sends", async () => {
    const { crm, seen } = scripted(async ({ intent }) => intent.id);
    const store = memoryQueueStore();
    const first = await CrmQueue.open(store, crm);
    await first.putAll([say("a", "1"), say("b", "2")]);
    await first.doubt();
    await (await CrmQueue.open(store, crm)).sync();
    expect(seen.map(({ mayHaveLanded }) => mayHaveLanded)).toEqual([true, true]);
    expect(seen).toHaveLength(2);
  });

  it("says what is wrong with a place that cannot hold it", async () => {
    await writeFile(join(folder, "file"), "");
    await expect(openFileQueue(join(folder, "file", "queue"))).rejects.toMatchObject({
      name: "CrmError",
      kind: "store",
    });
  });
});
