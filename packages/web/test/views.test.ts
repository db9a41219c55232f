import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildPage, launch, named, reason } from "./support/browser.ts";
import { type FakeNode, startFakeNode } from "./support/fake-node.ts";
import { openWatched, violations } from "./support/watched.ts";

/** Every view, and something that says that it has what it needs. */
const VIEWS: readonly (readonly [address: string, ready: string])[] = [
  ["live", ".tile-link >> nth=3"],
  ["camera/yard", ".truth b"],
  ["camera/yard/areas", ".area-list li >> nth=2"],
  ["timeline", ".event-row >> nth=4"],
  ["alerts", ".alert >> nth=4"],
  ["alerts/a9", ".alert.chosen"],
  ["share", ".release >> nth=20"],
  ["share/budgets", ".budget >> nth=2"],
  ["share/nodes", ".peer >> nth=2"],
  ["share/trust", ".trust-tier >> nth=2"],
  ["share/received", ".received-card canvas >> nth=1"],
  ["share/price", ".compare li >> nth=2"],
  ["health", ".chart >> nth=4"],
  ["sources", ".source-list li >> nth=3"],
  ["sources/add", ".wizard"],
  ["own", ".drop"],
  ["settings/rules", ".entries li >> nth=1"],
  ["settings/channels", ".entries li >> nth=2"],
  ["settings/config", ".editor-lines span >> nth=3"],
  ["settings/access", ".entries li >> nth=1"],
  ["settings/about", ".facts"],
];

const SIZES = {
  desktop: { width: 1280, height: 800 },
  phone: { width: 390, height: 844 },
} as const;

describe.skipIf(reason !== null)(named("every view"), () => {
  let browser: Browser;
  let node: FakeNode;
  let folder: string;

  beforeAll(async () => {
    folder = await buildPage();
    node = await startFakeNode(folder);
    node.alerts = node.alerts.slice(0, 12);
    browser = await launch();
  });

  afterAll(async () => {
    await browser?.close();
    await node?.stop();
  });

  for (const [size, viewport] of Object.entries(SIZES)) {
    for (const colorScheme of ["light", "dark"] as const) {
      test(`can be used by everybody: ${size}, ${colorScheme}`, async () => {
        const options = { viewport, colorScheme, reducedMotion: "reduce" } as const;
        const watched = await openWatched(browser, `${node.url}/#/live`, options);
        const { page } = watched;
        // What the checks look at is not the video, which costs more than they do.
        node.silent = true;
        for (const [address, ready] of VIEWS) {
          await page.goto(`${node.url}/#/${address}`);
          await page.locator(ready).first().waitFor();
          // Nothing but colours differs between light and dark.
          const rules = colorScheme === "dark" ? ["color-contrast"] : [];
          expect(await violations(page, rules), address).toEqual([]);
          const wider = await page.evaluate(
            () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
          );
          expect(wider, `${address} is wider than the screen`).toBeLessThanOrEqual(0);
        }
        node.silent = false;
        expect(watched.complaints).toEqual([]);
        expect(watched.strangers).toEqual([]);
        await watched.close();
      });
    }
  }

  test("is looked at by checks that find something", async () => {
    const watched = await openWatched(browser, `${node.url}/#/settings/about`);
    const { page } = watched;
    await page.locator(".facts").first().waitFor();
    await page.evaluate(() => {
      const main = document.querySelector("main") as HTMLElement;
      main.append(document.createElement("input"), document.createElement("button"));
      (main.querySelector("h2") as HTMLElement).style.color = "rgb(128 128 128 / 0.4)";
    });
    const found = await violations(page);
    for (const rule of ["label", "button-name", "color-contrast"]) {
      expect(found.filter((line) => line.startsWith(`${rule}:`))).toHaveLength(1);
    }
    await watched.close();
  });

  test("sign-in screen, banners and dialogs as well", async () => {
    const watched = await openWatched(browser, `${node.url}/#/live`);
    const { page } = watched;
    await page.locator(".tile-link").first().waitFor();
    node.status = {
      problems: ['symbion.yaml:3:5: expected "file", got "fil"; did you mean "file"?'],
      store: {
        databaseBytes: 1,
        clipBytes: 1,
        companionBytes: 0,
        quotaBytes: 10,
        freeBytes: 0,
        writtenBytes: 1,
        writtenBytesPerDay: 1,
        problem: "the disk is full",
      },
    };
    await page.getByText("Nothing can be stored: the disk is full").waitFor();
    await page.getByText('did you mean "file"?').waitFor();
    expect(await violations(page)).toEqual([]);
    node.status = {};
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    expect(await page.getByRole("dialog").count()).toBe(0);

    node.session = { role: null, via: null, csrf: null };
    await page.reload();
    await page.getByLabel("Password or token").fill("wrong");
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect.poll(() => page.getByRole("alert").innerText()).toContain("refused with 401");
    await page.getByLabel("Password or token").fill("right");
    await page.keyboard.press("Enter");
    await page.locator(".tile-link").first().waitFor();
    node.session = { role: "admin", via: "loopback", csrf: "c5rf" };
    await watched.close();
  });

  test("goes by keyboard: skip link, order of focus, single keys that can be turned off", async () => {
    const watched = await openWatched(browser, `${node.url}/#/live`);
    const { page } = watched;
    await page.locator(".tile-link").first().waitFor();
    const focused = (): Promise<string> =>
      page.evaluate(
        () =>
          document.activeElement?.getAttribute("aria-label") ??
          document.activeElement?.textContent?.trim() ??
          "",
      );
    await page.keyboard.press("Tab");
    expect(await focused()).toBe("Skip to the content");
    const order: string[] = [];
    for (let step = 0; step < 11; step++) {
      await page.keyboard.press("Tab");
      order.push(await focused());
    }
    expect(order.slice(0, 4)).toEqual(["Live", "Machines", "Chat", "Timeline"]);
    expect(order[4]).toContain("Alerts");
    expect(order.slice(5, 9)).toEqual(["Sharing", "Health", "Sources", "Settings"]);
    expect(order[9]).toBe("Keyboard shortcuts");
    expect(order[10]).toMatch(/^Colours:/);
    // The skip link leads past all of it.
    await page.reload();
    await page.locator(".tile-link").first().waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.closest(".tiles-grid") !== null)).toBe(
      true,
    );

    await page.keyboard.press("5");
    await expect.poll(() => page.locator("h1").innerText()).toBe("Alerts");
    await expect.poll(focused).toBe("Alerts");
    await page.keyboard.press("t");
    expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe("light");
    await page.keyboard.press("?");
    await page.getByText("Single keys do something").click();
    await page.keyboard.press("Escape");
    await page.keyboard.press("1");
    await page.waitForTimeout(100);
    expect(await page.locator("h1").innerText()).toBe("Alerts");
    await watched.close();
  });

  test("draws every camera on one connection, and none that nobody sees", async () => {
    const watched = await openWatched(browser, `${node.url}/#/live`);
    const { page } = watched;
    const colours = (): Promise<number> =>
      page.locator('[data-camera="drive"] canvas').evaluate((element) => {
        const canvas = element as HTMLCanvasElement;
        const { data } = (canvas.getContext("2d") as CanvasRenderingContext2D).getImageData(
          0,
          0,
          canvas.width,
          canvas.height,
        );
        const seen = new Set<number>();
        for (let at = 0; at < data.length; at += 4 * 97) seen.add((data[at] as number) >> 3);
        return seen.size;
      });
    await expect.poll(colours).toBeGreaterThan(12);
    expect(node.streams()).toBe(1);
    // The same page away from the tiles: nothing is sent or decoded for them.
    await page.goto(`${node.url}/#/health`);
    await expect.poll(() => node.streams()).toBe(0);
    await page.goto(`${node.url}/#/camera/drive`);
    await expect.poll(() => node.streams()).toBe(1);
    expect(node.reads.at(-1)).not.toContain("/api/streams");
    await watched.close();
  });

  test("shows what is understood: mask, tracks with their numbers, zones", async () => {
    const watched = await openWatched(browser, `${node.url}/#/camera/yard`);
    const { page } = watched;
    const painted = (): Promise<number> =>
      page.getByTestId("overlay").evaluate((element) => {
        const canvas = element as HTMLCanvasElement;
        const context = canvas.getContext("2d") as CanvasRenderingContext2D;
        const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
        let count = 0;
        for (let at = 3; at < data.length; at += 4) if ((data[at] as number) > 0) count++;
        return count;
      });
    await page.getByRole("radio", { name: "Off" }).check({ force: true });
    await page.getByRole("checkbox", { name: "Tracks" }).uncheck();
    await expect.poll(painted).toBeGreaterThan(2000);
    const zones = await painted();
    await page.getByRole("checkbox", { name: "Zones" }).uncheck();
    await expect.poll(painted).toBe(0);
    await page.getByRole("checkbox", { name: "Tracks" }).check();
    await expect.poll(painted).toBeGreaterThan(200);
    await page.getByRole("checkbox", { name: "Tracks" }).uncheck();
    await page.getByRole("radio", { name: "Mask" }).check({ force: true });
    // A macroblock of the mask fills 256 pixels.
    await expect.poll(painted).toBeGreaterThanOrEqual(12 * 256);
    expect((await painted()) % 256).toBe(0);
    expect(zones).toBeGreaterThan(0);
    await watched.close();
  });

  test("comes in less than 200 kB at first", async () => {
    const html = await readFile(join(folder, "index.html"), "utf8");
    const files = new Set<string>();
    for (const [, path] of html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)) {
      if (path !== undefined) files.add(path);
    }
    // What a script imports at once comes at once, too.
    for (const path of files) {
      if (!path.endsWith(".js")) continue;
      const code = await readFile(join(folder, path), "utf8");
      for (const [, name] of code.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) {
        files.add(`/assets/${name}`);
      }
    }
    let bytes = gzipSync(html).length;
    for (const path of files) bytes += gzipSync(await readFile(join(folder, path))).length;
    expect([...files].filter((path) => path.endsWith(".js")).length).toBeGreaterThan(0);
    expect([...files].filter((path) => path.endsWith(".css")).length).toBeGreaterThan(0);
    expect(bytes).toBeLessThan(200_000);
    const timeline = "Nothing happened in this span";
    for (const path of files) {
      expect(await readFile(join(folder, path), "utf8"), path).not.toContain(timeline);
    }
  });
});
