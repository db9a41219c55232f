import type { Release, ReleasePage } from "@symbion/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { MqttBroker } from "./support/mqtt-broker.ts";
import { get, live, NodeBench, until } from "./support/running-node.ts";
import { WebhookReceiver } from "./support/webhook-receiver.ts";

let bench: NodeBench;

beforeEach(async () => {
  bench = await NodeBench.make();
});

afterEach(() => bench.close());

test("alerts, presence at a broker and files that are carried away pass the door", async () => {
  const hook = new WebhookReceiver();
  const broker = new MqttBroker();
  await Promise.all([hook.start(), broker.start()]);
  try {
    await bench.write(`cameras: [{ id: yard, sample: yard }]
channels:
  - { id: hook, kind: webhook, url: "${hook.url}", secret: very-secret }
  - { id: house, kind: mqtt, url: "${broker.url}" }
alerts: [{ id: moving, when: motion, notify: [hook, house] }]
`);
    const node = await bench.start();
    await live(node, "yard");
    const releases = async (query: string): Promise<readonly Release[]> =>
      (await get<ReleasePage>(node.url, `/api/releases?${query}`)).releases;
    const alert = await until(async () => {
      const [one] = await releases("route=alert&state=sent&recipient=hook");
      return one ?? null;
    }, 60);
    expect(alert).toMatchObject({ subject: "yard", tier: null, privacy: null, session: null });
    expect(alert.what).toContain("alert of rule moving (firing)");
    expect(alert.payloadBytes).toBeGreaterThan(100);
    const house = (
      await until(async () => {
        const all = await releases("recipient=house");
        return all.some(({ what }) => what.startsWith("alert of")) ? all : null;
      })
    ).map(({ what }) => what.split(" ")[0]);
    expect(house).toEqual(expect.arrayContaining(["presence", "states", "alert"]));

    await (await fetch(new URL("/api/backup", node.url))).arrayBuffer();
    const [backup] = await until(async () => {
      const all = await releases("route=export&state=sent");
      return all.length > 0 ? all : null;
    });
    expect(backup?.what).toContain("a backup");
    expect(backup?.payloadBytes).toBeGreaterThan(1000);
    const csv = await (await fetch(new URL("/api/releases/export?format=csv", node.url))).text();
    expect(csv).toContain("the log of releases");
    expect(csv).not.toContain("very-secret");
  } finally {
    await Promise.all([hook.stop(), broker.stop()]);
  }
});
