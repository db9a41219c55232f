/** The connector for Salesforce: the real jsforce against the peer. */

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CrmConflict } from "../src/crm/conflict.ts";
import type { CrmConnector } from "../src/crm/connector.ts";
import { CrmError } from "../src/crm/errors.ts";
import { statedFeeling, statedSatisfaction } from "../src/crm/intents.ts";
import type { OutgoingRequest } from "../src/crm/types.ts";
import { openCrm } from "../src/node/crm/open.ts";
import { createCase, idOf, type OrgPart, request, startOrg } from "./support/crm-parts.ts";
import { CUSTOMER } from "./support/salesforce-org.ts";

describe("Salesforce through jsforce", () => {
  let org: OrgPart;
  let crm: CrmConnector;

  beforeEach(async () => {
    org = await startOrg();
    crm = await org.open();
  });

  afterEach(async () => {
    await org.peer[Symbol.asyncDispose]();
  });

  const caught = (work: Promise<unknown>): Promise<CrmError> =>
    work.then(
      () => expect.unreachable("it went through"),
      (error: unknown) => {
        expect(error).toBeInstanceOf(CrmError);
        return error as CrmError;
      },
    );

  it("creates case, contact and task with the intent's id, and reads them back", async () => {
    const person = {
      kind: "create-contact",
      id: idOf("contact"),
      name: "Ada Maria O'Neil",
      email: "ada@example.com",
    } as const;
    const contactId = (await crm.apply(request(person))).id;
    expect(await crm.contact(contactId)).toMatchObject({
      name: "Ada Maria O'Neil",
      email: "ada@example.com",
      intent: person.id,
    });
    const { id } = await crm.apply(
      request({ ...createCase(idOf("case")), priority: "High" }, null, { contactId }),
    );
    expect(await crm.case(id)).toMatchObject({
      id,
      intent: idOf("case"),
      subject: "A case",
      description: "It broke.",
      state: "open",
      priority: "High",
      contact: contactId,
      satisfaction: null,
      closedAt: null,
    });
    const task = {
      kind: "create-task",
      id: idOf("task"),
      case: { id },
      subject: "Call back",
      dueOn: "2026-12-01",
    } as const;
    await crm.apply(request(task, id));
    expect(await crm.tasks(id)).toMatchObject([
      { subject: "Call back", dueOn: "2026-12-01", done: false, intent: task.id },
    ]);
    expect(await crm.case("500nothere")).toBeNull();
  });

  it("lists by state, time and hostile words, page by page", async () => {
    const hostile = `' OR Subject LIKE '%`;
    for (const subject of ["one", "two", "three", "50% off_", hostile])
      org.peer.org.create("Case", { Subject: subject });
    const [first] = org.peer.org.rows("Case");
    org.peer.org.update("Case", String(first?.Id), { Status: "Closed" });
    const subjects = async (query: Parameters<CrmConnector["cases"]>[0]): Promise<string[]> =>
      (await crm.cases(query)).items.map(({ subject }) => subject);
    expect(await subjects({})).toEqual(["one", hostile, "50% off_", "three", "two"]);
    expect(await subjects({ states: ["closed"] })).toEqual(["one"]);
    expect(await subjects({ states: ["waiting"] })).toEqual([]);
    expect(await subjects({ subject: hostile })).toEqual([hostile]);
    expect(await subjects({ subject: "0% OFF_" })).toEqual(["50% off_"]);
    expect(await subjects({ subject: "%" })).toEqual(["50% off_", hostile].reverse());
    expect(await subjects({ updatedSince: org.clock.at + 1000 })).toEqual([]);
    const paged: string[] = [];
    for (let after: string | null = ""; after !== null; ) {
      const page: Awaited<ReturnType<CrmConnector["cases"]>> = await crm.cases({
        limit: 2,
        ...(after === "" ? {} : { after }),
      });
      paged.push(...page.items.map(({ subject }) => subject));
      after = page.next;
    }
    expect(paged).toEqual(["one", hostile, "50% off_", "three", "two"]);
    await expect(crm.cases({ after: "1|x' OR Id != '" })).rejects.toMatchObject({
      kind: "rejected",
    });
  });

  it("reads long lists in pages", async () => {
    const { Id } = org.peer.org.create("Case", { Subject: "talk" });
    org.peer.batch = 7;
    for (let i = 0; i < 30; i++)
      org.peer.org.create("CaseComment", { ParentId: Id, CommentBody: `m${i}` });
    const messages = await crm.messages(Id);
    expect(messages.map(({ text }) => text)).toEqual(Array.from({ length: 30 }, (_, i) => `m${i}`));
  });

  it("tells who said what, in order, and hides its own marks", async () => {
    const { id } = await crm.apply(request(createCase(idOf("case"))));
    org.peer.org.create(
      "CaseComment",
      { ParentId: id, CommentBody: "Where is it?", IsPublished: true },
      CUSTOMER,
    );
    const reply = {
      kind: "comment",
      id: idOf("reply"),
      case: { id },
      text: "On its way.",
      internal: false,
    } as const;
    await crm.apply(request(reply, id));
    org.peer.org.create("EmailMessage", {
      ParentId: id,
      TextBody: "Thanks",
      Incoming: true,
      FromAddress: "c@example.com",
    });
    await crm.apply(
      request({ ...reply, id: idOf("note"), internal: true, text: "Watch this one" }, id),
    );
    expect(
      (await crm.messages(id)).map(({ from, internal, text, intent }) => [
        from,
        internal,
        text,
        intent,
      ]),
    ).toEqual([
      ["customer", false, "Where is it?", null],
      ["agent", false, "On its way.", reply.id],
      ["customer", false, "Thanks", null],
      ["agent", true, "Watch this one", idOf("note")],
    ]);
  });

  it("sends what the customer stated, as theirs, and nothing else of their message", async () => {
    const { id } = await crm.apply(request(createCase(idOf("case"))));
    const feelings = [
      statedFeeling("I am so frustrated", "Hello, I am so frustrated. My code is 1234."),
    ];
    await crm.apply(
      request(
        { kind: "comment", id: idOf("c"), case: { id }, text: "Noted.", internal: true, feelings },
        id,
      ),
    );
    const [said] = await crm.messages(id);
    expect(said?.text).toBe("Noted.\n\nThe customer wrote: “I am so frustrated”");
    expect(org.peer.requests.some(({ body }) => body.includes("1234"))).toBe(false);
    const edit = {
      kind: "edit-case",
      id: idOf("e"),
      case: { id },
      base: { satisfaction: null },
      changes: { satisfaction: statedSatisfaction(4) },
    } as const;
    org.clock.at += 2000;
    expect(await crm.apply(request(edit, id))).toMatchObject({ outcome: "applied" });
    expect((await crm.case(id))?.satisfaction).toBe(4);
    const elsewhere = await openCrm(
      { kind: "salesforce", url: org.peer.url, accessToken: "good-token" },
      { sleep: async () => {} },
    );
    expect(elsewhere.capabilities.satisfaction).toBe(false);
    await expect(
      elsewhere.apply(
        request({ ...edit, base: { satisfaction: null } }, id, { onConflict: "ask" }),
      ),
    ).rejects.toMatchObject({ kind: "rejected" });
  });

  it("keeps a repeated create from making a second record, and from writing over others' changes", async () => {
    const intent = createCase(idOf("case"), "Mine");
    const { id } = await crm.apply(request(intent));
    org.peer.org.update("Case", id, { Subject: "Theirs" });
    expect(await crm.apply(request(intent, null, { mayHaveLanded: true }))).toEqual({
      id,
      outcome: "already",
    });
    expect((await crm.case(id))?.subject).toBe("Theirs");
    // Even without the warning the external id keeps it one.
    expect(await crm.apply(request(intent))).toEqual({ id, outcome: "already" });
    expect(org.peer.org.rows("Case")).toHaveLength(1);
  });

  it("writes a comment once: by its mark, or with a ledger by the system itself", async () => {
    const { id } = await crm.apply(request(createCase(idOf("case"))));
    const said = {
      kind: "comment",
      id: idOf("c"),
      case: { id },
      text: "Once",
      internal: false,
    } as const;
    const first = await crm.apply(request(said, id));
    expect(await crm.apply(request(said, id, { mayHaveLanded: true }))).toEqual({
      id: first.id,
      outcome: "already",
    });
    expect(crm.capabilities.comments).toBe("lookup");
    const ledger = await org.open({ ledger: { object: "Symbion_Intent__c", field: "Key__c" } });
    expect(ledger.capabilities.comments).toBe("atomic");
    const other = { ...said, id: idOf("d") };
    const second = await ledger.apply(request(other, id));
    // No look before, and still no second one.
    expect(await ledger.apply(request(other, id))).toEqual({ id: second.id, outcome: "already" });
    expect(org.peer.org.rows("CaseComment")).toHaveLength(2);
    await expect(
      ledger.apply(request({ ...other, id: idOf("e") }, "500nothere")),
    ).rejects.toMatchObject({ kind: "rejected" });
    expect(org.peer.org.rows("Symbion_Intent__c")).toHaveLength(1);
    await expect(
      crm.apply(request({ ...said, id: idOf("f"), text: "è".repeat(2001) }, id)),
    ).rejects.toMatchObject({ kind: "rejected" });
  });

  describe("edits", () => {
    let id: string;
    const edit = (base: object, changes: object): Parameters<typeof request>[0] =>
      ({ kind: "edit-case", id: idOf("edit"), case: { id }, base, changes }) as Parameters<
        typeof request
      >[0];

    beforeEach(async () => {
      ({ id } = await crm.apply(request(createCase(idOf("case"), "Seen"))));
      org.clock.at += 5000;
    });

    it("writes fields that nobody else touched, beside others' changes", async () => {
      org.peer.org.update("Case", id, { Priority: "High" });
      org.clock.at += 5000;
      expect(
        await crm.apply(request(edit({ status: "New" }, { status: "Working" }), id)),
      ).toMatchObject({ outcome: "applied" });
      expect(await crm.case(id)).toMatchObject({ status: "Working", priority: "High" });
    });

    it("shows a conflict and writes nothing of the edit", async () => {
      org.peer.org.update("Case", id, { Subject: "Theirs" });
      const error = await caught(
        crm.apply(
          request(
            edit({ subject: "Seen", status: "New" }, { subject: "Mine", status: "Working" }),
            id,
          ),
        ),
      );
      expect(error).toBeInstanceOf(CrmConflict);
      expect((error as CrmConflict).conflicts).toEqual([
        { field: "subject", base: "Seen", mine: "Mine", theirs: "Theirs" },
      ]);
      expect(await crm.case(id)).toMatchObject({ subject: "Theirs", status: "New" });
    });

    it("leaves fields in conflict and writes the others where that is the policy", async () => {
      org.peer.org.update("Case", id, { Subject: "Theirs" });
      const both = edit({ subject: "Seen", status: "New" }, { subject: "Mine", status: "Working" });
      const result = await crm.apply(request(both, id, { onConflict: "theirs" }));
      expect(result).toMatchObject({ outcome: "applied", dropped: [{ field: "subject" }] });
      expect(await crm.case(id)).toMatchObject({ subject: "Theirs", status: "Working" });
    });

    it("notices a change between its look and its write, also within the same second", async () => {
      for (const gap of [0, 400, 1500]) {
        const { Id } = org.peer.org.create("Case", { Subject: "Race" });
        let raced = false;
        const racing = await org.open(
          {},
          {
            beforeRequest: ({ what }) => {
              if (what !== "write Case" || raced) return;
              raced = true;
              org.clock.at += gap;
              org.peer.org.update("Case", Id, { Subject: "Quicker" });
            },
          },
        );
        const mine = {
          kind: "edit-case",
          id: idOf("race"),
          case: { id: Id },
          base: { subject: "Race" },
          changes: { subject: "Mine" },
        } as const;
        expect(await caught(racing.apply(request(mine, Id)))).toBeInstanceOf(CrmConflict);
        expect((await crm.case(Id))?.subject).toBe("Quicker");
      }
    });

    it("has nothing to do where the case says so already", async () => {
      const before = org.peer.requests.length;
      expect(
        await crm.apply(request(edit({ status: "Closed" }, { status: "New" }), id)),
      ).toMatchObject({ outcome: "already" });
      expect(org.peer.requests.slice(before).every(({ method }) => method === "GET")).toBe(true);
    });
  });

  it("tells states, reopening and escalation", async () => {
    const { Id } = org.peer.org.create("Case", { Subject: "x" });
    for (const fields of [
      { Status: "On Hold" },
      { Status: "Closed" },
      { Status: "New" },
      { IsEscalated: true },
    ]) {
      org.peer.org.update("Case", Id, fields);
    }
    expect(
      (await crm.changes(Id)).map(({ what, fromState, toState }) => [what, fromState, toState]),
    ).toEqual([
      ["state", "open", "waiting"],
      ["state", "waiting", "closed"],
      ["state", "closed", "open"],
      ["escalation", null, null],
    ]);
  });

  it("tells events by asking, each once, also late ones and in a crowd", async () => {
    org.peer.org.create("Case", { Subject: "before" });
    let { events, cursor, more } = await crm.events(null);
    expect(events).toEqual([]);
    const { Id } = org.peer.org.create("Case", { Subject: "new" });
    org.peer.org.create("CaseComment", { ParentId: Id, CommentBody: "hi" });
    ({ events, cursor } = await crm.events(cursor));
    expect(events.map(({ kind, caseId }) => [kind, caseId])).toEqual([
      ["case-created", Id],
      ["message", Id],
    ]);
    ({ events, cursor } = await crm.events(cursor));
    expect(events).toEqual([]);
    // Stamped two seconds ago, visible only now: a long transaction.
    const now = org.clock.at;
    org.clock.at = now - 2000;
    const late = org.peer.org.create("Case", { Subject: "late" });
    org.clock.at = now;
    ({ events, cursor } = await crm.events(cursor));
    expect(events.map(({ caseId }) => caseId)).toEqual([late.Id]);
    // More than one answer's rows, all in the same millisecond.
    const frozen = org.clock.at + 60_000;
    const ids = new Set<string>();
    for (let i = 0; i < 2500; i++) {
      org.clock.at = frozen;
      ids.add(org.peer.org.create("Case", { Subject: `bulk ${i}` }).Id);
    }
    const told: string[] = [];
    do {
      ({ events, cursor, more } = await crm.events(cursor));
      told.push(...events.map(({ caseId }) => caseId));
    } while (more);
    expect(new Set(told)).toEqual(ids);
    expect(told).toHaveLength(2500);
    await expect(crm.events("nonsense")).rejects.toMatchObject({ kind: "rejected" });
  });

  it("tells events as they happen, and goes on where a reader was", async () => {
    const asked: OutgoingRequest[] = [];
    const live = await org.open(
      { channel: "/data/CaseChangeEvent" },
      { beforeRequest: (one) => void asked.push(one) },
    );
    expect(live.capabilities.events).toBe("stream");
    const read = async (
      cursor: string | null,
      wanted: number,
      meanwhile: () => void,
    ): Promise<{ kinds: string[]; cursor: string }> => {
      const stop = new AbortController();
      const kinds: string[] = [];
      let last = "";
      const timer = setInterval(() => {
        if (!org.peer.requests.some(({ body }) => body.includes("/meta/subscribe"))) return;
        clearInterval(timer);
        meanwhile();
      }, 10);
      for await (const told of live.watch?.(cursor, stop.signal) ?? []) {
        kinds.push(told.event.kind);
        last = told.cursor;
        if (kinds.length === wanted) stop.abort();
      }
      clearInterval(timer);
      return { kinds, cursor: last };
    };
    const first = await read(null, 2, () => {
      const { Id } = org.peer.org.create("Case", { Subject: "s" });
      org.peer.org.update("Case", Id, { Status: "Closed" });
    });
    expect(first.kinds).toEqual(["case-created", "case-changed"]);
    org.peer.org.create("Case", { Subject: "while away" });
    expect((await read(first.cursor, 1, () => {})).kinds).toEqual(["case-created"]);
    expect(asked.length).toBeGreaterThan(3);
    expect(asked.every(({ what }) => what === "listen to /data/CaseChangeEvent")).toBe(true);
  });

  it("ends a stream with a reason: refused token, unknown channel, the node's own door", async () => {
    const drain = async (live: CrmConnector): Promise<void> => {
      for await (const _ of live.watch?.(null, AbortSignal.timeout(20_000)) ?? [])
        expect.unreachable();
      expect.unreachable("it ended without a reason");
    };
    const unknown = await org.open({ channel: "/data/NopeChangeEvent" });
    expect(await caught(drain(unknown))).toMatchObject({ kind: "rejected" });
    const shut = await org.open(
      { channel: "/data/CaseChangeEvent" },
      { beforeRequest: () => Promise.reject(new Error("no budget")) },
    );
    expect(await caught(drain(shut))).toMatchObject({
      kind: "forbidden",
      message: expect.stringContaining("no budget") as string,
    });
    org.peer.tokens.clear();
    const refused = await org.open({ channel: "/data/CaseChangeEvent" });
    expect(await caught(drain(refused))).toMatchObject({ kind: "login" });
  });

  describe("tokens", () => {
    const client = { clientId: "consumer-key", clientSecret: "consumer-secret" };

    it("fetches one, and a new one when it has run out", async () => {
      const own = await org.open(client);
      await own.cases();
      org.peer.tokens.clear();
      org.peer.org.create("Case", { Subject: "after" });
      expect((await own.cases()).items).toHaveLength(1);
      expect(org.peer.requests.filter(({ path }) => path.includes("oauth2"))).toHaveLength(2);
    });

    it("gives up on a system that refuses every token, with an error and not a loop", async () => {
      const own = await org.open(client);
      org.peer.fault = ({ path }) =>
        path.includes("oauth2")
          ? "none"
          : {
              status: 401,
              body: JSON.stringify([{ errorCode: "INVALID_SESSION_ID", message: "expired" }]),
            };
      expect(await caught(own.cases())).toMatchObject({ kind: "login" });
      expect(org.peer.requests.length).toBeLessThan(6);
    });

    it("shows no secret in any error", async () => {
      const wrong = await org.open({ clientId: "consumer-key", clientSecret: "hush-hush" });
      const error = await caught(wrong.cases());
      expect(error.kind).toBe("login");
      const plain = await openCrm({
        kind: "salesforce",
        url: org.peer.url,
        accessToken: "hush-hush",
      });
      const other = await caught(plain.cases());
      expect(other.kind).toBe("login");
      for (const one of [error, other]) {
        for (let at: unknown = one; at instanceof Error; at = at.cause) {
          expect(`${at.stack} ${JSON.stringify(at)}`).not.toContain("hush-hush");
        }
      }
      for (const bad of [
        { accessToken: "hush hush" },
        { accessToken: "hush-hush", extra: "hush-hush" },
        { url: "http://example.com", accessToken: "hush-hush" },
      ]) {
        const refused: unknown = await openCrm({
          kind: "salesforce",
          url: org.peer.url,
          ...bad,
        } as never).catch((cause: unknown) => cause);
        expect(String(refused)).toMatch(/UsageError/);
        expect(String(refused)).not.toMatch(/hush/);
      }
    });
  });

  describe("answers that are none", () => {
    const answer = (status: number, body: string, headers: Record<string, string> = {}): void => {
      org.peer.fault = () => ({ status, body, headers });
    };

    it("names a login page", async () => {
      answer(200, "<!DOCTYPE html><html>Log in</html>", { "content-type": "text/html" });
      expect(await caught(crm.cases())).toMatchObject({ kind: "login" });
      answer(200, "  <html>", { "content-type": "application/json" });
      expect(await caught(crm.cases())).toMatchObject({ kind: "login" });
      answer(302, "", { location: "http://127.0.0.1:9/steal" });
      expect(await caught(crm.cases())).toMatchObject({ kind: "login" });
    });

    it("names broken JSON, wrong shapes, wrong times, and other types", async () => {
      for (const body of [
        '{"records": [',
        "null",
        "[]",
        '{"records":{}}',
        '{"done":true,"records":[1]}',
      ]) {
        answer(200, body);
        expect(await caught(crm.cases())).toMatchObject({ kind: "broken" });
      }
      const times = ["2026-11-23T09:00:00", "23.11.2026", "2026-13-45T00:00:00Z", 5, null];
      for (const CreatedDate of times) {
        answer(
          200,
          JSON.stringify({
            done: true,
            records: [{ Id: "5001", CreatedDate, SystemModstamp: "2026-11-23T09:00:00.000+0000" }],
          }),
        );
        expect(await caught(crm.cases())).toMatchObject({ kind: "broken" });
      }
      answer(200, "{}", { "content-type": "text/plain" });
      expect(await caught(crm.cases())).toMatchObject({ kind: "broken" });
      answer(
        200,
        JSON.stringify({
          done: false,
          records: [],
          nextRecordsUrl: "https://evil.example/services/data/x",
        }),
      );
      expect(await caught(crm.cases())).toMatchObject({ kind: "broken" });
    });

    it("reads a time with its zone", async () => {
      const row = (zone: string): string =>
        JSON.stringify({
          done: true,
          records: [
            {
              Id: "5001",
              CreatedDate: `2026-11-23T09:00:00.250${zone}`,
              SystemModstamp: "2026-11-23T09:00:00Z",
            },
          ],
        });
      for (const [zone, hour] of [
        ["Z", 9],
        ["+0000", 9],
        ["+0200", 7],
        ["-05:30", 14.5],
      ] as const) {
        answer(200, row(zone));
        const [one] = (await crm.cases()).items;
        expect(one?.createdAt).toBe(Date.UTC(2026, 10, 23, 0, 0, 0, 250) + hour * 3_600_000);
      }
    });

    it("stops reading what is too large", async () => {
      const small = await org.open({}, { maxBytes: 1000 });
      answer(200, `{"x":"${"x".repeat(5000)}"}`);
      expect(await caught(small.cases())).toMatchObject({
        kind: "broken",
        message: expect.stringContaining("1000 bytes") as string,
      });
    });

    it("waits as asked when the system is busy, for questions only", async () => {
      let left = 2;
      org.peer.fault = () =>
        left-- > 0 ? { status: 503, headers: { "retry-after": "2" }, body: "[]" } : "none";
      const before = org.clock.at;
      await crm.cases();
      expect(org.clock.at - before).toBeGreaterThanOrEqual(4000);
      left = 99;
      expect(await caught(crm.cases())).toMatchObject({
        kind: "busy",
        status: 503,
        retryAfter: 2000,
      });
      const writes = org.peer.requests.length;
      expect(await caught(crm.apply(request(createCase(idOf("w")))))).toMatchObject({
        kind: "busy",
        mayHaveLanded: false,
      });
      expect(org.peer.requests.length - writes).toBe(1);
      org.peer.used = org.peer.limit;
      org.peer.fault = () => "none";
      expect(await caught(crm.apply(request(createCase(idOf("w")))))).toMatchObject({
        kind: "busy",
        retryAfter: 900_000,
      });
    });

    it("says of a lost answer whether the write may have landed", async () => {
      const create = (): Promise<CrmError> => caught(crm.apply(request(createCase(idOf("w")))));
      org.peer.fault = () => "drop after";
      expect(await create()).toMatchObject({ kind: "unreachable", mayHaveLanded: true });
      org.peer.fault = () => ({ status: 500, body: "[]" });
      expect(await create()).toMatchObject({ kind: "broken", mayHaveLanded: true });
      org.peer.fault = () => ({
        status: 400,
        body: JSON.stringify([{ errorCode: "FIELD_CUSTOM_VALIDATION_EXCEPTION", message: "no" }]),
      });
      expect(await create()).toMatchObject({ kind: "rejected", mayHaveLanded: false });
      const gone = await startOrg();
      await gone.peer[Symbol.asyncDispose]();
      const dead = await openCrm(
        { kind: "salesforce", url: gone.peer.url, accessToken: "good-token" },
        { retries: 0 },
      );
      expect(await caught(dead.apply(request(createCase(idOf("w")))))).toMatchObject({
        kind: "unreachable",
        mayHaveLanded: false,
      });
    });

    it("does not wait for ever", async () => {
      const hasty = await org.open({}, { timeout: 50 });
      org.peer.fault = () => "stall";
      expect(await caught(hasty.cases())).toMatchObject({ kind: "timeout" });
    });
  });

  it("asks the node's door before each request, and lets nothing out that it refuses", async () => {
    const asked: OutgoingRequest[] = [];
    let refuse = false;
    const guarded = await org.open(
      {},
      {
        beforeRequest: async (one) => {
          asked.push(one);
          if (refuse) throw new Error("share.crm is off");
        },
      },
    );
    await guarded.cases();
    await guarded.apply(request(createCase(idOf("w"))));
    const [list, write] = asked;
    expect(list).toEqual({ host: new URL(org.peer.url).host, what: "list Case", bytes: 0 });
    expect(write).toMatchObject({ what: "write Case" });
    expect(write?.bytes).toBe(Buffer.byteLength(org.peer.requests.at(-1)?.body ?? ""));
    refuse = true;
    const before = org.peer.requests.length;
    expect(await caught(guarded.apply(request(createCase(idOf("v")))))).toMatchObject({
      kind: "forbidden",
      mayHaveLanded: false,
    });
    expect(org.peer.requests.length).toBe(before);
  });

  it("puts nothing but ids into paths", async () => {
    const before = org.peer.requests.length;
    for (const id of ["..", "500/../x", "500'"]) {
      const task = { kind: "create-task", id: idOf("t"), case: { id }, subject: "x" } as const;
      expect(await caught(crm.apply(request(task, id)))).toMatchObject({ kind: "missing" });
    }
    expect(org.peer.requests.length).toBe(before);
  });

  it("refuses options that it does not know or that send credentials in the clear", async () => {
    const good = { kind: "salesforce", url: "https://x.my.salesforce.com", accessToken: "t" };
    for (const bad of [
      { ...good, url: "http://x.my.salesforce.com" },
      { ...good, url: "https://user:pass@x.my.salesforce.com" },
      { ...good, url: "ftp://x" },
      { ...good, version: "20.0" },
      { ...good, channel: "/topic/x" },
      { ...good, externalIdField: "Id = 1 OR Id" },
      { ...good, clientId: "only" },
      { kind: "salesforce", url: good.url },
      { ...good, typo: 1 },
      { kind: "hubspot" },
    ]) {
      await expect(openCrm(bad as never)).rejects.toMatchObject({ name: "UsageError" });
    }
  });

  it("says plainly that jsforce is missing, where it is", async () => {
    vi.resetModules();
    vi.doMock("jsforce", () => {
      throw new Error("Cannot find package 'jsforce'");
    });
    try {
      const { openCrm: openFresh } = await import("../src/node/crm/open.ts");
      const options = { kind: "salesforce", url: org.peer.url, accessToken: "good-token" } as const;
      await expect(openFresh(options)).rejects.toThrow(/npm install jsforce/);
      await expect(openFresh({ kind: "sample" })).resolves.toMatchObject({ kind: "sample" });
    } finally {
      vi.doUnmock("jsforce");
    }
  });
});
