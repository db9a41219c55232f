/**
 * How long it takes from the decision to tell somebody until the message is handed over: real store, real webhook
 * receivers, real MQTT broker, all on this machine. Between the two lies the commit that makes the promise.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAlerts } from "../src/alerts/index.ts";
import type { ChannelConfig } from "../src/config/types.ts";
import { openStore } from "../src/store/index.ts";
import { insight, rule } from "../test/support/alert-parts.ts";
import { MqttBroker } from "../test/support/mqtt-broker.ts";
import { WebhookReceiver } from "../test/support/webhook-receiver.ts";

/** Half, 99 % and all of the times are not above these; milliseconds. */
export type Times = { readonly p50: number; readonly p99: number; readonly max: number };

/** What was measured. */
export type AlertFigures = {
  readonly alerts: number;
  /** From the insight's arrival to the hand-over to a channel, its commit included. */
  readonly handOff: Times;
  /** From the insight's arrival to the message's arrival at the webhook, and at the broker. */
  readonly webhook: Times;
  readonly mqtt: Times;
  /** Messages that did not arrive, or arrived more than once. */
  readonly lost: number;
  readonly repeated: number;
};

/** Webhooks that take turns, so that none is asked to take more than its rate. */
const HOOKS = 5;

/** Time between alerts, and readings that the store takes meanwhile, as those of 16 cameras. */
const INTERVAL_MS = 50;
const READINGS = 16;

/** Longest wait for the last messages, in milliseconds. */
const PATIENCE = 30_000;

function timesOf(values: readonly number[]): Times {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Lets so many alerts fire, one every 50 ms, each told to a webhook and over MQTT, while the store takes readings and
 * insights as well. `alerts` up to 500: alerting remembers the last 1000 hand-overs.
 */
export async function measureAlerts(alerts: number): Promise<AlertFigures> {
  const folder = mkdtempSync(join(tmpdir(), "symbion-bench-alerts-"));
  const broker = new MqttBroker();
  await broker.start();
  const hooks = Array.from({ length: HOOKS }, () => new WebhookReceiver());
  const begun = new Map<string, number>();
  const arrived: Record<"webhook" | "mqtt", number[]> = { webhook: [], mqtt: [] };
  const arrive = (by: "webhook" | "mqtt", source: string | undefined): void => {
    const start = begun.get(source ?? "");
    if (start !== undefined) arrived[by].push(performance.now() - start);
  };
  broker.onPublish = ({ topic }) => arrive("mqtt", /\/alerts\/[^/]+\/([^/]+)$/.exec(topic)?.[1]);
  const channels: ChannelConfig[] = [
    { id: "mqtt", kind: "mqtt", url: broker.url, topic: "bench", discovery: null },
  ];
  for (const [index, hook] of hooks.entries()) {
    await hook.start();
    hook.answer = (_, { body }) => {
      arrive("webhook", body.alert?.source);
      return { status: 204 };
    };
    const secret = "a secret for the bench";
    channels.push({ id: `hook${index}`, kind: "webhook", url: hook.url, secret, headers: {} });
  }
  const store = await openStore({
    folder,
    quotaBytes: 1e9,
    reserveBytes: 0,
    days: { readings: 1, insights: 1, alerts: 1, clips: 1 },
  });
  const running = await createAlerts({
    store,
    rules: hooks.map((_, index) =>
      rule({ id: `rule${index}`, kinds: [`bench:${index}`], notify: [`hook${index}`, "mqtt"] }),
    ),
    channels,
    nodeName: "bench",
    cameras: () => [],
    publicUrl: null,
    log: () => {},
  });
  try {
    for (let number = 0; number < alerts; number++) {
      const at = Date.now();
      const source = `s${number}`;
      const kind = `bench:${number % HOOKS}`;
      const next = insight(`i${number}`, at, { source, kind });
      void store.putReadings(
        Array.from({ length: READINGS }, (_, camera) => ({
          source: `camera${camera}`,
          name: "motion.activity",
          at,
          value: Math.random(),
          unit: "",
          quality: "good",
        })),
      );
      void store.putInsight(next);
      begun.set(source, performance.now());
      await running.take(next);
      await sleep(INTERVAL_MS);
    }
    const deadline = performance.now() + PATIENCE;
    while (running.backlog().messages > 0 && performance.now() < deadline) await sleep(20);
    const ids = [
      ...hooks.flatMap((hook) => hook.ids),
      ...broker.at("bench/alerts/").map(({ payload }) => String(JSON.parse(payload).id)),
    ];
    const unique = new Set(ids).size;
    return {
      alerts,
      handOff: timesOf(running.handOffMs()),
      webhook: timesOf(arrived.webhook),
      mqtt: timesOf(arrived.mqtt),
      lost: 2 * alerts - unique,
      repeated: ids.length - unique,
    };
  } finally {
    await running.stop();
    await store.close();
    await broker.stop();
    await Promise.all(hooks.map((hook) => hook.stop()));
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) console.log(JSON.stringify(await measureAlerts(400)));
