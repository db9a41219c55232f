import type { TimelineInsight } from "@symbion/core";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  MAX_SPAN,
  MIN_SPAN,
  notBeyond,
  pan,
  reveal,
  ticks,
  zoom,
} from "../src/views/timeline/span.ts";
import { buildPage, launch, named, reason } from "./support/browser.ts";
import { type FakeNode, startFakeNode } from "./support/fake-node.ts";
import { openWatched, type Watched } from "./support/watched.ts";

describe("spans of time", () => {
  const span = { from: 1000, to: 101_000 };

  test("zooming keeps the moment under the pointer, within limits", () => {
    const closer = zoom(span, 0.5, 26_000);
    expect(closer).toEqual({ from: 13_500, to: 63_500 });
    expect((26_000 - closer.from) / (closer.to - closer.from)).toBeCloseTo(0.25);
    const closest = zoom(span, 1e-9, 5000);
    expect(closest.to - closest.from).toBe(MIN_SPAN);
    const widest = zoom(span, 1e9, 5000);
    expect(widest.to - widest.from).toBe(MAX_SPAN);
    const back = zoom(closer, 2, 26_000);
    expect(back.from).toBeCloseTo(span.from);
    expect(back.to).toBeCloseTo(span.to);
  });

  test("nothing lies in the future, and what is chosen is in sight", () => {
    expect(notBeyond(pan(span, 50_000), 101_000).to).toBe(103_000);
    expect(notBeyond(span, 101_000)).toBe(span);
    expect(reveal(span, 50_000)).toBe(span);
    for (const at of [-500_000, 2000, 100_500, 900_000]) {
      const shown = reveal(span, at);
      expect(shown.to - shown.from).toBe(100_000);
      expect(at).toBeGreaterThan(shown.from);
      expect(at).toBeLessThan(shown.to);
    }
  });

  test("ticks are round, inside, far enough apart, for every length", () => {
    const now = Date.UTC(2026, 10, 22, 12, 34, 56);
    for (let length = MIN_SPAN; length < MAX_SPAN; length *= 1.7) {
      const shown = { from: now - length, to: now };
      const marks = ticks(shown, length / 12);
      expect(marks.length).toBeLessThanOrEqual(13);
      if (length < 90 * 86_400_000 * 0.9) expect(marks.length).toBeGreaterThan(0);
      for (const [index, { at, label }] of marks.entries()) {
        expect(at).toBeGreaterThanOrEqual(shown.from);
        expect(at).toBeLessThanOrEqual(shown.to);
        expect(at % 1000).toBe(0);
        expect(label).not.toBe("");
        const before = marks[index - 1];
        if (before !== undefined) expect(at - before.at).toBeGreaterThanOrEqual(length / 12);
      }
    }
  });
});

describe.skipIf(reason !== null)(named("the timeline"), () => {
  let browser: Browser;
  let node: FakeNode;
  let watched: Watched;
  let insights: readonly TimelineInsight[];

  beforeAll(async () => {
    node = await startFakeNode(await buildPage());
    node.silent = true;
    insights = node.insights;
    browser = await launch();
  });

  afterAll(async () => {
    await browser?.close();
    await node?.stop();
  });

  beforeEach(async () => {
    await watched?.close();
    node.insights = [...insights];
    node.reads.length = 0;
    node.changes.length = 0;
    watched = await openWatched(browser, `${node.url}/#/timeline`);
    await watched.page.locator(".event-row").nth(3).waitFor();
  });

  const video = (): Promise<{ src: string; at: number; width: number }> =>
    watched.page.getByTestId("clip").evaluate((element) => {
      const player = element as HTMLVideoElement;
      return {
        src: new URL(player.currentSrc).pathname,
        at: player.currentTime,
        width: player.videoWidth,
      };
    });

  const playheadAt = async (): Promise<number> =>
    Number(await watched.page.getByTestId("playhead").getAttribute("aria-valuenow"));

  test("an event plays its clip, from the event on", async () => {
    const { page } = watched;
    const event = node.insights.find(({ clip }) => clip !== null) as TimelineInsight;
    const place = node.insights.indexOf(event);
    await page.locator(".event-row").nth(place).click();
    await expect.poll(async () => (await video()).src).toBe(`/api/clips/${event.clip}.mp4`);
    await expect.poll(async () => (await video()).width).toBe(1280);
    // The clip begins five seconds before the event.
    await expect.poll(async () => (await video()).at).toBeGreaterThanOrEqual(5);
    expect(await page.getByRole("link", { name: "Export" }).getAttribute("href")).toBe(
      `/api/clips/${event.clip}.mp4?download=1`,
    );
    // The playhead goes along.
    await expect.poll(playheadAt).toBeGreaterThan(event.from + 200);
    expect(watched.complaints).toEqual([]);
  });

  test("dragging the playhead plays what was recorded there", async () => {
    const { page } = watched;
    const clip = node.clips.find(({ source }) => source === "yard");
    if (clip === undefined) throw new Error("no clip");
    await page.goto(`${node.url}/#/timeline?source=yard&at=${clip.from - 60_000}`);
    await page.getByText("has no recording at").waitFor();
    for (let turn = 0; turn < 6; turn++) {
      await page.keyboard.press("+");
      await page.waitForTimeout(30);
    }
    const head = page.getByTestId("playhead");
    const [from, to] = [
      Number(await head.getAttribute("aria-valuemin")),
      Number(await head.getAttribute("aria-valuemax")),
    ];
    const strip = await page.locator(".strip").boundingBox();
    const box = await head.boundingBox();
    if (strip === null || box === null) throw new Error("no strip");
    const x = (at: number): number => strip.x + ((at - from) / (to - from)) * strip.width;
    const y = strip.y + 14;
    await page.mouse.move(x(clip.from - 60_000), y);
    await page.mouse.down();
    for (const share of [0.2, 0.4, 0.6]) {
      await page.mouse.move(x(clip.from + share * 24_000), y, { steps: 4 });
    }
    await page.mouse.up();
    // There, or a little further: the clip plays on.
    const target = clip.from + 0.6 * 24_000;
    const pixel = (to - from) / strip.width;
    await expect.poll(playheadAt).toBeGreaterThan(target - 3 * pixel);
    expect(await playheadAt()).toBeLessThanOrEqual(clip.to + 3 * pixel);
    await expect.poll(async () => (await video()).src).toBe(`/api/clips/${clip.id}.mp4`);
    await expect.poll(async () => (await video()).at).toBeGreaterThanOrEqual(12);
    expect(watched.complaints).toEqual([]);
  });

  test("keys go from event to event, zoom, and come back to now", async () => {
    const { page } = watched;
    // What it is and when it began; how long it has gone on changes by the second.
    const chosen = async (): Promise<string> =>
      (await page.locator(".event-row.on").innerText()).split("\n").slice(0, 2).join(" ");
    await page.keyboard.press("k");
    const first = await chosen();
    await page.keyboard.press("ArrowLeft");
    const second = await chosen();
    expect(second).not.toBe(first);
    await page.keyboard.press("j");
    expect(await chosen()).toBe(first);
    const width = async (): Promise<number> => {
      const head = page.getByTestId("playhead");
      return (
        Number(await head.getAttribute("aria-valuemax")) -
        Number(await head.getAttribute("aria-valuemin"))
      );
    };
    const before = await width();
    await page.keyboard.press("+");
    await expect.poll(width).toBeLessThan(before * 0.6);
    await page.keyboard.press("-");
    await expect.poll(width).toBeGreaterThan(before * 0.9);
    await page.getByRole("radio", { name: "7 d" }).check({ force: true });
    await expect.poll(width).toBeGreaterThan(6.9 * 86_400_000);
    await page.getByTestId("playhead").focus();
    const at = await playheadAt();
    await page.keyboard.press("ArrowLeft");
    await expect.poll(playheadAt).toBeLessThan(at);
  });

  test("filters ask the node for what was chosen", async () => {
    const { page } = watched;
    await page.getByRole("combobox", { name: "Camera" }).selectOption("yard");
    await page.getByRole("combobox", { name: "Kind" }).selectOption("line-crossing");
    await page.getByRole("combobox", { name: "Zone or line" }).selectOption("drive-line");
    await expect
      .poll(() => node.reads.findLast((path) => path.startsWith("/api/insights")))
      .toMatch(/source=yard&kind=line-crossing&area=drive-line/);
    await expect
      .poll(async () => [...new Set(await page.locator(".event-row .event-what").allInnerTexts())])
      .toEqual([expect.stringMatching(/^Line crossed\s*Drive$/)]);
    expect(await page.locator(".strip-names li").allInnerTexts()).toEqual(["Front yard"]);
  });

  test("thousands of events: few rows in the page, all within reach", async () => {
    const { page } = watched;
    await page.getByRole("radio", { name: "7 d" }).check({ force: true });
    await expect.poll(() => page.locator(".events .panel-note").innerText()).toBe("200 and more");
    const scroller = page.getByRole("region", { name: "List of events" });
    for (let turn = 0; turn < 40; turn++) {
      if (!(await page.locator(".events .panel-note").innerText()).includes("more")) break;
      await scroller.evaluate((element) => {
        element.scrollTop = element.scrollHeight;
      });
      await page.waitForTimeout(60);
    }
    const total = node.insights.filter(({ from }) => from > Date.now() - 7 * 86_400_000).length;
    expect(total).toBeGreaterThan(2000);
    await expect
      .poll(async () =>
        Number((await page.locator(".events .panel-note").innerText()).replace(/\D/g, "")),
      )
      .toBe(total);
    expect(await page.locator(".event-row").count()).toBeLessThan(60);
    await expect
      .poll(() => page.locator(".events-scroll li").last().getAttribute("aria-posinset"))
      .toBe(total.toString());
  });

  test("what happens now appears by itself, and its end replaces its beginning", async () => {
    const { page } = watched;
    const event = {
      ...(node.insights[1] as TimelineInsight),
      id: "zz",
      source: "workshop",
      kind: "dwell",
      from: Date.now(),
      to: null,
    };
    node.emit("insight", event);
    await expect.poll(() => page.locator(".event-row").first().innerText()).toContain("Workshop");
    expect(await page.locator(".event-row").first().innerText()).toContain("Stayed");
    const count = await page.locator(".events .panel-note").innerText();
    node.emit("insight", { ...event, to: event.from + 4000 });
    await expect.poll(() => page.locator(".event-row").first().innerText()).toContain("4 s");
    expect(await page.locator(".events .panel-note").innerText()).toBe(count);
  });

  test("an event without a clip gets it when it is complete, and plays then", async () => {
    const { page } = watched;
    const event = {
      ...(node.insights[1] as TimelineInsight),
      id: "yy",
      source: "drive",
      from: Date.now() - 8000,
      to: Date.now() - 1000,
      clip: null,
    };
    node.insights.unshift(event);
    node.emit("insight", event);
    await expect.poll(() => page.locator(".event-row").first().innerText()).toContain("7 s");
    await page.locator(".event-row").first().click();
    await page.getByText("Driveway has no recording at").waitFor();
    const [base] = node.clips;
    if (base === undefined) throw new Error("no clip");
    const clip = { ...base, id: "cyy", source: "drive", insights: ["yy"] };
    node.emit("clip", { ...clip, from: event.from - 5000, to: event.to + 5000 });
    await expect.poll(async () => (await video()).src).toBe("/api/clips/cyy.mp4");
    await expect.poll(() => page.locator(".event-row.on svg").count()).toBe(1);
  });

  test("a clip is deleted only when the person is sure", async () => {
    const { page } = watched;
    const event = node.insights.find(({ clip }) => clip !== null) as TimelineInsight;
    await page.locator(".event-row").nth(node.insights.indexOf(event)).click();
    await page.getByTestId("clip").waitFor();
    await page.getByRole("button", { name: "Delete clip" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
    expect(node.changes).toEqual([]);
    await page.getByRole("button", { name: "Delete clip" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete clip" }).click();
    await page.getByText("Clip deleted.").waitFor();
    expect(node.changes.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `DELETE /api/clips/${event.clip}`,
    ]);
    expect(await page.getByTestId("clip").count()).toBe(0);
  });
});
