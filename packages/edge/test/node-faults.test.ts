import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { AlertPage, InsightPage, TimelineInsight } from "@symbion/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { samplePath } from "../src/config/samples.ts";
import { camera, get, kill, live, NodeBench, until } from "./support/running-node.ts";

let bench: NodeBench;

beforeEach(async () => {
  bench = await NodeBench.make();
});

afterEach(async () => {
  await bench.close();
});

const yard = `  - { id: yard, file: ${JSON.stringify(samplePath("yard"))}, loop: true, areas: [{ id: all, kind: zone, points: [[0,0],[1,0],[1,1],[0,1]] }] }\n`;

test("killed and started again: no event that was shown is lost, nothing stays open, the gap is told", async () => {
  await bench.write(`cameras:\n${yard}`);
  const shown = new Map<string, TimelineInsight>();
  for (let round = 0; round < 3; round++) {
    const { url, child } = await bench.spawn();
    await until(async () => {
      const page = await get<InsightPage>(url, "api/insights?source=yard");
      for (const insight of page.items) shown.set(insight.id, insight);
      return shown.size > round ? true : null;
    }, 60);
    await kill(child, "SIGKILL");
  }
  const { url, child } = await bench.spawn();
  const { items } = await get<InsightPage>(url, "api/insights?limit=1000");
  const stored = new Map(items.map((insight) => [insight.id, insight]));
  for (const [id, insight] of shown) {
    expect(stored.get(id)).toMatchObject({ kind: insight.kind, from: insight.from });
    expect(stored.get(id)?.to).not.toBeNull();
  }
  const gaps = items.filter(({ kind }) => kind === "node-down");
  expect(gaps).toHaveLength(3);
  await kill(child, "SIGTERM");
  expect(child.exitCode).toBe(0);
  const last = await bench.spawn();
  const again = await get<InsightPage>(last.url, "api/insights?kind=node-down");
  // Ended on purpose: no further gap.
  expect(again.items).toHaveLength(3);
});

test("the node ends when the command that started it is killed", async () => {
  await bench.write(`cameras:\n${yard}`);
  const { url, child } = await bench.spawn({ wrapped: true });
  expect((await fetch(`${url}healthz`)).status).toBe(200);
  await kill(child, "SIGKILL");
  await until(() =>
    fetch(`${url}healthz`).then(
      () => null,
      () => true,
    ),
  );
  // It ended by itself, so its data is free and whole.
  const { items } = await get<InsightPage>((await bench.spawn()).url, "api/insights");
  expect(items.filter(({ kind }) => kind === "node-down")).toEqual([]);
});

test("a second node on the same data is refused, and one line says why", async () => {
  await bench.write(`cameras:\n${yard}`);
  const node = await bench.start({ config: bench.config });
  await expect(bench.spawn()).rejects.toThrow(/ended with 2: symbion: .*symbion-data/);
  await live(node, "yard");
});

test("a camera that sends garbage harms nobody, and raises one alert", async () => {
  const garbage = createServer((_, response) => {
    const send = (): void => {
      if (!response.write(randomBytes(4096))) response.once("drain", send);
      else setTimeout(send, 5);
    };
    response.once("error", () => {});
    send();
  });
  await new Promise<void>((resolve) => garbage.listen(0, "127.0.0.1", resolve));
  const { port } = garbage.address() as AddressInfo;
  try {
    const bad = `  - { id: bad, url: "http://user:hidden@127.0.0.1:${port}/video" }\n`;
    await bench.write(`cameras:\n${yard}${bad}`);
    const node = await bench.start();
    await live(node, "yard");
    await until(() => (camera(node, "bad").restarts >= 1 ? true : null));
    const { items } = await until(async () => {
      const page = await get<AlertPage>(node.url, "api/alerts?source=bad");
      return page.items.some(({ state }) => state === "firing") ? page : null;
    }, 60);
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({ kind: "source-down", severity: "warning" });
    expect(camera(node, "yard")).toMatchObject({ state: "live", restarts: 0 });
    const everything = JSON.stringify([node.status(), items, bench.lines]);
    expect(everything).not.toContain("hidden");
  } finally {
    garbage.closeAllConnections();
    garbage.close();
  }
});
