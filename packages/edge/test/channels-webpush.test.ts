import { afterEach, beforeEach, expect, test } from "vitest";
import type { Message } from "../src/alerts/channels/channel.ts";
import { vapidKeys } from "../src/alerts/channels/vapid.ts";
import { WebPushChannel } from "../src/alerts/channels/webpush.ts";
import { message } from "./support/alert-parts.ts";
import { MemoryStore } from "./support/memory-store.ts";
import { decryptExample, PushEndpoint } from "./support/push-endpoint.ts";
import { trustTestTls } from "./support/tls.ts";

trustTestTls();

let endpoint: PushEndpoint;
let memory: MemoryStore;
let channel: WebPushChannel;
const { signal } = new AbortController();

beforeEach(async () => {
  endpoint = new PushEndpoint();
  await endpoint.start();
  memory = new MemoryStore();
  channel = create();
});

afterEach(() => endpoint.stop());

function create(contact = "owner@example.org"): WebPushChannel {
  const { store } = memory;
  return new WebPushChannel({ id: "push", kind: "webpush", contact }, store, vapidKeys(store));
}

function subscribe(...names: string[]): void {
  for (const name of names) {
    const subscription = endpoint.subscribe(name);
    memory.subscriptions.set(subscription.endpoint, subscription);
  }
}

test("the endpoint decrypts the worked example of RFC 8291", () => {
  expect(decryptExample()).toBe("When I grow up, I want to be a watermelon");
});

test("every browser gets the message, encrypted for it and signed by the node", async () => {
  expect(await channel.problem()).toMatch(/no browser/);
  subscribe("phone", "desk");
  expect(await channel.problem()).toBeNull();
  expect(await channel.send(message(), signal)).toEqual({
    state: "delivered",
    result: "2 delivered",
  });
  expect(endpoint.refused).toEqual([]);
  const { publicKey } = await vapidKeys(memory.store)();
  expect(endpoint.received.map(({ browser }) => browser).sort()).toEqual(["desk", "phone"]);
  for (const pushed of endpoint.received) {
    expect(pushed.payload).toEqual({
      title: "Front gate: motion in drive",
      body: "Motion in the drive.",
      url: "/#/alerts/a1",
      tag: "a1",
      alert: "a1",
      event: "firing",
      severity: "warning",
      at: message().at,
    });
    expect(pushed.urgency).toBe("high");
    expect(pushed.ttl).toBe(4 * 3600);
    expect(pushed.claims.sub).toBe("mailto:owner@example.org");
    expect(pushed.sender).toBe(publicKey);
  }
});

test("a later message about the alert takes the place of an earlier one, on the way and on the screen", async () => {
  subscribe("phone");
  await channel.send(message(), signal);
  await channel.send(message({ id: "a1-resolved-push", event: "resolved" }), signal);
  const [firing, resolved] = endpoint.received;
  expect(resolved?.topic).toBe(firing?.topic);
  expect(resolved?.urgency).toBe("low");
  expect(resolved?.payload).toMatchObject({ tag: "a1", event: "resolved" });
});

test("a browser that is gone is forgotten, the others still get it", async () => {
  subscribe("phone", "sold", "wiped");
  endpoint.answer = (browser) => ({
    status: browser === "sold" ? 410 : browser === "wiped" ? 404 : 201,
  });
  const outcome = await channel.send(message(), signal);
  expect(outcome.state).toBe("delivered");
  expect(outcome.result).toMatch(/^1 delivered, 2 gone/);
  expect([...memory.subscriptions.values()].map(({ label }) => label)).toEqual(["phone"]);
  memory.subscriptions.clear();
  subscribe("sold");
  expect((await channel.send(message({ id: "x" }), signal)).state).toBe("failed");
  expect((await channel.send(message({ id: "y" }), signal)).result).toMatch(/no browser/);
});

test("only browsers that did not get it are tried again", async () => {
  subscribe("phone", "desk");
  endpoint.answer = (browser) =>
    browser === "desk" ? { status: 429, retryAfter: "120" } : { status: 201 };
  expect(await channel.send(message(), signal)).toMatchObject({ state: "retry", afterMs: 120_000 });
  endpoint.answer = () => ({ status: 201 });
  expect(await channel.send(message(), signal)).toMatchObject({
    state: "delivered",
    result: "2 delivered",
  });
  expect(endpoint.received.map(({ browser }) => browser)).toEqual(["phone", "desk"]);
});

test("a push service that fails or is not there is tried again", async () => {
  subscribe("phone");
  endpoint.answer = () => ({ status: 503 });
  expect((await channel.send(message(), signal)).state).toBe("retry");
  const there = endpoint.subscribe("desk");
  const nowhere = "https://no-such-name.invalid/push/desk";
  memory.subscriptions.clear();
  memory.subscriptions.set(nowhere, { ...there, endpoint: nowhere });
  const outcome = await channel.send(message(), signal);
  expect(outcome.state).toBe("retry");
  expect(outcome.result).toMatch(/ENOTFOUND|EAI_AGAIN/);
  expect(outcome.result).not.toContain("/push/desk");
});

test("subscriptions that no message can be encrypted for are dropped", async () => {
  subscribe("phone");
  const [good] = [...memory.subscriptions.values()];
  if (good === undefined) throw new Error("no subscription");
  const plain = good.endpoint.replace("https:", "http:");
  const other = `${good.endpoint}-2`;
  memory.subscriptions.set(plain, { ...good, endpoint: plain });
  memory.subscriptions.set(other, { ...good, endpoint: other, keys: { p256dh: "x", auth: "y" } });
  const outcome = await channel.send(message(), signal);
  expect(outcome).toMatchObject({ state: "delivered" });
  expect([...memory.subscriptions.keys()]).toEqual([good.endpoint]);
});

test("a long message is cut to what push services take", async () => {
  subscribe("phone");
  const long: Message = message({ title: "t".repeat(120), text: "ü".repeat(500) });
  expect((await channel.send(long, signal)).state).toBe("delivered");
});

test("the key is made once and survives", async () => {
  const first = await vapidKeys(memory.store)();
  expect(await vapidKeys(memory.store)()).toEqual(first);
  expect(memory.states.get("vapid")).toEqual(first);
  memory.states.clear();
  memory.full = true;
  const keys = vapidKeys(memory.store);
  await expect(keys()).rejects.toThrow(/full/);
  memory.full = false;
  expect((await keys()).publicKey).not.toBe(first.publicKey);
});

test("a contact that is none is refused", () => {
  expect(() => create("nobody")).toThrow(/contact: expected an e-mail address/);
});
