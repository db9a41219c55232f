import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createAlerts } from "../src/alerts/index.ts";
import type { Alerts } from "../src/alerts/types.ts";
import type { AlertRule, ChannelConfig } from "../src/config/types.ts";
import { openStore } from "../src/store/index.ts";
import type { Store } from "../src/store/types.ts";
import { insight, message, rule } from "./support/alert-parts.ts";
import { MqttBroker } from "./support/mqtt-broker.ts";
import { PushEndpoint } from "./support/push-endpoint.ts";
import { SmtpReceiver } from "./support/smtp-receiver.ts";
import { trustTestTls } from "./support/tls.ts";
import { WebhookReceiver } from "./support/webhook-receiver.ts";

trustTestTls();

let folder: string;
let store: Store;
const cleanups: (() => Promise<void>)[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "symbion-alerts-"));
  store = await open();
});

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(): Promise<Store> {
  return openStore({
    folder,
    quotaBytes: 1e9,
    reserveBytes: 0,
    days: { readings: 1, insights: 1, alerts: 1, clips: 1 },
  });
}

async function start(
  rules: readonly AlertRule[],
  channels: readonly ChannelConfig[],
): Promise<Alerts> {
  const alerts = await createAlerts({
    store,
    rules,
    channels,
    nodeName: "cellar",
    cameras: () => [{ id: "gate", name: "Front gate" }],
    publicUrl: null,
    log: () => {},
  });
  cleanups.push(() => alerts.stop());
  return alerts;
}

/** A receiver that runs until the test ends. */
async function run<T extends { start(): Promise<unknown>; stop(): Promise<void> }>(
  receiver: T,
): Promise<T> {
  await receiver.start();
  cleanups.push(() => receiver.stop());
  return receiver;
}

test("one event, one message through every kind of channel, and none again after a restart", async () => {
  const push = await run(new PushEndpoint());
  const broker = await run(new MqttBroker());
  const hook = await run(new WebhookReceiver());
  const mail = new SmtpReceiver();
  const port = await mail.start();
  cleanups.push(() => mail.stop());
  await store.putPushSubscription(push.subscribe("phone"));
  const channels: ChannelConfig[] = [
    { id: "push", kind: "webpush", contact: "owner@home.example" },
    { id: "hook", kind: "webhook", url: hook.url, secret: null, headers: {} },
    { id: "mqtt", kind: "mqtt", url: broker.url, topic: "symbion", discovery: "homeassistant" },
    {
      id: "mail",
      kind: "email",
      url: `smtp://127.0.0.1:${port}`,
      from: "node@home.example",
      to: ["owner@home.example"],
    },
  ];
  const ids = channels.map(({ id }) => id);
  const rules = [rule({ notify: ids, clearSeconds: 3600 })];
  const alerts = await start(rules, channels);
  for (let i = 0; i < 5; i++) await alerts.take(insight(`i${i}`, Date.now()));
  await expect.poll(() => alerts.backlog().messages).toBe(0);
  const [alert] = alerts.firing();
  const counts = (): number[] => [
    push.received.length,
    hook.received.length,
    broker.at("symbion/alerts/").length,
    mail.mails.length,
  ];
  await expect.poll(counts).toEqual([1, 1, 1, 1]);
  expect(push.refused).toEqual([]);
  expect(push.received[0]?.payload).toMatchObject({ tag: alert?.id, title: "Front gate: motion" });
  expect(push.received[0]?.sender).toBe(await alerts.pushKey());
  await expect.poll(() => broker.retained.get("symbion/state/yard/gate")).toBe("ON");
  expect(mail.mails[0]?.headers.get("message-id")).toBe(`<${alert?.id}-firing-mail@home.example>`);
  const page = await store.deliveries({});
  expect(page.items.map(({ channel, state }) => [channel, state]).sort()).toEqual(
    ids.map((id) => [id, "delivered"]).sort(),
  );

  for (const id of ids) {
    expect(await alerts.test(id)).toMatchObject({ channel: id, event: "test", state: "delivered" });
  }
  expect(counts()).toEqual([2, 2, 1, 2]);
  await expect.poll(() => broker.at("symbion/test").length).toBe(1);

  await alerts.stop();
  await store.close();
  store = await open();
  const again = await start(rules, channels);
  await again.take(insight("after", Date.now()));
  expect(again.firing()).toMatchObject([{ id: alert?.id, count: 6 }]);
  expect((await again.channels()).map(({ lastDelivery }) => lastDelivery?.state)).toEqual(
    ids.map(() => "delivered"),
  );
  expect(await again.pushKey()).toBe(push.received[0]?.sender);
  await expect.poll(() => broker.retained.get("symbion/status")).toBe("online");
  expect(again.backlog().messages).toBe(0);
  expect(counts()).toEqual([2, 2, 1, 2]);
});

test("thousands of messages for a dead channel hold up no other", async () => {
  const { alert } = message();
  if (alert === null) throw new Error("no alert");
  const { ruleName: _rule, sourceName: _source, ...bare } = alert;
  const waiting = 2300;
  const base = Date.now() - 3_600_000;
  const one = (number: number, channel: string): Promise<void> => {
    const id = `${String(number).padStart(6, "0")}-x`;
    const createdAt = base + number;
    return store.putAlert({ ...bare, id, from: createdAt, state: "resolved" }, [
      {
        id: `${id}-firing-${channel}`,
        alert: id,
        event: "firing",
        channel,
        state: "waiting",
        createdAt,
        nextAt: createdAt,
        attempts: 0,
        deliveredAt: null,
        result: "",
      },
    ]);
  };
  const written = Array.from({ length: waiting }, (_, number) => one(number, "dead"));
  await Promise.all([...written, one(waiting, "hook")]);
  const hook = await run(new WebhookReceiver());
  const url = "http://127.0.0.1:9/";
  const alerts = await start(
    [rule()],
    [
      { id: "dead", kind: "webhook", url, secret: null, headers: {} },
      { id: "hook", kind: "webhook", url: hook.url, secret: null, headers: {} },
    ],
  );
  await expect.poll(() => hook.received.length).toBe(1);
  await expect.poll(() => alerts.backlog().messages).toBe(waiting);
  expect(alerts.backlog().oldestSeconds).toBeGreaterThan(3500);
  await expect.poll(async () => (await store.backlog()).messages).toBe(waiting);
});
