import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  aggregatePage,
  cryptoUse,
  invited,
  releasePage,
  sharePolicy,
  shareStatus,
} from "../../edge/src/server/share-schemas.ts";
import {
  bareFingerprint,
  belief,
  chance,
  epsilonOf,
  factorText,
  figure,
  isQuantumSafe,
  joules,
  recipientName,
} from "../src/views/share/words.ts";
import { buildPage, launch, named, reason } from "./support/browser.ts";
import { type FakeNode, startFakeNode } from "./support/fake-node.ts";
import {
  aggregateAt,
  aggregatesAt,
  BUDGETS,
  INVENTORY,
  invitedAt,
  OTHER,
  OWN,
  peerAt,
  peersAt,
  releaseAt,
  releasesAt,
  shareAt,
  silentShare,
  TRUST,
} from "./support/share.ts";
import { openWatched, violations, type Watched } from "./support/watched.ts";

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

describe("words of sharing", () => {
  test("say what epsilon means, and never less than it is", () => {
    // Golden values of the conversion at delta 1e-6.
    expect(epsilonOf(0.5, 1e-6)).toBeCloseTo(5.2215, 4);
    expect(epsilonOf(0.125, 1e-6)).toBeCloseTo(2.42, 2);
    expect(epsilonOf(0.65, 1e-6)).toBeCloseTo(6.06, 2);
    expect(epsilonOf(0, 1e-6)).toBe(0);
    // The bound holds for every alpha: a search that stops early may only be above the smallest.
    const smallest = (rho: number, delta: number): number => {
      let least = Number.POSITIVE_INFINITY;
      for (let at = -6; at < 9; at += 0.0005) {
        const over = 10 ** at;
        const alpha = 1 + over;
        const one =
          alpha * rho - (Math.log(delta) + Math.log(alpha)) / over + Math.log(over / alpha);
        least = Math.min(least, one);
      }
      return least;
    };
    for (const rho of [1e-6, 0.003, 0.5, 20]) {
      for (const delta of [1e-3, 1e-6, 1e-12]) {
        const found = epsilonOf(rho, delta);
        expect(found).toBeCloseTo(Math.max(0, smallest(rho, delta)), 4);
      }
    }
    expect(belief(0)).toBe(0.5);
    expect(belief(Math.log(3))).toBeCloseTo(0.75, 12);
    expect([0, 0.43, 5.22, 12.1].map(factorText)).toEqual(["1.00", "1.54", "185", "180\u202f000"]);
    expect(factorText(14)).toBe("more than a million");
    expect(chance(1e-6)).toBe("1 in 1\u202f000\u202f000");
    expect([0, 0.004, 0.43, 5.22, 12.1, 181.4].map(figure)).toEqual([
      ...["0", "0.004", "0.43", "5.2", "12.1", "181"],
    ]);
    expect([0, 2.3e-5, 0.015, 8.2, 4100].map(joules)).toEqual([
      ...["0\u202fJ", "23\u202fµJ", "15\u202fmJ", "8.2\u202fJ", "4.1\u202fkJ"],
    ]);
  });

  test("know which key exchanges hold, and that spaces and dashes are no part of a fingerprint", () => {
    for (const group of ["X25519MLKEM768", "SecP256r1MLKEM768", "MLKEM1024", "ML-KEM-768"]) {
      expect(isQuantumSafe(group), group).toBe(true);
    }
    for (const group of ["X25519", "P-256", "secp384r1", ""]) {
      expect(isQuantumSafe(group), group).toBe(false);
    }
    expect(recipientName("626eae35dc0fe97b")).toBe("node 626eae35");
    expect(recipientName("phone")).toBe("phone");
    expect(bareFingerprint(" 7F3A 09c1–b4d2")).toBe("7f3a09c1b4d2");
  });
});

test("what the page is tested with is what the node's interface answers", () => {
  const now = Date.now();
  const releases = releasesAt(now);
  shareStatus.parse(shareAt(now, releases));
  shareStatus.parse(silentShare(now));
  releasePage.parse({ releases, next: null });
  aggregatePage.parse({ aggregates: aggregatesAt(now), next: null });
  sharePolicy.parse(TRUST);
  for (const one of INVENTORY) cryptoUse.parse(one);
  invited.parse(invitedAt(now));
  expect(() => shareStatus.parse({ ...silentShare(now), surprise: 1 })).toThrow();
});

describe.skipIf(reason !== null)(named("what left this device"), () => {
  let browser: Browser;
  let node: FakeNode;
  let folder: string;
  let watched: Watched;
  let page: Page;

  beforeAll(async () => {
    folder = await buildPage();
    node = await startFakeNode(folder);
    browser = await launch();
    watched = await openWatched(browser, `${node.url}/#/share`);
    page = watched.page;
    await page.locator(".release").nth(20).waitFor();
  });

  afterAll(async () => {
    await browser?.close();
    await node?.stop();
  });

  const go = async (part: string, ready: string): Promise<void> => {
    await page.goto(`${node.url}/#/share${part}`);
    await page.locator(ready).first().waitFor();
  };
  const headline = (): Promise<string> => page.locator(".share-headline").innerText();
  const sentToday = (): number => {
    const midnight = new Date().setHours(0, 0, 0, 0);
    return node.releases.filter(({ state, at }) => state === "sent" && at >= midnight).length;
  };

  test("says first how much, to whom, and what went as it is", async () => {
    const count = sentToday();
    expect(await headline()).toBe(
      `${count} ${count === 1 ? "thing" : "things"} left this device today`,
    );
    const head = page.locator(".share-head");
    await head.getByText("1 as it is, without noise").waitFor();
    await head.getByRole("link", { name: "1 waits to be handed over" }).waitFor();
    await head.getByRole("link", { name: "1 not confirmed: may have gone" }).waitFor();
    await head.getByRole("link", { name: "1 kept back today" }).waitFor();
    const recipients = await page.locator(".share-to li").allInnerTexts();
    expect(recipients.some((text) => /^phone\s+1 thing, 1.31\skB$/.test(text))).toBe(true);
    await page
      .getByRole("img", { name: /^Today by the hour: \d+ with noise, 1 as they/ })
      .waitFor();
    expect(await violations(page)).toEqual([]);
  });

  test("lists who, what, what for, protection, bytes, and why something was kept back", async () => {
    const refused = page.locator(".release.refused");
    expect(await refused.innerText()).toContain(
      "the budget of garage for occupancy is spent until 2026-06-02",
    );
    expect(await refused.innerText()).toContain("no byte");
    expect(await refused.innerText()).toContain("kept back");
    const alert = await page.locator(".release", { hasText: "to phone" }).innerText();
    expect(alert).toContain("as it is");
    expect(alert).toContain("without noise");
    const first = page.locator(".release.sent.noisy").first();
    const text = await first.innerText();
    expect(text).toMatch(/motion episodes per 15-minute of (yard|drive)/);
    expect(text).toMatch(/to (harbour|neighbour) over a link, for occupancy/);
    expect(text).toMatch(/ε.0\.91/);
    expect(text).toMatch(/\d+\sB security/);
    // What a program draws is said to be so, here too.
    expect(await page.locator('.release:has-text("of yard")').first().innerText()).toContain(
      "simulated",
    );
    // Opened with the keyboard, it says all that is known.
    await first.locator("summary").focus();
    await page.keyboard.press("Enter");
    const facts = await first.locator(".release-facts").innerText();
    expect(facts).toContain("discrete gaussian");
    expect(facts).toContain(
      "odds about one 15-minute slot of one camera change by a factor of 2.48 at most",
    );
    expect(facts).toContain("5be0c1d29f3a7744");
    expect(await violations(page)).toEqual([]);
  });

  test("can be filtered by what became of it, way out and recipient, and paged", async () => {
    const rows = page.locator(".release");
    await expect.poll(() => rows.count()).toBe(40);
    await page.getByRole("button", { name: "Older releases" }).click();
    await expect.poll(() => rows.count()).toBe(node.releases.length);
    expect(await page.getByRole("button", { name: "Older releases" }).count()).toBe(0);

    await page.getByLabel("What became of it").selectOption("refused");
    await expect.poll(() => rows.count()).toBe(1);
    expect(page.url()).toContain("state=refused");
    await page.getByLabel("What became of it").selectOption("");
    await page.getByLabel("Way out").selectOption("alert");
    await expect.poll(() => rows.count()).toBe(1);
    await page.getByRole("button", { name: "Show all" }).click();
    await expect.poll(() => rows.count()).toBe(40);
    await page.locator(".share-to").getByRole("link", { name: "neighbour" }).click();
    await expect
      .poll(async () => {
        const texts = await rows.allInnerTexts();
        return texts.length > 3 && texts.every((text) => text.includes("to neighbour"));
      })
      .toBe(true);
    expect(node.reads.some((path) => path.includes("recipient=neighbour"))).toBe(true);
    await page.getByLabel("Way out").selectOption("model");
    await page.getByText("No release is like that.").waitFor();
    await page.getByRole("button", { name: "Show all" }).click();
  });

  test("shows what leaves as it leaves, once, and what becomes of it", async () => {
    await expect.poll(() => page.locator(".release").count()).toBe(40);
    const before = sentToday();
    const release = releaseAt(Date.now(), {
      ...{ id: "zz-live", state: "pending", securityBytes: null, session: null },
      what: "alerts per hour",
    });
    const row = page.locator('[data-release="zz-live"]');
    node.emit("release", release);
    await row.getByText("waiting").waitFor();
    expect(await page.locator(".release").first().getAttribute("data-release")).toBe("zz-live");
    expect(await headline()).toContain(`${before} thing`);
    node.emit("release", { ...release, state: "sent", securityBytes: 61, session: "s" });
    await row.getByText("sent", { exact: true }).waitFor();
    await row.getByText("61\u202fB security", { exact: true }).waitFor();
    expect(await row.count()).toBe(1);
    await expect.poll(headline).toContain(`${before + 1} things left`);
    // Several at once are all there.
    for (const id of ["zz-one", "zz-three", "zz-two"]) {
      node.emit("release", releaseAt(Date.now(), { id }));
    }
    await expect
      .poll(() =>
        page
          .locator(".release")
          .evaluateAll((rows) => rows.slice(0, 4).map((row) => row.getAttribute("data-release"))),
      )
      .toEqual(["zz-two", "zz-three", "zz-one", "zz-live"]);
    // Only what is asked for comes into a list that is filtered.
    await page.getByLabel("What became of it").selectOption("refused");
    await expect.poll(() => page.locator(".release").count()).toBe(1);
    node.emit("release", releaseAt(Date.now(), { id: "zz-other" }));
    node.emit(
      "release",
      releaseAt(Date.now(), { id: "zz-refused", state: "refused", reason: "the budget is spent" }),
    );
    await page.locator('[data-release="zz-refused"]').getByText("the budget is spent").waitFor();
    expect(await page.locator('[data-release="zz-other"]').count()).toBe(0);
    await page.getByRole("button", { name: "Show all" }).click();
  });

  test("can be carried away as CSV and NDJSON, which is a release, too", async () => {
    for (const format of ["CSV", "NDJSON"]) {
      const link = page.getByRole("link", { name: `Export as ${format}` });
      expect(await link.getAttribute("href")).toBe(
        `/api/releases/export?format=${format.toLowerCase()}`,
      );
      expect(await link.getAttribute("download")).not.toBeNull();
      expect(await link.getAttribute("title")).toContain("written down as a release");
    }
  });

  test("shows budgets spent and left, refusals, and what epsilon means", async () => {
    await go("/budgets", ".budget");
    const bars = await page.locator(".budget").allInnerTexts();
    expect(bars[0]).toMatch(/^garage\s+2026-06-01\s+spent/);
    expect(bars[0]).toContain("6 releases kept back");
    expect(bars[2]).toMatch(/ε.7\.4 left/);
    expect(bars[2]).toMatch(/ε.4\.7 of 12\.1 spent on one 15-minute slot of one camera/);
    const widths = await page
      .locator(".budget-bar")
      .evaluateAll((list) => list.map((one) => one.getAttribute("aria-label")));
    expect(widths).toEqual(["100", "80", "39"].map((share) => `${share} % of the budget spent`));
    const meaning = page.locator(".meaning");
    await meaning.getByText("180\u202f000").waitFor();
    await meaning.getByText("can be all but certain afterwards").waitFor();
    // Moved by keys to its beginning: almost nothing can be told.
    await meaning.getByLabel("Try another epsilon").focus();
    await page.keyboard.press("Home");
    await meaning.getByText("ε\u202f0.01").waitFor();
    await meaning.getByText("a strong promise").waitFor();
    await meaning.getByText("1.01", { exact: true }).waitFor();
    await meaning.getByText("between 50 % and 50 % sure").waitFor();
    await page.locator(".not-protected").getByText("without noise").waitFor();
    expect(await violations(page)).toEqual([]);
    // Live: more is spent.
    const budgets = [{ ...BUDGETS[0], spentEpsilon: 11.5, refused: 2 } as (typeof BUDGETS)[number]];
    node.emit("share", shareAt(Date.now(), node.releases, { budgets }));
    await page.getByText("2 releases kept back").waitFor();
    await page.getByRole("link", { name: "2 releases kept back" }).click();
    await expect.poll(() => page.url()).toContain("#/share?state=refused");
  });

  test("shows other nodes: state, keys, whether they hold against a quantum computer", async () => {
    await go("/nodes", ".peer");
    const text = (id: string): Promise<string> => page.locator(`[data-peer="${id}"]`).innerText();
    await page.reload();
    await page.locator(".peer").nth(2).waitFor();
    expect(await text("harbour")).toContain("X25519MLKEM768 · quantum-safe");
    expect(await text("harbour")).toContain("41, last heard of");
    expect(await text("neighbour")).toContain("no answer for 90 minutes");
    expect(await text("workshop")).toContain("its key is not the one that was enrolled");
    node.emit(
      "share",
      shareAt(Date.now(), node.releases, {
        profile: "legacy",
        peers: [peerAt(Date.now(), { group: "X25519" }), ...peersAt(Date.now()).slice(1)],
      }),
    );
    await page.getByText("X25519 · not quantum-safe").waitFor();
    await page.getByText("also without post-quantum keys").waitFor();
    expect(await violations(page)).toEqual([]);
  });

  test("compares fingerprints however they are typed", async () => {
    const peer = page.locator('[data-peer="harbour"]');
    await peer.getByText("Compare fingerprints").click();
    const field = peer.getByLabel("What harbour itself shows");
    await field.fill(OTHER.replaceAll("-", " ").toUpperCase());
    await peer.getByText("The same: it is the node that you mean.").waitFor();
    await field.fill(OTHER.slice(0, 9));
    await peer.getByText("The same so far.").waitFor();
    await field.fill(OWN);
    await peer.getByText("Different: somebody else may stand in between.").waitFor();
  });

  test("changes a tier only after a question, and forgets only after one", async () => {
    const peer = page.locator('[data-peer="harbour"]');
    const dialog = page.getByRole("dialog");
    const select = peer.getByLabel("Tier of harbour");
    const changes = node.changes.length;
    await select.selectOption("family");
    await dialog.getByText(/one release tells it up to ε.5\.2/).waitFor();
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await expect.poll(() => select.inputValue()).toBe("town");
    expect(node.changes.length).toBe(changes);
    await select.selectOption("street");
    await dialog.getByRole("button", { name: "Sign the policy" }).click();
    await expect
      .poll(() => node.changes.at(-1))
      .toMatchObject({
        ...{ method: "PUT", path: "/api/share/peers/harbour/tier", body: { tier: "street" } },
        csrf: "c5rf",
      });
    await expect.poll(() => select.inputValue()).toBe("street");

    const forget = page.locator('[data-peer="workshop"]').getByRole("button", { name: "Forget" });
    await forget.click();
    await page.locator("dialog[open]").waitFor();
    await page.keyboard.press("Escape");
    await expect.poll(() => dialog.count()).toBe(0);
    expect(node.changes.at(-1)?.method).toBe("PUT");
    await forget.click();
    await dialog.getByText("The keys for its links are destroyed").waitFor();
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Forget" }).click();
    await expect
      .poll(() => node.changes.at(-1))
      .toMatchObject({ method: "DELETE", path: "/api/share/peers/workshop", csrf: "c5rf" });
    await expect.poll(() => page.locator('[data-peer="workshop"]').count()).toBe(0);
  });

  test("makes an invitation that is shown once, with its end and what to compare", async () => {
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    const panel = page.locator(".invite");
    await panel.getByLabel("Tier of the new node").selectOption("town");
    await panel.getByLabel("Holds for").selectOption("15");
    await panel.getByRole("button", { name: "Make an invitation" }).click();
    await panel.getByText("The invitation is shown only now.").waitFor();
    expect(node.changes.at(-1)).toMatchObject({
      ...{ method: "POST", path: "/api/share/invitations", csrf: "c5rf" },
      body: { tier: "town", minutes: 15 },
    });
    const invitation = await panel.locator(".invitation-text").innerText();
    expect(invitation).toMatch(/^symbion-link:10\.0\.0\.3:8490#/);
    expect(await panel.locator(".expiry").innerText()).toMatch(/^valid for 60 min$/);
    expect((await panel.locator(".fingerprint").innerText()).replace(/\s/g, "")).toBe(
      OWN.replaceAll("-", ""),
    );
    await panel.getByRole("button", { name: "Copy", exact: true }).click();
    await page.getByText("Copied.").first().waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(invitation);
    expect(await violations(page)).toEqual([]);
    await panel.getByRole("button", { name: "Hide" }).click();
    expect(await page.locator(".invitation-text").count()).toBe(0);
    // One that has ended is not offered any longer.
    node.answers.set("POST /api/share/invitations", {
      ...invitedAt(Date.now()),
      expiresAt: Date.now() + 2500,
    });
    await panel.getByRole("button", { name: "Make an invitation" }).click();
    await panel.locator(".invitation-text").waitFor();
    await panel.getByText("The invitation is no longer valid.").waitFor();
    expect(await page.locator(".invitation-text").count()).toBe(0);
    node.answers.delete("POST /api/share/invitations");
  });

  test("joins by an invitation; one that is refused says why and stays to be mended", async () => {
    const panel = page.locator(".join");
    const button = panel.getByRole("button", { name: "Join" });
    expect(await button.isDisabled()).toBe(true);
    await panel.getByLabel("Invitation").fill("  symbion-link:10.0.0.5:8490#abc \n");
    await panel.getByLabel("Tier of that node").selectOption("street");
    node.answers.set("POST /api/share/peers", 422);
    await button.click();
    await panel.getByText("refused with 422").waitFor();
    expect(await panel.getByLabel("Invitation").inputValue()).toContain("#abc");
    node.answers.delete("POST /api/share/peers");
    await button.click();
    await panel.getByText("Enrolled with barn.").waitFor();
    expect(node.changes.at(-1)).toMatchObject({
      ...{ method: "POST", path: "/api/share/peers", csrf: "c5rf" },
      body: { invitation: "symbion-link:10.0.0.5:8490#abc", tier: "street" },
    });
    await panel.getByText("Compare fingerprints").click();
    await panel.getByLabel("What barn itself shows").fill(OTHER);
    await panel.getByText("The same: it is the node that you mean.").waitFor();
    await page.locator('.peers [data-peer="barn"]').waitFor();
  });

  test("draws trust as a curve, and says what tiers learn together", async () => {
    await go("/trust", ".trust-tier");
    await page.reload();
    await page.locator(".trust-tier").nth(2).waitFor();
    expect(await page.locator(".trust-count").allTextContents()).toEqual(["neighbour", "harbour"]);
    expect(await page.locator(".trust tbody tr").allInnerTexts()).toEqual([
      expect.stringMatching(/^family\s+0\s+ε.5\.2\s+0\.5\s+185 ×\s+none$/),
      expect.stringMatching(/^street\s+0\.3\s+ε.2\.4\s+0\.126\s+11 ×\s+neighbour$/),
      expect.stringMatching(/^town\s+0\.7\s+ε.0\.90\s+0\.0199\s+2\.45 ×\s+harbour$/),
    ]);
    const together = page.locator(".together");
    await together.getByText(/Together they learn what family knows alone, ε.5\.2/).waitFor();
    expect(await together.locator(".compare b").allInnerTexts()).toEqual([
      expect.stringMatching(/^ε.5\.2$/),
      expect.stringMatching(/^ε.6\.0$/),
    ]);
    await together.getByLabel("family").uncheck();
    await together.getByText(/Together they learn what street knows alone, ε.2\.4/).waitFor();
    await together.getByLabel("street").uncheck();
    await together.getByText(/Alone, town learns/).waitFor();
    await together.getByLabel("town").uncheck();
    await together.getByText("Nobody: nothing is learned.").waitFor();
    expect(await violations(page)).toEqual([]);
  });

  test("draws what others told with the band of its noise, and goes on as numbers come", async () => {
    await go("/received", ".received-card canvas");
    await expect.poll(() => page.locator(".received-card").count()).toBe(2);
    const card = page.locator(".received-card").first();
    expect(await card.innerText()).toContain("motion episodes per 15-minute of quay");
    expect(await card.locator(".received-band").innerText()).toBe("± 5");
    expect(await card.innerText()).toMatch(/ε.0\.91 for one 15-minute slot of one camera/);
    node.emit("aggregate", aggregateAt(Date.now(), 23.4));
    await expect.poll(() => card.locator(".received-number").innerText()).toBe("23");
    node.emit(
      "aggregate",
      aggregateAt(Date.now(), -1.2, { id: "zz", peer: "barn", what: "alerts per hour" }),
    );
    await expect.poll(() => page.locator(".received-card").count()).toBe(3);
    const fresh = page.locator('[data-peer="barn"]');
    // Noise may take a count below zero; that is said as it came.
    expect(await fresh.locator(".received-number").innerText()).toBe("−1");
    await fresh.getByText("The line begins with the next number.").waitFor();
    expect(await violations(page)).toEqual([]);
  });

  test("shows the price, its assumptions, and what it would have cost otherwise", async () => {
    await go("/price", ".compare li");
    const price = await page.locator(".price").innerText();
    expect(price).toContain("1.24");
    expect(price).toMatch(/content\s+24\.2\skB/);
    expect(price).toMatch(/security\s+5\.90\skB/);
    expect(price).toMatch(/noise and accounting\s+310\sms/);
    expect(price).toMatch(/links\s+1\.2\ss/);
    expect(price).toMatch(/sealing\s+88\sms/);
    expect(price).toContain("estimated");
    expect(price).toContain("Assumes 0.5 µJ per byte");
    expect(price).toContain("5 W for a busy core");
    expect(await page.locator(".price").getByRole("link").getAttribute("href")).toBe(
      "#/settings/config",
    );
    const otherwise = page.locator(".otherwise");
    const since = Date.now() - 7_200_000;
    const went = node.releases.filter(
      ({ at, route, state }) => route === "link" && state === "sent" && at >= since,
    ).length;
    await otherwise.getByText(new RegExp(`${went} sent and \\d+ received`)).waitFor();
    const text = await otherwise.innerText();
    expect(text).toContain("computed, not measured here");
    expect(text).toContain("published figures of 3\u202f955 and 43\u202f490 bytes");
    const rows = await page.locator(".inventory tbody tr").allInnerTexts();
    expect(rows).toHaveLength(INVENTORY.length);
    expect(rows[0]).toMatch(/^X25519MLKEM768\s+key exchange of links/);
    expect(rows[1]).toContain("12 days old");
    expect(rows[2]).toMatch(/2035 \(NIST IR 8547\)\s+breaks it\s+new/);
    await page.getByText("1 of 3 would not hold against a quantum computer").waitFor();
    expect(await violations(page)).toEqual([]);
    expect(watched.complaints.filter((line) => !line.includes("422"))).toEqual([]);
    expect(watched.strangers).toEqual([]);
  });

  test("lets those who may only look, look", async () => {
    node.session = { role: "viewer", via: "token", csrf: "c5rf" };
    await page.goto(`${node.url}/#/share`);
    await page.reload();
    await page.locator(".release").first().waitFor();
    expect(await page.getByRole("link", { name: /^Export/ }).count()).toBe(0);
    await page.getByText("Only administrators may carry the log away.").waitFor();
    await go("/nodes", ".peer");
    await page.getByText("You are signed in to look.").waitFor();
    expect(await page.getByRole("button", { name: /Forget|invitation|Join/ }).count()).toBe(0);
    expect(await page.getByLabel("Tier of harbour").count()).toBe(0);
    await page.getByText("none: told nothing").waitFor();
    await page.getByText("Compare fingerprints").first().waitFor();
    expect(await violations(page)).toEqual([]);
    node.session = { role: "admin", via: "loopback", csrf: "c5rf" };
  });

  test("is calm where nothing has left, and says how sharing is turned on", async () => {
    node.answers.set("GET /api/share", silentShare(Date.now()));
    node.answers.set("GET /api/share/policy", 409);
    node.answers.set("GET /api/share/aggregates", { aggregates: [], next: null });
    const { releases } = node;
    node.releases = [];
    await watched.close();
    watched = await openWatched(browser, `${node.url}/#/share`);
    page = watched.page;
    await page.getByText("The log of releases is empty.").waitFor();
    expect(await headline()).toBe("Nothing has left this device");
    await page.getByText(/This node has run since/).waitFor();
    await page.getByText("Nothing has left, and nothing was kept from leaving.").waitFor();
    for (const [part, text] of [
      ["/budgets", "Nothing is told with noise: the configuration has no section “share”."],
      ["/nodes", "this node has no port for others, no keys for links"],
      ["/trust", "Sharing is off"],
      ["/received", "Nothing: sharing is off."],
      ["/price", "nothing to compare"],
    ] as const) {
      await page.goto(`${node.url}/#/share${part}`);
      await page.getByText(text).first().waitFor();
      expect(await violations(page), part).toEqual([]);
    }
    expect(await page.getByRole("button", { name: "Make an invitation" }).count()).toBe(0);
    expect(watched.complaints).toEqual([]);
    for (const path of ["/api/share", "/api/share/policy", "/api/share/aggregates"]) {
      node.answers.delete(`GET ${path}`);
    }
    node.releases = releases;
  });

  test("fits a phone", async () => {
    await watched.close();
    watched = await openWatched(browser, `${node.url}/#/share`, PHONE);
    page = watched.page;
    for (const [part, ready] of [
      ["", ".release >> nth=20"],
      ["/budgets", ".budget >> nth=2"],
      ["/nodes", ".peer >> nth=2"],
      ["/trust", ".trust-tier >> nth=2"],
      ["/received", ".received-card canvas >> nth=1"],
      ["/price", ".inventory tbody tr >> nth=2"],
    ] as const) {
      await page.goto(`${node.url}/#/share${part}`);
      await page.locator(ready).first().waitFor();
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(wide, part).toBeLessThanOrEqual(390);
      expect(await violations(page), part).toEqual([]);
      // The part that is shown can be seen among its siblings.
      const box = await page.locator(".part-nav [aria-current]").boundingBox();
      expect((box?.x ?? -1) >= 0 && (box?.x ?? 0) + (box?.width ?? 0) <= 390, part).toBe(true);
      // Labels of the bar below do not run into each other.
      const labels = await page.locator(".place > span:last-child").evaluateAll((list) =>
        list.map((one) => {
          const range = document.createRange();
          range.selectNodeContents(one);
          const { left, right } = range.getBoundingClientRect();
          return [left, right] as const;
        }),
      );
      for (const [index, [left]] of labels.entries()) {
        if (index > 0) expect(left).toBeGreaterThanOrEqual(labels[index - 1]?.[1] ?? 0);
      }
    }
    expect(watched.complaints).toEqual([]);
    expect(watched.strangers).toEqual([]);
  });

  test("asks again by itself after an answer that failed", async () => {
    await watched.close();
    node.answers.set("GET /api/share", 503);
    watched = await openWatched(browser, `${node.url}/#/share`);
    page = watched.page;
    await page.getByText("refused with 503").first().waitFor();
    expect(await page.locator(".share-headline").count()).toBe(0);
    node.answers.delete("GET /api/share");
    await page.locator(".share-headline").waitFor();
    await expect.poll(() => page.getByText("refused with 503").count()).toBe(0);
  });

  test("keeps what it knew while the node is gone, offers no change, and catches up after", async () => {
    await go("/nodes", ".peer");
    await page.getByRole("button", { name: "Forget harbour" }).waitFor();
    const port = Number(new URL(node.url).port);
    const { releases } = node;
    await node.stop();
    await page.getByText("The node does not answer.").first().waitFor();
    await expect.poll(() => page.getByRole("button", { name: /Forget|Join/ }).count()).toBe(0);
    expect(await page.locator(".peer").count()).toBe(3);
    node = await startFakeNode(folder, port);
    node.releases = [releaseAt(Date.now(), { id: "zz-while-away" }), ...releases];
    await page.getByRole("button", { name: "Forget harbour" }).waitFor();
    await page.goto(`${node.url}/#/share`);
    await page.locator('[data-release="zz-while-away"]').waitFor();
  });
});
