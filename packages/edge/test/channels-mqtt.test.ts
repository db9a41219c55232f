import type { Alert } from "@symbion/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ChannelHost } from "../src/alerts/channels/channel.ts";
import { MqttChannel } from "../src/alerts/channels/mqtt.ts";
import type { NamedCamera } from "../src/alerts/words.ts";
import type { AlertRule, ChannelConfig } from "../src/config/types.ts";
import { message, rule } from "./support/alert-parts.ts";
import { MqttBroker } from "./support/mqtt-broker.ts";
import { trustTestTls } from "./support/tls.ts";

type MqttConfig = Extract<ChannelConfig, { kind: "mqtt" }>;

/** What the channel asks alerting for; a test changes it. */
class Host implements ChannelHost {
  readonly nodeName = "Cellar";
  rulesNow: AlertRule[] = [
    rule({ notify: ["mqtt"] }),
    rule({ id: "down", name: "No video", kinds: ["source-down", "disk"], notify: ["mqtt"] }),
    rule({ id: "quiet", notify: ["other"] }),
  ];
  camerasNow: NamedCamera[] = [
    { id: "gate", name: "Front gate" },
    { id: "shed", name: "Shed" },
  ];
  firingNow: Alert[] = [];
  readyCalls = 0;
  readonly lines: string[] = [];
  readonly rules = (): readonly AlertRule[] => this.rulesNow;
  readonly cameras = (): readonly NamedCamera[] => this.camerasNow;
  readonly firing = (): readonly Alert[] => this.firingNow;
  readonly ready = (): void => void this.readyCalls++;
  readonly log = (text: string): void => void this.lines.push(text);
  readonly left: string[] = [];
  readonly leaving = async (_: string, what: string): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    this.left.push(what);
  };
}

let broker: MqttBroker;
let host: Host;
const channels: MqttChannel[] = [];
const { signal } = new AbortController();

beforeEach(async () => {
  broker = new MqttBroker();
  await broker.start();
  host = new Host();
});

afterEach(async () => {
  await Promise.all(channels.splice(0).map((channel) => channel.stop(false)));
  await broker.stop();
});

function open(changes: Partial<MqttConfig> = {}): MqttChannel {
  const channel = new MqttChannel(
    {
      id: "mqtt",
      kind: "mqtt",
      url: broker.url,
      topic: "symbion/cellar",
      discovery: "homeassistant",
      ...changes,
    },
    host,
  );
  channels.push(channel);
  return channel;
}

const configs = (): string[] =>
  [...broker.retained.keys()].filter((topic) => topic.startsWith("homeassistant/")).sort();

/** Everything that the channel left on the broker. */
const states = (): Record<string, string> =>
  Object.fromEntries([...broker.retained].filter(([topic]) => topic.startsWith("symbion/")));

const firing = (): Alert => {
  const { alert } = message();
  if (alert === null) throw new Error("no alert");
  return alert;
};

describe("messages", () => {
  test("are delivered with the broker's acknowledgement, retained, QoS 1", async () => {
    const channel = open();
    expect(await channel.send(message(), signal)).toEqual({
      state: "delivered",
      result: "PUBACK for symbion/cellar/alerts/yard/gate",
    });
    // The broker acknowledges before it tells others.
    await expect.poll(() => broker.at("symbion/cellar/alerts/").length).toBe(1);
    const [sent] = broker.at("symbion/cellar/alerts/");
    expect(sent).toMatchObject({ topic: "symbion/cellar/alerts/yard/gate", retain: true, qos: 1 });
    expect(JSON.parse(sent?.payload ?? "")).toMatchObject({
      version: 1,
      id: "a1-firing-hook",
      event: "firing",
      alert: { sourceName: "Front gate", area: "drive" },
    });
    const test = message({ event: "test", alert: null });
    expect((await channel.send(test, signal)).state).toBe("delivered");
    await expect.poll(() => broker.at("symbion/cellar/test").length).toBe(1);
    expect(broker.at("symbion/cellar/test")).toMatchObject([{ retain: false, qos: 1 }]);
  });

  test("that are not acknowledged are not delivered, and are not sent behind the queue's back", async () => {
    const channel = open();
    await expect.poll(() => channel.problem()).toBeNull();
    broker.ignores = (topic) => topic.includes("/alerts/");
    const late = new AbortController();
    const sending = channel.send(message(), late.signal);
    await new Promise((resolve) => setTimeout(resolve, 50));
    late.abort();
    expect((await sending).state).toBe("retry");
    broker.ignores = () => false;
    const before = broker.connections;
    broker.cut();
    await expect.poll(() => broker.connections).toBe(before + 1);
    await expect.poll(() => channel.problem()).toBeNull();
    expect((await channel.send(message({ event: "test", alert: null }), signal)).state).toBe(
      "delivered",
    );
    await expect.poll(() => broker.at("symbion/cellar/test").length).toBe(1);
    expect(broker.at("symbion/cellar/alerts/")).toEqual([]);
  });

  test("survive a broker that restarts", async () => {
    const channel = open();
    expect((await channel.send(message(), signal)).state).toBe("delivered");
    await broker.stop();
    await expect.poll(() => channel.problem()).toMatch(/not connected/);
    const refused = await channel.send(message(), signal);
    expect(refused).toMatchObject({ state: "retry" });
    const calls = host.readyCalls;
    await broker.start();
    await expect.poll(() => host.readyCalls).toBe(calls + 1);
    expect((await channel.send(message(), signal)).state).toBe("delivered");
    await expect.poll(() => broker.retained.get("symbion/cellar/status")).toBe("online");
  });

  test("wait for no broker that is not there, and no password is shown", async () => {
    broker.credentials = { user: "node", password: "t0p-secret" };
    const url = broker.url;
    expect((await open().send(message(), signal)).state).toBe("delivered");
    broker.credentials = { user: "node", password: "other" };
    const channel = open({ id: "wrong", url });
    const outcome = await channel.send(message(), signal);
    expect(outcome.state).toBe("retry");
    expect(outcome.result).toMatch(/Bad username or password|Not authorized/i);
    const nowhere = open({ id: "nowhere", url: "mqtt://node:t0p-secret@no-such-name.invalid" });
    const lost = await nowhere.send(message(), signal);
    expect(lost.result).toMatch(/ENOTFOUND|EAI_AGAIN/);
    const shown = [channel.target, nowhere.target, outcome.result, lost.result, ...host.lines];
    expect(shown.join()).not.toContain("t0p-secret");
    expect(channel.target).toMatch(/^mqtt:\/\/127\.0\.0\.1:\d+, topic symbion\/cellar$/);
  });
});

describe("state", () => {
  test("is online while the channel runs, offline when it ends or dies", async () => {
    const channel = open();
    await expect.poll(() => states()["symbion/cellar/status"]).toBe("online");
    broker.cut();
    await expect
      .poll(() => broker.at("symbion/cellar/status").map(({ payload }) => payload))
      .toEqual(["online", "offline", "online"]);
    await channel.stop(false);
    await expect.poll(() => states()["symbion/cellar/status"]).toBe("offline");
    expect(configs()).not.toEqual([]);
    expect((await channel.send(message(), signal)).state).toBe("retry");
  });

  test("says what fires, for every camera of every rule that uses the channel", async () => {
    const channel = open({ discovery: null });
    await expect
      .poll(() => states())
      .toEqual({
        "symbion/cellar/status": "online",
        "symbion/cellar/state/yard/gate": "OFF",
        "symbion/cellar/state/yard/shed": "OFF",
        "symbion/cellar/state/down/gate": "OFF",
        "symbion/cellar/state/down/shed": "OFF",
        "symbion/cellar/state/down/node": "OFF",
      });
    const published = broker.published.length;
    host.firingNow = [firing(), { ...firing(), source: "plug/in" }];
    channel.changed();
    channel.changed();
    await expect.poll(() => states()["symbion/cellar/state/yard/gate"]).toBe("ON");
    await expect.poll(() => states()["symbion/cellar/state/yard/plug_in"]).toBe("ON");
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(broker.published.length).toBe(published + 2);
    host.firingNow = [];
    channel.changed();
    await expect.poll(() => states()["symbion/cellar/state/yard/gate"]).toBe("OFF");
    await expect.poll(() => states()["symbion/cellar/state/yard/plug_in"]).toBe("OFF");
    expect(configs()).toEqual([]);
  });

  test("is described to Home Assistant, and described again when that starts", async () => {
    open();
    await expect
      .poll(configs)
      .toEqual([
        "homeassistant/binary_sensor/symbion_cellar/gate_down/config",
        "homeassistant/binary_sensor/symbion_cellar/gate_yard/config",
        "homeassistant/binary_sensor/symbion_cellar/node_down/config",
        "homeassistant/binary_sensor/symbion_cellar/shed_down/config",
        "homeassistant/binary_sensor/symbion_cellar/shed_yard/config",
        "homeassistant/binary_sensor/symbion_cellar/status/config",
      ]);
    const topic = "homeassistant/binary_sensor/symbion_cellar/gate_yard/config";
    expect(JSON.parse(broker.retained.get(topic) ?? "")).toEqual({
      name: "Motion in the yard",
      unique_id: "symbion_symbion_cellar_gate_yard",
      device_class: "motion",
      state_topic: "symbion/cellar/state/yard/gate",
      json_attributes_topic: "symbion/cellar/alerts/yard/gate",
      availability_topic: "symbion/cellar/status",
      origin: { name: "Symbion" },
      device: {
        identifiers: ["symbion_symbion_cellar_gate"],
        name: "Front gate",
        manufacturer: "Symbion",
        model: "Camera",
        via_device: "symbion_symbion_cellar",
      },
    });
    const down = "homeassistant/binary_sensor/symbion_cellar/gate_down/config";
    expect(JSON.parse(broker.retained.get(down) ?? "")).toMatchObject({ device_class: "problem" });
    const before = broker.at(topic).length;
    await broker.publish("homeassistant/status", "online");
    await expect.poll(() => broker.at(topic).length).toBe(before + 1);
  });

  test("of rules and cameras that are gone is taken away, now and after a restart", async () => {
    const channel = open();
    await expect.poll(configs).toHaveLength(6);
    const shed = { ...firing(), source: "shed", ruleName: "", sourceName: "" };
    await channel.send(message({ alert: shed }), signal);
    await expect.poll(states).toHaveProperty("symbion/cellar/alerts/yard/shed");
    host.camerasNow = [{ id: "gate", name: "Gate" }];
    channel.changed();
    await expect.poll(configs).toHaveLength(4);
    await expect
      .poll(() => Object.keys(states()).filter((topic) => topic.endsWith("shed")))
      .toEqual([]);
    expect((await channel.send(message(), signal)).state).toBe("delivered");
    await channel.stop(false);
    host.rulesNow = host.rulesNow.filter(({ id }) => id === "down");
    await broker.publish("symbion/other/state/yard/gate", "ON", true);
    await broker.publish("homeassistant/binary_sensor/other/gate_yard/config", "{}", true);
    open();
    await expect
      .poll(() => Object.keys(states()).sort())
      .toEqual([
        "symbion/cellar/state/down/gate",
        "symbion/cellar/state/down/node",
        "symbion/cellar/status",
        "symbion/other/state/yard/gate",
      ]);
    await expect
      .poll(configs)
      .toEqual([
        "homeassistant/binary_sensor/other/gate_yard/config",
        "homeassistant/binary_sensor/symbion_cellar/gate_down/config",
        "homeassistant/binary_sensor/symbion_cellar/node_down/config",
        "homeassistant/binary_sensor/symbion_cellar/status/config",
      ]);
  });

  test("of a channel that is removed disappears", async () => {
    const channel = open();
    await expect.poll(configs).toHaveLength(6);
    await channel.send(message(), signal);
    await channel.stop(true);
    await expect.poll(() => [...broker.retained.keys()]).toEqual([]);
  });
});

test("over TLS, only to a broker whose certificate is trusted", async () => {
  const secure = new MqttBroker(true);
  await secure.start();
  try {
    const stranger = open({ id: "stranger", url: secure.url });
    const outcome = await stranger.send(message(), signal);
    expect(outcome.result).toMatch(/self-signed certificate/);
    trustTestTls();
    expect((await open({ url: secure.url }).send(message(), signal)).state).toBe("delivered");
    await Promise.all(channels.splice(0).map((channel) => channel.stop(false)));
  } finally {
    await secure.stop();
  }
});

test("an address that is none is refused", () => {
  expect(() => open({ url: "http://127.0.0.1" })).toThrow(/expected an mqtt or mqtts address/);
});
