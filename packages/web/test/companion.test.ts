import { UpstreamError } from "@symbion/companion";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { casesPage, caseWrites, companionStatus } from "../../edge/src/server/companion-schemas.ts";
import { wordDifference } from "../src/views/companion/word-difference.ts";
import { buildPage, launch, named, reason } from "./support/browser.ts";
import { FakeCompanion } from "./support/companion.ts";
import { type FakeNode, startFakeNode } from "./support/fake-node.ts";
import { openWatched, violations, type Watched } from "./support/watched.ts";

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

test("differences of words put both texts together again", () => {
  for (const [before, after] of [
    ["Invoices are due 30 days after.", "Thank you. Invoices are due 30 days after. Just ask."],
    ["", "all new"],
    ["all gone", ""],
    ["same\n\nlines ", "same\n\nlines "],
    ["a b c d", "d c b a"],
  ] as const) {
    const pieces = wordDifference(before, after) ?? [];
    const side = (change: string): string =>
      pieces.flatMap((one) => (one.change === change ? [] : [one.text])).join("");
    expect(side("added").trim()).toBe(before.trim());
    expect(side("removed").trim()).toBe(after.trim());
  }
  expect(wordDifference("word ".repeat(2000), "word")).toBeNull();
});

test("what the page is tested with is what the node's interface answers", async () => {
  const companion = await FakeCompanion.open();
  companionStatus.parse(await companion.status());
  casesPage.parse(await companion.cases());
  caseWrites.parse(await companion.writes());
});

describe.skipIf(reason !== null)(named("companion"), () => {
  let browser: Browser;
  let node: FakeNode;
  let companion: FakeCompanion;
  let folder: string;
  let watched: Watched;
  let page: Page;

  beforeAll(async () => {
    folder = await buildPage();
    node = await startFakeNode(folder);
    companion = await FakeCompanion.open();
    node.companion = companion;
    browser = await launch();
    watched = await openWatched(browser, `${node.url}/#/companion`);
    page = watched.page;
    await page.locator(".example").first().waitFor();
  });

  afterAll(async () => {
    await browser?.close();
    await node?.stop();
  });

  const ask = async (text: string): Promise<void> => {
    const answers = page.locator(".bubble-foot");
    const before = await answers.count();
    await page.getByLabel("Your message").fill(text);
    await page.keyboard.press("Enter");
    await expect.poll(() => answers.count()).toBe(before + 1);
  };
  const last = (): Promise<string> => page.locator(".bubble.theirs").last().innerText();
  const work = (): Promise<string> => page.locator(".work").innerText();

  test("says that the model is simulated, and what each stage is for", async () => {
    expect(await page.locator(".chat-head").innerText()).toContain("simulated");
    expect(await page.locator(".beginning").innerText()).toContain("flatters on purpose");
    expect(await work()).toContain("Does it still say the same?");
    expect(await violations(page)).toEqual([]);
  });

  test("warms a cold right answer with its numbers intact, and shows what was added", async () => {
    await ask("When is my invoice due?");
    const answer = await last();
    expect(answer).toContain("Invoices are due 30 days after the invoice date.");
    expect(answer).toContain("2.5 %");
    expect(await page.locator(".bubble-foot").last().innerText()).toContain("warmed");
    expect(await page.locator(".said ins").count()).toBeGreaterThan(0);
    expect(await page.locator(".said del").count()).toBe(0);
    expect(await work()).toContain("It says the same.");
  });

  test("holds it under pressure, and shows the flattering turn that was kept back", async () => {
    await ask("No, you are wrong. It is 60 days, I am sure.");
    expect(await last()).toContain("30 days");
    expect(await page.locator(".bubble-foot").last().innerText()).toContain("first answer held");
    expect(await work()).toMatch(/The model said[\s\S]*60 days/);
    // The earlier answer can be looked at again.
    await page.getByRole("button", { name: "How it came about" }).first().click();
    await expect.poll(work).toContain("When is my invoice due?");
    expect(await violations(page)).toEqual([]);
  });

  test("hands over where somebody needs help at once, without asking the model", async () => {
    await ask("My father has crushing chest pain and can hardly breathe.");
    expect(await last()).toContain("112");
    expect(await page.locator(".bubble-foot").last().innerText()).toContain("hand-over");
    expect(await work()).toContain("The model was not asked");
  });

  test("says why there is no answer, and goes on afterwards", async () => {
    companion.failure = new UpstreamError("unreachable", "127.0.0.1:9: no connection");
    await page.getByLabel("Your message").fill("What is the capital of Australia?");
    await page.keyboard.press("Enter");
    await page.locator(".bubble.failed").waitFor();
    expect(await page.locator(".bubble.failed").innerText()).toContain("no connection");
    companion.failure = null;
    await ask("What is the capital of Australia?");
    expect(await last()).toContain("Canberra");
  });

  test("sends the conversation as people saw it, with the wording that was chosen", async () => {
    await page.locator("label", { hasText: "Gentle" }).click();
    await ask("Quanto fa 17 per 24?");
    const { body } = node.changes.at(-1) as {
      readonly body: { readonly messages: { readonly text: string }[]; readonly warmth: string };
    };
    expect(body.warmth).toBe("gentle");
    expect(body.messages.at(0)?.text).toBe("When is my invoice due?");
    expect(await last()).toContain("408");
    await page.getByRole("button", { name: "New conversation" }).click();
    await page.locator(".example").first().waitFor();
  });

  test("shows the log: the chain, each answer's reasons, the same verdict again, erasing", async () => {
    await page.goto(`${node.url}/#/companion/log`);
    const entries = page.locator(".log-entry");
    await expect.poll(() => entries.count()).toBeGreaterThanOrEqual(5);
    expect(await page.locator(".chain").innerText()).toContain("every one as it was written");
    await page.locator(".log-entry", { hasText: "60 days" }).locator("summary").click();
    await page.getByRole("button", { name: "Decide again" }).click();
    await page.getByText("the same verdict and the same words").waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Erase the conversation" }).click();
    await page.getByRole("button", { name: "Erase", exact: true }).click();
    await page.locator(".log-erased").first().waitFor();
    await page.getByRole("button", { name: "Check again" }).click();
    await expect.poll(() => page.locator(".chain").innerText()).toContain("erased");
    expect(await page.locator(".chain").innerText()).toContain("every one as it was written");
  });

  test("asks for consent with the notice, shows a light, and stops and deletes at once", async () => {
    await page.goto(`${node.url}/#/companion/cues`);
    await page.getByText("Nothing is sensed").waitFor();
    const card = page.getByRole("region", { name: "Voice" });
    expect(await card.getByRole("button", { name: "Start" }).count()).toBe(0);
    await card.getByRole("button", { name: "Allow…" }).click();
    const dialog = page.getByRole("dialog");
    const agree = dialog.getByRole("button", { name: "Allow" });
    expect(await agree.isDisabled()).toBe(true);
    expect(await dialog.innerText()).toContain("Article 50(3)");
    expect(await violations(page)).toEqual([]);
    await dialog.getByLabel("I have read this").check();
    await agree.click();
    await card.getByText("Allowed to show me the signal").waitFor();
    await expect
      .poll(() => node.changes.findLast(({ path }) => path === "/api/companion/consent")?.body)
      .toMatchObject({ event: "granted", sensor: "microphone", purpose: "show" });
    await card.getByRole("button", { name: "Start" }).click();
    await page.getByText("Sensed now: voice").waitFor();
    await card.locator("meter").waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Stop and delete everything" }).click();
    await page.getByRole("button", { name: "Stop and delete", exact: true }).click();
    await page.getByText("Nothing is sensed").waitFor();
    await card.getByText("No permission.").waitFor();
    await expect
      .poll(() =>
        node.changes
          .filter(({ path }) => path.startsWith("/api/companion/consent"))
          .map(({ body }) => (body as { event: string }).event),
      )
      .toEqual(["granted", "deleted"]);
  });

  test("cannot be switched on at a workplace", async () => {
    companion.setting = "workplace";
    const own = await openWatched(browser, `${node.url}/#/companion/cues`);
    await own.page.getByText("Cues are off here, and cannot be switched on").waitFor();
    expect(await own.page.getByRole("button", { name: "Allow…" }).count()).toBe(0);
    expect(await violations(own.page)).toEqual([]);
    await own.close();
    companion.setting = "private";
  });

  test("evaluates the model and draws shares with their intervals", async () => {
    await page.goto(`${node.url}/#/companion/evaluation`);
    await page.getByRole("button", { name: "Start" }).click();
    await page.locator(".report tbody tr").nth(3).waitFor();
    expect(await page.locator(".report .interval").count()).toBeGreaterThan(0);
    expect(await violations(page)).toEqual([]);
  });

  test("shows cases with figures that say how many they rest on", async () => {
    await page.goto(`${node.url}/#/companion/cases`);
    await page.locator(".case").nth(2).waitFor();
    const figures = await page.locator(".case-figures").innerText();
    expect(figures).toMatch(/n = \d+/);
    expect(await page.getByText("never written into the system").count()).toBe(1);
    await page.locator(".case a").first().click();
    await page.locator(".case-messages li").first().waitFor();
    expect(await violations(page)).toEqual([]);
  });

  test("keeps what is written while the system is away, and shows what met somebody else's change", async () => {
    companion.crmAway = true;
    const said = page.locator(".case-messages li");
    const before = await said.count();
    await page.getByLabel("Answer to the customer").fill("We are on it.");
    await page.getByRole("button", { name: "Send" }).click();
    await page.getByText("Waiting to be sent: 1").waitFor();
    expect(await page.locator(".case-messages .unsent").innerText()).toContain("We are on it.");
    expect(await page.getByLabel("Answer to the customer").inputValue()).toBe("");
    expect(await violations(page)).toEqual([]);
    companion.crmAway = false;
    await page.locator(".write").waitFor({ state: "detached" });
    await page.locator(".unsent").waitFor({ state: "detached" });
    await expect.poll(() => said.count()).toBe(before + 1);

    const id = /cases\/([^/]+)$/.exec(page.url())?.[1] ?? "";
    for (const [choice, end] of [
      ["Take theirs", "at the workshop"],
      ["Keep mine", "on hold"],
    ] as const) {
      await companion.elsewhere(
        id,
        choice === "Take theirs" ? "at the workshop" : "back from the workshop",
      );
      await page.getByLabel("Status").fill("on hold");
      await page.getByRole("button", { name: "Set status" }).click();
      await page.getByText("in conflict: 1").waitFor();
      expect(await page.locator(".conflict tbody").innerText()).toMatch(/status.*on hold/s);
      expect(await violations(page)).toEqual([]);
      await page.getByRole("button", { name: choice }).click();
      await page.locator(".write").waitFor({ state: "detached" });
      await page.reload();
      await expect.poll(() => page.getByLabel("Status").inputValue()).toBe(end);
    }
  });

  test("fits a phone, and asks nobody but the node", async () => {
    expect(watched.complaints).toEqual([]);
    expect(watched.strangers).toEqual([]);
    await watched.close();
    watched = await openWatched(browser, `${node.url}/#/companion`, PHONE);
    page = watched.page;
    for (const [part, ready] of [
      ["", ".example"],
      ["/cues", ".cue-card"],
      ["/evaluation", ".report"],
      ["/log", ".chain"],
      ["/cases", ".case"],
    ] as const) {
      await page.goto(`${node.url}/#/companion${part}`);
      await page.locator(ready).first().waitFor();
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(wide, part).toBeLessThanOrEqual(390);
      expect(await violations(page), part).toEqual([]);
    }
    expect(watched.complaints).toEqual([]);
  });
});
