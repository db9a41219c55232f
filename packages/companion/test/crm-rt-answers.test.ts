/** The connector for Request Tracker against answers that are none, without a Request Tracker. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CrmConnector } from "../src/crm/connector.ts";
import { CrmError } from "../src/crm/errors.ts";
import { openCrm } from "../src/node/crm/open.ts";
import { ticketSql } from "../src/node/crm/rt.ts";
import { idOf, request } from "./support/crm-parts.ts";

describe("Request Tracker's connector and bad answers", () => {
  let server: Server;
  let url: string;
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  let crm: CrmConnector;
  let asked: string[];

  beforeEach(async () => {
    asked = [];
    server = createServer((incoming, response) => {
      asked.push(`${incoming.method} ${decodeURIComponent(incoming.url ?? "")}`);
      incoming.resume();
      answer(incoming, response);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/rt`;
    crm = await openCrm(
      { kind: "rt", url, token: "1-14-secret" },
      { sleep: async () => {}, maxBytes: 100_000, timeout: 5000 },
    );
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const say = (status: number, body: string, headers: Record<string, string> = {}): void => {
    answer = (_, response) => {
      response.writeHead(status, { "content-type": "application/json", ...headers });
      response.end(body);
    };
  };

  const caught = (work: Promise<unknown>): Promise<CrmError> =>
    work.then(
      () => expect.unreachable("it went through"),
      (error: unknown) => {
        expect(error).toBeInstanceOf(CrmError);
        expect(String(error)).not.toContain("secret");
        return error as CrmError;
      },
    );

  const comment = (): Promise<unknown> =>
    crm.apply(
      request(
        { kind: "comment", id: idOf("c"), case: { id: "7" }, text: "hi", internal: true },
        "7",
      ),
    );

  it("names pages, redirects, broken JSON, wrong shapes, and what is too large", async () => {
    say(200, "<html>Login</html>", { "content-type": "text/html" });
    expect(await caught(crm.cases())).toMatchObject({ kind: "login" });
    say(302, "", { location: "/NoAuth/Login.html" });
    expect(await caught(crm.cases())).toMatchObject({ kind: "login" });
    for (const body of [
      "{",
      "null",
      "[]",
      '{"items":{}}',
      '{"items":[5]}',
      '{"items":[{"id":{}}]}',
      '{"items":[{"id":"1","Created":"yesterday","LastUpdated":"2026-11-23 09:00:00"}]}',
    ]) {
      say(200, body);
      expect(await caught(crm.cases())).toMatchObject({ kind: "broken" });
    }
    say(200, " ".repeat(200_000));
    expect(await caught(crm.cases())).toMatchObject({ kind: "broken" });
  });

  it("says what a refusal means, and whether a write may have landed", async () => {
    for (const [status, kind, landed] of [
      [401, "login", false],
      [403, "forbidden", false],
      [404, "missing", false],
      [422, "rejected", false],
      [429, "busy", false],
      [503, "busy", false],
      [502, "busy", true],
      [500, "broken", true],
    ] as const) {
      say(status, JSON.stringify({ message: "because" }));
      expect(await caught(comment()), String(status)).toMatchObject({
        kind,
        status,
        mayHaveLanded: landed,
      });
    }
    answer = (incoming) => incoming.socket.destroy();
    expect(await caught(comment())).toMatchObject({ kind: "unreachable", mayHaveLanded: true });
    // A lost or garbled answer to a write leaves it open; writes are never repeated here.
    asked = [];
    say(201, "gar");
    expect(await caught(comment())).toMatchObject({ kind: "broken", mayHaveLanded: true });
    expect(asked).toHaveLength(1);
  });

  it("repeats questions that find the system busy, and only these", async () => {
    let left = 2;
    answer = (_, response) => {
      response.writeHead(left-- > 0 ? 503 : 200, { "content-type": "application/json" });
      response.end('{"items":[],"pages":1}');
    };
    expect((await crm.cases()).items).toEqual([]);
    expect(asked).toHaveLength(3);
    left = 99;
    asked = [];
    await caught(comment());
    expect(asked).toHaveLength(1);
  });

  it("puts hostile words into one literal", async () => {
    say(200, '{"items":[],"pages":1}');
    const words = "x' OR Queue = 'Secret\\";
    await crm.cases({ subject: words, states: ["closed"] });
    expect(asked[0]).toContain(`Subject LIKE 'x\\' OR Queue = \\'Secret\\\\'`);
    expect(ticketSql("a\u0000b\nc\ud800")).toBe("'a b c\ufffd'");
    await caught(crm.cases({ after: "1 OR 1" }));
    await caught(crm.events("1 OR id > 0"));
  });

  it("asks for no path outside an id's place", async () => {
    say(404, "{}");
    for (const id of ["../../user/root", "..", "1/../2", "", "1?x="]) {
      expect(await crm.case(id)).toBeNull();
      await expect(crm.changes(id)).rejects.toMatchObject({ kind: "missing" });
    }
    expect(asked).toEqual([]);
    expect(await crm.case("1")).toBeNull();
    expect(asked).toEqual(["GET /rt/REST/2.0/ticket/1"]);
  });

  it("refuses options that are wrong", async () => {
    for (const bad of [
      { kind: "rt", url },
      { kind: "rt", url: "http://rt.example.com", token: "t" },
      { kind: "rt", url, token: "two words" },
      { kind: "rt", url, user: "a:b", password: "x" },
      { kind: "rt", url, token: "t", tickets: 1 },
      { kind: "rt", url, token: "t", escalatedFrom: 0 },
    ]) {
      await expect(openCrm(bad as never)).rejects.toMatchObject({ name: "UsageError" });
    }
  });
});
