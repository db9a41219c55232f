import { afterEach, describe, expect, test } from "vitest";
import { EmailChannel } from "../src/alerts/channels/email.ts";
import type { ChannelConfig } from "../src/config/types.ts";
import { message } from "./support/alert-parts.ts";
import { SmtpReceiver } from "./support/smtp-receiver.ts";
import { trustTestTls } from "./support/tls.ts";

type EmailConfig = Extract<ChannelConfig, { kind: "email" }>;

const servers: SmtpReceiver[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

async function serve(
  options: ConstructorParameters<typeof SmtpReceiver>[0] = {},
): Promise<{ server: SmtpReceiver; port: number }> {
  const server = new SmtpReceiver(options);
  servers.push(server);
  return { server, port: await server.start() };
}

function channel(url: string, changes: Partial<EmailConfig> = {}): EmailChannel {
  return new EmailChannel(
    {
      id: "mail",
      kind: "email",
      url,
      from: "Node <node@home.example>",
      to: ["owner@home.example", "guard@home.example"],
      ...changes,
    },
    "cellar",
  );
}

describe("a mail", () => {
  test("says what happened, to everybody at once, and can be recognised", async () => {
    const { server, port } = await serve();
    const outcome = await channel(`smtp://127.0.0.1:${port}`, {}).send(
      message({ url: "https://node.example/#/alerts/a1" }),
    );
    // TLS is used where it is offered, and the certificate of a stranger is not accepted.
    expect(outcome).toMatchObject({ state: "retry" });
    expect(outcome.result).toMatch(/self-signed certificate/);
    trustTestTls();
    const mail = channel(`smtp://127.0.0.1:${port}`);
    expect(mail.target).toBe(`owner@home.example, guard@home.example via 127.0.0.1:${port}`);
    const sent = await mail.send(message({ url: "https://node.example/#/alerts/a1" }));
    expect(sent.state).toBe("delivered");
    expect(server.mails).toHaveLength(1);
    const [got] = server.mails;
    expect(got).toMatchObject({
      from: "node@home.example",
      to: ["owner@home.example", "guard@home.example"],
      secure: true,
      user: null,
    });
    expect(got?.headers.get("subject")).toBe("Front gate: motion in drive");
    expect(got?.headers.get("message-id")).toBe("<a1-firing-hook@home.example>");
    expect(got?.headers.get("auto-submitted")).toBe("auto-generated");
    expect(got?.headers.get("from")).toBe("cellar <node@home.example>");
    expect(got?.body).toContain("Motion in the drive.\n\nWhere: Front gate, drive\n");
    expect(got?.body).toMatch(/Began: 2026-05-0\d \d\d:\d\d:\d\d [+-]\d\d:\d\d/);
    expect(got?.body).toContain("See: https://node.example/#/alerts/a1");
    expect(got?.body).not.toMatch(/person/i);
  });

  test("with a title that tries to be a header stays a title", async () => {
    trustTestTls();
    const { server, port } = await serve();
    const title = "x\r\nBcc: thief@example.org\r\n\r\nbody";
    expect((await channel(`smtp://127.0.0.1:${port}`).send(message({ title }))).state).toBe(
      "delivered",
    );
    expect(server.mails[0]?.to).toHaveLength(2);
    expect(server.mails[0]?.headers.has("bcc")).toBe(false);
  });

  test("about a test has no alert", async () => {
    trustTestTls();
    const { server, port } = await serve({ secure: true });
    const mail = channel(`smtps://127.0.0.1:${port}`);
    const sent = await mail.send(message({ event: "test", alert: null, id: "test-1" }));
    expect(sent.state).toBe("delivered");
    expect(server.mails[0]?.body).not.toContain("Where:");
    await mail.stop();
  });
});

describe("a password", () => {
  test("is sent over TLS, after STARTTLS or from the start", async () => {
    trustTestTls();
    for (const secure of [false, true]) {
      const { server, port } = await serve({ password: "pa:ss/word", secure });
      const scheme = secure ? "smtps" : "smtp";
      const who = `me:${encodeURIComponent("pa:ss/word")}`;
      const mail = channel(`${scheme}://${who}@localhost:${port}`);
      expect((await mail.send(message())).state).toBe("delivered");
      expect(server.mails[0]).toMatchObject({ secure: true, user: "me" });
    }
  });

  test("that is wrong is tried again later, and never shown", async () => {
    trustTestTls();
    const { server, port } = await serve({ password: "right" });
    const mail = channel(`smtp://me:wr0ng-secret@localhost:${port}`);
    const outcome = await mail.send(message());
    expect(outcome.state).toBe("retry");
    expect(outcome.result).toMatch(/535/);
    expect(outcome.result + mail.target).not.toContain("wr0ng-secret");
    expect(server.mails).toEqual([]);
  });

  test("is not sent to another machine in clear, and to this one only where there is no TLS", async () => {
    const { server, port } = await serve({
      password: "right",
      disabledCommands: ["STARTTLS"],
      allowInsecureAuth: true,
    });
    // An address of this machine, but none that is known to be.
    const outcome = await channel(`smtp://me:right@127.0.0.2:${port}`).send(message());
    expect(outcome).toMatchObject({ state: "retry" });
    expect(outcome.result).toMatch(/STARTTLS/);
    expect(server.passwords).toEqual([]);
    expect(await channel(`smtp://me:right@127.0.0.1:${port}`).send(message())).toMatchObject({
      state: "delivered",
    });
    expect(server.passwords).toEqual(["right"]);
  });
});

describe("a server that refuses", () => {
  test("for now gets it again, for good does not", async () => {
    trustTestTls();
    const { server, port } = await serve();
    const mail = channel(`smtp://127.0.0.1:${port}`, { to: ["owner@home.example"] });
    server.refuse = () => ({ code: 450, text: "greylisted" });
    expect(await mail.send(message())).toMatchObject({ state: "retry" });
    server.refuse = () => ({ code: 550, text: "no such mailbox" });
    const unknown = await mail.send(message());
    expect(unknown.state).toBe("failed");
    expect(unknown.result).toContain("no such mailbox");
    server.refuse = (stage) => (stage === "data" ? { code: 451, text: "full" } : null);
    expect(await mail.send(message())).toMatchObject({ state: "retry" });
    server.refuse = (stage) => (stage === "data" ? { code: 554, text: "spam" } : null);
    expect(await mail.send(message())).toMatchObject({ state: "failed" });
    server.refuse = () => null;
    expect(await mail.send(message())).toMatchObject({ state: "delivered" });
    expect(server.mails).toHaveLength(1);
  });

  test("or is not there is tried again", async () => {
    const { server, port } = await serve();
    await server.stop();
    servers.length = 0;
    const gone = await channel(`smtp://127.0.0.1:${port}`).send(message());
    expect(gone).toMatchObject({ state: "retry" });
    expect(gone.result).toMatch(/ECONNREFUSED/);
    const nowhere = await channel("smtp://no-such-name.invalid").send(message());
    expect(nowhere).toMatchObject({ state: "retry" });
  });
});

test("addresses that are none are refused", () => {
  expect(() => channel("http://x")).toThrow(/expected an smtp or smtps address/);
  expect(() => channel("smtp://x", { to: [] })).toThrow(/at least one recipient/);
});
