import type { Alert, Delivery } from "@symbion/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type AlertsOptions, createAlerts } from "../src/alerts/index.ts";
import type { Alerts } from "../src/alerts/types.ts";
import type { AlertRule, ChannelConfig } from "../src/config/types.ts";
import { insight, rule } from "./support/alert-parts.ts";
import { FakeTime } from "./support/fake-time.ts";
import { MemoryStore } from "./support/memory-store.ts";
import { WebhookReceiver } from "./support/webhook-receiver.ts";

const SECOND = 1000;
const HOUR = 3_600_000;

let receiver: WebhookReceiver;
let memory: MemoryStore;
let time: FakeTime;
let log: string[];
const running: Alerts[] = [];

beforeEach(async () => {
  receiver = new WebhookReceiver();
  await receiver.start();
  memory = new MemoryStore();
  time = new FakeTime();
  log = [];
});

afterEach(async () => {
  await receiver.stop();
  await Promise.all(running.splice(0).map((alerts) => alerts.stop()));
});

function hook(changes: Partial<ChannelConfig & { kind: "webhook" }> = {}): ChannelConfig {
  return {
    id: "hook",
    kind: "webhook",
    url: receiver.url,
    secret: "s3cret-of-hook",
    headers: {},
    ...changes,
  };
}

async function start(
  rules: readonly AlertRule[] = [rule()],
  channels: readonly ChannelConfig[] = [hook()],
  changes: Partial<AlertsOptions> = {},
): Promise<Alerts> {
  const alerts = await createAlerts({
    store: memory.store,
    rules,
    channels,
    nodeName: "cellar",
    cameras: () => [{ id: "gate", name: "Front gate" }],
    publicUrl: "https://node.example/",
    now: time.now,
    timer: time.timer,
    random: () => 0.5,
    log: (text) => log.push(text),
    ...changes,
  });
  running.push(alerts);
  return alerts;
}

function deliveries(): Delivery[] {
  return [...memory.deliveryRows.values()];
}

/** Lets time pass in steps, with real input and output going on in between, until something holds. */
async function passUntil(holds: () => boolean, stepMs: number, steps = 400): Promise<void> {
  for (let i = 0; i < steps; i++) {
    if (holds()) return;
    time.pass(stepMs);
    await new Promise((resolve) => setTimeout(resolve, 4));
  }
  expect(holds()).toBe(true);
}

describe("an alert", () => {
  test("is written down with its deliveries before it is sent, and told once", async () => {
    const seen: (Alert | Delivery)[] = [];
    const alerts = await start([rule()], [hook()], {
      onAlert: (alert) => seen.push(alert),
      onDelivery: (delivery) => seen.push(delivery),
    });
    const stored: boolean[] = [];
    receiver.answer = (_, { body }) => {
      stored.push(memory.alertRows.has(body.alert?.id ?? "") && memory.deliveryRows.has(body.id));
      return { status: 200 };
    };
    for (let i = 0; i < 20; i++) {
      const begun = insight(`i${i}`, time.wall);
      await alerts.take(begun);
      time.pass(SECOND);
      await alerts.take({ ...begun, to: time.wall });
      time.pass(SECOND);
    }
    await expect.poll(() => deliveries()[0]?.state).toBe("delivered");
    expect(stored).toEqual([true]);
    const [firing] = alerts.firing();
    expect(firing?.count).toBe(20);
    expect(receiver.received[0]?.body).toMatchObject({
      version: 1,
      id: `${firing?.id}-firing-hook`,
      event: "firing",
      node: "cellar",
      title: "Front gate: motion",
      url: `https://node.example/#/alerts/${firing?.id}`,
      alert: { rule: "yard", ruleName: "Motion in the yard", sourceName: "Front gate" },
    });
    expect(alerts.rules()).toMatchObject([{ id: "yard", firing: 1, silencedUntil: null }]);
    time.pass(9 * SECOND);
    await expect.poll(() => [...memory.alertRows.values()][0]?.state).toBe("resolved");
    expect(receiver.received).toHaveLength(1);
    expect(alerts.backlog()).toEqual({ messages: 0, oldestSeconds: 0 });
    expect(alerts.handOffMs()).toHaveLength(1);
    expect(seen.at(-1)).toMatchObject({ state: "resolved" });
  });

  test("can be seen, silenced and tested", async () => {
    const alerts = await start([rule(), rule({ id: "other", notify: [] })]);
    const silence = await alerts.silence("yard", time.wall + HOUR);
    await alerts.take(insight("i", time.wall));
    const [alert] = alerts.firing();
    expect(alert?.suppressed).toBe("silenced");
    expect(alerts.rules()[0]?.silencedUntil).toBe(silence.until);
    expect(await alerts.silences()).toEqual([silence]);
    const seen = await alerts.acknowledge(alert?.id ?? "");
    expect(seen?.acknowledgedAt).toBe(time.wall);
    expect(memory.alertRows.get(alert?.id ?? "")?.acknowledgedAt).toBe(time.wall);
    expect(await alerts.unsilence(silence.id)).toBe(true);
    expect(await alerts.unsilence(silence.id)).toBe(false);
    expect(deliveries()).toEqual([]);
    expect(await alerts.acknowledge("none")).toBeNull();
    expect(await alerts.test("none")).toBeNull();
    const tested = await alerts.test("hook");
    expect(tested).toMatchObject({ event: "test", state: "delivered", result: "HTTP 204" });
    expect(deliveries()).toEqual([tested]);
    expect(receiver.received[0]?.body).toMatchObject({ event: "test", alert: null });
    await alerts.silence(null, time.wall + HOUR);
    time.pass(HOUR);
    expect(await alerts.silences()).toEqual([]);
    expect(memory.silenceRows.size).toBe(0);
    await expect(alerts.silence("none", time.wall + 1)).rejects.toThrow(/id of a rule/);
    await expect(alerts.silence(null, time.wall)).rejects.toThrow(/a time to come/);
    const again = await alerts.acknowledge(alert?.id ?? "");
    expect(again?.acknowledgedAt).toBe(seen?.acknowledgedAt);
  });

  test("goes on after a restart, with silences, and is not told again", async () => {
    const first = await start();
    await first.take(insight("i", time.wall));
    await first.silence("yard", time.wall + HOUR);
    await expect.poll(() => deliveries()[0]?.state).toBe("delivered");
    await first.stop();
    const second = await start();
    expect(second.firing()).toMatchObject([{ rule: "yard", count: 1 }]);
    expect(second.rules()[0]?.silencedUntil).not.toBeNull();
    expect((await second.channels())[0]?.lastDelivery?.state).toBe("delivered");
    await second.take(insight("j", time.wall));
    expect(second.firing()).toMatchObject([{ count: 2 }]);
    await second.take(insight("j", time.wall, { to: time.wall }));
    time.pass(10 * SECOND);
    await expect.poll(() => [...memory.alertRows.values()][0]?.state).toBe("resolved");
    expect(receiver.received).toHaveLength(1);
  });

  test("is told even where the disk is full, and written down when it no longer is", async () => {
    const alerts = await start([rule({ notifyResolved: true })]);
    memory.full = true;
    const begun = insight("i", time.wall);
    await expect(alerts.take(begun)).rejects.toThrow(/disk is full/);
    await expect.poll(() => receiver.received.length).toBe(1);
    await alerts.take({ ...begun, to: time.wall });
    time.pass(10 * SECOND);
    await expect.poll(() => receiver.received.length).toBe(2);
    expect(memory.alertRows.size).toBe(0);
    memory.full = false;
    await passUntil(
      () => deliveries().every(({ state }) => state === "delivered") && deliveries().length === 2,
      SECOND,
    );
    expect([...memory.alertRows.values()]).toMatchObject([{ state: "resolved", count: 1 }]);
    expect(receiver.ids.map((id) => id.split("-")[2])).toEqual(["firing", "resolved"]);
  });
});

test("starts on a full disk, and ends alerts of rules that are gone when there is space", async () => {
  const first = await start();
  await first.take(insight("i", time.wall));
  await first.stop();
  memory.full = true;
  const second = await start([rule({ id: "other" })]);
  expect(second.firing()).toEqual([]);
  memory.full = false;
  await passUntil(() => [...memory.alertRows.values()][0]?.state === "resolved", SECOND);
});

describe("delivery", () => {
  test("tries again with growing pauses and in order, and says what happens", async () => {
    await receiver.stop();
    const alerts = await start([rule({ notifyResolved: true })]);
    const begun = insight("i", time.wall);
    await alerts.take(begun);
    await expect.poll(() => deliveries()[0]?.attempts).toBe(1);
    expect(deliveries()[0]).toMatchObject({ state: "waiting", nextAt: time.wall + SECOND });
    expect(deliveries()[0]?.result).toMatch(/ECONNREFUSED/);
    expect(alerts.backlog().messages).toBe(1);
    await alerts.take({ ...begun, to: time.wall });
    for (const seconds of [2, 4, 8, 16, 32]) {
      const { attempts = 0, nextAt } = deliveries()[0] ?? {};
      time.pass((nextAt ?? 0) - time.wall);
      await expect.poll(() => deliveries()[0]?.attempts).toBe(attempts + 1);
      expect((deliveries()[0]?.nextAt ?? 0) - time.wall).toBe(seconds * SECOND);
    }
    expect(alerts.firing()).toEqual([]);
    expect(alerts.backlog()).toEqual({ messages: 2, oldestSeconds: 31 });
    await receiver.start();
    await passUntil(() => deliveries().every(({ state }) => state === "delivered"), SECOND);
    expect(receiver.received.map(({ body }) => body.event)).toEqual(["firing", "resolved"]);
    expect(log.filter((line) => line.includes("channel hook"))).toEqual([
      expect.stringMatching(/^channel hook fails: .*ECONNREFUSED/),
      "channel hook works again",
    ]);
  });

  test("a receiver that asks for time gets it", async () => {
    receiver.answer = (count) =>
      count === 0 ? { status: 429, headers: { "Retry-After": "300" } } : { status: 200 };
    const alerts = await start();
    await alerts.take(insight("i", time.wall));
    await expect.poll(() => deliveries()[0]?.attempts).toBe(1);
    expect(deliveries()[0]?.nextAt).toBe(time.wall + 300 * SECOND);
    time.pass(299 * SECOND);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(receiver.received).toHaveLength(1);
    time.pass(SECOND);
    await expect.poll(() => deliveries()[0]?.state).toBe("delivered");
  });

  test("a receiver that hangs is left after a while, and holds up no other channel", async () => {
    const other = new WebhookReceiver();
    await other.start();
    receiver.answer = (count) => (count === 0 ? "hang" : { status: 200 });
    const alerts = await start(
      [rule({ notify: ["hook", "other"] })],
      [hook(), hook({ id: "other", url: other.url })],
    );
    await alerts.take(insight("i", time.wall));
    await expect.poll(() => receiver.received.length).toBe(1);
    await expect.poll(() => other.received.length).toBe(1);
    await alerts.take(insight("j", time.wall, { source: "shed" }));
    await expect.poll(() => other.received.length).toBe(2);
    expect(receiver.received).toHaveLength(1);
    time.pass(20 * SECOND);
    await expect.poll(() => deliveries()[0]?.result).toMatch(/no answer within 20 s/);
    await passUntil(() => deliveries().every(({ state }) => state === "delivered"), SECOND);
    expect(receiver.ids[0]).toBe(receiver.ids[1]);
    expect(new Set(receiver.ids).size).toBe(2);
    await other.stop();
  });

  test("one message that never works lets the others pass, but not the end of its own alert", async () => {
    receiver.answer = (_, { body }) =>
      body.event === "firing" && body.alert?.source === "gate" ? { status: 500 } : { status: 200 };
    const alerts = await start([rule({ notifyResolved: true })]);
    const begun = insight("i", time.wall);
    await alerts.take(begun);
    await expect.poll(() => receiver.received.length).toBe(1);
    await alerts.take({ ...begun, to: time.wall });
    await alerts.take(insight("j", time.wall, { source: "shed" }));
    await passUntil(() => deliveries().some(({ state }) => state === "delivered"), SECOND);
    const states = deliveries().map(({ event, state }) => `${event} ${state}`);
    expect(states).toEqual(["firing waiting", "firing delivered", "resolved waiting"]);
    receiver.answer = () => ({ status: 200 });
    await passUntil(() => deliveries().every(({ state }) => state === "delivered"), 10 * SECOND);
    const gate = receiver.received.filter(({ body }) => body.alert?.source === "gate");
    expect(gate.at(-1)?.body.event).toBe("resolved");
    expect(gate.filter(({ body }) => body.event === "resolved")).toHaveLength(1);
  });

  test("a refused message is given up at once, a dead receiver after a day", async () => {
    receiver.answer = () => ({ status: 422, text: "no such field" });
    const alerts = await start();
    await alerts.take(insight("i", time.wall));
    await expect.poll(() => deliveries()[0]?.state).toBe("failed");
    expect(deliveries()[0]?.result).toBe("HTTP 422: no such field");
    await receiver.stop();
    await alerts.take(insight("j", time.wall, { source: "shed" }));
    await passUntil(() => deliveries()[1]?.state === "failed", 10 * 60 * SECOND);
    expect(deliveries()[1]?.result).toMatch(/^given up: .*ECONNREFUSED/);
    expect(time.wall - (deliveries()[1]?.createdAt ?? 0)).toBeGreaterThanOrEqual(24 * HOUR);
  });

  test("a clock that is set ahead or back loses nothing and delays nothing", async () => {
    await receiver.stop();
    const alerts = await start();
    await alerts.take(insight("i", time.wall));
    await expect.poll(() => deliveries()[0]?.attempts).toBe(1);
    time.wall += 400 * 24 * HOUR;
    await passUntil(() => (deliveries()[0]?.attempts ?? 0) >= 3, SECOND);
    expect(deliveries()[0]?.state).toBe("waiting");
    time.wall -= 800 * 24 * HOUR;
    await alerts.stop();
    await receiver.start();
    await start();
    time.pass(HOUR);
    await expect.poll(() => deliveries()[0]?.state).toBe("delivered");
  });

  test("messages wait for a channel that is missing, and a changed one gets them", async () => {
    const alerts = await start([rule()], []);
    await alerts.take(insight("i", time.wall));
    expect(alerts.backlog().messages).toBe(1);
    await alerts.configure([rule()], [hook({ url: "nonsense" })]);
    expect((await alerts.channels())[0]?.problem).toMatch(/Invalid URL/);
    await expect.poll(() => deliveries()[0]?.attempts).toBe(1);
    await alerts.configure([rule()], [hook()]);
    await expect.poll(() => deliveries()[0]?.state).toBe("delivered");
    expect(await alerts.channels()).toMatchObject([
      { id: "hook", kind: "webhook", problem: null, lastDelivery: { state: "delivered" } },
    ]);
  });

  test("no secret is ever shown", async () => {
    const secret = "tok-5ecret/path";
    receiver.answer = (_, { headers, path }) => ({
      status: 500,
      text: `no: ${headers.authorization} ${headers["x-key"]} ${path}`,
    });
    const url = receiver.url.replace("http://", "http://me:pa55word@");
    const config = hook({ url: `${url}/${secret}?token=zzz`, headers: { "X-Key": "k3y-value" } });
    const alerts = await start([rule()], [config]);
    await alerts.take(insight("i", time.wall));
    await expect.poll(() => deliveries()[0]?.attempts).toBe(1);
    const shown = JSON.stringify([deliveries(), await alerts.channels(), log]);
    expect(shown).toContain("HTTP 500");
    for (const hidden of [secret, "pa55word", "zzz", "k3y-value", "s3cret", "bWU6cGE1NXdvcmQ"]) {
      expect(shown).not.toContain(hidden);
    }
    expect(receiver.received[0]?.headers.authorization).toBe("Basic bWU6cGE1NXdvcmQ=");
  });

  test("a storm is sent at the receiver's pace", async () => {
    const alerts = await start();
    for (let i = 0; i < 60; i++)
      await alerts.take(insight(`i${i}`, time.wall, { source: `s${i}` }));
    await expect.poll(() => alerts.backlog().messages).toBe(10);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(receiver.received).toHaveLength(50);
    await passUntil(() => receiver.received.length === 60, 100);
    expect(time.monotonic - 1000).toBeGreaterThanOrEqual(2 * SECOND - 100);
    expect(new Set(receiver.ids).size).toBe(60);
  });
});

test("an unknown option is refused", async () => {
  const options = { colour: "red" } as unknown as Partial<AlertsOptions>;
  await expect(start([], [], options)).rejects.toThrow(/expected a known option, got "colour"/);
});
