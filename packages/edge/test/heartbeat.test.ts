import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Insight } from "@symbion/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { emptyConfig } from "../src/config/defaults.ts";
import { startHeartbeat } from "../src/node/heartbeat.ts";
import { openStore } from "../src/store/index.ts";
import type { Store } from "../src/store/types.ts";

let folder: string;
let store: Store;
let told: Insight[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "symbion-test-"));
  store = await openStore(emptyConfig(folder).store);
  told = [];
});

afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

async function report(insight: Insight): Promise<void> {
  told.push(insight);
  await store.putInsight(insight);
}

const open = (id: string, from: number): Insight => ({
  id,
  source: "gate",
  kind: "motion",
  from,
  to: null,
  area: null,
  track: null,
  score: 0.5,
  direction: null,
  text: "Motion in the picture",
});

test("what was open when the node died ended at its last pulse, and the gap is an event", async () => {
  const now = Date.now();
  await startHeartbeat(store, report, () => now - 100_000);
  const ids = Array.from({ length: 1200 }, (_, i) => String(i).padStart(6, "0"));
  await Promise.all(ids.map((id, i) => store.putInsight(open(id, now - 200_000 + i))));
  const pulse = await startHeartbeat(store, report, () => now);
  const gap = told.find(({ kind }) => kind === "node-down");
  expect(gap).toMatchObject({ source: "node", from: now - 100_000, to: now });
  const left = await store.insights({ open: true });
  expect(left.items).toEqual([]);
  expect(told.filter(({ kind }) => kind === "motion")).toHaveLength(1200);
  const { items } = await store.insights({ kinds: ["motion"], limit: 1000 });
  expect(new Set(items.map(({ to }) => to))).toEqual(new Set([now - 100_000]));
  await pulse.stop();
  told.length = 0;
  await (await startHeartbeat(store, report, () => now + 5000)).stop();
  expect(told).toEqual([]);
});

test("a clock that went back gives no event of negative length", async () => {
  const now = Date.now();
  await startHeartbeat(store, report, () => now);
  await store.putInsight(open("a", now - 5));
  await startHeartbeat(store, report, () => now - 3_600_000);
  for (const insight of told)
    expect(insight.to ?? insight.from).toBeGreaterThanOrEqual(insight.from);
  expect(told.map(({ kind }) => kind).sort()).toEqual(["motion", "node-down"]);
});
