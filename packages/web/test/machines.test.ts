import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildPage, launch, named, reason } from "./support/browser.ts";
import { type FakeNode, startFakeNode } from "./support/fake-node.ts";
import { kindAt, machineAt } from "./support/machines.ts";
import { openWatched, violations, type Watched } from "./support/watched.ts";

describe.skipIf(reason !== null)(named("machines"), () => {
  let browser: Browser;
  let node: FakeNode;
  let watched: Watched;
  let page: Page;

  beforeAll(async () => {
    node = await startFakeNode(await buildPage());
    browser = await launch();
    watched = await openWatched(browser, `${node.url}/#/machines`);
    page = watched.page;
    await page.locator(".machine-card").nth(2).waitFor();
  });

  afterAll(async () => {
    await browser?.close();
    await node?.stop();
  });

  const lives = (): Promise<string[]> =>
    page.locator(".machine-card .machine-life").allInnerTexts();

  test("are shown most urgent first, in words, and what is not known as that", async () => {
    expect(await lives()).toEqual([
      "About 34 cycles, between 22 and 51",
      "Don’t know: operating condition never seen",
      "At least 110 cycles",
    ]);
    const first = await page.locator(".machine-card").first().innerText();
    expect(first).toContain("simulated");
    expect(first).toContain("Ill");
    expect(first).toContain("1 sensor without a usable value: no fault of the machine");
    expect(await violations(page)).toEqual([]);
  });

  test("change as the node tells, each on its own card", async () => {
    await page.evaluate(() => {
      for (const card of document.querySelectorAll(".machine-card")) {
        (card as HTMLElement).dataset.kept = "";
      }
    });
    node.emit(
      "machine",
      machineAt("pump-1", Date.now(), "healthy", { remaining: 90, low: 70, high: 120 }),
    );
    await expect.poll(lives).toContain("About 90 cycles, between 70 and 120");
    // The others were not made anew.
    const kept = await page.evaluate(
      () =>
        [...document.querySelectorAll(".machine-card")].filter(
          (card) => (card as HTMLElement).dataset.kept !== undefined,
        ).length,
    );
    expect(kept).toBe(3);
    node.emit("machine", machineAt("pump-9", Date.now(), "watch", { remaining: 60 }));
    await expect.poll(() => page.locator(".machine-card").count()).toBe(4);
  });

  test("say what their models learned, and go back to an earlier version when asked to", async () => {
    const panel = page.locator(".learning");
    expect(await panel.innerText()).toContain("91 % of past truths lay in their 90 % intervals");
    node.emit("learning", { ...kindAt(Date.now()), learning: "growing trees, 40 %" });
    await panel.getByText("Learning: growing trees, 40 %").waitFor();
    await panel.getByRole("button", { name: "Go back to this version" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Go back", exact: true }).click();
    await expect
      .poll(() => node.changes.at(-1))
      .toMatchObject({
        method: "POST",
        path: "/api/kinds/pump/rollback",
        body: { version: "v1" },
        csrf: "c5rf",
      });
  });

  test("show why: curve, carriers with their sign, silent sensors apart from the machine", async () => {
    await page.locator(".machine-card a").first().click();
    await page.locator(".machine-curve canvas").waitFor();
    expect(await page.locator(".chart-legend").innerText()).toMatch(/estimate\s+35/);
    const carriers = page.locator(".carriers").first();
    expect(await carriers.locator("li").allInnerTexts()).toEqual([
      expect.stringMatching(/^vibration\s+−40$/),
      expect.stringMatching(/^time in service\s+−12$/),
      expect.stringMatching(/^flow\s+\+6.0$/),
    ]);
    expect(await page.locator(".sensor-fault").innerText()).toMatch(/^flow\s+29 m3\/h\s+silent/);
    await page.getByText("Risk of failing within 30 cycles: 41 %").waitFor();
    await page.getByText("Plan a repair within 22 cycles.").waitFor();
    expect(await violations(page)).toEqual([]);
  });

  test("fit a phone", async () => {
    await watched.close();
    watched = await openWatched(browser, `${node.url}/#/machines`, {
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
    });
    page = watched.page;
    await page.locator(".machine-card").nth(2).waitFor();
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(wide).toBeLessThanOrEqual(390);
    expect(await violations(page)).toEqual([]);
    expect(watched.complaints).toEqual([]);
    expect(watched.strangers).toEqual([]);
  });

  test("that are none say how to add one", async () => {
    node.answers.set("GET /api/machines", []);
    await page.reload();
    await page.getByText("No machine yet").waitFor();
  });
});
