import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { AlertPage, InsightPage } from "@symbion/core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { samplePath } from "../../edge/src/config/samples.ts";
import { get, kill, NodeBench, until } from "../../edge/test/support/running-node.ts";
import { WebhookReceiver } from "../../edge/test/support/webhook-receiver.ts";
import { buildPage, launch, named, reason } from "./support/browser.ts";

describe.skipIf(reason !== null)(named("the first day with a node"), () => {
  let browser: Browser;
  let bench: NodeBench;
  let receiver: WebhookReceiver;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    bench = await NodeBench.make();
    receiver = new WebhookReceiver();
    await receiver.start();
    browser = await launch();
  });

  afterAll(async () => {
    await browser?.close();
    await bench?.close();
    await receiver?.stop();
  });

  /** Where a share of the picture is on the screen. */
  const onScreen = async (x: number, y: number): Promise<[number, number]> => {
    const box = await page.locator("svg.surface").boundingBox();
    if (box === null) throw new Error("no surface to draw on");
    const scale = Math.min(box.width / 1280, box.height / 720);
    const left = box.x + (box.width - 1280 * scale) / 2;
    const top = box.y + (box.height - 720 * scale) / 2;
    return [left + x * 1280 * scale, top + y * 720 * scale];
  };

  const firing = (): typeof receiver.received =>
    receiver.received.filter(({ body }) => body.event === "firing");

  test("a camera, a zone drawn with the mouse, one message for one event", {
    timeout: 180_000,
  }, async () => {
    const video = join(bench.folder, "my street.mp4");
    await writeFile(video, await readFile(samplePath("yard")));
    const node = await bench.start({ page: await buildPage() });
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });

    // Nothing configured: the simulated scene, and a way to a camera of one's own.
    await page.goto(node.url);
    await page.getByText("Add your own camera").click();
    await page.getByLabel("Address or file").fill(video);
    await page.getByRole("button", { name: "Try it" }).click();
    const works = page.getByRole("region", { name: "It works" });
    await works.waitFor();
    expect(await works.innerText()).toContain("1280 × 720");
    await page.getByLabel("What people call it").fill("My street");
    await page.getByRole("button", { name: "Save camera" }).click();

    await page.getByRole("button", { name: "Draw zones" }).click();
    await page.getByRole("button", { name: "Zone", exact: true }).click();
    // The road, from edge to edge.
    const corners = [
      [0.02, 0.45],
      [0.98, 0.45],
      [0.98, 0.62],
      [0.02, 0.62],
    ] as const;
    for (const [x, y] of corners) await page.mouse.click(...(await onScreen(x, y)));
    await page.mouse.click(...(await onScreen(0.02, 0.45)));
    await page.getByLabel("Name").fill("Road");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("All saved").waitFor();
    await until(() => node.status().cameras.find(({ areas }) => areas[0]?.id === "road") ?? null);

    await page.goto(`${node.url}#/settings/channels`);
    await page.getByRole("button", { name: "New channel" }).click();
    await page.getByText("Webhook", { exact: true }).click();
    await page.getByLabel("Address").fill(receiver.url);
    await page.getByRole("button", { name: "Add channel" }).click();
    await page.getByText("Channel added.").waitFor();
    await page.goto(`${node.url}#/settings/rules`);
    await page.getByRole("button", { name: "New rule" }).click();
    await page.getByLabel("Name").fill("Traffic");
    await page.getByRole("button", { name: "Save rule" }).click();
    await page.getByText("Rule saved.").waitFor();

    const told = await until(() => firing()[0] ?? null, 90);
    expect(told.body).toMatchObject({
      event: "firing",
      alert: { rule: "traffic", kind: "motion" },
    });
    expect(told.body.title).toContain("My street");
    const before = await get<InsightPage>(node.url, "api/insights?kind=motion");
    expect(before.items.length).toBeGreaterThan(0);
    const written = await readFile(bench.config, "utf8");
    expect(written).toMatch(/^# /);
    expect(written).toContain("name: My street");
    expect(complaints).toEqual([]);
    await node.stop();
  });

  test("killed and started again, it has everything, and tells nothing twice", {
    timeout: 180_000,
  }, async () => {
    const first = await bench.spawn();
    const known = await until(async () => {
      const { items } = await get<InsightPage>(first.url, "api/insights?kind=motion&limit=1000");
      return items.some(({ from }) => Date.now() - from < 20_000) ? items : null;
    }, 60);
    await kill(first.child, "SIGKILL");
    const { url } = await bench.spawn();
    const { items } = await get<InsightPage>(url, "api/insights?kind=motion&limit=1000");
    const stored = new Set(items.map(({ id }) => id));
    for (const { id } of known) expect(stored.has(id)).toBe(true);
    const { items: alerts } = await get<AlertPage>(url, "api/alerts?rule=traffic&limit=1000");
    const episodes = firing().map(({ body }) => body.alert?.id);
    expect(new Set(episodes).size).toBe(new Set(receiver.ids).size);
    for (const id of episodes) expect(alerts.map((alert) => alert.id)).toContain(id);
  });
});
