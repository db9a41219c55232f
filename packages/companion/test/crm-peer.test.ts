/** The Salesforce peer of the tests, held against the real client: what jsforce does must work as it is documented. */

import fc from "fast-check";
import jsforce from "jsforce";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { soql, soqlContains, soqlText } from "../src/node/crm/soql.ts";
import { SalesforcePeer } from "./support/salesforce-peer.ts";
import { parseSoql } from "./support/soql-rows.ts";

describe("the Salesforce peer, with the real jsforce", () => {
  let peer: SalesforcePeer;
  let connection: InstanceType<typeof jsforce.Connection>;

  beforeEach(async () => {
    peer = await SalesforcePeer.start();
    connection = new jsforce.Connection({
      instanceUrl: peer.url,
      accessToken: "good-token",
      version: "62.0",
    });
  });

  afterEach(async () => {
    await peer[Symbol.asyncDispose]();
  });

  it("creates, reads, updates and deletes", async () => {
    const { id } = await connection.sobject("Case").create({ Subject: "Broken", Status: "New" });
    expect(await connection.sobject("Case").retrieve(String(id))).toMatchObject({
      Subject: "Broken",
      IsClosed: false,
    });
    await connection.sobject("Case").update({ Id: String(id), Status: "Closed" });
    expect(await connection.sobject("Case").retrieve(String(id))).toMatchObject({ IsClosed: true });
    await connection.sobject("Case").destroy(String(id));
    await expect(connection.sobject("Case").retrieve(String(id))).rejects.toMatchObject({
      errorCode: "NOT_FOUND",
    });
  });

  it("upserts by external id: created once, then updated", async () => {
    const first = await connection
      .sobject("Case")
      .upsert({ Symbion_Id__c: "i1", Subject: "a" }, "Symbion_Id__c");
    const second = await connection
      .sobject("Case")
      .upsert({ Symbion_Id__c: "i1", Subject: "b" }, "Symbion_Id__c");
    expect(first).toMatchObject({ success: true, created: true });
    expect(second).toMatchObject({ id: first.id, created: false });
    expect(peer.org.rows("Case")).toHaveLength(1);
  });

  it("answers queries: conditions, order, limit, hostile texts", async () => {
    for (const [Subject, Priority] of [
      ["O'Hara \\ x", "High"],
      ["100% sure_ly", "Low"],
      ["100 percent surely", "Low"],
      ["line\nbreak", "Low"],
    ]) {
      await connection.sobject("Case").create({ Subject, Priority });
    }
    const subjects = async (where: string): Promise<unknown[]> =>
      (
        await connection.query(`SELECT Id, Subject FROM Case WHERE ${where} ORDER BY Subject DESC`)
      ).records.map(({ Subject }) => Subject);
    expect(await subjects(`Subject = ${soqlText("O'Hara \\ x")}`)).toEqual(["O'Hara \\ x"]);
    expect(await subjects(`Subject LIKE ${soqlContains("0% sure_")}`)).toEqual(["100% sure_ly"]);
    expect(await subjects(`Subject LIKE ${soqlContains("\\")}`)).toEqual(["O'Hara \\ x"]);
    expect(await subjects(`Subject = ${soqlText("line\nbreak")}`)).toEqual(["line\nbreak"]);
    expect(await subjects(`Subject = ${soqlText("' OR Subject != '")}`)).toEqual([]);
    expect(
      await subjects("(Priority = 'Low' AND NOT Subject LIKE 'line%') OR Priority IN ('High')"),
    ).toEqual(["O'Hara \\ x", "100% sure_ly", "100 percent surely"]);
    expect(
      (await connection.query("SELECT Id FROM Case ORDER BY Id LIMIT 2 OFFSET 1")).records,
    ).toHaveLength(2);
    await expect(connection.query("SELECT Id FROM Case WHERE Subject = 'x")).rejects.toMatchObject({
      errorCode: "MALFORMED_QUERY",
    });
    await expect(connection.query("SELECT Nope FROM Case")).rejects.toMatchObject({
      errorCode: "INVALID_FIELD",
    });
    await expect(connection.query("SELECT Id FROM Nope")).rejects.toMatchObject({
      errorCode: "INVALID_TYPE",
    });
  });

  it("gives long answers in pages", async () => {
    peer.batch = 3;
    for (let i = 0; i < 8; i++) await connection.sobject("Case").create({ Subject: `c${i}` });
    const first = await connection.query("SELECT Id FROM Case");
    expect(first).toMatchObject({ totalSize: 8, done: false });
    const second = await connection.queryMore(String(first.nextRecordsUrl));
    expect(second.records).toHaveLength(3);
    const all = await connection.query("SELECT Id FROM Case", { autoFetch: true, maxFetch: 100 });
    expect(new Set(all.records.map(({ Id }) => Id)).size).toBe(8);
  });

  it("knows tokens: client credentials, refusals, limits", async () => {
    const fresh = new jsforce.Connection({
      instanceUrl: peer.url,
      loginUrl: peer.url,
      version: "62.0",
      oauth2: { loginUrl: peer.url, clientId: peer.clientId, clientSecret: peer.clientSecret },
    });
    await fresh.authorize({ grant_type: "client_credentials" });
    expect((await fresh.query("SELECT Id FROM Case")).totalSize).toBe(0);
    expect(fresh.limitInfo.apiUsage).toEqual({ used: 1, limit: 15_000 });
    peer.tokens.clear();
    await expect(connection.query("SELECT Id FROM Case")).rejects.toMatchObject({
      errorCode: "INVALID_SESSION_ID",
    });
    peer.tokens.add("good-token");
    peer.used = peer.limit;
    await expect(connection.query("SELECT Id FROM Case")).rejects.toMatchObject({
      errorCode: "REQUEST_LIMIT_EXCEEDED",
    });
  });

  it("describes objects and refuses what does not fit", async () => {
    const described = await connection.sobject("Case").describe();
    expect(described.fields.find(({ name }) => name === "Symbion_Id__c")?.externalId).toBe(true);
    await expect(
      connection.sobject("CaseComment").create({ CommentBody: "x" }),
    ).rejects.toMatchObject({ errorCode: "REQUIRED_FIELD_MISSING" });
    await expect(
      connection.sobject("Case").create({ Subject: "x".repeat(256) }),
    ).rejects.toMatchObject({ errorCode: "STRING_TOO_LONG" });
    await expect(connection.sobject("Case").create({ Sentiment__c: 1 })).rejects.toMatchObject({
      errorCode: "INVALID_FIELD",
    });
  });

  it("takes back a composite request that fails in part", async () => {
    const { id } = await connection.sobject("Case").create({ Subject: "x" });
    const root = "/services/data/v62.0/sobjects";
    const both = (
      key: string,
      parent: unknown,
    ): Promise<{ compositeResponse: { httpStatusCode: number }[] }> =>
      connection.requestPost("/composite", {
        allOrNone: true,
        compositeRequest: [
          {
            method: "POST",
            url: `${root}/Symbion_Intent__c`,
            referenceId: "a",
            body: { Key__c: key },
          },
          {
            method: "POST",
            url: `${root}/CaseComment`,
            referenceId: "b",
            body: { ParentId: parent, CommentBody: "hi" },
          },
        ],
      });
    expect((await both("k", id)).compositeResponse.map((one) => one.httpStatusCode)).toEqual([
      201, 201,
    ]);
    expect((await both("k", id)).compositeResponse.map((one) => one.httpStatusCode)).toEqual([
      400, 400,
    ]);
    expect(
      (await both("other", "500nothere")).compositeResponse.map((one) => one.httpStatusCode),
    ).toEqual([400, 400]);
    expect(peer.org.rows("CaseComment")).toHaveLength(1);
    expect(peer.org.rows("Symbion_Intent__c")).toHaveLength(1);
  });

  it("streams changes with replay ids", async () => {
    peer.org.create("Case", { Subject: "before" });
    const channel = "/data/CaseChangeEvent";
    const { StreamingExtension } = await import("jsforce/lib/api/streaming.js");
    const client = connection.streaming.createClient([new StreamingExtension.Replay(channel, -2)]);
    const seen: string[] = [];
    await client.subscribe(
      channel,
      (data: { payload: { ChangeEventHeader: { changeType: string } } }) => {
        seen.push(data.payload.ChangeEventHeader.changeType);
      },
    );
    await expect.poll(() => seen).toEqual(["CREATE"]);
    const { Id } = peer.org.create("Case", { Subject: "after" });
    await expect.poll(() => seen).toEqual(["CREATE", "CREATE"]);
    peer.org.update("Case", Id, { Status: "Closed" });
    await expect.poll(() => seen).toEqual(["CREATE", "CREATE", "UPDATE"]);
    (client as unknown as { disconnect(): void }).disconnect();
  });
});

describe("SOQL literals", () => {
  /** What a literal can say of a text: control signs without a sign of their own become spaces. */
  const said = (text: string): string =>
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is meant
    text.toWellFormed().replace(/[\u0000-\u0007\u000b\u000e-\u001f\u007f]/g, " ");
  const texts = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({
      unit: fc.constantFrom("'", "\\", '"', "%", "_", "\n", "\u0000", " ", "OR", ")", "x"),
    }),
  );

  it("stay one literal and mean their text, whatever it is", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const { matches } = parseSoql(
          `SELECT Id FROM Case WHERE Subject = ${soqlText(text)} LIMIT 1`,
        );
        expect(matches({ Subject: said(text) })).toBe(true);
        expect(matches({ Subject: `${said(text)}x` })).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  it("find a text anywhere and nothing else, also with the pattern's own signs in it", () => {
    fc.assert(
      fc.property(texts, texts, (text, around) => {
        const { matches } = parseSoql(
          `SELECT Id FROM Case WHERE Subject LIKE ${soqlContains(text)}`,
        );
        expect(matches({ Subject: `${around}${said(text)}${around}` })).toBe(true);
        const elsewhere = "~".repeat(20);
        expect(matches({ Subject: elsewhere })).toBe(elsewhere.includes(said(text)));
      }),
      { numRuns: 1000 },
    );
  });

  it("take names and numbers only as such", () => {
    expect(
      soql`SELECT Id FROM ${{ name: "Case" }} WHERE A = ${1.5} AND B = ${null} AND C = ${true} AND D IN ${["x'", "y"]} AND E > ${{ time: 0 }}`,
    ).toBe(
      "SELECT Id FROM Case WHERE A = 1.5 AND B = null AND C = true AND D IN ('x\\'','y') AND E > 1970-01-01T00:00:00.000Z",
    );
    for (const bad of [{ name: "Id = 1 OR Id" }, { name: "" }, Number.NaN, undefined, {}]) {
      expect(() => soql`SELECT ${bad as never}`).toThrow(/SOQL/);
    }
  });
});
