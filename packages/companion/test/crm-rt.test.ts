/** The connector for Request Tracker against a real one, as Debian packages it. */

import { existsSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { CrmConflict } from "../src/crm/conflict.ts";
import type { CrmConnector } from "../src/crm/connector.ts";
import { newIntentId, statedSatisfaction } from "../src/crm/intents.ts";
import { CrmQueue } from "../src/crm/queue.ts";
import { memoryQueueStore } from "../src/crm/queue-store.ts";
import { openCrm } from "../src/node/crm/open.ts";
import {
  type RequestTracker,
  requestTrackerAbsent,
  startRequestTracker,
} from "./support/request-tracker.ts";

describe("Request Tracker, for real", () => {
  const absent = requestTrackerAbsent();
  let rt: RequestTracker;
  let crm: CrmConnector;

  beforeAll(async () => {
    if (absent !== null) return;
    rt = await startRequestTracker();
    crm = await open();
  });

  afterAll(async () => {
    await rt?.[Symbol.asyncDispose]();
  });

  beforeEach((context) => {
    if (absent !== null) context.skip(absent);
  });

  const open = (reach = {}): Promise<CrmConnector> =>
    openCrm(
      { kind: "rt", url: rt.url, user: rt.user, password: rt.password, satisfactionField: "CSAT" },
      reach,
    );

  const outside = async (method: string, path: string, body: object): Promise<unknown> => {
    const response = await fetch(`${rt.url}/REST/2.0${path}`, {
      method,
      headers: {
        authorization: `Basic ${Buffer.from(`${rt.user}:${rt.password}`).toString("base64")}`,
        "content-type": "application/json",
      },
      body: JSON.stringify(body),
    });
    return response.json();
  };

  const apply = (
    intent: object,
    caseId: string | null = null,
    more: object = {},
  ): ReturnType<CrmConnector["apply"]> =>
    crm.apply({
      intent: intent as never,
      caseId,
      contactId: null,
      mayHaveLanded: false,
      onConflict: "ask",
      ...more,
    });

  const create = async (subject: string, description = "It does not work."): Promise<string> => {
    const intent = { kind: "create-case", id: newIntentId(), subject, description };
    return (await apply(intent, null, { contactId: "anna@example.com" })).id;
  };

  it("creates, reads, lists and finds a case, with signs that quoting could break", async () => {
    const before = Date.now() - 2000;
    const subject = `O'Hara said "no" \\ 100% è_ù '; DROP`;
    const id = await create(subject, "Prima riga\nseconda è riga");
    const found = await crm.case(id);
    expect(found).toMatchObject({
      id,
      subject,
      status: "new",
      state: "open",
      contact: "anna@example.com",
      closedAt: null,
    });
    // The server's own time zone is New York's: a wrong zone would be hours away.
    expect(found?.createdAt).toBeGreaterThan(before);
    expect(found?.createdAt).toBeLessThan(Date.now() + 2000);
    for (const query of [
      { subject },
      { subject: "o'hara SAID" },
      { updatedSince: before },
      { states: ["open" as const] },
    ]) {
      expect((await crm.cases(query)).items.map((one) => one.id)).toContain(id);
    }
    expect(
      (await crm.cases({ states: ["closed", "waiting"] })).items.map((one) => one.id),
    ).not.toContain(id);
    expect((await crm.cases({ updatedSince: Date.now() + 60_000 })).items).toEqual([]);
    expect((await crm.cases({ subject: "' OR id > 0 OR Subject = '" })).items).toEqual([]);
    expect((await crm.messages(id))[0]).toMatchObject({
      text: "Prima riga\nseconda è riga",
      from: "customer",
      author: "anna@example.com",
    });
    expect(await crm.case("999999")).toBeNull();
  });

  it("pages through cases", async () => {
    for (let i = 0; i < 5; i++) await create(`paged ${i}`);
    const seen = new Set<string>();
    let after: string | null = null;
    do {
      const page: Awaited<ReturnType<CrmConnector["cases"]>> = await crm.cases({
        subject: "paged",
        limit: 2,
        ...(after === null ? {} : { after }),
      });
      for (const { id } of page.items) seen.add(id);
      after = page.next;
    } while (after !== null);
    expect(seen.size).toBe(5);
  });

  it("says replies and comments, and tells who said what", async () => {
    const id = await create("Talk");
    const reply = {
      kind: "comment",
      id: newIntentId(),
      case: { id },
      text: "We are on it.",
      internal: false,
    };
    await apply(reply, id);
    await apply({ ...reply, id: newIntentId(), text: "Call the depot", internal: true }, id);
    const [first, second, third] = await crm.messages(id);
    expect(first).toMatchObject({ from: "customer", internal: false });
    expect(second).toMatchObject({
      from: "agent",
      internal: false,
      text: "We are on it.",
      intent: reply.id,
      author: "root",
    });
    expect(third).toMatchObject({ from: "agent", internal: true, text: "Call the depot" });
    expect(await crm.messages(id)).toHaveLength(3);
  });

  it("finds what an earlier try has written, and writes no second one", async () => {
    const intent = {
      kind: "create-case",
      id: newIntentId(),
      subject: "Only   once",
      description: "x",
    };
    const { id } = await apply(intent);
    expect(await apply(intent, null, { mayHaveLanded: true })).toEqual({ id, outcome: "already" });
    const other = { ...intent, id: newIntentId() };
    expect((await apply(other, null, { mayHaveLanded: true })).outcome).toBe("applied");
    const said = {
      kind: "comment",
      id: newIntentId(),
      case: { id },
      text: "Once",
      internal: false,
    };
    await apply(said, id);
    expect((await apply(said, id, { mayHaveLanded: true })).outcome).toBe("already");
    expect((await crm.messages(id)).filter(({ text }) => text === "Once")).toHaveLength(1);
  });

  it("edits by ETag, keeps others' fields and shows conflicts", async () => {
    const id = await create("Edit me");
    const edit = (base: object, changes: object): object => ({
      kind: "edit-case",
      id: newIntentId(),
      case: { id },
      base,
      changes,
    });
    expect((await apply(edit({ status: "new" }, { status: "open" }), id)).outcome).toBe("applied");
    await outside("PUT", `/ticket/${id}`, { Subject: "Theirs" });
    expect(
      (
        await apply(
          edit({ status: "open", priority: "0" }, { status: "resolved", priority: "20" }),
          id,
        )
      ).outcome,
    ).toBe("applied");
    expect(await crm.case(id)).toMatchObject({
      subject: "Theirs",
      status: "resolved",
      state: "closed",
      priority: "20",
    });
    expect((await crm.case(id))?.closedAt).not.toBeNull();
    const stale = edit({ subject: "Edit me" }, { subject: "Mine" });
    const conflict = await apply(stale, id).catch((error: unknown) => error);
    expect(conflict).toBeInstanceOf(CrmConflict);
    expect((conflict as CrmConflict).conflicts).toEqual([
      { field: "subject", base: "Edit me", mine: "Mine", theirs: "Theirs" },
    ]);
    expect((await crm.case(id))?.subject).toBe("Theirs");
    expect((await apply(stale, id, { onConflict: "theirs" })).outcome).toBe("already");
  });

  it("keeps stated satisfaction in a custom field", async () => {
    const id = await create("How was it?");
    const edit = {
      kind: "edit-case",
      id: newIntentId(),
      case: { id },
      base: { satisfaction: null },
      changes: { satisfaction: statedSatisfaction(4) },
    };
    expect((await apply(edit, id)).outcome).toBe("applied");
    expect((await crm.case(id))?.satisfaction).toBe(4);
    expect((await apply(edit, id)).outcome).toBe("already");
  });

  it("notices a change between the look and the write", async () => {
    const id = await create("Race");
    let raced = 0;
    const racing = await open({
      beforeRequest: async ({ what }: { what: string }) => {
        if (what === "edit ticket" && raced++ === 0)
          await outside("PUT", `/ticket/${id}`, { Subject: "Quicker" });
      },
    });
    const intent = {
      kind: "edit-case",
      id: newIntentId(),
      case: { id },
      base: { subject: "Race" },
      changes: { subject: "Mine" },
    };
    const request = {
      intent: intent as never,
      caseId: id,
      contactId: null,
      mayHaveLanded: false,
      onConflict: "ask" as const,
    };
    await expect(racing.apply(request)).rejects.toBeInstanceOf(CrmConflict);
    expect((await crm.case(id))?.subject).toBe("Quicker");
  });

  it("tells states and reopening", async () => {
    const id = await create("Again");
    for (const status of ["resolved", "open", "stalled"])
      await outside("PUT", `/ticket/${id}`, { Status: status });
    await outside("PUT", `/ticket/${id}`, { Priority: "90" });
    const changes = await crm.changes(id);
    expect(changes.map(({ toState }) => toState)).toEqual(["closed", "open", "waiting", null]);
    expect(changes[1]).toMatchObject({
      what: "state",
      from: "resolved",
      to: "open",
      fromState: "closed",
    });
    expect(changes[3]).toMatchObject({ what: "escalation", to: "true" });
    expect((await crm.case(id))?.escalated).toBe(true);
  });

  it("tells events once, in order", async () => {
    const start = await crm.events(null);
    expect(start.events).toEqual([]);
    const id = await create("Event");
    await apply(
      { kind: "comment", id: newIntentId(), case: { id }, text: "hello", internal: true },
      id,
    );
    await outside("PUT", `/ticket/${id}`, { Status: "resolved" });
    const next = await crm.events(start.cursor);
    expect(next.events.map(({ kind, caseId }) => [kind, caseId])).toEqual([
      ["case-created", id],
      ["message", id],
      ["case-changed", id],
    ]);
    expect((await crm.events(next.cursor)).events).toEqual([]);
  });

  it("keeps people, once", async () => {
    const person = {
      kind: "create-contact",
      id: newIntentId(),
      name: "Nora Example",
      email: "nora@example.com",
      phone: "+39 02 1",
    };
    expect((await apply(person)).outcome).toBe("applied");
    expect((await apply(person)).outcome).toBe("already");
    expect(await crm.contact("nora@example.com")).toMatchObject({
      name: "Nora Example",
      email: "nora@example.com",
      intent: person.id,
    });
    expect(await crm.contact("nobody@example.com")).toBeNull();
  });

  it("says what is wrong: no such ticket, no such status, a wrong password", async () => {
    const said = {
      kind: "comment",
      id: newIntentId(),
      case: { id: "424242" },
      text: "x",
      internal: true,
    };
    await expect(apply(said, "424242")).rejects.toMatchObject({
      name: "CrmError",
      kind: "missing",
    });
    await expect(
      apply({ kind: "create-task", id: newIntentId(), case: { id: "1" }, subject: "x" }, "1"),
    ).rejects.toMatchObject({ kind: "rejected" });
    const wrong = await openCrm({
      kind: "rt",
      url: rt.url,
      user: "root",
      password: "not-this-one",
    });
    const error: unknown = await wrong.cases().catch((cause: unknown) => cause);
    expect(error).toMatchObject({ kind: "login", status: 401 });
    expect(JSON.stringify(error) + String(error)).not.toContain("not-this-one");
  });

  it("works through an outage with its queue: everything once, in order", async () => {
    const id = await create("Outage");
    await rt.stop();
    let now = 1_000_000;
    const queue = await CrmQueue.open(memoryQueueStore(), crm, { now: () => now, random: () => 0 });
    const made = newIntentId();
    await queue.putAll([
      { kind: "comment", id: newIntentId(), case: { id }, text: "one", internal: false },
      { kind: "comment", id: newIntentId(), case: { id }, text: "two", internal: false },
      { kind: "create-case", id: made, subject: "Born offline", description: "d" },
      { kind: "comment", id: newIntentId(), case: { intent: made }, text: "three", internal: true },
    ]);
    const offline = await queue.sync();
    expect(offline).toMatchObject({ applied: 0, waiting: 4 });
    expect(offline.stopped).toMatch(/cannot be reached/);
    await rt.restart();
    now = offline.nextAt ?? Number.NaN;
    expect(await queue.sync()).toMatchObject({ applied: 4, waiting: 0, parked: 0, stopped: "" });
    expect((await crm.messages(id)).map(({ text }) => text)).toEqual([
      "It does not work.",
      "one",
      "two",
    ]);
    const born = queue.item(made)?.record ?? "";
    expect((await crm.messages(born)).map(({ text }) => text)).toEqual(["d", "three"]);
  });

  it("writes once although every other answer to a write is lost", async () => {
    let writes = 0;
    const losing = await open({
      fetch: async (url: string, init: RequestInit) => {
        const response = await fetch(url, init);
        if (init.method === "GET" || ++writes % 2 === 0) return response;
        await response.body?.cancel();
        throw new TypeError("fetch failed");
      },
    });
    let now = 0;
    const queue = await CrmQueue.open(memoryQueueStore(), losing, { now: () => now });
    const made = newIntentId();
    const subject = `Lost answers ${made}`;
    await queue.putAll([
      { kind: "create-case", id: made, subject, description: "d" },
      ...["a", "b", "c"].map((text) => ({
        kind: "comment" as const,
        id: newIntentId(),
        case: { intent: made },
        text,
        internal: false,
      })),
    ]);
    for (let waiting = 4, round = 0; waiting > 0 && round < 20; round++) {
      const result = await queue.sync();
      waiting = result.waiting;
      now = result.nextAt ?? now;
    }
    const { items } = await crm.cases({ subject });
    expect(items).toHaveLength(1);
    const said = await crm.messages(String(items[0]?.id));
    expect(said.map(({ text }) => text)).toEqual(["d", "a", "b", "c"]);
    expect(queue.items().map(({ state }) => state)).toEqual(["done", "done", "done", "done"]);
    // Each write was made once, and the lost half was found again.
    expect(writes).toBe(4);
    expect(queue.items().filter(({ tries }) => tries === 2)).toHaveLength(2);
  });

  it("leaves no trace in the project", () => {
    expect(existsSync("rt.sqlite")).toBe(false);
  });
});
