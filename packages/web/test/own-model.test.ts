import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildPage, launch, named, reason } from "./support/browser.ts";
import { type FakeNode, startFakeNode } from "./support/fake-node.ts";
import { openWatched } from "./support/watched.ts";

const SAMPLE = fileURLToPath(new URL("../../edge/samples/yard.mp4", import.meta.url));

describe.skipIf(reason !== null)(named("a model in the browser"), () => {
  let browser: Browser;
  let node: FakeNode;

  beforeAll(async () => {
    node = await startFakeNode(await buildPage());
    browser = await launch();
  });

  afterAll(async () => {
    await browser?.close();
    await node?.stop();
  });

  for (const source of ["file", "camera"] as const) {
    test(`answers questions about ${source === "file" ? "a file" : "the device's camera"}`, async () => {
      const watched = await openWatched(browser, `${node.url}/#/own`, { permissions: ["camera"] });
      const { page } = watched;
      if (source === "file") {
        const [chooser] = await Promise.all([
          page.waitForEvent("filechooser"),
          page.locator(".drop").click(),
        ]);
        await chooser.setFiles(join(SAMPLE));
      } else await page.getByRole("button", { name: "Use this device’s camera" }).click();
      await page.getByRole("button", { name: "Ask", exact: true }).click();
      const answers = page.locator(".answers .answer:not(.unsure), .answers .sure");
      await answers.first().waitFor({ timeout: 120_000 });
      expect(await page.locator(".questions .panel-note").innerText()).toContain("web-wasm");
      // Compute is saved from the second window on; the first has nothing to reuse.
      await expect
        .poll(async () => Number.parseFloat(await page.getByTestId("saved").innerText()), {
          timeout: 60_000,
        })
        .toBeGreaterThan(10);
      await page.getByRole("button", { name: "What it sees" }).click();
      await page.getByLabel("Full", { exact: true }).check();
      await page.getByRole("button", { name: "Ask something else" }).click();
      await page.getByRole("button", { name: "Ask", exact: true }).waitFor();
      expect(watched.complaints).toEqual([]);
      expect(watched.strangers).toEqual([]);
      await watched.close();
    });
  }
});
