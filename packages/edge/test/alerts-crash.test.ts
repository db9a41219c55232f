import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Alert } from "@symbion/core";
import { afterEach, expect, test } from "vitest";
import type { WebhookBody } from "../src/alerts/channels/webhook.ts";
import { openStore } from "../src/store/index.ts";
import type { Store } from "../src/store/types.ts";
import { MqttBroker } from "./support/mqtt-broker.ts";
import { isGenuine, WebhookReceiver } from "./support/webhook-receiver.ts";

/** How often the process is killed; more with SYMBION_KILLS, for an afternoon. */
const KILLS = Number(process.env.SYMBION_KILLS ?? 6);

const cleanups: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** When a process is killed: some time after it is ready, or after it has accepted something; `null`: never. */
type Kill = "ready" | "accepted" | null;

/** Runs the process until it has been killed, or has finished after a few insights; answers what it accepted. */
async function run(args: readonly string[], kill: Kill): Promise<number[]> {
  const script = fileURLToPath(new URL("./support/alerting-node.ts", import.meta.url));
  const child = spawn(process.execPath, ["--conditions=source", script, ...args], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  const accepted: number[] = [];
  let trouble = "";
  child.stderr.on("data", (chunk: Buffer) => {
    trouble += chunk.toString();
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  for await (const line of createInterface({ input: child.stdout })) {
    const said: { ready?: boolean; accepted?: number } = JSON.parse(line);
    if (said.accepted !== undefined) accepted.push(said.accepted);
    const first = accepted.length === 1 && said.accepted !== undefined;
    if ((kill === "ready" && said.ready) || (kill === "accepted" && first)) {
      setTimeout(() => child.kill("SIGKILL"), Math.random() * 500);
    }
    if (kill === null && accepted.length === 5) child.stdin.write("\n");
  }
  await ended;
  if (kill === null && child.exitCode !== 0) {
    throw new Error(`ended with ${child.exitCode}: ${trouble}`);
  }
  return accepted;
}

async function allAlerts(store: Store): Promise<Alert[]> {
  const alerts: Alert[] = [];
  let before: string | null | undefined;
  do {
    const page = await store.alerts({ limit: 1000, ...(before ? { before } : {}) });
    alerts.push(...page.items);
    before = page.next;
  } while (before !== null);
  return alerts;
}

test("killed at any moment, nothing accepted is lost and nobody is told twice", async () => {
  const folder = mkdtempSync(join(tmpdir(), "symbion-alerts-"));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  const receiver = new WebhookReceiver();
  await receiver.start();
  cleanups.push(() => receiver.stop());
  // Now and then the receiver has the message and the node never hears of it.
  receiver.answer = () => (Math.random() < 0.02 ? "cut" : { status: 200 });
  const broker = new MqttBroker();
  await broker.start();
  cleanups.push(() => broker.stop());

  let next = 0;
  let accepted = 0;
  for (let kills = 0; kills <= KILLS; kills++) {
    const args = [folder, receiver.url, broker.url, String(next)];
    const kill = kills % 2 === 0 ? "accepted" : "ready";
    const numbers = await run(args, kills < KILLS ? kill : null);
    accepted += numbers.length;
    // The source whose insight may or may not have been taken moves again, as it would.
    next = (numbers.at(-1) ?? next - 1) + 1;
  }
  expect(accepted).toBeGreaterThanOrEqual(KILLS / 2 + 5);

  const store = await openStore({
    folder,
    quotaBytes: 1e9,
    reserveBytes: 0,
    days: { readings: 1, insights: 1, alerts: 1, clips: 1 },
  });
  cleanups.push(() => store.close());
  const items = await allAlerts(store);
  expect(await store.backlog()).toEqual({ messages: 0, oldestAt: null });
  expect(items.every(({ state }) => state === "resolved")).toBe(true);
  // One notified episode per source: what was on when the process died was found again, and a source that moved
  // again because nobody had heard that its insight was taken, cooled down.
  const notified = items.filter(({ suppressed }) => suppressed === null);
  expect(new Set(notified.map(({ source }) => source)).size).toBe(notified.length);
  expect(notified).toHaveLength(next);
  for (const { suppressed } of items) expect([null, "cool-down"]).toContain(suppressed);

  const arrived: Record<string, readonly WebhookBody[]> = {
    webhook: receiver.received.map(({ body }) => body),
    mqtt: broker.at("crash/alerts/").map(({ payload }) => JSON.parse(payload)),
  };
  for (const [name, bodies] of Object.entries(arrived)) {
    const first = new Map(
      bodies.map(({ id }, index) => [id, index]).reverse() as [string, number][],
    );
    for (const alert of notified) {
      const told = [...first.keys()].filter((id) => id.startsWith(alert.id));
      const [hook] = told[0]?.split("-").slice(-1) ?? [];
      expect(told.sort(), `${name}, ${alert.source}`).toEqual([
        `${alert.id}-firing-${hook}`,
        `${alert.id}-resolved-${hook}`,
      ]);
      const order = told.map((id) => first.get(id) ?? -1);
      expect(order[0]).toBeLessThan(order[1] ?? -1);
    }
    expect(first.size).toBe(2 * notified.length);
  }
  for (const { headers, text } of receiver.received) {
    const header = String(headers["x-symbion-signature"]);
    expect(isGenuine(header, text, "a secret of ours", Date.now())).toBe(true);
  }
});
