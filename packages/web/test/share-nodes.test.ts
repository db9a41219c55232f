import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { Release } from "@symbion/core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { samplePath } from "../../edge/src/config/samples.ts";
import { NodeBench } from "../../edge/test/support/running-node.ts";
import { buildPage, launch, named, reason } from "./support/browser.ts";
import { openWatched, violations, type Watched } from "./support/watched.ts";

/** A port that nobody has now. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A camera that plays a file for ever, and a number of it every three seconds. */
function configOf(name: string, listen: number | null): string {
  return `
node: { name: ${name} }
cameras: [{ id: yard, file: ${JSON.stringify(samplePath("yard"))} }]
share:
  ${listen === null ? "" : `listen: 127.0.0.1:${listen}`}
  keys: file
  policy:
    rho-max: 0.5
    rho-min: 0.005
    tiers: [{ name: family, inverse-trust: 0 }, { name: town, inverse-trust: 1 }]
  budgets: [{ purpose: care, rho: 3.1 }]
  releases:
    - { id: motion, statistic: motion-episodes, slot: 3 s, tiers: [family, town], purpose: care }
`;
}

describe.skipIf(reason !== null)(named("two nodes and their pages"), () => {
  let browser: Browser;
  let benches: NodeBench[];
  let watched: Watched[];
  let near: Page;
  let far: Page;
  let urls: string[];

  beforeAll(async () => {
    browser = await launch();
    benches = await Promise.all([NodeBench.make(), NodeBench.make()]);
    const [a, b] = benches as [NodeBench, NodeBench];
    await a.write(configOf("Harbour", await freePort()));
    await b.write(configOf("Barn", null));
    const page = await buildPage();
    const nodes = await Promise.all([a.start({ page }), b.start({ page })]);
    urls = nodes.map(({ url }) => url);
    watched = await Promise.all(
      urls.map((url) => openWatched(browser, new URL("/#/share", url).href)),
    );
    [near, far] = watched.map(({ page }) => page) as [Page, Page];
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await Promise.all((benches ?? []).map((bench) => bench.close()));
  });

  const open = async (page: Page, part: string): Promise<void> => {
    await page.goto(`${new URL(page.url()).origin}/#/share${part}`);
  };

  test("say that nothing has left before they know each other", async () => {
    for (const page of [near, far]) {
      await page.getByText("Nothing has left this device", { exact: true }).waitFor();
    }
  });

  test("enrol by an invitation that is copied from one page into the other", {
    timeout: 60_000,
  }, async () => {
    await open(near, "/nodes");
    await open(far, "/nodes");
    await far.getByText("nowhere: it calls others").waitFor();
    await near.getByLabel("Tier of the new node").selectOption("town");
    const make = near.getByRole("button", { name: "Make an invitation" });
    await expect.poll(() => make.isEnabled(), { timeout: 20_000 }).toBe(true);
    await make.click();
    const invitation = await near.locator(".invitation-text").innerText();
    const shown = await near.locator(".invitation .fingerprint").innerText();

    // One that somebody changed is refused, in words.
    await far.getByRole("textbox", { name: "Invitation" }).fill(`${invitation.slice(0, -6)}AAAAAA`);
    await far.getByRole("button", { name: "Join" }).click();
    await far.locator(".join [role=alert]").waitFor();
    await far.getByRole("textbox", { name: "Invitation" }).fill(invitation);
    await far.getByLabel("Tier of that node").selectOption("town");
    await far.getByRole("button", { name: "Join" }).click();
    const joined = far.locator(".joined-node");
    await joined.waitFor();
    await joined.getByText("Compare fingerprints").click();
    await joined.getByLabel(/itself shows/).fill(shown);
    await joined.getByText("The same: it is the node that you mean.").waitFor();
    for (const page of [near, far]) {
      await page.getByText("X25519MLKEM768 · quantum-safe").waitFor({ timeout: 30_000 });
    }
    expect(await violations(far)).toEqual([]);
  });

  test("exchange numbers with noise, and both pages show them as they go and come", {
    timeout: 90_000,
  }, async () => {
    for (const page of [near, far]) {
      await open(page, "");
      await page
        .locator(".release.sent.noisy", { hasText: "motion episodes" })
        .first()
        .waitFor({ timeout: 40_000 });
      expect(await page.locator(".share-headline").innerText()).toMatch(
        /things? left this device today$/,
      );
      await open(page, "/received");
      await page.locator(".received-card canvas").waitFor({ timeout: 40_000 });
      expect(await page.locator(".received-band").innerText()).toMatch(/^± \d+/);
      await open(page, "/budgets");
      await page.locator(".budget").first().waitFor();
      await open(page, "/price");
      await expect
        .poll(() => page.locator(".price").innerText(), { timeout: 20_000 })
        .toMatch(/links\s+[\d.]+\sm?s/);
      await page.getByText("X25519MLKEM768").first().waitFor();
      expect(await violations(page)).toEqual([]);
    }
  });

  test("carry the log away, and the file is a release itself", async () => {
    await open(near, "");
    const [download] = await Promise.all([
      near.waitForEvent("download"),
      near.getByRole("link", { name: "Export as NDJSON" }).click(),
    ]);
    const lines = (await readFile(await download.path(), "utf8")).trim().split("\n");
    const releases = lines.map((line) => JSON.parse(line) as Release);
    expect(releases.some(({ route, state }) => route === "link" && state === "sent")).toBe(true);
    await near.locator(".release", { hasText: "in a file that was carried away" }).waitFor();
    const [table] = await Promise.all([
      near.waitForEvent("download"),
      near.getByRole("link", { name: "Export as CSV" }).click(),
    ]);
    expect(await readFile(await table.path(), "utf8")).toMatch(/^id,at,recipient,route,what,/);
    expect(table.suggestedFilename()).toMatch(/\.csv$/);
  });

  test("another tier is signed by a click; who is forgotten is gone from both", {
    timeout: 60_000,
  }, async () => {
    await open(near, "/nodes");
    await near.locator(".peer select").selectOption("family");
    await near.getByRole("button", { name: "Sign the policy" }).click();
    await open(near, "/trust");
    await expect
      .poll(() => near.locator(".trust tbody tr").first().innerText(), { timeout: 20_000 })
      .not.toContain("none");
    // At rho 0.5 for each number the budget is spent within a few, and the page says what was kept back.
    await open(near, "?state=refused");
    await near.locator(".release.refused .release-reason").first().waitFor({ timeout: 40_000 });
    await open(near, "/nodes");
    await near.getByRole("button", { name: /^Forget / }).click();
    await near.getByRole("dialog").getByRole("button", { name: "Forget" }).click();
    await near.getByText("None yet.").waitFor();
    await open(far, "/nodes");
    await far.locator(".peer.refused").waitFor({ timeout: 40_000 });
    const complaints = watched.flatMap((one) => one.complaints);
    expect(complaints.filter((line) => !/status of 422/.test(line))).toEqual([]);
    expect(watched.flatMap(({ strangers }) => strangers)).toEqual([]);
  });
});
