import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { buildPage, launch, named, reason } from "./support/browser.ts";
import { type FakeNode, startFakeNode } from "./support/fake-node.ts";

type Manifest = {
  readonly display: string;
  readonly start_url: string;
  readonly icons: readonly {
    readonly src: string;
    readonly sizes: string;
    readonly purpose?: string;
  }[];
};

describe.skipIf(reason !== null)(named("the page without its node"), () => {
  let browser: Browser;
  let folder: string;
  let node: FakeNode;
  let context: BrowserContext;

  beforeAll(async () => {
    folder = await buildPage();
    browser = await launch();
  });

  afterAll(async () => {
    await browser?.close();
  });

  afterEach(async () => {
    await context?.close();
    await node?.stop();
  });

  /** A page whose service worker has taken over and put the last state by. */
  const settled = async (): Promise<Page> => {
    node = await startFakeNode(folder);
    node.silent = true;
    context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    await page.goto(`${node.url}/#/live`);
    await page.locator(".tile-link").first().waitFor();
    await page.evaluate(async () => {
      await navigator.serviceWorker.ready;
    });
    await expect
      .poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null))
      .toBe(true);
    await expect
      .poll(() => page.evaluate(async () => (await caches.match("/api/status")) !== undefined))
      .toBe(true);
    return page;
  };

  test("opens, shows the last state with its age, and goes on when the node is back", async () => {
    const page = await settled();
    const { port } = new URL(node.url);
    await node.stop();
    await page.reload();
    await expect.poll(() => page.getByRole("alert").innerText()).toMatch(/last state, \d+ s old/);
    expect(await page.locator(".tile-name").allInnerTexts()).toContain("Driveway");
    expect(await page.locator(".pill").innerText()).toBe("Not reachable");
    // Views that were never opened before come from the shell as well.
    await page.getByRole("link", { name: "Health" }).click();
    await page.getByText("Messages waiting").waitFor();
    await page.getByRole("link", { name: "Settings" }).click();
    await page.getByText("The node does not answer, so nothing can be changed now.").waitFor();
    node = await startFakeNode(folder, Number(port));
    node.silent = true;
    await expect.poll(() => page.locator(".pill").innerText()).toBe("3 of 4 live");
    expect(await page.getByRole("alert").count()).toBe(0);
  });

  test("keeps nothing of the interface but the last state, and not even that after signing out", async () => {
    const page = await settled();
    await page.goto(`${node.url}/#/timeline`);
    await page.locator(".event-row").nth(2).click();
    await page.goto(`${node.url}/#/settings/config`);
    await page.getByLabel("Text of the configuration").waitFor();
    const kept = (): Promise<string[]> =>
      page.evaluate(async () => {
        const paths: string[] = [];
        for (const name of await caches.keys()) {
          for (const request of await (await caches.open(name)).keys()) {
            paths.push(new URL(request.url).pathname);
          }
        }
        return paths;
      });
    const paths = await kept();
    expect(paths.filter((path) => path.startsWith("/api/"))).toEqual(["/api/status"]);
    expect(paths).toContain("/");
    expect(paths.filter((path) => path.startsWith("/assets/")).length).toBeGreaterThan(8);
    node.session = { role: "admin", via: "password", csrf: "c5rf" };
    await page.goto(`${node.url}/#/settings/access`);
    await page.reload();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("Password or token").waitFor();
    expect((await kept()).filter((path) => path.startsWith("/api/"))).toEqual([]);
  });

  test("can be installed: manifest, icons of the sizes they claim, one to be masked", async () => {
    const page = await settled();
    const manifest = (await page.evaluate(async () =>
      (await fetch("/manifest.webmanifest")).json(),
    )) as Manifest;
    expect(manifest.display).toBe("standalone");
    expect(manifest.start_url).toBe("/");
    const sizes = await page.evaluate(async (icons) => {
      const found: string[] = [];
      for (const { src } of icons) {
        const image = new Image();
        image.src = src;
        await image.decode();
        found.push(`${image.naturalWidth}x${image.naturalHeight}`);
      }
      return found;
    }, manifest.icons);
    for (const [index, icon] of manifest.icons.entries()) {
      if (icon.sizes !== "any") expect(sizes[index]).toBe(icon.sizes);
    }
    expect(manifest.icons.some(({ purpose }) => purpose === "maskable")).toBe(true);
    expect(manifest.icons.some(({ sizes }) => sizes === "192x192")).toBe(true);
    const worker = await readFile(join(folder, "sw.js"), "utf8");
    expect(worker).not.toContain("__SHELL__");
    expect(worker).not.toMatch(/^\s*(import|export)\b/m);
  });

  test("shows a push message as a notification of its alert", async () => {
    const page = await settled();
    await context.grantPermissions(["notifications"], { origin: node.url });
    const session = await context.newCDPSession(page);
    const registered = new Promise<string>((resolve) => {
      session.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
        const [first] = registrations;
        if (first !== undefined) resolve(first.registrationId);
      });
    });
    await session.send("ServiceWorker.enable");
    const registrationId = await registered;
    const push = async (data: string): Promise<void> => {
      const message = { origin: node.url, registrationId, data };
      await session.send("ServiceWorker.deliverPushMessage", message);
    };
    const shown = (): Promise<{ title: string; body: string; tag: string; target: string }[]> =>
      page.evaluate(async () => {
        const registration = await navigator.serviceWorker.ready;
        return (await registration.getNotifications()).map(({ title, body, tag, data }) => ({
          title,
          body,
          tag,
          target: (data as { target: string }).target,
        }));
      });
    const message = { title: "Driveway: something stays", body: "2 min", alert: "a9" };
    await push(JSON.stringify({ ...message, event: "firing", severity: "warning", at: 1 }));
    await expect
      .poll(shown)
      .toEqual([
        { title: "Driveway: something stays", body: "2 min", tag: "a9", target: "/#/alerts/a9" },
      ]);
    // Its end takes its place; bytes that nobody understands still become a notification.
    await push(JSON.stringify({ ...message, title: "Over", event: "resolved" }));
    await push("no JSON");
    await expect
      .poll(async () => (await shown()).map(({ title, tag }) => `${tag} ${title}`).toSorted())
      .toEqual(["a9 Over", "test Symbion"]);
  });
});
