import { createServer } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { redactor } from "../src/alerts/channels/channel.ts";
import { isRefusedAddress, retryAfter } from "../src/alerts/channels/http.ts";
import { signature, WebhookChannel } from "../src/alerts/channels/webhook.ts";
import type { ChannelConfig } from "../src/config/types.ts";
import { message } from "./support/alert-parts.ts";
import { isGenuine, WebhookReceiver } from "./support/webhook-receiver.ts";

type WebhookConfig = Extract<ChannelConfig, { kind: "webhook" }>;

let receiver: WebhookReceiver;
const { signal } = new AbortController();

beforeEach(async () => {
  receiver = new WebhookReceiver();
  await receiver.start();
});

afterEach(() => receiver.stop());

function channel(changes: Partial<WebhookConfig> = {}): WebhookChannel {
  return new WebhookChannel({
    id: "hook",
    kind: "webhook",
    url: receiver.url,
    secret: "0123456789abcdef",
    headers: {},
    ...changes,
  });
}

describe("a webhook", () => {
  test("carries a stable body, its id and a signature that a receiver can check", async () => {
    const outcome = await channel({
      headers: { "X-Team": "yard", "idempotency-key": "mine", Host: "x", "Transfer-Encoding": "x" },
    }).send(message(), signal);
    expect(outcome).toEqual({ state: "delivered", result: "HTTP 204" });
    const [got] = receiver.received;
    expect(got?.body).toEqual({ version: 1, ...message() });
    expect(Object.keys(got?.body ?? {})).toEqual([
      "version",
      "id",
      "event",
      "node",
      "title",
      "text",
      "url",
      "at",
      "alert",
    ]);
    expect(got?.headers).toMatchObject({
      "idempotency-key": "a1-firing-hook",
      "content-type": "application/json; charset=utf-8",
      "x-team": "yard",
      host: new URL(receiver.url).host,
      "content-length": String(Buffer.byteLength(got?.text ?? "")),
    });
    const header = String(got?.headers["x-symbion-signature"]);
    const text = got?.text ?? "";
    const now = Date.now();
    expect(isGenuine(header, text, "0123456789abcdef", now)).toBe(true);
    expect(isGenuine(header, text, "0123456789abcdeg", now)).toBe(false);
    expect(isGenuine(header, text.replace("drive", "house"), "0123456789abcdef", now)).toBe(false);
    expect(isGenuine(header, text, "0123456789abcdef", now + 600_000)).toBe(false);
  });

  test("has the signature of a known answer", () => {
    // printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac key
    expect(signature("key", 1_700_000_000, '{"a":1}')).toBe(
      "t=1700000000,v1=a438e398bfafc57e4396bb7fc2304422f0f768e965d073ca313cb52e22e6ad03",
    );
  });

  test("without a secret is not signed", async () => {
    await channel({ secret: null }).send(message(), signal);
    expect(receiver.received[0]?.headers).not.toHaveProperty("x-symbion-signature");
  });

  test.each([
    [400, "failed"],
    [401, "retry"],
    [404, "retry"],
    [408, "retry"],
    [410, "failed"],
    [422, "failed"],
    [500, "retry"],
    [503, "retry"],
  ] as const)("answered with %i is %s", async (status, state) => {
    receiver.answer = () => ({ status, text: "so it is" });
    const outcome = await channel().send(message(), signal);
    expect(outcome).toEqual({ state, result: `HTTP ${status}: so it is` });
  });

  test("follows no redirect", async () => {
    receiver.answer = () => ({ status: 307, headers: { Location: `${receiver.url}/elsewhere` } });
    const outcome = await channel().send(message(), signal);
    expect(outcome.result).toBe("HTTP 307 (redirects are not followed)");
    expect(receiver.received).toHaveLength(1);
  });

  test("waits as long as the receiver asks", async () => {
    receiver.answer = () => ({ status: 503, headers: { "Retry-After": "7" } });
    expect(await channel().send(message(), signal)).toMatchObject({ afterMs: 7000 });
  });

  test("that is cut off, refused, unknown or not HTTP is tried again", async () => {
    receiver.answer = () => "cut";
    expect(await channel().send(message(), signal)).toMatchObject({ state: "retry" });
    const unknown = await channel({ url: "http://no-such-name.invalid/x" }).send(message(), signal);
    expect(unknown.result).toMatch(/ENOTFOUND|EAI_AGAIN/);
    const babble = createServer((socket) => socket.end("what?\r\n\r\n"));
    await new Promise<void>((resolve) => babble.listen(0, "127.0.0.1", resolve));
    const address = babble.address();
    const port = typeof address === "object" ? address?.port : 0;
    const odd = await channel({ url: `http://127.0.0.1:${port}` }).send(message(), signal);
    expect(odd.state).toBe("retry");
    babble.close();
    await receiver.stop();
    expect((await channel().send(message(), signal)).result).toMatch(/ECONNREFUSED/);
  });

  test("ends when it is aborted, and reads no endless answer", async () => {
    receiver.answer = () => "hang";
    const late = new AbortController();
    const sending = channel().send(message(), late.signal);
    await expect.poll(() => receiver.received.length).toBe(1);
    late.abort();
    expect((await sending).state).toBe("retry");
    receiver.answer = () => "endless";
    expect((await channel().send(message(), signal)).state).toBe("delivered");
  });

  test("goes to no link-local address", async () => {
    for (const url of [
      "http://169.254.169.254/latest",
      "http://[fe80::1]/",
      "http://[::ffff:169.254.169.254]/",
    ]) {
      const { state, result } = await channel({ url }).send(message(), signal);
      expect([state, result]).toEqual(["retry", expect.stringMatching(/is a link-local address$/)]);
    }
    expect(isRefusedAddress("127.0.0.1")).toBe(false);
    expect(isRefusedAddress("192.168.1.4")).toBe(false);
    expect(isRefusedAddress("fd00:ec2::254")).toBe(true);
  });

  test("shows its host only", () => {
    const { target } = channel({ url: "https://user:pw@hooks.example/T0/secret?k=1" });
    expect(target).toBe("https://hooks.example/…");
    expect(channel({ url: "https://hooks.example" }).target).toBe("https://hooks.example");
    expect(() => channel({ url: "ftp://hooks.example" })).toThrow(/http or https/);
  });
});

test("Retry-After is seconds or a date, an hour at most", () => {
  const now = Date.UTC(2026, 4, 4, 12);
  expect(retryAfter("120", now)).toBe(120_000);
  expect(retryAfter("Mon, 04 May 2026 12:00:30 GMT", now)).toBe(30_000);
  expect(retryAfter("Mon, 04 May 2026 11:00:00 GMT", now)).toBe(0);
  expect(retryAfter("999999999", now)).toBe(3_600_000);
  expect(retryAfter("soon", now)).toBeNull();
  expect(retryAfter(undefined, now)).toBeNull();
});

test("a redactor hides secrets however they are written", () => {
  const redact = redactor(["pa ss", "ab"]);
  expect(redact(`x pa ss pa%20ss ${Buffer.from("pa ss").toString("base64")} ab`)).toBe(
    "x *** *** *** ab",
  );
  expect(redact("to http://u:p@h/?token=1\nnext")).toBe("to http://***@h/?token=*** next");
  expect(redact("é".repeat(500))).toHaveLength(200);
});
